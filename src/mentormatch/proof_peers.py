"""The check of what proves pairs of one pool the best. Nothing here calls a solver or shares code with one.

A proof is a doubled whole-number price of at least 0 for each person and one for each of some odd sets of people. With
v the value of a pair, u the prices of people, z those of odd sets B:

- every pair that can be: u + u + 2 (the sum of z over odd sets with both) >= 2 v;
- twice the value of the pairs made = the sum of u + the sum of z (size of B - 1).

No set of pairs brings more than the right-hand side: each person is in at most one pair and each odd set holds at most
(size - 1) / 2 of them. So no other set of pairs is better.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from mentormatch.pool import PeerPrices, PeerSolution, Pool
from mentormatch.problem import Ints

_UNSURE = 2.0**-44


@dataclass(frozen=True)
class PeerFlaw:
    """One reason why a proof is refused: a stable code and the positions of the people concerned."""

    code: Literal[
        "words",
        "prices",
        "odd_set",
        "unknown_pair",
        "two_partners",
        "pair_not_allowed",
        "wrong_points",
        "better_pair",
        "total",
    ]
    people: tuple[int, ...] = ()


def check_peers(pool: Pool, solution: PeerSolution, block_pairs: int = 1 << 20) -> tuple[PeerFlaw, ...]:
    """All flaws of pairs and their prices: none means that they are allowed and the best in every level.

    One pass over all pairs. Those that floats cannot tell from their prices are compared in whole numbers of any size.
    """
    flaws = (*_numbers(pool, solution.prices), *_pairs(pool, solution))
    if flaws:
        return flaws
    return (*_better(pool, solution.prices, block_pairs), *_total(pool, solution))


def _numbers(pool: Pool, prices: PeerPrices) -> Iterator[PeerFlaw]:
    """The multipliers put the levels in order, prices are of at least 0 and odd sets are odd."""
    below, sound = 0, tuple(level for level, _ in prices.multipliers) == pool.levels
    for level, multiplier in reversed(prices.multipliers if sound else ()):
        sound &= type(multiplier) is int and multiplier > below
        below += multiplier * pool.most(level)
    if not sound:
        yield PeerFlaw("words")
    whole = all(type(price) is int and price >= 0 for price in prices.people)
    if len(prices.people) != len(pool) or not whole:
        yield PeerFlaw("prices")
    for odd in prices.odd_sets:
        people = set(odd.people)
        known = all(type(person) is int and 0 <= person < len(pool) for person in people)
        if not known or len(people) != len(odd.people) or len(people) % 2 == 0 or type(odd.price) is not int:
            yield PeerFlaw("odd_set", odd.people)
        elif odd.price < 0:
            yield PeerFlaw("prices", odd.people)


def _pairs(pool: Pool, solution: PeerSolution) -> Iterator[PeerFlaw]:
    """Pairs are of two known people, nobody is in two, each is allowed and has its points."""
    parts = (solution.first, solution.second, solution.points)
    if len({part.shape for part in parts}) > 1 or any(part.dtype != np.int64 or part.ndim != 1 for part in parts):
        yield PeerFlaw("unknown_pair")
        return
    seen: set[int] = set()
    for a, b, points in zip(*(part.tolist() for part in parts), strict=True):
        if not 0 <= a < b < len(pool):
            yield PeerFlaw("unknown_pair", (a, b))
            continue
        if a in seen or b in seen:
            yield PeerFlaw("two_partners", (a, b))
        seen |= {a, b}
        found = int(pool.rows(a, a + 1)[0, b])
        if found < 0:
            yield PeerFlaw("pair_not_allowed", (a, b))
        elif found != points:
            yield PeerFlaw("wrong_points", (a, b))


def _values(pool: Pool, prices: PeerPrices, first: Ints, second: Ints, points: Ints) -> list[int]:
    gains = pool.gains(first, second, points)
    totals = [0] * len(first)
    for level, multiplier in prices.multipliers:
        totals = [total + multiplier * gain for total, gain in zip(totals, gains[level].tolist(), strict=True)]
    return totals


def _better(pool: Pool, prices: PeerPrices, block_pairs: int) -> Iterator[PeerFlaw]:
    """A pair of everybody's that is worth more than its prices."""
    size = len(pool)
    rough = np.array([float(price) for price in prices.people])
    factor = {level: float(multiplier) for level, multiplier in prices.multipliers}
    ranks = pool.ranks * factor.get("participation", 0.0)
    lottery = float(pool.largest("lottery")) * factor["lottery"]
    largest = sum(multiplier * pool.largest(level) for level, multiplier in prices.multipliers)
    unsure = _UNSURE * (float(rough.max(initial=0)) + float(largest))
    sets = [(frozenset(odd.people), odd.price) for odd in prices.odd_sets]
    special = np.zeros(0, dtype=np.int64) if not len(pool.special[0]) else pool.special[0] * size + pool.special[1]
    rows = max(1, block_pairs // max(1, size))
    for start in range(0, size, rows):
        block = pool.rows(start, min(start + rows, size))
        here = np.arange(start, start + len(block))
        value = 2 * factor["points"] * block + ranks[here][:, None] + ranks + lottery
        unclear = rough[here][:, None] + rough < 2 * value + unsure
        inside = special[(special >= start * size) & (special < (start + len(block)) * size)]
        unclear[inside // max(1, size) - start, inside % max(1, size)] = True
        unclear &= (block >= 0) & (np.arange(size) > here[:, None])
        row, second = np.nonzero(unclear)
        first, points = row + start, block[row, second]
        told: set[int] = set()
        worth = _values(pool, prices, first, second, points)
        for a, b, twice in zip(first.tolist(), second.tolist(), (2 * one for one in worth), strict=True):
            paid = prices.people[a] + prices.people[b]
            if paid < twice and a not in told:
                paid += 2 * sum(price for people, price in sets if a in people and b in people)
                if paid < twice:
                    told.add(a)
                    yield PeerFlaw("better_pair", (a, b))


def _total(pool: Pool, solution: PeerSolution) -> Iterator[PeerFlaw]:
    """The pairs bring as much as the prices allow."""
    prices = solution.prices
    worth = sum(_values(pool, prices, solution.first, solution.second, solution.points))
    if 2 * worth != sum(prices.people) + sum(odd.price * (len(odd.people) - 1) for odd in prices.odd_sets):
        yield PeerFlaw("total")
