"""What many entries of each row or column of a block reach."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def reached_by(block: npt.NDArray[Any], many: int, axis: int) -> npt.NDArray[Any]:
    """A number for each column (axis 0) or row (axis 1) of a block that at least ``many`` of its entries reach.

    It is the one that so many reach among the highest of groups: seldom do many more entries reach it, and comparing
    halves takes a tenth of the time that finding the very number would take.

    >>> reached_by(np.array([[5, 1, 4, 2, 3]]), 2, axis=1)
    array([4])
    """
    while block.shape[axis] >= 4 * many:
        half = block.shape[axis] // 2
        if axis == 0:
            block = np.maximum(block[:half], block[half : 2 * half])
        else:
            block = np.maximum(block[:, :half], block[:, half : 2 * half])
    last = block.shape[axis] - many
    found: npt.NDArray[Any] = np.partition(block, last, axis=axis).take(last, axis=axis)
    return found
