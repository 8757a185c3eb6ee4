"""Two programs side by side, weights moved and conditions relaxed: all as if everything were solved afresh."""

from __future__ import annotations

import dataclasses
import random

import plainly
import pytest
import strategies

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r

TOWNS = mm.Questionnaire(
    [
        q.Choice("town", ["Bonn", "Ulm"]),
        q.Choice("team", ["Sales", "Finance"], private=True),
        q.Scale("mood", 1, 5),
        q.Number("years", minimum=0),
    ]
)
PROGRAM = mm.Program(
    "Rhine", TOWNS, [r.Same("town", weight=2), r.Close("mood", weight=1)], [r.Differs("team", if_unknown="allow")]
)
OTHER = PROGRAM.with_weights(mood=5).relax("Differs('team')").with_(aim=mm.Aim(minimum_score=1_000), name="Main")
PEOPLE = mm.Cohort.from_records(
    TOWNS,
    mentors=[
        {"id": "ada", "name": "Ada Lovelace", "town": "Ulm", "mood": 1, "team": "Sales"},
        {"id": "bo", "town": "Bonn", "mood": 5, "years": 2},
        {"id": "cy", "town": "Bonn", "mood": 3, "years": 9},
    ],
    mentees=[
        {"id": "tim", "town": "Ulm", "mood": 5, "team": "Sales"},
        {"id": "kay", "town": "Bonn", "mood": 1},
        {"id": "lin", "mood": 3},
    ],
)


def made(matching: mm.Matching) -> set[tuple[str, str]]:
    return {(pair.mentor, pair.mentee) for pair in matching.pairs}


def random_case(seed: int) -> tuple[mm.Program, mm.Cohort, mm.Choices]:
    """A program of a few rules and a condition, up to six people a side, some with lists."""
    rng = random.Random(seed)
    mentors, mentees = strategies.seeded(seed, rng.randint(1, 6), rng.randint(1, 6))
    mentees[-1]["id"] = "e9"
    for mentor in mentors:
        mentor["capacity"] = rng.randint(0, 2)
    chosen = rng.sample(strategies.RULES, rng.randint(1, 4))
    rules = [dataclasses.replace(rule, weight=rng.choice([0.5, 1, 3]), label=f"r{k}") for k, rule in enumerate(chosen)]
    program = mm.Program(
        "p",
        plainly.QUESTIONNAIRE,
        rules,
        [dataclasses.replace(one, label=f"c{k}") for k, one in enumerate(rng.sample(strategies.CONDITIONS, 2))],
        rng.sample(strategies.ELIGIBLE, 1),
        seed=seed,
    )
    lists = {one["id"]: [rng.choice(mentors)["id"]] for one in mentees if rng.random() < 0.4}
    return program, strategies.cohort(mentors, mentees), mm.Choices(shortlists=lists)


def test_a_comparison_in_full() -> None:
    """The settings that differ, the aims and points by both rules, and who has somebody else."""
    assert str(mm.compare(PROGRAM, OTHER, PEOPLE)) == (
        "Two programs side by side\n"
        "=========================\n"
        "\n"
        "first          Rhine\n"
        "second         Main\n"
        "pairs in both  1 of 3\n"
        "\n"
        "What differs\n"
        "                             first                             second\n"
        "  name                       Rhine                             Main\n"
        "  aim                        participation first, then points  participation first, then points; no\n"
        "                                                               pair below 1,000 points\n"
        "  rule 'mood', weight        1                                 5\n"
        "  condition Differs('team')  there                             not there\n"
        "\n"
        "Side by side\n"
        "                                        first  second\n"
        "  mentees with a mentor                3 of 3  3 of 3\n"
        "  points a pair by the first's rules    5,555   4,444\n"
        "  points a pair by the second's rules   6,191   7,619\n"
        "\n"
        "Mentees with other mentors\n"
        "  mentee  first               points  second              points\n"
        "  kay     cy                   8,333  ada (Ada Lovelace)   7,143\n"
        "  lin     ada (Ada Lovelace)   5,000  cy                   8,571\n"
        "\n"
        "Points by different rules cannot be compared: compare the two columns within a line. Beside a mentor\n"
        "stand the points by the rules of that program."
    )


