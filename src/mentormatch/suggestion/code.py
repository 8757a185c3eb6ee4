"""A suggestion as Python code to paste."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

from mentormatch.readers.layout import Layout

_INDENT = "    "
_WIDEST = 110


def code_of(
    questions: Sequence[tuple[str, str]],
    blanks: Sequence[str],
    layout: Layout,
    sources: Mapping[str, str],
    rules: Sequence[str],
) -> str:
    """The code that makes the questionnaire and the layout and reads the sources, with the reasons as comments."""
    lines = [
        "import mentormatch as mm",
        "from mentormatch import questions as q",
        "from mentormatch import rules as r",
        "",
    ]
    lines.append("questionnaire = mm.Questionnaire([")
    for question, reason in questions:
        lines += [f"{_INDENT}# {reason}", f"{_INDENT}{question},"]
    lines.append(f"], blanks={list(blanks)!r})" if blanks else "])")
    settings = _settings(layout)
    lines.append("layout = mm.Layout(" + ("" if settings else ")"))
    for name, value in settings:
        lines += _written(name, value)
    if settings:
        lines.append(")")
    tables = [f"{name}={source}" for name, source in sources.items()]
    lines.append(f"cohort = mm.Cohort.{_reader(sources)}(questionnaire, {', '.join(tables)}, layout=layout)")
    if rules:
        lines.append("rules = [")
        lines += [f"{_INDENT}{rule}," for rule in rules]
        lines.append("]")
    return "\n".join(lines) + "\n"


def _settings(layout: Layout) -> list[tuple[str, object]]:
    plain = Layout()
    return [
        (one.name, getattr(layout, one.name))
        for one in fields(layout)
        if getattr(layout, one.name) != getattr(plain, one.name)
    ]


def _written(name: str, value: object) -> list[str]:
    line = f"{_INDENT}{name}={value!r},"
    if len(line) <= _WIDEST or not isinstance(value, Mapping):
        return [line]
    lines = [f"{_INDENT}{name}={{"]
    for key, one in value.items():
        inner = f"{_INDENT * 2}{key!r}: {one!r},"
        if len(inner) <= _WIDEST or not isinstance(one, Mapping):
            lines.append(inner)
        else:
            lines.append(f"{_INDENT * 2}{key!r}: {{")
            lines += [f"{_INDENT * 3}{deep!r}: {what!r}," for deep, what in one.items()]
            lines.append(f"{_INDENT * 2}}},")
    lines.append(f"{_INDENT}}},")
    return lines


def _reader(sources: Mapping[str, str]) -> str:
    kinds = {
        "from_excel"
        if name.rstrip("'\"").endswith((".xlsx", ".xlsm"))
        else "from_json"
        if name.rstrip("'\"").endswith((".json", ".jsonl"))
        else "from_csv"
        if name.startswith(("'", '"', "..."))
        else "from_frames"
        for name in sources.values()
    }
    return kinds.pop() if len(kinds) == 1 else "from_csv"
