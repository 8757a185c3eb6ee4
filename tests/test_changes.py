"""What changed since an earlier matching is told completely, and each change with a reason that is true."""

from __future__ import annotations

import dataclasses
import random
from collections import Counter
from typing import Any

import numpy as np
import plain_wishes
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_solve import Pair
from plain_wishes import Asked
from test_wishes import choices_of, own_case, ruled_case, settings_of

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.changes.undone import Swap, Undone
from mentormatch.formats.posing import pose

# One program before and after its first week: names, conditions, a private answer.

SURVEY = mm.Questionnaire(
    [
        q.Choice("team", ["Sales", "Finance", "Legal"]),
        q.Number("years", minimum=0),
        q.Choice("health", ["fine", "ill"], private=True),
        q.Scale("mood", 1, 5),
    ]
)
PROGRAM = mm.Program(
    "Spring",
    SURVEY,
    [r.Close("mood")],
    conditions=[r.Differs("team"), r.Same("health", if_unknown="allow")],
    eligibility=[r.Eligible("mentor", "years", at_least=2, reason="two years first")],
)
ADA = {"id": "ada", "name": "Ada Lovelace", "team": "Sales", "years": 9, "mood": 1, "capacity": 2}
BO = {"id": "bo", "team": "Finance", "years": 5, "mood": 3}
CY = {"id": "cy", "team": "Legal", "years": 3, "mood": 5}
DI = {"id": "di", "name": "Di Nova", "team": "Legal", "years": 3, "mood": 1}
TIM = {"id": "tim", "name": "Tim Berners", "team": "Finance", "mood": 1}
KAY = {"id": "kay", "team": "Legal", "mood": 2}
LIN = {"id": "lin", "team": "Sales", "mood": 3}
JOY = {"id": "joy", "team": "Sales", "mood": 5}
MAX = {"id": "max", "team": "Sales", "mood": 5}


def week(mentors: list[dict[str, Any]], mentees: list[dict[str, Any]], **asked: Any) -> mm.Matching:
    people = mm.Cohort.from_records(SURVEY, mentors=mentors, mentees=mentees)
    return PROGRAM.match(people, asked.pop("choices", None), **asked)


FIRST = week([ADA, BO, CY], [TIM, KAY, LIN, JOY])
ANSWERS = mm.Choices().record(FIRST, accepted=[("bo", "lin")], declined=[("ada", "tim", "no time")])
SECOND = week([{**ADA, "capacity": 0}, BO, CY, DI], [TIM, KAY, LIN, MAX], choices=ANSWERS.with_(left=["joy"]))


def test_the_text_says_what_changed_for_whom_and_why() -> None:
    """Counts, one line for each change with its reason, and who has nobody any more stand on one page."""
    assert str(SECOND.changes_since(FIRST)) == (
        "Changes of Spring\n"
        "=================\n"
        "\n"
        "pairs   3 now, 4 before\n"
        "points  30,000 now, 37,500 before\n"
        "kept    1 (1 of them accepted now, proposed before)\n"
        "moved   1\n"
        "ended   2\n"
        "new     1\n"
        "\n"
        "Changes\n"
        "         mentee             mentor before       mentor now    why\n"
        "  moved  tim (Tim Berners)  ada (Ada Lovelace)  di (Di Nova)  declined (no time)\n"
        "  ended  joy                cy                                joy has left\n"
        "  ended  kay                ada (Ada Lovelace)                ada has no seat now, 2 before\n"
        "  new    max                                    cy            max is new\n"
        "\n"
        "Without a pair now\n"
        "          who                 why\n"
        "  mentee  kay                 all 2 possible mentors have no seat left: ada (Ada Lovelace) offers\n"
        "                              none and bo has lin\n"
        "  mentor  ada (Ada Lovelace)  offers no seat"
    )
    assert bool(SECOND.changes_since(FIRST))


def test_the_records_hold_the_whole_story() -> None:
    """Each change is a flat record with ids, names, points and statuses of before and after, kept pairs included."""
    records = SECOND.changes_since(FIRST).to_records()
    assert [(one["change"], one["mentee"], one["code"]) for one in records] == [
        ("moved", "tim", "declined"),
        ("ended", "joy", "left"),
        ("ended", "kay", "fewer_seats"),
        ("new", "max", "new"),
        ("kept", "lin", "status"),
    ]
    assert records[0] == {
        "change": "moved",
        "mentee": "tim",
        "mentee_name": "Tim Berners",
        "mentor_before": "ada",
        "mentor_before_name": "Ada Lovelace",
        "points_before": 10_000,
        "status_before": "proposed",
        "mentor_after": "di",
        "mentor_after_name": "Di Nova",
        "points_after": 10_000,
        "status_after": "proposed",
        "code": "declined",
        "reason": "declined (no time)",
    }
    assert {records[1][f"{what}_after"] for what in ("mentor", "points", "status")} == {None}
    assert records[1]["mentor_after_name"] is None
    assert {records[3][f"{what}_before"] for what in ("mentor", "points", "status")} == {None}


def test_a_change_holds_the_pairs_of_before_and_after() -> None:
    """Programs read the pairs themselves, their points and statuses included."""
    changes = SECOND.changes_since(FIRST)
    (lin,) = changes.kept
    assert (lin.before, lin.after) == (mm.Pair("bo", "lin", 10_000), mm.Pair("bo", "lin", 10_000, "accepted"))
    assert [(one.kind, one.mentee) for one in changes.ended] == [("ended", "joy"), ("ended", "kay")]
    assert changes.ended[0].after is None
    assert changes.new[0].before is None
    with pytest.raises(dataclasses.FrozenInstanceError):
        changes.kept = ()  # type: ignore[misc]


