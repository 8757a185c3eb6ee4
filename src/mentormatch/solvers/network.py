"""The flow network behind a problem: pairs as flow from mentees to mentors, what is left over, seats and lists.

Nodes are mentees, then mentors, then the sink, then lists. Arcs are candidate pairs (mentee or list to mentor), missing
mentors (mentee to sink, one for each tier), seats (mentor to sink) and lists (mentee to list, one arc for the first
mentor from the list and one for more). A unit of flow on an arc brings its gain, a whole number in each word.

A potential for each node gives every arc the slack ``potential[tail] - potential[head] - gain``. A flow is the best one
if no arc that can take more has a negative slack and no arc that carries some a positive one. The prices of a solution
are such potentials: a mentee's price, minus a mentor's, 0 for the sink, a list's price.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from mentormatch.problem import Ints, Problem, Word
from mentormatch.solvers.candidates import Pairs

Prices = tuple[Ints, Ints, Ints]
"""A price for each mentor's seats, each mentee and each list that needs a node."""


@dataclass(frozen=True, eq=False)
class Network:
    """The network of a problem over some of its pairs, which are sorted by mentor, then mentee."""

    problem: Problem
    pairs: Pairs

    @property
    def sink(self) -> int:
        """The node where all flow ends."""
        return sum(self.problem.shape)

    @property
    def parts(self) -> tuple[int, int, int, int]:
        """How many arcs are pairs, missing mentors, seats and lists, in this order."""
        problem = self.problem
        return (
            len(self.pairs[0]),
            len(problem.tiers.mentee),
            len(problem.seats.mentor),
            2 * len(problem.list_mentees),
        )

    @cached_property
    def supply(self) -> Ints:
        """What flows out of each node more than in: the mentors a mentee wants; all of it ends in the sink."""
        tiers = self.problem.tiers
        supply = np.zeros(self.sink + 1 + len(self.problem.list_mentees), dtype=np.int64)
        supply[: self.problem.shape[1]] = np.diff(tiers.offsets)
        supply[self.sink] = -len(tiers.mentee)
        return supply

    @cached_property
    def ends(self) -> tuple[Ints, Ints]:
        """Tail and head of every arc."""
        mentor, mentee, _ = self.pairs
        tiers, seats = self.problem.tiers, self.problem.seats
        mentees = self.problem.shape[1]
        owners = self.problem.list_mentees
        nodes = self.sink + 1 + np.arange(len(owners), dtype=np.int64)
        at = self.problem.list_at(mentor, mentee)
        leaves = np.where(at >= 0, self.sink + 1 + at, mentee)
        to_sink = np.full(len(tiers.mentee) + len(seats.mentor), self.sink, dtype=np.int64)
        return (
            np.concatenate((leaves, tiers.mentee, mentees + seats.mentor, owners, owners)),
            np.concatenate((mentees + mentor, to_sink, nodes, nodes)),
        )

    @cached_property
    def capacity(self) -> Ints:
        """The largest flow on every arc."""
        tiers, owners = self.problem.tiers, self.problem.list_mentees
        ones = np.ones(len(self.pairs[0]) + len(tiers.mentee), dtype=np.int64)
        more = np.diff(tiers.offsets)[owners] - 1
        return np.concatenate((ones, self.problem.seats.capacity, np.ones_like(owners), more))

    def flow_of(self, made: npt.NDArray[np.bool_]) -> Ints:
        """The flow that makes these of the pairs; where more are made than fit, seats and lists are full."""
        mentor, mentee, _ = self.pairs
        tiers, seats, owners = self.problem.tiers, self.problem.seats, self.problem.list_mentees
        mentors, mentees = self.problem.shape
        load, got = np.bincount(mentor[made], minlength=mentors), np.bincount(mentee[made], minlength=mentees)
        at = self.problem.list_at(mentor[made], mentee[made])
        listed = np.bincount(at[at >= 0], minlength=len(owners))
        nth = np.arange(len(tiers.mentee)) - tiers.offsets[tiers.mentee]
        flow = np.concatenate(
            (made, nth >= got[tiers.mentee], load[seats.mentor] - seats.before, np.minimum(listed, 1), listed - 1)
        )
        return np.clip(flow.astype(np.int64), 0, self.capacity)

    def gain(self, word: Word) -> Ints:
        """What a unit of flow on each arc brings in the word."""
        seats = self.problem.seats
        lists = np.zeros(2 * len(self.problem.list_mentees), dtype=np.int64)
        lists[: len(lists) // 2] = word.multiplier("listed")
        return np.concatenate(
            (
                self.problem.pair_value(word, *self.pairs),
                -self.problem.tiers.gain(word),
                self.problem.seat_gain(word, seats.mentor, seats.before),
                lists,
            )
        )

    def slack(self, word: Word, prices: Prices) -> Ints:
        """The slack of every arc at these prices."""
        mentor_price, mentee_price, list_price = prices
        potential = np.concatenate((mentee_price, -mentor_price, [0], list_price))
        tail, head = self.ends
        return potential[tail] - potential[head] - self.gain(word)

    def decided(self, flow: Ints, free: npt.NDArray[np.bool_]) -> bool:
        """Whether no other flow has the same pairs' worth: that of arcs that are not ``free`` cannot change.

        Another flow that is as good differs by a cycle of free arcs that can still change. A pair arc is full or empty,
        so it can change in one direction only, and lies on such a cycle exactly if its ends are in one strong
        component.
        """
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        tail, head = self.ends
        forward = free & (flow < self.capacity)
        backward = free & (flow > 0)
        start = np.concatenate((tail[forward], head[backward]))
        end = np.concatenate((head[forward], tail[backward]))
        size = len(self.supply)
        graph = coo_array((np.ones(len(start), dtype=np.int8), (start, end)), shape=(size, size))
        _, component = connected_components(graph.tocsr(), directed=True, connection="strong")
        count = len(self.pairs[0])
        same = component[tail[:count]] == component[head[:count]]
        return not bool((free[:count] & same).any())


def priced_out(problem: Problem, word: Word, prices: Prices) -> Prices:
    """The prices in the first word, with prices for those who have no arcs: nobody without a seat or a wish has any.

    At theirs no pair is worth it, whatever it brings.
    """
    mentor_price, mentee_price, list_price = prices
    largest = 1 + sum(multiplier * problem.largest(level) for level, multiplier in word.levels)
    wishing = problem.wants > 0
    least = min(int(mentee_price[wishing].min(initial=0)), int(list_price.min(initial=0)))
    mentor_price = np.where(problem.capacity == 0, largest - least, mentor_price)
    return mentor_price, np.where(wishing, mentee_price, largest - int(mentor_price.min(initial=0))), list_price
