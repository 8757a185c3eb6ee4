"""What holds for every kind of program alike: nobody there, copies, other processes."""

from __future__ import annotations

import kinds
import pytest

import mentormatch as mm
from mentormatch import formats

every_kind = pytest.mark.parametrize("name", kinds.FORMATS)


@every_kind
@pytest.mark.parametrize(("mentors", "mentees"), [(0, 0), (0, 2), (2, 0), (1, 1)])
def test_hardly_anybody_is_matched_verified_and_saved(name: str, mentors: int, mentees: int) -> None:
    """Nobody, one side alone and two people have an answer of every kind, which is checked and comes back as it was."""
    program = kinds.kind(name).program
    cohort = kinds.people(mentors, mentees, pool=isinstance(program.format, formats.Peers))
    matching = program.match(cohort)
    assert matching.verify(), str(matching.verify())
    assert program.match(cohort).to_json() == matching.to_json()
    again = mm.Matching.from_json(matching.to_json())
    assert (again, str(again)) == (matching, str(matching))
    assert str(program.check(cohort))
