"""The answer where the mentors of one mentee must differ: pairs as always, and a proof that knows of the demand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

import numpy as np

from mentormatch.demand import Demand
from mentormatch.explain import Unmatched, unmatched_people
from mentormatch.formats.pairs import Pairs
from mentormatch.formats.posing import Posed
from mentormatch.formats.several import pose_several, solve_several
from mentormatch.matching.saved import SavedKind
from mentormatch.means import Means
from mentormatch.problem import Ints
from mentormatch.scores import ScoreMatrix
from mentormatch.timed_matching import SavedTimed, TimedMatching, answer
from mentormatch.timetable import Timetable


@dataclass(frozen=True)
class _SavedSeveral(SavedKind):
    kind: Literal["several"]
    format: Pairs
    proof: SavedTimed


@dataclass(frozen=True, eq=False, repr=False)
class SeveralMatching(TimedMatching):
    """A matching in which the mentors of one mentee differ in their answer to a question, ``format.differ``."""

    saved_as: ClassVar[str | None] = "several"
    holds: ClassVar[str] = "the mentors of one mentee differ"
    _form = _SavedSeveral

    format: Pairs = field(default_factory=Pairs)

    def _compared(self) -> tuple[object, ...]:
        return *super()._compared(), self.format

    def _posed(self, scores: ScoreMatrix) -> tuple[Posed, Timetable, Ints]:
        posed, timetable = pose_several(self.demand, scores, self.format)
        mentor = posed.mentor_place[self.to_indices()[0]]
        rounds = timetable.mentor[mentor].argmax(axis=1) if len(mentor) else mentor
        return posed, timetable, rounds.astype(np.int64)

    @property
    def _free(self) -> bool:
        return False

    def _saved(self) -> dict[str, Any]:
        return {**super()._saved(), "format": self.format}

    @classmethod
    def _restored(cls, saved: _SavedSeveral) -> dict[str, Any]:
        return {**super()._restored(saved), "format": saved.format}


def match_several(demand: Demand, scores: ScoreMatrix, format_: Pairs, means: Means) -> SeveralMatching:
    """The best pairs for a demand in which the mentors of one mentee differ."""
    means.run.begin("solving")
    posed, timetable = pose_several(demand, scores, format_, means.kept)
    solved = solve_several(posed, timetable, means.start, means.settings)
    pairs, _, aims, proof = answer(posed, solved)
    unmatched = unmatched_people(scores, posed, solved.mentor.astype(np.intp), solved.mentee.astype(np.intp))
    return SeveralMatching(
        demand=demand,
        pairs=pairs,
        unmatched=tuple(map(_unlike, unmatched)),
        aims=aims,
        proof=proof,
        norms=scores.norms,
        scores=scores,
        format=format_,
    )


def _unlike(one: Unmatched) -> Unmatched:
    """A mentor's possible mentees may want one more, and have one who answered the same."""
    if one.code != "partners_served":
        return one
    return replace(one, reason="all possible mentees have as many mentors as wanted, or one who does not differ")
