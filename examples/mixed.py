"""A shortage of mentors: one-to-one as far as the seats go, and groups for the overflow, in one call.

    python examples/mixed.py

Fourteen mentees and six mentors with a seat each. Eight people would be left without a mentor; two of the mentors lead
a group instead, and everybody has somebody.
"""

from __future__ import annotations

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r

GOALS = ["Lead a team", "Change teams", "Speak in public", "Find a balance"]

QUESTIONNAIRE = mm.Questionnaire(
    [
        q.MultiChoice("goals", GOALS, asked_of="mentee"),
        q.MultiChoice("goals_reached", GOALS, asked_of="mentor"),
        q.Choice("site", ["Harbour", "Hill"]),
    ]
)
PAIRS = mm.Program(
    name="Mentoring at Saltmarsh",
    questionnaire=QUESTIONNAIRE,
    rules=[r.Covers("goals", by="goals_reached", weight=3), r.Same("site", weight=1)],
)
BOTH = PAIRS.with_(format=mm.formats.Mixed(groups=mm.formats.Groups(size=(4, 6))))

MENTORS = [
    ("Aurel", [0, 1], 0),
    ("Beatrix", [2], 1),
    ("Cem", [0, 3], 0),
    ("Doris", [1, 2, 3], 1),
    ("Elio", [3], 0),
    ("Freya", [0, 2], 1),
]
MENTEES = [
    ("Gesa", [0], 0),
    ("Henk", [1], 1),
    ("Inka", [2], 1),
    ("Jaro", [3], 0),
    ("Kora", [0, 2], 0),
    ("Levi", [1, 3], 1),
    ("Mina", [3], 1),
    ("Nils", [0], 0),
    ("Ossi", [2], 0),
    ("Paul", [1], 1),
    ("Quin", [0, 1], 1),
    ("Rita", [3], 0),
    ("Sven", [2, 3], 1),
    ("Tove", [1, 2], 0),
]


def main() -> list[mm.Matching]:
    """Prints what pairs alone would leave, and pairs and groups together; returns both matchings."""
    sites = ["Harbour", "Hill"]
    cohort = mm.Cohort.from_records(
        QUESTIONNAIRE,
        mentors=[{"id": m, "goals_reached": [GOALS[k] for k in own], "site": sites[s]} for m, own, s in MENTORS],
        mentees=[{"id": e, "goals": [GOALS[k] for k in own], "site": sites[s]} for e, own, s in MENTEES],
    )
    alone = PAIRS.match(cohort)
    left = [one.person for one in alone.unmatched if one.side == "mentee"]
    print(f"{PAIRS.check_supply(cohort)}\n\nPairs alone leave {len(left)} of {len(MENTEES)}: {', '.join(left)}.\n")
    both = BOTH.match(cohort)
    print(f"{both}\n\n{both.verify()}")
    return [alone, both]


if __name__ == "__main__":
    main()
