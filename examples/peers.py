"""Peer learning in one pool: nobody is the mentor, and who would be left over makes a trio."""

from __future__ import annotations

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r

SKILLS = ["Negotiation", "Python", "Running meetings", "Writing"]

PROGRAM = mm.Program(
    name="Peer learning at Harrowgate",
    questionnaire=mm.Questionnaire(
        [
            q.MultiChoice("can_teach", options=SKILLS),
            q.MultiChoice("wants_to_learn", options=SKILLS),
            q.Number("years", unit="years", minimum=0, maximum=50),
            q.Choice("team", options=["Design", "Logistics", "Sales"]),
        ]
    ),
    # Each of two peers is asked once as the one who teaches and once as the one who learns.
    rules=[r.Covers("wants_to_learn", by="can_teach", weight=3), r.Close("years", within=10)],
    conditions=[r.Close("years", within=8), r.Differs("team")],
    format=mm.formats.Peers(),
)

PEOPLE = [
    ("Aino", ["Python"], ["Writing"], 3, "Design"),
    ("Boris", ["Writing"], ["Python"], 6, "Sales"),
    ("Chiara", ["Negotiation"], ["Running meetings"], 12, "Sales"),
    ("Dunya", ["Running meetings"], ["Negotiation", "Writing"], 10, "Logistics"),
    ("Emre", ["Writing", "Python"], ["Negotiation"], 8, "Design"),
    ("Fatou", ["Negotiation"], ["Python"], 5, "Logistics"),
    ("Gideon", ["Running meetings"], ["Writing"], 9, "Sales"),
    ("Hedda", ["Python"], ["Running meetings"], 33, "Design"),
]


def main() -> mm.PeerMatching:
    """Prints who learns with whom, a check of it and one explanation, and returns the matching."""
    fields = ("id", "can_teach", "wants_to_learn", "years", "team")
    people = [dict(zip(fields, person, strict=True)) for person in PEOPLE]
    cohort = mm.Cohort.from_records(PROGRAM.questionnaire, people=people)
    choices = mm.Choices(paused=["Boris"], bans=[("Emre", "Gideon", "they share a desk already")])
    for title, said in (("Everybody", None), ("Boris pauses, and Emre and Gideon are kept apart", choices)):
        matching = PROGRAM.match(cohort, said)
        assert isinstance(matching, mm.PeerMatching)
        print(f"\n--- {title} ---\n\n{matching}\n\n{matching.verify()}")
    print(f"\n{matching.explain('Chiara', 'Dunya')}")
    return matching


if __name__ == "__main__":
    main()
