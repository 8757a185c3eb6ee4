"""What rules and conditions say of the pairs of a cohort whatever the weights, kept where the pairs are few enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from mentormatch.ids import canonical_order
from mentormatch.rules import AtLeast, Columns, Custom, Lookup, Rule, When

if TYPE_CHECKING:
    from mentormatch.cohort import People

KEPT = 2**23
"""What is known of all pairs is kept where there are at most this many, else it is computed block by block."""
BLOCK = 2**17
"""Pairs handled at once, so that the arrays of one block stay in the cache."""
ALL = slice(None)
UNKNOWN = -1.0
"""Stands for the value of a pair that a rule cannot judge, where only the pair tells."""
IDLE = -2.0
"""Stands for the value of a pair for which a rule does not count."""
_QUANTUM = 2**40
_SAMPLE = 1_000
_CODES = 2**16
_MULTIPLIERS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F)

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Coded:
    """Values of all pairs: ``values[codes[j, i]]`` is that of mentor j and mentee i."""

    codes: npt.NDArray[np.uint16]
    values: Floats


@dataclass(frozen=True, eq=False)
class Reordered:
    """An array over all pairs, read in another order of mentors and mentees (positions, None for that of the array)."""

    array: npt.NDArray[Any]
    mentors: Rows | None
    mentees: Rows | None

    @classmethod
    def of(cls, array: npt.NDArray[Any], mentors: Rows, mentees: Rows) -> Reordered:
        """The array in this order; where that is its own, nothing is copied later."""
        orders = (
            None if own_order(order, size) else order
            for order, size in zip((mentors, mentees), array.shape, strict=True)
        )
        return cls(array, *orders)

    def block(self, rows: slice, columns: slice = ALL) -> npt.NDArray[Any]:
        """The entries of some mentors and mentees, as slices of this order."""
        found = self.array[rows] if self.mentors is None else self.array[self.mentors[rows]]
        return found[:, columns] if self.mentees is None else found.take(self.mentees[columns], axis=1)


@dataclass(frozen=True, eq=False)
class RuleValues:
    """One rule on one cohort, whatever its weight.

    ``columns`` holds it as a product, None where it is not scored as one, and ``lookup`` as a product and a table where
    there is one and it counts for everybody. ``counts`` and ``known`` hold the mentors and
    the mentees between whom it counts and can judge; ``known`` is None where only the pair tells. ``rule`` has weight
    1, so that rules that differ in nothing but their weights are equal. ``narrowed`` says that the rule is a product
    too wide for its program.
    """

    rule: Rule
    mentors: People
    mentees: People
    columns: Columns | None
    lookup: Lookup | None
    counts: tuple[Mask, Mask]
    known: tuple[Mask, Mask] | None
    narrowed: bool = False

    @classmethod
    def of(cls, rule: Rule, mentors: People, mentees: People) -> RuleValues:
        """What a rule of weight 1 says of these people."""
        everybody = np.ones(len(mentors), dtype=bool), np.ones(len(mentees), dtype=bool)
        counts = rule.counts(mentors, mentees)
        columns, known = rule.columns(mentors, mentees), rule.answered(mentors, mentees)
        lookup = rule.lookup(mentors, mentees) if columns is None and counts is None else None
        return cls(rule, mentors, mentees, columns, lookup, counts or everybody, known)

    def without_product(self) -> RuleValues:
        """The same, judged pair by pair."""
        return replace(self, columns=None, narrowed=True)

    def holds_for(self, rule: Rule, mentors: People) -> bool:
        """Whether this is what ``rule``, of weight 1, says of these mentors, who are these but for their seats."""
        if self.narrowed or rule != self.rule:
            return False
        return mentors is self.mentors or not _sees_seats(rule)

    @cached_property
    def everywhere(self) -> bool:
        """Whether the rule counts for everybody."""
        return all(side.all() for side in self.counts)

    @property
    def whole(self) -> bool:
        """Whether every value is one, none `UNKNOWN` or `IDLE`."""
        return self.known is not None and self.everywhere

    def says(self, mentors: People, mentees: People, counts: tuple[Mask, Mask]) -> Floats:
        """The value of some pairs, or what stands for it; ``counts`` are those of these people."""
        value, known = self.rule.values(mentors, mentees)
        if self.known is None:
            value[~known] = UNKNOWN
        if not self.everywhere:
            value[~(counts[0][:, None] & counts[1])] = IDLE
        return value

    @cached_property
    def kept(self) -> Coded | Floats:
        """What `says` says of all pairs: in two bytes a pair where there are few different values, else in eight."""
        if self.lookup is not None:
            # Whole numbers below 2**24, so the float32 product is exact on any machine.
            return Coded((self.lookup.mentor @ self.lookup.mentee.T).astype(np.uint16), self.lookup.values)
        found = np.empty((len(self.mentors), len(self.mentees)))
        here, there = self.counts
        step = max(1, BLOCK // max(1, len(self.mentees)))
        for start in range(0, len(self.mentors), step):
            rows = slice(start, start + step)
            mentors = self.mentors.take(np.arange(len(self.mentors))[rows])
            found[rows] = self.says(mentors, self.mentees, (here[rows], there))
        return coded(found) or found

    @property
    def different(self) -> Floats:
        """The values behind the codes of pairs, shape (n_codes,); none where values are not kept in codes."""
        if self.lookup is not None:
            return self.lookup.values
        return self.kept.values if isinstance(self.kept, Coded) else np.zeros(0)

    @property
    def known_now(self) -> Coded | Floats | None:
        """`kept` where it was computed already."""
        return self.__dict__.get("kept")

    @cached_property
    def mean(self) -> float:
        """The mean value over the pairs that can be judged, forbidden ones included; 0 where there is no such pair.

        For a product it is the mean over all pairs, else over the first 1,000 mentors and 1,000 mentees in canonical
        order. Values are summed in units of 2**-40, so the order of people does not matter.
        """
        here, there = self.counts
        if self.known is not None:
            here, there = here & self.known[0], there & self.known[1]
        if self.columns is not None and self.known is not None:
            # Rows of people who cannot be judged are 0.
            mentor, mentee = self.columns.mentor, self.columns.mentee
            if not self.everywhere:
                mentor, mentee = mentor[here], mentee[there]
            total = mentor.sum(axis=0, dtype=np.int64)
            wanted = np.rint(mentee * _QUANTUM).astype(np.int64).sum(axis=0)
            whole = sum(int(a) * int(b) for a, b in zip(total, wanted, strict=True))
            return mean(whole, int(here.sum()) * int(there.sum()))
        mentors, mentees = (_sample(people.ids) for people in (self.mentors, self.mentees))
        mentors = mentors[here[mentors]]
        whole, judged = 0, 0
        for units in self._units(mentors, mentees, there):
            # 0 or below where somebody cannot be judged.
            if not self.whole:
                judged += int((units >= 0).sum())
                np.maximum(units, 0, out=units)
            # A sum of at most 1,000 whole numbers up to 2**40 is exact in float64.
            whole += sum(map(int, units.sum(axis=1).tolist()))
        if self.known is not None:
            judged = len(mentors) * int(there[mentees].sum())
        return mean(whole, judged)

    def _units(self, mentors: Rows, mentees: Rows, judged: Mask) -> Iterator[Floats]:
        """What `says` says of these people in units of 2**-40, in blocks; all mentees, or those ``judged``."""
        all_pairs = len(self.mentors) * len(self.mentees)
        kept = self.kept if all_pairs <= min(KEPT, 2 * _SAMPLE**2) else self.known_now
        if kept is None:
            mentees = mentees[judged[mentees]]
        step = max(1, BLOCK // max(1, len(mentees)))
        blocks = (mentors[start : start + step] for start in range(0, len(mentors), step))
        if isinstance(kept, Coded):
            units = np.rint(kept.values * _QUANTUM)
            yield from (units.take(Reordered.of(kept.codes, some, mentees).block(ALL)) for some in blocks)
        elif kept is not None:
            yield from (np.rint(Reordered.of(kept, some, mentees).block(ALL) * _QUANTUM) for some in blocks)
        else:
            own, counts = self.mentees.take(mentees), self.counts[1][mentees]
            for some in blocks:
                value = self.says(self.mentors.take(some), own, (self.counts[0][some], counts))
                yield np.rint(value * _QUANTUM)


@dataclass(frozen=True, eq=False)
class Bans:
    """What forbids pairs: conditions, people who may not take part, and being the same person.

    ``refused`` are the mentors and the mentees who may not take part, each of shape (n,); None where everybody may.
    """

    mentors: People
    mentees: People
    conditions: tuple[Rule, ...]
    refused: tuple[Mask, Mask] | None

    def hold_for(self, conditions: Sequence[Rule], refused: tuple[Mask, Mask] | None, mentors: People) -> bool:
        """Whether the same pairs are forbidden among these mentors, who are these but for their seats."""
        if self.conditions != tuple(conditions) or (refused is None) != (self.refused is None):
            return False
        if any(not np.array_equal(*sides) for sides in zip(refused or (), self.refused or (), strict=True)):
            return False
        return mentors is self.mentors or not any(map(_sees_seats, conditions))

    @cached_property
    def columns(self) -> tuple[npt.NDArray[np.uint8], Mask]:
        """Conditions, and people refused, as a product: shapes (n_mentors, k) and (n_mentees, k).

        A pair is forbidden where any entry of the mentor's row and of the mentee's row are both 1.
        """
        here, there = [np.zeros((len(self.mentors), 0), dtype=np.uint8)], [np.zeros((len(self.mentees), 0), dtype=bool)]
        for condition, number in self._grouped:
            _, first = np.unique(number, return_index=True)
            here.append((number[:, None] == np.arange(len(first))).astype(np.uint8))
            there.append(~allowed_by(condition, self.mentors.take(first), self.mentees).T)
        if self.refused is not None:
            mentors, mentees = self.refused
            here.append(np.column_stack((mentors, np.ones_like(mentors))).astype(np.uint8))
            there.append(np.column_stack((np.ones_like(mentees), mentees)))
        left, right = np.concatenate(here, axis=1), np.concatenate(there, axis=1)
        used = right.any(axis=0) & left.any(axis=0)
        return left[:, used], right[:, used]

    @cached_property
    def pairs(self) -> tuple[Rows, Rows]:
        """Forbidden pairs that are listed one by one, sorted by mentor."""
        place = {person: i for i, person in enumerate(self.mentees.ids)}
        same = [(j, place[person]) for j, person in enumerate(self.mentors.ids) if person in place]
        found = [np.array(same, dtype=np.intp).reshape(-1, 2).T, *(np.stack(pairs) for _, pairs in self._listed)]
        mentor, mentee = np.concatenate(found, axis=1)
        order = np.argsort(mentor, kind="stable")
        return mentor[order], mentee[order]

    @cached_property
    def others(self) -> tuple[Rule, ...]:
        """The conditions that are judged pair by pair."""
        done = [condition for condition, _ in (*self._grouped, *self._listed)]
        return tuple(one for one in self.conditions if not any(one is condition for condition in done))

    @cached_property
    def _grouped(self) -> list[tuple[Rule, Rows]]:
        numbers = [(one, one.alike(self.mentors, self.mentees)) for one in self.conditions]
        return [(one, number) for one, number in numbers if number is not None]

    @cached_property
    def _listed(self) -> list[tuple[Rule, tuple[Rows, Rows]]]:
        pairs = [(one, one.forbidden(self.mentors, self.mentees)) for one in self.conditions]
        return [(one, found) for one, found in pairs if found is not None]

    @cached_property
    def mask(self) -> npt.NDArray[np.int8]:
        """-1 where one of the `others` forbids a pair, else 0, for all pairs."""
        found = np.zeros((len(self.mentors), len(self.mentees)), dtype=np.int8)
        step = max(1, BLOCK // max(1, len(self.mentees)))
        for start in range(0, len(found), step):
            rows = slice(start, start + step)
            strike(self.others, found[rows], self.mentors.take(np.arange(len(found))[rows]), self.mentees)
        return found


def strike(conditions: Sequence[Rule], found: npt.NDArray[Any], mentors: People, mentees: People) -> None:
    """Writes -1 where one of the conditions forbids a pair; all else stays, and is 0 or more or -1 already."""
    for condition in conditions:
        # True is 1 in a byte, so this is 0 where allowed and -1 where not.
        found |= allowed_by(condition, mentors, mentees).view(np.int8) - np.int8(1)


def allowed_by(condition: Rule, mentors: People, mentees: People) -> Mask:
    """The pairs that a condition allows, its ``if_unknown`` included, shape (n_mentors, n_mentees)."""
    allowed, known = condition.allows(mentors, mentees)
    return allowed | ~known if condition.if_unknown == "allow" else allowed & known


def mean(whole: int, judged: int) -> float:
    """The sum of values in units of 2**-40 over their number, 0 where there are none."""
    return whole / (judged * _QUANTUM) if judged else 0.0


def coded(values: Floats) -> Coded | None:
    """The values as codes, where a hash of 16 bits tells all of them apart; None if none of the four tried does.

    A hash needs no sorting, and the table that it fills shows whether two values fell on one code.

    >>> found = coded(np.array([[0.0, 0.5], [1.0, 0.5]]))
    >>> found.values[found.codes].tolist()
    [[0.0, 0.5], [1.0, 0.5]]
    """
    codes = np.empty(values.shape, dtype=np.uint16)
    step = max(1, BLOCK // max(1, values.shape[1]))
    for multiplier in _MULTIPLIERS:
        table = np.full(_CODES, np.nan)
        for start in range(0, len(values), step):
            block = values[start : start + step]
            hashed = block.view(np.uint64) * np.uint64(multiplier)
            hashed >>= np.uint64(48)
            codes[start : start + step] = hashed
            before = table.copy()
            table[codes[start : start + step]] = block
            overwritten = (~np.isnan(before) & (before != table)).any()
            if overwritten or not np.array_equal(table.take(codes[start : start + step]), block):
                break
        else:
            return Coded(codes, np.nan_to_num(table, nan=0.0))
    return None


def own_order(positions: Rows, size: int) -> bool:
    """Whether the positions are those of everybody of ``size`` in their own order."""
    return len(positions) == size and np.array_equal(positions, np.arange(size))


def _sample(ids: Sequence[str]) -> Rows:
    """The first 1,000 people in canonical order; which order does not matter where there are no more."""
    return np.arange(len(ids)) if len(ids) <= _SAMPLE else canonical_order(ids)[:_SAMPLE]


def _sees_seats(rule: Rule) -> bool:
    """Whether a function is handed whole sides of people, so that it may read their seats."""
    if isinstance(rule, (When, AtLeast)):
        return _sees_seats(rule.rule)
    return isinstance(rule, Custom) and rule.vectorised
