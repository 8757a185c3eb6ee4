"""Own scores: what an array or a list of pairs means, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mentormatch.errors import ChoiceError, ProgramError
from mentormatch.scores import Forbidden, Removal, ScoreMatrix


def test_whole_numbers_are_points() -> None:
    """Integers count as points as they are, rows are mentors."""
    scores = ScoreMatrix.from_array([[8, 9], [5, 4]], ["a", "b"], ["x", "y"])
    assert scores.points("a", "y") == 9
    assert [(one.mentor, one.points) for one in scores.top("y", 2)] == [("a", 9), ("b", 4)]
    assert scores.to_numpy().dtype == np.int32
    assert (scores.cohort, dict(scores.norms), scores.parts("a", "y"), scores.coverage("a", "y")) == (None, {}, (), 1)
    assert scores.source().max_points == 9


def test_floats_up_to_one_are_shares_of_a_perfect_pair() -> None:
    """1.0 is 10,000 points; between two points the nearest wins, and halves go to the even one."""
    scores = ScoreMatrix.from_array([[0.0, 1.0, 0.35], [0.03125, 0.09375, 0.12344]])
    assert scores.to_numpy().tolist() == [[0, 10_000, 3_500], [312, 938, 1_234]]
    assert ScoreMatrix.from_array(np.array([[0.35]], dtype=np.float32)).points("0", "0") == 3_500


def test_other_floats_need_a_unit() -> None:
    """A float beyond 1 says nothing of points, so the unit must be given and is never guessed."""
    with pytest.raises(ProgramError, match="points_per_unit"):
        ScoreMatrix.from_array([[0.5, 3.2]])
    assert ScoreMatrix.from_array([[0.5, 3.2]], points_per_unit=100).to_numpy().tolist() == [[50, 320]]
    assert ScoreMatrix.from_array([[1, 3]], points_per_unit=2.5).to_numpy().tolist() == [[2, 8]]
    assert ScoreMatrix.from_array([[2**40]], points_per_unit=3).points(0, 0) == 3 * 2**40
    for unit in (10**30, 1e30):
        assert ScoreMatrix.from_array([[0]], points_per_unit=unit).points(0, 0) == 0
        with pytest.raises(ProgramError, match=r"^values: expected less than 35,184,372,088,832 points for a pair$"):
            ScoreMatrix.from_array([[0, 1]], points_per_unit=unit)


def test_what_is_not_allowed_is_not_read() -> None:
    """Any value, NaN and negative ones included, may stand where a pair is not allowed; the pair is -1."""
    values = [[0.5, np.nan], [-3.0, np.inf]]
    scores = ScoreMatrix.from_array(values, allowed=[[True, False], [False, False]])
    assert scores.to_numpy().tolist() == [[5_000, -1], [-1, -1]]
    assert scores.forbidding("0", "1") == (Forbidden("the table of scores"),)
    assert scores.removals("mentor", "1") == (Removal("the table of scores", 2),)
    assert scores.removals("mentee", "0") == (Removal("the table of scores", 1),)
    again = ScoreMatrix.from_array(scores.to_numpy(), allowed=scores.to_numpy() >= 0)
    np.testing.assert_array_equal(again.to_numpy(), scores.to_numpy())


def test_equal_ids_are_different_people_unless_said_otherwise() -> None:
    """Default ids are positions, so mentor "0" may well lead mentee "0"; same_people=True makes them one person."""
    values = [[1, 2], [3, 4]]
    assert (ScoreMatrix.from_array(values).to_numpy() >= 0).all()
    one = ScoreMatrix.from_array(values, ["a", "b"], ["b", "c"], same_people=True)
    assert one.to_numpy().tolist() == [[1, 2], [-1, 4]]
    assert one.forbidding("b", "b") == (Forbidden("same person"),)
    assert one.removals("mentee", "b") == (Removal("same person", 1),)
    pairs = ScoreMatrix.from_pairs([0, 1, 1], [1, 0, 1], [2, 3, 4], ["a", "b"], ["b", "c"], same_people=True)
    assert pairs.to_numpy().tolist() == [[-1, 2], [-1, 4]]


def test_large_points_stay_whole() -> None:
    """Points beyond 32 bits are kept exactly, and what would overflow totals is refused."""
    assert ScoreMatrix.from_array([[2**45 - 1, 0]]).points(0, 0) == 2**45 - 1
    for values in ([[2**45]], [[2**70]], np.array([[2**64 - 1]], dtype=np.uint64)):
        with pytest.raises(ProgramError):
            ScoreMatrix.from_array(values)


@pytest.mark.parametrize(
    ("values", "settings", "codes"),
    [
        ([[True, False]], {}, ["scores_type"]),
        ([[1, True]], {}, ["scores_type"]),
        (np.array([[True]]), {}, ["scores_type"]),
        ([["1"]], {}, ["scores_type"]),
        ([[None, 1]], {}, ["scores_type"]),
        ([[1j]], {}, ["scores_type"]),
        (np.ma.masked_array([[1, 2]], mask=[[0, 1]]), {}, ["scores_type"]),
        ([1, 2], {}, ["scores_shape"]),
        (3, {}, ["scores_shape"]),
        ([[[1]]], {}, ["scores_shape"]),
        ([[1, 2], [3]], {}, ["scores_shape"]),
        ([[-1, 2]], {}, ["scores_negative"]),
        ([[0.1, np.nan, np.inf, -0.5]], {}, ["scores_nan", "scores_infinite", "scores_negative"]),
        ([[np.nan]], {"allowed": [[True]]}, ["scores_nan"]),
        ([[1, 2]], {"allowed": [[True]]}, ["scores_shape"]),
        ([[1, 2]], {"allowed": [[1, 0]]}, ["scores_type"]),
        ([[1.5]], {}, ["scores_unit"]),
        ([[1]], {"points_per_unit": 0}, ["points_per_unit"]),
        ([[1]], {"points_per_unit": np.nan}, ["points_per_unit"]),
        ([[1]], {"points_per_unit": "3"}, ["points_per_unit"]),
        ([[1]], {"points_per_unit": True}, ["points_per_unit"]),
        ([[1e30]], {"points_per_unit": 1e30}, ["scores_too_large"]),
        ([[1, 2]], {"mentees": ["x"]}, ["scores_ids"]),
        ([[1, 2]], {"mentees": ["x", " x "]}, ["id_repeated"]),
        ([[1, 2]], {"mentees": ["7", 7], "mentors": ["a", "b"]}, ["scores_ids", "id_repeated"]),
        ([[1]], {"mentors": [1.0]}, ["id_kind"]),
        ([[1]], {"mentors": "a"}, ["scores_ids"]),
        ([[1]], {"mentors": 5}, ["scores_ids"]),
        ([[1], [2]], {"mentors": {"a", "b"}}, ["scores_ids"]),
        ([[1], [2]], {"mentors": {"a": 1, "b": 2}}, ["scores_ids"]),
        ([[1]], {"same_people": "no"}, ["same_people"]),
        ([[1]], {"same_people": 1, "mentees": 5}, ["scores_ids", "same_people"]),
    ],
)
def test_arrays_that_cannot_be_meant_are_refused(values: Any, settings: dict[str, Any], codes: list[str]) -> None:
    """Every way to misread an array ends in one error with all findings, never in a quietly different matrix."""
    with pytest.raises(ProgramError) as error:
        ScoreMatrix.from_array(values, **settings)
    assert [finding.code for finding in error.value.findings] == codes


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"mentors": {"a", "b"}},
            "mentors: expected a list of ids in the order of the scores, not a set; a set has no order",
        ),
        (
            {"mentees": frozenset("xy")},
            "mentees: expected a list of ids in the order of the scores, not a frozenset; a set has no order",
        ),
        (
            {"mentors": {"a": 1, "b": 2}},
            (
                "mentors: expected a list of ids in the order of the scores, not a dict; "
                "give a list of its keys if they stand in that order"
            ),
        ),
        ({"mentors": "ab"}, "mentors: expected a list of ids"),
        ({"mentees": 5}, "mentees: expected a list of ids"),
        ({"same_people": "no"}, "same_people: expected True or False"),
    ],
)
def test_what_says_nothing_of_order_or_of_people_is_refused(settings: dict[str, Any], message: str) -> None:
    """Ids of a set would land on rows by their hashes, another way in every run; "no" would mean yes."""
    for make in (
        lambda: ScoreMatrix.from_array([[1, 2], [3, 4]], **settings),
        lambda: ScoreMatrix.from_pairs([0, 1], [0, 1], [1, 2], **settings),
    ):
        with pytest.raises(ProgramError) as error:
            make()
        assert str(error.value) == message


def test_every_list_of_ids_with_an_order_will_do() -> None:
    """The keys of a dict, arrays and generators stand in an order."""
    keys = {"a": 1, "b": 2}.keys()
    for ids in (keys, np.array(["a", "b"]), iter("ab"), ("a", "b")):
        assert ScoreMatrix.from_array([[1], [2]], mentors=ids).mentors == ("a", "b")
    assert ScoreMatrix.from_pairs([0, 1], [0, 0], [1, 2], keys, iter("x")).points("b", "x") == 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda scores: scores.top("1", "3"), "k: expected a whole number from 0"),
        (lambda scores: scores.top("1", 2.5), "k: expected a whole number from 0"),
        (lambda scores: scores.top("1", True), "k: expected a whole number from 0"),
        (lambda scores: scores.top("1", -1), "k: expected a whole number from 0"),
        (lambda scores: scores.block(None, ["1"]), "mentors: expected a list of ids"),
        (lambda scores: scores.block(["0"], 1), "mentees: expected a list of ids"),
        (lambda scores: scores.block("0", ["1"]), "mentors: expected a list of ids"),
        (
            lambda scores: scores.block(["0"], {"0", "1"}),
            "mentees: expected a list of ids in the order of the scores, not a set; a set has no order",
        ),
    ],
)
def test_questions_to_scores_that_cannot_be_meant_are_refused(call: Any, message: str) -> None:
    """A slip in asking is an error of ours that says what is asked for, never a TypeError."""
    with pytest.raises(ChoiceError) as error:
        call(ScoreMatrix.from_array([[8, 9], [5, 4]]))
    assert str(error.value) == message


def test_the_best_of_a_mentee_are_counted_by_any_whole_number() -> None:
    """Numbers of numpy are whole numbers too, and there may be fewer mentors than asked for."""
    scores = ScoreMatrix.from_array([[8, 9], [5, 4]])
    assert [(one.mentor, one.points) for one in scores.top("1", np.int64(1))] == [("0", 9)]
    assert (len(scores.top("1", 0)), len(scores.top("1", 99))) == (0, 2)


def test_two_mistakes_are_told_together() -> None:
    """Whoever mends the one finds the other in the same message, and its first line says how many there are."""
    with pytest.raises(ProgramError) as error:
        ScoreMatrix.from_array([[-1, 2]], mentors=["ada"], mentees=["tim", "tim"])
    assert str(error.value) == (
        "2 things about the scores cannot be meant as written:\n"
        "  mentee 'tim': expected every id once, not 2 times\n"
        "  values: 1 value is below 0; say with allowed= which pairs are possible"
    )


def test_negative_scores_get_the_way_out() -> None:
    """Who writes -1 for "impossible" is told to use allowed=."""
    with pytest.raises(ProgramError, match="1 value is below 0; say with allowed= which pairs are possible"):
        ScoreMatrix.from_array([[-1, 2]])


@pytest.mark.parametrize(
    ("call", "codes"),
    [
        (([0, 0], [1, 1], [3, 4]), ["scores_pair_repeated"]),
        (([0], [1, 1], [3, 4]), ["scores_shape"]),
        (([0.0], [1], [3]), ["scores_type"]),
        (([True], [1], [3]), ["scores_type"]),
        (([-1], [1], [3]), ["scores_index"]),
        (([0], [2], [3], ["a"], ["x", "y"]), ["scores_index"]),
        (([2**60], [2], [3]), ["scores_index"]),
        (([0], [0], [-3]), ["scores_negative"]),
        (([0], [0], [True]), ["scores_type"]),
        (([0], [0], [[1]]), ["scores_shape"]),
        (([0, 1], [0, 0], [1, 2], ["a", "a"]), ["id_repeated"]),
        (([0], [0], [3], {"a"}, 5), ["scores_ids", "scores_ids"]),
        (([0], [0], [3], "a"), ["scores_ids"]),
    ],
)
def test_pairs_that_cannot_be_meant_are_refused(call: Any, codes: list[str]) -> None:
    """The same for lists of pairs, with pairs given twice and positions of nobody."""
    with pytest.raises(ProgramError) as error:
        ScoreMatrix.from_pairs(*call)
    assert [finding.code for finding in error.value.findings] == codes


@given(
    hnp.arrays(np.int64, st.tuples(st.integers(0, 6), st.integers(0, 6)), elements=st.integers(-1, 5)),
    st.randoms(use_true_random=False),
)
def test_pairs_and_arrays_are_the_same_scores(points: Any, shuffle: Any) -> None:
    """A sparse matrix gives what the dense one gives, in any order of rows and columns and in blocks of any height."""
    dense = ScoreMatrix.from_array(points, allowed=points >= 0)
    mentor, mentee = np.nonzero(points >= 0)
    order = shuffle.sample(range(len(mentor)), len(mentor))
    ids = [[str(k) for k in range(size)] for size in points.shape]
    sparse = ScoreMatrix.from_pairs(mentor[order], mentee[order], points[points >= 0][order], *ids)
    np.testing.assert_array_equal(dense.to_numpy(), points)
    np.testing.assert_array_equal(sparse.to_numpy(), points)
    rows, columns = (np.array(shuffle.sample(range(size), size), dtype=np.intp) for size in points.shape)
    wanted = points[np.ix_(rows, columns)]
    for scores in (dense, sparse):
        np.testing.assert_array_equal(scores.source(rows, columns).rows(0, len(rows)), wanted)
        np.testing.assert_array_equal(scores._cells.view(rows, columns).rows(1, 4), wanted[1:4])
        assert scores.source(rows, columns).max_points == max(0, points.max(initial=0))
        assert [scores.block([m], ids[1]).tolist()[0] for m in ids[0]] == points.tolist()
        assert scores.removals("mentor", "0") if len(points) and (points[0] < 0).any() else True
    assert str(dense) == str(sparse)


def test_sparse_scores_take_the_memory_of_their_pairs() -> None:
    """A hundred thousand people a side with three pairs are no array of ten thousand million scores."""
    scores = ScoreMatrix.from_pairs([5, 99_999, 7], [3, 0, 99_999], [0.5, 1.0, 0.25])
    assert scores.shape == (100_000, 100_000)
    assert (scores.points("5", "3"), scores.points("0", "0"), scores.points(99_999, 0)) == (5_000, -1, 10_000)
    assert scores.source().rows(5, 6).shape == (1, 100_000)


def test_inputs_stay_untouched() -> None:
    """The arrays given are copied, so later changes to them change no score."""
    values = np.array([[1, 2], [3, 4]])
    before = values.copy()
    scores = ScoreMatrix.from_array(values)
    np.testing.assert_array_equal(values, before)
    values[:] = 9
    np.testing.assert_array_equal(scores.to_numpy(), before)