def test_a_sensitivity_in_full() -> None:
    """How many pairs never change, what each weight moves and loses, and which pairs change with what."""
    assert str(mm.sensitivity(PROGRAM.relax("Differs('team')"), PEOPLE, by=0.6)) == (
        "Sensitivity of Rhine\n"
        "====================\n"
        "\n"
        "pairs                    3\n"
        "weights moved            2, by 60% each way\n"
        "pairs that never change  0 (0%)\n"
        "\n"
        "Pairs that change with the weight of a rule\n"
        "  rule  60% less  points  60% more  points\n"
        "  town         2  -6,668         2      -1\n"
        "  mood         2      -1         2      -1\n"
        "\n"
        "Pairs that change\n"
        "  mentor              mentee  points  changes with\n"
        "  bo                  kay      6,667  town less, town more, mood less and mood more\n"
        "  cy                  lin      6,667  town more, mood less and mood more\n"
        "  ada (Ada Lovelace)  tim      6,667  town less\n"
        "\n"
        "Points are what the changed matching loses by today's weights. Where that is little, the other pairs\n"
        "are nearly as good, and a pair that changes is none the worse.\n"
        "\n"
        "Each weight is moved by itself. Pairs that never change do not hang on its exact value; several\n"
        "weights moved at once may change them."
    )


@pytest.mark.parametrize("seed", range(24))
def test_both_sides_are_what_each_program_makes_alone(seed: int) -> None:
    """Sharing what rules say of the pairs, and starting from the other matching, change nothing."""
    program, cohort, choices = random_case(seed)
    other = program.with_weights(r0=2).relax("c0")
    comparison = mm.compare(program, other, cohort, choices)
    alone = []
    for own, matching in ((program, comparison.first), (other, comparison.second)):
        fresh = own.match(random_case(seed)[1], choices)
        assert (matching.pairs, matching.unmatched, matching.aims) == (fresh.pairs, fresh.unmatched, fresh.aims)
        assert matching.verify()
        alone.append(fresh)
    one, two = map(made, alone)
    assert (set(comparison.both), set(comparison.only_first), set(comparison.only_second)) == (
        one & two,
        one - two,
        two - one,
    )
    for record in comparison.to_records():
        couple = record["mentor"], record["mentee"]
        assert (record["in_first"], record["in_second"]) == (couple in one, couple in two)
        for matching, points in zip(alone, (record["points_by_first"], record["points_by_second"]), strict=True):
            assert matching.scores is not None
            assert matching.scores.points(*couple) == (-1 if points is None else points)


@pytest.mark.parametrize("seed", range(16))
def test_every_moved_weight_is_what_a_fresh_match_makes(seed: int) -> None:
    """Gone, come, points and the pairs that never change are those of matching with each weight by itself."""
    program, cohort, choices = random_case(seed)
    found = mm.sensitivity(program, cohort, choices, by=0.1)
    fresh = random_case(seed)[1]
    base = program.match(fresh, choices)
    assert found.matching.pairs == base.pairs
    steady = made(base)
    for rule, less, more in zip(program.rules, found.less, found.more, strict=True):
        for move, weight in ((less, 0.9 * rule.weight), (more, 1.1 * rule.weight)):
            assert move.label == rule.name
            assert move.weight == pytest.approx(weight, rel=1e-11)
            other = program.with_weights(**{rule.name: move.weight}).match(fresh, choices)
            assert set(move.gone) == made(base) - made(other)
            assert set(move.come) == made(other) - made(base)
            assert base.scores is not None
            worth = [sum(base.scores.points(*couple) for couple in made(one)) for one in (other, base)]
            assert move.points == worth[0] - worth[1]
            steady &= made(other)
    assert set(found.firm) == steady
    assert set(found.loose) == made(base) - steady
    assert [bool(record["changed_by"]) for record in found.to_records()] == [
        (pair.mentor, pair.mentee) not in steady for pair in base.pairs
    ]


def test_weights_of_nothing_are_not_moved() -> None:
    """Ten per cent of nothing is nothing, so such a rule is not tried."""
    found = mm.sensitivity(PROGRAM.with_weights(mood=0), PEOPLE)
    assert [move.label for move in (*found.less, *found.more)] == ["town", "town"]
    assert (found.more[0].weight, found.less[0].weight) == (2.2, 1.8)


def test_the_same_program_twice_says_so() -> None:
    """Nothing that differs is said in words, not with an empty table."""
    comparison = mm.compare(PROGRAM, PROGRAM, PEOPLE)
    assert comparison.settings == ()
    assert "The two programs have the same settings." in str(comparison)
    other = mm.compare(PROGRAM, PROGRAM.with_weights(town=4, mood=2), PEOPLE)
    assert "Both programs make the same pairs." in str(other)


