"""The check of what proves pairs of one pool the best. Nothing here calls a solver or shares code with one.

A proof is a doubled whole-number price of at least 0 for each person and one for each of some odd sets of people. With
v the value of a pair, u the prices of people, z those of odd sets B:

- every pair that can be: u + u + 2 (the sum of z over odd sets with both) >= 2 v;
- twice the value of the pairs made = the sum of u + the sum of z (size of B - 1).

No set of pairs brings more than the right-hand side: each person is in at most one pair and each odd set holds at most
(size - 1) / 2 of them. So no other set of pairs is better.

Any other set as good is of pairs worth just their prices, leaves nobody alone whose price is above 0 and fills every
odd set with a price. Where a search among those finds none, the pairs are the only best ones.

Pairs and one trio, which counts half the sum of its three pairs, bring at most the right-hand side and half the prices
of the odd sets around one person: of an odd set with all three the trio and the pairs beside it may take size halves,
of any other no more than pairs would.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
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
        "trio_bound",
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
    told: set[int] = set()
    for a, b, slack, _ in _near(pool, prices, block_pairs):
        if slack < 0 and a not in told:
            told.add(a)
            yield PeerFlaw("better_pair", (a, b))


def _near(pool: Pool, prices: PeerPrices, block_pairs: int) -> Iterator[tuple[int, int, int, int]]:
    """All pairs worth at least their prices, and some others: both people, what they pay above it, and the worth."""
    size = len(pool)
    rough = np.array([float(price) for price in prices.people])
    factor = {level: float(multiplier) for level, multiplier in prices.multipliers}
    ranks = pool.ranks * factor.get("participation", 0.0)
    lottery = float(pool.largest("lottery")) * factor["lottery"]
    largest = sum(multiplier * pool.largest(level) for level, multiplier in prices.multipliers)
    unsure = _UNSURE * (float(rough.max(initial=0)) + float(largest))
    sets, nowhere = prices.sets_of(), set[int]()
    special = np.zeros(0, dtype=np.int64) if not len(pool.special[0]) else pool.special[0] * size + pool.special[1]
    rows = max(1, block_pairs // max(1, size))
    for start in range(0, size, rows):
        block = pool.rows(start, min(start + rows, size))
        here = np.arange(start, start + len(block))
        value = 2 * factor["points"] * block + ranks[here][:, None] + ranks + lottery
        # What odd sets add to the two prices can only lift a pair that is unclear without it.
        unclear = rough[here][:, None] + rough < 2 * value + unsure
        inside = special[(special >= start * size) & (special < (start + len(block)) * size)]
        unclear[inside // max(1, size) - start, inside % max(1, size)] = True
        unclear &= (block >= 0) & (np.arange(size) > here[:, None])
        row, second = np.nonzero(unclear)
        first, points = row + start, block[row, second]
        worth = _values(pool, prices, first, second, points)
        for a, b, one in zip(first.tolist(), second.tolist(), worth, strict=True):
            slack = prices.people[a] + prices.people[b] - 2 * one
            if slack <= 0:
                slack += 2 * sum(prices.odd_sets[at].price for at in sets.get(a, nowhere) & sets.get(b, nowhere))
            yield a, b, slack, one


def only_best(pool: Pool, solution: PeerSolution, block_pairs: int = 1 << 20) -> bool:
    """Whether it is proven that no other pairs are as good, the lottery included; the solution must have no flaws.

    False where others are as good, and where there is too much to search.
    """
    made = set(zip(solution.first.tolist(), solution.second.tolist(), strict=True))
    worth = {(a, b): one for a, b, slack, one in _near(pool, solution.prices, block_pairs) if slack == 0}
    around: dict[int, set[int]] = {}
    for a, b in worth:
        around.setdefault(a, set()).add(b)
        around.setdefault(b, set()).add(a)
    search = _Search(around, worth, made, {v for v in around if solution.prices.people[v] > 0})
    return all(search.only(component) for component in _components(around) if len(component) > 2)


def _components(around: dict[int, set[int]]) -> Iterator[set[int]]:
    """The people who are joined by pairs worth just their prices."""
    seen: set[int] = set()
    for person in around:
        if person not in seen:
            found, new = {person}, [person]
            while new:
                more = around[new.pop()] - found
                found |= more
                new += more
            seen |= found
            yield found


_MOST_STEPS = 20_000


class _Search:
    """Goes through the sets of pairs among people that leave nobody in ``must`` alone."""

    def __init__(
        self, around: dict[int, set[int]], worth: dict[tuple[int, int], int], made: set[tuple[int, int]], must: set[int]
    ) -> None:
        self.around, self.worth, self.made, self.must = around, worth, made, must
        self.steps = 0

    def only(self, people: set[int]) -> bool:
        """Whether those made are the only ones of their worth."""
        target = sum(self.worth[pair] for pair in self.made if pair[0] in people)
        stack = [(frozenset(people), frozenset[tuple[int, int]](), 0)]
        while stack:
            left, pairs, worth = stack.pop()
            self.steps += 1
            if self.steps > _MOST_STEPS:
                return False
            if not left:
                if worth >= target and not pairs <= self.made:
                    return False
                continue
            person = min(left, key=lambda v: (len(self.around[v] & left) + (v not in self.must), v))
            if person not in self.must:
                stack.append((left - {person}, pairs, worth))
            for other in self.around[person] & left:
                pair = (min(person, other), max(person, other))
                stack.append((left - {person, other}, pairs | {pair}, worth + self.worth[pair]))
        return True


def room_for_a_trio(pool: Pool, prices: PeerPrices, pairs: PeerSolution, trio: tuple[int, ...]) -> int:
    """Twice what pairs and a trio could bring more than these do, at most; ``prices`` must be fair for all pairs."""
    rows = [sorted(two) for two in combinations(trio, 2)]
    first, second = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    points = np.array([int(pool.rows(a, a + 1)[0, b]) for a, b in rows], dtype=np.int64)
    reached = 2 * sum(_values(pool, prices, pairs.first, pairs.second, pairs.points))
    reached += sum(_values(pool, prices, first, second, points))
    most = sum(prices.people) + sum(odd.price * (len(odd.people) - 1) for odd in prices.odd_sets)
    around = (sum(prices.odd_sets[at].price for at in own) for own in prices.sets_of().values())
    return most + max(around, default=0) - reached


def check_prices(pool: Pool, prices: PeerPrices, block_pairs: int = 1 << 20) -> tuple[PeerFlaw, ...]:
    """All flaws of prices alone: none means that no pair is worth more than its prices."""
    return tuple(_numbers(pool, prices)) or tuple(_better(pool, prices, block_pairs))


def _total(pool: Pool, solution: PeerSolution) -> Iterator[PeerFlaw]:
    """The pairs bring as much as the prices allow."""
    prices = solution.prices
    worth = sum(_values(pool, prices, solution.first, solution.second, solution.points))
    if 2 * worth != sum(prices.people) + sum(odd.price * (len(odd.people) - 1) for odd in prices.odd_sets):
        yield PeerFlaw("total")
