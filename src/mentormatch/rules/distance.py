"""Rules on numbers, scales and ordered choices: how near two answers are, and how far a mentor is ahead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from mentormatch.errors import Finding
from mentormatch.rules.answers import both_answers
from mentormatch.rules.levels import LevelRule, number_levels, on_grid
from mentormatch.rules.rule import Mask, Values, between, kind_of, plain_number, question_findings
from mentormatch.wording import quoted

if TYPE_CHECKING:
    from mentormatch.cohort import People
    from mentormatch.questionnaire import Questionnaire

_KINDS = ("Number", "Scale", "Choice")
_FURTHEST = 1e10


@dataclass(frozen=True, repr=False)
class _Distance(LevelRule):
    """A rule on the difference of two answers, in the question's unit; an ordered choice counts steps."""

    question: str

    def questions(self) -> tuple[str, ...]:
        return (self.question,)

    def levels(self, mentors: People, mentees: People) -> tuple[Values, Values, Any]:
        theirs, own = mentors.column(self.question), mentees.column(self.question)
        return number_levels(theirs), number_levels(own), theirs.question

    def told(self, mentor: People, mentee: People) -> str:
        theirs, own = mentor.column(self.question), mentee.column(self.question)
        both = both_answers(mentor, self.question, mentee, self.question)
        if not (theirs.known[0] and own.known[0]) or theirs.values[0] == own.values[0]:
            return both
        apart = float(theirs.values[0]) - float(own.values[0])
        unit = f" step{'' if abs(apart) == 1 else 's'}" if kind_of(theirs) == "Choice" else ""
        return f"{both}, {abs(apart):,g}{unit} {self.direction(apart)}"

    def direction(self, apart: float) -> str:
        """How the mentor is away from the mentee, in a word."""
        return "apart"

    def _fits(self, questionnaire: Questionnaire, as_condition: bool) -> Iterator[Finding]:
        found = list(question_findings(questionnaire, self.question, "both", _KINDS))
        yield from found
        if not found:
            question: Any = questionnaire[self.question]
            if question.kind == "Choice" and not question.ordered:
                yield Finding(
                    "question_kind",
                    "expected a choice whose options have an order",
                    question=self.question,
                    hint="set ordered=True if they are listed from the lowest to the highest",
                )


@dataclass(frozen=True, repr=False)
class Close(_Distance):
    """1 where both answers are equal, falling evenly to 0 where they are ``within`` apart; beyond it 0.

    ``within`` is in the question's unit, for an ordered choice in steps; where it is missing it is the declared range.
    As a condition: no further apart than ``within``, which must then be given. ``within=0`` asks for equal answers.
    Unknown where either answer is blank.

    Formula: ``max(0, 1 - abs(mentor - mentee) / within)``.

    >>> from mentormatch import questions as q
    >>> rule = Close("years", within=4)
    >>> rule.try_on([q.Number("years")], mentor={"years": 8}, mentee={"years": 7})
    0.75
    >>> rule.try_on([q.Number("years")], mentor={"years": 8}, mentee={"years": 3}, as_condition=True)
    False
    """

    _: KW_ONLY
    within: float | None = None
    kind: Literal["Close"] = field(default="Close", repr=False)

    @property
    def title(self) -> str:
        """The rule as messages name it."""
        return f"Close({quoted(self.question)})"

    def judged(self, mentor: Values, mentee: Values, question: Any) -> Values:
        """What is left of the width, over the width."""
        width = self._width(question)
        apart = mentor - mentee
        np.abs(apart, out=apart)
        if width == 0:
            return np.asarray((apart == 0).astype(np.float64))
        np.minimum(apart, width, out=apart)
        np.subtract(width, apart, out=apart)
        apart /= width
        return apart

    def allows(self, mentors: People, mentees: People) -> tuple[Mask, Mask]:
        """Whether the answers are no further apart than ``within``."""
        theirs, own, question = self.levels(mentors, mentees)
        return np.abs(theirs[:, None] - own[None, :]) <= self._width(question), between(
            *self.answered(mentors, mentees)
        )

    def _width(self, question: Any) -> float:
        if self.within is not None:
            return float(on_grid(self.within))
        if question.kind == "Choice":
            return float(on_grid(len(question.options) - 1))
        return float(on_grid(question.maximum) - on_grid(question.minimum))

    def _settings(self) -> Iterator[Finding]:
        if self.within is None:
            return
        within = plain_number(self.within)
        if within is None or not 0 <= within <= _FURTHEST:
            yield Finding("rule_within", "expected within= to be a number and not below 0")
        else:
            object.__setattr__(self, "within", within)

    def _fits(self, questionnaire: Questionnaire, as_condition: bool) -> Iterator[Finding]:
        found = list(super()._fits(questionnaire, as_condition))
        yield from found
        if self.within is None and as_condition:
            yield Finding("condition_within", "expected within=", hint="say how far apart two answers may be")
        elif self.within is None and not found:
            question: Any = questionnaire[self.question]
            if question.kind == "Number" and (question.minimum is None or question.maximum is None):
                hint = "give within=, or the question a minimum and a maximum"
                yield Finding("rule_within", "the question declares no range", question=self.question, hint=hint)


