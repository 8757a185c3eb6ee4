"""What the score matrix does where it is asked for little, for much, or for what has no meaning."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import plainly
import pytest
import strategies
from hypothesis import given, settings
from hypothesis import strategies as st

from mentormatch import ScoreMatrix, pairwise
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch import scores as scores_module
from mentormatch.cohort import Cohort
from mentormatch.compiled import rounded
from mentormatch.errors import ProgramError
from mentormatch.questionnaire import Questionnaire
from mentormatch.scores import check_rules, score

RULES = [r.Covers("goals", by="skills", weight=3), r.Shares("interests"), r.Close("mood", weight=2)]
CONDITIONS = [r.Differs("department", if_unknown="allow")]


def matrix(kind: str, seed: int = 1) -> ScoreMatrix:
    """Scores of 5 mentors and 7 mentees from rules, from an array or from pairs, the same points each time."""
    ruled = score(strategies.cohort(*strategies.seeded(seed, 5, 7)), RULES, CONDITIONS)
    if kind == "rules":
        return ruled
    points = ruled.to_numpy()
    if kind == "array":
        return ScoreMatrix.from_array(np.maximum(points, 0), ruled.mentors, ruled.mentees, allowed=points >= 0)
    rows, columns = np.nonzero(points >= 0)
    return ScoreMatrix.from_pairs(rows, columns, points[rows, columns], ruled.mentors, ruled.mentees)


@pytest.mark.parametrize("kind", ["rules", "array", "pairs"])
@pytest.mark.parametrize("asked_before", ["nothing", "all", "all, and nothing may be kept", "in two orders"])
def test_points_of_single_pairs_are_those_of_the_matrix(kind: str, asked_before: str) -> None:
    """Whether everything, nothing or another order was asked for before, pairs have the points they have."""
    rng = np.random.default_rng(3)
    scores, whole = matrix(kind), matrix(kind).to_numpy()
    if asked_before == "all":
        assert np.array_equal(scores.to_numpy(), whole)
    elif asked_before == "all, and nothing may be kept":
        scores.source(most=0).rows(0, 5)
    elif asked_before == "in two orders":
        scores.source(rng.permutation(5), rng.permutation(7)).rows(0, 5)
        scores.source(rng.permutation(5), rng.permutation(7), most=0).rows(0, 5)
    at = [(j, i) for j in range(5) for i in range(7) if rng.random() < 0.6]
    found = scores.points_of([(scores.mentors[j], scores.mentees[i]) for j, i in at])
    assert found.tolist() == [whole[pair] for pair in at]
    assert scores.points_of([]).tolist() == []
    assert [scores.points(scores.mentors[j], scores.mentees[i]) for j, i in at] == found.tolist()


@settings(max_examples=60)
@given(st.sampled_from(["rules", "array", "pairs"]), st.integers(0, 2**32), st.sampled_from([None, 0, 60, 2**20]))
def test_any_part_in_any_order_is_cut_from_the_whole(kind: str, seed: int, most: int | None) -> None:
    """Rows, columns, slices and people taken from a source are those of the matrix, however much may be kept."""
    rng = np.random.default_rng(seed)
    scores = matrix(kind)
    whole = matrix(kind).to_numpy()
    rows, columns = rng.permutation(5), rng.permutation(7)
    if rng.random() < 0.3:
        rows, columns = np.arange(5), np.arange(7)
    source, expected = scores.source(rows, columns, most), whole[np.ix_(rows, columns)]
    top, bottom, first, last = (int(n) for n in (*np.sort(rng.integers(0, 6, 2)), *np.sort(rng.integers(0, 8, 2))))
    assert source.shape == (5, 7)
    assert source.max_points >= max(0, whole.max())
    for _ in range(2):  # the second time from what was kept
        assert np.array_equal(source.rows(top, bottom, first, last), expected[top:bottom, first:last])
        assert np.array_equal(source.rows(top, bottom), expected[top:bottom])
    some, others = np.sort(rng.permutation(5)[:3]), rng.permutation(7)[:4]
    for part, of in (
        (source.take(some, others), expected[np.ix_(some, others)]),
        (source.take(some, slice(first, last)), expected[some, first:last]),
    ):
        assert part.shape == of.shape
        assert np.array_equal(part.rows(0, 3), of)
        again = part.take(np.array([2, 0]), slice(None))
        assert np.array_equal(again.rows(0, 2), of[[2, 0]])
    assert (scores.source(rows, columns) is source) == (scores.source(rows, columns, most) is source)


def test_rows_that_are_kept_are_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a large matrix from rules those rows are kept that were asked for, where two bytes for each pair fit."""
    monkeypatch.setattr(scores_module, "KEPT", 10)
    whole = matrix("rules").to_numpy()
    for most, kept in ((2 * 35, True), (2 * 35 - 1, False)):
        scores = matrix("rules")
        source = scores.source(most=most)
        computed: list[tuple[int, int]] = []
        inner = source._source  # type: ignore[attr-defined]

        def rows(*part: Any, inner: Any = inner.rows, told: Any = computed) -> Any:
            told.append(part)
            return inner(*part)

        object.__setattr__(inner, "rows", rows)
        for part in ((1, 3), (0, 4), (2, 5), (0, 5)):
            assert np.array_equal(source.rows(*part), whole[slice(*part)])
        assert computed == (
            [(1, 3), (0, 1), (3, 4), (4, 5)] if kept else [(*p, 0, None) for p in ((1, 3), (0, 4), (2, 5), (0, 5))]
        )


