"""Spellings of numbers in tables: decimal commas, thousands in groups, units; ids that a spreadsheet has rounded."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from mentormatch.questions import Unreadable

_GROUPED = r"[+-]?\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+"
_PLAIN = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d{1,3})?|[+-]?\.\d+")
_COMMA = re.compile(r"[+-]?\d*,\d+")
_ONE_GROUP = re.compile(r"[+-]?[1-9]\d{0,2}[,.]\d{3}")
_POINT_GROUPS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3}){2,}|[+-]?\d{1,3}(?:\.\d{3})+,\d+")
_COMMA_GROUPS = re.compile(r"[+-]?\d{1,3}(?:,\d{3}){2,}|[+-]?\d{1,3}(?:,\d{3})+\.\d+")
_SPACE_GROUPS = re.compile(rf"{_GROUPED}(?:[.,]\d+)?")
_AMOUNT = re.compile(r"\s*([+-]?[\d.,'’ \u00a0\u202f]*\d)\s*(\D*)\Z")
_LONGEST = 60

# A spreadsheet keeps 15 figures of a number.
_KEPT = 15
_UNLIKELY = 0.01
_MANY = 50
_EXPONENT = re.compile(r"\s*\d(?:[.,]\d+)?[eE]\+\d{2}\s*")
_ROUNDED = Unreadable(
    "id_rounded",
    "looks like a long number that a spreadsheet has rounded, so it is nobody's id any more",
    "export the table again and open it with this column as text",
)


def plain_number(text: str, decimal: str | None, unit: str = "") -> str | Unreadable | None:
    """The number with a decimal point and without groups, None where the text is no number.

    ``decimal`` is the mark before the decimals; where it is None, "1,234" may be two numbers, which is a problem.

    >>> plain_number("3,5", None), plain_number("1.234,50", None), plain_number("12 500", None)
    ('3.5', '1234.50', '12500')
    >>> plain_number("1,234", ","), plain_number("1,234", "."), plain_number("7 years", None, "years")
    ('1.234', '1234', '7')
    """
    found = _AMOUNT.match(text) if len(text) <= _LONGEST else None
    if found is None or not _is_unit(found[2].strip(), unit):
        return None
    return _plain(found[1].strip(), decimal)


def _plain(text: str, decimal: str | None) -> str | Unreadable | None:
    if _ONE_GROUP.fullmatch(text) and ("," in text or decimal is not None):
        if decimal is None:
            points = text.replace(",", "."), text.replace(",", "")
            hint = f"it could be {points[0]} or {points[1]}; Layout(decimal=',') or Layout(decimal='.') says which"
            return Unreadable("cannot_be_told", "could be two different numbers", hint)
        return text.replace(",", ".") if decimal in text else text.replace(",", "").replace(".", "")
    if decimal != "," and _PLAIN.fullmatch(text) and not (decimal == "." and _POINT_GROUPS.fullmatch(text)):
        return text
    if decimal != "." and (_COMMA.fullmatch(text) or text.isdecimal()):
        return text.replace(",", ".")
    if decimal != "." and _POINT_GROUPS.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    if decimal != "," and _COMMA_GROUPS.fullmatch(text):
        return text.replace(",", "")
    if _SPACE_GROUPS.fullmatch(text):
        return re.sub(r"[ \u00a0\u202f'’]", "", text).replace(",", ".")
    return text if decimal == "," and _PLAIN.fullmatch(text) else None


def _is_unit(text: str, unit: str) -> bool:
    word, wanted = text.casefold().rstrip("."), unit.casefold()
    return not word or (bool(wanted) and word in (wanted, wanted.rstrip("s"), wanted + "s"))


def without_rounded(ids: Sequence[object]) -> Sequence[object]:
    """The ids, each that a spreadsheet has rounded replaced by a problem.

    A spreadsheet shows a long number as 1.23E+18, and keeps its first 15 figures and puts zeros behind them. The zeros
    of one long id may be chance; they are not where more ids of that length end so than chance would let.

    >>> ids = ["1180591620717410000", "ada"]
    >>> [isinstance(one, Unreadable) for one in without_rounded(ids)]
    [True, False]
    """
    if all(type(one) is str and len(one) <= _KEPT and "+" not in one for one in ids):
        return ids
    long = Counter[int]()
    zeros = Counter[int]()
    for one in ids:
        text = _figures(one)
        if len(text) > _KEPT:
            long[len(text)] += 1
            zeros[len(text)] += text.endswith("0" * (len(text) - _KEPT))
    rounded = {size for size, count in zeros.items() if _chance(long[size] * 0.1 ** (size - _KEPT), count) < _UNLIKELY}
    if not rounded and not any(isinstance(one, str) and _EXPONENT.fullmatch(one) for one in ids):
        return ids

    def checked(one: object) -> object:
        if isinstance(one, str) and _EXPONENT.fullmatch(one):
            return _ROUNDED
        text = _figures(one)
        return _ROUNDED if len(text) in rounded and text.endswith("0" * (len(text) - _KEPT)) else one

    return [checked(one) for one in ids]


def _chance(expected: float, count: int) -> float:
    """A bound on the chance that so many come about where ``expected`` do on average."""
    if count >= _MANY:
        return 0.0 if expected * 2 < count else 1.0
    return min(1.0, expected**count / math.factorial(count))


def _figures(value: object) -> str:
    """The figures of an id that consists of them, else ""."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(abs(value)) if abs(value) < 10**40 else ""
    text = value.strip() if isinstance(value, str) and len(value) < _LONGEST else ""
    return text if text.isascii() and text.isdigit() else ""
