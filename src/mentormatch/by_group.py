"""What a matching gives to groups of people: the same figures for each, their differences, and what they cannot say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from mentormatch.errors import Finding, ProgramError
from mentormatch.ids import person_id
from mentormatch.page import Page, Recorded, Table
from mentormatch.questions import SIDES, Choice, Column, MultiChoice, Number, Scale, Side
from mentormatch.report import NO_PART
from mentormatch.wording import counted, did_you_mean, listed, number, percent, quoted

if TYPE_CHECKING:
    from mentormatch.cohort import People
    from mentormatch.matching import Matching

Measure = Literal["share", "points", "listed", "first"]
_MEASURES: dict[Measure, str] = {
    "share": "matched",
    "points": "points a pair",
    "listed": "from list",
    "first": "first choice",
}
NO_ANSWER = "no answer"
_FEW = 10
_BANDS = 4
_ASKED = (Choice, MultiChoice, Scale, Number)


@dataclass(frozen=True)
class GroupFigures:
    """What people of one side and one group have: ``people`` take part, ``paired`` have a partner.

    ``pairs`` are theirs and ``points`` the sum of the pairs' points; ``lists`` of them have a shortlist, ``listed`` of
    those somebody from it and ``first`` their first choice (of mentees; 0 for mentors).
    """

    side: Side
    group: str
    people: int
    paired: int
    pairs: int
    points: int
    lists: int
    listed: int
    first: int

    def measure(self, name: Measure) -> float | None:
        """A share of people (0 to 1), or for "points" the mean of a pair; None where there is nothing to divide by."""
        part, whole = {
            "share": (self.paired, self.people),
            "points": (self.points, self.pairs),
            "listed": (self.listed, self.lists),
            "first": (self.first, self.lists),
        }[name]
        return part / whole if whole else None


@dataclass(frozen=True)
class GroupComparison(Recorded):
    """The same figures for groups of people, side by side; for who runs the program.

    ``rows`` are the groups of mentees, then of mentors, in the order of the options; who gave no answer is a group of
    their own. ``overlapping`` where one person may be in several groups. Reading it starts with the harm that is looked
    for: that people of one group get no mentor, or one who fits less, more often than others.
    """

    question: str
    rows: tuple[GroupFigures, ...]
    overlapping: bool = False
    private: bool = False
    program: str = ""

    def of(self, side: Side) -> tuple[GroupFigures, ...]:
        """The groups of one side."""
        return tuple(row for row in self.rows if row.side == side)

    def difference(self, measure: Measure, side: Side = "mentee") -> float | None:
        """The largest value of a measure among the groups minus the smallest; None where fewer than two have one.

        Who gave no answer is no group here. Raises ProgramError for an unknown measure.
        """
        values = self._values(measure, side)
        return max(values) - min(values) if len(values) > 1 else None

    def ratio(self, measure: Measure, side: Side = "mentee") -> float | None:
        """The smallest value of a measure among the groups over the largest, 0 to 1; 1 is equal.

        None where fewer than two groups have a value and where all are 0. Raises ProgramError for an unknown measure.
        """
        values = self._values(measure, side)
        return min(values) / max(values) if len(values) > 1 and max(values) else None

    def _values(self, measure: Measure, side: Side) -> list[float]:
        if measure not in get_args(Measure):
            hint = did_you_mean(str(measure), get_args(Measure))
            raise ProgramError(Finding("measure", "there is no such measure", where=str(measure), hint=hint))
        rows = [row for row in self.of(side) if row.group != NO_ANSWER]
        return [value for row in rows if (value := row.measure(measure)) is not None]

    def to_records(self) -> list[dict[str, Any]]:
        """One record for each group: the counts, and every measure."""
        return [
            {
                "question": self.question,
                "side": row.side,
                "group": row.group,
                "people": row.people,
                "paired": row.paired,
                "pairs": row.pairs,
                **{name: row.measure(name) for name in get_args(Measure)},
            }
            for row in self.rows
        ]

    def page(self) -> Page:
        """The comparison as a page: what to look for, the figures by group, how far they differ, and what they hide."""
        harm = "one group gets a mentor, a fitting one or the one they asked for less often than another"
        tables = [table for side in reversed(SIDES) for table in self._tables(side)]
        title = f"{self.program} by {quoted(self.question)}" if self.program else f"By {quoted(self.question)}"
        return Page(title, [("the harm looked for", harm)], tables, self._notes())

    def _tables(self, side: Side) -> Iterator[Table]:
        rows = self.of(side)
        if not rows:
            return
        shown = [name for name in get_args(Measure) if any(row.measure(name) is not None for row in rows)]
        cells: list[tuple[str | int, ...]] = [
            (row.group, row.people, *(_written(name, row.measure(name)) for name in shown)) for row in rows
        ]
        columns = (self.question, "people", *(_MEASURES[name] for name in shown))
        align: list[Any] = ["left", *["right"] * (len(columns) - 1)]
        yield Table(f"{side.capitalize()}s", columns, cells, align)
        gaps = [self._gap(name, side) for name in shown if self.difference(name, side) is not None]
        if gaps:
            columns = ("", "lowest", "", "highest", "", "difference", "ratio")
            align = ["left", "left", "right", "left", "right", "right", "right"]
            yield Table(f"How far groups of {side}s are apart", columns, gaps, align)

    def _gap(self, measure: Measure, side: Side) -> tuple[str, ...]:
        """The two groups that are furthest apart, the difference and the ratio."""
        rows = [row for row in self.of(side) if row.group != NO_ANSWER and row.measure(measure) is not None]
        apart = self.difference(measure, side) or 0
        if not apart:
            value = _written(measure, rows[0].measure(measure))
            return _MEASURES[measure], "all", value, "all", value, "0", "1.00" if rows[0].measure(measure) else ""
        low, high = (best(rows, key=lambda row: row.measure(measure) or 0) for best in (min, max))
        ends = [text for row in (low, high) for text in (row.group, _written(measure, row.measure(measure)))]
        difference = number(round(apart)) if measure == "points" else f"{100 * apart:.0f} percentage points"
        ratio = self.ratio(measure, side)
        return _MEASURES[measure], *ends, difference, "" if ratio is None else f"{ratio:.2f}"

    def _notes(self) -> Iterator[str]:
        small = [row for row in self.rows if row.people < _FEW and row.group != NO_ANSWER]
        if small:
            row = min(small, key=lambda row: row.people)
            step = f"{100 / row.people:.0f} percentage points"
            groups = listed(f"{row.group} ({counted(row.people, row.side)})" for row in small)
            yield (
                f"Small groups say little: one {row.side} more or less with a partner moves {row.group} by {step}. "
                f"Groups of fewer than {number(_FEW)} people: {groups}."
            )
        yield (
            "Matched: the share of those who take part that have a partner. From list and first choice: of those who "
            "gave a list. Ratio: the lowest over the highest, 1 is equal."
        )
        if self.overlapping:
            yield "One person may be in several groups, so the groups do not add up to all people."
        if any(row.group == NO_ANSWER for row in self.rows):
            yield (
                "Who gave no answer stands apart and is left out of the differences. People who leave a question "
                "blank are seldom a random part of all."
            )
        yield (
            "What these figures cannot say: why groups differ (wishes, departments and seats differ too), who never "
            "signed up, how people fare who are in two groups at once, and how good the mentoring is. Points measure "
            "fit by the rules; where the rules favour a group, equal points are not fair. Equal figures prove no "
            "fairness and unequal ones no harm: they say where to ask."
        )
        if self.private:
            yield (
                f"The answers to {quoted(self.question)} are private, and small groups give them away: this page is "
                f"for administrators."
            )


def by_group_of(matching: Matching, question: object) -> GroupComparison:
    """The comparison by the answers to a question, or by a mapping of ids to groups. Linear in people and picks."""
    if isinstance(question, Mapping):
        groups = _given(matching, question)
        return _compared(matching, "group", groups, overlapping=False, private=False)
    cohort = matching.scores.cohort if matching.scores is not None else None
    if cohort is None:
        hint = "give a mapping of ids to groups"
        raise ProgramError(
            Finding("no_answers", "there are no answers behind this matching", where="by_group", hint=hint)
        )
    if not isinstance(question, str):
        expected = "expected the id of a question or a mapping of ids to groups"
        raise ProgramError(Finding("question", expected, where="by_group"))
    asked = cohort.questionnaire[question]
    if not isinstance(asked, _ASKED):
        expected = f"expected a question with options or numbers, not {type(asked).__name__}"
        raise ProgramError(Finding("question", expected, question=asked.id, where="by_group"))
    people = cohort.mentors, cohort.mentees
    groups = {own.side: _answered(own, asked.id) for own in people if own.asked(asked.id)}
    return _compared(matching, asked.id, groups, isinstance(asked, MultiChoice), asked.private)


_Groups = Mapping[Side, tuple[Sequence[str], Mapping[str, Sequence[str]]]]
"""For each side the groups in their order, and the groups of every person."""


def _compared(matching: Matching, question: str, groups: _Groups, overlapping: bool, private: bool) -> GroupComparison:
    rows = []
    for side in reversed(SIDES):
        if side in groups:
            rows += list(_figures(matching, side, *groups[side]))
    return GroupComparison(question, tuple(rows), overlapping, private, matching.demand.program)


def _figures(
    matching: Matching, side: Side, order: Sequence[str], of: Mapping[str, Sequence[str]]
) -> Iterator[GroupFigures]:
    demand = matching.demand
    out = {one.person for one in matching.unmatched if one.side == side and one.code in NO_PART}
    pairs: Counter[str] = Counter()
    points: Counter[str] = Counter()
    best: dict[str, int] = {}
    for pair in matching.pairs:
        person = getattr(pair, side)
        pairs[person] += 1
        points[person] += pair.points
        rank = demand.ranks.get(pair.mentee, {}).get(pair.mentor)
        if side == "mentee" and rank is not None:
            best[person] = min(rank, best.get(person, rank))
    people: dict[str, list[str]] = {group: [] for group in order}
    for person in demand.mentors if side == "mentor" else demand.mentees:
        for group in of[person] if person not in out else ():
            people[group].append(person)
    for group, own in people.items():
        if own:
            lists = [person for person in own if side == "mentee" and demand.ranks.get(person)]
            yield GroupFigures(
                side,
                group,
                len(own),
                sum(person in pairs for person in own),
                sum(pairs[person] for person in own),
                sum(points[person] for person in own),
                len(lists),
                sum(person in best for person in lists),
                sum(best.get(person) == 1 for person in lists),
            )


def _answered(people: People, question: str) -> tuple[list[str], dict[str, list[str]]]:
    """The groups that the answers of one side make."""
    column = people.column(question)
    order, groups = _options(column, _bands(column) if isinstance(column.question, Number) else [])
    of = {person: groups[at] if column.known[at] else [NO_ANSWER] for at, person in enumerate(people.ids)}
    return [*order, NO_ANSWER], of


def _options(column: Column, bands: Sequence[tuple[float, float]]) -> tuple[list[str], list[list[str]]]:
    """All groups in their order, and those of each person; whatever stands for who gave no answer."""
    asked, values = column.question, column.values
    if isinstance(asked, MultiChoice):
        names = [_option(option) for option in asked.options]
        return names, [[names[k] for k in np.flatnonzero(row).tolist()] for row in values]
    if isinstance(asked, Choice):
        names = [_option(option) for option in asked.options]
        return names, [[names[k]] for k in values.tolist()]
    numbers = np.where(column.known, values, 0.0)
    if isinstance(asked, Scale):
        names = [f"{value:g}" for value in np.unique(numbers[column.known]).tolist()]
        return names, [[f"{value:g}"] for value in numbers.tolist()]
    names = [f"{low:g} to {high:g}" if high > low else f"{low:g}" for low, high in bands]
    at = np.searchsorted([high for _, high in bands[:-1]], numbers, side="left")
    return names, [[names[band]] if names else [] for band in at.tolist()]


def _option(option: str) -> str:
    """The option as the name of a group; one that says "no answer" is told from a blank."""
    return f"{option} (an option)" if option == NO_ANSWER else option


def _bands(column: Column) -> list[tuple[float, float]]:
    """The lowest and the highest answer of bands with about as many answers each, of one side."""
    values = np.sort(column.values[column.known])
    if not len(values):
        return []
    highs = sorted({float(values[-(-len(values) * k // _BANDS) - 1]) for k in range(1, _BANDS + 1)})
    starts = [0, *np.searchsorted(values, highs[:-1], side="right").tolist()]
    return [(float(values[start]), high) for start, high in zip(starts, highs, strict=True)]


def _given(matching: Matching, groups: Mapping[object, object]) -> _Groups:
    """Groups that somebody brought, by id; an id on both sides is one person, who is not named has no answer."""
    demand = matching.demand
    known = dict.fromkeys((*demand.mentors, *demand.mentees))
    findings, named = [], {}
    for key, group in groups.items():
        person = person_id(key)
        if isinstance(person, Finding):
            findings.append(person)
        elif person not in known:
            hint = did_you_mean(person[:80], tuple(known)) if len(findings) < _FEW else ""
            findings.append(Finding("unknown_person", "there is nobody of this id", person=person, hint=hint))
        elif not isinstance(group, str) or not group.strip():
            findings.append(Finding("group", "expected the name of a group", person=person))
        else:
            named[person] = _option(group.strip())
    if findings:
        raise ProgramError(findings)
    order = [*sorted(set(named.values())), NO_ANSWER]
    sides: dict[Side, tuple[Sequence[str], Mapping[str, Sequence[str]]]] = {}
    for side, people in zip(SIDES, (demand.mentors, demand.mentees), strict=True):
        if any(person in named for person in people):
            sides[side] = order, {person: [named.get(person, NO_ANSWER)] for person in people}
    return sides


def _written(measure: Measure, value: float | None) -> str:
    if value is None:
        return ""
    return number(round(value)) if measure == "points" else percent(value)
