"""Whoever looks at the pairs (threads, processes, a cluster, or workers that die), the matching is the same."""

from __future__ import annotations

import multiprocessing
import os
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import mentormatch as mm
from mentormatch import rules as r
from mentormatch import synthetic
from mentormatch.demand import demand_of
from mentormatch.formats.pairs import Solved, solve_pairs
from mentormatch.formats.posing import pose
from mentormatch.scores import ScoreMatrix
from mentormatch.solvers import hands as hands_module
from mentormatch.solvers.hands import Hands
from mentormatch.solvers.sweep import Settings

Answers = dict[str, Any]

PEOPLE = synthetic.cohort(60, ratio=0.8, seed=3)
STRIPS = Settings(strip_pairs=500)
"""So many pairs in a strip that a pass over everybody has six."""


def experience(mentor: Answers, mentee: Answers) -> float | None:
    """A rule that other processes import from this module."""
    if mentor["experience"] is None or mentee["experience"] is None:
        return None
    return 1.0 if mentor["experience"] > mentee["experience"] else 0.25


def elsewhere() -> bool:
    """Whether this is a worker's process and not the one of the tests."""
    return multiprocessing.parent_process() is not None


def lethal(mentor: Answers, mentee: Answers) -> float:
    """Gives 1, but ends the process of a worker that asks."""
    if elsewhere():
        os._exit(1)
    return 1.0


def demanding(mentor: Answers, mentee: Answers) -> bool:
    """Raises for some of the mentors."""
    return 1 / (mentor["experience"] or 0) > 0


class Locked:
    """A function that cannot be pickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("cannot pickle this")

    def __call__(self, mentor: Answers, mentee: Answers) -> float:
        return 1.0


class Torn:
    """A function that can be pickled, but not read again."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _tear, ()

    def __call__(self, mentor: Answers, mentee: Answers) -> float:
        return 1.0


def _tear() -> None:
    raise AttributeError("module 'mine' has no attribute 'rule'")


def ruled(function: Callable[..., Any], label: str = "own", **settings: Any) -> mm.Program:
    """The synthetic program with a rule of one's own."""
    own = r.Custom(["experience"], label=label, function=function, **settings)
    program = synthetic.program()
    return program.with_(rules=(*program.rules, own))


