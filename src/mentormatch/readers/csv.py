"""Tables in files whose cells are separated by commas, semicolons, tabs or bars.

The standard library reads the rows as long as it can. A row that it refuses is read again here, to say what is wrong
with it and where the next one starts: it knows neither. Its limit on the length of a cell is one setting for the whole
process and not ours to change; a longer cell is read here too.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Sequence
from itertools import count, islice, repeat

from mentormatch.errors import AnswerError, Finding
from mentormatch.questions import tidy
from mentormatch.readers.encoding import decoded, is_torn
from mentormatch.readers.table import MOST_FINDINGS, MOST_ROWS, Origin, Table, loosely, refuse_size, too_many
from mentormatch.wording import counted, listed, number

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_LINE_END = re.compile(r"\r\n|\r|\n|\Z")
_BREAK = re.compile(r"\r\n|\r|\n")
# Possessive, so that a quote that is never closed is found out in one pass.
_QUOTED = re.compile(r'"((?:[^"]++|"")*+)"')
_PLAIN = {separator: re.compile(rf"[^{re.escape(separator)}\r\n]*+") for separator in SEPARATORS}
_UNDECODED = re.compile("[\ud800-\udfff]")
_NAMED = re.compile(r"sep=([,;\t|])[ ,;\t|]*(?:\r\n|\r|\n|\Z)")
_LOOKED_AT = 50
_LOOKED_INTO = 100_000

# The line where a row starts, its cells, and why it cannot be read.
_Row = tuple[int, Sequence[str], str]


def parse_table(
    data: bytes,
    expected: Collection[str] = (),
    *,
    source: str = "",
    encoding: str | None = None,
    separator: str | None = None,
    strict: bool = False,
) -> Table:
    """The table in the bytes of a file; ``expected`` are headers that help to tell the separators apart.

    Cells may be quoted and then hold separators, line breaks and doubled quotes. Lines end with LF, CRLF or CR. A first
    line ``sep=;`` names the separator. A row with more or fewer cells than the header, an unclosed quote, text after a
    closing quote and bytes that cannot be decoded are findings with their line. Rows that repeat the header are left
    out. ``encoding`` and ``strict`` are as in `decoded`.

    ``AnswerError`` where there is no header, or where it cannot be told which separator it has. O(length).
    """
    text, found_encoding = decoded(data, encoding, strict=strict)
    torn = is_torn(text)
    first_line = 1
    if named := _NAMED.match(text):
        text, first_line = text[named.end() :], 2
        separator = separator or named[1]
    if separator is None:
        separator = _separator(text, expected)
    plain = None if torn else _plain_rows(text, separator, first_line)
    raw = _rows(text, separator, first_line, torn=torn) if plain is None else plain
    padding = 0
    for _, cells, wrong in raw:
        # A line of other separators alone is a line of blank cells.
        if wrong or any(cell.strip(" ,;\t|") for cell in cells):
            break
        padding += 1
    else:
        raise AnswerError(Finding("table_empty", "the table is empty; expected a line of headers"))
    if wrong:
        raise AnswerError(Finding("table_row", wrong, row=first_line + padding))
    header = tuple(tidy(cell) or "" for cell in cells)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    findings: list[Finding] = []
    repeated = 0
    width = len(header)
    for line, cells, wrong in raw:
        if not wrong and len(cells) == width:
            # Most rows hold something in their first cell, which is quicker to see than that all cells are blank.
            if (cells[0] and not cells[0].isspace()) or any(cell.strip() for cell in cells):
                if cells[-1] == header[-1] and tuple(map(str.strip, cells)) == header:
                    repeated += 1
                    continue
                rows.append(tuple(cells))
                lines.append(line)
                if len(rows) > MOST_ROWS:
                    break
            else:
                padding += 1
        elif not wrong and not any(cell.strip() for cell in cells):
            padding += 1
        elif len(findings) < MOST_FINDINGS:
            count = counted(len(cells), "cell")
            ragged = f"expected {counted(width, 'cell')}, one for each header, found {count}"
            findings.append(Finding("table_row", wrong or ragged, row=line))
        else:
            raise AnswerError(too_many(findings, line))
    refuse_size(len(rows), width)
    origin = Origin(source, found_encoding, SEPARATORS.get(separator, separator), padding, repeated)
    return Table(header, tuple(rows), tuple(lines), tuple(findings), origin)


def _separator(text: str, expected: Collection[str]) -> str:
    """The separator under which the header holds more of the expected headers, tears no quotes and fits the rows."""
    wanted = {loosely(name) for name in expected}
    # The header and some rows, the last of which may be cut off.
    head = text if len(text) < 2 * _LOOKED_INTO else text[: max(_LOOKED_INTO, 2 * (text.find("\n") + 1))]

    def worth(separator: str) -> tuple[int, ...]:
        filled = (row for row in _rows(head, separator, 1, torn=False) if row[2] or any(map(str.strip, row[1])))
        first = next(filled, None)
        if first is None or first[2]:
            return (0, 0, 0, 0, 0, 0)
        cells = first[1]
        known = len(wanted.intersection(map(loosely, cells))) if wanted else 0
        whole = not any('"' in cell for cell in cells)
        several = len(cells) > 1
        fitting = sum(len(row[1]) == len(cells) for row in islice(filled, _LOOKED_AT)) if several else 0
        return (1, known, int(whole), int(several), fitting, len(cells))

    worths = {separator: worth(separator) for separator in SEPARATORS}
    if len(head) < len(text) and not any(one[0] for one in worths.values()):
        # The header goes on beyond what was looked at.
        head = text
        worths = {separator: worth(separator) for separator in SEPARATORS}
    best = max(SEPARATORS, key=worths.__getitem__)
    # The number of cells is no reason to trust one more than another where both fit all rows.
    level = [name for name, one in worths.items() if one[:5] == worths[best][:5] and one[3]]
    if len(level) > 1 and worths[best][1] == 0 and worths[best][4]:
        names = listed([SEPARATORS[one] for one in level])
        hint = "say which: Layout(separator=';')"
        raise AnswerError(Finding("table_separator", f"the table can be read with {names} as its separator", hint=hint))
    return best


def _plain_rows(text: str, separator: str, line: int) -> Iterator[_Row] | None:
    """As ``_rows``, where each row is one line and nothing is wrong; else None. This is quicker."""
    if max(text.count("\n"), text.count("\r")) > MOST_ROWS:
        return None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        rows = list(reader)
    except csv.Error:
        return None
    return zip(count(line), rows, repeat("")) if reader.line_num == len(rows) else None


def _rows(text: str, separator: str, line: int, *, torn: bool) -> Iterator[_Row]:
    """Every row with the line where it starts; a row that cannot be read says why, and reading goes on after it."""
    file = io.StringIO(text, newline="")
    reader = csv.reader(file, delimiter=separator, strict=True)
    read_before = 0
    start, length = 0, len(text)
    while start < length:
        cells: Sequence[str]
        wrong = ""
        try:
            cells = next(reader)
        except (csv.Error, StopIteration):
            cells, after, wrong = _own_row(text, start, separator)
            file.seek(after)
            reader = csv.reader(file, delimiter=separator, strict=True)
            breaks, read_before = len(_BREAK.findall(text, start, after)), 0
        else:
            breaks, read_before = reader.line_num - read_before, reader.line_num
        if torn and not wrong and any(map(_UNDECODED.search, cells)):
            wrong = "there are characters that cannot be decoded; save the table as CSV in UTF-8"
        yield line, cells, wrong
        line += breaks
        start = file.tell()


def _own_row(text: str, start: int, separator: str) -> tuple[list[str], int, str]:
    """The cells of a row, where the next one starts, and what is wrong with it."""
    cells: list[str] = []
    while True:
        if text.startswith('"', start):
            found = _QUOTED.match(text, start)
            if found is None:
                return cells, _next_line(text, start), "a quote is opened and never closed"
            cells.append(found[1].replace('""', '"'))
        else:
            found = _PLAIN[separator].match(text, start)
            assert found is not None  # the pattern matches the empty text
            cells.append(found[0])
        start = found.end()
        if text.startswith(separator, start):
            start += 1
        elif end := _LINE_END.match(text, start):
            return cells, end.end(), ""
        else:
            wrong = f"there is text after the closing quote of cell {number(len(cells))}"
            return cells, _next_line(text, start), wrong


def _next_line(text: str, start: int) -> int:
    found = _LINE_END.search(text, start)
    return len(text) if found is None else found.end()
