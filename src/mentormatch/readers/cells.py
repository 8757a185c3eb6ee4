"""Cells to answers: what stands in the columns of a question, each distinct cell read once, with all folds counted."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np

from mentormatch.distinct import Distinct, distinct
from mentormatch.questions import (
    AnyQuestion,
    Blanks,
    Number,
    Ranking,
    Reference,
    Scale,
    Unreadable,
    WithOptions,
)
from mentormatch.readers.layout import Layout
from mentormatch.readers.numerals import plain_number, without_rounded
from mentormatch.readers.picks import Fold, Picked, joint_of, picks_of
from mentormatch.readers.spelling import NO, YES, Spellings, in_case, looks_like_a_made_date
from mentormatch.wording import quoted

_RANK = re.compile(r"(?:#|rank |choice |no\.? ?)?(\d{1,4})(?:st|nd|rd|th|\.|\.0+)?(?: choice)?")
_GROUPED_POINT = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")


_TEXT = frozenset((str,))
_UNRANKED = Unreadable(
    "not_ranked", "expected the ranks of several answers", "Layout(long={..., 'rank': HEADER}) says where they stand"
)


@dataclass(frozen=True)
class FoldCount:
    """How often a text in the cells of a question was read as something that is written otherwise."""

    fold: Fold
    count: int


@dataclass(frozen=True)
class Answers:
    """The answers of one column of people, ``Unreadable`` where one cannot be read, and the folds."""

    values: Sequence[object]
    folds: tuple[FoldCount, ...] = ()


class CellReader:
    """Reads the cells of one question in one layout."""

    def __init__(self, question: AnyQuestion, layout: Layout, blanks: Blanks) -> None:
        self.question = question
        self.layout = layout
        self.blanks = blanks
        self.delimiter = layout.delimiters.get(question.id)
        self.other = (layout.other[question.id],) if question.id in layout.other else ()
        options: Sequence[str] = question.options if isinstance(question, WithOptions) else ()
        self.spellings = Spellings(options, layout.aliases.get(question.id, {}), strict=layout.strict)
        self.folds: Counter[Fold] = Counter()
        # The options, where they can be told from one another by the delimiter alone.
        self.joint = joint_of(self.delimiter or "")
        self.plain = frozenset(options) if self.joint and not self.spellings.hold(self.joint) else None

    def one(self, cells: Sequence[object]) -> Answers:
        """The answers where each is in one cell."""
        question = self.question
        if isinstance(question, WithOptions):
            values: Sequence[object] = self._each(cells, self._picks if question.several else self._choice)
        elif isinstance(question, (Number, Scale)):
            values = self._with_doubtful_points(cells, self._each(cells, self._number))
        elif isinstance(question, Reference):
            values = without_rounded(cells)
        else:
            values = distinct(cells, _TEXT) or self._each(cells, lambda text: (text, ()))
        return self._answers(values)

    def several(self, columns: Sequence[Sequence[object]]) -> Answers:
        """The picks where each of several columns holds some, for a ranking the best first."""
        parts = [self._each(cells, self._picks) for cells in columns]
        return self._answers([_together(row) for row in zip(*parts, strict=True)])

    def by_option(self, columns: Mapping[str, Sequence[object]]) -> Answers:
        """The picks where each option has a column of its own, which says whether it is picked, or at which rank."""
        read = self._rank if isinstance(self.question, Ranking) else self._tick
        parts = []
        for option, cells in columns.items():
            parts.append(self._each(cells, lambda text, option=option: read(text, option)))  # type: ignore[misc]
        options = tuple(columns)
        join = _ranked if isinstance(self.question, Ranking) else _ticked
        values = [join(options, row) for row in zip(*parts, strict=True)]
        if not self.question.several:  # type: ignore[attr-defined]
            values = [_only(value) for value in values]
        return self._answers(values)

    def _answers(self, values: Sequence[object]) -> Answers:
        folds = sorted(self.folds.items(), key=lambda item: (-item[1], item[0].given, item[0].read))
        return Answers(values, tuple(FoldCount(fold, count) for fold, count in folds))

    def _each(
        self, cells: Sequence[object], read: Callable[[str], tuple[object, tuple[Fold, ...]]]
    ) -> Sequence[object]:
        """What ``read`` gives for each cell; each distinct text is read once, and its folds are counted."""
        texts = distinct(cells, _TEXT)
        if texts is not None:
            return self._each_text(texts, read)
        seen: dict[str, object] = {}
        folded: dict[str, tuple[Fold, ...]] = {}
        values: list[object] = []
        for cell in cells:
            if type(cell) is str:
                text = cell
            else:
                if cell is None:
                    values.append(None)
                    continue
                if isinstance(cell, frozenset) and len(cell) > 1 and isinstance(self.question, Ranking):
                    values.append(_UNRANKED)
                    continue
                plain = as_text(cell)
                if not isinstance(plain, str):
                    values.append(self._listed(plain) if isinstance(plain, tuple) else plain)
                    continue
                text = plain
            if text in seen:
                values.append(seen[text])
            else:
                value, folds = (None, ()) if text in self.blanks else read(text)
                seen[text] = value
                if folds:
                    folded[text] = folds
                values.append(value)
        if folded:
            for text, count in Counter(
                one for one in (cell if type(cell) is str else as_text(cell) for cell in cells) if isinstance(one, str)
            ).items():
                for fold in folded.get(text, ()):
                    self.folds[fold] += count
        return values

    def _each_text(self, texts: Distinct, read: Callable[[str], tuple[object, tuple[Fold, ...]]]) -> Distinct:
        """As ``_each`` where all cells are text, as in files they are."""
        found = [(None, ()) if text in self.blanks else read(text) for text in texts.values]
        if any(folds for _, folds in found):
            for (_, folds), count in zip(found, texts.counts(), strict=True):
                for fold in folds:
                    self.folds[fold] += count
        return Distinct([value for value, _ in found], texts.rows)

    def _listed(self, items: tuple[object, ...]) -> object:
        """The answer where a cell is a list already: the picks of its items."""
        if not isinstance(self.question, WithOptions) or not self.question.several:
            return self.question_of_one(items)
        parts: list[object] = []
        for item in items:
            text = as_text(item)
            if text is None or (isinstance(text, str) and text in self.blanks):
                continue
            if not isinstance(text, str):
                return Unreadable("not_a_list", "expected texts in the list")
            value, folds = self._picks(text)
            for fold in folds:
                self.folds[fold] += 1
            parts.append(value)
        return _together(parts)

    def question_of_one(self, items: tuple[object, ...]) -> object:
        """The answer to a question of one answer where a cell is a list: its one item."""
        if len(items) > 1:
            return Unreadable("several_answers", "expected one answer, not several")
        return self.one([items[0]]).values[0] if items else None

    def _picks(self, text: str) -> tuple[object, tuple[Fold, ...]]:
        if self.plain is not None:
            # Most cells hold nothing but options as they are written.
            parts = [part for part in map(str.strip, text.split(self.joint)) if part]
            if self.plain.issuperset(parts):
                return tuple(parts) or None, ()
        found = picks_of(text, self.spellings, self.delimiter, self.other)
        if isinstance(found, Unreadable):
            return self._own(found), ()
        return found.picks or None, found.folds

    def _choice(self, text: str) -> tuple[object, tuple[Fold, ...]]:
        found = picks_of(text, self.spellings, None, self.other)
        if isinstance(found, Unreadable):
            return self._own(found), ()
        if len(found.picks) > 1:
            return text, ()
        pick = found.picks[0] if found.picks else None
        if pick is not None and pick not in self.spellings.known and self._made_a_date(text):
            wanted = f"expected {self.question.wanted}"
            hint = "a spreadsheet made a date of this answer; export it again with the column as text"
            return self._own(Unreadable("made_a_date", wanted, hint)), ()
        return pick, found.folds

    def _made_a_date(self, text: str) -> bool:
        return self.spellings.made_a_date and looks_like_a_made_date(text)

    def _number(self, text: str) -> tuple[object, tuple[Fold, ...]]:
        question = self.question
        read = question.read(text)
        if read is None or (self.layout.decimal != "," and not isinstance(read, Unreadable)):
            return text, ()
        if self.layout.strict and self.layout.decimal is None:
            return text, ()
        unit = question.unit if isinstance(question, Number) else ""
        plain = plain_number(text, self.layout.decimal, unit)
        if plain is None:
            return text, ()
        if isinstance(plain, Unreadable):
            return self._own(plain), ()
        return plain, (Fold(text.strip(), plain, "number"),) if plain != text.strip() else ()

    def _with_doubtful_points(self, cells: Sequence[object], values: Sequence[object]) -> Sequence[object]:
        """Among numbers with decimal commas "1.234" may be either of two numbers."""
        commas = self.layout.decimal is None and any("," in fold.given and "." not in fold.given for fold in self.folds)
        if not commas:
            return values

        def doubtful(cell: object) -> bool:
            return isinstance(cell, str) and _GROUPED_POINT.fullmatch(cell.strip()) is not None

        hint = "others have decimal commas; Layout(decimal=',') or Layout(decimal='.') says which it is"
        problem = self._own(Unreadable("cannot_be_told", "could be two different numbers", hint))
        return [problem if doubtful(cell) else value for cell, value in zip(cells, values, strict=True)]

    def _tick(self, text: str, option: str) -> tuple[object, tuple[Fold, ...]]:
        words = self.layout.picked.get(self.question.id)
        plain = in_case(text)
        if words is not None:
            wanted = {in_case(word) for word in words}
            parts = (
                [plain] if self.delimiter is None else [in_case(part) for part in text.split(self.delimiter.strip())]
            )
            return any(part in wanted for part in parts), ()
        if plain in YES or plain == in_case(option) or self.spellings.read(text).option == option:
            return True, ()
        if plain in NO:
            return False, ()
        hint = f"Layout(picked={{{self.question.id!r}: [...]}}) says which words mean that it is picked"
        return self._own(Unreadable("not_a_tick", f"expected yes or no in the column of {quoted(option)}", hint)), ()

    def _rank(self, text: str, option: str) -> tuple[object, tuple[Fold, ...]]:
        found = _RANK.fullmatch(in_case(text))
        if found is None or int(found[1]) < 1:
            return self._own(Unreadable("not_a_rank", f"expected a rank from 1 in the column of {quoted(option)}")), ()
        return int(found[1]), ()

    def _own(self, problem: Unreadable) -> Unreadable:
        return Unreadable(problem.code, problem.expected) if self.question.private else problem


def as_text(cell: object) -> Any:
    """A cell of a workbook, frame or JSON as text, a list as a tuple, None where it is blank; anything else as it is.

    >>> as_text(3.0), as_text(True), as_text(date(2024, 5, 1)), as_text(["a", "b"]), as_text(float("nan"))
    ('3', 'yes', '2024-05-01', ('a', 'b'), None)
    """
    if isinstance(cell, str):
        return str.__str__(cell)
    if cell is None:
        return None
    if isinstance(cell, (bool, np.bool_)):
        return "yes" if cell else "no"
    if isinstance(cell, (int, np.integer)):
        return str(int(cell)) if -(10**400) < int(cell) < 10**400 else cell
    if isinstance(cell, (float, np.floating)):
        return _of_float(float(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, (list, tuple, np.ndarray)):
        return tuple(cell)
    if isinstance(cell, (set, frozenset)):
        return tuple(sorted(cell, key=str))
    # What pandas has for a missing value is not itself.
    return None if cell != cell else cell  # noqa: PLR0124


def _of_float(value: float) -> str | None:
    if math.isnan(value):
        return None
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


def _together(parts: Sequence[object]) -> object:
    """All picks of several cells; the first problem where there is one."""
    picks: list[str] = []
    for part in parts:
        if isinstance(part, Unreadable):
            return part
        if isinstance(part, tuple):
            picks += part
    return tuple(picks) or None


def _ticked(options: Sequence[str], row: Sequence[object]) -> object:
    problem = next(_problems(row), None)
    picks = tuple(option for option, ticked in zip(options, row, strict=True) if ticked)
    return problem or picks or None


def _ranked(options: Sequence[str], row: Sequence[object]) -> object:
    if (problem := next(_problems(row), None)) is not None:
        return problem
    ranks: list[tuple[int, str]] = [
        (rank, option) for option, rank in zip(options, row, strict=True) if isinstance(rank, int)
    ]
    if len({rank for rank, _ in ranks}) < len(ranks):
        return Unreadable("ranked_level", "expected a rank of its own for every option")
    return tuple(option for _, option in sorted(ranks)) or None


def _only(value: object) -> object:
    if not isinstance(value, tuple):
        return value
    return value[0] if len(value) == 1 else Unreadable("several_answers", "expected one answer, not several")


def _problems(row: Sequence[object]) -> Iterator[Unreadable]:
    return (one for one in row if isinstance(one, Unreadable))


__all__ = ["Answers", "CellReader", "Fold", "FoldCount", "Picked", "as_text"]
