"""Resource groups: some ask for a mentor from a group of theirs, some for another one, and nobody else learns of it.

    python examples/erg.py

Membership is private and may be of several groups. It counts for those who ask for it, and no explanation shows it to
anybody but the administrator.
"""

from __future__ import annotations

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r

GROUPS = ["Women in Tech", "Parents", "Veterans", "Open Minds"]
TOPICS = ["Getting promoted", "Speaking up", "Changing teams", "Coming back from leave"]

PROGRAM = mm.Program(
    name="Mentoring across our networks",
    questionnaire=mm.Questionnaire(
        [
            q.MultiChoice("topics", TOPICS, asked_of="mentee"),
            q.MultiChoice("knows", TOPICS, asked_of="mentor"),
            q.Choice("team", ["Data", "Support", "Web"]),
            q.MultiChoice("networks", GROUPS, private=True, text="Which networks are you a member of?"),
            q.Choice("from", ["My networks", "Other networks", "Either"], asked_of="mentee", private=True),
        ]
    ),
    rules=[
        r.Covers("topics", by="knows", weight=3),
        r.When("from", "Other networks", r.Differs("networks"), weight=2, label="another network"),
    ],
    # Who asks for somebody of an own network gets nobody else.
    conditions=[r.Differs("team"), r.When("from", "My networks", r.Same("networks"))],
)

MENTORS = [
    ("Ingrid", "Web", ["Getting promoted", "Speaking up"], ["Women in Tech", "Parents"]),
    ("Jamal", "Data", ["Changing teams", "Getting promoted"], ["Veterans"]),
    ("Kirsten", "Support", ["Coming back from leave", "Speaking up"], ["Parents", "Open Minds"]),
    ("Luis", "Web", ["Changing teams"], []),
]
MENTEES = [
    ("Milla", "Data", ["Speaking up"], ["Women in Tech"], "My networks"),
    ("Noor", "Web", ["Coming back from leave"], ["Parents", "Women in Tech"], "My networks"),
    ("Otto", "Support", ["Getting promoted"], ["Parents"], "Other networks"),
    ("Pia", "Web", ["Speaking up"], ["Veterans", "Open Minds"], "Either"),
    ("Rune", "Support", ["Changing teams"], [], "My networks"),
]


def main() -> mm.Matching:
    """Prints the matching, and one pair as the administrator, and as the two themselves, may see it."""
    cohort = mm.Cohort.from_records(
        PROGRAM.questionnaire,
        mentors=[dict(zip(("id", "team", "knows", "networks"), mentor, strict=True), capacity=2) for mentor in MENTORS],
        mentees=[dict(zip(("id", "team", "topics", "networks", "from"), mentee, strict=True)) for mentee in MENTEES],
    )
    matching = PROGRAM.match(cohort)
    print(f"{matching}\n\n{matching.verify()}\n")
    print(f"For the administrator:\n\n{matching.explain('Jamal', 'Otto')}\n")
    print(f"For Jamal:\n\n{matching.explain('Jamal', 'Otto', 'mentor')}")
    return matching


if __name__ == "__main__":
    main()
