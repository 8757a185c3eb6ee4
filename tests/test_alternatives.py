"""Whom else a mentee could have: against a plain sort of the pairs that may be made, in full texts, what is hidden."""

from __future__ import annotations

import random
from hashlib import blake2b
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from plain_solve import Pair
from plain_wishes import Asked
from test_explain import QUESTIONNAIRE, answer, cohort, private_answer, rules_of
from test_wishes import own_case, ruled_case, settings_of

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r

TOWNS = mm.Questionnaire(
    [q.MultiChoice("towns", ["Bonn", "Kiel", "Ulm"]), q.Scale("mood", 1, 5), q.Choice("team", ["Sales", "Finance"])]
)
PROGRAM = mm.Program(
    "Spring",
    TOWNS,
    [r.Shares("towns", weight=3), r.Close("mood")],
    [r.Differs("team", if_unknown="allow")],
)
PEOPLE = mm.Cohort.from_records(
    TOWNS,
    mentors=[
        {"id": "ada", "name": "Ada Lovelace", "towns": ["Bonn"], "mood": 3, "team": "Sales"},
        {"id": "bo", "towns": ["Bonn", "Ulm"], "mood": 4, "capacity": 2},
        {"id": "cy", "mood": 3, "capacity": 2},
        {"id": "di", "towns": ["Ulm"], "mood": 1, "team": "Finance"},
        {"id": "ed", "towns": ["Bonn"], "mood": 3, "capacity": 0},
        {"id": "flo", "towns": ["Bonn"], "mood": 3},
        {"id": "gus", "towns": ["Bonn"], "mood": 3},
    ],
    mentees=[
        {"id": "kay", "name": "Kay Fox", "towns": ["Bonn"], "mood": 3, "team": "Finance"},
        {"id": "lin", "towns": ["Bonn"], "mood": 3},
        {"id": "tim", "towns": ["Ulm"], "mood": 1},
    ],
)
CHOICES = mm.Choices(
    shortlists={"kay": ["gus", "bo", "ada"]},
    declines=[("flo", "kay"), ("gus", "kay", "too busy")],
    pins=[("bo", "lin")],
)
MATCHING = PROGRAM.match(PEOPLE, CHOICES)


def test_alternatives_in_full() -> None:
    """The list first, then points, each with the seats that are left and what the score consists of."""
    assert [(pair.mentor, pair.mentee) for pair in MATCHING.pairs] == [("bo", "kay"), ("bo", "lin"), ("di", "tim")]
    assert str(MATCHING.alternatives("kay", 3)) == (
        "Alternatives for mentee kay (Kay Fox)\n"
        "=====================================\n"
        "\n"
        "has  bo\n"
        "\n"
        "  mentor              points  rank  seats        consists of\n"
        "  ada (Ada Lovelace)  10,000     3  1 of 1 left  towns 7,500 of 7,500, mood 2,500 of 2,500\n"
        "  cy                   6,875        2 of 2 left  towns 4,375 of 7,500 (blank), mood 2,500 of 2,500"
    )
    assert repr(MATCHING.alternatives("kay", 3)) == "Candidates(kay: ada 10,000 and cy 6,875)"


def test_a_full_mentor_is_an_alternative_and_said_to_be_full() -> None:
    """Somebody without a seat left could still be freed, so they are named, with what they have."""
    found = MATCHING.alternatives("tim", 9)
    seats = [(one.mentor, one.load, one.capacity, one.seats_left, one.seats) for one in found if one.mentor == "bo"]
    assert seats == [("bo", 2, 2, 0, "full")]


def test_alternatives_as_a_sequence_and_as_records() -> None:
    """They are counted, indexed, cut and iterated like a tuple, and give one plain record each."""
    found = MATCHING.alternatives("kay", 2)
    assert (len(found), found[0].mentor, [one.mentor for one in found[1:]], found.has) == (2, "ada", ["cy"], ("bo",))
    assert found.to_records()[0] == {
        "mentee": "kay",
        "mentor": "ada",
        "mentor_name": "Ada Lovelace",
        "points": 10_000,
        "band": None,
        "rank": 3,
        "load": 0,
        "capacity": 1,
        "parts": {"towns": 7_500, "mood": 2_500},
    }
    assert not MATCHING.alternatives("kay", 0)


def test_nobody_else_in_full() -> None:
    """Where no other mentor is possible, the page says so, with and without a mentor at present."""
    scores = mm.ScoreMatrix.from_array([[5, 4]], ["ada"], ["kay", "tim"])
    matching = mm.solve(scores, choices=mm.Choices(paused=["tim"]))
    title = "Alternatives for mentee kay\n===========================\n\n"
    assert str(matching.alternatives("kay", 3)) == f"{title}has  ada\n\nNo other mentor is possible."
    assert "has  nobody\n\nNo mentor is possible." in str(matching.alternatives("tim", 3))


