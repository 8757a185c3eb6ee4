"""The traps that other matchers fall into, each through the public doors. Scores are mentors x mentees."""

from __future__ import annotations

import unicodedata
from typing import Any

import numpy as np
import pytest

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r


def matrix(values: Any, mentors: str = "abcdef", mentees: str = "xyzuvw", **settings: Any) -> mm.ScoreMatrix:
    array = np.array(values)
    return mm.ScoreMatrix.from_array(array, list(mentors)[: len(array)], list(mentees)[: array.shape[1]], **settings)


def made(matching: mm.Matching) -> list[tuple[str, str]]:
    assert matching.verify()
    return [(pair.mentor, pair.mentee) for pair in matching.pairs]


def test_the_sum_is_optimised_and_not_the_first_choice() -> None:
    """Greedy takes 9 and ends with 13 or 12; the optimum is 14."""
    matching = mm.solve(matrix([[8, 9], [5, 4]]))
    assert made(matching) == [("a", "y"), ("b", "x")]
    assert matching.points == 14


def test_a_forbidden_pair_never_takes_the_place_of_a_legal_pair_that_scores_0() -> None:
    """Where -1, NaN or a large negative number stands for "forbidden", a pair with 0 points loses against it."""
    scores = matrix([[0, 7], [0, 9]], allowed=[[True, False], [True, True]])
    matching = mm.solve(scores)
    assert made(matching) == [("a", "x"), ("b", "y")]


def test_most_matched_comes_before_most_points() -> None:
    """One pair of 10 points is worth less than two people who both get somebody."""
    matching = mm.solve(matrix([[10, 1], [1, 0]], allowed=[[True, True], [True, False]]))
    assert made(matching) == [("a", "y"), ("b", "x")]


def test_quality_first_turns_that_around() -> None:
    """With order="points" the 10 points win, and participation decides only among equals."""
    scores = matrix([[10, 1], [1, 0]], allowed=[[True, True], [True, False]])
    assert made(mm.solve(scores, aim=mm.Aim(order="points"))) == [("a", "x")]
    zero = matrix([[0, 0], [0, 0]])
    assert len(made(mm.solve(zero, aim=mm.Aim(order="points")))) == 2


def test_minimum_loads_are_part_of_the_one_flow() -> None:
    """Filling minimum loads first and the rest afterwards ends at 12; together it is 19."""
    matching = mm.solve(matrix([[1, 2, 1], [9, 9, 1]]), minimum_load=1, capacity=2)
    assert matching.points == 19
    assert len(made(matching)) == 3


def test_pins_over_capacity_raise_and_are_never_dropped() -> None:
    """Four promises and three seats are a contradiction that somebody has to solve, not the library in silence."""
    pins = [("a", mentee) for mentee in "xyzu"]
    with pytest.raises(mm.InfeasibleError) as caught:
        mm.solve(matrix(np.ones((2, 4), int)), capacity=3, choices=mm.Choices(pins=pins))
    assert str(caught.value) == (
        "mentor a is pinned to 4 mentees (u, x, y and z) but has 3 seats; take a pin back or add a seat"
    )


def test_a_mentee_who_wants_two_mentors_does_not_get_the_same_one_twice() -> None:
    """Two seats at one mentor are one pair for a mentee who wants two mentors, and that is proven."""
    matching = mm.solve(matrix([[5]]), capacity=2, wants=2)
    assert made(matching) == [("a", "x")]
    assert matching.spare_seats == {"a": 1}


def test_float_weights_count_as_they_are_written() -> None:
    """A library that rounds 0.35 to 0 ignores the rule."""
    questionnaire = mm.Questionnaire([q.Choice("city", options=["A", "B"]), q.Choice("team", options=["C", "D"])])
    program = mm.Program("p", questionnaire, [r.Same("city", weight=0.35), r.Same("team", weight=0.65)])
    cohort = mm.Cohort.from_records(
        questionnaire,
        mentors=[{"id": "a", "city": "A", "team": "C"}],
        mentees=[{"id": "x", "city": "A", "team": "D"}, {"id": "y", "city": "B", "team": "C"}],
    )
    assert program.score(cohort).to_numpy().tolist() == [[3500, 6500]]


def test_all_scores_0_still_match_everybody() -> None:
    """No score is a reason to leave people alone."""
    assert len(made(mm.solve(matrix(np.zeros((3, 3), int))))) == 3


def test_capacity_0_takes_nobody_not_even_for_a_minimum_load() -> None:
    """Somebody who opted out stays out."""
    matching = mm.solve(matrix([[9, 9], [1, 1]]), capacity=[0, 1], minimum_load=[1, 0])
    assert [mentor for mentor, _ in made(matching)] == ["b"]


def test_two_blanks_are_no_agreement() -> None:
    """Two people who said nothing have nothing in common: they count as the average, not as a perfect pair."""
    questionnaire = mm.Questionnaire([q.Choice("city", options=["A", "B"])])
    program = mm.Program("p", questionnaire, [r.Same("city")])
    people = [{"id": "1", "city": "A"}, {"id": "2", "city": "B"}, {"id": "3"}]
    cohort = mm.Cohort.from_records(
        questionnaire,
        mentors=[{**person, "id": "m" + person["id"]} for person in people],
        mentees=[{**person, "id": "e" + person["id"]} for person in people],
    )
    scores = program.score(cohort)
    assert scores.points("m3", "e3") == scores.points("m3", "e1") == scores.points("m1", "e3") == 5000
    assert scores.points("m1", "e1") == 10_000


