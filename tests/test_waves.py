"""Waves: what simulations of them report, and what holds in any later wave whatever happened in between."""

from __future__ import annotations

import dataclasses
import random
from collections import Counter
from typing import Any

import numpy as np
import plainly
import pytest
import strategies
from hypothesis import given, settings
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.waves import Odds, Run, Spread, Wave

Pairs = set[tuple[str, str]]


def couples(matching: mm.Matching, *statuses: str) -> Pairs:
    """The pairs of a matching, or those of some statuses."""
    return {(pair.mentor, pair.mentee) for pair in matching.pairs if not statuses or pair.status in statuses}


def people(seed: int, mentors: int = 12, mentees: int = 14) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """People with answers, capacities 0 to 2 and wants 1 or 2."""
    rng = random.Random(seed)
    both = strategies.seeded(seed, mentors, mentees)
    for person in both[0]:
        person["capacity"] = rng.choice([0, 1, 1, 1, 2])
    for person in both[1]:
        person["wants"] = rng.choice([1, 1, 1, 1, 1, 2])
    return both


RULES = [r.Covers("goals", by="skills", weight=2), r.Shares("interests"), r.Close("years")]


def program(**changes: Any) -> mm.Program:
    given = {"rules": RULES, "conditions": [r.Differs("department", if_unknown="allow")]}
    return mm.Program("Plain", plainly.QUESTIONNAIRE, **{**given, **changes})


def simulated(seed: int = 0, choices: mm.Choices | None = None, **arguments: Any) -> mm.Simulation:
    given = {"accept": 0.5, "decline": 0.3, "late": 0.3, "late_mentors": 0.2, "waves": 3, "repeats": 4}
    return mm.simulate_waves(
        program(), strategies.cohort(*people(seed)), choices=choices, seed=seed, **{**given, **arguments}
    )


LISTS = mm.Choices(shortlists={"e1": ["m1", "m2"], "e2": ["m1"], "e3": [["m3", "m4"], "m1"]}, pins=[("m5", "e4")])


def each_wave(simulation: mm.Simulation) -> list[tuple[Run, int, Wave, mm.Choices]]:
    """Every wave of every run with what had been said before it."""
    before = [
        [LISTS if at == 0 else run.waves[at - 1].choices for at in range(len(run.waves))] for run in simulation.runs
    ]
    return [
        (run, at, wave, before[number][at])
        for number, run in enumerate(simulation.runs)
        for at, wave in enumerate(run.waves)
    ]


# What a simulation is.


@pytest.mark.parametrize("mode", ["approve", "mentees_choose", "administrators"])
def test_a_wave_is_a_match_and_its_answers_recorded(mode: str) -> None:
    """Nothing but `match` and `record` decides what becomes of a wave, so a host that plays it gets the same."""
    cohort, own = strategies.cohort(*people(3)), program(mode=mode)
    simulation = mm.simulate_waves(
        own, cohort, waves=3, accept=0.5, decline=0.3, late=0.3, late_mentors=0.2, choices=LISTS, repeats=3
    )
    for run, at, wave, before in each_wave(simulation):
        earlier = run.waves[at - 1].matching if at else None
        late = set(wave.matching.demand.choices.paused)
        assert bool(late) == (at == 0)
        again = own.match(cohort, before.with_(paused=late), previous=earlier)
        assert (again.pairs, again.unmatched, again.aims) == (
            wave.matching.pairs,
            wave.matching.unmatched,
            wave.matching.aims,
        )
        assert again.norms == wave.matching.norms
        assert wave.matching.verify()
        answers = {
            name: [pair.people for pair in getattr(wave.choices, name) if pair not in getattr(before, name)]
            for name in ("accepted", "declines", "expired")
        }
        answers["declined"] = answers.pop("declines")
        assert before.record(again, **answers) == wave.choices  # type: ignore[arg-type]


