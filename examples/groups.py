"""Onboarding in groups: fourteen newcomers, five mentors, groups of three or four that also fit one another.

    python examples/groups.py

A group shares an afternoon. Two newcomers who would rather not be in one group are kept apart, and a mentor whom nobody
needs is left free.
"""

from __future__ import annotations

import mentormatch as mm
from mentormatch import formats
from mentormatch import questions as q
from mentormatch import rules as r

TOPICS = ["How we decide", "Writing code here", "Talking to customers", "Finding your way around"]
AFTERNOONS = ["Monday", "Tuesday", "Wednesday", "Thursday"]

PROGRAM = mm.Program(
    name="First hundred days at Lindqvist",
    questionnaire=mm.Questionnaire(
        [
            q.MultiChoice("topics", TOPICS, asked_of="mentee"),
            q.MultiChoice("knows", TOPICS, asked_of="mentor"),
            q.MultiChoice("hobbies", ["Chess", "Climbing", "Cooking", "Running", "Singing"]),
            q.MultiChoice("afternoons", AFTERNOONS),
        ]
    ),
    rules=[r.Covers("topics", by="knows", weight=4), r.Shares("hobbies")],
    # A fifth of a group's points is what its members have in common with one another.
    format=formats.Groups(
        (3, 4), cohesion=0.2, together=[r.Shares("topics", weight=2), r.Shares("hobbies")], meet_in="afternoons"
    ),
)

MENTORS = [
    ("Astrid", [0, 1], ["Chess", "Singing"], [0, 1, 3]),
    ("Bilal", [1, 3], ["Climbing"], [1, 2]),
    ("Carmen", [0, 2, 3], ["Cooking", "Running"], [0, 2, 3]),
    ("Dov", [2], ["Running"], [0, 2]),
    ("Esi", [0, 3], ["Singing", "Cooking"], [1, 3]),
]
NEWCOMERS = [
    ("Farid", [0, 1], ["Chess"], [0, 1]),
    ("Greta", [1], ["Climbing", "Running"], [1, 2]),
    ("Hugo", [3], ["Cooking"], [3]),
    ("Ines", [0, 3], ["Singing"], [1, 3]),
    ("Jun", [2], ["Running"], [0, 2]),
    ("Kofi", [2, 3], ["Cooking", "Running"], [2, 3]),
    ("Lena", [0], ["Chess", "Singing"], [0, 3]),
    ("Marek", [1, 3], ["Climbing"], [2]),
    ("Nora", [0, 2], [], [0, 2, 3]),
    ("Oskar", [1], ["Chess", "Climbing"], [1, 2]),
    ("Pia", [0, 3], ["Singing", "Cooking"], [1, 3]),
    ("Quentin", [2], ["Running", "Cooking"], [0, 2]),
    ("Rosa", [0, 1], ["Singing"], [0, 1]),
    ("Samir", [3], ["Cooking"], [3]),
]


def cohort() -> mm.Cohort:
    """The people of the tables above."""

    def record(
        name: str, topics: list[int], hobbies: list[str], afternoons: list[int], question: str
    ) -> dict[str, object]:
        times = [AFTERNOONS[at] for at in afternoons]
        return {"id": name, question: [TOPICS[at] for at in topics], "hobbies": hobbies, "afternoons": times}

    return mm.Cohort.from_records(
        PROGRAM.questionnaire,
        mentors=[record(*row, "knows") for row in MENTORS],
        mentees=[record(*row, "topics") for row in NEWCOMERS],
    )


def main() -> mm.GroupMatching:
    """Prints the groups, their check, why two newcomers are together, and returns the matching."""
    people = cohort()
    choices = mm.Choices(declines=[("Farid", "Lena"), ("Carmen", "Nora")])
    matching = PROGRAM.match(people, choices)
    assert isinstance(matching, mm.GroupMatching)
    print(matching)
    print()
    print(matching.verify())
    print()
    print(matching.explain("Hugo", "Samir"))
    free = [one.person for one in matching.unmatched if one.side == "mentor"]
    print(f"\nleft free to do other things: {', '.join(free) or 'nobody'}")
    return matching


if __name__ == "__main__":
    main()
