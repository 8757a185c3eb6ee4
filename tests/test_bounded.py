"""A matching whose search was stopped says how good it is, proves it, and never passes for the best (convention 8)."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import FrameType
from typing import Any

import numpy as np
import pytest
from problems import meets_minimum_loads, pairs_of, problem, random_problem

import mentormatch as mm
from mentormatch import synthetic
from mentormatch.problem import Gap, LevelName, Lift, Problem, Solution, Special, Stopped, upper_levels
from mentormatch.proof import Flaw, check, check_bounded, check_lifted
from mentormatch.scores import ScoreMatrix
from mentormatch.solvers.lifted import solve_lifted
from mentormatch.solvers.run import Progress, Run
from mentormatch.solvers.staged import solve
from mentormatch.solvers.sweep import Settings

FEW = Settings(candidates=1, additions=1, strip_pairs=4)
"""So few candidates that it takes several rounds even where there are a handful of people."""
PEOPLE = synthetic.cohort(60, ratio=0.8, seed=3)
PROGRAM = synthetic.program()
CHOICES = synthetic.choices(PEOPLE, seed=1)


def stopped_problems(count: int, seed: int = 0) -> Iterator[tuple[Problem, Solution, Solution]]:
    """Small problems whose demands can be met, the best solution, and one after fewer rounds than that took."""
    rng = np.random.default_rng(seed)
    while count > 0:
        of = random_problem(rng)
        full = solve(of, FEW)
        for limit in range(1, full.rounds):
            found = solve(of, replace(FEW, run=Run(limit=limit)))
            if found.stopped is not None:
                count -= 1
                yield of, full, found


def said(found: Solution) -> Stopped:
    """What is said of a solution that was stopped."""
    assert found.stopped is not None
    return found.stopped


def is_true(of: Problem, full: Solution, gaps: tuple[Gap, ...]) -> bool:
    """Whether the best solution is within every gap, as long as it is as good as the other on the levels before."""
    best = dict(zip(of.sums, of.value(full.mentor, full.mentee, full.points), strict=True))
    for gap in gaps:
        if gap.level == "lottery":
            return True  # which draw decided is not the same for all
        if not gap.value <= best[gap.level] <= gap.bound:
            return False
        if best[gap.level] > gap.value:
            return True
    return True


def flaws(of: Problem, found: Solution) -> set[str]:
    return {flaw.code for flaw in check_bounded(of, found, 8)}


def test_what_is_said_of_the_best_so_far_is_true_and_checks() -> None:
    """For every number of rounds, against the best solution: proven levels are the best, and bounds hold."""
    seen: set[tuple[LevelName, bool]] = set()
    for of, full, found in stopped_problems(60):
        assert check_bounded(of, found, 8) == ()
        assert is_true(of, full, said(found).gaps)
        assert said(found).by == "round_limit"
        for gap in said(found).gaps:
            seen.add((gap.level, gap.value == gap.bound))
    assert {("participation", True), ("participation", False), ("points", True), ("points", False)} <= seen
    assert {level for level, proven in seen if not proven} > {"participation", "points", "balance"}


def test_a_search_that_ends_in_time_is_not_touched_by_a_limit() -> None:
    """As many rounds as it takes give the one best solution, with its whole proof."""
    rng = np.random.default_rng(5)
    for _ in range(25):
        of = random_problem(rng)
        full = solve(of, FEW)
        found = solve(of, replace(FEW, run=Run(limit=full.rounds)))
        assert found.stopped is None
        assert pairs_of(found) == pairs_of(full)
        assert np.array_equal(found.mentor_prices, full.mentor_prices)


def with_lift(of: Problem) -> Problem | None:
    """The problem with a lift of the lowest score, where it may have one."""
    at = of.levels.index("points")
    if "participation" not in of.levels[:at]:
        return None
    return replace(of, levels=(*of.levels[:at], "lift_worst", *of.levels[at:]))


def solved(of: Problem, settings: Settings) -> tuple[Solution, Lift | None]:
    return solve_lifted(of, settings) if "lift_worst" in of.levels else (solve(of, settings), None)


def checked(of: Problem, found: Solution, lift: Lift | None) -> tuple[Flaw, ...]:
    if lift is not None:
        return check_lifted(of, found, lift, 8)
    return check(of, found, 8) if found.stopped is None else check_bounded(of, found, 8)


def test_an_interrupt_anywhere_gives_the_best_so_far_or_is_raised() -> None:
    """In every phase, in a lift as well; before the first flow there is nothing to give."""
    rng = np.random.default_rng(11)
    outcomes = set()
    for _ in range(8):
        plain = random_problem(rng)
        if not meets_demands(plain):
            continue
        for of in (plain, with_lift(plain)):
            if of is None:
                continue
            told: list[Progress] = []
            full, _ = solved(of, replace(FEW, run=Run(told.append)))
            for number in range(1, len(told) + 1, 1 + len(told) // 12):
                count = iter(range(number, 0, -1))

                def interrupt(_: Progress, count: Iterator[int] = count) -> None:
                    if next(count, 0) == 1:
                        raise KeyboardInterrupt

                try:
                    found, lift = solved(of, replace(FEW, run=Run(interrupt)))
                except KeyboardInterrupt:
                    assert not any(now.phase == "pricing" for now in told[:number])
                    outcomes.add("raised")
                    continue
                assert said(found).by == "interrupt"
                assert checked(of, found, lift) == ()
                assert is_true(of, full, said(found).gaps)
                outcomes.add("lifted" if lift else "plain")
    assert outcomes == {"raised", "lifted", "plain"}


def interrupted_at(number: int, call: Callable[[], Solution]) -> tuple[Solution | None, bool]:
    """What a call gives that is interrupted before so many lines of the library, and whether it was interrupted.

    None where the interrupt is raised.
    """
    left = iter(range(number))
    hit = False

    def line(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal hit
        ours = event == "line" and frame.f_globals.get("__name__", "").startswith("mentormatch.")
        if ours and not hit and next(left, None) is None:
            hit = True
            raise KeyboardInterrupt
        return line

    before = sys.gettrace()
    sys.settrace(line)
    try:
        return call(), hit
    except KeyboardInterrupt:
        return None, hit
    finally:
        sys.settrace(before)


@pytest.mark.parametrize("seed", [1, 4])
def test_an_interrupt_at_any_line_leaves_nothing_half_done(seed: int) -> None:
    """Between any two lines of the solver: the best so far with a bound that checks, or the interrupt itself."""
    of = several_rounds(seed)
    number, outcomes = 1, set()
    while True:
        found, hit = interrupted_at(number, lambda: solve(of, replace(FEW, run=Run(limit=1_000))))
        if not hit:
            break
        if found is not None:
            assert said(found).by == "interrupt"
            assert check_bounded(of, found, 8) == ()
        outcomes.add(found is None)
        number += 1 + number // 30
    assert outcomes == {True, False}
    assert found is not None
    assert found.stopped is None


def several_rounds(seed: int) -> Problem:
    """A problem whose demands can be met, that takes more than a few rounds."""
    rng = np.random.default_rng(seed)
    while True:
        of = random_problem(rng)
        if solve(of, FEW).rounds > 3 and "listed" in of.levels and meets_demands(of):
            return of


def test_whoever_did_not_ask_for_less_never_gets_it() -> None:
    """Where nobody watches and no limit is set, as in a solve within something else, the interrupt is raised."""
    of = several_rounds(0)
    for number in range(1, 20_000, 97):
        found, hit = interrupted_at(number, lambda: solve(of, FEW))
        if not hit:
            break
        assert found is None
    assert not hit
    assert found is not None
    lifted = with_lift(of)
    assert lifted is not None
    for number in range(1, 200_000, 2_999):
        found, hit = interrupted_at(number, lambda: solve_lifted(lifted, FEW)[0])
        if not hit:
            break
        assert found is None
    assert not hit


def meets_demands(of: Problem) -> bool:
    """Whether the best solution meets minimum loads, and serves everybody where that is demanded."""
    full = solve(of)
    got = np.bincount(full.mentee, minlength=of.shape[1]) + of.served
    alone = "everyone" in of.levels and bool(((got == 0) & (of.wants > 0)).any())
    return meets_minimum_loads(of, full) and not alone


def test_a_limit_stops_a_lift_as_well() -> None:
    """Without a floor nothing is said of the levels from the lift on; with one the proof of it comes along."""
    rng = np.random.default_rng(2)
    lifted = set()
    for _ in range(12):
        of = with_lift(random_problem(rng))
        if of is None or not meets_demands(replace(of, levels=of.sums)):
            continue
        for limit in range(1, 40, 3):
            found, lift = solved(of, replace(FEW, run=Run(limit=limit)))
            assert checked(of, found, lift) == ()
            if found.stopped is None:
                break
            lifted.add(lift is not None)
            if lift is None:
                levels = [gap.level for gap in said(found).gaps]
                assert levels == [*upper_levels(of.levels)[:-1]][: len(levels)]
                claim = replace(said(found), gaps=(*said(found).gaps, Gap("points", 0, 0)))
                assert flaws(of, replace(found, stopped=claim)) == {"bound"}
    assert lifted == {True, False}


def test_demands_come_before_any_limit() -> None:
    """Minimum loads are met and everybody served in whatever is given back, or the rounds go on."""
    rng = np.random.default_rng(3)
    bounded = 0
    for _ in range(60):
        of = random_problem(rng)
        found = solve(of, replace(FEW, run=Run(limit=1)))
        if found.stopped is None:
            continue
        bounded += 1
        assert meets_minimum_loads(of, found)
        assert "left_out" not in flaws(of, found)
    assert bounded > 10


def test_a_flow_that_gives_up_a_demand_leaves_the_one_before_with_its_own_prices() -> None:
    """An accepted pair comes before everybody's mentor; with new candidates it may cost somebody theirs."""
    points = [
        [7, 2, -1, -1, -1],
        [6, 3, 6, 6, 5],
        [5, -1, -1, -1, -1],
        [-1, 5, 4, -1, 2],
        [3, 5, -1, 1, 4],
        [-1, -1, 7, -1, 5],
    ]
    of = replace(
        problem(
            points,
            capacity=[0, 2, 0, 2, 1, 1],
            minimum_load=[0, 2, 0, 1, 0, 0],
            wants=[1, 1, 2, 2, 1],
            levels=("minimum_load", "accepted", "everyone", "participation", "points", "lottery"),
            minimum_score=2,
        ),
        special=Special(
            np.array([1, 4]), np.array([1, 4]), np.array([-1, -1]), np.array([False, False]),
            {"accepted": np.array([1, 1])},
        ),
    )  # fmt: skip
    assert not meets_demands(of)
    bounded = 0
    for limit in range(1, solve(of, FEW).rounds):
        found = solve(of, replace(FEW, run=Run(limit=limit)))
        if found.stopped is not None:
            bounded += 1
            assert check_bounded(of, found, 8) == ()
            assert said(found).gaps[1] == Gap("accepted", 1, 2)
    assert bounded


