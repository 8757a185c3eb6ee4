"""A demand for pairs as a problem in whole numbers: who takes part, what is settled, and what single pairs bring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from mentormatch.demand import Demand
from mentormatch.errors import Finding, InfeasibleError
from mentormatch.ids import canonical_order, id_keys
from mentormatch.problem import Ints, LevelName, Problem, Solution, Special
from mentormatch.scores import ScoreMatrix
from mentormatch.wording import counted, listed, shown

Positions = npt.NDArray[np.intp]
Couple = tuple[str, str]
"""Ids of a mentor and a mentee."""


@dataclass(frozen=True, eq=False)
class Posed:
    """A demand as a problem, with the way back: people stand in canonical order there, in the order given here.

    ``mentor_order[p]`` is the position in the demand of the mentor at position p of the problem; ``mentor_place`` is
    the inverse. ``settled`` holds the pairs that are no question (pins, and accepted pairs that stay), with their
    points; ``movable`` the accepted pairs of mentors whose capacity no longer holds all of them.
    """

    demand: Demand
    problem: Problem
    mentor_order: Positions
    mentee_order: Positions
    mentor_place: Positions
    mentee_place: Positions
    settled: Mapping[Couple, int]
    movable: frozenset[Couple]

    @cached_property
    def settled_at(self) -> tuple[Positions, Positions, Ints]:
        """Mentors, mentees (positions in the demand) and points of the settled pairs."""
        mentor_at, mentee_at = self.demand.places
        couples = list(self.settled)
        return (
            np.array([mentor_at[mentor] for mentor, _ in couples], dtype=np.intp),
            np.array([mentee_at[mentee] for _, mentee in couples], dtype=np.intp),
            np.array(list(self.settled.values()), dtype=np.int64),
        )

    def are_settled(self, mentor: Positions, mentee: Positions) -> npt.NDArray[np.bool_]:
        """Which of the pairs (positions in the demand) are settled."""
        mentees = len(self.demand.mentees)
        return np.isin(mentor * mentees + mentee, self.settled_at[0] * mentees + self.settled_at[1])

    def outward(self, solution: Solution) -> Solution:
        """A solution of the problem with positions of the demand."""
        return replace(
            solution,
            mentor=self.mentor_order[solution.mentor].astype(np.int64),
            mentee=self.mentee_order[solution.mentee].astype(np.int64),
            mentor_prices=solution.mentor_prices[self.mentor_place],
            mentee_prices=solution.mentee_prices[self.mentee_place],
            list_prices=solution.list_prices[self.list_order],
        )

    def inward(self, solution: Solution) -> Solution:
        """A solution with positions of the demand as one of the problem, sorted; the inverse of `outward`."""
        mentor = self.mentor_place[solution.mentor].astype(np.int64)
        mentee = self.mentee_place[solution.mentee].astype(np.int64)
        order = np.lexsort((mentee, mentor))
        return replace(
            solution,
            mentor=mentor[order],
            mentee=mentee[order],
            points=solution.points[order],
            mentor_prices=solution.mentor_prices[self.mentor_order],
            mentee_prices=solution.mentee_prices[self.mentee_order],
            list_prices=solution.list_prices[np.argsort(self.list_order)],
        )

    def fits(self, solution: Solution) -> bool:
        """Whether the solution has a price for everybody and names nobody else."""
        mentors, mentees = self.problem.shape
        inside = all(
            not len(at) or (int(at.min()) >= 0 and int(at.max()) < size)
            for at, size in ((solution.mentor, mentors), (solution.mentee, mentees))
        )
        groups = (solution.mentor_prices, solution.mentee_prices, solution.list_prices)
        return inside and tuple(map(len, groups)) == (mentors, mentees, len(self.list_order))

    @property
    def list_order(self) -> Positions:
        """The problem's lists in the order of their mentees in the demand."""
        return np.argsort(self.mentee_order[self.problem.list_mentees])


