"""Tables in comma- or semicolon-separated files.

The standard library's reader is not used: its limit on the length of a cell is one setting for the whole process, it
accepts text after a closing quote in silence, and it does not say on which line a row starts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mentormatch.errors import AnswerError, Finding
from mentormatch.questions import tidy
from mentormatch.wording import counted, number, quoted

_DELIMITERS = (",", ";")
_LINE_END = re.compile(r"\r\n|\r|\n|\Z")
_BREAK = re.compile(r"\r\n|\r|\n")
# Possessive, so that a quote that is never closed is found out in one pass.
_QUOTED = re.compile(r'"((?:[^"]++|"")*+)"')
_PLAIN = {delimiter: re.compile(rf"[^{delimiter}\r\n]*+") for delimiter in _DELIMITERS}
_UNDECODED = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Table:
    """A header and rows of text, each row as long as the header; ``lines`` are the lines where the rows start, from 1.

    ``findings`` say which rows could not be read; these are not among the rows. Rows of blank cells are left out.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    lines: tuple[int, ...] = field(repr=False)
    findings: tuple[Finding, ...] = ()


def read_table(path: str | os.PathLike[str], expected: Collection[str] = ()) -> Table:
    """The table in a file; ``expected`` are headers that help to tell a comma from a semicolon.

    A file that is missing or cannot be opened, and one without a readable header, raise ``AnswerError``.
    """
    finding = None
    try:
        data = Path(path).read_bytes()
    except FileNotFoundError:
        finding = Finding("table_missing", f"there is no file {quoted(Path(path).name)}")
    except OSError:
        finding = Finding("table_unreadable", f"the file {quoted(Path(path).name)} cannot be opened")
    except (TypeError, ValueError):
        finding = Finding("table_path", "expected the path of a file")
    if finding is not None:
        raise AnswerError(finding)
    return parse_table(data, expected)


def parse_table(data: bytes, expected: Collection[str] = ()) -> Table:
    """The table in the bytes of a file: UTF-8 with or without a byte order mark, cells separated by comma or semicolon.

    Cells may be quoted and then hold separators, line breaks and doubled quotes. Lines end with LF, CRLF or CR.
    A row with more or fewer cells than the header, an unclosed quote, text after a closing quote and bytes that are not
    UTF-8 are findings with their line.
    """
    text = _decoded(data)
    delimiter = _delimiter(text, expected)
    raw = (found for found in _rows(text, delimiter) if found.wrong or any(cell.strip() for cell in found.cells))
    first = next(raw, None)
    # A line of the other separator alone is a line of blank cells.
    if first is None or not (first.wrong or any(cell.strip(" ,;") for cell in first.cells)):
        raise AnswerError(Finding("table_empty", "the table is empty; expected a line of headers"))
    if first.wrong:
        raise AnswerError(_finding(first, first.wrong))
    header = tuple(tidy(cell) or "" for cell in first.cells)
    rows, lines, findings = [], [], []
    for found in raw:
        if found.wrong:
            findings.append(_finding(found, found.wrong))
        elif len(found.cells) != len(header):
            cells = counted(len(found.cells), "cell")
            wrong = f"expected {counted(len(header), 'cell')}, one for each header, found {cells}"
            findings.append(_finding(found, wrong))
        else:
            rows.append(tuple(found.cells))
            lines.append(found.line)
    return Table(header, tuple(rows), tuple(lines), tuple(findings))


@dataclass(frozen=True)
class _Row:
    line: int
    cells: list[str]
    wrong: str = ""


def _finding(row: _Row, wrong: str) -> Finding:
    return Finding("table_row", wrong, row=row.line)


def _decoded(data: bytes) -> str:
    """The text; bytes that are not UTF-8 become lone surrogates, which ``_rows`` finds and reports with their line."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise AnswerError(Finding("table_encoding", "the table is in UTF-16", hint="save it as CSV in UTF-8"))
    return data.decode("utf-8", errors="surrogateescape").removeprefix("\ufeff")


def _delimiter(text: str, expected: Collection[str]) -> str:
    """The separator under which the header line holds more of the expected headers, tears no quotes, has more cells."""

    def worth(delimiter: str) -> tuple[bool, int, bool, int]:
        header = next((row for row in _rows(text, delimiter) if row.wrong or any(map(str.strip, row.cells))), None)
        if header is None or header.wrong:
            return (False, 0, False, 0)
        found = {tidy(cell) for cell in header.cells}
        torn = any('"' in cell for cell in header.cells)
        return (True, sum(name in found for name in expected), not torn, len(header.cells))

    return max(_DELIMITERS, key=worth)


def _rows(text: str, delimiter: str) -> Iterator[_Row]:
    """Every row with the line where it starts; a row that cannot be read says why, and reading goes on after it."""
    start, line = 0, 1
    while start < len(text):
        stop, after = _LINE_END.search(text, start).span()  # type: ignore[union-attr]
        simple = text[start:stop]
        if '"' in simple:
            cells, after, wrong = _quoted_row(text, start, delimiter)
        else:
            cells, wrong = simple.split(delimiter), ""
        if not wrong and not simple.isascii() and _UNDECODED.search(text, start, after):
            wrong = "expected text in UTF-8; save the table as CSV in UTF-8"
        yield _Row(line, cells, wrong)
        line += len(_BREAK.findall(text, start, after)) if '"' in simple else 1
        start = after


def _quoted_row(text: str, start: int, delimiter: str) -> tuple[list[str], int, str]:
    """The cells of a row that holds quotes, where the next row starts, and what is wrong with it."""
    cells: list[str] = []
    while True:
        if text.startswith('"', start):
            found = _QUOTED.match(text, start)
            if found is None:
                return cells, _next_line(text, start), "a quote is opened and never closed"
            cells.append(found[1].replace('""', '"'))
        else:
            found = _PLAIN[delimiter].match(text, start)
            assert found is not None  # the pattern matches the empty text
            cells.append(found[0])
        start = found.end()
        if text.startswith(delimiter, start):
            start += 1
        elif end := _LINE_END.match(text, start):
            return cells, end.end(), ""
        else:
            wrong = f"there is text after the closing quote of cell {number(len(cells))}"
            return cells, _next_line(text, start), wrong


def _next_line(text: str, start: int) -> int:
    found = _LINE_END.search(text, start)
    return len(text) if found is None else found.end()
