"""Groups of mentees who share too few seats, by name: the minimum cut between mentees and seats.

However people are matched, the mentees of a group have nobody but its mentors, so as many of them as there are too few
seats stay without one. Found from a matching that gives as many mentees as possible a mentor: the mentors at whom one
more seat would place somebody, and the mentees who are there or wait for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from mentormatch.aim import Aim
from mentormatch.demand import Demand
from mentormatch.formats.posing import Posed, pose
from mentormatch.page import Page, Paged
from mentormatch.problem import PARTICIPATION_FIRST, Ints, Problem
from mentormatch.scores import ScoreMatrix
from mentormatch.solvers.exchanges import Exchanges
from mentormatch.solvers.staged import solve
from mentormatch.wording import all_named, listed, number

Bools = npt.NDArray[np.bool_]

_LARGEST = 1 << 32
"""No smaller groups are looked for where comparing all mentees with all would take more products than this."""
_MOST = 8
"""So many smaller groups are told of each group at most."""


@dataclass(frozen=True)
class Bottleneck(Paged):
    """Mentees who may have none but these mentors, and the seats these have; ids in order, and names, if there are any.

    Of mentees whom nobody may mentor, or nobody who offers a seat, there are no mentors.

    >>> print(Bottleneck(("kay", "lin"), ("ada",), 1, mentor_names=("Ada",)))
    Bottleneck
    ==========
    <BLANKLINE>
    mentees        2: kay and lin
    may only have  ada (Ada)
    seats          1
    too few        1
    """

    mentees: tuple[str, ...]
    mentors: tuple[str, ...]
    seats: int
    mentee_names: tuple[str, ...] = ()
    mentor_names: tuple[str, ...] = ()

    @property
    def short(self) -> int:
        """How many of the mentees stay without a mentor at least."""
        return len(self.mentees) - self.seats

    def page(self) -> Page:
        """The group as a page, with everybody in it."""
        mentees, mentors = all_named(self.mentees, self.mentee_names), all_named(self.mentors, self.mentor_names)
        facts = [
            ("mentees", f"{number(len(mentees))}: {listed(mentees, most=len(mentees))}"),
            ("may only have", listed(mentors, most=len(mentors)) or "nobody"),
            ("seats", number(self.seats)),
            ("too few", number(self.short)),
        ]
        return Page("Bottleneck", facts)


def bottlenecks(demand: Demand, scores: ScoreMatrix) -> tuple[Bottleneck, ...]:
    """Every group that shares too few seats, and within large ones those whose own mentors have the fewest seats.

    The group of all is left out, where all of them share all seats and there are too few: smaller ones in it are told.
    Sorted by seats for each mentee, the fewest first. About as much work as a match, and two products of a group.
    """
    posed = _posed(demand, scores)
    problem = posed.problem
    if not (problem.capacity.any() and problem.wants.any()):
        return ()
    solution = solve(problem)
    waiting = (np.bincount(solution.mentee, minlength=problem.shape[1]) == 0) & (problem.wants > 0)
    if not waiting.any():
        return ()
    seats = Exchanges(problem, solution).seats(problem.capacity > 0)
    short = [mentor for mentor, found in seats.items() if found.gains.get(("participation", 0, 0), 0) > 0]
    mentors = np.array(sorted(short), dtype=np.int64)
    served = np.unique(solution.mentee[np.isin(solution.mentor, mentors)])
    mentees = np.union1d(np.flatnonzero(waiting), served).astype(np.int64)
    allowed = _allowed(problem, mentors, mentees)
    found = [(mentors[rows], mentees[columns]) for rows, columns in _groups(allowed, problem.capacity[mentors])]
    everybody = int((problem.wants > 0).sum()), int((problem.capacity > 0).sum())
    told = {
        _named(posed, *group) for group in found if (len(group[1]), len(group[0])) != everybody or not len(group[0])
    }
    return tuple(sorted(told, key=lambda one: (one.seats / len(one.mentees), -len(one.mentees), one.mentees)))


def _posed(demand: Demand, scores: ScoreMatrix) -> Posed:
    """The demand for first mentors alone, whoever they are."""
    aim = demand.aim
    lists = "only" if aim.shortlists == "only" else "ignore"
    plain = replace(demand, aim=Aim(minimum_score=aim.minimum_score, shortlists=lists), previous=())  # type: ignore[arg-type]
    posed = pose(plain, scores)
    problem = posed.problem
    first = ((problem.served == 0) & (problem.wants > 0)).astype(np.int64)
    alike = np.zeros_like(problem.priority)
    none = np.zeros_like(problem.minimum_load)
    return replace(
        posed, problem=replace(problem, wants=first, priority=alike, minimum_load=none, levels=PARTICIPATION_FIRST)
    )


def _allowed(problem: Problem, mentors: Ints, mentees: Ints) -> Bools:
    """Which of these mentors each of these mentees may have, shape (mentors, mentees)."""
    if not len(mentors):
        return np.zeros((0, len(mentees)), dtype=np.bool_)
    return np.asarray(problem.take(mentors, mentees).rows(0, len(mentors)) >= 0)


def _groups(allowed: Bools, seats: Ints) -> Iterator[tuple[Ints, Ints]]:
    """The groups that have nothing to do with one another, and the worst within each: rows and columns."""
    mentees = allowed.shape[1]
    alone = np.flatnonzero(~allowed.any(axis=0))
    if len(alone):
        yield np.zeros(0, dtype=np.int64), alone
    left = allowed.any(axis=1)
    while left.any():
        rows, columns = np.zeros_like(left), np.zeros(mentees, dtype=np.bool_)
        new = np.flatnonzero(left)[:1]
        while len(new):
            rows[new] = True
            found = allowed[new].any(axis=0) & ~columns
            columns |= found
            new = np.flatnonzero(allowed[:, found].any(axis=1) & ~rows)
        left &= ~rows
        group = np.flatnonzero(rows), np.flatnonzero(columns)
        yield group
        for within, those in _within(allowed[np.ix_(*group)], seats[rows]):
            yield group[0][within], group[1][those]


def _within(allowed: Bools, seats: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Smaller groups that share fewer seats for each mentee than all do, the worst first, of different mentees.

    Each is the mentees who may have nobody but those whom one of them may have.
    """
    mentees = allowed.shape[1]
    if mentees**2 * len(allowed) > _LARGEST:
        return
    own = allowed.T.astype(np.float32)
    inside = own @ (1 - own).T == 0  # [i, j]: whoever i may have, j may have
    count, room = inside.sum(axis=0), seats @ allowed
    taken = np.zeros(mentees, dtype=np.bool_)
    found = 0
    for j in np.lexsort((-count, room / count)).tolist():
        few = room[j] * mentees < seats.sum() * count[j]
        if found == _MOST or not few or count[j] <= room[j]:
            return
        if not (inside[:, j] & taken).any():
            taken |= inside[:, j]
            found += 1
            yield np.flatnonzero(allowed[:, j]), np.flatnonzero(inside[:, j])


def _named(posed: Posed, mentors: Ints, mentees: Ints) -> Bottleneck:
    demand = posed.demand
    who = tuple(sorted(demand.mentees[at] for at in posed.mentee_order[mentees]))
    whom = tuple(sorted(demand.mentors[at] for at in posed.mentor_order[mentors]))
    seats = int(posed.problem.capacity[mentors].sum())
    return Bottleneck(who, whom, seats, demand.names_of("mentee", who), demand.names_of("mentor", whom))
