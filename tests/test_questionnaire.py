"""The questionnaire: its checks, its look-ups and its JSON door (convention 10, 12)."""

from __future__ import annotations

import json

import pytest

from mentormatch import doors
from mentormatch import questions as q
from mentormatch.errors import AnswerError, ProgramError
from mentormatch.questionnaire import Questionnaire

EVERYTHING = Questionnaire(
    [
        q.Choice("grade", ["EO", "HEO"], ordered=True, text="Your grade?"),
        q.MultiChoice("skills", ["Python", "Zoë’s skill"], at_most=1, asked_of="mentor", private=True),
        q.Scale("bluntness", 1, 5, required=True),
        q.Number("experience", unit="years", minimum=0, maximum=60.5),
        q.Text("about"),
        q.Reference("manager", asked_of="mentee"),
        q.Ranking("criteria", ["goals", "skills"]),
    ],
    blanks=["n/a", "-"],
)


class TestQuestionnaire:
    """Questions are found by id, in their order."""

    def test_looks_up_and_iterates(self) -> None:
        """Rules and readers find questions by id and in the order written."""
        assert EVERYTHING["grade"].text == "Your grade?"
        assert "grade" in EVERYTHING
        assert 7 not in EVERYTHING
        assert [question.id for question in EVERYTHING] == list(EVERYTHING.ids)
        assert [question.id for question in EVERYTHING.asked_of("mentee")] == [
            i for i in EVERYTHING.ids if i != "skills"
        ]

    def test_an_unknown_question_is_a_program_error_with_the_nearest(self) -> None:
        """A slip in an id must say what was meant and not be a bare KeyError."""
        with pytest.raises(ProgramError) as caught:
            EVERYTHING["skill"]
        assert str(caught.value) == "there is no question 'skill'; did you mean 'skills'?"
        with pytest.raises(ProgramError):
            EVERYTHING[None]  # type: ignore[index]

    def test_all_findings_at_once(self) -> None:
        """Ids given twice, strangers and options that are blank words are named together."""
        with pytest.raises(ProgramError) as caught:
            Questionnaire([q.Text("a"), q.Text("a"), "b", q.Choice("c", ["N/A", "x"])], blanks=[" n/a "])  # type: ignore[list-item]
        assert str(caught.value) == (
            "3 settings of the program cannot be meant as written:\n"
            "  questions[1], question 'a': expected every id once; questions[0] has it too\n"
            "  questions[2]: expected a question, found str\n"
            "  question 'c': the option 'N/A' is also a word for a blank, so nobody could pick it"
        )

    @pytest.mark.parametrize("questions", ["abc", None, 7, {"a": q.Text("a")}, {q.Text("a")}])
    def test_something_else_than_a_list_is_refused(self, questions: object) -> None:
        """The commonest slip, a single question or a dict, must be told."""
        with pytest.raises(ProgramError):
            Questionnaire(questions)  # type: ignore[arg-type]

    @pytest.mark.parametrize("blanks", ["n/a", 7, [None], [3]])
    def test_blanks_must_be_texts(self, blanks: object) -> None:
        """A single word as text would otherwise be read as its letters."""
        with pytest.raises(ProgramError):
            Questionnaire([], blanks=blanks)  # type: ignore[arg-type]

    def test_prints_a_readable_list(self) -> None:
        """An administrator checks the questionnaire by reading it."""
        assert str(EVERYTHING) == (
            "Questionnaire\n"
            "=============\n"
            "\n"
            "questions          7\n"
            "words for a blank  'n/a' and '-'\n"
            "\n"
            "  question    answer                                                 text\n"
            "  grade       one of the 2 options                                   Your grade?\n"
            "  skills      at most 1 of the 2 options, asked of mentors, private\n"
            "  bluntness   a whole number from 1 to 5, required\n"
            "  experience  a number of years from 0 to 60.5\n"
            "  about       text\n"
            "  manager     the id of a person, asked of mentees\n"
            "  criteria    a ranking of the 2 options, best first"
        )


