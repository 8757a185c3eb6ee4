"""The checks of groups and of circles: against the definition in plain words, and every claim that does not hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from problems import Table, problem

from mentormatch.circling import Circling
from mentormatch.grouping import LARGEST_SUM, Grouping, GroupPrices, Team
from mentormatch.proof_circles import CircleReasons, check_circles
from mentormatch.proof_groups import GroupReasons, check_groups

Random = np.random.Generator


def some(rng: Random, size: int, most: int) -> tuple[int, ...]:
    """A few different positions, sorted."""
    return tuple(sorted(rng.permutation(size)[: rng.integers(0, most + 1)].tolist()))


def random_grouping(rng: Random) -> Grouping:
    """Three mentors and six mentees with all that may stand between them; sometimes a group that is there already."""
    mentors, mentees = 3, 6
    points = rng.integers(0, 9, (mentors, mentees))
    points[rng.random(points.shape) < 0.2] = -1
    held = (Team((0,), some(rng, mentees, 3) or (0,)),) if rng.random() < 0.5 else ()
    taken = [person for team in held for person in team.members]
    apart = [pair for pair in combinations(range(mentees), 2) if rng.random() < 0.1 and not {*pair} <= {*taken}]
    wants = (rng.random(mentees) < 0.9).astype(np.int64)
    wants[taken] = 0
    sides = np.array(apart, dtype=np.int64).reshape(-1, 2).T
    slots = rng.random((mentors, 2)) < 0.8, rng.random((mentees, 2)) < 0.8
    return Grouping(
        pairs=problem(points, capacity=(rng.random(mentors) < 0.9).astype(np.int64), wants=wants),
        size=(2, 3),
        leaders=(1, int(rng.integers(1, 3))),
        apart=(sides[0], sides[1]) if apart else None,
        rivals=frozenset({(0, 1), (1, 2)} if rng.random() < 0.3 else ()),
        slots=slots if rng.random() < 0.5 else None,
        held=held,
        held_points=tuple((0, person, 1) for person in taken),
        settled=frozenset(held if rng.random() < 0.5 else ()),
    )


def random_teams(rng: Random, grouping: Grouping) -> list[Team]:
    """Groups that are sometimes allowed: what is held, perhaps larger, and others."""
    mentors, mentees = grouping.shape
    teams = [
        Team(team.leaders, tuple(sorted({*team.members, *some(rng, mentees, 1)})))
        for team in grouping.held
        if rng.random() < 0.9
    ]
    for _ in range(rng.integers(0, 3)):
        leaders = some(rng, mentors, 2) if rng.random() < 0.9 else (0, 2)
        teams.append(Team(leaders or (2,), some(rng, mentees, 3)))
    return teams


def wrongs(grouping: Grouping, teams: Sequence[Team]) -> set[str]:
    """What is wrong with groups, straight from what a grouping says."""
    points, strangers = grouping.points.tolist(), grouping.strangers.tolist()
    wants, capacity = grouping.pairs.wants.tolist(), grouping.pairs.capacity.tolist()
    found = set()
    held_by = {leader: team for team in grouping.held for leader in team.leaders}
    for team in teams:
        held = next((held_by[leader] for leader in team.leaders if leader in held_by), None)
        known = set(held.members) if held else set()
        new = set(team.members) - known
        size = len(team.members)
        enough = size >= (len(known) if held in grouping.settled else grouping.size[0])
        if not enough or (size > grouping.size[1] and size > len(known)):
            found.add("group_size")
        if held is None:
            if len(team.leaders) not in range(grouping.leaders[0], grouping.leaders[1] + 1):
                found.add("leaders")
            if any(capacity[leader] == 0 for leader in team.leaders):
                found.add("leaders")
            if any(pair in grouping.rivals for pair in combinations(team.leaders, 2)):
                found.add("apart")
        for person in new:
            if wants[person] == 0 or any(points[leader][person] < 0 for leader in team.leaders):
                found.add("pair_not_allowed")
            if any(strangers[person][other] for other in team.members):
                found.add("apart")
        if new and grouping.slots is not None:
            offered, wanted = (side.tolist() for side in grouping.slots)
            people = [offered[leader] for leader in team.leaders] + [wanted[member] for member in team.members]
            if not any(all(one[slot] for one in people) for slot in range(2)):
                found.add("no_slot")
    return found | wrong_together(grouping, teams)


def wrong_together(grouping: Grouping, teams: Sequence[Team]) -> set[str]:
    """What is wrong with groups beside one another: somebody in two, and what is held and not there."""
    found = set()
    for code, sides in (("two_groups", [t.members for t in teams]), ("leads_twice", [t.leaders for t in teams])):
        if max(Counter(person for side in sides for person in side).values(), default=0) > 1:
            found.add(code)
    for held in grouping.held:
        if not any(team.leaders == held.leaders and {*held.members} <= {*team.members} for team in teams):
            found.add("settled")
    return found


def reasons_for(grouping: Grouping, teams: Sequence[Team], prices: Sequence[Sequence[int]]) -> GroupReasons:
    """What is so of groups: their values, and for as many words as there are prices the bound these give."""
    values = grouping.value(teams)
    own = tuple(GroupPrices((0,) * word, tuple(mentees)) for word, mentees in enumerate(prices))
    return GroupReasons(
        unit=grouping.unit,
        words=tuple(", ".join(word.levels) for word in grouping.words),
        values=values,
        bounds=tuple(max(values[word], grouping.ceiling(word, values, one)) for word, one in enumerate(own)),
        prices=own,
    )


@settings(max_examples=400)
@given(st.integers(0, 2**32))
def test_groups_are_refused_for_what_is_wrong_with_them(seed: int) -> None:
    """Sizes, leaders, conditions, slots and what is held: exactly the codes that the definition gives, and no more."""
    rng = np.random.default_rng(seed)
    grouping = random_grouping(rng)
    teams = random_teams(rng, grouping)
    flaws = check_groups(grouping, teams, "claimed", reasons_for(grouping, teams, [[0] * 6]))
    assert {flaw.code for flaw in flaws} == wrongs(grouping, teams)
    assert all(flaw.team in (*teams, *grouping.held) for flaw in flaws)


def simple() -> tuple[Grouping, list[Team]]:
    """Two mentors who may lead and four mentees, in two groups, each with a value in the words of people and points."""
    grouping = Grouping(pairs=problem([[9, 8, 1, 1], [1, 1, 7, 6]]), size=(2, 2))
    return grouping, [Team((0,), (0, 1)), Team((1,), (2, 3))]


@pytest.mark.parametrize("team", [Team((0,), (0, 4)), Team((2,), (0, 1)), Team((-1,), (0, 1)), Team((0,), (-1, 1))])
def test_a_group_of_strangers_is_refused_before_anything_is_read(team: Team) -> None:
    """Positions outside the sides are named, with their group, and nothing else is said."""
    grouping, (first, second) = simple()
    flaws = check_groups(grouping, [first, team], "claimed", reasons_for(grouping, [first, second], []))
    assert [(flaw.code, flaw.team) for flaw in flaws] == [("unknown_pair", team)]


def test_who_is_in_two_groups_is_named_with_the_first() -> None:
    """Of several groups with one person the first is shown, for members and for leaders."""
    grouping, (first, _) = simple()
    reasons = reasons_for(grouping, [], [])
    other = Team((1,), (1, 2))
    assert [(f.code, f.team) for f in check_groups(grouping, [first, other], "claimed", reasons)] == [
        ("two_groups", first)
    ]
    twice = Team((0,), (2, 3))
    assert [(f.code, f.team) for f in check_groups(grouping, [first, twice], "claimed", reasons)] == [
        ("leads_twice", first)
    ]


def test_a_group_that_stays_may_be_larger_than_groups_are_and_no_larger() -> None:
    """What is held keeps its members and leader whatever the sizes say; nobody joins beyond them."""
    points = [[1] * 5, [1] * 5]
    wants = [0, 0, 0, 1, 1]
    held = Team((0,), (0, 1, 2))
    grouping = Grouping(
        pairs=problem(points, wants=wants), size=(1, 2), held=(held,), held_points=tuple((0, at, 5) for at in range(3))
    )
    assert check_groups(grouping, [held], "claimed", reasons_for(grouping, [held], [])) == ()
    larger = [Team((0,), (0, 1, 2, 3))]
    assert {f.code for f in check_groups(grouping, larger, "claimed", reasons_for(grouping, larger, []))} == {
        "group_size"
    }
    gone = [Team((0,), (0, 1))]
    (flaw,) = check_groups(grouping, gone, "claimed", reasons_for(grouping, gone, []))
    assert (flaw.code, flaw.team) == ("settled", held)


PRICES = GroupPrices((0,), (3, 2, 1, 0))
ZERO = GroupPrices((), (0, 0, 0, 0))
CLAIMS: dict[str, tuple[str, int | None, dict[str, Any]]] = {
    "another unit": ("values", None, {"unit": 2}),
    "other words": ("values", None, {"words": ("points", "participation")}),
    "other values": ("values", None, {"values": (4, 31)}),
    "a bound without prices": ("prices", None, {"prices": (ZERO,)}),
    "prices of a word that is not there": (
        "prices",
        None,
        {"bounds": (4, 40, 40), "prices": (ZERO, PRICES, GroupPrices((0, 0), (0, 0, 0, 0)))},
    ),
    "a price below nought": ("prices", 1, {"prices": (ZERO, GroupPrices((0,), (3, 2, 1, -1)))}),
    "a price of a word below nought": ("prices", 1, {"prices": (ZERO, GroupPrices((-1,), (3, 2, 1, 0)))}),
    "a price that is true": ("prices", 1, {"prices": (ZERO, GroupPrices((0,), (3, 2, True, 0)))}),
    "a price for a mentee more": ("prices", 1, {"prices": (ZERO, GroupPrices((0,), (3, 2, 1, 0, 0)))}),
    "a price for a mentee less": ("prices", 1, {"prices": (ZERO, GroupPrices((0,), (3, 2, 1)))}),
    "a price for a word more": ("prices", 1, {"prices": (ZERO, GroupPrices((0, 0), (3, 2, 1, 0)))}),
    "a price for a word less": ("prices", 1, {"prices": (ZERO, GroupPrices((), (3, 2, 1, 0)))}),
    "a price of a mentee that no sum can hold": (
        "prices",
        1,
        {"prices": (ZERO, GroupPrices((0,), (3, 2, 1, LARGEST_SUM + 1)))},
    ),
    "a price of a word that no sum can hold": (
        "prices",
        1,
        {"prices": (ZERO, GroupPrices((LARGEST_SUM,), (3, 2, 1, 0)))},
    ),
    "a bound below what is reached": ("bound", 1, {"bounds": (4, 29)}),
    "a bound below what the prices give": (
        "bound",
        1,
        {"bounds": (4, 33), "prices": (ZERO, GroupPrices((0,), (9,) * 4))},
    ),
}


@pytest.mark.parametrize("what", CLAIMS)
def test_a_claim_about_groups_that_does_not_hold_is_refused(what: str) -> None:
    """Units, words, values, prices and bounds are each looked at, and the word concerned is named."""
    grouping, teams = simple()
    true = replace(reasons_for(grouping, teams, [ZERO.mentees, PRICES.mentees]), bounds=(4, 30))
    code, word, change = CLAIMS[what]
    assert check_groups(grouping, teams, "optimal", true) == ()
    flaws = check_groups(grouping, teams, "claimed", replace(true, **change))
    assert [(flaw.code, flaw.word) for flaw in flaws] == [(code, word)]


def test_only_tight_bounds_are_a_proof() -> None:
    """Bounds above what is reached, or fewer of them, are no more than a claim."""
    grouping, teams = simple()
    true = replace(reasons_for(grouping, teams, [ZERO.mentees, PRICES.mentees]), bounds=(4, 30))
    for loose in (replace(true, bounds=(4, 31)), replace(true, bounds=(4,), prices=(ZERO,))):
        assert check_groups(grouping, teams, "claimed", loose) == ()
        assert [flaw.code for flaw in check_groups(grouping, teams, "optimal", loose)] == ["kind"]


def test_the_largest_price_that_a_sum_can_hold_is_held() -> None:
    """The limit itself is allowed, and one more is not, of a mentee's price and of the words' together."""
    grouping, teams = simple()
    for before, mentee, code in ((0, LARGEST_SUM, "bound"), (1, LARGEST_SUM - 1, "bound"), (1, LARGEST_SUM, "prices")):
        dear = GroupPrices((before,), (0, 0, 0, mentee))
        claimed = replace(reasons_for(grouping, teams, [ZERO.mentees]), bounds=(4, 30), prices=(ZERO, dear))
        assert [flaw.code for flaw in check_groups(grouping, teams, "claimed", claimed)] == [code]


@dataclass(frozen=True)
class Circles:
    """People of one pool and circles of them."""

    circling: Circling
    teams: list[Team]


def random_circles(rng: Random) -> Circles:
    """Seven people, of whom some may not meet, some stay out and some are in a circle already, and circles of them."""
    people = 7
    own = rng.integers(0, 9, (people, people))
    between = own + own.T
    np.fill_diagonal(between, 0)
    closed = rng.random((people, people)) < 0.08
    closed |= closed.T
    np.fill_diagonal(closed, False)
    order = rng.permutation(people).tolist()
    cut = int(rng.integers(2, 5))
    held = tuple(Team((), tuple(sorted(part))) for part in (order[:cut], order[cut : cut + 2]) if rng.random() < 0.5)
    taken = [person for team in held for person in team.members]
    for team in held:
        closed[np.ix_(team.members, team.members)] = False
    wants = (rng.random(people) < 0.95).astype(np.int64)
    wants[taken] = 0
    circling = Circling(
        pairs=problem(np.zeros((0, people)), wants=wants),
        size=(2, 3),
        held=held,
        brings=between * (1 if rng.random() < 0.5 else 2) + int(rng.random() < 0.3),
        closed=closed,
        joins=np.ones(people, dtype=np.int64),
        unit_of_points=2,
        between=between,
    )
    grown = [Team((), tuple(sorted({*team.members, *some(rng, people, 1)}))) for team in held if rng.random() < 0.9]
    rest = [Team((), some(rng, people, 4) or (0,)) for _ in range(rng.integers(0, 3))]
    return Circles(circling, [*grown, *rest])


def wrong_circles(circling: Circling, teams: Sequence[Team]) -> set[str]:
    """What is wrong with circles, straight from what a circling says."""
    found = set()
    wants, closed = circling.pairs.wants.tolist(), circling.closed.tolist()
    times = Counter(person for team in teams for person in team.members)
    for team in teams:
        stays = set().union(*(one.members for one in circling.held if {*one.members} & {*team.members}))
        if not 2 <= len(team.members) <= 3 and {*team.members} != stays:
            found.add("group_size")
        if any(wants[person] == 0 for person in team.members if person not in stays):
            found.add("pair_not_allowed")
        if any(closed[a][b] for a in team.members for b in team.members):
            found.add("pair_not_allowed")
        if any(times[person] > 1 for person in team.members):
            found.add("two_groups")
    if any(not any({*one.members} <= {*team.members} for team in teams) for one in circling.held):
        found.add("settled")
    return found


def circle_reasons(circling: Circling, teams: Sequence[Team]) -> CircleReasons:
    """What is so of circles."""
    unit = circling.unit_of_points * (circling.size[1] - 1)
    return CircleReasons(unit, circling.values(teams), circling.ceilings(), circling.points_alone)


@settings(max_examples=400)
@given(st.integers(0, 2**32))
def test_circles_are_refused_for_what_is_wrong_with_them(seed: int) -> None:
    """Sizes, who may not meet, who is in two and what stays: exactly the codes that the definition gives."""
    made = random_circles(np.random.default_rng(seed))
    flaws = check_circles(made.circling, made.teams, circle_reasons(made.circling, made.teams))
    assert {flaw.code for flaw in flaws} == wrong_circles(made.circling, made.teams)
    assert all(flaw.team in (*made.teams, *made.circling.held) for flaw in flaws)


def test_a_claim_about_circles_that_does_not_hold_is_refused() -> None:
    """Values, the unit, whether points are all there is, and bounds: a bound may be loose and not too low."""
    between = np.array([[0, 4, 1, 1], [4, 0, 1, 1], [1, 1, 0, 6], [1, 1, 6, 0]])
    nobody = np.zeros((4, 4), dtype=np.bool_)
    circling = Circling(
        pairs=problem(np.zeros((0, 4))), size=(2, 2), brings=between, closed=nobody, joins=np.ones(4, dtype=np.int64),
        between=between,
    )  # fmt: skip
    teams = [Team((), (0, 1)), Team((), (2, 3))]
    true = circle_reasons(circling, teams)
    assert true == CircleReasons(1, (4, 10), (4, 10), points=True)
    assert check_circles(circling, teams, true) == ()
    assert check_circles(circling, teams, replace(true, bounds=(5, 11))) == ()
    for wrong, codes in (
        (replace(true, values=(4, 9)), ["values"]),
        (replace(true, unit=2), ["values"]),
        (replace(true, points=False), ["values"]),
        (replace(true, bounds=(4, 9)), ["bound"]),
        (replace(true, bounds=(3, 10)), ["bound"]),
        (replace(true, values=(3, 10), bounds=(3, 10)), ["values", "bound"]),
    ):
        assert [flaw.code for flaw in check_circles(circling, teams, wrong)] == codes
    for stranger in (4, -1):
        (flaw,) = check_circles(circling, [Team((), (0, stranger))], true)
        assert flaw.code == "unknown_pair"


def test_fellows_who_may_not_be_together_are_apart_in_either_order() -> None:
    """Who may not be in one group with whom is read from the points of fellows as well."""
    fellows = Table(np.array([[0, -1, 1, 1], [-1, 0, 1, 1], [1, 1, 0, 1], [1, 1, 1, 0]]), 1)
    grouping = Grouping(pairs=problem([[1, 1, 1, 1]]), size=(2, 2), fellows=fellows, cohesion=(1, 2))
    for members, codes in (((0, 1), {"apart"}), ((0, 2), set())):
        teams = [Team((0,), members)]
        assert {f.code for f in check_groups(grouping, teams, "claimed", reasons_for(grouping, teams, []))} == codes
