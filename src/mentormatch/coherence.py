"""Whether what a saved matching says fits together: people, lengths and ranges, before anything relies on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from mentormatch.demand import Demand
from mentormatch.errors import Finding
from mentormatch.explain import Unmatched
from mentormatch.ids import person_id
from mentormatch.reached import AimReached
from mentormatch.wording import number

if TYPE_CHECKING:
    from mentormatch.matching import Pair


class Saved(Protocol):
    """What every kind of saved matching holds."""

    @property
    def demand(self) -> Demand: ...

    @property
    def pairs(self) -> tuple[Pair, ...]: ...

    @property
    def unmatched(self) -> tuple[Unmatched, ...]: ...

    @property
    def aims(self) -> tuple[AimReached, ...]: ...


def contradictions(saved: Saved, *, fellows: bool = False) -> list[Finding]:
    """What does not fit together in a saved matching; with ``fellows`` two people of one side may have been refused."""
    demand = saved.demand
    mentors, mentees = set(demand.mentors), set(demand.mentees)
    findings = [*_of_demand(demand, fellows)]
    if any(pair.mentor not in mentors or pair.mentee not in mentees for pair in saved.pairs):
        findings.append(Finding("unknown_person", "a pair names people who take no part", where="pairs"))
    if any(alone.person not in (mentors if alone.side == "mentor" else mentees) for alone in saved.unmatched):
        findings.append(Finding("unknown_person", "somebody named takes no part", where="unmatched"))
    if any(not 0 <= pair.points < 2**62 for pair in saved.pairs):
        findings.append(Finding("range", "expected points from 0", where="pairs"))
    if any(abs(value) >= 2**63 for reached in saved.aims for value in (reached.value, reached.of or 0)):
        findings.append(Finding("range", "expected whole numbers of 63 bits", where="aims"))
    return findings


def contradictions_of(demand: Demand) -> list[Finding]:
    """What does not fit together in a saved demand of groups."""
    return [*_of_demand(demand, fellows=True)]


def _of_demand(demand: Demand, fellows: bool) -> Iterator[Finding]:
    sides = set(demand.mentors), set(demand.mentees)
    gone = set(demand.choices.left)
    known = [side | gone | (sides[0] | sides[1] if fellows else set()) for side in sides]
    chosen = (*demand.choices.pins, *demand.choices.bans, *demand.choices.declines)
    if any(pair.mentor not in known[0] or pair.mentee not in known[1] for pair in chosen):
        yield Finding("unknown_person", "a choice names people who take no part", where="demand.choices")
    for name, values, people in (
        ("capacity", demand.capacity, demand.mentors),
        ("minimum_load", demand.minimum_load, demand.mentors),
        ("mentor_names", demand.mentor_names or demand.mentors, demand.mentors),
        ("wants", demand.wants, demand.mentees),
        ("priority", demand.priority, demand.mentees),
        ("mentee_names", demand.mentee_names or demand.mentees, demand.mentees),
    ):
        if len(values) != len(people):
            yield Finding("length", f"expected {number(len(people))} entries, not {number(len(values))}", where=name)
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
