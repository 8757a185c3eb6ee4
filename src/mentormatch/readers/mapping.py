"""Tables to sheets: which column holds which field or question, and how its cells are split into picks."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from mentormatch.errors import AnswerError, Finding
from mentormatch.questionnaire import Questionnaire
from mentormatch.questions import RESERVED, SIDES, MultiChoice, Ranking, Side, tidy
from mentormatch.readers.csv import read_table
from mentormatch.readers.sheet import Sheet
from mentormatch.wording import did_you_mean, number, quoted


def sheet_of_table(
    questionnaire: Questionnaire,
    side: Side,
    path: str | os.PathLike[str],
    mapped: Mapping[str, str],
    delimiters: Mapping[str, str],
) -> Sheet:
    """The table of a CSV file; what is wrong with its headers makes it fatal."""
    wanted = {field_: tidy(header) or "" for field_, header in mapped.items()}
    fields = (*RESERVED, *questionnaire.ids)
    try:
        table = read_table(path, {*fields, *wanted.values()})
    except AnswerError as error:
        refused = error.findings
    else:
        refused = ()
    if refused:
        return Sheet(side, {}, (), findings=[(0, replace(one, side=side)) for one in refused], fatal=True)
    wrong: list[Finding] = []
    places: dict[str, int] = {}
    for name in fields:
        header = wanted.get(name, name)
        count = table.header.count(header)
        if count == 1:
            places[name] = table.header.index(header)
        elif count:
            expected = f"{number(count)} columns have the header {quoted(header)}"
            wrong.append(Finding("header_repeated", expected, side=side, hint="give every column its own header"))
        elif name in wanted:
            hint = did_you_mean(header[:80], [one for one in table.header if one])
            expected = f"there is no column {quoted(header)} for {quoted(name)}"
            wrong.append(Finding("header_missing", expected, side=side, hint=hint))
    wrong += _misplaced(questionnaire, side, table.header, wanted, places)
    if wrong:
        # What stands under the wrong headers says nothing, so the headers are put right first.
        return Sheet(side, {}, (), findings=[(0, one) for one in wrong], fatal=True)
    cells = list(zip(*table.rows, strict=True)) if table.rows else [()] * len(table.header)
    return Sheet(
        side,
        {name: _split(cells[place], delimiters.get(name)) for name, place in places.items()},
        table.lines,
        findings=[(one.row or 0, replace(one, side=side)) for one in table.findings],
        unread=_unread(table.header, frozenset(places.values()), cells),
    )


def _misplaced(
    questionnaire: Questionnaire,
    side: Side,
    header: Sequence[str],
    wanted: Mapping[str, str],
    places: Mapping[str, int],
) -> Iterator[Finding]:
    """What is wrong with a mapping of columns, and the columns without which nothing can be read."""
    fields = (*RESERVED, *questionnaire.ids)
    for name in wanted:
        if name not in fields:
            hint = did_you_mean(name[:80], fields)
            yield Finding("column_unknown", f"there is no question or field {quoted(name)}", side=side, hint=hint)
        elif name in questionnaire and not questionnaire[name].asks(side):
            expected = "this side is not asked this question, so it has no column"
            yield Finding("column_not_of_this_side", expected, side=side, question=name)
    if "id" not in places and "id" not in wanted and "id" not in header:
        hint = f"say which column it is: columns={{{side!r}: {{'id': HEADER}}}}"
        yield Finding("header_missing", "there is no column 'id'", side=side, hint=hint)
    for question in questionnaire.asked_of(side):
        missing = question.id not in places and question.id not in wanted and question.id not in header
        if question.required and missing:
            expected = "there is no column for this required question"
            yield Finding("header_missing", expected, side=side, question=question.id)


def _split(cells: Sequence[str], delimiter: str | None) -> Sequence[object]:
    """The cells, or where there is a delimiter the picks in each; equal cells are split once."""
    if delimiter is None:
        return cells
    picks: dict[str, list[str]] = {}
    for cell in cells:
        if cell not in picks:
            picks[cell] = [pick for pick in cell.split(delimiter) if pick.strip()]
    return [picks[cell] for cell in cells]


def _unread(header: Sequence[str], read: frozenset[int], cells: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The headers of columns that no field or question has; columns of padding are not worth a word."""
    return tuple(
        name or f"column {place + 1}, which has no header"
        for place, name in enumerate(header)
        if place not in read and (name or any(cell.strip() for cell in cells[place]))
    )


def columns_findings(columns: object) -> Iterator[Finding]:
    """What is wrong with the shape of ``columns=``."""
    if columns is None:
        return
    if not isinstance(columns, Mapping):
        yield Finding("columns", "expected columns= to be a mapping with the keys 'mentor' and 'mentee'")
        return
    for side, mapped in columns.items():
        if side not in SIDES:
            yield Finding("columns", "expected the keys of columns= to be 'mentor' and 'mentee'")
        elif not isinstance(mapped, Mapping) or not all(tidy(key) and tidy(value) for key, value in mapped.items()):
            yield Finding("columns", "expected columns= to map fields and questions to headers, all text", side=side)


def delimiter_findings(questionnaire: Questionnaire, delimiters: object) -> Iterator[Finding]:
    """What is wrong with ``delimiters=``."""
    if delimiters is None:
        return
    if not isinstance(delimiters, Mapping):
        yield Finding("delimiters", "expected delimiters= to be a mapping of questions to texts")
        return
    lists = tuple(question.id for question in questionnaire if isinstance(question, (MultiChoice, Ranking)))
    for name, delimiter in delimiters.items():
        place = "delimiters"
        if name not in questionnaire:
            asked = quoted(name) if isinstance(name, str) else "with that id"
            hint = did_you_mean(name[:80], lists) if isinstance(name, str) else ""
            yield Finding("question_unknown", f"there is no question {asked}", where=place, hint=hint)
        elif name not in lists:
            expected = "expected a question with several picks (MultiChoice or Ranking)"
            yield Finding("delimiters", expected, question=name, where=place)
        elif not isinstance(delimiter, str) or not delimiter:
            yield Finding("delimiters", "expected a delimiter, which is text", question=name, where=place)
        else:
            for option in getattr(questionnaire[name], "options", ()):
                if delimiter in option:
                    expected = f"the option {quoted(option)} contains the delimiter, so that no cell could pick it"
                    yield Finding("option_splits", expected, question=name, where=place, hint="use another delimiter")
