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

Conditions stand in the same product with ``_FORBIDDEN`` for each that forbids a pair. For an allowed pair everything in
the product is then a whole number that is not negative, and no sum reaches 2**24, so float32 gives the exact result in
any order of summation, with any block and on any BLAS. For a forbidden pair the sum is at most ``FULL`` - 2**24, and
what rounding it may lose is far from reaching 0, so it is negative.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, cached_property
from math import lcm
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from mentormatch.pairwise import BLOCK, IDLE, KEPT, UNKNOWN, Bans, Coded, Reordered, RuleValues, own_order, strike
from mentormatch.reaching import FINE, LookedUp, Reaching, beside
from mentormatch.rules import Columns, Rule
from mentormatch.rules.rule import options_of

if TYPE_CHECKING:
    from mentormatch.cohort import People
    from mentormatch.questions import Column

PERFECT = 10_000
FULL = FINE * PERFECT
_FORBIDDEN = -(2.0**24)
"""What a condition adds to the N of a pair it forbids: all rules together cannot make up for it."""
_WIDEST = 2**10
"""Mentees scored at once, so that there are many mentors in a tile: a product of few rows takes half as long again."""
_MANY = 2**20
"""Among fewer pairs it takes less to look at the points of all than to make ready to tell those that reach prices."""
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
    common = lcm(*(share.denominator for share in shares))
    parts = [share.numerator * (common // share.denominator) for share in shares]
    whole = sum(parts)
    if not whole:
        return [0] * len(parts)
    floors, rests = map(list, zip(*(divmod(part * total, whole) for part in parts), strict=True))
    for r in sorted(range(len(parts)), key=lambda r: (-rests[r], r))[: total - sum(floors)]:
        floors[r] += 1
    return floors


def fine_weights(rules: Sequence[Rule]) -> npt.NDArray[np.int64]:
    """Weights in fine units, shape (1, n_rules), summing to FULL; a weight is the decimal that it prints as."""
    return np.array([apportioned(FULL, [Fraction(str(rule.weight)) for rule in rules])], dtype=np.int64)


def weights_of(rules: Sequence[Rule], ranking: Column | None, mentees: int) -> Floats:
    """Weights in fine units for each of so many mentees, whole numbers, shape (n_mentees, n_rules)."""
    fine = fine_weights(rules) if ranking is None else mentee_weights(rules, ranking)
    return np.broadcast_to(fine, (mentees, len(rules))).astype(np.float64)


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

    ``values`` is what it says of the pairs, ``fine`` its weight for each mentee and ``most`` what it can give each
    mentee, whole fine units, shape (n_mentees,). ``norm`` is what stands for a blank: ``given_norm``, else its mean
    over the pairs it can judge.
    """

    rule: Rule
    values: RuleValues
    fine: Floats
    given_norm: float | None

    @property
    def columns(self) -> Columns | None:
        """The rule as a product, None where it is not scored as one."""
        return self.values.columns

    @property
    def counts(self) -> tuple[Mask, Mask]:
        """The mentors and the mentees between whom the rule counts."""
        return self.values.counts

    @property
    def known(self) -> tuple[Mask, Mask] | None:
        """The mentors and the mentees whom the rule can judge; None where only the pair tells."""
        return self.values.known

    @cached_property
    def entries(self) -> Floats:
        """What each mentee's column is worth in fine units, whole numbers, shape (n_mentees, k)."""
        assert self.columns is not None
        return np.asarray(np.rint(self.fine[:, None] * self.columns.mentee))

    @cached_property
    def most(self) -> Floats:
        """The largest contribution to each mentee's score."""
        if self.columns is None or self.columns.full is None:
            return self.fine
        full = self.columns.full
        entries = self.entries if full is self.columns.mentee else np.rint(self.fine[:, None] * full)
        return np.where(full.any(axis=1), entries.sum(axis=1), self.fine)

    @property
    def norm(self) -> float:
        """The norm that was given, else the mean of `RuleValues`."""
        return self.values.mean if self.given_norm is None else self.given_norm

    @property
    def abstains(self) -> bool:
        """Whether the rule leaves out what it cannot judge."""
        return self.rule.missing == "abstain"

    @property
    def always(self) -> bool:
        """Whether every score has the rule's whole weight in it."""
        judged = not self.abstains or (self.known is not None and all(side.all() for side in self.known))
        return judged and self.values.everywhere

    @property
    def missing(self) -> float | None:
        """What stands for a value that is not known; None where the rule abstains."""
        if self.rule.missing == "abstain":
            return None
        number = self.rule.missing_number
        return self.norm if number is None else number

    def contributions(self, value: Floats, fine: Floats, most: Floats) -> tuple[Floats, Floats | None]:
        """What values, or what stands for them, add to N, and what they take off D where that is anything.

        ``fine`` and ``most`` are broadcast to the values.
        """
        given = value * fine
        np.rint(given, out=given)
        if self.values.whole:
            return given, None
        unknown, missing = value == UNKNOWN, self.missing
        given[unknown | (value == IDLE)] = 0
        if missing is None:
            return given, np.where(unknown, most, 0.0)
        np.copyto(given, np.rint(most * missing), where=unknown)
        return given, None

    @cached_property
    def table(self) -> tuple[npt.NDArray[np.float32], Floats | None] | None:
        """`contributions` for every code; None where there are no codes or weights differ from mentee to mentee."""
        different = self.values.different
        if not len(different) or (self.fine != self.fine[:1]).any():
            return None
        given, off = self.contributions(different, self.fine[:1], self.most[:1])
        # Whole numbers below 2**24.
        return given.astype(np.float32), off

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


@dataclass(frozen=True, eq=False)
class Features:
    """The factors of the product: ``mentors @ mentees.T`` is N (or D) of every pair, all entries whole fine units."""

    mentors: npt.NDArray[Any]
    mentees: npt.NDArray[Any]

    def take(self, rows: Rows, columns: Rows) -> Features:
        """The features of some mentors and mentees, in that order."""
        left = self.mentors if own_order(rows, len(self.mentors)) else self.mentors[rows]
        right = self.mentees if own_order(columns, len(self.mentees)) else np.ascontiguousarray(self.mentees[columns])
        return Features(left, right)

    def some(self, mentors: Rows, mentees: Rows | slice) -> Features:
        """The features of some of these mentors and mentees."""
        return Features(self.mentors[mentors], self.mentees[mentees])


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


@dataclass(frozen=True)
class _Place:
    """Where a rule stands in the product: its columns, what counts, and the blanks of mentors (None without any)."""

    columns: slice
    counts: int = 0
    blank: int | None = None


@dataclass(frozen=True, eq=False)
class MentorSide:
    """The mentors' factor of the product, 0 or 1, shape (n_mentors, n_features), and where each rule stands in it.

    The first column is all ones: it takes what does not depend on the mentor. The last ones are those of the bans,
    `Bans.columns`.
    """

    factor: npt.NDArray[Any]
    places: tuple[_Place, ...]

    @classmethod
    def of(cls, rules: Sequence[CompiledRule], bans: Bans, mentors: int) -> MentorSide:
        """The side of rules and bans on that many mentors."""
        parts: list[npt.NDArray[Any]] = [np.ones((mentors, 1), dtype=np.uint8)]
        width, places = 1, []
        for one in rules:
            here, counts, blank = one.counts[0], 0, None
            first = width
            if one.columns is not None:
                parts.append(one.columns.mentor if here.all() else one.columns.mentor * here[:, None])
                width += parts[-1].shape[1]
            last = width
            if one.known is not None and not one.abstains and not all(side.all() for side in one.known):
                if not here.all():
                    counts, width = width, width + 1
                    parts.append(here[:, None])
                blank, width = width, width + 1
                parts.append((here & ~one.known[0])[:, None])
            places.append(_Place(slice(first, last), counts, blank))
        parts.append(bans.columns[0])
        return cls(np.concatenate(parts, axis=1, dtype=product_type(), casting="unsafe"), tuple(places))


@dataclass(frozen=True, eq=False)
class Compiled:
    """Rules and conditions on one cohort, ready to score any block of pairs; ``rules`` in the order of the program.

    ``ranking`` is how the mentees rank the rules, where that counts.
    """

    mentors: People
    mentees: People
    rules: tuple[CompiledRule, ...]
    bans: Bans
    ranking: Column | None = None
    shared_side: MentorSide | None = None

    @property
    def conditions(self) -> tuple[Rule, ...]:
        """The conditions on pairs."""
        return self.bans.conditions

    def __reduce__(self) -> tuple[Any, ...]:
        # What was compiled is caches for the most part, and is compiled again where it arrives.
        norms = {one.rule.name: one.given_norm for one in self.rules if one.given_norm is not None}
        rules = tuple(one.rule for one in self.rules)
        people = self.mentors, self.mentees
        return compile_rules, (*people, rules, self.conditions, norms, self.bans.refused, self.ranking)

    def with_norms(self, norms: Mapping[str, float]) -> Compiled:
        """The same with these norms, by the names of the rules."""
        changed = tuple(replace(one, given_norm=norms.get(one.rule.name)) for one in self.rules)
        return replace(self, rules=changed)

    def reweighted(self, rules: Sequence[Rule]) -> Compiled:
        """The same rules with other weights; what they say of the pairs and what stands for blanks is shared."""
        fine = weights_of(rules, self.ranking, len(self.mentees))
        changed = tuple(
            CompiledRule(rule, one.values, fine[:, r], one.given_norm)
            for r, (rule, one) in enumerate(zip(rules, self.rules, strict=True))
        )
        return replace(self, rules=changed, shared_side=self.mentor_side)

    @cached_property
    def elementwise(self) -> tuple[CompiledRule, ...]:
        """The rules that are no product."""
        return tuple(one for one in self.rules if one.columns is None and one.fine.any())

    @cached_property
    def mentor_side(self) -> MentorSide:
        """The mentors' factor of `numerator`, the same for all weights."""
        return self.shared_side or MentorSide.of(self.rules, self.bans, len(self.mentors))

    @cached_property
    def numerator(self) -> Features:
        """N of every pair, but for the values of rules and for conditions that are no product."""
        side = self.mentor_side
        right = np.zeros((len(self.mentees), side.factor.shape[1]), dtype=side.factor.dtype)
        for one, place in zip(self.rules, side.places, strict=True):
            there = one.counts[1]
            if one.columns is not None:
                right[:, place.columns] = one.entries if there.all() else one.entries * there[:, None]
            if place.blank is None or one.known is None or one.missing is None:
                continue
            blank = np.rint(one.most * one.missing) * there
            right[:, place.counts] += np.where(one.known[1], 0.0, blank)
            right[:, place.blank] = np.where(one.known[1], blank, 0.0)
        barred = self.bans.columns[1]
        np.multiply(barred, _FORBIDDEN, out=right[:, right.shape[1] - barred.shape[1] :], casting="unsafe")
        return Features(side.factor, right)

    def reaching(self, rows: Rows, columns: Rows) -> Reaching | None:
        """These people, to be asked which pairs reach prices; None where more than products and tables decides."""
        if self.denominator is not None or self.bans.others:
            return None
        left, right, looked_up, width = [], [], [], self.numerator.mentors.shape[1]
        for one in self.elementwise:
            lookup = one.values.lookup
            if lookup is None or lookup.most is None or not one.values.whole:
                return None
            left.append(lookup.most.mentor)
            right.append(np.ceil(one.fine[:, None] * lookup.most.mentee))
            more = slice(width, width := width + left[-1].shape[1])
            looked_up.append(LookedUp(lookup.mentor, lookup.mentee, lookup.values, one.fine, more))
        mentors, mentees = beside(self.numerator.mentors, left, rows), beside(self.numerator.mentees, right, columns)
        return Reaching(mentors, mentees, tuple(one.some(rows, columns) for one in looked_up))

    @cached_property
    def denominator(self) -> Features | None:
        """D of every pair, but for rules of which only the pair tells what they judge; None if FULL everywhere."""
        if all(one.always for one in self.rules):
            return None
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

    def view(self, rows: Rows, columns: Rows, most: int = KEPT) -> View:
        """These mentors and mentees in this order, ready to be scored block by block.

        What is known of all pairs is kept where they are no more than ``most``.
        """
        denominator = self.denominator
        everything = len(self.mentors) * len(self.mentees)
        keeps = everything <= min(KEPT, most) and 2 * len(rows) * len(columns) > everything
        many = everything > KEPT and len(rows) * len(columns) > _MANY
        reaching = self.reaching(rows, columns) if many else None
        wide = self.numerator.mentors.shape[1]
        return View(
            self,
            (rows, columns),
            keeps,
            self.numerator.take(rows, columns)
            if reaching is None
            else Features(reaching.mentors[:, :wide], reaching.mentees[:, :wide]),
            None if denominator is None else denominator.take(rows, columns),
            self.total[columns],
            tuple(_Elementwise(one, rows, columns, keeps) for one in self.elementwise),
            reaching,
        )

    def judged(self, mentor: int, mentee: int) -> tuple[tuple[Judged, ...], int]:
        """What every rule says of the pair at these positions, and D; the contributions sum to N.

        What was said of the last pair is kept, since an explanation asks more than once.
        """
        found = self._last.get((mentor, mentee))
        if found is None:
            found = self._judged(mentor, mentee)
            self._last.clear()
            self._last[mentor, mentee] = found
        return found

    @cached_property
    def _last(self) -> dict[tuple[int, int], tuple[tuple[Judged, ...], int]]:
        return {}

    def _judged(self, mentor: int, mentee: int) -> tuple[tuple[Judged, ...], int]:
        one_mentor, one_mentee = self.mentors.take([mentor]), self.mentees.take([mentee])
        found = tuple(one.judged(mentor, mentee, one_mentor, one_mentee) for one in self.rules)
        d = sum(one.most for one in found)
        return found, FULL if d == self.total[mentee] else d


@dataclass(frozen=True, eq=False)
class _Elementwise:
    """A rule that is no product, for mentors and mentees at these positions, in this order.

    ``keeps`` says whether its values are to be kept for all pairs.
    """

    one: CompiledRule
    mentors: Rows
    mentees: Rows
    keeps: bool

    @cached_property
    def _kept(self) -> Reordered | None:
        kept = self.one.values.kept if self.keeps else self.one.values.known_now
        if kept is None:
            return None
        return Reordered.of(kept.codes if isinstance(kept, Coded) else kept, self.mentors, self.mentees)

    @property
    def by_people(self) -> bool:
        """Whether the answers of people are looked at for each block."""
        return self._kept is None and self._lookup is None

    @cached_property
    def _lookup(self) -> Features | None:
        lookup = self.one.values.lookup
        return None if lookup is None else Features(lookup.mentor, lookup.mentee).take(self.mentors, self.mentees)

    def contribute(self, rows: slice, columns: slice, view: View, n: npt.NDArray[Any], d: Floats | None) -> None:
        """Adds the contributions of some mentors and mentees to N in place; takes what the rule abstains from off D."""
        one, codes = self.one, self._codes(rows, columns)
        if codes is not None and (table := one.table) is not None:
            n += table[0].take(codes)
            off = None if table[1] is None else table[1].take(codes)
        else:
            value = self._values(rows, columns, view) if codes is None else one.values.different.take(codes)
            mentees = self.mentees[columns]
            given, off = one.contributions(value, one.fine[mentees], one.most[mentees])
            np.add(n, given, out=n, casting="same_kind")
        if off is not None:
            assert d is not None
            d -= off

    def _codes(self, rows: slice, columns: slice) -> npt.NDArray[Any] | None:
        """Codes of some mentors and mentees, None where the rule has none."""
        if self._kept is not None:
            return self._kept.block(rows, columns) if isinstance(self.one.values.kept, Coded) else None
        if self._lookup is None:
            return None
        # Whole numbers below 2**24, so the float32 product is exact on any machine.
        codes: npt.NDArray[np.intp] = (self._lookup.mentors[rows] @ self._lookup.mentees[columns].T).astype(np.intp)
        return codes

    def _values(self, rows: slice, columns: slice, view: View) -> Floats:
        values = self.one.values
        if self._kept is not None:
            return self._kept.block(rows, columns)
        counts = values.counts[0][self.mentors[rows]], values.counts[1][self.mentees[columns]]
        return values.says(*view.some(rows, columns), counts)


@dataclass(frozen=True, eq=False)
class View:
    """Some mentors and mentees in a given order; `rows` scores a block of mentors with all mentees.

    ``places`` are their positions among all of ``compiled``, ``keeps`` says whether what is known of all pairs is to be
    kept, ``told`` is what tells pairs that reach prices where there are enough pairs for that.
    """

    compiled: Compiled
    places: tuple[Rows, Rows]
    keeps: bool
    numerator: Features
    denominator: Features | None
    total: Floats
    elementwise: tuple[_Elementwise, ...]
    told: Reaching | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        # Where it arrives it is asked about some of the people, so nothing is kept of all pairs, nor sampled again.
        norms = {one.rule.name: one.norm for one in self.compiled.rules if one.rule.missing == "average"}
        return _viewed, (self.compiled.with_norms(norms), *self.places)

    @property
    def everybody(self) -> tuple[People, People]:
        """All mentors and all mentees."""
        return self.compiled.mentors, self.compiled.mentees

    @property
    def bans(self) -> Bans:
        """What forbids pairs."""
        return self.compiled.bans

    @cached_property
    def people(self) -> tuple[People, People]:
        """The mentors and the mentees, in this order."""
        mentors, mentees = (side.take(places) for side, places in zip(self.everybody, self.places, strict=True))
        return mentors, mentees

    @cached_property
    def mask(self) -> Reordered | None:
        """Pairs forbidden by conditions that are judged pair by pair, where that is kept and there are any."""
        return Reordered.of(self.bans.mask, *self.places) if self.keeps and self.bans.others else None

    @cached_property
    def struck(self) -> tuple[Rows, Rows]:
        """The pairs that are forbidden one by one, in this order, sorted by mentor."""
        found = []
        for pairs, places, people in zip(self.bans.pairs, self.places, self.everybody, strict=True):
            place = np.full(len(people), -1, dtype=np.intp)
            place[places] = np.arange(len(places))
            found.append(place[pairs])
        mentor, mentee = found
        inside = np.flatnonzero((mentor >= 0) & (mentee >= 0))
        order = inside[np.argsort(mentor[inside], kind="stable")]
        return mentor[order], mentee[order]

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of mentors and of mentees."""
        return len(self.places[0]), len(self.places[1])

    @property
    def max_points(self) -> int:
        """No pair has more points than this."""
        return PERFECT

    def some(self, rows: slice, columns: slice) -> tuple[People, People]:
        """Some of the mentors and mentees, as slices of this order."""
        mentors, mentees = self.people
        if columns != slice(0, self.shape[1]):
            mentees = mentees.take(np.arange(self.shape[1])[columns])
        return mentors.take(np.arange(self.shape[0])[rows]), mentees

    def take(self, mentors: Rows, mentees: Rows | slice) -> View:
        """Some of the mentors and mentees, by their positions in this order."""
        return replace(
            self,
            places=(self.places[0][mentors], self.places[1][mentees]),
            numerator=self.numerator.some(mentors, mentees),
            denominator=None if self.denominator is None else self.denominator.some(mentors, mentees),
            total=self.total[mentees],
            elementwise=tuple(
                replace(one, mentors=one.mentors[mentors], mentees=one.mentees[mentees]) for one in self.elementwise
            ),
            told=None if self.told is None else self.told.some(mentors, mentees),
        )

    @cached_property
    def reaching(self) -> Reaching | None:
        """What tells pairs that reach prices, in this order; None where only their points do."""
        return None if self.told is None else replace(self.told, struck=self.struck)

    def rows(self, start: int, stop: int, first: int = 0, last: int | None = None) -> Points:
        """Points of mentors ``start`` to ``stop`` with mentees ``first`` to ``last``, -1 where not allowed."""
        start, stop = max(0, start), min(stop, self.shape[0])
        last = self.shape[1] if last is None else last
        found = np.empty((max(0, stop - start), max(0, last - first)), dtype=np.int32)
        for rows, columns in self._tiles(start, stop, first, last):
            here = slice(rows.start - start, rows.stop - start), slice(columns.start - first, columns.stop - first)
            self._fill(rows, columns, found[here])
        mentor, mentee = self.struck
        inside = slice(*np.searchsorted(mentor, (start, stop)))
        mentor, mentee = mentor[inside], mentee[inside]
        within = (mentee >= first) & (mentee < last)
        found[mentor[within] - start, mentee[within] - first] = -1
        return found

    def _tiles(self, start: int, stop: int, first: int, last: int) -> Iterator[tuple[slice, slice]]:
        """A block cut up so that what is computed for a tile, and its factors of the product, stay in the cache.

        Nothing that is no product is cut in its mentees: each cut has all answers of its mentees looked at again.
        """
        by_people = any(one.by_people for one in self.elementwise) or bool(self.bans.others and self.mask is None)
        width = max(1, last - first) if by_people else min(max(1, last - first), _WIDEST)
        step = max(1, BLOCK // width)
        for left in range(first, last, width):
            columns = slice(left, min(left + width, last))
            for top in range(start, stop, step):
                yield slice(top, min(top + step, stop)), columns

    def _fill(self, rows: slice, columns: slice, found: Points) -> None:
        n = self.numerator.mentors[rows] @ self.numerator.mentees[columns].T
        d: Floats | None = None
        if self.denominator is not None:
            d = (self.denominator.mentors[rows] @ self.denominator.mentees[columns].T).astype(np.float64)
        for one in self.elementwise:
            one.contribute(rows, columns, self, n, d)
        if d is None:
            rounded(n, found)
        else:
            np.copyto(d, FULL, where=d == self.total[columns])
            found[:] = divided(n, d)
        if self.bans.columns[0].size:
            # Its own sign bit everywhere, so -1; a comparison takes twice as long.
            found |= found >> 31
        if self.mask is not None:
            found |= self.mask.block(rows, columns)
        elif self.bans.others:
            strike(self.bans.others, found, *self.some(rows, columns))


def _viewed(compiled: Compiled, rows: Rows, columns: Rows) -> View:
    """The copy of a `View`."""
    return compiled.view(rows, columns, most=0)


def rounded(n: npt.NDArray[Any], out: Points | None = None) -> Points:
    """Points of N fine units out of FULL, halves up; into ``out`` where given.

    >>> rounded(np.array([FULL, 512, 511])).tolist()
    [10000, 1, 0]
    """
    points = np.empty(n.shape, dtype=np.int32) if out is None else out
    np.copyto(points, n, casting="unsafe")
    points += 512
    points >>= 10
    return points


def divided(n: npt.NDArray[Any], d: Floats) -> Points:
    """Points of N fine units out of D, halves up; 0 where D is 0, and -1 where N is below 0.

    >>> divided(np.array([3.0, 1.0, 0.0]), np.array([4.0, 3.0, 0.0])).tolist()
    [7500, 3333, 0]
    """
    quotient = n.astype(np.float64)
    quotient *= 2 * PERFECT
    quotient += d
    # Both terms are whole and below 2**53, and a quotient that is not whole is at least 1 / (2 * D) > 2**-25 away from
    # the next whole number, so the rounding of the division cannot carry it across.
    quotient /= np.maximum(2 * d, 1)
    np.maximum(quotient, -1, out=quotient)
    return quotient.astype(np.int32)


def compile_rules(
    mentors: People,
    mentees: People,
    rules: Sequence[Rule],
    conditions: Sequence[Rule] = (),
    norms: Mapping[str, float] | None = None,
    refused: tuple[Mask, Mask] | None = None,
    ranking: Column | None = None,
    earlier: Compiled | None = None,
) -> Compiled:
    """Rules and conditions on these people; ``norms`` (by name of the rule) replace the means computed from them.

    ``refused`` are those who may not take part; ``ranking`` is how the mentees rank the rules, where that counts.
    ``earlier`` was compiled for the same people, but for their seats; what it knows of the same rules is shared.
    """
    fine = weights_of(rules, ranking, len(mentees))
    compiled, addends = [], 0
    for r, rule in enumerate(rules):
        plain = replace(rule, weight=1)
        found = (
            one.values for one in (() if earlier is None else earlier.rules) if one.values.holds_for(plain, mentors)
        )
        values = next(found, None) or RuleValues.of(plain, mentors, mentees)
        if values.columns is not None and values.columns.full is not None:
            wide = values.columns.full.shape[1]
            if addends + wide > _MOST_ADDENDS:
                values = values.without_product()
            else:
                addends += wide
        norm = None if norms is None else norms.get(rule.name)
        compiled.append(CompiledRule(rule, values, fine[:, r], norm))
    if earlier is not None and earlier.bans.hold_for(conditions, refused, mentors):
        bans = earlier.bans
    else:
        bans = Bans(mentors, mentees, tuple(conditions), refused)
    shared = earlier is not None and bans is earlier.bans
    if earlier is not None and shared and [one.values for one in compiled] == [one.values for one in earlier.rules]:
        side = earlier.mentor_side
    else:
        side = None
    return Compiled(mentors, mentees, tuple(compiled), bans, ranking, side)


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