def test_saved_matchings_can_be_compared() -> None:
    """Without scores all that people and the choices say is told as with them."""
    first, second = (mm.Matching.from_json(one.to_json()) for one in (FIRST, SECOND))
    for earlier in (first, FIRST):
        for later in (second, SECOND):
            assert later.changes_since(earlier) == SECOND.changes_since(FIRST)


def test_nothing_changed_is_said_plainly() -> None:
    """The same matching twice has nothing but kept pairs, and the page does not leave one searching."""
    changes = FIRST.changes_since(FIRST)
    assert str(changes) == "Changes of Spring\n=================\n\nNothing changed: all 4 pairs are as they were."
    assert not changes
    assert [(one.code, one.reason) for one in changes.kept] == [("same", "as before")] * 4
    one, none = (mm.solve(mm.ScoreMatrix.from_array([[7]], allowed=[[may]])) for may in (True, False))
    assert str(one.changes_since(one)) == "Changes\n=======\n\nNothing changed: the pair is as it was."
    assert str(none.changes_since(none)) == "Changes\n=======\n\nNothing changed: there are no pairs."


def test_what_is_no_matching_is_refused() -> None:
    """A mistake in the call is an error of ours."""
    for wrong in (None, "first", FIRST.pairs, FIRST.demand):
        with pytest.raises(mm.ProgramError) as caught:
            SECOND.changes_since(wrong)  # type: ignore[arg-type]
        assert str(caught.value) == "other: expected a value of type Matching"


# Reasons, one by one.

MENTORS, MENTEES = ["ada", "bo", "cy"], ["tim", "kay", "lin"]
TABLE = [[90, 50, 40], [20, 80, 30], [30, 40, 70]]
SCORES = mm.ScoreMatrix.from_array(TABLE, MENTORS, MENTEES)
"""Left alone, ada has tim, bo has kay and cy has lin."""
LISTS = {field.name for field in dataclasses.fields(mm.Choices)} - {"priority"}


def solved(**asked: Any) -> mm.Matching:
    """The matching of ``scores``; the lists of choices may be given among the other settings."""
    choices = mm.Choices(**{name: asked.pop(name) for name in LISTS & asked.keys()})
    return mm.solve(asked.pop("scores", SCORES), choices=choices, **asked)


def told(changes: mm.Changes, mentee: str) -> str:
    """The changes of a mentee in one line each, without pairs kept as they were."""
    return "\n".join(
        f"{one.kind} {one.before.mentor if one.before else '-'} {one.after.mentor if one.after else '-'}, "
        f"{one.code}: {one.reason}"
        for one in changes
        if one.mentee == mentee and one.code != "same"
    )


def table(values: list[list[int]], mentors: list[str] = MENTORS, mentees: list[str] = MENTEES) -> mm.ScoreMatrix:
    """Own scores, where a negative one is not allowed."""
    return mm.ScoreMatrix.from_array(np.abs(values), mentors, mentees, allowed=np.array(values) >= 0)


