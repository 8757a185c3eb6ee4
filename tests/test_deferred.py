"""Deferred acceptance gives the stable matching that is best for the mentees."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from plain_stable import blocking, greedy, matchings, positions, with_ranks, worths
from problems import Table, problem, random_keys, random_problem
from test_solvers import in_order

from mentormatch.blocking import blocking_pairs
from mentormatch.problem import Problem, Special
from mentormatch.solvers.deferred import stable
from mentormatch.solvers.sweep import Settings

SEEDS = range(12)
"""100 random problems each."""
SMALL_SETTINGS = (Settings(candidates=1, block_pairs=1), Settings(candidates=2, block_pairs=8, in_parts=1))


class FewBits(Problem):
    """A problem whose lottery has two numbers only, so that both draws are often equal."""

    @property
    def lottery_bits(self) -> int:
        return 1


def pairs_of(of: Problem, settings: Settings | None = None) -> list[tuple[int, int]]:
    """The stable pairs, which must be sorted, allowed, within capacity and wants, and have the problem's points."""
    mentor, mentee, points = stable(of, settings)
    assert mentor.dtype == mentee.dtype == points.dtype == np.int64
    pairs = list(zip(mentor.tolist(), mentee.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    table = of.rows(0, of.shape[0])
    assert points.tolist() == [table[pair] for pair in pairs]
    assert (points >= 0).all()
    assert (np.bincount(mentor, minlength=of.shape[0]) <= of.capacity).all()
    assert (np.bincount(mentee, minlength=of.shape[1]) <= of.wants).all()
    return pairs


def tiny_problem(rng: np.random.Generator) -> Problem:
    """Up to 4 x 4 people who rank each other in any order, or by points with ties, some pairs not allowed."""
    shape = rng.integers(1, 5, 2) if rng.random() < 0.3 else (4, 4)
    points = rng.integers(0, 3, shape)
    points[rng.random(points.shape) < rng.choice([0, 0, 0.2])] = -1
    mentors, mentees = points.shape
    keys = random_keys(rng, mentors), random_keys(rng, mentees)
    of = problem(points, capacity=rng.choice([0, 1, 2], mentors, p=[0.05, 0.9, 0.05]), keys=keys)
    return with_ranks(of, rng) if rng.random() < 0.8 else of


class TestStability:
    @pytest.mark.parametrize("seed", SEEDS)
    def test_no_pair_blocks(self, seed: int) -> None:
        """Lists, wishes, ties, several seats and wishes: no pair blocks, by either check, nor would the lottery."""
        rng = np.random.default_rng(seed)
        for _ in range(100):
            of = random_problem(rng)
            pairs = pairs_of(of)
            mentor, mentee = blocking_pairs(of, *positions(pairs))
            assert (mentor.tolist(), mentee.tolist()) == ([], [])
            assert blocking(of, pairs, worths(of)) == []
            assert blocking(of, pairs, worths(of, draws=2)) == []

    def test_the_random_problems_are_of_every_kind(self) -> None:
        """Stability means something only where lists and wishes change the pairs and mentees want several mentors."""
        rng = np.random.default_rng(0)
        problems = [random_problem(rng) for _ in range(300)]
        changed = sum(pairs_of(of) != greedy(of) for of in problems)
        several = sum(len(pairs) > len({e for _, e in pairs}) for pairs in map(pairs_of, problems))
        assert min(changed, several) > 30

    @pytest.mark.parametrize("seed", range(4))
    def test_no_stable_matching_is_better_for_a_mentee(self, seed: int) -> None:
        """Of all stable matchings, enumerated, each mentee has the best here, and all fill the same seats."""
        rng = np.random.default_rng(seed)
        several = 0
        for _ in range(60):
            of = tiny_problem(rng)
            known = worths(of, draws=2)
            all_stable = [sorted(made) for made in matchings(of, known) if not blocking(of, made, known)]
            found = pairs_of(of)
            assert found in all_stable
            mine = {e: known[m, e].mentee for m, e in found}
            seats = sorted(m for m, _ in found)
            for made in all_stable:
                assert all(known[m, e].mentee <= mine[e] for m, e in made)
                assert len(made) == len(mine)
                assert sorted(m for m, _ in made) == seats
            several += len(all_stable) > 1
        assert several > 5

    def test_the_mentees_propose(self) -> None:
        """Where everybody could have their first choice on one side only, it is the mentees' side."""
        crossed = Special(
            np.array([0, 0, 1, 1]),
            np.array([0, 1, 0, 1]),
            np.full(4, -1),
            np.ones(4, dtype=np.bool_),
            {"rank": np.array([2, 1, 1, 2]), "wishes": np.array([1, 2, 2, 1])},
        )
        assert pairs_of(replace(problem([[5, 5], [5, 5]]), special=crossed)) == [(0, 0), (1, 1)]

    def test_a_rank_counts_before_points_and_points_before_the_lottery(self) -> None:
        """The mentee takes the listed mentor with fewer points; off the list, the one with more points."""
        listed = Special(np.array([2]), np.array([0]), np.array([-1]), np.array([True]), {"rank": np.array([1])})
        of = problem([[7], [9], [1]])
        assert pairs_of(replace(of, special=listed)) == [(2, 0)]
        assert pairs_of(of) == [(1, 0)]

    def test_a_wish_counts_before_points(self) -> None:
        """The mentor takes the wished mentee with fewer points, and the other one moves on to the next best mentor."""
        wished = Special(np.array([0]), np.array([0]), np.array([-1]), np.array([False]), {"wishes": np.array([1])})
        of = problem([[5, 9], [1, 1]])
        assert pairs_of(replace(of, special=wished)) == [(0, 0), (1, 1)]
        assert pairs_of(of) == [(0, 1), (1, 0)]


class TestGreedy:
    @pytest.mark.parametrize("seed", range(4))
    def test_without_lists_it_is_greedy(self, seed: int) -> None:
        """Without lists and wishes it takes pair after pair by falling points, then draw 0, draw 1 and position."""
        rng = np.random.default_rng(seed)
        for _ in range(50):
            of = random_problem(rng)
            of = replace(of, special=replace(of.special, values={}))
            few_bits = FewBits(**{field.name: getattr(of, field.name) for field in fields(of)})
            for each in (of, few_bits):
                assert pairs_of(each) == greedy(each)

    @pytest.mark.parametrize("top", [0, 3, 10_000])
    def test_many_people(self, top: int) -> None:
        """Greedy as well where mentees run through many a chunk of their mentors."""
        rng = np.random.default_rng(top)
        of = problem(rng.integers(0, top, (60, 90), endpoint=True), capacity=rng.integers(0, 3, 60))
        assert pairs_of(of) == greedy(of)
        same_for_all = problem(np.add.outer(np.arange(60), np.zeros(90, dtype=np.int64)))
        assert pairs_of(same_for_all) == greedy(same_for_all)


class TestIndependence:
    @pytest.mark.parametrize("seed", range(3))
    def test_settings_and_order_change_nothing(self, seed: int) -> None:
        """Chunks, blocks and the order of people and rows change no pair."""
        rng = np.random.default_rng(seed)
        for _ in range(50):
            of = random_problem(rng)
            expected = pairs_of(of)
            for settings in SMALL_SETTINGS:
                assert pairs_of(of, settings) == expected
            mentor_order, mentee_order = (rng.permutation(size) for size in of.shape)
            shuffled = pairs_of(in_order(of, mentor_order, mentee_order))
            assert sorted((int(mentor_order[m]), int(mentee_order[e])) for m, e in shuffled) == expected

    def test_long_lists_on_both_sides(self) -> None:
        """Everybody ranks everybody: many refusals, nobody asked twice, and no pair blocks."""
        rng = np.random.default_rng(0)
        of = with_ranks(problem(np.zeros((25, 40), dtype=np.int64), capacity=2, wants=rng.integers(1, 4, 40)), rng)
        pairs = pairs_of(of)
        assert pairs_of(of, SMALL_SETTINGS[0]) == pairs
        assert blocking(of, pairs, worths(of)) == []

    def test_the_problem_is_left_as_it_is(self) -> None:
        """Two calls give the same, and the source's table, which may be cached, is not written to."""
        points = np.random.default_rng(0).integers(0, 5, (6, 6))
        of = replace(problem(points), source=Table(points.copy(), 5))
        assert pairs_of(of) == pairs_of(of)
        assert (of.source.rows(0, 6) == points).all()


class TestLimits:
    @pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
    def test_empty_sides(self, shape: tuple[int, int]) -> None:
        """Where a side is empty there is no pair."""
        assert pairs_of(problem(np.zeros(shape, dtype=np.int64))) == []

    def test_nobody_allowed(self) -> None:
        """Nobody is matched where no pair is allowed, no mentor has a seat or no mentee wants anybody."""
        table = np.full((3, 4), 5)
        assert pairs_of(problem(-np.ones_like(table))) == []
        assert pairs_of(problem(table, minimum_score=6)) == []
        assert pairs_of(problem(table, capacity=0)) == []
        assert pairs_of(problem(table, wants=0)) == []
        assert pairs_of(replace(problem(table), list_only=np.ones(4, dtype=np.bool_))) == []

    def test_more_seats_and_wishes_than_people(self) -> None:
        """A mentee who wants more mentors than there are gets each once."""
        assert pairs_of(problem([[1, 2], [3, 4]], capacity=9, wants=9)) == [(0, 0), (0, 1), (1, 0), (1, 1)]

    @pytest.mark.parametrize("largest", [0, 127, 128, 32_767, 32_768, 2**31, 2**45])
    def test_points_of_any_size(self, largest: int) -> None:
        """The narrow table holds the largest points exactly, those given to a special pair included."""
        assert pairs_of(problem([[largest], [max(0, largest - 1)]], excluded=[(0, 0)])) == [(1, 0)]
        assert pairs_of(problem([[largest], [largest - 1]])) == [(0, 0)]
        given = Special(np.array([1]), np.array([0]), np.array([largest + 1]), np.array([False]), {})
        assert pairs_of(replace(problem([[largest], [0]]), special=given)) == [(1, 0)]
