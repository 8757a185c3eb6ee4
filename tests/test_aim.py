"""An aim says what counts first, and anything that is no aim is refused with the way out (convention 7)."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from mentormatch import doors
from mentormatch.aim import Aim
from mentormatch.errors import ProgramError


def refused(*args: Any, **settings: Any) -> str:
    with pytest.raises(ProgramError) as caught:
        Aim(*args, **settings)
    return str(caught.value)


def test_participation_comes_first_unless_points_are_asked_for() -> None:
    """The default is that as many mentees as possible get a mentor."""
    assert Aim() == Aim("participation", 0) == Aim(order="participation", minimum_score=0)
    assert str(Aim()) == "participation first, then points"
    assert str(Aim("points", minimum_score=4_000)) == "points first, then participation; no pair below 4,000 points"


def test_an_aim_is_frozen() -> None:
    """What a matching was made for cannot be changed afterwards."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        Aim().minimum_score = 5  # type: ignore[misc]


def test_numbers_of_numpy_count_as_whole_numbers() -> None:
    """A score out of an array is a score, and is held as a plain int that JSON can write."""
    aim = Aim(np.str_("points"), np.int64(300))  # type: ignore[arg-type]
    assert aim == Aim("points", 300)
    assert (type(aim.order), type(aim.minimum_score)) == (str, int)


def test_an_order_that_does_not_exist_is_refused_with_the_near_one() -> None:
    """A misspelt order never falls back to the default."""
    assert refused("point") == ("aim, order: expected 'participation' or 'points', not 'point'; did you mean 'points'?")
    assert refused("first\nbest") == "aim, order: expected 'participation' or 'points', not 'first best'"
    assert refused(None) == "aim, order: expected 'participation' or 'points', not of type NoneType"
    assert refused(["points"]) == "aim, order: expected 'participation' or 'points', not of type list"


@pytest.mark.parametrize("score", [-1, 2**45 + 1, True, "300", 300.0, None, float("nan"), float("inf"), np.bool_(True)])
def test_a_minimum_score_that_is_no_number_of_points_is_refused(score: Any) -> None:
    """A minimum score is a whole number, for the scores are."""
    assert refused(minimum_score=score) == (
        "aim, minimum_score: expected a whole number of points from 0 to 35,184,372,088,832"
    )


def test_a_share_of_a_perfect_pair_is_refused_with_its_points() -> None:
    """Whoever thinks in shares is told the points, and 0.35 is never read as 0."""
    assert refused(minimum_score=0.35) == (
        "aim, minimum_score: expected a whole number of points from 0 to 35,184,372,088,832; "
        "a share of 0.35 of a perfect pair is 3,500 points"
    )


def test_everything_wrong_is_said_at_once() -> None:
    """Two mistakes are one error with two findings, each with its code."""
    with pytest.raises(ProgramError) as caught:
        Aim("best", -1)  # type: ignore[arg-type]
    assert [finding.code for finding in caught.value.findings] == ["aim_order", "aim_minimum_score"]
    assert str(caught.value) == (
        "2 settings of the program cannot be meant as written:\n"
        "  aim, order: expected 'participation' or 'points', not 'best'\n"
        "  aim, minimum_score: expected a whole number of points from 0 to 35,184,372,088,832"
    )


def test_an_aim_goes_through_json_and_back() -> None:
    """A saved program has the aim it was saved with, and an unknown setting is refused."""
    aim = Aim("points", 4_000)
    assert doors.read_json(Aim, doors.write_json(Aim, aim)) == aim
    assert doors.read_json(Aim, "{}") == Aim()
    with pytest.raises(ProgramError) as caught:
        doors.read_json(Aim, '{"minimum_scores": 5}', what="aim")
    assert str(caught.value) == "aim: there is no field 'minimum_scores' here; did you mean 'minimum_score'?"
