"""The reserved fields that hold a whole number."""

from __future__ import annotations

from dataclasses import dataclass

from mentormatch.questions import Side, whole_number
from mentormatch.wording import number

_MOST = 1_000_000


@dataclass(frozen=True)
class WholeField:
    """A reserved field that holds a whole number: whose it is, what a blank means and its bounds."""

    name: str
    side: Side
    default: int
    minimum: int
    maximum: int = _MOST

    @property
    def wanted(self) -> str:
        """What a value is, as a clause."""
        return f"a whole number from {number(self.minimum)} to {number(self.maximum)}"

    def read(self, value: object) -> int | None:
        """The whole number that a value means, None where it does not fit."""
        found = whole_number(value)
        return found if found is not None and self.minimum <= found <= self.maximum else None


WHOLE_FIELDS = (
    WholeField("capacity", "mentor", default=1, minimum=0),
    WholeField("minimum_load", "mentor", default=0, minimum=0),
    WholeField("wants", "mentee", default=1, minimum=1),
    WholeField("priority", "mentee", default=0, minimum=-_MOST),
)
