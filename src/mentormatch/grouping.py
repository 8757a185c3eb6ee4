"""What the solver and the checker see of a program of groups: whole numbers, no names and no answers.

A grouping asks for groups of mentees with one or more leaders. Each mentee is in at most one group, each mentor leads
at most one, and a group that opens has a size between two bounds. Its value is a tuple of words, compared in order; a
word is a run of levels in one whole number (`mentormatch.problem`). A member counts on every level with the mean over
the leaders of the group. On the level of points the pairs of members count as well.

Everything is in units that keep each of these a whole number: with p / q the share of cohesion, a member's mean points
count (q - p) (largest - 1) times and the points of two members p times, each times the least common multiple of the
numbers of leaders; `Grouping.unit` of them are one point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import lcm
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from mentormatch.cohesion import cohesive_gains
from mentormatch.problem import Ints, LevelName, PairSource, Problem

Bools: TypeAlias = npt.NDArray[np.bool_]
NEVER = -(2**60)
"""What is impossible is worth this."""
LARGEST_WORD = 2**32
"""Levels share a word while its total stays below this, so that an outside solver's floats hold it well."""
LARGEST_TOTAL = 2**48
"""No level may bring this much in all."""
LARGEST_SUM = 2**55
"""No product of a price and a word may reach this."""


@dataclass(frozen=True, order=True)
class Team:
    """A group by positions: its leaders and its members, each sorted."""

    leaders: tuple[int, ...]
    members: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Word:
    """One whole number of several levels: what each mentor with each mentee brings, shape (n_mentors, n_mentees)."""

    levels: tuple[LevelName, ...]
    values: Ints

    @property
    def points(self) -> bool:
        """Whether this is the word of points, on which members count with one another."""
        return self.levels == ("points",)


@dataclass(frozen=True, eq=False)
class Options:
    """The ways to open a group: who leads it, in which slot, and what each mentee brings there.

    Only one option of each ``owner`` can be taken: a mentor has one for each slot. Rows of ``allowed`` and of each of
    ``words`` are options, columns mentees. ``low`` and ``high`` bound how many mentees join beside the ``held`` ones;
    an option of an owner who is ``forced`` is taken for certain.
    """

    leaders: tuple[tuple[int, ...], ...]
    owner: Ints
    slot: Ints
    held: tuple[tuple[int, ...], ...]
    low: Ints
    high: Ints
    forced: Bools
    allowed: Bools
    words: tuple[Ints, ...]

    def __len__(self) -> int:
        return len(self.leaders)


