"""What the checks of proofs say at their edges: blocks cut anywhere, limits of width, flaws one by one, and words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import meets_minimum_loads, problem, random_problem

from mentormatch import problem as problem_module
from mentormatch import proof as proof_module
from mentormatch.problem import LARGEST_TOTAL, Gap, LevelName, Problem, Solution, Stopped, Word, upper_levels
from mentormatch.proof import Flaw, Proof, check, check_bounded, check_stable
from mentormatch.solvers.run import Run
from mentormatch.solvers.staged import solve
from mentormatch.solvers.sweep import Settings

FEW = Settings(candidates=1, additions=1, strip_pairs=4)
NONE = np.zeros(0, dtype=np.int64)


def spoilt(rng: np.random.Generator, solution: Solution) -> Solution:
    """Often the same solution, else with some prices or points changed."""
    if rng.random() < 0.3:
        return solution
    name = str(rng.choice(["mentor_prices", "mentee_prices", "list_prices", "points"]))
    numbers = getattr(solution, name)
    return replace(solution, **{name: numbers + rng.integers(-1, 2, numbers.shape) * (rng.random(numbers.shape) < 0.3)})


@settings(max_examples=150)
@given(st.integers(0, 2**32), st.integers(1, 4), st.integers(1, 30), st.integers(1, 12))
def test_how_pairs_are_cut_into_blocks_changes_no_flaw(seed: int, width: int, strip: int, block: int) -> None:
    """Blocks of any width and strips of any height find the same flaws as one block with all pairs."""
    rng = np.random.default_rng(seed)
    of = random_problem(rng)
    solution = spoilt(rng, solve(of))
    whole = check(of, solution)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(problem_module, "_WIDEST", width)
        patch.setattr(proof_module, "_STRIP", strip)
        patch.setattr(proof_module, "_TALL", 1)
        cut = check(of, solution, block)
    assert {str(flaw) for flaw in cut} - named(cut) == {str(flaw) for flaw in whole} - named(whole)
    assert {(flaw.code, flaw.mentor) for flaw in cut if flaw.code != "not_unique"} == {
        (flaw.code, flaw.mentor) for flaw in whole if flaw.code != "not_unique"
    }


def named(flaws: tuple[Flaw, ...]) -> set[str]:
    """The flaws that show one pair of several, which may be another."""
    return {str(flaw) for flaw in flaws if flaw.code in ("better_pair", "not_unique")}


@settings(max_examples=150)
@given(st.integers(0, 2**32), st.integers(1, 4), st.integers(1, 12))
def test_how_pairs_are_cut_into_blocks_changes_no_bound(seed: int, width: int, block: int) -> None:
    """What the prices of a search that was stopped bound is the same sum, however the pairs are taken."""
    rng = np.random.default_rng(seed)
    of = random_problem(rng)
    solution = solve(of, replace(FEW, run=Run(limit=1)))
    if solution.stopped is None or not meets_minimum_loads(of, solution):
        return
    solution = spoilt(rng, solution)
    whole = check_bounded(of, solution)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(problem_module, "_WIDEST", width)
        assert check_bounded(of, solution, block) == whole


def test_pairs_that_are_not_allowed_or_have_other_points_are_named() -> None:
    """One flaw for each pair, with its people, from every check that reads points."""
    of = problem([[5, -1, 3], [-1, 7, 4]], capacity=2, wants=2, levels=("participation", "points", "lottery"))
    good = solve(of)
    pairs = list(zip(good.mentor.tolist(), good.mentee.tolist(), strict=True))
    assert pairs == [(0, 0), (0, 2), (1, 1), (1, 2)]
    points = good.points.copy()
    points[[1, 2]] = [4, 8]
    wrong = replace(good, points=points)
    expected = [Flaw("wrong_points", 0, 2), Flaw("wrong_points", 1, 1)]
    assert [flaw for flaw in check(of, wrong) if flaw.code == "wrong_points"] == expected
    assert list(check_stable(of, wrong)) == expected
    forbidden = replace(good, mentee=np.array([0, 1, 1, 2]))
    assert [flaw for flaw in check(of, forbidden) if flaw.code == "pair_not_allowed"] == [
        Flaw("pair_not_allowed", 0, 1)
    ]
    assert Flaw("pair_not_allowed", 0, 1) in check_stable(of, forbidden)
    stopped = replace(good, stopped=Stopped("interrupt", 1, ()))
    short = [replace(stopped, **change) for change in ({"points": points}, {"mentee": np.array([0, 1, 1, 2])})]
    plain = [replace(one, words=(Word((("participation", 1),)),), **first_word(good)) for one in short]
    assert [list(check_bounded(of, one)) for one in plain] == [expected, [Flaw("pair_not_allowed", 0, 1)]]


def first_word(solution: Solution) -> dict[str, object]:
    """The prices of the first word alone."""
    names = ("mentor_prices", "mentee_prices", "list_prices")
    return {name: getattr(solution, name)[:, :1] for name in names}


def test_pairs_are_looked_at_before_prices_are() -> None:
    """Somebody in too many pairs, a pair given twice and a mentee out of range are named and nothing else is said."""
    of = problem([[5, 4], [3, 2]])
    good = solve(of)
    for mentor, mentee, expected in (
        ([0, 0], [0, 1], [Flaw("over_capacity", mentor=0)]),
        ([0, 1], [1, 1], [Flaw("over_wants", mentee=1)]),
        ([1, 1], [0, 0], [Flaw("pair_twice", 1, 0), Flaw("over_capacity", mentor=1), Flaw("over_wants", mentee=0)]),
        ([0, 2], [0, 1], [Flaw("unknown_pair")]),
        ([0, 1], [0, -1], [Flaw("unknown_pair")]),
    ):
        wrong = replace(good, mentor=np.array(mentor), mentee=np.array(mentee), points=np.array([5, 2]))
        assert list(check(of, wrong)) == expected
        assert list(check_stable(of, wrong)) == expected


def test_everybody_without_a_mentor_is_named_where_everybody_must_have_one() -> None:
    """Served before is served, who wants nobody needs nobody, and without that demand nobody is left out."""
    levels: tuple[LevelName, ...] = ("minimum_load", "everyone", "participation", "points", "lottery")
    of = problem([[5, 4, 3, 2]], wants=[1, 1, 0, 1], served=[0, 0, 0, 1], levels=levels)
    word = Word((("participation", 1),))
    prices = {"mentor_prices": np.zeros((1, 1), np.int64), "mentee_prices": np.zeros((4, 1), np.int64)}
    alone = Solution(
        np.array([0]), np.array([0]), np.array([5]), (word,), list_prices=np.zeros((0, 1), np.int64), **prices,
        stopped=Stopped("interrupt", 1, ()),
    )  # fmt: skip
    assert [flaw for flaw in check_bounded(of, alone) if flaw.code == "left_out"] == [Flaw("left_out", mentee=1)]
    plain = replace(of, levels=levels[:1] + levels[2:])
    assert "left_out" not in {flaw.code for flaw in check_bounded(plain, alone)}


@pytest.mark.parametrize("name", ["mentor_prices", "mentee_prices"])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_price_is_below_half_of_what_a_sum_holds(name: str, sign: int) -> None:
    """The largest price that two can be added of is read, and the next one is refused."""
    of = problem([[5, 4], [3, 2]])
    good = solve(of)
    for price, refused in ((LARGEST_TOTAL // 2 - 1, False), (LARGEST_TOTAL // 2, True)):
        numbers = getattr(good, name).copy()
        numbers[-1, -1] = sign * price
        found = {flaw.code for flaw in check(of, replace(good, **{name: numbers}))}
        assert ("prices" in found) == refused


def test_words_stop_short_of_what_a_sum_holds() -> None:
    """A multiplier may be as large as the limit where nothing stands below it, and a sum may not reach it."""
    of = problem([[1]], levels=("participation", "points", "lottery"))
    good = solve(of)
    (plain, lottery) = good.words
    assert [level for level, _ in plain.levels] == ["participation", "points"]

    def refused(participation: int, points: int) -> bool:
        words = (Word((("participation", participation), ("points", points))), lottery)
        return "words" in {flaw.code for flaw in check(of, replace(good, words=words))}

    most = of.most("points")
    assert most == 1
    assert not refused(2, 1)
    assert refused(1, 1)
    assert not refused(LARGEST_TOTAL - 2, 1)
    assert refused(LARGEST_TOTAL - 1, 1)
    assert refused(2, 0)
    nothing = replace(of, source=replace(of.source, max_points=0, points=np.array([[0]])))
    for multiplier, expected in ((LARGEST_TOTAL, False), (LARGEST_TOTAL + 1, True)):
        word = Word((("participation", 1), ("points", multiplier)))
        found = check(nothing, replace(good, points=np.array([0]), words=(word, lottery)))
        assert ("words" in {flaw.code for flaw in found}) == expected


def test_under_a_lift_no_word_reaches_the_lottery() -> None:
    """What was stopped says nothing of a lift, so words that go on behind it are refused."""
    of = problem([[10, 5], [5, 1]])
    found = replace(solve(of), stopped=Stopped("interrupt", 1, ()))
    lifted = replace(of, levels=("minimum_load", "participation", "lift_worst", "points", "lottery"))
    assert check_bounded(lifted, found) == (Flaw("words"),)
    upper = replace(solve(replace(of, levels=upper_levels(lifted.levels))), stopped=Stopped("interrupt", 1, ()))
    assert check_bounded(lifted, upper) == (Flaw("words"),)


class SameDraws(Problem):
    """A problem whose first draw of the lottery decides nothing."""

    def lottery(self, mentor: np.ndarray, mentee: np.ndarray, draw: int) -> np.ndarray:
        """All numbers of the first draw are 0."""
        return super().lottery(mentor, mentee, draw) * int(draw > 0)


def test_a_gap_in_a_later_draw_counts_that_draw() -> None:
    """Where the first draw leaves a tie, what is reached and bounded in the second is its own sum."""
    plain = problem([[3, 3], [3, 3]])
    of = SameDraws(**{name: getattr(plain, name) for name in plain.__dataclass_fields__})
    words = (Word((("participation", 7), ("points", 1))), Word((("lottery", 1),)), Word((("lottery", 1),), 1))
    pairs = np.array([0, 1]), np.array([1, 0]), np.array([3, 3])
    drawn = int(of.lottery(pairs[0], pairs[1], 1).sum())
    gaps = of.gaps(words, *pairs, drawn + 5)
    assert gaps[-1] == Gap("lottery", drawn, drawn + 5)
    assert of.gaps(words[:2], *pairs, 4)[-1] == Gap("lottery", 0, 4)


def test_a_bounded_proof_says_how_far_it_got() -> None:
    """Why it ended, what nothing is better in, how much more there may be, and whether aims are left."""
    none = np.zeros((0, 1), dtype=np.int64)

    def said(by: str, rounds: int, *gaps: Gap) -> str:
        return str(Proof("bounded", (), none, none, none, stopped=Stopped(by, rounds, gaps)))  # type: ignore[arg-type]

    assert said("round_limit", 1, Gap("participation", 4, 4), Gap("points", 10, 25)) == (
        "bounded: the limit of 1 round was reached; nothing is better in participation; at most 15 more in points; "
        "the aims after that were not reached"
    )
    assert said("interrupt", 2, Gap("points", 0, 0), Gap("points", 7, 7), Gap("lottery", 1, 3)) == (
        "bounded: interrupted after 2 rounds; nothing is better in points; at most 2 more in the lottery"
    )
    assert said("interrupt", 3, Gap("points", 3, 1_009)) == (
        "bounded: interrupted after 3 rounds; at most 1,006 more in points; the aims after that were not reached"
    )
    claimed = str(Proof("claimed", (), none, none, none))
    assert claimed == (
        "claimed: stable, by deferred acceptance; verify() finds every pair that would rather have each other"
    )
