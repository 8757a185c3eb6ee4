"""The answer to a program of circles: groups of one pool without a leader, who is in none, and how good it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import ConfigDict

from mentormatch import doors
from mentormatch.coherence import contradictions
from mentormatch.demand import Demand
from mentormatch.errors import Finding, InfeasibleError, ProgramError
from mentormatch.explain import Explanation, Unmatched
from mentormatch.formats.circles import PosedCircles, pose_circles
from mentormatch.formats.peers import Peers
from mentormatch.formats.posing import points_anyway, shown
from mentormatch.grouping import Team
from mentormatch.matching import Group, Pair, Verdict
from mentormatch.mutual import mutual
from mentormatch.page import Page, Table
from mentormatch.parts import Audience
from mentormatch.peer_matching import PeerMatching, aims_of, alone_of, statuses_of
from mentormatch.proof import Kind, Proof
from mentormatch.proof_circles import CircleReasons, check_circles
from mentormatch.reached import AimReached
from mentormatch.scores import ScoreMatrix
from mentormatch.solvers.circles import circles
from mentormatch.wording import counted, listed, number

KICKS = 8
"""So often a few circles are given up and formed anew after a local search; more often where people are few."""
_NOBODY = np.zeros((0, 0), dtype=np.int64)
_NO_REASONS = CircleReasons(1, (0, 0), (0, 0))


@dataclass(frozen=True, eq=False, repr=False)
class CircleProof(Proof):
    """How good circles are: what none exceed, each member with the best partners there could be."""

    reasons: CircleReasons = _NO_REASONS

    @classmethod
    def of(cls, kind: Kind, reasons: CircleReasons) -> CircleProof:
        """A proof without prices of pairs."""
        return cls(kind, (), _NOBODY, _NOBODY, _NOBODY, reasons=reasons)

    @property
    def gap(self) -> float:
        """By what share members of other circles could bring one another more at most, with what lists bring."""
        return (self.reasons.bounds[1] - self.reasons.values[1]) / max(1, self.reasons.values[1])

    def __str__(self) -> str:
        if self.kind == "optimal":
            return "optimal: everybody is in a circle with the best partners there are, and verify() checks it"
        placed, there = self.reasons.values[0], self.reasons.bounds[0]
        people = "" if placed == there else "; not everybody is in one"
        found = f"bounded: the best circles found by a local search{people}"
        if not self.reasons.points or not self.reasons.values[1]:
            return found
        return f"{found}; with the best partners for everybody at once there would be {self.gap:.1%} more points"


@dataclass(frozen=True)
class CircleVerdict(Verdict):
    """What checking circles found."""

    def page(self) -> Page:
        """The verdict as a page: a sentence, or every reason for which the matching is refused."""
        if not self:
            return super().page()
        return Page("", notes=["verified: every circle is allowed, and nothing exceeds the bound"])


@dataclass(frozen=True, eq=False, repr=False)
class CircleMatching(PeerMatching):
    """A matching in circles: ``groups`` are the circles, ``pairs`` all two who are in one, ids sorted inside.

    The points of a circle are those of its pairs divided by (largest size - 1), rounded down.
    """

    _columns = ("circle", "person", "name", "points", "status", "code", "reason")

    saved_as: ClassVar[str | None] = "circles"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CircleMatching) and super().__eq__(other) is True

    def __hash__(self) -> int:
        return hash(self.groups)

    def __repr__(self) -> str:
        people = counted(sum(len(group.mentees) for group in self.groups), "person", "people")
        circles_ = counted(len(self.groups), "circle")
        return f"CircleMatching({circles_}, {people}, {number(self.points)} points, {self.proof.kind})"

    @property
    def points(self) -> int:
        """The points of all circles together."""
        return sum(group.points for group in self.groups)

    @property
    def together(self) -> tuple[tuple[str, ...], ...]:
        """The ids of all two who are in one circle, sorted: what changes and whom else there is speak of pairs."""
        return tuple((pair.mentor, pair.mentee) for pair in self.pairs)

    def explain(self, mentor: str, mentee: str, audience: Audience = "administrator") -> Explanation:
        """Why these two have their score, rule by rule and both ways, and whether they are in one circle."""
        found = super().explain(mentor, mentee, audience)
        return replace(found, outcome=found.outcome.replace("a pair (", "in one circle (", 1))

    def verify(self, scores: ScoreMatrix | None = None) -> Verdict:
        """Whether the circles are allowed, bring what is said of them, and nothing exceeds the bound.

        Checks against ``scores``, or against the matching's own; calls no solver. One pass over all pairs.
        """
        scores = mutual(self._scores() if scores is None else scores)
        if scores.mentors != self.demand.mentors:
            return CircleVerdict((Finding("other_people", "the scores are of other people, or in another order"),))
        try:
            posed = pose_circles(self.demand, scores, self.format)
            teams = [posed.team(group.mentees) for group in self.groups]
        except InfeasibleError as clash:
            return CircleVerdict(clash.findings)
        except KeyError:
            return CircleVerdict((Finding("unknown_pair", "a circle names people who are not there"),))
        if not isinstance(self.proof, CircleProof):
            return CircleVerdict((Finding("values", "expected the proof of circles"),))
        findings = [
            Finding(flaw.code, _FLAWS[flaw.code], where=_where(posed, flaw.team))
            for flaw in check_circles(posed.circling, teams, self.proof.reasons)
        ]
        if not findings:
            told = _told(posed, teams, scores, self.format, self.proof.kind, self.proof.reasons)
            findings = [
                Finding(name, f"the {name} are not those of the circles")
                for name in ("groups", "pairs", "unmatched", "aims")
                if getattr(told, name) != getattr(self, name)
            ]
            if self.proof.kind == "optimal" and self.proof.reasons.bounds != self.proof.reasons.values:
                findings.append(Finding("kind", "the bound leaves a gap, so the circles are not proven optimal"))
        return CircleVerdict(tuple(findings))

    def to_records(self) -> list[dict[str, Any]]:
        """One record for each person in a circle: the circle's number and points, the id and the name."""
        names = dict(zip(self.demand.mentors, self.demand.mentor_names, strict=False))
        status = {person: pair.status for pair in self.pairs for person in (pair.mentor, pair.mentee)}
        return [
            {
                "circle": at + 1,
                "person": person,
                "name": names.get(person, ""),
                "points": group.points,
                "status": status[person],
            }
            for at, group in enumerate(self.groups)
            for person in group.mentees
        ]

    def _who(self, one: Unmatched) -> dict[str, str]:
        return {"person": one.person, "name": self._names()["mentor"].get(one.person, "")}

    def to_json(self) -> str:
        """The matching as JSON: what was asked, circles, reasons, aims, norms and the proof; no answers."""
        proof = self.proof
        reasons = proof.reasons if isinstance(proof, CircleProof) else _NO_REASONS
        saved = _SavedCircles(
            "circles", 1, self.demand, self.format, self.groups, self.pairs, self.unmatched, self.aims,
            dict(self.norms), proof.kind, reasons,
        )  # fmt: skip
        return doors.write_json(_SavedCircles, saved)

    @classmethod
    def from_json(cls, text: str | bytes) -> CircleMatching:
        """The matching that ``to_json`` wrote. Raises ProgramError with all findings where the text is not one."""
        saved: _SavedCircles = doors.read_json(_SavedCircles, text, error=ProgramError, what="matching of circles")
        known = set(saved.demand.mentors)
        findings = contradictions(saved)
        if any({*group.mentees} - known for group in saved.groups):
            findings.append(Finding("unknown_person", "a circle names people who take no part", where="groups"))
        if saved.demand.mentors != saved.demand.mentees or len(known) != len(saved.demand.mentors):
            findings.append(Finding("not_one_pool", "expected the same people on both sides", where="demand"))
        if saved.format.circle is None or any(group.mentors or not group.mentees for group in saved.groups):
            findings.append(Finding("groups", "expected circles: groups without mentors", where="groups"))
        within = sorted(two for group in saved.groups for two in combinations(sorted(group.mentees), 2))
        if within != sorted((pair.mentor, pair.mentee) for pair in saved.pairs):
            findings.append(Finding("pairs", "expected all two of each circle, once each", where="pairs"))
        if findings:
            raise ProgramError(findings)
        proof = CircleProof.of(saved.kind_of_proof, saved.reasons)
        return cls(
            saved.demand, tuple(sorted(saved.pairs)), saved.unmatched, saved.aims, proof, saved.norms, None,
            tuple(sorted(saved.groups)), saved.format,
        )  # fmt: skip

    def page(self) -> Page:
        """The matching as a page: what was reached, the circles, and who is in none and why."""
        demand, at = self.demand, self.demand.places[0]
        facts = [(reached.label, str(reached)) for reached in self.aims if reached.aim != "lottery"]
        sizes = sorted(Counter(len(group.mentees) for group in self.groups).items())
        spread = listed([f"{number(n)} of {counted(size, 'person', 'people')}" for size, n in sizes])
        facts.append(("circles", f"{number(len(self.groups))} ({spread})" if self.groups else "0"))
        facts.append(("proof", str(self.proof)))
        rows = [
            (", ".join(demand.shown("mentor", at[person]) for person in group.mentees), number(group.points))
            for group in self.groups
        ]
        alone = [(demand.shown("mentor", at[one.person]), one.reason) for one in self.unmatched]
        tables = [
            Table("Circles", ("who", "points"), rows, ("left", "right")),
            Table("In no circle", ("who", "why"), alone, ("left", "left")),
        ]
        title = f"Matching of {demand.program}" if demand.program else "Matching"
        return Page(title, facts, [table for table in tables if table.rows], [])


