"""The condition that two people do not stand in one reporting line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from mentormatch.errors import Finding
from mentormatch.rules.rule import Mask, Rule, Values, question_findings
from mentormatch.wording import quoted

Positions = npt.NDArray[np.intp]

if TYPE_CHECKING:
    from mentormatch.cohort import People
    from mentormatch.questionnaire import Questionnaire

_HIGHEST = 100
_FEW = 20
"""Forbidden pairs are listed where there are no more than this many for each person."""


@dataclass(frozen=True, repr=False)
class NotInReportingLine(Rule):
    """The condition that neither reports to the other: not up to ``levels`` levels up, whoever is the mentor.

    ``question`` is a `Reference` to the manager; what both sides answer and the cohort's ``reporting_line`` are one
    line. 1 level is the direct manager, 2 the manager's manager as well. With ``same_manager=True`` the two do not have
    the same direct manager either. A blank manager is no manager and forbids nothing.

    People of two different managers and a line that comes back to its beginning raise `AnswerError` when scored.

    Formula: ``mentor not above mentee and mentee not above mentor``.

    >>> from mentormatch import questions as q
    >>> asked = [q.Reference("manager")]
    >>> rule = NotInReportingLine("manager")
    >>> rule.try_on(asked, mentor={"id": "ada"}, mentee={"id": "tim", "manager": "ada"}, as_condition=True)
    False
    """

    question: str
    _: KW_ONLY
    levels: int = 2
    same_manager: bool = False
    kind: Literal["NotInReportingLine"] = field(default="NotInReportingLine", repr=False)

    @property
    def title(self) -> str:
        """The rule as messages name it."""
        return f"NotInReportingLine({quoted(self.question)})"

    def questions(self) -> tuple[str, ...]:
        """The ids of the questions that are read."""
        return (self.question,)

    def values(self, mentors: People, mentees: People) -> tuple[Values, Mask]:
        """1 where neither reports to the other, 0 where one does."""
        allowed, known = self.allows(mentors, mentees)
        return allowed.astype(np.float64), known

    def allows(self, mentors: People, mentees: People) -> tuple[Mask, Mask]:
        """Whether neither reports to the other; always known."""
        line = mentors.line(self.question)
        theirs, own = mentors.places(self.question), mentees.places(self.question)
        above_theirs, above_own = line.above(theirs, self.levels), line.above(own, self.levels)
        apart: Mask = np.ones((len(theirs), len(own)), dtype=bool)
        for level in range(self.levels):
            apart &= theirs[:, None] != above_own[level]
            apart &= above_theirs[level][:, None] != own
        if self.same_manager:
            apart &= (above_theirs[0][:, None] != above_own[0]) | (above_own[0] < 0)
        return apart, np.ones(apart.shape, dtype=bool)

    def forbidden(self, mentors: People, mentees: People) -> tuple[Positions, Positions] | None:
        """The pairs of which one reports to the other; None where many share a manager and may not be matched."""
        line = mentors.line(self.question)
        theirs, own = mentors.places(self.question), mentees.places(self.question)
        above_theirs, above_own = line.above(theirs, self.levels), line.above(own, self.levels)
        meeting = [(theirs, above) for above in above_own] + [(above, own) for above in above_theirs]
        if self.same_manager:
            meeting.append((above_theirs[0], above_own[0]))
        few = _FEW * (len(theirs) + len(own))
        found = [pairs for here, there in meeting if (pairs := _meeting(here, there, few)) is not None]
        if len(found) < len(meeting):
            return None
        return np.concatenate([mentor for mentor, _ in found]), np.concatenate([mentee for _, mentee in found])

    def answer_findings(self, mentors: People, mentees: People) -> tuple[Finding, ...]:
        """People of two managers, and lines without an end."""
        return mentors.line(self.question).findings

    def _settings(self) -> Iterator[Finding]:
        levels = self.levels
        if isinstance(levels, bool) or not isinstance(levels, (int, np.integer)) or not 1 <= levels <= _HIGHEST:
            yield Finding("rule_levels", f"expected levels= to be a whole number from 1 to {_HIGHEST}")
        else:
            object.__setattr__(self, "levels", int(levels))
        if not isinstance(self.same_manager, bool):
            yield Finding("rule_same_manager", "expected same_manager= to be True or False")

    def _fits(self, questionnaire: Questionnaire, as_condition: bool) -> Iterator[Finding]:
        asked: Any = questionnaire[self.question].asked_of if self.question in questionnaire else "mentee"
        yield from question_findings(questionnaire, self.question, asked, ("Reference",))
        if not as_condition:
            yield Finding("rule_condition", "NotInReportingLine is a condition", hint="list it under conditions")
        elif self.if_unknown != "forbid":
            expected = "a blank manager is no manager, so if_unknown has no meaning here"
            yield Finding("condition_setting", expected)


def _meeting(
    here: npt.NDArray[np.int32], there: npt.NDArray[np.int32], most: int
) -> tuple[Positions, Positions] | None:
    """Positions in the two arrays of equal numbers from 0, found by sorting; None for more than ``most``."""
    order = np.argsort(there, kind="stable")
    first, last = (np.searchsorted(there[order], here, side=side) for side in ("left", "right"))
    many = np.where(here >= 0, last - first, 0)
    if many.sum() > most:
        return None
    mine = np.repeat(np.arange(len(here)), many)
    nth = np.arange(len(mine)) - np.repeat(np.cumsum(many) - many, many)
    return mine, order[first[mine] + nth]
