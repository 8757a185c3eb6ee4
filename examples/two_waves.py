"""One mentoring program from the first wish to the last change, told step by step.

    python examples/two_waves.py

The harbour company and everybody in it are made up: nine mentors, ten mentees, and three people who come late. Half of
the mentees would like the same mentor, some proposals are declined, somebody leaves and one pair does not get on. After
each step the program is matched again, and what changed is printed with its reasons.
"""

from __future__ import annotations

import textwrap

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r

DEPARTMENTS = ["Berths", "Customs", "Finance", "Fleet", "People", "Yard"]
GOALS = ["Lead a team", "Get promoted", "Change department", "Settle in", "Be heard"]
SKILLS = ["Feedback", "Negotiation", "Planning", "Speaking", "Budgets", "Handling conflict"]
PASTIMES = ["Choir", "Football", "Gardens", "Rowing", "Chess"]

QUESTIONNAIRE = mm.Questionnaire(
    [
        q.Choice("department", DEPARTMENTS, required=True),
        q.Number("experience", unit="years", minimum=0),
        q.MultiChoice("goals", GOALS, asked_of="mentee"),
        q.MultiChoice("goals_reached", GOALS, asked_of="mentor"),
        q.MultiChoice("skills_to_grow", SKILLS, asked_of="mentee", private=True),
        q.MultiChoice("skills", SKILLS, asked_of="mentor"),
        q.MultiChoice("pastimes", PASTIMES),
    ]
)
PROGRAM = mm.Program(
    name="Northquay mentoring",
    questionnaire=QUESTIONNAIRE,
    rules=[
        r.Covers("goals", by="goals_reached", weight=35),
        r.Covers("skills_to_grow", by="skills", weight=35),
        r.Ahead("experience", ideal=(4, 15), weight=20),
        r.Shares("pastimes", weight=10),
    ],
    conditions=[r.Differs("department")],
)


def people(side: str, table: str) -> list[dict[str, object]]:
    """One record for each line: id, department, years, goals, skills, pastimes and, for mentors, seats."""
    picks = ("goals_reached", "skills") if side == "mentor" else ("goals", "skills_to_grow")
    names = ("id", "department", "experience", *picks, "pastimes", "capacity")
    records = []
    for line in table.strip().splitlines():
        answers = {name: cell.strip() for name, cell in zip(names, line.split("|"), strict=False) if cell.strip()}
        several = {name: answers[name].split(", ") for name in (*picks, "pastimes") if name in answers}
        records.append({**answers, **several})
    return records


MENTORS = people(
    "mentor",
    """
    Margarethe | Fleet   | 27 | Lead a team, Get promoted, Be heard | Negotiation, Speaking, Budgets | Choir
    Anselm     | Berths  | 14 | Lead a team, Settle in              | Planning, Handling conflict    | Football | 2
    Bilge      | Customs | 11 | Change department, Get promoted     | Negotiation, Feedback          | Chess
    Corentin   | Finance | 16 | Get promoted, Be heard              | Budgets, Planning              | Rowing
    Dagny      | People  | 19 | Lead a team, Change department      | Feedback, Handling conflict    | Choir
    Emeka      | Yard    | 9  | Settle in, Lead a team              | Planning, Feedback             | Football
    Fumiko     | Finance | 13 | Be heard, Change department         | Speaking, Budgets              | Gardens
    Giorgos    | Yard    | 22 | Get promoted, Lead a team           | Handling conflict, Negotiation | Rowing
    Halina     | Fleet   | 12 | Settle in, Be heard                 | Speaking, Planning             | Chess
    """,
)
MENTEES = people(
    "mentee",
    """
    Ines     | Berths  | 5 | Lead a team, Be heard       | Speaking, Negotiation       | Choir
    Jonas    | Customs | 7 | Get promoted, Lead a team   | Negotiation, Budgets        | Rowing
    Kavya    | Finance | 3 | Be heard                    | Speaking                    | Gardens
    Leszek   | Yard    | 8 | Lead a team, Get promoted   | Budgets, Negotiation        | Football
    Mireia   | People  | 6 | Get promoted                | Speaking, Budgets           |
    Nuru     | Fleet   | 1 | Settle in                   | Planning, Feedback          | Football
    Oleander | Berths  | 4 | Change department           | Negotiation                 | Chess
    Pilvi    | Finance | 2 | Settle in, Lead a team      | Handling conflict           | Choir
    Quentin  | Yard    | 5 | Change department, Be heard | Speaking, Budgets           | Gardens
    Ruta     | Customs | 4 | Lead a team                 | Planning, Handling conflict | Football
    """,
)
LATE_MENTORS = people("mentor", "Ursel | Berths | 18 | Lead a team, Be heard | Negotiation, Handling conflict | Rowing")
LATE_MENTEES = people(
    "mentee",
    """
    Soraya | People | 2 | Settle in, Be heard | Speaking, Planning             | Chess
    Tarik  | Fleet  | 6 | Lead a team         | Handling conflict, Negotiation | Rowing
    """,
)
SHORTLISTS = {
    "Ines": ["Margarethe", "Dagny"],
    "Jonas": ["Margarethe", "Giorgos"],
    "Kavya": ["Fumiko", "Margarethe"],
    "Leszek": ["Margarethe", "Corentin"],
    "Mireia": ["Margarethe"],
    "Quentin": ["Fumiko"],
    "Ruta": ["Anselm"],
}
"""Whom mentees would like, best first. Nuru, Oleander and Pilvi leave it to the program."""


