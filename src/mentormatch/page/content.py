"""What a page holds: a title, facts, tables and notes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from mentormatch.errors import Finding, ProgramError
from mentormatch.page.html import page_as_document, page_as_html
from mentormatch.page.markdown import page_as_markdown
from mentormatch.page.text import page_as_text
from mentormatch.wording import counted, did_you_mean, number, quoted

Align = Literal["left", "right"]
_ALIGNMENTS: tuple[Align, ...] = ("left", "right")


@dataclass(frozen=True)
class Table:
    """Rows under headings.

    ``rows`` holds one tuple of cells per row, as many as there are ``columns``. A cell is text, a whole number (written
    with thousands separators) or None (empty). ``align`` says "left" or "right" per column; left out, a column of
    nothing but whole numbers and empty cells stands right and any other left. A table without rows says "none". Raises
    ``ProgramError`` where the numbers of cells and columns differ.

    >>> print(Page("", tables=[Table("Pairs", ["mentor", "points"], [("ada", 7250), ("grace", 900)])]))
    Pairs
      mentor  points
      ada      7,250
      grace      900
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    align: tuple[Align, ...] = ()

    def __init__(
        self,
        title: str,
        columns: Iterable[str],
        rows: Iterable[Iterable[str | int | None]] = (),
        align: Iterable[Align] = (),
    ) -> None:
        headings = tuple(columns)
        cells = tuple(tuple(row) for row in rows)
        given = tuple(align)
        findings = [
            _finding(title, f"row {position} has {counted(len(row), 'cell')} and not {number(len(headings))}")
            for position, row in enumerate(cells, start=1)
            if len(row) != len(headings)
        ]
        if given and len(given) != len(headings):
            findings.append(
                _finding(title, f"align has {number(len(given))} and not {counted(len(headings), 'entry', 'entries')}")
            )
        findings += [
            _finding(title, f"expected 'left' or 'right' as align, not {quoted(entry)}")
            for entry in given
            if entry not in _ALIGNMENTS
        ]
        if findings:
            raise ProgramError(findings)
        set_field = object.__setattr__
        set_field(self, "title", title)
        set_field(self, "columns", headings)
        set_field(self, "rows", tuple(tuple(map(_written, row)) for row in cells))
        set_field(self, "align", given or tuple(_alignment(column) for column in _columns(cells, len(headings))))

    def __str__(self) -> str:
        return Page("", tables=[self]).text()

    def _repr_html_(self) -> str:
        return Page("", tables=[self])._repr_html_()


@dataclass(frozen=True)
class Page:
    """A title, facts (pairs of a label and a value), tables and notes (paragraphs), in this order; each may be missing.

    >>> print(Page("Supply", facts=[("mentors", 30), ("mentees", 40)], notes=["Ask two mentors for one more seat."]))
    Supply
    ======
    <BLANKLINE>
    mentors  30
    mentees  40
    <BLANKLINE>
    Ask two mentors for one more seat.
    """

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()

    def __init__(
        self,
        title: str,
        facts: Iterable[tuple[str, str | int | None]] = (),
        tables: Iterable[Table] = (),
        notes: Iterable[str] = (),
    ) -> None:
        set_field = object.__setattr__
        set_field(self, "title", title)
        set_field(self, "facts", tuple((label, _written(value)) for label, value in facts))
        set_field(self, "tables", tuple(tables))
        set_field(self, "notes", tuple(notes))

    def table(self, title: str) -> Table:
        """The table with this title, to show it by itself. Raises ``ProgramError`` where there is none.

        >>> print(Page("Supply", tables=[Table("Seats", ["mentor", "seats"], [("ada", 2)])]).table("Seats"))
        Seats
          mentor  seats
          ada         2
        """
        titles = [table.title for table in self.tables]
        if title not in titles:
            asked = quoted(title) if isinstance(title, str) else "like that"
            hint = did_you_mean(title, titles) if isinstance(title, str) else ""
            raise ProgramError(Finding("page_table", f"there is no table {asked}", where="table", hint=hint))
        return self.tables[titles.index(title)]

    def text(self, width: int = 100, rows: int | None = None) -> str:
        """The page as plain text without a line end at its end.

        Of each table at most ``rows`` rows are shown and the others counted; None shows all, and printing a page 50.

        Titles, facts, notes and cells that stand left are wrapped, so that no line is wider than ``width`` characters
        (at least 20, else ``ProgramError``); numbers are never wrapped and no column goes below 8 characters, so a
        table of very many columns may be wider. A word is broken only where nothing else helps. Nothing that moves the
        cursor of a terminal is left in it.
        """
        if isinstance(width, bool) or not isinstance(width, int) or width < _NARROWEST:
            raise ProgramError(Finding("page_width", f"expected a width of at least {_NARROWEST} characters"))
        return page_as_text(self, width, _checked_rows(rows))

    def html(self, rows: int | None = None) -> str:
        """The page as a piece of HTML: one ``div`` that can stand in any page, without scripts and links.

        Everything in it is escaped, and its style touches nothing else. Of each table at most ``rows`` rows are shown
        and the others counted; None shows all. Raises ``ProgramError`` where ``rows`` is no whole number from 0.
        """
        return page_as_html(self, _checked_rows(rows))

    def document(self, title: str | None = None) -> str:
        """The page as an HTML document in one file, for light and dark screens; ``title`` is that of the window.

        It holds all rows, loads nothing and runs nothing. Left out, the window has the page's own title.
        """
        return page_as_document(self, self.title if title is None else title)

    def markdown(self) -> str:
        """The page as Markdown without a line end at its end, tables as GitHub reads them; all else is escaped.

        >>> print(Page("Pairs", tables=[Table("", ["mentor", "points"], [("a|b", 7250)])]).markdown())
        ## Pairs
        <BLANKLINE>
        | mentor | points |
        | :-- | --: |
        | a\\|b | 7,250 |
        """
        return page_as_markdown(self)

    def __str__(self) -> str:
        return self.text(rows=_ROWS_PRINTED)

    def _repr_html_(self) -> str:
        return self.html(_ROWS_IN_NOTEBOOKS)


class Paged:
    """A value that is shown as a page: printed as text with 50 rows of each table, in a notebook as HTML with 100."""

    def page(self) -> Page:
        """The value as a page."""
        raise NotImplementedError

    def __str__(self) -> str:
        return str(self.page())

    def _repr_html_(self) -> str:
        return self.page()._repr_html_()


_NARROWEST = 20
_ROWS_IN_NOTEBOOKS = 100
_ROWS_PRINTED = 50


def _checked_rows(rows: int | None) -> int | None:
    if rows is not None and (isinstance(rows, bool) or not isinstance(rows, int) or rows < 0):
        raise ProgramError(Finding("page_rows", "expected a whole number of rows from 0, or None"))
    return rows


def _written(cell: str | int | None) -> str:
    if cell is None:
        return ""
    return cell if isinstance(cell, str) else number(cell)


def _columns(rows: tuple[tuple[str | int | None, ...], ...], count: int) -> Iterable[tuple[str | int | None, ...]]:
    return zip(*rows, strict=True) if rows else [()] * count


def _alignment(cells: tuple[str | int | None, ...]) -> Align:
    numbers = any(cell is not None for cell in cells) and not any(isinstance(cell, str) for cell in cells)
    return "right" if numbers else "left"


def _finding(title: str, expected: str) -> Finding:
    return Finding("page_table", expected, where=f"table {quoted(title)}")
