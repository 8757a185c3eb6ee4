"""Answers as whole numbers that can be compared without rounding, and rules that depend on two such numbers alone."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from mentormatch.rules.rule import MOST_LEVELS, Columns, Mask, Rule, Values, between, numbered

if TYPE_CHECKING:
    from mentormatch.cohort import People
    from mentormatch.questions import Column

_GRID = 1_000_000


@dataclass(frozen=True, repr=False)
class LevelRule(Rule):
    """A rule whose value depends on one level of the mentor and one of the mentee.

    Where the mentors have at most 64 different levels, the rule is a product: one column for each of them.
    """

    @abstractmethod
    def judged(self, mentor: Values, mentee: Values, question: Any) -> Values:
        """The value for levels of mentors and of mentees, broadcast together."""

    @abstractmethod
    def levels(self, mentors: People, mentees: People) -> tuple[Values, Values, Any]:
        """The level of each mentor and of each mentee (any number where blank), and the question."""

    def answered(self, mentors: People, mentees: People) -> tuple[Mask, Mask]:
        """Who has answered, on each side."""
        question = self.questions()[0]
        return mentors.column(question).known, mentees.column(question).known

    def values(self, mentors: People, mentees: People) -> tuple[Values, Mask]:
        """What `judged` says, 0 where either is blank."""
        theirs, own, question = self.levels(mentors, mentees)
        known = self.answered(mentors, mentees)
        value = self.judged(theirs[:, None], own[None, :], question)
        value[~known[0]] = 0
        value[:, ~known[1]] = 0
        return value, between(*known)

    def columns(self, mentors: People, mentees: People) -> Columns | None:
        """One column for each level among the mentors; None for more than 64."""
        theirs, own, question = self.levels(mentors, mentees)
        known = self.answered(mentors, mentees)
        levels = np.unique(theirs[known[0]])
        if len(levels) > MOST_LEVELS:
            return None
        here = (theirs[:, None] == levels[None, :]) & known[0][:, None]
        value = self.judged(levels[None, :], own[:, None], question)
        value[~known[1]] = 0
        return Columns(here.astype(np.uint8), value)

    def alike(self, mentors: People, mentees: People) -> npt.NDArray[np.intp] | None:
        """Mentors of one level are alike, and so are those without an answer."""
        known = self.answered(mentors, mentees)[0]
        return numbered(np.where(known, self.levels(mentors, mentees)[0], 0), known)


def on_grid(number: npt.ArrayLike) -> Values:
    """Numbers in millionths, as whole numbers, so that differences are exact: 0.3 - 0.1 is as much as 0.2.

    >>> bool(on_grid(0.3) - on_grid(0.1) >= on_grid(0.2)), 0.3 - 0.1 >= 0.2
    (True, False)
    """
    return np.asarray(np.rint(np.asarray(number, dtype=np.float64) * _GRID))


def number_levels(column: Column) -> Values:
    """The answers in millionths (steps of an ordered `Choice` as numbers), 0 where blank."""
    if column.known.all():
        return on_grid(column.values)
    return np.where(column.known, on_grid(np.where(column.known, column.values, 0)), 0.0)


def text_levels(mentors: Column, mentees: Column) -> tuple[Values, Values]:
    """A number for each different text of two columns, 0 where blank."""
    places: dict[str | None, float] = {None: 0.0}
    both = [[places.setdefault(text, float(len(places))) for text in column.values] for column in (mentors, mentees)]
    return np.array(both[0], dtype=np.float64), np.array(both[1], dtype=np.float64)
