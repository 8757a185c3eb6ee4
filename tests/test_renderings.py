"""One page is text, HTML and Markdown, and a matching is CSV: whatever people are called, it is shown and never run."""

from __future__ import annotations

import csv
import importlib
import inspect
import io
import pkgutil
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from html import escape, unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.errors import MentormatchError, ProgramError
from mentormatch.page import Page, Paged, Picture, Table, document
from mentormatch.page.csv import csv_text, guarded
from mentormatch.page.html import marked
from mentormatch.page.markdown import escaped
from mentormatch.wording import harmless

SMALL = Page(
    "Supply <1>",
    facts=[("mentors", 30), ("ratio", "0.75 & falling")],
    tables=[Table("Pairs", ["", "mentor", "points"], [("new", "ada | bo", 7250)]), Table("Spare seats", ["mentor"])],
    notes=["Ask `two` mentors."],
)


def test_the_html_of_a_small_page() -> None:
    """Title, facts, tables and notes are what they are in HTML, and a screen reader knows which heading is whose."""
    html = re.sub("(?s)<style>.*?</style>", "<style></style>", SMALL.html())
    assert html == (
        '<div class="mentormatch" lang="en" dir="ltr">\n'
        "<style></style>\n"
        "<h2>Supply &lt;1&gt;</h2>\n"
        "<dl>\n"
        "<dt>mentors</dt><dd>30</dd>\n"
        "<dt>ratio</dt><dd>0.75 &amp; falling</dd>\n"
        "</dl>\n"
        '<div class="mm-scroll" role="region" tabindex="0" aria-label="Pairs">\n'
        "<table>\n"
        "<caption>Pairs</caption>\n"
        '<thead><tr><td class="mm-short"></td><th scope="col" class="mm-short">mentor</th>'
        '<th scope="col" class="mm-right">points</th></tr></thead>\n'
        "<tbody>\n"
        '<tr><td class="mm-short">new</td><td class="mm-short">ada | bo</td><td class="mm-right">7,250</td></tr>\n'
        "</tbody>\n"
        "</table>\n"
        "</div>\n"
        '<div class="mm-scroll" role="region" tabindex="0" aria-label="Spare seats">\n'
        "<table>\n"
        "<caption>Spare seats</caption>\n"
        "<tbody><tr><td>none</td></tr></tbody>\n"
        "</table>\n"
        "</div>\n"
        "<p>Ask `two` mentors.</p>\n"
        "</div>"
    )


def test_the_markdown_of_a_small_page() -> None:
    """What means something in Markdown or HTML is escaped, and numbers stand right."""
    assert SMALL.markdown() == (
        "## Supply &lt;1&gt;\n"
        "\n"
        "- mentors: 30\n"
        "- ratio: 0.75 &amp; falling\n"
        "\n"
        "**Pairs**\n"
        "\n"
        "|  | mentor | points |\n"
        "| :-- | :-- | --: |\n"
        "| new | ada \\| bo | 7,250 |\n"
        "\n"
        "**Spare seats**\n"
        "\n"
        "none\n"
        "\n"
        "Ask \\`two\\` mentors."
    )


def test_a_document_stands_alone_and_is_told_to_load_and_run_nothing() -> None:
    """A file that somebody sends on opens anywhere, on a phone and on a dark screen, and asks nobody for anything."""
    document = SMALL.document()
    assert document.startswith('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n')
    assert "<title>Supply &lt;1&gt;</title>" in document
    assert "<h1>Supply &lt;1&gt;</h1>" in document
    assert "default-src 'none'; style-src 'unsafe-inline'" in document
    assert 'content="width=device-width, initial-scale=1"' in document
    assert "prefers-color-scheme:dark" in document
    assert "<title>Report of &lt;May&gt;</title>" in SMALL.document("Report of <May>")
    assert Page("", notes=["x"]).document().count("<h1>") == 0


