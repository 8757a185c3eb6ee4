"""Each mentee's own weights: a ranking of the rules multiplies them, for that mentee and nobody else."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import numpy as np
import plainly
import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st

from mentormatch import compiled
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.cohort import Cohort
from mentormatch.errors import ProgramError
from mentormatch.program import Program
from mentormatch.questionnaire import Questionnaire
from mentormatch.scores import check_rules, score, shares

LABELS = [f"rule {k}" for k in range(6)]
RANKED = Questionnaire([*plainly.QUESTIONNAIRE, q.Ranking("order", LABELS[:5], asked_of="mentee")])


def drawn(seed: int, mentors: int = 9, mentees: int = 14) -> tuple[Any, Any, list[Any]]:
    """People, of whom some rank some rules, and six rules of any kind."""
    draw = random.Random(seed)
    sides = strategies.seeded(seed, mentors, mentees)
    for mentee in sides[1]:
        mentee["order"] = draw.sample(LABELS[:5], draw.choice([0, 0, 1, 2, 3, 4, 5]))
    policies = ["average", "abstain", "zero", 0.25, 1]
    rules = [
        replace(rule, weight=draw.choice([0, 1, 2.5, 0.35, 30]), missing=draw.choice(policies), label=label)
        for rule, label in zip(draw.sample([*strategies.RULES, *strategies.CUSTOM], 6), LABELS, strict=True)
    ]
    rules[0] = replace(rules[0], weight=3)
    return Cohort.from_records(RANKED, mentors=sides[0], mentees=sides[1]), sides, rules


@pytest.mark.parametrize("seed", range(12))
def test_points_are_what_the_definition_says(seed: int) -> None:
    """Every mentee is scored with weights of their own, exactly, whatever the rules and blanks."""
    cohort, sides, rules = drawn(seed)
    scores = score(cohort, rules, weights_from="order")
    assert scores.to_numpy().tolist() == plainly.matrix(rules, [], *sides, weights_from="order")


@pytest.mark.parametrize("seed", range(4))
def test_shares_add_up_for_every_mentee(seed: int) -> None:
    """An explanation's shares sum to the score, and what they could be at most to a perfect one."""
    cohort, _, rules = drawn(seed)
    scores = score(cohort, rules, weights_from="order")
    for mentor in scores.mentors:
        for mentee in scores.mentees:
            parts = scores.parts(mentor, mentee)
            assert sum(part.most for part in parts) in (0, 10_000)
            assert sum(part.full for part in parts) == 10_000
            if scores.allowed(mentor, mentee):
                assert sum(part.points for part in parts) == scores.points(mentor, mentee)


def test_no_rule_gives_more_than_it_could() -> None:
    """Seven rules of one weight can give 1,428.6 points each; two of three that give all of it are rounded up."""
    names = "abcdefg"
    asked = Questionnaire([q.Choice(name, ["x", "y"]) for name in names])
    program = Program("P", asked, [r.Same(name) for name in names])
    mentor = {"id": "ada", **dict.fromkeys(names, "x")}
    mentee = {"id": "tim", **{name: "x" if name in "efg" else "y" for name in names}}
    scores = program.score(Cohort.from_records(asked, mentors=[mentor], mentees=[mentee]))
    parts = scores.parts("ada", "tim")
    assert scores.points("ada", "tim") == 4_286
    assert [part.points for part in parts] == [0, 0, 0, 0, 1_429, 1_429, 1_428]
    assert [part.most for part in parts] == [1_429, 1_429, 1_428, 1_428, 1_429, 1_429, 1_428]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=9))
def test_shares_are_those_of_what_each_rule_gives_and_could_give(rules: list[tuple[int, int]]) -> None:
    """Both add up, each is its exact share rounded up or down, and 0 where that is 0, however the remainders fall."""
    most = [high for high, _ in rules]
    gives = [min(pair) for pair in rules]
    d = sum(most)
    total = (20_000 * sum(gives) + d) // (2 * d) if d else 0
    given, could = shares(total, gives, most, d)
    assert (sum(given), sum(could)) == (total, 10_000 if d else 0)
    assert all(0 <= one <= other for one, other in zip(given, could, strict=True))
    for found, exact in ((given, gives), (could, most)):
        assert all(abs(one * d - 10_000 * part) < max(d, 1) for one, part in zip(found, exact, strict=True))


