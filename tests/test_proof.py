"""The check accepts nothing but the one best set of pairs (convention 8), and says what is wrong with all else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import Pair, best
from problems import Table, meets_minimum_loads, pairs_of, problem, random_problem

from mentormatch.problem import LARGEST_TOTAL, Ints, Problem, Solution, Word
from mentormatch.proof import Flaw, Proof, _Optimality, check
from mentormatch.solvers import words as words_module
from mentormatch.solvers.staged import solve
from mentormatch.solvers.sweep import Settings

Codes = set[str]


def codes(of: Problem, solution: Solution, block_pairs: int = 1 << 20) -> Codes:
    return {flaw.code for flaw in check(of, solution, block_pairs)}


def solved_problems(count: int, seed: int = 0) -> Iterator[tuple[Problem, Solution]]:
    """Random small problems whose minimum loads can be met, with their solutions."""
    rng = np.random.default_rng(seed)
    while count:
        small = random_problem(rng)
        solution = solve(small)
        if meets_minimum_loads(small, solution):
            count -= 1
            yield small, solution


def with_pairs(of: Problem, solution: Solution, pairs: list[Pair]) -> Solution:
    """The solution with other pairs and their true points."""
    mentor, mentee = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2).T
    return replace(solution, mentor=mentor, mentee=mentee, points=of.rows(0, of.shape[0])[mentor, mentee])


def is_allowed(of: Problem, pairs: list[Pair]) -> bool:
    """Whether pairs are allowed, different, and fit capacities, minimum loads and wishes."""
    mentors, mentees = of.shape
    mentor, mentee = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    load, given = np.bincount(mentor, minlength=mentors), np.bincount(mentee, minlength=mentees)
    return bool(
        len(set(pairs)) == len(pairs)
        and (of.rows(0, mentors)[mentor, mentee] >= 0).all()
        and (load <= of.capacity).all()
        and (load >= of.minimum_load).all()
        and (given <= of.wants).all()
    )


def changed(numbers: Ints, at: int, by: int) -> Ints:
    """A copy with one entry (of the flattened array) changed."""
    copy = numbers.copy()
    copy.flat[at] += by
    return copy


def broken_conditions(of: Problem, solution: Solution) -> Codes:
    """The codes of (P1) to (P4) that do not hold, straight from their definition: slow, and unlike the check."""
    mentors, mentees = of.shape
    words = solution.words
    made = set(pairs_of(solution))
    beta, alpha = solution.mentor_prices.tolist(), solution.mentee_prices.tolist()
    points = of.rows(0, mentors).tolist()
    special = {
        pair: k for k, pair in enumerate(zip(of.special.mentor.tolist(), of.special.mentee.tolist(), strict=True))
    }
    lists = dict(zip(of.list_mentees.tolist(), solution.list_prices.tolist(), strict=True))
    listed = {pair for pair, k in special.items() if of.special.listed[k]}

    def extra(pair: Pair, word: Word) -> int:
        """What a special pair brings beside its points."""
        if pair not in special:
            return 0
        values = {level: int(value[special[pair]]) for level, value in of.special.values.items()}
        served = of.list_served is not None and bool(of.list_served[pair[1]])
        values["listed"] = int(pair in listed and pair[1] not in lists and not served)
        return sum(value * word.multiplier(level) for level, value in values.items())

    lotteries = [
        of.lottery(np.arange(mentors)[:, None], np.arange(mentees)[None, :], word.draw).tolist() for word in words
    ]
    found: Codes = set()
    for mentor in range(mentors):
        for mentee in range(mentees):
            if points[mentor][mentee] < 0:
                continue
            slack = [
                points[mentor][mentee] * word.multiplier("points")
                + lotteries[k][mentor][mentee] * word.multiplier("lottery")
                + extra((mentor, mentee), word)
                - beta[mentor][k]
                - (lists[mentee] if mentee in lists and (mentor, mentee) in listed else alpha[mentee])[k]
                for k, word in enumerate(words)
            ]
            nothing = [0] * len(words)
            if (mentor, mentee) in made and slack < nothing:
                found.add("pair_too_dear")
            if (mentor, mentee) not in made and slack > nothing:
                found.add("better_pair")
    for mentee in range(mentees):
        weights = of.tiers.weight[of.tiers.mentee == mentee].tolist()
        worth = [
            [
                sum(weights[:load]) * word.multiplier("participation")
                + (load > 0 and of.served[mentee] == 0) * word.multiplier("everyone")
                + load * alpha[mentee][k]
                for k, word in enumerate(words)
            ]
            for load in range(len(weights) + 1)
        ]
        if worth[sum(other == mentee for _, other in made)] != max(worth):
            found.add("mentee_load")
    for mentee, price in lists.items():
        most = min(int(of.wants[mentee]), mentors)
        worth = [
            [
                (load > 0) * word.multiplier("listed") + load * (price[k] - alpha[mentee][k])
                for k, word in enumerate(words)
            ]
            for load in range(most + 1)
        ]
        if worth[sum((mentor, mentee) in made & listed for mentor in range(mentors))] != max(worth):
            found.add("list_load")
    for mentor in range(mentors):
        led = int(of.led[mentor])
        least, most = int(of.minimum_load[mentor]), min(int(of.capacity[mentor]), mentees)
        worth = [
            [
                min(load, least) * word.multiplier("minimum_load")
                - ((load + led) ** 2 - led**2) * word.multiplier("balance")
                + load * beta[mentor][k]
                for k, word in enumerate(words)
            ]
            for load in range(most + 1)
        ]
        if worth[sum(other == mentor for other, _ in made)] != max(worth):
            found.add("mentor_load")
    return found


OPTIMALITY = {"better_pair", "pair_too_dear", "mentee_load", "mentor_load", "list_load", "not_unique"}


class TestPairs:
    def test_every_other_set_of_pairs_is_refused(self) -> None:
        """A pair removed, added or moved, or two that exchange mentees, are refused with the best set's prices."""
        tried = 0
        for small, solution in solved_problems(200):
            pairs = list(pairs_of(solution))
            everything = [(m, e) for m in range(small.shape[0]) for e in range(small.shape[1])]
            others = [[*pairs, pair] for pair in everything if pair not in pairs]
            for gone in pairs:
                rest = [pair for pair in pairs if pair != gone]
                others += [rest, *([*rest, pair] for pair in everything if pair not in pairs)]
            for one, other in combinations(pairs, 2):
                rest = [pair for pair in pairs if pair not in (one, other)]
                others.append([*rest, (one[0], other[1]), (other[0], one[1])])
            for other in others:
                if sorted(other) != pairs and is_allowed(small, other):
                    tried += 1
                    found = codes(small, with_pairs(small, solution, other))
                    assert found
                    assert found <= OPTIMALITY
        assert tried > 1_000

    def test_a_swap_that_ties_in_points(self) -> None:
        """Where all points are equal, two pairs that exchange their mentees are still refused: the lottery decides."""
        tied = problem(np.full((8, 8), 5))
        solution = solve(tied)
        pairs = list(pairs_of(solution))
        for one, other in pairwise(range(8)):
            swapped = [pair for k, pair in enumerate(pairs) if k not in (one, other)]
            swapped += [(pairs[one][0], pairs[other][1]), (pairs[other][0], pairs[one][1])]
            found = codes(tied, with_pairs(tied, solution, swapped))
            assert "pair_too_dear" in found
            assert found <= {"pair_too_dear", "better_pair"}

    def test_the_order_of_pairs_is_free(self) -> None:
        """The same pairs in another order are the same solution, in one block and in many."""
        for small, solution in solved_problems(50, seed=1):
            order = np.random.default_rng(0).permutation(len(solution.mentor))
            shuffled = replace(
                solution, mentor=solution.mentor[order], mentee=solution.mentee[order], points=solution.points[order]
            )
            for block_pairs in (1, 7, 1 << 20):
                assert codes(small, shuffled, block_pairs) == set()

    def test_limits(self) -> None:
        """Each limit has a code of its own, with the person or the pair that breaks it."""
        of = problem([[5, 6], [7, -1]], capacity=[1, 2], minimum_load=[1, 0])
        solution = solve(of)
        assert pairs_of(solution) == ((0, 1), (1, 0))
        cases: list[tuple[list[Pair], Flaw]] = [
            ([(0, 0), (0, 1)], Flaw("over_capacity", mentor=0)),
            ([(1, 0)], Flaw("under_minimum_load", mentor=0)),
            ([(0, 0), (1, 0)], Flaw("over_wants", mentee=0)),
            ([(0, 1), (1, 0), (1, 0)], Flaw("pair_twice", 1, 0)),
            ([(0, 0), (1, 1)], Flaw("pair_not_allowed", 1, 1)),
        ]
        for pairs, flaw in cases:
            assert flaw in check(of, with_pairs(of, solution, pairs))

    def test_unknown_pairs(self) -> None:
        """Positions outside the problem, of another type, or in arrays that do not fit each other are refused."""
        of = problem([[5, 6], [7, 8]])
        solution = solve(of)
        broken: list[dict[str, object]] = [
            {"mentor": np.array([0, 2])},
            {"mentor": np.array([-1, 1])},
            {"mentee": np.array([0, 2])},
            {"mentee": np.array([0, -1])},
            {"mentee": np.array([0])},
            {"points": solution.points[:1]},
            {
                "mentor": solution.mentor[:, None],
                "mentee": solution.mentee[:, None],
                "points": solution.points[:, None],
            },
            {"mentor": solution.mentor.astype(np.float64)},
            {"mentee": solution.mentee.astype(np.uint64)},
            {"points": solution.points + 0.5},
        ]
        for change in broken:
            assert check(of, replace(solution, **change)) == (Flaw("unknown_pair"),)

    def test_changed_points(self) -> None:
        """Points that differ by one from the problem's are refused, pair by pair."""
        for small, solution in solved_problems(30, seed=2):
            for at in range(len(solution.points)):
                for by in (-1, 1):
                    flaws = check(small, replace(solution, points=changed(solution.points, at, by)))
                    assert flaws == (Flaw("wrong_points", int(solution.mentor[at]), int(solution.mentee[at])),)

    def test_infeasible(self) -> None:
        """The best that can be done about minimum loads that clash is no proof that they are met."""
        of = problem([[5], [6]], minimum_load=1)
        assert check(of, solve(of)) == (Flaw("under_minimum_load", mentor=0),)


