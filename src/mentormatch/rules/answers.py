"""The answers of two people in words, for what a rule says of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from mentormatch.rules.rule import kind_of, options_of
from mentormatch.wording import harmless, listed, quoted, shortened

if TYPE_CHECKING:
    from mentormatch.cohort import People
    from mentormatch.questions import Column


def left_blank(mentor: People, offered: str, mentee: People, wanted: str) -> str:
    """Who of one mentor and one mentee left which question blank, "" where neither did.

    >>> from mentormatch import Cohort, Questionnaire, questions as q
    >>> asked = Questionnaire([q.Number("years", "years")])
    >>> people = Cohort.from_records(asked, mentors=[{"id": "ada"}], mentees=[{"id": "tim", "years": 2}])
    >>> left_blank(people.mentors, "years", people.mentees, "years")
    "ada left 'years' blank"
    """
    blank = [
        f"{shortened(harmless(people.ids[0]))} left {quoted(question)} blank"
        for people, question in ((mentor, offered), (mentee, wanted))
        if not people.column(question).known[0]
    ]
    return " and ".join(blank)


def both_answers(mentor: People, offered: str, mentee: People, wanted: str) -> str:
    """What both answered, or who left it blank: "both Sales", "Sales and Law"."""
    if blank := left_blank(mentor, offered, mentee, wanted):
        return blank
    one, other = (next(in_words(people.column(question))) for people, question in ((mentor, offered), (mentee, wanted)))
    return f"both {one}" if one == other else f"{one} and {other}"


def in_words(column: Column) -> Iterator[str]:
    """Every answer of a column as people read it; picks in a row, numbers with their unit, blanks as nothing."""
    kind, options = kind_of(column), options_of(column)
    unit = getattr(column.question, "unit", "")
    for value, known in zip(column.values, column.known.tolist(), strict=True):
        if not known:
            yield ""
        elif kind == "MultiChoice":
            yield listed(options[k] for k in np.flatnonzero(value))
        elif kind == "Choice":
            yield options[int(value)]
        elif kind in ("Number", "Scale"):
            yield f"{float(value):,g}{f' {unit}' if unit else ''}"
        else:
            yield quoted(value)
