"""Presets of other shapes: groups of newcomers, peers, short meetings."""

from __future__ import annotations

from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.formats.flash import Flash
from mentormatch.formats.groups import Groups
from mentormatch.formats.peers import Peers
from mentormatch.formats.presets import asked
from mentormatch.formats.presets.preset import Preset
from mentormatch.questionnaire import Questionnaire

_TOPICS = (
    "How we work",
    "Who is who",
    "Our products",
    "Our customers",
    "Tools",
    "Careers here",
    "Pay and benefits",
    "Working hours",
)

ONBOARDING = Preset(
    name="Onboarding groups",
    purpose="People who have just joined, in groups of four to six with one or two who have been here for long.",
    questionnaire=Questionnaire(
        (
            q.MultiChoice("topics", _TOPICS, at_most=4, asked_of="mentee", text="What would you like to find out?"),
            q.MultiChoice("knows_about", _TOPICS, asked_of="mentor", text="What can you tell newcomers about?"),
            *asked.SKILLS_ASKED,
            *asked.STYLE_ASKED,
            q.Number("months_here", unit="months", minimum=0, maximum=480, text="How long have you been here?"),
            *asked.PLACE_ASKED,
            *asked.PASTIMES_ASKED,
            *asked.WHERE_ASKED,
        )
    ),
    rules=(
        r.Covers("topics", by="knows_about", weight=30),
        asked.GOALS_AND_SKILLS[1],
        *asked.STYLE,
        r.Ahead("months_here", ideal=(12, 120), weight=15),
        *asked.PLACE,
        *asked.PASTIMES,
    ),
    conditions=(r.NotInReportingLine("manager"),),
    eligibility=(r.Eligible("mentor", "months_here", at_least=12, reason="mentors have been here for a year"),),
    format=Groups(
        size=(4, 6),
        mentors=(1, 2),
        cohesion=0.2,
        together=(
            r.Shares("topics", weight=2),
            r.Differs("department", weight=2),
            r.Same("location", weight=1),
            r.Shares("interests", weight=1),
        ),
    ),
    mode="administrators",
    why={
        **asked.WHY,
        "topics": "What newcomers want to find out, covered by who knows: it takes the place of goals.",
        "months_here": "One to ten years here: long enough to know, not too long to remember the first day.",
        "Eligible('mentor', 'months_here', at_least=12)": "Who is new as well cannot show others around.",
        "format": (
            "Newcomers need each other as much as a mentor, so a fifth of what counts is how the members fit: alike "
            "questions, different departments. A second mentor stands in when the first is away."
        ),
        "aim": "As many newcomers as possible are in a group; then the groups are as good as can be.",
        "mode": "Nobody knows anybody yet, so there is nothing to choose or to approve.",
    },
)
"""Groups of newcomers."""

PEER_LEARNING = Preset(
    name="Peer learning",
    purpose="Two people of about the same level teach each other; who would be left over makes a trio.",
    questionnaire=Questionnaire(
        (
            q.MultiChoice("wants_to_learn", asked.SKILLS, at_most=5, text="What would you like to get better at?"),
            q.MultiChoice("can_teach", asked.SKILLS, at_most=7, text="What could you help others with?"),
            q.MultiChoice("goals", asked.GOALS, at_most=3, text="What do you hope to achieve in six months?"),
            *asked.USUAL_ASKED,
        )
    ),
    rules=(
        r.Covers("wants_to_learn", by="can_teach", weight=40),
        r.Shares("goals", weight=15),
        *asked.STYLE,
        r.Close("experience", within=10, weight=15),
        *asked.PLACE,
        *asked.PASTIMES,
    ),
    conditions=(r.Close("level", within=1), *asked.OUTSIDE),
    format=Peers(),
    why={
        **asked.WHY,
        "wants_to_learn": "Counted both ways: each teaches what the other wants, so it takes most of goals' weight.",
        "goals": "Two who want the same keep each other at it; nobody needs to have reached it.",
        "experience": "About as long in work: who is far ahead would be a mentor.",
        "Close('level')": "One level apart at most: above that somebody is the senior of the two.",
        "format": "One pool; with an odd number one pair becomes a trio, so that nobody stays alone.",
        "aim": "As many people as possible have a partner; then the pairs are as good as can be.",
    },
)
"""Pairs of one pool."""

FLASH = Preset(
    name="Flash mentoring",
    purpose=(
        "An hour of short meetings: four rounds of a quarter of an hour. Ask mentors how many meetings they offer "
        "(capacity) and mentees how many they want (wants)."
    ),
    questionnaire=Questionnaire(
        (
            q.MultiChoice(
                "would_ask_about", asked.GOALS, at_most=3, asked_of="mentee", text="What would you ask about?"
            ),
            q.MultiChoice("ask_me_about", asked.GOALS, asked_of="mentor", text="What can you be asked about?"),
            *asked.SKILLS_ASKED,
            *asked.STANDING_ASKED,
            *asked.PASTIMES_ASKED,
            *asked.WHERE_ASKED,
        )
    ),
    rules=(
        r.Covers("would_ask_about", by="ask_me_about", weight=30),
        asked.GOALS_AND_SKILLS[1],
        *asked.STANDING,
        *asked.PASTIMES,
    ),
    conditions=asked.OUTSIDE,
    format=Flash(rounds=4),
    mode="administrators",
    why={
        **asked.WHY,
        "would_ask_about": "A short meeting is about one question: who can answer it matters most.",
        "Differs('department')": "To meet somebody whom one would not meet anyway is the point of such an hour.",
        "format": (
            "Four rounds, nobody in two at once, nobody twice. Style and logistics are not asked: for a quarter of an "
            "hour they hardly matter."
        ),
        "aim": "Everybody gets a first meeting before anybody a second, then the meetings are as good as can be.",
        "mode": "A meeting of a quarter of an hour needs nobody's approval.",
    },
)
"""Short meetings in rounds."""
