"""The best set of pairs by plain dynamic programming: an oracle that shares nothing with the engine but the problem.

Mentees take their mentors one after the other. What matters for those who come later is only how many seats are left
at each mentor, so for every such state the best value is kept. Levels are compared as tuples; participation has an
entry of its own for each tier and priority, so that the engine's ordinal weights are put to the test, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from operator import add
from typing import NamedTuple

import numpy as np

from mentormatch.problem import Ints, Problem

Pair = tuple[int, int]
"""Positions of a mentor and a mentee."""
Levels = tuple[int, ...]
"""An entry for each level, in the problem's order; participation has one for each tier and priority."""


class Best(NamedTuple):
    """The largest levels, the pairs that reach them (sorted), and how many different sets of pairs do."""

    levels: Levels
    pairs: tuple[Pair, ...]
    count: int


def best(problem: Problem, draws: int = 1) -> Best:
    """The optimum of a small problem; ``draws`` is the number of lottery draws that count, one after the other."""
    values = _pair_values(problem, draws)
    seats = tuple(int(capacity) for capacity in problem.capacity)
    nobody = _no_gain(problem, draws)
    reached = {seats: Best(nobody, (), 1)}
    for mentee in range(problem.shape[1]):
        choices = [(chosen, _gain(problem, values, draws, mentee, chosen)) for chosen in _choices(problem, mentee)]
        after: dict[tuple[int, ...], Best] = {}
        for left, (levels, pairs, count) in reached.items():
            for chosen, gain in choices:
                if any(left[mentor] == 0 for mentor in chosen):
                    continue
                state = tuple(n - (mentor in chosen) for mentor, n in enumerate(left)) if chosen else left
                value = tuple(map(add, levels, gain))
                known = after.get(state)
                if known is None or value > known.levels:
                    after[state] = Best(value, (*pairs, *((mentor, mentee) for mentor in chosen)), count)
                elif value == known.levels:
                    after[state] = known._replace(count=known.count + count)
        reached = after
    ends = []
    for left, (levels, pairs, count) in reached.items():
        loads = [seat - free for seat, free in zip(seats, left, strict=True)]
        ends.append(Best(_with_loads(problem, levels, loads), tuple(sorted(pairs)), count))
    first = max(ends, key=lambda end: end.levels)
    return first._replace(count=sum(end.count for end in ends if end.levels == first.levels))


def levels_of(problem: Problem, pairs: tuple[Pair, ...], draws: int = 1) -> Levels:
    """The levels that a set of pairs reaches, with no regard to whether it is allowed."""
    values = _pair_values(problem, draws)
    total = _no_gain(problem, draws)
    for mentee in range(problem.shape[1]):
        chosen = tuple(mentor for mentor, other in pairs if other == mentee)
        total = tuple(map(add, total, _gain(problem, values, draws, mentee, chosen)))
    load = np.bincount(np.array([mentor for mentor, _ in pairs], dtype=np.int64), minlength=problem.shape[0])
    return _with_loads(problem, total, load.tolist())


def _tiers(problem: Problem) -> list[Pair]:
    """The different (tier, minus priority), the most important first; the first mentor of a mentee is tier 0."""
    people = zip(problem.wants.tolist(), problem.served.tolist(), problem.priority.tolist(), strict=True)
    return sorted({(served + k, -priority) for wants, served, priority in people for k in range(wants)})


def _pair_values(problem: Problem, draws: int) -> dict[Pair, Levels]:
    """Points and lottery numbers of every allowed pair."""
    mentors, mentees = problem.shape
    points = _table(problem)
    positions = np.arange(mentors)[:, None], np.arange(mentees)[None, :]
    lotteries = [problem.lottery(*positions, draw).tolist() for draw in range(draws)]
    allowed = [(int(mentor), int(mentee)) for mentor, mentee in np.argwhere(points >= 0)]
    return {
        (mentor, mentee): (int(points[mentor, mentee]), *(numbers[mentor][mentee] for numbers in lotteries))
        for mentor, mentee in allowed
    }


