"""Rules made ready for one cohort: whole-number weights, what blanks contribute, and the one product that scores pairs.

A perfect pair has ``FULL`` fine units, 1,024 to a point; ``fine[i, r]`` are those of rule r for mentee i, the same for
all mentees unless they rank the rules themselves. For mentor j and mentee i each rule r contributes

- where it is known: the sum over k of ``mentor[j, k] * round(fine[i, r] * mentee[i, k])`` if it is a product (see
  `mentormatch.rules.Columns`), else ``round(fine[i, r] * value)``;
- where it is not known: ``round(most[i, r] * missing)``, or nothing and no weight if it abstains;
- where it does not count: nothing and no weight.

``most[i, r]`` is what the rule can give this mentee: ``fine[i, r]``, except that a sum over picks is as large as its
rounded parts make it. N sums the contributions and D the ``most`` of the rules that counted, or is FULL where no weight
is left out. The points are ``(20_000 * N + D) // (2 * D)``, so N / D in basis points, halves up; 0 where D is 0.

Everything in the product is a whole number that is not negative, and no sum reaches 2**24, so float32 gives the exact
result in any order of summation, with any block and on any BLAS.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from mentormatch.ids import canonical_order
from mentormatch.rules import Columns, Rule
from mentormatch.rules.rule import options_of

if TYPE_CHECKING:
    from mentormatch.cohort import People
    from mentormatch.questions import Column

PERFECT = 10_000
FULL = 1_024 * PERFECT
_QUANTUM = 2**40
_SAMPLE = 1_000
_BLOCK = 2**17
"""Pairs scored at once, so that the arrays of one block stay in the cache."""
_MOST_ADDENDS = 1_000
"""Parts of one score that may be rounded apart: each errs by at most half a fine unit, and half a point is 512."""

Points = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]


def apportioned(total: int, shares: Sequence[Fraction | int]) -> list[int]:
    """Whole numbers in proportion to the shares that sum to ``total``, by largest remainder, ties to the earlier share.

    >>> apportioned(100, [1, 1, 1])
    [34, 33, 33]
    """
    whole = sum(shares)
    exact = [Fraction(share) * total / whole for share in shares] if whole else [Fraction(0)] * len(shares)
    floors = [int(part) for part in exact]
    order = sorted(range(len(exact)), key=lambda r: (floors[r] - exact[r], r))
    for r in order[: (total - sum(floors)) if whole else 0]:
        floors[r] += 1
    return floors


def fine_weights(rules: Sequence[Rule]) -> npt.NDArray[np.int64]:
    """Weights in fine units, shape (1, n_rules), summing to FULL; a weight is the decimal that it prints as."""
    return np.array([apportioned(FULL, [Fraction(str(rule.weight)) for rule in rules])], dtype=np.int64)


_EMPHASIS = (Fraction(2), Fraction(3, 2), Fraction(5, 4))
"""What the weights of the rules that a mentee ranks first, second and third are multiplied by."""


def mentee_weights(rules: Sequence[Rule], ranking: Column) -> npt.NDArray[np.int64]:
    """Weights in fine units for each mentee, shape (n_mentees, n_rules), every row summing to FULL.

    ``ranking`` ranks names of rules: the weight of the first is doubled, that of the second counts for half as much
    again, that of the third for a quarter more. Who ranks nothing has the weights of the program.
    """
    names = [rule.name for rule in rules]
    place = [names.index(option) for option in options_of(ranking)]
    weights = [Fraction(str(rule.weight)) for rule in rules]
    ranks = np.where(ranking.values <= len(_EMPHASIS), ranking.values, 0)
    patterns, which = np.unique(ranks, axis=0, return_inverse=True)
    fine = np.empty((len(patterns), len(rules)), dtype=np.int64)
    for row, pattern in enumerate(patterns):
        own = list(weights)
        for option in np.flatnonzero(pattern):
            own[place[option]] *= _EMPHASIS[pattern[option] - 1]
        fine[row] = apportioned(FULL, own)
    # numpy 2.0 gives the inverse another shape than later versions.
    return fine[which.reshape(-1)]


@dataclass(frozen=True)
class Judged:
    """What one rule says of one pair: contribution and largest contribution in fine units, and how it came about.

    ``value`` is what the rule gives or, where it is not known, what stands for it; None where the rule abstains or does
    not count.
    """

    contribution: int
    most: int
    fine: int
    value: float | None
    known: bool
    counts: bool


@dataclass(frozen=True, eq=False)
class CompiledRule:
    """One rule on one cohort.

    ``fine`` is its weight for each mentee and ``most`` what it can give each mentee, whole fine units, shape
    (n_mentees,). ``counts`` and ``known`` hold the mentors and the mentees between whom it counts and can judge;
    ``known`` is None where only the pair tells. ``norm`` is its mean over the pairs it can judge.
    """

    rule: Rule
    mentors: People
    mentees: People
    fine: Floats
    columns: Columns | None
    counts: tuple[Mask, Mask]
    known: tuple[Mask, Mask] | None
    given_norm: float | None

    @cached_property
    def entries(self) -> Floats:
        """What each mentee's column is worth in fine units, whole numbers, shape (n_mentees, k)."""
        assert self.columns is not None
        return np.asarray(np.rint(self.fine[:, None] * self.columns.mentee))

    @cached_property
    def most(self) -> Floats:
        """The largest contribution to each mentee's score."""
        if self.columns is not None and self.columns.additive:
            sums = self.entries.sum(axis=1)
            return np.where(self.columns.mentee.any(axis=1), sums, self.fine)
        return self.fine

    @cached_property
    def norm(self) -> float:
        """The mean value over the pairs that can be judged, forbidden ones included; 0 where there is no such pair.

        For a product it is the mean over all pairs, else over the first 1,000 mentors and 1,000 mentees in canonical
        order. Values are summed in units of 2**-40, so the order of people does not matter.
        """
        if self.given_norm is not None:
            return self.given_norm
        if self.columns is not None and self.known is not None:
            here, there = (counts & known for counts, known in zip(self.counts, self.known, strict=True))
            total = self.columns.mentor[here].sum(axis=0, dtype=np.int64)
            wanted = np.rint(self.columns.mentee[there] * _QUANTUM).astype(np.int64).sum(axis=0)
            whole = sum(int(a) * int(b) for a, b in zip(total, wanted, strict=True))
            return mean(whole, int(here.sum()) * int(there.sum()))
        mentors, mentees = (
            order[counts[order] & (True if self.known is None else self.known[side][order])]
            for side, (people, counts) in enumerate(zip((self.mentors, self.mentees), self.counts, strict=True))
            for order in (canonical_order(people.ids)[:_SAMPLE],)
        )
        others, whole, judged = self.mentees.take(mentees), 0, 0
        for start in range(0, len(mentors), 125):
            value, known = self.rule.values(self.mentors.take(mentors[start : start + 125]), others)
            if self.known is None:
                value = value * known
            value *= _QUANTUM
            # A sum of at most 1,000 whole numbers up to 2**40 is exact in float64.
            whole += sum(map(int, np.rint(value, out=value).sum(axis=1).tolist()))
            judged += value.size if self.known is not None else int(known.sum())
        return mean(whole, judged)

    @property
    def abstains(self) -> bool:
        """Whether the rule leaves out what it cannot judge."""
        return self.rule.missing == "abstain"

    @property
    def missing(self) -> float | None:
        """What stands for a value that is not known; None where the rule abstains."""
        if self.rule.missing == "abstain":
            return None
        number = self.rule.missing_number
        return self.norm if number is None else number

    def judged(self, j: int, i: int, mentor: People, mentee: People) -> Judged:
        """What the rule says of the pair at positions j and i, given also as people."""
        fine, most = int(self.fine[i]), int(self.most[i])
        if not (self.counts[0][j] and self.counts[1][i]):
            return Judged(0, 0, fine, None, False, False)
        value, known = (answer[0, 0].item() for answer in self.rule.values(mentor, mentee))
        if not known:
            missing = self.missing
            if missing is None:
                return Judged(0, 0, fine, None, False, True)
            return Judged(int(np.rint(self.most[i] * missing)), most, fine, missing, False, True)
        if self.columns is None:
            return Judged(int(np.rint(self.fine[i] * value)), most, fine, value, True, True)
        return Judged(int(self.columns.mentor[j] @ self.entries[i]), most, fine, value, True, True)


