"""Programs of pairs: one-to-one, or several mentees where a mentor has the capacity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from mentormatch.blocking import blocking_pairs
from mentormatch.errors import Finding, InfeasibleError, ProgramError
from mentormatch.formats.clash import clashing_mentees, clashing_minimum_loads
from mentormatch.formats.format import Format
from mentormatch.formats.posing import Posed, Positions
from mentormatch.problem import Ints, Lift, Solution
from mentormatch.proof import Flaw, Proof, check, check_bounded, check_lifted, check_stable
from mentormatch.questionnaire import Questionnaire
from mentormatch.rules.rule import question_findings
from mentormatch.solvers.deferred import stable
from mentormatch.solvers.lifted import solve_lifted
from mentormatch.solvers.staged import solve as solve_staged
from mentormatch.solvers.sweep import Settings
from mentormatch.solvers.warm import Start
from mentormatch.wording import counted, listed, quoted, shown


@dataclass(frozen=True)
class Pairs(Format):
    """Pairs of one mentor and one mentee: a mentor has as many as their capacity, a mentee as many as they want.

    Where mentees want several mentors, everybody gets a first one before anybody a second. ``differ`` is a question
    that mentors are asked: the mentors of one mentee then have different answers to it, pinned and accepted ones aside.
    Blanks count as one answer of their own.
    """

    kind: Literal["Pairs"] = field(default="Pairs", kw_only=True, repr=False)
    differ: str | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if self.differ is not None and not (isinstance(self.differ, str) and self.differ.strip()):
            raise ProgramError(Finding("type", "expected the id of a question, or None", where="format, differ"))
        if self.differ is not None:
            object.__setattr__(self, "differ", self.differ.strip())

    @property
    def noun(self) -> str:
        """What is formed, as pages name it."""
        return "pairs" if self.differ is None else f"pairs; the mentors of a mentee differ in {quoted(self.differ)}"

    def check(self, questionnaire: Questionnaire) -> Iterator[Finding]:
        """What keeps the format from being used with the questionnaire."""
        if self.differ is not None:
            for finding in question_findings(questionnaire, self.differ, "mentor", _KINDS):
                yield replace(finding, where="format, differ")


_KINDS = ("Choice", "Scale", "Number", "Text", "Reference")


@dataclass(frozen=True, eq=False)
class Solved:
    """All pairs of a solution, the settled ones included, as positions in the demand, and the proof."""

    mentor: Positions
    mentee: Positions
    points: Ints
    proof: Proof


def solve_pairs(posed: Posed, start: Start | None = None, settings: Settings | None = None) -> Solved:
    """The best pairs with their proof. ``start`` is an earlier solution, with positions and order of the demand.

    Where the run of the ``settings`` is stopped, the best pairs so far with what is proven about them.

    Raises InfeasibleError where minimum loads cannot be met, naming mentors they clash among of whom none could be left
    out, or where everybody is to be matched and cannot be; ProgramError where points do not add up in 64 bits.
    """
    problem = posed.problem
    if posed.demand.aim.stable:
        return _stable(posed, settings)
    lifted: Lift | None = None
    try:
        if posed.demand.aim.fairness == "lift_worst":
            solution, lifted = solve_lifted(problem, settings, start and _inward(posed, start))
        else:
            solution = solve_staged(problem, settings, start and _inward(posed, start))
    except OverflowError:
        raise ProgramError(
            Finding(
                "points_too_large",
                f"points of up to {problem.source.max_points:,} for each of {problem.most_pairs:,} pairs do not add up "
                "in 64 bits",
                where="scores",
                hint="divide the scores by a common factor",
            )
        ) from None
    load = np.bincount(solution.mentor, minlength=problem.shape[0])
    if (load < problem.minimum_load).any():
        raise InfeasibleError(_minimum_load_finding(posed, solution))
    if posed.demand.aim.everyone_matched and (finding := _left_out_finding(posed, solution)):
        raise InfeasibleError(finding)
    found = posed.outward(solution)
    if lifted:
        lifted = Lift(lifted.floor, posed.outward(lifted.free), lifted.above and posed.outward(lifted.above))
    settled = posed.settled_at
    return Solved(
        np.concatenate((found.mentor, settled[0])),
        np.concatenate((found.mentee, settled[1])),
        np.concatenate((found.points, settled[2])),
        Proof(
            "optimal" if found.stopped is None else "bounded",
            found.words,
            found.mentor_prices,
            found.mentee_prices,
            found.list_prices,
            lifted,
            found.stopped,
        ),
    )


def _inward(posed: Posed, start: Start) -> Start:
    """An earlier solution with the positions and the order of the problem."""
    mentor, new_mentors = (posed.mentor_place[at].astype(np.int64) for at in (start.mentor, start.new_mentors))
    mentee, new_mentees = (posed.mentee_place[at].astype(np.int64) for at in (start.mentee, start.new_mentees))
    started = replace(start, mentor=mentor, mentee=mentee, new_mentors=new_mentors, new_mentees=new_mentees)
    if not start.words:
        return started
    lists = np.argsort(posed.list_order)
    return replace(
        started,
        mentor_prices=start.mentor_prices[posed.mentor_order],
        mentee_prices=start.mentee_prices[posed.mentee_order],
        list_prices=start.list_prices[lists] if len(lists) == len(start.list_prices) else start.list_prices,
    )


def _stable(posed: Posed, settings: Settings | None) -> Solved:
    """The stable matching that is best for the mentees; blocking pairs, not prices, are what it is checked by."""
    demand = posed.demand
    if any(demand.minimum_load):
        raise ProgramError(
            Finding(
                "stable_minimum_load",
                "a stable matching has no room for minimum loads",
                where="aim, stable",
                hint="drop stable=True or the minimum loads",
            )
        )
    if posed.movable:
        who = listed(sorted({shown(mentor) for mentor, _ in posed.movable}))
        expected = f"more accepted pairs than seats at {who}, and a stable matching does not choose among them"
        raise ProgramError(
            Finding("stable_accepted", expected, where="aim, stable", hint="end pairs until the seats suffice")
        )
    if settings is not None and settings.run is not None:
        settings.run.begin("solving")
    mentor, mentee, points = stable(posed.problem, settings)
    settled = posed.settled_at
    mentors, mentees = posed.problem.shape
    of_mentors, of_mentees, of_lists = (
        np.zeros((people, 0), dtype=np.int64) for people in (mentors, mentees, len(posed.list_order))
    )
    return Solved(
        np.concatenate((posed.mentor_order[mentor], settled[0])),
        np.concatenate((posed.mentee_order[mentee], settled[1])),
        np.concatenate((points, settled[2])),
        Proof("claimed", (), of_mentors, of_mentees, of_lists),
    )


def blocking(posed: Posed, mentor: Positions, mentee: Positions) -> tuple[Positions, Positions]:
    """The pairs that block a matching (all as positions in the demand, the settled pairs left out)."""
    found = blocking_pairs(
        posed.problem, posed.mentor_place[mentor].astype(np.int64), posed.mentee_place[mentee].astype(np.int64)
    )
    return posed.mentor_order[found[0]], posed.mentee_order[found[1]]


def check_pairs(posed: Posed, mentor: Positions, mentee: Positions, points: Ints, proof: Proof) -> tuple[Flaw, ...]:
    """The flaws of pairs (positions in the demand, without the settled ones), their points and their proof.

    The positions in the flaws are those in the demand, too.
    """
    prices = proof.mentor_prices, proof.mentee_prices, proof.list_prices
    solution = Solution(mentor, mentee, points, proof.words, *prices, stopped=proof.stopped)
    aim = posed.demand.aim
    kinds = {("claimed", False)} if aim.stable else {("optimal", False), ("bounded", True)}
    if (proof.kind, proof.stopped is not None) not in kinds:
        return (Flaw("kind"),)
    if not posed.fits(solution):
        return (Flaw("prices"),)
    solution = posed.inward(solution)
    lifted = proof.lift
    if lifted is not None:
        if not all(posed.fits(one) for one in (lifted.free, lifted.above) if one):
            return (Flaw("lift"),)
        lifted = Lift(lifted.floor, posed.inward(lifted.free), lifted.above and posed.inward(lifted.above))
    if aim.stable:
        flaws = check_stable(posed.problem, solution)
    elif aim.fairness == "lift_worst" and lifted is not None:
        flaws = check_lifted(posed.problem, solution, lifted)
    elif proof.stopped is not None:
        flaws = check_bounded(posed.problem, solution)
    elif aim.fairness == "lift_worst":
        flaws = (Flaw("lift"),)
    else:
        flaws = check(posed.problem, solution)
    return tuple(
        Flaw(
            flaw.code,
            None if flaw.mentor is None else int(posed.mentor_order[flaw.mentor]),
            None if flaw.mentee is None else int(posed.mentee_order[flaw.mentee]),
        )
        for flaw in flaws
    )


def _minimum_load_finding(posed: Posed, solution: Solution) -> Finding:
    demand = posed.demand
    mentors, mentees = clashing_minimum_loads(posed.problem, solution)
    loads = [f"{shown(demand.mentors[at])} ({demand.minimum_load[at]})" for at in sorted(posed.mentor_order[mentors])]
    names = sorted(shown(demand.mentees[at]) for at in posed.mentee_order[mentees])
    who = f"only {listed(names)} may be matched with them" if names else "nobody may be matched with them"
    wanted = int(posed.problem.wants[mentees].sum())
    already = int(np.isin(posed.settled_at[0], posed.mentor_order[mentors]).sum())
    asks = (
        f", who {'wants' if len(names) == 1 else 'want'} {counted(wanted, 'more mentor' if already else 'mentor')}"
        if names
        else ""
    )
    single = len(loads) == 1
    subject = f"the minimum {'load' if single else 'loads'} of {listed(loads)}"
    return Finding(
        "minimum_load",
        f"{subject} cannot be met: {who.replace('them', 'this mentor') if single else who}{asks}",
        hint="lower a minimum load, relax a condition or take a ban or decline back",
    )


def _left_out_finding(posed: Posed, solution: Solution) -> Finding | None:
    """Why not everybody can have a mentor, or None where everybody has one who wants one."""
    problem, demand = posed.problem, posed.demand
    got = np.bincount(solution.mentee, minlength=problem.shape[1]) + problem.served
    left_out = np.flatnonzero((got == 0) & (problem.wants > 0))
    if not len(left_out):
        return None
    mentees, mentors = clashing_mentees(problem, solution, int(left_out[0]))
    names = sorted(shown(demand.mentees[at]) for at in posed.mentee_order[mentees])
    who = f"{counted(len(names), 'mentee')} ({listed(names)})"
    seats = int(problem.capacity[mentors].sum())
    if not len(mentors):
        text = f"{who} may not be matched with anybody"
    else:
        others = sorted(shown(demand.mentors[at]) for at in posed.mentor_order[mentors])
        have = f"{'has' if len(others) == 1 else 'have'} {counted(seats, 'seat')}"
        text = f"{who} may only be matched with {listed(others)}, who {have}"
    way_out = "relax a condition" if not len(mentors) else "add a seat, relax a condition"
    return Finding("everyone_matched", text, hint=f"{way_out} or drop everyone_matched")
