"""How far one call of the engine is: whom to tell, and when to stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from mentormatch.problem import Gap, LevelName
from mentormatch.wording import aim_in_words, counted, listed, number

Phase = Literal["scoring", "repairing", "candidates", "solving", "pricing", "lottery", "reasons"]

_DOING = {
    "scoring": "reading rules",
    "repairing": "repairing an earlier matching",
    "candidates": "looking for candidates",
    "solving": "solving",
    "pricing": "checking all pairs",
    "lottery": "drawing lots",
    "reasons": "looking for reasons",
}


@dataclass(frozen=True)
class Progress:
    """How far a matching is.

    ``phase`` is "scoring" (rules are made ready), "repairing" (an earlier matching is repaired), "candidates" (a first
    look at all pairs, which scores them), "solving" (a flow), "pricing" (which pairs that were no candidates could make
    it better), "lottery" (a flow that settles ties) or "reasons" (for those without a pair). ``round`` counts flows,
    ``levels`` are the aims of the flow, by the names they have in ``matching.aims``. In this phase so many pairs were
    ``looked`` at of the ``pairs`` there are; in some phases most need no look. ``candidates`` is the number of pairs of
    the last flow, and ``gap`` how many points may be missing to the best matching, None while nothing is proven.
    """

    phase: Phase
    levels: tuple[LevelName, ...] = ()
    round: int = 0
    looked: int = 0
    pairs: int = 0
    candidates: int = 0
    gap: int | None = None

    @property
    def aims(self) -> tuple[str, ...]:
        """The aims of the flow, in words."""
        return tuple(aim_in_words(level) for level in self.levels)

    @property
    def title(self) -> str:
        """What is done, in which round and for which aims, and what is proven so far, in words."""
        doing = _DOING[self.phase]
        if self.levels and self.phase in ("solving", "pricing"):
            doing += f" for {listed(self.aims)}"
        if self.gap is not None:
            doing += f" (at most {counted(self.gap, 'point')} missing)" if self.gap else " (no point missing)"
        return f"round {number(self.round)}: {doing}" if self.round else doing

    def __str__(self) -> str:
        looked = f", {number(self.looked)} of {counted(self.pairs, 'pair')}" if self.looked else ""
        return self.title + looked + (f", {counted(self.candidates, 'candidate')}" if self.candidates else "")


class Run:
    """Counts the rounds of a call, however many problems it solves, and tells somebody how far it is.

    What ``tell`` raises is not caught, but for a KeyboardInterrupt, which is as good as one from the keyboard.
    """

    def __init__(self, tell: Callable[[Progress], object] | None = None, limit: int | None = None) -> None:
        self.tell = tell
        self.limit = limit
        self.rounds = 0
        self.now = Progress("scoring")

    @property
    def accepts_less(self) -> bool:
        """Whether an interrupt may give the best so far: somebody watches, or set a limit.

        A solve that is a part of something else must not, or that would be made of what is no answer.
        """
        return self.tell is not None or self.limit is not None

    @property
    def over(self) -> bool:
        """Whether there were as many rounds as there may be."""
        return self.limit is not None and self.rounds >= self.limit

    def begin(self, phase: Phase, pairs: int = 0, candidates: int = 0) -> None:
        """A phase in which ``pairs`` may be looked at begins."""
        candidates = candidates or self.now.candidates
        self._tell(replace(self.now, phase=phase, looked=0, pairs=pairs, candidates=candidates))

    def look(self, pairs: int) -> None:
        """So many more pairs were looked at."""
        self._tell(replace(self.now, looked=self.now.looked + pairs))

    def solve(self, levels: tuple[LevelName, ...], candidates: int) -> None:
        """A flow for these levels over so many candidates begins."""
        self.rounds += 1
        self.now = replace(self.now, levels=levels, round=self.rounds)
        self.begin("lottery" if levels == ("lottery",) else "solving", candidates=candidates)

    def proven(self, gaps: Sequence[Gap]) -> None:
        """This is known about the best pairs so far."""
        gap = next((one.bound - one.value for one in gaps if one.level == "points"), None)
        if gap is not None and gap != self.now.gap:
            self._tell(replace(self.now, gap=gap))

    def _tell(self, now: Progress) -> None:
        self.now = now
        if self.tell is not None:
            self.tell(now)