def test_a_document_of_pages_and_pictures_is_one_safe_file() -> None:
    """Findings, pages and pictures stand in their order, every text is escaped, and only pictures inside are shown."""
    png = b"\x89PNG\r\n\x1a\n" + b"x" * 5
    text = document("A <b>", [SMALL, Picture(png, 'a "quote" <script>')], findings=["one & <two>"])
    found = read(text.replace("<ul>", "").replace("</ul>", "").replace("<li>", "<p>").replace("</li>", "</p>"))
    assert found.cells("h1", "h2") == ["A <b>", "Supply <1>"]
    assert "<li>one &amp; &lt;two&gt;</li>" in text
    assert (
        '<figure><img src="data:image/png;base64,iVBORw0KGgp4eHh4eA==" alt="a &quot;quote&quot; &lt;script&gt;">'
        in text
    )
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in text
    assert "img-src" not in SMALL.document()
    assert {one for one in found.wrong if "script" in one} == set()
    for wrong in (b"GIF89a", "x", None):
        with pytest.raises(ProgramError, match="expected the bytes of a PNG file"):
            Picture(wrong, "x")  # type: ignore[arg-type]
    with pytest.raises(ProgramError, match="expected what the picture shows, in words"):
        Picture(png, " ")
    with pytest.raises(ProgramError, match=r"parts\[1\]: expected a Page or a Picture"):
        document("t", [SMALL, "page"])  # type: ignore[list-item]


def test_an_empty_page_is_empty_in_every_rendering() -> None:
    """Nothing to say is said without a traceback."""
    assert Page("").markdown() == ""
    assert read(Page("").html()).words == []


# --- what a browser makes of it


TAGS = {
    "div",
    "style",
    "h1",
    "h2",
    "dl",
    "dt",
    "dd",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "p",
    "bdi",
}
FRAME = {"html", "head", "meta", "title", "body"}
ATTRIBUTES = {"class", "lang", "dir", "role", "tabindex", "aria-label", "scope"}


