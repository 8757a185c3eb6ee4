"""The people of one side: who they are, what they answered and whom they report to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from mentormatch.errors import AnswerError, Finding, ProgramError
from mentormatch.questions import Column, Side, tidy
from mentormatch.readers.fields import WHOLE_FIELDS
from mentormatch.readers.line import Line, line_of
from mentormatch.wording import counted, did_you_mean, quoted

Fact = TypeVar("Fact")


@dataclass(frozen=True, eq=False, repr=False)
class People:
    """The people of one side, in the order given.

    ``ids`` and ``names`` are tuples of text, a name is "" where none was given. ``capacity`` (how many mentees a mentor
    takes), ``minimum_load`` (how many at least), ``wants`` (how many mentors a mentee would like) and ``priority`` are
    read-only int64 arrays, shape (n,). Printing shows counts only.
    """

    side: Side
    ids: tuple[str, ...]
    names: tuple[str, ...]
    capacity: NDArray[np.int64]
    minimum_load: NDArray[np.int64]
    wants: NDArray[np.int64]
    priority: NDArray[np.int64]
    _columns: Mapping[str, Column]
    # The rows of the columns that these people are, None for all; columns are taken when somebody asks for them.
    _rows: NDArray[np.intp] | None = None
    # Everybody on this side, where these are some of them; None where these are all.
    _all: People | None = None
    _lines: Lines | None = None
    _taken: dict[str, Column] = field(default_factory=dict, init=False)
    _facts: dict[Any, Any] = field(default_factory=dict, init=False)
    # Whoever was taken alone last: who explains a pair asks for both more than once.
    _last: dict[int, People] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for whole in WHOLE_FIELDS:
            values = np.array(getattr(self, whole.name), dtype=np.int64)
            values.setflags(write=False)
            object.__setattr__(self, whole.name, values)

    def __getstate__(self) -> dict[str, Any]:
        # What was found out about these people can be found out again.
        return {**self.__dict__, "_taken": {}, "_facts": {}, "_last": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        # A copy of an array can be written to.
        self.__dict__.update(state)
        self.__post_init__()

    def column(self, question_id: str) -> Column:
        """The answers to a question; one that this side is not asked raises ``ProgramError``."""
        taken = self._taken.get(question_id) if type(question_id) is str else None
        if taken is not None:
            return taken
        found = self._columns.get(tidy(question_id) or "")
        if found is None:
            name = tidy(question_id)
            asked = quoted(name) if name else "with that id"
            hint = did_you_mean(name[:80], tuple(self._columns)) if name else ""
            expected = f"{self.side}s are not asked a question {asked}"
            raise ProgramError(Finding("question_not_asked", expected, hint=hint))
        if self._rows is None:
            return found
        taken = self._taken[question_id] = found.take(self._rows)
        return taken

    def asked(self, question_id: str) -> bool:
        """Whether there are answers of these people to that question."""
        return question_id in self._columns

    def take(self, rows: NDArray[Any] | Sequence[int]) -> People:
        """The people at ``rows`` (positions, or a mask), in that order; one person taken again is the same value."""
        one = rows[0] if isinstance(rows, list) and len(rows) == 1 and type(rows[0]) is int else None
        last = self._last.get(one) if one is not None else None
        if last is not None:
            return last
        found = self._some(np.asarray(rows))
        if one is not None:
            self._last.clear()
            self._last[one] = found
        return found

    def _some(self, given: NDArray[Any]) -> People:
        chosen = np.flatnonzero(given) if given.dtype == np.bool_ else given.astype(np.intp)
        if chosen.ndim != 1 or (chosen.size and (chosen.min() < 0 or chosen.max() >= len(self))):
            raise AnswerError(Finding("rows", f"expected rows from 0 to {len(self) - 1}", side=self.side))
        places = chosen.tolist()
        return People(
            side=self.side,
            ids=tuple([self.ids[place] for place in places]),
            names=tuple([self.names[place] for place in places]),
            capacity=self.capacity[chosen],
            minimum_load=self.minimum_load[chosen],
            wants=self.wants[chosen],
            priority=self.priority[chosen],
            _columns=self._columns,
            _rows=chosen if self._rows is None else self._rows[chosen],
            _all=self.everybody,
            _lines=self._lines,
        )

    def only(self, question_ids: Iterable[str]) -> People:
        """The same people with the answers to these questions alone, as far as this side is asked them."""
        names = frozenset(question_ids)
        kept = {name: column for name, column in self._columns.items() if name in names}
        return replace(self, _columns=kept, _lines=None, _all=None if self._all is None else self._all.only(names))

    @property
    def everybody(self) -> People:
        """All people of this side of the cohort, whichever of them these are."""
        return self if self._all is None else self._all

    def of_everybody(self, key: object, find: Callable[[People], Fact]) -> Fact:
        """What ``find`` says of all people of this side, found once for each ``key``."""
        return self.everybody.fact(key, find)

    def fact(self, key: object, find: Callable[[People], Fact]) -> Fact:
        """What ``find`` says of these people, found once for each ``key``."""
        if key not in self._facts:
            self._facts[key] = find(self)
        found: Fact = self._facts[key]
        return found

    @property
    def rows(self) -> NDArray[np.intp]:
        """Where these people stand among everybody of their side, shape (n,)."""
        return np.arange(len(self)) if self._rows is None else self._rows

    def line(self, question_id: str) -> Line:
        """Who reports to whom: what both sides answered to a `Reference`, and the cohort's ``reporting_line``."""
        if self._lines is None:
            return Lines((self.everybody,), {}, {}).of(question_id)
        return self._lines.of(question_id)

    def places(self, question_id: str) -> NDArray[np.int32]:
        """The numbers of these people in that line, shape (n,)."""
        line = self.line(question_id)
        places = self.of_everybody(
            ("places", question_id),
            lambda people: np.fromiter((line.place[name] for name in people.ids), dtype=np.int32, count=len(people)),
        )
        return places[self.rows]

    def _settled(self) -> People:
        """The same people as all of their side."""
        if self._rows is None:
            return replace(self, _all=None)
        return replace(self, _columns={name: self.column(name) for name in self._columns}, _rows=None, _all=None)

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        return f"People({counted(len(self), self.side)})"


@dataclass(frozen=True, eq=False)
class Lines:
    """The reporting lines of a cohort, one for each question that asks for a person, made when somebody asks.

    ``given`` maps ids to managers, ``left`` holds what people who are no longer there answered, by question.
    """

    sides: tuple[People, ...]
    given: Mapping[str, str]
    left: Mapping[str, Mapping[str, str]]
    _made: dict[str, Line] = field(default_factory=dict, init=False)

    def of(self, question_id: str) -> Line:
        if question_id not in self._made:
            asked = [people for people in self.sides if question_id in people._columns]
            answers = [pair for people in asked for pair in answered(people, question_id)]
            known = (*self.given.items(), *self.left.get(question_id, {}).items(), *answers)
            everybody = [name for people in self.sides for name in people.ids]
            private = any(people.column(question_id).question.private for people in asked)
            self._made[question_id] = line_of(everybody, known, question_id, private)
        return self._made[question_id]


def answered(people: People, question_id: str) -> list[tuple[str, str]]:
    """The people who answered a question that is held as texts, each with the answer."""
    values = people.column(question_id).values.tolist()
    return [(name, answer) for name, answer in zip(people.ids, values, strict=True) if answer is not None]
