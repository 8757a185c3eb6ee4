"""Reverse mentoring from a preset: juniors show directors what is new, and nothing in the library is turned around.

    python examples/reverse.py

The preset brings a questionnaire, rules and conditions with their reasons. Here its options are those of the company,
and one weight is changed; the mentors are the juniors.
"""

from __future__ import annotations

import mentormatch as mm
from mentormatch import questions as q
from mentormatch.formats import presets

NEW_THINGS = ["AI tools", "Short videos", "Reading data", "What young customers want", "How newcomers see us"]
DEPARTMENTS = ["Claims", "Customers", "Finance", "IT", "People"]
OURS = {
    "wants_to_see": q.MultiChoice("wants_to_see", NEW_THINGS, at_most=3, asked_of="mentee"),
    "can_show": q.MultiChoice("can_show", NEW_THINGS, asked_of="mentor"),
    "department": q.Choice("department", DEPARTMENTS),
}

PROGRAM = (
    mm.Program.of(presets.REVERSE, name="Fresh eyes at Merrow Insurance")
    .with_(questionnaire=mm.Questionnaire([OURS.get(one.id, one) for one in presets.REVERSE.questionnaire]))
    .with_weights(interests=10)
)

JUNIORS = [
    ("Alma", 2, "Trainee", "IT", ["AI tools", "Reading data"], 1, ["English"], ["Music"], "Oskar"),
    (
        "Bruno",
        4,
        "Associate",
        "Customers",
        ["Short videos", "What young customers want"],
        2,
        ["English"],
        ["Games"],
        None,
    ),
    (
        "Carla",
        3,
        "Trainee",
        "People",
        ["How newcomers see us", "AI tools"],
        1,
        ["English", "German"],
        ["Running"],
        None,
    ),
    ("Dario", 6, "Professional", "Claims", ["Reading data"], 1, ["English"], ["Cooking"], "Petra"),
]
SENIORS = [
    ("Oskar", 24, "Director", "Finance", ["AI tools", "Reading data"], ["English"], ["Music", "Hiking"]),
    ("Petra", 29, "Director", "IT", ["What young customers want", "Short videos"], ["English"], ["Games"]),
    ("Quirin", 21, "Senior manager", "Claims", ["How newcomers see us"], ["English", "German"], ["Running"]),
    ("Rosa", 15, "Manager", "Customers", ["AI tools"], ["German"], ["Travel"]),
]


def main() -> mm.Matching:
    """Prints why the preset is set as it is, who shows whom, and one pair that the conditions forbid."""
    mentors = ("id", "experience", "level", "department", "can_show", "capacity", "languages", "interests", "manager")
    mentees = ("id", "experience", "level", "department", "wants_to_see", "languages", "interests")
    cohort = mm.Cohort.from_records(
        PROGRAM.questionnaire,
        mentors=[dict(zip(mentors, junior, strict=True)) for junior in JUNIORS],
        mentees=[dict(zip(mentees, senior, strict=True)) for senior in SENIORS],
    )
    print(f"{presets.REVERSE}\n\n{PROGRAM.check_supply(cohort)}\n")
    matching = PROGRAM.match(cohort)
    print(f"{matching}\n\n{matching.verify()}\n")
    print(f"Why not Alma and Oskar, to whom she reports?\n\n{matching.explain('Alma', 'Oskar')}")
    return matching


if __name__ == "__main__":
    main()