def sabotages(of: Problem, found: Solution, rng: np.random.Generator) -> Iterator[Solution]:
    """The solution with something changed that its proof does not bear."""
    stopped = said(found)
    *before, last = stopped.gaps
    for gap in (
        replace(last, bound=last.bound - 1),
        replace(last, bound=last.bound + 1),
        replace(last, bound=last.value),
        replace(last, value=last.value + 1),
    ):
        if gap != last:
            yield replace(found, stopped=replace(stopped, gaps=(*before, gap)))
    if before:
        yield replace(found, stopped=replace(stopped, gaps=tuple(before)))
        yield replace(found, stopped=replace(stopped, gaps=(last, *before)))
    yield replace(found, stopped=replace(stopped, gaps=(*stopped.gaps, Gap("lottery", 0, 0))))
    yield replace(found, words=(), mentor_prices=found.mentor_prices[:, :0], mentee_prices=found.mentee_prices[:, :0])
    yield replace(found, mentor_prices=found.mentor_prices[:, :0])
    if len(found.mentor):
        kept = np.arange(len(found.mentor)) != rng.integers(len(found.mentor))
        yield replace(found, mentor=found.mentor[kept], mentee=found.mentee[kept], points=found.points[kept])
        yield replace(found, points=found.points + 1)
        twice = np.concatenate((np.arange(len(kept)), [0]))
        yield replace(found, mentor=found.mentor[twice], mentee=found.mentee[twice], points=found.points[twice])