class TestJson:
    """The one JSON door reads back what it wrote and refuses everything else in our words."""

    def test_round_trip(self) -> None:
        """What is saved is what comes back, to the letter of the text."""
        text = EVERYTHING.to_json()
        again = Questionnaire.from_json(text)
        assert again == EVERYTHING
        assert again.to_json() == text
        assert Questionnaire.from_json(text.encode("utf-8-sig")) == EVERYTHING
        assert "Zoë’s skill" in text

    def test_the_schema_describes_every_kind(self) -> None:
        """Other systems build forms from the schema."""
        kinds = {"Choice", "MultiChoice", "Scale", "Number", "Text", "Reference", "Ranking"}
        assert kinds <= set(Questionnaire.schema()["$defs"])

    def test_all_findings_with_their_place(self) -> None:
        """A file edited by hand is put right in one go, so each mistake has its path, also those inside a question."""
        data = json.loads(EVERYTHING.to_json())
        first = data["questions"]
        first[0]["optoins"] = first[0].pop("options")
        first[1]["options"] = ["a", "A"]
        first[2]["minimum"] = "1"
        first[3]["kind"] = "Nomber"
        first[4]["asked_of"] = "all"
        first[5]["id"] = ""
        data["zz"] = 2
        with pytest.raises(ProgramError) as caught:
            Questionnaire.from_json(json.dumps(data))
        assert str(caught.value) == (
            "the JSON of the questionnaire cannot be meant as written:\n"
            "  questions[0].options: this field is missing\n"
            "  questions[0]: there is no field 'optoins' here; did you mean 'options'?\n"
            "  questions[1], question 'skills': expected every option once; 'A' repeats 'a'\n"
            "  questions[2].minimum: expected a whole number\n"
            "  questions[3]: expected 'kind' to be one of 'Choice', 'MultiChoice', 'Scale', 'Number', 'Text', "
            "'Reference' and 'Ranking'; did you mean 'Number'?\n"
            "  questions[4].asked_of: expected 'mentor', 'mentee' or 'both'\n"
            "  questions[5]: expected an id that is text and not blank\n"
            "  questionnaire: there is no field 'zz' here"
        )
        assert caught.value.__cause__ is None

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("{", "is malformed"),
            ("", "is malformed"),
            ('{"questions": [], "questions": []}', "gives the key 'questions' twice"),
            ('{"questions": NaN}', "holds NaN"),
            ('{"questions": 1e999}', "too large"),
            ("9" * 5000, "too many digits"),
            ("[" * 100_000, "nested too deeply"),
            ("[" * 500 + "]" * 500, "nested too deeply"),
            ('"\\ud800"', "not UTF-8"),
            ("\ud800", "not UTF-8"),
            (b"\xff", "not UTF-8"),
            (None, "as text"),
            ({"questions": []}, "as text"),
            ("[]", "expected an object"),
            ('{"questions": {}}', "questions: expected a list"),
            ('{"questions": [{}]}', "expected a field 'kind'"),
            ('{"blanks": []}', "questions: this field is missing"),
        ],
    )
    def test_text_that_is_no_questionnaire(self, text: str, message: str) -> None:
        """Whatever stands in the file, the error is ours and says what to look for."""
        with pytest.raises(ProgramError, match=message):
            Questionnaire.from_json(text)

    def test_the_caller_chooses_the_error(self) -> None:
        """Choices and matchings go through the same door and raise their own error."""
        with pytest.raises(AnswerError, match="the JSON of the thing"):
            doors.read_json(Questionnaire, "{", AnswerError, "thing")

    def test_a_value_that_json_cannot_hold_is_refused(self) -> None:
        """NaN would otherwise be written as null, which is another value."""
        with pytest.raises(ProgramError):
            doors.write_json(float, float("nan"))
