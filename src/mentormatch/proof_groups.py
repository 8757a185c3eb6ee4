"""The check of groups and of what proves how good they are. Nothing here calls a solver or shares code with one.

Groups are checked one by one: sizes, leaders, who may be with whom, a shared slot, nobody twice, what is held. The
value of each word is added up anew. For a word the proof is a price for each word before it and one for each mentee,
whole numbers from 0. With v the value of a mentee in a group beyond the prices:

- whatever groups are formed, a mentee's price is paid at most once, and the rest is at most the sum over mentors of the
  best group of theirs at these prices (`mentormatch.grouping.Grouping.ceiling`), one pass over all pairs.

So no groups that are as good in the words before bring more in this one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar, Literal

import numpy as np
from pydantic import ConfigDict

from mentormatch.grouping import LARGEST_SUM, Grouping, GroupPrices, Team
from mentormatch.proof import Kind


@dataclass(frozen=True)
class GroupReasons:
    """What groups reach in each word, in units, and what none can exceed, with the prices that bound it.

    ``unit`` of these are one point. There may be fewer bounds and prices than words: the rest is not bounded.
    ``stopped`` says what stopped the search, where something did.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    unit: int
    words: tuple[str, ...]
    values: tuple[int, ...]
    bounds: tuple[int, ...]
    prices: tuple[GroupPrices, ...]
    stopped: str = ""


@dataclass(frozen=True)
class GroupFlaw:
    """One reason why groups or their proof are refused: a stable code and the positions of the people concerned."""

    code: Literal[
        "unknown_pair",
        "two_groups",
        "leads_twice",
        "group_size",
        "leaders",
        "pair_not_allowed",
        "apart",
        "no_slot",
        "settled",
        "values",
        "prices",
        "bound",
        "kind",
    ]
    team: Team | None = None
    word: int | None = None


def check_groups(grouping: Grouping, teams: Sequence[Team], kind: Kind, reasons: GroupReasons) -> tuple[GroupFlaw, ...]:
    """All flaws of groups and their proof: none means that they are allowed and as good as the proof says."""
    flaws = tuple(_groups(grouping, teams))
    if flaws:
        return flaws
    return tuple(_reasons(grouping, teams, kind, reasons))


def _groups(grouping: Grouping, teams: Sequence[Team]) -> Iterator[GroupFlaw]:
    mentors, mentees = grouping.shape
    for team in teams:
        sides = ((team.leaders, mentors), (team.members, mentees))
        if any(not 0 <= person < size for people, size in sides for person in people):
            yield GroupFlaw("unknown_pair", team)
            return
    for team in teams:
        yield from _one(grouping, team)
    for code, people in (
        ("two_groups", Counter(person for team in teams for person in team.members)),
        ("leads_twice", Counter(person for team in teams for person in team.leaders)),
    ):
        for person in sorted(person for person, times in people.items() if times > 1):
            own = next(t for t in teams if person in (t.members if code == "two_groups" else t.leaders))
            yield GroupFlaw(code, own)  # type: ignore[arg-type]
    for held in grouping.held:
        if not any(held.leaders == t.leaders and set(held.members) <= set(t.members) for t in teams):
            yield GroupFlaw("settled", held)


def _one(grouping: Grouping, team: Team) -> Iterator[GroupFlaw]:
    """What is wrong with a single group."""
    members, leaders = list(team.members), list(team.leaders)
    held = next((one for one in grouping.held if set(one.leaders) & set(leaders)), None)
    known: set[int] = set() if held is None else set(held.members)
    low, high = grouping.size
    least = len(known) if held is not None and held in grouping.settled else low
    if not least <= len(members) <= max(high, len(known)):
        yield GroupFlaw("group_size", team)
    fewest, most = grouping.leaders
    if held is None:
        if not fewest <= len(leaders) <= most or not grouping.may_lead[leaders].all():
            yield GroupFlaw("leaders", team)
        if any(pair in grouping.rivals for pair in combinations(sorted(leaders), 2)):
            yield GroupFlaw("apart", team)
    new = [person for person in members if person not in known]
    if not grouping.may_join[new].all() or (grouping.points[np.ix_(leaders, new)] < 0).any():
        yield GroupFlaw("pair_not_allowed", team)
    strange = grouping.strangers
    if strange[np.ix_(new, members)].any():
        yield GroupFlaw("apart", team)
    if new and grouping.slots is not None:
        offered, wanted = grouping.slots
        if not (offered[leaders].all(axis=0) & wanted[members].all(axis=0)).any():
            yield GroupFlaw("no_slot", team)


def _reasons(grouping: Grouping, teams: Sequence[Team], kind: Kind, reasons: GroupReasons) -> Iterator[GroupFlaw]:
    values = grouping.value(teams)
    names = tuple(", ".join(word.levels) for word in grouping.words)
    if (reasons.values, reasons.unit, reasons.words) != (values, grouping.unit, names):
        yield GroupFlaw("values")
        return
    if len(reasons.bounds) != len(reasons.prices) or len(reasons.bounds) > len(values):
        yield GroupFlaw("prices")
        return
    largest = [int(np.abs(word.values).max(initial=0)) for word in grouping.words]
    for word, (bound, prices) in enumerate(zip(reasons.bounds, reasons.prices, strict=True)):
        whole = all(type(price) is int and price >= 0 for price in (*prices.before, *prices.mentees))
        paid = sum(price * size for price, size in zip(prices.before, largest, strict=False))
        paid += max(prices.mentees, default=0)
        if not whole or len(prices.mentees) != grouping.shape[1] or len(prices.before) != word or paid > LARGEST_SUM:
            yield GroupFlaw("prices", word=word)
        elif grouping.ceiling(word, values, prices) > bound or bound < values[word]:
            yield GroupFlaw("bound", word=word)
    if kind == "optimal" and reasons.bounds != values:
        yield GroupFlaw("kind")
