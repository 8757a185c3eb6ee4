"""Predicted and observed: how pairs were rated, whom to look after, and whether any rule foresaw it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from mentormatch.errors import AnswerError, Finding, ProgramError
from mentormatch.ids import person_id
from mentormatch.page import Page, Recorded, Table
from mentormatch.questions import SIDES, Side, decimal_number
from mentormatch.wording import counted, did_you_mean, number, quoted

if TYPE_CHECKING:
    from mentormatch.demand import Demand
    from mentormatch.matching import Matching
    from mentormatch.scores import ScoreMatrix

Verdict = Literal["better", "worse", "none", "few", "constant"]
_FEWEST = 10
_NORMAL = 1.959963984540054
_JUDGED = 0.5
_MOST_HINTS = 100
_FIELDS = ("mentor", "mentee", "rating", "date")
_SAID: dict[Verdict, str] = {
    "better": "signal: the more of it, the better the ratings",
    "worse": "signal: the more of it, the worse the ratings",
    "none": "no signal: the interval holds 0",
    "few": f"no signal: fewer than {_FEWEST} pairs say too little",
    "constant": "no signal: it, or the rating, is the same in all pairs",
}


@dataclass(frozen=True)
class RatedPair:
    """A pair and how it was rated: ``ratings`` times, ``mean`` and ``lowest``.

    ``low`` of the ratings are at most what flags a pair, the last one of them on ``last_low`` (an ISO date, None where
    none has a date). ``points`` are those that were predicted, for a pair that is not allowed what it would have.
    """

    mentor: str
    mentee: str
    points: int
    ratings: int
    mean: float
    lowest: float
    low: int
    last_low: str | None = None


@dataclass(frozen=True)
class Signal:
    """Whether what a rule gave to pairs goes with how they were rated.

    ``pairs`` rated pairs are behind it, and ``blank`` more are not, because an answer is blank there or the rule does
    not count. ``correlation`` is Spearman's, from -1 to 1, between ``low`` and ``high`` with 95 % confidence; None
    where the pairs are fewer than four or one of the two never differs. ``verdict`` is "better" or "worse" where the
    interval does not hold 0, "none" where it does, "few" for fewer than ten pairs and "constant" where nothing differs.
    """

    label: str
    pairs: int
    blank: int
    correlation: float | None
    low: float | None
    high: float | None
    verdict: Verdict

    def __bool__(self) -> bool:
        return self.verdict in ("better", "worse")


@dataclass(frozen=True)
class Observed(Recorded):
    """What was observed of pairs beside what was predicted; for who runs the program. Nothing is changed by it.

    ``pairs`` are those rated, by mentor and mentee. A pair is flagged where a rating of it is at most ``flag``, on a
    scale of ``scale``. ``score`` is the signal of the whole score, over pairs of which half of the weight was judged,
    ``signals`` those of the rules with a weight.
    """

    scale: tuple[float, float]
    flag: float
    pairs: tuple[RatedPair, ...]
    score: Signal
    signals: tuple[Signal, ...]
    program: str = ""
    demand: Demand | None = field(default=None, repr=False, compare=False)

    @property
    def flagged(self) -> tuple[RatedPair, ...]:
        """The pairs to look after: those with the most low ratings first, then the lowest mean."""
        low = [pair for pair in self.pairs if pair.low]
        return tuple(sorted(low, key=lambda pair: (-pair.low, pair.mean, pair.mentor, pair.mentee)))

    def to_records(self) -> list[dict[str, Any]]:
        """One record for each rated pair."""
        return [
            {
                "mentor": pair.mentor,
                "mentee": pair.mentee,
                "points": pair.points,
                "ratings": pair.ratings,
                "mean": pair.mean,
                "lowest": pair.lowest,
                "low": pair.low,
                "last_low": pair.last_low,
                "flagged": bool(pair.low),
            }
            for pair in self.pairs
        ]

    def page(self) -> Page:
        """The observations as a page: whom to look after, and which rules foresaw anything."""
        low, high = self.scale
        ratings = sum(pair.ratings for pair in self.pairs)
        facts = [
            ("rated", f"{counted(len(self.pairs), 'pair')}, {counted(ratings, 'rating')}"),
            ("scale", f"{low:g} to {high:g}, the higher the better"),
            ("flagged", f"{counted(len(self.flagged), 'pair')} with a rating of {self.flag:g} or less"),
        ]
        if self.pairs:
            mean = math.fsum(pair.mean for pair in self.pairs) / len(self.pairs)
            facts.insert(2, ("mean of the pairs", f"{mean:.2f}"))
        flagged = [
            (
                self._named("mentor", pair.mentor),
                self._named("mentee", pair.mentee),
                f"{number(pair.low)} of {number(pair.ratings)}",
                pair.last_low,
                f"{pair.mean:.1f}",
                pair.points,
            )
            for pair in self.flagged
        ]
        columns = ("mentor", "mentee", "low ratings", "last", "mean", "points")
        tables = [Table("Pairs to look after", columns, flagged, ("left", "left", "right", "left", "right", "right"))]
        signals = [
            (
                one.label,
                one.pairs,
                one.blank,
                "" if one.correlation is None else f"{one.correlation:+.2f}",
                "" if one.low is None or one.high is None else f"{one.low:+.2f} to {one.high:+.2f}",
                _SAID[one.verdict],
            )
            for one in (self.score, *self.signals)
        ]
        headings = ("", "pairs", "blank", "correlation", "95 % interval", "what it says")
        align = ("left", "right", "right", "right", "right", "left")
        tables.append(Table("Did the rules foresee it?", headings, signals, align))  # type: ignore[arg-type]
        title = f"Predicted and observed: {self.program}" if self.program else "Predicted and observed"
        return Page(title, facts, [table for table in tables if table.rows], self._notes())

    def _notes(self) -> Iterator[str]:
        found = [one.label for one in self.signals if one]
        if not found and self.signals:
            yield "No rule shows a signal. That is no proof that none matters: these pairs are too few or too alike."
        chance = 0.05 * len(self.signals)
        if len(self.signals) > 1:
            yield (
                f"Of {number(len(self.signals))} rules about {chance:.1f} show a signal by chance alone: one that "
                "shows again in the next round is worth more."
            )
        yield (
            "Only pairs that were made are rated, and they were chosen for their points. A rule that all of them meet "
            "cannot show what it is worth."
        )
        yield "No weight was changed. program.with_weights(...) does so, where you want it."

    def _named(self, side: Side, person: str) -> str:
        if self.demand is None:
            return person
        return self.demand.shown(side, self.demand.places[side == "mentee"][person])


def observed_in(matching: Matching, scores: ScoreMatrix, ratings: object, scale: object, flag: object) -> Observed:
    """The ratings of pairs beside what was predicted; an explanation for each rated pair."""
    low, high, limit = _settings(scale, flag)
    read = _read(matching.demand, ratings, low, high)
    by_pair: dict[tuple[str, str], list[tuple[float, str | None]]] = {}
    for mentor, mentee, rating, day in read:
        by_pair.setdefault((mentor, mentee), []).append((rating, day))
    couples = sorted(by_pair)
    parts = [scores.parts(*couple) for couple in couples]
    points = [
        sum(part.points for part in own) if own else max(0, scores.points(*c))
        for c, own in zip(couples, parts, strict=True)
    ]
    pairs = [_pair(couple, worth, by_pair[couple], limit) for couple, worth in zip(couples, points, strict=True)]
    means = np.array([pair.mean for pair in pairs])
    judged = np.array([scores.coverage(*couple) >= _JUDGED for couple in couples], dtype=bool)
    signals = []
    for at, first in enumerate(parts[0] if parts else ()):
        if any(own[at].full for own in parts):
            known = np.array([own[at].known and own[at].counts for own in parts], dtype=bool)
            values = np.array([own[at].value or 0.0 for own in parts])
            signals.append(_signal(first.label, values, means, known))
    score = _signal("score", np.array(points, dtype=np.float64), means, judged)
    program = matching.demand.program
    return Observed((low, high), limit, tuple(pairs), score, tuple(signals), program, matching.demand)


def _pair(couple: tuple[str, str], points: int, ratings: Sequence[tuple[float, str | None]], limit: float) -> RatedPair:
    values = sorted(rating for rating, _ in ratings)
    low = [day for rating, day in ratings if rating <= limit]
    last = max((day for day in low if day is not None), default=None)
    return RatedPair(*couple, points, len(values), math.fsum(values) / len(values), values[0], len(low), last)


def _signal(
    label: str, values: npt.NDArray[np.float64], means: npt.NDArray[np.float64], known: npt.NDArray[np.bool_]
) -> Signal:
    """The signal of one rule, from its values and the mean ratings of the pairs, where it is known."""
    count, blank = int(known.sum()), int((~known).sum())
    ranks, rated = _ranks(values[known]), _ranks(means[known])
    constant = not count or ranks.min() == ranks.max() or rated.min() == rated.max()
    if constant or count < 4:
        return Signal(label, count, blank, None, None, None, "few" if count < _FEWEST else "constant")
    correlation = float(np.clip(np.corrcoef(ranks, rated)[0, 1], -1, 1))
    # Fisher's transformation, with the variance of Bonett and Wright for ranks.
    middle = math.atanh(max(-1 + 1e-12, min(1 - 1e-12, correlation)))
    half = _NORMAL * math.sqrt((1 + correlation**2 / 2) / (count - 3))
    low, high = math.tanh(middle - half), math.tanh(middle + half)
    verdict: Verdict = "none" if low <= 0 <= high else "better" if correlation > 0 else "worse"
    return Signal(label, count, blank, correlation, low, high, "few" if count < _FEWEST else verdict)


def _ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The ranks of values, from 1; equal ones share the mean of theirs."""
    _, at, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    found: npt.NDArray[np.float64] = (last - (counts - 1) / 2)[at.reshape(-1)]
    return found


