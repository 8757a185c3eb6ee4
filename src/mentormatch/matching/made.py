"""What a matching is made of: pairs and groups, and the status that a pair has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from mentormatch.formats.posing import Posed

Status = Literal["proposed", "accepted", "pinned"]


@dataclass(frozen=True, order=True)
class Pair:
    """A mentor and a mentee who are matched, with the points of their score; pinned pairs were demanded."""

    mentor: str
    mentee: str
    points: int
    status: Status = "proposed"


@dataclass(frozen=True, order=True)
class Group:
    """People who are matched together; a trio of peers has no mentors, and half its three pairs' sum as points."""

    mentors: tuple[str, ...]
    mentees: tuple[str, ...]
    points: int


def statuses(posed: Posed, couples: Iterable[tuple[str, str]]) -> Iterator[Status]:
    """The status of each pair: pinned, accepted (before, or at once as the mode says) or proposed."""
    demand = posed.demand
    pins = {(pin.mentor, pin.mentee) for pin in demand.choices.pins}
    accepted = {*posed.settled, *posed.movable}
    if demand.mode == "mentees_choose":
        accepted |= {(mentor, mentee) for mentee, own in demand.ranks.items() for mentor in own}
    usual: Status = "accepted" if demand.mode == "administrators" else "proposed"
    for couple in couples:
        yield "pinned" if couple in pins else "accepted" if couple in accepted else usual
