"""What matchings say of choices: what could be kept and was, what a changed program leaves out of its counts."""

from __future__ import annotations

import pytest

import mentormatch as mm
from mentormatch import formats
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.errors import ChoiceError

SCORES = mm.ScoreMatrix.from_array([[8, 9, 3], [5, 4, 7]], mentors=["ada", "bo"], mentees=["tim", "kay", "lin"])
FIRST = mm.solve(SCORES, capacity=2)
YES = mm.Choices().record(FIRST, accepted="all")
ASKED = mm.Questionnaire([q.Number("years")])
PEOPLE = [{"id": person, "years": at} for at, person in enumerate("abcd")]


def reached(matching: mm.Matching, aim: str) -> str:
    """What the page of a matching says of an aim."""
    return next(str(one) for one in matching.aims if one.aim == aim)


@pytest.mark.parametrize(
    ("choices", "kept"),
    [
        (mm.Choices(), "3 of 3"),
        (mm.Choices(ended=[("ada", "tim")]), "2 of 2"),
        (mm.Choices(declines=[("ada", "tim")], expired=[("bo", "lin")]), "1 of 1"),
        (mm.Choices(bans=[("ada", "tim")], left=["kay"]), "1 of 1"),
        (mm.Choices(paused=["ada", "lin"]), "0"),
    ],
)
def test_previous_pairs_are_counted_that_may_be_made_again(choices: mm.Choices, kept: str) -> None:
    """A pair that was ended, refused or left on purpose is no pair that the matching failed to keep."""
    assert reached(mm.solve(SCORES, capacity=2, choices=choices, previous=FIRST), "changes") == kept


def test_accepted_pairs_and_lists_of_those_who_take_no_part_are_not_counted() -> None:
    """Somebody who left is no accepted pair that was lost, and no mentee whom the program failed."""
    lists = YES.with_(shortlists={"tim": ["ada"], "kay": ["bo"], "lin": ["bo"]}, left=["tim"])
    later = mm.solve(SCORES, capacity=2, choices=lists)
    assert reached(later, "accepted") == "2 of 2"
    assert reached(later, "listed") == "1 of 2"
    nobody = mm.solve(
        SCORES, capacity=2, wants={"lin": 0}, choices=mm.Choices(shortlists={"lin": ["bo"], "tim": ["bo"]})
    )
    assert reached(nobody, "listed") == "1 of 1"


def test_an_accepted_pair_that_lost_its_seat_is_counted() -> None:
    """Where a mentor has fewer seats than promises, the count says how many of them could not be kept."""
    assert reached(mm.solve(SCORES, capacity=1, choices=YES), "accepted") == "2 of 3"


def test_kept_pairs_that_were_accepted_are_counted_and_not_listed() -> None:
    """After an approval round nearly every pair is accepted, which would bury the few that changed."""
    said = mm.Choices().record(FIRST, accepted=[("ada", "tim"), ("bo", "lin")], declined=[("ada", "kay")])
    assert str(mm.solve(SCORES, capacity=2, choices=said, previous=FIRST).changes_since(FIRST)) == (
        "Changes\n"
        "=======\n"
        "\n"
        "pairs   3 now, 3 before\n"
        "points  19 now, 24 before\n"
        "kept    2 (2 of them accepted now, proposed before)\n"
        "moved   1\n"
        "ended   0\n"
        "new     0\n"
        "\n"
        "Changes\n"
        "         mentee  mentor before  mentor now  why\n"
        "  moved  kay     ada            bo          declined"
    )


def test_kept_pairs_with_other_points_or_another_status_are_listed() -> None:
    """A pair whose score moved, and one whose promise was taken back, are changes that somebody should look at."""
    before = mm.solve(SCORES, capacity=2, choices=YES.with_(accepted=[("bo", "lin")]))
    scores = mm.ScoreMatrix.from_array([[8, 6, 3], [5, 4, 7]], mentors=["ada", "bo"], mentees=["tim", "kay", "lin"])
    changes = mm.solve(scores, capacity=2, choices=YES.with_(accepted=[("ada", "kay"), ("ada", "tim")])).changes_since(
        before
    )
    assert str(changes) == (
        "Changes\n"
        "=======\n"
        "\n"
        "pairs   3 now, 3 before\n"
        "points  21 now, 24 before\n"
        "kept    3 (1 of them accepted now, proposed before; 2 with another status or points)\n"
        "moved   0\n"
        "ended   0\n"
        "new     0\n"
        "\n"
        "Changes\n"
        "        mentee  mentor before  mentor now  why\n"
        "  kept  kay     ada            ada         accepted now, proposed before; 6 points now, 9 before\n"
        "  kept  lin     bo             bo          proposed now, accepted before"
    )
    assert [one["reason"] for one in changes.to_records() if one["mentee"] == "tim"] == [
        "accepted now, proposed before"
    ]


def test_a_pair_ends_whether_or_not_it_stands_in_the_choices() -> None:
    """The pair of an earlier year may be known to the matching alone, and an unknown id is found at the next one."""
    ended = mm.Choices().end("ada", "tim")
    assert ("ada", "tim") not in {(pair.mentor, pair.mentee) for pair in mm.solve(SCORES, choices=ended).pairs}
    with pytest.raises(
        ChoiceError, match=r"ended .ada, tmi., mentee 'tmi': there is no such mentee; did you mean 'tim'"
    ):
        mm.solve(SCORES, choices=ended.end("ada", "tmi"))


def test_a_new_round_keeps_what_was_accepted() -> None:
    """An accepted pair was not for one round only: it goes when somebody ends it (convention 7.2)."""
    assert YES.next_round().accepted == YES.accepted
    assert [pair.status for pair in mm.solve(SCORES, capacity=2, choices=YES.next_round()).pairs] == ["accepted"] * 3


def test_a_person_twice_on_a_list_and_on_their_own_is_told_both() -> None:
    """One mistake on a list does not hide the other."""
    with pytest.raises(ChoiceError) as caught:
        mm.Choices(shortlists={"tim": ["tim", "ada", "ada"]})
    assert [finding.code for finding in caught.value.findings] == ["own_list", "choice_twice"]


def test_nobody_is_accepted_by_themselves() -> None:
    """An accepted pair stays whatever conditions say, so one person on both sides of it is an error (convention 1)."""
    sides = mm.Cohort.from_records(ASKED, mentors=PEOPLE[:2], mentees=PEOPLE[:2])
    pool = mm.Cohort.from_records(ASKED, people=PEOPLE)
    program = mm.Program("Spring", ASKED, [r.Close("years", within=10)])
    peers = program.with_(format=formats.Peers())
    said = mm.Choices(accepted=[("a", "a")])
    own = mm.ScoreMatrix.from_array([[1, 2], [3, 4]], mentors=["a", "b"], mentees=["a", "b"], same_people=True)
    for solved in (
        lambda: program.match(sides, said),
        lambda: peers.match(pool, said),
        lambda: mm.solve(own, choices=said),
    ):
        with pytest.raises(ChoiceError) as caught:
            solved()
        assert (
            str(caught.value)
            == "accepted (a, a), person 'a': nobody is matched with themselves; take it out of accepted"
        )
    apart = mm.ScoreMatrix.from_array([[1, 2], [3, 4]])
    pairs = mm.solve(apart, choices=mm.Choices(accepted=[(0, 0)])).pairs
    assert next((pair.mentor, pair.mentee, pair.status) for pair in pairs) == ("0", "0", "accepted")
