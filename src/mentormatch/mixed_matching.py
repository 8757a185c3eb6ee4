"""The answer to a program of pairs and groups: both matchings, who is in none, and how the cohort was split."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, Literal, Self

from pydantic import ConfigDict

from mentormatch.choices import Choices
from mentormatch.choices.pairs import CLOSED
from mentormatch.demand import Demand
from mentormatch.errors import Finding, InfeasibleError, ProgramError
from mentormatch.explain import Explanation, Unmatched
from mentormatch.formats.mixed import Mixed, parts_of
from mentormatch.group_matching import GroupMatching, match_groups
from mentormatch.matching import Group, Matching, Verdict
from mentormatch.matching.matching import NO_PART
from mentormatch.matching.other_proof import OtherProof
from mentormatch.matching.saved import demand_faults, unknown_choices
from mentormatch.means import Means
from mentormatch.page import Table
from mentormatch.pair_matching import match_pairs
from mentormatch.parts import Audience
from mentormatch.proof import Kind
from mentormatch.reached import AimReached
from mentormatch.scores import ScoreMatrix
from mentormatch.solvers.run import Run
from mentormatch.wording import counted, listed, shown


@dataclass(frozen=True, eq=False, repr=False)
class MixedProof(OtherProof):
    """How good pairs and groups are together: the word for the split, and the proofs of both parts."""

    parts: tuple[str, str] = ("", "")

    def __str__(self) -> str:
        how = {
            "claimed": "an exact solver says that no other split places more mentees, or as many with more in pairs",
            "bounded": "the split of the cohort is the best found",
        }.get(self.kind, "")
        return f"{self.kind}: {how}; pairs are {self.parts[0]}; groups are {self.parts[1]}"


@dataclass(frozen=True)
class MixedVerdict(Verdict):
    """What checking pairs and groups found."""

    said: tuple[str, str] = ("", "")

    def _verified(self) -> list[str]:
        parts = zip(("pairs", "groups"), self.said, strict=True)
        return ["nobody is in a pair and in a group", *(f"{part}: {text}" for part, text in parts)]


@dataclass(frozen=True)
class _SavedMixed:
    """Both parts hold pairs and people; what is common to them stands once more for the whole."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    kind: Literal["mixed"]
    version: Literal[1]
    format: Mixed
    demand: Demand
    kind_of_proof: Kind
    one_to_one: dict[str, Any]
    in_groups: dict[str, Any]


