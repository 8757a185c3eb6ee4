"""Why somebody has no partner, and the smallest single change that would place them, with its effect on everybody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from mentormatch.demand import Demand
from mentormatch.errors import ChoiceError, Finding, InfeasibleError
from mentormatch.explain import Unmatched
from mentormatch.formats.posing import Couple
from mentormatch.ids import person_id
from mentormatch.outcomes import Effect, Outcome, signed
from mentormatch.page import Page, Paged, Table
from mentormatch.problem import Ints
from mentormatch.relaxing import without_condition
from mentormatch.scores import Removal, ScoreMatrix
from mentormatch.seats import seat_values, why_no_values, with_seats
from mentormatch.wording import all_named, did_you_mean, listed, named, number

if TYPE_CHECKING:
    from mentormatch.matching import Matching

Side = Literal["mentor", "mentee"]
Kind = Literal["seat", "list", "offer", "ban", "pause", "wants", "minimum_score", "condition", "priority"]

_KINDS: tuple[Kind, ...] = (
    "seat",
    "list",
    "offer",
    "ban",
    "pause",
    "wants",
    "minimum_score",
    "condition",
    "priority",
)
_TRIES = 6
"""So many people, or minimum scores, are tried one after the other."""
_FEW = 8


@dataclass(frozen=True)
class Remedy:
    """A single change that would place somebody, found by solving with it.

    ``kind`` says what changes: a "seat" more at ``who``, ``who`` on the "list", a new "offer" to ``who`` or a "ban"
    taken back, the end of a "pause", one mentor that the mentee "wants", a lower "minimum_score", a "condition" that no
    longer holds, a higher "priority". ``label`` says it in words; ``also`` are others with whom the same change would
    place them, ``also_names`` their names, if there are any. ``effect`` is what it changes for everybody.
    """

    kind: Kind
    label: str
    effect: Effect
    who: str = ""
    also: tuple[str, ...] = ()
    also_names: tuple[str, ...] = ()

    @property
    def losers(self) -> tuple[str, ...]:
        """The mentees who would have fewer mentors than now."""
        return tuple(move.mentee for move in self.effect.moves if len(move.then) < len(move.now))

    @property
    def says(self) -> str:
        """The change in words, with the others with whom it would do."""
        also = f", or at {listed(all_named(self.also, self.also_names))}" if self.also and self.kind == "seat" else ""
        return f"{self.label}{also}"


@dataclass(frozen=True)
class PossiblePartner:
    """Somebody whom a person without a partner could have: the points, the place on their list, and whom they have.

    ``has_names`` are the names of those whom they have, if there are any.
    """

    person: str
    name: str
    points: int
    rank: int | None
    has: tuple[str, ...]
    has_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class WhyUnmatched(Paged):
    """Why somebody has no partner, for the administrator, and what would change it.

    ``code`` and ``reason`` are those of `Unmatched`. ``partners`` are the best of the ``possible`` ones, ``removed``
    what each condition takes from the person. ``remedies`` are single changes that would place them, the smallest
    first: that which costs the fewest others their mentor, then that which moves the fewest, then that which is best
    for all. Each is checked by solving with it; there may be none.
    """

    person: str
    name: str
    side: Side
    code: str
    reason: str
    partners: tuple[PossiblePartner, ...]
    removed: tuple[Removal, ...]
    remedies: tuple[Remedy, ...]
    possible: int

    @property
    def smallest(self) -> Remedy | None:
        """The smallest single change that would place them, None where none was found."""
        return self.remedies[0] if self.remedies else None

    def page(self) -> Page:
        """The reason, who is possible, what each condition takes, and what would help."""
        other = "mentor" if self.side == "mentee" else "mentee"
        tables = [*self._partners_table(other), *self._removed_table(other)]
        notes = []
        if self.smallest is None:
            notes.append("No single change was found that would help.")
        else:
            changes = [
                (
                    one.says,
                    len(one.effect.moves),
                    listed(_losers(one)) or "nobody",
                    signed(one.effect.by("participation")),
                    signed(one.effect.by("points")),
                )
                for one in self.remedies
            ]
            columns = ("change", "move", "loses a mentor", "with a mentor", "points")
            tables.append(Table("What would help", columns, changes, ("left", "right", "left", "right", "right")))
            tables += self.smallest.effect.tables(
                f"What the first changes: {self.smallest.label}", "Who would move with the first"
            )
        title = f"Why {self.side} {named(self.person, self.name)} has no {other}"
        return Page(title, [("reason", self.reason)], tables, notes)

    def _partners_table(self, other: str) -> Iterator[Table]:
        rows = [
            (named(one.person, one.name), one.points, one.rank, listed(all_named(one.has, one.has_names)) or "nobody")
            for one in self.partners
        ]
        if rows:
            best = f", the best {number(len(rows))} of {number(self.possible)}" if len(rows) < self.possible else ""
            columns = (other, "points", "rank", "has")
            yield Table(f"Who is possible{best}", columns, rows, ("left", "right", "right", "left"))

    def _removed_table(self, other: str) -> Iterator[Table]:
        rows = [(one.title, one.people, one.unknown or None) for one in self.removed]
        columns = ("condition", f"{other}s ruled out", "because of a blank")
        if rows:
            yield Table("What rules partners out", columns, rows, ("left", "right", "right"))

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain values, ready for JSON."""
        return {
            "person": self.person,
            "side": self.side,
            "code": self.code,
            "reason": self.reason,
            "possible": self.possible,
            "partners": [{"person": one.person, "points": one.points, "has": list(one.has)} for one in self.partners],
            "removed": [{"condition": one.title, "people": one.people} for one in self.removed],
            "remedies": [
                {"kind": one.kind, "label": one.label, "who": one.who, "also": list(one.also), **one.effect.to_dict()}
                for one in self.remedies
            ],
        }


