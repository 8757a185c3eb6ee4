"""Pairs solved to the proven optimum, word by word, by column generation.

For each word: a minimum-cost flow over the candidates, then a pass over all pairs that adds those the prices do not
rule out, until there are none. Then the arcs whose reduced cost is not 0 keep their flow for good, and the next word
is solved on what is left. The prices of all words together, compared in order, prove the optimum (`mentormatch.proof`).
"""

from __future__ import annotations

import numpy as np

from mentormatch.problem import Ints, Problem, Solution, Word
from mentormatch.solvers.candidates import Pairs, first_candidates, joined
from mentormatch.solvers.flow import min_cost_flow
from mentormatch.solvers.network import Network, Prices, priced_out
from mentormatch.solvers.pricing import Pricing
from mentormatch.solvers.sweep import Settings
from mentormatch.solvers.warm import Start, solve_again
from mentormatch.solvers.words import plan


def solve(problem: Problem, settings: Settings | None = None, start: Start | None = None) -> Solution:
    """The best set of pairs in every level, in order; the lottery makes it the only one.

    ``start`` is an earlier solution of nearly the same problem: where its prices help, the work is little, else its
    pairs become candidates. Neither it nor ``settings`` changes the result. Raises OverflowError, with the level, where
    totals would not fit 64 bits.
    """
    settings = settings or Settings()
    words = list(plan(problem))
    if start is not None and (solution := solve_again(problem, words, start, settings)):
        return solution
    candidates = first_candidates(problem, settings)
    started = () if start is None else ((start.mentor, start.mentee),)
    for pairs in ((problem.special.mentor, problem.special.mentee), *started):
        if len(pairs[0]):
            candidates = joined([candidates, _allowed(problem, pairs)])
    face, pricing = _Face(problem, candidates), Pricing(problem, settings)
    prices: list[Prices] = []
    rounds = 0
    for word in words:  # grows while the lottery leaves a tie
        while True:
            prices.append(face.optimise(word, first=not prices))
            rounds += 1
            if word.draw:
                break  # the first draw took in every pair without slack; no other can take part
            added = pricing.worth_adding(
                words[: len(prices)], [v for v, _, _ in prices], [u for _, u, _ in prices], face.network.pairs
            )
            if not len(added[0]):
                break
            prices.pop()
            face.add(added)
        face.keep_tight(word, prices[-1])
        if word is words[-1] and not face.decided():
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
        candidates=len(face.network.pairs[0]),
    )


def _allowed(problem: Problem, pairs: tuple[Ints, Ints]) -> Pairs:
    """Those of the pairs that are allowed and have a seat and a wish, with their points."""
    mentor, mentee = pairs
    usable = (problem.capacity[mentor] > 0) & (problem.wants[mentee] > 0)
    order = np.flatnonzero(usable)[np.argsort(mentor[usable], kind="stable")]
    mentor, mentee = mentor[order], mentee[order]
    points = problem.points_of(mentor, mentee)
    allowed = points >= 0
    return joined([(mentor[allowed], mentee[allowed], points[allowed])])


class _Face:
    """A flow over the candidates, and which arcs earlier words left free."""

    def __init__(self, problem: Problem, candidates: Pairs) -> None:
        self.network = Network(problem, candidates)
        self.flow = np.zeros(sum(self.network.parts), dtype=np.int64)
        self.free = np.ones(len(self.flow), dtype=np.bool_)

    def add(self, pairs: Pairs) -> None:
        """Take in more candidates; the caller knows that no earlier word decides about them."""
        problem, old = self.network.problem, self.network.pairs
        known, extra = len(old[0]), len(pairs[0])
        mentor, mentee, points = (np.concatenate(both) for both in zip(old, pairs, strict=True))
        # Two sorted runs, which a stable sort of one key merges in no time.
        order = np.argsort(mentor * problem.shape[1] + mentee, kind="stable")
        self.network = Network(problem, (mentor[order], mentee[order], points[order]))
        flow, free = np.concatenate((self.flow[:known], np.zeros(extra, np.int64))), np.ones(known + extra, np.bool_)
        free[:known] = self.free[:known]
        self.flow = np.concatenate((flow[order], self.flow[known:]))
        self.free = np.concatenate((free[order], self.free[known:]))

    def optimise(self, word: Word, first: bool) -> Prices:
        """The word's best flow on the free arcs, kept in ``flow``, and its prices.

        Every unit runs through one pair or one missing arc, and in the first case through one seat, and through a list
        or not; adding the same to all these routes makes all costs non-negative and changes no comparison.
        """
        network, problem = self.network, self.network.problem
        mentees = problem.shape[1]
        tail, head = network.ends
        gain = network.gain(word)
        pairs, missing, seats, lists = network.parts
        most = int(gain[:pairs][self.free[:pairs]].max(initial=0))
        raised = int(gain[pairs + missing : pairs + missing + seats].max(initial=0))
        through = int(gain[pairs + missing + seats :].max(initial=0))
        dearest = most + through + raised
        level = np.concatenate(
            (
                most + through * (tail[:pairs] < mentees),
                np.repeat(np.array([dearest, raised, through], dtype=np.int64), [missing, seats, lists]),
            )
        )
        fixed = np.where(self.free, 0, self.flow)
        nodes = len(network.supply)
        supply = network.supply - np.bincount(tail, fixed, nodes).astype(np.int64)
        supply += np.bincount(head, fixed, nodes).astype(np.int64)
        free = np.flatnonzero(self.free)
        flow, potential = min_cost_flow(tail[free], head[free], network.capacity[free], (level - gain)[free], supply)
        self.flow[free] = flow
        potential -= potential[network.sink]
        mentor_price = -potential[mentees : network.sink] - raised
        mentee_price = dearest + potential[:mentees]
        list_price = most + raised + potential[network.sink + 1 :]
        prices = mentor_price, mentee_price, list_price
        return priced_out(problem, word, prices) if first else prices

    def keep_tight(self, word: Word, prices: Prices) -> None:
        """Free arcs stay free where the word is indifferent; all others keep their flow from now on."""
        self.free &= self.network.slack(word, prices) == 0

    def decided(self) -> bool:
        """Whether no other set of pairs is as good in every word."""
        return self.network.decided(self.flow, self.free)

    def matched(self) -> Pairs:
        """The pairs with flow."""
        mentor, mentee, points = self.network.pairs
        chosen = np.flatnonzero(self.flow[: len(mentor)])
        return mentor[chosen], mentee[chosen], points[chosen]
