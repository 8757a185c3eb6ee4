"""What the tutorials are made from."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KESTREL = ROOT / "examples" / "kestrel"


def test_the_later_people_are_those_that_the_script_makes_up(tmp_path: Path) -> None:
    """The answers behind the tutorials can be had again, and nobody has edited them by hand."""
    runpy.run_path(str(KESTREL / "later.py"))["main"](tmp_path)
    for made in sorted(tmp_path.iterdir()):
        assert made.read_bytes() == (KESTREL / made.name).read_bytes()
    assert len(list(tmp_path.iterdir())) == 2


def test_every_picture_that_a_tutorial_saves_stands_beside_it() -> None:
    """A picture that the page draws is the one that it shows, in the folder that the tool writes."""
    saved = 0
    for page in sorted((ROOT / "docs" / "tutorials").glob("*.md")):
        text = page.read_text(encoding="utf-8")
        for name in re.findall(r"savefig\(\"([a-z-]+)\.png\"", text):
            saved += 1
            assert f"](../pictures/kestrel-{name}.png)" in text
            assert (ROOT / "docs" / "pictures" / f"kestrel-{name}.png").is_file()
    assert saved