def why_unmatched(matching: Matching, outcome: Outcome, person: object, side: Side | None = None) -> WhyUnmatched:
    """Why somebody has no partner, and what would place them. A solve for each change that is tried.

    ``side`` says which role is meant where somebody without a partner has both; without it the mentee's. Raises
    ChoiceError for somebody who is not there and for somebody who has a partner.
    """
    alone = _alone(matching, person, side)
    return _Unplaced(outcome, alone).answer()


def _alone(matching: Matching, person: object, side: Side | None) -> Unmatched:
    found = person_id(person)
    if isinstance(found, Finding):
        raise ChoiceError(found)
    if side not in (None, "mentor", "mentee"):
        raise ChoiceError(Finding("side", "expected 'mentor', 'mentee' or None", where="side"))
    demand = matching.demand
    known = [ids for role, ids in (("mentee", demand.mentees), ("mentor", demand.mentors)) if side in (None, role)]
    if not any(found in ids for ids in known):
        hint = did_you_mean(found, [one for ids in known for one in ids])
        raise ChoiceError(Finding("unknown_person", "there is nobody of this id", side, found, hint=hint))
    for one in matching.unmatched:
        if one.person == found and (side is None or one.side == side):
            return one
    raise ChoiceError(Finding("matched", "has a partner", side, found, hint="ask why_not(mentor, mentee) of a pair"))


