"""What every rule is: a value from 0 to 1 for a pair of people, or the word that it cannot judge the pair."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
from pydantic import ConfigDict

from mentormatch.errors import AnswerError, Finding, ProgramError
from mentormatch.questions import tidy
from mentormatch.wording import did_you_mean, listed, quoted

if TYPE_CHECKING:
    from mentormatch.cohort import People
    from mentormatch.questionnaire import Questionnaire
    from mentormatch.questions import Column, Question

Values = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

MOST_LEVELS = 64
"""Where mentors differ by more levels than this, a column for each would cost more than it saves."""
_SETTINGS = {"weight", "missing", "label", "if_unknown", "kind"}


@dataclass(frozen=True, eq=False)
class Columns:
    """A rule written as a product: the value of a pair is the sum over k of ``mentor[j, k] * mentee[i, k]``.

    ``mentor`` is 0 or 1, shape (n_mentors, k); ``mentee`` is in [0, 1], shape (n_mentees, k); rows of people who
    cannot be judged are 0. ``full`` holds what a full value is the sum of, shape (n_mentees, m), such as an entry for
    each of their picks; without it a mentor has at most one 1 and a full value is one entry.
    """

    mentor: npt.NDArray[np.uint8]
    mentee: Values
    full: Values | None = None


@dataclass(frozen=True, eq=False)
class Lookup:
    """A rule written as a product and a table: the value of a pair is ``values[code]``, its code ``mentor @ mentee``.

    ``mentor`` and ``mentee`` hold whole numbers, shape (n_mentors, k) and (n_mentees, k); codes are from 0 to below
    2**16 and no part of their sums reaches 2**24, so the product is exact. The value is 0 where somebody cannot be
    judged. ``most`` is a product that is no less than the value of any pair and at most 1, where there is one.
    """

    mentor: npt.NDArray[np.float32]
    mentee: npt.NDArray[np.float32]
    values: Values
    most: Columns | None = None


@dataclass(frozen=True, repr=False)
class Rule(ABC):
    """How good a pair is, from 0 to 1, or as a condition whether it is possible at all.

    ``weight`` (not negative, any unit) and ``missing`` are for rules, ``if_unknown`` is for conditions. ``missing``
    says what the rule contributes to a pair that it cannot judge because of a blank: "average" (the mean over the
    pairs of the cohort that it can judge), "abstain" (nothing, and the other rules count for more), "zero", or a number
    from 0 to 1. ``if_unknown`` says whether a condition forbids ("forbid") or allows ("allow") such a pair. ``label``
    is the name that is shown; without one it is the question's id.

    Settings that cannot be meant raise `ProgramError`; what depends on the questionnaire is found by `check`.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    _: KW_ONLY
    weight: float = 1
    missing: Literal["average", "abstain", "zero"] | float = "average"
    label: str | None = None
    if_unknown: Literal["forbid", "allow"] = "forbid"

    def __post_init__(self) -> None:
        for setting in fields(self):
            value = getattr(self, setting.name)
            if isinstance(value, str):
                # Ids and options of a questionnaire are tidied likewise, so both spellings of an "é" are the same.
                object.__setattr__(self, setting.name, tidy(value) or value)
        findings = [replace(finding, where=f"rule {self.title}") for finding in (*self._common(), *self._settings())]
        if findings:
            raise ProgramError(findings)

    def __repr__(self) -> str:
        """The call that makes the rule, without the settings left at their defaults."""
        first, *others = [f for f in fields(self) if f.name not in _SETTINGS]
        later = [f for f in fields(self) if f.name in _SETTINGS and f.name != "kind"]
        shown = [repr(getattr(self, first.name))]
        shown += [f"{f.name}={value!r}" for f in (*others, *later) if (value := getattr(self, f.name)) != f.default]
        return f"{type(self).__name__}({', '.join(shown)})"

    @property
    @abstractmethod
    def title(self) -> str:
        """The rule as messages name it, such as ``Covers('goals')``."""

    @abstractmethod
    def questions(self) -> tuple[str, ...]:
        """The ids of the questions that the rule reads."""

    @abstractmethod
    def values(self, mentors: People, mentees: People) -> tuple[Values, Mask]:
        """Value of every pair in [0, 1] and whether it is known, both of shape (n_mentors, n_mentees).

        The value is 0 where it is not known.
        """

    @abstractmethod
    def _fits(self, questionnaire: Questionnaire, as_condition: bool) -> Iterator[Finding]:
        """What of this rule does not fit the questionnaire, without ``where``."""

    def allows(self, mentors: People, mentees: People) -> tuple[Mask, Mask]:
        """As a condition: whether every pair is possible and whether that is known, shape (n_mentors, n_mentees).

        A pair is possible where the value is above 0, unless the rule says otherwise.
        """
        value, known = self.values(mentors, mentees)
        return value > 0, known

    def answered(self, mentors: People, mentees: People) -> tuple[Mask, Mask] | None:
        """Which mentors and which mentees can be judged, if a pair can be judged wherever both can; None if not so."""
        return None

    def counts(self, mentors: People, mentees: People) -> tuple[Mask, Mask] | None:
        """The mentors and the mentees between whom the rule counts at all; None if it counts everywhere."""
        return None

    def columns(self, mentors: People, mentees: People) -> Columns | None:
        """The rule as a product, or None where it is none (or too wide a one)."""
        return None

    def lookup(self, mentors: People, mentees: People) -> Lookup | None:
        """The rule as a product and a table, or None where it is none; then `answered` says who can be judged."""
        return None

    def alike(self, mentors: People, mentees: People) -> npt.NDArray[np.intp] | None:
        """A number from 0 for each mentor such that mentors of one number are allowed the same mentees.

        None where that cannot be said, or would take more than `MOST_LEVELS` numbers.
        """
        return None

    def forbidden(self, mentors: People, mentees: People) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]] | None:
        """Positions of the pairs that it forbids as a condition, where it is known to forbid few; else None."""
        return None

    def told(self, mentor: People, mentee: People) -> str:
        """What in the answers of one mentor and one mentee the value comes from, in a few words; "" for nothing."""
        return ""

    def answer_findings(self, mentors: People, mentees: People) -> tuple[Finding, ...]:
        """What in the answers of whole sides contradicts itself, so that nobody can be judged."""
        return ()

    def try_on(
        self,
        questions: Questionnaire | Sequence[Question],
        mentor: Mapping[str, object],
        mentee: Mapping[str, object],
        *,
        others: Sequence[Mapping[str, object]] = (),
        as_condition: bool = False,
    ) -> float | bool | None:
        """What the rule says of two people, given as their answers: a value, or as a condition whether it allows them.

        None where it cannot judge them or does not count. ``others`` are more mentors, where they matter. Raises what
        making a cohort and a program of it all would raise.
        """
        from mentormatch.cohort import Cohort
        from mentormatch.questionnaire import Questionnaire

        questionnaire = questions if isinstance(questions, Questionnaire) else Questionnaire(questions)
        if findings := self.check(questionnaire, as_condition):
            raise ProgramError(findings)
        more = [{"id": f"other {place}", **record} for place, record in enumerate(others)]
        mentors = [{"id": "mentor", **mentor}, *more]
        cohort = Cohort.from_records(questionnaire, mentors=mentors, mentees=[{"id": "mentee", **mentee}])
        one, other = cohort.mentors.take([0]), cohort.mentees
        if findings := list(self.answer_findings(one, other)):
            raise AnswerError(findings)
        counts = self.counts(one, other)
        found, known = self.allows(one, other) if as_condition else self.values(one, other)
        judged = known[0, 0] and (as_condition or counts is None or between(*counts)[0, 0])
        value: float | bool = found[0, 0].item()
        return value if judged else None

    @property
    def name(self) -> str:
        """The label, or the id of the question where there is none."""
        return self.label if self.label is not None else self.questions()[0]

    @property
    def innermost(self) -> Rule:
        """The rule inside, where the rule holds one; else the rule."""
        return self

    @property
    def function_label(self) -> str | None:
        """The label of the function that the rule has and JSON does not hold; None where it has none."""
        return None

    @property
    def optional(self) -> bool:
        """Whether answers can keep the rule from counting, so that the others count for more."""
        return self.missing == "abstain"

    @property
    def missing_number(self) -> float | None:
        """``missing`` where it is a number (0 for "zero"), None for "average" and "abstain"."""
        if isinstance(self.missing, str):
            return 0.0 if self.missing == "zero" else None
        return float(self.missing)

    def check(self, questionnaire: Questionnaire, as_condition: bool = False) -> list[Finding]:
        """Everything that keeps the rule from being used with this questionnaire."""
        found = list(self._fits(questionnaire, as_condition))
        if as_condition:
            given = [
                name for name, default in (("weight", 1), ("missing", "average")) if getattr(self, name) != default
            ]
            found += [Finding("condition_setting", f"a condition has no {name}") for name in given]
        elif self.if_unknown != "forbid":
            found.append(Finding("rule_setting", "if_unknown is for conditions", hint="use missing= for a rule"))
        where = f"{'condition' if as_condition else 'rule'} {self.title}"
        return [replace(finding, where=where) for finding in found]

    def _settings(self) -> Iterator[Finding]:
        """What is wrong with the rule's own settings, whatever the questionnaire, without ``where``."""
        yield from ()

    def _common(self) -> Iterator[Finding]:
        if (weight := plain_number(self.weight)) is None or weight < 0:
            yield Finding("rule_weight", "expected a weight that is a number and not below 0")
        else:
            object.__setattr__(self, "weight", weight)
        missing = plain_number(self.missing)
        if missing is not None and 0 <= missing <= 1:
            object.__setattr__(self, "missing", missing)
        elif not isinstance(self.missing, str) or self.missing not in ("average", "abstain", "zero"):
            yield Finding("rule_missing", "expected missing='average', 'abstain', 'zero' or a number from 0 to 1")
        if not isinstance(self.if_unknown, str) or self.if_unknown not in ("forbid", "allow"):
            yield Finding("rule_if_unknown", "expected if_unknown='forbid' or 'allow'")
        if self.label is not None and not (isinstance(self.label, str) and tidy(self.label)):
            yield Finding("rule_label", "expected a label that is text and not blank")


