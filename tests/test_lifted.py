"""The lowest score as high as it goes: against the oracle, and its proof against sabotage."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from oracle import Best, best
from problems import pairs_of, problem, random_problem

from mentormatch.problem import LevelName, Lift, Problem, Solution, upper_levels
from mentormatch.proof import check_lifted
from mentormatch.solvers.lifted import solve_lifted
from mentormatch.solvers.staged import solve

LIFTED: tuple[LevelName, ...] = ("minimum_load", "participation", "lift_worst", "points", "lottery")


def lifted(of: Problem) -> tuple[Solution, Lift]:
    """The solution under the highest floor, and its proof."""
    solution, found = solve_lifted(of)
    assert found is not None
    return solution, found


def expected(of: Problem) -> tuple[int, Best]:
    """The highest floor that costs nothing above, by trying all, and the best pairs under it."""
    upper = replace(of, levels=upper_levels(of.levels))
    free = best(upper)
    table = of.source.rows(0, of.shape[0])
    floors = {int(p) for p in np.unique(table) if p >= of.minimum_score} | {of.source.max_points + 1}
    floor = max((f for f in floors if best(replace(upper, minimum_score=f)).levels[:-1] == free.levels[:-1]), default=0)
    return floor, best(replace(of, minimum_score=max(floor, of.minimum_score)))


def small_problems(count: int, seed: int) -> list[Problem]:
    """Half of them of any kind, half with enough different points for a lift to matter."""
    rng = np.random.default_rng(seed)
    found: list[Problem] = []
    while len(found) < count:
        of = random_problem(rng, 5)
        participation_first = of.levels.index("participation") < of.levels.index("points")
        if not participation_first or 0 in of.shape or of.source.max_points > 99:
            continue
        place = of.levels.index("participation") + 1
        of = replace(of, levels=(*of.levels[:place], "lift_worst", *of.levels[place:]))
        if len(found) % 2:
            points = rng.integers(0, 40, (5, 5))
            points[rng.random(points.shape) < 0.1] = -1
            of = problem(points, capacity=rng.integers(1, 3, 5), levels=of.levels)
        found.append(of)
    return found


@pytest.mark.parametrize("seed", range(3))
def test_the_floor_is_as_high_as_the_oracle_finds(seed: int) -> None:
    """The lowest score is the best possible without losing a pair, and the rest is optimal under it."""
    differs = 0
    for of in small_problems(130, seed):
        solution, proof = lifted(of)
        floor, answer = expected(of)
        lowest = solution.points[of.is_new(solution.mentor, solution.mentee)].min(initial=of.source.max_points + 1)
        assert lowest >= floor
        assert proof.floor == floor
        assert pairs_of(solution) == answer.pairs
        flaws = {flaw.code for flaw in check_lifted(of, solution, proof)}
        loads_open = (np.bincount(solution.mentor, minlength=of.shape[0]) < of.minimum_load).any()
        assert flaws == ({"under_minimum_load"} if loads_open else set())
        differs += pairs_of(solve(of)) != answer.pairs
    assert differs >= 5


def test_the_worst_pair_counts_before_the_sum() -> None:
    """10 + 1 is more than 5 + 5, and 5 is more than 1."""
    of = problem([[10, 5], [5, 1]], levels=LIFTED)
    solution, proof = lifted(of)
    assert pairs_of(solution) == ((0, 1), (1, 0))
    assert proof.floor == 5


def test_participation_counts_before_the_worst_pair() -> None:
    """Nobody is left out to make the lowest score look better."""
    solution, proof = lifted(problem([[10, -1], [-1, 1]], levels=LIFTED))
    assert pairs_of(solution) == ((0, 0), (1, 1))
    assert proof.floor == 1


def test_nobody_to_lift() -> None:
    """Where no pair is allowed there is no lowest score, and the empty solution is proven as such."""
    of = problem([[-1, -1]], levels=LIFTED)
    solution, proof = lifted(of)
    assert proof.above is None
    assert check_lifted(of, solution, proof) == ()
    made = problem([[3]], levels=LIFTED)
    assert check_lifted(made, solve(made), proof)


def test_a_tampered_lift_is_refused() -> None:
    """A lower floor, another optimum or another upper proof does not pass."""
    of = problem([[10, 5], [5, 1]], levels=LIFTED)
    solution, proof = lifted(of)
    assert proof.above is not None
    assert check_lifted(of, solution, proof) == ()
    unlifted = solve(of)
    for other in (
        replace(proof, floor=4),
        replace(proof, floor=1),
        replace(proof, free=proof.above),
        replace(proof, above=proof.free),
        replace(proof, above=replace(proof.above, mentor_prices=proof.above.mentor_prices + 1)),
        replace(proof, above=None),
    ):
        assert check_lifted(of, solution, other)
        assert check_lifted(of, unlifted, other)


def test_upper_levels_hold_nothing_that_points_decide() -> None:
    """The lift stands between participation and what comes after it."""
    assert upper_levels(LIFTED) == ("minimum_load", "participation", "lottery")
