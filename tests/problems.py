"""Problems for tests of the core: from a table of points, or at random."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from mentormatch.problem import PARTICIPATION_FIRST, Ints, LevelName, Problem, Solution, Special

Numbers = Sequence[int] | Ints


@dataclass(frozen=True, eq=False)
class Table:
    """Points held in a table, mentors x mentees, -1 where a pair is not allowed."""

    points: Ints
    max_points: int

    @property
    def shape(self) -> tuple[int, int]:
        return self.points.shape[0], self.points.shape[1]

    def rows(self, start: int, stop: int, first: int = 0, last: int | None = None) -> Ints:
        block = self.points[start:stop, first:last]
        block.flags.writeable = False
        return block

    def take(self, mentors: Ints, mentees: Ints | slice) -> Table:
        return Table(self.points[mentors][:, mentees], self.max_points)


def problem(
    points: Sequence[Sequence[int]] | Ints,
    *,
    capacity: Numbers | int = 1,
    minimum_load: Numbers | int = 0,
    wants: Numbers | int = 1,
    served: Numbers | int = 0,
    led: Numbers | int = 0,
    priority: Numbers | int = 0,
    excluded: Sequence[tuple[int, int]] = (),
    keys: tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]] | None = None,
    levels: tuple[LevelName, ...] = PARTICIPATION_FIRST,
    minimum_score: int = 0,
) -> Problem:
    """A problem with these points; one number stands for all people of a side, and keys are drawn from seed 0."""
    table = np.array(points, dtype=np.int64)
    table = table if table.ndim == 2 else table.reshape(len(table), 0)
    mentors, mentees = table.shape
    out = np.array(sorted(excluded), dtype=np.int64).reshape(-1, 2)

    def filled(numbers: Numbers | int, size: int) -> Ints:
        return np.broadcast_to(np.asarray(numbers, dtype=np.int64), (size,)).copy()

    return Problem(
        source=Table(table, int(table.max(initial=0))),
        capacity=filled(capacity, mentors),
        minimum_load=filled(minimum_load, mentors),
        wants=filled(wants, mentees),
        served=filled(served, mentees),
        led=filled(led, mentors),
        priority=filled(priority, mentees),
        excluded=(out[:, 0], out[:, 1]),
        mentor_keys=random_keys(np.random.default_rng(0), mentors) if keys is None else keys[0],
        mentee_keys=random_keys(np.random.default_rng(1), mentees) if keys is None else keys[1],
        levels=levels,
        minimum_score=minimum_score,
    )


POINTS_FIRST: tuple[LevelName, ...] = ("minimum_load", "points", "participation", "lottery")


def random_levels(rng: np.random.Generator) -> tuple[LevelName, ...]:
    """An order of aims that an administrator can ask for."""

    def some(*levels: LevelName) -> tuple[LevelName, ...]:
        return levels if rng.random() < 0.3 else ()

    before = (*some("accepted"), *some("everyone"))
    lists = some("listed", "rank", "wishes")
    changes = some("avoid", "favour", "changes")
    if rng.random() < 0.3:
        return ("minimum_load", *before, *lists, *changes, *POINTS_FIRST[1:])
    start: tuple[LevelName, ...] = ("minimum_load", *before, "participation")
    balance = some("balance")
    if rng.random() < 0.3:
        return (*start, *changes, *lists, *balance, "points", "lottery")
    return (*start, *lists, *balance, *changes, "points", "lottery")


def random_special(rng: np.random.Generator, points: Ints) -> Special:
    """Some pairs with lists, ranks, wishes and a past; a few are allowed although their points are not."""
    mentor, mentee = np.nonzero(rng.random(points.shape) < rng.choice([0.1, 0.3, 0.6]))
    size = len(mentor)
    listed = rng.random(size) < 0.6
    values: dict[LevelName, Ints] = {
        "accepted": rng.integers(0, 2, size),
        "rank": np.where(listed, rng.integers(1, 4, size), 0),
        "wishes": rng.integers(0, 3, size),
        "avoid": -rng.integers(0, 2, size),
        "favour": rng.integers(0, 2, size),
        "changes": rng.integers(0, 2, size),
        "points": rng.integers(0, 4, size) * int(rng.random() < 0.3),
    }
    given = np.where(rng.random(size) < 0.1, rng.integers(0, 5, size), -1)
    return Special(mentor.astype(np.int64), mentee.astype(np.int64), given, listed, values)


def random_keys(rng: np.random.Generator, size: int) -> npt.NDArray[np.uint64]:
    return rng.integers(0, 2**64, size, dtype=np.uint64)


def random_problem(rng: np.random.Generator, largest: int = 6) -> Problem:
    """A small problem of any kind, where ties are frequent and demands may clash.

    The number of states that `oracle.best` has to keep is bounded, so that it takes milliseconds.
    """
    while True:
        mentors, mentees = (int(n) for n in np.maximum(*rng.integers(0, largest + 1, (2, 2))))
        capacity = rng.integers(0, 4, mentors)
        if np.prod(capacity + 1) <= 1_000:
            break
    top = int(rng.choice([0, 0, 1, 1, 2, 3, 10, 10_000, 2**45]))
    points = rng.integers(0, top, (mentors, mentees), endpoint=True)
    points[rng.random(points.shape) < rng.choice([0, 0, 0.2, 0.5])] = -1
    minimum_load = np.where(rng.random(mentors) < rng.choice([0, 0.3]), rng.integers(0, 3, mentors), 0)
    excluded = np.argwhere(rng.random(points.shape) < rng.choice([0, 0.1]))
    special = random_special(rng, points) if rng.random() < 0.6 else Special.none()
    return replace(
        problem(
            points,
            capacity=capacity,
            minimum_load=np.minimum(minimum_load, capacity),
            wants=rng.choice([0, 1, 2, 3], mentees, p=[0.1, 0.5, 0.35, 0.05]),
            served=rng.random(mentees) < rng.choice([0, 0.3]),
            priority=rng.integers(-1, 2, mentees) * int(rng.random() < 0.4),
            keys=(random_keys(rng, mentors), random_keys(rng, mentees)),
            led=rng.integers(0, 3, mentors) * int(rng.random() < 0.3),
            levels=random_levels(rng),
            minimum_score=int(rng.choice([0, 0, 1, 2])),
        ),
        source=Table(points, top),
        excluded=(excluded[:, 0], excluded[:, 1]),
        special=special,
        list_only=rng.random(mentees) < rng.choice([0, 0, 0.3]),
        list_served=rng.random(mentees) < rng.choice([0, 0.2]),
    )


def pairs_of(solution: Solution) -> tuple[tuple[int, int], ...]:
    """The pairs of a solution as positions of mentor and mentee, sorted."""
    return tuple(sorted(zip(solution.mentor.tolist(), solution.mentee.tolist(), strict=True)))


def meets_minimum_loads(problem: Problem, solution: Solution) -> bool:
    return bool((np.bincount(solution.mentor, minlength=problem.shape[0]) >= problem.minimum_load).all())
