"""Maximum-weight matching of one pool on a list of edges, from prices that are nearly right (Edmonds 1965).

The prices of people are doubled, those of odd sets are not: an edge with value v has the slack
``price + price - 2 v + 2 (the prices of the odd sets around both)``, never negative. Edges without slack are tight, and
pairs are tight edges. A tree grows from one person without a partner whose price is above 0: those an even number of
steps away are outer, their prices fall as time goes on, while those of inner people rise. Where an edge becomes tight
the tree grows, an odd circle becomes one node (a blossom), or a path to somebody else without a partner swaps pairs and
non-pairs. Where an outer person's price reaches 0 that person may stay alone in place of the first.

With whole values and even prices at the beginning everything stays whole: within a tree all prices change together.
All numbers are Python's, so no width bounds them. The work is a tree for each person whom the first pairs left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from itertools import count

Edge = tuple[int, int]
_OUTER, _INNER = 1, 2


class Blossoms:
    """The state of the search: pairs, prices and nested odd circles.

    A node is a person (below ``n``) or a blossom. ``mate[v]`` is the partner of a person or -1, ``base[b]`` the person
    of a node whose partner is outside of it. The children of a blossom stand in a circle that begins with the one of
    the base; ``links[b][k]`` is the edge from child k to child k + 1, a pair for odd k.
    """

    def __init__(self, prices: Sequence[int], edges: Iterable[tuple[int, int, int]]) -> None:
        self.n = len(prices)
        self.price = list(prices)
        self.around: list[list[Edge]] = [[] for _ in prices]
        for one, other, value in edges:
            self.around[one].append((other, 2 * value))
            self.around[other].append((one, 2 * value))
        self.mate = [-1] * self.n
        self.top = list(range(self.n))
        self.base = dict(enumerate(range(self.n)))
        self.children: dict[int, list[int]] = {}
        self.links: dict[int, list[Edge]] = {}
        self.members: dict[int, list[int]] = {v: [v] for v in range(self.n)}
        self.odd_price: dict[int, int] = {}
        self.ids = count(self.n)

    def match(self, pairs: Iterable[Edge]) -> None:
        """Begin with these pairs, as far as they are tight and leave nobody in two."""
        value = {(one, other): twice for one in range(self.n) for other, twice in self.around[one]}
        for one, other in pairs:
            tight = self.price[one] + self.price[other] == value.get((one, other), -1)
            if tight and self.mate[one] == self.mate[other] == -1:
                self.mate[one], self.mate[other] = other, one

    def solve(self) -> None:
        """Grow a tree from everybody without a partner whose price is above 0, until there is nobody left."""
        for person in range(self.n):
            while self.mate[person] == -1 and self.price[person] > 0:
                _Tree(self, person).grow()

    def turn(self, node: int, person: int) -> None:
        """Swap pairs inside a blossom so that ``person`` is its base."""
        if node < self.n:
            return
        children, links = self.children[node], self.links[node]
        at = next(k for k, child in enumerate(children) if person in self.members[child])
        self.turn(children[at], person)
        size = len(children)
        for k in range(0, at, 2) if at % 2 == 0 else range(at + 1, size, 2):
            one, other = links[k]
            self.turn(children[k], one)
            self.turn(children[(k + 1) % size], other)
            self.mate[one], self.mate[other] = other, one
        self.children[node] = children[at:] + children[:at]
        self.links[node] = links[at:] + links[:at]
        self.base[node] = person

    def open(self, node: int) -> list[int]:
        """Dissolve an outermost blossom; its children."""
        children = self.children.pop(node)
        for child in children:
            for person in self.members[child]:
                self.top[person] = child
        for table in (self.links, self.members, self.odd_price, self.base):
            del table[node]
        return children


class _Tree:
    """A tree of tight edges from one person; ``now`` is how far the price of its outer people has fallen."""

    def __init__(self, state: Blossoms, root: int) -> None:
        self.state = state
        self.now = 0
        self.label: dict[int, int] = {}
        self.entry: dict[int, Edge] = {}
        self.since: dict[int, int] = {}
        self.events: list[tuple[int, int, int, int]] = []
        self.order = count()
        self._outer(state.top[root])

    def grow(self) -> None:
        """Follow the events in time until somebody finds a partner or may stay alone."""
        state = self.state
        while True:
            self.now, _, one, other = heappop(self.events)
            if other == -2:
                if one in state.odd_price and self.label.get(one) == _INNER and self._odd_price(one) == 0:
                    self._expand(one)
                continue
            if other == -1:
                self._swap(one, -1)
                break
            node = state.top[other]
            label = self.label.get(node)
            if node == state.top[one] or label == _INNER or self._slack(one, other) > 0:
                continue
            if label == _OUTER:
                self._join(one, other)
            elif state.mate[state.base[node]] == -1:
                state.turn(node, other)
                state.mate[other] = one
                self._swap(one, other)
                break
            else:
                self._inner(node, (one, other))
                self._outer(state.top[state.mate[state.base[node]]])
        self._settle()

    def _settle(self) -> None:
        """Write all prices down, and dissolve outermost blossoms of price 0."""
        state = self.state
        for node in list(self.label):
            self._write(node)
        nodes = [node for node in self.label if node in state.children]
        while nodes:
            node = nodes.pop()
            if node in state.children and state.odd_price[node] == 0 and state.top[state.members[node][0]] == node:
                nodes += [child for child in state.open(node) if child >= state.n]

    def _sign(self, node: int) -> int:
        return {_OUTER: -1, _INNER: 1}.get(self.label.get(node, 0), 0)

    def _price(self, person: int) -> int:
        node = self.state.top[person]
        return self.state.price[person] + self._sign(node) * (self.now - self.since.get(node, self.now))

    def _odd_price(self, node: int) -> int:
        return self.state.odd_price[node] - self._sign(node) * (self.now - self.since.get(node, self.now))

    def _slack(self, one: int, other: int) -> int:
        twice = next(value for person, value in self.state.around[one] if person == other)
        return self._price(one) + self._price(other) - twice

    def _write(self, node: int) -> None:
        """The prices of an outermost node as they are now."""
        state = self.state
        for person in state.members[node]:
            state.price[person] = self._price(person)
        if node in state.odd_price:
            state.odd_price[node] = self._odd_price(node)
        self.since[node] = self.now

    def _push(self, time: int, one: int, other: int) -> None:
        heappush(self.events, (time, next(self.order), one, other))

    def _inner(self, node: int, entry: Edge) -> None:
        self.label[node], self.entry[node], self.since[node] = _INNER, entry, self.now
        if node in self.state.odd_price:
            self._push(self.now + self.state.odd_price[node], node, -2)

    def _outer(self, node: int) -> None:
        self.label[node], self.since[node] = _OUTER, self.now
        for person in self.state.members[node]:
            self._watch(person)

    def _watch(self, person: int) -> None:
        """The events of somebody who has just become outer."""
        top, price = self.state.top, self._price(person)
        self._push(self.now + price, person, -1)
        for other, twice in self.state.around[person]:
            if top[other] == top[person]:
                continue
            label = self.label.get(top[other])
            slack = price + self._price(other) - twice
            if label == _OUTER:
                self._push(self.now + slack // 2, person, other)
            elif label is None:
                self._push(self.now + slack, person, other)

    def _path(self, node: int) -> tuple[list[int], list[Edge]]:
        """The nodes from an outer node to the root, and the edges between them."""
        state = self.state
        nodes, edges = [node], []
        while (mate := state.mate[state.base[node]]) != -1:
            outer, inner = self.entry[state.top[mate]]
            edges += [(state.base[node], mate), (inner, outer)]
            node = state.top[outer]
            nodes += [state.top[mate], node]
        return nodes, edges

    def _swap(self, person: int, partner: int) -> None:
        """Give an outer person this partner (-1: nobody), and swap pairs and non-pairs up to the root."""
        state = self.state
        while True:
            node = state.top[person]
            left = state.mate[state.base[node]]
            state.turn(node, person)
            state.mate[person] = partner
            if left == -1:
                return
            node = state.top[left]
            outer, inner = self.entry[node]
            state.turn(node, inner)
            state.mate[inner] = outer
            person, partner = outer, inner

    def _join(self, one: int, other: int) -> None:
        """The odd circle that an edge between two outer people closes becomes one outer node."""
        state = self.state
        nodes, edges = self._path(state.top[one])
        back_nodes, back_edges = self._path(state.top[other])
        met = next(node for node in back_nodes if node in nodes)
        up, down = nodes.index(met), back_nodes.index(met)
        children = [met, *reversed(nodes[:up]), *back_nodes[:down]]
        for child in children:
            self._write(child)
        were_inner = [p for child in children if self.label[child] == _INNER for p in state.members[child]]
        node = next(state.ids)
        state.children[node] = children
        state.links[node] = [(b, a) for a, b in reversed(edges[:up])] + [(one, other)] + back_edges[:down]
        state.members[node] = [person for child in children for person in state.members[child]]
        state.base[node] = state.base[met]
        state.odd_price[node] = 0
        for child in children:
            del self.label[child]
        for person in state.members[node]:
            state.top[person] = node
        self.label[node], self.since[node] = _OUTER, self.now
        for person in were_inner:
            self._watch(person)

    def _expand(self, node: int) -> None:
        """An inner blossom whose price has fallen to 0 is dissolved; an even part of its circle stays in the tree."""
        state = self.state
        self._write(node)
        entry = self.entry.pop(node)
        del self.label[node]
        links = state.links[node]
        children = state.open(node)
        size = len(children)
        at = next(k for k, child in enumerate(children) if entry[1] in state.members[child])
        step = -1 if at % 2 == 0 else 1
        outer = []
        while True:
            self._inner(children[at], entry)
            if at % size == 0:
                break
            between, at = (at + step) % size, (at + 2 * step) % size
            outer.append(children[between])
            one, other = links[at] if step == -1 else links[between]
            entry = (other, one) if step == -1 else (one, other)
        for child in outer:
            self._outer(child)
        for child in children:
            if child not in self.label:
                for person in state.members[child]:
                    self._look_back(person)

    def _look_back(self, person: int) -> None:
        """The events of somebody who is no longer in the tree: outer people may reach them again."""
        for other, twice in self.state.around[person]:
            if self.label.get(self.state.top[other]) == _OUTER:
                self._push(self.now + self._price(person) + self._price(other) - twice, other, person)