def test_the_figures_are_what_matchings_and_answers_say() -> None:
    """Each figure is counted again from the pairs, with several mentors for some mentees."""
    seen: Counter[str] = Counter()
    for seed in range(4):
        for run, at, wave, before in each_wave(simulated(seed, LISTS)):
            asked = couples(wave.matching, "proposed")
            yes, no = ({pair.people for pair in getattr(wave.choices, name)} for name in ("accepted", "declines"))
            none = {pair.people for pair in wave.choices.expired}
            assert (wave.accepted, wave.declined, wave.silent) == (len(asked & yes), len(asked & no), len(asked & none))
            assert wave.proposed == len(asked) == wave.accepted + wave.declined + wave.silent
            standing = couples(wave.matching) & (yes | {("m5", "e4")})
            assert wave.paired == len({mentee for _, mentee in standing})
            assert wave.points == sum(p.points for p in wave.matching.pairs if (p.mentor, p.mentee) in standing)
            assert set(wave.choices.left_out) == {
                one.person for one in wave.matching.unmatched if one.side == "mentee" and one.code != "paused"
            }
            assert wave.left_out == len(wave.choices.left_out)
            assert wave.mentees == wave.paired + wave.waiting + wave.left_out
            assert wave.share == wave.paired / wave.mentees
            if at:
                assert wave.paired >= run.waves[at - 1].paired
                assert wave.mentees >= run.waves[at - 1].mentees
            assert not wave.clash
            seen.update(
                {"waiting": wave.waiting, "left_out": wave.left_out, "silent": wave.silent, "kept": bool(before)}
            )
    assert all(seen.values())


def test_the_same_simulation_has_the_same_value() -> None:
    """Whoever runs it again gets an equal value; another seed draws other answers."""
    assert simulated(1) == simulated(1)
    assert simulated(1).to_records() == simulated(1).to_records()
    cohort = strategies.cohort(*people(1))
    one, other = (mm.simulate_waves(program(), cohort, decline=0.5, seed=seed) for seed in (1, 2))
    assert one.to_records() != other.to_records()


def test_the_order_of_people_changes_nothing() -> None:
    """Shuffled tables and choices give the same answers, arrivals and figures (convention 2)."""
    mentors, mentees = people(2)
    rng = random.Random(5)
    turned = strategies.cohort(rng.sample(mentors, len(mentors)), rng.sample(mentees, len(mentees)))
    first = simulated(2, LISTS)
    again = mm.simulate_waves(
        program(),
        turned,
        accept=0.5,
        decline=0.3,
        late=0.3,
        late_mentors=0.2,
        waves=3,
        repeats=4,
        choices=LISTS,
        seed=2,
    )
    assert again.to_records() == first.to_records()
    for run, other in zip(first.runs, again.runs, strict=True):
        assert [wave.choices for wave in run.waves] == [wave.choices for wave in other.waves]
        assert [wave.matching.pairs for wave in run.waves] == [wave.matching.pairs for wave in other.waves]


def test_more_repeats_and_more_waves_add_to_what_was_there() -> None:
    """The first runs and the first waves are the same however many follow."""
    few, many = (simulated(4, repeats=repeats, waves=waves).to_records() for repeats, waves in ((2, 2), (3, 4)))
    assert few == [record for record in many if record["repeat"] <= 2 and record["wave"] <= 2]


# Answers.

PAIRS = [mm.Pair(f"m{mentor}", f"e{mentee}", 0) for mentor in range(120) for mentee in range(100)]


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.integers(0, 9), st.integers(1, 9))
def test_more_declines_are_the_same_declines_and_more(
    one: float, other: float, silence: float, seed: int, repeat: int
) -> None:
    """Whoever declines at some probability declines at every higher one, and who accepts at it accepts at lower ones.

    So two probabilities differ by what they mean, and not by luck.
    """
    low, high = sorted((one, other))
    answers = []
    for decline in (low, high):
        none = min(silence, 1 - high)
        answers.append(Odds(1 - decline - none, decline, none).answers(PAIRS[:200], seed, repeat))
    assert set(answers[0]["declined"]) <= set(answers[1]["declined"])
    assert set(answers[0]["accepted"]) >= set(answers[1]["accepted"])


def test_more_declines_in_the_first_wave_pair_fewer() -> None:
    """Side by side in one simulation: the first proposals are the same, and so are the answers but for the declines."""
    simulation = simulated(6, accept=None, decline=[0.4, 0, 0.2, 1], silence=0)
    assert simulation.declines == (0.4, 0, 0.2, 1)
    for repeat in range(1, 5):
        first = {run.odds.decline: run.waves[0] for run in simulation.runs if run.repeat == repeat}
        refused = [{pair.people for pair in first[decline].choices.declines} for decline in (0, 0.2, 0.4, 1)]
        assert not refused[0]
        assert refused[0] <= refused[1] <= refused[2] <= refused[3] == couples(first[1].matching)
        assert len({wave.matching.pairs for wave in first.values()}) == 1


