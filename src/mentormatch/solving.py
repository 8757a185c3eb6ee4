"""The engine entered in the middle: scores and demands in, a matching out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from pickle import PicklingError
from typing import Any

import numpy as np

from mentormatch.aim import Aim
from mentormatch.choices import Choices
from mentormatch.circle_matching import match_pool
from mentormatch.demand import Demand, Mode, PerPerson, demand_of
from mentormatch.errors import Finding, ProgramError
from mentormatch.flash_matching import FlashMatching, match_flash
from mentormatch.formats import Flash, Format, Groups, Mixed, Pairs, Peers
from mentormatch.group_matching import GroupMatching, match_groups
from mentormatch.matching import Matching
from mentormatch.means import Means
from mentormatch.mixed_matching import MixedMatching, match_mixed
from mentormatch.mutual import mutual
from mentormatch.pair_matching import match_pairs
from mentormatch.peer_matching import PeerMatching
from mentormatch.problem import Ints
from mentormatch.progress import Tell, telling
from mentormatch.scores import KEPT_BYTES, ScoreMatrix
from mentormatch.solvers.deferred import stable_bytes
from mentormatch.solvers.hands import Hands
from mentormatch.solvers.run import Run
from mentormatch.solvers.sweep import Settings
from mentormatch.solvers.warm import Start
from mentormatch.threads import workers
from mentormatch.wording import counted


def solve(
    scores: ScoreMatrix,
    *,
    format: Pairs | Peers | Groups | Flash | Mixed | None = None,  # noqa: A002  # the name that the program and its JSON have for it
    capacity: PerPerson | None = None,
    wants: PerPerson | None = None,
    minimum_load: PerPerson | None = None,
    priority: PerPerson | None = None,
    choices: Choices | None = None,
    aim: Aim | None = None,
    previous: Matching | None = None,
    start: Matching | None = None,
    seed: int = 0,
    mode: Mode = "approve",
    program: str = "",
    executor: Executor | None = None,
    progress: bool | Tell | None = None,
    memory_limit: int | None = None,
    round_limit: int | None = None,
    together: ScoreMatrix | None = None,
) -> Matching:
    """The best matching of people with these scores, proven in whole numbers.

    ``capacity`` and ``minimum_load`` (of mentors), ``wants`` and ``priority`` (of mentees) are one number for all, a
    sequence in the order of the ids or a mapping by id; None is what the scores' cohort says, else 1, 0, 1 and 0. The
    aims are taken in order, each exactly within the optimum of those before: minimum loads, as many mentees as possible
    with a first mentor (by falling priority), then with a second one, points, and the lottery of ``seed``, which
    settles every tie. ``aim`` and ``choices`` say what else counts, and where. ``previous`` is an earlier matching
    whose pairs are to change as little as possible, ``start`` one of much the same people, which saves most of the work
    after a small change and never changes the result. ``mode`` says which pairs are accepted at once. ``program`` is a
    name to print. With ``format`` Peers the scores are those of one pool, counted both ways, and the answer is a
    ``PeerMatching``; ``start``, ``executor`` and ``memory_limit`` are then of no use. With ``format`` Flash it is a
    ``FlashMatching``, whose meetings have rounds. With ``format`` Groups it is a ``GroupMatching``, the best that was
    found, with a bound; ``together`` are then own scores of the mentees with one another, by default what the rules of
    the format say. Only pairs look at ``round_limit``.

    ``executor`` shares the passes over all pairs among its workers: threads, processes, or a cluster through dask's
    ``client.get_executor()``; without one, passes over more than 2**23 pairs have a thread for each processor. The
    result is the same, to the last price. Processes are handed the answers once; whoever is lost on the way is replaced
    by the caller.

    ``progress`` is called with a `Progress` in every phase and round; True shows a bar where tqdm is installed. What it
    raises is not caught. After ``round_limit`` rounds (a flow, and what it leaves to be looked at) the best matching so
    far comes back. Its proof is "bounded" and says how much better others could be; they may be those found with other
    limits. A KeyboardInterrupt between flows gives it as well, but only to those who gave ``progress`` or a limit;
    everybody else has it raised. Demands come first: where not all are met yet, the rounds go on, and the interrupt is
    raised. A matching that is to be stable has no rounds.

    ``memory_limit`` is the number of bytes that all pairs may take at a time: points that are kept, where they fit, and
    the blocks at work. What grows with people and candidates alone comes on top, and each worker of another process
    keeps as much again. Without it at most 2**30 bytes of points are kept, 2**27 of those that rules give. The result
    is the same; a limit that is too small is refused with the smallest that works.

    Raises ChoiceError for choices about unknown people, InfeasibleError where pins or minimum loads cannot be met, and
    ProgramError for numbers that cannot be meant.
    """
    for name, value, kind in (
        ("scores", scores, ScoreMatrix),
        ("start", start, Matching),
        ("previous", previous, Matching),
        ("executor", executor, Executor),
        ("together", together, ScoreMatrix),
    ):
        if not isinstance(value, kind) and (value is not None or name == "scores"):
            raise ProgramError(Finding("type", f"expected a value of type {kind.__name__}", where=name))
    form = Pairs() if format is None else format
    if not isinstance(form, Format):
        raise ProgramError(Finding("type", "expected one of mentormatch.formats, such as Pairs()", where="format"))
    if form.one_pool:
        scores = mutual(scores)
    elif scores.cohort is not None and scores.cohort.peers:
        expected = "expected format=formats.Peers() for a cohort of peers"
        raise ProgramError(Finding("peers", expected, where="format"))
    kind, match = _ANSWERS[type(form)]
    others = tuple(other for other, _ in _ANSWERS.values() if other is not Matching and other is not kind)
    for name, earlier in (("start", start), ("previous", previous)):
        if earlier is not None and (isinstance(earlier, others) or not isinstance(earlier, kind)):
            raise ProgramError(Finding("other_format", "expected a matching of the same format", where=name))
    demand = demand_of(
        scores,
        capacity=capacity,
        minimum_load=minimum_load,
        wants=wants,
        priority=priority,
        choices=choices,
        aim=aim,
        seed=seed,
        program=program,
        previous=() if previous is None else ((pair.mentor, pair.mentee) for pair in previous.pairs),
        mode=mode,
        fellows=form.fellows,
    )
    limit, pairs_at_most = _rounds(round_limit), scores.shape[0] * scores.shape[1]
    with telling(progress) as tell, workers(executor, pairs_at_most) as hired:
        settings, kept = _settings(scores, demand.aim, hired, memory_limit, optional=executor is None)
        begin = _start(demand, start or previous)
        try:
            return match(demand, scores, form, Means(settings, kept, Run(tell, limit), begin, together))
        except PicklingError:
            raise ProgramError(list(_staying(scores))) from None


_ANSWERS: dict[type[Format], tuple[type[Matching], Callable[[Demand, ScoreMatrix, Any, Means], Matching]]] = {
    Pairs: (Matching, match_pairs),
    Peers: (PeerMatching, match_pool),
    Groups: (GroupMatching, match_groups),
    Flash: (FlashMatching, match_flash),
    Mixed: (MixedMatching, match_mixed),
}
"""For each kind of program: what its answer is, and what finds the best one."""


def _rounds(limit: object) -> int | None:
    if limit is None:
        return None
    if isinstance(limit, bool) or not isinstance(limit, (int, np.integer)) or limit < 1:
        raise ProgramError(Finding("round_limit", "expected a whole number from 1", where="round_limit"))
    return int(limit)


def _settings(
    scores: ScoreMatrix, aim: Aim, executor: Executor | None, memory_limit: int | None, *, optional: bool
) -> tuple[Settings, int]:
    """How much is looked at at a time, by whom, and how many bytes of points may be kept.

    An ``optional`` executor is left out where the memory is too little for several at once.
    """
    hands = None if executor is None else Hands(executor)
    if memory_limit is None:
        return Settings(hands=hands), KEPT_BYTES
    where = "memory_limit"
    if isinstance(memory_limit, bool) or not isinstance(memory_limit, (int, np.integer)):
        raise ProgramError(Finding(where, "expected a whole number of bytes", where=where))
    # A stable matching needs a table of all points.
    table = stable_bytes(scores.shape, scores.max_points) if aim.stable else 0
    try:
        return Settings.within(int(memory_limit) - table, scores.shape, hands)
    except ValueError as error:
        if optional and hands is not None:
            return _settings(scores, aim, None, memory_limit, optional=False)
        pairs = f"{counted(scores.shape[0], 'mentor')} and {counted(scores.shape[1], 'mentee')}"
        by_hands = "" if hands is None else ", whose scores are worked on by several at once"
        by_table = ", since a stable matching needs a table of all points" if table else ""
        expected = f"expected at least {counted(table + error.args[0], 'byte')} for {pairs}{by_hands}{by_table}"
        raise ProgramError(Finding(where, expected, where=where)) from None


def _staying(scores: ScoreMatrix) -> Iterator[Finding]:
    """What keeps scores from being handed to other processes."""
    hint = "define the function in a module that the workers can import, or give a ThreadPoolExecutor"
    expected = "cannot be handed to other processes"
    for title in scores.unpicklable() or ("the scores",):
        yield Finding("executor_pickle", expected, where=f"executor, {title}", hint=hint)


def _start(demand: Demand, earlier: Matching | None) -> Start | None:
    """An earlier matching as far as the people are still there, with the prices that proved it."""
    if earlier is None:
        return None
    asked, proof = earlier.demand, earlier.proof
    mentor_at, mentee_at = demand.places
    mentor = np.array([mentor_at.get(pair.mentor, -1) for pair in earlier.pairs], dtype=np.int64)
    mentee = np.array([mentee_at.get(pair.mentee, -1) for pair in earlier.pairs], dtype=np.int64)
    here = (mentor >= 0) & (mentee >= 0)
    start = Start(mentor[here], mentee[here])
    shapes = [(len(people), len(proof.words)) for people in (asked.mentors, asked.mentees)]
    if [proof.mentor_prices.shape, proof.mentee_prices.shape] != shapes:
        return start
    mentor_prices, new_mentors = _moved(proof.mentor_prices, asked.mentors, demand.mentors, mentor_at)
    mentee_prices, new_mentees = _moved(proof.mentee_prices, asked.mentees, demand.mentees, mentee_at)
    return Start(
        start.mentor,
        start.mentee,
        proof.words,
        mentor_prices,
        mentee_prices,
        proof.list_prices,
        new_mentors,
        new_mentees,
    )


def _moved(prices: Ints, before: tuple[str, ...], now: tuple[str, ...], now_at: Mapping[str, int]) -> tuple[Ints, Ints]:
    """Prices in the order of those who are there now, and the positions of those who were not there before."""
    if before == now:
        return prices, np.zeros(0, dtype=np.int64)
    at = np.array([now_at.get(person, -1) for person in before], dtype=np.int64)
    found = np.zeros((len(now), prices.shape[1]), dtype=np.int64)
    found[at[at >= 0]] = prices[at >= 0]
    return found, np.setdiff1d(np.arange(len(now), dtype=np.int64), at)
