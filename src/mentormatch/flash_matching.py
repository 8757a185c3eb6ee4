"""The answer to a program of short meetings: who meets whom in which round, and why nothing is better."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, Literal

import numpy as np

from mentormatch.demand import Demand
from mentormatch.errors import ChoiceError, Finding, InfeasibleError
from mentormatch.explain import Unmatched, unmatched_people
from mentormatch.formats.flash import Flash, pose_flash, same_people, solve_flash, timed_demand
from mentormatch.formats.posing import Posed
from mentormatch.ids import person_id
from mentormatch.matching import Status
from mentormatch.matching.saved import SavedKind
from mentormatch.means import Means
from mentormatch.page import Page, Table
from mentormatch.problem import Ints
from mentormatch.scores import ScoreMatrix
from mentormatch.seats import SeatValues
from mentormatch.timed_matching import SavedTimed, TimedMatching, answer
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


@dataclass(frozen=True)
class _SavedFlash(SavedKind):
    kind: Literal["flash"]
    format: Flash
    rounds: tuple[str, ...]
    at: tuple[int, ...]
    proof: SavedTimed


@dataclass(frozen=True, eq=False, repr=False)
class FlashMatching(TimedMatching):
    """A matching of short meetings: ``pairs`` as always, and ``at`` says for each the round, a place in ``rounds``.

    What speaks of single pairs is as for pairs; that a kept pair meets in another round is not a change, since rounds
    are dealt anew. Capacities and wants of the demand are what the rounds leave of them.
    """

    _columns = ("round", "mentor", "mentor_name", "mentee", "mentee_name", "points", "status", "code", "reason")

    saved_as: ClassVar[str | None] = "flash"
    holds: ClassVar[str] = "nobody is in two meetings at once"
    _form = _SavedFlash
    _called = "matching of short meetings"
    _not_asked: ClassVar[Mapping[str, str]] = {
        "ask_for_seats": "nobody has more seats than rounds; see seat_values",
        "why_unmatched": "a seat more may be one round too many; unmatched has the reason",
    }

    rounds: tuple[str, ...] = ()
    at: tuple[int, ...] = ()
    format: Flash = field(default_factory=lambda: Flash(1))

    def _compared(self) -> tuple[object, ...]:
        return *super()._compared(), self.rounds, self.at, self.format

    def _counted(self) -> str:
        return f"{counted(len(self.pairs), 'meeting')} in {counted(len(self.rounds), 'round')}"

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

    @property
    def _free(self) -> bool:
        return self.format.availability is None and not len(same_people(self.demand, self._scores())[0])

    def seat_values(self) -> SeatValues:
        """As for pairs, of mentors who have a round left. Raises ProgramError where people are not always there."""
        found = super().seat_values()
        room = dict(zip(self.demand.mentors, self.demand.capacity, strict=True))
        left = {mentor: value for mentor, value in found.items() if room[mentor] < len(self.rounds)}
        return replace(found, values_by_mentor=left)

    def to_records(self) -> list[dict[str, Any]]:
        """One record for each meeting, round by round: the round, ids and names of both, points and status."""
        records = {(one["mentor"], one["mentee"]): one for one in super().to_records()}
        return [{"round": one.round, **records[one.mentor, one.mentee]} for one in self.meetings]

    def _saved(self) -> dict[str, Any]:
        return {**super()._saved(), "format": self.format, "rounds": self.rounds, "at": self.at}

    @classmethod
    def _faults(cls, saved: _SavedFlash) -> Iterator[Finding]:
        yield from super()._faults(saved)
        if len(saved.at) != len(saved.pairs) or any(not 0 <= at < len(saved.rounds) for at in saved.at):
            yield Finding("rounds", "expected a round for each pair", where="at")

    @classmethod
    def _restored(cls, saved: _SavedFlash) -> dict[str, Any]:
        at = tuple(at for _, at in sorted(zip(saved.pairs, saved.at, strict=True)))
        return {**super()._restored(saved), "format": saved.format, "rounds": saved.rounds, "at": at}

    def page(self) -> Page:
        """The matching as a page: what was reached, the meetings round by round, and who has none and why."""
        page = super().page()
        facts = [
            (label.replace("a mentor", "a meeting").replace("mentors", "meetings"), text.replace("a pair", "a meeting"))
            for label, text in page.facts
        ]
        meetings = f"{number(len(self.meetings))} in {counted(len(self.rounds), 'round')}"
        return Page(page.title, [("meetings", meetings), *facts], page.tables, page.notes)

    def _facts(self) -> Iterator[tuple[str, str]]:
        for _, left in super()._facts():
            yield "meetings left", left

    def _tables(self) -> Iterator[Table]:
        rows = [
            (
                harmless(one.round),
                self._shown("mentor", one.mentor),
                self._shown("mentee", one.mentee),
                number(one.points),
                one.status,
            )
            for one in self.meetings
        ]
        columns = ("round", "mentor", "mentee", "points", "status")
        yield Table("Meetings", columns, rows, ("left", "left", "left", "right", "left"))
        yield self._alone("Without a meeting")
        yield from (table for table in super()._tables() if table.title not in ("Pairs", "Without a pair"))


def match_flash(demand: Demand, scores: ScoreMatrix, format_: Flash, means: Means) -> FlashMatching:
    """The best meetings for a demand; its capacities and wants are cut to what the rounds leave of them."""
    means.run.begin("solving")
    timed = timed_demand(demand, scores, format_)
    posed, timetable = pose_flash(timed, scores, means.kept)
    solved = solve_flash(posed, timetable, means.start, means.settings)
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
