"""The solvers find the one best set of pairs (convention 2 and 7), whatever their settings."""

from __future__ import annotations

from dataclasses import fields, replace
from math import prod

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import best, levels_of
from problems import POINTS_FIRST, Table, meets_minimum_loads, pairs_of, problem, random_keys, random_problem
from scipy.optimize import linear_sum_assignment

from mentormatch.problem import LARGEST_PATH, LARGEST_TOTAL, Ints, Problem, Special, Word, lottery
from mentormatch.proof import check
from mentormatch.solvers import pricing, staged, sweep
from mentormatch.solvers import words as words_module
from mentormatch.solvers.candidates import first_candidates
from mentormatch.solvers.flow import _by_ends, min_cost_flow
from mentormatch.solvers.pricing import Pricing
from mentormatch.solvers.staged import solve
from mentormatch.solvers.sweep import Settings
from mentormatch.solvers.warm import Start
from mentormatch.solvers.words import merged, plan

SMALL_SETTINGS = (Settings(candidates=1, block_pairs=1), Settings(candidates=2, block_pairs=8, in_parts=1))
SEEDS = range(20)
"""100 random problems each."""


class FewBits(Problem):
    """A problem whose lottery has so few numbers that one draw seldom decides."""

    @property
    def lottery_bits(self) -> int:  # type: ignore[override]
        return 2


def few_bits(of: Problem) -> Problem:
    return FewBits(**{field.name: getattr(of, field.name) for field in fields(of)})


def points_of(of: Problem, pairs: tuple[tuple[int, int], ...]) -> int:
    table = of.rows(0, of.shape[0])
    return sum(int(table[pair]) for pair in pairs)


def assert_proven(of: Problem) -> tuple[tuple[int, int], ...]:
    """The pairs of the solution, which must have no flaw."""
    solution = solve(of)
    assert check(of, solution) == ()
    return pairs_of(solution)


class TestOracle:
    @pytest.mark.parametrize("seed", SEEDS)
    def test_small_problems(self, seed: int) -> None:
        """Every level and every pair equals the dynamic program's, and the proof stands unless minimum loads clash."""
        rng = np.random.default_rng(seed)
        for _ in range(100):
            small = random_problem(rng)
            expected = best(small)
            solution = solve(small)
            assert pairs_of(solution) == expected.pairs
            assert levels_of(small, pairs_of(solution)) == expected.levels
            assert expected.count == 1
            assert solution.points.tolist() == small.rows(0, small.shape[0])[solution.mentor, solution.mentee].tolist()
            if meets_minimum_loads(small, solution):
                assert check(small, solution) == ()
            else:
                assert {flaw.code for flaw in check(small, solution)} == {"under_minimum_load"}

    @pytest.mark.parametrize("seed", SEEDS)
    def test_nothing_but_the_problem_matters(self, seed: int) -> None:
        """Numbers of candidates, block sizes, a start and the order of people and rows change no pair."""
        rng = np.random.default_rng(seed)
        for _ in range(30):
            small = random_problem(rng)
            mentors, mentees = small.shape
            expected = pairs_of(solve(small))
            for settings in SMALL_SETTINGS:
                other = solve(small, settings)
                assert pairs_of(other) == expected
                if meets_minimum_loads(small, other):
                    assert check(small, other, block_pairs=3) == ()
            if mentors and mentees:
                start = Start(rng.integers(0, mentors, 5), rng.integers(0, mentees, 5))
                assert pairs_of(solve(small, SMALL_SETTINGS[0], start)) == expected
            mentor_order, mentee_order = rng.permutation(mentors), rng.permutation(mentees)
            shuffled = solve(in_order(small, mentor_order, mentee_order))
            assert (
                tuple(sorted((int(mentor_order[m]), int(mentee_order[e])) for m, e in pairs_of(shuffled))) == expected
            )

    @pytest.mark.parametrize("seed", SEEDS)
    def test_several_draws(self, seed: int) -> None:
        """Where a draw of the lottery leaves a tie, the next decides among what it left, and none beyond is made."""
        rng = np.random.default_rng(seed)
        for _ in range(30):
            small = few_bits(random_problem(rng))
            for settings in (Settings(), *SMALL_SETTINGS):
                solution = solve(small, settings)
                draws = sum(word.multiplier("lottery") for word in solution.words)
                assert pairs_of(solution) == best(small, draws).pairs
                assert draws == 1 or best(small, draws - 1).count > 1
                if meets_minimum_loads(small, solution):
                    assert check(small, solution) == ()

    def test_the_random_problems_are_of_every_kind(self) -> None:
        """The comparison with the oracle means something only if hard cases occur in it often enough."""
        rng = np.random.default_rng(0)
        problems = [random_problem(rng) for _ in range(500)]
        clashing = sum(not meets_minimum_loads(p, solve(p)) for p in problems)
        tied = sum(best(p, draws=0).count > 1 for p in problems)
        assert clashing >= 20
        assert tied >= 80
        assert sum(len(p.special.mentor) > 0 for p in problems) >= 150
        assert sum(len(p.list_mentees) > 0 for p in problems) >= 40
        assert sum(bool(p.minimum_load.any()) for p in problems) - clashing >= 40
        assert sum(bool((p.wants >= 2).any()) for p in problems) >= 100
        assert sum(bool(p.served.any()) for p in problems) >= 100
        assert sum(p.levels.index("points") < p.levels.index("participation") for p in problems) >= 100
        assert sum(p.shape[0] * p.shape[1] >= 20 for p in problems) >= 100

    @pytest.mark.parametrize("path", [1, 2**10, 2**20])
    def test_separate_words(self, path: int, monkeypatch: pytest.MonkeyPatch) -> None:
        """How levels are merged into words changes no pair."""
        rng = np.random.default_rng(path)
        problems = [random_problem(rng) for _ in range(60)]
        expected = [pairs_of(solve(p)) for p in problems]
        monkeypatch.setattr(words_module, "LARGEST_PATH", path)
        for small, pairs in zip(problems, expected, strict=True):
            solution = solve(small, SMALL_SETTINGS[1])
            assert pairs_of(solution) == pairs
            if path == 1:
                assert len(solution.words) >= 4
            if meets_minimum_loads(small, solution):
                assert check(small, solution) == ()


