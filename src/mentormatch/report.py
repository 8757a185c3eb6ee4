"""How good a matching is as a whole: who is in it, with which points and ranks, at what load, and what is left open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from mentormatch.candidates import checked_count
from mentormatch.errors import Finding, ProgramError
from mentormatch.formats.posing import Posed, pose
from mentormatch.ids import canonical_order
from mentormatch.page import Page, Recorded, Table
from mentormatch.problem import Ints
from mentormatch.prospects import ProgramCheck
from mentormatch.questions import SIDES, Side
from mentormatch.wording import counted, listed, number, percent

if TYPE_CHECKING:
    from mentormatch.demand import Demand
    from mentormatch.matching import Matching, Pair
    from mentormatch.scores import ScoreMatrix

NO_PART = frozenset({"left", "paused", "not_eligible", "no_seats", "wants_nobody"})
"""The codes of people without a pair who take no part."""
_BANDS = 10
_PERFECT = 10_000
_SAMPLE = 1_000
_ROWS = 1 << 18


@dataclass(frozen=True)
class PointsSpread:
    """How points are spread over so many pairs: the lowest, the quartiles, the highest and the mean, rounded.

    Of an even number the lower of the two middle ones is the median; likewise the quartiles. All 0 without any pair.
    """

    pairs: int
    lowest: int
    lower: int
    median: int
    upper: int
    highest: int
    mean: int

    @classmethod
    def of(cls, points: Sequence[int] | Ints) -> PointsSpread:
        """The spread of these points."""
        values = np.sort(np.asarray(points, dtype=np.int64))
        n = len(values)
        if not n:
            return cls(0, 0, 0, 0, 0, 0, 0)
        lowest, lower, median, upper, highest = (int(values[(n - 1) * quarter // 4]) for quarter in range(5))
        mean = (2 * int(values.sum()) + n) // (2 * n)
        return cls(n, lowest, lower, median, upper, highest, mean)

    def __str__(self) -> str:
        if not self.pairs:
            return "none"
        if self.lowest == self.highest:
            return f"{number(self.mean)} each"
        ends = f"from {number(self.lowest)} to {number(self.highest)}"
        return f"{number(self.mean)} on average, median {number(self.median)}, {ends}"


@dataclass(frozen=True)
class Band:
    """How many pairs have ``low`` to ``high`` points, both included: ``matched`` and of all ``possible`` ones."""

    low: int
    high: int
    matched: int
    possible: int


@dataclass(frozen=True)
class WeakPair:
    """One of the pairs with the fewest points.

    ``best`` are the points of the best mentor who is possible for the mentee, ``rank`` the mentor's place on the
    mentee's list, None off it. ``lost_at`` are the public rules that gave the fewest of the points they could give, at
    most two, those that lost most first.
    """

    mentor: str
    mentee: str
    points: int
    best: int
    rank: int | None = None
    lost_at: tuple[str, ...] = ()


@dataclass(frozen=True)
class MentorLoad:
    """How many mentees a mentor has (``load``), could have (``capacity``) and is on the list of (``asked_by``)."""

    mentor: str
    load: int
    capacity: int
    asked_by: int = 0


@dataclass(frozen=True)
class Report(Recorded):
    """How good a matching is. Speaks of ids, counts and points, never of answers; for who runs the program.

    ``mentees`` take part and want a mentor, ``paired`` of them have one; ``wanted`` mentors in all, ``pairs`` made.
    ``mentors`` take part and have a seat, ``busy`` of them a mentee; ``seats`` in all. ``points`` is the spread over
    the pairs; ``bands`` compares it with all pairs that could be made, ``possible`` of them with ``possible_mean``
    points on average. ``of_best`` is the share that the paired mentees have, on average, of the points of their best
    possible mentor, None where nothing can be compared. ``ranks[r]``
    counts the mentees whose best mentor has the place r + 1 on their list; ``lists`` have one, ``off_list`` of them
    somebody else and ``unserved`` nobody. ``blocking`` are (mentor, mentee) who would rather have each other.
    ``judged`` is the share of weight judged on average, over all pairs or the first 1,000 in canonical order, and
    ``thin`` how many of those are judged by less than half of it. ``blanks`` holds for each question how many mentors
    and mentees left it blank, and None where they are not asked. ``unmatched`` counts people by side and code.
    ``check`` is what was found before matching, where it was given.
    """

    program: str
    mentees: int
    paired: int
    wanted: int
    pairs: int
    mentors: int
    busy: int
    seats: int
    points: PointsSpread
    possible: int
    possible_mean: int
    bands: tuple[Band, ...]
    of_best: float | None
    weakest: tuple[WeakPair, ...]
    lists: int
    ranks: tuple[int, ...]
    off_list: int
    unserved: int
    loads: tuple[MentorLoad, ...]
    blocking: tuple[tuple[str, str], ...]
    judged: float
    judged_pairs: int
    thin: int
    blanks: tuple[tuple[str, int | None, int | None], ...]
    unmatched: tuple[tuple[str, str, int], ...]
    proof: str
    check: ProgramCheck | None = None
    demand: Demand | None = field(default=None, repr=False, compare=False)

    @property
    def share(self) -> float:
        """The share of the mentees who take part that have a mentor, 0 to 1; 1 where nobody asks for one."""
        return self.paired / self.mentees if self.mentees else 1.0

    def __repr__(self) -> str:
        return f"Report({number(self.paired)} of {counted(self.mentees, 'mentee')}, {counted(self.pairs, 'pair')})"

    def to_records(self) -> list[dict[str, Any]]:
        """One record for each figure: its name, its value and, where it is a part of something, of how many."""
        figures: list[tuple[str, int | float | None, int | None]] = [
            ("mentees_with_a_mentor", self.paired, self.mentees),
            ("pairs", self.pairs, self.wanted),
            ("mentors_with_a_mentee", self.busy, self.mentors),
            ("seats_filled", self.pairs, self.seats),
            *((f"points_{name}", getattr(self.points, name), None) for name in ("mean", "median", "lowest", "highest")),
            ("points_mean_of_possible", self.possible_mean, None),
            ("of_best", self.of_best, None),
            *((f"rank_{rank}", count, self.lists) for rank, count in enumerate(self.ranks, start=1)),
            ("off_list", self.off_list, self.lists),
            ("list_without_a_mentor", self.unserved, self.lists),
            ("blocking_pairs", len(self.blocking), None),
            ("weight_judged", self.judged, None),
            ("thinly_judged", self.thin, self.judged_pairs),
            *((f"unmatched_{side}_{code}", count, None) for side, code, count in self.unmatched),
        ]
        return [{"figure": name, "value": value, "of": of} for name, value, of in figures]

    def page(self) -> Page:
        """The report as a page, with what was found before matching at its end."""
        tables = [self._ranks(), self._bands(), self._weakest(), self._loads(), self._blocking(), self._unmatched()]
        tables.append(self._blanks())
        notes = list(self._notes())
        if self.check is not None:
            before = self.check.page()
            tables += before.tables
            notes += [f"Before matching: {note}" for note in before.notes]
        title = f"Quality of {self.program}" if self.program else "Quality of the matching"
        return Page(title, self._facts(), [table for table in tables if table.rows], notes)

    def _facts(self) -> Iterator[tuple[str, str]]:
        yield "mentees with a mentor", _of(self.paired, self.mentees)
        if self.wanted != self.mentees:
            yield "mentors given", f"{number(self.pairs)} of {number(self.wanted)} wanted"
        yield "mentors with a mentee", _of(self.busy, self.mentors)
        yield "seats filled", _of(self.pairs, self.seats)
        yield "points of the pairs", str(self.points)
        if self.possible:
            yield "points of all possible pairs", f"{number(self.possible_mean)} on average"
        if self.of_best is not None:
            yield "of the best possible", f"{percent(self.of_best)} on average of what each mentee could have at best"
        if self.lists:
            served = sum(self.ranks)
            first = f", {number(self.ranks[0])} their first choice" if self.ranks and self.ranks[0] else ""
            yield "lists", f"{_of(served, self.lists)} have somebody from their list{first}"
        yield "blocking pairs", number(len(self.blocking))
        if self.pairs:
            sample = f" of the {number(self.judged_pairs)} looked at" if self.judged_pairs < self.pairs else ""
            thin = f"; less than half in {counted(self.thin, 'pair')}{sample}" if self.thin else ""
            yield "weight judged", f"{percent(self.judged)} on average; the rest was left blank or did not count{thin}"
        yield "proof", self.proof

    def _ranks(self) -> Table:
        rows = [(f"choice {rank}", count, _share(count, self.lists)) for rank, count in enumerate(self.ranks, start=1)]
        rows += [
            (what, count, _share(count, self.lists))
            for what, count in (("somebody else", self.off_list), ("nobody", self.unserved))
            if self.lists
        ]
        return Table("Whom mentees with a list have", ("", "mentees", "share"), rows, ("left", "right", "right"))

    def _bands(self) -> Table:
        rows = [
            (
                f"{number(band.low)} to {number(band.high)}",
                band.matched,
                _share(band.matched, self.pairs),
                band.possible,
                _share(band.possible, self.possible),
            )
            for band in reversed(self.bands)
            if band.matched or band.possible
        ]
        columns = ("points", "pairs made", "share", "possible", "share")
        return Table("Points of the pairs, beside all that are possible", columns, rows, ["right"] * 5)

    def _weakest(self) -> Table:
        rows = [
            (
                self._named("mentor", pair.mentor),
                self._named("mentee", pair.mentee),
                pair.points,
                pair.best,
                pair.rank,
                listed(pair.lost_at),
            )
            for pair in self.weakest
        ]
        columns = ("mentor", "mentee", "points", "best possible", "rank", "lost most at")
        align = ("left", "left", "right", "right", "right", "left")
        return Table("The pairs with the fewest points", columns, rows, align)  # type: ignore[arg-type]

    def _loads(self) -> Table:
        loads = Counter(one.load for one in self.loads)
        left = Counter(one.load for one in self.loads if one.load < one.capacity)
        rows = [(load, loads[load], left[load]) for load in sorted(loads)]
        return Table("Load of the mentors", ("mentees each", "mentors", "with a seat left"), rows, ["right"] * 3)

    def _blocking(self) -> Table:
        shown = self.blocking[:_BANDS]
        rows = [(self._named("mentor", mentor), self._named("mentee", mentee)) for mentor, mentee in shown]
        if len(self.blocking) > len(shown):
            rows.append(("", f"and {counted(len(self.blocking) - len(shown), 'more', 'more')}; all are in .blocking"))
        return Table("Who would rather have each other", ("mentor", "mentee"), rows)

    def _unmatched(self) -> Table:
        rows = [(side, code.replace("_", " "), count) for side, code, count in self.unmatched]
        return Table("Without a pair", ("", "why", "people"), rows)

    def _blanks(self) -> Table:
        rows = [
            (name, *("not asked" if count is None else number(count) for count in counts))
            for name, *counts in self.blanks
        ]
        return Table("Blank answers", ("question", "mentors", "mentees"), rows, ("left", "right", "right"))

    def _notes(self) -> Iterator[str]:
        yield (
            "Points say how well two people's answers fit by the rules of this program. They do not say how well the "
            "two will get on: compare them with what the pairs report later."
        )
        if self.blocking:
            yield (
                "Blocking pairs are no mistake: the program puts other aims before what two people alone would prefer, "
                "such as a mentor for as many mentees as possible."
            )

    def _named(self, side: Side, person: str) -> str:
        if self.demand is None:
            return person
        return self.demand.shown(side, self.demand.places[side == "mentee"][person])


def report_of(matching: Matching, scores: ScoreMatrix, check: object, weakest: object) -> Report:
    """The report of a matching by its scores; two passes over all pairs, and 1,000 pairs looked into at most."""
    if check is not None and not isinstance(check, ProgramCheck):
        raise ProgramError(Finding("type", "expected what program.check(cohort) gives", where="check"))
    demand, pairs = matching.demand, matching.pairs
    most = checked_count(weakest)
    out = {side: {u.person for u in matching.unmatched if u.side == side and u.code in NO_PART} for side in SIDES}
    mentees = [(m, wants) for m, wants in zip(demand.mentees, demand.wants, strict=True) if m not in out["mentee"]]
    mentors = [(m, seats) for m, seats in zip(demand.mentors, demand.capacity, strict=True) if m not in out["mentor"]]
    posed = pose(demand, scores)
    passed = _Pass.over(posed)
    load = Counter(pair.mentor for pair in pairs)
    asked = Counter(mentor for mentee, own in demand.ranks.items() for mentor in own if mentee not in out["mentee"])
    ranks, off_list, unserved = _ranks(demand, pairs, out["mentee"])
    coverage = _coverage(scores, pairs)
    counts = Counter((u.side, u.code) for u in matching.unmatched)
    return Report(
        program=demand.program,
        mentees=len(mentees),
        paired=len({pair.mentee for pair in pairs}),
        wanted=sum(max(1, wants) for _, wants in mentees),
        pairs=len(pairs),
        mentors=len(mentors),
        busy=len(load),
        seats=sum(max(seats, load[mentor]) for mentor, seats in mentors),
        points=PointsSpread.of([pair.points for pair in pairs]),
        possible=int(passed.possible.sum()),
        possible_mean=round(passed.total / max(1, int(passed.possible.sum()))),
        bands=passed.bands([pair.points for pair in pairs]),
        of_best=passed.of_best(pairs),
        weakest=tuple(_weakest(scores, demand, pairs, passed, most)),
        lists=sum(ranks) + off_list + unserved,
        ranks=ranks,
        off_list=off_list,
        unserved=unserved,
        loads=tuple(MentorLoad(m, load[m], seats, asked[m]) for m, seats in sorted(mentors)),
        blocking=matching.blocking_pairs(),
        judged=sum(coverage) / len(coverage) if coverage else 0.0,
        judged_pairs=len(coverage),
        thin=sum(share < 0.5 for share in coverage),
        blanks=tuple(_blanks(scores)),
        unmatched=tuple((side, code, count) for (side, code), count in sorted(counts.items(), reverse=True)),
        proof=str(matching.proof),
        check=check,
        demand=demand,
    )


@dataclass(frozen=True, eq=False)
class _Pass:
    """What one pass over all pairs that could be made finds: how many have points in each band, and the best of each.

    ``possible`` has shape (bands,), ``best`` holds for each mentee, by position in the demand, the most points that a
    possible mentor gives, -1 without one. ``total`` is the sum of the points of all of them.
    """

    demand: Demand
    width: int
    possible: Ints
    total: int
    best: Ints

    @classmethod
    def over(cls, posed: Posed) -> _Pass:
        demand, problem = posed.demand, posed.problem
        width = max(_PERFECT, problem.source.max_points) // _BANDS
        possible = np.zeros(_BANDS, dtype=np.int64)
        total = sum(posed.settled.values())
        best = np.full(len(demand.mentees), -1, dtype=np.int64)
        teach, learn = problem.capacity + problem.led > 0, problem.wants + problem.served > 0
        for start, block in problem.blocks(max(1, _ROWS // max(1, problem.shape[1]))):
            there = block * 1
            there[~teach[start : start + len(block)]] = -1
            there[:, ~learn] = -1
            inside = there[there >= 0]
            total += int(inside.sum(dtype=np.int64))
            possible += np.bincount(np.minimum(inside // width, _BANDS - 1), minlength=_BANDS)
            best = np.maximum(best, there.max(axis=0, initial=-1))
        found = cls(demand, width, possible, total, best[posed.mentee_place])
        for (_, mentee), points in posed.settled.items():
            at = demand.places[1][mentee]
            found.best[at] = max(found.best[at], points)
            possible[min(points // width, _BANDS - 1)] += 1
        return found

    def bands(self, points: Sequence[int]) -> tuple[Band, ...]:
        """The bands, from the fewest points to the most."""
        values = np.minimum(np.array(points, dtype=np.int64) // self.width, _BANDS - 1)
        matched = np.bincount(values, minlength=_BANDS)
        highs = [self.width * (at + 1) - (at < _BANDS - 1) for at in range(_BANDS)]
        return tuple(Band(self.width * at, highs[at], int(matched[at]), int(self.possible[at])) for at in range(_BANDS))

    def best_of(self, mentee: str) -> int:
        """The points of the best possible mentor of a mentee, -1 without one."""
        return int(self.best[self.demand.places[1][mentee]])

    def of_best(self, pairs: Sequence[Pair]) -> float | None:
        """The share of their best possible points that mentees have, on average."""
        shares = [pair.points / best for pair in pairs if (best := self.best_of(pair.mentee)) > 0]
        return sum(shares) / len(shares) if shares else None


def _ranks(demand: Demand, pairs: Sequence[Pair], out: set[str]) -> tuple[tuple[int, ...], int, int]:
    """How many have each place of their list as their best one, somebody off it, and nobody."""
    has: dict[str, list[str]] = {}
    for pair in pairs:
        has.setdefault(pair.mentee, []).append(pair.mentor)
    best = {
        mentee: min((own[mentor] for mentor in has.get(mentee, ()) if mentor in own), default=0)
        for mentee, own in demand.ranks.items()
        if own and mentee in demand.places[1] and mentee not in out
    }
    counts = Counter(best.values())
    off_list = sum(rank == 0 and mentee in has for mentee, rank in best.items())
    return tuple(counts[rank] for rank in range(1, max(counts, default=0) + 1)), off_list, counts[0] - off_list


def _coverage(scores: ScoreMatrix, pairs: Sequence[Pair]) -> list[float]:
    """The share of weight judged in each pair, of the first 1,000 in canonical order where there are more."""
    some: Sequence[Pair] = pairs
    if len(pairs) > _SAMPLE:
        order = canonical_order([f"{pair.mentor}\0{pair.mentee}" for pair in pairs])
        some = [pairs[at] for at in order[:_SAMPLE].tolist()]
    return [scores.coverage(pair.mentor, pair.mentee) for pair in some]


def _weakest(
    scores: ScoreMatrix, demand: Demand, pairs: Sequence[Pair], passed: _Pass, most: int
) -> Iterator[WeakPair]:
    for pair in sorted(pairs, key=lambda pair: (pair.points, pair.mentor, pair.mentee))[:most]:
        lost = [
            (part.points - part.most, part.label)
            for part in scores.parts(pair.mentor, pair.mentee)
            if part.counts and not part.private and part.points < part.most
        ]
        worst = tuple(label for _, label in sorted(lost, key=lambda one: one[0])[:2])
        rank = demand.ranks.get(pair.mentee, {}).get(pair.mentor)
        best = max(pair.points, passed.best_of(pair.mentee))
        yield WeakPair(pair.mentor, pair.mentee, pair.points, best, rank, worst)


def _blanks(scores: ScoreMatrix) -> Iterator[tuple[str, int | None, int | None]]:
    if scores.cohort is None:
        return
    sides = scores.cohort.mentors, scores.cohort.mentees
    for question in scores.cohort.questionnaire:
        mentors, mentees = (
            int((~people.column(question.id).known).sum()) if question.asks(people.side) else None for people in sides
        )
        yield question.id, mentors, mentees


def _of(part: int, whole: int) -> str:
    return f"{number(part)} of {number(whole)}" + (f" ({percent(part / whole)})" if whole else "")


def _share(part: int, whole: int) -> str:
    return percent(part / whole) if whole else ""