def mean(whole: int, judged: int) -> float:
    """The sum of values in units of 2**-40 over their number, 0 where there are none."""
    return whole / (judged * _QUANTUM) if judged else 0.0


@dataclass(frozen=True, eq=False)
class Features:
    """The factors of the product: ``mentors @ mentees.T`` is N (or D) of every pair, all entries whole fine units."""

    mentors: npt.NDArray[Any]
    mentees: npt.NDArray[Any]

    def take(self, rows: Rows, columns: Rows) -> Features:
        """The features of some mentors and mentees, in that order."""
        return Features(self.mentors[rows], np.ascontiguousarray(self.mentees[columns]))


class _Gathered:
    """Columns of features as they come; one shared column of ones stands for what does not depend on the mentor."""

    def __init__(self, mentors: int, mentees: int) -> None:
        self.left: list[npt.NDArray[Any]] = []
        self.right: list[Floats] = []
        self.constant = np.zeros(mentees)
        self.mentors = mentors

    def add(self, mentors: npt.NDArray[Any], mentees: Floats) -> None:
        """A feature, or several side by side: (n_mentors,) or (n_mentors, k) and the same for mentees."""
        if not mentees.any():
            return
        if mentors.ndim == 1 and mentors.all():
            self.constant += mentees
            return
        self.left.append(mentors if mentors.ndim == 2 else mentors[:, None])
        self.right.append(mentees if mentees.ndim == 2 else mentees[:, None])

    def features(self) -> Features:
        ones = np.ones((self.mentors, 1))
        kind = product_type()
        left = np.concatenate([ones, *self.left], axis=1, dtype=kind, casting="unsafe")
        right = np.concatenate([self.constant[:, None], *self.right], axis=1, dtype=kind, casting="unsafe")
        return Features(left, right)


