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
    mentors and of the mentees who are one person. With ``several`` mentors may have several meetings in one round, as
    many as they have seats; ``same`` is then empty.
    """

    mentor: Bools
    mentee: Bools
    same: tuple[Ints, Ints]
    several: bool = False

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
        return Timetable(self.mentor[mentors], self.mentee[mentees], same, self.several)

    def busy(self, mentor: Ints, mentee: Ints) -> Ints:
        """Numbers of the people whom each pair keeps busy, a row for the mentors and one for the mentees.

        One person in two roles has one number; mentors who may have several meetings in a round have none.
        """
        number = np.arange(len(self.mentee), dtype=np.int64) + len(self.mentor)
        number[self.same[1]] = self.same[0]
        return np.stack((number[mentee],) if self.several else (mentor, number[mentee]))

    def clashes(self, mentor: Ints, mentee: Ints, at: Ints) -> tuple[Bools, Bools]:
        """Of meetings in rounds ``at``: which are of somebody who is not there, and which of somebody with two."""
        absent = np.ones(len(at), dtype=np.bool_)
        known = np.flatnonzero((at >= 0) & (at < self.rounds))
        absent[known] = ~self.shared(mentor[known], mentee[known])[np.arange(len(known)), at[known]]
        keys = self.busy(mentor, mentee) * (self.rounds + 1) + at
        found, count = np.unique(keys, return_counts=True)
        twice = np.asarray(np.isin(keys, found[count > 1]).any(axis=0))
        return absent, twice


@dataclass(frozen=True, eq=False)
class TimedPrices:
    """Why meetings are the best where a pair may meet several times: prices with a column for each of ``levels``.

    ``mentor`` and ``mentee`` have a row for each person, ``mentor_rounds`` and ``mentee_rounds`` one for each person
    and round, the rounds of a person adjacent.
    """

    levels: tuple[str, ...]
    mentor: Ints
    mentee: Ints
    mentor_rounds: Ints
    mentee_rounds: Ints

    @property
    def tables(self) -> tuple[Ints, Ints, Ints, Ints]:
        """All prices."""
        return self.mentor, self.mentee, self.mentor_rounds, self.mentee_rounds

    def fits(self, mentors: int, mentees: int, rounds: int) -> bool:
        """Whether there is a price for everybody, every round and every level."""
        rows = (mentors, mentees, mentors * rounds, mentees * rounds)
        return all(table.shape == (n, len(self.levels)) for table, n in zip(self.tables, rows, strict=True))

    def take(self, mentors: npt.NDArray[np.intp], mentees: npt.NDArray[np.intp]) -> TimedPrices:
        """The same with people in another order, by position."""

        def rounds(table: Ints, order: npt.NDArray[np.intp]) -> Ints:
            return table.reshape(len(order), -1, table.shape[1])[order].reshape(table.shape) if len(order) else table

        return TimedPrices(
            self.levels,
            self.mentor[mentors],
            self.mentee[mentees],
            rounds(self.mentor_rounds, mentors),
            rounds(self.mentee_rounds, mentees),
        )


@dataclass(frozen=True, eq=False)
class TimedSolution:
    """Meetings (positions and rounds from 0), their points, and the prices that prove them."""

    mentor: Ints
    mentee: Ints
    round: Ints
    points: Ints
    prices: TimedPrices
