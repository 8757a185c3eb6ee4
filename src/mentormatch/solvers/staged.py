"""Pairs solved to the proven optimum, word by word, by column generation.

For each word: a minimum-cost flow over the candidates, then a pass over all pairs that adds those the prices do not
rule out, until there are none. Then the arcs whose reduced cost is not 0 keep their flow for good, and the next word
is solved on what is left. The prices of all words together, compared in order, prove the optimum (`mentormatch.proof`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mentormatch.problem import Ints, Problem, Solution, Word
from mentormatch.solvers.candidates import Pairs, Settings, first_candidates, joined, worth_adding
from mentormatch.solvers.flow import min_cost_flow
from mentormatch.solvers.words import plan

Prices = tuple[Ints, Ints, Ints]
"""A price for each mentor's seats, each mentee and each list that needs a node."""


def solve(problem: Problem, settings: Settings | None = None, start: tuple[Ints, Ints] | None = None) -> Solution:
    """The best set of pairs in every level, in order; the lottery makes it the only one.

    ``start`` names pairs (mentors, mentees) that become candidates; neither it nor ``settings`` changes the result.
    Raises OverflowError, with the level, where totals would not fit 64 bits.
    """
    settings = settings or Settings()
    words = list(plan(problem))
    candidates = first_candidates(problem, settings)
    for pairs in ((problem.special.mentor, problem.special.mentee), start):
        if pairs is not None and len(pairs[0]):
            candidates = joined([candidates, _allowed(problem, pairs, settings)])
    face = _Face(problem, candidates)
    prices: list[Prices] = []
    rounds = 0
    for word in words:  # grows while the lottery leaves a tie
        while True:
            prices.append(face.optimise(word, first=not prices))
            rounds += 1
            if word.draw:
                break  # the first draw took in every pair without slack; no other can take part
            added = worth_adding(
                problem,
                words[: len(prices)],
                [v for v, _, _ in prices],
                [u for _, u, _ in prices],
                face.pairs,
                settings,
            )
            if not len(added[0]):
                break
            prices.pop()
            face.add(added)
        face.keep_tight(word, prices[-1])
        if word is words[-1] and not face.unique():
            words.append(Word(word.levels, draw=word.draw + 1))
    mentor, mentee, points = face.matched()
    return Solution(
        mentor=mentor,
        mentee=mentee,
        points=points,
        words=tuple(words),
        mentor_prices=np.stack([v for v, _, _ in prices], axis=1),
        mentee_prices=np.stack([u for _, u, _ in prices], axis=1),
        list_prices=np.stack([w for _, _, w in prices], axis=1),
        rounds=rounds,
        candidates=len(face.pairs[0]),
    )


def _allowed(problem: Problem, pairs: tuple[Ints, Ints], settings: Settings) -> Pairs:
    """Those of the pairs that are allowed and have a seat and a wish, with their points."""
    found: list[Pairs] = []
    mentor, mentee = pairs
    for start, block in problem.blocks(settings.rows(problem)):
        here = np.flatnonzero((mentor >= start) & (mentor < start + len(block)))
        points = block[mentor[here] - start, mentee[here]].astype(np.int64)
        usable = (points >= 0) & (problem.capacity[mentor[here]] > 0) & (problem.wants[mentee[here]] > 0)
        found.append((mentor[here][usable], mentee[here][usable], points[usable]))
    return joined(found)


