"""The score matrix from rules: exact, the same however it is asked for, and explained by parts that add up."""

from __future__ import annotations

import copy
import itertools
import pickle
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import plainly
import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st

from mentormatch import compiled
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.cohort import Cohort
from mentormatch.errors import ChoiceError, ProgramError
from mentormatch.ids import canonical_order
from mentormatch.questionnaire import Questionnaire
from mentormatch.rules import levels, overlap
from mentormatch.scores import Forbidden, Removal, ScoreMatrix, check_rules, score

MANY = [
    r.Covers("goals", by="skills", weight=30),
    r.Covers("topic", by="skills", weight=25, label="topic"),
    r.Shares("interests", weight=5),
    r.Ahead("years", ideal=(3, 10), weight=15),
    r.Close("grade", weight=3),
    r.Same("town", weight=2.5),
    r.Differs("department", weight=0.35),
    r.Close("mood", weight=4),
    r.When("department", "Sales", r.Close("years", within=2.5), weight=7, label="near"),
    r.Same("manager", weight=1, missing="abstain"),
    r.When("department", "Sales", r.Shares("interests"), of="mentor", weight=4, label="sellers"),
]


def scored(sides: Any, rules: list[Any], conditions: list[Any] | None = None, **settings: Any) -> Any:
    """The score matrix of such people."""
    return score(strategies.cohort(*sides), rules, conditions or [], **settings)


@given(strategies.both_sides(), strategies.weighted(), strategies.conditions())
def test_points_are_what_the_definition_says(sides: Any, rules: list[Any], conditions: list[Any]) -> None:
    """Weights, blanks under every policy, rules that do not count and conditions give the defined points, exactly."""
    assert scored(sides, rules, conditions).to_numpy().tolist() == plainly.matrix(rules, conditions, *sides)


@pytest.mark.parametrize("seed", range(8))
def test_points_of_larger_cohorts_are_what_the_definition_says(seed: int) -> None:
    """The same on cohorts large enough for every answer, blank and combination to occur."""
    draw = random.Random(seed)
    policies = ["average", "average", "abstain", "zero", 0.25, 1]
    rules = [
        replace(rule, weight=draw.choice([1, 2.5, 0.35, 30]), missing=draw.choice(policies), label=str(k))
        for k, rule in enumerate(draw.sample([*strategies.RULES, *strategies.CUSTOM], 8))
    ]
    conditions = [
        replace(rule, if_unknown=draw.choice(["forbid", "allow", "allow"]), label=str(k))
        for k, rule in enumerate(draw.sample(strategies.CONDITIONS, seed % 3))
    ]
    sides = strategies.seeded(seed, 23, 17)
    assert scored(sides, rules, conditions).to_numpy().tolist() == plainly.matrix(rules, conditions, *sides)


@given(strategies.both_sides(), strategies.weighted())
def test_a_rule_scores_alike_as_a_product_and_pair_by_pair(sides: Any, rules: list[Any]) -> None:
    """How many different answers the mentors gave decides how a rule is computed and never what it gives."""
    whole = scored(sides, rules).to_numpy()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(levels, "MOST_LEVELS", 1)
        pairwise = scored(sides, rules)
        np.testing.assert_array_equal(pairwise.to_numpy(), whole)
        assert dict(pairwise.norms) == dict(scored(sides, rules).norms)


@given(strategies.both_sides(), strategies.weighted(), strategies.conditions())
def test_parts_sum_to_the_score(sides: Any, rules: list[Any], conditions: list[Any]) -> None:
    """An explanation's shares add up to the points exactly, for forbidden pairs to what they would have."""
    scores, free = scored(sides, rules, conditions), scored(sides, rules)
    different = {person["id"] for person in sides[0]}.isdisjoint(person["id"] for person in sides[1])
    for mentor in scores.mentors:
        for mentee in scores.mentees:
            parts = scores.parts(mentor, mentee)
            assert all(0 <= part.points <= 10_000 for part in parts)
            assert sum(part.most for part in parts) in (0, 10_000)
            if different:
                assert sum(part.points for part in parts) == free.points(mentor, mentee)
            if scores.allowed(mentor, mentee):
                assert sum(part.points for part in parts) == scores.points(mentor, mentee)