_FLAWS = {
    "unknown_pair": "a circle names people who are not there",
    "two_groups": "somebody is in two circles",
    "group_size": "the circle is smaller or larger than circles may be",
    "pair_not_allowed": "two who may not be in one circle are in it, or somebody who takes no part",
    "settled": "people of a pinned or accepted pair are not in one circle",
    "values": "the circles do not bring what the proof says",
    "bound": "the bound is lower than what could be",
}


def _where(posed: PosedCircles, team: Team | None) -> str | None:
    return None if team is None else f"the circle of {listed(map(shown, posed.people(team)))}"


def match_circles(demand: Demand, scores: ScoreMatrix, format_: Peers) -> CircleMatching:
    """The best circles found; ``scores`` are mutual."""
    posed = pose_circles(demand, scores, format_)
    circling = posed.circling
    kicks = min(60, max(KICKS, 4_000 // max(1, circling.shape[1])))
    teams = circles(circling, demand.seed % 2**63, kicks)
    values, bounds = circling.values(teams), circling.ceilings()
    unit = circling.unit_of_points * (circling.size[1] - 1)
    reasons = CircleReasons(unit, values, bounds, circling.points_alone)
    return _told(posed, teams, scores, format_, "optimal" if values == bounds else "bounded", reasons)


def _told(
    posed: PosedCircles,
    teams: Iterable[Team],
    scores: ScoreMatrix,
    format_: Peers,
    kind: Kind,
    reasons: CircleReasons,
) -> CircleMatching:
    """The matching that these circles are."""
    peers = posed.peers
    groups = tuple(sorted(Group((), posed.people(team), posed.circling.points_of(team)) for team in teams))
    couples = sorted(two for group in groups for two in combinations(group.mentees, 2))
    pairs = tuple(
        Pair(a, b, points_anyway(peers.scores, a, b), status)
        for (a, b), status in zip(couples, statuses_of(peers, couples), strict=True)
    )
    return CircleMatching(
        demand=peers.demand,
        pairs=pairs,
        unmatched=tuple(_alone(posed, groups)),
        aims=tuple(
            replace(one, label="people in a circle")
            if one.aim == "participation"
            else replace(one, of=None)
            if one.aim == "points"
            else one
            for one in aims_of(peers, (), groups)
        ),
        proof=CircleProof.of(kind, reasons),
        norms=scores.norms,
        scores=scores,
        groups=groups,
        format=format_,
    )


def _alone(posed: PosedCircles, groups: tuple[Group, ...]) -> Iterator[Unmatched]:
    """Everybody in no circle, by id, with the reason."""
    peers, circling = posed.peers, posed.circling
    within = {person for group in groups for person in group.mentees}
    everybody = circling.may_join.copy()
    everybody[[place for team in circling.held for place in team.members]] = True
    for one in alone_of(replace(peers, pool=replace(peers.pool, open=everybody)), (), groups):
        if one.code != "partners_taken":
            yield one
            continue
        (place,) = posed.team([one.person]).members
        possible = everybody & ~circling.closed[place]
        possible[place] = False
        left = sum(peers.person(p) not in within for p in np.flatnonzero(possible).tolist())
        taken = int(possible.sum()) - left
        reason = (
            f"of {counted(int(possible.sum()), 'possible partner')}, {number(taken)} "
            f"{'is' if taken == 1 else 'are'} in circles that have no room or do not go with all; "
            f"{number(left)} {'is' if left == 1 else 'are'} left, and a circle has at least {circling.size[0]} people"
        )
        yield Unmatched(one.person, "peer", "no_group", reason)


@dataclass(frozen=True)
class _SavedCircles:
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    kind: Literal["circles"]
    version: Literal[1]
    demand: Demand
    format: Peers
    groups: tuple[Group, ...]
    pairs: tuple[Pair, ...]
    unmatched: tuple[Unmatched, ...]
    aims: tuple[AimReached, ...]
    norms: dict[str, float]
    kind_of_proof: Kind
    reasons: CircleReasons