def in_order(of: Problem, mentor_order: Ints, mentee_order: Ints) -> Problem:
    """The same problem with its people in another order; the arguments say who comes first, second and so on."""
    mentor_place, mentee_place = np.argsort(mentor_order), np.argsort(mentee_order)
    mentor, mentee = mentor_place[of.excluded[0]], mentee_place[of.excluded[1]]
    by_mentor = np.argsort(mentor)
    special = of.special
    at = mentor_place[special.mentor], mentee_place[special.mentee]
    order = np.lexsort((at[1], at[0]))
    return replace(
        of,
        special=Special(
            at[0][order],
            at[1][order],
            special.points[order],
            special.listed[order],
            {level: extra[order] for level, extra in special.values.items()},
        ),
        **{
            name: None if getattr(of, name) is None else getattr(of, name)[mentee_order]
            for name in ("list_only", "list_served")
        },
        source=Table(of.source.rows(0, of.shape[0])[np.ix_(mentor_order, mentee_order)].copy(), of.source.max_points),
        excluded=(mentor[by_mentor], mentee[by_mentor]),
        **{name: getattr(of, name)[mentor_order] for name in ("capacity", "minimum_load", "led", "mentor_keys")},
        **{name: getattr(of, name)[mentee_order] for name in ("wants", "served", "priority", "mentee_keys")},
    )


def medium_problem(rng: np.random.Generator, wants: int) -> Problem:
    """30 to 80 people on each side, few or many allowed pairs, few or many ties."""
    mentors, mentees = (int(n) for n in rng.integers(30, 81, 2))
    points = rng.integers(0, int(rng.choice([3, 100, 10_000])), (mentors, mentees), endpoint=True)
    points[rng.random(points.shape) < rng.choice([0.3, 0.9])] = -1
    return problem(
        points,
        capacity=rng.integers(0, 4, mentors),
        wants=rng.integers(1, wants, mentees, endpoint=True),
        keys=(random_keys(rng, mentors), random_keys(rng, mentees)),
    )


class TestOtherSolvers:
    @pytest.mark.parametrize("seed", range(5))
    def test_assignment_on_expanded_seats(self, seed: int) -> None:
        """Participation and points equal those of scipy's dense assignment, with a row for each seat."""
        rng = np.random.default_rng(seed)
        for _ in range(10):
            medium = medium_problem(rng, wants=1)
            one_more = 1 + medium.shape[1] * medium.source.max_points
            worth = np.repeat(medium.rows(0, medium.shape[0]), medium.capacity, axis=0)
            worth = np.where(worth >= 0, worth + one_more, 0)
            total = int(worth[linear_sum_assignment(worth, maximize=True)].sum())
            pairs = assert_proven(medium)
            assert divmod(total, one_more) == (len(pairs), points_of(medium, pairs))

    @pytest.mark.parametrize("seed", range(5))
    def test_network_simplex(self, seed: int) -> None:
        """Participation and points equal those of networkx's network simplex, also where mentees want two mentors."""
        rng = np.random.default_rng(100 + seed)
        for _ in range(10):
            medium = medium_problem(rng, wants=2)
            mentors, mentees = medium.shape
            wishes = int(medium.wants.sum())
            second = 1 + wishes * medium.source.max_points
            first = (1 + mentees) * second
            graph = nx.MultiDiGraph()
            graph.add_node("end", demand=wishes)
            for mentee in range(mentees):
                graph.add_node(("mentee", mentee), demand=-int(medium.wants[mentee]))
                for tier in range(int(medium.wants[mentee])):
                    graph.add_edge(("mentee", mentee), "end", capacity=1, weight=second if tier else first)
            for mentor, mentee in np.argwhere(medium.rows(0, mentors) >= 0).tolist():
                cost = -int(medium.rows(mentor, mentor + 1)[0, mentee])
                graph.add_edge(("mentee", mentee), ("mentor", mentor), capacity=1, weight=cost)
            for mentor in range(mentors):
                graph.add_edge(("mentor", mentor), "end", capacity=int(medium.capacity[mentor]), weight=0)
            cost, _ = nx.network_simplex(graph)
            pairs = assert_proven(medium)
            load = np.bincount([mentee for _, mentee in pairs], minlength=mentees)
            missing_first, missing_second = int((load == 0).sum()), int((medium.wants - np.maximum(load, 1)).sum())
            assert cost == missing_first * first + missing_second * second - points_of(medium, pairs)


