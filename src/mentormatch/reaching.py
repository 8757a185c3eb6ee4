"""Which pairs reach given prices, found by one product and one comparison, without the points of all pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from mentormatch.leading import reached_by

FINE = 1_024
"""Fine units to a point."""
_LOW, _HIGH = 6_000, 2**14
"""Prices below -_LOW points and above _HIGH are taken as these. N and _LOW together are below 2**24 fine units."""
_AT_ONCE = 2**11
"""Rows that are copied at a time, so that they stay in the cache."""
_CROWDED = 32
"""Where more than one pair in so many reaches its prices, comparing all points takes less."""

Ints = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]

_Places = tuple[Rows, Rows]
_NOBODY: _Places = (np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp))


@dataclass(frozen=True, eq=False)
class LookedUp:
    """A rule whose values come from a table, ``values[mentor @ mentee]``, and a product that is no less than it gives.

    ``more`` are the columns of that product among those of `Reaching`, ``fine`` the weight for each mentee.
    """

    mentor: npt.NDArray[np.float32]
    mentee: npt.NDArray[np.float32]
    values: Floats
    fine: Floats
    more: slice

    def some(self, mentors: Rows, mentees: Rows | slice) -> LookedUp:
        """The same for some mentors and mentees."""
        return replace(self, mentor=self.mentor[mentors], mentee=self.mentee[mentees], fine=self.fine[mentees])


@dataclass(frozen=True, eq=False)
class Reaching:
    """Mentors and mentees, ready to be asked which of their pairs reach prices.

    ``mentors @ mentees.T`` is N of every pair in fine units, as `mentormatch.compiled` has it, and in ``more`` what a
    pair has too much by: what stands for a rule that comes from a table is no less than the rule gives, and is taken
    back for the pairs that are found. For a forbidden pair it is below 0. All are whole numbers below 2**24 and exact.
    ``struck`` are pairs that are forbidden one by one, sorted by mentor.
    """

    mentors: npt.NDArray[Any]
    mentees: npt.NDArray[Any]
    looked_up: tuple[LookedUp, ...]
    struck: tuple[Rows, Rows] = _NOBODY

    def some(self, mentors: Rows, mentees: Rows | slice) -> Reaching:
        """The same for some mentors and mentees, with none of their pairs struck."""
        looked_up = tuple(one.some(mentors, mentees) for one in self.looked_up)
        return Reaching(self.mentors[mentors], self.mentees[mentees], looked_up)

    def tile(
        self, rows: slice, columns: slice, v: Ints, u: Ints, without: tuple[Ints, Ints], some: int = 0
    ) -> tuple[Rows, Rows, Floats, Floats] | None:
        """Pairs whose points may reach ``v[row] + u[column]``: rows and columns in the tile, and N at most.

        ``v`` and ``u`` are those of the tile, in points. All pairs that do reach are among them but for those
        ``without`` (places in the tile); some come along that do not. The last array says of each row what none of its
        pairs exceeds its prices by more than, in points; infinite where that is not known or some were left out.

        Where very many pairs reach, about ``some`` of each row come back and the best of each column; None without
        ``some``, and where ties make them many, since asking for all points is less work then.
        """
        n = self.mentors[rows] @ self.mentees[columns].T
        mentor, mentee = self.struck
        inside = slice(*np.searchsorted(mentor, (rows.start, rows.stop)))
        within = (mentee[inside] >= columns.start) & (mentee[inside] < columns.stop)
        n[mentor[inside][within] - rows.start, mentee[inside][within] - columns.start] = -np.inf
        n[without] = -np.inf
        # Points reach a price where N reaches it in fine units, less half a point. Below 0 prices are cut off at -_LOW,
        # so that N less a price stays exact; a pair of such a price and one below _LOW reaches 0 either way, and so all
        # points do. Where prices are cut off on one side, those of the other are at _LOW, so that no sum grows.
        lowest = min(int(v.min(initial=0)), int(u.min(initial=0)))
        high = _HIGH if lowest >= -_LOW else _LOW
        price = (np.clip(u, -_LOW, high) * FINE).astype(n.dtype)
        floor = (np.clip(v, -_LOW, high) * FINE - FINE // 2).astype(n.dtype)
        n -= price
        highest = n.max(axis=1, initial=-np.inf)
        most = (highest.astype(np.float64) - floor) / FINE
        most[v < -_LOW] = np.inf
        if int(u.min(initial=0)) < -_LOW:
            most[:] = np.inf
        chosen = _reached(n, floor, highest)
        if chosen is None:
            chosen = _best(n, floor, some) if some else None
            most[:] = np.inf
        if chosen is None:
            return None
        row, column = chosen
        return row, column, n[row, column].astype(np.float64) + price[column], most

    def points(self, rows: Rows, columns: Rows, n: Floats) -> Ints:
        """The points of pairs that `tile` found, by positions among everybody here; -1 where one is not allowed."""
        exact = n.astype(np.int64)
        for one in self.looked_up:
            mentor, mentee = self.mentors[:, one.more], self.mentees[:, one.more]
            exact -= _dot(mentor[rows], mentee[columns]).astype(np.int64)
            value = one.values[_dot(one.mentor[rows], one.mentee[columns]).astype(np.intp)]
            exact += np.rint(value * one.fine[columns]).astype(np.int64)
        return np.where(exact < 0, -1, (exact + FINE // 2) // FINE)


def _reached(n: npt.NDArray[Any], floor: npt.NDArray[Any], highest: npt.NDArray[Any]) -> _Places | None:
    """The places where N reaches the floor of its row; None where these are very many."""
    reached = np.flatnonzero(highest >= floor)
    if not len(reached):
        return _NOBODY
    if 2 * len(reached) > len(n):
        reached = np.arange(len(n))
    few = n if len(reached) == len(n) else n[reached]
    found = few >= floor[reached][:, None]
    if np.count_nonzero(found) * _CROWDED > n.size:
        return None
    row, column = np.divmod(np.flatnonzero(found), max(1, n.shape[1]))
    return reached[row], column


def _best(n: npt.NDArray[Any], floor: npt.NDArray[Any], some: int) -> _Places | None:
    """About ``some`` places of each row where N exceeds its floor most, and that of each column; None if many tie."""
    over = n - floor[:, None]
    least = np.maximum(reached_by(over, min(some, over.shape[1]), axis=1), 0)
    chosen = over >= least[:, None]
    chosen |= over >= np.maximum(over.max(axis=0, initial=-np.inf), 0)
    if np.count_nonzero(chosen) > 4 * some * (len(n) + n.shape[1]):
        return None
    row, column = np.divmod(np.flatnonzero(chosen), over.shape[1])
    return row, column


def _dot(left: npt.NDArray[Any], right: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The product of each row with the row beside it; exact, since all sums are whole numbers below 2**24."""
    found: npt.NDArray[Any] = np.einsum("pk,pk->p", left, right)
    return found


def beside(factor: npt.NDArray[Any], more: Sequence[npt.NDArray[Any]], rows: Rows) -> npt.NDArray[Any]:
    """Some rows of a factor of the product, in this order, with those of more columns beside them."""
    found = np.empty((len(rows), sum(part.shape[1] for part in (factor, *more))), dtype=factor.dtype)
    for at in range(0, len(rows), _AT_ONCE):
        here, first = rows[at : at + _AT_ONCE], 0
        for part in (factor, *more):
            found[at : at + _AT_ONCE, first : first + part.shape[1]] = part[here]
            first += part.shape[1]
    return found
