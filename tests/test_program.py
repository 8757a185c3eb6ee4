"""A program is one frozen value that goes through JSON and back, and says everything that is wrong with it."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from typing import Any

import numpy as np
import plainly
import pytest
import strategies
from hypothesis import given, settings
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch import formats
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.questions import RESERVED

PROGRAM = mm.Program(
    "Spring",
    plainly.QUESTIONNAIRE,
    [r.Covers("goals", by="skills", weight=60), r.Shares("interests", weight=0.35)],
    [r.Differs("department")],
)
COHORT = strategies.cohort(*strategies.seeded(1, 5, 5))

# Hypothesis tries words of the tested code too, and those that records reserve are no ids of questions.
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).filter(
    lambda text: text.strip() and text.strip() not in RESERVED
)
questions = st.lists(
    st.one_of(
        st.builds(q.Choice, words, options=st.lists(words, min_size=1, max_size=3, unique=True), ordered=st.booleans()),
        st.builds(
            q.MultiChoice,
            words,
            options=st.lists(words, min_size=1, max_size=3, unique=True),
            at_most=st.none() | st.just(2),
        ),
        st.builds(q.Scale, words, st.integers(0, 3), st.integers(4, 9)),
        st.builds(q.Number, words, unit=words, minimum=st.none() | st.just(0.5), private=st.booleans()),
        st.builds(q.Text, words, text=words, asked_of=st.sampled_from(["mentor", "mentee", "both"])),
        st.builds(q.Reference, words, required=st.booleans()),
        st.builds(q.Ranking, words, options=st.lists(words, min_size=1, max_size=3, unique=True)),
    ),
    max_size=4,
)


@st.composite
def programs(draw: st.DrawFn) -> mm.Program:
    """Programs with every kind of rule and every setting."""
    order = draw(st.sampled_from(["participation", "points"]))
    return mm.Program(
        draw(words),
        plainly.QUESTIONNAIRE,
        draw(strategies.weighted()),
        draw(strategies.conditions()),
        format=formats.Pairs(),
        aim=mm.Aim(order, minimum_score=draw(st.integers(0, 2**45))),
        seed=draw(st.integers(1 - 2**63, 2**63 - 1)),
    )


def functions_of(*rules: Any) -> dict[str, Any]:
    """The functions of custom rules by label, which JSON cannot hold."""
    inside = [rule for given_ in rules for rule in (given_, getattr(given_, "rule", None))]
    inside += [getattr(rule, "rule", None) for rule in inside]
    return {rule.label: rule.function for rule in inside if isinstance(rule, r.Custom)}


def refused(call: Any) -> str:
    with pytest.raises(mm.ProgramError) as caught:
        call()
    return str(caught.value)


@settings(max_examples=200)
@given(programs())
def test_a_program_goes_through_json_and_back(program: mm.Program) -> None:
    """Everything an administrator decides is saved and read again, and is saved the same again."""
    functions = functions_of(*program.rules, *program.conditions)
    text = program.to_json(functions)
    for again in (mm.Program.from_json(text, functions), mm.Program.from_json(text.encode(), functions)):
        assert again == program
        assert str(again) == str(program)
        assert again.to_json(functions) == text
    assert json.loads(text)["version"] == 1


@given(questions)
def test_every_kind_of_question_goes_with_its_program(asked: Any) -> None:
    """The questionnaire is part of the program, whatever it asks."""
    try:
        questionnaire = mm.Questionnaire([*asked, q.Choice("the last", ["a", "b"])], blanks=["n/a"])
    except mm.ProgramError:
        return
    program = mm.Program("p", questionnaire, [r.Same("the last")])
    assert mm.Program.from_json(program.to_json()) == program


@pytest.mark.parametrize("rule", [*strategies.RULES, *strategies.CONDITIONS], ids=repr)
def test_every_rule_is_saved_with_its_settings(rule: r.Rule) -> None:
    """Not one kind or setting gets lost on the way through JSON, as a rule or as a condition."""
    functions = functions_of(rule)
    if rule.check(plainly.QUESTIONNAIRE):
        program = mm.Program("p", plainly.QUESTIONNAIRE, [r.Same("town")], [rule])
    else:
        program = mm.Program("p", plainly.QUESTIONNAIRE, [rule])
    again = mm.Program.from_json(program.to_json(functions), functions)
    assert (again.rules, again.conditions) == (program.rules, program.conditions)


@pytest.mark.parametrize(
    ("rule", "as_written"),
    [
        (r.AtLeast(r.Covers("goals", by="skills"), 1), "AtLeast(Covers('goals', by='skills'), 1)"),
        (r.AtLeast(r.Covers("goals", by="skills"), 1.0), "AtLeast(Covers('goals', by='skills'), 1)"),
        (r.AtLeast(r.Covers("goals", by="skills"), np.float32(0.5)), "AtLeast(Covers('goals', by='skills'), 0.5)"),
        (r.Ahead("years", ideal=(3, 10.0), least=1.5), "Ahead('years', ideal=(3, 10), least=1.5)"),
        (r.Close("years", within=4.0), "Close('years', within=4)"),
        (r.Close("years", within=2.5, weight=3.0, missing=1), "Close('years', within=2.5, weight=3, missing=1)"),
        (r.When("mood", 3.0, r.Same("town")), "When('mood', 3, Same('town'))"),
        (r.When("mood", np.int64(3), r.Same("town"), weight=0.0), "When('mood', 3, Same('town'), weight=0)"),
        (
            r.Table("topic", by="department", scores={("Sales", "lead"): 1, ("Sales", "grow"): 0.0}),
            "Table('topic', by='department', scores=(('Sales', 'lead', 1), ('Sales', 'grow', 0)))",
        ),
        (r.Same("town", weight=1e300, missing=-0.0), "Same('town', weight=1e+300, missing=0)"),
    ],
    ids=repr,
)
def test_numbers_keep_their_form(rule: r.Rule, as_written: str) -> None:
    """Titles stand in explanations and name conditions, so 1 must not become 1.0 on its way through a file."""
    assert repr(rule) == as_written
    rules = [r.Shares("interests", label="other"), rule]
    if rule.check(plainly.QUESTIONNAIRE):
        program = mm.Program("p", plainly.QUESTIONNAIRE, rules[:1], [rule])
    else:
        program = mm.Program("p", plainly.QUESTIONNAIRE, rules)
    again = mm.Program.from_json(program.to_json())
    assert (str(again), repr(again)) == (str(program), repr(program))
    assert again.to_json() == program.to_json()


@pytest.mark.parametrize("bound", [2, 2.0, np.int64(2), np.float64(2)], ids=repr)
def test_numbers_of_conditions_on_people_keep_their_form(bound: Any) -> None:
    """Who is refused is told the title, which is the same however the number was given."""
    one = r.Eligible("mentor", "years", at_least=bound, is_not=[bound, 7.5])
    assert one.title == "Eligible('mentor', 'years', is_not=(2, 7.5), at_least=2)"
    program = PROGRAM.with_(eligibility=[one])
    again = mm.Program.from_json(program.to_json())
    assert (str(again), repr(again)) == (str(program), repr(program))


def test_a_saved_program_matches_alike() -> None:
    """What comes out of a file scores and matches as what went in."""
    again = mm.Program.from_json(PROGRAM.to_json())
    assert again.match(COHORT) == PROGRAM.match(COHORT)
    assert (again.score(COHORT).to_numpy() == PROGRAM.score(COHORT).to_numpy()).all()


def test_the_schema_mentions_every_kind_and_no_more_than_is_read() -> None:
    """Other systems write programs by the schema, so every kind of question and rule stands in it."""
    schema = mm.Program.schema()
    text = json.dumps(schema)
    for kind in ("Choice", "MultiChoice", "Scale", "Number", "Text", "Reference", "Ranking"):
        assert f'"{kind}"' in text
    for kind in ("Covers", "Shares", "Close", "Ahead", "Same", "Differs", "AtLeast", "When", "Pairs"):
        assert f'"{kind}"' in text
    assert schema["additionalProperties"] is False
    assert set(json.loads(PROGRAM.to_json())) <= set(schema["properties"])
    assert {"name", "questionnaire", "rules"} <= set(schema["required"])
    inside = schema["$defs"]
    references = set(json.dumps(schema).split('"$ref": "#/$defs/')[1:])
    assert {reference.split('"')[0] for reference in references} <= set(inside)
    objects = [one for name, one in inside.items() if one.get("type") == "object" and "properties" in one]
    assert all(one.get("additionalProperties") is False for one in objects)
    schema.clear()
    assert mm.Program.schema() != {}


def edited(change: Any) -> str:
    data = json.loads(PROGRAM.to_json())
    change(data)
    return json.dumps(data)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda d: d.update(colour="red"), "program: there is no field 'colour' here"),
        (lambda d: d["rules"][0].update(wieght=3), "rules[0]: there is no field 'wieght' here; did you mean 'weight'?"),
        (
            lambda d: d["questionnaire"]["questions"][0].update(kolor=1),
            "questionnaire.questions[0]: there is no field 'kolor' here",
        ),
        (lambda d: d["aim"].update(fairnes=1), "aim: there is no field 'fairnes' here"),
        (lambda d: d["format"].update(size=4), "format: there is no field 'size' here"),
        (lambda d: d.update(version=2), "version: expected 1"),
        (lambda d: d.update(version="1"), "version: expected 1"),
        (lambda d: d.pop("name"), "name: this field is missing"),
        (lambda d: d.pop("rules"), "rules: this field is missing"),
        (lambda d: d.update(seed=1.0), "seed: expected a whole number"),
        (lambda d: d.update(seed=2**63), "seed: expected a whole number of at most 63 bits"),
        (lambda d: d.update(seed=True), "seed: expected a whole number"),
        (lambda d: d["rules"][0].update(kind="Cover"), "expected 'kind' to be one of"),
        (lambda d: d["rules"][0].pop("kind"), "rules[0]: expected a field 'kind' that says what this is"),
        (lambda d: d["rules"][0].update(weight="60"), "rules[0].weight: expected a number"),
        (
            lambda d: d["rules"][1].update(question="intrests"),
            "there is no question 'intrests'; did you mean 'interests'?",
        ),
        (lambda d: d["conditions"][0].update(weight=2), "condition Differs('department'): a condition has no weight"),
        (lambda d: d.update(rules={}), "rules: expected a list"),
        (lambda d: d.update(rules=[]), "rules: there are no rules, so no pair is better than another"),
    ],
)
def test_json_that_cannot_be_meant_is_refused_with_its_place(change: Any, text: str) -> None:
    """A typing error in a file is named with the way to it, and is never read as a default."""
    message = refused(lambda: mm.Program.from_json(edited(change)))
    assert text in message


@pytest.mark.parametrize("text", ["", "null", "[]", b"\xff\xfe", "{" * 10_000, '{"name": NaN}', 5, None, "\ud800"])
def test_what_is_no_json_of_a_program_is_refused(text: Any) -> None:
    """A broken file is a ProgramError and never another kind of error."""
    assert refused(lambda: mm.Program.from_json(text))


def test_with_changes_settings_and_nothing_else() -> None:
    """A program with another setting is another value; the first one stays."""
    other = PROGRAM.with_(name="Autumn", seed=np.int64(7), conditions=())
    assert (other.name, other.seed, other.conditions) == ("Autumn", 7, ())
    assert type(other.seed) is int
    assert (other.rules, other.questionnaire) == (PROGRAM.rules, PROGRAM.questionnaire)
    assert PROGRAM.name == "Spring"
    assert PROGRAM.with_() == PROGRAM
    assert refused(lambda: PROGRAM.with_(nmae="x", version=2)) == (
        "2 settings of the program cannot be meant as written:\n"
        "  nmae: a program has no such setting; did you mean 'name'?\n"
        "  version: a program has no such setting"
    )
    assert refused(lambda: PROGRAM.with_(conditions=[r.Differs("departmnt")])) == (
        "condition Differs('departmnt'): there is no question 'departmnt'; did you mean 'department'?"
    )


def test_with_weights_changes_weights_by_label() -> None:
    """Weights are changed by the name that is shown, all findings at once."""
    other = PROGRAM.with_weights(goals=40, interests=0)
    assert [rule.weight for rule in other.rules] == [40, 0]
    assert [rule.weight for rule in PROGRAM.rules] == [60, 0.35]
    labelled = PROGRAM.with_(rules=[r.Covers("goals", by="skills", label="their goals")])
    assert labelled.with_weights(**{"their goals": 2}).rules[0].weight == 2
    assert refused(lambda: PROGRAM.with_weights(golas=1, goals=-1, interests="3")) == (
        "3 settings of the program cannot be meant as written:\n"
        "  golas: no rule has this label; did you mean 'goals'?\n"
        "  rule Covers('goals'): expected a weight that is a number and not below 0\n"
        "  rule Shares('interests'): expected a weight that is a number and not below 0"
    )
    assert refused(lambda: PROGRAM.with_weights(goals=0, interests=0)) == (
        "rules: all weights are 0, so no pair is better than another"
    )


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"name": ""}, "name: expected a name"),
        ({"name": None}, "name: expected a name"),
        ({"name": "a\ud800"}, "name: expected a name of whole characters"),
        ({"questionnaire": []}, "questionnaire: expected a value of type Questionnaire"),
        ({"format": "pairs"}, "format: expected one of mentormatch.formats, such as Pairs()"),
        ({"aim": "points"}, "aim: expected a value of type Aim"),
        ({"rules": "Covers"}, "rules: expected a list of rules"),
        ({"rules": r.Same("town")}, "rules: expected a list of rules"),
        ({"rules": {r.Same("town")}}, "rules: expected a list of rules"),
        ({"rules": (r.Same("town") for _ in "a")}, "rules: expected a list of rules"),
        (
            {"rules": ["goals", r.Same("town"), None]},
            (
                "2 settings of the program cannot be meant as written:\n"
                "  rules[0]: expected a rule, not a str\n"
                "  rules[2]: expected a rule, not a NoneType"
            ),
        ),
        ({"rules": []}, "rules: there are no rules, so no pair is better than another"),
        ({"conditions": None}, "conditions: expected a list of rules"),
        ({"seed": 1.5}, "seed: expected a whole number of at most 63 bits"),
        ({"seed": True}, "seed: expected a whole number of at most 63 bits"),
        ({"seed": 10**5_000}, "seed: expected a whole number of at most 63 bits"),
        ({"version": 2}, "version: expected version 1"),
        ({"version": True}, "version: expected version 1"),
        (
            {"name": 5, "rules": 5, "seed": None},
            (
                "3 settings of the program cannot be meant as written:\n"
                "  rules: expected a list of rules\n"
                "  name: expected a name\n"
                "  seed: expected a whole number of at most 63 bits"
            ),
        ),
        (
            {"rules": [r.Same("twon"), r.Same("town"), r.Same("town")], "conditions": [r.Close("years")]},
            (
                "3 settings of the program cannot be meant as written:\n"
                "  rule Same('twon'): there is no question 'twon'; did you mean 'town'?\n"
                "  rules: 2 rules are called 'town'; give each its own label=\n"
                "  condition Close('years'): expected within=; say how far apart two answers may be"
            ),
        ),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(settings: dict[str, Any], text: str) -> None:
    """Every wrong setting is named, all at once, before anything is scored."""
    given_ = {"name": "p", "questionnaire": plainly.QUESTIONNAIRE, "rules": [r.Same("town")]} | settings
    assert refused(lambda: mm.Program(**given_)) == text


def test_a_cohort_of_another_questionnaire_is_refused() -> None:
    """Answers to other questions cannot be scored, however much alike the questions are."""
    other = mm.Questionnaire([*plainly.QUESTIONNAIRE, q.Text("one more")])
    cohort = mm.Cohort.from_records(other, mentors=[{"id": "a"}])
    for call in (PROGRAM.match, PROGRAM.score, PROGRAM.check_supply):
        assert refused(lambda call=call: call(cohort)) == (
            "cohort: expected a cohort that answered this program's questionnaire"
        )
        for wrong in (None, [], plainly.QUESTIONNAIRE):
            assert refused(lambda call=call, wrong=wrong: call(wrong)) == "cohort: expected a Cohort"
    same = mm.Cohort.from_records(mm.Questionnaire(list(plainly.QUESTIONNAIRE)), mentors=[{"id": "a"}])
    assert PROGRAM.match(same).unmatched


@pytest.mark.parametrize("norms", [5, "goals", [("goals", 1)], {"goals": 2}, {"goals": None}, {"goals": True}])
def test_norms_that_cannot_be_meant_are_refused(norms: Any) -> None:
    """Means of an earlier wave are numbers from 0 to 1 by the name of a rule."""
    assert refused(lambda: PROGRAM.score(COHORT, norms)).startswith("norms: expected")


def test_programs_are_frozen_hashable_and_picklable() -> None:
    """A program can be a key, be sent to another process, and never changes under anybody's hands."""
    rules = [r.Same("town")]
    program = mm.Program("p", plainly.QUESTIONNAIRE, rules)
    rules.append(r.Shares("interests"))
    assert program.rules == (r.Same("town"),)
    for value, field in ((program, "name"), (program.rules[0], "weight"), (program.aim, "order")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, field, "x")
    same = mm.Program("p", mm.Questionnaire(list(plainly.QUESTIONNAIRE)), (r.Same("town"),))
    assert program == same
    assert hash(program) == hash(same)
    assert len({program, same, PROGRAM}) == 2
    for again in (pickle.loads(pickle.dumps(PROGRAM)), copy.deepcopy(PROGRAM), copy.copy(PROGRAM)):
        assert again == PROGRAM
        assert again.match(COHORT).pairs == PROGRAM.match(COHORT).pairs


def test_the_text_of_a_program() -> None:
    """Printed, a program is its aim, its rules with their weights and its conditions."""
    assert str(PROGRAM.with_(name="Spring\x1b[2J\n")) == (
        "Program Spring [2J\n"
        "==================\n"
        "\n"
        "questions  10\n"
        "format     pairs\n"
        "aim        participation first, then points\n"
        "\n"
        "Rules\n"
        "  weight  rule\n"
        "      60  Covers('goals')\n"
        "    0.35  Shares('interests')\n"
        "\n"
        "Conditions\n"
        "  condition\n"
        "  Differs('department')"
    )
