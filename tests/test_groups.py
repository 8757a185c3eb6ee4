"""Programs of groups: against full enumeration, the choices, the proof, and what a matching says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch import formats
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.group_matching import GroupProof
from mentormatch.grouping import GroupPrices, group_gains

Worth = tuple[int, ...]


def own(points: object, allowed: object = None) -> mm.ScoreMatrix:
    table = np.array(points)
    mentors = [f"m{at}" for at in range(table.shape[0])]
    mentees = [f"e{at}" for at in range(table.shape[1])]
    return mm.ScoreMatrix.from_array(table, mentors, mentees, allowed=allowed)


def solved(scores: mm.ScoreMatrix, format_: formats.Groups, **settings_: object) -> mm.GroupMatching:
    found = mm.solve(scores, format=format_, **settings_)  # type: ignore[arg-type]
    assert isinstance(found, mm.GroupMatching)
    verdict = found.verify()
    assert verdict, str(verdict)
    return found


def best_of(
    mentors: int, mentees: int, size: tuple[int, int], worth: Callable[[int, tuple[int, ...]], Worth | None]
) -> Worth:
    """The largest sum of worths over all ways to form groups; a mentor leads a group of mentees left, or none."""

    @cache
    def best(mentor: int, left: frozenset[int]) -> Worth | None:
        if mentor == mentors:
            return ()
        found = best(mentor + 1, left)
        for people in range(size[0], size[1] + 1):
            for members in combinations(sorted(left), people):
                gain, rest = worth(mentor, members), best(mentor + 1, left - frozenset(members))
                if gain is not None and rest is not None:
                    total = tuple(a + b for a, b in zip(gain, rest, strict=True)) if rest else gain
                    found = total if not found else max(found, total)
        return found

    return best(0, frozenset(range(mentees))) or ()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 4), st.integers(0, 8), st.sampled_from([(2, 2), (2, 3), (3, 4), (1, 2)]))
def test_groups_are_the_best_of_all(seed: int, mentors: int, mentees: int, size: tuple[int, int]) -> None:
    """Nothing in full enumeration places more people, and nothing that places as many has more points."""
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 50, (mentors, mentees))
    allowed = rng.random((mentors, mentees)) < 0.7
    found = solved(own(points, allowed), formats.Groups(size))

    def worth(mentor: int, members: tuple[int, ...]) -> Worth | None:
        if not allowed[mentor, list(members)].all():
            return None
        return len(members), int(points[mentor, list(members)].sum())

    assert (len(found.pairs), found.points) == (best_of(mentors, mentees, size, worth) or (0, 0))
    assert found.proof.kind in ("optimal", "claimed")
    assert isinstance(found.proof, GroupProof)
    assert found.proof.bound >= found.points


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([(2, 3), (2, 2)]))
def test_lists_and_priorities_stand_above_points(seed: int, size: tuple[int, int]) -> None:
    """People placed, then those of priority, then lists and their ranks, then points: as full enumeration has it."""
    rng = np.random.default_rng(seed)
    mentors, mentees = 3, 7
    points = rng.integers(0, 50, (mentors, mentees))
    allowed = rng.random((mentors, mentees)) < 0.8
    lists = {
        f"e{at}": [f"m{m}" for m in rng.permutation(mentors)[: rng.integers(1, 3)]]
        for at in rng.permutation(mentees)[:4]
    }
    priority = rng.integers(0, 2, mentees)
    longest = max(map(len, lists.values()))
    choices = mm.Choices(shortlists=lists)
    found = solved(own(points, allowed), formats.Groups(size), choices=choices, priority=priority.tolist())

    def brings(mentor: int, mentee: int) -> Worth:
        ranked = lists.get(f"e{mentee}", [])
        rank = ranked.index(f"m{mentor}") + 1 if f"m{mentor}" in ranked else 0
        return 1, int(priority[mentee] > 0), int(rank > 0), rank and longest + 1 - rank, int(points[mentor, mentee])

    def worth(mentor: int, members: tuple[int, ...]) -> Worth | None:
        if not allowed[mentor, list(members)].all():
            return None
        return tuple(map(sum, zip(*(brings(mentor, member) for member in members), strict=True)))

    reached = [brings(int(pair.mentor[1:]), int(pair.mentee[1:])) for pair in found.pairs]
    total = tuple(map(sum, zip(*reached, strict=True))) if reached else ()
    assert total == best_of(mentors, mentees, size, worth)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32))
def test_the_order_of_rows_is_irrelevant(seed: int) -> None:
    """The same people in another order are in the same groups."""
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 4, (4, 8))
    scores = own(points)
    rows, columns = rng.permutation(4), rng.permutation(8)
    other = mm.ScoreMatrix.from_array(
        points[np.ix_(rows, columns)], [f"m{at}" for at in rows], [f"e{at}" for at in columns]
    )
    assert solved(scores, formats.Groups((2, 3))).groups == solved(other, formats.Groups((2, 3))).groups


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32))
def test_those_who_declined_one_another_are_in_no_group_together(seed: int) -> None:
    """A decline holds between mentor and mentee and between two mentees, whichever is named first."""
    rng = np.random.default_rng(seed)
    mentors, mentees = 3, 7
    points = rng.integers(0, 50, (mentors, mentees))
    with_mentor = {(f"m{rng.integers(mentors)}", f"e{rng.integers(mentees)}") for _ in range(2)}
    fellows = {(f"e{a}", f"e{b}") for a, b in rng.integers(0, mentees, (4, 2)) if a != b}
    choices = mm.Choices(declines=sorted(with_mentor), bans=sorted(fellows))
    found = solved(own(points), formats.Groups((2, 3)), choices=choices)
    for group in found.groups:
        assert not with_mentor & {(group.mentors[0], mentee) for mentee in group.mentees}
        assert not fellows & {(a, b) for a in group.mentees for b in group.mentees}

    def worth(mentor: int, members: tuple[int, ...]) -> Worth | None:
        named = {f"e{member}" for member in members}
        if any((f"m{mentor}", member) in with_mentor for member in named) or any({*p} <= named for p in fellows):
            return None
        return len(members), int(points[mentor, list(members)].sum())

    assert (len(found.pairs), found.points) == best_of(mentors, mentees, (2, 3), worth)


def test_pins_and_accepted_pairs_stay() -> None:
    """A pinned group opens and fills up; an accepted one stays even where it is smaller than groups are."""
    points = [[9, 9, 9, 9, 1, 1], [5, 5, 5, 5, 9, 9], [1, 1, 1, 1, 1, 1]]
    pinned = solved(own(points), formats.Groups((2, 3)), choices=mm.Choices(pins=[("m2", "e0")]))
    assert [pair.status for pair in pinned.pairs if (pair.mentor, pair.mentee) == ("m2", "e0")] == ["pinned"]
    assert next(len(group.mentees) for group in pinned.groups if group.mentors == ("m2",)) >= 2
    accepted = mm.Choices(accepted=[("m2", "e0")], bans=[("m2", f"e{at}") for at in range(1, 6)])
    kept = solved(own(points), formats.Groups((2, 3)), choices=accepted)
    assert mm.Group(("m2",), ("e0",), 1) in kept.groups


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        (
            mm.Choices(pins=[("m0", "e0")], bans=[("m0", f"e{at}") for at in range(1, 4)]),
            (
                "the group of m0 with e0 needs 1 more mentee, and no other mentee may join; take a pin back or relax a "
                "condition"
            ),
        ),
        (
            mm.Choices(pins=[("m0", "e0"), ("m1", "e0")]),
            (
                "pins and accepted pairs make one group of m0 and m1 with e0, and it has at most 1 mentor; take a pin "
                "back or end a pair"
            ),
        ),
        (
            mm.Choices(pins=[("m0", "e0"), ("m0", "e1")], declines=[("e0", "e1")]),
            "pins make one group of m0 with e0 and e1, and two of them are not to be in one; take a pin back",
        ),
        (
            mm.Choices(pins=[("m0", f"e{at}") for at in range(4)]),
            "mentor m0 is pinned to 4 mentees (e0, e1, e2 and e3) but has 3 seats; take a pin back or add a seat",
        ),
    ],
)
def test_pins_that_clash_are_named(choices: mm.Choices, message: str) -> None:
    """What keeps a pinned group from being one is said with the people's names."""
    with pytest.raises(mm.InfeasibleError) as refused:
        mm.solve(own(np.ones((2, 4), int)), format=formats.Groups((2, 3)), choices=choices)
    assert str(refused.value) == message


