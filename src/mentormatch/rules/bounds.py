"""A condition on how well a rule is met."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from mentormatch.errors import Finding
from mentormatch.rules.inner import Around, InnerRule, inner_settings
from mentormatch.rules.rule import Mask, Rule, between, numbered, plain_number
from mentormatch.wording import quoted

if TYPE_CHECKING:
    from mentormatch.cohort import People
    from mentormatch.questionnaire import Questionnaire


@dataclass(frozen=True, repr=False)
class AtLeast(Around):
    """The condition that the value of a rule is at least ``share``, a number from 0 to 1.

    Unknown where the rule cannot judge; where the rule does not count, the pair is possible.

    Formula: ``value of the rule >= share``.

    >>> from mentormatch import questions as q
    >>> from mentormatch.rules import Close
    >>> rule = AtLeast(Close("years", within=4), 0.5)
    >>> rule.try_on([q.Number("years")], mentor={"years": 8}, mentee={"years": 5}, as_condition=True)
    False
    """

    rule: InnerRule
    share: float
    _: KW_ONLY
    kind: Literal["AtLeast"] = field(default="AtLeast", repr=False)

    @property
    def title(self) -> str:
        """The rule as messages name it."""
        return f"AtLeast({self.rule.title if isinstance(self.rule, Rule) else quoted(self.rule)}, {self.share})"

    def __repr__(self) -> str:
        return super().__repr__().replace("share=", "", 1)

    def alike(self, mentors: People, mentees: People) -> npt.NDArray[np.intp] | None:
        """Mentors who are alike to the rule inside, and for whom it counts or does not."""
        inner, counts = self.rule.alike(mentors, mentees), self.rule.counts(mentors, mentees)
        return inner if inner is None or counts is None else numbered(inner, counts[0])

    def allows(self, mentors: People, mentees: People) -> tuple[Mask, Mask]:
        """Whether the value reaches the share, or the rule does not count."""
        value, known = self.rule.values(mentors, mentees)
        allowed = value >= self.share
        if (counts := self.rule.counts(mentors, mentees)) is not None:
            elsewhere = ~between(*counts)
            allowed, known = allowed | elsewhere, known | elsewhere
        return allowed, known

    def _settings(self) -> Iterator[Finding]:
        share = plain_number(self.share)
        if share is None or not 0 <= share <= 1:
            yield Finding("rule_share", "expected a share that is a number from 0 to 1")
        else:
            object.__setattr__(self, "share", share)
        yield from inner_settings(self.rule)
        if isinstance(self.rule, AtLeast):
            yield Finding("rule_inner", "expected a rule with a value inside, not AtLeast")

    def _fits(self, questionnaire: Questionnaire, as_condition: bool) -> Iterator[Finding]:
        if not as_condition:
            yield Finding("rule_condition", "AtLeast is a condition", hint="list it under conditions")
        yield from self.rule._fits(questionnaire, False)
