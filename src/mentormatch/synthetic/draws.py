"""Numbers drawn by counter: what is drawn for a person depends on the seed, the question and the person alone.

Not numpy's generators: numpy keeps the streams of their distributions only within a version, and whatever is drawn from
a stream depends on how much was drawn before. Here a cohort of a thousand people is the beginning of one of a million.
For the same reason everything is made of whole numbers and of operations that IEEE 754 rounds the same everywhere:
+, -, *, / and square roots, but no powers, exponentials or logarithms, and no sums whose order numpy chooses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_ROWS = 16_384
_SQUARE_ROOTS = 20


def words(key: int, counters: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """64 random bits for each counter: what SplitMix64, started at ``key``, gives at that place of its sequence.

    Source: Steele, Lea and Flood, Fast splittable pseudorandom number generators, OOPSLA 2014.
    """
    state = counters * np.uint64(0x9E3779B97F4A7C15)
    state += np.uint64(key)
    state ^= state >> np.uint64(30)
    state *= np.uint64(0xBF58476D1CE4E5B9)
    state ^= state >> np.uint64(27)
    state *= np.uint64(0x94D049BB133111EB)
    state ^= state >> np.uint64(31)
    return state


@dataclass(frozen=True)
class Draws:
    """All that is drawn for the people of one side; ``who`` is always their numbers, whole and below 2**64."""

    seed: int
    side: str

    def uniform(self, what: str, who: npt.NDArray[Any]) -> Floats:
        """Numbers from 0 up to, and without, 1, shape (n,): one for each person, another for each ``what``."""
        return self.uniforms(what, who, 1)[:, 0]

    def uniforms(self, what: str, who: npt.NDArray[Any], width: int) -> Floats:
        """Such numbers, shape (n, width)."""
        key = blake2b(f"{self.seed}\0{self.side}\0{what}".encode(), digest_size=8).digest()
        counters: npt.NDArray[np.uint64] = np.repeat(who.astype(np.uint64)[:, None], width, axis=1)
        counters *= np.uint64(width)
        counters += np.arange(width, dtype=np.uint64)
        bits = words(int.from_bytes(key, "little"), counters)
        return (bits >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def happens(self, what: str, who: npt.NDArray[Any], share: float) -> Mask:
        """Whether something happens that happens to this share of the people, shape (n,)."""
        return np.asarray(self.uniform(what, who) < share)

    def one_of(self, what: str, who: npt.NDArray[Any], shares: Mapping[int, float]) -> Whole:
        """One of the whole numbers for each person, in these shares, shape (n,)."""
        found = placed(self.uniform(what, who), list(shares.values()))
        return np.array(list(shares), dtype=np.int64)[found]

    def picks(self, what: str, who: npt.NDArray[Any], count: Whole, weights: Sequence[float]) -> Mask:
        """So many different options for each person, shape (n, options), about in proportion to their weights.

        Those are picked whose uniform number over the weight is smallest: sequential Poisson sampling (Ohlsson, 1998).
        O(n m log m) for m options, a block of people at a time.
        """
        options = len(weights)
        picked = np.empty((len(who), options), dtype=np.bool_)
        over = 1.0 / np.array(weights)
        for start in range(0, len(who), _ROWS):
            rows = slice(start, start + _ROWS)
            keys = self.uniforms(what, who[rows], options) * over
            last = np.clip(count[rows], 1, options) - 1
            most = np.take_along_axis(np.sort(keys, axis=1), last[:, None], axis=1)
            picked[rows] = (keys <= most) & (count[rows] > 0)[:, None]
        return picked


def placed(uniform: Floats, weights: Sequence[float] | Floats) -> npt.NDArray[np.intp]:
    """The place among ``weights`` that each uniform number falls on, shape of ``uniform``.

    >>> placed(np.array([0.0, 0.24, 0.25, 0.99]), [1, 3]).tolist()
    [0, 0, 1, 1]
    """
    ends = np.cumsum(np.asarray(weights, dtype=np.float64))
    found: npt.NDArray[np.intp] = np.searchsorted(ends, uniform * ends[-1], side="right")
    return np.minimum(found, len(ends) - 1)


def power(base: Floats, exponent: float) -> Floats:
    """``base ** exponent`` for an exponent from 0, which counts to 20 binary places: the same bits on every machine.

    >>> power(np.array([4.0, 9.0]), 1.5).tolist()
    [8.0, 27.0]
    """
    whole = int(exponent)
    part = exponent - whole
    found = np.ones_like(base)
    for _ in range(whole):
        found *= base
    root = base
    for _ in range(_SQUARE_ROOTS):
        root = np.sqrt(root)
        part *= 2
        if part >= 1:
            part -= 1
            found = found * root
    return found


def falling(options: int, exponent: float, head: float = 0.0) -> Floats:
    """Weights that fall with a power of the rank: ``1 / (rank + head) ** exponent`` for ranks from 1."""
    return 1.0 / power(np.arange(1, options + 1, dtype=np.float64) + head, exponent)
