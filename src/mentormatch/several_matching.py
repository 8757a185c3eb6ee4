"""The answer where the mentors of one mentee must differ: pairs as always, and a proof that knows of the demand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

import numpy as np
from pydantic import ConfigDict

from mentormatch import doors
from mentormatch.coherence import contradictions
from mentormatch.demand import Demand
from mentormatch.errors import ProgramError
from mentormatch.explain import Unmatched, unmatched_people
from mentormatch.formats.pairs import Pairs
from mentormatch.formats.posing import Posed
from mentormatch.formats.several import pose_several, solve_several
from mentormatch.matching import Pair
from mentormatch.problem import Ints
from mentormatch.reached import AimReached
from mentormatch.saved import faults
from mentormatch.scores import ScoreMatrix
from mentormatch.solvers.sweep import Settings
from mentormatch.solvers.warm import Start
from mentormatch.timed_matching import SavedTimed, TimedMatching, answer, restored, saved_proof, timed_faults
from mentormatch.timetable import Timetable


@dataclass(frozen=True, eq=False, repr=False)
class SeveralMatching(TimedMatching):
    """A matching in which the mentors of one mentee differ in their answer to a question, ``format.differ``."""

    saved_as: ClassVar[str | None] = "several"
    holds: ClassVar[str] = "the mentors of one mentee differ"

    format: Pairs = field(default_factory=Pairs)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SeveralMatching):
            return NotImplemented
        return super().__eq__(other) is True and self.format == other.format

    def __hash__(self) -> int:
        return hash(self.pairs)

    def __repr__(self) -> str:
        return super().__repr__().replace("Matching(", "SeveralMatching(", 1)

    def _posed(self, scores: ScoreMatrix) -> tuple[Posed, Timetable, Ints]:
        posed, timetable = pose_several(self.demand, scores, self.format)
        mentor = posed.mentor_place[self.to_indices()[0]]
        rounds = timetable.mentor[mentor].argmax(axis=1) if len(mentor) else mentor
        return posed, timetable, rounds.astype(np.int64)

    @property
    def _free(self) -> bool:
        return False

    def to_json(self) -> str:
        """The matching as JSON: what was asked, pairs, reasons, aims, norms and the proof; no answers."""
        saved = _SavedSeveral(
            "several", 1, self.demand, self.format, self.pairs, self.unmatched, self.aims, dict(self.norms),
            saved_proof(self.proof),
        )  # fmt: skip
        return doors.write_json(_SavedSeveral, saved)

    @classmethod
    def from_json(cls, text: str | bytes) -> SeveralMatching:
        """The matching that ``to_json`` wrote. Raises ProgramError with all findings where the text is not one."""
        saved: _SavedSeveral = doors.read_json(_SavedSeveral, text, error=ProgramError, what="matching")
        shape = len(saved.demand.mentors), len(saved.demand.mentees)
        findings = [*contradictions(saved), *faults(saved.proof.proof, *shape), *timed_faults(saved.proof, *shape)]
        if findings:
            raise ProgramError(findings)
        proof = restored(saved.proof, *shape)
        pairs = tuple(sorted(saved.pairs))
        return cls(saved.demand, pairs, saved.unmatched, saved.aims, proof, saved.norms, None, saved.format)


def match_several(
    demand: Demand, scores: ScoreMatrix, format_: Pairs, start: Start | None, settings: Settings, kept: int | None
) -> SeveralMatching:
    """The best pairs for a demand in which the mentors of one mentee differ."""
    posed, timetable = pose_several(demand, scores, format_, kept)
    solved = solve_several(posed, timetable, start, settings)
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


@dataclass(frozen=True)
class _SavedSeveral:
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    kind: Literal["several"]
    version: Literal[1]
    demand: Demand
    format: Pairs
    pairs: tuple[Pair, ...]
    unmatched: tuple[Unmatched, ...]
    aims: tuple[AimReached, ...]
    norms: dict[str, float]
    proof: SavedTimed
