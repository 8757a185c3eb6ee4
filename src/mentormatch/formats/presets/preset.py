"""What a preset is: the settings of a kind of program, each with the reason why it is set so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mentormatch.aim import Aim
from mentormatch.demand import Mode
from mentormatch.formats.flash import Flash
from mentormatch.formats.groups import Groups
from mentormatch.formats.pairs import Pairs
from mentormatch.formats.peers import Peers
from mentormatch.page import Page, Paged, Table
from mentormatch.questionnaire import Questionnaire
from mentormatch.rules import AnyEligible, AnyRule
from mentormatch.wording import counted

_MODES = {
    "administrators": "administrators pair: what is matched is accepted at once",
    "mentees_choose": "mentees choose: pairs from their lists are accepted at once",
    "approve": "mentees choose and mentors approve: every pair is proposed",
}


@dataclass(frozen=True, eq=False, repr=False)
class Preset(Paged):
    """The settings of a kind of program, for `Program.of`; ``why`` says of each of them why it is set so.

    Its keys are names of rules, titles of conditions, titles of who may take part, and "format", "aim" and "mode".
    Options of questions are examples: a program has its own departments, skills and groups.
    """

    name: str
    purpose: str
    questionnaire: Questionnaire
    rules: tuple[AnyRule, ...]
    why: Mapping[str, str]
    conditions: tuple[AnyRule, ...] = ()
    eligibility: tuple[AnyEligible, ...] = ()
    format: Pairs | Peers | Groups | Flash = field(default_factory=Pairs)
    aim: Aim = field(default_factory=Aim)
    mode: Mode = "approve"

    def __repr__(self) -> str:
        return (
            f"Preset({self.name}, {counted(len(self.questionnaire), 'question')}, {counted(len(self.rules), 'rule')})"
        )

    def page(self) -> Page:
        """The preset as a page: what is asked, what counts how much, and why."""
        tables = [
            Table(
                "Questions",
                ("question", "asked of", "kind", ""),
                [
                    (one.id, "both" if one.asked_of == "both" else f"{one.asked_of}s", one.kind, _private(one.private))
                    for one in self.questionnaire
                ],
            ),
            Table(
                "Rules",
                ("weight", "rule", "why"),
                [(f"{rule.weight:g}", rule.title, self.why[rule.name]) for rule in self.rules],
                ("right", "left", "left"),
            ),
            Table("Conditions", ("condition", "why"), [(one.title, self.why[one.title]) for one in self.conditions]),
            Table("Who may take part", ("who", "why"), [(one.title, self.why[one.title]) for one in self.eligibility]),
            Table(
                "How it is matched",
                ("setting", "is", "why"),
                [
                    ("format", self.format.noun, self.why["format"]),
                    ("aim", str(self.aim), self.why["aim"]),
                    ("mode", _MODES[self.mode], self.why["mode"]),
                ],
            ),
        ]
        notes = [self.purpose, "Options of questions are examples. Every setting can be changed."]
        return Page(f"Preset {self.name}", tables=[table for table in tables if table.rows], notes=notes)


def _private(private: bool) -> str:
    return "private" if private else ""
