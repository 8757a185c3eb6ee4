"""Two sign-up sheets in, a proven matching out: run it with ``make demo`` or ``python examples/quickstart.py``.

The sheets in examples/data are those of an imaginary company, exported from a form and left as they came: full
questions as headers, picks joined by semicolons, blanks, columns that nobody needs.
"""

from __future__ import annotations

import sys
from pathlib import Path

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r

DATA = Path(__file__).parent / "data"

TEAMS = [
    "Customer care",
    "Finance",
    "Hardware",
    "People and culture",
    "Quality",
    "Research",
    "Sales",
    "Software",
]
GOALS = [
    "Get promoted",
    "Lead a team",
    "Change career path",
    "Settle into a new role",
    "Become an expert",
    "Be heard by management",
    "Balance work and family",
    "Come back after a break",
]
SKILLS = [
    "Leadership",
    "Giving feedback",
    "Running meetings",
    "Delegating",
    "Negotiation",
    "Public speaking",
    "Writing",
    "Project planning",
    "Budgeting",
    "Data analysis",
    "Python",
    "Handling conflict",
]
VALUES = [
    "Learning",
    "Independence",
    "Recognition",
    "Fairness",
    "Stability",
    "Helping others",
    "Creativity",
    "Getting things done",
]
PLACES = ["In person, Porto", "In person, Tallinn", "Video call", "Phone"]
LANGUAGES = ["English", "Estonian", "German", "Greek", "Italian", "Korean", "Mandarin", "Portuguese", "Ukrainian"]
PASTIMES = [
    "Board games",
    "Chess",
    "Climbing",
    "Cooking",
    "Films",
    "Football",
    "Gardening",
    "Hiking",
    "Music",
    "Photography",
]

# What is asked.
QUESTIONNAIRE = mm.Questionnaire(
    [
        q.Choice("team", options=TEAMS, required=True),
        q.Number("experience", unit="years", minimum=0, maximum=60),
        q.MultiChoice("goals", options=GOALS, at_most=3, asked_of="mentee"),
        q.MultiChoice("goals_reached", options=GOALS, asked_of="mentor"),
        q.MultiChoice("skills_to_grow", options=SKILLS, asked_of="mentee", private=True),
        q.MultiChoice("skills", options=SKILLS, asked_of="mentor"),
        q.MultiChoice("values", options=VALUES, at_most=3),
        q.Scale("bluntness", 1, 5),
        q.MultiChoice("places", options=PLACES),
        q.MultiChoice("languages", options=LANGUAGES),
        q.MultiChoice("pastimes", options=PASTIMES),
    ],
    blanks=["n/a"],
)

# Where the answers stand in the sheets; a column that is not named here is left alone.
BOTH = {
    "id": "Staff number",
    "name": "Full name",
    "team": "Which team do you work in?",
    "experience": "How many years have you worked in your field?",
    "values": "What matters most to you at work? (up to three)",
    "bluntness": "How do you like to give and get feedback? (1 = gently, 5 = bluntly)",
    "places": "How would you like to meet?",
    "languages": "Which languages could you hold a conversation in?",
    "pastimes": "What do you enjoy outside work? (optional)",
}
COLUMNS = {
    "mentor": {
        **BOTH,
        "capacity": "How many mentees could you take on this year?",
        "goals_reached": "Which of these goals have you reached yourself?",
        "skills": "Which skills could you mentor somebody in?",
    },
    "mentee": {
        **BOTH,
        "goals": "What do you hope to achieve in the next six months? (up to three)",
        "skills_to_grow": "Which skills would you like to grow?",
    },
}
PICKS = ("goals", "goals_reached", "skills_to_grow", "skills", "values", "places", "languages", "pastimes")

# How good a pair is, and which pairs are out of the question. The weights add up to 100: what a mentee wants counts for
# more than half, what both have in common outside work for little.
PROGRAM = mm.Program(
    name="Tidemark 2025",
    questionnaire=QUESTIONNAIRE,
    rules=[
        r.Covers("goals", by="goals_reached", weight=30),
        r.Covers("skills_to_grow", by="skills", weight=25),
        r.Ahead("experience", ideal=(4, 12), weight=15),
        r.Shares("values", weight=10),
        r.Close("bluntness", weight=5),
        r.Shares("places", weight=10),
        r.Shares("pastimes", weight=5),
    ],
    conditions=[
        r.Differs("team"),
        r.Ahead("experience", ideal=(2, 60), least=2),  # the mentor has at least two years more
        r.Shares("languages", if_unknown="allow"),  # nobody is left out for a blank here
    ],
)


def read() -> mm.Cohort:
    """The people of both sheets."""
    return mm.Cohort.from_csv(
        QUESTIONNAIRE,
        mentors=DATA / "mentors.csv",
        mentees=DATA / "mentees.csv",
        columns=COLUMNS,
        delimiters=dict.fromkeys(PICKS, ";"),
    )


def main() -> mm.Matching:
    """Prints the way from the sheets to the matching, and returns the matching."""
    cohort = read()
    heading("Who signed up, and what they left blank")
    print(cohort)

    heading("Are there enough mentors?")
    print(PROGRAM.check_supply(cohort))

    heading("Who is matched with whom?")
    matching = PROGRAM.match(cohort)
    print(matching)

    heading("Is it the best there is? Checked again, without a solver")
    print(matching.verify())

    heading("Why did Beatriz get Hanna?")
    print(matching.explain("T-1019", "T-2141"))

    heading("Why did Марко not get Ольга, who speaks Ukrainian like him?")
    print(matching.explain("T-1023", "T-2015"))

    return matching


def heading(text: str) -> None:
    """Sets one part of the output apart from the next."""
    print(f"\n--- {text} ".ljust(101, "-"), end="\n\n")


if __name__ == "__main__":
    # Where a terminal cannot show a letter of a name, a question mark will do.
    sys.stdout.reconfigure(errors="replace")
    main()
