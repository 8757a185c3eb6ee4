"""Every rule against its plain definition, and what may not be said with a rule."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import plainly
import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st

from mentormatch import doors
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.errors import ProgramError
from mentormatch.questionnaire import Questionnaire
from mentormatch.rules import levels
from mentormatch.rules import rule as rule_module
from mentormatch.scores import score


def evaluated(rule: r.Rule, mentors: list[Any], mentees: list[Any]) -> list[list[float | None]]:
    """The rule's values as lists, None where not known."""
    cohort = strategies.cohort(mentors, mentees)
    value, known = rule.values(cohort.mentors, cohort.mentees)
    assert value.shape == known.shape == (len(mentors), len(mentees))
    return [[float(v) if k else None for v, k in zip(*row, strict=True)] for row in zip(value, known, strict=True)]


EVERY_RULE = [*strategies.RULES, *strategies.CUSTOM]
LOOKED_UP: list[r.Rule] = [kind("interests") for kind in (r.Shares, r.Same, r.Differs)]
EVERY_CONDITION = [*strategies.CONDITIONS, *strategies.CUSTOM_CONDITIONS]


@given(st.sampled_from(EVERY_RULE), strategies.both_sides())
def test_a_value_is_what_the_definition_says(rule: r.Rule, sides: Any) -> None:
    """The arrays of a rule hold, pair by pair, the exact value of its definition, rounded once to a float."""
    expected = [[plainly.value(rule, mentor, mentee, sides[0]) for mentee in sides[1]] for mentor in sides[0]]
    assert evaluated(rule, *sides) == [[None if v is None else float(v) for v in row] for row in expected]


@given(st.sampled_from(EVERY_RULE), strategies.both_sides())
def test_values_are_zero_where_nothing_is_known(rule: r.Rule, sides: Any) -> None:
    """The scores rely on values in [0, 1] that are 0 where a rule cannot judge."""
    cohort = strategies.cohort(*sides)
    value, known = rule.values(cohort.mentors, cohort.mentees)
    assert ((value >= 0) & (value <= 1)).all()
    assert not value[~known].any()


@given(st.sampled_from(EVERY_CONDITION), strategies.both_sides())
def test_a_condition_allows_what_the_definition_says(condition: r.Rule, sides: Any) -> None:
    """As a condition a rule allows, forbids or cannot tell, pair by pair, as defined."""
    cohort = strategies.cohort(*sides)
    allowed, known = condition.allows(cohort.mentors, cohort.mentees)
    found = [[bool(a) if k else None for a, k in zip(*row, strict=True)] for row in zip(allowed, known, strict=True)]
    assert found == [
        [plainly.allows(condition, mentor, mentee, sides[0]) for mentee in sides[1]] for mentor in sides[0]
    ]


@given(st.sampled_from(strategies.RULES), strategies.both_sides(), st.sampled_from([0, 2, 64]))
def test_a_product_is_the_rule(rule: r.Rule, sides: Any, most: int) -> None:
    """Where a rule is a product, the product gives its values, and who can be judged is who has answered."""
    cohort = strategies.cohort(*sides)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(levels, "MOST_LEVELS", most)
        columns = rule.columns(cohort.mentors, cohort.mentees)
    value, known = rule.values(cohort.mentors, cohort.mentees)
    answered = rule.answered(cohort.mentors, cohort.mentees)
    assert answered is not None
    np.testing.assert_array_equal(np.outer(*answered), known)
    if columns is not None:
        np.testing.assert_allclose(columns.mentor @ columns.mentee.T, value, rtol=0, atol=1e-15)
        assert columns.mentor.dtype == np.uint8
        assert not columns.mentor[~answered[0]].any()
        assert not columns.mentee[~answered[1]].any()


