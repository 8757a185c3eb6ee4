"""The best pairs of one pool: against enumeration and networkx, and the check of their prices under sabotage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pools import best, pool, table
from problems import random_keys

from mentormatch import proof_peers
from mentormatch.pool import OddPrice, PeerSolution, Pool
from mentormatch.problem import Ints, LevelName
from mentormatch.proof_peers import _Search, check_peers, only_best
from mentormatch.solvers.blossom import Blossoms
from mentormatch.solvers.peers import solve

LEVELS: tuple[LevelName, ...] = ("listed", "rank", "avoid", "favour", "changes")


def pairs_of(solution: PeerSolution) -> tuple[tuple[int, int], ...]:
    return tuple(zip(solution.first.tolist(), solution.second.tolist(), strict=True))


def random_pool(rng: np.random.Generator, most_people: int = 8) -> Pool:
    """A small pool with everything that a pool can have."""
    people = int(rng.integers(0, most_people + 1))
    every = [(a, b) for a in range(people) for b in range(a + 1, people)]
    some = [pair for pair in every if rng.random() < 0.4]
    past = tuple(level for level in LEVELS if rng.random() < 0.4)
    middle: list[LevelName] = [*past, "points"]
    at = 0 if rng.random() < 0.8 else len(middle)
    middle.insert(at, "participation")
    return pool(
        table(rng, people, int(rng.integers(0, 30)), rng.random()),
        priority=rng.integers(-2, 3, people),
        closed=[p for p in range(people) if rng.random() < 0.1],
        excluded=[pair for pair in every if rng.random() < 0.05],
        special={
            level: {pair: int(rng.integers(0, 3)) * (-1 if level == "avoid" else 1) for pair in some} for level in past
        },
        levels=(*middle, "lottery"),
        minimum_score=int(rng.integers(0, 5)),
    )


@given(st.integers(0, 2**32), st.integers(1, 4))
def test_small_pools_get_what_trying_all_sets_of_pairs_finds(seed: int, keep: int) -> None:
    """Priorities, aims, exclusions and the lottery decide among peers as the convention says, and prices prove it."""
    asked = random_pool(np.random.default_rng(seed))
    solution, expected = solve(asked, keep=keep), best(asked)
    assert expected.count == 1
    assert pairs_of(solution) == expected.pairs
    assert check_peers(asked, solution) == ()


@pytest.mark.parametrize(("people", "most", "allowed"), [(60, 10_000, 1.0), (61, 3, 1.0), (80, 100, 0.05)])
def test_pools_of_dozens_are_worth_what_networkx_finds(people: int, most: int, allowed: float) -> None:
    """Another blossom algorithm, on all pairs, finds the same pairs as the search on candidates does."""
    asked = pool(table(np.random.default_rng(people), people, most, allowed))
    solution = solve(asked, keep=3)
    points = asked.rows(0, people)
    first, second = (side.astype(np.int64) for side in np.nonzero(np.triu(points >= 0, 1)))
    gains = asked.gains(first, second, points[first, second])
    graph = nx.Graph()
    for at, pair in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
        value = sum(multiplier * int(gains[level][at]) for level, multiplier in solution.prices.multipliers)
        graph.add_edge(*pair, weight=value)
    assert pairs_of(solution) == tuple(sorted((min(p), max(p)) for p in nx.max_weight_matching(graph)))
    assert check_peers(asked, solution) == ()


@given(st.integers(0, 2**32))
def test_the_search_is_exact_from_any_prices(seed: int) -> None:
    """Blossoms form, nest and dissolve as they should where nothing is known at the beginning."""
    rng = np.random.default_rng(seed)
    people = int(rng.integers(1, 24))
    points = table(rng, people, int(rng.integers(1, 40)), rng.random())
    edges = [(a, b, int(points[a, b])) for a in range(people) for b in range(a + 1, people) if points[a, b] > 0]
    search = Blossoms([2 * int(points.max(initial=0) + extra) for extra in rng.integers(0, 5, people)], edges)
    search.solve()
    graph = nx.Graph()
    graph.add_weighted_edges_from(edges)
    value = sum(int(points[pair]) for pair in nx.max_weight_matching(graph))
    assert sum(int(points[v, mate]) for v, mate in enumerate(search.mate) if mate > v) == value
    odd = sum(price * (len(search.members[node]) - 1) for node, price in search.odd_price.items())
    assert sum(search.price) + odd == 2 * value
    assert min((*search.price, *search.odd_price.values())) >= 0


@given(st.integers(0, 2**32))
def test_the_order_of_people_is_irrelevant(seed: int) -> None:
    """The same people in another order get the same partners."""
    rng = np.random.default_rng(seed)
    people = int(rng.integers(1, 16))
    points, keys = table(rng, people, 4, 0.7), random_keys(rng, people)
    order = rng.permutation(people)
    asked, moved = pool(points, keys=keys), pool(points[order][:, order], keys=keys[order])
    again = {tuple(sorted((int(order[a]), int(order[b])))) for a, b in pairs_of(solve(moved))}
    assert set(pairs_of(solve(asked))) == again


def three_odd_circles() -> Pool:
    """Three triangles, far apart but for weak ties, so that odd sets have prices."""
    points = np.full((9, 9), 1, dtype=np.int64)
    for at in (0, 3, 6):
        points[at : at + 3, at : at + 3] = 100
    return pool(points, levels=("points", "lottery"))


def test_odd_circles_need_prices_of_odd_sets() -> None:
    """The relaxation alone does not prove this pool; the prices of odd sets do."""
    asked = three_odd_circles()
    solution = solve(asked)
    assert [len(odd.people) for odd in solution.prices.odd_sets]
    assert check_peers(asked, solution) == ()
    without = replace(solution, prices=replace(solution.prices, odd_sets=()))
    assert {flaw.code for flaw in check_peers(asked, without)} == {"better_pair", "total"}


def dearer(solution: PeerSolution, by: int) -> PeerSolution:
    first, *rest = solution.prices.people
    return replace(solution, prices=replace(solution.prices, people=(first + by, *rest)))


def with_odd(solution: PeerSolution, odd: OddPrice) -> PeerSolution:
    return replace(solution, prices=replace(solution.prices, odd_sets=(*solution.prices.odd_sets, odd)))


def multiplied(solution: PeerSolution, factor: int) -> PeerSolution:
    (level, multiplier), *rest = solution.prices.multipliers
    return replace(solution, prices=replace(solution.prices, multipliers=((level, multiplier * factor), *rest)))


SABOTAGE: dict[str, tuple[str, Callable[[PeerSolution], PeerSolution]]] = {
    "a price too high": ("total", lambda s: dearer(s, 2)),
    "a price too low": ("better_pair", lambda s: dearer(s, -2)),
    "a price below 0": ("prices", lambda s: dearer(s, -(2**200))),
    "a price missing": ("prices", lambda s: replace(s, prices=replace(s.prices, people=s.prices.people[1:]))),
    "a fraction": ("prices", lambda s: replace(s, prices=replace(s.prices, people=(0.5, *s.prices.people[1:])))),  # type: ignore[arg-type]
    "an even set": ("odd_set", lambda s: with_odd(s, OddPrice((0, 1), 1))),
    "a set with somebody twice": ("odd_set", lambda s: with_odd(s, OddPrice((0, 1, 1), 1))),
    "a set of strangers": ("odd_set", lambda s: with_odd(s, OddPrice((0, 1, 99), 1))),
    "a set of negative price": ("prices", lambda s: with_odd(s, OddPrice((0, 1, 2), -1))),
    "a set more": ("total", lambda s: with_odd(s, OddPrice((0, 1, 2), 1))),
    "levels of no weight": ("words", lambda s: multiplied(s, 0)),
    "levels in another order": (
        "words",
        lambda s: replace(s, prices=replace(s.prices, multipliers=s.prices.multipliers[::-1])),
    ),
    "a pair less": ("total", lambda s: replace(s, first=s.first[1:], second=s.second[1:], points=s.points[1:])),
    "other points": ("wrong_points", lambda s: replace(s, points=s.points + 1)),
    "the same partner twice": ("two_partners", lambda s: replace(s, second=np.full_like(s.second, 8))),
    "a stranger": ("unknown_pair", lambda s: replace(s, second=s.second + 99)),
}


@pytest.mark.parametrize("name", SABOTAGE)
def test_the_check_refuses(name: str) -> None:
    """Every way to spoil a proof is noticed, and named."""
    asked = three_odd_circles()
    solution = solve(asked)
    code, spoil = SABOTAGE[name]
    assert code in {flaw.code for flaw in check_peers(asked, spoil(solution))}


@given(st.integers(0, 2**32))
def test_the_check_refuses_every_other_set_of_pairs(seed: int) -> None:
    """Nothing but the best passes, whatever prices come with it."""
    rng = np.random.default_rng(seed)
    asked = pool(table(rng, 7, 5))
    solution = solve(asked)
    other = rng.permutation(7)[:6].reshape(3, 2)
    other = other[np.argsort(other.min(axis=1))]
    first, second = other.min(axis=1).astype(np.int64), other.max(axis=1).astype(np.int64)
    points = asked.rows(0, 7)[first, second]
    swapped = replace(solution, first=first, second=second, points=points)
    assert (check_peers(asked, swapped) == ()) == (pairs_of(swapped) == pairs_of(solution))


def test_a_pair_that_may_not_be_is_refused() -> None:
    """Excluded pairs, closed people and pairs below the minimum are no pairs, whatever they are worth."""
    points = table(np.random.default_rng(1), 6, 9)
    solution = solve(pool(points))
    pair = pairs_of(solution)[0]
    for asked in (pool(points, excluded=[pair]), pool(points, closed=[pair[0]]), pool(points, minimum_score=100)):
        assert "pair_not_allowed" in {flaw.code for flaw in check_peers(asked, solution)}


@pytest.mark.parametrize(
    "change",
    [
        {"first": np.array([0, 1, 2, 3], dtype=np.int32)},
        {"points": np.array([[1]])},
        {"points": np.array([1, 2])},
        {"second": np.array([1.0, 2.0, 3.0, 4.0])},
    ],
)
def test_pairs_that_are_no_rows_of_whole_numbers_are_refused(change: dict[str, Ints]) -> None:
    """Shapes and types are looked at before any pair is."""
    asked = three_odd_circles()
    solution = solve(asked)
    assert len(solution.first) == 4
    (flaw,) = check_peers(asked, replace(solution, **change))  # type: ignore[arg-type]
    assert (flaw.code, flaw.people) == ("unknown_pair", ())


def test_every_pair_that_is_wrong_is_named() -> None:
    """A flaw has the people concerned: somebody twice, out of order, out of the pool, with other points."""
    asked = pool(table(np.random.default_rng(2), 6, 9))
    solution = solve(asked)
    for pairs, code in (
        ([(0, 1), (1, 2), (3, 4)], ("two_partners", (1, 2))),
        ([(0, 1), (3, 2), (4, 5)], ("unknown_pair", (3, 2))),
        ([(0, 1), (2, 2), (4, 5)], ("unknown_pair", (2, 2))),
        ([(0, 1), (2, 6), (4, 5)], ("unknown_pair", (2, 6))),
        ([(0, 1), (-1, 2), (4, 5)], ("unknown_pair", (-1, 2))),
    ):
        first, second = np.array(pairs, dtype=np.int64).T
        points = asked.rows(0, 6)[first % 6, second % 6].astype(np.int64)
        found = check_peers(asked, replace(solution, first=first, second=second, points=points))
        assert [(flaw.code, flaw.people) for flaw in found] == [code]
    wrong = replace(solution, points=solution.points + np.array([0, 1, 0]))
    (flaw,) = check_peers(asked, wrong)
    assert (flaw.code, flaw.people) == ("wrong_points", (int(solution.first[1]), int(solution.second[1])))


class NoLottery(Pool):
    """A pool in which all lottery numbers are 0, so that ties stay ties."""

    def lottery(self, first: Ints, second: Ints) -> Ints:
        """Nothing, for every pair."""
        return super().lottery(first, second) * 0


@given(st.integers(0, 2**32), st.integers(1, 20))
def test_the_only_best_pairs_are_those_that_trying_all_finds_alone(seed: int, block_pairs: int) -> None:
    """With a lottery that tells nobody apart there are ties, and nobody is told that there are none."""
    rng = np.random.default_rng(seed)
    plain = pool(table(rng, int(rng.integers(2, 8)), int(rng.integers(1, 6)), 0.8))
    asked = NoLottery(**{field.name: getattr(plain, field.name) for field in fields(Pool)})
    solution = solve(asked)
    assert check_peers(asked, solution, block_pairs) == ()
    assert only_best(asked, solution, block_pairs) == (best(asked).count == 1)


def test_a_search_that_takes_too_long_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is too much to look at, the pairs are not said to be the only best ones."""
    asked = three_odd_circles()
    solution = solve(asked)
    assert only_best(asked, solution)
    monkeypatch.setattr(proof_peers, "_MOST_STEPS", 3)
    assert not only_best(asked, solution)