@dataclass(frozen=True, repr=False)
class Ahead(_Distance):
    """1 while mentor minus mentee is inside ``ideal``, falling evenly to 0 at ``least`` and at ``most``.

    ``ideal`` is (low, high), ends included; ``least`` and ``most`` are by default one ideal width outside it. All are
    in the question's unit, for an ordered choice in steps. As a condition: no less than ``least`` and no more than
    ``most``, ends included; one of them must be given, the other side is then open, and ``ideal`` plays no part.
    Unknown where either answer is blank.

    Formula: ``max(0, min(1, (ahead - least) / (low - least), (most - ahead) / (most - high)))``.

    >>> from mentormatch import questions as q
    >>> rule = Ahead("years", ideal=(3, 10))
    >>> rule.try_on([q.Number("years")], mentor={"years": 9}, mentee={"years": 2})
    1.0
    >>> rule.try_on([q.Number("years")], mentor={"years": 14}, mentee={"years": 0.5})
    0.5
    >>> behind = Ahead("years", least=1)
    >>> behind.try_on([q.Number("years")], mentor={"years": 2}, mentee={"years": 2}, as_condition=True)
    False
    """

    _: KW_ONLY
    ideal: Sequence[float] | None = None
    least: float | None = None
    most: float | None = None
    kind: Literal["Ahead"] = field(default="Ahead", repr=False)

    @property
    def title(self) -> str:
        """The rule as messages name it."""
        return f"Ahead({quoted(self.question)})"

    def direction(self, apart: float) -> str:
        """Whether the mentor is ahead or behind."""
        return "ahead" if apart > 0 else "behind"

    def judged(self, mentor: Values, mentee: Values, question: Any) -> Values:
        """How far along both slopes, at most 1."""
        least, low, high, most = self._bounds()
        ahead = mentor - mentee
        value = np.subtract(most, ahead)
        _slope(value, most - high)
        np.subtract(ahead, least, out=ahead)
        _slope(ahead, low - least)
        np.minimum(value, ahead, out=value)
        np.minimum(value, 1, out=value)
        np.maximum(value, 0, out=value)
        return value

    def allows(self, mentors: People, mentees: People) -> tuple[Mask, Mask]:
        """Whether the mentor is ahead by no less than ``least`` and no more than ``most``."""
        theirs, own, _ = self.levels(mentors, mentees)
        ahead = theirs[:, None] - own[None, :]
        allowed = np.ones(ahead.shape, dtype=bool)
        if self.least is not None:
            allowed &= ahead >= on_grid(self.least)
        if self.most is not None:
            allowed &= ahead <= on_grid(self.most)
        return allowed, between(*self.answered(mentors, mentees))

    def _bounds(self) -> tuple[float, float, float, float]:
        assert self.ideal is not None
        low, high = (float(on_grid(end)) for end in self.ideal)
        least = low - (high - low) if self.least is None else float(on_grid(self.least))
        most = high + (high - low) if self.most is None else float(on_grid(self.most))
        return least, low, high, most

    def _settings(self) -> Iterator[Finding]:
        low, high = -_FURTHEST, _FURTHEST
        if self.ideal is not None:
            given = self.ideal if isinstance(self.ideal, (tuple, list)) else ()
            ends = [number for end in given if (number := plain_number(end)) is not None]
            if not len(given) == len(ends) == 2 or not -_FURTHEST <= ends[0] <= ends[1] <= _FURTHEST:
                yield Finding("rule_ideal", "expected ideal=(low, high), two numbers, low not above high")
                return
            object.__setattr__(self, "ideal", tuple(ends))
            low, high = ends
        bounds: dict[str, float] = {}
        for name in ("least", "most"):
            if getattr(self, name) is None:
                continue
            number = plain_number(getattr(self, name))
            if number is None or abs(number) > _FURTHEST:
                yield Finding(f"rule_{name}", f"expected {name}= to be a number")
                continue
            object.__setattr__(self, name, number)
            bounds[name] = number
            if self.ideal is not None and (number > low if name == "least" else number < high):
                place = "not above the low end of ideal" if name == "least" else "not below the high end of ideal"
                yield Finding(f"rule_{name}", f"expected {name}= to be {place}")
        if len(bounds) == 2 and bounds["least"] > bounds["most"]:
            yield Finding("rule_least", "expected least= to be not above most=")

    def _fits(self, questionnaire: Questionnaire, as_condition: bool) -> Iterator[Finding]:
        yield from super()._fits(questionnaire, as_condition)
        if as_condition and self.least is None and self.most is None:
            hint = "say by how much a mentor must, or may, be ahead"
            yield Finding("condition_bounds", "expected least= or most=", hint=hint)
        if not as_condition and self.ideal is None:
            yield Finding("rule_ideal", "expected ideal=(low, high)", hint="say by how much a mentor is best ahead")


def _slope(rise: Values, width: float) -> None:
    """Turns what is left above the zero into a share of the width, in place; without a width it is a step."""
    if width > 0:
        rise /= width
    else:
        np.copyto(rise, np.where(rise >= 0, 1.0, 0.0))
