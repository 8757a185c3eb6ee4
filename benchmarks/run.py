"""The benchmark: everything a match costs against scipy's dense solver on the finished matrix, in one run.

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
    imports(given.runs)


def compare(mentors: int, mentees: int, capacities: bool, runs: int) -> None:
    """One cohort: our whole work, scoring and proof included, and scipy's solving alone."""
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
        score.append(seconds(lambda: PROGRAM.score(people).to_numpy()))
        match.append(seconds(lambda: PROGRAM.match(people)))
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
