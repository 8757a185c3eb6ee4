"""What no set of pairs can exceed, by prices that need not be the last ones.

A mentee's price raised by the most that any pair of theirs exceeds its two prices by is a price that no pair exceeds.
So any flow over candidates, and one look at all other pairs, prove a bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import mul

import numpy as np

from mentormatch.problem import Ints, Problem, Word
from mentormatch.solvers.network import Network, Prices
from mentormatch.solvers.residual import signs
from mentormatch.solvers.sweep import Settings, sweep


def raised(prices: Sequence[Prices], worst: Ints) -> list[Prices]:
    """The prices in several words, with the mentees' raised in the last of them."""
    *before, (v, u, w) = prices
    return [*before, (v, u + worst, w)]


def highest(network: Network, words: Sequence[Word], prices: Sequence[Prices]) -> int:
    """What nothing exceeds in the last word, where no pair outside the network is worth more than its prices.

    This holds among the sets of pairs that are the best ones in the words before, as the prices in these must prove.
    Every set of pairs is a flow, and is worth what its ends are and what its arcs exceed that by; no more than all arcs
    of negative slack full and all others empty.
    """
    slack = np.stack([network.slack(word, own) for word, own in zip(words, prices, strict=True)], axis=1)
    full = signs(slack) < 0
    tiers, wants = network.problem.tiers, np.diff(network.problem.tiers.offsets)
    arcs = sum(map(mul, network.capacity[full].tolist(), (-slack[full, -1]).tolist()))
    ends = sum(map(mul, wants.tolist(), prices[-1][1].tolist()))
    return int(arcs + ends + sum(tiers.gain(words[-1]).tolist()))


def worst_excess(problem: Problem, settings: Settings, word: Word, prices: Prices, have: tuple[Ints, Ints]) -> Ints:
    """The most that any pair of each mentee outside ``have`` (sorted) exceeds its prices by in the first word, or 0.

    One pass over all pairs.
    """
    v, u, _ = prices
    worst = np.zeros(problem.shape[1], dtype=np.int64)

    def state(start: int, stop: int) -> tuple[object, ...]:
        own = slice(*np.searchsorted(have[0], (start, stop)))
        return word, v[start:stop], u, (have[0][own], have[1][own])

    for found in sweep(problem, settings, worst_in, state):
        np.maximum(worst, found, out=worst)
    return worst


def worst_in(
    problem: Problem, settings: Settings, start: int, stop: int, word: Word, v: Ints, u: Ints, own: tuple[Ints, Ints]
) -> Ints:
    """The most that a pair of these mentors and of each mentee exceeds its prices by, without those in ``own``."""
    worst = np.zeros(len(u), dtype=np.int64)
    for top, first, block in problem.tiles(settings.block_pairs, start, stop):
        low, high = np.searchsorted(own[0], (top, top + len(block)))
        inside = low + np.flatnonzero((own[1][low:high] >= first) & (own[1][low:high] < first + block.shape[1]))
        beyond = block.astype(np.int64) * word.multiplier("points") - v[top - start :][: len(block), None]
        beyond -= u[first : first + block.shape[1]]
        beyond[block < 0] = 0
        beyond[own[0][inside] - top, own[1][inside] - first] = 0
        here = worst[first : first + block.shape[1]]
        np.maximum(here, beyond.max(axis=0, initial=0), out=here)
    return worst