def test_the_fine_weights_of_every_mentee_sum_to_a_perfect_pair() -> None:
    """First x2, second x1.5, third x1.25, the rest and whoever ranks nothing as the program has it."""
    cohort, _, _ = drawn(0, 0, 200)
    rules = [
        r.Same("town", weight=weight, label=label) for weight, label in zip([1, 2, 3, 0.35, 7, 0], LABELS, strict=True)
    ]
    ranking = cohort.mentees.column("order")
    fine = compiled.mentee_weights(rules, ranking)
    assert (fine.sum(axis=1) == compiled.FULL).all()
    np.testing.assert_array_equal(fine[~ranking.known], compiled.fine_weights(rules).repeat((~ranking.known).sum(), 0))
    asked = Questionnaire([q.Text("town"), q.Ranking("order", ["a", "b", "c", "d"], asked_of="mentee")])
    answers = [["c", "a", "b", "d"], ["b"], []]
    people = [{"id": k, "order": order} for k, order in enumerate(answers)]
    column = Cohort.from_records(asked, mentees=people).mentees.column("order")
    found = compiled.mentee_weights([r.Same("town", label=name) for name in "abcd"], column)
    whole = [[1.5, 1.25, 2, 1], [1, 2, 1, 1], [1, 1, 1, 1]]
    assert found.tolist() == [
        plainly.apportioned(plainly.FULL, [plainly.Fraction(one) for one in row]) for row in whole
    ]


def test_a_ranking_decides_who_is_better() -> None:
    """Two mentees of the same answers get different mentors because they care for different things."""
    asked = Questionnaire(
        [q.Choice("team", ["a", "b"]), q.Choice("city", ["a", "b"]), q.Ranking("order", ["team", "city"])]
    )
    program = Program("P", asked, [r.Same("team"), r.Same("city")], weights_from="order")
    cohort = Cohort.from_records(
        asked,
        mentors=[{"id": "near", "team": "b", "city": "a"}, {"id": "akin", "team": "a", "city": "b"}],
        mentees=[
            {"id": "tim", "team": "a", "city": "a", "order": ["team"]},
            {"id": "kay", "team": "a", "city": "a", "order": ["city", "team"]},
            {"id": "lin", "team": "a", "city": "a"},
        ],
    )
    assert program.score(cohort).to_numpy().tolist() == [[3_333, 5_714, 5_000], [6_667, 4_286, 5_000]]
    assert [(pair.mentor, pair.mentee) for pair in program.match(cohort).pairs if pair.mentee != "lin"]
    assert Program.from_json(program.to_json()) == program
    assert "Every mentee's ranking 'order' multiplies the weights." in str(program)
    assert program.with_(weights_from=None).score(cohort).points("near", "kay") == 5_000


def test_a_ranking_must_be_of_rules() -> None:
    """A question of another kind or side, an option that is no rule and a private ranking are refused."""
    asked = Questionnaire(
        [
            q.Choice("team", ["a", "b"]),
            q.Ranking("order", ["tean", "team"]),
            q.Ranking("secret", ["team"], private=True),
            q.Ranking("theirs", ["team"], asked_of="mentor"),
        ]
    )
    rules = [r.Same("team")]
    expected = {
        "order": "weights_from, question 'order': the option 'tean' is no rule; did you mean 'team'?",
        "secret": (
            "weights_from, question 'secret': expected a ranking that is not private, since the weights show in every "
            "explanation"
        ),
        "theirs": (
            "weights_from, question 'theirs': expected a question that is asked of mentees, not of mentors only"
        ),
        "team": "weights_from, question 'team': expected a question of kind Ranking, not Choice",
        "ordre": "weights_from: there is no question 'ordre'; did you mean 'order'?",
    }
    for name, message in expected.items():
        assert [str(finding) for finding in check_rules(asked, rules, weights_from=name)] == [message]
    with pytest.raises(ProgramError, match="weights_from: expected the id of a question, or None"):
        Program("P", asked, rules, weights_from=3)  # type: ignore[arg-type]