def test_what_cannot_be_asked() -> None:
    """Unknown people get the nearest id, a count must be one, an audience one of three, and scores are needed."""
    calls: list[tuple[Any, type[mm.MentormatchError], str]] = [
        (("kya", 3), mm.ChoiceError, "mentee 'kya': there is no such mentee; did you mean 'kay'?"),
        ((None, 3), mm.ChoiceError, "mentees: expected an id that is not blank"),
        (("kay", -1), mm.ChoiceError, "k: expected a whole number from 0"),
        (("kay", 2.0), mm.ChoiceError, "k: expected a whole number from 0"),
        (("kay", 2, "boss"), mm.ProgramError, "audience: expected 'administrator', 'mentor' or 'mentee'"),
        (("kay", 2, ["mentee"]), mm.ProgramError, "audience: expected 'administrator', 'mentor' or 'mentee'"),
    ]
    for arguments, error, text in calls:
        with pytest.raises(error) as caught:
            MATCHING.alternatives(*arguments)
        assert str(caught.value) == text
    saved = mm.Matching.from_json(MATCHING.to_json())
    with pytest.raises(mm.ProgramError) as without:
        saved.alternatives("kay", 3)
    assert str(without.value) == "matching: a saved matching carries no answers; use with_scores()"
    assert MATCHING.scores is not None
    assert saved.with_scores(MATCHING.scores).alternatives("kay", 3) == MATCHING.alternatives("kay", 3)


def possible(asked: Asked, pair: Pair) -> bool:
    """Whether the pair could be made, whatever the others do."""
    if not asked.known(pair) or not asked.seats(pair[0]) or not asked.open(pair, 0):
        return False
    return asked.asks(pair[1]) > 0 or not asked.is_new(pair)


def in_order(asked: Asked, mentee: str, mentors: list[str], compared: set[str]) -> list[str]:
    """The mentors sorted by what a pair with them is worth on the levels compared, then by the hash of their ids."""
    lists, wishes = asked.longest

    def worth(mentor: str) -> tuple[Any, ...]:
        pair = (mentor, mentee)
        bonus = asked.bonus * bool(asked.rank(pair)) if asked.lists == "bonus" else 0
        values = {
            "rank": lists + 1 - asked.rank(pair) if asked.rank(pair) else 0,
            "wishes": wishes + 1 - asked.wish(pair) if asked.wish(pair) else 0,
            "avoid": -(pair in asked.avoid),
            "favour": pair in asked.favour,
            "changes": pair in asked.previous,
            "points": asked.worth(pair) + bonus,
        }
        hashed = int.from_bytes(blake2b(mentor.encode(), digest_size=8).digest(), "little")
        return (*(-values[level] for level in asked.levels if level in values and level in compared), hashed)

    return sorted(mentors, key=worth)


COMPARED = {
    "administrator": {"rank", "wishes", "avoid", "favour", "changes", "points"},
    "mentee": {"rank", "points"},
    "mentor": {"points"},
}


@pytest.mark.parametrize("case", [own_case, ruled_case])
def test_alternatives_are_the_possible_pairs_sorted(case: Any) -> None:
    """Whatever people have said: who may be had and is not, in the order of the aims, with rank, load and points."""
    some = 0
    for seed in range(180):
        scores, asked = case(seed)
        try:
            matching = mm.solve(scores, **settings_of(asked, seed))
        except mm.InfeasibleError:
            continue
        pairs = {(pair.mentor, pair.mentee) for pair in matching.pairs}
        for mentee in asked.wants:
            mentors = [m for m in asked.capacity if possible(asked, (m, mentee)) and (m, mentee) not in pairs]
            for audience, compared in COMPARED.items():
                if scores.cohort is not None and audience != "administrator":
                    continue  # a private rule may hide the points
                found = matching.alternatives(mentee, 99, audience)  # type: ignore[arg-type]
                assert [one.mentor for one in found] == in_order(asked, mentee, mentors, compared)
                for one in found:
                    assert one.points == asked.worth((one.mentor, mentee))
                    assert one.rank == (asked.rank((one.mentor, mentee)) or None if audience != "mentor" else None)
                    assert one.load == sum(m == one.mentor for m, _ in pairs)
                    assert one.capacity == asked.capacity[one.mentor]
            assert matching.alternatives(mentee, 2) == mm.Candidates(
                mentee,
                scores.person("mentee", mentee)[1],
                "administrator",
                matching.alternatives(mentee, 99).candidates[:2],
                tuple(sorted(m for m, e in pairs if e == mentee)),
            )
            some += len(mentors)
    assert some > 80