def test_own_scores_are_wholly_public_and_have_no_rules() -> None:
    """Nothing about own scores is private, judged in part or weighed, and they may go to other processes."""
    own = matrix("array")
    for mentee in own.mentees:
        assert np.array_equal(own.of_mentee(mentee, public=True), own.of_mentee(mentee))
    assert own.unpicklable() == ()
    assert own.ineligible("mentor") == {}
    assert own.coverage(own.mentors[0], own.mentees[0]) == 1.0
    assert own.parts(own.mentors[0], own.mentees[0]) == ()
    with pytest.raises(ProgramError) as refused:
        own.reweighted({"goals": 2})
    assert str(refused.value) == (
        "own scores have no rules to weigh anew; weigh your own numbers and make a ScoreMatrix of them"
    )


def test_weights_are_a_mapping_from_names() -> None:
    """Everything else is refused in words, all findings at once."""
    scores = matrix("rules")
    with pytest.raises(ProgramError) as refused:
        scores.reweighted([("goals", 2)])  # type: ignore[arg-type]
    assert str(refused.value) == "weights: expected a mapping of rules' labels to weights"
    with pytest.raises(ProgramError) as refused:
        scores.reweighted({"gaols": 2, "interests": -1})
    assert [(found.code, found.where, found.hint) for found in refused.value.findings] == [
        ("unknown_label", "gaols", "did you mean 'goals'?"),
        ("rule_weight", "rule Shares('interests')", ""),
    ]


def test_rules_that_are_no_list_are_found_beside_the_rest() -> None:
    """A rule in place of a list is one finding, and conditions and eligibility are looked at all the same."""
    found = check_rules(plainly.QUESTIONNAIRE, r.Same("town"), [3], eligibility=None)  # type: ignore[arg-type, list-item]
    assert [(one.code, one.where, one.expected) for one in found] == [
        ("rules", "rules", "expected a list of rules"),
        ("not_a_rule", "conditions[0]", "expected a condition, not int"),
        ("eligibility", "eligibility", "expected a list of Eligible conditions"),
    ]


