"""Pairs that are no question, pinned or accepted before, as far as they leave no room for another pair."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from mentormatch.formats.posing import Couple, Posed
from mentormatch.wording import listed

ByPerson = dict[str, list[Couple]]


@dataclass(frozen=True, eq=False)
class Settled:
    """What the settled pairs of a demand use up."""

    posed: Posed

    def leaves_no_room(self, mentor: str, mentee: str) -> str:
        """That settled pairs leave no seat to the mentor or no wish to the mentee, in words; "" where they do."""
        demand = self.posed.demand
        of_mentors, of_mentees = self._by_person
        seats = [f"{demand.called('mentee', couple[1])} {self._status(couple)}" for couple in of_mentors[mentor]]
        if len(seats) >= demand.capacity[demand.places[0][mentor]]:
            return listed(seats)
        if (mentor, mentee) in self.posed.movable:
            return ""
        wanted = [f"{demand.called('mentor', couple[0])} {self._status(couple)}" for couple in of_mentees[mentee]]
        return listed(wanted) if len(wanted) >= demand.wants[demand.places[1][mentee]] else ""

    def _status(self, couple: Couple) -> str:
        return "is pinned" if couple in self._pins else "was accepted before"

    @cached_property
    def _pins(self) -> frozenset[Couple]:
        return frozenset(pin.people for pin in self.posed.demand.choices.pins)

    @cached_property
    def _by_person(self) -> tuple[ByPerson, ByPerson]:
        return by_person(self.posed.settled)


def by_person(couples: Iterable[Couple]) -> tuple[ByPerson, ByPerson]:
    """The pairs of every mentor and those of every mentee."""
    found: tuple[ByPerson, ByPerson] = defaultdict(list), defaultdict(list)
    for couple in couples:
        for side, person in zip(found, couple, strict=True):
            side[person].append(couple)
    return found
