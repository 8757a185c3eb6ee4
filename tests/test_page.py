"""A page is one value, and its text is safe to print and easy to read."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch.errors import ProgramError
from mentormatch.page import Page, Table
from mentormatch.page.text import breadth, cut, wrapped

PAIRS = Table("Pairs made", ["mentor", "mentee", "points"], [("ada", "tim", 7250), ("grace", "kay", None)])


def test_the_text_of_a_whole_page() -> None:
    """A title, facts, tables and notes stand in this order with an empty line between them."""
    page = Page(
        "Supply",
        facts=[("mentors", 30), ("mentees who want a mentor", 1250), ("ratio", "0.75")],
        tables=[PAIRS, Table("Spare seats", ["mentor"])],
        notes=["Ask two mentors for one more seat.", "Or form groups."],
    )
    assert page.text() == (
        "Supply\n"
        "======\n"
        "\n"
        "mentors                    30\n"
        "mentees who want a mentor  1,250\n"
        "ratio                      0.75\n"
        "\n"
        "Pairs made\n"
        "  mentor  mentee  points\n"
        "  ada     tim      7,250\n"
        "  grace   kay\n"
        "\n"
        "Spare seats\n"
        "  none\n"
        "\n"
        "Ask two mentors for one more seat.\n"
        "\n"
        "Or form groups."
    )
    assert str(page) == page.text()


def test_a_table_is_shown_by_itself() -> None:
    """Who wants one table of a page names it; a title that is not there is told with the near one."""
    page = Page("Supply", facts=[("mentors", 30)], tables=[PAIRS, Table("Spare seats", ["mentor"])])
    assert page.table("Pairs made") is PAIRS
    assert str(PAIRS) == "Pairs made\n  mentor  mentee  points\n  ada     tim      7,250\n  grace   kay"
    assert PAIRS._repr_html_() == Page("", tables=[PAIRS])._repr_html_()
    with pytest.raises(ProgramError) as caught:
        page.table("Spare seat")
    assert str(caught.value) == "table: there is no table 'Spare seat'; did you mean 'Spare seats'?"
    with pytest.raises(ProgramError, match="there is no table like that"):
        page.table(1)  # type: ignore[arg-type]


def test_an_empty_page_is_an_empty_text() -> None:
    """Nothing to say is said without a traceback."""
    assert Page("").text() == ""
    assert Page("", notes=[""]).text() == ""


def test_columns_of_numbers_stand_right_and_others_as_asked() -> None:
    """Numbers can be compared at a glance without a word about it, and align has the last say."""
    assert PAIRS.align == ("left", "left", "right")
    assert Table("", ["n"], [(None,)]).align == ("left",)
    assert Table("", ["n", "m"], [(1, 2)], align=("left", "right")).align == ("left", "right")
    assert Page("", tables=[Table("", ["n", "word"], [(1, "to"), (10, "be")], align=["left", "right"])]).text() == (
        "  n   word\n  1     to\n  10    be"
    )


def test_control_characters_do_not_reach_the_terminal() -> None:
    """A name from a table cannot clear the screen, forge a second row or turn the direction of writing."""
    evil = "a\x1b[2J\r\nb\u202ec\u2028d\x9b\ud800"
    page = Page(evil, facts=[(evil, evil)], tables=[Table(evil, [evil], [(evil,)])], notes=[evil])
    text = page.text()
    assert text == (
        "a [2J bc d \ufffd\n"
        "============\n"
        "\n"
        "a [2J  bc d \ufffd  a [2J bc d \ufffd\n"
        "\n"
        "a [2J bc d \ufffd\n"
        "  a [2J  bc d \ufffd\n"
        "  a [2J  bc d \ufffd\n"
        "\n"
        "a [2J bc d \ufffd"
    )
    text.encode()


def test_long_cells_are_wrapped_and_numbers_never() -> None:
    """The widest texts give way until the table fits, none of them is cut, and a number is shown whole."""
    table = Table("", ["id", "reason", "points"], [("m-1", "no mentor left who may be matched", 10_000_000)])
    assert Page("", tables=[table]).text(40) == (
        "  id   reason                     points\n  m-1  no mentor left who     10,000,000\n       may be matched"
    )


def test_ids_stay_whole_where_there_is_room() -> None:
    """What has to be typed again is not broken while a column of several words can give way."""
    table = Table(
        "", ["guess", "read as", "why"], [("how_many_years_have_you_worked", "a number " * 4, "numbers " * 4)]
    )
    assert Page("", tables=[table]).text(60) == (
        "  guess                           read as       why\n"
        "  how_many_years_have_you_worked  a number a    numbers\n"
        "                                  number a      numbers\n"
        "                                  number a      numbers\n"
        "                                  number        numbers"
    )


def test_printing_shows_fifty_rows_and_counts_the_others() -> None:
    """A program of hundreds does not scroll its head away; text(), a table by itself, HTML and Markdown hold all."""
    table = Table("Pairs", ["mentor", "points"], [(f"m{k}", k) for k in range(53)])
    page = Page("", tables=[table])
    assert str(page).split("\n")[-2:] == ["  m49         49", "  and 3 more; page().text() shows all"]
    assert str(Page("", tables=[Table("", ["mentor"], [["m"]] * 50)])).count("\n") == 50
    assert page.text() == str(table)
    for whole in (page.text(), page.html(), page.markdown()):
        assert "m52" in whole
    with pytest.raises(ProgramError, match="a whole number of rows from 0, or None"):
        page.text(rows=-1)


def test_the_last_column_is_wrapped_because_it_holds_the_sentence() -> None:
    """The reason why somebody has no partner is the last thing that may be cut off."""
    table = Table("", ["who", "why"], [("m-1", "no mentor is left who may be matched"), ("m-2", "wants none")])
    assert Page("", tables=[table]).text(30) == (
        "  who  why\n  m-1  no mentor is left who\n       may be matched\n  m-2  wants none"
    )


def test_a_table_of_too_many_columns_is_wider_rather_than_unreadable() -> None:
    """Cells keep eight characters, so that something can be read of each."""
    table = Table("", ["a long heading"] * 4, [["some long text"] * 4])
    assert Page("", tables=[table]).text(20) == (
        "  a long    a long    a long    a long\n"
        "  heading   heading   heading   heading\n"
        "  some      some      some      some\n"
        "  long      long      long      long\n"
        "  text      text      text      text"
    )


def test_wide_and_joining_characters_keep_the_columns_straight() -> None:
    """Names of the whole world line up, in either normal form."""
    table = Table("", ["name", "seat"], [("東京", "x"), ("Zoe\u0308", "x"), ("Zoë", "x")])
    assert Page("", tables=[table]).text() == "  name  seat\n  東京  x\n  Zoe\u0308   x\n  Zoë   x"


def test_facts_hang_behind_their_label() -> None:
    """A long fact goes on under itself and a long label is shortened, so that labels can be read down."""
    page = Page(
        "", facts=[("aims", "participation, then points, then the lottery"), ("a label far too long to stand", "x")]
    )
    assert page.text(40) == (
        "aims                  participation,\n"
        "                      then points, then\n"
        "                      the lottery\n"
        "a label far too lon…  x"
    )


def test_a_page_and_a_table_are_frozen_and_copies_of_what_they_were_given() -> None:
    """What was shown once stays what was shown."""
    rows = [["ada"]]
    table = Table("t", ["mentor"], rows)
    page = Page("p", tables=[table])
    rows[0][0] = "bo"
    rows.append(["cy"])
    assert table.rows == (("ada",),)
    with pytest.raises(dataclasses.FrozenInstanceError):
        page.title = "q"  # type: ignore[misc]
    assert page == Page("p", tables=(Table("t", ("mentor",), (("ada",),)),))
    assert hash(page) == hash(Page("p", tables=(Table("t", ("mentor",), (("ada",),)),)))


def test_a_table_that_is_no_table_is_refused_with_every_reason() -> None:
    """A row is never shifted under another heading."""
    bad: Any = ["left", "middle", "left"]
    with pytest.raises(ProgramError) as caught:
        Table("Pairs", ["mentor", "mentee"], [("ada", "tim"), ("ada",), ("a", "b", "c")], align=bad)
    assert str(caught.value) == (
        "4 settings of the program cannot be meant as written:\n"
        "  table 'Pairs': row 2 has 1 cell and not 2\n"
        "  table 'Pairs': row 3 has 3 cells and not 2\n"
        "  table 'Pairs': align has 3 and not 2 entries\n"
        "  table 'Pairs': expected 'left' or 'right' as align, not 'middle'"
    )


@pytest.mark.parametrize("width", [19, 0, -5, True, 50.0, None])
def test_a_width_that_holds_no_text_is_refused(width: Any) -> None:
    """A page is never squeezed into less than can be read."""
    with pytest.raises(ProgramError) as caught:
        Page("p").text(width)
    assert str(caught.value) == "expected a width of at least 20 characters"


words = st.text(max_size=60)


@given(words, st.lists(st.tuples(words, words)), st.lists(words), st.integers(20, 60))
def test_no_line_is_wider_than_asked(title: str, facts: list[tuple[str, str]], notes: list[str], width: int) -> None:
    """Whatever people are called, every line fits and can be written as UTF-8."""
    rows = [(label[:20], value) for label, value in facts]
    text = Page(title, facts=facts, tables=[Table(title, ["label", "value"], rows)], notes=notes).text(width)
    assert all(breadth(line) <= width for line in text.split("\n"))
    assert not any(character in text for character in "\r\t\x1b\u202e\u2028\x0b")
    text.encode()


@given(words, st.integers(2, 30))
def test_wrapping_loses_no_character_and_cutting_keeps_the_beginning(text: str, width: int) -> None:
    """Wrapping changes white space alone, and a shortened cell is the beginning of the whole."""
    plain = "".join(wrapped(text, width)).replace(" ", "")
    assert plain == "".join(wrapped(text, 10_000)).replace(" ", "")
    short = cut(text, width)
    assert breadth(short) <= width
    assert short == text or text.startswith(short[:-1])
