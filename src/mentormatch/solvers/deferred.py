"""A stable matching by deferred acceptance: mentees propose, mentors keep the best they have seats for.

A mentee prefers by list rank, points and lottery, a mentor by wish rank, points and lottery: higher is better. Ranks
are what special pairs bring on the levels "rank" and "wishes", whether or not these are among the problem's levels; 0
is not listed, and comes after everything listed. The lottery is draw 0, then draw 1, then the lower position, so that
nobody is indifferent. Whatever the order of proposals, the result is the same (Gale and Shapley, "College admissions
and the stability of marriage", 1962), and no mentee who wants one mentor has a better one in any stable matching.

Without ranks both sides compare pairs alike, and the result is greedy: pair after pair by falling points and lottery.
"""

from __future__ import annotations

from heapq import heappush, heapreplace
from typing import Any

import numpy as np

from mentormatch.problem import Ints, Problem
from mentormatch.solvers.candidates import Pairs
from mentormatch.solvers.sweep import Settings

Offer = tuple[int, int, int, int, int]
"""What a mentor compares: wish rank, points, draws 0 and 1 of the lottery, minus the mentee's position."""


def stable(problem: Problem, settings: Settings | None = None) -> Pairs:
    """The stable matching that is best for the mentees: mentors, mentees and points, sorted by mentor, then mentee.

    Every mentee proposes until as many mentors hold them as they want or nobody is left to ask; every mentor holds the
    best up to capacity. Minimum loads, priority and the problem's levels play no part, nor do points that special pairs
    bring in addition. ``settings`` does not change the result.

    Memory: one table of the points of all pairs in the narrowest type that holds them, 2 bytes a pair for points up to
    32,767 (2.5 MB for 1,000 mentees and 1,250 mentors, 1 GB for 20,000 and 25,000), and as many objects as seats and
    candidates (`Settings.kept`) of each mentee.
    """
    lists = _Lists(problem, settings or Settings())
    seats = np.minimum(problem.capacity, problem.shape[1]).tolist()
    missing = np.minimum(problem.wants, problem.shape[0]).tolist()
    held: list[list[Offer]] = [[] for _ in seats]
    first = ((lists.upcoming(mentee), mentee) for mentee, wanted in enumerate(missing) if wanted > 0)
    # The best offer first, so that whoever is held is seldom displaced.
    waiting = [mentee for _, mentee in sorted((proposals[-1][1], mentee) for proposals, mentee in first if proposals)]
    while waiting:
        mentee = waiting.pop()
        while missing[mentee] > 0 and (proposals := lists.upcoming(mentee)):
            mentor, offer = proposals.pop()
            holds = held[mentor]
            if len(holds) < seats[mentor]:
                heappush(holds, offer)
            elif offer > holds[0]:
                loser = -heapreplace(holds, offer)[-1]
                missing[loser] += 1
                waiting.append(loser)
            else:
                continue
            missing[mentee] -= 1
            if len(holds) == seats[mentor]:
                lists.full(mentor, holds[0])
    pairs = [(mentor, -offer[-1], offer[1]) for mentor, holds in enumerate(held) for offer in holds]
    sorted_pairs = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 3)
    return sorted_pairs[:, 0], sorted_pairs[:, 1], sorted_pairs[:, 2]


def stable_bytes(shape: tuple[int, int], max_points: int) -> int:
    """The bytes of the table of points behind a stable matching of so many mentors and mentees."""
    return shape[0] * shape[1] * _narrowest(max_points).itemsize


def _narrowest(points: int) -> np.dtype[Any]:
    return np.min_scalar_type(-points - 1)


class _Lists:
    """The mentees' preferences, a few mentors at a time as they are asked for.

    Mentors who are full and would refuse already are passed over, for good: what they hold only gets better.
    """

    def __init__(self, problem: Problem, settings: Settings) -> None:
        mentors, mentees = problem.shape
        self.problem = problem
        self.size = max(1, settings.kept(problem))
        self._upcoming: list[list[tuple[int, Offer]]] = [[] for _ in range(mentees)]
        # The worst offer that each full mentor holds; any offer is better than that of a mentor with a free seat.
        self.worst_wish = np.full(mentors, np.iinfo(np.int64).min, dtype=np.int64)
        self.worst_points, self.worst_draw = (np.zeros(mentors, dtype=np.int64) for _ in range(2))
        # Points of each mentee's row of mentors; -1 where not allowed, without a seat, or handed out already.
        largest = max(problem.source.max_points, int(problem.special.points.max(initial=0)))
        self.points = np.full((mentees, mentors), -1, dtype=_narrowest(largest))
        for start, block in problem.blocks(settings.rows(problem)):
            seated = np.flatnonzero(problem.capacity[start : start + len(block)] > 0)
            self.points[:, start + seated] = block[seated].T
        special = problem.special
        order = np.argsort(special.mentee, kind="stable")
        self.special_mentor = special.mentor[order]
        self.first_special = np.searchsorted(special.mentee[order], np.arange(mentees + 1))
        nothing = np.zeros(len(order), dtype=np.int64)
        self.rank = special.values.get("rank", nothing)[order]
        self.wish = special.values.get("wishes", nothing)[order]

    def full(self, mentor: int, worst: Offer) -> None:
        """The mentor has no free seat, and this is the worst offer held."""
        self.worst_wish[mentor], self.worst_points[mentor], self.worst_draw[mentor] = worst[:3]

    def upcoming(self, mentee: int) -> list[tuple[int, Offer]]:
        """Mentors to ask next and what they would compare, best last; to be taken from the end, empty at the end."""
        if not self._upcoming[mentee]:
            self._upcoming[mentee] = self._more(mentee)
        return self._upcoming[mentee]

    def _more(self, mentee: int) -> list[tuple[int, Offer]]:
        """The best few of the mentors who are left, best last; they are taken out of the table."""
        row = self.points[mentee]
        whose = np.array([mentee])
        rank, wish = (np.zeros(len(row), dtype=np.int64) for _ in range(2))
        special = slice(self.first_special[mentee], self.first_special[mentee + 1])
        rank[self.special_mentor[special]], wish[self.special_mentor[special]] = self.rank[special], self.wish[special]
        alike = wish == self.worst_wish
        welcome = (wish > self.worst_wish) | (alike & (row > self.worst_points))
        tied = np.flatnonzero(alike & (row == self.worst_points))
        welcome[tied] = self.problem.lottery(tied, whose, 0) >= self.worst_draw[tied]
        mentor = np.flatnonzero((row >= 0) & welcome)
        listed = mentor[rank[mentor] > 0]
        if len(listed):
            mentor = listed
        elif len(mentor) > self.size:
            points = row[mentor]
            mentor = mentor[points >= np.partition(points, -self.size)[-self.size]]
        draws: list[Ints] = [self.problem.lottery(mentor, whose, draw) for draw in (0, 1)]
        points = row[mentor].astype(np.int64)
        best = np.lexsort((mentor, -draws[1], -draws[0], -points, -rank[mentor]))[: self.size][::-1]
        mentor = mentor[best]
        row[mentor] = -1
        columns = (wish[mentor], points[best], draws[0][best], draws[1][best], np.full(len(best), -mentee))
        return list(zip(mentor.tolist(), zip(*(column.tolist() for column in columns), strict=True), strict=True))