def test_one_person_on_both_sides_is_never_matched_with_themselves() -> None:
    """Somebody who mentors and is mentored is one person, whose perfect score with themselves is no pair."""
    questionnaire = mm.Questionnaire([q.Choice("city", options=["A", "B"])])
    program = mm.Program("p", questionnaire, [r.Same("city")])
    cohort = mm.Cohort.from_records(
        questionnaire, mentors=[{"id": "kim", "city": "A"}], mentees=[{"id": "kim", "city": "A"}]
    )
    matching = program.match(cohort)
    assert made(matching) == []
    assert [(u.person, u.side, u.code) for u in matching.unmatched] == [
        ("kim", "mentee", "no_allowed_partner"),
        ("kim", "mentor", "no_allowed_partner"),
    ]


def test_two_people_with_one_name_are_two_people() -> None:
    """Names are shown and never identify."""
    questionnaire = mm.Questionnaire([q.Choice("city", options=["A", "B"])])
    cohort = mm.Cohort.from_records(
        questionnaire,
        mentors=[{"id": 1, "name": "Kim Lee", "city": "A"}, {"id": 2, "name": "Kim Lee", "city": "B"}],
        mentees=[{"id": 3, "name": "Kim Lee", "city": "B"}, {"id": 4, "name": "Kim Lee", "city": "A"}],
    )
    assert made(mm.Program("p", questionnaire, [r.Same("city")]).match(cohort)) == [("1", "4"), ("2", "3")]


def test_the_integer_7_and_the_text_7_are_one_person() -> None:
    """A spreadsheet gives numbers where a form gives text."""
    questionnaire = mm.Questionnaire([q.Choice("city", options=["A", "B"])])
    cohort = mm.Cohort.from_records(
        questionnaire,
        mentors=[{"id": 7, "city": "A"}, {"id": "8", "city": "B"}],
        mentees=[{"id": "7", "city": "A"}, {"id": 9, "city": "A"}],
    )
    matching = mm.Program("p", questionnaire, [r.Same("city")]).match(cohort, mm.Choices(declines=[("8", 9)]))
    assert made(matching) == [("7", "9"), ("8", "7")]


def test_an_id_in_two_normal_forms_is_one_person() -> None:
    """Zoë typed on two keyboards is one Zoë."""
    one, other = unicodedata.normalize("NFC", "Zoë"), unicodedata.normalize("NFD", "Zoë")
    assert one != other
    scores = mm.ScoreMatrix.from_array([[5, 4]], mentors=["a"], mentees=[other, "x"])
    assert made(mm.solve(scores, choices=mm.Choices(bans=[("a", one)]))) == [("a", "x")]


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_an_empty_side_is_a_result(shape: tuple[int, int]) -> None:
    """A program without mentors yet has unmatched mentees and no error."""
    matching = mm.solve(mm.ScoreMatrix.from_array(np.zeros(shape, int)))
    assert made(matching) == []
    assert {u.code for u in matching.unmatched} <= {"no_allowed_partner"}
    assert len(matching.unmatched) == sum(shape)
    assert str(matching)


def test_nobody_compatible_is_a_result_with_reasons() -> None:
    """An empty matching is proven like any other, and says which condition is the cause."""
    questionnaire = mm.Questionnaire([q.Choice("team", options=["A"])])
    cohort = mm.Cohort.from_records(
        questionnaire, mentors=[{"id": "a", "team": "A"}], mentees=[{"id": "x", "team": "A"}]
    )
    program = mm.Program("p", questionnaire, [r.Same("team")], [r.Differs("team")])
    matching = program.match(cohort)
    assert made(matching) == []
    assert "Differs('team')" in matching.unmatched[0].reason


def test_fewer_seats_than_mentees_leave_out_those_with_the_fewest_points() -> None:
    """Who is left out is decided by the points and not by the row."""
    matching = mm.solve(matrix([[3, 9, 5]]))
    assert made(matching) == [("a", "y")]
    assert [(u.person, u.code) for u in matching.unmatched] == [("x", "partners_full"), ("z", "partners_full")]


def test_the_same_call_twice_gives_the_same_result_and_leaves_the_inputs_untouched() -> None:
    """No hidden state, no clock, no change of what was given."""
    values = np.arange(12).reshape(3, 4)
    before = values.copy()
    capacity = {"0": 2}
    choices = mm.Choices(declines=[("0", "1")])
    results = [
        mm.solve(mm.ScoreMatrix.from_array(values), capacity=capacity, choices=choices).to_json() for _ in range(2)
    ]
    assert results[0] == results[1]
    assert (values == before).all()
    assert capacity == {"0": 2}
    assert choices == mm.Choices(declines=[("0", "1")])


def test_row_order_and_names_do_not_decide_ties() -> None:
    """Aaron does not win against Zoe for standing first, in the table or in the alphabet."""
    winners = set()
    for seed in range(30):
        for ids in (["aaron", "zoe"], ["zoe", "aaron"]):
            scores = mm.ScoreMatrix.from_array([[5, 5]], mentors=["m"], mentees=ids)
            (pair,) = mm.solve(scores, seed=seed).pairs
            winners.add((seed, pair.mentee))
    assert len(winners) == 30
    assert 8 <= sum(mentee == "aaron" for _, mentee in winners) <= 22
