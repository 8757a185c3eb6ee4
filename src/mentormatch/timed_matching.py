"""What answers have in common whose pairs had to fit into rounds: proof, check and JSON."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
from pydantic import ConfigDict

from mentormatch.errors import Finding, ProgramError
from mentormatch.formats.pairs import check_pairs
from mentormatch.formats.posing import Posed
from mentormatch.formats.rounds import SolvedRounds, reaches
from mentormatch.matching import Matching, Pair
from mentormatch.matching.made import statuses
from mentormatch.matching.saved import unknown_choices
from mentormatch.matching.saved_proof import SavedProof, faults, restore, save
from mentormatch.matching.verdict import Verdict, flaw_finding, wrong_settled, wrong_unmatched
from mentormatch.popular import PopularMentors
from mentormatch.problem import Ints
from mentormatch.proof import Kind, Proof
from mentormatch.proof_timed import check_timed
from mentormatch.reached import AimReached, aims_reached
from mentormatch.scores import ScoreMatrix
from mentormatch.timetable import TimedPrices, TimedSolution, Timetable
from mentormatch.wording import counted, harmless, listed, number

_BOUNDS = ("participation", "points")
_AGAIN = "pin the pair, or change the seats, and match again"
_CHANGES = {
    "report": "by_group() and roster() say how good it is",
    **dict.fromkeys(("blocking_pairs", "why_not", "why_unmatched", "seat_values", "ask_for_seats"), _AGAIN),
}
"""What cannot be asked where rounds bind, and the way out."""
_SIZES = ("mentor", "mentee", "mentor_rounds", "mentee_rounds")
_Rows = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False, repr=False)
class TimedProof(Proof):
    """Why pairs in rounds are the best: the prices of the best pairs without rounds, and what the rounds cost.

    ``relaxed`` are those pairs, settled ones aside (positions of mentors and mentees in the demand, and points), None
    where the pairs made are just these; ``bound`` is what they reach. ``timed`` are prices of people and rounds, where
    those prove the pairs made (`mentormatch.proof_timed`). ``finished`` says whether a search came to its end.
    """

    relaxed: tuple[Ints, Ints, Ints] | None = None
    bound: tuple[AimReached, ...] = ()
    timed: TimedPrices | None = None
    finished: bool = True

    def __str__(self) -> str:
        if self.relaxed is None:
            return super().__str__()
        prices = number(self.mentor_prices.size + self.mentee_prices.size + self.list_prices.size)
        if self.timed is not None:
            what = f"{number(sum(table.size for table in self.timed.tables))} whole-number prices"
            return f"optimal: nothing better exists; {what} prove it, and verify() checks them"
        if self.kind == "optimal":
            what = f"{prices} whole-number prices"
            return f"optimal: nothing better exists but by lottery; {what} prove it, and verify() checks them"
        ended = "the search came to its end" if self.finished else "the search stopped at its limit"
        most = listed(f"{one.label} {one}" for one in self.bound if one.aim in _BOUNDS)
        return (
            f"{self.kind}: {ended}; nothing is better than the best pairs without this demand ({most}), which {prices} "
            "whole-number prices prove, and verify() checks them"
        )


@dataclass(frozen=True)
class TimedVerdict(Verdict):
    """What checking pairs in rounds found; ``kind`` is what their proof says, ``holds`` what else holds of them."""

    kind: Kind = "optimal"
    holds: str = ""

    def _verified(self) -> list[str]:
        if self.stable:
            return super()._verified()
        others = {
            "optimal": "no others are better",
            "claimed": "they are within the bound; that no others are better is the solver's word",
            "bounded": "they are within the bound; the search was not finished",
        }[self.kind]
        return [f"verified: every pair is allowed, {self.holds}, and {others}"]


@dataclass(frozen=True, eq=False, repr=False)
class TimedMatching(Matching):
    """A matching whose pairs had to fit into rounds.

    Where rounds bind, what another pair or seat would change cannot be asked: that raises ProgramError, as does the
    report, which speaks of pairs that block.
    """

    holds: ClassVar[str] = ""
    _verdict = TimedVerdict
    _not_asked_of = "rounds"

    proof: TimedProof

    @abstractmethod
    def _posed(self, scores: ScoreMatrix) -> tuple[Posed, Timetable, Ints]:
        """The demand as a problem, who is there when (in its order), and the round of each pair.

        Raises InfeasibleError, ProgramError with findings, where the demand is not what it should be.
        """

    def verify(self, scores: ScoreMatrix | None = None) -> Verdict:
        """Whether pairs are allowed and fit into rounds, and whether what the proof says of them holds.

        Checks against ``scores``, or against the matching's own; calls no solver. One pass over all pairs, another one
        where rounds are part of the proof.
        """
        return super().verify(scores)

    def _judged(self, scores: ScoreMatrix) -> Verdict:
        posed, timetable, at = self._posed(scores)
        if len(at) != len(self.pairs):
            return TimedVerdict((Finding("rounds", "not every pair has a round"),))
        mentor, mentee = self.to_indices()
        points = np.array([pair.points for pair in self.pairs], dtype=np.int64)
        inside = posed.mentor_place[mentor].astype(np.int64), posed.mentee_place[mentee].astype(np.int64)
        # Settled pairs stay whatever mentors answered, but even they cannot be at two places at once.
        bound_by = ~posed.are_settled(mentor, mentee) | (not timetable.several)
        findings = [
            *self._clashes(timetable, inside[0][bound_by], inside[1][bound_by], at[bound_by], np.flatnonzero(bound_by)),
            *wrong_settled(self, posed),
            *wrong_unmatched(self),
        ]
        if not findings:
            findings += self._unproven(posed, timetable, *inside, at, points)
        if not findings and self.aims != aims_reached(posed, mentor, mentee, points):
            findings.append(Finding("aims", "the aims reached are not what the pairs reach"))
        return TimedVerdict(tuple(findings), self.demand.aim.stable, kind=self.proof.kind, holds=self.holds)

    def _clashes(self, timetable: Timetable, mentor: Ints, mentee: Ints, at: Ints, which: Ints) -> Iterator[Finding]:
        """Pairs of people who are not there or have somebody else then, and pairs made twice."""
        absent, twice = timetable.clashes(mentor, mentee, at)
        for wrong, code, what in (
            (absent, "not_there", "somebody is not there in this round"),
            (twice, "two_at_once", f"not so that {self.holds}"),
        ):
            for k in which[wrong].tolist():
                pair = self.pairs[k]
                yield Finding(code, what, where=f"mentor {harmless(pair.mentor)}, mentee {harmless(pair.mentee)}")
        if len({(pair.mentor, pair.mentee) for pair in self.pairs}) < len(self.pairs):
            yield Finding("pair_twice", "a pair is made twice")

    def _unproven(
        self, posed: Posed, timetable: Timetable, mentor: Ints, mentee: Ints, at: Ints, points: Ints
    ) -> Iterator[Finding]:
        """What is wrong with points and proof; mentors and mentees are positions in the problem."""
        proof, demand, problem = self.proof, self.demand, posed.problem
        outer = self.to_indices()
        free = np.flatnonzero(~posed.are_settled(*outer))
        if not isinstance(proof, TimedProof) or proof.relaxed is None:
            flaws = check_pairs(posed, outer[0][free], outer[1][free], points[free], proof)
            yield from (flaw_finding(flaw, demand) for flaw in flaws)
            return
        free = free[np.lexsort((mentee[free], mentor[free]))]
        j, i, given = mentor[free], mentee[free], points[free]
        if (problem.points_of(j, i) != given).any():
            yield Finding("wrong_points", "a pair is not allowed or does not have these points")
        load, got = np.bincount(j, minlength=problem.shape[0]), np.bincount(i, minlength=problem.shape[1])
        if (load > problem.capacity).any() or (got > problem.wants).any() or (load < problem.minimum_load).any():
            yield Finding("load", "somebody has more or fewer partners than they may")
        if check_pairs(posed, *proof.relaxed, replace(proof, kind="optimal")):
            yield Finding("bound", "the pairs that are said to be the best without rounds are not")
            return
        if proof.bound != _bound(posed, proof.relaxed):
            yield Finding("bound", "the bound is not what the best pairs without rounds reach")
        if proof.kind != "optimal":
            return
        if proof.timed is None:
            if not reaches(posed, proof.relaxed, (j, i, given)):
                yield Finding("bound", "better pairs may exist: these do not reach the bound")
            return
        if posed.settled and not timetable.several:
            yield Finding("prices", "prices of rounds prove nothing beside pairs that are settled")
        elif not proof.timed.fits(*problem.shape, timetable.rounds):
            yield Finding("prices", "the prices are not whole numbers for every person, round and level")
        else:
            prices = proof.timed.take(posed.mentor_order, posed.mentee_order)
            for flaw in check_timed(problem, timetable, TimedSolution(j, i, at[free], given, prices)):
                theirs = None if flaw.mentor is None else int(posed.mentor_order[flaw.mentor])
                own = None if flaw.mentee is None else int(posed.mentee_order[flaw.mentee])
                yield flaw_finding(replace(flaw, mentor=theirs, mentee=own), demand)

    @property
    @abstractmethod
    def _free(self) -> bool:
        """Whether pairs are bound by nothing but seats and wishes, so that all can be said that is said of pairs."""

    def _refusal(self, what: str) -> Finding | None:
        bound = what in _CHANGES and what not in self._not_asked and not self._free
        return self._bound_by_rounds(what) if bound else super()._refusal(what)

    def _bound_by_rounds(self, what: str) -> Finding:
        hint = _CHANGES.get(what, _AGAIN)
        return Finding("rounds", f"any change would have to keep that {self.holds}", where=what, hint=hint)

    def popular_mentors(self, mentor: str | None = None, k: int = 3, decided: bool | None = None) -> PopularMentors:
        """As for pairs. Where rounds bind, what decided is not compared: raises ProgramError for ``decided=True``."""
        if decided and not self._free:
            raise ProgramError(self._bound_by_rounds("popular_mentors"))
        return super().popular_mentors(mentor, k, decided if self._free else False)

    def _saved(self) -> dict[str, Any]:
        return {"proof": saved_proof(self.proof)}

    @classmethod
    def _faults(cls, saved: Any) -> Iterator[Finding]:
        shape = len(saved.demand.mentors), len(saved.demand.mentees)
        yield from unknown_choices(saved.demand)
        yield from faults(saved.proof.proof, *shape)
        yield from timed_faults(saved.proof, *shape)

    @classmethod
    def _restored(cls, saved: Any) -> dict[str, Any]:
        return {"proof": restored(saved.proof, len(saved.demand.mentors), len(saved.demand.mentees))}


def answer(
    posed: Posed, solved: SolvedRounds
) -> tuple[tuple[Pair, ...], tuple[int, ...], tuple[AimReached, ...], TimedProof]:
    """Pairs, sorted by id, their rounds, what they reach and what is proven of them."""
    demand = posed.demand
    mentors = [demand.mentors[at] for at in solved.mentor.tolist()]
    mentees = [demand.mentees[at] for at in solved.mentee.tolist()]
    status = statuses(posed, zip(mentors, mentees, strict=True))
    rows = sorted(zip(mentors, mentees, solved.points.tolist(), status, solved.rounds.tolist(), strict=True))
    base = solved.proof
    proof = TimedProof(
        solved.kind, base.words, base.mentor_prices, base.mentee_prices, base.list_prices, base.lift,
        relaxed=solved.relaxed, bound=() if solved.relaxed is None else _bound(posed, solved.relaxed),
        timed=solved.timed, finished=solved.finished,
    )  # fmt: skip
    aims = aims_reached(posed, solved.mentor.astype(np.intp), solved.mentee.astype(np.intp), solved.points)
    return tuple(Pair(*row[:4]) for row in rows), tuple(row[4] for row in rows), aims, proof


def _bound(posed: Posed, relaxed: tuple[Ints, Ints, Ints]) -> tuple[AimReached, ...]:
    both = zip(relaxed, posed.settled_at, strict=True)
    return aims_reached(posed, *(np.concatenate(parts) for parts in both))


@dataclass(frozen=True)
class SavedPrices:
    """Prices of people and rounds as plain values."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    levels: tuple[str, ...]
    mentor: _Rows
    mentee: _Rows
    mentor_rounds: _Rows
    mentee_rounds: _Rows


