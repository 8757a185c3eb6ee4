"""What rules have in common that set a question of mentees beside one of mentors."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mentormatch.errors import Finding
from mentormatch.rules.rule import Mask, Rule, question_findings
from mentormatch.wording import quoted

if TYPE_CHECKING:
    from mentormatch.cohort import People
    from mentormatch.questionnaire import Questionnaire


@dataclass(frozen=True, repr=False)
class TwoQuestions(Rule):
    """A rule on what a mentee answered to one question and a mentor to ``by``, the same where that is missing."""

    if TYPE_CHECKING:

        @property
        def by(self) -> str | None:
            """The id of the question that mentors are asked, where it is another one; a field of every such rule."""

    @property
    @abstractmethod
    def asked(self) -> str:
        """The id of the question that is asked of mentees."""

    @property
    def offers(self) -> str:
        """The id of the question that is asked of mentors."""
        return self.asked if self.by is None else self.by

    @property
    def title(self) -> str:
        """The rule as messages name it."""
        return f"{type(self).__name__}({quoted(self.asked)})"

    def questions(self) -> tuple[str, ...]:
        """The ids of the questions that are read."""
        return (self.asked,) if self.offers == self.asked else (self.asked, self.offers)

    def answered(self, mentors: People, mentees: People) -> tuple[Mask, Mask]:
        """Who has answered, on each side."""
        return mentors.column(self.offers).known, mentees.column(self.asked).known

    def _misfits(self, questionnaire: Questionnaire, *kinds: str) -> list[Finding]:
        """What keeps the questions, of these kinds, from being read; of one question for both it is said once."""
        found = list(question_findings(questionnaire, self.asked, "mentee", kinds))
        if self.offers != self.asked or not found:
            found += question_findings(questionnaire, self.offers, "mentor", kinds)
        return found
