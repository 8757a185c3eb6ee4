"""Choices as a page for the administrator: counts, and the first pairs and lists with their reasons."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from mentormatch.choices.lists import LISTS
from mentormatch.choices.pairs import PAIRS
from mentormatch.page import Page, Table
from mentormatch.wording import number, shortened, shown

if TYPE_CHECKING:
    from mentormatch.choices.choices import Choices

_MOST_ROWS = 10
_MOST_LINES = 30


def page_of(choices: Choices) -> Page:
    """The choices as a page whose text has at most 30 lines.

    It holds the counts that are not nought, and as many rows of each table as fit.
    """
    pages = (_page(choices, most) for most in range(_MOST_ROWS, -1, -1))
    # The counts alone always fit.
    return next(page for page in pages if page.text().count("\n") < _MOST_LINES)


def _page(choices: Choices, most: int) -> Page:
    counts = [(field.name.replace("_", " "), len(getattr(choices, field.name))) for field in fields(choices)]
    pairs = [
        (
            "ended (next round)" if getattr(pair, "again", "") == "next_round" else word,
            shown(pair.mentor),
            shown(pair.mentee),
            shortened(pair.reason),
        )
        for name, word in PAIRS.items()
        for pair in getattr(choices, name)[:_MOST_ROWS]
    ]
    lists = [
        (word, shown(one.person), shortened(str(one).removeprefix(f"{shown(one.person)}: ")))
        for name, word in LISTS.items()
        for one in getattr(choices, name)[:_MOST_ROWS]
    ]
    tables, notes = [], []
    for title, columns, rows, names in (
        ("Pairs", ("choice", "mentor", "mentee", "reason"), pairs, PAIRS),
        ("Lists", ("list", "of", "best first"), lists, LISTS),
    ):
        if rows and most:
            tables.append(Table(title, columns, rows[:most]))
        more = sum(len(getattr(choices, name)) for name in names) - min(most, len(rows))
        if more:
            noun = title.lower() if more > 1 else title.lower().removesuffix("s")
            notes.append(f"{number(more)} {'more ' if most else ''}{noun} not shown.")
    if not any(count for _, count in counts):
        notes.append("Nothing was said yet.")
    return Page("Choices", facts=[fact for fact in counts if fact[1]], tables=tables, notes=notes)
