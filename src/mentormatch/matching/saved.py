"""A matching as plain values that JSON can hold, and what such values have to keep to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import ConfigDict

from mentormatch.demand import Demand
from mentormatch.errors import Finding
from mentormatch.explain import Unmatched
from mentormatch.ids import person_id
from mentormatch.matching.made import Group, Pair
from mentormatch.matching.saved_proof import SavedProof
from mentormatch.reached import AimReached
from mentormatch.wording import number


@dataclass(frozen=True)
class SavedAnswer:
    """What is saved of every matching; each kind adds what is its own."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    version: Literal[1]
    demand: Demand
    pairs: tuple[Pair, ...]
    unmatched: tuple[Unmatched, ...]
    aims: tuple[AimReached, ...]
    norms: dict[str, float]


@dataclass(frozen=True)
class SavedPairs(SavedAnswer):
    """A matching of pairs."""

    proof: SavedProof


@dataclass(frozen=True)
class _Named:
    kind: str


@dataclass(frozen=True)
class SavedKind(SavedAnswer, _Named):
    """A matching of a kind that its JSON names first."""


def contradictions(saved: SavedAnswer) -> Iterator[Finding]:
    """What does not fit together in a saved matching of whatever kind: people, lengths, ranges."""
    demand = saved.demand
    mentors, mentees = set(demand.mentors), set(demand.mentees)
    groups: tuple[Group, ...] = getattr(saved, "groups", ())
    if any(pair.mentor not in mentors or pair.mentee not in mentees for pair in saved.pairs):
        yield Finding("unknown_person", "a pair names people who take no part", where="pairs")
    if any(not (mentors.issuperset(group.mentors) and mentees.issuperset(group.mentees)) for group in groups):
        yield Finding("unknown_person", "a group names people who take no part", where="groups")
    if any(alone.person not in (mentees if alone.side == "mentee" else mentors) for alone in saved.unmatched):
        yield Finding("unknown_person", "somebody named takes no part", where="unmatched")
    if any(not 0 <= made.points < 2**62 for made in saved.pairs):
        yield Finding("range", "expected points from 0", where="pairs")
    if any(not 0 <= made.points < 2**62 for made in groups):
        yield Finding("range", "expected points from 0", where="groups")
    if any(abs(value) >= 2**63 for reached in saved.aims for value in (reached.value, reached.of or 0)):
        yield Finding("range", "expected whole numbers of 63 bits", where="aims")
    yield from demand_faults(demand)


def demand_faults(demand: Demand) -> Iterator[Finding]:
    """What does not fit together in what was asked: lengths, ranges, ids."""
    for name, values, people in (
        ("capacity", demand.capacity, demand.mentors),
        ("minimum_load", demand.minimum_load, demand.mentors),
        ("mentor_names", demand.mentor_names or demand.mentors, demand.mentors),
        ("wants", demand.wants, demand.mentees),
        ("priority", demand.priority, demand.mentees),
        ("mentee_names", demand.mentee_names or demand.mentees, demand.mentees),
    ):
        if len(values) != len(people):
            expected = f"expected {number(len(people))} entries, not {number(len(values))}"
            yield Finding("length", expected, where=name)
    for name in ("capacity", "minimum_load", "wants"):
        if any(not 0 <= value < 2**31 for value in getattr(demand, name)):
            yield Finding("range", "expected whole numbers from 0", where=name)
    if any(abs(value) >= 2**31 for value in demand.priority) or abs(demand.seed) >= 2**63:
        yield Finding("range", "a number is out of range", where="demand")
    for name, people in (("mentors", demand.mentors), ("mentees", demand.mentees)):
        if len(set(people)) != len(people):
            yield Finding("duplicate", "an id stands there twice", where=name)
        if any(person_id(person) != person for person in people):
            yield Finding("id", "expected ids that are trimmed and not blank", where=name)


def unknown_choices(demand: Demand, *, fellows: bool = False) -> Iterator[Finding]:
    """That a choice about a pair names people who take no part; ``fellows`` of one side may have refused each other."""
    sides, gone = (set(demand.mentors), set(demand.mentees)), set(demand.choices.left)
    known = [side | gone | (sides[0] | sides[1] if fellows else set()) for side in sides]
    chosen = (*demand.choices.pins, *demand.choices.bans, *demand.choices.declines)
    if any(pair.mentor not in known[0] or pair.mentee not in known[1] for pair in chosen):
        yield Finding("unknown_person", "a choice names people who take no part", where="demand.choices")


def restored_answer(saved: SavedAnswer) -> dict[str, Any]:
    """What every kind of matching is made with, but for its proof; `contradictions` must have found nothing."""
    return {
        "demand": saved.demand,
        "pairs": tuple(sorted(saved.pairs)),
        "unmatched": saved.unmatched,
        "aims": saved.aims,
        "norms": saved.norms,
    }
