"""Proofs as plain values that JSON can hold, and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import starmap
from typing import ClassVar, Literal

import numpy as np
from pydantic import ConfigDict

from mentormatch.errors import Finding
from mentormatch.problem import Gap, Ints, LevelName, Lift, Solution, Stopped, Word
from mentormatch.proof import Kind, Proof
from mentormatch.wording import number

_FORBID = ConfigDict(extra="forbid")
_Rows = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class SavedWord:
    """A word: its levels with their multipliers, and the draw of a lottery."""

    __pydantic_config__: ClassVar[ConfigDict] = _FORBID
    levels: tuple[tuple[LevelName, int], ...]
    draw: int = 0


@dataclass(frozen=True)
class SavedSolution:
    """Pairs by position with their prices."""

    __pydantic_config__: ClassVar[ConfigDict] = _FORBID
    mentor: tuple[int, ...]
    mentee: tuple[int, ...]
    points: tuple[int, ...]
    words: tuple[SavedWord, ...]
    mentor_prices: _Rows
    mentee_prices: _Rows
    list_prices: _Rows = ()


@dataclass(frozen=True)
class SavedLift:
    """The floor under the points with its two proofs."""

    __pydantic_config__: ClassVar[ConfigDict] = _FORBID
    floor: int
    free: SavedSolution
    above: SavedSolution | None


@dataclass(frozen=True)
class SavedStopped:
    """Why a search ended before its end, and what is proven: the level, what is reached and the bound."""

    __pydantic_config__: ClassVar[ConfigDict] = _FORBID
    by: Literal["round_limit", "interrupt"]
    rounds: int
    gaps: tuple[tuple[LevelName, int, int], ...]


@dataclass(frozen=True)
class SavedProof:
    """A proof: a row of prices for each person, a price for each word."""

    __pydantic_config__: ClassVar[ConfigDict] = _FORBID
    kind: Kind
    words: tuple[SavedWord, ...]
    mentor_prices: _Rows
    mentee_prices: _Rows
    list_prices: _Rows = ()
    lift: SavedLift | None = None
    stopped: SavedStopped | None = None


def save(proof: Proof) -> SavedProof:
    """The proof as plain values."""
    lift, stopped = proof.lift, proof.stopped
    return SavedProof(
        proof.kind,
        _words(proof.words),
        _rows(proof.mentor_prices),
        _rows(proof.mentee_prices),
        _rows(proof.list_prices),
        None
        if lift is None
        else SavedLift(lift.floor, _solution(lift.free), None if lift.above is None else _solution(lift.above)),
        None
        if stopped is None
        else SavedStopped(stopped.by, stopped.rounds, tuple((gap.level, gap.value, gap.bound) for gap in stopped.gaps)),
    )


def restore(saved: SavedProof, mentors: int, mentees: int) -> Proof:
    """The proof that was saved, about so many people; `faults` must have found nothing."""
    lift, stopped = saved.lift, saved.stopped
    return Proof(
        saved.kind,
        _words_of(saved.words),
        _prices(saved.mentor_prices, mentors, saved.words),
        _prices(saved.mentee_prices, mentees, saved.words),
        _prices(saved.list_prices, len(saved.list_prices), saved.words),
        None
        if lift is None
        else Lift(
            lift.floor,
            _solution_of(lift.free, mentors, mentees),
            None if lift.above is None else _solution_of(lift.above, mentors, mentees),
        ),
        None if stopped is None else Stopped(stopped.by, stopped.rounds, tuple(starmap(Gap, stopped.gaps))),
    )


def faults(saved: SavedProof, mentors: int, mentees: int) -> Iterator[Finding]:
    """What keeps a saved proof from being one about so many people: lengths and ranges."""
    parts: list[tuple[str, SavedProof | SavedSolution]] = [("proof", saved)]
    if saved.lift:
        parts.append(("proof.lift.free", saved.lift.free))
        if saved.lift.above:
            parts.append(("proof.lift.above", saved.lift.above))
        if not 0 <= saved.lift.floor < 2**62:
            yield Finding("range", "expected a floor from 0", where="proof.lift.floor")
    for where, part in parts:
        for name, rows, size in (
            ("mentor_prices", part.mentor_prices, mentors),
            ("mentee_prices", part.mentee_prices, mentees),
            ("list_prices", part.list_prices, len(part.list_prices)),
        ):
            if len(rows) != size:
                expected = f"expected {number(size)} entries, not {number(len(rows))}"
                yield Finding("length", expected, where=f"{where}.{name}")
            if any(len(row) != len(part.words) or any(abs(price) >= 2**63 for price in row) for row in rows):
                yield Finding("prices", "expected a price below 2**63 for every word", where=f"{where}.{name}")
        if isinstance(part, SavedSolution):
            pairs = (part.mentor, part.mentee, part.points)
            if len({len(numbers) for numbers in pairs}) > 1:
                yield Finding("length", "expected as many mentors as mentees and points", where=where)
            if any(not 0 <= value < 2**62 for numbers in pairs for value in numbers):
                yield Finding("range", "expected whole numbers from 0", where=where)


def _words(words: tuple[Word, ...]) -> tuple[SavedWord, ...]:
    return tuple(SavedWord(word.levels, word.draw) for word in words)


def _words_of(saved: tuple[SavedWord, ...]) -> tuple[Word, ...]:
    return tuple(Word(word.levels, word.draw) for word in saved)


def _rows(prices: Ints) -> _Rows:
    return tuple(map(tuple, prices.tolist()))


def _prices(rows: _Rows, people: int, words: tuple[SavedWord, ...]) -> Ints:
    return np.array(rows, dtype=np.int64).reshape(people, len(words))


def _solution(solution: Solution) -> SavedSolution:
    return SavedSolution(
        tuple(solution.mentor.tolist()),
        tuple(solution.mentee.tolist()),
        tuple(solution.points.tolist()),
        _words(solution.words),
        _rows(solution.mentor_prices),
        _rows(solution.mentee_prices),
        _rows(solution.list_prices),
    )


def _solution_of(saved: SavedSolution, mentors: int, mentees: int) -> Solution:
    mentor, mentee, points = (np.array(part, dtype=np.int64) for part in (saved.mentor, saved.mentee, saved.points))
    return Solution(
        mentor,
        mentee,
        points,
        _words_of(saved.words),
        _prices(saved.mentor_prices, mentors, saved.words),
        _prices(saved.mentee_prices, mentees, saved.words),
        _prices(saved.list_prices, len(saved.list_prices), saved.words),
    )
