"""What real exports look like: each quirk with the answers it gives or the finding it is (requirement Q8)."""

from __future__ import annotations

from typing import Any

import pytest

from mentormatch import questions as q
from mentormatch.cohort import Cohort
from mentormatch.errors import AnswerError, Finding
from mentormatch.questionnaire import Questionnaire
from mentormatch.readers.layout import Layout

SKILLS = ["Python", "Public speaking", "Peace, love", "C", "C++", "Résumés", "Other (please specify)"]
ASKED = Questionnaire(
    [
        q.MultiChoice("skills", SKILLS, text="Which skills can you share?"),
        q.Choice("grade", ["0-2 years", "3-5 years", "6+ years"], ordered=True),
        q.Choice("remote", ["Yes", "No"]),
        q.Choice("start", ["2024-05-01", "2024-05-13"]),
        q.Number("experience", unit="years", minimum=0),
        q.Ranking("criteria", ["Goals", "Skills", "Place"]),
        q.Text("about"),
        q.Choice("health", ["Well", "Unwell"], private=True),
    ],
    blanks=["n/a"],
)
SEMICOLONS = {"skills": ";", "criteria": ";"}


def read(text: str | bytes, questionnaire: Questionnaire = ASKED, **settings: Any) -> Cohort:
    """The cohort of one table of peers, which is the shortest way from a cell to an answer."""
    data = text if isinstance(text, bytes) else text.encode()
    return Cohort.from_csv(questionnaire, people=data, layout=Layout(**settings))


def answers(cohort: Cohort, name: str) -> list[Any]:
    """What everybody answered, as texts and numbers, None for a blank."""
    column = cohort.mentors.column(name)
    options = getattr(column.question, "options", ())
    found: list[Any] = []
    for value, known in zip(column.values.tolist(), column.known.tolist(), strict=True):
        if not known:
            found.append(None)
        elif isinstance(column.question, q.MultiChoice):
            found.append([option for option, picked in zip(options, value, strict=True) if picked])
        elif isinstance(column.question, q.Ranking):
            found.append([option for rank, option in sorted(zip(value, options, strict=True)) if rank])
        else:
            found.append(options[value] if options else value)
    return found


def refusal(*given: Any, **settings: Any) -> list[str]:
    with pytest.raises(AnswerError) as caught:
        read(*given, **settings)
    return [str(finding) for finding in caught.value.findings]


def one_cell(name: str, cell: str, **settings: Any) -> Any:
    """The answer that a single cell is read as."""
    quoted = '"' + cell.replace('"', '""') + '"'
    return answers(read(f"id,{name}\n7,{quoted}\n", **settings), name)[0]


