"""The best pairs of one pool, with prices that prove it over all pairs.

First the relaxation in which everybody may be on both sides: pairs of the pool with itself, solved like mentors and
mentees. A person's two prices together are fair for every pair, and its solution is pairs but for a few odd circles.
From there the pairs of least slack are searched for the best matching (`mentormatch.solvers.blossom`), which lowers
some prices and gives odd sets theirs; then all pairs are looked at, and those worth more than their prices join the
search, until there are none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property

import numpy as np
import numpy.typing as npt

from mentormatch.pool import OddPrice, PeerPrices, PeerSolution, Pool
from mentormatch.problem import Ints, LevelName, Problem, Solution, Special, lottery
from mentormatch.solvers.blossom import Blossoms, Edge
from mentormatch.solvers.staged import solve as solve_staged
from mentormatch.solvers.sweep import Settings

_BLOCK = 1 << 20


def solve(pool: Pool, settings: Settings | None = None, keep: int = 12) -> PeerSolution:
    """The best pairs of the pool in every level, in order. Neither ``settings`` nor ``keep`` changes the result.

    ``keep`` pairs of least slack of everybody are searched at first. Two sets of pairs are equally good only if their
    lottery numbers, of b <= 40 bits, sum to the same: among n possible pairs the chance is at most n / 2**b. Raises
    OverflowError, with the level, where the relaxation's totals would not fit 64 bits.
    """
    relaxed = _Relaxation(pool, solve_staged(_both_sides(pool), settings))
    prices = relaxed.prices
    edges = _Edges(pool, relaxed.multipliers)
    edges.add(*_least_slack(pool, edges, prices, keep))
    rounds = 0
    while True:
        rounds += 1
        search = Blossoms(prices, edges.with_values())
        search.match(relaxed.circles())
        search.solve()
        odd_sets = tuple(
            OddPrice(tuple(sorted(search.members[node])), price)
            for node, price in sorted(search.odd_price.items())
            if price
        )
        found = PeerPrices(relaxed.multipliers, tuple(search.price), tuple(sorted(odd_sets, key=lambda s: s.people)))
        before = len(edges.value)
        edges.add(*_worth_more(pool, edges, found, keep))
        if len(edges.value) == before:
            break
    first = np.array([v for v, mate in enumerate(search.mate) if mate > v], dtype=np.int64)
    second = np.array([search.mate[v] for v in first.tolist()], dtype=np.int64)
    points = np.array([edges.points[pair] for pair in zip(first.tolist(), second.tolist(), strict=True)], np.int64)
    return PeerSolution(first, second, points, found, rounds, before)


class _BothSides(Problem):
    """The pool as mentors and as mentees of itself; a pair brings the same in both directions.

    Only from the second draw on the lottery tells the directions of a circle apart.
    """

    def lottery(self, mentor: Ints, mentee: Ints, draw: int) -> Ints:
        one, other = self.mentor_keys[mentor], self.mentee_keys[mentee]
        if draw == 0:
            one, other = np.minimum(one, other), np.maximum(one, other)
        drawn = lottery(one, other, draw)
        return drawn >> np.int64(63 - self.lottery_bits)

    @cached_property
    def special_values(self) -> dict[LevelName, Ints]:
        return dict(self.special.values)

    def largest(self, level: LevelName) -> int:
        if level == "listed":
            return int(np.abs(self.special.values["listed"]).max(initial=0))
        return super().largest(level)


def _both_sides(pool: Pool) -> Problem:
    places = pool.open.astype(np.int64)
    nobody = np.zeros_like(places)

    def mirrored(pairs: tuple[Ints, Ints]) -> tuple[Ints, Ints, npt.NDArray[np.intp]]:
        mentor, mentee = np.concatenate(pairs), np.concatenate(pairs[::-1])
        order = np.lexsort((mentee, mentor))
        return mentor[order], mentee[order], order % max(1, len(pairs[0]))

    excluded, special = mirrored(pool.excluded), mirrored(pool.special)
    levels = pool.levels
    return _BothSides(
        source=pool.source,
        capacity=places,
        minimum_load=nobody,
        wants=places,
        served=nobody,
        led=nobody,
        priority=pool.priority,
        excluded=excluded[:2],
        mentor_keys=pool.keys,
        mentee_keys=pool.keys,
        special=Special(
            special[0],
            special[1],
            np.full(len(special[0]), -1, dtype=np.int64),
            np.zeros(len(special[0]), dtype=np.bool_),
            {level: values[special[2]] for level, values in pool.values.items()},
        ),
        levels=("minimum_load", *levels),
        minimum_score=pool.minimum_score,
    )


class _Relaxation:
    """The words' prices in one whole number: fair for every pair of the pool, doubled, and never below 0."""

    def __init__(self, pool: Pool, solution: Solution) -> None:
        self.solution = solution
        self.pool = pool
        words = [word for word in solution.words if word.draw == 0]
        both = _both_sides(pool)
        tiers = both.tiers
        tier = np.zeros(len(pool), dtype=np.int64)
        tier[tiers.mentee] = tiers.weight
        mentor, mentee, points = solution.mentor, solution.mentee, solution.points
        beta, alpha = solution.mentor_prices, solution.mentee_prices.copy()
        scales: list[int] = []
        below = 1
        most = int(pool.open.sum())
        for k in reversed(range(len(words))):
            word = words[k]
            # A mentee's gain from being served is part of the value of the pair.
            alpha[:, k] += tier * word.multiplier("participation")
            values = [m * (both.largest(level) + 1) for level, m in word.levels]
            range_ = sum(values) * 2 + 2 * int(np.abs(alpha[:, k]).max(initial=0) + np.abs(beta[:, k]).max(initial=0))
            scales.insert(0, below)
            below += below * range_ * (most + 1)
        self.multipliers = tuple(
            (level, scale * multiplier)
            for word, scale in zip(words, scales, strict=True)
            for level, multiplier in word.levels
            if level != "minimum_load"
        )
        served, offered = (
            [sum(scale * int(price) for scale, price in zip(scales, row, strict=False)) for row in side.tolist()]
            for side in (alpha, beta)
        )
        gain = np.zeros((len(mentor), len(words)), dtype=object)
        for k, word in enumerate(words):
            gain[:, k] = both.pair_value(word, mentor, mentee, points) + tier[mentee] * word.multiplier("participation")
        for m, e, row in zip(mentor.tolist(), mentee.tolist(), gain, strict=True):
            value = sum(scale * int(part) for scale, part in zip(scales, row, strict=True))
            served[e] += max(0, value - served[e] - offered[m])  # who is served pays what the pair leaves over
        self.prices = [2 * (max(0, a) + max(0, b)) for a, b in zip(served, offered, strict=True)]

    def circles(self) -> Iterator[Edge]:
        """The pairs of the relaxation, circle by circle, so that every other one can be made."""
        follows = dict(zip(self.solution.mentor.tolist(), self.solution.mentee.tolist(), strict=True))
        led = set(follows.values())
        seen: set[int] = set()
        for start in [*(v for v in follows if v not in led), *follows]:
            person = start
            while person in follows and person not in seen:
                seen.add(person)
                yield person, follows[person]
                person = follows[person]


