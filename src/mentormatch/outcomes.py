"""What comes of a demand, and what changes when something else is demanded: in every aim, and who moves where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from mentormatch.demand import Demand
from mentormatch.errors import Finding, ProgramError
from mentormatch.formats.pairs import Solved, solve_pairs
from mentormatch.formats.posing import Couple, Posed, Positions, pose
from mentormatch.page import Table
from mentormatch.problem import Ints, Solution
from mentormatch.proof import Proof
from mentormatch.reached import AimReached, participation_label, reached_with_bonus
from mentormatch.scores import ScoreMatrix
from mentormatch.solvers.exchanges import Column, Exchange, Exchanges
from mentormatch.solvers.warm import Start
from mentormatch.wording import all_named, listed, named, number

if TYPE_CHECKING:
    from mentormatch.matching import Matching


@dataclass(frozen=True)
class AimChange:
    """What is reached in an aim ``now`` and ``then``; more is better, so "balance" and "avoid" are negative."""

    aim: str
    label: str
    now: int
    then: int

    @property
    def by(self) -> int:
        """How much more is reached then; less than 0 where it is less."""
        return self.then - self.now

    def __str__(self) -> str:
        return f"{self.label} {number(abs(self.then))} instead of {number(abs(self.now))}"


@dataclass(frozen=True)
class Move:
    """A mentee whose mentors change, with those of now and those of then, by id, and their names, if there are any."""

    mentee: str
    name: str
    now: tuple[str, ...]
    then: tuple[str, ...]
    now_names: tuple[str, ...] = ()
    then_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Effect:
    """What another demand changes: in every aim, in the order of the aims and without the lottery, and who moves.

    ``moves`` are in the order of the mentees' ids.
    """

    aims: tuple[AimChange, ...]
    moves: tuple[Move, ...]

    @property
    def first(self) -> AimChange | None:
        """The first aim in which anything changes: the one that decides; None where all are equal."""
        return next((one for one in self.aims if one.by), None)

    @property
    def gains(self) -> tuple[int, ...]:
        """How much more is reached in each aim; compared in order, more is better."""
        return tuple(one.by for one in self.aims)

    def by(self, aim: str) -> int:
        """How much more is reached in an aim; the mentees with a first mentor for "participation"."""
        return next((one.by for one in self.aims if one.aim == aim), 0)

    def tables(self, aims: str, moves: str) -> list[Table]:
        """Two tables under these titles: what changes in each aim, and who moves where."""
        rows = [(one.label, abs(one.now), abs(one.then), signed(abs(one.then) - abs(one.now))) for one in self.aims]
        found = [Table(aims, ("aim", "now", "then", "difference"), rows, ("left", "right", "right", "right"))]
        people = [
            (
                named(one.mentee, one.name),
                listed(all_named(one.now, one.now_names)) or "nobody",
                listed(all_named(one.then, one.then_names)) or "nobody",
            )
            for one in self.moves
        ]
        if people:
            found.append(Table(moves, ("mentee", "has now", "would have"), people))
        return found

    def to_dict(self) -> dict[str, object]:
        """The aims and the moves as plain values."""
        return {
            "aims": [{"aim": one.aim, "label": one.label, "now": one.now, "then": one.then} for one in self.aims],
            "moves": [{"mentee": one.mentee, "now": list(one.now), "then": list(one.then)} for one in self.moves],
        }


def signed(by: int) -> str:
    """A difference with its sign, "" for none.

    >>> signed(1200), signed(-3), signed(0)
    ('+1,200', '-3', '')
    """
    return f"+{number(by)}" if by > 0 else f"-{number(-by)}" if by else ""


@dataclass(frozen=True, eq=False)
class Outcome:
    """The best pairs of a demand, as positions in it, with their points and their proof.

    ``aims`` is what they reach, where that is known and no bonus counts beside the points.
    """

    posed: Posed
    scores: ScoreMatrix
    mentor: Positions
    mentee: Positions
    points: Ints
    proof: Proof
    aims: tuple[AimReached, ...] | None = None

    @classmethod
    def of(cls, matching: Matching, scores: ScoreMatrix, posed: Posed) -> Outcome:
        """What a matching says. Raises ProgramError where the search for it was stopped."""
        check_best(matching.proof)
        points = np.array([pair.points for pair in matching.pairs], dtype=np.int64)
        aims = matching.aims if matching.demand.aim.shortlists != "bonus" else None
        return cls(posed, scores, *matching.to_indices(), points, matching.proof, aims)

    def again(self, demand: Demand | None = None, scores: ScoreMatrix | None = None) -> Outcome:
        """The outcome of another demand, or of other scores, of the same people; solved from this one.

        Raises InfeasibleError where the demand cannot be met.
        """
        posed = pose(demand or self.demand, scores or self.scores)
        proof = self.proof
        pairs = self.mentor.astype(np.int64), self.mentee.astype(np.int64)
        start = Start(*pairs, proof.words, proof.mentor_prices, proof.mentee_prices, proof.list_prices)
        return self._solved(posed, scores or self.scores, solve_pairs(posed, start))

    @staticmethod
    def _solved(posed: Posed, scores: ScoreMatrix, solved: Solved) -> Outcome:
        return Outcome(posed, scores, solved.mentor, solved.mentee, solved.points, solved.proof)

    @property
    def demand(self) -> Demand:
        """What was asked."""
        return self.posed.demand

    @cached_property
    def couples(self) -> frozenset[Couple]:
        """The pairs, by id."""
        demand = self.demand
        at = zip(self.mentor.tolist(), self.mentee.tolist(), strict=True)
        return frozenset((demand.mentors[m], demand.mentees[e]) for m, e in at)

    @cached_property
    def reached(self) -> tuple[AimReached, ...]:
        """What is reached in each aim, the lottery apart; points with the bonus for lists, where there is one."""
        reached = self.aims or reached_with_bonus(self.posed, self.mentor, self.mentee, self.points)
        return tuple(one for one in reached if one.aim != "lottery")

    @cached_property
    def exchanges(self) -> Exchanges:
        """What single changes cost. For demands that prices prove: neither stable nor with a lifted lowest score."""
        posed, proof = self.posed, self.proof
        free = ~posed.are_settled(self.mentor, self.mentee)
        solution = Solution(
            self.mentor[free],
            self.mentee[free],
            self.points[free],
            proof.words,
            proof.mentor_prices,
            proof.mentee_prices,
            proof.list_prices,
        )
        return Exchanges(posed.problem, posed.inward(solution))

    def changed(self, exchange: Exchange) -> Effect:
        """The effect of an exchange."""
        posed, demand = self.posed, self.demand

        def named(pairs: tuple[tuple[int, int], ...]) -> list[Couple]:
            return [(demand.mentors[posed.mentor_order[m]], demand.mentees[posed.mentee_order[e]]) for m, e in pairs]

        gains = _by_label(exchange.gains)
        aims = tuple(
            AimChange(one.aim, one.label, one.value, one.value + gains.get(_key(one), 0)) for one in self.reached
        )
        return Effect(aims, self._moves(named(exchange.made), named(exchange.unmade)))

    def against(self, couples: frozenset[Couple], reached: Iterable[AimReached]) -> Effect:
        """The effect of having these pairs, which reach so much, instead."""
        # Priorities are told apart where there are several, and that may have changed.
        known = {_key(one) for one in self.reached}
        then = {_key(one): one for one in reached if one.aim != "lottery" and (_key(one) in known or not _ranked(one))}
        have = {_key(one): one for one in self.reached}
        aims = [
            AimChange(one.aim, one.label, one.value, then[key].value if key in then else 0) for key, one in have.items()
        ]
        aims += [AimChange(one.aim, one.label, 0, one.value) for key, one in then.items() if key not in have]
        return Effect(tuple(aims), self._moves(couples - self.couples, self.couples - couples))

    def _moves(self, made: Iterable[Couple], unmade: Iterable[Couple]) -> tuple[Move, ...]:
        demand = self.demand
        then: dict[str, set[str]] = {}
        for couples, add in ((unmade, False), (made, True)):
            for mentor, mentee in couples:
                own = then.setdefault(mentee, set(self._mentors.get(mentee, ())))
                own.add(mentor) if add else own.discard(mentor)
        moves = []
        for mentee in sorted(then):
            before, after = self._mentors.get(mentee, ()), tuple(sorted(then[mentee]))
            names = demand.names_of("mentor", before), demand.names_of("mentor", after)
            moves.append(Move(mentee, demand.name("mentee", mentee), before, after, *names))
        return tuple(moves)

    @cached_property
    def _mentors(self) -> dict[str, tuple[str, ...]]:
        """The mentors of every mentee who has one, by id."""
        found: dict[str, tuple[str, ...]] = {}
        for mentor, mentee in sorted(self.couples):
            found[mentee] = (*found.get(mentee, ()), mentor)
        return found


def _key(reached: AimReached) -> str:
    return reached.label if reached.aim == "participation" else reached.aim


def _ranked(reached: AimReached) -> bool:
    """Whether this is participation of one priority alone."""
    return reached.aim == "participation" and ", " in reached.label


def _by_label(gains: Mapping[Column, int]) -> dict[str, int]:
    """Gains by aim, those of participation by label: of all who have so many mentors, and of each priority."""
    found: dict[str, int] = {}
    for (level, tier, priority), gain in gains.items():
        keys = [level]
        if level == "participation":
            keys = [participation_label(tier), participation_label(tier, priority)]  # type: ignore[list-item]
        for key in keys:
            found[key] = found.get(key, 0) + gain
    return found


def check_best(proof: Proof) -> None:
    """Raises ProgramError where the search was stopped: what a change costs is known of the best pairs alone."""
    if proof.stopped is not None:
        expected = "what a change costs is known of the best matching alone, and the search for it was stopped"
        hint = "match again without a limit, from this one (start=)"
        raise ProgramError(Finding("bounded", expected, where="matching", hint=hint))


def without_everyone(demand: Demand) -> Demand:
    """The demand without the wish that everybody is matched, so that what leaves somebody out has a cost."""
    return replace(demand, aim=replace(demand.aim, everyone_matched=False))