def pose(demand: Demand, scores: ScoreMatrix, most: int | None = None) -> Posed:
    """The problem behind a demand: settled pairs taken out, closed ones excluded, people in canonical order.

    ``most`` is how many bytes may be kept of all pairs (`ScoreMatrix.source`). Who left, pauses or is not eligible has
    no seat and no wish, but for accepted pairs of people not eligible. Raises InfeasibleError where pins clash with
    conditions, capacities or wants.
    """
    mentor_at, mentee_at = demand.places
    choices = demand.choices
    capacity, wants = _present(demand, scores, mentor_at, mentee_at)
    pins = {(pin.mentor, pin.mentee) for pin in choices.pins}
    clashes = [*_clashing_pins(demand, scores, capacity, wants, mentor_at, mentee_at)]
    if clashes:
        raise InfeasibleError(clashes)
    mentor_keys, mentee_keys = (
        id_keys(ids, f"{demand.seed} {side}") for side, ids in (("mentor", demand.mentors), ("mentee", demand.mentees))
    )
    mentor_order, mentee_order = (
        canonical_order(demand.mentors, mentor_keys),
        canonical_order(demand.mentees, mentee_keys),
    )
    mentor_place, mentee_place = np.argsort(mentor_order), np.argsort(mentee_order)
    source = scores.source(mentor_order, mentee_order, most)
    ended = _couples(choices.ended)
    accepted = {
        (mentor, mentee)
        for mentor, mentee in _couples(choices.accepted) - ended - pins
        if mentor not in demand.absent and mentee not in demand.absent
    }
    load = _count(pins | accepted, 0, mentor_at)
    minimum = np.minimum(np.array(demand.minimum_load, dtype=np.int64), capacity)
    for at in (mentor_at[mentor] for mentor in scores.ineligible("mentor") if mentor not in demand.absent):
        capacity[at] = min(load[at], demand.capacity[at])  # seats for accepted pairs, which stay; none for new ones
    full = {demand.mentors[at] for at in np.flatnonzero(load > capacity)}
    movable = {couple for couple in accepted if couple[0] in full}
    settled = _points_anyway(scores, sorted(pins | (accepted - movable)))
    led, served = _count(settled, 0, mentor_at), _count(settled, 1, mentee_at)
    # An accepted pair stays even where somebody now wants fewer mentors; where it goes, nobody new comes instead.
    enough = {mentee for _, mentee in movable if served[mentee_at[mentee]] >= wants[mentee_at[mentee]]}
    replaced = {(mentor, mentee) for mentee in enough for mentor in demand.mentors} - movable
    wants = np.maximum(wants, _count(pins | accepted, 1, mentee_at))
    refused = _couples((*choices.bans, *choices.declines, *choices.expired))
    closed = ended | refused | replaced | set(settled)

    def placed(couples: Iterable[Couple]) -> tuple[Ints, Ints]:
        """Positions in the problem, sorted by mentor and mentee."""
        known = [(mentor_at[m], mentee_at[e]) for m, e in couples if m in mentor_at and e in mentee_at]
        at = np.array(known, dtype=np.int64).reshape(-1, 2)
        return mentor_place[at[:, 0]].astype(np.int64), mentee_place[at[:, 1]].astype(np.int64)

    excluded = placed(closed)
    order = np.lexsort((excluded[1], excluded[0]))
    extras = _special(demand, scores, movable, closed)
    mentor, mentee = placed(extras.couples)
    sorting = np.lexsort((mentee, mentor))
    only = demand.aim.shortlists == "only"
    ranked = {listing.person for listing in choices.shortlists if listing.ranks}
    served_lists = {mentee for mentor, mentee in settled if mentor in demand.ranks.get(mentee, {})}
    problem = Problem(
        source=source,
        capacity=(capacity - led)[mentor_order],
        minimum_load=np.maximum(minimum - led, 0)[mentor_order],
        wants=(wants - served)[mentee_order],
        served=served[mentee_order],
        led=led[mentor_order],
        priority=np.array(demand.priority, dtype=np.int64)[mentee_order],
        excluded=(excluded[0][order], excluded[1][order]),
        mentor_keys=mentor_keys[mentor_order],
        mentee_keys=mentee_keys[mentee_order],
        special=Special(
            mentor[sorting],
            mentee[sorting],
            extras.points[sorting],
            extras.listed[sorting],
            {level: value[sorting] for level, value in extras.values.items()},
        ),
        list_only=np.array([only and person in ranked for person in demand.mentees], dtype=np.bool_)[mentee_order],
        list_served=np.array([person in served_lists for person in demand.mentees], dtype=np.bool_)[mentee_order],
        levels=levels(demand),
        minimum_score=demand.aim.minimum_score,
    )
    return Posed(demand, problem, mentor_order, mentee_order, mentor_place, mentee_place, settled, frozenset(movable))