class TestSpecialCases:
    @pytest.mark.parametrize(("mentors", "mentees"), [(0, 0), (0, 3), (3, 0)])
    def test_an_empty_side(self, mentors: int, mentees: int) -> None:
        """Without mentors or mentees the solution is empty, and proven."""
        assert assert_proven(problem(np.zeros((mentors, mentees), dtype=np.int64), wants=2)) == ()

    @pytest.mark.parametrize(
        "of",
        [
            problem([[-1, -1], [-1, -1], [-1, -1]]),
            problem([[5, 6], [7, 8]], capacity=0),
            problem([[5, 6], [7, 8]], wants=0),
            problem([[5, 6], [7, 8]], minimum_score=9),
            problem([[5, 6]], excluded=[(0, 0), (0, 1)]),
            problem([[5, -1], [7, 8]], capacity=[1, 0], wants=[0, 1]),
        ],
    )
    def test_no_possible_pair(self, of: Problem) -> None:
        """Where no pair is possible, for whatever reason, the solution is empty, and proven."""
        assert assert_proven(of) == ()

    @pytest.mark.parametrize("points", [0, 7])
    def test_all_equal(self, points: int) -> None:
        """60 x 60 equal scores make 60 pairs that the lottery alone chooses, with the largest sum of its numbers."""
        equal = problem(np.full((60, 60), points))
        pairs = assert_proven(equal)
        numbers = equal.lottery(np.arange(60)[:, None], np.arange(60)[None, :], 0)
        mentor, mentee = linear_sum_assignment(numbers, maximize=True)
        assert pairs == tuple(zip(mentor.tolist(), mentee.tolist(), strict=True))
        for settings in (Settings(candidates=2), Settings(candidates=1, block_pairs=100)):
            assert pairs_of(solve(equal, settings)) == pairs

    def test_equal_people_get_different_candidates(self) -> None:
        """Ties among candidates are not broken by position, so that equal people do not crowd on the same partners."""
        mentor, mentee, points = first_candidates(problem(np.full((100, 100), 7)), Settings(candidates=3))
        assert len(mentor) <= 2_000
        assert np.bincount(mentor, minlength=100).max() < 40
        assert np.bincount(mentee, minlength=100).max() < 40
        assert np.bincount(mentee, minlength=100).min() >= 3
        assert (points == 7).all()

    def test_nobody_without_a_seat_or_a_wish_is_a_candidate(self) -> None:
        """The few places among the candidates are for people who can still be matched."""
        of = problem(np.arange(12).reshape(3, 4), capacity=[1, 0, 1], wants=[1, 1, 0, 0])
        for block_pairs in (1, 100):
            mentor, mentee, points = first_candidates(of, Settings(candidates=1, block_pairs=block_pairs))
            assert (mentor.tolist(), mentee.tolist(), points.tolist()) == ([0, 2, 2], [1, 0, 1], [1, 8, 9])

    def test_pairs_without_a_seat_or_a_wish_are_never_brought_in(self) -> None:
        """People who cannot be matched get prices that keep all their pairs out of the flow."""
        points = np.random.default_rng(0).integers(0, 100, (60, 60))
        one_in_ten = (np.arange(60) % 10 == 0).astype(np.int64)
        assert solve(problem(points, capacity=one_in_ten)).candidates <= 6 * 60
        assert solve(problem(points, wants=one_in_ten)).candidates <= 6 * 60

    def test_more_seats_than_mentees(self) -> None:
        """A mentor with two seats and a mentee who wants two make one pair, since a pair is made once."""
        assert assert_proven(problem([[5]], capacity=2, wants=2)) == ((0, 0),)
        assert assert_proven(problem([[5, 6]], capacity=1_000_000, wants=1_000)) == ((0, 0), (0, 1))

    def test_one_mentor_for_everybody(self) -> None:
        """Where one mentor is everybody's only choice, the seats go to the highest priority, then the most points."""
        crowd = problem([list(range(40)), [-1] * 40], capacity=[3, 5], priority=[1] + [0] * 39)
        assert assert_proven(crowd) == ((0, 0), (0, 38), (0, 39))

    def test_first_mentors_before_second_ones(self) -> None:
        """A mentee with a pinned mentor asks for a second one, who goes first to somebody without any."""
        assert assert_proven(problem([[9, 1]], served=[1, 0])) == ((0, 1),)
        assert assert_proven(problem([[9, 1]], served=[1, 0], priority=[5, 0])) == ((0, 1),)
        assert assert_proven(problem([[9, 1]], served=[1, 0], levels=POINTS_FIRST)) == ((0, 0),)

    def test_points_first(self) -> None:
        """The order of aims decides between one good pair and two poor ones (a-x 10, a-y 1, b-x 1)."""
        table = [[10, 1], [1, -1]]
        assert assert_proven(problem(table)) == ((0, 1), (1, 0))
        assert assert_proven(problem(table, levels=POINTS_FIRST)) == ((0, 0),)

    def test_a_minimum_load_counts_before_points(self) -> None:
        """Minimum loads are part of the one flow: the best solution that meets them has 19 points, a greedy one 12."""
        demanding = problem([[1, 2, 1], [9, 9, 1]], capacity=2, minimum_load=1)
        pairs = assert_proven(demanding)
        assert points_of(demanding, pairs) == 19

    def test_a_minimum_load_beyond_reach(self) -> None:
        """Where minimum loads clash, as many of their seats as possible are filled, which shows who clashes."""
        solution = solve(problem([[9, 9], [1, -1]], capacity=2, minimum_load=[2, 1]))
        assert pairs_of(solution) in (((0, 0), (0, 1)), ((0, 1), (1, 0)))
        solution = solve(problem([[9, 9]], capacity=5, minimum_load=5))
        assert pairs_of(solution) == ((0, 0), (0, 1))

    def test_a_start_may_hold_anything(self) -> None:
        """A start with pairs that are forbidden, twice in it or without a seat is read as a hint and nothing more."""
        of = problem([[5, -1], [7, 8]], capacity=[1, 0])
        start = Start(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1]))
        assert pairs_of(solve(of, start=start)) == ((0, 0),)
        assert pairs_of(solve(of, start=Start(np.zeros(0, np.int64), np.zeros(0, np.int64)))) == ((0, 0),)

    def test_the_problem_is_left_untouched(self) -> None:
        """Solving and checking change no array of the problem."""
        rng = np.random.default_rng(3)
        small = random_problem(rng)
        arrays = {name: value for name, value in vars(small).items() if isinstance(value, np.ndarray)}
        for value in arrays.values():
            value.flags.writeable = False
        check(small, solve(small))


