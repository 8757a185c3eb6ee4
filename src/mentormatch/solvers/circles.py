"""Circles of one pool by a local search: first ones that grow from one person each, then steps that are better each."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mentormatch.circling import Circling
from mentormatch.grouping import Team
from mentormatch.solvers.regroup import regroup


def circles(circling: Circling, seed: int, kicks: int) -> tuple[Team, ...]:
    """The best circles found; those that are held are among them."""
    return regroup(circling, [*circling.held, *_first(circling)], seed, kicks)


def _first(circling: Circling) -> Iterator[Team]:
    """Circles of about even sizes: of those left, the first one with whoever brings most, one after the other."""
    low, high = circling.size
    left = circling.may_join.copy()
    groups = -(-int(left.sum()) // high)
    while groups and int(left.sum()) // groups < low:
        groups -= 1
    bonds = circling.brings
    for group in range(groups):
        size = min(high, -(-int(left.sum()) // (groups - group)))
        for person in np.flatnonzero(left).tolist():
            members = [person]
            while len(members) < size:
                possible = left & ~circling.closed[members].any(axis=0)
                possible[members] = False
                if not possible.any():
                    break
                members.append(int(np.argmax(np.where(possible, bonds[members].sum(axis=0), -1))))
            if len(members) >= low:
                left[members] = False
                yield Team((), tuple(sorted(members)))
                break
