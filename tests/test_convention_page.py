"""The convention can be cited: its sections have numbers and anchors, and whoever cites one cites one that is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs/explanation/convention.md").read_text(encoding="utf-8")
SECTIONS = [str(number) for number in range(1, 13)]
AIMS = [f"7.{number}" for number in range(1, 10)]
CITED = re.compile(r"[Cc]onvention,? (?:section )?(\d+(?:\.\d+)?(?:(?:, | and )\d+(?:\.\d+)?)*)\b")


def test_every_section_has_its_number_and_its_anchor() -> None:
    """A link to section 7.4 leads there whatever the heading is called, and the numbers never move."""
    assert re.findall(r"^## (.*?)(\d+)\. ", PAGE, re.MULTILINE) == [(f'<a id="section-{n}"></a>', n) for n in SECTIONS]
    aims = PAGE.partition('id="section-7"')[2].partition("\n## ")[0]
    found = re.findall(r'^(\d)\. <a id="section-7-(\d)"></a>', aims, re.MULTILINE)
    assert found == [(aim[-1], aim[-1]) for aim in AIMS]


def test_what_is_cited_is_there() -> None:
    """Docstrings, tests and pages cite sections by number, and a wrong number misleads."""
    known = {*SECTIONS, *AIMS}
    places = [path for folder in ("src", "tests", "docs") for path in (ROOT / folder).rglob("*.*")]
    cited = {
        (path.relative_to(ROOT).as_posix(), number)
        for path in places
        if path.suffix in {".py", ".md"}
        for numbers in CITED.findall(path.read_text(encoding="utf-8"))
        for number in re.split(", | and ", numbers)
    }
    assert ("src/mentormatch/aim.py", "7") in cited or not (ROOT / "src").is_dir()
    assert [one for one in sorted(cited) if one[1] not in known] == []
    assert {number for _, number in cited} >= set(SECTIONS)