@dataclass(frozen=True, eq=False)
class Compiled:
    """Rules and conditions on one cohort, ready to score any block of pairs; ``rules`` in the order of the program.

    ``refused`` are the mentors and the mentees who may not take part, each of shape (n,); None where everybody may.
    """

    mentors: People
    mentees: People
    rules: tuple[CompiledRule, ...]
    conditions: tuple[Rule, ...] = ()
    refused: tuple[Mask, Mask] | None = None

    @cached_property
    def elementwise(self) -> tuple[CompiledRule, ...]:
        """The rules that are no product."""
        return tuple(one for one in self.rules if one.columns is None and one.fine.any())

    @cached_property
    def numerator(self) -> Features:
        """N of every pair, but for the values of rules that are no product."""
        gathered = _Gathered(len(self.mentors), len(self.mentees))
        for one in self.rules:
            here, there = one.counts
            if one.columns is not None:
                gathered.add(one.columns.mentor * here[:, None], one.entries * there[:, None])
            if one.known is None or all(side.all() for side in one.known) or one.missing is None:
                continue
            blank = np.rint(one.most * one.missing) * there
            gathered.add(here, np.where(one.known[1], 0.0, blank))
            gathered.add(here & ~one.known[0], np.where(one.known[1], blank, 0.0))
        return gathered.features()

    @cached_property
    def denominator(self) -> Features | None:
        """D of every pair, but for rules of which only the pair tells what they judge; None if FULL everywhere."""
        gathered = _Gathered(len(self.mentors), len(self.mentees))
        by_pair = False
        for one in self.rules:
            here, there = one.counts
            if one.abstains:
                by_pair |= one.known is None
                if one.known is not None:
                    here, there = here & one.known[0], there & one.known[1]
            gathered.add(here, np.where(there, one.most, 0.0))
        features = gathered.features()
        full = features.mentors.shape[1] == 1 and np.array_equal(features.mentees[:, 0], self.total)
        return None if full and not by_pair else features

    @cached_property
    def total(self) -> Floats:
        """What all rules together can give each mentee, shape (n_mentees,)."""
        return np.asarray(sum((one.most for one in self.rules), start=np.zeros(len(self.mentees))))

    def view(self, rows: Rows, columns: Rows) -> View:
        """These mentors and mentees in this order, ready to be scored block by block."""
        denominator = self.denominator
        mentors, mentees = self.mentors.take(rows), self.mentees.take(columns)
        place = {person: i for i, person in enumerate(mentees.ids)}
        same = [(j, place[person]) for j, person in enumerate(mentors.ids) if person in place]
        return View(
            mentors,
            mentees,
            self.numerator.take(rows, columns),
            None if denominator is None else denominator.take(rows, columns),
            self.total[columns],
            tuple(_Elementwise.of(one, rows, columns) for one in self.elementwise),
            self.conditions,
            None if self.refused is None else (self.refused[0][rows], self.refused[1][columns]),
            np.array(same, dtype=np.intp).reshape(-1, 2),
        )

    def judged(self, mentor: int, mentee: int) -> tuple[tuple[Judged, ...], int]:
        """What every rule says of the pair at these positions, and D; the contributions sum to N."""
        one_mentor, one_mentee = self.mentors.take([mentor]), self.mentees.take([mentee])
        found = tuple(one.judged(mentor, mentee, one_mentor, one_mentee) for one in self.rules)
        d = sum(one.most for one in found)
        return found, FULL if d == self.total[mentee] else d


