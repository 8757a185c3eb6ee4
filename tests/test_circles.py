"""Circles of peers: against full enumeration, the choices, the check, and what a matching says."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np
import pytest

import mentormatch as mm
from mentormatch import formats
from mentormatch.circle_matching import CircleProof
from mentormatch.mutual import mutual


def own(points: object, allowed: object = None) -> mm.ScoreMatrix:
    ids = [f"p{at}" for at in range(len(np.array(points)))]
    return mm.ScoreMatrix.from_array(np.array(points), ids, ids, allowed=allowed, same_people=True)


def solved(scores: mm.ScoreMatrix, size: tuple[int, int], **settings_: object) -> mm.CircleMatching:
    found = mm.solve(scores, format=formats.Peers(circle=size), **settings_)  # type: ignore[arg-type]
    assert isinstance(found, mm.CircleMatching)
    verdict = found.verify()
    assert verdict, str(verdict)
    return found


def best_of(table: np.ndarray, size: tuple[int, int]) -> tuple[int, int]:
    """The most people in circles, and among those the largest sum of points of pairs, by trying all."""

    @cache
    def best(left: frozenset[int]) -> tuple[int, int]:
        if not left:
            return 0, 0
        first = min(left)
        found = best(left - {first})
        for people in range(size[0], size[1] + 1):
            for others in combinations(sorted(left - {first}), people - 1):
                between = [int(table[two]) for two in combinations((first, *others), 2)]
                if min(between) >= 0:
                    placed, value = best(left - {first, *others})
                    found = max(found, (placed + people, value + sum(between)))
        return found

    return best(frozenset(range(len(table))))


@pytest.mark.parametrize("size", [(3, 4), (2, 3), (3, 6)])
def test_circles_are_near_the_best_of_all_and_the_bound_is_above_it(size: tuple[int, int]) -> None:
    """Against full enumeration: never better than the best, the bound never below it, and the best itself mostly."""
    hits = 0
    for seed in range(4):
        rng = np.random.default_rng(seed)
        points = rng.integers(0, 100, (8, 8))
        closed = np.triu(rng.random((8, 8)) < 0.15, 1)
        scores = own(points, ~(closed | closed.T))
        found = solved(scores, size)
        table = mutual(scores).to_numpy()
        best = best_of(table, size)
        placed = sum(len(group.mentees) for group in found.groups)
        value = sum(pair.points for pair in found.pairs)
        assert (placed, value) <= best
        assert isinstance(found.proof, CircleProof)
        assert found.proof.reasons.values[1] == value
        assert found.proof.reasons.bounds >= best
        hits += (placed, value) == best
    assert hits >= 3


def test_pins_declines_accepted_pairs_and_lists_hold() -> None:
    """Pairs that are pinned or accepted are in one circle, who declined one another in none, and lists count first."""
    rng = np.random.default_rng(0)
    choices = mm.Choices(
        pins=[("p0", "p5")], declines=[("p1", "p2")], accepted=[("p3", "p4"), ("p4", "p6")], shortlists={"p7": ["p1"]}
    )
    found = solved(own(rng.integers(0, 100, (8, 8))), (3, 4), choices=choices)
    where = {person: at for at, group in enumerate(found.groups) for person in group.mentees}
    assert len(where) == 8
    assert where["p0"] == where["p5"]
    assert where["p3"] == where["p4"] == where["p6"]
    assert where["p1"] != where["p2"]
    assert where["p7"] == where["p1"]
    assert {(p.mentor, p.mentee): p.status for p in found.pairs}["p0", "p5"] == "pinned"


def test_pins_that_make_no_circle_are_named() -> None:
    """More people than a circle has, or two of them who declined, are a clash with names."""
    choices = mm.Choices(pins=[("p0", "p1"), ("p1", "p2"), ("p2", "p3")], bans=[("p0", "p3")])
    with pytest.raises(mm.InfeasibleError) as refused:
        solved(own(np.ones((6, 6), int)), (2, 3), choices=choices)
    assert str(refused.value) == (
        "2 demands cannot be met together:\n"
        "  pins and accepted pairs make one circle of p0, p1, p2 and p3, and it has at most 3 people; take a pin back "
        "or end a pair\n"
        "  pins and accepted pairs make one circle of p0, p1, p2 and p3, and p0 and p3 are not allowed; take a pin back"
    )


def test_the_order_of_rows_is_irrelevant() -> None:
    """The same people in another order are in the same circles."""
    rng = np.random.default_rng(1)
    points, order = rng.integers(0, 6, (11, 11)), rng.permutation(11)
    ids = [f"p{at}" for at in order]
    other = mm.ScoreMatrix.from_array(points[np.ix_(order, order)], ids, ids, same_people=True)
    assert solved(own(points), (3, 4)).groups == solved(other, (3, 4)).groups


def test_a_matching_says_what_it_is() -> None:
    """The page word for word, CSV and JSON there and back, and who is in none and why."""
    points = np.ones((5, 5), int)
    points[:3, :3] = 90
    scores = own(points)
    found = solved(scores, (3, 3), program="Circle of Harrowgate")
    assert str(found) == (
        "Matching of Circle of Harrowgate\n"
        "================================\n"
        "\n"
        "people in a circle  3 of 5\n"
        "points              135\n"
        "circles             1 (1 of 3 people)\n"
        "proof               bounded: the best circles found by a local search; with the best partners for\n"
        "                    everybody at once there would be 0.7% more points\n"
        "\n"
        "Circles\n"
        "  who         points\n"
        "  p0, p1, p2     135\n"
        "\n"
        "In no circle\n"
        "  who  why\n"
        "  p3   of 4 possible partners, 3 are in circles that have no room or do not go with all; 1 is left,\n"
        "       and a circle has at least 3 people\n"
        "  p4   of 4 possible partners, 3 are in circles that have no room or do not go with all; 1 is left,\n"
        "       and a circle has at least 3 people"
    )
    assert found.to_csv().replace("\r", "").splitlines()[:2] == [
        "circle,person,name,points,status,code,reason",
        "1,p0,,135,proposed,,",
    ]
    assert "in one circle (proposed)" in str(found.explain("p1", "p0"))
    again = mm.Matching.from_json(found.to_json())
    assert again == found
    assert again.with_scores(scores).verify()
    assert repr(found) == "CircleMatching(1 circle, 3 people, 135 points, bounded)"


def test_a_changed_matching_is_refused() -> None:
    """Whatever is changed in circles, points or the bound, the check finds it."""
    scores = own(np.random.default_rng(3).integers(0, 100, (7, 7)))
    good = solved(scores, (3, 4))
    first, *others = good.groups
    assert isinstance(good.proof, CircleProof)
    reasons = good.proof.reasons
    for wrong, code in (
        (replace(good, groups=(replace(first, points=first.points + 1), *others)), "groups"),
        (replace(good, groups=(first, replace(others[0], mentees=first.mentees[:3]))), "two_groups"),
        (replace(good, groups=(replace(first, mentees=first.mentees[:2]), *others)), "group_size"),
        (replace(good, groups=(replace(first, mentees=("p0", "p1", "p9")), *others)), "unknown_pair"),
        (replace(good, groups=(first,)), "values"),
        (replace(good, pairs=good.pairs[1:]), "pairs"),
        (replace(good, aims=()), "aims"),
        (replace(good, proof=CircleProof.of("bounded", replace(reasons, bounds=(0, 0)))), "bound"),
        (replace(good, proof=CircleProof.of("optimal", reasons)), "kind"),
    ):
        assert code in {finding.code for finding in wrong.verify(scores).findings}


@pytest.mark.parametrize("circle", [(6, 3), (1, 3), 4, (3.0, 6)])
def test_sizes_that_cannot_be_meant_are_refused(circle: object) -> None:
    """The sizes of circles are two whole numbers from 2, the smaller one first."""
    with pytest.raises(mm.ProgramError):
        formats.Peers(circle=circle)  # type: ignore[arg-type]
