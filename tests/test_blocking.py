"""The check for blocking pairs says what the definition says, of matchings of any kind."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from plain_stable import Pair, blocking, positions, worths
from problems import problem, random_problem

from mentormatch.blocking import blocking_pairs
from mentormatch.problem import LevelName, Problem, Special
from mentormatch.solvers.staged import solve

LEVELS: tuple[LevelName, ...] = ("rank", "wishes")


def found(of: Problem, *pairs: Pair, block_pairs: int = 1 << 20) -> list[Pair]:
    mentor, mentee = blocking_pairs(of, *positions(pairs), block_pairs)
    assert mentor.dtype == mentee.dtype == np.int64
    return list(zip(mentor.tolist(), mentee.tolist(), strict=True))


def random_pairs(rng: np.random.Generator, of: Problem) -> list[Pair]:
    """Some pairs within capacity and wants, in any order; now and then one that is not allowed or beyond them."""
    seats, wants = of.capacity.tolist(), of.wants.tolist()
    known = worths(of)
    made: list[Pair] = []
    careless, share = rng.choice([0, 0, 0.1]), rng.choice([0.3, 1])
    for k in rng.permutation(of.shape[0] * of.shape[1]).tolist():
        m, e = divmod(k, of.shape[1])
        if rng.random() < careless or ((m, e) in known and seats[m] > 0 and wants[e] > 0 and rng.random() < share):
            seats[m] -= 1
            wants[e] -= 1
            made.append((m, e))
    return made


class TestDefinition:
    @pytest.mark.parametrize("seed", range(10))
    def test_random_matchings(self, seed: int) -> None:
        """Of full, sparse and careless matchings it finds exactly the pairs that three plain loops find."""
        rng = np.random.default_rng(seed)
        blocked = 0
        for _ in range(100):
            of = random_problem(rng)
            pairs = random_pairs(rng, of)
            expected = blocking(of, pairs, worths(of))
            assert found(of, *pairs) == expected
            assert found(of, *reversed(pairs), block_pairs=int(rng.integers(1, 9))) == expected
            blocked += bool(expected)
        assert 25 < blocked < 95

    def test_the_best_matchings(self) -> None:
        """It counts the instability of the optimum, too, which is not always stable."""
        rng = np.random.default_rng(0)
        unstable = 0
        for _ in range(100):
            of = random_problem(rng)
            best = solve(of)
            expected = blocking(of, zip(best.mentor.tolist(), best.mentee.tolist(), strict=True), worths(of))
            mentor, mentee = blocking_pairs(of, best.mentor, best.mentee)
            assert list(zip(mentor.tolist(), mentee.tolist(), strict=True)) == expected
            unstable += bool(expected)
        assert unstable > 5


class TestCases:
    def test_both_prefer_each_other(self) -> None:
        """The best total can leave two people who both prefer each other."""
        of = problem([[10, 9], [9, 1]])
        assert found(of, (0, 1), (1, 0)) == [(0, 0)]
        assert found(of, (0, 0), (1, 1)) == []

    def test_a_tie_blocks_nothing(self) -> None:
        """Who has equal points does not prefer, whatever the lottery says."""
        of = problem([[5, 5], [5, 5]])
        assert found(of, (0, 0), (1, 1)) == found(of, (0, 1), (1, 0)) == []
        assert found(problem([[5, 5]]), (0, 0)) == found(problem([[5, 5]]), (0, 1)) == []

    def test_room_on_both_sides(self) -> None:
        """An allowed pair with a free seat and an unmet wish blocks, even at 0 points; one not allowed does not."""
        assert found(problem([[0, -1]])) == [(0, 0)]
        assert found(problem([[0]]), (0, 0)) == []

    def test_the_worst_of_several_decides(self) -> None:
        """A mentor who holds two and a mentee who holds two compare with the worse one."""
        assert found(problem([[9, 1, 5]], capacity=2), (0, 0), (0, 1)) == [(0, 2)]
        assert found(problem([[9, 6, 5]], capacity=2), (0, 0), (0, 1)) == []
        assert found(problem([[9], [1], [5]], wants=2), (0, 0), (1, 0)) == [(2, 0)]

    @pytest.mark.parametrize("level", LEVELS)
    def test_ranks_count_before_points(self, level: LevelName) -> None:
        """One who is listed is preferred to anybody who is not, and is not left for more points."""
        one = np.array([0])
        if level == "rank":
            of, held, other = problem([[1], [9]]), (0, 0), (1, 0)
        else:
            of, held, other = problem([[1, 9]]), (0, 0), (0, 1)
        special = Special(one, one, np.array([-1]), np.array([True]), {level: np.array([1])})
        of = replace(of, special=special)
        assert found(of, held) == []
        assert found(of, other) == [(0, 0)]

    def test_who_may_have_nobody_blocks_nothing(self) -> None:
        """Capacity 0 and wants 0 bind, also where somebody is held all the same."""
        assert found(problem([[9, 1], [9, 1]], capacity=[0, 1]), (1, 1)) == [(1, 0)]
        assert found(problem([[9, 1]], capacity=0), (0, 1)) == []
        assert found(problem([[9], [1]], wants=0), (1, 0)) == []

    def test_a_pair_that_is_not_allowed(self) -> None:
        """A pair held without being allowed is left for any that is."""
        assert found(problem([[-1], [0]]), (0, 0)) == [(1, 0)]

    @pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
    def test_empty_sides(self, shape: tuple[int, int]) -> None:
        """Where a side is empty nothing blocks."""
        assert found(problem(np.zeros(shape, dtype=np.int64))) == []
