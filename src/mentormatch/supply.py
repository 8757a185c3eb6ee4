"""Whether there are enough mentors: the 5:4 check in heads and in seats, before anything is matched."""

from __future__ import annotations

from dataclasses import dataclass

from mentormatch.cohort import Cohort
from mentormatch.page import Page, Paged
from mentormatch.wording import counted, listed, number


@dataclass(frozen=True)
class SupplyCheck(Paged):
    """How many mentors and seats there are for how many mentees, and how many are missing.

    ``mentors`` counts those with at least one seat, ``without_seat`` the others, ``seats`` the sum of the capacities,
    ``wanted`` the mentors that all mentees want together. Five for every four is what lets everybody be matched
    happily; fewer is a warning and never a refusal. ``short_mentors`` and ``short_seats`` are what is missing to five
    for four, in heads and in seats; ``unplaced`` is how many mentees cannot get a first mentor, whatever the scores.
    """

    mentors: int
    mentees: int
    seats: int
    wanted: int
    short_mentors: int
    short_seats: int
    unplaced: int
    without_seat: int

    def __bool__(self) -> bool:
        return self.enough_mentors and self.enough_seats

    @property
    def enough_mentors(self) -> bool:
        """Whether there are five mentors for every four mentees."""
        return self.short_mentors == 0

    @property
    def enough_seats(self) -> bool:
        """Whether there are five seats for every four mentors wanted."""
        return self.short_seats == 0

    def page(self) -> Page:
        """The check as a page: the figures, and what to do."""
        facts = [
            (
                "mentors with a seat",
                f"{number(self.mentors)} for {counted(self.mentees, 'mentee')}{_each(self.mentors, self.mentees)}",
            ),
            ("seats", f"{number(self.seats)} for {number(self.wanted)} wanted{_each(self.seats, self.wanted)}"),
        ]
        notes = []
        if self.unplaced and not self.mentors + self.without_seat:
            mentees, mentors = counted(self.unplaced, "mentee"), counted(self.unplaced, "mentor")
            notes.append(f"There are no mentors, so {mentees} cannot have one, whatever the scores. Recruit {mentors}.")
        elif self.unplaced:
            seats, mentors = (counted(self.unplaced, noun) for noun in ("more seat", "more mentor"))
            notes.append(
                f"At least {counted(self.unplaced, 'mentee')} cannot have a mentor, whatever the scores. "
                f"Ask mentors for {seats}, recruit {mentors}, or form groups."
            )
        if self.short_seats or self.short_mentors:
            missing = [counted(self.short_mentors, "more mentor")] if self.short_mentors else []
            missing += [counted(self.short_seats, "more seat")] if self.short_seats else []
            notes.append(
                "Five mentors and five seats for every four mentees let everybody be matched well: "
                f"that takes {listed(missing)}."
            )
        else:
            notes.append("Enough: five for every four, in mentors and in seats.")
        return Page("Supply", facts, (), notes)


def supply_of(cohort: Cohort) -> SupplyCheck:
    """The check of a cohort; seats of a mentor beyond the number of mentees are no use and not counted."""
    mentors, mentees = cohort.mentors, cohort.mentees
    offers = [min(int(capacity), len(mentees)) for capacity in mentors.capacity]
    with_seats = sum(1 for capacity in mentors.capacity if capacity > 0)
    wanted = sum(min(int(wants), max(1, len(mentors))) for wants in mentees.wants)
    seats = sum(offers)
    return SupplyCheck(
        mentors=with_seats,
        mentees=len(mentees),
        seats=seats,
        wanted=wanted,
        short_mentors=max(0, _five_for_four(len(mentees)) - with_seats),
        short_seats=max(0, _five_for_four(wanted) - seats),
        unplaced=max(0, len(mentees) - seats),
        without_seat=len(mentors) - with_seats,
    )


def _five_for_four(people: int) -> int:
    """The smallest whole number that is at least five quarters of ``people``."""
    return -(-5 * people // 4)


def _each(have: int, need: int) -> str:
    return f" ({have / need:.2f} each)" if need else ""
