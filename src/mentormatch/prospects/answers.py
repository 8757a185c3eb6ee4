"""Answers that say little: questions that most leave blank, people who answer nothing or tick everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from mentormatch.cohort import People
from mentormatch.errors import Finding
from mentormatch.prospects.tally import Tally
from mentormatch.prospects.words import OTHER_SIDE, by_id
from mentormatch.questionnaire import Questionnaire
from mentormatch.questions import SIDES, Side
from mentormatch.rules import Covers, Rule, When
from mentormatch.rules.inner import Around
from mentormatch.rules.rule import kind_of, options_of
from mentormatch.rules.two_questions import TwoQuestions
from mentormatch.wording import counted, number, percent

_FEWEST_OPTIONS = 5


def blank_findings(
    tally: Tally, rules: Sequence[Rule], weights: Sequence[float], questionnaire: Questionnaire
) -> Iterator[Finding]:
    """Questions that most leave blank and the weight this leaves idle; people who answered nothing that rules read."""
    reads = [_reads(rule, questionnaire) if rule.weight else frozenset() for rule in rules]
    for side, people in zip(SIDES, (tally.mentors, tally.mentees), strict=True):
        asked = [
            question.id for question in questionnaire.asked_of(side) if any((side, question.id) in r for r in reads)
        ]
        for name in asked:
            blank = len(people) - int(people.column(name).known.sum())
            if 2 * blank <= len(people):
                continue
            expected = f"{number(blank)} of {counted(len(people), side)} left it blank"
            idle = sum(
                weight * (tally.counting[r] - tally.judged[r])
                for r, weight in enumerate(weights)
                if (side, name) in reads[r]
            )
            hint = ""
            if idle:
                share = percent(idle / tally.allowed)
                expected += f", and the rules that read it leave {share} of the weight unjudged on average"
                hint = "ask for it again, make it required, or lower the weight"
            yield Finding("question_mostly_blank", expected, side=side, question=name, hint=hint)
    for side, people in zip(reversed(SIDES), (tally.mentees, tally.mentors), strict=True):
        asked = [
            question.id for question in questionnaire.asked_of(side) if any((side, question.id) in r for r in reads)
        ]
        if not asked:
            continue
        silent = np.asarray(np.stack([~people.column(name).known for name in asked]).all(axis=0))
        none = (
            f"answered none of the {number(len(asked))} questions" if len(asked) > 1 else "left blank the only question"
        )
        for place in by_id(people, silent):
            expected = f"{none} that the rules read"
            hint = f"to the rules every {OTHER_SIDE[side]} is much the same for this person"
            yield Finding("answered_nothing", expected, side=side, person=people.ids[place], hint=hint)


def ticked_findings(
    sides: tuple[People, People], rules: Sequence[Rule], questionnaire: Questionnaire
) -> Iterator[Finding]:
    """People who picked every option of a long list; for a private question only how many."""
    plain = {
        rule.offers for rule in (one.innermost for one in rules) if isinstance(rule, Covers) and not rule.by_rarity
    }
    for side, people in zip(SIDES, sides, strict=True):
        for question in questionnaire.asked_of(side):
            column = people.column(question.id)
            options = len(options_of(column))
            if kind_of(column) != "MultiChoice" or options < _FEWEST_OPTIONS:
                continue
            everything = np.asarray(column.values.all(axis=1))
            hint = ""
            if side == "mentor" and question.id in plain:
                hint = "by_rarity=True lets an option that few offer count for more"
            found = Finding("ticked_everything", f"ticked all {number(options)} options", side, question=question.id)
            found = replace(found, hint=hint)
            if question.private and everything.any():
                who = f"{number(int(everything.sum()))} of {counted(len(people), side)}"
                yield replace(found, expected=f"{who} {found.expected}")
            elif not question.private:
                yield from (replace(found, person=people.ids[place]) for place in by_id(people, everything))


def _reads(rule: Rule, questionnaire: Questionnaire) -> frozenset[tuple[Side, str]]:
    """The questions that a rule reads, each with the side on which it reads the answers."""
    if isinstance(rule, Around):
        inner = _reads(rule.rule, questionnaire)
        return inner | {(rule.of, rule.question)} if isinstance(rule, When) else inner
    if isinstance(rule, TwoQuestions):
        return frozenset({("mentee", rule.asked), ("mentor", rule.offers)})
    return frozenset((side, name) for name in rule.questions() for side in SIDES if questionnaire[name].asks(side))
