"""Scores of options: tables that somebody wrote down, and options that count for more because few offer them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mentormatch import doors
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.cohort import Cohort
from mentormatch.errors import ProgramError
from mentormatch.program import Program
from mentormatch.questionnaire import Questionnaire
from mentormatch.rules import table
from mentormatch.rules.overlap import rarity
from mentormatch.scores import check_rules, score

STYLES = ["Direct", "Patient", "Either"]
ASKED = Questionnaire(
    [
        q.Choice("style", STYLES),
        q.Choice("pace", ["Slow", "Quick"], asked_of="mentee"),
        q.MultiChoice("skills", ["Python", "Law", "Welsh", "Brass"]),
    ]
)


def test_a_table_can_be_written_as_rows_and_is_the_same_rule() -> None:
    """A mapping and rows make one rule, which prints as rows and survives JSON as rows."""
    rule = r.Table("style", scores={("Direct", "Patient"): 0.5, (" Patient", "Direct"): 1})
    assert rule == r.Table("style", scores=[("Direct", "Patient", 0.5), ["Patient", "Direct", 1]])
    assert repr(rule) == "Table('style', scores=(('Direct', 'Patient', 0.5), ('Patient', 'Direct', 1)))"
    text = doors.write_json(r.AnyRule, rule)
    assert json.loads(text)["scores"] == [["Direct", "Patient", 0.5], ["Patient", "Direct", 1.0]]
    assert hash(doors.read_json(r.AnyRule, text)) == hash(rule)


def test_the_first_option_is_the_mentors() -> None:
    """A pair is always (mentor, mentee), so a table that is not symmetric tells the two apart."""
    rule = r.Table("pace", by="style", scores={("Direct", "Quick"): 1})
    assert rule.try_on(ASKED, {"style": "Direct"}, {"pace": "Quick"}) == 1
    assert rule.try_on(ASKED, {"style": "Direct"}, {"pace": "Slow"}) == 0
    assert rule.try_on(ASKED, {"style": "Direct"}, {}) is None
    assert rule.try_on(ASKED, {"style": "Direct"}, {"pace": "Quick"}, as_condition=True) is True
    assert rule.questions() == ("pace", "style")


@pytest.mark.parametrize(
    ("scores", "messages"),
    [
        ({}, ["expected scores= with a score for each pair of options; such as {('Direct', 'Patient'): 0.5}"]),
        ("all", ["expected scores= with a score for each pair of options; such as {('Direct', 'Patient'): 0.5}"]),
        ({"Direct": 1}, ["expected row 1 of scores= to be (mentor's option, mentee's option), score"]),
        ([("a", "b")], ["expected row 1 of scores= to be (mentor's option, mentee's option), score"]),
        ({("a", 1): 1}, ["expected row 1 of scores= to name two options as text"]),
        (
            [("a", "b", 1.5), ("a", "c", True), ("a", "d", 1), ("a", "d", 0)],
            [
                "expected the score of ('a', 'b') to be a number from 0 to 1",
                "expected the score of ('a', 'c') to be a number from 0 to 1",
                "expected ('a', 'd') once",
            ],
        ),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(scores: Any, messages: list[str]) -> None:
    """Every row that is wrong is told, by its options or its number."""
    with pytest.raises(ProgramError) as error:
        r.Table("style", scores=scores)
    assert [str(finding) for finding in error.value.findings] == [f"rule Table('style'): {text}" for text in messages]


def test_a_table_of_other_options_says_which() -> None:
    """An option that nobody can pick is told with what was meant, also where the two are swapped."""
    rules = [
        r.Table("style", scores={("Direct", "Pateint"): 1}),
        r.Table("pace", by="style", scores={("Quick", "Direct"): 1}),
        r.Table("skills", scores={("Law", "Law"): 1}, label="x"),
        r.Table("style", by="pace", scores={("Law", "Law"): 1}, label="y"),
    ]
    assert [str(finding) for finding in check_rules(ASKED, rules)] == [
        "rule Table('style'), question 'style': 'Pateint' is not among the options; did you mean 'Patient'?",
        (
            "rule Table('pace'), question 'style': 'Quick' is not among the options; a pair is (mentor's option, "
            "mentee's option)"
        ),
        (
            "rule Table('pace'), question 'pace': 'Direct' is not among the options; a pair is (mentor's option, "
            "mentee's option)"
        ),
        "rule Table('skills'), question 'skills': expected a question of kind Choice, not MultiChoice",
        "rule Table('style'), question 'pace': expected a question that is asked of mentors, not of mentees only",
    ]


def test_long_tables_are_looked_up_pair_by_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a number of options a table is no product, and scores the same."""
    people = [{"id": k, "style": style} for k, style in enumerate([*STYLES, None])]
    cohort = Cohort.from_records(ASKED, mentors=people, mentees=[{**one, "id": f"e{one['id']}"} for one in people])
    rule = r.Table("style", scores={("Direct", "Patient"): 0.3, ("Either", "Either"): 1, ("Patient", "Direct"): 0.7})
    expected = score(cohort, [rule])
    assert rule.columns(cohort.mentors, cohort.mentees) is not None
    monkeypatch.setattr(table, "_WIDEST", 2)
    assert rule.columns(cohort.mentors, cohort.mentees) is None
    assert (score(cohort, [rule]).to_numpy() == expected.to_numpy()).all()


