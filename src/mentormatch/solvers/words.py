"""How levels are merged into words: as few solves as the width of int64 allows."""

from __future__ import annotations

from collections.abc import Sequence

from mentormatch.problem import LARGEST_PATH, LARGEST_TOTAL, LevelName, Problem, Word


def plan(problem: Problem) -> tuple[Word, ...]:
    """The problem's levels as words, the last being the first draw of the lottery.

    Neighbouring levels share a word while it fits 64 bits and a path of its costs stays below `LARGEST_PATH`. Raises
    OverflowError, with the level, where one alone does not fit.
    """
    words: list[Word] = []
    run: list[LevelName] = []
    for level in problem.sums[:-1]:
        if run and not _may_share(problem, merged(problem, [*run, level])):
            words.append(merged(problem, run))
            run = []
        run.append(level)
        if len(run) == 1 and not _fits(problem, merged(problem, run)):
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


def _fits(problem: Problem, word: Word) -> bool:
    """Whether totals and the flow of this word, a node for each person and the sink, stay within 64 bits."""
    total = sum(multiplier * problem.most(level) for level, multiplier in word.levels)
    return max(total, 2 * (sum(problem.shape) + 1) * (_cost(problem, word) + 1)) < LARGEST_TOTAL


def _may_share(problem: Problem, word: Word) -> bool:
    # A path alternates between the two sides, so it has at most twice the smaller side's arcs.
    path = 2 * max(1, min(problem.shape)) * (_cost(problem, word) + 1)
    return path < LARGEST_PATH and _fits(problem, word)


def _cost(problem: Problem, word: Word) -> int:
    return sum(multiplier * problem.largest(level) for level, multiplier in word.levels)
