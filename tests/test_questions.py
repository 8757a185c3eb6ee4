"""Questions: what each kind reads, what it refuses, and how it holds a column (convention 1, 5, 10, 11)."""

from __future__ import annotations

import enum
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch import questions as q
from mentormatch.errors import AnswerError, ProgramError
from mentormatch.questions import AnyQuestion, Blanks, Column, Unreadable

SKILLS = ["Leadership", "Public speaking", "Python"]

EVERY_KIND: list[AnyQuestion] = [
    q.Choice("grade", ["EO", "HEO", "SEO"], ordered=True),
    q.MultiChoice("skills", SKILLS, at_most=2),
    q.Scale("bluntness", 1, 5),
    q.Number("experience", unit="years", minimum=0),
    q.Text("about"),
    q.Reference("manager"),
    q.Ranking("criteria", SKILLS),
]

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.binary()
    | st.complex_numbers()
    | st.sampled_from([*SKILLS, " Python ", "python", "7", "1_0", "٣", "1e999", "\ud800", "EO", object(), float, b"EO"])
    | st.sampled_from([np.float64("nan"), np.int64(3), np.str_("EO"), np.array([1, 2]), np.bool_(True), np.float32(2)]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=3), inner, max_size=2)
        | st.sets(st.text(max_size=3), max_size=3)
    ),
    max_leaves=6,
)


def refusal(question: AnyQuestion, answer: object) -> str:
    problem = question.read(answer)
    assert isinstance(problem, Unreadable), problem
    hint = question.suggestion(problem)
    return f"{problem.expected}; {hint}" if hint else problem.expected


class TestSettings:
    """Settings that cannot be meant are refused at once, all together."""

    def test_one_error_lists_every_wrong_setting(self) -> None:
        """A question with several mistakes must name them all, or its author fixes them one run at a time."""
        with pytest.raises(ProgramError) as caught:
            q.Choice("id", ["Sales", "sales", ""], asked_of="all", private=1)  # type: ignore[arg-type]
        assert str(caught.value) == (
            "5 settings of the program cannot be meant as written:\n"
            "  question 'id': expected an id other than the reserved fields "
            "'id', 'name', 'capacity', 'minimum_load', 'wants' and 'priority'\n"
            "  question 'id': expected asked_of= to be 'mentor', 'mentee' or 'both'\n"
            "  question 'id': expected private= to be True or False\n"
            "  question 'id': 1 of 3 options is blank or no text\n"
            "  question 'id': expected every option once; 'sales' repeats 'Sales'"
        )

    @pytest.mark.parametrize(
        "make",
        [
            lambda: q.Text(""),
            lambda: q.Text(" \t"),
            lambda: q.Text(7),  # type: ignore[arg-type]
            lambda: q.Text("a\ud800"),
            lambda: q.Text("about", kind="Choice"),  # type: ignore[arg-type]
            lambda: q.Text("about", text=None),  # type: ignore[arg-type]
            lambda: q.Choice("x", []),
            lambda: q.Choice("x", "abc"),
            lambda: q.Choice("x", {"b", "a"}),  # type: ignore[arg-type]
            lambda: q.Choice("x", None),  # type: ignore[arg-type]
            lambda: q.Choice("x", [1, 2]),  # type: ignore[list-item]
            lambda: q.Choice("x", ["Zoë", "Zoe\u0308"]),
            lambda: q.Choice("x", ["a"], ordered="yes"),  # type: ignore[arg-type]
            lambda: q.MultiChoice("x", ["a"], at_most=0),
            lambda: q.MultiChoice("x", ["a"], at_most=True),
            lambda: q.MultiChoice("x", ["a"], at_most="2"),  # type: ignore[arg-type]
            lambda: q.MultiChoice("x", ["a"], at_most=10**5000),
            lambda: q.Scale("x", 5, 1),
            lambda: q.Scale("x", 1.5, 5),  # type: ignore[arg-type]
            lambda: q.Scale("x", "1", "5"),  # type: ignore[arg-type]
            lambda: q.Scale("x", 1, 10**5000),
            lambda: q.Number("x", minimum=float("nan")),
            lambda: q.Number("x", maximum=float("inf")),
            lambda: q.Number("x", minimum=2, maximum=1),
            lambda: q.Number("x", unit=5),  # type: ignore[arg-type]
        ],
    )
    def test_a_setting_that_cannot_be_meant_is_a_program_error(self, make: Any) -> None:
        """A wrong questionnaire must fail where it is written, not when answers are scored."""
        with pytest.raises(ProgramError):
            make()

    @pytest.mark.parametrize("kind", [q.Choice, q.MultiChoice, q.Ranking])
    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (["Sales"] * 2, "question 'x': expected every option once; 'Sales' repeats 'Sales'"),
            (["Sales", "Law", " Sales"], "question 'x': expected every option once; 'Sales' repeats 'Sales'"),
            (["Sales", "SALES"], "question 'x': expected every option once; 'SALES' repeats 'Sales'"),
        ],
    )
    def test_an_option_given_twice_is_refused(self, kind: Any, options: list[str], message: str) -> None:
        """The same text in the same place of memory is a repetition like any other."""
        with pytest.raises(ProgramError) as caught:
            kind("x", options)
        assert str(caught.value) == message

    def test_lists_become_tuples_and_the_given_list_is_kept(self) -> None:
        """A frozen question must not change when its author goes on using the list."""
        options = [" Sales ", "Zoe\u0308"]
        question = q.Choice("department", options)
        options.append("x")
        assert question.options == ("Sales", "Zoë")
        assert hash(question) == hash(q.Choice("department", ["Sales", "Zoë"]))
        assert options == [" Sales ", "Zoe\u0308", "x"]


