"""Pairs solved to the proven optimum, word by word, by column generation.

For each word: a minimum-cost flow over the candidates, then a pass over all pairs that adds those the prices do not
rule out, until there are none. Then the arcs whose reduced cost is not 0 keep their flow for good, and the next word
is solved on what is left. The prices of all words together, compared in order, prove the optimum (`mentormatch.proof`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from mentormatch.problem import Gap, Ints, Problem, Solution, Stopped, Word
from mentormatch.solvers.bound import highest, raised, worst_excess
from mentormatch.solvers.candidates import Pairs, first_candidates, joined
from mentormatch.solvers.flow import flow_of_few, min_cost_flow
from mentormatch.solvers.network import Network, Prices, priced_out
from mentormatch.solvers.pricing import Pricing
from mentormatch.solvers.run import Run
from mentormatch.solvers.sweep import Settings
from mentormatch.solvers.warm import Start, solve_again
from mentormatch.solvers.words import plan

_LITTLE = 20
"""Where a look adds no more pairs than one for so many people, flows are solved to the end."""
_FEW = 5
"""So many pairs for each node are looked at by a flow at first, where last prices tell which."""


def solve(problem: Problem, settings: Settings | None = None, start: Start | None = None) -> Solution:
    """The best set of pairs in every level, in order; the lottery makes it the only one.

    ``start`` is an earlier solution of nearly the same problem: where its prices help, the work is little, else its
    pairs become candidates. Neither it nor ``settings`` changes the result, but for a run that is stopped: after so
    many rounds, or by KeyboardInterrupt where the run accepts less, the best pairs so far are given back with what is
    proven about them, if they meet the demands; else the rounds go on and the interrupt is raised. Raises
    OverflowError, with the level, where totals would not fit 64 bits.
    """
    settings = settings or Settings()
    run = settings.run or Run()
    settings = replace(settings, run=run)
    words = list(plan(problem))
    everything = problem.shape[0] * problem.shape[1]
    if start is not None:
        run.begin("repairing", everything)
        if solution := solve_again(problem, words, start, settings):
            return solution
    run.begin("candidates", everything)
    candidates = first_candidates(problem, settings)
    started = () if start is None else ((start.mentor, start.mentee),)
    for pairs in ((problem.special.mentor, problem.special.mentee), *started):
        if len(pairs[0]):
            candidates = joined([candidates, _allowed(problem, pairs)])
    search = _Search(problem, settings, run, words, candidates)
    try:
        done = search.finish()
    except KeyboardInterrupt:
        if search.last is None or not run.accepts_less:
            raise
        return search.stopped("interrupt")
    return search.solution() if done else search.stopped("round_limit")


@dataclass(frozen=True, eq=False)
class _Flown:
    """A flow over a network that is the best one there, the pairs it makes, and its prices in the words so far.

    ``worst`` is the most that a pair of each mentee outside the network exceeds them by in the last word.
    """

    network: Network
    pairs: Pairs
    prices: tuple[Prices, ...]
    worst: Ints | None = None


class _Search:
    """A solve on its way: the flow, the prices of the words so far, and what can be given back at any time.

    ``last`` is the last flow that meets the demands, ``priced`` the last of these whose prices all pairs were compared
    with, ``tightest`` the one of these whose prices bound best what others can be. Each is set at once and not changed,
    so whatever an interrupt breaks off, they belong together.
    """

    def __init__(self, problem: Problem, settings: Settings, run: Run, words: list[Word], candidates: Pairs) -> None:
        self.problem = problem
        self.settings = settings
        self.run = run
        self.words = words
        self.face = _Face(problem, candidates)
        self.pricing = Pricing(problem, settings)
        self.prices: list[Prices] = []
        self.rounds = 0
        self.last: _Flown | None = None
        self.priced: _Flown | None = None
        self.tightest: _Flown | None = None

    def finish(self) -> bool:
        """Solves one word after the other; False where the run is over before."""
        added = self.problem.shape[0] * self.problem.shape[1] if self.pricing.in_parts else 0
        for word in self.words:  # grows while the lottery leaves a tie
            while True:
                if self.run.over and self.last is not None:
                    return False
                # While a look adds much, prices that are nearly right tell as much about the next one.
                rough = not self.prices and added > sum(self.problem.shape) // _LITTLE
                self._optimise(word, rough)
                if word.draw:
                    self._nothing_to_add()
                    break
                in_parts = self.pricing.in_parts
                more = self._worth_adding()
                added = self.pricing.exceeding
                if not (rough or in_parts or len(more[0])):
                    break
                self.prices.pop()
                self.face.add(more)
            self.face.keep_tight(word, self.prices[-1])
            if word is self.words[-1] and not self.face.decided():
                self.words.append(Word(word.levels, draw=word.draw + 1))
        return True

    def _optimise(self, word: Word, rough: bool) -> None:
        levels = tuple(level for level, _ in word.levels if self.problem.most(level))
        self.run.solve(levels, len(self.face.network.pairs[0]))
        self.prices.append(self.face.optimise(word, first=not self.prices, rough=rough))
        self.rounds += 1
        made = self.face.matched()
        if _meets_demands(self.problem, made):
            self.last = _Flown(self.face.network, made, tuple(self.prices))

    def _worth_adding(self) -> Pairs:
        problem = self.problem
        self.run.begin("pricing", problem.shape[0] * problem.shape[1])
        added = self.pricing.worth_adding(
            self.words[: len(self.prices)],
            [v for v, _, _ in self.prices],
            [u for _, u, _ in self.prices],
            self.face.network.pairs,
        )
        if self.pricing.worst is not None:
            self._compared(self.pricing.worst)
            if self.run.tell is not None and self.tightest is not None:
                self.run.proven(self._proven(self.tightest)[1])
        return added

    def _nothing_to_add(self) -> None:
        """Where the first draw was priced: it took in every pair without slack, so no other can take part."""
        self._compared(np.zeros(self.problem.shape[1], dtype=np.int64))

    def _compared(self, worst: Ints) -> None:
        """All pairs were compared with the prices of the flow before."""
        # A flow that does not meet the demands leaves an earlier one as the last, which has other prices.
        if self.last is not None and self.last.prices[-1] is self.prices[-1]:
            self.priced = self.last = replace(self.last, worst=worst)
            self.tightest = self._tighter(self.priced)

    def _tighter(self, priced: _Flown) -> _Flown:
        """Of these prices and the tightest so far those whose bound is lower; those in more words tell more."""
        before = self.tightest
        if before is None or len(before.prices) != len(priced.prices):
            return priced if before is None else max(before, priced, key=lambda one: len(one.prices))
        return min(before, priced, key=self._highest)

    def _highest(self, priced: _Flown) -> int:
        """What nothing exceeds in the last word of these prices."""
        assert priced.worst is not None
        words = self.words[: len(priced.prices)]
        return highest(priced.network, words, raised(priced.prices, priced.worst))

    def _proven(self, priced: _Flown) -> tuple[list[Prices], tuple[Gap, ...]]:
        """Prices that bound what others than the last pairs could be, and what that says."""
        assert self.last is not None
        assert priced.worst is not None
        words, prices = self.words[: len(priced.prices)], raised(priced.prices, priced.worst)
        return prices, self.problem.gaps(words, *self.last.pairs, highest(priced.network, words, prices))

    def solution(self) -> Solution:
        """The only best set of pairs."""
        return self._solution(self.face.matched(), self.prices)

    def stopped(self, by: Literal["round_limit", "interrupt"]) -> Solution:
        """The best pairs so far, with prices that bound what others could be.

        Where no prices were compared with all pairs, or not the last ones and there is time, these are.
        """
        assert self.last is not None
        priced = self.priced
        if priced is None or (priced is not self.last and by == "round_limit"):
            network, first = self.last.network, self.last.prices[0]
            worst = worst_excess(self.problem, self.settings, self.words[0], first, network.pairs[:2])
            priced = replace(self.last, prices=(first,), worst=worst)
        prices, gaps = self._proven(self._tighter(priced))
        return replace(self._solution(self.last.pairs, prices), stopped=Stopped(by, self.run.rounds, gaps))

    def _solution(self, pairs: Pairs, prices: Sequence[Prices]) -> Solution:
        return Solution(
            *pairs,
            words=tuple(self.words[: len(prices)]),
            mentor_prices=np.stack([v for v, _, _ in prices], axis=1),
            mentee_prices=np.stack([u for _, u, _ in prices], axis=1),
            list_prices=np.stack([w for _, _, w in prices], axis=1),
            rounds=self.rounds,
            candidates=len(self.face.network.pairs[0]),
        )


def _meets_demands(problem: Problem, pairs: Pairs) -> bool:
    """Whether minimum loads are met, and everybody has a mentor where that is demanded."""
    mentor, mentee, _ = pairs
    got = np.bincount(mentee, minlength=problem.shape[1]) + problem.served
    alone = "everyone" in problem.levels and bool(((got == 0) & (problem.wants > 0)).any())
    return not alone and bool((np.bincount(mentor, minlength=problem.shape[0]) >= problem.minimum_load).all())


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
        self._before: Prices | None = None

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

    def optimise(self, word: Word, first: bool, rough: bool = False) -> Prices:
        """The word's best flow on the free arcs, kept in ``flow``, and its prices; a ``rough`` one is nearly the best.

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
        if first and self._before is not None:
            v, u, w = self._before
            before = np.concatenate((u - dearest, -v - raised, [0], w - most - raised))
            self.flow, potential = flow_of_few(
                tail, head, network.capacity, level - gain, supply, before, pairs, _FEW * nodes, rough
            )
        else:
            free = np.flatnonzero(self.free)
            flow, potential = min_cost_flow(
                tail[free], head[free], network.capacity[free], (level - gain)[free], supply
            )
            self.flow[free] = flow
        potential -= potential[network.sink]
        mentor_price = -potential[mentees : network.sink] - raised
        mentee_price = dearest + potential[:mentees]
        list_price = most + raised + potential[network.sink + 1 :]
        prices = mentor_price, mentee_price, list_price
        if not first:
            return prices
        self._before = prices
        return priced_out(problem, word, prices)

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
