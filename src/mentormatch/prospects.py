"""What will disappoint, found before anything is matched: rules without effect, conditions that forbid too much."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from mentormatch.cohort import Cohort, People
from mentormatch.compiled import FULL, PERFECT, Compiled, CompiledRule, compile_rules, product_type
from mentormatch.errors import Finding
from mentormatch.ids import canonical_order
from mentormatch.page import Page, Recorded, Table
from mentormatch.questionnaire import Questionnaire
from mentormatch.questions import SIDES, Side
from mentormatch.rules import AtLeast, Covers, Eligible, Related, Rule, Similar, When
from mentormatch.rules import Table as ScoreTable
from mentormatch.rules.overlap import picks
from mentormatch.rules.rule import Mask, Values, between, kind_of, options_of
from mentormatch.scores import condition_name
from mentormatch.wording import counted, listed, number, percent, quoted

Rows = npt.NDArray[np.intp]
Counts = npt.NDArray[np.int64]

_SAMPLE = 1_000
_BLOCK = 2**21
"""Numbers held at once: rules times pairs of a block."""
_EXACT = 2**15
"""So many squares of contributions, each below 2**47, sum up within int64."""
_NEARLY_ALL = 95
_MANY_BLANKS = 10
_LARGE = 0.1
_TIMES = 3
_FEWEST_OPTIONS = 5
_SHOWN = 10
_OTHER: dict[Side, Side] = {"mentor": "mentee", "mentee": "mentor"}
_MORE = {
    "no_partner": ("person without a possible partner", "people without a possible partner"),
    "one_partner": ("person with one possible partner only", "people with one possible partner only"),
    "option_nobody_offers": ("option that nobody offers", "options that nobody offers"),
    "option_nobody_wants": ("option that nobody wants", "options that nobody wants"),
    "answered_nothing": ("person who answered nothing the rules read", "people who answered nothing the rules read"),
    "ticked_everything": ("person who ticked everything", "people who ticked everything"),
}


@dataclass(frozen=True)
class Influence:
    """How much a rule decides.

    ``weight`` is its share of the weight. ``spread`` is the standard deviation, over the allowed pairs of people who
    take part, of the points that it gives to a pair's score, blanks and ``missing=`` included: what it says of pairs,
    times its weight. ``share`` is its part of the sum of all spreads, 0 where that sum is 0. ``judged`` is the share of
    the allowed pairs that it can judge.

    Spreads are those of the program's weights, so a mentee's own ranking of rules does not change them, and of all
    allowed pairs between at most 1,000 mentors and 1,000 mentees: of more, the first 1,000 in canonical order.
    """

    label: str
    title: str
    weight: float
    spread: float
    share: float
    judged: float


@dataclass(frozen=True)
class Forbids:
    """How many pairs of people who take part a condition forbids, and how many of them only because of a blank."""

    title: str
    pairs: int
    unknown: int


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
                f"{number(self.allowed)} of {number(self.pairs)}{_in_brackets(self.allowed, self.pairs)}",
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
    tally = _Tally(compiled, rows, columns)
    tally.count()
    influence = tuple(_influence(tally, rules))
    weights = [one.weight for one in influence]
    forbids = tuple(
        Forbids(condition_name(condition), *(int(counts[c].sum()) for counts in (tally.removed[0], tally.unknown[0])))
        for c, condition in enumerate(conditions)
    )
    sides = tally.mentors, tally.mentees
    findings = [
        *dict.fromkeys(wrong),
        *_eligibility_findings(cohort, eligibility),
        *_condition_findings(forbids, conditions, tally),
        *_people_findings(tally, conditions, questionnaire),
        *_rule_findings(tally, influence, rules),
        *option_findings(sides, rules, conditions),
        *_blank_findings(tally, rules, weights, questionnaire),
        *_ticked_findings(sides, rules, questionnaire),
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


class _Tally:
    """What one pass over the pairs of the people who take part counts, people in canonical order.

    ``removed`` and ``unknown`` hold, for mentors and for mentees, how many partners each condition takes from each
    person, and from how many of them only because of a blank, shape (n_conditions, n). ``partners`` counts the allowed
    ones and ``first`` has the position of one of them, -1 for none. ``counting`` and ``judged`` count the allowed pairs
    for which each rule counts, and which it can judge. ``sums``, ``squares``, ``least`` and ``most`` are those of the
    contributions of each rule to the pairs tried, in fine units (1,024 to a point), as whole numbers and so exact.
    """

    def __init__(self, compiled: Compiled, rows: Rows, columns: Rows) -> None:
        self.compiled, self.rows, self.columns = compiled, rows, columns
        self.mentors, self.mentees = compiled.mentors.take(rows), compiled.mentees.take(columns)
        self.sample = self.mentees.take(np.arange(min(_SAMPLE, len(columns))))
        sizes, conditions, rules = (len(rows), len(columns)), len(compiled.conditions), len(compiled.rules)
        self.removed, self.unknown = (tuple(np.zeros((conditions, n), dtype=np.int64) for n in sizes) for _ in "12")
        self.partners: tuple[Counts, ...] = tuple(np.zeros(n, dtype=np.int64) for n in sizes)
        self.first: tuple[Counts, ...] = tuple(np.full(n, -1) for n in sizes)
        self.pairs = self.allowed = self.tried = 0
        self.counting, self.judged, self.sums, self.squares = ([0] * rules for _ in range(4))
        self.least, self.most = [2 * FULL] * rules, [0] * rules
        place = {person: i for i, person in enumerate(self.mentees.ids)}
        same = [(j, place[person]) for j, person in enumerate(self.mentors.ids) if person in place]
        self.same: Rows = np.array(same, dtype=np.intp).reshape(-1, 2)
        # D is FULL for every pair unless a rule can be left out of it.
        self.whole = all(not one.abstains and one.counts[0].all() and one.counts[1].all() for one in compiled.rules)

    def count(self) -> None:
        mentors, mentees = len(self.rows), len(self.columns)
        self.pairs = mentors * mentees - len(self.same)
        step = max(1, _BLOCK // ((len(self.compiled.rules) + 1) * max(1, mentees)))
        for start in range(0, mentors if mentees else 0, step):
            stop = min(start + step, mentors)
            block = self.mentors.take(np.arange(start, stop))
            allowed = self._allowed(start, stop, block)
            self._partners(start, stop, allowed)
            self._judge(start, stop, block, allowed)

    def _allowed(self, start: int, stop: int, block: People) -> Mask:
        """Which pairs of the block are allowed; counts what each condition removes."""
        different = np.ones((stop - start, len(self.columns)), dtype=bool)
        low, high = np.searchsorted(self.same[:, 0], (start, stop))
        different[self.same[low:high, 0] - start, self.same[low:high, 1]] = False
        allowed = different.copy()
        for c, condition in enumerate(self.compiled.conditions):
            possible, known = condition.allows(block, self.mentees)
            removed = different & ~possible & known
            if condition.if_unknown == "forbid":
                unknown = different & ~known
                removed |= unknown
                self.unknown[0][c, start:stop] = np.count_nonzero(unknown, axis=1)
                self.unknown[1][c] += np.count_nonzero(unknown, axis=0)
            self.removed[0][c, start:stop] = np.count_nonzero(removed, axis=1)
            self.removed[1][c] += np.count_nonzero(removed, axis=0)
            allowed &= ~removed
        return allowed

    def _partners(self, start: int, stop: int, allowed: Mask) -> None:
        of_mentors, of_mentees = (np.count_nonzero(allowed, axis=axis) for axis in (1, 0))
        self.partners[0][start:stop] = of_mentors
        self.first[0][start:stop] = np.where(of_mentors > 0, allowed.argmax(axis=1), -1)
        new = (self.partners[1] == 0) & (of_mentees > 0)
        self.first[1][new] = start + allowed[:, new].argmax(axis=0)
        self.partners[1][:] += of_mentees
        self.allowed += int(of_mentors.sum())

    def _judge(self, start: int, stop: int, block: People, allowed: Mask) -> None:
        """Counts the pairs that rules judge, and sums up what rules contribute to pairs of people in the sample."""
        rows, last = self.rows[start:stop], min(stop, _SAMPLE) - start
        some = block if last == len(block) else block.take(np.arange(max(0, last)))
        tried = allowed[: max(0, last), : len(self.sample)]
        self.tried += int(np.count_nonzero(tried))
        contributions, total = [], np.zeros((len(some), len(self.sample)))
        for r, one in enumerate(self.compiled.rules):
            here, there = one.counts[0][rows], one.counts[1][self.columns]
            self.counting[r] += _pairs_between(allowed, here, there)
            answer: tuple[Values, Mask] | None = None
            if one.known is None:
                answer = one.rule.values(block, self.mentees)
                self.judged[r] += int(np.count_nonzero(answer[1] & allowed & between(here, there)))
                answer = answer[0][: len(some), : len(self.sample)], answer[1][: len(some), : len(self.sample)]
            else:
                known = one.known[0][rows], one.known[1][self.columns]
                self.judged[r] += _pairs_between(allowed, here & known[0], there & known[1])
            if len(some):
                given, most = self._contribution(one, rows[: len(some)], some, answer)
                contributions.append(given)
                if not self.whole:
                    total += most
        if not len(some):
            return
        if not self.whole:
            everything = sum((one.most for one in self.compiled.rules), start=np.zeros(len(self.compiled.mentees)))
            np.copyto(total, FULL, where=total == everything[self.columns[: len(self.sample)]])
        for r, given in enumerate(contributions):
            shares = given if self.whole else np.rint(given * FULL / np.maximum(total, 1))
            self._sum_up(r, shares[tried].astype(np.int64))

    def _contribution(
        self, one: CompiledRule, rows: Rows, block: People, answer: tuple[Values, Mask] | None
    ) -> tuple[Values, Values]:
        """What the rule gives to pairs of the block with the sample, in fine units, and the most it could."""
        columns = self.columns[: len(self.sample)]
        counts = between(one.counts[0][rows], one.counts[1][columns])
        if one.columns is not None and one.known is not None:
            kind = product_type()
            factors = one.columns.mentor[rows].astype(kind), one.entries[columns].astype(kind)
            given = (factors[0] @ factors[1].T).astype(np.float64)
            known = between(one.known[0][rows], one.known[1][columns])
        else:
            value, known = answer or one.rule.values(block, self.sample)
            given = np.rint(value * one.fine[columns])
        missing = one.missing
        if not known.all():
            given = np.where(known, given, 0.0 if missing is None else np.rint(one.most[columns] * missing))
        given *= counts
        return given, np.where(counts & known if missing is None else counts, one.most[columns], 0.0)

    def _sum_up(self, r: int, given: Counts) -> None:
        if not len(given):
            return
        self.least[r], self.most[r] = min(self.least[r], int(given.min())), max(self.most[r], int(given.max()))
        self.sums[r] += int(given.sum())
        self.squares[r] += sum(np.add.reduceat(given * given, np.arange(0, len(given), _EXACT)).tolist())

    def spread(self, r: int) -> float:
        """The standard deviation of the rule's contributions, in points."""
        if not self.tried:
            return 0.0
        return math.sqrt((self.tried * self.squares[r] - self.sums[r] ** 2) / self.tried**2) * PERFECT / FULL

    def decides(self, r: int) -> bool:
        """Whether what the rule gives differs by a point or more from pair to pair."""
        return (self.most[r] - self.least[r]) * PERFECT >= FULL


