"""A match from an earlier one is the match from nothing (convention 2), whatever changed and whatever it says."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import best
from problems import meets_minimum_loads, pairs_of, problem, random_keys, random_problem

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.problem import Ints, Problem, Solution, Word
from mentormatch.proof import check
from mentormatch.solvers import staged
from mentormatch.solvers.residual import Residual, as_length, as_levels
from mentormatch.solvers.staged import solve
from mentormatch.solvers.sweep import Settings
from mentormatch.solvers.warm import Start, reworded, solve_again
from mentormatch.solvers.words import plan

SETTINGS = (Settings(), Settings(candidates=1, block_pairs=1), Settings(candidates=2, block_pairs=8))


def start_of(solution: Solution) -> Start:
    """All that an earlier solution of the same people can tell."""
    return Start(
        solution.mentor,
        solution.mentee,
        solution.words,
        solution.mentor_prices,
        solution.mentee_prices,
        solution.list_prices,
    )


def without_pair(of: Problem, mentor: int, mentee: int) -> Problem:
    excluded = np.append(of.excluded[0], mentor), np.append(of.excluded[1], mentee)
    order = np.lexsort((excluded[1], excluded[0]))
    return replace(of, excluded=(excluded[0][order], excluded[1][order]))


def with_number(of: Problem, name: str, person: int, number: int) -> Problem:
    numbers = getattr(of, name).copy()
    numbers[person] = number
    changed = replace(of, **{name: numbers})
    return replace(changed, minimum_load=np.minimum(changed.minimum_load, changed.capacity))


def changed(rng: np.random.Generator, of: Problem, solution: Solution) -> Problem:
    """The problem after one change: a pair declined, a seat more or fewer, somebody who left, is back or wants more."""
    mentors, mentees = of.shape
    if not mentors or not mentees:
        return of
    mentor, mentee = int(rng.integers(mentors)), int(rng.integers(mentees))
    kind = rng.choice(["decline", "decline", "ban", "capacity", "capacity", "wants", "minimum_score"])
    if kind == "decline" and len(solution.mentor):
        made = rng.integers(len(solution.mentor))
        return without_pair(of, int(solution.mentor[made]), int(solution.mentee[made]))
    if kind in ("decline", "ban"):
        return without_pair(of, mentor, mentee)
    if kind == "capacity":
        return with_number(of, "capacity", mentor, int(rng.choice([0, of.capacity[mentor] + 1, 2])))
    if kind == "wants":
        return with_number(of, "wants", mentee, int(rng.choice([0, of.wants[mentee] + 1, 1])))
    return replace(of, minimum_score=int(rng.integers(3)))


def few_states(of: Problem) -> bool:
    """Whether the oracle, which keeps a state for every way to fill seats, is done in no time."""
    return bool(np.prod(of.capacity + 1.0) <= 1_000)


class TestProblems:
    @pytest.mark.parametrize("seed", range(10))
    def test_after_changes_the_optimum_is_that_of_a_fresh_solve(self, seed: int) -> None:
        """1,000 problems of all aims after one or two changes: the oracle's pairs, and a proof that stands."""
        rng = np.random.default_rng(seed)
        done = 0
        while done < 100:
            before = random_problem(rng, largest=5)
            solution = solve(before)
            for changes in (1, 1, 2, 2):
                after = before
                for _ in range(changes):
                    after = changed(rng, after, solution)
                if not few_states(after):
                    continue
                done += 1
                again = solve(after, SETTINGS[done % 3], start_of(solution))
                table = after.rows(0, after.shape[0])
                assert pairs_of(again) == best(after).pairs
                assert again.points.tolist() == table[again.mentor, again.mentee].tolist()
                if meets_minimum_loads(after, again):
                    assert check(after, again) == ()
                if done % 5 == 0:
                    assert pairs_of(solve(after)) == pairs_of(again)

    def test_most_changes_are_repaired(self) -> None:
        """The comparison means something only if few of the changes are solved from nothing."""
        rng = np.random.default_rng(0)
        repaired = passes = 0
        for _ in range(100):
            before = random_problem(rng)
            solution = solve(before)
            after = changed(rng, before, solution)
            settings = SETTINGS[int(rng.integers(3))]
            again = solve_again(after, plan(after), start_of(solution), settings)
            repaired += again is not None
            passes += again is not None and again.rounds > 1
        assert repaired >= 80
        assert passes >= 5

    def test_a_start_that_is_wrong_in_every_way(self) -> None:
        """Prices at random, too large or of another problem, pairs of nobody's choice: a start decides nothing."""
        rng = np.random.default_rng(0)
        other = solve(random_problem(rng))
        for _ in range(16):
            of = random_problem(rng)
            mentors, mentees = of.shape
            if not mentors or not mentees:
                continue
            fresh = solve(of)
            for start in sabotaged(rng, of, fresh, other):
                again = solve(of, SETTINGS[int(rng.integers(3))], start)
                assert pairs_of(again) == pairs_of(fresh)
                if meets_minimum_loads(of, fresh):
                    assert check(of, again) == ()

    def test_nothing_changed(self) -> None:
        """From its own solution a problem is solved in one pass, with the same prices where nobody is left out."""
        rng = np.random.default_rng(3)
        for _ in range(30):
            of = problem(rng.integers(0, 50, (8, 6)), capacity=1, keys=(random_keys(rng, 8), random_keys(rng, 6)))
            solution = solve(of)
            again = solve_again(of, plan(of), start_of(solution), Settings())
            assert again is not None
            assert again.rounds == 1
            assert pairs_of(again) == pairs_of(solution)
            assert again.mentor_prices.tolist() == solution.mentor_prices.tolist()
            assert again.mentee_prices.tolist() == solution.mentee_prices.tolist()

    def test_fifty_declines_one_after_the_other(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """200 mentees and 250 mentors: each decline is repaired, from the solution before, to that of a fresh solve."""
        rng = np.random.default_rng(0)
        points = rng.integers(0, 10_000, (250, 200))
        points[rng.random(points.shape) < 0.1] = -1
        keys = random_keys(rng, 250), random_keys(rng, 200)
        of = problem(points, capacity=rng.choice([1, 1, 2, 3], 250), keys=keys)
        solution = solve(of)
        for _ in range(50):
            made = rng.integers(len(solution.mentor))
            of = without_pair(of, int(solution.mentor[made]), int(solution.mentee[made]))
            with monkeypatch.context() as patch:
                patch.setattr(staged, "first_candidates", None)  # whoever solves from nothing begins with these
                solution = solve(of, start=start_of(solution))
            fresh = solve(of)
            assert pairs_of(solution) == pairs_of(fresh)
            assert solution.points.tolist() == fresh.points.tolist()
            assert check(of, solution) == ()

    @pytest.mark.parametrize("mentors", [60, 100])
    def test_seats_and_leavers_where_mentors_are_short(self, mentors: int, monkeypatch: pytest.MonkeyPatch) -> None:
        """Few seats, many of them gone or new at once: still repaired, still the same."""
        rng = np.random.default_rng(mentors)
        keys = random_keys(rng, mentors), random_keys(rng, 120)
        of = problem(rng.integers(0, 30, (mentors, 120)), capacity=1, keys=keys)
        solution = solve(of)
        monkeypatch.setattr(staged, "first_candidates", first := staged.first_candidates)
        for number in (2, 0, 1, 3, 0):
            for mentor in rng.integers(0, mentors, 3).tolist():
                of = with_number(of, "capacity", mentor, number)
            of = with_number(of, "wants", int(rng.integers(120)), int(number > 0))
            monkeypatch.setattr(staged, "first_candidates", None)
            solution = solve(of, start=start_of(solution))
            monkeypatch.setattr(staged, "first_candidates", first)
            assert pairs_of(solution) == pairs_of(solve(of))
            assert check(of, solution) == ()


def sabotaged(rng: np.random.Generator, of: Problem, fresh: Solution, other: Solution) -> Iterator[Start]:
    """Starts that have little or nothing to do with the problem."""
    true = start_of(fresh)
    mentors, mentees = of.shape
    nobody = np.zeros(0, dtype=np.int64)
    anybody = rng.integers(0, mentors, 6), rng.integers(0, mentees, 6)
    size = int(rng.choice([3, 10_000, 2**40, 2**59, 2**62]))

    def noise(prices: Ints) -> Ints:
        return rng.integers(-size, size, prices.shape)

    noisy = noise(true.mentor_prices), noise(true.mentee_prices), noise(true.list_prices)
    yield replace(true, mentor_prices=noisy[0], mentee_prices=noisy[1], list_prices=noisy[2])
    yield replace(true, mentor_prices=true.mentor_prices + noisy[0] // size * 3)
    yield replace(true, mentor=anybody[0], mentee=anybody[1])
    yield replace(true, mentor=nobody, mentee=nobody)
    yield Start(*anybody)
    yield replace(true, words=other.words)
    yield replace(true, words=tuple(reversed(true.words)))
    yield replace(true, words=tuple(Word(tuple((level, 0) for level, _ in word.levels)) for word in true.words))
    yield replace(true, mentor_prices=true.mentor_prices[:, :1], mentee_prices=true.mentee_prices[:, :1])
    yield replace(true, mentor_prices=true.mentor_prices[:-1])
    yield replace(true, list_prices=noise(np.zeros((4, len(true.words)))))
    yield replace(true, new_mentors=np.arange(mentors), new_mentees=np.arange(mentees))
    alike = {name: getattr(other, name) for name in ("mentor_prices", "mentee_prices", "list_prices")}
    yield Start(other.mentor % mentors, other.mentee % mentees, other.words, **alike)


class TestResidual:
    def test_paths_are_the_shortest(self) -> None:
        """In the changes that an optimum leaves, a search finds the lengths that networkx finds, over all words."""
        rng = np.random.default_rng(0)
        looked = 0
        for _ in range(60):
            of = random_problem(rng)
            if not (of.capacity.any() and of.wants.any()):
                continue
            residual = whole_residual(of, solve(of))
            graph = as_graph(residual)
            sink = residual.network.sink
            for start in range(of.shape[0] + of.shape[1]):
                for forward in (True, False):
                    looked += 1
                    path, near = residual.search(start, {sink}, forward=forward)
                    ends = (start, sink) if forward else (sink, start)
                    if path is None:
                        assert not graph.has_node(start) or not nx.has_path(graph, *ends)
                    else:
                        assert path.length == nx.dijkstra_path_length(graph, *ends)
                        assert all(0 <= length <= path.length for length in near.values())
        assert looked > 200

    def test_one_more_seat_brings_what_the_path_says(self) -> None:
        """A seat at a full mentor brings its gain and price less the shortest path that fills it, or nothing."""
        rng = np.random.default_rng(1)
        compared = 0
        while compared < 60:
            of = random_problem(rng, largest=5)
            solution = solve(of)
            if not (of.capacity.any() and of.wants.any()) or any(word.draw for word in solution.words):
                continue
            load = np.bincount(solution.mentor, minlength=of.shape[0])
            full = np.flatnonzero((load == of.capacity) & (load > 0) & (load < of.shape[1]))
            for mentor in full[:2].tolist():
                residual = whole_residual(of, solution)
                node = of.shape[1] + mentor
                path, _ = residual.search(node, {residual.network.sink}, forward=False)
                assert path is not None
                seat = np.array([mentor]), load[[mentor]]
                gained = as_length([int(of.seat_gain(word, *seat)[0]) for word in solution.words])
                gained -= as_length(residual.potential[node].tolist()) + path.length
                after = with_number(of, "capacity", mentor, int(of.capacity[mentor]) + 1)
                more = in_words(after, solution.words, solve(after))
                assert more == in_words(of, solution.words, solution) + max(gained, 0)
                compared += 1

    @given(st.lists(st.tuples(*[st.integers(-(2**70), 2**70)] * 3), min_size=1, max_size=5))
    def test_lengths_are_levels(self, parts: list[tuple[int, int, int]]) -> None:
        """Lengths add up and compare as levels do, far beyond 64 bits."""
        total = tuple(map(sum, zip(*parts, strict=True)))
        assert as_levels(sum(map(as_length, parts)), 3) == total
        assert [as_levels(length, 3) for length in sorted(map(as_length, parts))] == sorted(parts)


def whole_residual(of: Problem, solution: Solution) -> Residual:
    """The changes that a solution leaves, over all pairs that can be made."""
    table = of.rows(0, of.shape[0])
    possible = (table >= 0) & (of.capacity > 0)[:, None] & (of.wants > 0)
    mentor, mentee = np.nonzero(possible)
    residual = Residual.of(of, solution, (mentor, mentee, table[mentor, mentee].astype(np.int64)))
    residual.settle()
    assert not residual.excess().any()
    return residual


def as_graph(residual: Residual) -> nx.DiGraph:
    """All changes as arcs, the cheapest of those between two nodes, none for less than nothing."""
    graph = nx.DiGraph()
    network = residual.network
    tail, head = network.ends
    slack = residual.potential[tail] - residual.potential[head] - residual.gain
    for arc, (one, two, levels) in enumerate(zip(tail.tolist(), head.tolist(), slack.tolist(), strict=True)):
        length, flow = as_length(levels), int(residual.flow[arc])
        for there, start, end, cost in (
            (flow < network.capacity[arc], one, two, length),
            (flow > 0, two, one, -length),
        ):
            if there:
                assert cost >= 0
                graph.add_edge(
                    start, end, weight=min(cost, graph.get_edge_data(start, end, {"weight": cost})["weight"])
                )
    return graph


def in_words(of: Problem, words: tuple[Word, ...], solution: Solution) -> int:
    """What a solution reaches, as one length over these words; the first draw of the lottery."""
    reached = dict(zip(of.sums, of.value(solution.mentor, solution.mentee, solution.points), strict=True))
    return as_length([sum(m * reached[level] for level, m in word.levels) for word in words])


class TestRewording:
    def test_prices_keep_their_levels(self) -> None:
        """A price in old words is the same sum of levels in new ones, merged or apart, with levels that are new."""
        old = (Word((("participation", 1_000), ("points", 1))), Word((("lottery", 1),)))
        new = (Word((("participation", 70_000), ("changes", 20_000), ("points", 1))), Word((("lottery", 1),)))
        apart = (Word((("participation", 1),)), Word((("points", 1),)), Word((("lottery", 1),)))
        prices = np.array([[2_000 - 17, 5], [-1_000 + 499, -8], [33, 0]])
        assert reworded(prices, old, new).tolist() == [[140_000 - 17, 5], [-70_000 + 499, -8], [33, 0]]
        assert reworded(prices, old, apart).tolist() == [[2, -17, 5], [-1, 499, -8], [0, 33, 0]]
        assert reworded(reworded(prices, old, apart), apart, old).tolist() == prices.tolist()

    def test_further_draws_are_dropped(self) -> None:
        """A draw of the lottery that was needed before is not needed at the start."""
        old = (Word((("points", 1),)), Word((("lottery", 1),)), Word((("lottery", 1),), 1))
        assert reworded(np.array([[1, 2, 3]]), old, old[:2]).tolist() == [[1, 2]]

    def test_what_does_not_fit_is_no_price(self) -> None:
        """Prices that could overflow are not used at all."""
        one, two = (Word((("points", m),)) for m in (1, 2**40))
        assert reworded(np.array([[2**60]]), [one], [one]) is None
        assert reworded(np.array([[2**30]]), [one], [two]) is None


def random_choices(rng: random.Random, scores: mm.ScoreMatrix, earlier: mm.Matching, choices: mm.Choices) -> mm.Choices:
    """What one more thing that somebody says makes of the choices."""
    pair = rng.choice(earlier.pairs) if earlier.pairs else None
    mentor, mentee = rng.choice(scores.mentors), rng.choice(scores.mentees)
    kind = rng.choice(["decline", "accept", "expire", "ban", "leave", "pause", "list", "wish", "avoid", "priority"])
    if pair and kind == "decline":
        return choices.record(earlier, declined=[pair])
    if pair and kind == "accept" and pair.status == "proposed":
        return choices.record(earlier, accepted=[pair])
    if pair and kind == "expire" and pair.status == "proposed":
        return choices.record(earlier, expired=[pair])
    if kind == "ban" and (mentor, mentee) not in {one.people for one in (*choices.accepted, *choices.bans)}:
        return choices.with_(bans=[*choices.bans, (mentor, mentee)])
    if kind == "leave":
        return choices.with_(left=[*choices.left, mentee])
    if kind == "pause":
        return choices.with_(paused=[mentor])
    if kind == "list":
        return choices.with_(shortlists={mentee: rng.sample(scores.mentors, 2)})
    if kind == "wish":
        return choices.with_(wishes={mentor: rng.sample(scores.mentees, 2)})
    if kind == "avoid":
        return choices.with_(avoid=[(mentor, mentee)])
    return choices.with_(priority={mentee: rng.randint(0, 2)})


class TestMatchings:
    @pytest.mark.parametrize("aim", [{}, {"balance": "even"}, {"fairness": "lift_worst"}, {"stable": True}])
    def test_whatever_people_say(self, aim: dict[str, Any]) -> None:
        """Round after round of answers, lists, leavers and seats: with a start the matching is the one without."""
        rng = random.Random(str(aim))
        for seed in range(3):
            points = np.random.default_rng(seed).integers(0, 40, (9, 8))
            points[np.random.default_rng(-seed % 7).random(points.shape) < 0.2] = -1
            ids = [f"m{k}" for k in range(9)], [f"e{k}" for k in range(8)]
            scores = mm.ScoreMatrix.from_array(points, *ids, allowed=points >= 0)
            asked: dict[str, Any] = {
                "capacity": [rng.choice([0, 1, 1, 2]) for _ in range(9)],
                "wants": [rng.choice([1, 1, 1, 2]) for _ in range(8)],
                "aim": mm.Aim(**aim),
            }
            choices = mm.Choices()
            earlier = mm.solve(scores, **asked)
            for turn in range(6):
                choices = random_choices(rng, scores, earlier, choices)
                asked["capacity"][rng.randrange(9)] = rng.choice([1, 2, 3])
                try:
                    fresh = mm.solve(scores, **asked, choices=choices)
                except mm.MentormatchError as error:
                    with pytest.raises(type(error)):
                        mm.solve(scores, **asked, choices=choices, start=earlier)
                    break
                again = mm.solve(scores, **asked, choices=choices, start=earlier)
                assert again == fresh
                assert again.verify()
                if turn == 3:
                    waved = mm.solve(scores, **asked, choices=choices, previous=earlier)
                    assert waved == mm.solve(scores, **asked, choices=choices, previous=earlier, start=again)
                earlier = mm.Matching.from_json(again.to_json()) if turn % 2 else again

    def test_other_people(self) -> None:
        """Who joins, leaves the table or stands elsewhere in it: prices are found again by id."""
        rng = np.random.default_rng(0)
        for _ in range(10):
            points = rng.integers(0, 30, (12, 10))
            ids = [f"m{k}" for k in range(12)], [f"e{k}" for k in range(10)]
            earlier: mm.Matching | None = None
            for _ in range(4):
                rows, columns = rng.permutation(12)[: rng.integers(9, 13)], rng.permutation(10)[: rng.integers(8, 11)]
                scores = mm.ScoreMatrix.from_array(
                    points[np.ix_(rows, columns)], [ids[0][k] for k in rows], [ids[1][k] for k in columns]
                )
                fresh = mm.solve(scores, capacity=1)
                again = mm.solve(scores, capacity=1, start=earlier)
                assert again == fresh
                assert again.verify()
                earlier = again

    def test_a_proof_that_fits_nobody(self) -> None:
        """Prices of other lengths, and pairs of people who are not there, are passed over."""
        scores = mm.ScoreMatrix.from_array(np.arange(12).reshape(4, 3))
        fresh = mm.solve(scores)
        nobody = np.zeros((0, 2), dtype=np.int64)
        for proof in (
            replace(fresh.proof, mentor_prices=nobody, mentee_prices=nobody),
            replace(fresh.proof, mentor_prices=fresh.proof.mentor_prices[:, 0]),
            replace(fresh.proof, mentee_prices=fresh.proof.mentee_prices[:, :1]),
            replace(fresh.proof, list_prices=nobody),
        ):
            assert mm.solve(scores, start=replace(fresh, proof=proof)) == fresh
            fewer = mm.ScoreMatrix.from_array(np.arange(9).reshape(3, 3))
            assert mm.solve(fewer, start=replace(fresh, proof=proof)) == mm.solve(fewer)
        strangers = replace(fresh, pairs=(mm.Pair("x", "y", 3), *fresh.pairs))
        assert mm.solve(scores, start=strangers) == fresh


TOWNS = ["Bonn", "Kiel", "Ulm"]
PROGRAM = mm.Program(
    name="Kept",
    questionnaire=mm.Questionnaire([q.Choice("town", options=TOWNS), q.Scale("style", 1, 5)]),
    rules=[r.Same("town", weight=2), r.Close("style")],
)


def people(seed: int = 0) -> mm.Cohort:
    rng = random.Random(seed)

    def answers() -> dict[str, Any]:
        return {"town": rng.choice([*TOWNS, None]), "style": rng.choice([1, 2, 3, 4, 5, None])}

    return mm.Cohort.from_records(
        PROGRAM.questionnaire,
        mentors=[{"id": f"m{k}", **answers()} for k in range(9)],
        mentees=[{"id": f"e{k}", **answers()} for k in range(8)],
    )


class TestKeptPoints:
    def test_points_are_kept_while_nothing_that_counts_differs(self) -> None:
        """The same cohort, or one that differs in seats alone, scored with equal rules reads the same array."""
        cohort = people()
        first = PROGRAM.score(cohort)
        whole = first.source().rows(0, 9)
        roomier = cohort.with_capacity({"m3": 4})
        equal = mm.Program.from_json(PROGRAM.to_json())
        for scores in (
            PROGRAM.score(cohort),
            equal.score(cohort),
            PROGRAM.score(roomier),
            PROGRAM.score(cohort, first.norms),
        ):
            assert scores.source().rows(0, 9) is whole or scores.source().rows(0, 9).base is whole.base
        assert PROGRAM.score(roomier).cohort is roomier

    def test_points_are_computed_anew_where_anything_differs(self) -> None:
        """Other weights, conditions, ways with blanks, norms, answers or eligibility give what a fresh cohort gives."""
        cohort = people()
        PROGRAM.score(cohort).to_numpy()
        eligible = r.Eligible("mentor", "style", at_least=3)
        for program, norms in (
            (PROGRAM.with_weights(style=3), None),
            (PROGRAM.with_(rules=[r.Same("town", weight=2), r.Close("style", missing="zero")]), None),
            (PROGRAM.with_(conditions=[r.Differs("town")]), None),
            (PROGRAM.with_(eligibility=[eligible]), None),
            (PROGRAM, {"style": 0.9}),
            (PROGRAM, None),
        ):
            kept, fresh = program.score(cohort, norms), program.score(people(), norms)
            assert kept.to_numpy().tolist() == fresh.to_numpy().tolist()
            assert kept.norms == fresh.norms
            assert kept.ineligible("mentor") == fresh.ineligible("mentor")
        joined = cohort.add(mentors=[{"id": "new", "town": "Ulm", "style": 3}])
        assert PROGRAM.score(joined).to_numpy().tolist() == PROGRAM.score(replace(joined)).to_numpy().tolist()

    def test_a_function_that_sees_seats_is_asked_again(self) -> None:
        """Points that may depend on seats are not kept from a cohort with other seats."""
        by_seats = r.custom("seats", uses=["town"], vectorised=True)(
            lambda mentors, mentees: np.broadcast_to((mentors.capacity > 1)[:, None], (len(mentors), len(mentees)))
        )
        program = PROGRAM.with_(rules=[by_seats])
        cohort = people()
        assert not program.score(cohort).to_numpy().any()
        assert program.score(cohort.with_capacity({"m3": 4})).to_numpy()[3].all()

    def test_points_of_pairs(self) -> None:
        """Points of single pairs are those of the matrix, kept or not, for rules and for own scores."""
        ruled = PROGRAM.score(people())
        own = mm.ScoreMatrix.from_array(np.arange(72).reshape(9, 8), ruled.mentors, ruled.mentees)
        pairs = [("m3", "e1"), ("m0", "e7"), ("m3", "e1")]
        for scores in (ruled, own):
            wanted = [scores.points(*pair) for pair in pairs]
            assert scores.points_of(pairs).tolist() == wanted
            scores.source(np.arange(9)[::-1], np.arange(8)[::-1]).rows(0, 9)
            assert scores.points_of(pairs).tolist() == wanted
            assert scores.points_of([]).tolist() == []

    def test_a_program_matches_from_an_earlier_matching(self) -> None:
        """Declines, seats and earlier waves through the program: a start changes nothing."""
        cohort = people()
        first = PROGRAM.match(cohort)
        pair = first.pairs[2]
        declined = mm.Choices(declines=[pair])
        roomier = cohort.with_capacity({pair.mentor: 2})
        assert PROGRAM.match(cohort, declined, start=first) == PROGRAM.match(people(), declined)
        assert PROGRAM.match(roomier, start=first) == PROGRAM.match(people().with_capacity({pair.mentor: 2}))
        assert PROGRAM.match(roomier, previous=first) == PROGRAM.match(
            people().with_capacity({pair.mentor: 2}), previous=first
        )
