"""A limit on memory bounds what all pairs take at a time, and changes no result."""

from __future__ import annotations

import gc
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import mentormatch as mm
from mentormatch import rules as r
from mentormatch import synthetic
from mentormatch.scores import ScoreMatrix

PEOPLE = synthetic.cohort(60, ratio=0.8, seed=3)
SMALLEST = 60 * 48 * 160


def peak_of_solving(scores: ScoreMatrix, **settings: Any) -> int:
    """The most bytes that are in use at a time, beside those that were before, while a few people are matched."""
    mentors, mentees = scores.shape
    mm.solve(ScoreMatrix.from_array([[1, 2], [2, 1]]))  # imports what is imported late
    few = {"capacity": [int(at < 100) for at in range(mentors)], "wants": [int(at < 100) for at in range(mentees)]}
    tracemalloc.start()
    try:
        mm.solve(scores, **few, **settings)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def few_rules() -> mm.Program:
    """A program that is scored in no time."""
    program = synthetic.program()
    kept = tuple(rule for rule in program.rules if rule.name in ("goals", "experience"))
    return program.with_(rules=kept, conditions=())


def test_nothing_of_the_size_of_all_pairs_is_allocated() -> None:
    """No byte for each pair, and no two where all points have to be looked at and a limit is set."""
    people, program = synthetic.cohort(4_000, ratio=1.5), few_rules()
    abstaining = program.with_(rules=[replace(rule, missing="abstain") for rule in program.rules])
    pairs = 4_000 * 6_000
    assert peak_of_solving(program.score(people)) < pairs
    assert peak_of_solving(abstaining.score(people), memory_limit=16_000_000) < 2 * pairs


def test_a_table_of_own_scores_is_not_copied() -> None:
    """It is read in the order of the solver, block by block."""
    table = np.random.default_rng(0).integers(0, 2**40, (3_000, 2_000))
    scores = ScoreMatrix.from_array(table)
    assert peak_of_solving(scores, memory_limit=8_000_000) < table.nbytes < peak_of_solving(scores)


def test_no_limit_changes_a_matching() -> None:
    """From the smallest limit that works to one that holds everything, with and without threads."""
    program, choices = synthetic.program(), synthetic.choices(PEOPLE, seed=1)
    own = ScoreMatrix.from_array(np.random.default_rng(1).integers(0, 2**33, (48, 60)))
    expected, own_expected = program.match(PEOPLE, choices), mm.solve(own, capacity=2)
    with ThreadPoolExecutor(2) as threads:
        for limit in (SMALLEST, SMALLEST + 20_000, 2 * SMALLEST, 10**7, 10**10):
            matching = program.match(replace(PEOPLE), choices, memory_limit=limit)
            assert matching.to_json() == expected.to_json()
            assert matching.verify()
            assert mm.solve(own, capacity=2, memory_limit=limit).to_json() == own_expected.to_json()
            found = program.match(replace(PEOPLE), choices, executor=threads, memory_limit=8 * limit)
            assert found.to_json() == expected.to_json()


def test_what_rules_say_of_all_pairs_counts_as_well() -> None:
    """The values of rules that are no product are kept only where they fit beside the points."""
    own = r.Custom(["experience"], label="own", function=lambda mentor, mentee: True, missing="zero")
    program = synthetic.program().with_(rules=(own,))
    for limit, kept in ((SMALLEST, False), (10**7, True)):
        scores = program.score(replace(PEOPLE))
        mm.solve(scores, memory_limit=limit)
        values = scores._cells.compiled.rules[0].values  # type: ignore[attr-defined]
        assert (values.known_now is not None) == kept


def test_a_limit_that_is_too_small_is_refused_with_the_smallest_that_works() -> None:
    """The number in the message is accepted, and one less is not."""
    program = synthetic.program()
    stable = program.with_(aim=mm.Aim(stable=True))
    table = 2 * 60 * 48
    with ThreadPoolExecutor(2) as threads:
        for asked, executor, smallest, why in (
            (program, None, SMALLEST, ""),
            (program, threads, 8 * SMALLEST, ", whose scores are worked on by several at once"),
            (stable, None, SMALLEST + table, ", since a stable matching needs a table of all points"),
        ):
            assert asked.match(PEOPLE, executor=executor, memory_limit=smallest).pairs
            for limit in (smallest - 1, 0, -5):
                with pytest.raises(mm.ProgramError) as refused:
                    asked.match(PEOPLE, executor=executor, memory_limit=limit)
                assert str(refused.value) == (
                    f"memory_limit: expected at least {smallest:,} bytes for 48 mentors and 60 mentees{why}"
                )


def test_a_limit_is_a_whole_number_of_bytes() -> None:
    """A float or a text with a unit could be meant in several ways."""
    for wrong in (1e9, "1 GiB", True):
        with pytest.raises(mm.ProgramError) as refused:
            synthetic.program().match(PEOPLE, memory_limit=wrong)  # type: ignore[arg-type]
        assert str(refused.value) == "memory_limit: expected a whole number of bytes"


def test_an_array_that_would_not_fit_is_refused_with_the_way_out() -> None:
    """Nothing is computed before; whoever has the memory raises the limit."""
    many = synthetic.cohort(40_000, ratio=1)
    with pytest.raises(mm.ProgramError) as refused:
        few_rules().score(many).to_numpy()
    assert str(refused.value) == (
        "to_numpy: the scores of 40,000 mentors and 40,000 mentees would take 6,400,000,000 bytes, more than "
        "4,294,967,296; block() gives some of them, top() the best mentors of a mentee, and memory_limit= raises the "
        "limit"
    )
    own = ScoreMatrix.from_array([[1, 2], [3, 4]])
    assert own.to_numpy(memory_limit=16).tolist() == [[1, 2], [3, 4]]
    with pytest.raises(mm.ProgramError, match="would take 16 bytes, more than 15"):
        own.to_numpy(memory_limit=15)
    for wrong in (None, "1 GiB", 1e9, True):
        with pytest.raises(mm.ProgramError, match="memory_limit: expected a whole number of bytes"):
            own.to_numpy(memory_limit=wrong)  # type: ignore[arg-type]


def test_a_thousand_matches_leave_nothing_behind() -> None:
    """Whoever matches all day holds no more at the end than after the first ones: not one object for each matching."""
    program, few = few_rules(), synthetic.cohort(6, seed=1)

    def matched(times: int) -> int:
        for at in range(times):
            cohort = few if at % 2 else replace(few, mentors=few.mentors.take(np.arange(len(few.mentors) - 1)))
            assert program.with_weights(goals=1 + at % 7).match(cohort).pairs
        gc.collect()
        return sys.getallocatedblocks()

    before = matched(50)
    assert matched(1_000) - before < 1_000
