"""The answer to a program of pairs and groups: both matchings, who is in none, and how the cohort was split."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, Literal, NoReturn

import numpy as np
from pydantic import ConfigDict

from mentormatch import doors
from mentormatch.changes import Changes
from mentormatch.coherence import contradictions_of
from mentormatch.demand import Demand
from mentormatch.errors import Finding, InfeasibleError, ProgramError
from mentormatch.explain import Explanation, Unmatched
from mentormatch.formats.mixed import Mixed, Parts
from mentormatch.formats.posing import shown
from mentormatch.group_matching import GroupMatching
from mentormatch.matching import Group, Matching, Verdict
from mentormatch.page import Page, Table
from mentormatch.parts import Audience
from mentormatch.proof import Kind, Proof
from mentormatch.reached import AimReached
from mentormatch.scores import ScoreMatrix
from mentormatch.wording import counted, listed, number

_NOBODY = np.zeros((0, 0), dtype=np.int64)


@dataclass(frozen=True, eq=False, repr=False)
class MixedProof(Proof):
    """How good pairs and groups are together: the word for the split, and the proofs of both parts."""

    parts: tuple[str, str] = ("", "")

    @classmethod
    def of(cls, kind: Kind, parts: tuple[str, str]) -> MixedProof:
        """A proof without prices of its own."""
        return cls(kind, (), _NOBODY, _NOBODY, _NOBODY, parts=parts)

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

    def page(self) -> Page:
        """The verdict as a page: what was found of both parts, or every reason for which they are refused."""
        if not self:
            return super().page()
        notes = [f"{part}: {text}" for part, text in zip(("pairs", "groups"), self.said, strict=True)]
        return Page("", notes=["nobody is in a pair and in a group", *notes])


@dataclass(frozen=True, eq=False, repr=False)
class MixedMatching(Matching):
    """A matching of ``one_to_one`` pairs and of those who are ``in_groups``; ``pairs`` and ``groups`` hold both.

    ``pairs`` are all mentors with their mentees, in pairs and in groups. What is asked of pairs can be asked of
    ``one_to_one``, what is asked of groups of ``in_groups``: both are matchings in their own right.
    """

    _columns = ("group", "mentor", "mentor_name", "mentee", "mentee_name", "points", "status", "code", "reason")

    saved_as: ClassVar[str | None] = "mixed"

    one_to_one: Matching = field(kw_only=True)
    in_groups: GroupMatching = field(kw_only=True)
    format: Mixed = field(kw_only=True)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, MixedMatching):
            return NotImplemented
        mine, theirs = ((m.one_to_one, m.in_groups, m.format) for m in (self, other))
        return super().__eq__(other) is True and mine == theirs

    def __hash__(self) -> int:
        return hash((self.one_to_one, self.in_groups))

    def __repr__(self) -> str:
        pairs, groups = counted(len(self.one_to_one.pairs), "pair"), counted(len(self.groups), "group")
        return f"MixedMatching({pairs}, {groups}, {number(self.points)} points, {self.proof.kind})"

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
        return MixedVerdict(tuple(findings), said=(str(parts[0]), str(parts[1])))

    def with_scores(self, scores: ScoreMatrix) -> MixedMatching:
        """The same matching with scores behind it, so that it can explain. Raises ProgramError for other people's."""
        in_groups = replace(self.in_groups.with_scores(scores))
        return replace(self, scores=scores, one_to_one=self.one_to_one.with_scores(scores), in_groups=in_groups)

    def changes_since(self, other: Matching) -> Changes:
        """Which mentors and mentees are still together, which no longer and which are new, in pairs or in groups."""
        return super().changes_since(other)

    def to_records(self) -> list[dict[str, Any]]:
        """One record for each mentor and mentee: ``group`` is the group's number, or None for a pair."""
        group_of = {person: at for at, group in enumerate(self.groups, start=1) for person in group.mentors}
        return [{"group": group_of.get(record["mentor"]), **record} for record in super().to_records()]

    def to_json(self) -> str:
        """The matching as JSON: the format and both parts; no answers."""
        saved = _SavedMixed(
            "mixed", 1, self.format, self.demand, self.proof.kind, json.loads(self.one_to_one.to_json()),
            json.loads(self.in_groups.to_json()),
        )  # fmt: skip
        return doors.write_json(_SavedMixed, saved)

    @classmethod
    def from_json(cls, text: str | bytes) -> MixedMatching:
        """The matching that ``to_json`` wrote. Raises ProgramError with all findings where the text is not one."""
        saved: _SavedMixed = doors.read_json(_SavedMixed, text, error=ProgramError, what="matching of pairs and groups")
        one_to_one = Matching.from_json(json.dumps(saved.one_to_one))
        in_groups = GroupMatching.from_json(json.dumps(saved.in_groups))
        findings = contradictions_of(saved.demand)
        people = [(m.demand.mentors, m.demand.mentees) for m in (one_to_one, in_groups, saved)]
        if len(set(people)) > 1:
            findings.append(Finding("other_people", "expected both parts to be about the same people", where="demand"))
        if findings:
            raise ProgramError(findings)
        return _joined(saved.demand, one_to_one, in_groups, saved.format, saved.kind_of_proof, None)

    def page(self) -> Page:
        """The matching as a page: what was reached, the pairs, the groups, and who is in neither and why."""
        pairs, groups = self.one_to_one.page(), self.in_groups.page()
        places = self.demand.places
        facts = [(reached.label, str(reached)) for reached in self.aims]
        alone = [
            (one.side, self.demand.shown(one.side, places[one.side == "mentee"][one.person]), one.reason)
            for one in self.unmatched
        ]
        tables = [
            *(table for table in pairs.tables if table.title == "Pairs"),
            *(table for table in groups.tables if table.title.startswith("Group")),
            Table("In neither", ("", "who", "why"), alone),
        ]
        facts.append(("proof", str(self.proof)))
        title = f"Matching of {self.demand.program}" if self.demand.program else "Matching"
        return Page(title, facts, [table for table in tables if table.rows])

    def blocking_pairs(self) -> NoReturn:
        """Of one_to_one alone. Raises ProgramError."""
        _of_a_part("blocking_pairs")

    def alternatives(self, mentee: str, k: int, audience: Audience = "administrator") -> NoReturn:
        """Of one_to_one alone. Raises ProgramError."""
        _of_a_part("alternatives")

    def popular_mentors(self, mentor: str | None = None, k: int = 3, decided: bool | None = None) -> NoReturn:
        """Of one_to_one alone. Raises ProgramError."""
        _of_a_part("popular_mentors")

    def why_not(self, mentor: str, mentee: str) -> NoReturn:
        """Of one_to_one alone. Raises ProgramError."""
        _of_a_part("why_not")

    def why_unmatched(self, person: str, side: object = None) -> NoReturn:
        """Of one_to_one alone. Raises ProgramError."""
        _of_a_part("why_unmatched")

    def seat_values(self) -> NoReturn:
        """Of one_to_one alone. Raises ProgramError."""
        _of_a_part("seat_values")

    def ask_for_seats(self, k: int) -> NoReturn:
        """Of one_to_one alone. Raises ProgramError."""
        _of_a_part("ask_for_seats")

    def report(self, check: object = None, weakest: int = 10) -> NoReturn:
        """Of one_to_one alone. Raises ProgramError."""
        _of_a_part("report")


