"""Mentors whom many ask for: on whose lists they are, who has their seats and why, and what is left for the others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from mentormatch.alternatives import alternatives_for
from mentormatch.barriers import Barriers
from mentormatch.candidates import Candidates, checked_count
from mentormatch.forcing import Forcing
from mentormatch.formats.posing import Couple, Posed, pose
from mentormatch.outcomes import check_best
from mentormatch.page import Page, Recorded, Table
from mentormatch.preference import Preferences
from mentormatch.settled import ByPerson, Settled, by_person
from mentormatch.wording import all_named, counted, listed, named, number

if TYPE_CHECKING:
    from mentormatch.demand import Demand
    from mentormatch.matching import Matching, Pair
    from mentormatch.scores import ScoreMatrix


_LOADS = "seats of minimum loads filled"


@dataclass(frozen=True)
class SeatHolder:
    """Somebody who has a seat of a mentor whom others asked for too.

    ``rank`` is the mentor's place on their list, None off it. ``aims`` are what decided it: "pinned", "accepted" for a
    pair that was accepted before, else the aims that would be worse first if one of the others had this seat; none
    where nobody would take it, or where that was not asked. ``reason`` says it in words.
    """

    mentee: str
    name: str
    rank: int | None
    points: int
    status: str
    aims: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class SeatMissed:
    """Somebody who listed a mentor and does not have them.

    ``has`` are the mentors they have, each with its place on their list, and ``has_names`` their names, if there are
    any. ``code`` says what decided: a barrier such as "forbidden" or "declined", "settled" where pinned and accepted
    pairs leave no room, else the first aim that would be worse with this pair, which ``label`` calls by its name; ""
    where that was not asked. ``reason`` says it in words, and ``loser`` who would have to give up the seat.
    ``alternatives`` are the best other mentors.
    """

    mentee: str
    name: str
    rank: int
    has: tuple[tuple[str, int | None], ...]
    alternatives: Candidates
    code: str = ""
    label: str = ""
    reason: str = ""
    loser: tuple[str, ...] = ()
    has_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class PopularMentor:
    """How many ask for a mentor with how many ``seats``.

    ``lists`` counts the mentees who take part and have the mentor on their list; ``ranks[r]`` those at whom the mentor
    has the place r + 1. ``holders`` have the seats and ``others`` listed the mentor in vain, both by rank and id; both
    are empty before anything is matched.
    """

    mentor: str
    name: str
    seats: int
    ranks: tuple[int, ...]
    holders: tuple[SeatHolder, ...] = ()
    others: tuple[SeatMissed, ...] = ()

    @property
    def lists(self) -> int:
        """On how many lists the mentor stands."""
        return sum(self.ranks)


@dataclass(frozen=True)
class PopularMentors(Recorded, Sequence[PopularMentor]):
    """Mentors with what is asked of them, the most lists beyond their seats first; a sequence that prints as a page.

    For the administrator: it names people to one another and shows shares of private answers.
    """

    mentors: tuple[PopularMentor, ...]

    @overload
    def __getitem__(self, at: int) -> PopularMentor: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[PopularMentor, ...]: ...

    def __getitem__(self, at: int | slice) -> PopularMentor | tuple[PopularMentor, ...]:
        return self.mentors[at]

    def __len__(self) -> int:
        return len(self.mentors)

    def __iter__(self) -> Iterator[PopularMentor]:
        return iter(self.mentors)

    def __repr__(self) -> str:
        return f"PopularMentors({counted(len(self), 'mentor')})"

    def page(self) -> Page:
        """Lists and seats of all in one table, then for each mentor who has the seats and what the others have."""
        rows = [(named(one.mentor, one.name), one.seats, one.lists, _ranks(one)) for one in self]
        columns = ("mentor", "seats", "lists", "ranks")
        tables = [Table("", columns, rows, ("left", "right", "right", "left"))] if rows else []
        tables += [table for one in self for table in _tables(one)]
        notes = [] if rows else ["Nobody is on more lists than they have seats."]
        return Page("Mentors asked for", (), tables, notes)

    def to_records(self) -> list[dict[str, Any]]:
        """One record for each mentor, with one for each of the ``holders`` and of the ``others`` in it."""
        return [
            {
                "mentor": one.mentor,
                "mentor_name": one.name,
                "seats": one.seats,
                "lists": one.lists,
                "ranks": list(one.ranks),
                "holders": [asdict(holder) for holder in one.holders],
                "others": [_record(other) for other in one.others],
            }
            for one in self
        ]


def popular_before(demand: Demand, scores: ScoreMatrix) -> PopularMentors:
    """The mentors on more lists than they have seats, before anything is matched. Linear in the lists."""
    return PopularMentors(tuple(one for one in _asked_for(demand, scores) if one.lists > one.seats))


def popular_after(
    matching: Matching, scores: ScoreMatrix, mentor: object, k: object, decided: bool | None
) -> PopularMentors:
    """One mentor, or all on more lists than they have seats, with who has the seats and what the others have.

    ``decided`` also asks what decided, by default for one mentor only: it costs a solve for each of the others.
    """
    most = checked_count(k)
    found = _asked_for(matching.demand, scores)
    if mentor is None:
        chosen = [one for one in found if one.lists > one.seats]
    else:
        person = scores.person("mentor", mentor)[0]
        chosen = [one for one in found if one.mentor == person]
    usual = mentor is not None and matching.proof.stopped is None
    seats = _Seats(matching, scores, most, usual if decided is None else decided)
    return PopularMentors(tuple(map(seats.of, chosen)))


def _asked_for(demand: Demand, scores: ScoreMatrix) -> list[PopularMentor]:
    """All mentors with their lists and seats, the most lists beyond the seats first."""
    ranks: dict[str, Counter[int]] = defaultdict(Counter)
    here = set(demand.mentees) - demand.absent
    for mentee, own in demand.ranks.items():
        for mentor, rank in own.items() if mentee in here else ():
            ranks[mentor][rank] += 1
    closed = {*demand.absent, *scores.ineligible("mentor")}
    found = [
        PopularMentor(
            mentor,
            demand.name("mentor", mentor),
            0 if mentor in closed else demand.capacity[at],
            tuple(ranks[mentor][rank + 1] for rank in range(max(ranks[mentor], default=0))),
        )
        for at, mentor in enumerate(demand.mentors)
    ]
    return sorted(found, key=lambda one: (one.seats - one.lists, one.mentor))


@dataclass(frozen=True, eq=False)
class _Seats:
    """Who has the seats of mentors, and what decided it."""

    matching: Matching
    scores: ScoreMatrix
    k: int
    decided: bool

    def of(self, one: PopularMentor) -> PopularMentor:
        """The mentor with the holders of the seats and the others."""
        demand = self.matching.demand
        held = {pair.mentee: pair for pair in self.matching.pairs if pair.mentor == one.mentor}
        ranks = {
            mentee: own[one.mentor]
            for mentee, own in demand.ranks.items()
            if one.mentor in own and mentee in demand.places[1] and mentee not in demand.absent
        }
        others = tuple(
            self._missed(one.mentor, mentee, ranks[mentee])
            for mentee in sorted(ranks.keys() - held.keys(), key=lambda mentee: (ranks[mentee], mentee))
        )
        last = len(one.ranks) + 1
        in_order = sorted(held.values(), key=lambda pair: (ranks.get(pair.mentee, last), pair.mentee))
        holders = tuple(self._holder(pair, ranks.get(pair.mentee), others) for pair in in_order)
        return replace(one, holders=holders, others=others)

    def _holder(self, pair: Pair, rank: int | None, others: tuple[SeatMissed, ...]) -> SeatHolder:
        name = self.matching.demand.name("mentee", pair.mentee)
        found = SeatHolder(pair.mentee, name, rank, pair.points, pair.status)
        if pair.status == "pinned":
            return replace(found, aims=("pinned",), reason="pinned")
        if (pair.mentor, pair.mentee) in self._posed.settled:
            return replace(found, aims=("accepted",), reason="accepted before")
        if not self.decided:
            return found
        rivals: dict[tuple[str, str], list[str]] = {}
        for other in others:
            if pair.mentee in other.loser:
                rivals.setdefault((other.code, other.label), []).append(named(other.mentee, other.name))
        aims = tuple(dict.fromkeys(code for code, _ in rivals))
        reasons = [f"before {listed(mentees)}: {label}" for (_, label), mentees in rivals.items()]
        return replace(found, aims=aims, reason="; ".join(reasons) or "nobody on these lists would take it")

    def _missed(self, mentor: str, mentee: str, rank: int) -> SeatMissed:
        own = self.matching.demand.ranks[mentee]
        has = tuple((held, own.get(held)) for held, _ in self._pairs[1][mentee])
        demand = self.matching.demand
        names = demand.names_of("mentor", [held for held, _ in has])
        found = SeatMissed(
            mentee, demand.name("mentee", mentee), rank, has, self._alternatives(mentor, mentee), has_names=names
        )
        if barrier := self._barriers.at_all(mentor, mentee):
            return replace(found, code=barrier.code, reason=barrier.holds)
        if settled := self._settled.leaves_no_room(mentor, mentee):
            return replace(found, code="settled", reason=settled)
        return self._compared(found, mentor, mentee) if self.decided else found

    def _alternatives(self, mentor: str, mentee: str) -> Candidates:
        """The best mentors for the mentee but for this one."""
        if mentee not in self._best:
            self._best[mentee] = alternatives_for(self.matching, self.scores, mentee, self.k + 1 if self.k else 0)
        best = self._best[mentee]
        return replace(best, candidates=tuple(one for one in best if one.mentor != mentor)[: self.k])

    def _compared(self, found: SeatMissed, mentor: str, mentee: str) -> SeatMissed:
        """What decided between the mentee and those who have the seats."""
        if self.matching.demand.aim.stable:
            better = self._preferences.why_not(mentor, mentee)
            if better is None:
                return found
            loser = (better.other,) if better.side == "mentor" else ()
            return replace(found, code=better.by, label=better.label, reason=str(better), loser=loser)
        forced = self._forcing.with_pair(mentor, mentee)
        if (mentor, mentee) not in forced.pairs:
            return replace(found, code="minimum_load", label=_LOADS, reason="a minimum load could not be met")
        has = {e for m, e in self._made if m == mentor}
        label = forced.lost.label if forced.lost else ""
        losers = tuple(sorted(has - {e for m, e in forced.pairs if m == mentor}))
        who = listed(self.matching.demand.called("mentee", one) for one in losers)
        place = f"in place of {who}: " if losers else ""
        return replace(found, code=forced.aim, label=label, reason=f"{place}{forced}", loser=losers)

    @cached_property
    def _best(self) -> dict[str, Candidates]:
        return {}

    @cached_property
    def _posed(self) -> Posed:
        return pose(self.matching.demand, self.scores)

    @cached_property
    def _barriers(self) -> Barriers:
        return Barriers(self.matching)

    @cached_property
    def _made(self) -> frozenset[Couple]:
        return frozenset((pair.mentor, pair.mentee) for pair in self.matching.pairs)

    @cached_property
    def _forcing(self) -> Forcing:
        check_best(self.matching.proof)
        points = np.array([pair.points for pair in self.matching.pairs], dtype=np.int64)
        return Forcing(self._posed, *self.matching.to_indices(), points, self.matching.proof)

    @cached_property
    def _preferences(self) -> Preferences:
        return Preferences(self._posed, self._made)

    @cached_property
    def _settled(self) -> Settled:
        return Settled(self._posed)

    @cached_property
    def _pairs(self) -> tuple[ByPerson, ByPerson]:
        return by_person((pair.mentor, pair.mentee) for pair in self.matching.pairs)


def _ranks(one: PopularMentor) -> str:
    return ", ".join(f"{number(count)} at rank {rank}" for rank, count in enumerate(one.ranks, start=1) if count)


def _tables(one: PopularMentor) -> Iterator[Table]:
    who = named(one.mentor, one.name)
    if one.holders:
        columns: dict[str, list[str | int | None]] = {
            "mentee": [named(holder.mentee, holder.name) for holder in one.holders],
            "rank": [holder.rank for holder in one.holders],
            "points": [holder.points for holder in one.holders],
            "status": [holder.status for holder in one.holders],
            "decided": [holder.reason for holder in one.holders],
        }
        yield _table(f"Who has the seats of {who}", columns)
    if one.others:
        columns = {
            "mentee": [named(other.mentee, other.name) for other in one.others],
            "rank": [other.rank for other in one.others],
            "has": [listed(_had(other)) or "nobody" for other in one.others],
            "decided": [other.reason for other in one.others],
        }
        yield _table(f"Who asked for {who} as well", columns)
    if any(o.alternatives for o in one.others):
        yield Table(
            f"Alternatives to {who}",
            ("mentee", "mentor", "points", "rank", "seats", "consists of"),
            [
                (named(o.mentee, o.name), named(c.mentor, c.name), str(c.score), c.rank, c.seats, c.reason)
                for o in one.others
                for c in o.alternatives
            ],
            ("left", "left", "right", "right", "left", "left"),
        )


def _table(title: str, columns: dict[str, list[str | int | None]]) -> Table:
    """A table of the columns in which anything stands."""
    filled = {name: cells for name, cells in columns.items() if any(cell not in (None, "") for cell in cells)}
    align = ["right" if name in ("rank", "points") else "left" for name in filled]
    return Table(title, filled, zip(*filled.values(), strict=True), align)  # type: ignore[arg-type]


def _record(other: SeatMissed) -> dict[str, Any]:
    record = {one.name: getattr(other, one.name) for one in fields(other) if one.name != "has_names"}
    return record | {"alternatives": other.alternatives.to_records()}


def _had(other: SeatMissed) -> list[str]:
    """Whom they have, with the place on their list."""
    shown = all_named([mentor for mentor, _ in other.has], other.has_names)
    return [
        who if rank is None else f"{who} (rank {number(rank)})" for who, (_, rank) in zip(shown, other.has, strict=True)
    ]
