"""Large and awkward cohorts, at test size: one answer in whatever way, an oracle's totals, and a check that sees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

import mentormatch as mm
from mentormatch import synthetic
from mentormatch.demand import demand_of
from mentormatch.formats.pairs import Solved, solve_pairs
from mentormatch.formats.posing import pose
from mentormatch.scores import KEPT_BYTES, ScoreMatrix
from mentormatch.solvers.hands import Hands
from mentormatch.solvers.sweep import Settings

PROGRAM = synthetic.program()
ABSTAINING = PROGRAM.with_(rules=[replace(rule, missing="abstain") for rule in PROGRAM.rules])
COARSE = synthetic.program(coarse=True)


@dataclass(frozen=True)
class Case:
    """People, what counts for them, and what they said; ``asked`` is what `mentormatch.solve` takes besides."""

    people: mm.Cohort
    program: mm.Program = PROGRAM
    choices: mm.Choices = field(default_factory=mm.Choices)
    asked: dict[str, Any] = field(default_factory=dict)

    def scores(self) -> ScoreMatrix:
        """The points of all pairs, not computed yet."""
        return self.program.score(self.people)

    def match(self) -> mm.Matching:
        """The matching, as anybody would ask for it."""
        return mm.solve(self.scores(), choices=self.choices, **self.asked)


def lists(mentees: int, seed: int) -> Case:
    """Shortlists, wishes, declines, conditions, and blanks that count as the average."""
    people = synthetic.cohort(mentees, ratio=0.7, seed=seed)
    return Case(people, choices=synthetic.choices(people, seed=seed))


def short(mentees: int, seed: int) -> Case:
    """Too few mentors, rules that abstain where there are blanks, and mentees who want two mentors."""
    people = synthetic.cohort(mentees, ratio=0.4, seed=seed)
    return Case(people, ABSTAINING, synthetic.choices(people, seed=seed, stars=1), {"wants": 2})


def alike(mentees: int, seed: int) -> Case:
    """Three different scores, half of the people identical and a third silent, even loads."""
    people = synthetic.cohort(mentees, ratio=0.8, seed=seed, identical=mentees // 2, silent=0.3)
    return Case(people, COARSE, asked={"aim": mm.Aim(balance="even")})


def ranked(mentees: int, seed: int) -> Case:
    """Every mentee weighs the rules, and lists are a condition."""
    people = synthetic.cohort(mentees, ratio=0.9, seed=seed)
    program = PROGRAM.with_(weights_from="criteria")
    choices = synthetic.choices(people, seed=seed)
    return Case(people, program, choices, {"aim": mm.Aim(shortlists="only", minimum_score=2_000)})


BLOCKS = ((0, 300), (KEPT_BYTES, 1_000), (0, 1 << 14), (KEPT_BYTES, 1 << 18))
"""Bytes of points that are kept (without any they are computed again), and pairs in a block."""
CANDIDATES = (1, 3, 10, 400)


@contextmanager
def nobody_else() -> Iterator[None]:
    """The caller's thread alone."""
    yield None


@contextmanager
def two_threads() -> Iterator[Executor]:
    """Two threads beside the caller's."""
    with ThreadPoolExecutor(2) as threads:
        yield threads


@pytest.mark.parametrize(("case", "mentees"), [(lists, 60), (short, 60), (alike, 60), (ranked, 60), (lists, 150)])
def test_one_matching_for_all_blocks_candidates_threads_and_clusters(
    case: Callable[[int, int], Case], mentees: int, cluster: Any
) -> None:
    """Four block sizes, four numbers of candidates, one thread and two, with a cluster and without (convention 2)."""
    asked = case(mentees, 5)
    expected = asked.match()
    assert expected.verify()
    scores = asked.scores()
    demand = demand_of(scores, choices=asked.choices, **asked.asked)
    pairs = {(pair.mentor, pair.mentee, pair.points) for pair in expected.pairs}
    strip = len(scores.mentors) * len(scores.mentees) // 4
    every = tuple(product(BLOCKS, CANDIDATES))
    # On a cluster each block size and each number of candidates once: what is sent there is the same in all.
    diagonal = tuple(zip(BLOCKS, CANDIDATES, strict=True))
    for who, ways in ((nobody_else, every), (two_threads, every), (cluster.get_executor, diagonal)):
        with who() as executor:
            hands = None if executor is None else Hands(executor)
            for (kept, block), candidates in ways:
                settings = Settings(candidates, block_pairs=block, strip_pairs=strip, hands=hands)
                found = solve_pairs(pose(demand, scores, kept), None, settings)
                assert named(found, expected) == pairs, (who, kept, block, candidates)


