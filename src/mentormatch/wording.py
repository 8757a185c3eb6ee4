"""How names, numbers and lists are written in messages, the same everywhere."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import zip_longest

_LONGEST_NAME = 60


def quoted(name: object) -> str:
    """A name in single quotes, on one line, at most 60 characters, without control characters and halves of surrogates.

    >>> quoted("m-17"), quoted("a\\nb")
    ("'m-17'", "'a b'")
    """
    return f"'{shortened(harmless(str(name)))}'"


def harmless(text: str) -> str:
    """The text on one line, without anything that moves a cursor, turns the direction of writing or cannot be written.

    Control characters and line ends become spaces, halves of surrogate pairs the replacement character; characters
    that turn the direction of what follows are left out.

    >>> harmless("a\\tb\\x1b[31mc\\u202ed")
    'a b [31mcd'
    """
    return text if text.isascii() and text.isprintable() else "".join(map(_harmless, text))


_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _harmless(character: str) -> str:
    if character in _TURNING:
        return ""
    kind = unicodedata.category(character)
    if kind == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    return " " if kind in ("Cc", "Cs", "Zl", "Zp") else character


def shortened(text: str, longest: int = _LONGEST_NAME) -> str:
    """The text, or its beginning and an ellipsis where it is longer than ``longest``."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def shown(person: str) -> str:
    """An id as messages write it: on one line, and not too long."""
    return shortened(harmless(person))


def named(person: str, name: str) -> str:
    """The id, and the name behind it where there is one.

    >>> named("m-17", "Ada"), named("ada", "ada")
    ('m-17 (Ada)', 'ada')
    """
    return f"{person} ({name})" if name and name != person else person


def all_named(people: Iterable[str], names: Iterable[str]) -> list[str]:
    """The ids, each with its name behind it; there are as many names as people, or none.

    >>> all_named(["m-17", "ada"], ["Ada", ""]), all_named(["m-17"], [])
    (['m-17 (Ada)', 'ada'], ['m-17'])
    """
    return [named(person, name) for person, name in zip_longest(people, names, fillvalue="")]


def number(value: int) -> str:
    """A whole number with thousands separators.

    >>> number(10000)
    '10,000'
    """
    return f"{value:,}"


def percent(share: float) -> str:
    """A share from 0 to 1 in whole percent; what is not quite nothing or all is not written as such.

    >>> percent(0.123), percent(0.0001), percent(0.9999), percent(1)
    ('12%', 'under 1%', 'over 99%', '100%')
    """
    if 0 < share < 0.01:
        return "under 1%"
    return "over 99%" if 0.99 < share < 1 else f"{100 * share:.0f}%"


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """A count and its noun.

    >>> counted(1, "mentee"), counted(1200, "mentee"), counted(2, "person", "people")
    ('1 mentee', '1,200 mentees', '2 people')
    """
    return f"{number(count)} {noun if count == 1 else plural or noun + 's'}"


def listed(items: Iterable[str], most: int = 8) -> str:
    """Items in a row, the last joined by "and"; beyond ``most`` the rest is counted.

    >>> listed(["ada"]), listed(["ada", "bo", "cy"]), listed("abcdef", most=3)
    ('ada', 'ada, bo and cy', 'a, b, c and 3 more')
    """
    names = list(items)
    if len(names) > most:
        return f"{', '.join(names[:most])} and {number(len(names) - most)} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The known word that ``word`` most probably meant, or None."""
    folded = {k.casefold(): k for k in reversed(known)}
    found = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """``"did you mean 'skills'?"``, or an empty text where nothing known is near."""
    near = nearest(word, known)
    return f"did you mean {quoted(near)}?" if near is not None else ""


_AIMS = {
    "minimum_load": "minimum loads",
    "accepted": "accepted pairs",
    "everyone": "a mentor for everybody",
    "listed": "somebody from the list",
    "rank": "ranks on lists",
    "lift_worst": "the lowest score",
    "balance": "even loads",
    "avoid": "pairs to avoid",
    "favour": "pairs to favour",
    "changes": "pairs kept",
    "lottery": "the lottery",
}


def aim_in_words(level: str) -> str:
    """An aim as a reader would call it, by the name that results have for it.

    >>> aim_in_words("rank"), aim_in_words("points")
    ('ranks on lists', 'points')
    """
    return _AIMS.get(level, level)