def test_a_sabotaged_bound_is_refused() -> None:
    """Another bound, value, level, pair or point, or prices of other words."""
    rng = np.random.default_rng(0)
    codes: set[str] = set()
    for of, _, found in stopped_problems(25, seed=1):
        for wrong in sabotages(of, found, rng):
            refused = flaws(of, wrong)
            assert refused, said(wrong)
            codes |= refused
    assert codes >= {"bound", "words", "prices", "wrong_points", "pair_twice"}


def test_whatever_prices_are_accepted_prove_what_is_said() -> None:
    """Prices changed at random are refused, or they prove the same; with the bound they prove they are accepted."""
    rng = np.random.default_rng(1)
    accepted = refused = 0
    for of, full, found in stopped_problems(40, seed=2):
        for side in ("mentor_prices", "mentee_prices", "list_prices"):
            prices = getattr(found, side).copy()
            if not prices.size:
                continue
            prices.flat[rng.integers(prices.size)] += int(rng.choice([-1_000, -1, 1, 1_000]))
            wrong = replace(found, **{side: prices})
            if flaws(of, wrong):
                refused += 1
            else:
                accepted += 1
                assert is_true(of, full, said(wrong).gaps)
    assert refused > 30
    assert accepted


def test_the_public_calls_say_it_in_words() -> None:
    """Kind, text, page and verdict; the pairs are allowed, and nobody is told that they are the best."""
    matching = PROGRAM.match(PEOPLE, CHOICES, round_limit=1)
    assert repr(matching).endswith("points, bounded)")
    assert matching.proof.kind == "bounded"
    text = (
        "bounded: the limit of 1 round was reached; nothing is better in participation, somebody from the list, "
        "ranks on lists, wishes and points; the aims after that were not reached"
    )
    assert str(matching.proof) == text
    assert repr(matching.proof) == "Proof('bounded', words=1)"
    assert text in " ".join(str(matching).split())
    verdict = matching.verify()
    assert verdict
    assert " ".join(str(verdict).split()) == f"verified: every pair is allowed; {text}"


