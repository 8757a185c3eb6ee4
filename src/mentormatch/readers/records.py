"""Lists of records to sheets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mentormatch.errors import Finding
from mentormatch.questionnaire import Questionnaire
from mentormatch.questions import RESERVED, Side
from mentormatch.readers.sheet import Sheet


def sheet_of_records(questionnaire: Questionnaire, side: Side, records: object) -> Sheet:
    """The table of a list of records; the records themselves are only read."""
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
    known = frozenset((*RESERVED, *questionnaire.ids))
    unknown = [
        (position, key if isinstance(key, str) else None)
        for position, record in enumerate(kept)
        if not record.keys() <= known
        for key in record
        if key not in known
    ]
    fields = {name: [record.get(name) for record in kept] for name in (*RESERVED, *questionnaire.ids)}
    return Sheet(side, fields, rows, findings=findings, unknown=unknown)
