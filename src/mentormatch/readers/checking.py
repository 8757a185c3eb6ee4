"""Sheets to columns: every field and answer is read, and everything that is wrong is found in one go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mentormatch.errors import Finding
from mentormatch.ids import person_id
from mentormatch.questionnaire import Questionnaire
from mentormatch.questions import RESERVED, AnyQuestion, Column, Unreadable, tidy
from mentormatch.readers.fields import WHOLE_FIELDS
from mentormatch.readers.sheet import Sheet
from mentormatch.wording import did_you_mean, listed, number, quoted

# Looking for near words takes time, and nobody reads hundreds of them.
MOST_HINTS = 100


@dataclass(frozen=True)
class Checked:
    """One side as it was read: ``ids``, ``names``, ``numbers`` (the whole-number fields) and ``columns`` for every row.

    ``sound``, bool of shape (n,), marks the rows without a finding; the others may hold defaults and blanks.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    numbers: Mapping[str, NDArray[np.int64]]
    columns: Mapping[str, Column]
    sound: NDArray[np.bool_]
    findings: tuple[Finding, ...]


def checked(questionnaire: Questionnaire, sheet: Sheet, taken: Iterable[str] = ()) -> Checked:
    """What a sheet holds; ``taken`` are the ids that this side has already."""
    return _Check(questionnaire, sheet, taken).checked()


class _Check:
    """Reads one sheet and gathers what is wrong with it; ``doubtful`` marks the rows that something is wrong with."""

    def __init__(self, questionnaire: Questionnaire, sheet: Sheet, taken: Iterable[str]) -> None:
        self.questionnaire = questionnaire
        self.sheet = sheet
        self.taken = frozenset(taken)
        self.count = len(sheet.rows)
        self.doubtful = np.zeros(self.count, dtype=np.bool_)
        self.found: list[tuple[int, Finding]] = list(sheet.findings)
        self.ids: list[str | None] = []

    def checked(self) -> Checked:
        """What the rows hold; those of ``doubtful`` rows hold defaults and blanks where something is wrong."""
        self._read_ids()
        names = self._read_names()
        numbers = self._read_whole_fields()
        columns = {}
        for question in self.questionnaire:
            if question.asks(self.sheet.side):
                columns[question.id] = self._read_question(question)
            else:
                self._refuse(question.id, f"{self.sheet.side}s are not asked this question", question=question.id)
        self._read_unknown()
        ids = tuple(name or "" for name in self.ids)
        return Checked(ids, names, numbers, columns, ~self.doubtful, self._findings())

    def _findings(self) -> tuple[Finding, ...]:
        """All findings, row by row, inside a row in the order of the fields."""
        return tuple(finding for _, finding in sorted(self.found, key=lambda pair: pair[0]))

    def _note(self, position: int, code: str, expected: str, **details: Any) -> None:
        self.doubtful[position] = True
        row = self.sheet.rows[position]
        person = self.ids[position]
        self.found.append((row, Finding(code, expected, side=self.sheet.side, person=person, row=row, **details)))

    def _values(self, name: str) -> Sequence[object]:
        return self.sheet.fields.get(name) or [None] * self.count

    def _read_ids(self) -> None:
        places: dict[str, list[int]] = {}
        problems: list[tuple[int, Finding]] = []
        for position, value in enumerate(self._values("id")):
            if isinstance(value, Unreadable):
                problems.append((position, Finding(value.code, value.expected, hint=value.hint)))
                self.ids.append(None)
                continue
            name = person_id(None if value in self.questionnaire.blank else value)
            if isinstance(name, Finding):
                problems.append((position, name))
                self.ids.append(None)
            else:
                places.setdefault(name, []).append(position)
                self.ids.append(name)
        for position, problem in problems:
            self._note(position, problem.code, problem.expected, hint=problem.hint, where="field 'id'")
        for name, positions in places.items():
            if name in self.taken:
                for position in positions:
                    self._note(position, "id_taken", f"the cohort has a {self.sheet.side} with this id already")
            elif len(positions) > 1:
                rows = listed([number(self.sheet.rows[position]) for position in positions])
                self._note(positions[1], "id_repeated", f"expected every id once, but rows {rows} have this one")
                self.doubtful[positions] = True

    def _read_names(self) -> tuple[str, ...]:
        names = []
        blank = self.questionnaire.blank
        for position, value in enumerate(self._values("name")):
            name = tidy(value) if type(value) is str and not blank.words else "" if value in blank else tidy(value)
            if name is None:
                self._note(position, "name", "expected a name as text", where="field 'name'")
            names.append(name or "")
        return tuple(names)

    def _read_whole_fields(self) -> dict[str, NDArray[np.int64]]:
        held: dict[str, NDArray[np.int64]] = {}
        for whole in WHOLE_FIELDS:
            values = np.full(self.count, whole.default, dtype=np.int64)
            held[whole.name] = values
            if whole.side != self.sheet.side:
                expected = f"{whole.name} is a field of {whole.side}s only"
                self._refuse(whole.name, expected, where=f"field {quoted(whole.name)}")
                continue
            for position, value in enumerate(self._values(whole.name)):
                if value is None or value in self.questionnaire.blank:
                    continue
                read = whole.read(value)
                if read is None:
                    self._note(position, whole.name, f"expected {whole.wanted}", where=f"field {quoted(whole.name)}")
                else:
                    values[position] = read
        capacity, load = held["capacity"], held["minimum_load"]
        for position in np.flatnonzero((load > capacity) & (capacity > 0)).tolist():
            expected = f"expected at most the capacity, which is {number(int(capacity[position]))}"
            self._note(position, "minimum_load", expected, where="field 'minimum_load'")
        return held

    def _read_question(self, question: AnyQuestion) -> Column:
        column, problems = question.read_all(self._values(question.id), self.questionnaire.blank)
        hints: dict[Unreadable, str] = {}
        for position, problem in problems.items():
            if problem not in hints:
                hints[problem] = question.suggestion(problem) if len(hints) < MOST_HINTS else ""
            self._note(position, problem.code, problem.expected, question=question.id, hint=hints[problem])
        if question.required:
            for position in np.flatnonzero(~column.known).tolist():
                if position not in problems:
                    expected = "is blank, but an answer is required"
                    self._note(position, "answer_missing", expected, question=question.id)
        return column

    def _refuse(self, name: str, expected: str, **details: Any) -> None:
        """Notes every value in a field that this side does not have; blanks are harmless there."""
        for position, value in enumerate(self._values(name)):
            if value is not None and value not in self.questionnaire.blank:
                self._note(position, "not_of_this_side", expected, **details)

    def _read_unknown(self) -> None:
        known = (*self.questionnaire.ids, *RESERVED)
        hints: dict[str, str] = {}
        for position, key in self.sheet.unknown:
            if key is None:
                self._note(position, "unknown_field", "expected keys that are text")
                continue
            if key not in hints:
                hints[key] = did_you_mean(key[:80], known) if len(hints) < MOST_HINTS else ""
            self._note(position, "unknown_field", f"there is no question or field {quoted(key)}", hint=hints[key])