def test_an_option_weighs_one_more_for_each_halving() -> None:
    """The weight is a whole number that depends on how many mentors offer the option and on nothing else."""
    assert rarity([8, 5, 4, 3, 2, 1, 0], 8).tolist() == [1, 1, 2, 2, 3, 4, 4]
    assert rarity([0, 0], 0).tolist() == [1, 1]
    assert rarity([1], 2**40).tolist() == [41]


def skilled() -> Cohort:
    """Seven of eight mentors offer Python, one Welsh, one everything; of two mentees one wants everything."""
    mentors = [{"id": f"p{k}", "skills": ["Python"]} for k in range(6)]
    mentors += [{"id": "rare", "skills": ["Welsh"]}, {"id": "all", "skills": ["Python", "Law", "Welsh", "Brass"]}]
    mentees = [
        {"id": "both", "skills": ["Python", "Welsh"]},
        {"id": "law", "skills": ["Python", "Law"]},
    ]
    return Cohort.from_records(ASKED, mentors=mentors, mentees=mentees)


def test_what_few_offer_counts_for_more() -> None:
    """A mentor who offers the rare pick comes close to the one who ticked everything, who still covers everything."""
    plain, rare = (score(skilled(), [r.Covers("skills", by_rarity=by)]) for by in (False, True))
    assert [plain.points(who, "both") for who in ("p0", "rare", "all")] == [5_000, 5_000, 10_000]
    # Welsh is offered by 2 of 8 and weighs 3, Python by 7 of 8 and weighs 1.
    assert [rare.points(who, "both") for who in ("p0", "rare", "all")] == [2_500, 7_500, 10_000]
    assert [rare.points(who, "law") for who in ("p0", "rare", "all")] == [2_000, 0, 10_000]


def test_who_ticked_everything_does_not_win_everything() -> None:
    """By rarity the one mentor of Welsh and the one who ticked everything go where they are worth most."""
    program = Program("P", ASKED, [r.Covers("skills", by_rarity=True)])
    pairs = [(pair.mentor, pair.mentee) for pair in program.match(skilled()).pairs]
    assert pairs == [("all", "law"), ("rare", "both")]


def test_rarity_is_that_of_the_whole_cohort() -> None:
    """Which block, order or part of the people is asked for changes no weight; who left no longer counts."""
    cohort, rule = skilled(), r.Covers("skills", by_rarity=True)
    whole, _ = rule.values(cohort.mentors, cohort.mentees)
    other = skilled()
    part, _ = rule.values(other.mentors.take([6, 0]), other.mentees.take([0]))
    assert part.tolist() == [[whole[6, 0]], [whole[0, 0]]]
    left = cohort.without([f"p{k}" for k in range(6)])
    assert rule.values(left.mentors, left.mentees)[0].tolist() == [[1 / 3, 0], [1, 1]]
    allowed = score(cohort, [r.Same("style")], [r.AtLeast(rule, 0.6)]).to_numpy() >= 0
    assert allowed[:, 0].tolist() == [False] * 6 + [True, True]


def test_by_rarity_is_a_switch() -> None:
    """Anything but True and False is refused."""
    with pytest.raises(ProgramError, match="expected by_rarity= to be True or False"):
        r.Covers("skills", by_rarity=1)  # type: ignore[arg-type]
