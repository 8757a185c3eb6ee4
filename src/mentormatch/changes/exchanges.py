"""Who lost which partners between two matchings, who came in their place, and how much room there is for more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from mentormatch.barriers import Side
from mentormatch.demand import Demand
from mentormatch.formats.posing import Couple, Posed

if TYPE_CHECKING:
    from mentormatch.matching import Pair

SIDES: dict[Side, int] = {"mentor": 0, "mentee": 1}
"""The place of each side in a couple."""


@dataclass(frozen=True, eq=False)
class Exchanges:
    """The pairs of an earlier and a later matching, and the later demand as a problem, where its scores are known.

    ``barred`` are the lost pairs that cannot be made now, ``held`` the later pairs that are no question. Where somebody
    lost pairs and got others, one is taken to stand in the place of another: barred and held ones first, so that an
    effect stands beside its cause, then by id.
    """

    was: Mapping[Couple, Pair]
    now: Mapping[Couple, Pair]
    earlier: Demand
    later: Demand
    posed: Posed | None
    barred: Collection[Couple]
    held: Collection[Couple]

    @cached_property
    def lost(self) -> list[Couple]:
        """The earlier pairs that are no more."""
        return sorted(self.was.keys() - self.now.keys())

    @cached_property
    def gained(self) -> list[Couple]:
        """The later pairs that were not."""
        return sorted(self.now.keys() - self.was.keys())

    @cached_property
    def instead(self) -> dict[Side, dict[Couple, Couple]]:
        """For each side the lost pairs and those that the person got in their place, if any."""
        lost = sorted(self.lost, key=lambda couple: couple not in self.barred)
        gained = sorted(self.gained, key=lambda couple: couple not in self.held)
        return {side: _in_place(lost, gained, at) for side, at in SIDES.items()}

    @cached_property
    def before(self) -> dict[Side, dict[Couple, Couple]]:
        """The inverse of `instead`."""
        return {side: {new: old for old, new in pairs.items()} for side, pairs in self.instead.items()}

    @cached_property
    def had(self) -> dict[Side, dict[str, list[str]]]:
        """The partners that everybody had, by id."""
        return _partners(self.was)

    @cached_property
    def has(self) -> dict[Side, dict[str, list[str]]]:
        """The partners that everybody has now, by id."""
        return _partners(self.now)

    @cached_property
    def asked_before(self) -> dict[Side, dict[str, int]]:
        """How many partners everybody could have: the seats of mentors, the mentors that mentees wanted."""
        return _by_id(self.earlier, self.earlier.capacity, self.earlier.wants)

    @cached_property
    def asked(self) -> dict[Side, dict[str, int]]:
        """How many partners everybody may have now."""
        return _by_id(self.later, self.later.capacity, self.later.wants)

    @cached_property
    def room(self) -> dict[Side, dict[str, int]]:
        """How many partners everybody may have now, with the accepted pairs that stay although they are too many."""
        if self.posed is None:
            return self.asked
        problem = self.posed.problem
        seats, wants = problem.capacity + problem.led, problem.wants + problem.served
        return _by_id(self.later, seats[self.posed.mentor_place].tolist(), wants[self.posed.mentee_place].tolist())

    @cached_property
    def holds(self) -> dict[Side, dict[str, list[str]]]:
        """The partners that everybody has and who are no question, by id."""
        return _partners([couple for couple in self.now if couple in self.held])

    def is_full(self, side: Side, person: str) -> bool:
        """Whether there is no room for a partner more; for a mentee also where those held are as many as wanted."""
        full = len(self.has[side].get(person, ())) >= self.room[side][person]
        return full or (side == "mentee" and len(self.holds[side].get(person, ())) >= self.asked[side][person])

    def was_full(self, side: Side, person: str) -> bool:
        """Whether there was no room for one partner more."""
        return len(self.had[side].get(person, ())) >= self.asked_before[side][person]

    def chains(self, decided: Collection[Couple]) -> Iterator[tuple[list[Couple], list[Couple]]]:
        """The lost and gained ones of some pairs, in groups of those that stand in one another's place."""
        beside: dict[Couple, list[Couple]] = {couple: [] for couple in (*self.lost, *self.gained) if couple in decided}
        for pairs in self.instead.values():
            for lost, gained in pairs.items():
                if lost in beside and gained in beside:
                    beside[lost].append(gained)
                    beside[gained].append(lost)
        seen: set[Couple] = set()
        for start in beside:
            if start in seen:
                continue
            chain = [start]
            seen.add(start)
            for couple in chain:  # which grows meanwhile
                more = [other for other in dict.fromkeys(beside[couple]) if other not in seen]
                seen.update(more)
                chain += more
            yield [couple for couple in chain if couple in self.was], [couple for couple in chain if couple in self.now]


def _in_place(lost: list[Couple], gained: list[Couple], at: int) -> dict[Couple, Couple]:
    """Lost and gained pairs of the same person (of the side at ``at``), one by one in their orders."""
    waiting: dict[str, list[Couple]] = defaultdict(list)
    for couple in reversed(gained):
        waiting[couple[at]].append(couple)
    return {couple: waiting[couple[at]].pop() for couple in lost if waiting[couple[at]]}


def _partners(couples: Collection[Couple]) -> dict[Side, dict[str, list[str]]]:
    found: dict[Side, dict[str, list[str]]] = {"mentor": {}, "mentee": {}}
    for mentor, mentee in sorted(couples):
        found["mentor"].setdefault(mentor, []).append(mentee)
        found["mentee"].setdefault(mentee, []).append(mentor)
    return found


def _by_id(demand: Demand, seats: Collection[int], wants: Collection[int]) -> dict[Side, dict[str, int]]:
    return {
        "mentor": dict(zip(demand.mentors, seats, strict=True)),
        "mentee": dict(zip(demand.mentees, wants, strict=True)),
    }
