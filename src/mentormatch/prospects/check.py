"""What will disappoint in a program with a cohort, as one value, and how it is found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mentormatch.cohort import Cohort
from mentormatch.compiled import compile_rules
from mentormatch.errors import Finding
from mentormatch.ids import canonical_order
from mentormatch.page import Page, Recorded, Table
from mentormatch.prospects.answers import blank_findings, ticked_findings
from mentormatch.prospects.effects import Influence, influence_of, rule_findings
from mentormatch.prospects.exclusion import Forbids, condition_findings, eligibility_findings, people_findings
from mentormatch.prospects.options import option_findings
from mentormatch.prospects.tally import Tally
from mentormatch.prospects.words import in_brackets
from mentormatch.questions import SIDES
from mentormatch.rules import Eligible, Rule
from mentormatch.scores import condition_name
from mentormatch.wording import counted, number, percent, quoted

_SHOWN = 10
_MORE = {
    "no_partner": ("person without a possible partner", "people without a possible partner"),
    "one_partner": ("person with one possible partner only", "people with one possible partner only"),
    "option_nobody_offers": ("option that nobody offers", "options that nobody offers"),
    "option_nobody_wants": ("option that nobody wants", "options that nobody wants"),
    "answered_nothing": ("person who answered nothing the rules read", "people who answered nothing the rules read"),
    "ticked_everything": ("person who ticked everything", "people who ticked everything"),
}


@dataclass(frozen=True)
class ProgramCheck(Recorded):
    """What will disappoint in a program with a cohort; truthy where nothing was found.

    ``findings`` have these codes, beside those of answers that contradict one another:

    - ``no_mentors``, ``no_mentees``: nobody of that side takes part; ``no_partner``, ``one_partner``: for this person
      no pair is allowed, or only one where there are several people to choose from;
    - ``condition_forbids_most``: 95 % of the pairs or more, ``conditions_forbid_most``: so many together;
      ``condition_forbids_nothing``; ``condition_blanks``: 10 % of the pairs or more only because an answer is blank;
    - ``eligible_refuses_most``: 95 % of the side or more; ``eligible_refuses_nobody``; ``eligible_blanks``: somebody
      is refused only because the answer is blank;
    - ``rule_counts_nowhere``, ``rule_never_judges``: so for every allowed pair; ``rule_decides_nothing``: what it gives
      differs by less than a point; ``rule_weak``: 10 % of the weight or more and less than a third of that share in
      influence; ``rule_strong``: 10 % of the influence or more, and more than three times its share of the weight;
    - ``option_nobody_offers``, ``option_nobody_wants``: of the questions that `Covers`, `Related` and `Table` compare;
    - ``question_mostly_blank``: more than half of a side left blank what a rule reads; ``answered_nothing``: this
      person left blank all that rules read; ``ticked_everything``: every one of five options or more.

    ``mentors`` and ``mentees`` count the people who take part: those who are eligible,
    and of mentors those with a seat. ``pairs`` counts their pairs, ``allowed`` those that no condition forbids,
    ``tried`` those of them that ``influence`` was measured on (see `Influence`). ``coverage`` is the share of the
    weight that is judged, on average over the allowed pairs; 0 without any.

    Answers to private questions are counted and never stand beside an id.
    """

    program: str
    mentors: int
    mentees: int
    pairs: int
    allowed: int
    tried: int
    coverage: float
    influence: tuple[Influence, ...]
    conditions: tuple[Forbids, ...]
    findings: tuple[Finding, ...]

    def __bool__(self) -> bool:
        return not self.findings

    def to_records(self) -> list[dict[str, Any]]:
        """One record for each finding: what `Finding.to_dict` gives."""
        return [finding.to_dict() for finding in self.findings]

    def page(self) -> Page:
        """The check as a page: the figures, what rules and conditions do, and what was found."""
        facts = [
            ("who takes part", f"{counted(self.mentors, 'mentor')} with a seat, {counted(self.mentees, 'mentee')}"),
            (
                "allowed pairs",
                f"{number(self.allowed)} of {number(self.pairs)}{in_brackets(self.allowed, self.pairs)}",
            ),
        ]
        if self.allowed:
            share = percent(self.coverage)
            facts.append(("weight judged", f"{share} on average; else an answer is blank or a rule does not count"))
        rules = Table(
            "What the rules decide",
            ["rule", "weight", "influence", "spread in points", "pairs judged"],
            [
                (one.label, percent(one.weight), percent(one.share), number(round(one.spread)), percent(one.judged))
                for one in self.influence
            ],
            ["left", "right", "right", "right", "right"],
        )
        conditions = Table(
            "What the conditions forbid",
            ["condition", "pairs", "share", "only for a blank"],
            [
                (
                    one.title,
                    number(one.pairs),
                    percent(one.pairs / self.pairs if self.pairs else 0),
                    number(one.unknown),
                )
                for one in self.conditions
            ],
            ["left", "right", "right", "right"],
        )
        found = Table("What was found", ["where", "what"], self._shown())
        notes = [] if self.findings else ["Nothing was found that is likely to disappoint."]
        if self.tried < self.allowed:
            notes.append(
                f"The influence of the rules was measured on {number(self.tried)} of the "
                f"{counted(self.allowed, 'allowed pair')}."
            )
        tables = [table for table in (rules, conditions, found) if table.rows]
        return Page(f"Check of {self.program}", facts, tables, notes)

    def _shown(self) -> Iterator[tuple[str, str]]:
        """Findings as rows, of each code that may have hundreds the first ten."""
        seen: dict[str, int] = {}
        last = {finding.code: place for place, finding in enumerate(self.findings)}
        for place, finding in enumerate(self.findings):
            seen[finding.code] = seen.get(finding.code, 0) + 1
            if finding.code not in _MORE or seen[finding.code] <= _SHOWN:
                yield _place(finding), f"{finding.expected}; {finding.hint}" if finding.hint else finding.expected
            elif place == last[finding.code]:
                more = counted(seen[finding.code] - _SHOWN, *_MORE[finding.code])
                yield "", f"and {more.replace(' ', ' more ', 1)}; all are in .findings"


def check_of(
    program: str, cohort: Cohort, rules: Sequence[Rule], conditions: Sequence[Rule], eligibility: Sequence[Eligible]
) -> ProgramCheck:
    """The check of a cohort, in one pass over its pairs; rules and conditions must fit its questionnaire."""
    questionnaire = cohort.questionnaire
    wrong = [f for rule in (*rules, *conditions) for f in rule.answer_findings(cohort.mentors, cohort.mentees)]
    takes = {"mentor": cohort.mentors.capacity > 0, "mentee": np.ones(len(cohort.mentees), dtype=bool)}
    for one in eligibility:
        takes[one.side] &= ~one.refused(cohort.mentors if one.side == "mentor" else cohort.mentees)[0]
    compiled = compile_rules(cohort.mentors, cohort.mentees, rules, conditions)
    rows, columns = (
        order[takes[side][order]]
        for side, people in zip(SIDES, (cohort.mentors, cohort.mentees), strict=True)
        for order in (canonical_order(people.ids),)
    )
    tally = Tally(compiled, rows, columns)
    tally.count()
    influence = tuple(influence_of(tally, rules))
    weights = [one.weight for one in influence]
    forbids = tuple(
        Forbids(condition_name(condition), *(int(counts[c].sum()) for counts in (tally.removed[0], tally.unknown[0])))
        for c, condition in enumerate(conditions)
    )
    sides = tally.mentors, tally.mentees
    findings = [
        *dict.fromkeys(wrong),
        *eligibility_findings(cohort, eligibility),
        *condition_findings(forbids, conditions, tally),
        *people_findings(tally, conditions, questionnaire),
        *rule_findings(tally, influence, rules),
        *option_findings(sides, rules, conditions),
        *blank_findings(tally, rules, weights, questionnaire),
        *ticked_findings(sides, rules, questionnaire),
    ]
    coverage = sum(w * judged for w, judged in zip(weights, tally.judged, strict=True)) / max(1, tally.allowed)
    return ProgramCheck(
        program,
        len(rows),
        len(columns),
        tally.pairs,
        tally.allowed,
        tally.tried,
        float(coverage),
        influence,
        forbids,
        tuple(findings),
    )


def _place(finding: Finding) -> str:
    """Where a finding is, for the first column of the page."""
    of = [finding.where] if finding.where else []
    if finding.person is not None:
        of.append(f"{finding.side or 'person'} {quoted(finding.person)}")
    if finding.question is not None:
        asked = f" ({finding.side}s)" if finding.side and finding.person is None else ""
        of.append(f"question {quoted(finding.question)}{asked}")
    return ", ".join(of)