def test_parts_say_what_was_known_and_what_counted() -> None:
    """A part tells a blank from a rule that does not apply, and whether it reads a private question."""
    sides = (
        [{"id": "m", "skills": ["lead"], "town": "Ulm", "department": "Sales", "years": 5}],
        [{"id": "e", "goals": ["lead", "grow"], "town": None, "department": "Finance", "years": 5, "topic": "lead"}],
    )
    rules = [
        r.Covers("goals", by="skills", weight=3),
        r.Same("town", weight=1, missing=0.25),
        r.When("department", "Sales", r.Same("years"), weight=1),
        r.Covers("topic", by="skills", weight=1),
        r.Same("manager", weight=4, missing="abstain"),
    ]
    scores = scored(sides, rules)
    found = [(p.label, p.points, p.most, p.value, p.known, p.counts, p.private) for p in scores.parts("m", "e")]
    assert found == [
        ("goals", 3000, 6000, 0.5, True, True, False),
        ("town", 500, 2000, 0.25, False, True, False),
        ("years", 0, 0, None, False, False, False),
        ("topic", 2000, 2000, 1.0, True, True, True),
        ("manager", 0, 0, None, False, True, False),
    ]
    assert scores.points("m", "e") == 5500
    assert scores.coverage("m", "e") == pytest.approx(4 / 10, abs=1e-6)


picked = st.lists(st.tuples(st.integers(1, 40), st.sampled_from([0.1, 0.35, 1, 2.5, 3, 7, 99, 1e-4])), min_size=1)


@given(picked.filter(lambda lists: len(lists) <= 6), st.booleans())
def test_a_perfect_pair_has_ten_thousand(lists: list[tuple[int, float]], other: bool) -> None:
    """Rounding never costs a perfect pair a point, whatever the weights and numbers of picks, also if rules abstain."""
    options = [f"o{k}" for k in range(40)]
    asked = [q.MultiChoice(f"q{k}", options) for k in range(len(lists))]
    questionnaire = Questionnaire([*asked, q.Text("note")])
    answers = {f"q{k}": options[:count] for k, (count, _) in enumerate(lists)}
    cohort = Cohort.from_records(questionnaire, mentors=[{"id": "m", **answers}], mentees=[{"id": "e", **answers}])
    rules = [r.Covers(f"q{k}", weight=weight) for k, (_, weight) in enumerate(lists)]
    blank = [r.Same("note", weight=50, missing="abstain")] if other else []
    assert score(cohort, [*rules, *blank]).points("m", "e") == 10_000