def far_apart() -> ScoreMatrix:
    """Everybody likes the same few, so the first candidates leave many without a partner."""
    rank = np.arange(100)
    return ScoreMatrix.from_array(100 * rank[:, None] + 100 * rank[None, :] + (rank[:, None] * rank[None, :]) % 7)


def test_a_gap_is_named_and_holds() -> None:
    """Not all who could be matched are after one round; the text says how many more at most, and no more."""
    scores = far_apart()
    best = mm.solve(scores)
    found = mm.solve(scores, round_limit=1)
    assert len(found.pairs) < len(best.pairs) == 100
    assert str(found.proof) == (
        "bounded: the limit of 1 round was reached; at most 53 more in participation; the aims after that were not "
        "reached"
    )
    assert found.verify()
    assert mm.solve(scores, round_limit=100) == best
    for limit in range(2, 8):
        found = mm.solve(scores, round_limit=limit)
        stopped = found.proof.stopped
        if stopped is None:
            break
        assert stopped.rounds == limit
        last = stopped.gaps[-1]
        if last.level == "points":
            assert found.points <= best.points <= last.bound


def test_who_is_without_a_partner_is_not_told_that_all_are_taken() -> None:
    """While participation is not proven, nobody knows whether somebody has a seat left."""
    found = mm.solve(far_apart(), round_limit=1)
    mentee, mentor = (next(one for one in found.unmatched if one.side == side) for side in ("mentee", "mentor"))
    assert (mentee.code, mentee.reason) == (
        "search_stopped",
        "a possible mentor may have a seat left; the search was stopped",
    )
    assert (mentor.code, mentor.reason) == (
        "search_stopped",
        "a possible mentee may have room for one more mentor; the search was stopped",
    )
    pair = found.pairs[0]
    other = next(one.person for one in found.unmatched if one.side == "mentee")
    assert found.explain(pair.mentor, other).outcome.startswith(
        "allowed, but the best matching found has other pairs: "
    )
    proven = PROGRAM.match(PEOPLE, round_limit=1)
    assert {one.code for one in proven.unmatched} <= {"partners_full", "partners_served"}


