"""Passes over all pairs: strips of mentors, worked on one after the other or by many hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from mentormatch.problem import Problem
from mentormatch.solvers.hands import Hands

Found = TypeVar("Found")


@dataclass(frozen=True)
class Settings:
    """How much is looked at at a time. No setting changes the result.

    ``candidates`` partners are kept for each person at first (None: more where there are few pairs, since there the
    flow costs little and each round spared counts), and ``additions`` for each mentor when prices show that others
    matter. ``block_pairs`` bounds the pairs of one block of scores, ``strip_pairs`` those that are looked at in one go
    by one of the ``hands``; without hands the caller's thread does everything.
    """

    candidates: int | None = None
    additions: int = 8
    block_pairs: int = 1 << 18
    strip_pairs: int = 1 << 22
    hands: Hands | None = None

    def kept(self, problem: Problem) -> int:
        """How many partners of each person are candidates at first."""
        if self.candidates is not None:
            return self.candidates
        return 20 if problem.shape[0] * problem.shape[1] <= 1 << 21 else 8

    def rows(self, problem: Problem) -> int:
        """How many mentors make up a block."""
        return max(1, self.block_pairs // max(1, problem.shape[1]))


_WAVE = 8
"""Strips that start from one state. What they know does not depend on how many hands there are, so neither does what
they find."""


def sweep(
    problem: Problem,
    settings: Settings,
    work: Callable[..., Found],
    state: Callable[[int, int], tuple[Any, ...]],
    shape: tuple[int, int] | None = None,
) -> Iterator[Found]:
    """What ``work(problem, settings, start, stop, *state(start, stop))`` finds in each strip of mentors, in order.

    ``shape`` says how many mentors and mentees are looked at, where that is not all of them.

    The first strip is done before the others begin, the others in waves of a few; whoever calls takes in what a wave
    found before the state of the next is asked for.
    """
    mentors, mentees = shape or problem.shape
    height = max(1, settings.strip_pairs // max(1, mentees))
    strips = [(start, min(start + height, mentors)) for start in range(0, mentors, height)]
    for first in (0, *range(1, len(strips), _WAVE)):
        wave = [(start, stop, state(start, stop)) for start, stop in strips[first : first + _WAVE if first else 1]]
        if settings.hands is None:
            for start, stop, known in wave:
                yield work(problem, settings, start, stop, *known)
        else:
            yield from settings.hands.each(work, problem, replace(settings, hands=None), wave)