class TestProblem:
    def test_rows(self) -> None:
        """A block has -1 where the source, an exclusion or the minimum score forbids a pair, and nowhere else."""
        of = problem([[0, 1, 2], [3, -1, 5], [6, 7, 8]], excluded=[(1, 0), (2, 2)], minimum_score=1)
        assert of.rows(0, 3).tolist() == [[-1, 1, 2], [-1, -1, 5], [6, 7, -1]]
        assert of.rows(1, 2).tolist() == [[-1, -1, 5]]
        assert of.rows(3, 3).tolist() == []
        assert [(start, block.tolist()) for start, block in of.blocks(2)] == [
            (0, [[-1, 1, 2], [-1, -1, 5]]),
            (2, [[6, 7, -1]]),
        ]
        assert of.source.rows(0, 3).tolist() == [[0, 1, 2], [3, -1, 5], [6, 7, 8]]
        assert replace(of, minimum_score=0).rows(0, 1).tolist() == [[0, 1, 2]]

    def test_tiers(self) -> None:
        """First mentors outweigh second ones, then the higher priority counts; a pinned mentor was the first one."""
        of = problem(np.zeros((3, 4)), wants=[2, 1, 0, 9], served=[0, 1, 0, 0], priority=[0, 5, 5, -1])
        assert of.tiers.mentee.tolist() == [0, 0, 1, 3, 3, 3]
        assert of.tiers.offsets.tolist() == [0, 2, 3, 3, 6]
        assert of.tiers.weight.tolist() == [6, 3, 4, 5, 2, 1]

    def test_bounds(self) -> None:
        """Bounds on totals count a seat or a wish only as far as there are partners for it."""
        of = problem(np.full((2, 3), 7), capacity=[9, 1], minimum_load=[2, 0], wants=[9, 1, 0])
        assert of.most_pairs == 3
        assert [of.most(name) for name in ("minimum_load", "points")] == [2, 21]
        assert of.most("participation") == of.tiers.weight.sum() == 2 + 2 + 1
        assert [of.largest(name) for name in ("minimum_load", "participation", "points")] == [1, 2, 7]