@dataclass(frozen=True)
class SavedTimed:
    """A proof of pairs in rounds as plain values."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    proof: SavedProof
    relaxed: _Rows | None
    bound: tuple[AimReached, ...]
    timed: SavedPrices | None
    finished: bool = field(default=True)


def saved_proof(proof: Proof) -> SavedTimed:
    """The proof as plain values."""
    if not isinstance(proof, TimedProof):
        raise ProgramError(Finding("type", "expected a proof of pairs in rounds", where="proof"))
    relaxed = None if proof.relaxed is None else _rows(np.stack(proof.relaxed, axis=1))
    timed = None if proof.timed is None else SavedPrices(proof.timed.levels, *map(_rows, proof.timed.tables))
    return SavedTimed(save(proof), relaxed, proof.bound, timed, proof.finished)


def restored(saved: SavedTimed, mentors: int, mentees: int) -> TimedProof:
    """The proof that was saved; `timed_faults` must have found nothing."""
    base = restore(saved.proof, mentors, mentees)
    relaxed = None
    if saved.relaxed is not None:
        rows = np.array(saved.relaxed, dtype=np.int64).reshape(-1, 3)
        relaxed = rows[:, 0].copy(), rows[:, 1].copy(), rows[:, 2].copy()
    timed = None
    if saved.timed is not None:
        width = len(saved.timed.levels)
        tables = [np.array(getattr(saved.timed, name), dtype=np.int64).reshape(-1, width) for name in _SIZES]
        timed = TimedPrices(saved.timed.levels, *tables)
    return TimedProof(
        base.kind, base.words, base.mentor_prices, base.mentee_prices, base.list_prices, base.lift,
        relaxed=relaxed, bound=saved.bound, timed=timed, finished=saved.finished,
    )  # fmt: skip


def timed_faults(saved: SavedTimed, mentors: int, mentees: int) -> Iterator[Finding]:
    """What keeps a saved proof from being one about so many people, beside what `mentormatch.saved.faults` finds."""
    if any(
        len(row) != 3 or not (0 <= row[0] < mentors and 0 <= row[1] < mentees and 0 <= row[2] < 2**62)
        for row in saved.relaxed or ()
    ):
        yield Finding("relaxed", "expected a mentor, a mentee and points", where="proof.relaxed")
    if saved.timed is None:
        return
    if not saved.timed.levels:
        yield Finding("prices", "expected a level", where="proof.timed.levels")
    rounds = len(saved.timed.mentee_rounds) // max(1, mentees)
    sizes = (mentors, mentees, mentors * rounds, mentees * rounds)
    for name, size in zip(_SIZES, sizes, strict=True):
        rows = getattr(saved.timed, name)
        if len(rows) != size or any(
            len(row) != len(saved.timed.levels) or any(abs(price) >= 2**63 for price in row) for row in rows
        ):
            expected = f"expected {counted(size, 'row')} of a price for each level"
            yield Finding("prices", expected, where=f"proof.timed.{name}")


def _rows(table: Ints) -> _Rows:
    return tuple(map(tuple, table.tolist()))
