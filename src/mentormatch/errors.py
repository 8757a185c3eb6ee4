"""The errors of the library. The type says whose fault it is; every error carries all its findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from mentormatch.wording import number, quoted

_PRINTED = 50


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: where it is, what was expected there and the way out.

    ``code`` is stable and meant for programs. ``side`` ("mentor", "mentee"), ``person`` (an id) or ``row`` (a line of
    a table, from 1), ``question`` and ``where`` (any other place, such as a rule) say where; each may be missing.
    ``expected`` is a clause such as "expected a whole number from 1 to 5", ``hint`` the way out. Neither ever holds
    the answer to a private question.
    """

    code: str
    expected: str
    side: str | None = None
    person: str | None = None
    row: int | None = None
    question: str | None = None
    where: str | None = None
    hint: str = ""

    def __str__(self) -> str:
        place = []
        if self.where:
            place.append(self.where)
        if self.person is not None:
            place.append(f"{self.side or 'person'} {quoted(self.person)}")
        elif self.row is not None:
            place.append(f"{self.side + ' ' if self.side else ''}row {self.row}")
        elif self.side:
            place.append(f"{self.side}s")
        if self.question is not None:
            place.append(f"question {quoted(self.question)}")
        text = f"{', '.join(place)}: {self.expected}" if place else self.expected
        return f"{text}; {self.hint}" if self.hint else text

    def to_dict(self) -> dict[str, Any]:
        """The finding as plain values, without the fields that are missing."""
        return {f.name: value for f in fields(self) if (value := getattr(self, f.name)) not in (None, "")}


class MentormatchError(Exception):
    """What every error of this library is. Not a ``ValueError``, which other libraries swallow.

    ``findings`` holds everything that is wrong, ``summary`` one line above it. The text shows the first 50 findings.
    """

    summary_of_many = "{n} findings:"

    def __init__(self, findings: Finding | Iterable[Finding], summary: str | None = None) -> None:
        self.findings: tuple[Finding, ...] = (findings,) if isinstance(findings, Finding) else tuple(findings)
        self.summary = summary
        super().__init__(self.findings, summary)

    def __str__(self) -> str:
        if self.summary is None and len(self.findings) == 1:
            return str(self.findings[0])
        lines = [self.summary or self.summary_of_many.format(n=number(len(self.findings)))]
        lines += [f"  {finding}" for finding in self.findings[:_PRINTED]]
        if len(self.findings) > _PRINTED:
            lines.append(f"  and {number(len(self.findings) - _PRINTED)} more; all are in .findings")
        return "\n".join(lines)


class AnswerError(MentormatchError):
    """Answers or tables of people that do not fit the questionnaire."""

    summary_of_many = "{n} answers do not fit the questionnaire:"


class ProgramError(MentormatchError):
    """A questionnaire, program, rule, aim or score table that cannot be meant as written."""

    summary_of_many = "{n} settings of the program cannot be meant as written:"


class ChoiceError(MentormatchError):
    """Choices (pins, bans, declines) that contradict one another or name unknown people."""

    summary_of_many = "{n} choices cannot be meant as written:"


class InfeasibleError(MentormatchError):
    """Hard demands that cannot all be met; the findings are an irreducible set of demands that clash."""

    summary_of_many = "{n} demands cannot be met together:"
