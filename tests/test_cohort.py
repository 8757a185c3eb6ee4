"""The cohort: all mistakes at once, nothing private in a message, inputs unchanged (convention 1, 5, 10, 11, 12)."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch import questions as q
from mentormatch.cohort import Cohort
from mentormatch.errors import AnswerError, ProgramError
from mentormatch.questionnaire import Questionnaire

SKILLS = ["Leadership", "Public speaking", "Python"]
QUESTIONNAIRE = Questionnaire(
    [
        q.MultiChoice("goals", ["Lead a team", "Change career"], asked_of="mentee"),
        q.MultiChoice("skills", SKILLS),
        q.Scale("bluntness", 1, 5),
        q.Choice("department", ["Sales", "Finance"], required=True, asked_of="mentor"),
        q.Text("secret", private=True),
    ],
    blanks=["n/a"],
)
ADA = {"id": "ada", "capacity": 2, "skills": ["Python"], "department": "Sales", "secret": "likes tea"}
TIM = {"id": "tim", "goals": ["Lead a team"], "bluntness": 3}


def refused(call: Callable[[], object]) -> AnswerError:
    with pytest.raises(AnswerError) as caught:
        call()
    assert caught.value.__cause__ is None
    return caught.value


def error_of(mentors: Any = (), mentees: Any = ()) -> AnswerError:
    return refused(lambda: Cohort.from_records(QUESTIONNAIRE, mentors=mentors, mentees=mentees))


class TestMessages:
    """The text of the errors is what a coordinator works with (convention 10)."""

    def test_the_whole_text_of_an_error(self) -> None:
        """Side, id, question, what was expected and the way out, person by person, in one error."""
        error = error_of(
            mentors=[
                {"id": "ada", "capacity": -1, "department": "sales", "goals": ["Lead a team"], "skils": ["Python"]},
                {"id": "bo", "minimum_load": 2, "wants": 1},
            ],
            mentees=[
                {"id": "m-17", "bluntness": 7, "wants": True},
                {"id": "m-31", "skills": ["Python", "Publik speaking", "Leadership"], "secret": 7},
                {"id": 7.5, "bluntness": "n/a"},
                ["m-32"],
                {"id": "m-31", "priority": 1.5},
            ],
        )
        assert str(error) == (
            "15 answers do not fit the questionnaire:\n"
            "  field 'capacity', mentor 'ada': expected a whole number from 0 to 1,000,000\n"
            "  mentor 'ada', question 'goals': mentors are not asked this question\n"
            "  mentor 'ada', question 'department': expected one of the 2 options; did you mean 'Sales'?\n"
            "  mentor 'ada': there is no question or field 'skils'; did you mean 'skills'?\n"
            "  field 'wants', mentor 'bo': wants is a field of mentees only\n"
            "  field 'minimum_load', mentor 'bo': expected at most the capacity, which is 1\n"
            "  mentor 'bo', question 'department': is blank, but an answer is required\n"
            "  field 'wants', mentee 'm-17': expected a whole number from 1 to 1,000,000\n"
            "  mentee 'm-17', question 'bluntness': expected a whole number from 1 to 5\n"
            "  mentee 'm-31', question 'skills': 1 of 3 picks is not among the 3 options; "
            "did you mean 'Public speaking'?\n"
            "  mentee 'm-31', question 'secret': expected text\n"
            "  field 'id', mentee row 3: expected an id as text or a whole number, not a float; "
            "a float may have lost digits, so read the ids as text\n"
            "  mentee row 4: expected a record, which is a mapping of fields to values\n"
            "  mentee 'm-31': expected every id once, but rows 2 and 5 have this one\n"
            "  field 'priority', mentee 'm-31': expected a whole number from -1,000,000 to 1,000,000"
        )
        assert len(error.findings) == 15

    def test_a_finding_is_data_too(self) -> None:
        """A form shows the finding beside the field, so it needs the parts and a stable code."""
        (finding,) = error_of(mentees=[{"id": "kay"}, {"id": "tim", "bluntness": 9}]).findings
        assert finding.to_dict() == {
            "code": "not_on_the_scale",
            "expected": "expected a whole number from 1 to 5",
            "side": "mentee",
            "person": "tim",
            "row": 2,
            "question": "bluntness",
        }

    def test_fifty_mistakes_among_five_hundred_people(self) -> None:
        """One error lists all 50 different mistakes, and the other 450 people go on."""
        people: list[dict[str, Any]] = [
            {"id": f"p{n}", "skills": SKILLS[: n % 3 + 1], "bluntness": n % 5 + 1, "wants": 1} for n in range(500)
        ]
        for n in range(10):
            people[n * 50 + 1]["skills"] = ["Python", f"Publik speakin {n}"]
            people[n * 50 + 2]["bluntness"] = 6 + n
            people[n * 50 + 3]["wants"] = -n
            people[n * 50 + 4][f"skill{n}"] = 1
            people[n * 50 + 5]["id"] = 0.5 + n
        error = error_of(mentees=people)
        assert len(error.findings) == 50
        assert str(error).count("\n") == 50
        assert {finding.row for finding in error.findings} == {n * 50 + 1 + k for n in range(10) for k in range(1, 6)}
        kept = Cohort.from_records(QUESTIONNAIRE, mentees=people, invalid="leave_out")
        assert len(kept.mentees) == 450
        assert kept.findings == error.findings

    def test_a_column_of_wrong_answers_is_refused_whole(self) -> None:
        """A wrongly mapped column is one error with every answer; looking for near words is bounded, or this hangs."""
        people = [{"id": f"p{n}", "skills": ["x" * 5_000 + str(n)], f"key {n}": 1} for n in range(3_000)]
        assert len(error_of(mentees=people).findings) == 6_000


class TestIds:
    """People are known by id (convention 1)."""

    def test_spellings_of_one_id_are_one_id(self) -> None:
        """The text "7", the integer 7 and numpy's 7 are one id, and so are two normal forms of one name."""
        for first, second in [("7", 7), (" 7", np.int64(7)), ("Zoë", "Zoe\u0308"), ("a", "a\n")]:
            (finding,) = error_of(mentees=[{"id": first}, {"id": second}]).findings
            assert finding.code == "id_repeated"
        cohort = Cohort.from_records(QUESTIONNAIRE, mentors=[{**ADA, "id": 7}], mentees=[{"id": "7"}])
        assert cohort.mentors.ids == cohort.mentees.ids == ("7",)

    @pytest.mark.parametrize("bad", [7.0, np.float64(7), True, b"7", None, "", " ", float("nan"), "n/a", [], "\ud800"])
    def test_what_is_no_id_is_refused_with_its_row(self, bad: object) -> None:
        """A float has lost digits already, a bool is a slip, and a blank is nobody."""
        (finding,) = error_of(mentees=[TIM, {"id": bad}]).findings
        assert (finding.row, finding.person, finding.where) == (2, None, "field 'id'")

    def test_everybody_who_has_a_repeated_id_is_left_out(self) -> None:
        """Which of two records is the right one must not depend on their order (convention 2)."""
        people = [{"id": "a", "bluntness": 1}, {"id": "b"}, {"id": "a", "bluntness": 2}, {"id": "a"}]
        cohort = Cohort.from_records(QUESTIONNAIRE, mentees=people, invalid="leave_out")
        assert cohort.mentees.ids == ("b",)
        assert str(cohort.findings[0]) == "mentee 'a': expected every id once, but rows 1, 3 and 4 have this one"


