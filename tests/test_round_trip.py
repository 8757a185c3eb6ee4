"""A random cohort, exported in each style of the forms and spreadsheets, is read back as the same cohort."""

from __future__ import annotations

import csv
import io
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentormatch import questions as q
from mentormatch.cohort import Cohort
from mentormatch.questionnaire import Questionnaire
from mentormatch.readers.layout import Layout

SKILLS = ["Python", "C++", "Peace, love", "R&D; labs", "Führung 🧭", 'So-called "soft" skills', "Line\nbreak"]
TOWNS = ["Bonn", "Ulm, Donau", "Łódź"]
LEVELS = ["0-2 years", "3-5 years", "6+ years"]
CRITERIA = ["Goals", "Skills", "Place"]
ASKED = Questionnaire(
    [
        q.MultiChoice("skills", SKILLS, text="Which skills do you have?"),
        q.Choice("town", TOWNS),
        q.Choice("level", LEVELS, ordered=True),
        q.Choice("remote", ["Yes", "No"]),
        q.Ranking("criteria", CRITERIA),
        q.Number("years", minimum=0),
        q.Text("about"),
        q.Reference("manager"),
    ]
)

Person = dict[str, Any]
Sides = tuple[list[Person], list[Person]]

# Texts of a form; blank ones are none, and a lone carriage return is a line end to every reader.
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from('",;\n|'), max_size=12)
numbers = st.sampled_from([0, 1, 2.5, 7, 12.25, 1234.5, 40])


@st.composite
def people(draw: st.DrawFn) -> Sides:
    """Mentors m0, m1, ... and mentees e0, e1, ...; the last mentee may be m0 as well."""
    sides: list[list[Person]] = []
    for letter in "me":
        side = []
        for number in range(draw(st.integers(0, 4))):
            person: Person = {
                "id": f"{letter}{number}",
                "skills": [one for one in SKILLS if draw(st.booleans())],
                "town": draw(st.sampled_from([None, *TOWNS])),
                "level": draw(st.sampled_from([None, *LEVELS])),
                "remote": draw(st.sampled_from([None, "Yes", "No"])),
                "criteria": draw(st.permutations(CRITERIA))[: draw(st.integers(0, 3))],
                "years": draw(st.none() | numbers),
                "about": draw(st.none() | texts.map(str.strip).map(lambda text: text or None)),
                "manager": draw(st.sampled_from([None, "m0", "boss"])),
            }
            side.append(person)
        sides.append(side)
    if sides[1] and sides[0] and draw(st.booleans()):
        sides[1][-1]["id"] = "m0"
    return sides[0], sides[1]


def written(rows: list[list[str]], separator: str = ",", end: str = "\r\n", encoding: str = "utf-8") -> bytes:
    """A CSV file as the standard library writes it."""
    file = io.StringIO(newline="")
    # The standard library leaves a line feed bare where lines end with a carriage return.
    quoting = csv.QUOTE_ALL if end == "\r" else csv.QUOTE_MINIMAL
    csv.writer(file, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)
    return file.getvalue().encode(encoding)


def plain(value: object) -> str:
    """A value as a form writes it into one cell."""
    if value is None:
        return ""
    return "~".join(value) if isinstance(value, list) else str(value)


def wide(side: list[Person], header: list[str]) -> list[list[str]]:
    return [header, *([plain(person[name]) for name in header] for person in side)]


NAMES = ["id", *ASKED.ids]
TILDE = {"skills": "~", "criteria": "~"}


def two_files(sides: Sides, chance: random.Random) -> Cohort:
    """Comma, semicolon, tab or bar, any line end, with padding, repeated headers and shuffled columns."""
    files = []
    for side in sides:
        header = chance.sample(NAMES, len(NAMES))
        rows = wide(side, header)
        rows.insert(chance.randint(1, len(rows)), [" "] * len(header))
        rows.insert(chance.randint(1, len(rows)), header)
        encoding = chance.choice(["utf-8", "utf-8-sig", "utf-16"])
        files.append(written(rows, chance.choice(",;\t|"), chance.choice(["\n", "\r\n", "\r"]), encoding))
    return Cohort.from_csv(ASKED, mentors=files[0], mentees=files[1], delimiters=TILDE)


def joined_by_what_options_hold(sides: Sides, chance: random.Random) -> Cohort:
    """Picks joined by ", " or ";" with a trailing one, though options hold both."""
    delimiter = chance.choice([", ", ";", ","])
    files = []
    for side in sides:
        rows = wide(side, NAMES)
        for row, person in zip(rows[1:], side, strict=True):
            row[1] = delimiter.join(person["skills"]) + (delimiter if chance.random() < 0.5 else "")
        files.append(written(rows))
    delimiters = {"skills": delimiter, "criteria": "~"}
    return Cohort.from_csv(ASKED, mentors=files[0], mentees=files[1], delimiters=delimiters)


def literals(sides: Sides, chance: random.Random) -> Cohort:
    """Lists as Python or JSON writes them."""
    write = chance.choice([repr, json.dumps, lambda picks: repr(tuple(picks))])
    files = []
    for side in sides:
        rows = wide(side, NAMES)
        for row, person in zip(rows[1:], side, strict=True):
            row[1], row[5] = write(person["skills"]), write(person["criteria"])
        files.append(written(rows))
    return Cohort.from_csv(ASKED, mentors=files[0], mentees=files[1])