def test_the_order_of_a_stable_matching_is_that_of_its_mentees() -> None:
    """There a mentee prefers by list and then by points, and nothing that people said otherwise counts."""
    scores = mm.ScoreMatrix.from_array([[1], [2], [3], [9]], ["ada", "bo", "cy", "di"], ["kay"])
    choices = mm.Choices(
        shortlists={"kay": ["ada"]}, wishes={"bo": ["kay"]}, favour=[("bo", "kay")], avoid=[("cy", "kay")]
    )
    for aim, wanted in (
        (mm.Aim(stable=True), ["di", "cy", "bo"]),
        (mm.Aim(), ["bo", "di", "cy"]),
        (mm.Aim(stable=True, shortlists="bonus", bonus=50), ["cy", "bo", "ada"]),
    ):
        matching = mm.solve(scores, choices=choices, aim=aim)
        assert [one.mentor for one in matching.alternatives("kay", 9)] == wanted


def people(draw: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Up to four mentors with a seat or two, and up to three mentees."""
    mentors = [
        {"id": f"m{k}", "capacity": draw(st.sampled_from([1, 2])), **answer(draw, "mentor")}
        for k in range(draw(st.integers(1, 4)))
    ]
    return mentors, [{"id": f"e{k}", **answer(draw, "mentee")} for k in range(draw(st.integers(1, 3)))]


@settings(max_examples=60)
@given(st.data())
def test_a_mentors_private_answer_changes_nothing_that_mentees_read(data: st.DataObject) -> None:
    """With one private rule neither order, nor who is named, nor any number tells what a mentor answered to it."""
    rules = rules_of(data.draw, 1)
    mentors, mentees = people(data.draw)
    changed = [dict(person) for person in mentors]
    data.draw(st.sampled_from(changed)).update(private_answer(data.draw))
    minimum = data.draw(st.sampled_from([0, 2_000, 5_000]))
    program = mm.Program("p", QUESTIONNAIRE, rules, aim=mm.Aim(minimum_score=minimum))
    before, after = program.match(cohort(mentors, mentees)), program.match(cohort(changed, mentees))
    for mentee in before.demand.mentees:
        for audience in ("mentee", "mentor"):
            for k in (1, 9):
                one, other = (m.scores.top(mentee, k, audience) for m in (before, after))  # type: ignore[union-attr]
                assert (one, str(one), one.to_records()) == (other, str(other), other.to_records())
    assume({(p.mentor, p.mentee) for p in before.pairs} == {(p.mentor, p.mentee) for p in after.pairs})
    for mentee in before.demand.mentees:
        for audience in ("mentee", "mentor"):
            one, other = (m.alternatives(mentee, 9, audience) for m in (before, after))  # type: ignore[arg-type]
            assert one == other
            for candidate in one:
                assert before.scores.points(candidate.mentor, mentee) >= minimum  # type: ignore[union-attr]


@settings(max_examples=50)
@given(st.data())
def test_others_read_no_private_word(data: st.DataObject) -> None:
    """No option, title or label of a private rule stands in what mentors and mentees are shown."""
    rules = rules_of(data.draw, data.draw(st.integers(0, 3)))
    mentors, mentees = people(data.draw)
    matching = mm.Program("p", QUESTIONNAIRE, rules, [r.Same("faith", label="Quokka together")]).match(
        cohort(mentors, mentees)
    )
    assert matching.scores is not None
    for mentee in matching.demand.mentees:
        for audience in ("mentor", "mentee"):
            for found in (matching.alternatives(mentee, 9, audience), matching.scores.top(mentee, 9, audience)):  # type: ignore[arg-type]
                text = f"{found}{found!r}{found.candidates!r}{found.to_records()}"
                for word in ("Zurna", "Quokka", "Xylem", "faith", "worries", "mood"):
                    assert word not in text


def test_the_order_of_rows_changes_no_alternative() -> None:
    """People may come in any order (convention 2)."""
    rng = random.Random(5)
    for seed in range(30):
        scores, asked = own_case(seed)
        if not asked.capacity or not asked.wants:
            continue
        mentors, mentees = (rng.sample(ids, len(ids)) for ids in (scores.mentors, scores.mentees))
        points = scores.block(mentors, mentees)
        turned = mm.ScoreMatrix.from_array(points, mentors, mentees, allowed=points >= 0)
        given_ = settings_of(asked) | {"mode": "approve"}
        try:
            one, other = mm.solve(scores, **given_), mm.solve(turned, **given_)
        except mm.InfeasibleError:
            continue
        for mentee in mentees:
            assert one.alternatives(mentee, 3) == other.alternatives(mentee, 3)