class Refused:
    """Something that numpy cannot read."""

    def __array__(self, *_: object, **__: object) -> np.ndarray:
        """No array."""
        raise ValueError


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([[1, 2], [3]], "values: expected rows of equal length"),
        (Refused(), "values: expected rows of equal length"),
        ([[1, True]], "values: expected an array of numbers; write True as 1 if it is a point"),
        ([[1, None]], "values: expected an array of numbers; NaN stands for what is not allowed"),
        ([["1", "2"]], "values: expected an array of numbers"),
        ([[1j, 2]], "values: expected an array of numbers"),
        ([1, 2], "values: expected an array of 2 axes, not of 1"),
        ([[[1]]], "values: expected an array of 2 axes, not of 3"),
        ([[-1, -2]], "values: 2 values are below 0; say with allowed= which pairs are possible"),
        ([[-1, 2]], "values: 1 value is below 0; say with allowed= which pairs are possible"),
        ([[float("inf"), 2.0]], "values: 1 value is infinite; say with allowed= which pairs are possible"),
        ([[1.5, 2.0]], "values: floats outside [0, 1] have no unit of their own; give points_per_unit="),
        ([[2**45, 1]], "values: expected less than 35,184,372,088,832 points for a pair"),
        (np.ma.masked_array([[1, 2]]), "values: expected an array without a mask; give its data as values and the"),
    ],
)
def test_values_that_cannot_be_meant_are_refused_in_words(values: Any, expected: str) -> None:
    """The finding names the argument, what was expected and the way out."""
    with pytest.raises(ProgramError) as refused:
        ScoreMatrix.from_array(values)
    assert str(refused.value).startswith(expected)


def test_an_empty_list_is_an_array_of_nobody() -> None:
    """No mentors, or mentors and no mentees, of whatever type numpy takes nothing to be."""
    assert ScoreMatrix.from_array(np.zeros((0, 3), dtype=object)).shape == (0, 3)
    assert ScoreMatrix.from_array([[], []]).shape == (2, 0)
    assert ScoreMatrix.from_array([[], []], allowed=[[], []]).to_numpy().shape == (2, 0)
    assert ScoreMatrix.from_pairs([], [], [], ["a"], ["b", "c"]).to_numpy().tolist() == [[-1, -1]]


def test_the_largest_points_are_held_and_the_width_follows() -> None:
    """One below the limit is a score; numbers are 64 bits wide only where 32 do not suffice."""
    assert ScoreMatrix.from_array([[2**45 - 1, 0]]).to_numpy().tolist() == [[2**45 - 1, 0]]
    for largest, width in ((2**31 - 1, np.int32), (2**31, np.int64)):
        scores = ScoreMatrix.from_array([[largest, 1]])
        assert scores.to_numpy().dtype == width
        assert scores.max_points == largest
        assert scores.source().rows(0, 1)[0, 0] == largest
    assert ScoreMatrix.from_array([[0, 0]], points_per_unit=10**30).to_numpy().tolist() == [[0, 0]]
    assert ScoreMatrix.from_array([[0.5, 1.5]], points_per_unit=1).to_numpy().tolist() == [[0, 2]]


@pytest.mark.parametrize(("size", "limit", "fits"), [(35 * 4, 35 * 4, True), (35 * 4, 35 * 4 - 1, False)])
def test_all_points_are_refused_where_they_take_more_than_may_be(size: int, limit: int, fits: bool) -> None:
    """The size is known before anything is computed, in bytes, and said."""
    scores = matrix("rules")
    if fits:
        assert scores.to_numpy(limit).nbytes == size
        return
    with pytest.raises(ProgramError) as refused:
        scores.to_numpy(limit)
    assert str(refused.value) == (
        "to_numpy: the scores of 5 mentors and 7 mentees would take 140 bytes, more than 139; block() gives some of "
        "them, top() the best mentors of a mentee, and memory_limit= raises the limit"
    )


def test_what_is_printed_counts_pairs_and_says_the_range() -> None:
    """How many pairs are allowed, of how many, and the lowest and highest points; no points where there are none."""
    assert str(ScoreMatrix.from_array([[3, 9, 0]], allowed=[[True, True, False]])).splitlines()[3:] == [
        "allowed pairs  2 of 3 (67%)",
        "points         3 to 9",
    ]
    assert str(ScoreMatrix.from_array([[3]], allowed=[[False]])).splitlines()[3:] == ["allowed pairs  0 of 1 (0%)"]
    assert str(ScoreMatrix.from_array(np.zeros((0, 2)))).splitlines()[3:] == ["allowed pairs  0 of 0"]