def test_certain_answers_are_certain() -> None:
    """Probabilities of 0 and 1 leave nothing to chance."""
    for accept, decline, silence, word in ((1, 0, 0, "accepted"), (0, 1, 0, "declined"), (0, 0, 1, "expired")):
        answers = Odds(accept, decline, silence).answers(PAIRS, 0, 1)
        assert [name for name, own in answers.items() if own] == [word]
        assert len(answers[word]) == len(PAIRS)


def test_answers_come_as_often_as_their_probability_says() -> None:
    """12,000 answers are near what was asked for, in every row and column, and differ from repeat to repeat."""
    repeats = [Odds(0.5, 0.3, 0.2).answers(PAIRS, 0, repeat) for repeat in (1, 2)]
    for answers in repeats:
        shares = [len(answers[word]) / len(PAIRS) for word in ("accepted", "declined", "expired")]
        assert np.allclose(shares, (0.5, 0.3, 0.2), atol=0.015)
        for side in (0, 1):
            counts = Counter(pair[side] for pair in answers["accepted"])
            assert 0.25 < min(counts.values()) / (100, 120)[side] < 0.5 < max(counts.values()) / (100, 120)[side] < 0.75
    both = set(repeats[0]["accepted"]) & set(repeats[1]["accepted"])
    assert abs(len(both) / len(PAIRS) - 0.25) < 0.02


def test_the_rest_is_what_the_other_probabilities_leave() -> None:
    """Accept or silence is given and the other follows, in decimal numbers as they were written."""
    for given_, wanted in (
        ({"accept": 0.6, "decline": 0.1}, Odds(0.6, 0.1, 0.3)),
        ({"silence": 0.1, "decline": 0.6}, Odds(0.3, 0.6, 0.1)),
        ({"decline": 0.3}, Odds(0.7, 0.3, 0)),
        ({"accept": 0.9, "decline": np.float64(0.1)}, Odds(0.9, 0.1, 0)),
        ({}, Odds(1, 0, 0)),
        ({"accept": 1, "decline": [0, 0]}, Odds(1, 0, 0)),
    ):
        simulation = mm.simulate_waves(program(), strategies.cohort(*people(1)), repeats=1, **given_)  # type: ignore[arg-type]
        assert [run.odds for run in simulation.runs] == [wanted]


# Arrivals.


def test_the_late_are_there_from_the_second_wave_on() -> None:
    """The share is drawn among those who take part and have no pair yet, and none of them is proposed in wave 1."""
    said = LISTS.with_(accepted=[("m1", "e5")], paused=["e6"], left=["m2"])
    mentors, mentees = people(7)
    mentees[-1]["id"] = "e13"
    cohort = strategies.cohort(mentors, mentees)
    may = {one["id"] for one in mentees} - {"e4", "e5", "e6"}
    others = {one["id"] for one in mentors if one["capacity"]} - {"m5", "m1", "m2"}
    simulation = mm.simulate_waves(
        program(), cohort, late=0.5, late_mentors=0.25, choices=said, repeats=8, accept=0.7, decline=0.1
    )
    drawn = []
    for run in simulation.runs:
        first, second = (set(wave.matching.demand.choices.paused) - {"e6"} for wave in run.waves)
        assert not second
        assert not first & {person for pair in couples(run.waves[0].matching) for person in pair}
        assert run.waves[1].mentees - run.waves[0].mentees == len(first & may)
        assert set(run.waves[1].choices.paused) == {"e6"}
        drawn.append(first)
        sizes = len(first & may), len(first & others)
        assert sizes == (simulation.late_mentees, simulation.late_mentors)
        assert first <= may | others
    assert sizes == (int(len(may) / 2 + 0.5), int(len(others) / 4 + 0.5))
    assert len(set(map(frozenset, drawn))) > 1
    assert set.union(*drawn) > drawn[0]


def test_a_higher_share_of_late_people_adds_to_a_lower_one() -> None:
    """So that two shares can be compared without the luck of the draw."""
    paused = []
    for late in (0, 0.2, 0.5, 1):
        run = simulated(8, late=late, late_mentors=0, repeats=1).runs[0]
        paused.append(set(run.waves[0].matching.demand.choices.paused))
    assert paused[0] == set()
    assert paused[0] < paused[1] < paused[2] < paused[3]
    assert simulated(8, late=1, repeats=1).runs[0].waves[0].mentees == 0


