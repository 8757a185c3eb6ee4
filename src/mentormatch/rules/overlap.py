"""Rules on picks from lists of options: what a mentee wants and a mentor offers, and what both have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from mentormatch.errors import Finding
from mentormatch.rules.answers import left_blank
from mentormatch.rules.rule import (
    Columns,
    Lookup,
    Mask,
    Rule,
    Values,
    between,
    kind_of,
    options_of,
    question_findings,
)
from mentormatch.rules.two_questions import TwoQuestions
from mentormatch.wording import listed, quoted

if TYPE_CHECKING:
    from mentormatch.cohort import People
    from mentormatch.questionnaire import Questionnaire
    from mentormatch.questions import Column

_WIDEST = 256
"""Lists of more options than this are compared pair by pair, which keeps the one product narrow."""


@dataclass(frozen=True, repr=False)
class Covers(TwoQuestions):
    """The share of the mentee's picks that the mentor offers; as a condition: at least one of them.

    ``wanted`` is asked of mentees and ``by`` of mentors (the same question where ``by`` is missing); a `Choice` counts
    as one pick. Options are the same where their texts are. Unknown where either has picked nothing.

    With ``by_rarity=True`` an option that few mentors offer counts for more, and the share is of the weights: 1 for an
    option that more than half of the mentors who answered offer, 2 for more than a quarter, 3 for more than an eighth
    and so on, one more for each halving; an option of nobody counts like that of one. Covering everything is still 1.

    Formula: ``sum(weight of picks offered) / sum(weight of picks)``.

    >>> from mentormatch import questions as q
    >>> asked = [q.MultiChoice("skills", ["Python", "Welsh", "Law"])]
    >>> rule = Covers("skills")
    >>> rule.try_on(asked, mentor={"skills": ["Python", "Law"]}, mentee={"skills": ["Python", "Welsh"]})
    0.5
    >>> rare = Covers("skills", by_rarity=True)
    >>> three = [{"skills": ["Python"]}, {"skills": ["Python"]}, {"skills": ["Python", "Law"]}]
    >>> rare.try_on(asked, mentor={"skills": ["Welsh"]}, mentee={"skills": ["Python", "Welsh"]}, others=three)
    0.75
    """

    wanted: str
    _: KW_ONLY
    by: str | None = None
    by_rarity: bool = False
    kind: Literal["Covers"] = field(default="Covers", repr=False)

    @property
    def asked(self) -> str:
        """The id of the question that is asked of mentees."""
        return self.wanted

    def values(self, mentors: People, mentees: People) -> tuple[Values, Mask]:
        """Picks offered over picks wanted."""
        offered, wanted = self._picks(mentors, mentees)
        weighed = wanted * self._weights(mentors, mentees)
        value = common(offered, weighed)
        np.divide(value, np.maximum(weighed.sum(axis=1), 1), out=value)
        return value, between(*self.answered(mentors, mentees))

    def columns(self, mentors: People, mentees: People) -> Columns | None:
        """One column for each option wanted; None for lists of more than 256 options."""
        offered, wanted = self._picks(mentors, mentees)
        if wanted.shape[1] > _WIDEST:
            return None
        weighed = wanted * self._weights(mentors, mentees)
        shares = weighed / np.maximum(weighed.sum(axis=1), 1)[:, None]
        return Columns(offered.astype(np.uint8), shares, full=shares)

    def told(self, mentor: People, mentee: People) -> str:
        """How many of the mentee's picks the mentor offers, which, and which not."""
        if blank := left_blank(mentor, self.offers, mentee, self.wanted):
            return blank
        offered, wanted = self._picks(mentor, mentee)
        options = options_of(mentee.column(self.wanted))
        met, unmet = ([options[k] for k in np.flatnonzero(wanted[0] & here)] for here in (offered[0], ~offered[0]))
        have = f": {listed(met)}" if met else ""
        return f"{len(met)} of {len(met) + len(unmet)} wanted{have}{f'; not {listed(unmet)}' if unmet else ''}"

    def _picks(self, mentors: People, mentees: People) -> tuple[Mask, Mask]:
        wanted = mentees.column(self.wanted)
        return self._offered(mentors, options_of(wanted)), picks(wanted)

    def _offered(self, mentors: People, wanted: tuple[str, ...]) -> Mask:
        """Which of the options wanted each mentor offers, shape (n_mentors, options)."""
        offers = mentors.column(self.offers)
        if wanted == options_of(offers):
            return picks(offers)
        place = {option: k for k, option in enumerate(options_of(offers))}
        shared = [(k, place[option]) for k, option in enumerate(wanted) if option in place]
        aligned: Mask = np.zeros((len(mentors), len(wanted)), dtype=np.bool_)
        aligned[:, [k for k, _ in shared]] = picks(offers)[:, [k for _, k in shared]]
        return aligned

    def _weights(self, mentors: People, mentees: People) -> Values | float:
        """What each option wanted counts for, whole numbers; 1 where all count alike."""
        if not self.by_rarity:
            return 1.0
        wanted = options_of(mentees.column(self.wanted))

        def of_all(everybody: People) -> Values:
            answered = int(everybody.column(self.offers).known.sum())
            return rarity(self._offered(everybody, wanted).sum(axis=0), answered).astype(np.float64)

        return mentors.of_everybody(("rarity", self.offers, wanted), of_all)

    def _settings(self) -> Iterator[Finding]:
        if not isinstance(self.by_rarity, bool):
            yield Finding("rule_by_rarity", "expected by_rarity= to be True or False")

    def _fits(self, questionnaire: Questionnaire, as_condition: bool) -> Iterator[Finding]:
        found = self._misfits(questionnaire, "MultiChoice", "Choice")
        yield from found
        if not found:
            wanted: Any = questionnaire[self.wanted]
            offers: Any = questionnaire[self.offers]
            if not set(wanted.options) & set(offers.options):
                expected = f"{quoted(self.wanted)} and {quoted(self.offers)} have no option in common"
                yield Finding("rule_options", expected, hint="write the options of both alike")


