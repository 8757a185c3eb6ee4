"""The committee's score sheet of examples/committee.py: 24 pairs of questions say what the committee decided."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from scripts import opened

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "committee.py"


@pytest.fixture(scope="module")
def committee() -> ModuleType:
    """The example as a module."""
    return opened("examples/committee.py")


@pytest.fixture(scope="module")
def matching(committee: ModuleType) -> mm.Matching:
    """The matching of the example."""
    found: mm.Matching = committee.PROGRAM.match(committee.cohort())
    return found


def test_the_program_is_a_questionnaire_of_24_pairs(committee: ModuleType) -> None:
    """Score tables, check boxes, short texts, weights from 0 to 3 and cut-offs are all there."""
    kinds = [type(rule) for _, rule in committee.ITEMS]
    assert len(kinds) == 24
    assert {r.Table, r.Covers, r.Shares, r.Same, r.Close, r.Ahead} == set(kinds)
    assert {rule.weight for rule in committee.RULES} == {0, 1, 2, 3}
    assert all(isinstance(one, r.AtLeast) for one in committee.CUT_OFFS)
    assert len(committee.CUT_OFFS) == 3
    asked = [question for questions, _ in committee.ITEMS for question in questions]
    assert {q.Choice, q.MultiChoice, q.Text, q.Scale, q.Number} == {type(question) for question in asked}
    for questions, rule in committee.ITEMS:
        assert {question.id for question in questions} == set(rule.questions())


def test_the_program_can_be_saved(committee: ModuleType) -> None:
    """All that the committee decided survives as JSON, tables, cut-offs and the ranking included."""
    assert mm.Program.from_json(committee.PROGRAM.to_json()) == committee.PROGRAM


def test_every_pair_is_what_the_committee_would_have_allowed(committee: ModuleType, matching: mm.Matching) -> None:
    """Cut-offs, training and supervisors hold for every pair that was made, and the result is proven."""
    assert matching.verify()
    assert matching.proof.kind == "optimal"
    assert len(matching.pairs) == 17
    refused = {"M04": "mentors need to have done the training"}
    assert committee.PROGRAM.score(committee.cohort()).ineligible("mentor") == refused
    for pair in matching.pairs:
        values = {part.label: part.value for part in matching.explain(pair.mentor, pair.mentee).parts}
        assert values["rhythm"] >= 0.5
        assert values["languages"] >= 0.2
        assert values["goals"] >= 0.3
        assert pair.mentor not in refused
    led = {"S01"} | {
        student
        for student, supervisor in zip(
            committee.cohort().mentees.ids, committee.cohort().mentees.column("supervisor").values, strict=True
        )
        if supervisor in committee.SUPERVISORS
    }
    assert ("Prof Lindqvist", "S01") not in {(pair.mentor, pair.mentee) for pair in matching.pairs}
    assert led.isdisjoint(pair.mentee for pair in matching.pairs if pair.mentor == "Prof Lindqvist")


def test_every_student_has_weights_of_their_own(committee: ModuleType, matching: mm.Matching) -> None:
    """What a student ranks first weighs twice what the committee said, beside what it said of the rest."""
    mentees = committee.cohort().mentees
    order = mentees.column("matters")
    weights = {rule.name: rule.weight for rule in committee.RULES}
    for student, ranks in zip(mentees.ids, order.values, strict=True):
        times = dict(zip(order.question.options, ranks.tolist(), strict=True))
        own = {name: weight * {1: 2, 2: 1.5, 3: 1.25}.get(times.get(name, 0), 1) for name, weight in weights.items()}
        for part in matching.explain("M01", student).parts:
            assert part.full == pytest.approx(10_000 * own[part.label] / sum(own.values()), abs=1)


def test_the_sheet_adds_up(committee: ModuleType, matching: mm.Matching, capsys: pytest.CaptureFixture[str]) -> None:
    """What is printed is a score sheet whose points sum to the score, with every question on it."""
    assert committee.main().pairs == matching.pairs
    printed = capsys.readouterr().out
    assert "24 pairs of questions, weights 0 to 3, 3 cut-offs" in printed
    assert "mentor M04 takes no part: mentors need to have done the training" in printed
    sheet = printed[printed.index("Score sheet of mentor") :].splitlines()
    lines = [line.split() for line in sheet[2:26]]
    assert [line[0] for line in lines] == [rule.name for rule in committee.RULES]
    best = max(pair.points for pair in matching.pairs)
    assert sum(int(line[-2].replace(",", "")) for line in lines) == best
    assert sheet[0].endswith(f"{best:,} of 10,000 points")
    assert sheet[26].split()[-2:] == [f"{best:,}", "10,000"]
