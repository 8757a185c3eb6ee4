"""CSV files: read as they come, refused where they are torn, always with the line (convention 10; requirement Q8)."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch import questions as q
from mentormatch.cohort import Cohort
from mentormatch.errors import AnswerError
from mentormatch.questionnaire import Questionnaire
from mentormatch.readers.csv import parse_table

QUESTIONNAIRE = Questionnaire(
    [
        q.MultiChoice("skills", ["Python", "Public speaking", "Negotiation"]),
        q.Choice("department", ["Sales", "R&D; Labs", "Peace, Love"]),
        q.Number("experience", unit="years", minimum=0),
        q.Ranking("criteria", ["goals", "skills"], asked_of="mentee"),
    ],
    blanks=["n/a"],
)
EMPTY = "id\n"


def rows_of(text: str | bytes, **settings: Any) -> list[tuple[str, ...]]:
    return list(parse_table(text.encode() if isinstance(text, str) else text, **settings).rows)


@pytest.fixture
def cohort_of(tmp_path: Path) -> Any:
    """Writes the texts of two files and reads them as a cohort."""

    def read(mentors: str | bytes = EMPTY, mentees: str | bytes = EMPTY, **settings: Any) -> Cohort:
        for name, text in (("mentors.csv", mentors), ("mentees.csv", mentees)):
            (tmp_path / name).write_bytes(text.encode() if isinstance(text, str) else text)
        return Cohort.from_csv(
            QUESTIONNAIRE, mentors=tmp_path / "mentors.csv", mentees=str(tmp_path / "mentees.csv"), **settings
        )

    return read


def refusal(read: Any, *texts: str | bytes, **settings: Any) -> str:
    with pytest.raises(AnswerError) as caught:
        read(*texts, **settings)
    assert caught.value.__cause__ is None
    return str(caught.value)


class TestTable:
    """The bytes of a file to rows of text."""

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=repr)
    @pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "BOM"])
    @pytest.mark.parametrize("separator", [",", ";"])
    def test_the_usual_spellings(self, end: str, mark: bytes, separator: str) -> None:
        """Exports differ in line ends, byte order mark and separator; the table is the same."""
        text = end.join(["id,name", "ada,Zoë", '"b""o","x', 'y,;z"', " , ", "cy,"]).replace(",", separator)
        table = parse_table(mark + text.encode())
        assert table.header == ("id", "name")
        inner = ("x" + end + "y,;z").replace(",", separator)
        assert table.rows == (("ada", "Zoë"), ('b"o', inner), ("cy", ""))
        assert table.lines == (2, 3, 6)

    def test_the_separator_is_found_from_the_headers_that_are_wanted(self) -> None:
        """Headers are questions and questions hold commas, so counting separators is not enough."""
        text = "id;Which goals, hopes, dreams?\nada;x, y\n"
        assert rows_of(text, expected=["Which goals, hopes, dreams?"]) == [("ada", "x, y")]
        assert rows_of('id,"a;b;c"\n1,2\n') == [("1", "2")]

    def test_torn_rows_are_findings_with_their_line(self) -> None:
        """Ragged rows are never shifted, and one torn row does not hide the next."""
        table = parse_table('id,name\na,1,x\nb\n"c"d,1\ne,"1\nf,\udcff\n\n,\ng,é\n'.encode("utf-8", "surrogateescape"))
        assert [str(finding) for finding in table.findings] == [
            "row 2: expected 2 cells, one for each header, found 3 cells",
            "row 3: expected 2 cells, one for each header, found 1 cell",
            "row 4: there is text after the closing quote of cell 1",
            "row 5: a quote is opened and never closed",
            "row 6: there are characters that cannot be decoded; save the table as CSV in UTF-8",
        ]
        assert table.rows == (("g", "é"),)
        assert table.lines == (9,)

    @pytest.mark.parametrize("data", [b"", b"\n\n", b" , ,\n", b"\xef\xbb\xbf", b'"id\n1\n'])
    def test_a_table_without_a_header_is_refused(self, data: bytes) -> None:
        """Without headers nothing can be read, so nothing is guessed."""
        with pytest.raises(AnswerError):
            parse_table(data)

    def test_a_very_long_cell_leaves_the_standard_library_alone(self) -> None:
        """A biography may be long, and a setting of the whole process is not ours to change."""
        before = csv.field_size_limit()
        long = "x" * (before + 1)
        assert rows_of(f'id,about\n1,"{long}"\n') == [("1", long)]
        assert csv.field_size_limit() == before

    def test_an_unclosed_quote_is_found_in_one_pass(self) -> None:
        """A megabyte after a stray quote must not take minutes."""
        assert len(parse_table(b'id\n"' + b'x""' * 300_000).findings) == 1

    @given(data=st.binary() | st.text('ab,;"\r\n \ufeffé', max_size=40).map(str.encode))
    def test_any_bytes_are_a_table_or_an_answer_error(self, data: bytes) -> None:
        """The reader reads, or raises our error; rows always have as many cells as the header."""
        try:
            table = parse_table(data)
        except AnswerError as error:
            assert error.findings
        else:
            assert all(len(row) == len(table.header) for row in table.rows)
            assert len(table.rows) == len(table.lines)
            assert sorted(set(table.lines)) == list(table.lines)

    @given(
        rows=st.lists(
            st.tuples(*[st.text('ab,;" \n\r', max_size=5)] * 3).filter(lambda row: any(cell.strip() for cell in row)),
            max_size=5,
        ),
        quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
        delimiter=st.sampled_from(",;"),
    )
    def test_what_the_standard_library_writes_is_read_back(
        self, rows: list[tuple[str, ...]], quoting: Any, delimiter: str
    ) -> None:
        """An independent writer is the oracle of the reader."""
        file = io.StringIO(newline="")
        writer = csv.writer(file, quoting=quoting, delimiter=delimiter)
        writer.writerow(["h1", "h2", "h3"])
        writer.writerows(rows)
        assert rows_of(file.getvalue()) == rows


class TestCohort:
    """Two files and a mapping of columns to a cohort."""

    def test_files_with_a_mapping_and_delimiters(self, cohort_of: Any) -> None:
        """The export of a form tool is read as it is."""
        cohort = cohort_of(
            '\ufeffE-mail;Seats;"What, exactly?";Dept;experience;Timestamp\r\n'
            'ada@x.org;2;Python; "R&D; Labs";3.5;x\r\n'.replace('; "', ';"')
            + 'bo@x.org;;"Python;Negotiation;";Peace, Love;n/a;x\r\n',
            "id,wants,skills,criteria,name\n\n7,2,Public speaking;Python,skills;goals;,Tim\n,,,,\n8,,,,\n",
            columns={"mentor": {"id": "E-mail", "capacity": "Seats", "skills": "What, exactly?", "department": "Dept"}},
            delimiters={"skills": ";", "criteria": ";"},
        )
        assert cohort.mentors.ids == ("ada@x.org", "bo@x.org")
        assert cohort.mentors.capacity.tolist() == [2, 1]
        assert cohort.mentors.column("skills").values.tolist() == [[True, False, False], [True, False, True]]
        assert cohort.mentors.column("department").values.tolist() == [1, 2]
        assert cohort.mentors.column("experience").known.tolist() == [True, False]
        assert cohort.mentees.ids == ("7", "8")
        assert cohort.mentees.names == ("Tim", "")
        assert cohort.mentees.column("criteria").values.tolist() == [[2, 1], [0, 0]]
        assert not cohort.mentees.column("department").known.any()
        assert cohort.unread_columns == (("mentor", "Timestamp"),)
        assert str(cohort).endswith("Columns of the mentors that were not read: 'Timestamp'.")

    def test_the_whole_text_of_an_error(self, cohort_of: Any) -> None:
        """Rows and answers of both files are put right in one go."""
        text = refusal(
            cohort_of,
            "id,skills,department\nada,Python,Sales\nbo,pyton,\ncy,Python\n",
            'id,experience\ntim,"-1"\ntim,2\n\udcffé'.encode("utf-8", "surrogateescape"),
        )
        assert text == (
            "5 answers do not fit the questionnaire:\n"
            "  mentor 'bo', question 'skills': the pick is not among the 3 options; did you mean 'Python'?\n"
            "  mentor row 4: expected 3 cells, one for each header, found 2 cells\n"
            "  mentee 'tim', question 'experience': expected a number of years from 0\n"
            "  mentee 'tim': expected every id once, but rows 2 and 3 have this one\n"
            "  mentee row 4: there are characters that cannot be decoded; save the table as CSV in UTF-8"
        )

    def test_the_whole_text_of_an_error_of_headers(self, cohort_of: Any) -> None:
        """Where headers are wrong, what stands below them is not to be relied on, so headers are put right first."""
        answers = "".join(f"p{n},pyton,-1\n" for n in range(300))
        with pytest.raises(AnswerError) as caught:
            cohort_of(
                "id,skills,departement,experience,experience\nada,pyton,Sales,x,x\ncy\n",
                "Id,skills,experience\n" + answers,
                columns={
                    "mentor": {"department": "department", "name": "Full name", "skill": "x"},
                    "mentee": {"id": "ID", "department": "Dept"},
                },
            )
        assert str(caught.value) == (
            "6 things in the tables cannot be read:\n"
            "  mentors: there is no column 'Full name' for 'name'\n"
            "  mentors: there is no column 'department' for 'department'; did you mean 'departement'?\n"
            "  mentors: 2 columns have the header 'experience'; give every column its own header, "
            "or name the one that is meant by its number\n"
            "  mentors: there is no question or field 'skill'; did you mean 'skills'?\n"
            "  mentees: there is no column 'ID' for 'id'; did you mean 'Id'?\n"
            "  mentees: there is no column 'Dept' for 'department'"
        )
        assert len(caught.value.findings) == 6

    def test_a_wrong_header_of_one_file_comes_before_the_answers_of_the_other(self, cohort_of: Any) -> None:
        """One finding about a header is easily missed among hundreds about answers."""
        answers = "id,experience\n" + "".join(f"p{n},-1\n" for n in range(300))
        assert refusal(cohort_of, answers, "id,Yers\na,1\n", columns={"mentee": {"experience": "Years"}}) == (
            "mentees: there is no column 'Years' for 'experience'; did you mean 'Yers'?"
        )

    def test_cells_of_several_picks_without_delimiters(self, cohort_of: Any) -> None:
        """The most common slip: a form joins picks, and nobody has said by what."""
        assert refusal(cohort_of, "id,skills\nada,Python;\nbo,Python;Negotiation;\n") == (
            "2 answers do not fit the questionnaire:\n"
            "  mentor 'ada', question 'skills': the pick is not among the 3 options; this looks like several picks "
            "joined by ';': give a list, or delimiters= to split a table's cells\n"
            "  mentor 'bo', question 'skills': the pick is not among the 3 options; this looks like several picks "
            "joined by ';': give a list, or delimiters= to split a table's cells"
        )

    def test_several_wrong_settings_of_the_call(self, cohort_of: Any) -> None:
        """What is wrong with the call is no answer of anybody."""
        assert refusal(cohort_of, "id\n", columns={"mentors": {}}, delimiters={"skill": ";"}) == (
            "2 settings for reading the tables cannot be meant as written:\n"
            "  delimiters: there is no question 'skill'; did you mean 'skills'?\n"
            "  expected the keys of columns= to be 'mentor', 'mentee' or 'both'"
        )

    def test_a_finding_has_the_person_and_the_row(self, cohort_of: Any) -> None:
        """The person is who to ask, the row is where to correct; quoted line breaks count as lines."""
        with pytest.raises(AnswerError) as caught:
            cohort_of('id,name,experience\na,"x\ny",1\nb,,x\n')
        (finding,) = caught.value.findings
        assert (finding.side, finding.person, finding.row, finding.question) == ("mentor", "b", 4, "experience")

    def test_leave_out_leaves_out_people_and_torn_rows(self, cohort_of: Any) -> None:
        """The rest goes on, and the cohort carries what was wrong."""
        cohort = cohort_of("id,experience\na,1\nb,x\nc\nd,4\n", invalid="leave_out")
        assert cohort.mentors.ids == ("a", "d")
        assert [finding.row for finding in cohort.findings] == [3, 4]
        assert "2 findings about people who were left out" in str(cohort)

    def test_a_wrong_header_is_refused_even_where_people_may_be_left_out(self, cohort_of: Any) -> None:
        """A whole column that is missing is no mistake of a person."""
        columns = {"mentor": {"experience": "Years"}}
        assert refusal(cohort_of, "id,Yers\na,1\n", columns=columns, invalid="leave_out") == (
            "mentors: there is no column 'Years' for 'experience'; did you mean 'Yers'?"
        )
        assert refusal(cohort_of, "ID,x\n1,2\n", invalid="leave_out") == (
            "mentors: there is no column 'id'; say which column it is: columns={'mentor': {'id': HEADER}}"
        )

    def test_a_header_that_stands_twice_is_refused_where_it_is_read(self, cohort_of: Any) -> None:
        """Which of two columns was meant must not be guessed; two columns of notes are nobody's business."""
        assert refusal(cohort_of, "id,experience,experience\na,1,2\n") == (
            "mentors: 2 columns have the header 'experience'; give every column its own header, "
            "or name the one that is meant by its number"
        )
        assert cohort_of("id,note,note,\na,1,2,3\n").unread_columns == (
            ("mentor", "note"),
            ("mentor", "note"),
            ("mentor", "column 4, which has no header"),
        )
        assert cohort_of("id,,\na,,\n").unread_columns == ()

    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            ({"columns": {"mentors": {}}}, "expected the keys of columns= to be 'mentor', 'mentee' or 'both'"),
            ({"columns": {("a",): {}}}, "expected the keys of columns= to be 'mentor', 'mentee' or 'both'"),
            ({"columns": ["id"]}, "expected columns= to be a mapping with the keys 'mentor' and 'mentee'"),
            (
                {"columns": {"mentor": {"id": None}}},
                "mentors: expected columns= to map fields and questions to headers, all text",
            ),
            (
                {"columns": {"mentor": {"skill": "id"}}},
                "mentors: there is no question or field 'skill'; did you mean 'skills'?",
            ),
            (
                {"columns": {"mentor": {"criteria": "id"}}},
                "mentors, question 'criteria': this side is not asked this question, so it has no column",
            ),
            ({"delimiters": ";"}, "expected delimiters= to be a mapping of questions to texts"),
            ({"delimiters": {"skill": ";"}}, "delimiters: there is no question 'skill'; did you mean 'skills'?"),
            ({"delimiters": {"skills": ""}}, "delimiters, question 'skills': expected a delimiter, which is text"),
            (
                {"delimiters": {"department": ";"}},
                "delimiters, question 'department': expected a question with several picks (MultiChoice or Ranking)",
            ),
            ({"invalid": "no"}, "expected invalid= to be 'refuse' or 'leave_out'"),
        ],
        ids=repr,
    )
    def test_wrong_settings_are_told(self, cohort_of: Any, settings: dict[str, Any], message: str) -> None:
        """A slip in the call is an error of ours that says what the call takes."""
        assert refusal(cohort_of, "id,criteria\n", **settings) == message

    def test_a_required_question_without_a_column_is_one_finding(self, tmp_path: Path) -> None:
        """Five hundred times the same message would hide the cause."""
        questionnaire = Questionnaire([q.Text("about", required=True)])
        (tmp_path / "a.csv").write_text("id\n" + "".join(f"{n}\n" for n in range(500)))
        with pytest.raises(AnswerError) as caught:
            Cohort.from_csv(questionnaire, mentors=tmp_path / "a.csv", mentees=tmp_path / "a.csv")
        assert [str(finding) for finding in caught.value.findings] == [
            "mentors, question 'about': there is no column for this required question",
            "mentees, question 'about': there is no column for this required question",
        ]

    @pytest.mark.parametrize("path", ["missing.csv", ".", "", "a\0b", 7, None, b"x.csv", ["x"]], ids=repr)
    def test_a_file_that_cannot_be_read(self, tmp_path: Path, path: Any) -> None:
        """Convention 10: nothing from the standard library reaches the user raw."""
        given = str(tmp_path / path) if path in ("missing.csv", ".") else path
        with pytest.raises(AnswerError) as caught:
            Cohort.from_csv(QUESTIONNAIRE, mentors=given, mentees=given)
        assert [finding.side for finding in caught.value.findings] == ["mentor", "mentee"]

    @given(
        data=st.binary() | st.text('a7,;"\n skillpytho', max_size=60).map(lambda text: f"id,skills\n{text}".encode())
    )
    def test_any_bytes_are_a_cohort_or_an_answer_error(self, tmp_path_factory: Any, data: bytes) -> None:
        """Whatever is in the file, it is read or refused in our words."""
        path = tmp_path_factory.getbasetemp() / "fuzz.csv"
        path.write_bytes(data)
        try:
            cohort = Cohort.from_csv(QUESTIONNAIRE, mentors=path, mentees=path, delimiters={"skills": ";"})
        except AnswerError as error:
            assert error.findings
        else:
            assert cohort.mentors.ids == cohort.mentees.ids
