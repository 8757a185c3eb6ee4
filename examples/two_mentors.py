"""Two mentors for each mentee, from different departments: everybody gets a first before anybody a second.

    python examples/two_mentors.py

Nine seats for five mentees who want two mentors each: one of them has to do with one. The two mentors of a mentee come
from different departments, so that they see different things.
"""

from __future__ import annotations

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r

SKILLS = ["Negotiation", "Public speaking", "Data", "Planning", "Coaching"]

PROGRAM = mm.Program(
    name="Two views at Torvald & Sons",
    questionnaire=mm.Questionnaire(
        [
            q.MultiChoice("wants_to_learn", SKILLS, asked_of="mentee"),
            q.MultiChoice("can_teach", SKILLS, asked_of="mentor"),
            q.Choice("department", ["Finance", "Sales", "Shipping"]),
        ]
    ),
    rules=[r.Covers("wants_to_learn", by="can_teach")],
    format=mm.formats.Pairs(differ="department"),
)

MENTORS = [
    ("Agnes", 2, ["Negotiation", "Planning"], "Sales"),
    ("Birk", 2, ["Negotiation", "Public speaking"], "Sales"),
    ("Cleo", 2, ["Data", "Planning"], "Finance"),
    ("Doru", 1, ["Data"], "Finance"),
    ("Edda", 2, ["Coaching", "Public speaking"], "Shipping"),
]
MENTEES = [
    ("Fina", ["Negotiation"]),
    ("Goran", ["Data", "Planning"]),
    ("Hilde", ["Public speaking", "Negotiation"]),
    ("Ilse", ["Coaching"]),
    ("Juri", ["Planning", "Negotiation"]),
]


def main() -> list[mm.Matching]:
    """Prints the matching with the demand and what it costs, and returns both matchings."""
    cohort = mm.Cohort.from_records(
        PROGRAM.questionnaire,
        mentors=[dict(zip(("id", "capacity", "can_teach", "department"), mentor, strict=True)) for mentor in MENTORS],
        mentees=[{"id": who, "wants": 2, "wants_to_learn": skills} for who, skills in MENTEES],
    )
    matching = PROGRAM.match(cohort)
    print(f"{matching}\n\n{matching.verify()}")
    freely = PROGRAM.with_(format=mm.formats.Pairs()).match(cohort)
    alike = sum(
        MENTORS[a][3] == MENTORS[b][3]
        for who, _ in MENTEES
        for a in range(len(MENTORS))
        for b in range(a)
        if {(MENTORS[a][0], who), (MENTORS[b][0], who)} <= {(pair.mentor, pair.mentee) for pair in freely.pairs}
    )
    print(
        f"\nWithout the demand {alike} of the mentees would have two mentors of one department, and the pairs "
        f"{freely.points - matching.points:,} points more."
    )
    return [matching, freely]


if __name__ == "__main__":
    main()