def test_who_cannot_be_placed_where_all_must_be_is_named() -> None:
    """Seven mentees cannot form groups of 4-6 with one mentor, and the message says so."""
    with pytest.raises(mm.InfeasibleError) as refused:
        mm.solve(own(np.ones((1, 7), int)), format=formats.Groups((4, 6)), aim=mm.Aim(everyone_matched=True))
    assert str(refused.value) == (
        "7 mentees cannot form groups of 4-6 with 1 mentor; change the sizes, find mentors, relax a condition or drop "
        "everyone_matched"
    )
    alone = [[True, True, True], [True, True, False]]
    with pytest.raises(mm.InfeasibleError) as refused:
        mm.solve(
            own(np.ones((2, 3), int), alone),
            format=formats.Groups((2, 2)),
            aim=mm.Aim(everyone_matched=True),
            choices=mm.Choices(bans=[("m0", "e2")]),
        )
    assert "1 mentee (e2) cannot be placed in groups of 2" in str(refused.value) or "cannot form" in str(refused.value)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_no_prices_bound_less_than_groups_bring(seed: int) -> None:
    """Any whole-number prices give a bound, not only good ones: none is below the best of full enumeration."""
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 50, (3, 6))
    found = solved(own(points), formats.Groups((2, 3)))
    posed = formats.groups.pose_groups(found.demand, own(points), found.format)
    prices = GroupPrices((int(rng.integers(0, 20)),), tuple(rng.integers(0, 60, 6).tolist()))
    assert isinstance(found.proof, GroupProof)
    assert posed.grouping.ceiling(1, found.proof.reasons.values, prices) >= found.points


