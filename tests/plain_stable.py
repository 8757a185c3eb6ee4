"""Stability by its definition, pair by pair: it shares nothing with the engine but the problem."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from mentormatch.problem import Ints, LevelName, Problem, Special

Pair = tuple[int, int]
"""Positions of a mentor and a mentee."""
Worth = tuple[int, ...]
"""A rank, points and as many draws of the lottery as count; larger is better."""


class Worths(NamedTuple):
    """What the two people of a pair compare."""

    mentor: Worth
    mentee: Worth


def worths(problem: Problem, draws: int = 0) -> dict[Pair, Worths]:
    """The worth of every allowed pair to its mentor and to its mentee."""
    table = problem.rows(0, problem.shape[0])
    special = problem.special
    places = {pair: k for k, pair in enumerate(zip(special.mentor.tolist(), special.mentee.tolist(), strict=True))}

    def brings(level: LevelName, pair: Pair) -> int:
        return int(special.values[level][places[pair]]) if pair in places and level in special.values else 0

    found: dict[Pair, Worths] = {}
    for m, e in np.argwhere(table >= 0).tolist():
        rest = int(table[m, e]), *(int(problem.lottery(np.array([m]), np.array([e]), d)[0]) for d in range(draws))
        found[m, e] = Worths((brings("wishes", (m, e)), *rest), (brings("rank", (m, e)), *rest))
    return found


def blocking(problem: Problem, pairs: Iterable[Pair], known: dict[Pair, Worths]) -> list[Pair]:
    """All allowed pairs not made whose people both have room or prefer the other to somebody they hold, sorted.

    A pair that is made without being allowed is worth less than any.
    """
    made = sorted(pairs)
    seats, wants = problem.capacity.tolist(), problem.wants.tolist()
    nothing = Worths((-1,), (-1,))
    found: list[Pair] = []
    for pair, worth in sorted(known.items()):
        m, e = pair
        if pair in made or seats[m] == 0 or wants[e] == 0:
            continue
        room, more = seats[m], wants[e]
        mentor_better = mentee_better = False
        for other in made:
            if other[0] == m:
                room -= 1
                mentor_better |= known.get(other, nothing).mentor < worth.mentor
            if other[1] == e:
                more -= 1
                mentee_better |= known.get(other, nothing).mentee < worth.mentee
        if (room > 0 or mentor_better) and (more > 0 or mentee_better):
            found.append(pair)
    return found


def greedy(problem: Problem) -> list[Pair]:
    """Pair after pair by falling points, then lottery, wherever both have room."""
    seats, wants = problem.capacity.tolist(), problem.wants.tolist()
    found: list[Pair] = []
    for m, e in sorted(known := worths(problem, draws=2), key=lambda pair: known[pair].mentee[1:], reverse=True):
        if seats[m] and wants[e]:
            seats[m] -= 1
            wants[e] -= 1
            found.append((m, e))
    return sorted(found)


def matchings(problem: Problem, allowed: Iterable[Pair], mentee: int = 0) -> Iterator[list[Pair]]:
    """All matchings of allowed pairs, where each mentee has at most one mentor."""
    if mentee == problem.shape[1]:
        yield []
        return
    allowed = list(allowed)
    choices = [(m, e) for m, e in allowed if e == mentee and problem.wants[e] > 0]
    for rest in matchings(problem, allowed, mentee + 1):
        yield rest
        for m, e in choices:
            if sum(other == m for other, _ in rest) < problem.capacity[m]:
                yield [*rest, (m, e)]


def positions(pairs: Iterable[Pair]) -> tuple[Ints, Ints]:
    """Pairs as arrays of mentors and mentees."""
    both = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def with_ranks(problem: Problem, rng: np.random.Generator) -> Problem:
    """The problem with every pair on both lists, in an order of its own for each person."""
    mentors, mentees = problem.shape
    mentor, mentee = (axis.ravel().astype(np.int64) for axis in np.indices((mentors, mentees)))
    ranks = rng.permuted(np.tile(np.arange(1, mentors + 1)[:, None], (1, mentees)), axis=0).ravel()
    wishes = rng.permuted(np.tile(np.arange(1, mentees + 1), (mentors, 1)), axis=1).ravel()
    every = np.ones(len(mentor), dtype=np.bool_)
    values: dict[LevelName, Ints] = {"rank": ranks, "wishes": wishes}
    return replace(problem, special=Special(mentor, mentee, np.full(len(mentor), -1), every, values))