THREE = [("ada", "tim"), ("ada", "kay"), ("ada", "lin")]
NEWCOMER = table([*TABLE, [95, 0, 0]], [*MENTORS, "di"])
LATE = table([[*row, 60] for row in TABLE], mentees=[*MENTEES, "joy"])
LOST: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "the mentee left": ({}, {"left": ["tim"]}, "tim", "ended ada -, left: tim has left"),
    "the mentor left": ({}, {"left": ["ada"]}, "tim", "ended ada -, left: ada has left"),
    "left, and no longer in the table": (
        {},
        {"scores": table(TABLE[1:], MENTORS[1:]), "left": ["ada"], "accepted": [("ada", "tim")]},
        "tim",
        "ended ada -, left: ada has left",
    ),
    "no longer in the table": (
        {},
        {"scores": table(TABLE[1:], MENTORS[1:])},
        "tim",
        "ended ada -, gone: ada takes no part any more",
    ),
    "paused": ({}, {"paused": ["tim"]}, "tim", "ended ada -, paused: tim pauses"),
    "both": (
        {},
        {"left": ["ada"], "paused": ["tim"]},
        "tim",
        "ended ada -, left: ada has left and tim pauses",
    ),
    "declined": (
        {},
        {"declines": [("ada", "tim")], "pins": [("cy", "lin")]},
        "tim",
        "moved ada bo, declined: declined",
    ),
    "banned": (
        {},
        {"bans": [("ada", "tim", "they share\na budget")]},
        "tim",
        "moved ada cy, banned: banned (they share a budget)",
    ),
    "expired": ({}, {"expired": [("ada", "tim")]}, "tim", "moved ada cy, expired: the offer expired"),
    "ended for good": (
        {"accepted": [("ada", "tim")]},
        {"accepted": [("ada", "tim")], "ended": [("ada", "tim", "moved abroad")]},
        "tim",
        "moved ada cy, ended: ended for good (moved abroad)",
    ),
    "ended for this round": (
        {"accepted": [("ada", "tim")]},
        {"ended": [("ada", "tim", "", "next_round")]},
        "tim",
        "moved ada cy, ended: ended until the next round",
    ),
    "declined and ended": (
        {},
        {"ended": [("ada", "tim")], "declines": [("ada", "tim", "no time")]},
        "tim",
        "moved ada cy, declined: declined (no time)",
    ),
    "the table forbids it": (
        {},
        {"scores": table([[-1, 50, 40], *TABLE[1:]])},
        "tim",
        "moved ada cy, forbidden: not allowed: the table of scores rules it out",
    ),
    "below the minimum score": (
        {},
        {"aim": mm.Aim(minimum_score=75)},
        "lin",
        "ended cy -, below_minimum_score: has 70 points, below the minimum score of 75",
    ),
    "no longer on the list": (
        {"aim": mm.Aim(shortlists="only"), "shortlists": {"tim": ["ada", "bo"]}},
        {"aim": mm.Aim(shortlists="only"), "shortlists": {"tim": ["bo"]}},
        "tim",
        "moved ada bo, not_on_list: ada is not on the list of tim, and only lists count",
    ),
    "no seat": ({}, {"capacity": {"ada": 0}}, "tim", "ended ada -, fewer_seats: ada has no seat now, 1 before"),
    "fewer seats than accepted": (
        {"capacity": {"ada": 3}, "accepted": THREE},
        {"capacity": {"ada": 2, "bo": 0, "cy": 0}, "accepted": THREE},
        "lin",
        "ended ada -, fewer_seats: ada has 2 seats now, 3 before; the aims decided that kay and tim stay",
    ),
    "fewer seats, and another mentor": (
        {"capacity": {"ada": 3}, "accepted": THREE},
        {"capacity": {"ada": 2}, "accepted": THREE},
        "lin",
        "moved ada cy, fewer_seats: ada has 2 seats now, 3 before; the aims decided that kay and tim stay",
    ),
    "fewer seats than proposed": (
        {"capacity": {"ada": 2, "bo": 0}},
        {"capacity": {"ada": 1, "bo": 0}},
        "kay",
        "ended ada -, fewer_seats: ada has 1 seat now, 2 before; the aims decided that tim stays",
    ),
    "fewer seats, and those who stay are held": (
        {"capacity": {"ada": 2, "bo": 0}},
        {"capacity": {"ada": 1, "bo": 0}, "accepted": [("ada", "kay")]},
        "tim",
        "ended ada -, fewer_seats: ada has 1 seat now, 2 before, and has kay (accepted)",
    ),
    "fewer seats, and somebody else has them": (
        {"capacity": {"ada": 2, "bo": 0}, "left": ["lin"]},
        {"scores": table([[90, 50, 99], *TABLE[1:]]), "capacity": {"ada": 1, "bo": 0, "cy": 0}},
        "tim",
        "ended ada -, fewer_seats: ada has 1 seat now, 2 before; the aims chose lin",
    ),
    "fewer mentors wanted": (
        {"wants": {"tim": 2}, "capacity": 2},
        {"capacity": 2},
        "tim",
        "ended cy -, wants_fewer: tim wants 1 mentor now, 2 before; the aims decided that ada stays",
    ),
    "fewer mentors wanted than held": (
        {"wants": {"tim": 2}, "capacity": 2},
        {"capacity": 2, "accepted": [("ada", "tim")], "pins": [("bo", "kay")]},
        "tim",
        (
            "ended cy -, wants_fewer: tim wants 1 mentor now, 2 before, and has ada (accepted)\n"
            "kept ada ada, status: accepted now, proposed before"
        ),
    ),
    "pinned to somebody else": (
        {},
        {"pins": [("bo", "tim", "asked for one another")]},
        "tim",
        "moved ada bo, pinned: tim has bo now, pinned (asked for one another)",
    ),
    "both have somebody else": (
        {},
        {"pins": [("ada", "kay")], "accepted": [("bo", "tim")]},
        "tim",
        "moved ada bo, accepted: tim has bo now, accepted",
    ),
    "somebody else was pinned": (
        {},
        {"pins": [("bo", "tim")], "capacity": {"ada": 0}},
        "kay",
        "ended bo -, pinned: bo has tim now, pinned",
    ),
    "accepted by somebody else": (
        {},
        {"accepted": [("bo", "tim", "gladly")]},
        "tim",
        "moved ada bo, accepted: tim has bo now, accepted (gladly)",
    ),
}


@pytest.mark.parametrize("case", LOST)
def test_every_cause_that_ends_a_pair_is_named(case: str) -> None:
    """Who left, said no, lost a seat or is forbidden now: the reason is the cause and not "the aims"."""
    before, after, mentee, expected = LOST[case]
    assert told(solved(**after).changes_since(solved(**before)), mentee) == expected