def test_an_interrupt_from_the_keyboard_gives_the_best_so_far() -> None:
    """As Ctrl-C raises it; before the first flow there is nothing to give, and a second one wants no bound either."""

    def pressed(phase: str, times: int = 1) -> Callable[[Progress], None]:
        left = iter(range(times))

        def listen(now: Progress) -> None:
            if now.phase == phase and next(left, None) is not None:
                signal.raise_signal(signal.SIGINT)

        return listen

    # Who was started in the background has been told to ignore it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        found = PROGRAM.match(PEOPLE, CHOICES, progress=pressed("pricing"))
        for phase, times in (("scoring", 1), ("candidates", 1), ("pricing", 2)):
            with pytest.raises(KeyboardInterrupt):
                PROGRAM.match(PEOPLE, CHOICES, progress=pressed(phase, times))
    finally:
        signal.signal(signal.SIGINT, before)
    assert str(found.proof).startswith("bounded: interrupted after 1 round; ")
    assert found.verify()


def test_more_rounds_never_prove_less() -> None:
    """The bound that was tightest so far is the one that is given back, whatever the last prices are."""
    people = synthetic.cohort(300, ratio=0.8, seed=7)
    before: dict[tuple[str, ...], tuple[int, ...]] = {}
    for limit in range(1, 12):
        found = PROGRAM.match(people, round_limit=limit)
        assert found.verify()
        stopped = found.proof.stopped
        if stopped is None:
            break
        levels, bounds = tuple(gap.level for gap in stopped.gaps), tuple(gap.bound for gap in stopped.gaps)
        assert bounds <= before.get(levels, bounds)
        before[levels] = bounds
    assert before


def test_a_bounded_matching_comes_back_from_json_and_is_gone_on_from() -> None:
    """With its gaps and prices; as a start it leads to the best matching."""
    best = PROGRAM.match(PEOPLE, CHOICES)
    for aim in (mm.Aim(), mm.Aim(fairness="lift_worst"), mm.Aim(balance="even")):
        program = PROGRAM.with_(aim=aim)
        for limit in (1, 3, 12):
            found = program.match(PEOPLE, CHOICES, round_limit=limit)
            again = mm.Matching.from_json(found.to_json())
            assert again == found
            assert again.proof.stopped == found.proof.stopped
            assert again.verify(found.scores)
            assert program.match(PEOPLE, CHOICES, start=again) == program.match(PEOPLE, CHOICES)
    assert PROGRAM.match(PEOPLE, CHOICES, start=PROGRAM.match(PEOPLE, CHOICES, round_limit=2)) == best


def test_statuses_do_not_blur_in_json() -> None:
    """What stopped the search and the kind belong together, and another kind than the true one is refused."""
    found = mm.solve(far_apart(), round_limit=1)
    saved = json.loads(found.to_json())
    for change in ({"kind": "optimal"}, {"kind": "claimed"}, {"stopped": None}):
        wrong = {**saved, "proof": {**saved["proof"], **change}}
        with pytest.raises(mm.ProgramError) as refused:
            mm.Matching.from_json(json.dumps(wrong))
        assert str(refused.value) == "proof.stopped: expected what stopped the search where the proof is bounded"
    for kind in ("optimal", "claimed"):
        proof = replace(found.proof, kind=kind)  # type: ignore[arg-type]
        assert str(replace(found, proof=proof).verify().findings[0]) == (
            "the proof is not of the kind that it is said to be"
        )
    whole = replace(found, proof=replace(found.proof, kind="optimal", stopped=None)).verify()
    assert {finding.code for finding in whole.findings} == {"words"}
    gaps = (Gap("minimum_load", 0, 0), Gap("participation", 40, 41))
    small = replace(found.proof, stopped=Stopped("round_limit", 1, gaps))
    assert [str(finding) for finding in replace(found, proof=small).verify().findings] == [
        "the prices do not prove the bound, or what the pairs reach is not what the proof says"
    ]