CELLS: list[tuple[str, str, dict[str, Any], Any]] = [
    # Several picks in one cell.
    ("skills", "Python;Public speaking;", {"delimiters": SEMICOLONS}, ["Python", "Public speaking"]),
    ("skills", "Python, Public speaking", {"delimiters": {"skills": ", "}}, ["Python", "Public speaking"]),
    ("skills", "Python,Public speaking, ", {"delimiters": {"skills": ", "}}, ["Python", "Public speaking"]),
    ("skills", "Python\r\nC++\n", {"delimiters": {"skills": "\n"}}, ["Python", "C++"]),
    ("skills", ";;Python; ;", {"delimiters": SEMICOLONS}, ["Python"]),
    ("skills", ";", {"delimiters": SEMICOLONS}, None),
    ("skills", "n/a", {"delimiters": SEMICOLONS}, None),
    ("skills", "Python;n/a", {"delimiters": SEMICOLONS}, ["Python"]),
    # Options that hold the delimiter.
    ("skills", "Peace, love", {"delimiters": {"skills": ", "}}, ["Peace, love"]),
    ("skills", "Python, Peace, love, C", {"delimiters": {"skills": ", "}}, ["Python", "Peace, love", "C"]),
    ("skills", "peace,  LOVE, python", {"delimiters": {"skills": ","}}, ["Python", "Peace, love"]),
    ("skills", "Public speaking Python", {"delimiters": {"skills": " "}}, ["Python", "Public speaking"]),
    # Lists as programs write them.
    ("skills", "['Python', 'Peace, love']", {}, ["Python", "Peace, love"]),
    ("skills", '["Python", "R\\u00e9sum\\u00e9s"]', {}, ["Python", "Résumés"]),
    ("skills", "('C++',)", {}, ["C++"]),
    ("skills", "{'C', \"C++\"}", {"delimiters": {"skills": ","}}, ["C", "C++"]),
    ("skills", "[]", {}, None),
    ("skills", "[None, 'C']", {}, ["C"]),
    ("criteria", "['Skills', 'Goals']", {}, ["Skills", "Goals"]),
    # What is not among the options.
    ("skills", "Other: knitting", {}, ["Other (please specify)"]),
    ("skills", "C; Other: knitting; weaving", {"delimiters": SEMICOLONS}, ["C", "Other (please specify)"]),
    ("skills", "Other (please specify): tea; C", {"delimiters": SEMICOLONS}, ["C", "Other (please specify)"]),
    ("skills", "C;knitting", {"delimiters": SEMICOLONS, "other": {"skills": None}}, ["C"]),
    ("skills", "C;knitting", {"delimiters": SEMICOLONS, "other": {"skills": "Python"}}, ["Python", "C"]),
    # Spellings of options.
    ("skills", "python", {}, ["Python"]),
    ("skills", "  PUBLIC \u00a0speaking. ", {}, ["Public speaking"]),
    ("skills", "Public-Speaking", {}, ["Public speaking"]),
    ("skills", "Ｐｙｔｈｏｎ", {}, ["Python"]),
    ("skills", "Resumes", {}, ["Résumés"]),
    ("skills", "Pub\u200blic speaking\ufe0f", {}, ["Public speaking"]),
    ("skills", "PUBL\u0130C SPEAK\u0131NG", {}, ["Public speaking"]),
    ("skills", "c++", {}, ["C++"]),
    ("skills", "Cpp", {"aliases": {"skills": {"CPP": "C++"}}}, ["C++"]),
    # Bands.
    ("grade", "3-5", {}, "3-5 years"),
    ("grade", "3 – 5 yrs", {}, "3-5 years"),
    ("grade", "3 to 5 Years", {}, "3-5 years"),
    ("grade", "6+", {}, "6+ years"),
    ("grade", "6 or more years", {}, "6+ years"),
    ("grade", "more than 5 years", {}, "6+ years"),
    ("grade", "less than 3 years", {}, "0-2 years"),
    # Yes and no.
    ("remote", "TRUE", {}, "Yes"),
    ("remote", "0", {}, "No"),
    ("remote", "x", {}, "Yes"),
    ("remote", "Nein", {}, "No"),
    ("remote", "✓", {}, "Yes"),
    # Dates.
    ("start", "1 May 2024", {}, "2024-05-01"),
    ("start", "May 1st, 2024", {}, "2024-05-01"),
    ("start", "13.05.2024", {}, "2024-05-13"),
    ("start", "05/13/2024", {}, "2024-05-13"),
    ("start", "01/05/2024", {}, "2024-05-01"),
    ("start", "2024-05-13 00:00:00", {}, "2024-05-13"),
    # Numbers.
    ("experience", "3,5", {}, 3.5),
    ("experience", "1.234,5", {}, 1234.5),
    ("experience", "1,234.5", {}, 1234.5),
    ("experience", "12\u202f500", {}, 12500),
    ("experience", "1,234", {"decimal": ","}, 1.234),
    ("experience", "1,234", {"decimal": "."}, 1234),
    ("experience", "1.234", {"decimal": ","}, 1234),
    ("experience", "7 years", {}, 7),
    ("experience", "1 year", {}, 1),
    # Text stays as it is.
    ("about", " =1+1, “quoted” ", {}, "=1+1, “quoted”"),
]


@pytest.mark.parametrize(("name", "cell", "settings", "answer"), CELLS, ids=[repr(case[:2]) for case in CELLS])
def test_a_cell_is_read_as_it_was_meant(name: str, cell: str, settings: dict[str, Any], answer: Any) -> None:
    """Each spelling that can mean one thing only is read as that."""
    assert one_cell(name, cell, **settings) == answer


