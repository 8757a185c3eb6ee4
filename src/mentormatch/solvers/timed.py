"""Meetings in rounds as a flow, where a pair may meet more than once: a bound, and the optimum where none does.

A mentee's meetings run from the mentee to the mentee in a round, from there to a mentor in that round, to the mentor
and to the sink; each round of a person takes one. So everything but the rule that nobody meets the same person twice,
and that one person may have both roles, is a minimum-cost flow. Levels are solved one after the other: arcs whose
reduced cost is not 0 keep their flow, the next level is solved on the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mentormatch.problem import Ints, Problem, Word
from mentormatch.solvers.flow import min_cost_flow
from mentormatch.timetable import Bools, TimedPrices, TimedSolution, Timetable

_AT_ONCE = 1 << 20


@dataclass(frozen=True, eq=False)
class Meetings:
    """All meetings that can be: mentor, mentee and round of each, and its points; sorted by mentor, mentee, round."""

    mentor: Ints
    mentee: Ints
    round: Ints
    points: Ints


def meetings(problem: Problem, timetable: Timetable) -> Meetings:
    """The meetings of allowed pairs of people with seats and wishes, in every round in which both are there."""
    found = [np.zeros((4, 0), dtype=np.int64)]
    for top, first, tile in problem.tiles(_AT_ONCE, 0, problem.shape[0]):
        row, column = np.nonzero(tile >= 0)
        mentor, mentee, points = row + top, column + first, tile[row, column]
        some = (problem.capacity[mentor] > 0) & (problem.wants[mentee] > 0)
        mentor, mentee, points = mentor[some], mentee[some], points[some]
        pair, at = np.nonzero(timetable.shared(mentor, mentee))
        found.append(np.stack((mentor[pair], mentee[pair], at, points[pair])).astype(np.int64))
    mentor, mentee, at, points = parts = np.concatenate(found, axis=1)
    return Meetings(*parts[:, np.lexsort((at, mentee, mentor))])


def solve(problem: Problem, timetable: Timetable) -> TimedSolution | None:
    """The best meetings where a pair may have several.

    None where a list has to be counted by a node of its own, which the rounds leave no place for. Raises OverflowError
    where a level does not fit 64 bits.
    """
    if len(problem.list_mentees):
        return None
    network = _Network(problem, timetable, meetings(problem, timetable))
    flow, free = np.zeros(len(network.capacity), dtype=np.int64), np.ones(len(network.capacity), dtype=np.bool_)
    prices = []
    for level in problem.sums:
        word = Word(((level, 1),))
        flow, price = network.optimise(word, flow, free)
        free &= price[network.tail] - price[network.head] - network.gain(word) == 0
        prices.append(price)
    table = np.stack(prices, axis=1)
    made = flow[: len(network.of.mentor)] > 0
    of = network.of
    mentees, mentee_rounds, mentor_rounds, mentors = np.split(table[:-1], np.cumsum(network.sizes)[:-1])
    found = TimedPrices(problem.sums, mentors, mentees, mentor_rounds, mentee_rounds)
    return TimedSolution(of.mentor[made], of.mentee[made], of.round[made], of.points[made], found)


@dataclass(frozen=True, eq=False)
class _Network:
    """Nodes: mentees, their rounds, the mentors' rounds, mentors, the sink. Arcs in the order of ``parts``."""

    problem: Problem
    timetable: Timetable
    of: Meetings

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        """How many nodes there are of each kind but the sink."""
        mentors, mentees = self.problem.shape
        return mentees, mentees * self.timetable.rounds, mentors * self.timetable.rounds, mentors

    @cached_property
    def parts(self) -> tuple[int, int, int, int, int]:
        """How many arcs there are: meetings, rounds of mentees, rounds of mentors, missing mentors, seats."""
        there = int(self.timetable.mentee.sum()), int(self.timetable.mentor.sum())
        return len(self.of.mentor), *there, len(self.problem.tiers.mentee), len(self.problem.seats.mentor)

    @cached_property
    def _ends(self) -> tuple[Ints, Ints]:
        rounds, of = self.timetable.rounds, self.of
        mentee_rounds, mentor_rounds, mentor, sink = np.cumsum(self.sizes).tolist()
        i, it = np.nonzero(self.timetable.mentee)
        j, jt = np.nonzero(self.timetable.mentor)
        seats, tiers = self.problem.seats.mentor, self.problem.tiers.mentee
        tail = (
            mentee_rounds + of.mentee * rounds + of.round,
            i,
            mentor_rounds + j * rounds + jt,
            tiers,
            mentor + seats,
        )
        head = (
            mentor_rounds + of.mentor * rounds + of.round,
            mentee_rounds + i * rounds + it,
            mentor + j,
            np.full(len(tiers), sink),
            np.full(len(seats), sink),
        )
        return np.concatenate(tail).astype(np.int64), np.concatenate(head).astype(np.int64)

    @property
    def tail(self) -> Ints:
        """Where each arc begins."""
        return self._ends[0]

    @property
    def head(self) -> Ints:
        """Where each arc ends."""
        return self._ends[1]

    @cached_property
    def capacity(self) -> Ints:
        """The largest flow on every arc."""
        meetings, here, there, missing, _ = self.parts
        whose = np.nonzero(self.timetable.mentor)[0]
        room = self.problem.capacity[whose] if self.timetable.several else np.ones(there, dtype=np.int64)
        ones = (np.ones(count, dtype=np.int64) for count in (meetings + here, missing))
        return np.concatenate((next(ones), room, next(ones), self.problem.seats.capacity))

    def gain(self, word: Word) -> Ints:
        """What a unit of flow on each arc brings."""
        of, seats = self.of, self.problem.seats
        return np.concatenate(
            (
                self.problem.pair_value(word, of.mentor, of.mentee, of.points),
                np.zeros(sum(self.parts[1:3]), dtype=np.int64),
                -self.problem.tiers.gain(word),
                self.problem.seat_gain(word, seats.mentor, seats.before),
            )
        )

    def optimise(self, word: Word, flow: Ints, free: Bools) -> tuple[Ints, Ints]:
        """The best flow that keeps what is on arcs that are not free, and the prices of the nodes."""
        gain, (meetings, here, there, missing, _) = self.gain(word), self.parts
        most = int(gain[:meetings][free[:meetings]].max(initial=0))
        raised = int(gain[meetings + here + there + missing :].max(initial=0))
        level = np.repeat(np.array([most, 0, 0, most + raised, raised]), self.parts)
        nodes = sum(self.sizes) + 1
        fixed = np.where(free, 0, flow)
        supply = np.zeros(nodes, dtype=np.int64)
        supply[: self.sizes[0]] = np.diff(self.problem.tiers.offsets)
        supply[-1] = -len(self.problem.tiers.mentee)
        supply -= np.bincount(self.tail, fixed, nodes).astype(np.int64)
        supply += np.bincount(self.head, fixed, nodes).astype(np.int64)
        some = np.flatnonzero(free)
        found, potential = min_cost_flow(
            self.tail[some], self.head[some], self.capacity[some], (level - gain)[some], supply
        )
        flow = flow.copy()
        flow[some] = found
        raise_by = np.repeat(np.array([most + raised, most + raised, raised, raised, 0]), (*self.sizes, 1))
        return flow, potential - potential[-1] + raise_by
