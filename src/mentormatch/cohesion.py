"""What a group brings at most where its members count with one another: sums over members and over their pairs.

For each way to open a group: of all sets of so many mentees the one with the largest sum of what each brings and of
what each two bring together. That is hard for many mentees, so a core of those who promise most is tried in full,
with every one of the others beside it; two of the others count with half of the best that each could bring with the
rest. What is given is never below the truth, and is the truth where no others can matter.

All numbers are whole and are held by floats, exactly, as long as they stay below 2**50.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations

import numpy as np
import numpy.typing as npt

from mentormatch.problem import Ints

Floats = npt.NDArray[np.float64]
_BLOCK = 1 << 22
_IMPOSSIBLE = -float(2**56)
_STEPS = 12


def best_sets(worth: Ints, bonds: Ints, low: Ints, high: Ints) -> tuple[Floats, list[list[int]]]:
    """For each row a good set of ``low`` to ``high`` columns and its sum: the best single entries, then exchanges.

    ``worth`` has a row for each option and a column for each mentee, ``bonds`` is symmetric with 0 on its diagonal.
    """
    gains = np.full(len(worth), _IMPOSSIBLE)
    sets: list[list[int]] = [[] for _ in range(len(worth))]
    people = worth.shape[1]
    half = _top_sums(bonds, max(1, int(high.max(initial=1)) - 1)) / 4
    between = bonds.astype(np.float64)
    for bounds in sorted(set(zip(low.tolist(), high.tolist(), strict=True))):
        least, most = bounds[0], min(bounds[1], people)
        rows = np.flatnonzero((low == bounds[0]) & (high == bounds[1]))
        step = max(1, _BLOCK // max(1, people * max(1, most)))
        for start in range(0, len(rows), step):
            here = rows[start : start + step]
            if not most or least > people:
                gains[here] = 0.0 if not least else _IMPOSSIBLE
                continue
            own = np.maximum(worth[here], _IMPOSSIBLE)
            found, chosen = _exchanged(own, between, half, least, most)
            for at, row in enumerate(here.tolist()):
                gains[row], sets[row] = found[at], chosen[at]
    return gains, sets


def _exchanged(worth: Floats, bonds: Floats, half: Floats, low: int, high: int) -> tuple[Floats, list[list[int]]]:
    """Sets of ``high`` entries made better by exchanging one at a time, then left by one after the other."""
    rows = np.arange(len(worth))
    chosen = np.argsort(-(worth + half), axis=1, kind="stable")[:, :high]
    for _ in range(_STEPS):
        value = worth + sum(bonds[chosen[:, k]] for k in range(high))
        gain = value[:, None, :] - np.take_along_axis(value, chosen, 1)[:, :, None] - bonds[chosen]
        for k in range(high):
            gain[rows[:, None], k, chosen] = -np.inf
        flat = gain.reshape(len(rows), -1)
        best = flat.argmax(axis=1)
        better = flat[rows, best] > 0
        if not better.any():
            break
        chosen[rows[better], best[better] // worth.shape[1]] = best[better] % worth.shape[1]
    own = np.take_along_axis(worth, chosen, 1)
    shared = np.take_along_axis(np.asarray(sum(bonds[chosen[:, k]] for k in range(high))), chosen, 1)
    sums = own.sum(axis=1) + shared.sum(axis=1) / 2
    there = np.ones(chosen.shape, dtype=np.bool_)
    best_sum, kept = sums.copy(), there.copy()
    for _ in range(high - low):
        brings = np.where(there, own + shared, np.inf)
        least = brings.argmin(axis=1)
        sums = sums - brings[rows, least]
        there[rows, least] = False
        shared = shared - bonds[chosen, chosen[rows, least][:, None]]
        better = sums > best_sum
        best_sum[better], kept[better] = sums[better], there[better]
    # What is impossible is so large that sums with it are not exact, so what is left is summed anew.
    sets = [chosen[row][kept[row]] for row in rows.tolist()]
    sums = np.array(
        [worth[row, own].sum() + bonds[np.ix_(own, own)].sum() / 2 for row, own in enumerate(sets)], dtype=np.float64
    )
    return sums, [own.tolist() for own in sets]


def cohesive_gains(
    worth: Ints, bonds: Ints, low: Ints, high: Ints, forced: npt.NDArray[np.bool_], core: int | None = None
) -> Ints:
    """For each row at least the largest sum of ``low`` to ``high`` entries with their bonds; 0 counts where not forced.

    ``core`` mentees are tried in full; more make it truer and slower. What is impossible is worth less than -2**50.
    Raises OverflowError where numbers are too large to be held exactly.
    """
    if int(np.abs(bonds).max(initial=0)) * max(1, int(high.max(initial=0))) ** 2 >= 2**48:
        raise OverflowError("points")
    # Twice everything, so that halves of bonds are whole.
    found, _ = best_sets(worth, bonds, low, high)
    top = _top_sums(bonds, max(1, int(high.max(initial=1)) - 1))
    sorted_bonds = -np.sort(-bonds, axis=1).astype(np.float64)
    if core is None:
        core = 16 if bonds.shape[0] <= 600 and int(high.max(initial=0)) <= 8 else 12
    gains = np.empty(len(worth), dtype=np.int64)
    twice = 2 * bonds.astype(np.float64)
    for row in range(len(worth)):
        least = 2 * found[row] if forced[row] else max(0.0, 2 * found[row])
        own = 2.0 * np.maximum(worth[row], _IMPOSSIBLE / 4)
        bound = _Row(own, twice, sorted_bonds, top, int(low[row]), int(high[row]), core).at_most(least)
        gains[row] = int(-(-bound // 2))
    return gains


@cache
def _subsets(size: int, most: int) -> tuple[npt.NDArray[np.intp], Floats]:
    """All sets of so many of the first ``size`` numbers: their members, and a row of 0 and 1 for each."""
    sets = list(combinations(range(size), most))
    found = np.array(sets, dtype=np.intp).reshape(len(sets), most)
    inside = np.zeros((len(found), size))
    np.put_along_axis(inside, found, 1.0, axis=1)
    return found, inside


def _top_sums(bonds: Ints, most: int) -> Floats:
    """The sum of the ``most`` largest entries of each row."""
    return np.asarray(np.sort(bonds, axis=1)[:, ::-1][:, :most].sum(axis=1), dtype=np.float64)


class _Row:
    """One way to open a group; everything twice, but ``sorted_bonds`` and ``top``, which so are halves."""

    def __init__(
        self, own: Floats, twice: Floats, sorted_bonds: Floats, top: Floats, low: int, high: int, core: int
    ) -> None:
        self.own, self.twice, self.sorted_bonds = own, twice, sorted_bonds
        self.low, self.high = low, min(high, len(own))
        promise = own + top
        order = np.argsort(-promise, kind="stable")
        self.promise = promise[order[: self.high]]
        self.core = order[: min(core, len(own))]
        self.rest = order[len(self.core) :]

    def at_most(self, found: float) -> float:
        """At least the best sum; ``found`` is a sum that is reached, or 0 where nothing need be."""
        if self.low > len(self.own):
            return max(found, 2 * _IMPOSSIBLE)
        totals = np.concatenate([[0.0], np.cumsum(self.promise)])
        if float(totals[self.low :].max()) <= found:
            return found
        self._try_core()
        reached = max(found, max((self.best[k] for k in range(self.low, self.high + 1)), default=found))
        rest = self._could_matter(reached)
        bound = reached
        while len(rest):
            most = self._beside(rest)
            bound = max(reached, float(most.max()))
            kept = most > reached
            if kept.all():
                return bound
            rest = rest[kept]
            bound = reached
        return bound

    def _try_core(self) -> None:
        """The sums of all sets within the core, and the best of each size."""
        own, size = self.own[self.core], len(self.core)
        between = self.twice[np.ix_(self.core, self.core)]
        self.sums: list[Floats] = []
        self.best = np.full(self.high + 1, 4 * _IMPOSSIBLE)
        for k in range(min(self.high, size) + 1):
            _, inside = _subsets(size, k)
            sums = inside @ own + ((inside @ between) * inside).sum(axis=1) / 2
            self.sums.append(sums)
            self.best[k] = float(sums.max())

    def _could_matter(self, reached: float) -> npt.NDArray[np.intp]:
        """Those outside the core who might be in a set that brings more than ``reached``."""
        rest, high = self.rest, self.high
        if not len(rest) or not high:
            return rest[:0]
        with_core = self.twice[np.ix_(rest, self.core)]
        shares = np.concatenate([with_core, self.sorted_bonds[rest, : max(0, high - 1)]], axis=1)
        brings = self.own[rest] - np.sort(-shares, axis=1)[:, : high - 1].sum(axis=1)
        best = np.concatenate([[0.0], np.cumsum(-np.sort(-brings)[:high])])
        others = max(
            self.best[m] + best[k - 1 - m]
            for k in range(max(1, self.low), high + 1)
            for m in range(k)
            if m < len(self.sums) and k - 1 - m < len(best)
        )
        return np.asarray(rest[brings + others > reached])

    def _beside(self, rest: npt.NDArray[np.intp]) -> Floats:
        """For each of ``rest`` what sets with them, others of the rest and some of the core bring at most."""
        among = -np.sort(-self.twice[np.ix_(rest, rest)] / 2, axis=1)
        halves = np.zeros((len(rest), self.high + 1))
        wide = min(self.high, among.shape[1])
        halves[:, 1 : wide + 1] = np.cumsum(among[:, :wide], axis=1)
        halves[:, wide + 1 :] = halves[:, wide : wide + 1]
        with_core = self.twice[np.ix_(rest, self.core)]
        found = np.full(len(rest), 4 * _IMPOSSIBLE)
        for m, sums in enumerate(self.sums):
            base = _subsets(len(self.core), m)[1] @ with_core.T
            for k in range(max(self.low, m + 1), self.high + 1):
                beside = k - m
                if beside > len(rest):
                    break
                brings = base + (self.own[rest] + halves[:, beside - 1])
                total = sums
                if beside > 1:
                    total = sums - np.partition(-brings, beside - 2, axis=1)[:, : beside - 1].sum(axis=1)
                np.maximum(found, (total[:, None] + brings).max(axis=0), out=found)
        return found
