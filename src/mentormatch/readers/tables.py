"""Files and other sources to the sheets of both sides."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mentormatch.errors import AnswerError, Finding
from mentormatch.questionnaire import Questionnaire
from mentormatch.questions import SIDES, Side
from mentormatch.readers.csv import parse_table
from mentormatch.readers.layout import Layout
from mentormatch.readers.long import widened
from mentormatch.readers.mapping import expected_headers, sheet_of_table
from mentormatch.readers.records import PEER_FIELDS
from mentormatch.readers.roles import by_role
from mentormatch.readers.sheet import Sheet
from mentormatch.readers.table import Table
from mentormatch.wording import number, quoted

Source = str | os.PathLike[str] | bytes
Reader = Callable[[object, Layout, frozenset[str]], Table]


@dataclass(frozen=True)
class Sheets:
    """The sheets of the mentors and the mentees, whether they are one pool, and how many people are on neither side."""

    sheets: tuple[Sheet, Sheet]
    peers: bool = False
    neither: int = 0


def sheets_of(questionnaire: Questionnaire, sources: Mapping[str, object], layout: Layout, read: Reader) -> Sheets:
    """The sheets of the tables that ``read`` gives for ``sources``: of "mentor" and "mentee", or of "people".

    People with a column of roles are mentors and mentees, without one they are peers. ``AnswerError`` carries what is
    wrong with the tables and their headers.
    """
    settings = list(layout.findings(questionnaire))
    if settings:
        raise AnswerError(settings, _of_many(settings, "settings for reading the tables cannot be meant as written"))
    expected = expected_headers(questionnaire, layout)
    refused: list[Finding] = []
    tables: dict[str, Table] = {}
    for whose, source in sources.items():
        side = whose if whose in SIDES else None
        try:
            table = read(source, layout, expected)
            tables[whose] = table if layout.long is None else widened(table, layout.long)
        except AnswerError as error:
            refused += [replace(one, side=side) for one in error.findings]
    found: Sheets | None = None
    if "people" in tables:
        try:
            found = _of_one(questionnaire, tables["people"], layout)
        except AnswerError as error:
            refused += error.findings
        else:
            wrong = [finding for sheet in found.sheets if sheet.fatal for _, finding in sheet.findings]
            # Peers have no sides.
            refused += dict.fromkeys(replace(one, side=None) if found.peers else one for one in wrong)
    else:
        sides = {side: sheet_of_table(questionnaire, side, tables[side], layout) for side in SIDES if side in tables}
        refused += [finding for sheet in sides.values() if sheet.fatal for _, finding in sheet.findings]
        refused.sort(key=lambda one: SIDES.index(one.side) if one.side in SIDES else -1)
        if len(sides) == len(SIDES):
            found = Sheets((sides["mentor"], sides["mentee"]))
    if refused or found is None:
        raise AnswerError(refused, _of_many(refused, "things in the tables cannot be read"))
    return found


def _of_one(questionnaire: Questionnaire, table: Table, layout: Layout) -> Sheets:
    """Both sides of one table: by role, or all people on both."""
    if layout.role is not None:
        roles = by_role(table, layout.role, layout, questionnaire.blank)
        role = table.header[roles.place]
        both = [sheet_of_table(questionnaire, side, roles.tables[side], layout, shared=True) for side in SIDES]
        # A column that either side has was read.
        read = {header for sheet in both for place in sheet.places for header in place.headers} | {role}
        first, second = (
            replace(sheet, unread=tuple(name for name in sheet.unread if name not in read)) for sheet in both
        )
        return Sheets((first, second), neither=roles.neither)
    sheets: dict[Side, Sheet] = {}
    for side in SIDES:
        sheet = sheet_of_table(questionnaire, side, table, layout, shared=True, other=sheets.get("mentor"))
        fields = {name: values for name, values in sheet.fields.items() if name in (*questionnaire.ids, *PEER_FIELDS)}
        sheets[side] = replace(sheet, fields=fields)
    second = sheets["mentee"]
    if not second.fatal:
        second = replace(second, findings=(), unread=())
    return Sheets((sheets["mentor"], second), peers=True)


def csv_table(source: object, layout: Layout, expected: frozenset[str]) -> Table:
    """The table in a CSV file or in the bytes of one."""
    data, name = content(source)
    return parse_table(
        data, expected, source=name, encoding=layout.encoding, separator=layout.separator, strict=layout.strict
    )


def content(source: object) -> tuple[bytes, str]:
    """The bytes of a file, or the bytes given, and the name of the file; ``AnswerError`` where it cannot be read."""
    if isinstance(source, bytes):
        return source, ""
    try:
        path = Path(source)  # type: ignore[arg-type]
        return path.read_bytes(), path.name
    except FileNotFoundError:
        finding = Finding("table_missing", f"there is no file {quoted(Path(source).name)}")  # type: ignore[arg-type]
    except OSError:
        finding = Finding("table_unreadable", f"the file {quoted(Path(source).name)} cannot be opened")  # type: ignore[arg-type]
    except (TypeError, ValueError):
        finding = Finding("table_path", "expected the path of a file, or its bytes")
    raise AnswerError(finding)


def _of_many(findings: Sequence[Finding], what: str) -> str | None:
    """The line above several findings; a single one needs none."""
    return f"{number(len(findings))} {what}:" if len(findings) > 1 else None
