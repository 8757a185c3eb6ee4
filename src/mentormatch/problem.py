"""What the solvers and the proof checker see of a matching problem: whole numbers, no names and no answers.

A problem asks for a set of (mentor, mentee) pairs. Its value is a tuple of levels, compared in order:

- ``minimum_load``: the seats that minimum loads demand and that are filled, counted up to each mentor's minimum;
- ``everyone``: the mentees with at least one mentor, where all must have one;
- ``participation``: for every mentor a mentee gets, the weight of that tier (`Problem.tiers`);
- ``listed``: the mentees with at least one mentor from their list;
- ``accepted``, ``rank``, ``wishes``, ``avoid``, ``favour``, ``changes``: what special pairs bring (`Special`);
- ``balance``: minus the sum of squared loads, where loads are to be even;
- ``points``: the points of the pairs;
- ``lottery``: the sum of the pairs' lottery numbers (`lottery`), which settles ties.

``lift_worst`` among the levels is no sum: it marks where the lowest score is lifted (`Lift`).

A word is a run of levels in one whole number; a solver optimises word after word, and prices are given for each word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
LevelName = Literal[
    "minimum_load",
    "accepted",
    "everyone",
    "participation",
    "listed",
    "rank",
    "wishes",
    "lift_worst",
    "balance",
    "avoid",
    "favour",
    "changes",
    "points",
    "lottery",
]
PARTICIPATION_FIRST: tuple[LevelName, ...] = ("minimum_load", "participation", "points", "lottery")

LARGEST_TOTAL = 2**62
"""No word's total may reach this: int64 arithmetic, and the artificial costs of network simplex, end there."""
_AT_ONCE = 128
"""Single pairs are scored as small blocks of so many mentors and mentees at most."""
_WIDEST = 2**10
"""Mentees in one block of `Problem.tiles`."""
LARGEST_PATH = 2**52
"""Levels share a word only if twice the smaller side times its largest cost stays below this, exact in a float64."""


