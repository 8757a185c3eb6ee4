"""Why a stable matching has not a pair: which of the two has somebody preferred, and what they compare."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mentormatch.formats.posing import Couple, Posed
from mentormatch.problem import Ints, LevelName
from mentormatch.wording import named

Worth = tuple[int, int, int, int]
"""What somebody compares, more is better: list or wish, points, two draws of the lottery."""

_BY = {
    "rank": "on the mentee's list",
    "wishes": "among the mentor's wishes",
    "points": "by points",
    "lottery": "by the lottery, being equal in all else",
}


@dataclass(frozen=True)
class Preferred:
    """Who of the two has somebody better, whom, and by what: "rank", "wishes", "points" or "lottery"."""

    side: str
    other: str
    by: str
    name: str = ""

    @property
    def label(self) -> str:
        """In what the other is better."""
        return _BY[self.by]

    def __str__(self) -> str:
        return f"{named(self.other, self.name)} comes first {self.label}"


@dataclass(frozen=True, eq=False)
class Preferences:
    """What the people of a stable matching compare, beside the settled pairs."""

    posed: Posed
    made: Collection[Couple]

    def why_not(self, mentor: str, mentee: str) -> Preferred | None:
        """Whom the mentee has and prefers, else whom the mentor has and prefers; None where the pair blocks.

        The people are such as could be a pair. A row of points for each of the mentee's mentors and for the mentor.
        """
        problem, posed = self.posed.problem, self.posed
        has = [(m, e) for m, e in self._free if e == mentee]
        holds = [(m, e) for m, e in self._free if m == mentor]
        here = (mentor, mentee)
        for side, level, own, room in (
            ("mentee", "rank", has, problem.wants[posed.mentee_place[self._at[1][mentee]]]),
            ("mentor", "wishes", holds, problem.capacity[posed.mentor_place[self._at[0][mentor]]]),
        ):
            if len(own) < room:
                continue
            worst = min(own, key=lambda couple: self._worth(level, couple))  # type: ignore[arg-type]
            theirs, ours = self._worth(level, worst), self._worth(level, here)  # type: ignore[arg-type]
            if theirs > ours:
                first = next(at for at in range(len(ours)) if theirs[at] != ours[at])
                other = worst[0 if side == "mentee" else 1]
                name = self.posed.demand.name("mentor" if side == "mentee" else "mentee", other)
                return Preferred(side, other, (level, "points", "lottery", "lottery")[first], name)
        return None

    def _worth(self, level: LevelName, couple: Couple) -> Worth:
        problem = self.posed.problem
        mentor, mentee = (np.array([place], dtype=np.int64) for place in self._place(couple))
        values = problem.special.values.get(level, np.zeros(0, dtype=np.int64))
        brings = int(np.append(values, 0)[problem.special_at(mentor, mentee)[0]])
        draws = (int(problem.lottery(mentor, mentee, draw)[0]) for draw in (0, 1))
        return (brings, int(self._points(int(mentor[0]))[mentee[0]]), *draws)  # type: ignore[return-value]

    def _points(self, mentor: int) -> Ints:
        if mentor not in self._rows:
            self._rows[mentor] = self.posed.problem.rows(mentor, mentor + 1)[0].astype(np.int64)
        return self._rows[mentor]

    def _place(self, couple: Couple) -> tuple[int, int]:
        mentor, mentee = (self._at[side][couple[side]] for side in (0, 1))
        return int(self.posed.mentor_place[mentor]), int(self.posed.mentee_place[mentee])

    @cached_property
    def _free(self) -> list[Couple]:
        return [couple for couple in self.made if couple not in self.posed.settled]

    @cached_property
    def _at(self) -> tuple[dict[str, int], dict[str, int]]:
        return self.posed.demand.places

    @cached_property
    def _rows(self) -> dict[int, Ints]:
        return {}
