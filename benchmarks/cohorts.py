"""Seeded cohorts and a program of ten rules to measure on; answers are blank in 15 of 100 cases."""

from __future__ import annotations

from typing import Any

import numpy as np

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r

GOALS = [f"goal {k}" for k in range(25)]
SKILLS = [f"skill {k}" for k in range(56)]
INTERESTS = [f"interest {k}" for k in range(33)]
CITIES = [f"city {k}" for k in range(20)]
LANGUAGES = ["Deutsch", "English", "Español", "Français"]
DEPARTMENTS = [f"department {k}" for k in range(12)]
LEVELS = [f"level {k}" for k in range(10)]

PROGRAM = mm.Program(
    name="benchmark",
    questionnaire=mm.Questionnaire(
        [
            q.MultiChoice("goals", options=GOALS, asked_of="mentee"),
            q.MultiChoice("goals_reached", options=GOALS, asked_of="mentor"),
            q.MultiChoice("skills_to_grow", options=SKILLS, asked_of="mentee"),
            q.MultiChoice("skills", options=SKILLS, asked_of="mentor"),
            q.MultiChoice("interests", options=INTERESTS),
            q.Number("experience", unit="years", minimum=0, maximum=50),
            q.Choice("level", options=LEVELS, ordered=True),
            q.Choice("department", options=DEPARTMENTS),
            q.Choice("city", options=CITIES),
            q.Choice("language", options=LANGUAGES),
            q.Scale("style", 1, 5),
            q.Scale("values", 1, 5),
            q.Scale("remote", 1, 5),
        ]
    ),
    rules=[
        r.Covers("goals", by="goals_reached", weight=30),
        r.Covers("skills_to_grow", by="skills", weight=25),
        r.Ahead("experience", ideal=(3, 10), weight=10),
        r.Ahead("level", ideal=(1, 2), weight=5),
        r.Close("style", weight=8),
        r.Close("values", weight=7),
        r.Shares("interests", weight=5),
        r.Same("city", weight=4),
        r.Same("language", weight=3),
        r.Close("remote", weight=3),
    ],
    conditions=[r.Differs("department", if_unknown="allow")],
)


def cohort(mentors: int, mentees: int, *, capacities: bool, seed: int = 0) -> mm.Cohort:
    """A cohort of that size; with ``capacities`` mentors take one to five mentees (1.75 on average), else one."""
    rng = np.random.default_rng(seed)

    def maybe(value: Any) -> Any:
        return None if rng.random() < 0.15 else value

    def some(options: list[str], mean: float) -> list[str]:
        size = min(len(options), 1 + int(rng.poisson(mean - 1)))
        return [options[k] for k in rng.choice(len(options), size=size, replace=False)]

    def one(options: list[str]) -> str:
        return options[int(rng.integers(len(options)))]

    def person() -> dict[str, Any]:
        return {
            "interests": maybe(some(INTERESTS, 4.5)),
            "department": maybe(one(DEPARTMENTS)),
            "city": maybe(one(CITIES)),
            "language": maybe(one(LANGUAGES)),
            **{scale: maybe(int(rng.integers(1, 6))) for scale in ("style", "values", "remote")},
        }

    return mm.Cohort.from_records(
        PROGRAM.questionnaire,
        mentors=[
            {
                "id": f"mentor {k}",
                "capacity": int(rng.choice(5, p=[0.48, 0.36, 0.11, 0.03, 0.02])) + 1 if capacities else 1,
                "goals_reached": maybe(some(GOALS, 5)),
                "skills": maybe(some(SKILLS, 5)),
                "experience": maybe(int(rng.integers(3, 35))),
                "level": maybe(LEVELS[int(rng.integers(3, 10))]),
                **person(),
            }
            for k in range(mentors)
        ],
        mentees=[
            {
                "id": f"mentee {k}",
                "goals": maybe(some(GOALS, 4)),
                "skills_to_grow": maybe(some(SKILLS, 4)),
                "experience": maybe(int(rng.integers(0, 15))),
                "level": maybe(LEVELS[int(rng.integers(0, 7))]),
                **person(),
            }
            for k in range(mentees)
        ],
    )