class PairSource(Protocol):
    """Points of all pairs, handed out in blocks of mentor rows."""

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of mentors and of mentees."""
        ...

    @property
    def max_points(self) -> int:
        """No pair has more points than this."""
        ...

    def rows(self, start: int, stop: int, first: int = 0, last: int | None = None) -> npt.NDArray[np.int32] | Ints:
        """Points of mentors ``start`` to ``stop`` with mentees ``first`` to ``last`` (None: to the end).

        -1 where not allowed; not to be changed.
        """
        ...

    def take(self, mentors: Ints, mentees: Ints | slice) -> PairSource:
        """The points of some mentors and mentees, by position; a few of them or many, so nothing of all pairs is kept.

        A slice takes neighbours, which costs nothing.
        """
        ...


class Reaching(Protocol):
    """What a source may have as ``reaching`` (None where it cannot): pairs that reach prices, without all points."""

    def tile(
        self, rows: slice, columns: slice, v: Ints, u: Ints, without: tuple[Ints, Ints], some: int = 0
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Any, npt.NDArray[np.float64]] | None:
        """Rows and columns of the pairs of a tile whose points may be ``v + u`` or more, sorted, and what tells them.

        ``v`` and ``u`` are whole points for each mentor and each mentee of the tile. Pairs ``without`` (places in the
        tile) are left out. The last array says of each mentor what none of these pairs exceeds its prices by more than.
        Where very many reach, ``some`` of each mentor and the best of each mentee will do; None without these.
        """
        ...

    def points(self, mentor: Any, mentee: Any, told: Any) -> Ints:
        """The points of pairs that tiles found, by position; -1 where one is not allowed."""
        ...


@dataclass(frozen=True)
class Word:
    """A run of levels merged into one whole number: the sum of multiplier times level.

    Each multiplier exceeds the largest total of what stands to its right, so that comparing words compares levels.
    """

    levels: tuple[tuple[LevelName, int], ...]
    draw: int = 0

    def multiplier(self, level: LevelName) -> int:
        """What one unit of the level adds to the word; 0 where the level is in another word."""
        return next((m for name, m in self.levels if name == level), 0)


@dataclass(frozen=True, eq=False)
class Tiers:
    """One entry for every mentor that some mentee still wants: whose it is and what it brings.

    Entries of a mentee are adjacent, from ``offsets[i]`` to ``offsets[i + 1]``, and fall strictly in ``weight``, which
    is the gain in participation. ``first`` is 1 for the first mentor of a mentee, else 0: the gain in everyone.
    """

    mentee: Ints
    weight: Ints
    first: Ints
    offsets: Ints

    def gain(self, word: Word) -> Ints:
        """What each entry brings in the word."""
        return self.weight * word.multiplier("participation") + self.first * word.multiplier("everyone")


@dataclass(frozen=True, eq=False)
class Special:
    """Pairs with more to them than points, sorted by mentor, then mentee; solvers always look at them.

    ``points`` are given where the pair is allowed with these points whatever the source says, else -1. ``listed`` says
    that the mentor is on the mentee's list, ``values`` what the pair brings on a level (on "points": in addition).
    """

    mentor: Ints
    mentee: Ints
    points: Ints
    listed: npt.NDArray[np.bool_]
    values: Mapping[LevelName, Ints]

    @classmethod
    def none(cls) -> Special:
        """No special pairs."""
        nobody = np.zeros(0, dtype=np.int64)
        return cls(nobody, nobody, nobody, np.zeros(0, dtype=np.bool_), {})


@dataclass(frozen=True, eq=False)
class Seats:
    """The seats as arcs: whose they are, how many alike, and how many mentees the mentor has before the first."""

    mentor: Ints
    capacity: Ints
    before: Ints


@dataclass(frozen=True, eq=False)
class Problem:
    """Seats, wishes and allowed pairs in whole numbers; pinned pairs are taken out beforehand.

    ``capacity``, ``minimum_load`` (per mentor) and ``wants`` (per mentee) are what remains beside the pins; ``served``
    counts the mentors that pins already gave each mentee and ``led`` the mentees they gave each mentor. ``excluded``
    holds pairs out of the question for reasons other than the source's: arrays of mentor and mentee positions, sorted
    by mentor. ``mentor_keys`` and ``mentee_keys`` feed the lottery. ``levels`` are those that count, from the most
    important on; the last is the lottery, drawn again where it does not decide. Mentees in ``list_only`` may have
    nobody but the mentors on their list, those in ``list_served`` already have one of them by a pin.
    """

    source: PairSource
    capacity: Ints
    minimum_load: Ints
    wants: Ints
    served: Ints
    led: Ints
    priority: Ints
    excluded: tuple[Ints, Ints]
    mentor_keys: Keys
    mentee_keys: Keys
    special: Special = field(default_factory=Special.none)
    list_only: npt.NDArray[np.bool_] | None = None
    list_served: npt.NDArray[np.bool_] | None = None
    levels: tuple[LevelName, ...] = PARTICIPATION_FIRST
    minimum_score: int = 0

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of mentors and of mentees."""
        return self.source.shape

    def rows(self, start: int, stop: int, first: int = 0, last: int | None = None) -> npt.NDArray[np.int32] | Ints:
        """Points of mentors ``start`` to ``stop`` with mentees ``first`` to ``last`` (None: to the end).

        -1 where not allowed; not to be changed.
        """
        last = self.shape[1] if last is None else last
        block = self.source.rows(start, stop, first, last)
        if self.minimum_score > 0:
            block = np.where(block < self.minimum_score, block.dtype.type(-1), block)
        mentor, mentee = self.excluded
        here = within(mentor, mentee, slice(start, stop), slice(first, last))
        if len(here):
            block = block.copy()
            block[mentor[here] - start, mentee[here] - first] = -1
        special = self.special
        here = within(special.mentor, special.mentee, slice(start, stop), slice(first, last))
        if self.list_only is not None and self.list_only.any():
            listed = here[special.listed[here]]
            at = special.mentor[listed] - start, special.mentee[listed] - first
            kept = block[at]
            block = np.where(self.list_only[first:last], block.dtype.type(-1), block)
            block[at] = kept
        given = here[special.points[here] >= 0]
        if len(given):
            points = special.points[given]
            block = block.astype(np.promote_types(block.dtype, np.min_scalar_type(-int(points.max()) - 1)))
            block[special.mentor[given] - start, special.mentee[given] - first] = points
        return block

    @property
    def reaching(self) -> Reaching | None:
        """What tells pairs that reach prices by the source alone: pairs `special` or `excluded` are not known to it."""
        found: Reaching | None = getattr(self.source, "reaching", None)
        return found

    def take(self, mentors: Ints, mentees: Ints | slice) -> Problem:
        """Some mentors and mentees alone, by rising positions, for `rows` and `tiles`; widths are those of the few."""
        special = self.special
        here, there = (np.full(people, -1, dtype=np.int64) for people in self.shape)
        here[mentors] = np.arange(len(mentors))
        there[mentees] = np.arange(len(self.wants[mentees]))
        kept = np.flatnonzero((here[special.mentor] >= 0) & (there[special.mentee] >= 0))
        closed = np.flatnonzero((here[self.excluded[0]] >= 0) & (there[self.excluded[1]] >= 0))
        return replace(
            self,
            source=self.source.take(mentors, mentees),
            capacity=self.capacity[mentors],
            minimum_load=self.minimum_load[mentors],
            wants=self.wants[mentees],
            served=self.served[mentees],
            led=self.led[mentors],
            priority=self.priority[mentees],
            excluded=(here[self.excluded[0][closed]], there[self.excluded[1][closed]]),
            mentor_keys=self.mentor_keys[mentors],
            mentee_keys=self.mentee_keys[mentees],
            special=Special(
                here[special.mentor[kept]],
                there[special.mentee[kept]],
                special.points[kept],
                special.listed[kept],
                {level: value[kept] for level, value in special.values.items()},
            ),
            list_only=None if self.list_only is None else self.list_only[mentees],
            list_served=None if self.list_served is None else self.list_served[mentees],
        )

    def points_of(self, mentor: Ints, mentee: Ints) -> Ints:
        """The points of single pairs, sorted by mentor; -1 where not allowed."""
        found = np.empty(len(mentor), dtype=np.int64)
        for at in range(0, len(mentor), _AT_ONCE):
            here = slice(at, at + _AT_ONCE)
            rows, row = np.unique(mentor[here], return_inverse=True)
            columns, column = np.unique(mentee[here], return_inverse=True)
            found[here] = self.take(rows, columns).rows(0, len(rows))[row.reshape(-1), column.reshape(-1)]
        return found

    def tiles(self, pairs: int, start: int, stop: int) -> Iterator[tuple[int, int, npt.NDArray[np.int32] | Ints]]:
        """All pairs of some mentors in blocks of about so many: the first mentor and mentee of each, and the block."""
        for rows, columns in self.cut(pairs, start, stop):
            yield rows.start, columns.start, self.rows(rows.start, rows.stop, columns.start, columns.stop)

    def cut(self, pairs: int, start: int, stop: int) -> Iterator[tuple[slice, slice]]:
        """The mentors and mentees of blocks of about so many pairs.

        Blocks are a thousand mentees wide at most, so that there are many mentors in each; those of the same mentors
        follow one another.
        """
        mentees = self.shape[1]
        width = min(max(1, mentees), _WIDEST)
        height = max(1, pairs // width)
        for top in range(start, stop, height):
            for first in range(0, mentees, width):
                yield slice(top, min(top + height, stop)), slice(first, min(first + width, mentees))

    def blocks(self, rows: int) -> Iterator[tuple[int, npt.NDArray[np.int32] | Ints]]:
        """All rows, ``rows`` at a time: the first row's position and the block."""
        for start in range(0, self.shape[0], rows):
            yield start, self.rows(start, min(start + rows, self.shape[0]))

    @property
    def sums(self) -> tuple[LevelName, ...]:
        """The levels that are sums: all but the mark of a lift."""
        return tuple(level for level in self.levels if level != "lift_worst")

    @cached_property
    def list_mentees(self) -> Ints:
        """Mentees who want several mentors of whom one is to come from their list, so that it takes a node to count."""
        if "listed" not in self.levels:
            return np.zeros(0, dtype=np.int64)
        open_lists = np.zeros(self.shape[1], dtype=np.bool_)
        open_lists[self.special.mentee[self.special.listed]] = True
        if self.list_served is not None:
            open_lists &= ~self.list_served
        return np.flatnonzero(open_lists & (np.minimum(self.wants, self.shape[0]) > 1)).astype(np.int64)

    def special_at(self, mentor: Ints, mentee: Ints) -> Ints:
        """The place of pairs among the special ones, -1 for those that are not special."""
        own = self.special.mentor * self.shape[1] + self.special.mentee
        key = mentor * self.shape[1] + mentee
        if not len(own):
            return np.full(len(key), -1, dtype=np.int64)
        place = np.minimum(np.searchsorted(own, key), len(own) - 1)
        return np.where(own[place] == key, place, -1)

    def is_new(self, mentor: Ints, mentee: Ints) -> npt.NDArray[np.bool_]:
        """Whether pairs are allowed by their points, and not by being special."""
        return np.append(self.special.points, -1)[self.special_at(mentor, mentee)] < 0

    def list_at(self, mentor: Ints, mentee: Ints) -> Ints:
        """The place among `list_mentees` for pairs that run through a list, -1 for the others."""
        if not len(self.list_mentees):
            return np.full(len(mentor), -1, dtype=np.int64)
        place = np.minimum(np.searchsorted(self.list_mentees, mentee), len(self.list_mentees) - 1)
        special = self.special_at(mentor, mentee)
        listed = (special >= 0) & self.special.listed[np.maximum(special, 0)]
        return np.where(listed & (self.list_mentees[place] == mentee), place, -1)

    @cached_property
    def special_values(self) -> Mapping[LevelName, Ints]:
        """What special pairs bring on each level; being listed counts by pair where no node counts it."""
        listed = self.special.listed & ~np.isin(self.special.mentee, self.list_mentees)
        if self.list_served is not None:
            listed &= ~self.list_served[self.special.mentee]
        return {**self.special.values, "listed": listed.astype(np.int64)}

    def pair_value(self, word: Word, mentor: Ints, mentee: Ints, points: Ints) -> Ints:
        """What pairs bring in a word, their seats and tiers apart."""
        value = points * word.multiplier("points")
        if word.multiplier("lottery"):
            value = value + self.lottery(mentor, mentee, word.draw)
        levels = [level for level, _ in word.levels if level in self.special_values]
        if levels and len(self.special.mentor):
            place = self.special_at(mentor, mentee)
            for level in levels:
                extra = np.append(self.special_values[level], 0)
                value = value + extra[place] * word.multiplier(level)
        return value

    @cached_property
    def most_pairs(self) -> int:
        """No set of pairs that fits the seats and the wishes has more pairs than this."""
        seats = int(np.minimum(self.capacity, self.shape[1]).sum())
        return min(seats, len(self.tiers.mentee))

    @cached_property
    def tiers(self) -> Tiers:
        """What mentees bring: first mentors before second ones, within a tier the higher priority first.

        Weights are the ranks K..1 of the different (tier, priority) combinations. Such ordinal weights in one level
        give the same optimum as one level for each combination: the numbers of mentors that mentees can get together
        form a generalised polymatroid, whose optimal bases depend on nothing but the order of the weights.
        """
        mentors = self.shape[0]
        wants = np.minimum(self.wants, mentors)
        offsets = np.concatenate(([0], np.cumsum(wants))).astype(np.int64)
        mentee = np.repeat(np.arange(len(wants), dtype=np.int64), wants)
        tier = np.arange(len(mentee), dtype=np.int64) - offsets[mentee] + self.served[mentee]
        if not len(mentee):
            return Tiers(mentee, tier, tier, offsets)
        rank = np.lexsort((-self.priority[mentee], tier))
        changes = (np.diff(tier[rank]) != 0) | (np.diff(self.priority[mentee][rank]) != 0)
        position = np.concatenate(([0], np.cumsum(changes)))
        weight = np.empty(len(mentee), dtype=np.int64)
        weight[rank] = position[-1] + 1 - position
        return Tiers(mentee, weight, (tier == 0).astype(np.int64), offsets)

    @cached_property
    def seats(self) -> Seats:
        """The seats of all mentors: one by one where each brings less than the last, else those alike together."""
        usable = np.minimum(self.capacity, self.shape[1])
        everyone = np.arange(len(usable), dtype=np.int64)
        if "balance" in self.levels:
            mentor = np.repeat(everyone, usable)
            before = np.arange(len(mentor), dtype=np.int64) - np.repeat(np.cumsum(usable) - usable, usable)
            return Seats(mentor, np.ones_like(mentor), before)
        minimum = np.minimum(self.minimum_load, usable)
        capacity = np.concatenate((minimum, usable - minimum))
        some = np.flatnonzero(capacity > 0)
        before = np.concatenate((np.zeros_like(minimum), minimum))
        return Seats(np.concatenate((everyone, everyone))[some], capacity[some], before[some])

    def seat_gain(self, word: Word, mentor: Ints, before: Ints) -> Ints:
        """What one more mentee brings in the word to mentors who have ``before`` already, falling as they have more.

        A seat up to the minimum load counts there; in balance, squared loads sum to the sum over seats of 2 s + 1.
        """
        demanded = (before < self.minimum_load[mentor]) * np.int64(word.multiplier("minimum_load"))
        if not word.multiplier("balance"):
            return demanded
        return demanded - (2 * (before + self.led[mentor]) + 1) * np.int64(word.multiplier("balance"))

    @cached_property
    def lottery_bits(self) -> int:
        """Bits of a lottery number: at most 40, and as many as both limits on widths allow."""
        path = 51 - (2 * max(1, min(self.shape))).bit_length()
        total = 61 - max(sum(self.shape) + 1, self.most_pairs).bit_length()
        return max(1, min(40, path, total))

    def largest(self, level: LevelName) -> int:
        """The largest gain or loss of the level on one pair, tier or seat."""
        if level == "minimum_load":
            return int(self.minimum_load.any())
        if level == "everyone":
            return int(self.tiers.first.any())
        if level == "balance":
            usable = np.minimum(self.capacity, self.shape[1])
            return int((2 * (usable + self.led)).max(initial=0))
        if level == "participation":
            return int(self.tiers.weight.max(initial=0))
        extra = int(np.abs(self.special_values[level]).max(initial=0)) if level in self.special_values else 0
        if level == "listed":
            return int("listed" in self.levels and bool(extra or len(self.list_mentees)))
        if level == "points":
            return max(self.source.max_points, int(self.special.points.max(initial=0))) + extra
        if level != "lottery":
            return extra
        return (1 << self.lottery_bits) - 1

    def most(self, level: LevelName) -> int:
        """How far two solutions can differ on the level."""
        if level == "minimum_load":
            return int(self.minimum_load.sum())
        if level == "everyone":
            return int(self.tiers.first.sum())
        if level == "participation":
            return int(self.tiers.weight.sum())
        if level in self.special_values and level != "points":
            return min(self.most_pairs, len(self.special.mentor)) * self.largest(level)
        return self.most_pairs * self.largest(level)

    def value(self, mentor: Ints, mentee: Ints, points: Ints) -> tuple[int, ...]:
        """What a set of pairs brings on each level, the first draw of the lottery included."""
        load = np.bincount(mentor, minlength=self.shape[0])
        got = np.bincount(mentee, minlength=self.shape[1])
        nth = np.arange(len(self.tiers.mentee)) - self.tiers.offsets[self.tiers.mentee]
        taken = nth < got[self.tiers.mentee]
        values: dict[LevelName, int] = {
            "minimum_load": int(np.minimum(load, self.minimum_load).sum()),
            "everyone": int(self.tiers.first[taken].sum()),
            "participation": int(self.tiers.weight[taken].sum()),
            "balance": int((self.led**2 - (load + self.led) ** 2).sum()),
            "points": int(points.sum()),
            "lottery": int(self.lottery(mentor, mentee, 0).sum()),
        }
        place = self.special_at(mentor, mentee)
        for level, extra in self.special_values.items():
            values[level] = values.get(level, 0) + int(np.append(extra, 0)[place].sum())
        lists = self.list_at(mentor, mentee)
        values["listed"] += len(np.unique(lists[lists >= 0]))
        return tuple(values.get(level, 0) for level in self.sums)

    def gaps(self, words: Sequence[Word], mentor: Ints, mentee: Ints, points: Ints, bound: int) -> tuple[Gap, ...]:
        """What a set of pairs reaches on each level of the words, and what any other could reach at most.

        The set is the best one in all words but the last, in which nothing as good in the others exceeds ``bound``.
        That says something of every level of the last word up to the first that may be exceeded.
        """
        reached = dict(zip(self.sums, self.value(mentor, mentee, points), strict=True))
        *before, last = words
        found = [Gap(level, reached[level], reached[level]) for word in before for level, _ in word.levels]
        if last.draw:
            reached["lottery"] = int(self.lottery(mentor, mentee, last.draw).sum())
        for at, (level, multiplier) in enumerate(last.levels):
            below = sum(m * self._least(lower) for lower, m in last.levels[at + 1 :])
            most = min((bound - below) // multiplier, self.most(level))
            found.append(Gap(level, reached[level], most))
            if most > reached[level]:
                break
            bound -= multiplier * reached[level]
        return tuple(found)

    def _least(self, level: LevelName) -> int:
        """No set of pairs reaches less on the level."""
        negative = level == "balance" or (self.special_values.get(level, np.zeros(1)) < 0).any()
        return -self.most(level) if negative else 0

    def lottery(self, mentor: Ints, mentee: Ints, draw: int) -> Ints:
        """Lottery numbers of pairs (positions, broadcast together): leading bits of a hash of the seed and both ids."""
        return lottery(self.mentor_keys[mentor], self.mentee_keys[mentee], draw) >> np.int64(63 - self.lottery_bits)


def within(mentor: Ints, mentee: Ints, rows: slice, columns: slice) -> npt.NDArray[np.intp]:
    """Which of the pairs, sorted by mentor, are in a block of these mentors and mentees."""
    low, high = np.searchsorted(mentor, (rows.start, rows.stop))
    found = np.flatnonzero((mentee[low:high] >= columns.start) & (mentee[low:high] < columns.stop))
    return np.asarray(found + low)


@dataclass(frozen=True)
class Gap:
    """What pairs reach on a level, and what no others exceed of those that are as good on the levels before.

    Both count as `Problem.value` does: settled pairs apart, and participation in the weights of its tiers.
    """

    level: LevelName
    value: int
    bound: int


@dataclass(frozen=True)
class Stopped:
    """Why a search ended before its end, after how many rounds (flows solved), and what is proven about its pairs.

    ``gaps`` has an entry for each level from the first on; on all but the last of them the pairs are proven the best.
    Nothing is known about the levels that are not in it.
    """

    by: Literal["round_limit", "interrupt"]
    rounds: int
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, eq=False)
class Solution:
    """Pairs (positions, sorted by mentor, then mentee) and their points, with the prices that prove them.

    ``words`` says what was optimised; ``mentor_prices`` and ``mentee_prices`` have a row for each person and a column
    for each word, ``list_prices`` a row for each of the problem's `list_mentees`. ``rounds`` and ``candidates`` count
    flows solved and pairs they looked at. Where the search was ``stopped``, the prices prove what that says and no
    more, and there may be words behind those given.
    """

    mentor: Ints
    mentee: Ints
    points: Ints
    words: tuple[Word, ...]
    mentor_prices: Ints
    mentee_prices: Ints
    list_prices: Ints
    rounds: int = 0
    candidates: int = 0
    stopped: Stopped | None = None


@dataclass(frozen=True, eq=False)
class Lift:
    """A floor under the points of all new pairs, and why it is the highest that costs nothing in the levels above.

    ``free`` is the optimum of the upper levels without a floor, ``above`` their optimum with a floor one point higher;
    both carry the prices that prove them. A floor beyond all points says that no new pair is needed; nothing is above.
    """

    floor: int
    free: Solution
    above: Solution | None


def upper_levels(levels: tuple[LevelName, ...]) -> tuple[LevelName, ...]:
    """The levels that come before a lift of the lowest score, and a lottery."""
    return (*levels[: levels.index("lift_worst")], "lottery")


def lottery(mentor_key: Keys, mentee_key: Keys, draw: int) -> Ints:
    """Numbers of 63 bits from two keys (broadcast together) and the number of the draw.

    The keys are hashes already; they are combined and mixed by the finaliser of splitmix64 (Steele, Lea and Flood,
    "Fast splittable pseudorandom number generators", 2014), so that every bit depends on both.
    """
    mixed = mentor_key + mentee_key * np.uint64(0x9E3779B97F4A7C15) + np.uint64(draw * 0xD1B54A32D192ED03 % 2**64)
    mixed ^= mixed >> np.uint64(30)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(1)).astype(np.int64)
