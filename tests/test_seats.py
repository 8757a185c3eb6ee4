"""What one more seat brings: every number against a fresh solve with that seat, and asks against all ways to ask."""

from __future__ import annotations

import pickle
import random
from itertools import combinations_with_replacement
from typing import Any

import pytest
from test_popular import MATCHING
from test_wishes import own_case, settings_of, solved

import mentormatch as mm


def bonus_of(matching: mm.Matching) -> int:
    """What pairs on lists count beside their points."""
    demand = matching.demand
    if demand.aim.shortlists != "bonus":
        return 0
    return demand.aim.bonus * sum(pair.mentor in demand.ranks.get(pair.mentee, {}) for pair in matching.pairs)


def aims_in_words(matching: mm.Matching) -> dict[str, int]:
    """What a matching reaches in each aim but the lottery, by label."""
    bonus = matching.demand.aim.shortlists == "bonus"
    return {
        "points and bonus" if bonus and one.aim == "points" else one.label: one.value
        + (bonus_of(matching) if one.aim == "points" else 0)
        for one in matching.aims
        if one.aim != "lottery"
    }


def with_seats(scores: mm.ScoreMatrix, settings: dict[str, Any], *mentors: str) -> mm.Matching:
    """A fresh solve with one more seat at each of the mentors, which are room and no demand."""
    capacity = dict(settings["capacity"])
    least = {mentor: min(load, capacity[mentor]) for mentor, load in settings["minimum_load"].items()}
    for mentor in mentors:
        capacity[mentor] += 1
    return mm.solve(scores, **{**settings, "capacity": capacity, "minimum_load": least})


def has(matching: mm.Matching, mentee: str) -> tuple[str, ...]:
    return tuple(sorted(pair.mentor for pair in matching.pairs if pair.mentee == mentee))


@pytest.mark.parametrize("block", range(4))
def test_seat_values_are_what_solving_with_one_more_seat_gives(block: int) -> None:
    """In every aim, and in who moves where, for every mentor and every order of aims that gives seats a value."""
    for scores, asked, matching in solved(20, 500 * block):
        values = matching.seat_values()
        if matching.demand.aim.fairness:
            assert not len(values)
            assert values.why_none.startswith("Where the lowest score is lifted")
            continue
        now = aims_in_words(matching)
        assert list(values) == sorted(scores.mentors)
        for mentor, value in values.items():
            fresh = with_seats(scores, settings_of(asked), mentor)
            then = aims_in_words(fresh)
            assert {one.label: one.now for one in value.effect.aims} == now
            if value.effect.first is None:
                assert then == now
            else:
                assert {one.label: one.then for one in value.effect.aims} == then
                assert {move.mentee: (move.now, move.then) for move in value.effect.moves} == {
                    mentee: (has(matching, mentee), has(fresh, mentee))
                    for mentee in scores.mentees
                    if has(matching, mentee) != has(fresh, mentee)
                }


@pytest.mark.parametrize("seed", [*range(9_000, 9_040), 21_275])
def test_the_seats_asked_for_are_the_best_together(seed: int) -> None:
    """No other way to ask for as many seats reaches more, whatever each of them brings alone."""
    scores, asked = own_case(seed)
    settings = settings_of(asked)
    k = 2 if seed > 20_000 else random.Random(seed).randint(0, 3)
    try:
        matching = mm.solve(scores, **settings)
    except mm.InfeasibleError:
        return
    found = matching.ask_for_seats(k)
    if matching.demand.aim.fairness:
        assert found.why_none
        return
    every = [
        list(aims_in_words(with_seats(scores, settings, *chosen)).values())
        for chosen in combinations_with_replacement(scores.mentors, k)
    ]
    seats = [mentor for mentor, more in found.asks.items() for _ in range(more)]
    assert len(seats) <= k
    reached = [one.then for one in found.effect.aims]
    assert reached == list(aims_in_words(with_seats(scores, settings, *seats)).values())
    assert reached == max(every, default=reached)


def test_seat_values_in_full() -> None:
    """The seats that bring anything, aim by aim as far as any of them changes it, with who would move."""
    values = MATCHING.seat_values()
    assert str(values) == (
        "One more seat\n"
        "=============\n"
        "\n"
        "What each would bring\n"
        "  mentor              seats now  points for ranks on lists  points  would place\n"
        "  ada (Ada Lovelace)          1                         +1  -3,125\n"
        "\n"
        "One more seat at the other 6 mentors brings nothing."
    )
    ada = values["ada"]
    assert (repr(values), ada.people, ada.on_list, ada.rank, ada.points, ada.placed) == (
        "SeatValues(7 mentors)",
        0,
        0,
        1,
        -3_125,
        (),
    )
    assert (bool(ada), bool(values["cy"]), values.ranked) == (True, False, (ada,))
    assert values.to_records()[0] == {
        "mentor": "ada",
        "mentor_name": "Ada Lovelace",
        "seats": 1,
        "people": 0,
        "on_list": 0,
        "rank": 1,
        "points": -3125,
        "aims": {
            "mentees with a mentor": 0,
            "mentees with somebody from their list": 0,
            "points for ranks on lists": 1,
            "points for ranks of wishes": 0,
            "points": -3125,
        },
        "placed": [],
    }