def test_somebody_with_two_roles_is_late_in_both() -> None:
    """One id on both sides is one person (convention 1), who arrives once."""
    mentors, mentees = people(9)
    mentees[-1]["id"], mentees[-1]["wants"], mentors[0]["capacity"] = "m0", 1, 1
    simulation = mm.simulate_waves(
        program(), strategies.cohort(mentors, mentees), late=0.4, accept=1, repeats=10, seed=3
    )
    tried = 0
    for run in simulation.runs:
        if "m0" in run.waves[0].matching.demand.choices.paused:
            assert not [pair for pair in couples(run.waves[0].matching) if "m0" in pair]
            tried += 1
    assert 0 < tried < 10


# What is said of it.

TOWNS = mm.Questionnaire([q.Choice("town", ["Bonn", "Ulm"])])


def towns(mentors: int = 5, mentees: int = 5, **changes: Any) -> tuple[mm.Program, mm.Cohort]:
    """A small program in which everybody suits everybody."""
    cohort = mm.Cohort.from_records(
        TOWNS,
        mentors=[{"id": f"m{k}", "town": "Bonn"} for k in range(mentors)],
        mentees=[{"id": f"e{k}", "town": "Bonn"} for k in range(mentees)],
    )
    return mm.Program("Towns", TOWNS, [r.Same("town")], **changes), cohort


def test_the_text_of_a_simulation() -> None:
    """An administrator reads how many are paired after each wave, in the typical run and at worst."""
    simulation = mm.simulate_waves(*towns(6, 8), accept=0.6, decline=0.25, late=0.25, late_mentors=0.2, repeats=5)
    assert str(simulation) == SINGLE
    assert (simulation.mentees, simulation.reachable) == (8, 6)


SINGLE = """\
Simulation of Towns: 2 waves
============================

answers to a proposal        60% accept, 25% decline, 15% do not answer
arrive after wave 1          2 of 8 mentees and 1 mentor
if all are there and accept  6 of 8 mentees paired
runs                         5; the median, in brackets the range

Wave by wave
                                              wave 1                     wave 2
  mentees there                                    6                          8
  proposed                                         5                 2 (1 to 3)
  accepted                                4 (3 to 5)                 1 (0 to 3)
  declined                                0 (0 to 1)                 0 (0 to 1)
  no answer                               0 (0 to 1)                 0 (0 to 1)
  paired so far                           4 (3 to 5)                 5 (5 to 6)
  share of mentees paired           67% (50% to 83%)           62% (62% to 75%)
  waiting                                 1 (0 to 2)                 1 (0 to 1)
  left out                                         1                          2
  points so far            40,000 (30,000 to 50,000)  50,000 (50,000 to 60,000)

Waiting: whoever was proposed to declined or did not answer; the next wave looks for somebody else.
Left out: there was nobody to propose.

Answers are drawn for each pair by itself: whoever declined one may well accept the next. No pair is
proposed twice."""


def test_the_text_of_several_probabilities_of_a_decline() -> None:
    """One row for each says how many declines the program stands."""
    simulation = mm.simulate_waves(*towns(7, 6), decline=[0, 0.125, 0.5], silence=0.1, repeats=5, waves=3)
    assert str(simulation) == SEVERAL


SEVERAL = """\
Simulation of Towns: 3 waves
============================

answers to a proposal        10% do not answer, the others accept or decline
if all are there and accept  6 of 6 mentees paired
runs                         5; the median, in brackets the range

How many declines it stands
  declines      in all  paired: wave 1      wave 2      wave 3              share   no mentor
        0%           0      6 (5 to 6)           6           6               100%           0
     12.5%  1 (0 to 1)      5 (4 to 6)           6           6               100%           0
       50%  4 (0 to 9)      3 (2 to 4)  5 (2 to 5)  5 (4 to 6)  83% (67% to 100%)  1 (0 to 2)

Declines: how likely one is, and how many came in all waves together. Share and no mentor: the
mentees who are paired and who are not, after the last wave.

Answers are drawn for each pair by itself: whoever declined one may well accept the next. No pair is
proposed twice."""