def test_very_long_lists_of_options_keep_a_perfect_pair_perfect() -> None:
    """Hundreds of picks would add up their rounding; beyond a limit such rules are computed pair by pair instead."""
    options = [f"o{k}" for k in range(250)]
    questionnaire = Questionnaire([q.MultiChoice(f"q{k}", options) for k in range(7)])
    answers = {f"q{k}": options for k in range(7)}
    half = {f"q{k}": options[::2] for k in range(7)}
    cohort = Cohort.from_records(
        questionnaire, mentors=[{"id": "m", **answers}, {"id": "n", **half}], mentees=[{"id": "e", **answers}]
    )
    scores = score(cohort, [r.Covers(f"q{k}", weight=k + 0.77) for k in range(7)])
    assert (scores.points("m", "e"), scores.points("n", "e")) == (10_000, 5_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(overlap, "_WIDEST", 10)
        assert score(cohort, [r.Covers("q1"), r.Covers("q2")]).points("m", "e") == 10_000


def test_roundings_of_many_picks_do_not_add_up() -> None:
    """Six rules whose 250 picks each lose half a unit would cost a perfect pair a point, so some are no sums."""
    options = [f"o{k}" for k in range(250)]
    questionnaire = Questionnaire([q.MultiChoice(f"q{k}", options) for k in range(7)])
    answers = {f"q{k}": options for k in range(7)}
    cohort = Cohort.from_records(questionnaire, mentors=[{"id": "m", **answers}], mentees=[{"id": "e", **answers}])
    unlucky = 250 * 5_000 + 124
    rules = [r.Covers(f"q{k}", weight=unlucky) for k in range(6)]
    rules.append(r.Covers("q6", weight=plainly.FULL - 6 * unlucky))
    assert score(cohort, rules).points("m", "e") == 10_000


def test_a_blank_of_one_mentee_changes_no_other_score() -> None:
    """Where a rule abstains for somebody, everybody it judges keeps the very same points."""
    draw = random.Random(1)
    options = [f"o{k}" for k in range(37)]
    questionnaire = Questionnaire([q.MultiChoice("one", options), q.MultiChoice("two", options), q.Text("town")])
    mentors = [
        {"id": f"m{k}", "town": "Ulm", **{name: draw.sample(options, draw.randint(1, 37)) for name in ("one", "two")}}
        for k in range(400)
    ]
    whole = {"id": "e", "town": "Ulm", "one": options, "two": options[:29]}
    rules = [r.Covers("one", weight=3), r.Covers("two", weight=7), r.Same("town", weight=0.1, missing="abstain")]
    alone = score(Cohort.from_records(questionnaire, mentors=mentors, mentees=[whole]), rules)
    beside = score(Cohort.from_records(questionnaire, mentors=mentors, mentees=[whole, {"id": "f"}]), rules)
    np.testing.assert_array_equal(alone.to_numpy()[:, 0], beside.to_numpy()[:, 0])


@given(strategies.both_sides(), strategies.weighted(), st.sampled_from([2, 0.5, 10, 3]))
def test_the_unit_of_the_weights_changes_nothing(sides: Any, rules: list[Any], times: float) -> None:
    """Doubling all weights, or writing per cent, gives the same scores."""
    scaled = [replace(rule, weight=float(round(rule.weight * times, 6))) for rule in rules]
    np.testing.assert_array_equal(scored(sides, rules).to_numpy(), scored(sides, scaled).to_numpy())


def test_decimal_weights_are_meant_as_they_are_written() -> None:
    """Weights 0.35 and 0.65 are 35 and 65 per cent, to the fine unit."""
    rules = [r.Same("town", weight=0.35), r.Same("mood", weight=np.float64(0.65))]
    assert compiled.fine_weights(rules).tolist() == [[3_584_000, 6_656_000]]
    thirds = [r.Same("town"), r.Same("mood"), r.Same("years")]
    assert compiled.fine_weights(thirds).tolist() == [[3_413_334, 3_413_333, 3_413_333]]


@given(strategies.both_sides(most=6), strategies.weighted(), strategies.conditions(), st.randoms(use_true_random=False))
def test_the_order_of_people_changes_no_score(
    sides: Any, rules: list[Any], conditions: list[Any], shuffle: random.Random
) -> None:
    """Shuffled tables give every pair the same points, and the same means to stand for blanks."""
    first = scored(sides, rules, conditions)
    other = [shuffle.sample(side, len(side)) for side in sides]
    second = scored(other, rules, conditions)
    np.testing.assert_array_equal(second.block(first.mentors, first.mentees), first.to_numpy())
    assert dict(first.norms) == dict(second.norms)


@pytest.fixture(scope="module")
def large() -> Any:
    """Seventy mentors with more different numbers of years than make a product, and forty mentees."""
    mentors, mentees = strategies.seeded(3, 90, 41)
    mentors = [{**mentor, "years": k / 4} for k, mentor in enumerate(mentors)]
    return mentors, mentees


def test_blocks_and_orders_change_no_score(large: Any) -> None:
    """Any split into blocks and any order of rows and columns gives bit for bit the points of the whole."""
    scores = scored(large, MANY, [r.Differs("department", if_unknown="allow")])
    whole = scores.to_numpy()
    assert whole.tolist() == plainly.matrix(MANY, [r.Differs("department", if_unknown="allow")], *large)
    assert dict(scores.norms) == {rule.name: plainly.norm(rule, *large) for rule in MANY if rule.missing == "average"}
    shuffle = np.random.default_rng(0)
    rows, columns = shuffle.permutation(90), shuffle.permutation(41)
    source = scores.source(rows, columns)
    assert (source.shape, source.max_points) == ((90, 41), 10_000)
    for step in (1, 7, 64, 90):
        for view in (source, scores._cells.view(rows, columns)):
            blocks = [view.rows(start, min(start + step, 90)) for start in range(0, 90, step)]
            np.testing.assert_array_equal(np.concatenate(blocks), whole[np.ix_(rows, columns)])
            for first in range(0, 41, step):
                narrow = view.rows(3, 30, first, min(first + step, 41))
                np.testing.assert_array_equal(narrow, whole[np.ix_(rows[3:30], columns[first : first + step])])
    np.testing.assert_array_equal(scores.block(["m5", "m2"], ["e7"]), whole[[5, 2]][:, [7]])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled, "BLOCK", 100)
        np.testing.assert_array_equal(scores._cells.view(rows, columns).rows(0, 90), whole[np.ix_(rows, columns)])


