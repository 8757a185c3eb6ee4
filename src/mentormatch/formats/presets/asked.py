"""Questions and rules that several presets have in common, and why their weights are what they are.

Goals 30, skills 25, values and style 15, experience 15, logistics 10, interests 5; demographics nothing, unless a
program asks for them: alike attitudes and values are the strongest sign of a good mentoring relationship, being of one
group is a far weaker one, and shared pastimes are weak.
"""

from __future__ import annotations

from mentormatch import questions as q
from mentormatch import rules as r

GOALS = (
    "Get promoted",
    "Lead a team",
    "Change career path",
    "Settle into a new role",
    "Build a network",
    "Become more visible",
    "Balance work and life",
    "Grow as an expert",
    "Work abroad",
    "Return from leave",
)
SKILLS = (
    "Leadership",
    "Giving feedback",
    "Communication",
    "Negotiation",
    "Public speaking",
    "Strategy",
    "Coaching",
    "Delegation",
    "Handling conflict",
    "Stakeholders",
    "Planning",
    "Data analysis",
    "Budgets",
    "Writing",
)
VALUES = ("Learning", "Security", "Independence", "Helping others", "Recognition", "Making things", "Family first")
INTERESTS = ("Travel", "Reading", "Cooking", "Hiking", "Music", "Films", "Running", "Gardens", "Games", "Volunteering")
DEPARTMENTS = ("Engineering", "Sales", "Operations", "Finance", "Marketing", "People", "Legal", "Research")
LEVELS = ("Trainee", "Associate", "Professional", "Senior", "Lead", "Manager", "Senior manager", "Director")

GOALS_ASKED = (
    q.MultiChoice("goals", GOALS, at_most=3, asked_of="mentee", text="What do you hope to achieve in six months?"),
    q.MultiChoice("goals_reached", GOALS, asked_of="mentor", text="Which of these have you achieved yourself?"),
)
SKILLS_ASKED = (
    q.MultiChoice(
        "skills_to_grow",
        SKILLS,
        at_most=5,
        asked_of="mentee",
        private=True,
        text="What would you like to get better at? Mentors do not see this.",
    ),
    q.MultiChoice("skills", SKILLS, at_most=7, asked_of="mentor", text="What could you help others to get better at?"),
)
STYLE_ASKED = (
    q.MultiChoice("values", VALUES, at_most=3, text="What matters most to you at work?"),
    q.Scale("directness", 1, 5, text="How direct should feedback be?"),
    q.Scale("structure", 1, 5, text="How much should a meeting be planned?"),
)
STANDING_ASKED = (
    q.Number("experience", unit="years", minimum=0, maximum=50, text="How long have you worked?"),
    q.Choice("level", LEVELS, ordered=True, text="What is your level?"),
)
PLACE_ASKED = (
    q.Choice("location", ("Berlin", "Leeds", "Lisbon", "Warsaw"), text="Which office is yours?"),
    q.MultiChoice("languages", ("English", "German", "Polish", "Portuguese"), text="Which languages do you speak?"),
    q.Choice("meeting", ("In person", "Online", "Either"), text="How would you like to meet?"),
)
PASTIMES_ASKED = (q.MultiChoice("interests", INTERESTS, at_most=5, text="What do you like to do?"),)
WHERE_ASKED = (
    q.Choice("department", DEPARTMENTS, text="Where do you work?"),
    q.Reference("manager", text="Whom do you report to?"),
)
USUAL_ASKED = (*STYLE_ASKED, *STANDING_ASKED, *PLACE_ASKED, *PASTIMES_ASKED, *WHERE_ASKED)

GOALS_AND_SKILLS = (
    r.Covers("goals", by="goals_reached", weight=30),
    r.Covers("skills_to_grow", by="skills", weight=25),
)
STYLE = (r.Shares("values", weight=7), r.Close("directness", weight=4), r.Close("structure", weight=4))
STANDING = (r.Ahead("experience", ideal=(3, 10), weight=10), r.Ahead("level", ideal=(1, 2), weight=5))
PLACE = (
    r.Same("location", weight=3),
    r.Shares("languages", weight=4),
    r.Table(
        "meeting",
        scores={
            ("In person", "In person"): 1,
            ("Online", "Online"): 1,
            ("Either", "Either"): 1,
            ("In person", "Either"): 0.5,
            ("Either", "In person"): 0.5,
            ("Online", "Either"): 0.5,
            ("Either", "Online"): 0.5,
        },
        weight=3,
    ),
)
PASTIMES = (r.Shares("interests", weight=5),)
OUTSIDE = (r.Differs("department", if_unknown="allow"), r.NotInReportingLine("manager"))

WHY = {
    "goals": "The share of a mentee's goals that the mentor has reached: what the pair will work on.",
    "skills_to_grow": "The share of what a mentee wants to learn that the mentor can teach; private, it still counts.",
    "values": "Alike values are the strongest sign of a pair that lasts.",
    "directness": "Feedback that is as direct as one likes it is heard.",
    "structure": "Two who plan alike do not cancel on each other.",
    "experience": "A few years ahead remember what it was like; decades ahead do not.",
    "level": "One or two levels up know the next step; more are a sponsor rather than a mentor.",
    "location": "An office in common makes the first meeting easy.",
    "languages": "A language in common, the more the better.",
    "meeting": "Those who want to meet in person and those who want to call get on worse.",
    "interests": "Something to talk about at first: a weak sign, so a small weight.",
    "Differs('department')": "A mentor from elsewhere brings another view and no stake; a blank forbids nobody.",
    "NotInReportingLine('manager')": "Nobody is open with somebody who decides about their pay.",
    "format": "One mentor for each mentee; mentors who offer more have more.",
    "aim": "Everybody who can have a mentor gets one, then the pairs are as good as can be.",
    "mode": "Mentors who approved a pair keep it up: the usual best practice.",
}
