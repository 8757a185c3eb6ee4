"""Rules that hold another rule: how it is read from JSON, and what the rule inside may not say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetPydanticSchema
from pydantic_core import CoreSchema

from mentormatch.errors import Finding
from mentormatch.rules.rule import Rule


def _any_rule(_: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
    # The union of all rules names the rules that hold one, so it can be looked up only once all of them exist.
    from mentormatch.rules import AnyRule

    return handler.generate_schema(AnyRule)


InnerRule = Annotated[Rule, GetPydanticSchema(_any_rule)]


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
