"""The plain program worked by hand with numpy and scipy, as somebody would who needs it once.

No ids, no blanks but for the mean, no proof, no ties settled, floats instead of points.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

import mentormatch as mm

Floats = npt.NDArray[np.float64]
_FORBIDDEN = 1e9


def pairs_by_hand(people: mm.Cohort) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Mentors and mentees (positions) of the best pairs, one seat each, by the rules of `registry.plain`."""
    from scipy.optimize import linear_sum_assignment  # late, since importing it takes memory

    mentors, mentees = people.mentors, people.mentees

    def answers(question: str, mentor_question: str = "") -> tuple[Floats, Floats]:
        sides = mentors.column(mentor_question or question), mentees.column(question)
        here, there = (np.asarray(side.values, dtype=np.float64) for side in sides)
        return here, there

    def known(question: str, mentor_question: str = "") -> npt.NDArray[np.bool_]:
        here, there = mentors.column(mentor_question or question).known, mentees.column(question).known
        return here[:, None] & there

    def filled(value: Floats, judged: npt.NDArray[np.bool_]) -> Floats:
        return np.where(judged, value, value[judged].mean() if judged.any() else 0.0)

    def covers(wanted: str, offered: str) -> Floats:
        here, there = answers(wanted, offered)
        return filled(here @ there.T / np.maximum(there.sum(axis=1), 1), known(wanted, offered))

    here, there = answers("experience")
    ahead = here[:, None] - there
    years = filled(np.clip(np.minimum((ahead + 4) / 7, (17 - ahead) / 7), 0, 1), known("experience"))
    here, there = answers("interests")
    both = here @ there.T
    either = here.sum(axis=1)[:, None] + there.sum(axis=1) - both
    shared = filled(both / np.maximum(either, 1), known("interests"))
    value = 30 * covers("goals", "goals_reached") + 25 * covers("skills_to_grow", "skills") + 15 * years + 5 * shared
    here, there = answers("department")
    same = (here[:, None] == there) & known("department")
    rows, columns = linear_sum_assignment(np.where(same, _FORBIDDEN, -value))
    made = ~same[rows, columns]
    return rows[made], columns[made]