@dataclass(frozen=True)
class GroupPrices:
    """Why a word cannot be much better: a price for each word before it and for each mentee, whole numbers from 0."""

    before: tuple[int, ...]
    mentees: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Grouping:
    """Mentors, mentees and what they bring one another.

    ``pairs`` holds points, exclusions and levels of mentors with mentees; mentors without capacity lead nothing, and
    mentees who want nobody join nothing. ``size`` bounds the members of a group, ``leaders`` its leaders, ``cohesion``
    is the share p / q of the points that members bring one another, in ``fellows`` (shape (n_mentees, n_mentees),
    symmetric; -1 for two who may not be in one group; None where nothing is known and all may). ``held`` are groups
    that stay, with the points of their pairs; they may grow, and those in ``settled`` need not reach the smallest size.
    ``rivals`` are pairs of mentors who may not lead together. ``slots`` are the times of mentors and mentees, bools of
    shapes (n_mentors, n_slots) and (n_mentees, n_slots), of which a group shares one; None where there are none.
    """

    pairs: Problem
    size: tuple[int, int]
    leaders: tuple[int, int] = (1, 1)
    cohesion: tuple[int, int] = (0, 1)
    fellows: PairSource | None = None
    apart: tuple[Ints, Ints] | None = None
    rivals: frozenset[tuple[int, int]] = frozenset()
    slots: tuple[Bools, Bools] | None = None
    held: tuple[Team, ...] = ()
    held_points: tuple[tuple[int, int, int], ...] = ()
    settled: frozenset[Team] = frozenset()

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of mentors and of mentees."""
        return self.pairs.shape

    @property
    def shares(self) -> int:
        """In so many parts a member's value is divided among leaders."""
        low, high = self.leaders
        return lcm(*range(max(1, low), max([high, 1, *(len(team.leaders) for team in self.held)]) + 1))

    @property
    def factors(self) -> tuple[int, int]:
        """How often a member's mean points and the points of two members count."""
        part, whole = self.cohesion
        if not part:
            return self.shares, 0
        return (whole - part) * max(1, self.size[1] - 1) * self.shares, part * self.shares

    @property
    def unit(self) -> int:
        """So many units are one point."""
        part, whole = self.cohesion
        return self.shares * (whole * max(1, self.size[1] - 1) if part else 1)

    @cached_property
    def may_lead(self) -> Bools:
        """Mentors who are free to lead a group."""
        free = self.pairs.capacity > 0
        free[[leader for team in self.held for leader in team.leaders]] = False
        return free

    @cached_property
    def may_join(self) -> Bools:
        """Mentees who are free to join a group."""
        return self.pairs.wants > 0

    @cached_property
    def points(self) -> Ints:
        """The points of all pairs, -1 where not allowed; those held have the points they are held with."""
        found = self.pairs.rows(0, self.shape[0]).astype(np.int64)
        for mentor, mentee, points in self.held_points:
            found[mentor, mentee] = points
        return found

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words of all levels, the lottery aside, in order; what is not allowed has any value there.

        Raises OverflowError, with the level, where a total would be too large to be held exactly.
        """
        words: list[Word] = []
        run: list[tuple[LevelName, Ints]] = []
        for level, brought in self._levels():
            values = brought * (self.factors[0] if level == "points" else self.shares)
            if run and (level == "points" or run[0][0] == "points" or not self._fits([*run, (level, values)])):
                words.append(_merged(run, self.shape[1]))
                run = []
            if int(np.abs(values).max(initial=0)) * max(1, self.shape[1]) >= LARGEST_TOTAL:
                raise OverflowError(level)
            if values.any() or level == "points":
                run.append((level, values))
        if run:
            words.append(_merged(run, self.shape[1]))
        return tuple(words)

    def _fits(self, run: Sequence[tuple[LevelName, Ints]]) -> bool:
        return int(np.abs(_merged(run, self.shape[1]).values).max(initial=0)) * max(1, self.shape[1]) < LARGEST_WORD

    def _levels(self) -> list[tuple[LevelName, Ints]]:
        """What each pair brings on each level; all who are placed, then those of the highest priority, and so on."""
        problem = self.pairs
        nothing = np.zeros(self.shape, dtype=np.int64)
        found: list[tuple[LevelName, Ints]] = []
        for level in problem.sums:
            if level in ("minimum_load", "everyone", "lottery"):
                continue
            if level == "participation":
                found.append((level, nothing + 1))
                ranks = np.unique(problem.priority[self.may_join])[:0:-1].tolist()
                found += [(level, nothing + (problem.priority == rank)) for rank in ranks]
                continue
            values = np.where(self.points > 0, self.points, 0) if level == "points" else nothing.copy()
            if level in problem.special_values:
                values[problem.special.mentor, problem.special.mentee] += problem.special_values[level]
            found.append((level, values))
        return found

    @cached_property
    def joining(self) -> Ints:
        """What it brings in the words before points that somebody is in a group, whoever leads it."""
        return np.zeros(self.shape[1], dtype=np.int64)

    @cached_property
    def bonds(self) -> Ints | None:
        """What two members bring, in units, symmetric; None where that does not count."""
        if self.fellows is None or not self.cohesion[0]:
            return None
        found = self._between()
        return np.where(found > 0, found, 0) * self.factors[1]

    @cached_property
    def strangers(self) -> Bools:
        """Which two mentees may not be in one group, symmetric; nobody is a stranger to themselves."""
        found = np.zeros((self.shape[1], self.shape[1]), dtype=np.bool_)
        if self.fellows is not None:
            found |= self._between() < 0
        if self.apart is not None:
            found[self.apart] = found[self.apart[::-1]] = True
        np.fill_diagonal(found, False)
        return found

    def _between(self) -> Ints:
        assert self.fellows is not None
        return self.fellows.rows(0, self.shape[1]).astype(np.int64)

    @cached_property
    def options(self) -> Options:
        """All ways to open a group with one leader, and to go on with a group that is held."""
        found: list[tuple[tuple[int, ...], int, int, tuple[int, ...], int, int]] = []
        low, high = self.size
        for owner, mentor in enumerate(np.flatnonzero(self.may_lead).tolist()):
            found += [((mentor,), owner, slot, (), low, high) for slot in self.slots_of(Team((mentor,), ()))]
        owners = int(self.may_lead.sum())
        for owner, team in enumerate(self.held, start=owners):
            size = len(team.members)
            least = 0 if team in self.settled else max(0, low - size)
            slots = self.slots_of(team) or [-2]  # such a group stays as it is
            found += [
                (team.leaders, owner, slot, team.members, least, max(0, high - size) if slot > -2 else 0)
                for slot in slots
            ]
        rows = [self.allowed_with(one[0], one[2], one[3]) for one in found]
        allowed = np.array(rows, dtype=np.bool_).reshape(len(found), self.shape[1])
        return Options(
            leaders=tuple(one[0] for one in found),
            owner=np.array([one[1] for one in found], dtype=np.int64),
            slot=np.array([one[2] for one in found], dtype=np.int64),
            held=tuple(one[3] for one in found),
            low=np.array([one[4] for one in found], dtype=np.int64),
            high=np.array([one[5] for one in found], dtype=np.int64),
            forced=np.arange(owners + len(self.held)) >= owners,
            allowed=allowed,
            words=tuple(
                np.array([self.member_values(k, one[0], one[3]) for one in found], dtype=np.int64).reshape(
                    len(found), self.shape[1]
                )
                for k in range(len(self.words))
            ),
        )

    def slots_of(self, team: Team) -> list[int]:
        """The slots that all of these people share; one that is none where there are no slots."""
        if self.slots is None:
            return [-1]
        mentors, mentees = self.slots
        shared = mentors[list(team.leaders)].all(axis=0) & mentees[list(team.members)].all(axis=0)
        return np.flatnonzero(shared).tolist()

    def allowed_with(self, leaders: Sequence[int], slot: int, members: Sequence[int] = ()) -> Bools:
        """Which free mentees may join a group of these people in that slot."""
        found = self.may_join & (self.points[list(leaders)] >= 0).all(axis=0)
        if self.slots is not None and slot >= 0:
            found &= self.slots[1][:, slot]
        return found & ~self.strangers[list(members)].any(axis=0)

    def member_values(self, word: int, leaders: Sequence[int], members: Sequence[int] = ()) -> Ints:
        """What each mentee brings to a group of these leaders and members in a word, in units."""
        own = self.words[word]
        found = np.zeros(self.shape[1], dtype=np.int64)
        if leaders:
            found = own.values[list(leaders)].sum(axis=0) // len(leaders)
        if own.points and self.bonds is not None:
            found = found + self.bonds[list(members)].sum(axis=0)
        return found

    def value_of(self, team: Team) -> tuple[int, ...]:
        """What a group brings in each word, in units."""
        members = list(team.members)
        found = []
        for k, word in enumerate(self.words):
            value = int(self.member_values(k, team.leaders)[members].sum())
            if word.points and self.bonds is not None:
                value += int(self.bonds[np.ix_(members, members)].sum()) // 2
            found.append(value)
        return tuple(found)

    def value(self, teams: Sequence[Team]) -> tuple[int, ...]:
        """What groups bring together in each word, in units."""
        own = [self.value_of(team) for team in teams]
        return tuple(map(sum, zip(*own, strict=True))) if own else (0,) * len(self.words)

    def points_of(self, team: Team) -> int:
        """The points of a group, rounded down: means over the leaders and what members bring one another, no bonus."""
        members, leaders = list(team.members), list(team.leaders)
        twice = int(self.points[np.ix_(leaders, members)].sum()) * self.factors[0] // max(1, len(leaders))
        if self.bonds is not None:
            twice += int(self.bonds[np.ix_(members, members)].sum()) // 2
        return twice // self.unit

    def most_placed(self) -> int:
        """No more free mentees than this can be placed, counted by heads alone; held groups take part."""
        low, high = self.size
        mentees, mentors = int(self.may_join.sum()), int(self.may_lead.sum()) // max(1, self.leaders[0])
        into_held = sum(max(0, high - len(team.members)) for team in self.held)
        if into_held:
            return min(mentees, into_held + mentors * high)
        groups = min(mentors, mentees // low)
        return min(mentees, groups * high)

    def ceiling(self, word: int, reached: Sequence[int], prices: GroupPrices) -> int:
        """What no groups exceed in a word, while they bring at least what was ``reached`` in the words before.

        Any prices give such a bound: a mentee's price and what groups then bring beyond the prices of their members.
        A group's gain is at most the mean of what its leaders would have alone, so that each counts for one of the
        fewest leaders a group has. One pass over all pairs.
        """
        options = self.options
        fixed = self.value(self.held)
        paid = np.array(prices.mentees, dtype=np.int64)
        worth = self.priced(word, prices)
        if self.words[word].points and self.bonds is not None:
            gain = cohesive_gains(worth, self.bonds, options.low, options.high, options.forced[options.owner])
        else:
            gain = group_gains(worth, options.low, options.high)
        owners = len(options.forced)
        best = np.full(owners, NEVER, dtype=np.int64)
        np.maximum.at(best, options.owner, gain)
        best[~options.forced] = np.maximum(best[~options.forced], 0)
        free = sum(best[~options.forced].tolist()) // max(1, self.leaders[0])
        owed = sum(price * (reach - own) for price, reach, own in zip(prices.before, reached, fixed, strict=False))
        bound: int = fixed[word] + int(paid[self.may_join].sum()) + free + sum(best[options.forced].tolist()) - owed
        if self.words[word].levels == ("participation",):
            heads = self.most_placed() * int(self.words[word].values.max(initial=0))
            bound = min(bound, fixed[word] + heads)
        return bound

    def priced(self, word: int, prices: GroupPrices) -> Ints:
        """What mentees bring to options beyond their prices, earlier words at theirs; `NEVER` where not allowed."""
        options = self.options
        worth = options.words[word] - np.array(prices.mentees, dtype=np.int64)
        for price, values in zip(prices.before, options.words, strict=False):
            if price:
                worth = worth + price * values
        return np.where(options.allowed, worth, NEVER)


def _merged(run: Sequence[tuple[LevelName, Ints]], people: int) -> Word:
    """Levels in one whole number, each unit more than all that stands to its right can bring."""
    total = np.zeros_like(run[0][1])
    below = 0
    for _, values in reversed(run):
        total = total + values * (below + 1)
        below += (below + 1) * people * int(np.abs(values).max(initial=0))
    return Word(tuple(dict.fromkeys(level for level, _ in run)), total)


def group_gains(worth: Ints, low: Ints, high: Ints) -> Ints:
    """For each row the largest sum of ``low`` to ``high`` of its entries; `NEVER` where there are too few."""
    most = int(high.max(initial=0))
    rows, columns = worth.shape
    wide = min(most, columns)
    if wide < columns:
        worth = np.partition(worth, columns - wide, axis=1)[:, columns - wide :] if wide else worth[:, :0]
    top = -np.sort(-worth, axis=1)
    there = top > NEVER // 2
    sums = np.zeros((rows, wide + 1), dtype=np.int64)
    np.cumsum(np.where(there, top, 0), axis=1, out=sums[:, 1:])
    sums[:, 1:][~there] = NEVER
    count = np.arange(wide + 1)
    sums[(count < low[:, None]) | (count > high[:, None])] = NEVER
    return np.asarray(sums.max(axis=1, initial=NEVER))
