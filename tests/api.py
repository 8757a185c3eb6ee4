"""The public names with signatures and types, one a line; ``python tests/api.py`` writes them to tests/api.txt."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import mentormatch
from mentormatch import errors, formats, plots, questions, rules, synthetic, testing
from mentormatch.formats import presets
from mentormatch.testing import strategies

KEPT = Path(__file__).with_name("api.txt")
HEAD = "# What the library promises by name. After a change that is meant: python tests/api.py\n"
PLACES: tuple[ModuleType, ...] = (
    mentormatch, errors, formats, presets, plots, questions, rules, synthetic, testing, strategies,
)  # fmt: skip

_PUBLIC = {
    value
    for place in PLACES
    for name in getattr(place, "__all__", ())
    if isinstance(value := getattr(place, name), type)
}


def public_names() -> list[str]:
    """Every public name with what it takes and gives, in order."""
    return sorted({line for place in PLACES for line in _module(place)})


def _module(place: ModuleType) -> Iterator[str]:
    own = [name for name, value in vars(place).items() if getattr(value, "__module__", None) == place.__name__]
    for name in getattr(place, "__all__", [name for name in own if not name.startswith("_")]):
        value = getattr(place, name)
        where = f"{place.__name__}.{name}"
        if isinstance(value, type):
            yield from _class(where, value)
        elif isinstance(value, FunctionType):
            yield f"{where}{_signature(value)}"
        elif not isinstance(value, ModuleType):
            yield f"{where}: {type(value).__name__}"


def _class(where: str, value: type) -> Iterator[str]:
    """A class, and what it says for itself or has from a class that has no public name."""
    above = ", ".join(base.__name__ for base in value.__bases__ if base is not object)
    yield f"{where}{_signature(value)}{f' is a {above}' if above else ''}"
    taken = set(inspect.signature(value).parameters) if dataclasses.is_dataclass(value) else set()
    members: dict[str, str] = {}
    for base in reversed(value.__mro__):
        if base.__module__.startswith("mentormatch") and (base is value or base not in _PUBLIC):
            members |= {name: f": {kind}" for name, kind in inspect.get_annotations(base).items() if name not in taken}
            members |= {name: said for name, one in vars(base).items() if (said := _member(one))}
    yield from (f"{where}.{name}{said}" for name, said in members.items() if not name.startswith("_"))


def _member(one: object) -> str:
    if isinstance(one, (classmethod, staticmethod)):
        return f"{_signature(one.__func__, bound=isinstance(one, classmethod))}"
    if isinstance(one, FunctionType):
        return _signature(one, bound=True)
    given = one.fget if isinstance(one, property) else one.func if isinstance(one, cached_property) else None
    return "" if given is None else f": {_written(given.__annotations__.get('return', 'Any'))}"


def _signature(one: Any, bound: bool = False) -> str:
    try:
        found = inspect.signature(one)
    except ValueError:
        return ""
    taken = list(found.parameters.values())[bound:]
    parts: list[str] = []
    starred = False
    for parameter in taken:
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            parts.append("*")
        starred = starred or parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_POSITIONAL)
        said = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "") + parameter.name
        if parameter.annotation is not parameter.empty:
            said += f": {_written(parameter.annotation)}"
        if parameter.default is not parameter.empty:
            default = repr(parameter.default)
            said += f" = {'...' if '<' in default else default}"
        parts.append(said)
    gives = "" if found.return_annotation is found.empty else f" -> {_written(found.return_annotation)}"
    return f"({', '.join(parts)}){'' if isinstance(one, type) else gives}"


def _written(annotation: object) -> str:
    return annotation.strip("\"'") if isinstance(annotation, str) else getattr(annotation, "__name__", repr(annotation))


def written() -> str:
    """The text of tests/api.txt as it should be."""
    return HEAD + "\n".join(public_names()) + "\n"


if __name__ == "__main__":
    KEPT.write_text(written(), encoding="utf-8")
