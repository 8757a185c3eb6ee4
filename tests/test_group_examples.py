"""The examples of groups and circles run, and what they print is true."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scripts import opened

ROOT = Path(__file__).resolve().parent.parent
AVAILABILITY = ROOT.parent / "shared" / "data" / "availability"


def test_newcomers_are_in_groups_that_can_meet(capsys: pytest.CaptureFixture[str]) -> None:
    """All are placed in groups that share an afternoon, those kept apart are apart, and a mentor is left free."""
    module = opened("examples/groups.py")
    matching = module.main()
    printed = capsys.readouterr().out
    times = {name: set(own) for name, _, _, own in (*module.MENTORS, *module.NEWCOMERS)}
    assert sum(len(group.mentees) for group in matching.groups) == 14
    for group in matching.groups:
        assert set.intersection(*(times[person] for person in (*group.mentors, *group.mentees)))
        assert not {"Farid", "Lena"} <= set(group.mentees)
        assert not ("Carmen" in group.mentors and "Nora" in group.mentees)
    free = {name for name, *_ in module.MENTORS} - {mentor for group in matching.groups for mentor in group.mentors}
    assert f"left free to do other things: {', '.join(sorted(free))}" in printed
    assert "verified" in printed


@pytest.mark.skipif(not AVAILABILITY.is_dir(), reason="the availability cohort is not beside the checkout")
def test_as_many_share_a_slot_as_the_mentors_have_room_for(capsys: pytest.CaptureFixture[str]) -> None:
    """Of 500 mentees with nothing but slots 25 mentors of six take 150, and what would place the rest is said."""
    found = opened("examples/availability.py").main(AVAILABILITY, ((4, 6), (4, 10)))
    printed = capsys.readouterr().out
    slots = {
        (side, person["id"]): set(person["availability"])
        for side in ("mentors", "mentees")
        for person in json.loads((AVAILABILITY / f"{side}.json").read_text(encoding="utf-8"))
    }
    for (_, high), matching in found.items():
        assert sum(len(group.mentees) for group in matching.groups) == 25 * high
        assert matching.proof.kind == "optimal"
        for group in matching.groups:
            people = [("mentors", *group.mentors), *(("mentees", mentee) for mentee in group.mentees)]
            assert set.intersection(*(slots[person] for person in people))
    assert "500 mentees, 25 mentors, 26 slots in a week" in printed
    assert "placed: 150 of 500, in 25 groups, 25 of them full" in printed
    assert "what would place them: all groups are full, so 59 mentors more, or groups of at least 20" in printed


def test_team_leads_are_in_circles(capsys: pytest.CaptureFixture[str]) -> None:
    """All seventeen are in a circle, who reports to whom is apart, and the pinned two are together."""
    matching = opened("examples/circles.py").main()
    printed = capsys.readouterr().out
    where = {person: at for at, group in enumerate(matching.groups) for person in group.mentees}
    assert len(where) == 17
    assert where["lead-01"] != where["lead-06"]
    assert where["lead-02"] == where["lead-13"]
    assert "people in a circle  17 of 17" in printed
    assert "verified: every circle is allowed" in printed
