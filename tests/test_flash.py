"""Programs of short meetings: rounds, time slots, nobody in two at once, nobody twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch import formats
from mentormatch import questions as q
from mentormatch import rules as r

SLOTS = ("9:00", "9:20", "9:40", "10:00")
QUESTIONNAIRE = mm.Questionnaire(
    [
        q.MultiChoice("topics", options=["Sales", "Law", "Python", "Speaking"]),
        q.MultiChoice("slots", options=SLOTS),
    ]
)
Met = tuple[tuple[int, int, int], ...]


def program(format_: formats.Flash, **settings: object) -> mm.Program:
    return mm.Program(  # type: ignore[arg-type]
        "Speed mentoring", QUESTIONNAIRE, [r.Shares("topics", missing="zero")], format=format_, **settings
    )


def people(
    rng: np.random.Generator, mentors: int, mentees: int, slots: Sequence[str] = SLOTS, both: int = 0
) -> mm.Cohort:
    """Some people with topics and slots; the first ``both`` of each side are the same."""
    topics = ["Sales", "Law", "Python", "Speaking"]

    def one(side: str, at: int) -> dict[str, object]:
        return {
            "id": f"p{at}" if at < both else f"{side}{at}",
            "topics": [t for t in topics if rng.random() < 0.5],
            "slots": [s for s in slots if rng.random() < 0.6],
        }

    return mm.Cohort.from_records(
        QUESTIONNAIRE,
        mentors=[{**one("mentor", at), "capacity": int(rng.integers(0, 4))} for at in range(mentors)],
        mentees=[{**one("mentee", at), "wants": int(rng.integers(1, 4))} for at in range(mentees)],
    )


def timetables(cohort: mm.Cohort, points: np.ndarray, there: Sequence[Sequence[set[int]]]) -> Iterator[Met]:
    """All meetings that are allowed, one after the other, by plain backtracking; rounds are numbers."""
    pairs = [(j, i) for j in range(len(cohort.mentors)) for i in range(len(cohort.mentees)) if points[j, i] >= 0]
    ids = cohort.mentors.ids, cohort.mentees.ids
    capacity, wants = cohort.mentors.capacity.tolist(), cohort.mentees.wants.tolist()
    busy: set[tuple[str, int]] = set()
    load, got = Counter[int](), Counter[int]()

    def further(at: int, made: Met) -> Iterator[Met]:
        if at == len(pairs):
            yield made
            return
        yield from further(at + 1, made)
        j, i = pairs[at]
        if load[j] == capacity[j] or got[i] == wants[i]:
            return
        for t in sorted(there[0][j] & there[1][i]):
            both = {(ids[0][j], t), (ids[1][i], t)}
            if busy.isdisjoint(both):
                busy.update(both)
                load[j] += 1
                got[i] += 1
                yield from further(at + 1, (*made, (j, i, t)))
                busy.difference_update(both)
                load[j] -= 1
                got[i] -= 1

    return further(0, ())


def worth(cohort: mm.Cohort, points: np.ndarray, made: Met) -> tuple[int, ...]:
    """How many mentees have a first meeting, a second, ..., then the points."""
    got = Counter(i for _, i, _ in made)
    return (*(sum(n > k for n in got.values()) for k in range(4)), int(sum(points[j, i] for j, i, _ in made)))


def reached(matching: mm.FlashMatching, cohort: mm.Cohort, points: np.ndarray) -> tuple[int, ...]:
    mentor = {person: at for at, person in enumerate(cohort.mentors.ids)}
    mentee = {person: at for at, person in enumerate(cohort.mentees.ids)}
    return worth(cohort, points, tuple((mentor[p.mentor], mentee[p.mentee], 0) for p in matching.pairs))


def obeys(matching: mm.FlashMatching, cohort: mm.Cohort) -> None:
    """The laws: nobody in two meetings at once, nobody twice, nobody too often, everybody there."""
    meetings = matching.meetings
    busy = Counter((person, one.round) for one in meetings for person in {one.mentor, one.mentee})
    assert max(busy.values(), default=1) == 1
    assert len({(one.mentor, one.mentee) for one in meetings}) == len(meetings)
    for side, people_, limit in (("mentor", cohort.mentors, "capacity"), ("mentee", cohort.mentees, "wants")):
        count = Counter(getattr(one, side) for one in meetings)
        for person, most in zip(people_.ids, getattr(people_, limit).tolist(), strict=True):
            assert count[person] <= most
    if matching.format.availability:
        for side, people_ in (("mentor", cohort.mentors), ("mentee", cohort.mentees)):
            values = people_.column("slots").values
            there = {p: {SLOTS[t] for t in np.flatnonzero(values[at])} for at, p in enumerate(people_.ids)}
            assert all(one.round in there[getattr(one, side)] for one in meetings)


@settings(max_examples=25)
@given(st.integers(0, 2**32), st.integers(1, 3), st.sampled_from([0, 0, 2]))
def test_rounds_are_filled_as_well_as_can_be(seed: int, rounds: int, both: int) -> None:
    """Everybody's first meeting, then second ones, then points: nothing is better, of all there is."""
    cohort = people(np.random.default_rng(seed), 3, 3, both=both)
    asked = program(formats.Flash(rounds))
    matching = asked.match(cohort)
    points = asked.score(cohort).to_numpy()
    everybody = [[set(range(rounds))] * 3] * 2
    best = max(worth(cohort, points, made) for made in timetables(cohort, points, everybody))
    assert reached(matching, cohort, points) == best
    assert matching.verify()
    obeys(matching, cohort)
    if not both:
        assert matching.proof.kind == "optimal"


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.sampled_from([SLOTS[:1], SLOTS[:2], SLOTS[:3]]), st.sampled_from([0, 0, 2]))
def test_slots_are_filled_as_well_as_can_be(seed: int, slots: Sequence[str], both: int) -> None:
    """With people who are there in some slots only, nothing is better either, whatever kind of proof there is."""
    cohort = people(np.random.default_rng(seed), 3, 3, slots, both)
    asked = program(formats.Flash(availability="slots"))
    matching = asked.match(cohort)
    points = asked.score(cohort).to_numpy()
    there = [
        [set(np.flatnonzero(row).tolist()) for row in side.column("slots").values]
        for side in (cohort.mentors, cohort.mentees)
    ]
    best = max(worth(cohort, points, made) for made in timetables(cohort, points, there))
    assert reached(matching, cohort, points) == best
    assert matching.verify(), matching.verify()
    obeys(matching, cohort)


