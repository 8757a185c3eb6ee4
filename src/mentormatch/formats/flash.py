"""Programs of short meetings: everybody meets several people, one in each round, and nobody twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from mentormatch.demand import Demand
from mentormatch.errors import Finding, InfeasibleError, ProgramError
from mentormatch.formats.format import Format
from mentormatch.formats.pairs import solve_pairs
from mentormatch.formats.posing import Posed, Positions, pose
from mentormatch.formats.rounds import SolvedRounds, as_they_are, excluding, solve_rounds
from mentormatch.problem import Ints
from mentormatch.questionnaire import Questionnaire
from mentormatch.rules import Shares
from mentormatch.rules.rule import options_of, question_findings
from mentormatch.scores import ScoreMatrix
from mentormatch.solvers import timetabled
from mentormatch.solvers.colouring import colour
from mentormatch.solvers.sweep import Settings
from mentormatch.solvers.warm import Start
from mentormatch.timetable import Timetable
from mentormatch.wording import counted, listed, number, shown

_MOST_ROUNDS = 1_000


@dataclass(frozen=True)
class Flash(Format):
    """Short meetings in rounds: nobody is in two at once, and no pair meets twice.

    A mentor has as many meetings as their capacity, a mentee as many as they want, and nobody more than ``rounds``.
    Without ``availability`` everybody is there in every round. ``availability`` is a `MultiChoice` question that both
    sides are asked, its options the time slots in their order; each is a round, a blank is no slot, and ``rounds`` may
    then be left out. Pairs that have met before are ``ended`` among the choices.
    """

    kind: Literal["Flash"] = field(default="Flash", kw_only=True, repr=False)
    rounds: int | None = None
    availability: str | None = None

    def __post_init__(self) -> None:
        findings = []
        whole = isinstance(self.rounds, (int, np.integer)) and not isinstance(self.rounds, bool)
        if self.rounds is not None and not (whole and 1 <= self.rounds <= _MOST_ROUNDS):
            expected = f"expected a whole number from 1 to {number(_MOST_ROUNDS)}"
            findings.append(Finding("rounds", expected, where="format, rounds"))
        if self.availability is not None and not (isinstance(self.availability, str) and self.availability.strip()):
            findings.append(Finding("type", "expected the id of a question, or None", where="format, availability"))
        if self.rounds is None and self.availability is None:
            hint = "give rounds=, or availability= with the question that asks for time slots"
            findings.append(Finding("rounds", "expected a number of rounds", where="format, rounds", hint=hint))
        if findings:
            raise ProgramError(findings)
        if self.rounds is not None:
            object.__setattr__(self, "rounds", int(self.rounds))
        if self.availability is not None:
            object.__setattr__(self, "availability", self.availability.strip())

    @property
    def noun(self) -> str:
        """What is formed, as pages name it."""
        return "short meetings"

    @property
    def conditions(self) -> tuple[Shares, ...]:
        """The condition that two people must share a slot, where slots are asked for."""
        return () if self.availability is None else (Shares(self.availability),)

    def check(self, questionnaire: Questionnaire) -> Iterator[Finding]:
        """What keeps the format from being used with the questionnaire."""
        if self.availability is not None:
            for side in ("mentor", "mentee"):
                for finding in question_findings(questionnaire, self.availability, side, ("MultiChoice",)):
                    yield replace(finding, where="format, availability")


@dataclass(frozen=True, eq=False)
class Timed:
    """A demand as far as the rounds allow, who is there when (positions of the demand), and the rounds' names."""

    demand: Demand
    timetable: Timetable
    rounds: tuple[str, ...]


def timed_demand(demand: Demand, scores: ScoreMatrix, format_: Flash) -> Timed:
    """Nobody offers or wants more meetings than there are rounds for them.

    Raises ProgramError where the slots cannot be read and where an aim has no meaning with a timetable,
    InfeasibleError where a minimum load is above a mentor's rounds or somebody has too many meetings already.
    """
    shape = len(demand.mentors), len(demand.mentees)
    if format_.availability is None:
        assert format_.rounds is not None
        names = tuple(f"round {number(at + 1)}" for at in range(format_.rounds))
        mentor, mentee = (np.ones((people, len(names)), dtype=np.bool_) for people in shape)
    else:
        cohort = scores.cohort
        if cohort is None:
            expected = "own scores say nothing of time slots"
            hint = "leave availability= out, or score a cohort"
            raise ProgramError(Finding("no_cohort", expected, where="format, availability", hint=hint))
        if findings := list(format_.check(cohort.questionnaire)):
            raise ProgramError(findings)
        names = options_of(cohort.mentors.column(format_.availability))
        mentor, mentee = (
            people.column(format_.availability).values.astype(np.bool_) for people in (cohort.mentors, cohort.mentees)
        )
    most = len(names) if format_.rounds is None else min(format_.rounds, len(names))
    timetable = Timetable(mentor, mentee, same_people(demand, scores))
    # Who is never there has no possible pair, and that is the reason, not that they want none.
    left = [np.clip(there.sum(axis=1), 1, most) for there in (mentor, mentee)]
    found = replace(
        demand,
        capacity=tuple(np.minimum(demand.capacity, left[0]).tolist()),
        wants=tuple(np.minimum(demand.wants, left[1]).tolist()),
    )
    _refuse(demand, found, timetable, most)
    return Timed(found, timetable, names)


