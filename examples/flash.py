"""Speed mentoring: two evenings of short meetings, nobody in two at once and nobody twice.

    python examples/flash.py

The first evening has three rounds, and everybody is there throughout. For the second one people have said when they can
come, and who has met before does not meet again.
"""

from __future__ import annotations

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r

TOPICS = ["Career change", "Leading people", "Public speaking", "Negotiation", "Working abroad"]
SLOTS = ["17:00", "17:20", "17:40", "18:00"]

PROGRAM = mm.Program(
    name="Speed mentoring at Brackwater",
    questionnaire=mm.Questionnaire(
        [
            q.MultiChoice("ask_me_about", options=TOPICS, asked_of="mentor"),
            q.MultiChoice("would_ask_about", options=TOPICS, asked_of="mentee"),
            q.Choice("site", options=["Brackwater", "Lindholm", "Osterby"]),
            q.MultiChoice("can_come_at", options=SLOTS),
        ]
    ),
    rules=[r.Covers("would_ask_about", by="ask_me_about", weight=4), r.Differs("site", weight=1)],
    format=mm.formats.Flash(rounds=3),
)

MENTORS = [
    ("Adaeze", 3, ["Leading people", "Negotiation"], "Brackwater", SLOTS),
    ("Bastian", 2, ["Public speaking", "Working abroad"], "Lindholm", SLOTS[:2]),
    ("Cosima", 3, ["Career change", "Leading people"], "Osterby", SLOTS[1:]),
    ("Devraj", 2, ["Negotiation", "Working abroad"], "Lindholm", SLOTS[2:]),
]
MENTEES = [
    ("Elif", 2, ["Leading people"], "Brackwater", SLOTS[:2]),
    ("Farah", 2, ["Career change", "Working abroad"], "Osterby", SLOTS),
    ("Gustav", 3, ["Negotiation", "Leading people"], "Lindholm", SLOTS[1:3]),
    ("Hana", 2, ["Public speaking"], "Brackwater", SLOTS[:1]),
    ("Ilja", 2, ["Working abroad"], "Osterby", []),
]


def main() -> list[mm.FlashMatching]:
    """Prints the two evenings' schedules and their proofs, and returns the matchings."""
    cohort = mm.Cohort.from_records(
        PROGRAM.questionnaire,
        mentors=[
            {"id": who, "capacity": meetings, "ask_me_about": topics, "site": site, "can_come_at": slots}
            for who, meetings, topics, site, slots in MENTORS
        ],
        mentees=[
            {"id": who, "wants": meetings, "would_ask_about": topics, "site": site, "can_come_at": slots}
            for who, meetings, topics, site, slots in MENTEES
        ],
    )
    first = PROGRAM.match(cohort)
    assert isinstance(first, mm.FlashMatching)
    print(f"--- The first evening: three rounds ---\n\n{first}\n\n{first.schedule()}")

    met = mm.Choices(ended=[(meeting.mentor, meeting.mentee) for meeting in first.meetings])
    later = PROGRAM.with_(format=mm.formats.Flash(availability="can_come_at"))
    second = later.match(cohort, met)
    assert isinstance(second, mm.FlashMatching)
    print(f"\n--- The second evening: who can come when, and nobody twice ---\n\n{second}\n\n{second.agenda('Farah')}")
    print(f"\n{second.verify()}")
    return [first, second]


if __name__ == "__main__":
    main()
