"""The answer to a program of short meetings: who meets whom in which round, and why nothing is better."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, Literal, NoReturn

import numpy as np
from pydantic import ConfigDict

from mentormatch import doors
from mentormatch.changes import Changes
from mentormatch.coherence import contradictions
from mentormatch.demand import Demand
from mentormatch.errors import ChoiceError, Finding, InfeasibleError, ProgramError
from mentormatch.explain import Unmatched, unmatched_people
from mentormatch.formats.flash import Flash, pose_flash, same_people, solve_flash, timed_demand
from mentormatch.formats.posing import Posed
from mentormatch.ids import person_id
from mentormatch.matching import Matching, Pair, Status
from mentormatch.page import Page, Table
from mentormatch.problem import Ints
from mentormatch.reached import AimReached
from mentormatch.saved import faults
from mentormatch.scores import ScoreMatrix
from mentormatch.seats import SeatValues
from mentormatch.solvers.sweep import Settings
from mentormatch.solvers.warm import Start
from mentormatch.timed_matching import SavedTimed, TimedMatching, answer, restored, saved_proof, timed_faults
from mentormatch.timetable import Timetable
from mentormatch.wording import counted, did_you_mean, harmless, number

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
class FlashMatching(TimedMatching):
    """A matching of short meetings: ``pairs`` as always, and ``at`` says for each the round, a place in ``rounds``.

    What speaks of single pairs is as for pairs. Capacities and wants of the demand are what the rounds leave of them.
    """

    _columns = ("round", "mentor", "mentor_name", "mentee", "mentee_name", "points", "status", "code", "reason")

    saved_as: ClassVar[str | None] = "flash"
    holds: ClassVar[str] = "nobody is in two meetings at once"

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

    def _posed(self, scores: ScoreMatrix) -> tuple[Posed, Timetable, Ints]:
        timed = timed_demand(self.demand, scores, self.format)
        if timed.demand != self.demand or timed.rounds != self.rounds:
            raise InfeasibleError(Finding("rounds", "seats and wishes are not those that the rounds leave"))
        return *pose_flash(timed, scores), np.array(self.at, dtype=np.int64)

    def changes_since(self, other: Matching) -> Changes:
        """Which pairs of an earlier matching are kept, moved, ended, and which are new, each with the reason.

        As for pairs; that a kept pair meets in another round is not a change, since rounds are dealt anew.
        """
        return super().changes_since(other)

    @property
    def _free(self) -> bool:
        return self.format.availability is None and not len(same_people(self.demand, self._scores())[0])

    def seat_values(self) -> SeatValues:
        """As for pairs, of mentors who have a round left. Raises ProgramError where people are not always there."""
        found = super().seat_values()
        room = dict(zip(self.demand.mentors, self.demand.capacity, strict=True))
        left = {mentor: value for mentor, value in found.items() if room[mentor] < len(self.rounds)}
        return replace(found, values_by_mentor=left)

    def ask_for_seats(self, k: int) -> NoReturn:
        """Not for short meetings, whose rounds bound the seats of a mentor. Raises ProgramError."""
        expected = "nobody has more seats than rounds; see seat_values"
        raise ProgramError(Finding("rounds", expected, where="ask_for_seats"))

    def why_unmatched(self, person: str, side: Any = None) -> NoReturn:
        """Not for short meetings: a seat more may be one round too many. Raises ProgramError."""
        expected = "a seat more may be one round too many; unmatched has the reason"
        raise ProgramError(Finding("rounds", expected, where="why_unmatched"))

    def to_records(self) -> list[dict[str, Any]]:
        """One record for each meeting, round by round: the round, ids and names of both, points and status."""
        records = {(one["mentor"], one["mentee"]): one for one in super().to_records()}
        return [{"round": one.round, **records[one.mentor, one.mentee]} for one in self.meetings]

    def to_json(self) -> str:
        """The matching as JSON: what was asked, meetings, reasons, aims, norms and the proof; no answers."""
        saved = _SavedFlash(
            "flash", 1, self.demand, self.format, self.rounds, self.pairs, self.at, self.unmatched, self.aims,
            dict(self.norms), saved_proof(self.proof),
        )  # fmt: skip
        return doors.write_json(_SavedFlash, saved)

    @classmethod
    def from_json(cls, text: str | bytes) -> FlashMatching:
        """The matching that ``to_json`` wrote. Raises ProgramError with all findings where the text is not one."""
        saved: _SavedFlash = doors.read_json(_SavedFlash, text, error=ProgramError, what="matching of short meetings")
        shape = len(saved.demand.mentors), len(saved.demand.mentees)
        findings = [*contradictions(saved), *faults(saved.proof.proof, *shape), *timed_faults(saved.proof, *shape)]
        if len(saved.at) != len(saved.pairs) or any(not 0 <= at < len(saved.rounds) for at in saved.at):
            findings.append(Finding("rounds", "expected a round for each pair", where="at"))
        if findings:
            raise ProgramError(findings)
        order = sorted(range(len(saved.pairs)), key=lambda k: saved.pairs[k])
        pairs, at = tuple(saved.pairs[k] for k in order), tuple(saved.at[k] for k in order)
        proof = restored(saved.proof, *shape)
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
    pairs, at, aims, proof = answer(posed, solved)
    unmatched = unmatched_people(scores, posed, solved.mentor.astype(np.intp), solved.mentee.astype(np.intp))
    return FlashMatching(
        demand=timed.demand,
        pairs=pairs,
        unmatched=unmatched if timetable.open else tuple(map(_when, unmatched)),
        aims=aims,
        proof=proof,
        norms=scores.norms,
        scores=scores,
        rounds=timed.rounds,
        at=at,
        format=format_,
    )


def _when(one: Unmatched) -> Unmatched:
    """Where people are not always there, a possible partner may have a meeting left and be free at other times."""
    partner = {"partners_full": "mentor", "partners_served": "mentee"}.get(one.code)
    if partner is None:
        return one
    return replace(one, reason=f"no possible {partner} has a meeting left in a round in which both are free")


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
    proof: SavedTimed
