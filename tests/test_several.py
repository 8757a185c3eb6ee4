"""Mentees with several mentors: everybody a first before anybody a second, and mentors who must differ."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch import formats
from mentormatch import questions as q
from mentormatch import rules as r

TEAMS = ["Sales", "Law", "Web"]
QUESTIONNAIRE = mm.Questionnaire(
    [
        q.MultiChoice("topics", options=["a", "b", "c", "d", "e"]),
        q.Choice("team", options=TEAMS, asked_of="mentor"),
    ]
)
PROGRAM = mm.Program(
    "Two mentors each", QUESTIONNAIRE, [r.Shares("topics", missing=0.1)], format=formats.Pairs(differ="team")
)


def people(rng: np.random.Generator, mentors: int, mentees: int, most: int = 3) -> mm.Cohort:
    def topics() -> list[str]:
        return [topic for topic in "abcde" if rng.random() < 0.5]

    return mm.Cohort.from_records(
        QUESTIONNAIRE,
        mentors=[
            {
                "id": f"m{at}",
                "capacity": int(rng.integers(0, 4)),
                "topics": topics(),
                **({"team": str(rng.choice(TEAMS))} if rng.random() < 0.85 else {}),
            }
            for at in range(mentors)
        ],
        mentees=[{"id": f"e{at}", "wants": int(rng.integers(1, most)), "topics": topics()} for at in range(mentees)],
    )


def best(cohort: mm.Cohort, points: np.ndarray, team: list[int]) -> tuple[int, ...]:
    """The most first mentors, then second ones, ..., then points, by going through all sets of pairs."""
    capacity, wants = cohort.mentors.capacity.tolist(), cohort.mentees.wants.tolist()
    reached: dict[tuple[int, ...], set[tuple[int, ...]]] = {tuple(capacity): {(0, 0, 0, 0)}}
    for i, most in enumerate(wants):
        after: dict[tuple[int, ...], set[tuple[int, ...]]] = {}
        for left, values in reached.items():
            for size in range(most + 1):
                for chosen in combinations(range(len(capacity)), size):
                    own = [team[j] for j in chosen]
                    if len(set(own)) < size or any(left[j] == 0 or points[j, i] < 0 for j in chosen):
                        continue
                    state = tuple(n - (j in chosen) for j, n in enumerate(left))
                    gain = sum(int(points[j, i]) for j in chosen)
                    for value in values:
                        now = (*(value[k] + (size > k) for k in range(3)), value[3] + gain)
                        after.setdefault(state, set()).add(now)
        reached = {state: {max(values)} for state, values in after.items()}
    return max(value for values in reached.values() for value in values)


def groups(cohort: mm.Cohort) -> list[int]:
    column = cohort.mentors.column("team")
    return np.where(column.known, column.values, -1).tolist()  # type: ignore[no-any-return]


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_mentors_who_differ_are_the_best_of_all_that_do(seed: int) -> None:
    """Everybody a first mentor, then second ones, then points: nothing that keeps the demand is better, by prices."""
    cohort = people(np.random.default_rng(seed), 4, 4, 4)
    matching = PROGRAM.match(cohort)
    points = PROGRAM.score(cohort).to_numpy()
    team = dict(zip(cohort.mentors.ids, groups(cohort), strict=True))
    got: dict[str, list[int]] = {}
    for pair in matching.pairs:
        got.setdefault(pair.mentee, []).append(team[pair.mentor])
    assert all(len(set(own)) == len(own) for own in got.values())
    firsts = tuple(sum(len(own) > k for own in got.values()) for k in range(3))
    assert (*firsts, matching.points) == best(cohort, points, list(team.values()))
    assert matching.verify(), matching.verify()
    assert matching.proof.kind == "optimal"
    assert mm.Matching.from_json(matching.to_json()) == matching
    assert mm.Matching.from_json(matching.to_json()).with_scores(PROGRAM.score(cohort)).verify()


@settings(max_examples=25)
@given(st.integers(0, 2**32))
def test_with_lists_and_choices_the_demand_holds_and_the_bound_too(seed: int) -> None:
    """With lists the kind of proof may be weaker, and is said; pins and accepted pairs take their answer's place."""
    rng = np.random.default_rng(seed)
    cohort = people(rng, 5, 5)
    mentors, mentees = cohort.mentors.ids, cohort.mentees.ids
    open_to = [m for m, c in zip(mentors, cohort.mentors.capacity.tolist(), strict=True) if c]
    choices = mm.Choices(
        shortlists={e: [str(m) for m in rng.permutation(mentors)[:3]] for e in mentees if rng.random() < 0.7},
        accepted=[(open_to[0], mentees[0])] if open_to else [],
        priority={mentees[1]: 1},
    )
    matching = PROGRAM.match(cohort, choices)
    assert matching.verify(), matching.verify()
    team = dict(zip(mentors, groups(cohort), strict=True))
    assert max(Counter((pair.mentee, team[pair.mentor]) for pair in matching.pairs).values(), default=1) == 1
    if open_to:
        assert (open_to[0], mentees[0], "accepted") in {(p.mentor, p.mentee, p.status) for p in matching.pairs}
    assert mm.Matching.from_json(matching.to_json()) == matching


def small(**choices: object) -> mm.Choices:
    return mm.Choices(**choices)  # type: ignore[arg-type]