@dataclass(frozen=True, eq=False)
class _Unplaced:
    """Somebody without a partner in an outcome, and the changes that could place them."""

    outcome: Outcome
    alone: Unmatched

    def answer(self) -> WhyUnmatched:
        demand, alone = self.demand, self.alone
        side: Side = "mentee" if alone.side == "mentee" else "mentor"
        found = [one for one in self._tried() if one is not None]
        order = sorted(found, key=_size)
        return WhyUnmatched(
            alone.person,
            demand.name(side, alone.person),
            side,
            alone.code,
            alone.reason,
            tuple(self._partners()),
            self.outcome.scores.removals(side, alone.person),
            tuple(order),
            len(self._possible),
        )

    @property
    def demand(self) -> Demand:
        return self.outcome.demand

    @property
    def _is_mentee(self) -> bool:
        return self.alone.side == "mentee"

    def _tried(self) -> Iterator[Remedy | None]:
        """Every kind of change that could help here, tried."""
        demand, person, code = self.demand, self.alone.person, self.alone.code
        choices = demand.choices
        if code == "left":
            return
        if code == "paused":
            back = choices.with_(paused=[one for one in choices.paused if one != person])
            yield self._with("pause", "the end of the pause", replace(demand, choices=back))
            return
        if code == "wants_nobody":
            wants = tuple(max(1, n) if e == person else n for e, n in zip(demand.mentees, demand.wants, strict=True))
            yield self._with("wants", "one mentor wanted", replace(demand, wants=wants))
            return
        if code == "no_seats":
            yield self._with("seat", "one seat", with_seats(demand, {person: 1}), who=person)
            return
        if self._is_mentee:
            yield self._seat()
            yield self._longer_list()
            yield self._priority()
        yield from self._taken_back()
        yield self._lower_minimum()
        for removal in self.outcome.scores.removals(self.alone.side, person):  # type: ignore[arg-type]
            scores = without_condition(self.outcome.scores, removal.title)
            if scores is not None:
                yield self._with("condition", f"without the condition {removal.title}", demand, scores)

    def _with(
        self, kind: Kind, label: str, demand: Demand, scores: ScoreMatrix | None = None, who: str = ""
    ) -> Remedy | None:
        """The change, where solving with it gives the person a partner."""
        try:
            then = self.outcome.again(demand, scores)
        except InfeasibleError:
            return None
        at = 1 if self._is_mentee else 0
        if not any(couple[at] == self.alone.person for couple in then.couples):
            return None
        return Remedy(kind, label, self.outcome.against(then.couples, then.reached), who)

    def _seat(self) -> Remedy | None:
        """One more seat at a mentor: the one that moves the fewest, and by name the others that would do as well."""
        person, demand = self.alone.person, self.demand
        if why_no_values(demand):
            tries = [mentor for mentor, _ in self._possible[:_TRIES]]
            found = [self._one_more_at(mentor) for mentor in tries]
            some = sorted((one for one in found if one), key=_size)
            return self._seat_or_at(some[0], [one.who for one in some[1:]]) if some else None
        values = [one for one in seat_values(self.outcome).values() if person in one.placed]
        order = sorted(
            values, key=lambda one: (len(one.effect.moves), [-gain for gain in one.effect.gains], one.mentor)
        )
        if not order:
            return None
        first = order[0].mentor
        remedy = self._one_more_at(first)
        return remedy and self._seat_or_at(remedy, [one.mentor for one in order[1:]])

    def _one_more_at(self, mentor: str) -> Remedy | None:
        label = f"one more seat at {self.demand.called('mentor', mentor)}"
        return self._with("seat", label, with_seats(self.demand, {mentor: 1}), who=mentor)

    def _seat_or_at(self, remedy: Remedy, others: Iterable[str]) -> Remedy:
        also = tuple(sorted(others))
        return replace(remedy, also=also, also_names=self.demand.names_of("mentor", also))

    def _longer_list(self) -> Remedy | None:
        """A mentor more at the end of the list, where only lists count."""
        demand, person = self.demand, self.alone.person
        own = demand.ranks.get(person)
        if demand.aim.shortlists != "only" or not own:
            return None
        lists = {one.person: [list(tied) for tied in one.ranks] for one in demand.choices.shortlists}
        for mentor, _ in self._off_list()[:_TRIES]:
            longer = {**lists, person: [*lists[person], [mentor]]}
            asked = replace(demand, choices=demand.choices.with_(shortlists=longer))
            if found := self._with("list", f"{demand.called('mentor', mentor)} on the list as well", asked, who=mentor):
                return found
        return None

    def _off_list(self) -> list[tuple[str, int]]:
        """Mentors who are not on the list and would be possible, those with a seat left first, by falling points."""
        load = self._load
        possible = [one for one in self._ranked(self._points(without_lists=True)) if one[0] not in self._own_list]
        return sorted(possible, key=lambda one: load.get(one[0], 0) >= self._seats[one[0]])

    def _taken_back(self) -> Iterator[Remedy | None]:
        """A ban taken back, or a new offer where one has expired; who declined is not asked again."""
        person, choices = self.alone.person, self.demand.choices
        for kind, name, chosen, words in (
            ("ban", "bans", choices.bans, "the ban on {} taken back"),
            ("offer", "expired", choices.expired, "a new offer to {}"),
        ):
            own = [pair for pair in chosen if person in pair.people]
            for pair in own[:_TRIES]:
                other = pair.mentor if self._is_mentee else pair.mentee
                rest = choices.with_(**{name: [one for one in chosen if one != pair]})
                demand = replace(self.demand, choices=rest)
                label = words.format(self.demand.called("mentor" if self._is_mentee else "mentee", other))
                yield self._with(kind, label, demand, who=other)  # type: ignore[arg-type]

    def _lower_minimum(self) -> Remedy | None:
        """The highest of the minimum scores below this one that places the person."""
        demand = self.demand
        minimum = demand.aim.minimum_score
        points = self._points(minimum_score=0)
        lower = sorted({int(n) for n in points[(points >= 0) & (points < minimum)]}, reverse=True)
        for score in lower[:_TRIES]:
            label = f"a minimum score of {number(score)} instead of {number(minimum)}"
            asked = replace(demand, aim=replace(demand.aim, minimum_score=score))
            if found := self._with("minimum_score", label, asked):
                return found
        return None

    def _priority(self) -> Remedy | None:
        demand, person = self.demand, self.alone.person
        if not self._possible:
            return None
        highest = max(demand.priority) + 1
        priority = tuple(highest if e == person else n for e, n in zip(demand.mentees, demand.priority, strict=True))
        return self._with("priority", "a higher priority than anybody has", replace(demand, priority=priority))

    def _partners(self) -> Iterator[PossiblePartner]:
        demand = self.demand
        own, other = ("mentee", "mentor") if self._is_mentee else ("mentor", "mentee")
        for person, points in self._possible[:_FEW]:
            if self._is_mentee:
                has = tuple(sorted(e for m, e in self.outcome.couples if m == person))
                rank = self._own_list.get(person)
            else:
                has = tuple(sorted(m for m, e in self.outcome.couples if e == person))
                rank = demand.ranks.get(person, {}).get(self.alone.person)
            yield PossiblePartner(person, demand.name(other, person), points, rank, has, demand.names_of(own, has))

    @cached_property
    def _possible(self) -> list[tuple[str, int]]:
        """Everybody who is possible for the person, with the points, the best first."""
        return self._ranked(self._points())

    def _ranked(self, points: Ints) -> list[tuple[str, int]]:
        demand = self.demand
        others = demand.mentors if self._is_mentee else demand.mentees
        some = [(others[at], int(points[at])) for at in np.flatnonzero(points >= 0).tolist()]
        return sorted(some, key=lambda one: (-one[1], one[0]))

    def _points(self, minimum_score: int | None = None, without_lists: bool = False) -> Ints:
        """The points with everybody of the other side, in the order of the demand, -1 where not possible."""
        posed, demand = self.outcome.posed, self.demand
        problem = posed.problem
        if minimum_score is not None:
            problem = replace(problem, minimum_score=minimum_score)
        if without_lists:
            problem = replace(problem, list_only=None)
        if self._is_mentee:
            place = int(posed.mentee_place[demand.places[1][self.alone.person]])
            points = problem.rows(0, problem.shape[0], place, place + 1)[:, 0][posed.mentor_place]
        else:
            place = int(posed.mentor_place[demand.places[0][self.alone.person]])
            points = problem.rows(place, place + 1)[0][posed.mentee_place]
        found = points.astype(np.int64)
        others = demand.mentors if self._is_mentee else demand.mentees
        refused = self.outcome.scores.ineligible("mentor" if self._is_mentee else "mentee")
        closed = [other in demand.absent or other in refused for other in others]
        found[closed] = -1
        return found

    @cached_property
    def _own_list(self) -> dict[str, int]:
        return self.demand.ranks.get(self.alone.person, {}) if self._is_mentee else {}

    @cached_property
    def _load(self) -> dict[str, int]:
        return _counted(self.outcome.couples)

    @cached_property
    def _seats(self) -> dict[str, int]:
        return dict(zip(self.demand.mentors, self.demand.capacity, strict=True))


def _losers(remedy: Remedy) -> list[str]:
    """The mentees who would have fewer mentors than now, with their names."""
    return [named(move.mentee, move.name) for move in remedy.effect.moves if len(move.then) < len(move.now)]


def _size(remedy: Remedy) -> tuple[int, int, int, list[int], str]:
    """How large a change is: whom it costs a mentor, whom it moves, its kind, and then the best for all first."""
    gains = [-gain for gain in remedy.effect.gains]
    return len(remedy.losers), len(remedy.effect.moves), _KINDS.index(remedy.kind), gains, remedy.who


def _counted(couples: Iterable[Couple]) -> dict[str, int]:
    found: dict[str, int] = {}
    for mentor, _ in couples:
        found[mentor] = found.get(mentor, 0) + 1
    return found
