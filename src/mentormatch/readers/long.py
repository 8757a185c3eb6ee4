"""Tables of one row for each answer: the same as a table of one row for each person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mentormatch.errors import AnswerError, Finding
from mentormatch.questions import tidy
from mentormatch.readers.cells import as_text
from mentormatch.readers.layout import Header
from mentormatch.readers.roles import place_of
from mentormatch.readers.table import MOST_FINDINGS, Table, is_filled, refuse_size, too_many
from mentormatch.wording import quoted


@dataclass
class _Person:
    line: int
    facts: list[object]
    answers: dict[str, list[tuple[object, object]]] = field(default_factory=dict)


def widened(table: Table, long: Mapping[str, Header]) -> Table:
    """One row for each person: the columns that say something of the person, then one for each question.

    Several answers to one question are a list in the order of their ranks where there is a column of ranks, else a set,
    so that no order of rows decides. A fact that differs between the rows of one person is a finding, as is
    a row without a person or a question. The line of a person is that of the first row.
    """
    places = {what: place_of(table, header, "long") for what, header in long.items()}
    others = [place for place in range(len(table.header)) if place not in places.values()]
    people: dict[str, _Person] = {}
    questions: dict[str, None] = {}
    findings: list[Finding] = list(table.findings)
    for line, row in zip(table.lines, table.rows, strict=True):
        name, question = as_text(row[places["id"]]), as_text(row[places["question"]])
        if not is_filled(name) or not isinstance(question, str) or not tidy(question):
            if len(findings) >= MOST_FINDINGS:
                raise AnswerError(too_many(findings, line))
            findings.append(Finding("long_row", "expected a person and a question in every row", row=line))
            continue
        key = tidy(str(name)) or str(name)
        facts = [row[place] for place in others]
        person = people.setdefault(key, _Person(line, [row[places["id"]], *facts]))
        for at, fact in enumerate(facts, start=1):
            if not is_filled(person.facts[at]):
                person.facts[at] = fact
            elif is_filled(fact) and fact != person.facts[at]:
                person.facts[at] = _Differs
        asked = tidy(question) or ""
        questions.setdefault(asked)
        answer = row[places["answer"]]
        if is_filled(answer):
            rank = row[places["rank"]] if "rank" in places else None
            person.answers.setdefault(asked, []).append((rank, answer))
    header = (table.header[places["id"]], *(table.header[place] for place in others), *questions)
    repeated = next((name for name in questions if name in header[: 1 + len(others)]), None)
    if repeated is not None:
        raise AnswerError(
            Finding(
                "header_repeated", f"{quoted(repeated)} is both a question and the header of a column", where="long"
            )
        )
    refuse_size(len(people), len(header))
    rows = []
    for person in people.values():
        differing = [
            quoted(table.header[place])
            for place, fact in zip(others, person.facts[1:], strict=True)
            if fact is _Differs
        ]
        if differing:
            wrong = f"the rows of this person differ in {differing[0]}"
            findings.append(Finding("long_differs", wrong, row=person.line))
            continue
        rows.append(
            (person.line, (*person.facts, *(_cell(person.answers.get(name, ()), places) for name in questions)))
        )
    return replace(
        Table(header, tuple(row for _, row in rows), tuple(line for line, _ in rows), tuple(findings)),
        origin=table.origin,
    )


class _Differs:
    """Stands for a fact that differs."""


def _cell(answers: list[tuple[object, object]] | tuple[()], places: Mapping[str, int]) -> object:
    """One answer as it is, several as a list."""
    if len(answers) == 1:
        return answers[0][1]
    if "rank" in places:
        return [answer for _, answer in sorted(answers, key=lambda one: (_rank(one[0]), str(one[1])))] or None
    return frozenset(str(as_text(answer)) for _, answer in answers) or None


def _rank(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return float("inf")
