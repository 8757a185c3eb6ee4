"""The lowest score among the pairs, lifted as high as it goes without losing anything in the levels above."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from mentormatch.problem import Gap, Ints, Lift, Problem, Solution, Stopped, upper_levels
from mentormatch.solvers.run import Run
from mentormatch.solvers.staged import solve
from mentormatch.solvers.sweep import Settings
from mentormatch.solvers.warm import Start


def solve_lifted(
    problem: Problem, settings: Settings | None = None, start: Start | None = None
) -> tuple[Solution, Lift | None]:
    """The best set of pairs where the lowest score is lifted, and why it cannot be higher.

    Where the run is stopped before a floor is known, these are the best pairs in the levels above it, or the best so
    far, with what is proven about these levels, and there is no lift.
    """
    settings = settings or Settings()
    run = settings.run or Run()
    settings = replace(settings, run=run)
    upper = replace(problem, levels=upper_levels(problem.levels))
    free = solve(upper, settings)
    if free.stopped is not None:
        return _without_lottery(upper, free, free.stopped), None
    by: Literal["round_limit", "interrupt"]
    try:
        lifted = _lift(upper, free, settings)
        limited = replace(problem, minimum_score=max(problem.minimum_score, lifted.floor))
        found = solve(limited, settings, start)
        if found.stopped is None or _reached(upper, found) == _reached(upper, free):
            return found, lifted
        by = found.stopped.by
    except KeyboardInterrupt:
        if not run.accepts_less:
            raise
        by = "interrupt"
    except _RoundsOverError:
        by = "round_limit"
    return _without_lottery(upper, free, Stopped(by, run.rounds, ())), None


def _reached(upper: Problem, found: Solution) -> tuple[int, ...]:
    """What pairs bring on the upper levels, without the lottery."""
    return upper.value(found.mentor, found.mentee, found.points)[:-1]


class _RoundsOverError(Exception):
    """There were as many rounds as there may be."""


def _lift(upper: Problem, free: Solution, settings: Settings) -> Lift:
    """The highest floor under the points of new pairs that costs nothing in the levels above, and its two proofs.

    What the upper levels reach falls as the floor rises, so the floor is found by halving among the points that occur
    and one beyond; each step solves the upper levels. Pairs that are allowed with given points are not new.
    """

    def solved(floor: int) -> Solution:
        found = solve(replace(upper, minimum_score=floor), settings)
        if found.stopped is None:
            return found
        raise KeyboardInterrupt if found.stopped.by == "interrupt" else _RoundsOverError

    def costs_nothing(floor: int) -> bool:
        return _reached(upper, solved(floor)) == _reached(upper, free)

    beyond = upper.source.max_points + 1
    floors = _points(upper, settings, int(free.points[upper.is_new(free.mentor, free.mentee)].min(initial=beyond)))
    low, high = 0, len(floors) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if costs_nothing(int(floors[middle])):
            low = middle
        else:
            high = middle - 1
    floor = int(floors[low])
    return Lift(floor, free, None if floor == beyond else solved(floor + 1))


def _without_lottery(upper: Problem, free: Solution, stopped: Stopped) -> Solution:
    """A solution of the upper levels as one of all levels that was stopped; without gaps it is the best one."""
    words = [word for word in free.words if not word.multiplier("lottery")]
    reached = dict(zip(upper.sums, upper.value(free.mentor, free.mentee, free.points), strict=True))
    gaps = stopped.gaps or tuple(
        Gap(level, reached[level], reached[level]) for word in words for level, _ in word.levels
    )
    return replace(
        free,
        words=tuple(words),
        mentor_prices=free.mentor_prices[:, : len(words)],
        mentee_prices=free.mentee_prices[:, : len(words)],
        list_prices=free.list_prices[:, : len(words)],
        stopped=replace(stopped, gaps=tuple(gap for gap in gaps if gap.level != "lottery")),
    )


def _points(problem: Problem, settings: Settings, least: int) -> Ints:
    """The different points of allowed pairs from ``least`` on, rising, and one beyond all."""
    found = np.array([least, problem.source.max_points + 1], dtype=np.int64)
    for _, block in problem.blocks(settings.rows(problem)):
        found = np.union1d(found, block[(block >= least) & (block <= problem.source.max_points)].astype(np.int64))
    return found
