"""Draw the pictures of the reference and of the notebooks again, and write their titles beside them.

    python tools/pictures.py

The Python blocks of a page run in their order. Where a line ``![...](pictures/NAME.png)`` follows one, the figure of
what the block calls ``axes`` becomes that file, and the title of the Axes becomes the text between the brackets, for
readers who cannot see the picture. Of every notebook the first picture is kept. Nothing in a file depends on the day.
"""

from __future__ import annotations

import base64
import contextlib
import io
import re
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import matplotlib as mpl

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "docs" / "reference" / "plots.md",)
_PARTS = re.compile(
    r"^```python\n(?P<code>.*?)^```$|^!\[(?P<said>[^\]\n]*)\]\((?P<path>pictures/\S+\.png)\)$", re.MULTILINE | re.DOTALL
)


def drawn(page: str) -> Iterator[tuple[str, str, Any]]:
    """For each picture of a page its path, the text that stands for it and the Axes that its block draws."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for part in _PARTS.finditer(page):
        if part["path"] is None:
            exec(part["code"], names)
        else:
            yield part["path"], part["said"], names["axes"]


def title(axes: Any) -> str:
    """The title of a picture in one line."""
    return " ".join(axes.get_title(loc="left").replace(r"\$", "$").split())


def image(figure: Any) -> bytes:
    """The figure as a PNG that says nothing of what made it."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=90, metadata={"Software": None}, pil_kwargs={"optimize": True})
    return file.getvalue()


def redraw(path: Path) -> Iterator[Path]:
    """Draws the pictures of a page and writes their titles into it."""
    text = path.read_text(encoding="utf-8")
    for name, said, axes in drawn(text):
        text = text.replace(f"![{said}]({name})", f"![{title(axes)}]({name})")
        target = path.parent / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(image(axes.figure))
        yield target
    path.write_text(text, encoding="utf-8")


def from_notebooks() -> Iterator[Path]:
    """Draws the first picture of every notebook."""
    import notebooks

    for path in sorted(notebooks.NOTEBOOKS.glob("*.py")):
        results = notebooks.run(notebooks.cells(path.read_text(encoding="utf-8")), {"__name__": "__main__"}, path.name)
        found = (one["data"]["image/png"] for cell in results for one in cell if "image/png" in one.get("data", {}))
        target = ROOT / "docs" / "how-to" / "pictures" / f"{path.stem}.png"
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(base64.b64decode(next(found)))
        yield target


if __name__ == "__main__":
    mpl.use("Agg")
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for target in chain(*map(redraw, PAGES), from_notebooks()):
            print(f"{target.relative_to(ROOT)}: {target.stat().st_size // 1024} KiB")
