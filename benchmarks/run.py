"""The benchmark: a match against scipy's dense solver on the finished matrix, and ten weightings against one.

    python benchmarks/run.py [--runs 5] [--sizes 1250x1000,600x1000]

Prints medians in seconds and ratios. Machines are shared and noisy, so quote ratios from one run. Matrix products run
in one thread, as scipy's solver does: two that wait for each other on a busy machine take twenty times as long.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from cohorts import PROGRAM, cohort
from scipy.optimize import linear_sum_assignment

import mentormatch as mm


def main(arguments: list[str] | None = None) -> None:
    """Run all cases and print a line for each."""
    parser = argparse.ArgumentParser(description="Time a match against scipy's dense solver.")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--sizes", default="1250x1000,600x1000")
    given = parser.parse_args(arguments)
    print(f"seconds, median of {given.runs}; 'scipy' solves the finished matrix with seats as rows, nothing else")
    print("mentors x mentees  capacities  scipy   score   match   verify  (match + verify) / scipy")
    for size in given.sizes.split(","):
        mentors, mentees = map(int, size.split("x"))
        for capacities in (False, True):
            compare(mentors, mentees, capacities, given.runs)
    weightings(given.runs)
    imports(given.runs)


def weightings(runs: int) -> None:
    """Ten weightings of one cohort, tried on the matrix and on the program, against one scoring of a fresh cohort."""
    people = cohort(1250, 1000, capacities=True)
    wanted = [{"goals": 10 + 5 * k, "interests": 1 + k} for k in range(10)]
    scores = PROGRAM.score(people)
    scores.to_numpy()
    check_weightings(scores, wanted)

    def on_matrix() -> None:
        for weights in wanted:
            scores.reweighted(weights).to_numpy()

    def on_program() -> None:
        for weights in wanted:
            PROGRAM.with_weights(**weights).score(people).to_numpy()

    ways = (lambda: PROGRAM.score(replace(people)).to_numpy(), on_matrix, on_program)
    times = [[seconds(way) for way in ways] for _ in range(runs)]
    one, by_matrix, by_program = (statistics.median(way) for way in zip(*times, strict=True))
    print(
        "ten weightings of 1250 x 1000, all points: one scoring  ten reweighted (times one)  ten programs (times one)"
    )
    ratios = [statistics.median(run[way] / run[0] for run in times) for way in (1, 2)]
    figures = f"{by_matrix:.4f} ({ratios[0]:.2f})  {by_program:.4f} ({ratios[1]:.2f})"
    print(f"  {one:.4f}  {figures}")


def check_weightings(scores: mm.ScoreMatrix, wanted: list[dict[str, int]]) -> None:
    """Sharing must change no point, or the comparison means nothing."""
    for weights in wanted[:2]:
        anew = PROGRAM.with_weights(**weights).score(replace(scores.cohort)).to_numpy()
        if not np.array_equal(scores.reweighted(weights).to_numpy(), anew):
            sys.exit("reweighted scores differ from those scored anew")


def compare(mentors: int, mentees: int, capacities: bool, runs: int) -> None:
    """One cohort: our whole work, scoring and proof included, and scipy's solving alone.

    Each time the cohort is a copy: it shares the columns, but nothing that was computed from them.
    """
    people = cohort(mentors, mentees, capacities=capacities)
    points = PROGRAM.score(people).to_numpy()
    seats = np.repeat(points, people.mentors.capacity, axis=0)
    cost = np.where(seats < 0, 1e7, 1e4 - seats)
    matching = PROGRAM.match(people)
    check_equal(cost, matching)
    solve: list[float] = []
    score: list[float] = []
    match: list[float] = []
    verify: list[float] = []
    for _ in range(runs):
        solve.append(seconds(lambda: linear_sum_assignment(cost)))
        score.append(seconds(lambda: PROGRAM.score(replace(people)).to_numpy()))
        match.append(seconds(lambda: PROGRAM.match(replace(people))))
        verify.append(seconds(matching.verify))
    ratio = statistics.median((m + v) / s for m, v, s in zip(match, verify, solve, strict=True))
    figures = "  ".join(f"{statistics.median(times):.4f}" for times in (solve, score, match, verify))
    print(f"{mentors:>7} x {mentees:<7}  {'1 to 5' if capacities else '1':<10}  {figures}  {ratio:.2f}")


def check_equal(cost: np.ndarray, matching: mm.Matching) -> None:
    """Both must reach the same total, or the comparison means nothing."""
    rows, columns = linear_sum_assignment(cost)
    chosen = cost[rows, columns]
    chosen = chosen[chosen < 1e7]
    if len(chosen) != len(matching.pairs) or int((1e4 - chosen).sum()) != matching.points:
        sys.exit(f"scipy reaches {len(chosen)} pairs, the matching {len(matching.pairs)}: totals differ")
    if not matching.verify():
        sys.exit("the proof was refused")


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def imports(runs: int) -> None:
    """What importing the library costs beside numpy and pydantic, each in a process of its own."""

    def median(code: str) -> float:
        return statistics.median(
            seconds(lambda: subprocess.run([sys.executable, "-c", code], check=True)) for _ in range(runs)
        )

    alone = median("import numpy, pydantic")
    ours = median("import numpy, pydantic, mentormatch")
    print(f"import: {ours:.3f} against {alone:.3f} for numpy and pydantic, {ours - alone:.3f} more")


if __name__ == "__main__":
    main()
