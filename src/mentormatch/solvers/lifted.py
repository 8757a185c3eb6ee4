"""The lowest score among the pairs, lifted as high as it goes without losing anything in the levels above."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mentormatch.problem import Ints, Lift, Problem, upper_levels
from mentormatch.solvers.staged import solve
from mentormatch.solvers.sweep import Settings


def lift(problem: Problem, settings: Settings | None = None) -> Lift:
    """The highest floor under the points of new pairs that costs nothing in the levels above, and its two proofs.

    What the upper levels reach falls as the floor rises, so the floor is found by halving among the points that occur
    and one beyond; each step solves the upper levels. Pairs that are allowed with given points are not new.
    """
    settings = settings or Settings()
    upper = replace(problem, levels=upper_levels(problem.levels))
    free = solve(upper, settings)
    reached = upper.value(free.mentor, free.mentee, free.points)[:-1]

    def costs_nothing(floor: int) -> bool:
        limited = replace(upper, minimum_score=floor)
        found = solve(limited, settings)
        return limited.value(found.mentor, found.mentee, found.points)[:-1] == reached

    beyond = problem.source.max_points + 1
    floors = _points(problem, settings, int(free.points[upper.is_new(free.mentor, free.mentee)].min(initial=beyond)))
    low, high = 0, len(floors) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if costs_nothing(int(floors[middle])):
            low = middle
        else:
            high = middle - 1
    floor = int(floors[low])
    above = None if floor == beyond else solve(replace(upper, minimum_score=floor + 1), settings)
    return Lift(floor, free, above)


def _points(problem: Problem, settings: Settings, least: int) -> Ints:
    """The different points of allowed pairs from ``least`` on, rising, and one beyond all."""
    found = np.array([least, problem.source.max_points + 1], dtype=np.int64)
    for _, block in problem.blocks(settings.rows(problem)):
        found = np.union1d(found, block[(block >= least) & (block <= problem.source.max_points)].astype(np.int64))
    return found
