"""`solve` end to end: against a plain oracle pair by pair, its laws, and what becomes of arguments that are none."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import plain_solve
import plainly
import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st
from plain_solve import Asked

import mentormatch as mm
from mentormatch import rules as r
from mentormatch.demand import demand_of
from mentormatch.errors import MentormatchError
from mentormatch.formats.pairs import solve_pairs
from mentormatch.formats.posing import pose
from mentormatch.solvers.sweep import Settings

Case = tuple[mm.ScoreMatrix, Asked]
NAMES = ["ada", "bo", "cy", "Zoë", "Ünal", "7", "x y", "李", "aaron", "zz"]


def some_numbers(rng: random.Random, mentors: list[str], mentees: list[str], loads: bool = True) -> dict[str, Any]:
    """Capacities 0 to 3, wants mostly 1 or 2, minimum loads and priorities sometimes."""
    capacity = {mentor: rng.choice([0, 1, 1, 1, 2, 2, 3]) for mentor in mentors}
    some_loads = loads and rng.random() < 0.3
    return {
        "capacity": capacity,
        "minimum_load": {m: rng.randint(0, seats) if some_loads else 0 for m, seats in capacity.items()},
        "wants": {mentee: rng.choice([0, 1, 1, 1, 1, 2, 2, 2, 3]) for mentee in mentees},
        "priority": dict.fromkeys(mentees, 0)
        if rng.random() < 0.6
        else {mentee: rng.choice([-1, 0, 3]) for mentee in mentees},
    }


def asked_of(rng: random.Random, scores: mm.ScoreMatrix, numbers: dict[str, Any], top: int) -> Asked:
    """A demand on scores: pins, bans and declines, either order, a minimum score and a seed."""
    table = scores.to_numpy().tolist()
    points = {
        (mentor, mentee): table[j][i]
        for j, mentor in enumerate(scores.mentors)
        for i, mentee in enumerate(scores.mentees)
        if table[j][i] >= 0
    }
    pairs = [(mentor, mentee) for mentor in scores.mentors for mentee in scores.mentees]
    pins = rng.sample(sorted(points), min(len(points), rng.choice([0, 0, 0, 1, 2])))
    closed = [pair for pair in pairs if rng.random() < 0.1 and pair not in pins] if rng.random() < 0.5 else []
    return Asked(
        points,
        **numbers,
        pins=frozenset(pins),
        closed=frozenset(closed),
        points_first=rng.random() < 0.35,
        minimum_score=rng.choice([0, 0, 0, 1, max(1, top // 3)]),
        seed=rng.choice([0, 1, -5, 2**63 - 1]),
    )


def own_case(seed: int) -> Case:
    """Up to 6 x 6 people with own scores, where ties are frequent."""
    rng = random.Random(seed)
    while True:
        mentors, mentees = (rng.sample(NAMES, max(rng.randint(0, 6), rng.randint(0, 6))) for _ in range(2))
        numbers = some_numbers(rng, mentors, mentees)
        if np.prod([seats + 1 for seats in numbers["capacity"].values()]) <= 800:
            break
    top = rng.choice([0, 1, 1, 2, 3, 9, 10_000, 2**40])
    values = np.array([[rng.randint(0, top) for _ in mentees] for _ in mentors], dtype=np.int64)
    values = values.reshape(len(mentors), len(mentees))
    share = rng.choice([0, 0, 0.2, 0.5])
    allowed = np.array([rng.random() >= share for _ in range(values.size)], dtype=bool).reshape(values.shape)
    same_people = rng.random() < 0.5
    scores = mm.ScoreMatrix.from_array(values, mentors, mentees, allowed=allowed, same_people=same_people)
    return scores, asked_of(rng, scores, numbers, top)


def ruled_case(seed: int) -> Case:
    """Up to 5 x 5 people with answers, rules and conditions; seats and wishes stand in the cohort."""
    rng = random.Random(seed)
    mentors, mentees = strategies.seeded(seed, rng.randint(1, 5), rng.randint(1, 5))
    numbers = some_numbers(rng, [m["id"] for m in mentors], [e["id"] for e in mentees])
    numbers["wants"] = {mentee: max(1, wanted) for mentee, wanted in numbers["wants"].items()}
    for side, fields in ((mentors, ("capacity", "minimum_load")), (mentees, ("wants", "priority"))):
        for person in side:
            person.update({name: numbers[name][person["id"]] for name in fields})
    chosen = rng.sample(strategies.RULES, rng.randint(1, 4))
    rules = [dataclasses.replace(rule, weight=rng.choice([1, 2, 0.35]), label=f"r{k}") for k, rule in enumerate(chosen)]
    conditions = [
        dataclasses.replace(condition, label=f"c{k}", if_unknown=rng.choice(["forbid", "allow"]))
        for k, condition in enumerate(rng.sample(strategies.CONDITIONS, rng.choice([0, 1, 1, 2])))
    ]
    program = mm.Program("p", plainly.QUESTIONNAIRE, rules, conditions)
    scores = program.score(strategies.cohort(mentors, mentees))
    return scores, asked_of(rng, scores, numbers, 10_000)


def settings_of(asked: Asked, *, numbers: bool = True) -> dict[str, Any]:
    """The arguments of `solve` for a demand; bans and declines share what is closed."""
    closed = sorted(asked.closed)
    given: dict[str, Any] = {
        "choices": mm.Choices(pins=asked.pins, bans=closed[::2], declines=closed[1::2]),
        "aim": mm.Aim("points" if asked.points_first else "participation", minimum_score=asked.minimum_score),
        "seed": asked.seed,
    }
    if numbers:
        given |= {name: getattr(asked, name) for name in ("capacity", "minimum_load", "wants", "priority")}
    return given


def made(matching: mm.Matching) -> frozenset[tuple[str, str]]:
    return frozenset((pair.mentor, pair.mentee) for pair in matching.pairs)


def aims_of(matching: mm.Matching) -> list[tuple[str, int]]:
    return [(aim.aim, aim.value) for aim in matching.aims]


def compare(case: Case, *, numbers: bool) -> bool:
    """Compares `solve` with the oracle; whether the demands could be met."""
    scores, asked = case
    wanted = plain_solve.best(asked)
    if wanted is None:
        with pytest.raises(mm.InfeasibleError) as caught:
            mm.solve(scores, **settings_of(asked, numbers=numbers))
        assert caught.value.findings
        return False
    matching = mm.solve(scores, **settings_of(asked, numbers=numbers))
    assert made(matching) == wanted
    assert aims_of(matching) == plain_solve.aims(asked, wanted)
    assert matching.verify(), str(matching.verify())
    alone = {("mentee", e) for e in asked.wants} - {("mentee", e) for _, e in wanted}
    alone |= {("mentor", m) for m in asked.capacity} - {("mentor", m) for m, _ in wanted}
    assert {(one.side, one.person) for one in matching.unmatched} == alone
    assert {pair.points == asked.points[pair.mentor, pair.mentee] for pair in matching.pairs} <= {True}
    assert {(pair.mentor, pair.mentee) for pair in matching.pairs if pair.status == "pinned"} == asked.pins
    return True


@pytest.mark.parametrize("block", range(8))
def test_own_scores_give_what_the_oracle_gives(block: int) -> None:
    """150 random demands at a time equal the oracle in every aim, the lottery included, so pair by pair."""
    met = [compare(own_case(1_000 * block + seed), numbers=True) for seed in range(150)]
    assert sum(met) > 75


@pytest.mark.parametrize("block", range(8))
def test_rules_and_conditions_give_what_the_oracle_gives(block: int) -> None:
    """The same from answers, rules and conditions, with seats and wishes out of the cohort."""
    met = [compare(ruled_case(1_000 * block + seed), numbers=False) for seed in range(100)]
    assert sum(met) > 50


def solvable(count: int, start: int = 50_000) -> Iterator[tuple[mm.ScoreMatrix, Asked, mm.Matching]]:
    """Cases that can be met, with their matchings."""
    seed = start
    while count:
        scores, asked = own_case(seed)
        seed += 1
        try:
            matching = mm.solve(scores, **settings_of(asked))
        except mm.InfeasibleError:
            continue
        count -= 1
        yield scores, asked, matching


def turned(scores: mm.ScoreMatrix, rng: random.Random) -> mm.ScoreMatrix:
    """The same scores with rows and columns in another order."""
    mentors, mentees = (rng.sample(ids, len(ids)) for ids in (scores.mentors, scores.mentees))
    points = scores.block(mentors, mentees)
    return mm.ScoreMatrix.from_array(points, mentors, mentees, allowed=points >= 0)


def test_rows_and_columns_in_another_order_give_the_same_matching() -> None:
    """Nothing depends on how the table happens to be sorted (convention 2)."""
    rng = random.Random(1)
    for scores, asked, matching in solvable(100):
        again = mm.solve(turned(scores, rng), **settings_of(asked))
        assert (again.pairs, again.aims, again.spare_seats) == (matching.pairs, matching.aims, matching.spare_seats)
        assert [(one.person, one.code) for one in again.unmatched] == [
            (one.person, one.code) for one in matching.unmatched
        ]


def test_an_earlier_matching_as_start_changes_no_pair() -> None:
    """A start of the same people, of other people or of demands long gone speeds things up and decides nothing."""
    before: mm.Matching | None = None
    for scores, asked, matching in solvable(100, start=60_000):
        free = mm.solve(scores, capacity=3, wants=3, seed=5)
        for start in (before, matching, free):
            assert mm.solve(scores, **settings_of(asked), start=start) == matching
        before = matching


def test_block_sizes_and_candidate_lists_change_no_pair() -> None:
    """How the pairs are looked at is no part of the answer (convention 2)."""
    names = [setting.name for setting in dataclasses.fields(Settings)]
    for scores, asked, matching in solvable(40, start=70_000):
        posed = pose(demand_of(scores, **settings_of(asked)), scores)
        for value in (1, 2, 7):
            for name in names:
                if not isinstance(getattr(Settings(), name), int):
                    continue
                solved = solve_pairs(posed, None, Settings(**{name: value}))
                assert made(matching) == {
                    (scores.mentors[j], scores.mentees[i]) for j, i in zip(solved.mentor, solved.mentee, strict=True)
                }


def test_the_same_call_twice_is_the_same_matching() -> None:
    """No hidden state: not even the JSON differs by a letter."""
    for scores, asked, matching in solvable(60, start=80_000):
        again = mm.solve(scores, **settings_of(asked))
        assert again == matching
        assert again.to_json() == matching.to_json()


def test_one_more_seat_never_lowers_the_tuple_of_aims() -> None:
    """Whoever offers one more seat does no harm to anybody's aims (default aim, no minimum load)."""
    rng = random.Random(2)
    tried = 0
    for scores, asked, _ in solvable(150, start=90_000):
        if not asked.capacity or asked.points_first:
            continue
        settings = settings_of(asked) | {"minimum_load": None}
        before = mm.solve(scores, **settings)
        mentor = rng.choice(sorted(asked.capacity))
        after = mm.solve(scores, **settings | {"capacity": asked.capacity | {mentor: asked.capacity[mentor] + 1}})
        assert aims_of(after)[:-1] >= aims_of(before)[:-1]
        tried += 1
    assert tried > 60


