"""What counts in a matching, and in which order (convention 7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args

import numpy as np
from pydantic import ConfigDict

from mentormatch.errors import Finding, ProgramError
from mentormatch.wording import did_you_mean, listed, number, quoted

Order = Literal["participation", "points"]

LARGEST_MINIMUM_SCORE = 2**45
"""No pair can have more points than this, so a higher minimum score can only be a mistake."""


@dataclass(frozen=True)
class Aim:
    """What a matching is to achieve first, and from which score on a pair is one at all.

    ``order`` "participation": as many mentees as possible get a mentor, and among those matchings the points decide;
    "points": the points decide first. ``minimum_score`` is a whole number of points (a perfect pair of rules has
    10,000); a pair with fewer is not allowed, unless it is pinned. Raises ``ProgramError`` with all findings.

    >>> print(Aim("points", minimum_score=4_000))
    points first, then participation; no pair below 4,000 points
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    order: Order = "participation"
    minimum_score: int = 0

    def __post_init__(self) -> None:
        findings = [*_order_findings(self.order), *_score_findings(self.minimum_score)]
        if findings:
            raise ProgramError(findings)
        object.__setattr__(self, "order", str(self.order))
        object.__setattr__(self, "minimum_score", int(self.minimum_score))

    def __str__(self) -> str:
        first, second = ("participation", "points") if self.order == "participation" else ("points", "participation")
        least = f"; no pair below {number(self.minimum_score)} points" if self.minimum_score else ""
        return f"{first} first, then {second}{least}"


def _order_findings(order: Any) -> list[Finding]:
    if isinstance(order, str) and order in get_args(Order):
        return []
    expected = f"expected {listed([quoted(name) for name in get_args(Order)]).replace(' and ', ' or ')}"
    if not isinstance(order, str):
        return [Finding("aim_order", f"{expected}, not of type {type(order).__name__}", where="aim, order")]
    hint = did_you_mean(order, get_args(Order))
    return [Finding("aim_order", f"{expected}, not {quoted(order)}", where="aim, order", hint=hint)]


def _score_findings(score: Any) -> list[Finding]:
    whole = isinstance(score, (int, np.integer)) and not isinstance(score, bool)
    if whole and 0 <= score <= LARGEST_MINIMUM_SCORE:
        return []
    expected = f"expected a whole number of points from 0 to {number(LARGEST_MINIMUM_SCORE)}"
    share = isinstance(score, (float, np.floating)) and 0 < score <= 1
    hint = f"a share of {float(score):g} of a perfect pair is {number(round(score * 10_000))} points" if share else ""
    return [Finding("aim_minimum_score", expected, where="aim, minimum_score", hint=hint)]