class _Edges:
    """The pairs that are searched, with points and values."""

    def __init__(self, pool: Pool, multipliers: tuple[tuple[LevelName, int], ...]) -> None:
        self.pool, self.multipliers = pool, multipliers
        self.points: dict[Edge, int] = {}
        self.value: dict[Edge, int] = {}

    def add(self, first: Ints, second: Ints, points: Ints) -> None:
        """Take in pairs, lower position first."""
        values = self.values(first, second, points)
        for a, b, p, value in zip(first.tolist(), second.tolist(), points.tolist(), values, strict=True):
            self.points[a, b], self.value[a, b] = p, value

    def values(self, first: Ints, second: Ints, points: Ints) -> list[int]:
        """What pairs are worth."""
        gains = self.pool.gains(first, second, points)
        parts = [[multiplier * gain for gain in gains[level].tolist()] for level, multiplier in self.multipliers]
        return [sum(own) for own in zip(*parts, strict=True)]

    def with_values(self) -> Iterator[tuple[int, int, int]]:
        """All pairs with their values, in order."""
        for (one, other), value in sorted(self.value.items()):
            yield one, other, value

    def at_most(self, start: int, block: Ints) -> npt.NDArray[np.float64]:
        """About what the pairs of a block are worth, but for special pairs, with the largest lottery number."""
        factor = {level: float(multiplier) for level, multiplier in self.multipliers}
        ranks = self.pool.ranks.astype(np.float64)
        return (
            block * (2 * factor["points"])
            + (ranks[start : start + len(block), None] + ranks) * factor.get("participation", 0.0)
            + float(self.pool.largest("lottery")) * factor["lottery"]
        )

    def special(self) -> tuple[Ints, Ints, Ints]:
        """The special pairs that can be made."""
        first, second = self.pool.special
        points = np.array(
            [int(self.pool.rows(a, a + 1)[0, b]) for a, b in zip(first.tolist(), second.tolist(), strict=True)],
            dtype=np.int64,
        )
        possible = points >= 0
        return first[possible], second[possible], points[possible]


