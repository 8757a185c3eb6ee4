"""How good a matching is as a whole: full texts, and every figure counted anew by hand."""

from __future__ import annotations

from collections import Counter

import plain_wishes
import pytest
from test_alternatives import possible
from test_wishes import own_case, ruled_case, settings_of

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.report import PointsSpread

TOWNS = mm.Questionnaire(
    [
        q.MultiChoice("goals", ["Lead", "Write", "Rest"], asked_of="mentee"),
        q.MultiChoice("reached", ["Lead", "Write", "Rest"], asked_of="mentor"),
        q.Choice("town", ["Bonn", "Ulm"]),
        q.Choice("faith", ["Zurna", "Quokka"], private=True),
        q.Number("years", minimum=0),
        q.Text("hopes", asked_of="mentee"),
    ]
)
PROGRAM = mm.Program(
    "Rhine",
    TOWNS,
    [r.Covers("goals", by="reached", weight=3), r.Same("faith")],
    [r.Differs("town", if_unknown="allow")],
)
PEOPLE = mm.Cohort.from_records(
    TOWNS,
    mentors=[
        {"id": "ada", "name": "Ada Lovelace", "capacity": 2, "reached": ["Lead", "Write"], "town": "Bonn", "years": 9},
        {"id": "bo", "reached": ["Rest"], "town": "Ulm", "faith": "Zurna", "years": 7},
        {"id": "cy", "capacity": 0, "reached": ["Lead"], "town": "Ulm"},
    ],
    mentees=[
        {"id": "eve", "goals": ["Lead", "Rest"], "town": "Ulm", "faith": "Quokka", "years": 1},
        {"id": "fay", "goals": ["Write"], "town": "Ulm", "years": 2},
        {"id": "gil", "goals": ["Rest"], "faith": "Zurna", "years": 3},
        {"id": "hal", "town": "Bonn", "years": 4},
    ],
)
CHOICES = mm.Choices(shortlists={"gil": ["ada", "bo"], "hal": ["bo"], "fay": ["ada"]})
MATCHING = PROGRAM.match(PEOPLE, CHOICES)


def test_a_report_in_full() -> None:
    """Who is matched, ranks, points beside what was possible, the weakest pairs, load, blanks and what was not."""
    assert str(MATCHING.report(weakest=2)) == (
        "Quality of Rhine\n"
        "================\n"
        "\n"
        "mentees with a mentor         3 of 4 (75%)\n"
        "mentors with a mentee         2 of 2 (100%)\n"
        "seats filled                  3 of 3 (100%)\n"
        "points of the pairs           4,722 on average, median 4,167, from 1,250 to 8,750\n"
        "points of all possible pairs  5,833 on average\n"
        "of the best possible          71% on average of what each mentee could have at best\n"
        "lists                         3 of 3 (100%) have somebody from their list, 3 their first choice\n"
        "blocking pairs                1\n"
        "weight judged                 50% on average; the rest was left blank or did not count; less than\n"
        "                              half in 1 pair\n"
        "proof                         optimal: nothing better exists; 14 whole-number prices prove it, and\n"
        "                              verify() checks them\n"
        "\n"
        "Whom mentees with a list have\n"
        "                 mentees  share\n"
        "  choice 1             3   100%\n"
        "  somebody else        0     0%\n"
        "  nobody               0     0%\n"
        "\n"
        "Points of the pairs, beside all that are possible\n"
        "           points  pairs made  share  possible  share\n"
        "  9,000 to 10,000           0     0%         1    20%\n"
        "   8,000 to 8,999           1    33%         1    20%\n"
        "   5,000 to 5,999           0     0%         1    20%\n"
        "   4,000 to 4,999           1    33%         1    20%\n"
        "   1,000 to 1,999           1    33%         1    20%\n"
        "\n"
        "The pairs with the fewest points\n"
        "  mentor              mentee  points  best possible  rank  lost most at\n"
        "  ada (Ada Lovelace)  gil      1,250         10,000     1  goals\n"
        "  bo                  hal      4,167          4,167     1  goals\n"
        "\n"
        "Load of the mentors\n"
        "  mentees each  mentors  with a seat left\n"
        "             1        1                 0\n"
        "             2        1                 0\n"
        "\n"
        "Who would rather have each other\n"
        "  mentor              mentee\n"
        "  ada (Ada Lovelace)  eve\n"
        "\n"
        "Without a pair\n"
        "          why            people\n"
        "  mentor  no seats            1\n"
        "  mentee  partners full       1\n"
        "\n"
        "Blank answers\n"
        "  question    mentors    mentees\n"
        "  goals     not asked          1\n"
        "  reached           0  not asked\n"
        "  town              0          1\n"
        "  faith             2          2\n"
        "  years             1          0\n"
        "  hopes     not asked          4\n"
        "\n"
        "Points say how well two people's answers fit by the rules of this program. They do not say how well\n"
        "the two will get on: compare them with what the pairs report later.\n"
        "\n"
        "Blocking pairs are no mistake: the program puts other aims before what two people alone would\n"
        "prefer, such as a mentor for as many mentees as possible."
    )


