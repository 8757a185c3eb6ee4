"""Which pairs the flow looks at: a first choice of good ones, and the pricing of all the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mentormatch.problem import Ints, Problem, Word

Pairs = tuple[Ints, Ints, Ints]
"""Mentor positions, mentee positions and points."""


@dataclass(frozen=True)
class Settings:
    """How much is looked at at a time. No setting changes the result.

    ``candidates`` partners are kept for each person at first; ``block_pairs`` bounds the pairs of one block of scores.
    """

    candidates: int = 16
    block_pairs: int = 1 << 20

    def rows(self, problem: Problem) -> int:
        """How many mentors make up a block."""
        return max(1, self.block_pairs // max(1, problem.shape[1]))


def first_candidates(problem: Problem, settings: Settings) -> Pairs:
    """The best partners of every mentor and of every mentee, ties broken by the lottery.

    Ties must not be broken by position: people with equal answers would all get the same few partners.
    One pass over all pairs, a partial sort of each row and each column.
    """
    mentees = problem.shape[1]
    keep = settings.candidates
    open_mentees = np.flatnonzero(problem.wants > 0)
    chosen: list[Pairs] = []
    # The best so far of each mentee: ranking value and mentor, merged block by block.
    best = np.full((mentees, 0), -np.inf)
    best_mentor = np.zeros((mentees, 0), dtype=np.int64)
    best_points = np.zeros((mentees, 0), dtype=np.int64)
    for start, block in problem.blocks(settings.rows(problem)):
        mentors = np.arange(start, start + len(block))
        mentors = mentors[problem.capacity[mentors] > 0]
        if not len(mentors) or not len(open_mentees):
            continue
        points = block[mentors - start]
        points[:, problem.wants == 0] = -1
        draw = problem.lottery(mentors[:, None], np.arange(mentees)[None, :], 0)
        # Points and a fraction below 1; where points are too large for both in a float64, the tie-break gets coarser,
        # which costs rounds and never the optimum.
        value = points + draw * 0.5**problem.lottery_bits
        value[points < 0] = -np.inf
        row, column = np.nonzero(_largest(value, keep))
        chosen.append((mentors[row], column, points[row, column].astype(np.int64)))
        value = np.concatenate((best, value.T), axis=1)
        owner = np.concatenate((best_mentor, np.broadcast_to(mentors, (mentees, len(mentors)))), axis=1)
        merged = np.concatenate((best_points, points.T), axis=1)
        if value.shape[1] > keep:
            top = np.argpartition(value, value.shape[1] - keep, axis=1)[:, value.shape[1] - keep :]
            value, owner, merged = (np.take_along_axis(a, top, axis=1) for a in (value, owner, merged))
        best, best_mentor, best_points = value, owner, merged.astype(np.int64)
    mentee, slot = np.nonzero(best > -np.inf)
    chosen.append((best_mentor[mentee, slot], mentee, best_points[mentee, slot]))
    return joined(chosen)


def _largest(value: npt.NDArray[np.float64], keep: int) -> npt.NDArray[np.bool_]:
    """Where each row has its ``keep`` largest entries, without the infinite ones."""
    if value.shape[1] <= keep:
        return np.asarray(value > -np.inf)
    threshold = np.partition(value, value.shape[1] - keep, axis=1)[:, value.shape[1] - keep]
    return np.asarray((value >= threshold[:, None]) & (value > -np.inf))


def joined(parts: Sequence[Pairs]) -> Pairs:
    """All pairs of the parts, each once, sorted by mentor and mentee."""
    empty = np.zeros(0, dtype=np.int64)
    mentor, mentee, points = (np.concatenate([empty, *(part[k] for part in parts)]) for k in range(3))
    order = np.lexsort((mentee, mentor))
    mentor, mentee, points = mentor[order], mentee[order], points[order]
    first = np.ones(len(mentor), dtype=np.bool_)
    first[1:] = (np.diff(mentor) != 0) | (np.diff(mentee) != 0)
    return mentor[first], mentee[first], points[first]


def worth_adding(
    problem: Problem,
    words: Sequence[Word],
    mentor_prices: Sequence[Ints],
    mentee_prices: Sequence[Ints],
    have: Pairs,
    settings: Settings,
) -> Pairs:
    """Pairs outside ``have`` that the prices do not rule out: their value exceeds the sum of the two prices.

    Compared word by word: where all words but the last give a pair exactly its price, the last decides. A pair without
    slack in every word, the lottery included, is returned as well, so that uniqueness can be judged from candidates
    alone. At most ``settings.candidates`` pairs of a mentor, and the best one of a mentee, are returned at a time, so
    the caller repeats until nothing comes back. One pass over all pairs.
    """
    found: list[Pairs] = []
    # For each mentee: the largest excess so far, and whose it is.
    best = np.full(problem.shape[1], -1, dtype=np.int64)
    best_mentor, best_points = np.zeros_like(best), np.zeros_like(best)
    owned = have[0] * problem.shape[1] + have[1]
    for violations in _violations(problem, words, mentor_prices, mentee_prices, settings):
        key = violations[0] * problem.shape[1] + violations[1]
        position = np.searchsorted(owned, key)
        new = np.ones(len(key), dtype=np.bool_)
        inside = position < len(owned)
        new[inside] = owned[position[inside]] != key[inside]
        mentor, mentee, points, excess = (array[new] for array in violations)
        if not len(mentor):
            continue
        order = np.lexsort((-excess, mentor))
        rank = np.arange(len(order)) - np.searchsorted(mentor[order], mentor[order])
        kept = order[rank < settings.candidates]
        found.append((mentor[kept], mentee[kept], points[kept]))
        by_mentee = np.lexsort((-excess, mentee))
        first = by_mentee[np.diff(mentee[by_mentee], prepend=-1) != 0]
        first = first[excess[first] > best[mentee[first]]]
        whose = mentee[first]
        best[whose], best_mentor[whose], best_points[whose] = excess[first], mentor[first], points[first]
    mentee = np.flatnonzero(best >= 0)
    return joined([*found, (best_mentor[mentee], mentee, best_points[mentee])])


def _violations(
    problem: Problem,
    words: Sequence[Word],
    mentor_prices: Sequence[Ints],
    mentee_prices: Sequence[Ints],
    settings: Settings,
) -> Iterator[tuple[Ints, Ints, Ints, Ints]]:
    """Mentors, mentees, points and excess of the pairs the prices do not rule out, block by block."""
    *upper, last = words
    *upper_mentor, mentor_price = mentor_prices
    *upper_mentee, mentee_price = mentee_prices
    for start, block in problem.blocks(settings.rows(problem)):
        rows = slice(start, start + len(block))
        tied = block >= 0
        for word, v, u in zip(upper, upper_mentor, upper_mentee, strict=True):
            tied &= _points_in(word, block) == v[rows, None] + u[None, :]
        if last.multiplier("lottery"):
            row, column = np.nonzero(tied)
            excess = problem.lottery(row + start, column, last.draw) - mentor_price[row + start] - mentee_price[column]
            over = excess >= 0
        else:
            tied &= _points_in(last, block) > mentor_price[rows, None] + mentee_price[None, :]
            row, column = np.nonzero(tied)
            excess = _points_in(last, block[row, column]) - mentor_price[row + start] - mentee_price[column]
            over = excess > 0
        row, column = row[over], column[over]
        yield row + start, column, block[row, column].astype(np.int64), excess[over]


def _points_in(word: Word, points: npt.NDArray[np.int32] | Ints) -> npt.NDArray[np.int32] | Ints:
    """What pairs with these points bring in a word without the lottery."""
    multiplier = word.multiplier("points")
    return points if multiplier == 1 else points.astype(np.int64) * multiplier
