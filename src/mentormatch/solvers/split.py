"""Who is in a group and who in a pair, where mentors either lead a group or take mentees one by one.

An integer program through scipy's HiGHS: as many mentees as possible have somebody, as many of them as possible in
pairs, then what lists and points say. Groups count by their first mentor; how well members fit one another, and which
mentor is the second, is not looked at here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mentormatch.problem import Ints, Problem, Word
from mentormatch.solvers.rows import Rows, grouped

_MOST_PAIRS = 12_000
"""So many pairs are looked at, those of the best mentors of each mentee."""
_ORDER = ("listed", "rank", "wishes", "avoid", "favour", "changes", "points")


@dataclass(frozen=True)
class Sizes:
    """The fewest and most members of a group, and the fewest and most mentors."""

    least: int
    most: int
    mentors: int
    most_mentors: int


@dataclass(frozen=True, eq=False)
class Split:
    """Masks of the mentors who may lead a group and of the mentees who are in one.

    Who heads a group may, and where a group may have several mentors, who takes nobody one by one. ``finished`` says
    whether the split is exact.
    """

    leading: npt.NDArray[np.bool_]
    grouped: npt.NDArray[np.bool_]
    finished: bool


def split(problem: Problem, sizes: Sizes) -> Split | None:
    """The best split of people with seats and wishes; None where minimum loads leave none.

    Mentors with settled pairs lead no group, and mentees with one are in none.
    """
    mentors, mentees = problem.shape
    mentor, mentee, points, whole = _pairs(problem)
    pairs = len(mentor)
    may_lead = (problem.capacity > 0) & (problem.led == 0)
    member = (problem.served[mentee] == 0) & may_lead[mentor]
    # Columns: one-to-one pairs, members of groups, mentors who head a group, mentors who lead one.
    heads, leads = 2 * pairs, 2 * pairs + mentors
    upper = np.concatenate((problem.served[mentee] == 0, member, may_lead, may_lead)).astype(float)
    rows = Rows(len(upper))
    everyone, all_pairs = np.arange(mentors), np.arange(pairs)
    if pairs:
        rows.add(grouped(np.concatenate((mentee, mentee))), np.arange(2 * pairs), -np.inf, 1)
    per_mentor = np.concatenate((mentor, everyone))
    room = np.concatenate((np.ones(pairs), problem.capacity))
    rows.add(per_mentor, np.concatenate((all_pairs, leads + everyone)), -np.inf, problem.capacity, room)
    least = np.concatenate((np.ones(pairs), problem.minimum_load))
    rows.add(per_mentor, np.concatenate((all_pairs, leads + everyone)), problem.minimum_load, np.inf, least)
    in_group = np.concatenate((pairs + all_pairs, heads + everyone))
    rows.add(per_mentor, in_group, -np.inf, 0, np.concatenate((np.ones(pairs), np.full(mentors, -sizes.most))))
    rows.add(per_mentor, in_group, 0, np.inf, np.concatenate((np.ones(pairs), np.full(mentors, -sizes.least))))
    both, twice = np.concatenate((heads + everyone, leads + everyone)), np.concatenate((everyone, everyone))
    rows.add(twice, both, -np.inf, 0, np.repeat([1.0, -1.0], mentors))
    enough = np.repeat([-float(sizes.mentors), 1.0], mentors)
    rows.add(np.zeros(2 * mentors, dtype=np.int64), both, 0, 0 if sizes.mentors == 1 else np.inf, enough)
    found: Any = None
    for gain in _gains(problem, mentor, mentee, points, mentors):
        if not gain.any():
            continue
        solved = rows.solve(-gain, upper)
        whole &= solved.status == 0
        if solved.x is None:
            if found is None:
                return None
            break
        found = np.round(solved.x)
        rows.add(
            np.zeros(len(gain), dtype=np.int64), np.arange(len(gain)), round(float(gain @ found)) - 0.5, np.inf, gain
        )
    if found is None:
        return Split(np.zeros(mentors, dtype=np.bool_), np.zeros(mentees, dtype=np.bool_), whole)
    placed = np.zeros(mentees, dtype=np.bool_)
    placed[mentee[found[pairs : 2 * pairs] > 0.5]] = True
    leading = found[leads:] > 0.5
    if sizes.most_mentors > 1:
        taken = np.bincount(mentor[found[:pairs] > 0.5], minlength=mentors) > 0
        leading |= may_lead & ~taken
    return Split(leading, placed, whole)


def _pairs(problem: Problem) -> tuple[Ints, Ints, Ints, bool]:
    """The allowed pairs of people with seats and wishes, and whether these are all."""
    found = [np.zeros((3, 0), dtype=np.int64)]
    for top, first, tile in problem.tiles(1 << 20, 0, problem.shape[0]):
        row, column = np.nonzero(tile >= 0)
        found.append(np.stack((row + top, column + first, tile[row, column])).astype(np.int64))
    mentor, mentee, points = np.concatenate(found, axis=1)
    some = (problem.capacity[mentor] > 0) & (problem.wants[mentee] > 0)
    mentor, mentee, points = mentor[some], mentee[some], points[some]
    if len(mentor) <= _MOST_PAIRS:
        return mentor, mentee, points, True
    special = problem.special_at(mentor, mentee) >= 0
    order = np.lexsort((mentor, -points, ~special, mentee))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order)) - np.searchsorted(mentee[order], mentee[order])
    kept = np.sort(np.argsort(place, kind="stable")[:_MOST_PAIRS])
    return mentor[kept], mentee[kept], points[kept], False


def _gains(problem: Problem, mentor: Ints, mentee: Ints, points: Ints, mentors: int) -> list[npt.NDArray[np.float64]]:
    """What each column brings, level by level: places by priority, pairs, lists, what is said of pairs, points."""
    rest = np.zeros(2 * mentors)
    priority = problem.priority[mentee]
    found = [
        np.concatenate((priority >= rank, priority >= rank, rest)).astype(float)
        for rank in np.unique(priority[problem.served[mentee] == 0])[::-1]
    ]
    # Everybody's place counts before the places of a priority: the last of these levels is that of all.
    found = [found[-1], *found[:-1]] if found else []
    found.append(np.concatenate((np.ones(len(mentor)), np.zeros(len(mentor)), rest)))
    for level in (level for level in problem.sums if level in _ORDER):
        worth = problem.pair_value(Word(((level, 1),)), mentor, mentee, points).astype(float)
        if level == "listed":
            listed = np.append(problem.special.listed, False)[problem.special_at(mentor, mentee)]
            worth = listed.astype(float)
        found.append(np.concatenate((worth, worth, rest)))
    return found