def test_gains_of_rows_are_those_of_the_best_entries() -> None:
    """The best sum of so many to so many entries, as trying all has it, and never where there are too few."""
    rng = np.random.default_rng(3)
    worth = rng.integers(-20, 20, (30, 6))
    low, high = rng.integers(0, 4, 30), rng.integers(4, 8, 30)
    expected = [
        max(sum(some) for k in range(lo, min(hi, 6) + 1) for some in combinations(row, k))
        for row, lo, hi in zip(worth.tolist(), low.tolist(), high.tolist(), strict=True)
    ]
    assert group_gains(worth, low, high).tolist() == expected


def test_a_changed_matching_is_refused() -> None:
    """Whatever is changed in groups, points, prices or kind, the check finds it."""
    rng = np.random.default_rng(1)
    scores = own(rng.integers(0, 50, (3, 8)))
    good = solved(scores, formats.Groups((2, 3)))
    assert isinstance(good.proof, GroupProof)
    first, *others = good.groups
    reasons = good.proof.reasons
    prices = reasons.prices[-1]
    cheaper = replace(prices, mentees=(0,) * 8)
    for wrong, code in (
        (replace(good, groups=(replace(first, points=first.points + 1), *others)), "wrong_points"),
        (replace(good, groups=tuple(others)), "values"),
        (replace(good, groups=(replace(first, mentees=first.mentees[:1]), *others)), "group_size"),
        (replace(good, groups=(replace(first, mentees=others[0].mentees), *others)), "two_groups"),
        (replace(good, groups=(replace(first, mentors=others[0].mentors), *others)), "leads_twice"),
        (replace(good, groups=(replace(first, mentors=("m9",)), *others)), "unknown_pair"),
        (replace(good, unmatched=()), "unmatched") if good.unmatched else (replace(good, aims=()), "aims"),
        (replace(good, aims=()), "aims"),
        (_with(good, replace(reasons, prices=(*reasons.prices[:-1], cheaper))), "bound"),
        (_with(good, replace(reasons, bounds=(*reasons.bounds[:-1], reasons.values[-1] - 1))), "bound"),
        (_with(good, replace(reasons, values=(0,) * len(reasons.values))), "values"),
        (_with(good, replace(reasons, prices=(*reasons.prices[:-1], replace(prices, mentees=())))), "prices"),
        (_with(good, replace(reasons, bounds=tuple(b + 1 for b in reasons.bounds)), "optimal"), "kind"),
    ):
        assert code in {finding.code for finding in wrong.verify(scores).findings}


