"""The language of rules and conditions: one file for each family, and one line here for each rule."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mentormatch.doors import keep_findings
from mentormatch.rules.bounds import AtLeast
from mentormatch.rules.custom import Answers, Custom, CustomFromJson, custom
from mentormatch.rules.distance import Ahead, Close
from mentormatch.rules.eligible import Eligible
from mentormatch.rules.equality import Differs, Same
from mentormatch.rules.line import NotInReportingLine
from mentormatch.rules.overlap import Covers, Shares
from mentormatch.rules.related import Related
from mentormatch.rules.rule import Columns, Lookup, Rule
from mentormatch.rules.similar import Similar, SimilarFromJson
from mentormatch.rules.table import Table
from mentormatch.rules.when import When

AnyRule = Annotated[
    Covers
    | Shares
    | Close
    | Ahead
    | Same
    | Differs
    | Table
    | Related
    | SimilarFromJson
    | AtLeast
    | NotInReportingLine
    | When
    | CustomFromJson,
    Field(discriminator="kind"),
    keep_findings,
]
"""Every rule as one type that pydantic can read and write; ``kind`` says which it is."""

AnyEligible = Annotated[Eligible, keep_findings]
"""`Eligible` as a type that pydantic can read and write."""

__all__ = [
    "Ahead",
    "Answers",
    "AnyEligible",
    "AnyRule",
    "AtLeast",
    "Close",
    "Columns",
    "Covers",
    "Custom",
    "Differs",
    "Eligible",
    "Lookup",
    "NotInReportingLine",
    "Related",
    "Rule",
    "Same",
    "Shares",
    "Similar",
    "Table",
    "When",
    "custom",
]
