"""Bytes to text: the encodings in which tables are exported, and no guess that the text itself speaks against."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from mentormatch.errors import AnswerError, Finding
from mentormatch.wording import quoted

_MARKS = (
    (codecs.BOM_UTF8, "UTF-8"),
    (codecs.BOM_UTF32_LE, "UTF-32-LE"),
    (codecs.BOM_UTF32_BE, "UTF-32-BE"),
    (codecs.BOM_UTF16_LE, "UTF-16-LE"),
    (codecs.BOM_UTF16_BE, "UTF-16-BE"),
)
_LOOKED_AT = 4_096
_LOOKED_INTO = 100_000
_UNDECODED = re.compile("[\ud800-\udfff]")
_HIGH = re.compile("[\u0080-\ud7ff\ue000-\U0010ffff]")
# What a text in another encoding looks like when it is taken for cp1252: whole words of accents, a capital at the end
# of a word, a sign for money or a fraction in the middle of one.
_CAPITAL = "A-ZÀ-ÖØ-ÞŠŒŽŸ"
_SMALL = "a-zß-öø-ÿšœž"
_STRANGE = re.compile(
    rf"[\u0080-\u009f]|[À-ÖØ-öø-ÿŠŒŽŸšœž]{{4}}|[{_SMALL}][ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞŠŒŽŸ]"
    rf"|[{_SMALL}{_CAPITAL}]{{2}}[¡¢£¤¥¦¨ª¬¯±²³´µ¶¸¹º¼½¾¿ƒˆ˜†‡][{_SMALL}{_CAPITAL}]"
    rf"|[{_SMALL}]{{3}}[¡£¤¥¦¨ª¬¯±³´µ¶¸¹¼½¾¿ƒˆ]|(?<![{_SMALL}{_CAPITAL}\d])[£¥¯¼¾³¹][{_SMALL}{_CAPITAL}]"
    r"|([ƒ‚]).\1"
)


def decoded(data: bytes, encoding: str | None = None, *, strict: bool = False) -> tuple[str, str]:
    """The text of a table and the name of its encoding; without ``encoding`` it is found out.

    A byte order mark decides; then NULs, which tell UTF-16; then UTF-8. Bytes that are not UTF-8 are read as cp1252
    where the text does not speak against it; a few of them in what is UTF-8 otherwise become lone
    surrogates, for their rows to be refused. ``strict`` refuses to take anything for cp1252. What cannot be told, and
    bytes that do not fit the encoding, raise ``AnswerError``.
    """
    if encoding is not None:
        return _known(data, encoding), encoding
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _known(data[len(mark) :], name), name
    if wide := _wide(data[:_LOOKED_AT]):
        return _known(data, wide), wide
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        pass
    text = data.decode("utf-8", errors="surrogateescape")
    if _mostly_whole(text):
        return text, "UTF-8"
    western = "" if strict else _western(data)
    if not western:
        hint = "save it in UTF-8, or say which encoding it has: Layout(encoding='cp1252')"
        raise AnswerError(Finding("table_encoding", "the encoding of the table cannot be told", hint=hint))
    return western, "cp1252"


def is_torn(text: str) -> bool:
    """Whether there are bytes in it that could not be decoded."""
    return not text.isascii() and _UNDECODED.search(text) is not None


def encoding_findings(encoding: object) -> Iterator[Finding]:
    """What is wrong with ``encoding=``."""
    if encoding is None:
        return
    wanted = "expected encoding= to be the name of an encoding, such as 'cp1252', or None"
    try:
        known = isinstance(encoding, str) and codecs.lookup(encoding)._is_text_encoding
    except (LookupError, ValueError):
        known = False
    if not known:
        yield Finding("encoding", wanted)


def _known(data: bytes, name: str) -> str:
    # UTF-16 may hold halves of pairs, whose rows are refused one by one.
    lenient = name.upper().replace("_", "-").startswith(("UTF-16", "UTF-32"))
    try:
        text = data.decode(name, errors="surrogatepass" if lenient else "strict")
    except UnicodeDecodeError as error:
        line = 1 + max(data.count(b"\n", 0, error.start), data.count(b"\r", 0, error.start))
        wrong = Finding("table_encoding", f"there are bytes that are not {quoted(name)}", where=f"line {line}")
    except (LookupError, ValueError):
        wrong = Finding("table_encoding", f"the table cannot be read as {quoted(name)}")
    else:
        return text.removeprefix("\ufeff")
    raise AnswerError(wrong)


def _wide(start: bytes) -> str:
    """UTF-16 of either kind where every second byte of the beginning is mostly NUL, else ""."""
    half = len(start) // 2
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if half and odd * 2 > half and not even:
        return "UTF-16-LE"
    return "UTF-16-BE" if half and even * 2 > half and not odd else ""


def _mostly_whole(text: str) -> bool:
    """Whether around the first byte that could not be decoded as many characters could be."""
    first = _UNDECODED.search(text)
    start = 0 if first is None else max(0, first.start() - _LOOKED_INTO)
    part = text[start : start + 2 * _LOOKED_INTO]
    return len(_HIGH.findall(part)) >= len(_UNDECODED.findall(part))


def _western(data: bytes) -> str:
    """The text in cp1252, "" where it is none or looks like none."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return ""
    return "" if _STRANGE.search(text) else text