def one_hot(sides: Sides, chance: random.Random) -> Cohort:
    """One column for each skill and for each rank of the criteria."""
    yes, no = chance.choice([("1", "0"), ("TRUE", "FALSE"), ("x", ""), ("✓", "no")])
    shape = chance.choice(["{} [{}]", "{}: {}", "{} ({})"])
    files = []
    for side in sides:
        rest = [name for name in NAMES if name not in ("skills", "criteria")]
        skills = [shape.format("Which skills do you have?", one) for one in SKILLS]
        rows = [[*rest, *skills, "first", "second", "third"]]
        for person in side:
            ticks = [yes if one in person["skills"] else no for one in SKILLS]
            ranked = [*person["criteria"], "", "", ""][:3]
            rows.append([*(plain(person[name]) for name in rest), *ticks, *ranked])
        files.append(written(rows))
    columns = {"both": {"criteria": ["first", "second", "third"]}}
    return Cohort.from_csv(ASKED, mentors=files[0], mentees=files[1], columns=columns)


def ranks(sides: Sides, chance: random.Random) -> Cohort:
    """A rank in the column of each criterion."""
    shape = chance.choice(["{}", "#{}", "{}."])
    files = []
    for side in sides:
        rest = [name for name in NAMES if name != "criteria"]
        rows = [[*rest, *(f"criteria [{one}]" for one in CRITERIA)]]
        for person in side:
            given = person["criteria"]
            placed = [shape.format(given.index(one) + 1) if one in given else "" for one in CRITERIA]
            rows.append([*(plain(person[name]) for name in rest), *placed])
        files.append(written(rows))
    return Cohort.from_csv(ASKED, mentors=files[0], mentees=files[1], delimiters={"skills": "~"})


def one_table(sides: Sides, chance: random.Random) -> Cohort:
    """Both roles in one sheet, a row for each role that somebody has."""
    rows = [[*NAMES, "role"]]
    for side, role in zip(sides, ("Mentor", "mentee"), strict=True):
        rows += [[*row, role] for row in wide(side, NAMES)[1:]]
    head, *body = rows
    chance.shuffle(body)
    file = written([head, *body], chance.choice(",;"))
    return Cohort.from_csv(ASKED, people=file, layout=Layout(role="role", delimiters=TILDE))


def long(sides: Sides, chance: random.Random) -> Cohort:
    """One row for each answer, in any order, ranks in a column of their own."""
    files = []
    for side in sides:
        rows = []
        for person in side:
            own = []
            for name in ASKED.ids:
                value = person[name]
                picks = value if isinstance(value, list) else [] if value is None else [value]
                own += [[person["id"], name, plain(one), str(place)] for place, one in enumerate(picks, start=1)]
            rows += own or [[person["id"], "town", "", ""]]
        chance.shuffle(rows)
        files.append(written([["who", "what", "said", "rank"], *rows]))
    says = {"id": "who", "question": "what", "answer": "said", "rank": "rank"}
    layout = Layout(long=says, columns={"both": {"id": "who"}})
    return Cohort.from_csv(ASKED, mentors=files[0], mentees=files[1], layout=layout)


def as_json(sides: Sides, chance: random.Random) -> Cohort:
    """Records in JSON, without the keys of blanks or with null."""
    keep = chance.random() < 0.5
    files = []
    for side in sides:
        records = [
            {name: value for name, value in person.items() if keep or value not in (None, [])} for person in side
        ]
        records = [{**record, "id": record["id"]} for record in records]
        files.append((json.dumps(records) if records else '[{"id": null}]').encode())
    return Cohort.from_json(ASKED, mentors=files[0], mentees=files[1])


def misspelled(sides: Sides, chance: random.Random) -> Cohort:
    """Options in other case, spacing and dashes, yes as TRUE, bands and numbers in words of their own."""

    def spell(text: str) -> str:
        changes = [str.upper, str.lower, lambda one: f"  {one} ", lambda one: one.replace(" ", " \u00a0")]
        return chance.choice(changes)(text)

    files = []
    for side in sides:
        changed = []
        for person in side:
            years = person["years"]
            changed.append(
                {
                    **person,
                    "skills": [spell(one) for one in person["skills"]],
                    "criteria": [spell(one) for one in person["criteria"]],
                    "town": person["town"] and spell(person["town"]),
                    "level": person["level"] and person["level"].replace("-", chance.choice([" - ", "–", " to "])),
                    "remote": person["remote"] and {"Yes": "TRUE", "No": "0"}[person["remote"]],
                    "years": None if years is None else str(years).replace(".", ","),
                }
            )
        files.append(written(wide(changed, NAMES), ";"))
    return Cohort.from_csv(ASKED, mentors=files[0], mentees=files[1], delimiters=TILDE)


STYLES = [two_files, joined_by_what_options_hold, literals, one_hot, ranks, one_table, long, as_json, misspelled]


def answers(cohort: Cohort) -> list[dict[str, tuple[Any, ...]]]:
    """What everybody said, by side and id, so that no order of rows matters."""
    sides = []
    for held in (cohort.mentors, cohort.mentees):
        told: dict[str, list[Any]] = {name: [] for name in held.ids}
        for question in cohort.questionnaire:
            column = held.column(question.id)
            for name, value, known in zip(held.ids, column.values.tolist(), column.known.tolist(), strict=True):
                told[name].append(value if known else None)
        sides.append({name: tuple(map(repr, values)) for name, values in told.items()})
    return sides


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.__name__)
@settings(max_examples=30)
@given(sides=people(), seed=st.integers(0, 2**20))
def test_each_style_of_export_gives_the_same_cohort(style: Any, sides: Sides, seed: int) -> None:
    """However an export spells them, the answers are those that were given; ids, blanks and ranks included."""
    expected = Cohort.from_records(ASKED, mentors=sides[0], mentees=sides[1])
    assert answers(style(sides, random.Random(seed))) == answers(expected)
