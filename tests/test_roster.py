"""One row for each person: in every rendering, for every audience, with the wave from which a pair stands."""

from __future__ import annotations

import csv
import io
import json

import pytest
from test_report import CHOICES, MATCHING, PEOPLE, PROGRAM

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.roster import Roster


def test_a_roster_in_full() -> None:
    """Mentees and mentors by id, whom they have at which rank and from which wave, and why or why not."""
    assert str(MATCHING.roster()) == (
        "Roster of Rhine\n"
        "===============\n"
        "\n"
        "Mentees\n"
        "  mentee  has                 points  rank  wave  why\n"
        "  eve     nobody                                  the only possible mentor has no seat left: ada\n"
        "                                                  (Ada Lovelace) has fay and gil\n"
        "  fay     ada (Ada Lovelace)   8,750     1     1  goals 7,500 of 7,500, faith 1,250 of 2,500\n"
        "  gil     ada (Ada Lovelace)   1,250     1     1  faith 1,250 of 2,500\n"
        "  hal     bo                   4,167     1     1  goals 2,917 of 7,500, faith 1,250 of 2,500\n"
        "\n"
        "Mentors\n"
        "  mentor              has                   points  wave  why\n"
        "  ada (Ada Lovelace)  fay and gil  8,750 and 1,250     1  fay: goals 7,500 of 7,500, faith 1,250 of\n"
        "                                                          2,500; gil: faith 1,250 of 2,500\n"
        "  bo                  hal                    4,167     1  goals 2,917 of 7,500, faith 1,250 of 2,500\n"
        "  cy                  nobody                              offers no seat"
    )


def test_a_roster_for_mentors_keeps_private_answers_and_lists_to_itself() -> None:
    """A single private rule hides the points, ranks are the mentees' own, and reasons name public rules alone."""
    assert str(MATCHING.roster("mentor")) == (
        "Roster of Rhine\n"
        "===============\n"
        "\n"
        "Mentees\n"
        "  mentee  has                 wave  why\n"
        "  eve     nobody                    all possible partners have other mentees\n"
        "  fay     ada (Ada Lovelace)     1  goals 7,500 of 7,500\n"
        "  gil     ada (Ada Lovelace)     1\n"
        "  hal     bo                     1  goals 2,917 of 7,500\n"
        "\n"
        "Mentors\n"
        "  mentor              has          wave  why\n"
        "  ada (Ada Lovelace)  fay and gil     1  fay: goals 7,500 of 7,500\n"
        "  bo                  hal             1  goals 2,917 of 7,500\n"
        "  cy                  nobody             offers no seat"
    )


def test_the_wave_is_that_from_which_the_pair_stands() -> None:
    """A pair that was broken and made again counts from when it was made again."""
    scores = mm.ScoreMatrix.from_array([[8, 9], [5, 4]], mentors=["ada", "bo"], mentees=["tim", "kay"])
    first = mm.solve(scores)
    second = mm.solve(scores, choices=mm.Choices(bans=[("ada", "kay")]))
    third = mm.solve(scores, choices=mm.Choices(pins=[("bo", "tim")]))
    waves = {one.person: one.wave for one in third.roster(earlier=[first, second]).entries}
    assert waves == {"tim": 3, "kay": 3, "ada": 3, "bo": 3}
    waves = {one.person: one.wave for one in third.roster(earlier=[second, first]).entries}
    assert waves == {"tim": 2, "kay": 2, "ada": 2, "bo": 2}
    assert {one.wave for one in third.roster(earlier=[first, first]).entries} == {1}
    for wrong in (first, [1], "abc", None):
        with pytest.raises(mm.ProgramError, match="earlier: expected a list of matchings, the first wave first"):
            third.roster(earlier=wrong)  # type: ignore[arg-type]


def test_several_partners_make_one_row() -> None:
    """A mentor of two mentees has one row, with both, their points and the mean."""
    roster = MATCHING.roster()
    (ada,) = [one for one in roster.entries if one.person == "ada"]
    assert (ada.partners, ada.points, ada.status) == (("fay", "gil"), (8750, 1250), "proposed")
    record = next(record for record in roster.to_records() if record["person"] == "ada")
    assert (record["pairs"], record["points"], record["partners"]) == (2, 5000, ["fay", "gil"])


def test_the_json_is_what_the_schema_says() -> None:
    """Every field of the JSON is in the schema, with its type, and nothing else is allowed."""
    schema = Roster.schema()
    written = json.loads(MATCHING.roster().to_json())
    assert written.keys() == schema["properties"].keys() == {"program", "audience", "entries", "version"}
    entry = schema["$defs"]["RosterEntry"]
    assert entry["additionalProperties"] is False
    kinds = {"string": str, "integer": int, "null": type(None), "array": list}
    for one in written["entries"]:
        assert list(one) == list(entry["properties"])
        for name, value in one.items():
            asked = entry["properties"][name]
            assert isinstance(value, tuple(kinds[kind["type"]] for kind in asked.get("anyOf", [asked])))


def test_the_csv_has_a_row_for_everybody_and_runs_nothing() -> None:
    """One line for each person, whatever they are called."""
    questions = mm.Questionnaire([q.Choice("town", ["=Bonn"])])
    cohort = mm.Cohort.from_records(
        questions, mentors=[{"id": "=cmd()", "name": "@x"}], mentees=[{"id": "-1"}, {"id": "kay", "town": "=Bonn"}]
    )
    roster = mm.Program("p", questions, [r.Same("town", label="+town")]).match(cohort).roster()
    rows = list(csv.DictReader(io.StringIO(roster.to_csv(), newline="")))
    assert [(row["person"], row["partners"], row["side"]) for row in rows] == [
        ("'-1", rows[0]["partners"], "mentee"),
        ("kay", rows[1]["partners"], "mentee"),
        ("'=cmd()", rows[2]["partners"], "mentor"),
    ]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_a_matching_without_scores_has_no_roster() -> None:
    """A saved matching carries no answers, and its roster says how to get them back."""
    saved = mm.Matching.from_json(MATCHING.to_json())
    with pytest.raises(mm.ProgramError, match=r"use with_scores\(\)"):
        saved.roster()
    assert saved.with_scores(PROGRAM.score(PEOPLE)).roster() == PROGRAM.match(PEOPLE, CHOICES).roster()
    with pytest.raises(mm.ProgramError, match="audience"):
        MATCHING.roster("director")  # type: ignore[arg-type]
