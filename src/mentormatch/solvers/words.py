"""How levels are merged into words: as few solves as the width of int64 allows."""

from __future__ import annotations

from collections.abc import Sequence

from mentormatch.problem import LARGEST_PATH, LARGEST_TOTAL, LevelName, Problem, Word


def plan(problem: Problem) -> tuple[Word, ...]:
    """The problem's levels as words, the last being the first draw of the lottery.

    Neighbouring levels share a word while its total stays below `LARGEST_TOTAL` and a path of its costs below
    `LARGEST_PATH`. Raises OverflowError where one level alone is too wide.
    """
    words: list[Word] = []
    run: list[LevelName] = []
    for level in problem.levels[:-1]:
        if run and not _fits(problem, merged(problem, [*run, level]), LARGEST_PATH):
            words.append(merged(problem, run))
            run = []
        run.append(level)
        if len(run) == 1 and not _fits(problem, merged(problem, run), LARGEST_TOTAL):
            raise OverflowError(level)
    words.append(merged(problem, run))
    return (*words, Word((("lottery", 1),)))


def merged(problem: Problem, levels: Sequence[LevelName]) -> Word:
    """One word of these levels, each multiplier one more than all that stands to its right can bring."""
    multipliers: list[tuple[LevelName, int]] = []
    below = 0
    for level in reversed(levels):
        multipliers.append((level, below + 1))
        below += (below + 1) * problem.most(level)
    return Word(tuple(reversed(multipliers)))


def _fits(problem: Problem, word: Word, path: int) -> bool:
    total = sum(multiplier * problem.most(level) for level, multiplier in word.levels)
    cost = sum(multiplier * problem.largest(level) for level, multiplier in word.levels)
    # A path alternates between the two sides, so it has at most twice the smaller side's arcs.
    return total < LARGEST_TOTAL and 2 * max(1, min(problem.shape)) * (cost + 1) < path