class TestPricing:
    def test_only_pairs_outside_the_candidates_come_back(self) -> None:
        """Pricing returns what the prices do not rule out and is not known yet, so that the loop ends."""
        of = problem([[5, 6, 7], [8, 9, 4]])
        words = (Word((("points", 1),)),)
        prices = ([np.array([0, 0])], [np.array([5, 6, 6])])
        known = (np.array([1]), np.array([0]), np.array([8]))
        mentor, mentee, points = Pricing(of, Settings()).worth_adding(words, *prices, known)
        assert (mentor.tolist(), mentee.tolist(), points.tolist()) == ([0, 1], [2, 1], [7, 9])

    def test_few_come_back_at_a_time(self) -> None:
        """A round adds the best pairs of every mentor, and the best one of each mentee who has none among these."""
        points = np.random.default_rng(0).permutation(200).reshape(10, 20) + 1
        words = (Word((("points", 1),)),)
        nothing = (np.zeros(0, dtype=np.int64),) * 3
        prices = ([np.zeros(10, dtype=np.int64)], [np.zeros(20, dtype=np.int64)])
        best_two = {(m, int(e)) for m in range(10) for e in np.argsort(points[m])[-2:]}
        others = set(range(20)) - {e for _, e in best_two}
        best_mentors = {(int(points[:, e].argmax()), e) for e in others}
        assert best_mentors
        for block_pairs in (1, 60, 1_000):
            settings = Settings(additions=2, block_pairs=block_pairs)
            mentor, mentee, _ = Pricing(problem(points), settings).worth_adding(words, *prices, nothing)
            assert set(zip(mentor.tolist(), mentee.tolist(), strict=True)) == best_two | best_mentors

    def test_only_tied_pairs_are_priced_in_lower_words(self) -> None:
        """A pair that an upper word rules out is not brought back by a lower one."""
        of = problem([[5, 6]])
        words = (Word((("participation", 1),)), Word((("points", 1),)))
        nothing = (np.zeros(0, dtype=np.int64),) * 3
        prices = ([np.array([0]), np.array([0])], [np.array([0, 1]), np.array([0, 0])])
        mentor, mentee, _ = Pricing(of, Settings()).worth_adding(words, *prices, nothing)
        assert (mentor.tolist(), mentee.tolist()) == ([0], [0])

    def test_where_prices_are_looked_at_changes_nothing(self) -> None:
        """Strips and blocks of any size, and parts of all pairs first, lead to the same pairs."""
        draw = np.random.default_rng(1)
        for _ in range(300):
            mentors, mentees = draw.integers(1, 14, 2)
            points = draw.integers(-1, draw.choice([2, 5, 50]), (mentors, mentees))
            of = problem(points, capacity=draw.integers(0, 3, mentors), wants=draw.integers(0, 3, mentees))
            settings = Settings(1, 1, int(draw.integers(1, 30)), int(draw.integers(1, 60)), in_parts=1)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(sweep, "_PARTS", int(draw.integers(2, 5)))
                patch.setattr(pricing, "_LOOKS", (1, 1, 2)[: draw.integers(4)])
                patch.setattr(staged, "_FEW", int(draw.integers(2)))
                assert pairs_of(solve(of, settings)) == pairs_of(solve(of))

    def test_other_prices_are_ruled_out_where_nothing_can_have_changed(self) -> None:
        """Mentors and mentees that are not looked at again have no pair that reaches the new prices."""
        draw = np.random.default_rng(2)
        narrowed = 0
        for _ in range(200):
            points = draw.integers(0, 100, (12, 16))
            v, u, which = draw.integers(0, 60, 12), draw.integers(0, 60, (2, 16)), draw.integers(0, 2, 12)
            most = (points - v[:, None] - u[which]).max(axis=1)
            new_v, new_u = v - draw.integers(-9, 9, 12) // 8 * 7, u.max(axis=0) - draw.integers(-9, 9, 16) // 8 * 7
            looks, bound = pricing._Seen(v, u, which, most).looks(new_v, new_u)
            looked_at = np.zeros((12, 16), dtype=bool)
            for rows, columns in looks:
                looked_at[np.ix_(rows, np.arange(16)[columns])] = True
            excess = np.where(looked_at, -(10**9), points - new_v[:, None] - new_u)
            assert (excess < 0).all()
            assert (excess.max(axis=1) <= np.maximum(bound, -(10**9))).all()
            narrowed += not looked_at.all()
        assert narrowed > 20