class TestFields:
    """Reserved fields have defaults and bounds."""

    def test_defaults_and_spellings(self) -> None:
        """A blank field is the default; text and whole floats are read, as tables give them."""
        cohort = Cohort.from_records(
            QUESTIONNAIRE,
            mentors=[
                {"id": "a", "department": "Sales"},
                {"id": "b", "department": "Sales", "capacity": "2", "minimum_load": 2.0, "wants": ""},
                {"id": "c", "department": "Sales", "capacity": 0, "minimum_load": 3},
                {"id": "d", "department": "Sales", "capacity": "n/a", "name": " Dee "},
            ],
            mentees=[{"id": "x", "wants": np.int64(2), "priority": "-3", "capacity": None}, {"id": "y"}],
        )
        assert cohort.mentors.capacity.tolist() == [1, 2, 0, 1]
        assert cohort.mentors.minimum_load.tolist() == [0, 2, 3, 0]
        assert cohort.mentors.names == ("", "", "", "Dee")
        assert cohort.mentees.wants.tolist() == [2, 1]
        assert cohort.mentees.priority.tolist() == [-3, 0]
        assert cohort.mentees.capacity.tolist() == [1, 1]
        with pytest.raises(ValueError, match="read-only"):
            cohort.mentors.capacity[0] = 9

    @pytest.mark.parametrize(
        "bad", [True, 1.5, "1.5", "two", -1, 10**7, 10**4000, float("inf"), [2], b"2", np.bool_(1)]
    )
    def test_what_is_no_capacity_is_refused(self, bad: object) -> None:
        """A capacity that is misread gives a mentor seats that they do not have."""
        (finding,) = error_of(mentors=[{**ADA, "capacity": bad}]).findings
        assert finding.code == "capacity"

    @pytest.mark.parametrize("bad", [7, ["Ada"], "\ud800"])
    def test_a_name_is_text(self, bad: object) -> None:
        """A name is shown to people, so it must be text."""
        (finding,) = error_of(mentors=[{**ADA, "name": bad}]).findings
        assert finding.code == "name"