def test_the_float32_product_is_exact(large: Any) -> None:
    """The product in float32 is the product in whole numbers, bit for bit, for blocks of any height and single rows."""
    features = scored(large, MANY)._cells.compiled.numerator
    assert features.mentors.dtype == np.float32
    exact = features.mentors.astype(np.int64) @ features.mentees.astype(np.int64).T
    assert exact.max() < 2**24
    for step in (1, 3, 16, 90):
        product = np.concatenate([features.mentors[k : k + step] @ features.mentees.T for k in range(0, 90, step)])
        np.testing.assert_array_equal(product.astype(np.int64), exact)


def test_machines_of_reduced_precision_get_float64() -> None:
    """A product that loses digits (TF32, BF16) is noticed, and the same scores come from float64 instead."""
    sides = strategies.seeded(5, 20, 20)
    expected = scored(sides, MANY).to_numpy()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled, "product_type", lambda: np.float64)
        np.testing.assert_array_equal(scored(sides, MANY).to_numpy(), expected)


def test_sources_hand_out_what_nobody_can_change(large: Any) -> None:
    """Blocks are shared, so they are read-only; arrays handed to users are their own."""
    scores = scored(large, MANY)
    block = scores.source(np.arange(90), np.arange(41)).rows(0, 2)
    with pytest.raises(ValueError, match="read-only"):
        block[0, 0] = 1
    mine = scores.to_numpy()
    mine[:] = 7
    assert not (scores.to_numpy() == 7).all()


def test_norms_stand_for_blanks_and_can_be_handed_on() -> None:
    """The mean over the pairs that can be judged stands for a blank; a later wave can be scored with earlier means."""
    sides = (
        [{"id": "m", "town": "Ulm"}, {"id": "n", "town": "Bonn"}],
        [{"id": "d", "town": "Ulm"}, {"id": "e", "town": "Ulm"}, {"id": "f"}],
    )
    rule = r.Same("town")
    scores = scored(sides, [rule])
    assert dict(scores.norms) == {"town": 0.5}
    assert scores.to_numpy().tolist() == [[10_000, 10_000, 5_000], [0, 0, 5_000]]
    later = scored(sides, [rule], norms={"town": 0.2})
    assert later.points("m", "f") == 2_000
    assert dict(later.norms) == {"town": 0.2}
    assert dict(scored(([], []), [rule]).norms) == {"town": 0.0}
    assert dict(scored(sides, [replace(rule, missing="zero")]).norms) == {}
    with pytest.raises(ProgramError, match="from 0 to 1 for 'town'"):
        scored(sides, [rule], norms={"town": 2})


