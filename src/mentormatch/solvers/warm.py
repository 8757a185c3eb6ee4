"""Pairs solved anew from an earlier solution of nearly the same problem, to the same proven optimum.

The earlier prices are tried on this problem. Whatever they leave to be desired (a pair that is gone, a seat more,
somebody new) is repaired by shortest paths (`mentormatch.solvers.residual`), in all words at once. Only pairs of little
slack are looked at, found in one pass over all pairs: those with no more than a tolerance. While no two prices together
fall by more than that, no other pair can matter; where they do, there is another pass. So the result rests on nothing
that is said of the earlier solution, and it is the one of a solve from nothing: the lottery makes the optimum unique,
which is certified here as there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from mentormatch.problem import Ints, LevelName, Problem, Solution, Word
from mentormatch.solvers.network import Network
from mentormatch.solvers.potentials import Potentials, among
from mentormatch.solvers.residual import WIDEST, Residual
from mentormatch.solvers.sweep import Settings

_PASSES = 3
_ROOM = 64
"""So many people with room for one more, and one in 50, are few enough for a start to help."""


def _no_prices() -> Ints:
    return np.zeros((0, 0), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Start:
    """An earlier solution of a problem like this one, with positions of this one; all that it says may be wrong.

    ``mentor`` and ``mentee`` are its pairs. ``words`` and the prices are those of a `Solution`; there are none without
    words. ``new_mentors`` and ``new_mentees`` are those who have no price there. ``list_prices`` are not looked at
    where there are not as many as the problem has `list_mentees`.
    """

    mentor: Ints
    mentee: Ints
    words: tuple[Word, ...] = ()
    mentor_prices: Ints = field(default_factory=_no_prices)
    mentee_prices: Ints = field(default_factory=_no_prices)
    list_prices: Ints = field(default_factory=_no_prices)
    new_mentors: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    new_mentees: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


def solve_again(problem: Problem, words: Sequence[Word], start: Start, settings: Settings) -> Solution | None:
    """The best set of pairs in these words; None where solving from nothing is likely to be cheaper.

    None as well where the lottery does not decide in one draw.
    """
    numbers = _potentials(problem, words, start)
    if numbers is None:
        return None
    people, mentees, special = sum(problem.shape), problem.shape[1], problem.special
    room = _ROOM + people // 50
    made = np.unique(start.mentor * mentees + start.mentee)
    named = np.union1d(made, special.mentor * mentees + special.mentee)
    potentials = Potentials(problem, words, numbers)
    if not potentials.welcome(start.new_mentors, start.new_mentees, _still_made(problem, made), room):
        return None
    for passes in range(1, _PASSES + 1):
        # Four times as many pairs as in the pass before.
        tolerance = potentials.tolerance((settings.candidates or 8) * 4**passes // 8)
        pairs = potentials.near(tolerance, named, settings)
        network = Network(problem, pairs)
        flow = network.flow_of(among(pairs[0] * mentees + pairs[1], made))
        residual = Residual(network, words, flow, potentials.numbers.copy())
        residual.settle()
        if np.abs(residual.excess()).sum() > 2 * room or not residual.repair(1_000 + people // 2, tolerance):
            return None
        fall = potentials.fall(residual.potential)
        potentials = Potentials(problem, words, residual.potential)
        mentor, mentee, points = (side[residual.flow[: len(side)] > 0] for side in pairs)
        made = mentor * mentees + mentee
        if fall <= tolerance and not residual.excess().any():
            if not network.decided(residual.flow, residual.signs() == 0):
                return None
            return Solution(mentor, mentee, points, tuple(words), *potentials.final(), passes, len(pairs[0]))
    return None


def _potentials(problem: Problem, words: Sequence[Word], start: Start) -> Ints | None:
    """The earlier prices as potentials in these words; None where there are none, or they or gains are too large."""
    count = len(start.words)
    shapes = [(people, count) for people in problem.shape]
    if not count or len(words) < 2 or [start.mentor_prices.shape, start.mentee_prices.shape] != shapes:
        return None
    if any(not 0 < multiplier < WIDEST for word in start.words for _, multiplier in word.levels):
        return None
    if any(sum(m * problem.largest(level) for level, m in word.levels) >= WIDEST for word in words):
        return None
    if not (problem.capacity.any() and problem.wants.any()):
        return None
    lists = start.list_prices
    if lists.shape != (len(problem.list_mentees), count):
        lists = start.mentee_prices[problem.list_mentees]
    sink = np.zeros((1, count), dtype=np.int64)
    return reworded(np.concatenate((start.mentee_prices, -start.mentor_prices, sink, lists)), start.words, words)


def reworded(prices: Ints, old: Sequence[Word], new: Sequence[Word]) -> Ints | None:
    """Prices in other words: the levels that they are most likely made of, and these in the new words.

    A price is a sum of gains, few of each level, so each level is what is left to the nearest multiple. A level that
    the old words do not have counts 0. None where a number reaches half of `WIDEST`.

    >>> one, two = Word((("participation", 100), ("points", 1))), Word((("participation", 1000), ("points", 1)))
    >>> reworded(np.array([[-93]]), [one], [two]).tolist()
    [[-993]]
    """
    if prices.size and (prices.max() >= WIDEST // 2 or prices.min() <= -WIDEST // 2):
        return None
    if tuple(old[: len(new)]) == tuple(new):
        return prices[:, : len(new)].copy()
    levels: dict[tuple[LevelName, int], Ints] = {}
    for k, word in enumerate(old):
        rest = prices[:, k]
        for level, multiplier in word.levels:
            levels[level, word.draw] = (rest + multiplier // 2) // multiplier
            rest = rest - levels[level, word.draw] * multiplier
    found = np.zeros((len(prices), len(new)), dtype=np.int64)
    for k, word in enumerate(new):
        parts = [(levels[level, word.draw], m) for level, m in word.levels if (level, word.draw) in levels]
        if sum(m * int(np.abs(number).max(initial=0)) for number, m in parts) >= WIDEST // 2:
            return None
        for number, m in parts:
            found[:, k] += number * m
    return found


def _still_made(problem: Problem, made: Ints) -> Ints:
    """Those of the pairs (by key) that nothing rules out at first sight."""
    mentor, mentee = np.divmod(made, problem.shape[1])
    excluded = problem.excluded[0] * problem.shape[1] + problem.excluded[1]
    return made[(problem.capacity[mentor] > 0) & (problem.wants[mentee] > 0) & ~np.isin(made, excluded)]