def test_a_pin_on_a_pair_that_is_made_anyway_changes_nothing() -> None:
    """To demand what happens is no demand, but for the status of the pair."""
    for scores, asked, matching in solvable(100, start=100_000):
        for pair in sorted(made(matching) - asked.pins)[:2]:
            pinned = dataclasses.replace(asked, pins=asked.pins | {pair})
            again = mm.solve(scores, **settings_of(pinned))
            assert made(again) == made(matching)
            assert aims_of(again)[:-1] == aims_of(matching)[:-1]
            assert again.unmatched == matching.unmatched


def test_what_is_declined_or_banned_never_appears() -> None:
    """No score, minimum load or lack of others brings back a pair that somebody refused."""
    for scores, asked, matching in solvable(60, start=110_000):
        refused = asked.closed
        assert not made(matching) & refused
        for pair in sorted(made(matching) - asked.pins)[:1]:
            declined = dataclasses.replace(asked, closed=refused | {pair})
            try:
                again = mm.solve(scores, **settings_of(declined))
            except mm.InfeasibleError:
                assert any(asked.minimum_load.values())
            else:
                assert not made(again) & declined.closed


def test_doubled_weights_change_no_pair() -> None:
    """Weights have no unit (convention 4)."""
    for seed in range(40):
        mentors, mentees = strategies.seeded(seed, 5, 5)
        cohort = strategies.cohort(mentors, mentees)
        rng = random.Random(seed)
        rules = [
            dataclasses.replace(rule, weight=rng.choice([1, 0.35, 3]), label=str(k))
            for k, rule in enumerate(rng.sample(strategies.RULES, 3))
        ]
        program = mm.Program("p", plainly.QUESTIONNAIRE, rules)
        doubled = program.with_weights(**{rule.name: 2 * rule.weight for rule in program.rules})
        assert program.match(cohort).pairs == doubled.match(cohort).pairs


