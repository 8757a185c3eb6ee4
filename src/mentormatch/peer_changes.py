"""What differs between two matchings of peers: which pairs are kept, which have ended and why, and which are new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from mentormatch.demand import Demand
from mentormatch.explain import Unmatched, not_allowed
from mentormatch.page import Page, Recorded, Table
from mentormatch.wording import counted, listed, number

if TYPE_CHECKING:
    from mentormatch.peer_matching import PeerMatching

People = tuple[str, ...]
"""The ids of a pair or a trio, sorted."""


@dataclass(frozen=True)
class PeerChange:
    """What became of a pair or a trio: "kept", "ended" or "new". ``code`` names the reason, ``reason`` says it."""

    kind: Literal["kept", "ended", "new"]
    people: People
    code: str = ""
    reason: str = ""


@dataclass(frozen=True)
class PeerChanges(Recorded):
    """What differs between an earlier matching of peers and a later one; true where anything does.

    Each sorted by ids. ``unmatched`` are those who had a partner and have none now. A cause is named where there is one
    (people, conditions, what was said); where there is none the aims decided. For the administrator alone.
    """

    kept: tuple[PeerChange, ...]
    ended: tuple[PeerChange, ...]
    new: tuple[PeerChange, ...]
    unmatched: tuple[Unmatched, ...]
    earlier: Demand = field(repr=False, compare=False)
    later: Demand = field(repr=False, compare=False)

    def __bool__(self) -> bool:
        return bool(self.ended or self.new or self.unmatched)

    def __iter__(self) -> Iterator[PeerChange]:
        yield from (*self.ended, *self.new, *self.kept)

    def to_records(self) -> list[dict[str, Any]]:
        """One record for each pair and trio, kept ones last: first, second and third ("" in a pair), code, reason."""
        return [
            {
                "change": one.kind,
                **dict(zip(("first", "second", "third"), (*one.people, "")[:3], strict=True)),
                "code": one.code,
                "reason": one.reason,
            }
            for one in self
        ]

    def page(self) -> Page:
        """The changes as a page: how many of each kind, whom they concern and why."""
        facts = [(kind, number(len(getattr(self, kind)))) for kind in ("kept", "ended", "new")]
        rows = [(one.kind, listed(map(self._shown, one.people)), one.reason) for one in (*self.ended, *self.new)]
        alone = [(self._shown(one.person), one.reason) for one in self.unmatched]
        tables = [Table("Changes", ("", "who", "why"), rows), Table("Without a partner now", ("who", "why"), alone)]
        notes = [] if self else [f"Nothing changed: {counted(len(self.kept), 'pair')} as before."]
        title = f"Changes of {self.later.program}" if self.later.program else "Changes"
        return Page(title, facts if self else [], [table for table in tables if table.rows], notes)

    def _shown(self, person: str) -> str:
        for demand in (self.later, self.earlier):
            if person in demand.places[0]:
                return demand.shown("mentor", demand.places[0][person])
        return person


def changes_of_peers(earlier: PeerMatching, later: PeerMatching) -> PeerChanges:
    """What differs between two matchings of peers, of the same people or not. Linear in people, choices and pairs."""
    was, now = set(earlier.together), set(later.together)
    had = {person for people in was for person in people}
    joined = set(later.demand.mentors) - set(earlier.demand.mentors)
    pinned = {tuple(sorted(pin.people)) for pin in later.demand.choices.pins}
    new = []
    for people in sorted(now - was):
        if people in pinned:
            new.append(PeerChange("new", people, "pinned", "pinned"))
        elif joined.intersection(people):
            who = listed(sorted(joined.intersection(people)))
            new.append(PeerChange("new", people, "joined", f"{who} joined"))
        else:
            new.append(PeerChange("new", people, "aims", "the aims decided"))
    return PeerChanges(
        kept=tuple(PeerChange("kept", people) for people in sorted(was & now)),
        ended=tuple(PeerChange("ended", people, *_why(later, people)) for people in sorted(was - now)),
        new=tuple(new),
        unmatched=tuple(one for one in later.unmatched if one.person in had),
        earlier=earlier.demand,
        later=later.demand,
    )


def _why(later: PeerMatching, people: People) -> tuple[str, str]:
    """Why people are no longer together: a code and a sentence."""
    demand, choices = later.demand, later.demand.choices
    for code, gone, says in (
        ("left", {*choices.left, *(set(people) - set(demand.mentors))}, "left"),
        ("paused", set(choices.paused), "pauses"),
    ):
        if who := sorted(gone.intersection(people)):
            return code, f"{listed(who)} {says}"
    for code, pairs in (
        ("ended", choices.ended),
        ("declined", choices.declines),
        ("banned", choices.bans),
        ("expired", choices.expired),
    ):
        for pair in pairs:
            if set(pair.people) <= set(people):
                return code, f"{code} ({pair.reason})" if pair.reason else code
    if later.scores is not None:
        for at, one in enumerate(people):
            for other in people[at + 1 :]:
                if forbidden := later.scores.forbidding(one, other):
                    return "forbidden", not_allowed(forbidden)
    return "aims", "the aims decided"