@dataclass(frozen=True, eq=False)
class _Elementwise:
    """A rule that is no product, for mentors and mentees in the order of a view."""

    one: CompiledRule
    fine: Floats
    most: Floats
    counts: tuple[Mask, Mask] | None

    @classmethod
    def of(cls, one: CompiledRule, rows: Rows, columns: Rows) -> _Elementwise:
        here, there = one.counts
        everywhere = here.all() and there.all()
        return cls(one, one.fine[columns], one.most[columns], None if everywhere else (here[rows], there[columns]))

    def contribute(self, start: int, mentors: People, mentees: People, n: npt.NDArray[Any], d: Floats | None) -> None:
        """Adds the rule's contributions to N in place; takes what it abstains from off D."""
        value, known = self.one.rule.values(mentors, mentees)
        value = np.multiply(value, self.fine, out=value)
        np.rint(value, out=value)
        counts = None
        if self.counts is not None:
            counts = self.counts[0][start : start + len(mentors), None] & self.counts[1]
        if self.one.known is None and not known.all():
            missing = self.one.missing
            if missing is None:
                assert d is not None
                d -= np.where(known if counts is None else known | ~counts, 0.0, self.most)
            value = np.where(known, value, 0.0 if missing is None else np.rint(self.most * missing))
        if counts is not None:
            value *= counts
        np.add(n, value, out=n, casting="same_kind")


