"""Programs of pairs and groups: one-to-one as far as the seats go, and groups for those who are left over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

from mentormatch.demand import Demand
from mentormatch.errors import Finding, InfeasibleError, ProgramError
from mentormatch.formats.format import Format
from mentormatch.formats.groups import Groups
from mentormatch.formats.pairs import Pairs
from mentormatch.formats.posing import pose
from mentormatch.questionnaire import Questionnaire
from mentormatch.scores import ScoreMatrix
from mentormatch.solvers.split import Sizes, split


@dataclass(frozen=True)
class Mixed(Format):
    """One-to-one pairs and ``groups`` in one cohort: where seats are short, the overflow goes into groups.

    A mentor either leads a group or takes mentees one by one, up to the capacity. As many mentees as possible have
    somebody; of these as many as possible are in pairs; then lists and points decide. Pins and accepted pairs are
    one-to-one.
    """

    fellows: ClassVar[bool] = True
    kind: Literal["Mixed"] = field(default="Mixed", kw_only=True, repr=False)
    groups: Groups
    pairs: Pairs = field(default_factory=Pairs)

    def __post_init__(self) -> None:
        findings = [
            Finding("type", f"expected a value of type {kind.__name__}", where=f"format, {name}")
            for name, kind in (("groups", Groups), ("pairs", Pairs))
            if not isinstance(getattr(self, name), kind)
        ]
        if findings:
            raise ProgramError(findings)

    @property
    def noun(self) -> str:
        """What is formed, as pages name it."""
        return f"{self.pairs.noun}, and {self.groups.noun} for who is left over"

    def check(self, questionnaire: Questionnaire) -> Iterator[Finding]:
        """What keeps the format from being used with the questionnaire."""
        yield from self.groups.check(questionnaire)
        yield from self.pairs.check(questionnaire)


@dataclass(frozen=True)
class Parts:
    """What is asked of the groups: seats and wishes by id, 0 for who is to be in a pair; and whether that is exact."""

    leading: dict[str, int]
    joining: dict[str, int]
    finished: bool


def parts_of(demand: Demand, scores: ScoreMatrix, format_: Mixed, most: int | None = None) -> Parts:
    """Who leads and who joins groups.

    Raises ProgramError for aims without a meaning here, InfeasibleError where minimum loads leave no split.
    """
    aim = demand.aim
    findings = [
        Finding("mixed", "is not asked of pairs and groups together", where=f"aim, {name}", hint="drop it")
        for name, wrong in (
            ("stable", aim.stable),
            ("fairness", aim.fairness is not None),
            ("balance", aim.balance is not None),
            ("order", aim.order == "points"),
        )
        if wrong
    ]
    if findings:
        raise ProgramError(findings)
    posed = pose(replace(demand, aim=replace(aim, everyone_matched=False)), scores, most)
    groups = format_.groups
    found = split(posed.problem, Sizes(*groups.size, *groups.mentors))
    if found is None:
        expected = "the minimum loads cannot be met in pairs, whoever leads a group"
        raise InfeasibleError(Finding("minimum_load", expected, hint="lower a minimum load"))
    return Parts(
        dict(zip(demand.mentors, found.leading[posed.mentor_place].astype(int).tolist(), strict=True)),
        dict(zip(demand.mentees, found.grouped[posed.mentee_place].astype(int).tolist(), strict=True)),
        found.finished,
    )
