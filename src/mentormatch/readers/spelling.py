"""Spellings of options: which option a text means where it is written in another way, and nothing that could mean two.

Nothing is folded that could tell options apart: "C++" is not "C", "A-" is not "A", "1-5" is not "1.5".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from mentormatch.questions import tidy
from mentormatch.readers.table import loosely

Key = TypeVar("Key")

YES = frozenset(
    [
        "yes",
        "y",
        "true",
        "t",
        "1",
        "x",
        "on",
        "ja",
        "j",
        "oui",
        "o",
        "si",
        "sí",
        "sì",
        "sim",
        "da",
        "tak",
        "wahr",
        "vrai",
        "✓",
        "✔",
        "☑",
        "✅",
        "checked",
        "selected",
    ]
)
NO = frozenset(
    [
        "no",
        "n",
        "false",
        "f",
        "0",
        "off",
        "nein",
        "non",
        "não",
        "nie",
        "falsch",
        "faux",
        "✗",
        "✘",
        "☐",
        "❌",
        "unchecked",
    ]
)

_QUOTES = str.maketrans({"‘": "'", "’": "'", "ʼ": "'", "´": "'", "`": "'", "“": '"', "”": '"', "„": '"'})
_DASHES = re.compile("[\u2010-\u2015\u2212]")
# Between letters a mark may as well be a space; between figures it makes another number.
_INNER = re.compile(
    r"(?<=[^\W\d_])\s*[-_.,:;!?'\"()\[\]/|·•]+\s*(?=[^\W_])|(?<=[^\W_])\s*[-_.,:;!?'\"()\[\]/|·•]+\s*(?=[^\W\d_])"
)
_OUTER = re.compile(r"^[\s.:!?'\"()·•]+(?=\w)|(?<=[\w+#*])[\s.:!?'\"()·•]+$")
_STROKES = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th"})
_OTHER = re.compile(r"\A(other|others|autres?|andere[sr]?|sonstige[sr]?|otr[oa]s?|altr[oi]|outr[oa]s?|annet|overig)\b")
_SPARE = 60

_RANGE = re.compile(r"(?:from\s+)?(\d{1,6})\s*(?:-|to|bis|à|a)\s*(\d{1,6})")
_ABOVE = re.compile(
    r"(?:(\d{1,6})\s*\+|(?:over|more than|>)\s*(\d{1,6})|(\d{1,6})\s*(?:or more|and more|and over|and above|plus))"
)
_BELOW = re.compile(r"(?:less than|under|up to|<)\s*(\d{1,6})")
_UNITS = re.compile(r"\s*(?<![a-z])(?:years?|yrs?|y|months?|jahren?|ans?|años?|people|of experience)\b\.?")

_MONTHS = {
    name: k
    for k, names in enumerate(
        [
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ],
        start=1,
    )
    for name in names.split()
}
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]0?0:00(?::00(?:\.0+)?)?(?:Z|[+]00:00)?)?")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})\.?,?[ -](\d{4})")
_NAMED_FIRST = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
# What a spreadsheet makes of "3-5": the fifth of March, or the third of May.
_MADE_A_DATE = re.compile(r"\d{1,2}[- ][A-Za-z]{3}|[A-Za-z]{3}[- ]\d{1,2}|\d{4}-\d{2}-\d{2} 00:00:00")


def in_case(text: str) -> str:
    """The text without regard to case, width, kind of dash and quote, and how many spaces there are."""
    if text.isascii():
        return " ".join(text.casefold().split())
    wide = unicodedata.normalize("NFKC", loosely(text))
    plain = _DASHES.sub("-", wide.translate(_QUOTES)).casefold()
    return " ".join(unicodedata.normalize("NFC", plain).split())


def in_punctuation(text: str) -> str:
    """As ``in_case``, and marks between letters as spaces, around the text as nothing.

    >>> in_punctuation("Public-Speaking."), in_punctuation("Node.js"), in_punctuation("C++"), in_punctuation("1.5")
    ('public speaking', 'node js', 'c++', '1.5')
    """
    return _without_marks(in_case(text))


def in_accents(text: str) -> str:
    """As ``in_punctuation``, and letters without their accents, dotless i included.

    >>> in_accents("Résumé"), in_accents("\u0130STANBUL"), in_accents("Kad\u0131n")
    ('resume', 'istanbul', 'kadin')
    """
    return _without_accents(in_punctuation(text))


def _without_marks(plain: str) -> str:
    """What ``in_punctuation`` makes of a text that is ``in_case``."""
    return plain if plain.isalnum() else " ".join(_OUTER.sub("", _INNER.sub(" ", plain)).split())


def _without_accents(plain: str) -> str:
    """What ``in_accents`` makes of a text that is ``in_punctuation``."""
    if plain.isascii():
        return plain
    parts = unicodedata.normalize("NFD", plain)
    return "".join(one for one in parts if not unicodedata.combining(one)).translate(_STROKES)


def is_other(option: str) -> bool:
    """Whether an option stands for whatever is not among the options, as "Other (please specify)" does."""
    return _OTHER.match(in_case(option)) is not None


def band_of(text: str) -> tuple[int, int | None] | None:
    """The lowest and highest number of a band, None for no end; None where the text is no band.

    >>> band_of("3-5 years"), band_of("3 to 5"), band_of("5+"), band_of("more than 5"), band_of("many")
    ((3, 5), (3, 5), (5, None), (6, None), None)
    """
    plain = _UNITS.sub("", in_case(text)).strip()
    if found := _RANGE.fullmatch(plain):
        return int(found[1]), int(found[2])
    if found := _ABOVE.fullmatch(plain):
        return (int(found[2]) + 1 if found[2] else int(found[1] or found[3])), None
    if found := _BELOW.fullmatch(plain):
        return 0, int(found[1]) - (not plain.startswith("up to"))
    return None


def dates_of(text: str) -> tuple[date, ...]:
    """The dates that a text may mean: two where day and month cannot be told apart, none where it is no date.

    >>> [str(day) for day in dates_of("1 May 2024")], [str(day) for day in dates_of("01/05/2024")]
    (['2024-05-01'], ['2024-05-01', '2024-01-05'])
    """
    plain = in_case(text)
    found: list[tuple[str | int, str | int, str | int]] = []
    if match := _ISO.fullmatch(plain.upper()):
        found = [(match[1], match[2], match[3])]
    elif match := _DOTTED.fullmatch(plain):
        found = [(match[3], match[2], match[1])]
    elif match := _SLASHED.fullmatch(plain):
        found = [(match[3], match[2], match[1]), (match[3], match[1], match[2])]
    elif (match := _NAMED.fullmatch(plain)) and match[2] in _MONTHS:
        found = [(match[3], _MONTHS[match[2]], match[1])]
    elif (match := _NAMED_FIRST.fullmatch(plain)) and match[1] in _MONTHS:
        found = [(match[3], _MONTHS[match[1]], match[2])]
    days = []
    for year, month, day in found:
        try:
            days.append(date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return tuple(dict.fromkeys(days))


@dataclass(frozen=True)
class Spelled:
    """What a text means: an option, with ``how`` it is written otherwise ("" where it is written so), or several.

    ``several`` are options between which the text does not decide.
    """

    option: str | None = None
    how: str = ""
    several: tuple[str, ...] = ()


_UNKNOWN = Spelled()


class Spellings:
    """The options of a question and how else each may be written. ``strict`` knows the options and aliases alone."""

    def __init__(self, options: Sequence[str], aliases: Mapping[str, str], *, strict: bool) -> None:
        self.options = tuple(options)
        self.strict = strict
        self._aliases = {in_case(alias): option for alias, option in aliases.items()}
        self.known = {option: Spelled(option) for option in options}
        self._held: dict[str, int] = {}
        self._seen: dict[str, Spelled] = {}

    def read(self, text: str) -> Spelled:
        """What a text means; neither an option nor ``several`` where it is not known."""
        found = self.known.get(text)
        if found is None:
            found = self._seen.get(text)
        if found is None:
            found = self._read(text)
            if len(self._seen) < 1_000_000:
                self._seen[text] = found
        return found

    def hold(self, joint: str) -> int:
        """How often at most a text stands within one of the options or their other names."""
        if joint not in self._held:
            self._held[joint] = max((option.count(joint) for option in (*self.options, *self._aliases)), default=0)
        return self._held[joint]

    def _read(self, text: str) -> Spelled:
        plain = tidy(text)
        if plain is None or not plain:
            return _UNKNOWN
        if plain in self.known:
            return Spelled(plain)
        if len(plain) > self._longest:
            return _UNKNOWN
        key = in_case(plain)
        if (meant := self._aliases.get(key)) is not None:
            return Spelled(meant, "alias")
        if self.strict:
            return _UNKNOWN
        for how, change, known in self._levels:
            key = change(key)
            if several := known.get(key):
                return Spelled(several[0], how) if len(several) == 1 else Spelled(several=several)
        return self._read_otherwise(plain)

    @cached_property
    def _longest(self) -> int:
        """How long at most a text is that means one of the options."""
        return 2 * max(map(len, (*self.options, *self._aliases)), default=0) + _SPARE

    @cached_property
    def _levels(self) -> tuple[tuple[str, Callable[[str], str], Mapping[str, tuple[str, ...]]], ...]:
        keys = (("case or spaces", in_case), ("punctuation", _without_marks), ("accents", _without_accents))
        levels, reached = [], {option: option for option in self.options}
        for how, change in keys:
            reached = {option: change(key) for option, key in reached.items()}
            levels.append((how, change, _by_key(self.options, reached.__getitem__)))
        return tuple(levels)

    def _read_otherwise(self, text: str) -> Spelled:
        """A band, a yes or no, or a date in another spelling, where the options are such."""
        if self._bands and (band := band_of(text)) is not None:
            return _one_of(self._bands.get(band, ()), "band")
        if self._answers:
            plain = in_case(text)
            meant = True if plain in YES else False if plain in NO else None
            return Spelled(self._answers[meant], "yes or no") if meant is not None else _UNKNOWN
        if self._days and (days := dates_of(text)):
            return _one_of([option for day in days for option in self._days.get(day, ())], "date")
        return _UNKNOWN

    @cached_property
    def _bands(self) -> Mapping[tuple[int, int | None], tuple[str, ...]]:
        return _by_key([option for option in self.options if band_of(option) is not None], band_of)  # type: ignore[arg-type]

    @cached_property
    def _answers(self) -> Mapping[bool, str]:
        """The option for yes and the one for no, where there are these two and no more."""
        yes = [option for option in self.options if in_case(option) in YES]
        no = [option for option in self.options if in_case(option) in NO]
        two = len(self.options) == 2 and len(yes) == 1 and len(no) == 1
        return {True: yes[0], False: no[0]} if two else {}

    @cached_property
    def _days(self) -> Mapping[date, tuple[str, ...]]:
        found: dict[date, list[str]] = {}
        for option in self.options:
            days = dates_of(option)
            if len(days) == 1:
                found.setdefault(days[0], []).append(option)
        return {day: tuple(options) for day, options in found.items()}

    @property
    def made_a_date(self) -> bool:
        """Whether the options are such that a spreadsheet takes them for dates ("3-5")."""
        return any(band is not None and band[1] is not None and band[1] <= 31 for band in map(band_of, self.options))

    @cached_property
    def other(self) -> str | None:
        """The one option that stands for what is not among them, or None."""
        found = [option for option in self.options if is_other(option)]
        return found[0] if len(found) == 1 else None


def looks_like_a_made_date(text: str) -> bool:
    """Whether a spreadsheet may have made this of a band such as "3-5"."""
    return _MADE_A_DATE.fullmatch(text.strip()) is not None


def _by_key(options: Iterable[str], key: Callable[[str], Key]) -> dict[Key, tuple[str, ...]]:
    found: dict[Key, tuple[str, ...]] = {}
    for option in options:
        one = key(option)
        found[one] = (*found.get(one, ()), option)
    return found


def _one_of(options: Sequence[str], how: str) -> Spelled:
    if not options:
        return _UNKNOWN
    return Spelled(options[0], how) if len(options) == 1 else Spelled(several=tuple(options))
