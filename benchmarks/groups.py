"""What groups reach, against their bound and against pairs put together into groups.

    python benchmarks/groups.py                                    all rows, about five minutes
    python benchmarks/groups.py --only 400x100                     one size
    python benchmarks/groups.py --write docs/benchmarks.md         the table into the page

Each row is a program of groups of 4-6 on a synthetic cohort. "Put together": mentors and mentees are matched as pairs,
with six seats each; a mentor with fewer than four mentees gives up, the smallest first, and each of theirs joins the
group with room where the points are highest, or none. Both are measured by the same objective. Seconds are one run,
without scoring.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import mentormatch as mm
from mentormatch import formats, synthetic
from mentormatch import rules as r
from mentormatch.formats.groups import PosedGroups, pose_groups
from mentormatch.group_matching import GroupProof
from mentormatch.grouping import Team

SIZE = (4, 6)
BEGIN, END = "<!-- groups: begin -->", "<!-- groups: end -->"
HEAD = "| mentees x mentors | cohesion | placed | points | gap | proof | seconds | check | put together |"


@dataclass(frozen=True)
class Row:
    """One program at one size."""

    mentees: int
    mentors: int
    cohesion: float

    @property
    def size(self) -> str:
        """The size as it is written."""
        return f"{self.mentees}x{self.mentors}"


ROWS = (
    Row(100, 25, 0.0),
    Row(100, 25, 0.2),
    Row(400, 100, 0.0),
    Row(400, 100, 0.2),
    Row(1_500, 300, 0.0),
    Row(1_500, 300, 0.2),
)


def measured(row: Row) -> str:
    """The row of the table."""
    together = [r.Shares("interests"), r.Shares("goals")] if row.cohesion else []
    program = synthetic.program().with_(format=formats.Groups(SIZE, cohesion=row.cohesion, together=together))
    scores = program.score(synthetic.cohort(row.mentees, row.mentors))
    scores.to_numpy()
    start = time.perf_counter()
    found = mm.solve(scores, format=program.format)
    solved = time.perf_counter()
    assert isinstance(found, mm.GroupMatching)
    assert isinstance(found.proof, GroupProof)
    verdict = found.verify()
    checked = time.perf_counter()
    if not verdict:
        raise ValueError(str(verdict))
    posed = pose_groups(found.demand, scores, found.format, found.fellows)
    teams = [posed.inward(group.mentors, group.mentees) for group in found.groups]
    beside = list(put_together(posed, scores))
    at = found.proof.reasons.words.index("points")
    ours, theirs = posed.grouping.value(teams)[at], posed.grouping.value(beside)[at]
    placed, there = (sum(len(team.members) for team in some) for some in (teams, beside))
    other = f"{there:,} placed, {theirs / ours - 1:+.2%} points"
    return (
        f"| {row.mentees:,} x {row.mentors} | {row.cohesion:g} | {placed:,} | {found.points:,} | {found.proof.gap:.3%} "
        f"| {found.proof.kind} | {solved - start:.1f} | {checked - solved:.1f} | {other} |"
    )


def put_together(posed: PosedGroups, scores: mm.ScoreMatrix) -> Iterator[Team]:
    """Groups made of the best pairs, as somebody would who has a matching of pairs and needs groups."""
    low, high = SIZE
    pairs = mm.solve(scores, capacity=high)
    members: dict[int, list[int]] = {}
    for pair in pairs.pairs:
        members.setdefault(posed.place("mentor", pair.mentor), []).append(posed.place("mentee", pair.mentee))
    points = posed.grouping.points
    while small := [mentor for mentor, own in members.items() if len(own) < low]:
        given_up = min(small, key=lambda mentor: (len(members[mentor]), mentor))
        for mentee in members.pop(given_up):
            room = [mentor for mentor, own in members.items() if len(own) < high and points[mentor, mentee] >= 0]
            if room:
                members[max(room, key=lambda mentor: (int(points[mentor, mentee]), -mentor))].append(mentee)
    for mentor, own in sorted(members.items()):
        yield Team((mentor,), tuple(sorted(own)))


def main() -> None:
    """Print the table, and write it where that is asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", help="one size, such as 400x100")
    parser.add_argument("--write", type=Path, help="a page with the two marks of this table")
    asked = parser.parse_args()
    lines = [HEAD, "|" + " --- |" * HEAD.count(" |")]
    print("\n".join(lines), flush=True)
    for row in ROWS:
        if asked.only in (None, row.size):
            lines.append(measured(row))
            print(lines[-1], flush=True)
    if asked.write:
        page = asked.write.read_text(encoding="utf-8")
        before, after = page.split(BEGIN)[0], page.split(END)[1]
        asked.write.write_text(f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    np.seterr(all="raise")
    main()
