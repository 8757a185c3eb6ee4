"""Why somebody is unmatched: reasons in full, and changes that really place them, each against a fresh solve."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
import strategies
import test_explain
from hypothesis import given, settings
from hypothesis import strategies as st
from test_seats import aims_in_words, has, with_seats
from test_wishes import made, settings_of, solved

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.relaxing import without_condition


def places(matching: mm.Matching, side: str, person: str) -> bool:
    return any(getattr(pair, side) == person for pair in matching.pairs)


def anew(scores: mm.ScoreMatrix, settings: dict[str, Any], side: str, person: str, remedy: mm.Remedy) -> mm.Matching:
    """A fresh solve with the change of a remedy, made from its words alone."""
    choices, aim = settings["choices"], settings["aim"]
    if remedy.kind == "seat":
        return with_seats(scores, settings, remedy.who)
    if remedy.kind == "list":
        lists = {one.person: [list(tied) for tied in one.ranks] for one in choices.shortlists}
        choices = choices.with_(shortlists={**lists, person: [*lists[person], [remedy.who]]})
    elif remedy.kind in ("ban", "offer"):
        name = "bans" if remedy.kind == "ban" else "expired"
        couple = (remedy.who, person) if side == "mentee" else (person, remedy.who)
        choices = choices.with_(**{name: [one for one in getattr(choices, name) if one.people != couple]})
    elif remedy.kind == "pause":
        choices = choices.with_(paused=[one for one in choices.paused if one != person])
    elif remedy.kind == "wants":
        settings = {**settings, "wants": {**settings["wants"], person: 1}}
    elif remedy.kind == "minimum_score":
        lower = int(remedy.label.split()[4].replace(",", ""))
        assert lower < aim.minimum_score
        aim = mm.Aim(**{**vars(aim), "minimum_score": lower})
    elif remedy.kind == "priority":
        priority = {one: choices.priority_of(one) or 0 for one in scores.mentees}
        choices = choices.with_(priority={**priority, person: max(priority.values()) + 1})
    else:
        raise AssertionError(remedy.kind)
    return mm.solve(scores, **{**settings, "choices": choices, "aim": aim})


@pytest.mark.parametrize("block", range(3))
def test_what_would_place_somebody_is_what_solving_with_it_gives(block: int) -> None:
    """Every change places the person, has the effect that is said, and no seat that would do is missing."""
    kinds = set()
    for scores, asked, matching in solved(8, 7_000 + 500 * block):
        settings = settings_of(asked)
        for one in matching.unmatched:
            found = matching.why_unmatched(one.person, one.side)
            assert (found.code, found.reason, found.side) == (one.code, one.reason, one.side)
            for remedy in found.remedies:
                kinds.add(remedy.kind)
                fresh = anew(scores, settings, one.side, one.person, remedy)
                assert places(fresh, one.side, one.person)
                then, now = aims_in_words(fresh), aims_in_words(matching)
                told = {aim.label: aim.then for aim in remedy.effect.aims}
                assert {label: told[label] for label in now if label in then} == {
                    label: value for label, value in then.items() if label in now
                }
                assert {move.mentee: move.then for move in remedy.effect.moves} == {
                    mentee: has(fresh, mentee)
                    for mentee in scores.mentees
                    if has(matching, mentee) != has(fresh, mentee)
                }
            costs = [(len(one.losers), len(one.effect.moves)) for one in found.remedies]
            assert costs == sorted(costs)
            if one.side == "mentee" and one.code == "partners_full" and not matching.demand.aim.fairness:
                seats = [remedy for remedy in found.remedies if remedy.kind == "seat"]
                named = {mentor for remedy in seats for mentor in (remedy.who, *remedy.also)}
                would = {m for m in scores.mentors if places(with_seats(scores, settings, m), "mentee", one.person)}
                assert named == would
    assert {"seat"} <= kinds


TEAMS = mm.Questionnaire([q.Choice("team", ["Sales", "Law", "IT"]), q.Scale("mood", 1, 5)])


def team_program(**settings: Any) -> mm.Program:
    return mm.Program("Teams", TEAMS, [r.Close("mood")], conditions=[r.Differs("team")], **settings)


def team_cohort(mentors: dict[str, tuple[str, int, int]], mentees: dict[str, tuple[str, int]]) -> mm.Cohort:
    """People by id with their team, mood and, of mentors, seats."""
    return mm.Cohort.from_records(
        TEAMS,
        mentors=[{"id": m, "team": team, "mood": mood, "capacity": n} for m, (team, mood, n) in mentors.items()],
        mentees=[{"id": e, "team": team, "mood": mood} for e, (team, mood) in mentees.items()],
    )


FULL = team_cohort(
    {"ada": ("Sales", 3, 1), "bo": ("Law", 4, 1), "cy": ("IT", 1, 2)},
    {"kay": ("IT", 3), "lin": ("Sales", 4), "tim": ("IT", 5), "uma": ("IT", 3)},
)


def test_why_unmatched_in_full() -> None:
    """The reason, who is possible, what each condition takes, and what would help, with the effect on everybody."""
    matching = team_program().match(FULL)
    assert str(matching.why_unmatched("kay")) == (
        "Why mentee kay has no mentor\n"
        "============================\n"
        "\n"
        "reason  all 2 possible mentors have no seat left: ada has uma and bo has tim\n"
        "\n"
        "Who is possible\n"
        "  mentor  points  rank  has\n"
        "  ada     10,000        uma\n"
        "  bo       7,500        tim\n"
        "\n"
        "What rules partners out\n"
        "  condition        mentors ruled out  because of a blank\n"
        "  Differs('team')                  1\n"
        "\n"
        "What would help\n"
        "  change                                 move  loses a mentor  with a mentor   points\n"
        "  one more seat at ada, or at bo            1  nobody                     +1  +10,000\n"
        "  without the condition Differs('team')     3  nobody                     +1   +5,000\n"
        "  a higher priority than anybody has        2  tim\n"
        "\n"
        "What the first changes: one more seat at ada\n"
        "  aim                       now    then  difference\n"
        "  mentees with a mentor       3       4          +1\n"
        "  points                 20,000  30,000     +10,000\n"
        "\n"
        "Who would move with the first\n"
        "  mentee  has now  would have\n"
        "  kay     nobody   ada"
    )


def test_without_a_condition_scores_are_those_of_the_relaxed_program() -> None:
    """Leaving a condition out of scores is leaving it out of the program, blanks and who may take part included."""
    for seed in range(25):
        rng = random.Random(seed)
        cohort = strategies.cohort(*strategies.seeded(seed, 5, 6))
        conditions = [
            strategies.with_(rule, label=f"condition {k}")
            for k, rule in enumerate(rng.sample(strategies.CONDITIONS, 2))
        ]
        rules = [strategies.with_(rule, label=f"rule {k}") for k, rule in enumerate(rng.sample(strategies.RULES, 3))]
        eligibility = rng.sample(strategies.ELIGIBLE, 1)
        program = mm.Program("p", cohort.questionnaire, rules, conditions=conditions, eligibility=eligibility)
        scores = program.score(cohort)
        for name in (conditions[0].label, eligibility[0].name):
            assert name is not None
            relaxed = without_condition(scores, name)
            assert relaxed is not None
            fresh = program.relax(name).score(strategies.cohort(*strategies.seeded(seed, 5, 6)))
            assert np.array_equal(relaxed.to_numpy(), fresh.to_numpy())
            assert relaxed.ineligible("mentor") == fresh.ineligible("mentor")
        assert without_condition(scores, "nothing like it") is None
    assert without_condition(mm.ScoreMatrix.from_array([[1]]), "anything") is None


def test_a_condition_that_keeps_somebody_out_is_named_with_what_leaving_it_out_does() -> None:
    """Relaxing it is a change like the others, and its effect is that of the relaxed program."""
    cohort = team_cohort({"ada": ("IT", 3, 1)}, {"tim": ("IT", 5)})
    program = team_program()
    found = program.match(cohort).why_unmatched("tim")
    assert (found.code, [one.kind for one in found.remedies]) == ("no_allowed_partner", ["condition"])
    assert found.smallest is not None
    assert found.smallest.label == "without the condition Differs('team')"
    assert found.smallest.effect.by("participation") == 1
    assert made(program.relax("Differs('team')").match(cohort)) == {("ada", "tim")}
    who = r.Eligible("mentee", "mood", at_most=4, label="calm", reason="too cheerful")
    refused = program.with_(eligibility=[who], conditions=[]).match(cohort).why_unmatched("tim")
    assert (refused.code, refused.reason) == ("not_eligible", "too cheerful")
    assert [one.label for one in refused.remedies] == ["without the condition calm"]


@pytest.mark.parametrize(
    ("settings", "person", "code", "kinds"),
    [
        ({}, "b", "partners_full", ["seat", "priority"]),
        ({}, "Y", "no_seats", ["seat"]),
        ({"choices": mm.Choices(paused=["b"])}, "b", "paused", []),
        ({"choices": mm.Choices(paused=["b"]), "capacity": 2}, "b", "paused", ["pause"]),
        ({"choices": mm.Choices(left=["b"])}, "b", "left", []),
        ({"wants": {"b": 0}, "capacity": [2, 0]}, "b", "wants_nobody", ["wants"]),
        (
            {"capacity": [2, 0], "choices": mm.Choices(bans=[("X", "b"), ("Y", "b")])},
            "b",
            "no_allowed_partner",
            ["ban"],
        ),
        (
            {"capacity": [2, 0], "choices": mm.Choices(expired=[("X", "b")], bans=[("Y", "b")])},
            "b",
            "no_allowed_partner",
            ["offer"],
        ),
        ({"capacity": [2, 0], "choices": mm.Choices(declines=[("X", "b"), ("Y", "b")])}, "b", "no_allowed_partner", []),
        ({"capacity": [2, 0], "aim": mm.Aim(minimum_score=9)}, "b", "below_minimum_score", ["minimum_score"]),
        (
            {
                "capacity": [2, 0],
                "aim": mm.Aim(shortlists="only"),
                "choices": mm.Choices(shortlists={"b": ["Y"]}, declines=[("Y", "b")]),
            },
            "b",
            "only_shortlist",
            ["list"],
        ),
        (
            {"capacity": [2, 0], "aim": mm.Aim(shortlists="only"), "choices": mm.Choices(shortlists={"b": ["Y"]})},
            "b",
            "partners_full",
            ["seat", "list"],
        ),
        ({"aim": mm.Aim(stable=True)}, "b", "partners_full", ["seat"]),
        ({"aim": mm.Aim(fairness="lift_worst")}, "b", "partners_full", ["seat", "priority"]),
    ],
)
def test_every_kind_of_change(settings: dict[str, Any], person: str, code: str, kinds: list[str]) -> None:
    """What could help depends on the reason, and a no of a mentor is never to be taken back."""
    scores = mm.ScoreMatrix.from_array([[9, 8], [3, 2]], ["X", "Y"], ["a", "b"])
    matching = mm.solve(scores, **{"capacity": [1, 0], **settings})
    found = matching.why_unmatched(person)
    assert (found.code, sorted(one.kind for one in found.remedies)) == (code, sorted(kinds))
    assert (found.smallest is None) == (not kinds)
    assert "No single change was found that would help." in str(found) or kinds


def test_somebody_with_two_roles_and_what_cannot_be_asked() -> None:
    """The mentee's role comes first; who has a partner, or is not there, is told so."""
    scores = mm.ScoreMatrix.from_array(
        [[-1, 4], [5, 3]], ["ada", "bo"], ["ada", "kay"], allowed=[[False, True], [True, True]]
    )
    matching = mm.solve(scores, choices=mm.Choices(bans=[("bo", "ada"), ("ada", "kay")]))
    assert [matching.why_unmatched("ada", side).side for side in (None, "mentor", "mentee")] == [
        "mentee",
        "mentor",
        "mentee",
    ]
    with pytest.raises(mm.ChoiceError, match="mentee 'kay': has a partner; ask why_not"):
        matching.why_unmatched("kay", "mentee")
    with pytest.raises(mm.ChoiceError, match="'adaa': there is nobody of this id; did you mean 'ada'"):
        matching.why_unmatched("adaa")
    with pytest.raises(mm.ChoiceError, match="side: expected 'mentor', 'mentee' or None"):
        matching.why_unmatched("ada", "peer")  # type: ignore[arg-type]


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_answers_to_why_name_people_and_conditions_and_no_answers(data: st.DataObject) -> None:
    """What forbids, costs or would help is said without what anybody answered to a private question."""
    mentors, mentees = data.draw(test_explain.people())
    rules: list[r.Rule] = [r.Covers("goals", by="skills"), r.Same("faith"), r.Shares("worries", weight=2)]
    conditions: list[r.Rule] = [r.Differs("faith", label="one"), r.Close("mood", within=1, label="two")]
    program = mm.Program("p", test_explain.QUESTIONNAIRE, rules, conditions)
    matching = program.match(test_explain.cohort(mentors, mentees))
    told: list[Any] = [matching.seat_values(), matching.ask_for_seats(1)]
    told += [matching.why_not(m, e) for m in matching.demand.mentors for e in matching.demand.mentees]
    told += [matching.why_unmatched(one.person, one.side) for one in matching.unmatched]  # type: ignore[arg-type]
    for one in told:
        page = one.page()
        for text in (str(one), repr(one), page.html(), page.markdown()):
            assert not any(word in text for word in test_explain.SECRETS)


def test_the_number_of_possible_partners_stands_above_the_best_of_them() -> None:
    """Nine of whom eight are named are not taken for eight."""
    scores = mm.ScoreMatrix.from_array([[9, 8]] * 9, mentors=[f"m{k}" for k in range(9)], mentees=["kay", "tim"])
    why = mm.solve(scores, capacity=[1] + [0] * 8, choices=mm.Choices(pins=[("m0", "tim")])).why_unmatched("kay")
    assert (why.possible, len(why.partners)) == (9, 8)
    assert why.page().tables[0].title == "Who is possible, the best 8 of 9"
    assert why.to_dict()["possible"] == 9
