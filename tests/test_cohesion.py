"""Groups in which members count with one another, several mentors lead, or a time must be shared."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch import formats
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.cohesion import best_sets, cohesive_gains
from mentormatch.group_matching import GroupProof

Score = tuple[int, Fraction]


def own(points: object, allowed: object = None) -> mm.ScoreMatrix:
    table = np.array(points)
    mentors = [f"m{at}" for at in range(table.shape[0])]
    mentees = [f"e{at}" for at in range(table.shape[1])]
    return mm.ScoreMatrix.from_array(table, mentors, mentees, allowed=allowed)


def fellows(table: np.ndarray) -> mm.ScoreMatrix:
    ids = [f"e{at}" for at in range(len(table))]
    return mm.ScoreMatrix.from_array(table, ids, ids, same_people=True)


def symmetric(rng: np.random.Generator, people: int) -> np.ndarray:
    upper = np.triu(rng.integers(0, 100, (people, people)), 1)
    return upper + upper.T


def worth(
    points: np.ndarray, between: np.ndarray, most: int, share: Fraction, led: tuple[int, ...], members: tuple[int, ...]
) -> Fraction:
    """The value of a group as the documentation has it."""
    fit = sum(Fraction(int(points[list(led), member].sum()), len(led)) for member in members)
    pairs = sum(int(between[a, b]) for a, b in combinations(members, 2))
    return (1 - share) * fit + share * Fraction(pairs, max(1, most - 1))


def best_of(points: np.ndarray, between: np.ndarray, size: tuple[int, int], led_by: int, share: Fraction) -> Score:
    """The most people placed, and among those the largest value, over all groups there could be."""
    mentors, mentees = points.shape

    @cache
    def best(free: frozenset[int], left: frozenset[int]) -> Score:
        if not free:
            return 0, Fraction(0)
        first = min(free)
        found = best(free - {first}, left)
        for others in combinations(sorted(free - {first}), led_by - 1):
            led = (first, *others)
            for people in range(size[0], size[1] + 1):
                for members in combinations(sorted(left), people):
                    if (points[np.ix_(led, members)] < 0).any():
                        continue
                    placed, value = best(free - set(led), left - set(members))
                    gain = worth(points, between, size[1], share, led, members)
                    found = max(found, (placed + people, value + gain))
        return found

    return best(frozenset(range(mentors)), frozenset(range(mentees)))


def solved(scores: mm.ScoreMatrix, format_: formats.Groups, **settings_: object) -> mm.GroupMatching:
    found = mm.solve(scores, format=format_, **settings_)  # type: ignore[arg-type]
    assert isinstance(found, mm.GroupMatching)
    verdict = found.verify()
    assert verdict, str(verdict)
    return found


@pytest.mark.parametrize(("led_by", "share"), [(1, "0.2"), (1, "1"), (2, "0"), (2, "0.5")])
def test_groups_are_near_the_best_of_all_and_the_bound_is_above_it(led_by: int, share: str) -> None:
    """Against full enumeration: never better than the best, a bound never below it, and the best itself mostly."""
    hits, size = 0, (2, 3)
    for seed in range(6):
        rng = np.random.default_rng(seed)
        points = rng.integers(0, 100, (4, 7))
        if led_by == 1:
            points[rng.random((4, 7)) < 0.15] = -1
        between = symmetric(rng, 7)
        cohesion = Fraction(share)
        format_ = formats.Groups(size, (led_by, led_by), cohesion=float(cohesion))
        scores = own(np.maximum(points, 0), points >= 0)
        found = solved(scores, format_, together=fellows(between) if cohesion else None)
        placed, best = best_of(points, between, size, led_by, cohesion)
        value = sum(
            worth(
                points,
                between,
                size[1],
                cohesion,
                tuple(int(m[1:]) for m in group.mentors),
                tuple(int(e[1:]) for e in group.mentees),
            )
            for group in found.groups
        )
        assert isinstance(found.proof, GroupProof)
        reasons = found.proof.reasons
        at = reasons.words.index("points")
        assert Fraction(reasons.values[at], reasons.unit) == value
        assert (sum(len(group.mentees) for group in found.groups), value) <= (placed, best)
        if sum(len(group.mentees) for group in found.groups) == placed:
            assert Fraction(reasons.bounds[at], reasons.unit) >= best
        hits += (sum(len(group.mentees) for group in found.groups), value) == (placed, best)
    assert hits >= 5


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 12), st.sampled_from([2, 4, 16]))
def test_what_a_group_brings_at_most_is_never_below_the_best_of_all(seed: int, people: int, core: int) -> None:
    """Whatever the core, the bound is at least the best set; with a core of everybody it is the best set."""
    rng = np.random.default_rng(seed)
    gains, bonds = rng.integers(-60, 30, (3, people)), symmetric(rng, people) // 4
    gains[rng.random(gains.shape) < 0.2] = -(2**60)
    low = rng.integers(0, 3, 3)
    high = low + rng.integers(1, 3, 3)
    forced = rng.random(3) < 0.5
    bound = cohesive_gains(gains, bonds, low, high, forced, core)
    good, sets = best_sets(gains, bonds, low, high)
    for row in range(3):
        sums = [
            int(gains[row, list(some)].sum()) + sum(int(bonds[a, b]) for a, b in combinations(some, 2))
            for k in range(low[row], min(high[row], people) + 1)
            for some in combinations(range(people), k)
        ]
        best = max([total for total in sums if total > -(2**50)], default=None)
        if not forced[row]:
            best = max(0, best or 0)
        if best is None:
            assert bound[row] < -(2**50)
            continue
        assert bound[row] >= best
        if core >= people:
            assert bound[row] == best
        if good[row] > -(2**50):
            some = sets[row]
            assert good[row] == gains[row, some].sum() + bonds[np.ix_(some, some)].sum() // 2


def test_the_order_of_rows_is_irrelevant() -> None:
    """The same people in another order are in the same groups, local search included."""
    rng = np.random.default_rng(5)
    points, between = rng.integers(0, 5, (5, 12)), symmetric(rng, 12) // 30
    format_ = formats.Groups((3, 4), cohesion=0.3)
    rows, columns = rng.permutation(5), rng.permutation(12)
    ids = [f"e{at}" for at in columns]
    other = mm.solve(
        mm.ScoreMatrix.from_array(points[np.ix_(rows, columns)], [f"m{at}" for at in rows], ids),
        format=format_,
        together=mm.ScoreMatrix.from_array(between[np.ix_(columns, columns)], ids, ids, same_people=True),
    )
    assert isinstance(other, mm.GroupMatching)
    assert solved(own(points), format_, together=fellows(between)).groups == other.groups


def test_a_local_search_heeds_declines_and_lists() -> None:
    """Fellows who declined one another are apart, mentors who did lead nothing together, and lists come first."""
    rng = np.random.default_rng(2)
    points, between = rng.integers(0, 50, (6, 8)), symmetric(rng, 8)
    between[0, 1] = between[1, 0] = 100
    choices = mm.Choices(
        declines=[("e0", "e1"), ("m0", "m1"), ("m2", "e4")], shortlists={"e2": ["m3"]}, pins=[("m5", "e7")]
    )
    found = solved(
        own(points), formats.Groups((2, 3), (2, 2), cohesion=0.5), together=fellows(between), choices=choices
    )
    for group in found.groups:
        assert not {"e0", "e1"} <= set(group.mentees)
        assert not {"m0", "m1"} <= set(group.mentors)
        assert not ("m2" in group.mentors and "e4" in group.mentees)
    assert any("m3" in group.mentors and "e2" in group.mentees for group in found.groups)
    assert any("m5" in group.mentors and "e7" in group.mentees for group in found.groups)


TIMES = ["Mon", "Tue", "Wed"]
ASKED = mm.Questionnaire(
    [
        q.MultiChoice("goals", options=["Lead", "Change", "Settle"], asked_of="mentee"),
        q.MultiChoice("offers", options=["Lead", "Change", "Settle"], asked_of="mentor"),
        q.MultiChoice("times", options=TIMES),
    ]
)


def cohort(seed: int, mentors: int, mentees: int) -> mm.Cohort:
    rng = np.random.default_rng(seed)

    def some(options: list[str], most: int) -> list[str]:
        return [options[at] for at in rng.permutation(len(options))[: rng.integers(0, most + 1)]]

    goals = ["Lead", "Change", "Settle"]
    return mm.Cohort.from_records(
        ASKED,
        mentors=[{"id": f"m{at}", "offers": some(goals, 2), "times": some(TIMES, 2)} for at in range(mentors)],
        mentees=[{"id": f"e{at}", "goals": some(goals, 2), "times": some(TIMES, 2)} for at in range(mentees)],
    )


def most_placed(picks: dict[str, set[int]], mentors: int, mentees: int) -> int:
    """How many can be placed at most in groups of two or three that share a time, by trying all."""

    @cache
    def most(mentor: int, left: frozenset[int]) -> int:
        if mentor == mentors:
            return 0
        found = most(mentor + 1, left)
        for size in (2, 3):
            for members in combinations(sorted(left), size):
                if picks[f"m{mentor}"].intersection(*(picks[f"e{member}"] for member in members)):
                    found = max(found, size + most(mentor + 1, left - frozenset(members)))
        return found

    return most(0, frozenset(range(mentees)))


@pytest.mark.parametrize("cohesion", [0.0, 0.25])
def test_a_group_shares_a_time(cohesion: float) -> None:
    """Everybody in a group has a time in common, as many are placed as full enumeration places, and it is said when."""
    for seed in range(4):
        people = cohort(seed, 3, 7)
        format_ = formats.Groups(
            (2, 3), cohesion=cohesion, together=[r.Shares("goals")] if cohesion else [], meet_in="times"
        )
        found = mm.Program("Circle", ASKED, [r.Covers("goals", by="offers")], format=format_).match(people)
        assert isinstance(found, mm.GroupMatching)
        assert found.verify()
        picks = {
            person: set(np.flatnonzero(side.column("times").values[at]).tolist())
            for side in (people.mentors, people.mentees)
            for at, person in enumerate(side.ids)
        }
        for group in found.groups:
            assert set.intersection(*(picks[person] for person in (*group.mentors, *group.mentees)))

        if not cohesion:
            assert len(found.pairs) == most_placed(picks, 3, 7)
        for record in found.to_records():
            assert record["meets"] in {", ".join(some) for k in (1, 2) for some in combinations(TIMES, k)}


def test_mentees_are_explained_to_one_another() -> None:
    """Two mentees have points by the rules of together=, and the outcome says whether they are in one group."""
    format_ = formats.Groups((2, 3), cohesion=0.25, together=[r.Shares("goals")])
    program = mm.Program("Circle", ASKED, [r.Covers("goals", by="offers")], format=format_)
    found = program.match(cohort(1, 3, 6))
    assert isinstance(found, mm.GroupMatching)
    one, other = found.groups[0].mentees[:2]
    told = str(found.explain(other, one))
    assert "in one group" in told
    assert "Shares('goals')" in told
    again = mm.Matching.from_json(found.to_json()).with_scores(found._scores())
    assert again.verify()
    assert str(again) == str(found)


def test_points_that_floats_cannot_hold_are_refused() -> None:
    """Own scores too large for exact comparison are an error of the program, in words."""
    with pytest.raises(mm.ProgramError) as refused:
        mm.solve(own(np.full((2, 20), 2**44)), format=formats.Groups((2, 2)))
    assert str(refused.value) == (
        "scores: points are too large for groups to be compared exactly; divide the scores by a common factor"
    )
