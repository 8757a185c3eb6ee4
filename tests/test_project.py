"""The project keeps the promises that its files make."""

from __future__ import annotations

import ast
import re
import tomllib
from importlib import metadata
from pathlib import Path

import mentormatch

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_every_test_says_in_a_sentence_what_it_protects() -> None:
    """Whoever breaks a test reads at once what was promised."""
    silent = [
        f"{path.name}: {node.name}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_dependency_has_both_ends_and_the_lower_one_is_tested() -> None:
    """What pyproject.toml promises as lowest is what `make versions` installs."""
    lines = (ROOT / "tests" / "lowest.txt").read_text(encoding="utf-8").splitlines()
    lowest = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    extras = PROJECT["optional-dependencies"]
    ours, *tools = extras["test"]
    assert ours.startswith("mentormatch-engine[")
    entries = [
        *PROJECT["dependencies"],
        *extras["dask"],
        *extras["dataframes"],
        *extras["excel"],
        *extras["plots"],
        *tools,
    ]
    ranges = [re.fullmatch(r"([a-z-]+)(?:\[[a-z]+\])?>=([\d.]+),<([\d.]+)", entry) for entry in entries]
    assert all(ranges)
    assert {found[1]: found[2] for found in ranges if found} == lowest


def test_the_architecture_names_every_module() -> None:
    """Whoever adds a file says what it is, and whoever takes one away takes its name with it."""
    written = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    layers, packages = (part.split("\n## ")[0] for part in re.split(r"\n## (?:Who may|Inside)", written)[1:])
    source = Path(mentormatch.__file__).parent
    assert _named(re.findall(r"^\| ([^|]*) \|", layers, re.MULTILINE)) == _modules(source)
    inside = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", packages, re.MULTILINE))
    folders = {path.parent.name: path.parent for path in source.rglob("*/__init__.py")}
    assert {name: _named([files]) for name, files in inside.items()} == {
        name: _modules(folder) for name, folder in folders.items()
    }


def _named(texts: list[str]) -> set[str]:
    """The names in code type, files and calls aside."""
    return {name for text in texts for name in re.findall(r"`(\w+)`", text)}


def _modules(folder: Path) -> set[str]:
    """The modules and packages in a folder."""
    files = {path.stem for path in folder.glob("*.py") if path.stem != "__init__"}
    return files | {path.parent.name for path in folder.glob("*/__init__.py")}


def test_the_types_are_shipped() -> None:
    """A type checker of a user sees our types."""
    assert (Path(mentormatch.__file__).parent / "py.typed").is_file()


def test_the_installed_distribution_is_the_one_of_this_project() -> None:
    """The distribution is mentormatch-engine, in this version: the other mentormatch on the index is not ours."""
    assert metadata.version("mentormatch-engine") == PROJECT["version"]