@dataclass(frozen=True, eq=False)
class View:
    """Some mentors and mentees in a given order; `rows` scores a block of mentors with all mentees."""

    mentors: People
    mentees: People
    numerator: Features
    denominator: Features | None
    total: Floats
    elementwise: tuple[_Elementwise, ...]
    conditions: tuple[Rule, ...]
    refused: tuple[Mask, Mask] | None
    same: Rows

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of mentors and of mentees."""
        return len(self.mentors), len(self.mentees)

    @property
    def max_points(self) -> int:
        """No pair has more points than this."""
        return PERFECT

    def rows(self, start: int, stop: int) -> Points:
        """Points of mentors ``start`` to ``stop`` (rows) with all mentees (columns), -1 where not allowed."""
        start, stop = max(0, start), min(stop, len(self.mentors))
        found = np.empty((max(0, stop - start), len(self.mentees)), dtype=np.int32)
        step = max(1, _BLOCK // max(1, len(self.mentees)))
        for first in range(start, stop, step):
            last = min(first + step, stop)
            self._fill(first, found[first - start : last - start])
        return found

    def _fill(self, start: int, found: Points) -> None:
        stop = start + len(found)
        n = self.numerator.mentors[start:stop] @ self.numerator.mentees.T
        d: Floats | None = None
        if self.denominator is not None:
            d = (self.denominator.mentors[start:stop] @ self.denominator.mentees.T).astype(np.float64)
        if self.elementwise or self.conditions:
            block = self.mentors.take(np.arange(start, stop))
            for one in self.elementwise:
                one.contribute(start, block, self.mentees, n, d)
        if d is None:
            found[:] = rounded(n)
        else:
            np.copyto(d, FULL, where=d == self.total)
            found[:] = divided(n, d)
        for condition in self.conditions:
            np.copyto(found, -1, where=~allowed_by(condition, block, self.mentees))
        if self.refused is not None:
            found[self.refused[0][start:stop]] = -1
            found[:, self.refused[1]] = -1
        first, last = np.searchsorted(self.same[:, 0], (start, stop))
        found[self.same[first:last, 0] - start, self.same[first:last, 1]] = -1


def allowed_by(condition: Rule, mentors: People, mentees: People) -> Mask:
    """The pairs that a condition allows, its ``if_unknown`` included, shape (n_mentors, n_mentees)."""
    allowed, known = condition.allows(mentors, mentees)
    return allowed | ~known if condition.if_unknown == "allow" else allowed & known


def rounded(n: npt.NDArray[Any]) -> Points:
    """Points of N fine units out of FULL, halves up.

    >>> rounded(np.array([FULL, 512, 511])).tolist()
    [10000, 1, 0]
    """
    points = n.astype(np.int32)
    points += 512
    points >>= 10
    return points


def divided(n: npt.NDArray[Any], d: Floats) -> Points:
    """Points of N fine units out of D, halves up; 0 where D is 0.

    >>> divided(np.array([3.0, 1.0, 0.0]), np.array([4.0, 3.0, 0.0])).tolist()
    [7500, 3333, 0]
    """
    quotient = n.astype(np.float64)
    quotient *= 2 * PERFECT
    quotient += d
    # Both terms are whole and below 2**53, and a quotient that is not whole is at least 1 / (2 * D) > 2**-25 away from
    # the next whole number, so the rounding of the division cannot carry it across.
    quotient /= np.maximum(2 * d, 1)
    return quotient.astype(np.int32)


def compile_rules(
    mentors: People,
    mentees: People,
    rules: Sequence[Rule],
    conditions: Sequence[Rule] = (),
    norms: Mapping[str, float] | None = None,
    refused: tuple[Mask, Mask] | None = None,
    ranking: Column | None = None,
) -> Compiled:
    """Rules and conditions on these people; ``norms`` (by name of the rule) replace the means computed from them.

    ``refused`` are those who may not take part; ``ranking`` is how the mentees rank the rules, where that counts.
    """
    weights_of_all = fine_weights(rules) if ranking is None else mentee_weights(rules, ranking)
    fine = np.broadcast_to(weights_of_all, (len(mentees), len(rules)))
    compiled, addends = [], 0
    for r, rule in enumerate(rules):
        columns = rule.columns(mentors, mentees)
        if columns is not None and columns.additive:
            if addends + columns.mentee.shape[1] > _MOST_ADDENDS:
                columns = None
            else:
                addends += columns.mentee.shape[1]
        everybody = np.ones(len(mentors), dtype=bool), np.ones(len(mentees), dtype=bool)
        counts = rule.counts(mentors, mentees) or everybody
        norm = None if norms is None else norms.get(rule.name)
        weights = fine[:, r].astype(np.float64)
        known = rule.answered(mentors, mentees)
        compiled.append(CompiledRule(rule, mentors, mentees, weights, columns, counts, known, norm))
    return Compiled(mentors, mentees, tuple(compiled), tuple(conditions), refused)


@cache
def product_type() -> type[np.floating[Any]]:
    """float32 where this machine's matrix product is exact for whole numbers below 2**24, else float64.

    Modes of reduced precision (TF32, BF16) would lose digits, so the product is tried once on numbers that show it.
    """
    numbers = np.arange(1, 65 * 32 + 1, dtype=np.int64).reshape(65, 32)
    left, right = numbers % 3 % 2, (numbers * 1_234_567) % (2**24 // 32)
    exact = left @ right.T
    product = left.astype(np.float32) @ right.astype(np.float32).T
    return np.float32 if np.array_equal(product.astype(np.int64), exact) else np.float64