def test_the_same_people_in_another_order_get_the_same_meetings() -> None:
    """Rows may stand in any order: meetings, rounds and aims stay what they are."""
    records = {
        side: [{"id": f"{side}{k}", "topics": ["Law"] * (k % 2), "slots": SLOTS[k % 3 : k % 3 + 2]} for k in range(6)]
        for side in ("mentor", "mentee")
    }
    for format_ in (formats.Flash(2), formats.Flash(availability="slots")):
        there, back = (
            program(format_).match(
                mm.Cohort.from_records(
                    QUESTIONNAIRE,
                    mentors=[{**one, "capacity": 2} for one in records["mentor"][::step]],
                    mentees=[{**one, "wants": 2} for one in records["mentee"][::step]],
                )
            )
            for step in (1, -1)
        )
        assert there.meetings == back.meetings
        assert there.aims == back.aims


def small(**choices: object) -> tuple[mm.Program, mm.Cohort, mm.Choices]:
    cohort = mm.Cohort.from_records(
        QUESTIONNAIRE,
        mentors=[
            {"id": "ada", "capacity": 3, "topics": ["Law", "Python"], "slots": ["9:00", "9:20"]},
            {"id": "bo", "capacity": 3, "topics": ["Sales"], "slots": ["9:20", "9:40"]},
        ],
        mentees=[
            {"id": "kay", "name": "Kay Ko", "wants": 2, "topics": ["Law"], "slots": ["9:00", "9:20"]},
            {"id": "lin", "wants": 2, "topics": ["Sales", "Law"], "slots": ["9:20"]},
            {"id": "tim", "wants": 2, "topics": ["Python"], "slots": ["10:00"]},
            {"id": "=u", "topics": ["Python"]},
        ],
    )
    return program(formats.Flash(availability="slots")), cohort, mm.Choices(**choices)  # type: ignore[arg-type]