@pytest.mark.parametrize(
    ("norms", "message"),
    [
        ({"twon": 0.5}, "norms: there is no rule 'twon'; did you mean 'town'?"),
        (
            {"town": 0.5, "skills": 0.3, 7: 0.5},
            (
                "2 settings of the program cannot be meant as written:\n"
                "  norms: there is no rule 'skills'; leave out the norms of rules that are no longer there\n"
                "  norms: there is no rule '7'; leave out the norms of rules that are no longer there"
            ),
        ),
        ({"mood": 0.5}, "norms: the rule 'mood' has missing='zero', so that no norm stands for its blanks"),
        ({"twon": 2}, "norms: there is no rule 'twon'; did you mean 'town'?"),
        ({"town": 2}, "norms: expected a number from 0 to 1 for 'town'"),
        ([("town", 0.5)], "norms: expected a mapping of rules' names to numbers"),
        (5, "norms: expected a mapping of rules' names to numbers"),
    ],
)
def test_norms_that_no_rule_would_use_are_refused(norms: Any, message: str) -> None:
    """A norm that is quietly ignored leaves a wave scored otherwise than the one it was meant to be scored like."""
    rules = [r.Same("town"), r.Same("mood", missing="zero")]
    with pytest.raises(ProgramError) as error:
        scored(([{"id": "m"}], [{"id": "e"}]), rules, norms=norms)
    assert str(error.value) == message


def test_norms_of_large_cohorts_are_those_of_a_canonical_sample() -> None:
    """Beyond 1,000 people the mean of a rule that is no product is taken over people that their ids choose."""
    draw = random.Random(4)
    mentors = [{"id": f"m{k}", "interests": draw.sample(plainly.INTERESTS, 2)} for k in range(1_010)]
    mentees = [{"id": f"e{k}", "interests": draw.sample(plainly.INTERESTS, 1)} for k in range(3)]
    rule = r.Shares("interests")
    norm = scored((mentors, mentees), [rule]).norms["interests"]
    first = canonical_order([mentor["id"] for mentor in mentors])[:1_000]
    assert norm == plainly.norm(rule, [mentors[k] for k in first], mentees)
    assert norm != plainly.norm(rule, mentors, mentees)
    assert norm == scored((mentors[::-1], mentees), [rule]).norms["interests"]


@pytest.mark.parametrize(
    ("missing", "points"),
    [("average", 7_500), ("abstain", 10_000), ("zero", 5_000), (0.25, 6_250), (1, 10_000)],
)
def test_every_policy_for_blanks(missing: Any, points: int) -> None:
    """Two rules of equal weight, one met and one blank: what the blank gives is what its policy says."""
    sides = (
        [{"id": "m", "town": "Ulm", "mood": 3}],
        [{"id": "e", "town": None, "mood": 3}, {"id": "f", "town": "Ulm"}, {"id": "g", "town": "Bonn"}],
    )
    scores = scored(sides, [r.Same("town", missing=missing), r.Same("mood", missing="zero")])
    assert scores.points("m", "e") == points
    assert scores.coverage("m", "e") == 0.5


def test_nothing_to_judge_is_no_points() -> None:
    """Where every rule abstains there is nothing to score: 0 points, no coverage, and no division by zero."""
    scores = scored(([{"id": "m"}], [{"id": "e"}]), [r.Same("town", missing="abstain")])
    assert (scores.points("m", "e"), scores.coverage("m", "e")) == (0, 0)
    assert [part.points for part in scores.parts("m", "e")] == [0]


