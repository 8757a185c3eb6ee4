"""Synthetic cohorts: shaped like real ones, valid, the same everywhere, and of any size."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import synthetic
from mentormatch.questions import Column
from mentormatch.synthetic import figures
from mentormatch.synthetic.draws import Draws, falling, placed, power, words

FACTS = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "cohort_facts.json"


@cache
def platform() -> mm.Cohort:
    """As many people as the platform of the figures has."""
    return synthetic.cohort(15_092, 5_533)


def picks(people: Any, question: str) -> np.ndarray:
    """How many options each of the people ticked."""
    return people.column(question).values.sum(axis=1)


def records(people: Any) -> list[dict[str, Any]]:
    """The people as records, read from the arrays of their columns."""
    found = []
    for row, name in enumerate(people.ids):
        record: dict[str, Any] = {"id": name}
        if people.side == "mentor":
            record["capacity"] = int(people.capacity[row])
        for question in synthetic.questionnaire().asked_of(people.side):
            column = people.column(question.id)
            if column.known[row]:
                record[question.id] = answer(column, row)
        found.append(record)
    return found


def answer(column: Column, row: int) -> Any:
    """One answer that is no blank, as a person would give it."""
    question: Any = column.question
    value = column.values[row]
    if question.kind == "MultiChoice":
        return [question.options[place] for place in np.flatnonzero(value)]
    if question.kind == "Ranking":
        ranked = [place for place in np.argsort(value) if value[place] > 0]
        return [question.options[place] for place in ranked]
    if question.kind == "Choice":
        return question.options[value]
    return value if question.kind == "Reference" else float(value)


def same(one: Column, other: Column, first: int) -> bool:
    """Whether the first rows of two columns are equal, blanks included."""
    mine, theirs = one.values[:first], other.values[:first]
    known = np.array_equal(one.known[:first], other.known[:first])
    return known and np.array_equal(mine[one.known[:first]], theirs[one.known[:first]])


def digest(cohort: mm.Cohort, said: mm.Choices) -> str:
    """A hash of everything in a cohort and in choices."""
    state = blake2b(said.to_json().encode(), digest_size=8)
    for people in (cohort.mentors, cohort.mentees):
        state.update(repr(people.ids).encode())
        state.update(people.capacity.astype("<i8").tobytes())
        for question in cohort.questionnaire.asked_of(people.side):
            state.update(repr(people.column(question.id).values.tolist()).encode())
    return state.hexdigest()


class TestTheSameEverywhere:
    def test_the_bits_are_those_of_the_published_generator(self) -> None:
        """SplitMix64 started at 1,234,567 gives these numbers in every implementation."""
        expected = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431]
        assert words(1_234_567, np.arange(1, 5, dtype=np.uint64)).tolist() == expected

    def test_a_seed_gives_these_people_on_every_machine(self) -> None:
        """A hash of all answers and choices, which no version of numpy and no machine may change."""
        people = synthetic.cohort(300, ratio=0.6, seed=42)
        assert digest(people, synthetic.choices(people, seed=42, popularity=0.7)) == "b9637a3941e49a5a"

    def test_other_seeds_give_other_people(self) -> None:
        """The seed counts, also a negative one and in the choices."""
        people = [synthetic.cohort(50, seed=seed) for seed in (0, 1, -1)]
        assert len({cohort.mentees.column("goals").values.tobytes() for cohort in people}) == 3
        assert len({synthetic.choices(people[0], seed=seed) for seed in (0, 1, -1)}) == 3

    @pytest.mark.parametrize("ratio", [0.37, 1.25])
    def test_a_smaller_cohort_is_the_beginning_of_a_larger_one(self, ratio: float) -> None:
        """A person's answers depend on the seed and their number, so figures of two sizes are about the same people."""
        large, small = synthetic.cohort(40_000, ratio=1, seed=3), synthetic.cohort(30, ratio=ratio, seed=3)
        for some, all_ in ((small.mentors, large.mentors), (small.mentees, large.mentees)):
            assert some.ids == all_.ids[: len(some)]
            assert some.capacity.tolist() == all_.capacity[: len(some)].tolist()
            for question in synthetic.questionnaire().asked_of(some.side):
                assert same(some.column(question.id), all_.column(question.id), len(some)), question.id

    def test_lists_depend_on_nobodys_place_in_the_table(self) -> None:
        """Choices are drawn by id: the order of people changes nothing, and no other mentee does."""
        people = synthetic.cohort(200, ratio=0.6)
        backwards = mm.Cohort(
            people.questionnaire,
            people.mentors.take(np.arange(len(people.mentors))[::-1]),
            people.mentees.take(np.arange(len(people.mentees))[::-1]),
        )
        assert synthetic.choices(people) == synthetic.choices(backwards)
        fewer = synthetic.choices(people.without(people.mentees.ids[100:]))
        assert set(fewer.shortlists) == {
            one for one in synthetic.choices(people).shortlists if one.person in people.mentees.ids[:100]
        }

    def test_powers_are_made_of_square_roots(self) -> None:
        """The library's own power agrees with Python's, which no two machines need round alike."""
        base = np.array([1.0, 2.0, 3.5, 60_000.0])
        for exponent in (0.0, 0.25, 0.7, 1.0, 1.1, 2.0):
            np.testing.assert_allclose(power(base, exponent), base**exponent, rtol=2e-5)

    def test_options_are_picked_in_proportion_and_as_many_as_asked(self) -> None:
        """Every person gets the number of picks drawn for them, also none and all."""
        who = np.arange(20_000)
        count = who % 5
        picked = Draws(0, "mentor").picks("x", who, count, [4.0, 3.0, 2.0, 1.0])
        assert picked.sum(axis=1).tolist() == count.tolist()
        assert (np.diff(picked.mean(axis=0)) < -0.03).all()
        one = picked[count == 1].mean(axis=0)
        np.testing.assert_allclose(one, [0.4, 0.3, 0.2, 0.1], atol=0.08)