def test_a_schedule_can_be_read_by_round_and_by_person() -> None:
    """The schedule is a page, by round and by person; blanks are no slot, and the reasons say so."""
    asked, cohort, _ = small()
    matching = asked.match(cohort)
    assert matching.verify()
    assert str(matching.schedule()) == (
        "Schedule of Speed mentoring\n===========================\n\n"
        "Rounds\n  round  mentor  mentee\n  9:00   ada     kay (Kay Ko)\n  9:20   ada     lin\n"
        "  9:20   bo      kay (Kay Ko)\n\n"
        "Mentors\n  mentor  9:00  9:20  9:40  10:00\n  ada     kay   lin\n  bo            kay\n\n"
        "Mentees\n  mentee        9:00  9:20  9:40  10:00\n  kay (Kay Ko)  ada   bo\n  lin                 ada"
    )
    assert str(matching.agenda("lin")).startswith("Meetings of lin\n===============\n")
    assert {one.person: one.code for one in matching.unmatched} == {
        "=u": "no_allowed_partner",
        "tim": "no_allowed_partner",
    }
    assert "Shares('slots') rules out 2" in next(one.reason for one in matching.unmatched if one.person == "tim")
    lines = matching.to_csv().split("\r\n")
    assert lines[0] == "round,mentor,mentor_name,mentee,mentee_name,points,status,code,reason"
    assert any(line.startswith(",,,'=u,,,unmatched,no_allowed_partner,") for line in lines)
    assert matching.schedule().document().startswith("<!DOCTYPE html>")
    with pytest.raises(mm.ChoiceError, match="person 'lyn': there is no such person; did you mean 'lin'"):
        matching.agenda("lyn")


def test_who_has_met_does_not_meet_again() -> None:
    """The meetings of one event are ended for the next: history is kept without an option of its own."""
    cohort = people(np.random.default_rng(3), 4, 4)
    asked = program(formats.Flash(2))
    first = asked.match(cohort)
    met = {(pair.mentor, pair.mentee) for pair in first.pairs}
    second = asked.match(cohort, mm.Choices(ended=sorted(met)))
    assert met
    assert met.isdisjoint((pair.mentor, pair.mentee) for pair in second.pairs)
    assert second.verify()


def test_pinned_and_accepted_meetings_have_a_round_of_their_own() -> None:
    """What is settled takes a round like every other meeting, with a timetable and without."""
    asked, cohort, choices = small(pins=[("ada", "lin")], accepted=[("ada", "kay")])
    for one in (asked, asked.with_(format=formats.Flash(2))):
        matching = one.match(cohort, choices)
        assert {(m.mentor, m.mentee): m.status for m in matching.meetings}.items() >= {
            ("ada", "lin"): "pinned",
            ("ada", "kay"): "accepted",
        }.items()
        assert matching.verify()
        obeys(matching, cohort)


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ({"pins": [("ada", "tim")]}, "mentor ada and mentee tim are pinned or accepted and never there together"),
        (
            {"accepted": [("ada", "lin"), ("bo", "lin")]},
            "lin has 2 pinned or accepted meetings and is there in 1 round; take a pin back or end a pair",
        ),
        (
            {"pins": [("ada", "lin"), ("bo", "lin")]},
            "lin has 2 pinned or accepted meetings and is there in 1 round; take a pin back or end a pair",
        ),
    ],
)
def test_settled_meetings_that_cannot_be_are_named(choices: dict[str, object], expected: str) -> None:
    """Demands that the rounds cannot hold raise an error that says whose they are."""
    asked, cohort, said = small(**choices)
    with pytest.raises(mm.InfeasibleError) as refused:
        asked.match(cohort, said)
    assert expected in str(refused.value)


