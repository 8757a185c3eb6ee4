"""Figures about real cohorts that synthetic ones follow, each with its source.

A *measured* figure was counted on the data that is named; a *stated* one was published by somebody and not counted
again; an *assumed* one has no source. Three sources come up again and again:

- the platform: profiles of 15,092 mentees and 5,533 mentors of a mentoring platform, with 25 topics and 56 fields of
  expertise to tick;
- the ballot survey: the sign-up survey of a program of 137 mentors and 228 mentees;
- the preference survey: 72 mentors and 72 mentees, with 33 interests to tick, who said what matters in a match.
"""

from __future__ import annotations

from collections.abc import Mapping

Shares = Mapping[int, float]
"""How often each whole number occurs, in any unit."""

CAPACITIES: Shares = {1: 0.48, 2: 0.36, 3: 0.11, 4: 0.03, 5: 0.02}
"""Mentees a mentor takes, 1.75 on average: between the ballot survey (0.01, 0.46, 0.40 and 0.13 of 136 mentors take 0,
1, 2 and 3) and a graduate program (0.50, 0.29, 0.07, 0.07 and 0.07 of 14 take 1 to 5); both measured."""

RATIO = 1.25
"""Mentors for each mentee: five to four is the stated advice. Measured are 0.37 (the platform), 0.60 (the ballot
survey; 0.94 of those who completed it), 0.62, 0.70 and 0.74 (three programs) and 1.0 (the preference survey)."""

PICKS: Mapping[str, Shares] = {
    "goals": {1: 247, 2: 65, 3: 79, 4: 79, 5: 81, 6: 66, 7: 55, 8: 46, 9: 129, 10: 37},
    "goals_reached": {1: 18, 2: 13, 3: 12, 4: 12, 5: 10, 6: 8, 7: 7, 8: 5, 9: 4, 10: 5, 12: 3, 15: 2, 20: 1},
    "skills_to_grow": {1: 26, 2: 18, 3: 15, 4: 11, 5: 9, 6: 5, 7: 3, 8: 2, 9: 5, 10: 3, 12: 2, 16: 1},
    "skills": {1: 20, 2: 14, 3: 13, 4: 12, 5: 10, 6: 8, 7: 5, 8: 4, 9: 3, 10: 5, 12: 3, 15: 2, 24: 1},
    "interests": {1: 6, 2: 11, 3: 16, 4: 20, 5: 18, 6: 12, 7: 8, 8: 5, 9: 2, 10: 2},
}
"""How many options people tick who tick any. ``goals`` are the topics of the platform's mentees as measured, with the
spikes at one and just below the cap of ten. For the others the platform gives mean, median and nine-tenths point, with
those who tick everything: ``goals_reached`` 5.0, 4, 10; ``skills_to_grow`` 4.04, 3, 9; ``skills`` 5.15, 4, 10. For
``interests`` the preference survey gives mean 4.56 and deviation 2.19. All measured."""

EVERYTHING = 0.0076
"""Who ticks everything: of the platform's mentors who named expertise, this share ticked 40 or more of 56; measured.
Assumed for mentees and for the other questions too."""

GOALS_WANTED = (
    *(0.39, 0.33, 0.32, 0.23, 0.22, 0.22, 0.21, 0.20),
    *(0.19, 0.18, 0.17, 0.16, 0.15, 0.14, 0.13, 0.12, 0.11, 0.10, 0.09, 0.08, 0.07, 0.06),
    *(0.054, 0.052, 0.019),
)
"""The share of mentees who tick each goal: the eight most and the three least wanted topics of the platform as
measured, those between on a straight line."""

UNOFFERED = 0.28
"""The share of goals that hardly any mentor offers: 7 of the platform's 25 topics have among mentors at most 0.03 of
their share among mentees; measured."""

SUPPLY_OF_UNOFFERED = 0.005
SUPPLY = (0.75, 0.15, 1.2, 1.0, 0.8, 0.9, 1.5, 1.1, 2.0)
"""The share of mentors who offer a goal over that of mentees who want it: the first for those that hardly any offers,
the others one after the other, again and again. Two more of the platform's 25 topics have at most 0.18, the others 0.75
to 2; measured. In this order two random people who answered have a goal in common in 0.55 of cases; measured 0.52."""

