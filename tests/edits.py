"""JSON as somebody might have edited, torn or sent it: strategies around texts that are right."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

ODD_NUMBERS = [0, 1, -1, 2**31, 2**53 + 1, 2**62, 2**63, 10**30, 10**400, 0.5, -0.0, 1e308, 5e-324]
ODD_WORDS = [
    "",
    " ",
    "m0",
    "e0",
    " e1 ",
    "kind",
    "pairs",
    "Covers",
    "topics",
    "points",
    "\x1b[31m",
    "\u202e",
    "İ",
    "=1",
]


def examples(count: int) -> settings:
    """So many examples, or as many times more as the profile asks for (``--hypothesis-profile=deep``)."""
    return settings(max_examples=max(1, count * settings.default.max_examples // 100))


def junk(keys: list[str]) -> st.SearchStrategy[Any]:
    """Plain values that rarely fit, in objects with some of these keys."""
    return st.recursive(
        st.none() | st.booleans() | st.integers() | st.sampled_from([*ODD_NUMBERS, *ODD_WORDS]) | st.text(max_size=4),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(keys), inner, max_size=3),
        max_leaves=5,
    )


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in plain values, as the keys and positions that lead there."""
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(place for key, value in inside for place in places(value, (*path, key)))]


def _at(data: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        data = data[key]
    return data


@st.composite
def edited(draw: st.DrawFn, text: str) -> str:
    """The text with up to three of its values set, dropped, doubled, turned round or exchanged for one another."""
    data = json.loads(text)
    known = places(data)[1:] or [()]
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(known))
        if not path:
            return json.dumps(draw(junk(["kind"])))
        what = draw(st.sampled_from(["set", "set", "near", "drop", "twin", "turn", "other", "key"]))
        try:
            inside, last = _at(data, path[:-1]), path[-1]
            value = inside[last]
            if what == "drop":
                del inside[last]
            elif what == "twin" and isinstance(inside, list):
                inside.append(copy.deepcopy(value))
            elif what == "turn" and isinstance(inside, list):
                inside.reverse()
            elif what == "key" and isinstance(inside, dict):
                inside[draw(st.sampled_from(ODD_WORDS) | st.text(max_size=3))] = inside.pop(last)
            elif what == "other":
                inside[last] = copy.deepcopy(_at(data, draw(st.sampled_from(known))))
            elif what == "near" and isinstance(value, int):
                inside[last] = value + draw(st.integers(-2, 2))
            elif what == "near" and isinstance(value, str):
                inside[last] = draw(st.sampled_from([value.upper(), f" {value} ", value[:-1], value + "\u0301"]))
            else:
                inside[last] = draw(junk([key for step in known for key in step if isinstance(key, str)]))
        except (LookupError, TypeError):
            pass  # an earlier edit has taken the place away
    return json.dumps(data, ensure_ascii=draw(st.booleans()))


@st.composite
def torn(draw: st.DrawFn, text: str) -> str | bytes:
    """The text as no JSON writer writes it: cut, with a slip, a key twice, NaN, numbers without end, too deep."""
    at, to = sorted(draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    number = draw(st.sampled_from([*re.finditer(r"-?\d+(\.\d+)?", text)]))
    strange = ["NaN", "-Infinity", "1e999", "-1e999", "9" * 5_000, "1e-999", "0x1", "01", "1.", "+1", "1_0", "０"]
    match draw(st.integers(0, 8)):
        case 0:
            return text[:at]
        case 1:
            return text[:at] + text[to:]
        case 2:
            return text[:at] + draw(st.text(max_size=3)) + text[at:]
        case 3:
            return text[: number.start()] + draw(st.sampled_from(strange)) + text[number.end() :]
        case 4:
            member = draw(st.sampled_from([*re.finditer(r'"\w+": [^\[\]{},]+,', text)] or [number]))
            return text[: member.end()] + member[0] + text[member.end() :]
        case 5:
            depth = draw(st.sampled_from([3, 99, 101, 100_000]))
            return text[: number.start()] + "[" * depth + "]" * depth + text[number.end() :]
        case 6:
            return (
                text[: number.start()]
                + draw(st.sampled_from(['"\\ud800"', '"\\u0000"', "null", "[]"]))
                + text[number.end() :]
            )
        case 7:
            data = bytearray(text.encode())
            data[at % len(data)] = draw(st.integers(0, 255))
            return bytes(data)
        case _:
            return text.encode(draw(st.sampled_from(["utf-16", "utf-8-sig", "utf-32", "utf-7"])))


nothing_like_it = (
    st.binary(max_size=40)
    | st.text(max_size=40)
    | st.sampled_from(
        ["", "null", "0", '""', "[]", "{}", "[{}]", "[" * 10**5, '{"a":' * 10**5, "9" * 5_000, "\ufeff{}"]
    )
    | junk(["kind", "version", "x"]).map(json.dumps)
)
"""Texts and bytes that have nothing to do with what is read."""