@given(st.sampled_from(strategies.RULES), strategies.both_sides())
def test_a_lookup_is_the_rule(rule: r.Rule, sides: Any) -> None:
    """Where a rule is a product and a table, the table gives its values, and 0 to pairs that cannot be judged."""
    cohort = strategies.cohort(*sides)
    lookup = rule.lookup(cohort.mentors, cohort.mentees)
    assert (lookup is not None) == (rule in LOOKED_UP)
    if lookup is not None:
        codes = (lookup.mentor @ lookup.mentee.T).astype(int)
        assert codes.min(initial=0) >= 0
        assert codes.max(initial=0) < min(2**16, len(lookup.values))
        np.testing.assert_array_equal(lookup.values[codes], rule.values(cohort.mentors, cohort.mentees)[0])


@given(st.sampled_from(strategies.CONDITIONS), strategies.both_sides(), st.sampled_from([1, 64]))
def test_mentors_who_are_alike_are_allowed_the_same(condition: r.Rule, sides: Any, most: int) -> None:
    """One mentor of each kind tells for all of the kind whom a condition allows, blanks included."""
    cohort = strategies.cohort(*sides)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rule_module, "MOST_LEVELS", most)
        alike = condition.alike(cohort.mentors, cohort.mentees)
    if alike is None:
        return
    allowed, known = condition.allows(cohort.mentors, cohort.mentees)
    assert sorted(set(alike.tolist())) == list(range(len(set(alike.tolist()))))
    assert len(set(alike.tolist())) <= most
    for kind in set(alike.tolist()):
        of_kind = np.flatnonzero(alike == kind)
        assert (allowed & known)[of_kind].tolist() == (allowed & known)[of_kind[:1]].tolist() * len(of_kind)
        assert known[of_kind].tolist() == known[of_kind[:1]].tolist() * len(of_kind)


@given(st.sampled_from(EVERY_RULE), strategies.both_sides())
def test_where_a_rule_counts(rule: r.Rule, sides: Any) -> None:
    """When counts for exactly those who gave the answer, blanks left out; other rules count everywhere."""
    cohort = strategies.cohort(*sides)
    counts = rule.counts(cohort.mentors, cohort.mentees)
    found = np.ones((len(sides[0]), len(sides[1])), dtype=bool) if counts is None else np.outer(*counts)
    assert found.tolist() == [[plainly.counts(rule, mentor, mentee) for mentee in sides[1]] for mentor in sides[0]]


@pytest.mark.parametrize("rule", strategies.SIMPLE, ids=str)
def test_two_blanks_are_no_agreement(rule: r.Rule) -> None:
    """Two people who answered nothing are neither alike nor different: no rule can judge them."""
    assert evaluated(rule, [{"id": "a"}], [{"id": "b"}]) == [[None]]


def test_decimals_are_compared_as_they_are_written() -> None:
    """0.3 is 0.2 ahead of 0.1 although the floats are not, so a rule and a condition at the very edge hold."""
    mentors, mentees = [{"id": "a", "years": 0.3}], [{"id": "b", "years": 0.1}]
    assert evaluated(r.Ahead("years", ideal=(0.2, 1)), mentors, mentees) == [[1.0]]
    cohort = strategies.cohort(mentors, mentees)
    assert r.Close("years", within=0.2).allows(cohort.mentors, cohort.mentees)[0].all()
    assert not r.Close("years", within=0.199999).allows(cohort.mentors, cohort.mentees)[0].any()


def test_conditions_include_their_ends() -> None:
    """A pair exactly at the least, the most or the largest distance is allowed, one step further is not."""
    mentors = [{"id": f"m{k}", "years": years, "grade": "SEO"} for k, years in enumerate([1.9, 2, 8, 8.1])]
    cohort = strategies.cohort(mentors, [{"id": "e", "years": 1, "grade": "EO"}])
    for condition, expected in [
        (r.Ahead("years", ideal=(2, 3), least=1, most=7), [False, True, True, False]),
        (r.Ahead("years", least=1), [False, True, True, True]),
        (r.Ahead("years", most=7), [True, True, True, False]),
        (r.Close("years", within=7), [True, True, True, False]),
        (r.Ahead("grade", least=2, most=2), [True] * 4),
        (r.Close("grade", within=1), [False] * 4),
    ]:
        assert condition.allows(cohort.mentors, cohort.mentees)[0][:, 0].tolist() == expected