TWO = mm.ScoreMatrix.from_array([[8, 9], [5, 4]], ["a", "b"], ["x", "y"])


def test_numbers_are_one_for_all_a_sequence_or_a_mapping() -> None:
    """All the ways to say the same numbers are one demand; who is missing in a mapping keeps the default."""
    same = [
        2,
        [2, 2],
        (2, 2),
        {"a": 2, "b": 2},
        np.array([2, 2]),
        np.int8(2),
        np.array(2),
        {" a ": 2, "b": np.int64(2)},
    ]
    for what in ("capacity", "minimum_load", "wants", "priority"):
        for value in same:
            people = {" a ": 2, "b": 2} if what in ("capacity", "minimum_load") else {" x ": 2, "y": 2}
            given = people if isinstance(value, dict) else value
            demand = demand_of(TWO, **({"capacity": 3} if what == "minimum_load" else {}), **{what: given})
            assert getattr(demand, what) == (2, 2)
            assert {type(number) for number in getattr(demand, what)} == {int}
    assert demand_of(TWO, capacity={"b": 3}).capacity == (1, 3)
    assert demand_of(TWO, capacity=range(2)).capacity == (0, 1)
    ruled = strategies.cohort([{"id": "m", "capacity": 3, "minimum_load": 1}, {"id": "n"}], [{"id": "e", "wants": 2}])
    scores = mm.Program("p", plainly.QUESTIONNAIRE, [r.Same("town")]).score(ruled)
    found = demand_of(scores, capacity={"n": 2})
    assert (found.capacity, found.minimum_load, found.wants, found.priority) == ((3, 2), (1, 0), (2,), (0,))


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"capacity": 1.0}, "capacity, mentors: expected a whole number from 0 to 1,000,000"),
        ({"capacity": True}, "capacity, mentors: expected a whole number from 0 to 1,000,000"),
        ({"capacity": -1}, "capacity, mentors: expected a whole number from 0 to 1,000,000"),
        ({"capacity": 10**5_000}, "capacity, mentors: expected a whole number from 0 to 1,000,000"),
        ({"priority": 1_000_001}, "priority, mentees: expected a whole number from -1,000,000 to 1,000,000"),
        ({"wants": np.array(1.5)}, "wants, mentees: expected a whole number from 0 to 1,000,000"),
        ({"wants": [1]}, "wants: expected 2 numbers, one for each mentee, not 1"),
        ({"wants": np.array([1, 2, 3])}, "wants: expected 2 numbers, one for each mentee, not 3"),
        (
            {"wants": "12"},
            "wants: expected one number for all, a list in the order of the mentees or a mapping by id, not a str",
        ),
        (
            {"capacity": b"12"},
            "capacity: expected one number for all, a list in the order of the mentors or a mapping by id, not a bytes",
        ),
        (
            {"capacity": bytearray(b"12")},
            (
                "capacity: expected one number for all, a list in the order of the mentors or a mapping by id, "
                "not a bytearray"
            ),
        ),
        (
            {"capacity": {1, 2}},
            "capacity: expected one number for all, a list in the order of the mentors or a mapping by id, not a set",
        ),
        (
            {"capacity": (1 for _ in "ab")},
            (
                "capacity: expected one number for all, a list in the order of the mentors or a mapping by id, "
                "not a generator"
            ),
        ),
        (
            {"capacity": [[1], [1, 2]]},
            (
                "2 settings of the program cannot be meant as written:\n"
                "  capacity, mentor 'a': expected a whole number from 0 to 1,000,000\n"
                "  capacity, mentor 'b': expected a whole number from 0 to 1,000,000"
            ),
        ),
        (
            {"capacity": np.ma.masked_array([1, 2], mask=[1, 0])},
            "capacity, mentor 'a': expected a whole number from 0 to 1,000,000",
        ),
        ({"capacity": {"a": 1, " a ": 2}}, "capacity, mentor 'a': expected every id once"),
        (
            {"capacity": {7.0: 1}},
            (
                "capacity, mentors: expected an id as text or a whole number, not a float; "
                "a float may have lost digits, so read the ids as text"
            ),
        ),
        (
            {"capacity": {"A": 1, "x": 2, None: 1}, "wants": {"x": None}},
            (
                "4 settings of the program cannot be meant as written:\n"
                "  capacity, mentor 'A': there is no such mentor; did you mean 'a'?\n"
                "  capacity, mentor 'x': there is no such mentor\n"
                "  capacity, mentors: expected an id that is not blank\n"
                "  wants, mentee 'x': expected a whole number from 0 to 1,000,000"
            ),
        ),
        (
            {"capacity": [1, 2], "minimum_load": [3, 2]},
            "mentor 'a': expected a minimum load of at most the capacity, 1, not 3",
        ),
        ({"seed": 1.0}, "seed: expected a whole number of at most 63 bits"),
        ({"seed": True}, "seed: expected a whole number of at most 63 bits"),
        ({"seed": 2**63}, "seed: expected a whole number of at most 63 bits"),
        ({"seed": 10**5_000}, "seed: expected a whole number of at most 63 bits"),
        ({"format": "pairs"}, "format: expected one of mentormatch.formats, such as Pairs()"),
        ({"start": [("a", "x")]}, "start: expected a value of type Matching"),
        (
            {"choices": [("a", "x")], "aim": "points", "seed": None, "program": 5},
            (
                "4 settings of the program cannot be meant as written:\n"
                "  seed: expected a whole number of at most 63 bits\n"
                "  program: expected the program's name as text of whole characters\n"
                "  choices: expected a value of type Choices\n"
                "  aim: expected a value of type Aim"
            ),
        ),
        ({"program": "\ud800"}, "program: expected the program's name as text of whole characters"),
    ],
)
def test_arguments_that_cannot_be_meant_are_refused(settings: dict[str, Any], text: str) -> None:
    """A wrong argument is a ProgramError that says where and what, never a traceback and never read half."""
    with pytest.raises(mm.ProgramError) as caught:
        mm.solve(TWO, **settings)
    assert str(caught.value) == text


