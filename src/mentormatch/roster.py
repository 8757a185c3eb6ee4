"""One row for each person: partners, points, rank, wave and the reason, to be joined with other data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import ConfigDict

from mentormatch import doors
from mentormatch.candidates import Candidate, told
from mentormatch.page import Page, Recorded, Table
from mentormatch.parts import Audience, checked_audience
from mentormatch.questions import SIDES, Side
from mentormatch.wording import counted, listed, named, number

if TYPE_CHECKING:
    from mentormatch.explain import Unmatched
    from mentormatch.matching import Matching, Pair
    from mentormatch.scores import ScoreMatrix

_MOST_RULES = 3
_TOLD = {
    "left": "has left",
    "paused": "pauses",
    "not_eligible": "may not take part",
    "no_seats": "offers no seat",
    "wants_nobody": "wants no mentor",
    "no_allowed_partner": "nobody is possible",
    "below_minimum_score": "nobody is possible",
    "partners_full": "all possible partners have other mentees",
    "partners_served": "all possible partners have other mentors",
    "partners_taken": "all possible partners have other partners",
}
"""The reasons as others than the administrator are told them."""


@dataclass(frozen=True)
class RosterEntry:
    """A person and what the matching gives them.

    ``status`` is that of the pairs ("proposed", "accepted", "pinned", several joined by "; "), or "unmatched".
    ``partners`` are ids, ``partner_names`` their names ("" where there is none) and ``points`` those of the pairs, in
    the order of the partners; points are None where they would tell the audience about a private answer. ``rank`` is
    the best place of a partner on the mentee's list, None off it, for mentors, and for an audience of mentors. ``wave``
    is that from which the oldest pair stands, from 1, None without a pair. ``code`` is the stable reason of somebody
    without a partner and None for others; ``reason`` names the rules that gave the pairs most points, or says why there
    is none.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    person: str
    name: str
    side: Side
    status: str
    partners: tuple[str, ...]
    partner_names: tuple[str, ...]
    points: tuple[int | None, ...]
    rank: int | None
    wave: int | None
    code: str | None
    reason: str


