"""How what will disappoint is said: parts of a whole, blanks, and people in their order."""

from __future__ import annotations

import numpy as np

from mentormatch.cohort import People
from mentormatch.questions import Side
from mentormatch.rules.rule import Mask
from mentormatch.wording import number, percent

OTHER_SIDE: dict[Side, Side] = {"mentor": "mentee", "mentee": "mentor"}


def by_id(people: People, chosen: Mask) -> list[int]:
    """The positions of the people chosen, in the order of their ids."""
    return sorted(np.flatnonzero(chosen).tolist(), key=lambda place: people.ids[place])


def in_brackets(part: int, whole: int) -> str:
    """The share in brackets behind a count."""
    return f" ({percent(part / whole)})" if whole else ""


def because(unknown: int, count: int) -> str:
    """What part of those whom a condition takes from a person is due to blanks, in brackets."""
    some = "" if unknown == count else f"{number(unknown)} "
    return f" ({some}because an answer is blank)" if unknown else ""


def for_a_blank(unknown: int, count: int) -> str:
    """What part of a count is due to blanks, as the end of a sentence."""
    if not unknown:
        return ""
    return f", {'all' if unknown == count else number(unknown)} of them only because an answer is blank"