EQUAL = table([[5, 5], [5, 5]], ["ada", "bo"], ["tim", "kay"])
NEW: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "a new mentee": ({}, {"scores": LATE, "capacity": {"ada": 2}}, "joy", "new - ada, new: joy is new"),
    "a new mentor": (
        {"capacity": {"ada": 0}},
        {"scores": NEWCOMER, "capacity": {"ada": 0}},
        "tim",
        "new - di, new: di is new",
    ),
    "both": (
        {},
        {"scores": table([[*row, 50] for row in [*TABLE, [1, 1, 1]]], [*MENTORS, "di"], [*MENTEES, "joy"])},
        "joy",
        "new - di, new: di is new and joy is new",
    ),
    "back": ({"left": ["tim"]}, {}, "tim", "new - ada, back: tim is back"),
    "no longer paused": ({"paused": ["ada"]}, {}, "tim", "new - ada, back: ada no longer pauses"),
    "the offer may be made again": (
        {"capacity": {"cy": 0}, "expired": [("ada", "tim")], "pins": [("bo", "kay")]},
        {"capacity": {"cy": 0}},
        "tim",
        "new - ada, was_expired: the offer had expired before",
    ),
    "a new round": (
        {"capacity": {"cy": 0}, "ended": [("ada", "tim", "sabbatical", "next_round")], "pins": [("bo", "kay")]},
        {"capacity": {"cy": 0}},
        "tim",
        "new - ada, was_ended: had ended before (sabbatical)",
    ),
    "no longer declined": (
        {"capacity": {"cy": 0}, "declines": [("ada", "tim")], "pins": [("bo", "kay")]},
        {"capacity": {"cy": 0}},
        "tim",
        "new - ada, was_declined: was declined before",
    ),
    "a lower minimum score": (
        {"aim": mm.Aim(minimum_score=75)},
        {},
        "lin",
        "new - cy, was_below_minimum_score: had 70 points, below the minimum score of 75",
    ),
    "on the list now": (
        {
            "aim": mm.Aim(shortlists="only"),
            "shortlists": {"tim": ["bo"]},
            "pins": [("bo", "kay")],
            "capacity": {"cy": 0},
        },
        {"aim": mm.Aim(shortlists="only"), "shortlists": {"tim": ["ada"]}, "capacity": {"cy": 0}},
        "tim",
        "new - ada, was_not_on_list: ada was not on the list of tim, and only lists counted",
    ),
    "more seats": (
        {"capacity": {"bo": 0}},
        {"capacity": {"ada": 2, "bo": 0}},
        "kay",
        "new - ada, more_seats: ada has 2 seats now, 1 before",
    ),
    "more mentors wanted": (
        {"capacity": 2},
        {"capacity": 2, "wants": {"tim": 2}},
        "tim",
        "new - cy, wants_more: tim wants 2 mentors now, 1 before",
    ),
    "a seat that came free": (
        {"scores": LATE},
        {"scores": LATE, "declines": [("bo", "kay", "too busy")]},
        "joy",
        "new - bo, seat_free: has the seat of kay: declined (too busy)",
    ),
    "pinned": (
        {"capacity": {"bo": 0}},
        {"capacity": {"bo": 0}, "pins": [("ada", "kay", "the board asked")]},
        "kay",
        "new - ada, pinned: pinned (the board asked)",
    ),
    "accepted": (
        {"capacity": {"bo": 0}},
        {"capacity": {"bo": 0}, "accepted": [("ada", "kay")]},
        "kay",
        "new - ada, accepted: accepted",
    ),
}


@pytest.mark.parametrize("case", NEW)
def test_what_made_a_new_pair_possible_is_named(case: str) -> None:
    """Who came, what was taken back and which seat came free stand there, and not only "the aims"."""
    before, after, mentee, expected = NEW[case]
    assert told(solved(**after).changes_since(solved(**before)), mentee) == expected


SECONDS = table([[9, 8], [-1, 7], [6, -1], [5, -1]], ["ada", "bo", "cy", "di"], ["tim", "kay"])
AIMS: dict[str, tuple[dict[str, Any], dict[str, Any], str, str]] = {
    "points": (
        {},
        {"scores": NEWCOMER},
        "tim",
        "moved ada di, aims: di is new; the aims decided (were it undone, points: 240 instead of 245)",
    ),
    "participation": (
        {},
        {"declines": [("ada", "tim")]},
        "lin",
        (
            "moved cy ada, aims: has the seat of tim: declined; "
            "the aims decided (were it undone with the change of tim, mentees with a mentor: 2 instead of 3)"
        ),
    ),
    "priority": (
        {"capacity": {"bo": 0, "cy": 0}},
        {"capacity": {"bo": 0, "cy": 0}, "priority": {"lin": 1}},
        "tim",
        (
            "ended ada -, aims: ada has lin instead; "
            "the aims decided "
            "(were it undone with the change of lin, mentees with a mentor, priority 1: 0 instead of 1)"
        ),
    ),
    "second mentors": (
        {"scores": SECONDS, "wants": 2, "pins": [("ada", "tim")]},
        {"scores": SECONDS, "wants": 2},
        "tim",
        (
            "moved ada di, aims: no longer pinned; "
            "the aims decided (were it undone with the change of kay, mentees with 2 mentors: 1 instead of 2)"
        ),
    ),
    "lists": (
        {},
        {"shortlists": {"tim": ["bo"], "kay": ["cy"]}},
        "tim",
        (
            "moved ada bo, aims: the aims decided "
            "(were it undone with the changes of kay and lin, mentees with somebody from their list: 0 instead of 2)"
        ),
    ),
    "ranks": (
        {"shortlists": {"tim": ["ada", "bo"], "kay": ["bo", "ada"]}},
        {"shortlists": {"tim": ["bo", "ada"], "kay": ["ada", "bo"]}},
        "tim",
        (
            "moved ada bo, aims: the aims decided "
            "(were it undone with the change of kay, points for ranks on lists: 2 instead of 4)"
        ),
    ),
    "wishes": (
        {},
        {"wishes": {"ada": ["kay"]}},
        "tim",
        (
            "moved ada bo, aims: the aims decided "
            "(were it undone with the change of kay, points for ranks of wishes: 0 instead of 1)"
        ),
    ),
    "the bonus": (
        {},
        {"aim": mm.Aim(shortlists="bonus"), "shortlists": {"tim": ["bo"]}},
        "tim",
        (
            "moved ada bo, aims: the aims decided "
            "(were it undone with the change of kay, points and bonus: 240 instead of 1,140)"
        ),
    ),
    "the lowest score": (
        {"scores": table([[90, 20], [80, 10]], ["ada", "bo"], ["tim", "kay"]), "pins": [("ada", "tim")]},
        {"scores": table([[90, 20], [80, 10]], ["ada", "bo"], ["tim", "kay"]), "aim": mm.Aim(fairness="lift_worst")},
        "tim",
        (
            "moved ada bo, aims: no longer pinned; "
            "the aims decided (were it undone with the change of kay, lowest score of a new pair: 10 instead of 20)"
        ),
    ),
    "even loads": (
        {"capacity": 2, "scores": table([[9, 9], [8, 7]], ["ada", "bo"], ["tim", "kay"])},
        {
            "capacity": 2,
            "scores": table([[9, 9], [8, 7]], ["ada", "bo"], ["tim", "kay"]),
            "aim": mm.Aim(balance="even"),
        },
        "tim",
        "moved ada bo, aims: the aims decided (were it undone, sum of squared loads: 4 instead of 2)",
    ),
    "pairs to avoid": (
        {},
        {"avoid": [("ada", "tim")]},
        "tim",
        (
            "moved ada cy, aims: the aims decided "
            "(were it undone with the change of lin, pairs that were to be avoided: 1 instead of 0)"
        ),
    ),
    "pairs to favour": (
        {},
        {"favour": [("ada", "lin")]},
        "tim",
        (
            "moved ada cy, aims: the aims decided "
            "(were it undone with the change of lin, pairs that were to be favoured: 0 instead of 1)"
        ),
    ),
    "few changes": (
        {},
        {"previous": solved(pins=[("bo", "tim")])},
        "tim",
        (
            "moved ada bo, aims: the aims decided "
            "(were it undone with the change of kay, previous pairs kept: 1 instead of 3)"
        ),
    ),
    "minimum loads": (
        {"capacity": 3},
        {"capacity": 3, "minimum_load": {"cy": 2}},
        "kay",
        "moved bo cy, aims: the aims decided (were it undone, seats of minimum loads filled: 1 instead of 2)",
    ),
    "everybody is to have a mentor": (
        {
            "aim": mm.Aim("points"),
            "scores": table([[9, 9], [-1, 0]], ["ada", "bo"], ["tim", "kay"]),
            "pins": [("ada", "kay")],
        },
        {
            "aim": mm.Aim("points", everyone_matched=True),
            "scores": table([[9, 9], [-1, 0]], ["ada", "bo"], ["tim", "kay"]),
        },
        "tim",
        (
            "new - ada, aims: had no mentor before; "
            "the aims decided (were it undone with the change of kay, mentees with a mentor: 1 instead of 2)"
        ),
    ),
    "fewer seats, and somebody new": (
        {"capacity": {"ada": 2, "bo": 0}, "left": ["lin"]},
        {"scores": table([[90, 50, 99], *TABLE[1:]]), "capacity": {"ada": 1, "bo": 0, "cy": 0}},
        "kay",
        (
            "ended ada -, aims: ada has 1 seat now, 2 before; ada has lin instead; "
            "the aims decided (were it undone with the change of lin, points: 50 instead of 99)"
        ),
    ),
    "no longer held": (
        {"accepted": [("bo", "tim")]},
        {},
        "tim",
        (
            "moved bo ada, aims: no longer held as accepted; "
            "the aims decided (were it undone with the change of kay, points: 140 instead of 240)"
        ),
    ),
    "the lottery": (
        {"scores": EQUAL, "pins": [("bo", "tim")]},
        {"scores": EQUAL},
        "kay",
        "moved ada bo, aims: the aims decided by the lottery, all else being equal",
    ),
    "stability": (
        {},
        {"aim": mm.Aim(stable=True), "shortlists": {"tim": ["bo"], "kay": ["ada"]}},
        "tim",
        "moved ada bo, stability: stability decided",
    ),
}