def levels(demand: Demand) -> tuple[LevelName, ...]:
    """The levels that the demand asks for, the most important first (convention 7)."""
    aim, choices = demand.aim, demand.choices

    def some(wanted: bool, *names: LevelName) -> tuple[LevelName, ...]:
        return names if wanted else ()

    first = ("minimum_load", *some(bool(choices.accepted), "accepted"), *some(aim.everyone_matched, "everyone"))
    heard = aim.shortlists in ("first", "only")
    lists = (
        *some(heard and bool(choices.shortlists), "listed", "rank"),
        *some(heard and bool(choices.wishes), "wishes"),
    )
    past = (
        *some(bool(choices.avoid), "avoid"),
        *some(bool(choices.favour), "favour"),
        *some(bool(demand.previous), "changes"),
    )
    early, middle, late = (past if aim.changes == place else () for place in _PLACES)
    lifted = (*some(aim.fairness is not None, "lift_worst"), *some(aim.balance is not None, "balance"))
    if aim.order == "points":
        return (*first, *early, *lists, *middle, "points", *late, "participation", "lottery")
    return (*first, "participation", *early, *lists, *lifted, *middle, "points", *late, "lottery")


_PLACES = ("before_shortlists", "before_points", "after_points")


def points_anyway(scores: ScoreMatrix, mentor: str, mentee: str) -> int:
    """The points of a pair, those it would have where it is not allowed."""
    return _points_anyway(scores, [(mentor, mentee)])[mentor, mentee]


def _points_anyway(scores: ScoreMatrix, couples: Sequence[Couple]) -> dict[Couple, int]:
    points = zip(couples, scores.points_of(couples).tolist(), strict=True)
    return {
        couple: found if found >= 0 else sum(part.points for part in scores.parts(*couple)) for couple, found in points
    }


@dataclass(frozen=True, eq=False)
class _Extras:
    """What single pairs bring, beside the people's positions: the parts of a `Special`."""

    couples: list[Couple]
    points: Ints
    listed: npt.NDArray[np.bool_]
    values: dict[LevelName, Ints]


def _special(demand: Demand, scores: ScoreMatrix, movable: set[Couple], closed: set[Couple]) -> _Extras:
    """Every pair that somebody has spoken of and that can still be made, with what it brings on each level."""
    choices, aim = demand.choices, demand.aim
    ranks = {} if aim.shortlists == "ignore" else demand.ranks
    longest = demand.longest_list
    by_level: dict[LevelName, dict[Couple, int]] = {
        "accepted": dict.fromkeys(movable, 1),
        "rank": {(mentor, mentee): longest + 1 - r for mentee, own in ranks.items() for mentor, r in own.items()},
        "wishes": {
            (mentor, mentee): demand.longest_wish + 1 - r
            for mentor, own in demand.wish_ranks.items()
            for mentee, r in own.items()
        },
        "avoid": dict.fromkeys(_couples(choices.avoid), -1),
        "favour": dict.fromkeys(_couples(choices.favour), 1),
        "changes": dict.fromkeys(demand.previous_here, 1),
    }
    mentors, mentees = set(demand.mentors), set(demand.mentees)
    named = {couple for pairs in by_level.values() for couple in pairs} - closed
    couples = sorted((mentor, mentee) for mentor, mentee in named if mentor in mentors and mentee in mentees)
    places = {couple: k for k, couple in enumerate(couples)}
    values: dict[LevelName, Ints] = {level: _filled(places, pairs) for level, pairs in by_level.items()}
    listed_here = values["rank"] > 0
    if aim.shortlists == "bonus":
        values["points"] = listed_here * np.int64(aim.bonus)
        values["rank"] = np.zeros_like(values["rank"])
        listed_here = np.zeros_like(listed_here)
    allowed_anyway = _points_anyway(scores, [couple for couple in couples if couple in movable])
    given = np.array([allowed_anyway.get(couple, -1) for couple in couples], dtype=np.int64)
    return _Extras(couples, given, listed_here, values)


