"""Groups of people who said nothing but when they have time: 500 mentees and 25 mentors, with one-hour slots of a week.

    python examples/availability.py FOLDER

FOLDER holds mentors.json and mentees.json: for each person an id and the slots. Everybody in a group shares a slot with
its mentor, and that is all that counts: every group that can meet is as good as any other. How large groups may be then
decides how many are placed; each size is tried, and whoever is left is told why.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import mentormatch as mm
from mentormatch import formats
from mentormatch import questions as q
from mentormatch import rules as r

SIZES = ((4, 6), (4, 10), (4, 20))


def program(slots: list[str], size: tuple[int, int]) -> mm.Program:
    """Groups of that size which share a slot."""
    return mm.Program(
        name=f"Groups of {size[0]} to {size[1]}",
        questionnaire=mm.Questionnaire([q.MultiChoice("availability", options=slots)]),
        # Whoever shares a slot has it: all who may be in one group have the same points.
        rules=[r.Same("availability")],
        format=formats.Groups(size, meet_in="availability"),
    )


def main(folder: Path, sizes: Sequence[tuple[int, int]] = SIZES) -> dict[tuple[int, int], mm.GroupMatching]:
    """Prints, for each size, how many are placed, why the others are not, and what would place them."""
    mentors, mentees = (
        json.loads((folder / f"{side}.json").read_text(encoding="utf-8")) for side in ("mentors", "mentees")
    )
    slots = sorted({slot for person in (*mentors, *mentees) for slot in person["availability"]})
    print(f"{len(mentees)} mentees, {len(mentors)} mentors, {len(slots)} slots in a week")
    found = {}
    for size in sizes:
        one = program(slots, size)
        cohort = mm.Cohort.from_records(one.questionnaire, mentors=mentors, mentees=mentees)
        matching = one.match(cohort)
        assert isinstance(matching, mm.GroupMatching)
        told(matching, len(mentors), len(mentees))
        found[size] = matching
    return found


def told(matching: mm.GroupMatching, mentors: int, mentees: int) -> None:
    """What became of one size."""
    low, high = matching.format.size
    placed = sum(len(group.mentees) for group in matching.groups)
    full = sum(len(group.mentees) == high for group in matching.groups)
    print(f"\n--- groups of {low} to {high} ---")
    print(f"placed: {placed} of {mentees}, in {len(matching.groups)} groups, {full} of them full")
    print(f"proof:  {matching.proof.kind}; {matching.verify()}")
    left = [one for one in matching.unmatched if one.side == "mentee"]
    if not left:
        print("nobody is left")
        return
    for code, count in sorted(Counter(one.code for one in left).items()):
        example = next(one for one in left if one.code == code)
        print(f"left, {code}: {count}, such as {example.person}: {example.reason}")
    more, larger = -(-(mentees - mentors * high) // high), -(-mentees // mentors)
    if full == mentors:
        print(f"what would place them: all groups are full, so {more} mentors more, or groups of at least {larger}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
