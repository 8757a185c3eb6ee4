"""Why a pair was not made: every cost against a fresh solve with the pair, full texts, and everything that forbids."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from test_popular import MATCHING
from test_seats import aims_in_words, has
from test_wishes import made, solved

import mentormatch as mm
from mentormatch.forcing import Forcing
from mentormatch.formats.posing import pose


@pytest.mark.parametrize("block", range(3))
def test_the_cost_of_a_pair_is_what_solving_with_it_gives(block: int) -> None:
    """In every aim, and in who moves where, for every pair that could be made."""
    for scores, _, matching in solved(15, 4_000 + 500 * block):
        now = aims_in_words(matching)
        for mentor in scores.mentors:
            for mentee in scores.mentees:
                found = matching.why_not(mentor, mentee)
                if not found.possible:
                    continue
                assert (mentor, mentee) not in made(matching)
                pairs = set(made(matching))
                for move in found.effect.moves:
                    assert move.now == has(matching, move.mentee)
                    pairs -= {(m, move.mentee) for m in move.now}
                    pairs |= {(m, move.mentee) for m in move.then}
                posed = pose(matching.demand, scores)

                points = np.array([pair.points for pair in matching.pairs], dtype=np.int64)
                forced = Forcing(posed, *matching.to_indices(), points, matching.proof).with_pair(mentor, mentee)
                assert frozenset(forced.pairs) == frozenset(pairs)
                then = {one.label: one.value for one in forced.reached if one.aim != "lottery"}
                assert {one.label: one.then for one in found.effect.aims} == then
                assert {one.label: one.now for one in found.effect.aims} == now


def test_why_not_in_full() -> None:
    """What decides, what the pair would cost in every aim, and who would move where."""
    assert str(MATCHING.why_not("ada", "tim")) == (
        "Why not mentor ada (Ada Lovelace) and mentee tim\n"
        "================================================\n"
        "\n"
        "outcome  possible, but not the best: points 12,500 instead of 20,000\n"
        "\n"
        "What the pair would cost\n"
        "  aim                                       now    then  difference\n"
        "  mentees with a mentor                       3       3\n"
        "  mentees with somebody from their list       3       3\n"
        "  points for ranks on lists                   5       5\n"
        "  points for ranks of wishes                  0       0\n"
        "  points                                 20,000  12,500      -7,500\n"
        "\n"
        "Who would move\n"
        "  mentee  has now             would have\n"
        "  lin     ada (Ada Lovelace)  bo\n"
        "  tim     bo                  ada (Ada Lovelace)"
    )
    assert str(MATCHING.why_not("bo", "tim")) == (
        "Why mentor bo and mentee tim\n============================\n\noutcome  they are a pair"
    )
    found = MATCHING.why_not("di", "kay")
    assert (found.code, found.reason) == ("forbidden", "not allowed by condition Differs('team')")
    assert not found.possible
    assert found.to_dict() == {
        "mentor": "di",
        "mentee": "kay",
        "code": "forbidden",
        "reason": "not allowed by condition Differs('team')",
        "possible": False,
        "aims": [],
        "moves": [],
    }


def why_not(points: list[list[int]], couple: tuple[str, str] = ("X", "b"), **settings: Any) -> mm.WhyNot:
    """Why a pair was not made; mentors are X and Y, mentees a, b and c, as many as there are points."""
    mentors, mentees = ["X", "Y"][: len(points)], ["a", "b", "c"][: len(points[0])]
    values = np.array(points)
    scores = mm.ScoreMatrix.from_array(np.maximum(values, 0), mentors, mentees, allowed=values >= 0)
    return mm.solve(scores, **settings).why_not(*couple)


@pytest.mark.parametrize(
    ("settings", "code", "reason"),
    [
        ({"points": [[5, -1]]}, "forbidden", "not allowed: the table of scores rules it out"),
        ({"points": [[5, 4]], "capacity": 0}, "no_seats", "X offers no seat"),
        ({"points": [[5, 4]], "wants": {"b": 0}}, "wants_nobody", "b wants no mentor"),
        ({"points": [[5, 4]], "choices": mm.Choices(paused=["b"])}, "paused", "b pauses"),
        ({"points": [[5, 4]], "choices": mm.Choices(declines=[("X", "b", "busy")])}, "declined", "declined (busy)"),
        (
            {"points": [[5, 4]], "aim": mm.Aim(minimum_score=5)},
            "below_minimum_score",
            "has 4 points, below the minimum score of 5",
        ),
        (
            {
                "points": [[5, 4], [3, 4]],
                "aim": mm.Aim(shortlists="only"),
                "choices": mm.Choices(shortlists={"b": ["Y"]}),
            },
            "not_on_list",
            "X is not on the list of b, and only lists count",
        ),
        ({"points": [[5, 4]], "choices": mm.Choices(pins=[("X", "a")])}, "settled", "no room: a is pinned"),
        (
            {"points": [[5, 4], [3, 1]], "choices": mm.Choices(accepted=[("Y", "b")])},
            "settled",
            "no room: Y was accepted before",
        ),
        ({"points": [[5, 9], [-1, 5]], "minimum_load": [0, 1]}, "minimum_load", "a minimum load could not be met"),
        (
            {"points": [[5, 9], [-1, 9]], "aim": mm.Aim(everyone_matched=True)},
            "everyone_matched",
            "then not everybody could be matched",
        ),
        (
            {"points": [[5, 9], [-1, 9]]},
            "participation",
            "possible, but not the best: mentees with a mentor 1 instead of 2",
        ),
        ({"points": [[5, 5]], "seed": 2}, "lottery", "equal in every aim, so the lottery decided"),
        (
            {"points": [[5, 9], [4, 8]], "aim": mm.Aim(fairness="lift_worst")},
            "lift_worst",
            "possible, but not the best: lowest score of a new pair 4 instead of 5",
        ),
        (
            {
                "points": [[5, 4], [3, 1]],
                "choices": mm.Choices(shortlists={"a": ["X"]}),
                "aim": mm.Aim(shortlists="bonus"),
            },
            "points",
            "possible, but not the best: points and bonus 7 instead of 1,006",
        ),
        (
            {"points": [[9, 5]], "aim": mm.Aim(stable=True)},
            "points",
            "X has somebody preferred, and a stable matching breaks no such pair: a comes first by points",
        ),
    ],
)
def test_everything_that_keeps_a_pair_from_being_made(settings: dict[str, Any], code: str, reason: str) -> None:
    """What forbids it, what leaves no room for it, what could not be met, or the first aim that would be worse."""
    found = why_not(**settings)
    assert (found.code, found.reason) == (code, reason)
    assert found.possible == reason.startswith(("possible", "then not everybody", "equal in every aim"))


def test_what_cannot_be_asked_of_a_matching() -> None:
    """Unknown people get the nearest id, and a saved matching says what it lacks."""
    with pytest.raises(mm.ChoiceError, match="mentor 'adda': there is no such mentor; did you mean 'ada'"):
        MATCHING.why_not("adda", "tim")
    saved = mm.Matching.from_json(MATCHING.to_json())
    for ask in (lambda: saved.why_not("ada", "tim"), saved.seat_values, lambda: saved.ask_for_seats(1)):
        with pytest.raises(mm.ProgramError, match="a saved matching carries no answers"):
            ask()
    assert MATCHING.scores is not None
    assert saved.with_scores(MATCHING.scores).why_not("ada", "tim") == MATCHING.why_not("ada", "tim")
