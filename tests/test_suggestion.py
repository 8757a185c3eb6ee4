"""A first questionnaire from an export: guesses with reasons, nothing read before somebody has confirmed them."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

import mentormatch as mm
from mentormatch.errors import AnswerError, ProgramError
from mentormatch.suggestion.kinds import kind_of

ROOT = Path(__file__).resolve().parent.parent
CIVIL_SERVICE = ROOT.parent / "shared" / "data" / "civil_service"


def table(header: str, *rows: str, times: int = 1) -> bytes:
    """A CSV file of rows that come several times, each with a number of its own in front."""
    lines = [f"{number},{row}" for number, row in enumerate(rows * times)]
    return "\n".join([f"id,{header}", *lines]).encode()


def found(header: str, *rows: str, times: int = 3) -> Any:
    """The question that one column is guessed to answer."""
    return mm.suggest_questionnaire(table(header, *rows, times=times)).guesses[1]


class TestKinds:
    """What kind of question a column answers."""

    @pytest.mark.parametrize(
        ("texts", "kind", "settings", "delimiter"),
        [
            (["a;b;", "b;", "a;c;", "c;a;b;"], "MultiChoice", {"options": ("a", "b", "c")}, ";"),
            (["Law, Art", "Art", "Art, Sums", "Law"], "MultiChoice", {"options": ("Art", "Law", "Sums")}, ","),
            (["['a', 'b']", "['b']", "[]"], "MultiChoice", {"options": ("a", "b")}, None),
            (["yes", "No", "no", "YES"], "Choice", {"options": ("yes", "No")}, None),
            (["6+", "0-2", "3-5 years"], "Choice", {"options": ("0-2", "3-5 years", "6+"), "ordered": True}, None),
            (["1", "5", "3"], "Scale", {"minimum": 1, "maximum": 5}, None),
            (["12", "3,5", "0"], "Number", {"minimum": 0}, None),
            (["-1", "40"], "Number", {}, None),
            (["Often", "never", "Always"], "Choice", {"options": ("never", "Often", "Always"), "ordered": True}, None),
            (["Bonn", "bonn", "Bonn", "Ulm"], "Choice", {"options": ("Bonn", "Ulm")}, None),
            (["Other: a", "Tea", "Other: b"], "Choice", {"options": ("Tea", "Other")}, None),
        ],
        ids=repr,
    )
    def test_answers_tell_the_kind(
        self, texts: list[str], kind: str, settings: dict[str, Any], delimiter: str | None
    ) -> None:
        """Kind, options in their commonest spelling, order and delimiter are seen from the answers."""
        guessed = kind_of("question", texts * 3, 40)
        assert (guessed.kind, guessed.settings, guessed.delimiter) == (kind, settings, delimiter)

    def test_prose_is_text(self) -> None:
        """Commas in sentences join no picks."""
        texts = [f"I began with law, then {k} years of art; since {2_000 + k}, only number {k * k}." for k in range(12)]
        assert kind_of("about", texts, 20).kind == "Text"
        assert kind_of("town", [f"Town {k}" for k in range(20)], 20).confidence == "low"

    def test_rare_texts_beside_options_are_free_text(self) -> None:
        """What one person wrote beside the options is left out, and the guess says so."""
        texts = ["a;b", "b;a", "a", "b"] * 5 + ["a;knitting"]
        guessed = kind_of("hobbies", texts, 30)
        assert (guessed.settings["options"], guessed.free_text) == (("a", "b"), True)
        assert guessed.reason == (
            "11 cells of 21 hold several, joined by ';'; 1 text beside the options, given once, seems to be free text"
        )


class TestColumns:
    """What else a column may be."""

    @pytest.mark.parametrize(
        ("header", "cell", "reason"),
        [
            ("First name", "Ada {}", "a name, which no matching needs"),
            ("Contact", "ada{}@x.org", "an e-mail address, which no matching needs"),
            ("Your mobile phone", "+49 170 12345{}", "a phone number, which no matching needs"),
            ("Date of birth", "{}.2.1990", "a date of birth, which no matching needs"),
            ("Timestamp", "2024/05/01 10:0{}:00", "when the form was filled in, which no matching needs"),
            ("I agree to the terms", "yes", "consent, which no matching needs"),
            ("Role", "Clerk", "the same for everybody"),
            ("Comments", "", "nobody has answered"),
        ],
    )
    def test_personal_data_and_empty_columns_are_not_read(self, header: str, cell: str, reason: str) -> None:
        """Data that no matching needs is left where it is."""
        guess = found(header, *(f"{cell.format(k)}" for k in range(4)), times=1)
        assert (guess.use, guess.reason) == ("nothing", reason)

    def test_texts_that_name_their_authors_are_not_read(self) -> None:
        """A biography that begins with the name is as good as the name."""
        rows = [
            f'{name},King,"Hello, I am {name} King and I like a good long walk by the sea"'
            for name in ("Ada", "Bo", "Cy")
        ]
        suggestion = mm.suggest_questionnaire(table("first name,last name,about you", *rows))
        assert suggestion["about_you"].reason == "texts that hold the names of those who wrote them"

    def test_sensitive_questions_are_private(self) -> None:
        """Gender, faith and health are nobody else's business, whether the header or the options tell."""
        assert found("Gender", "woman", "man", "other").question.private
        assert found("Group", "Muslim", "Christian", "Bahai").question.private
        assert not found("Department", "Sales", "Law").question.private

    def test_fields_are_found_by_their_headers(self) -> None:
        """How many mentees a mentor takes is a field and no question."""
        mentors = table("How many mentees could you take on?,E-mail", "1,a@x.org", "2,b@x.org", "3,c@x.org")
        mentees = table("Age group", "30-39", "20-29", times=3)
        suggestion = mm.suggest_questionnaire(mentors=mentors, mentees=mentees)
        assert suggestion["capacity"].where == {"mentor": "How many mentees could you take on?"}
        confirmed = suggestion.confirm()
        tables = {"mentors": mentors, "mentees": mentees}
        cohort = mm.Cohort.from_csv(confirmed.questionnaire, **tables, layout=confirmed.layout)
        assert cohort.mentors.capacity.tolist() == [1, 2, 3]

    def test_an_address_is_the_id_only_where_nothing_else_is(self) -> None:
        """A number says less about a person than an address."""
        only = mm.suggest_questionnaire(b"E-mail,x\na@x.org,1\nb@x.org,2\n")
        assert (only["id"].where, only["id"].confidence) == ({"both": "E-mail"}, "fair")
        both = mm.suggest_questionnaire(b"E-mail,Staff ID\na@x.org,17\nb@x.org,18\n")
        assert (both["id"].where, both["e_mail"].use) == ({"both": "Staff ID"}, "nothing")
        none = mm.suggest_questionnaire(b"x,y\n1,a\n1,b\n1,a\n")
        assert "No column tells everybody apart" in str(none)

    def test_managers_are_references(self) -> None:
        """A column of ids of other people is the reporting line."""
        guess = found("Line manager", "1", "2", "1", "0", times=1)
        assert guess.question == mm.questions.Reference("line_manager", text="Line manager")

    def test_columns_that_belong_together(self) -> None:
        """One column for each option, and one for each rank, are one question each."""
        header = "Skills [Law],Skills [Art],Choice 1,Choice 2,Rank (Goals),Rank (Place)"
        data = table(header, "1,0,Tea,Go,1,2", "0,1,Go,Tea,2,1", "1,1,Tea,Chess,1,2", "0,0,Chess,Go,,")
        suggestion = mm.suggest_questionnaire(data)
        assert [guess.id for guess in suggestion.guesses] == ["id", "skills", "choice", "rank"]
        confirmed = suggestion.confirm()
        cohort = mm.Cohort.from_csv(confirmed.questionnaire, people=data, layout=confirmed.layout)
        assert cohort.mentors.column("skills").values.tolist() == [[1, 0], [0, 1], [1, 1], [0, 0]]
        assert cohort.mentors.column("choice").values.tolist() == [[0, 2, 1], [0, 1, 2], [2, 0, 1], [1, 2, 0]]
        assert cohort.mentors.column("rank").values.tolist() == [[1, 2], [2, 1], [1, 2], [0, 0]]

    def test_one_table_of_both_roles(self) -> None:
        """The column of roles is found, and which questions only one side answered."""
        rows = ["Mentor,Law;Art,,Bonn", "Mentor,Art,,Ulm", "Mentee,,Law,Ulm", "Mentee,,Art;Law,Bonn"]
        data = table("I am a,I can offer,I want to learn,Town", *rows, times=3)
        suggestion = mm.suggest_questionnaire(data).confirm()
        assert {one.id: one.asked_of for one in suggestion.questionnaire} == {
            "i_can_offer": "mentor",
            "i_want_to_learn": "mentee",
            "town": "both",
        }
        cohort = mm.Cohort.from_csv(suggestion.questionnaire, people=data, layout=suggestion.layout)
        assert (len(cohort.mentors), len(cohort.mentees)) == (6, 6)

    def test_a_question_about_mentoring_may_tell_the_roles(self) -> None:
        """That "no" means a mentee is a guess of low confidence."""
        rows = ["Yes,Bonn", "No,Ulm", "Yes,Ulm", "No,Bonn"]
        suggestion = mm.suggest_questionnaire(table("Do you want to be a mentor?,Town", *rows))
        guess = next(one for one in suggestion.guesses if one.use == "role")
        assert guess.confidence == "low"
        assert suggestion.confirm().layout.roles == {"Yes": "mentor", "No": "mentee"}

    def test_repeated_headers_stand_by_their_number(self) -> None:
        """Two columns of one header are two guesses."""
        suggestion = mm.suggest_questionnaire(table("Town,Town", "Bonn,Ulm", "Ulm,Bonn", times=3)).confirm()
        assert suggestion.layout.columns == {"both": {"town_2": 2, "town_3": 3}}


