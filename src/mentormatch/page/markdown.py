"""A page as Markdown with the tables of GitHub's flavour."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from mentormatch.wording import harmless

if TYPE_CHECKING:
    from mentormatch.page.content import Page, Table

# What means something anywhere in a line; an underscore within a word does not. GitHub makes links of bare addresses,
# with the backslashes in them.
_SPECIAL = re.compile(r"[\\`*\[\]|~$#]|(?<![^\W_])_|_(?![^\W_])|:(?=//)|(?<=www)\.", re.IGNORECASE)
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ENTITY = re.compile("[&<>]")
# What means something at the start of a line only: lists, lines below a title.
_START = re.compile(r"^(\d+)([.)])(?= |$)|^()([-+=])")


def page_as_markdown(page: Page) -> str:
    """The page as Markdown, its parts set apart by an empty line, without a line end at its end."""
    parts = [f"## {title}"] if (title := escaped(page.title)) else []
    if page.facts:
        parts.append("\n".join(f"- {escaped(label)}: {escaped(value)}".rstrip() for label, value in page.facts))
    for table in page.tables:
        if title := escaped(table.title):
            parts.append(f"**{title}**")
        parts.append("\n".join(_table(table)) if table.rows else "none")
    parts += [escaped(note) for note in page.notes]
    return "\n\n".join(parts)


def escaped(text: str) -> str:
    """The text on one line as Markdown that shows just this text: no markup, no HTML, no cell of a table ends.

    >>> print(escaped("a|b `c` <b> skills_to_grow"))
    a\\|b \\`c\\` &lt;b&gt; skills_to_grow
    """
    line = " ".join(harmless(text).split())
    line = _SPECIAL.sub(lambda found: f"\\{found[0]}", line)
    line = _ENTITY.sub(lambda found: _ENTITIES[found[0]], line)
    return _START.sub(lambda found: f"{found[1] or ''}\\{found[2] or found[4]}", line)


def _table(table: Table) -> Iterator[str]:
    yield _row([escaped(column) for column in table.columns])
    yield _row(["--:" if align == "right" else ":--" for align in table.align])
    for row in table.rows:
        yield _row([escaped(cell) for cell in row])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
