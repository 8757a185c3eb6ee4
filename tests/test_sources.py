"""JSON, Excel and data frames: the same people from each, and torn files refused in our words."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from typing import Any

import pytest

from mentormatch import questions as q
from mentormatch.cohort import Cohort
from mentormatch.errors import AnswerError
from mentormatch.questionnaire import Questionnaire
from mentormatch.readers import excel
from mentormatch.readers.layout import Layout

ASKED = Questionnaire(
    [
        q.MultiChoice("skills", ["Python", "Law", "3"]),
        q.Choice("remote", ["Yes", "No"]),
        q.Number("years", minimum=0),
        q.Choice("start", ["2024-05-01", "2024-06-01"]),
        q.Text("about"),
        q.Reference("manager"),
    ]
)


def same_answers(first: Cohort, second: Cohort) -> None:
    """Checks that two cohorts hold the same people with the same answers."""
    for mine, theirs in ((first.mentors, second.mentors), (first.mentees, second.mentees)):
        assert (mine.ids, mine.names) == (theirs.ids, theirs.names)
        assert mine.capacity.tolist() == theirs.capacity.tolist()
        for question in first.questionnaire:
            ours, others = mine.column(question.id), theirs.column(question.id)
            assert ours.known.tolist() == others.known.tolist()
            assert ours.values[ours.known].tolist() == others.values[others.known].tolist()


def findings(read: Any, *args: Any, **settings: Any) -> list[str]:
    with pytest.raises(AnswerError) as caught:
        read(*args, **settings)
    assert caught.value.__cause__ is None
    return [str(finding) for finding in caught.value.findings]


MENTORS = [
    {"id": "ada", "name": "Ada", "capacity": 2, "skills": ["python", "Law"], "remote": True, "years": 3.5},
    {"id": 1180591620717411303, "skills": "['Law']", "start": "2024-05-01", "about": "x", "manager": "ada"},
]
MENTEES = [{"id": "tim", "skills": [], "years": 2, "remote": None}]
PLAIN = Cohort.from_records(
    ASKED,
    mentors=[
        {"id": "ada", "name": "Ada", "capacity": 2, "skills": ["Python", "Law"], "remote": "Yes", "years": 3.5},
        {"id": "1180591620717411303", "skills": ["Law"], "start": "2024-05-01", "about": "x", "manager": "ada"},
    ],
    mentees=[{"id": "tim", "years": 2}],
)


class TestJson:
    """Lists of records in JSON, read as tables are."""

    def test_records_and_lines(self) -> None:
        """An export of an application is a list, or one record on each line."""
        as_list = json.dumps(MENTORS).encode()
        as_lines = "\n".join(json.dumps(one) for one in MENTORS).encode("utf-8-sig")
        mentees = json.dumps(MENTEES).encode("utf-16")
        for mentors in (as_list, as_lines):
            same_answers(Cohort.from_json(ASKED, mentors=mentors, mentees=mentees), PLAIN)

    def test_folds_are_reported(self) -> None:
        """JSON is cleaned as visibly as CSV."""
        cohort = Cohort.from_json(ASKED, people=json.dumps(MENTORS).encode())
        assert [(fold.given, fold.read, fold.how) for fold in cohort.reading.folds] == [
            ("python", "Python", "case or spaces"),
            ("yes", "Yes", "case or spaces"),
        ]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("{", "line 1, column 2: the JSON of the table is malformed"),
            ("[1]", "row 1: expected a record, which is an object of fields and values"),
            ('{"a": [{"id": 1}]}', "expected a list of records; it holds 1 list; give one of them alone"),
            ('[{"id": 1, "id": 2}]', "the JSON of the table gives the key 'id' twice in one object"),
            ('[{"id": 1, "id ": 2}]', "row 1: gives the key 'id' twice"),
            ("[" * 100_000, "the JSON of the table is nested too deeply"),
            ('{"id": 1}\n{"id": }', "line 1, column 8: the JSON of the record on line 2 is malformed"),
            ("[]", "the table is empty; expected records with fields"),
            ('[{"id": NaN}]', "the JSON of the table holds NaN, which is no JSON number"),
        ],
    )
    def test_what_is_no_list_of_records_is_refused(self, text: str, message: str) -> None:
        """The place is named, and nothing of the standard library is shown."""
        assert findings(Cohort.from_json, ASKED, people=text.encode()) == [message]

    def test_values_that_are_no_answers_are_findings(self) -> None:
        """Objects, lists in lists and ids that lost figures are told with the person or the row."""
        records = [{"id": 1.5e18}, {"id": "b", "skills": [["Law"]], "about": {"x": 1}, "years": [1, 2]}]
        assert findings(Cohort.from_json, ASKED, people=json.dumps(records).encode()) == [
            (
                "field 'id', peer row 1: expected an id as text or a whole number, not a float; "
                "a float may have lost digits, so read the ids as text"
            ),
            "peer 'b', question 'skills': expected texts in the list",
            "peer 'b', question 'years': expected one answer, not several",
            "peer 'b', question 'about': expected text",
        ]


def workbook(*sheets: tuple[str, list[list[Any]]]) -> bytes:
    """A workbook of sheets, each a name and rows."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


