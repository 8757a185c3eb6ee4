"""What single changes to the best set of pairs cost: a pair more that it has not, or a seat more at a mentor.

The best set of pairs with one demand more differs from the best one by a single cheapest path in the network of what
can still change (`mentormatch.solvers.residual`): from the mentor of a pair that is to be made back to its mentee, and
from the sink, where everybody waits who could have more, to the mentor who offers one more seat. Distances are whole
numbers in every word, compared in order.

One search gives the distances of all nodes: Dijkstra on the words as nearly as a float64 can hold them, then
corrections until no arc improves a distance in any word. Only pairs of little slack are in the network at first.
Potentials that are moved by the distances say which other pairs could be on a shorter path; these are added until there
are none, so the result is that of a search over all pairs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from mentormatch.problem import Ints, LevelName, Problem, Solution, Word
from mentormatch.solvers.candidates import Pairs, joined
from mentormatch.solvers.network import Network
from mentormatch.solvers.potentials import Potentials, among
from mentormatch.solvers.residual import WIDEST, Levels, signs
from mentormatch.solvers.sweep import Settings

Bools = npt.NDArray[np.bool_]
Column = tuple[LevelName, int, int]
"""A level; of participation the tier and the priority as well, else 0 and 0."""

_NOWHERE: Levels = (2 * WIDEST,)
"""Beyond every distance."""
_SHARE = 6
"""Pairs in the network at first, for each person of the larger side."""
_STEPS = 64
"""Arcs of a path of which the lower words rarely outweigh one of a higher word."""


class Exchange(NamedTuple):
    """What changes along a path: pairs (mentor and mentee positions) made and unmade, and what every column gains."""

    made: tuple[tuple[int, int], ...]
    unmade: tuple[tuple[int, int], ...]
    gains: dict[Column, int]


@dataclass(frozen=True, eq=False)
class Tree:
    """The shortest paths from a node: every node's distance in every word and the arc it is reached by.

    ``via`` is -1 at the node itself and where no path leads. Arcs are residual ones, by their place in the graph.
    """

    root: int
    reached: Bools
    distance: Ints
    via: Ints

    def length(self, node: int) -> Levels:
        """The node's distance, beyond all others where no path leads."""
        return tuple(self.distance[node].tolist()) if self.reached[node] else _NOWHERE


@dataclass(frozen=True, eq=False)
class _Graph:
    """Residual arcs from ``start`` to ``end`` at ``cost``; what they change is the ``arc`` of the network, by ``sign``.

    No two have the same ends, by which they are sorted.
    """

    network: Network
    start: Ints
    end: Ints
    cost: Ints
    arc: Ints
    sign: Ints

    def search(self, root: int, nodes: int) -> Tree:
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        first = np.concatenate(([0], np.cumsum(np.bincount(self.start, minlength=nodes)))).astype(np.int32)
        graph = csr_array((self._roughly, self.end.astype(np.int32), first), shape=(nodes, nodes))
        length, before = dijkstra(graph, indices=root, return_predecessors=True)  # type: ignore[call-overload]
        reached = np.isfinite(length)
        via = np.full(nodes, -1, dtype=np.int64)
        others = np.flatnonzero(reached & (before >= 0))
        keys = self.start * np.int64(nodes) + self.end
        via[others] = np.searchsorted(keys, before[others].astype(np.int64) * nodes + others)
        distance = self._along(via, nodes)
        while True:
            longer = distance[self.start] + self.cost
            better = np.flatnonzero(reached[self.start] & (signs(longer - distance[self.end]) < 0))
            if not len(better):
                return Tree(root, reached, distance, via)
            better = better[np.lexsort((*longer[better].T[::-1], self.end[better]))]
            better = better[np.concatenate(([True], np.diff(self.end[better]) != 0))]
            distance[self.end[better]] = longer[better]
            via[self.end[better]] = better

    @cached_property
    def _roughly(self) -> npt.NDArray[np.float64]:
        """The costs in all words in one number each, nearly in their order and never negative."""
        rough = self.cost[:, 0].astype(np.float64)
        for k in range(1, self.cost.shape[1]):
            lower = self.cost[:, k].astype(np.float64)
            rough = rough * (_STEPS * float(np.abs(lower).max(initial=0)) + 1) + lower
        return np.maximum(rough, 0)

    def _along(self, via: Ints, nodes: int) -> Ints:
        """The lengths of the paths that these arcs make: every step joins two stretches."""
        distance = np.zeros((nodes, self.cost.shape[1]), dtype=self.cost.dtype)
        before = np.arange(nodes)
        have = np.flatnonzero(via >= 0)
        distance[have] = self.cost[via[have]]
        before[have] = self.start[via[have]]
        while not np.array_equal(before, before[before]):
            distance = distance + distance[before]
            before = before[before]
        return distance