def test_one_run_has_no_range() -> None:
    """Where there is one run, its figures stand alone, and nothing is said of what cannot be."""
    text = str(mm.simulate_waves(*towns(), decline=0.5, repeats=1))
    assert "(" not in text
    assert "answers to a proposal        50% accept, 50% decline\n" in text
    assert "runs                         1\n" in text
    assert "arrive" not in text


@pytest.mark.parametrize(
    ("mode", "asked", "note"),
    [
        ("administrators", 0, "\n\nAdministrators decide here: all pairs stand at once, and nobody is asked.\n\n"),
        (
            "mentees_choose",
            4,
            "\n\nMentees choose here: pairs from their lists stand at once, the others are asked.\n\n",
        ),
        ("approve", 5, ""),
    ],
)
def test_what_the_mode_decides_is_said(mode: str, asked: int, note: str) -> None:
    """Where nobody is asked, declines cost nothing, and the reader is told why."""
    own, cohort = towns(mode=mode)
    simulation = mm.simulate_waves(own, cohort, decline=1, choices=mm.Choices(shortlists={"e1": ["m1"]}))
    assert note in str(simulation)
    assert ("stand at once" in str(simulation)) == bool(note)
    assert simulation.spread("proposed", wave=1) == Spread(asked, asked, asked)
    assert simulation.spread("paired") == Spread(5 - asked, 5 - asked, 5 - asked)


def test_records_hold_every_wave_of_every_run() -> None:
    """A table for whoever wants to draw it, in plain values."""
    records = mm.simulate_waves(*towns(), decline=[0, 1], repeats=2).to_records()
    assert [(one["decline"], one["repeat"], one["wave"]) for one in records] == [
        (decline, repeat, wave) for decline in (0, 1) for repeat in (1, 2) for wave in (1, 2)
    ]
    assert records[0] == {
        "accept": 1.0,
        "decline": 0.0,
        "silence": 0.0,
        "repeat": 1,
        "wave": 1,
        "mentees": 5,
        "proposed": 5,
        "accepted": 5,
        "declined": 0,
        "silent": 0,
        "paired": 5,
        "waiting": 0,
        "left_out": 0,
        "points": 50_000,
        "share": 1.0,
    }
    assert {name for one in records for name in one} == set(records[0])


def test_a_spread_is_the_median_and_the_range() -> None:
    """Medians are figures that came out in some run; what was not played cannot be asked for."""
    simulation = simulated(11, decline=[0.1, 0.4], repeats=6)
    for figure in ("paired", "points", "declined"):
        for wave in (1, 2, 3):
            for decline in (0.1, 0.4):
                own = [getattr(run.waves[wave - 1], figure) for run in simulation.runs if run.odds.decline == decline]
                found = simulation.spread(figure, wave=wave, decline=decline)  # type: ignore[arg-type]
                assert found == Spread(sorted(own)[2], min(own), max(own))
    assert simulation.spread("paired") == simulation.spread("paired", wave=3, decline=0.1)
    assert (str(Spread(1_200, 5, 1_300)), str(Spread(4, 4, 4))) == ("1,200 (5 to 1,300)", "4")
    with pytest.raises(mm.ProgramError) as caught:
        simulation.spread("pared", wave=4, decline=0.2)  # type: ignore[arg-type]
    assert str(caught.value) == (
        "3 settings of the program cannot be meant as written:\n"
        "  figure: a wave has no such figure; did you mean 'paired'?\n"
        "  wave: expected a wave from 1 to 3\n"
        "  decline: expected a probability that was tried: 0.1 and 0.4"
    )


def test_demands_that_declines_break_stop_a_wave_and_not_the_simulation() -> None:
    """With everyone_matched the question how many declines a program stands has an answer of its own."""
    own, cohort = towns(2, 2, aim=mm.Aim(everyone_matched=True))
    simulation = mm.simulate_waves(own, cohort, decline=[0, 1], waves=3, repeats=2)
    for run in simulation.runs:
        assert [bool(wave.clash) for wave in run.waves] == [False, False, run.odds.decline == 1]
    assert simulation.runs[-1].waves[2].clash[0].code == "everyone_matched"
    assert (
        "With 100% of declines, 2 of 2 runs came to a wave where the demands of the program could not be met any more, "
        "so nothing was proposed. For example in wave 3: 1 mentee (e1) may not be matched with anybody; relax a "
        "condition or drop everyone_matched."
    ) in str(simulation).replace("\n", " ")
    stuck = simulation.runs[-1].waves
    assert [(wave.mentees, wave.proposed, wave.paired, wave.waiting) for wave in stuck] == [
        (2, 2, 0, 2),
        (2, 2, 0, 2),
        (2, 0, 0, 2),
    ]
    assert stuck[2].matching is stuck[1].matching
    with pytest.raises(mm.InfeasibleError):
        mm.simulate_waves(*towns(1, 2, aim=mm.Aim(everyone_matched=True)), decline=0)


