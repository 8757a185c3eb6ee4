"""Choices hold what people have said so far, and contradictions in them are found at once (convention 10)."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch.choices import Choices, ChosenPair, EndedPair, Shortlist
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


EVERYTHING: dict[str, Any] = {
    "pins": [("ada", "tim", "asked")],
    "bans": [("ada", "lin")],
    "declines": [("bo", "lin"), ("bo", "joy")],
    "accepted": [("cy", "kay")],
    "expired": [("cy", "tim")],
    "ended": [("cy", "joy", "moved", "next_round"), ("cy", "lin")],
    "avoid": [("ada", "joy")],
    "favour": [("bo", "tim")],
    "shortlists": {"lin": ["bo", ["cy", "ada"]], "tim": ["ada"]},
    "wishes": {"bo": [["tim", "joy"], "lin"]},
    "paused": ["eve"],
    "left": ["dan", "cat"],
    "priority": {"tim": 2, "joy": -1},
    "left_out": ["joy"],
}


def test_every_list_has_its_own_place() -> None:
    """What is read is held in one canonical form for each kind of list."""
    choices = Choices(**EVERYTHING)
    assert choices.ended == (EndedPair("cy", "joy", "moved", "next_round"), EndedPair("cy", "lin", "", "never"))
    assert choices.shortlists == (
        Shortlist("lin", (("bo",), ("ada", "cy"))),
        Shortlist("tim", (("ada",),)),
    )
    assert choices.shortlists[0].ranks == (("bo",), ("ada", "cy"))
    assert choices.shortlists[0].people == ("bo", "ada", "cy")
    assert choices.wishes[0].ranks == (("joy", "tim"), ("lin",))
    assert choices.left == ("cat", "dan")
    assert choices.priority == (("joy", -1), ("tim", 2))
    assert (choices.priority_of("tim"), choices.priority_of("lin")) == (2, None)
    assert hash(choices) == hash(Choices(**EVERYTHING))


def test_the_values_held_can_be_given_again() -> None:
    """A change to one list of existing choices reads the others anew without a difference."""
    choices = Choices(**EVERYTHING)
    held = {field.name: getattr(choices, field.name) for field in dataclasses.fields(choices)}
    assert Choices(**held) == choices.with_() == choices
    changed = choices.with_(priority={"kay": np.int64(3)}, pins=[])
    assert (changed.priority, changed.pins, changed.shortlists) == ((("kay", 3),), (), choices.shortlists)
    with pytest.raises(ChoiceError) as caught:
        choices.with_(decline=[], x=1)
    assert str(caught.value) == (
        "2 choices cannot be meant as written:\n"
        "  decline: choices have no such list; did you mean 'declines'?\n"
        "  x: choices have no such list"
    )


def test_whatever_has_a_mentor_and_a_mentee_is_a_pair() -> None:
    """The pairs of an earlier matching can be avoided or ended as they are, and an ended pair be declined."""
    pair = mm.Pair("ada", "tim", 9_000)
    assert Choices(avoid=[pair]).avoid == (ChosenPair("ada", "tim"),)
    assert Choices(ended=[pair, ChosenPair("bo", "lin", "x")]).ended == (
        EndedPair("ada", "tim"),
        EndedPair("bo", "lin", "x"),
    )
    assert Choices(declines=[EndedPair("ada", "tim", "why", "next_round")]).declines == (
        ChosenPair("ada", "tim", "why"),
    )
    assert refused(pins=[mm.Pair]) == "pins[0]: expected (mentor, mentee) or (mentor, mentee, reason), not of type type"


def test_an_empty_list_says_nothing() -> None:
    """A mentee who listed nobody is a mentee without a list, and so is an empty tie."""
    assert Choices(shortlists={"tim": [], "kay": [[]], "lin": [[], "ada"]}) == Choices(shortlists={"lin": ["ada"]})


def test_somebody_declined_or_banned_may_stand_on_a_list() -> None:
    """Lists are made before the answers come, and nobody needs to write them anew."""
    choices = Choices(shortlists={"tim": ["ada", "bo"]}, declines=[("ada", "tim")], bans=[("bo", "tim")])
    assert choices.shortlists[0].people == ("ada", "bo")


def test_an_accepted_pair_of_somebody_who_left_is_no_contradiction() -> None:
    """A list of those who left need not be compared with the accepted pairs by hand."""
    assert Choices(accepted=[("ada", "tim")], left=["tim"], paused=["ada"]).accepted


def test_people_stand_once_in_a_list() -> None:
    """Being named twice means nothing for a set of people; on a ranked list it is not clear which rank counts."""
    assert Choices(paused=["ada", " ada", "bo"]).paused == ("ada", "bo")
    assert refused(
        shortlists={"tim": ["ada", "bo", ["cy", "ada ", "ada"]], 7: ["ada"], "7": ["bo"]}, priority={7: 1, "7": 1}
    ) == (
        "3 choices cannot be meant as written:\n"
        "  shortlist of tim: names ada 3 times; once is enough\n"
        "  shortlist of 7: stands 2 times in shortlists; once is enough\n"
        "  priority of 7: stands 2 times in priority; once is enough"
    )


def test_nobody_stands_on_their_own_list() -> None:
    """One id on both sides of a list is a mistake that the choices alone show."""
    with pytest.raises(ChoiceError) as caught:
        Choices(shortlists={"tim": ["ada", ["tim", "bo"]]}, wishes={"ada": ["ada"]})
    assert [finding.code for finding in caught.value.findings] == ["own_list", "own_list"]
    assert str(caught.value) == (
        "2 choices cannot be meant as written:\n"
        "  shortlist of tim: nobody is matched with themselves; two people of one id need ids that differ\n"
        "  wish list of ada: nobody is matched with themselves; two people of one id need ids that differ"
    )


def test_malformed_lists_are_refused_with_their_place() -> None:
    """What is no list, no id or no rank is named by the person and the rank."""
    lists = {"tim": "ada", "kay": {"ada"}, "lin": ["ada", ["bo", 7.0], "", [["cy"]]], "": ["ada"], "joy": None}
    assert refused(shortlists=lists) == (
        "7 choices cannot be meant as written:\n"
        "  shortlist of tim: expected a list of ids, best first, not of type str; "
        "one person alone stands in a list too\n"
        "  shortlist of kay: expected a list of ids, best first, not of type set\n"
        "  shortlist of lin, rank 2: expected an id as text or a whole number, not a float; "
        "a float may have lost digits, so read the ids as text\n"
        "  shortlist of lin, rank 3: expected an id that is not blank\n"
        "  shortlist of lin, rank 4: expected an id as text or a whole number, not a list\n"
        "  shortlist 4, person: expected an id that is not blank\n"
        "  shortlist of joy: expected a list of ids, best first, not of type NoneType"
    )
    assert refused(wishes="ada", shortlists=[("tim", ["ada"])]) == (
        "2 choices cannot be meant as written:\n"
        "  shortlists[0]: expected a value of type Shortlist, not of type tuple; or give shortlists as a mapping\n"
        "  wishes: expected a mapping from ids to ranked lists, not of type str"
    )
    with pytest.raises(ChoiceError) as caught:
        Shortlist("", ["ada", "ada"])
    assert str(caught.value) == (
        "2 choices cannot be meant as written:\n"
        "  person: expected an id that is not blank\n"
        "  names ada 2 times; once is enough"
    )


def test_priorities_are_whole_numbers_within_bounds() -> None:
    """A priority that cannot be compared or could overflow is refused; what numpy calls a whole number is one."""
    given = {"a": 1.5, "b": True, "c": 1_000_001, "d": "2", "e": -1_000_000, "": 1, "f": np.int64(4), "g": 10**5000}
    assert refused(priority=given) == (
        "6 choices cannot be meant as written:\n"
        "  priority of a: expected a whole number from -1,000,000 to 1,000,000, not of type float\n"
        "  priority of b: expected a whole number from -1,000,000 to 1,000,000, not of type bool\n"
        "  priority of c: expected a whole number from -1,000,000 to 1,000,000\n"
        "  priority of d: expected a whole number from -1,000,000 to 1,000,000, not of type str\n"
        "  priority 6: expected an id that is not blank\n"
        "  priority of g: expected a whole number from -1,000,000 to 1,000,000"
    )
    assert refused(priority=[("a", 1, 2), "ab"]) == (
        "2 choices cannot be meant as written:\n"
        "  priority 1: expected an id and a whole number\n"
        "  priority 2: expected an id and a whole number"
    )
    assert refused(priority=3) == "priority: expected a mapping from ids to whole numbers, not of type int"


def test_bad_people_are_refused_with_their_place() -> None:
    """One id in the place of a list is not read letter by letter."""
    assert refused(paused="ada", left=["", "bo", 1.0], left_out={"tim": 1}) == (
        "4 choices cannot be meant as written:\n"
        "  paused: expected a list of ids, not of type str; one person alone stands in a list too\n"
        "  left[0]: expected an id that is not blank\n"
        "  left[2]: expected an id as text or a whole number, not a float; "
        "a float may have lost digits, so read the ids as text\n"
        "  left_out: expected a list of ids, not of type dict"
    )


def test_bad_endings_are_refused_with_their_place() -> None:
    """Whether a pair may be made again is one of two words."""
    ended = [("a", "x", "", "next round"), ("a", "y", "", 3), ("a",), ("", "z", 5, "Never")]
    assert refused(ended=ended) == (
        "6 choices cannot be meant as written:\n"
        "  ended[0], again: expected 'never' or 'next_round', not 'next round'; did you mean 'next_round'?\n"
        "  ended[1], again: expected 'never' or 'next_round', not of type int\n"
        "  ended[2]: expected (mentor, mentee), (mentor, mentee, reason) or (mentor, mentee, reason, again), "
        "not 1 entry\n"
        "  ended[3], mentor: expected an id that is not blank\n"
        "  ended[3], reason: expected text, not of type int\n"
        "  ended[3], again: expected 'never' or 'next_round', not 'Never'; did you mean 'never'?"
    )


@pytest.mark.parametrize(("made", "word"), [("pins", "pin"), ("accepted", "accepted")])
def test_a_pair_that_is_made_is_not_also_closed(made: str, word: str) -> None:
    """Pinned and accepted pairs are made, so no list of pairs that are not made may hold them."""
    closed = {"bans": [("a", "w")], "declines": [("a", "x")], "expired": [("a", "y")]}
    with pytest.raises(ChoiceError) as caught:
        Choices(**{made: [("a", "w"), ("a", "x"), ("a", "y"), ("a", "z")]}, **closed)  # type: ignore[arg-type]
    assert str(caught.value) == (
        "3 choices cannot be meant as written:\n"
        f"  {word} (a, w): is also banned; take it out of {made} or out of bans\n"
        f"  {word} (a, x): is also declined; take it out of {made} or out of declines\n"
        f"  {word} (a, y): is also expired; take it out of {made} or out of expired"
    )
    codes = [finding.code for finding in caught.value.findings]
    assert codes == [f"{word}_{participle}" for participle in ("banned", "declined", "expired")]


def test_a_pin_on_a_pair_that_ended_is_refused() -> None:
    """An administrator who pins what ended must say which of the two is meant."""
    with pytest.raises(ChoiceError) as caught:
        Choices(pins=[("a", "z")], ended=[("a", "z")])
    assert str(caught.value) == "pin (a, z): is also ended; take it out of pins or out of ended"
    assert [finding.code for finding in caught.value.findings] == ["pin_ended"]


def test_an_accepted_pair_that_ended_is_simply_ended() -> None:
    """To end a pair is the last word on it (convention 7.2): it is no error, and no new round brings it back."""
    choices = Choices(accepted=[("a", "y"), ("a", "z", "both said yes")], ended=[("a", "z", "moved", "next_round")])
    assert choices.accepted == (ChosenPair("a", "y"),)
    assert choices.ended == (EndedPair("a", "z", "moved", "next_round"),)
    assert Choices.from_json(choices.to_json()) == choices
    assert choices.next_round().accepted == (ChosenPair("a", "y"),)
    assert Choices(accepted=[("a", "z")], ended=[("a", "z")], declines=[("a", "z")]).accepted == ()


def test_mistakes_of_every_kind_are_one_error() -> None:
    """Whoever writes choices by hand gets one list of everything to mend."""
    with pytest.raises(ChoiceError) as caught:
        Choices(
            pins=["ada"],  # type: ignore[list-item]
            accepted=[("bo", "tim")],
            expired=[("bo", "tim"), ("bo", "tim")],
            ended=[("a", "b", "", "maybe")],
            shortlists={"tim": ["tim", "ada", "ada"]},
            wishes={"ada": ["ada"]},
            left=[None],  # type: ignore[list-item]
            priority={"tim": 0.5},  # type: ignore[dict-item]
        )
    assert [finding.code for finding in caught.value.findings] == [
        "choice_pair",
        "choice_again",
        "own_list",
        "choice_twice",
        "own_list",
        "choice_priority",
        "id_blank",
        "choice_twice",
        "accepted_expired",
    ]


def test_everybody_named_is_known_by_place() -> None:
    """Whoever knows the people finds the unknown ones from this alone; who left or pauses is not asked for here."""
    assert list(Choices(**EVERYTHING).pairs_named()) == [
        ("pin", "ada", "tim"),
        ("ban", "ada", "lin"),
        ("decline", "bo", "joy"),
        ("decline", "bo", "lin"),
        ("accepted", "cy", "kay"),
        ("expired", "cy", "tim"),
        ("ended", "cy", "joy"),
        ("ended", "cy", "lin"),
        ("avoid", "ada", "joy"),
        ("favour", "bo", "tim"),
        ("shortlist of lin", None, "lin"),
        ("shortlist of lin", "bo", None),
        ("shortlist of lin", "ada", None),
        ("shortlist of lin", "cy", None),
        ("shortlist of tim", None, "tim"),
        ("shortlist of tim", "ada", None),
        ("wish list of bo", "bo", None),
        ("wish list of bo", None, "joy"),
        ("wish list of bo", None, "tim"),
        ("wish list of bo", None, "lin"),
        ("priority", None, "joy"),
        ("priority", None, "tim"),
        ("left out", None, "joy"),
    ]


def test_the_text_shows_counts_pairs_and_lists() -> None:
    """The administrator reads what was said, reasons included, as far as it fits on a screen."""
    assert str(Choices(**EVERYTHING)) == (
        "Choices\n"
        "=======\n"
        "\n"
        "pins        1\n"
        "bans        1\n"
        "declines    2\n"
        "accepted    1\n"
        "expired     1\n"
        "ended       2\n"
        "avoid       1\n"
        "favour      1\n"
        "shortlists  2\n"
        "wishes      1\n"
        "paused      1\n"
        "left        2\n"
        "priority    2\n"
        "left out    1\n"
        "\n"
        "Pairs\n"
        "  choice  mentor  mentee  reason\n"
        "  pin     ada     tim     asked\n"
        "\n"
        "Lists\n"
        "  list       of   best first\n"
        "  shortlist  lin  bo, ada = cy\n"
        "\n"
        "9 more pairs not shown.\n"
        "\n"
        "2 more lists not shown."
    )
    assert "ended (next round)" in str(Choices(ended=EVERYTHING["ended"]))


def test_the_text_of_many_choices_is_short_and_harmless() -> None:
    """Ten thousand pairs with reasons of any length and kind do not fill the terminal."""
    many: dict[str, Any] = dict(EVERYTHING)
    many["bans"] = [(f"{i}\x1b[2J\n" * 30, f"mentee {i}", "why\n" * 500) for i in range(10_000)]
    many["shortlists"] = {f"{i}" * 40: [f"mentor {k}" for k in range(50)] for i in range(1, 100)}
    text = str(Choices(**many))
    assert text.count("\n") < 30
    assert max(map(len, text.splitlines())) <= 100
    assert "\x1b" not in text


def test_all_choices_go_through_json_and_back() -> None:
    """Lists and priorities are written as they are given: as mappings."""
    choices = Choices(**EVERYTHING)
    text = choices.to_json()
    assert Choices.from_json(text) == choices
    data = json.loads(text)
    assert list(data) == [field.name for field in dataclasses.fields(Choices)]
    assert data["shortlists"] == {"lin": ["bo", ["ada", "cy"]], "tim": ["ada"]}
    assert data["wishes"] == {"bo": [["joy", "tim"], "lin"]}
    assert data["priority"] == {"joy": -1, "tim": 2}
    assert data["ended"][0] == {"mentor": "cy", "mentee": "joy", "reason": "moved", "again": "next_round"}
    described = Choices.schema()["properties"]
    assert described["shortlists"]["additionalProperties"]["type"] == "array"
    assert described["priority"]["additionalProperties"] == {"type": "integer"}


def test_json_findings_of_all_kinds_come_at_once() -> None:
    """A broken file of choices is one error with the place of each mistake."""
    broken = {
        "pins": [{"mentor": "", "mentee": "tim"}],
        "ended": [{"mentor": "a", "mentee": "b", "again": "maybe"}, {"mentor": "a", "mentee": "b", "agai": "never"}],
        "shortlists": {"tim": ["ada", "ada"], "": ["ada"]},
        "wishes": {"ada": ["tim", 7, ["x", ["y"]]]},
        "priority": {"tim": "2"},
        "paused": [7],
    }
    with pytest.raises(ChoiceError) as caught:
        Choices.from_json(json.dumps(broken))
    assert str(caught.value) == (
        "the JSON of the choices cannot be meant as written:\n"
        "  pins[0], mentor: expected an id that is not blank\n"
        "  ended[0].again: expected 'never' or 'next_round'\n"
        "  ended[1]: there is no field 'agai' here; did you mean 'again'?\n"
        "  shortlists, shortlist of tim: names ada 2 times; once is enough\n"
        "  shortlists, shortlist 2, person: expected an id that is not blank\n"
        "  wishes, wish list of ada, rank 2: expected an id as text, or a list of such\n"
        "  wishes, wish list of ada, rank 3: expected an id as text, or a list of such\n"
        "  paused[0]: expected text\n"
        "  priority.tim: expected a whole number"
    )
    with pytest.raises(ChoiceError) as caught:
        Choices.from_json('{"shortlists": ["tim"], "wishes": {"ada": "tim"}}')
    assert str(caught.value) == (
        "the JSON of the choices cannot be meant as written:\n"
        "  shortlists: expected an object from ids to ranked lists\n"
        "  wishes, wish list of ada: expected a list of ids, best first, not of type str; "
        "one person alone stands in a list too"
    )


# The answers to a matching.

SCORES = mm.ScoreMatrix.from_array(
    np.array([[0.9, 0.5, 0.4, 0.3], [0.2, 0.8, 0.3, 0.1], [0.3, 0.4, 0.7, 0.2]]),
    mentors=["ada", "bo", "cy"],
    mentees=["tim", "kay", "lin", "joy"],
)


def matched(choices: Choices | None = None, **settings: Any) -> mm.Matching:
    return mm.solve(SCORES, choices=choices, **settings)


def couples(matching: mm.Matching) -> list[tuple[str, str]]:
    return [(pair.mentor, pair.mentee) for pair in matching.pairs]


def accepted_in(matching: mm.Matching, *mentees: str) -> mm.Matching:
    pairs = tuple(
        dataclasses.replace(pair, status="accepted") if pair.mentee in mentees else pair for pair in matching.pairs
    )
    return dataclasses.replace(matching, pairs=pairs)


def test_answers_become_choices() -> None:
    """Each answer goes to its list with its reason, and who had nobody is remembered."""
    choices = Choices(shortlists={"tim": ["ada"]}, left_out=["kay"])
    matching = matched(choices)
    assert couples(matching) == [("ada", "tim"), ("bo", "kay"), ("cy", "lin")]
    after = choices.record(
        matching, accepted=[("ada", "tim", "gladly")], declined=[("bo", "kay", "no time")], expired=[matching.pairs[2]]
    )
    assert after == Choices(
        shortlists={"tim": ["ada"]},
        accepted=[("ada", "tim", "gladly")],
        declines=[("bo", "kay", "no time")],
        expired=[("cy", "lin")],
        left_out=["joy"],
    )
    assert choices == Choices(shortlists={"tim": ["ada"]}, left_out=["kay"])


def test_recording_no_answers_leads_to_the_same_matching() -> None:
    """Two waves with no news in between are the same."""
    choices = Choices(pins=[("cy", "joy")])
    matching = matched(choices, priority={"lin": 3, "kay": 2})
    after = choices.record(matching)
    again = matched(after, priority={"lin": 3, "kay": 2})
    assert (again.pairs, again.unmatched, again.aims) == (matching.pairs, matching.unmatched, matching.aims)
    assert after.record(again) == after


def test_all_accepts_whatever_was_proposed_and_not_refused() -> None:
    """After a round in which all but two said yes, only the two need to be named."""
    choices = Choices(pins=[("cy", "lin")])
    matching = matched(choices)
    after = choices.record(matching, accepted="all", declined=[("bo", "kay")])
    assert after.accepted == (ChosenPair("ada", "tim"),)
    assert after.pins == choices.pins
    assert choices.record(matching, accepted="all", expired=[("ada", "tim")]).accepted == (ChosenPair("bo", "kay"),)


def test_pairs_that_the_matching_accepted_stay_accepted() -> None:
    """Where no approval is asked for, recording a matching is enough to keep its pairs, with their first reason."""
    matching = accepted_in(matched(), "tim", "kay")
    choices = Choices(accepted=[("ada", "tim", "first")])
    after = choices.record(matching, accepted=[("bo", "kay", "named again")])
    assert after.accepted == (ChosenPair("ada", "tim", "first"), ChosenPair("bo", "kay", "named again"))


def test_an_accepted_pair_that_found_no_seat_is_not_forgotten() -> None:
    """A mentor whose capacity was lowered may have it raised again, and nobody ended the pair."""
    choices = Choices(accepted=[("ada", "kay")])
    assert choices.record(accepted_in(matched(), "tim")).accepted == (
        ChosenPair("ada", "kay"),
        ChosenPair("ada", "tim"),
    )


def test_a_pair_that_ended_after_the_matching_is_not_accepted_again() -> None:
    """The end may be written down before the matching is recorded."""
    matching = accepted_in(matched(), "tim", "kay")
    after = Choices().end("ada", "tim").record(matching)
    assert (after.accepted, after.ended) == ((ChosenPair("bo", "kay"),), (EndedPair("ada", "tim"),))


def test_a_decline_may_name_any_pair() -> None:
    """A mentor may refuse somebody before anything is proposed."""
    after = Choices(declines=[("cy", "tim", "before")]).record(matched(), declined=[("ada", "joy"), ("cy", "tim")])
    assert after.declines == (ChosenPair("ada", "joy"), ChosenPair("cy", "tim", "before"))


def test_answers_that_do_not_fit_the_matching_are_refused_together() -> None:
    """A yes to a pair that nobody proposed is a mix-up of lists that would otherwise be found by two people."""
    choices = Choices(pins=[("cy", "lin")])
    matching = accepted_in(matched(choices), "tim")
    with pytest.raises(ChoiceError) as caught:
        choices.record(
            matching,
            accepted=[("ada", "kay"), ("kay", "bo"), ("cy", "lin"), ("bo",)],
            declined=[("ada", "tim"), ("cy", "lin")],
            expired=[("ada", "tim"), ("ada", "kay")],
        )
    assert str(caught.value) == (
        "8 choices cannot be meant as written:\n"
        "  accepted[3]: expected (mentor, mentee) or (mentor, mentee, reason), not 1 entry\n"
        "  accepted (ada, kay): was not proposed\n"
        "  accepted (cy, lin): was not proposed; it is pinned\n"
        "  accepted (kay, bo): was not proposed; a pair is (mentor, mentee)\n"
        "  expired (ada, kay): was not proposed\n"
        "  expired (ada, tim): was not proposed; it is accepted\n"
        "  decline (ada, tim): is accepted already; end it with .end(mentor, mentee)\n"
        "  pin (cy, lin): is also declined; take it out of pins or out of declines"
    )


def test_a_pair_is_not_accepted_and_declined_in_one_breath() -> None:
    """Two answers for one pair contradict one another."""
    with pytest.raises(ChoiceError) as caught:
        Choices().record(matched(), accepted=[("ada", "tim")], declined=[("ada", "tim")])
    assert str(caught.value) == ("accepted (ada, tim): is also declined; take it out of accepted or out of declines")


@pytest.mark.parametrize("given", [None, "all", Choices(), 5])
def test_only_a_matching_can_be_recorded(given: Any) -> None:
    """A wrong argument is an error of ours."""
    with pytest.raises(ChoiceError) as caught:
        Choices().record(given)
    assert str(caught.value) == "matching: expected a value of type Matching"


@pytest.mark.parametrize("given", ["ALL", None, 5, {"ada": "tim"}])
def test_only_the_word_all_accepts_everything(given: Any) -> None:
    """Another word is not read letter by letter."""
    with pytest.raises(ChoiceError) as caught:
        Choices().record(matched(), accepted=given)
    assert str(caught.value) == f"accepted: expected a list of pairs, not of type {type(given).__name__}"


def test_who_wanted_nobody_was_not_left_out() -> None:
    """Only those who waited for a mentor in vain come first in the next round."""
    assert Choices().record(matched(wants={"joy": 0})).left_out == ()
    choices = Choices(paused=["joy"])
    assert choices.record(matched(choices)).left_out == ()
    choices = Choices(left=["joy"])
    assert choices.record(matched(choices)).left_out == ()
    assert Choices().record(matched()).left_out == ("joy",)


def test_the_next_round_puts_those_first_who_were_left_out() -> None:
    """Nobody is left out twice (requirement W4): one more than before, on top of every earlier round."""
    choices = Choices(left_out=["tim", "kay", "lin"], priority={"kay": 4, "joy": 2, "lin": 1_000_000})
    after = choices.next_round()
    assert after.priority == (("joy", 2), ("kay", 5), ("lin", 1_000_000), ("tim", 1))
    assert after.left_out == ()
    matching = matched()
    second = Choices().record(matching).next_round()
    assert "joy" in [pair.mentee for pair in matched(second).pairs]


def test_a_priority_from_elsewhere_is_not_lowered_by_being_left_out() -> None:
    """Priorities of the choices win over those of the cohort, so one more than nothing would be less than before."""
    matching = matched(priority={"joy": -2, "tim": 5})
    assert [alone.person for alone in matching.unmatched] == ["joy"]
    after = Choices().record(matching)
    assert after.priority == (("joy", -2),)
    assert after.next_round().priority == (("joy", -1),)
    own = Choices(priority={"joy": -7})
    assert own.record(matched(own, priority={"joy": -2})).priority == (("joy", -7),)


def test_the_next_round_forgets_only_what_was_for_one_round() -> None:
    """Expired offers and pairs that ended until the next round may come again; "never" stays never."""
    choices = Choices(**EVERYTHING)
    after = choices.next_round()
    assert after == choices.with_(expired=[], ended=[("cy", "lin")], priority={"joy": 0, "tim": 2}, left_out=[])
    assert after.next_round() == after


def test_a_pair_is_ended_once() -> None:
    """Ending takes a pair out of what is made, and a new end replaces the old one."""
    choices = Choices(pins=[("ada", "tim")], accepted=[("ada", "tim"), ("bo", "kay")])
    after = choices.end("ada", "tim", "moved")
    assert after == Choices(accepted=[("bo", "kay")], ended=[("ada", "tim", "moved")])
    assert after.end("ada ", "tim", "back", "next_round") == Choices(
        accepted=[("bo", "kay")], ended=[("ada", "tim", "back", "next_round")]
    )
    with pytest.raises(ChoiceError) as caught:
        choices.end("ada", "", again="maybe")  # type: ignore[arg-type]
    assert str(caught.value) == (
        "2 choices cannot be meant as written:\n"
        "  mentee: expected an id that is not blank\n"
        "  again: expected 'never' or 'next_round', not 'maybe'"
    )


# Laws for any choices.

MENTORS, MENTEES = ["ada", "bo", "7"], ["tim", "kay", "8"]


@st.composite
def any_choices(draw: st.DrawFn) -> dict[str, Any]:
    """Choices without a contradiction, as arguments: every pair is made, closed or neither."""
    pairs = [(mentor, mentee) for mentor in MENTORS for mentee in MENTEES]
    fates = draw(st.lists(st.sampled_from(["made", "closed", "none"]), min_size=len(pairs), max_size=len(pairs)))
    of = {fate: [pair for pair, own in zip(pairs, fates, strict=True) if own == fate] for fate in ("made", "closed")}

    def some(fate: str) -> st.SearchStrategy[list[Any]]:
        if not of[fate]:
            return st.just([])
        reasons = st.sampled_from(["", "a reason", "Zo\u00eb\n"])
        pair = st.tuples(st.sampled_from(of[fate]), reasons).map(lambda both: (*both[0], both[1]))
        return st.lists(pair, max_size=4, unique_by=lambda one: one[:2])

    def lists(own: list[str], others: list[str]) -> st.SearchStrategy[dict[str, Any]]:
        ranks = st.lists(st.sampled_from(others), unique=True).flatmap(
            lambda who: st.just([who[0], who[1:]] if len(who) > 2 else who)
        )
        return st.dictionaries(st.sampled_from(own), ranks)

    again = st.sampled_from(["never", "next_round"])
    people = st.lists(st.sampled_from(MENTORS + MENTEES), max_size=3)
    return {
        "pins": draw(some("made")),
        "accepted": draw(some("made")),
        "bans": draw(some("closed")),
        "declines": draw(some("closed")),
        "expired": draw(some("closed")),
        "ended": [(*pair, draw(again)) for pair in draw(some("closed"))],
        "avoid": draw(some("made")),
        "favour": draw(some("closed")),
        "shortlists": draw(lists(MENTEES, MENTORS)),
        "wishes": draw(lists(MENTORS, MENTEES)),
        "paused": draw(people),
        "left": draw(people),
        "priority": draw(st.dictionaries(st.sampled_from(MENTEES), st.integers(-1_000_000, 999_000))),
        "left_out": draw(st.lists(st.sampled_from(MENTEES), max_size=3)),
    }


@given(any_choices())
def test_any_choices_go_through_json_and_back(given: dict[str, Any]) -> None:
    """What can be said can be saved, and is written the same way every time."""
    choices = Choices(**given)
    text = choices.to_json()
    assert Choices.from_json(text) == choices
    assert Choices.from_json(text).to_json() == text
    assert str(choices).count("\n") < 30


@given(any_choices(), st.randoms(use_true_random=False))
def test_the_order_of_any_input_changes_nothing(given: dict[str, Any], random: Any) -> None:
    """Lists, mappings and ties may come in any order (convention 2)."""

    def shuffled(values: Any) -> Any:
        items = list(values.items() if isinstance(values, dict) else values)
        random.shuffle(items)
        return dict(items) if isinstance(values, dict) else items

    other = {name: shuffled(values) for name, values in given.items()}
    for name in ("shortlists", "wishes"):
        other[name] = {
            person: [shuffled(rank) if isinstance(rank, list) else rank for rank in ranks]
            for person, ranks in other[name].items()
        }
    choices = Choices(**given)
    assert Choices(**other) == choices
    assert Choices(**other).to_json() == choices.to_json()


@given(any_choices())
def test_the_laws_of_a_new_round(given: dict[str, Any]) -> None:
    """A second new round with nothing in between changes nothing, and what is for good is kept by the first."""
    choices = Choices(**given)
    after = choices.next_round()
    assert after.next_round() == after
    for name in ("pins", "bans", "declines", "accepted", "avoid", "favour", "shortlists", "wishes", "paused", "left"):
        assert getattr(after, name) == getattr(choices, name)
    for mentee in MENTEES:
        more = int(mentee in choices.left_out)
        assert (after.priority_of(mentee) or 0) == (choices.priority_of(mentee) or 0) + more
    if not choices.left_out and not choices.expired and all(pair.again == "never" for pair in choices.ended):
        assert after == choices


@given(any_choices())
def test_a_pair_that_is_made_and_closed_is_always_found(given: dict[str, Any]) -> None:
    """No choices hold a pair on both kinds of lists, whatever else they hold."""
    choices = Choices(**given)
    for made, lists in (
        ("pins", ("bans", "declines", "expired", "ended")),
        ("accepted", ("bans", "declines", "expired")),
    ):
        for pair in getattr(choices, made):
            for closed in lists:
                with pytest.raises(ChoiceError) as caught:
                    choices.with_(**{closed: [*getattr(choices, closed), pair]})
                assert all(str(pair) in str(finding) for finding in caught.value.findings)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)


FIELDS = [field.name for field in dataclasses.fields(Choices)]


@given(st.dictionaries(st.sampled_from(FIELDS), anything, max_size=4))
def test_any_input_is_choices_or_one_of_our_errors(given: dict[str, Any]) -> None:
    """Nothing that may be passed in ends in a traceback from below, and what is accepted can be saved."""
    try:
        choices = Choices(**given)
    except MentormatchError as error:
        assert error.findings
        str(error).encode()
        return
    assert Choices.from_json(choices.to_json()) == choices
    str(choices).encode()