def _settings(scale: object, flag: object) -> tuple[float, float, float]:
    pair = [decimal_number(one) for one in scale] if isinstance(scale, (list, tuple)) else []
    low, high = pair if len(pair) == 2 else (None, None)
    limit = decimal_number(flag) if not isinstance(flag, str) else None
    findings = []
    if low is None or high is None or low >= high:
        findings.append(Finding("scale", "expected two numbers, the worst and the best rating", where="scale"))
    elif limit is None or not low <= limit < high:
        hint = "the highest rating that flags a pair"
        expected = f"expected a number from {low:g} to below {high:g}"
        findings.append(Finding("flag", expected, where="flag", hint=hint))
    if findings or low is None or high is None or limit is None:
        raise ProgramError(findings)
    return low, high, limit


def _read(demand: Demand, ratings: object, low: float, high: float) -> list[tuple[str, str, float, str | None]]:
    """The ratings, with what is wrong with any of them all at once."""
    if isinstance(ratings, (str, bytes, Mapping)) or not isinstance(ratings, Iterable):
        expected = "expected a list of (mentor, mentee, rating) or (mentor, mentee, rating, date), or of records"
        raise AnswerError(Finding("ratings", expected, where="ratings"))
    findings: list[Finding] = []
    found = []
    for row, given in enumerate(ratings, start=1):
        entry = _entry(given)
        if entry is None:
            expected = "expected (mentor, mentee, rating), with a date or without, or a record of these"
            findings.append(Finding("rating", expected, row=row, where="ratings"))
            continue
        people = [_person(demand, side, who, row, findings) for side, who in zip(SIDES, entry[:2], strict=True)]
        value = None if isinstance(entry[2], str) else decimal_number(entry[2])
        if value is None or not low <= value <= high:
            expected = f"expected a rating from {low:g} to {high:g}"
            findings.append(Finding("rating", expected, row=row, where="ratings"))
        day = _day(entry[3])
        if day == "":
            findings.append(Finding("date", "expected a date such as 2026-05-31", row=row, where="ratings"))
        if value is not None:
            found.append((people[0], people[1], value, day))
    if findings:
        summary = (
            f"{number(len(findings))} things in the ratings cannot be meant as written:" if len(findings) > 1 else None
        )
        raise AnswerError(findings, summary)
    return found