def named(found: Solved, matching: mm.Matching) -> set[tuple[str, str, int]]:
    """Pairs by id with their points."""
    demand = matching.demand
    at = zip(found.mentor.tolist(), found.mentee.tolist(), found.points.tolist(), strict=True)
    return {(demand.mentors[m], demand.mentees[e], points) for m, e, points in at}


def best_totals(case: Case, matching: mm.Matching) -> dict[str, int]:
    """What the best matching reaches in each aim, by scipy's dense assignment of mentees to single seats.

    For mentees who want one mentor, and lists without ties. Aims share one number, each worth more than all that come
    after it; a mentee may also have nobody, which is worth nothing.
    """
    demand, points = matching.demand, case.scores().to_numpy().astype(np.int64)
    (mentor_at, mentee_at), mentees = demand.places, len(demand.mentees)
    for pair in (*case.choices.declines, *case.choices.expired):
        points[mentor_at[pair.mentor], mentee_at[pair.mentee]] = -1
    levels = {"participation": np.ones_like(points)}
    if demand.ranks:
        longest = max(map(len, demand.ranks.values()))
        rank = np.zeros_like(points)
        for mentee, own in demand.ranks.items():
            for mentor, place in own.items():
                rank[mentor_at[mentor], mentee_at[mentee]] = longest + 1 - place
        levels |= {"listed": np.sign(rank), "rank": rank}
    levels["points"] = points
    value = np.zeros_like(points)
    for level in levels.values():
        value = value * (1 + int(level.max(initial=0)) * mentees) + level
    assert value.max(initial=0) * mentees < 2**53  # a float64 holds every sum
    seat = np.repeat(np.arange(len(demand.mentors)), np.minimum(demand.capacity, mentees))
    table = np.hstack((np.where(points < 0, -1, value)[seat].T, np.zeros((mentees, mentees), dtype=np.int64)))
    mentee, column = linear_sum_assignment(table, maximize=True)
    made = table[mentee, column] > 0
    at = seat[column[made]], mentee[made]
    return {name: int(level[at].sum()) for name, level in levels.items()}


def plain_lists(mentees: int, seed: int) -> Case:
    """Shortlists and declines, conditions and blanks."""
    people = synthetic.cohort(mentees, ratio=0.7, seed=seed)
    return Case(people, choices=synthetic.choices(people, wishes=0, seed=seed))


def star(mentees: int, seed: int) -> Case:
    """One mentor is first on everybody's list, and four others come after."""
    people = synthetic.cohort(mentees, ratio=0.6, seed=seed)
    own = list(people.mentors.ids[3:8])
    return Case(people, choices=mm.Choices(shortlists=dict.fromkeys(people.mentees.ids, own)))


def silent(mentees: int, seed: int) -> Case:
    """A third of the people answered nothing."""
    return Case(synthetic.cohort(mentees, ratio=0.7, seed=seed, silent=0.36))


def silent_abstaining(mentees: int, seed: int) -> Case:
    """A third of the people answered nothing, and no rule judges them."""
    return replace(silent(mentees, seed), program=ABSTAINING)


