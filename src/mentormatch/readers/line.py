"""The reporting line: who reports to whom, from a mapping and from the answers to a question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mentormatch.errors import Finding
from mentormatch.ids import person_id
from mentormatch.wording import listed, quoted


@dataclass(frozen=True, eq=False, repr=False)
class Line:
    """The manager of everybody who has one, also of people who take no part.

    ``place`` numbers the people; ``manager``, int32 of shape (n_people + 1,), holds the number of each one's manager,
    -1 for nobody, and ends with a -1 of its own, so that the manager of nobody is nobody. ``findings`` are people of
    two different managers and lines that come back to where they began.
    """

    place: Mapping[str, int]
    manager: NDArray[np.int32]
    findings: tuple[Finding, ...]

    def above(self, places: NDArray[np.int32], levels: int) -> NDArray[np.int32]:
        """The managers of people (by number) up to ``levels`` above them, shape (levels, n), -1 for nobody."""
        found = np.empty((levels, len(places)), dtype=np.int32)
        for level in range(levels):
            places = self.manager[places]
            found[level] = places
        return found


def read_line(given: object) -> tuple[dict[str, str], list[Finding]]:
    """A mapping of ids to managers as ids, without people whose manager is blank, and everything wrong with it."""
    where = "reporting_line"
    if given is None:
        return {}, []
    if not isinstance(given, Mapping):
        return {}, [Finding("reporting_line", "expected a mapping of ids to the ids of managers", where=where)]
    line: dict[str, str] = {}
    findings: list[Finding] = []
    for key, value in given.items():
        person, manager = person_id(key), person_id(value)
        if isinstance(person, Finding):
            findings.append(replace(person, where=where))
        elif isinstance(manager, Finding):
            if manager.code != "id_blank":
                findings.append(replace(manager, person=person, where=where))
        elif line.setdefault(person, manager) != manager:
            findings.append(Finding("two_managers", "expected one manager, not two", person=person, where=where))
    return line, findings or _cycle_findings(line, where=where)


def line_of(
    people: Iterable[str], known: Iterable[tuple[str, str]], question: str | None = None, private: bool = False
) -> Line:
    """The line of these people, from pairs of a person and a manager; messages about a private one name no manager."""
    managers: dict[str, str] = {}
    twice: dict[str, Finding] = {}
    for person, manager in known:
        if managers.setdefault(person, manager) != manager:
            expected = "expected one manager; the answers of both roles and the reporting_line must agree"
            twice[person] = Finding("two_managers", expected, person=person, question=question)
    place = {person: k for k, person in enumerate(dict.fromkeys((*people, *managers, *managers.values())))}
    numbers = np.full(len(place) + 1, -1, dtype=np.int32)
    for person, manager in managers.items():
        numbers[place[person]] = place[manager]
    findings = (*twice.values(), *_cycle_findings(managers, question=question, private=private))
    return Line(place, numbers, findings)


def _cycle_findings(
    line: Mapping[str, str], where: str | None = None, question: str | None = None, private: bool = False
) -> list[Finding]:
    findings = []
    for cycle in _cycles(line):
        steps = [f"{quoted(person)} reports to {quoted(line[person])}" for person in cycle]
        told = "this one comes back to its beginning" if private else listed(steps)
        expected = f"expected a reporting line that ends; {told}"
        hint = "leave the manager of whoever is at the top blank"
        findings.append(Finding("reporting_cycle", expected, None, cycle[0], None, question, where, hint))
    return findings


def _cycles(line: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Every line that comes back to where it began, from its smallest id, in the order of these ids; O(people)."""
    done: set[str] = set()
    found = []
    for start in line:
        path: dict[str, None] = {}
        person = start
        while person in line and person not in done and person not in path:
            path[person] = None
            person = line[person]
        if person in path:
            cycle = list(path)[list(path).index(person) :]
            first = cycle.index(min(cycle))
            found.append((*cycle[first:], *cycle[:first]))
        done.update(path)
    return sorted(found)
