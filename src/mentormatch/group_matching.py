"""The answer to a program of groups: groups, who is in none and why, and how good the whole is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, ClassVar, Literal, Self

import numpy as np

from mentormatch.demand import Demand
from mentormatch.errors import Finding, ProgramError
from mentormatch.explain import Explanation, Unmatched, explain_pair, unmatched_people
from mentormatch.formats.groups import Groups, PosedGroups, fellow_scores, pose_groups, solve_groups, span
from mentormatch.formats.posing import points_anyway
from mentormatch.grouping import Team
from mentormatch.matching import Group, Matching, Pair, Verdict
from mentormatch.matching.made import statuses
from mentormatch.matching.other_proof import OtherProof
from mentormatch.matching.saved import SavedKind, unknown_choices
from mentormatch.means import Means
from mentormatch.mutual import mutual
from mentormatch.page import Table
from mentormatch.parts import Audience
from mentormatch.proof import Kind
from mentormatch.proof_groups import GroupReasons, check_groups
from mentormatch.reached import AimReached, aims_reached
from mentormatch.scores import ScoreMatrix
from mentormatch.wording import counted, listed, number, shown

_COLUMNS = ("led by", "mentees", "points", "meets")
_SIDES: tuple[Literal["left", "right"], ...] = ("left", "left", "right", "left")
_NO_REASONS = GroupReasons(1, (), (), (), ())


@dataclass(frozen=True, eq=False, repr=False)
class GroupProof(OtherProof):
    """How good the groups are: what no groups exceed, with the prices of mentees that show it.

    "optimal": the prices prove that no groups are better; "claimed": the prices leave a gap, and an exact solver says
    that nothing in it can be had; "bounded": the best found. Prices are in the canonical order of the mentees.
    """

    reasons: GroupReasons = _NO_REASONS

    @property
    def gap(self) -> float:
        """By what share the points of other groups could be more at most, where these are as good in the aims before.

        By the prices alone; 0.0 where they prove the points.
        """
        reasons = self.reasons
        at = reasons.words.index("points") if "points" in reasons.words else -1
        if not 0 <= at < len(reasons.bounds):
            return 0.0
        return (reasons.bounds[at] - reasons.values[at]) / max(1, reasons.values[at])

    @property
    def bound(self) -> int:
        """No groups that are as good in the aims before points have more points than this."""
        reasons = self.reasons
        at = reasons.words.index("points")
        return reasons.bounds[at] // reasons.unit

    def __str__(self) -> str:
        prices = number(sum(len(one.mentees) + len(one.before) for one in self.reasons.prices))
        if self.kind == "optimal":
            return f"optimal: no groups are better; {prices} whole-number prices prove it, and verify() checks them"
        open_ = [
            f"{'people placed' if 'participation' in word else word}: at most {_more(value, bound)} more"
            for word, value, bound in zip(self.reasons.words, self.reasons.values, self.reasons.bounds, strict=False)
            if bound > value
        ]
        shows = f"{prices} whole-number prices, which verify() checks, leave room for ({'; '.join(open_)})"
        if self.kind == "claimed":
            return f"claimed: an exact solver says that no groups are better; {shows}"
        stopped = f", stopped by {self.reasons.stopped}" if self.reasons.stopped else ""
        return f"bounded: the best groups found{stopped}; {shows}"


def _more(value: int, bound: int) -> str:
    share = (bound - value) / max(1, value)
    return f"{share:.2%}" if share >= 0.0001 else "0.01%"


@dataclass(frozen=True)
class GroupVerdict(Verdict):
    """What checking groups found."""

    told: str = ""

    def _verified(self) -> list[str]:
        return [f"verified: every group is allowed, {self.told}"]


@dataclass(frozen=True)
class _SavedGroups(SavedKind):
    kind: Literal["groups"]
    format: Groups
    groups: tuple[Group, ...]
    kind_of_proof: Kind
    reasons: GroupReasons


@dataclass(frozen=True, eq=False, repr=False)
class GroupMatching(Matching):
    """A matching in groups: ``groups`` are sorted by their mentors, ``pairs`` are all mentors with their mentees.

    ``points`` are those of the groups; each is rounded down. ``fellows`` are the scores of mentees with one another,
    where they count. What speaks of seats, of blocking pairs or of single alternatives raises ProgramError.
    """

    _columns = ("group", "role", "person", "name", "points", "meets", "status", "code", "reason")

    saved_as: ClassVar[str | None] = "groups"
    _form = _SavedGroups
    _called = "matching of groups"
    _made_of = "group"
    _verdict = GroupVerdict
    _not_asked_of = "groups"
    _not_asked: ClassVar[Mapping[str, str]] = {
        "blocking_pairs": "a mentee joins a group and not a seat, so no pair blocks alone",
        "report": "speaks of seats and of pairs that block; by_group() compares what people have",
        "alternatives": "a mentee joins a group and not a mentor; ask program.score(cohort).top(...)",
        "popular_mentors": "asks who has a mentor's seats, and groups have sizes",
        "why_not": "a member more moves whole groups; pin the pair and match again to see its price",
        "why_unmatched": "asks which seats would help, and groups have sizes; unmatched has the reason",
        "seat_values": "groups have sizes and not seats; match again with another size to compare",
        "ask_for_seats": "groups have sizes and not seats; match again with more mentors to compare",
    }

    proof: GroupProof
    groups: tuple[Group, ...] = ()
    format: Groups = field(default_factory=lambda: Groups((1, 1)))
    fellows: ScoreMatrix | None = field(default=None, repr=False)

    def _compared(self) -> tuple[object, ...]:
        return *super()._compared(), self.groups, self.format

    def _counted(self) -> str:
        placed = sum(len(group.mentees) for group in self.groups)
        return f"{counted(len(self.groups), 'group')}, {counted(placed, 'mentee')}"

    @property
    def points(self) -> int:
        """The points of all groups together."""
        return sum(group.points for group in self.groups)

    @property
    def spare_seats(self) -> dict[str, int]:
        """Mentors who lead a group with room for more, and for how many; who leads none has no seats."""
        most = self.format.size[1]
        return {
            mentor: most - len(group.mentees)
            for group in self.groups
            for mentor in group.mentors
            if len(group.mentees) < most
        }

    def explain(self, mentor: str, mentee: str, audience: Audience = "administrator") -> Explanation:
        """Why these two have their score, rule by rule, and whether they are in one group.

        Two mentees are explained by the rules of ``together``, where these count. Raises ChoiceError for unknown people
        and ProgramError where the matching has no scores.
        """
        mentors, mentees = self.demand.places
        if self.fellows is not None and mentor not in mentors and {mentor, mentee} <= mentees.keys():
            one, other = sorted((mentor, mentee))
            together = {pair: "in one group" for group in self.groups for pair in combinations(group.mentees, 2)}
            alike = replace(self.demand, mentors=self.demand.mentees, mentor_names=self.demand.mentee_names)
            found = explain_pair(self.fellows, alike, together, one, other, audience)
            outcome = "in one group" if (one, other) in together else "not in one group"
            return replace(found, outcome=outcome, peers=True)
        found = super().explain(mentor, mentee, audience)
        return replace(found, outcome=found.outcome.replace("a pair (", "in one group (", 1))

    def verify(self, scores: ScoreMatrix | None = None, together: ScoreMatrix | None = None) -> Verdict:
        """Whether the groups are allowed, bring what is said of them, and cannot be better by more than is said.

        Checks against ``scores``, and ``together`` where members count with one another; by default against the
        matching's own. Calls no solver. One pass over all pairs.
        """
        matching = self if together is None else replace(self, fellows=together)
        return super(GroupMatching, matching).verify(scores)

    def _judged(self, scores: ScoreMatrix) -> Verdict:
        posed = pose_groups(self.demand, scores, self.format, _fellows(scores, self.format, self.fellows))
        teams = [posed.inward(group.mentors, group.mentees) for group in self.groups]
        findings = [
            Finding(flaw.code, _FLAWS[flaw.code], where=_where(posed, flaw.team))
            for flaw in check_groups(posed.grouping, teams, self.proof.kind, self.proof.reasons)
        ]
        findings += [] if findings else _untrue(self, posed, teams)
        return GroupVerdict(tuple(findings), told=_told(self.proof))

    def with_scores(self, scores: ScoreMatrix, together: ScoreMatrix | None = None) -> Self:
        """The same matching with scores behind it, so that it can explain. Raises ProgramError for other people's."""
        return replace(super().with_scores(scores), fellows=_fellows(scores, self.format, together))

    def to_records(self) -> list[dict[str, Any]]:
        """One record for each person in a group: the group's number, role, id, name, points and shared times.

        A mentor's points are those of the group, a mentee's the mean of the pairs with the mentors, rounded down.
        """
        names = self._names()
        points = {(pair.mentor, pair.mentee): (pair.points, pair.status) for pair in self.pairs}
        meets = self._meets()
        rows: list[dict[str, Any]] = []
        for at, group in enumerate(self.groups):
            base = {"group": at + 1, "meets": meets[at]}
            rows += [
                {**base, "role": "mentor", "person": m, "name": names["mentor"].get(m, ""), "points": group.points,
                 "status": ""}
                for m in group.mentors
            ]  # fmt: skip
            for mentee in group.mentees:
                own = [points[mentor, mentee] for mentor in group.mentors]
                rows.append(
                    {
                        **base,
                        "role": "mentee",
                        "person": mentee,
                        "name": names["mentee"].get(mentee, ""),
                        "points": sum(p for p, _ in own) // max(1, len(own)),
                        "status": own[0][1] if own else "",
                    }
                )
        return rows

    def _who(self, one: Unmatched) -> dict[str, str]:
        return {"role": one.side, "person": one.person, "name": self._names()[one.side].get(one.person, "")}

    def _saved(self) -> dict[str, Any]:
        proof = self.proof
        return {"format": self.format, "groups": self.groups, "kind_of_proof": proof.kind, "reasons": proof.reasons}

    @classmethod
    def _faults(cls, saved: _SavedGroups) -> Iterator[Finding]:
        yield from unknown_choices(saved.demand, fellows=True)
        within = sorted((mentor, mentee) for g in saved.groups for mentor in g.mentors for mentee in g.mentees)
        if within != sorted((pair.mentor, pair.mentee) for pair in saved.pairs):
            yield Finding("pairs", "expected all mentors with their mentees, once each", where="pairs")
        reasons = saved.reasons
        if len(reasons.values) != len(reasons.words) or len(reasons.bounds) > len(reasons.words) or reasons.unit < 1:
            yield Finding("length", "expected one value for each word, and bounds of the first", where="reasons")

    @classmethod
    def _restored(cls, saved: _SavedGroups) -> dict[str, Any]:
        proof = GroupProof.of(saved.kind_of_proof, saved.reasons)
        return {"proof": proof, "groups": tuple(sorted(saved.groups)), "format": saved.format}

    def _facts(self) -> Iterator[tuple[str, str]]:
        sizes = Counter(len(group.mentees) for group in self.groups)
        spread = listed([f"{number(n)} with {counted(size, 'mentee')}" for size, n in sorted(sizes.items())])
        yield "groups", f"{number(len(self.groups))} ({spread})" if self.groups else "0"

    def _tables(self) -> Iterator[Table]:
        meets = self._meets()
        rows = [
            (
                ", ".join(self._shown("mentor", person) for person in group.mentors),
                ", ".join(self._shown("mentee", person) for person in group.mentees),
                number(group.points),
                meets[at],
            )
            for at, group in enumerate(self.groups)
        ]
        shown = len(_COLUMNS) if any(meets.values()) else len(_COLUMNS) - 1
        yield Table("Groups", _COLUMNS[:shown], [row[:shown] for row in rows], _SIDES[:shown])
        yield self._alone("In no group")

    def _notes(self) -> Iterator[str]:
        yield from ()

    def _meets(self) -> dict[int, str]:
        """The times that each group shares, where times are asked and the answers are there."""
        scores, question = self.scores, self.format.meet_in
        if question is None or scores is None or scores.cohort is None:
            return dict.fromkeys(range(len(self.groups)), "")
        posed = pose_groups(self.demand, scores, self.format, self.fellows)
        return {
            at: ", ".join(posed.slot_names[s] for s in posed.grouping.slots_of(posed.inward(g.mentors, g.mentees)))
            for at, g in enumerate(self.groups)
        }


