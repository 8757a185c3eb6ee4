"""The cohort: people and their answers, checked as a whole and held in columns ready for scoring."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from mentormatch.errors import AnswerError, Finding, ProgramError
from mentormatch.ids import person_id
from mentormatch.page import Page, Paged, Table
from mentormatch.questionnaire import Questionnaire
from mentormatch.questions import SIDES, AnyQuestion, Column, Side, joined, tidy
from mentormatch.readers.checking import MOST_HINTS, WHOLE_FIELDS, checked
from mentormatch.readers.line import Line, line_of, read_line
from mentormatch.readers.mapping import columns_findings, delimiter_findings, sheet_of_table
from mentormatch.readers.records import sheet_of_records, sheets_of_peers
from mentormatch.readers.sheet import Sheet
from mentormatch.wording import counted, did_you_mean, listed, number, quoted

__all__ = ["Cohort", "People", "person_id"]

Fact = TypeVar("Fact")


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
    # Everybody on this side, where these are some of them; None where these are all.
    _all: People | None = None
    _lines: _Lines | None = None
    _taken: dict[str, Column] = field(default_factory=dict, init=False)
    _facts: dict[Any, Any] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for whole in WHOLE_FIELDS:
            values = np.array(getattr(self, whole.name), dtype=np.int64)
            values.setflags(write=False)
            object.__setattr__(self, whole.name, values)

    def __getstate__(self) -> dict[str, Any]:
        # What was found out about these people can be found out again.
        return {**self.__dict__, "_taken": {}, "_facts": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        # A copy of an array can be written to.
        self.__dict__.update(state)
        self.__post_init__()

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

    def asked(self, question_id: str) -> bool:
        """Whether there are answers of these people to that question."""
        return question_id in self._columns

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
            _all=self.everybody,
            _lines=self._lines,
        )

    def only(self, question_ids: Iterable[str]) -> People:
        """The same people with the answers to these questions alone, as far as this side is asked them."""
        names = frozenset(question_ids)
        kept = {name: column for name, column in self._columns.items() if name in names}
        return replace(self, _columns=kept, _lines=None, _all=None if self._all is None else self._all.only(names))

    @property
    def everybody(self) -> People:
        """All people of this side of the cohort, whichever of them these are."""
        return self if self._all is None else self._all

    def of_everybody(self, key: object, find: Callable[[People], Fact]) -> Fact:
        """What ``find`` says of all people of this side, found once for each ``key``."""
        facts = self.everybody._facts
        if key not in facts:
            facts[key] = find(self.everybody)
        found: Fact = facts[key]
        return found

    def line(self, question_id: str) -> Line:
        """Who reports to whom: what both sides answered to a `Reference`, and the cohort's ``reporting_line``."""
        if self._lines is None:
            return _Lines((self.everybody,), {}, {}).of(question_id)
        return self._lines.of(question_id)

    def places(self, question_id: str) -> NDArray[np.int32]:
        """The numbers of these people in that line, shape (n,)."""
        line = self.line(question_id)
        places = self.of_everybody(
            ("places", question_id),
            lambda people: np.fromiter((line.place[name] for name in people.ids), dtype=np.int32, count=len(people)),
        )
        return places if self._rows is None else places[self._rows]

    def _settled(self) -> People:
        """The same people as all of their side."""
        if self._rows is None:
            return replace(self, _all=None)
        return replace(self, _columns={name: self.column(name) for name in self._columns}, _rows=None, _all=None)

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        return f"People({counted(len(self), self.side)})"


@dataclass(frozen=True, eq=False)
class _Lines:
    """The reporting lines of a cohort, one for each question that asks for a person, made when somebody asks.

    ``given`` maps ids to managers, ``left`` holds what people who are no longer there answered, by question.
    """

    sides: tuple[People, ...]
    given: Mapping[str, str]
    left: Mapping[str, Mapping[str, str]]
    _made: dict[str, Line] = field(default_factory=dict, init=False)

    def of(self, question_id: str) -> Line:
        if question_id not in self._made:
            asked = [people for people in self.sides if question_id in people._columns]
            answers = [pair for people in asked for pair in _answered(people, question_id)]
            known = (*self.given.items(), *self.left.get(question_id, {}).items(), *answers)
            everybody = [name for people in self.sides for name in people.ids]
            private = any(people.column(question_id).question.private for people in asked)
            self._made[question_id] = line_of(everybody, known, question_id, private)
        return self._made[question_id]


