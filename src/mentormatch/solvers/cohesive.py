"""Prices of mentees that bound what groups bring where members count with one another.

From the prices without that, each price is lowered where nobody's best group wants the mentee and raised where several
do (a subgradient), all in whole numbers. The best groups are looked for by exchanges; what the prices prove is
computed once, at the end (`mentormatch.cohesion`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mentormatch.cohesion import best_sets
from mentormatch.grouping import Grouping, GroupPrices, Team
from mentormatch.problem import Ints

_WORK = 40_000_000
_PATIENCE = 15


def cohesive_prices(grouping: Grouping, word: int, start: GroupPrices, teams: Sequence[Team]) -> GroupPrices:
    """Prices that bound the word of points well, from others; ``teams`` are the groups found."""
    options, bonds = grouping.options, grouping.bonds
    assert bonds is not None
    size = max(1, options.allowed.size)
    rounds = min(400, max(60, _WORK // size))
    goal = grouping.value(teams)[word] - grouping.value(grouping.held)[word]
    reached = grouping.value(teams)
    before = np.array(start.before, dtype=np.int64)
    fixed = np.array(grouping.value(grouping.held)[:word], dtype=np.int64)
    owed = int((before * (np.array(reached[:word], dtype=np.int64) - fixed)).sum())
    prices = np.array(start.mentees, dtype=np.int64) + _usual_share(bonds, teams)
    best, kept = None, prices
    direction = np.zeros(len(prices), dtype=np.int64)
    stalled, step = 0, 1_000
    for _ in range(rounds):
        total, wanted = _wanted(grouping, word, start.before, prices)
        total += int(prices[grouping.may_join].sum()) - owed
        if best is None or total < best - max(1, abs(best) // 1_000_000):
            best, kept, stalled = total, prices, 0
        else:
            stalled += 1
            if stalled == _PATIENCE:
                prices, stalled, step = kept, 0, step * 7 // 10
                if not step:
                    break
        direction = direction * 7 // 10 + np.where(grouping.may_join, 10 * (1 - wanted), 0)
        norm = int((direction**2).sum())
        gap = total - goal + max(1, goal // 500)
        if not norm or gap <= 0:
            break
        prices = np.maximum(prices - direction * (gap * step // 1_000) // norm, 0)
    return GroupPrices(start.before, tuple(kept.tolist()))


def _usual_share(bonds: Ints, teams: Sequence[Team]) -> int:
    """What a member usually brings with the others, halved."""
    shares = [bonds[np.ix_(team.members, team.members)].sum(axis=1) // 2 for team in teams if team.members]
    return int(np.median(np.concatenate(shares))) if shares else 0


def _wanted(grouping: Grouping, word: int, before: tuple[int, ...], prices: Ints) -> tuple[int, Ints]:
    """What the best groups bring beyond the prices, about, and in how many of them each mentee is."""
    options, bonds = grouping.options, grouping.bonds
    assert bonds is not None
    worth = grouping.priced(word, GroupPrices(before, tuple(prices.tolist())))
    gains, sets = best_sets(worth, bonds, options.low, options.high)
    wanted = np.zeros(len(prices), dtype=np.int64)
    total = 0
    for owner in range(len(options.forced)):
        own = np.flatnonzero(options.owner == owner)
        if not len(own):
            continue
        best = own[np.argmax(gains[own])]
        if options.forced[owner] or gains[best] > 0:
            share = 1 if options.forced[owner] else max(1, grouping.leaders[0])
            total += int(gains[best]) // share
            wanted[sets[best]] += 1
    return total, wanted
