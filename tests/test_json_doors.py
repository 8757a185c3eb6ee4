"""Every door that reads JSON gives a value or one of our errors, and what was read is written as it was."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import kinds
import pytest
from edits import edited, examples, nothing_like_it, torn
from hypothesis import given
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch.errors import MentormatchError

Used = Callable[[Any], None]


@dataclass(frozen=True)
class Door:
    """One way in: what reads, with which errors, texts that are right, and what is done with what was read."""

    read: Callable[[str | bytes], Any]
    error: type[MentormatchError]
    texts: tuple[str, ...] = field(repr=False)
    use: Used
    writes: bool = True


def shown(value: Any) -> None:
    """Whatever a value says of itself can be written."""
    str(value).encode()
    repr(value).encode()


def tried(program: mm.Program) -> None:
    """A program that was read works: people are scored or refused in our words."""
    shown(program)
    if len(program.questionnaire):
        cohort = mm.Cohort.from_records(program.questionnaire, mentors=[], mentees=[])
        _ours(lambda: program.match(cohort))


def put_to_use(name: str) -> Used:
    """A matching that was read is shown, exported, checked and explained, or says in our words why not."""

    def use(matching: mm.Matching) -> None:
        known = kinds.kind(name)
        shown(matching)
        for text in (repr(matching.to_records()), matching.to_csv(), str(hash(matching)), str(matching.proof)):
            text.encode()
        _ours(matching.to_indices)
        _ours(lambda: matching.roster().to_csv())
        scores = known.matching._scores()
        try:
            verdict = matching.verify(scores)
        except MentormatchError as error:
            assert error.findings
            return
        str(verdict).encode()
        if verdict and matching.demand == known.matching.demand and known.matching.proof.kind == "optimal":
            assert [(p.mentor, p.mentee) for p in matching.pairs] == [
                (p.mentor, p.mentee) for p in known.matching.pairs
            ]
            assert matching.aims == known.matching.aims
        first = known.matching.pairs[0]
        _ours(lambda: matching.with_scores(scores).explain(first.mentor, first.mentee))

    return use


def _ours(call: Callable[[], Any]) -> None:
    try:
        str(call()).encode()
    except MentormatchError as error:
        assert error.findings


def read_cohort(text: str | bytes) -> mm.Cohort:
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return mm.Cohort.from_json(kinds.QUESTIONNAIRE, people=data, invalid="leave_out")


def matchings(name: str, read: Any) -> Door:
    return Door(read, mm.ProgramError, (kinds.kind(name).matching.to_json(),), put_to_use(name))


RECORDS = [
    {"id": "a", "topics": ["Law"], "years": 1.5, "team": "North", "about": "people", "capacity": 2},
    {"id": 7, "name": "Bo", "topics": "Sales", "years": None, "team": "", "slots": []},
]
CHOICES = mm.Choices(
    pins=[("m0", "e0", "they met")], bans=[("m1", "e1")], declines=[("m2", "e0")], ended=[("m1", "e0", "", "never")],
    avoid=[("m3", "e3")], favour=[("m3", "e2")], shortlists={"e2": ["m1", ["m2", "m3"]]}, wishes={"m3": ["e1"]},
    paused=["e5"], left=["m5"], priority={"e1": 2}, left_out=["e4"],
)  # fmt: skip
DOORS: dict[str, Door] = {
    "Questionnaire": Door(mm.Questionnaire.from_json, mm.ProgramError, (kinds.QUESTIONNAIRE.to_json(),), shown),
    "Program": Door(
        mm.Program.from_json,
        mm.ProgramError,
        tuple(kinds.kind(name).program.to_json() for name in kinds.FORMATS),
        tried,
    ),
    "Choices": Door(mm.Choices.from_json, mm.ChoiceError, (CHOICES.to_json(),), shown),
    "Cohort": Door(read_cohort, mm.AnswerError, (json.dumps(RECORDS),), shown, False),
    "Matching": matchings("pairs", mm.Matching.from_json),
    "GroupMatching": matchings("groups", mm.GroupMatching.from_json),
    "PeerMatching": matchings("peers", mm.PeerMatching.from_json),
    "CircleMatching": matchings("circles", mm.CircleMatching.from_json),
    "FlashMatching": matchings("flash", mm.FlashMatching.from_json),
    "SeveralMatching": matchings("several", mm.SeveralMatching.from_json),
    "MixedMatching": matchings("mixed", mm.MixedMatching.from_json),
}
every_door = pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)


def comes_through(door: Door, text: str | bytes) -> None:
    """Checks the promise of a door for a text: one of its errors with findings, or a value that is its JSON."""
    try:
        value = door.read(text)
    except MentormatchError as error:
        assert type(error) is door.error
        assert error.findings
        assert error.__cause__ is None
        written = str(error)
        written.encode()
        assert "pydantic" not in written
        return
    door.use(value)
    if door.writes:
        saved = value.to_json()
        again = door.read(saved)
        assert again == value
        assert again.to_json() == saved


class TestEveryJsonDoor:
    """Convention 10: nothing of pydantic, of the standard library or of a slip of ours comes out of reading JSON."""

    def test_no_door_is_missing(self) -> None:
        """Every class of the library that reads JSON stands in the table."""
        found = set()
        for module in pkgutil.walk_packages(mm.__path__, "mentormatch."):
            for name, value in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
                if value.__module__.startswith("mentormatch") and hasattr(value, "from_json"):
                    found.add(name)
        found.remove("TimedMatching")  # what two kinds of matchings have in common
        assert found == set(DOORS)

    @every_door
    def test_what_is_right_comes_through(self, door: Door) -> None:
        """A saved value is read, used and written as it was."""
        for text in door.texts:
            door.read(text)
            comes_through(door, text)

    @every_door
    @examples(60)
    @given(data=st.data())
    def test_what_somebody_edited(self, door: Door, data: st.DataObject) -> None:
        """Values of other types, kinds and sizes, fields too many, too few and in each other's place."""
        comes_through(door, data.draw(st.sampled_from(door.texts).flatmap(edited)))

    @every_door
    @examples(30)
    @given(data=st.data())
    def test_what_was_torn(self, door: Door, data: st.DataObject) -> None:
        """Half a file, a byte too many, a key twice, NaN, numbers without end, brackets without end."""
        comes_through(door, data.draw(st.sampled_from(door.texts).flatmap(torn)))

    @every_door
    @examples(30)
    @given(text=nothing_like_it)
    def test_what_is_something_else(self, door: Door, text: str | bytes) -> None:
        """Any bytes and any JSON."""
        comes_through(door, text)

    @pytest.mark.parametrize("given_", [None, 7, {"questions": []}, ["{}"], bytearray(b"{}")], ids=repr)
    def test_what_is_no_text(self, given_: Any) -> None:
        """A value where the text of one belongs is refused, and none is taken for a text by its looks."""
        for door in DOORS.values():
            if door.writes:
                with pytest.raises(door.error) as caught:
                    door.read(given_)
                assert [finding.code for finding in caught.value.findings] == ["json_text"]
