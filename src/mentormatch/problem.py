"""What the solvers and the proof checker see of a matching problem: whole numbers, no names and no answers.

A problem asks for a set of (mentor, mentee) pairs. Its value is a tuple of levels, compared in order:

- ``minimum_load``: the seats that minimum loads demand and that are filled, counted up to each mentor's minimum;
- ``everyone``: the mentees with at least one mentor, where all must have one;
- ``participation``: for every mentor a mentee gets, the weight of that tier (`Problem.tiers`);
- ``balance``: minus the sum of squared loads, where loads are to be even;
- ``points``: the points of the pairs;
- ``lottery``: the sum of the pairs' lottery numbers (`lottery`), which settles ties.

A word is a run of levels in one whole number; a solver optimises word after word, and prices are given for each word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
LevelName = Literal["minimum_load", "everyone", "participation", "balance", "points", "lottery"]
PARTICIPATION_FIRST: tuple[LevelName, ...] = ("minimum_load", "participation", "points", "lottery")

_ABOVE_LIFT = ("minimum_load", "everyone", "participation")

LARGEST_TOTAL = 2**62
"""No word's total may reach this: int64 arithmetic, and the artificial costs of network simplex, end there."""
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

    def rows(self, start: int, stop: int) -> npt.NDArray[np.int32] | Ints:
        """Points of mentors ``start`` to ``stop`` with all mentees, -1 where not allowed; not to be changed."""
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
    important on; the last is the lottery, drawn again where it does not decide.
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
    levels: tuple[LevelName, ...] = PARTICIPATION_FIRST
    minimum_score: int = 0

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of mentors and of mentees."""
        return self.source.shape

    def rows(self, start: int, stop: int) -> npt.NDArray[np.int32] | Ints:
        """Points of mentors ``start`` to ``stop`` with all mentees, -1 where not allowed; not to be changed."""
        block = self.source.rows(start, stop)
        if self.minimum_score > 0:
            block = np.where(block < self.minimum_score, block.dtype.type(-1), block)
        mentor, mentee = self.excluded
        first, last = np.searchsorted(mentor, (start, stop))
        if first < last:
            block = block.copy()
            block[mentor[first:last] - start, mentee[first:last]] = -1
        return block

    def blocks(self, rows: int) -> Iterator[tuple[int, npt.NDArray[np.int32] | Ints]]:
        """All rows, ``rows`` at a time: the first row's position and the block."""
        for start in range(0, self.shape[0], rows):
            yield start, self.rows(start, min(start + rows, self.shape[0]))

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
        if level == "points":
            return self.source.max_points
        return (1 << self.lottery_bits) - 1

    def most(self, level: LevelName) -> int:
        """How far two solutions can differ on the level."""
        if level == "minimum_load":
            return int(self.minimum_load.sum())
        if level == "everyone":
            return int(self.tiers.first.sum())
        if level == "participation":
            return int(self.tiers.weight.sum())
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
        return tuple(values[level] for level in self.levels)

    def lottery(self, mentor: Ints, mentee: Ints, draw: int) -> Ints:
        """Lottery numbers of pairs (positions, broadcast together): leading bits of a hash of the seed and both ids."""
        return lottery(self.mentor_keys[mentor], self.mentee_keys[mentee], draw) >> np.int64(63 - self.lottery_bits)


@dataclass(frozen=True, eq=False)
class Solution:
    """Pairs (positions, sorted by mentor, then mentee) and their points, with the prices that prove them.

    ``words`` says what was optimised; ``mentor_prices`` and ``mentee_prices`` have a row for each person and a column
    for each word. ``rounds`` and ``candidates`` count flows solved and pairs they looked at.
    """

    mentor: Ints
    mentee: Ints
    points: Ints
    words: tuple[Word, ...]
    mentor_prices: Ints
    mentee_prices: Ints
    rounds: int = 0
    candidates: int = 0


@dataclass(frozen=True, eq=False)
class Lift:
    """A floor under the points of all pairs, and why it is the highest that costs nothing above the points.

    ``free`` is the optimum of the upper levels without a floor, ``above`` their optimum with a floor one point higher;
    both carry the prices that prove them.
    """

    floor: int
    free: Solution
    above: Solution


def upper_levels(levels: tuple[LevelName, ...]) -> tuple[LevelName, ...]:
    """The levels that come before a lift of the lowest score, and a lottery."""
    return (*(level for level in levels if level in _ABOVE_LIFT), "lottery")


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
