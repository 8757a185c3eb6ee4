"""Everything that people have said so far, as one frozen value, and what an answer or a new round makes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import ConfigDict

from mentormatch import doors
from mentormatch.choices.lists import (
    LARGEST_PRIORITY,
    LISTS,
    Priority,
    Shortlists,
    Wishes,
    read_lists,
    read_people,
    read_priority,
)
from mentormatch.choices.pairs import CLOSED, PAIRS, ChosenPair, EndedPair, read_pairs
from mentormatch.choices.text import page_of
from mentormatch.errors import ChoiceError, Finding
from mentormatch.page import Page, Paged
from mentormatch.wording import did_you_mean, number, shown

if TYPE_CHECKING:
    from mentormatch.choices.lists import ListsLike, PeopleLike, PriorityLike
    from mentormatch.choices.pairs import Again, EndedLike, PairLike
    from mentormatch.matching import Matching

_P = TypeVar("_P", bound=ChosenPair)

_Pairs = tuple[Annotated[ChosenPair, doors.keep_findings], ...]
_Ended = tuple[Annotated[EndedPair, doors.keep_findings], ...]

_PEOPLE = ("paused", "left", "left_out")
_MADE = ("pins", "accepted")
_NOT_LEFT_OUT = ("left", "paused", "not_eligible", "wants_nobody")


@dataclass(frozen=True)
class Choices(Paged):
    """What people have said so far; a pair is (mentor, mentee) or (mentor, mentee, reason), or has these two.

    Pairs: ``pins`` are made, whatever their score; ``bans`` (the administrator's) and ``declines`` (the mentor's or the
    mentee's) are never made; ``accepted`` ones stay; ``expired`` ones got no answer and are not made in this round;
    ``ended`` ones, which may also be (mentor, mentee, reason, again), are not made again, or not before the next round;
    of ``avoid`` as few and of ``favour`` as many are made as the higher aims allow.

    People: ``shortlists`` say whom a mentee would like, best first, ties as lists inside the list, and ``wishes`` say
    it for mentors; an empty list says nothing, and somebody declined or banned may stand on one. Whoever is ``paused``
    or has ``left`` takes no part, on neither side. A higher ``priority`` of a mentee is served first. ``left_out`` are
    the mentees whom the last recorded matching left without a mentor.

    Everything is held in the order of the ids, so that the order in which it came changes nothing. Raises
    ``ChoiceError`` with all findings for what can be seen here: what is no pair, list or number, a pair twice in one
    list of pairs, a person twice on one list or on their own, a pin or an accepted pair that is also banned, declined
    or expired, a pin that is also ended. An accepted pair that is also ended is simply ended, and not held as accepted.
    Whether the people exist is seen where the choices are used, and so is whether one id on both sides of a pair is one
    person.

    >>> print(Choices(pins=[("ada", "tim", "asked for one another")], shortlists={"kay": ["bo", ["ada", "cy"]]}))
    Choices
    =======
    <BLANKLINE>
    pins        1
    shortlists  1
    <BLANKLINE>
    Pairs
      choice  mentor  mentee  reason
      pin     ada     tim     asked for one another
    <BLANKLINE>
    Lists
      list       of   best first
      shortlist  kay  bo, ada = cy
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    pins: _Pairs = ()
    bans: _Pairs = ()
    declines: _Pairs = ()
    accepted: _Pairs = ()
    expired: _Pairs = ()
    ended: _Ended = ()
    avoid: _Pairs = ()
    favour: _Pairs = ()
    shortlists: Shortlists = ()
    wishes: Wishes = ()
    paused: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    priority: Priority = ()
    left_out: tuple[str, ...] = ()

    if TYPE_CHECKING:  # what may be given is wider than what is held

        def __init__(
            self,
            pins: Iterable[PairLike] = (),
            bans: Iterable[PairLike] = (),
            declines: Iterable[PairLike] = (),
            accepted: Iterable[PairLike] = (),
            expired: Iterable[PairLike] = (),
            ended: Iterable[EndedLike] = (),
            avoid: Iterable[PairLike] = (),
            favour: Iterable[PairLike] = (),
            shortlists: ListsLike = (),
            wishes: ListsLike = (),
            paused: PeopleLike = (),
            left: PeopleLike = (),
            priority: PriorityLike = (),
            left_out: PeopleLike = (),
        ) -> None: ...

    def __post_init__(self) -> None:
        findings: list[Finding] = []
        for name in PAIRS:
            type_ = EndedPair if name == "ended" else ChosenPair
            self._set(name, tuple(read_pairs(name, getattr(self, name), type_, findings)))
        for name in LISTS:
            self._set(name, read_lists(name, getattr(self, name), findings))
        self._set("priority", read_priority(self.priority, findings))
        for name in _PEOPLE:
            self._set(name, read_people(name, getattr(self, name), findings))
        findings += self._duplicates()
        over = {pair.people for pair in self.ended}
        self._set("accepted", tuple(pair for pair in self.accepted if pair.people not in over))
        findings += self._contradictions()
        if findings:
            raise ChoiceError(findings)

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def _duplicates(self) -> Iterator[Finding]:
        for name, word in PAIRS.items():
            times = Counter(pair.people for pair in getattr(self, name))
            for people, count in times.items():
                if count > 1:
                    expected, where = f"stands {number(count)} times in {name}", f"{word} {ChosenPair(*people)}"
                    yield Finding("choice_twice", expected, where=where, hint="once is enough")

    def _contradictions(self) -> Iterator[Finding]:
        closed = {name: {pair.people for pair in getattr(self, name)} for name in CLOSED}
        for made in _MADE:
            word = PAIRS[made]
            for people in dict.fromkeys(pair.people for pair in getattr(self, made)):
                for name, participle in CLOSED.items():
                    if people in closed[name]:
                        expected, hint = f"is also {participle}", f"take it out of {made} or out of {name}"
                        where = f"{word} {ChosenPair(*people)}"
                        yield Finding(f"{word}_{participle}", expected, where=where, hint=hint)

    @cached_property
    def _priorities(self) -> dict[str, int]:
        return dict(self.priority)

    def priority_of(self, mentee: str) -> int | None:
        """The priority that was given to a mentee here; None where none was, which leaves what the cohort says."""
        return self._priorities.get(mentee)

    def pairs_named(self) -> Iterator[tuple[str, str | None, str | None]]:
        """Every id that must be known, as (kind, mentor or None, mentee or None); but for ``paused`` and ``left``.

        The kind of a pair is one word such as "pin". The ids of a list come one by one, with a kind such as "shortlist
        of tim". Who paused or left may be on either side, and who left may be gone, so they are not named here.
        """
        for name, word in PAIRS.items():
            yield from ((word, pair.mentor, pair.mentee) for pair in getattr(self, name))
        for one in self.shortlists:
            kind = f"shortlist of {shown(one.person)}"
            yield kind, None, one.person
            yield from ((kind, mentor, None) for mentor in one.people)
        for one in self.wishes:
            kind = f"wish list of {shown(one.person)}"
            yield kind, one.person, None
            yield from ((kind, None, mentee) for mentee in one.people)
        yield from (("priority", None, mentee) for mentee, _ in self.priority)
        yield from (("left out", None, mentee) for mentee in self.left_out)

    def record(
        self,
        matching: Matching,
        accepted: Iterable[PairLike] | Literal["all"] = (),
        declined: Iterable[PairLike] = (),
        expired: Iterable[PairLike] = (),
    ) -> Choices:
        """The choices after the answers to a matching: what was accepted stays, what was declined never comes again.

        ``accepted`` and ``expired`` are pairs that the matching proposed, "all" for every one that is neither declined
        nor expired; a pair that is accepted already may be named again, and pairs that the matching holds as accepted
        are kept as such without being named. ``declined`` may be any pair that is not accepted. A reason replaces an
        earlier one. ``left_out`` becomes the mentees who asked for a mentor, take part and have none, and their
        ``priority`` what the matching was made with, where that came from elsewhere, so that ``next_round`` adds to it.
        Recording no answers gives choices that lead to the same matching. Raises ``ChoiceError`` with all findings.
        """
        if not hasattr(matching, "pairs") or not hasattr(matching, "unmatched"):
            raise ChoiceError(Finding("type", "expected a value of type Matching", where="matching"))
        findings: list[Finding] = []
        status: dict[tuple[str, str], str] = {(pair.mentor, pair.mentee): pair.status for pair in matching.pairs}
        status |= {pair.people: "accepted" for pair in self.accepted if pair.people not in status}
        no, late = (
            read_pairs(name, given, ChosenPair, findings)
            for name, given in (("declined", declined), ("expired", expired))
        )
        if isinstance(accepted, str) and accepted == "all":
            refused = {pair.people for pair in (*no, *late)}
            offers = [people for people, word in status.items() if word == "proposed" and people not in refused]
            yes = [ChosenPair(*people) for people in offers]
        else:
            yes = read_pairs("accepted", accepted, ChosenPair, findings)
        yes = list(_fitting("accepted", yes, status, findings))
        late = list(_fitting("expired", late, status, findings))
        no = list(_fitting("decline", no, status, findings))
        over = {pair.people for pair in self.ended}
        stay = [ChosenPair(*people) for people, word in status.items() if word == "accepted" and people not in over]
        left_out = [one.person for one in matching.unmatched if one.side == "mentee" and one.code not in _NOT_LEFT_OUT]
        asked = matching.demand
        had = dict(zip(asked.mentees, asked.priority, strict=True))
        elsewhere = {mentee: had[mentee] for mentee in left_out if had.get(mentee)}
        try:
            recorded = replace(
                self,
                accepted=_merged(self.accepted, (*stay, *yes)),
                declines=_merged(self.declines, no),
                expired=_merged(self.expired, late),
                priority=tuple((elsewhere | self._priorities).items()),
                left_out=tuple(left_out),
            )
        except ChoiceError as error:
            findings += error.findings
        if findings:
            raise ChoiceError(findings)
        return recorded

    def end(self, mentor: str | int, mentee: str | int, reason: str = "", again: Again = "never") -> Choices:
        """The choices after a pair ended: it is no longer accepted or pinned, and not made again.

        The pair need not be in the choices: an earlier matching may have made it, or a program before this one. So a
        slip in an id is found where the choices are used, as everywhere, and only if nobody has that id.
        ``again="next_round"`` lets the pair be made again after ``next_round``. A pair that ended before ends anew,
        with this reason. Raises ``ChoiceError`` for what is no id.

        >>> choices = Choices(accepted=[("ada", "tim")]).end("ada", "tim", again="next_round")
        >>> choices.accepted, choices.ended[0].again
        ((), 'next_round')
        """
        over = EndedPair(mentor, mentee, reason, again)

        def others(pairs: Iterable[_P]) -> tuple[_P, ...]:
            return tuple(pair for pair in pairs if pair.people != over.people)

        ended = (*others(self.ended), over)
        return replace(self, pins=others(self.pins), accepted=others(self.accepted), ended=ended)

    def next_round(self) -> Choices:
        """The choices for a new round: whoever was left out comes first, and what was for one round only is over.

        Every mentee of ``left_out`` gets one more ``priority`` than before (at most 1,000,000) and ``left_out`` is
        empty; ``expired`` pairs and ``ended`` ones with ``again="next_round"`` may be made again. All else is kept:
        accepted pairs, pins, bans, declines, pairs that ended for good, pairs to avoid and to favour, lists, wishes,
        who is paused and who left.

        >>> Choices(left_out=["tim"], priority={"tim": 1, "kay": 1}, expired=[("ada", "lin")]).next_round()
        ... # doctest: +ELLIPSIS
        Choices(...expired=()...priority=(('kay', 1), ('tim', 2)), left_out=())
        """
        first = {mentee: min(self._priorities.get(mentee, 0) + 1, LARGEST_PRIORITY) for mentee in self.left_out}
        return replace(
            self,
            expired=(),
            ended=tuple(pair for pair in self.ended if pair.again == "never"),
            priority=tuple((self._priorities | first).items()),
            left_out=(),
        )

    def with_(self, **changes: Any) -> Choices:
        """The choices with other lists, by their names. Raises ChoiceError for a name that they do not have."""
        known = [field.name for field in fields(self)]
        unknown = [
            Finding("unknown_choice", "choices have no such list", where=name, hint=did_you_mean(name, known))
            for name in changes
            if name not in known
        ]
        if unknown:
            raise ChoiceError(unknown)
        return replace(self, **changes)

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

    def page(self) -> Page:
        """The choices as a page of at most 30 lines of text: the counts that are not 0 and the first of each kind."""
        return page_of(self)


def _fitting(
    word: str, pairs: Iterable[ChosenPair], status: Mapping[tuple[str, str], str], findings: list[Finding]
) -> Iterator[ChosenPair]:
    """The answers that fit the pairs of a matching and their status; the others go to ``findings``."""
    for pair in pairs:
        found = status.get(pair.people)
        where = f"{word} {pair}"
        if word == "decline":
            if found == "accepted":
                hint = "end it with .end(mentor, mentee)"
                findings.append(Finding("decline_accepted", "is accepted already", where=where, hint=hint))
                continue
        elif found not in ("proposed", word):
            hint = f"it is {found}" if found else ""
            if not found and pair.people[::-1] in status:
                hint = "a pair is (mentor, mentee)"
            findings.append(Finding("not_proposed", "was not proposed", where=where, hint=hint))
            continue
        yield pair


def _merged(old: Iterable[ChosenPair], new: Iterable[ChosenPair]) -> tuple[ChosenPair, ...]:
    """The pairs of both, each once; a new one replaces an old one where it says why."""
    merged = {pair.people: pair for pair in old}
    for pair in new:
        if pair.reason or pair.people not in merged:
            merged[pair.people] = pair
    return tuple(merged.values())
