"""What groups of people get, side by side: full texts, figures counted by hand, and plain words on their limits."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import plainly
import pytest
import strategies
from test_report import MATCHING, PEOPLE, PROGRAM, TOWNS

import mentormatch as mm
from mentormatch import rules as r
from mentormatch.by_group import NO_ANSWER, GroupFigures


def test_a_comparison_of_groups_in_full() -> None:
    """The harm comes before the figures, differences name the groups, and what the figures cannot say comes last."""
    assert str(MATCHING.by_group("town")) == (
        "Rhine by 'town'\n"
        "===============\n"
        "\n"
        "the harm looked for  one group gets a mentor, a fitting one or the one they asked for less often\n"
        "                     than another\n"
        "\n"
        "Mentees\n"
        "  town       people  matched  points a pair  from list  first choice\n"
        "  Bonn            1     100%          4,167       100%          100%\n"
        "  Ulm             2      50%          8,750       100%          100%\n"
        "  no answer       1     100%          1,250       100%          100%\n"
        "\n"
        "How far groups of mentees are apart\n"
        "                 lowest         highest                   difference  ratio\n"
        "  matched        Ulm       50%  Bonn      100%  50 percentage points   0.50\n"
        "  points a pair  Bonn    4,167  Ulm      8,750                 4,583   0.48\n"
        "  from list      all      100%  all       100%                     0   1.00\n"
        "  first choice   all      100%  all       100%                     0   1.00\n"
        "\n"
        "Mentors\n"
        "  town  people  matched  points a pair\n"
        "  Bonn       1     100%          5,000\n"
        "  Ulm        1     100%          4,167\n"
        "\n"
        "How far groups of mentors are apart\n"
        "                 lowest         highest         difference  ratio\n"
        "  matched        all      100%  all       100%           0   1.00\n"
        "  points a pair  Ulm     4,167  Bonn     5,000         833   0.83\n"
        "\n"
        "Small groups say little: one mentee more or less with a partner moves Bonn by 100 percentage points.\n"
        "Groups of fewer than 10 people: Bonn (1 mentee), Ulm (2 mentees), Bonn (1 mentor) and Ulm (1\n"
        "mentor).\n"
        "\n"
        "Matched: the share of those who take part that have a partner. From list and first choice: of those\n"
        "who gave a list. Ratio: the lowest over the highest, 1 is equal.\n"
        "\n"
        "Who gave no answer stands apart and is left out of the differences. People who leave a question\n"
        "blank are seldom a random part of all.\n"
        "\n"
        "What these figures cannot say: why groups differ (wishes, departments and seats differ too), who\n"
        "never signed up, how people fare who are in two groups at once, and how good the mentoring is.\n"
        "Points measure fit by the rules; where the rules favour a group, equal points are not fair. Equal\n"
        "figures prove no fairness and unequal ones no harm: they say where to ask."
    )


@pytest.mark.parametrize("question", ["department", "grade", "interests", "mood", "goals", "skills"])
@pytest.mark.parametrize("seed", range(8))
def test_groups_are_counted_right(question: str, seed: int) -> None:
    """Every group has the people who gave that answer, with what they got; a blank is a group of its own."""
    mentors, mentees = strategies.seeded(seed, 5, 9)
    mentees[-1]["id"] = "e8"
    mentees[0]["wants"], mentors[0]["capacity"], mentors[1]["capacity"] = 2, 2, 0
    lists = {one["id"]: ["m2", "m0"] for one in mentees[1:5]}
    program = mm.Program("p", plainly.QUESTIONNAIRE, [r.Close("mood")], [r.Differs("department", if_unknown="allow")])
    matching = program.match(strategies.cohort(mentors, mentees), mm.Choices(shortlists=lists))
    groups = matching.by_group(question)
    asked = plainly.QUESTIONS[question]
    for side, people in (("mentor", mentors), ("mentee", mentees)):
        expected: dict[str, dict[str, Any]] = defaultdict(lambda: defaultdict(int))
        for person in people if asked.asks(side) else ():
            name = person["id"]
            own = [pair for pair in matching.pairs if getattr(pair, side) == name]
            if person.get("capacity") == 0:
                continue
            ranks = [lists[name].index(p.mentor) for p in own if p.mentor in lists.get(name, ())]
            given = person[question] or NO_ANSWER
            for group in given if isinstance(given, list) else [given]:
                counts = expected[str(group)]
                counts["people"] += 1
                counts["paired"] += bool(own)
                counts["pairs"] += len(own)
                counts["points"] += sum(pair.points for pair in own)
                counts["lists"] += side == "mentee" and name in lists
                counts["listed"] += bool(ranks)
                counts["first"] += 0 in ranks
        found = {row.group: row for row in groups.of(side)}  # type: ignore[arg-type]
        assert found == {
            group: GroupFigures(side, group, *(counts[name] for name in ORDER))  # type: ignore[arg-type]
            for group, counts in expected.items()
        }
        values = [row.measure("share") for group, row in found.items() if group != NO_ANSWER]
        known = [value for value in values if value is not None]
        apart = max(known) - min(known) if len(known) > 1 else None
        assert groups.difference("share", side) == apart  # type: ignore[arg-type]


ORDER = ("people", "paired", "pairs", "points", "lists", "listed", "first")


def test_numbers_make_bands_of_about_equal_size_on_each_side() -> None:
    """Everybody with an answer is in one band, and no band goes beyond the answers of its side."""
    years = [1, 1, 1, 2, 3, 3, 5, 8, 13, 20]
    cohort = mm.Cohort.from_records(
        TOWNS,
        mentors=[{"id": f"m{at}", "years": value} for at, value in enumerate(years[5:])],
        mentees=[{"id": f"e{at}", "years": value} for at, value in enumerate(years[:5])],
    )
    groups = PROGRAM.match(cohort).by_group("years")
    assert [(row.group, row.people) for row in groups.of("mentee")] == [("1", 3), ("2", 1), ("3", 1)]
    assert [(row.group, row.people) for row in groups.of("mentor")] == [
        ("3 to 5", 2),
        ("8", 1),
        ("13", 1),
        ("20", 1),
    ]


def test_groups_that_nobody_was_asked_for_may_be_brought() -> None:
    """A mapping of ids to groups serves what stays out of the questionnaire; who is not in it gave no answer."""
    groups = MATCHING.by_group({"eve": "A", "fay": "B", "gil": " B ", "ada": "no answer"})
    assert [(row.side, row.group, row.people, row.paired) for row in groups.rows] == [
        ("mentee", "A", 1, 0),
        ("mentee", "B", 2, 2),
        ("mentee", "no answer", 1, 1),
        ("mentor", "no answer (an option)", 1, 1),
        ("mentor", "no answer", 1, 1),
    ]
    assert (groups.difference("share"), groups.ratio("share"), groups.ratio("points", "mentor")) == (1, 0, None)
    with pytest.raises(mm.ProgramError) as caught:
        MATCHING.by_group({"evee": "A", 1.5: "B", "eve": ""})
    assert [finding.code for finding in caught.value.findings] == ["unknown_person", "id_kind", "group"]
    assert caught.value.findings[0].hint == "did you mean 'eve'?"


def test_what_makes_no_groups_is_refused() -> None:
    """Free text, unknown questions and measures, and own scores without answers are said plainly."""
    saved = mm.Matching.from_json(MATCHING.to_json())
    for matching, question, message in (
        (MATCHING, "hopes", "by_group, question 'hopes': expected a question with options or numbers, not Text"),
        (MATCHING, "twon", "there is no question 'twon'; did you mean 'town'?"),
        (MATCHING, 7, "by_group: expected the id of a question or a mapping of ids to groups"),
        (saved, "town", "by_group: there are no answers behind this matching; give a mapping of ids to groups"),
    ):
        with pytest.raises(mm.ProgramError) as caught:
            matching.by_group(question)  # type: ignore[arg-type]
        assert str(caught.value) == message
    with pytest.raises(mm.ProgramError, match=r"shares: there is no such measure; did you mean 'share'\?"):
        MATCHING.by_group("town").difference("shares")  # type: ignore[arg-type]
    assert saved.by_group({"eve": "A", "fay": "B"}).difference("share") == 1


def test_a_page_by_private_answers_says_for_whom_it_is() -> None:
    """Small groups give private answers away, and whoever passes the page on has read that."""
    assert "this page is for\nadministrators." in str(MATCHING.by_group("faith"))
    assert "administrators" not in str(MATCHING.by_group("town"))


def test_people_in_several_groups_are_announced() -> None:
    """Who ticked two options is counted in both, and the page says so."""
    groups = MATCHING.by_group("goals")
    assert groups.overlapping
    assert [(row.group, row.people) for row in groups.rows] == [("Lead", 1), ("Write", 1), ("Rest", 2), (NO_ANSWER, 1)]
    assert "One person may be in several groups, so the groups do not add up to all people." in str(groups)


def test_nobody_makes_no_groups() -> None:
    """An empty cohort has no groups, no differences and a page all the same."""
    matching = PROGRAM.match(mm.Cohort.from_records(TOWNS))
    assert matching.by_group("town").difference("share") is None
    assert matching.by_group("years").rows == ()
    assert "What these figures cannot say" in str(matching.by_group("town"))


def test_peers_are_told_that_a_report_is_not_for_them() -> None:
    """What speaks of mentors and seats says so, and does not count peers twice."""
    cohort = mm.Cohort.from_records(plainly.QUESTIONNAIRE, people=[{"id": "a", "mood": 1}, {"id": "b", "mood": 2}])
    program = mm.Program("p", plainly.QUESTIONNAIRE, [r.Close("mood")], format=mm.formats.Peers())
    matching = program.match(cohort)
    with pytest.raises(mm.ProgramError, match="report: speaks of seats and of who prefers whom; aims and pairs"):
        matching.report()
    with pytest.raises(mm.ProgramError, match="by_group: compares mentees by their mentors, and peers have none"):
        matching.by_group("mood")


def test_the_records_hold_every_measure() -> None:
    """One record for each group, with counts and measures, None where there is nothing to divide by."""
    assert len(PEOPLE.mentees) == 4
    assert MATCHING.by_group("town").to_records()[0] == {
        "question": "town",
        "side": "mentee",
        "group": "Bonn",
        "people": 1,
        "paired": 1,
        "pairs": 1,
        "share": 1.0,
        "points": 4167.0,
        "listed": 1.0,
        "first": 1.0,
    }