def test_two_blanks_are_no_agreement() -> None:
    """Two people who answered nothing score no more than strangers, and a condition does not take them for alike."""
    sides = ([{"id": "m"}], [{"id": "e"}])
    assert scored(sides, [r.Same("town")]).points("m", "e") == 0
    for condition in (r.Same("town"), r.Differs("town")):
        assert not scored(sides, [r.Same("mood")], [condition]).allowed("m", "e")
        assert scored(sides, [r.Same("mood")], [replace(condition, if_unknown="allow")]).allowed("m", "e")


def test_a_condition_is_a_mask() -> None:
    """The best score does not help a forbidden pair: it is -1 wherever points are read."""
    sides = (
        [{"id": "m", "town": "Ulm", "department": "Sales"}, {"id": "n", "town": "Bonn", "department": "Finance"}],
        [{"id": "e", "town": "Ulm", "department": "Sales"}],
    )
    scores = scored(sides, [r.Same("town", weight=1_000)], [r.Differs("department")])
    assert scores.to_numpy().tolist() == [[-1], [0]]
    assert (scores.points("m", "e"), scores.allowed("m", "e"), scores.allowed("n", "e")) == (-1, False, True)
    assert [(one.mentor, one.points) for one in scores.top("e", 5)] == [("n", 0)]
    assert scores.forbidding("m", "e") == (Forbidden("Differs('department')"),)
    assert scores.forbidding("n", "e") == ()


@given(strategies.both_sides(), strategies.conditions())
def test_what_forbids_a_pair_is_told(sides: Any, conditions: list[Any]) -> None:
    """A pair is forbidden exactly where something forbids it, and the counts by condition are those of the pairs."""
    scores = scored(sides, [r.Same("mood")], conditions)
    counted: dict[tuple[str, str], dict[str, tuple[int, int]]] = {}
    for mentor in scores.mentors:
        for mentee in scores.mentees:
            reasons = scores.forbidding(mentor, mentee)
            assert bool(reasons) != scores.allowed(mentor, mentee)
            for reason in reasons:
                for person in (("mentor", mentor), ("mentee", mentee)):
                    people, unknown = counted.setdefault(person, {}).get(reason.title, (0, 0))
                    counted[person][reason.title] = people + 1, unknown + reason.unknown
    sides_of: list[tuple[Any, tuple[str, ...]]] = [("mentor", scores.mentors), ("mentee", scores.mentees)]
    for side, people_of in sides_of:
        for person_of in people_of:
            told = {one.title: (one.people, one.unknown) for one in scores.removals(side, person_of)}
            assert told == counted.get((side, person_of), {})


def test_a_blank_that_forbids_is_told_from_an_answer() -> None:
    """An explanation can say that a condition forbids only because it could not be judged, and that it is private."""
    sides = ([{"id": "m", "skills": ["lead"]}], [{"id": "e"}])
    scores = scored(sides, [r.Same("mood")], [r.Covers("topic", by="skills"), r.Same("town", label="near")])
    assert scores.forbidding("m", "e") == (
        Forbidden("Covers('topic')", unknown=True, private=True),
        Forbidden("near", unknown=True),
    )


def test_nobody_is_matched_with_themselves() -> None:
    """The same id on both sides is one person, also where one side wrote a number and the other its text."""
    sides = ([{"id": 7, "town": "Ulm"}], [{"id": "7", "town": "Ulm"}, {"id": "8", "town": "Ulm"}])
    scores = scored(sides, [r.Same("town")])
    assert scores.to_numpy().tolist() == [[-1, 10_000]]
    assert scores.forbidding(7, "7") == (Forbidden("same person"),)
    assert scores.removals("mentee", "7") == (Removal("same person", 1),)
    assert scores.source(np.array([0]), np.array([1, 0])).rows(0, 1).tolist() == [[10_000, -1]]


