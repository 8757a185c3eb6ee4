"""Rules that hold another rule: how it is read from JSON, and what the rule inside may not say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import GetCoreSchemaHandler, GetPydanticSchema
from pydantic_core import CoreSchema

from mentormatch.errors import Finding
from mentormatch.rules.rule import Mask, Rule, Values

if TYPE_CHECKING:
    from mentormatch.cohort import People


def _any_rule(_: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
    # The union of all rules names the rules that hold one, so it can be looked up only once all of them exist.
    from mentormatch.rules import AnyRule

    return handler.generate_schema(AnyRule)


InnerRule = Annotated[Rule, GetPydanticSchema(_any_rule)]


@dataclass(frozen=True, repr=False)
class Around(Rule):
    """A rule that says what the one inside says, where or as far as it wants to."""

    if TYPE_CHECKING:

        @property
        def rule(self) -> Rule:
            """The rule inside; a field of every such rule."""

    @property
    def innermost(self) -> Rule:
        """The rule inside, or what that one holds."""
        return self.rule.innermost

    def questions(self) -> tuple[str, ...]:
        """The ids of the questions that are read."""
        return self.rule.questions()

    def values(self, mentors: People, mentees: People) -> tuple[Values, Mask]:
        """Those of the rule inside."""
        return self.rule.values(mentors, mentees)

    def answered(self, mentors: People, mentees: People) -> tuple[Mask, Mask] | None:
        """Who can be judged by the rule inside."""
        return self.rule.answered(mentors, mentees)

    def answer_findings(self, mentors: People, mentees: People) -> tuple[Finding, ...]:
        """Those of the rule inside."""
        return self.rule.answer_findings(mentors, mentees)


def inner_settings(rule: object) -> Iterator[Finding]:
    """What the rule inside says that only the rule around it may say."""
    if not isinstance(rule, Rule):
        yield Finding("rule_inner", "expected a rule inside", hint="such as Covers('goals', by='goals_reached')")
        return
    defaults = {"weight": 1, "missing": "average", "label": None, "if_unknown": "forbid"}
    for name, default in defaults.items():
        own = name == "label" and rule.kind == "Custom"  # type: ignore[attr-defined]  # a field of every rule
        if getattr(rule, name) != default and not own:
            yield Finding("rule_inner", f"the rule inside has its own {name}", hint="give it to the rule around it")