def _of_a_part(what: str) -> NoReturn:
    expected = "speaks of seats, which those in groups have not; ask one_to_one, which knows of the pairs alone"
    raise ProgramError(Finding("mixed", expected, where=what))


def match_mixed(
    demand: Demand, scores: ScoreMatrix, format_: Mixed, one_to_one: Matching, in_groups: Matching, parts: Parts
) -> MixedMatching:
    """Both parts as one answer. Raises InfeasibleError where everybody was to be matched and is not."""
    assert isinstance(in_groups, GroupMatching)
    found = _joined(demand, one_to_one, in_groups, format_, "claimed" if parts.finished else "bounded", scores)
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
) -> MixedMatching:
    return MixedMatching(
        demand=demand,
        pairs=_pairs(one_to_one, in_groups),
        unmatched=_unmatched(one_to_one, in_groups),
        aims=_aims(demand, one_to_one, in_groups),
        proof=MixedProof.of(kind, (one_to_one.proof.kind, in_groups.proof.kind)),
        norms=one_to_one.norms,
        scores=scores,
        one_to_one=one_to_one,
        in_groups=in_groups,
        format=format_,
    )


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
    out = {one.person for one in one_to_one.unmatched if one.side == "mentee" and one.code in _NO_PART}
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


_NO_PART = ("left", "paused", "not_eligible")


@dataclass(frozen=True)
class _SavedMixed:
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    kind: Literal["mixed"]
    version: Literal[1]
    format: Mixed
    demand: Demand
    kind_of_proof: Kind
    one_to_one: dict[str, Any]
    in_groups: dict[str, Any]
