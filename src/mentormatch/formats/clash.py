"""Which demands clash where not all can be met: a set that is impossible by itself and has none to spare."""

from __future__ import annotations

import numpy as np

from mentormatch.problem import Ints, Problem, Solution


def clashing_minimum_loads(problem: Problem, solution: Solution) -> tuple[Ints, Ints]:
    """Mentors whose minimum loads cannot be met together, none of whom could be left out, and the mentees they share.

    ``solution`` fills as many of the demanded seats as possible. From a mentor with too few mentees, every mentee who
    may be matched there is taken, so is every mentor these mentees have, and so on: all of them have no more than
    their minimum, or a mentee could move. This set is impossible by itself (Hall's condition). Mentors are then left
    out one by one while the rest stays impossible, each test a maximum flow.
    """
    load = np.bincount(solution.mentor, minlength=problem.shape[0])
    waiting = np.flatnonzero(load < problem.minimum_load)[:1].tolist()
    # For each mentor reached: the mentees who may be matched there.
    reached: dict[int, Ints] = {}
    while waiting:
        mentor = waiting.pop()
        if mentor not in reached:
            allowed = (problem.rows(mentor, mentor + 1)[0] >= 0) & (problem.wants > 0)
            reached[mentor] = np.flatnonzero(allowed).astype(np.int64)
            waiting += np.unique(solution.mentor[allowed[solution.mentee]]).tolist()
    clashing = {mentor: reached[mentor] for mentor in sorted(reached) if problem.minimum_load[mentor] > 0}
    for mentor in list(clashing):
        rest = {other: mentees for other, mentees in clashing.items() if other != mentor}
        if not _can_be_met(problem, rest):
            clashing = rest
    return np.array(list(clashing), dtype=np.int64), np.unique(np.concatenate(list(clashing.values())))


def clashing_mentees(problem: Problem, solution: Solution, left_out: int) -> tuple[Ints, Ints]:
    """Mentees who share too few seats, none of whom could be spared, and the mentors who have these seats.

    ``solution`` gives as many mentees as possible a first mentor and ``left_out`` none. Every mentor allowed for them
    is taken, so is every mentee who has one of these, and so on: all these seats are full, or somebody could move.
    There is one mentee more than seats, and any of them could have a seat if another gave way (Hall's condition).
    """
    mentees, mentors = {left_out}, set()
    rest = np.flatnonzero(problem.capacity > 0).tolist()
    grown = True
    while grown:
        grown = False
        allowed_with = np.array(sorted(mentees), dtype=np.int64)
        for mentor in [m for m in rest if m not in mentors]:
            if (problem.rows(mentor, mentor + 1)[0][allowed_with] >= 0).any():
                mentors.add(mentor)
                mentees |= set(solution.mentee[solution.mentor == mentor].tolist())
                grown = True
    return np.array(sorted(mentees), dtype=np.int64), np.array(sorted(mentors), dtype=np.int64)


def _can_be_met(problem: Problem, clashing: dict[int, Ints]) -> bool:
    """Whether the minimum loads of these mentors can be met, by the mentees given for each, when nobody else counts."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_flow

    mentees = problem.shape[1]
    mentors, allowed = np.array(list(clashing), dtype=np.int64), list(clashing.values())
    source, sink = 0, 1 + len(mentors) + mentees
    needs = problem.minimum_load[mentors]
    tail = [np.zeros(len(mentors), np.int64)] + [np.full(len(a), 1 + k) for k, a in enumerate(allowed)]
    head = [1 + np.arange(len(mentors))] + [1 + len(mentors) + a for a in allowed]
    size = [needs] + [np.ones(len(a), np.int64) for a in allowed]
    tail.append(1 + len(mentors) + np.arange(mentees))
    head.append(np.full(mentees, sink))
    size.append(np.minimum(problem.wants, len(mentors)))
    # The flow of older versions of scipy takes positions of 32 bits only.
    arcs = (np.concatenate(tail).astype(np.int32), np.concatenate(head).astype(np.int32))
    graph = csr_array((np.concatenate(size).astype(np.int32), arcs), shape=(sink + 1, sink + 1))
    return int(maximum_flow(graph, source, sink).flow_value) == int(needs.sum())