SKILLS = ["Law;Art;", "Art;", "Law;Sums;", "Sums;Art;"]
MENTORS = table(
    "What can you offer?,Years of experience", *(f"{one},{k + 1}0" for k, one in enumerate(SKILLS)), times=3
)
MENTEES = table("What do you want?,Years of experience", *(f"{one},{k + 1}" for k, one in enumerate(SKILLS)), times=3)


def suggestion() -> mm.Suggestion:
    return mm.suggest_questionnaire(mentors=MENTORS, mentees=MENTEES)


class TestSuggestion:
    """The value that is looked over, edited and confirmed."""

    def test_the_whole_page(self) -> None:
        """Every guess with its confidence and reason, the likely pairs and what is left to do."""
        assert str(suggestion().edit("what_do_you_want", private=True).leave_out("years_of_experience")) == PAGE

    def test_nothing_is_read_on_a_guess_that_nobody_confirmed(self) -> None:
        """The questionnaire and the layout are there once every guess has been looked at."""
        open_ = suggestion().edit("what_do_you_want", private=True).leave_out("years_of_experience")
        for attribute in ("questionnaire", "layout"):
            with pytest.raises(ProgramError) as caught:
                getattr(open_, attribute)
            assert str(caught.value) == (
                "nobody has confirmed 2 guesses: 'id' and 'what_can_you_offer'; "
                "look them over and .edit, .leave_out or .confirm them"
            )
        settled = open_.confirm("id", "what_can_you_offer")
        assert settled.questionnaire.ids == ("what_can_you_offer", "what_do_you_want")
        assert settled.layout.delimiters == {"what_can_you_offer": ";", "what_do_you_want": ";"}

    def test_edits_change_kinds_ids_and_sides(self) -> None:
        """Whatever was guessed can be put right, and the pairs and the columns follow."""
        edited = suggestion().edit("what_do_you_want", id="topics", at_most=3).edit("years_of_experience", kind="Text")
        edited = edited.edit("what_can_you_offer", kind="Choice", options=["Law", "Art"], asked_of="mentor").confirm()
        assert edited.pairs[0].wants == "topics"
        assert edited.layout.columns["mentee"] == {"topics": "What do you want?"}
        assert [one.kind for one in edited.questionnaire] == ["Choice", "Text", "MultiChoice"]
        assert "what_can_you_offer" not in edited.layout.delimiters

    @pytest.mark.parametrize(
        ("edit", "message"),
        [
            (("want", {}), "there is no guess 'want'"),
            (("what_do_you_want", {"kind": "Chioce"}), "question 'what_do_you_want': expected kind= to be one of"),
            (
                ("what_do_you_want", {"optoins": ["a"]}),
                "question 'what_do_you_want': a MultiChoice has no setting 'optoins'; did you mean 'options'?",
            ),
            (("what_do_you_want", {"id": "id"}), "question 'id': "),
            (("id", {}), "question 'id': expected kind= to be one of"),
            (("years_of_experience", {"kind": "Scale"}), "question 'years_of_experience': a Scale needs maximum="),
            (
                ("what_do_you_want", {"id": "years_of_experience"}),
                "question 'years_of_experience': there is another guess",
            ),
        ],
        ids=repr,
    )
    def test_edits_that_cannot_be_meant_are_refused(self, edit: tuple[str, dict[str, Any]], message: str) -> None:
        """A slip in an edit is told in our words."""
        with pytest.raises(ProgramError) as caught:
            suggestion().edit(edit[0], **edit[1])
        assert str(caught.value).startswith(message)

    def test_the_code_reads_the_same_cohort(self, tmp_path: Path) -> None:
        """Pasted code makes the questionnaire and the layout that the value has, and reads the tables."""
        for name, data in (("mentors.csv", MENTORS), ("mentees.csv", MENTEES)):
            (tmp_path / name).write_bytes(data)
        paths = {name: str(tmp_path / f"{name}.csv") for name in ("mentors", "mentees")}
        made: dict[str, Any] = {}
        suggested = mm.suggest_questionnaire(**paths)
        exec(suggested.code(), made)
        confirmed = suggested.confirm()
        assert made["questionnaire"] == confirmed.questionnaire
        assert made["layout"] == confirmed.layout
        assert len(made["cohort"].mentors) == 12
        assert made["rules"] == [mm.rules.Covers("what_do_you_want", by="what_can_you_offer")]

    def test_words_for_a_blank_are_blanks_when_the_table_is_read(self) -> None:
        """What is no answer to whoever guesses is none to whoever reads; a word that is an option is one."""
        export = table("colour,mood", "red,3", "blue,n/a", "Red,5", "None,1", "blue,N/A", "None,-")
        suggested = mm.suggest_questionnaire(mentors=export, mentees=export).confirm()
        assert suggested.questionnaire.blanks == ("-", "n/a", "none")
        assert "read as blank  '-', 'n/a' and 'none'" in str(suggested)
        cohort = mm.Cohort.from_csv(suggested.questionnaire, mentors=export, mentees=export, layout=suggested.layout)
        assert cohort.mentors.column("mood").known.tolist() == [True, False, True, True, False, False]
        assert cohort.mentors.column("colour").known.tolist() == [True, True, True, False, True, False]
        picky = suggested.edit("colour", options=["red", "blue", "None"])
        assert picky.questionnaire.blanks == ("-", "n/a")
        names: dict[str, Any] = {}
        exec(suggested.code().partition("cohort =")[0], names)
        assert names["questionnaire"] == suggested.questionnaire

    def test_records_and_json_are_tables_too(self, tmp_path: Path) -> None:
        """Whatever can be read can be suggested from."""
        records = [{"id": k, "town": town, "years": k} for k, town in enumerate(["Bonn", "Ulm"] * 4)]
        (tmp_path / "a.json").write_text(json.dumps(records))
        for source in (records, tmp_path / "a.json"):
            assert mm.suggest_questionnaire(source)["town"].question == mm.questions.Choice("town", ["Bonn", "Ulm"])

    @pytest.mark.parametrize("given", [{}, {"mentors": b"id\n"}, {"table": b"id\n", "mentors": b"id\n"}], ids=repr)
    def test_one_table_or_two_are_expected(self, given: dict[str, Any]) -> None:
        """Which tables there are is said in one of two ways."""
        with pytest.raises(AnswerError, match="expected one table, or mentors= and mentees="):
            mm.suggest_questionnaire(**given)


