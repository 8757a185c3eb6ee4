"""Which pairs the flow looks at at first: good ones for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from mentormatch.leading import reached_by
from mentormatch.problem import Ints, Problem
from mentormatch.solvers.sweep import Parts, Settings, sweep

Positions = npt.NDArray[np.intp]
Block = npt.NDArray[np.int32] | Ints
Pairs = tuple[Ints, Ints, Ints]
"""Mentor positions, mentee positions and points."""

_MANY = 1 << 18


def first_candidates(problem: Problem, settings: Settings) -> Pairs:
    """The best partners of every mentor and of every mentee, ties broken by the lottery.

    Ties must not be broken by position: people with equal answers would all get the same few partners. One pass over
    all pairs, or over a part of them where there are many; after the first few blocks almost all fail one comparison
    with what their people have already.
    """
    settings = replace(settings, candidates=settings.kept(problem))
    parts = Parts.of(problem, settings)
    of_mentees = _Best.of(problem, "mentee", problem.shape[1], settings.kept(problem))
    chosen: list[Pairs] = []

    def state(start: int, _: int) -> tuple[object, ...]:
        mentees = parts.mentees(start, 0)
        return mentees, tuple(bound[mentees] for bound in of_mentees.bounds)

    for of_mentors, others in sweep(problem, settings, best_in, state, parts.shape(), parts.height):
        chosen.append(of_mentors)
        of_mentees.take(others)
    return joined([*chosen, of_mentees.pairs(0)])


def best_in(
    problem: Problem, settings: Settings, start: int, stop: int, among: slice, bounds: tuple[Ints, Ints]
) -> tuple[Pairs, Pairs]:
    """The best partners of these mentors ``among`` some mentees, and those of them who are among the best of mentees.

    ``bounds`` say what these mentees have already (`_Best.bounds`).
    """
    if among.stop - among.start < problem.shape[1]:
        some = problem.take(np.arange(start, stop), among)
        here, there = best_in(some, settings, 0, stop - start, slice(0, some.shape[1]), bounds)
        return _moved(here, start, among.start), _moved(there, start, among.start)
    wishing = problem.wants > 0
    chosen: list[Pairs] = []
    of_mentees = _Best(problem, "mentee", settings.kept(problem), *bounds, [])
    of_mentors, strip = _Best.of(problem, "mentor", 0, settings.kept(problem)), start
    for top, first, tile in problem.tiles(settings.block_pairs, start, stop):
        if first == 0:
            chosen.append(of_mentors.pairs(strip))
            of_mentors, strip = _Best.of(problem, "mentor", len(tile), settings.kept(problem)), top
        mentors, mentees = slice(top, top + tile.shape[0]), slice(first, first + tile.shape[1])
        open_seats = problem.capacity[mentors] > 0
        block = tile
        if not (wishing[mentees].all() and open_seats.all()):
            block = np.where(open_seats[:, None] & wishing[mentees], tile, tile.dtype.type(-1))
        of_mentors.offer(block, slice(0, block.shape[0]), mentors, mentees)
        of_mentees.offer(block, mentees, mentors, mentees)
    return joined([*chosen, of_mentors.pairs(strip)]), of_mentees.pairs(0)


def _moved(pairs: Pairs, mentors: int, mentees: int) -> Pairs:
    """The pairs by positions that count from the first of everybody, not of those who begin so many later."""
    return pairs[0] + mentors, pairs[1] + mentees, pairs[2]


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
            bound = reached_by(block, self.keep, axis)
            least = np.where(fresh, np.maximum(bound, 0), least)
            tied = np.count_nonzero(block == _across(least, axis), axis=axis)
            # Of many who tie, a few more than are kept, by lottery; of few, all.
            some, most = 2 * self.keep + 8, 1 << self.problem.lottery_bits
            cut = np.where(tied > some, most - most * (some / np.maximum(tied, 1)), -1).astype(np.int64)
            draw = np.where(fresh, cut, draw)
        elif fresh.any():
            least, draw = np.where(fresh, 0, least), np.where(fresh, -1, draw)
        limit = _across(least.clip(max=np.iinfo(block.dtype).max).astype(block.dtype), axis)
        row, column = where(block >= limit)
        points = block[row, column].astype(np.int64)
        mentor, mentee = row + mentors.start, column + mentees.start
        whose = column if axis == 0 else row
        ties = np.flatnonzero((points == least[whose]) & (draw[whose] >= 0))
        lost = ties[self.problem.lottery(mentor[ties], mentee[ties], 0) <= draw[whose[ties]]]
        kept = np.ones(len(row), dtype=np.bool_)
        kept[lost] = False
        self.take((mentor[kept], mentee[kept], points[kept]), 0 if axis == 0 else mentors.start)

    def take(self, pairs: Pairs, offset: int = 0) -> None:
        """Take in some pairs; ``offset`` is the position of the first of the people."""
        self.offered.append(pairs)
        if sum(len(part[0]) for part in self.offered[1:]) > max(_MANY, len(self.offered[0][0])):
            self._settle(offset)

    @property
    def bounds(self) -> tuple[Ints, Ints]:
        """What a partner must bring, and at that which lottery number must be exceeded, to be taken."""
        return self.least.copy(), self.draw.copy()

    def pairs(self, offset: int) -> Pairs:
        """The best partners of everybody; ``offset`` is the position of the first of the people."""
        if len(self.offered) > 1:
            self._settle(offset)
        return self.offered[0] if self.offered else joined([])

    def _settle(self, offset: int) -> None:
        """Leave everybody the best of what was offered."""
        mentor, mentee, points = (np.concatenate([part[k] for part in self.offered]) for k in range(3))
        whose = (mentee if self.side == "mentee" else mentor) - offset
        drawn = self.problem.lottery(mentor, mentee, 0)
        order = by_worth(whose, len(self.least), points, drawn, self.problem.lottery_bits)
        sorted_whose = whose[order]
        rank = np.arange(len(order)) - np.searchsorted(sorted_whose, sorted_whose)
        last = order[rank == self.keep - 1]
        self.least[whose[last]], self.draw[whose[last]] = points[last], drawn[last]
        kept = order[rank < self.keep]
        self.offered[:] = [(mentor[kept], mentee[kept], points[kept])]


def where(chosen: npt.NDArray[np.bool_]) -> tuple[Positions, Positions]:
    """Rows and columns of what is true, in order; several times as fast as a nonzero of two axes."""
    row, column = np.divmod(np.flatnonzero(chosen), max(1, chosen.shape[1]))
    return row, column


def _across(values: npt.NDArray[Any], axis: int) -> npt.NDArray[Any]:
    """One value for each column (axis 0) or for each row (axis 1), to be compared with a block."""
    return values[None, :] if axis == 0 else values[:, None]


def by_worth(whose: Ints, people: int, points: Ints, drawn: Ints, bits: int) -> Positions:
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
