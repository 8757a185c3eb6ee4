"""All presets at a glance: for each a made-up cohort that answered its questionnaire, and what becomes of it.

    python examples/presets.py

A preset is where a program begins: its page (``print(presets.CAREER)``) says why everything is set as it is, and every
setting can be changed.
"""

from __future__ import annotations

import mentormatch as mm
from mentormatch import formats, synthetic
from mentormatch.formats import presets
from mentormatch.page import Page, Table


def main() -> list[mm.Matching]:
    """Prints a table with a line for each preset, and returns the matchings."""
    rows, matchings = [], []
    for preset in presets.ALL:
        if isinstance(preset.format, formats.Peers):
            cohort = synthetic.cohort_for(preset.questionnaire, people=17, seed=1)
        else:
            senior = "mentee" if preset is presets.REVERSE else "mentor"
            wants = {1: 1, 2: 1} if isinstance(preset.format, formats.Flash) else 1
            cohort = synthetic.cohort_for(preset.questionnaire, 16, 14, seed=1, senior=senior, wants=wants)
        matching = mm.Program.of(preset).match(cohort)
        assert matching.verify()
        reached = next(one for one in matching.aims if one.aim == "participation")
        rows.append((preset.name, preset.format.noun, str(reached), matching.proof.kind))
        matchings.append(matching)
    print(presets.CAREER)
    print()
    print(Page("All presets", tables=[Table("", ("preset", "forms", "placed", "proof"), rows)]))
    return matchings


if __name__ == "__main__":
    main()
