"""What people have said so far about single pairs: pins, bans and declines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import ConfigDict

from mentormatch import doors
from mentormatch.errors import ChoiceError, Finding
from mentormatch.ids import person_id
from mentormatch.page import Page, Table
from mentormatch.wording import counted, harmless, number, shortened

_PAIR = "expected (mentor, mentee) or (mentor, mentee, reason)"


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
        ids = {side: person_id(getattr(self, side)) for side in ("mentor", "mentee")}
        findings = [replace(found, where=side) for side, found in ids.items() if isinstance(found, Finding)]
        reason: Any = "" if self.reason is None else self.reason
        if not isinstance(reason, str):
            findings.append(
                Finding("choice_reason", f"expected text, not of type {type(reason).__name__}", where="reason")
            )
        elif any("\ud800" <= character <= "\udfff" for character in reason):
            expected = "expected text of whole characters, not of halves of surrogate pairs"
            findings.append(Finding("choice_reason", expected, where="reason"))
        if findings:
            raise ChoiceError(findings)
        for name, value in (*ids.items(), ("reason", str(reason))):
            object.__setattr__(self, name, value)

    def __str__(self) -> str:
        return f"({shortened(harmless(self.mentor))}, {shortened(harmless(self.mentee))})"


if TYPE_CHECKING:
    PairLike = ChosenPair | tuple[str | int, str | int] | tuple[str | int, str | int, str] | list[str | int]

_Pairs = tuple[Annotated[ChosenPair, doors.keep_findings], ...]


@dataclass(frozen=True)
class Choices:
    """What was decided about single pairs before the matching; a pair is (mentor, mentee) or (mentor, mentee, reason).

    ``pins`` are made, whatever their score; ``bans`` (the administrator's) and ``declines`` (the mentor's or the
    mentee's) are never made. Each is held as a tuple of ``ChosenPair`` in the order of the ids, so that the order in
    which they came changes nothing. Raises ``ChoiceError`` with all findings for what can be seen here: pairs that are
    none, a pair twice in one list, a pin that is also banned or declined. Whether the people exist is seen where the
    choices are used, and so is whether one id on both sides is one person.

    >>> print(Choices(pins=[("ada", "tim", "asked for one another")], declines=[("ada", "lin")]))
    Choices
    =======
    <BLANKLINE>
    pins      1
    bans      0
    declines  1
    <BLANKLINE>
    Pairs
      choice   mentor  mentee  reason
      pin      ada     tim     asked for one another
      decline  ada     lin
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    pins: _Pairs = ()
    bans: _Pairs = ()
    declines: _Pairs = ()

    if TYPE_CHECKING:  # what may be given is wider than what is held

        def __init__(
            self,
            pins: Iterable[PairLike] = (),
            bans: Iterable[PairLike] = (),
            declines: Iterable[PairLike] = (),
        ) -> None: ...

    def __post_init__(self) -> None:
        findings: list[Finding] = []
        for name in _LISTS:
            pairs = list(_read(name, getattr(self, name), findings))
            object.__setattr__(self, name, tuple(sorted(pairs, key=lambda pair: (pair.mentor, pair.mentee))))
        findings += [*self._duplicates(), *self._contradictions()]
        if findings:
            raise ChoiceError(findings)

    def _duplicates(self) -> Iterator[Finding]:
        for name, word in _LISTS.items():
            times = Counter(map(_people, getattr(self, name)))
            for people, count in times.items():
                if count > 1:
                    expected = f"stands {number(count)} times in {name}"
                    yield Finding(
                        "choice_twice", expected, where=f"{word} {ChosenPair(*people)}", hint="once is enough"
                    )

    def _contradictions(self) -> Iterator[Finding]:
        pinned = dict.fromkeys(map(_people, self.pins))
        for name, participle in (("bans", "banned"), ("declines", "declined")):
            against = set(map(_people, getattr(self, name)))
            for people in pinned:
                if people in against:
                    hint = f"take it out of pins or out of {name}"
                    yield Finding(
                        f"pin_{participle}", f"is also {participle}", where=f"pin {ChosenPair(*people)}", hint=hint
                    )

    def __str__(self) -> str:
        rows = [
            (word, pair.mentor, pair.mentee, pair.reason)
            for name, word in _LISTS.items()
            for pair in getattr(self, name)
        ]
        facts = [(name, len(getattr(self, name))) for name in _LISTS]
        tables = [Table("Pairs", ["choice", "mentor", "mentee", "reason"], rows)] if rows else []
        return Page("Choices", facts=facts, tables=tables).text()

    def to_json(self) -> str:
        """The choices as JSON text; a pair is an object with ``mentor``, ``mentee`` and ``reason``."""
        return doors.write_json(Choices, self)

    @classmethod
    def from_json(cls, text: str | bytes) -> Choices:
        """The choices that a JSON text holds; raises ``ChoiceError`` with all findings for anything else."""
        choices: Choices = doors.read_json(cls, text, error=ChoiceError, what="choices")
        return choices

    @staticmethod
    def schema() -> dict[str, Any]:
        """The JSON schema of choices."""
        return doors.schema(Choices)


_LISTS = {"pins": "pin", "bans": "ban", "declines": "decline"}


def _people(pair: ChosenPair) -> tuple[str, str]:
    return pair.mentor, pair.mentee


def _read(name: str, given: Any, findings: list[Finding]) -> Iterator[ChosenPair]:
    """The pairs of one list; what is no pair goes to ``findings``."""
    if isinstance(given, (str, bytes, Mapping)) or not isinstance(given, Iterable):
        findings.append(
            Finding("choice_list", f"expected a list of pairs, not of type {type(given).__name__}", where=name)
        )
        return
    for position, raw in enumerate(given):
        where = f"{name}[{position}]"
        if isinstance(raw, ChosenPair):
            yield raw
        elif isinstance(raw, (tuple, list)) and len(raw) in (2, 3):
            try:
                yield ChosenPair(*raw)
            except ChoiceError as error:
                findings += [replace(found, where=f"{where}, {found.where}") for found in error.findings]
        elif isinstance(raw, (tuple, list)):
            findings.append(
                Finding("choice_pair", f"{_PAIR}, not {counted(len(raw), 'entry', 'entries')}", where=where)
            )
        else:
            hint = "one pair alone stands in a list too" if isinstance(raw, str) else ""
            findings.append(
                Finding("choice_pair", f"{_PAIR}, not of type {type(raw).__name__}", where=where, hint=hint)
            )
