"""The one JSON door: values of the library to JSON text and back, over pydantic, in the library's own words.

Reading is strict: unknown keys, keys given twice, NaN, infinity and numbers as text are refused, all findings at once.
The ``where`` of a finding is the place in the JSON, such as ``questions[2].options``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, NoReturn

from pydantic import PydanticUserError, TypeAdapter, ValidationError, WrapValidator
from pydantic_core import PydanticCustomError, PydanticSerializationError

from mentormatch.errors import Finding, MentormatchError, ProgramError
from mentormatch.wording import did_you_mean, listed, quoted

_OURS = "mentormatch_findings"
_DEEPEST = 100
_MOST_HINTS = 100

_EXPECTED = {
    "missing": "this field is missing",
    "union_tag_not_found": "expected a field 'kind' that says what this is",
    "int_type": "expected a whole number",
    "int_from_float": "expected a whole number",
    "int_parsing_size": "expected a smaller whole number",
    "float_type": "expected a number",
    "finite_number": "expected a finite number",
    "bool_type": "expected true or false",
    "string_type": "expected text",
    "none_required": "expected null",
    "list_type": "expected a list",
    "tuple_type": "expected a list",
    "set_type": "expected a list",
    "frozen_set_type": "expected a list",
    "iterable_type": "expected a list",
    "sequence_type": "expected a list",
    "dict_type": "expected an object",
    "dict_attributes_type": "expected an object",
    "model_attributes_type": "expected an object",
    "dataclass_type": "expected an object",
    "mapping_type": "expected an object",
}


def _keep(value: Any, read: Callable[[Any], Any]) -> Any:
    try:
        return read(value)
    except MentormatchError as error:
        raise PydanticCustomError(_OURS, "findings", {"findings": error.findings}) from None


keep_findings = WrapValidator(_keep)
"""Annotates a type whose constructor raises our errors, so that reading a list of them gathers all findings."""


def read_json(
    type_: Any,
    text: str | bytes,
    error: type[MentormatchError] = ProgramError,
    what: str = "value",
    context: Mapping[str, Any] | None = None,
) -> Any:
    """The value of ``type_`` that a JSON text holds; else ``error`` with all findings.

    ``what`` names the value in messages; ``context`` is handed to the types that read with more than the text.
    """
    data = plain_json(text, error, what)
    try:
        # The text is written anew because pydantic is strict about JSON in another way than about Python values.
        return _adapter(type_).validate_json(json.dumps(data), strict=True, context=dict(context or {}))
    except ValidationError as refused:
        findings = list(_translated(refused, data, type_, what))
    except MentormatchError as ours:
        raise error(ours.findings, ours.summary) from None
    summary = None if len(findings) == 1 else f"the JSON of the {what} cannot be meant as written:"
    raise error(findings, summary) from None


def kind_of(text: str | bytes) -> str | None:
    """What a JSON object says it is in its field ``kind``; None where it does not say, or is no JSON at all."""
    try:
        data = plain_json(text, ProgramError, "value")
    except ProgramError:
        return None
    kind = data.get("kind") if isinstance(data, dict) else None
    return kind if isinstance(kind, str) else None


def write_json(type_: Any, value: Any, *, indent: int | None = 2) -> str:
    """The JSON text of a value; NaN and values of another type raise ``ProgramError``."""
    try:
        plain = _adapter(type_).dump_python(value, mode="json", warnings="error")
        return json.dumps(plain, indent=indent, ensure_ascii=False, allow_nan=False)
    except (PydanticSerializationError, PydanticUserError, AttributeError, ValueError, TypeError, RecursionError):
        pass
    raise ProgramError(Finding("json_unwritable", f"this {type(value).__name__} cannot be written as JSON"))


def schema(type_: Any) -> dict[str, Any]:
    """The JSON schema of a type, as plain values."""
    return _adapter(type_).json_schema()


@cache
def _adapter(type_: Any) -> TypeAdapter[Any]:
    return TypeAdapter(type_)


class _RefusedError(Exception):
    """What the hooks of the JSON parser raise; never leaves this module."""


def plain_json(text: object, error: type[MentormatchError], what: str) -> Any:
    """The JSON as plain values: no key twice in an object, no NaN, nothing that cannot be written; else ``error``.

    ``what`` names the value in messages.
    """
    if not isinstance(text, (str, bytes)):
        raise error(Finding("json_text", f"expected the JSON of the {what} as text"))
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")
        text.encode()
        data = json.loads(
            text.removeprefix("\ufeff"), object_pairs_hook=_object, parse_constant=_constant, parse_float=_float
        )
        _check_strings(data)
    except _RefusedError as refused:
        finding = Finding("json_value", f"the JSON of the {what} {refused}")
    except json.JSONDecodeError as refused:
        place = f"line {refused.lineno}, column {refused.colno}"
        finding = Finding("json_malformed", f"the JSON of the {what} is malformed", where=place)
    except UnicodeError:
        finding = Finding("json_malformed", f"the JSON of the {what} is not UTF-8")
    except RecursionError:
        finding = Finding("json_malformed", f"the JSON of the {what} is nested too deeply")
    except ValueError:
        finding = Finding("json_value", f"the JSON of the {what} holds a whole number of too many digits")
    else:
        return data
    raise error(finding)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _RefusedError(f"gives the key {quoted(key)} twice in one object")
        found[key] = value
    return found


def _constant(word: str) -> NoReturn:
    raise _RefusedError(f"holds {word}, which is no JSON number")


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise _RefusedError("holds a number that is too large")
    return value


def _check_strings(data: Any, depth: int = 0) -> None:
    """Refuses what would fail deeper down: too many levels, and halves of surrogate pairs written as escapes."""
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(data, str):
        data.encode()
    elif isinstance(data, dict):
        for key, value in data.items():
            key.encode()
            _check_strings(value, depth + 1)
    elif isinstance(data, list):
        for value in data:
            _check_strings(value, depth + 1)


def _translated(refused: ValidationError, data: Any, type_: Any, what: str) -> Iterator[Finding]:
    for count, raw in enumerate(refused.errors(include_url=False, include_input=False)):
        kind, context = raw["type"], raw.get("ctx", {})
        where = _place(raw["loc"], data, missing=kind == "missing")
        if kind == _OURS:
            for finding in context["findings"]:
                yield replace(finding, where=", ".join(filter(None, (where, finding.where))) or None)
        elif kind in ("extra_forbidden", "unexpected_keyword_argument"):
            key = str(raw["loc"][-1])
            hint = did_you_mean(key[:80], _fields(type_)) if count < _MOST_HINTS else ""
            inside = _place(raw["loc"][:-1], data, missing=False) or what
            yield Finding("json_unknown_field", f"there is no field {quoted(key)} here", where=inside, hint=hint)
        else:
            hint = ""
            if kind == "union_tag_invalid":
                tags = [tag.strip("' ") for tag in str(context["expected_tags"]).split(",")]
                expected = f"expected 'kind' to be one of {listed([quoted(tag) for tag in tags], most=99)}"
                hint = did_you_mean(str(context["tag"])[:80], tags)
            elif kind in ("literal_error", "enum"):
                expected = f"expected {context['expected']}"
            else:
                expected = _EXPECTED.get(kind) or raw["msg"].replace("Input should be", "expected")
            code = "json_missing_field" if kind == "missing" else "json_field"
            yield Finding(code, expected, where=where or what, hint=hint)


def _place(path: Sequence[int | str], data: Any, *, missing: bool) -> str:
    """A path as ``questions[2].options``; the steps that pydantic adds for its unions are not in the data and go."""
    written = ""
    for step in path:
        if isinstance(data, list) and isinstance(step, int) and step < len(data):
            written += f"[{step}]"
            data = data[step]
        elif isinstance(data, dict) and str(step) in data:
            written += f".{step}"
            data = data[str(step)]
    if missing and path:
        written += f".{path[-1]}"
    return written.removeprefix(".")


@cache
def _fields(type_: Any) -> tuple[str, ...]:
    """Every field name that occurs anywhere in the type."""
    described = schema(type_)
    objects = [described, *described.get("$defs", {}).values()]
    return tuple(sorted({name for one in objects for name in one.get("properties", {})}))