REFUSED: list[tuple[str, str, dict[str, Any], str]] = [
    (
        "skills",
        "C#",
        {},
        "the pick is not among the 7 options; did you mean 'C'?",
    ),
    (
        "skills",
        "Pyton",
        {},
        "the pick is not among the 7 options; did you mean 'Python'?",
    ),
    (
        "skills",
        "Python;C",
        {},
        (
            "the pick is not among the 7 options; this looks like several picks joined by ';': give a list, or "
            "delimiters= to split a table's cells"
        ),
    ),
    (
        "skills",
        "Python, Peace, hate",
        {"delimiters": {"skills": ", "}},
        "2 of 3 picks are not among the 7 options; did you mean 'Peace, love'?",
    ),
    ("skills", "[['C']]", {}, "the pick is not among the 7 options"),
    (
        "grade",
        "5-Mar",
        {},
        (
            "expected one of the 3 options; a spreadsheet made a date of this answer; "
            "export it again with the column as text"
        ),
    ),
    ("grade", "4-5", {}, "expected one of the 3 options; the options are '0-2 years', '3-5 years' and '6+ years'"),
    ("remote", "perhaps", {}, "expected one of the 2 options; the options are 'Yes' and 'No'"),
    (
        "experience",
        "1,234",
        {},
        (
            "could be two different numbers; it could be 1.234 or 1234; "
            "Layout(decimal=',') or Layout(decimal='.') says which"
        ),
    ),
    ("experience", "5+", {}, "expected a number of years from 0"),
    ("experience", "1,23,4", {}, "expected a number of years from 0"),
    ("health", "wel", {}, "expected one of the 2 options"),
    # Strict: nothing is folded, and what is meant is still said.
    ("skills", "python", {"strict": True}, "the pick is not among the 7 options; did you mean 'Python'?"),
    ("remote", "TRUE", {"strict": True}, "expected one of the 2 options; the options are 'Yes' and 'No'"),
    ("experience", "3,5", {"strict": True}, "expected a number of years from 0"),
    ("skills", "Other: tea", {"strict": True}, "the pick is not among the 7 options"),
]


@pytest.mark.parametrize(("name", "cell", "settings", "message"), REFUSED, ids=[repr(case[:2]) for case in REFUSED])
def test_a_cell_that_cannot_be_read_is_a_finding(name: str, cell: str, settings: dict[str, Any], message: str) -> None:
    """What could mean several things, or nothing, is told with the way out and never guessed."""
    with pytest.raises(AnswerError) as caught:
        one_cell(name, cell, **settings)
    assert [str(finding) for finding in caught.value.findings] == [f"peer '7', question {name!r}: {message}"]


class TestOverlaps:
    """Options that hold the delimiter, so that a cell can be cut in several ways."""

    def options(self, *options: str) -> Questionnaire:
        return Questionnaire([q.MultiChoice("x", options)])

    def test_the_longest_option_wins_and_the_report_says_so(self) -> None:
        """ "A, B" is one option though both halves are options too; who looks at the report can see it."""
        asked = self.options("A", "B", "A, B")
        cohort = read('id,x\n1,"A, B"\n2,"B, A"\n', asked, delimiters={"x": ","})
        assert answers(cohort, "x") == [["A, B"], ["A", "B"]]
        assert [(fold.given, fold.read, fold.how, fold.count) for fold in cohort.reading.folds] == [
            ("A, B", "A, B", "longest option", 1)
        ]

    def test_strict_refuses_it(self) -> None:
        """Strictly read, two readings are one too many."""
        asked = self.options("A", "B", "A, B")
        assert refusal('id,x\n1,"A, B"\n', asked, delimiters={"x": ","}, strict=True) == [
            "peer '1', question 'x': could be read in several ways; it could be 'A, B', 'A' and 'B'"
        ]

    def test_readings_of_which_neither_is_the_longer_are_a_finding(self) -> None:
        """ "A, B, C" is "A, B" and "C", or "A" and "B, C": nobody can tell."""
        asked = self.options("A", "C", "A, B", "B, C")
        assert refusal('id,x\n1,"A, B, C"\n', asked, delimiters={"x": ","}) == [
            "peer '1', question 'x': could be read in several ways; it could be 'A', 'A, B', 'B, C' and 'C'"
        ]

    def test_spellings_that_could_be_two_options_are_a_finding(self) -> None:
        """Accents are folded only where that leaves one option."""
        asked = self.options("Resume", "Résumé")
        assert refusal("id,x\n1,resumé\n2,RESUME\n", asked) == [
            "peer '1', question 'x': could be read in several ways; it could be 'Resume' and 'Résumé'"
        ]

    def test_dates_of_which_day_and_month_cannot_be_told_apart_are_a_finding(self) -> None:
        """01/05 is the first of May or the fifth of January; where both are options, nobody can tell."""
        asked = Questionnaire([q.Choice("x", ["2024-05-01", "2024-01-05"])])
        assert refusal("id,x\n1,01/05/2024\n", asked) == [
            "peer '1', question 'x': could be read in several ways; it could be '2024-05-01' and '2024-01-05'"
        ]


