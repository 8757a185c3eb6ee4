"""Turn the notebooks of examples/notebooks/ into .ipynb files, run, with their results in them.

    python tools/notebooks.py FOLDER [NAME ...]

A notebook is a Python file of cells: ``# %%`` begins code and ``# %% [markdown]`` begins text. Editors run such files
as they are, and jupytext opens them in Jupyter. A cell is run as Jupyter does: what it prints, the value of its last
expression and the figures it leaves open are its results. Needs nothing but the library and matplotlib.
"""

from __future__ import annotations

import ast
import base64
import contextlib
import io
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "examples" / "notebooks"
_START = re.compile(r"^# %%(?P<markdown> \[markdown\])?\n", re.MULTILINE)

Output = dict[str, Any]


@dataclass(frozen=True)
class Cell:
    """A cell: its kind and its text, of markdown without the marks of the comment."""

    kind: Literal["code", "markdown"]
    text: str


def cells(text: str) -> list[Cell]:
    """The cells of a notebook, in their order; the header before the first is none."""
    _, *parts = _START.split(text)
    found = []
    for markdown, body in zip(parts[::2], parts[1::2], strict=True):
        if markdown is None:
            found.append(Cell("code", body.strip("\n")))
        else:
            found.append(Cell("markdown", re.sub("^# ?", "", body.strip("\n"), flags=re.MULTILINE)))
    return found


def run(notebook: Sequence[Cell], names: dict[str, Any], where: str = "notebook") -> Iterator[list[Output]]:
    """Runs the cells one after the other and gives the results of each, as a notebook holds them."""
    for at, cell in enumerate(notebook):
        yield list(_results(cell.text, names, f"{where}, cell {at + 1}")) if cell.kind == "code" else []


def _results(code: str, names: dict[str, Any], where: str) -> Iterator[Output]:
    from matplotlib import pyplot as plt

    body = ast.parse(code, where).body
    shown = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(ast.Module(body, []), where, "exec"), names)
        value = None
        if isinstance(shown, ast.Expr):
            value = eval(compile(ast.Expression(shown.value), where, "eval"), names)
    if printed.getvalue():
        yield {"output_type": "stream", "name": "stdout", "text": _lines(printed.getvalue())}
    if value is not None:
        yield {"output_type": "execute_result", "execution_count": None, "data": _data(value), "metadata": {}}
    for figure in map(plt.figure, plt.get_fignums()):
        file = io.BytesIO()
        figure.savefig(file, format="png", dpi=90, metadata={"Software": None}, pil_kwargs={"optimize": True})
        data = {"image/png": base64.b64encode(file.getvalue()).decode(), "text/plain": ["<Figure>"]}
        yield {"output_type": "display_data", "data": data, "metadata": {}}
    plt.close("all")


def _data(value: object) -> dict[str, Any]:
    """A value in all forms in which it shows itself."""
    html = getattr(value, "_repr_html_", None)
    plain = {"text/plain": _lines(str(value) if html else repr(value))}
    return {"text/html": _lines(html()), **plain} if html else plain


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def document(notebook: Sequence[Cell], results: Sequence[list[Output]]) -> dict[str, Any]:
    """The notebook as the JSON of Jupyter, version 4.5 of its format."""
    written: list[dict[str, Any]] = []
    count = 0
    for at, (cell, outputs) in enumerate(zip(notebook, results, strict=True)):
        entry = {"cell_type": cell.kind, "id": f"cell-{at + 1}", "metadata": {}, "source": _lines(cell.text)}
        if cell.kind == "code":
            count += 1
            numbered = [one | {"execution_count": count} if "execution_count" in one else one for one in outputs]
            entry |= {"execution_count": count, "outputs": numbered}
        written.append(entry)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"cells": written, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def main(folder: str, names: Sequence[str]) -> None:
    """Writes the notebooks of these names, or all of them."""
    os.environ.setdefault("MPLBACKEND", "Agg")
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(NOTEBOOKS.glob("*.py")):
        if not names or path.stem in names:
            notebook = cells(path.read_text(encoding="utf-8"))
            found = document(notebook, list(run(notebook, {"__name__": "__main__"}, path.name)))
            written = target / f"{path.stem}.ipynb"
            written.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
            print(written)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