class TestValid:
    def test_the_people_fit_the_questionnaire(self) -> None:
        """What the arrays hold is what records with the same answers are read as."""
        people = synthetic.cohort(150, everything=0.1, silent=0.1, identical=3)
        read = mm.Cohort.from_records(
            people.questionnaire, mentors=records(people.mentors), mentees=records(people.mentees)
        )
        for mine, theirs in ((people.mentors, read.mentors), (people.mentees, read.mentees)):
            assert mine.ids == theirs.ids
            for field in ("capacity", "minimum_load", "wants", "priority"):
                assert getattr(mine, field).tolist() == getattr(theirs, field).tolist()
            for question in people.questionnaire.asked_of(mine.side):
                column, other = mine.column(question.id), theirs.column(question.id)
                assert column.values.dtype == other.values.dtype
                assert same(column, other, len(mine)), question.id

    def test_programs_match_them_and_prove_it(self) -> None:
        """A cohort with a shortage, choices and all rules is matched, and the proof passes."""
        people = synthetic.cohort(300, ratio=0.6)
        matching = synthetic.program().match(people, synthetic.choices(people))
        assert len(matching.pairs) > 250
        assert matching.verify()
        assert max(pair.points for pair in matching.pairs) > 8_000

    def test_the_weights_are_the_usual_ones(self) -> None:
        """Goals 30, skills 25, style and values 15, experience 15, logistics 10, interests 5."""
        weight = {rule.name: rule.weight for rule in synthetic.program().rules}
        groups = [
            ("goals",),
            ("skills_to_grow",),
            ("communication", "structure", "ambition"),
            ("experience", "level"),
            ("location", "language", "meeting"),
            ("interests",),
        ]
        assert [sum(weight.pop(name) for name in group) for group in groups] == [30, 25, 15, 15, 10, 5]
        assert not weight

    def test_mentees_may_weigh_the_rules(self) -> None:
        """The criteria that mentees rank are names of rules."""
        people = synthetic.cohort(40)
        own = synthetic.program().with_(weights_from="criteria")
        assert not np.array_equal(own.score(people).to_numpy(), synthetic.program().score(people).to_numpy())

    def test_the_program_can_be_saved(self) -> None:
        """A program of synthetic people is a program like any other."""
        assert mm.Program.from_json(synthetic.program().to_json()) == synthetic.program()

    def test_nobody_is_matched_in_their_line_and_no_line_is_a_circle(self) -> None:
        """Managers are in the cohort, above many, and forbid a pair; no line comes back to where it began."""
        people = synthetic.cohort(600, ratio=1, managed=0.5)
        assert people.mentors.line("manager").findings == ()
        line = mm.Program(
            name="Line",
            questionnaire=people.questionnaire,
            rules=synthetic.program().rules,
            conditions=[rule for rule in synthetic.program().conditions if rule.name == "manager"],
        )
        allowed = line.score(people).to_numpy() >= 0
        managers = people.mentees.column("manager").values
        inside = [(row, people.mentors.ids.index(name)) for row, name in enumerate(managers) if name and name[0] == "m"]
        assert len(inside) > 200
        assert not any(allowed[mentor, mentee] for mentee, mentor in inside)
        assert max(Counter(mentor for _, mentor in inside).values()) >= 5

    def test_nobody_at_all_is_a_cohort_too(self) -> None:
        """No mentees, no mentors, or neither."""
        for mentees, mentors in ((0, 0), (0, 3), (3, 0), (1, 1)):
            people = synthetic.cohort(mentees, mentors)
            said = synthetic.choices(people, stars=2)
            assert (len(people.mentees), len(people.mentors)) == (mentees, mentors)
            assert all(set(one.people) <= set(people.mentors.ids) for one in said.shortlists)
            assert synthetic.program().match(people, said).verify()