def test_late_people_are_left_out_of_a_wave_that_could_not_be() -> None:
    """Who arrives when nothing can be proposed has nobody, and is counted."""
    own, cohort = towns(2, 2, aim=mm.Aim(everyone_matched=True))
    said = mm.Choices(bans=[("m0", "e1"), ("m1", "e0")])
    simulation = mm.simulate_waves(own, cohort, decline=1, late=0.5, choices=said, waves=3, repeats=3)
    for run in simulation.runs:
        assert [bool(wave.clash) for wave in run.waves] == [False, True, True]
        figures = [(wave.mentees, wave.proposed, wave.paired, wave.waiting, wave.left_out) for wave in run.waves]
        assert figures == [(1, 1, 0, 1, 0), (2, 0, 0, 1, 1), (2, 0, 0, 1, 1)]


def test_settings_that_cannot_be_meant_are_refused_together() -> None:
    """All findings come at once, each with the argument it is about."""
    own, cohort = towns()
    with pytest.raises(mm.ProgramError) as caught:
        mm.simulate_waves(
            own,
            cohort,
            waves=0,
            accept=1.5,
            decline=[0.2, -0.1, float("nan"), True],
            silence="none",  # type: ignore[arg-type]
            late=2,
            late_mentors=None,  # type: ignore[arg-type]
            choices=5,  # type: ignore[arg-type]
            seed=2**63,
            repeats=1.0,  # type: ignore[arg-type]
        )
    assert str(caught.value) == (
        "12 settings of the program cannot be meant as written:\n"
        "  decline[1]: expected a number from 0 to 1\n"
        "  decline[2]: expected a number from 0 to 1\n"
        "  decline[3]: expected a number from 0 to 1\n"
        "  accept: expected a number from 0 to 1\n"
        "  silence: expected a number from 0 to 1\n"
        "  silence: is what accept and decline leave; leave one of them out\n"
        "  late: expected a share from 0 to 1\n"
        "  late_mentors: expected a share from 0 to 1\n"
        "  waves: expected a whole number from 1\n"
        "  repeats: expected a whole number from 1\n"
        "  seed: expected a whole number of at most 63 bits\n"
        "  choices: expected a value of type Choices"
    )


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ({"accept": 0.7, "decline": 0.4}, "decline: expected at most 0.3, which accept leaves"),
        ({"silence": 0.7, "decline": [0.3, 0.5]}, "decline[1]: expected at most 0.3, which silence leaves"),
        ({"decline": []}, "decline: expected a number from 0 to 1, or several"),
        ({"decline": "0.5"}, "decline: expected a number from 0 to 1"),
        ({"accept": 0.5, "silence": 0.5}, "silence: is what accept and decline leave; leave one of them out"),
        ({"seed": 1.5}, "seed: expected a whole number of at most 63 bits"),
    ],
)
def test_probabilities_that_do_not_fit_together_are_refused(given_: dict[str, Any], message: str) -> None:
    """What is left for the third answer is never below nought."""
    with pytest.raises(mm.ProgramError) as caught:
        mm.simulate_waves(*towns(), **given_)
    assert str(caught.value) == message


def test_only_a_program_and_its_cohort_can_be_simulated() -> None:
    """A wrong argument is an error of ours."""
    own, cohort = towns()
    for given_, message in (
        ((None, cohort), "program: expected a value of type Program"),
        ((own, None), "cohort: expected a Cohort"),
        ((program(), cohort), "cohort: expected a cohort that answered this program's questionnaire"),
    ):
        with pytest.raises(mm.ProgramError) as caught:
            mm.simulate_waves(*given_)  # type: ignore[arg-type]
        assert str(caught.value) == message


def test_nobody_to_match_is_a_simulation_too() -> None:
    """A program without people, or without mentors, comes to nothing, and says so."""
    for mentors, mentees in ((0, 0), (0, 3), (3, 0)):
        simulation = mm.simulate_waves(*towns(mentors, mentees), decline=[0, 0.5], late=0.5)
        assert simulation.spread("paired").high == 0
        assert simulation.mentees == mentees
        assert "nan" not in str(simulation)


