"""Records as CSV that a spreadsheet shows and does not run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

# A spreadsheet set to another language splits at semicolons, and one that was pasted into at tabs and line ends, so a
# formula may begin there too, or behind a quote that such a spreadsheet takes for its own. Apostrophes before a formula
# get one more, so that one can always be taken away again.
_FORMULA = re.compile(r"\A(?='*[\t\r\n])|(?:\A|(?<=[;\t\r\n]))(?=['\"\s]*[=+\-@＝＋－＠])")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> str:
    """A header and rows as CSV: commas, lines ending in CR LF, quotes where needed; None is an empty cell.

    Text that a spreadsheet would run as a formula has an apostrophe before it (`guarded`); whole numbers stand as they
    are.
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    for row in (columns, *rows):
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    return written.getvalue()


def guarded(text: str) -> str:
    """The text with an apostrophe wherever a spreadsheet could take what follows for a formula.

    >>> guarded("=cmd()"), guarded("ada; =cmd()"), guarded("a-b")
    ("'=cmd()", "ada;' =cmd()", 'a-b')
    """
    return _FORMULA.sub("'", text)