def _with(matching: mm.GroupMatching, reasons: object, kind: str = "claimed") -> mm.GroupMatching:
    return replace(matching, proof=GroupProof.of(kind, reasons))  # type: ignore[arg-type]


def test_a_matching_says_what_it_is() -> None:
    """The page, the records and the CSV of groups, word for word, and JSON there and back."""
    points = [[80, 70, 10, 60, 5], [20, 30, 90, 50, 40], [1, 1, 1, 1, 1]]
    scores = own(points)
    found = solved(scores, formats.Groups((2, 2)), program="Circle of Tidemark")
    assert str(found).splitlines() == [
        "Matching of Circle of Tidemark",
        "==============================",
        "",
        "mentees in a group  4 of 5",
        "points              290",
        "groups              2 (2 with 2 mentees)",
        "proof               optimal: no groups are better; 11 whole-number prices prove it, and verify()",
        "                    checks them",
        "",
        "Groups",
        "  led by  mentees  points",
        "  m0      e0, e1      150",
        "  m1      e2, e3      140",
        "",
        "In no group",
        "          who  why",
        "  mentee  e4   of 3 possible mentors, m0 and m1 lead a full group; m2 leads none: of those left only",
        "               1 may join one, and a group has at least 2",
        "  mentor  m2   is left free: the 4 mentees placed are in 2 groups of 2",
    ]
    assert repr(found) == f"GroupMatching(2 groups, 4 mentees, 290 points, {found.proof.kind})"
    assert found.to_csv().replace("\r", "").splitlines()[:4] == [
        "group,role,person,name,points,meets,status,code,reason",
        "1,mentor,m0,,150,,,,",
        "1,mentee,e0,,80,,proposed,,",
        "1,mentee,e1,,70,,proposed,,",
    ]
    assert [row["person"] for row in found.to_records()] == ["m0", "e0", "e1", "m1", "e2", "e3"]
    again = mm.GroupMatching.from_json(found.to_json())
    assert again == found
    assert mm.Matching.from_json(found.to_json()) == found
    assert again.with_scores(scores).verify()
    assert str(again) == str(found)
    assert "<table" in found.page().html()
    assert found.spare_seats == {}
    assert str(found.explain("m0", "e0")).splitlines()[3] == "outcome  in one group (proposed)"
    assert str(found.verify()).startswith("verified: every group is allowed, and no groups ")


