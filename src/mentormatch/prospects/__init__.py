"""What will disappoint, found before anything is matched: rules without effect, conditions that forbid too much."""

from __future__ import annotations

from mentormatch.prospects.check import ProgramCheck, check_of
from mentormatch.prospects.effects import Influence
from mentormatch.prospects.exclusion import Forbids
from mentormatch.prospects.options import option_findings

__all__ = ["Forbids", "Influence", "ProgramCheck", "check_of", "option_findings"]
