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
import numpy.typing as npt

from mentormatch.problem import Ints, LevelName, Problem, Solution, Word
from mentormatch.solvers.candidates import Pairs
from mentormatch.solvers.network import Network, priced_out
from mentormatch.solvers.residual import WIDEST, Levels, Residual, signs
from mentormatch.solvers.sweep import Settings

Bools = npt.NDArray[np.bool_]

_PASSES = 3
_SAMPLED = 16
"""Mentors whose pairs say how small a slack is small."""
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
    potential = _potential(problem, words, start)
    if potential is None:
        return None
    people, mentees, special = sum(problem.shape), problem.shape[1], problem.special
    made = np.unique(start.mentor * mentees + start.mentee)
    prices = _Prices(problem, words, potential, settings)
    room = _ROOM + people // 50
    if not prices.welcome(start.new_mentors, start.new_mentees, _still_made(problem, made), room):
        return None
    named = np.union1d(made, special.mentor * mentees + special.mentee)
    for passes in range(1, _PASSES + 1):
        tolerance = prices.tolerance(2 * 4**passes)
        pairs = prices.near(tolerance, named)
        network = Network(problem, pairs)
        flow = network.flow_of(_among(pairs[0] * mentees + pairs[1], made))
        residual = Residual(network, words, flow, prices.potential.copy())
        residual.settle()
        if np.abs(residual.excess()).sum() > 2 * room or not residual.repair(1_000 + people // 2, tolerance):
            return None
        fall = prices.fall(residual.potential)
        prices.potential = residual.potential
        mentor, mentee, points = (side[residual.flow[: len(side)] > 0] for side in pairs)
        made = mentor * mentees + mentee
        if fall <= tolerance and not residual.excess().any():
            if not network.decided(residual.flow, residual.signs() == 0):
                return None
            return Solution(mentor, mentee, points, tuple(words), *prices.final(), passes, len(pairs[0]))
    return None


def _potential(problem: Problem, words: Sequence[Word], start: Start) -> Ints | None:
    """The earlier prices as potentials in these words; None where there are none, or they or gains are too large."""
    shapes = [(people, len(start.words)) for people in problem.shape]
    if not start.words or len(words) < 2 or [start.mentor_prices.shape, start.mentee_prices.shape] != shapes:
        return None
    if any(sum(m * problem.largest(level) for level, m in word.levels) >= WIDEST for word in words):
        return None
    if not (problem.capacity.any() and problem.wants.any()):
        return None
    lists = start.list_prices
    if lists.shape != (len(problem.list_mentees), len(start.words)):
        lists = start.mentee_prices[problem.list_mentees]
    sink = np.zeros((1, len(start.words)), dtype=np.int64)
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


def _among(keys: Ints, wanted: Ints) -> Bools:
    """Which of the keys are wanted; both are sorted."""
    place = np.searchsorted(keys, wanted)
    inside = place < len(keys)
    inside[inside] = keys[place[inside]] == wanted[inside]
    found = np.zeros(len(keys), dtype=np.bool_)
    found[place[inside]] = True
    return found


class _Prices:
    """Prices as potentials of the nodes of a network, and what pairs have little slack at them."""

    def __init__(self, problem: Problem, words: Sequence[Word], potential: Ints, settings: Settings) -> None:
        self.problem = problem
        self.words = words
        self.potential = potential
        self.settings = settings
        self.open = problem.capacity > 0, problem.wants > 0

    def parts(self) -> tuple[Ints, Ints, Ints]:
        """The prices of mentors, mentees and lists."""
        mentors, mentees = self.problem.shape
        mentee, mentor, _, lists = np.split(self.potential, (mentees, mentees + mentors, mentees + mentors + 1))
        return -mentor, mentee.copy(), lists.copy()

    def final(self) -> tuple[Ints, Ints, Ints]:
        """The prices of all, those too who have no arcs."""
        mentor, mentee, lists = self.parts()
        found = priced_out(self.problem, self.words[0], (mentor[:, 0], mentee[:, 0], lists[:, 0]))
        for side, first in zip((mentor, mentee, lists), found, strict=True):
            side[:, 0] = first
        return mentor, mentee, lists

    def welcome(self, mentors: Ints, mentees: Ints, made: Ints, most: int) -> bool:
        """Lowers the price of those with room for one more to what the best pair not made yet leaves them.

        That, or what they are worth alone, is the most that their room can cost. ``mentors`` and ``mentees`` have no
        price yet and get this one. ``made`` holds the pairs made, by key. False where it is about more than ``most``
        people.
        """
        problem, wide = self.problem, self.problem.shape[1]
        load, got = (
            np.bincount(side, minlength=n) for side, n in zip(np.divmod(made, wide), problem.shape, strict=True)
        )
        alone = self._alone(load, got)
        new_mentors, new_mentees = (np.zeros(people, dtype=np.bool_) for people in problem.shape)
        new_mentors[mentors], new_mentees[mentees] = True, True
        of_mentors, of_mentees, _ = self.parts()
        room = self.open[0] & (load < np.minimum(problem.capacity, wide)), got < np.diff(problem.tiers.offsets)
        seek_mentees = np.flatnonzero(room[0] & (new_mentors | (signs(of_mentors - alone[0]) > 0)))
        seek_mentors = np.flatnonzero(room[1] & (new_mentees | (signs(of_mentees - alone[1]) > 0)))
        if len(seek_mentees) + len(seek_mentors) > most:
            return False
        others = np.flatnonzero(self.open[0] & ~new_mentors)
        for mentee in seek_mentors.tolist():
            points = problem.rows(0, problem.shape[0], mentee, mentee + 1)[others, 0]
            left = self._left(others, np.full_like(others, mentee), points, of_mentors[others], made)
            price = max(left, tuple(alone[1][mentee].tolist()))
            if new_mentees[mentee] or price < tuple(of_mentees[mentee].tolist()):
                self.potential[mentee] = price
        others = np.flatnonzero(self.open[1])
        for mentor in seek_mentees.tolist():
            points = problem.rows(mentor, mentor + 1)[0, others]
            left = self._left(np.full_like(others, mentor), others, points, self.potential[others], made)
            price = max(left, tuple(alone[0][mentor].tolist()))
            if new_mentors[mentor] or price < tuple(of_mentors[mentor].tolist()):
                self.potential[wide + mentor] = [-number for number in price]
        return True

    def _alone(self, load: Ints, got: Ints) -> tuple[Ints, Ints]:
        """For every mentor and every mentee: the price at which one more pair is neither a gain nor a loss."""
        problem = self.problem
        tiers, everyone = problem.tiers, np.arange(problem.shape[0], dtype=np.int64)
        nth = np.minimum(tiers.offsets[:-1] + got, len(tiers.mentee) - 1)
        of_mentors = [-problem.seat_gain(word, everyone, load) for word in self.words]
        return np.stack(of_mentors, axis=1), np.stack([-tiers.gain(word)[nth] for word in self.words], axis=1)

    def _left(self, mentor: Ints, mentee: Ints, points: Ints, price: Ints, made: Ints) -> Levels:
        """The most that one of the pairs, allowed and not made, is worth beyond the price; below all without any."""
        left = np.flatnonzero((points >= 0) & ~np.isin(mentor * self.problem.shape[1] + mentee, made))
        most: list[int] = []
        for k, word in enumerate(self.words):
            if not len(left):
                return (-WIDEST,)
            value = self.problem.pair_value(word, mentor[left], mentee[left], points[left].astype(np.int64))
            value = value - price[left, k]
            most.append(int(value.max()))
            left = left[value == most[-1]]
        return tuple(most)

    def slack(self, k: int, mentor: Ints, mentee: Ints, points: Ints) -> Ints:
        """The slack of pairs in a word."""
        potential = self.potential[:, k]
        value = self.problem.pair_value(self.words[k], mentor, mentee, points)
        return potential[mentee] - potential[self.problem.shape[1] + mentor] - value

    def tolerance(self, share: int) -> Levels:
        """The slack that few pairs do not exceed: for each person of the smaller side so many 16ths of the candidates.

        Estimated from the pairs of a few mentors, and never below 0.
        """
        problem = self.problem
        mentors, mentees = (np.flatnonzero(side) for side in self.open)
        sampled = mentors[:: max(1, len(mentors) // _SAMPLED)]
        mentor, mentee = np.repeat(sampled, len(mentees)), np.tile(mentees, len(sampled))
        rows = [problem.rows(row, row + 1)[0, mentees] for row in sampled.tolist()]
        points = np.concatenate([np.zeros(0, dtype=np.int64), *rows])
        mentor, mentee, points = (side[points >= 0] for side in (mentor, mentee, points))
        some = share * self.settings.candidates * min(len(mentors), len(mentees))
        rank = some * len(sampled) // (16 * max(1, len(mentors)))
        if rank >= len(points):
            return (2 * WIDEST,) + (0,) * (len(self.words) - 1)
        found = []
        for k in range(len(self.words)):
            slack = self.slack(k, mentor, mentee, points)
            found.append(int(np.partition(slack, rank)[rank]))
            rank -= int((slack < found[-1]).sum())
            mentor, mentee, points = (side[slack == found[-1]] for side in (mentor, mentee, points))
        return max(tuple(found), (0,) * len(self.words))

    def near(self, tolerance: Levels, named: Ints) -> Pairs:
        """All pairs with no more slack than this, and those named (by key, sorted), if they can be made. One pass."""
        problem, wide = self.problem, self.problem.shape[1]
        bounds = self._bounds(tolerance)
        found = [(np.zeros(0, dtype=np.int64),) * 3]
        for start, first, tile in problem.tiles(self.settings.block_pairs, 0, problem.shape[0]):
            stop, last = start + tile.shape[0], first + tile.shape[1]
            little = self._little(tile, slice(start, stop), slice(first, last), bounds)
            row, column = np.divmod(named[slice(*np.searchsorted(named, (start * wide, stop * wide)))], wide)
            here = (column >= first) & (column < last)
            little[row[here] - start, column[here] - first] = True
            row, column = np.divmod(np.flatnonzero(little), tile.shape[1])
            found.append((row + start, column + first, tile[row, column].astype(np.int64)))
        mentor, mentee, points = (np.concatenate(part) for part in zip(*found, strict=True))
        key = mentor * wide + mentee
        order = np.argsort(key, kind="stable")
        mentor, mentee, points, inside = mentor[order], mentee[order], points[order], _among(key[order], named)
        possible = (points >= 0) & self.open[0][mentor] & self.open[1][mentee]
        for k, most in enumerate(tolerance):
            left = np.flatnonzero(possible & ~inside)
            slack = self.slack(k, mentor[left], mentee[left], points[left])
            inside[left[slack < most]] = True
            possible[left[slack > most]] = False
        return mentor[possible], mentee[possible], points[possible]

    def _bounds(self, tolerance: Levels) -> list[tuple[Ints, Ints, int]]:
        """For every word up to the one with the points: what a mentor, a mentee and a point bring to a bound.

        A pair has no more slack than the tolerance if its points reach the sum of the first two.
        """
        problem = self.problem
        plain = [word for word in self.words if not word.multiplier("lottery")]
        last = next((k for k, word in enumerate(plain) if word.multiplier("points")), len(plain) - 1)
        of_mentors, of_mentees, _ = self.parts()
        small = last == 0 and plain[0].multiplier("points") == 1 and problem.source.max_points < 2**30
        sizes = [
            int(np.abs(of[some, 0]).max(initial=0))
            for of, some in zip((of_mentors, of_mentees), self.open, strict=True)
        ]
        small &= sum(sizes) + tolerance[0] < 2**30
        kind, far = (np.int32, 2**30) if small else (np.int64, 2**61)
        return [
            (
                np.where(self.open[0], of_mentors[:, k] - tolerance[k], far).astype(kind),
                np.where(self.open[1], of_mentees[:, k], far).astype(kind),
                plain[k].multiplier("points"),
            )
            for k in range(last + 1)
        ]

    @staticmethod
    def _little(
        tile: npt.NDArray[np.int32] | Ints, mentors: slice, mentees: slice, bounds: list[tuple[Ints, Ints, int]]
    ) -> Bools:
        """Where points do not rule out that the slack is small."""
        little: Bools | None = None
        for of_mentors, of_mentees, multiplier in reversed(bounds):
            bound = of_mentors[mentors, None] + of_mentees[mentees]
            value = tile if multiplier == 1 else tile.astype(np.int64) * multiplier
            little = value >= bound if little is None else (value > bound) | ((value == bound) & little)
        assert little is not None
        return little

    def fall(self, potential: Ints) -> Levels:
        """How far the price of a mentor and that of a mentee fall at most, together, where these come instead."""
        mentors, mentees = self.problem.shape
        zero = (0,) * len(self.words)
        most = []
        for side, sign in ((slice(mentees), 1), (slice(mentees, mentees + mentors), -1)):
            falls = (self.potential[side] - potential[side]) * sign
            most.append(max([zero, *map(tuple, falls[falls.any(axis=1)].tolist())]))
        return tuple(map(sum, zip(*most, strict=True)))