HEADER = ["id", "name", "capacity", "skills", "remote", "years", "start", "about", "manager"]
SHEET = [
    HEADER,
    ["ada", "Ada", 2, "Python; Law", True, 3.5, None, None, None],
    [None] * 9,
    HEADER,
    ["1180591620717411303", None, None, "law;", None, None, dt.date(2024, 5, 1), "x", "ada", None],
    [None, None, None],
]


class TestExcel:
    """Workbooks, where openpyxl is installed."""

    def test_sheets_of_one_workbook(self) -> None:
        """Cells have types, rows are padded, and headers repeat."""
        data = workbook(("Notes", []), ("Mentors", SHEET), ("Mentees", [["id", "years"], ["tim", 2]]))
        layout = Layout(delimiters={"skills": ";"})
        cohort = Cohort.from_excel(ASKED, mentors=(data, "Mentors"), mentees=(data, "Mentees"), layout=layout)
        same_answers(cohort, PLAIN)
        origins = [origin for _, _, origin in cohort.reading.origins]
        assert [(origin.source, origin.padding, origin.repeated) for origin in origins] == [
            ("Mentors", 1, 1),
            ("Mentees", 0, 0),
        ]

    def test_the_only_filled_sheet_needs_no_name(self) -> None:
        """One sheet is no question; two are."""
        assert len(Cohort.from_excel(ASKED, people=workbook(("a", []), ("b", SHEET[:1]))).mentors) == 0
        two = workbook(("a", SHEET[:2]), ("b", SHEET[:2]))
        assert findings(Cohort.from_excel, ASKED, people=two) == [
            "the workbook has several sheets: 'a' and 'b'; Layout(sheet=...) or a pair of file and sheet says which"
        ]
        assert findings(Cohort.from_excel, ASKED, people=(two, "B")) == [
            "there is no sheet 'B', only 'a' and 'b'; did you mean 'b'?"
        ]

    def test_rows_that_cannot_be_read_are_findings(self) -> None:
        """A cell beyond the header and an error of a formula have their row."""
        data = workbook(("a", [["id", "years"], ["x", 1, 2], ["y", "#REF!"], ["z", 1], [1234567890123456789, 1]]))
        assert findings(Cohort.from_excel, ASKED, people=data)[:2] == [
            "peer row 2: there is something in column 3, which has no header",
            "peer row 3: a formula gave #REF!",
        ]

    def test_what_is_no_workbook_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Neither text, nor any zip file, nor a torn workbook, nor one that fills the memory."""
        good = workbook(("a", SHEET))
        other = io.BytesIO()
        with zipfile.ZipFile(other, "w") as parts:
            parts.writestr("x", "y")
        hint = "an .xls file must be saved as .xlsx first, and CSV has Cohort.from_csv"
        assert findings(Cohort.from_excel, ASKED, people=b"id\n1") == [f"the file is no Excel workbook; {hint}"]
        for torn in (other.getvalue(), good.replace(b"PK\x05\x06", b"PK\x05\x07")[:-4], b"PK" + good[900:]):
            assert findings(Cohort.from_excel, ASKED, people=torn)[0].startswith("the file is no Excel workbook")
        monkeypatch.setattr(excel, "_LARGEST", 1_000)
        assert findings(Cohort.from_excel, ASKED, people=good)[0].endswith(
            "bytes when it is unpacked, and at most 1,000 are read"
        )
