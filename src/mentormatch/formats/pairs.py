"""Programs of pairs: one-to-one, or several mentees where a mentor has the capacity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

import numpy as np
import numpy.typing as npt
from pydantic import ConfigDict

from mentormatch.choices import ChosenPair
from mentormatch.demand import Demand
from mentormatch.errors import Finding, InfeasibleError, ProgramError
from mentormatch.formats.clash import clashing_mentees, clashing_minimum_loads
from mentormatch.ids import canonical_order, id_keys
from mentormatch.problem import Ints, LevelName, Lift, Problem, Solution
from mentormatch.proof import Flaw, Proof, check, check_lifted
from mentormatch.scores import ScoreMatrix
from mentormatch.solvers.candidates import Settings
from mentormatch.solvers.lifted import lift
from mentormatch.solvers.staged import solve as solve_staged
from mentormatch.wording import counted, harmless, listed, shortened

Positions = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Pairs:
    """Pairs of one mentor and one mentee: a mentor has as many as their capacity, a mentee as many as they want."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    kind: Literal["Pairs"] = field(default="Pairs", kw_only=True, repr=False)


@dataclass(frozen=True, eq=False)
class Posed:
    """A demand as a problem, with the way back: people stand in canonical order there, in the order given here.

    ``mentor_order[p]`` is the position in the demand of the mentor at position p of the problem; ``mentor_place`` is
    the inverse. ``pinned`` are positions in the demand, ``pinned_points`` the points of these pairs.
    """

    demand: Demand
    problem: Problem
    mentor_order: Positions
    mentee_order: Positions
    mentor_place: Positions
    mentee_place: Positions
    pinned: tuple[Positions, Positions]
    pinned_points: Ints

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


@dataclass(frozen=True, eq=False)
class Solved:
    """All pairs of a solution, the pinned ones included, as positions in the demand, and the proof."""

    mentor: Positions
    mentee: Positions
    points: Ints
    pinned: npt.NDArray[np.bool_]
    proof: Proof


