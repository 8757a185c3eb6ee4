"""Integer programs through scipy's HiGHS: rows gathered one after the other, all columns in whole numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from mentormatch.problem import Ints

MOST_NODES = 2_000
"""A program is searched for so many nodes at most: a limit that is the same on every machine."""


class Rows:
    """Rows of a linear program, gathered."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.count = 0
        self.parts: list[tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]] = []
        self.low: list[npt.NDArray[np.float64]] = []
        self.high: list[npt.NDArray[np.float64]] = []

    def add(
        self, row: Ints, column: npt.NDArray[Any], low: Any, high: Any, value: npt.NDArray[Any] | float = 1.0
    ) -> None:
        """Rows numbered from 0 without gaps: entry k is ``value[k]`` at ``row[k]``, ``column[k]``."""
        size = int(row.max(initial=-1)) + 1
        self.parts.append((row + self.count, column, np.broadcast_to(np.asarray(value, dtype=float), row.shape)))
        self.low.append(np.broadcast_to(np.asarray(low, dtype=float), size))
        self.high.append(np.broadcast_to(np.asarray(high, dtype=float), size))
        self.count += size

    def solve(self, cost: npt.NDArray[Any], upper: npt.NDArray[Any]) -> Any:
        """scipy's answer in whole numbers from 0 to ``upper``."""
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        row, column, value = (np.concatenate([part[k] for part in self.parts]) for k in range(3))
        # scipy 1.13 hands indices to HiGHS as they are, which takes them in 32 bits and once each.
        places = row.astype(np.int32), column.astype(np.int32)
        matrix = csr_array((value, places), shape=(self.count, self.columns))
        matrix.sum_duplicates()
        limits = LinearConstraint(matrix, np.concatenate(self.low), np.concatenate(self.high))
        return milp(
            cost,
            integrality=np.ones(self.columns, dtype=int),
            bounds=Bounds(0, upper),
            constraints=limits,
            options={"mip_rel_gap": 0, "node_limit": MOST_NODES},
        )


def grouped(key: npt.NDArray[Any]) -> Ints:
    """Keys numbered from 0 without gaps."""
    return np.unique(key, return_inverse=True)[1].reshape(-1).astype(np.int64)
