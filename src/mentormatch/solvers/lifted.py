"""The lowest score among the pairs, lifted as high as it goes without losing anything in the levels above."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mentormatch.problem import Ints, Lift, Problem, upper_levels
from mentormatch.solvers.candidates import Settings
from mentormatch.solvers.staged import solve


def lift(problem: Problem, settings: Settings | None = None) -> Lift | None:
    """The highest floor under the points of all pairs that costs nothing in the levels above, and its two proofs.

    None where no pair is made, so that there is nothing to lift. What the upper levels reach falls as the floor rises,
    so the floor is found by halving among the points that occur; each step solves the upper levels.
    """
    upper = replace(problem, levels=upper_levels(problem.levels))
    free = solve(upper, settings)
    if not len(free.mentor):
        return None
    reached = upper.value(free.mentor, free.mentee, free.points)[:-1]

    def above(floor: int) -> bool:
        limited = replace(upper, minimum_score=floor)
        found = solve(limited, settings)
        return limited.value(found.mentor, found.mentee, found.points)[:-1] == reached

    floors = _points(problem, int(free.points.min()))
    low, high = 0, len(floors) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if above(int(floors[middle])):
            low = middle
        else:
            high = middle - 1
    floor = int(floors[low])
    return Lift(floor, free, solve(replace(upper, minimum_score=floor + 1), settings))


def _points(problem: Problem, least: int) -> Ints:
    """The different points of allowed pairs from ``least`` on, rising."""
    found = np.array([least], dtype=np.int64)
    for _, block in problem.blocks(max(1, (1 << 20) // max(1, problem.shape[1]))):
        found = np.union1d(found, block[block >= least].astype(np.int64))
    return found
