"""Programs of peers: scores both ways, choices, trios."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.aim import Aim
from mentormatch.choices import Choices
from mentormatch.demand import demand_of
from mentormatch.formats.peers import Peers, SolvedPeers, check_peer_pairs, pose_peers, solve_peers
from mentormatch.mutual import mutual
from mentormatch.scores import ScoreMatrix


def own(points: object, people: int) -> ScoreMatrix:
    ids = [f"p{at}" for at in range(people)]
    return ScoreMatrix.from_array(np.array(points).reshape(people, people), ids, ids, same_people=True)


def solved(
    scores: ScoreMatrix, choices: Choices | None = None, trio: bool = True, aim: Aim | None = None
) -> SolvedPeers:
    posed = pose_peers(demand_of(mutual(scores), choices=choices, aim=aim), scores)
    found = solve_peers(posed, Peers(trio=trio))
    assert check_peer_pairs(posed, found) == ()
    return found


def couples(found: SolvedPeers) -> set[tuple[str, str]]:
    return {(a, b) for a, b, _ in found.pairs}


def splits(people: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """All ways to pair people, some of them alone, with at most one trio."""
    if not people:
        yield ()
        return
    first, *rest = people
    yield from splits(tuple(rest))
    for other in rest:
        left = tuple(p for p in rest if p != other)
        for more in splits(left):
            yield ((first, other), *more)
        for third in left:
            if third > other:
                for more in splits(tuple(p for p in left if p != third)):
                    if not any(len(group) == 3 for group in more):
                        yield ((first, other, third), *more)


@settings(max_examples=25)
@given(st.integers(0, 2**32), st.sampled_from([3, 4, 5, 6, 7]))
def test_the_trio_is_the_best_of_all(seed: int, people: int) -> None:
    """Places first, then points: no way to form pairs and at most one trio is better."""
    rng = np.random.default_rng(seed)
    points = rng.integers(0, 50, (people, people))
    forbidden = np.triu(rng.random((people, people)) < 0.3, 1)
    points[forbidden | forbidden.T] = 0
    allowed = ~(forbidden | forbidden.T)
    ids = [f"p{at}" for at in range(people)]
    scores = ScoreMatrix.from_array(points, ids, ids, allowed=allowed, same_people=True)
    table = mutual(scores).to_numpy()

    def worth(groups: tuple[tuple[int, ...], ...]) -> tuple[int, Fraction]:
        total = Fraction(0)
        for group in groups:
            pairs = [int(table[a, b]) for at, a in enumerate(group) for b in group[at + 1 :]]
            if min(pairs) < 0:
                return (-1, total)
            total += Fraction(sum(pairs), len(group) - 1)
        return sum(map(len, groups)), total

    found = solved(scores)
    place = {person: at for at, person in enumerate(ids)}
    groups = [tuple(place[p] for p in pair) for pair in couples(found)]
    if found.trio:
        groups.append(tuple(place[p] for p in found.trio))
    assert worth(tuple(groups)) == max(worth(split) for split in splits(tuple(range(people))))
    assert found.kind in ("claimed", "optimal")


def test_a_trio_above_the_exact_size_is_said_to_be_the_best_found() -> None:
    """Beyond 31 people not every trio is tried, and the status says so; everybody has a place."""
    points = np.random.default_rng(3).integers(0, 100, (41, 41))
    found = solved(own(points, 41))
    assert (len(found.pairs), len(found.trio), found.kind) == (19, 3, "bounded")


def test_without_a_trio_one_of_an_odd_number_stays_alone() -> None:
    """trio=False leaves the pairs to themselves, and they are proven."""
    found = solved(own(np.ones((5, 5), int), 5), trio=False)
    assert (len(found.pairs), found.trio, found.kind) == (2, (), "optimal")


def test_scores_of_peers_are_the_mean_of_both_directions() -> None:
    """Points and shares count both ways, and the shares add up to the points of every pair."""
    questionnaire = mm.Questionnaire(
        [q.MultiChoice("offers", ["a", "b", "c"]), q.MultiChoice("needs", ["a", "b", "c"]), q.Number("level")]
    )
    people = [
        {"id": "ada", "offers": ["a", "b"], "needs": ["c"], "level": 3},
        {"id": "bo", "offers": ["c"], "needs": ["a", "b", "c"], "level": 4},
        {"id": "cy", "offers": [], "needs": ["b"], "level": None},
    ]
    program = mm.Program(
        "Peers",
        questionnaire,
        [r.Covers("needs", by="offers", weight=2), r.Close("level", within=5, weight=1)],
    )
    directed = program.score(mm.Cohort.from_records(questionnaire, mentors=people, mentees=people[::-1]))
    both = mutual(directed)
    assert mutual(both) is both
    assert both.mentors == both.mentees == ("ada", "bo", "cy")
    for a in both.mentors:
        assert not both.allowed(a, a)
        for b in both.mentors:
            if a != b:
                assert (
                    both.points(a, b) == both.points(b, a) == (directed.points(a, b) + directed.points(b, a) + 1) // 2
                )
                assert sum(part.points for part in both.parts(a, b)) == both.points(a, b)
                assert both.parts(a, b) == both.parts(b, a)


def test_conditions_hold_both_ways() -> None:
    """A condition that one direction fails forbids the pair."""
    questionnaire = mm.Questionnaire([q.Number("level")])
    people = [{"id": name, "level": level} for name, level in zip("abcd", (1, 2, 5, 9), strict=True)]
    program = mm.Program(
        "Peers", questionnaire, [r.Close("level", within=9)], [r.Ahead("level", ideal=(-1, 1), least=-3, most=3)]
    )
    scores = program.score(mm.Cohort.from_records(questionnaire, mentors=people, mentees=people))
    found = solved(scores)
    assert couples(found) == {("a", "b")}
    assert not mutual(scores).allowed("d", "a")
    assert [f.title for f in mutual(scores).forbidding("a", "d")] == ["Ahead('level')"]


def test_choices_name_a_pair_whichever_comes_first() -> None:
    """Bans, declines, pins, favour and lists hold for the pair, in either order of the two."""
    scores = own(np.ones((4, 4), int), 4)
    assert couples(solved(scores, Choices(bans=[("p1", "p0")], declines=[("p0", "p2")]))) == {
        ("p0", "p3"),
        ("p1", "p2"),
    }
    assert ("p0", "p3") in couples(solved(scores, Choices(pins=[("p3", "p0")])))
    assert ("p1", "p2") in couples(solved(scores, Choices(favour=[("p2", "p1")])))
    assert ("p0", "p2") not in couples(solved(scores, Choices(avoid=[("p2", "p0")])))
    assert ("p0", "p3") in couples(solved(scores, Choices(shortlists={"p3": ["p0"]})))
    assert ("p0", "p3") in couples(solved(scores, Choices(wishes={"p3": ["p0"]})))
    left = solved(scores, Choices(left=["p3"]))
    assert (len(left.pairs), len(left.trio)) == (0, 3)


def test_what_has_no_meaning_among_peers_is_refused() -> None:
    """Seats, loads and stable matchings are no questions of peers, and the error says so."""
    scores = mutual(own(np.ones((4, 4), int), 4))
    with pytest.raises(mm.ProgramError, match="everybody has one partner"):
        pose_peers(demand_of(scores, capacity=2), scores)
    with pytest.raises(mm.ProgramError, match="there need not be a stable matching of one pool"):
        pose_peers(demand_of(scores, aim=Aim(stable=True)), scores)
    with pytest.raises(mm.InfeasibleError, match="p0 would be in two pairs"):
        pose_peers(demand_of(scores, choices=Choices(pins=[("p0", "p1"), ("p2", "p0")])), scores)
    with pytest.raises(mm.ProgramError, match="the same people on both sides"):
        mutual(ScoreMatrix.from_array([[1]], ["a"], ["b"]))


POOL = mm.Questionnaire(
    [
        q.MultiChoice("offers", ["a", "b"], asked_of="mentor"),
        q.MultiChoice("needs", ["a", "b"], asked_of="mentee"),
        q.Number("level", required=True),
    ]
)


def test_a_cohort_of_peers_is_one_pool() -> None:
    """Everybody is asked what either side is asked, stands on both sides, and is counted once."""
    cohort = mm.Cohort.from_records(
        POOL,
        people=[{"id": "ada", "offers": ["a"], "needs": ["b"], "level": 1, "priority": 2}, {"id": "bo", "level": 2}],
    )
    assert cohort.peers
    assert cohort.mentors.ids == cohort.mentees.ids == ("ada", "bo")
    assert cohort.mentees.priority.tolist() == [2, 0]
    assert repr(cohort) == "Cohort(2 peers, 3 questions)"
    assert cohort.page().facts == (("peers", "2"),)
    (table_,) = cohort.page().tables
    assert [tuple(row) for row in table_.rows] == [("offers", "1"), ("needs", "1"), ("level", "0")]
    more = cohort.add(people=[{"id": "cy", "level": 3}])
    assert more.peers
    assert more.without(["ada"]).mentees.ids == ("bo", "cy")


def test_what_is_wrong_with_a_peer_is_said_once() -> None:
    """Findings name the side "peer", each once though both sides are read, and leave the person out on both."""
    people = [{"id": "ada", "level": "x"}, {"id": "bo", "capacity": 2, "level": 1}, {"id": "cy", "level": 1}]
    with pytest.raises(mm.AnswerError) as refused:
        mm.Cohort.from_records(POOL, people=people)
    assert [(f.side, f.person, f.code) for f in refused.value.findings] == [
        ("peer", "ada", "not_a_number"),
        ("peer", "bo", "unknown_field"),
    ]
    kept = mm.Cohort.from_records(POOL, people=people, invalid="leave_out")
    assert kept.mentors.ids == kept.mentees.ids == ("cy",)
    for refuse in (
        lambda: mm.Cohort.from_records(POOL, people=people, mentors=people),
        lambda: kept.add(mentors=people),
        lambda: kept.with_capacity({"cy": 2}),
        lambda: mm.Cohort.from_records(POOL).add(people=[]),
    ):
        with pytest.raises(mm.AnswerError):
            refuse()


PROGRAM = mm.Program(
    "Peer circle",
    POOL,
    [r.Covers("needs", by="offers", weight=2), r.Close("level", within=9)],
    [r.Close("level", within=5)],
    format=mm.formats.Peers(),
)


def crowd(people: int, seed: int = 0) -> list[dict[str, object]]:
    rng = np.random.default_rng(seed)
    return [
        {
            "id": f"p{at:02}",
            "offers": [o for o in "ab" if rng.random() < 0.6],
            "needs": [o for o in "ab" if rng.random() < 0.6],
            "level": int(rng.integers(0, 10)),
        }
        for at in range(people)
    ]


@pytest.mark.parametrize("people", [0, 1, 2, 3, 12, 13])
def test_a_program_of_peers_is_matched_verified_and_saved(people: int) -> None:
    """From records to JSON and back: everybody is in one place, the check agrees, the order of rows is irrelevant."""
    records = crowd(people)
    matching = PROGRAM.match(mm.Cohort.from_records(POOL, people=records))
    assert isinstance(matching, mm.PeerMatching)
    assert matching.verify(), str(matching.verify())
    placed = [p for pair in matching.pairs for p in (pair.mentor, pair.mentee)]
    placed += [p for group in matching.groups for p in group.mentees]
    assert sorted([*placed, *(one.person for one in matching.unmatched)]) == [str(record["id"]) for record in records]
    assert all(pair.mentor < pair.mentee for pair in matching.pairs)
    again = mm.PeerMatching.from_json(matching.to_json())
    assert again == matching
    assert again.with_scores(PROGRAM.score(mm.Cohort.from_records(POOL, people=records))).verify()
    turned = PROGRAM.match(mm.Cohort.from_records(POOL, people=records[::-1]))
    assert (turned.pairs, turned.unmatched) == (matching.pairs, matching.unmatched)
    assert mm.Program.from_json(PROGRAM.to_json()) == PROGRAM


def test_what_a_matching_of_peers_prints() -> None:
    """The page names the trio, who is alone and why, and the explanation adds up in either order of the two."""
    people = [{"id": name, "level": level} for name, level in zip("abcde", (1, 2, 2, 3, 9), strict=True)]
    matching = PROGRAM.match(mm.Cohort.from_records(POOL, people=people))
    assert isinstance(matching, mm.PeerMatching)
    assert [one.person for one in matching.unmatched] == ["e"]
    assert matching.unmatched[0].side == "peer"
    assert matching.unmatched[0].reason == "nobody is possible: of 4, Close('level') rules out 4"
    assert "\npeople with a partner  4 of 5\n" in str(matching)
    assert matching.to_csv().splitlines()[-1].startswith('e,,,,,,,unmatched,no_allowed_partner,"nobody is possible')
    one, other = matching.pairs[0].mentor, matching.pairs[0].mentee
    told = matching.explain(other, one)
    assert told == matching.explain(one, other)
    assert told.points == matching.pairs[0].points == sum(part.points for part in told.parts)
    assert str(told).splitlines()[0] == f"{one} and {other}"
    assert told.outcome == "a pair (proposed)"
    assert set(matching.to_records()[0]) == {
        *("first", "first_name", "second", "second_name", "third", "third_name", "points", "status")
    }


def test_a_spoiled_matching_of_peers_is_refused() -> None:
    """Pairs swapped, dropped or given other points, and a trio of other points, do not pass the check."""
    matching = PROGRAM.match(mm.Cohort.from_records(POOL, people=crowd(13)))
    assert isinstance(matching, mm.PeerMatching)
    assert matching.groups
    first, second, *rest = matching.pairs
    swapped = (replace(first, mentee=second.mentee), replace(second, mentee=first.mentee), *rest)
    (trio,) = matching.groups
    for spoiled in (
        replace(matching, pairs=swapped),
        replace(matching, pairs=(second, *rest)),
        replace(matching, pairs=(first, *matching.pairs)),
        replace(matching, pairs=(replace(first, points=first.points + 1), second, *rest)),
        replace(matching, pairs=(replace(first, status="pinned"), second, *rest)),
        replace(matching, groups=(replace(trio, points=trio.points + 1),)),
        replace(matching, groups=()),
        replace(matching, aims=()),
    ):
        assert not spoiled.verify()


def test_formats_and_cohorts_that_do_not_fit_are_refused() -> None:
    """Pairs of a pool, peers of two sides, and questions about mentors are told apart by an error."""
    pool = mm.Cohort.from_records(POOL, people=crowd(4))
    with pytest.raises(mm.ProgramError, match=r"expected format=formats.Peers\(\) for a cohort of peers"):
        PROGRAM.with_(format=mm.formats.Pairs()).match(pool)
    sides = mm.Cohort.from_records(POOL, mentors=[{"id": "a", "level": 1}], mentees=[{"id": "b", "level": 1}])
    with pytest.raises(mm.ProgramError, match="the same people on both sides"):
        PROGRAM.match(sides)
    matching = PROGRAM.match(pool)
    for ask in (
        lambda: PROGRAM.check_supply(pool),
        matching.blocking_pairs,
        lambda: matching.changes_since(matching),
        lambda: matching.alternatives("p00", 1),
        matching.popular_mentors,
        lambda: matching.forbidden_wishes,
    ):
        with pytest.raises(mm.ProgramError, match="mentors"):
            ask()


def test_pairs_of_an_earlier_round_stay_where_nothing_is_lost() -> None:
    """With previous= as many pairs as possible are made again, and accepted pairs are not touched."""
    cohort = mm.Cohort.from_records(POOL, people=crowd(12))
    first = PROGRAM.match(cohort)
    again = PROGRAM.with_(seed=5).match(cohort, previous=first)
    assert again.pairs == first.pairs
    couple = ("p00", "p01") if first.scores is not None and first.scores.allowed("p00", "p01") else ("p00", "p02")
    kept = PROGRAM.match(cohort, Choices(accepted=[couple]))
    assert {(p.mentor, p.mentee): p.status for p in kept.pairs}[couple] == "accepted"
    assert kept.verify()


def test_an_accepted_pair_stays_though_a_condition_forbids_it_now() -> None:
    """It keeps the points that it would have, and the matching is verified."""
    people = [{"id": name, "level": level} for name, level in zip("abc", (1, 8, 2), strict=True)]
    matching = PROGRAM.match(mm.Cohort.from_records(POOL, people=people), Choices(accepted=[("b", "a")]))
    (pair,) = matching.pairs
    assert (pair.mentor, pair.mentee, pair.status) == ("a", "b", "accepted")
    assert pair.points == sum(part.points for part in matching.explain("a", "b").parts) > 0
    assert matching.verify()
    assert mm.PeerMatching.from_json(matching.to_json()) == matching
