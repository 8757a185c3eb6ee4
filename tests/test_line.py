"""The reporting line: who is whose manager, also outside the cohort, and who may therefore not be a pair."""

from __future__ import annotations

import pickle
import random
from typing import Any

import numpy as np
import plainly
import pytest

from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.cohort import Cohort
from mentormatch.errors import AnswerError, ProgramError
from mentormatch.questionnaire import Questionnaire
from mentormatch.scores import Forbidden, score

ASKED = Questionnaire([q.Reference("manager"), q.Text("town")])
RULE = r.NotInReportingLine("manager")


def company(seed: int) -> tuple[list[Any], list[Any], dict[str, str]]:
    """People who report to somebody of a lower number or to nobody; some take no part, some have two roles."""
    draw = random.Random(seed)
    managers = {f"p{k}": f"p{draw.randrange(k)}" for k in range(1, 16) if draw.random() < 0.8}
    records = [{"id": f"p{k}", "manager": managers.get(f"p{k}")} for k in range(16)]
    mentors, mentees = draw.sample(records, 6), draw.sample(records, 6)
    shown = {person["id"] for person in (*mentors, *mentees)}
    given = {person: manager for person, manager in managers.items() if person not in shown or draw.random() < 0.3}
    hidden = [{**person, "manager": None} if person["id"] in given else person for person in mentors]
    return hidden, mentees, given


@pytest.mark.parametrize("levels", [1, 2, 3, 20])
@pytest.mark.parametrize("same_manager", [False, True])
def test_nobody_is_paired_within_the_line(levels: int, same_manager: bool) -> None:
    """The array of the condition is, pair by pair, a walk up the line from both people."""
    rule = r.NotInReportingLine("manager", levels=levels, same_manager=same_manager)
    for seed in range(60):
        mentors, mentees, given = company(seed)
        cohort = Cohort.from_records(ASKED, mentors=mentors, mentees=mentees, reporting_line=given)
        line = plainly.line(mentors, mentees, given)
        allowed, known = rule.allows(cohort.mentors, cohort.mentees)
        assert known.all()
        expected = [[plainly.apart(rule, line, one["id"], two["id"]) for two in mentees] for one in mentors]
        assert allowed.tolist() == expected
        some = cohort.mentors.take([4, 1]).take([1, 0])
        assert rule.allows(some, cohort.mentees)[0].tolist() == [expected[1], expected[4]]
        value, _ = rule.values(cohort.mentors, cohort.mentees)
        assert value.tolist() == expected
        listed = rule.forbidden(cohort.mentors, cohort.mentees)
        assert listed is not None
        assert set(zip(*map(list, listed), strict=True)) == set(zip(*map(list, np.nonzero(~allowed)), strict=True))


def test_many_forbidden_pairs_are_not_listed() -> None:
    """Hundreds of people of one manager are compared where it is needed, and not listed pair by pair."""
    mentors = [{"id": f"m{k}", "manager": "boss"} for k in range(60)]
    cohort = Cohort.from_records(ASKED, mentors=mentors, mentees=[{**one, "id": f"e{one['id']}"} for one in mentors])
    strict = r.NotInReportingLine("manager", same_manager=True)
    assert strict.forbidden(cohort.mentors, cohort.mentees) is None
    assert (score(cohort, [r.Same("town")], [strict]).to_numpy() == -1).all()
    assert (score(cohort, [r.Same("town")], [RULE]).to_numpy() == 0).all()


def test_both_directions_and_skip_levels() -> None:
    """A boss is no mentor of their people, nor the other way round; one level more or less decides."""
    ids = ["top", "mid", "low", "free"]
    line = {"low": "mid", "mid": "top"}
    people = [{"id": name, "manager": line.get(name)} for name in ids]
    cohort = Cohort.from_records(ASKED, mentors=people, mentees=people)
    for levels, apart in ((1, {("top", "low")}), (2, set())):
        allowed = r.NotInReportingLine("manager", levels=levels).allows(cohort.mentors, cohort.mentees)[0]
        found = {(a, b) for j, a in enumerate(ids) for i, b in enumerate(ids) if j < i and allowed[j, i]}
        assert found == {("top", "free"), ("mid", "free"), ("low", "free")} | apart
        assert (allowed == allowed.T).all()


