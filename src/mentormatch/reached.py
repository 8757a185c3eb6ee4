"""What a matching reached in each aim, in the order of the aims (convention 7)."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from mentormatch.demand import Demand
from mentormatch.formats.posing import Posed, Positions
from mentormatch.problem import Ints, LevelName
from mentormatch.wording import number


@dataclass(frozen=True)
class AimReached:
    """What the matching reached in one aim. Compared in the order of the aims, more is better.

    ``aim`` is the level ("minimum_load", "participation", "listed", "points", "lottery", ...), ``label`` says it in
    words and ``of`` is what the value could be at most, or what it is spread over (pairs, for points); None where
    neither helps. The values of "balance" (squared loads) and "avoid" are negative.
    """

    aim: str
    label: str
    value: int
    of: int | None = None

    def __str__(self) -> str:
        if self.aim in ("balance", "avoid"):
            return number(-self.value)
        if self.aim == "points" and self.of:
            return f"{number(self.value)} ({number(round(self.value / self.of))} a pair)"
        return f"{number(self.value)} of {number(self.of)}" if self.of else number(self.value)


def aims_reached(posed: Posed, mentor: Positions, mentee: Positions, points: Ints) -> tuple[AimReached, ...]:
    """What pairs (positions in the demand, settled ones included) reach in each aim, in the order of the aims.

    The lottery counts the pairs that are not settled, the first draw alone; so does the lowest score, without accepted
    pairs.
    """
    demand, problem = posed.demand, posed.problem
    reached: dict[str, list[AimReached]] = {level: [] for level in problem.levels}
    load = np.bincount(mentor, minlength=len(demand.mentors))
    least = np.minimum(np.array(demand.minimum_load, np.int64), (problem.capacity + problem.led)[posed.mentor_place])
    if least.any():
        filled = int(np.minimum(load, least).sum())
        reached["minimum_load"] = [
            AimReached("minimum_load", "seats of minimum loads filled", filled, int(least.sum()))
        ]
    wants = (problem.wants + problem.served)[posed.mentee_place]
    got = np.bincount(mentee, minlength=len(demand.mentees))
    reached["participation"] = list(_participation(demand, wants, got))
    if not LABELS.keys().isdisjoint(problem.levels):
        asking = {demand.mentees[at] for at in np.flatnonzero(wants).tolist()}
        for found in _chosen(demand, asking, mentor, mentee):
            if found.aim in reached:
                reached[found.aim].append(found)
    free = ~posed.are_settled(mentor, mentee)
    if demand.aim.fairness:
        new = points[free & problem.is_new(posed.mentor_place[mentor], posed.mentee_place[mentee])]
        lowest = "lowest score of a new pair"
        reached["lift_worst"] = [AimReached("lift_worst", lowest, int(new.min()))] if len(new) else []
    if demand.aim.balance:
        reached["balance"] = [AimReached("balance", "sum of squared loads", -int((load**2).sum()))]
    reached["points"] = [AimReached("points", "points", int(points.sum()), len(mentor))]
    drawn = problem.lottery(posed.mentor_place[mentor[free]], posed.mentee_place[mentee[free]], 0)
    reached["lottery"] = [AimReached("lottery", "lottery", int(drawn.sum()))]
    return tuple(item for level in problem.levels for item in reached[level])


def reached_with_bonus(posed: Posed, mentor: Positions, mentee: Positions, points: Ints) -> tuple[AimReached, ...]:
    """What pairs reach in each aim; where pairs on a list count more, the points with what they count more."""
    demand = posed.demand
    reached = aims_reached(posed, mentor, mentee, points)
    if demand.aim.shortlists != "bonus":
        return reached
    couples = zip(mentor.tolist(), mentee.tolist(), strict=True)
    bonus = demand.aim.bonus * sum(demand.mentors[m] in demand.ranks.get(demand.mentees[e], {}) for m, e in couples)
    return tuple(
        replace(one, label="points and bonus", value=one.value + bonus) if one.aim == "points" else one
        for one in reached
    )


def _participation(demand: Demand, wants: Ints, got: npt.NDArray[np.intp]) -> Iterator[AimReached]:
    """How many mentees have a first, a second, ... mentor, and of each priority, out of those who want one."""
    priority = np.array(demand.priority, dtype=np.int64)
    for tier in range(max(1, int(np.minimum(wants, len(demand.mentors)).max(initial=0)))):
        has, asks = got > tier, wants > tier
        yield AimReached("participation", participation_label(tier), int(has.sum()), int(asks.sum()))
        ranks = np.unique(priority[asks])[::-1]
        for rank in ranks.tolist() if len(ranks) > 1 else ():
            own = priority == rank
            label = participation_label(tier, rank)
            yield AimReached("participation", label, int((has & own).sum()), int((asks & own).sum()))


def participation_label(tier: int, priority: int | None = None) -> str:
    """Mentees with more than ``tier`` mentors, in words, all or those of one priority.

    >>> participation_label(0), participation_label(1, priority=3)
    ('mentees with a mentor', 'mentees with 2 mentors, priority 3')
    """
    label = f"mentees with {'a mentor' if tier == 0 else f'{tier + 1} mentors'}"
    return label if priority is None else f"{label}, priority {priority}"


LABELS: dict[LevelName, str] = {
    "accepted": "accepted pairs that stay",
    "listed": "mentees with somebody from their list",
    "rank": "points for ranks on lists",
    "wishes": "points for ranks of wishes",
    "avoid": "pairs that were to be avoided",
    "favour": "pairs that were to be favoured",
    "changes": "previous pairs kept",
}
"""How the aims are called that single pairs serve, by what was said of them."""


def _chosen(demand: Demand, asking: Set[str], mentor: Positions, mentee: Positions) -> Iterator[AimReached]:
    """What the pairs reach of what people have said: lists (of those who are asking for a mentor), wishes, the past."""
    couples = [(demand.mentors[m], demand.mentees[e]) for m, e in zip(mentor.tolist(), mentee.tolist(), strict=True)]
    choices, made = demand.choices, set(couples)
    yield _reached("accepted", len(made & demand.accepted_here), len(demand.accepted_here))
    served = [1 for mentee, own in demand.ranks.items() if any((mentor, mentee) in made for mentor in own)]
    yield _reached("listed", len(served), len(asking & demand.ranks.keys()))
    ranked = ((m, e, rank) for e, own in demand.ranks.items() for m, rank in own.items())
    wished = ((m, e, rank) for m, own in demand.wish_ranks.items() for e, rank in own.items())
    yield _reached("rank", sum(demand.longest_list + 1 - rank for m, e, rank in ranked if (m, e) in made))
    yield _reached("wishes", sum(demand.longest_wish + 1 - rank for m, e, rank in wished if (m, e) in made))
    yield _reached("avoid", -len(made & {(pair.mentor, pair.mentee) for pair in choices.avoid}))
    yield _reached("favour", len(made & {(pair.mentor, pair.mentee) for pair in choices.favour}))
    yield _reached("changes", len(made & set(demand.previous_here)), len(demand.previous_here))


def _reached(level: LevelName, value: int, of: int | None = None) -> AimReached:
    return AimReached(level, LABELS[level], value, of)