def test_what_has_no_meaning_among_groups_says_so() -> None:
    """Seats, single alternatives and blocking pairs belong to pairs; loads and stability to other aims."""
    scores = own(np.ones((2, 4), int))
    found = solved(scores, formats.Groups((2, 2)))
    for call in (
        found.blocking_pairs,
        lambda: found.alternatives("e0", 2),
        found.popular_mentors,
        lambda: found.why_not("m0", "e0"),
        found.seat_values,
        found.report,
        lambda: found.why_unmatched("e0"),
        lambda: found.ask_for_seats(2),
        lambda: mm.solve(scores, format=formats.Groups((2, 2)), wants=2),
        lambda: mm.solve(scores, format=formats.Groups((2, 2)), minimum_load=1, capacity=2),
        lambda: mm.solve(scores, format=formats.Groups((2, 2)), aim=mm.Aim(stable=True)),
        lambda: mm.solve(scores, format=formats.Groups((2, 2)), aim=mm.Aim(balance="even")),
    ):
        with pytest.raises(mm.ProgramError) as refused:
            call()
        assert {finding.code for finding in refused.value.findings} == {"groups"}


@pytest.mark.parametrize(
    "settings_",
    [
        {"size": (6, 4)},
        {"size": (0, 4)},
        {"size": 4},
        {"size": (4.0, 6)},
        {"size": (4, 6), "mentors": (0, 1)},
        {"size": (4, 6), "cohesion": 1.5},
        {"size": (4, 6), "cohesion": 0.12345},
        {"size": (4, 6), "together": [r.Shares("goals")]},
        {"size": (4, 6), "cohesion": 0.2, "together": ["goals"]},
        {"size": (4, 6), "meet_in": " "},
    ],
)
def test_settings_that_cannot_be_meant_are_refused(settings_: dict[str, object]) -> None:
    """Sizes, shares and rules are checked when the format is written down."""
    with pytest.raises(mm.ProgramError):
        formats.Groups(**settings_)  # type: ignore[arg-type]


def test_no_mentor_no_mentee_and_no_group_are_results() -> None:
    """Nobody there, or too few for any group, gives an empty matching that is verified."""
    assert solved(own(np.zeros((0, 3), int)), formats.Groups((2, 3))).groups == ()
    assert solved(own(np.zeros((3, 0), int)), formats.Groups((2, 3))).groups == ()
    few = solved(own(np.ones((2, 1), int)), formats.Groups((2, 3)))
    assert few.groups == ()
    assert [one.reason for one in few.unmatched if one.side == "mentor"] == [
        "is left free: 1 mentee may join, and a group has at least 2"
    ] * 2


def program(format_: formats.Groups) -> mm.Program:
    asked = mm.Questionnaire(
        [
            q.MultiChoice("goals", options=["Lead", "Change", "Settle"], asked_of="mentee"),
            q.MultiChoice("offers", options=["Lead", "Change", "Settle"], asked_of="mentor"),
            q.MultiChoice("times", options=["Mon", "Tue", "Wed"]),
        ]
    )
    return mm.Program("Circle", asked, [r.Covers("goals", by="offers")], format=format_)


def test_a_program_of_groups_is_saved_and_read() -> None:
    """The format with its rules between mentees goes into JSON and comes back the same."""
    format_ = formats.Groups((4, 6), (1, 2), cohesion=0.2, together=[r.Shares("goals")], meet_in="times")
    one = program(format_)
    assert mm.Program.from_json(one.to_json()) == one
    assert "groups of 4-6 mentees and 1-2 mentors" in str(one)


def test_a_format_that_does_not_fit_the_questionnaire_is_refused() -> None:
    """Rules between mentees read what mentees are asked, and times are a question of both sides."""
    for format_, message in (
        (formats.Groups((4, 6), meet_in="time"), "there is no question 'time'; did you mean 'times'?"),
        (formats.Groups((4, 6), meet_in="goals"), "expected a question that is asked of both sides"),
        (formats.Groups((4, 6), cohesion=0.2), "nothing says how well two mentees fit"),
        (formats.Groups((4, 6), cohesion=0.2, together=[r.Shares("offers")]), "there is no question 'offers'"),
    ):
        with pytest.raises(mm.ProgramError) as refused:
            program(format_)
        assert message in str(refused.value)
