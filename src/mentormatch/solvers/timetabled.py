"""Meetings in the rounds in which people are there, no pair twice: an integer program, through scipy's HiGHS.

Whether given pairs fit into the rounds, and which pairs are the best that do, are NP-hard questions (Even, Itai and
Shamir 1976). The levels are solved one after the other, each with those before it held at what they reached. HiGHS
decides among equals, so that is the same for the same version of it only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mentormatch.problem import Ints, LevelName, Problem, Word
from mentormatch.solvers.rows import Rows, grouped
from mentormatch.solvers.timed import Meetings, meetings
from mentormatch.timetable import Timetable

MOST_MEETINGS = 100_000
"""The search looks at so many meetings, those with the mentors that suit each mentee best."""


@dataclass(frozen=True, eq=False)
class Timetabled:
    """Meetings that fit, those of the pairs that stay among them; ``kept`` says which.

    ``finished`` says whether every level was searched to its end.
    """

    mentor: Ints
    mentee: Ints
    round: Ints
    points: Ints
    kept: npt.NDArray[np.bool_]
    finished: bool


def fit(timetable: Timetable, mentor: Ints, mentee: Ints) -> Ints | None:
    """A round for each of these pairs such that all can meet, or None where there is none or none was found."""
    if not len(mentor):
        return np.zeros(0, dtype=np.int64)
    pair, at = np.nonzero(timetable.shared(mentor, mentee))
    once = np.bincount(pair, minlength=len(mentor))
    most = max(int(np.bincount(row).max()) for row in timetable.busy(mentor, mentee))
    if not once.all() or most > timetable.rounds:
        return None
    rows = Rows(len(pair))
    rows.add(grouped(pair), np.arange(len(pair)), 1, 1)
    _nobody_twice(rows, timetable, mentor[pair], mentee[pair], at)
    found = rows.solve(np.zeros(len(pair)), np.ones(len(pair)))
    if found.x is None:
        return None
    chosen = np.flatnonzero(found.x > 0.5)
    rounds = np.full(len(mentor), -1, dtype=np.int64)
    rounds[pair[chosen]] = at[chosen]
    return rounds if len(chosen) == len(mentor) and (rounds >= 0).all() else None


def best(problem: Problem, timetable: Timetable, staying: tuple[Ints, Ints, Ints]) -> Timetabled | None:
    """The best meetings beside pairs that stay (mentors, mentees, points); None where those do not fit.

    Minimum loads and everybody's first mentor are met as far as they can be.
    """
    every = meetings(problem, timetable)
    new = _fewer(problem, every)
    pair, at = np.nonzero(timetable.shared(*staying[:2]))
    of = Meetings(
        *(
            np.concatenate(parts).astype(np.int64)
            for parts in zip(
                (new.mentor, new.mentee, new.round, new.points),
                (staying[0][pair], staying[1][pair], at, staying[2][pair]),
                strict=True,
            )
        )
    )
    kept = np.arange(len(of.mentor)) >= len(new.mentor)
    model = _Model(problem, timetable, of, kept, len(staying[0]))
    bound: Any = None
    finished = len(new.mentor) == len(every.mentor)
    for gain in (gain for level in problem.sums[:-1] for gain in model.gains(level)):
        if not gain.any():
            continue
        found = model.rows.solve(-gain, model.upper)
        finished &= found.status == 0
        if found.x is None:
            return None if bound is None else model.read(bound, False)
        bound = np.round(found.x)
        # Half a unit below, so that rounding in the solver cannot make the next level impossible.
        reached = round(float(gain @ bound))
        model.rows.add(np.zeros(len(gain), dtype=np.int64), np.arange(len(gain)), reached - 0.5, np.inf, gain)
    if bound is None:  # nothing to gain, but what stays must fit
        found = model.rows.solve(np.zeros(len(model.upper)), model.upper)
        if found.x is None:
            return None
        bound = found.x
    return model.read(bound, finished)


def _fewer(problem: Problem, every: Meetings) -> Meetings:
    """The meetings to look at: all, or those of the best pairs of each mentee and of special pairs."""
    if len(every.mentor) <= MOST_MEETINGS:
        return every
    special = problem.special_at(every.mentor, every.mentee) >= 0
    order = np.lexsort((every.round, every.mentor, -every.points, ~special, every.mentee))
    mentee = every.mentee[order]
    first = np.searchsorted(mentee, mentee)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order)) - first
    kept = np.sort(np.argsort(place, kind="stable")[:MOST_MEETINGS])
    return Meetings(every.mentor[kept], every.mentee[kept], every.round[kept], every.points[kept])


def _nobody_twice(rows: Rows, timetable: Timetable, mentor: Ints, mentee: Ints, at: npt.NDArray[Any]) -> None:
    busy = timetable.busy(mentor, mentee)
    key = (busy * timetable.rounds + at).ravel()
    rows.add(grouped(key), np.tile(np.arange(len(at)), len(busy)), -np.inf, 1)


class _Model:
    """Columns: meetings, mentors got (one for each tier), lists from which somebody came, seats of minimum loads."""

    def __init__(
        self, problem: Problem, timetable: Timetable, of: Meetings, kept: npt.NDArray[np.bool_], staying: int
    ) -> None:
        self.problem, self.of, self.kept = problem, of, kept
        special = problem.special
        # Who is not special has the place -1, at the end.
        listed = np.append(special.listed, False)[problem.special_at(of.mentor, of.mentee)] & ~kept
        if problem.list_served is not None:
            listed &= ~problem.list_served[of.mentee]
        owners, whose = np.unique(of.mentee[listed], return_inverse=True)
        tiers, loads = problem.tiers, np.flatnonzero(problem.minimum_load > 0)
        size, new = len(of.mentor), np.flatnonzero(~kept)
        self.sizes = size, len(tiers.mentee), len(owners), len(loads)
        self.starts = np.cumsum((0, *self.sizes))
        self.upper = np.concatenate(
            (np.ones(size + len(tiers.mentee) + len(owners)), problem.minimum_load[loads].astype(float))
        )
        rows = self.rows = Rows(len(self.upper))
        _nobody_twice(rows, timetable, of.mentor, of.mentee, of.round)
        pair = of.mentor * max(1, problem.shape[1]) + of.mentee
        if len(new):
            rows.add(grouped(pair[new]), new, -np.inf, 1)
            mentors = np.unique(of.mentor[new])
            rows.add(grouped(of.mentor[new]), new, -np.inf, problem.capacity[mentors])
        if staying:
            stay = np.flatnonzero(kept)
            # Who stays without a round in common makes the program impossible.
            whole = grouped(pair[stay])
            rows.add(whole, stay, 1, 1)
            if int(whole.max(initial=-1)) + 1 < staying:
                rows.add(np.zeros(1, np.int64), np.zeros(1, np.int64), 2, 2)
        if len(tiers.mentee):
            self._sums(of.mentee[new], new, tiers.mentee, int(self.starts[1]), problem.shape[1], equal=True)
        if len(owners):
            self._sums(
                whose.reshape(-1), np.flatnonzero(listed), np.arange(len(owners)), int(self.starts[2]), len(owners)
            )
        if len(loads):
            self._sums(of.mentor[new], new, loads, int(self.starts[3]), problem.shape[0])

    def _sums(
        self,
        group: npt.NDArray[Any],
        columns: npt.NDArray[Any],
        counted: npt.NDArray[Any],
        start: int,
        groups: int,
        equal: bool = False,
    ) -> None:
        """In each group the meetings are as many as, or at least as many as, its columns from ``start`` say."""
        row = np.concatenate((group, counted, [groups - 1])).astype(np.int64)
        column = np.concatenate((columns, start + np.arange(len(counted)), [0])).astype(np.int64)
        value = np.concatenate((np.ones(len(group)), -np.ones(len(counted)), [0.0]))
        self.rows.add(row, column, 0, 0 if equal else np.inf, value)

    def gains(self, level: LevelName) -> Iterator[npt.NDArray[np.float64]]:
        """What each column brings on a level.

        Participation is one level for each tier and priority: that ordinal weights decide as those do is true of pairs,
        and not of pairs that have to fit into rounds.
        """
        if level != "participation":
            yield self._gain(level)
            return
        weight = self.problem.tiers.weight
        for own in np.unique(weight)[::-1].tolist():
            found = np.zeros(len(self.upper))
            found[self.starts[1] : self.starts[2]] = weight == own
            yield found

    def _gain(self, level: LevelName) -> npt.NDArray[np.float64]:
        problem, of = self.problem, self.of
        found = np.zeros(len(self.upper))
        size, starts = self.sizes[0], self.starts
        if level == "everyone":
            found[starts[1] : starts[2]] = problem.tiers.first
        elif level == "listed":
            found[starts[2] : starts[3]] = 1
        elif level == "minimum_load":
            found[starts[3] :] = 1
        else:
            worth = problem.pair_value(Word(((level, 1),)), of.mentor, of.mentee, of.points)
            found[:size] = np.where(self.kept, 0, worth)
        return found

    def read(self, solution: npt.NDArray[Any], finished: bool) -> Timetabled:
        """The meetings of a solution."""
        made = np.flatnonzero(solution[: self.sizes[0]] > 0.5)
        of = self.of
        return Timetabled(of.mentor[made], of.mentee[made], of.round[made], of.points[made], self.kept[made], finished)
