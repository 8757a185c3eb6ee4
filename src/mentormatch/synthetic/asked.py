"""What a synthetic program asks, and how it weighs the answers."""

from __future__ import annotations

from functools import cache

from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.program import Program
from mentormatch.questionnaire import Questionnaire

_GOALS = """
Get promoted; Lead a team; Change career path; Settle into a new role; Build a network; Find a work-life balance
Become more visible; Plan my career; Gain confidence; Move to another department; Understand the business
Become a people manager; Work abroad; Grow as an expert; Return from leave; Handle conflict; Influence decisions
Start a project of my own; Prepare for an audit; Learn about leadership; Negotiate my role; Speak in public
Mentor others; Move to part time; Prepare for retirement
"""
_SKILLS = """
Leadership; Communication; Strategy; Giving feedback; Project management; Public speaking; Negotiation; Coaching
Time management; Data analysis; Decision making; Stakeholder management; Delegation; Change management; Presentation
Running meetings; Problem solving; Product management; Budgeting; Writing; Conflict resolution; Python; Sales; Marketing
Facilitation; Recruiting; Finance; Customer service; Emotional intelligence; Agile methods; Design thinking; Networking
Statistics; Software architecture; Machine learning; User research; Accounting; Forecasting; Procurement; Branding
Cloud computing; Risk management; Contract law; Process improvement; Databases; Security; Media relations; Testing
Supply chains; Operations; Compliance; Social media; Intellectual property; Tax; Event planning; Translation
"""
_INTERESTS = """
Travel; Reading; Cooking; Hiking; Music; Films; Running; Photography; Gardening; Football; Yoga; Cycling; Art; Gaming
Volunteering; Dancing; Swimming; Podcasts; Theatre; Languages; Writing; Tennis; Chess; History; Climbing; Baking; Crafts
Skiing; Astronomy; Sailing; Birdwatching; Genealogy; Beekeeping
"""
_DEPARTMENTS = """
Engineering; Sales; Operations; Finance; Marketing; Customer service; People; Product; Legal; Research; Procurement
Communications
"""
_LOCATIONS = """
London; Berlin; Paris; Madrid; Leeds; Munich; Warsaw; Lisbon; Dublin; Vienna; Amsterdam; Milan; Prague; Lyon; Ghent
Bristol; Porto; Bilbao; Graz; Utrecht
"""
_LANGUAGES = "English; German; French; Spanish; Polish; Portuguese"
_LEVELS = """
Trainee; Associate; Professional; Senior; Lead; Manager; Senior manager; Director; Senior director; Vice president
"""


def _options(text: str) -> list[str]:
    return [option.strip() for line in text.strip().splitlines() for option in line.split(";")]


@cache
def questionnaire() -> Questionnaire:
    """Sixteen questions of all kinds but free text: what `cohort` answers and `program` weighs.

    The most wanted options stand first. Mentees tick up to 10 of 25 goals and of 33 interests, and any of 56 skills: as
    many options as the sources of the figures have.

    >>> questions = questionnaire()
    >>> len(questions), [len(questions[name].options) for name in ("goals", "skills", "interests")]
    (16, [25, 56, 33])
    """
    goals, skills = _options(_GOALS), _options(_SKILLS)
    return Questionnaire(
        [
            q.MultiChoice("goals", goals, at_most=10, asked_of="mentee", text="What do you hope to achieve?"),
            q.MultiChoice("goals_reached", goals, asked_of="mentor", text="Which of these have you achieved?"),
            q.MultiChoice(
                "skills_to_grow", skills, asked_of="mentee", private=True, text="What do you want to get better at?"
            ),
            q.MultiChoice("skills", skills, asked_of="mentor", text="What could you help others to get better at?"),
            q.MultiChoice("interests", _options(_INTERESTS), at_most=10, text="What do you like to do?"),
            q.Number("experience", unit="years", minimum=0, maximum=50, text="How long have you worked?"),
            q.Choice("level", _options(_LEVELS), ordered=True, text="What is your level?"),
            q.Choice("department", _options(_DEPARTMENTS), text="Where do you work?"),
            q.Choice("location", _options(_LOCATIONS), text="Which office is yours?"),
            q.Choice("language", _options(_LANGUAGES), text="Which language do you prefer?"),
            q.Scale("communication", 1, 5, text="How direct should feedback be?"),
            q.Scale("structure", 1, 5, text="How much should a meeting be planned?"),
            q.Scale("ambition", 1, 5, text="How much does your career matter to you?"),
            q.Choice("meeting", ["In person", "Online", "Either"], text="How would you like to meet?"),
            q.Reference("manager", text="Whom do you report to?"),
            q.Ranking(
                "criteria",
                ["interests", "skills_to_grow", "location", "language"],
                asked_of="mentee",
                text="What matters most to you?",
            ),
        ]
    )


@cache
def program(*, coarse: bool = False) -> Program:
    """A program for synthetic cohorts: eleven rules with the usual weights, and two conditions.

    Goals 30, skills 25, style and values 15, experience and level 15, logistics 10 and interests 5. Nobody is matched
    inside their own department, where both are known, or in their own reporting line.

    ``coarse`` leaves one rule, how the two like to meet, which gives 0, 5,000 or 10,000 points: nearly everything is a
    tie then. ``with_(weights_from="criteria")`` lets every mentee weigh the rules.

    >>> print(program())
    Program Synthetic
    =================
    <BLANKLINE>
    questions  16
    format     pairs
    aim        participation first, then points
    <BLANKLINE>
    Rules
      weight  rule
          30  Covers('goals')
          25  Covers('skills_to_grow')
           5  Close('communication')
           5  Close('structure')
           5  Close('ambition')
          10  Ahead('experience')
           5  Ahead('level')
           4  Same('location')
           3  Same('language')
           3  Table('meeting')
           5  Shares('interests')
    <BLANKLINE>
    Conditions
      condition
      Differs('department')
      NotInReportingLine('manager')
    """
    rules: tuple[r.AnyRule, ...] = (
        r.Covers("goals", by="goals_reached", weight=30),
        r.Covers("skills_to_grow", by="skills", weight=25),
        r.Close("communication", weight=5),
        r.Close("structure", weight=5),
        r.Close("ambition", weight=5),
        r.Ahead("experience", ideal=(3, 10), weight=10),
        r.Ahead("level", ideal=(1, 2), weight=5),
        r.Same("location", weight=4),
        r.Same("language", weight=3),
        r.Table("meeting", scores=_MEETING, weight=3),
        r.Shares("interests", weight=5),
    )
    return Program(
        name="Synthetic",
        questionnaire=questionnaire(),
        rules=(r.Table("meeting", scores=_MEETING, missing=0.5),) if coarse else rules,
        conditions=(r.Differs("department", if_unknown="allow"), r.NotInReportingLine("manager")),
    )


_MEETING = {
    ("In person", "In person"): 1.0,
    ("Online", "Online"): 1.0,
    ("Either", "Either"): 1.0,
    ("In person", "Either"): 0.5,
    ("Either", "In person"): 0.5,
    ("Online", "Either"): 0.5,
    ("Either", "Online"): 0.5,
}