class _Face:
    """The flow network over the candidates, and which of its arcs earlier words left free.

    Nodes are mentees, then mentors, then the sink, then lists. Arcs are pairs (mentee or list to mentor), missing
    mentors (mentee to sink, one for each tier), seats (mentor to sink) and lists (mentee to list, one arc for the first
    mentor from the list and one for more).
    """

    def __init__(self, problem: Problem, candidates: Pairs) -> None:
        mentors, mentees = problem.shape
        self.problem = problem
        self.pairs = candidates
        tiers, seats = problem.tiers, problem.seats
        self.sink = mentees + mentors
        lists = len(problem.list_mentees)
        people = (np.diff(tiers.offsets), np.zeros(mentors, np.int64), [-len(tiers.mentee)], np.zeros(lists, np.int64))
        self.supply = np.concatenate(people)
        arcs = len(candidates[0]) + len(tiers.mentee) + len(seats.mentor) + 2 * lists
        self.flow = np.zeros(arcs, dtype=np.int64)
        self.free = np.ones(len(self.flow), dtype=np.bool_)

    def add(self, pairs: Pairs) -> None:
        """Take in more candidates; the caller knows that no earlier word decides about them."""
        known = len(self.pairs[0])
        extra = len(pairs[0])
        mentor, mentee, points = (np.concatenate((old, new)) for old, new in zip(self.pairs, pairs, strict=True))
        # Two sorted runs, which a stable sort of one key merges in no time.
        order = np.argsort(mentor * self.problem.shape[1] + mentee, kind="stable")
        self.pairs = mentor[order], mentee[order], points[order]
        for name, filler in (("flow", np.zeros(extra, np.int64)), ("free", np.ones(extra, np.bool_))):
            old = getattr(self, name)
            setattr(self, name, np.concatenate((np.concatenate((old[:known], filler))[order], old[known:])))

    def arcs(self) -> tuple[Ints, Ints, Ints]:
        """Tail, head and capacity of every arc."""
        mentor, mentee, _ = self.pairs
        tiers, seats = self.problem.tiers, self.problem.seats
        mentees = self.problem.shape[1]
        owners = self.problem.list_mentees
        nodes = self.sink + 1 + np.arange(len(owners), dtype=np.int64)
        at = self.problem.list_at(mentor, mentee)
        leaves = np.where(at >= 0, self.sink + 1 + at, mentee)
        tail = np.concatenate((leaves, tiers.mentee, mentees + seats.mentor, owners, owners))
        to_sink = np.full(len(tiers.mentee) + len(seats.mentor), self.sink, dtype=np.int64)
        head = np.concatenate((mentees + mentor, to_sink, nodes, nodes))
        ones = np.ones(len(mentee) + len(tiers.mentee), dtype=np.int64)
        more = np.diff(tiers.offsets)[owners] - 1
        return tail, head, np.concatenate((ones, seats.capacity, np.ones_like(owners), more))

    def gains(self, word: Word) -> tuple[Ints, Ints, Ints, Ints]:
        """What the word gives for each pair, each mentor that a mentee gets, each seat and each unit on a list arc."""
        seats = self.problem.seats
        lists = np.zeros(2 * len(self.problem.list_mentees), dtype=np.int64)
        lists[: len(lists) // 2] = word.multiplier("listed")
        return (
            self.problem.pair_value(word, *self.pairs),
            self.problem.tiers.gain(word),
            self.problem.seat_gain(word, seats.mentor, seats.before),
            lists,
        )

    def optimise(self, word: Word, first: bool) -> Prices:
        """The word's best flow on the free arcs, kept in ``flow``, and its prices.

        Every unit runs through one pair or one missing arc, and in the first case through one seat, and through a list
        or not; adding the same to all these routes makes all costs non-negative and changes no comparison.
        """
        mentees = self.problem.shape[1]
        tail, head, capacity = self.arcs()
        pair, tier, seat, listed = self.gains(word)
        direct = tail[: len(pair)] < mentees
        raised, through = int(seat.max(initial=0)), int(listed.max(initial=0))
        most = int(pair[self.free[: len(pair)]].max(initial=0))
        missing = most + through + raised
        cost = np.concatenate((most + through * direct - pair, missing + tier, raised - seat, through - listed))
        fixed = np.where(self.free, 0, self.flow)
        nodes = len(self.supply)
        supply = self.supply - np.bincount(tail, fixed, nodes).astype(np.int64)
        supply += np.bincount(head, fixed, nodes).astype(np.int64)
        free = np.flatnonzero(self.free)
        flow, potential = min_cost_flow(tail[free], head[free], capacity[free], cost[free], supply)
        self.flow[free] = flow
        mentee_price = missing + potential[:mentees] - potential[self.sink]
        list_price = most + raised + potential[self.sink + 1 :] - potential[self.sink]
        mentor_price = potential[self.sink] - potential[mentees : self.sink] - raised
        if first:
            # Nobody without a seat or a wish has arcs, and so no price yet: one above which no pair is worth it.
            largest = 1 + sum(multiplier * self.problem.largest(level) for level, multiplier in word.levels)
            wishing = self.problem.wants > 0
            least = min(int(mentee_price[wishing].min(initial=0)), int(list_price.min(initial=0)))
            mentor_price[self.problem.capacity == 0] = largest - least
            mentee_price[~wishing] = largest - int(mentor_price.min(initial=0))
        return mentor_price, mentee_price, list_price

    def keep_tight(self, word: Word, prices: Prices) -> None:
        """Free arcs stay free where the word is indifferent; all others keep their flow from now on."""
        mentor_price, mentee_price, list_price = prices
        mentor, mentee, _ = self.pairs
        pair, tier, seat, listed = self.gains(word)
        at = self.problem.list_at(mentor, mentee)
        payer = np.where(at >= 0, np.append(list_price, 0)[at], mentee_price[mentee])
        owners = self.problem.list_mentees
        slack = np.concatenate(
            (
                mentor_price[mentor] + payer - pair,
                tier + mentee_price[self.problem.tiers.mentee],
                seat + mentor_price[self.problem.seats.mentor],
                np.tile(mentee_price[owners] - list_price, 2) - listed,
            )
        )
        self.free &= slack == 0

    def unique(self) -> bool:
        """Whether no other set of pairs is as good in every word.

        Another optimum differs by a cycle of free arcs that can still change. A pair arc is full or empty, so it can
        change in one direction only, and lies on such a cycle exactly if its ends are in one strong component.
        """
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        tail, head, capacity = self.arcs()
        forward = self.free & (self.flow < capacity)
        backward = self.free & (self.flow > 0)
        start = np.concatenate((tail[forward], head[backward]))
        end = np.concatenate((head[forward], tail[backward]))
        size = len(self.supply)
        graph = coo_array((np.ones(len(start), dtype=np.int8), (start, end)), shape=(size, size))
        _, component = connected_components(graph.tocsr(), directed=True, connection="strong")
        count = len(self.pairs[0])
        free = self.free[:count]
        same: npt.NDArray[np.bool_] = component[tail[:count]] == component[head[:count]]
        return not bool((free & same).any())

    def matched(self) -> Pairs:
        """The pairs with flow."""
        chosen = np.flatnonzero(self.flow[: len(self.pairs[0])])
        mentor, mentee, points = self.pairs
        return mentor[chosen], mentee[chosen], points[chosen]
