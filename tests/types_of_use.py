"""How the library is used, with the types that a type checker of the user sees; make lint asks two of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_type

import numpy as np
import numpy.typing as npt

import mentormatch as mm
from mentormatch import formats
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.testing import RuleCheck, assert_proven, check_rule

questionnaire = mm.Questionnaire(
    [
        q.MultiChoice("goals", options=["Lead a team", "Change career path"], asked_of="mentee"),
        q.MultiChoice("reached", ["Lead a team", "Change career path"], asked_of="mentor"),
        q.Number("experience", unit="years", minimum=0),
        q.Choice("department", ["Sales", "Finance"], private=True),
        q.Ranking("matters", ["goals", "experience"], asked_of="mentee"),
    ],
    blanks=["n/a"],
)


@r.custom("same floor", uses=["experience"])
def near(mentor: Mapping[str, Any], mentee: Mapping[str, Any]) -> bool | None:
    """A rule of one's own."""
    return None if mentor["experience"] is None else bool(mentor["experience"] > mentee["experience"])


program = mm.Program(
    "Onboarding",
    questionnaire,
    rules=[r.Covers("goals", by="reached", weight=30), r.Ahead("experience", ideal=(3, 10), missing="abstain"), near],
    conditions=[r.Differs("department", if_unknown="allow")],
    eligibility=[r.Eligible("mentor", "experience", at_least=2)],
    format=formats.Pairs(),
    aim=mm.Aim(shortlists="first", minimum_score=1_000),
    mode="approve",
    weights_from="matters",
)
cohort = mm.Cohort.from_records(
    questionnaire,
    mentors=[{"id": "ada", "capacity": 2, "reached": ["Lead a team"], "experience": 12, "department": "Sales"}],
    mentees=[{"id": 7, "goals": ["Lead a team"], "experience": 4, "department": "Finance", "wants": 1}],
)
choices = mm.Choices(
    shortlists={"7": ["ada"]}, declines=[("ada", "kay")], bans=[("ada", "joy", "family")], left=["kay", "joy"]
)
matching = program.match(cohort, choices)
matching = program.match(cohort, choices, previous=matching, executor=None, memory_limit=10**8)

assert_type(program, mm.Program)
assert_type(program.with_(seed=3), mm.Program)
assert_type(program.with_weights(goals=40), mm.Program)
assert_type(mm.Program.from_json(program.with_(rules=program.rules[:2]).to_json()), mm.Program)
assert_type(program.check_supply(cohort, choices), mm.SupplyCheck)
assert_type(program.check(cohort), mm.ProgramCheck)
assert_type(check_rule(program.rules[0], questionnaire), RuleCheck)
assert_type(cohort.with_capacity({"ada": 3}), mm.Cohort)
assert_type(cohort.reading, mm.Reading)
assert_type(mm.Choices.from_json(choices.to_json()), mm.Choices)
assert_type(choices.record(matching, accepted="all").next_round(), mm.Choices)

skills = mm.Taxonomy(["Law", mm.Term("js", "JavaScript", ["ECMAScript"])], related=[("Law", "js")])
assert_type(skills.credit("Law", "js"), float)
others: list[r.Rule] = [
    r.Related("goals", by="reached", taxonomy=skills),
    r.Table("department", scores={("Sales", "Finance"): 1, ("Finance", "Sales"): 0.5}),
    r.When("department", "Sales", r.Close("experience", within=5), of="mentor"),
    r.AtLeast(r.Shares("goals"), 0.2),
    r.Similar("about", missing=0.2),
    r.NotInReportingLine("manager"),
]
layout = mm.Layout(columns={"mentor": {"reached": "What did you reach?"}}, delimiters={"goals": ";"}, role="role")
assert_type(layout, mm.Layout)
kinds: list[formats.AnyFormat] = [
    formats.Groups((4, 6), mentors=(1, 2), cohesion=0.2, together=[r.Shares("goals")]),
    formats.Peers(circle=(3, 6)),
    formats.Flash(rounds=3),
    formats.Mixed(formats.Groups((2, 3))),
]

scores = program.score(cohort)
assert_type(scores, mm.ScoreMatrix)
assert_type(scores.points("ada", "7"), int)
assert_type(scores.allowed("ada", "7"), bool)
assert_type(scores.norms, dict[str, float])
assert_type(scores.top("7", 3), mm.Candidates)
assert_type(scores.reweighted({"goals": 2}), mm.ScoreMatrix)

assert_type(matching, mm.Matching)
assert_type(matching.pairs, tuple[mm.Pair, ...])
assert_type([(pair.mentor, pair.mentee, pair.points) for pair in matching.pairs], list[tuple[str, str, int]])
assert_type(matching.groups, tuple[mm.Group, ...])
assert_type(matching.unmatched, tuple[mm.Unmatched, ...])
assert_type(matching.points, int)
assert_type(matching.spare_seats, dict[str, int])
assert_type(matching.proof, mm.Proof)
assert_type(matching.verify(), mm.Verdict)
assert_type(matching.explain("ada", "7", audience="mentee"), mm.Explanation)
assert_type(matching.alternatives("7", 2), mm.Candidates)
assert_type(matching.why_not("ada", "7"), mm.WhyNot)
assert_type(matching.seat_values(), mm.SeatValues)
assert_type(matching.report(), mm.Report)
assert_type(matching.by_group({"ada": "old", "7": "new"}), mm.GroupComparison)
assert_type(matching.to_csv(), str)
assert_type(matching.to_records(), list[dict[str, Any]])
assert_type(matching.to_indices(), tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]])
assert_type(mm.Matching.from_json(matching.to_json()).with_scores(scores), mm.Matching)
assert_type(mm.compare(program, program.with_weights(goals=1), cohort), mm.Comparison)
assert_type(mm.sensitivity(program, cohort), mm.Sensitivity)
assert_type(mm.simulate_waves(program, cohort, choices=choices, repeats=1), mm.Simulation)
assert_proven(mm.solve(mm.ScoreMatrix.from_array([[8, 9], [5, 4]]), capacity={"0": 2}, aim=mm.Aim(balance="even")))

own = mm.ScoreMatrix.from_array(np.array([[0.5, 0.25], [0.75, 1.0]]), mentors=["ada", "bo"], mentees=["tim", "kay"])
assert_type(mm.solve(own, wants=1), mm.Matching)
assert_type(own.shape, tuple[int, int])
try:
    mm.Questionnaire([q.Number("years"), q.Number("years")])
except mm.ProgramError as error:
    assert_type([finding.to_dict() for finding in error.findings], list[dict[str, Any]])
