"""A page as plain text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from mentormatch.wording import harmless, number

if TYPE_CHECKING:
    from mentormatch.page.content import Page, Table

_GAP = "  "
_NARROWEST_COLUMN = 8
_WIDEST_LABEL = 40


def page_as_text(page: Page, width: int, most: int | None = None) -> str:
    """The page as lines of at most ``width`` characters, its parts set apart by an empty line.

    Of each table at most ``most`` rows are shown and the others counted.
    """
    parts: list[list[str]] = []
    if page.title:
        title = wrapped(page.title, width)
        parts.append([*title, "=" * max(map(breadth, title))])
    if page.facts:
        parts.append(list(_facts(page.facts, width)))
    parts += [list(_table(table, width, most)) for table in page.tables]
    parts += [wrapped(note, width) for note in page.notes]
    return "\n\n".join("\n".join(lines) for lines in parts)


def breadth(text: str) -> int:
    """How many places of a line the text takes: two for a wide character, none for an accent that joins another.

    >>> breadth("Zoë"), breadth("Zoe\\u0308"), breadth("東京")
    (3, 3, 4)
    """
    if text.isascii():
        return len(text)
    return sum(_places(character) for character in text)


def _places(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, width: int) -> str:
    """The text, or as much of its beginning as fits into ``width`` places with an ellipsis behind it.

    >>> cut("Public speaking", 8)
    'Public …'
    """
    if breadth(text) <= width:
        return text
    return text[: _fitting(text, width - 1)] + "…"


def _fitting(text: str, width: int) -> int:
    """How many characters from the start fit into ``width`` places."""
    taken = 0
    for position, character in enumerate(text):
        taken += _places(character)
        if taken > width:
            return position
    return len(text)


def wrapped(text: str, width: int) -> list[str]:
    """The words of the text in lines of at most ``width`` places; a longer word is broken. At least one line.

    >>> wrapped("ask two mentors", 8)
    ['ask two', 'mentors']
    """
    lines: list[str] = []
    line = ""
    for word in harmless(text).split():
        if line and breadth(line) + 1 + breadth(word) <= width:
            line = f"{line} {word}"
            continue
        if line:
            lines.append(line)
        line = word
        while breadth(line) > width:
            fitting = _fitting(line, width)
            lines.append(line[:fitting])
            line = line[fitting:]
    return [*lines, line] if line or not lines else lines


def _facts(facts: Sequence[tuple[str, str]], width: int) -> Iterator[str]:
    longest = min(_WIDEST_LABEL, width // 2)
    labels = [cut(harmless(label), longest) for label, _ in facts]
    column = max(map(breadth, labels))
    for label, (_, value) in zip(labels, facts, strict=True):
        start = _padded(label, column, "left") + _GAP
        for line in wrapped(value, width - len(_GAP) - column):
            yield (start + line).rstrip()
            start = " " * (column + len(_GAP))


def _table(table: Table, width: int, most: int | None) -> Iterator[str]:
    if table.title:
        yield from wrapped(table.title, width)
    if not table.rows:
        yield f"{_GAP}none"
        return
    rows = [[harmless(cell) for cell in row] for row in (table.columns, *table.rows[:most])]
    columns = list(zip(*rows, strict=True))
    natural = [max(map(breadth, column)) for column in columns]
    words = [max((breadth(word) for cell in column for word in cell.split()), default=0) for column in columns]
    widths = _narrowed(natural, words, table.align, width - len(_GAP) * len(natural))
    for row in rows:
        cells = [
            [cell] if breadth(cell) <= places else wrapped(cell, places)
            for cell, places in zip(row, widths, strict=True)
        ]
        for line in zip_longest(*cells, fillvalue=""):
            parts = zip(line, widths, table.align, strict=True)
            yield (_GAP + _GAP.join(_padded(cell, places, align) for cell, places, align in parts)).rstrip()
    if len(table.rows) > len(rows) - 1:
        more = f"and {number(len(table.rows) - len(rows) + 1)} more; page().text() shows all"
        yield from (_GAP + line for line in wrapped(more, width - len(_GAP)))


def _narrowed(natural: Sequence[int], words: Sequence[int], align: Sequence[str], room: int) -> list[int]:
    """The widths of the columns: the widest left-aligned ones give way until all fit or none can.

    Each gives way down to its longest word first, so that ids stay whole where there is room for them.
    """
    widths = list(natural)
    giving = [column for column, side in enumerate(align) if side == "left" and natural[column] > _NARROWEST_COLUMN]
    excess = sum(widths) - room
    for least in ([max(_NARROWEST_COLUMN, word) for word in words], [_NARROWEST_COLUMN] * len(words)):
        while excess > 0:
            wide = [column for column in giving if widths[column] > least[column]]
            if not wide:
                break
            widths[max(wide, key=lambda column: widths[column])] -= 1
            excess -= 1
    return widths


def _padded(text: str, width: int, align: str) -> str:
    space = " " * (width - breadth(text))
    return space + text if align == "right" else text + space