class TestFiles:
    """The bytes of files: encodings, separators, line ends, headers."""

    TEXT = 'id,about\n1,"Zoë, née “Ö”"\n2,x\n'

    @pytest.mark.parametrize(
        ("encoding", "name"),
        [
            ("utf-8", "UTF-8"),
            ("utf-8-sig", "UTF-8"),
            ("utf-16", "UTF-16-LE"),
            ("utf-16-le", "UTF-16-LE"),
            ("utf-16-be", "UTF-16-BE"),
            ("cp1252", "cp1252"),
        ],
    )
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=repr)
    @pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
    def test_encodings_ends_and_separators(self, encoding: str, name: str, end: str, separator: str) -> None:
        """However a file was saved, the cohort is the same, and the report says how it was read."""
        text = f'id{separator}about{end}1{separator}"Zoë{separator} née “Ö”"{end}2{separator}x{end}'
        cohort = read(text.encode(encoding))
        assert answers(cohort, "about") == [f"Zoë{separator} née “Ö”", "x"]
        ((_, rows, origin),) = cohort.reading.origins
        assert (rows, origin.encoding) == (2, name)

    @pytest.mark.parametrize(
        ("text", "encoding"),
        [
            ("Zażółć gęślą jaźń, Michał", "cp1250"),
            ("Привет", "cp1251"),
            ("Café Zoé", "mac-roman"),
            ("日本語のテキスト", "shift-jis"),
        ],
    )
    def test_an_encoding_that_cannot_be_told_is_refused(self, text: str, encoding: str) -> None:
        """Letters of another encoding look like nonsense in cp1252, and nonsense is not kept in silence."""
        data = f"id,about\n1,{text}\n".replace(", M", " M").encode(encoding)
        hint = "save it in UTF-8, or say which encoding it has: Layout(encoding='cp1252')"
        assert refusal(data) == [f"the encoding of the table cannot be told; {hint}"]
        assert answers(read(data, encoding=encoding), "about") == [text.replace(", M", " M")]

    def test_strict_takes_nothing_for_cp1252(self) -> None:
        """The likely encoding is a guess."""
        data = self.TEXT.encode("cp1252")
        assert refusal(data, strict=True)[0].startswith("the encoding of the table cannot be told")
        assert answers(read(data, strict=True, encoding="cp1252"), "about") == ["Zoë, née “Ö”", "x"]

    def test_padding_repeated_headers_and_a_named_separator(self) -> None:
        """Spreadsheets pad, people paste exports below one another, and Excel names the separator."""
        cohort = read("sep=;\n;;\nid;about;\n1;x;\n ; ;\nid;about;\n2;y;\n;;\n")
        assert answers(cohort, "about") == ["x", "y"]
        (origin,) = [origin for _, _, origin in cohort.reading.origins]
        assert (origin.padding, origin.repeated, origin.separator) == (3, 1, "semicolon")

    def test_a_ragged_row_has_its_line(self) -> None:
        """A row is never shifted; quoted line ends count as lines."""
        assert refusal('id,about\n1,"a\nb"\n2\n3,x,y\n') == [
            "peer row 4: expected 2 cells, one for each header, found 1 cell",
            "peer row 5: expected 2 cells, one for each header, found 3 cells",
        ]

    def test_separators_that_fit_alike_are_refused(self) -> None:
        """Where no header is known, a table may look well under two separators."""
        assert refusal("a;b,c\n1;2,3\n") == [
            "the table can be read with comma and semicolon as its separator; say which: Layout(separator=';')"
        ]

    def test_headers_on_several_lines_and_with_emoji(self) -> None:
        """Forms put whole sentences into headers, and spreadsheets break their lines."""
        text = '"id","About\r\n you  ✍️"\r\n1,x\r\n'
        assert answers(read(text, columns={"both": {"about": "About you ✍"}}), "about") == ["x"]

    def test_a_header_may_be_the_wording_of_the_question(self) -> None:
        """Forms export what people were asked, which the questionnaire knows."""
        assert answers(read("id,Which skills can you share?\n1,C\n"), "skills") == [["C"]]

    def test_repeated_headers_are_told_apart_by_number(self) -> None:
        """A header that stands twice is refused where it is meant, and a number says which."""
        text = "id,about,about\n1,x,y\n"
        hint = "give every column its own header, or name the one that is meant by its number"
        assert refusal(text) == [f"2 columns have the header 'about'; {hint}"]
        assert answers(read(text, columns={"both": {"about": 3}}), "about") == ["y"]

    @pytest.mark.parametrize(
        "ids",
        [
            ["1180591620717410000", "ada"],
            ["1.18059E+18", "ada"],
            ["1,18059E+18", "ada"],
            ["1234567890123450", "1234567890123460", "1234567890123470"],
        ],
        ids=repr,
    )
    def test_ids_that_a_spreadsheet_has_rounded_are_refused(self, ids: list[str]) -> None:
        """Long ids lose their last figures in a spreadsheet, and then they are somebody else's."""
        found = refusal("id;about\n" + "".join(f"{one};x\n" for one in ids))
        assert len(found) == sum(one != "ada" for one in ids)
        assert found[0] == (
            "field 'id', peer row 2: looks like a long number that a spreadsheet has rounded, so it is nobody's id any "
            "more; export the table again and open it with this column as text"
        )

    def test_long_ids_that_are_whole_are_kept(self) -> None:
        """A zero at the end of some is chance."""
        ids = [str(1_180_591_620_717_411_303 + 7 * k) for k in range(30)]
        assert read("id\n" + "\n".join(ids)).mentors.ids == tuple(ids)
        assert read("id\n1234567890123450\n1234567890123451\n").mentors.ids[0] == "1234567890123450"


