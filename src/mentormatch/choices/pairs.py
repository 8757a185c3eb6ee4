"""Single pairs that somebody said something about, and how a list of them is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, TypeVar, get_args

from pydantic import ConfigDict

from mentormatch.errors import ChoiceError, Finding
from mentormatch.ids import person_id
from mentormatch.wording import counted, did_you_mean, quoted, shown

Again = Literal["never", "next_round"]

PAIRS = {
    "pins": "pin",
    "bans": "ban",
    "declines": "decline",
    "accepted": "accepted",
    "expired": "expired",
    "ended": "ended",
    "avoid": "avoid",
    "favour": "favour",
}
"""The lists of pairs, and the word for one pair of each."""
CLOSED = {"bans": "banned", "declines": "declined", "expired": "expired", "ended": "ended"}
"""Those of pairs that are not to be made, and what became of a pair there."""


@dataclass(frozen=True)
class ChosenPair:
    """A mentor and a mentee by id, and the reason that was given, "" where none was.

    Ids are read as everywhere (convention 1): 7 is "7". Raises ``ChoiceError`` for what is no id and for a reason that
    is no text.

    >>> ChosenPair(7, " tim ")
    ChosenPair(mentor='7', mentee='tim', reason='')
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    mentor: str
    mentee: str
    reason: str = ""

    if TYPE_CHECKING:  # what may be given is wider than what is held

        def __init__(self, mentor: str | int, mentee: str | int, reason: str | None = "") -> None: ...

    def __post_init__(self) -> None:
        findings = list(self._read())
        if findings:
            raise ChoiceError(findings)

    def _read(self) -> Iterator[Finding]:
        """Sets the fields to what they mean; a finding for each that means nothing."""
        for side in ("mentor", "mentee"):
            person = person_id(getattr(self, side))
            if isinstance(person, Finding):
                yield replace(person, where=side)
            else:
                object.__setattr__(self, side, person)
        reason: Any = "" if self.reason is None else self.reason
        if not isinstance(reason, str):
            yield Finding("choice_reason", f"expected text, not of type {type(reason).__name__}", where="reason")
        elif not _is_whole(reason):
            expected = "expected text of whole characters, not of halves of surrogate pairs"
            yield Finding("choice_reason", expected, where="reason")
        else:
            object.__setattr__(self, "reason", str(reason))

    @property
    def people(self) -> tuple[str, str]:
        """The two ids, the mentor's first."""
        return self.mentor, self.mentee

    def __str__(self) -> str:
        return f"({shown(self.mentor)}, {shown(self.mentee)})"


@dataclass(frozen=True)
class EndedPair(ChosenPair):
    """A pair that ended: ``again`` "never", or "next_round" where it may be made again in the round after this one.

    Raises ``ChoiceError`` as ``ChosenPair`` does, and for another word as ``again``.

    >>> EndedPair("ada", "tim", "moved to another country")
    EndedPair(mentor='ada', mentee='tim', reason='moved to another country', again='never')
    """

    again: Again = "never"

    if TYPE_CHECKING:

        def __init__(
            self, mentor: str | int, mentee: str | int, reason: str | None = "", again: str = "never"
        ) -> None: ...

    def _read(self) -> Iterator[Finding]:
        yield from super()._read()
        words = get_args(Again)
        again: Any = self.again
        if isinstance(again, str) and again in words:
            object.__setattr__(self, "again", str(again))
        else:
            given = quoted(again) if isinstance(again, str) else f"of type {type(again).__name__}"
            hint = did_you_mean(again[:80], words) if isinstance(again, str) else ""
            expected = f"expected 'never' or 'next_round', not {given}"
            yield Finding("choice_again", expected, where="again", hint=hint)


class AnyPair(Protocol):
    """Whatever has a mentor and a mentee, such as a pair of a matching."""

    @property
    def mentor(self) -> str: ...
    @property
    def mentee(self) -> str: ...


if TYPE_CHECKING:
    Id = str | int
    PairLike = AnyPair | tuple[Id, Id] | tuple[Id, Id, str] | list[Id]
    EndedLike = AnyPair | tuple[Id, Id] | tuple[Id, Id, str] | tuple[Id, Id, str, str] | list[Id]

P = TypeVar("P", bound=ChosenPair)


def read_pairs(name: str, given: Any, type_: type[P], findings: list[Finding]) -> list[P]:
    """The pairs of one list in the order of their ids; what is no pair goes to ``findings``."""
    if isinstance(given, (str, bytes, Mapping)) or not isinstance(given, Iterable):
        expected = f"expected a list of pairs, not of type {type(given).__name__}"
        findings.append(Finding("choice_list", expected, where=name))
        return []
    pairs = []
    for position, raw in enumerate(given):
        try:
            pairs.append(_pair(raw, type_))
        except ChoiceError as error:
            place = f"{name}[{position}]"
            findings += [replace(f, where=f"{place}, {f.where}" if f.where else place) for f in error.findings]
    return sorted(pairs, key=lambda pair: pair.people)


def _pair(raw: Any, type_: type[P]) -> P:
    if type(raw) is type_:
        return raw
    parts = ("reason", "again") if issubclass(type_, EndedPair) else ("reason",)
    if isinstance(raw, (tuple, list)):
        if 2 <= len(raw) <= 2 + len(parts):
            return type_(*raw)
        given = counted(len(raw), "entry", "entries")
    elif not isinstance(raw, type) and hasattr(raw, "mentor") and hasattr(raw, "mentee"):
        further = {part: getattr(raw, part) for part in parts if hasattr(raw, part)}
        return type_(raw.mentor, raw.mentee, **further)
    else:
        given = f"of type {type(raw).__name__}"
    expected = "expected (mentor, mentee) or (mentor, mentee, reason)"
    if len(parts) > 1:
        expected = "expected (mentor, mentee), (mentor, mentee, reason) or (mentor, mentee, reason, again)"
    hint = "one pair alone stands in a list too" if isinstance(raw, str) else ""
    raise ChoiceError(Finding("choice_pair", f"{expected}, not {given}", hint=hint))


def _is_whole(text: str) -> bool:
    """Whether the text can be written, which halves of surrogate pairs cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
