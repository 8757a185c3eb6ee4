"""Presets of pairs: career, high-potential, new managers, DEI, remote, reverse."""

from __future__ import annotations

from dataclasses import replace

from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.aim import Aim
from mentormatch.formats.presets import asked
from mentormatch.formats.presets.preset import Preset
from mentormatch.questionnaire import Questionnaire

_CAREER_RULES = (*asked.GOALS_AND_SKILLS, *asked.STYLE, *asked.STANDING, *asked.PLACE, *asked.PASTIMES)
_CAREER_ASKED = (*asked.GOALS_ASKED, *asked.SKILLS_ASKED, *asked.USUAL_ASKED)

CAREER = Preset(
    name="One-to-one career mentoring",
    purpose="A senior and a junior person meet for half a year or a year about the junior person's career.",
    questionnaire=Questionnaire(_CAREER_ASKED),
    rules=_CAREER_RULES,
    conditions=asked.OUTSIDE,
    why=asked.WHY,
)
"""One mentor for each mentee, from another department."""

HIGH_POTENTIAL = Preset(
    name="High-potential program",
    purpose=(
        "A small number of people whom the company has nominated, each with a senior sponsor. Administrators pair: pin "
        "what is agreed first (Choices(pins=...)), then match the rest around it."
    ),
    questionnaire=Questionnaire(
        [replace(question, required=True) if question.id == "level" else question for question in _CAREER_ASKED]
    ),
    rules=(
        *asked.GOALS_AND_SKILLS,
        *asked.STYLE,
        r.Ahead("level", ideal=(2, 4), weight=15),
        *asked.PLACE,
        *asked.PASTIMES,
    ),
    conditions=(r.Ahead("level", least=1), *asked.OUTSIDE),
    aim=Aim(everyone_matched=True, fairness="lift_worst", shortlists="ignore"),
    mode="administrators",
    why={
        **asked.WHY,
        "level": "A sponsor stands two to four levels above: high enough to open doors.",
        "Ahead('level')": "A sponsor stands above the other; everybody has to give a level.",
        "aim": "Nobody nominated goes without, and the weakest pair is as good as can be; who cannot be is named.",
        "mode": "Few people whom the administrators know: they decide, with pins, and the matching fills up the rest.",
    },
)
"""Administrator-led: pins first, everybody matched, the weakest pair as good as can be."""

_CHALLENGES = (
    "Managing former peers",
    "Letting go of own work",
    "Giving hard feedback",
    "Hiring",
    "A conflict in the team",
    "Managing from afar",
    "Working with my own manager",
    "Setting goals",
    "Keeping people",
)

NEW_MANAGERS = Preset(
    name="New managers",
    purpose="People in their first two years of managing others, each with somebody who has done it for longer.",
    questionnaire=Questionnaire(
        (
            q.MultiChoice("challenges", _CHALLENGES, at_most=3, asked_of="mentee", text="What is hardest just now?"),
            q.MultiChoice("mastered", _CHALLENGES, asked_of="mentor", text="Which of these have you come through?"),
            *asked.SKILLS_ASKED,
            *asked.STYLE_ASKED,
            q.Number("years_managing", unit="years", minimum=0, maximum=40, text="How long have you managed people?"),
            q.Number("team_size", unit="people", minimum=0, maximum=200, text="How many people report to you?"),
            *asked.PLACE_ASKED,
            *asked.PASTIMES_ASKED,
            *asked.WHERE_ASKED,
        )
    ),
    rules=(
        r.Covers("challenges", by="mastered", weight=30),
        asked.GOALS_AND_SKILLS[1],
        *asked.STYLE,
        r.Ahead("years_managing", ideal=(2, 10), weight=10),
        r.Close("team_size", within=20, weight=5),
        *asked.PLACE,
        *asked.PASTIMES,
    ),
    conditions=asked.OUTSIDE,
    eligibility=(
        r.Eligible("mentor", "years_managing", at_least=2, reason="mentors have managed people for two years"),
    ),
    why={
        **asked.WHY,
        "challenges": "What is hardest now, covered by who has come through it: it takes the place of goals.",
        "years_managing": "Two to ten years further on: past it, and still near it.",
        "team_size": "A team of three and one of eighty are different trades.",
        "Eligible('mentor', 'years_managing', at_least=2)": "Who has just begun needs a mentor, too.",
    },
)
"""Somebody new to managing people with somebody who has come through it."""

_GROUPS = (
    "Women",
    "LGBTQ+",
    "Black colleagues",
    "Disability",
    "Parents and carers",
    "Veterans",
    "Faith",
    "Generations",
)
_WISHES = ("My groups", "Other groups", "Either")