def test_the_best_mentors_come_first_and_ties_by_the_hash_of_the_id() -> None:
    """Equal points are settled by no alphabet and no table order."""
    mentors = [{"id": name, "town": "Ulm"} for name in ("ada", "bo", "cy", "dee")] + [{"id": "eve", "town": "Bonn"}]
    scores = scored((mentors, [{"id": "kay", "town": "Ulm"}]), [r.Same("town")])
    order = canonical_order(["ada", "bo", "cy", "dee"])
    expected = [(("ada", "bo", "cy", "dee")[k], 10_000) for k in order]
    for k, wanted in ((3, expected[:3]), (9, [*expected, ("eve", 0)]), (0, [])):
        assert [(one.mentor, one.points) for one in scores.top("kay", k)] == wanted


@pytest.mark.parametrize("sides", [([], []), ([{"id": "m"}], []), ([], [{"id": "e"}])])
def test_empty_sides_have_empty_scores(sides: Any) -> None:
    """Nobody on a side is no error."""
    scores = scored(sides, MANY, [r.Differs("department")])
    assert scores.to_numpy().shape == scores.shape == (len(sides[0]), len(sides[1]))
    assert "allowed pairs  0 of 0" in str(scores)
    assert scores.norms


def through_pickle(value: Any) -> Any:
    """What another process gets."""
    return pickle.loads(pickle.dumps(value))


@pytest.mark.parametrize("copied", [through_pickle, copy.deepcopy, copy.copy])
@pytest.mark.parametrize("used", [False, True], ids=["fresh", "used"])
def test_scores_are_copied_and_sent_to_another_process(copied: Any, used: bool) -> None:
    """A copy says the same of every pair, keeps the norms it was given and can be weighed anew; caches stay behind."""
    mentors, mentees = strategies.seeded(7, 6, 8)
    cohort = strategies.cohort(mentors, [*mentees, {"id": "m1"}])
    eligible = [r.Eligible("mentee", "years", at_least=0.2, if_unknown="allow", reason="too new")]
    for norms in (None, {"town": 0.25, "goals": 0.5}):
        scores = score(cohort, MANY, [r.Differs("department", if_unknown="allow")], norms, eligibility=eligible)
        if used:
            assert scores.to_numpy().shape == (6, 9)
            assert scores.reweighted({"goals": 1}).to_numpy().shape == (6, 9)
            assert scores.top("m1", 2) is not None
            assert scores.norms
        again = copied(scores)
        assert again.norms == scores.norms
        np.testing.assert_array_equal(again.to_numpy(), scores.to_numpy())
        lighter = {"goals": 0.5, "near": 0}
        np.testing.assert_array_equal(again.reweighted(lighter).to_numpy(), scores.reweighted(lighter).to_numpy())
        assert str(again) == str(scores)
        assert str(again.cohort) == str(cohort)
        assert again.ineligible("mentee") == scores.ineligible("mentee")
        for mentor, mentee in itertools.product(scores.mentors, scores.mentees):
            assert again.parts(mentor, mentee) == scores.parts(mentor, mentee)
            assert again.forbidding(mentor, mentee) == scores.forbidding(mentor, mentee)
    assert len(pickle.dumps(scores)) < 60_000


@pytest.mark.parametrize("copied", [through_pickle, copy.deepcopy, copy.copy])
@pytest.mark.parametrize("used", [False, True], ids=["fresh", "used"])
def test_own_scores_are_copied_and_sent_to_another_process(copied: Any, used: bool) -> None:
    """The same for an array and for pairs; and what a copy hands out can be changed as little as the original."""
    array = ScoreMatrix.from_array([[1, 2], [3, 4]], ["a", "b"], ["b", "c"], same_people=True)
    pairs = ScoreMatrix.from_pairs([0, 1], [1, 0], [5, 7])
    for scores in (array, pairs):
        if used:
            assert str(scores)
        again = copied(scores)
        np.testing.assert_array_equal(again.to_numpy(), scores.to_numpy())
        assert (again.mentors, again.mentees, again.norms) == (scores.mentors, scores.mentees, {})
        with pytest.raises(ValueError, match="read-only"):
            again._cells.view(np.arange(2), np.arange(2)).rows(0, 2)[0, 0] = 1
        with pytest.raises(ValueError, match="read-only"):
            again.source().rows(0, 2)[0, 0] = 1
    assert copied(array).forbidding("b", "b") == (Forbidden("same person"),)


