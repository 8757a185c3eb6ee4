"""Dataframes of pandas, polars and pyarrow: people come in and results go out, each cell as it was."""

from __future__ import annotations

import importlib
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_report import CHOICES, MATCHING, PEOPLE, PROGRAM, TOWNS

import mentormatch as mm
from mentormatch.page.records import Backend, Recorded, columns_of, frame_of, read_frame

BACKENDS: tuple[Backend, ...] = ("pandas", "polars", "pyarrow")

MENTORS = {
    "id": ["ada", "bo", "cy"],
    "name": ["Ada Lovelace", None, None],
    "capacity": [2, None, 0],
    "reached": ["Lead;Write", "Rest", "Lead"],
    "town": ["Bonn", "Ulm", "Ulm"],
    "faith": [None, "Zurna", None],
    "years": [9.0, 7.0, None],
}
MENTEES = {
    "id": ["eve", "fay", "gil", "hal"],
    "goals": ["Lead;Rest", "Write", "Rest", None],
    "town": ["Ulm", "Ulm", None, "Bonn"],
    "faith": ["Quokka", None, "Zurna", None],
    "years": [1, 2, 3, 4],
}


def frame(backend: Backend, columns: dict[str, list[Any]]) -> Any:
    """A dataframe made by its own library, not by ours."""
    return {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}[backend](columns)  # type: ignore[operator]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_cohort_of_dataframes_is_that_of_the_records(backend: Backend) -> None:
    """Gaps are blanks, whole numbers that a gap has made floats stay whole, and cells with a delimiter are picks."""
    cohort = mm.Cohort.from_frames(
        TOWNS,
        mentors=frame(backend, MENTORS),
        mentees=frame(backend, MENTEES),
        delimiters={"goals": ";", "reached": ";"},
    )
    assert str(cohort) == str(PEOPLE)
    assert PROGRAM.match(cohort, CHOICES) == MATCHING


@pytest.mark.parametrize("backend", BACKENDS)
def test_lists_in_cells_are_picks(backend: Backend) -> None:
    """A column of lists needs no delimiter."""
    goals = [cell and cell.split(";") for cell in MENTEES["goals"]]
    reached = [cell.split(";") for cell in MENTORS["reached"] if cell]
    cohort = mm.Cohort.from_frames(
        TOWNS,
        mentors=frame(backend, {**MENTORS, "reached": reached}),
        mentees=frame(backend, {**MENTEES, "goals": goals}),
    )
    assert PROGRAM.match(cohort, CHOICES) == MATCHING


def test_what_the_libraries_call_missing_is_blank() -> None:
    """NaN, NaT, pandas' NA and null are one and the same: no answer."""
    town = pd.array(["Bonn", pd.NA, "Ulm"], dtype="string")
    years = pd.array([4, pd.NA, 2], dtype="Int64")
    mentors = pd.DataFrame({"id": [7, 8, 9], "town": town, "years": years, "reached": [["Lead"], float("nan"), []]})
    cohort = mm.Cohort.from_frames(TOWNS, mentors=mentors, mentees=pl.DataFrame({"id": ["a"], "town": [None]}))
    assert cohort.mentors.ids == ("7", "8", "9")
    for question, known in (
        ("town", [True, False, True]),
        ("years", [True, False, True]),
        ("reached", [True] + [False] * 2),
    ):
        assert cohort.mentors.column(question).known.tolist() == known
    categories = mentors.assign(town=mentors["town"].astype("category"))
    assert mm.Cohort.from_frames(TOWNS, mentors=categories, mentees=pl.DataFrame({"id": ["a"]})).mentors.column(
        "town"
    ).values.tolist() == [0, -1, 1]


def test_an_id_that_became_a_float_is_refused_with_its_row() -> None:
    """A gap in a column of ids makes pandas turn them into floats, which may have lost digits."""
    mentors = pd.DataFrame({"id": [1, None]})
    with pytest.raises(mm.AnswerError) as caught:
        mm.Cohort.from_frames(TOWNS, mentors=mentors, mentees=pd.DataFrame({"id": ["a"]}))
    assert {finding.row for finding in caught.value.findings} <= {1, 2}
    assert caught.value.findings[0].side == "mentor"


def test_what_is_no_dataframe_is_refused() -> None:
    """Lists, paths and lazy frames get a message of ours, with the way out."""
    for given_, message in (
        ([{"id": 1}], "expected a dataframe of pandas, polars or pyarrow, not a list"),
        ("people.csv", "expected a dataframe of pandas, polars or pyarrow, not a str"),
        (pl.LazyFrame({"id": ["a"]}), "not a LazyFrame; collect() a lazy one first"),
        (pd.Series([1]), "expected a dataframe of pandas, polars or pyarrow, not a Series"),
    ):
        with pytest.raises(mm.AnswerError) as caught:
            mm.Cohort.from_frames(TOWNS, mentors=given_, mentees=pl.DataFrame({"id": ["a"]}))
        assert message in str(caught.value)