class TestFigures:
    """What comes out, at the size of the source, against what was counted there."""

    def test_ratio_and_capacities(self) -> None:
        """Five mentors for four mentees unless asked for otherwise, with 1.75 seats on average."""
        assert [len(synthetic.cohort(100, ratio=ratio).mentors) for ratio in (0.6, 1.25, 0)] == [60, 125, 0]
        assert len(synthetic.cohort(100).mentors) == 125
        capacity = platform().mentors.capacity
        shares = np.bincount(capacity, minlength=6)[1:] / len(capacity)
        np.testing.assert_allclose(shares, list(figures.CAPACITIES.values()), atol=0.02)
        assert capacity.mean() == pytest.approx(1.75, abs=0.03)

    def test_blanks_of_every_question(self) -> None:
        """Each question stays blank as often as its figure says."""
        for people in (platform().mentors, platform().mentees):
            for question in platform().questionnaire.asked_of(people.side):
                blank = 1 - people.column(question.id).known.mean()
                assert blank == pytest.approx(figures.BLANKS[question.id], abs=0.02), question.id

    def test_blanks_come_together(self) -> None:
        """Who leaves one question blank leaves others blank more often than chance would have it."""
        people = platform().mentees
        one, other = ~people.column("communication").known, ~people.column("structure").known
        assert (one & other).mean() > 1.3 * one.mean() * other.mean()

    def test_goals_have_two_spikes(self) -> None:
        """Picks of goals: none in 0.115, one in 0.247, a flat middle, nine in 0.129; not Poisson."""
        shares = np.bincount(picks(platform().mentees, "goals"), minlength=11) / 15_092
        measured = [0.115, 0.247, 0.065, 0.079, 0.079, 0.081, 0.066, 0.055, 0.046, 0.129, 0.037]
        np.testing.assert_allclose(shares, measured, atol=0.01)

    @pytest.mark.parametrize(
        ("side", "question", "empty", "mean", "median", "nine_tenths"),
        [
            ("mentors", "goals_reached", 0.392, 5.0, 4, 10),
            ("mentees", "skills_to_grow", 0.028, 4.04, 3, 9),
            ("mentors", "skills", 0.284, 5.15, 4, 10),
        ],
    )
    def test_picks(self, side: str, question: str, empty: float, mean: float, median: int, nine_tenths: int) -> None:
        """How many options are picked: the share of blanks, and mean, median and nine-tenths point of the others."""
        found = picks(getattr(platform(), side), question)
        some = found[found > 0]
        assert (found == 0).mean() == pytest.approx(empty, abs=0.02)
        assert some.mean() == pytest.approx(mean, abs=0.15)
        assert (np.median(some), np.quantile(some, 0.9)) == (median, nine_tenths)

    def test_interests(self) -> None:
        """4.56 interests on average, with a deviation of 2.19."""
        found = picks(platform().mentors, "interests")
        assert found[found > 0].mean() == pytest.approx(4.56, abs=0.1)
        assert found[found > 0].std() == pytest.approx(2.19, abs=0.15)

    def test_some_tick_everything(self) -> None:
        """0.0076 of the mentors with skills tick all 56; goals and interests end at their cap."""
        found = picks(platform().mentors, "skills")
        assert (found[found > 0] == 56).mean() == pytest.approx(0.0076, abs=0.003)
        assert picks(platform().mentors, "goals_reached").max() == 25
        assert [picks(platform().mentees, name).max() for name in ("goals", "interests")] == [10, 10]
        many = synthetic.cohort(400, everything=0.5).mentors
        ticked = picks(many, "skills")
        assert (ticked[ticked > 0] == 56).mean() == pytest.approx(0.5, abs=0.1)

    def test_few_options_are_popular(self) -> None:
        """The shares of the most and the least wanted goals and skills."""
        goals = np.sort(platform().mentees.column("goals").values.mean(axis=0))[::-1]
        np.testing.assert_allclose(goals[:8], [0.39, 0.33, 0.32, 0.23, 0.22, 0.22, 0.21, 0.20], atol=0.03)
        np.testing.assert_allclose(goals[-3:], [0.054, 0.052, 0.019], atol=0.01)
        skills = np.sort(platform().mentees.column("skills_to_grow").values.mean(axis=0))[::-1]
        np.testing.assert_allclose(skills[:5], [0.26, 0.25, 0.17, 0.17, 0.16], atol=0.03)
        np.testing.assert_allclose(skills[-3:], [0.016, 0.014, 0.013], atol=0.01)
        department = np.bincount(platform().mentees.column("department").values + 1)[1:]
        assert department[0] > 5 * department[-1]

    def test_the_sides_want_and_offer_different_goals(self) -> None:
        """Of 25 goals 7 are hardly offered and 2 too little; the others 0.7 to 3.1 times as often as wanted."""
        wanted = platform().mentees.column("goals").values.mean(axis=0)
        offered = platform().mentors.column("goals_reached").values.mean(axis=0)
        ratio = np.sort(offered / wanted)
        assert ratio[6] < 0.12
        assert ratio[8] < 0.3
        assert ratio[9] > 0.7
        assert ratio[-1] < 3.1
        none = synthetic.cohort(2_000, unoffered=0).mentors.column("goals_reached").values.mean(axis=0)
        assert (none > 0.02).sum() >= 23
        all_ = synthetic.cohort(2_000, unoffered=1).mentors.column("goals_reached").values.mean(axis=0)
        assert (all_ > 0).all()

    def test_random_people_have_as_much_in_common(self) -> None:
        """A goal in common in 0.52 of pairs that answered, a skill in 0.35, and 0.21 of the goals covered."""
        shared = {}
        for wanted, offered in (("goals", "goals_reached"), ("skills_to_grow", "skills")):
            mine = platform().mentees.column(wanted).values[:2_000].astype(np.float32)
            theirs = platform().mentors.column(offered).values[:2_000].astype(np.float32)
            mine, theirs = mine[mine.any(axis=1)], theirs[theirs.any(axis=1)]
            shared[wanted] = common = mine @ theirs.T
            shared[f"{wanted} covered"] = common / mine.sum(axis=1)[:, None]
        assert (shared["goals"] > 0).mean() == pytest.approx(0.52, abs=0.05)
        assert (shared["skills_to_grow"] > 0).mean() == pytest.approx(0.35, abs=0.03)
        assert shared["goals covered"].mean() == pytest.approx(0.21, abs=0.04)

    def test_managers_take_part_as_often_as_anybody(self) -> None:
        """The share of people with a manager in the cohort."""
        managers = platform().mentees.column("manager").values
        inside = np.array([name is not None and name.startswith("m") for name in managers])
        named = np.array([name is not None for name in managers])
        assert inside.sum() / named.sum() == pytest.approx(0.13, abs=0.02)

    def test_what_mentees_call_most_important(self) -> None:
        """First criteria in the shares measured."""
        column = platform().mentees.column("criteria")
        first = (column.values == 1).argmax(axis=1)[column.known]
        np.testing.assert_allclose(np.bincount(first) / len(first), [0.56, 0.33, 0.10, 0.01], atol=0.02)

    @pytest.mark.skipif(not FACTS.is_file(), reason="the figures about real cohorts are not beside the checkout")
    def test_the_constants_are_the_figures(self) -> None:
        """What the library quotes is what the file of figures says."""
        facts = json.loads(FACTS.read_text(encoding="utf-8"))
        counts, shares = facts["multi_select_counts"], facts["option_popularity"]
        topics, expertise = counts["goals_topics_mentee_measured_A1_n15092"], counts["expertise_mentor_measured_A1"]
        assert {int(k): share for k, share in facts["capacity"]["default_for_generator"].items()} == figures.CAPACITIES
        assert figures.PICKS["goals"] == {k: round(1_000 * topics[str(k)]) for k in range(1, 11)}
        assert expertise["ticked_40_or_more"] == figures.EVERYTHING
        assert list(figures.GOALS_WANTED[:8]) == shares["topics_share_of_mentees_top8"]
        assert list(figures.GOALS_WANTED[-3:]) == shares["topics_rarest3"]
        assert list(figures.SKILLS_PICKED[:5]) == shares["expertise_share_top5"]
        assert list(figures.SKILLS_PICKED[-3:]) == shares["expertise_rarest3"]
        assert [figures.BLANKS[name] for name in ("goals", "goals_reached", "skills_to_grow", "skills")] == [
            topics["empty"],
            counts["topics_mentor_measured_A1_n5533"]["empty"],
            counts["expertise_mentee_measured_A1"]["empty"],
            expertise["empty"],
        ]
        assert facts["free_text"]["zipf_exponent_top200"] == figures.OPTION_EXPONENT
        assert pytest.approx(facts["missingness_measured"]["B2_no_shortlist"]) == 1 - figures.LISTS
        assert facts["missingness_measured"]["B2_short_shortlist_lt3"] == figures.SHORT
        first = facts["criteria_importance_A3_first_choice"].values()
        assert [share / 100 for share in figures.FIRST_CRITERION.values()] == list(first)