class Reader(HTMLParser):
    """Everything that is shown, tag by tag, and a complaint about all that no page holds."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.styles: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = ATTRIBUTES if tag in TAGS else {"charset", "http-equiv", "content", "name", "lang"}
        self.wrong += [f"<{tag} {name}>" for name, _ in attrs if name not in known]
        self.wrong += [f"<{tag}>"] if tag not in TAGS | FRAME else []
        if tag not in ("meta", "bdi"):
            self.open.append(tag)
            self.words.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag != "bdi" and self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.styles.append(data)
        elif self.open and self.open[-1] in ("h1", "h2", "dt", "dd", "caption", "th", "td", "p"):
            tag, before = self.words[-1]
            self.words[-1] = (tag, before + data)

    def handle_comment(self, data: str) -> None:
        self.wrong.append(data)

    def handle_decl(self, decl: str) -> None:
        self.wrong += [decl] * (decl != "DOCTYPE html")

    handle_pi = unknown_decl = handle_comment

    def cells(self, *tags: str) -> list[str]:
        return [text for tag, text in self.words if tag in tags]


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    reader.wrong += reader.open
    reader.words = [(tag, text) for tag, text in reader.words if tag not in FRAME | {"div", "style"}]
    return reader


def cells_of_markdown(line: str) -> list[str]:
    """The cells of a row: cut at pipes without a backslash, then freed of backslashes and entities."""
    return [plain_of_markdown(cell) for cell in re.findall(r"((?:\\.|[^\\|])*)\|", line)[1:]]


def plain_of_markdown(text: str) -> str:
    plain = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text.strip())
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


MARKUP = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><script>",
    "<!--",
    "]]>",
    "&lt;b&gt;",
    "&amp;",
    "\\|",
    "\\",
    "|",
    "`x`",
    "**b** _i_ [a](javascript:x) ![i](x)",
    "a_b",
    "http://x.y`a www.x.y",
    "# h",
    "- l",
    "1. l",
    "---",
    "===",
    "line\nend\r\n",
    "\u202eright to left",
    "\u05d0\u05d1 (\u05d2 12), \u0645\u062d\u0645\u062f",
    "=cmd()",
    "\x1b[2J",
    "x" * 200,
]
names = st.one_of(
    st.sampled_from(MARKUP), st.text(max_size=20), st.text("<>&\"'/\\|`*_[]()!#-+=\n ab\u05d0\u202e", max_size=12)
)
pages = st.builds(
    lambda title, facts, heading, rows, notes: Page(title, facts, [Table(heading, [heading, "b", title], rows)], notes),
    names,
    st.lists(st.tuples(names, names), max_size=3),
    names,
    st.lists(st.tuples(names, names, names), min_size=1, max_size=3),
    st.lists(names, max_size=2),
)


@given(pages)
def test_no_markup_survives_and_every_text_is_shown_as_it_is(page: Page) -> None:
    """Whatever somebody is called or answered, HTML holds our tags alone and shows the text to the letter."""
    for html in (page.html(), page.document()):
        found = read(html)
        assert found.wrong == []
        assert found.cells("h1", "h2") == [harmless(page.title)] * bool(page.title)
        assert found.cells("dt", "dd") == [harmless(text) for fact in page.facts for text in fact]
        table = page.tables[0]
        assert found.cells("th", "td") == [harmless(text) for row in (table.columns, *table.rows) for text in row]
        assert found.cells("p") == [harmless(note) for note in page.notes]
        html.encode()


@given(pages)
def test_all_renderings_hold_the_same_cells(page: Page) -> None:
    """Text, HTML and Markdown are one page."""
    table = page.tables[0]
    wanted = [" ".join(harmless(cell).split()) for row in table.rows for cell in row]
    in_html = read(page.html()).cells("td")[-len(wanted) :]
    assert [" ".join(cell.split()) for cell in in_html] == wanted
    lines = page.markdown().split("\n")
    start = next(at for at, line in enumerate(lines) if line.startswith("| :--"))
    rows = lines[start + 1 : start + 1 + len(table.rows)]
    assert [cell for row in rows for cell in cells_of_markdown(row)] == wanted
    text = " ".join(page.text(100_000).split())
    assert all(cell in text for cell in wanted)


@given(names)
def test_markdown_stays_on_its_line_and_holds_no_html(text: str) -> None:
    """No name begins a list, a title or a tag, or ends the cell of a table."""
    line = escaped(text)
    assert "\n" not in line
    assert not re.search(r"[<>]|(?<!\\)(?:\\\\)*[|`*\[\]]", line)
    assert not re.match(r"[-+=#]|\d+[.)]|\s", line)
    assert plain_of_markdown(line) == " ".join(harmless(text).split())


@given(names)
def test_words_from_right_to_left_stand_apart_and_lose_nothing(text: str) -> None:
    """A name in Hebrew or Arabic turns no number or bracket beside it around."""
    assert re.sub("</?bdi>", "", marked(text)) == escape(harmless(text))
    for part in re.findall("<bdi>(.*?)</bdi>", marked(text)):
        directions = {unicodedata.bidirectional(character) for character in unescape(part)}
        assert directions & {"R", "AL", "AN"}
        assert "L" not in directions
        assert not set(unescape(part)) & set("(),:")


def test_the_style_reaches_nothing_outside() -> None:
    """A notebook or a page that holds the piece looks as it did before, and nothing is loaded."""
    (style,) = read(SMALL.html()).styles
    rules = re.sub(r"@media[^{]*\{((?:[^{}]*\{[^{}]*\})*)\}", r"\1", style)
    selectors = [one.strip() for group in re.findall(r"([^{}]+)\{", rules) for one in group.split(",")]
    assert len(selectors) > 10
    assert all(re.match(r"div\.mentormatch\b", selector) for selector in selectors)
    assert not re.search(r"url|@import|http|expression|position:fixed", style)


def test_a_notebook_shows_a_hundred_rows_and_counts_the_others() -> None:
    """A matching of a hundred thousand people does not choke the notebook that it ends a cell of."""
    page = Page("p", tables=[Table("Pairs", ["n"], [(n,) for n in range(250)])])
    shown = read(page._repr_html_())
    assert (len(shown.cells("td")), shown.cells("p")) == (100, ["150 more rows not shown."])
    assert len(read(page.html()).cells("td")) == len(read(page.document()).cells("td")) == 250
    for rows in (-1, True, 1.5, "3"):
        with pytest.raises(ProgramError, match="expected a whole number of rows from 0, or None"):
            page.html(rows)  # type: ignore[arg-type]


# --- everything that prints itself

SCRIPT, FORMULA, TURNED, LONG = (
    "<script>alert(1)</script>",
    "=cmd()",
    "\u05e9\u05e8\u05d4 \u05db\u05d4\u05df",
    "W" * 200,
)
ASKED = mm.Questionnaire(
    [
        q.MultiChoice("goals", ["Lead <b>", "Change"], asked_of="mentee", text="Which <i>goals</i>?"),
        q.MultiChoice("reached", ["Lead <b>", "Change"], asked_of="mentor"),
        q.Choice("faith", ["Zurna", "Quokka"], private=True),
        q.Choice("illness", ["Zurna", "Quokka"], private=True),
        q.Choice("team", ["Sales", "Finance"]),
    ]
)
PROGRAM = mm.Program(
    SCRIPT,
    ASKED,
    [
        r.Covers("goals", by="reached", weight=3),
        r.Same("faith"),
        r.When("illness", "Zurna", r.Same("team"), label="team of the ill"),
    ],
    [r.Differs("team", if_unknown="allow")],
)


@cache
def shown() -> dict[str, Any]:
    """One of everything that prints a page, about people of awkward names."""
    cohort = mm.Cohort.from_records(
        ASKED,
        mentors=[
            {"id": "ada", "name": SCRIPT, "reached": ["Lead <b>"], "faith": "Zurna", "team": "Sales"},
            {"id": TURNED, "name": LONG, "illness": "Quokka"},
        ],
        mentees=[
            {"id": FORMULA, "name": FORMULA, "goals": ["Lead <b>"], "illness": "Zurna", "team": "Finance"},
            {"id": SCRIPT, "name": TURNED, "goals": ["Change"], "faith": "Quokka", "team": "Sales"},
            {"id": LONG, "goals": ["Change"]},
        ],
    )
    choices = mm.Choices(
        shortlists={FORMULA: ["ada"], SCRIPT: ["ada", TURNED], LONG: [TURNED]},
        bans=[("ada", LONG, SCRIPT)],
    )
    matching = PROGRAM.match(cohort, choices)
    later = PROGRAM.match(cohort, choices.with_(declines=[(pair.mentor, pair.mentee) for pair in matching.pairs[:1]]))
    return {
        "Questionnaire": ASKED,
        "Program": PROGRAM,
        "Cohort": cohort,
        "ScoreMatrix": matching.scores,
        "Choices": choices,
        "Matching": matching,
        "Explanation": matching.explain("ada", FORMULA),
        "Verdict": matching.verify(),
        "Candidates": matching.alternatives(FORMULA, 2),
        "Changes": later.changes_since(matching),
        "PopularMentors": matching.popular_mentors(),
        "ProgramCheck": PROGRAM.check(cohort),
        "Comparison": mm.compare(PROGRAM, PROGRAM.with_(name=LONG, conditions=()), cohort, choices),
        "Sensitivity": mm.sensitivity(PROGRAM, cohort, choices),
        "Observed": matching.observed([(pair.mentor, pair.mentee, 1) for pair in matching.pairs]),
        "Roster": matching.roster(),
        "Report": matching.report(PROGRAM.check(cohort)),
        "GroupComparison": matching.by_group({"ada": SCRIPT, SCRIPT: TURNED, LONG: LONG, FORMULA: FORMULA}),
        "SupplyCheck": PROGRAM.check_supply(cohort),
        "WhyNot": matching.why_not("ada", FORMULA),
        "WhyUnmatched": matching.why_unmatched(matching.unmatched[0].person),
        "SeatValues": matching.seat_values(),
        "SeatAsks": matching.ask_for_seats(2),
        "Simulation": mm.simulate_waves(PROGRAM, cohort, repeats=2),
    }


def classes() -> Iterator[type]:
    """Every class of the library."""
    for module in pkgutil.walk_packages(mm.__path__, "mentormatch."):
        for _, found in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if found.__module__ == module.name:
                yield found


def test_everything_that_prints_a_page_shows_it_in_a_notebook() -> None:
    """Who adds a class with a page adds the rendering for notebooks, and none has a text of another kind."""
    paged = {one for one in classes() if inspect.isfunction(getattr(one, "page", None))} - {Paged}
    assert [one.__name__ for one in paged if not issubclass(one, Paged) or "__str__" in vars(one)] == []
    assert {one.__name__ for one in paged} >= {type(value).__name__ for value in shown().values()}
    lines = {"Aim", "Proof", "Progress"}  # a line each, which repr would not say better as HTML
    silent = [
        name
        for name in mm.__all__
        if inspect.isclass(one := getattr(mm, name))
        and one.__str__ is not object.__str__
        and not issubclass(one, (Paged, MentormatchError))
        and name not in lines
    ]
    assert silent == []


@pytest.mark.parametrize("kind", sorted(shown()))
def test_whatever_is_printed_is_safe_and_the_same_everywhere(kind: str) -> None:
    """People called like scripts, formulas and essays change no page, in any rendering of any value."""
    value = shown()[kind]
    page = value.page()
    assert (type(value).__name__, str(value)) == (kind, page.text())
    assert value._repr_html_() == page._repr_html_()
    found = read(page.document())
    assert found.wrong == []
    cells = [cell for table in page.tables for row in (table.columns, *table.rows) for cell in row if table.rows]
    assert found.cells("th", "td") == [harmless(cell) for cell in cells]
    assert not re.search("<script|<b>|<i>", page.html() + page.markdown())


@settings(max_examples=40)
@given(st.data())
def test_no_rendering_for_others_holds_a_private_answer(data: st.DataObject) -> None:
    """An option, a title or a label of a private rule is in no text, HTML or Markdown for a mentor or a mentee."""
    public = [r.Covers("goals", by="reached", weight=3), r.Same("team")]
    private = [
        r.Same("faith", label="likeness of faith"),
        r.When("illness", "Zurna", r.Same("team"), label="Zurna team"),
        r.When("faith", "Quokka", r.Covers("goals", by="reached"), label="Quokka goals"),
    ]
    hidden = data.draw(st.lists(st.sampled_from(private), unique=True))
    program = mm.Program("p", ASKED, [*public, *hidden], data.draw(st.sampled_from([[], [r.Same("illness")]])))
    answer = st.sampled_from([None, "Zurna", "Quokka"])
    mentors, mentees = (
        [{"id": f"{side}{at}", **{one: data.draw(answer) for one in ("faith", "illness")}} for at in range(2)]
        for side in ("m", "e")
    )
    matching = program.match(mm.Cohort.from_records(ASKED, mentors=mentors, mentees=mentees))
    for audience in ("mentor", "mentee"):
        values = [matching.explain("m0", "e0", audience), matching.alternatives("e1", 2, audience)]
        for value in [*values, matching]:
            page = value.page()
            told = [
                page.text(),
                page.html(),
                page.document(),
                page.markdown(),
                value._repr_html_(),
                f"{value}{value!r}",
            ]
            told += [matching.to_csv(), str(value.to_records())]
            for secret in ("Zurna", "Quokka", "faith"):
                assert not any(secret in text for text in told)


# --- CSV

cells = st.one_of(
    names,
    st.sampled_from(["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "'=1", "''", 'a;"=1"', '"=1', "a;=1", "a;\t=1", "' =1"]),
)
APOSTROPHES = re.compile(r"\A'(?='*[\t\r\n])|(?:\A|(?<=[;\t\r\n]))'(?=['\"\s]*[=+\-@＝＋－＠])")


@given(st.lists(st.tuples(cells, cells | st.none() | st.integers(0, 10**12)), max_size=4))
def test_csv_comes_back_as_it_was(rows: list[tuple[str, str | int | None]]) -> None:
    """A reader of CSV gets every cell, and gets the text itself when it takes the apostrophes away."""
    table = list(csv.reader(io.StringIO(csv_text(["a", "b"], rows), newline=""), strict=True))
    assert table[0] == ["a", "b"]
    freed = [[APOSTROPHES.sub("", cell) for cell in row] for row in table[1:]]
    assert freed == [["" if cell is None else str(cell) for cell in row] for row in rows]


@given(cells, cells)
def test_no_cell_is_a_formula_wherever_a_spreadsheet_cuts(one: str, other: str) -> None:
    """Set to commas, semicolons or tabs, a spreadsheet finds no cell that begins like a formula."""
    text = csv_text(["a", "b"], [(one, other)])
    for delimiter in ",;\t":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            for cell in row:
                assert not re.match(r"[\s\"]*[=+\-@＝＋－＠]", cell), delimiter
                assert delimiter != "," or not cell.startswith(("\t", "\r"))


def test_what_is_no_formula_is_left_alone() -> None:
    """An apostrophe stands where it protects and nowhere else."""
    for text in ("", "ada", "'t Hooft", "a-b", "x=1", "a, -b", "ada@example.com", "7"):
        assert guarded(text) == text


def test_the_csv_of_a_matching_has_a_line_for_everybody() -> None:
    """Pairs with rank and status come first, then who has no pair with code and reason, names kept as they are."""
    scores = mm.ScoreMatrix.from_array([[8, 9, 3], [7, 6, 2]], ["ada", "@bo"], ["tim", "kay, jr", SCRIPT])
    choices = mm.Choices(shortlists={"tim": ["ada"]}, bans=[("@bo", SCRIPT)])
    assert mm.solve(scores, choices=choices).to_csv() == (
        "mentor,mentor_name,mentee,mentee_name,points,status,rank,code,reason\r\n"
        '\'@bo,,"kay, jr",,6,proposed,,,\r\n'
        "ada,,tim,,8,proposed,1,,\r\n"
        ",,<script>alert(1)</script>,,,unmatched,,partners_full,"
        "the only possible mentor has no seat left: ada has tim\r\n"
    )
    matching = shown()["Matching"]
    rows = list(csv.DictReader(io.StringIO(matching.to_csv(), newline="")))
    assert len(rows) == len(matching.pairs) + len(matching.unmatched)
    written = [(row["mentor"], APOSTROPHES.sub("", row["mentee"]), row["points"]) for row in rows if row["points"]]
    assert written == [(pair.mentor, pair.mentee, str(pair.points)) for pair in matching.pairs]
    assert {row["mentor_name"] for row in rows} >= {SCRIPT, LONG}
