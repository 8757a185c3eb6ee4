"""The check of meetings in rounds accepts the best meetings and no others, whatever prices come with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import problem, random_keys

from mentormatch.problem import LARGEST_TOTAL, Problem
from mentormatch.proof_timed import check_timed
from mentormatch.solvers.timed import solve
from mentormatch.timetable import TimedPrices, TimedSolution, Timetable

Random = np.random.Generator
Meeting = tuple[int, int, int]


def small(rng: Random) -> tuple[Problem, Timetable]:
    """Two mentors and two or three mentees, each there in some of two or three rounds."""
    mentors, mentees, rounds = 2, int(rng.integers(2, 4)), int(rng.integers(2, 4) if rng.random() < 0.5 else 2)
    points = rng.integers(0, 4, (mentors, mentees))
    points[rng.random(points.shape) < 0.2] = -1
    several = bool(rng.random() < 0.3)
    there = [rng.random((people, rounds)) < 0.7 for people in (mentors, mentees)]
    of = problem(
        points,
        capacity=rng.integers(0, 4, mentors),
        minimum_load=0,
        wants=rng.integers(0, 3, mentees),
        priority=rng.integers(0, 2, mentees),
        keys=(random_keys(rng, mentors), random_keys(rng, mentees)),
        levels=("minimum_load", "points", "participation", "lottery")
        if rng.random() < 0.3
        else ("minimum_load", "participation", "points", "lottery"),
    )
    none = np.zeros(0, dtype=np.int64)
    return of, Timetable(there[0], there[1], (none, none), several)


def schedules(of: Problem, timetable: Timetable) -> Iterator[tuple[Meeting, ...]]:
    """Every way to hold meetings: who is there, one at a time, no more than seats and wishes; a pair may meet again."""
    mentors, mentees = of.shape
    points = of.rows(0, mentors).tolist()
    possible = [
        (j, i, t)
        for j, i, t in product(range(mentors), range(mentees), range(timetable.rounds))
        if points[j][i] >= 0 and timetable.mentor[j, t] and timetable.mentee[i, t] and of.capacity[j] and of.wants[i]
    ]
    for count in range(min(len(possible), int(of.wants.sum())) + 1):
        for made in combinations(possible, count):
            load, got = Counter(j for j, _, _ in made), Counter(i for _, i, _ in made)
            at = Counter((i, t) for _, i, t in made)
            here = Counter((j, t) for j, _, t in made)
            if (
                all(n <= of.capacity[j] for j, n in load.items())
                and all(n <= of.wants[i] for i, n in got.items())
                and max(at.values(), default=0) <= 1
                and (timetable.several or max(here.values(), default=0) <= 1)
            ):
                yield made


def with_meetings(of: Problem, solution: TimedSolution, made: tuple[Meeting, ...]) -> TimedSolution:
    """The solution with other meetings and their true points."""
    mentor, mentee, at = np.array(made, dtype=np.int64).reshape(-1, 3).T
    points = of.rows(0, of.shape[0])[mentor, mentee].astype(np.int64)
    return replace(solution, mentor=mentor, mentee=mentee, round=at, points=points)


def solved(of: Problem, timetable: Timetable) -> TimedSolution:
    found = solve(of, timetable)
    assert found is not None
    return found


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_nothing_but_the_best_meetings_passes(seed: int) -> None:
    """Of all ways to meet, the check accepts with the solver's prices just those that are as good as any."""
    of, timetable = small(np.random.default_rng(seed))
    solution = solved(of, timetable)
    assert check_timed(of, timetable, solution) == ()
    every = [with_meetings(of, solution, made) for made in schedules(of, timetable)]
    values = [of.value(one.mentor, one.mentee, one.points) for one in every]
    best = max(values)
    rng = np.random.default_rng(seed)
    for at in rng.permutation(len(every))[:60]:
        assert (check_timed(of, timetable, every[at]) == ()) == (values[at] == best)
    for one, value in zip(every, values, strict=True):
        if value == best:
            assert check_timed(of, timetable, one) == ()


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(0, 3), st.integers(0, 10**6), st.sampled_from([-3, -2, -1, 1, 2, 3]))
def test_no_changed_price_lets_worse_meetings_pass(seed: int, table: int, at: int, by: int) -> None:
    """Prices are only believed where they prove something: with any others, what passes is still the best."""
    of, timetable = small(np.random.default_rng(seed))
    solution = solved(of, timetable)
    tables = [own.copy() for own in solution.prices.tables]
    if tables[table].size:
        tables[table].flat[at % tables[table].size] += by
    changed = replace(solution, prices=TimedPrices(solution.prices.levels, *tables))
    every = list(schedules(of, timetable))
    best = max(of.value(o.mentor, o.mentee, o.points) for o in (with_meetings(of, solution, made) for made in every))
    for made in every[:: max(1, len(every) // 20)]:
        one = with_meetings(of, changed, made)
        if check_timed(of, timetable, one) == ():
            assert of.value(one.mentor, one.mentee, one.points) == best


def one_pair(several: bool = False, capacity: int = 2) -> tuple[Problem, Timetable, TimedSolution]:
    """A mentor and two mentees in three rounds; the mentor is away in the third."""
    of = problem([[3, 2]], capacity=capacity, wants=2)
    nobody = np.zeros(0, dtype=np.int64)
    there = np.array([[True, True, False]]), np.ones((2, 3), dtype=np.bool_)
    timetable = Timetable(*there, (nobody, nobody), several)
    return of, timetable, solved(of, timetable)


def codes(of: Problem, timetable: Timetable, solution: TimedSolution) -> set[tuple[str, int | None, int | None]]:
    return {(flaw.code, flaw.mentor, flaw.mentee) for flaw in check_timed(of, timetable, solution)}


def test_what_the_rounds_cannot_hold_is_named() -> None:
    """A meeting in a round in which somebody is away, and a second meeting in one round, are somebody's load."""
    of, timetable, solution = one_pair()
    assert ("mentor_load", 0, None) in codes(of, timetable, with_meetings(of, solution, ((0, 0, 0), (0, 1, 2))))
    assert ("mentor_load", 0, None) in codes(of, timetable, with_meetings(of, solution, ((0, 0, 0), (0, 1, 0))))
    turned = Timetable(np.ones((1, 3), dtype=np.bool_), np.array([[True, False, True], [True] * 3]), timetable.same)
    found = solved(of, turned)
    assert ("mentee_load", None, 0) in codes(of, turned, with_meetings(of, found, ((0, 0, 1), (0, 1, 0))))
    assert ("mentee_load", None, 1) in codes(of, turned, with_meetings(of, found, ((0, 1, 1), (0, 1, 1))))


def test_a_mentor_with_several_seats_may_have_so_many_meetings_in_a_round() -> None:
    """Where mentors may see several at once, a round holds as many as there are seats, and no more."""
    of, timetable, solution = one_pair(several=True)
    assert codes(of, timetable, solution) == set()
    together = ((0, 0, 0), (0, 1, 0))
    assert codes(of, timetable, with_meetings(of, solution, together)) == set()
    few, timetable, solution = one_pair(several=True, capacity=1)
    assert ("mentor_load", 0, None) in codes(few, timetable, with_meetings(few, solution, together))


def test_meetings_that_others_would_replace_are_named() -> None:
    """A pair that is worth more than its prices and one that is worth less are each named with both people."""
    of = problem([[9, 1]], capacity=1)
    nobody = np.zeros(0, dtype=np.int64)
    timetable = Timetable(np.ones((1, 1), dtype=np.bool_), np.ones((2, 1), dtype=np.bool_), (nobody, nobody))
    solution = solved(of, timetable)
    found = codes(of, timetable, with_meetings(of, solution, ((0, 1, 0),)))
    assert {one for one in found if one[0].endswith("_load")} <= {("mentee_load", None, 0), ("mentee_load", None, 1)}
    dear = replace(solution, prices=replace(solution.prices, mentee_rounds=solution.prices.mentee_rounds + 50))
    assert ("pair_too_dear", 0, 0) in codes(of, timetable, dear)
    cheap = replace(solution, prices=replace(solution.prices, mentee_rounds=solution.prices.mentee_rounds - 50))
    assert ("better_pair", 0, 1) in codes(of, timetable, cheap)


def larger(prices: TimedPrices, name: str, to: int) -> TimedPrices:
    table = getattr(prices, name).copy()
    table.flat[-1] = to
    return replace(prices, **{name: table})


SPOILT: dict[str, tuple[str, Callable[[TimedPrices], TimedPrices]]] = {
    "levels in another order": ("words", lambda p: replace(p, levels=p.levels[::-1])),
    "a level less": ("words", lambda p: replace(p, levels=p.levels[:-1])),
    "prices of another width": ("prices", lambda p: replace(p, mentor=p.mentor.astype(np.int32))),
    "fractions": ("prices", lambda p: replace(p, mentee_rounds=p.mentee_rounds.astype(np.float64))),
    "a mentee without a price": ("prices", lambda p: replace(p, mentee=p.mentee[1:])),
    "a round without a price": ("prices", lambda p: replace(p, mentor_rounds=p.mentor_rounds[1:])),
    **{
        f"a price of {name} too large to add": ("prices", lambda p, name=name: larger(p, name, LARGEST_TOTAL // 4))
        for name in ("mentor", "mentee", "mentor_rounds", "mentee_rounds")
    },
    "a price too low to add": ("prices", lambda p: larger(p, "mentee", -LARGEST_TOTAL // 4)),
}


@pytest.mark.parametrize("what", SPOILT)
def test_prices_that_cannot_be_added_are_refused(what: str) -> None:
    """Levels, shapes, types and sizes are looked at before any price is read."""
    of, timetable, solution = one_pair()
    code, spoil = SPOILT[what]
    assert check_timed(of, timetable, solution) == ()
    (flaw,) = check_timed(of, timetable, replace(solution, prices=spoil(solution.prices)))
    assert flaw.code == code


def test_the_largest_price_is_added_without_loss() -> None:
    """One below the limit is believed, and proves what it proves: that the pair is not worth it."""
    of, timetable, solution = one_pair()
    dear = larger(solution.prices, "mentee_rounds", LARGEST_TOTAL // 4 - 1)
    assert "prices" not in {flaw.code for flaw in check_timed(of, timetable, replace(solution, prices=dear))}


def tight() -> tuple[Problem, Timetable, TimedSolution]:
    """One mentor, one mentee and one round, at prices that give the mentor's seat all that their meeting is worth."""
    of = problem([[9]])
    nobody = np.zeros(0, dtype=np.int64)
    there = np.ones((1, 1), dtype=np.bool_)
    timetable = Timetable(there, there, (nobody, nobody))
    worth = {"participation": 0, "points": 9, "lottery": int(of.lottery(np.array([0]), np.array([0]), 0)[0])}
    first = np.array([[-int(level == "participation") for level in of.sums]])
    seat = np.array([[-int(level == "participation") - worth.get(level, 0) for level in of.sums]])
    prices = TimedPrices(of.sums, seat, first, seat, first)
    one = np.array([0])
    return of, timetable, TimedSolution(one, one, one, np.array([9]), prices)


def test_a_seat_that_others_would_pay_for_is_not_left_empty() -> None:
    """Where the price of a seat holds all that a meeting is worth, the seat alone tells that nobody meets."""
    of, timetable, solution = tight()
    assert codes(of, timetable, solution) == set()
    nobody = with_meetings(of, solution, ())
    assert codes(of, timetable, nobody) == {("mentor_load", 0, None)}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"mentor": -1}, {("mentor_load", 0, None)}),
        ({"mentee_rounds": -1, "mentor_rounds": -1, "mentor": -1}, {("mentee_load", None, 0)}),
        ({"mentee": -1, "mentee_rounds": -1, "mentor_rounds": -1, "mentor": -1}, {("mentee_load", None, 0)}),
        ({"mentee": 1, "mentee_rounds": 1, "mentor_rounds": 1, "mentor": 1}, set()),
        ({"mentor": 1}, set()),
    ],
)
def test_each_step_of_a_meeting_is_worth_its_price(changes: dict[str, int], expected: set[object]) -> None:
    """The mentee, the mentee's round, the mentor's round and the seat are each refused for themselves."""
    of, timetable, solution = tight()
    at = of.sums.index("points")
    tables = {}
    for name, by in changes.items():
        tables[name] = getattr(solution.prices, name).copy()
        tables[name][0, at] += by
    changed = replace(solution, prices=replace(solution.prices, **tables))
    assert codes(of, timetable, changed) == expected