def _entry(given: object) -> tuple[Any, Any, Any, Any] | None:
    """Mentor, mentee, rating and date of one entry, None where it is no rating."""
    if isinstance(given, Mapping):
        if set(given) - set(_FIELDS) or not set(given) >= set(_FIELDS[:3]):
            return None
        return given["mentor"], given["mentee"], given["rating"], given.get("date")
    if isinstance(given, (list, tuple)) and len(given) in (3, 4):
        return given[0], given[1], given[2], given[3] if len(given) == 4 else None
    return None


def _person(demand: Demand, side: Side, given: object, row: int, findings: list[Finding]) -> str:
    person = person_id(given)
    if isinstance(person, Finding):
        findings.append(Finding(person.code, person.expected, side, row=row, where="ratings", hint=person.hint))
        return ""
    known = demand.places[side == "mentee"]
    if person not in known:
        hint = did_you_mean(person[:80], tuple(known)) if len(findings) < _MOST_HINTS else ""
        expected = f"there is no such {side}, {quoted(person)}"
        findings.append(Finding("unknown_person", expected, row=row, where="ratings", hint=hint))
    return person


def _day(given: object) -> str | None:
    """The day as an ISO date; None where there is none, "" where it is no date."""
    if given is None or given == "":
        return None
    if isinstance(given, datetime):
        return given.date().isoformat()
    if isinstance(given, date):
        return given.isoformat()
    try:
        return datetime.fromisoformat(given).date().isoformat() if isinstance(given, str) else ""
    except ValueError:
        return ""
