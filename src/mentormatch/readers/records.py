"""Lists of records to sheets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from mentormatch.errors import Finding
from mentormatch.questionnaire import Questionnaire
from mentormatch.questions import RESERVED, SIDES, Side
from mentormatch.readers.sheet import Sheet

PEER_FIELDS = ("id", "name", "priority")


def sheets_of_peers(questionnaire: Questionnaire, records: object) -> tuple[Sheet, Sheet]:
    """One list of records as mentors and as mentees, each with what that side is asked; findings are in the first."""
    both = sheet_of_records(questionnaire, "mentor", records, PEER_FIELDS)
    kept: list[dict[str, Sequence[object]]] = [
        {
            name: values
            for name, values in both.fields.items()
            if (questionnaire[name].asks(side) if name in questionnaire.ids else name in fields)
        }
        for side, fields in zip(SIDES, (PEER_FIELDS[:2], PEER_FIELDS), strict=True)
    ]
    return replace(both, fields=kept[0]), Sheet("mentee", kept[1], both.rows)


def sheet_of_records(
    questionnaire: Questionnaire, side: Side, records: object, reserved: Sequence[str] = RESERVED
) -> Sheet:
    """The table of a list of records with these reserved fields; the records themselves are only read."""
    if isinstance(records, (str, bytes, Mapping)) or not isinstance(records, Iterable):
        wrong = Finding("records", "expected a list of records, each a mapping of fields to values", side=side)
        return Sheet(side, {}, (), findings=[(0, wrong)], fatal=True)
    rows: list[int] = []
    kept: list[Mapping[str, object]] = []
    findings: list[tuple[int, Finding]] = []
    for row, record in enumerate(records, start=1):
        if isinstance(record, Mapping):
            rows.append(row)
            kept.append(record)
        else:
            expected = "expected a record, which is a mapping of fields to values"
            findings.append((row, Finding("not_a_record", expected, side=side, row=row)))
    known = frozenset((*reserved, *questionnaire.ids))
    unknown = [
        (position, key if isinstance(key, str) else None)
        for position, record in enumerate(kept)
        if not record.keys() <= known
        for key in record
        if key not in known
    ]
    fields = {name: [record.get(name) for record in kept] for name in (*reserved, *questionnaire.ids)}
    return Sheet(side, fields, rows, findings=findings, unknown=unknown)