SKILLS_PICKED = (
    *(0.26, 0.25, 0.17, 0.17, 0.16),
    *(0.155, 0.148, 0.141, 0.135, 0.128, 0.123, 0.117, 0.112, 0.106, 0.102, 0.097, 0.092, 0.088, 0.084, 0.08, 0.077),
    *(0.073, 0.07, 0.066, 0.063, 0.061, 0.058, 0.055, 0.053, 0.05, 0.048, 0.046, 0.044, 0.042, 0.04, 0.038, 0.036),
    *(0.034, 0.033, 0.031, 0.03, 0.029, 0.027, 0.026, 0.025, 0.024, 0.023, 0.022, 0.021, 0.02, 0.019, 0.018, 0.017),
    *(0.016, 0.014, 0.013),
)
"""The share of mentees who tick each skill: the five most and the three least common fields of expertise of the
platform as measured, those between falling by the same factor. Assumed for mentors, and its first 33 for interests."""

OPTION_EXPONENT = 1.1
"""One of several options: the share falls with this power of the rank, as those of the 200 most common fields of study
on the platform do; measured."""

BLANKS = {
    "goals": 0.115,
    "goals_reached": 0.392,
    "skills_to_grow": 0.028,
    "skills": 0.284,
    "interests": 0.11,
    "experience": 0.10,
    "level": 0.10,
    "department": 0.10,
    "location": 0.10,
    "language": 0.10,
    "communication": 0.25,
    "structure": 0.25,
    "ambition": 0.25,
    "meeting": 0.25,
    "manager": 0.10,
    "criteria": 0.50,
}
"""The share of people who leave a question blank. The first four are the platform's topics and expertise, measured; a
work field is missing in 0.102 of the pairs on a data card, stated, and what else is plainly known is taken as its like;
``criteria`` is inside the 0.38 to 0.72 of questions that only some people are led to, measured. The others are assumed,
inside the 0.11 to 0.40 that is usual for exports."""

TOGETHER = 0.5
"""Blanks come together: how often a person's inclination, rather than chance, says that a question stays blank; the
share of blanks of a question does not depend on it. Assumed."""

MANAGED = 0.13
"""Who has a manager that takes part as a mentor: 10 to 15 of 100 employees take part in a program, stated."""

LISTS = 0.95
"""Mentees with a shortlist: in a program that asked for one, 0.05 gave none; measured."""

SHORT = 0.16
"""Lists with fewer than three mentors, in the same program; measured."""

POPULARITY = 1.0
"""The power of the rank with which the popularity of a mentor falls, after the flat head of ``HEAD``."""

HEAD = 1 / 45
"""The flat head of popularity, as a share of the mentors: the mentor at rank r of m is as popular as
``1 / (r + HEAD * m)``. Fitted to the matches of the platform's mentors: Gini coefficient 0.59, the first hundredth has
0.098 of the matches and the first tenth 0.44, the median is 3; measured. Ranks of real lists fall with powers from 0.30
(the first 50) to 0.64 (the first 1,000), so a pure power law has a far too heavy head."""

DECLINES = 0.10
"""Requests that a mentor declines: no rate is published; 0.05 to 0.15 assumed."""

EXPIRED = 0.10
"""Requests that get no answer in time: no rate is published; 0.05 to 0.20 assumed."""

SCALE: Shares = {1: 7, 2: 17, 3: 31, 4: 30, 5: 15}
"""Answers on a scale from 1 to 5, most of them in the middle or above it; assumed."""

MEETING: Shares = {0: 3, 1: 3, 2: 4}
"""In person, online, either; assumed."""

FIRST_CRITERION: Shares = {0: 56, 1: 33, 2: 10, 3: 1}
"""What mentees call most important: interests 0.56, field of study (here skills) 0.33, country (here location) 0.10 and
gender (here language) 0.01 of the preference survey; measured."""

CRITERIA: Shares = {1: 4, 2: 3, 3: 3}
"""How many criteria a mentee ranks; assumed."""