@dataclass(frozen=True, eq=False, repr=False)
class MixedMatching(Matching):
    """A matching of ``one_to_one`` pairs and of those who are ``in_groups``; ``pairs`` and ``groups`` hold both.

    ``pairs`` are all mentors with their mentees, in pairs and in groups. What is asked of pairs can be asked of
    ``one_to_one``, what is asked of groups of ``in_groups``: both are matchings in their own right.
    """

    _columns = ("group", "mentor", "mentor_name", "mentee", "mentee_name", "points", "status", "code", "reason")

    saved_as: ClassVar[str | None] = "mixed"
    _form = _SavedMixed
    _called = "matching of pairs and groups"
    _not_asked_of = "mixed"
    _not_asked: ClassVar[Mapping[str, str]] = dict.fromkeys(
        (
            *("blocking_pairs", "alternatives", "popular_mentors", "why_not"),
            *("why_unmatched", "seat_values", "ask_for_seats", "report"),
        ),
        "speaks of seats, which those in groups have not; ask one_to_one, which knows of the pairs alone",
    )

    one_to_one: Matching = field(kw_only=True)
    in_groups: GroupMatching = field(kw_only=True)
    format: Mixed = field(kw_only=True)

    def _compared(self) -> tuple[object, ...]:
        return *super()._compared(), self.one_to_one, self.in_groups, self.format

    def _counted(self) -> str:
        return f"{counted(len(self.one_to_one.pairs), 'pair')}, {counted(len(self.groups), 'group')}"

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups."""
        return self.in_groups.groups

    @property
    def points(self) -> int:
        """The points of all pairs and groups together."""
        return self.one_to_one.points + self.in_groups.points

    @cached_property
    def spare_seats(self) -> dict[str, int]:
        """Mentors with seats left, one-to-one or in their group, and how many."""
        return dict(sorted({**self.one_to_one.spare_seats, **self.in_groups.spare_seats}.items()))

    def explain(self, mentor: str, mentee: str, audience: Audience = "administrator") -> Explanation:
        """Why these two have their score, and what became of them, in a pair or in a group."""
        led = {person for group in self.groups for person in (*group.mentors, *group.mentees)}
        part = self.in_groups if {mentor, mentee} <= led else self.one_to_one
        return part.explain(mentor, mentee, audience)

    def verify(self, scores: ScoreMatrix | None = None) -> Verdict:
        """Whether both parts are what their proofs say, and nobody is in both. No solver is called."""
        scores = self._scores() if scores is None else scores
        parts = self.one_to_one.verify(scores), self.in_groups.verify(scores)
        findings = [finding for part in parts for finding in part.findings]
        pairs = {person for pair in self.one_to_one.pairs for person in (pair.mentor, pair.mentee)}
        both = pairs & {person for group in self.groups for person in (*group.mentors, *group.mentees)}
        findings += [Finding("twice", "is in a pair and in a group", person=person) for person in sorted(both)]
        if self.pairs != _pairs(self.one_to_one, self.in_groups):
            findings.append(Finding("pairs", "the pairs are not those of both parts"))
        again = _unmatched(self.one_to_one, self.in_groups), _aims(self.demand, self.one_to_one, self.in_groups)
        if (self.unmatched, self.aims) != again:
            findings.append(Finding("aims", "who is left, or what the aims reached, is not what the parts say"))
        if self.proof.kind == "optimal":
            findings.append(Finding("kind", "no prices prove the split, so pairs and groups together are not optimal"))
        return MixedVerdict(tuple(findings), said=(str(parts[0]), str(parts[1])))

    def with_scores(self, scores: ScoreMatrix) -> Self:
        """The same matching with scores behind it, so that it can explain. Raises ProgramError for other people's."""
        one_to_one, in_groups = self.one_to_one.with_scores(scores), self.in_groups.with_scores(scores)
        return replace(self, scores=scores, one_to_one=one_to_one, in_groups=in_groups)

    def to_records(self) -> list[dict[str, Any]]:
        """One record for each mentor and mentee: ``group`` is the group's number, or None for a pair."""
        group_of = {person: at for at, group in enumerate(self.groups, start=1) for person in group.mentors}
        return [{"group": group_of.get(record["mentor"]), **record} for record in super().to_records()]

    def _plain(self) -> dict[str, Any]:
        return {
            "format": self.format,
            "demand": self.demand,
            "kind_of_proof": self.proof.kind,
            "one_to_one": json.loads(self.one_to_one.to_json()),
            "in_groups": json.loads(self.in_groups.to_json()),
        }

    @classmethod
    def _of(cls, saved: _SavedMixed) -> Self:
        if saved.one_to_one.get("kind") not in (None, "several"):
            raise ProgramError(Finding("other_format", "expected a matching of pairs", where="one_to_one"))
        one_to_one = Matching.from_json(json.dumps(saved.one_to_one))
        in_groups = GroupMatching.from_json(json.dumps(saved.in_groups))
        findings = [*demand_faults(saved.demand), *unknown_choices(saved.demand, fellows=True)]
        people = [(m.demand.mentors, m.demand.mentees) for m in (one_to_one, in_groups, saved)]
        if len(set(people)) > 1:
            expected = "expected both parts to be about the same people"
            findings.append(Finding("other_people", expected, where="demand"))
        if findings:
            raise ProgramError(findings)
        return cls(**_joined(saved.demand, one_to_one, in_groups, saved.format, saved.kind_of_proof, None))

    def _facts(self) -> Iterator[tuple[str, str]]:
        yield from ()

    def _tables(self) -> Iterator[Table]:
        yield from (table for table in self.one_to_one.page().tables if table.title == "Pairs")
        yield from (table for table in self.in_groups.page().tables if table.title.startswith("Group"))
        yield self._alone("In neither")

    def _notes(self) -> Iterator[str]:
        yield from ()


