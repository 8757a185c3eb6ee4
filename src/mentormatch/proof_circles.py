"""The check of circles: who is in which, and that what is said of them and of all others is so. Calls no solver."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from pydantic import ConfigDict

from mentormatch.circling import Circling
from mentormatch.grouping import Team


@dataclass(frozen=True)
class CircleReasons:
    """What circles bring by having members and what these bring one another, and what no circles exceed.

    ``unit`` of what they bring one another are one point; ``points`` says that nothing but points is in it.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    unit: int
    values: tuple[int, int]
    bounds: tuple[int, int]
    points: bool = True


@dataclass(frozen=True)
class CircleFlaw:
    """One reason why circles are refused: a stable code and the circle."""

    code: Literal["unknown_pair", "two_groups", "group_size", "pair_not_allowed", "settled", "values", "bound"]
    team: Team | None = None


def check_circles(circling: Circling, teams: Sequence[Team], reasons: CircleReasons) -> tuple[CircleFlaw, ...]:
    """All flaws of circles: none means that they are allowed, and that nothing exceeds their bounds."""
    flaws = tuple(_circles(circling, teams))
    if flaws:
        return flaws
    found = []
    if (reasons.values, reasons.points) != (
        circling.values(teams),
        circling.points_alone,
    ) or reasons.unit != circling.unit_of_points * (circling.size[1] - 1):
        found.append(CircleFlaw("values"))
    if any(bound > said for bound, said in zip(circling.ceilings(), reasons.bounds, strict=True)):
        found.append(CircleFlaw("bound"))
    return tuple(found)


def _circles(circling: Circling, teams: Sequence[Team]) -> Iterator[CircleFlaw]:
    people = circling.shape[1]
    if any(not 0 <= person < people for team in teams for person in team.members):
        yield CircleFlaw("unknown_pair")
        return
    times = Counter(person for team in teams for person in team.members)
    low, high = circling.size
    for team in teams:
        members = list(team.members)
        held = [one for one in circling.held if set(one.members) & set(members)]
        known = {person for one in held for person in one.members}
        if not (low <= len(members) <= high or (held and set(members) == known)):
            yield CircleFlaw("group_size", team)
        new = [person for person in members if person not in known]
        if not circling.may_join[new].all() or circling.closed[np.ix_(members, members)].any():
            yield CircleFlaw("pair_not_allowed", team)
        if max(times[person] for person in members) > 1:
            yield CircleFlaw("two_groups", team)
    for one in circling.held:
        if not any(set(one.members) <= set(team.members) for team in teams):
            yield CircleFlaw("settled", one)