class TestReading:
    """Each kind reads what it should and refuses the rest with what was expected."""

    @pytest.mark.parametrize("question", EVERY_KIND, ids=lambda question: question.kind)
    @pytest.mark.parametrize(
        "blank",
        [None, "", " \t\n\u00a0", float("nan"), np.float32("nan"), "N/A", " n/a ", [], (), set(), [None, ""], ["n/a"]],
        ids=repr,
    )
    def test_every_spelling_of_a_blank_is_a_blank(self, question: AnyQuestion, blank: object) -> None:
        """Convention 5: an unanswered question must never become an answer or an error, however it is spelled."""
        assert question.read(blank, Blanks(frozenset({"n/a"}))) is None

    def test_blanks_inside_a_list_of_picks_are_dropped(self) -> None:
        """A trailing delimiter or an empty cell among picks must not spoil the others."""
        assert EVERY_KIND[1].read(["Python", None, "", "-"], Blanks(frozenset({"-"}))) == (2,)
        assert refusal(EVERY_KIND[1], ["Python", None, "x"]).startswith("1 of 2 picks")

    @pytest.mark.parametrize("answer", ["EO", " EO\n", np.str_("EO"), enum.StrEnum("Grade", {"LOW": "EO"}).LOW])
    def test_choice_reads_a_text_that_is_an_option(self, answer: object) -> None:
        """Texts of other libraries and of enumerations are texts."""
        assert q.Choice("grade", ["EO", "HEO"]).read(answer) == 0

    def test_options_match_after_normalisation(self) -> None:
        """Convention 1: the same letters typed on two systems are the same option."""
        assert q.Choice("nickname", ["Zoë"]).read("Zoe\u0308") == 0

    @pytest.mark.parametrize(
        ("question", "answer", "message"),
        [
            (q.Choice("grade", ["EO", "HEO"]), "eo", "expected one of the 2 options; did you mean 'EO'?"),
            (q.Choice("grade", ["EO", "HEO"]), "?", "expected one of the 2 options; the options are 'EO' and 'HEO'"),
            (q.Choice("grade", ["EO", "HEO"]), 1, "expected one of the 2 options"),
            (q.Choice("grade", ["EO"]), ["EO"], "expected the only option"),
            (
                q.MultiChoice("skills", SKILLS),
                ["Python", "Publik speaking"],
                "1 of 2 picks is not among the 3 options; did you mean 'Public speaking'?",
            ),
            (q.MultiChoice("skills", SKILLS), [["Python"], 3, True], "3 of 3 picks are not among the 3 options"),
            (q.MultiChoice("skills", SKILLS), {"Python": 1}, "expected a list with any of the 3 options"),
            (q.MultiChoice("skills", SKILLS, at_most=1), SKILLS, "expected at most 1 of the 3 options, not 3"),
            (
                q.MultiChoice("skills", SKILLS),
                "Python; Leadership;",
                (
                    "the pick is not among the 3 options; "
                    "this looks like several picks joined by ';': give a list, or delimiters= to split a table's cells"
                ),
            ),
            (
                q.MultiChoice("skills", SKILLS),
                "Python;",
                (
                    "the pick is not among the 3 options; "
                    "this looks like several picks joined by ';': give a list, or delimiters= to split a table's cells"
                ),
            ),
            (
                q.Ranking("criteria", SKILLS),
                ["python| Pythn"],
                (
                    "the pick is not among the 3 options; "
                    "this looks like several picks joined by '|': give a list, or delimiters= to split a table's cells"
                ),
            ),
            (q.Choice("grade", ["EO", "HEO"]), "EO;", "expected one of the 2 options; did you mean 'EO'?"),
            (
                q.Choice("grade", ["EO", "HEO"]),
                "EO;HEO",
                "expected one of the 2 options; did you mean 'HEO'?",
            ),
            (q.MultiChoice("skills", SKILLS), "Pythn", "the pick is not among the 3 options; did you mean 'Python'?"),
            (q.MultiChoice("skills", ["Python"]), "Law", "the pick is not the only option; the option is 'Python'"),
            (
                q.MultiChoice("skills", SKILLS),
                ["Pythn", "Python", "publik speaking"],
                "2 of 3 picks are not among the 3 options; did you mean 'Python' and 'Public speaking'?",
            ),
            (
                q.MultiChoice("skills", SKILLS),
                ["zzz", "Pythn"],
                "2 of 2 picks are not among the 3 options; did you mean 'Python'?",
            ),
            (
                q.MultiChoice("skills", SKILLS),
                ["pythn", "python", "PYTHN"],
                "3 of 3 picks are not among the 3 options; did you mean 'Python'?",
            ),
            (q.MultiChoice("skills", SKILLS, private=True), "Python;", "the pick is not among the 3 options"),
            (q.Scale("bluntness", 1, 5), 6, "expected a whole number from 1 to 5"),
            (q.Scale("bluntness", 1, 5), "3.5", "expected a whole number from 1 to 5"),
            (q.Scale("bluntness", 1, 5), True, "expected a whole number from 1 to 5"),
            (q.Number("experience", unit="years", minimum=0), -1, "expected a number of years from 0"),
            (q.Number("experience", maximum=2.5), "3", "expected a number up to 2.5"),
            (q.Number("experience"), float("inf"), "expected a number"),
            (q.Number("experience"), "1_0", "expected a number"),
            (q.Number("experience"), "nan", "expected a number"),
            (q.Number("experience"), 10**4000, "expected a number"),
            (q.Text("about"), 7, "expected text"),
            (q.Text("about"), "\udc80", "expected text"),
            (q.Reference("manager"), 7.0, "expected the id of a person"),
            (
                q.Ranking("criteria", SKILLS),
                ["Python", "Python"],
                "expected a ranking of the 3 options, best first, each at most once",
            ),
            (q.Ranking("criteria", SKILLS), {"Python"}, "expected a ranking of the 3 options, best first, as a list"),
        ],
        ids=repr,
    )
    def test_a_wrong_answer_says_what_was_expected(self, question: AnyQuestion, answer: object, message: str) -> None:
        """Convention 10: the message names what fits and the way out."""
        assert refusal(question, answer) == message

    @pytest.mark.parametrize("answer", [4, 4.0, "4", " 4 ", "4.0", "+4", np.int8(4), np.float32(4)], ids=repr)
    def test_scale_reads_the_spellings_of_a_whole_number(self, answer: object) -> None:
        """Tables turn whole numbers into text or, beside blanks, into floats."""
        assert q.Scale("bluntness", 1, 5).read(answer) == 4.0

    def test_number_reads_text_as_tables_give_it(self) -> None:
        """A number in a CSV file is text."""
        read = q.Number("x").read
        assert [read(text) for text in ("7", "3.5", "-0.25", ".5", "1e3")] == [7, 3.5, -0.25, 0.5, 1000]

    def test_a_set_of_wrong_picks_gives_the_same_message_in_every_run(self) -> None:
        """Convention 2: nothing depends on hash seeds, messages included."""
        assert refusal(EVERY_KIND[1], {"pythons", "leaderships", "zzz"}) == (
            "3 of 3 picks are not among the 3 options; did you mean 'Leadership' and 'Python'?"
        )

    @pytest.mark.parametrize("question", EVERY_KIND, ids=lambda question: question.kind)
    @given(answer=anything)
    def test_any_answer_is_a_value_a_blank_or_a_problem(self, question: AnyQuestion, answer: Any) -> None:
        """Whatever a record holds, reading it raises nothing, and what was read can be held."""
        column, problems = question.read_all([answer, None], Blanks(frozenset({"n/a"})))
        assert len(column) == 2
        assert not column.known[1]
        if problems:
            assert not column.known[0]
            assert isinstance(question.suggestion(problems[0]), str)