class TestColumns:
    """Answers that are spread over several columns."""

    def test_one_column_for_each_option(self) -> None:
        """One-hot exports name the question and the option in the header, with whatever the form put there."""
        text = 'id,"skills [Python]","skills [Public\n speaking ]",skills [C++]\n1,1,,x\n2,0,Yes,0\n3,,,\n4,no,No,0\n'
        cohort = read(text)
        assert answers(cohort, "skills") == [["Python", "C++"], ["Public speaking"], None, None]
        assert [place.headers for _, place in cohort.reading.places if place.name == "skills"] == [
            ("skills [Python]", "skills [Public\n speaking ]", "skills [C++]")
        ]

    @pytest.mark.parametrize("header", ["{0}: {1}", "{0} - {1}", "{0}/{1}", "{0}.{1}", "{0} ({1})"])
    def test_other_ways_to_put_the_option_into_the_header(self, header: str) -> None:
        """Each form has its own way."""
        headers = [header.format("Which skills can you share?", option) for option in ("Python", "C")]
        assert answers(read(f"id,{headers[0]},{headers[1]}\n1,Python,\n"), "skills") == [["Python"]]

    def test_columns_of_options_that_are_named(self) -> None:
        """Bare headers do not say whose options they are, so the layout does."""
        columns = {"both": {"skills": {"Python": "🐍 Py", "C++": "C++"}}}
        assert answers(read("id,🐍 Py,C++\n1,✓,\n2,x,TRUE\n", columns=columns), "skills") == [
            ["Python"],
            ["Python", "C++"],
        ]

    def test_a_cell_that_is_no_tick_is_a_finding(self) -> None:
        """A grid of levels is not a column of ticks; which levels count must be said."""
        text = "id,skills [C],skills [Python]\n1,Expert,\n2,Learning;Expert,Novice\n"
        hint = "Layout(picked={'skills': [...]}) says which words mean that it is picked"
        assert refusal(text)[0] == f"peer '1', question 'skills': expected yes or no in the column of 'C'; {hint}"
        picked = {"picked": {"skills": ["expert"]}, "delimiters": {"skills": ";"}}
        assert answers(read(text, **picked), "skills") == [["C"], ["C"]]

    def test_ranking_columns(self) -> None:
        """First choice, second choice, ...; or a rank in the column of each criterion."""
        columns = {"both": {"criteria": ["choice 1", "choice 2", "choice 3"]}}
        text = "id,choice 2,choice 1,choice 3\n1,goals,Place,\n2,,Skills,\n3,,,\n"
        assert answers(read(text, columns=columns), "criteria") == [["Place", "Goals"], ["Skills"], None]
        ranked = "id,criteria [Goals],criteria [Skills],criteria [Place]\n1,2nd,1,\n2,,,3\n"
        assert answers(read(ranked), "criteria") == [["Skills", "Goals"], ["Place"]]
        level = "id,criteria [Goals],criteria [Skills]\n1,1,1\n"
        assert refusal(level) == ["peer '1', question 'criteria': expected a rank of its own for every option"]

    def test_a_grid_of_picks_in_several_columns(self) -> None:
        """Picks of one question may stand in several columns."""
        columns = {"both": {"skills": ["first", "second"]}}
        assert answers(read("id,first,second\n1,Python,C\n2,,C++\n", columns=columns), "skills") == [
            ["Python", "C"],
            ["C++"],
        ]

    def test_names_in_two_columns(self) -> None:
        """First and last name are one name."""
        columns = {"both": {"name": ["First", "Last"]}}
        assert read("id,First,Last\n1, Ada ,King\n2,Bo,\n", columns=columns).mentors.names == ("Ada King", "Bo")


