"""People, rules and conditions drawn at random, blanks included."""

from __future__ import annotations

import random
from typing import Any

import plainly
from hypothesis import strategies as st

from mentormatch import rules as r
from mentormatch.cohort import Cohort

YEARS = [0, 0.1, 0.2, 0.3, 1, 2.5, 3, 5, 7.25, 10, 12, 40]


def answers(draw: Any, side: str) -> dict[str, Any]:
    """One person's answers; ``draw(list)`` picks one of a list."""
    person: dict[str, Any] = {}
    some = {
        "goals": lambda: [goal for goal in plainly.GOALS if draw([True, False])],
        "topic": lambda: draw([None, *plainly.SKILLS]),
        "skills": lambda: [skill for skill in plainly.SKILLS if draw([True, False])],
        "interests": lambda: [interest for interest in plainly.INTERESTS if draw([True, False])],
        "years": lambda: draw([None, *YEARS]),
        "mood": lambda: draw([None, 1, 2, 3, 4, 5]),
        "grade": lambda: draw([None, *plainly.GRADES]),
        "department": lambda: draw([None, *plainly.DEPARTMENTS]),
        "town": lambda: draw([None, "Bonn", "Ulm", "bonn"]),
        "manager": lambda: draw([None, "m0", "boss"]),
    }
    for question, answer in some.items():
        if plainly.QUESTIONS[question].asks(side):
            person[question] = answer()
    return person


def people(draw: Any, side: str, count: int) -> list[dict[str, Any]]:
    """Mentors m0, m1, ... or mentees e0, e1, ...; the last mentee may be mentor m0."""
    found = [{"id": f"{side[0] if side == 'mentor' else 'e'}{k}", **answers(draw, side)} for k in range(count)]
    if side == "mentee" and count and draw([True, False, False]):
        found[-1]["id"] = "m0"
    return found


def cohort(mentors: list[dict[str, Any]], mentees: list[dict[str, Any]]) -> Cohort:
    """The cohort of such people."""
    return Cohort.from_records(plainly.QUESTIONNAIRE, mentors=mentors, mentees=mentees)


@st.composite
def both_sides(draw: st.DrawFn, most: int = 4) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Mentors and mentees with random answers."""

    def one_of(options: list[Any]) -> Any:
        return draw(st.sampled_from(options))

    sizes = draw(st.tuples(st.integers(0, most), st.integers(0, most)))
    return people(one_of, "mentor", sizes[0]), people(one_of, "mentee", sizes[1])


def seeded(seed: int, mentors: int, mentees: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Mentors and mentees with answers from a seed."""
    draw = random.Random(seed).choice
    return people(draw, "mentor", mentors), people(draw, "mentee", mentees)