class TestPrivacy:
    """Convention 10 and 11: what was answered to a private question is in no message and no repr."""

    @given(secret=st.text("QXZ✗", min_size=4, max_size=30))
    def test_no_private_answer_in_a_problem(self, secret: str) -> None:
        """A wrong private answer must not reach a log through the error that refuses it."""
        options = ["abc", secret.lower() if secret.lower() != secret else "def"]
        for question in (
            q.Choice("a", options, private=True),
            q.MultiChoice("a", options, private=True),
            q.Ranking("a", options, private=True),
            q.Scale("a", 1, 5, private=True),
            q.Number("a", private=True),
        ):
            problem = question.read(secret)
            assert isinstance(problem, Unreadable)
            assert secret not in repr(problem) + "".join(problem.wrong) + problem.hint + problem.expected
            assert question.suggestion(problem) == ""


class TestColumn:
    """A column holds answers in a read-only array of the documented type and shape."""

    @pytest.mark.parametrize(
        ("question", "answers", "dtype", "values", "known"),
        [
            (EVERY_KIND[0], ["SEO", None], np.int32, [2, -1], [True, False]),
            (EVERY_KIND[1], [["Python", "Python"], []], np.bool_, [[0, 0, 1], [0, 0, 0]], [True, False]),
            (EVERY_KIND[2], ["4", None], np.float64, [4, np.nan], [True, False]),
            (EVERY_KIND[3], [0, "n"], np.float64, [0, np.nan], [True, False]),
            (EVERY_KIND[6], [["Python", "Leadership"], ""], np.int32, [[2, 0, 1], [0, 0, 0]], [True, False]),
        ],
        ids=lambda value: getattr(value, "kind", None),
    )
    def test_values_and_known(
        self, question: AnyQuestion, answers: list[object], dtype: type, values: list[Any], known: list[bool]
    ) -> None:
        """The rules compute on these arrays; their type, shape and blanks are a promise."""
        column, _ = question.read_all(answers)
        assert column.values.dtype == dtype
        np.testing.assert_array_equal(column.values, values)
        assert column.known.tolist() == known

    def test_texts_and_ids_are_objects(self) -> None:
        """A blank text is None and not the empty text."""
        assert q.Text("about").read_all([" hi ", ""])[0].values.tolist() == ["hi", None]
        assert q.Reference("manager").read_all([7, "n-1"])[0].values.tolist() == ["7", "n-1"]

    def test_an_empty_column_has_its_shape(self) -> None:
        """Empty sides must go through the same code as full ones."""
        for question in EVERY_KIND:
            column, problems = question.read_all([])
            assert len(column) == 0
            assert problems == {}
            assert column.take(np.array([], dtype=int)).values.shape == column.values.shape

    def test_a_column_is_read_only_and_shares_nothing_with_its_maker(self) -> None:
        """Convention 12: values are frozen."""
        given = np.array([1.0, np.nan])
        column = Column(q.Scale("x", 1, 5), given)
        given[0] = 3
        assert column.values[0] == 1
        for array in (column.values, column.known, column.take(np.array([0])).values):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 2

    def test_take_gives_the_rows_in_that_order(self) -> None:
        """Blocks are taken in canonical order, with repeats where asked."""
        column, _ = q.Number("x").read_all([10, None, 30])
        taken = column.take(np.array([2, 1, 2]))
        np.testing.assert_array_equal(taken.values, [30, np.nan, 30])
        assert taken.known.tolist() == [True, False, True]

    def test_repr_shows_counts_only(self) -> None:
        """Convention 11: no answers in a repr."""
        column, _ = q.Text("about").read_all(["secret", None])
        assert repr(column) == "Column('about', 2 people, 1 blank)"

    def test_an_array_of_another_shape_is_refused(self) -> None:
        """A column made by hand with the wrong array must not fail deep inside a rule."""
        with pytest.raises(AnswerError, match="question 'x': expected an array"):
            Column(q.Number("x"), np.array([1, 2]))
