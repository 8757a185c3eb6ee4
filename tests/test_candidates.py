"""The best mentors of a mentee before anything is decided: order, reasons, and what each audience may see."""

from __future__ import annotations

import dataclasses
import random
from typing import Any, get_args

import pytest
import strategies
from hypothesis import given, settings
from hypothesis import strategies as st
from test_explain import PROGRAM, QUESTIONNAIRE, cohort, people, rules_of

import mentormatch as mm
from mentormatch import rules as r
from mentormatch.ids import canonical_order
from mentormatch.parts import Audience

MENTORS: list[dict[str, Any]] = [
    {"id": "ada", "name": "Ada Lovelace", "skills": ["Lead", "Speak"], "faith": "Quokka"},
    {"id": "bo", "skills": ["Lead"], "faith": "Zurna"},
    {"id": "cy", "faith": "Zurna"},
]
MENTEES: list[dict[str, Any]] = [{"id": "tim", "goals": ["Lead", "Speak"], "faith": "Zurna"}]
ONE_PRIVATE = mm.Program("p", QUESTIONNAIRE, [r.Covers("goals", by="skills"), r.Same("faith", weight=2)])


def test_the_best_mentors_in_full() -> None:
    """Names, points and what they consist of, blanks said; no seats and no lists before anything is matched."""
    scores = PROGRAM.score(cohort())
    assert str(scores.top("lin", 5)) == (
        "Mentors for mentee lin\n"
        "======================\n"
        "\n"
        "  mentor              points  consists of\n"
        "  bo                  10,000  goals 6,000 of 6,000, years 4,000 of 4,000\n"
        "  cy                   7,000  goals 3,000 of 6,000 (blank), years 4,000 of 4,000\n"
        "  ada (Ada Lovelace)   3,333  goals 0 of 6,000, years 3,333 of 4,000"
    )
    assert repr(scores.top("lin", 2)) == "Candidates(lin: bo 10,000 and cy 7,000)"
    assert scores.top("lin", 5).has is None
    assert [one.seats_left for one in scores.top("lin", 5)] == [None] * 3


def test_own_scores_have_a_number_and_no_reasons() -> None:
    """Without rules there is nothing that a score consists of, and no column for it."""
    scores = mm.ScoreMatrix.from_array([[5], [12_345], [7]], ["ada", "bo", "cy"], ["tim"])
    assert str(scores.top("tim", 2)) == (
        "Mentors for mentee tim\n======================\n\n  mentor  points\n  bo      12,345\n  cy           7"
    )
    assert str(scores.top("tim", 0)).endswith("\n\nNo mentor is possible.")
    assert repr(scores.top("tim", 0)) == "Candidates(tim: nobody)"


def test_a_private_share_hides_the_total_and_the_order_that_would_tell_it() -> None:
    """Bo and cy share the private answer of tim and are worth more; a list in that order would say so."""
    scores = ONE_PRIVATE.score(cohort(MENTORS, MENTEES))
    assert repr(scores.top("tim", 3)) == "Candidates(tim: cy 9,167, bo 8,333 and ada 3,333)"
    assert str(scores.top("tim", 3, "mentee")) == (
        "Mentors for mentee tim\n"
        "======================\n"
        "\n"
        "  mentor                       points  consists of\n"
        "  ada (Ada Lovelace)  3,333 to 10,000  goals 3,333 of 3,333\n"
        "  cy                   2,500 to 9,167  goals 2,500 of 3,333 (blank)\n"
        "  bo                   1,666 to 8,333  goals 1,666 of 3,333\n"
        "\n"
        "Rules about private answers count as well but are not shown; the order is by the public ones."
    )


@pytest.mark.parametrize("seed", range(12))
def test_the_best_are_all_allowed_mentors_sorted(seed: int) -> None:
    """By falling points, ties in canonical order, each with the shares that an explanation shows."""
    rng = random.Random(seed)
    mentors, mentees = strategies.seeded(seed, 7, 3)
    rules = [dataclasses.replace(rule, label=str(k)) for k, rule in enumerate(rng.sample(strategies.RULES, 3))]
    people_ = strategies.cohort(mentors, mentees)
    program = mm.Program("p", people_.questionnaire, rules, rng.sample(strategies.CONDITIONS, 1))
    scores = program.score(people_)
    canonical = [scores.mentors[at] for at in canonical_order(scores.mentors)]
    matching = program.match(people_)
    for mentee in scores.mentees:
        allowed = [mentor for mentor in canonical if scores.allowed(mentor, mentee)]
        wanted = sorted(allowed, key=lambda mentor: -scores.points(mentor, mentee))
        found = scores.top(mentee, 99)
        assert [one.mentor for one in found] == wanted
        assert list(scores.top(mentee, 2)) == list(found[:2])
        for audience in get_args(Audience):
            for one in scores.top(mentee, 99, audience):
                told = matching.explain(one.mentor, mentee, audience)
                score = one.score
                assert (score.points, score.band, score.parts) == (told.points, told.band, told.parts)
                assert score.coverage == told.coverage


@settings(max_examples=60)
@given(st.data())
def test_the_order_shown_is_the_order_of_what_may_be_known(data: st.DataObject) -> None:
    """Where the total is shown it falls; where it is hidden, so does the score by the public rules alone."""
    rules = rules_of(data.draw, data.draw(st.integers(0, 2)))
    mentors, mentees = data.draw(people())
    scores = mm.Program("p", QUESTIONNAIRE, rules).score(cohort(mentors, mentees))
    private = {"worries", "faith", "mood"}
    public = [rule for rule in rules if not private & set(rule.questions())]
    alone = (
        mm.Program("p", QUESTIONNAIRE, public).score(cohort(mentors, mentees))
        if any(p.weight for p in public)
        else None
    )
    for mentee in scores.mentees:
        found = scores.top(mentee, 9, "mentee")
        if all(one.score.band for one in found):
            points = [0 if alone is None else alone.points(one.mentor, mentee) for one in found]
        else:
            points = [one.points or 0 for one in found]
        assert points == sorted(points, reverse=True)


def test_with_nothing_but_private_rules_the_order_is_canonical() -> None:
    """No public rule is left to put mentors in order, so the hash of the ids does."""
    scores = ONE_PRIVATE.with_(rules=[r.Same("faith")]).score(cohort(MENTORS, MENTEES))
    ids = ("ada", "bo", "cy")
    found = scores.top("tim", 9, "mentee")
    assert [one.mentor for one in found] == [ids[at] for at in canonical_order(ids)]
    assert {one.score.band for one in found} == {(0, 10_000)}
    assert {one.score.coverage for one in found} == {None}


def test_what_cannot_be_asked_of_a_preview() -> None:
    """An audience is one of three, a person one who is there."""
    scores = PROGRAM.score(cohort())
    for arguments, error, text in (
        (("tim", 2, "boss"), mm.ProgramError, "audience: expected 'administrator', 'mentor' or 'mentee'"),
        (("tam", 2), mm.ChoiceError, "mentee 'tam': there is no such mentee; did you mean 'tim'?"),
    ):
        with pytest.raises(error) as caught:
            scores.top(*arguments)  # type: ignore[arg-type]
        assert str(caught.value) == text
