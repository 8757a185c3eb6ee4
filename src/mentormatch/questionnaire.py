"""The questionnaire: what a program asks its people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from pydantic import ConfigDict

from mentormatch import doors
from mentormatch.errors import Finding, ProgramError
from mentormatch.page import Page, Paged, Table
from mentormatch.questions import AnyQuestion, Blanks, Question, tidy
from mentormatch.wording import did_you_mean, listed, number, quoted


@dataclass(frozen=True)
class Questionnaire(Paged):
    """The questions in their order, and ``blanks``, the words that stand for no answer ("n/a", "-").

    Blank words are compared trimmed and without case. A question id given twice, a value that is no question and an
    option that is also a blank word raise ``ProgramError`` with all findings.

    >>> from mentormatch import questions as q
    >>> questionnaire = Questionnaire([q.Number("experience", unit="years", minimum=0)], blanks=["n/a"])
    >>> "experience" in questionnaire, questionnaire["experience"].unit
    (True, 'years')
    >>> print(questionnaire)
    Questionnaire
    =============
    <BLANKLINE>
    questions          1
    words for a blank  'n/a'
    <BLANKLINE>
      question    answer                    text
      experience  a number of years from 0
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    questions: Sequence[Question]
    blanks: Sequence[str] = ()

    def __post_init__(self) -> None:
        findings = [*self._check_questions(), *self._check_blanks()]
        if findings:
            raise ProgramError(findings)

    def _check_questions(self) -> Iterator[Finding]:
        if not _is_list(self.questions):
            yield Finding("questions", "expected a list of questions", where="questionnaire")
            object.__setattr__(self, "questions", ())
            return
        object.__setattr__(self, "questions", tuple(self.questions))
        first: dict[str, int] = {}
        for position, question in enumerate(self.questions):
            if not isinstance(question, AnyQuestion):
                found = f"expected a question, found {type(question).__name__}"
                yield Finding("not_a_question", found, where=f"questions[{position}]")
            elif (earlier := first.setdefault(question.id, position)) != position:
                repeated = f"expected every id once; questions[{earlier}] has it too"
                yield Finding("question_repeated", repeated, question=question.id, where=f"questions[{position}]")

    def _check_blanks(self) -> Iterator[Finding]:
        if not _is_list(self.blanks):
            yield Finding("blanks", "expected a list of texts", where="blanks")
            object.__setattr__(self, "blanks", ())
            return
        words = [tidy(word) for word in self.blanks]
        object.__setattr__(self, "blanks", tuple(word or "" for word in words))
        if None in words:
            yield Finding("blanks", "expected a list of texts", where="blanks")
        for question in self.questions:
            for option in getattr(question, "options", ()):
                if option.casefold() in self.blank.words:
                    taken = f"the option {quoted(option)} is also a word for a blank, so nobody could pick it"
                    yield Finding("option_is_blank", taken, question=question.id)

    @cached_property
    def blank(self) -> Blanks:
        """What counts as unanswered here: ``answer in questionnaire.blank``."""
        return Blanks(frozenset(word.casefold() for word in self.blanks if word))

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the questions in their order."""
        return tuple(question.id for question in self.questions)

    def asked_of(self, side: str) -> tuple[AnyQuestion, ...]:
        """The questions that the side "mentor" or "mentee" is asked, in their order."""
        return tuple(question for question in self.questions if question.asks(side))

    @cached_property
    def _by_id(self) -> dict[str, AnyQuestion]:
        return {question.id: question for question in self.questions}

    def __getitem__(self, question_id: str) -> AnyQuestion:
        """The question with this id; an unknown id raises ``ProgramError``."""
        if question_id in self:
            return self._by_id[question_id]
        name = tidy(question_id)
        asked = quoted(name) if name else "with that id"
        hint = did_you_mean(name[:80], self.ids) if name else ""
        raise ProgramError(Finding("question_unknown", f"there is no question {asked}", hint=hint))

    def __contains__(self, question_id: object) -> bool:
        return isinstance(question_id, str) and question_id in self._by_id

    def __iter__(self) -> Iterator[AnyQuestion]:
        return iter(self.questions)

    def __len__(self) -> int:
        return len(self.questions)

    def page(self) -> Page:
        """The questionnaire as a page: every question with the answer it wants."""
        facts = [("questions", number(len(self)))]
        if words := [quoted(word) for word in self.blanks if word]:
            facts.append(("words for a blank", listed(words)))
        rows = [(question.id, _answer(question), question.text) for question in self]
        return Page("Questionnaire", facts, [Table("", ("question", "answer", "text"), rows)] if rows else ())

    def to_json(self) -> str:
        """The questionnaire as JSON text, which ``from_json`` reads back."""
        return doors.write_json(Questionnaire, self)

    @classmethod
    def from_json(cls, text: str | bytes) -> Questionnaire:
        """The questionnaire that a JSON text holds; anything unknown in it raises ``ProgramError``."""
        found: Questionnaire = doors.read_json(cls, text, what="questionnaire")
        return found

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """The JSON schema of a questionnaire."""
        return doors.schema(cls)


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _answer(question: AnyQuestion) -> str:
    notes = [question.wanted]
    if question.asked_of != "both":
        notes.append(f"asked of {question.asked_of}s")
    notes += [note for note in ("required", "private") if getattr(question, note)]
    return ", ".join(notes)