def test_a_bound_on_a_rule_that_does_not_count_forbids_nothing() -> None:
    """Where When does not apply, a bound on it is met, and known to be, also if the answers inside are blank."""
    cohort = strategies.cohort([{"id": "m"}], [{"id": "e", "grade": "EO"}, {"id": "f", "grade": "G7"}])
    for condition in (
        r.AtLeast(r.When("grade", "G7", r.Shares("interests")), 0.5),
        r.When("grade", "G7", r.AtLeast(r.Shares("interests"), 0.5)),
    ):
        allowed, known = condition.allows(cohort.mentors, cohort.mentees)
        assert (allowed & known).tolist() == [[True, False]]
        assert known.tolist() == [[True, False]]


def test_a_bound_forbids_only_where_the_rule_inside_counts() -> None:
    """Two mentors with the same answer inside are told apart where the rule counts for one of them alone."""
    mentors = [{"id": "a", "years": 9, "grade": "EO"}, {"id": "b", "years": 9, "grade": "G7"}]
    cohort = strategies.cohort(mentors, [{"id": "e", "years": 1}, {"id": "f", "years": 8}, {"id": "g"}])
    condition = r.AtLeast(r.When("grade", "EO", r.Close("years", within=2), of="mentor"), 0.5)
    allowed = score(cohort, [r.Same("town")], [condition]).to_numpy() >= 0
    assert allowed.tolist() == [[False, True, False], [True, True, True]]


def test_numbers_of_numpy_are_kept_as_plain_ones() -> None:
    """A share that numpy computed is printed as it would be written, and the rule is the one written so."""
    rule = r.AtLeast(r.Shares("interests"), np.float64(0.5))
    assert (repr(rule), rule.title) == ("AtLeast(Shares('interests'), 0.5)", "AtLeast(Shares('interests'), 0.5)")
    assert repr(r.AtLeast(r.Shares("interests"), np.float64(1.0))) == "AtLeast(Shares('interests'), 1)"


def test_a_rule_under_a_condition_says_what_the_rule_inside_says_where_it_counts() -> None:
    """The explanation of a pair has the words of the rule inside, and none where it does not count."""
    cohort = strategies.cohort(
        [{"id": "m", "skills": ["lead"]}],
        [{"id": "e", "grade": "EO", "goals": ["lead", "grow"]}, {"id": "f", "grade": "G7", "goals": ["lead"]}],
    )
    scores = score(cohort, [r.When("grade", "EO", r.Covers("goals", by="skills"))])
    assert [scores.parts("m", mentee)[0].said for mentee in ("e", "f")] == ["1 of 2 wanted: lead; not grow", ""]


def test_ahead_falls_on_both_sides() -> None:
    """Ahead is 1 inside ideal and falls evenly to 0 one ideal width outside; being behind is not being ahead."""
    mentors = [{"id": f"m{k}", "years": years} for k, years in enumerate([10, 13, 20, 23.5, 27, 28, 6.5, 0])]
    found = evaluated(r.Ahead("years", ideal=(3, 10)), mentors, [{"id": "e", "years": 10}])
    assert [row[0] for row in found] == [4 / 7, 1, 1, 3.5 / 7, 0, 0, 0.5 / 7, 0]


def test_options_match_by_text_and_not_by_place() -> None:
    """Covers compares two lists of options by their texts, so lists of different order and length agree."""
    found = evaluated(
        r.Covers("goals", by="skills"),
        [{"id": "m", "skills": ["écrire", "python"]}],
        [{"id": "e", "goals": ["e\u0301crire", "settle"]}, {"id": "f", "goals": ["settle"]}],
    )
    assert found == [[0.5, 0.0]]


@pytest.mark.parametrize("rule", [*strategies.RULES, *strategies.CONDITIONS], ids=str)
def test_rules_survive_json(rule: r.Rule) -> None:
    """A rule read back from its JSON is the same rule, those inside others included."""
    assert doors.read_json(r.AnyRule, doors.write_json(r.AnyRule, rule), what="rule") == rule