def test_what_a_change_costs_is_not_said_of_a_matching_that_was_stopped() -> None:
    """Costs are differences to the best; against anything else they would be wrong without a word (convention 8)."""
    found = PROGRAM.match(PEOPLE, CHOICES, round_limit=1)
    mentor, mentee = found.pairs[0].mentor, found.pairs[-1].mentee
    asks: tuple[Callable[[], object], ...] = (
        lambda: found.why_not(mentor, mentee),
        lambda: found.why_unmatched(found.unmatched[0].person, found.unmatched[0].side),
        found.seat_values,
        lambda: found.ask_for_seats(2),
        lambda: found.popular_mentors(decided=True),
    )
    for ask in asks:
        with pytest.raises(mm.ProgramError) as refused:
            ask()
        assert str(refused.value) == (
            "matching: what a change costs is known of the best matching alone, and the search for it was stopped; "
            "match again without a limit, from this one (start=)"
        )
    popular = found.popular_mentors()
    assert found.popular_mentors(popular[0].mentor)


def test_a_claim_is_checked_whatever_the_aim_is() -> None:
    """What stopped the search cannot be slipped into a stable matching, nor past the check beside a lift."""
    claim = Stopped("interrupt", 1, (Gap("participation", 1, 1),))
    stable = PROGRAM.with_(aim=mm.Aim(stable=True)).match(PEOPLE)
    wrongs = [replace(stable.proof, stopped=claim), replace(stable.proof, kind="bounded", stopped=claim)]
    refused = [replace(stable, proof=proof).verify() for proof in wrongs]
    lifted = PROGRAM.with_(aim=mm.Aim(fairness="lift_worst")).match(PEOPLE)
    best = PROGRAM.match(PEOPLE)
    for matching, lift in ((lifted, lifted.proof.lift), (best, lifted.proof.lift), (best, None)):
        proof = replace(matching.proof, kind="bounded", stopped=claim, lift=lift)
        refused.append(replace(matching, proof=proof).verify())
    assert [[finding.code for finding in verdict.findings] for verdict in refused] == [
        ["kind"],
        ["kind"],
        ["bound"],
        ["bound"],
        ["bound"],
    ]


def test_demands_that_cannot_be_met_are_errors_whatever_the_limit() -> None:
    """The rounds go on until that is proven."""
    allowed = np.ones((30, 30), dtype=bool)
    allowed[:, 0] = False
    scores = ScoreMatrix.from_array(np.arange(900).reshape(30, 30), allowed=allowed)
    with pytest.raises(mm.InfeasibleError):
        mm.solve(scores, aim=mm.Aim(everyone_matched=True), round_limit=1)
    with pytest.raises(mm.InfeasibleError):
        mm.solve(scores, minimum_load=2, capacity=2, round_limit=1)


def test_hands_do_not_change_what_a_limit_gives() -> None:
    """The same strips in the same waves, whoever looks at them."""
    with ThreadPoolExecutor(2) as threads:
        for limit in (1, 2, 3):
            found = mm.solve(far_apart(), round_limit=limit, executor=threads)
            assert found.to_json() == mm.solve(far_apart(), round_limit=limit).to_json()


def test_a_stable_matching_has_no_rounds() -> None:
    """It is claimed, as without a limit."""
    program = PROGRAM.with_(aim=mm.Aim(stable=True))
    assert program.match(PEOPLE, round_limit=1).proof.kind == "claimed"


def test_a_limit_is_a_whole_number_from_1() -> None:
    """No round at all gives no matching."""
    wrongs: tuple[Any, ...] = (0, -1, 1.0, "3", True)
    for wrong in wrongs:
        with pytest.raises(mm.ProgramError) as refused:
            mm.solve(far_apart(), round_limit=wrong)
        assert str(refused.value) == "round_limit: expected a whole number from 1"
