"""The notebooks run, show something at once and open in Jupyter."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from matplotlib import pyplot as plt
from scripts import opened

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "examples" / "notebooks").glob("*.py"))
NAMES = [path.stem for path in NOTEBOOKS]


@cache
def tool() -> ModuleType:
    """The tool that runs notebooks and writes them for Jupyter."""
    return opened("tools/notebooks.py")


@cache
def played(name: str) -> tuple[list[Any], list[list[dict[str, Any]]], dict[str, Any]]:
    """The cells of a notebook, the results of each, and the names at its end; each notebook runs once."""
    cells = tool().cells((ROOT / "examples" / "notebooks" / f"{name}.py").read_text(encoding="utf-8"))
    names: dict[str, Any] = {"__name__": "__main__"}
    with plt.rc_context({"backend": "Agg"}):
        return cells, list(tool().run(cells, names, name)), names


@pytest.fixture(autouse=True)
def no_figure_is_left() -> Iterator[None]:
    """What a notebook draws is closed with its cell."""
    yield
    assert plt.get_fignums() == []


@pytest.mark.parametrize("name", NAMES)
def test_every_notebook_runs_and_every_cell_shows_something(name: str) -> None:
    """A cell without a result would be a step that the reader cannot see."""
    cells, results, _ = played(name)
    assert len(cells) >= 7
    for cell, outputs in zip(cells, results, strict=True):
        assert bool(outputs) == (cell.kind == "code"), cell.text
        # The value of a statement that is there for what it does would stand between the results.
        assert not [
            text for one in outputs for text in one.get("data", {}).get("text/plain", ()) if " object at " in text
        ]


@pytest.mark.parametrize("name", NAMES)
def test_what_a_reader_sees_first_is_a_picture_or_a_table(name: str) -> None:
    """There is a title and a question, then a result, and only then prose."""
    cells, results, _ = played(name)
    assert [cell.kind for cell in cells[:2]] == ["markdown", "code"]
    assert cells[0].text.startswith("# ")
    assert cells[0].text.endswith("?")
    assert len(cells[0].text.split()) < 40
    data = results[1][0]["data"]
    assert "image/png" in data or "<table" in "".join(data["text/html"])


@pytest.mark.parametrize("name", NAMES)
def test_every_notebook_is_a_script_that_jupytext_opens(name: str) -> None:
    """It has the header of the percent format, and is Python as it stands."""
    text = (ROOT / "examples" / "notebooks" / f"{name}.py").read_text(encoding="utf-8")
    header = text.partition("# %%")[0].splitlines()
    assert header[0] == header[-2] == "# ---"
    assert all(line.startswith("# ") for line in header[:-1])
    assert "#       format_name: percent" in header
    ast.parse(text)


@pytest.mark.parametrize("name", NAMES)
def test_every_notebook_becomes_one_of_jupyter(name: str) -> None:
    """The JSON has what version 4.5 of the format asks for, with the results in it."""
    cells, results, _ = played(name)
    made = json.loads(json.dumps(tool().document(cells, results)))
    assert (made["nbformat"], made["nbformat_minor"]) == (4, 5)
    assert made["metadata"]["kernelspec"] == {"display_name": "Python 3", "language": "python", "name": "python3"}
    assert len({cell["id"] for cell in made["cells"]}) == len(cells)
    count = 0
    for cell, own in zip(made["cells"], cells, strict=True):
        assert "".join(cell["source"]) == own.text
        keys = {"cell_type", "id", "metadata", "source"}
        if own.kind == "code":
            count += 1
            assert set(cell) == keys | {"execution_count", "outputs"}
            assert cell["execution_count"] == count
            kinds = {one["output_type"] for one in cell["outputs"]}
            assert kinds <= {"stream", "execute_result", "display_data"}
        else:
            assert set(cell) == keys


def test_the_page_names_every_notebook() -> None:
    """Each has its section with its first picture."""
    page = (ROOT / "docs" / "how-to" / "notebooks.md").read_text(encoding="utf-8")
    for name in NAMES:
        assert f"`{name}.py`" in page
        assert f"](pictures/{name}.png)" in page
        assert (ROOT / "docs" / "how-to" / "pictures" / f"{name}.png").stat().st_size < 60_000


def test_rules_that_decide_alone_get_most_of_what_they_ask() -> None:
    """The title of the first picture is true: the diagonal is the highest of its column."""
    given = played("try_pairing_rules")[2]["given"]
    for kind in played("try_pairing_rules")[2]["KINDS"]:
        assert max(given, key=lambda row: given[row][kind]) == kind


def test_planted_pairs_are_found_while_answers_are_true() -> None:
    """The known best answer is found where the rules read all of it, and no set of rules gains by noise."""
    by_noise = played("benchmark_rules")[2]["by_noise"]
    assert by_noise["all four, weighted"][0] == by_noise["all four, equal weights"][0] == 1
    assert by_noise["goals alone"][0] < 1
    assert all(shares == sorted(shares, reverse=True) for shares in by_noise.values())
    points = [row[1:] for row in played("benchmark_rules")[2]["rows"]]
    assert points[0] == (10_000, 10_000)
    assert all(planted <= made for planted, made in points)


def test_weights_that_are_as_they_were_change_nothing() -> None:
    """The first line of the committee's table is today: it has no other pairs, and no other one more of its points."""
    rows = played("tune_with_the_committee")[2]["weightings"]
    assert rows[0][0] == "as it is"
    assert rows[0][2] == 0
    assert all(others > 0 for _, _, others, *_ in rows[1:])
    assert max(points for _, _, _, points, *_ in rows) == rows[0][3]


def test_a_file_is_written_for_each_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Asked for one notebook the tool writes that one, into a folder that it makes."""
    folder = tmp_path / "new"
    with plt.rc_context({"backend": "Agg"}):
        tool().main(str(folder), ["try_pairing_rules"])
    assert capsys.readouterr().out == f"{folder / 'try_pairing_rules.ipynb'}\n"
    assert [path.name for path in folder.iterdir()] == ["try_pairing_rules.ipynb"]


def test_a_cell_is_run_as_jupyter_does() -> None:
    """What it prints, the value of its last expression and its figures are results; None is none."""
    text = "# head\n# %%\nprint(1)\n2 + 3\n\n# %% [markdown]\n# # Hi\n#\n# there\n# %%\nNone\n# %%\nx = 1\n"
    cells = tool().cells(text)
    assert [(cell.kind, cell.text) for cell in cells] == [
        ("code", "print(1)\n2 + 3"),
        ("markdown", "# Hi\n\nthere"),
        ("code", "None"),
        ("code", "x = 1"),
    ]
    first, *others = tool().run(cells, {})
    assert [one["output_type"] for one in first] == ["stream", "execute_result"]
    assert first[0]["text"] == ["1\n"]
    assert first[1]["data"] == {"text/plain": ["5"]}
    assert others == [[], [], []]