def test_a_rule_prints_as_the_call_that_makes_it() -> None:
    """The repr is short and can be read back, without the settings left alone."""
    rule = r.When("department", "Sales", r.Covers("goals", by="skills"), weight=2.5)
    assert repr(rule) == "When('department', 'Sales', Covers('goals', by='skills'), weight=2.5)"
    for one in [*strategies.RULES, *strategies.CONDITIONS]:
        if "Taxonomy(" not in repr(one):  # of which only the size is printed
            assert eval(repr(one), vars(r)) == one
    assert rule.title == "When('department', 'Sales', Covers('goals'))"
    assert (rule.name, r.Same("grade").name, r.Same("grade", label="rank").name) == ("goals", "grade", "rank")


@pytest.mark.parametrize(
    ("make", "codes"),
    [
        (lambda: r.Covers("goals", weight=-1, missing=2), ["rule_weight", "rule_missing"]),
        (lambda: r.Same("town", weight=math.nan), ["rule_weight"]),
        (lambda: r.Same("town", weight=True), ["rule_weight"]),
        (lambda: r.Same("town", weight="3"), ["rule_weight"]),
        (lambda: r.Same("town", missing="mean"), ["rule_missing"]),
        (lambda: r.Same("town", missing=True), ["rule_missing"]),
        (lambda: r.Same("town", if_unknown="yes"), ["rule_if_unknown"]),
        (lambda: r.Same("town", label="  "), ["rule_label"]),
        (lambda: r.Close("years", within=-1), ["rule_within"]),
        (lambda: r.Close("years", within=math.inf), ["rule_within"]),
        (lambda: r.Ahead("years", ideal=(5, 3)), ["rule_ideal"]),
        (lambda: r.Ahead("years", ideal=3), ["rule_ideal"]),
        (lambda: r.Ahead("years", ideal=(3, None)), ["rule_ideal"]),
        (lambda: r.Ahead("years", ideal=(3, 5), least=4, most=4), ["rule_least", "rule_most"]),
        (lambda: r.Ahead("years", least=5, most=4), ["rule_least"]),
        (lambda: r.AtLeast(r.Shares("interests"), 1.2), ["rule_share"]),
        (lambda: r.AtLeast(r.AtLeast(r.Shares("interests"), 0.2), 0.2), ["rule_inner"]),
        (lambda: r.AtLeast("interests", 0.2), ["rule_inner"]),
        (lambda: r.When("grade", "EO", r.Shares("interests", weight=3)), ["rule_inner"]),
        (lambda: r.When("grade", ["EO"], r.Shares("interests"), of="both"), ["rule_of", "rule_is"]),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(make: Any, codes: list[str]) -> None:
    """A rule with impossible settings is never made, and all of them are told at once."""
    with pytest.raises(ProgramError) as error:
        make()
    assert [finding.code for finding in error.value.findings] == codes
    assert all(finding.where.startswith("rule ") for finding in error.value.findings)


@pytest.mark.parametrize(
    ("rule", "codes"),
    [
        (r.Covers("goal", by="skills"), ["question_unknown"]),
        (r.Covers("goals"), ["question_side"]),
        (r.Covers("years", by="town"), ["question_kind", "question_kind"]),
        (r.Covers("interests", by="department"), ["rule_options"]),
        (r.Shares("goals"), ["question_side"]),
        (r.Shares("department"), ["question_kind"]),
        (r.Close("town"), ["question_kind"]),
        (r.Close("department"), ["question_kind"]),
        (r.Close("age"), ["rule_within"]),
        (r.Ahead("department", ideal=(1, 2)), ["question_kind"]),
        (r.Same("skills"), ["question_side"]),
        (r.Same("town", if_unknown="allow"), ["rule_setting"]),
        (r.AtLeast(r.Shares("interests"), 0.2), ["rule_condition"]),
        (r.Ahead("years", least=1), ["rule_ideal"]),
        (r.When("grade", "CEO", r.Shares("interests")), ["rule_is"]),
        (r.When("mood", "4", r.Shares("interests")), ["rule_is"]),
        (r.When("skills", "python", r.Shares("hobbies")), ["question_side", "question_unknown"]),
        (r.When("town", "Bonn", r.Shares("interests")), ["question_kind"]),
    ],
    ids=str,
)
def test_a_rule_that_does_not_fit_the_questionnaire_says_why(rule: r.Rule, codes: list[str]) -> None:
    """Unknown questions, wrong kinds and wrong sides are found before anybody is scored."""
    questionnaire = Questionnaire([*plainly.QUESTIONNAIRE, q.Number("age")])
    findings = rule.check(questionnaire)
    assert [finding.code for finding in findings] == codes
    assert all(finding.where == f"rule {rule.title}" for finding in findings)


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        (r.Differs("department", weight=3, missing="zero"), ["condition_setting", "condition_setting"]),
        (r.Close("years"), ["condition_within"]),
        (r.Ahead("years", ideal=(1, 4)), ["condition_bounds"]),
        (r.When("grade", "EO", r.Close("years")), ["condition_within"]),
        (r.AtLeast(r.Close("years"), 0.5), []),
        (r.AtLeast(r.Shares("interest"), 0.5), ["question_unknown"]),
    ],
    ids=str,
)
def test_a_condition_that_does_not_fit_says_why(condition: r.Rule, codes: list[str]) -> None:
    """A condition has no weight, and Close as a condition needs to know how close."""
    findings = condition.check(plainly.QUESTIONNAIRE, as_condition=True)
    assert [finding.code for finding in findings] == codes
    assert all(finding.where == f"condition {condition.title}" for finding in findings)


