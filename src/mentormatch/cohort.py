"""The cohort: people and their answers, checked as a whole and held in columns ready for scoring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mentormatch.errors import AnswerError, Finding, ProgramError
from mentormatch.ids import person_id
from mentormatch.questionnaire import Questionnaire
from mentormatch.questions import (
    RESERVED,
    SIDES,
    AnyQuestion,
    Column,
    Problem,
    Side,
    joined,
    tidy,
    whole_number,
)
from mentormatch.wording import counted, did_you_mean, listed, number, quoted

__all__ = ["Cohort", "People", "person_id"]

_MOST = 1_000_000
# Looking for near words takes time, and nobody reads hundreds of them.
_MOST_HINTS = 100


@dataclass(frozen=True)
class _WholeField:
    """A reserved field that holds a whole number: whose it is, what a blank means and its bounds."""

    name: str
    side: Side
    default: int
    minimum: int
    maximum: int = _MOST

    @property
    def wanted(self) -> str:
        return f"a whole number from {number(self.minimum)} to {number(self.maximum)}"

    def read(self, value: object) -> int | None:
        found = whole_number(value)
        return found if found is not None and self.minimum <= found <= self.maximum else None


_WHOLE_FIELDS = (
    _WholeField("capacity", "mentor", default=1, minimum=0),
    _WholeField("minimum_load", "mentor", default=0, minimum=0),
    _WholeField("wants", "mentee", default=1, minimum=1),
    _WholeField("priority", "mentee", default=0, minimum=-_MOST),
)


@dataclass(frozen=True, eq=False, repr=False)
class People:
    """The people of one side, in the order given.

    ``ids`` and ``names`` are tuples of text, a name is "" where none was given. ``capacity`` (how many mentees a mentor
    takes), ``minimum_load`` (how many at least), ``wants`` (how many mentors a mentee would like) and ``priority`` are
    read-only int64 arrays, shape (n,). Printing shows counts only.
    """

    side: Side
    ids: tuple[str, ...]
    names: tuple[str, ...]
    capacity: NDArray[np.int64]
    minimum_load: NDArray[np.int64]
    wants: NDArray[np.int64]
    priority: NDArray[np.int64]
    _columns: Mapping[str, Column]
    # The rows of the columns that these people are, None for all; columns are taken when somebody asks for them.
    _rows: NDArray[np.intp] | None = None
    _taken: dict[str, Column] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for whole in _WHOLE_FIELDS:
            values = np.array(getattr(self, whole.name), dtype=np.int64)
            values.setflags(write=False)
            object.__setattr__(self, whole.name, values)

    def column(self, question_id: str) -> Column:
        """The answers to a question; one that this side is not asked raises ``ProgramError``."""
        found = self._columns.get(tidy(question_id) or "")
        if found is None:
            name = tidy(question_id)
            asked = quoted(name) if name else "with that id"
            hint = did_you_mean(name[:80], tuple(self._columns)) if name else ""
            expected = f"{self.side}s are not asked a question {asked}"
            raise ProgramError(Finding("question_not_asked", expected, hint=hint))
        if self._rows is None:
            return found
        if question_id not in self._taken:
            self._taken[question_id] = found.take(self._rows)
        return self._taken[question_id]

    def take(self, rows: NDArray[Any] | Sequence[int]) -> People:
        """The people at ``rows`` (positions, or a mask), in that order."""
        given = np.asarray(rows)
        chosen = np.flatnonzero(given) if given.dtype == np.bool_ else given.astype(np.intp)
        if chosen.ndim != 1 or (chosen.size and (chosen.min() < 0 or chosen.max() >= len(self))):
            raise AnswerError(Finding("rows", f"expected rows from 0 to {len(self) - 1}", side=self.side))
        places = chosen.tolist()
        return People(
            side=self.side,
            ids=tuple([self.ids[place] for place in places]),
            names=tuple([self.names[place] for place in places]),
            capacity=self.capacity[chosen],
            minimum_load=self.minimum_load[chosen],
            wants=self.wants[chosen],
            priority=self.priority[chosen],
            _columns=self._columns,
            _rows=chosen if self._rows is None else self._rows[chosen],
        )

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        return f"People({counted(len(self), self.side)})"


@dataclass(frozen=True, eq=False, repr=False)
class Cohort:
    """Mentors and mentees with their answers to one questionnaire.

    ``findings`` are those of the people who were left out, ``unread_columns`` the (side, header) of columns of a table
    that were not read. The same id on both sides is one person with two roles. Printing shows counts, no answers.

    >>> from mentormatch import questions as q
    >>> questionnaire = Questionnaire([q.Choice("department", ["Sales", "Finance"])])
    >>> cohort = Cohort.from_records(
    ...     questionnaire,
    ...     mentors=[{"id": "ada", "capacity": 2, "department": "Sales"}],
    ...     mentees=[{"id": "tim", "department": "Finance"}, {"id": "kay"}],
    ... )
    >>> print(cohort)
    Cohort of 1 mentor (2 seats) and 2 mentees (2 wishes for a mentor)
      question    blank: mentors  mentees
      department               0        1
    """

    questionnaire: Questionnaire
    mentors: People
    mentees: People
    findings: tuple[Finding, ...] = ()
    unread_columns: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        _check_questionnaire(self.questionnaire)
        for side, people in zip(SIDES, (self.mentors, self.mentees), strict=True):
            if not isinstance(people, People) or people.side != side:
                hint = "use Cohort.from_records or Cohort.from_csv"
                raise AnswerError(Finding("people", "expected the People of this side", side=side, hint=hint))

    @classmethod
    def from_records(
        cls,
        questionnaire: Questionnaire,
        *,
        mentors: Iterable[Mapping[str, object]] = (),
        mentees: Iterable[Mapping[str, object]] = (),
        invalid: Literal["refuse", "leave_out"] = "refuse",
    ) -> Cohort:
        """The cohort of two lists of records, each a mapping of reserved fields and question ids to values.

        Reserved fields: ``id`` (required), ``name``, ``capacity`` and ``minimum_load`` of mentors (1 and 0 when blank),
        ``wants`` and ``priority`` of mentees (1 and 0). A question that is missing or blank is unanswered.

        ``AnswerError`` carries everything that is wrong: unknown keys, answers that do not fit, missing required
        answers, ids given twice. With ``invalid="leave_out"`` the people concerned (with an id given twice, everybody
        who has it) are left out instead and the cohort carries the findings.
        """
        _check_questionnaire(questionnaire)
        _check_invalid(invalid)
        tables = [_table_of(questionnaire, side, given) for side, given in zip(SIDES, (mentors, mentees), strict=True)]
        return _cohort(questionnaire, tables, invalid)

    def with_capacity(self, capacity: Mapping[str, int]) -> Cohort:
        """The cohort with other capacities: ``{mentor id: whole number}``; the others keep theirs."""
        if not isinstance(capacity, Mapping):
            raise AnswerError(Finding("capacity", "expected a mapping of mentor ids to capacities"))
        findings: list[Finding] = []
        values = self.mentors.capacity.copy()
        places = {name: place for place, name in enumerate(self.mentors.ids)}
        seen: set[str] = set()
        for given, wanted in capacity.items():
            name = _known_id(given, places, "mentor", findings)
            if name is None:
                continue
            if name in seen:
                findings.append(Finding("id_repeated", "expected every id once", side="mentor", person=name))
            seen.add(name)
            read = _WHOLE_FIELDS[0].read(wanted)
            load = int(self.mentors.minimum_load[places[name]])
            if read is None:
                findings.append(_field_finding("capacity", f"expected {_WHOLE_FIELDS[0].wanted}", "mentor", name, None))
            elif 0 < read < load:
                expected = f"expected 0 or at least the minimum_load, which is {number(load)}"
                findings.append(_field_finding("capacity", expected, "mentor", name, None))
            else:
                values[places[name]] = read
        if findings:
            raise AnswerError(findings)
        return replace(self, mentors=replace(self.mentors, capacity=values))

    def without(self, ids: Iterable[str]) -> Cohort:
        """The cohort without the people who have these ids, on whichever side they are."""
        if isinstance(ids, (str, bytes)) or not isinstance(ids, Iterable):
            raise AnswerError(Finding("ids", "expected a list of ids"))
        findings: list[Finding] = []
        known = dict.fromkeys((*self.mentors.ids, *self.mentees.ids), 0)
        gone = {name for given in ids if (name := _known_id(given, known, None, findings)) is not None}
        if findings:
            raise AnswerError(findings)

        def staying(people: People) -> People:
            return people.take(np.array([name not in gone for name in people.ids], dtype=np.bool_))

        return replace(self, mentors=staying(self.mentors), mentees=staying(self.mentees))

    def add(
        self,
        *,
        mentors: Iterable[Mapping[str, object]] = (),
        mentees: Iterable[Mapping[str, object]] = (),
        invalid: Literal["refuse", "leave_out"] = "refuse",
    ) -> Cohort:
        """The cohort with more people at its end; records as in ``from_records``, an id must be new to its side."""
        _check_invalid(invalid)
        questionnaire = self.questionnaire
        tables = [_table_of(questionnaire, side, given) for side, given in zip(SIDES, (mentors, mentees), strict=True)]
        more = _cohort(questionnaire, tables, invalid, taken=(self.mentors.ids, self.mentees.ids))
        return replace(
            self,
            mentors=_both(self.mentors, more.mentors),
            mentees=_both(self.mentees, more.mentees),
            findings=(*self.findings, *more.findings),
        )

    def __repr__(self) -> str:
        sizes = f"{counted(len(self.mentors), 'mentor')}, {counted(len(self.mentees), 'mentee')}"
        return f"Cohort({sizes}, {counted(len(self.questionnaire), 'question')})"

    def __str__(self) -> str:
        seats = counted(int(self.mentors.capacity.sum()), "seat")
        wishes = counted(int(self.mentees.wants.sum()), "wish for a mentor", "wishes for a mentor")
        sizes = (counted(len(self.mentors), "mentor"), counted(len(self.mentees), "mentee"))
        lines = [f"Cohort of {sizes[0]} ({seats}) and {sizes[1]} ({wishes})"]
        if len(self.questionnaire):
            width = max(len("question"), *(len(name) for name in self.questionnaire.ids))
            lines.append(f"  {'question':<{width}}  blank: mentors  mentees")
            for question in self.questionnaire:
                blank = [_blank_count(people, question) for people in (self.mentors, self.mentees)]
                lines.append(f"  {question.id:<{width}}  {blank[0]:>14}  {blank[1]:>7}")
        for side in SIDES:
            headers = [quoted(header) for of, header in self.unread_columns if of == side]
            if headers:
                lines.append(f"  columns of the {side}s that were not read: {listed(headers, most=20)}")
        if self.findings:
            lines.append(f"  {counted(len(self.findings), 'finding')} about people who were left out")
        return "\n".join(lines)


@dataclass(frozen=True)
class _Table:
    """One side before it is checked: ``fields`` maps a field or question to a value for each row.

    ``rows`` are the numbers that messages give the rows. ``findings`` are those made already, with the number of their
    row; ``unknown`` are (position, key) of fields that do not exist. ``absent`` are questions without any column.
    """

    side: Side
    fields: Mapping[str, Sequence[object]]
    rows: Sequence[int]
    findings: Sequence[tuple[int, Finding]] = ()
    unknown: Sequence[tuple[int, str]] = ()
    absent: frozenset[str] = frozenset()
    unread: tuple[str, ...] = ()


def _table_of(questionnaire: Questionnaire, side: Side, records: object) -> _Table:
    """The table of a list of records; the records themselves are only read."""
    if isinstance(records, (str, bytes, Mapping)) or not isinstance(records, Iterable):
        wrong = Finding("records", "expected a list of records, each a mapping of fields to values", side=side)
        return _Table(side, {}, (), findings=[(0, wrong)])
    rows: list[int] = []
    kept: list[Mapping[str, object]] = []
    findings: list[tuple[int, Finding]] = []
    for row, record in enumerate(records, start=1):
        if isinstance(record, Mapping):
            rows.append(row)
            kept.append(record)
        else:
            expected = "expected a record, which is a mapping of fields to values"
            findings.append((row, Finding("not_a_record", expected, side=side, row=row)))
    known = frozenset((*RESERVED, *questionnaire.ids))
    unknown = [
        (position, quoted(key)[1:-1] if isinstance(key, str) else "that is no text")
        for position, record in enumerate(kept)
        if not record.keys() <= known
        for key in record
        if key not in known
    ]
    fields = {name: [record.get(name) for record in kept] for name in (*RESERVED, *questionnaire.ids)}
    return _Table(side, fields, rows, findings=findings, unknown=unknown)


class _Check:
    """Reads one table and gathers what is wrong with it."""

    def __init__(self, questionnaire: Questionnaire, table: _Table, taken: Iterable[str]) -> None:
        self.questionnaire = questionnaire
        self.table = table
        self.taken = frozenset(taken)
        self.count = len(table.rows)
        self.doubtful = np.zeros(self.count, dtype=np.bool_)
        self.found: list[tuple[int, Finding]] = list(table.findings)
        self.ids: list[str | None] = []

    def people(self) -> People:
        """The people of all rows; those of ``doubtful`` rows hold defaults and blanks where something is wrong."""
        self._read_ids()
        names = self._read_names()
        whole = self._read_whole_fields()
        columns = {}
        for question in self.questionnaire:
            if question.asks(self.table.side):
                columns[question.id] = self._read_question(question)
            else:
                self._refuse(question.id, f"{self.table.side}s are not asked this question", question=question.id)
        self._read_unknown()
        return People(
            side=self.table.side, ids=tuple(name or "" for name in self.ids), names=names, **whole, _columns=columns
        )

    def findings(self) -> list[Finding]:
        """All findings, row by row, inside a row in the order of the fields."""
        return [finding for _, finding in sorted(self.found, key=lambda pair: pair[0])]

    def _note(self, position: int, code: str, expected: str, **details: Any) -> None:
        self.doubtful[position] = True
        row = self.table.rows[position]
        person = self.ids[position]
        self.found.append((row, Finding(code, expected, side=self.table.side, person=person, row=row, **details)))

    def _values(self, name: str) -> Sequence[object]:
        return self.table.fields.get(name) or [None] * self.count

    def _read_ids(self) -> None:
        places: dict[str, list[int]] = {}
        problems: list[tuple[int, Finding]] = []
        for position, value in enumerate(self._values("id")):
            name = person_id(None if value in self.questionnaire.blank else value)
            if isinstance(name, Finding):
                problems.append((position, name))
                self.ids.append(None)
            else:
                places.setdefault(name, []).append(position)
                self.ids.append(name)
        for position, problem in problems:
            self._note(position, problem.code, problem.expected, hint=problem.hint, where="field 'id'")
        for name, positions in places.items():
            if name in self.taken:
                for position in positions:
                    self._note(position, "id_taken", f"the cohort has a {self.table.side} with this id already")
            elif len(positions) > 1:
                rows = listed([number(self.table.rows[position]) for position in positions])
                self._note(positions[1], "id_repeated", f"expected every id once, but rows {rows} have this one")
                self.doubtful[positions] = True

    def _read_names(self) -> tuple[str, ...]:
        names = []
        for position, value in enumerate(self._values("name")):
            name = "" if value in self.questionnaire.blank else tidy(value)
            if name is None:
                self._note(position, "name", "expected a name as text", where="field 'name'")
            names.append(name or "")
        return tuple(names)

    def _read_whole_fields(self) -> dict[str, NDArray[np.int64]]:
        held: dict[str, NDArray[np.int64]] = {}
        for whole in _WHOLE_FIELDS:
            values = np.full(self.count, whole.default, dtype=np.int64)
            held[whole.name] = values
            if whole.side != self.table.side:
                expected = f"{whole.name} is a field of {whole.side}s only"
                self._refuse(whole.name, expected, where=f"field {quoted(whole.name)}")
                continue
            for position, value in enumerate(self._values(whole.name)):
                if value is None or value in self.questionnaire.blank:
                    continue
                read = whole.read(value)
                if read is None:
                    self._note(position, whole.name, f"expected {whole.wanted}", where=f"field {quoted(whole.name)}")
                else:
                    values[position] = read
        capacity, load = held["capacity"], held["minimum_load"]
        for position in np.flatnonzero((load > capacity) & (capacity > 0)).tolist():
            expected = f"expected at most the capacity, which is {number(int(capacity[position]))}"
            self._note(position, "minimum_load", expected, where="field 'minimum_load'")
        return held

    def _read_question(self, question: AnyQuestion) -> Column:
        column, problems = question.read_all(self._values(question.id), self.questionnaire.blank)
        hints: dict[Problem, str] = {}
        for position, problem in problems.items():
            if problem not in hints:
                hints[problem] = question.suggestion(problem) if len(hints) < _MOST_HINTS else ""
            self._note(position, problem.code, problem.expected, question=question.id, hint=hints[problem])
        if question.required and question.id not in self.table.absent:
            for position in np.flatnonzero(~column.known).tolist():
                if position not in problems:
                    self._note(position, "answer_missing", f"expected {question.wanted}", question=question.id)
        return column

    def _refuse(self, name: str, expected: str, **details: Any) -> None:
        """Notes every value in a field that this side does not have; blanks are harmless there."""
        for position, value in enumerate(self._values(name)):
            if value is not None and value not in self.questionnaire.blank:
                self._note(position, "not_of_this_side", expected, **details)

    def _read_unknown(self) -> None:
        known = (*self.questionnaire.ids, *RESERVED)
        hints: dict[str, str] = {}
        for position, key in self.table.unknown:
            if key not in hints:
                hints[key] = did_you_mean(key, known) if len(hints) < _MOST_HINTS else ""
            self._note(position, "unknown_field", f"there is no question or field {quoted(key)}", hint=hints[key])


def _cohort(
    questionnaire: Questionnaire,
    tables: Sequence[_Table],
    invalid: str,
    taken: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
) -> Cohort:
    sides: list[People] = []
    findings: list[Finding] = []
    for table, known in zip(tables, taken, strict=True):
        check = _Check(questionnaire, table, known)
        people = check.people()
        findings += check.findings()
        sides.append(people.take(~check.doubtful) if check.doubtful.any() else people)
    fatal = any(finding.code == "records" for finding in findings)
    if findings and (fatal or invalid == "refuse"):
        raise AnswerError(findings)
    unread = tuple((table.side, header) for table in tables for header in table.unread)
    return Cohort(questionnaire, mentors=sides[0], mentees=sides[1], findings=tuple(findings), unread_columns=unread)


def _both(first: People, second: People) -> People:
    """The people of one side, then more of the same side."""
    if not len(second):
        return first
    return People(
        side=first.side,
        ids=first.ids + second.ids,
        names=first.names + second.names,
        **{w.name: np.concatenate([getattr(first, w.name), getattr(second, w.name)]) for w in _WHOLE_FIELDS},
        _columns={name: joined([first.column(name), second.column(name)]) for name in first._columns},
    )


def _known_id(given: object, known: Mapping[str, int], side: str | None, findings: list[Finding]) -> str | None:
    name = person_id(given)
    if isinstance(name, Finding):
        findings.append(replace(name, side=side))
    elif name not in known:
        hint = did_you_mean(name[:80], tuple(known)) if len(findings) < _MOST_HINTS else ""
        findings.append(Finding("id_unknown", "nobody in the cohort has this id", side=side, person=name, hint=hint))
    else:
        return name
    return None


def _field_finding(name: str, expected: str, side: str, person: str, row: int | None) -> Finding:
    return Finding(name, expected, side=side, person=person, row=row, where=f"field {quoted(name)}")


def _blank_count(people: People, question: AnyQuestion) -> str:
    if not question.asks(people.side):
        return "not asked"
    return number(int((~people.column(question.id).known).sum()))


def _check_questionnaire(questionnaire: object) -> None:
    if not isinstance(questionnaire, Questionnaire):
        raise ProgramError(Finding("questionnaire", "expected a Questionnaire"))


def _check_invalid(invalid: object) -> None:
    if invalid not in ("refuse", "leave_out"):
        raise AnswerError(Finding("invalid", "expected invalid= to be 'refuse' or 'leave_out'"))
