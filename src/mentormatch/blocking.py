"""Which pairs would rather have each other than what a matching gives them. Only the problem is looked at.

A mentee prefers by list rank, then points, a mentor by wish rank, then points: higher is better, and who is not listed
comes after all who are. Equal in both means that neither is preferred: the lottery makes nobody unhappy. A pair that is
allowed and not made blocks if each of the two has room for one more or strictly prefers the other to somebody held.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mentormatch.problem import Ints, LevelName, Problem

Bools = npt.NDArray[np.bool_]


def blocking_pairs(problem: Problem, mentor: Ints, mentee: Ints, block_pairs: int = 1 << 20) -> tuple[Ints, Ints]:
    """All blocking pairs of a matching as positions of mentors and mentees, sorted by mentor, then mentee.

    ``mentor`` and ``mentee`` hold the pairs made, shape (pairs,), each once and in any order; they may be any, the best
    or none. One that is not allowed counts for less than any that is. A mentor without a seat (capacity 0) and a mentee
    who wants nobody block nothing, whoever they hold. Two passes over all pairs in blocks of about ``block_pairs``: the
    first looks up what is held.
    """
    rows = max(1, block_pairs // max(1, problem.shape[1]))
    rank, wish, points = (np.zeros(len(mentor), dtype=np.int64) for _ in range(3))
    for start, block in problem.blocks(rows):
        here = np.flatnonzero((mentor >= start) & (mentor < start + len(block)))
        at = mentor[here] - start, mentee[here]
        points[here] = block[at]
        rank[here] = _special(problem, "rank", start, block.shape)[at]
        wish[here] = _special(problem, "wishes", start, block.shape)[at]
    # Less than any, whatever lists say of a pair that is not allowed.
    rank[points < 0] = wish[points < 0] = np.iinfo(np.int64).min
    of_mentors = _Bar.of(mentor, wish, points, problem.capacity)
    of_mentees = _Bar.of(mentee, rank, points, problem.wants)
    found = [np.zeros((2, 0), dtype=np.int64)]
    for start, block in problem.blocks(rows):
        here = np.flatnonzero((mentor >= start) & (mentor < start + len(block)))
        blocks = block >= 0
        blocks[mentor[here] - start, mentee[here]] = False
        wishes, ranks = (_special(problem, level, start, block.shape) for level in ("wishes", "rank"))
        blocks &= of_mentors.rows(start, start + len(block)).cleared(wishes, block)
        blocks &= of_mentees.cleared(ranks, block)
        found.append(np.stack(np.nonzero(blocks)) + np.array([[start], [0]]))
    both = np.concatenate(found, axis=1)
    return both[0], both[1]


@dataclass(frozen=True, eq=False)
class _Bar:
    """What somebody must bring to be preferred by each person of a side; arrays that broadcast with a block.

    ``closed`` are people who may have nobody, ``room`` those who take anybody; to the others one must bring more than
    the worst they hold, whose list or wish rank and points are ``rank`` and ``points``.
    """

    closed: Bools
    room: Bools
    rank: Ints
    points: Ints

    @classmethod
    def of(cls, person: Ints, rank: Ints, points: Ints, places: Ints) -> _Bar:
        """The bar of everybody with so many places, from the pairs made: whose, and how good they are to them."""
        worst_first = np.lexsort((points, rank, person))
        holders, first = np.unique(person[worst_first], return_index=True)
        worst = worst_first[first]
        worst_rank, worst_points = (np.zeros(len(places), dtype=np.int64) for _ in range(2))
        worst_rank[holders], worst_points[holders] = rank[worst], points[worst]
        room = np.bincount(person, minlength=len(places)) < places
        return cls(places <= 0, room, worst_rank, worst_points)

    def rows(self, start: int, stop: int) -> _Bar:
        """The bar of some mentors, one in each row."""
        closed, room = self.closed[start:stop, None], self.room[start:stop, None]
        return _Bar(closed, room, self.rank[start:stop, None], self.points[start:stop, None])

    def cleared(self, rank: Ints, points: npt.NDArray[np.int32] | Ints) -> Bools:
        """Where a block clears the bar."""
        better: Bools = (rank > self.rank) | ((rank == self.rank) & (points > self.points))
        return (self.room | better) & ~self.closed


def _special(problem: Problem, level: LevelName, start: int, shape: tuple[int, ...]) -> Ints:
    """What pairs bring on the level, as a block that begins with mentor ``start``; 0 for pairs that are not special."""
    found = np.zeros(shape, dtype=np.int64)
    values = problem.special.values.get(level)
    if values is not None:
        here = slice(*np.searchsorted(problem.special.mentor, (start, start + shape[0])))
        found[problem.special.mentor[here] - start, problem.special.mentee[here]] = values[here]
    return found
