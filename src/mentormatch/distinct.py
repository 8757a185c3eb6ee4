"""Lists in which many entries are equal, so that each different entry is looked at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray


class Distinct(Sequence[Any]):
    """A list of n entries: ``values`` are the different ones, in the order in which they come first, and ``rows``, intp
    of shape (n,), says which of them stands where.

    >>> towns = distinct(["Bonn", "Ulm", "Bonn"], frozenset([str]))
    >>> towns.values, towns.rows.tolist(), list(towns.mapped(str.upper))
    (['Bonn', 'Ulm'], [0, 1, 0], ['BONN', 'ULM', 'BONN'])
    """

    __slots__ = ("rows", "values")

    def __init__(self, values: list[Any], rows: NDArray[np.intp]) -> None:
        self.values = values
        self.rows = rows

    def mapped(self, change: Callable[[Any], Any]) -> Distinct:
        """The list of what ``change`` gives for each entry, asked once for each different one."""
        return Distinct([change(value) for value in self.values], self.rows)

    def counts(self) -> list[int]:
        """How often each value stands in the list."""
        return np.bincount(self.rows, minlength=len(self.values)).tolist()  # type: ignore[no-any-return]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Any]:
        return map(self.values.__getitem__, self.rows.tolist())

    @overload
    def __getitem__(self, at: int) -> Any: ...
    @overload
    def __getitem__(self, at: slice) -> list[Any]: ...
    def __getitem__(self, at: int | slice) -> Any:
        if isinstance(at, slice):
            return [self.values[row] for row in self.rows[at].tolist()]
        return self.values[self.rows[at]]


def distinct(entries: Sequence[Any], kinds: frozenset[type]) -> Distinct | None:
    """The entries as `Distinct`; None where some are of other types than ``kinds``, or hold what cannot be compared.

    Entries that are equal must mean the same, so ``kinds`` should not hold both int and float. O(n).
    """
    if not kinds.issuperset(map(type, entries)):
        return None
    places: defaultdict[Any, int] = defaultdict(count().__next__)
    try:
        rows = np.fromiter(map(places.__getitem__, entries), dtype=np.intp, count=len(entries))
    except TypeError:
        return None
    return Distinct(list(places), rows)
