"""What can still change in a set of pairs, what each change costs in every word, and the cheapest change.

A residual arc is a change of one unit: an arc of the network that can take one more, or one that carries some and can
give one back, in the other direction. It costs its slack, or minus its slack: a whole number for each word, compared
word by word. Where the pairs are the best ones and the potentials prove it, no change costs less than nothing, and the
sum of costs along a path of changes is what the whole path loses, but for the potentials of its ends. So the cheapest
way to take somebody in, to let somebody go or to fill a seat is a shortest path (Dijkstra), and lowering the potentials
of the nodes that are nearer than its end by what they are nearer keeps the proof: with d the distance from the start
and D that of the end, a node's potential falls by max(0, D - d). Along an arc from a to b of cost c the cost then
changes by max(0, D - d(b)) - max(0, D - d(a)), which is at least -c because d(b) <= d(a) + c, and exactly -c on the
path, whose arcs may then turn round. The same holds for any length D that no end is nearer than. A search against the
arcs, from where a path is to end, is the mirror image, and potentials rise.

Costs of all words together are compared as one whole number of Python, wide enough to hold them apart; so a distance is
exact whatever the widths. A search looks at the arcs of a node when it gets there and ends at the first node it was
sent for, so it costs what lies nearer than that.

The sink is where everything may end: what flows out of the others is settled one by one, and then the sink's account is
settled, too. So no search has to look at the sink's arcs, of which there are as many as people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np

from mentormatch.problem import Ints, Problem, Solution, Word
from mentormatch.solvers.candidates import Pairs
from mentormatch.solvers.network import Network

Levels = tuple[int, ...]
"""A whole number for each word, compared in order."""

WIDEST = 2**60
"""No potential and no gain may reach this, so that three of them add up in int64."""
_SHIFT = 80
"""Bits that hold the words of a length apart: more than two potentials and the gains of 2**18 arcs can fill."""


class Path(NamedTuple):
    """A shortest path: the node it was found at, its length and its arcs, each with 1 or -1 for what it carries."""

    end: int
    length: int
    arcs: tuple[tuple[int, int], ...]


class Search(NamedTuple):
    """How far a search went: the path, None where it reached no end, and the distance of each node nearer than that."""

    path: Path | None
    near: dict[int, int]


@dataclass(frozen=True, eq=False)
class _Side:
    """The arcs at each node, by the end that stands there: ``arcs[first[node]:first[node + 1]]``."""

    arcs: Ints
    first: Ints

    @classmethod
    def of(cls, ends: Ints, nodes: int) -> _Side:
        counts = np.bincount(ends, minlength=nodes)
        return cls(np.argsort(ends, kind="stable"), np.concatenate(([0], np.cumsum(counts))).astype(np.int64))

    def at(self, node: int) -> Ints:
        return self.arcs[self.first[node] : self.first[node + 1]]


class Residual:
    """A flow on a network, potentials in every word, and the changes that are left.

    ``flow`` has an entry for each arc and ``potential`` a row for each node and a column for each word; both are
    changed in place by `settle` and `repair`.
    """

    def __init__(self, network: Network, words: Sequence[Word], flow: Ints, potential: Ints) -> None:
        self.network = network
        self.flow = flow
        self.potential = potential
        self.gain = np.stack([network.gain(word) for word in words], axis=1)

    @classmethod
    def of(cls, problem: Problem, solution: Solution, pairs: Pairs) -> Residual:
        """The changes that a solution leaves over pairs sorted by mentor, then mentee; its own are among them."""
        network, mentees = Network(problem, pairs), problem.shape[1]
        made = np.isin(pairs[0] * mentees + pairs[1], solution.mentor * mentees + solution.mentee)
        sink = np.zeros((1, len(solution.words)), dtype=np.int64)
        prices = solution.mentee_prices, -solution.mentor_prices, sink, solution.list_prices
        return cls(network, solution.words, network.flow_of(made), np.concatenate(prices))

    @cached_property
    def _sides(self) -> tuple[_Side, _Side]:
        nodes = len(self.network.supply)
        tail, head = self.network.ends
        return _Side.of(tail, nodes), _Side.of(head, nodes)

    def signs(self) -> Ints:
        """The sign of every arc's slack: of the first word where it is not 0."""
        tail, head = self.network.ends
        return signs(self.potential[tail] - self.potential[head] - self.gain)

    def settle(self) -> None:
        """Fill every arc of negative slack and empty every one of positive slack, whatever flows where then."""
        sign = self.signs()
        self.flow = np.where(sign < 0, self.network.capacity, np.where(sign > 0, 0, self.flow))

    def excess(self) -> Ints:
        """What every node has more than it passes on; less than 0 where it lacks some."""
        tail, head = self.network.ends
        excess = self.network.supply.copy()
        np.subtract.at(excess, tail, self.flow)
        np.add.at(excess, head, self.flow)
        return excess

    def search(self, start: int, ends: Set[int], *, forward: bool = True, horizon: int | None = None) -> Search:
        """The shortest path from ``start`` to the nearest of ``ends``, or from one of them to it if not ``forward``.

        No cost may be negative, which `repair` sees to. Ties go to the node of the lower position. The search gives up
        at the length ``horizon``.
        """
        ends = ends - {start}
        best = {start: 0}
        via: dict[int, tuple[int, int, int]] = {}
        near: dict[int, int] = {}
        waiting = [(0, start)]
        while waiting:
            length, node = heappop(waiting)
            if node in near:
                continue
            if horizon is not None and length > horizon:
                break
            if node in ends:
                return Search(Path(node, length, self._back(via, start, node)), near)
            near[node] = length
            for arc, carried, other, cost in self._steps(node, forward):
                longer = length + cost
                if other not in near and (other not in best or longer < best[other]):
                    best[other] = longer
                    via[other] = arc, carried, node
                    heappush(waiting, (longer, other))
        return Search(None, near)

    @staticmethod
    def _back(via: dict[int, tuple[int, int, int]], start: int, node: int) -> tuple[tuple[int, int], ...]:
        arcs = []
        while node != start:
            arc, carried, node = via[node]
            arcs.append((arc, carried))
        return tuple(arcs)

    def _steps(self, node: int, forward: bool) -> Iterator[tuple[int, int, int, int]]:
        """The residual arcs that leave a node, or enter it: the arc, what it carries, its other end and its cost."""
        tail, head = self.network.ends
        by_tail, by_head = self._sides
        own = self.potential[node]
        for carried in (1, -1):
            leaves = forward == (carried == 1)
            arcs = (by_tail if leaves else by_head).at(node)
            flow = self.flow[arcs]
            arcs = arcs[flow < self.network.capacity[arcs] if carried == 1 else flow > 0]
            others = (head if leaves else tail)[arcs]
            slack = own - self.potential[others] if leaves else self.potential[others] - own
            cost = (slack - self.gain[arcs]) * carried
            for arc, other, levels in zip(arcs.tolist(), others.tolist(), cost.tolist(), strict=True):
                yield arc, carried, other, as_length(levels)

    def repair(self, limit: int, horizon: Levels) -> bool:
        """Makes the flow one that fits, and the best one, by the cheapest changes; the potentials prove it.

        Nodes with too much or too little are settled one unit at a time. Where that takes a path longer than
        ``horizon``, the potentials are moved that far and the node is left as it is. False where more than ``limit``
        nodes are looked at, or where a potential leaves the range of `WIDEST`: solving anew is cheaper then.
        """
        furthest = as_length(horizon)
        excess = self.excess()
        sink = self.network.sink
        for node in np.flatnonzero(excess).tolist():
            while node != sink and excess[node]:
                forward = bool(excess[node] > 0)
                other = excess < 0 if forward else excess > 0
                ends = {sink, *np.flatnonzero(other).tolist()}
                path, near = self.search(node, ends, forward=forward, horizon=furthest)
                limit -= len(near)
                length = furthest if path is None else path.length
                if limit < 0 or not self._shift(near, length, -1 if forward else 1):
                    return False
                if path is None:
                    break
                for arc, carried in path.arcs:
                    self.flow[arc] += carried
                excess[node] -= 1 if forward else -1
                excess[path.end] += 1 if forward else -1
        return True

    def _shift(self, near: dict[int, int], length: int, sign: int) -> bool:
        """Moves the potential of every node by what it is nearer than ``length``; whether all stay in range."""
        moved = [node for node, distance in near.items() if distance < length]
        by = [as_levels(sign * (length - near[node]), self.gain.shape[1]) for node in moved]
        if any(abs(number) >= WIDEST for levels in by for number in levels):
            return False
        if moved:
            self.potential[moved] += np.array(by, dtype=np.int64)
        return not moved or bool(np.abs(self.potential[moved]).max() < WIDEST)


def signs(levels: Ints) -> Ints:
    """The sign of every row of whole numbers, compared in order: of the first that is not 0.

    >>> signs(np.array([[0, -5], [1, -5], [0, 0]])).tolist()
    [-1, 1, 0]
    """
    sign = np.sign(levels[:, 0])
    for k in range(1, levels.shape[1]):
        sign = np.where(sign == 0, np.sign(levels[:, k]), sign)
    return sign


def as_length(levels: Iterable[int]) -> int:
    """Whole numbers, compared in order, as one whole number; lengths add up as levels do.

    >>> as_length([1, -5]) > as_length([0, 7]), as_levels(as_length([1, -5]) + as_length([0, 7]), 2)
    (True, (1, 2))
    """
    length = 0
    for number in levels:
        length = (length << _SHIFT) + number
    return length


def as_levels(length: int, words: int) -> Levels:
    """The inverse of `as_length`, for so many words."""
    levels = []
    half = 1 << (_SHIFT - 1)
    for _ in range(words):
        number = ((length + half) & ((1 << _SHIFT) - 1)) - half
        levels.append(number)
        length = (length - number) >> _SHIFT
    return tuple(reversed(levels))
