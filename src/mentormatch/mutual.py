"""Scores of peers: what two people bring one another, both ways.

A rule stays what it is for (mentor, mentee). Of two peers each is once the one and once the other: the points of the
pair are the mean of both directions, halves rounded up, so that a perfect pair has 10,000 points like any other, and
where a rule is the same both ways the mean is what it says. A pair is allowed where both directions are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from mentormatch.errors import Finding, ProgramError
from mentormatch.parts import Part
from mentormatch.problem import Ints, PairSource
from mentormatch.questions import Side
from mentormatch.scores import KEPT_BYTES, Cells, Forbidden, Points, Removal, Rows, ScoreMatrix


def mutual(scores: ScoreMatrix) -> ScoreMatrix:
    """The scores of one pool, the same whichever of two is named first; ids stand in one order on both sides.

    What is mutual already stays as it is. Raises ProgramError where the two sides are not the same people.

    >>> asked = ScoreMatrix.from_array([[0, 10], [5, 0]], mentors=["ada", "bo"], mentees=["ada", "bo"])
    >>> mutual(asked).to_numpy().tolist()
    [[-1, 8], [8, -1]]
    """
    if isinstance(scores._cells, _Mutual):
        return scores
    if set(scores.mentors) != set(scores.mentees):
        expected = "expected the same people on both sides"
        hint = "peers are one pool: Cohort.from_records(questionnaire, people=[...])"
        raise ProgramError(Finding("not_one_pool", expected, where="scores", hint=hint))
    place = {person: at for at, person in enumerate(scores.mentees)}
    order = np.array([place[person] for person in scores.mentors], dtype=np.intp)
    cohort = scores.cohort
    if cohort is not None and scores.mentors != scores.mentees:
        cohort = replace(cohort, mentees=cohort.mentees.take(order))
    return replace(scores, mentees=scores.mentors, cohort=cohort, _cells=_Mutual(scores._cells, order))


@dataclass(frozen=True, eq=False)
class _Mutual:
    """Both directions of somebody's points; ``order`` is where each mentor stands among the mentees."""

    cells: Cells
    order: Rows

    def view(self, rows: Rows, columns: Rows, most: int = KEPT_BYTES) -> PairSource:
        there, back = (
            self.cells.view(one, self.order[other], most) for one, other in ((rows, columns), (columns, rows))
        )
        return _BothWays(there, back, rows, columns)

    def kept(self, rows: Rows, columns: Rows, most: int | None) -> PairSource:
        there, back = (
            self.cells.kept(one, self.order[other], most) for one, other in ((rows, columns), (columns, rows))
        )
        return _BothWays(there, back, rows, columns)

    def pairs(self, rows: Rows, columns: Rows) -> Points:
        there, back = self.cells.pairs(rows, self.order[columns]), self.cells.pairs(columns, self.order[rows])
        return _mean(there, back, rows == columns)

    @property
    def norms(self) -> Mapping[str, float]:
        return self.cells.norms

    @property
    def max_points(self) -> int:
        return self.cells.max_points

    def parts(self, mentor: int, mentee: int) -> tuple[Part, ...]:
        both = [
            self.cells.parts(one, int(self.order[other])) for one, other in sorted([(mentor, mentee), (mentee, mentor)])
        ]
        total = (sum(part.points for parts in both for part in parts) + 1) // 2
        most = (sum(part.most for parts in both for part in parts) + 1) // 2
        points, largest = (
            _halves([getattr(one, name) + getattr(other, name) for one, other in zip(*both, strict=True)], whole)
            for name, whole in (("points", total), ("most", most))
        )
        return tuple(
            replace(
                one,
                points=points[k],
                most=largest[k],
                value=None if one.value is None or other.value is None else (one.value + other.value) / 2,
                known=one.known and other.known,
                counts=one.counts or other.counts,
                optional=one.optional or other.optional,
                said="; ".join(dict.fromkeys(filter(None, (one.said, other.said)))),
            )
            for k, (one, other) in enumerate(zip(*both, strict=True))
        )

    def coverage(self, mentor: int, mentee: int) -> float:
        there, back = (
            self.cells.coverage(one, int(self.order[other])) for one, other in ((mentor, mentee), (mentee, mentor))
        )
        return (there + back) / 2

    def forbidding(self, mentor: int, mentee: int) -> tuple[Forbidden, ...]:
        found = [
            forbidden
            for one, other in sorted([(mentor, mentee), (mentee, mentor)])
            for forbidden in self.cells.forbidding(one, int(self.order[other]))
        ]
        return tuple(dict.fromkeys(found))

    def removals(self, side: Side, person: int) -> tuple[Removal, ...]:
        people: Counter[str] = Counter()
        unknown: Counter[str] = Counter()
        first: dict[str, Forbidden] = {}
        for other in range(len(self.order)):
            found = {forbidden.title: forbidden for forbidden in self.forbidding(person, other)}
            people.update(found.keys())
            unknown.update(title for title, forbidden in found.items() if forbidden.unknown)
            first = found | first
        return tuple(
            Removal(title, count, unknown[title], first[title].private, first[title].refuses)
            for title, count in people.items()
        )

    def ineligible(self, side: Side) -> Mapping[int, str]:
        place = np.argsort(self.order)
        found = dict(self.cells.ineligible("mentor"))
        for at, reason in self.cells.ineligible("mentee").items():
            person = int(place[at])
            found[person] = "; ".join(dict.fromkeys([found[person], reason])) if person in found else reason
        return dict(sorted(found.items()))

    def unpicklable(self) -> tuple[str, ...]:
        return self.cells.unpicklable()

    def reweighted(self, weights: Mapping[str, float]) -> _Mutual:
        return replace(self, cells=self.cells.reweighted(weights))

    def public(self) -> _Mutual | None:
        cells = self.cells.public()
        return None if cells is None else replace(self, cells=cells)


@dataclass(frozen=True, eq=False)
class _BothWays:
    """The mean of two sources, one of them turned round; ``rows`` and ``columns`` say who the people are."""

    there: PairSource
    back: PairSource
    people: Rows
    others: Rows

    @property
    def shape(self) -> tuple[int, int]:
        return self.there.shape

    @property
    def max_points(self) -> int:
        return max(self.there.max_points, self.back.max_points)

    def rows(self, start: int, stop: int, first: int = 0, last: int | None = None) -> npt.NDArray[np.int32] | Ints:
        last = self.shape[1] if last is None else last
        there = self.there.rows(start, stop, first, last)
        back = self.back.rows(first, last, start, stop).T
        return _mean(there, back, self.people[start:stop, None] == self.others[None, first:last])

    def take(self, mentors: Ints, mentees: Ints | slice) -> _BothWays:
        columns = np.arange(self.shape[1], dtype=np.int64)[mentees]
        return _BothWays(
            self.there.take(mentors, mentees),
            self.back.take(columns, mentors),
            self.people[mentors],
            self.others[columns],
        )


def _mean(there: Points, back: Points, same: npt.NDArray[np.bool_]) -> Points:
    found = (there.astype(np.int64) + back + 1) // 2
    found[(there < 0) | (back < 0) | same] = -1
    return found if there.dtype == np.int64 else found.astype(np.int32)


def _halves(twice: list[int], total: int) -> list[int]:
    """Half of each number, in whole numbers that sum to ``total``: of those with a half the first are rounded up."""
    found = [number // 2 for number in twice]
    for k in [k for k, number in enumerate(twice) if number % 2][: total - sum(found)]:
        found[k] += 1
    return found