@dataclass(frozen=True, repr=False)
class Roster(Recorded):
    """Everybody with what the matching gives them: mentees, then mentors, each in the order of their ids.

    ``audience`` is for whom it was made: where it is not the administrator, private answers are neither in points nor
    in reasons. ``to_json`` writes what ``schema`` describes.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    program: str
    audience: Audience
    entries: tuple[RosterEntry, ...]
    version: Literal[1] = 1

    def __repr__(self) -> str:
        return f"Roster({counted(len(self.entries), 'person', 'people')}, for {self.audience}s)"

    def to_records(self) -> list[dict[str, Any]]:
        """One record for each person; ``points`` is the mean of the pairs, rounded, and ``pairs`` how many they are."""
        return [
            {
                "person": one.person,
                "name": one.name,
                "side": one.side,
                "status": one.status,
                "partners": list(one.partners),
                "partner_names": list(one.partner_names),
                "pairs": len(one.partners),
                "points": _mean(one.points),
                "rank": one.rank,
                "wave": one.wave,
                "code": one.code,
                "reason": one.reason,
            }
            for one in self.entries
        ]

    def to_json(self) -> str:
        """The roster as JSON text, as `schema` describes it."""
        return doors.write_json(Roster, self)

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """The JSON schema of rosters."""
        return doors.schema(cls)

    def page(self) -> Page:
        """The roster as a page: a table of the mentees and one of the mentors."""
        tables = []
        for side in reversed(SIDES):
            own = [one for one in self.entries if one.side == side]
            rows = [
                (
                    named(one.person, one.name),
                    listed(map(named, one.partners, one.partner_names)) or "nobody",
                    listed(number(points) for points in one.points if points is not None),
                    one.rank,
                    one.wave,
                    one.reason,
                )
                for one in own
            ]
            kept = [at for at in range(6) if at < 2 or any(row[at] not in (None, "") for row in rows)]
            columns = (side, "has", "points", "rank", "wave", "why")
            align: tuple[Any, ...] = ("left", "left", "right", "right", "right", "left")
            cells = [[row[at] for at in kept] for row in rows]
            tables.append(
                Table(f"{side.capitalize()}s", [columns[at] for at in kept], cells, [align[at] for at in kept])
            )
        title = f"Roster of {self.program}" if self.program else "Roster"
        return Page(title, tables=[table for table in tables if table.rows])


def roster_of(matching: Matching, scores: ScoreMatrix, audience: object, earlier: Sequence[Matching]) -> Roster:
    """The roster of a matching by its scores."""
    who = checked_audience(audience)
    waves = _waves(matching, earlier)
    reasons = {(pair.mentor, pair.mentee): _candidate(matching, scores, pair, who) for pair in matching.pairs}
    entries = [entry for side in reversed(SIDES) for entry in _entries(matching, side, who, waves, reasons)]
    return Roster(matching.demand.program, who, tuple(entries))


_Couple = tuple[str, str]


def _waves(matching: Matching, earlier: Sequence[Matching]) -> dict[_Couple, int]:
    """For each pair the wave from which it has stood without a break, from 1."""
    history = [{(pair.mentor, pair.mentee) for pair in one.pairs} for one in (*earlier, matching)]
    found = {}
    for couple in history[-1]:
        wave = len(history)
        while wave > 1 and couple in history[wave - 2]:
            wave -= 1
        found[couple] = wave
    return found


def _candidate(matching: Matching, scores: ScoreMatrix, pair: Pair, audience: Audience) -> Candidate:
    """The pair as the audience may know it."""
    rank = None if audience == "mentor" else matching.demand.ranks.get(pair.mentee, {}).get(pair.mentor)
    return Candidate(*scores.person("mentor", pair.mentor), told(scores, pair.mentor, pair.mentee, audience), rank)


def _entries(
    matching: Matching,
    side: Side,
    audience: Audience,
    waves: Mapping[_Couple, int],
    reasons: Mapping[_Couple, Candidate],
) -> Iterator[RosterEntry]:
    """The people of one side, by id."""
    demand = matching.demand
    ids, names = (demand.mentors, demand.mentor_names) if side == "mentor" else (demand.mentees, demand.mentee_names)
    name_of = dict(zip(ids, names, strict=False))
    other: Side = "mentee" if side == "mentor" else "mentor"
    others = demand.mentees if side == "mentor" else demand.mentors
    partner_name = dict(zip(others, demand.mentee_names if side == "mentor" else demand.mentor_names, strict=False))
    own: dict[str, list[Pair]] = {}
    for pair in matching.pairs:
        own.setdefault(getattr(pair, side), []).append(pair)
    alone = {one.person: one for one in matching.unmatched if one.side == side}
    for person in sorted(ids):
        pairs = own.get(person, [])
        partners = tuple(getattr(pair, other) for pair in pairs)
        candidates = [reasons[pair.mentor, pair.mentee] for pair in pairs]
        ranks = [one.rank for one in candidates if one.rank is not None]
        one = alone.get(person)
        yield RosterEntry(
            person=person,
            name=name_of.get(person, ""),
            side=side,
            status="; ".join(dict.fromkeys(pair.status for pair in pairs)) or "unmatched",
            partners=partners,
            partner_names=tuple(partner_name.get(partner, "") for partner in partners),
            points=tuple(candidate.points for candidate in candidates),
            rank=min(ranks) if ranks and side == "mentee" else None,
            wave=min((waves[pair.mentor, pair.mentee] for pair in pairs), default=None),
            code=one.code if one is not None else None,
            reason=_reason(one, audience) if one is not None else _fits(partners, candidates),
        )


def _reason(alone: Unmatched, audience: Audience) -> str:
    return alone.reason if audience == "administrator" else _TOLD[alone.code]


def _fits(partners: Sequence[str], candidates: Sequence[Candidate]) -> str:
    """What gave the most points to the pairs; with several partners, each by its id."""
    said = [(partner, _most(one)) for partner, one in zip(partners, candidates, strict=True)]
    if len(said) == 1:
        return said[0][1]
    return "; ".join(f"{partner}: {most}" for partner, most in said if most)


def _most(candidate: Candidate) -> str:
    """The rules that gave the most points, at most three."""
    given = [part for part in candidate.parts if part.points > 0]
    given.sort(key=lambda part: -part.points)
    return ", ".join(f"{part.label} {number(part.points)} of {number(part.most)}" for part in given[:_MOST_RULES])


def _mean(points: Sequence[int | None]) -> int | None:
    known = [one for one in points if one is not None]
    return (2 * sum(known) + len(known)) // (2 * len(known)) if known and len(known) == len(points) else None
