"""A rule that counts only where somebody gave a certain answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from mentormatch.errors import Finding
from mentormatch.rules.inner import Around, InnerRule, inner_settings
from mentormatch.rules.levels import on_grid
from mentormatch.rules.overlap import picks
from mentormatch.rules.rule import (
    Columns,
    Mask,
    Rule,
    between,
    kind_of,
    numbered,
    options_of,
    plain_number,
    question_findings,
)
from mentormatch.wording import did_you_mean, quoted

if TYPE_CHECKING:
    from mentormatch.cohort import People
    from mentormatch.questionnaire import Questionnaire

_KINDS = ("Choice", "MultiChoice", "Scale", "Number")


@dataclass(frozen=True, repr=False)
class When(Around):
    """The rule inside where the person on the side ``of`` answered ``is_``; elsewhere it does not count.

    For picks: where ``is_`` is among them. A blank answer is not ``is_``, so there the rule does not count, and as a
    condition it forbids nothing.

    Formula: ``value of the rule, where answer == is_``.

    >>> from mentormatch import questions as q
    >>> from mentormatch.rules import Same
    >>> asked = [q.Choice("meets", ["In person", "Online"]), q.Text("town")]
    >>> rule = When("meets", "In person", Same("town"))
    >>> rule.try_on(asked, mentor={"town": "Ulm"}, mentee={"meets": "In person", "town": "Ulm"})
    1.0
    >>> print(rule.try_on(asked, mentor={"town": "Ulm"}, mentee={"meets": "Online", "town": "Ulm"}))
    None
    """

    question: str
    is_: str | int | float
    rule: InnerRule
    _: KW_ONLY
    of: Literal["mentor", "mentee"] = "mentee"
    kind: Literal["When"] = field(default="When", repr=False)

    @property
    def title(self) -> str:
        """The rule as messages name it."""
        inner = self.rule.title if isinstance(self.rule, Rule) else quoted(self.rule)
        return f"When({quoted(self.question)}, {quoted(self.is_) if isinstance(self.is_, str) else self.is_}, {inner})"

    def __repr__(self) -> str:
        return super().__repr__().replace("is_=", "", 1).replace("rule=", "", 1)

    @property
    def name(self) -> str:
        """The label, or the name of the rule inside where there is none."""
        return self.label if self.label is not None else self.rule.name

    @property
    def optional(self) -> bool:
        """Always: it counts only where the answer was given."""
        return True

    def questions(self) -> tuple[str, ...]:
        """The ids of the questions that are read."""
        return tuple(dict.fromkeys((*self.rule.questions(), self.question)))

    def told(self, mentor: People, mentee: People) -> str:
        """What the rule inside says, where it counts."""
        return self.rule.told(mentor, mentee) if between(*self.counts(mentor, mentee)).all() else ""

    def columns(self, mentors: People, mentees: People) -> Columns | None:
        """Those of the rule inside."""
        return self.rule.columns(mentors, mentees)

    def counts(self, mentors: People, mentees: People) -> tuple[Mask, Mask]:
        """Everybody, but on the side ``of`` only who gave the answer."""
        inner = self.rule.counts(mentors, mentees)
        theirs, own = inner or (np.ones(len(mentors), dtype=bool), np.ones(len(mentees), dtype=bool))
        if self.of == "mentor":
            return theirs & self._gave(mentors), own
        return theirs, own & self._gave(mentees)

    def alike(self, mentors: People, mentees: People) -> npt.NDArray[np.intp] | None:
        """Mentors who are alike to the rule inside, and for whom it counts or does not."""
        inner = self.rule.alike(mentors, mentees)
        return None if inner is None else numbered(inner, self.counts(mentors, mentees)[0])

    def allows(self, mentors: People, mentees: People) -> tuple[Mask, Mask]:
        """What the rule inside allows, and everything where it does not count."""
        allowed, known = self.rule.allows(mentors, mentees)
        elsewhere = ~between(*self.counts(mentors, mentees))
        return allowed | elsewhere, known | elsewhere

    def _gave(self, people: People) -> Mask:
        column = people.column(self.question)
        if kind_of(column) in ("Choice", "MultiChoice"):
            return np.asarray(picks(column)[:, options_of(column).index(str(self.is_))])
        return np.asarray(column.known & (on_grid(np.where(column.known, column.values, 0)) == on_grid(self.is_)))

    def _settings(self) -> Iterator[Finding]:
        if self.of not in ("mentor", "mentee"):
            yield Finding("rule_of", "expected of='mentor' or 'mentee'")
        if not isinstance(self.is_, str):
            answer = plain_number(self.is_)
            if answer is None:
                yield Finding("rule_is", "expected one answer as text or a number")
            else:
                object.__setattr__(self, "is_", answer)
        yield from inner_settings(self.rule)

    def _fits(self, questionnaire: Questionnaire, as_condition: bool) -> Iterator[Finding]:
        found = list(question_findings(questionnaire, self.question, self.of, _KINDS))
        yield from found
        if not found:
            question: Any = questionnaire[self.question]
            if question.kind in ("Choice", "MultiChoice"):
                if self.is_ not in question.options:
                    hint = did_you_mean(str(self.is_), question.options)
                    expected = f"{quoted(self.is_)} is not among the options"
                    yield Finding("rule_is", expected, question=self.question, hint=hint)
            elif isinstance(self.is_, str):
                yield Finding("rule_is", "expected a number", question=self.question)
        yield from self.rule._fits(questionnaire, as_condition)
