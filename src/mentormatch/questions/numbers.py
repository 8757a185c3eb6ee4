"""Questions for numbers: on a scale of whole numbers, or any."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mentormatch.questions.question import AnyQuestion
from mentormatch.questions.values import LARGEST_SCALE, Unreadable, decimal_number, set_number, tidy, whole_number
from mentormatch.wording import number


@dataclass(frozen=True)
class _InNumbers(AnyQuestion):
    """A question whose column holds float64, NaN for a blank."""

    def _hold(self, values: Sequence[Any]) -> NDArray[np.float64]:
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)

    def _known(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        return np.asarray(~np.isnan(values))

    def _fits(self, values: NDArray[Any]) -> bool:
        return values.dtype == np.float64 and values.ndim == 1


@dataclass(frozen=True)
class Scale(_InNumbers):
    """A whole number from ``minimum`` to ``maximum``, both included.

    A column holds float64, shape (n,), NaN for a blank. Text such as "4" is read as the number.

    >>> Scale("bluntness", 1, 5).read("4")
    4.0
    """

    minimum: int
    maximum: int
    kind: Literal["Scale"] = field(default="Scale", repr=False, kw_only=True)

    def _check(self) -> Iterable[Unreadable]:
        bounds = []
        for setting in ("minimum", "maximum"):
            given = getattr(self, setting)
            bound = set_number(given, whole_number)
            if bound is None or abs(bound) > LARGEST_SCALE:
                limit = number(LARGEST_SCALE)
                yield Unreadable(f"question_{setting}", f"expected {setting}= to be a whole number within ±{limit}")
            else:
                object.__setattr__(self, setting, bound)
                bounds.append(bound)
        if len(bounds) == 2 and bounds[0] > bounds[1]:
            yield Unreadable("question_range", f"expected minimum ({bounds[0]}) not to be above maximum ({bounds[1]})")

    def _wanted(self) -> str:
        return f"a whole number from {self.minimum} to {self.maximum}"

    def _read_known(self, answer: object) -> float | Unreadable:
        value = whole_number(answer)
        if value is None or not self.minimum <= value <= self.maximum:
            return self._unreadable("not_on_the_scale", f"expected {self.wanted}")
        return float(value)


@dataclass(frozen=True)
class Number(_InNumbers):
    """A finite number within ±9e9, where given from ``minimum`` to ``maximum``; ``unit`` is only shown.

    A column holds float64, shape (n,), NaN for a blank. Text such as "3.5" is read as the number.

    >>> Number("experience", unit="years", minimum=0).read("3.5")
    3.5
    """

    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    kind: Literal["Number"] = field(default="Number", repr=False, kw_only=True)

    def _check(self) -> Iterable[Unreadable]:
        unit = tidy(self.unit)
        if unit is None:
            yield Unreadable("question_unit", "expected unit= to be text")
        else:
            object.__setattr__(self, "unit", unit)
        bounds = []
        for setting in ("minimum", "maximum"):
            given = getattr(self, setting)
            if given is None:
                continue
            bound = set_number(given, decimal_number)
            if bound is None:
                yield Unreadable(f"question_{setting}", f"expected {setting}= to be a number within ±9e9, or None")
            else:
                object.__setattr__(self, setting, bound)
                bounds.append(bound)
        if len(bounds) == 2 and bounds[0] > bounds[1]:
            yield Unreadable(
                "question_range", f"expected minimum ({bounds[0]:g}) not to be above maximum ({bounds[1]:g})"
            )

    def _wanted(self) -> str:
        of = f" of {self.unit}" if self.unit else ""
        low = "" if self.minimum is None else f" from {_plain(self.minimum)}"
        high = "" if self.maximum is None else f" {'to' if low else 'up to'} {_plain(self.maximum)}"
        return f"a number{of}{low}{high}"

    def _read_known(self, answer: object) -> float | Unreadable:
        value = decimal_number(answer)
        if value is None:
            return self._unreadable("not_a_number", f"expected {self.wanted}")
        if (self.minimum is not None and value < self.minimum) or (self.maximum is not None and value > self.maximum):
            return self._unreadable("out_of_range", f"expected {self.wanted}")
        return value


def _plain(value: float) -> str:
    return f"{value:.0f}" if value.is_integer() else repr(value)
