"""Pairs of some people compared with their prices in the first word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from mentormatch.leading import reached_by
from mentormatch.problem import Ints, Problem, Reaching, Word, within
from mentormatch.solvers.candidates import Block, Pairs, Positions, where
from mentormatch.solvers.excess import NOTHING, Excess, fewer, only, stacked
from mentormatch.solvers.sweep import Settings

STEP, FAR = 1 << 28, 1 << 30
"""Excess is exact up to the first, and anything beyond the second where it is more."""
ANY = np.int64(1 << 62)
RULED_OUT = -ANY
"""What the excess of a pair may be, and what it is where no pair is left; beyond all differences of prices."""
_AROUND = 64
"""Where all pairs are looked at, some tell as well that they lack at most the largest points over this."""


def over_in(
    problem: Problem,
    settings: Settings,
    start: int,
    stop: int,
    mentors: Ints,
    mentees: Ints | slice,
    prices: tuple[Word, Ints, Ints],
    own: tuple[Ints, Ints],
    best: Ints,
    ties: bool,
    near: int,
) -> tuple[Excess, Pairs, Ints]:
    """Pairs of these people that exceed their prices in the first word; where there are none, those that reach them.

    ``own`` are candidates among them, by their places, which are left out; ``best`` is the excess that a pair must have
    to matter as the one of its mentee, ``ties`` says whether pairs that reach their prices matter, and ``near`` by how
    much a pair may lack them that matters all the same; where that is not 0, some of many will do. The last array says
    of each mentor what none of their pairs that are not among those given exceeds its prices by more than.
    """
    word, v, u = prices
    some = np.arange(problem.shape[1])[mentees]
    if len(some) == problem.shape[1] and np.array_equal(mentors, np.arange(start, stop)):
        here_only, offset = problem, start
    else:
        here_only, offset = problem.take(mentors, mentees), 0
    strip = _Strip(problem, settings, mentors, some, ties, near)
    told = _Told.of(here_only, word, near, len(mentors), settings.additions if near else 0)
    for rows, columns in here_only.cut(settings.block_pairs, offset, offset + len(mentors)):
        here = slice(rows.start - offset, rows.stop - offset)
        inside = within(*own, here, columns)
        mine = own[0][inside] - here.start, own[1][inside] - columns.start
        if told is None or not told.take(rows, columns, v[here], u[columns], mine, here):
            block = here_only.rows(rows.start, rows.stop, columns.start, columns.stop)
            strip.compare(block, word, v[here], u[columns], mine, (here.start, columns.start), best[columns])
    if told is not None:
        strip.add(told, *told.pairs(v, u, offset))
    return strip.found()


class _Strip:
    """What is found among some mentors and mentees: pairs worth adding, pairs that reach their prices, what is left."""

    def __init__(
        self, problem: Problem, settings: Settings, mentors: Ints, mentees: Ints, ties: bool, near: int
    ) -> None:
        self.problem = problem
        self.settings = settings
        self.mentors = mentors
        self.mentees = mentees
        self.ties = ties
        self.near = near
        self.over: list[Excess] = []
        self.tied = [NOTHING]
        self.highest = np.full(len(mentors), RULED_OUT)

    def compare(
        self,
        block: Block,
        word: Word,
        v: Ints,
        u: Ints,
        mine: tuple[Ints, Ints],
        corner: tuple[int, int],
        best: Ints,
    ) -> None:
        """Compare all points of a tile with prices; ``corner`` is its place in the strip."""
        top, first = corner
        mentors, mentees = self.mentors[top:], self.mentees[first:]
        for at, beyond in _beyond(block, word.multiplier("points"), v, u, mine):
            most = beyond.max(axis=1, initial=-FAR)
            here = top + at
            self.highest[here] = np.maximum(self.highest[here], np.where(most >= FAR // 2, ANY, most))
            close = np.flatnonzero(most > -self.near)
            if len(close):
                few = beyond[close]
                row, column = _most(self.problem, self.settings, few, mentors[at[close]], best, mentees, self.near)
                excess = few[row, column].astype(np.int64)
                row = at[close[row]]
                self.over.append((mentors[row], mentees[column], block[row, column].astype(np.int64), excess))
            elif self.ties and not self.over:
                close = np.flatnonzero(most == 0)
                row, column = where(beyond[close] == 0)
                row = at[close[row]]
                self.tied.append((mentors[row], mentees[column], block[row, column].astype(np.int64)))

    def add(self, told: _Told, row: Ints, column: Ints, points: Ints, excess: Ints) -> None:
        """Take in what was told without the points of all pairs."""
        self.highest = np.maximum(self.highest, told.most)
        found = self.mentors[row], self.mentees[column], points, excess
        self.over.append(only(found, excess > -told.near))
        self.tied.append(only(found, excess == 0)[:3])

    def found(self) -> tuple[Excess, Pairs, Ints]:
        """Pairs worth adding, pairs that reach their prices if no pair exceeds them, and what no other pair exceeds."""
        over = stacked(self.over)
        if len(over[0]):
            kept = fewer(self.problem, self.settings, over)
            mentor, _, _, excess = only(over, ~kept)
            np.maximum.at(self.highest, np.searchsorted(self.mentors, mentor), excess)
            over = only(over, kept)
        if not self.ties or (over[3] > 0).any():
            return over, NOTHING, self.highest
        mentor, mentee, points = (np.concatenate([part[k] for part in self.tied]) for k in range(3))
        return over, (mentor, mentee, points), self.highest


class _Told:
    """Pairs of a strip that exceed their prices, less ``near``, told without the points of all pairs.

    Each tile says of every mentor what no pair exceeds its prices by more than; only pairs found are above ``-near``.
    """

    def __init__(
        self, problem: Problem, reaching: Reaching, multiplier: int, near: int, mentors: int, some: int
    ) -> None:
        self.problem = problem
        self.reaching = reaching
        self.multiplier = multiplier
        self.near = near
        self.some = some
        self.highest = np.full(mentors, RULED_OUT)
        self.found: list[tuple[Positions, Positions, npt.NDArray[Any]]] = []

    @classmethod
    def of(cls, problem: Problem, word: Word, near: int, mentors: int, some: int) -> _Told | None:
        """None where only points tell. Where ``some`` is not 0, so many pairs of each mentor of a tile will do."""
        reaching, multiplier = problem.reaching, word.multiplier("points")
        if reaching is None or not multiplier:
            return None
        around = multiplier * problem.largest("points") // _AROUND
        return cls(problem, reaching, multiplier, near or around, mentors, some)

    def take(self, rows: slice, columns: slice, v: Ints, u: Ints, own: tuple[Ints, Ints], here: slice) -> bool:
        """Take in the pairs of a tile, ``here`` in the strip; False where they are many and points are to be looked at.

        Special pairs are candidates wherever they can be made at all, so they are left out with these.
        """
        problem = self.problem
        without = [own]
        for mentor, mentee in (problem.excluded, (problem.special.mentor, problem.special.mentee)):
            at = within(mentor, mentee, rows, columns)
            without.append((mentor[at] - rows.start, mentee[at] - columns.start))
        left_out = tuple(np.concatenate([side[k] for side in without]) for k in range(2))
        floor = (v - self.near) // self.multiplier, u // self.multiplier
        told = self.reaching.tile(rows, columns, *floor, (left_out[0], left_out[1]), self.some)
        if told is None:
            return False
        row, column, n, most = told
        self.found.append((row + here.start, column + columns.start, n))
        units = np.clip(np.ceil(most), -FAR, FAR).astype(np.int64) * self.multiplier - self.near
        self.highest[here] = np.maximum(self.highest[here], np.where(most >= FAR, ANY, units))
        return True

    def pairs(self, v: Ints, u: Ints, start: int) -> Excess:
        """Places in the strip, which begins at ``start``, of all pairs found, their points and their excess."""
        problem, empty = self.problem, np.zeros(0, dtype=np.intp)
        row, column = (np.concatenate([empty, *(part[k] for part in self.found)]) for k in range(2))
        told = np.concatenate([empty, *(part[2] for part in self.found)])
        points = self.reaching.points(row + start, column, told)
        allowed = points >= problem.minimum_score
        if problem.list_only is not None:
            allowed &= ~problem.list_only[column]
        row, column, points = row[allowed], column[allowed], points[allowed]
        return row, column, points, points * self.multiplier - v[row] - u[column]

    @property
    def most(self) -> Ints:
        """What no pair of each mentor that was not found exceeds its prices by more than."""
        return np.where(self.highest == ANY, ANY, np.minimum(self.highest, -self.near))


def tied_in(problem: Problem, settings: Settings, start: int, stop: int, word: Word, v: Ints, u: Ints) -> Pairs:
    """All pairs of these mentors that just reach their prices in a word, candidates included."""
    tied = [NOTHING]
    nobody = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    for top, first, block in problem.tiles(settings.block_pairs, start, stop):
        prices = v[top - start :][: len(block)], u[first : first + block.shape[1]]
        for here, beyond in _beyond(block, word.multiplier("points"), *prices, nobody):
            row, column = where(beyond == 0)
            at = here[row], column
            tied.append((at[0] + top, column + first, block[at].astype(np.int64)))
    mentor, mentee, points = (np.concatenate([part[k] for part in tied]) for k in range(3))
    return mentor, mentee, points


def _beyond(
    block: Block, multiplier: int, v: Ints, u: Ints, without: tuple[Ints, Ints]
) -> Iterator[tuple[Positions, Block]]:
    """Rows of a block, together all, and by how much points times ``multiplier`` exceed v[row] + u[column] in them.

    Far below 0 for pairs that are not allowed and those ``without``; exact from -``STEP`` to ``STEP``, and on the
    right side of that elsewhere. Prices of merged levels take 50 bits and more, but what decides are differences of
    points: rows are taken together whose v have the same leading bits, so that the rest is less than ``STEP``, and a
    column whose u differs from those bits by more than ``FAR`` is decided whatever the points and the rest, and stays
    so when its u is brought nearer.
    """
    low = int(v.min(initial=0)) + int(u.min(initial=0)) <= -multiplier
    if block.dtype != np.int32 or int(block.max(initial=0)) * multiplier >= STEP:
        wide = block.astype(np.int64) * multiplier - v[:, None] - u[None, :]
        wide[block < 0] = np.iinfo(np.int64).min
        wide[without] = np.iinfo(np.int64).min
        yield np.arange(len(block)), wide
        return
    high = v // STEP * STEP
    bases = np.unique(high)
    for base in bases:
        here = np.flatnonzero(high == base)
        points = block if len(bases) == 1 else block[here]
        price = np.clip(u + base, -FAR, FAR).astype(np.int32)
        beyond = (points if multiplier == 1 else points * np.int32(multiplier)) - price
        beyond -= (v[here] - base).astype(np.int32)[:, None]
        if low:
            beyond[points < 0] = -FAR
        if len(bases) == 1:
            beyond[without] = -FAR
        else:
            place = np.full(len(block), -1)
            place[here] = np.arange(len(here))
            mine = place[without[0]] >= 0
            beyond[place[without[0]][mine], without[1][mine]] = -FAR
        yield here, beyond


def _most(
    problem: Problem, settings: Settings, beyond: Block, mentor: Ints, best: Ints, mentee: Ints, near: int
) -> tuple[Positions, Positions]:
    """Rows and columns of the pairs of the most excess of every row, and of every column where they exceed ``best``.

    Pairs of a row may lack up to ``near``.

    Ties in a row are broken by lottery: by position, people with equal answers would all get the same few partners.
    """
    keep, width = settings.additions, beyond.shape[1]
    least = np.full(len(beyond), 1 - near, dtype=beyond.dtype)
    if width > keep:
        least = np.maximum(reached_by(beyond, keep, 1), least)
    row, column = where(beyond >= least[:, None])
    crowded = np.bincount(row, minlength=len(beyond)) > keep
    ties = np.flatnonzero(crowded[row] & (beyond[row, column] == least[row]))
    if len(ties):
        order = ties[np.lexsort((-problem.lottery(mentor[row[ties]], mentee[column[ties]], 0), row[ties]))]
        rank = np.arange(len(order)) - np.searchsorted(row[order], row[order])
        above = np.bincount(row, minlength=len(beyond)) - np.bincount(row[ties], minlength=len(beyond))
        kept = np.ones(len(row), dtype=np.bool_)
        kept[order[rank >= keep - above[row[order]]]] = False
        row, column = row[kept], column[kept]
    more = np.flatnonzero(beyond.max(axis=0) > best)
    top = beyond[:, more].argmax(axis=0) if len(more) < width else beyond.argmax(axis=0)
    key = np.unique(np.concatenate((row, top)) * width + np.concatenate((column, more)))
    return np.divmod(key, width)
