"""Columns that belong together: one for each option, one for each rank."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mentormatch.readers.spelling import NO, YES, in_accents, in_case
from mentormatch.wording import counted

_LABELLED = re.compile(r"(?s)(.+?)\s*(?:\[(.+)\]|\((.+)\)| - (.+)|: (.+))\s*")
_NUMBERED = re.compile(
    r"(?i)(.*?)[\s_#(\[]*(?:(\d{1,2})(?:st|nd|rd|th)?|(first|second|third|fourth|fifth))[\])]*\s*(choice|preference|pick)?\s*"
)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_MOST_RANKED = 60


@dataclass(frozen=True)
class Family:
    """Columns of one question: its wording, its kind, its options, where they stand, and why it seems so."""

    text: str
    kind: str
    options: tuple[str, ...]
    where: Any
    headers: tuple[str, ...]
    reason: str


def families(columns: Mapping[str, Sequence[str]]) -> Iterator[Family]:
    """The families among columns, each header with its answers that are not blank."""
    taken: set[str] = set()
    for family in (*_by_option(columns), *_ranked(columns)):
        if not taken.intersection(family.headers):
            taken.update(family.headers)
            yield family


def _by_option(columns: Mapping[str, Sequence[str]]) -> Iterator[Family]:
    """Columns whose headers are alike but for an option, and that hold ticks or ranks."""
    groups: dict[str, dict[str, str]] = {}
    for header in columns:
        if found := _LABELLED.fullmatch(header):
            label = next(part for part in found.groups()[1:] if part)
            groups.setdefault(found[1].strip(), {})[" ".join(label.split())] = header
    for text, labels in groups.items():
        cells = {label: {in_case(one) for one in columns[header]} for label, header in labels.items()}
        seen = set().union(*cells.values())
        if len(labels) < 2 or not seen:
            continue
        headers = tuple(labels.values())
        if all(held <= (YES | NO | {in_case(label)}) for label, held in cells.items()):
            reason = f"{counted(len(labels), 'column')} of yes or no with an option in each header"
            yield Family(text, "MultiChoice", tuple(labels), dict(labels), headers, reason)
        elif all(one.isdecimal() and 1 <= int(one) <= len(labels) for one in seen if len(one) < 4) and len(seen) > 1:
            reason = f"{counted(len(labels), 'column')} of ranks with an option in each header"
            yield Family(text, "Ranking", tuple(labels), dict(labels), headers, reason)


def _ranked(columns: Mapping[str, Sequence[str]]) -> Iterator[Family]:
    """Columns whose headers are alike but for a number, and that hold the same answers."""
    groups: dict[tuple[str, str], dict[int, str]] = {}
    for header in columns:
        if found := _NUMBERED.fullmatch(" ".join(header.split())):
            place = int(found[2]) if found[2] else _ORDINALS[found[3].casefold()]
            groups.setdefault((found[1].strip(" -:"), (found[4] or "").casefold()), {})[place] = header
    for (text, word), places in groups.items():
        numbers = sorted(places)
        if len(numbers) < 2 or numbers != list(range(1, len(numbers) + 1)):
            continue
        answers: dict[str, str] = {}
        for place in numbers:
            for one in columns[places[place]]:
                answers.setdefault(in_accents(one), one.strip())
        first = {in_accents(one) for one in columns[places[1]]}
        rest = {in_accents(one) for place in numbers[1:] for one in columns[places[place]]}
        words = any(not one.replace(".", "").isdecimal() for one in answers)
        if not words or not 2 <= len(answers) <= _MOST_RANKED or not first & rest:
            continue
        headers = tuple(places[place] for place in numbers)
        reason = f"{counted(len(numbers), 'column')} with numbers in their headers and the same answers"
        options = tuple(sorted(answers.values()))
        yield Family(text or word or headers[0], "Ranking", options, list(headers), headers, reason)
