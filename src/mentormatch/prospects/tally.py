"""One pass over the pairs of the people who take part: what conditions remove and what rules contribute."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from mentormatch.cohort import People
from mentormatch.compiled import FULL, PERFECT, Compiled, CompiledRule, product_type
from mentormatch.rules.rule import Mask, Values, between

Rows = npt.NDArray[np.intp]
Counts = npt.NDArray[np.int64]

_SAMPLE = 1_000
_BLOCK = 2**21
"""Numbers held at once: rules times pairs of a block."""
_EXACT = 2**15
"""So many squares of contributions, each below 2**47, sum up within int64."""


class Tally:
    """What one pass over the pairs of the people who take part counts, people in canonical order.

    ``removed`` and ``unknown`` hold, for mentors and for mentees, how many partners each condition takes from each
    person, and from how many of them only because of a blank, shape (n_conditions, n). ``partners`` counts the allowed
    ones and ``first`` has the position of one of them, -1 for none. ``counting`` and ``judged`` count the allowed pairs
    for which each rule counts, and which it can judge. ``sums``, ``squares``, ``least`` and ``most`` are those of the
    contributions of each rule to the pairs tried, in fine units (1,024 to a point), as whole numbers and so exact.
    """

    def __init__(self, compiled: Compiled, rows: Rows, columns: Rows) -> None:
        self.compiled, self.rows, self.columns = compiled, rows, columns
        self.mentors, self.mentees = compiled.mentors.take(rows), compiled.mentees.take(columns)
        self.sample = self.mentees.take(np.arange(min(_SAMPLE, len(columns))))
        sizes, conditions, rules = (len(rows), len(columns)), len(compiled.conditions), len(compiled.rules)
        self.removed, self.unknown = (tuple(np.zeros((conditions, n), dtype=np.int64) for n in sizes) for _ in "12")
        self.partners: tuple[Counts, ...] = tuple(np.zeros(n, dtype=np.int64) for n in sizes)
        self.first: tuple[Counts, ...] = tuple(np.full(n, -1) for n in sizes)
        self.pairs = self.allowed = self.tried = 0
        self.counting, self.judged, self.sums, self.squares = ([0] * rules for _ in range(4))
        self.least, self.most = [2 * FULL] * rules, [0] * rules
        place = {person: i for i, person in enumerate(self.mentees.ids)}
        same = [(j, place[person]) for j, person in enumerate(self.mentors.ids) if person in place]
        self.same: Rows = np.array(same, dtype=np.intp).reshape(-1, 2)
        # D is FULL for every pair unless a rule can be left out of it.
        self.whole = all(not one.abstains and one.counts[0].all() and one.counts[1].all() for one in compiled.rules)

    def count(self) -> None:
        mentors, mentees = len(self.rows), len(self.columns)
        self.pairs = mentors * mentees - len(self.same)
        step = max(1, _BLOCK // ((len(self.compiled.rules) + 1) * max(1, mentees)))
        for start in range(0, mentors if mentees else 0, step):
            stop = min(start + step, mentors)
            block = self.mentors.take(np.arange(start, stop))
            allowed = self._allowed(start, stop, block)
            self._partners(start, stop, allowed)
            self._judge(start, stop, block, allowed)

    def _allowed(self, start: int, stop: int, block: People) -> Mask:
        """Which pairs of the block are allowed; counts what each condition removes."""
        different = np.ones((stop - start, len(self.columns)), dtype=bool)
        low, high = np.searchsorted(self.same[:, 0], (start, stop))
        different[self.same[low:high, 0] - start, self.same[low:high, 1]] = False
        allowed = different.copy()
        for c, condition in enumerate(self.compiled.conditions):
            possible, known = condition.allows(block, self.mentees)
            removed = different & ~possible & known
            if condition.if_unknown == "forbid":
                unknown = different & ~known
                removed |= unknown
                self.unknown[0][c, start:stop] = np.count_nonzero(unknown, axis=1)
                self.unknown[1][c] += np.count_nonzero(unknown, axis=0)
            self.removed[0][c, start:stop] = np.count_nonzero(removed, axis=1)
            self.removed[1][c] += np.count_nonzero(removed, axis=0)
            allowed &= ~removed
        return allowed

    def _partners(self, start: int, stop: int, allowed: Mask) -> None:
        of_mentors, of_mentees = (np.count_nonzero(allowed, axis=axis) for axis in (1, 0))
        self.partners[0][start:stop] = of_mentors
        self.first[0][start:stop] = np.where(of_mentors > 0, allowed.argmax(axis=1), -1)
        new = (self.partners[1] == 0) & (of_mentees > 0)
        self.first[1][new] = start + allowed[:, new].argmax(axis=0)
        self.partners[1][:] += of_mentees
        self.allowed += int(of_mentors.sum())

    def _judge(self, start: int, stop: int, block: People, allowed: Mask) -> None:
        """Counts the pairs that rules judge, and sums up what rules contribute to pairs of people in the sample."""
        rows, last = self.rows[start:stop], min(stop, _SAMPLE) - start
        some = block if last == len(block) else block.take(np.arange(max(0, last)))
        tried = allowed[: max(0, last), : len(self.sample)]
        self.tried += int(np.count_nonzero(tried))
        contributions, total = [], np.zeros((len(some), len(self.sample)))
        for r, one in enumerate(self.compiled.rules):
            here, there = one.counts[0][rows], one.counts[1][self.columns]
            self.counting[r] += _pairs_between(allowed, here, there)
            answer: tuple[Values, Mask] | None = None
            if one.known is None:
                answer = one.rule.values(block, self.mentees)
                self.judged[r] += int(np.count_nonzero(answer[1] & allowed & between(here, there)))
                answer = answer[0][: len(some), : len(self.sample)], answer[1][: len(some), : len(self.sample)]
            else:
                known = one.known[0][rows], one.known[1][self.columns]
                self.judged[r] += _pairs_between(allowed, here & known[0], there & known[1])
            if len(some):
                given, most = self._contribution(one, rows[: len(some)], some, answer)
                contributions.append(given)
                if not self.whole:
                    total += most
        if not len(some):
            return
        if not self.whole:
            everything = sum((one.most for one in self.compiled.rules), start=np.zeros(len(self.compiled.mentees)))
            np.copyto(total, FULL, where=total == everything[self.columns[: len(self.sample)]])
        for r, given in enumerate(contributions):
            shares = given if self.whole else np.rint(given * FULL / np.maximum(total, 1))
            self._sum_up(r, shares[tried].astype(np.int64))

    def _contribution(
        self, one: CompiledRule, rows: Rows, block: People, answer: tuple[Values, Mask] | None
    ) -> tuple[Values, Values]:
        """What the rule gives to pairs of the block with the sample, in fine units, and the most it could."""
        columns = self.columns[: len(self.sample)]
        counts = between(one.counts[0][rows], one.counts[1][columns])
        if one.columns is not None and one.known is not None:
            kind = product_type()
            factors = one.columns.mentor[rows].astype(kind), one.entries[columns].astype(kind)
            given = (factors[0] @ factors[1].T).astype(np.float64)
            known = between(one.known[0][rows], one.known[1][columns])
        else:
            value, known = answer or one.rule.values(block, self.sample)
            given = np.rint(value * one.fine[columns])
        missing = one.missing
        if not known.all():
            given = np.where(known, given, 0.0 if missing is None else np.rint(one.most[columns] * missing))
        given *= counts
        return given, np.where(counts & known if missing is None else counts, one.most[columns], 0.0)

    def _sum_up(self, r: int, given: Counts) -> None:
        if not len(given):
            return
        self.least[r], self.most[r] = min(self.least[r], int(given.min())), max(self.most[r], int(given.max()))
        self.sums[r] += int(given.sum())
        self.squares[r] += sum(np.add.reduceat(given * given, np.arange(0, len(given), _EXACT)).tolist())

    def spread(self, r: int) -> float:
        """The standard deviation of the rule's contributions, in points."""
        if not self.tried:
            return 0.0
        return math.sqrt((self.tried * self.squares[r] - self.sums[r] ** 2) / self.tried**2) * PERFECT / FULL

    def decides(self, r: int) -> bool:
        """Whether what the rule gives differs by a point or more from pair to pair."""
        return (self.most[r] - self.least[r]) * PERFECT >= FULL


def _pairs_between(allowed: Mask, mentors: Mask, mentees: Mask) -> int:
    """How many allowed pairs there are of a mentor who is in and a mentee who is in."""
    if mentees.all():
        return int(np.count_nonzero(allowed if mentors.all() else allowed[mentors]))
    return int(np.count_nonzero(allowed[mentors] & mentees))
