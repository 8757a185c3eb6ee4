"""Tables to sheets: which columns hold which field or question, and what stands in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mentormatch.errors import Finding
from mentormatch.questionnaire import Questionnaire
from mentormatch.questions import RESERVED, AnyQuestion, MultiChoice, Ranking, Side, Unreadable, WithOptions, tidy
from mentormatch.readers.cells import Answers, CellReader, as_text
from mentormatch.readers.fields import WHOLE_FIELDS
from mentormatch.readers.layout import Header, Layout, Where, misplaced
from mentormatch.readers.numerals import without_rounded
from mentormatch.readers.sheet import Place, Sheet
from mentormatch.readers.spelling import in_punctuation
from mentormatch.readers.table import Table, loosely
from mentormatch.wording import counted, did_you_mean, number, quoted

# Looking for near words among very many takes time.
_MOST_COMPARED = 1_000
_MOST_OF_ONE = 10_000
_OPENINGS = {"[": "]", "(": ")"}
_JOINTS = (": ", " - ", " – ", " — ", "/", ".", " | ", ":")


def sheet_of_table(
    questionnaire: Questionnaire,
    side: Side,
    table: Table,
    layout: Layout,
    *,
    shared: bool = False,
    other: Sheet | None = None,
) -> Sheet:
    """One side of a cohort as it stands in a table; what is wrong with its headers makes it fatal.

    In a table that is ``shared`` by both sides a column of the other side is left alone. ``other`` is the sheet of the
    same rows as the other side: what stands in the same columns need not be read again.
    """
    finder = _Finder(questionnaire, side, table, layout, shared=shared)
    found = finder.found()
    wrong = [*finder.wrong, *misplaced(questionnaire, layout, side), *finder.missing(found)]
    if wrong:
        # What stands under the wrong headers says nothing, so the headers are put right first.
        return Sheet(side, {}, (), findings=[(0, one) for one in wrong], fatal=True)

    fields: dict[str, Sequence[object]] = {}
    folds = {}
    for name, place in found.items():
        columns = [table.columns[at] for at in place.columns]
        if other is not None and name in other.fields and _told(table, name, place) in other.places:
            fields[name] = other.fields[name]
        elif name in questionnaire:
            answers = _answers(questionnaire, questionnaire[name], layout, place, columns)
            fields[name] = answers.values
            if answers.folds:
                folds[name] = answers.folds
        elif name == "id":
            fields[name] = without_rounded(columns[0])
        elif name == "name":
            fields[name] = _names(columns)
        else:
            fields[name] = columns[0]
    places = tuple(_told(table, name, place) for name, place in found.items())
    return Sheet(
        side,
        fields,
        table.lines,
        findings=[(one.row or 0, replace(one, side=side)) for one in table.findings],
        unread=_unread(table, frozenset(at for place in found.values() for at in place.columns)),
        folds=folds,
        places=places,
        origin=table.origin,
    )


def expected_headers(questionnaire: Questionnaire, layout: Layout) -> frozenset[str]:
    """The headers that a table may have, as far as they are known beforehand."""
    found = {*RESERVED, *questionnaire.ids, *(question.text for question in questionnaire if question.text)}
    for of in layout.columns.values():
        for where in of.values():
            found.update(one for one in _headers(where) if isinstance(one, str))
    others = (layout.role, *(layout.long or {}).values())
    return frozenset(found | {one for one in others if isinstance(one, str)})


@dataclass(frozen=True)
class _Place:
    """The columns of a field or question, from 0; ``options`` where each is that of one option."""

    columns: tuple[int, ...]
    options: tuple[str, ...] = ()


class _Finder:
    """Finds the columns of all fields and questions of one side, and gathers what is wrong with the headers."""

    def __init__(self, questionnaire: Questionnaire, side: Side, table: Table, layout: Layout, *, shared: bool) -> None:
        self.questionnaire = questionnaire
        self.side = side
        self.table = table
        self.layout = layout
        self.shared = shared
        self.wrong: list[Finding] = []
        # Fields and questions about whose columns something is wrong.
        self.told: set[str] = set()

    def found(self) -> dict[str, _Place]:
        """The place of every field and question that has one."""
        found = {}
        for name in (*RESERVED, *self.questionnaire.ids):
            before = len(self.wrong)
            place = self._place(name)
            if place is not None:
                found[name] = place
            if len(self.wrong) > before:
                self.told.add(name)
        return found

    def _place(self, name: str) -> _Place | None:
        question = self.questionnaire[name] if name in self.questionnaire.ids else None
        where = self.layout.where(self.side, name)
        if not self._asked(name, question) and (where is not None or self.shared):
            return None
        if where is None:
            return self._unnamed(name, question)
        if isinstance(where, Mapping):
            return self._by_option(name, question, where)
        headers = _headers(where)
        if len(headers) > 1 and not (name == "name" or isinstance(question, (MultiChoice, Ranking))):
            expected = f"expected one column for {quoted(name)}, not {number(len(headers))}"
            self.wrong.append(Finding("columns", expected, side=self.side))
            return None
        columns = [self._column(header, name) for header in headers]
        return None if None in columns else _Place(tuple(at for at in columns if at is not None))

    def _asked(self, name: str, question: AnyQuestion | None) -> bool:
        """Whether a field or question is one of this side."""
        if question is not None:
            return question.asks(self.side)
        return all(whole.side == self.side for whole in WHOLE_FIELDS if whole.name == name)

    def _unnamed(self, name: str, question: AnyQuestion | None) -> _Place | None:
        """The column of the same id or text, or those of an option each."""
        text = question.text if question is not None else ""
        for header in filter(None, (name, text)):
            places = self.table.places.get(header) or (self.table.loose_places.get(loosely(header), ()))
            if len(places) == 1:
                return _Place(places)
            if places:
                self._repeated(header, len(places))
                return None
        return self._family(question) if isinstance(question, WithOptions) and question.asks(self.side) else None

    def _family(self, question: WithOptions) -> _Place | None:
        """Columns for one option each: headers that begin alike and end in the options of the question."""
        columns: dict[str, int] = {}
        known = {in_punctuation(option): option for option in question.options}
        for start in filter(None, (question.id, question.text)):
            opening = loosely(start)
            begun = [one for one in self.table.loose_places.items() if one[0].startswith(opening)]
            for header, places in begun if len(begun) < _MOST_OF_ONE else ():
                label = _label(header, opening)
                option = known.get(in_punctuation(label)) if label else None
                if option is None:
                    continue
                if option in columns or len(places) > 1:
                    self._repeated(header, len(places) + (option in columns))
                    return None
                columns[option] = places[0]
            if columns:
                return _Place(tuple(columns.values()), tuple(columns))
        return None

    def _by_option(self, name: str, question: AnyQuestion | None, where: Mapping[str, Header]) -> _Place | None:
        if not isinstance(question, WithOptions):
            expected = f"expected one column for {quoted(name)}, which has no options"
            self.wrong.append(Finding("columns", expected, side=self.side))
            return None
        columns = {}
        for given, header in where.items():
            option = tidy(given) or ""
            if question.position(option) is None:
                hint = (
                    did_you_mean(option[:80], tuple(question.options)) if len(question.options) < _MOST_COMPARED else ""
                )
                expected = f"{quoted(option)} is not among the options"
                self.wrong.append(
                    Finding("not_an_option", expected, side=self.side, question=name, where="columns", hint=hint)
                )
            elif (at := self._column(header, name)) is not None:
                columns[option] = at
        return _Place(tuple(columns.values()), tuple(columns)) if len(columns) == len(where) else None

    def _column(self, header: Header, name: str) -> int | None:
        """The place of a column from 0."""
        if isinstance(header, int):
            if header <= len(self.table.header):
                return header - 1
            expected = f"there is no column {number(header)} for {quoted(name)}, only {number(len(self.table.header))}"
            self.wrong.append(Finding("header_missing", expected, side=self.side))
            return None
        wanted = tidy(header) or ""
        places = self.table.places.get(wanted) or self.table.loose_places.get(loosely(wanted), ())
        if len(places) == 1:
            return places[0]
        if places:
            self._repeated(wanted, len(places))
            return None
        names = list(self.table.places)
        hint = did_you_mean(wanted[:80], names) if len(names) < _MOST_COMPARED else ""
        expected = f"there is no column {quoted(wanted)} for {quoted(name)}"
        self.wrong.append(Finding("header_missing", expected, side=self.side, hint=hint))
        return None

    def _repeated(self, header: str, count: int) -> None:
        expected = f"{counted(count, 'column')} have the header {quoted(header)}"
        hint = "give every column its own header, or name the one that is meant by its number"
        self.wrong.append(Finding("header_repeated", expected, side=self.side, hint=hint))

    def missing(self, found: Mapping[str, _Place]) -> Iterator[Finding]:
        """The columns without which nothing can be read and of which nothing is said yet."""
        required = [question.id for question in self.questionnaire.asked_of(self.side) if question.required]
        for name in ("id", *required):
            if name in found or name in self.told or self.layout.where(self.side, name) is not None:
                continue
            if name == "id":
                hint = f"say which column it is: columns={{{self.side!r}: {{'id': HEADER}}}}"
                yield Finding("header_missing", "there is no column 'id'", side=self.side, hint=hint)
            else:
                expected = "there is no column for this required question"
                yield Finding("header_missing", expected, side=self.side, question=name)


def _told(table: Table, name: str, place: _Place) -> Place:
    return Place(name, tuple(table.header[at] for at in place.columns), tuple(at + 1 for at in place.columns))


def _answers(
    questionnaire: Questionnaire,
    question: AnyQuestion,
    layout: Layout,
    place: _Place,
    columns: Sequence[Sequence[object]],
) -> Answers:
    reader = CellReader(question, layout, questionnaire.blank)
    if place.options:
        return reader.by_option(dict(zip(place.options, columns, strict=True)))
    if isinstance(question, (MultiChoice, Ranking)) and len(columns) > 1:
        return reader.several(columns)
    return reader.one(columns[0])


def _names(columns: Sequence[Sequence[object]]) -> Sequence[object]:
    """Names, the parts of each joined by a space."""
    if len(columns) == 1:
        return columns[0]
    texts = [[as_text(cell) for cell in cells] for cells in columns]
    return [" ".join(str(part).strip() for part in row if part) for row in zip(*texts, strict=True)]


def _headers(where: Where) -> tuple[Header, ...]:
    if isinstance(where, Mapping):
        return tuple(where.values())
    return (where,) if isinstance(where, (str, int)) else tuple(where)


def _label(header: str, start: str) -> str:
    """What a header says after ``start``: "Python" in "Skills [Python]", "" where it says nothing."""
    if not header.startswith(start) or header == start:
        return ""
    rest = header[len(start) :]
    bare = rest.strip()
    if len(bare) > 1 and _OPENINGS.get(bare[0]) == bare[-1]:
        return bare[1:-1].strip()
    return next((rest[len(joint) :].strip() for joint in _JOINTS if rest.startswith(joint)), "")


def _unread(table: Table, read: frozenset[int]) -> tuple[str, ...]:
    """The headers of columns that no field or question has; columns of padding are not worth a word."""
    return tuple(
        name or f"column {place + 1}, which has no header"
        for place, name in enumerate(table.header)
        if place not in read and (name or any(as_text(cell) not in (None, "") for cell in table.columns[place]))
    )


__all__ = ["Unreadable", "expected_headers", "sheet_of_table"]
