"""Any bytes give a cohort or an `AnswerError`, and a suggestion or an `AnswerError`, in bounded time and memory."""

from __future__ import annotations

import csv as standard
import io
import json
import zipfile
from typing import Any

import pytest
from edits import examples
from hypothesis import given
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch import questions as q
from mentormatch.readers import csv, table

ASKED = mm.Questionnaire(
    [
        q.MultiChoice("skills", ["Python", "Peace, love", "Résumé", "Other", "C"]),
        q.Choice("level", ["0-2", "3-5", "6+"], ordered=True),
        q.Choice("remote", ["Yes", "No"], private=True),
        q.Choice("start", ["2024-05-01", "2024-01-05"]),
        q.Scale("mood", 1, 5),
        q.Number("years", minimum=0),
        q.Ranking("criteria", ["Goals", "Skills"]),
        q.Text("about"),
        q.Reference("manager"),
    ],
    blanks=["n/a"],
)
LAYOUTS = [
    mm.Layout(),
    mm.Layout(delimiters={"skills": ", ", "criteria": ";"}, other={"skills": None}, strict=True),
    mm.Layout(delimiters={"skills": " "}, other={"skills": "Other"}, aliases={"skills": {"py": "Python"}}),
    mm.Layout(role="role", columns={"both": {"name": ["name", 2]}}),
    mm.Layout(role=1, roles={"a": "mentor", "b": "both"}, columns={"both": {"skills": {"C": "c", "Python": 2}}}),
    mm.Layout(long={"id": "id", "question": "skills", "answer": "years", "rank": 1}),
    mm.Layout(columns={"mentor": {"criteria": ["years", "level"], "skills": ["c", "skills"]}}, decimal=","),
    mm.Layout(encoding="utf-16", picked={"skills": ["x"]}),
    mm.Layout(encoding="cp1252", separator=";"),
]
HEADERS = [
    "id",
    "name",
    "role",
    "skills",
    "skills [C]",
    "level",
    "remote",
    "start",
    "mood",
    "years",
    "criteria",
    "about",
]
CELLS = [
    "", "a", "A", "7", "n/a", "Python", "python; C", "Peace, love", "Other: x, y", "['C']", "[", "3–5", "5-Mar", "TRUE",
    "01/05/2024", "1,234", "1.234,5", "1e400", "1.2E+18", "mentor", "Both", "\ud800", '"', "Résume", "０", "ı", "\0",
]  # fmt: skip

tables = st.lists(st.lists(st.sampled_from(CELLS) | st.text(max_size=4), min_size=1, max_size=5), max_size=5).flatmap(
    lambda rows: st.tuples(
        st.lists(st.sampled_from([*HEADERS, "", "c", "x"]), min_size=1, max_size=5),
        st.just(rows),
        st.sampled_from(",;\t"),
        st.sampled_from(["\n", "\r\n", "\r"]),
        st.sampled_from(["utf-8", "utf-16", "cp1252", "latin-1", "cp1251"]),
    )
)


def written(drawn: Any) -> bytes:
    """A file that is much like one of a form, and wrong in many ways."""
    header, rows, separator, end, encoding = drawn
    lines = [header, *([*row, *[""] * len(header)][: len(header)] for row in rows)]
    text = end.join(separator.join(line) for line in lines)
    return text.encode(encoding, errors="surrogatepass" if encoding.startswith("utf") else "replace")


def read(reader: Any, data: bytes, layout: mm.Layout) -> None:
    """Checks that there is a cohort, with a report, or an error of answers that says what is wrong."""
    try:
        cohort = reader(ASKED, people=data, layout=layout, invalid="leave_out")
    except mm.AnswerError as error:
        assert error.findings
        assert str(error)
        assert error.__cause__ is None
    else:
        assert str(cohort)
        assert str(cohort.reading)


anything = st.binary(max_size=60) | tables.map(written)


@examples(150)
@given(data=anything, layout=st.sampled_from(LAYOUTS))
def test_any_bytes_are_a_cohort_or_an_answer_error(data: bytes, layout: mm.Layout) -> None:
    """Nothing of the standard library, of numpy or of a slip of ours comes out of reading a file."""
    read(mm.Cohort.from_csv, data, layout)


plain = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(CELLS) | st.text(max_size=4)
deep = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=2)
)
records = st.lists(
    st.dictionaries(st.sampled_from(HEADERS) | st.text(max_size=2), plain | deep, max_size=5), max_size=4
)


@examples(150)
@given(
    data=st.binary(max_size=40) | (records | deep).map(lambda value: json.dumps(value).encode()),
    layout=st.sampled_from(LAYOUTS),
)
def test_any_json_is_a_cohort_or_an_answer_error(data: bytes, layout: mm.Layout) -> None:
    """Whatever stands in a record, and however deep, it is read or refused in our words."""
    read(mm.Cohort.from_json, data, layout)


