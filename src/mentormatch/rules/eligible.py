"""Who may take part: a condition on one person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import ConfigDict

from mentormatch.errors import Finding, ProgramError
from mentormatch.questions import tidy
from mentormatch.rules.levels import number_levels, on_grid
from mentormatch.rules.overlap import picks
from mentormatch.rules.rule import Mask, kind_of, options_of, plain_number, question_findings
from mentormatch.wording import did_you_mean, quoted

if TYPE_CHECKING:
    from mentormatch.cohort import People
    from mentormatch.questionnaire import Questionnaire
    from mentormatch.questions import Column, Question

Answer = str | int | float
_KINDS = ("Choice", "MultiChoice", "Scale", "Number")
_TESTS = ("is_", "is_not", "at_least", "at_most")


@dataclass(frozen=True, repr=False)
class Eligible:
    """Who of ``side`` may take part: those whose answer to ``question`` passes every test that is given.

    ``is_`` and ``is_not`` are one answer or a list of them; of picks, one must be among ``is_`` and none among
    ``is_not``. ``at_least`` and ``at_most`` include their ends and are for numbers, scales and ordered choices. Whoever
    is refused has no allowed partner, and ``reason`` is what they are told. A blank answer is refused, with
    ``if_unknown="allow"`` it is not.

    Formula: ``answer in is_ and answer not in is_not and at_least <= answer <= at_most``.

    Settings that cannot be meant raise `ProgramError`; what depends on the questionnaire is found by `check`.

    >>> from mentormatch import questions as q
    >>> rule = Eligible("mentor", "years", at_least=2, reason="mentors have been here for two years")
    >>> rule.try_on([q.Number("years")], {"years": 1})
    False
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    side: Literal["mentor", "mentee"]
    question: str
    _: KW_ONLY
    is_: Answer | Sequence[Answer] | None = None
    is_not: Answer | Sequence[Answer] | None = None
    at_least: Answer | None = None
    at_most: Answer | None = None
    reason: str = ""
    label: str | None = None
    if_unknown: Literal["forbid", "allow"] = "forbid"
    kind: Literal["Eligible"] = field(default="Eligible", repr=False)

    def __post_init__(self) -> None:
        for setting in fields(self):
            value = getattr(self, setting.name)
            if isinstance(value, (list, tuple)):
                object.__setattr__(self, setting.name, tuple(_tidied(one) for one in value))
            else:
                object.__setattr__(self, setting.name, _tidied(value))
        findings = [replace(finding, where=f"eligibility {self.title}") for finding in self._settings()]
        if findings:
            raise ProgramError(findings)

    def __repr__(self) -> str:
        """The call that makes it, without the settings left at their defaults."""
        return self._call((*_TESTS, "reason", "label", "if_unknown"))

    @property
    def title(self) -> str:
        """The condition as messages name it, such as ``Eligible('mentor', 'years', at_least=2)``."""
        return self._call(_TESTS)

    @property
    def name(self) -> str:
        """The label, or the title where there is none."""
        return self.title if self.label is None else self.label

    def questions(self) -> tuple[str, ...]:
        """The ids of the questions that are read."""
        return (self.question,)

    def refused(self, people: People) -> tuple[Mask, Mask]:
        """Who of the side may not take part, and who of those only because of a blank, both of shape (n,)."""
        column = people.column(self.question)
        passed = np.ones(len(people), dtype=bool)
        if self.is_ is not None:
            passed &= self._gave(column, self.is_)
        if self.is_not is not None:
            passed &= ~self._gave(column, self.is_not)
        for bound, sign in ((self.at_least, 1), (self.at_most, -1)):
            if bound is not None:
                passed &= sign * (number_levels(column) - _level(column, bound)) >= 0
        if self.if_unknown == "allow":
            return column.known & ~passed, np.zeros(len(people), dtype=bool)
        return ~(column.known & passed), ~column.known

    def try_on(self, questions: Questionnaire | Sequence[Question], person: Mapping[str, object]) -> bool:
        """Whether somebody with these answers may take part. Raises what making a cohort of it would raise."""
        from mentormatch.cohort import Cohort
        from mentormatch.questionnaire import Questionnaire

        questionnaire = questions if isinstance(questions, Questionnaire) else Questionnaire(questions)
        if findings := self.check(questionnaire):
            raise ProgramError(findings)
        record = [{"id": self.side, **person}]
        if self.side == "mentor":
            people = Cohort.from_records(questionnaire, mentors=record).mentors
        else:
            people = Cohort.from_records(questionnaire, mentees=record).mentees
        return not self.refused(people)[0][0]

    def told(self, private: bool, blank: bool) -> str:
        """Why somebody is refused: the ``reason``, else the title, which a private question keeps to itself."""
        told = self.reason or ("a private answer" if private else self.title)
        return f"{told} (the answer is blank)" if blank and not private else told

    def check(self, questionnaire: Questionnaire) -> list[Finding]:
        """Everything that keeps it from being used with this questionnaire."""
        where = f"eligibility {self.title}"
        return [replace(finding, where=where) for finding in self._fits(questionnaire)]

    def _call(self, names: Sequence[str]) -> str:
        given = [(name, getattr(self, name)) for name in names]
        defaults = {"reason": "", "if_unknown": "forbid"}
        shown = [f"{name}={value!r}" for name, value in given if value != defaults.get(name)]
        return f"Eligible({', '.join((repr(self.side), repr(self.question), *shown))})"

    def _gave(self, column: Column, wanted: Answer | Sequence[Answer]) -> Mask:
        """Who gave one of the answers; a blank is none of them."""
        answers = _answers(wanted)
        if kind_of(column) in ("Choice", "MultiChoice"):
            places = [options_of(column).index(str(answer)) for answer in answers]
            return np.asarray(picks(column)[:, places].any(axis=1))
        return column.known & np.isin(number_levels(column), [float(on_grid(float(answer))) for answer in answers])

    def _settings(self) -> Iterator[Finding]:
        if self.side not in ("mentor", "mentee"):
            yield Finding("eligible_side", "expected the side 'mentor' or 'mentee'")
        tests = [(name, value) for name in _TESTS if (value := getattr(self, name)) is not None]
        if not tests:
            hint = "give is_=, is_not=, at_least= or at_most="
            yield Finding("eligible_test", "expected what the answer must be", hint=hint)
        for name, value in tests:
            several = name in ("is_", "is_not")
            answers = _answers(value) if several else (value,)
            if not answers or not all(isinstance(one, str) or plain_number(one) is not None for one in answers):
                what = "one answer or a list of answers" if several else "one answer"
                yield Finding("eligible_test", f"expected {name}= to be {what}, as text or numbers")
        if not isinstance(self.reason, str):
            yield Finding("eligible_reason", "expected reason= to be text")
        if self.label is not None and not (isinstance(self.label, str) and tidy(self.label)):
            yield Finding("rule_label", "expected a label that is text and not blank")
        if self.if_unknown not in ("forbid", "allow"):
            yield Finding("rule_if_unknown", "expected if_unknown='forbid' or 'allow'")

    def _fits(self, questionnaire: Questionnaire) -> Iterator[Finding]:
        found = list(question_findings(questionnaire, self.question, self.side, _KINDS))
        yield from found
        if found:
            return
        question: Any = questionnaire[self.question]
        options = getattr(question, "options", ())
        bounds = [name for name in ("at_least", "at_most") if getattr(self, name) is not None]
        if bounds and options and not getattr(question, "ordered", False):
            expected = f"{bounds[0]}= needs a number, a scale or a choice whose options have an order"
            yield Finding("eligible_test", expected, question=self.question)
        for name in _TESTS:
            for answer in _answers(getattr(self, name)):
                if options and answer not in options:
                    expected = f"{quoted(answer)} is not among the options"
                    yield Finding(
                        "eligible_test", expected, None, None, None, self.question, None, _near(answer, options)
                    )
                elif not options and isinstance(answer, str):
                    yield Finding("eligible_test", f"expected {name}= to be a number", question=self.question)


def _tidied(value: Any) -> Any:
    """A text or a number as it is compared and printed; anything else as it is."""
    if isinstance(value, str):
        return tidy(value) or value
    number = plain_number(value)
    return value if number is None else number


def _near(answer: object, options: Sequence[str]) -> str:
    return did_you_mean(str(answer), options)


def _answers(value: Any) -> tuple[Any, ...]:
    """One answer or several as several."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)


def _level(column: Column, bound: Answer) -> float:
    """A bound on the grid that the answers are compared on: a step for an ordered choice."""
    options = options_of(column)
    return float(on_grid(options.index(str(bound)) if options else float(bound)))