def test_a_timetable_that_cannot_hold_what_is_settled_is_named() -> None:
    """Pairs that each have a round in common, and together have not, are named together."""
    cohort = mm.Cohort.from_records(
        QUESTIONNAIRE,
        mentors=[
            {"id": "ada", "capacity": 2, "slots": ["9:00", "9:20"]},
            {"id": "bo", "slots": ["9:00"]},
            {"id": "cy", "slots": ["9:00"]},
        ],
        mentees=[{"id": mentee, "slots": ["9:00", "9:20"], "wants": 2} for mentee in ("kay", "lin")],
    )
    asked = program(formats.Flash(availability="slots"))
    pins = [("ada", "kay"), ("ada", "lin"), ("bo", "kay"), ("cy", "lin")]
    assert asked.match(cohort, mm.Choices(pins=pins[:3])).verify()
    with pytest.raises(mm.InfeasibleError) as refused:
        asked.match(cohort, mm.Choices(pins=pins))
    assert str(refused.value) == (
        "no timetable was found in which the pinned and accepted pairs meet (ada and kay, ada and lin, bo and kay and "
        "cy and lin); take a pin back or end a pair"
    )


def test_tampered_meetings_are_refused() -> None:
    """A check that calls no solver finds moved meetings, wrong points and proofs that do not hold."""
    from dataclasses import replace

    kinds = set()
    for seed in range(40):
        cohort = people(np.random.default_rng(seed), 3, 3, SLOTS[:3])
        matching = program(formats.Flash(availability="slots")).match(cohort)
        if len(matching.pairs) < 3:
            continue
        proof = matching.proof
        how = (proof.kind, proof.relaxed is not None, proof.timed is not None)
        kinds.add(how)
        rows = tuple(replace(pair, points=pair.points + 1) for pair in matching.pairs)
        assert not replace(matching, pairs=rows).verify()
        assert not replace(matching, pairs=matching.pairs[1:], at=matching.at[1:]).verify()
        assert not replace(matching, at=(matching.at[0],) * len(matching.at)).verify()
        assert not replace(matching, proof=replace(proof, mentee_prices=proof.mentee_prices + 1)).verify()
        if proof.relaxed is not None and proof.timed is None:
            assert not replace(matching, proof=replace(proof, kind="optimal")).verify()
        if proof.timed is not None:
            timed = replace(proof.timed, mentee_rounds=proof.timed.mentee_rounds + 1)
            assert not replace(matching, proof=replace(proof, timed=timed)).verify()
        read = mm.Matching.from_json(matching.to_json())
        assert read == matching
        assert read.with_scores(matching.scores).verify()
        assert read.to_json() == matching.to_json()
    assert {("optimal", False, False), ("claimed", True, False), ("optimal", True, True)} <= kinds


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, "format, rounds: expected a number of rounds; give rounds=, or availability= with the question"),
        ({"rounds": 0}, "format, rounds: expected a whole number from 1 to 1,000"),
        ({"rounds": 2.5}, "format, rounds: expected a whole number from 1 to 1,000"),
        ({"availability": " "}, "format, availability: expected the id of a question, or None"),
    ],
)
def test_a_format_that_cannot_be_meant_is_refused(arguments: dict[str, object], expected: str) -> None:
    """Flash says at once what is wrong with its settings."""
    with pytest.raises(mm.ProgramError) as refused:
        formats.Flash(**arguments)  # type: ignore[arg-type]
    assert expected in str(refused.value)