SIMPLE: list[r.Rule] = [
    r.Covers("goals", by="skills"),
    r.Covers("topic", by="skills"),
    r.Covers("goals", by="skills", by_rarity=True),
    r.Table("topic", by="department", scores={("Sales", "lead"): 1, ("Sales", "grow"): 0.35, ("Finance", "lead"): 0.1}),
    r.Table("grade", scores=[("G7", "EO", 1), ("G7", "SEO", 0.7), ("SEO", "SEO", 0), ("HEO", "EO", 0.125)]),
    r.Related("goals", by="skills", taxonomy=plainly.TAXONOMY),
    r.Related("topic", by="skills", taxonomy=plainly.TAXONOMY),
    r.Shares("interests"),
    r.Close("years"),
    r.Close("years", within=0.2),
    r.Close("mood", within=0),
    r.Close("mood"),
    r.Close("grade"),
    r.Ahead("years", ideal=(0.2, 5)),
    r.Ahead("years", ideal=(2, 2)),
    r.Ahead("years", ideal=(3, 7), least=0.1, most=30),
    r.Ahead("grade", ideal=(1, 2)),
    r.Ahead("mood", ideal=(-1, 1), least=-1),
    r.Same("department"),
    r.Same("interests"),
    r.Same("years"),
    r.Same("town"),
    r.Differs("department"),
    r.Differs("interests"),
    r.Differs("manager"),
]
RULES: list[r.Rule] = [
    *SIMPLE,
    *(r.When("department", "Sales", rule, of=side) for rule in SIMPLE[:6] for side in ("mentor", "mentee")),
    r.When("goals", "lead", r.Covers("goals", by="skills")),
    r.When("department", "Finance", r.Covers("goals", by="skills", by_rarity=True), of="mentor"),
    r.When("mood", 3, r.When("years", 0.3, r.Same("town"), of="mentor")),
]
CUSTOM: list[r.Rule] = [
    r.custom("nearness", uses=["years", "mood"])(plainly.nearness),
    r.custom("at once", uses=["years", "mood"], vectorised=True)(plainly.nearness_at_once),
    r.custom("speaks", uses=["topic", "skills"])(plainly.speaks),
    r.When("department", "Sales", r.custom("for sellers", uses=["years", "mood"])(plainly.nearness)),
]
CONDITIONS: list[r.Rule] = [
    *(rule for rule in RULES if not rule.check(plainly.QUESTIONNAIRE, as_condition=True)),
    r.Ahead("years", least=0.2),
    r.Ahead("years", least=0.1, most=5),
    r.Ahead("grade", most=1),
    *(r.AtLeast(rule, share) for rule in SIMPLE for share in (0, 0.2, 0.5, 1)),
    r.AtLeast(r.When("department", "Sales", r.Covers("goals", by="skills")), 0.5),
    r.When("department", "Finance", r.AtLeast(r.Shares("interests"), 0.3)),
]

CUSTOM_CONDITIONS: list[r.Rule] = [
    CUSTOM[2],
    r.AtLeast(CUSTOM[0], 0.3),
    r.AtLeast(CUSTOM[1], 0.3),
    r.When("mood", 3, CUSTOM[2]),
]
ELIGIBLE: list[r.Eligible] = [
    r.Eligible("mentor", "years", at_least=0.3),
    r.Eligible("mentor", "years", at_least=0.2, at_most=10, if_unknown="allow"),
    r.Eligible("mentee", "grade", at_most="HEO"),
    r.Eligible("mentee", "department", is_=["Sales", "Finance"]),
    r.Eligible("mentee", "department", is_not="Sales", if_unknown="allow"),
    r.Eligible("mentor", "skills", is_=["python", "lead"], is_not="grow"),
    r.Eligible("mentor", "mood", is_not=3),
    r.Eligible("mentee", "years", is_=[0.1, 3, 40]),
]

weights = st.sampled_from([0, 1, 2.5, 3, 0.35, 0.1, 30, 1e-3, 7])
policies = st.sampled_from(["average", "abstain", "zero", 0.3, 1, 0])


@st.composite
def weighted(draw: st.DrawFn) -> list[r.Rule]:
    """One to five rules with weights (at least one above 0), policies and labels of their own."""
    chosen = draw(st.lists(st.sampled_from([*RULES, *CUSTOM]), min_size=1, max_size=5))
    given = [
        with_(rule, weight=draw(weights), missing=draw(policies), label=f"rule {k}") for k, rule in enumerate(chosen)
    ]
    if not any(rule.weight for rule in given):
        given[0] = with_(given[0], weight=2)
    return given


@st.composite
def conditions(draw: st.DrawFn) -> list[r.Rule]:
    """Up to two conditions, with both policies for the unknown."""
    chosen = draw(st.lists(st.sampled_from([*CONDITIONS, *CUSTOM_CONDITIONS]), max_size=2))
    unknown = st.sampled_from(["forbid", "allow"])
    return [with_(rule, if_unknown=draw(unknown), label=f"condition {k}") for k, rule in enumerate(chosen)]


def with_(rule: r.Rule, **settings: Any) -> r.Rule:
    """The rule with other settings."""
    from dataclasses import replace

    return replace(rule, **settings)
