"""What keeps a pair from being made in a matching, whatever the aims: people, answers to offers, conditions, lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from mentormatch.choices import ChosenPair
from mentormatch.explain import not_allowed
from mentormatch.formats.posing import Couple
from mentormatch.parts import Audience
from mentormatch.wording import counted, harmless, number, shown

if TYPE_CHECKING:
    from mentormatch.matching import Matching

Side = Literal["mentor", "mentee"]


@dataclass(frozen=True)
class Barrier:
    """Why a pair cannot be: a stable ``code``, the reason while it holds, and the reason once it is over."""

    code: str
    holds: str
    is_over: str

    @property
    def code_over(self) -> str:
        """The code of the reason once it is over: "new", "back", or "was_declined" and the like."""
        return {"gone": "new", "left": "back", "paused": "back"}.get(self.code, f"was_{self.code}")


@dataclass(frozen=True, eq=False)
class Barriers:
    """The barriers of one matching's demand; conditions and scores are known only where the matching has its scores.

    Only the administrator reads what reasons people gave and the names of conditions on private answers. ``allowed``
    are pairs of which the scores are known to be high enough. Each pair takes a constant time, after one pass over the
    people and the choices.
    """

    matching: Matching
    audience: Audience = "administrator"
    allowed: Collection[Couple] = ()

    def between(self, mentor: str, mentee: str) -> Barrier | None:
        """The first barrier between two people, None where there is none; an accepted pair minds no condition."""
        absent = [found for found in (self._absent("mentor", mentor), self._absent("mentee", mentee)) if found]
        if absent:
            holds, is_over = (" and ".join(getattr(one, when) for one in absent) for when in ("holds", "is_over"))
            return Barrier(absent[0].code, holds, is_over)
        if found := self._closed.get((mentor, mentee)):
            return found
        if (mentor, mentee) in self._accepted:
            return None
        return self._forbidden(mentor, mentee) or self._not_on_list(mentor, mentee)

    def at_all(self, mentor: str, mentee: str) -> Barrier | None:
        """The first barrier as well, or that the mentor offers no seat or the mentee wants no mentor."""
        if found := self.between(mentor, mentee):
            return found
        if not self._room["mentor"][mentor]:
            who = self._called("mentor", mentor)
            return Barrier("no_seats", f"{who} offers no seat", f"{who} offered no seat")
        if not self._room["mentee"][mentee] and (mentor, mentee) not in self._accepted:
            who = self._called("mentee", mentee)
            return Barrier("wants_nobody", f"{who} wants no mentor", f"{who} wanted no mentor")
        return None

    def _absent(self, side: Side, person: str) -> Barrier | None:
        who = self._called(side, person)
        if person in self._left:
            return Barrier("left", f"{who} has left", f"{who} is back")
        if person not in self._people[side]:
            return Barrier("gone", f"{who} takes no part any more", f"{who} is new")
        if person in self._paused:
            return Barrier("paused", f"{who} pauses", f"{who} no longer pauses")
        return None

    def _forbidden(self, mentor: str, mentee: str) -> Barrier | None:
        if (mentor, mentee) in self.allowed:
            return None
        scores, minimum = self.matching.scores, self.matching.demand.aim.minimum_score
        if scores is None:
            for side, person in (("mentor", mentor), ("mentee", mentee)):
                if told := self._refused.get((side, person)):
                    text = f"not allowed: the {side} may not take part: {told}"
                    return Barrier("not_eligible", text, f"was {text}")
            return None
        forbidden = scores.forbidding(mentor, mentee)
        if forbidden:
            text = harmless(not_allowed(forbidden, self.audience))
            code = "not_eligible" if any(one.refuses for one in forbidden) else "forbidden"
            return Barrier(code, text, f"was {text}")
        points = scores.points(mentor, mentee) if minimum else 0
        if points < minimum:
            text = f"{counted(points, 'point')}, below the minimum score of {number(minimum)}"
            return Barrier("below_minimum_score", f"has {text}", f"had {text}")
        return None

    def _not_on_list(self, mentor: str, mentee: str) -> Barrier | None:
        demand = self.matching.demand
        own = demand.ranks.get(mentee)
        if demand.aim.shortlists != "only" or not own or mentor in own:
            return None
        who, whose = self._called("mentor", mentor), self._called("mentee", mentee)
        return Barrier(
            "not_on_list",
            f"{who} is not on the list of {whose}, and only lists count",
            f"{who} was not on the list of {whose}, and only lists counted",
        )

    def _called(self, side: Side, person: str) -> str:
        return shown(self.matching.demand.called(side, person))

    @cached_property
    def _people(self) -> Mapping[Side, frozenset[str]]:
        demand = self.matching.demand
        return {"mentor": frozenset(demand.mentors), "mentee": frozenset(demand.mentees)}

    @cached_property
    def _room(self) -> Mapping[Side, Mapping[str, int]]:
        demand = self.matching.demand
        return {
            "mentor": dict(zip(demand.mentors, demand.capacity, strict=True)),
            "mentee": dict(zip(demand.mentees, demand.wants, strict=True)),
        }

    @cached_property
    def _left(self) -> frozenset[str]:
        return frozenset(self.matching.demand.choices.left)

    @cached_property
    def _paused(self) -> frozenset[str]:
        return frozenset(self.matching.demand.choices.paused)

    @cached_property
    def _refused(self) -> Mapping[tuple[str, str], str]:
        return {(one.side, one.person): one.reason for one in self.matching.unmatched if one.code == "not_eligible"}

    @cached_property
    def _accepted(self) -> frozenset[Couple]:
        return frozenset(pair.people for pair in self.matching.demand.choices.accepted)

    @cached_property
    def _closed(self) -> Mapping[Couple, Barrier]:
        choices = self.matching.demand.choices
        good, later = ([pair for pair in choices.ended if pair.again == again] for again in ("never", "next_round"))
        kinds: tuple[tuple[str, str, str, Sequence[ChosenPair]], ...] = (  # the last one that names a pair counts
            ("expired", "the offer expired", "the offer had expired before", choices.expired),
            ("ended", "ended for good", "had ended before", good),
            ("ended", "ended until the next round", "had ended before", later),
            ("banned", "banned", "was banned before", choices.bans),
            ("declined", "declined", "was declined before", choices.declines),
        )
        return {
            pair.people: _answered(code, holds, is_over, pair.reason if self.audience == "administrator" else "")
            for code, holds, is_over, pairs in kinds
            for pair in pairs
        }


def _answered(code: str, holds: str, is_over: str, reason: str) -> Barrier:
    why = f" ({harmless(reason)})" if reason else ""
    return Barrier(code, f"{holds}{why}", f"{is_over}{why}")
