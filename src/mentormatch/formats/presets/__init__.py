"""Programs to begin with, one for each usual kind: a questionnaire, rules and a format, each to be changed.

>>> import mentormatch as mm
>>> from mentormatch.formats import presets
>>> program = mm.Program.of(presets.CAREER, name="Career mentoring 2027").with_weights(goals=40)
>>> program.name, len(program.questionnaire), program.rules[0].weight
('Career mentoring 2027', 15, 40)
"""

from mentormatch.formats.presets.career import CAREER, DEI, HIGH_POTENTIAL, NEW_MANAGERS, REMOTE, REVERSE
from mentormatch.formats.presets.preset import Preset
from mentormatch.formats.presets.shapes import FLASH, ONBOARDING, PEER_LEARNING

ALL = (CAREER, HIGH_POTENTIAL, ONBOARDING, NEW_MANAGERS, DEI, REVERSE, PEER_LEARNING, REMOTE, FLASH)
"""All presets."""

__all__ = [
    "ALL",
    "CAREER",
    "DEI",
    "FLASH",
    "HIGH_POTENTIAL",
    "NEW_MANAGERS",
    "ONBOARDING",
    "PEER_LEARNING",
    "REMOTE",
    "REVERSE",
    "Preset",
]
