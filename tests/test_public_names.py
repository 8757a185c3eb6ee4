"""The reference has every public name and no other."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pathlib import Path
from types import ModuleType

import mentormatch
from mentormatch import formats, plots, questions, rules, synthetic, testing
from mentormatch.formats import presets

# Of the types in signatures some are there for type checkers alone; the build of the site finds them in the sources.
FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
PAGES = [page for page in sorted(FOLDER.rglob("*.md")) if page.name != "types.md"]
NAMED = [
    name for page in PAGES for name in re.findall(r"^::: ([\w.]+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
]


def public(module: ModuleType) -> dict[str, object]:
    """The public names of a module, modules among them aside; without ``__all__``, what it defines itself."""
    names = getattr(module, "__all__", None)
    if names is None:
        names = [name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__]
    found = {name: getattr(module, name) for name in names if not name.startswith("_")}
    return {name: value for name, value in found.items() if not inspect.ismodule(value)}


def value_at(path: str) -> object:
    """What a dotted path names; raises where that is gone."""
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)


def test_every_public_name_stands_in_the_reference() -> None:
    """Whatever a user may import can be looked up; one thing under two names stands there under one of them."""
    described = {id(value_at(path)) for path in NAMED}
    modules = [mentormatch, questions, rules, formats, presets, synthetic, plots, testing, testing.strategies]
    missing = [
        f"{module.__name__}.{name}"
        for module in [*modules, mentormatch.errors]
        for name, value in public(module).items()
        if id(value) not in described
    ]
    assert missing == []


def test_nothing_stands_there_twice() -> None:
    """A link to a name leads to one place."""
    assert sorted(NAMED) == sorted(set(NAMED))
