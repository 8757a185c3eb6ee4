"""Whether there are enough mentors: the 5:4 check in heads and in seats, before anything is matched."""

from __future__ import annotations

from dataclasses import dataclass

from mentormatch.cohort import Cohort
from mentormatch.page import Page
from mentormatch.wording import counted, number


@dataclass(frozen=True)
class SupplyCheck:
    """How many mentors and seats there are for how many mentees, and how many are missing.

    ``mentors`` counts those with at least one seat, ``seats`` the sum of their capacities, ``wanted`` the mentors that
    all mentees want together. Five for every four is what lets everybody be matched happily; fewer is a warning and
    never a refusal. ``short_mentors`` and ``short_seats`` are what is missing to five for four, in heads and in seats;
    ``unplaced`` is how many mentees cannot get a first mentor, whatever the scores.
    """

    mentors: int
    mentees: int
    seats: int
    wanted: int
    short_mentors: int
    short_seats: int
    unplaced: int

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
            ("mentors", _per(self.mentors, self.mentees, "mentee")),
            ("seats", _per(self.seats, self.wanted, "mentor") + " wanted"),
        ]
        notes = []
        if self.unplaced:
            who = counted(self.unplaced, "mentee")
            notes.append(
                f"At least {who} cannot have a mentor. Ask mentors for {counted(self.unplaced, 'more seat')}, "
                f"recruit {counted(self.unplaced, 'more mentor')}, or form groups."
            )
        if self.short_seats:
            notes.append(f"Five seats for every four mentors wanted: {counted(self.short_seats, 'seat')} short.")
        if self.short_mentors:
            spare = "" if self.short_seats else "; the seats make up for it"
            notes.append(f"Five mentors for every four mentees: {counted(self.short_mentors, 'mentor')} short{spare}.")
        if not notes:
            notes.append("Enough: five for every four, in heads and in seats.")
        return Page("Supply", facts, (), notes)

    def __str__(self) -> str:
        return self.page().text()


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
    )


def _five_for_four(people: int) -> int:
    """The smallest whole number that is at least five quarters of ``people``."""
    return -(-5 * people // 4)


def _per(have: int, need: int, noun: str) -> str:
    ratio = f"{have / need:.2f} for each of " if need else ""
    return f"{number(have)}, {ratio}{counted(need, noun)}"
