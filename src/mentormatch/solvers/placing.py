"""Who is in which group, and what everybody would bring to every group as it is: tables for a local search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from mentormatch.grouping import Bools, Grouping, Team
from mentormatch.problem import Ints

Floats = npt.NDArray[np.float64]
UPPER = np.int64(2**60)
"""A change in the words before points counts more than any change in points; what cannot be is worth -4 times this."""


@dataclass(eq=False)
class Ground:
    """What does not change: what pairs bring in the words before points and in points, and what two members bring.

    Bonds and who may not be with whom are held as floats too, whose products are exact and fast.
    """

    grouping: Grouping
    upper: Ints
    points: Ints
    bonds: Floats | None
    strangers: Floats | None
    forbidden: Floats

    @classmethod
    def of(cls, grouping: Grouping) -> Ground:
        at = next(k for k, word in enumerate(grouping.words) if word.points)
        upper = np.zeros(grouping.shape, dtype=np.int64)
        below = 0
        for word in reversed(grouping.words[:at]):
            upper += word.values * (below + 1)
            below += (below + 1) * max(1, grouping.shape[1]) * int(np.abs(word.values).max(initial=0))
        if below >= 2**58:
            raise OverflowError(grouping.words[0].levels[0])
        bonds, strangers = grouping.bonds, grouping.strangers
        return cls(
            grouping,
            upper,
            grouping.words[at].values,
            None if bonds is None else bonds.astype(np.float64),
            strangers.astype(np.float64) if strangers.any() else None,
            (grouping.points < 0).astype(np.float64),
        )


@dataclass(eq=False)
class Standing:
    """Who is where: the last team is no group, for those who are nowhere."""

    ground: Ground
    leaders: list[tuple[int, ...]]
    team_of: Ints
    fixed: Bools
    held: list[int]

    @classmethod
    def of(cls, ground: Ground, teams: Sequence[Team]) -> Self:
        """The groups of some teams."""
        grouping = ground.grouping
        held = {("leads", one): at for at, team in enumerate(grouping.held) for one in team.leaders}
        held |= {("is in", one): at for at, team in enumerate(grouping.held) for one in team.members}
        team_of = np.full(grouping.shape[1], len(teams), dtype=np.int64)
        fixed = np.zeros(grouping.shape[1], dtype=np.bool_)
        for at, team in enumerate(teams):
            team_of[list(team.members)] = at
        for team in grouping.held:
            fixed[list(team.members)] = True
        fixed |= ~grouping.may_join
        own = []
        for team in teams:
            people = [*(("leads", one) for one in team.leaders), *(("is in", one) for one in team.members)]
            own.append(max((held.get(person, -1) for person in people), default=-1))
        return cls(ground, [team.leaders for team in teams], team_of, fixed, own)

    @property
    def grouping(self) -> Grouping:
        """The problem."""
        return self.ground.grouping

    def teams(self) -> tuple[Team, ...]:
        """The groups, sorted."""
        found = [
            Team(leaders, tuple(np.flatnonzero(self.team_of == at).tolist())) for at, leaders in enumerate(self.leaders)
        ]
        return tuple(sorted(found))

    def worth(self) -> tuple[int, int]:
        """What the groups bring in the words before points, in one number, and in points."""
        ground = self.ground
        upper = points = twice = 0
        for leaders, members in zip(self.leaders, self._members_of(), strict=True):
            if not len(members):
                continue
            inside = np.ix_(np.array(leaders, dtype=np.intp), members)
            share = max(1, len(leaders))
            upper += int(ground.upper[inside].sum()) // share + int(self.grouping.joining[members].sum())
            points += int(ground.points[inside].sum()) // share
            if self.grouping.bonds is not None:
                twice += int(self.grouping.bonds[np.ix_(members, members)].sum())
        return upper, points + twice // 2

    def _members_of(self) -> list[npt.NDArray[np.intp]]:
        order = np.argsort(self.team_of, kind="stable")
        bounds = np.searchsorted(self.team_of[order], np.arange(len(self.leaders) + 1))
        return [order[a:b] for a, b in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)]

    def inside(self) -> Floats:
        """Who is in which group: a row for each mentee, a column for each group, 1 or 0."""
        found = np.zeros((len(self.team_of), len(self.leaders)))
        placed = np.flatnonzero(self.team_of < len(self.leaders))
        found[placed, self.team_of[placed]] = 1.0
        return found


@dataclass(eq=False)
class Table:
    """What everybody would bring to every group as it is: arrays of a row for each person, a column for each team."""

    state: Standing
    upper: Ints
    points: Ints
    may: Bools
    sizes: Ints
    low: Ints
    high: Ints

    @classmethod
    def of(cls, state: Standing) -> Table:
        ground, grouping = state.ground, state.grouping
        people, teams = grouping.shape[1], len(state.leaders)
        upper, points = (np.zeros((people, teams + 1), dtype=np.int64) for _ in range(2))
        may = np.ones((people, teams + 1), dtype=np.bool_)
        inside = state.inside()
        for at, leaders in enumerate(state.leaders):
            team = list(leaders)
            share = max(1, len(team))
            upper[:, at] = grouping.joining
            if team:
                upper[:, at] += ground.upper[team].sum(axis=0) // share
                points[:, at] = ground.points[team].sum(axis=0) // share
                may[:, at] = (grouping.points[team] >= 0).all(axis=0)
        if ground.bonds is not None:
            points[:, :teams] += (ground.bonds @ inside).astype(np.int64)
        if grouping.slots is not None:
            may[:, :teams] &= _meeting(grouping, state, inside)
        if ground.strangers is not None:
            may[:, :teams] &= ground.strangers @ inside == 0
        sizes = np.append(inside.sum(axis=0).astype(np.int64), 0)
        low = np.array([grouping.size[0]] * teams + [0], dtype=np.int64)
        high = np.array([grouping.size[1]] * teams + [people + 1], dtype=np.int64)
        for at, held in enumerate(state.held):
            if held >= 0 and grouping.held[held] in grouping.settled:
                low[at] = len(grouping.held[held].members)
        return cls(state, upper, points, may, sizes, low, high)

    def put(self, person: int, team: int) -> None:
        """Somebody is in another group now; what the others bring beside them is brought up to date."""
        state, grouping = self.state, self.state.grouping
        before = int(state.team_of[person])
        state.team_of[person] = team
        for at, sign in ((before, -1), (team, 1)):
            if at < len(state.leaders):
                self.sizes[at] += sign
                if grouping.bonds is not None:
                    self.points[:, at] += sign * grouping.bonds[person]
        if grouping.strangers[person].any() or grouping.slots is not None:
            self.may = Table.of(state).may

    def _own(self) -> tuple[Ints, Ints]:
        everybody = np.arange(len(self.state.team_of))
        return self.upper[everybody, self.state.team_of], self.points[everybody, self.state.team_of]

    def best_place(self, person: int) -> int | None:
        """The group where somebody who is nowhere brings most; None where none has room."""
        keys = _key(self.upper[person], self.points[person])
        keys[~(self.may[person] & (self.sizes < self.high))] = -UPPER * 4
        keys[-1] = -UPPER * 4
        best = int(np.argmax(keys))
        return None if keys[best] == -UPPER * 4 else best

    def join_keys(self, team: int) -> Ints:
        """What it brings that each person joins a group, leaving where they are; far below 0 where that cannot be."""
        upper, points = self._own()
        keys = _key(self.upper[:, team] - upper, self.points[:, team] - points)
        here = self.state.team_of
        spare = self.sizes[here] > self.low[here]
        spare |= here == len(self.state.leaders)
        keys[~(self.may[:, team] & spare) | self.state.fixed | (here == team)] = -UPPER * 4
        return keys

    def best_steps(self) -> tuple[Ints, Ints]:
        """For each person the best step and its gain: the person to change with, or the group to join after those."""
        here = self.state.team_of
        people = len(here)
        gain = np.full(people, -UPPER * 4, dtype=np.int64)
        partner = np.zeros(people, dtype=np.int64)
        if not people:
            return gain, partner
        upper, points = self._own()
        nowhere = len(self.state.leaders)
        join = _key(self.upper - upper[:, None], self.points - points[:, None])
        spare = (self.sizes[here] > self.low[here]) | (here == nowhere)
        join[~(self.may & (self.sizes < self.high) & spare[:, None])] = -UPPER * 4
        join[np.arange(people), here] = -UPPER * 4
        best = np.argmax(join, axis=1)
        everybody = np.arange(people)
        gain, partner = join[everybody, best], best + people
        change = self._changes(upper, points)
        best = np.argmax(change, axis=1)
        better = change[everybody, best] > gain
        gain = np.where(better, change[everybody, best], gain)
        partner = np.where(better, best, partner)
        gain[self.state.fixed] = -UPPER * 4
        return gain, partner

    def _changes(self, upper: Ints, points: Ints) -> Ints:
        """The gain of any two people changing places; far below 0 where they cannot."""
        here, grouping = self.state.team_of, self.state.grouping
        there = self.points[:, here]
        total = there + there.T - points[:, None] - points
        if grouping.bonds is not None:
            total -= 2 * grouping.bonds
        if self.upper.any():
            above = self.upper[:, here]
            total = _key(above + above.T - upper[:, None] - upper, total)
        may = self.may[:, here]
        wrong = ~(may & may.T) | self.state.fixed[:, None] | self.state.fixed | (here[:, None] == here)
        total[wrong] = -UPPER * 4
        return np.asarray(total)


def _key(upper: Ints, points: Ints) -> Ints:
    return np.asarray(np.sign(upper) * UPPER + points)


def _meeting(grouping: Grouping, state: Standing, inside: Floats) -> Bools:
    """Whether each person shares a time with each group as it is."""
    assert grouping.slots is not None
    mentors, mentees = grouping.slots
    shared = np.zeros((len(state.leaders), mentees.shape[1]), dtype=np.int64)
    for at, leaders in enumerate(state.leaders):
        members = np.flatnonzero(inside[:, at] > 0)
        shared[at] = mentors[list(leaders)].all(axis=0) & mentees[members].all(axis=0)
    return np.asarray(mentees.astype(np.int64) @ shared.T > 0)


@dataclass(eq=False)
class Leading:
    """What every mentor would bring to every group as it is: a row for each team, a column for each mentor."""

    state: Standing
    upper: Ints
    points: Ints
    may: Bools
    leads: Ints

    @classmethod
    def of(cls, state: Standing) -> Leading:
        ground, grouping = state.ground, state.grouping
        leads = np.full(grouping.shape[0], -1, dtype=np.int64)
        for at, leaders in enumerate(state.leaders):
            leads[list(leaders)] = at
        inside = state.inside()
        may = ((ground.forbidden @ inside).T == 0) & grouping.may_lead
        upper, points = (
            (values.astype(np.float64) @ inside).T.astype(np.int64) for values in (ground.upper, ground.points)
        )
        if grouping.slots is not None:
            mentors, mentees = grouping.slots
            for at, leaders in enumerate(state.leaders):
                others = mentees[np.flatnonzero(inside[:, at] > 0)].all(axis=0)
                # With several leaders the others' times count as well; all of them is the safe side.
                if len(leaders) > 1:
                    others = others & mentors[list(leaders)].all(axis=0)
                may[at] &= (mentors & others).any(axis=1)
        return cls(state, upper, points, may, leads)

    def best_instead(self, team: int, leader: int) -> int | None:
        """The mentor who leads a group better than one of its leaders, free or in exchange; None if nobody."""
        leads, share = self.leads, max(1, len(self.state.leaders[team]))
        other = np.maximum(leads, 0)
        busy = leads >= 0
        keys = []
        for brought in (self.upper, self.points):
            gain = (brought[team] - brought[team, leader]) // share
            back = (brought[other, leader] - brought[other, np.arange(len(leads))]) // share
            keys.append(gain + np.where(busy, back, 0))
        key = _key(keys[0], keys[1])
        held = np.array([one >= 0 for one in self.state.held] or [False], dtype=np.bool_)
        may = self.may[team] & (~busy | (self.may[other, leader] & ~held[other])) & (leads != team)
        key[~may] = -UPPER * 4
        rivals = self.state.grouping.rivals
        for mentor in np.argsort(-key, kind="stable").tolist() if rivals else [int(np.argmax(key))]:
            if key[mentor] <= 0:
                return None
            if not self._clash(team, leader, mentor) and not (
                busy[mentor] and self._clash(int(leads[mentor]), mentor, leader)
            ):
                return mentor
        return None

    def _clash(self, team: int, leader: int, mentor: int) -> bool:
        others = [one for one in self.state.leaders[team] if one != leader]
        return any((min(one, mentor), max(one, mentor)) in self.state.grouping.rivals for one in others)
