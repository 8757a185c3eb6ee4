"""Tables in JSON: a list of records, or one record on each line."""

from __future__ import annotations

import json
from collections.abc import Mapping

from mentormatch import doors
from mentormatch.errors import AnswerError, Finding
from mentormatch.questions import tidy
from mentormatch.readers.encoding import decoded
from mentormatch.readers.layout import Layout
from mentormatch.readers.table import Origin, Table, refuse_size, table_of_rows
from mentormatch.readers.tables import content
from mentormatch.wording import counted, number, quoted


def json_table(source: object, layout: Layout, _expected: frozenset[str]) -> Table:
    """The table in a JSON file or in the bytes of one; the records are its rows, from 1, and all their keys its header.

    ``AnswerError`` where the text is no JSON, or holds anything but records.
    """
    data, name = content(source)
    text, encoding = decoded(data, layout.encoding, strict=True)
    records: list[Mapping[str, object]] = []
    header: dict[str, int] = {}
    for row, record in enumerate(_records(text), start=1):
        if not isinstance(record, Mapping):
            wrong = "expected a record, which is an object of fields and values"
            raise AnswerError(Finding("not_a_record", wrong, row=row))
        records.append(record)
        own: set[str] = set()
        for key in record:
            plain = tidy(key) or ""
            if plain in own:
                raise AnswerError(Finding("json_value", f"gives the key {quoted(plain)} twice", row=row))
            own.add(plain)
            header.setdefault(plain, len(header))
    refuse_size(len(records), len(header))
    rows = []
    for record in records:
        cells: list[object] = [None] * len(header)
        for key, value in record.items():
            cells[header[tidy(key) or ""]] = value
        rows.append(tuple(cells))
    if not header:
        raise AnswerError(Finding("table_empty", "the table is empty; expected records with fields"))
    return table_of_rows(tuple(header), rows, Origin(name, encoding))


def _records(text: str) -> list[object]:
    """The records of a list, or of lines that are a record each."""
    if _is_lines(text):
        refuse_size(text.count("\n"), 1)
        records: list[object] = []
        for line, one in enumerate(text.split("\n"), start=1):
            if one.strip():
                records.append(doors.plain_json(one, AnswerError, f"record on line {number(line)}"))
        return records
    found = doors.plain_json(text, AnswerError, "table")
    if isinstance(found, list):
        return found
    lists = [name for name, value in found.items() if isinstance(value, list)] if isinstance(found, dict) else []
    hint = f"it holds {counted(len(lists), 'list')}; give one of them alone" if lists else ""
    raise AnswerError(Finding("json_records", "expected a list of records", hint=hint))


def _is_lines(text: str) -> bool:
    """Whether the first line with anything on it is a record of its own, and there are more."""
    first, _, rest = text.strip().partition("\n")
    if not first.startswith("{") or not rest.strip():
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False