_FLAWS = {
    "unknown_pair": "a group names people who are not there",
    "two_groups": "somebody is in two groups",
    "leads_twice": "a mentor leads two groups",
    "group_size": "the group is smaller or larger than groups may be",
    "leaders": "the group has not as many mentors as groups have, or one who leads none",
    "pair_not_allowed": "a mentee may not be with a mentor of the group, or in a group at all",
    "apart": "two who are not to be in one group are in it",
    "no_slot": "the group shares no time",
    "settled": "a pinned or accepted group is missing, or somebody is missing there",
    "values": "the groups do not bring what the proof says",
    "prices": "the prices are not whole numbers from 0 for every mentee and word",
    "bound": "the prices do not show what the proof says",
    "kind": "the prices leave a gap, so the groups are not proven optimal",
}


def _where(posed: PosedGroups, team: Team | None) -> str | None:
    if team is None or any(not 0 <= p < posed.grouping.shape[0] for p in team.leaders):
        return None
    return f"the group of {listed(map(shown, posed.outward(Team(team.leaders, ()))[0]))}"


def _told(proof: GroupProof) -> str:
    if proof.kind == "optimal":
        return "and no groups are better"
    if proof.reasons.bounds and len(proof.reasons.bounds) == len(proof.reasons.words):
        return f"and no groups that are as good in the aims before have more than {proof.gap:.2%} more points"
    return "and their points are what is said"


