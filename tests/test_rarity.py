"""Rarity and people who tick everything, on sheets as a form gives them and on a cohort shaped like real ones."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from scripts import opened

import mentormatch as mm
from mentormatch import rules as r
from mentormatch import synthetic

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The example, which imports another one."""
    monkeypatch.syspath_prepend(EXAMPLES)
    monkeypatch.setitem(sys.modules, "quickstart", None)
    monkeypatch.delitem(sys.modules, "quickstart")
    return opened("examples/rare_skills.py")


def test_who_ticks_everything_does_not_win_everything(example: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Two seats are two mentees, for whom nobody else is as good; it is told before anything is matched."""
    found = example.main()
    printed = capsys.readouterr().out
    assert printed.startswith(
        "mentor 'Quirin', question 'skills': ticked all 13 options; by_rarity=True lets an option"
    )
    assert "Quirin would be perfect for 39 of 44 mentees" in printed
    for matching in found.values():
        assert matching.verify()
        assert sum(pair.mentor == "Quirin" for pair in matching.pairs) == 2
        assert len({pair.mentor for pair in matching.pairs}) > 25
    for line in printed.splitlines():
        if line.startswith("  Quirin and"):
            assert "10,000 points; the next best mentor has 10,000" not in line


def test_a_scarce_mentor_is_kept_for_who_needs_exactly_that(example: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Where every skill counts alike Saskia goes to somebody whom many could serve, by rarity to who needs her."""
    alike, by_rarity = example.main().values()
    capsys.readouterr()
    assert [pair.mentee for pair in by_rarity.pairs if pair.mentor == "Saskia"] == ["Wiebke"]
    assert [pair.mentee for pair in alike.pairs if pair.mentor == "Saskia"] != ["Wiebke"]


def test_rare_wishes_are_met_more_often_by_rarity() -> None:
    """Of 300 mentees shaped like real ones more get a mentor with one of the ten skills that fewest offer."""
    cohort = synthetic.cohort(300, ratio=0.8)
    options = cohort.questionnaire["skills"].options  # type: ignore[attr-defined]
    cohort = cohort.add(mentors=[{"id": "all", "capacity": 3, "skills": list(options)}])
    offers, wishes = cohort.mentors.column("skills").values, cohort.mentees.column("skills_to_grow").values
    rare = np.argsort(offers.sum(axis=0), kind="stable")[:10]
    met = {}
    for by_rarity in (False, True):
        rule = r.Covers("skills_to_grow", by="skills", by_rarity=by_rarity, missing="zero")
        matching = mm.Program("P", cohort.questionnaire, [rule]).match(cohort)
        assert sum(pair.mentor == "all" for pair in matching.pairs) == 3
        pairs = [(cohort.mentors.ids.index(one.mentor), cohort.mentees.ids.index(one.mentee)) for one in matching.pairs]
        met[by_rarity] = sum(int((offers[j] & wishes[i])[rare].sum()) for j, i in pairs)
    assert met == {False: 55, True: 62}