def test_what_has_no_meaning_with_a_timetable_is_refused_in_words() -> None:
    """Slots need a question both sides answer; some aims and questions need everybody to be there."""
    with pytest.raises(
        mm.ProgramError, match="format, availability: there is no question 'slot'; did you mean 'slots'"
    ):
        program(formats.Flash(availability="slot"))
    own = mm.ScoreMatrix.from_array([[8, 9], [5, 4]])
    with pytest.raises(mm.ProgramError, match="own scores say nothing of time slots"):
        mm.solve(own, format=formats.Flash(availability="slots"))
    asked, cohort, _ = small()
    for aim in (mm.Aim(stable=True), mm.Aim(fairness="lift_worst"), mm.Aim(balance="even")):
        with pytest.raises(mm.ProgramError, match="drop it, or match with rounds alone"):
            asked.with_(aim=aim).match(cohort)
        assert asked.with_(aim=aim, format=formats.Flash(2)).match(cohort).verify()
    matching = asked.match(cohort)
    with pytest.raises(mm.ProgramError, match="blocking_pairs: any change would have to keep that nobody is in two"):
        matching.blocking_pairs()
    with pytest.raises(mm.ProgramError, match=r"report: any change .* by_group\(\) and roster\(\) say how good it is"):
        matching.report()
    with pytest.raises(mm.ProgramError, match="popular_mentors: any change would have to keep that"):
        matching.popular_mentors("ada", decided=True)
    pairs = mm.solve(own)
    with pytest.raises(mm.ProgramError, match="expected a matching of the same format"):
        mm.solve(own, format=formats.Flash(2), previous=pairs)


def test_what_is_asked_of_pairs_can_be_asked_of_meetings() -> None:
    """Explanations, changes, alternatives and wishes are as for pairs; a program with slots is JSON like any other."""
    asked, cohort, choices = small(shortlists={"kay": ["bo", "ada"], "tim": ["ada"]})
    matching = asked.match(cohort, choices)
    assert matching.verify()
    assert mm.Program.from_json(asked.to_json()) == asked
    assert "Shares('slots')" in matching.explain("ada", "tim").outcome
    assert matching.changes_since(matching).kept
    assert [one.mentor for one in matching.alternatives("tim", 2)] == []
    assert [(one.mentor, one.mentee) for one in matching.forbidden_wishes] == [("ada", "tim")]
    assert matching.popular_mentors() is not None
    assert matching.spare_seats
    own = mm.solve(mm.ScoreMatrix.from_array([[8, 9], [5, 4]]), format=formats.Flash(2), capacity=2, wants=2)
    assert repr(own) == "FlashMatching(4 meetings in 2 rounds, 26 points, optimal)"
    assert own.blocking_pairs() == ()
    assert own.report().pairs == 4
    assert dict(own.seat_values()) == {}
    again = mm.solve(own.scores, format=formats.Flash(2), capacity=2, wants=2, previous=own, start=own)
    assert [m.mentee for m in again.meetings] == [m.mentee for m in own.meetings]


@settings(max_examples=25)
@given(st.integers(0, 2**32))
def test_lists_and_priorities_count_among_meetings(seed: int) -> None:
    """With lists, priorities, loads and a past, what is found is allowed, and never above its verified bound."""
    rng = np.random.default_rng(seed)
    cohort = people(rng, 3, 4, SLOTS[:3])
    mentors, mentees = cohort.mentors.ids, cohort.mentees.ids
    choices = mm.Choices(
        shortlists={e: [str(m) for m in rng.permutation(mentors)[:2]] for e in mentees if rng.random() < 0.7},
        priority={e: int(rng.integers(0, 2)) for e in mentees},
        avoid=[(mentors[0], mentees[0])],
    )
    matching = program(formats.Flash(2, availability="slots")).match(cohort, choices)
    assert matching.verify(), matching.verify()
    obeys(matching, cohort)
    assert max(Counter(one.mentor for one in matching.meetings).values(), default=0) <= 2