def test_a_private_rule_alone_leaves_nothing_to_show() -> None:
    """Where all weight is on private answers, what others see is 0 for every pair that is allowed."""
    questionnaire = Questionnaire([q.Scale("mood", 1, 5, private=True), q.Choice("team", ["a", "b"])])
    people = [{"id": f"p{k}", "mood": k + 1, "team": "ab"[k % 2]} for k in range(4)]
    cohort = Cohort.from_records(questionnaire, mentors=people[:2], mentees=people[2:])
    scores = score(cohort, [r.Close("mood")], [r.Differs("team")])
    assert scores.of_mentee("p2", public=True).tolist() == [-1, 0]
    assert scores.of_mentee("p2").tolist() == [-1, 7500]
    mixed = score(cohort, [r.Close("mood"), r.Same("team")])
    assert mixed.of_mentee("p2", public=True).tolist() == [10_000, 0]


def test_pairs_of_nobody_and_positions_outside() -> None:
    """Without ids nobody is there whom no position names; with ids a position outside them is refused in words."""
    assert ScoreMatrix.from_pairs([], [], []).shape == (0, 0)
    assert ScoreMatrix.from_pairs([2], [0], [5]).shape == (3, 1)
    for index, ids, expected in (
        ([0, 2], ["a", "b"], "mentor_index: expected positions from 0 to 1"),
        ([0, -1], ["a", "b"], "mentor_index: expected positions from 0 to 1"),
        ([0, -1], None, "mentor_index: expected positions from 0"),
    ):
        with pytest.raises(ProgramError) as refused:
            ScoreMatrix.from_pairs(index, [0, 0], [1, 2], ids, ["x"])
        assert str(refused.value) == expected
    same = ScoreMatrix.from_pairs([0, 1, 1], [0, 0, 1], [1, 2, 3], ["a", "b"], ["b", "a"], same_people=True)
    assert same.to_numpy().tolist() == [[1, -1], [-1, 3]]
    one = ScoreMatrix.from_pairs([0, 1, 2], [0, 0, 0], [1, 2, 3], ["a", "b", "c"], ["b"], same_people=True)
    assert one.to_numpy().tolist() == [[1], [-1], [3]]


@pytest.mark.parametrize("kind", ["rules", "array", "pairs"])
def test_a_copy_in_another_process_has_the_same_points(kind: str) -> None:
    """Scores and their sources are pickled without what can be computed again."""
    scores, whole = matrix(kind), matrix(kind).to_numpy()
    kept = scores.source()
    kept.rows(0, 5)
    for source in (kept, pickle.loads(pickle.dumps(kept))):
        assert np.array_equal(source.rows(1, 4, 2, 6), whole[1:4, 2:6])
        assert np.array_equal(
            source.take(np.array([3, 0]), np.array([1, 1, 5])).rows(0, 2), whole[[3, 0]][:, [1, 1, 5]]
        )
    copy = pickle.loads(pickle.dumps(scores))
    assert np.array_equal(copy.to_numpy(), whole)
    assert copy.points(scores.mentors[0], scores.mentees[0]) == whole[0, 0]


def test_fine_units_are_rounded_halves_up_in_place_or_not() -> None:
    """Into an array that is given, or into a new one, and given back in both cases."""
    fine = np.array([10_240_000, 512, 511, 0])
    assert rounded(fine).tolist() == [10_000, 1, 0, 0]
    into = np.full(4, 9, dtype=np.int32)
    assert rounded(fine, into) is into
    assert into.tolist() == [10_000, 1, 0, 0]


