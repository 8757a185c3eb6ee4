"""Stable matchings through the public doors: checked by their blocking pairs, and refused where they have no room."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import mentormatch as mm

STABLE = mm.Aim(stable=True)


def naive_blocking(matching: mm.Matching) -> list[tuple[str, str]]:
    """Pairs who both strictly prefer each other by points, from the definition."""
    scores, demand = matching.scores, matching.demand
    assert scores is not None
    made = {(pair.mentor, pair.mentee): pair.points for pair in matching.pairs}
    found = []
    for mentor, capacity in zip(demand.mentors, demand.capacity, strict=True):
        theirs = [points for (m, _), points in made.items() if m == mentor]
        for mentee, wants in zip(demand.mentees, demand.wants, strict=True):
            own = [points for (_, e), points in made.items() if e == mentee]
            points = scores.points(mentor, mentee)
            if points < 0 or (mentor, mentee) in made or not capacity or not wants:
                continue
            willing = len(theirs) < capacity or min(theirs) < points
            if willing and (len(own) < wants or min(own) < points):
                found.append((mentor, mentee))
    return sorted(found)


def test_a_stable_matching_has_no_blocking_pair_and_the_optimum_counts_its_own() -> None:
    """The price of stability and the instability of the optimum can be read side by side, and neither is a guess."""
    rng = np.random.default_rng(0)
    unstable = 0
    for _ in range(100):
        mentors, mentees = rng.integers(1, 7, 2)
        scores = mm.ScoreMatrix.from_array(
            rng.integers(0, 9, (mentors, mentees)), allowed=rng.random((mentors, mentees)) < 0.8
        )
        capacity, wants = rng.integers(0, 3, mentors).tolist(), rng.integers(1, 3, mentees).tolist()
        stable = mm.solve(scores, capacity=capacity, wants=wants, aim=STABLE)
        best = mm.solve(scores, capacity=capacity, wants=wants, aim=mm.Aim(order="points"))
        assert stable.verify()
        assert list(stable.blocking_pairs()) == naive_blocking(stable) == []
        assert list(best.blocking_pairs()) == naive_blocking(best)
        assert stable.points <= best.points
        unstable += bool(best.blocking_pairs())
    assert unstable > 0


def test_lists_come_before_points_on_both_sides() -> None:
    """A mentee prefers who is on the list, a mentor whom they wished for."""
    scores = mm.ScoreMatrix.from_array([[9, 1], [1, 9]], ["a", "b"], ["x", "y"])
    choices = mm.Choices(shortlists={"x": ["b"], "y": ["a"]})
    assert [(p.mentor, p.mentee) for p in mm.solve(scores, choices=choices, aim=STABLE).pairs] == [
        ("a", "y"),
        ("b", "x"),
    ]
    both = mm.Choices(shortlists={"x": ["b"]}, wishes={"b": ["y"]})
    assert [(p.mentor, p.mentee) for p in mm.solve(scores, choices=both, aim=STABLE).pairs] == [("a", "x"), ("b", "y")]


def test_what_a_stable_matching_says_of_itself() -> None:
    """It is claimed and not proven by prices, and verify says what it has checked."""
    matching = mm.solve(mm.ScoreMatrix.from_array([[5, 6], [7, 8]]), aim=STABLE)
    assert matching.proof.kind == "claimed"
    assert str(matching.verify()) == ("verified: every pair is allowed, and no two prefer each other to whom they have")
    assert mm.Matching.from_json(matching.to_json()) == matching


def test_a_tampered_stable_matching_is_refused() -> None:
    """Two pairs that exchanged their mentees are named with those who would rather have each other."""
    scores = mm.ScoreMatrix.from_array([[9, 8], [2, 1]], ["a", "b"], ["x", "y"])
    matching = mm.solve(scores, aim=STABLE)
    other = (mm.Pair("a", "y", 8), mm.Pair("b", "x", 2))
    assert str(replace(matching, pairs=other).verify()) == (
        "refused for 1 reason\n  what is wrong\n  mentor a, mentee x: the two prefer each other to whom they have"
    )
    wrong = replace(matching, pairs=(mm.Pair("a", "x", 3), matching.pairs[1]))
    assert {finding.code for finding in wrong.verify().findings} == {"wrong_points"}


def test_pins_and_accepted_pairs_stand_aside() -> None:
    """A pinned seat is no reason for anybody to block."""
    scores = mm.ScoreMatrix.from_array([[9, 1], [1, 2]], ["a", "b"], ["x", "y"])
    matching = mm.solve(scores, aim=STABLE, choices=mm.Choices(pins=[("a", "y")]))
    assert [(p.mentor, p.mentee, p.status) for p in matching.pairs] == [("a", "y", "pinned"), ("b", "x", "proposed")]
    assert matching.blocking_pairs() == ()
    assert matching.verify()


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        (
            {"minimum_load": 1},
            "aim, stable: a stable matching has no room for minimum loads; drop stable=True or the minimum loads",
        ),
        (
            {"capacity": 0, "choices": mm.Choices(accepted=[("0", "0")])},
            (
                "aim, stable: more accepted pairs than seats at 0, and a stable matching does not choose among them; "
                "end pairs until the seats suffice"
            ),
        ),
    ],
)
def test_what_stability_has_no_room_for_is_refused(settings: dict[str, object], text: str) -> None:
    """Demands that could contradict stability are errors and not ignored."""
    with pytest.raises(mm.ProgramError) as caught:
        mm.solve(mm.ScoreMatrix.from_array([[5, 6], [7, 8]]), aim=STABLE, **settings)  # type: ignore[arg-type]
    assert str(caught.value) == text


def test_other_aims_have_no_room_beside_stability() -> None:
    """Fairness, balance and everyone_matched are refused with stable=True."""
    with pytest.raises(mm.ProgramError) as caught:
        mm.Aim(stable=True, balance="even", everyone_matched=True)
    assert str(caught.value) == (
        "2 settings of the program cannot be meant as written:\n"
        "  aim, balance: stable=True leaves no room for this aim\n"
        "  aim, everyone_matched: stable=True leaves no room for this aim"
    )