def _fellows(scores: ScoreMatrix, format_: Groups, given: ScoreMatrix | None) -> ScoreMatrix | None:
    """The scores of mentees with one another, where they count."""
    if not format_.cohesion or given is not None:
        return given
    return fellow_scores(scores.cohort, format_) if scores.cohort is not None and format_.together else None


def match_groups(demand: Demand, scores: ScoreMatrix, format_: Groups, means: Means) -> GroupMatching:
    """The best groups found."""
    means.run.begin("solving")
    together = None if means.together is None else mutual(means.together)
    if together is None and scores.cohort is not None and (wrong := format_.check(scores.cohort.questionnaire)):
        raise ProgramError(wrong)
    fellows = _fellows(scores, format_, together)
    posed = pose_groups(demand, scores, format_, fellows, means.kept)
    solved = solve_groups(posed)
    groups, pairs = _told_in_ids(posed, solved.teams)
    return GroupMatching(
        demand=demand,
        pairs=pairs,
        unmatched=tuple(_alone(posed, solved.teams, pairs)),
        aims=_aims(posed, groups, pairs),
        proof=GroupProof.of(solved.kind, solved.reasons),
        norms=scores.norms,
        scores=scores,
        groups=groups,
        format=format_,
        fellows=fellows,
    )


def _told_in_ids(posed: PosedGroups, teams: Iterable[Team]) -> tuple[tuple[Group, ...], tuple[Pair, ...]]:
    groups = []
    for team in teams:
        mentors, mentees = posed.outward(team)
        groups.append(Group(mentors, mentees, posed.grouping.points_of(team)))
    couples = sorted((mentor, mentee) for group in groups for mentor in group.mentors for mentee in group.mentees)
    points = _points(posed, couples)
    status = statuses(posed.posed, couples)
    return tuple(sorted(groups)), tuple(
        Pair(mentor, mentee, own, one) for (mentor, mentee), own, one in zip(couples, points, status, strict=True)
    )