def _near(pool: Pool, edges: _Edges, prices: PeerPrices) -> list[tuple[int, int, int, int]]:
    """Slack, both people and points of all pairs that floats cannot tell to have more slack than a lottery number."""
    size = len(pool)
    price = np.array([float(p) for p in prices.people])
    room = 1e-13 * (float(price.max(initial=0)) + float(sum(m * pool.largest(level) for level, m in edges.multipliers)))
    sets, nowhere = prices.sets_of(), set[int]()
    found: list[tuple[int, int, int, int]] = []
    step = max(1, _BLOCK // max(1, size))
    for start in range(0, size, step):
        block = pool.rows(start, min(start + step, size))
        near = price[start : start + len(block), None] + price < 2 * edges.at_most(start, block) + room
        near &= (block >= 0) & (np.arange(size) > np.arange(start, start + len(block))[:, None])
        row, second = np.nonzero(near)
        first, points = row + start, block[row, second]
        values = edges.values(first, second, points)
        for a, b, p, value in zip(first.tolist(), second.tolist(), points.tolist(), values, strict=True):
            slack = prices.people[a] + prices.people[b] - 2 * value
            if slack < 0:
                slack += 2 * sum(prices.odd_sets[at].price for at in sets.get(a, nowhere) & sets.get(b, nowhere))
            found.append((slack, a, b, p))
    return found


def _least_slack(pool: Pool, edges: _Edges, prices: list[int], keep: int) -> tuple[Ints, Ints, Ints]:
    """For everybody the pairs of about the least slack, and all special pairs."""
    size = len(pool)
    price = np.array([float(p) for p in prices])
    found = [edges.special(), _best(_near(pool, edges, PeerPrices(edges.multipliers, tuple(prices))), keep)]
    step = max(1, _BLOCK // max(1, size))
    for start in range(0, size, step):
        block = pool.rows(start, min(start + step, size))
        slack = price[start : start + len(block), None] + price - 2 * edges.at_most(start, block)
        slack[block < 0] = np.inf
        column = np.argsort(slack, axis=1, kind="stable")[:, :keep].ravel()
        row = np.repeat(np.arange(len(block)), min(keep, size))
        possible = block[row, column] >= 0
        row, column = row[possible], column[possible]
        first, second = np.minimum(row + start, column), np.maximum(row + start, column)
        found.append((first, second, block[row, column]))
    first, second, points = (np.concatenate([part[k] for part in found]).astype(np.int64) for k in range(3))
    return first, second, points


def _worth_more(pool: Pool, edges: _Edges, prices: PeerPrices, keep: int) -> tuple[Ints, Ints, Ints]:
    """The pairs that are worth more than their prices, for each person those that are worth the most more."""
    return _best([pair for pair in _near(pool, edges, prices) if pair[0] < 0 and pair[1:3] not in edges.value], keep)


def _best(pairs: list[tuple[int, int, int, int]], keep: int) -> tuple[Ints, Ints, Ints]:
    """Of pairs with their slack those that are among the ``keep`` with the least for one of both."""
    held: Counter[int] = Counter()
    found: list[tuple[int, int, int]] = []
    for _, a, b, points in sorted(pairs):
        if held[a] < keep or held[b] < keep:
            held[a] += 1
            held[b] += 1
            found.append((a, b, points))
    first, second, points_ = np.array(found, dtype=np.int64).reshape(-1, 3).T
    return first, second, points_