@pytest.mark.parametrize("scores", [None, [[1, 2]], np.ones((2, 2)), "scores"])
def test_scores_that_are_none_are_refused(scores: Any) -> None:
    """A bare array has no ids, so the way through ScoreMatrix is the only one."""
    with pytest.raises(mm.ProgramError, match=r"^scores: expected a value of type ScoreMatrix$"):
        mm.solve(scores)


def test_choices_about_unknown_people_are_all_named() -> None:
    """Every id that nobody has is a finding, with the way out where one is near."""
    choices = mm.Choices(pins=[("ann", "x")], bans=[("x", "a")], declines=[("a\x1b[2J\nb", "X")])
    with pytest.raises(mm.ChoiceError) as caught:
        mm.solve(TWO, choices=choices)
    assert str(caught.value) == (
        "5 choices cannot be meant as written:\n"
        "  pin (ann, x), mentor 'ann': there is no such mentor\n"
        "  ban (x, a), mentor 'x': there is no such mentor; a pair is (mentor, mentee)\n"
        "  ban (x, a), mentee 'a': there is no such mentee; a pair is (mentor, mentee)\n"
        "  decline (a [2J b, X), mentor 'a [2J b': there is no such mentor\n"
        "  decline (a [2J b, X), mentee 'X': there is no such mentee; did you mean 'x'?"
    )