def test_two_people_of_one_manager_are_kept_apart_where_asked() -> None:
    """Colleagues may be a pair unless same_manager=True; two blanks are not the same manager."""
    people: list[Any] = [[{"id": "m", "manager": "boss"}, {"id": "n"}], [{"id": "e", "manager": "boss"}, {"id": "f"}]]
    cohort = Cohort.from_records(ASKED, mentors=people[0], mentees=people[1])
    assert RULE.allows(cohort.mentors, cohort.mentees)[0].all()
    strict = r.NotInReportingLine("manager", same_manager=True)
    assert strict.allows(cohort.mentors, cohort.mentees)[0].tolist() == [[False, True], [True, True]]


def test_a_question_asked_of_one_side_makes_a_line() -> None:
    """Only mentees may be asked for their manager, and mentors only as well."""
    for side, allowed in (("mentee", [[False]]), ("mentor", [[True]])):
        asked = [q.Reference("manager", asked_of=side)]  # type: ignore[arg-type]
        answers: dict[str, Any] = {"mentor": {}, "mentee": {}, side: {"manager": "mentor"}}
        if side == "mentee":
            assert RULE.try_on(asked, answers["mentor"], answers["mentee"], as_condition=True) is allowed[0][0]
        else:
            with pytest.raises(AnswerError, match="'mentor' reports to 'mentor'"):
                RULE.try_on(asked, answers["mentor"], answers["mentee"], as_condition=True)


def test_a_line_that_comes_back_is_a_finding() -> None:
    """A cycle is told with its people, wherever it stands, and once for each cycle."""
    people = [{"id": "a", "manager": "b"}, {"id": "b", "manager": "c"}, {"id": "x", "manager": "a"}]
    cohort = Cohort.from_records(ASKED, mentors=people, mentees=[{"id": "e"}], reporting_line={"c": "a", "y": "x"})
    with pytest.raises(AnswerError) as error:
        score(cohort, [r.Same("town")], [RULE])
    assert str(error.value) == (
        "person 'a', question 'manager': expected a reporting line that ends; 'a' reports to 'b', 'b' reports to 'c' "
        "and 'c' reports to 'a'; leave the manager of whoever is at the top blank"
    )


def test_a_cycle_in_the_given_line_is_found_at_once() -> None:
    """What is wrong with reporting_line itself is told when the cohort is made, all together."""
    with pytest.raises(AnswerError) as error:
        Cohort.from_records(ASKED, reporting_line={"a": "a", "b": "c", "c": "b", "d": "a"})
    assert str(error.value) == (
        "2 answers do not fit the questionnaire:\n"
        "  reporting_line, person 'a': expected a reporting line that ends; 'a' reports to 'a'; "
        "leave the manager of whoever is at the top blank\n"
        "  reporting_line, person 'b': expected a reporting line that ends; 'b' reports to 'c' and 'c' reports to 'b'; "
        "leave the manager of whoever is at the top blank"
    )


def test_a_private_line_names_no_manager() -> None:
    """Who somebody's manager is stays out of the message where the question is private."""
    asked = Questionnaire([q.Reference("manager", private=True), q.Text("town")])
    people = [{"id": "a", "manager": "secret"}, {"id": "secret", "manager": "a"}]
    with pytest.raises(AnswerError) as error:
        score(Cohort.from_records(asked, mentors=people), [r.Same("town")], [RULE])
    assert str(error.value) == (
        "person 'a', question 'manager': expected a reporting line that ends; this one comes back to its beginning; "
        "leave the manager of whoever is at the top blank"
    )