def _table(problem: Problem) -> Ints:
    """Points of all pairs, -1 where not allowed."""
    points = problem.source.rows(0, problem.shape[0]).astype(np.int64)
    points[points < problem.minimum_score] = -1
    points[problem.excluded] = -1
    special = problem.special
    if problem.list_only is not None:
        listed = {pair for pair, k in _special(problem).items() if special.listed[k]}
        for mentor, mentee in np.ndindex(points.shape):
            if problem.list_only[mentee] and (mentor, mentee) not in listed:
                points[mentor, mentee] = -1
    for (mentor, mentee), k in _special(problem).items():
        if special.points[k] >= 0:
            points[mentor, mentee] = special.points[k]
    return points


def _choices(problem: Problem, mentee: int) -> Iterator[tuple[int, ...]]:
    """All sets of mentors that a mentee may get."""
    allowed = np.flatnonzero((_table(problem)[:, mentee] >= 0) & (problem.capacity > 0)).tolist()
    for size in range(int(problem.wants[mentee]) + 1):
        yield from combinations(allowed, size)


_SPECIAL = ("accepted", "rank", "wishes", "avoid", "favour", "changes")
_LOADS = ("minimum_load", "balance")


def _entries(problem: Problem, draws: int) -> list[tuple[str, int]]:
    """The levels that mentees bring one by one, in order, with the number of entries of each."""
    sizes = {"participation": len(_tiers(problem)), "lottery": draws}
    return [(level, sizes.get(level, 1)) for level in problem.levels if level not in (*_LOADS, "lift_worst")]


def _no_gain(problem: Problem, draws: int) -> Levels:
    return (0,) * sum(size for _, size in _entries(problem, draws))


def _gain(problem: Problem, values: dict[Pair, Levels], draws: int, mentee: int, chosen: tuple[int, ...]) -> Levels:
    """What a mentee's mentors bring in every level that loads do not decide."""
    tiers = _tiers(problem)
    participation = [0] * len(tiers)
    for k in range(len(chosen)):
        participation[tiers.index((int(problem.served[mentee]) + k, -int(problem.priority[mentee])))] += 1
    pairs = (values[mentor, mentee] for mentor in chosen)
    points, *lottery = (sum(column) for column in zip((0,) * (1 + draws), *pairs, strict=True))
    special = [k for mentor in chosen if (k := _special(problem).get((mentor, mentee))) is not None]
    served = problem.list_served is not None and bool(problem.list_served[mentee])
    brought = {level: [sum(int(extra[k]) for k in special)] for level, extra in problem.special.values.items()}
    brought = {level: brought.get(level, [0]) for level in (*_SPECIAL, "points")}
    brought["points"][0] += points
    brought |= {
        "everyone": [int(len(chosen) > 0 and int(problem.served[mentee]) == 0)],
        "participation": participation,
        "listed": [int(not served and any(problem.special.listed[k] for k in special))],
        "lottery": lottery,
    }
    return tuple(number for level, _ in _entries(problem, draws) for number in brought[level])


def _special(problem: Problem) -> dict[Pair, int]:
    """The place of each special pair."""
    pairs = zip(problem.special.mentor.tolist(), problem.special.mentee.tolist(), strict=True)
    return {pair: k for k, pair in enumerate(pairs)}


def _with_loads(problem: Problem, levels: Levels, loads: list[int]) -> Levels:
    """All levels in order: those that mentees brought, and those that the mentors' loads decide."""
    least, led = problem.minimum_load.tolist(), problem.led.tolist()
    decided = {
        "minimum_load": sum(min(load, need) for load, need in zip(loads, least, strict=True)),
        "balance": sum(before**2 - (load + before) ** 2 for load, before in zip(loads, led, strict=True)),
    }
    sizes = {**dict(_entries(problem, 0)), "lottery": len(levels)}
    rest = list(levels)
    found: list[int] = []
    for level in problem.levels:
        if level in decided:
            found.append(decided[level])
        elif level in sizes:
            found += rest[: sizes[level]]
            del rest[: sizes[level]]
    return tuple(found)
