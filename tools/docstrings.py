"""Docstrings as Markdown for the reference: doctests in blocks, names as links, signatures without inner fields.

mkdocs loads it as an extension of griffe, which reads the sources.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import griffe

_DOCTEST = re.compile(r"(?:^>>> .*\n?(?:^(?!\s*$).*\n?)*)+", re.MULTILINE)
_LANGUAGE = ("questions", "formats", "rules")
_NAME = re.compile(r"(`{1,2})(\w+)\1")


class Readable(griffe.Extension):
    """Rewrites what griffe has read of a package."""

    def on_package(self, *, pkg: griffe.Module, **kwargs: Any) -> None:
        """Rewrite every docstring and every signature of the package."""
        paths: dict[str, str] = {}
        for module in (*(pkg[name] for name in _LANGUAGE), pkg):
            paths |= {str(name): f"{module.path}.{name}" for name in module.exports or () if str(name)[:1].isupper()}
        _rewrite(pkg, paths)


def shown(docstring: str, paths: Mapping[str, str]) -> str:
    """The docstring with fences around its doctests and links from the names in its prose that have a path."""
    parts, end = [], 0
    for example in _DOCTEST.finditer(docstring):
        parts += [_linked(docstring[end : example.start()], paths), _fenced(example[0])]
        end = example.end()
    return "".join([*parts, _linked(docstring[end:], paths)])


def _rewrite(described: griffe.Object, paths: Mapping[str, str]) -> None:
    if described.docstring:
        described.docstring.value = shown(
            described.docstring.value, {name: path for name, path in paths.items() if name != described.name}
        )
    if described.is_class and "__init__" in described.members:
        _leave_out_inner(described.members["__init__"])
    for member in described.members.values():
        if not member.is_alias:
            _rewrite(member, paths)


def _leave_out_inner(method: Any) -> None:
    """Leave out what nobody hands over: fields that begin with _, and the word by which JSON tells rules apart."""
    for name in [parameter.name for parameter in method.parameters]:
        if name.startswith("_") or name == "kind":
            del method.parameters[name]


def _fenced(example: str) -> str:
    return f"```pycon\n{example.rstrip().replace('<BLANKLINE>', '')}\n```\n"


def _linked(prose: str, paths: Mapping[str, str]) -> str:
    def link(name: re.Match[str]) -> str:
        return f"[`{name[2]}`][{paths[name[2]]}]" if name[2] in paths else name[0]

    return _NAME.sub(link, prose)
