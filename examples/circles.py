"""Circles of peers: seventeen team leads, no mentor, groups of three to six who meet once a month.

python examples/circles.py
"""

from __future__ import annotations

import mentormatch as mm
from mentormatch import formats
from mentormatch import questions as q
from mentormatch import rules as r

THEMES = ["Delegating", "Difficult talks", "Hiring", "Planning", "Saying no"]

PROGRAM = mm.Program(
    name="Circles for team leads",
    questionnaire=mm.Questionnaire(
        [
            q.MultiChoice("themes", THEMES),
            q.Number("years", unit="years", minimum=0, maximum=40),
            q.Choice("office", ["Ghent", "Leuven", "Namur"]),
        ]
    ),
    rules=[r.Shares("themes", weight=3), r.Close("years", within=10), r.Differs("office")],
    format=formats.Peers(circle=(3, 6)),
)


def main() -> mm.CircleMatching:
    """Prints the circles and the check, and returns the matching."""
    people = [
        {
            "id": f"lead-{at:02}",
            "themes": sorted({THEMES[at % 5], THEMES[at * at % 5]}),
            "years": at * 7 % 19,
            "office": ("Ghent", "Leuven", "Namur")[at % 3],
        }
        for at in range(1, 18)
    ]
    cohort = mm.Cohort.from_records(PROGRAM.questionnaire, people=people)
    choices = mm.Choices(bans=[("lead-01", "lead-06", "one reports to the other")], pins=[("lead-02", "lead-13")])
    matching = PROGRAM.match(cohort, choices)
    assert isinstance(matching, mm.CircleMatching)
    print(matching)
    print()
    print(matching.verify())
    return matching


if __name__ == "__main__":
    main()
