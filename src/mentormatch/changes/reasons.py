"""Why pairs of an earlier matching are gone and pairs of a later one are new."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from mentormatch.barriers import Barriers, Side
from mentormatch.changes.undone import Swap, Undone
from mentormatch.choices import ChosenPair
from mentormatch.formats.posing import Couple, Posed, pose, shown
from mentormatch.wording import counted, harmless, listed, number

if TYPE_CHECKING:
    from mentormatch.matching import Matching, Pair

_SIDES: dict[Side, int] = {"mentor": 0, "mentee": 1}


@dataclass(frozen=True)
class Reason:
    """Why a pair changed: a stable code for programs, a sentence for people."""

    code: str
    text: str


@dataclass(frozen=True, eq=False)
class Reasons:
    """The reasons for what differs between two matchings, whose pairs are ``was`` and ``now``.

    Where somebody lost pairs and got others, each lost one has at most one in its place: those first that cannot be any
    more, or are no question now, so that an effect stands beside its cause; then by id.
    """

    earlier: Matching
    later: Matching
    was: Mapping[Couple, Pair]
    now: Mapping[Couple, Pair]

    @property
    def exchanges(self) -> Mapping[Couple, Couple]:
        """The pairs that mentees lost and got another for, and the other one."""
        return self._instead["mentee"]

    def of_move(self, lost: Couple, gained: Couple) -> Reason:
        """Why a mentee has another mentor in exchange."""
        if cause := self._causes[lost]:
            return cause
        possible = self._possible(gained)
        return self._decided(lost, [*self._released(lost), *([possible.text] if possible else [])])

    def of_end(self, lost: Couple) -> Reason:
        """Why a mentee lost a mentor and got nobody for it."""
        if cause := self._causes[lost]:
            return cause
        other = self._instead["mentor"].get(lost)
        seat = [f"{shown(lost[0])} has {shown(other[1])} instead"] if other else []
        return self._decided(lost, [*self._released(lost), *seat])

    def of_new(self, gained: Couple) -> Reason:
        """Why a mentee got a mentor and lost nobody for it."""
        if held := self._held(gained):
            return held
        if possible := self._possible(gained):
            return possible
        return self._decided(gained, [] if self._had["mentee"][gained[1]] else ["had no mentor before"])

    @cached_property
    def _posed(self) -> Posed | None:
        scores = self.later.scores
        return None if scores is None else pose(self.later.demand, scores)

    @cached_property
    def _settled(self) -> Collection[Couple]:
        """The pairs that are no question now; without scores those pinned or held as accepted."""
        if self._posed is not None:
            return self._posed.settled
        choices = self.later.demand.choices
        return {pair.people for pair in (*choices.pins, *choices.accepted)}

    @cached_property
    def _lost(self) -> list[Couple]:
        return sorted(self.was.keys() - self.now.keys())

    @cached_property
    def _gained(self) -> list[Couple]:
        return sorted(self.now.keys() - self.was.keys())

    @cached_property
    def _barriers_before(self) -> Barriers:
        return Barriers(self.earlier)

    @cached_property
    def _barriers(self) -> dict[Couple, Reason | None]:
        """What keeps each lost pair from being made now, whoever else is matched."""
        barriers = Barriers(self.later)
        found = {couple: barriers.between(*couple) for couple in self._lost}
        return {couple: None if one is None else Reason(one.code, one.holds) for couple, one in found.items()}

    @cached_property
    def _instead(self) -> dict[Side, dict[Couple, Couple]]:
        """For each side the lost pairs and those that its people got in their place."""
        lost = sorted(self._lost, key=lambda couple: (self._barriers[couple] is None, couple))
        gained = sorted(self._gained, key=lambda couple: (couple not in self._settled, couple))
        return {side: _in_place(lost, gained, at) for side, at in _SIDES.items()}

    @cached_property
    def _before(self) -> dict[Side, dict[Couple, Couple]]:
        """The inverse of `_instead`."""
        return {side: {new: old for old, new in pairs.items()} for side, pairs in self._instead.items()}

    @cached_property
    def _had(self) -> dict[Side, Counter[str]]:
        return {side: Counter(couple[at] for couple in self.was) for side, at in _SIDES.items()}

    @cached_property
    def _has(self) -> dict[Side, dict[str, list[str]]]:
        """The partners that everybody has now, in the order of their ids."""
        found: dict[Side, dict[str, list[str]]] = {"mentor": defaultdict(list), "mentee": defaultdict(list)}
        for mentor, mentee in sorted(self.now):
            found["mentor"][mentor].append(mentee)
            found["mentee"][mentee].append(mentor)
        return found

    @cached_property
    def _room_before(self) -> dict[Side, dict[str, int]]:
        demand = self.earlier.demand
        return {
            "mentor": dict(zip(demand.mentors, demand.capacity, strict=True)),
            "mentee": dict(zip(demand.mentees, demand.wants, strict=True)),
        }

    @cached_property
    def _room(self) -> dict[Side, dict[str, int]]:
        """How many partners everybody may have now: seats of mentors, mentors wanted."""
        demand, posed = self.later.demand, self._posed
        seats, wants = demand.capacity, demand.wants
        if posed is not None:
            problem = posed.problem
            seats = tuple((problem.capacity + problem.led)[posed.mentor_place].tolist())
            wants = tuple((problem.wants + problem.served)[posed.mentee_place].tolist())
        return {
            "mentor": dict(zip(demand.mentors, seats, strict=True)),
            "mentee": dict(zip(demand.mentees, wants, strict=True)),
        }

    @cached_property
    def _causes(self) -> dict[Couple, Reason | None]:
        """Why each lost pair cannot be, given the pairs that are no question; None where the aims decided."""
        return {
            couple: self._barriers[couple] or self._displaced(couple) or self._no_room(couple) for couple in self._lost
        }

    def _displaced(self, lost: Couple) -> Reason | None:
        """That a pinned or accepted pair stands in the place of a lost one, at its mentee or at its mentor."""
        for side, at in (("mentee", 1), ("mentor", 0)):
            instead = self._instead[side].get(lost)  # type: ignore[index]
            if instead is not None and instead in self._settled and (held := self._held(instead)):
                return Reason(held.code, f"{shown(lost[at])} has {shown(instead[1 - at])} now, {held.text}")
        return None

    def _no_room(self, lost: Couple) -> Reason | None:
        """That a mentor has too few seats now, or a mentee wants too few mentors, and nobody came in its place."""
        for side, at in _SIDES.items():
            person, has = lost[at], self._has[side][lost[at]]
            if lost in self._instead[side] or len(has) < self._room[side][person]:
                continue
            couples = {partner: (person, partner) if side == "mentor" else (partner, person) for partner in has}
            named = listed([shown(partner) for partner in has])
            if all(couple in self._settled for couple in couples.values()):
                kept = f", and has {named}" if has else ""
            elif all(couple in self.was for couple in couples.values()):
                kept = f"; the aims decided that {named} {'stays' if len(has) == 1 else 'stay'}"
            else:
                kept = f"; the aims chose {named}"
            code = "fewer_seats" if side == "mentor" else "wants_fewer"
            return Reason(code, f"{self._fewer(side, person)}{kept}")
        return None

    def _fewer(self, side: Side, person: str) -> str:
        room, before = self._room[side][person], self._room_before[side].get(person, 0)
        verb, noun = ("has", "seat") if side == "mentor" else ("wants", "mentor")
        if room >= before:
            return f"{shown(person)} {verb} only {counted(room, noun)}"
        now = counted(room, noun) if room else f"no {noun}"
        return f"{shown(person)} {verb} {now} now, not {number(before)}"

    def _held(self, couple: Couple) -> Reason | None:
        """That a pair is pinned or held as accepted."""
        pairs = self._pins.get(couple) or self._accepted.get(couple)
        if pairs is None:
            return None
        status = "pinned" if couple in self._pins else "accepted"
        return Reason(status, f"{status} ({harmless(pairs.reason)})" if pairs.reason else status)

    @cached_property
    def _pins(self) -> dict[Couple, ChosenPair]:
        return {pair.people: pair for pair in self.later.demand.choices.pins}

    @cached_property
    def _accepted(self) -> dict[Couple, ChosenPair]:
        return {pair.people: pair for pair in self.later.demand.choices.accepted}

    def _released(self, lost: Couple) -> list[str]:
        """That a lost pair was pinned or accepted and is no longer held."""
        status = self.was[lost].status
        held = status == "proposed" or lost in self._accepted
        return [] if held else ["no longer pinned" if status == "pinned" else "no longer held as accepted"]

    def _possible(self, gained: Couple) -> Reason | None:
        """What made room for a new pair, or took a barrier away; None where it could have been made before."""
        if barrier := self._barriers_before.between(*gained):
            return Reason(barrier.code_over, barrier.is_over)
        for side, at in _SIDES.items():
            person, before = gained[at], self._room_before[side][gained[at]]
            if gained not in self._before[side] and len(self._has[side][person]) > before:
                verb, noun = ("has", "seat") if side == "mentor" else ("wants", "mentor")
                code = "more_seats" if side == "mentor" else "wants_more"
                room = self._room[side][person]
                return Reason(code, f"{shown(person)} {verb} {counted(room, noun)} now, not {number(before)}")
        lost = self._before["mentor"].get(gained)
        if lost is not None and (cause := self._causes[lost]):
            return Reason("seat_free", f"has the seat of {shown(lost[1])}: {cause.text}")
        return None

    def _decided(self, couple: Couple, parts: list[str]) -> Reason:
        """That the aims decided, and where it can be told by how much of which."""
        if self.later.demand.aim.stable:
            return Reason("stability", "; ".join([*parts, "stability decided"]))
        if self._undone is None:
            unknown = "a condition or the aims, which only the scores tell apart"
            return Reason("aims", "; ".join([*parts, "the aims prefer this" if couple in self.now else unknown]))
        return Reason("aims", "; ".join([*parts, self._sentences[couple]]))

    @cached_property
    def _undone(self) -> Undone | None:
        scores = self.later.scores
        return None if self._posed is None or scores is None else Undone(self.later, scores, self._posed)

    @cached_property
    def _chains(self) -> list[frozenset[Couple]]:
        """The changes that the aims decided, in groups that hang together: of pairs in one another's place."""
        free = {lost for lost in self._lost if self._causes[lost] is None}
        free |= {gained for gained in self._gained if gained not in self._settled}
        beside: dict[Couple, list[Couple]] = defaultdict(list)
        for pairs in self._instead.values():
            for lost, gained in pairs.items():
                if lost in free and gained in free:
                    beside[lost].append(gained)
                    beside[gained].append(lost)
        return list(_connected(free, beside))

    @cached_property
    def _sentences(self) -> dict[Couple, str]:
        """What undoing its chain would cost, for every lost or new pair of one."""
        found: dict[Couple, str] = {}
        for chain in self._chains:
            swap = Swap(tuple(sorted(chain & self.now.keys())), tuple(sorted(chain & self.was.keys())))
            loss = self._undone.loss(swap) if self._undone and self._fits(swap) else None
            for couple in chain:
                if not loss:
                    found[couple] = "the aims prefer this" if loss is None else "equal in all aims: the lottery decided"
                    continue
                others = sorted({shown(mentee) for _, mentee in chain} - {shown(couple[1])})
                whose = f" with the {'change' if len(others) == 1 else 'changes'} of {listed(others, most=3)}"
                found[couple] = f"the aims decided: undone{whose if others else ''}, {loss}"
        return found

    def _fits(self, swap: Swap) -> bool:
        """Whether there is room for the earlier pairs where the new ones are gone."""
        return all(
            more <= 0 or len(self._has[side][who]) + more <= self._room[side][who]
            for side, at in _SIDES.items()
            for who, more in swap.more(at).items()
        )


def _in_place(lost: list[Couple], gained: list[Couple], at: int) -> dict[Couple, Couple]:
    """Lost pairs and gained ones of the same person (of the side ``at``), one by one in their orders."""
    waiting: dict[str, list[Couple]] = defaultdict(list)
    for couple in reversed(gained):
        waiting[couple[at]].append(couple)
    return {couple: waiting[couple[at]].pop() for couple in lost if waiting[couple[at]]}


def _connected(nodes: set[Couple], beside: Mapping[Couple, list[Couple]]) -> Iterator[frozenset[Couple]]:
    """The nodes in groups that hang together."""
    left = set(nodes)
    while left:
        group, following = set(), [left.pop()]
        while following:
            node = following.pop()
            group.add(node)
            following += [other for other in beside[node] if other in left]
            left.difference_update(beside[node])
        yield frozenset(group)