@pytest.mark.parametrize("seed", range(120))
def test_every_figure_is_counted_right(seed: int) -> None:
    """People, seats, ranks, bands, the best possible points and the weakest pairs, as a few plain loops count them."""
    scores, asked = (own_case if seed % 2 else ruled_case)(seed)
    if plain_wishes.best(asked) is None:
        return
    matching = mm.solve(scores, **settings_of(asked, seed))
    report = matching.report(weakest=3)
    has: dict[str, list[str]] = {}
    for pair in matching.pairs:
        has.setdefault(pair.mentee, []).append(pair.mentor)
    load = Counter(pair.mentor for pair in matching.pairs)
    mentees = [e for e in scores.mentees if e in has or asked.asks(e)]
    mentors = [m for m in scores.mentors if load[m] or (asked.seats(m) and m not in asked.barred)]
    assert (report.mentees, report.paired) == (len(mentees), len(has))
    assert (report.mentors, report.busy) == (len(mentors), len(load))
    assert [(one.mentor, one.load) for one in report.loads] == [(m, load[m]) for m in sorted(mentors)]

    made = {(pair.mentor, pair.mentee): pair.points for pair in matching.pairs}
    points = {
        (m, e): asked.worth((m, e))
        for m in scores.mentors
        for e in scores.mentees
        if (m, e) not in made and possible(asked, (m, e))
    }
    points |= made
    width = max(10_000, scores.max_points) // 10
    for at, band in enumerate(report.bands):
        inside = {pair for pair, value in points.items() if min(value // width, 9) == at}
        assert (band.possible, band.matched) == (len(inside), len(inside & made.keys()))
    weakest = sorted((value, *pair) for pair, value in made.items())[:3]
    assert [(one.points, one.mentor, one.mentee) for one in report.weakest] == weakest
    for one in report.weakest:
        assert one.best == max(value for (_, e), value in points.items() if e == one.mentee)
    assert set(report.blocking) == set(matching.blocking_pairs())
    assert sum(count for _, _, count in report.unmatched) == len(matching.unmatched)

    ranks = [
        min((matching.demand.ranks[e][m] for m in has.get(e, ()) if m in matching.demand.ranks[e]), default=0)
        for e in mentees
        if matching.demand.ranks.get(e)
    ]
    assert [*report.ranks] == [ranks.count(rank) for rank in range(1, max([*ranks, 0]) + 1)]
    assert report.off_list + report.unserved == ranks.count(0)
    assert report.lists == len(ranks)
    assert report.possible_mean == (round(sum(points.values()) / len(points)) if points else 0)


def test_a_spread_of_points() -> None:
    """Of an even number the lower middle one is the median, and means are rounded to the nearest."""
    assert PointsSpread.of([4, 1, 3, 1]) == PointsSpread(4, 1, 1, 1, 3, 4, 2)
    assert str(PointsSpread.of([10_000, 20_000, 60_001])) == "30,000 on average, median 20,000, from 10,000 to 60,001"
    assert (str(PointsSpread.of([])), str(PointsSpread.of([7, 7]))) == ("none", "7 each")


def test_a_report_names_no_rule_about_private_answers() -> None:
    """Where a pair lost most is said of public rules alone, however much the private ones took."""
    assert {label for pair in MATCHING.report().weakest for label in pair.lost_at} == {"goals"}


def test_what_was_found_before_stands_beside_the_report() -> None:
    """The tables of the check follow those of the report, and its records are left to it."""
    check = PROGRAM.check(PEOPLE)
    plain, beside = MATCHING.report(), MATCHING.report(check)
    assert beside.page().tables == (*plain.page().tables, *check.page().tables)
    assert beside.to_records() == plain.to_records()
    with pytest.raises(mm.ProgramError, match=r"check: expected what program.check\(cohort\) gives"):
        MATCHING.report(check=PROGRAM)  # type: ignore[arg-type]


def test_the_records_of_a_report() -> None:
    """Each figure with its name, and of how many it is a part."""
    records = {record["figure"]: (record["value"], record["of"]) for record in MATCHING.report().to_records()}
    assert records["mentees_with_a_mentor"] == (3, 4)
    assert records["rank_1"] == (3, 3)
    assert records["unmatched_mentor_no_seats"] == (1, None)


def test_an_empty_matching_has_a_report() -> None:
    """Nobody there is no reason to fail."""
    matching = PROGRAM.match(mm.Cohort.from_records(TOWNS))
    assert "points of the pairs    none" in str(matching.report())
    assert matching.report().share == 1
