"""Pairs in which the mentors of one mentee differ: what they answered are rounds, of which a mentee has one each."""

from __future__ import annotations

import numpy as np

from mentormatch.demand import Demand
from mentormatch.errors import Finding, InfeasibleError, ProgramError
from mentormatch.formats.pairs import Pairs, solve_pairs
from mentormatch.formats.posing import Posed, pose
from mentormatch.formats.rounds import SolvedRounds, as_they_are, excluding, solve_rounds
from mentormatch.problem import Ints
from mentormatch.scores import ScoreMatrix
from mentormatch.solvers.sweep import Settings
from mentormatch.solvers.warm import Start
from mentormatch.timetable import Timetable
from mentormatch.wording import shown


def answers(scores: ScoreMatrix, format_: Pairs) -> Ints:
    """The number of what each mentor answered, in the order of the ids; a blank is an answer like any other here.

    Raises ProgramError for own scores, which say nothing of answers, and where the question cannot be used.
    """
    assert format_.differ is not None
    if scores.cohort is None:
        hint = "leave differ= out, or score a cohort"
        raise ProgramError(Finding("no_cohort", "own scores say nothing of answers", where="format, differ", hint=hint))
    if findings := list(format_.check(scores.cohort.questionnaire)):
        raise ProgramError(findings)
    column = scores.cohort.mentors.column(format_.differ)
    given = [str(value) if known else None for value, known in zip(column.values, column.known, strict=True)]
    number = {answer: at for at, answer in enumerate(sorted(set(given), key=lambda one: (one is not None, one or "")))}
    return np.array([number[answer] for answer in given], dtype=np.int64)


def pose_several(
    demand: Demand, scores: ScoreMatrix, format_: Pairs, most: int | None = None
) -> tuple[Posed, Timetable]:
    """The demand as a problem, mentors like the settled ones of a mentee excluded, and the answers as a timetable.

    Raises InfeasibleError where pins on one mentee do not differ, and ProgramError for aims without a meaning here.
    """
    _refuse(demand)
    own = answers(scores, format_)
    clashes = [*_clashing(demand, own, str(format_.differ))]
    if clashes:
        raise InfeasibleError(clashes)
    posed = pose(demand, scores, most)
    own = own[posed.mentor_order]
    there = own[:, None] == np.arange(int(own.max(initial=-1)) + 1)
    mentees = np.ones((len(demand.mentees), there.shape[1]), dtype=np.bool_)
    nobody = np.zeros(0, dtype=np.int64)
    timetable = Timetable(there, mentees, (nobody, nobody), several=True)
    if not posed.settled:
        return posed, timetable
    apart = np.zeros(posed.problem.shape, dtype=np.bool_)
    settled = posed.settled_at
    for mentor, mentee in zip(posed.mentor_place[settled[0]], posed.mentee_place[settled[1]], strict=True):
        apart[own == own[mentor], mentee] = True
    return excluding(posed, apart), timetable


def _refuse(demand: Demand) -> None:
    aim = demand.aim
    findings = [
        Finding("differ", expected, where=f"aim, {name}", hint="drop it or differ=")
        for name, wrong, expected in (
            ("stable", aim.stable, "two who prefer each other may not differ from whom they have"),
            ("fairness", aim.fairness is not None, "the lowest score is not lifted where mentors must differ"),
            ("balance", aim.balance is not None, "loads are not evened out where mentors must differ"),
        )
        if wrong
    ]
    if findings:
        raise ProgramError(findings)


def _clashing(demand: Demand, own: Ints, question: str) -> list[Finding]:
    at = demand.places[0]
    pins: dict[str, list[str]] = {}
    for pin in demand.choices.pins:
        if pin.mentor in at and not demand.absent.intersection(pin.people):
            pins.setdefault(pin.mentee, []).append(pin.mentor)
    found = []
    for mentee, mentors in sorted(pins.items()):
        seen: dict[int, str] = {}
        for mentor in sorted(mentors):
            other = seen.setdefault(int(own[at[mentor]]), mentor)
            if other != mentor:
                expected = (
                    f"mentee {shown(mentee)} is pinned to {shown(other)} and {shown(mentor)}, who do not differ in "
                    f"'{question}'"
                )
                found.append(Finding("pins_alike", expected, hint="take a pin back"))
    return found


def solve_several(
    posed: Posed, timetable: Timetable, start: Start | None = None, settings: Settings | None = None
) -> SolvedRounds:
    """The best pairs in which the new mentors of a mentee differ, from one another and from the settled ones.

    The best pairs without the demand, if it holds for them; else a flow with a node for each mentee and answer, proven
    by prices of these; with lists of mentees who want several mentors an integer program.
    """
    relaxed = solve_pairs(posed, start, settings)
    mentor, mentee = (
        place[at].astype(np.int64)
        for place, at in ((posed.mentor_place, relaxed.mentor), (posed.mentee_place, relaxed.mentee))
    )
    rounds = timetable.mentor[mentor].argmax(axis=1).astype(np.int64) if len(mentor) else mentor
    free = ~posed.are_settled(relaxed.mentor, relaxed.mentee)
    if not timetable.clashes(mentor[free], mentee[free], rounds[free])[1].any():
        return as_they_are(relaxed, rounds)
    nobody = np.zeros(0, dtype=np.int64)

    def misfit() -> InfeasibleError:
        return InfeasibleError(Finding("differ", "no pairs were found in which the mentors of a mentee differ"))

    found = solve_rounds(posed, timetable, relaxed, (nobody, nobody, nobody), misfit)
    settled = posed.settled_at
    return SolvedRounds(
        np.concatenate((found.mentor, settled[0])).astype(np.int64),
        np.concatenate((found.mentee, settled[1])).astype(np.int64),
        np.concatenate((found.points, settled[2])),
        np.concatenate((found.rounds, np.zeros(len(settled[0]), dtype=np.int64))),
        found.kind,
        found.proof,
        found.relaxed,
        found.timed,
        found.finished,
    )
