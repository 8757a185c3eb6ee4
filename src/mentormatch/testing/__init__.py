"""The kit for those who write rules or build on matchings: is a rule sound, is a matching proven, and what to try on.

`strategies`, which needs the package hypothesis, draws questionnaires, cohorts, programs and choices.

>>> from mentormatch import Questionnaire, questions as q, rules as r
>>> from mentormatch.testing import check_rule
>>> asked = Questionnaire([q.Number("floor")])
>>> @r.custom("same floor", uses=["floor"])
... def same_floor(mentor, mentee):
...     return mentor["floor"] == mentee["floor"]
>>> print(check_rule(same_floor, asked))
custom('same floor')
====================
<BLANKLINE>
Not sound
  what is wrong
  two people who answered nothing are judged; say that the pair is unknown
"""

from importlib import import_module
from typing import TYPE_CHECKING

from mentormatch.testing.checking import RuleCheck, check_rule
from mentormatch.testing.proving import assert_proven

if TYPE_CHECKING:
    from types import ModuleType

    from mentormatch.testing import strategies

__all__ = ["RuleCheck", "assert_proven", "check_rule", "strategies"]


def __getattr__(name: str) -> "ModuleType":
    # Hypothesis is needed for these alone.
    if name == "strategies":
        return import_module("mentormatch.testing.strategies")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
