"""Why pairs of an earlier matching are no more and pairs of a later one are new."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from mentormatch.barriers import Barriers, Side
from mentormatch.changes.exchanges import SIDES, Exchanges
from mentormatch.changes.undone import Swap, Undone
from mentormatch.choices import ChosenPair
from mentormatch.formats.posing import Couple, Posed, pose
from mentormatch.wording import counted, harmless, listed, number, shown

if TYPE_CHECKING:
    from mentormatch.matching import Matching, Pair

_MOST_NAMES = 3


@dataclass(frozen=True)
class Reason:
    """Why a pair changed: a stable code for programs, a sentence for people."""

    code: str
    text: str


@dataclass(frozen=True, eq=False)
class Reasons:
    """The reasons for what differs between two matchings, whose pairs are ``was`` and ``now``.

    A cause is looked for in this order: what keeps the pair from being made, whoever else is matched; pinned and
    accepted pairs in its place; seats and mentors wanted. Where there is none the aims decided, and where the scores
    are known the first of them is named that would be worse off had the change not been made, together with those that
    hang together with it.
    """

    earlier: Matching
    later: Matching
    was: Mapping[Couple, Pair]
    now: Mapping[Couple, Pair]

    def of_move(self, lost: Couple, gained: Couple) -> Reason:
        """Why a mentee has another mentor in exchange."""
        if cause := self._causes[lost]:
            return cause
        possible = self._possible(gained)
        return self._decided(lost, [*self._released(lost), *([possible.text] if possible else [])])

    def of_end(self, lost: Couple) -> Reason:
        """Why a mentee lost a mentor and got nobody in exchange."""
        if cause := self._causes[lost]:
            return cause
        other = self.exchanges.instead["mentor"].get(lost)
        seat = [f"{shown(lost[0])} has {shown(other[1])} instead"] if other else []
        return self._decided(lost, [*self._released(lost), *seat])

    def of_new(self, gained: Couple) -> Reason:
        """Why a mentee got a mentor and lost nobody in exchange."""
        if cause := self._said(gained) or self._possible(gained):
            return cause
        alone = gained[1] not in self.exchanges.had["mentee"]
        return self._decided(gained, ["had no mentor before"] if alone else [])

    @cached_property
    def exchanges(self) -> Exchanges:
        """Who lost whom, and who came instead."""
        barred = {couple for couple, reason in self._barred.items() if reason}
        return Exchanges(self.was, self.now, self.earlier.demand, self.later.demand, self._posed, barred, self._held)

    @cached_property
    def _posed(self) -> Posed | None:
        scores = self.later.scores
        return None if scores is None else pose(self.later.demand, scores)

    @cached_property
    def _held(self) -> Collection[Couple]:
        """The later pairs that are no question: pinned, or accepted where all such have a seat."""
        return {*self._pins, *self._accepted} if self._posed is None else self._posed.settled

    @cached_property
    def _pins(self) -> dict[Couple, ChosenPair]:
        return {pair.people: pair for pair in self.later.demand.choices.pins}

    @cached_property
    def _accepted(self) -> dict[Couple, ChosenPair]:
        return {pair.people: pair for pair in self.later.demand.choices.accepted}

    @cached_property
    def _barred(self) -> dict[Couple, Reason | None]:
        """What keeps each lost pair from being made now, whoever else is matched."""
        barriers = Barriers(self.later)
        found = {couple: barriers.between(*couple) for couple in self.was if couple not in self.now}
        return {couple: None if one is None else Reason(one.code, one.holds) for couple, one in found.items()}

    @cached_property
    def _barriers_before(self) -> Barriers:
        return Barriers(self.earlier)

    @cached_property
    def _causes(self) -> dict[Couple, Reason | None]:
        """Why each lost pair cannot be, given the pairs that are no question; None where the aims decided."""
        return {couple: reason or self._no_place(couple) for couple, reason in self._barred.items()}

    def _no_place(self, lost: Couple) -> Reason | None:
        """That a pair that is no question stands in the place of a lost one, or that there is no room for it."""
        found = self.exchanges
        full = [(side, at) for side, at in SIDES.items() if found.is_full(side, lost[at])]
        for side, at in reversed(full):
            instead = found.instead[side].get(lost)
            if instead is not None and instead in self._held and (said := self._said(instead)):
                return Reason(said.code, f"{shown(lost[at])} has {shown(instead[1 - at])} now, {said.text}")
        return next((self._no_room[side, lost[at]] for side, at in full if lost not in found.instead[side]), None)

    @cached_property
    def _no_room(self) -> dict[tuple[Side, str], Reason]:
        """For everybody in a lost pair that could be made: how much room there is now, and who has it."""
        people = {(s, couple[at]) for s, at in SIDES.items() for couple, reason in self._barred.items() if not reason}
        return {(side, person): self._room_taken(side, person) for side, person in people}

    def _room_taken(self, side: Side, person: str) -> Reason:
        has, held = (partners[side].get(person, []) for partners in (self.exchanges.has, self.exchanges.holds))
        if len(held) >= min(len(has), self.exchanges.asked[side][person]):
            statuses = [self.now[(person, one) if side == "mentor" else (one, person)].status for one in held]
            named = listed(f"{shown(one)} ({status})" for one, status in zip(held, statuses, strict=True))
            taken = f", and has {named}" if held else ""
        else:
            stay = self.exchanges.had[side].get(person, [])
            named = listed(map(shown, has))
            decided = f"decided that {named} {'stays' if len(has) == 1 else 'stay'}"
            taken = f"; the aims {decided if set(has) <= set(stay) else f'chose {named}'}"
        return Reason("fewer_seats" if side == "mentor" else "wants_fewer", f"{self._room(side, person)}{taken}")

    def _room(self, side: Side, person: str) -> str:
        """How many seats a mentor has, or mentors a mentee wants, and how many it was where that is no longer so."""
        room, before = self.exchanges.asked[side][person], self.exchanges.asked_before[side][person]
        verb, noun = ("has", "seat") if side == "mentor" else ("wants", "mentor")
        if room == before:
            return f"{shown(person)} {verb} {counted(room, noun)}"
        return f"{shown(person)} {verb} {counted(room, noun) if room else f'no {noun}'} now, {number(before)} before"

    def _said(self, couple: Couple) -> Reason | None:
        """That a pair is pinned or held as accepted, with the reason that was given."""
        for status, pairs in (("pinned", self._pins), ("accepted", self._accepted)):
            if pair := pairs.get(couple):
                return Reason(status, f"{status} ({harmless(pair.reason)})" if pair.reason else status)
        return None

    def _released(self, lost: Couple) -> list[str]:
        """That a lost pair was pinned or accepted and no longer is; that there is less room than there was."""
        status = self.was[lost].status
        held = status == "proposed" or lost in self._accepted
        parts = [] if held else ["no longer pinned" if status == "pinned" else "no longer held as accepted"]
        found, mentor = self.exchanges, lost[0]
        fewer = found.asked["mentor"][mentor] < found.asked_before["mentor"][mentor]
        return [*parts, self._room("mentor", mentor)] if fewer and found.is_full("mentor", mentor) else parts

    def _possible(self, gained: Couple) -> Reason | None:
        """What made a new pair possible; None where nothing kept it from being made before."""
        if barrier := self._barriers_before.between(*gained):
            return Reason(barrier.code_over, barrier.is_over)
        found = self.exchanges
        for side, at in SIDES.items():
            more = len(found.has[side][gained[at]]) > found.asked_before[side][gained[at]]
            if more and gained not in found.before[side]:
                return Reason("more_seats" if side == "mentor" else "wants_more", self._room(side, gained[at]))
        lost = found.before["mentor"].get(gained)
        if lost is not None and found.was_full("mentor", lost[0]) and (cause := self._causes[lost]):
            return Reason("seat_free", f"has the seat of {shown(lost[1])}: {cause.text}")
        return None

    def _decided(self, couple: Couple, parts: list[str]) -> Reason:
        """That the aims decided, after what led to it, and where it can be told by which of them."""
        made = couple in self.now
        if self._posed is None and not made:
            unknown = "a condition or the aims: only the scores can tell"
            return Reason("unknown", "; ".join([*parts, unknown]))
        if self.later.demand.aim.stable:
            return Reason("stability", "; ".join([*parts, "stability decided"]))
        return Reason("aims", "; ".join([*parts, f"the aims decided{self._losses.get(couple, '')}"]))

    @cached_property
    def _losses(self) -> dict[Couple, str]:
        """For every pair lost or gained by the aims: what it would cost to undo it, with all that hangs together."""
        scores, posed = self.later.scores, self._posed
        if scores is None or posed is None:
            return {}
        undone = Undone(self.later, scores, posed)
        decided = {couple for couple, reason in self._causes.items() if not reason}
        decided |= {couple for couple in self.exchanges.gained if couple not in self._held}
        found = {}
        for lost, gained in self.exchanges.chains(decided):
            loss = undone.loss(Swap(gained, lost))
            mentees = sorted({mentee for _, mentee in (*lost, *gained)})
            for couple in (*lost, *gained):
                if loss:
                    found[couple] = f" (were it undone{_with_others(mentees, couple[1])}, {loss})"
                elif loss is not None:
                    found[couple] = " by the lottery, all else being equal"
        return found


def _with_others(mentees: list[str], mentee: str) -> str:
    """The other mentees of a chain, the first three by name; ``mentees`` are all of them, sorted."""
    others = [shown(other) for other in mentees[: _MOST_NAMES + 1] if other != mentee][:_MOST_NAMES]
    left = len(mentees) - 1 - len(others)
    if not others:
        return ""
    named = f"{', '.join(others)} and {number(left)} more" if left else listed(others)
    return f" with the change{'' if len(mentees) == 2 else 's'} of {named}"
