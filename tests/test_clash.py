"""Where minimum loads cannot all be met, a set that clashes and has nobody to spare is named (convention 9)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np
import pytest
from problems import meets_minimum_loads, problem, random_problem

from mentormatch.formats.clash import clashing_minimum_loads
from mentormatch.problem import PARTICIPATION_FIRST, Problem
from mentormatch.solvers.staged import solve


def can_be_met(of: Problem, mentors: list[int]) -> bool:
    """Whether the minimum loads of these mentors can be met, trying all ways to fill one after the other."""
    allowed = of.rows(0, of.shape[0]) >= 0

    @cache
    def possible(at: int, wishes: tuple[int, ...]) -> bool:
        if at == len(mentors):
            return True
        mentor = mentors[at]
        free = [mentee for mentee, wish in enumerate(wishes) if wish and allowed[mentor, mentee]]
        return any(
            possible(at + 1, tuple(wish - (mentee in chosen) for mentee, wish in enumerate(wishes)))
            for chosen in combinations(free, int(of.minimum_load[mentor]))
        )

    return possible(0, tuple(of.wants.tolist()))


@pytest.mark.parametrize("seed", range(4))
def test_the_set_is_impossible_and_irreducible(seed: int) -> None:
    """The mentors named cannot all have their minimum, but could if any one gave way; all their mentees are named."""
    rng = np.random.default_rng(seed)
    sizes = []
    while len(sizes) < 60:
        small = random_problem(rng)
        demanding = np.minimum(small.capacity, rng.integers(0, 4, small.shape[0]))
        small = replace(small, minimum_load=demanding, levels=PARTICIPATION_FIRST)
        solution = solve(small)
        everybody = list(range(small.shape[0]))
        assert can_be_met(small, everybody) == meets_minimum_loads(small, solution)
        if meets_minimum_loads(small, solution):
            continue
        mentors, mentees = clashing_minimum_loads(small, solution)
        named = mentors.tolist()
        sizes.append(len(named))
        assert named == sorted(set(named))
        assert (small.minimum_load[mentors] > 0).all()
        assert not can_be_met(small, named)
        for gone in named:
            assert can_be_met(small, [mentor for mentor in named if mentor != gone])
        allowed = (small.rows(0, small.shape[0])[mentors] >= 0).any(axis=0) & (small.wants > 0)
        assert mentees.tolist() == np.flatnonzero(allowed).tolist()
    assert max(sizes) >= 2
    assert min(sizes) == 1


def test_mentors_that_do_not_clash_are_left_out() -> None:
    """Somebody short through others' demands alone is shown with these others, and nobody else is blamed."""
    of = problem(
        [
            [5, -1, -1, -1],
            [6, -1, -1, -1],
            [-1, 7, 7, -1],
            [-1, -1, -1, 8],
        ],
        minimum_load=1,
    )
    mentors, mentees = clashing_minimum_loads(of, solve(of))
    assert mentors.tolist() == [0, 1]
    assert mentees.tolist() == [0]


def test_a_mentor_short_alone() -> None:
    """A minimum above the number of mentees who may come clashes with nothing but those conditions."""
    of = problem([[5, -1, -1], [6, 6, 6]], capacity=3, minimum_load=[2, 1])
    mentors, mentees = clashing_minimum_loads(of, solve(of))
    assert mentors.tolist() == [0]
    assert mentees.tolist() == [0]


def test_a_mentor_nobody_may_have() -> None:
    """A demanding mentor without any possible mentee is named, with no mentee."""
    of = problem([[-1, -1], [6, 6]], minimum_load=[1, 0])
    mentors, mentees = clashing_minimum_loads(of, solve(of))
    assert mentors.tolist() == [0]
    assert mentees.tolist() == []


def test_mentees_with_two_wishes() -> None:
    """A mentee who wants two mentors fills a seat at each of two, never two at one."""
    of = problem([[5], [5], [5]], wants=2, minimum_load=1)
    mentors, mentees = clashing_minimum_loads(of, solve(of))
    assert mentors.tolist() == [0, 1, 2]
    assert mentees.tolist() == [0]
    assert can_be_met(of, [0, 1])
