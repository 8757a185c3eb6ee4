"""Rules on answers that are the same or are not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from mentormatch.errors import Finding
from mentormatch.rules.answers import both_answers
from mentormatch.rules.levels import LevelRule, number_levels, text_levels
from mentormatch.rules.overlap import common, picks
from mentormatch.rules.rule import Columns, Lookup, Mask, Values, between, kind_of, question_findings
from mentormatch.wording import quoted

if TYPE_CHECKING:
    from mentormatch.cohort import People
    from mentormatch.questionnaire import Questionnaire

_KINDS = ("Choice", "MultiChoice", "Scale", "Number", "Text", "Reference")


@dataclass(frozen=True, repr=False)
class _Equality(LevelRule):
    """1 or 0 for equal answers; for picks, whether any is in common."""

    question: str

    equal_is: ClassVar[float] = 1.0

    def questions(self) -> tuple[str, ...]:
        return (self.question,)

    def judged(self, mentor: Values, mentee: Values, question: Any) -> Values:
        return np.where(mentor == mentee, self.equal_is, 1 - self.equal_is)

    def levels(self, mentors: People, mentees: People) -> tuple[Values, Values, Any]:
        theirs, own = mentors.column(self.question), mentees.column(self.question)
        if kind_of(theirs) in ("Text", "Reference"):
            return *text_levels(theirs, own), theirs.question
        return number_levels(theirs), number_levels(own), theirs.question

    def values(self, mentors: People, mentees: People) -> tuple[Values, Mask]:
        theirs, own = mentors.column(self.question), mentees.column(self.question)
        if kind_of(theirs) != "MultiChoice":
            return super().values(mentors, mentees)
        known = between(theirs.known, own.known)
        return np.where((common(picks(theirs), picks(own)) > 0) == bool(self.equal_is), 1.0, 0.0) * known, known

    def allows(self, mentors: People, mentees: People) -> tuple[Mask, Mask]:
        theirs, own = mentors.column(self.question), mentees.column(self.question)
        if kind_of(theirs) == "MultiChoice":
            return super().allows(mentors, mentees)
        levels = self.levels(mentors, mentees)
        same = levels[0][:, None] == levels[1][None, :]
        return same if self.equal_is else ~same, between(theirs.known, own.known)

    def columns(self, mentors: People, mentees: People) -> Columns | None:
        if kind_of(mentors.column(self.question)) == "MultiChoice":
            return None
        return super().columns(mentors, mentees)

    def lookup(self, mentors: People, mentees: People) -> Lookup | None:
        theirs, own = mentors.column(self.question), mentees.column(self.question)
        if kind_of(theirs) != "MultiChoice":
            return None
        # A pair that can be judged has one more than its picks in common.
        sides = [np.column_stack((column.known, picks(column))).astype(np.float32) for column in (theirs, own)]
        some = np.arange(sides[0].shape[1] + 1)
        value = (some > 1) == bool(self.equal_is)
        return Lookup(sides[0], sides[1], np.where(some > 0, value, False).astype(np.float64))

    def alike(self, mentors: People, mentees: People) -> npt.NDArray[np.intp] | None:
        if kind_of(mentors.column(self.question)) == "MultiChoice":
            return None
        return super().alike(mentors, mentees)

    def told(self, mentor: People, mentee: People) -> str:
        return both_answers(mentor, self.question, mentee, self.question)

    def _fits(self, questionnaire: Questionnaire, as_condition: bool) -> Iterator[Finding]:
        return question_findings(questionnaire, self.question, "both", _KINDS)


@dataclass(frozen=True, repr=False)
class Same(_Equality):
    """1 where both answers are equal, 0 where they are not; for picks, 1 where any is in common.

    Texts and references are equal where they are spelt alike. Unknown where either answer is blank: two blanks are no
    agreement.

    Formula: ``mentor == mentee``.

    >>> from mentormatch import questions as q
    >>> rule = Same("town")
    >>> rule.try_on([q.Text("town")], mentor={"town": "Ulm"}, mentee={"town": "Ulm"})
    1.0
    """

    _: KW_ONLY
    kind: Literal["Same"] = field(default="Same", repr=False)

    @property
    def title(self) -> str:
        """The rule as messages name it."""
        return f"Same({quoted(self.question)})"


@dataclass(frozen=True, repr=False)
class Differs(_Equality):
    """1 where the answers differ, 0 where they are equal; for picks, 1 where none is in common.

    Texts and references are equal where they are spelt alike. Unknown where either answer is blank.

    Formula: ``mentor != mentee``.

    >>> from mentormatch import questions as q
    >>> rule = Differs("town")
    >>> rule.try_on([q.Text("town")], mentor={"town": "Ulm"}, mentee={"town": "Bonn"})
    1.0
    """

    _: KW_ONLY
    kind: Literal["Differs"] = field(default="Differs", repr=False)

    equal_is: ClassVar[float] = 0.0

    @property
    def title(self) -> str:
        """The rule as messages name it."""
        return f"Differs({quoted(self.question)})"
