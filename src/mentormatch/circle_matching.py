"""The answer to a program of circles: groups of one pool without a leader, who is in none, and how good it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, ClassVar, Literal

import numpy as np

from mentormatch.demand import Demand
from mentormatch.errors import Finding
from mentormatch.explain import Explanation, Unmatched
from mentormatch.formats.circles import PosedCircles, pose_circles
from mentormatch.formats.peers import Peers
from mentormatch.formats.posing import points_anyway
from mentormatch.grouping import Team
from mentormatch.matching import Group, Pair, Verdict
from mentormatch.matching.other_proof import OtherProof
from mentormatch.matching.saved import SavedKind
from mentormatch.means import Means
from mentormatch.page import Table
from mentormatch.parts import Audience
from mentormatch.peer_matching import PeerMatching, aims_of, alone_of, match_peers, not_one_pool, statuses_of
from mentormatch.proof import Kind
from mentormatch.proof_circles import CircleReasons, check_circles
from mentormatch.scores import ScoreMatrix
from mentormatch.solvers.circles import circles
from mentormatch.wording import counted, listed, number, shown

KICKS = 8
"""So often a few circles are given up and formed anew after a local search; more often where people are few."""
_NO_REASONS = CircleReasons(1, (0, 0), (0, 0))


@dataclass(frozen=True, eq=False, repr=False)
class CircleProof(OtherProof):
    """How good circles are: what none exceed, each member with the best partners there could be."""

    reasons: CircleReasons = _NO_REASONS

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

    def _verified(self) -> list[str]:
        return ["verified: every circle is allowed, and nothing exceeds the bound"]


@dataclass(frozen=True)
class _SavedCircles(SavedKind):
    kind: Literal["circles"]
    format: Peers
    groups: tuple[Group, ...]
    kind_of_proof: Kind
    reasons: CircleReasons


@dataclass(frozen=True, eq=False, repr=False)
class CircleMatching(PeerMatching):
    """A matching in circles: ``groups`` are the circles, ``pairs`` all two who are in one, ids sorted inside.

    The points of a circle are those of its pairs divided by (largest size - 1), rounded down.
    """

    _columns = ("circle", "person", "name", "points", "status", "code", "reason")

    saved_as: ClassVar[str | None] = "circles"
    _form = _SavedCircles
    _called = "matching of circles"
    _made_of = "circle"
    _verdict = CircleVerdict

    proof: CircleProof  # type: ignore[assignment]  # a circle is a group of peers, its proof is none of pairs

    def _counted(self) -> str:
        people = counted(sum(len(group.mentees) for group in self.groups), "person", "people")
        return f"{counted(len(self.groups), 'circle')}, {people}"

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
        return super().verify(scores)

    def _judged(self, scores: ScoreMatrix) -> Verdict:
        posed = pose_circles(self.demand, scores, self.format)
        teams = [posed.team(group.mentees) for group in self.groups]
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

    def _saved(self) -> dict[str, Any]:
        proof = self.proof
        return {"format": self.format, "groups": self.groups, "kind_of_proof": proof.kind, "reasons": proof.reasons}

    @classmethod
    def _faults(cls, saved: _SavedCircles) -> Iterator[Finding]:
        yield from not_one_pool(saved.demand)
        if saved.format.circle is None or any(group.mentors or not group.mentees for group in saved.groups):
            yield Finding("groups", "expected circles: groups without mentors", where="groups")
        within = sorted(two for group in saved.groups for two in combinations(sorted(group.mentees), 2))
        if within != sorted((pair.mentor, pair.mentee) for pair in saved.pairs):
            yield Finding("pairs", "expected all two of each circle, once each", where="pairs")

    @classmethod
    def _restored(cls, saved: _SavedCircles) -> dict[str, Any]:
        proof = CircleProof.of(saved.kind_of_proof, saved.reasons)
        return {"proof": proof, "groups": tuple(sorted(saved.groups)), "format": saved.format}

    def _facts(self) -> Iterator[tuple[str, str]]:
        sizes = sorted(Counter(len(group.mentees) for group in self.groups).items())
        spread = listed([f"{number(n)} of {counted(size, 'person', 'people')}" for size, n in sizes])
        yield "circles", f"{number(len(self.groups))} ({spread})" if self.groups else "0"

    def _tables(self) -> Iterator[Table]:
        rows = [
            (", ".join(self._shown("mentor", person) for person in group.mentees), number(group.points))
            for group in self.groups
        ]
        yield Table("Circles", ("who", "points"), rows, ("left", "right"))
        yield self._alone("In no circle")


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


def match_pool(demand: Demand, scores: ScoreMatrix, format_: Peers, means: Means) -> PeerMatching:
    """The best pairs of one pool, or the best circles found where the format asks for some; ``scores`` are mutual."""
    means.run.begin("solving")
    return match_peers(demand, scores, format_) if format_.circle is None else match_circles(demand, scores, format_)


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
