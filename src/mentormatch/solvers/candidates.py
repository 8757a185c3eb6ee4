"""Which pairs the flow looks at: a first choice of good ones, and the pricing of all the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mentormatch.problem import Ints, Problem, Word

Positions = npt.NDArray[np.intp]
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
    everybody = np.arange(mentees)
    closed = np.flatnonzero(problem.wants == 0)
    keep = settings.candidates
    chosen: list[Pairs] = []
    # The best points and mentors of each mentee so far, merged block by block; -1 where there are fewer.
    best, best_mentor = (np.full((mentees, keep), -1, dtype=np.int64) for _ in range(2))
    for start, block in problem.blocks(settings.rows(problem)):
        mentors = start + np.flatnonzero(problem.capacity[start : start + len(block)] > 0)
        points: npt.NDArray[np.int32] | Ints = block
        if len(mentors) < len(block) or len(closed):
            points = block[mentors - start]
            points[:, closed] = -1
        row, column = _best(problem, points, mentors[:, None], everybody[None, :], keep)
        chosen.append((mentors[row], column, points[row, column].astype(np.int64)))
        turned = points.T.copy()
        row, column = _best(problem, turned, mentors[None, :], everybody[:, None], keep)
        slot = keep + np.arange(len(row)) - np.searchsorted(row, row)
        both, both_mentor = (np.concatenate((old, np.full_like(old, -1)), axis=1) for old in (best, best_mentor))
        both[row, slot], both_mentor[row, slot] = turned[row, column], mentors[column]
        row, column = _best(problem, both, both_mentor, everybody[:, None], keep)
        slot = np.arange(len(row)) - np.searchsorted(row, row)
        best, best_mentor = (np.full((mentees, keep), -1, dtype=np.int64) for _ in range(2))
        best[row, slot], best_mentor[row, slot] = both[row, column], both_mentor[row, column]
    mentee, slot = _where(best >= 0)
    chosen.append((best_mentor[mentee, slot], mentee, best[mentee, slot]))
    return joined(chosen)


def _best(
    problem: Problem, points: npt.NDArray[np.int32] | Ints, mentor: Ints, mentee: Ints, keep: int
) -> tuple[Positions, Positions]:
    """Rows and columns of the ``keep`` best allowed entries of each row, ties by the lottery.

    ``mentor`` and ``mentee`` say whose the entries are, broadcast to the shape of ``points``.
    """
    width = points.shape[1]
    if width <= keep:
        return _where(points >= 0)
    threshold = np.maximum(np.partition(points, width - keep, axis=1)[:, width - keep], 0)[:, None]
    chosen = points >= threshold
    # Only rows where too many reach the threshold need lottery numbers, and only those at the threshold compete.
    crowded = np.flatnonzero(np.count_nonzero(chosen, axis=1) > keep)
    if len(crowded):
        tied = points[crowded] == threshold[crowded]
        mentor, mentee = (np.broadcast_to(whose, points.shape)[crowded] for whose in (mentor, mentee))
        draw = np.where(tied, problem.lottery(mentor, mentee, 0), -1)
        order = np.argsort(-draw, axis=1)
        room = keep - np.count_nonzero(points[crowded] > threshold[crowded], axis=1)
        loses = np.zeros(tied.shape, dtype=np.bool_)
        np.put_along_axis(loses, order, np.arange(width)[None, :] >= room[:, None], axis=1)
        chosen[crowded] &= ~(tied & loses)
    return _where(chosen)


def _where(chosen: npt.NDArray[np.bool_]) -> tuple[Positions, Positions]:
    """Rows and columns of what is true, in order; several times as fast as a nonzero of two axes."""
    row, column = np.divmod(np.flatnonzero(chosen), max(1, chosen.shape[1]))
    return row, column


def joined(parts: Sequence[Pairs]) -> Pairs:
    """All pairs of the parts, each once, sorted by mentor and mentee."""
    empty = np.zeros(0, dtype=np.int64)
    mentor, mentee, points = (np.concatenate([empty, *(part[k] for part in parts)]) for k in range(3))
    _, first = np.unique(mentor * (mentee.max(initial=0) + 1) + mentee, return_index=True)
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
            row, column = _where(tied)
            excess = problem.lottery(row + start, column, last.draw) - mentor_price[row + start] - mentee_price[column]
            over = excess >= 0
        else:
            tied &= _points_in(last, block) > mentor_price[rows, None] + mentee_price[None, :]
            row, column = _where(tied)
            excess = _points_in(last, block[row, column]) - mentor_price[row + start] - mentee_price[column]
            over = excess > 0
        row, column = row[over], column[over]
        yield row + start, column, block[row, column].astype(np.int64), excess[over]


def _points_in(word: Word, points: npt.NDArray[np.int32] | Ints) -> npt.NDArray[np.int32] | Ints:
    """What pairs with these points bring in a word without the lottery."""
    multiplier = word.multiplier("points")
    return points if multiplier == 1 else points.astype(np.int64) * multiplier
