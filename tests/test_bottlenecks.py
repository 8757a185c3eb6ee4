"""Groups who share too few seats: against all sets of mentees, by name, and told on the page of the supply."""

from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.bottlenecks import Bottleneck, bottlenecks
from mentormatch.demand import Demand, demand_of

TEAMS = mm.Questionnaire([q.Choice("team", ["Sales", "Law", "IT"]), q.MultiChoice("goals", ["Lead", "Speak"])])


def case(seed: int) -> tuple[Demand, mm.ScoreMatrix, np.ndarray]:
    """Up to six mentees and five mentors, of whom few are allowed."""
    rng = random.Random(seed)
    mentors, mentees = [f"m{k}" for k in range(rng.randint(1, 5))], [f"e{k}" for k in range(rng.randint(1, 6))]
    share = rng.choice([0.2, 0.4, 0.7, 1])
    allowed = np.array([[rng.random() < share for _ in mentees] for _ in mentors])
    points = np.array([[rng.randint(0, 9) for _ in mentees] for _ in mentors])
    scores = mm.ScoreMatrix.from_array(points, mentors, mentees, allowed=allowed)
    closed = [(m, e) for m in mentors for e in mentees if rng.random() < 0.1]
    minimum = rng.choice([0, 0, 3])
    demand = demand_of(
        scores,
        capacity=[rng.choice([0, 1, 1, 2]) for _ in mentors],
        wants=[rng.choice([0, 1, 1, 2]) for _ in mentees],
        minimum_load=0,
        choices=mm.Choices(declines=closed[::2], bans=closed[1::2], paused=rng.sample(mentees, rng.choice([0, 0, 1]))),
        aim=mm.Aim(minimum_score=minimum),
    )
    allowed &= points >= minimum
    for mentor, mentee in closed:
        allowed[mentors.index(mentor), mentees.index(mentee)] = False
    return demand, scores, allowed


@pytest.mark.parametrize("seed", range(150))
def test_the_people_of_a_group_really_share_too_few_seats(seed: int) -> None:
    """Nobody of a group may have anybody else with a seat, and the groups explain all who must stay without one."""
    demand, scores, allowed = case(seed)
    here = [k for k, e in enumerate(demand.mentees) if demand.wants[k] and e not in demand.absent]
    capacity = np.array(demand.capacity)

    def reached(group: tuple[int, ...]) -> set[int]:
        return {j for j in range(len(capacity)) if capacity[j] and allowed[j, list(group)].any()}

    def lacking(group: tuple[int, ...]) -> int:
        return len(group) - sum(int(capacity[j]) for j in reached(group))

    most = max((lacking(g) for size in range(len(here) + 1) for g in combinations(here, size)), default=0)
    found = bottlenecks(demand, scores)
    for one in found:
        group = tuple(demand.mentees.index(e) for e in one.mentees)
        assert {demand.mentors.index(m) for m in one.mentors} == reached(group)
        assert lacking(group) == one.short > 0
        assert one.seats == sum(int(capacity[j]) for j in reached(group))
    rates = [one.seats / len(one.mentees) for one in found]
    assert rates == sorted(rates)
    whole = lacking(tuple(here)) == most and len(reached(tuple(here))) == np.count_nonzero(capacity)
    assert bool(found) or most == 0 or whole
    if not most:
        assert found == ()
    elif not whole:
        apart = [one for one in found if not any(set(one.mentees) < set(other.mentees) for other in found)]
        assert sum(one.short for one in apart) == most


def test_many_who_need_one_of_few_are_found_where_there_are_seats_enough() -> None:
    """The ratio is fine for all and hopeless for nine who may only have one of two, whoever else is there."""
    mentors, mentees = [f"m{k:02}" for k in range(25)], [f"e{k:02}" for k in range(20)]
    allowed = np.ones((25, 20), dtype=bool)
    allowed[2:, :9] = False
    scores = mm.ScoreMatrix.from_array(np.ones((25, 20), dtype=int), mentors, mentees, allowed=allowed)
    assert bottlenecks(demand_of(scores), scores) == (Bottleneck(tuple(mentees[:9]), ("m00", "m01"), 2),)
    few = mm.ScoreMatrix.from_array(
        np.ones((25, 40), dtype=int),
        mentors,
        [f"e{k:02}" for k in range(40)],
        allowed=np.concatenate((allowed, np.ones((25, 20), dtype=bool)), axis=1),
    )
    assert bottlenecks(demand_of(few), few) == (Bottleneck(tuple(mentees[:9]), ("m00", "m01"), 2),)


PROGRAM = mm.Program("p", TEAMS, [r.Covers("goals")], conditions=[r.Same("team")])


def test_the_supply_in_full() -> None:
    """Figures, what signed up against the organisation, a forecast, groups by name, and what nobody offers."""
    cohort = mm.Cohort.from_records(
        TEAMS,
        mentors=[
            {"id": "ada", "team": "Sales", "capacity": 1, "goals": ["Lead"]},
            {"id": "bo", "team": "Law", "capacity": 4, "goals": ["Lead"]},
        ],
        mentees=[
            {"id": "kay", "team": "Sales", "goals": ["Lead", "Speak"]},
            {"id": "lin", "team": "Sales", "goals": ["Lead"]},
            {"id": "tim", "team": "Law", "goals": ["Lead"]},
            {"id": "uma", "team": "IT", "goals": ["Speak"]},
        ],
    )
    supply = PROGRAM.check_supply(cohort, headcount=60)
    assert not supply
    assert (supply.share, supply.enough_for) == (0.1, 1)
    assert str(supply) == (
        "Supply\n"
        "======\n"
        "\n"
        "mentors with a seat  2 for 4 mentees (0.50 each)\n"
        "seats                5 for 4 wanted (1.25 each)\n"
        "enough for           1 mentee at five for every four\n"
        "sign-ups             6 of 60 (10.0%; 10 to 15% is usual)\n"
        "forecast             4 to 6 mentees at that share, who need 3 to 6 more mentors than have registered\n"
        "\n"
        "Bottlenecks\n"
        "  mentees  who          may only have  seats  too few\n"
        "        1  uma          nobody             0        1\n"
        "        2  kay and lin  ada                1        1\n"
        "\n"
        "Wanted and not offered\n"
        "  what                                            what to do\n"
        "  2 mentees want 'Speak' and no mentor offers it  recruit a mentor who does, or tell them\n"
        "\n"
        "Five mentors and five seats for every four mentees let everybody be matched well: that takes 3 more\n"
        "mentors."
    )
    assert str(supply.bottlenecks[1]) == (
        "Bottleneck\n==========\n\n"
        "mentees        2: kay and lin\nmay only have  ada\nseats          1\ntoo few        1"
    )
    away = PROGRAM.check_supply(cohort, mm.Choices(paused=["uma"], left=["lin", "zoe"]))
    assert (away.mentees, away.bottlenecks, away.headcount) == (2, (), None)


@pytest.mark.parametrize("headcount", [5, 0, -1, 2.5, "60", True])
def test_a_headcount_that_cannot_be_meant(headcount: object) -> None:
    """Nobody signs up who does not work there."""
    cohort = mm.Cohort.from_records(
        TEAMS, mentors=[{"id": k} for k in range(3)], mentees=[{"id": f"e{k}"} for k in range(3)]
    )
    with pytest.raises(
        mm.ProgramError, match="headcount: expected a whole number of at least 6, the people who signed"
    ):
        PROGRAM.check_supply(cohort, headcount=headcount)  # type: ignore[arg-type]