def _answered(people: People, question_id: str) -> list[tuple[str, str]]:
    """The people who answered a question that is held as texts, each with the answer."""
    values = people.column(question_id).values.tolist()
    return [(name, answer) for name, answer in zip(people.ids, values, strict=True) if answer is not None]


@dataclass(frozen=True, eq=False, repr=False)
class Cohort(Paged):
    """Mentors and mentees with their answers to one questionnaire.

    ``findings`` are those of the people who were left out, ``unread_columns`` the (side, header) of columns of a table
    that were not read. ``reporting_line`` maps ids to managers, for people who take no part or were not asked. The same
    id on both sides is one person with two roles. With ``peers`` all people are one pool, on both sides in one order.
    Printing shows counts, no answers.

    >>> from mentormatch import questions as q
    >>> questionnaire = Questionnaire([q.Choice("department", ["Sales", "Finance"])])
    >>> cohort = Cohort.from_records(
    ...     questionnaire,
    ...     mentors=[{"id": "ada", "capacity": 2, "department": "Sales"}],
    ...     mentees=[{"id": "tim", "department": "Finance"}, {"id": "kay"}],
    ... )
    >>> print(cohort)
    Cohort
    ======
    <BLANKLINE>
    mentors  1 (2 seats)
    mentees  2 (2 wishes for a mentor)
    <BLANKLINE>
    Blank answers
      question    mentors  mentees
      department        0        1
    """

    questionnaire: Questionnaire
    mentors: People
    mentees: People
    findings: tuple[Finding, ...] = ()
    unread_columns: tuple[tuple[str, str], ...] = ()
    reporting_line: Mapping[str, str] = field(default_factory=dict)
    peers: bool = False
    # What people who have left answered to questions that ask for a person: they still stand in the reporting line.
    _left: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    # What the rules scored last say of these people, shared by cohorts that differ in seats alone.
    _scored: dict[str, Any] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        _check_questionnaire(self.questionnaire)
        for side, people in zip(SIDES, (self.mentors, self.mentees), strict=True):
            if not isinstance(people, People) or people.side != side:
                hint = "use Cohort.from_records or Cohort.from_csv"
                raise AnswerError(Finding("people", "expected the People of this side", side=side, hint=hint))
        line, findings = read_line(self.reporting_line)
        if findings:
            raise AnswerError(findings)
        sides = self.mentors._settled(), self.mentees._settled()
        lines = _Lines(sides, line, self._left)
        object.__setattr__(self, "reporting_line", line)
        object.__setattr__(self, "mentors", replace(sides[0], _lines=lines))
        object.__setattr__(self, "mentees", replace(sides[1], _lines=lines))

    @classmethod
    def from_records(
        cls,
        questionnaire: Questionnaire,
        *,
        mentors: Iterable[Mapping[str, object]] = (),
        mentees: Iterable[Mapping[str, object]] = (),
        people: Iterable[Mapping[str, object]] | None = None,
        invalid: Literal["refuse", "leave_out"] = "refuse",
        reporting_line: Mapping[str, str] | None = None,
    ) -> Cohort:
        """The cohort of two lists of records, each a mapping of reserved fields and question ids to values.

        Reserved fields: ``id`` (required), ``name``, ``capacity`` and ``minimum_load`` of mentors (1 and 0 when blank),
        ``wants`` and ``priority`` of mentees (1 and 0). A question that is missing or blank is unanswered.
        ``reporting_line`` says who reports to whom, ``{id: manager}``, where no answer does. ``people`` in place of
        both is one pool of peers: each may be asked what mentors and what mentees are asked, and has no other reserved
        fields than ``id``, ``name`` and ``priority``.

        ``AnswerError`` carries everything that is wrong: unknown keys, answers that do not fit, missing required
        answers, ids given twice. With ``invalid="leave_out"`` the people concerned (with an id given twice, everybody
        who has it) are left out instead and the cohort carries the findings.
        """
        _check_questionnaire(questionnaire)
        _check_invalid(invalid)
        if people is not None:
            if mentors or mentees:
                raise AnswerError(Finding("people", "expected either mentors and mentees, or people, who are peers"))
            sheets: Sequence[Sheet] = sheets_of_peers(questionnaire, people)
            return _cohort(questionnaire, sheets, invalid, reporting_line=reporting_line, peers=True)
        sheets = [
            sheet_of_records(questionnaire, side, given) for side, given in zip(SIDES, (mentors, mentees), strict=True)
        ]
        return _cohort(questionnaire, sheets, invalid, reporting_line=reporting_line)

    @classmethod
    def from_csv(
        cls,
        questionnaire: Questionnaire,
        *,
        mentors: str | os.PathLike[str],
        mentees: str | os.PathLike[str],
        columns: Mapping[str, Mapping[str, str]] | None = None,
        delimiters: Mapping[str, str] | None = None,
        invalid: Literal["refuse", "leave_out"] = "refuse",
        reporting_line: Mapping[str, str] | None = None,
    ) -> Cohort:
        """The cohort of two CSV files in UTF-8, separated by comma or semicolon, the first line with the headers.

        ``columns`` says under which header a field or question stands: ``{"mentor": {"id": "E-mail"}, "mentee": ...}``;
        one that it does not name stands under its own id, or nowhere and is then blank for everybody. Columns that
        nobody asked for are listed in ``unread_columns``. ``delimiters`` splits the cells of a question into picks:
        ``{"skills": ";"}``; without it a cell is one pick. Rows of blank cells are skipped. ``reporting_line`` is as in
        ``from_records``.

        ``AnswerError`` carries everything that is wrong, with the line where the row starts; where a file, a header or
        a setting is wrong, that alone, since the answers below are then not to be relied on. ``invalid="leave_out"``
        leaves out people and rows, but a file, header or setting that is wrong is refused all the same.
        """
        _check_questionnaire(questionnaire)
        _check_invalid(invalid)
        settings = [*delimiter_findings(questionnaire, delimiters), *columns_findings(columns)]
        if settings:
            raise AnswerError(
                settings, _of_many(settings, "settings for reading the tables cannot be meant as written")
            )
        sheets = [
            sheet_of_table(questionnaire, side, path, (columns or {}).get(side, {}), delimiters or {})
            for side, path in zip(SIDES, (mentors, mentees), strict=True)
        ]
        unreadable = [finding for sheet in sheets if sheet.fatal for _, finding in sheet.findings]
        if unreadable:
            raise AnswerError(unreadable, _of_many(unreadable, "things in the tables cannot be read"))
        return _cohort(questionnaire, sheets, invalid, reporting_line=reporting_line)

    def with_capacity(self, capacity: Mapping[str, int]) -> Cohort:
        """The cohort with other capacities: ``{mentor id: whole number}``; the others keep theirs. Peers have none.

        All that was computed from the answers is shared, so scoring it costs as little as scoring again.
        """
        if not isinstance(capacity, Mapping):
            raise AnswerError(Finding("capacity", "expected a mapping of mentor ids to capacities"))
        if self.peers:
            raise AnswerError(Finding("capacity", "peers have no seats"))
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
            read = WHOLE_FIELDS[0].read(wanted)
            load = int(self.mentors.minimum_load[places[name]])
            if read is None:
                findings.append(_field_finding("capacity", f"expected {WHOLE_FIELDS[0].wanted}", "mentor", name, None))
            elif 0 < read < load:
                expected = f"expected 0 or at least the minimum_load, which is {number(load)}"
                findings.append(_field_finding("capacity", expected, "mentor", name, None))
            else:
                values[places[name]] = read
        if findings:
            raise AnswerError(findings)
        changed = replace(self, mentors=replace(self.mentors, capacity=values))
        changed._share(self)
        return changed

    def without(self, ids: Iterable[str]) -> Cohort:
        """The cohort without the people who have these ids, on whichever side they are.

        Whom they report to is remembered, so that the people above and below them are still known to be in one line.
        """
        if isinstance(ids, (str, bytes)) or not isinstance(ids, Iterable):
            raise AnswerError(Finding("ids", "expected a list of ids"))
        findings: list[Finding] = []
        known = dict.fromkeys((*self.mentors.ids, *self.mentees.ids), 0)
        gone = {name for given in ids if (name := _known_id(given, known, None, findings)) is not None}
        if findings:
            raise AnswerError(findings)

        def staying(people: People) -> People:
            return people.take(np.array([name not in gone for name in people.ids], dtype=np.bool_))

        left = {name: dict(managers) for name, managers in self._left.items()}
        for question in self.questionnaire:
            for people in (self.mentors, self.mentees):
                if question.kind == "Reference" and question.asks(people.side):
                    answers = _answered(people, question.id)
                    left.setdefault(question.id, {}).update(pair for pair in answers if pair[0] in gone)
        return replace(self, mentors=staying(self.mentors), mentees=staying(self.mentees), _left=left)

    def add(
        self,
        *,
        mentors: Iterable[Mapping[str, object]] = (),
        mentees: Iterable[Mapping[str, object]] = (),
        people: Iterable[Mapping[str, object]] | None = None,
        invalid: Literal["refuse", "leave_out"] = "refuse",
        reporting_line: Mapping[str, str] | None = None,
    ) -> Cohort:
        """The cohort with more people at its end; records as in ``from_records``, an id must be new to its side.

        ``reporting_line`` adds to what is known of the line, and replaces the manager of whoever it names.
        """
        _check_invalid(invalid)
        questionnaire = self.questionnaire
        if (people is not None) != self.peers and (people is not None or mentors or mentees):
            wanted = "people, since these are peers" if self.peers else "mentors and mentees, since these are no peers"
            raise AnswerError(Finding("people", f"expected {wanted}"))
        sheets: Sequence[Sheet] = (
            sheets_of_peers(questionnaire, people or ())
            if self.peers
            else [
                sheet_of_records(questionnaire, side, given)
                for side, given in zip(SIDES, (mentors, mentees), strict=True)
            ]
        )
        taken = self.mentors.ids, () if self.peers else self.mentees.ids
        more = _cohort(questionnaire, sheets, invalid, taken, reporting_line, self.peers)
        back = {*more.mentors.ids, *more.mentees.ids}
        return replace(
            self,
            mentors=_both(self.mentors, more.mentors),
            mentees=_both(self.mentees, more.mentees),
            findings=(*self.findings, *more.findings),
            reporting_line={**self.reporting_line, **more.reporting_line},
            _left={
                name: {person: manager for person, manager in managers.items() if person not in back}
                for name, managers in self._left.items()
            },
        )

    def _share(self, other: Cohort) -> None:
        """Takes over what was found out about the same people with the same answers."""
        object.__setattr__(self, "_scored", other._scored)
        for mine, theirs in ((self.mentors, other.mentors), (self.mentees, other.mentees)):
            mine._facts.update(theirs._facts)
            if mine._lines is not None and theirs._lines is not None:
                mine._lines._made.update(theirs._lines._made)

    def __getstate__(self) -> dict[str, Any]:
        # Functions of rules cannot be pickled, and what they gave can be computed again.
        return {**self.__dict__, "_scored": {}}

    def __repr__(self) -> str:
        if self.peers:
            return f"Cohort({counted(len(self.mentors), 'peer')}, {counted(len(self.questionnaire), 'question')})"
        sizes = f"{counted(len(self.mentors), 'mentor')}, {counted(len(self.mentees), 'mentee')}"
        return f"Cohort({sizes}, {counted(len(self.questionnaire), 'question')})"

    def page(self) -> Page:
        """The cohort as a page: how many people, and how many of each side left each question blank; no answers."""
        seats = counted(int(self.mentors.capacity.sum()), "seat")
        wishes = counted(int(self.mentees.wants.sum()), "wish for a mentor", "wishes for a mentor")
        facts = [
            ("mentors", f"{number(len(self.mentors))} ({seats})"),
            ("mentees", f"{number(len(self.mentees))} ({wishes})"),
        ]
        blanks = [
            (question.id, *(_blank_count(people, question) for people in (self.mentors, self.mentees)))
            for question in self.questionnaire
        ]
        table = Table("Blank answers", ("question", "mentors", "mentees"), blanks, ("left", "right", "right"))
        if self.peers:
            facts = [("peers", number(len(self.mentors)))]
            blanks = [
                (question.id, _blank_count(self.mentors if question.asks("mentor") else self.mentees, question))
                for question in self.questionnaire
            ]
            table = Table("Blank answers", ("question", "peers"), blanks, ("left", "right"))
        notes = []
        for side in SIDES:
            headers = [quoted(header) for of, header in self.unread_columns if of == side]
            if headers:
                notes.append(f"Columns of the {side}s that were not read: {listed(headers, most=20)}.")
        if self.findings:
            notes.append(f"{counted(len(self.findings), 'finding')} about people who were left out.")
        return Page("Cohort", facts, [table] if blanks else (), notes)


