"""Matching for mentoring programs: a questionnaire and rules in, a proven optimal matching with explanations out."""

from importlib import import_module
from typing import TYPE_CHECKING

from mentormatch import errors, formats, questions, rules
from mentormatch.aim import Aim
from mentormatch.bottlenecks import Bottleneck
from mentormatch.by_group import GroupComparison
from mentormatch.candidates import Candidate, Candidates
from mentormatch.changes import Change, Changes
from mentormatch.choices import Choices
from mentormatch.circle_matching import CircleMatching
from mentormatch.cohort import Cohort
from mentormatch.comparison import Comparison, Sensitivity, compare, sensitivity
from mentormatch.costs import WhyNot
from mentormatch.errors import AnswerError, ChoiceError, InfeasibleError, MentormatchError, ProgramError
from mentormatch.explain import Explanation, Unmatched
from mentormatch.flash_matching import FlashMatching, Meeting
from mentormatch.group_matching import GroupMatching
from mentormatch.matching import Group, Matching, Pair, Verdict
from mentormatch.mixed_matching import MixedMatching
from mentormatch.peer_changes import PeerChange, PeerChanges
from mentormatch.peer_matching import PeerMatching
from mentormatch.popular import PopularMentor, PopularMentors
from mentormatch.program import Program
from mentormatch.proof import Proof
from mentormatch.prospects import ProgramCheck
from mentormatch.questionnaire import Questionnaire
from mentormatch.ratings import Observed
from mentormatch.readers.layout import Layout
from mentormatch.reading import Reading
from mentormatch.remedies import PossiblePartner, Remedy, WhyUnmatched
from mentormatch.report import Report
from mentormatch.scores import ScoreMatrix
from mentormatch.seats import SeatAsks, SeatValue, SeatValues
from mentormatch.several_matching import SeveralMatching
from mentormatch.solvers.run import Progress
from mentormatch.solving import solve
from mentormatch.suggestion import Guess, Suggestion, suggest_questionnaire
from mentormatch.supply import SupplyCheck
from mentormatch.taxonomy import Taxonomy, Term
from mentormatch.waves import Simulation, simulate_waves
from mentormatch.wishes import ForbiddenWish

if TYPE_CHECKING:
    from types import ModuleType

    from mentormatch import plots, synthetic, testing

__all__ = [
    "Aim",
    "AnswerError",
    "Bottleneck",
    "Candidate",
    "Candidates",
    "Change",
    "Changes",
    "ChoiceError",
    "Choices",
    "CircleMatching",
    "Cohort",
    "Comparison",
    "Explanation",
    "FlashMatching",
    "ForbiddenWish",
    "Group",
    "GroupComparison",
    "GroupMatching",
    "Guess",
    "InfeasibleError",
    "Layout",
    "Matching",
    "Meeting",
    "MentormatchError",
    "MixedMatching",
    "Observed",
    "Pair",
    "PeerChange",
    "PeerChanges",
    "PeerMatching",
    "PopularMentor",
    "PopularMentors",
    "PossiblePartner",
    "Program",
    "ProgramCheck",
    "ProgramError",
    "Progress",
    "Proof",
    "Questionnaire",
    "Reading",
    "Remedy",
    "Report",
    "ScoreMatrix",
    "SeatAsks",
    "SeatValue",
    "SeatValues",
    "Sensitivity",
    "SeveralMatching",
    "Simulation",
    "Suggestion",
    "SupplyCheck",
    "Taxonomy",
    "Term",
    "Unmatched",
    "Verdict",
    "WhyNot",
    "WhyUnmatched",
    "compare",
    "errors",
    "formats",
    "plots",
    "questions",
    "rules",
    "sensitivity",
    "simulate_waves",
    "solve",
    "suggest_questionnaire",
    "synthetic",
    "testing",
]


def __getattr__(name: str) -> "ModuleType":
    # Most programs draw no pictures, make up no people and test no rules, so these are imported when asked for.
    if name in ("plots", "synthetic", "testing"):
        return import_module(f"mentormatch.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