def test_every_kind_of_setting_that_differs_is_named() -> None:
    """Rules, conditions, eligibility, aim, format and the rest, each where it stands; functions are not spelt out."""

    def one(mentor: object, mentee: object) -> float:
        return 0.5

    def two(mentor: object, mentee: object) -> float:
        return 0.25

    custom = [r.custom("own", uses=["mood"])(function) for function in (one, two)]
    first = mm.Program("a", TOWNS, [r.Same("town"), r.Close("mood"), custom[0]], [r.Differs("team")])
    second = mm.Program(
        "b",
        TOWNS,
        [r.Same("town", missing="zero"), r.Close("mood", within=2), custom[1], r.Same("years", label="lead")],
        [r.Same("team", label="team")],
        [r.Eligible("mentor", "years", at_least=2)],
        aim=mm.Aim("points"),
        mode="administrators",
        seed=1,
    )
    assert [(s.where, s.first, s.second) for s in mm.compare(first, second, PEOPLE).settings] == [
        ("name", "a", "b"),
        ("mode", "approve", "administrators"),
        ("seed", "0", "1"),
        ("aim", "participation first, then points", "points first, then participation"),
        ("rule 'town', missing", "average", "zero"),
        ("rule 'mood', within", "none", "2"),
        ("rule 'own', function", "one", "another"),
        ("rule lead", "not there", "Same('years'), weight 1"),
        ("condition Differs('team')", "there", "not there"),
        ("condition team", "not there", "Same('team')"),
        ("who may take part Eligible('mentor', 'years', at_least=2)", "not there", "there"),
    ]


def test_what_cannot_be_compared_is_refused() -> None:
    """A wrong value, a share outside of 0 to 1 and programs of peers get a message of our own."""
    peers = mm.Program("p", TOWNS, [r.Close("mood")], format=mm.formats.Peers())
    for ask, message in (
        (lambda: mm.compare(PROGRAM, 7, PEOPLE), "second: expected a value of type Program"),  # type: ignore[arg-type]
        (lambda: mm.sensitivity(None, PEOPLE), "program: expected a value of type Program"),  # type: ignore[arg-type]
        (lambda: mm.sensitivity(PROGRAM, PEOPLE, by=1), "by: expected a share between 0 and 1"),
        (lambda: mm.sensitivity(PROGRAM, PEOPLE, by=True), "by: expected a share between 0 and 1"),
        (lambda: mm.sensitivity(PROGRAM, PEOPLE, by="1"), "by: expected a share between 0 and 1"),  # type: ignore[arg-type]
        (lambda: mm.compare(peers, PROGRAM, PEOPLE), "compare: speaks of mentors and mentees, and peers are neither"),
        (lambda: mm.sensitivity(peers, PEOPLE), "sensitivity: speaks of mentors and mentees, and peers are neither"),
    ):
        with pytest.raises(mm.ProgramError) as caught:
            ask()
        assert str(caught.value) == message


# --- relax


def test_a_relaxed_program_is_the_program_without_the_condition() -> None:
    """By its name, or as itself; the others stay, and so does the program that was asked."""
    eligible = r.Eligible("mentor", "years", at_least=2)
    table = r.AtLeast(r.Table("town", scores={("Bonn", "Ulm"): 1}), 0.5, label="far")
    program = PROGRAM.with_(conditions=[r.Differs("team"), table], eligibility=[eligible])
    assert program.relax("Differs('team')") == PROGRAM.with_(conditions=[table], eligibility=[eligible])
    assert program.relax("far") == program.relax(table) == program.with_(conditions=[r.Differs("team")])
    assert program.relax(eligible) == program.relax(eligible.name) == program.with_(eligibility=[])
    assert len(program.conditions) == 2


def test_an_unknown_condition_is_not_relaxed() -> None:
    """Rules are no conditions, and a name that is nearly right is put right."""
    for condition, message in (
        ("Differs('teem')", "relax: there is no condition 'Differs('teem')'; did you mean 'Differs('team')'?"),
        ("mood", "relax: there is no condition 'mood'"),
        (r.Differs("town"), "relax: there is no condition like that"),
        (None, "relax: there is no condition like that"),
    ):
        with pytest.raises(mm.ProgramError) as caught:
            PROGRAM.relax(condition)  # type: ignore[arg-type]
        assert str(caught.value) == message
