"""Pairs that have to fit into rounds: a bound without them, then flows, then an integer program, each with a proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from mentormatch.errors import Finding, InfeasibleError
from mentormatch.formats.pairs import Solved
from mentormatch.formats.posing import Posed
from mentormatch.problem import Ints
from mentormatch.proof import Kind, Proof
from mentormatch.solvers import timed, timetabled
from mentormatch.timetable import Bools, TimedPrices, TimedSolution, Timetable
from mentormatch.wording import listed, shown


@dataclass(frozen=True, eq=False)
class SolvedRounds:
    """Pairs (positions in the demand) with points and their rounds from 0, and what is proven of them.

    ``relaxed`` are the best pairs were there no rounds, settled ones aside, whose prices ``proof`` holds; None where
    the pairs found are these. ``timed`` are prices of people and rounds (in the order of the demand), where those prove
    the pairs. ``finished`` says whether a search came to its end.
    """

    mentor: Ints
    mentee: Ints
    points: Ints
    rounds: Ints
    kind: Kind
    proof: Proof
    relaxed: tuple[Ints, Ints, Ints] | None = None
    timed: TimedPrices | None = None
    finished: bool = True


Misfit = Callable[[], InfeasibleError]
"""What is raised where the pairs that stay do not fit into the rounds."""


def as_they_are(relaxed: Solved, rounds: Ints) -> SolvedRounds:
    """The best pairs without rounds, which fit into rounds."""
    return SolvedRounds(relaxed.mentor, relaxed.mentee, relaxed.points, rounds, relaxed.proof.kind, relaxed.proof)


def solve_rounds(
    posed: Posed, timetable: Timetable, relaxed: Solved, staying: tuple[Ints, Ints, Ints], misfit: Misfit
) -> SolvedRounds:
    """The best pairs that fit into rounds where the best ones without rounds, ``relaxed``, do not.

    ``timetable`` is in the order of the problem; ``staying`` are settled pairs that take rounds as well (positions in
    the problem, and points), the other settled ones are left out of the answer. Where nobody stays, first the best
    meetings where pairs may have several, which are the answer if none has; then an integer program. Raises
    InfeasibleError where a minimum load, or a mentor for everybody where all are to have one, cannot be had.
    """
    free = ~posed.are_settled(relaxed.mentor, relaxed.mentee)
    bound = relaxed.mentor[free].astype(np.int64), relaxed.mentee[free].astype(np.int64), relaxed.points[free]
    if not len(staying[0]) and (found := _repeated(posed, timetable)):
        _check_demands(posed, found.mentor, found.mentee)
        prices = found.prices.take(posed.mentor_place, posed.mentee_place)
        return SolvedRounds(
            *_outward(posed, found.mentor, found.mentee),
            found.points,
            found.round,
            "optimal",
            relaxed.proof,
            bound,
            prices,
        )
    best = timetabled.best(posed.problem, timetable, staying)
    if best is None:
        raise misfit()
    new = ~best.kept
    _check_demands(posed, best.mentor[new], best.mentee[new])
    kind: Kind = "claimed" if best.finished else "bounded"
    if reaches(posed, bound, (best.mentor[new], best.mentee[new], best.points[new])):
        kind = "optimal"
    return SolvedRounds(
        *_outward(posed, best.mentor, best.mentee),
        best.points,
        best.round,
        kind,
        relaxed.proof,
        bound,
        None,
        best.finished,
    )


def reaches(posed: Posed, bound: tuple[Ints, Ints, Ints], made: tuple[Ints, Ints, Ints]) -> bool:
    """Whether pairs (positions in the problem) are as good as the bound (in the demand), the lottery aside."""
    inside = posed.mentor_place[bound[0]].astype(np.int64), posed.mentee_place[bound[1]].astype(np.int64)
    problem = posed.problem
    return problem.value(*inside, bound[2])[:-1] == problem.value(*made)[:-1]


def _outward(posed: Posed, mentor: Ints, mentee: Ints) -> tuple[Ints, Ints]:
    return posed.mentor_order[mentor].astype(np.int64), posed.mentee_order[mentee].astype(np.int64)


def _repeated(posed: Posed, timetable: Timetable) -> TimedSolution | None:
    """The best meetings where pairs may have several, if none has and nobody is in two at once."""
    try:
        found = timed.solve(posed.problem, timetable)
    except OverflowError:  # the pairs fitted 64 bits, with fewer people on a path
        return None
    if found is None:
        return None
    pairs = found.mentor * len(timetable.mentee) + found.mentee
    once = len(np.unique(pairs)) == len(pairs)
    return found if once and not timetable.clashes(found.mentor, found.mentee, found.round)[1].any() else None


def _check_demands(posed: Posed, mentor: Ints, mentee: Ints) -> None:
    """Raise where new pairs (positions in the problem) leave demands open that pairs without rounds would meet."""
    problem, demand = posed.problem, posed.demand
    load, got = np.bincount(mentor, minlength=problem.shape[0]), np.bincount(mentee, minlength=problem.shape[1])
    findings = []
    if (load < problem.minimum_load).any():
        short = posed.mentor_order[load < problem.minimum_load].tolist()
        who = listed(sorted(shown(demand.mentors[at]) for at in short))
        findings.append(
            Finding(
                "minimum_load",
                f"the minimum {'loads' if len(short) > 1 else 'load'} of {who} cannot be met with the other demands",
                hint="lower a minimum load",
            )
        )
    without = (got + problem.served == 0) & (problem.wants > 0)
    if demand.aim.everyone_matched and without.any():
        who = listed(sorted(shown(demand.mentees[at]) for at in posed.mentee_order[without].tolist()))
        expected = f"not everybody can have a mentor with what else is demanded; left out are {who}"
        findings.append(Finding("everyone_matched", expected, hint="drop everyone_matched"))
    if findings:
        raise InfeasibleError(findings)


def excluding(posed: Posed, apart: Bools) -> Posed:
    """The same with more pairs out of the question: a mask in the order of the problem, which is written to."""
    apart[posed.problem.excluded] = True
    mentor, mentee = (at.astype(np.int64) for at in np.nonzero(apart))
    return replace(posed, problem=replace(posed.problem, excluded=(mentor, mentee)))
