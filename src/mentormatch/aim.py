"""What counts in a matching, and in which order (convention 7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args

import numpy as np
from pydantic import ConfigDict

from mentormatch.errors import Finding, ProgramError
from mentormatch.wording import did_you_mean, listed, number, quoted

Order = Literal["participation", "points"]
Fairness = Literal["lift_worst"]
Balance = Literal["even"]
Shortlists = Literal["first", "only", "bonus", "ignore"]
WhenChanges = Literal["before_shortlists", "before_points", "after_points"]

LARGEST_MINIMUM_SCORE = 2**45
"""No pair can have more points than this, so a higher minimum score can only be a mistake."""


@dataclass(frozen=True)
class Aim:
    """What a matching is to achieve first, and from which score on a pair is one at all.

    ``order`` "participation": as many mentees as possible get a mentor, and among those matchings the points decide;
    "points": the points decide first. ``minimum_score`` is a whole number of points (a perfect pair of rules has
    10,000); a pair with fewer is not allowed, unless it is pinned. ``fairness`` "lift_worst": after participation, the
    lowest score among the pairs (pinned ones aside) is as high as it goes. ``balance`` "even": after that, the sum of
    squared loads of the mentors is as small as it goes. ``everyone_matched``: a matching that leaves a mentee without a
    mentor is an ``InfeasibleError``. Both fairness and balance need participation first: where points decide who takes
    part, nobody at all has no worst score and an even load.

    ``shortlists`` "first": after participation, as many mentees as possible get somebody from their list, then the best
    ranks, then the mentors' wishes; "only": so too, and a mentee with a list gets nobody else; "bonus": a pair on a
    list counts ``bonus`` points more, which its score does not show; "ignore": lists count for nothing. ``changes``
    says where keeping the pairs of a previous matching stands. ``stable``: instead of all these aims, no mentor and
    mentee prefer each other to whom they have. Raises ``ProgramError`` with all findings.

    >>> print(Aim("points", minimum_score=4_000))
    points first, then participation; no pair below 4,000 points
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    order: Order = "participation"
    minimum_score: int = 0
    fairness: Fairness | None = None
    balance: Balance | None = None
    everyone_matched: bool = False
    shortlists: Shortlists = "first"
    changes: WhenChanges = "before_points"
    bonus: int = 1_000
    stable: bool = False

    def __post_init__(self) -> None:
        findings = [*_choice_findings("order", self.order, Order), *_score_findings(self.minimum_score)]
        findings += _choice_findings("shortlists", self.shortlists, Shortlists)
        findings += _choice_findings("changes", self.changes, WhenChanges)
        if isinstance(self.bonus, bool) or not isinstance(self.bonus, int) or not 0 <= self.bonus <= 2**31:
            findings.append(Finding("aim_bonus", "expected a whole number of points from 0", where="aim, bonus"))
        for name, choices in (("fairness", Fairness), ("balance", Balance)):
            value = getattr(self, name)
            if value is not None:
                findings += _choice_findings(name, value, choices)
                if self.order == "points":
                    expected = "expected order='participation', since nobody at all would be the best matching"
                    findings.append(Finding(f"aim_{name}", expected, where=f"aim, {name}"))
        for name in ("everyone_matched", "stable"):
            if not isinstance(getattr(self, name), bool):
                findings.append(Finding(f"aim_{name}", "expected True or False", where=f"aim, {name}"))
        if self.stable:
            findings += [
                Finding(f"aim_{name}", "stable=True leaves no room for this aim", where=f"aim, {name}")
                for name in ("fairness", "balance", "everyone_matched")
                if getattr(self, name)
            ]
        if findings:
            raise ProgramError(findings)
        for name in ("order", "fairness", "balance", "shortlists", "changes"):
            value = getattr(self, name)
            object.__setattr__(self, name, None if value is None else str(value))
        object.__setattr__(self, "minimum_score", int(self.minimum_score))

    def __str__(self) -> str:
        first, second = ("participation", "points") if self.order == "participation" else ("points", "participation")
        steps = [f"{first} first"]
        if self.fairness:
            steps.append("the lowest score as high as it goes")
        if self.balance:
            steps.append("even loads")
        text = f"{', then '.join([*steps, second])}"
        if self.everyone_matched:
            text += "; every mentee must have a mentor"
        return f"{text}; no pair below {number(self.minimum_score)} points" if self.minimum_score else text


def _choice_findings(name: str, value: Any, choices: Any) -> list[Finding]:
    known = get_args(choices)
    if isinstance(value, str) and value in known:
        return []
    code, where = f"aim_{name}", f"aim, {name}"
    expected = f"expected {listed([quoted(option) for option in known]).replace(' and ', ' or ')}"
    if not isinstance(value, str):
        return [Finding(code, f"{expected}, not of type {type(value).__name__}", where=where)]
    return [Finding(code, f"{expected}, not {quoted(value)}", where=where, hint=did_you_mean(value, known))]


def _score_findings(score: Any) -> list[Finding]:
    whole = isinstance(score, (int, np.integer)) and not isinstance(score, bool)
    if whole and 0 <= score <= LARGEST_MINIMUM_SCORE:
        return []
    expected = f"expected a whole number of points from 0 to {number(LARGEST_MINIMUM_SCORE)}"
    share = isinstance(score, (float, np.floating)) and 0 < score <= 1
    hint = f"a share of {float(score):g} of a perfect pair is {number(round(score * 10_000))} points" if share else ""
    return [Finding("aim_minimum_score", expected, where="aim, minimum_score", hint=hint)]
