"""The wished pairs that cannot be, and why: on a mentee's shortlist or among a mentor's wishes, and ruled out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mentormatch.barriers import Barriers, Side
from mentormatch.formats.posing import Couple
from mentormatch.page import Table
from mentormatch.wording import shown

if TYPE_CHECKING:
    from mentormatch.demand import Demand
    from mentormatch.matching import Matching
    from mentormatch.scores import ScoreMatrix

_LISTS_AT_A_TIME = 32


@dataclass(frozen=True)
class ForbiddenWish:
    """A wished pair that could not be made, whatever the others do: a stable ``code`` and a sentence.

    ``rank`` is the mentor's place on the mentee's shortlist, ``wish_rank`` the mentee's among the mentor's wishes; one
    of them may be None. For the administrator: what the two may read, `Matching.explain` says for an audience. Like the
    page of a matching, ``reason`` names no condition on private answers and no reason that somebody gave;
    ``conditions`` has the names of all that forbid the pair.
    """

    mentor: str
    mentee: str
    rank: int | None
    wish_rank: int | None
    code: str
    reason: str
    conditions: tuple[str, ...] = field(default=(), repr=False)

    @property
    def wished_by(self) -> tuple[Side, ...]:
        """Whose wish it was: the mentee's, the mentor's or that of both."""
        sides: tuple[tuple[Side, int | None], ...] = (("mentee", self.rank), ("mentor", self.wish_rank))
        return tuple(side for side, rank in sides if rank is not None)

    def to_dict(self) -> dict[str, Any]:
        """The wish as plain values, without the names of conditions."""
        names = ("mentor", "mentee", "rank", "wish_rank", "code", "reason")
        return {name: getattr(self, name) for name in names}


def forbidden_wishes(matching: Matching, scores: ScoreMatrix) -> tuple[ForbiddenWish, ...]:
    """Every wished pair that cannot be made, once, sorted by mentor and mentee.

    Only the wished pairs are looked at. A pair that is made, or was accepted, is no question; one that others had
    better claims to is not forbidden.
    """
    demand = matching.demand
    wishes = _wishes(demand)
    made = {(pair.mentor, pair.mentee) for pair in matching.pairs}
    barriers = Barriers(matching, "mentee", _allowed(demand, scores, wishes))
    mentors, mentees = set(demand.mentors), set(demand.mentees)
    found = []
    for couple in sorted(wishes.keys() - made):
        barrier = barriers.at_all(*couple)
        if barrier is not None:
            known = couple[0] in mentors and couple[1] in mentees
            conditions = tuple(one.title for one in scores.forbidding(*couple)) if known else ()
            found.append(ForbiddenWish(*couple, *wishes[couple], barrier.code, barrier.holds, conditions))
    return tuple(found)


def wishes_table(demand: Demand, wishes: Iterable[ForbiddenWish]) -> Table:
    """The wishes as a table, but for those of people who left or pause: they do not wonder.

    "rank" is the mentor's on the mentee's list, "wish" the mentee's among the mentor's wishes.
    """
    mentor_at, mentee_at = demand.places

    def named(side: Side, person: str) -> str:
        at = (mentor_at if side == "mentor" else mentee_at).get(person)
        return shown(person) if at is None else demand.shown(side, at)

    rows = [
        (named("mentor", wish.mentor), named("mentee", wish.mentee), wish.rank, wish.wish_rank, wish.reason)
        for wish in wishes
        if any(getattr(wish, side) not in demand.absent for side in wish.wished_by)
    ]
    columns = ("mentor", "mentee", "rank", "wish", "why")
    return Table("Wishes that cannot be", columns, rows, ("left", "left", "right", "right", "left"))


def _wishes(demand: Demand) -> dict[Couple, tuple[int | None, int | None]]:
    """Every wished pair with its rank on the shortlist and among the mentor's wishes."""
    listed_at = {(mentor, mentee): rank for mentee, own in demand.ranks.items() for mentor, rank in own.items()}
    wished_at = {(mentor, mentee): rank for mentor, own in demand.wish_ranks.items() for mentee, rank in own.items()}
    return {couple: (listed_at.get(couple), wished_at.get(couple)) for couple in (*listed_at, *wished_at)}


def _allowed(demand: Demand, scores: ScoreMatrix, couples: Iterable[Couple]) -> Collection[Couple]:
    """The pairs that the scores allow and the minimum score does, looked up some mentees at a time."""
    known = set(demand.mentors), set(demand.mentees)
    by_mentee: dict[str, list[str]] = {}
    for mentor, mentee in sorted(couples):
        if mentor in known[0] and mentee in known[1]:
            by_mentee.setdefault(mentee, []).append(mentor)
    mentees = list(by_mentee)
    found: set[Couple] = set()
    for start in range(0, len(mentees), _LISTS_AT_A_TIME):
        some = mentees[start : start + _LISTS_AT_A_TIME]
        mentors = sorted({mentor for mentee in some for mentor in by_mentee[mentee]})
        row = {mentor: at for at, mentor in enumerate(mentors)}
        points = scores.block(mentors, some)
        found |= {
            (mentor, mentee)
            for column, mentee in enumerate(some)
            for mentor in by_mentee[mentee]
            if points[row[mentor], column] >= demand.aim.minimum_score
        }
    return found
