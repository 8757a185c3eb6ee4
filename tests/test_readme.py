"""What the README shows is what happens."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCKS = re.compile(r"^```(python|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_readme_prints_what_it_says() -> None:
    """The Python blocks of the README run in their order, and each prints the text block behind it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = BLOCKS.findall(readme)
    assert [kind for kind, _ in blocks[:2]] == ["python", "text"]
    names: dict[str, object] = {}
    printed = ""
    for kind, block in blocks:
        if kind == "python":
            assert printed == ""
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(block, names)
            printed = out.getvalue()
        else:
            assert block == printed
            printed = ""
    assert printed == ""
