"""Pools of peers for tests of the core, and the best pairs of small ones by trying all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from problems import Table, random_keys

from mentormatch.pool import PEERS_FIRST, Pool
from mentormatch.problem import Ints, LevelName

Pair = tuple[int, int]


def pool(
    points: Ints,
    *,
    priority: Sequence[int] | Ints | None = None,
    closed: Sequence[int] = (),
    excluded: Sequence[Pair] = (),
    special: Mapping[LevelName, Mapping[Pair, int]] | None = None,
    levels: tuple[LevelName, ...] = PEERS_FIRST,
    minimum_score: int = 0,
    keys: npt.NDArray[np.uint64] | None = None,
) -> Pool:
    """A pool with these points, symmetric, shape (n, n); the diagonal is read as not allowed."""
    table = np.array(points, dtype=np.int64).reshape(len(points), len(points))
    np.fill_diagonal(table, -1)
    named = sorted({pair for own in (special or {}).values() for pair in own})
    out, extra = (np.array(pairs, dtype=np.int64).reshape(-1, 2) for pairs in (sorted(excluded), named))
    is_open = np.ones(len(table), dtype=np.bool_)
    is_open[list(closed)] = False
    return Pool(
        source=Table(table, int(table.max(initial=0))),
        open=is_open,
        priority=np.zeros(len(table), np.int64) if priority is None else np.array(priority, dtype=np.int64),
        keys=random_keys(np.random.default_rng(0), len(table)) if keys is None else keys,
        excluded=(out[:, 0], out[:, 1]),
        special=(extra[:, 0], extra[:, 1]),
        values={
            level: np.array([own.get(pair, 0) for pair in named], dtype=np.int64)
            for level, own in (special or {}).items()
        },
        levels=levels,
        minimum_score=minimum_score,
    )


def table(rng: np.random.Generator, people: int, most: int, allowed: float = 1.0) -> Ints:
    """Symmetric points from 0 to ``most``, a share of the pairs allowed."""
    points = np.triu(rng.integers(0, most + 1, (people, people)), 1)
    points[np.triu(rng.random((people, people)) >= allowed, 1)] = -1
    return (points + np.triu(points, 1).T).astype(np.int64)


@dataclass(frozen=True)
class Best:
    """The largest levels, the pairs that reach them, and how many sets of pairs do."""

    levels: tuple[int, ...]
    pairs: tuple[Pair, ...]
    count: int


def best(asked: Pool) -> Best:
    """The best pairs by trying all sets of pairs; participation has an entry for all, then for each priority."""
    size = len(asked)
    points = asked.rows(0, size) if size else np.zeros((0, 0), dtype=np.int64)
    found = Best((), (), 0)
    for pairs in _matchings(points, tuple(np.flatnonzero(asked.open).tolist())):
        reached = _levels(asked, points, pairs)
        if not found.count or reached > found.levels:
            found = Best(reached, pairs, 1)
        elif reached == found.levels:
            found = Best(reached, pairs, found.count + 1)
    return found


def _matchings(points: Ints, people: tuple[int, ...]) -> Iterator[tuple[Pair, ...]]:
    if not people:
        yield ()
        return
    first, *rest = people
    yield from _matchings(points, tuple(rest))
    for other in rest:
        if points[first, other] >= 0:
            for more in _matchings(points, tuple(p for p in rest if p != other)):
                yield ((first, other), *more)


def _levels(asked: Pool, points: Ints, pairs: tuple[Pair, ...]) -> tuple[int, ...]:
    paired = {person for pair in pairs for person in pair}
    priorities = sorted(set(asked.priority.tolist()), reverse=True)
    found: list[int] = []
    for level in asked.levels:
        extra = (
            dict(
                zip(
                    zip(*(side.tolist() for side in asked.special), strict=True),
                    asked.values[level].tolist(),
                    strict=True,
                )
            )
            if level in asked.values
            else {}
        )
        if level == "participation":
            found += [len(paired), *(sum(asked.priority[p] == rank for p in paired) for rank in priorities)]
        elif level == "lottery":
            found.append(sum(int(asked.lottery(np.array([a]), np.array([b]))[0]) for a, b in pairs))
        else:
            own = points if level == "points" else np.zeros_like(points)
            found.append(sum(int(own[pair]) + extra.get(pair, 0) for pair in pairs))
    return tuple(found)