class TestChoices:
    def test_few_mentors_are_on_most_lists(self) -> None:
        """With about five requests for each mentor: Gini 0.59, the first hundredth 0.098, the first tenth 0.44."""
        people = synthetic.cohort(6_600, 5_533)
        times = Counter(name for one in synthetic.choices(people).shortlists for name in one.people)
        count = np.sort([times[name] for name in people.mentors.ids])
        total, n = count.sum(), len(count)
        gini = 2 * (np.arange(1, n + 1) * count).sum() / (n * total) - (n + 1) / n
        assert total / n == pytest.approx(5, abs=0.2)
        assert gini == pytest.approx(0.59, abs=0.02)
        assert count[-(n // 100) :].sum() / total == pytest.approx(0.098, abs=0.01)
        assert count[-(n // 10) :].sum() / total == pytest.approx(0.44, abs=0.03)
        assert np.median(count) == pytest.approx(3, abs=1)

    def test_popularity_and_length_are_settings(self) -> None:
        """Even popularity spreads the requests, a hard case heaps them; a list is as long as asked for."""
        people = synthetic.cohort(1_000)
        most = []
        for popularity in (0, 1, 2):
            said = synthetic.choices(people, popularity=popularity, length=4, short=0, lists=1)
            assert {len(one.people) for one in said.shortlists} == {4}
            assert len(said.shortlists) == 1_000
            most.append(max(Counter(name for one in said.shortlists for name in one.people).values()))
        assert 2 * most[0] < most[1]
        assert 2 * most[1] < most[2]

    def test_lists_wishes_declines_and_silence(self) -> None:
        """Shares of mentees with a list, of short lists, of mentors with wishes, of pairs declined and unanswered."""
        people = synthetic.cohort(4_000, ratio=1)
        said = synthetic.choices(people)
        sizes = np.array([len(one.people) for one in said.shortlists])
        assert len(sizes) / 4_000 == pytest.approx(0.95, abs=0.01)
        assert (sizes < 3).mean() == pytest.approx(0.16, abs=0.02)
        assert set(sizes) == {1, 2, 5}
        assert len(said.wishes) / 4_000 == pytest.approx(0.1, abs=0.02)
        assert {len(one.people) for one in said.wishes} == {3}
        listed = {(name, one.person) for one in said.shortlists for name in one.people}
        declined, late = ({pair.people for pair in pairs} for pairs in (said.declines, said.expired))
        assert declined | late <= listed
        assert not declined & late
        assert len(declined) / len(listed) == pytest.approx(0.10, abs=0.01)
        assert len(late) / len(listed) == pytest.approx(0.10, abs=0.01)

    def test_lists_of_any_cohort(self) -> None:
        """People of other ids, few mentors, and somebody in both roles, who never stands on their own list."""
        questionnaire = mm.Questionnaire([])
        people = mm.Cohort.from_records(
            questionnaire,
            mentors=[{"id": name} for name in ("ada", "bo", "cy")],
            mentees=[{"id": name} for name in ("ada", "bo", "kay", "tim")],
        )
        said = synthetic.choices(people, lists=1, short=0, wishes=1, length=9, declines=0.5, expired=0.5)
        assert [sorted(one.people) for one in said.shortlists] == [
            ["bo", "cy"],
            ["ada", "cy"],
            ["ada", "bo", "cy"],
            ["ada", "bo", "cy"],
        ]
        assert {one.person: len(one.people) for one in said.wishes} == {"ada": 2, "bo": 2, "cy": 3}
        assert len(said.declines) + len(said.expired) == 10


class TestHardCases:
    def test_people_who_answered_nothing(self) -> None:
        """Silent people have no answer at all, and are matched all the same."""
        people = synthetic.cohort(60, silent=1, ratio=1)
        for side in (people.mentors, people.mentees):
            assert not any(
                side.column(question.id).known.any() for question in people.questionnaire.asked_of(side.side)
            )
        assert len(set(synthetic.program(coarse=True).score(people).to_numpy()[0, 1:].tolist())) == 1
        assert len(synthetic.program().match(synthetic.cohort(60, silent=0.3, ratio=1)).pairs) > 50

    def test_many_identical_people(self) -> None:
        """The first people of a side are one person many times over; the others are as they were."""
        people, plain = synthetic.cohort(300, identical=200), synthetic.cohort(300)
        for side, other in ((people.mentors, plain.mentors), (people.mentees, plain.mentees)):
            assert set(side.capacity[:200].tolist()) == {int(side.capacity[0])}
            for question in people.questionnaire.asked_of(side.side):
                column = side.column(question.id)
                assert same(column.take(np.zeros(200, dtype=np.intp)), column, 200)
                rest = np.arange(200, len(side))
                assert same(column.take(rest), other.column(question.id).take(rest), len(rest))
        points = synthetic.program().score(people).to_numpy()
        assert len(set(map(tuple, points[:, :200].T.tolist()))) == 1

    def test_one_mentor_on_everybodys_list(self) -> None:
        """Stars are first on every list, short ones too."""
        people = synthetic.cohort(200)
        said = synthetic.choices(people, stars=1, lists=1)
        assert len(said.shortlists) == 200
        assert len({one.people[0] for one in said.shortlists}) == 1
        three = synthetic.choices(people, stars=3, lists=1, length=2)
        assert len({one.people for one in three.shortlists}) == 1

    def test_three_distinct_scores(self) -> None:
        """The coarse program gives 0, 5,000 or 10,000 points where a pair is possible."""
        points = synthetic.program(coarse=True).score(synthetic.cohort(200)).to_numpy()
        assert set(points[points >= 0].tolist()) == {0, 5_000, 10_000}

    def test_capacities_of_one_and_of_a_thousand(self) -> None:
        """A number is everybody's capacity; a mapping says how often each occurs."""
        assert set(synthetic.cohort(50, capacities=1_000).mentors.capacity.tolist()) == {1_000}
        mixed = synthetic.cohort(4_000, capacities={0: 1, 3: 3}).mentors.capacity
        assert set(mixed.tolist()) == {0, 3}
        assert (mixed == 0).mean() == pytest.approx(0.25, abs=0.03)

    def test_blanks_for_all_or_for_some_questions(self) -> None:
        """A number holds for every question, a mapping for those it names."""
        full = synthetic.cohort(200, blanks=0)
        assert all(full.mentees.column(question.id).known.all() for question in full.questionnaire.asked_of("mentee"))
        some = synthetic.cohort(2_000, blanks={"goals": 0.9}).mentees
        assert some.column("goals").known.mean() == pytest.approx(0.1, abs=0.03)
        assert some.column("skills_to_grow").known.mean() == pytest.approx(0.972, abs=0.02)


class TestSettings:
    def test_all_that_cannot_be_meant_is_said_at_once(self) -> None:
        """The error names every setting of a cohort that is wrong, and the way out."""
        with pytest.raises(mm.ProgramError) as error:
            synthetic.cohort(
                -1,
                2.5,  # type: ignore[arg-type]
                ratio=float("nan"),
                seed=2**70,
                capacities={1: -1},
                blanks={"goal": 0.5, "skills": 2},
                everything=True,
                identical=-3,
            )
        assert str(error.value) == (
            "9 settings of the program cannot be meant as written:\n"
            "  mentees=: expected a whole number from 0 to 100,000,000\n"
            "  ratio=: expected a number from 0 to 1,000\n"
            "  mentors=: expected a whole number from 0 to 100,000,000\n"
            "  blanks=: there is no question 'goal'; did you mean 'goals'?\n"
            "  blanks=: expected a number from 0 to 1\n"
            "  everything=: expected a number from 0 to 1\n"
            "  capacities=: expected a number from 0 to 1,000,000\n"
            "  identical=: expected a whole number from 0 to 100,000,000\n"
            "  seed=: expected a whole number of at most 63 bits"
        )

    def test_choices_say_so_too(self) -> None:
        """The error names every setting of the choices that is wrong."""
        with pytest.raises(mm.ProgramError) as error:
            synthetic.choices("cohort", lists=2, declines=0.6, expired=0.6, length=0, popularity=-1)  # type: ignore[arg-type]
        assert str(error.value) == (
            "5 settings of the program cannot be meant as written:\n"
            "  lists=: expected a number from 0 to 1\n"
            "  declines + expired=: expected a number from 0 to 1\n"
            "  length=: expected a whole number from 1 to 1,000,000\n"
            "  popularity=: expected a number from 0 to 10\n"
            "  cohort: expected a Cohort"
        )

    def test_capacities_that_never_occur_are_refused(self) -> None:
        """Somebody must have some capacity."""
        with pytest.raises(mm.ProgramError, match="how often each occurs, some of them above 0"):
            synthetic.cohort(3, capacities={1: 0})

    def test_weights_fall_on_places(self) -> None:
        """The last place is the last of the weights, whatever the rounding."""
        assert placed(np.array([np.nextafter(1, 0)]), [0.1] * 7).tolist() == [6]
        assert falling(3, 1.0).tolist() == [1, 1 / 2, 1 / 3]

    def test_it_is_imported_when_somebody_asks_for_it(self) -> None:
        """Whoever makes up no people does not wait for it, and still finds it."""
        code = (
            "import sys, mentormatch as mm; before = 'mentormatch.synthetic' in sys.modules; "
            "print(before, 'synthetic' in dir(mm), mm.synthetic.cohort(4, seed=1).mentees.ids[3])"
        )
        done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
        assert (done.stdout, done.stderr) == ("False True t000003\n", "")
        with pytest.raises(AttributeError, match="module 'mentormatch' has no attribute 'synthetics'"):
            _ = mm.synthetics  # type: ignore[attr-defined]


def test_people_can_be_drawn_for_any_questionnaire() -> None:
    """Every kind of question is answered within its bounds, a smaller cohort is the beginning of a larger one."""
    asked = mm.Questionnaire(
        [
            q.Choice("level", ["A", "B", "C", "D"], ordered=True, required=True),
            q.MultiChoice("topics", ["x", "y", "z"], at_most=2),
            q.Scale("style", 1, 3),
            q.Number("years", minimum=2, maximum=9),
            q.Number("score"),
            q.Text("about"),
            q.Reference("manager"),
            q.Ranking("order", ["one", "two"]),
        ]
    )
    large, small = (synthetic.cohort_for(asked, mentees, 30, seed=2, wants={1: 1, 2: 1}) for mentees in (80, 40))
    assert large.mentees.wants[:40].tolist() == small.mentees.wants.tolist()
    for question in asked:
        there, here = (cohort.mentees.column(question.id).values[:40] for cohort in (large, small))
        assert here.tolist() == there.tolist() or question.kind in ("Number", "Scale")
        blank = ~large.mentees.column(question.id).known
        assert blank.any() == (question.id != "level")
    levels = [side.column("level").values.mean() for side in (large.mentors, large.mentees)]
    turned = synthetic.cohort_for(asked, 80, 30, seed=2, senior="mentee")
    assert levels[0] > levels[1] + 0.5
    assert turned.mentors.column("level").values.mean() < turned.mentees.column("level").values.mean() - 0.5
    pool = synthetic.cohort_for(asked, people=9)
    assert pool.peers
    assert len(pool.mentors) == 9
    with pytest.raises(mm.ProgramError) as refused:
        synthetic.cohort_for(asked, -1, blanks=2, senior="boss")  # type: ignore[arg-type]
    assert [finding.where for finding in refused.value.findings] == ["senior=", "mentees=", "blanks="]