class Exchanges:
    """The changes that the best solution of a problem leaves; the prices of the solution must prove it."""

    def __init__(self, problem: Problem, solution: Solution, settings: Settings | None = None) -> None:
        self.problem = problem
        self.words = solution.words
        self.made = solution.mentor * problem.shape[1] + solution.mentee
        self.settings = settings or Settings()
        sink = np.zeros((1, len(solution.words)), dtype=np.int64)
        prices = solution.mentee_prices, -solution.mentor_prices, sink, solution.list_prices
        self.numbers = np.concatenate(prices)
        self._tolerance: Levels = ()
        self._pairs: Pairs = self._first_pairs()
        self._known: _Graph | None = None

    @property
    def sink(self) -> int:
        """The node where all flow ends."""
        return sum(self.problem.shape)

    def node(self, mentor: int) -> int:
        """The node of a mentor."""
        return self.problem.shape[1] + mentor

    def with_pair(self, mentor: int, mentee: int) -> Exchange:
        """What the best of the solutions with this pair changes, the pair itself included; it must be allowed."""
        here = np.array([mentor], dtype=np.int64), np.array([mentee], dtype=np.int64)
        place = int(self.problem.list_at(*here)[0])
        payer = mentee if place < 0 else self.sink + 1 + place
        tree = self._search(self.node(mentor), lambda tree: tree.length(payer))
        return self._and_pair(self._exchange(tree, payer), mentor, mentee)

    def seats(self, open_to: Bools) -> dict[int, Exchange]:
        """What one more seat at each of these mentors changes, for those where it changes anything for the better.

        A seat more is room and no demand: it never raises a minimum load. All from one search.
        """
        problem = self.problem
        load = np.bincount(self.made // problem.shape[1], minlength=problem.shape[0])
        full = np.flatnonzero(open_to & (load >= problem.capacity) & (problem.capacity < problem.shape[1]))
        if not len(full) or not len(self.made) + int((problem.wants > 0).sum()):
            return {}
        worth = dict(zip(full.tolist(), map(tuple, self._worth(full).tolist()), strict=True))
        ways = {mentor: self._ways(mentor) for mentor in full.tolist() if not problem.capacity[mentor]}

        def far(tree: Tree) -> Levels | None:
            lengths = [self._nearest(tree, *way)[0] for way in ways.values()]
            lengths += [min(tree.length(self.node(at)), most) for at, most in worth.items() if at not in ways]
            return max(lengths, default=None)

        tree = self._search(self.sink, far)
        found = {}
        for mentor, most in worth.items():
            exchange: Exchange | None = None
            if mentor in ways:
                exchange = self._outside(tree, mentor, most, *ways[mentor])
            elif tree.length(self.node(mentor)) < most:
                exchange = self._exchange(tree, self.node(mentor))
            if exchange is not None:
                balance = int(problem.seat_gain(_word("balance"), np.array([mentor]), problem.capacity[[mentor]])[0])
                gains = dict(exchange.gains)
                if "balance" in problem.levels:
                    gains["balance", 0, 0] = gains.get(("balance", 0, 0), 0) + balance
                found[mentor] = exchange._replace(gains=gains)
        return found

    def _worth(self, mentors: Ints) -> Ints:
        """The length at which one more seat at each mentor brings nothing: at the mentor's node, where there is one."""
        gains = []
        for word in self.words:
            levels = tuple((level, by) for level, by in word.levels if level != "minimum_load")
            gain = self.problem.seat_gain(Word(levels, word.draw), mentors, self.problem.capacity[mentors])
            gains.append(gain * np.ones_like(mentors))
        inside = (self.problem.capacity[mentors] > 0)[:, None]
        return np.stack(gains, axis=1) - self.numbers[self.problem.shape[1] + mentors] * inside

    def _ways(self, mentor: int) -> tuple[Ints, Ints, Ints]:
        """The arcs that a mentor without a seat has not got: mentees, where they leave, and what they cost there."""
        problem = self.problem
        points = problem.rows(mentor, mentor + 1)[0]
        mentee = np.flatnonzero((points >= 0) & (problem.wants > 0)).astype(np.int64)
        here = np.full_like(mentee, mentor)
        place = problem.list_at(here, mentee)
        payer = np.where(place < 0, mentee, self.sink + 1 + place)
        given = points[mentee].astype(np.int64)
        value = np.stack([problem.pair_value(word, here, mentee, given) for word in self.words], axis=1)
        return mentee, payer, self.numbers[payer] - value

    def _nearest(self, tree: Tree, mentee: Ints, payer: Ints, cost: Ints) -> tuple[Levels, int]:
        """How much farther than over the cheapest of these arcs the end of the nearest is, and which that is."""
        if not len(mentee):
            return (0,) * len(self.words), -1
        cheapest = cost[np.lexsort(cost.T[::-1])[0]]
        length = cost - cheapest + tree.distance[payer]
        some = np.flatnonzero(tree.reached[payer])
        if not len(some):
            return _NOWHERE, -1
        best = int(some[np.lexsort(length[some].T[::-1])[0]])
        return tuple(length[best].tolist()), best

    def _outside(self, tree: Tree, mentor: int, most: Levels, mentee: Ints, payer: Ints, cost: Ints) -> Exchange | None:
        """The best way to a mentor who has no seat so far, and so no place in the network; None where it is no use."""
        _, best = self._nearest(tree, mentee, payer, cost)
        if best < 0 or tuple((tree.distance[payer[best]] + cost[best]).tolist()) >= most:
            return None
        found = self._exchange(tree, int(payer[best]))
        return self._and_pair(found, mentor, int(mentee[best]))

    def _and_pair(self, found: Exchange, mentor: int, mentee: int) -> Exchange:
        """The exchange and a pair more."""
        here = np.array([mentor], dtype=np.int64), np.array([mentee], dtype=np.int64)
        points = self.problem.points_of(*here)
        gains = dict(found.gains)
        for level in self._levels:
            brought = int(self.problem.pair_value(_word(level), *here, points)[0])
            gains[level, 0, 0] = gains.get((level, 0, 0), 0) + brought
        return Exchange((*found.made, (mentor, mentee)), found.unmade, gains)

    @cached_property
    def _levels(self) -> tuple[LevelName, ...]:
        return tuple(level for level in self.problem.sums if level not in ("participation", "everyone", "lottery"))

    def _first_pairs(self) -> Pairs:
        """The pairs that the network has at first: those of little slack, and those that are special."""
        problem, mentees = self.problem, self.problem.shape[1]
        special = problem.special.mentor * mentees + problem.special.mentee
        if self._wide:
            self.numbers = self.numbers.astype(object)
            return self._allowed()
        potentials = Potentials(problem, self.words, self.numbers)
        named = np.union1d(self.made, special)
        if not (problem.capacity.any() and problem.wants.any()):
            return joined([])
        small, large = sorted(problem.shape)
        self._tolerance = potentials.tolerance(_SHARE * large // small)
        return potentials.near(self._tolerance, named, self.settings)

    @cached_property
    def _wide(self) -> bool:
        """Whether sums along paths might not fit 64 bits; then they are Python's whole numbers, of all pairs."""
        largest = max(sum(by * self.problem.most(level) for level, by in word.levels) for word in self.words)
        return bool(largest >= WIDEST // 16 or np.abs(self.numbers).max(initial=0) >= WIDEST // 16)

    def _allowed(self) -> Pairs:
        problem = self.problem
        found = []
        for top, first, tile in problem.tiles(self.settings.block_pairs, 0, problem.shape[0]):
            row, column = np.nonzero(tile >= 0)
            mentor, mentee, points = row + top, column + first, tile[row, column].astype(np.int64)
            usable = (problem.capacity[mentor] > 0) & (problem.wants[mentee] > 0)
            found.append((mentor[usable], mentee[usable], points[usable]))
        return joined(found)

    def _search(self, root: int, far: Callable[[Tree], Levels | None]) -> Tree:
        """The shortest paths from the root, exact over all pairs up to the length that ``far`` asks of what was found.

        None where all that was found is good enough.
        """
        while True:
            tree = self._graph.search(root, len(self.numbers))
            horizon = None if self._wide else far(tree)
            if horizon is None or horizon <= self._tolerance or not self._missing(tree, horizon):
                return tree

    def _missing(self, tree: Tree, horizon: Levels) -> bool:
        """Adds the pairs by which a node could be nearer, among those not beyond the horizon; whether there are any."""
        limit = np.zeros(len(self.words), dtype=np.int64)
        limit[: len(horizon)] = horizon
        nearer = tree.reached & (signs(tree.distance - limit) < 0)
        moved = self.numbers.copy()
        moved[nearer] -= limit - tree.distance[nearer]
        zero = (0,) * len(self.words)
        nobody = np.zeros(0, dtype=np.int64)
        near = Potentials(self.problem, self.words, moved).near(zero, nobody, self.settings)
        pairs = joined([self._pairs, near])
        if len(pairs[0]) == len(self._pairs[0]):
            return False
        self._pairs = pairs
        self._known = None
        return True

    @property
    def _graph(self) -> _Graph:
        if self._known is None:
            self._known = self._built()
        return self._known

    def _built(self) -> _Graph:
        problem, mentees = self.problem, self.problem.shape[1]
        network = Network(problem, self._pairs)
        flow = network.flow_of(among(self._pairs[0] * mentees + self._pairs[1], self.made))
        tail, head = network.ends
        gain = np.stack([network.gain(word) for word in self.words], axis=1)
        slack = self.numbers[tail] - self.numbers[head] - gain
        forward, backward = np.flatnonzero(flow < network.capacity), np.flatnonzero(flow > 0)
        arc = np.concatenate((forward, backward))
        sign = np.repeat(np.array([1, -1], dtype=np.int64), [len(forward), len(backward)])
        start = np.concatenate((tail[forward], head[backward]))
        end = np.concatenate((head[forward], tail[backward]))
        cost = slack[arc] * sign[:, None]
        kept = _cheapest(start * np.int64(len(self.numbers)) + end, cost)
        return _Graph(network, start[kept], end[kept], cost[kept], arc[kept], sign[kept])

    def _exchange(self, tree: Tree, node: int) -> Exchange:
        """What changes along the tree's path to a node."""
        graph = self._graph
        network, problem = graph.network, self.problem
        pairs, missing, _, _ = network.parts
        made: list[tuple[int, int]] = []
        unmade: list[tuple[int, int]] = []
        gains: dict[Column, int] = {}
        while tree.via[node] >= 0:
            step = int(tree.via[node])
            arc, sign, node = int(graph.arc[step]), int(graph.sign[step]), int(graph.start[step])
            if arc < pairs:
                pair = int(network.pairs[0][arc]), int(network.pairs[1][arc])
                (made if sign > 0 else unmade).append(pair)
            elif arc < pairs + missing:
                entry = arc - pairs
                mentee = int(problem.tiers.mentee[entry])
                tier = entry - int(problem.tiers.offsets[mentee]) + int(problem.served[mentee])
                column: Column = ("participation", tier, int(problem.priority[mentee]))
                gains[column] = gains.get(column, 0) - sign
            for level, gain in self._gains.items():
                if gain[arc]:
                    gains[level, 0, 0] = gains.get((level, 0, 0), 0) + sign * int(gain[arc])
        return Exchange(tuple(made), tuple(unmade), gains)

    @property
    def _gains(self) -> dict[LevelName, Ints]:
        """What a unit on every arc of the network brings on each level but participation."""
        network = self._graph.network
        if network is not self._measured[0]:
            self._measured = network, {level: network.gain(_word(level)) for level in self._levels}
        return self._measured[1]

    _measured: tuple[Network | None, dict[LevelName, Ints]] = (None, {})


def _cheapest(keys: Ints, cost: Ints) -> Ints:
    """Of the arcs with the same ends (by key) the one of least cost, sorted by key."""
    order = np.argsort(keys, kind="stable")
    same = np.diff(keys[order]) == 0
    if not same.any():
        return order
    several = np.concatenate(([False], same)) | np.concatenate((same, [False]))
    ranked = order.copy()
    some = order[several]
    ranked[several] = some[np.lexsort((*cost[some].T[::-1], keys[some]))]
    return ranked[np.concatenate(([True], ~same))]


def _word(level: LevelName) -> Word:
    return Word(((level, 1),))
