"""What one more seat at each mentor would bring, aim by aim, and whom to ask for how many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import numpy as np

from mentormatch.candidates import checked_count
from mentormatch.demand import Demand
from mentormatch.errors import InfeasibleError
from mentormatch.outcomes import AimChange, Effect, Outcome, signed
from mentormatch.page import Page, Paged, Recorded, Table
from mentormatch.wording import counted, listed, named

_TRIED = 3
"""Mentors with more accepted pairs than seats for whom every number of seats is tried."""


@dataclass(frozen=True)
class SeatValue:
    """What one more seat at a mentor would bring, beside the ``seats`` offered now; lower aims may lose by it.

    ``people`` is how many more mentees would have a mentor, ``on_list`` how many more one from their list, ``rank`` the
    points for ranks on lists and ``points`` those of scores (with the bonus for lists, where there is one). ``effect``
    has every aim, and who would move; ``placed`` are the mentees who would have a mentor more.
    """

    mentor: str
    name: str
    seats: int
    effect: Effect

    @property
    def people(self) -> int:
        """How many more mentees would have a mentor."""
        return self.effect.by("participation")

    @property
    def on_list(self) -> int:
        """How many more mentees would have somebody from their list."""
        return self.effect.by("listed")

    @property
    def rank(self) -> int:
        """How many points for ranks on lists more."""
        return self.effect.by("rank")

    @property
    def points(self) -> int:
        """How many points more."""
        return self.effect.by("points")

    @property
    def placed(self) -> tuple[str, ...]:
        """The mentees who would have a mentor more than now."""
        return tuple(move.mentee for move in self.effect.moves if len(move.then) > len(move.now))

    def __bool__(self) -> bool:
        return any(self.effect.gains)


@dataclass(frozen=True, repr=False)
class SeatValues(Recorded, Mapping[str, SeatValue]):
    """One more seat at each mentor, by id; a mapping that prints those that bring anything, the best first.

    ``why_none`` says why there are none, where the aims give a seat no value of its own. For the administrator: it
    names people to one another.
    """

    values_by_mentor: Mapping[str, SeatValue]
    why_none: str = ""

    def __getitem__(self, mentor: str) -> SeatValue:
        return self.values_by_mentor[mentor]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_mentor)

    def __len__(self) -> int:
        return len(self.values_by_mentor)

    def __repr__(self) -> str:
        return f"SeatValues({self.why_none or counted(len(self), 'mentor')})"

    @property
    def ranked(self) -> tuple[SeatValue, ...]:
        """The seats that bring anything, the best first, equal ones by id."""
        some = [one for one in self.values() if one]
        return tuple(sorted(some, key=lambda one: ([-gain for gain in one.effect.gains], one.mentor)))

    def page(self) -> Page:
        """The seats that bring anything, with the aims that any of them changes."""
        if self.why_none:
            return Page("One more seat", notes=[self.why_none])
        ranked = self.ranked
        if not ranked:
            return Page("One more seat", notes=["One more seat brings nothing, whoever offers it."])
        changing = [k for k, _ in enumerate(ranked[0].effect.aims) if any(one.effect.gains[k] for one in ranked)]
        labels = [ranked[0].effect.aims[k].label for k in changing]
        rows = [
            (
                named(one.mentor, one.name),
                one.seats,
                *(signed(one.effect.aims[k].by) for k in changing),
                listed(_placed(one)),
            )
            for one in ranked
        ]
        columns = ("mentor", "seats now", *labels, "would place")
        align = ("left", "right", *("right" for _ in changing), "left")
        others = len(self) - len(ranked)
        rest = "the other mentor" if others == 1 else f"the other {counted(others, 'mentor')}"
        notes = [f"One more seat at {rest} brings nothing."] if others else []
        table = Table("What each would bring", columns, rows, align)  # type: ignore[arg-type]
        return Page("One more seat", tables=[table], notes=notes)

    def to_records(self) -> list[dict[str, Any]]:
        """One record for each mentor, in the order of the ids, with what each aim gains by its name."""
        return [
            {
                "mentor": one.mentor,
                "mentor_name": one.name,
                "seats": one.seats,
                "people": one.people,
                "on_list": one.on_list,
                "rank": one.rank,
                "points": one.points,
                "aims": {aim.label: aim.by for aim in one.effect.aims},
                "placed": list(one.placed),
            }
            for one in self.values()
        ]


@dataclass(frozen=True)
class SeatAsks(Paged):
    """The seats that together bring most, and what they bring; ``asks`` maps mentors to how many more seats.

    There may be fewer than were asked for, where more bring nothing. ``steps`` are the seats one after the other, each
    with its effect beside those before it; ``effect`` is that of all together.
    """

    asks: Mapping[str, int]
    steps: tuple[SeatValue, ...] = ()
    effect: Effect = field(default_factory=lambda: Effect((), ()))
    why_none: str = ""

    def page(self) -> Page:
        """Whom to ask, and what the seats bring."""
        title = "Whom to ask for more seats"
        if self.why_none:
            return Page(title, notes=[self.why_none])
        if not self.asks:
            return Page(title, notes=["One more seat brings nothing, whoever offers it."])
        offered = {one.mentor: one for one in reversed(self.steps)}
        rows = [
            (named(mentor, offered[mentor].name), offered[mentor].seats, offered[mentor].seats + more)
            for mentor, more in self.asks.items()
        ]
        asks = Table("Ask", ("mentor", "seats now", "would have"), rows)
        return Page(title, tables=[asks, *self.effect.tables("What it would bring", "Who would move")])

    def to_records(self) -> list[dict[str, Any]]:
        """One record for each mentor to ask, in the order in which they bring most."""
        return [{"mentor": mentor, "seats": more} for mentor, more in self.asks.items()]


def _placed(value: SeatValue) -> list[str]:
    """The mentees who would have a mentor more than now, with their names."""
    return [named(move.mentee, move.name) for move in value.effect.moves if len(move.then) > len(move.now)]


def seat_values(outcome: Outcome) -> SeatValues:
    """What one more seat at each mentor brings. One search, and one pass over all pairs or a few."""
    demand = outcome.demand
    if why := why_no_values(demand):
        return SeatValues({}, why)
    posed = outcome.posed
    closed = {*demand.absent, *outcome.scores.ineligible("mentor")}
    open_to = np.array([mentor not in closed for mentor in demand.mentors], dtype=np.bool_)[posed.mentor_order]
    found = outcome.exchanges.seats(open_to)
    nothing = Effect(tuple(AimChange(one.aim, one.label, one.value, one.value) for one in outcome.reached), ())
    # Where more pairs were accepted than there are seats, a seat more also settles which of them are a question.
    unsettled = {mentor for mentor, _ in posed.movable}
    values = {}
    for mentor in sorted(demand.mentors):
        exchange = found.get(int(posed.mentor_place[demand.places[0][mentor]]))
        effect = nothing if exchange is None else outcome.changed(exchange)
        if mentor in unsettled:
            then = _with_one_more(outcome, mentor)
            effect = nothing if then is None else outcome.against(then.couples, then.reached)
        values[mentor] = _value(outcome, mentor, nothing if effect.first is None else effect)
    return SeatValues(values)


def best_asks(outcome: Outcome, k: object) -> SeatAsks:
    """The ``k`` seats that together bring most. Each is the best beside those before it, which is the best in all.

    What seats bring together is M-natural-concave in how many there are at each mentor (Murota, "Discrete convex
    analysis", 2003), so nothing better is missed by taking them one by one. That is so while it does not change which
    accepted pairs are a question; for up to three mentors who have accepted more than they have seats for, every number
    of seats is tried. A search and a solve for each seat.
    """
    most = checked_count(k)
    if why := why_no_values(outcome.demand):
        return SeatAsks({}, why_none=why)
    unsettled = sorted({mentor for mentor, _ in outcome.posed.movable})[:_TRIED]
    ways = (seats for seats in product(range(most + 1), repeat=len(unsettled)) if sum(seats) <= most)
    tried = [_one_by_one(outcome, dict(zip(unsettled, seats, strict=True)), most) for seats in ways]
    now, steps = max(filter(None, tried), key=lambda one: ([reached.value for reached in one[0].reached], -len(one[1])))
    return SeatAsks(
        dict(Counter(step.mentor for step in steps)), tuple(steps), outcome.against(now.couples, now.reached)
    )


def _with_one_more(outcome: Outcome, mentor: str) -> Outcome | None:
    """The outcome with one more seat; None where accepted pairs that then stay leave a minimum load unmet."""
    try:
        return outcome.again(with_seats(outcome.demand, {mentor: 1}))
    except InfeasibleError:
        return None


def _one_by_one(outcome: Outcome, first: Mapping[str, int], most: int) -> tuple[Outcome, list[SeatValue]] | None:
    """The outcome with these seats more and then the best of all other mentors' while any brings something.

    None where the first ones cannot be.
    """
    now, steps = outcome, list[SeatValue]()
    for mentor in [mentor for mentor, seats in first.items() for _ in range(seats)]:
        then = _with_one_more(now, mentor)
        if then is None:
            return None
        value = _value(now, mentor, now.against(then.couples, then.reached))
        now, steps = then, [*steps, value]
    while len(steps) < most:
        best = next((one for one in seat_values(now).ranked if one.mentor not in first), None)
        if best is None or best.effect.gains <= (0,) * len(best.effect.gains):
            break
        now, steps = now.again(with_seats(now.demand, {best.mentor: 1})), [*steps, best]
    return now, steps


def _value(outcome: Outcome, mentor: str, effect: Effect) -> SeatValue:
    demand = outcome.demand
    at = demand.places[0][mentor]
    return SeatValue(mentor, demand.name("mentor", mentor), demand.capacity[at], effect)


def with_seats(demand: Demand, more: Mapping[str, int]) -> Demand:
    """The demand with more seats at some mentors; they are room and no demand, so minimum loads are not raised."""
    capacity = tuple(seats + more.get(mentor, 0) for mentor, seats in zip(demand.mentors, demand.capacity, strict=True))
    least = tuple(min(load, seats) for load, seats in zip(demand.minimum_load, demand.capacity, strict=True))
    return replace(demand, capacity=capacity, minimum_load=least)


def why_no_values(demand: Demand) -> str:
    """Why a seat has no value of its own under the aims of a demand, "" where it has one."""
    aim = demand.aim
    if aim.stable:
        return (
            "In a stable matching a seat has no value of its own: people have whom they prefer, and no total is made "
            "as large as it goes. Match again with the seat to see who moves."
        )
    if aim.fairness:
        return (
            "Where the lowest score is lifted a seat has no value of its own: it may move the floor under all scores. "
            "Match again with the seat to see what it brings."
        )
    return ""
