"""Cells to picks: lists as Python or JSON writes them, and picks joined by a delimiter that options may contain."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from mentormatch.questions import Unreadable
from mentormatch.readers.spelling import Spelled, Spellings, in_case, is_other
from mentormatch.wording import listed, number, quoted

_STRING = r"""[bBuU]?(?:"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+')"""
_ITEM = rf"(?:{_STRING}|None|null|nan|NaN)"
_LITERAL = re.compile(rf"[\[({{]\s*(?:{_ITEM}\s*(?:,\s*{_ITEM}\s*)*+(?:,\s*)?)?[\])}}]", re.DOTALL)
_STRINGS = re.compile(_STRING, re.DOTALL)
_BRACKETS = {"[": "]", "(": ")", "{": "}"}
_MOST_PICKS = 10_000
_TOO_MANY = Unreadable("too_many_picks", f"expected at most {number(_MOST_PICKS)} picks in one cell")
_AFTER_OTHER = re.compile(r"\A([^:]{1,80}?)\s*[:：]\s*(.*)\Z", re.DOTALL)


@dataclass(frozen=True)
class Fold:
    """A text that was read as an option that is written otherwise: what was given, what it was taken for, and why."""

    given: str
    read: str
    how: str


@dataclass(frozen=True)
class Picked:
    """The picks of one cell, those that are no option as they were given, and the folds among them."""

    picks: tuple[str, ...]
    folds: tuple[Fold, ...] = ()


def literal_list(cell: str) -> tuple[str, ...] | None:
    """The texts of a list, tuple or set as Python or JSON writes it; None where the cell is no such thing.

    >>> literal_list("['Python', \\"R&D's\\"]"), literal_list("[]"), literal_list("[draft]")
    (('Python', "R&D's"), (), None)
    """
    text = cell.strip()
    if not text or _BRACKETS.get(text[0]) != text[-1] or not _LITERAL.fullmatch(text):
        return None
    found = []
    for one in _STRINGS.findall(text):
        value = _string(one)
        if value is None:
            return None
        found.append(value)
    return tuple(found)


def _string(literal: str) -> str | None:
    try:
        if literal.startswith('"'):
            return str(json.loads(literal, strict=False))
    except ValueError:
        pass
    try:
        value = ast.literal_eval(literal.replace("\n", "\\n").replace("\r", "\\r"))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return value if isinstance(value, str) else None


def picks_of(
    cell: str, spellings: Spellings, delimiter: str | None, other: Sequence[str | None]
) -> Picked | Unreadable:
    """The picks in a cell, joined by ``delimiter`` (None: the cell is one pick) or written as a list.

    Every stretch between delimiters that is an option is one pick; where an option may also be read as several shorter
    ones it is the longest, which counts as a fold. Where stretches overlap so that neither reading is the longer one,
    the problem names both. ``other`` is empty, or holds the option that stands for picks that are no option (None: they
    are left out). O(length of the cell x delimiters in the longest option).
    """
    if not cell or cell.isspace():
        return Picked(())
    joint = None if delimiter is None else joint_of(delimiter)
    whole = spellings.read(cell)
    if whole.option is not None and (joint is None or joint not in cell):
        return Picked((whole.option,), _folds(cell, whole))
    if cell.count(",") > _MOST_PICKS and cell.lstrip()[0] in _BRACKETS:
        return _TOO_MANY
    if (items := literal_list(cell)) is not None and whole.option is None:
        return _of_pieces(list(items), spellings, other)
    if joint is None:
        return _of_pieces([cell.strip()], spellings, other)
    starts, ends = _stretches(cell, joint)
    if len(starts) > _MOST_PICKS:
        return _TOO_MANY
    if not starts:
        return Picked(())
    return _joined(cell, starts, ends, spellings, joint, other)


def joint_of(delimiter: str) -> str:
    """What really stands between picks: spaces around it may be missing."""
    return delimiter.strip() or delimiter


def _stretches(cell: str, joint: str) -> tuple[list[int], list[int]]:
    """Where the texts between delimiters start and end, blank ones left out."""
    starts, ends = [], []
    start = 0
    while start <= len(cell):
        end = cell.find(joint, start)
        end = len(cell) if end < 0 else end
        if cell[start:end].strip():
            starts.append(start)
            ends.append(end)
        start = end + len(joint)
    return starts, ends


def _joined(
    cell: str, starts: Sequence[int], ends: Sequence[int], spellings: Spellings, joint: str, other: Sequence[str | None]
) -> Picked | Unreadable:
    count = len(starts)
    longest = 1 + spellings.hold(joint)
    read: dict[tuple[int, int], Spelled] = {}
    unclear: Spelled | None = None
    for first in range(count):
        for last in range(first, min(count, first + longest)):
            found = spellings.read(cell[starts[first] : ends[last]])
            if found.option is not None:
                read[first, last + 1] = found
            elif found.several and first == last:
                unclear = found
    spans = [(first, first + 1) for first in range(count)]
    # A stretch that is no option of its own may be left over between options; it costs nothing but certainty.
    loose = {span for span in spans if span not in read}
    covered = spans if longest == 1 else _best_cover(count, read, loose)
    if isinstance(covered, Unreadable):
        return covered
    if unclear is not None and any(span in loose for span in covered):
        return _undecided(unclear.several)
    picks: list[str] = []
    folds: list[Fold] = []
    pieces: list[str] = []
    for first, end in _merged(covered, read, cell, starts, ends, spellings):
        text = cell[starts[first] : ends[end - 1]].strip()
        known = read.get((first, end))
        if known is not None and known.option is not None:
            picks.append(known.option)
            folds += _folds(text, known)
            if end - first > 1 and (shorter := _splits_too(first, end, read)):
                if spellings.strict:
                    return _undecided((known.option, *shorter))
                folds.append(Fold(text, known.option, "longest option"))
        else:
            pieces.append(text)
    rest = _of_pieces(pieces, spellings, other) if pieces else Picked(())
    if isinstance(rest, Unreadable):
        return rest
    return Picked((*picks, *rest.picks), (*folds, *rest.folds))


def _best_cover(
    count: int, read: dict[tuple[int, int], Spelled], loose: set[tuple[int, int]]
) -> list[tuple[int, int]] | Unreadable:
    """Spans that cover the cell with the fewest loose stretches, the longest where one reading refines another."""
    steps: dict[int, list[int]] = {}
    for first, end in (*read, *loose):
        steps.setdefault(first, []).append(end)
    worst = count + 1
    forward = [worst] * (count + 1)
    forward[0] = 0
    for first in range(count):
        for end in steps.get(first, ()):
            cost = forward[first] + ((first, end) in loose)
            forward[end] = min(forward[end], cost)
    backward = [worst] * (count + 1)
    backward[count] = 0
    for first in range(count - 1, -1, -1):
        for end in steps.get(first, ()):
            backward[first] = min(backward[first], backward[end] + ((first, end) in loose))
    best = forward[count]
    usable = [
        (first, end)
        for first in range(count)
        for end in steps.get(first, ())
        if forward[first] + ((first, end) in loose) + backward[end] == best
    ]
    # What every best reading has in common: places that no usable span runs across.
    across = [0] * (count + 2)
    for first, end in usable:
        across[first + 1] += 1
        across[end] -= 1
    crossed, places = 0, [0]
    for place in range(1, count + 1):
        crossed += across[place]
        if crossed == 0:
            places.append(place)
    stretches = list(pairwise(places))
    known = set(usable)
    torn = next((stretch for stretch in stretches if stretch not in known), None)
    if torn is None:
        return stretches
    inside = [
        read[span].option or "" for span in sorted(known) if torn[0] <= span[0] and span[1] <= torn[1] and span in read
    ]
    return _undecided(tuple(dict.fromkeys(inside)))


def _merged(
    covered: Sequence[tuple[int, int]],
    read: dict[tuple[int, int], Spelled],
    cell: str,
    starts: Sequence[int],
    ends: Sequence[int],
    spellings: Spellings,
) -> list[tuple[int, int]]:
    """The spans, with what follows an "Other: ..." and is no option taken for a part of it."""
    merged: list[tuple[int, int]] = []
    within_other = False
    for first, end in covered:
        if (first, end) in read:
            within_other = False
        elif within_other:
            merged[-1] = (merged[-1][0], end)
            continue
        else:
            within_other = _after_other(cell[starts[first] : ends[end - 1]], spellings) is not None
        merged.append((first, end))
    return merged


def _after_other(text: str, spellings: Spellings) -> str | None:
    """The option that stands for others, where a text is its name, a colon and something else."""
    found = _AFTER_OTHER.match(text.strip())
    if found is None or spellings.other is None:
        return None
    named = spellings.read(found[1]).option == spellings.other or is_other(in_case(found[1]))
    return spellings.other if named else None


def _of_pieces(pieces: Sequence[str], spellings: Spellings, other: Sequence[str | None]) -> Picked | Unreadable:
    """Single picks, each read for itself."""
    picks: list[str] = []
    folds: list[Fold] = []
    for piece in pieces:
        if not piece.strip():
            continue
        known = spellings.read(piece)
        meant = known.option
        if meant is not None:
            folds += _folds(piece, known)
        elif known.several:
            return _undecided(known.several)
        elif (option := None if spellings.strict else _after_other(piece, spellings)) is not None:
            meant = option
            folds.append(Fold("Other: …", option, "free text"))
        elif other:
            meant = other[0]
            folds.append(Fold(piece, meant or "", "other" if meant else "left out"))
            if meant is None:
                continue
        picks.append(piece if meant is None else meant)
    return Picked(tuple(picks), tuple(folds))


def _splits_too(first: int, end: int, read: dict[tuple[int, int], Spelled]) -> tuple[str, ...]:
    """The shorter options that cover the same stretch, where there are such."""
    reached = {first: ()}  # type: dict[int, tuple[str, ...]]
    for place in range(first, end):
        if place not in reached:
            continue
        for stop in range(place + 1, end + 1):
            known = read.get((place, stop))
            if known is not None and known.option is not None and (place, stop) != (first, end):
                reached.setdefault(stop, (*reached[place], known.option))
    return reached.get(end, ())


def _folds(text: str, known: Spelled) -> tuple[Fold, ...]:
    return (Fold(text.strip(), known.option or "", known.how),) if known.how else ()


def _undecided(options: Sequence[str]) -> Unreadable:
    names = listed([quoted(option) for option in options])
    return Unreadable("cannot_be_told", "could be read in several ways", f"it could be {names}")