class TestShapes:
    """One table or two, wide or long."""

    ASKED = Questionnaire(
        [
            q.MultiChoice("hopes", ["Python", "Law"], asked_of="mentee"),
            q.MultiChoice("offers", ["Python", "Law"], asked_of="mentor"),
            q.Ranking("criteria", ["Goals", "Skills"]),
            q.Text("town"),
        ]
    )

    def test_one_table_with_a_column_of_roles(self) -> None:
        """Both roles stand in one sheet, and who is both is one person on both sides."""
        text = (
            "id,I am a,hopes,offers,town,note\n"
            "ada,Mentor,,Law,Bonn,x\ntim,mentee,Python,,,\nkay,Mentor and mentee,Law,Python,Ulm,\nbo,neither,,,,\n"
        )
        cohort = read(text, self.ASKED, role="I am a")
        assert (cohort.mentors.ids, cohort.mentees.ids) == (("ada", "kay"), ("tim", "kay"))
        assert (cohort.reading.both, cohort.reading.neither) == (("kay",), 1)
        assert set(cohort.unread_columns) == {("mentor", "note"), ("mentee", "note")}

    def test_words_for_roles(self) -> None:
        """The question was "Do you want to sign up as a mentor?"."""
        roles = {"Yes": "mentor", "No": "mentee", "Either": "both"}
        cohort = read("id,mentor?\n1,yes\n2,NO\n3,either\n", self.ASKED, role="mentor?", roles=roles)
        assert (cohort.mentors.ids, cohort.mentees.ids) == (("1", "3"), ("2", "3"))

    def test_a_role_that_is_not_known_is_a_finding(self) -> None:
        """Nobody is put on a side by a guess."""
        assert refusal("id,role\n1,Mentor\n2,Coach\n3,\n", self.ASKED, role="role") == [
            (
                "mentor row 3: expected a role, one of 'mentor', 'mentee', 'both' and 'neither'; "
                "Layout(roles={...}) says what stands in the column"
            ),
            "mentor row 4: expected a role, and the cell is blank",
        ]

    def test_one_row_for_each_answer(self) -> None:
        """The long format, in whatever order the rows come."""
        rows = [
            "ada,Mentor,offers,Law,",
            "ada,Mentor,offers,Python,",
            "tim,Mentee,hopes,Law,",
            "ada,,town,Bonn,",
            "tim,Mentee,criteria,Goals,2",
            "tim,Mentee,criteria,Skills,1",
        ]
        settings: dict[str, Any] = {
            "role": "role",
            "long": {"id": "who", "question": "item", "answer": "value", "rank": "rank"},
            "columns": {"both": {"id": "who"}},
        }
        for order in (rows, rows[::-1]):
            cohort = read("who,role,item,value,rank\n" + "\n".join(order), self.ASKED, **settings)
            assert (cohort.mentors.ids, cohort.mentees.ids) == (("ada",), ("tim",))
            assert answers(cohort, "offers") == [["Python", "Law"]]
            assert answers(cohort, "town") == ["Bonn"]
            assert cohort.mentees.column("criteria").values.tolist() == [[2, 1]]

    def test_rows_of_one_person_that_differ_are_a_finding(self) -> None:
        """A person has one role, and a row without a person is nobody's."""
        text = "id,role,q,a\nada,Mentor,town,Bonn\nada,Mentee,offers,Law\n,Mentor,town,Ulm\n"
        long = {"id": "id", "question": "q", "answer": "a"}
        assert refusal(text, self.ASKED, role="role", long=long) == [
            "mentor row 2: the rows of this person differ in 'role'",
            "mentor row 4: expected a person and a question in every row",
        ]

    def test_several_answers_to_a_question_of_one_are_a_finding(self) -> None:
        """Which of two towns it is cannot be told, nor which of two criteria comes first."""
        text = "id,q,a\nada,town,Bonn\nada,town,Ulm\n"
        long = {"id": "id", "question": "q", "answer": "a"}
        assert refusal(text, self.ASKED, long=long) == ["peer 'ada', question 'town': expected one answer, not several"]
        text = "id,q,a\nada,criteria,Skills\nada,criteria,Goals\n"
        assert refusal(text, self.ASKED, long=long) == [
            (
                "peer 'ada', question 'criteria': expected the ranks of several answers; "
                "Layout(long={..., 'rank': HEADER}) says where they stand"
            )
        ]


