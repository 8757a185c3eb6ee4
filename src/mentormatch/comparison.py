"""What if: two programs on the same people side by side, and how much hangs on each weight."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

import numpy as np

from mentormatch.choices import Choices
from mentormatch.cohort import Cohort
from mentormatch.errors import Finding, ProgramError
from mentormatch.formats import Peers
from mentormatch.matching import Matching, Pair
from mentormatch.page import Page, Recorded, Table
from mentormatch.page.content import Align
from mentormatch.program import Program
from mentormatch.rules import Eligible, Rule
from mentormatch.scores import condition_name
from mentormatch.solving import solve
from mentormatch.wording import listed, number, percent

Couple = tuple[str, str]
_NOT_THERE = "not there"
_LOSS = (
    "Points are what the changed matching loses by today's weights. Where that is little, the other pairs are nearly "
    "as good, and a pair that changes is none the worse."
)
_ONE_BY_ONE = (
    "Each weight is moved by itself. Pairs that never change do not hang on its exact value; several weights moved at "
    "once may change them."
)
_RULE_AND_NUMBERS: tuple[Align, ...] = ("left", "right", "right", "right", "right")


@dataclass(frozen=True)
class Setting:
    """A setting in which two programs differ: where it is, and what it says in the ``first`` and the ``second``."""

    where: str
    first: str
    second: str


@dataclass(frozen=True)
class Comparison(Recorded):
    """Two programs on the same people: what they achieve, by the rules of either, and who has somebody else.

    ``settings`` are those in which the programs differ. ``first`` and ``second`` are the matchings.
    """

    settings: tuple[Setting, ...]
    first: Matching = field(repr=False)
    second: Matching = field(repr=False)

    @cached_property
    def both(self) -> tuple[Couple, ...]:
        """The pairs of both matchings, sorted."""
        return tuple(sorted(_couples(self.first) & _couples(self.second)))

    @cached_property
    def only_first(self) -> tuple[Couple, ...]:
        """The pairs of the first matching alone, sorted."""
        return tuple(sorted(_couples(self.first) - _couples(self.second)))

    @cached_property
    def only_second(self) -> tuple[Couple, ...]:
        """The pairs of the second matching alone, sorted."""
        return tuple(sorted(_couples(self.second) - _couples(self.first)))

    def to_records(self) -> list[dict[str, Any]]:
        """One record for each pair of either matching: in which it is, and its points by the rules of each.

        Points are None where the program does not allow the pair.
        """
        couples = sorted(_couples(self.first) | _couples(self.second))
        by_first, by_second = (_points(matching, couples) for matching in (self.first, self.second))
        in_first, in_second = _couples(self.first), _couples(self.second)
        return [
            {
                "mentor": couple[0],
                "mentee": couple[1],
                "in_first": couple in in_first,
                "in_second": couple in in_second,
                "points_by_first": one,
                "points_by_second": other,
            }
            for couple, one, other in zip(couples, by_first, by_second, strict=True)
        ]

    def page(self) -> Page:
        """The comparison as a page: the settings that differ, what both achieve, and who has another mentor."""
        titles = [matching.demand.program for matching in (self.first, self.second)]
        facts = [
            ("first", titles[0]),
            ("second", titles[1]),
            ("pairs in both", f"{number(len(self.both))} of {number(len(self.first.pairs))}"),
        ]
        tables = [
            Table("What differs", ("", "first", "second"), [(s.where, s.first, s.second) for s in self.settings]),
            Table("Side by side", ("", "first", "second"), self._side_by_side(), ("left", "right", "right")),
            self._moved(),
        ]
        notes = []
        if not self.settings:
            notes.append("The two programs have the same settings.")
        elif not (self.only_first or self.only_second):
            notes.append("Both programs make the same pairs.")
        notes.append(
            "Points by different rules cannot be compared: compare the two columns within a line. Beside a mentor "
            "stand the points by the rules of that program."
        )
        return Page("Two programs side by side", facts, [table for table in tables if table.rows], notes)

    def _side_by_side(self) -> Iterator[tuple[str, str, str]]:
        both = [{aim.label: str(aim) for aim in m.aims if aim.aim not in ("lottery", "points")} for m in self._both]
        for label in dict.fromkeys(label for aims in both for label in aims):
            yield label, both[0].get(label, ""), both[1].get(label, "")
        for name, rules in (("first", self.first), ("second", self.second)):
            columns = [
                _points(rules, [(pair.mentor, pair.mentee) for pair in matching.pairs]) for matching in self._both
            ]
            yield f"points a pair by the {name}'s rules", _mean(columns[0]), _mean(columns[1])
            forbidden = [sum(one is None for one in points) for points in columns]
            if any(forbidden):
                yield f"pairs that the {name} does not allow", number(forbidden[0]), number(forbidden[1])

    @property
    def _both(self) -> tuple[Matching, Matching]:
        return self.first, self.second

    def _moved(self) -> Table:
        """The mentees whose mentors differ, each with the points by the rules of the program."""
        own = [_by_mentee(matching) for matching in self._both]
        changed = {mentee for _, mentee in (*self.only_first, *self.only_second)}
        demand = self.first.demand
        rows = [
            (
                demand.shown("mentee", demand.places[1][mentee]),
                *(
                    cell
                    for pairs in own
                    for cell in (
                        listed(demand.shown("mentor", demand.places[0][p.mentor]) for p in pairs.get(mentee, ()))
                        or "nobody",
                        listed(number(pair.points) for pair in pairs.get(mentee, ())),
                    )
                ),
            )
            for mentee in sorted(changed)
        ]
        columns = ("mentee", "first", "points", "second", "points")
        return Table("Mentees with other mentors", columns, rows, ("left", "left", "right", "left", "right"))


@dataclass(frozen=True)
class WeightMove:
    """What a weight that is moved changes: the pairs that go and come, and what the new ones lose.

    ``weight`` is the new one; ``points`` what the matching has by the old weights, less what the best one has.
    """

    label: str
    weight: float
    gone: tuple[Couple, ...]
    come: tuple[Couple, ...]
    points: int


@dataclass(frozen=True)
class Sensitivity(Recorded):
    """How much of a matching hangs on the exact weights.

    For each rule with a weight, ``less`` and ``more`` say what changes when that weight alone is ``by`` (0.1 is 10 %)
    lower or higher, in the order of the rules.
    """

    by: float
    matching: Matching = field(repr=False)
    less: tuple[WeightMove, ...]
    more: tuple[WeightMove, ...]

    @cached_property
    def firm(self) -> tuple[Couple, ...]:
        """The pairs that never change, sorted."""
        return tuple(sorted(_couples(self.matching) - set(self.loose)))

    @cached_property
    def loose(self) -> Mapping[Couple, tuple[str, ...]]:
        """The pairs that change, each with what changes them, such as "goals more"; the most often changed first."""
        found: dict[Couple, list[str]] = {}
        for less, more in zip(self.less, self.more, strict=True):
            for move, word in ((less, "less"), (more, "more")):
                for couple in move.gone:
                    found.setdefault(couple, []).append(f"{move.label} {word}")
        return {couple: tuple(found[couple]) for couple in sorted(found, key=lambda one: (-len(found[one]), one))}

    def to_records(self) -> list[dict[str, Any]]:
        """One record for each pair, sorted: its points, and what changes it."""
        return [
            {
                "mentor": pair.mentor,
                "mentee": pair.mentee,
                "points": pair.points,
                "changed_by": list(self.loose.get((pair.mentor, pair.mentee), ())),
            }
            for pair in self.matching.pairs
        ]

    def page(self) -> Page:
        """The sensitivity as a page: how many pairs never change, what each weight moves, and which pairs."""
        demand, pairs = self.matching.demand, self.matching.pairs
        step = percent(self.by)
        facts = [("pairs", number(len(pairs))), ("weights moved", f"{number(len(self.less))}, by {step} each way")]
        if pairs:
            share = percent(len(self.firm) / len(pairs))
            facts.append(("pairs that never change", f"{number(len(self.firm))} ({share})"))
        moved = [
            (less.label, len(less.gone), number(less.points), len(more.gone), number(more.points))
            for less, more in zip(self.less, self.more, strict=True)
        ]
        columns = ("rule", f"{step} less", "points", f"{step} more", "points")
        tables = [Table("Pairs that change with the weight of a rule", columns, moved, _RULE_AND_NUMBERS)]
        points = {(pair.mentor, pair.mentee): pair.points for pair in pairs}
        loose = [
            (
                demand.shown("mentor", demand.places[0][couple[0]]),
                demand.shown("mentee", demand.places[1][couple[1]]),
                number(points[couple]),
                listed(causes),
            )
            for couple, causes in self.loose.items()
        ]
        with_what = ("mentor", "mentee", "points", "changes with")
        tables.append(Table("Pairs that change", with_what, loose, ("left", "left", "right", "left")))
        notes = [_LOSS, _ONE_BY_ONE]
        title = f"Sensitivity of {demand.program}" if demand.program else "Sensitivity"
        return Page(title, facts, [table for table in tables if table.rows], notes)


def compare(first: Program, second: Program, cohort: Cohort, choices: Choices | None = None) -> Comparison:
    """Two programs on the same people and choices: what differs, what each achieves, who has somebody else.

    What the rules of both say of the pairs is found once. Raises what ``program.match`` raises, and ProgramError for
    programs of peers.

    >>> import mentormatch as mm
    >>> from mentormatch import questions as q, rules as r
    >>> questions = mm.Questionnaire([q.Choice("town", ["Bonn", "Ulm"]), q.Scale("mood", 1, 5)])
    >>> program = mm.Program("Towns", questions, [r.Same("town", weight=2), r.Close("mood")])
    >>> cohort = mm.Cohort.from_records(
    ...     questions,
    ...     mentors=[{"id": "ada", "town": "Ulm", "mood": 1}, {"id": "bo", "town": "Bonn", "mood": 5}],
    ...     mentees=[{"id": "tim", "town": "Ulm", "mood": 5}, {"id": "kay", "town": "Bonn", "mood": 1}],
    ... )
    >>> comparison = compare(program, program.with_weights(mood=3), cohort)
    >>> comparison.settings
    (Setting(where="rule 'mood', weight", first='1', second='3'),)
    >>> comparison.only_second
    (('ada', 'kay'), ('bo', 'tim'))
    """
    for name, program in (("first", first), ("second", second)):
        _check_program(program, name, "compare")
    one = first.match(cohort, choices)
    start = one if type(first.format) is type(second.format) else None
    return Comparison(tuple(_settings(first, second)), one, second.match(cohort, choices, start=start))


def sensitivity(program: Program, cohort: Cohort, choices: Choices | None = None, *, by: float = 0.1) -> Sensitivity:
    """Which pairs change when one weight is ``by`` (10 %) lower or higher, and which never do.

    Solves twice for each rule of a weight above 0, each time from the matching that is there; what the rules say of the
    pairs is found once. Raises ProgramError for a ``by`` that is not between 0 and 1 and for programs of peers, and
    what ``program.match`` raises.
    """
    _check_program(program, "program", "sensitivity")
    plain = isinstance(by, (int, float, np.integer, np.floating)) and not isinstance(by, bool)
    if not plain or not 0 < by < 1:
        raise ProgramError(Finding("by", "expected a share between 0 and 1", where="by"))
    matching = program.match(cohort, choices)
    best = sum(pair.points for pair in matching.pairs)
    moves: list[list[WeightMove]] = [[], []]
    for rule in program.rules:
        if not rule.weight:
            continue
        for side, factor in zip(moves, (1 - by, 1 + by), strict=True):
            # Twelve digits, so that 30 and 10 % more make 33.
            weight = float(f"{rule.weight * factor:.12g}")
            other = _solved_again(program, matching, {rule.name: weight})
            gone, come = _couples(matching) - _couples(other), _couples(other) - _couples(matching)
            points = sum(one or 0 for one in _points(matching, sorted(_couples(other))))
            side.append(WeightMove(rule.name, weight, tuple(sorted(gone)), tuple(sorted(come)), points - best))
    return Sensitivity(float(by), matching, tuple(moves[0]), tuple(moves[1]))


def _solved_again(program: Program, matching: Matching, weights: Mapping[str, float]) -> Matching:
    """What the program makes of the same people and choices with other weights."""
    scores = matching.scores
    assert scores is not None
    return solve(
        scores.reweighted(weights),
        format=program.format,
        choices=matching.demand.choices,
        aim=program.aim,
        start=matching,
        seed=program.seed,
        mode=program.mode,
        program=program.name,
    )


def _check_program(program: object, name: str, what: str) -> None:
    if not isinstance(program, Program):
        raise ProgramError(Finding("type", "expected a value of type Program", where=name))
    if isinstance(program.format, Peers):
        raise ProgramError(Finding("peers", "speaks of mentors and mentees, and peers are neither", where=what))


def _couples(matching: Matching) -> set[Couple]:
    return {(pair.mentor, pair.mentee) for pair in matching.pairs}


def _by_mentee(matching: Matching) -> dict[str, list[Pair]]:
    found: dict[str, list[Pair]] = {}
    for pair in matching.pairs:
        found.setdefault(pair.mentee, []).append(pair)
    return found


def _points(rules: Matching, couples: Sequence[Couple]) -> list[int | None]:
    """The points of pairs by the rules behind a matching, None where they are not allowed."""
    assert rules.scores is not None
    return [points if points >= 0 else None for points in rules.scores.points_of(couples).tolist()]


def _mean(points: Sequence[int | None]) -> str:
    known = [one for one in points if one is not None]
    return number(round(math.fsum(known) / len(known))) if known else ""


def _settings(first: Program, second: Program) -> Iterator[Setting]:
    """The settings in which two programs differ, rules and conditions by their names."""
    for name in ("name", "mode", "seed", "weights_from", "aim"):
        one, other = getattr(first, name), getattr(second, name)
        if one != other:
            texts = [str(value) if value is not None else "none" for value in (one, other)]
            if texts[0] == texts[1]:
                yield from _fields(name, one, other)
            else:
                yield Setting(name, *texts)
    if first.format != second.format:
        yield Setting("format", first.format.noun, second.format.noun)
    for what, own, theirs in (
        ("rule", first.rules, second.rules),
        ("condition", first.conditions, second.conditions),
        ("who may take part", first.eligibility, second.eligibility),
    ):
        one_by, other_by = ({_name(what, rule): rule for rule in rules} for rules in (own, theirs))
        for name in dict.fromkeys((*one_by, *other_by)):
            one, other = one_by.get(name), other_by.get(name)
            where = f"{what} {name}" if what == "condition" or one is None or other is None else f"{what} '{name}'"
            if one is None or other is None:
                yield Setting(where, *(_NOT_THERE if rule is None else _titled(what, rule) for rule in (one, other)))
            elif one != other:
                yield from _fields(where, one, other)


def _name(what: str, rule: Rule | Eligible) -> str:
    return condition_name(rule) if isinstance(rule, Rule) and what == "condition" else rule.name


def _titled(what: str, rule: Rule | Eligible) -> str:
    if what == "rule" and isinstance(rule, Rule):
        return f"{rule.title}, weight {rule.weight:g}"
    return "there" if _name(what, rule) == rule.title else rule.title


def _fields(where: str, one: Any, other: Any) -> Iterator[Setting]:
    """The fields in which two values of one kind differ."""
    if type(one) is not type(other):
        yield Setting(where, type(one).__name__, type(other).__name__)
        return
    for entry in fields(one):
        values = [getattr(value, entry.name) for value in (one, other)]
        if values[0] != values[1]:
            texts = [_plain(value) for value in values]
            if texts[0] == texts[1]:
                texts = ["one", "another"]
            yield Setting(f"{where}, {entry.name}", *texts)


def _plain(value: object) -> str:
    """A setting as text; what has no short text of its own is not spelt out."""
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "none"}[value]
    if isinstance(value, (int, float)):
        return f"{value:g}"
    if isinstance(value, str):
        return value
    if isinstance(value, tuple) and all(isinstance(one, (str, int, float)) for one in value):
        return listed([_plain(one) for one in value])
    return type(value).__name__
