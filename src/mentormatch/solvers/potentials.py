"""Potentials of all nodes in all words, of which prices are made: who looks for somebody, and which pairs are near.

A pair's slack is what its two prices exceed its value by; pairs of little slack are those that small changes can bring.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mentormatch.problem import Ints, Problem, Word
from mentormatch.solvers.candidates import Pairs
from mentormatch.solvers.network import priced_out
from mentormatch.solvers.residual import WIDEST, Levels, signs
from mentormatch.solvers.sweep import Settings, sweep

Bools = npt.NDArray[np.bool_]
Bounds = list[tuple[Ints, Ints, int]]
"""For each word what mentors, mentees and a point bring to a bound."""

_SAMPLED = 8
"""Mentors whose pairs say how small a slack is small."""


def among(keys: Ints, wanted: Ints) -> Bools:
    """Which of the keys are wanted; both are sorted."""
    place = np.searchsorted(keys, wanted)
    inside = place < len(keys)
    inside[inside] = keys[place[inside]] == wanted[inside]
    found = np.zeros(len(keys), dtype=np.bool_)
    found[place[inside]] = True
    return found


class Potentials:
    """``numbers`` has a row for each node of a problem's network and a column for each word.

    Pairs are also named by key: the mentor's position times the number of mentees, plus the mentee's.
    """

    def __init__(self, problem: Problem, words: Sequence[Word], numbers: Ints) -> None:
        self.problem = problem
        self.words = words
        self.numbers = numbers
        self.open = problem.capacity > 0, problem.wants > 0

    @property
    def prices(self) -> tuple[Ints, Ints, Ints]:
        """The prices of mentors, mentees and lists."""
        mentors, mentees = self.problem.shape
        mentee, mentor, _, lists = np.split(self.numbers, (mentees, mentees + mentors, mentees + mentors + 1))
        return -mentor, mentee, lists

    def final(self) -> tuple[Ints, Ints, Ints]:
        """The prices, those too of whoever has no arcs."""
        mentor, mentee, lists = (prices.copy() for prices in self.prices)
        mentor[:, 0], mentee[:, 0], lists[:, 0] = priced_out(
            self.problem, self.words[0], (mentor[:, 0], mentee[:, 0], lists[:, 0])
        )
        return mentor, mentee, lists

    def fall(self, later: Ints) -> Levels:
        """How far the price of a mentor and that of a mentee fall at most, together, where these potentials come."""
        mentors, mentees = self.problem.shape
        zero = (0,) * len(self.words)
        most = []
        for side, sign in ((slice(mentees), 1), (slice(mentees, mentees + mentors), -1)):
            falls = (self.numbers[side] - later[side]) * sign
            most.append(max([zero, *map(tuple, falls[falls.any(axis=1)].tolist())]))
        return tuple(map(sum, zip(*most, strict=True)))

    def welcome(self, new_mentors: Ints, new_mentees: Ints, made: Ints, most: int) -> bool:
        """Lowers the price of everybody with room for one more to what the best pair not made yet leaves them.

        That, or what their room is worth empty, is the most that it can cost. Those who are new have no price that
        means anything and get this one. ``made`` holds the pairs made, by key. False, and nothing done, where there are
        more than ``most`` such people.
        """
        problem, (mentors, mentees) = self.problem, self.problem.shape
        with_mentor, with_mentee = np.divmod(made, mentees)
        load, got = np.bincount(with_mentor, minlength=mentors), np.bincount(with_mentee, minlength=mentees)
        new = np.zeros(mentors, dtype=np.bool_), np.zeros(mentees, dtype=np.bool_)
        new[0][new_mentors], new[1][new_mentees] = True, True
        empty, prices = self._empty(load, got), self.prices
        dear = [signs(side - least) > 0 for side, least in zip(prices, empty, strict=False)]
        hosts = np.flatnonzero(self.open[0] & (load < np.minimum(problem.capacity, mentees)) & (new[0] | dear[0]))
        seekers = np.flatnonzero((got < np.diff(problem.tiers.offsets)) & (new[1] | dear[1]))
        if len(hosts) + len(seekers) > most:
            return False
        for mentee in seekers.tolist():
            possible = self.open[0] & ~new[0]
            possible[with_mentor[with_mentee == mentee]] = False
            others = np.flatnonzero(possible)
            points = problem.rows(0, mentors, mentee, mentee + 1)[others, 0]
            best = self._left(others, np.full_like(others, mentee), points, -self.numbers[mentees + others])
            self._lower(mentee, 1, max(best, tuple(empty[1][mentee].tolist())), bool(new[1][mentee]))
        for mentor in hosts.tolist():
            possible = self.open[1].copy()
            possible[with_mentee[with_mentor == mentor]] = False
            others = np.flatnonzero(possible)
            points = problem.rows(mentor, mentor + 1)[0, others]
            best = self._left(np.full_like(others, mentor), others, points, self.numbers[others])
            self._lower(mentees + mentor, -1, max(best, tuple(empty[0][mentor].tolist())), bool(new[0][mentor]))
        return True

    def _empty(self, load: Ints, got: Ints) -> tuple[Ints, Ints]:
        """For every mentor and every mentee: the price at which one more pair is neither a gain nor a loss."""
        problem = self.problem
        tiers, everyone = problem.tiers, np.arange(problem.shape[0], dtype=np.int64)
        nth = np.minimum(tiers.offsets[:-1] + got, len(tiers.mentee) - 1)
        of_mentors = [-problem.seat_gain(word, everyone, load) for word in self.words]
        return np.stack(of_mentors, axis=1), np.stack([-tiers.gain(word)[nth] for word in self.words], axis=1)

    def _left(self, mentor: Ints, mentee: Ints, points: Ints, price: Ints) -> Levels:
        """The most that one of the pairs, if it is allowed, is worth beyond the price; below everything without any."""
        left = np.flatnonzero(points >= 0)
        most: list[int] = []
        for k, word in enumerate(self.words):
            if not len(left):
                return (-WIDEST,)
            value = self.problem.pair_value(word, mentor[left], mentee[left], points[left].astype(np.int64))
            value = value - price[left, k]
            most.append(int(value.max()))
            left = left[value == most[-1]]
        return tuple(most)

    def _lower(self, node: int, sign: int, price: Levels, new: bool) -> None:
        if new or price < tuple((self.numbers[node] * sign).tolist()):
            self.numbers[node] = [number * sign for number in price]

    def slack(self, k: int, mentor: Ints, mentee: Ints, points: Ints) -> Ints:
        """The slack of pairs in a word."""
        numbers = self.numbers[:, k]
        value = self.problem.pair_value(self.words[k], mentor, mentee, points)
        return numbers[mentee] - numbers[self.problem.shape[1] + mentor] - value

    def tolerance(self, share: int) -> Levels:
        """The slack that few pairs do not exceed: about ``share`` of them for each person of the smaller side.

        Estimated from the pairs of a few mentors, and never below 0.
        """
        problem = self.problem
        mentors, mentees = (np.flatnonzero(side) for side in self.open)
        sampled = mentors[:: max(1, len(mentors) // _SAMPLED)]
        mentor, mentee = np.repeat(sampled, len(mentees)), np.tile(mentees, len(sampled))
        rows = [problem.rows(row, row + 1)[0, mentees] for row in sampled.tolist()]
        points = np.concatenate([np.zeros(0, dtype=np.int64), *rows])
        mentor, mentee, points = (side[points >= 0] for side in (mentor, mentee, points))
        rank = share * min(len(mentors), len(mentees)) * len(sampled) // max(1, len(mentors))
        if rank >= len(points):
            return (2 * WIDEST,) + (0,) * (len(self.words) - 1)
        found = []
        for k in range(len(self.words)):
            slack = self.slack(k, mentor, mentee, points)
            found.append(int(np.partition(slack, rank)[rank]))
            rank -= int((slack < found[-1]).sum())
            mentor, mentee, points = (side[slack == found[-1]] for side in (mentor, mentee, points))
        return max(tuple(found), (0,) * len(self.words))

    def near(self, tolerance: Levels, named: Ints, settings: Settings) -> Pairs:
        """All pairs with no more slack than this, and those named (by key, sorted), if they can be made. One pass."""
        problem, wide = self.problem, self.problem.shape[1]
        bounds = self._bounds(tolerance)

        def state(start: int, stop: int) -> tuple[object, ...]:
            here = named[slice(*np.searchsorted(named, (start * wide, stop * wide)))]
            return [(v[start:stop], u, multiplier) for v, u, multiplier in bounds], *np.divmod(here, wide)

        found = list(sweep(problem, settings, _little_in, state))
        mentor, mentee, points = (np.concatenate(part) for part in zip(*found, strict=True))
        key = mentor * wide + mentee
        order = np.argsort(key, kind="stable")
        mentor, mentee, points, inside = mentor[order], mentee[order], points[order], among(key[order], named)
        possible = (points >= 0) & self.open[0][mentor] & self.open[1][mentee]
        for k, most in enumerate(tolerance):
            left = np.flatnonzero(possible & ~inside)
            slack = self.slack(k, mentor[left], mentee[left], points[left])
            inside[left[slack < most]] = True
            possible[left[slack > most]] = False
        return mentor[possible], mentee[possible], points[possible]

    def _bounds(self, tolerance: Levels) -> Bounds:
        """For every word up to the one with the points: what a mentor, a mentee and a point bring to a bound.

        A pair has no more slack than the tolerance if its points reach the sum of the first two.
        """
        problem = self.problem
        plain = [word for word in self.words if not word.multiplier("lottery")]
        last = next((k for k, word in enumerate(plain) if word.multiplier("points")), len(plain) - 1)
        of_mentors, of_mentees, _ = self.prices
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


def _little_in(
    problem: Problem, settings: Settings, start: int, stop: int, bounds: Bounds, mentor: Ints, mentee: Ints
) -> Pairs:
    """The pairs of a strip of mentors whose points reach the bounds, and those given, with their points."""
    found = [(np.zeros(0, dtype=np.int64),) * 3]
    for top, first, tile in problem.tiles(settings.block_pairs, start, stop):
        rows, columns = slice(top - start, top - start + tile.shape[0]), slice(first, first + tile.shape[1])
        little = _little([(v[rows], u[columns], multiplier) for v, u, multiplier in bounds], tile)
        here = (mentor >= top) & (mentor < top + tile.shape[0]) & (mentee >= first) & (mentee < columns.stop)
        little[mentor[here] - top, mentee[here] - first] = True
        row, column = np.divmod(np.flatnonzero(little), tile.shape[1])
        found.append((row + top, column + first, tile[row, column].astype(np.int64)))
    mentors, mentees, points = (np.concatenate(part) for part in zip(*found, strict=True))
    return mentors, mentees, points


def _little(bounds: Bounds, tile: npt.NDArray[np.int32] | Ints) -> Bools:
    """Where points do not rule out that the slack is small."""
    little: Bools | None = None
    for of_mentors, of_mentees, multiplier in reversed(bounds):
        bound = of_mentors[:, None] + of_mentees
        value = tile if multiplier == 1 else tile.astype(np.int64) * multiplier
        little = value >= bound if little is None else (value > bound) | ((value == bound) & little)
    assert little is not None
    return little