class TestInputs:
    """Whatever is given, the answer is a cohort or one of our errors."""

    @pytest.mark.parametrize("records", ["ada", {"id": "ada"}, 7, None, b"ada"])
    def test_something_else_than_a_list_of_records(self, records: object) -> None:
        """One record without its list is one finding, also where people may be left out."""
        call = lambda: Cohort.from_records(QUESTIONNAIRE, mentees=records, invalid="leave_out")  # type: ignore[arg-type]  # noqa: E731
        (finding,) = refused(call).findings
        assert str(finding) == "mentees: expected a list of records, each a mapping of fields to values"

    def test_a_key_that_is_no_text(self) -> None:
        """csv.DictReader puts the cells of a ragged row under None, which must not pass in silence."""
        (finding,) = error_of(mentees=[{"id": "tim", None: ["x"]}]).findings
        assert str(finding) == "mentee 'tim': expected keys that are text"

    def test_settings_of_the_call(self) -> None:
        """A slip in the call itself is ours too."""
        refused(lambda: Cohort.from_records(QUESTIONNAIRE, invalid="ignore"))  # type: ignore[arg-type]
        with pytest.raises(ProgramError):
            Cohort.from_records([q.Text("about")])  # type: ignore[arg-type]
        cohort = Cohort.from_records(QUESTIONNAIRE, mentees=[TIM])
        refused(lambda: Cohort(QUESTIONNAIRE, cohort.mentees, cohort.mentees))
        refused(lambda: Cohort(QUESTIONNAIRE, cohort.mentors, [TIM]))  # type: ignore[arg-type]

    def test_inputs_are_not_changed(self) -> None:
        """Convention 12: records may be used again, and changing them later changes no cohort."""
        mentors, mentees = [copy.deepcopy(ADA)], [copy.deepcopy(TIM)]
        cohort = Cohort.from_records(QUESTIONNAIRE, mentors=mentors, mentees=mentees)
        assert (mentors, mentees) == ([ADA], [TIM])
        mentors[0]["skills"].append("Leadership")  # type: ignore[attr-defined]
        assert cohort.mentors.column("skills").values.tolist() == [[False, False, True]]

    def test_generators_are_read_and_empty_sides_are_fine(self) -> None:
        """Records may come from a database cursor, and a side may be empty."""
        cohort = Cohort.from_records(QUESTIONNAIRE, mentees=({"id": n} for n in range(3)))
        assert cohort.mentees.ids == ("0", "1", "2")
        assert len(cohort.mentors) == 0
        assert cohort.mentors.column("skills").values.shape == (0, 3)
        assert len(cohort.mentors.take(np.array([], dtype=int))) == 0

    @given(
        st.lists(
            st.one_of(
                st.dictionaries(
                    st.sampled_from(["id", "name", "capacity", "wants", "priority", "goals", "skills", "secret", "x"])
                    | st.integers()
                    | st.text(max_size=3),
                    st.recursive(
                        st.none()
                        | st.booleans()
                        | st.integers()
                        | st.floats()
                        | st.text(st.characters(), max_size=5)
                        | st.binary(max_size=3)
                        | st.sampled_from(["a", "b", "7", 7, "Python", np.array([1, 2]), np.float32("nan"), object()]),
                        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
                        max_leaves=4,
                    ),
                ),
                st.integers(),
                st.text(max_size=3),
            ),
            max_size=5,
        )
    )
    def test_any_records_are_a_cohort_or_an_answer_error(self, records: list[Any]) -> None:
        """The invariant of the door: it reads, or it raises our error with findings that can be printed."""
        kept = Cohort.from_records(QUESTIONNAIRE, mentees=records, invalid="leave_out")
        assert len(kept.mentees) <= len(records)
        try:
            cohort = Cohort.from_records(QUESTIONNAIRE, mentees=records)
        except AnswerError as error:
            assert error.findings == kept.findings
            str(error).encode()
        else:
            assert cohort.mentees.ids == kept.mentees.ids
            assert kept.findings == ()