def main() -> list[mm.Matching]:
    """Tells the story, and returns the matching of every step."""
    cohort = mm.Cohort.from_records(QUESTIONNAIRE, mentors=MENTORS, mentees=MENTEES)
    choices = mm.Choices(shortlists=SHORTLISTS)

    caption(
        "March: who takes part",
        "Ten people look for a mentor, and nine offer to be one; Anselm takes two. It will do if everybody agrees.",
    )
    print(PROGRAM.check_supply(cohort))

    caption(
        "What may come of it",
        "But not everybody agrees. Last year seven proposals in ten were accepted, the others declined or never "
        "answered in equal parts, and a fifth of the mentees signed up late. How many will have a mentor after two "
        "waves?",
    )
    print(mm.simulate_waves(PROGRAM, cohort, choices=choices, accept=0.7, decline=0.15, late=0.2))

    caption(
        "The wishes are in",
        "Seven mentees say whom they would like. Five of them name Margarethe, who runs the fleet and has one seat. "
        "Who asked first does not matter: as many as possible are to get somebody from their list. One wish cannot be: "
        "Fumiko works in Kavya's own department, and the program does not pair colleagues.",
    )
    first = PROGRAM.match(cohort, choices)
    print(first)

    caption(
        "Who gets Margarethe?",
        "Mireia, because she named nobody else. Ines, Jonas and Leszek get their second choice, so six mentees have "
        "somebody from their list; were the seat for one of the three, it would be five. Kavya, who named Margarethe "
        "second, gets the mentor who suits her best of all.",
    )
    print(first.popular_mentors("Margarethe", k=2))

    caption(
        "The first answers",
        "Seven proposals are accepted. Corentin declines, and so does Giorgos, who says why; Bilge does not answer. "
        "What is accepted stays, and the three mentees concerned are proposed to somebody else.",
    )
    choices = choices.record(
        first,
        accepted="all",
        declined=[("Corentin", "Leszek"), ("Giorgos", "Jonas", "no time before the summer")],
        expired=[("Bilge", "Oleander")],
    )
    second = PROGRAM.match(cohort, choices, previous=first)
    print(second.changes_since(first))

    caption(
        "April: the stragglers",
        "Bilge and Corentin accept their new mentees; Giorgos is still thinking about his. Now two mentees and a "
        "mentor sign up late. They are fitted in around the others, and as few open proposals as possible are moved.",
    )
    choices = choices.record(second, accepted=[("Bilge", "Leszek"), ("Corentin", "Jonas")])
    cohort = cohort.add(mentors=LATE_MENTORS, mentees=LATE_MENTEES)
    third = PROGRAM.match(cohort, choices, previous=second)
    print(third.changes_since(second))
    for alone in third.unmatched:
        print(f"\n{alone.person} has nobody yet: {alone.reason}.")

    caption(
        "June: a leaver",
        "All proposals have been accepted when Corentin leaves the company. Nobody else's mentor is taken away to "
        "make up for it, so Jonas has to wait, like Soraya.",
    )
    choices = choices.record(third, accepted="all").with_(left=["Corentin"])
    fourth = PROGRAM.match(cohort, choices, previous=third)
    print(fourth.changes_since(third))
    print("\nWho would suit Jonas, if there were a seat?\n")
    print(fourth.alternatives("Jonas", 3))

    caption(
        "July: a rematch",
        "Dagny and Ines did not get on and have ended it; they will not be proposed to each other again. And "
        "Margarethe, who has heard how many asked for her, offers a second seat.",
    )
    choices = choices.record(fourth).end("Dagny", "Ines", "did not get on")
    cohort = cohort.with_capacity({"Margarethe": 2})
    fifth = PROGRAM.match(cohort, choices, previous=fourth)
    print(fifth.changes_since(fourth))

    caption("How it stands", "Both new pairs are accepted. What became of the ten proposals of March:")
    choices = choices.record(fifth, accepted="all")
    last = PROGRAM.match(cohort, choices, previous=fifth)
    print(last.changes_since(first))
    print()
    print(last.verify())

    caption("The next round", "Nobody is to be left out twice: who had no mentor this time comes first the next time.")
    for mentee, priority in choices.next_round().priority:
        print(f"{mentee} has priority {priority}; the others have priority 0.")
    return [first, second, third, fourth, fifth, last]


def caption(title: str, text: str) -> None:
    """Sets one step of the story apart from the one before, and says what happened."""
    print(f"\n--- {title} ".ljust(101, "-"), end="\n\n")
    print(textwrap.fill(text, width=100), end="\n\n")


if __name__ == "__main__":
    main()
