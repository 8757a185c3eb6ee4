"""What pairing the people of one pool takes, beside networkx where that ends.

    python benchmarks/pool.py                                 all rows, some minutes
    python benchmarks/pool.py --write docs/benchmarks.md      the table into the page

Each row is the preset of peer learning on people who were made up for it. Seconds are one run: scoring and pairs with
their proof, and the check; networkx has the finished points of all pairs and finds the same total.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import networkx as nx
import numpy as np

import mentormatch as mm
from mentormatch import formats, synthetic

PEOPLE = (100, 250, 1_000, 1_001, 3_000)
NETWORKX = 250
BEGIN, END = "<!-- pool: begin -->", "<!-- pool: end -->"
HEAD = "| people | pairs | trios | points | proof | seconds | check | networkx |"


def measured(people: int) -> str:
    """The row of the table."""
    program = mm.Program.of(formats.presets.PEER_LEARNING, name="Peers")
    cohort = synthetic.cohort_for(program.questionnaire, people=people, senior=None)
    start = time.perf_counter()
    found = program.match(cohort)
    solved = time.perf_counter()
    assert isinstance(found, mm.PeerMatching)
    verdict = found.verify()
    checked = time.perf_counter()
    if not verdict:
        raise ValueError(str(verdict))
    # networkx knows no trios.
    other = beside(found) if people <= NETWORKX and not found.groups else "not asked"
    kind, trios = str(found.proof).split(":")[0], len(found.groups)
    pairs = (people - len(found.unmatched) - 3 * trios) // 2
    return (
        f"| {people:,} | {pairs:,} | {trios} | {found.points:,} | {kind} | {solved - start:.2f} "
        f"| {checked - solved:.2f} | {other} |"
    )


def beside(found: mm.PeerMatching) -> str:
    """What networkx takes for the same pairs."""
    assert found.scores is not None
    points = found.scores.to_numpy()
    graph = nx.Graph()
    for a, b in zip(*np.triu_indices(len(points), 1), strict=True):
        if points[a, b] >= 0:
            graph.add_edge(int(a), int(b), weight=int(points[a, b]))
    start = time.perf_counter()
    pairs = nx.max_weight_matching(graph, maxcardinality=True)
    spent = time.perf_counter() - start
    total = sum(int(points[a, b]) for a, b in pairs)
    if total != found.points:
        raise ValueError(f"networkx reaches {total} points, not {found.points}")
    return f"{spent:.1f} s"


def main() -> None:
    """Print the table, and write it where that is asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", type=Path, help="a page with the two marks of this table")
    asked = parser.parse_args()
    lines = [HEAD, "|" + " --- |" * HEAD.count(" |")]
    print("\n".join(lines), flush=True)
    for people in PEOPLE:
        lines.append(measured(people))
        print(lines[-1], flush=True)
    if asked.write:
        page = asked.write.read_text(encoding="utf-8")
        before, after = page.split(BEGIN)[0], page.split(END)[1]
        asked.write.write_text(f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
