"""The public names, their signatures and their types are what was promised."""

from __future__ import annotations

import importlib
import runpy
import types
from pathlib import Path

import api

import mentormatch as mm

HERE = Path(__file__).parent


def test_public_names_and_signatures_are_those_that_are_written_down() -> None:
    """A name, a parameter or a type that changes is seen; where it is meant, python tests/api.py writes it anew."""
    kept, now = api.KEPT.read_text(encoding="utf-8").splitlines(), api.written().splitlines()
    gone = [line for line in kept if line not in set(now)]
    new = [line for line in now if line not in set(kept)]
    assert (gone, new) == ([], []), "if this is meant: python tests/api.py"


def test_every_public_name_says_what_it_is() -> None:
    """Whatever can be imported from the package by name is there and has a docstring."""
    for name in mm.__all__:
        value = getattr(mm, name)
        if isinstance(value, (type, types.FunctionType, types.ModuleType)):
            assert (value.__doc__ or "").strip(), name
    assert sorted(mm.__all__) == mm.__all__
    assert set(mm.__all__) <= set(dir(mm))


def test_every_list_of_public_names_is_true() -> None:
    """Each name that a module lists can be got from it."""
    for place in api.PLACES:
        module = importlib.import_module(place.__name__)
        assert [name for name in getattr(module, "__all__", []) if not hasattr(module, name)] == []


def test_what_the_type_checkers_read_runs() -> None:
    """The typical use that make lint checks under two type checkers is one that works."""
    runpy.run_path(str(HERE / "types_of_use.py"))