def _points(posed: PosedGroups, couples: list[tuple[str, str]]) -> list[int]:
    found = posed.scores.points_of(couples).tolist()
    return [
        own if own >= 0 else points_anyway(posed.scores, *couple) for couple, own in zip(couples, found, strict=True)
    ]


def _aims(posed: PosedGroups, groups: Iterable[Group], pairs: Iterable[Pair]) -> tuple[AimReached, ...]:
    """What the groups reach in each aim."""
    demand = posed.demand
    mentor_at, mentee_at = demand.places
    rows = [(mentor_at[pair.mentor], mentee_at[pair.mentee], pair.points) for pair in pairs]
    mentor, mentee, points = np.array(rows, dtype=np.intp).reshape(-1, 3).T
    total = sum(group.points for group in groups)
    placed = len(np.unique(mentee))

    def of_groups(one: AimReached) -> AimReached:
        if one.aim == "points":
            return replace(one, value=total, of=None)
        if one.aim == "participation":
            return replace(one, label=one.label.replace("with a mentor", "in a group"))
        return replace(one, value=placed) if one.aim == "everyone" else one

    return tuple(map(of_groups, aims_reached(posed.posed, mentor, mentee, points.astype(np.int64))))


def _alone(posed: PosedGroups, teams: Iterable[Team], pairs: Iterable[Pair]) -> Iterator[Unmatched]:
    """Everybody in no group, mentees first, by id, with the reason."""
    mentor_at, mentee_at = posed.demand.places
    rows = [(mentor_at[pair.mentor], mentee_at[pair.mentee]) for pair in pairs]
    mentor, mentee = np.array(rows, dtype=np.intp).reshape(-1, 2).T
    led = list(teams)
    for one in unmatched_people(posed.scores, posed.posed, mentor, mentee):
        if one.code == "partners_full":
            yield Unmatched(one.person, one.side, "no_group", _no_group(posed, led, one.person))
        elif one.code == "partners_served":
            yield Unmatched(one.person, one.side, "no_group", _leads_none(posed, led, one.person))
        else:
            yield one


