"""Whom eligibility and conditions leave out: what forbids most, nothing or only for a blank, and who has nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mentormatch.cohort import Cohort
from mentormatch.errors import Finding
from mentormatch.prospects.tally import Tally
from mentormatch.prospects.words import OTHER_SIDE, because, by_id, for_a_blank, in_brackets
from mentormatch.questionnaire import Questionnaire
from mentormatch.questions import SIDES
from mentormatch.rules import Eligible, Rule
from mentormatch.scores import condition_name
from mentormatch.wording import counted, listed, number, quoted

NEARLY_ALL = 95
_MANY_BLANKS = 10


@dataclass(frozen=True)
class Forbids:
    """How many pairs of people who take part a condition forbids, and how many of them only because of a blank."""

    title: str
    pairs: int
    unknown: int


def eligibility_findings(cohort: Cohort, eligibility: Sequence[Eligible]) -> Iterator[Finding]:
    """Who may take part: conditions that refuse nobody, most or some only for a blank; sides without anybody."""
    takes = {"mentor": cohort.mentors.capacity > 0, "mentee": np.ones(len(cohort.mentees), dtype=bool)}
    for one in eligibility:
        people = cohort.mentors if one.side == "mentor" else cohort.mentees
        refused, blank = one.refused(people)
        takes[one.side] &= ~refused
        where = f"eligibility {one.name}"
        count, unknown = int(refused.sum()), int((refused & blank).sum())
        everybody = counted(len(people), one.side)
        if len(people) and not count:
            expected = f"refuses none of the {everybody}" if len(people) > 1 else f"does not refuse the only {one.side}"
            yield Finding("eligible_refuses_nobody", expected, where=where, hint="without it everything is the same")
        elif 100 * count >= NEARLY_ALL * len(people) > 0:
            expected = (
                f"refuses {number(count)} of {everybody}{in_brackets(count, len(people))}{for_a_blank(unknown, count)}"
            )
            yield Finding("eligible_refuses_most", expected, where=where, hint="check that this is what you mean")
        elif unknown:
            names = ""
            if not cohort.questionnaire[one.question].private:
                names = f": {listed(sorted(people.ids[place] for place in np.flatnonzero(refused & blank)))}"
            expected = f"refuses {counted(unknown, one.side)} only because the answer is blank{names}"
            hint = "ask them to answer, or set if_unknown='allow'"
            yield Finding("eligible_blanks", expected, where=where, hint=hint)
    for side in SIDES:
        if not takes[side].any():
            people = cohort.mentors if side == "mentor" else cohort.mentees
            expected = (
                f"there are no {side}s" if not len(people) else f"none of the {counted(len(people), side)} takes part"
            )
            if len(people) == 1:
                expected = f"the only {side} takes no part"
            hint = "nobody can be matched"
            yield Finding(f"no_{side}s", expected, where=f"{side}s", hint=hint)


def condition_findings(forbids: Sequence[Forbids], conditions: Sequence[Rule], tally: Tally) -> Iterator[Finding]:
    """Conditions that forbid nothing, most or much only for a blank, by themselves and together."""
    pairs = tally.pairs
    if not pairs:
        return
    one_alone = False
    for one, condition in zip(forbids, conditions, strict=True):
        where, of = f"condition {one.title}", f"of {counted(pairs, 'pair')}{in_brackets(one.pairs, pairs)}"
        ask = "ask for the missing answers, or set if_unknown='allow'"
        if not one.pairs:
            expected = f"forbids none of the {counted(pairs, 'pair')}"
            yield Finding("condition_forbids_nothing", expected, where=where, hint="without it everything is the same")
        elif 100 * one.pairs >= NEARLY_ALL * pairs:
            one_alone = True
            expected = f"forbids {number(one.pairs)} {of}{for_a_blank(one.unknown, one.pairs)}"
            hint = (
                ask if 2 * one.unknown > one.pairs else "a rule with a weight would prefer such pairs and forbid none"
            )
            yield Finding("condition_forbids_most", expected, where=where, hint=hint)
        elif 100 * one.unknown >= _MANY_BLANKS * pairs and condition.if_unknown == "forbid":
            share = in_brackets(one.unknown, pairs)
            expected = (
                f"forbids {number(one.unknown)} of {counted(pairs, 'pair')}{share} only because an answer is blank"
            )
            yield Finding("condition_blanks", expected, where=where, hint=ask)
    forbidden = pairs - tally.allowed
    if not one_alone and len(conditions) > 1 and 100 * forbidden >= NEARLY_ALL * pairs:
        expected = (
            f"together they forbid {number(forbidden)} of {counted(pairs, 'pair')}{in_brackets(forbidden, pairs)}"
        )
        hint = "turn the least important one into a rule with a weight"
        yield Finding("conditions_forbid_most", expected, where="conditions", hint=hint)


def people_findings(tally: Tally, conditions: Sequence[Rule], questionnaire: Questionnaire) -> Iterator[Finding]:
    """Who has no possible partner, and because of which conditions; who has only one."""
    sides = dict(zip(SIDES, (tally.mentors, tally.mentees), strict=True))
    if not all(len(people) for people in sides.values()):
        return
    private = [_is_private(condition, questionnaire) for condition in conditions]
    both_roles = {name: set(people.ids) for name, people in sides.items()}
    for at, side in reversed(list(enumerate(SIDES))):
        other = OTHER_SIDE[side]
        people, others = sides[side], sides[other]
        for place in by_id(people, tally.partners[at] == 0):
            name = people.ids[place]
            alone = len(others) == 1
            removed = []
            if name in both_roles[other]:
                removed.append("being the same person" if alone else "one is the same person")
            for c, condition in enumerate(conditions):
                count, unknown = int(tally.removed[at][c, place]), int(tally.unknown[at][c, place])
                if count and not private[c]:
                    takes = "" if alone else f" rules out {number(count)}"
                    removed.append(f"{condition_name(condition)}{takes}{because(unknown, count)}")
            if any(private[c] and tally.removed[at][c, place] for c in range(len(conditions))):
                removed.append("private answers" if alone else "conditions on private answers rule out some")
            expected = f"no {other} is possible: of {counted(len(others), other)}, {listed(removed)}"
            if alone:
                expected = f"the only {other} is not possible because of {listed(removed)}"
            yield Finding("no_partner", expected, side=side, person=name)
    for at, side in reversed(list(enumerate(SIDES))):
        other = OTHER_SIDE[side]
        people, others = sides[side], sides[other]
        if len(others) > 1:
            for place in by_id(people, tally.partners[at] == 1):
                partner = quoted(others.ids[int(tally.first[at][place])])
                expected = f"only one of {counted(len(others), other)} is possible: {partner}"
                yield Finding("one_partner", expected, side=side, person=people.ids[place])


def _is_private(rule: Rule, questionnaire: Questionnaire) -> bool:
    return any(questionnaire[name].private for name in rule.questions())