class TestReport:
    """What was cleaned is shown (issue of trust: nobody's answer is changed in silence)."""

    def test_the_whole_report(self) -> None:
        """Folds with their counts, who answered nothing or everything, who may be there twice, columns not read."""
        text = (
            "id,name,skills,remote,health,stamp\n"
            "a@x.org,Ada King,python;C;c++;PUBLIC SPEAKING;Peace-love;Resumes;Other: tea,TRUE,well,1\n"
            "A@X.org,Bo,python,Yes,Well,2\n"
            "c,king ADA,,,,3\n"
        )
        asked = Questionnaire([one for one in ASKED if one.id in ("skills", "remote", "health")])
        cohort = read(text, asked, delimiters={"skills": ";"}, aliases={"skills": {"Peace-love": "Peace, love"}})
        assert str(cohort.reading) == REPORT
        assert str(cohort).endswith(
            "Columns of the peers that were not read: 'stamp'.\n\n"
            "9 answers in another spelling than the questionnaire's; .reading lists them."
        )

    def test_private_answers_are_only_counted(self) -> None:
        """Convention 11: no private answer stands in a report."""
        cohort = read("id,health\n1,WELL\n2,well\n3,unwell\n")
        assert [(fold.given, fold.read, fold.count) for fold in cohort.reading.folds] == [(None, None, 3)]

    def test_a_cohort_of_records_has_a_report_too(self) -> None:
        """People on both sides and silent people are there whatever they came from."""
        asked = Questionnaire([q.MultiChoice("x", ["a", "b", "c"]), q.MultiChoice("y", ["a", "b", "c"], private=True)])
        everything = {"x": ["a", "b", "c"], "y": ["a", "b", "c"]}
        cohort = Cohort.from_records(asked, mentors=[{"id": 1, **everything}, {"id": 2}], mentees=[{"id": 1}])
        report = cohort.reading
        assert (report.both, report.answered_nothing) == (("1",), (("mentor", "2"), ("mentee", "1")))
        assert [(one.question, one.count, one.people) for one in report.ticked_everything] == [
            ("x", 1, ("1",)),
            ("y", 1, ()),
        ]


