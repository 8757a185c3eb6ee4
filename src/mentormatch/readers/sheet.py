"""The sheet: one side of a cohort as it was given, before anything in it is checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mentormatch.errors import Finding
from mentormatch.questions import Side
from mentormatch.readers.cells import FoldCount
from mentormatch.readers.table import Origin


@dataclass(frozen=True)
class Place:
    """Where a field or question stands: under which headers, in the columns of which numbers, from 1."""

    name: str
    headers: tuple[str, ...]
    columns: tuple[int, ...]


@dataclass(frozen=True)
class Sheet:
    """One side before it is checked: ``fields`` maps a field or question to a value for each row.

    A value is `Unreadable` where it could not be read. ``rows`` are the numbers that messages give the rows.
    ``findings`` are those made already, with the number of their row; ``unknown`` are (position, key) of fields that do
    not exist, None for a key that is no text. ``unread`` are headers without any question. A ``fatal`` sheet is refused
    even where people may be left out. ``folds``, ``places`` and ``origin`` tell how a table was read.
    """

    side: Side
    fields: Mapping[str, Sequence[object]]
    rows: Sequence[int]
    findings: Sequence[tuple[int, Finding]] = ()
    unknown: Sequence[tuple[int, str | None]] = ()
    unread: tuple[str, ...] = ()
    fatal: bool = False
    folds: Mapping[str, tuple[FoldCount, ...]] = field(default_factory=dict)
    places: tuple[Place, ...] = ()
    origin: Origin | None = None
