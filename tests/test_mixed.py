"""Pairs and groups in one cohort: one-to-one as far as the seats go, groups for the overflow."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch import formats
from mentormatch import questions as q
from mentormatch import rules as r

QUESTIONNAIRE = mm.Questionnaire([q.MultiChoice("topics", options=["a", "b", "c", "d"])])
PROGRAM = mm.Program(
    "Both", QUESTIONNAIRE, [r.Shares("topics", missing=0.2)], format=formats.Mixed(formats.Groups((2, 3)))
)


def people(rng: np.random.Generator, mentors: int, mentees: int) -> mm.Cohort:
    def topics() -> list[str]:
        return [topic for topic in "abcd" if rng.random() < 0.5]

    return mm.Cohort.from_records(
        QUESTIONNAIRE,
        mentors=[{"id": f"m{at}", "capacity": int(rng.integers(0, 3)), "topics": topics()} for at in range(mentors)],
        mentees=[{"id": f"e{at}", "topics": topics()} for at in range(mentees)],
    )


def best(points: np.ndarray, capacity: list[int], least: int, most: int) -> tuple[int, int]:
    """The most mentees placed, and of these in pairs, over all ways to give everybody a pair, a group or nothing."""
    mentors, mentees = points.shape
    found = (0, 0)
    for ways in product(range(-1, 2 * mentors), repeat=mentees):
        pairs = Counter(w for w in ways if 0 <= w < mentors)
        groups = Counter(w - mentors for w in ways if w >= mentors)
        if any(count > capacity[j] for j, count in pairs.items()) or set(pairs) & set(groups):
            continue
        if any(not least <= count <= most or not capacity[j] for j, count in groups.items()):
            continue
        if any(w >= 0 and points[w % mentors, i] < 0 for i, w in enumerate(ways)):
            continue
        found = max(found, (sum(w >= 0 for w in ways), sum(pairs.values())))
    return found


@settings(max_examples=25)
@given(st.integers(0, 2**32))
def test_as_many_as_possible_have_somebody_and_of_these_as_many_as_possible_a_pair(seed: int) -> None:
    """Nobody is in two places, sizes and seats hold, and no other split places more or has more in pairs."""
    rng = np.random.default_rng(seed)
    cohort = people(rng, 2, 5)
    scores = PROGRAM.score(cohort).to_numpy().astype(np.int64)
    declines = [
        (cohort.mentors.ids[j], cohort.mentees.ids[i]) for j in range(2) for i in range(5) if rng.random() < 0.2
    ]
    for mentor, mentee in declines:
        scores[int(mentor[1:]), int(mentee[1:])] = -1
    matching = PROGRAM.match(cohort, mm.Choices(declines=declines))
    assert matching.verify(), matching.verify()
    pairs, groups = matching.one_to_one.pairs, matching.groups
    members = [mentee for group in groups for mentee in group.mentees]
    assert len({pair.mentee for pair in pairs} | set(members)) == len(pairs) + len(members)
    assert {pair.mentor for pair in pairs}.isdisjoint(mentor for group in groups for mentor in group.mentors)
    assert all(2 <= len(group.mentees) <= 3 for group in groups)
    reached = (len(pairs) + len(members), len(pairs))
    assert reached == best(scores, cohort.mentors.capacity.tolist(), 2, 3)
    assert matching.proof.kind == "claimed"


def shortage() -> mm.Cohort:
    """Five mentors with six seats for eleven mentees."""
    return people(np.random.default_rng(4), 5, 11).with_capacity({f"m{k}": 1 + (k == 0) for k in range(5)})


def test_with_seats_for_all_nobody_is_in_a_group() -> None:
    """Groups are for the overflow alone."""
    cohort = people(np.random.default_rng(4), 5, 6).with_capacity({f"m{k}": 2 for k in range(5)})
    matching = PROGRAM.match(cohort)
    assert matching.groups == ()
    assert len(matching.pairs) == 6
    assert [one.mentee for one in matching.pairs] == [one.mentee for one in matching.one_to_one.pairs]


def test_a_shortage_goes_into_groups_in_one_call() -> None:
    """Eleven mentees and six seats: everybody has somebody, and the page shows pairs and groups."""
    cohort = shortage()
    matching = PROGRAM.match(cohort)
    reached = {one.aim: one.value for one in matching.aims}
    assert reached["participation"] == 11
    assert reached["one_to_one"] + reached["in_groups"] == 11
    assert not [one for one in matching.unmatched if one.side == "mentee"]
    text = str(matching)
    assert text.startswith("Matching of Both\n")
    assert "mentees with somebody  11 of 11" in text
    assert "Pairs\n" in text
    assert "Groups\n" in text or "Group 1" in text
    assert repr(matching).startswith("MixedMatching(")
    read = mm.Matching.from_json(matching.to_json())
    assert read == matching
    assert read.with_scores(matching.scores).verify()
    assert mm.Program.from_json(PROGRAM.to_json()) == PROGRAM
    lines = matching.to_csv().split("\r\n")
    assert lines[0] == "group,mentor,mentor_name,mentee,mentee_name,points,status,code,reason"
    assert len([line for line in lines if ",proposed," in line]) == 11
    group = matching.groups[0]
    assert matching.explain(group.mentors[0], group.mentees[0]).points is not None
    pair = matching.one_to_one.pairs[0]
    assert "a pair" in matching.explain(pair.mentor, pair.mentee).outcome
    assert matching.spare_seats is not None
    assert not matching.changes_since(matching)
    again = PROGRAM.match(cohort)
    assert again == matching


def test_a_saved_matching_holds_pairs_where_pairs_stand() -> None:
    """Groups in the place of pairs, and a demand that does not fit together, are refused when they are read."""
    data = json.loads(PROGRAM.match(shortage()).to_json())
    with pytest.raises(mm.ProgramError, match=r"^one_to_one: expected a matching of pairs$"):
        mm.Matching.from_json(json.dumps({**data, "one_to_one": data["in_groups"]}))
    data["demand"]["wants"].pop()
    with pytest.raises(mm.ProgramError, match=r"^wants: expected 11 entries, not 10$"):
        mm.Matching.from_json(json.dumps(data))


def test_pins_accepted_pairs_and_demands_hold() -> None:
    """Who is pinned or accepted is in a pair; two mentees who declined each other are in no group together."""
    cohort = shortage()
    choices = mm.Choices(pins=[("m0", "e0")], accepted=[("m1", "e1")], declines=[("e2", "e3")])
    matching = PROGRAM.match(cohort, choices)
    assert matching.verify()
    status = {(pair.mentor, pair.mentee): pair.status for pair in matching.one_to_one.pairs}
    assert status["m0", "e0"] == "pinned"
    assert status["m1", "e1"] == "accepted"
    assert not any({"e2", "e3"} <= set(group.mentees) for group in matching.groups)
    with pytest.raises(mm.InfeasibleError, match="can be in no pair and no group"):
        PROGRAM.with_(aim=mm.Aim(everyone_matched=True)).match(people(np.random.default_rng(1), 1, 7))


def test_what_cannot_be_meant_is_refused() -> None:
    """Aims without a meaning, sayings of one part and formats that are none are told in words."""
    cohort = shortage()
    for aim in (mm.Aim(stable=True), mm.Aim(fairness="lift_worst"), mm.Aim(balance="even"), mm.Aim(order="points")):
        with pytest.raises(mm.ProgramError, match="is not asked of pairs and groups together"):
            PROGRAM.with_(aim=aim).match(cohort)
    with pytest.raises(mm.ProgramError, match="format, groups: expected a value of type Groups"):
        formats.Mixed(formats.Pairs())  # type: ignore[arg-type]
    matching = PROGRAM.match(cohort)
    for ask in (
        matching.seat_values,
        matching.blocking_pairs,
        lambda: matching.why_not("m0", "e0"),
        lambda: matching.alternatives("e0", 1),
        lambda: matching.why_unmatched("e0"),
        lambda: matching.ask_for_seats(1),
        matching.popular_mentors,
        matching.report,
    ):
        with pytest.raises(mm.ProgramError, match="ask one_to_one"):
            ask()
    wrong = replace(matching, pairs=matching.pairs[1:])
    assert not wrong.verify()
    assert not replace(matching, in_groups=replace(matching.in_groups, groups=())).verify()


def test_several_mentors_and_cohesion_are_those_of_the_groups() -> None:
    """Groups with two mentors take both from those who are in no pair; members who fit are looked for in groups."""
    cohort = people(np.random.default_rng(9), 6, 9).with_capacity({f"m{k}": 1 for k in range(6)})
    groups = formats.Groups((3, 5), mentors=(2, 2), cohesion=0.2, together=[r.Shares("topics", missing=0.2)])
    matching = PROGRAM.with_(format=formats.Mixed(groups)).match(cohort)
    assert {one.aim: one.value for one in matching.aims} | {"points": 0} == {
        "participation": 9,
        "one_to_one": 4,
        "in_groups": 5,
        "points": 0,
    }
    assert matching.verify()
    assert all(len(group.mentors) == 2 for group in matching.groups)
    pairs = {pair.mentor for pair in matching.one_to_one.pairs}
    assert pairs.isdisjoint(mentor for group in matching.groups for mentor in group.mentors)
