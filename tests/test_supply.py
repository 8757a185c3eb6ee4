"""The check before the matching: five for four in heads and in seats, with what is missing (a warning, no refusal)."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch import formats
from mentormatch import questions as q
from mentormatch import rules as r

QUESTIONNAIRE = mm.Questionnaire([q.Choice("team", ["Sales"])])
PROGRAM = mm.Program("p", QUESTIONNAIRE, [r.Same("team")])


def cohort_of(capacities: list[int], wants: list[int]) -> mm.Cohort:
    return mm.Cohort.from_records(
        QUESTIONNAIRE,
        mentors=[{"id": k, "capacity": capacity} for k, capacity in enumerate(capacities)],
        mentees=[{"id": f"e{k}", "wants": wanted} for k, wanted in enumerate(wants)],
    )


def check(capacities: list[int], wants: list[int]) -> mm.SupplyCheck:
    return PROGRAM.check_supply(cohort_of(capacities, wants))


def test_enough_in_full() -> None:
    """Five mentors for four mentees are enough, and the page says so in heads and in seats."""
    supply = check([1] * 5, [1] * 4)
    assert supply
    assert (supply.enough_mentors, supply.enough_seats) == (True, True)
    assert str(supply) == (
        "Supply\n"
        "======\n"
        "\n"
        "mentors with a seat  5 for 4 mentees (1.25 each)\n"
        "seats                5 for 4 wanted (1.25 each)\n"
        "\n"
        "Enough: five for every four, in mentors and in seats."
    )


def test_too_few_for_everybody_in_full() -> None:
    """Fewer seats than mentees leave somebody without, and there are ways out."""
    supply = check([1, 2, 0], [1] * 5)
    assert not supply
    assert str(supply) == (
        "Supply\n"
        "======\n"
        "\n"
        "mentors with a seat  2 for 5 mentees (0.40 each)\n"
        "seats                3 for 5 wanted (0.60 each)\n"
        "enough for           1 mentee at five for every four\n"
        "\n"
        "At least 2 mentees cannot have a mentor, whatever the scores. Ask mentors for 2 more seats, recruit\n"
        "2 more mentors, or form groups.\n"
        "\n"
        "Five mentors and five seats for every four mentees let everybody be matched well: that takes 5 more\n"
        "mentors and 4 more seats."
    )


def test_enough_seats_but_too_few_heads_in_full() -> None:
    """Seats can be enough while mentors are not: each question is answered by itself."""
    supply = check([3, 2], [1] * 4)
    assert (supply.enough_mentors, supply.enough_seats) == (False, True)
    assert str(supply) == (
        "Supply\n"
        "======\n"
        "\n"
        "mentors with a seat  2 for 4 mentees (0.50 each)\n"
        "seats                5 for 4 wanted (1.25 each)\n"
        "enough for           1 mentee at five for every four\n"
        "\n"
        "Five mentors and five seats for every four mentees let everybody be matched well: that takes 3 more\n"
        "mentors."
    )


def test_mentees_who_want_two_count_twice_in_seats_in_full() -> None:
    """Heads are mentees, seats are the mentors they want together; nobody can have more than there are."""
    supply = check([1] * 5, [2, 2, 1, 1])
    assert (supply.mentees, supply.wanted, supply.enough_mentors, supply.enough_seats) == (4, 6, True, False)
    assert str(supply) == (
        "Supply\n"
        "======\n"
        "\n"
        "mentors with a seat  5 for 4 mentees (1.25 each)\n"
        "seats                5 for 6 wanted (0.83 each)\n"
        "\n"
        "Five mentors and five seats for every four mentees let everybody be matched well: that takes 3 more\n"
        "seats."
    )
    assert check([5], [9]).wanted == 1


@pytest.mark.parametrize(
    ("capacities", "wants", "text"),
    [
        (
            [],
            [],
            (
                "Supply\n"
                "======\n"
                "\n"
                "mentors with a seat  0 for 0 mentees\n"
                "seats                0 for 0 wanted\n"
                "\n"
                "Enough: five for every four, in mentors and in seats."
            ),
        ),
        (
            [2],
            [],
            (
                "Supply\n"
                "======\n"
                "\n"
                "mentors with a seat  1 for 0 mentees\n"
                "seats                0 for 0 wanted\n"
                "\n"
                "Enough: five for every four, in mentors and in seats."
            ),
        ),
        (
            [],
            [1],
            (
                "Supply\n"
                "======\n"
                "\n"
                "mentors with a seat  0 for 1 mentee (0.00 each)\n"
                "seats                0 for 1 wanted (0.00 each)\n"
                "\n"
                "There are no mentors, so 1 mentee cannot have one, whatever the scores. Recruit 1 mentor.\n"
                "\n"
                "Five mentors and five seats for every four mentees let everybody be matched well: that takes 2 more\n"
                "mentors and 2 more seats."
            ),
        ),
        (
            [],
            [1, 2, 1],
            (
                "Supply\n"
                "======\n"
                "\n"
                "mentors with a seat  0 for 3 mentees (0.00 each)\n"
                "seats                0 for 3 wanted (0.00 each)\n"
                "\n"
                "There are no mentors, so 3 mentees cannot have one, whatever the scores. Recruit 3 mentors.\n"
                "\n"
                "Five mentors and five seats for every four mentees let everybody be matched well: that takes 4 more\n"
                "mentors and 4 more seats."
            ),
        ),
        (
            [0, 0],
            [1],
            (
                "Supply\n"
                "======\n"
                "\n"
                "mentors with a seat  0 for 1 mentee (0.00 each)\n"
                "seats                0 for 1 wanted (0.00 each)\n"
                "\n"
                "At least 1 mentee cannot have a mentor, whatever the scores. Ask mentors for 1 more seat, recruit 1\n"
                "more mentor, or form groups.\n"
                "\n"
                "Five mentors and five seats for every four mentees let everybody be matched well: that takes 2 more\n"
                "mentors and 2 more seats."
            ),
        ),
    ],
)
def test_empty_sides_in_full(capacities: list[int], wants: list[int], text: str) -> None:
    """Nobody on a side, or nobody with a seat, is a warning with numbers and no division by zero."""
    assert str(check(capacities, wants)) == text


def test_seats_beyond_the_number_of_mentees_are_no_use() -> None:
    """A mentor with 100 seats helps 3 mentees once each."""
    supply = check([100], [1, 1, 1])
    assert (supply.seats, supply.mentors, supply.unplaced) == (3, 1, 0)


def test_a_check_is_a_frozen_value() -> None:
    """Checks can be compared, and nobody changes what was found."""
    assert check([1], [1]) == check([1], [1])
    with pytest.raises(dataclasses.FrozenInstanceError):
        check([1], [1]).mentors = 5  # type: ignore[misc]


@pytest.mark.parametrize("cohort", [None, [], "cohort"])
def test_what_is_no_cohort_is_refused(cohort: Any) -> None:
    """Two lists of records are no cohort yet."""
    with pytest.raises(mm.ProgramError, match=r"^cohort: expected a Cohort$"):
        PROGRAM.check_supply(cohort)


@given(st.lists(st.integers(0, 5), max_size=12), st.lists(st.integers(1, 3), max_size=12))
def test_the_figures_are_what_the_definitions_say(capacities: list[int], wants: list[int]) -> None:
    """Five for every four is the smallest whole number that is enough, and unplaced mentees never get a mentor."""
    supply = check(capacities, wants)
    assert supply.mentors == sum(capacity > 0 for capacity in capacities)
    assert supply.without_seat == len(capacities) - supply.mentors
    for have, need, short in (
        (supply.mentors, len(wants), supply.short_mentors),
        (supply.seats, supply.wanted, supply.short_seats),
    ):
        assert 4 * (have + short) >= 5 * need
        assert short == 0 or 4 * (have + short - 1) < 5 * need
    served = {pair.mentee for pair in PROGRAM.match(cohort_of(capacities, wants)).pairs}
    assert len(wants) - len(served) == supply.unplaced


@pytest.mark.parametrize(
    ("capacities", "mentees", "groups", "text"),
    [
        (
            [1, 3, 0],
            8,
            formats.Groups((3, 4)),
            (
                "mentors who may lead  2 for 8 mentees\n"
                "groups at most        2\n"
                "places in groups      8 for 8 mentees\n"
                "sign-ups              11 of 100 (11.0%; 10 to 15% is usual)\n"
                "\n"
                "Enough: the groups have a place for everybody."
            ),
        ),
        (
            [1, 1, 1],
            7,
            formats.Groups((3, 4), mentors=(2, 2)),
            (
                "mentors who may lead  3 for 7 mentees\n"
                "groups at most        1\n"
                "places in groups      4 for 7 mentees\n"
                "sign-ups              10 of 100 (10.0%; 10 to 15% is usual)\n"
                "\n"
                "At least 3 mentees cannot be in a group, whatever the scores. Recruit 1 more mentor, or form larger\n"
                "groups."
            ),
        ),
        (
            [1, 1],
            5,
            formats.Groups((3, 4)),
            (
                "mentors who may lead  2 for 5 mentees\n"
                "groups at most        2\n"
                "places in groups      4 for 5 mentees\n"
                "sign-ups              7 of 100 (7.0%; 10 to 15% is usual)\n"
                "\n"
                "At least 1 mentee cannot be in a group, whatever the scores. Allow other sizes."
            ),
        ),
    ],
)
def test_groups_have_places_and_no_seats_in_full(
    capacities: list[int], mentees: int, groups: formats.Groups, text: str
) -> None:
    """Where groups are formed, nobody is told to form groups, nor that a mentor has one seat."""
    program = PROGRAM.with_(format=groups)
    supply = program.check_supply(cohort_of(capacities, [1] * mentees), headcount=100)
    assert str(supply) == f"Supply\n======\n\n{text}"
    assert bool(supply) == (supply.unplaced == 0)
    assert supply.enough_for == supply.seats


@settings(max_examples=30)
@given(
    st.lists(st.integers(0, 2), max_size=4),
    st.integers(0, 8),
    st.tuples(st.integers(1, 3), st.integers(0, 2)),
    st.integers(1, 2),
)
def test_who_has_no_place_in_a_group_gets_none(
    capacities: list[int], mentees: int, size: tuple[int, int], leaders: int
) -> None:
    """As many are left out as the check says, where everybody may be with everybody; with pairs beside, no more."""
    groups = formats.Groups((size[0], sum(size)), mentors=(leaders, 2))
    cohort = cohort_of(capacities, [1] * mentees)
    program = PROGRAM.with_(format=groups)
    served = {pair.mentee for pair in program.match(cohort).pairs}
    assert mentees - len(served) == program.check_supply(cohort).unplaced
    mixed = PROGRAM.with_(format=formats.Mixed(groups=groups))
    served = {pair.mentee for pair in mixed.match(cohort).pairs}
    assert mentees - len(served) >= mixed.check_supply(cohort).unplaced
