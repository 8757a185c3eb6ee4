"""Who may take part: the condition on one person, its reason, and what it does to the scores."""

from __future__ import annotations

from typing import Any

import plainly
import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st

from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.cohort import Cohort
from mentormatch.errors import ChoiceError, ProgramError
from mentormatch.program import Program
from mentormatch.questionnaire import Questionnaire
from mentormatch.scores import Forbidden, Removal, ScoreMatrix, check_rules, score

some = st.lists(st.sampled_from(strategies.ELIGIBLE), max_size=3, unique=True)


@given(strategies.both_sides(), strategies.weighted(), strategies.conditions(), some)
def test_who_is_refused_has_no_allowed_pair(
    sides: Any, rules: list[Any], conditions: list[Any], eligibility: list[r.Eligible]
) -> None:
    """The scores are those of the rules, but for -1 in every row and column of somebody who may not take part."""
    scores = score(strategies.cohort(*sides), rules, conditions, eligibility=eligibility)
    assert scores.to_numpy().tolist() == plainly.matrix(rules, conditions, *sides, eligibility)
    for side, people in zip(("mentor", "mentee"), sides, strict=True):
        expected = [person["id"] for person in people if not plainly.takes_part(eligibility, side, person)]
        assert list(scores.ineligible(side)) == expected  # type: ignore[arg-type]


@given(strategies.both_sides(), strategies.conditions(), some)
def test_what_forbids_a_pair_is_told(sides: Any, conditions: list[Any], eligibility: list[r.Eligible]) -> None:
    """A pair is forbidden exactly where something forbids it, and the counts by condition are those of the pairs."""
    scores = score(strategies.cohort(*sides), [r.Same("mood")], conditions, eligibility=eligibility)
    counted: dict[tuple[str, str], dict[str, tuple[int, int]]] = {}
    for mentor in scores.mentors:
        for mentee in scores.mentees:
            reasons = scores.forbidding(mentor, mentee)
            assert bool(reasons) != scores.allowed(mentor, mentee)
            for reason in reasons:
                for person in (("mentor", mentor), ("mentee", mentee)):
                    people, unknown = counted.setdefault(person, {}).get(reason.title, (0, 0))
                    counted[person][reason.title] = people + 1, unknown + reason.unknown
    sides_of: list[tuple[Any, tuple[str, ...]]] = [("mentor", scores.mentors), ("mentee", scores.mentees)]
    for side, people_of in sides_of:
        for person_of in people_of:
            told = {one.title: (one.people, one.unknown) for one in scores.removals(side, person_of)}
            assert told == counted.get((side, person_of), {})


QUESTIONNAIRE = Questionnaire(
    [
        q.Number("years", asked_of="mentor"),
        q.Choice("grade", ["EO", "HEO", "SEO"], ordered=True),
        q.Choice("leaving", ["yes", "no"], private=True),
        q.Text("town"),
        q.MultiChoice("skills", ["Python", "Law"]),
    ]
)
TWO_YEARS = r.Eligible("mentor", "years", at_least=2, reason="mentors have been here for two years")
STAYS = r.Eligible("mentor", "leaving", is_="no")


def cohort() -> Cohort:
    """Four mentors, of whom one may take part, and two mentees."""
    return Cohort.from_records(
        QUESTIONNAIRE,
        mentors=[
            {"id": "ada", "years": 2, "leaving": "no", "town": "Ulm"},
            {"id": "bo", "years": 1.9, "leaving": "no"},
            {"id": "cy", "years": 30, "leaving": "yes"},
            {"id": "dee"},
        ],
        mentees=[{"id": "tim", "town": "Ulm"}, {"id": "kay", "town": "Ulm"}],
    )


def scored() -> ScoreMatrix:
    """Their scores."""
    return score(cohort(), [r.Same("town")], eligibility=[TWO_YEARS, STAYS])


def test_everybody_refused_is_told_the_reason() -> None:
    """The reason is the administrator's sentence; without one it is the condition, never an answer to a private one."""
    assert scored().ineligible("mentor") == {
        "bo": "mentors have been here for two years",
        "cy": "a private answer",
        "dee": "mentors have been here for two years (the answer is blank); a private answer",
    }
    assert scored().ineligible("mentee") == {}


def test_explanations_know_whom_a_condition_refuses() -> None:
    """What forbids a pair and what it takes from a person say which side may not take part, and why."""
    scores = scored()
    title = "Eligible('mentor', 'years', at_least=2)"
    assert scores.forbidding("bo", "tim") == (Forbidden(title, False, False, "mentor", TWO_YEARS.reason),)
    assert scores.removals("mentor", "bo") == (Removal(title, 2, 0, False, "mentor"),)
    assert scores.removals("mentee", "tim") == (
        Removal(title, 2, 1, False, "mentor"),
        Removal("Eligible('mentor', 'leaving', is_='no')", 2, 1, True, "mentor"),
    )
    assert [(one.mentor, one.points) for one in scores.top("tim", 5)] == [("ada", 10_000)]


