"""The least that scoring can cost here: the bare float32 product of the same columns and a row-wise top-k of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

import mentormatch as mm

ROWS = 256
KEPT = 16


def factors(scores: mm.ScoreMatrix) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """The two factors of the product behind the scores, (mentees, k) and (k, mentors): what the engine multiplies."""
    features = scores._cells.compiled.numerator  # type: ignore[attr-defined]
    return features.mentees, features.mentors.T


def bare(mentees: npt.NDArray[Any], mentors: npt.NDArray[Any], threads: int) -> float:
    """All products, row after row of mentees, and the best of each row; nothing is kept but their sum.

    Each thread has one buffer of `ROWS` rows, which is the fastest way known here.
    """
    count, width = len(mentees), mentors.shape[1]
    kept = min(KEPT, width)

    def some(first: int) -> float:
        buffer = np.empty((ROWS, width), dtype=mentees.dtype)
        total = 0.0
        for start in range(first * ROWS, count, threads * ROWS):
            rows = mentees[start : start + ROWS]
            product = np.matmul(rows, mentors, out=buffer[: len(rows)])
            product.partition(width - kept, axis=1)
            total += float(product[:, width - kept :].sum(dtype=np.float64))
        return total

    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(some, range(threads)))