DEI = Preset(
    name="DEI and resource groups",
    purpose=(
        "Mentoring across or within employee resource groups. Membership is private: it counts where a mentee asks for "
        "it, and no explanation shows it to anybody but the administrator."
    ),
    questionnaire=Questionnaire(
        (
            *_CAREER_ASKED,
            q.MultiChoice("groups", _GROUPS, private=True, text="Which resource groups are you a member of?"),
            q.Choice(
                "group_wish", _WISHES, asked_of="mentee", private=True, text="From which groups should your mentor be?"
            ),
        )
    ),
    rules=(
        *_CAREER_RULES,
        r.When("group_wish", _WISHES[0], r.Same("groups"), weight=20, label="own_group"),
        r.When("group_wish", _WISHES[1], r.Differs("groups"), weight=20, label="other_groups"),
    ),
    conditions=asked.OUTSIDE,
    why={
        **asked.WHY,
        "own_group": "Counts only for who asks for it. Make it a condition where it must hold.",
        "other_groups": "Counts only for who asks for it: to be understood by others is a goal, too.",
        "aim": "Everybody who can have a mentor gets one; being of a group neither helps nor harms who does not ask.",
    },
)
"""Across or within resource groups, as each mentee asks for."""

_HOURS = ("06-09 UTC", "09-12 UTC", "12-15 UTC", "15-18 UTC", "18-21 UTC", "21-24 UTC")

REMOTE = Preset(
    name="Remote mentoring",
    purpose="Pairs who never meet in person: hours and a language in common are what makes it work.",
    questionnaire=Questionnaire(
        (
            *asked.GOALS_ASKED,
            *asked.SKILLS_ASKED,
            *asked.STYLE_ASKED,
            *asked.STANDING_ASKED,
            q.MultiChoice("hours", _HOURS, text="When could you talk?"),
            asked.PLACE_ASKED[1],
            q.Choice("between", ("Calls only", "Chat between calls", "Either"), text="And between the calls?"),
            *asked.PASTIMES_ASKED,
            *asked.WHERE_ASKED,
        )
    ),
    rules=(
        *asked.GOALS_AND_SKILLS,
        *asked.STYLE,
        *asked.STANDING,
        r.Shares("hours", weight=6),
        r.Same("between", weight=4),
        *asked.PASTIMES,
    ),
    conditions=(r.Shares("hours"), r.Shares("languages", if_unknown="allow"), *asked.OUTSIDE),
    why={
        **asked.WHY,
        "hours": "More hours in common are easier to keep when a call is moved.",
        "between": "Somebody who waits for a chat and somebody who never opens it are a bad pair.",
        "Shares('hours')": "Without an hour in common there is no meeting, so it is a condition and no weight.",
        "Shares('languages')": "Two who cannot speak to each other are no pair; who left it blank is not left out.",
        "format": "One mentor for each mentee, in whatever office: no rule speaks of places.",
    },
)
"""Hours and a language in common in place of an office."""

_NEW_THINGS = (
    "AI tools",
    "Social media",
    "Reading data",
    "What young customers want",
    "How new people see us",
    "Inclusion",
    "Working from anywhere",
    "Our products as a user",
)

REVERSE = Preset(
    name="Reverse mentoring",
    purpose=(
        "The junior person is the mentor, the senior one the mentee. Nothing else changes: capacity is how many "
        "seniors a junior takes on, shortlists are the seniors', and ahead is mentor minus mentee, so it is below 0."
    ),
    questionnaire=Questionnaire(
        (
            q.MultiChoice(
                "wants_to_see", _NEW_THINGS, at_most=3, asked_of="mentee", text="What would you like to see?"
            ),
            q.MultiChoice("can_show", _NEW_THINGS, asked_of="mentor", text="What could you show somebody senior?"),
            *asked.STYLE_ASKED,
            *asked.STANDING_ASKED,
            *asked.PLACE_ASKED,
            *asked.PASTIMES_ASKED,
            *asked.WHERE_ASKED,
        )
    ),
    rules=(
        r.Covers("wants_to_see", by="can_show", weight=55),
        *asked.STYLE,
        r.Ahead("experience", ideal=(-30, -8), weight=15),
        *asked.PLACE,
        *asked.PASTIMES,
    ),
    conditions=(r.Ahead("level", most=-2), *asked.OUTSIDE),
    why={
        **asked.WHY,
        "wants_to_see": "What a senior person wants to see, covered by who can show it: goals and skills in one.",
        "experience": "The mentor has worked 8 to 30 years less: another generation is the point of it.",
        "Ahead('level')": "The mentor stands two levels or more below; otherwise it is not reverse.",
        "Differs('department')": "A view from elsewhere, and nobody whose work the mentee could decide about.",
        "NotInReportingLine('manager')": "Nobody tells the truth to the head of their own line.",
        "format": "Pairs like any other: only the roles are exchanged.",
    },
)
"""The junior person mentors."""
