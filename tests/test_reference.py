"""Every report and every plot has its place in the reference, in the same form."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from matplotlib import pyplot as plt
from scripts import opened

import mentormatch as mm
from mentormatch import plots
from mentormatch.page import Paged
from mentormatch.roster import Roster

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
FORM = ("**At a glance.** ", "**What it shows.** ", "**How to read it.** ", "**What to do.** ")
ROW = re.compile(
    r"^\| .+\? \| `(?P<call>.+?)` \| .*?\[(?P<title>.+?)\]\((?P<page>\S+?)#(?P<anchor>\S+?)\) \|$", re.MULTILINE
)
NOT_REPORTS = {"Choices", "Cohort", "Program", "Questionnaire", "Reading", "ScoreMatrix", "Suggestion", "Taxonomy"}
"""What prints as a page and is what was put in, how it was read, or all scores."""


def rows() -> list[re.Match[str]]:
    """The lines of the table of reports."""
    return list(ROW.finditer((REFERENCE / "reports.md").read_text(encoding="utf-8")))


def sections(page: str) -> dict[str, str]:
    """The sections of a page by title."""
    _, *parts = re.split(r"^## (.+)\n", page, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def has_the_form(section: str) -> bool:
    """Whether a section has each of the four parts once, in their order."""
    places = [[found.start() for found in re.finditer(re.escape(part), section)] for part in FORM]
    return all(len(place) == 1 for place in places) and places == sorted(places)


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The tool that draws the pictures, in a folder of its own."""
    module = opened("tools/pictures.py")
    monkeypatch.chdir(tmp_path)
    with plt.rc_context({"backend": "Agg"}):
        yield module
    plt.close("all")


def test_every_report_is_in_the_table() -> None:
    """A new report without a section is noticed, whatever it is called."""
    page = (REFERENCE / "reports.md").read_text(encoding="utf-8")
    public = {name for name in mm.__all__ if inspect.isclass(kind := getattr(mm, name)) and issubclass(kind, Paged)}
    named = set(re.findall(r"`(\w+)`", page.partition("## The people")[0]))
    assert public | {Roster.__name__} <= named | NOT_REPORTS
    assert public >= NOT_REPORTS


def test_the_table_leads_to_sections_in_the_fixed_form() -> None:
    """Behind every link there is the section of that name, which shows the call, and nothing else is on these pages."""
    found = []
    for row in rows():
        own = sections((REFERENCE / row["page"]).read_text(encoding="utf-8"))
        section = own[row["title"]]
        assert row["anchor"] == row["title"].lower().replace(" ", "-")
        assert has_the_form(section), row["title"]
        assert re.sub(r"\(.*", "(", row["call"]).rpartition(".")[2] in section or row["title"] == "Matching"
        assert "```text\n" in section
        found.append((row["page"], row["title"]))
    pages = sorted((REFERENCE / "reports").glob("*.md"))
    there = [(f"reports/{path.name}", title) for path in pages for title in sections(path.read_text("utf-8"))]
    assert sorted(found) == sorted(there)
    assert len(found) == len(set(found)) == 20


def test_every_plot_has_its_section() -> None:
    """Each function of ``mm.plots`` is shown in the fixed form, with a call, a picture and a way on to its report."""
    own = sections((REFERENCE / "plots.md").read_text(encoding="utf-8"))
    shown = {title.lower().replace(" ", "_"): section for title, section in own.items() if has_the_form(section)}
    assert sorted(shown) == sorted(plots.__all__)
    for name, section in shown.items():
        assert f"plots.{name}(" in section
        assert f"](pictures/{name}.png)" in section
        assert "](reports/" in section


def test_pictures_are_what_the_page_draws(pictures: ModuleType) -> None:
    """The text that stands for a picture is the title it has today, and its file is there and small."""
    page = (REFERENCE / "plots.md").read_text(encoding="utf-8")
    drawn = [(path, said, pictures.title(axes)) for path, said, axes in pictures.drawn(page)]
    assert [said for _, said, _ in drawn] == [title for _, _, title in drawn]
    files = {path.relative_to(REFERENCE).as_posix(): path.stat().st_size for path in REFERENCE.glob("pictures/*.png")}
    assert sorted(files) == sorted(path for path, _, _ in drawn)
    assert max(files.values()) < 60_000


def test_a_picture_has_no_traces_of_the_day_and_the_program(pictures: ModuleType) -> None:
    """The same figure is the same file, without a comment on what wrote it."""
    axes = plots.seat_values({"ada": 3, "bo": 1})
    first = pictures.image(axes.figure)
    assert first == pictures.image(axes.figure)
    assert b"Software" not in first
    assert b"matplotlib" not in first
