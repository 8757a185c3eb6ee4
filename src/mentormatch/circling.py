"""What the solver and the checker see of circles: one pool, groups without a leader whose members bring one another.

A circling is a grouping without mentors. What two members bring is one whole number for all levels of a pair, each
level above the next ones; who is in a circle counts above that, by priority.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from mentormatch.grouping import Bools, Grouping, Team
from mentormatch.problem import Ints


@dataclass(frozen=True, eq=False)
class Circling(Grouping):
    """People of one pool: what each two bring (symmetric), who may not be with whom, and what each brings by being in.

    ``unit_of_points`` is how often a point counts in what two bring.
    """

    brings: Ints = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    closed: Bools = field(default_factory=lambda: np.zeros((0, 0), dtype=np.bool_))
    joins: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    unit_of_points: int = 1
    between: Ints = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))

    @cached_property
    def bonds(self) -> Ints | None:
        """What two members bring."""
        return self.brings

    @cached_property
    def strangers(self) -> Bools:
        """Which two may not be in one circle."""
        return self.closed

    @cached_property
    def joining(self) -> Ints:
        """What it brings above all else that somebody is in a circle."""
        return self.joins

    @cached_property
    def points_alone(self) -> bool:
        """Whether nothing but points counts in what two members bring."""
        return bool((self.brings == self.between * self.unit_of_points).all())

    def points_of(self, team: Team) -> int:
        """The points of a circle: of all its pairs, divided by the largest size less one, rounded down."""
        members = list(team.members)
        return int(self.between[np.ix_(members, members)].sum()) // 2 // max(1, self.size[1] - 1)

    def values(self, teams: Sequence[Team]) -> tuple[int, int]:
        """What circles bring by having members, and what their members bring one another."""
        placed = pairs = 0
        for team in teams:
            members = list(team.members)
            placed += int(self.joins[members].sum())
            pairs += int(self.brings[np.ix_(members, members)].sum()) // 2
        return placed, pairs

    def ceilings(self) -> tuple[int, int]:
        """What no circles exceed: everybody who may is in one; each with the best partners a circle can give them."""
        there = self.may_join.copy()
        for team in self.held:
            there[list(team.members)] = True
        most = self.size[1] - 1
        own = np.where(self.closed | ~there[:, None] | ~there, 0, np.maximum(self.brings, 0))
        np.fill_diagonal(own, 0)
        best = np.sort(own, axis=1)[:, ::-1][:, :most].sum(axis=1)
        low, high = self.size
        people = int(there.sum())
        count = people if self.held else min(people, people // low * high)
        largest = np.sort(self.joins[there])[::-1][:count]
        return int(largest.sum()), int(best.sum()) // 2
