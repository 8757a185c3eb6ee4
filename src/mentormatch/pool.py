"""What the solver and the checker see of a program of peers: one pool, each with at most one partner.

A pool asks for pairs of people of whom nobody is in two. The value of a set of pairs is a tuple of levels, compared in
order, as that of a `Problem`; each level counts both directions of a pair, so that what belongs to the pair counts
twice and what belongs to a person once:

- ``participation``: the rank of the priority of everybody with a partner, 1 for the lowest;
- ``listed``, ``rank``, ``avoid``, ``favour``, ``changes``: twice what special pairs bring;
- ``points``: twice the points of the pairs;
- ``lottery``: twice the pairs' lottery numbers, which settle ties.

Ordinal ranks give the same people a partner as one level for each priority: the sets of people that pairs can cover
form a matroid, whose best bases depend on nothing but the order of the weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from mentormatch.problem import Ints, Keys, LevelName, PairSource, lottery

PEERS_FIRST: tuple[LevelName, ...] = ("participation", "points", "lottery")


@dataclass(frozen=True, eq=False)
class Pool:
    """People, points and what else pairs bring; nothing depends on which of a pair is named first.

    ``source`` holds the points of all pairs, shape (n, n), symmetric, -1 where not allowed and for everybody with
    themselves. Those not ``open`` get nobody: they are settled or absent. ``excluded`` are pairs out of the question,
    ``special`` pairs that bring something on a level, ``values`` how much: pairs are (first, second) with the lower
    position first, each once and sorted. ``keys`` feed the lottery.
    """

    source: PairSource
    open: npt.NDArray[np.bool_]
    priority: Ints
    keys: Keys
    excluded: tuple[Ints, Ints]
    special: tuple[Ints, Ints]
    values: Mapping[LevelName, Ints] = field(default_factory=dict)
    levels: tuple[LevelName, ...] = PEERS_FIRST
    minimum_score: int = 0

    def __len__(self) -> int:
        return len(self.open)

    def rows(self, start: int, stop: int) -> Ints:
        """Points of the people from ``start`` to ``stop`` with everybody, -1 where there can be no pair; a copy."""
        block = self.source.rows(start, stop).astype(np.int64)
        block[block < self.minimum_score] = -1
        block[~self.open[start:stop]] = -1
        block[:, ~self.open] = -1
        for one, other in (self.excluded, self.excluded[::-1]):
            here = (one >= start) & (one < stop)
            block[one[here] - start, other[here]] = -1
        return block

    @cached_property
    def ranks(self) -> Ints:
        """The rank of everybody's priority among those who are open, from 1."""
        return np.searchsorted(np.unique(self.priority[self.open]), self.priority).astype(np.int64) + 1

    @property
    def lottery_bits(self) -> int:
        """Bits of a lottery number: as many as those of a problem with the pool on both sides."""
        return max(1, min(40, 51 - (2 * max(1, len(self))).bit_length()))

    def lottery(self, first: Ints, second: Ints) -> Ints:
        """Lottery numbers of pairs (positions, broadcast together), whichever is named first."""
        one, other = self.keys[first], self.keys[second]
        drawn = lottery(np.minimum(one, other), np.maximum(one, other), 0)
        return drawn >> np.int64(63 - self.lottery_bits)

    @cached_property
    def special_at(self) -> dict[tuple[int, int], int]:
        """The place of each special pair."""
        pairs = zip(self.special[0].tolist(), self.special[1].tolist(), strict=True)
        return {pair: at for at, pair in enumerate(pairs)}

    def largest(self, level: LevelName) -> int:
        """The largest gain or loss of the level on one pair."""
        if level == "participation":
            return 2 * int(self.ranks[self.open].max(initial=0))
        if level == "lottery":
            return 2 << self.lottery_bits
        extra = int(np.abs(self.values[level]).max(initial=0)) if level in self.values else 0
        return 2 * (extra + (self.source.max_points if level == "points" else 0))

    def most(self, level: LevelName) -> int:
        """How far two sets of pairs can differ on the level."""
        if level == "participation":
            return int(self.ranks[self.open].sum())
        pairs = int(self.open.sum()) // 2
        if level in self.values and level != "points":
            pairs = min(pairs, len(self.special[0]))
        return pairs * self.largest(level)

    def levels_of(self, first: Ints, second: Ints, points: Ints) -> tuple[int, ...]:
        """What a set of pairs brings on each level."""
        return tuple(int(gain.sum()) for gain in self.gains(first, second, points).values())

    def gains(self, first: Ints, second: Ints, points: Ints) -> dict[LevelName, Ints]:
        """What pairs (lower position first) bring on each level."""
        place = np.array(
            [self.special_at.get(pair, -1) for pair in zip(first.tolist(), second.tolist(), strict=True)],
            dtype=np.intp,
        )
        found: dict[LevelName, Ints] = {}
        for level in self.levels:
            gain = 2 * np.append(self.values[level], 0)[place] if level in self.values else np.zeros_like(points)
            if level == "participation":
                gain = self.ranks[first] + self.ranks[second]
            elif level == "points":
                gain = gain + 2 * points
            elif level == "lottery":
                gain = 2 * self.lottery(first, second)
            found[level] = gain
        return found


@dataclass(frozen=True)
class OddPrice:
    """An odd set of people, sorted, and its price: of so many there can be no more than (n - 1) / 2 pairs."""

    people: tuple[int, ...]
    price: int


@dataclass(frozen=True)
class PeerPrices:
    """Why pairs are the best: doubled whole-number prices of people and whole-number prices of odd sets.

    A pair's value is the sum of each level times its multiplier, each of which exceeds all that the levels after it
    can bring together, so that comparing values compares levels.
    """

    multipliers: tuple[tuple[LevelName, int], ...]
    people: tuple[int, ...]
    odd_sets: tuple[OddPrice, ...] = ()

    def sets_of(self) -> dict[int, set[int]]:
        """The places of the odd sets that each person is in; who is in none is left out."""
        found: dict[int, set[int]] = {}
        for at, odd in enumerate(self.odd_sets):
            for person in odd.people:
                found.setdefault(person, set()).add(at)
        return found


@dataclass(frozen=True, eq=False)
class PeerSolution:
    """Pairs (lower position first, sorted), their points and the prices that prove them."""

    first: Ints
    second: Ints
    points: Ints
    prices: PeerPrices
    rounds: int = 0
    candidates: int = 0
