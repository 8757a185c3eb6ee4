"""What a matching would lose if a pair were made that it has not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from mentormatch.formats.pairs import solve_pairs
from mentormatch.formats.posing import Couple, Posed, Positions
from mentormatch.problem import Ints, LevelName, Problem, Special
from mentormatch.proof import Proof
from mentormatch.reached import AimReached, reached_with_bonus
from mentormatch.solvers.warm import Start
from mentormatch.wording import number


@dataclass(frozen=True)
class Forced:
    """The best matching with one pair more, and the first aim that is worse for it.

    ``pairs`` are those of that matching and ``reached`` is what they reach in each aim. ``lost`` and ``left`` are what
    is reached in the first aim that is worse, with the matching as it is and with the pair; both None where no aim is
    worse.
    """

    pairs: Collection[Couple]
    lost: AimReached | None
    left: AimReached | None
    reached: tuple[AimReached, ...] = ()

    @property
    def aim(self) -> str:
        """The first aim that is worse."""
        return "" if self.lost is None else self.lost.aim

    def __str__(self) -> str:
        if self.lost is None or self.left is None:
            return "no aim is worse"
        if self.aim == "lottery":
            return "equal in every aim, so the lottery decided"
        return f"{self.lost.label} {number(abs(self.left.value))} instead of {number(abs(self.lost.value))}"


@dataclass(frozen=True, eq=False)
class Forcing:
    """The best matching of a demand, its pairs as positions there, and what it would lose with other pairs.

    Each pair asked for costs a solve that goes on from this matching.
    """

    posed: Posed
    mentor: Positions
    mentee: Positions
    points: Ints
    proof: Proof

    def with_pair(self, mentor: str, mentee: str) -> Forced:
        """The best of the matchings that have the pair.

        The pair must be one that could be made (`Barriers`), of people whose seats and wishes settled pairs have not
        used up. Where it cannot be had without giving up a minimum load, the matching given back is without it.
        """
        demand = self.posed.demand
        aim = replace(demand.aim, everyone_matched=False)
        problem = _with_pair_first(self.posed, mentor, mentee)
        solved = solve_pairs(replace(self.posed, demand=replace(demand, aim=aim), problem=problem), self._start)
        pairs = frozenset(
            (demand.mentors[m], demand.mentees[e])
            for m, e in zip(solved.mentor.tolist(), solved.mentee.tolist(), strict=True)
        )
        reached = reached_with_bonus(self.posed, solved.mentor, solved.mentee, solved.points)
        for now, then in zip(self._reached, reached, strict=False):
            if (now.aim, now.label) != (then.aim, then.label) or then.value > now.value:
                break
            if then.value < now.value:
                return Forced(pairs, now, then, reached)
        return Forced(pairs, None, None, reached)

    @cached_property
    def _start(self) -> Start:
        proof = self.proof
        pairs = self.mentor.astype(np.int64), self.mentee.astype(np.int64)
        return Start(*pairs, proof.words, proof.mentor_prices, proof.mentee_prices, proof.list_prices)

    @cached_property
    def _reached(self) -> tuple[AimReached, ...]:
        return reached_with_bonus(self.posed, self.mentor, self.mentee, self.points)


def _with_pair_first(posed: Posed, mentor: str, mentee: str) -> Problem:
    """The problem in which making the pair comes before all but minimum loads.

    It counts as one more accepted pair, of more weight than all others together. It is not settled beforehand, so that
    every other aim looks at it as at any pair: a pin would be left out of the lowest score and of the lottery.
    """
    mentor_at, mentee_at = posed.demand.places
    pair = posed.mentor_place[mentor_at[mentor]], posed.mentee_place[mentee_at[mentee]]
    special = _with_special(posed.problem, int(pair[0]), int(pair[1]))
    at = int(np.flatnonzero((special.mentor == pair[0]) & (special.mentee == pair[1]))[0])
    accepted = special.values.get("accepted", np.zeros(len(special.mentor), dtype=np.int64)).copy()
    accepted[at] += accepted.sum() + 1
    levels = posed.problem.levels
    if "accepted" not in levels:
        first = levels.index("minimum_load") + 1
        levels = (*levels[:first], "accepted", *levels[first:])
    values: dict[LevelName, Ints] = {**special.values, "accepted": accepted}
    return replace(posed.problem, special=replace(special, values=values), levels=levels)


def _with_special(problem: Problem, mentor: int, mentee: int) -> Special:
    """The special pairs with this one among them, which brings nothing so far."""
    special = problem.special
    here = np.array([mentor], dtype=np.int64), np.array([mentee], dtype=np.int64)
    if problem.special_at(*here)[0] >= 0:
        return special
    width = problem.shape[1]
    at = int(np.searchsorted(special.mentor * width + special.mentee, mentor * width + mentee))
    return Special(
        np.insert(special.mentor, at, mentor),
        np.insert(special.mentee, at, mentee),
        np.insert(special.points, at, -1),
        np.insert(special.listed, at, False),
        {level: np.insert(value, at, 0) for level, value in special.values.items()},
    )
