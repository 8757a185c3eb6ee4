"""Passes over all pairs: strips of mentors, worked on one after the other or by many hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from mentormatch.problem import Problem
from mentormatch.solvers.hands import Hands
from mentormatch.solvers.run import Run

Found = TypeVar("Found")


@dataclass(frozen=True)
class Settings:
    """How much is looked at at a time. No setting changes the result.

    ``candidates`` partners are kept for each person at first (None: more where there are few pairs, since there the
    flow costs little and each round spared counts), and ``additions`` for each mentor when prices show that others
    matter. ``block_pairs`` bounds the pairs of one block of scores, ``strip_pairs`` those that are looked at in one go
    by one of the ``hands``; without hands the caller's thread does everything. Where there are more than ``in_parts``
    pairs, a part of them is looked at at a time while prices are far from the last ones. ``run`` is told what happens,
    and says when to stop.
    """

    candidates: int | None = None
    additions: int = 6
    block_pairs: int = 1 << 18
    strip_pairs: int = 1 << 22
    in_parts: int = 1 << 24
    hands: Hands | None = None
    run: Run | None = None

    @classmethod
    def within(cls, limit: int, shape: tuple[int, int], hands: Hands | None) -> tuple[Settings, int]:
        """Settings for which no more than ``limit`` bytes are held of all pairs, and how many of them may be kept.

        Half of them are for blocks and for what strips find, which are of a few thousand pairs and of one mentor at
        least. Raises ValueError, with the smallest limit that works.
        """
        at_once = 1 if hands is None else _WAVE
        pairs, mentees = max(1, shape[0] * shape[1]), max(1, shape[1])
        least_block, least_strip = (max(mentees, min(pairs, least)) for least in (_LEAST_BLOCK, _LEAST_STRIP))
        smallest = at_once * (least_block * _BLOCK_BYTES + least_strip * _STRIP_BYTES)
        if limit < smallest:
            raise ValueError(smallest)
        each = limit // at_once
        block = min(max(least_block, each // (4 * _BLOCK_BYTES)), max(least_block, cls.block_pairs))
        strip = min(max(least_strip, (each // 2 - block * _BLOCK_BYTES) // _STRIP_BYTES), max(mentees, cls.strip_pairs))
        kept = limit - at_once * (block * _BLOCK_BYTES + strip * _STRIP_BYTES)
        return cls(block_pairs=block, strip_pairs=strip, hands=hands), kept

    def kept(self, problem: Problem) -> int:
        """How many partners of each person are candidates at first."""
        if self.candidates is not None:
            return self.candidates
        return 20 if problem.shape[0] * problem.shape[1] <= 1 << 21 else 8

    def height(self, mentees: int) -> int:
        """How many mentors make up a strip of so many mentees."""
        return max(1, self.strip_pairs // max(1, mentees))

    def rows(self, problem: Problem) -> int:
        """How many mentors make up a block."""
        return max(1, self.block_pairs // max(1, problem.shape[1]))


_LEAST_BLOCK, _LEAST_STRIP = 1 << 15, 1 << 16
"""Less at a time would take several times as long."""
_BLOCK_BYTES = 96
"""What a pair of a block takes at most while it is scored and compared with prices."""
_STRIP_BYTES = 64
"""What a pair of a strip takes at most among all that the strip finds, where every pair just reaches its prices."""
_WAVE = 8
"""Strips that start from one state. What they know does not depend on how many hands there are, so neither does what
they find."""


_PARTS = 8


@dataclass(frozen=True)
class Parts:
    """All pairs cut into ``count`` parts, each with a strip of mentors and a range of mentees in turn.

    Everybody is in every part, with one in ``count`` of the other side. Positions are by lot, so that is a sample.
    """

    people: tuple[int, int]
    count: int
    height: int

    @classmethod
    def of(cls, problem: Problem, settings: Settings) -> Parts:
        """A single part where all pairs are looked at at once."""
        mentors, mentees = problem.shape
        if mentors * mentees <= settings.in_parts or min(mentors, mentees) < _PARTS:
            return cls(problem.shape, 1, settings.height(mentees))
        height = min(settings.height(mentees // _PARTS), -(-mentors // _PARTS))
        return cls(problem.shape, _PARTS, height)

    def shape(self, many: int = 1) -> tuple[int, int]:
        """How many mentors there are in so many parts together, and with how many mentees each."""
        return self.people[0], -(-self.people[1] * many // self.count)

    def mentees(self, start: int, part: int, many: int = 1) -> slice:
        """The mentees who are looked at in so many parts with the strip that begins at ``start``."""
        at = (start // self.height + part) % (self.count // many) * many
        return slice(at * self.people[1] // self.count, (at + many) * self.people[1] // self.count)


def sweep(
    problem: Problem,
    settings: Settings,
    work: Callable[..., Found],
    state: Callable[[int, int], tuple[Any, ...]],
    shape: tuple[int, int] | None = None,
    height: int | None = None,
) -> Iterator[Found]:
    """What ``work(problem, settings, start, stop, *state(start, stop))`` finds in each strip of mentors, in order.

    ``shape`` says how many mentors and mentees are looked at, where that is not all of them, and ``height`` how many
    mentors make up a strip, where that matters.

    The first strip is done before the others begin, the others in waves of a few; whoever calls takes in what a wave
    found before the state of the next is asked for.
    """
    mentors, mentees = shape or problem.shape
    height = height or settings.height(mentees)
    strips = [(start, min(start + height, mentors)) for start in range(0, mentors, height)]
    for first in (0, *range(1, len(strips), _WAVE)):
        wave = [(start, stop, state(start, stop)) for start, stop in strips[first : first + _WAVE if first else 1]]
        found: Iterator[Found]
        if settings.hands is None:
            found = (work(problem, settings, start, stop, *known) for start, stop, known in wave)
        else:
            found = settings.hands.each(work, problem, replace(settings, hands=None, run=None), wave)
        for (start, stop, _), one in zip(wave, found, strict=True):
            yield one
            if settings.run is not None:
                settings.run.look((stop - start) * mentees)
