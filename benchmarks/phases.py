"""Where the time of a match goes: functions of the library are wrapped from outside, the library has no clock.

A phase has the time spent inside its functions, without that of other phases called from there. ``score`` is the
computing of points wherever it happens; only what the lottery and the check have computed counts for them. What is left
of a match is ``rest``: taking in the choices, the reasons of who is unmatched, what each aim reached.

Where other threads work while a phase waits for them, the phase has that time, but for what each of them spends on
points on average: that is ``score``.
"""

from __future__ import annotations

import importlib
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

PHASES = ("encode", "score", "candidates", "solve", "price", "lottery", "rest", "verify")
_WHOLE = ("lottery", "verify")
"""Phases that keep the time of what they call."""


def _word(name: str) -> Callable[..., str]:
    """The phase of something done for a word: the second argument is the word, or all words so far."""

    def phase(_owner: object, words: Any, *_others: object, **_named: object) -> str:
        word = words if hasattr(words, "levels") else words[-1]
        return "lottery" if all(level == "lottery" for level, _ in word.levels) else name

    return phase


HOOKS: tuple[tuple[str, str | Callable[..., str]], ...] = (
    ("mentormatch.program:score", "encode"),
    ("mentormatch.compiled:Compiled.view", "encode"),
    ("mentormatch.compiled:View.rows", "score"),
    ("mentormatch.solvers.staged:first_candidates", "candidates"),
    ("mentormatch.solvers.staged:_Face.optimise", _word("solve")),
    ("mentormatch.solvers.staged:Pricing.worth_adding", _word("price")),
    ("mentormatch.solvers.staged:_Face.decided", "lottery"),
    ("mentormatch.matching:Matching.verify", "verify"),
)
SOLVER = "mentormatch.formats.pairs:solve_staged"
"""What gives the rounds and the candidates."""


@dataclass
class Clock:
    """Seconds by phase, and the last solution, which knows its rounds and candidates."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    solution: Any = None
    elsewhere: dict[str, dict[int, float]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(float)))
    _inside: list[str] = field(default_factory=list)
    _since: float = 0.0
    _thread: int = field(default_factory=threading.get_ident)

    def enter(self, phase: str) -> bool:
        """Begin a phase; False where the one we are in keeps the time."""
        if self._inside and self._inside[-1] in _WHOLE:
            return False
        self._charge()
        self._inside.append(phase)
        return True

    def leave(self) -> None:
        """End the phase."""
        self._charge()
        self._inside.pop()

    @property
    def away(self) -> bool:
        """Whether this is another thread than the one that is timed."""
        return threading.get_ident() != self._thread

    def helped(self, phase: str, seconds: float) -> None:
        """Another thread spent so long on a phase while this one waited."""
        waiting = self._inside[-1] if self._inside else ""
        if phase == "score" and waiting not in ("", "score", *_WHOLE):
            self.elsewhere[waiting][threading.get_ident()] += seconds

    def settled(self) -> dict[str, float]:
        """Seconds by phase, with the points that other threads computed as ``score``."""
        found = {phase: self.seconds[phase] for phase in PHASES}
        for waiting, threads in self.elsewhere.items():
            spent = min(found[waiting], sum(threads.values()) / len(threads))
            found[waiting] -= spent
            found["score"] += spent
        return found

    def _charge(self) -> None:
        now = time.perf_counter()
        if self._inside:
            self.seconds[self._inside[-1]] += now - self._since
        self._since = now


def found(place: str) -> tuple[Any, str, Callable[..., Any]]:
    """The module or class, the name and the function written ``module:name`` or ``module:Class.name``.

    Raises LookupError where the library has no such function any more.
    """
    module, _, path = place.partition(":")
    owner: Any = importlib.import_module(module)
    *classes, name = path.split(".")
    try:
        for one in classes:
            owner = getattr(owner, one)
        return owner, name, vars(owner)[name]
    except (AttributeError, KeyError):
        raise LookupError(f"benchmarks/phases.py looks for {place}, which is gone") from None


@contextmanager
def watching(clock: Clock) -> Iterator[None]:
    """Time the phases of whatever runs inside."""
    wrapped = [(*found(place), phase) for place, phase in HOOKS]
    owner, name, solve = found(SOLVER)

    @wraps(solve)
    def solved(*given: Any, **named: Any) -> Any:
        clock.solution = solve(*given, **named)
        return clock.solution

    try:
        setattr(owner, name, solved)
        for place, of, function, phase in wrapped:
            setattr(place, of, _timed(function, phase, clock))
        yield
    finally:
        setattr(owner, name, solve)
        for place, of, function, _ in wrapped:
            setattr(place, of, function)


def _timed(function: Callable[..., Any], phase: str | Callable[..., str], clock: Clock) -> Callable[..., Any]:
    @wraps(function)
    def timed(*given: Any, **named: Any) -> Any:
        name = phase if isinstance(phase, str) else phase(*given, **named)
        if clock.away:
            start = time.perf_counter()
            try:
                return function(*given, **named)
            finally:
                clock.helped(name, time.perf_counter() - start)
        if not clock.enter(name):
            return function(*given, **named)
        try:
            return function(*given, **named)
        finally:
            clock.leave()

    return timed
