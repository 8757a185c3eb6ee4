"""Rules on picks from lists of options: what a mentee wants and a mentor offers, and what both have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from mentormatch.errors import Finding
from mentormatch.rules.rule import Columns, Mask, Rule, Values, between, kind_of, options_of, question_findings
from mentormatch.wording import quoted

if TYPE_CHECKING:
    from mentormatch.cohort import People
    from mentormatch.questionnaire import Questionnaire
    from mentormatch.questions import Column

_WIDEST = 256
"""Lists of more options than this are compared pair by pair, which keeps the one product narrow."""


@dataclass(frozen=True, repr=False)
class Covers(Rule):
    """The share of the mentee's picks that the mentor offers; as a condition: at least one of them.

    ``wanted`` is asked of mentees and ``by`` of mentors (the same question where ``by`` is missing); a `Choice` counts
    as one pick. Options are the same where their texts are. Unknown where either has picked nothing.
    """

    wanted: str
    _: KW_ONLY
    by: str | None = None
    kind: Literal["Covers"] = field(default="Covers", repr=False)

    @property
    def title(self) -> str:
        """The rule as messages name it."""
        return f"Covers({quoted(self.wanted)})"

    @property
    def offers(self) -> str:
        """The id of the question that says what a mentor offers."""
        return self.wanted if self.by is None else self.by

    def questions(self) -> tuple[str, ...]:
        """The ids of the questions that are read."""
        return (self.wanted,) if self.offers == self.wanted else (self.wanted, self.offers)

    def values(self, mentors: People, mentees: People) -> tuple[Values, Mask]:
        """Picks offered over picks wanted."""
        offered, wanted = self._picks(mentors, mentees)
        value = common(offered, wanted)
        np.divide(value, np.maximum(wanted.sum(axis=1), 1), out=value)
        return value, between(*self.answered(mentors, mentees))

    def answered(self, mentors: People, mentees: People) -> tuple[Mask, Mask]:
        """Who has answered, on each side."""
        return mentors.column(self.offers).known, mentees.column(self.wanted).known

    def columns(self, mentors: People, mentees: People) -> Columns | None:
        """One column for each option wanted; None for lists of more than 256 options."""
        offered, wanted = self._picks(mentors, mentees)
        if wanted.shape[1] > _WIDEST:
            return None
        shares = wanted / np.maximum(wanted.sum(axis=1), 1)[:, None]
        return Columns(offered.astype(np.uint8), shares, additive=True)

    def _picks(self, mentors: People, mentees: People) -> tuple[Mask, Mask]:
        offers, wanted = mentors.column(self.offers), mentees.column(self.wanted)
        if self.offers == self.wanted:
            return picks(offers), picks(wanted)
        place = {option: k for k, option in enumerate(options_of(offers))}
        shared = [(k, place[option]) for k, option in enumerate(options_of(wanted)) if option in place]
        aligned: Mask = np.zeros((len(mentors), len(options_of(wanted))), dtype=np.bool_)
        aligned[:, [k for k, _ in shared]] = picks(offers)[:, [k for _, k in shared]]
        return aligned, picks(wanted)

    def _fits(self, questionnaire: Questionnaire, as_condition: bool) -> Iterator[Finding]:
        found = list(question_findings(questionnaire, self.wanted, "mentee", ("MultiChoice", "Choice")))
        found += question_findings(questionnaire, self.offers, "mentor", ("MultiChoice", "Choice"))
        yield from found
        if not found:
            wanted: Any = questionnaire[self.wanted]
            offers: Any = questionnaire[self.offers]
            if not set(wanted.options) & set(offers.options):
                expected = f"{quoted(self.wanted)} and {quoted(self.offers)} have no option in common"
                yield Finding("rule_options", expected, hint="write the options of both alike")


@dataclass(frozen=True, repr=False)
class Shares(Rule):
    """The picks that both have in common over the picks of either (Jaccard); as a condition: at least one in common.

    Unknown where either has picked nothing: two blanks have nothing in common.
    """

    question: str
    _: KW_ONLY
    kind: Literal["Shares"] = field(default="Shares", repr=False)

    @property
    def title(self) -> str:
        """The rule as messages name it."""
        return f"Shares({quoted(self.question)})"

    def questions(self) -> tuple[str, ...]:
        """The ids of the questions that are read."""
        return (self.question,)

    def values(self, mentors: People, mentees: People) -> tuple[Values, Mask]:
        """Picks in common over picks of either."""
        theirs, own = picks(mentors.column(self.question)), picks(mentees.column(self.question))
        value = common(theirs, own)
        either = np.maximum(theirs.sum(axis=1), 1).astype(np.float64)[:, None] + own.sum(axis=1).astype(np.float64)
        either -= value
        np.divide(value, either, out=value)
        return value, between(*self.answered(mentors, mentees))

    def answered(self, mentors: People, mentees: People) -> tuple[Mask, Mask]:
        """Who has answered, on each side."""
        return mentors.column(self.question).known, mentees.column(self.question).known

    def _fits(self, questionnaire: Questionnaire, as_condition: bool) -> Iterator[Finding]:
        return question_findings(questionnaire, self.question, "both", ("MultiChoice",))


def picks(column: Column) -> Mask:
    """Which options each person picked, shape (n, options); a blank has none, an answer to a `Choice` has one."""
    if kind_of(column) == "MultiChoice":
        return column.values
    return np.asarray(column.values[:, None] == np.arange(len(options_of(column)), dtype=np.int32))


def common(mentors: Mask, mentees: Mask) -> Values:
    """How many picks each pair has in common, shape (n_mentors, n_mentees)."""
    # Counts are far below 2**24, so the float32 product is exact on any machine.
    return (mentors.astype(np.float32) @ mentees.astype(np.float32).T).astype(np.float64)