def test_own_scores_refuse_nobody() -> None:
    """Scores without a cohort know no answers, and a side that is none is told."""
    own = ScoreMatrix.from_array([[1]])
    assert own.ineligible("mentor") == {}
    with pytest.raises(ChoiceError, match="expected the side 'mentor' or 'mentee'"):
        own.ineligible("both")  # type: ignore[arg-type]


def test_a_program_matches_and_counts_only_who_may_take_part() -> None:
    """Program, JSON, supply and matching all honour who may take part."""
    program = Program("P", QUESTIONNAIRE, [r.Same("town")], eligibility=[TWO_YEARS, STAYS])
    assert Program.from_json(program.to_json()) == program
    assert [(pair.mentor, pair.points) for pair in program.match(cohort()).pairs] == [("ada", 10_000)]
    supply = program.check_supply(cohort())
    assert (supply.mentors, supply.seats, supply.mentees) == (1, 1, 2)
    assert "Who may take part\n  condition\n  Eligible('mentor', 'years', at_least=2)\n" in str(program)


def test_eligible_prints_as_the_call_that_makes_it() -> None:
    """The repr can be read back; the title leaves out what is not part of the test."""
    for one in [*strategies.ELIGIBLE, TWO_YEARS]:
        assert eval(repr(one), vars(r)) == one
    one = r.Eligible("mentee", "grade", is_=["EO"], reason="why", label="grade", if_unknown="allow")
    assert repr(one).endswith("is_=('EO',), reason='why', label='grade', if_unknown='allow')")
    assert (one.title, one.name) == ("Eligible('mentee', 'grade', is_=('EO',))", "grade")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: r.Eligible("mentor", "years"),
            (
                "eligibility Eligible('mentor', 'years'): expected what the answer must be; "
                "give is_=, is_not=, at_least= or at_most="
            ),
        ),
        (
            lambda: r.Eligible("both", "years", at_least=[2], reason=3, label=" ", if_unknown="no"),  # type: ignore[arg-type]
            (
                "5 settings of the program cannot be meant as written:\n"
                "  eligibility Eligible('both', 'years', at_least=(2,)): expected the side 'mentor' or 'mentee'\n"
                "  eligibility Eligible('both', 'years', at_least=(2,)): expected at_least= to be one answer, as "
                "text or numbers\n"
                "  eligibility Eligible('both', 'years', at_least=(2,)): expected reason= to be text\n"
                "  eligibility Eligible('both', 'years', at_least=(2,)): expected a label that is text and not blank\n"
                "  eligibility Eligible('both', 'years', at_least=(2,)): expected if_unknown='forbid' or 'allow'"
            ),
        ),
        (
            lambda: r.Eligible("mentor", "years", is_=[True]),
            (
                "eligibility Eligible('mentor', 'years', is_=(True,)): expected is_= to be one answer or a list of "
                "answers, as text or numbers"
            ),
        ),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(make: Any, message: str) -> None:
    """A condition without a test, or with settings of another type, is never made."""
    with pytest.raises(ProgramError) as error:
        make()
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (
            r.Eligible("mentee", "years", at_least=2),
            "expected a question that is asked of mentees, not of mentors only",
        ),
        (
            r.Eligible("mentor", "town", is_="Ulm"),
            "expected a question of kind Choice, MultiChoice, Scale or Number, not",
        ),
        (r.Eligible("mentor", "yaers", at_least=2), "there is no question 'yaers'; did you mean 'years'?"),
        (r.Eligible("mentor", "grade", at_least="HE0"), "'HE0' is not among the options; did you mean 'HEO'?"),
        (r.Eligible("mentor", "years", is_=["2"]), "question 'years': expected is_= to be a number"),
        (
            r.Eligible("mentor", "skills", at_least="Law"),
            "at_least= needs a number, a scale or a choice whose options have an order",
        ),
    ],
    ids=str,
)
def test_what_does_not_fit_the_questionnaire_says_why(one: r.Eligible, message: str) -> None:
    """Unknown questions, sides, kinds and options are found before anybody is refused."""
    (finding,) = check_rules(QUESTIONNAIRE, [r.Same("town")], eligibility=[one])
    assert str(finding).startswith(f"eligibility {one.title}")
    assert message in str(finding)


def test_lists_of_conditions_on_people_are_checked() -> None:
    """Something else in the list, a condition given twice and no list at all are told."""
    same = [r.Eligible("mentor", "years", at_least=2), r.Eligible("mentor", "years", at_least=2, reason="again")]
    assert [str(one) for one in check_rules(QUESTIONNAIRE, [r.Same("town")], eligibility=[r.Same("town"), *same])] == [
        "eligibility[0]: expected Eligible(...), not Same",
        (
            "eligibility: 2 conditions on who may take part are called 'Eligible('mentor', 'years', at_least=2)'; "
            "give each its own label="
        ),
    ]
    assert [one.code for one in check_rules(QUESTIONNAIRE, [r.Same("town")], eligibility=3)] == ["eligibility"]
    with pytest.raises(ProgramError) as error:
        Program("P", QUESTIONNAIRE, [r.Same("town")], eligibility=[r.Same("town")])
    assert str(error.value) == "eligibility[0]: expected a condition Eligible(...), not a Same"