@pytest.mark.parametrize("case", AIMS)
def test_the_aim_that_decided_is_named_with_what_undoing_would_cost(case: str) -> None:
    """Where nothing else stands in the way, the first aim that would be worse off says why, in whole numbers."""
    before, after, mentee, expected = AIMS[case]
    assert told(solved(**after).changes_since(solved(**before)), mentee) == expected


def test_an_effect_stands_beside_its_cause() -> None:
    """Of several mentors lost and got, those that cannot be and those that must be come first, then the ids decide."""
    mentors = ["ada", "bo", "cy", "di"]
    scores = table([[50], [60], [40], [30]], mentors, ["tim"])
    earlier = solved(scores=scores, wants=2)
    assert couples(earlier.pairs).keys() == {("ada", "tim"), ("bo", "tim")}
    no = {"declines": [("bo", "tim")], "wants": 2}
    assert told(solved(scores=scores, **no).changes_since(earlier), "tim") == "moved bo cy, declined: declined"
    for later, expected in (
        (
            solved(scores=scores, wants=1, declines=[("bo", "tim")], pins=[("di", "tim")]),
            (
                "moved bo di, declined: declined\n"
                "ended ada -, wants_fewer: tim wants 1 mentor now, 2 before, and has di (pinned)"
            ),
        ),
        (
            solved(scores=table([[1], [2], [40], [30]], mentors, ["tim"]), wants=2, pins=[("di", "tim")]),
            (
                "moved ada di, pinned: tim has di now, pinned\n"
                "moved bo cy, aims: the aims decided (were it undone, points: 32 instead of 70)"
            ),
        ),
        (
            solved(scores=table([[1], [2], [40], [30]], mentors, ["tim"]), wants=2),
            (
                "moved ada cy, aims: the aims decided (were it undone, points: 31 instead of 70)\n"
                "moved bo di, aims: the aims decided (were it undone, points: 42 instead of 70)"
            ),
        ),
    ):
        assert told(later.changes_since(earlier), "tim") == expected


def test_a_seat_that_was_free_anyway_explains_nothing() -> None:
    """Somebody who left is the reason for another's place only where all seats were taken."""
    scores = [[[90, 50], [20, seen]] for seen in (80, 30)]
    for seats, expected in ((2, ""), (1, "has the seat of tim: tim has left; ")):
        earlier, later = (
            solved(scores=table(one, ["ada", "bo"], ["tim", "kay"]), capacity={"ada": seats}, left=left)
            for one, left in zip(scores, ([], ["tim"]), strict=True)
        )
        assert told(later.changes_since(earlier), "kay") == (
            f"moved bo ada, aims: {expected}the aims decided (were it undone, points: 30 instead of 50)"
        )