def slacks(asked: Pool, solution: PeerSolution) -> dict[tuple[int, int], int]:
    """What every pair that may be pays above its worth at the prices, twice, in plain whole numbers."""
    prices, size = solution.prices, len(asked)
    points = asked.rows(0, size)
    found = {}
    for a in range(size):
        for b in range(a + 1, size):
            if points[a, b] >= 0:
                gains = asked.gains(np.array([a]), np.array([b]), points[[a], [b]].astype(np.int64))
                worth = sum(multiplier * int(gains[level][0]) for level, multiplier in prices.multipliers)
                odd = sum(one.price for one in prices.odd_sets if a in one.people and b in one.people)
                found[a, b] = prices.people[a] + prices.people[b] + 2 * odd - 2 * worth
    return found


@given(st.integers(0, 2**32), st.integers(1, 20))
def test_the_check_finds_every_pair_worth_more_than_its_prices(seed: int, block_pairs: int) -> None:
    """With lists, a past and priorities, at prices near the right ones: just those that the definition names."""
    rng = np.random.default_rng(seed)
    asked = random_pool(rng, 6)
    solution = solve(asked)
    least = min((multiplier for _, multiplier in solution.prices.multipliers), default=1)
    most = max((multiplier for _, multiplier in solution.prices.multipliers), default=1)
    by = [
        int(rng.choice([-1, 0, 0, 1])) * int(rng.choice([1, 2])) * (least, most)[int(rng.integers(0, 2))]
        for _ in range(len(asked))
    ]
    people = tuple(max(0, price + more) for price, more in zip(solution.prices.people, by, strict=True))
    changed = replace(solution, prices=replace(solution.prices, people=people))
    found = slacks(asked, changed)
    flaws = check_peers(asked, changed, block_pairs)
    better = {flaw.people for flaw in flaws if flaw.code == "better_pair"}
    assert {a for a, _ in better} == {a for (a, _), slack in found.items() if slack < 0}
    assert all(found[pair[0], pair[1]] < 0 for pair in better)


@pytest.mark.parametrize(("last", "only"), [(7, False), (6, True), (8, False)])
def test_of_two_halves_of_a_circle_the_better_one_is_the_only_one(last: int, only: bool) -> None:
    """Sets of the same worth or of more are found, and one that brings less is none of them."""
    around = {0: {1, 3}, 1: {0, 2}, 2: {1, 3}, 3: {0, 2}}
    worth = {(0, 1): 7, (2, 3): 7, (1, 2): 7, (0, 3): last}
    assert _Search(around, worth, {(0, 1), (2, 3)}, {0, 1, 2, 3}).only({0, 1, 2, 3}) == only