def recorded() -> list[Recorded]:
    """One of everything that has records."""
    return [
        MATCHING,
        MATCHING.roster(),
        MATCHING.report(),
        MATCHING.observed([("ada", "fay", 1, "2026-05-31"), ("ada", "gil", 5)]),
        MATCHING.by_group("town"),
        MATCHING.explain("ada", "eve"),
        MATCHING.alternatives("eve", 2),
        MATCHING.changes_since(PROGRAM.match(PEOPLE)),
        MATCHING.popular_mentors(),
        MATCHING.seat_values(),
        PROGRAM.check(PEOPLE),
        mm.compare(PROGRAM, PROGRAM.with_weights(goals=1), PEOPLE),
        mm.sensitivity(PROGRAM, PEOPLE),
        mm.simulate_waves(PROGRAM, PEOPLE, repeats=2),
    ]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("value", recorded(), ids=lambda value: type(value).__name__)
def test_every_result_is_a_dataframe_with_its_records(value: Recorded, backend: Backend) -> None:
    """Names, order and cells of a dataframe are those of the records, whichever library holds them."""
    records = columns_of(value.to_records())
    found = value.to_frame(backend)
    assert type(found).__module__.split(".")[0] == backend
    header, columns = read_frame(found)
    assert header == tuple(records)
    for (name, cells), column in zip(records.items(), columns, strict=True):
        assert column == cells, name


@pytest.mark.parametrize("backend", BACKENDS)
def test_scores_are_a_dataframe_of_allowed_pairs(backend: Backend) -> None:
    """One row for each allowed pair, in the order of the ids."""
    scores = mm.ScoreMatrix.from_array(
        [[8, 9], [0, 4]], ["ada", "bo"], ["tim", "kay"], allowed=[[True, True], [True, False]]
    )
    header, columns = read_frame(scores.to_frame(backend))
    assert header == ("mentor", "mentee", "points")
    assert columns == [["ada", "ada", "bo"], ["tim", "kay", "tim"], [8, 9, 0]]
    with pytest.raises(mm.ProgramError, match="memory_limit"):
        scores.to_frame(backend, memory_limit=1)


cells = st.one_of(st.none(), st.integers(-(2**40), 2**40))
KINDS = [
    st.lists(cells, min_size=3, max_size=3),
    st.lists(st.none() | st.booleans(), min_size=3, max_size=3),
    st.lists(st.none() | st.text(max_size=4), min_size=3, max_size=3),
    st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), min_size=3, max_size=3),
]


@settings(max_examples=40)
@given(st.tuples(*KINDS), st.sampled_from(BACKENDS))
def test_what_goes_out_comes_back(columns: tuple[list[Any], ...], backend: Backend) -> None:
    """Whole numbers stay whole beside gaps, yes or no stays yes or no, and a gap is a gap."""
    records = [dict(zip("abcd", row, strict=True)) for row in zip(*columns, strict=True)]
    header, found = read_frame(frame_of(records, backend))
    assert header == ("a", "b", "c", "d")
    for kind, cells_, column in zip((int, bool, str, float), columns, found, strict=True):
        assert column == cells_
        assert all(type(cell) is kind for cell in column if cell is not None)


def test_an_unknown_backend_is_refused() -> None:
    """A name that is nearly right is put right."""
    with pytest.raises(mm.ProgramError) as caught:
        MATCHING.to_frame("pandsa")  # type: ignore[arg-type]
    assert str(caught.value) == "backend: expected 'pandas', 'polars' or 'pyarrow'; did you mean 'pandas'?"


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without narwhals, or without the backend, the message says what to install; the rest of the library works."""
    real = importlib.import_module

    def without(name: str) -> Any:
        def find(asked: str, package: str | None = None) -> Any:
            if asked == name:
                raise ImportError(asked)
            return real(asked, package)

        return find

    monkeypatch.setattr("mentormatch.page.records.import_module", without("narwhals"))
    message = "dataframes need narwhals, which is not installed; pip install 'mentormatch-engine\\[dataframes\\]'"
    with pytest.raises(mm.ProgramError, match=message):
        MATCHING.to_frame()
    with pytest.raises(mm.AnswerError, match=message):
        mm.Cohort.from_frames(TOWNS, mentors=1, mentees=2)
    monkeypatch.setattr("mentormatch.page.records.import_module", without("polars"))
    with pytest.raises(mm.ProgramError, match="to_frame: polars is not installed"):
        MATCHING.to_frame("polars")
    assert len(MATCHING.to_frame("pandas")) == len(MATCHING.pairs)
