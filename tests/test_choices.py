"""Choices hold what was decided about single pairs, and contradictions in them are found at once (convention 10)."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch.choices import Choices, ChosenPair
from mentormatch.errors import ChoiceError, MentormatchError


def refused(**lists: Any) -> str:
    with pytest.raises(ChoiceError) as caught:
        Choices(**lists)
    return str(caught.value)


def test_pairs_are_mentor_and_mentee_with_or_without_a_reason() -> None:
    """All the ways to write a pair are one value."""
    choices = Choices(
        pins=[("ada", "tim", "asked for one another"), ["grace", "kay"]],
        bans=[ChosenPair("ada", "lin")],
        declines=[("ada", "joy", None)],
    )
    assert choices.pins == (ChosenPair("ada", "tim", "asked for one another"), ChosenPair("grace", "kay"))
    assert choices.bans == (ChosenPair("ada", "lin", ""),)
    assert choices.declines == (ChosenPair("ada", "joy"),)
    assert Choices() == Choices(pins=(), bans=(), declines=())


def test_ids_are_read_as_everywhere() -> None:
    """The integer 7 and the text "7" are one person here too, and an id in another normal form is the same."""
    choices = Choices(pins=[(7, " zoe\u0308 ")], bans=[(np.int64(7), np.str_("tim"))])
    assert choices.pins == (ChosenPair("7", "zo\u00eb"),)
    assert choices == Choices(pins=[("7", "zo\u00eb")], bans=[("7", "tim")])
    assert type(choices.bans[0].mentee) is str


def test_the_order_of_the_lists_changes_nothing() -> None:
    """The same decisions are the same value, in whatever order and kind of list they came (convention 2)."""
    pairs = [("b", "y"), ("a", "z"), ("b", "x"), ("10", "q")]
    assert Choices(pins=pairs) == Choices(pins=reversed(pairs)) == Choices(pins=set(pairs))
    assert [str(pair) for pair in Choices(pins=pairs).pins] == ["(10, q)", "(a, z)", "(b, x)", "(b, y)"]
    assert hash(Choices(pins=pairs)) == hash(Choices(pins=tuple(pairs)))


def test_choices_are_frozen_and_leave_their_inputs_alone() -> None:
    """A list that grows afterwards does not change what was decided."""
    pins: list[Any] = [["ada", "tim"]]
    choices = Choices(pins=pins)
    pins.append(("x", "y"))
    pins[0][0] = "bo"
    assert choices.pins == (ChosenPair("ada", "tim"),)
    with pytest.raises(dataclasses.FrozenInstanceError):
        choices.pins = ()  # type: ignore[misc]


def test_the_text_of_choices() -> None:
    """Whoever prints choices sees every pair with its reason, on one line and harmless."""
    assert str(Choices(pins=[("ada", "tim", "asked\nfor it")], bans=[("ada", "lin")])) == (
        "Choices\n"
        "=======\n"
        "\n"
        "pins  1\n"
        "bans  1\n"
        "\n"
        "Pairs\n"
        "  choice  mentor  mentee  reason\n"
        "  pin     ada     tim     asked for it\n"
        "  ban     ada     lin"
    )
    assert str(Choices()) == "Choices\n=======\n\nNothing was said yet."


def test_a_pin_that_is_also_banned_or_declined_is_a_contradiction() -> None:
    """One list says make it and the other never make it: nobody but the user can decide."""
    assert refused(pins=[("ada", "tim")], declines=[("ada", "tim")]) == (
        "pin (ada, tim): is also declined; take it out of pins or out of declines"
    )
    assert refused(pins=[(7, "tim", "wanted")], bans=[("7", "tim ", "not wanted")]) == (
        "pin (7, tim): is also banned; take it out of pins or out of bans"
    )


def test_a_pair_may_be_both_banned_and_declined() -> None:
    """Two reasons against a pair do not contradict one another."""
    assert len(Choices(bans=[("ada", "tim")], declines=[("ada", "tim")]).bans) == 1


def test_a_pair_stands_once_in_a_list() -> None:
    """A pair given twice may have two reasons, and which one counts is not guessed."""
    assert refused(bans=[("ada", "tim"), ("ada", "tim", "again"), ("ada ", "tim"), ("ada", "lin")]) == (
        "ban (ada, tim): stands 3 times in bans; once is enough"
    )


def test_one_id_on_both_sides_is_left_to_those_who_know_the_people() -> None:
    """With own scores mentor 0 and mentee 0 are two people, so the pair cannot be refused from the choices alone."""
    assert Choices(pins=[(0, 0)]).pins == (ChosenPair("0", "0"),)


def test_malformed_pairs_are_refused_with_their_place() -> None:
    """A pair that is none is named by list and position."""
    assert refused(pins=[("ada",), ("a", "b", "c", "d"), "ada", 5, {"mentor": "ada"}]) == (
        "5 choices cannot be meant as written:\n"
        "  pins[0]: expected (mentor, mentee) or (mentor, mentee, reason), not 1 entry\n"
        "  pins[1]: expected (mentor, mentee) or (mentor, mentee, reason), not 4 entries\n"
        "  pins[2]: expected (mentor, mentee) or (mentor, mentee, reason), not of type str; "
        "one pair alone stands in a list too\n"
        "  pins[3]: expected (mentor, mentee) or (mentor, mentee, reason), not of type int\n"
        "  pins[4]: expected (mentor, mentee) or (mentor, mentee, reason), not of type dict"
    )


@pytest.mark.parametrize("given", ["ada", b"ada", {"ada": "tim"}, 5, None])
def test_a_list_that_is_none_is_refused(given: Any) -> None:
    """A mapping or a text in the place of a list is not read letter by letter."""
    assert refused(bans=given) == f"bans: expected a list of pairs, not of type {type(given).__name__}"


def test_bad_ids_and_reasons_are_refused_with_their_place() -> None:
    """What is no id is no id here either, and a reason is text."""
    assert refused(declines=[("", None), (7.0, "tim"), ("ada", True, 5), ("ada", "lin", "\udc80")]) == (
        "6 choices cannot be meant as written:\n"
        "  declines[0], mentor: expected an id that is not blank\n"
        "  declines[0], mentee: expected an id that is not blank\n"
        "  declines[1], mentor: expected an id as text or a whole number, not a float; "
        "a float may have lost digits, so read the ids as text\n"
        "  declines[2], mentee: expected an id as text or a whole number, not a bool\n"
        "  declines[2], reason: expected text, not of type int\n"
        "  declines[3], reason: expected text of whole characters, not of halves of surrogate pairs"
    )
    with pytest.raises(ChoiceError) as caught:
        ChosenPair(math.nan, "tim")  # type: ignore[arg-type]
    assert str(caught.value) == "mentor: expected an id that is not blank"


def test_everything_wrong_is_said_at_once() -> None:
    """Malformed pairs, duplicates and contradictions of all lists are one error, each with its code."""
    with pytest.raises(ChoiceError) as caught:
        Choices(
            pins=[("ada", "tim"), ("grace", "kay")],
            bans=[("ada", "tim"), ("x",)],  # type: ignore[list-item]
            declines=[("grace", "kay"), ("grace", "kay")],
        )
    assert [finding.code for finding in caught.value.findings] == [
        "choice_pair",
        "choice_twice",
        "pin_banned",
        "pin_declined",
    ]
    assert str(caught.value) == (
        "4 choices cannot be meant as written:\n"
        "  bans[1]: expected (mentor, mentee) or (mentor, mentee, reason), not 1 entry\n"
        "  decline (grace, kay): stands 2 times in declines; once is enough\n"
        "  pin (ada, tim): is also banned; take it out of pins or out of bans\n"
        "  pin (grace, kay): is also declined; take it out of pins or out of declines"
    )


def test_the_message_stays_on_one_line_whatever_people_are_called() -> None:
    """An id out of a table cannot write into the terminal of whoever reads the error."""
    evil = "a\x1b[2J\nb"
    assert refused(pins=[(evil, "tim")], bans=[(evil, "tim")]) == (
        "pin (a [2J b, tim): is also banned; take it out of pins or out of bans"
    )


def test_choices_go_through_json_and_back() -> None:
    """What was decided can be saved and read again, reasons included."""
    choices = Choices(pins=[("ada", "Zoë", "for a reason")], declines=[("ada", "lin")])
    text = choices.to_json()
    assert Choices.from_json(text) == Choices.from_json(text.encode()) == choices
    assert {name: value for name, value in json.loads(text).items() if value} == {
        "pins": [{"mentor": "ada", "mentee": "Zoë", "reason": "for a reason"}],
        "declines": [{"mentor": "ada", "mentee": "lin", "reason": ""}],
    }
    assert Choices.from_json("{}") == Choices()
    assert set(Choices.schema()["properties"]) == {field.name for field in dataclasses.fields(Choices)}


def test_json_is_checked_as_strictly_as_a_call() -> None:
    """Ids, unknown fields and contradictions in a file are findings of ours, all at once."""
    with pytest.raises(ChoiceError) as caught:
        Choices.from_json('{"pins": [{"mentor": "", "mentee": "tim"}, {"mentor": "ada"}], "bns": []}')
    assert str(caught.value) == (
        "the JSON of the choices cannot be meant as written:\n"
        "  pins[0], mentor: expected an id that is not blank\n"
        "  pins[1].mentee: this field is missing\n"
        "  choices: there is no field 'bns' here; did you mean 'bans'?"
    )
    pair = {"mentor": "ada", "mentee": "tim"}
    with pytest.raises(ChoiceError) as caught:
        Choices.from_json(json.dumps({"pins": [pair], "bans": [pair]}))
    assert str(caught.value) == "pin (ada, tim): is also banned; take it out of pins or out of bans"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)


@given(anything, anything, anything)
def test_any_input_is_choices_or_one_of_our_errors(pins: Any, bans: Any, declines: Any) -> None:
    """Nothing that may be passed in ends in a traceback from below, and what is accepted can be saved."""
    try:
        choices = Choices(pins=pins, bans=bans, declines=declines)
    except MentormatchError as error:
        assert error.findings
        str(error).encode()
        return
    assert Choices.from_json(choices.to_json()) == choices


@given(st.text(max_size=80) | st.binary(max_size=20) | anything.map(lambda value: json.dumps(value, default=str)))
def test_any_json_is_choices_or_one_of_our_errors(text: str | bytes) -> None:
    """A broken file is a ChoiceError and never another kind of error."""
    try:
        Choices.from_json(text)
    except ChoiceError as error:
        assert error.findings
