"""What single changes cost: every cost against an independent oracle that solves the changed problem anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from oracle import best
from problems import problem as problem_of
from problems import random_problem

from mentormatch.problem import LevelName, Problem, Solution, Special
from mentormatch.solvers.exchanges import Column, Exchange, Exchanges
from mentormatch.solvers.staged import solve


def applied(solution: Solution, exchange: Exchange) -> tuple[tuple[int, int], ...]:
    """The pairs of the solution after the exchange, which must fit it."""
    pairs = set(zip(solution.mentor.tolist(), solution.mentee.tolist(), strict=True))
    assert not pairs & set(exchange.made)
    assert set(exchange.unmade) <= pairs
    return tuple(sorted((pairs | set(exchange.made)) - set(exchange.unmade)))


def told(problem: Problem, gains: dict[Column, int]) -> dict[str, int]:
    """The gains by level, participation in the problem's own weights."""
    found: dict[str, int] = {}
    for (level, tier, priority), gain in gains.items():
        weight = 1
        if level == "participation":
            tiers = problem.tiers
            nth = np.arange(len(tiers.mentee)) - tiers.offsets[tiers.mentee] + problem.served[tiers.mentee]
            weight = int(tiers.weight[(nth == tier) & (problem.priority[tiers.mentee] == priority)][0])
        found[level] = found.get(level, 0) + weight * gain
    return {level: gain for level, gain in found.items() if gain}


def really(problem: Problem, before: Solution, pairs: tuple[tuple[int, int], ...]) -> dict[str, int]:
    """What the levels differ by, from their definition."""
    values = []
    for mentor, mentee in (
        (before.mentor, before.mentee),
        tuple(np.array([pair[k] for pair in pairs], dtype=np.int64) for k in (0, 1)),
    ):
        values.append(problem.value(mentor, mentee, problem.points_of(mentor, mentee)))
    differences = zip(problem.sums, *values, strict=True)
    return {level: new - old for level, old, new in differences if new != old and level not in ("lottery", "everyone")}


def one_seat_more(problem: Problem, mentor: int) -> Problem:
    capacity = problem.capacity.copy()
    capacity[mentor] += 1
    return replace(problem, capacity=capacity)


def with_pair_first(problem: Problem, mentor: int, mentee: int) -> Problem:
    """The problem in which the pair counts before everything but minimum loads."""
    special = problem.special
    at = np.flatnonzero((special.mentor == mentor) & (special.mentee == mentee))
    if len(at):
        place = int(at[0])
    else:
        place = int(
            np.searchsorted(special.mentor * problem.shape[1] + special.mentee, mentor * problem.shape[1] + mentee)
        )
        special = Special(
            np.insert(special.mentor, place, mentor),
            np.insert(special.mentee, place, mentee),
            np.insert(special.points, place, -1),
            np.insert(special.listed, place, False),
            {level: np.insert(value, place, 0) for level, value in special.values.items()},
        )
    accepted = special.values.get("accepted", np.zeros(len(special.mentor), np.int64)) * ("accepted" in problem.levels)
    accepted[place] += accepted.sum() + 1
    values: dict[LevelName, np.ndarray] = {**special.values, "accepted": accepted}
    rest = tuple(level for level in problem.levels if level not in ("minimum_load", "accepted"))
    return replace(problem, special=replace(special, values=values), levels=("minimum_load", "accepted", *rest))


@pytest.mark.parametrize("seed", range(80))
def test_one_more_seat_brings_what_a_new_solve_brings(seed: int) -> None:
    """The pairs with one more seat, and what they bring on each level, are those of the best solution then."""
    problem = random_problem(np.random.default_rng(seed), 5)
    solution = solve(problem)
    found = Exchanges(problem, solution).seats(np.ones(problem.shape[0], dtype=np.bool_))
    for mentor in range(problem.shape[0]):
        more = one_seat_more(problem, mentor)
        exact = best(more)
        if exact.count > 1:
            continue
        pairs = applied(solution, found[mentor]) if mentor in found else applied(solution, Exchange((), (), {}))
        assert pairs == exact.pairs
        if mentor in found:
            assert told(problem, found[mentor].gains) == really(more, solution, pairs)


def test_only_pairs_that_matter_are_added() -> None:
    """However few pairs the search begins with, what it finds is the same: others are added while they could matter."""
    rng = np.random.default_rng(5)
    problem = problem_of(rng.integers(0, 50, (30, 40)), capacity=rng.integers(0, 3, 30))
    solution = solve(problem)
    many, few = Exchanges(problem, solution), Exchanges(problem, solution)
    few._tolerance = (-1, -1)
    kept = np.isin(few._pairs[0] * 40 + few._pairs[1], few.made)
    few._pairs = tuple(side[kept] for side in few._pairs)  # type: ignore[assignment]
    for mentor, mentee in np.argwhere(rng.random((30, 40)) < 0.1).tolist():
        if problem.capacity[mentor] and (mentor, mentee) not in zip(solution.mentor, solution.mentee, strict=True):
            assert few.with_pair(mentor, mentee) == many.with_pair(mentor, mentee)
    everybody = np.ones(30, dtype=np.bool_)
    assert few.seats(everybody) == many.seats(everybody) != {}
    assert kept.sum() < len(few._pairs[0]) < 30 * 40


def test_numbers_that_fill_64_bits_are_exact() -> None:
    """Where sums along paths could leave 64 bits, they are Python's own whole numbers."""
    most = 350 * 10**15
    points = np.array([[most, most - 1, 3], [most - 5, most - 2, most // 2]])
    problem = problem_of(points)
    solution = solve(problem)
    exchanges = Exchanges(problem, solution)
    assert exchanges._wide
    assert exchanges.with_pair(0, 2).gains["points", 0, 0] == 3 - most
    more = exchanges.seats(np.ones(2, dtype=np.bool_))
    assert {mentor: told(problem, found.gains)["points"] for mentor, found in more.items()} == {
        0: most // 2 + 1,
        1: most // 2,
    }


@pytest.mark.parametrize("seed", range(80))
def test_a_pair_more_costs_what_a_new_solve_costs(seed: int) -> None:
    """The pairs with one that is to be made, and what they cost on each level, are those of the best such solution."""
    rng = np.random.default_rng(1000 + seed)
    problem = random_problem(rng, 5)
    solution = solve(problem)
    exchanges = Exchanges(problem, solution)
    table = problem.rows(0, problem.shape[0])
    made = set(zip(solution.mentor.tolist(), solution.mentee.tolist(), strict=True))
    for mentor, mentee in np.argwhere(table >= 0).tolist():
        if (mentor, mentee) in made or not problem.capacity[mentor] or not problem.wants[mentee]:
            continue
        found = exchanges.with_pair(mentor, mentee)
        pairs = applied(solution, found)
        forced = with_pair_first(problem, mentor, mentee)
        exact = best(forced)
        if exact.count > 1:
            continue
        if (mentor, mentee) in exact.pairs:
            assert pairs == exact.pairs
        else:
            assert told(problem, found.gains).get("minimum_load", 0) < 0
        assert told(problem, found.gains) == really(problem, solution, pairs)
