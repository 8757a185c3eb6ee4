"""Pairs that reach prices are told without the points of all, and nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import mentormatch as mm
from mentormatch import compiled, pairwise, scores, synthetic
from mentormatch import rules as r
from mentormatch.reaching import Reaching
from mentormatch.rules.overlap import Shares
from mentormatch.solvers import pricing, strips, sweep

PROGRAM = synthetic.program()


def told(matrix: mm.ScoreMatrix) -> tuple[Reaching | None, Any]:
    """What tells pairs of all these people, and their points."""
    everybody = tuple(np.arange(size) for size in matrix.shape)
    view = matrix._cells.view(*everybody)  # type: ignore[attr-defined]
    found = view.compiled.reaching(*everybody)
    return (None if found is None else replace(found, struck=view.struck)), matrix.to_numpy()


def prices(draw: np.random.Generator, points: Any, extreme: bool) -> tuple[Any, Any]:
    """Prices that about one pair in fifty reaches; extreme ones are far outside for some people."""
    v, u = draw.integers(-1_500, 6_000, points.shape[0]), draw.integers(-1_500, 6_000, points.shape[1])
    u += int(np.quantile(points - v[:, None] - u, 0.99))
    if extreme:
        high = 6_000, 6_001, 16_384, 16_385, 200_009_000
        v[draw.integers(0, len(v), 6)], u[draw.integers(0, len(u), 6)] = draw.choice(high, 6), draw.choice(high, 6)
        low = draw.choice((-200_000_001, -20_000, -6_000, -6_001))
        (u if draw.random() < 0.5 else v)[draw.integers(0, 30)] = low
    return v, u


@pytest.mark.parametrize("weights_from", [None, "criteria"])
@pytest.mark.parametrize("extreme", [False, True])
def test_no_pair_that_reaches_its_prices_is_missed_and_points_are_exact(
    extreme: bool, weights_from: str | None
) -> None:
    """Whatever the prices, all pairs that reach them are found, with their points, and no other exceeds ``most``."""
    program = PROGRAM.with_(weights_from=weights_from)
    told_of = 0
    for seed in range(30):
        draw = np.random.default_rng(seed)
        matrix = program.score(synthetic.cohort(50, 80, seed=seed, silent=0.2 * (seed % 2)))
        reaching, points = told(matrix)
        assert reaching is not None
        rows, columns = slice(3, 75), slice(5, 50)
        inside = points[rows, columns].astype(np.int64)
        v, u = prices(draw, inside, extreme)
        mine = draw.integers(0, 72, 20), draw.integers(0, 45, 20)
        found = reaching.tile(rows, columns, v, u, mine)
        if found is None:
            assert (inside >= v[:, None] + u).mean() > 0.005
            continue
        row, column, n, most = found
        exact = reaching.points(row + 3, column + 5, n)
        assert (exact == inside[row, column]).all()
        wanted = (inside >= 0) & (inside >= v[:, None] + u)
        wanted[mine] = False
        given = np.zeros_like(wanted)
        given[row, column] = True
        assert not given[mine].any()
        assert (given | ~wanted).all()
        excess = np.where(inside >= 0, inside - v[:, None] - u, -(10**12))
        excess[mine] = -(10**12)
        assert (excess.max(axis=1) <= most).all()
        told_of += len(row)
    assert told_of > 100


def test_of_very_many_some_of_each_mentor_come_back() -> None:
    """Where nearly all pairs reach their prices, the best few of each mentor and the best of each mentee are given."""
    reaching, points = told(PROGRAM.score(synthetic.cohort(300, 200, seed=3)))
    assert reaching is not None
    v, u = np.zeros(200, dtype=np.int64), np.zeros(300, dtype=np.int64)
    everywhere = slice(0, 200), slice(0, 300)
    nobody = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    assert reaching.tile(*everywhere, v, u, nobody) is None
    found = reaching.tile(*everywhere, v, u, nobody, 5)
    assert found is not None
    row, column, n, most = found
    assert (reaching.points(row, column, n) == points[row, column]).all()
    assert len(row) < 12_000
    assert (np.bincount(row, minlength=200) >= 5).all()
    assert set(range(300)) == set(column.tolist())
    assert np.isinf(most).all()
    best = points.max(axis=1)
    given = np.zeros(200, dtype=np.int64)
    np.maximum.at(given, row, points[row, column])
    assert (given >= best - 400).all()


@pytest.mark.parametrize(
    "rules",
    [
        [r.Covers("goals", by="goals_reached", missing="abstain"), r.Shares("interests")],
        [r.Covers("goals", by="goals_reached"), r.custom("odd", uses=["level"])(lambda mentor, mentee: 0.5)],
        [r.Covers("goals", by="goals_reached"), r.Same("interests")],
    ],
)
def test_other_programs_look_at_all_points(rules: list[Any]) -> None:
    """Rules that are neither products nor tables with a bound, and weights left out, leave nothing to tell by."""
    program = PROGRAM.with_(rules=rules)
    assert told(program.score(synthetic.cohort(20, 20)))[0] is None


def test_bundles_of_options_bound_what_is_in_common() -> None:
    """For any picks the product of few columns is no less than the rule gives, and never above 1."""
    for seed in range(20):
        people = synthetic.cohort(60, 60, seed=seed)
        rule = Shares("interests")
        lookup = rule.lookup(people.mentors, people.mentees)
        assert lookup is not None
        assert lookup.most is not None
        bound = lookup.most.mentor @ lookup.most.mentee.T
        value, known = rule.values(people.mentors, people.mentees)
        assert (bound >= value * known - 1e-12).all()
        assert bound.max() <= 1 + 1e-6
        assert lookup.most.mentor.shape[1] <= 12


@pytest.fixture
def always_told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Engines that tell pairs wherever that is possible, however few there are; how many tiles were told."""
    tiles: list[int] = []
    tile = Reaching.tile

    def counted(self: Reaching, *args: Any) -> Any:
        found = tile(self, *args)
        tiles.append(found is not None)
        return found

    monkeypatch.setattr(Reaching, "tile", counted)
    monkeypatch.setattr(compiled, "_MANY", 0)
    monkeypatch.setattr(strips, "_AROUND", 64)
    for module in (compiled, scores, pairwise):
        monkeypatch.setattr(module, "KEPT", 0)
    return tiles