def test_conditions_are_named_for_the_administrator() -> None:
    """A pair that answers now forbid says by which condition, also of private answers, and what was a blank."""
    for mentor, mentee, expected in (
        ({}, {"team": "Sales"}, "forbidden: not allowed by condition Differs('team')"),
        ({}, {"team": None}, "forbidden: not allowed by condition Differs('team') (an answer is blank)"),
        ({"health": "fine"}, {"health": "ill"}, "forbidden: not allowed by condition Same('health')"),
        ({"years": 1}, {}, "not_eligible: not allowed: the mentor may not take part: two years first"),
    ):
        later = week([{**ADA, **mentor}], [{**TIM, **mentee}])
        earlier = week([ADA], [TIM])
        assert told(later.changes_since(earlier), "tim") == f"ended ada -, {expected}"
        code, reason = expected.split(": ", 1)
        assert told(earlier.changes_since(later), "tim") == f"new - ada, was_{code}: was {reason}"


def test_without_scores_no_condition_is_guessed() -> None:
    """What a saved matching cannot tell is left open, and what it can tell is told."""
    earlier, later = week([ADA, CY], [TIM]), week([ADA, CY], [{**TIM, "team": "Sales"}])
    saved = mm.Matching.from_json(later.to_json())
    assert told(later.changes_since(earlier), "tim") == (
        "moved ada cy, forbidden: not allowed by condition Differs('team')"
    )
    assert told(saved.changes_since(earlier), "tim") == (
        "moved ada cy, unknown: a condition or the aims: only the scores can tell"
    )
    again = mm.Matching.from_json(earlier.to_json())
    assert told(again.changes_since(saved), "tim") == (
        "moved cy ada, unknown: a condition or the aims: only the scores can tell"
    )
    assert told(again.changes_since(later), "tim") == (
        "moved cy ada, unknown: was not allowed by condition Differs('team'); "
        "a condition or the aims: only the scores can tell"
    )
    alone = week([{**ADA, "years": 1}], [TIM])
    saved = mm.Matching.from_json(alone.to_json())
    assert told(saved.changes_since(week([ADA], [TIM])), "tim") == (
        "ended ada -, not_eligible: not allowed: the mentor may not take part: two years first"
    )


def test_an_accepted_pair_minds_no_condition() -> None:
    """Where a forbidden pair was accepted and its mentor lost the seat, the seat is the reason (convention 7.2)."""
    tall = {**ADA, "capacity": 2}
    choices = mm.Choices(accepted=[("ada", "tim"), ("ada", "kay")])
    earlier = week([tall], [TIM, KAY], choices=choices)
    later = week([{**tall, "capacity": 1}], [{**TIM, "team": "Sales"}, KAY], choices=choices)
    assert told(later.changes_since(earlier), "kay") == (
        "ended ada -, fewer_seats: ada has 1 seat now, 2 before; the aims decided that tim stays"
    )
    assert told(earlier.changes_since(later), "kay") == "new - ada, accepted: accepted"
    swapped = week([{**tall, "capacity": 1}], [TIM, {**KAY, "team": "Sales"}], choices=choices)
    assert told(swapped.changes_since(earlier), "kay") == told(later.changes_since(earlier), "kay")


def test_other_points_of_a_kept_pair_are_told() -> None:
    """Scores that moved although the pair is the same are no secret."""
    changes = week([ADA], [{**TIM, "mood": 3}]).changes_since(
        week([ADA], [TIM], choices=mm.Choices(pins=[("ada", "tim")]))
    )
    assert told(changes, "tim") == (
        "kept ada ada, status: proposed now, pinned before; 5,000 points now, 10,000 before"
    )
    assert changes


def test_a_long_chain_names_three_and_counts_the_rest() -> None:
    """A change that hangs together with many others stays one readable line."""
    mentors, mentees = [f"m{k}" for k in range(7)], [f"e{k}" for k in range(7)]
    points = np.array([[9 if j == i else 8 if j == (i + 1) % 7 else 0 for i in range(7)] for j in range(7)])
    earlier = mm.solve(mm.ScoreMatrix.from_array(np.roll(points, 1, axis=0), mentors, mentees))
    later = mm.solve(mm.ScoreMatrix.from_array(points, mentors, mentees))
    changes = later.changes_since(earlier)
    assert len(changes.moved) == 7
    for mentee, others in (("e0", "e1, e2, e3"), ("e2", "e0, e1, e3"), ("e6", "e0, e1, e2")):
        assert told(changes, mentee).endswith(
            f"the aims decided (were it undone with the changes of {others} and 3 more, points: 56 instead of 63)"
        )


def test_who_had_a_pair_and_has_none_is_listed() -> None:
    """Without a pair now are those who had one and still take part; who is gone, and who never had one, is not."""
    second = week([BO, {**CY, "capacity": 0}], [KAY, TIM, MAX])
    assert {one.person for one in second.unmatched} == {"cy", "max", "tim"}
    changes = second.changes_since(FIRST)
    assert [(one.side, one.person, one.code) for one in changes.unmatched] == [
        ("mentee", "tim", "partners_full"),
        ("mentor", "cy", "no_seats"),
    ]
    assert {one.mentee for one in changes.ended} == {"joy", "lin", "tim"}