PRIVATE = Questionnaire(
    [
        q.Choice("a", ["one", "two"], private=True),
        q.MultiChoice("b", ["one", "two"], private=True, at_most=1),
        q.Scale("c", 1, 5, private=True),
        q.Number("d", private=True, minimum=0),
        q.Text("e", private=True),
        q.Reference("f", private=True),
        q.Ranking("g", ["one", "two"], private=True),
        q.Text("h", private=True, asked_of="mentor"),
    ]
)


class TestPrivacy:
    """Answers are personal data (convention 11)."""

    @given(secret=st.text("ZQXKVJ", min_size=6, max_size=12), wrap=st.sampled_from(["plain", "list", "dict", "bytes"]))
    def test_no_private_answer_in_any_message_or_repr(self, secret: str, wrap: str) -> None:
        """Whatever is answered to a private question, right or wrong, no text of the library repeats it."""
        answer = {"plain": secret, "list": [secret, "one"], "dict": {secret: 1}, "bytes": secret.encode()}[wrap]
        record = {"id": "tim", **dict.fromkeys("abcdefgh", answer)}
        kept = Cohort.from_records(
            PRIVATE, mentees=[record, {"id": "kay", "e": secret, "f": secret}], invalid="leave_out"
        )
        error = refused(lambda: Cohort.from_records(PRIVATE, mentees=[record]))
        texts = [str(error), repr(error), repr(error.findings), str(kept), repr(kept), repr(kept.mentees)]
        texts += [repr(kept.mentees.column(name)) for name in "abcdefg"]
        texts += [str(finding.to_dict()) for finding in error.findings]
        assert all(secret not in text for text in texts)
        assert "did you mean" not in str(error)
        assert kept.mentees.column("e").values.tolist() == [secret]

    def test_printing_a_cohort_shows_counts(self) -> None:
        """People print what they have; a cohort must be safe to print."""
        cohort = Cohort.from_records(QUESTIONNAIRE, mentors=[ADA], mentees=[TIM, {"id": "kay", "wants": 2}])
        assert str(cohort) == (
            "Cohort\n"
            "======\n"
            "\n"
            "mentors  1 (2 seats)\n"
            "mentees  2 (3 mentors wanted)\n"
            "\n"
            "Blank answers\n"
            "  question      mentors    mentees\n"
            "  goals       not asked          1\n"
            "  skills              0          2\n"
            "  bluntness           1          1\n"
            "  department          0  not asked\n"
            "  secret              0          2"
        )
        assert repr(cohort) == "Cohort(1 mentor, 2 mentees, 5 questions)"
        assert repr(cohort.mentees) == "People(2 mentees)"


