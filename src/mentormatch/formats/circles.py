"""Circles of peers: a demand as a circling, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from mentormatch.circling import Circling
from mentormatch.demand import Demand
from mentormatch.errors import Finding, InfeasibleError, ProgramError
from mentormatch.formats.peers import Peers, PosedPeers, pose_peers
from mentormatch.formats.posing import points_anyway
from mentormatch.grouping import LARGEST_TOTAL, Team
from mentormatch.problem import PARTICIPATION_FIRST, Ints, Problem
from mentormatch.scores import ScoreMatrix
from mentormatch.wording import counted, listed, shown


@dataclass(frozen=True, eq=False)
class _Nobody:
    """The points of no mentors with some mentees."""

    people: int

    @property
    def shape(self) -> tuple[int, int]:
        return 0, self.people

    @property
    def max_points(self) -> int:
        return 0

    def rows(self, start: int, stop: int, first: int = 0, last: int | None = None) -> npt.NDArray[np.int32]:
        return np.zeros((0, (self.people if last is None else last) - first), dtype=np.int32)

    def take(self, mentors: Ints, mentees: Ints | slice) -> _Nobody:
        return _Nobody(len(np.arange(self.people)[mentees]))


@dataclass(frozen=True, eq=False)
class PosedCircles:
    """A demand as a circling; positions are those of the pool behind ``peers``."""

    peers: PosedPeers
    circling: Circling

    def people(self, team: Team) -> tuple[str, ...]:
        """The ids of a circle, sorted."""
        return tuple(sorted(self.peers.person(place) for place in team.members))

    def team(self, people: Iterable[str]) -> Team:
        """The circle of these ids; KeyError for who is not there."""
        place = {self.peers.person(p): p for p in range(len(self.peers.pool))}
        return Team((), tuple(sorted(place[person] for person in people)))


def pose_circles(demand: Demand, scores: ScoreMatrix, format_: Peers) -> PosedCircles:
    """The circling behind a demand. Raises ProgramError for what has no meaning, InfeasibleError where pins clash."""
    assert format_.circle is not None
    posed = pose_peers(demand, scores, several=True)
    pool, size = posed.pool, len(posed.pool)
    place = {posed.person(p): p for p in range(size)}
    held = tuple(sorted(_joined([tuple(place[person] for person in pair) for pair in posed.settled])))
    everybody = pool.open.copy()
    everybody[[person for team in held for person in team.members]] = True
    points = _points(posed, everybody)
    brings, unit = _brings(posed, points)
    nobody = np.zeros(0, dtype=np.int64)
    none = np.zeros(size, dtype=np.int64)
    circling = Circling(
        pairs=Problem(
            source=_Nobody(size),
            capacity=nobody,
            minimum_load=nobody,
            wants=pool.open.astype(np.int64),
            served=none,
            led=nobody,
            priority=pool.priority,
            excluded=(nobody, nobody),
            mentor_keys=np.zeros(0, dtype=np.uint64),
            mentee_keys=pool.keys,
            levels=PARTICIPATION_FIRST,
        ),
        size=format_.circle,
        leaders=(0, 0),
        cohesion=(1, 1),
        held=held,
        settled=frozenset(held),
        brings=brings,
        closed=(points < 0) & ~np.eye(size, dtype=np.bool_),
        joins=_joins(posed, everybody),
        unit_of_points=unit,
        between=np.where(points > 0, points, 0),
    )
    found = PosedCircles(posed, circling)
    findings = list(_clashing(found))
    if findings:
        raise InfeasibleError(findings)
    return found


def _joined(pairs: list[tuple[int, ...]]) -> list[Team]:
    groups: list[set[int]] = []
    for pair in sorted(pairs):
        touching = [group for group in groups if group & set(pair)]
        groups = [group for group in groups if group not in touching]
        groups.append(set(pair).union(*touching))
    return [Team((), tuple(sorted(group))) for group in groups]


def _points(posed: PosedPeers, everybody: npt.NDArray[np.bool_]) -> Ints:
    """The points of all who may be in a circle with one another, -1 where they may not; settled pairs may."""
    pool = posed.pool
    points = pool.source.rows(0, len(pool)).astype(np.int64)
    points[points < pool.minimum_score] = -1
    points[pool.excluded] = points[pool.excluded[::-1]] = -1
    points[~everybody] = points[:, ~everybody] = -1
    place = {posed.person(p): p for p in range(len(pool))}
    for one, other in posed.settled:
        a, b = place[one], place[other]
        points[a, b] = points[b, a] = points_anyway(posed.scores, one, other)
    return points


def _brings(posed: PosedPeers, points: Ints) -> tuple[Ints, int]:
    """What each two bring on all levels but participation, in one whole number, and how often a point counts in it."""
    pool = posed.pool
    unit = below = 0
    total = np.zeros_like(points)
    for level in reversed(pool.levels):
        if level in ("participation", "lottery"):
            continue
        values = np.where(points > 0, points, 0) if level == "points" else np.zeros_like(points)
        if level in pool.values:
            first, second = pool.special
            values[first, second] += pool.values[level]
            values[second, first] += pool.values[level]
        total += values * (below + 1)
        unit = below + 1 if level == "points" else unit
        below += (below + 1) * int(np.abs(values).max(initial=0)) * max(1, len(pool)) ** 2
        if below >= LARGEST_TOTAL:
            expected = "points and lists are too large for circles to be compared exactly"
            raise ProgramError(Finding("points_too_large", expected, where="scores"))
    np.fill_diagonal(total, 0)
    return total, unit


def _joins(posed: PosedPeers, everybody: npt.NDArray[np.bool_]) -> Ints:
    """What it brings that somebody is in a circle: most people first, then those of the highest priority, and so on."""
    pool = posed.pool
    if pool.levels.index("participation"):
        return np.zeros(len(pool), dtype=np.int64)
    ranks = np.unique(pool.priority[everybody])[1:]
    base = len(pool) + 1
    if len(ranks) * np.log2(base) > 50:
        raise ProgramError(Finding("priority", "there are too many different priorities for circles", where="priority"))
    found = np.full(len(pool), base ** len(ranks), dtype=np.int64)
    for k, rank in enumerate(ranks.tolist()):
        found += np.where(pool.priority == rank, base**k, 0)
    return np.where(everybody, found, 0)


def _clashing(posed: PosedCircles) -> Iterator[Finding]:
    """Pins and accepted pairs that make a circle that cannot be."""
    circling = posed.circling
    for team in circling.held:
        who = listed(map(shown, posed.people(team)))
        members = list(team.members)
        if len(members) > circling.size[1]:
            expected = f"pins and accepted pairs make one circle of {who}, and it has at most"
            text = f"{expected} {counted(circling.size[1], 'person', 'people')}"
            yield Finding("circle", text, hint="take a pin back or end a pair")
        for a, b in combinations(members, 2):
            if circling.closed[a, b]:
                one, other = sorted((posed.peers.person(a), posed.peers.person(b)))
                expected = f"pins and accepted pairs make one circle of {who}, and {shown(one)} and {shown(other)}"
                yield Finding("pin_forbidden", f"{expected} are not allowed", hint="take a pin back")
