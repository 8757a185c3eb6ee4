"""Whether a rule keeps what the scores rely on, tried out on made-up people."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from mentormatch.cohort import Cohort
from mentormatch.errors import Finding, ProgramError
from mentormatch.page import Page, Paged, Table
from mentormatch.people import People
from mentormatch.questionnaire import Questionnaire
from mentormatch.rules import Rule
from mentormatch.rules.rule import Mask, Values, between
from mentormatch.synthetic import cohort_for
from mentormatch.wording import quoted

_SIZES = (7, 10)
_BLANKS = (0.3, 0.8, 0.0)
_CLOSE = 1e-9


@dataclass(frozen=True)
class RuleCheck(Paged):
    """What trying a rule out found: true where nothing is wrong with it."""

    title: str
    findings: tuple[Finding, ...] = ()

    def __bool__(self) -> bool:
        return not self.findings

    def page(self) -> Page:
        """The verdict as a page: a sentence, or everything that is wrong."""
        if self:
            return Page(self.title, notes=["sound: nothing was found that the scores could not rely on"])
        wrong = [("; ".join(filter(None, (one.expected, one.hint))),) for one in self.findings]
        return Page(self.title, tables=[Table("Not sound", ("what is wrong",), wrong)])


def check_rule(rule: Rule, questionnaire: Questionnaire, *, as_condition: bool = False) -> RuleCheck:
    """Whether a rule is sound: it fits the questionnaire, and made-up people who answer it find nothing wrong.

    A sound rule gives every pair a number from 0 to 1, 0 where it cannot judge, and the same number however often, in
    whatever block and order and beside whomever it is asked; it reads the questions that it names and no others, gives
    equal answers equal values whatever the ids (a rule that asks for a person may look at ids), and does not judge two
    people who answered nothing. What it says beside its values agrees with them: `columns`, `lookup`, `answered`,
    `counts`, and for a condition `alike` and `forbidden`.

    ``findings`` lists what is wrong, with stable codes. Nothing is raised: an error of the rule is a finding. The same
    people are made up each time, on three cohorts of 7 mentors and 10 mentees with few and many blanks. What only other
    answers would show is not found.
    """
    if not isinstance(rule, Rule):
        expected = f"expected a rule, not {type(rule).__name__}"
        return RuleCheck(quoted(type(rule).__name__), (Finding("not_a_rule", expected),))
    found = list(_safely(rule.check, questionnaire, as_condition))
    if not found:
        optional: list[Any] = [replace(one, required=False) for one in questionnaire]
        asked = Questionnaire(optional)
        for seed, blanks in enumerate(_BLANKS):
            cohort = cohort_for(asked, _SIZES[1], _SIZES[0], seed=seed, blanks=blanks)
            found = found or _safely(_tried, rule, cohort, as_condition)
        found = found or _safely(_on_blanks, rule, asked, as_condition)
        found += _copied(rule)
    return RuleCheck(rule.title, tuple(dict.fromkeys(replace(one, where=None) for one in found)))


def _safely(check: Any, *given: Any) -> list[Finding]:
    """The findings of a check; what it raises is one."""
    try:
        return list(check(*given))
    except ProgramError as error:
        return [Finding("rule_raised", one.expected, hint=one.hint) for one in error.findings]
    except Exception as error:
        return [Finding("rule_raised", f"it raised {type(error).__name__}: {error}")]


def _answers(rule: Rule, mentors: People, mentees: People, as_condition: bool) -> tuple[npt.NDArray[Any], Mask]:
    return rule.allows(mentors, mentees) if as_condition else rule.values(mentors, mentees)


def _tried(rule: Rule, cohort: Cohort, as_condition: bool) -> Iterator[Finding]:
    mentors, mentees = cohort.mentors, cohort.mentees
    value, known = _answers(rule, mentors, mentees, as_condition)
    if wrong := list(_misshapen(value, known, (len(mentors), len(mentees)), as_condition)):
        yield from wrong
        return
    yield from _out_of_range(value, known, cohort, as_condition)
    if not _same(_answers(rule, mentors, mentees, as_condition), (value, known)):
        yield Finding("rule_changes", "asked again it gave something else", hint="use no clock, chance or memory")
        return
    yield from _beside_others(rule, cohort, value, known, as_condition)
    if not _asks_for_people(rule, cohort.questionnaire):
        yield from _reads_more(rule, cohort, value, known, as_condition)
    answered, counts = rule.answered(mentors, mentees), rule.counts(mentors, mentees)
    if not as_condition and answered is not None and not np.array_equal(between(*answered), known):
        expected = "answered() does not say what values() can judge"
        yield Finding("rule_answered", expected, hint="leave it out where only the pair tells")
    if counts is not None and [len(side) for side in counts] != [len(mentors), len(mentees)]:
        yield Finding("rule_counts", "counts() does not have an entry for each mentor and each mentee")
    yield from _told_otherwise(rule, cohort) if as_condition else _computed_otherwise(rule, cohort, value, answered)


def _misshapen(value: object, known: object, shape: tuple[int, int], as_condition: bool) -> Iterator[Finding]:
    kinds = (("b", "bool") if as_condition else ("f", "float64")), ("b", "bool")
    for what, array, (kind, named) in zip(("value", "known"), (value, known), kinds, strict=True):
        if not isinstance(array, np.ndarray) or array.dtype.kind != kind:
            yield Finding("rule_type", f"expected an array of {named} as {what}")
        elif array.shape != shape:
            expected = f"expected {what} in the shape {shape}, mentors first, not {array.shape}"
            yield Finding("rule_shape", expected)


def _out_of_range(value: Values, known: Mask, cohort: Cohort, as_condition: bool) -> Iterator[Finding]:
    if as_condition:
        return
    wrong = np.argwhere(known & ~((value >= 0) & (value <= 1)))
    if len(wrong):
        j, i = wrong[0].tolist()
        pair = f"mentor {quoted(cohort.mentors.ids[j])} and mentee {quoted(cohort.mentees.ids[i])}"
        yield Finding("rule_range", f"expected numbers from 0 to 1; {pair} have {value[j, i]:g}")
    if (value[~known] != 0).any():
        yield Finding("rule_unknown", "expected 0 where it cannot judge a pair")


def _beside_others(rule: Rule, cohort: Cohort, value: Values, known: Mask, as_condition: bool) -> Iterator[Finding]:
    """Values that change with the people beside a pair."""
    mentors, mentees = cohort.mentors, cohort.mentees
    rows, columns = np.arange(len(mentors)), np.arange(len(mentees))
    blocks = [(rows[::-1], columns[::-1]), (rows[::2], columns), (rows, columns[1::3])]
    blocks += [(rows[[j]], columns[[i]]) for j, i in zip(rows, columns, strict=False)]
    for some, others in blocks:
        found = _answers(rule, mentors.take(some), mentees.take(others), as_condition)
        at = np.ix_(some, others)
        if not _same(found, (value[at], known[at])):
            expected = "the value of a pair depends on who else is in the block, or on their order"
            yield Finding("rule_block", expected, hint="what depends on everybody comes from people.of_everybody")
            return


def _reads_more(rule: Rule, cohort: Cohort, value: Values, known: Mask, as_condition: bool) -> Iterator[Finding]:
    """Questions that the rule does not name, and ids."""
    mentors, mentees = (side.only(rule.questions()) for side in (cohort.mentors, cohort.mentees))
    hint = "questions() decides whether the rule is private"
    try:
        found = _answers(rule, mentors, mentees, as_condition)
    except Exception as error:
        expected = f"without the answers to other questions than it names it raised {type(error).__name__}"
        yield Finding("rule_reads_more", expected, hint=hint)
        return
    if not _same(found, (value, known)):
        yield Finding("rule_reads_more", "it depends on answers to questions that it does not name", hint=hint)
    if rule.questions():
        renamed = [
            replace(side, ids=tuple(f"x{name}" for name in side.ids)) for side in (cohort.mentors, cohort.mentees)
        ]
        found = _answers(rule, renamed[0], renamed[1], as_condition)
        if not _same(found, (value, known)):
            yield Finding("rule_ids", "people with the same answers and other ids have other values")


def _computed_otherwise(
    rule: Rule, cohort: Cohort, value: Values, answered: tuple[Mask, Mask] | None
) -> Iterator[Finding]:
    """What a rule says beside its values to be computed faster."""
    mentors, mentees = cohort.mentors, cohort.mentees
    if (columns := rule.columns(mentors, mentees)) is not None:
        if not np.isin(columns.mentor, (0, 1)).all():
            yield Finding("rule_columns", "expected nothing but 0 and 1 in columns().mentor")
        elif not np.allclose(columns.mentor @ columns.mentee.T, value, rtol=0, atol=_CLOSE):
            yield Finding("rule_columns", "the product of columns() is not values()")
        elif answered is None:
            yield Finding("rule_columns", "a product needs answered(), which says who can be judged")
        full = np.ones((len(mentees), 1)) if columns.full is None else columns.full
        if (value > full.sum(axis=1) + _CLOSE).any():
            yield Finding("rule_columns", "some values are larger than what columns().full sums to")
    if (lookup := rule.lookup(mentors, mentees)) is not None:
        codes = np.asarray(lookup.mentor @ lookup.mentee.T).astype(np.int64)
        inside = (codes >= 0) & (codes < min(2**16, len(lookup.values)))
        if not inside.all() or not np.array_equal(lookup.values[codes], value):
            yield Finding("rule_lookup", "the values behind the codes of lookup() are not values()")


def _told_otherwise(rule: Rule, cohort: Cohort) -> Iterator[Finding]:
    """What a condition says beside what it allows to be computed faster."""
    mentors, mentees = cohort.mentors, cohort.mentees
    allowed, known = rule.allows(mentors, mentees)
    if (alike := rule.alike(mentors, mentees)) is not None:
        for kind in np.unique(alike):
            rows = np.flatnonzero(alike == kind)
            some = np.stack((allowed & known, known))[:, rows]
            if (some != some[:, :1]).any():
                yield Finding("rule_alike", "mentors who are alike() are not allowed the same mentees")
                break
    if (listed := rule.forbidden(mentors, mentees)) is not None:
        mask = np.zeros(allowed.shape, dtype=bool)
        mask[listed] = True
        if not np.array_equal(mask, ~(allowed & known)):
            yield Finding("rule_forbidden", "forbidden() does not list the pairs that are not allowed")


def _on_blanks(rule: Rule, questionnaire: Questionnaire, as_condition: bool) -> Iterator[Finding]:
    """Two people who answered nothing; conditions may have a meaning for a blank."""
    if as_condition:
        return
    cohort = Cohort.from_records(questionnaire, mentors=[{"id": "mentor"}], mentees=[{"id": "mentee"}])
    counts = rule.counts(cohort.mentors, cohort.mentees)
    known = rule.values(cohort.mentors, cohort.mentees)[1]
    if rule.questions() and known.any() and (counts is None or between(*counts).all()):
        hint = "say that the pair is unknown"
        yield Finding("rule_blanks", "two people who answered nothing are judged", hint=hint)


def _copied(rule: Rule) -> Iterator[Finding]:
    try:
        copy = pickle.loads(pickle.dumps(rule))
    except Exception:
        return  # a function that cannot be handed to other processes is told where that is tried
    if copy != rule:
        yield Finding("rule_equal", "a copy of it is not equal to it", hint="give it no other state than its settings")


def _asks_for_people(rule: Rule, questionnaire: Questionnaire) -> bool:
    return any(questionnaire[name].kind == "Reference" for name in rule.questions())


def _same(one: tuple[Any, Any], other: tuple[Any, Any]) -> bool:
    return all(np.array_equal(*arrays) for arrays in zip(one, other, strict=True))
