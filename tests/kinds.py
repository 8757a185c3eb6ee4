"""A small program, its people and its matching for each kind of matching there is, with names, lists and choices."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

import mentormatch as mm
from mentormatch import formats
from mentormatch import questions as q
from mentormatch import rules as r

TOPICS = ["Law", "Sales", "Python", "Speaking"]
SLOTS = ["9:00", "9:20", "9:40"]
QUESTIONNAIRE = mm.Questionnaire(
    [
        q.MultiChoice("topics", TOPICS),
        q.MultiChoice("slots", SLOTS),
        q.Choice("team", ["North", "South", "West"]),
        q.Number("years", minimum=0),
        q.Text("about", private=True),
    ]
)
SKILLS = mm.Taxonomy([mm.Term("Law"), mm.Term("Sales", "Sales", ["Selling"]), "Python"], related=[("Law", "Sales")])
FORMATS: dict[str, formats.AnyFormat] = {
    "pairs": formats.Pairs(),
    "groups": formats.Groups((2, 3), cohesion=0.2, together=[r.Shares("topics", missing="zero")], meet_in="slots"),
    "peers": formats.Peers(),
    "circles": formats.Peers(circle=(3, 4)),
    "flash": formats.Flash(availability="slots"),
    "several": formats.Pairs(differ="team"),
    "mixed": formats.Mixed(formats.Groups((2, 3))),
}


@dataclass(frozen=True)
class Kind:
    """A program of one kind with people, what they chose, and the answer."""

    program: mm.Program
    cohort: mm.Cohort
    choices: mm.Choices
    matching: mm.Matching


@cache
def kind(name: str) -> Kind:
    """The kind with this name, one of `FORMATS`; made when it is first asked for."""
    program = mm.Program(
        name.title(),
        QUESTIONNAIRE,
        [
            r.Related("topics", taxonomy=SKILLS, weight=3, missing=0.2),
            r.Close("years", within=9, missing="abstain"),
            r.When("team", "North", r.Same("team"), label="north"),
            r.Similar("about"),
        ],
        [r.AtLeast(r.Close("years", within=40), 0.1, if_unknown="allow")],
        format=FORMATS[name],
        seed=3,
    )
    pool = isinstance(program.format, formats.Peers)
    cohort = people(6, 8, pool=pool, most=2 if name in ("pairs", "several", "flash") else 1)
    first, second = cohort.mentors.ids[:2]
    last = cohort.mentees.ids[-1]
    choices = mm.Choices(
        declines=[(first, last, "no time")],
        priority={last: 1},
        paused=[cohort.mentees.ids[-2]],
        shortlists={} if pool else {last: [second, first]},
    )
    return Kind(program, cohort, choices, program.match(cohort, choices))


def people(mentors: int, mentees: int, *, pool: bool = False, most: int = 1, seed: int = 0) -> mm.Cohort:
    """So many people with some blanks, mentees who want up to ``most`` mentors; peers as many as mentees."""
    rng = np.random.default_rng(seed)

    def one(letter: str, at: int) -> dict[str, Any]:
        person = {
            "id": f"{letter}{at}",
            "name": f"{letter.upper()}. Number {at}",
            "topics": [topic for topic in TOPICS if rng.random() < 0.5],
            "slots": [slot for slot in SLOTS if rng.random() < 0.7],
            "team": [None, "North", "South", "West"][rng.integers(4)],
            "years": [None, 1, 2.5, 8, 12][rng.integers(5)],
            "about": [None, "I lead people", "people and teams"][rng.integers(3)],
        }
        if letter == "m":
            person["capacity"] = int(rng.integers(1, 4))
        elif not pool:
            person["wants"] = int(rng.integers(1, most + 1))
        return person

    if pool:
        return mm.Cohort.from_records(QUESTIONNAIRE, people=[one("p", at) for at in range(mentees)])
    return mm.Cohort.from_records(
        QUESTIONNAIRE,
        mentors=[one("m", at) for at in range(mentors)],
        mentees=[one("e", at) for at in range(mentees)],
    )