def test_asks_in_full() -> None:
    """Whom to ask for how many seats, and what they bring together."""
    scores = mm.ScoreMatrix.from_array([[9, 8, 7], [1, 5, 6]], ["ada", "bo"], ["kay", "lin", "tim"])
    matching = mm.solve(scores, capacity=[1, 0])
    asks = matching.ask_for_seats(2)
    assert str(asks) == (
        "Whom to ask for more seats\n"
        "==========================\n"
        "\n"
        "Ask\n"
        "  mentor  seats now  would have\n"
        "  ada             1           3\n"
        "\n"
        "What it would bring\n"
        "  aim                    now  then  difference\n"
        "  mentees with a mentor    1     3          +2\n"
        "  points                   9    24         +15\n"
        "\n"
        "Who would move\n"
        "  mentee  has now  would have\n"
        "  lin     nobody   ada\n"
        "  tim     nobody   ada"
    )
    assert (asks.asks, asks.to_records()) == ({"ada": 2}, [{"mentor": "ada", "seats": 2}])
    assert matching.ask_for_seats(0).asks == {}
    nothing = "One more seat brings nothing, whoever offers it."
    served = mm.solve(scores, capacity=[3, 0])
    assert nothing in str(served.ask_for_seats(3))
    assert str(served.seat_values()) == f"One more seat\n=============\n\n{nothing}"
    with pytest.raises(mm.ChoiceError, match="k: expected a whole number from 0"):
        matching.ask_for_seats(-1)


def test_the_best_seats_together_are_not_the_best_by_themselves() -> None:
    """Two seats at the two mentors whom one mentee waits for help that mentee alone; the asks know it."""
    points = [[9, 9, 1], [-1, 8, -1], [-1, 8, -1], [-1, -1, 2]]
    values = [[max(0, n) for n in row] for row in points]
    allowed = [[n >= 0 for n in row] for row in points]
    scores = mm.ScoreMatrix.from_array(values, ["ada", "bo", "cy", "di"], ["kay", "lin", "tim"], allowed=allowed)
    matching = mm.solve(scores, capacity=[1, 0, 0, 0])
    alone = [value.mentor for value in matching.seat_values().ranked[:2]]
    asked = matching.ask_for_seats(2)
    assert len(alone) == 2
    assert asked.effect.by("participation") == 2
    assert [step.people for step in asked.steps] == [1, 1]


@pytest.mark.parametrize(
    ("aim", "begins"),
    [
        (mm.Aim(stable=True), "In a stable matching a seat has no value of its own"),
        (mm.Aim(fairness="lift_worst"), "Where the lowest score is lifted a seat has no value of its own"),
    ],
)
def test_where_a_seat_has_no_value_it_says_so(aim: mm.Aim, begins: str) -> None:
    """No numbers where they would mean nothing, but a sentence why and what to do instead."""
    matching = mm.solve(mm.ScoreMatrix.from_array([[5, 4]], ["ada"], ["kay", "lin"]), aim=aim)
    values, asks = matching.seat_values(), matching.ask_for_seats(1)
    assert (len(values), asks.asks) == (0, {})
    assert values.why_none.startswith(begins)
    assert values.why_none.split()[0] in str(values)
    assert asks.why_none == values.why_none
    assert begins.split(maxsplit=1)[0] in str(asks)


def test_nobody_who_takes_no_part_is_asked() -> None:
    """A seat at somebody who left, pauses or may not take part brings nothing, whoever waits for it."""
    scores = mm.ScoreMatrix.from_array([[5, 4], [9, 9]], ["ada", "bo"], ["kay", "lin"])
    matching = mm.solve(scores, choices=mm.Choices(paused=["bo"]))
    assert (bool(matching.seat_values()["bo"]), matching.ask_for_seats(2).asks) == (False, {"ada": 1})


def test_a_copy_of_a_matching_carries_nothing_that_can_be_found_again() -> None:
    """Asking what changes cost leaves no trace in what is sent to other processes."""
    matching = mm.Matching.from_json(MATCHING.to_json())
    assert MATCHING.scores is not None
    matching = matching.with_scores(MATCHING.scores)
    values = matching.seat_values()
    assert "_outcome" in vars(matching)
    assert b"exchanges" not in pickle.dumps(matching)
    assert pickle.loads(pickle.dumps(matching)).seat_values() == values
