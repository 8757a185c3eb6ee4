"""Pairs that exceed their prices: which of them to take."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mentormatch.problem import Ints, Problem
from mentormatch.solvers.candidates import Pairs, Positions, by_worth, joined
from mentormatch.solvers.sweep import Settings

Excess = tuple[Ints, Ints, Ints, Ints]
"""Mentor positions, mentee positions, points, and by how much the value of a pair exceeds the sum of its prices."""
NOTHING: Pairs = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64))


def some_of(problem: Problem, settings: Settings, over: Excess) -> Pairs:
    """The pairs of the most excess of every mentor, and one of each mentee who has none among these."""
    mentor, mentee, points, _ = over
    chosen, rest = _best_of(problem, settings, over)
    served = np.zeros(problem.shape[1], dtype=np.bool_)
    served[mentee[chosen]] = True
    chosen = np.concatenate((chosen, rest[~served[mentee[rest]]]))
    return joined([(mentor[chosen], mentee[chosen], points[chosen])])


def fewer(problem: Problem, settings: Settings, over: Excess) -> npt.NDArray[np.bool_]:
    """Which pairs of what a strip found `some_of` could take, of each mentor and as the one of a mentee."""
    kept = np.zeros(len(over[0]), dtype=np.bool_)
    for chosen in _best_of(problem, settings, over):
        kept[chosen] = True
    return kept


def with_left(most: Ints, over: Excess, chosen: Pairs, mentees: int) -> Ints:
    """What no pair of each mentor exceeds its prices by more than, but for those of ``over`` that were chosen."""
    keys, taken = over[0] * mentees + over[1], chosen[0] * mentees + chosen[1]
    left = np.ones(len(keys), dtype=np.bool_)
    if len(taken):
        left = taken[np.minimum(np.searchsorted(taken, keys), len(taken) - 1)] != keys
    found = most.copy()
    np.maximum.at(found, over[0][left], over[3][left])
    return found


def _best_of(problem: Problem, settings: Settings, over: Excess) -> tuple[Positions, Positions]:
    """The places of the pairs of the most excess of every mentor, ties by lottery, and of the one of every mentee."""
    mentor, mentee, _, excess = over
    mentors, mentees = problem.shape
    worth, drawn = excess - excess.min(initial=0), problem.lottery(mentor, mentee, 0)
    order = by_worth(mentor, mentors, worth, drawn, problem.lottery_bits)
    rank = np.arange(len(order)) - np.searchsorted(mentor[order], mentor[order])
    rest = by_worth(mentee, mentees, worth, drawn, problem.lottery_bits)
    return order[rank < settings.additions], rest[np.diff(mentee[rest], prepend=-1) != 0]


def only(pairs: Excess, chosen: npt.NDArray[np.bool_]) -> Excess:
    """Those of the pairs that are chosen."""
    mentor, mentee, points, excess = pairs
    return mentor[chosen], mentee[chosen], points[chosen], excess[chosen]


def stacked(parts: Sequence[Excess]) -> Excess:
    """All pairs of the parts."""
    empty = np.zeros(0, dtype=np.int64)
    mentor, mentee, points, excess = (np.concatenate([empty, *(part[k] for part in parts)]) for k in range(4))
    return mentor, mentee, points, excess