@examples(25)
@given(places=st.lists(st.tuples(st.integers(0, 6_000), st.integers(0, 255)), min_size=1, max_size=8))
def test_any_torn_workbook_is_a_cohort_or_an_answer_error(places: list[tuple[int, int]]) -> None:
    """A workbook with some bytes changed is read or refused in our words."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (HEADERS, ["a", 1.5, True, "C"], [None, "=1/0", "#REF!"]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    data = bytearray(file.getvalue())
    for place, byte in places:
        data[place % len(data)] = byte
    read(mm.Cohort.from_excel, bytes(data), mm.Layout())


def test_a_workbook_whose_xml_is_torn_is_an_answer_error() -> None:
    """The parts of a workbook may be whole as files and wrong as XML."""
    openpyxl = pytest.importorskip("openpyxl")
    file = io.BytesIO()
    openpyxl.Workbook().save(file)
    for cut in (0, 30, 300):
        torn = io.BytesIO()
        with zipfile.ZipFile(file) as old, zipfile.ZipFile(torn, "w") as new:
            for name in old.namelist():
                new.writestr(name, old.read(name)[: -cut or None] if "sheet1" in name else old.read(name))
        read(mm.Cohort.from_excel, torn.getvalue(), mm.Layout())


@examples(80)
@given(data=anything)
def test_any_bytes_are_a_suggestion_or_an_answer_error(data: bytes) -> None:
    """A suggestion can be printed, its code compiles, and what is confirmed makes a questionnaire."""
    try:
        found = mm.suggest_questionnaire(data)
    except mm.AnswerError as error:
        assert error.findings
    else:
        assert str(found)
        compile(found.code(), "pasted", "exec")
        confirmed = found.confirm()
        assert confirmed.layout is not None
        assert len(confirmed.questionnaire) <= len(found.guesses)


@examples(60)
@given(drawn=tables)
def test_the_order_of_rows_changes_no_answer(drawn: Any) -> None:
    """Convention 2: who stands first in a table is read like who stands last."""
    header, rows, separator, _, _ = drawn
    people = [[str(number), *row][: len(header) + 1] for number, row in enumerate(rows)]
    found = []
    for body in (people, people[::-1]):
        file = io.StringIO(newline="")
        lines = [["id", *header], *([*row, *[""] * len(header)][: len(header) + 1] for row in body)]
        standard.writer(file, delimiter=separator, quoting=standard.QUOTE_ALL).writerows(lines)
        data = file.getvalue().encode("utf-8", "surrogatepass")
        try:
            cohort = mm.Cohort.from_csv(ASKED, people=data, layout=LAYOUTS[2], invalid="leave_out")
        except mm.AnswerError as error:
            found.append((sorted({one.code for one in error.findings}), [], []))
        else:
            columns = [cohort.mentors.column(one.id) for one in ASKED]
            told = [repr(column.values[row]) for column in columns for row in range(len(column))]
            folds = sorted(map(repr, cohort.reading.folds))
            found.append((sorted(cohort.mentors.ids), sorted(told), folds))
    assert found[0] == found[1]


def findings(reader: Any, data: bytes, **settings: Any) -> list[str]:
    with pytest.raises(mm.AnswerError) as caught:
        reader(ASKED, people=data, **settings)
    return [str(finding) for finding in caught.value.findings]


class TestBounds:
    """What is too large is refused before it is held."""

    def test_very_many_rows(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """There are no millions of people, and a table that says so ends with a finding."""
        monkeypatch.setattr(table, "MOST_ROWS", 50_000)
        monkeypatch.setattr(csv, "MOST_ROWS", 50_000)
        data = b"id\n" + b"123456789012\n" * 400_000
        assert findings(mm.Cohort.from_csv, data) == ["expected at most 50,000 rows"]

    def test_a_very_long_cell(self) -> None:
        """A cell may be as long as it likes."""
        cohort = mm.Cohort.from_csv(ASKED, people=b"id,about\n1," + b"a" * 5_000_000 + b"\n")
        assert len(cohort.mentors.column("about").values[0]) == 5_000_000

    def test_very_many_columns(self) -> None:
        """Columns that nobody asked for cost little, also where they look like those of a question."""
        header = ",".join(["id", *(f"skills [c{k}]" for k in range(100_000))])
        cohort = mm.Cohort.from_csv(ASKED, people=f"{header}\n1{',x' * 100_000}\n".encode())
        assert len(cohort.unread_columns) == 100_000

    def test_cells_of_very_many_columns_and_rows(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Rows and columns are bounded together."""
        monkeypatch.setattr(table, "MOST_CELLS", 100)
        assert findings(mm.Cohort.from_csv, b"id,a,b\n" + b"1,,\n" * 40) == ["expected at most 100 cells"]
        assert findings(mm.Cohort.from_json, json.dumps([{f"k{k}": 1} for k in range(11)]).encode()) == [
            "expected at most 100 cells"
        ]

    def test_reading_ends_where_too_many_rows_are_torn(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nobody reads ten thousand findings, and a table with more is another kind of file."""
        monkeypatch.setattr(csv, "MOST_FINDINGS", 3)
        assert findings(mm.Cohort.from_csv, b"id,a\n" + b"x\n" * 9, invalid="leave_out") == [
            *(f"row {row}: expected 2 cells, one for each header, found 1 cell" for row in (2, 3, 4)),
            "row 5: more than 3 rows cannot be read, so reading ended here",
        ]

    @pytest.mark.parametrize(
        "data", [b"[" * 10**6, b'{"a":' * 10**6, b'[{"id":' + b"[" * 10**5], ids=["list", "object", "cell"]
    )
    def test_deeply_nested_json(self, data: bytes) -> None:
        """Depth does not overflow anything."""
        (finding,) = findings(mm.Cohort.from_json, data)
        assert "JSON" in finding

    def test_very_many_picks_in_one_cell(self) -> None:
        """A cell of ten thousand picks is no answer, written as a list or joined."""
        layout = mm.Layout(delimiters={"skills": ";"})
        for cell in ('"[' + "'a', " * 20_000 + ']"', "a;" * 20_000):
            (finding,) = findings(mm.Cohort.from_csv, f"id,skills\n1,{cell}\n".encode(), layout=layout)
            assert finding == "peer '1', question 'skills': expected at most 10,000 picks in one cell"
