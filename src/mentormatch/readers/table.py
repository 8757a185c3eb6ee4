"""The table: a header and rows of cells with the lines where they stand, whatever kind of file they came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from mentormatch.errors import AnswerError, Finding
from mentormatch.questions import tidy
from mentormatch.wording import number

MOST_ROWS = 2_000_000
MOST_CELLS = 100_000_000
MOST_FINDINGS = 10_000


@dataclass(frozen=True)
class Origin:
    """How a table was come by: ``source`` (the name of a file, or what else it was), ``encoding`` and ``separator``.

    ``encoding`` and ``separator`` are "" where there is none. ``padding`` counts rows of blank cells and ``repeated``
    the rows that repeat the header; both are left out.
    """

    source: str = ""
    encoding: str = ""
    separator: str = ""
    padding: int = 0
    repeated: int = 0


@dataclass(frozen=True)
class Table:
    """A header and rows of cells, each row as long as the header; ``lines`` are the lines where the rows start, from 1.

    ``findings`` say which rows could not be read; these are not among the rows. Rows of blank cells are left out, and
    so are rows that repeat the header.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...] = field(repr=False)
    lines: tuple[int, ...] = field(repr=False)
    findings: tuple[Finding, ...] = ()
    origin: Origin = Origin()

    @cached_property
    def columns(self) -> tuple[tuple[object, ...], ...]:
        """The cells of each column from top to bottom."""
        return tuple(zip(*self.rows, strict=True)) if self.rows else ((),) * len(self.header)

    @cached_property
    def places(self) -> Mapping[str, tuple[int, ...]]:
        """Where the columns of each header stand, from 0; columns without a header are not among them."""
        found: dict[str, list[int]] = {}
        for place, name in enumerate(self.header):
            if name:
                found.setdefault(name, []).append(place)
        return {name: tuple(places) for name, places in found.items()}

    @cached_property
    def loose_places(self) -> Mapping[str, tuple[int, ...]]:
        """As ``places``, by headers as ``loosely`` writes them."""
        found: dict[str, tuple[int, ...]] = {}
        for name, places in self.places.items():
            found[loosely(name)] = (*found.get(loosely(name), ()), *places)
        return found


def loosely(header: str) -> str:
    """A header on one line, each stretch of white space one space, without characters that have no width.

    >>> loosely("Which skills\\r\\n do you\\u00a0have?")
    'Which skills do you have?'
    """
    return " ".join((header if header.isascii() else header.translate(_NO_WIDTH)).split())


_NO_WIDTH = dict.fromkeys(map(ord, "\u200b\u200c\u2060\ufeff\u00ad\ufe0e\ufe0f"))


def table_of_rows(
    header: Sequence[object], rows: Sequence[tuple[object, ...]], origin: Origin, first_line: int = 1
) -> Table:
    """The table of rows that are as long as their header; those that are blank or repeat the header are left out."""
    refuse_size(len(rows), len(header))
    names = tuple(tidy(name) or "" for name in header)
    kept, lines = [], []
    padding = repeated = 0
    for line, row in enumerate(rows, start=first_line):
        if not any(is_filled(cell) for cell in row):
            padding += 1
        elif row[0] == header[0] and tuple((tidy(cell) or "") for cell in row) == names:
            repeated += 1
        else:
            kept.append(row)
            lines.append(line)
    return Table(names, tuple(kept), tuple(lines), (), replace(origin, padding=padding, repeated=repeated))


def is_filled(cell: object) -> bool:
    """Whether there is anything in a cell."""
    if isinstance(cell, str):
        return bool(cell) and not cell.isspace()
    return cell is not None and cell == cell and cell != []  # noqa: PLR0124  # NaN is not itself


def refuse_size(rows: int, columns: int) -> None:
    """Raises ``AnswerError`` for a table of more rows or cells than can be held."""
    wrong = ""
    if rows > MOST_ROWS:
        wrong = f"expected at most {number(MOST_ROWS)} rows"
    elif rows * columns > MOST_CELLS:
        wrong = f"expected at most {number(MOST_CELLS)} cells"
    if wrong:
        raise AnswerError(Finding("table_too_large", wrong))


def too_many(findings: Sequence[Finding], line: int) -> tuple[Finding, ...]:
    """Findings about as many rows as anybody will look at, and one that says where reading ended for that."""
    wrong = f"more than {number(len(findings))} rows cannot be read, so reading ended here"
    return (*findings, Finding("table_rows", wrong, row=line))
