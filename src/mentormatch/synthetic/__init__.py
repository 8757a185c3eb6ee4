"""Seeded cohorts, choices and a program that look like real ones: to try, to test and to measure, at any size.

>>> from mentormatch import synthetic
>>> people = synthetic.cohort(mentees=200, ratio=0.6, seed=7)
>>> matching = synthetic.program().match(people, synthetic.choices(people, seed=7))
>>> bool(matching.verify())
True
"""

from mentormatch.synthetic.anybody import cohort_for
from mentormatch.synthetic.asked import program, questionnaire
from mentormatch.synthetic.people import cohort
from mentormatch.synthetic.said import choices

__all__ = ["choices", "cohort", "cohort_for", "program", "questionnaire"]