def test_an_unknown_question_gets_a_suggestion() -> None:
    """The message names the rule, the question and what was probably meant."""
    (finding,) = r.Covers("goals", by="skill").check(plainly.QUESTIONNAIRE)
    assert str(finding) == "rule Covers('goals'): there is no question 'skill'; did you mean 'skills'?"


@pytest.mark.parametrize(
    ("rule", "messages"),
    [
        (r.Covers("goal"), ["rule Covers('goal'): there is no question 'goal'; did you mean 'goals'?"]),
        (
            r.Covers("years", by="years"),
            ["rule Covers('years'), question 'years': expected a question of kind MultiChoice or Choice, not Number"],
        ),
        (
            r.Covers("skill", by="goal"),
            [
                "rule Covers('skill'): there is no question 'skill'; did you mean 'skills'?",
                "rule Covers('skill'): there is no question 'goal'; did you mean 'goals'?",
            ],
        ),
        (
            r.Table("grad", scores={("EO", "EO"): 1}),
            ["rule Table('grad'): there is no question 'grad'; did you mean 'grade'?"],
        ),
    ],
    ids=repr,
)
def test_one_question_read_on_both_sides_is_reported_once(rule: r.Rule, messages: list[str]) -> None:
    """The same typing error twice in a message makes somebody look for two."""
    assert [str(finding) for finding in rule.check(plainly.QUESTIONNAIRE)] == messages


@pytest.mark.parametrize("rule", strategies.RULES, ids=str)
def test_rules_that_fit_have_no_findings(rule: r.Rule) -> None:
    """Nothing that the other tests score is refused by the check."""
    assert rule.check(plainly.QUESTIONNAIRE) == []


def test_unknown_keys_in_the_json_of_a_rule_are_refused() -> None:
    """A misspelt setting in a saved program is told and not dropped."""
    with pytest.raises(ProgramError, match="'wieght'"):
        doors.read_json(r.AnyRule, '{"kind": "Same", "question": "town", "wieght": 2}', what="rule")


@pytest.mark.parametrize(
    ("rule", "title"),
    [
        (r.Covers("goals", by="skills"), "Covers('goals')"),
        (r.Shares("interests"), "Shares('interests')"),
        (r.Close("mood"), "Close('mood')"),
        (r.Ahead("years", ideal=(3, 10)), "Ahead('years')"),
        (r.Same("town"), "Same('town')"),
        (r.Differs("department"), "Differs('department')"),
        (r.AtLeast(r.Shares("interests"), 0.2), "AtLeast(Shares('interests'), 0.2)"),
    ],
)
def test_a_rule_is_called_as_it_is_written(rule: Any, title: str) -> None:
    """Tables and messages name a rule by its kind and its question."""
    assert rule.title == title
