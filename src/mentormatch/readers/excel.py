"""Sheets of Excel workbooks, read through openpyxl (extra ``excel``)."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from mentormatch.errors import AnswerError, Finding, ProgramError
from mentormatch.readers.layout import Layout
from mentormatch.readers.table import MOST_ROWS, Origin, Table, is_filled, refuse_size, table_of_rows
from mentormatch.readers.tables import content
from mentormatch.wording import did_you_mean, listed, number, quoted

_LARGEST = 1 << 30
_MOST_COLUMNS = 16_384
_ERRORS = frozenset(("#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NUM!", "#NAME?", "#NULL!"))


def excel_table(source: object, layout: Layout, _expected: frozenset[str]) -> Table:
    """The table in one sheet of a workbook: of the file, its bytes, or a pair of either and the name of the sheet.

    Formulas count as what they gave when the workbook was saved. ``AnswerError`` where it is no workbook, where several
    sheets are filled and none is named, and for a cell that holds an error; ``ProgramError`` without openpyxl.
    """
    file, sheet = source if isinstance(source, tuple) and len(source) == 2 else (source, layout.sheet)
    data, name = content(file)
    _refuse_bombs(data)
    openpyxl = _openpyxl()
    try:
        with warnings.catch_warnings():
            # What openpyxl does not know (validation, extensions) has no answers in it.
            warnings.simplefilter("ignore")
            workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            try:
                found = _chosen(workbook, sheet)
            finally:
                workbook.close()
    except AnswerError:
        raise
    except Exception:  # whatever a torn workbook makes openpyxl or the XML parser raise
        found = None
    if found is None:
        raise AnswerError(Finding("table_workbook", "the file is no Excel workbook that can be read"))
    title, rows = found
    return _table(rows, Origin(f"{name} [{title}]" if name else title))


def _openpyxl() -> Any:
    try:
        return import_module("openpyxl")
    except ImportError:
        hint = "pip install 'mentormatch-engine[excel]'"
        raise ProgramError(
            Finding("not_installed", "Excel workbooks need openpyxl, which is not installed", hint=hint)
        ) from None


def _refuse_bombs(data: bytes) -> None:
    """Refuses what is no zip file, and what would fill the memory when it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            size = sum(part.file_size for part in parts.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        wrong = "the file is no Excel workbook"
        hint = "an .xls file must be saved as .xlsx first, and CSV has Cohort.from_csv"
    else:
        if size <= _LARGEST:
            return
        wrong = f"the workbook has {number(size)} bytes when it is unpacked, and at most {number(_LARGEST)} are read"
        hint = ""
    raise AnswerError(Finding("table_workbook", wrong, hint=hint))


def _chosen(workbook: Any, sheet: object) -> tuple[str, list[tuple[object, ...]]]:
    """The name and the rows of the sheet that is named, or of the only one that is filled."""
    names = [one.title for one in workbook.worksheets]
    if sheet is not None:
        if sheet not in names:
            known = f"there is no sheet {quoted(sheet)}, only {listed([quoted(name) for name in names])}"
            hint = did_you_mean(sheet, names) if isinstance(sheet, str) else ""
            raise AnswerError(Finding("sheet_missing", known, hint=hint))
        return str(sheet), _rows(workbook[sheet])
    filled = [(name, rows) for name in names if (rows := _rows(workbook[name]))]
    if len(filled) > 1:
        several = listed([quoted(name) for name, _ in filled])
        hint = "Layout(sheet=...) or a pair of file and sheet says which"
        raise AnswerError(Finding("sheet_several", f"the workbook has several sheets: {several}", hint=hint))
    if not filled:
        raise AnswerError(Finding("table_empty", "the workbook is empty; expected a row of headers"))
    return filled[0]


def _rows(sheet: Any) -> list[tuple[object, ...]]:
    """The rows down to the last that holds anything, without columns beyond the last that does."""
    # What the file says of its own size is often wrong.
    sheet.reset_dimensions()
    rows: list[tuple[object, ...]] = []
    width = last = 0
    for row in sheet.iter_rows(values_only=True, max_col=_MOST_COLUMNS):
        filled = len(row)
        while filled and not is_filled(row[filled - 1]):
            filled -= 1
        rows.append(row[:filled])
        width = max(width, filled)
        last = len(rows) if filled else last
        refuse_size(last, width)
        if len(rows) > MOST_ROWS:
            break
    return rows[:last]


def _table(rows: Sequence[tuple[object, ...]], origin: Origin) -> Table:
    first = next((place for place, row in enumerate(rows) if row), None)
    if first is None:
        raise AnswerError(Finding("table_empty", "the sheet is empty; expected a row of headers"))
    header = [cell if isinstance(cell, str) else "" if cell is None else str(cell) for cell in rows[first]]
    findings = []
    cells = []
    for line, row in enumerate(rows[first + 1 :], start=first + 2):
        if len(row) > len(header):
            wrong = f"there is something in column {number(len(row))}, which has no header"
            findings.append(Finding("table_row", wrong, row=line))
        elif wrong_cell := next((cell for cell in row if isinstance(cell, str) and cell in _ERRORS), None):
            findings.append(Finding("table_row", f"a formula gave {wrong_cell}", row=line))
        cells.append((*row, *(None,) * (len(header) - len(row)))[: len(header)])
    torn = {finding.row for finding in findings}
    table = table_of_rows(header, cells, origin, first_line=first + 2)
    kept = [place for place, line in enumerate(table.lines) if line not in torn]
    return Table(
        table.header,
        tuple([table.rows[place] for place in kept]),
        tuple([table.lines[place] for place in kept]),
        tuple(findings),
        table.origin,
    )