class TestProblem:
    def test_changed_mask(self) -> None:
        """A pair that is not allowed any more is refused by name; so is a better pair that was not allowed before."""
        for small, solution in solved_problems(60, seed=3):
            for mentor, mentee in pairs_of(solution):
                flaws = check(with_entry(small, mentor, mentee, -1), solution)
                assert Flaw("pair_not_allowed", mentor, mentee) in flaws
        of = problem([[5, -1], [9, 5]])
        assert Flaw("better_pair", 0, 1) in check(with_entry(of, 0, 1, 9), solve(of))

    def test_changed_scores(self) -> None:
        """Where a score changed, the old solution passes only if it is still the best one."""
        passed = 0
        rng = np.random.default_rng(4)
        for small, solution in solved_problems(150, seed=4):
            if not small.shape[0] or not small.shape[1]:
                continue
            mentor, mentee = (int(rng.integers(0, size)) for size in small.shape)
            table = small.source.rows(0, small.shape[0])
            now = with_entry(small, mentor, mentee, int(rng.integers(-1, small.source.max_points, endpoint=True)))
            points = now.rows(0, now.shape[0])[solution.mentor, solution.mentee]
            if not check(now, replace(solution, points=points)):
                passed += 1
                assert best(now).pairs == pairs_of(solution)
            after = now.source.rows(0, small.shape[0])
            if (mentor, mentee) in pairs_of(solution) and table[mentor, mentee] != after[mentor, mentee]:
                assert codes(now, solution) & {"wrong_points", "pair_not_allowed"}
        assert passed > 20

    @pytest.mark.parametrize(
        "change",
        [
            {"capacity": 2},
            {"minimum_load": 1},
            {"wants": 2},
            {"served": 1},
            {"priority": 1},
        ],
    )
    def test_changed_demand(self, change: dict[str, int]) -> None:
        """Where one person's demand changed, the old solution passes only if it is still the best one."""
        ((name, by),) = change.items()
        passed = refused = 0
        for small, solution in solved_problems(80, seed=5):
            numbers = getattr(small, name)
            for at in range(len(numbers)):
                now = replace(small, **{name: changed(numbers, at, by)})
                if check(now, solution):
                    refused += 1
                else:
                    passed += 1
                    assert best(now).pairs == pairs_of(solution)
        assert refused > 20
        assert passed > 0

    def test_changed_keys(self) -> None:
        """A proof belongs to one draw: with other keys, tied pairs have to be drawn again."""
        tied = problem(np.full((6, 6), 5))
        solution = solve(tied)
        other = replace(tied, mentor_keys=tied.mentor_keys[::-1].copy())
        assert codes(other, solution) & {"better_pair", "pair_too_dear"}


