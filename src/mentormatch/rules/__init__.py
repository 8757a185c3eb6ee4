"""The language of rules and conditions: one file for each family, and one line here for each rule."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mentormatch.doors import keep_findings
from mentormatch.rules.bounds import AtLeast
from mentormatch.rules.distance import Ahead, Close
from mentormatch.rules.equality import Differs, Same
from mentormatch.rules.overlap import Covers, Shares
from mentormatch.rules.rule import Columns, Rule
from mentormatch.rules.when import When

AnyRule = Annotated[
    Covers | Shares | Close | Ahead | Same | Differs | AtLeast | When,
    Field(discriminator="kind"),
    keep_findings,
]
"""Every rule as one type that pydantic can read and write; ``kind`` says which it is."""

__all__ = [
    "Ahead",
    "AnyRule",
    "AtLeast",
    "Close",
    "Columns",
    "Covers",
    "Differs",
    "Rule",
    "Same",
    "Shares",
    "When",
]
