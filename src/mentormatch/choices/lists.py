"""Ranked lists of people, and whole numbers by person: how they are held, read and written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from pydantic import AfterValidator, PlainSerializer, PlainValidator, WithJsonSchema

from mentormatch import doors
from mentormatch.errors import ChoiceError, Finding
from mentormatch.ids import person_id
from mentormatch.wording import number, shown

LARGEST_PRIORITY = 1_000_000

LISTS = {"shortlists": "shortlist", "wishes": "wish list"}
"""The fields that hold ranked lists, and the word for one list of each."""


@dataclass(frozen=True)
class Shortlist:
    """Whom a person would like to be matched with, best first.

    ``ranks`` holds the ids of each rank, those of one rank in their order; given may be ids and, for ties, lists of
    ids. A list without anybody says nothing. Raises ``ChoiceError`` with all findings for what is no id, for somebody
    who stands there twice and for the person whose list it is.

    >>> print(Shortlist("tim", ["ada", ["grace", "bo"], "cy"]))
    tim: ada, bo = grace, cy
    """

    person: str
    ranks: tuple[tuple[str, ...], ...] = ()

    if TYPE_CHECKING:  # what may be given is wider than what is held

        def __init__(self, person: str | int, ranks: Ranks = ()) -> None: ...

    def __post_init__(self) -> None:
        findings: list[Finding] = []
        person = person_id(self.person)
        if isinstance(person, Finding):
            findings.append(replace(person, where="person"))
        else:
            object.__setattr__(self, "person", person)
        object.__setattr__(self, "ranks", tuple(_read_ranks(self.ranks, findings)))
        if self.person in self.people:
            hint = "two people of one id need ids that differ"
            findings.append(Finding("own_list", "nobody is matched with themselves", hint=hint))
        times = Counter(self.people)
        findings += [
            Finding("choice_twice", f"names {shown(name)} {number(count)} times", hint="once is enough")
            for name, count in times.items()
            if count > 1
        ]
        if findings:
            raise ChoiceError(findings)

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody on the list, best first, those of one rank in the order of their ids."""
        return tuple(person for rank in self.ranks for person in rank)

    def __str__(self) -> str:
        return f"{shown(self.person)}: {', '.join(' = '.join(map(shown, rank)) for rank in self.ranks)}"


if TYPE_CHECKING:
    Id = str | int
    Ranks = Iterable[Id | Iterable[Id]]
    ListsLike = Mapping[Id, Ranks] | Mapping[str, Ranks] | Mapping[int, Ranks] | Iterable[Shortlist]
    PriorityLike = Mapping[Id, int] | Mapping[str, int] | Mapping[int, int] | Iterable[tuple[Id, int]]
    PeopleLike = Iterable[Id]


def _read_ranks(given: Any, findings: list[Finding]) -> Iterator[tuple[str, ...]]:
    if isinstance(given, (str, bytes, Mapping, Set)) or not isinstance(given, Iterable):
        hint = "one person alone stands in a list too" if isinstance(given, str) else ""
        expected = f"expected a list of ids, best first, not of type {type(given).__name__}"
        findings.append(Finding("choice_list", expected, hint=hint))
        return
    for position, entry in enumerate(given, start=1):
        tied = entry if isinstance(entry, (tuple, list, Set)) else (entry,)
        rank = [person_id(raw) for raw in tied]
        findings += [replace(found, where=f"rank {number(position)}") for found in rank if isinstance(found, Finding)]
        names = tuple(sorted(name for name in rank if isinstance(name, str)))
        if names:
            yield names


def read_lists(name: str, given: Any, findings: list[Finding]) -> tuple[Shortlist, ...]:
    """The lists by person, in the order of the ids and without empty ones; what is no list goes to ``findings``.

    ``name`` is the field, such as "shortlists".
    """
    word = LISTS[name]
    if isinstance(given, Mapping):
        entries: Iterable[Any] = given.items()
    elif isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        expected = f"expected a mapping from ids to ranked lists, not of type {type(given).__name__}"
        findings.append(Finding("choice_list", expected, where=name))
        return ()
    else:
        entries = given
    lists = []
    for position, entry in enumerate(entries):
        if isinstance(entry, Shortlist):
            lists.append(entry)
            continue
        if not isinstance(given, Mapping):
            expected = f"expected a value of type Shortlist, not of type {type(entry).__name__}"
            hint = f"or give {name} as a mapping"
            findings.append(Finding("choice_list", expected, where=f"{name}[{position}]", hint=hint))
            continue
        person, ranks = entry
        try:
            lists.append(Shortlist(person, ranks))
        except ChoiceError as error:
            read = person_id(person)
            # A key that is no id cannot be shown, so its place is.
            place = f"{word} of {shown(read)}" if isinstance(read, str) else f"{word} {number(position + 1)}"
            findings += [replace(f, where=f"{place}, {f.where}" if f.where else place) for f in error.findings]
    findings += _twice(name, word, Counter(one.person for one in lists))
    return tuple(sorted((one for one in lists if one.ranks), key=lambda one: one.person))