def test_the_text_is_harmless_whatever_people_are_called() -> None:
    """An id or a reason out of a table cannot write into the terminal of whoever reads the changes."""
    evil = "a\x1b[2J\nb"
    scores = table([[5], [4]], [evil, "bo"], ["tim"])
    changes = solved(scores=scores, declines=[(evil, "tim", evil)]).changes_since(solved(scores=scores))
    assert changes.moved[0].reason == "declined (a [2J b)"
    assert "\x1b" not in str(changes)
    left = solved(scores=scores, left=[evil, "bo"]).changes_since(solved(scores=scores))
    assert left.ended[0].reason == "a [2J b has left"


# Laws, on random demands with everything in them that people can say.


def two(seed: int, order: random.Random | None = None) -> tuple[Asked, mm.Matching, mm.Matching] | None:
    """A demand with its matching, and an earlier one of other choices, seats, wants and people; None if it cannot be.

    With ``order`` the people come in another order, which leaves nothing but own scores.
    """
    rng = random.Random(seed)
    scores, asked = (own_case if seed % 3 else ruled_case)(seed)

    def some(share: float, ids: tuple[str, ...]) -> list[str]:
        chosen = [one for one in ids if rng.random() < share]
        return order.sample(chosen, len(chosen)) if order else chosen

    def part(mentors: list[str], mentees: list[str]) -> mm.ScoreMatrix:
        points = scores.block(mentors, mentees)
        return mm.ScoreMatrix.from_array(points, mentors, mentees, allowed=points >= 0)

    mentors, mentees = some(0.9, scores.mentors), some(0.9, scores.mentees)
    said = choices_of(asked, random.Random(seed))
    pairs = ("pins", "accepted", "declines", "expired", "ended")
    earlier = mm.Choices(
        **{
            name: [one for one in getattr(said, name) if rng.random() < 0.5 and known(one, mentors, mentees)]
            for name in pairs
        },
        shortlists=[one for one in said.shortlists if one.person in mentees and {*one.people} <= {*mentors}],
        paused=[one for one in said.left if one in {*mentors, *mentees} and rng.random() < 0.3],
    )
    seats = {who: max(0, asked.capacity[who] + rng.choice([-1, 0, 0, 0, 1])) for who in scores.mentors}
    wants = rng.choice([1, 1, 2])
    now = part(some(1, scores.mentors), some(1, scores.mentees)) if order else scores
    try:
        return (
            asked,
            mm.solve(now, **settings_of(asked, seed)),
            mm.solve(
                part(mentors, mentees),
                capacity={who: seats[who] for who in mentors},
                wants=wants,
                choices=earlier,
                seed=asked.seed,
            ),
        )
    except mm.InfeasibleError:
        return None


def known(pair: Any, mentors: list[str], mentees: list[str]) -> bool:
    return pair.mentor in mentors and pair.mentee in mentees


CASES = [case for case in map(two, range(160)) if case]


def couples(pairs: Any) -> Counter[Pair]:
    return Counter((pair.mentor, pair.mentee) for pair in pairs if pair is not None)


@settings(max_examples=80)
@given(st.integers(0, 10**6))
def test_every_pair_is_accounted_for_once(seed: int) -> None:
    """Kept, moved and ended are the earlier pairs; kept, moved and new are the later ones; each has its reason."""
    case = two(seed)
    if case is None:
        return
    _, later, earlier = case
    changes = later.changes_since(earlier)
    assert couples(one.before for one in (*changes.kept, *changes.moved, *changes.ended)) == couples(earlier.pairs)
    assert couples(one.after for one in (*changes.kept, *changes.moved, *changes.new)) == couples(later.pairs)
    assert {one.before for one in changes if one.before} == set(earlier.pairs)
    assert {one.after for one in changes if one.after} == set(later.pairs)
    assert all(one.before is None for one in changes.new)
    assert all(one.after is None for one in changes.ended)
    lost, gained = (
        Counter(getattr(one, side).mentee for one in (*changes.moved, *some))
        for side, some in (("before", changes.ended), ("after", changes.new))
    )
    for one in changes.moved:
        assert one.before is not None
        assert one.after is not None
        assert one.before.mentee == one.after.mentee == one.mentee
        assert one.before.mentor != one.after.mentor
    for mentee, count in Counter(one.mentee for one in changes.moved).items():
        assert count == min(lost[mentee], gained[mentee])
    assert all(one.code and one.reason for one in changes)
    had, have = ({*(p.mentor for p in m.pairs)} | {*(p.mentee for p in m.pairs)} for m in (earlier, later))
    assert {one.person for one in changes.unmatched} <= had - have
    assert str(changes)
    assert len(changes.to_records()) == len(list(changes))


def test_a_matching_has_no_changes_since_itself() -> None:
    """The same matching twice, saved or not, has kept pairs alone."""
    for _, later, earlier in CASES:
        for one in (later, earlier):
            for changes in (one.changes_since(one), mm.Matching.from_json(one.to_json()).changes_since(one)):
                assert not changes
                assert {change.after for change in changes.kept} == set(one.pairs)
                assert len(list(changes)) == len(changes.kept)


def test_the_order_of_people_changes_nothing() -> None:
    """Rows and columns of either matching may come in any order (convention 2)."""
    compared = 0
    for seed in range(90):
        plain, turned = two(seed, random.Random(1)), two(seed, random.Random(2))
        assert (plain is None) == (turned is None)
        if plain and turned:
            changes, again = (case[1].changes_since(case[2]) for case in (plain, turned))
            assert changes == again
            compared += len(list(changes)) - len(changes.kept)
    assert compared > 100