# Laws of waves, whatever happens in between.


def test_two_waves_without_news_give_the_same_matching() -> None:
    """Once everybody has accepted, or nobody is asked, the next wave has the same pairs."""
    for settings_ in ({}, {"mode": "administrators"}):
        simulation = mm.simulate_waves(
            program(**settings_), strategies.cohort(*people(5)), accept=1, waves=3, repeats=1
        )
        first, second, third = simulation.runs[0].waves
        assert couples(first.matching) == couples(second.matching)
        assert second.matching.pairs == third.matching.pairs
        assert second.choices == third.choices
        assert {pair.status for pair in third.matching.pairs} == {"accepted"}


def test_no_simulated_wave_proposes_what_was_refused() -> None:
    """A no stays a no and a yes stays a yes in every later wave; silence is not asked twice."""
    asked_again = 0
    for run, at, wave, before in each_wave(simulated(12, LISTS, waves=4, late=0.4, repeats=6)):
        pairs, refused = couples(wave.matching), {pair.people for pair in (*before.declines, *before.expired)}
        assert not pairs & refused
        assert {pair.people for pair in before.accepted} <= pairs
        asked_again += bool(at and wave.proposed)
        if at:
            assert couples(wave.matching, "proposed").isdisjoint(couples(run.waves[at - 1].matching, "proposed"))
    assert asked_again > 6


@dataclasses.dataclass
class Diary:
    """What became of single pairs and people, kept beside the choices and without them."""

    never: Pairs
    accepted: Pairs
    out: set[str]
    seats: dict[str, int]

    def check(self, matching: mm.Matching) -> int:
        """Compares a matching with it; how many accepted pairs are missing for want of seats."""
        pairs = couples(matching)
        assert not pairs & self.never
        assert not {person for pair in pairs for person in pair} & self.out
        here = {pair for pair in self.accepted if not set(pair) & self.out}
        for mentor, seats in self.seats.items():
            own = {pair for pair in here if pair[0] == mentor}
            assert len(own & pairs) == min(len(own), seats)
            assert len({pair for pair in pairs if pair[0] == mentor}) <= seats
        assert couples(matching, "accepted") == here & pairs
        assert matching.verify()
        return len(here - pairs)


def something_happens(
    rng: random.Random, cohort: mm.Cohort, choices: mm.Choices, diary: Diary, wave: int
) -> tuple[mm.Cohort, mm.Choices]:
    """A leaver, a pause, an end, a ban, another capacity, somebody new: one after the other, each by chance."""
    everybody = [*cohort.mentors.ids, *cohort.mentees.ids]
    if rng.random() < 0.3:
        gone = rng.choice(everybody)
        diary.out.add(gone)
        choices = choices.with_(left=[*choices.left, gone])
        if rng.random() < 0.5:
            cohort = cohort.without([gone])
            diary.seats.pop(gone, None)
    if rng.random() < 0.3:
        diary.out -= set(choices.paused) - set(choices.left)
        choices = choices.with_(paused=rng.sample(everybody, 2) if rng.random() < 0.7 else [])
        choices = choices.with_(
            paused=[one for one in choices.paused if one in {*cohort.mentors.ids, *cohort.mentees.ids}]
        )
        diary.out |= set(choices.paused)
    if diary.accepted and rng.random() < 0.4:
        over = rng.choice(sorted(diary.accepted))
        again = rng.choice(["never", "next_round"])
        diary.accepted.remove(over)
        diary.never |= {over} if again == "never" else set()
        choices = choices.end(*over, "did not work", again)  # type: ignore[arg-type]
    if rng.random() < 0.5 and len(cohort.mentors) and len(cohort.mentees):
        banned = rng.choice(cohort.mentors.ids), rng.choice(cohort.mentees.ids)
        if banned not in diary.accepted | {pair.people for pair in choices.bans}:
            diary.never.add(banned)
            choices = choices.with_(bans=[*choices.bans, banned])
    if rng.random() < 0.7 and len(cohort.mentors):
        busy = [mentor for mentor in cohort.mentors.ids if any(mentor in pair for pair in diary.accepted)]
        diary.seats[rng.choice([*busy, *cohort.mentors.ids[:2]])] = rng.choice([0, 1, 2, 3])
        cohort = cohort.with_capacity({who: diary.seats[who] for who in cohort.mentors.ids})
    if rng.random() < 0.5:
        new = strategies.seeded(rng.randint(0, 999), 1, 1)
        new[0][0]["id"], new[1][0]["id"] = f"m new {wave}", f"e new {wave}"
        cohort = cohort.add(mentors=new[0], mentees=new[1])
        diary.seats[f"m new {wave}"] = 1
    return cohort, choices


