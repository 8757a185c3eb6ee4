"""Who is there in which round, in whole numbers: what the solvers and the checks see of a program of short meetings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mentormatch.problem import Ints

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Timetable:
    """The rounds in which everybody is there; nobody has two meetings in one round.

    ``mentor`` and ``mentee`` have a row for each person and a column for each round. ``same`` are the positions of the
    mentors and of the mentees who are one person.
    """

    mentor: Bools
    mentee: Bools
    same: tuple[Ints, Ints]

    @property
    def rounds(self) -> int:
        """How many rounds there are."""
        return int(self.mentor.shape[1])

    @property
    def open(self) -> bool:
        """Whether everybody is always there and has one role, so that only the number of their meetings counts."""
        return bool(self.mentor.all() and self.mentee.all() and not len(self.same[0]))

    def shared(self, mentor: Ints, mentee: Ints) -> Bools:
        """The rounds in which both of each pair are there, a row for each."""
        return np.asarray(self.mentor[mentor] & self.mentee[mentee])

    def take(self, mentors: npt.NDArray[np.intp], mentees: npt.NDArray[np.intp]) -> Timetable:
        """The same with people in another order, by position."""
        here, there = np.argsort(mentors), np.argsort(mentees)
        same = here[self.same[0]].astype(np.int64), there[self.same[1]].astype(np.int64)
        return Timetable(self.mentor[mentors], self.mentee[mentees], same)

    def people(self, mentor: Ints, mentee: Ints) -> tuple[Ints, Ints]:
        """A number for the mentor and one for the mentee of each pair, one number for one person in two roles."""
        number = np.arange(len(self.mentee), dtype=np.int64) + len(self.mentor)
        number[self.same[1]] = self.same[0]
        return mentor, number[mentee]

    def clashes(self, mentor: Ints, mentee: Ints, at: Ints) -> tuple[Bools, Bools]:
        """Of meetings in rounds ``at``: which are of somebody who is not there, and which of somebody with two."""
        absent = np.ones(len(at), dtype=np.bool_)
        known = np.flatnonzero((at >= 0) & (at < self.rounds))
        absent[known] = ~self.shared(mentor[known], mentee[known])[np.arange(len(known)), at[known]]
        one, other = self.people(mentor, mentee)
        keys, count = np.unique(
            np.concatenate((one, other)) * (self.rounds + 1) + np.concatenate((at, at)), return_counts=True
        )
        busy = keys[count > 1]
        twice = np.isin(one * (self.rounds + 1) + at, busy) | np.isin(other * (self.rounds + 1) + at, busy)
        return absent, twice


@dataclass(frozen=True, eq=False)
class TimedSolution:
    """Meetings (positions and rounds) that are the best where a pair may meet several times, and the prices for it.

    ``words`` of one level each. Prices have a column for each word: of mentors and mentees a row for each, of their
    rounds a row for each person and round, the rounds of a person adjacent.
    """

    mentor: Ints
    mentee: Ints
    round: Ints
    points: Ints
    levels: tuple[str, ...]
    mentor_prices: Ints
    mentee_prices: Ints
    mentor_rounds: Ints
    mentee_rounds: Ints