def alternatives(asked: Asked, pairs: frozenset[Pair], rng: random.Random) -> frozenset[Pair] | None:
    """Other pairs that the demand allows, a few steps away from those that are made; None where it allows none."""
    found = set(pairs)
    every = sorted((m, e) for m in asked.capacity for e in asked.wants if asked.open((m, e), 0))
    for _ in range(rng.randint(1, 4)):
        if found and rng.random() < 0.4:
            found.discard(rng.choice(sorted(found)))
        elif every:
            mentor, mentee = rng.choice(sorted(asked.loose) if asked.loose and rng.random() < 0.5 else every)
            if rng.random() < 0.7:
                found -= {pair for pair in found if pair[1] == mentee or (pair[0] == mentor and rng.random() < 0.5)}
            found.add((mentor, mentee))
    return frozenset(found) if fits(asked, found) and found != pairs else None


def fits(asked: Asked, pairs: set[Pair]) -> bool:
    """Whether pairs keep what must hold: seats, wants, pins, accepted pairs, what is closed or not allowed."""
    load, got = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    newcomers = {pair[1] for pair in pairs if asked.is_new(pair)}
    return (
        asked.forced <= pairs
        and all(asked.open(pair, 0) for pair in pairs)
        and all(count <= asked.seats(mentor) for mentor, count in load.items())
        and all(count <= (asked.asks(who) if who in newcomers else asked.wanted(who)) for who, count in got.items())
    )


def expected_loss(asked: Asked, now: frozenset[Pair], then: frozenset[Pair]) -> str:
    """The first aim that tells two sets of pairs apart, by the oracle: "then instead of now", "" for the lottery."""
    served = [{mentee for _, mentee in pairs} for pairs in (then, now)]
    if asked.everyone and served[0] != served[1]:
        return f": {len(served[0])} instead of {len(served[1])}"
    bonus = asked.bonus if asked.lists == "bonus" else 0
    more = {"points": [bonus * sum(asked.rank(pair) > 0 for pair in pairs) for pairs in (now, then)]}
    for (aim, was), (_, would) in zip(plain_wishes.aims(asked, now), plain_wishes.aims(asked, then), strict=True):
        before, after = (n + extra for n, extra in zip((was, would), more.get(aim, [0, 0]), strict=True))
        if before != after and aim != "lottery":
            return f": {abs(after):,} instead of {abs(before):,}"
    return ""


def test_the_cost_of_undoing_is_what_the_oracle_says() -> None:
    """For any other pairs that could be, the first aim that is worse off is named with both values, exactly."""
    rng = random.Random(8)
    aims: Counter[str] = Counter()
    lifted = [own_case(seed) for seed in range(1_000)]
    lifted = [one for one in lifted if one[1].lift and one[1].loose and plain_wishes.best(one[1]) is not None]
    more = [(asked, mm.solve(scores, **settings_of(asked))) for scores, asked in lifted]
    for asked, later in [*(case[:2] for case in CASES), *more]:
        now = frozenset(couples(later.pairs))
        if plain_wishes.unclear(asked) or plain_wishes.best(asked) != now or later.scores is None:
            continue
        undone = Undone(later, later.scores, pose(later.demand, later.scores))
        for _ in range(30):
            then = alternatives(asked, now, rng)
            if then is None or (asked.lift and not any(asked.is_new(pair) for pair in now & then)):
                continue
            loss = undone.loss(Swap(sorted(now - then), sorted(then - now)))
            assert loss is not None
            label, _, numbers = loss.partition(": ")
            assert f": {numbers}" == expected_loss(asked, now, then) if loss else expected_loss(asked, now, then) == ""
            assert label in {"", "points and bonus", *(aim.label for aim in later.aims)}
            aims[label.split(",")[0]] += 1
    assert len(aims) >= 12, aims
    assert sum(aims.values()) > 400


def test_a_matching_that_is_not_the_best_claims_nothing() -> None:
    """Where undoing would be better, as a proven matching rules out, no aim is said to be worse off."""
    best = solved()
    worse = dataclasses.replace(best, pairs=(mm.Pair("ada", "kay", 50), mm.Pair("bo", "tim", 20), best.pairs[2]))
    assert told(worse.changes_since(best), "tim") == "moved ada bo, aims: the aims decided"


def test_accepted_pairs_are_no_part_of_the_lowest_score() -> None:
    """Where accepted pairs change places, the lowest score of a new pair is as it was, and the points decide."""
    scores = table([[2, 3, 1, -1], [-1, -1, -1, 5]], ["ada", "bo"], [*MENTEES, "joy"])
    accepted = [("ada", mentee) for mentee in MENTEES]
    later = solved(scores=scores, capacity={"ada": 2}, accepted=accepted, aim=mm.Aim(fairness="lift_worst"))
    assert couples(later.pairs).keys() == {("ada", "tim"), ("ada", "kay"), ("bo", "joy")}
    undone = Undone(later, scores, pose(later.demand, scores))
    assert undone.loss(Swap([("ada", "tim")], [("ada", "lin")])) == "points: 9 instead of 10"


def test_what_is_called_undone_could_have_been(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pairs that a reason compares with keep every demand, by an independent check, and are worse."""
    swaps: list[Swap] = []
    loss = Undone.loss

    def recorded(self: Undone, swap: Swap) -> str | None:
        swaps.append(swap)
        found = loss(self, swap)
        assert found is not None
        return found

    monkeypatch.setattr(Undone, "loss", recorded)
    compared = 0
    for asked, later, earlier in CASES:
        if plain_wishes.unclear(asked):
            continue
        swaps.clear()
        later.changes_since(earlier)
        for swap in swaps:
            assert fits(asked, (set(couples(later.pairs)) - {*swap.without}) | {*swap.instead})
            compared += 1
    assert compared > 40