def test_norms_that_are_read_are_nobody_elses() -> None:
    """Who changes the norms they were given changes no score."""
    scores = scored(([{"id": "m", "town": "Ulm"}], [{"id": "e", "town": "Ulm"}, {"id": "f"}]), [r.Same("town")])
    scores.norms["town"] = 0.0
    assert scores.norms == {"town": 1.0}
    assert scores.points("m", "f") == 10_000


def test_printing_shows_no_answers() -> None:
    """The text has the shape, the share of allowed pairs and the range of points."""
    sides = (
        [{"id": "m", "town": "Secretville"}, {"id": "n", "town": "Bonn"}],
        [{"id": "e", "town": "Secretville"}, {"id": "f"}],
    )
    scores = scored(sides, [r.Same("town", missing=0.25)], [r.Same("town", if_unknown="allow")])
    assert str(scores) == (
        "Scores of 2 mentors and 2 mentees\n"
        "=================================\n"
        "\n"
        "allowed pairs  3 of 4 (75%)\n"
        "points         2,500 to 10,000"
    )
    assert repr(scores) == "ScoreMatrix(2 mentors, 2 mentees)"


@pytest.mark.parametrize("person", ["adda", "", None, 3.5, True])
def test_unknown_people_are_told(person: Any) -> None:
    """Asking about somebody who is not there is our error with a suggestion, never a KeyError."""
    scores = scored(([{"id": "ada"}], [{"id": "kay"}]), [r.Same("town")])
    calls: list[Callable[[], object]] = [
        lambda: scores.points(person, "kay"),
        lambda: scores.parts("ada", person),
        lambda: scores.top(person, 1),
        lambda: scores.block([person], []),
        lambda: scores.removals("mentor", person),
    ]
    for call in calls:
        with pytest.raises(ChoiceError):
            call()
    with pytest.raises(ChoiceError, match="did you mean 'ada'"):
        scores.points("adda", "kay")


def test_rules_that_do_not_fit_are_all_told_at_once() -> None:
    """One error lists what every rule and condition lacks, names given twice and weights that are all 0."""
    rules = [r.Same("twon", weight=0), r.Same("mood", weight=0), r.Differs("mood", weight=0), "Same('town')"]
    conditions = [r.Close("years"), r.Same("town"), r.Same("town"), r.Differs("town", label="near")]
    with pytest.raises(ProgramError) as error:
        scored(([], []), rules, conditions)
    assert [finding.code for finding in error.value.findings] == [
        "question_unknown",
        "not_a_rule",
        "label_repeated",
        "condition_within",
        "label_repeated",
        "no_weight",
    ]
    assert [finding.code for finding in check_rules(plainly.QUESTIONNAIRE, [])] == ["no_weight"]
    assert [finding.code for finding in check_rules(plainly.QUESTIONNAIRE, MANY, 3)] == ["conditions"]
    assert check_rules(plainly.QUESTIONNAIRE, MANY, [r.Differs("department")]) == []


def test_what_two_have_in_common_is_said() -> None:
    """The picks of both, and in words where there are none."""
    mentees = [{"id": "e", "interests": ["music", "food"]}, {"id": "f", "interests": ["food"]}]
    scores = scored(([{"id": "m", "interests": ["chess", "music"]}], mentees), [r.Shares("interests")])
    assert [scores.parts("m", mentee)[0].said for mentee in ("e", "f")] == ["in common: music", "nothing in common"]
