"""The answer to a program of short meetings: who meets whom in which round, and why nothing is better."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import ConfigDict

from mentormatch import doors
from mentormatch.changes import Changes
from mentormatch.demand import Demand
from mentormatch.errors import ChoiceError, Finding, InfeasibleError, ProgramError
from mentormatch.explain import Unmatched, unmatched_people
from mentormatch.formats.flash import Flash, SolvedFlash, pose_flash, same_people, solve_flash, timed_demand
from mentormatch.formats.pairs import check_pairs
from mentormatch.formats.posing import Posed
from mentormatch.ids import person_id
from mentormatch.matching import (
    Matching,
    Pair,
    Status,
    Verdict,
    contradictions,
    flaw_finding,
    statuses,
    wrong_settled,
    wrong_unmatched,
)
from mentormatch.page import Page, Table
from mentormatch.page.csv import csv_text
from mentormatch.popular import PopularMentors
from mentormatch.problem import Ints, Solution
from mentormatch.proof import Kind, Proof
from mentormatch.proof_timed import check_timed
from mentormatch.reached import AimReached, aims_reached
from mentormatch.saved import SavedProof, faults, restore, save
from mentormatch.scores import ScoreMatrix
from mentormatch.solvers.sweep import Settings
from mentormatch.solvers.warm import Start
from mentormatch.timetable import TimedSolution, Timetable
from mentormatch.wording import counted, did_you_mean, harmless, listed, number

_COLUMNS = ("round", "mentor", "mentor_name", "mentee", "mentee_name", "points", "status", "code", "reason")
_WIDEST = 8
"""So many rounds have a column each in the tables of people."""


@dataclass(frozen=True)
class Meeting:
    """A mentor and a mentee who meet in a round, with the points of their score."""

    round: str
    mentor: str
    mentee: str
    points: int
    status: Status = "proposed"


@dataclass(frozen=True, eq=False, repr=False)
class FlashProof(Proof):
    """Why meetings are the best: the prices of the best pairs where rounds do not count, and what the rounds cost.

    ``relaxed`` are those pairs (positions of mentors and mentees in the demand, and points), None where the meetings
    are of just these; ``bound`` is what they reach. ``timed`` are prices of rounds, where those prove the meetings
    (`mentormatch.proof_timed`). ``finished`` says whether the search for a timetable came to its end.
    """

    relaxed: tuple[Ints, Ints, Ints] | None = None
    bound: tuple[AimReached, ...] = ()
    timed: TimedSolution | None = None
    finished: bool = True

    def __str__(self) -> str:
        if self.relaxed is None:
            return super().__str__()
        prices = number(self.mentor_prices.size + self.mentee_prices.size + self.list_prices.size)
        if self.timed is not None:
            of = (
                self.timed.mentor_prices,
                self.timed.mentee_prices,
                self.timed.mentor_rounds,
                self.timed.mentee_rounds,
            )
            what = f"{number(sum(one.size for one in of))} whole-number prices of people and rounds"
            return f"optimal: nothing better exists; {what} prove it, and verify() checks them"
        if self.kind == "optimal":
            what = f"{prices} whole-number prices"
            return f"optimal: nothing better exists but by lottery; {what} prove it, and verify() checks them"
        ended = "the search for a timetable came to its end" if self.finished else "the search stopped at its limit"
        most = listed(f"{one.label.replace('mentor', 'meeting')} {one}" for one in self.bound if one.aim in _BOUNDS)
        return (
            f"{self.kind}: {ended}; nothing is better than the best pairs without rounds ({most}), which {prices} "
            "whole-number prices prove, and verify() checks them"
        )


_BOUNDS = ("participation", "points")


@dataclass(frozen=True)
class FlashVerdict(Verdict):
    """What checking meetings found; ``kind`` is what their proof says of them."""

    kind: Kind = "optimal"

    def page(self) -> Page:
        """The verdict as a page: a sentence, or every reason for which the matching is refused."""
        if not self or self.stable:
            return super().page()
        others = {
            "optimal": "no others are better",
            "claimed": "they are within the bound; that no others are better is the solver's word",
            "bounded": "they are within the bound; the search was not finished",
        }[self.kind]
        return Page(
            "", notes=[f"verified: every meeting is allowed, nobody is in two at once or meets twice, and {others}"]
        )


@dataclass(frozen=True, eq=False, repr=False)
class FlashMatching(Matching):
    """A matching of short meetings: ``pairs`` as always, and ``at`` says for each the round, a place in ``rounds``.

    What speaks of single pairs is as for pairs. Capacities and wants of the demand are what the rounds leave of them.
    """

    saved_as: ClassVar[str | None] = "flash"

    rounds: tuple[str, ...] = ()
    at: tuple[int, ...] = ()
    format: Flash = field(default_factory=lambda: Flash(1))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FlashMatching):
            return NotImplemented
        mine, theirs = ((m.rounds, m.at, m.format) for m in (self, other))
        return super().__eq__(other) is True and mine == theirs

    def __hash__(self) -> int:
        return hash((self.pairs, self.at))

    def __repr__(self) -> str:
        return (
            f"FlashMatching({counted(len(self.pairs), 'meeting')} in {counted(len(self.rounds), 'round')}, "
            f"{number(self.points)} points, {self.proof.kind})"
        )

    @cached_property
    def meetings(self) -> tuple[Meeting, ...]:
        """All meetings, round by round, then by mentor."""
        order = sorted(range(len(self.pairs)), key=lambda k: (self.at[k], self.pairs[k]))
        return tuple(
            Meeting(self.rounds[self.at[k]], pair.mentor, pair.mentee, pair.points, pair.status)
            for k, pair in ((k, self.pairs[k]) for k in order)
        )

    def agenda(self, person: str) -> Page:
        """The meetings of one person, round by round, as a page. Raises ChoiceError for somebody unknown."""
        known = person_id(person)
        if isinstance(known, Finding):
            raise ChoiceError(known)
        places = self.demand.places
        if known not in places[0] and known not in places[1]:
            hint = did_you_mean(known, (*self.demand.mentors, *self.demand.mentees))
            raise ChoiceError(Finding("unknown_person", "there is no such person", None, known, hint=hint))
        rows = [
            (harmless(one.round), other, self.demand.shown(other, places[other == "mentee"][getattr(one, other)]))
            for one in self.meetings
            for own, other in (("mentor", "mentee"), ("mentee", "mentor"))
            if getattr(one, own) == known
        ]
        side = "mentor" if known in places[0] else "mentee"
        who = self.demand.shown(side, places[side == "mentee"][known])
        return Page(f"Meetings of {who}", tables=[Table("", ("round", "", "with"), rows, ("left", "left", "left"))])

    def schedule(self) -> Page:
        """Who meets whom, by round, then by person: a page to print or to send as HTML (``schedule().document()``)."""
        demand, places = self.demand, self.demand.places
        shown = {
            side: {person: demand.shown(side, at) for person, at in places[side == "mentee"].items()}
            for side in ("mentor", "mentee")
        }
        rows = [(harmless(m.round), shown["mentor"][m.mentor], shown["mentee"][m.mentee]) for m in self.meetings]
        tables = [Table("Rounds", ("round", "mentor", "mentee"), rows, ("left", "left", "left"))]
        names = [harmless(name) for name in self.rounds]
        for side, other in (("mentor", "mentee"), ("mentee", "mentor")):
            met: dict[str, dict[str, str]] = {}
            for one in self.meetings:
                met.setdefault(getattr(one, side), {})[one.round] = getattr(one, other)
            if len(names) <= _WIDEST:
                columns: tuple[str, ...] = (side, *names)
                people = [(shown[side][p], *(own.get(r, "") for r in self.rounds)) for p, own in sorted(met.items())]
            else:
                columns = (side, "meetings")
                people = [
                    (shown[side][p], ", ".join(f"{harmless(r)}: {own[r]}" for r in self.rounds if r in own))
                    for p, own in sorted(met.items())
                ]
            tables.append(Table(f"{side}s".capitalize(), columns, people, ["left"] * len(columns)))
        title = f"Schedule of {demand.program}" if demand.program else "Schedule"
        return Page(title, tables=[table for table in tables if table.rows])

    def verify(self, scores: ScoreMatrix | None = None) -> Verdict:
        """Whether meetings are allowed, nobody is in two at once or meets twice, and what the proof says holds.

        Checks against ``scores``, or against the matching's own; calls no solver. One pass over all pairs, another one
        where rounds are part of the proof.
        """
        scores = self._scores() if scores is None else scores
        if not isinstance(scores, ScoreMatrix):
            raise ProgramError(Finding("type", "expected a value of type ScoreMatrix", where="scores"))
        demand = self.demand
        if scores.mentors != demand.mentors or scores.mentees != demand.mentees:
            return FlashVerdict((Finding("other_people", "the scores are of other people, or in another order"),))
        try:
            mentor, mentee = self.to_indices()
        except KeyError:
            return FlashVerdict((Finding("unknown_pair", "a pair names people who are not there"),))
        try:
            timed = timed_demand(demand, scores, self.format)
            posed, timetable = pose_flash(timed, scores)
        except InfeasibleError as clash:
            return FlashVerdict(clash.findings)
        if timed.demand != demand or timed.rounds != self.rounds:
            return FlashVerdict((Finding("rounds", "seats and wishes are not those that the rounds leave"),))
        points = np.array([pair.points for pair in self.pairs], dtype=np.int64)
        findings = [*_clashes(self, timed.timetable), *wrong_settled(self, posed), *wrong_unmatched(self)]
        if not findings:
            findings += _unproven(self, posed, timetable, points)
        if not findings and self.aims != aims_reached(posed, mentor, mentee, points):
            findings.append(Finding("aims", "the aims reached are not what the meetings reach"))
        return FlashVerdict(tuple(findings), demand.aim.stable, kind=self.proof.kind)

    def changes_since(self, other: Matching) -> Changes:
        """Which pairs of an earlier matching are kept, moved, ended, and which are new, each with the reason.

        As for pairs; that a kept pair meets in another round is not a change, since rounds are dealt anew.
        """
        return super().changes_since(other)

    def blocking_pairs(self) -> tuple[tuple[str, str], ...]:
        """The (mentor, mentee) who both prefer each other to whom they have, as for pairs.

        Raises ProgramError where people are not always there: such a pair may be free in different rounds.
        """
        if self._timed:
            raise ProgramError(Finding("flash", "two people may be free in different rounds", where="blocking_pairs"))
        return super().blocking_pairs()

    def popular_mentors(self, mentor: str | None = None, k: int = 3, decided: bool | None = None) -> PopularMentors:
        """Who asked for a mentor, who got the seats, and what the others have and could have, as for pairs.

        Where people are not always there, ``decided`` is not asked: raises ProgramError for True.
        """
        if self._timed and decided:
            expected = "what decided is not compared where people are not always there"
            raise ProgramError(Finding("flash", expected, where="popular_mentors"))
        return super().popular_mentors(mentor, k, False if self._timed else decided)

    @property
    def _timed(self) -> bool:
        """Whether people are not always there, or are on both sides; raises ProgramError without scores."""
        return self.format.availability is not None or len(same_people(self.demand, self._scores())[0]) > 0

    def to_records(self) -> list[dict[str, Any]]:
        """One record for each meeting, round by round: the round, ids and names of both, points and status."""
        records = {(one["mentor"], one["mentee"]): one for one in super().to_records()}
        return [{"round": one.round, **records[one.mentor, one.mentee]} for one in self.meetings]

    def to_csv(self) -> str:
        """The meetings as CSV text, round by round, then a line for everybody without one, with the reason.

        Text that a spreadsheet would run as a formula begins with an apostrophe.
        """
        names = self._names()
        rows: list[dict[str, Any]] = [
            *self.to_records(),
            *(
                {
                    one.side: one.person,
                    f"{one.side}_name": names[one.side].get(one.person, ""),
                    "status": "unmatched",
                    "code": one.code,
                    "reason": one.reason,
                }
                for one in self.unmatched
            ),
        ]
        return csv_text(_COLUMNS, ([row.get(column) for column in _COLUMNS] for row in rows))

    def to_json(self) -> str:
        """The matching as JSON: what was asked, meetings, reasons, aims, norms and the proof; no answers."""
        proof = self.proof
        assert isinstance(proof, FlashProof)
        timed = proof.timed
        saved = _SavedFlash(
            "flash", 1, self.demand, self.format, self.rounds, self.pairs, self.at, self.unmatched, self.aims,
            dict(self.norms), save(proof),
            None if proof.relaxed is None else _rows(np.stack(proof.relaxed, axis=1)),
            proof.bound,
            None if timed is None else _SavedTimed(
                timed.levels,
                *(_rows(getattr(timed, name)) for name in _TIMED),
            ),
            proof.finished,
        )  # fmt: skip
        return doors.write_json(_SavedFlash, saved)

    @classmethod
    def from_json(cls, text: str | bytes) -> FlashMatching:
        """The matching that ``to_json`` wrote. Raises ProgramError with all findings where the text is not one."""
        saved: _SavedFlash = doors.read_json(_SavedFlash, text, error=ProgramError, what="matching of short meetings")
        findings = contradictions(saved)
        shape = len(saved.demand.mentors), len(saved.demand.mentees)
        findings += faults(saved.proof, *shape)
        if len(saved.at) != len(saved.pairs) or any(not 0 <= at < len(saved.rounds) for at in saved.at):
            findings.append(Finding("rounds", "expected a round for each pair", where="at"))
        if any(len(row) != 3 or any(not 0 <= n < 2**62 for n in row) for row in saved.relaxed or ()):
            findings.append(Finding("relaxed", "expected a mentor, a mentee and points", where="relaxed"))
        if saved.timed is not None:
            findings += _timed_faults(saved.timed, *shape, len(saved.rounds))
        if findings:
            raise ProgramError(dict.fromkeys(findings))
        base = restore(saved.proof, *shape)
        relaxed = None
        if saved.relaxed is not None:
            relaxed = tuple(np.array(saved.relaxed, dtype=np.int64).reshape(-1, 3).T.copy())
        order = sorted(range(len(saved.pairs)), key=lambda k: saved.pairs[k])
        pairs, at = tuple(saved.pairs[k] for k in order), tuple(saved.at[k] for k in order)
        timed = None
        if saved.timed is not None:
            made = _made(saved.demand, pairs)
            width = len(saved.timed.levels)
            prices = (np.array(getattr(saved.timed, name), dtype=np.int64).reshape(-1, width) for name in _TIMED)
            timed = TimedSolution(made[0], made[1], np.array(at, dtype=np.int64), made[2], saved.timed.levels, *prices)
        proof = FlashProof(
            base.kind, base.words, base.mentor_prices, base.mentee_prices, base.list_prices, base.lift,
            relaxed=relaxed, bound=saved.bound, timed=timed, finished=saved.finished,  # type: ignore[arg-type]
        )  # fmt: skip
        return cls(
            saved.demand, pairs, saved.unmatched, saved.aims, proof, saved.norms, None, saved.rounds, at, saved.format
        )

    def page(self) -> Page:
        """The matching as a page: what was reached, the meetings round by round, and who has none and why."""
        page = super().page()
        demand, places = self.demand, self.demand.places
        rows = [
            (
                harmless(one.round),
                demand.shown("mentor", places[0][one.mentor]),
                demand.shown("mentee", places[1][one.mentee]),
                number(one.points),
                one.status,
            )
            for one in self.meetings
        ]
        columns = ("round", "mentor", "mentee", "points", "status")
        table = Table("Meetings", columns, rows, ("left", "left", "left", "right", "left"))
        others = [
            replace_title(one, "Without a meeting") if one.title == "Without a pair" else one
            for one in page.tables
            if one.title != "Pairs"
        ]
        facts = [
            (label.replace("a mentor", "a meeting").replace("mentors", "meetings"), text.replace("a pair", "a meeting"))
            for label, text in page.facts
        ]
        facts.insert(0, ("meetings", f"{number(len(rows))} in {counted(len(self.rounds), 'round')}"))
        facts = [(label if label != "seats left" else "meetings left", text) for label, text in facts]
        return Page(page.title, facts, [*([table] if rows else []), *others], page.notes)


def replace_title(table: Table, title: str) -> Table:
    """The table under another title."""
    return Table(title, table.columns, table.rows, table.align)


def match_flash(
    demand: Demand,
    scores: ScoreMatrix,
    format_: Flash,
    start: Start | None,
    settings: Settings,
    kept: int | None,
) -> FlashMatching:
    """The best meetings for a demand; its capacities and wants are cut to what the rounds leave of them."""
    timed = timed_demand(demand, scores, format_)
    posed, timetable = pose_flash(timed, scores, kept)
    solved = solve_flash(posed, timetable, start, settings)
    pairs = solved.pairs
    mentors = [demand.mentors[at] for at in pairs.mentor.tolist()]
    mentees = [demand.mentees[at] for at in pairs.mentee.tolist()]
    status = statuses(posed, zip(mentors, mentees, strict=True))
    rows = sorted(zip(mentors, mentees, pairs.points.tolist(), status, solved.rounds.tolist(), strict=True))
    unmatched = unmatched_people(scores, posed, pairs.mentor, pairs.mentee)
    return FlashMatching(
        demand=timed.demand,
        pairs=tuple(Pair(*row[:4]) for row in rows),
        unmatched=unmatched if timetable.open else tuple(map(_when, unmatched)),
        aims=aims_reached(posed, pairs.mentor, pairs.mentee, pairs.points),
        proof=_proof(posed, solved, [row[4] for row in rows], rows),
        norms=scores.norms,
        scores=scores,
        rounds=timed.rounds,
        at=tuple(row[4] for row in rows),
        format=format_,
    )


def _when(one: Unmatched) -> Unmatched:
    """Where people are not always there, a possible partner may have a meeting left and be free at other times."""
    partner = {"partners_full": "mentor", "partners_served": "mentee"}.get(one.code)
    if partner is None:
        return one
    return replace(one, reason=f"no possible {partner} has a meeting left in a round in which both are free")


def _proof(
    posed: Posed, solved: SolvedFlash, at: list[int], rows: list[tuple[str, str, int, Status, int]]
) -> FlashProof:
    base = solved.proof
    relaxed, timed = None, solved.timed
    bound: tuple[AimReached, ...] = ()
    if solved.relaxed is not None:
        settled = posed.settled_at
        relaxed = solved.relaxed.mentor, solved.relaxed.mentee, solved.relaxed.points
        both = (np.concatenate((one, other)) for one, other in zip(relaxed, settled, strict=True))
        bound = aims_reached(posed, *both)
    if timed is not None:
        # In the order of the demand, like all else that a matching holds.
        rounds = len(timed.mentor_rounds) // max(1, len(posed.mentor_place))
        made = _made(posed.demand, tuple(Pair(*row[:4]) for row in rows))
        by_round = [
            prices.reshape(len(place), rounds, -1)[place].reshape(prices.shape)
            for prices, place in (
                (timed.mentor_rounds, posed.mentor_place),
                (timed.mentee_rounds, posed.mentee_place),
            )
        ]
        timed = TimedSolution(
            made[0], made[1], np.array(at, dtype=np.int64), made[2], timed.levels,
            timed.mentor_prices[posed.mentor_place], timed.mentee_prices[posed.mentee_place], *by_round,
        )  # fmt: skip
    return FlashProof(
        solved.kind, base.words, base.mentor_prices, base.mentee_prices, base.list_prices, base.lift,
        relaxed=relaxed, bound=bound, timed=timed, finished=solved.finished,
    )  # fmt: skip


def _made(demand: Demand, pairs: tuple[Pair, ...]) -> tuple[Ints, Ints, Ints]:
    mentor_at, mentee_at = demand.places
    rows = [(mentor_at[pair.mentor], mentee_at[pair.mentee], pair.points) for pair in pairs]
    mentor, mentee, points = np.array(rows, dtype=np.int64).reshape(-1, 3).T.copy()
    return mentor, mentee, points


def _clashes(matching: FlashMatching, timetable: Timetable) -> Iterator[Finding]:
    """Meetings of people who are not there or meet somebody else, and too many meetings."""
    if len(matching.at) != len(matching.pairs):
        yield Finding("rounds", "not every meeting has a round")
        return
    mentor, mentee = (at.astype(np.int64) for at in matching.to_indices())
    at = np.array(matching.at, dtype=np.int64)
    absent, twice = timetable.clashes(mentor, mentee, at)
    for wrong, code, what in (
        (absent, "not_there", "somebody is not there in this round"),
        (twice, "two_meetings", "somebody has two meetings in this round"),
    ):
        for k in np.flatnonzero(wrong).tolist():
            pair = matching.pairs[k]
            yield Finding(code, what, where=f"mentor {harmless(pair.mentor)}, mentee {harmless(pair.mentee)}")
    if len({(pair.mentor, pair.mentee) for pair in matching.pairs}) < len(matching.pairs):
        yield Finding("pair_twice", "a pair meets twice")


def _unproven(matching: FlashMatching, posed: Posed, timetable: Timetable, points: Ints) -> Iterator[Finding]:
    """What is wrong with pairs, points and proof."""
    proof, demand = matching.proof, matching.demand
    mentor, mentee = matching.to_indices()
    free = ~posed.are_settled(mentor, mentee)
    if not isinstance(proof, FlashProof) or proof.relaxed is None:
        yield from (
            flaw_finding(flaw, demand) for flaw in check_pairs(posed, mentor[free], mentee[free], points[free], proof)
        )
        return
    problem = posed.problem
    j, i = posed.mentor_place[mentor[free]].astype(np.int64), posed.mentee_place[mentee[free]].astype(np.int64)
    order = np.lexsort((i, j))
    j, i, given = j[order], i[order], points[free][order]
    if (problem.points_of(j, i) != given).any():
        yield Finding("wrong_points", "a pair is not allowed or does not have these points")
    load, got = np.bincount(j, minlength=problem.shape[0]), np.bincount(i, minlength=problem.shape[1])
    if (load > problem.capacity).any() or (got > problem.wants).any() or (load < problem.minimum_load).any():
        yield Finding("load", "somebody has more or fewer meetings than they may")
    relaxed = proof.relaxed
    flaws = check_pairs(posed, *relaxed, replace(proof, kind="optimal"))
    if flaws:
        yield Finding("bound", "the pairs that are said to be the best without rounds are not")
        return
    settled = posed.settled_at
    if proof.bound != aims_reached(posed, *(np.concatenate(b) for b in zip(relaxed, settled, strict=True))):
        yield Finding("bound", "the bound is not what the best pairs without rounds reach")
    if proof.kind != "optimal":
        return
    if proof.timed is None:
        inside = posed.inward(
            Solution(*relaxed, proof.words, proof.mentor_prices, proof.mentee_prices, proof.list_prices)
        )
        if problem.value(j, i, given)[:-1] != problem.value(inside.mentor, inside.mentee, inside.points)[:-1]:
            yield Finding("bound", "better meetings may exist: these do not reach the bound")
        return
    yield from _timed_flaws(matching, proof.timed, posed, timetable)


def _timed_flaws(
    matching: FlashMatching, timed: TimedSolution, posed: Posed, timetable: Timetable
) -> Iterator[Finding]:
    if posed.settled:
        yield Finding("prices", "prices of rounds prove nothing about pinned and accepted pairs")
        return
    made = _made(matching.demand, matching.pairs)
    rounds = timetable.rounds
    sizes = [(timed.mentor_rounds, posed.mentor_order), (timed.mentee_rounds, posed.mentee_order)]
    people = [(timed.mentor_prices, posed.mentor_order), (timed.mentee_prices, posed.mentee_order)]
    if any(len(p) != len(o) * rounds for p, o in sizes) or any(len(p) != len(o) for p, o in people):
        yield Finding("prices", "the prices are not whole numbers for every person, round and level")
        return
    by_round = [
        prices.reshape(len(order), rounds, prices.shape[1])[order].reshape(prices.shape) for prices, order in sizes
    ]
    inward = TimedSolution(
        posed.mentor_place[made[0]].astype(np.int64), posed.mentee_place[made[1]].astype(np.int64),
        np.array(matching.at, dtype=np.int64), made[2], timed.levels, *(p[o] for p, o in people), *by_round,
    )  # fmt: skip
    for flaw in check_timed(posed.problem, timetable, inward):
        outer = replace(
            flaw,
            mentor=None if flaw.mentor is None else int(posed.mentor_order[flaw.mentor]),
            mentee=None if flaw.mentee is None else int(posed.mentee_order[flaw.mentee]),
        )
        yield flaw_finding(outer, matching.demand)


_TIMED = ("mentor_prices", "mentee_prices", "mentor_rounds", "mentee_rounds")
_Rows = tuple[tuple[int, ...], ...]


def _rows(table: Ints) -> _Rows:
    return tuple(map(tuple, table.tolist()))


@dataclass(frozen=True)
class _SavedTimed:
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    levels: tuple[str, ...]
    mentor_prices: _Rows
    mentee_prices: _Rows
    mentor_rounds: _Rows
    mentee_rounds: _Rows


@dataclass(frozen=True)
class _SavedFlash:
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    kind: Literal["flash"]
    version: Literal[1]
    demand: Demand
    format: Flash
    rounds: tuple[str, ...]
    pairs: tuple[Pair, ...]
    at: tuple[int, ...]
    unmatched: tuple[Unmatched, ...]
    aims: tuple[AimReached, ...]
    norms: dict[str, float]
    proof: SavedProof
    relaxed: _Rows | None
    bound: tuple[AimReached, ...]
    timed: _SavedTimed | None
    finished: bool


def _timed_faults(saved: _SavedTimed, mentors: int, mentees: int, rounds: int) -> Iterator[Finding]:
    sizes = (mentors, mentees, mentors * rounds, mentees * rounds)
    for name, size in zip(_TIMED, sizes, strict=True):
        rows = getattr(saved, name)
        if len(rows) != size or any(
            len(row) != len(saved.levels) or any(abs(price) >= 2**63 for price in row) for row in rows
        ):
            expected = f"expected {counted(size, 'row')} of a price for each level"
            yield Finding("prices", expected, where=f"timed.{name}")