@pytest.mark.parametrize("block", range(4))
def test_the_laws_of_waves(block: int) -> None:
    """A declined, banned or ended pair never comes again; an accepted one goes only for a reason (convention 7.2).

    The reasons are that somebody left or pauses, that it was ended, and that the mentor has fewer seats than accepted
    mentees; then as many stay as there are seats.
    """
    seen: Counter[str] = Counter()
    for seed in range(12 * block, 12 * (block + 1)):
        rng = random.Random(seed)
        mentors, mentees = people(seed, 6, 7)
        cohort = strategies.cohort(mentors, mentees)
        own = program(
            conditions=rng.sample(strategies.CONDITIONS, rng.choice([0, 1])),
            eligibility=rng.sample(strategies.ELIGIBLE, rng.choice([0, 0, 1])),
            aim=mm.Aim(changes=rng.choice(["before_shortlists", "before_points", "after_points"])),  # type: ignore[arg-type]
        )
        choices = mm.Choices(bans=[("m1", "e1")], shortlists={"e2": ["m1", "m2"], "e3": ["m2"]})
        diary = Diary({("m1", "e1")}, set(), set(), {one["id"]: one["capacity"] for one in mentors})
        previous = None
        for wave in range(5):
            matching = own.match(cohort, choices, previous=previous)
            seen["without a seat"] += diary.check(matching)
            asked = sorted(couples(matching, "proposed"))
            answers: dict[str, list[tuple[str, str]]] = {"accepted": [], "declined": [], "expired": []}
            for pair in asked:
                answers[rng.choice(["accepted", "accepted", "declined", "expired"])].append(pair)
            choices = choices.record(matching, **answers)  # type: ignore[arg-type]
            diary.accepted |= set(answers["accepted"])
            diary.never |= set(answers["declined"])
            seen.update({"never": len(answers["declined"]), "accepted": len(answers["accepted"])})
            if rng.random() < 0.5:
                choices = choices.next_round()
            cohort, choices = something_happens(rng, cohort, choices, diary, wave)
            previous = rng.choice([matching, None])
            seen["out"] += len(diary.out)
    assert min(seen.values()) > 2


def test_recording_nothing_changes_nothing() -> None:
    """Without answers the choices are what they were but for who was left out, and the pairs are the same."""
    said = LISTS.with_(pins=[])
    for seed in range(10):
        cohort, own = strategies.cohort(*people(seed)), program()
        matching = own.match(cohort, said)
        after = said.record(matching)
        assert after == said.with_(left_out=after.left_out)
        again = own.match(cohort, after, previous=matching)
        assert (again.pairs, again.unmatched) == (matching.pairs, matching.unmatched)
        assert after.record(again) == after


@settings(max_examples=40)
@given(strategies.both_sides(most=6), st.integers(0, 10_000), st.sampled_from([0, 2_000, 5_000, 8_000]))
def test_one_more_mentor_with_the_same_norms_never_lowers_participation(
    both: tuple[list[dict[str, Any]], list[dict[str, Any]]], seed: int, minimum: int
) -> None:
    """Whoever joins as a mentor moves no score across the minimum, so no mentee loses a place (default aim)."""
    cohort = strategies.cohort(*both)
    own = program(aim=mm.Aim(minimum_score=minimum))
    rng = random.Random(seed)
    lists = {mentee: rng.sample(cohort.mentors.ids, min(2, len(cohort.mentors))) for mentee in cohort.mentees.ids}
    said = mm.Choices(shortlists={who: [one for one in own_ if one != who] for who, own_ in lists.items()})
    first = own.match(cohort, said)
    joined = cohort.add(mentors=[{**strategies.seeded(seed, 1, 0)[0][0], "id": "new"}])
    for previous in (first, None) if not minimum else (first,):
        second = own.match(joined, said, previous=previous)
        before, after = ([one.value for one in m.aims if one.aim == "participation"] for m in (first, second))
        assert after[: len(before)] >= before