def _pairs_between(allowed: Mask, mentors: Mask, mentees: Mask) -> int:
    """How many allowed pairs there are of a mentor who is in and a mentee who is in."""
    if mentees.all():
        return int(np.count_nonzero(allowed if mentors.all() else allowed[mentors]))
    return int(np.count_nonzero(allowed[mentors] & mentees))


def _influence(tally: _Tally, rules: Sequence[Rule]) -> Iterator[Influence]:
    # Fractions, since the sum of two finite weights may be infinite.
    weights, spreads = [Fraction(str(rule.weight)) for rule in rules], [tally.spread(r) for r in range(len(rules))]
    total, whole = sum(spreads), sum(weights)
    for r, (rule, spread) in enumerate(zip(rules, spreads, strict=True)):
        share, judged = spread / total if total else 0.0, tally.judged[r] / max(1, tally.allowed)
        yield Influence(rule.name, rule.title, float(weights[r] / whole), spread, share, judged)


def _eligibility_findings(cohort: Cohort, eligibility: Sequence[Eligible]) -> Iterator[Finding]:
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
        elif 100 * count >= _NEARLY_ALL * len(people) > 0:
            expected = (
                f"refuses {number(count)} of {everybody}{_in_brackets(count, len(people))}{_blank(unknown, count)}"
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


def _condition_findings(forbids: Sequence[Forbids], conditions: Sequence[Rule], tally: _Tally) -> Iterator[Finding]:
    pairs = tally.pairs
    if not pairs:
        return
    one_alone = False
    for one, condition in zip(forbids, conditions, strict=True):
        where, of = f"condition {one.title}", f"of {counted(pairs, 'pair')}{_in_brackets(one.pairs, pairs)}"
        ask = "ask for the missing answers, or set if_unknown='allow'"
        if not one.pairs:
            expected = f"forbids none of the {counted(pairs, 'pair')}"
            yield Finding("condition_forbids_nothing", expected, where=where, hint="without it everything is the same")
        elif 100 * one.pairs >= _NEARLY_ALL * pairs:
            one_alone = True
            expected = f"forbids {number(one.pairs)} {of}{_blank(one.unknown, one.pairs)}"
            hint = (
                ask if 2 * one.unknown > one.pairs else "a rule with a weight would prefer such pairs and forbid none"
            )
            yield Finding("condition_forbids_most", expected, where=where, hint=hint)
        elif 100 * one.unknown >= _MANY_BLANKS * pairs and condition.if_unknown == "forbid":
            share = _in_brackets(one.unknown, pairs)
            expected = (
                f"forbids {number(one.unknown)} of {counted(pairs, 'pair')}{share} only because an answer is blank"
            )
            yield Finding("condition_blanks", expected, where=where, hint=ask)
    forbidden = pairs - tally.allowed
    if not one_alone and len(conditions) > 1 and 100 * forbidden >= _NEARLY_ALL * pairs:
        expected = (
            f"together they forbid {number(forbidden)} of {counted(pairs, 'pair')}{_in_brackets(forbidden, pairs)}"
        )
        hint = "turn the least important one into a rule with a weight"
        yield Finding("conditions_forbid_most", expected, where="conditions", hint=hint)


def _people_findings(tally: _Tally, conditions: Sequence[Rule], questionnaire: Questionnaire) -> Iterator[Finding]:
    """Who has no possible partner, and because of which conditions; who has only one."""
    sides = dict(zip(SIDES, (tally.mentors, tally.mentees), strict=True))
    if not all(len(people) for people in sides.values()):
        return
    private = [_is_private(condition, questionnaire) for condition in conditions]
    both_roles = {name: set(people.ids) for name, people in sides.items()}
    for at, side in reversed(list(enumerate(SIDES))):
        other = _OTHER[side]
        people, others = sides[side], sides[other]
        for place in _by_id(people, tally.partners[at] == 0):
            name = people.ids[place]
            alone = len(others) == 1
            removed = []
            if name in both_roles[other]:
                removed.append("being the same person" if alone else "one is the same person")
            for c, condition in enumerate(conditions):
                count, unknown = int(tally.removed[at][c, place]), int(tally.unknown[at][c, place])
                if count and not private[c]:
                    takes = "" if alone else f" rules out {number(count)}"
                    removed.append(f"{condition_name(condition)}{takes}{_because(unknown, count)}")
            if any(private[c] and tally.removed[at][c, place] for c in range(len(conditions))):
                removed.append("private answers" if alone else "conditions on private answers rule out some")
            expected = f"no {other} is possible: of {counted(len(others), other)}, {listed(removed)}"
            if alone:
                expected = f"the only {other} is not possible because of {listed(removed)}"
            yield Finding("no_partner", expected, side=side, person=name)
    for at, side in reversed(list(enumerate(SIDES))):
        other = _OTHER[side]
        people, others = sides[side], sides[other]
        if len(others) > 1:
            for place in _by_id(people, tally.partners[at] == 1):
                partner = quoted(others.ids[int(tally.first[at][place])])
                expected = f"only one of {counted(len(others), other)} is possible: {partner}"
                yield Finding("one_partner", expected, side=side, person=people.ids[place])


def _rule_findings(tally: _Tally, influence: Sequence[Influence], rules: Sequence[Rule]) -> Iterator[Finding]:
    if not tally.allowed:
        return
    spread = any(one.share for one in influence)
    for r, (one, rule) in enumerate(zip(influence, rules, strict=True)):
        if not rule.weight:
            continue
        where, weight = _titled(rule), percent(one.weight)
        idle = f"so {weight} of the weight decides nothing"
        pairs = counted(tally.allowed, "allowed pair")
        any_of = f"any of the {pairs}" if tally.allowed > 1 else "the only allowed pair"
        if not tally.counting[r]:
            expected = f"does not count for {any_of}, {idle}"
            yield Finding("rule_counts_nowhere", expected, where=where, hint="check the answer that it asks for")
        elif not tally.judged[r]:
            expected = f"cannot judge {any_of}, {idle}"
            yield Finding(
                "rule_never_judges", expected, where=where, hint="ask for the missing answers or leave it out"
            )
        elif tally.tried > 1 and not tally.decides(r):
            tried = "" if tally.tried == tally.allowed else " that were tried"
            expected = f"gives the same points to all {counted(tally.tried, 'allowed pair')}{tried}, {idle}"
            yield Finding("rule_decides_nothing", expected, where=where, hint="its weight would do more elsewhere")
        elif spread and one.weight >= _LARGE and _TIMES * one.share < one.weight:
            expected = f"has {weight} of the weight and only {percent(one.share)} of the influence"
            hint = "most pairs get nearly the same points from it"
            yield Finding("rule_weak", expected, where=where, hint=hint)
        elif one.share >= _LARGE and one.share > _TIMES * one.weight:
            expected = f"has only {weight} of the weight and {percent(one.share)} of the influence"
            hint = "the points it gives differ far more from pair to pair than those of the other rules"
            yield Finding("rule_strong", expected, where=where, hint=hint)


def option_findings(
    sides: tuple[People, People], rules: Sequence[Rule], conditions: Sequence[Rule]
) -> Iterator[Finding]:
    """Options that mentees want and nobody offers, and the reverse."""
    mentors, mentees = sides
    if not len(mentors) or not len(mentees):
        return
    seen = set()
    wanted_in_vain, offered_in_vain = [], []
    for rule in (one.innermost for one in (*(rule for rule in rules if rule.weight), *conditions)):
        if not isinstance(rule, (Covers, Related, ScoreTable)):
            continue
        picked = not isinstance(rule, ScoreTable)
        wanted_id = rule.question if isinstance(rule, ScoreTable) else rule.wanted
        wants, offers = mentees.column(wanted_id), mentors.column(rule.offers)
        asked = options_of(wants), options_of(offers)
        helps = _helps(rule, *asked)
        if (key := (wanted_id, rule.offers, helps.tobytes())) in seen:
            continue
        seen.add(key)
        wanting, offering = (np.count_nonzero(picks(column), axis=0) for column in (wants, offers))
        met, used = (helps & (offering > 0)).any(axis=1), (helps & (wanting > 0)[:, None]).any(axis=0)
        for k in np.flatnonzero((wanting > 0) & ~met).tolist():
            count = int(wanting[k])
            verb = ("wants" if count == 1 else "want") if picked else "answered"
            who = f"{counted(count, 'mentee')} {verb} {quoted(asked[0][k])}"
            if picked:
                nobody, hint = "no mentor offers it", "recruit a mentor who does, or tell them"
                if not helps[k].any():
                    hint = f"the question {quoted(rule.offers)} does not have this option"
            else:
                nobody, hint = "no mentor's answer has a score with that", "recruit for it, or give it a score"
            expected = f"{who} and {nobody}"
            wanted_in_vain.append(Finding("option_nobody_offers", expected, question=wanted_id, hint=hint))
        for k in np.flatnonzero((offering > 0) & ~used).tolist():
            count = int(offering[k])
            verb = ("offers" if count == 1 else "offer") if picked else "answered"
            who = f"{counted(count, 'mentor')} {verb} {quoted(asked[1][k])}"
            nobody = "no mentee wants it" if picked else "no mentee's answer has a score with that"
            hint = ""
            if not helps[:, k].any() and picked:
                hint = f"the question {quoted(wanted_id)} does not have this option"
            offered_in_vain.append(
                Finding("option_nobody_wants", f"{who} and {nobody}", question=rule.offers, hint=hint)
            )
    yield from dict.fromkeys(wanted_in_vain)
    yield from dict.fromkeys(offered_in_vain)


def _helps(rule: Covers | Related | ScoreTable, wanted: Sequence[str], offered: Sequence[str]) -> Mask:
    """Which option offered is of use for which option wanted, shape (options wanted, options offered)."""
    if isinstance(rule, Related):
        return rule.credits(offered, wanted).T > 0
    found = np.zeros((len(wanted), len(offered)), dtype=bool)
    places = {option: k for k, option in enumerate(wanted)}, {option: k for k, option in enumerate(offered)}
    if isinstance(rule, Covers):
        for option in places[0].keys() & places[1].keys():
            found[places[0][option], places[1][option]] = True
    else:
        rows: Any = rule.scores
        for theirs, own, score in rows:
            found[places[0][own], places[1][theirs]] = score > 0
    return found


def _blank_findings(
    tally: _Tally, rules: Sequence[Rule], weights: Sequence[float], questionnaire: Questionnaire
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
        for place in _by_id(people, silent):
            expected = f"{none} that the rules read"
            hint = f"to the rules every {_OTHER[side]} is much the same for this person"
            yield Finding("answered_nothing", expected, side=side, person=people.ids[place], hint=hint)


def _ticked_findings(
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
                yield from (replace(found, person=people.ids[place]) for place in _by_id(people, everything))


def _reads(rule: Rule, questionnaire: Questionnaire) -> frozenset[tuple[Side, str]]:
    """The questions that a rule reads, each with the side on which it reads the answers."""
    if isinstance(rule, (When, AtLeast)):
        inner = _reads(rule.rule, questionnaire)
        return inner | {(rule.of, rule.question)} if isinstance(rule, When) else inner
    if isinstance(rule, (Covers, Related, ScoreTable, Similar)):
        wanted = rule.wanted if isinstance(rule, (Covers, Related)) else rule.question
        return frozenset({("mentee", wanted), ("mentor", rule.offers)})
    return frozenset((side, name) for name in rule.questions() for side in SIDES if questionnaire[name].asks(side))


def _is_private(rule: Rule, questionnaire: Questionnaire) -> bool:
    return any(questionnaire[name].private for name in rule.questions())


def _titled(rule: Rule) -> str:
    return f"rule {rule.title if rule.label is None else quoted(rule.label)}"


def _by_id(people: People, chosen: Mask) -> list[int]:
    """The positions of the people chosen, in the order of their ids."""
    return sorted(np.flatnonzero(chosen).tolist(), key=lambda place: people.ids[place])


def _place(finding: Finding) -> str:
    """Where a finding is, for the first column of the page."""
    of = [finding.where] if finding.where else []
    if finding.person is not None:
        of.append(f"{finding.side or 'person'} {quoted(finding.person)}")
    if finding.question is not None:
        asked = f" ({finding.side}s)" if finding.side and finding.person is None else ""
        of.append(f"question {quoted(finding.question)}{asked}")
    return ", ".join(of)


def _in_brackets(part: int, whole: int) -> str:
    return f" ({percent(part / whole)})" if whole else ""


def _because(unknown: int, count: int) -> str:
    """What part of those whom a condition takes from a person is due to blanks, in brackets."""
    some = "" if unknown == count else f"{number(unknown)} "
    return f" ({some}because an answer is blank)" if unknown else ""


def _blank(unknown: int, count: int) -> str:
    """What part of a count is due to blanks, as the end of a sentence."""
    if not unknown:
        return ""
    return f", {'all' if unknown == count else number(unknown)} of them only because an answer is blank"