def test_pins_that_clash_are_all_named() -> None:
    """Forbidden pins, pins over capacity and pins over what is wanted are one error."""
    scores = mm.ScoreMatrix.from_array(
        np.ones((3, 3), int), ["a", "b", "c"], ["x", "y", "z"], allowed=np.array([[0, 1, 1], [1, 1, 1], [1, 1, 1]]) > 0
    )
    choices = mm.Choices(pins=[("a", "x"), ("a", "y"), ("b", "y"), ("c", "y")])
    with pytest.raises(mm.InfeasibleError) as caught:
        mm.solve(scores, capacity={"a": 1, "c": 0}, wants=2, choices=choices)
    assert str(caught.value) == (
        "4 demands cannot be met together:\n"
        "  the pin on mentor a and mentee x is forbidden by the table of scores; "
        "take the pin back or relax the condition\n"
        "  mentor a is pinned to 2 mentees (x and y) but has 1 seat; take a pin back or add a seat\n"
        "  mentor c is pinned to 1 mentee (y) but has 0 seats; take a pin back or add a seat\n"
        "  mentee y is pinned to 3 mentors (a, b and c) but wants 2 mentors; take a pin back"
    )
    assert [finding.code for finding in caught.value.findings] == [
        "pin_forbidden",
        "pins_over_capacity",
        "pins_over_capacity",
        "pins_over_wants",
    ]