class Posting(Executor):
    """Works at once, on a copy of the task, as other processes would. ``fails`` says which tasks are lost.

    ``sent`` says of every task whether the problem was in it.
    """

    def __init__(self, fails: Callable[[int], bool] = lambda _: False) -> None:
        self.fails = fails
        self.sent: list[bool] = []

    def submit(self, task: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        packed = pickle.dumps(task)
        self.sent.append(task.problem.content is not None)
        future: Future[Any] = Future()
        if self.fails(len(self.sent)):
            future.set_exception(BrokenProcessPool("a process in the process pool was terminated abruptly"))
            return future
        try:
            future.set_result(pickle.loads(packed)())
        except Exception as error:
            future.set_exception(error)
        return future


def solved(scores: ScoreMatrix, executor: Executor | None, settings: Settings = STRIPS, **asked: Any) -> Solved:
    """What is found in strips of few pairs."""
    hands = None if executor is None else Hands(executor)
    return solve_pairs(pose(demand_of(scores, **asked), scores), None, replace(settings, hands=hands))


def same(one: Solved, other: Solved) -> bool:
    """Whether pairs, points and prices are the same to the last bit."""
    mine, theirs = (
        (s.mentor, s.mentee, s.points, s.proof.mentor_prices, s.proof.mentee_prices, s.proof.list_prices)
        for s in (one, other)
    )
    return one.proof.words == other.proof.words and all(map(np.array_equal, mine, theirs))


def kinds_of_scores() -> Iterator[tuple[ScoreMatrix, dict[str, Any]]]:
    """Scores of every kind, and what is asked of them."""
    choices = synthetic.choices(PEOPLE, seed=1)
    yield synthetic.program().score(PEOPLE), {"choices": choices}
    yield ruled(experience, missing="abstain").score(PEOPLE), {"aim": mm.Aim(balance="even")}
    ranked = synthetic.program().with_(weights_from="criteria")
    yield ranked.score(PEOPLE), {"choices": choices, "aim": mm.Aim(minimum_score=3_000, shortlists="only")}
    condition = r.Custom(["experience"], label="condition", function=experience_differs)
    yield synthetic.program().with_(conditions=(condition,)).score(PEOPLE), {"wants": 2}
    rng = np.random.default_rng(4)
    yield ScoreMatrix.from_array(rng.integers(0, 2**40, (48, 60))), {"capacity": 2}
    pairs = np.unique(rng.integers(0, 48 * 60, 700))
    yield ScoreMatrix.from_pairs(pairs // 60, pairs % 60, rng.integers(0, 9, len(pairs))), {}


def experience_differs(mentor: Answers, mentee: Answers) -> bool | None:
    """A condition that other processes import from this module."""
    return None if mentor["experience"] is None else mentor["experience"] != mentee["experience"]


@pytest.fixture(autouse=True)
def _forgetful() -> None:
    """No process of these tests has been told about a problem before."""
    hands_module._KNOWN.clear()


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPoolExecutor]:
    """Two processes that import what they need."""
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        yield pool


def test_threads_processes_and_copies_find_the_same_to_the_last_price(processes: ProcessPoolExecutor) -> None:
    """Neither who looks at a strip nor where decides anything (convention 2)."""
    with ThreadPoolExecutor(3) as threads:
        for scores, asked in kinds_of_scores():
            alone = solved(scores, None, **asked)
            for executor in (threads, Posting(), processes):
                assert same(solved(scores, executor, **asked), alone)


def test_a_local_cluster_of_two_processes_finds_the_same_to_the_last_price(cluster: Any) -> None:
    """`Client.get_executor()` of dask is an executor like any other."""
    with cluster.get_executor() as executor:
        for scores, asked in kinds_of_scores():
            assert same(solved(scores, executor, **asked), solved(scores, None, **asked))


def test_match_and_solve_take_an_executor(processes: ProcessPoolExecutor) -> None:
    """The public calls hand it on, and the matching is equal and verified."""
    program, choices = synthetic.program(), synthetic.choices(PEOPLE)
    expected = program.match(PEOPLE, choices)
    with ThreadPoolExecutor(2) as threads:
        for executor in (threads, processes):
            found = program.match(PEOPLE, choices, executor=executor)
            assert found == expected
            assert found.to_json() == expected.to_json()
            assert found.verify()
            assert mm.solve(ScoreMatrix.from_array([[1, 2], [2, 1]]), executor=executor).points == 4


def test_a_problem_is_sent_once_and_not_with_every_task() -> None:
    """Tasks name the problem; only who does not know it is told, and a later solve of the same says nothing new."""
    scores = synthetic.program().score(PEOPLE)
    first, second = Posting(), Posting()
    solved(scores, first)
    solved(scores, second)
    assert first.sent[:3] == [False, True, False]
    assert (sum(first.sent), len(first.sent) > 12) == (1, True)
    assert not any(second.sent)


def test_lost_workers_are_replaced_by_the_caller() -> None:
    """Whichever tasks are lost, even all but the first, nothing is missing from the result."""
    scores = ruled(experience).score(PEOPLE)
    alone = solved(scores, None)
    for fails in (lambda n: n % 2 == 0, lambda n: n % 3 == 1, lambda n: n > 1, lambda n: n > 5, lambda n: True):
        assert same(solved(scores, Posting(fails)), alone)


def test_a_process_that_dies_over_a_function_is_survived() -> None:
    """The pool is broken from then on, and the caller does what is left."""
    scores = ruled(lethal).score(PEOPLE)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        found = solved(scores, pool)
        with pytest.raises(BrokenProcessPool):
            pool.submit(elsewhere).result()
    assert same(found, solved(scores, None))


def test_a_worker_of_a_cluster_that_dies_is_survived(cluster: Any) -> None:
    """Dask says KilledWorker; the strip is done by the caller, and the cluster is asked again for the next."""
    scores = ruled(lethal).score(PEOPLE)
    with cluster.get_executor() as executor:
        found = solved(scores, executor, Settings(strip_pairs=1 << 20))
    assert same(found, solved(scores, None))


def test_what_a_function_raises_surfaces_as_without_an_executor(processes: ProcessPoolExecutor) -> None:
    """The same error with the same people, raised from what the function raised."""
    program = ruled(demanding, "own years")
    with pytest.raises(mm.ProgramError) as plain:
        program.match(PEOPLE)
    with ThreadPoolExecutor(2) as threads:
        for executor in (threads, processes):
            with pytest.raises(mm.ProgramError) as found:
                program.match(PEOPLE, executor=executor)
            assert str(found.value) == str(plain.value)
            assert isinstance(found.value.__cause__, ZeroDivisionError)
    assert str(plain.value).startswith("custom('own years'), mentor '")


def test_a_function_that_cannot_be_handed_over_is_named() -> None:
    """The way out is a module or threads; threads need nothing to be handed over."""
    program = ruled(Locked(), "locked")
    with pytest.raises(mm.ProgramError) as refused:
        program.match(PEOPLE, executor=Posting())
    assert str(refused.value) == (
        "executor, custom('locked'): cannot be handed to other processes; define the function in a module that the "
        "workers can import, or give a ThreadPoolExecutor"
    )
    with ThreadPoolExecutor(1) as threads:
        assert program.match(PEOPLE, executor=threads) == program.match(PEOPLE)


def test_functions_of_no_module_reach_workers_where_cloudpickle_is_there() -> None:
    """Dask brings cloudpickle, and scripts and notebooks define their rules where they are."""
    pytest.importorskip("cloudpickle", reason="dask brings it")
    scores = ruled(lambda mentor, mentee: 1 if mentor["experience"] == mentee["experience"] else 0.5).score(PEOPLE)
    posting = Posting()
    assert same(solved(scores, posting), solved(scores, None))
    assert len(posting.sent) > 12


def test_workers_that_cannot_read_what_they_get_are_an_error() -> None:
    """Doing everything here in silence would hide that a cluster lacks a module."""
    with pytest.raises(mm.ProgramError) as refused:
        ruled(Torn()).match(PEOPLE, executor=Posting())
    assert str(refused.value) == (
        "executor: the workers cannot read the scores (AttributeError: module 'mine' has no attribute 'rule'); they "
        "need this library, and functions of custom rules in a module that they can import"
    )


def test_an_executor_that_is_shut_down_is_an_error() -> None:
    """Nobody ever worked, so nobody was lost on the way."""
    pool = ThreadPoolExecutor(1)
    pool.shutdown()
    with pytest.raises(mm.ProgramError) as refused:
        synthetic.program().match(PEOPLE, executor=pool)
    assert str(refused.value) == (
        "executor: the executor takes no work (RuntimeError: cannot schedule new futures after shutdown)"
    )


def test_only_an_executor_is_one() -> None:
    """A number of threads is none, nor is the client of a cluster."""
    for wrong in (2, "threads", object()):
        with pytest.raises(mm.ProgramError) as refused:
            synthetic.program().match(PEOPLE, executor=wrong)  # type: ignore[arg-type]
        assert str(refused.value) == "executor: expected a value of type Executor"


def test_tasks_that_nobody_waits_for_are_taken_back() -> None:
    """An error in one strip leaves no others behind in the queue."""

    class Lazy(Executor):
        """Does two tasks and refuses the third; the others wait for ever."""

        def __init__(self) -> None:
            self.tasks: list[Future[Any]] = []

        def submit(self, task: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            future: Future[Any] = Future()
            self.tasks.append(future)
            if len(self.tasks) < 3:
                future.set_result(pickle.loads(pickle.dumps(task))())
            elif len(self.tasks) == 3:
                future.set_exception(mm.ProgramError(mm.errors.Finding("custom_raised", "the function raised")))
            return future

    scores = ruled(Original(), missing="zero").score(PEOPLE)
    executor = Lazy()
    with pytest.raises(mm.ProgramError, match="the function raised ZeroDivisionError"):
        solved(scores, executor)
    assert len(executor.tasks) > 3
    assert all(future.done() for future in executor.tasks)


class Original:
    """A function that raises, unlike its copies."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _copy, ()

    def __call__(self, mentor: Answers, mentee: Answers) -> float:
        raise ZeroDivisionError


def _copy() -> Callable[..., Any]:
    return experience
