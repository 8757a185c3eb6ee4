"""One table of mentors and mentees: who is which."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mentormatch.errors import AnswerError, Finding
from mentormatch.questions import SIDES, Blanks, Side
from mentormatch.readers.cells import as_text
from mentormatch.readers.layout import Header, Layout, Role
from mentormatch.readers.spelling import in_case
from mentormatch.readers.table import Table, loosely
from mentormatch.wording import counted, did_you_mean, listed, number, quoted

_WORDS: dict[str, Role] = {
    "mentor": "mentor",
    "mentors": "mentor",
    "a mentor": "mentor",
    "mentee": "mentee",
    "mentees": "mentee",
    "a mentee": "mentee",
    "both": "both",
    "neither": "neither",
}
_JOINED = re.compile(r"\s*(?:[,;/&+]|\band\b)\s*")


@dataclass(frozen=True)
class Roles:
    """Both sides of one table, the place of the column that tells them apart, and how many people stand on neither."""

    tables: dict[Side, Table]
    place: int
    neither: int


def place_of(table: Table, header: Header, setting: str) -> int:
    """Where the one column stands that a setting names; else ``AnswerError``."""
    if isinstance(header, int):
        if header <= len(table.header):
            return header - 1
        raise AnswerError(Finding("header_missing", f"there is no column {number(header)}", where=setting))
    places = table.places.get(header.strip()) or table.loose_places.get(loosely(header), ())
    if len(places) == 1:
        return places[0]
    if places:
        wrong = f"{counted(len(places), 'column')} have the header {quoted(header)}"
        raise AnswerError(
            Finding("header_repeated", wrong, where=setting, hint="name the one that is meant by its number")
        )
    hint = did_you_mean(header[:80], list(table.places)) if len(table.places) < 1_000 else ""
    raise AnswerError(Finding("header_missing", f"there is no column {quoted(header)}", where=setting, hint=hint))


def by_role(table: Table, header: Header, layout: Layout, blanks: Blanks) -> Roles:
    """The rows of the mentors and those of the mentees; a row without a role that is known is a finding of both."""
    place = place_of(table, header, "role")
    words = {in_case(word): role for word, role in layout.roles.items()} or _WORDS
    of_cell: dict[str, Role | None] = {}
    kept: dict[Side, list[int]] = {side: [] for side in SIDES}
    findings: list[Finding] = []
    neither = 0
    for row, cell in enumerate(table.columns[place]):
        text = as_text(cell)
        if text is None or text in blanks:
            findings.append(Finding("role", "expected a role, and the cell is blank", row=table.lines[row]))
            continue
        text = text if isinstance(text, str) else " and ".join(map(str, text)) if isinstance(text, tuple) else str(text)
        if text not in of_cell:
            of_cell[text] = _role(text, words, plain=not layout.roles)
        role = of_cell[text]
        if role is None:
            known = listed([quoted(word) for word in (layout.roles or ("mentor", "mentee", "both", "neither"))])
            hint = "" if layout.roles else "Layout(roles={...}) says what stands in the column"
            findings.append(Finding("role", f"expected a role, one of {known}", row=table.lines[row], hint=hint))
        neither += role == "neither"
        for side in SIDES:
            if role in (side, "both"):
                kept[side].append(row)
    # What is wrong with a row is said once, with the mentors.
    of_side = {"mentor": (*table.findings, *findings), "mentee": ()}
    tables = {side: replace(_taken(table, rows), findings=of_side[side]) for side, rows in kept.items()}
    return Roles(tables, place, neither)


def role_of(text: str) -> Role | None:
    """The role that a text names in the usual words, or None.

    >>> role_of("Mentor & mentee"), role_of("a mentor"), role_of("coach")
    ('both', 'mentor', None)
    """
    return _role(text, _WORDS, plain=True)


def _role(text: str, words: dict[str, Role], *, plain: bool) -> Role | None:
    whole = in_case(text)
    if whole in words:
        return words[whole]
    if not plain:
        return None
    parts = Counter(words.get(part) for part in _JOINED.split(whole) if part)
    return "both" if set(parts) == {"mentor", "mentee"} else None


def _taken(table: Table, rows: Sequence[int]) -> Table:
    return Table(
        table.header,
        tuple([table.rows[row] for row in rows]),
        tuple([table.lines[row] for row in rows]),
        origin=table.origin,
    )