def same_people(demand: Demand, scores: ScoreMatrix) -> tuple[Ints, Ints]:
    """The positions among mentors and among mentees of the people who are on both sides."""
    mentor_at, mentee_at = demand.places
    both = [
        (mentor_at[person], mentee_at[person])
        for person in sorted(mentor_at.keys() & mentee_at.keys())
        if any(one.title == "same person" for one in scores.forbidding(person, person))
    ]
    pairs = np.array(both, dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _refuse(asked: Demand, demand: Demand, timetable: Timetable, most: int) -> None:
    aim = demand.aim
    findings = [
        Finding("flash", expected, where=f"aim, {name}", hint="drop it, or match with rounds alone")
        for name, wrong, expected in (
            ("stable", aim.stable, "pairs that both prefer each other may be free in different rounds"),
            ("fairness", aim.fairness is not None, "the lowest score is not lifted where people are not always there"),
            ("balance", aim.balance is not None, "loads are not evened out where people are not always there"),
        )
        if wrong and not timetable.open
    ]
    if findings:
        raise ProgramError(findings)
    clashes = [
        Finding(
            "minimum_load",
            f"the minimum load of {shown(mentor)} is {number(least)}, and there {'is' if now == 1 else 'are'} "
            f"{counted(now, 'round')} for it",
            hint="lower the minimum load",
        )
        for mentor, least, before, now in zip(
            demand.mentors, demand.minimum_load, asked.capacity, demand.capacity, strict=True
        )
        if least > now and before
    ]
    choices = demand.choices
    held = {
        (pair.mentor, pair.mentee)
        for pair in (*choices.pins, *choices.accepted)
        if not demand.absent.intersection((pair.mentor, pair.mentee))
    }
    mentor_at, mentee_at = demand.places
    for side, at, there in ((0, mentor_at, timetable.mentor), (1, mentee_at, timetable.mentee)):
        for person in sorted({pair[side] for pair in held}):
            has, rounds = sum(pair[side] == person for pair in held), min(most, int(there[at[person]].sum()))
            # Of a mentor's accepted pairs as many stay as there is room for.
            if has > rounds and (side == 1 or rounds == 0):
                clashes.append(
                    Finding(
                        "too_many_meetings",
                        f"{shown(person)} has {counted(has, 'pinned or accepted meeting')} and is there in "
                        f"{counted(rounds, 'round')}",
                        hint="take a pin back or end a pair",
                    )
                )
    apart = [
        pair
        for pair in sorted(held)
        if not (timetable.mentor[mentor_at[pair[0]]] & timetable.mentee[mentee_at[pair[1]]]).any()
    ]
    clashes += [
        Finding(
            "no_shared_round",
            f"mentor {shown(mentor)} and mentee {shown(mentee)} are pinned or accepted and never there together",
            hint="take the pin back or end the pair",
        )
        for mentor, mentee in apart
    ]
    if clashes:
        raise InfeasibleError(clashes)


def pose_flash(timed_: Timed, scores: ScoreMatrix, most: int | None = None) -> tuple[Posed, Timetable]:
    """The demand as a problem of pairs, those never there together excluded, and the timetable in its order."""
    posed = pose(timed_.demand, scores, most)
    timetable = timed_.timetable.take(posed.mentor_order, posed.mentee_order)
    if timetable.mentor.all() and timetable.mentee.all():
        return posed, timetable
    together = timetable.mentor.astype(np.float32) @ timetable.mentee.T.astype(np.float32)
    return excluding(posed, together == 0), timetable


def solve_flash(
    posed: Posed, timetable: Timetable, start: Start | None = None, settings: Settings | None = None
) -> SolvedRounds:
    """The best meetings, with the best proof that can be had.

    Where everybody is always there, the best pairs fit into the rounds, for nobody has more than there are. Else they
    are tried; then the best meetings with repeats, which are the best if none repeats; then an integer program.
    """
    relaxed = solve_pairs(posed, start, settings)
    mentor, mentee = _inward(posed, relaxed.mentor, relaxed.mentee)
    order = np.lexsort((mentee, mentor))
    found: Ints | None
    if timetable.open:
        found = np.array(colour(mentor[order], mentee[order], timetable.rounds), dtype=np.int64)
    else:
        found = timetabled.fit(timetable, mentor[order], mentee[order])
    if found is not None:
        rounds = np.empty(len(order), dtype=np.int64)
        rounds[order] = found
        return as_they_are(relaxed, rounds)
    at = posed.settled_at

    def misfit() -> InfeasibleError:
        names = listed(f"{shown(mentor)} and {shown(mentee)}" for mentor, mentee in sorted(posed.settled))
        expected = f"no timetable was found in which the pinned and accepted pairs meet ({names})"
        return InfeasibleError(Finding("no_timetable", expected, hint="take a pin back or end a pair"))

    return solve_rounds(posed, timetable, relaxed, (*_inward(posed, at[0], at[1]), at[2]), misfit)


def _inward(posed: Posed, mentor: Positions, mentee: Positions) -> tuple[Ints, Ints]:
    return posed.mentor_place[mentor].astype(np.int64), posed.mentee_place[mentee].astype(np.int64)