def read_priority(given: Any, findings: list[Finding]) -> tuple[tuple[str, int], ...]:
    """Whole numbers by id, in the order of the ids; what is none goes to ``findings``."""
    entries = given.items() if isinstance(given, Mapping) else given
    if isinstance(entries, (str, bytes)) or not isinstance(entries, Iterable):
        expected = f"expected a mapping from ids to whole numbers, not of type {type(given).__name__}"
        findings.append(Finding("choice_list", expected, where="priority"))
        return ()
    read = []
    for position, entry in enumerate(entries):
        place = f"priority {number(position + 1)}"
        if not isinstance(entry, (tuple, list)) or len(entry) != 2:
            findings.append(Finding("choice_priority", "expected an id and a whole number", where=place))
            continue
        person, value = person_id(entry[0]), entry[1]
        if isinstance(person, Finding):
            findings.append(replace(person, where=place))
        else:
            place = f"priority of {shown(person)}"
        whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        if not whole or abs(int(value)) > LARGEST_PRIORITY:
            most = number(LARGEST_PRIORITY)
            expected = f"expected a whole number from -{most} to {most}"
            if not whole:
                expected += f", not of type {type(value).__name__}"
            findings.append(Finding("choice_priority", expected, where=place))
        elif isinstance(person, str):
            read.append((person, int(value)))
    findings += _twice("priority", "priority", Counter(person for person, _ in read))
    return tuple(sorted(read))


def read_people(name: str, given: Any, findings: list[Finding]) -> tuple[str, ...]:
    """Ids in their order, each once; what is no id goes to ``findings``."""
    if isinstance(given, (str, bytes, Mapping)) or not isinstance(given, Iterable):
        hint = "one person alone stands in a list too" if isinstance(given, str) else ""
        expected = f"expected a list of ids, not of type {type(given).__name__}"
        findings.append(Finding("choice_list", expected, where=name, hint=hint))
        return ()
    people = set()
    for position, raw in enumerate(given):
        person = person_id(raw)
        if isinstance(person, Finding):
            findings.append(replace(person, where=f"{name}[{position}]"))
        else:
            people.add(person)
    return tuple(sorted(people))


def _twice(name: str, word: str, times: Counter[str]) -> Iterator[Finding]:
    for person, count in times.items():
        if count > 1:
            where = f"{word} of {shown(person)}"
            yield Finding("choice_twice", f"stands {number(count)} times in {name}", where=where, hint="once is enough")


def _from_json(name: str, data: Any) -> tuple[Shortlist, ...]:
    """The lists as JSON holds them: an object from ids to lists of ids and, for ties, of lists of ids."""
    if not isinstance(data, dict):
        raise ChoiceError(Finding("json_field", "expected an object from ids to ranked lists"))
    findings = [
        Finding(
            "json_field",
            "expected an id as text, or a list of such",
            where=f"{LISTS[name]} of {shown(person)}, rank {at}",
        )
        for person, ranks in data.items()
        if isinstance(ranks, list)
        for at, rank in enumerate(ranks, start=1)
        if not isinstance(rank, str) and not (isinstance(rank, list) and all(isinstance(one, str) for one in rank))
    ]
    if findings:
        raise ChoiceError(findings)
    lists = read_lists(name, data, findings)
    if findings:
        raise ChoiceError(findings)
    return lists


def _as_mapping(given: tuple[tuple[str, int], ...]) -> dict[str, int]:
    # Older versions of pydantic look at the signature of what serialises, and dict itself has none.
    return dict(given)


def _to_json(lists: tuple[Shortlist, ...]) -> dict[str, list[str | list[str]]]:
    return {one.person: [rank[0] if len(rank) == 1 else list(rank) for rank in one.ranks] for one in lists}


_IDS = {"type": "array", "items": {"type": "string"}}
_SCHEMA = {
    "type": "object",
    "additionalProperties": {"type": "array", "items": {"anyOf": [{"type": "string"}, _IDS]}},
    "default": {},
}

if TYPE_CHECKING:
    Shortlists = tuple[Shortlist, ...]
    Wishes = tuple[Shortlist, ...]
    Priority = tuple[tuple[str, int], ...]
else:  # in JSON they are what a caller writes too: mappings

    def _lists(name: str) -> Any:
        return Annotated[
            tuple[Shortlist, ...],
            PlainValidator(lambda data: _from_json(name, data)),
            doors.keep_findings,
            PlainSerializer(_to_json, return_type=dict[str, list[Any]]),
            WithJsonSchema(_SCHEMA),
        ]

    Shortlists, Wishes = _lists("shortlists"), _lists("wishes")
    Priority = Annotated[
        dict[str, int],
        AfterValidator(lambda data: tuple(data.items())),
        PlainSerializer(_as_mapping, return_type=dict[str, int]),
    ]