def _no_group(posed: PosedGroups, teams: list[Team], person: str) -> str:
    """Why a mentee who has possible mentors is in no group."""
    grouping, demand = posed.grouping, posed.demand
    at = posed.place("mentee", person)
    possible = set(np.flatnonzero(grouping.points[:, at] >= 0).tolist())
    possible &= set(np.flatnonzero(grouping.may_lead).tolist()) | {p for team in grouping.held for p in team.leaders}
    if grouping.slots is not None:
        meeting = (grouping.slots[0] & grouping.slots[1][at]).any(axis=1)
        if not (possible & set(np.flatnonzero(meeting).tolist())):
            return f"shares no time with any of the {counted(len(possible), 'possible mentor')}"
        possible &= set(np.flatnonzero(meeting).tolist())
    leading = {leader: team for team in teams for leader in team.leaders}
    full = [p for p in possible if p in leading and len(leading[p].members) >= grouping.size[1]]
    room = [p for p in possible if p in leading and p not in full]
    idle = [p for p in possible if p not in leading]

    def who(places: list[int]) -> str:
        return listed(sorted(shown(demand.mentors[int(posed.posed.mentor_order[p])]) for p in places), most=3)

    reasons = []
    if full:
        reasons.append(f"{_those(len(full), who(full))} a full group")
    if room:
        reasons.append(
            f"{who(room)} {'has' if len(room) == 1 else 'have'} room in groups that do not go with this mentee"
        )
    if idle:
        placed = {p for team in teams for p in team.members}
        left = [p for p in np.flatnonzero(grouping.may_join).tolist() if p not in placed]
        most = max(int(grouping.allowed_with((p,), -1)[left].sum()) for p in idle)
        few = f"of those left {'only ' if most else ''}{number(most)} may join one, and a group has at least"
        reasons.append(f"{who(idle)} {'leads' if len(idle) == 1 else 'lead'} none: {few} {grouping.size[0]}")
        if most >= grouping.size[0]:
            reasons[-1] = f"{who(idle)} {'leads' if len(idle) == 1 else 'lead'} none, and no more groups can be formed"
    return f"of {counted(len(possible), 'possible mentor')}, {'; '.join(reasons)}" if reasons else "no mentor can lead"


def _those(count: int, names: str) -> str:
    return f"{names} {'leads' if count == 1 else 'lead'}"


def _leads_none(posed: PosedGroups, teams: list[Team], person: str) -> str:
    """Why a mentor who has possible mentees leads no group."""
    grouping = posed.grouping
    at = posed.place("mentor", person)
    possible = int(grouping.allowed_with((at,), -1).sum())
    low, high = grouping.size
    if possible < low:
        return f"is left free: {counted(possible, 'mentee')} may join, and a group has at least {low}"
    placed = sum(len(team.members) for team in teams)
    return (
        f"is left free: the {counted(placed, 'mentee')} placed are in {counted(len(teams), 'group')} of "
        f"{span((low, high))}"
    )


def _untrue(matching: GroupMatching, posed: PosedGroups, teams: list[Team]) -> Iterator[Finding]:
    """What the matching says of its groups and is not so."""
    groups, pairs = _told_in_ids(posed, teams)
    if groups != matching.groups:
        yield Finding("wrong_points", "a group does not have these points, or the groups are not in order")
    if pairs != matching.pairs:
        yield Finding("wrong_points", "the pairs are not those of the groups, with their points and status")
    named = Counter((one.side, one.person) for one in matching.unmatched)
    alone = Counter(
        [("mentee", p) for p in set(posed.demand.mentees) - {pair.mentee for pair in pairs}]
        + [("mentor", p) for p in set(posed.demand.mentors) - {pair.mentor for pair in pairs}]
    )
    if named != alone:
        yield Finding("unmatched", "not exactly those in no group are named as unmatched")
    if matching.aims != _aims(posed, groups, pairs):
        yield Finding("aims", "the aims reached are not what the groups reach")