def _cohort(
    questionnaire: Questionnaire,
    sheets: Sequence[Sheet],
    invalid: str,
    taken: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
    reporting_line: Mapping[str, str] | None = None,
    peers: bool = False,
) -> Cohort:
    line, of_line = read_line(reporting_line)
    reads = [checked(questionnaire, sheet, ids) for sheet, ids in zip(sheets, taken, strict=True)]
    findings = [finding for read in reads for finding in read.findings]
    sound = [read.sound for read in reads]
    if peers:
        # What both sides find is said once.
        once = dict.fromkeys(
            replace(finding, side="peer", expected=finding.expected.replace("has a mentor with", "has a peer with"))
            for finding in findings
        )
        findings = sorted(once, key=lambda finding: finding.row or 0)
        sound = [sound[0] & sound[1]] * 2
    sides: list[People] = []
    for sheet, read, good in zip(sheets, reads, sound, strict=True):
        numbers: dict[str, Any] = dict(read.numbers)
        people = People(side=sheet.side, ids=read.ids, names=read.names, **numbers, _columns=read.columns)
        sides.append(people if good.all() else people.take(good))
    if of_line or (findings and (invalid == "refuse" or any(sheet.fatal for sheet in sheets))):
        raise AnswerError([*findings, *of_line])
    unread = tuple((sheet.side, header) for sheet in sheets for header in sheet.unread)
    return Cohort(questionnaire, sides[0], sides[1], tuple(findings), unread, line, peers)


def _of_many(findings: Sequence[Finding], what: str) -> str | None:
    """The line above several findings; a single one needs none."""
    return f"{number(len(findings))} {what}:" if len(findings) > 1 else None


def _both(first: People, second: People) -> People:
    """The people of one side, then more of the same side."""
    if not len(second):
        return first
    numbers: dict[str, Any] = {
        whole.name: np.concatenate([getattr(first, whole.name), getattr(second, whole.name)]) for whole in WHOLE_FIELDS
    }
    return People(
        side=first.side,
        ids=first.ids + second.ids,
        names=first.names + second.names,
        **numbers,
        _columns={name: joined([first.column(name), second.column(name)]) for name in first._columns},
    )


def _known_id(given: object, known: Mapping[str, int], side: str | None, findings: list[Finding]) -> str | None:
    name = person_id(given)
    if isinstance(name, Finding):
        findings.append(replace(name, side=side))
    elif name not in known:
        hint = did_you_mean(name[:80], tuple(known)) if len(findings) < MOST_HINTS else ""
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
