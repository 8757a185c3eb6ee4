"""Groups made better by moving people, where members count with one another or several mentors lead together.

A local search: somebody joins another group, two people change places, a mentor is replaced by a free one or changes
places with another, a group is dissolved into others, a free mentor opens one. A step is taken only where it is better
in the words compared in order, so that the groups never become worse. Then a few groups are mixed at random, by the
seed, and what does not end up better is undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from math import comb

import numpy as np

from mentormatch.grouping import Bools, Grouping, Team
from mentormatch.solvers.placing import UPPER, Ground, Leading, Standing, Table

_PASSES = 400
_TRIES = 5
_FEW = 60
"""Among so many mentees the number of groups is looked at after every mixture."""
_MANY = 600
"""Among more mentees than that the number of groups stays what it was."""
_MOST_TEAMS = 300


def regroup(grouping: Grouping, teams: Sequence[Team], seed: int, kicks: int) -> tuple[Team, ...]:
    """Groups at least as good as these, by steps that are better each; ``kicks`` mixtures are tried after that."""
    state = _State.of(Ground.of(grouping), teams)
    state.improve(number=grouping.shape[1] <= _MANY)
    rng = np.random.default_rng(seed)
    best = state.worth()
    for _ in range(kicks):
        before = state.copy()
        if not state.mix(rng):
            break
        state.improve(number=grouping.shape[1] <= _FEW)
        worth = state.worth()
        if worth > best:
            best = worth
        else:
            state = before
    return state.teams()


def led_by_more(grouping: Grouping, teams: Sequence[Team]) -> tuple[Team, ...]:
    """Groups of one mentor with as many more as a group needs: free ones who are allowed for most and bring most.

    Members for whom a mentor who joins is not allowed leave; a group that becomes too small, or for which no mentor is
    left, is given up. Held groups keep their mentors.
    """
    held = {leader for team in grouping.held for leader in team.leaders}
    free = grouping.may_lead.copy()
    free[[leader for team in teams for leader in team.leaders]] = False
    found = []
    for team in teams:
        leaders, members = list(team.leaders), list(team.members)
        if held.intersection(leaders):
            found.append(team)
            continue
        while len(leaders) < grouping.leaders[0]:
            others = [
                mentor
                for mentor in np.flatnonzero(free).tolist()
                if not any((min(one, mentor), max(one, mentor)) in grouping.rivals for one in leaders)
            ]
            if not others:
                break
            points = grouping.points[np.ix_(others, members)]
            fit = [(int((own >= 0).sum()), int(own[own >= 0].sum()), -at) for at, own in enumerate(points)]
            best = -max(fit)[2]
            leaders.append(others[best])
            free[others[best]] = False
            members = [member for member, own in zip(members, points[best].tolist(), strict=True) if own >= 0]
        if (
            len(leaders) == grouping.leaders[0]
            and len(members) >= grouping.size[0]
            and _meets(grouping, leaders, members)
        ):
            found.append(Team(tuple(sorted(leaders)), tuple(members)))
        else:
            free[leaders] = True
    return tuple(sorted(found))


def _meets(grouping: Grouping, leaders: Sequence[int], members: Sequence[int]) -> bool:
    return bool(grouping.slots_of(Team(tuple(leaders), tuple(members))))


class _State(Standing):
    """Groups on which steps are taken; each is better, but for mixtures."""

    def copy(self) -> _State:
        """The same state, to go back to."""
        return _State(self.ground, list(self.leaders), self.team_of.copy(), self.fixed, list(self.held))

    def improve(self, number: bool = True) -> None:
        """Take better steps until there are none; with ``number`` also those that change how many groups there are."""
        for _ in range(_PASSES):
            if not (self._members() or self._leaders() or (number and self._number())):
                return

    def mix(self, rng: np.random.Generator) -> bool:
        """Give up a few groups and form others of whoever is left, by free mentors drawn; whether there was any."""
        free = np.bincount(self.team_of[~self.fixed], minlength=len(self.leaders) + 1)
        some = [at for at in range(len(self.leaders)) if free[at]]
        if not some:
            return False
        given_up = rng.choice(some, size=min(len(some), int(rng.integers(1, 4))), replace=False)
        for at in sorted(given_up.tolist(), reverse=True):
            self._give_up(at)
        for _ in range(len(given_up) + int(rng.integers(0, 2))):
            teams = list(_free_teams(self.grouping, self._free()))
            if not teams:
                break
            tried = self._with(teams[int(rng.integers(len(teams)))], rng)
            if tried is not None:
                self.leaders, self.team_of, self.held = tried.leaders, tried.team_of, tried.held
        self.settle(np.flatnonzero((self.team_of == len(self.leaders)) & ~self.fixed).tolist())
        return True

    def _free(self) -> Bools:
        """Mentors who lead nothing and may."""
        free = self.grouping.may_lead.copy()
        free[[leader for leaders in self.leaders for leader in leaders]] = False
        return free

    def _give_up(self, at: int) -> list[int]:
        """One group less, and its members are nowhere; who is held stays."""
        members = np.flatnonzero((self.team_of == at) & ~self.fixed)
        self.team_of[members] = len(self.leaders)
        if self.held[at] >= 0:
            return members.tolist()
        self.team_of[self.team_of > at] -= 1
        self.leaders.pop(at)
        self.held.pop(at)
        return members.tolist()

    def _members(self) -> bool:
        """People who join another group or change places, as many at a time as do not touch the same groups."""
        table = Table.of(self)
        gain, partner = table.best_steps()
        order = np.argsort(-gain, kind="stable")
        touched: set[int] = set()
        moved = False
        nowhere = len(self.leaders)
        for person in order[gain[order] > 0].tolist():
            other = int(partner[person])
            here = int(self.team_of[person])
            there = other - len(self.team_of) if other >= len(self.team_of) else int(self.team_of[other])
            if {here, there} & touched:
                continue
            if other < len(self.team_of):
                self.team_of[other] = here
            self.team_of[person] = there
            touched |= {here, there} - {nowhere}
            moved = True
        return moved

    def _leaders(self) -> bool:
        """Leaders who are better replaced by free mentors, or changed with the leaders of other groups."""
        table = Leading.of(self)
        moved = False
        for at, leaders in enumerate(self.leaders):
            if self.held[at] >= 0 or not leaders:
                continue
            for leader in leaders:
                mentor = table.best_instead(at, leader)
                if mentor is None:
                    continue
                other = int(table.leads[mentor])
                self._replace(at, leader, mentor)
                if other >= 0:
                    self._replace(other, mentor, leader)
                table = Leading.of(self)
                moved = True
                break
        return moved

    def _replace(self, at: int, leader: int, mentor: int) -> None:
        self.leaders[at] = tuple(sorted(mentor if one == leader else one for one in self.leaders[at]))

    def _number(self) -> bool:
        """Dissolve a group into others, or open one with free mentors, where that is better after a few steps."""
        now = self.worth()
        tries = sorted(((tried.worth(), at, tried) for at, tried in enumerate(self._fewer_or_more())), reverse=True)
        for worth, _, tried in tries[:_TRIES]:
            if worth <= now:
                tried.improve(number=False)
            if tried.worth() > now:
                self.leaders, self.team_of, self.held = tried.leaders, tried.team_of, tried.held
                return True
        return False

    def _fewer_or_more(self) -> Iterator[_State]:
        grouping = self.grouping
        low, high = grouping.size
        sizes = np.bincount(self.team_of, minlength=len(self.leaders) + 1)[:-1]
        room = int(np.maximum(high - sizes, 0).sum())
        for at in np.argsort(sizes, kind="stable").tolist():
            if self.held[at] < 0 and room - (high - sizes[at]) >= sizes[at]:
                yield self._without(at)
        if int(np.maximum(sizes - low, 0).sum()) + int((self.team_of == len(self.leaders)).sum()) >= low:
            for leaders in _free_teams(grouping, self._free()):
                if tried := self._with(leaders):
                    yield tried

    def _without(self, at: int) -> _State:
        """The state with a group dissolved, its members wherever they bring most."""
        tried = self.copy()
        tried.settle(tried._give_up(at))
        return tried

    def _with(self, leaders: tuple[int, ...], rng: np.random.Generator | None = None) -> _State | None:
        """The state with one group more, of those who bring most there and can be spared; None where too few can.

        With ``rng`` the first of them is drawn.
        """
        tried = self.copy()
        new = len(self.leaders)
        tried.team_of[tried.team_of == new] = new + 1
        tried.leaders.append(leaders)
        tried.held.append(-1)
        table = Table.of(tried)
        for size in range(self.grouping.size[1]):
            keys = table.join_keys(new)
            person = int(np.argmax(keys)) if len(keys) else 0
            possible = np.flatnonzero(keys > -UPPER * 4)
            if rng is not None and not size and len(possible):
                person = int(possible[rng.integers(len(possible))])
            if not len(keys) or keys[person] <= (-UPPER * 4 if size < self.grouping.size[0] else 0):
                break
            table.put(person, new)
        return tried if table.sizes[new] >= self.grouping.size[0] else None

    def settle(self, people: Sequence[int]) -> None:
        """Put people who are nowhere wherever they bring most, one after the other."""
        table = Table.of(self)
        for person in people:
            best = table.best_place(person)
            if best is not None:
                table.put(person, best)


def _free_teams(grouping: Grouping, free: Bools) -> Iterator[tuple[int, ...]]:
    """Free mentors who might open a group, all choices of them or, where these are many, neighbours."""
    fewest = grouping.leaders[0]
    if not fewest:
        yield ()
        return
    mentors = np.flatnonzero(free).tolist()
    teams: Iterable[tuple[int, ...]] = combinations(mentors, fewest)
    if fewest > 1 and comb(len(mentors), fewest) > _MOST_TEAMS:
        teams = (tuple(mentors[at : at + fewest]) for at in range(len(mentors) - fewest + 1))
    for team in teams:
        if not any(pair in grouping.rivals for pair in combinations(team, 2)):
            yield team
