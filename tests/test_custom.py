"""Rules that somebody writes as a function: what it sees, what it may give, and who is blamed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.cohort import Cohort
from mentormatch.errors import ProgramError
from mentormatch.program import Program
from mentormatch.questionnaire import Questionnaire
from mentormatch.scores import check_rules, score

ASKED = Questionnaire(
    [
        q.Choice("grade", ["EO", "HEO"]),
        q.MultiChoice("skills", ["Python", "Law", "Welsh"]),
        q.Scale("mood", 1, 5),
        q.Number("years"),
        q.Text("town"),
        q.Reference("manager"),
        q.Ranking("order", ["skills", "town"], asked_of="mentee"),
        q.Choice("health", ["good", "bad"], private=True),
    ]
)
EVERYTHING = [question.id for question in ASKED]


def cohort() -> Cohort:
    """Two mentors and two mentees; one of each left everything blank."""
    answers = {"grade": "HEO", "skills": ["Welsh", "Python"], "mood": 4, "years": 2.5, "town": "Ulm", "manager": "x"}
    return Cohort.from_records(
        ASKED,
        mentors=[{"id": "ada", "health": "bad", **answers}, {"id": "bo"}],
        mentees=[{"id": "tim", "order": ["town", "skills"], **answers}, {"id": "kay"}],
    )


def test_a_function_sees_the_answers_that_it_uses() -> None:
    """Answers come as plain values, a blank as None; a question that the side is not asked is not there."""
    seen: dict[str, Any] = {}

    @r.custom("look", uses=EVERYTHING)
    def look(mentor: Mapping[str, Any], mentee: Mapping[str, Any]) -> bool:
        if mentor["town"] and mentee["town"]:
            seen.update(mentor=dict(mentor), mentee=dict(mentee), shown=repr(mentor), size=len(mentor))
        if not mentor["town"]:
            seen["blank"] = dict(mentor)
        return True

    value, known = look.values(cohort().mentors, cohort().mentees)
    assert (value * known).all()
    both = {"grade": "HEO", "skills": ("Python", "Welsh"), "mood": 4, "years": 2.5, "town": "Ulm", "manager": "x"}
    assert seen["mentor"] == {**both, "health": "bad"}
    assert type(seen["mentor"]["mood"]) is int
    assert seen["mentee"] == {**both, "order": ("town", "skills"), "health": None}
    assert seen["blank"] == dict.fromkeys((*both, "health"))
    assert seen["shown"] == "Answers('grade', 'skills', 'mood', 'years', 'town', 'manager', 'health')"


def test_nothing_else_can_be_seen() -> None:
    """What is not in uses= cannot be read, so that uses= decides whether the rule is private."""
    sneaky = r.custom("sneaky", uses=["town"])(lambda mentor, mentee: mentor["health"] == "bad")
    with pytest.raises(ProgramError) as error:
        sneaky.values(cohort().mentors, cohort().mentees)
    assert str(error.value) == (
        "custom('sneaky'), mentor 'ada', mentee 'tim': the function raised KeyError; "
        "a function sees the questions in uses= that this side is asked, and a blank is None"
    )
    assert isinstance(error.value.__cause__, KeyError)
    block = r.custom("block", uses=["town"], vectorised=True)(lambda mentors, mentees: mentors.column("health"))
    around = replace(block, function=lambda mentors, mentees: mentors.everybody.column("health"))
    for rule in (block, around):
        with pytest.raises(ProgramError, match=r"^custom\('block'\): the function raised ProgramError"):
            rule.values(cohort().mentors.take([0]), cohort().mentees)
    scores = score(cohort(), [r.custom("a", uses=["health"])(lambda *_: 1), r.custom("b", uses=["town"])(lambda *_: 1)])
    assert [part.private for part in scores.parts("ada", "tim")] == [True, False]
    with pytest.raises(TypeError):
        r.Answers(("town",), ("Ulm",))["town"] = "Bonn"  # type: ignore[index]


@pytest.mark.parametrize("given", [1.01, -0.1, float("nan"), "yes", [1], np.float32("inf"), 1 + 0j])
def test_what_a_function_may_not_give_is_blamed_on_it(given: Any) -> None:
    """The label and the two people are named, never an answer or what was given."""
    rule = r.custom("odd", uses=["years"])(lambda mentor, mentee: given if mentee["years"] is None else None)
    with pytest.raises(ProgramError) as error:
        score(cohort(), [rule]).to_numpy()
    assert str(error.value) == (
        "custom('odd'), mentor 'ada', mentee 'kay': the function gave something else: "
        "expected True, False, a number from 0 to 1 or None"
    )


def test_a_condition_gives_yes_or_no() -> None:
    """As a condition a number has no meaning; None is forbidden or allowed as for every condition."""
    half = r.custom("half", uses=["town"])(lambda mentor, mentee: 0.5)
    with pytest.raises(ProgramError, match=r"expected True, False or None$"):
        half.allows(cohort().mentors, cohort().mentees)
    assert score(cohort(), [half], [r.AtLeast(half, 0.5)]).allowed("ada", "tim")
    same = r.custom("town", uses=["town"])(
        lambda one, two: None if None in (one["town"], two["town"]) else np.bool_(one["town"] == two["town"])
    )
    assert score(cohort(), [half], [same]).to_numpy().tolist() == [[5_000, -1], [-1, -1]]
    lenient = replace(same, if_unknown="allow")
    assert (score(cohort(), [half], [lenient]).to_numpy() == 5_000).all()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([[1, 1], [1, 1]], "the function gave something else: expected an array of bools or numbers, shape (2, 2)"),
        (np.ones((2, 3)), "the function gave something else: expected an array of bools or numbers, shape (2, 2)"),
        (np.array([["a", "b"]] * 2), "the function gave something else: expected an array of bools or numbers"),
        (
            np.array([[0, 1], [2, 0]]),
            "mentor 'bo', mentee 'tim': the function gave something else: expected True, False",
        ),
        (np.array([[0, np.inf], [2, 0]]), "mentor 'ada', mentee 'kay'"),
    ],
)
def test_arrays_of_a_function_are_checked(given: Any, message: str) -> None:
    """A vectorised function gives one array of the right shape and range, else the first wrong pair is named."""
    rule = r.custom("block", uses=["town"], vectorised=True)(lambda mentors, mentees: given)
    with pytest.raises(ProgramError) as error:
        rule.values(cohort().mentors, cohort().mentees)
    assert message in str(error.value)


def test_arrays_of_a_function_are_not_changed() -> None:
    """NaN is where the function cannot judge; the function keeps its array; a condition takes bools."""
    mine = np.array([[0.5, np.nan], [1, 0]])
    rule = r.custom("block", uses=["town"], vectorised=True)(lambda mentors, mentees: mine)
    value, known = rule.values(cohort().mentors, cohort().mentees)
    assert value.tolist() == [[0.5, 0], [1, 0]]
    assert known.tolist() == [[True, False], [True, True]]
    assert np.isnan(mine[0, 1])
    with pytest.raises(ProgramError, match="expected True, False or NaN"):
        rule.allows(cohort().mentors, cohort().mentees)
    yes = r.custom("yes", uses=["town"], vectorised=True)(lambda mentors, mentees: mine > 0)
    assert yes.allows(cohort().mentors, cohort().mentees)[0].tolist() == [[True, False], [True, False]]


def test_a_function_is_called_once_for_equal_answers() -> None:
    """Few different answers make a function of thousands of pairs cheap."""
    calls = []
    rule = r.custom("count", uses=["grade"])(lambda one, two: calls.append(1) is None)
    people = [{"id": k, "grade": ("EO", "HEO", None)[k % 3]} for k in range(60)]
    large = Cohort.from_records(ASKED, mentors=people, mentees=people)
    assert rule.values(large.mentors, large.mentees)[0].all()
    assert len(calls) == 9
    odd = r.custom("odd", uses=["grade"])(lambda one, two: 2 if (one["grade"], two["grade"]) == ("HEO", None) else 0)
    with pytest.raises(ProgramError, match=r"^custom\('odd'\), mentor '1', mentee '2': "):
        odd.values(large.mentors, large.mentees)
    assert rule.values(large.mentors.take([]), large.mentees)[0].shape == (0, 60)


def fits(mentor: Mapping[str, Any], mentee: Mapping[str, Any]) -> bool:
    """A function for programs."""
    return bool(mentor["town"] == mentee["town"])


def program() -> Program:
    """A program with two custom rules, one inside another."""
    inside = r.custom("inside", uses=["town"])(fits)
    return Program(
        "P", ASKED, [r.custom("near", uses=["town"], weight=3)(fits)], [r.When("mood", 3, r.AtLeast(inside, 0.5))]
    )


def test_functions_are_refused_by_name_and_read_by_name() -> None:
    """JSON holds all but the functions: they are named when written and handed over when read."""
    with pytest.raises(ProgramError) as error:
        program().to_json()
    hint = "name it in functions=, and give from_json functions={label: function}"
    assert str(error.value) == (
        "2 settings of the program cannot be meant as written:\n"
        f"  rule custom('near'): JSON holds no function; {hint}\n"
        f"  condition custom('inside'): JSON holds no function; {hint}"
    )
    text = program().to_json(functions=["near", "inside"])
    assert Program.from_json(text, functions={"near": fits, "inside": program().rules[0]}) == program()
    assert program().to_json(functions={"near": fits, "inside": fits}) == text
    with pytest.raises(ProgramError) as error:
        Program.from_json(text, functions={"nearr": fits, "inside": fits})
    assert str(error.value) == ("rules[0]: there is no function for the custom rule 'near'; did you mean 'nearr'?")
    with pytest.raises(ProgramError, match="there is no function for the custom rule 'near'"):
        Program.from_json(text)
    with pytest.raises(ProgramError, match="expected a mapping of labels"):
        Program.from_json(text, functions=[fits])  # type: ignore[arg-type]


def test_json_cannot_bring_a_function() -> None:
    """A field named function in the JSON is refused, and so is a custom rule without a label."""
    data = json.loads(program().to_json(functions=["near", "inside"]))
    data["rules"][0]["function"] = "os.system"
    data["conditions"][0]["rule"]["rule"]["label"] = None
    with pytest.raises(ProgramError) as error:
        Program.from_json(json.dumps(data), functions={"near": fits, "inside": fits})
    assert len(error.value.findings) >= 2
    assert "function" not in Program.schema()["$defs"]["Custom"]["properties"]


def test_custom_rules_are_rules() -> None:
    """They can be called, weighted by label, printed and told apart."""
    rule = r.custom("near", uses=["town"], weight=3, missing="zero")(fits)
    assert rule({"town": 1}, {"town": 1})
    assert repr(rule) == "custom('near', uses=('town',), weight=3, missing='zero')"
    assert (rule.title, rule.name, rule.weight) == ("custom('near')", "near", 3)
    assert program().with_weights(near=5).rules[0].weight == 5
    assert score(cohort(), [rule]).norms == {}
    twice = [rule, replace(rule, weight=1)]
    assert [finding.code for finding in check_rules(ASKED, twice)] == ["label_repeated"]


@pytest.mark.parametrize(
    ("make", "codes"),
    [
        (lambda: r.custom("a", uses="town")(fits), ["custom_uses"]),
        (lambda: r.custom("a", uses=["town", " "])(fits), ["custom_uses"]),
        (lambda: r.custom(" ", uses=["town"])(fits), ["rule_label"]),
        (lambda: r.custom(None, uses=["town"])(fits), ["rule_label"]),  # type: ignore[arg-type]
        (lambda: r.custom("a", uses=["town"], vectorised=1)(None), ["custom_vectorised", "custom_function"]),  # type: ignore[arg-type]
        (lambda: r.custom("a", uses=["town"], weight=-1)(fits), ["rule_weight"]),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(make: Any, codes: list[str]) -> None:
    """A custom rule has a label, a list of questions and a function."""
    with pytest.raises(ProgramError) as error:
        make()
    assert [finding.code for finding in error.value.findings] == codes


def test_uses_must_be_questions() -> None:
    """A misspelt question is found before anybody is scored."""
    (finding,) = check_rules(ASKED, [r.custom("near", uses=["twon"])(fits)])
    assert str(finding) == "rule custom('near'): there is no question 'twon'; did you mean 'town'?"


def test_a_function_of_no_answers_may_know_the_people() -> None:
    """A vectorised function without uses= sees ids alone, and may bring a table of its own."""
    table = {("ada", "tim"): 0.25}

    @r.custom("own", vectorised=True)
    def own(mentors: Any, mentees: Any) -> Any:
        return np.array([[table.get((one, two), np.nan) for two in mentees.ids] for one in mentors.ids])

    assert score(cohort(), [replace(own, missing="zero")]).to_numpy().tolist() == [[2_500, 0], [0, 0]]