class TestPeople:
    """One side of a cohort, taken apart in blocks."""

    def test_take_of_take(self) -> None:
        """Blocks of blocks must be the same people as rows of the whole."""
        people = [{"id": f"p{n}", "bluntness": n % 5 + 1, "wants": n + 1} for n in range(10)]
        mentees = Cohort.from_records(QUESTIONNAIRE, mentees=people).mentees
        twice = mentees.take(np.array([9, 3, 5, 1])).take(np.array([2, 0]))
        assert twice.ids == ("p5", "p9")
        assert twice.wants.tolist() == [6, 10]
        assert twice.column("bluntness").values.tolist() == [1, 5]
        assert mentees.take(np.arange(10) > 7).ids == ("p8", "p9")

    def test_rows_and_questions_that_do_not_exist(self) -> None:
        """Even a slip inside a rule of one's own ends in our errors."""
        mentors = Cohort.from_records(QUESTIONNAIRE, mentors=[ADA]).mentors
        for rows in ([1], [-1], [[0]]):
            refused(lambda rows=rows: mentors.take(np.array(rows)))  # type: ignore[misc]
        with pytest.raises(ProgramError, match="mentors are not asked a question 'skill'; did you mean 'skills'"):
            mentors.column("skill")
        with pytest.raises(ProgramError):
            mentors.column("goals")
        with pytest.raises(ProgramError):
            mentors.column(None)  # type: ignore[arg-type]

    @pytest.mark.parametrize("copied", [lambda value: pickle.loads(pickle.dumps(value)), copy.deepcopy])
    def test_a_copy_is_as_frozen_as_the_cohort(self, copied: Any) -> None:
        """Copies of arrays can be written to, whatever the arrays; those of a copied cohort cannot (convention 12)."""
        cohort = copied(Cohort.from_records(QUESTIONNAIRE, mentors=[ADA], mentees=[TIM]))
        column = cohort.mentors.column("skills")
        for array in (column.values, column.known, cohort.mentors.capacity, cohort.mentees.priority):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0
        assert column.values.tolist() == [[False, False, True]]
        assert cohort.mentors.capacity.tolist() == [2]

    def test_a_cohort_can_be_sent_to_another_process(self) -> None:
        """A host may score in a worker."""
        cohort = pickle.loads(pickle.dumps(Cohort.from_records(QUESTIONNAIRE, mentors=[ADA], mentees=[TIM])))
        assert cohort.mentors.ids == ("ada",)
        assert cohort.mentees.column("bluntness").values.tolist() == [3]


class TestChanges:
    """Changed cohorts are new cohorts."""

    def cohort(self) -> Cohort:
        return Cohort.from_records(
            QUESTIONNAIRE, mentors=[ADA, {**ADA, "id": "bo", "minimum_load": 2}], mentees=[TIM, {"id": "ada"}]
        )

    def test_with_capacity(self) -> None:
        """The most common change: a mentor takes more people, or none."""
        before = self.cohort()
        after = before.with_capacity({"bo": 0, " ada ": 5})
        assert after.mentors.capacity.tolist() == [5, 0]
        assert before.mentors.capacity.tolist() == [2, 2]
        assert after.mentors.column("skills").known.all()
        error = refused(lambda: before.with_capacity({"ado": 1, "bo": 1, "ada": "x", 7.5: 1}))  # type: ignore[dict-item]
        assert str(error) == (
            "4 answers do not fit the questionnaire:\n"
            "  mentor 'ado': nobody in the cohort has this id; did you mean 'ada'?\n"
            "  field 'capacity', mentor 'bo': expected 0 or at least the minimum_load, which is 2\n"
            "  field 'capacity', mentor 'ada': expected a whole number from 0 to 1,000,000\n"
            "  mentors: expected an id as text or a whole number, not a float; "
            "a float may have lost digits, so read the ids as text"
        )
        refused(lambda: before.with_capacity(3))  # type: ignore[arg-type]
        refused(lambda: before.with_capacity({"ada": 1, " ada": 2}))

    def test_without_takes_a_person_off_both_sides(self) -> None:
        """The same id on both sides is one person, who leaves with both roles."""
        after = self.cohort().without(["ada"])
        assert (after.mentors.ids, after.mentees.ids) == (("bo",), ("tim",))
        assert after.mentees.column("bluntness").values.tolist() == [3]
        for ids in ("ada", ["nobody"], 7, [None]):
            refused(lambda ids=ids: self.cohort().without(ids))  # type: ignore[misc]

    def test_add(self) -> None:
        """Late joiners come in with the same checks; an id that is there already is refused."""
        after = (
            self.cohort().without(["bo"]).add(mentors=[{**ADA, "id": "cy"}], mentees=[{"id": "kay", "bluntness": 5}])
        )
        assert after.mentors.ids == ("ada", "cy")
        assert after.mentees.ids == ("tim", "ada", "kay")
        np.testing.assert_array_equal(after.mentees.column("bluntness").values, [3, np.nan, 5])
        error = refused(lambda: self.cohort().add(mentees=[{"id": "tim "}]))
        assert str(error) == "mentee 'tim': the cohort has a mentee with this id already"
        kept = self.cohort().add(mentees=[{"id": "tim"}, {"id": "zed"}], invalid="leave_out")
        assert kept.mentees.ids == ("tim", "ada", "zed")
        assert len(kept.findings) == 1