def match_mixed(demand: Demand, scores: ScoreMatrix, format_: Mixed, means: Means) -> MixedMatching:
    """Groups for the overflow, then pairs for everybody whom these leave.

    Raises InfeasibleError where everybody was to be matched and is not.
    """
    means.run.begin("solving")
    parts = parts_of(demand, scores, format_, means.kept)
    aim = replace(demand.aim, everyone_matched=False)
    quiet = replace(means, run=Run(), start=None)
    of_groups = replace(
        demand,
        aim=aim,
        capacity=tuple(parts.leading.values()),
        wants=tuple(parts.joining.values()),
        minimum_load=(0,) * len(demand.mentors),
        choices=replace(demand.choices, pins=(), accepted=()),
        previous=(),
    )
    in_groups = match_groups(of_groups, scores, format_.groups, quiet)
    led, placed = ({getattr(pair, side) for pair in in_groups.pairs} for side in ("mentor", "mentee"))

    def left(ids: tuple[str, ...], numbers: tuple[int, ...], gone: set[str]) -> tuple[int, ...]:
        return tuple(0 if person in gone else number for person, number in zip(ids, numbers, strict=True))

    of_pairs = replace(
        demand,
        aim=aim,
        capacity=left(demand.mentors, demand.capacity, led),
        wants=left(demand.mentees, demand.wants, placed),
        minimum_load=left(demand.mentors, demand.minimum_load, led),
        choices=_between_sides(demand),
        previous=(),
    )
    one_to_one = match_pairs(of_pairs, scores, format_.pairs, quiet)
    kind: Kind = "claimed" if parts.finished else "bounded"
    found = MixedMatching(**_joined(demand, one_to_one, in_groups, format_, kind, scores))
    without = [one.person for one in found.unmatched if one.side == "mentee"]
    if demand.aim.everyone_matched and without:
        expected = f"{counted(len(without), 'mentee')} ({listed(map(shown, without))}) can be in no pair and no group"
        raise InfeasibleError(Finding("everyone_matched", expected, hint="add a seat or drop everyone_matched"))
    return found


def _joined(
    demand: Demand,
    one_to_one: Matching,
    in_groups: GroupMatching,
    format_: Mixed,
    kind: Kind,
    scores: ScoreMatrix | None,
) -> dict[str, Any]:
    """The arguments of the matching that both parts are."""
    return {
        "demand": demand,
        "pairs": _pairs(one_to_one, in_groups),
        "unmatched": _unmatched(one_to_one, in_groups),
        "aims": _aims(demand, one_to_one, in_groups),
        "proof": MixedProof.of(kind, (one_to_one.proof.kind, in_groups.proof.kind)),
        "norms": one_to_one.norms,
        "scores": scores,
        "one_to_one": one_to_one,
        "in_groups": in_groups,
        "format": format_,
    }


def _pairs(one_to_one: Matching, in_groups: GroupMatching) -> tuple[Any, ...]:
    return tuple(sorted((*one_to_one.pairs, *in_groups.pairs)))


def _unmatched(one_to_one: Matching, in_groups: GroupMatching) -> tuple[Unmatched, ...]:
    """Who is in neither part, with the reason for being in no pair."""
    mentors = {mentor for group in in_groups.groups for mentor in group.mentors}
    mentees = {mentee for group in in_groups.groups for mentee in group.mentees}
    return tuple(
        one for one in one_to_one.unmatched if one.person not in (mentors if one.side == "mentor" else mentees)
    )


def _aims(demand: Demand, one_to_one: Matching, in_groups: GroupMatching) -> tuple[AimReached, ...]:
    out = {one.person for one in one_to_one.unmatched if one.side == "mentee" and one.code in NO_PART}
    pairs = {pair.mentee for pair in one_to_one.pairs}
    groups = {mentee for group in in_groups.groups for mentee in group.mentees}
    asks = sum(
        wants > 0 and mentee not in out - groups for mentee, wants in zip(demand.mentees, demand.wants, strict=True)
    )
    points = one_to_one.points + in_groups.points
    return (
        AimReached("participation", "mentees with somebody", len(pairs | groups), asks),
        AimReached("one_to_one", "in a pair", len(pairs)),
        AimReached("in_groups", "in a group", len(groups)),
        AimReached("points", "points", points),
    )


def _between_sides(demand: Demand) -> Choices:
    """What was said of mentors and mentees, without who of one side has declined the other."""
    mentors, mentees = (at.keys() for at in demand.places)
    fellows = {
        name: tuple(
            pair
            for pair in getattr(demand.choices, name)
            if not any({pair.mentor, pair.mentee} <= side for side in (mentors, mentees))
            or (pair.mentor in mentors and pair.mentee in mentees)
        )
        for name in CLOSED
    }
    return replace(demand.choices, **fellows)
