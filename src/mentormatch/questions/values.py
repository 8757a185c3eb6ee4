"""What single answers mean before any question is asked: text, numbers, blanks, and what cannot be read."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

N = TypeVar("N", int, float)

PICKS = (list, tuple, set, frozenset)
"""The types of an answer that may hold several picks."""

LARGEST_SCALE = 1_000_000_000
"""Whole numbers in settings are within this."""
_LARGEST_NUMBER = 9e9
_WHOLE = re.compile(r"[+-]?[0-9]{1,15}(?:\.0*)?", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)


@dataclass(frozen=True)
class Unreadable:
    """Why one answer cannot be read; ``wrong`` are texts to compare with the options, none for private questions."""

    code: str
    expected: str
    hint: str = ""
    wrong: tuple[str, ...] = field(default=(), repr=False)


def tidy(text: object) -> str | None:
    """The text in Unicode NFC and trimmed; None where it is no text or holds half a surrogate pair.

    >>> tidy("  Zoe\u0308 ")
    'Zoë'
    """
    if not isinstance(text, str):
        return None
    # Not str(text), which for a member of an enumeration is the name of the member.
    plain = str.__str__(text)
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", plain)
        try:
            plain.encode()
        except UnicodeEncodeError:
            return None
    return plain.strip()


def whole_number(value: object) -> int | None:
    """The whole number that a value means (``2``, ``2.0``, ``"2"``), or None; a bool is not a number."""
    if isinstance(value, (int, np.integer)):
        return None if isinstance(value, bool) else int(value)
    if isinstance(value, (float, np.floating)):
        # The bound keeps to numbers that a float holds exactly and shuts out infinity and NaN.
        exact = float(value)
        return int(exact) if abs(exact) <= 2**53 and exact.is_integer() else None
    if isinstance(value, str):
        text = str.__str__(value).strip()
        return int(text.partition(".")[0]) if _WHOLE.fullmatch(text) else None
    return None


def decimal_number(value: object) -> float | None:
    """The finite number within ±9e9 that a value means (``3.5``, ``"3.5"``), or None; a bool is not a number."""
    if isinstance(value, str):
        text = str.__str__(value).strip()
        value = float(text) if _DECIMAL.fullmatch(text) else None
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        return None
    # Adding 0.0 makes the negative zero the usual one.
    return float(value) + 0.0 if -_LARGEST_NUMBER <= value <= _LARGEST_NUMBER else None


def set_number(given: object, read: Callable[[object], N | None]) -> N | None:
    """A number in a setting, which unlike an answer is never given as text."""
    return None if isinstance(given, str) else read(given)


@dataclass(frozen=True)
class Blanks:
    """What counts as unanswered: the empty spellings and ``words``, compared trimmed and without case."""

    words: frozenset[str] = frozenset()

    def __contains__(self, answer: object) -> bool:
        if answer is None:
            return True
        if isinstance(answer, str):
            text = str.__str__(answer).strip()
            return not text or (bool(self.words) and (tidy(text) or "").casefold() in self.words)
        if _is_nan(answer):
            return True
        if isinstance(answer, PICKS):
            # A list in a list is no blank: it is a wrong pick, even when it is empty.
            return all(not isinstance(pick, PICKS) and pick in self for pick in answer)
        return False


NO_WORDS = Blanks()


def _is_nan(value: object) -> bool:
    return isinstance(value, (float, np.floating)) and math.isnan(value)