def identical(mentees: int, seed: int) -> Case:
    """Nearly everybody answered the same."""
    return Case(synthetic.cohort(mentees, ratio=0.9, seed=seed, identical=mentees * 4 // 5))


def three_scores(mentees: int, seed: int) -> Case:
    """A rule that gives 0, 5,000 or 10,000 points, so that ties are everywhere."""
    return Case(synthetic.cohort(mentees, ratio=0.7, seed=seed), COARSE)


def one_seat_each(mentees: int, seed: int) -> Case:
    """Fewer mentors than mentees, and one seat each."""
    return Case(synthetic.cohort(mentees, ratio=0.7, seed=seed, capacities=1))


def a_thousand_seats(mentees: int, seed: int) -> Case:
    """A dozen mentors, each with room for everybody."""
    return Case(synthetic.cohort(mentees, mentors=12, seed=seed, capacities=1_000))


HARD = (
    plain_lists,
    star,
    silent,
    silent_abstaining,
    identical,
    three_scores,
    one_seat_each,
    a_thousand_seats,
)


@pytest.mark.parametrize("case", HARD)
def test_hard_cohorts_reach_the_totals_of_another_solver_and_are_proven(case: Callable[[int, int], Case]) -> None:
    """Silence, sameness, one star for all, one seat or a thousand, three scores: exact, and ending."""
    asked = case(160, 7)
    matching = asked.match()
    assert matching.proof.kind == "optimal"
    assert matching.verify()
    totals = best_totals(asked, matching)
    assert {reached.aim: reached.value for reached in matching.aims if reached.aim in totals} == totals


def test_who_answered_nothing_is_matched_like_everybody_else() -> None:
    """Any mentor is as good for them as any other; yet they are not all led to the same few, and nobody is left."""
    people = synthetic.cohort(160, mentors=160, seed=2, silent=0.36, capacities=1)
    program = PROGRAM.with_(conditions=())
    points = program.score(people).to_numpy()
    assert (points.min(axis=0) == points.max(axis=0)).sum() > 40
    matching = program.match(people)
    assert len(matching.pairs) == 160
    assert matching.verify()


def with_pairs(matching: mm.Matching, *made: tuple[str, str], without: tuple[mm.Pair, ...]) -> mm.Matching:
    """The matching with other pairs, which have the points that they have."""
    scores = matching.scores
    assert scores is not None
    new = [mm.Pair(*pair, scores.points(*pair), "proposed") for pair in made]
    return replace(matching, pairs=tuple(sorted([*(set(matching.pairs) - set(without)), *new])))


def exchangeable(matching: mm.Matching) -> Iterator[tuple[mm.Pair, mm.Pair]]:
    """Pairs whose mentees could change places."""
    scores = matching.scores
    assert scores is not None
    for one, other in combinations(matching.pairs[len(matching.pairs) // 2 :], 2):
        crossed = scores.points(one.mentor, other.mentee), scores.points(other.mentor, one.mentee)
        if one.mentor != other.mentor and min(crossed) >= 0:
            yield one, other


def swapped(matching: mm.Matching, one: mm.Pair, other: mm.Pair) -> mm.Matching:
    """The matching in which the mentees of two pairs change places."""
    crossed = (one.mentor, other.mentee), (other.mentor, one.mentee)
    return with_pairs(matching, *crossed, without=(one, other))


def sabotages(matching: mm.Matching) -> Iterator[tuple[str, mm.Matching]]:
    """Matchings that were tampered with, each with a flaw that has to be found."""
    scores, proof, pair = matching.scores, matching.proof, matching.pairs[len(matching.pairs) // 2]
    assert scores is not None
    yield "pair_too_dear", swapped(matching, *next(exchangeable(matching)))
    yield "mentee_load", with_pairs(matching, without=(pair,))
    more = replace(pair, points=pair.points + 1)
    yield "wrong_points", replace(matching, pairs=tuple(sorted({*matching.pairs, more} - {pair})))
    alone = next(one.person for one in matching.unmatched if one.side == "mentee")
    held = next(one for one in matching.pairs if scores.points(one.mentor, alone) >= 0)
    yield "mentee_load", with_pairs(matching, (held.mentor, alone), without=(held,))
    yield "over_capacity", with_pairs(matching, (held.mentor, alone), without=())
    mentor, mentee = (int(at[matching.pairs.index(pair)]) for at in matching.to_indices())
    for side, person in (("mentor_prices", mentor), ("mentee_prices", mentee)):
        prices = getattr(proof, side).copy()
        prices[person, 0] += 1 << 50
        yield "pair_too_dear", replace(matching, proof=replace(proof, **{side: prices}))
    shorter = {side: getattr(proof, side)[:, :-1] for side in ("mentor_prices", "mentee_prices", "list_prices")}
    yield "words", replace(matching, proof=replace(proof, words=proof.words[:-1], **shorter))
    yield "kind", replace(matching, proof=replace(proof, kind="bounded"))


def test_whatever_is_done_to_a_large_matching_is_seen() -> None:
    """1,500 mentees and 700 mentors, with lists: one changed pair, point or price among all is enough."""
    people = synthetic.cohort(1_500, mentors=700, seed=11)
    matching = PROGRAM.match(people, synthetic.choices(people, seed=11))
    assert matching.verify()
    for code, wrong in sabotages(matching):
        assert code in {finding.code for finding in wrong.verify().findings}


def test_a_swap_that_changes_nothing_but_the_lottery_is_seen() -> None:
    """Among people who are all alike, who has whom is settled by lot, and the lot can be checked."""
    people = synthetic.cohort(800, ratio=0.5, seed=4, identical=400)
    matching = PROGRAM.match(people)
    assert matching.verify()
    swaps = (
        wrong
        for one, other in exchangeable(matching)
        if (wrong := swapped(matching, one, other)).points == matching.points
    )
    assert "pair_too_dear" in {finding.code for finding in next(swaps).verify().findings}
