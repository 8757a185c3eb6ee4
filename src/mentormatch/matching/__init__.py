"""The answer: who is matched with whom, who is not, how good it is and why nothing is better."""

from __future__ import annotations

from mentormatch.matching.made import Group, Pair, Status
from mentormatch.matching.matching import Matching
from mentormatch.matching.verdict import Verdict

__all__ = ["Group", "Matching", "Pair", "Status", "Verdict"]
