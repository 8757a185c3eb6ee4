"""The answer to a program of peers: pairs of one pool, at most one trio, who is alone, and why nothing is better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, ClassVar, Literal

import numpy as np

from mentormatch.choices.pairs import CLOSED
from mentormatch.demand import Demand
from mentormatch.errors import ChoiceError, Finding, ProgramError
from mentormatch.explain import Explanation, Unmatched, explain_pair
from mentormatch.formats.peers import Peers, PosedPeers, SolvedPeers, check_peer_pairs, pose_peers, solve_peers
from mentormatch.formats.posing import points_anyway
from mentormatch.ids import person_id
from mentormatch.matching import Group, Matching, Pair, Status, Verdict
from mentormatch.matching.other_proof import OtherProof
from mentormatch.matching.saved import SavedKind, unknown_choices
from mentormatch.mutual import mutual
from mentormatch.page import Table
from mentormatch.parts import Audience
from mentormatch.peer_changes import PeerChanges, changes_of_peers
from mentormatch.peer_others import PeerCandidates, alternatives_for_peer
from mentormatch.pool import PeerPrices, PeerSolution, Pool
from mentormatch.problem import LevelName
from mentormatch.proof import Kind
from mentormatch.proof_peers import only_best
from mentormatch.reached import LABELS, AimReached
from mentormatch.scores import ScoreMatrix
from mentormatch.wording import aim_in_words, counted, did_you_mean, listed, number, shown


@dataclass(frozen=True, eq=False, repr=False)
class PeerProof(OtherProof):
    """Why pairs of peers are the best: prices of people, in canonical order, and of odd sets, positions in it.

    With a trio the prices prove the pairs of the others, and ``over`` are prices of everybody, which bound every trio:
    ``gap`` is the first level in which they leave room for a better one, and how much at most. Such a trio is "claimed"
    where every one that could be better was tried, else "bounded".
    """

    prices: PeerPrices = field(default_factory=lambda: PeerPrices((), ()))
    over: PeerPrices | None = None
    gap: tuple[LevelName, int] | None = None

    def __str__(self) -> str:
        sets = f" and {counted(len(self.prices.odd_sets), 'price')} of odd sets" if self.prices.odd_sets else ""
        prove = f"{number(len(self.prices.people))} whole-number prices{sets} prove"
        if self.kind == "optimal":
            better = "nothing better exists" if self.over is None else "nothing better exists but by lottery"
            return f"optimal: {better}; {prove} it, and verify() checks them"
        tried = "every trio that could be better was tried" if self.kind == "claimed" else "not every trio was tried"
        room = ""
        if self.gap is not None:
            level, most = self.gap
            room = f", and by prices no trio brings more than {number(most)} more in {aim_in_words(level)}"
        return f"{self.kind}: {prove} the pairs beside a trio, and verify() checks them; {tried}{room}"


@dataclass(frozen=True)
class PeerVerdict(Verdict):
    """What checking pairs of peers found.

    ``unique`` says that it is proven that no other pairs, beside the trio, are as good, ``best_trio`` that no other
    trio is better.
    """

    trio: bool = False
    unique: bool = False
    best_trio: bool = False

    def _verified(self) -> list[str]:
        others = f"no other pairs {'beside the trio ' if self.trio else ''}are better"
        said = [others, *(["none are as good"] if self.unique else [])]
        said += ["no other trio is better"] if self.best_trio else []
        return [f"verified: every pair is allowed, {', '.join(said[:-1])}{', ' if said[1:] else ''}and {said[-1]}"]


@dataclass(frozen=True)
class _SavedPeers(SavedKind):
    kind: Literal["peers"]
    format: Peers
    groups: tuple[Group, ...]
    kind_of_proof: Kind
    prices: PeerPrices
    over: PeerPrices | None = None
    gap: tuple[LevelName, int] | None = None


@dataclass(frozen=True, eq=False, repr=False)
class PeerMatching(Matching):
    """A matching of one pool: in ``pairs`` ids are sorted inside a pair, ``groups`` holds the trio, if there is one.

    ``mentor`` and ``mentee`` of a pair are its first and second person by id, and say nothing of a role. What speaks of
    mentors, of seats or of blocking pairs raises ProgramError.
    """

    _columns = (
        *(f"{place}{what}" for place in ("first", "second", "third") for what in ("", "_name")),
        *("points", "status", "code", "reason"),
    )

    saved_as: ClassVar[str | None] = "peers"
    _form: ClassVar[type[Any]] = _SavedPeers
    _called = "matching of peers"
    _verdict: ClassVar[type[Verdict]] = PeerVerdict
    _not_asked_of = "peers"
    _not_asked: ClassVar[Mapping[str, str]] = {
        "blocking_pairs": "two who prefer each other may leave two others who do, without an end",
        "popular_mentors": "asks who has a mentor's seats, and peers have none",
        "why_not": ("is not worked out for peers; explain() says whether a condition forbids it, and a pin its price"),
        "why_unmatched": "seats place mentees, and peers have none; unmatched has the reason",
        "seat_values": "peers have no seats",
        "ask_for_seats": "peers have no seats",
        "report": "speaks of seats and of who prefers whom; aims and pairs say how good it is",
        "roster": "has a row for each role, and peers have none; to_records() has one for each pair",
        "observed": "sets ratings of mentors and mentees beside their scores, and peers are neither",
        "by_group": "compares mentees by their mentors, and peers have none",
        "forbidden_wishes": "speaks of mentees' lists; explain() says of two peers what forbids them",
    }

    proof: PeerProof
    groups: tuple[Group, ...] = ()
    format: Peers = field(default_factory=Peers)

    def _compared(self) -> tuple[object, ...]:
        return *super()._compared(), self.groups, self.format

    def _counted(self) -> str:
        return f"{super()._counted()}, 1 trio" if self.groups else super()._counted()

    @property
    def points(self) -> int:
        """The points of all pairs and of the trio together."""
        return sum(pair.points for pair in self.pairs) + sum(group.points for group in self.groups)

    @property
    def spare_seats(self) -> dict[str, int]:
        """Nothing: peers have no seats."""
        return {}

    def explain(self, mentor: str, mentee: str, audience: Audience = "administrator") -> Explanation:
        """Why these two have their score, rule by rule and both ways, and what became of them; in either order.

        For "mentor" or "mentee" as ``audience``, private answers stay private. Raises ChoiceError for unknown people
        and ProgramError where the matching has no scores.
        """
        one, other = sorted(_known(person, self.demand.mentors) for person in (mentor, mentee))
        together: dict[tuple[str, str], str] = {}
        for group in self.groups:
            together |= dict.fromkeys(combinations(group.mentees, 2), "trio")
        together |= {(pair.mentor, pair.mentee): pair.status for pair in self.pairs}
        together |= {(b, a): status for (a, b), status in together.items()}
        choices = self.demand.choices
        said = {p.people for name in CLOSED for p in getattr(choices, name)}
        first, second = (other, one) if (other, one) in said else (one, other)
        found = explain_pair(self._scores(), self.demand, together, first, second, audience)
        return replace(found, mentor=one, mentee=other, peers=True)

    def verify(self, scores: ScoreMatrix | None = None) -> Verdict:
        """Whether pairs and trio are allowed and the pairs the best ones beside the trio, by the proof's prices.

        Checks against ``scores``, or against the matching's own; calls no solver. Two passes over all pairs, three with
        a trio. Of other trios the room is checked that the prices of everybody leave them.
        """
        return super().verify(scores)

    def _judged(self, scores: ScoreMatrix) -> Verdict:
        posed = pose_peers(self.demand, scores)
        named = Counter(p for pair in self.pairs for p in (pair.mentor, pair.mentee))
        named.update(p for group in self.groups for p in group.mentees)
        twice = sorted(person for person, times in named.items() if times > 1)
        findings = [Finding("two_partners", "is in two pairs", side="peer", person=person) for person in twice]
        findings += [] if twice else _flaws(self, posed)
        alone = Counter(one.person for one in self.unmatched)
        if alone != Counter(set(self.demand.mentors) - set(named)):
            findings.append(Finding("unmatched", "not exactly those without a partner are named as unmatched"))
        if not findings and self.aims != aims_of(posed, self.pairs, self.groups):
            findings.append(Finding("aims", "the aims reached are not what the pairs reach"))
        unique = not findings and only_best(*_beside(posed, self))
        best = not findings and bool(self.groups) and self.proof.kind == "optimal"
        return PeerVerdict(tuple(findings), trio=bool(self.groups), unique=unique, best_trio=best)

    def _counting(self, scores: ScoreMatrix) -> ScoreMatrix:
        return mutual(super()._counting(scores))

    def to_records(self) -> list[dict[str, Any]]:
        """One record for each pair and the trio: ids and names of first, second and third ("" in a pair), points."""
        names = dict(zip(self.demand.mentors, self.demand.mentor_names, strict=False))
        rows: list[tuple[tuple[str, ...], int, str]] = [
            ((pair.mentor, pair.mentee), pair.points, pair.status) for pair in self.pairs
        ]
        rows += [(group.mentees, group.points, "proposed") for group in self.groups]
        return [
            {
                **{
                    key: value
                    for place, person in zip(("first", "second", "third"), (*people, "")[:3], strict=True)
                    for key, value in ((place, person), (f"{place}_name", names.get(person, "")))
                },
                "points": points,
                "status": status,
            }
            for people, points, status in rows
        ]

    def _who(self, one: Unmatched) -> dict[str, str]:
        return {"first": one.person, "first_name": self._names()["mentor"].get(one.person, "")}

    def _saved(self) -> dict[str, Any]:
        proof = self.proof
        return {
            "format": self.format,
            "groups": self.groups,
            "kind_of_proof": proof.kind,
            "prices": proof.prices,
            "over": proof.over,
            "gap": proof.gap,
        }

    @classmethod
    def _faults(cls, saved: Any) -> Iterator[Finding]:
        yield from not_one_pool(saved.demand)
        if len(saved.groups) > 1 or any(len(group.mentees) != 3 or group.mentors for group in saved.groups):
            yield Finding("groups", "expected at most one trio", where="groups")

    @classmethod
    def _restored(cls, saved: Any) -> dict[str, Any]:
        proof = PeerProof.of(saved.kind_of_proof, saved.prices, saved.over, saved.gap)
        return {"proof": proof, "groups": saved.groups, "format": saved.format}

    def _facts(self) -> Iterator[tuple[str, str]]:
        yield from ()

    def _tables(self) -> Iterator[Table]:
        def told(*people: str) -> tuple[str, ...]:
            return tuple(self._shown("mentor", person) for person in people)

        yield Table(
            "Pairs",
            ("first", "second", "points", "status"),
            [(*told(pair.mentor, pair.mentee), number(pair.points), pair.status) for pair in self.pairs],
            ("left", "left", "right", "left"),
        )
        yield Table(
            "Trio",
            ("first", "second", "third", "points"),
            [(*told(*group.mentees), number(group.points)) for group in self.groups],
            ("left", "left", "left", "right"),
        )
        yield self._alone("Without a partner")

    def _notes(self) -> Iterator[str]:
        yield from ()

    def _alone(self, title: str) -> Table:
        rows = [(self._shown("mentor", one.person), one.reason) for one in self.unmatched]
        return Table(title, ("who", "why"), rows, ("left", "left"))

    def changes_since(self, other: Matching) -> PeerChanges:  # type: ignore[override]  # peers change as wholes
        """Which pairs of an earlier matching of peers are kept, which have ended and why, and which are new.

        A trio is one of them. For the administrator. Raises ProgramError for another kind of matching.
        """
        if not isinstance(other, PeerMatching):
            raise ProgramError(Finding("type", "expected a matching of peers", where="other"))
        return changes_of_peers(other, self)

    def alternatives(self, mentee: str, k: int, audience: Audience = "administrator") -> PeerCandidates:
        """The best ``k`` others with whom somebody could be, with the reasons and whether they are free.

        In the order of the aims that look at single pairs. Raises ChoiceError for an unknown person and for a ``k``
        that is no whole number from 0, ProgramError for an unknown audience and where the matching has no scores.
        """
        person = _known(mentee, self.demand.mentors)
        return alternatives_for_peer(self.demand, self._scores(), self.together, person, k, audience)

    @property
    def together(self) -> tuple[tuple[str, ...], ...]:
        """The ids of every pair and of the trio, sorted."""
        return (*((pair.mentor, pair.mentee) for pair in self.pairs), *(group.mentees for group in self.groups))


def not_one_pool(demand: Demand) -> Iterator[Finding]:
    """That a saved demand is not about one pool, or its choices about others."""
    yield from unknown_choices(demand)
    if demand.mentors != demand.mentees or len(set(demand.mentors)) != len(demand.mentors):
        yield Finding("not_one_pool", "expected the same people on both sides", where="demand")


def _known(person: object, ids: tuple[str, ...]) -> str:
    found = person_id(person)
    if isinstance(found, Finding):
        raise ChoiceError(replace(found, side="peer"))
    if found not in ids:
        hint = did_you_mean(found, ids)
        raise ChoiceError(Finding("unknown_person", "there is no such person", "peer", found, hint=hint))
    return found


def match_peers(demand: Demand, scores: ScoreMatrix, format_: Peers) -> PeerMatching:
    """The best matching of one pool; ``scores`` are mutual."""
    posed = pose_peers(demand, scores)
    solved = solve_peers(posed, format_)
    pairs = tuple(
        Pair(a, b, points, status)
        for (a, b, points), status in zip(
            solved.pairs, statuses_of(posed, [pair[:2] for pair in solved.pairs]), strict=True
        )
    )
    groups = (Group((), solved.trio, solved.trio_points),) if solved.trio else ()
    return PeerMatching(
        demand=demand,
        pairs=pairs,
        unmatched=tuple(alone_of(posed, pairs, groups)),
        aims=aims_of(posed, pairs, groups),
        proof=PeerProof.of(solved.kind, solved.solution.prices, solved.over, solved.gap),
        norms=scores.norms,
        scores=scores,
        groups=groups,
        format=format_,
    )


def statuses_of(posed: PosedPeers, couples: Iterable[tuple[str, str]]) -> Iterator[Status]:
    """The status of each pair."""
    demand = posed.demand
    pins = {tuple(sorted(pin.people)) for pin in demand.choices.pins}
    accepted = set(posed.settled)
    if demand.mode == "mentees_choose":
        accepted |= {(min(a, b), max(a, b)) for a, own in demand.ranks.items() for b in own}
    usual: Status = "accepted" if demand.mode == "administrators" else "proposed"
    for a, b in couples:
        yield "pinned" if (a, b) in pins else "accepted" if (a, b) in accepted else usual


def _beside(posed: PosedPeers, matching: PeerMatching) -> tuple[Pool, PeerSolution]:
    """The pool without the trio, and the pairs that are no question in it, with their prices."""
    place = {posed.person(p): p for p in range(len(posed.pool))}
    settled = set(posed.settled)
    rows = sorted(
        (*sorted((place[p.mentor], place[p.mentee])), p.points)
        for p in matching.pairs
        if (p.mentor, p.mentee) not in settled
    )
    first, second, points = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    others = posed.pool.open.copy()
    others[[place[person] for group in matching.groups for person in group.mentees]] = False
    assert isinstance(matching.proof, PeerProof)
    return replace(posed.pool, open=others), PeerSolution(first, second, points, matching.proof.prices)


def _flaws(matching: PeerMatching, posed: PosedPeers) -> Iterator[Finding]:
    """What is wrong with pairs and trio, in words."""
    place = {posed.person(p): p for p in range(len(posed.pool))}
    settled = set(posed.settled)
    held = [pair for pair in matching.pairs if (pair.mentor, pair.mentee) in settled]
    if len(held) != len(settled) or any(points_anyway(posed.scores, p.mentor, p.mentee) != p.points for p in held):
        yield Finding("settled", "a pinned or accepted pair is missing or does not have these points")
    couples = [(pair.mentor, pair.mentee) for pair in matching.pairs]
    for pair, status in zip(matching.pairs, statuses_of(posed, couples), strict=True):
        if pair.status != status:
            where = f"{shown(pair.mentor)} and {shown(pair.mentee)}"
            yield Finding("status", f"the pair is {status} and not {pair.status}", where=where)
    assert isinstance(matching.proof, PeerProof)
    _, solution = _beside(posed, matching)
    proof, trio = matching.proof, matching.groups[0].mentees if matching.groups else ()
    for flaw in check_peer_pairs(posed, SolvedPeers((), trio, 0, solution, proof.kind, proof.over, proof.gap)):
        who = " and ".join(shown(posed.person(p)) for p in flaw.people[:2] if 0 <= p < len(place))
        yield Finding(flaw.code, "the proof of the pairs does not hold", where=who or None)
    between = [int(posed.pool.rows(place[a], place[a] + 1)[0, place[b]]) for a, b in combinations(trio, 2)]
    if trio and (min(between) < 0 or sum(between) // 2 != matching.groups[0].points):
        yield Finding("trio", "the trio is not allowed or does not have these points")


def alone_of(posed: PosedPeers, pairs: tuple[Pair, ...], groups: tuple[Group, ...]) -> Iterator[Unmatched]:
    """Everybody without a partner, by id, with the reason."""
    demand = posed.demand
    placed = {p for pair in pairs for p in (pair.mentor, pair.mentee)} | {p for group in groups for p in group.mentees}
    refused = posed.scores.ineligible("mentor")
    place = {posed.person(p): p for p in range(len(posed.pool))}
    for person in sorted(set(demand.mentors) - placed):
        if person in demand.absent:
            code, reason = ("left", "has left") if person in demand.choices.left else ("paused", "pauses")
        elif person in refused:
            code, reason = "not_eligible", refused[person]
        else:
            at = place[person]
            others = [posed.person(p) for p in np.flatnonzero(posed.pool.rows(at, at + 1)[0] >= 0).tolist()]
            if others:
                few = f" ({listed(sorted(others))})" if len(others) <= 8 else ""
                code = "partners_taken"
                reason = (
                    f"the only possible partner{few} has somebody else"
                    if len(others) == 1
                    else f"all {number(len(others))} possible partners{few} have somebody else"
                )
            else:
                code, reason = "no_allowed_partner", _nobody(posed, person)
        yield Unmatched(person, "peer", code, reason)  # type: ignore[arg-type]


def _nobody(posed: PosedPeers, person: str) -> str:
    removals = [
        "conditions on private answers rule out some" if one.private else f"{one.title} rules out {number(one.people)}"
        for one in posed.scores.removals("mentor", person)
        if one.title != "same person"
    ]
    choices = posed.demand.choices
    for what, name in (
        ("bans", "bans"),
        ("declines", "declines"),
        ("ended pairs", "ended"),
        ("expired offers", "expired"),
    ):
        if count := sum(person in pair.people for pair in getattr(choices, name)):
            removals.append(f"{what} rule out {number(count)}")
    minimum = posed.demand.aim.minimum_score
    removals += [f"the minimum score is {number(minimum)}"] if minimum else []
    others = len(posed.demand.mentors) - 1
    if not others:
        return "there is nobody else"
    return f"nobody is possible: of {number(others)}, {listed(dict.fromkeys(removals)) or 'all are taken for certain'}"


def aims_of(posed: PosedPeers, pairs: tuple[Pair, ...], groups: tuple[Group, ...]) -> tuple[AimReached, ...]:
    """What pairs and trio reach in each aim, settled pairs included but in the lottery."""
    demand, pool = posed.demand, posed.pool
    made = {(pair.mentor, pair.mentee) for pair in pairs} | {two for g in groups for two in combinations(g.mentees, 2)}
    placed = {person for pair in made for person in pair}
    out = demand.absent | set(posed.scores.ineligible("mentor"))
    present = len(set(demand.mentors) - out | placed)
    place = {posed.person(p): p for p in range(len(pool))}
    free = sorted(tuple(sorted((place[a], place[b]))) for a, b in made - set(posed.settled))
    first, second = np.array(free, dtype=np.int64).reshape(-1, 2).T
    gains = pool.gains(first, second, np.zeros(len(first), dtype=np.int64))
    points = sum(pair.points for pair in pairs) + sum(group.points for group in groups)
    found = {
        "participation": AimReached("participation", "people with a partner", len(placed), present),
        "points": AimReached("points", "points", points, len(pairs) + len(groups)),
        "lottery": AimReached("lottery", "lottery", int(gains["lottery"].sum()) // 2),
    }
    for level, label in {**LABELS, "listed": "people with somebody from their list"}.items():
        if level in gains:
            found[level] = AimReached(level, label, int(gains[level].sum()) // 2)
    return tuple(found[level] for level in pool.levels)
