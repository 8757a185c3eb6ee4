"""The benchmarks: measures cases, and writes a dated table and pictures.

    python benchmarks/run.py                                   the small set, about two minutes
    python benchmarks/run.py --case capacities --size 5000x6250 --runs 3
    python benchmarks/run.py --all --write docs/benchmarks.md  everything, and into the page
    python benchmarks/run.py --list

Sizes are mentees x mentors. Every case at every size is measured in a process of its own. Machines are shared and
noisy, so quote ratios from one run. Results go to benchmarks/results; ``--results FILE`` goes on with a file, and what
is in it is not measured again. ``--write`` replaces what stands between the two marks of a page.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pictures import drawn
from registry import CASES, DENSE, Case, Size
from results import ROOT, Results
from tables import inserted, written

HERE = Path(__file__).resolve().parent


def main(arguments: list[str] | None = None) -> None:
    """Measure what is asked for, a line for each, then write."""
    given = parsed(arguments)
    if given.list:
        for case in CASES.values():
            print(f"{case.name:<12}{case.says}: {', '.join(map(str, case.sizes))}")
        return
    results = Results(given.results or HERE / "results" / f"{datetime.now(tz=UTC):%Y-%m-%d-%H%M}.json")
    for case, size in chosen(given):
        if (case.name, str(size)) in results.rows and given.results:
            continue
        start = time.monotonic()
        row = measured(case, size, results, given)
        results.add({**row, "case": case.name, "size": str(size)})
        said = row.get("failed", "done")
        print(f"{case.name:<12}{size!s:<14}{said} in {time.monotonic() - start:.1f} s", flush=True)
    write(results, given.write)


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    """The settings of the command line."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n")[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--all", action="store_true", help="every case at every size")
    parser.add_argument("--case", action="append", choices=list(CASES), help="only this case; may be given again")
    parser.add_argument("--size", action="append", type=Size.of, help="only this size, mentees x mentors")
    parser.add_argument("--runs", type=int, help="runs of each (5, in the small set 3)")
    parser.add_argument("--budget", type=float, default=600, help="seconds after which no further run begins")
    parser.add_argument("--limit", type=float, help="seconds that a peer may take in all (60, in the small set 10)")
    parser.add_argument("--no-peers", action="store_true", help="ours alone")
    parser.add_argument("--results", type=Path, help="go on with this file")
    parser.add_argument("--write", type=Path, help="a page to put the tables into")
    parser.add_argument("--list", action="store_true", help="list cases and sizes")
    given = parser.parse_args(arguments)
    given.small = not (given.all or given.case or given.size)
    given.runs = given.runs or (3 if given.small else 5)
    given.limit = given.limit or (10 if given.small else 60)
    return given


def chosen(given: argparse.Namespace) -> list[tuple[Case, Size]]:
    """What to measure, small sizes first, so that a peer that gives up is not asked for more.

    A size that is named is measured for the cases that are named, whether they list it or not.
    """
    cases = [CASES[name] for name in given.case or CASES]
    if given.size:
        found = [(case, size) for case in cases for size in given.size if given.case or size in case.sizes]
    elif given.all or given.case:
        found = [(case, size) for case in cases for size in case.sizes]
    else:
        found = [(case, size) for case in cases for size in case.small()]
    return sorted(found, key=lambda one: one[1].pairs)


def measured(case: Case, size: Size, results: Results, given: argparse.Namespace) -> dict[str, Any]:
    """What a process of its own measures; "failed" with what it said last where it fails."""
    case = case.at(size)
    tired = [] if given.no_peers else [name for name in case.peers if name in results.gave_up(size)]
    skip = [name for name in case.peers if given.no_peers or name in tired or (given.small and _spared(case, name))]
    plan = {"runs": given.runs, "budget": given.budget, "limit": given.limit, "skip": skip}
    done = subprocess.run(
        [sys.executable, str(HERE / "measure.py"), case.name, str(size), json.dumps(plan)],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        # One thread, as scipy's solver has: two that wait for each other on a busy machine take twenty times as long.
        env={"OPENBLAS_NUM_THREADS": "1", **os.environ},
    )
    if done.returncode:
        return {"failed": f"failed with status {done.returncode}"}
    row: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    for name in tired:
        row.setdefault("peers", {})[name] = {"solve": [], "failed": "it was not asked, since it gave up on less"}
    return row


def _spared(case: Case, peer: str) -> bool:
    """Whether the small set leaves this comparison out."""
    return case.name != "capacities" and peer != DENSE


def write(results: Results, page: Path | None) -> None:
    """The table and pictures beside the results; with a page into that, too, with pictures in a folder of its name."""
    if not results.rows:
        sys.exit("nothing was measured")
    folder, beside = results.path.with_suffix(""), results.path.with_suffix(".md")
    title = f"# Benchmarks of {results.machine['day']}\n\n"
    beside.write_text(title + written(results, illustrated(results, folder), planned=False), encoding="utf-8")
    print(f"written: {relative(beside)}")
    if page:
        tables = written(results, illustrated(results, page.with_suffix("")), planned=True)
        page.write_text(inserted(page.read_text(encoding="utf-8"), tables), encoding="utf-8")
        print(f"written: {relative(page)}")


def illustrated(results: Results, folder: Path) -> list[tuple[str, str]]:
    """Pictures in a folder: titles and paths as a page beside the folder has them."""
    try:
        return [(title, f"{folder.name}/{path.name}") for title, path in drawn(results, folder)]
    except ImportError:
        print("no pictures: matplotlib is not installed (the extra plots brings it)")
        return []


def relative(path: Path) -> Path:
    """The path from here, where it is below."""
    path = path.resolve()
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


if __name__ == "__main__":
    main()