def test_who_takes_part_decides_before_anything_else_does() -> None:
    """Whom a condition on one person refuses has no allowed pair; how many partners each thing takes is counted."""
    questionnaire = Questionnaire(
        [q.Choice("grade", ["low", "high"], ordered=True), q.Choice("team", ["a", "b"]), q.Scale("mood", 1, 5)]
    )
    cohort = Cohort.from_records(
        questionnaire,
        mentors=[
            {"id": "m0", "grade": "high", "team": "a", "mood": 1},
            {"id": "m1", "grade": "low", "team": "b", "mood": 2},
            {"id": "m2", "team": "a", "mood": 3},
        ],
        mentees=[{"id": "e0", "team": "a", "mood": 1}, {"id": "e1", "mood": 5}, {"id": "m0", "team": "b", "mood": 1}],
    )
    senior = r.Eligible("mentor", "grade", at_least="high", reason="is not senior")
    scores = score(cohort, [r.Close("mood")], [r.Differs("team")], eligibility=[senior])
    assert (scores.to_numpy() >= 0).tolist() == [[False, False, False], [False] * 3, [False] * 3]
    free = score(cohort, [r.Close("mood")], [r.Differs("team", if_unknown="allow")])
    assert (free.to_numpy() >= 0).tolist() == [[False, True, False], [True, True, False], [False, True, True]]
    assert dict(scores.ineligible("mentor")) == {"m1": "is not senior", "m2": "is not senior (the answer is blank)"}
    assert scores.ineligible("mentee") == {}
    own = [(one.title, one.people, one.unknown, one.refuses) for one in scores.removals("mentor", "m2")]
    assert own == [("Differs('team')", 2, 1, None), (scores.forbidding("m2", "e0")[-1].title, 3, 3, "mentor")]
    theirs = [(one.title, one.people, one.unknown, one.refuses) for one in scores.removals("mentee", "m0")]
    assert theirs == [("same person", 1, 0, None), ("Differs('team')", 1, 0, None), (own[1][0], 2, 1, "mentor")]
    found = [(one.unknown, one.refuses, one.reason) for one in scores.forbidding("m1", "e1")]
    assert found == [(True, None, ""), (False, "mentor", "is not senior")]


def test_what_is_kept_of_a_cohort_is_not_taken_for_other_seats_rules_or_people() -> None:
    """Scores of one cohort after another are those of each alone: with other seats, conditions, and people refused."""

    @r.custom("room", uses=["team"], vectorised=True)
    def room(mentors: Any, mentees: Any) -> np.ndarray:
        return (np.minimum(mentors.everybody.capacity, 4) / 4)[:, None] + np.zeros(len(mentees))

    @r.custom("free", uses=["team"], vectorised=True)
    def free(mentors: Any, mentees: Any) -> np.ndarray:
        return (mentors.everybody.capacity > 1)[:, None] & np.ones(len(mentees), dtype=bool)

    questionnaire = Questionnaire([q.Choice("team", ["a", "b"])])

    def people(seats: int) -> Cohort:
        mentors = [{"id": "m0", "team": "a", "capacity": 1}, {"id": "m1", "team": "b", "capacity": seats}]
        return Cohort.from_records(questionnaire, mentors=mentors, mentees=[{"id": "e0", "team": "a"}])

    settings_: list[dict[str, Any]] = [
        {"rules": [room]},
        {"rules": [r.When("team", "a", room)]},
        {"rules": [r.Same("team")], "conditions": [free]},
        {"rules": [r.Same("team")], "conditions": [r.When("team", "a", free)]},
        {"rules": [r.Same("team")], "conditions": [r.Same("team")]},
        {"rules": [r.Same("team")], "eligibility": [r.Eligible("mentor", "team", is_="a", reason="other team")]},
        {"rules": [r.Same("team")]},
    ]
    shared = people(1)
    roomier = shared.with_capacity({"m1": 3})
    for wanted in (*settings_, *settings_[::-1]):
        for cohort, seats in ((shared, 1), (roomier, 3), (shared, 1)):
            found, alone = (score(one, **wanted).to_numpy().tolist() for one in (cohort, people(seats)))
            assert found == alone


@pytest.mark.parametrize("block", [1, 7, 1 << 20])
@pytest.mark.parametrize("kept", [0, 1 << 22])
def test_how_much_is_kept_of_a_rule_changes_neither_norms_nor_points(
    monkeypatch: pytest.MonkeyPatch, block: int, kept: int
) -> None:
    """Rules that are no products are looked at in blocks of any size, whether what they say is kept or not."""
    rules = [r.Shares("interests"), *(replace(rule, label=str(k)) for k, rule in enumerate(strategies.CUSTOM))]
    conditions = [replace(rule, label=str(k)) for k, rule in enumerate(strategies.CONDITIONS[:3])]
    sides = strategies.seeded(5, 9, 6)
    whole = score(strategies.cohort(*sides), rules, conditions)
    points, norms = whole.to_numpy().tolist(), dict(whole.norms)
    monkeypatch.setattr(pairwise, "BLOCK", block)
    monkeypatch.setattr(pairwise, "KEPT", kept)
    again = score(strategies.cohort(*sides), rules, conditions)
    assert dict(again.norms) == norms
    assert again.to_numpy().tolist() == points
