"""What holds for every kind of program alike: nobody there, threads, copies, other processes."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from typing import Any

import kinds
import pytest

import mentormatch as mm
from mentormatch import formats
from mentormatch import questions as q
from mentormatch import rules as r

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


def work(name: str, cohort: mm.Cohort) -> str:
    """What somebody does with a kind: matches, checks and writes."""
    known = kinds.kind(name)
    matching = known.program.match(cohort, known.choices)
    assert matching.verify()
    return f"{matching.to_json()}{matching}{matching.to_csv()}"


class TestThreads:
    """Convention 2: whoever shares a program and a cohort among threads gets the same as one alone."""

    @every_kind
    def test_one_program_and_one_cohort_in_eight_threads(self, name: str) -> None:
        """Nobody has scored the cohort before, so that all of them do so at once."""
        known = kinds.kind(name)
        expected, fresh = work(name, known.cohort), replace(known.cohort)
        with ThreadPoolExecutor(8) as threads:
            assert set(threads.map(lambda _: work(name, fresh), range(8))) == {expected}

    def test_threads_that_reweight_and_match_at_the_same_time(self) -> None:
        """Weights of one thread are not those of another, although both share what the answers gave."""
        known = kinds.kind("pairs")
        programs = [known.program.with_weights(topics=weight, north=1 / (1 + weight)) for weight in (0.1, 1, 5, 40)]
        expected = [program.match(replace(known.cohort), known.choices).to_json() for program in programs]
        shared = replace(known.cohort)
        scores = known.program.score(shared)
        tables = [program.score(replace(known.cohort)).to_numpy() for program in programs]

        def turn(at: int) -> bool:
            program = programs[at % 4]
            weights = {rule.name: float(rule.weight) for rule in program.rules}
            matched = program.match(shared, known.choices).to_json() == expected[at % 4]
            return matched and bool((scores.reweighted(weights).to_numpy() == tables[at % 4]).all())

        with ThreadPoolExecutor(8) as threads:
            assert all(threads.map(turn, range(48)))


def values(name: str) -> dict[str, Any]:
    """Public values that every kind has."""
    known = kinds.kind(name)
    program, matching = known.program, known.matching
    first = matching.pairs[0]
    return {
        "settings": (program, program.questionnaire, program.aim, program.format, program.rules, program.conditions),
        "people": (known.cohort, known.choices, matching.scores),
        "matching": matching,
        "parts": (matching.pairs, matching.groups, matching.unmatched, matching.aims, matching.proof),
        "told": (matching.verify(), matching.explain(first.mentor, first.mentee), program.check(known.cohort)),
    }


def values_of_pairs() -> dict[str, Any]:
    """Public values that only some programs have."""
    asked = mm.Questionnaire([q.Choice("team", ["A", "B", "C"]), q.Number("years")])
    cohort = mm.Cohort.from_csv(
        asked, mentors=b"id,team,years\nx,a,3\ny,B,2\n", mentees=b"id,team,years\n1,A,1\n2,A,1\n3,A,2\n4,B,1\n"
    )
    program = mm.Program("Short", asked, [r.Close("years", within=5)], [r.Same("team")])
    choices = mm.Choices(shortlists={"1": ["x"], "2": ["x"], "4": ["x"]})
    matching = program.match(cohort, choices)
    pair, alone = matching.pairs[0], matching.unmatched[0].person
    flash, peers = kinds.kind("flash").matching, kinds.kind("peers").matching
    assert isinstance(flash, mm.FlashMatching)
    return {
        "reading": (
            cohort.reading,
            mm.Layout(role="role"),
            kinds.SKILLS,
            mm.suggest_questionnaire(b"id,team\n1,A\n2,B\n"),
        ),
        "before": (program.check_supply(cohort), program.popular_mentors(cohort, choices), mm.Progress("scoring")),
        "seats": (matching.seat_values(), matching.ask_for_seats(1), matching._scores().top("4", 2)),
        "wishes": (matching.popular_mentors(), matching.forbidden_wishes),
        "others": (matching.alternatives(pair.mentee, 2), matching.why_not("x", "3"), matching.why_unmatched(alone)),
        "reports": (matching.report(), matching.roster(), matching.by_group("team")),
        "later": (matching.changes_since(matching), matching.observed([(pair.mentor, pair.mentee, 4)])),
        "programs": (mm.compare(program, program.with_(seed=2), cohort), mm.sensitivity(program, cohort)),
        "waves": mm.simulate_waves(program, cohort, repeats=2),
        "kinds": (flash.meetings, peers.changes_since(peers)),
    }


def classes_in(value: Any) -> set[type]:
    """The classes of a value and of all it is made of."""
    found: dict[int, Any] = {}
    left = [value]
    while left:
        one = left.pop()
        if id(one) in found:
            continue
        found[id(one)] = one
        if isinstance(one, (tuple, dict)):
            left += one.values() if isinstance(one, dict) else one
        elif dataclasses.is_dataclass(one):
            left += [getattr(one, field.name, None) for field in dataclasses.fields(one)]
    return {type(one) for one in found.values()}


def each(values: dict[str, Any]) -> dict[str, Any]:
    """The values one by one."""
    several = {name: some if isinstance(some, tuple) else (some,) for name, some in values.items()}
    return {f"{name} {at}": one for name, some in several.items() for at, one in enumerate(some)}


def in_another_process(data: bytes) -> bytes:
    """Pickles again what it was sent, and says what it says."""
    sent = pickle.loads(data)
    return pickle.dumps({name: (value, str(value)) for name, value in sent.items()})


class TestCopies:
    """A value is the same value copied, pickled and in another process."""

    def test_no_public_class_is_left_out(self) -> None:
        """Whatever class of values the library names, one of it is copied here."""
        sent = [values(name) for name in kinds.FORMATS]
        copied = classes_in((*sent, values_of_pairs()))
        public = [value for name in mm.__all__ if isinstance(value := getattr(mm, name), type)]
        assert [one.__name__ for one in public if one not in copied and not issubclass(one, Exception)] == []

    @pytest.mark.parametrize("name", [*kinds.FORMATS, "others"])
    @pytest.mark.parametrize(
        "copied",
        [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))],
        ids=["flat", "deep", "pickle"],
    )
    def test_a_copy_is_the_same(self, name: str, copied: Any) -> None:
        """It prints the same, and is equal where values are compared by what they hold."""
        held = values_of_pairs() if name == "others" else values(name)
        for what, one in each(held).items():
            again = copied(one)
            assert str(again) == str(one), what
            if type(one).__eq__ is not object.__eq__:
                assert again == one, what

    def test_values_cross_into_a_process_that_was_spawned_and_back(self) -> None:
        """There they say what they say here, and what comes back is what was sent."""
        sent = {f"{name} {what}": one for name in kinds.FORMATS for what, one in each(values(name)).items()}
        sent |= each(values_of_pairs())
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
            back = pickle.loads(other.submit(in_another_process, pickle.dumps(sent)).result())
        assert back.keys() == sent.keys()
        for name, (value, said) in back.items():
            assert said == str(sent[name]), name
            if type(value).__eq__ is not object.__eq__:
                assert value == sent[name], name