def pose(demand: Demand, scores: ScoreMatrix) -> Posed:
    """The problem behind a demand: pins taken out, bans and declines excluded, people in canonical order.

    Raises InfeasibleError where pins clash with conditions, capacities or wants, and ProgramError where points are so
    large that totals would not fit.
    """
    mentor_at = {person: at for at, person in enumerate(demand.mentors)}
    mentee_at = {person: at for at, person in enumerate(demand.mentees)}
    pins = _positions(demand.choices.pins, mentor_at, mentee_at)
    clashes = _clashing_pins(demand, scores, pins)
    if clashes:
        raise InfeasibleError(clashes)
    mentor_keys, mentee_keys = (
        id_keys(demand.mentors, f"{demand.seed} mentor"),
        id_keys(demand.mentees, f"{demand.seed} mentee"),
    )
    mentor_order, mentee_order = (
        canonical_order(demand.mentors, mentor_keys),
        canonical_order(demand.mentees, mentee_keys),
    )
    mentor_place, mentee_place = np.argsort(mentor_order), np.argsort(mentee_order)
    load = np.bincount(pins[0], minlength=len(mentor_order))
    served = np.bincount(pins[1], minlength=len(mentee_order))
    capacity = np.array(demand.capacity, dtype=np.int64)
    minimum = np.minimum(np.array(demand.minimum_load, dtype=np.int64), capacity)
    closed = _positions((*demand.choices.bans, *demand.choices.declines), mentor_at, mentee_at)
    excluded = np.unique(
        mentor_place[np.concatenate((pins[0], closed[0]))] * len(mentee_order)
        + mentee_place[np.concatenate((pins[1], closed[1]))]
    )
    problem = Problem(
        source=scores.source(mentor_order, mentee_order),
        capacity=(capacity - load)[mentor_order],
        minimum_load=np.maximum(minimum - load, 0)[mentor_order],
        wants=(np.array(demand.wants, dtype=np.int64) - served)[mentee_order],
        served=served.astype(np.int64)[mentee_order],
        led=load.astype(np.int64)[mentor_order],
        priority=np.array(demand.priority, dtype=np.int64)[mentee_order],
        excluded=(excluded // max(1, len(mentee_order)), excluded % max(1, len(mentee_order))),
        mentor_keys=mentor_keys[mentor_order],
        mentee_keys=mentee_keys[mentee_order],
        levels=_levels(demand),
        minimum_score=demand.aim.minimum_score,
    )
    points = np.array([scores.points(pin.mentor, pin.mentee) for pin in demand.choices.pins], dtype=np.int64)
    return Posed(demand, problem, mentor_order, mentee_order, mentor_place, mentee_place, pins, points)


def solve_pairs(
    posed: Posed, start: tuple[Positions, Positions] | None = None, settings: Settings | None = None
) -> Solved:
    """The best pairs with their proof. ``start`` are pairs (positions in the demand) to look at first.

    Raises InfeasibleError where minimum loads cannot be met, naming a smallest set of mentors they clash among.
    """
    problem = posed.problem
    first = None
    if start is not None:
        first = (posed.mentor_place[start[0]].astype(np.int64), posed.mentee_place[start[1]].astype(np.int64))
    lifted: Lift | None = None
    try:
        if posed.demand.aim.fairness == "lift_worst":
            lifted = lift(problem, settings)
            problem = replace(problem, minimum_score=max(problem.minimum_score, lifted.floor))
        solution = solve_staged(problem, settings, first)
    except OverflowError:
        raise ProgramError(
            Finding(
                "points_too_large",
                f"points of up to {problem.source.max_points:,} for each of {problem.most_pairs:,} pairs do not add up "
                "in 64 bits",
                where="scores",
                hint="divide the scores by a common factor",
            )
        ) from None
    load = np.bincount(solution.mentor, minlength=problem.shape[0])
    if (load < problem.minimum_load).any():
        raise InfeasibleError(_minimum_load_finding(posed, solution))
    if posed.demand.aim.everyone_matched and (finding := _left_out_finding(posed, solution)):
        raise InfeasibleError(finding)
    pinned = np.arange(len(solution.mentor) + len(posed.pinned[0])) >= len(solution.mentor)
    found = posed.outward(solution)
    if lifted:
        lifted = Lift(lifted.floor, posed.outward(lifted.free), lifted.above and posed.outward(lifted.above))
    return Solved(
        np.concatenate((found.mentor, posed.pinned[0])),
        np.concatenate((found.mentee, posed.pinned[1])),
        np.concatenate((found.points, posed.pinned_points)),
        pinned,
        Proof("optimal", found.words, found.mentor_prices, found.mentee_prices, found.list_prices, lifted),
    )


def check_pairs(posed: Posed, mentor: Positions, mentee: Positions, points: Ints, proof: Proof) -> tuple[Flaw, ...]:
    """The flaws of pairs (positions in the demand, without the pinned ones), their points and their proof.

    The positions in the flaws are those in the demand, too.
    """
    solution = Solution(
        mentor, mentee, points, proof.words, proof.mentor_prices, proof.mentee_prices, proof.list_prices
    )
    if not posed.fits(solution):
        return (Flaw("prices"),)
    solution = posed.inward(solution)
    if posed.demand.aim.fairness == "lift_worst":
        lifted = proof.lift
        if lifted is None or not all(posed.fits(one) for one in (lifted.free, lifted.above) if one):
            return (Flaw("lift"),)
        lifted = Lift(lifted.floor, posed.inward(lifted.free), lifted.above and posed.inward(lifted.above))
        flaws = check_lifted(posed.problem, solution, lifted)
    else:
        flaws = check(posed.problem, solution)
    return tuple(
        Flaw(
            flaw.code,
            None if flaw.mentor is None else int(posed.mentor_order[flaw.mentor]),
            None if flaw.mentee is None else int(posed.mentee_order[flaw.mentee]),
        )
        for flaw in flaws
    )


def _levels(demand: Demand) -> tuple[LevelName, ...]:
    """The levels that the aim asks for, the most important first (convention 7)."""
    aim = demand.aim
    everyone: tuple[LevelName, ...] = ("everyone",) if aim.everyone_matched else ()
    balance: tuple[LevelName, ...] = ("balance",) if aim.balance else ()
    lift_mark: tuple[LevelName, ...] = ("lift_worst",) if aim.fairness else ()
    if aim.order == "points":
        return ("minimum_load", *everyone, "points", "participation", "lottery")
    return ("minimum_load", *everyone, "participation", *lift_mark, *balance, "points", "lottery")


def _positions(
    pairs: Sequence[ChosenPair], mentor_at: dict[str, int], mentee_at: dict[str, int]
) -> tuple[Positions, Positions]:
    mentor = np.array([mentor_at[pair.mentor] for pair in pairs], dtype=np.intp)
    mentee = np.array([mentee_at[pair.mentee] for pair in pairs], dtype=np.intp)
    return mentor, mentee


def _clashing_pins(demand: Demand, scores: ScoreMatrix, pins: tuple[Positions, Positions]) -> list[Finding]:
    """Pins on forbidden pairs, on more mentees than a mentor has seats, on more mentors than a mentee wants."""
    findings = []
    for pin in demand.choices.pins:
        forbidding = scores.forbidding(pin.mentor, pin.mentee)
        if forbidding:
            reasons = listed([f.title + (" (unknown, an answer is blank)" if f.unknown else "") for f in forbidding])
            findings.append(
                Finding(
                    "pin_forbidden",
                    f"the pin on mentor {_shown(pin.mentor)} and mentee {_shown(pin.mentee)} is forbidden by {reasons}",
                    hint="take the pin back or relax the condition",
                )
            )
    for side, other, at, limit, has in (
        ("mentor", "mentee", pins[0], demand.capacity, "seat"),
        ("mentee", "mentor", pins[1], demand.wants, "mentor"),
    ):
        ids = demand.mentors if side == "mentor" else demand.mentees
        for person in np.flatnonzero(np.bincount(at, minlength=len(ids)) > np.array(limit, dtype=np.int64)):
            partners = [_shown(getattr(pin, other)) for pin in demand.choices.pins if getattr(pin, side) == ids[person]]
            verb = "has" if side == "mentor" else "wants"
            findings.append(
                Finding(
                    f"pins_over_{'capacity' if side == 'mentor' else 'wants'}",
                    f"{side} {_shown(ids[person])} is pinned to {counted(len(partners), other)} "
                    f"({listed(sorted(partners))}) but {verb} {counted(limit[person], has)}",
                    hint="take a pin back" + (" or add a seat" if side == "mentor" else ""),
                )
            )
    return findings


def _shown(person: str) -> str:
    return shortened(harmless(person))


def _minimum_load_finding(posed: Posed, solution: Solution) -> Finding:
    demand = posed.demand
    mentors, mentees = clashing_minimum_loads(posed.problem, solution)
    loads = [f"{_shown(demand.mentors[at])} ({demand.minimum_load[at]})" for at in sorted(posed.mentor_order[mentors])]
    names = sorted(_shown(demand.mentees[at]) for at in posed.mentee_order[mentees])
    who = f"only {listed(names)} may be matched with them" if names else "nobody may be matched with them"
    wanted = int(posed.problem.wants[mentees].sum())
    already = int(np.isin(posed.pinned[0], posed.mentor_order[mentors]).sum())
    asks = (
        f", who {'wants' if len(names) == 1 else 'want'} {counted(wanted, 'more mentor' if already else 'mentor')}"
        if names
        else ""
    )
    single = len(loads) == 1
    subject = f"the minimum {'load' if single else 'loads'} of {listed(loads)}"
    return Finding(
        "minimum_load",
        f"{subject} cannot be met: {who.replace('them', 'this mentor') if single else who}{asks}",
        hint="lower a minimum load, relax a condition or take a ban or decline back",
    )


def _left_out_finding(posed: Posed, solution: Solution) -> Finding | None:
    """Why not everybody can have a mentor, or None where everybody has one who wants one."""
    problem, demand = posed.problem, posed.demand
    got = np.bincount(solution.mentee, minlength=problem.shape[1]) + problem.served
    left_out = np.flatnonzero((got == 0) & (problem.wants > 0))
    if not len(left_out):
        return None
    mentees, mentors = clashing_mentees(problem, solution, int(left_out[0]))
    names = sorted(_shown(demand.mentees[at]) for at in posed.mentee_order[mentees])
    who = f"{counted(len(names), 'mentee')} ({listed(names)})"
    seats = int(problem.capacity[mentors].sum())
    if not len(mentors):
        text = f"{who} may not be matched with anybody"
    else:
        others = sorted(_shown(demand.mentors[at]) for at in posed.mentor_order[mentors])
        have = f"{'has' if len(others) == 1 else 'have'} {counted(seats, 'seat')}"
        text = f"{who} may only be matched with {listed(others)}, who {have}"
    way_out = "relax a condition" if not len(mentors) else "add a seat, relax a condition"
    return Finding("everyone_matched", text, hint=f"{way_out} or drop everyone_matched")