def test_minimum_loads_that_clash_name_a_smallest_set() -> None:
    """Whoever has to give way is named with the mentees that are fought over, and nobody else is."""
    scores = mm.ScoreMatrix.from_array(
        np.ones((3, 3), int), ["a", "b", "c"], ["x", "y", "z"], allowed=np.array([[1, 0, 0], [1, 0, 0], [1, 1, 1]]) > 0
    )
    with pytest.raises(mm.InfeasibleError) as caught:
        mm.solve(scores, minimum_load=1)
    assert str(caught.value) == (
        "the minimum loads of a (1) and b (1) cannot be met: only x may be matched with them, who wants 1 mentor; "
        "lower a minimum load, relax a condition or take a ban or decline back"
    )


def test_points_too_large_for_their_sum_are_refused_with_the_way_out() -> None:
    """Totals that would leave 64 bits are an error of ours and never a wrapped sum."""
    scores = mm.ScoreMatrix.from_array(np.full((400, 400), 2**45 - 1))
    with pytest.raises(mm.ProgramError) as caught:
        mm.solve(scores, capacity=400, wants=400)
    assert str(caught.value) == (
        "scores: points of up to 35,184,372,088,831 for each of 160,000 pairs do not add up in 64 bits; "
        "divide the scores by a common factor"
    )


def test_a_thousand_unknown_ids_are_a_thousand_findings() -> None:
    """Long lists of wrong ids, long ids among them, end in one error, with hints for the first hundred only."""
    wrong = {f"person {k} " + "z" * 20_000: 1 for k in range(300)}
    ids = [f"person {k}" for k in range(100)]
    scores = mm.ScoreMatrix.from_array(np.ones((100, 1), int), ids, ["x"])
    choices = mm.Choices(bans=[(f"persn {k}", "x") for k in range(300)])
    with pytest.raises(mm.ProgramError) as caught:
        mm.solve(scores, capacity=wrong)
    assert len(caught.value.findings) == 300
    with pytest.raises(mm.ChoiceError) as refused:
        mm.solve(scores, choices=choices)
    assert [bool(finding.hint) for finding in refused.value.findings] == [True] * 100 + [False] * 200


def test_ids_cannot_write_into_a_message() -> None:
    """An id out of a table neither moves the cursor of a terminal nor fills the screen."""
    evil, long = "a\x1b[2J\nb", "b" * 5_000
    scores = mm.ScoreMatrix.from_array([[1, 1], [1, 1]], [evil, long], ["x\r", "y"])
    for settings in (
        {"choices": mm.Choices(pins=[(evil, "x\r"), (evil, "y"), (long, "y")])},
        {"minimum_load": 3, "capacity": 3},
    ):
        with pytest.raises(mm.InfeasibleError) as caught:
            mm.solve(scores, **settings)  # type: ignore[arg-type]
        assert not {"\x1b", "\r"} & set(str(caught.value))
        assert max(map(len, str(caught.value).split("\n"))) < 400


def test_many_identical_people_are_matched_and_proven() -> None:
    """300 mentors and 300 mentees who are all alike leave everything to the lottery, and the answer is still unique."""
    scores = mm.ScoreMatrix.from_array(np.full((300, 300), 7))
    matching = mm.solve(scores, capacity=2)
    assert (len(matching.pairs), matching.points) == (300, 2_100)
    assert matching.verify()


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=3)
    | st.binary(max_size=3)
    | st.sampled_from(["a", "x", np.int64(1), np.float64("nan"), np.array(1), np.array([1, 2]), 2**70, object()]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.sampled_from(["a", "b", "x", "y", 7, None]), inner, max_size=3)
    ),
    max_leaves=5,
)
names = st.sampled_from(
    ["capacity", "minimum_load", "wants", "priority", "choices", "aim", "seed", "format", "start", "program"]
)


@given(st.dictionaries(names, anything, max_size=3))
def test_any_argument_is_a_matching_or_one_of_our_errors(settings: dict[str, Any]) -> None:
    """Nothing that may be passed in ends in a traceback from below, and what comes out is proven and can be saved."""
    try:
        matching = mm.solve(TWO, **settings)
    except MentormatchError as error:
        assert error.findings
        str(error).encode()
        return
    assert matching.verify()
    assert mm.Matching.from_json(matching.to_json()) == matching