def _filled(places: Mapping[Couple, int], pairs: Mapping[Couple, int]) -> Ints:
    """What the pairs bring, each at its place, 0 elsewhere; pairs without a place are left out."""
    found = np.zeros(len(places), dtype=np.int64)
    inside = [couple for couple in pairs if couple in places]
    found[[places[couple] for couple in inside]] = [pairs[couple] for couple in inside]
    return found


def _couples(pairs: Iterable[object]) -> set[Couple]:
    return {(pair.mentor, pair.mentee) for pair in pairs}  # type: ignore[attr-defined]


def _count(couples: Iterable[Couple], side: int, at: Mapping[str, int]) -> Ints:
    """How many of the pairs each person of a side has."""
    return np.bincount([at[couple[side]] for couple in couples], minlength=len(at)).astype(np.int64)


def _present(
    demand: Demand, scores: ScoreMatrix, mentor_at: Mapping[str, int], mentee_at: Mapping[str, int]
) -> tuple[Ints, Ints]:
    """Capacities and wants, 0 for those who left, pause or are not eligible."""
    capacity, wants = (np.array(numbers, dtype=np.int64) for numbers in (demand.capacity, demand.wants))
    for numbers, at, refused in (
        (capacity, mentor_at, scores.ineligible("mentor")),
        (wants, mentee_at, scores.ineligible("mentee")),
    ):
        for person in {*demand.absent, *refused}:
            if person in at:
                numbers[at[person]] = 0
    return capacity, wants


def _clashing_pins(
    demand: Demand,
    scores: ScoreMatrix,
    capacity: Ints,
    wants: Ints,
    mentor_at: Mapping[str, int],
    mentee_at: Mapping[str, int],
) -> Iterator[Finding]:
    """Pins on absent people, on forbidden pairs, on more mentees than a mentor has seats or mentors than are wanted."""
    pins = [pin for pin in demand.choices.pins if not demand.absent.intersection(pin.people)]
    for pin in demand.choices.pins:
        for person in sorted(demand.absent.intersection(pin.people)):
            yield Finding(
                "pin_absent",
                f"the pin on mentor {shown(pin.mentor)} and mentee {shown(pin.mentee)} names {shown(person)}, who "
                f"{'has left' if person in demand.choices.left else 'pauses'}",
                hint="take the pin back",
            )
    for pin in pins:
        forbidding = scores.forbidding(pin.mentor, pin.mentee)
        if forbidding:
            reasons = listed([f.title + (" (unknown, an answer is blank)" if f.unknown else "") for f in forbidding])
            yield Finding(
                "pin_forbidden",
                f"the pin on mentor {shown(pin.mentor)} and mentee {shown(pin.mentee)} is forbidden by {reasons}",
                hint="take the pin back or relax the condition",
            )
    sides = (
        ("mentor", "mentee", 0, mentor_at, capacity, "has", "seat", " or add a seat"),
        ("mentee", "mentor", 1, mentee_at, wants, "wants", "mentor", ""),
    )
    for side, other, index, at, limit, verb, noun, more in sides:
        people = list(at)
        for place in np.flatnonzero(_count(_couples(pins), index, at) > limit).tolist():
            partners = sorted(shown(getattr(pin, other)) for pin in pins if getattr(pin, side) == people[place])
            yield Finding(
                f"pins_over_{'capacity' if side == 'mentor' else 'wants'}",
                f"{side} {shown(people[place])} is pinned to {counted(len(partners), other)} ({listed(partners)}) but "
                f"{verb} {counted(int(limit[place]), noun)}",
                hint=f"take a pin back{more}",
            )