PAGE = """\
Suggested questionnaire
=======================

columns     4
questions   2
not read    1
to confirm  2

Read
  guess               read as                           confidence  reason
  id                  the id                            high        tells everybody apart
  what_can_you_offer  MultiChoice of 3 options: Art,    high        9 cells of 12 hold several,
                      Law and Sums, asked of mentors,               joined by ';'
                      joined by ';'
  what_do_you_want    MultiChoice of 3 options: Art,    confirmed   9 cells of 12 hold several,
                      Law and Sums, asked of mentees,               joined by ';'
                      private, joined by ';'

Not read
  guess                confidence  reason
  years_of_experience  confirmed   left out

Wants and offers
  wants             offers              confidence
  what_do_you_want  what_can_you_offer  high: 3 of 3 options are the same

2 guesses to look over: .edit, .leave_out or .confirm them."""


@pytest.mark.skipif(not CIVIL_SERVICE.is_dir(), reason="the civil service cohort is not beside the checkout")
def test_from_a_spreadsheet_to_a_matching_in_under_thirty_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Raw files, a suggestion, three edits and a proven matching: the same as that of the longer example."""
    script = ROOT / "examples" / "from_a_spreadsheet.py"
    text = script.read_text()
    assert len(text.splitlines()) < 30
    assert text.count(".edit(") == 3
    files = [str(CIVIL_SERVICE / f"large_{side}.csv") for side in ("mentors", "mentees")]
    monkeypatch.setattr(sys, "argv", [str(script), *files])
    made = runpy.run_path(str(script), run_name="__main__")
    printed = capsys.readouterr().out
    matching = made["program"].match(made["cohort"])
    assert matching.verify()
    assert str(matching) in printed
    (asked,) = [one for one in made["found"].guesses if one.id == "asks_for_identity"]
    assert asked.question.private
    longer = runpy.run_path(str(ROOT / "examples" / "civil_service.py"))
    strict, _ = longer["programs"]()
    theirs = strict.match(longer["read"](CIVIL_SERVICE))
    assert [(pair.mentor, pair.mentee) for pair in matching.pairs] == [
        (pair.mentor, pair.mentee) for pair in theirs.pairs
    ]


@pytest.mark.skipif(not CIVIL_SERVICE.is_dir(), reason="the civil service cohort is not beside the checkout")
def test_an_export_of_nothing_but_headers_is_read() -> None:
    """The header of a live form with rows of padding below gives guesses of nothing, and no error."""
    suggested = mm.suggest_questionnaire(CIVIL_SERVICE / "form-output-headings.csv")
    assert {guess.use for guess in suggested.guesses} == {"nothing"}
