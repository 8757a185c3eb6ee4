"""Settings of what is synthetic: which can be meant, and one error with all that cannot."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mentormatch.errors import Finding, ProgramError
from mentormatch.wording import did_you_mean, number, quoted

_LARGEST_SEED = 2**63 - 1


class Settings:
    """Reads settings one by one and gathers what is wrong with them, for ``done`` to raise."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def whole(self, name: str, value: object, least: int = 0, most: int = 1_000_000) -> int:
        """A whole number from ``least`` to ``most``."""
        if isinstance(value, (int, np.integer)) and not isinstance(value, bool) and least <= value <= most:
            return int(value)
        return self._wrong(name, f"expected a whole number from {number(least)} to {number(most)}")

    def seed(self, value: object) -> int:
        """A seed: a whole number of at most 63 bits."""
        if isinstance(value, (int, np.integer)) and not isinstance(value, bool) and abs(int(value)) <= _LARGEST_SEED:
            return int(value)
        return self._wrong("seed", "expected a whole number of at most 63 bits")

    def amount(self, name: str, value: object, most: float) -> float:
        """A number from 0 to ``most``."""
        if (
            isinstance(value, (int, float, np.integer, np.floating))
            and not isinstance(value, bool)
            and 0 <= value <= most
        ):
            return float(value)
        return self._wrong(name, f"expected a number from 0 to {number(int(most))}")

    def share(self, name: str, value: object) -> float:
        """A share of people, from 0 to 1."""
        return self.amount(name, value, 1)

    def shares(self, name: str, value: object) -> dict[int, float]:
        """Whole numbers and how often each occurs; a whole number alone is the only one."""
        if not isinstance(value, Mapping):
            return {self.whole(name, value): 1.0}
        wrong = len(self.findings)
        found = {self.whole(name, key): self.amount(name, often, 1_000_000) for key, often in value.items()}
        if len(self.findings) == wrong and not sum(found.values()):
            self._wrong(name, "expected whole numbers and how often each occurs, some of them above 0")
        return found

    def blanks(self, name: str, value: object, usual: Mapping[str, float]) -> dict[str, float]:
        """The share of blanks of every question: None is the usual one, a number is for all, a mapping for some."""
        if value is None:
            return dict(usual)
        if not isinstance(value, Mapping):
            return dict.fromkeys(usual, self.share(name, value))
        for question in value:
            if question not in usual:
                hint = did_you_mean(str(question)[:80], tuple(usual))
                self._wrong(name, f"there is no question {quoted(str(question))}", hint)
        return {**usual, **{question: self.share(name, share) for question, share in value.items()}}

    def done(self) -> None:
        """Raises ``ProgramError`` with all findings, if there are any."""
        if self.findings:
            raise ProgramError(self.findings)

    def _wrong(self, name: str, expected: str, hint: str = "") -> int:
        self.findings.append(Finding("synthetic_setting", expected, where=f"{name}=", hint=hint))
        return 0
