"""Draws the pictures of the tutorials anew, by running the pages that save them: python tools/tutorial_pictures.py"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TUTORIALS = ROOT / "docs" / "tutorials"
PICTURES = ROOT / "docs" / "pictures"
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def main() -> None:
    """Run each page in a folder of its own and keep the pictures it saved there."""
    os.environ["MPLBACKEND"] = "Agg"
    for page in sorted(TUTORIALS.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        if ".savefig(" not in text:
            continue
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            shutil.copytree(ROOT / "examples", "examples")
            with contextlib.redirect_stdout(io.StringIO()):
                exec("\n".join(PYTHON.findall(text)), {"__name__": "__main__"})
            for picture in sorted(Path().glob("*.png")):
                kept = PICTURES / f"kestrel-{picture.name}"
                shutil.copy(picture, kept)
                print(kept.relative_to(ROOT))


if __name__ == "__main__":
    main()