COHORT = mm.Cohort.from_records(
    QUESTIONNAIRE,
    mentors=[
        {"id": "ada", "capacity": 2, "topics": ["a", "b"], "team": "Law"},
        {"id": "bo", "capacity": 2, "topics": ["a", "b"], "team": "Law"},
        {"id": "cy", "capacity": 1, "topics": ["c"], "team": "Web"},
    ],
    mentees=[
        {"id": "kay", "wants": 2, "topics": ["a", "b"]},
        {"id": "lin", "wants": 2, "topics": ["a"]},
        {"id": "tim", "wants": 1, "topics": ["c"]},
    ],
)


def test_everybody_gets_a_first_before_anybody_a_second() -> None:
    """A second mentor is nobody's at the price of somebody's first, with the demand and without it."""
    usual = PROGRAM.with_(format=formats.Pairs()).match(COHORT)
    firsts = Counter(pair.mentee for pair in usual.pairs)
    assert firsts == {"kay": 2, "lin": 2, "tim": 1}
    tight = PROGRAM.with_(format=formats.Pairs()).match(COHORT.with_capacity({"ada": 1, "bo": 1}))
    assert Counter(pair.mentee for pair in tight.pairs) == {"kay": 1, "lin": 1, "tim": 1}
    differing = PROGRAM.match(COHORT)
    assert Counter(pair.mentee for pair in differing.pairs) == {"kay": 2, "lin": 1, "tim": 1}
    assert repr(differing) == "SeveralMatching(4 pairs, 15,000 points, optimal)"
    assert (
        str(differing.verify())
        == "verified: every pair is allowed, the mentors of one mentee differ, and no others are better"
    )


def test_what_was_settled_takes_the_place_of_its_answer() -> None:
    """Who has an accepted mentor of a team gets no new one of it; pins that do not differ clash, in words."""
    matching = PROGRAM.match(COHORT, small(accepted=[("ada", "kay")], declines=[("cy", "tim")]))
    assert [(pair.mentor, pair.mentee) for pair in matching.pairs if pair.mentee == "kay"] in (
        [("ada", "kay"), ("cy", "kay")],
        [("ada", "kay")],
    )
    assert matching.verify()
    both = PROGRAM.match(COHORT, small(accepted=[("ada", "kay"), ("bo", "kay")]))
    assert {pair.mentor for pair in both.pairs if pair.mentee == "kay"} == {"ada", "bo"}
    assert both.verify()
    with pytest.raises(mm.InfeasibleError) as refused:
        PROGRAM.match(COHORT, small(pins=[("ada", "kay"), ("bo", "kay")]))
    assert str(refused.value) == ("mentee kay is pinned to ada and bo, who do not differ in 'team'; take a pin back")


def test_what_cannot_be_meant_is_refused() -> None:
    """The question must be the mentors'; own scores have no answers; some aims and sayings have no meaning here."""
    for differ, expected in ((" ", "format, differ: expected the id of a question"), (3, "expected the id")):
        with pytest.raises(mm.ProgramError, match=expected):
            formats.Pairs(differ=differ)  # type: ignore[arg-type]
    with pytest.raises(mm.ProgramError, match="format, differ: there is no question 'tem'; did you mean 'team'"):
        PROGRAM.with_(format=formats.Pairs(differ="tem"))
    with pytest.raises(mm.ProgramError, match="format, differ, question 'topics': expected a question of kind"):
        PROGRAM.with_(format=formats.Pairs(differ="topics"))
    with pytest.raises(mm.ProgramError, match="own scores say nothing of answers"):
        mm.solve(mm.ScoreMatrix.from_array([[1, 2]]), format=formats.Pairs(differ="team"))
    for aim in (mm.Aim(stable=True), mm.Aim(fairness="lift_worst"), mm.Aim(balance="even")):
        with pytest.raises(mm.ProgramError, match="drop it or differ="):
            PROGRAM.with_(aim=aim).match(COHORT)
    matching = PROGRAM.match(COHORT)
    for ask in (
        matching.blocking_pairs,
        matching.seat_values,
        lambda: matching.why_not("ada", "lin"),
        lambda: matching.ask_for_seats(1),
    ):
        with pytest.raises(mm.ProgramError, match="keep that the mentors of one mentee differ"):
            ask()
    records = [{"id": f"m{k}", "capacity": 2, "minimum_load": 1 + k // 2, "team": "Law"} for k in range(3)]
    mentees = [{"id": "kay", "wants": 3}, {"id": "lin", "wants": 3}]
    crowded = mm.Cohort.from_records(QUESTIONNAIRE, mentors=records, mentees=mentees)
    with pytest.raises(mm.InfeasibleError, match="the minimum loads of m1 and m2 cannot be met with the other demands"):
        PROGRAM.match(crowded)
    assert mm.Program.from_json(PROGRAM.to_json()) == PROGRAM


def test_tampered_pairs_are_refused() -> None:
    """Another mentor of the team, other prices or another kind of proof do not pass the check."""
    seen = set()
    for seed in range(30):
        cohort = people(np.random.default_rng(seed), 4, 4, 4)
        matching = PROGRAM.match(cohort)
        proof = matching.proof
        seen.add(proof.timed is not None)
        if len(matching.pairs) < 2:
            continue
        assert not replace(matching, pairs=matching.pairs[1:]).verify()
        assert not replace(matching, proof=replace(proof, mentor_prices=proof.mentor_prices + 1)).verify()
        if proof.timed is not None:
            wrong = replace(proof.timed, mentee_rounds=proof.timed.mentee_rounds - 1)
            assert not replace(matching, proof=replace(proof, timed=wrong)).verify()
    assert seen == {True, False}
