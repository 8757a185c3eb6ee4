"""Programs of peers: scores both ways, choices, trios."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import Any

import networkx as nx
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
from mentormatch.proof_peers import _Search, only_best
from mentormatch.scores import ScoreMatrix
from mentormatch.solvers.peers import solve


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


@pytest.mark.parametrize("people", [35, 41])
def test_a_trio_of_many_is_the_best_and_the_status_says_how_that_is_known(people: int) -> None:
    """Beyond 31 people every trio that could be better is tried as well, and prices bound what others could bring."""
    kinds = set()
    for seed in range(5):
        rng = np.random.default_rng(seed)
        scores = own(rng.integers(0, 100, (people, people)), people)
        found = solved(scores)
        kinds.add(found.kind)
        assert (len(found.pairs), len(found.trio)) == (people // 2 - 1, 3)
        assert (found.gap is None) == (found.kind == "optimal")
        table = mutual(scores).to_numpy()
        reached = sum(points for *_, points in found.pairs) + found.trio_points
        for trio in rng.choice(people, (6, 3), replace=True).tolist():
            if len(set(trio)) < 3:
                continue
            one, other, third = sorted(trio)
            rest = [at for at in range(people) if at not in trio]
            graph = nx.Graph()
            graph.add_weighted_edges_from((a, b, int(table[a, b])) for a, b in combinations(rest, 2))
            pairs = nx.max_weight_matching(graph, maxcardinality=True)
            half = (table[one, other] + table[one, third] + table[other, third]) // 2
            assert reached >= sum(int(table[a, b]) for a, b in pairs) + half
    assert "bounded" not in kinds
    assert "optimal" in kinds


def test_a_trio_is_said_to_be_bounded_where_not_all_were_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """With fewer trios tried than could be better the kind says so, with the room that prices leave."""
    monkeypatch.setattr("mentormatch.formats.peers._MOST_LOOKED_AT", 40)
    found = [solved(own(np.random.default_rng(seed).integers(0, 10_000, (41, 41)), 41)) for seed in range(8)]
    assert "bounded" in {one.kind for one in found}
    assert all(one.gap and one.gap[0] == "points" and one.gap[1] > 0 for one in found if one.kind == "bounded")


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


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda d: d["pairs"][0].update(mentor="nobody"), "pairs: a pair names people who take no part"),
        (lambda d: d["groups"][0].update(mentees=["nobody"] * 3), "groups: a group names people who take no part"),
        (lambda d: d["groups"][0].update(points=-1), "groups: expected points from 0"),
        (lambda d: d["groups"].append(d["groups"][0]), "groups: expected at most one trio"),
        (lambda d: d["demand"]["mentees"].reverse(), "demand: expected the same people on both sides"),
        (lambda d: d["demand"]["capacity"].pop(), "capacity: expected 3 entries, not 2"),
    ],
)
def test_contradictions_in_a_saved_matching_of_peers_are_refused(change: Callable[[Any], Any], text: str) -> None:
    """What does not fit together is found when it is read, as for pairs."""
    data = json.loads(PROGRAM.match(mm.Cohort.from_records(POOL, people=crowd(3))).to_json())
    ids = data["demand"]["mentors"]
    data["pairs"] = [{"mentor": ids[0], "mentee": ids[1], "points": 1}]
    data["groups"] = [{"mentors": [], "mentees": ids, "points": 1}]
    change(data)
    with pytest.raises(mm.ProgramError) as caught:
        mm.Matching.from_json(json.dumps(data))
    assert text in [str(finding) for finding in caught.value.findings]


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
    for ask, why in (
        (lambda: PROGRAM.check_supply(pool), "mentors"),
        (matching.blocking_pairs, "two who prefer each other may leave two others"),
        (matching.popular_mentors, "peers have none"),
        (lambda: matching.why_not("p00", "p01"), "a pin its price"),
        (lambda: matching.why_unmatched("p00"), "unmatched has the reason"),
        (matching.seat_values, "peers have no seats"),
        (lambda: matching.ask_for_seats(1), "peers have no seats"),
        (matching.report, "aims and pairs say how good it is"),
        (matching.roster, "to_records"),
        (lambda: matching.by_group("level"), "compares mentees"),
        (lambda: matching.forbidden_wishes, "explain"),
    ):
        with pytest.raises(mm.ProgramError, match=why):
            ask()
    assert mm.solve(mm.ScoreMatrix.from_array([[1]])).groups == ()


def test_pairs_are_said_to_be_the_only_best_ones_where_that_is_proven() -> None:
    """With the lottery nothing is as good; in a circle whose two halves bring the same, neither is the only one."""
    for size in (4, 9):
        scores = mutual(own(np.full((size, size), 5), size))
        posed = pose_peers(demand_of(scores), scores)
        assert only_best(posed.pool, solve(posed.pool))
        assert "none are as good" in str(mm.solve(scores, format=Peers()).verify()).replace("\n", " ")
    circle = {0: {1, 3}, 1: {0, 2}, 2: {1, 3}, 3: {0, 2}}
    for last, only in ((7, False), (6, True)):
        worth = {(0, 1): 7, (2, 3): 7, (1, 2): 7, (0, 3): last}
        assert _Search(circle, worth, {(0, 1), (2, 3)}, {0, 1, 2, 3}).only({0, 1, 2, 3}) == only
    assert not _Search({0: {1}, 1: {0, 2}, 2: {1}}, {(0, 1): 7, (1, 2): 7}, {(0, 1)}, {1}).only({0, 1, 2})


def test_changes_of_peers_say_who_is_with_whom_and_why() -> None:
    """Kept, ended and new pairs, the trio included, each with its cause, and who has nobody now."""
    cohort = mm.Cohort.from_records(POOL, people=crowd(9))
    first = PROGRAM.match(cohort)
    trio, (one, other) = first.groups[0].mentees, (first.pairs[0].mentor, first.pairs[0].mentee)
    gone = first.pairs[1].mentor
    said = mm.Choices(declines=[(one, other)], left=[gone])
    second = PROGRAM.match(cohort, said, previous=first)
    changes = second.changes_since(first)
    reasons = {change.people: change.reason for change in changes.ended}
    assert reasons[one, other] == "declined"
    assert reasons[first.together[1]] == f"{gone} left"
    assert {change.people for change in changes.kept} == set(first.together) & set(second.together)
    assert {change.people for change in changes.new} == set(second.together) - set(first.together)
    assert str(changes).startswith("Changes of ")
    assert trio in first.together
    assert not first.changes_since(first)
    assert "Nothing changed" in str(first.changes_since(first))
    assert [record["change"] for record in changes.to_records()] == [change.kind for change in changes]
    with pytest.raises(mm.ProgramError, match="expected a matching of peers"):
        first.changes_since(mm.solve(mm.ScoreMatrix.from_array([[1]])))


def test_alternatives_of_a_peer_are_the_best_others_in_either_direction() -> None:
    """Whom somebody could be with, by points, without the partner and without who declined, whoever said it."""
    cohort = mm.Cohort.from_records(POOL, people=crowd(8))
    matching = PROGRAM.match(cohort)
    scores = mutual(PROGRAM.score(cohort))
    partner = next(b if a == "p03" else a for a, b in matching.together if "p03" in (a, b))
    best = matching.alternatives("p03", 3)
    assert best.has == (partner,)
    assert partner not in [one.mentor for one in best]
    points = [one.points for one in best]
    assert points == sorted(points, reverse=True)
    assert points == [scores.points(one.mentor, "p03") for one in best]
    refused = best[0].mentor
    for pair in (("p03", refused), (refused, "p03")):
        without = PROGRAM.match(cohort, mm.Choices(declines=[pair])).alternatives("p03", 3)
        assert refused not in [one.mentor for one in without]
    text = str(matching.alternatives("p03", 1, "mentee"))
    assert text.startswith("Alternatives for p03\n")
    assert "mentor" not in text
    with pytest.raises(mm.ChoiceError, match="there is no such person"):
        matching.alternatives("p99", 1)


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
