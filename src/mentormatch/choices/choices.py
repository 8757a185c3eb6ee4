"""Everything that people have said so far, as one frozen value, and what an answer or a new round makes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import ConfigDict

from mentormatch import doors
from mentormatch.choices.lists import (
    Priority,
    Shortlists,
    Wishes,
    read_lists,
    read_people,
    read_priority,
)
from mentormatch.choices.pairs import ChosenPair, EndedPair, read_pairs, shown
from mentormatch.errors import ChoiceError, Finding
from mentormatch.page import Page, Table
from mentormatch.wording import counted, did_you_mean, number, shortened

if TYPE_CHECKING:
    from mentormatch.choices.lists import ListsLike, PeopleLike, PriorityLike
    from mentormatch.choices.pairs import EndedLike, PairLike

_Pairs = tuple[Annotated[ChosenPair, doors.keep_findings], ...]
_Ended = tuple[Annotated[EndedPair, doors.keep_findings], ...]

_PAIRS = {
    "pins": "pin",
    "bans": "ban",
    "declines": "decline",
    "accepted": "accepted",
    "expired": "expired",
    "ended": "ended",
    "avoid": "avoid",
    "favour": "favour",
}
_LISTS = {"shortlists": "shortlist", "wishes": "wish list"}
_PEOPLE = ("paused", "left", "left_out")
_MADE = ("pins", "accepted")
_CLOSED = {"bans": "banned", "declines": "declined", "expired": "expired", "ended": "ended"}
_MOST_LINES = 30


@dataclass(frozen=True)
class Choices:
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
    list of pairs, a person twice on one list or on their own, a pin or an accepted pair that is also banned, declined,
    expired or ended. Whether the people exist is seen where the choices are used, and so is whether one id on both
    sides of a pair is one person.

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
        for name in _PAIRS:
            type_ = EndedPair if name == "ended" else ChosenPair
            self._set(name, tuple(read_pairs(name, getattr(self, name), type_, findings)))
        for name, word in _LISTS.items():
            self._set(name, read_lists(name, word, getattr(self, name), findings))
        self._set("priority", read_priority(self.priority, findings))
        for name in _PEOPLE:
            self._set(name, read_people(name, getattr(self, name), findings))
        findings += [*self._duplicates(), *self._own_lists(), *self._contradictions()]
        if findings:
            raise ChoiceError(findings)

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def _duplicates(self) -> Iterator[Finding]:
        for name, word in _PAIRS.items():
            times = Counter(pair.people for pair in getattr(self, name))
            for people, count in times.items():
                if count > 1:
                    expected, where = f"stands {number(count)} times in {name}", f"{word} {ChosenPair(*people)}"
                    yield Finding("choice_twice", expected, where=where, hint="once is enough")

    def _own_lists(self) -> Iterator[Finding]:
        for name, word in _LISTS.items():
            for one in getattr(self, name):
                if one.person in one.people:
                    yield Finding(
                        "own_list", "nobody is matched with themselves", where=f"{word} of {shown(one.person)}"
                    )

    def _contradictions(self) -> Iterator[Finding]:
        closed = {name: {pair.people for pair in getattr(self, name)} for name in _CLOSED}
        for made in _MADE:
            word = _PAIRS[made]
            for people in dict.fromkeys(pair.people for pair in getattr(self, made)):
                for name, participle in _CLOSED.items():
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
        """Every id that is named, as (place in words, mentor or None, mentee or None).

        The place is such as "pin (ada, tim)" or "shortlist of tim". Who paused or left may be on either side, so their
        id comes as the mentor and as the mentee of the places "paused" and "left".
        """
        for name, word in _PAIRS.items():
            for pair in getattr(self, name):
                yield f"{word} {pair}", pair.mentor, pair.mentee
        for one in self.shortlists:
            place = f"shortlist of {shown(one.person)}"
            yield place, None, one.person
            yield from ((place, mentor, None) for mentor in one.people)
        for one in self.wishes:
            place = f"wish list of {shown(one.person)}"
            yield place, one.person, None
            yield from ((place, None, mentee) for mentee in one.people)
        for word, people in (("paused", self.paused), ("left", self.left)):
            yield from ((word, person, person) for person in people)
        yield from (("priority", None, mentee) for mentee, _ in self.priority)
        yield from (("left out", None, mentee) for mentee in self.left_out)

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

    def __str__(self) -> str:
        for most in range(10, -1, -1):
            text = self._page(most).text()
            if text.count("\n") < _MOST_LINES:
                break
        return text

    def _page(self, most: int) -> Page:
        """The counts, and at most this many rows of each table."""
        facts = [(f.name.replace("_", " "), len(getattr(self, f.name))) for f in fields(self)]
        pairs = [
            (
                "ended (next round)" if getattr(pair, "again", "") == "next_round" else word,
                shown(pair.mentor),
                shown(pair.mentee),
                shortened(pair.reason),
            )
            for name, word in _PAIRS.items()
            for pair in getattr(self, name)
        ]
        lists = [
            (word, shown(one.person), shortened(str(one).partition(": ")[2]))
            for name, word in _LISTS.items()
            for one in getattr(self, name)
        ]
        tables, notes = [], []
        for title, columns, rows in (
            ("Pairs", ("choice", "mentor", "mentee", "reason"), pairs),
            ("Lists", ("list", "of", "best first"), lists),
        ):
            if rows and most:
                tables.append(Table(title, columns, rows[:most]))
            if len(rows) > most:
                notes.append(f"{counted(len(rows) - most, 'more row')} of {title} not shown.")
        if not any(count for _, count in facts):
            notes.append("Nothing was said yet.")
        return Page("Choices", facts=[fact for fact in facts if fact[1]], tables=tables, notes=notes)
