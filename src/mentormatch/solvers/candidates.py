"""Which pairs the flow looks at: a first choice of good ones, and the pricing of all the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from mentormatch.problem import Ints, Problem, Word

Positions = npt.NDArray[np.intp]
Block = npt.NDArray[np.int32] | Ints
Pairs = tuple[Ints, Ints, Ints]
"""Mentor positions, mentee positions and points."""

_NOTHING: Pairs = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64))
_MANY = 1 << 18
_FEW = 32
"""Open pairs are remembered where there are no more than this many for each person, and `_MANY`."""
_STEP = 1 << 28
_FAR = 1 << 30


@dataclass(frozen=True)
class Settings:
    """How much is looked at at a time. No setting changes the result.

    ``candidates`` partners are kept for each person at first; ``block_pairs`` bounds the pairs of one block of scores.
    """

    candidates: int = 16
    block_pairs: int = 1 << 18

    def rows(self, problem: Problem) -> int:
        """How many mentors make up a block."""
        return max(1, self.block_pairs // max(1, problem.shape[1]))


def first_candidates(problem: Problem, settings: Settings) -> Pairs:
    """The best partners of every mentor and of every mentee, ties broken by the lottery.

    Ties must not be broken by position: people with equal answers would all get the same few partners. One pass over
    all pairs; after the first few blocks almost all fail one comparison with what their people have already.
    """
    chosen: list[Pairs] = []
    wishing, open_seats = problem.wants > 0, problem.capacity[:0] > 0
    of_mentees = _Best.of(problem, "mentee", len(wishing), settings.candidates)
    of_mentors, strip = _Best.of(problem, "mentor", 0, settings.candidates), 0
    for start, first, tile in problem.tiles(settings.block_pairs):
        if first == 0:
            chosen.append(of_mentors.pairs(strip))
            open_seats = problem.capacity[start : start + len(tile)] > 0
            of_mentors, strip = _Best.of(problem, "mentor", len(tile), settings.candidates), start
        mentors, mentees = slice(start, start + tile.shape[0]), slice(first, first + tile.shape[1])
        block = tile
        if not (wishing[mentees].all() and open_seats.all()):
            block = np.where(open_seats[:, None] & wishing[mentees], tile, tile.dtype.type(-1))
        of_mentors.offer(block, slice(0, block.shape[0]), mentors, mentees)
        of_mentees.offer(block, mentees, mentors, mentees)
    return joined([*chosen, of_mentors.pairs(strip), of_mentees.pairs(0)])


@dataclass(frozen=True, eq=False)
class _Best:
    """The best partners of some people of one side among those offered so far.

    Who has ``keep`` partners takes only one who brings more than the last of them, or as much and a higher lottery
    number: ``least`` and ``draw`` say what that is; ``least`` is -1 for who has fewer.
    """

    problem: Problem
    side: Literal["mentor", "mentee"]
    keep: int
    least: Ints
    draw: Ints
    offered: list[Pairs]

    @classmethod
    def of(cls, problem: Problem, side: Literal["mentor", "mentee"], people: int, keep: int) -> _Best:
        """Nobody yet for so many people."""
        nobody = np.full(people, -1, dtype=np.int64)
        return cls(problem, side, keep, nobody, nobody.copy(), [])

    def offer(self, block: Block, people: slice, mentors: slice, mentees: slice) -> None:
        """Take in a block of points; ``people`` are those of this side, ``mentors`` and ``mentees`` whose it is."""
        axis = 0 if self.side == "mentee" else 1
        least, draw = self.least[people], self.draw[people]
        fresh = least == -1
        if fresh.any() and block.shape[axis] > self.keep:
            # The last of the best in this block alone is a bound already.
            bound = np.partition(block, block.shape[axis] - self.keep, axis=axis).take(
                block.shape[axis] - self.keep, axis=axis
            )
            least = np.where(fresh, np.maximum(bound, 0), least)
            tied = np.count_nonzero(block == _across(least, axis), axis=axis)
            # Of many who tie, a few more than are kept, by lottery; of few, all.
            some, most = 2 * self.keep + 8, 1 << self.problem.lottery_bits
            cut = np.where(tied > some, most - most * (some / np.maximum(tied, 1)), -1).astype(np.int64)
            draw = np.where(fresh, cut, draw)
        elif fresh.any():
            least, draw = np.where(fresh, 0, least), np.where(fresh, -1, draw)
        limit = _across(least.clip(max=np.iinfo(block.dtype).max).astype(block.dtype), axis)
        row, column = _where(block >= limit)
        points = block[row, column].astype(np.int64)
        mentor, mentee = row + mentors.start, column + mentees.start
        whose = column if axis == 0 else row
        ties = np.flatnonzero((points == least[whose]) & (draw[whose] >= 0))
        lost = ties[self.problem.lottery(mentor[ties], mentee[ties], 0) <= draw[whose[ties]]]
        kept = np.ones(len(row), dtype=np.bool_)
        kept[lost] = False
        self.offered.append((mentor[kept], mentee[kept], points[kept]))
        if sum(len(part[0]) for part in self.offered[1:]) > max(_MANY, len(self.offered[0][0])):
            self._settle(0 if axis == 0 else mentors.start)

    def pairs(self, offset: int) -> Pairs:
        """The best partners of everybody; ``offset`` is the position of the first of the people."""
        if self.offered:
            self._settle(offset)
        return self.offered[0] if self.offered else joined([])

    def _settle(self, offset: int) -> None:
        """Leave everybody the best of what was offered."""
        mentor, mentee, points = (np.concatenate([part[k] for part in self.offered]) for k in range(3))
        whose = (mentee if self.side == "mentee" else mentor) - offset
        drawn = self.problem.lottery(mentor, mentee, 0)
        order = _by_worth(whose, len(self.least), points, drawn, self.problem.lottery_bits)
        sorted_whose = whose[order]
        rank = np.arange(len(order)) - np.searchsorted(sorted_whose, sorted_whose)
        last = order[rank == self.keep - 1]
        self.least[whose[last]], self.draw[whose[last]] = points[last], drawn[last]
        kept = order[rank < self.keep]
        self.offered[:] = [(mentor[kept], mentee[kept], points[kept])]


def _where(chosen: npt.NDArray[np.bool_]) -> tuple[Positions, Positions]:
    """Rows and columns of what is true, in order; several times as fast as a nonzero of two axes."""
    row, column = np.divmod(np.flatnonzero(chosen), max(1, chosen.shape[1]))
    return row, column


def _across(values: npt.NDArray[Any], axis: int) -> npt.NDArray[Any]:
    """One value for each column (axis 0) or for each row (axis 1), to be compared with a block."""
    return values[None, :] if axis == 0 else values[:, None]


def _by_worth(whose: Ints, people: int, points: Ints, drawn: Ints, bits: int) -> Positions:
    """The order by person, then falling points, then falling lottery number (of so many bits).

    All three are packed into one number of 63 bits, since sorting that is several times as fast. What does not fit
    loses its last bits, which may prefer one candidate to another that is nearly as good.
    """
    room, wide = 63 - people.bit_length(), int(points.max(initial=0)).bit_length()
    for_points = min(room, wide)
    for_draw = min(bits, room - for_points)
    value = (points >> (wide - for_points) << for_draw) + (drawn >> (bits - for_draw))
    return np.argsort((whose << (for_points + for_draw)) - value)


def joined(parts: Sequence[Pairs]) -> Pairs:
    """All pairs of the parts, each once, sorted by mentor and mentee."""
    empty = np.zeros(0, dtype=np.int64)
    mentor, mentee, points = (np.concatenate([empty, *(part[k] for part in parts)]) for k in range(3))
    _, first = np.unique(mentor * (mentee.max(initial=0) + 1) + mentee, return_index=True)
    return mentor[first], mentee[first], points[first]


class Pricing:
    """Which pairs the prices of a problem's words do not rule out, among all pairs or the few that are left.

    A pair is ruled out where its value is below the sum of its two prices in the first word in which they differ. The
    pass for one word finds all that the words before leave open; where these are few they are remembered, so that
    the words that follow need no pass over all pairs.
    """

    def __init__(self, problem: Problem, settings: Settings) -> None:
        self.problem = problem
        self.settings = settings
        self._known: tuple[Ints, Ints, Pairs] | None = None

    def worth_adding(
        self, words: Sequence[Word], mentor_prices: Sequence[Ints], mentee_prices: Sequence[Ints], have: Pairs
    ) -> Pairs:
        """Pairs outside ``have`` that the prices do not rule out: their value exceeds the sum of the two prices.

        Compared word by word: where all words but the last give a pair exactly its price, the last decides. A pair
        without slack in every word, the lottery included, is returned as well, so that uniqueness can be judged from
        candidates alone. At most so many as there are candidates of a mentor in each block, and the best one of a
        mentee, are returned at a time, so the caller repeats until nothing comes back. One pass over all pairs at most.
        """
        found: list[Pairs] = []
        # For each mentee: the largest excess so far, and whose it is.
        best = np.full(self.problem.shape[1], -1, dtype=np.int64)
        best_mentor, best_points = np.zeros_like(best), np.zeros_like(best)
        owned = have[0] * self.problem.shape[1] + have[1]
        for pairs in self._open(words, mentor_prices, mentee_prices):
            mentor, mentee, points, excess = _excess(self.problem, words, mentor_prices, mentee_prices, pairs)
            key = mentor * self.problem.shape[1] + mentee
            position = np.minimum(np.searchsorted(owned, key), len(owned) - 1)
            new = owned[position] != key if len(owned) else np.ones(len(key), dtype=np.bool_)
            mentor, mentee, points, excess = (array[new] for array in (mentor, mentee, points, excess))
            if not len(mentor):
                continue
            order = np.lexsort((-excess, mentor))
            rank = np.arange(len(order)) - np.searchsorted(mentor[order], mentor[order])
            kept = order[rank < self.settings.candidates]
            found.append((mentor[kept], mentee[kept], points[kept]))
            by_mentee = np.lexsort((-excess, mentee))
            first = by_mentee[np.diff(mentee[by_mentee], prepend=-1) != 0]
            first = first[excess[first] > best[mentee[first]]]
            whose = mentee[first]
            best[whose], best_mentor[whose], best_points[whose] = excess[first], mentor[first], points[first]
        mentee = np.flatnonzero(best >= 0)
        return joined([*found, (best_mentor[mentee], mentee, best_points[mentee])])

    def _open(
        self, words: Sequence[Word], mentor_prices: Sequence[Ints], mentee_prices: Sequence[Ints]
    ) -> Iterator[Pairs]:
        """The pairs that reach their prices in the first word, block by block."""
        known = self._known
        if known and known[0] is mentor_prices[0] and known[1] is mentee_prices[0]:
            yield known[2]
            return
        few, parts = _FEW * sum(self.problem.shape) + _MANY, [_NOTHING]
        for start, first, block in self.problem.tiles(self.settings.block_pairs):
            v, u = mentor_prices[0][start : start + len(block)], mentee_prices[0][first : first + block.shape[1]]
            row, column = _reaching(block, words[0].multiplier("points"), v, u)
            part = row + start, column + first, block[row, column].astype(np.int64)
            yield part
            few -= len(row)
            if few >= 0:
                parts.append(part)
        if few >= 0:
            mentor, mentee, points = (np.concatenate([part[k] for part in parts]) for k in range(3))
            self._known = mentor_prices[0], mentee_prices[0], (mentor, mentee, points)


def _reaching(block: Block, multiplier: int, v: Ints, u: Ints) -> tuple[Positions, Positions]:
    """Rows and columns of the allowed pairs whose points times ``multiplier`` are at least v[row] + u[column].

    Prices of merged levels take 50 bits and more, but what decides are differences of points. Rows are taken together
    whose v have the same leading bits, so that the rest is less than ``_STEP``; a column whose u differs from that by
    more than ``_FAR`` is decided whatever the points, and stays so when its u is brought nearer.
    """
    if block.dtype != np.int32 or int(block.max(initial=0)) * multiplier >= _STEP:
        values = block.astype(np.int64) * multiplier
        return _where((block >= 0) & (values >= v[:, None] + u[None, :]))
    high = v // _STEP * _STEP
    rows: list[Positions] = []
    columns: list[Positions] = []
    for base in np.unique(high):
        here = np.flatnonzero(high == base)
        price = np.clip(u + base, -_FAR, _FAR).astype(np.int32)
        points = block if len(here) == len(block) else block[here]
        above = (points if multiplier == 1 else points * np.int32(multiplier)) - price
        rest = (v[here] - base).astype(np.int32)
        some = np.flatnonzero(above.max(axis=1, initial=-_FAR) >= rest)
        if len(some) < len(here):
            above, rest, points, here = above[some], rest[some], points[some], here[some]
        row, column = _where(above >= rest[:, None])
        allowed = points[row, column] >= 0
        rows.append(here[row[allowed]])
        columns.append(column[allowed])
    return np.concatenate([_NOTHING[0], *rows]), np.concatenate([_NOTHING[0], *columns])


def _excess(
    problem: Problem,
    words: Sequence[Word],
    mentor_prices: Sequence[Ints],
    mentee_prices: Sequence[Ints],
    pairs: Pairs,
) -> tuple[Ints, Ints, Ints, Ints]:
    """Of these pairs those that the prices do not rule out: mentors, mentees, points, and excess in the last word."""
    mentor, mentee, points = pairs
    *upper, last = zip(words, mentor_prices, mentee_prices, strict=True)
    for word, v, u in upper:
        tied = points * word.multiplier("points") == v[mentor] + u[mentee]
        mentor, mentee, points = mentor[tied], mentee[tied], points[tied]
    word, v, u = last
    value = points * word.multiplier("points")
    if word.multiplier("lottery"):
        value = problem.lottery(mentor, mentee, word.draw)
    excess = value - v[mentor] - u[mentee]
    over = excess >= 0 if word.multiplier("lottery") else excess > 0
    return mentor[over], mentee[over], points[over], excess[over]