def test_two_managers_of_one_person_are_a_finding() -> None:
    """Answers and the line given must agree, or nobody knows which of them a condition is to use."""
    cohort = Cohort.from_records(
        ASKED,
        mentors=[{"id": "a", "manager": "x"}, {"id": "b", "manager": "x"}],
        mentees=[{"id": "a", "manager": "y"}],
        reporting_line={"b": "z"},
    )
    with pytest.raises(AnswerError) as error:
        score(cohort, [r.Same("town")], [RULE])
    assert [str(finding) for finding in error.value.findings] == [
        f"person '{name}', question 'manager': expected one manager; the answers of both roles and the reporting_line "
        "must agree"
        for name in ("b", "a")
    ]
    assert score(cohort, [r.Same("town")]).shape == (2, 1)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ([("a", "b")], "reporting_line: expected a mapping of ids to the ids of managers"),
        ({1.5: "b"}, "expected an id as text or a whole number, not a float"),
        ({"a": 2.5}, "reporting_line, person 'a': expected an id as text or a whole number, not a float"),
        ({" a": "b", "a ": "c"}, "reporting_line, person 'a': expected one manager, not two"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused(line: Any, message: str) -> None:
    """Ids in the line are read like all ids."""
    with pytest.raises(AnswerError) as error:
        Cohort.from_records(ASKED, reporting_line=line)
    assert message in str(error.value)


def test_the_line_of_who_left_stays() -> None:
    """When the manager in between leaves the program, the boss and the newcomer are still in one line."""
    mentors = [{"id": "top"}, {"id": "mid", "manager": "top"}]
    cohort = Cohort.from_records(ASKED, mentors=mentors, mentees=[{"id": "low", "manager": "mid"}])
    smaller = cohort.without(["mid"])
    assert not RULE.allows(smaller.mentors, smaller.mentees)[0].any()
    back = smaller.add(mentors=[{"id": "mid", "manager": "other"}])
    assert RULE.allows(back.mentors, back.mentees)[0].tolist() == [[True], [False]]


def test_the_line_grows_with_the_cohort() -> None:
    """More people bring more of the line; a blank in it, and numbers as ids, are fine; the cohort can be sent away."""
    cohort = Cohort.from_records(
        ASKED, mentors=[{"id": 7}], mentees=[{"id": "e", "manager": "x"}], reporting_line={"top": None}
    )
    assert RULE.allows(cohort.mentors, cohort.mentees)[0].all()
    more = pickle.loads(pickle.dumps(cohort.add(mentees=[{"id": "f"}], reporting_line={"x": 7, "f": "7"})))
    assert RULE.allows(more.mentors, more.mentees)[0].tolist() == [[False, False]]
    assert more.with_capacity({"7": 2}).reporting_line == {"x": "7", "f": "7"}


def test_the_line_comes_with_tables_too(tmp_path: Any) -> None:
    """Cohort.from_csv takes the same line."""
    (tmp_path / "a.csv").write_text("id,manager\nada,\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("id,manager\ntim,boss\n", encoding="utf-8")
    cohort = Cohort.from_csv(
        ASKED, mentors=tmp_path / "a.csv", mentees=tmp_path / "b.csv", reporting_line={"boss": "ada"}
    )
    scores = score(cohort, [r.Same("town")], [RULE])
    assert scores.forbidding("ada", "tim") == (Forbidden("NotInReportingLine('manager')"),)
    assert not score(cohort, [r.Same("town")], [r.NotInReportingLine("manager", levels=1)]).forbidding("ada", "tim")


@pytest.mark.parametrize(
    ("rule", "codes"),
    [
        (r.NotInReportingLine("town"), ["question_kind"]),
        (r.NotInReportingLine("boss"), ["question_unknown"]),
        (r.NotInReportingLine("manager", if_unknown="allow"), ["condition_setting"]),
        (r.NotInReportingLine("manager", weight=2), ["condition_setting"]),
        (r.AtLeast(RULE, 1), ["rule_condition"]),
        (RULE, []),
    ],
    ids=str,
)
def test_a_condition_on_the_line_that_does_not_fit_says_why(rule: r.Rule, codes: list[str]) -> None:
    """It needs a Reference, is a condition only, and has no use for if_unknown."""
    assert [finding.code for finding in rule.check(ASKED, as_condition=True)] == codes
    assert "rule_condition" in [finding.code for finding in RULE.check(ASKED)]
    assert [r.NotInReportingLine("manager", levels=levels).levels for levels in (1, 100)] == [1, 100]
    for settings in ({"levels": 0}, {"levels": 101}, {"levels": True}, {"levels": 1.5}, {"same_manager": 1}):
        with pytest.raises(ProgramError):
            r.NotInReportingLine("manager", **settings)  # type: ignore[arg-type]
