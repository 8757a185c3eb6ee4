"""Why a pair was not made: what forbids it, or what it would cost in each aim and who would move where."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mentormatch.barriers import Barriers
from mentormatch.forcing import Forcing
from mentormatch.outcomes import Effect, Outcome
from mentormatch.page import Page, Paged
from mentormatch.preference import Preferences
from mentormatch.settled import Settled
from mentormatch.wording import named

if TYPE_CHECKING:
    from mentormatch.matching import Matching

NO_EFFECT = Effect((), ())


@dataclass(frozen=True)
class WhyNot(Paged):
    """Why two people are no pair, for the administrator: it names other people, and conditions on private answers.

    ``code`` is "pair" where they are one, what forbids the pair ("forbidden", "declined", "not_on_list", ...),
    "settled" where pinned and accepted pairs leave no room for it, "minimum_load" where it would leave a minimum load
    unmet, else the first aim that would be worse with it ("participation", "points", ..., "lottery" where all are
    equal); in a stable matching what the preferred partner is better in.
    ``reason`` says it in words. ``effect`` is what the best matching that has the pair reaches in each aim, and who
    moves where: exactly what solving with this demand gives. It is empty where the pair cannot be made, and where the
    matching is stable.
    """

    mentor: str
    mentee: str
    mentor_name: str
    mentee_name: str
    code: str
    reason: str
    effect: Effect = NO_EFFECT

    @property
    def possible(self) -> bool:
        """Whether a matching could have the pair, at a cost."""
        return bool(self.effect.moves)

    def page(self) -> Page:
        """The answer as a page: the reason, what the pair would cost, and who would move."""
        who = f"mentor {named(self.mentor, self.mentor_name)} and mentee {named(self.mentee, self.mentee_name)}"
        tables = self.effect.tables("What the pair would cost", "Who would move") if self.possible else []
        title = f"Why {who}" if self.code == "pair" else f"Why not {who}"
        return Page(title, [("outcome", self.reason)], tables)

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain values, ready for JSON."""
        answer = {"mentor": self.mentor, "mentee": self.mentee, "code": self.code, "reason": self.reason}
        return {**answer, "possible": self.possible, **self.effect.to_dict()}


def why_not_pair(matching: Matching, outcome: Outcome, mentor: object, mentee: object) -> WhyNot:
    """Why these two are no pair. A shortest path of changes where prices prove the matching, else a solve."""
    scores, demand = outcome.scores, outcome.demand
    (one, name), (other, other_name) = scores.person("mentor", mentor), scores.person("mentee", mentee)
    found = WhyNot(one, other, name, other_name, "", "")
    if (one, other) in outcome.couples:
        return replace(found, code="pair", reason="they are a pair")
    if barrier := Barriers(matching).at_all(one, other):
        return replace(found, code=barrier.code, reason=barrier.holds)
    if settled := Settled(outcome.posed).leaves_no_room(one, other):
        return replace(found, code="settled", reason=f"no room: {settled}")
    if demand.aim.stable:
        return _preferred(found, outcome)
    return _compared(found, outcome)


def _preferred(found: WhyNot, outcome: Outcome) -> WhyNot:
    better = Preferences(outcome.posed, outcome.couples).why_not(found.mentor, found.mentee)
    if better is None:
        return replace(found, code="blocking", reason="the two prefer each other to whom they have")
    mentee, mentor = named(found.mentee, found.mentee_name), named(found.mentor, found.mentor_name)
    whose = mentee if better.side == "mentee" else mentor
    reason = f"{whose} has somebody preferred, and a stable matching breaks no such pair: {better}"
    return replace(found, code=better.by, reason=reason)


def _compared(found: WhyNot, outcome: Outcome) -> WhyNot:
    couple = found.mentor, found.mentee
    effect = _lifted(outcome, *couple) if outcome.demand.aim.fairness else _forced(outcome, *couple)
    if effect is None or effect.by("minimum_load") < 0:
        return replace(found, code="minimum_load", reason="a minimum load could not be met")
    first = effect.first
    if outcome.demand.aim.everyone_matched and effect.by("participation") < 0:
        return replace(found, code="everyone_matched", reason="then not everybody could be matched", effect=effect)
    if first is None:
        return replace(found, code="lottery", reason="equal in every aim, so the lottery decided", effect=effect)
    return replace(found, code=first.aim, reason=f"possible, but not the best: {first}", effect=effect)


def _forced(outcome: Outcome, mentor: str, mentee: str) -> Effect:
    posed = outcome.posed
    mentor_at, mentee_at = outcome.demand.places
    place = int(posed.mentor_place[mentor_at[mentor]]), int(posed.mentee_place[mentee_at[mentee]])
    return outcome.changed(outcome.exchanges.with_pair(*place))


def _lifted(outcome: Outcome, mentor: str, mentee: str) -> Effect | None:
    """Where the lowest score is lifted, no price says what another pair costs: the matching is solved with it."""
    forcing = Forcing(outcome.posed, outcome.mentor, outcome.mentee, outcome.points, outcome.proof)
    forced = forcing.with_pair(mentor, mentee)
    couples = frozenset(forced.pairs)
    return outcome.against(couples, forced.reached) if (mentor, mentee) in couples else None
