"""The answers of many people to one question, as an array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mentormatch.errors import AnswerError, Finding
from mentormatch.wording import counted, number

if TYPE_CHECKING:
    from mentormatch.questions.question import AnyQuestion


@dataclass(frozen=True, eq=False, repr=False)
class Column:
    """The answers of n people to one question: ``values`` as the kind of question holds them, and ``known``.

    ``known`` is a bool array, shape (n,), False for a blank. Both arrays are read-only.
    """

    question: AnyQuestion
    values: NDArray[Any]
    known: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        values = np.array(self.values)
        if not self.question._fits(values):
            expected = "expected an array of the type and shape that this kind of question holds"
            raise AnswerError(Finding("column_array", expected, question=self.question.id))
        known = self.question._known(values)
        values.setflags(write=False)
        known.setflags(write=False)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "known", known)

    def __reduce__(self) -> tuple[Any, ...]:
        # Made anew, since a copy of an array can be written to.
        return Column, (self.question, self.values)

    def take(self, rows: NDArray[Any]) -> Column:
        """The column of the people at ``rows`` (positions, or a mask), in that order."""
        found = object.__new__(Column)  # what was checked once need not be again
        object.__setattr__(found, "question", self.question)
        for name, array in (("values", self.values[rows].copy()), ("known", self.known[rows].copy())):
            array.setflags(write=False)
            object.__setattr__(found, name, array)
        return found

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        blank = len(self) - int(self.known.sum())
        return f"Column({self.question.id!r}, {counted(len(self), 'person', 'people')}, {number(blank)} blank)"


def joined(columns: Sequence[Column]) -> Column:
    """Columns of one question, one below the other."""
    return Column(columns[0].question, np.concatenate([column.values for column in columns]))
