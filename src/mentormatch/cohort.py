"""The cohort: people and their answers, checked as a whole and held in columns ready for scoring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from mentormatch.errors import AnswerError, Finding, ProgramError
from mentormatch.ids import person_id
from mentormatch.page import Page, Paged, Table
from mentormatch.people import Lines, People, answered
from mentormatch.questionnaire import Questionnaire
from mentormatch.questions import SIDES, AnyQuestion, joined
from mentormatch.readers.checking import MOST_HINTS, checked
from mentormatch.readers.excel import excel_table
from mentormatch.readers.fields import WHOLE_FIELDS
from mentormatch.readers.frames import frame_table
from mentormatch.readers.json import json_table
from mentormatch.readers.layout import Layout, Where, layout_of
from mentormatch.readers.line import read_line
from mentormatch.readers.records import sheet_of_records, sheets_of_peers
from mentormatch.readers.sheet import Sheet
from mentormatch.readers.tables import Reader, Source, csv_table, sheets_of
from mentormatch.reading import ReadFrom, Reading, read_from, reading_of
from mentormatch.wording import counted, did_you_mean, listed, number, quoted

__all__ = ["Cohort", "People", "person_id"]


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
    mentees  2 (2 mentors wanted)
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
    # How tables were read, None for records.
    _read: ReadFrom | None = None
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
        lines = Lines(sides, line, self._left)
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
        mentors: Source | None = None,
        mentees: Source | None = None,
        people: Source | None = None,
        columns: Mapping[str, Mapping[str, Where]] | None = None,
        delimiters: Mapping[str, str] | None = None,
        layout: Layout | None = None,
        invalid: Literal["refuse", "leave_out"] = "refuse",
        reporting_line: Mapping[str, str] | None = None,
    ) -> Cohort:
        """The cohort of CSV files, each a path or the bytes of one, the first line with the headers.

        Either ``mentors`` and ``mentees``, or ``people``: one table, in which the layout's ``role`` tells the two apart
        and without it all are peers. `Layout` says where fields and questions stand and how cells are written;
        ``columns`` and ``delimiters`` are short for a layout of these alone: ``{"mentor": {"id": "E-mail"}, "mentee":
        ...}`` says under which header a field or question stands, ``{"skills": ";"}`` splits the cells of a question
        into picks; without it a cell is one pick. Columns that nobody asked for are listed in ``unread_columns``. Rows
        of blank cells and repeated headers are skipped. ``reporting_line`` is as in ``from_records``.

        Separator, encoding, list literals, and options that are written otherwise (case, spaces, punctuation, accents)
        are recognised where only one thing can be meant; ``reading`` lists what was. ``AnswerError`` carries everything
        that is wrong, with the line where the row starts; where a file, a header or a setting is wrong, that alone,
        since the answers below are then not to be relied on. ``invalid="leave_out"`` leaves out people and rows, but a
        file, header or setting that is wrong is refused all the same.
        """
        sources = _sources(mentors, mentees, people)
        asked = _layout(questionnaire, layout, columns, delimiters)
        return _of_tables(questionnaire, sources, asked, csv_table, invalid, reporting_line)

    @classmethod
    def from_json(
        cls,
        questionnaire: Questionnaire,
        *,
        mentors: Source | None = None,
        mentees: Source | None = None,
        people: Source | None = None,
        layout: Layout | None = None,
        invalid: Literal["refuse", "leave_out"] = "refuse",
        reporting_line: Mapping[str, str] | None = None,
    ) -> Cohort:
        """The cohort of JSON files, or the bytes of some: lists of records, or a record on each line.

        As ``from_csv``: keys are headers, a list in a record is picks, and spellings are folded and reported, which
        ``from_records`` does not do.
        """
        sources = _sources(mentors, mentees, people)
        asked = _layout(questionnaire, layout)
        return _of_tables(questionnaire, sources, asked, json_table, invalid, reporting_line)

    @classmethod
    def from_excel(
        cls,
        questionnaire: Questionnaire,
        *,
        mentors: Source | tuple[Source, str] | None = None,
        mentees: Source | tuple[Source, str] | None = None,
        people: Source | tuple[Source, str] | None = None,
        layout: Layout | None = None,
        invalid: Literal["refuse", "leave_out"] = "refuse",
        reporting_line: Mapping[str, str] | None = None,
    ) -> Cohort:
        """The cohort of sheets of Excel workbooks, read through openpyxl (extra ``excel``).

        As ``from_csv``. Each is a path or the bytes of a workbook, or a pair of these and the name of a sheet, which
        may be left out where only one sheet is filled. Dates, numbers and yes or no are read as the text they mean.
        """
        sources = _sources(mentors, mentees, people)
        asked = _layout(questionnaire, layout)
        return _of_tables(questionnaire, sources, asked, excel_table, invalid, reporting_line)

    @classmethod
    def from_frames(
        cls,
        questionnaire: Questionnaire,
        *,
        mentors: object = None,
        mentees: object = None,
        people: object = None,
        columns: Mapping[str, Mapping[str, Where]] | None = None,
        delimiters: Mapping[str, str] | None = None,
        layout: Layout | None = None,
        invalid: Literal["refuse", "leave_out"] = "refuse",
        reporting_line: Mapping[str, str] | None = None,
    ) -> Cohort:
        """The cohort of dataframes of pandas, polars or pyarrow, read through narwhals (extra ``dataframes``).

        As `from_csv`, but cells have types: what its library calls missing is blank, a list in a cell is picks, and
        messages count rows from 1. An id that a gap in its column has turned into a float is refused.
        """
        sources = _sources(mentors, mentees, people)
        asked = _layout(questionnaire, layout, columns, delimiters)
        return _of_tables(questionnaire, sources, asked, frame_table, invalid, reporting_line)

    @property
    def reading(self) -> Reading:
        """How tables were read, with every fold, and whom to look at: who answered nothing, or ticked everything."""
        return reading_of(self._read, self.mentors, self.mentees, peers=self.peers)

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
                    answers = answered(people, question.id)
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
        wanted = counted(int(self.mentees.wants.sum()), "mentor")
        facts = [
            ("mentors", f"{number(len(self.mentors))} ({seats})"),
            ("mentees", f"{number(len(self.mentees))} ({wanted} wanted)"),
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
                whose = "peer" if self.peers else side
                notes.append(f"Columns of the {whose}s that were not read: {listed(headers, most=20)}.")
        if self.findings:
            notes.append(f"{counted(len(self.findings), 'finding')} about people who were left out.")
        if self._read is not None and self._read.folded:
            read = counted(self._read.folded, "answer")
            notes.append(f"{read} in another spelling than the questionnaire's; .reading lists them.")
        return Page("Cohort", facts, [table] if blanks else (), notes)


def _cohort(
    questionnaire: Questionnaire,
    sheets: Sequence[Sheet],
    invalid: str,
    taken: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
    reporting_line: Mapping[str, str] | None = None,
    peers: bool = False,
    read_from_tables: ReadFrom | None = None,
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
    return Cohort(questionnaire, sides[0], sides[1], tuple(findings), unread, line, peers, read_from_tables)


def _of_tables(
    questionnaire: Questionnaire,
    sources: Mapping[str, object],
    layout: Layout,
    reader: Reader,
    invalid: str,
    reporting_line: Mapping[str, str] | None,
) -> Cohort:
    _check_questionnaire(questionnaire)
    _check_invalid(invalid)
    read = sheets_of(questionnaire, sources, layout, reader)
    return _cohort(
        questionnaire,
        read.sheets,
        invalid,
        reporting_line=reporting_line,
        peers=read.peers,
        read_from_tables=read_from(questionnaire, read),
    )


def _sources(mentors: object, mentees: object, people: object) -> dict[str, object]:
    """The tables that were given, by whose they are."""
    if people is None:
        return {"mentor": mentors, "mentee": mentees}
    if mentors is not None or mentees is not None:
        raise AnswerError(Finding("people", "expected either mentors and mentees, or people"))
    return {"people": people}


def _layout(
    questionnaire: Questionnaire,
    layout: Layout | None,
    columns: Mapping[str, Mapping[str, Where]] | None = None,
    delimiters: Mapping[str, str] | None = None,
) -> Layout:
    """The layout that was given, whole or in short."""
    _check_questionnaire(questionnaire)
    if layout is None:
        return layout_of(questionnaire, columns, delimiters)
    if not isinstance(layout, Layout):
        raise AnswerError(Finding("layout", "expected layout= to be a Layout"))
    if columns is not None or delimiters is not None:
        raise AnswerError(Finding("layout", "expected columns= and delimiters= inside the layout, where there is one"))
    return layout


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