REPORT = """\
Reading
=======

answered nothing       1
ticked everything      1
may stand there twice  2
on both sides          0

Tables
  of    source  rows  encoding  separator  left out
  peer             3  UTF-8     comma

Where it stands
  side  field or question  header
  peer  id                 id
  peer  name               name
  peer  skills             skills
  peer  remote             remote
  peer  health             health

Read as
  side  question  given            read as                 differs in      times
  peer  skills    python           Python                  case or spaces      2
  peer  skills    Other: …         Other (please specify)  free text           1
  peer  skills    PUBLIC SPEAKING  Public speaking         case or spaces      1
  peer  skills    Peace-love       Peace, love             alias               1
  peer  skills    Resumes          Résumés                 accents             1
  peer  skills    c++              C++                     case or spaces      1
  peer  remote    TRUE             Yes                     yes or no           1
  peer  health    (private)        (private)               case or spaces      1

Peers who answered nothing: 'c'.

Peers who ticked every option of 'skills': 1: 'a@x.org'.

Peers with the same id, who may be one person: 'a@x.org' and 'A@X.org'.

Peers with the same name, who may be one person: 'a@x.org' and 'c'.

Columns of the peers that were not read: 'stamp'."""


@pytest.mark.parametrize(
    ("settings", "messages"),
    [
        (
            {"columns": {"left": {}}, "delimiters": {"x": 1}, "strict": 1},
            [
                "expected the keys of columns= to be 'mentor', 'mentee' or 'both'",
                "delimiters, question 'x': expected a delimiter, which is text",
                "expected strict= to be True or False",
            ],
        ),
        ({"roles": {"x": "mentor"}}, ["roles= says what stands in a column, and role= does not say in which"]),
        (
            {"role": "r", "roles": {"x": "coach"}},
            ["expected roles= to map texts to 'mentor', 'mentee', 'both' and 'neither'"],
        ),
        (
            {"long": {"id": "x"}},
            ["expected long= to map 'id', 'question' and 'answer', and 'rank' where there is one, to headers"],
        ),
        ({"encoding": "klingon"}, ["expected encoding= to be the name of an encoding, such as 'cp1252', or None"]),
        ({"encoding": "base64"}, ["expected encoding= to be the name of an encoding, such as 'cp1252', or None"]),
        ({"separator": "x"}, ["expected separator= to be one of ',', ';', '\\t' and '|', or None"]),
        ({"decimal": "'"}, ["expected decimal= to be ',', '.' or None"]),
        ({"columns": {"both": {"x": []}}}, ["expected columns= to map fields and questions to headers, all text"]),
        ({"aliases": {"x": {"a": 1}}}, ["aliases, question 'x': expected mappings of other names to options"]),
    ],
    ids=repr,
)
def test_a_layout_that_cannot_be_meant_is_refused(settings: dict[str, Any], messages: list[str]) -> None:
    """All that is wrong with a layout is told at once."""
    with pytest.raises(AnswerError) as caught:
        Layout(**settings)
    assert [str(finding) for finding in caught.value.findings] == messages


def test_a_layout_that_does_not_fit_the_questionnaire_is_refused() -> None:
    """A question or option that does not exist is a slip."""
    settings: dict[str, Any] = {
        "aliases": {"skills": {"x": "Pyton"}},
        "other": {"about": "x"},
        "picked": {"skil": ["x"]},
        "columns": {"both": {"skills": {"Pyton": "x"}}},
    }
    assert refusal("id\n", **settings) == [
        "other, question 'about': expected a question with options (Choice or MultiChoice)",
        "picked: there is no question 'skil'; did you mean 'skills'?",
        "aliases, question 'skills': 'Pyton' is not among the options; did you mean 'Python'?",
    ]
    assert refusal("id\n", columns=settings["columns"]) == [
        "columns, question 'skills': 'Pyton' is not among the options; did you mean 'Python'?"
    ]


def test_a_layout_prints_what_was_said() -> None:
    """A layout can be pasted back."""
    layout = Layout(columns={"both": {"id": "E-mail"}}, strict=True)
    assert repr(layout) == "Layout(columns={'both': {'id': 'E-mail'}}, strict=True)"
    assert eval(repr(layout)) == layout


def test_findings_of_several_tables_say_whose_they_are() -> None:
    """Both tables are put right in one go."""
    with pytest.raises(AnswerError) as caught:
        Cohort.from_csv(ASKED, mentors=b"id,about,about\n", mentees=b"")
    assert [(one.side, one.code) for one in caught.value.findings] == [
        ("mentor", "header_repeated"),
        ("mentee", "table_empty"),
    ]
    assert all(isinstance(one, Finding) for one in caught.value.findings)
