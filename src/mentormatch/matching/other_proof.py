"""Proofs that are no prices of mentors and mentees: what those of groups, circles, peers and both parts share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from mentormatch.proof import Kind, Proof

_NOBODY = np.zeros((0, 0), dtype=np.int64)


@dataclass(frozen=True, eq=False, repr=False)
class OtherProof(Proof):
    """A proof with reasons of its own in place of prices of mentors and mentees."""

    @classmethod
    def of(cls, kind: Kind, *own: Any) -> Self:
        """A proof of this kind with what is its own, in the order of its fields."""
        return cls(kind, (), _NOBODY, _NOBODY, _NOBODY, None, None, *own)
