"""Hypothesis strategies: questionnaires, people who answer them, programs that fit them and what people say then.

What is drawn is valid: a cohort can be made, a program fits, and choices contradict neither themselves nor the people.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.aim import Aim
from mentormatch.choices import Choices
from mentormatch.cohort import Cohort
from mentormatch.program import Program
from mentormatch.questionnaire import Questionnaire
from mentormatch.questions import SIDES

_OPTIONS = ("ada", "bo", "écrire", "C++", "Python", "one; two")
_PHRASES = ("people management", "I lead a team of people", "Python, and teams", "the", "Zoë")
_WEIGHTS = (1, 0, 0.35, 2.5, 30)
_MISSING = ("average", "abstain", "zero", 0.3)
_OFFICES = ("boss", "chief")


def answers(question: Any) -> st.SearchStrategy[Any]:
    """Answers to a question, a blank among them where it is not required."""
    found = _answers(question)
    return found if question.required else st.none() | found


def _answers(question: Any) -> st.SearchStrategy[Any]:
    match question:
        case q.Choice():
            return st.sampled_from(question.options)
        case q.MultiChoice() | q.Ranking():
            most = getattr(question, "at_most", None) or len(question.options)
            return st.lists(st.sampled_from(question.options), min_size=1, max_size=most, unique=True)
        case q.Scale():
            return st.integers(question.minimum, question.maximum)
        case q.Number():
            low = 0.0 if question.minimum is None else question.minimum
            high = low + 30 if question.maximum is None else question.maximum
            ends = st.sampled_from([low, high])
            return ends | st.integers(0, 300).map(lambda tenth: round(low + (high - low) * tenth / 300, 1)).filter(
                lambda number: low <= number <= high
            )
        case q.Reference():
            # Nobody in the cohort is anybody's manager, so that no line comes back to where it began.
            return st.sampled_from(_OFFICES)
    return st.sampled_from(_PHRASES) | st.text(st.characters(codec="utf-8"), max_size=20)


@st.composite
def questionnaires(draw: st.DrawFn, most: int = 5) -> Questionnaire:
    """One to ``most`` questions of all kinds, called "q0", "q1", ...; the first is asked of both and has options."""
    some = st.lists(st.sampled_from(_OPTIONS), min_size=1, max_size=len(_OPTIONS), unique=True)
    kinds: list[Any] = [q.MultiChoice, q.Choice, q.Scale, q.Number, q.Text, q.Reference, q.Ranking]
    found: list[Any] = [q.MultiChoice("q0", draw(some))]
    for k in range(1, draw(st.integers(1, most))):
        kind = draw(st.sampled_from(kinds))
        asked: dict[str, Any] = {
            "asked_of": draw(st.sampled_from(["both", *SIDES])),
            "private": draw(st.booleans()),
        }
        if kind in (q.MultiChoice, q.Choice, q.Ranking):
            found.append(kind(f"q{k}", draw(some), **asked))
        elif kind is q.Scale:
            found.append(q.Scale(f"q{k}", 1, draw(st.integers(1, 5)), **asked))
        else:
            found.append(kind(f"q{k}", **asked))
    return Questionnaire(found)


@st.composite
def cohorts(
    draw: st.DrawFn, questionnaire: Questionnaire, mentors: tuple[int, int] = (0, 5), mentees: tuple[int, int] = (0, 5)
) -> Cohort:
    """Mentors "m0", "m1", ... and mentees "e0", "e1", ..., so many at least and at most, with seats and wants."""
    sides: dict[str, list[dict[str, Any]]] = {}
    for side, letter, (least, most) in (("mentor", "m", mentors), ("mentee", "e", mentees)):
        asked = questionnaire.asked_of(side)
        sides[side] = [
            {"id": f"{letter}{k}"} | {question.id: draw(answers(question)) for question in asked}
            for k in range(draw(st.integers(least, most)))
        ]
    for mentor in sides["mentor"]:
        mentor["capacity"] = draw(st.integers(0, 3))
    for mentee in sides["mentee"]:
        mentee |= {"wants": draw(st.integers(1, 2)), "priority": draw(st.integers(0, 2))}
    return Cohort.from_records(questionnaire, mentors=sides["mentor"], mentees=sides["mentee"])


def rules_for(questionnaire: Questionnaire) -> list[r.Rule]:
    """One rule of each kind for each question, or pair of questions, that it fits; not empty for `questionnaires`."""
    return [rule for rule in _thinkable(questionnaire) if not rule.check(questionnaire)]


def conditions_for(questionnaire: Questionnaire) -> list[r.Rule]:
    """The same as conditions, with bounds on what is none by itself."""
    plain = list(_thinkable(questionnaire))
    bound = [r.AtLeast(rule, 0.3) for rule in plain if not isinstance(rule, r.NotInReportingLine)]
    return [rule for rule in (*plain, *bound) if not rule.check(questionnaire, as_condition=True)]


def _thinkable(questionnaire: Questionnaire) -> Iterator[r.Rule]:
    for question in questionnaire:
        one = question.id
        yield from (r.Shares(one), r.Same(one), r.Differs(one), r.Close(one, within=3), r.Ahead(one, ideal=(1, 4)))
        yield from (r.Similar(one), r.NotInReportingLine(one))
        for other in questionnaire:
            yield r.Covers(one, by=other.id)
            yield r.Covers(one, by=other.id, by_rarity=True)


@st.composite
def programs(draw: st.DrawFn, questionnaire: Questionnaire | None = None, most: int = 4) -> Program:
    """Programs of pairs with one to ``most`` rules, up to two conditions and any aim but to match everyone."""
    asked = draw(questionnaires()) if questionnaire is None else questionnaire
    chosen = draw(st.lists(st.sampled_from(rules_for(asked)), min_size=1, max_size=most))
    rules = [
        replace(
            rule, label=f"rule {k}", weight=draw(st.sampled_from(_WEIGHTS)), missing=draw(st.sampled_from(_MISSING))
        )
        for k, rule in enumerate(chosen)
    ]
    if not any(rule.weight for rule in rules):
        rules[0] = replace(rules[0], weight=1)
    possible = conditions_for(asked)
    some = draw(st.lists(st.sampled_from(possible), max_size=2)) if possible else []
    conditions = []
    for k, rule in enumerate(some):
        # A blank manager is no manager, so that there is nothing to say about it.
        plain = isinstance(rule, r.NotInReportingLine)
        policy: Any = "forbid" if plain else draw(st.sampled_from(["forbid", "allow"]))
        conditions.append(replace(rule, label=f"condition {k}", if_unknown=policy))
    mode: Any = draw(st.sampled_from(["approve", "administrators", "mentees_choose"]))
    return Program(
        "Drawn",
        asked,
        rules,
        conditions,
        aim=draw(aims()),
        mode=mode,
        seed=draw(st.integers(0, 3)),
    )


@st.composite
def aims(draw: st.DrawFn) -> Aim:
    """Aims that can be reached whatever the people: all but to match everyone, and stability."""
    order: Any = draw(st.sampled_from(["participation", "points"]))
    first = order == "participation"
    return Aim(
        order,
        minimum_score=draw(st.sampled_from([0, 0, 3_000])),
        fairness=draw(st.sampled_from([None, "lift_worst"])) if first else None,
        balance=draw(st.sampled_from([None, "even"])) if first else None,
        shortlists=draw(st.sampled_from(["first", "only", "bonus", "ignore"])),
        changes=draw(st.sampled_from(["before_points", "before_shortlists", "after_points"])),
    )


@st.composite
def choices(draw: st.DrawFn, cohort: Cohort) -> Choices:
    """Shortlists, wishes, declines, bans, what to avoid and to favour, pauses and priorities of a cohort's people.

    No pins and no accepted pairs: whether they are possible depends on the program.
    """
    mentors, mentees = cohort.mentors.ids, cohort.mentees.ids
    if not mentors or not mentees:
        return Choices()
    pairs = st.tuples(st.sampled_from(mentors), st.sampled_from(mentees)).filter(lambda pair: pair[0] != pair[1])
    lists = st.lists(pairs, max_size=3, unique=True)

    def listed(people: Sequence[str], others: Sequence[str]) -> dict[str, list[str]]:
        keys = draw(st.lists(st.sampled_from(people), max_size=3, unique=True))
        found = {one: draw(st.lists(st.sampled_from(others), max_size=3, unique=True)) for one in keys}
        return {one: [other for other in several if other != one] for one, several in found.items()}

    return Choices(
        shortlists=listed(mentees, mentors),
        wishes=listed(mentors, mentees),
        declines=draw(lists),
        bans=draw(lists),
        avoid=draw(lists),
        favour=draw(lists),
        paused=draw(st.lists(st.sampled_from([*mentors, *mentees]), max_size=2, unique=True)),
        priority=dict.fromkeys(draw(st.lists(st.sampled_from(mentees), max_size=2, unique=True)), 3),
    )
