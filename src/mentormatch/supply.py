"""Whether there are enough mentors, before anything is matched: 5:4 in heads and in seats, and who shares too few."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from mentormatch.bottlenecks import Bottleneck
from mentormatch.choices import Choices
from mentormatch.cohort import Cohort
from mentormatch.errors import Finding, ProgramError
from mentormatch.formats import Groups, Mixed
from mentormatch.page import Page, Paged, Table
from mentormatch.wording import all_named, counted, listed, number

_USUAL = (10, 15)
"""Percent of an organisation who usually sign up."""


@dataclass(frozen=True)
class SupplyCheck(Paged):
    """How many mentors and seats there are for how many mentees, and how many are missing.

    ``mentors`` counts those with at least one seat, ``without_seat`` the others, ``seats`` the sum of the capacities,
    ``wanted`` the mentors that all mentees want together. Five for every four is what lets everybody be matched
    happily; fewer is a warning and never a refusal. ``short_mentors`` and ``short_seats`` are what is missing to five
    for four, in heads and in seats; ``unplaced`` is how many mentees cannot get a first mentor, whatever the scores.

    ``nobody_offers`` are options that mentees want and no mentor offers, ``bottlenecks`` groups of mentees who may only
    have mentors with too few seats. ``people`` counts everybody who signed up, out of ``headcount`` where that was
    given.

    Where ``groups`` are formed, that is how many there can be at most, and ``seats`` are the places in these; nothing
    is short where these are enough for everybody. None where pairs are formed.
    """

    mentors: int
    mentees: int
    seats: int
    wanted: int
    short_mentors: int
    short_seats: int
    unplaced: int
    without_seat: int
    people: int = 0
    headcount: int | None = None
    nobody_offers: tuple[Finding, ...] = ()
    bottlenecks: tuple[Bottleneck, ...] = ()
    groups: int | None = None

    def __bool__(self) -> bool:
        return self.enough_mentors and self.enough_seats and not self.unplaced and not self.bottlenecks

    @property
    def enough_for(self) -> int:
        """How many mentees the mentors registered so far are enough for, five mentors and five seats for every four.

        In groups, how many have a place.
        """
        if self.groups is not None:
            return self.seats
        return min(4 * self.mentors // 5, 4 * self.seats // 5)

    @property
    def share(self) -> float | None:
        """The share of the organisation who signed up, None where nobody said how large it is."""
        return None if self.headcount is None else self.people / self.headcount

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
        if self.groups is not None:
            return self._page_of_groups(self.groups)
        facts = [
            (
                "mentors with a seat",
                f"{number(self.mentors)} for {counted(self.mentees, 'mentee')}{_each(self.mentors, self.mentees)}",
            ),
            ("seats", f"{number(self.seats)} for {number(self.wanted)} wanted{_each(self.seats, self.wanted)}"),
            *self._forecast(),
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
        return Page("Supply", facts, self._tables(), notes)

    def _page_of_groups(self, groups: int) -> Page:
        """The page where groups are formed."""
        facts = [
            ("mentors who may lead", f"{number(self.mentors)} for {counted(self.mentees, 'mentee')}"),
            ("groups at most", number(groups)),
            ("places in groups", f"{number(self.seats)} for {counted(self.mentees, 'mentee')}"),
            *self._signed_up(),
        ]
        note = "Enough: the groups have a place for everybody."
        if self.unplaced:
            mentees, mentors = counted(self.unplaced, "mentee"), counted(self.short_mentors, "more mentor")
            remedy = f"Recruit {mentors}, or form larger groups." if self.short_mentors else "Allow other sizes."
            note = f"At least {mentees} cannot be in a group, whatever the scores. {remedy}"
        return Page("Supply", facts, self._tables(), [note])

    def _signed_up(self) -> Iterator[tuple[str, str]]:
        if self.headcount is not None:
            low, high = _USUAL
            usual = f"{low} to {high}% is usual"
            yield (
                "sign-ups",
                f"{number(self.people)} of {number(self.headcount)} ({self.people / self.headcount:.1%}; {usual})",
            )

    def _forecast(self) -> Iterator[tuple[str, str]]:
        if self.mentors and self.enough_for < self.mentees:
            yield "enough for", f"{counted(self.enough_for, 'mentee')} at five for every four"
        yield from self._signed_up()
        if self.headcount is None:
            return
        registered = self.mentors + self.without_seat
        if self.people and registered:
            ends = [percent * self.headcount // 100 for percent in _USUAL]
            mentees = [-(-end * self.mentees // self.people) for end in ends]
            needed = [max(0, _five_for_four(count) - registered) for count in mentees]
            people = f"{number(mentees[0])} to {number(mentees[1])} mentees"
            more = f"{number(needed[0])} to {number(needed[1])} more mentors"
            yield "forecast", f"{people} at that share, who need {more} than have registered"

    def _tables(self) -> Iterator[Table]:
        if self.bottlenecks:
            rows = [
                (
                    len(one.mentees),
                    listed(all_named(one.mentees, one.mentee_names)),
                    listed(all_named(one.mentors, one.mentor_names)) or "nobody",
                    one.seats,
                    one.short,
                )
                for one in self.bottlenecks
            ]
            columns = ("mentees", "who", "may only have", "seats", "too few")
            yield Table("Bottlenecks", columns, rows, ("right", "left", "left", "right", "right"))
        if self.nobody_offers:
            told = [(one.expected, one.hint) for one in self.nobody_offers]
            yield Table("Wanted and not offered", ("what", "what to do"), told)


def supply_of(
    cohort: Cohort, choices: Choices | None = None, headcount: int | None = None, format_: object = None
) -> SupplyCheck:
    """The check of a cohort; seats of a mentor beyond the number of mentees are no use and not counted.

    Where the format is `Groups`, mentors have places in groups in place of seats; where it is `Mixed`, who has no seat
    may have a place. Who left or pauses does not count, where ``choices`` are given. Raises ProgramError for a
    ``headcount`` that is no whole number, or smaller than the number of people.
    """
    away = () if choices is None else (*choices.left, *choices.paused)
    cohort = cohort.without([one for one in away if one in {*cohort.mentors.ids, *cohort.mentees.ids}])
    mentors, mentees = cohort.mentors, cohort.mentees
    people = len({*mentors.ids, *mentees.ids})
    offers = [min(int(capacity), len(mentees)) for capacity in mentors.capacity]
    with_seats = sum(1 for capacity in mentors.capacity if capacity > 0)
    wanted = sum(min(int(wants), max(1, len(mentors))) for wants in mentees.wants)
    seats = sum(offers)
    found = SupplyCheck(
        mentors=with_seats,
        mentees=len(mentees),
        seats=seats,
        wanted=wanted,
        short_mentors=max(0, _five_for_four(len(mentees)) - with_seats),
        short_seats=max(0, _five_for_four(wanted) - seats),
        unplaced=max(0, len(mentees) - seats),
        without_seat=len(mentors) - with_seats,
        people=people,
        headcount=_checked_headcount(headcount, people),
    )
    if isinstance(format_, Groups):
        return _in_groups(found, format_)
    if isinstance(format_, Mixed):
        # A mentor who leads has a share of the largest group, one who does not has the own seats.
        share = -(-format_.groups.size[1] // format_.groups.mentors[0])
        places = sum(max(int(capacity), share) for capacity in mentors.capacity if capacity > 0)
        return replace(found, unplaced=max(0, len(mentees) - places))
    return found


def _in_groups(found: SupplyCheck, format_: Groups) -> SupplyCheck:
    """The check where every group has as few mentors and as many mentees as it may have, and none has too few."""
    leaders, (fewest, most) = format_.mentors[0], format_.size
    groups = found.mentors // leaders
    places = min(most * min(groups, found.mentees // fewest), found.mentees)
    return replace(
        found,
        groups=groups,
        seats=places,
        wanted=found.mentees,
        short_mentors=max(0, -(-found.mentees // most) * leaders - found.mentors),
        short_seats=0,
        unplaced=found.mentees - places,
    )


def _checked_headcount(headcount: object, people: int) -> int | None:
    if headcount is None:
        return None
    whole = isinstance(headcount, (int, np.integer)) and not isinstance(headcount, bool)
    if not whole or int(headcount) < max(1, people):  # type: ignore[call-overload]
        expected = f"expected a whole number of at least {number(max(1, people))}, the people who signed up"
        raise ProgramError(Finding("headcount", expected, where="headcount"))
    return int(headcount)  # type: ignore[call-overload,no-any-return]


def _five_for_four(people: int) -> int:
    """The smallest whole number that is at least five quarters of ``people``."""
    return -(-5 * people // 4)


def _each(have: int, need: int) -> str:
    return f" ({have / need:.2f} each)" if need else ""