def cases() -> Iterator[tuple[mm.Cohort, mm.Program, mm.Choices | None]]:
    """Cohorts with shortages, lists, lists only, thresholds, several mentors each, silence and identical people."""
    for seed in range(12):
        people = synthetic.cohort(60, ratio=(0.6, 1.25)[seed % 2], seed=seed, silent=0.1 * (seed % 3))
        choices = synthetic.choices(people, seed=seed) if seed % 3 else None
        aims: tuple[dict[str, Any], ...] = (
            {},
            {"minimum_score": 3_000},
            {"shortlists": "only"} if choices else {"balance": "even"},
            {"order": "points"},
        )
        yield people, PROGRAM.with_(aim=mm.Aim(**aims[seed % 4])), choices
    yield synthetic.cohort(60, 50, identical=25), PROGRAM, None
    yield synthetic.cohort(50, 50, capacities=1), PROGRAM.with_(weights_from="criteria"), None


def test_matchings_are_the_same(always_told: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole matchings with lists, thresholds and all aims equal those that look at all points, also in parts."""
    monkeypatch.setattr(sweep, "_PARTS", 4)
    monkeypatch.setattr(pricing, "_LOOKS", (1, 2, 2))
    told_of = 0
    for people, program, choices in cases():
        with monkeypatch.context() as patch:
            patch.setattr(compiled.View, "reaching", None)
            expected = program.match(replace(people), choices)
        before = len(always_told)
        plain = program.match(replace(people), choices)
        with monkeypatch.context() as patch:
            patch.setattr(sweep.Settings.__init__, "__defaults__", (2, 2, 300, 900, 1, None, None))
            in_parts = program.match(replace(people), choices)
        told_of += sum(always_told[before:])
        for found in (plain, in_parts):
            assert found.verify()
            assert found.pairs == expected.pairs
            assert found.unmatched == expected.unmatched
    assert told_of > 100