def plain_number(value: object) -> int | float | None:
    """The value as Python's own number, or None where it is no finite number (a bool is none).

    A whole number within ±2**53 is an int however it is given, so that it prints alike and JSON does not change it.

    >>> plain_number(np.float64(0.35)), plain_number(3.0), plain_number(True), plain_number(float("nan"))
    (0.35, 3, None, None)
    """
    if isinstance(value, (bool, np.bool_)):
        return None
    if isinstance(value, (int, np.integer)):
        return int(value) if abs(int(value)) < 10**300 else None
    if isinstance(value, (float, np.floating)):
        number = float(value)
        if abs(number) <= 2**53 and number.is_integer():
            return int(number)
        return number if math.isfinite(number) else None
    return None


def question_findings(
    questionnaire: Questionnaire, name: object, side: Literal["mentor", "mentee", "both"], kinds: tuple[str, ...]
) -> Iterator[Finding]:
    """What keeps question ``name`` from being read on ``side``: it is unknown, of another kind or not asked there."""
    if not isinstance(name, str) or name not in questionnaire:
        hint = did_you_mean(name, questionnaire.ids) if isinstance(name, str) else ""
        yield Finding("question_unknown", f"there is no question {quoted(name)}", hint=hint)
        return
    question: Any = questionnaire[name]
    if question.kind not in kinds:
        wanted = listed(kinds).replace(" and ", " or ")
        yield Finding("question_kind", f"expected a question of kind {wanted}, not {question.kind}", question=name)
    if side == "both" and question.asked_of != "both":
        expected = f"expected a question that is asked of both sides, not of {question.asked_of}s only"
        yield Finding("question_side", expected, question=name)
    elif question.asked_of not in (side, "both"):
        expected = f"expected a question that is asked of {side}s, not of {question.asked_of}s only"
        yield Finding("question_side", expected, question=name)


def kind_of(column: Column) -> str:
    """The kind of question that a column answers, such as "Choice"."""
    return type(column.question).__name__


def options_of(column: Column) -> tuple[str, ...]:
    """The options of the question that a column answers, empty where it has none."""
    return tuple(getattr(column.question, "options", ()))


def numbered(*keys: npt.ArrayLike) -> npt.NDArray[np.intp] | None:
    """A number from 0 for each different combination of keys, shape (n,); None for more than `MOST_LEVELS`.

    >>> numbered([5.0, 2.0, 5.0], [True, True, True]).tolist()
    [1, 0, 1]
    """
    combined: npt.NDArray[np.intp] = np.zeros(1, dtype=np.intp)
    for key in keys:
        different, number = np.unique(np.asarray(key, dtype=np.float64), return_inverse=True)
        combined = combined * len(different) + number
    different, number = np.unique(combined, return_inverse=True)
    return None if len(different) > MOST_LEVELS else number


def between(mentors: Mask, mentees: Mask) -> Mask:
    """True for the pairs of a mentor who is in and a mentee who is in, shape (n_mentors, n_mentees)."""
    return mentors[:, None] & mentees[None, :]