class TestWidths:
    def test_huge_points_take_words_of_their_own(self) -> None:
        """Points of 2**45 for a thousand people fit no shared word, and the optimum is exact to the last point."""
        rng = np.random.default_rng(0)
        points = 2**45 - rng.integers(0, 3, (300, 300))
        big = problem(points, minimum_load=np.arange(300) % 2)
        assert [name for word in plan(big) for name, _ in word.levels] == list(big.levels)
        assert len(plan(big)) >= 3
        pairs = assert_proven(big)
        missing = 2**45 - points
        assert points_of(big, pairs) == 300 * 2**45 - int(missing[linear_sum_assignment(missing)].sum())

    def test_differences_beyond_floats(self) -> None:
        """Differences far below a float64's last digit decide between huge points."""
        assert assert_proven(problem([[2**57, 2**57 - 1], [2**57 - 1, 2**57 - 3]])) == ((0, 1), (1, 0))

    def test_prices_stay_in_range_up_to_the_limit(self) -> None:
        """With the largest points that are not refused, prices stay in the range that the check can add."""
        rng = np.random.default_rng(0)
        for _ in range(100):
            mentors, mentees = (int(n) for n in rng.integers(1, 7, 2))
            most = (2**62 - 1) // (2 * (mentors + mentees + 1)) - 1
            points = rng.choice([-1, 0, 1, most // 2, most - 1, most], (mentors, mentees))
            points[0, 0] = most
            assert_proven(problem(points, capacity=rng.integers(0, 2, mentors), wants=rng.integers(0, 2, mentees)))

    def test_points_beyond_64_bits(self) -> None:
        """Totals that do not fit 64 bits are refused with the level's name before a flow could loop for ever."""
        for table in ([[2**61, 2**61], [2**61, 2**61]], [[2**62]], [[2**60] * 3] * 3):
            with pytest.raises(OverflowError, match=r"^points$"):
                solve(problem(table))
        many = problem(np.full((30, 30), 2**55), capacity=30, wants=30)
        assert 2 * 61 * (2**55 + 1) < LARGEST_TOTAL < many.most("points")
        with pytest.raises(OverflowError, match=r"^points$"):
            plan(many)

    def test_a_lopsided_problem(self) -> None:
        """The guard on widths counts all nodes of the network, so that the flow itself never has to refuse."""
        for bits in range(40, 62):
            wide = problem(np.full((1, 500), 2**bits - 1))
            try:
                plan(wide)
            except OverflowError:
                assert bits > 45
                break
            assert len(assert_proven(wide)) == 1
        else:
            pytest.fail("no width was refused")

    @given(st.data())
    def test_plans(self, data: st.DataObject) -> None:
        """A plan has all levels in order, in words that fit 64 bits, and comparing words compares levels."""
        of = random_problem(np.random.default_rng(data.draw(st.integers(0, 10_000))))
        of = replace(of, source=replace(of.source, max_points=data.draw(st.integers(0, 2**50))))
        *plain, draw = plan(of)
        assert draw == Word((("lottery", 1),))
        assert tuple(name for word in plain for name, _ in word.levels) == of.levels[:-1]
        for word in plain:
            assert sum(multiplier * of.most(name) for name, multiplier in word.levels) < LARGEST_TOTAL
        totals = st.tuples(*(st.integers(0, of.most(name)) for name in of.levels[:-1]))
        one, other = (dict(zip(of.levels[:-1], data.draw(totals), strict=True)) for _ in range(2))

        def in_words(levels: dict[str, int]) -> list[int]:
            return [sum(multiplier * levels[name] for name, multiplier in word.levels) for word in plain]

        assert (in_words(one) < in_words(other)) == (tuple(one.values()) < tuple(other.values()))

    def test_neighbours_share_a_word_while_it_fits(self) -> None:
        """Fewer words are fewer flows: 1,000 people with points up to 10,000 need one beside the lottery."""
        points = np.zeros((1_250, 1_000), dtype=np.int64)
        points[0, 0] = 10_000
        assert len(plan(problem(points))) == 2
        assert len(plan(problem(points, minimum_load=1))) == 2
        points[0, 0] = 2**45
        assert len(plan(problem(points))) == 3

    def test_absent_minimum_loads_take_no_room(self) -> None:
        """Where nobody demands a minimum load, that level does not push points out of the word."""
        points = np.zeros((20_000, 2), dtype=np.int64)
        points[0, 0] = 10_000
        wide = replace(problem(points), source=Wide((20_000, 20_000)), **of_size(20_000, 20_000))
        assert len(plan(wide)) == 2
        assert len(plan(replace(wide, minimum_load=np.ones(20_000, dtype=np.int64)))) == 3

    def test_merged(self) -> None:
        """Each multiplier is one more than all that stands to its right can bring."""
        of = problem([[3, 1], [2, 0]], minimum_load=1)
        assert merged(of, of.levels[:-1]) == Word((("minimum_load", 21), ("participation", 7), ("points", 1)))

    def test_the_limits(self) -> None:
        """Twice the smaller side times a lottery number stays exact in a float64, and the sum within 64 bits."""
        for shape in ((1, 1), (3, 100_000), (100_000, 60_000), (2**20, 2**20), (2**22, 1)):
            wide = replace(problem([[1]]), source=Wide(shape), **of_size(*shape))
            assert 1 <= wide.lottery_bits <= 40
            assert 2 * min(shape) * 2**wide.lottery_bits < LARGEST_PATH
            assert wide.most("lottery") < LARGEST_TOTAL
            assert 2 * (sum(shape) + 1) * 2**wide.lottery_bits < LARGEST_TOTAL


class Wide:
    """Points of a problem too large to hold, of which only the shape is asked."""

    max_points = 10_000

    def __init__(self, shape: tuple[int, int]) -> None:
        self.shape = shape


def of_size(mentors: int, mentees: int) -> dict[str, Ints]:
    """Two seats for each of so many mentors, and a wish of each of so many mentees."""
    seats, wishes = np.full(mentors, 2), np.ones(mentees, dtype=np.int64)
    return {"capacity": seats, "minimum_load": 0 * seats, "wants": wishes, "served": 0 * wishes, "priority": 0 * wishes}


KNOWN = (
    [[4097618618563484380, 7036458801432265024], [6507740593731417303, 7606253073171504537]],
    [[4353206453422315464, 5855868127669778071], [6800898210224962807, 264968392005315082]],
)
"""Draws 0 and 1 for the mentor keys 1 and 2**64 - 1 (rows) and the mentee keys 5 and 6 (columns)."""


class TestLottery:
    def test_known_values(self) -> None:
        """The numbers are part of every result, so a change of the formula must not go unseen."""
        mentors, mentees = np.array([1, 2**64 - 1], dtype=np.uint64), np.array([5, 6], dtype=np.uint64)
        assert lottery(mentors[:, None], mentees[None, :], 0).tolist() == KNOWN[0]
        assert lottery(mentors[:, None], mentees[None, :], 1).tolist() == KNOWN[1]

    def test_leading_bits(self) -> None:
        """A problem's numbers are the leading bits of the full ones: its size settles nothing but their precision."""
        of = problem(np.zeros((4, 5)))
        mentor, mentee = np.arange(4)[:, None], np.arange(5)[None, :]
        full = lottery(of.mentor_keys[:, None], of.mentee_keys[None, :], 0)
        assert of.lottery_bits == 40
        assert (of.lottery(mentor, mentee, 0) == full // 2**23).all()
        assert (few_bits(of).lottery(mentor, mentee, 0) == full // 2**61).all()

    def test_sides_are_not_exchangeable(self) -> None:
        """The same two keys with their roles exchanged draw another number, for one person may stand on both sides."""
        one, other = np.array([12345], dtype=np.uint64), np.array([67890], dtype=np.uint64)
        assert lottery(one, other, 0) != lottery(other, one, 0)

    def test_uniform(self) -> None:
        """Numbers are spread evenly over rows, columns, bits and draws, even for keys that count up."""
        keys = np.arange(512, dtype=np.uint64)
        draws = [lottery(keys[:, None], keys[None, :], draw) for draw in (0, 1)]
        for numbers in draws:
            assert numbers.min() >= 0
            assert len(np.unique(numbers)) == 512 * 512
            for bit in range(63):
                assert abs(float((numbers >> bit & 1).mean()) - 0.5) < 0.005
            unit = numbers / 2**63
            assert np.abs(unit.mean(axis=0) - 0.5).max() < 0.07
            assert np.abs(unit.mean(axis=1) - 0.5).max() < 0.07
            counts = np.bincount((unit * 64).astype(np.int64).ravel(), minlength=64)
            assert np.abs(counts - 4096).max() < 350
        assert abs(float(np.corrcoef(draws[0].ravel(), draws[1].ravel())[0, 1])) < 0.01


def random_network(rng: np.random.Generator) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Arcs with parallel ones among them, and supplies that some flow meets."""
    nodes, arcs = int(rng.integers(2, 12)), int(rng.integers(1, 40))
    tail, head = rng.integers(0, nodes, arcs), rng.integers(0, nodes, arcs)
    tail, head = tail[tail != head], head[tail != head]
    capacity = rng.integers(0, 5, len(tail))
    cost = rng.integers(0, int(rng.choice([1, 10, 2**40])), len(tail), endpoint=True)
    sent = rng.integers(0, capacity, endpoint=True)
    supply = np.zeros(nodes, dtype=np.int64)
    np.add.at(supply, tail, sent)
    np.subtract.at(supply, head, sent)
    return tail, head, capacity, cost, supply


class TestFlow:
    @pytest.mark.parametrize("seed", range(3))
    def test_costs_and_potentials(self, seed: int) -> None:
        """Flows are possible, cost what networkx's cost, and their potentials prove it."""
        rng = np.random.default_rng(seed)
        for _ in range(50):
            tail, head, capacity, cost, supply = network = random_network(rng)
            flow, potential = min_cost_flow(*network)
            graph = nx.MultiDiGraph()
            graph.add_nodes_from((node, {"demand": -int(amount)}) for node, amount in enumerate(supply))
            for arc in zip(tail.tolist(), head.tolist(), capacity.tolist(), cost.tolist(), strict=True):
                graph.add_edge(arc[0], arc[1], capacity=arc[2], weight=arc[3])
            assert int((flow * cost).sum()) == nx.network_simplex(graph)[0]
            assert (flow >= 0).all()
            assert (flow <= capacity).all()
            balance = np.zeros_like(supply)
            np.add.at(balance, tail, flow)
            np.subtract.at(balance, head, flow)
            assert (balance == supply).all()
            reduced = cost + potential[tail] - potential[head]
            assert (reduced[flow < capacity] >= 0).all()
            assert (reduced[flow > 0] <= 0).all()

    def test_the_arguments_are_left_untouched(self) -> None:
        """A caller keeps its arrays for the next flow."""
        network = random_network(np.random.default_rng(7))
        for array in network:
            array.flags.writeable = False
        min_cost_flow(*network)

    def test_potentials_are_the_largest_whichever_way_the_flow_was_found(self) -> None:
        """Much room or little, the potentials are those of shortest paths, so no solver's choice shows in prices."""
        rng = np.random.default_rng(11)
        roomy = []
        for _ in range(100):
            tail, head, capacity, cost, supply = network = random_network(rng)
            roomy.append(capacity[supply[head] < 0].sum() >= 3 * supply[supply > 0].sum())
            flow, potential = min_cost_flow(*network)
            arcs = [
                *zip(tail[flow < capacity], head[flow < capacity], cost[flow < capacity], strict=True),
                *zip(head[flow > 0], tail[flow > 0], -cost[flow > 0], strict=True),
            ]
            expected = [0] * len(supply)
            for _ in supply:
                for start, end, length in arcs:
                    expected[end] = min(expected[end], expected[start] + int(length))
            assert potential.tolist() == expected
        assert any(roomy)
        assert not all(roomy)

    def test_arcs_are_sorted_by_their_ends_however_many_nodes_there_are(self) -> None:
        """Ends that do not fit one number with the position give the same order, parallel arcs as they came."""
        rng = np.random.default_rng(3)
        for _ in range(50):
            tail, head = rng.integers(0, 6, (2, int(rng.integers(0, 40))))
            expected = sorted(range(len(tail)), key=lambda arc: (tail[arc], head[arc], arc))
            assert all(_by_ends(tail, head, nodes).tolist() == expected for nodes in (6, 2**31))

    def test_no_arc(self) -> None:
        """A network without arcs has the empty flow."""
        nothing = np.zeros(0, dtype=np.int64)
        flow, potential = min_cost_flow(nothing, nothing, nothing, nothing, np.zeros(3, dtype=np.int64))
        assert len(flow) == 0
        assert len(potential) == 3

    def test_guards(self) -> None:
        """Costs that would make network simplex loop for ever are refused; so are negative ones and missing room."""
        tail, head, one = np.array([0, 1]), np.array([1, 2]), np.array([1, 1])
        supply = np.array([1, 0, -1])
        with pytest.raises(OverflowError, match="too large"):
            min_cost_flow(tail, head, one, np.array([0, 2**62 // 6]), supply)
        with pytest.raises(ValueError, match="negative"):
            min_cost_flow(tail, head, one, np.array([0, -1]), supply)
        with pytest.raises(RuntimeError):
            min_cost_flow(tail, head, np.array([1, 0]), one, supply)
        widest = 2**62 // 6 - 2
        flow, potential = min_cost_flow(tail, head, one, np.array([widest, widest]), supply)
        assert flow.tolist() == [1, 1]
        assert int(potential[2] - potential[0]) == 2 * widest


def test_small_costs_of_the_whole() -> None:
    """Most pairs are never looked at by a flow: with 300 x 300 different points a tenth of them is enough."""
    points = np.random.default_rng(0).integers(0, 10_000, (300, 300))
    solution = solve(problem(points), Settings(candidates=8))
    assert solution.candidates < prod(points.shape) // 10
    assert solution.rounds <= 12
