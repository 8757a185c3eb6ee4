"""A rule that looks a pair of options up in a table of scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from pydantic import GetPydanticSchema, WithJsonSchema

from mentormatch.errors import Finding
from mentormatch.questions import tidy
from mentormatch.rules.answers import both_answers
from mentormatch.rules.rule import Columns, Mask, Values, between, options_of, plain_number
from mentormatch.rules.two_questions import TwoQuestions
from mentormatch.wording import did_you_mean, number, quoted

if TYPE_CHECKING:
    from mentormatch.cohort import People
    from mentormatch.questionnaire import Questionnaire

Row = tuple[str, str, float]
_JsonRow = Annotated[
    # A tuple could not be read back, as pydantic is strict about lists; the rule itself checks what is in a row.
    Sequence[str | float],
    WithJsonSchema(
        {
            "type": "array",
            "prefixItems": [{"type": "string"}, {"type": "string"}, {"type": "number", "minimum": 0, "maximum": 1}],
            "minItems": 3,
            "maxItems": 3,
        }
    ),
]
Scores = Annotated[
    Mapping[tuple[str, str], float] | Sequence[Row],
    GetPydanticSchema(lambda _, handler: handler.generate_schema(Sequence[_JsonRow])),
]
_WIDEST = 256
"""For a question of more options than this the table is looked up pair by pair, which keeps the one product narrow."""


@dataclass(frozen=True, repr=False)
class Table(TwoQuestions):
    """The score that a table has for the mentor's option and the mentee's; as a condition: a score above 0.

    ``question`` is asked of mentees and ``by`` of mentors (the same question where ``by`` is missing), both a `Choice`.
    ``scores`` maps (mentor's option, mentee's option) to a number from 0 to 1, or lists rows of the three; pairs that
    it leaves out score 0. Unknown where either answer is blank.

    Formula: ``scores[mentor, mentee]``.

    >>> from mentormatch import questions as q
    >>> asked = [q.Choice("style", ["Direct", "Patient", "Either"])]
    >>> rule = Table("style", scores={("Direct", "Direct"): 1, ("Direct", "Either"): 0.5})
    >>> rule.try_on(asked, mentor={"style": "Direct"}, mentee={"style": "Either"})
    0.5
    """

    question: str
    _: KW_ONLY
    by: str | None = None
    scores: Scores = ()
    kind: Literal["Table"] = field(default="Table", repr=False)

    @property
    def asked(self) -> str:
        """The id of the question that is asked of mentees."""
        return self.question

    def values(self, mentors: People, mentees: People) -> tuple[Values, Mask]:
        """The scores of the table."""
        table = self._table(mentors, mentees)
        theirs, own = mentors.column(self.offers).values, mentees.column(self.question).values
        known = between(*self.answered(mentors, mentees))
        return table[theirs[:, None], own[None, :]] * known, known

    def told(self, mentor: People, mentee: People) -> str:
        """What both answered."""
        return both_answers(mentor, self.offers, mentee, self.question)

    def columns(self, mentors: People, mentees: People) -> Columns | None:
        """One column for each option of the mentors; None for more than 256."""
        table = self._table(mentors, mentees)
        if len(table) > _WIDEST:
            return None
        here = mentors.column(self.offers).values[:, None] == np.arange(len(table), dtype=np.int32)
        own = mentees.column(self.question)
        return Columns(here.astype(np.uint8), table.T[own.values] * own.known[:, None])

    def _table(self, mentors: People, mentees: People) -> Values:
        """The scores, shape (mentors' options, mentees' options)."""
        theirs, own = options_of(mentors.column(self.offers)), options_of(mentees.column(self.question))
        table = np.zeros((len(theirs), len(own)))
        for offered, wanted, score in self._rows():
            table[theirs.index(offered), own.index(wanted)] = score
        return table

    def _rows(self) -> Iterator[Row]:
        assert not isinstance(self.scores, Mapping)
        yield from self.scores

    def _settings(self) -> Iterator[Finding]:
        given: Any = self.scores
        if isinstance(given, Mapping):
            given = [(*pair, score) if isinstance(pair, tuple) else (pair, score) for pair, score in given.items()]
        object.__setattr__(self, "scores", ())
        if not isinstance(given, (list, tuple)) or not given:
            hint = "such as {('Direct', 'Patient'): 0.5}"
            yield Finding("rule_scores", "expected scores= with a score for each pair of options", hint=hint)
            return
        rows: dict[tuple[str, str], float] = {}
        for place, row in enumerate(given, start=1):
            where = f"row {number(place)} of scores="
            if not isinstance(row, (list, tuple)) or len(row) != 3:
                yield Finding("rule_scores", f"expected {where} to be (mentor's option, mentee's option), score")
                continue
            pair, score = (tidy(row[0]) or "", tidy(row[1]) or ""), plain_number(row[2])
            named = f"({quoted(pair[0])}, {quoted(pair[1])})"
            if not all(pair):
                yield Finding("rule_scores", f"expected {where} to name two options as text")
            elif score is None or not 0 <= score <= 1:
                yield Finding("rule_scores", f"expected the score of {named} to be a number from 0 to 1")
            elif pair in rows:
                yield Finding("rule_scores", f"expected {named} once")
            else:
                rows[pair] = score
        object.__setattr__(self, "scores", tuple((*pair, score) for pair, score in rows.items()))

    def _fits(self, questionnaire: Questionnaire, as_condition: bool) -> Iterator[Finding]:
        found = self._misfits(questionnaire, "Choice")
        yield from found
        if found:
            return
        asked: list[tuple[str, tuple[str, ...]]] = [
            (name, questionnaire[name].options)  # type: ignore[attr-defined]  # both are a Choice
            for name in (self.offers, self.question)
        ]
        for offered, wanted, _ in self._rows():
            swapped = wanted in asked[0][1] and offered in asked[1][1]
            for (name, options), option in zip(asked, (offered, wanted), strict=True):
                if option not in options:
                    hint = "a pair is (mentor's option, mentee's option)" if swapped else did_you_mean(option, options)
                    yield Finding("rule_scores", f"{quoted(option)} is not among the options", question=name, hint=hint)