def with_entry(of: Problem, mentor: int, mentee: int, points: int) -> Problem:
    """The same problem with one score changed."""
    table = of.source.rows(0, of.shape[0]).copy()
    table[mentor, mentee] = points
    given = of.special.points.copy()
    given[(of.special.mentor == mentor) & (of.special.mentee == mentee)] = -1
    return replace(
        of, source=Table(table, max(of.source.max_points, points)), special=replace(of.special, points=given)
    )


class TestPrices:
    @pytest.mark.parametrize("seed", range(4))
    def test_every_price_changed_by_one(self, seed: int) -> None:
        """A price changed by one is refused if and only if that breaks a condition of the proof, and with its code."""
        refused = passed = 0
        for small, solution in solved_problems(30, seed=10 + seed):
            for name in ("mentor_prices", "mentee_prices", "list_prices"):
                prices = getattr(solution, name)
                for at in range(prices.size):
                    for by in (-1, 1):
                        sabotaged = replace(solution, **{name: changed(prices, at, by)})
                        found = codes(small, sabotaged)
                        broken = broken_conditions(small, sabotaged)
                        assert found - {"not_unique"} == broken
                        refused += bool(broken)
                        passed += not found
        assert refused > 200
        assert passed > 0

    @given(st.integers(0, 10_000), st.data())
    @settings(max_examples=300)
    def test_any_prices(self, seed: int, data: st.DataObject) -> None:
        """The check finds the conditions broken by any prices, however far from the true ones."""
        ((small, solution),) = solved_problems(1, seed)
        magnitude = data.draw(st.sampled_from([1, 2, 2**40, 2**60]))
        rng = np.random.default_rng(data.draw(st.integers(0, 100)))
        prices = {}
        for name in ("mentor_prices", "mentee_prices", "list_prices"):
            old = getattr(solution, name)
            noise = rng.integers(-magnitude, magnitude, old.shape, endpoint=True) * (rng.random(old.shape) < 0.2)
            prices[name] = np.clip(old + noise, 1 - LARGEST_TOTAL // 2, LARGEST_TOTAL // 2 - 1)
        sabotaged = replace(solution, **prices)
        found = codes(small, sabotaged, data.draw(st.integers(1, 40)))
        assert found - {"not_unique"} == broken_conditions(small, sabotaged)

    def test_a_mentor_worth_a_price_nobody_pays(self) -> None:
        """The price of a spare seat is 0, and a mentee left over has one that says so: one more is refused."""
        of = problem([[5], [6]])
        solution = solve(of)
        dear = replace(solution, mentor_prices=changed(solution.mentor_prices, 0, 1))
        assert check(of, dear) == (Flaw("mentor_load", mentor=0),)
        of = problem([[5, 6]])
        solution = solve(of)
        dear = replace(solution, mentee_prices=changed(solution.mentee_prices, 0, 1))
        assert Flaw("mentee_load", mentee=0) in check(of, dear)

    def test_shapes_types_and_range(self) -> None:
        """Prices that are missing, too many, no whole numbers or so large that sums would overflow are refused."""
        of = problem([[5, 6], [7, 8]])
        solution = solve(of)
        for name in ("mentor_prices", "mentee_prices"):
            prices = getattr(solution, name)
            for wrong in (
                prices[:1],
                prices[:, :1],
                prices[:, 0],
                np.concatenate((prices, prices)),
                prices.astype(np.float64),
                prices.astype(np.int32),
                prices.astype(object),
                np.full_like(prices, LARGEST_TOTAL // 2),
                np.full_like(prices, -(LARGEST_TOTAL // 2)),
                np.full_like(prices, np.iinfo(np.int64).min),
                np.full_like(prices, np.iinfo(np.int64).max),
            ):
                assert check(of, replace(solution, **{name: wrong})) == (Flaw("prices"),)

    def test_the_largest_prices_do_not_overflow(self) -> None:
        """Prices at the end of their range, with points at the end of theirs, are still compared rightly."""
        of = problem([[2**57, 2**57 - 1], [2**57, 2**57 - 2]])
        solution = solve(of)
        assert check(of, solution) == ()
        end = LARGEST_TOTAL // 2 - 1
        for mentor_price in (-end, end):
            for mentee_price in (-end, end):
                extreme = replace(
                    solution,
                    mentor_prices=np.full_like(solution.mentor_prices, mentor_price),
                    mentee_prices=np.full_like(solution.mentee_prices, mentee_price),
                )
                assert codes(of, extreme) - {"not_unique"} == broken_conditions(of, extreme) != set()


class TestWords:
    def words_of(self, change: Callable[[tuple[Word, ...]], tuple[Word, ...]]) -> tuple[Flaw, ...]:
        of = problem([[5, 6], [7, 8]], minimum_load=1)
        solution = solve(of)
        words = change(solution.words)
        width = len(words)
        columns = [min(k, 1) for k in range(width)]
        return check(
            of,
            replace(
                solution,
                words=words,
                mentor_prices=solution.mentor_prices[:, columns],
                mentee_prices=solution.mentee_prices[:, columns],
                list_prices=solution.list_prices[:, columns],
            ),
        )

    def test_unchanged(self) -> None:
        """The words that the cases below change are accepted as they are."""
        assert self.words_of(lambda words: words) == ()

    @pytest.mark.parametrize(
        "change",
        [
            lambda words: (),
            lambda words: words[1:],
            lambda words: words[:1],
            lambda words: words[::-1],
            lambda words: (*words, words[1]),
            lambda words: (words[0], words[0], words[1]),
            lambda words: (words[0], replace(words[1], draw=1)),
            lambda words: (*words, Word((("lottery", 1),), draw=2)),
            lambda words: (words[0], Word((("lottery", 2),))),
            lambda words: (words[0], Word((("lottery", 0),))),
            lambda words: (replace(words[0], draw=1), words[1]),
            lambda words: (Word(words[0].levels[::-1]), words[1]),
            lambda words: (Word(words[0].levels[1:]), words[1]),
            lambda words: (Word(words[0].levels[:2]), words[1]),
            lambda words: (Word((*words[0].levels, ("lottery", 1))), words[1]),
            lambda words: (Word((*words[0].levels[:2], ("points", 0))), words[1]),
            lambda words: (Word((*words[0].levels[:2], ("points", -1))), words[1]),
            lambda words: (Word((*words[0].levels[:2], ("points", 2))), words[1]),
            lambda words: (Word((*words[0].levels[:2], ("points", 2**80))), words[1]),
            lambda words: (Word(tuple((name, m - (name != "points")) for name, m in words[0].levels)), words[1]),
            lambda words: (Word((("minimum_load", 2**61), *words[0].levels[1:])), words[1]),
            lambda words: (Word((("minimum_load", 2**70), *words[0].levels[1:])), words[1]),
            lambda words: (Word((*words[0].levels[:2], ("fairness", 1))), words[1]),
        ],
    )
    def test_changed_words(self, change: Callable[[tuple[Word, ...]], tuple[Word, ...]]) -> None:
        """Words are refused where levels are missing, twice, out of order or too light, or draws are out of order."""
        assert Flaw("words") in self.words_of(change)

    def test_a_multiplier_of_nothing(self) -> None:
        """A multiplier beyond 64 bits is refused, also that of a level which brings nothing in this problem."""
        of = problem([[0, 0]])
        solution = solve(of)
        (name, _), *rest = solution.words[0].levels
        assert name == "minimum_load"
        assert of.most(name) == 0
        huge = (Word(((name, 2**64), *rest)), *solution.words[1:])
        assert check(of, replace(solution, words=huge)) == (Flaw("words"),)

    def test_words_of_one_level_each(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """How levels are spread over words is the proof's own affair: any sound plan is accepted, with its prices."""
        monkeypatch.setattr(words_module, "LARGEST_PATH", 1)
        for small, solution in solved_problems(40, seed=6):
            assert len(solution.words) >= 4
            assert check(small, solution) == ()


class NoLottery(Problem):
    """A problem in which all lottery numbers are 0, so that ties stay ties."""

    def lottery(self, mentor: Ints, mentee: Ints, draw: int) -> Ints:
        return super().lottery(mentor, mentee, draw) * 0


class TestUniqueness:
    @pytest.mark.parametrize("seed", range(3))
    def test_ties_are_found(self, seed: int) -> None:
        """With a lottery that decides nothing, a solution is refused as not the only one if and only if it is not."""
        several = 0
        for small, solution in solved_problems(150, seed=20 + seed):
            tied = NoLottery(**{field.name: getattr(small, field.name) for field in fields(small)})
            last = [k for k, word in enumerate(solution.words) if word.multiplier("lottery")]
            mentor_prices, mentee_prices = solution.mentor_prices.copy(), solution.mentee_prices.copy()
            list_prices = solution.list_prices.copy()
            mentor_prices[:, last] = mentee_prices[:, last] = list_prices[:, last] = 0
            constant = replace(
                solution, mentor_prices=mentor_prices, mentee_prices=mentee_prices, list_prices=list_prices
            )
            count = best(tied, draws=0).count
            several += count > 1
            assert codes(tied, constant) == ({"not_unique"} if count > 1 else set())
        assert several >= 25

    def test_the_draw_cannot_be_left_out(self) -> None:
        """Without the lottery's word there is no proof, be the solution the only one or not."""
        for _, (small, solution) in zip(range(20), solved_problems(20, seed=7), strict=True):
            short = replace(
                solution,
                words=solution.words[:-1],
                mentor_prices=solution.mentor_prices[:, :-1],
                mentee_prices=solution.mentee_prices[:, :-1],
                list_prices=solution.list_prices[:, :-1],
            )
            assert codes(small, short) == {"words"}

    def test_the_flaw_names_a_pair_that_could_change(self) -> None:
        """A tie is shown by a pair of the smallest case: two mentors, equal for one mentee."""
        tied = NoLottery(**{field.name: getattr(problem([[5], [5]]), field.name) for field in fields(Problem)})
        solution = solve(problem([[5], [5]]))
        upper = [1, 0]
        flat = replace(
            solution, mentor_prices=solution.mentor_prices * upper, mentee_prices=solution.mentee_prices * upper
        )
        (flaw,) = check(tied, flat)
        assert flaw.code == "not_unique"
        assert flaw.mentor in (0, 1)
        assert flaw.mentee == 0


class TestLaw:
    @given(st.integers(0, 100_000), st.data())
    @settings(max_examples=600)
    def test_whatever_is_accepted_is_the_best(self, seed: int, data: st.DataObject) -> None:
        """Whatever is tampered with, pairs, prices, words or problem: what is accepted is the oracle's optimum."""
        ((small, solution),) = solved_problems(1, seed)
        rng = np.random.default_rng(data.draw(st.integers(0, 1_000_000)))
        for kind in data.draw(st.lists(st.sampled_from(sorted(TAMPERING)), min_size=1, max_size=3)):
            small, solution = TAMPERING[kind](rng, small, solution)
        if not check(small, solution, data.draw(st.sampled_from([1, 5, 1 << 20]))):
            draws = sum(word.multiplier("lottery") for word in solution.words)
            expected = best(small, draws)
            assert pairs_of(solution) == expected.pairs
            assert expected.count == 1
            assert meets_minimum_loads(small, solution)

    def test_tampering_is_sometimes_accepted(self) -> None:
        """The law above is no empty one: some changes of prices and demands leave a valid proof."""
        rng = np.random.default_rng(0)
        accepted = dict.fromkeys(TAMPERING, 0)
        for small, solution in solved_problems(100, seed=8):
            for kind, tamper in TAMPERING.items():
                accepted[kind] += not check(*tamper(rng, small, solution))
        assert all(accepted[kind] > 0 for kind in ("mentor_prices", "mentee_prices", "score", "capacity", "wants"))
        assert all(accepted[kind] < 100 for kind in TAMPERING)


def shift_prices(name: str) -> Callable[[np.random.Generator, Problem, Solution], tuple[Problem, Solution]]:
    def tamper(rng: np.random.Generator, of: Problem, solution: Solution) -> tuple[Problem, Solution]:
        prices = getattr(solution, name)
        by = rng.integers(-2, 3, prices.shape) * (rng.random(prices.shape) < 0.3) * rng.choice([1, 1, 1_000])
        return of, replace(solution, **{name: prices + by})

    return tamper


def shift_demand(name: str) -> Callable[[np.random.Generator, Problem, Solution], tuple[Problem, Solution]]:
    def tamper(rng: np.random.Generator, of: Problem, solution: Solution) -> tuple[Problem, Solution]:
        numbers = getattr(of, name)
        by = rng.integers(-1, 2, numbers.shape) * (rng.random(numbers.shape) < 0.3)
        now = replace(of, **{name: np.maximum(numbers + by, 0)})
        return replace(now, minimum_load=np.minimum(now.minimum_load, now.capacity)), solution

    return tamper


def change_score(rng: np.random.Generator, of: Problem, solution: Solution) -> tuple[Problem, Solution]:
    if not of.shape[0] or not of.shape[1]:
        return of, solution
    at = int(rng.integers(0, of.shape[0])), int(rng.integers(0, of.shape[1]))
    now = with_entry(of, *at, int(rng.integers(-1, of.source.max_points, endpoint=True)))
    known = len(solution.mentor) and solution.mentor.max() < of.shape[0]
    return now, with_pairs(now, solution, list(pairs_of(solution))) if known else solution


def change_pair(rng: np.random.Generator, of: Problem, solution: Solution) -> tuple[Problem, Solution]:
    """A pair goes, comes, or moves to another mentor or mentee; or two pairs exchange their mentees."""
    pairs = list(pairs_of(solution))
    if not of.shape[0] or not of.shape[1]:
        return of, solution
    new = int(rng.integers(0, of.shape[0])), int(rng.integers(0, of.shape[1]))
    kind = int(rng.integers(0, 4))
    if kind and pairs:
        gone = pairs.pop(int(rng.integers(0, len(pairs))))
        if kind == 2:
            new = (gone[0], new[1])
        if kind == 3 and pairs:
            other = pairs.pop(int(rng.integers(0, len(pairs))))
            pairs.append((other[0], gone[1]))
            new = (gone[0], other[1])
    if kind != 1:
        pairs.append(new)
    return of, with_pairs(of, solution, pairs)


def change_words(rng: np.random.Generator, of: Problem, solution: Solution) -> tuple[Problem, Solution]:
    """One multiplier changes by a little."""
    words = list(solution.words)
    k = int(rng.integers(0, len(words)))
    levels = list(words[k].levels)
    at = int(rng.integers(0, len(levels)))
    levels[at] = (levels[at][0], levels[at][1] + int(rng.integers(-2, 3)))
    words[k] = replace(words[k], levels=tuple(levels))
    return of, replace(solution, words=tuple(words))


TAMPERING: dict[str, Callable[[np.random.Generator, Problem, Solution], tuple[Problem, Solution]]] = {
    "mentor_prices": shift_prices("mentor_prices"),
    "mentee_prices": shift_prices("mentee_prices"),
    "list_prices": shift_prices("list_prices"),
    "capacity": shift_demand("capacity"),
    "wants": shift_demand("wants"),
    "minimum_load": shift_demand("minimum_load"),
    "priority": shift_demand("priority"),
    "score": change_score,
    "pair": change_pair,
    "words": change_words,
}


def test_the_first_word_settles_the_pairs_below_their_prices_however_wide_these_are() -> None:
    """Comparing in 32 bits where they suffice says what exact numbers say, near the edges of every width too."""
    rng = np.random.default_rng(5)
    widest = LARGEST_TOTAL // 2 - 1
    for trial in range(300):
        shape = tuple(rng.integers(1, 6, 2).tolist())
        most = int(rng.choice([0, 3, 10_000, 2**30, 2**31 - 2]))
        multiplier = int(rng.choice([0, 1, 7, 2**20]))
        points = rng.integers(-1, most + 1, shape)
        table = replace(problem(points).source, points=points.astype(np.int32 if trial % 2 else np.int64))
        of = replace(problem(points), source=table)
        words = (Word((("points", multiplier),)), Word((("lottery", 1),)))
        near = [most * multiplier, 2**31 - most * multiplier, 2**31, 2**32, widest]
        beta, alpha = (
            np.clip(rng.choice([-1, 1], n) * (rng.choice([0, *near], n) + rng.integers(-2, 3, n)), -widest, widest)
            for n in shape
        )
        if trial % 3:
            # Prices that cancel, so that what decides is a few points.
            alpha = np.clip(points[0] * multiplier - beta[0] + rng.integers(-2, 3, shape[1]), -widest, widest)
        prices = (np.stack((side, np.zeros_like(side)), axis=1) for side in (beta, alpha))
        nobody = np.zeros(0, dtype=np.int64)
        solution = Solution(nobody, nobody, nobody, words, *prices, np.zeros((0, 2), dtype=np.int64))
        expected = [
            [p >= 0 and p * multiplier >= b + a for p, a in zip(row, alpha.tolist(), strict=True)]
            for row, b in zip(points.tolist(), beta.tolist(), strict=True)
        ]
        tiles = of.tiles(int(rng.integers(1, 30)), 0, shape[0])
        check_of = _Optimality(of, solution)
        found = [row for top, first, tile in tiles for row in check_of._left_open(top, first, tile).tolist()]
        assert found == expected


def test_what_a_proof_says_of_itself() -> None:
    """A proof prints its kind and size, and no price."""
    solution = solve(problem([[5, 6], [7, 8], [9, 1]]), Settings())
    proof = Proof("optimal", solution.words, solution.mentor_prices, solution.mentee_prices, solution.list_prices)
    assert str(proof) == ("optimal: nothing better exists; 10 whole-number prices prove it, and verify() checks them")
    assert repr(proof) == "Proof('optimal', words=2)"
