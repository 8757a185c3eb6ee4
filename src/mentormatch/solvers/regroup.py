"""Groups made better by moving people, where members count with one another or several mentors lead together.

A local search: somebody joins another group, two people change places, a mentor is replaced by a free one or changes
places with another, a group is dissolved into others, a free mentor opens one. A step is taken only where it is better
in the words compared in order, so that the groups never become worse. Then a few groups are mixed at random, by the
seed, and what does not end up better is undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt

from mentormatch.grouping import Bools, Grouping, Team
from mentormatch.problem import Ints

Floats = npt.NDArray[np.float64]

_UPPER = np.int64(2**60)
"""A change in the words before points counts more than any change in points."""
_PASSES = 400
_TRIES = 5
_FEW = 60
"""Among so many mentees the number of groups is looked at after every mixture."""
_MANY = 600
"""Among more mentees than that the number of groups stays what it was."""
_MOST_TEAMS = 300


def regroup(grouping: Grouping, teams: Sequence[Team], seed: int, kicks: int) -> tuple[Team, ...]:
    """Groups at least as good as these, by steps that are better each; ``kicks`` mixtures are tried after that."""
    state = _State.of(_Ground.of(grouping), teams)
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


@dataclass(eq=False)
class _Ground:
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
    def of(cls, grouping: Grouping) -> _Ground:
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
class _State:
    """Who is where: the last team is no group, for those who are nowhere."""

    ground: _Ground
    leaders: list[tuple[int, ...]]
    team_of: Ints
    fixed: Bools
    held: list[int]

    @classmethod
    def of(cls, ground: _Ground, teams: Sequence[Team]) -> _State:
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

    def copy(self) -> _State:
        """The same state, to go back to."""
        return _State(self.ground, list(self.leaders), self.team_of.copy(), self.fixed, list(self.held))

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
        table = _Table.of(self)
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
        table = _Leading.of(self)
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
                table = _Leading.of(self)
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
        table = _Table.of(tried)
        for size in range(self.grouping.size[1]):
            keys = table.join_keys(new)
            person = int(np.argmax(keys)) if len(keys) else 0
            possible = np.flatnonzero(keys > -_UPPER * 4)
            if rng is not None and not size and len(possible):
                person = int(possible[rng.integers(len(possible))])
            if not len(keys) or keys[person] <= (-_UPPER * 4 if size < self.grouping.size[0] else 0):
                break
            table.put(person, new)
        return tried if table.sizes[new] >= self.grouping.size[0] else None

    def settle(self, people: Sequence[int]) -> None:
        """Put people who are nowhere wherever they bring most, one after the other."""
        table = _Table.of(self)
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


@dataclass(eq=False)
class _Table:
    """What everybody would bring to every group as it is: arrays of a row for each person, a column for each team."""

    state: _State
    upper: Ints
    points: Ints
    may: Bools
    sizes: Ints
    low: Ints
    high: Ints

    @classmethod
    def of(cls, state: _State) -> _Table:
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

    def sizes_hold(self) -> bool:
        """Whether all groups have a size they may have."""
        return bool(((self.sizes >= self.low) & (self.sizes <= self.high)).all())

    def may_stay(self, person: int) -> bool:
        """Whether somebody may be where they are."""
        return bool(self.may[person, self.state.team_of[person]])

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
            self.may = _Table.of(state).may

    def _own(self) -> tuple[Ints, Ints]:
        everybody = np.arange(len(self.state.team_of))
        return self.upper[everybody, self.state.team_of], self.points[everybody, self.state.team_of]

    def best_place(self, person: int) -> int | None:
        """The group where somebody who is nowhere brings most; None where none has room."""
        keys = _key(self.upper[person], self.points[person])
        keys[~(self.may[person] & (self.sizes < self.high))] = -_UPPER * 4
        keys[-1] = -_UPPER * 4
        best = int(np.argmax(keys))
        return None if keys[best] == -_UPPER * 4 else best

    def join_keys(self, team: int) -> Ints:
        """What it brings that each person joins a group, leaving where they are; far below 0 where that cannot be."""
        upper, points = self._own()
        keys = _key(self.upper[:, team] - upper, self.points[:, team] - points)
        here = self.state.team_of
        spare = self.sizes[here] > self.low[here]
        spare |= here == len(self.state.leaders)
        keys[~(self.may[:, team] & spare) | self.state.fixed | (here == team)] = -_UPPER * 4
        return keys

    def best_steps(self) -> tuple[Ints, Ints]:
        """For each person the best step and its gain: the person to change with, or the group to join after those."""
        here = self.state.team_of
        people = len(here)
        gain = np.full(people, -_UPPER * 4, dtype=np.int64)
        partner = np.zeros(people, dtype=np.int64)
        if not people:
            return gain, partner
        upper, points = self._own()
        nowhere = len(self.state.leaders)
        join = _key(self.upper - upper[:, None], self.points - points[:, None])
        spare = (self.sizes[here] > self.low[here]) | (here == nowhere)
        join[~(self.may & (self.sizes < self.high) & spare[:, None])] = -_UPPER * 4
        join[np.arange(people), here] = -_UPPER * 4
        best = np.argmax(join, axis=1)
        everybody = np.arange(people)
        gain, partner = join[everybody, best], best + people
        change = self._changes(upper, points)
        best = np.argmax(change, axis=1)
        better = change[everybody, best] > gain
        gain = np.where(better, change[everybody, best], gain)
        partner = np.where(better, best, partner)
        gain[self.state.fixed] = -_UPPER * 4
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
        total[wrong] = -_UPPER * 4
        return np.asarray(total)


def _key(upper: Ints, points: Ints) -> Ints:
    return np.asarray(np.sign(upper) * _UPPER + points)


def _meeting(grouping: Grouping, state: _State, inside: Floats) -> Bools:
    """Whether each person shares a time with each group as it is."""
    assert grouping.slots is not None
    mentors, mentees = grouping.slots
    shared = np.zeros((len(state.leaders), mentees.shape[1]), dtype=np.int64)
    for at, leaders in enumerate(state.leaders):
        members = np.flatnonzero(inside[:, at] > 0)
        shared[at] = mentors[list(leaders)].all(axis=0) & mentees[members].all(axis=0)
    return np.asarray(mentees.astype(np.int64) @ shared.T > 0)


@dataclass(eq=False)
class _Leading:
    """What every mentor would bring to every group as it is: a row for each team, a column for each mentor."""

    state: _State
    upper: Ints
    points: Ints
    may: Bools
    leads: Ints

    @classmethod
    def of(cls, state: _State) -> _Leading:
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
        key[~may] = -_UPPER * 4
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
