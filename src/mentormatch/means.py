"""With what the best answer is looked for, whatever is formed."""

from __future__ import annotations

from dataclasses import dataclass

from mentormatch.scores import ScoreMatrix
from mentormatch.solvers.run import Run
from mentormatch.solvers.sweep import Settings
from mentormatch.solvers.warm import Start


@dataclass(frozen=True, eq=False)
class Means:
    """With what an answer is looked for; a kind of program takes of it what it can use.

    ``settings`` say how much is looked at at a time and by whom, ``kept`` how many bytes of points may be kept, ``run``
    whom to tell and when to stop. ``start`` is an earlier matching, ``together`` are own scores of mentees with
    one another.
    """

    settings: Settings
    kept: int
    run: Run
    start: Start | None = None
    together: ScoreMatrix | None = None