_BUNDLES = 12


def _at_most(theirs: npt.NDArray[np.float32], own: npt.NDArray[np.float32]) -> Columns:
    """A product of few columns that is no less than picks in common over picks of either.

    Those are no more than picks in common over picks of the mentee, nor is this where options are bundled and one pick
    of the mentor stands for its whole bundle. Bundles are of about as many picks each, so popular options stand alone.
    """
    popular = theirs.sum(axis=0)
    order = np.argsort(-popular, kind="stable")
    behind = (np.cumsum(popular[order]) - popular[order] / 2) / max(1.0, float(popular.sum()))
    bundle = np.zeros((len(order), _BUNDLES), dtype=np.float32)
    bundle[order, np.minimum(behind * _BUNDLES, _BUNDLES - 1).astype(np.intp)] = 1
    return Columns((theirs @ bundle > 0).astype(np.uint8), own @ bundle / np.maximum(own.sum(axis=1), 1)[:, None])


@dataclass(frozen=True, repr=False)
class Shares(Rule):
    """The picks that both have in common over the picks of either (Jaccard); as a condition: at least one in common.

    Unknown where either has picked nothing: two blanks have nothing in common.

    Formula: ``picks of both / picks of either``.

    >>> from mentormatch import questions as q
    >>> rule = Shares("interests")
    >>> asked = [q.MultiChoice("interests", ["Chess", "Music", "Food"])]
    >>> rule.try_on(asked, mentor={"interests": ["Chess", "Music"]}, mentee={"interests": ["Music", "Food"]})
    0.3333333333333333
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

    def told(self, mentor: People, mentee: People) -> str:
        """What both picked."""
        if blank := left_blank(mentor, self.question, mentee, self.question):
            return blank
        options = options_of(mentee.column(self.question))
        both = picks(mentor.column(self.question))[0] & picks(mentee.column(self.question))[0]
        found = [options[k] for k in np.flatnonzero(both)]
        return f"in common: {listed(found)}" if found else "nothing in common"

    def lookup(self, mentors: People, mentees: People) -> Lookup | None:
        """The code is the picks in common, and beside it the picks of either."""
        theirs, own = (picks(people.column(self.question)).astype(np.float32) for people in (mentors, mentees))
        options = theirs.shape[1]
        if (options + 1) * (2 * options + 1) > 2**16:
            return None
        here, there = theirs.sum(axis=1), own.sum(axis=1)
        # With a picks of one, b of the other and c in common: c + (options + 1) * (a + b - c).
        wide = np.float32(options + 1)
        mentor = np.column_stack((theirs, here, np.ones_like(here)))
        mentee = np.column_stack((own * (1 - wide), np.full_like(there, wide), there * wide))
        either, both = np.divmod(np.arange((options + 1) * (2 * options + 1)), options + 1)
        value = np.where(both <= either, both / np.maximum(either, 1), 0.0)
        return Lookup(mentor, mentee, value, _at_most(theirs, own))

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


def rarity(offered: npt.ArrayLike, answered: int) -> npt.NDArray[np.int64]:
    """What an option counts for that ``offered`` of the ``answered`` mentors offer: 1, and 1 more for each halving.

    >>> rarity([100, 51, 50, 26, 25, 10, 1, 0], 100).tolist()
    [1, 1, 2, 2, 3, 4, 7, 7]
    """
    # The exponent of a whole number is the number of its binary digits.
    digits = np.frexp(answered // np.maximum(offered, 1))[1]
    return np.asarray(np.maximum(digits, 1), dtype=np.int64)


def common(mentors: Mask, mentees: npt.NDArray[Any]) -> Values:
    """The picks that each pair has in common, summed up as the mentee's count, shape (n_mentors, n_mentees)."""
    # Whole numbers with sums far below 2**24, so the float32 product is exact on any machine.
    return (mentors.astype(np.float32) @ mentees.astype(np.float32).T).astype(np.float64)
