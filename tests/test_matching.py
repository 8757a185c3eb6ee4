"""A matching as a value: what it says, what it keeps, and that a changed one is refused."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.matching.verdict import flaw_finding
from mentormatch.proof import Flaw

QUESTIONNAIRE = mm.Questionnaire(
    [
        q.MultiChoice("goals", ["Lead", "Speak", "Write"], asked_of="mentee"),
        q.MultiChoice("skills", ["Lead", "Speak", "Write"], asked_of="mentor"),
        q.Choice("team", ["Sales", "Finance", "Legal"]),
        q.Choice("worry", ["Secret burnout", "Secret promotion"], private=True),
    ]
)
PROGRAM = mm.Program(
    "Spring",
    QUESTIONNAIRE,
    [r.Covers("goals", by="skills", weight=3), r.Same("worry")],
    [r.Differs("team"), r.Same("worry", if_unknown="allow", label="same worry")],
)
MENTORS = [
    {"id": "ada", "name": "Ada Lovelace", "capacity": 2, "skills": ["Lead", "Speak"], "team": "Sales"},
    {"id": "bo", "skills": ["Write"], "team": "Finance", "worry": "Secret burnout"},
    {"id": "cy", "capacity": 0, "skills": ["Write"], "team": "Finance"},
    {"id": "di", "skills": ["Speak"], "team": "Legal", "worry": "Secret promotion", "capacity": 2},
    {"id": "ed", "name": "ed", "skills": ["Lead"], "team": "Sales"},
]
MENTEES = [
    {"id": "tim", "name": "Tim Berners", "goals": ["Lead"], "team": "Finance", "worry": "Secret promotion"},
    {"id": "kay", "goals": ["Speak", "Write"], "team": "Legal", "wants": 2},
    {"id": "lin", "goals": ["Write"], "team": "Sales", "worry": "Secret burnout", "priority": 1},
    {"id": "max", "goals": ["Write"], "worry": "Secret burnout"},
]
COHORT = mm.Cohort.from_records(QUESTIONNAIRE, mentors=MENTORS, mentees=MENTEES)
CHOICES = mm.Choices(pins=[("ada", "tim", "they met")], declines=[("bo", "kay", "Secret reason")])
SCORES = PROGRAM.score(COHORT)
MATCHING = PROGRAM.match(COHORT, CHOICES)
TIED = mm.ScoreMatrix.from_array(np.full((3, 3), 5), ["a", "b", "c"], ["x", "y", "z"])


def table(values: Any, mentors: str = "abcd", mentees: str = "xyzw", **given: Any) -> mm.ScoreMatrix:
    array = np.array(values)
    return mm.ScoreMatrix.from_array(array, list(mentors)[: len(array)], list(mentees)[: array.shape[1]], **given)


def codes(verdict: mm.Verdict) -> set[str]:
    assert not verdict
    return {finding.code for finding in verdict.findings}


def changed(matching: mm.Matching, change: Callable[[Any], Any], scores: mm.ScoreMatrix | None = None) -> mm.Matching:
    """The matching read back from a JSON that somebody edited."""
    data = json.loads(matching.to_json())
    change(data)
    return mm.Matching.from_json(json.dumps(data)).with_scores(scores or matching._scores())


def made(matching: mm.Matching) -> list[tuple[str, str]]:
    return [(pair.mentor, pair.mentee) for pair in matching.pairs]


def test_the_text_of_a_whole_matching() -> None:
    """What was reached, the pairs and the reasons stand on one page, names behind ids where there are any."""
    assert str(MATCHING) == (
        "Matching of Spring\n"
        "==================\n"
        "\n"
        "mentees with a mentor              3 of 4\n"
        "mentees with a mentor, priority 1  1 of 1\n"
        "mentees with a mentor, priority 0  2 of 3\n"
        "mentees with 2 mentors             1 of 1\n"
        "points                             25,000 (6,250 a pair)\n"
        "seats left                         2 (at 1 mentor)\n"
        "proof                              optimal: nothing better exists; 18 whole-number prices prove it,\n"
        "                                   and verify() checks them\n"
        "\n"
        "Pairs\n"
        "  mentor              mentee             points  status\n"
        "  ada (Ada Lovelace)  kay                 5,000  proposed\n"
        "  ada (Ada Lovelace)  tim (Tim Berners)   8,750  pinned\n"
        "  bo                  lin                10,000  proposed\n"
        "  ed                  kay                 1,250  proposed\n"
        "\n"
        "Without a pair\n"
        "          who  why\n"
        "  mentee  max  no mentor is possible: of 5, Differs('team') rules out 5 (because an answer is blank)\n"
        "               and conditions on private answers rule out some\n"
        "  mentor  cy   offers no seat\n"
        "  mentor  di   the only possible mentee (tim) has as many mentors as wanted"
    )
    assert repr(MATCHING) == "Matching(4 pairs, 25,000 points, optimal)"


def test_what_the_text_and_the_json_never_hold() -> None:
    """Answers stay in the cohort, private ones and reasons most of all (convention 11)."""
    for text in (str(MATCHING), repr(MATCHING), repr(MATCHING.demand), repr(MATCHING.proof)):
        assert "Secret" not in text
    data = json.loads(MATCHING.to_json())
    del data["demand"]["choices"]
    for word in ("Secret burnout", "Secret promotion", "Lead", "Finance", "Speak"):
        assert word not in json.dumps(data)
    assert "Secret burnout" not in MATCHING.to_json()


def test_the_verdict_says_what_it_checked_or_what_is_wrong() -> None:
    """A verdict is true or false, and printed it says why."""
    assert str(MATCHING.verify()) == (
        "verified: every pair is allowed, no other matching is better, and none is as good"
    )
    wrong = changed(MATCHING, lambda data: data["pairs"].pop())
    assert str(wrong.verify()) == (
        "refused for 2 reasons\n"
        "  what is wrong\n"
        "  mentor ed: has no pair and is not named as unmatched\n"
        "  mentee kay: at the mentee's price another number of mentors would be better"
    )


SABOTAGE: dict[str, tuple[Callable[[Any], Any], set[str]]] = {
    "another mentor": (lambda d: d["pairs"][2].update(mentor="di"), {"pair_not_allowed"}),
    "other points": (lambda d: d["pairs"][2].update(points=9_999), {"wrong_points"}),
    "other points of a pin": (lambda d: d["pairs"][1].update(points=1), {"settled"}),
    "a pin that nobody asked for": (lambda d: d["pairs"][2].update(status="pinned"), {"status"}),
    "a pin that is only proposed": (lambda d: d["pairs"][1].update(status="proposed"), {"status"}),
    "a pair less": (lambda d: d["pairs"].pop(), {"unmatched"}),
    "a pair twice": (lambda d: d["pairs"].append(d["pairs"][-1]), {"pair_twice"}),
    "a pin twice": (lambda d: d["pairs"].append(d["pairs"][1]), {"settled"}),
    "a pair too many": (
        lambda d: d["pairs"].append({"mentor": "bo", "mentee": "max", "points": 10_000, "status": "proposed"}),
        {"unmatched"},
    ),
    "the total": (lambda d: next(a for a in d["aims"] if a["aim"] == "points").update(value=30_001), {"aims"}),
    "the lottery": (lambda d: d["aims"][-1].update(value=1), {"aims"}),
    "an aim less": (lambda d: d["aims"].pop(), {"aims"}),
    "what could be reached": (lambda d: d["aims"][0].update(of=3), {"aims"}),
    "a label": (lambda d: d["aims"][0].update(label="everybody is happy"), {"aims"}),
    "somebody unmatched less": (lambda d: d["unmatched"].pop(), {"unmatched"}),
    "somebody unmatched twice": (lambda d: d["unmatched"].append(d["unmatched"][0]), {"unmatched"}),
    "a seat more": (lambda d: d["demand"]["capacity"].__setitem__(2, 1), {"mentor_load"}),
    "a mentor price": (lambda d: d["proof"]["mentor_prices"][0].__setitem__(0, 5_000_000), {"pair_too_dear"}),
    "a mentee price": (lambda d: d["proof"]["mentee_prices"][3].__setitem__(0, 0), {"mentee_load"}),
    "all prices": (
        lambda d: d["proof"].update(mentor_prices=[[0, 0]] * 5, mentee_prices=[[0, 0]] * 4),
        {"better_pair"},
    ),
    "the words": (lambda d: d["proof"]["words"][0]["levels"].reverse(), {"words"}),
    "a word less": (
        lambda d: d["proof"].update(
            words=d["proof"]["words"][:1],
            mentor_prices=[row[:1] for row in d["proof"]["mentor_prices"]],
            mentee_prices=[row[:1] for row in d["proof"]["mentee_prices"]],
        ),
        {"words"},
    ),
    "a ban on a pair made": (
        lambda d: d["demand"]["choices"]["bans"].append({"mentor": "bo", "mentee": "lin", "reason": ""}),
        {"pair_not_allowed"},
    ),
    "the pin taken back": (lambda d: d["demand"]["choices"]["pins"].pop(), {"status"}),
    "a pin over the seats": (
        lambda d: d["demand"]["choices"]["pins"].append({"mentor": "cy", "mentee": "tim", "reason": ""}),
        {"pins_over_capacity"},
    ),
    "the seed": (lambda d: d["demand"].update(seed=99), {"pair_too_dear"}),
    "the order of the aims": (lambda d: d["demand"]["aim"].update(order="points"), {"words"}),
    "the minimum score": (lambda d: d["demand"]["aim"].update(minimum_score=9_000), {"pair_not_allowed"}),
    "a priority": (lambda d: d["demand"]["priority"].__setitem__(0, 5), {"aims"}),
    "a minimum load": (lambda d: d["demand"]["minimum_load"].__setitem__(3, 1), {"under_minimum_load"}),
    "the order of the people": (lambda d: d["demand"]["mentors"].reverse(), {"other_people"}),
}


@pytest.mark.parametrize("what", SABOTAGE)
def test_a_changed_matching_is_refused(what: str) -> None:
    """Whatever somebody changes in a saved matching, its proof no longer fits it."""
    change, expected = SABOTAGE[what]
    data = json.loads(MATCHING.to_json())
    change(data)
    verdict = mm.Matching.from_json(json.dumps(data)).verify(SCORES)
    assert codes(verdict) >= expected
    assert str(verdict).startswith("refused for ")


def test_a_pin_made_twice_is_refused_even_with_totals_to_match() -> None:
    """Pins stand outside the prices, so their number is checked by itself."""
    matching = mm.solve(TIED, choices=mm.Choices(pins=[("a", "x")]))
    forged = replace(
        matching,
        pairs=(matching.pairs[0], *matching.pairs),
        aims=tuple(replace(aim, value=20, of=4) if aim.aim == "points" else aim for aim in matching.aims),
    )
    assert codes(forged.verify()) == {"settled"}


def test_pairs_that_tie_in_points_cannot_be_swapped() -> None:
    """Where every pair has 5 points, the lottery is a real aim and the proof knows the one winner of six."""
    matching = mm.solve(TIED)
    assert matching.verify()
    mentees = [pair.mentee for pair in matching.pairs]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        swapped = list(mentees)
        swapped[one], swapped[other] = swapped[other], swapped[one]
        pairs = tuple(replace(pair, mentee=mentee) for pair, mentee in zip(matching.pairs, swapped, strict=True))
        verdict = replace(matching, pairs=pairs).verify()
        assert codes(verdict) & {"better_pair", "pair_too_dear"}


def test_every_single_score_changed_after_the_fact_is_seen_or_does_not_matter() -> None:
    """One score up, down or away: the verdict is true only where the same pairs are still the one best matching."""
    rng = random.Random(3)
    for seed in range(12):
        points = np.random.default_rng(seed).integers(0, 4, (4, 4))
        scores = table(points)
        matching = mm.solve(scores, seed=seed)
        for _ in range(20):
            j, i = rng.randrange(4), rng.randrange(4)
            other = points.copy()
            allowed = np.ones((4, 4), bool)
            if rng.random() < 0.3:
                allowed[j, i] = False
            else:
                other[j, i] = max(0, other[j, i] + rng.choice([-2, -1, 1, 5]))
            after = table(other, allowed=allowed)
            best = mm.solve(after, seed=seed)
            same = (best.pairs, best.aims) == (matching.pairs, matching.aims)
            assert same or not matching.verify(after)
            if (other == points).all() and allowed.all():
                assert matching.verify(after)
            assert best.verify(after)


def test_a_pair_that_is_no_longer_allowed_is_refused() -> None:
    """A mask that changed after the fact counts, for pairs and for pins."""
    mask = ~np.eye(3, dtype=bool)
    after = table(np.full((3, 3), 5), allowed=mask)
    pinned = mm.solve(TIED, choices=mm.Choices(pins=[("a", "x")]))
    assert codes(pinned.verify(after)) == {"pin_forbidden"}
    free = mm.solve(TIED)
    mask = np.ones((3, 3), bool)
    mask["abc".index(free.pairs[0].mentor), "xyz".index(free.pairs[0].mentee)] = False
    assert "pair_not_allowed" in codes(free.verify(table(np.full((3, 3), 5), allowed=mask)))


def test_a_pair_of_strangers_is_refused() -> None:
    """A forged pair of somebody who takes no part is a finding and no traceback."""
    matching = mm.solve(TIED)
    forged = replace(matching, pairs=(*matching.pairs[1:], mm.Pair("nobody", "x", 5)))
    assert codes(forged.verify()) == {"unknown_pair"}


def test_scores_of_other_people_are_refused() -> None:
    """A proof says nothing about a matrix with other ids or another order."""
    other = table(np.full((3, 3), 5), mentors="acb")
    assert codes(mm.solve(TIED).verify(other)) == {"other_people"}
    with pytest.raises(mm.ProgramError, match=r"^the scores are of other people, or in another order$"):
        mm.solve(TIED).with_scores(other)
    for wrong in ([[1]], 5, "scores"):
        for call in (mm.solve(TIED).verify, mm.solve(TIED).with_scores):
            with pytest.raises(mm.ProgramError, match=r"^scores: expected a value of type ScoreMatrix$"):
                call(wrong)  # type: ignore[arg-type, operator]


def test_a_matching_goes_through_json_and_back() -> None:
    """A saved matching is equal to the one that was made, verifies, and is saved the same again."""
    text = MATCHING.to_json()
    for again in (mm.Matching.from_json(text), mm.Matching.from_json(text.encode())):
        assert again == MATCHING
        assert hash(again) == hash(MATCHING)
        assert again.to_json() == text
        assert again.verify(SCORES)
        assert str(again) == str(MATCHING)
        assert again.norms == dict(MATCHING.norms)


def test_a_matching_from_json_explains_only_with_scores() -> None:
    """Answers are never saved with a matching, so they have to be handed over again."""
    saved = mm.Matching.from_json(MATCHING.to_json())
    for call in (lambda: saved.explain("ada", "tim"), saved.verify):
        with pytest.raises(mm.ProgramError) as caught:
            call()
        assert str(caught.value) == "matching: a saved matching carries no answers; use with_scores()"
    whole = saved.with_scores(SCORES)
    assert whole.verify()
    assert str(whole.explain("ada", "tim")) == str(MATCHING.explain("ada", "tim"))
    assert saved.scores is None


def test_own_scores_with_every_setting_go_through_json() -> None:
    """Both orders, minimum loads, wants, priorities and empty sides are saved in full."""
    for scores, given_ in (
        (TIED, {"minimum_load": {"a": 1}, "wants": 2, "capacity": 2, "priority": [1, 0, -1], "seed": -(2**63) + 1}),
        (TIED, {"aim": mm.Aim("points", minimum_score=6), "program": "Größe\u2028"}),
        (mm.ScoreMatrix.from_array(np.zeros((0, 2))), {}),
        (mm.ScoreMatrix.from_array(np.zeros((2, 0))), {}),
        (mm.ScoreMatrix.from_array([[2**45 - 1]]), {}),
    ):
        matching = mm.solve(scores, **given_)  # type: ignore[arg-type]
        again = mm.Matching.from_json(matching.to_json())
        assert again == matching
        assert again.verify(scores)


def test_equality_asks_for_demand_pairs_and_reasons() -> None:
    """Two matchings are equal when they answer the same demand alike; scores and prices are not compared."""
    one = mm.solve(TIED)
    assert one == mm.solve(table(np.full((3, 3), 5)))
    assert one != mm.solve(TIED, seed=1)
    assert one != mm.solve(TIED, capacity=2)
    assert one != "a matching"
    assert one == replace(one, scores=None)
    assert one != replace(one, pairs=one.pairs[1:])
    assert len({one, mm.solve(TIED), mm.solve(table([[1]]))}) == 2


def test_a_matching_is_frozen() -> None:
    """What was proven cannot be changed in place."""
    for value, field in ((MATCHING, "pairs"), (MATCHING.pairs[0], "points"), (MATCHING.aims[0], "value")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, field, ())
    for array in (*MATCHING.to_indices(), MATCHING.spare_seats):
        array[next(iter(array)) if isinstance(array, dict) else 0] = 3  # a copy of the caller's own
    assert MATCHING.verify()
    assert copy.copy(MATCHING) == MATCHING


def test_records_and_indices_name_the_same_pairs() -> None:
    """Records are for tables, indices for arrays; both are in the order of the pairs."""
    assert MATCHING.to_records()[1] == {
        "mentor": "ada",
        "mentor_name": "Ada Lovelace",
        "mentee": "tim",
        "mentee_name": "Tim Berners",
        "points": 8_750,
        "status": "pinned",
    }
    rows, columns = MATCHING.to_indices()
    assert [(MENTORS[j]["id"], MENTEES[i]["id"]) for j, i in zip(rows, columns, strict=True)] == made(MATCHING)
    assert (rows.dtype, columns.dtype) == (np.dtype(np.intp), np.dtype(np.intp))
    nobody = mm.solve(mm.ScoreMatrix.from_array(np.zeros((0, 2))))
    assert nobody.to_records() == []
    assert [len(side) for side in nobody.to_indices()] == [0, 0]
    assert [record["mentor_name"] for record in mm.solve(TIED).to_records()] == ["", "", ""]


def test_spare_seats_are_those_of_everybody_with_one_left() -> None:
    """Mentors without a mentee and mentors with one seat left count alike; nobody with 0 is listed."""
    matching = mm.solve(TIED, capacity=[3, 0, 2], choices=mm.Choices(pins=[("a", "x")]))
    assert sum(matching.spare_seats.values()) == 2
    assert "b" not in matching.spare_seats
    assert all(seats > 0 for seats in matching.spare_seats.values())
    assert mm.solve(TIED).spare_seats == {}


def reasons(matching: mm.Matching) -> list[tuple[str, str, str, str]]:
    assert matching.verify()
    return [(one.person, one.side, one.code, one.reason) for one in matching.unmatched]


def test_every_reason_for_being_unmatched_in_full() -> None:
    """Whoever is left out gets a code for programs and a sentence for people."""
    nobody = mm.solve(mm.ScoreMatrix.from_array(np.zeros((0, 1)), [], ["x"]))
    assert reasons(nobody) == [("x", "mentee", "no_allowed_partner", "there are no mentors")]
    nobody = mm.solve(mm.ScoreMatrix.from_array(np.zeros((1, 0)), ["a"], []))
    assert reasons(nobody) == [("a", "mentor", "no_allowed_partner", "there are no mentees")]
    closed = mm.solve(table([[1, 1], [1, 1]]), capacity=[0, 2], wants=[0, 1])
    assert reasons(closed) == [
        ("x", "mentee", "wants_nobody", "wants no mentor"),
        ("a", "mentor", "no_seats", "offers no seat"),
    ]
    full = mm.solve(table([[3, 2, 1]]))
    assert reasons(full)[0] == ("y", "mentee", "partners_full", "the only possible mentor has no seat left: a has x")
    full = mm.solve(table([[3, 2, 9], [3, 2, 9]]))
    assert reasons(full) == [
        ("y", "mentee", "partners_full", "all 2 possible mentors have no seat left: a has x and b has z")
    ]
    served = mm.solve(table([[3], [2]]))
    assert reasons(served) == [
        ("b", "mentor", "partners_served", "the only possible mentee (x) has as many mentors as wanted")
    ]
    served = mm.solve(table([[3, 3], [2, 2], [3, 3]]))
    assert reasons(served) == [
        ("b", "mentor", "partners_served", "all 2 possible mentees (x and y) have as many mentors as wanted")
    ]
    below = mm.solve(table([[3, 9]]), capacity=2, aim=mm.Aim(minimum_score=4))
    assert reasons(below) == [
        ("x", "mentee", "below_minimum_score", "the best score with a mentor is 3, below the minimum of 4")
    ]


def test_reasons_count_what_removes_every_partner() -> None:
    """Where nobody is possible, each condition, ban, decline and minimum score says how many it rules out."""
    scores = table(np.ones((4, 1), int) * 5, allowed=[[False], [True], [True], [True]])
    choices = mm.Choices(bans=[("b", "x")], declines=[("c", "x"), ("d", "x")])
    assert reasons(mm.solve(scores, choices=choices))[0] == (
        "x",
        "mentee",
        "no_allowed_partner",
        "no mentor is possible: of 4, the table of scores rules out 1, declines rule out 2 and bans rule out 1",
    )
    many = mm.solve(mm.ScoreMatrix.from_array(np.ones((12, 13), int)))
    assert [one.reason for one in many.unmatched] == ["all 12 possible mentors have no seat left"]


def test_thousands_of_possible_partners_are_not_counted() -> None:
    """Somebody nearly everybody is possible for is told so without a look at all of them."""
    found = mm.solve(mm.ScoreMatrix.from_array(np.full((1_101, 1_100), 7)))
    assert [(one.side, one.code, one.reason) for one in found.unmatched] == [
        ("mentor", "partners_served", "all of more than 1,000 possible mentees have as many mentors as wanted")
    ]


def test_nobody_is_possible_who_left_or_pauses() -> None:
    """Somebody who is away has no seat that could be free, so the reasons name those who are there."""
    scores = table([[3, 2], [4, 4], [5, 9]])
    away = mm.solve(scores, choices=mm.Choices(left=["a"]), capacity={"b": 0})
    assert reasons(away)[0] == (
        "x",
        "mentee",
        "partners_full",
        "all 2 possible mentors have no seat left: b offers none and c has y",
    )
    away = mm.solve(scores, choices=mm.Choices(left=["a"], paused=["b"], bans=[("c", "x")]))
    assert reasons(away) == [
        (
            "x",
            "mentee",
            "no_allowed_partner",
            "no mentor is possible: of 3, bans rule out 1 and 2 mentors have left or pause",
        ),
        ("a", "mentor", "left", "has left"),
        ("b", "mentor", "paused", "pauses"),
    ]
    away = mm.solve(scores, choices=mm.Choices(paused=["x"]), aim=mm.Aim(minimum_score=3))
    assert reasons(away)[1] == (
        "a",
        "mentor",
        "below_minimum_score",
        "the best score with a mentee is 2, below the minimum of 3",
    )
    away = mm.solve(scores, choices=mm.Choices(paused=["y"], declines=[("a", "x")]))
    assert reasons(away)[1] == (
        "a",
        "mentor",
        "no_allowed_partner",
        "no mentee is possible: of 2, declines rule out 1 and 1 mentee has left or pauses",
    )


def test_reasons_from_conditions_name_public_ones_and_blanks() -> None:
    """A blank that rules somebody out is said to be one, a private condition only that there is one."""
    cohort = mm.Cohort.from_records(
        QUESTIONNAIRE,
        mentors=[{"id": "a", "team": "Sales"}, {"id": "b"}, {"id": "c", "team": "Legal", "worry": "Secret burnout"}],
        mentees=[{"id": "x", "team": "Sales", "worry": "Secret promotion"}],
    )
    matching = PROGRAM.match(cohort)
    assert reasons(matching)[0] == (
        "x",
        "mentee",
        "no_allowed_partner",
        (
            "no mentor is possible: of 3, Differs('team') rules out 2 (1 because an answer is blank) and conditions on "
            "private answers rule out some"
        ),
    )
    assert "Secret" not in matching.to_json()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the JSON of the matching is malformed"),
        ("[]", "matching: expected an object"),
        ("{}", "this field is missing"),
        ('{"version": 2}', "version: expected 1"),
        (b"\xff", "is not UTF-8"),
        (5, "expected the JSON of the matching as text"),
        ("[" * 100_000, "is nested too deeply"),
    ],
)
def test_text_that_is_no_matching_is_refused(text: Any, message: str) -> None:
    """A broken file is a ProgramError that says so."""
    with pytest.raises(mm.ProgramError) as caught:
        mm.Matching.from_json(text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda d: d["pairs"][0].update(mentor="nobody"), "pairs: a pair names people who take no part"),
        (lambda d: d["unmatched"][0].update(person="nobody"), "unmatched: somebody named takes no part"),
        (
            lambda d: d["demand"]["choices"]["bans"].append({"mentor": "nobody", "mentee": "tim"}),
            "demand.choices: a choice names people who take no part",
        ),
        (lambda d: d["demand"]["capacity"].pop(), "capacity: expected 5 entries, not 4"),
        (lambda d: d["demand"]["mentor_names"].pop(), "mentor_names: expected 5 entries, not 4"),
        (lambda d: d["proof"]["mentor_prices"].pop(), "mentor_prices: expected 5 entries, not 4"),
        (lambda d: d["proof"]["mentor_prices"][0].pop(), "expected a price below 2**63 for every word"),
        (
            lambda d: d["proof"]["mentor_prices"][0].__setitem__(0, -(2**63)),
            "expected a price below 2**63 for every word",
        ),
        (lambda d: d["demand"]["wants"].__setitem__(0, -1), "wants: expected whole numbers from 0"),
        (lambda d: d["demand"].update(seed=2**63), "demand: a number is out of range"),
        (lambda d: d["pairs"][0].update(points=-1), "pairs: expected points from 0"),
        (lambda d: d["pairs"][0].update(points=2**62), "pairs: expected points from 0"),
        (lambda d: d["aims"][0].update(value=10**400), "aims: expected whole numbers"),
        (lambda d: d["aims"][0].update(of=2**63), "aims: expected whole numbers"),
        (lambda d: d["demand"]["mentees"].__setitem__(3, "tim"), "mentees: an id stands there twice"),
        (lambda d: d["demand"]["mentees"].__setitem__(3, " "), "mentees: expected ids that are trimmed and not blank"),
        (lambda d: d["pairs"][0].update(points=1.5), "pairs[0].points: expected a whole number"),
        (lambda d: d["pairs"][0].update(status="made"), "pairs[0].status: expected 'proposed', 'accepted' or 'pinned'"),
        (lambda d: d["unmatched"][0].update(code="bad luck"), "unmatched[0].code: expected 'left', 'paused'"),
        (lambda d: d.update(note="hi"), "matching: there is no field 'note' here"),
        (lambda d: d["demand"]["aim"].update(minimum_score=-1), "aim, minimum_score: expected"),
    ],
)
def test_contradictions_in_a_saved_matching_are_refused(change: Callable[[Any], Any], text: str) -> None:
    """What does not fit together is found when it is read, not when it is used."""
    data = json.loads(MATCHING.to_json())
    change(data)
    with pytest.raises(mm.ProgramError) as caught:
        mm.Matching.from_json(json.dumps(data))
    assert text in str(caught.value)


def test_every_flaw_of_a_proof_has_words() -> None:
    """Whatever the check of a proof finds can be said."""
    codes = get_args(get_type_hints(Flaw)["code"])
    assert all(flaw_finding(Flaw(code), MATCHING.demand).expected for code in codes)


@pytest.mark.parametrize(
    "copied",
    [lambda value: pickle.loads(pickle.dumps(value)), copy.deepcopy, copy.copy],
    ids=["pickle", "deep", "flat"],
)
@pytest.mark.parametrize("scores", [SCORES, TIED], ids=["rules", "own"])
def test_a_matching_is_copied_and_sent_to_another_process_with_its_scores(copied: Any, scores: mm.ScoreMatrix) -> None:
    """A copy is the same matching, and can be verified and explained where it arrives."""
    matching = mm.solve(scores)
    again = copied(matching)
    assert again == matching
    assert again.norms == matching.norms
    assert again.to_json() == matching.to_json()
    assert again.verify()
    first = matching.pairs[0]
    assert str(again.explain(first.mentor, first.mentee)) == str(matching.explain(first.mentor, first.mentee))
