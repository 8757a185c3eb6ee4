"""A test that a matching is the best there is."""

from __future__ import annotations

from typing import Protocol

from mentormatch.matching import Verdict
from mentormatch.wording import listed


class Proven(Protocol):
    """Any matching: it has a proof and can be verified."""

    @property
    def proof(self) -> HasKind: ...

    def verify(self) -> Verdict: ...


class HasKind(Protocol):
    """Any proof."""

    @property
    def kind(self) -> str: ...


def assert_proven(matching: Proven) -> None:
    """Raises ``AssertionError`` unless the matching is proven to be the best, and its proof stands up to the check.

    The scores are computed again and no solver is asked. What is "claimed" or "bounded" is not proven.

    >>> import mentormatch as mm
    >>> assert_proven(mm.solve(mm.ScoreMatrix.from_array([[8, 9], [5, 4]])))
    """
    if matching.proof.kind != "optimal":
        raise AssertionError(f"the matching is {matching.proof.kind}, not proven to be optimal")
    verdict = matching.verify()
    if not verdict:
        raise AssertionError(f"the proof is refused: {listed(map(str, verdict.findings))}")
