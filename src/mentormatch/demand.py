"""What was asked of the engine: people, seats, wishes, choices, aim and seed, as one frozen value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, get_args

import numpy as np

from mentormatch.aim import Aim
from mentormatch.choices import Choices, ChosenPair, Shortlist
from mentormatch.choices.pairs import CLOSED, PAIRS
from mentormatch.errors import ChoiceError, Finding, ProgramError
from mentormatch.ids import person_id
from mentormatch.scores import SAME_PERSON, ScoreMatrix
from mentormatch.wording import counted, did_you_mean, named, number

_MOST = 1_000_000
_MOST_HINTS = 100

Mode = Literal["administrators", "mentees_choose", "approve"]
"""Who decides: administrators (all pairs are accepted at once), mentees (shortlisted pairs are), or mentors approve."""

PerPerson = int | Sequence[int] | Mapping[str, int]
"""One number for all, a sequence in the order of the ids, or a mapping by id (who is missing keeps the default)."""


@dataclass(frozen=True)
class Demand:
    """Who takes part and what was asked: everything that decides a matching beside the scores.

    Tuples are in the order of the ids. A ``capacity`` of 0 takes no mentee, whatever the ``minimum_load``; ``wants``
    says how many mentors a mentee asks for; a higher ``priority`` is served first. ``previous`` are the pairs of an
    earlier matching that are to change as little as possible; ``mode`` says which pairs are accepted at once.
    """

    mentors: tuple[str, ...]
    mentees: tuple[str, ...]
    capacity: tuple[int, ...]
    minimum_load: tuple[int, ...]
    wants: tuple[int, ...]
    priority: tuple[int, ...]
    choices: Choices = field(default_factory=Choices)
    aim: Aim = field(default_factory=Aim)
    seed: int = 0
    mentor_names: tuple[str, ...] = ()
    mentee_names: tuple[str, ...] = ()
    program: str = ""
    previous: tuple[tuple[str, str], ...] = ()
    mode: Mode = "approve"

    @cached_property
    def absent(self) -> frozenset[str]:
        """Everybody who left or pauses."""
        return frozenset((*self.choices.left, *self.choices.paused))

    @cached_property
    def places(self) -> tuple[dict[str, int], dict[str, int]]:
        """The position of every mentor and of every mentee."""
        mentors, mentees = ({person: at for at, person in enumerate(ids)} for ids in (self.mentors, self.mentees))
        return mentors, mentees

    @cached_property
    def ranks(self) -> dict[str, dict[str, int]]:
        """For each mentee with a list: the rank of each mentor on it, from 1; mentors who tie have the same."""
        return _ranks(self.choices.shortlists)

    @cached_property
    def wish_ranks(self) -> dict[str, dict[str, int]]:
        """For each mentor with wishes: the rank of each mentee, from 1."""
        return _ranks(self.choices.wishes)

    @cached_property
    def longest_list(self) -> int:
        """The ranks of the longest list: one length for the program, so that a long list is no advantage."""
        return max((len(listing.ranks) for listing in self.choices.shortlists), default=0)

    @cached_property
    def longest_wish(self) -> int:
        """The ranks of the longest list of wishes."""
        return max((len(listing.ranks) for listing in self.choices.wishes), default=0)

    @cached_property
    def previous_here(self) -> tuple[tuple[str, str], ...]:
        """The previous pairs that may be made again: both take part, and nobody ended or refused the pair since."""
        if not self.previous:
            return ()
        over = {pair.people for name in CLOSED for pair in getattr(self.choices, name)}
        return tuple(pair for pair in self.previous if pair not in over and self._are_here(pair))

    @cached_property
    def accepted_here(self) -> frozenset[tuple[str, str]]:
        """The accepted pairs of whom both take part."""
        return frozenset(pair.people for pair in self.choices.accepted if self._are_here(pair.people))

    def _are_here(self, pair: tuple[str, str]) -> bool:
        mentors, mentees = self.places
        return pair[0] in mentors and pair[1] in mentees and self.absent.isdisjoint(pair)

    def __repr__(self) -> str:
        return f"Demand({counted(len(self.mentors), 'mentor')}, {counted(len(self.mentees), 'mentee')})"

    def shown(self, side: str, position: int) -> str:
        """The id, and the name behind it where there is one."""
        ids, names = (self.mentors, self.mentor_names) if side == "mentor" else (self.mentees, self.mentee_names)
        name = names[position] if names else ""
        return named(ids[position], name)

    def called(self, side: str, person: str) -> str:
        """The id, and the name behind it where there is one; of somebody who is not there the id."""
        at = self.places[side == "mentee"].get(person)
        return person if at is None else self.shown(side, at)

    def name(self, side: str, person: str) -> str:
        """The name of somebody who is there, "" where there is none."""
        return "".join(self.names_of(side, [person]))

    def names_of(self, side: str, people: Iterable[str]) -> tuple[str, ...]:
        """The names of these people, "" for who has none; none where nobody has."""
        names, places = (self.mentor_names if side == "mentor" else self.mentee_names), self.places[side == "mentee"]
        found = tuple(names[places[person]] for person in people) if names else ()
        return found if any(found) else ()


def demand_of(
    scores: ScoreMatrix,
    *,
    capacity: PerPerson | None = None,
    minimum_load: PerPerson | None = None,
    wants: PerPerson | None = None,
    priority: PerPerson | None = None,
    choices: Choices | None = None,
    aim: Aim | None = None,
    seed: int = 0,
    program: str = "",
    previous: Iterable[tuple[str, str]] = (),
    mode: Mode = "approve",
    fellows: bool = False,
) -> Demand:
    """What is asked of ``scores``; None means what the cohort says, else capacity 1, wants 1 and nothing more.

    With ``fellows`` two people of one side may have declined each other, too.

    Raises ProgramError for numbers that cannot be meant and ChoiceError for choices about unknown people, each with all
    findings.
    """
    cohort = scores.cohort
    mentors, mentees = scores.mentors, scores.mentees
    findings: list[Finding] = []
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or abs(int(seed)) >= 2**63:
        findings.append(Finding("seed", "expected a whole number of at most 63 bits", where="seed"))
    if not isinstance(program, str) or any("\ud800" <= character <= "\udfff" for character in program):
        findings.append(Finding("type", "expected the program's name as text of whole characters", where="program"))
    for name, value, kind in (("choices", choices, Choices), ("aim", aim, Aim)):
        if value is not None and not isinstance(value, kind):
            findings.append(Finding("type", f"expected a value of type {kind.__name__}", where=name))
    if mode not in get_args(Mode):
        findings.append(Finding("mode", "expected 'administrators', 'mentees_choose' or 'approve'", where="mode"))
    if findings:
        raise ProgramError(findings)

    def numbers(
        what: str, side: str, ids: tuple[str, ...], given: PerPerson | None, default: int, low: int, high: int
    ) -> tuple[int, ...]:
        people = None if cohort is None else cohort.mentors if side == "mentor" else cohort.mentees
        usual = (default,) * len(ids) if people is None else tuple(getattr(people, what).tolist())
        return _numbers(what, side, ids, given, usual, low, high, findings)

    found = Demand(
        mentors=mentors,
        mentees=mentees,
        capacity=numbers("capacity", "mentor", mentors, capacity, 1, 0, _MOST),
        minimum_load=numbers("minimum_load", "mentor", mentors, minimum_load, 0, 0, _MOST),
        wants=numbers("wants", "mentee", mentees, wants, 1, 0, _MOST),
        priority=numbers("priority", "mentee", mentees, priority, 0, -_MOST, _MOST),
        choices=choices or Choices(),
        aim=aim or Aim(),
        seed=int(seed),
        mentor_names=() if cohort is None else cohort.mentors.names,
        mentee_names=() if cohort is None else cohort.mentees.names,
        program=program,
        previous=tuple(sorted(previous)),
        mode=mode,
    )
    findings += [
        Finding(
            "minimum_load",
            f"expected a minimum load of at most the capacity, {load}, not {least}",
            side="mentor",
            person=mentor,
        )
        for mentor, load, least in zip(mentors, found.capacity, found.minimum_load, strict=True)
        if 0 < load < least
    ]
    if findings:
        raise ProgramError(findings)
    wrong = [*_unknown_people(found, fellows), *_accepted_themselves(found, scores)]
    if wrong:
        raise ChoiceError(wrong)
    if not found.choices.priority:
        return found
    ranks = {mentee: found.choices.priority_of(mentee) for mentee in mentees}
    usual = zip(ranks.values(), found.priority, strict=True)
    return replace(found, priority=tuple(own if rank is None else rank for rank, own in usual))


def _numbers(
    what: str,
    side: str,
    ids: tuple[str, ...],
    given: PerPerson | None,
    usual: tuple[int, ...],
    low: int,
    high: int,
    findings: list[Finding],
) -> tuple[int, ...]:
    """The numbers in the order of the ids; what is wrong with them goes to ``findings``."""
    if given is None:
        return usual

    def whole(value: object, person: str | None) -> int:
        is_whole = isinstance(value, (int, np.integer)) and not isinstance(value, (bool, np.bool_))
        if is_whole and low <= int(value) <= high:  # type: ignore[call-overload]
            return int(value)  # type: ignore[call-overload,no-any-return]
        expected = f"expected a whole number from {number(low)} to {number(high)}"
        findings.append(Finding(what, expected, side=side, person=person, where=what))
        return low

    if isinstance(given, Mapping):
        numbers = dict(zip(ids, usual, strict=True))
        seen: set[str] = set()
        for key, value in given.items():
            person = person_id(key)
            if isinstance(person, Finding):
                findings.append(replace(person, where=what, side=side))
            elif person not in numbers:
                hint = did_you_mean(person[:80], ids) if len(findings) < _MOST_HINTS else ""
                expected = f"there is no such {side}"
                findings.append(Finding("unknown_person", expected, side, person, where=what, hint=hint))
            elif person in seen:
                findings.append(Finding("id_repeated", "expected every id once", side, person, where=what))
            else:
                seen.add(person)
                numbers[person] = whole(value, person)
        return tuple(numbers.values())
    listed = isinstance(given, Sequence) and not isinstance(given, (str, bytes, bytearray, memoryview))
    if listed or (isinstance(given, np.ndarray) and given.ndim):
        if len(given) != len(ids):  # type: ignore[arg-type]
            expected = f"expected {counted(len(ids), 'number')}, one for each {side}, not {number(len(given))}"  # type: ignore[arg-type]
            findings.append(Finding(what, expected, where=what))
            return usual
        return tuple(whole(value, person) for person, value in zip(ids, given, strict=True))  # type: ignore[arg-type]
    if isinstance(given, np.ndarray):
        return (whole(given[()], None),) * len(ids)
    if isinstance(given, Iterable):
        expected = f"expected one number for all, a list in the order of the {side}s or a mapping by id"
        findings.append(Finding(what, f"{expected}, not a {type(given).__name__}", where=what))
        return usual
    return (whole(given, None),) * len(ids)


def _unknown_people(demand: Demand, fellows: bool) -> list[Finding]:
    """A finding for every id in the choices that nobody has; those who left may be gone from the cohort."""
    findings: list[Finding] = []
    mentors, mentees = (known.keys() for known in demand.places)
    gone, closed = set(demand.choices.left), {PAIRS[name] for name in CLOSED}

    def unknown(
        expected: str, side: str | None, person: str, where: str, others: Sequence[str], other: Set[str]
    ) -> None:
        near = did_you_mean(person[:80], others) if len(findings) < _MOST_HINTS else ""
        hint = "a pair is (mentor, mentee)" if person in other else near
        findings.append(Finding("unknown_person", expected, side, person, where=where, hint=hint))

    for kind, mentor, mentee in demand.choices.pairs_named():
        if (mentor is None or mentor in mentors) and (mentee is None or mentee in mentees):
            continue
        if fellows and kind in closed and any({mentor, mentee} <= side for side in (mentors, mentees)):
            continue
        where = f"{kind} {ChosenPair(mentor, mentee)}" if mentor is not None and mentee is not None else kind
        if mentor is not None and mentor not in mentors and mentor not in gone:
            unknown("there is no such mentor", "mentor", mentor, where, demand.mentors, mentees)
        if mentee is not None and mentee not in mentees and mentee not in gone:
            unknown("there is no such mentee", "mentee", mentee, where, demand.mentees, mentors)
    for person in demand.choices.paused:
        if person not in mentors and person not in mentees and person not in gone:
            unknown("there is nobody of this id", None, person, "paused", (*demand.mentors, *demand.mentees), set())
    return findings


def _accepted_themselves(demand: Demand, scores: ScoreMatrix) -> Iterator[Finding]:
    """A finding for every accepted pair of one person, which would stay although nobody is matched with themselves."""
    mentors, mentees = demand.places
    for pair in demand.choices.accepted:
        person = pair.mentor
        if person != pair.mentee or person not in mentors or person not in mentees:
            continue
        if any(one.title == SAME_PERSON for one in scores.forbidding(person, person)):
            expected, hint = "nobody is matched with themselves", "take it out of accepted"
            yield Finding("accepted_themselves", expected, person=person, where=f"accepted {pair}", hint=hint)


def _ranks(listings: Iterable[Shortlist]) -> dict[str, dict[str, int]]:
    return {
        listing.person: {other: rank for rank, tied in enumerate(listing.ranks, start=1) for other in tied}
        for listing in listings
    }
