"""The laws of the convention (docs/explanation/convention.md), a class for each of its sections.

What is drawn comes from the kit for extenders (`mentormatch.testing.strategies`), what is expected from plain code that
shares nothing with the library. Single cases and full texts are in the tests of the modules.
"""

from __future__ import annotations

import copy
import dataclasses
import os
import random
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import plain_wishes
import pytest
from edits import examples, junk
from hypothesis import assume, given
from hypothesis import strategies as st
from plain_wishes import Asked

import mentormatch as mm
from mentormatch import formats
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.errors import MentormatchError
from mentormatch.page.csv import csv_text
from mentormatch.testing import assert_proven
from mentormatch.testing import strategies as kit

Pair = tuple[str, str]
SECRET = "Xylem"
ASKED = mm.Questionnaire(
    [
        q.MultiChoice("goals", ["Lead", "Speak", "Write"]),
        q.Choice("level", ["junior", "senior", "head"], ordered=True),
        q.Number("years", minimum=0, maximum=40),
        q.Choice("health", ["good", SECRET], private=True),
    ],
    blanks=["n/a"],
)
BLANKS = st.sampled_from([None, "", "  ", "n/a", float("nan"), []])
PEOPLE = st.fixed_dictionaries(
    {
        "goals": st.lists(st.sampled_from(["Lead", "Speak", "Write"]), unique=True),
        "level": st.sampled_from([None, "junior", "senior", "head"]),
        "years": st.sampled_from([None, 0, 1.5, 3, 10, 40]),
        "health": st.sampled_from([None, "good", SECRET]),
    }
)
RULES: list[r.AnyRule] = [
    r.Shares("goals"),
    r.Covers("goals", by="goals"),
    r.Same("level"),
    r.Close("years"),
    r.Ahead("years", ideal=(1, 5)),
    r.Same("health"),
]


@dataclasses.dataclass(frozen=True)
class Case:
    """A program with people and what they chose."""

    program: mm.Program
    cohort: mm.Cohort
    choices: mm.Choices

    def match(self, **settings: Any) -> mm.Matching:
        return self.program.match(self.cohort, self.choices, **settings)


@st.composite
def cases(draw: st.DrawFn, most: int = 4) -> Case:
    """Anything that the kit draws."""
    program = draw(kit.programs(most=3))
    cohort = draw(kit.cohorts(program.questionnaire, (1, most), (1, most)))
    return Case(program, cohort, draw(kit.choices(cohort)))


@st.composite
def few(draw: st.DrawFn, rules: list[r.AnyRule] | None = None) -> tuple[mm.Program, mm.Cohort]:
    """One to three rules on up to three mentors and three mentees, of whom one may be both."""
    chosen = draw(st.lists(st.sampled_from(rules or RULES), min_size=1, max_size=3))
    weighed = [replace(one, label=f"r{k}", weight=draw(st.sampled_from([1, 2, 0.35]))) for k, one in enumerate(chosen)]
    return mm.Program("Few", ASKED, weighed), cohort_of(*draw(st.tuples(sides(), sides())), both=draw(st.booleans()))


def sides() -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(PEOPLE, min_size=1, max_size=3)


def cohort_of(mentors: list[dict[str, Any]], mentees: list[dict[str, Any]], both: bool = False) -> mm.Cohort:
    named = [
        [{"id": f"{letter}{k}", **one} for k, one in enumerate(of)]
        for letter, of in zip("me", (mentors, mentees), strict=True)
    ]
    if both:
        named[1][0]["id"] = "m0"
    return mm.Cohort.from_records(ASKED, mentors=named[0], mentees=named[1])


def pairs_of(scores: mm.ScoreMatrix) -> list[Pair]:
    return [(mentor, mentee) for mentor in scores.mentors for mentee in scores.mentees]


def made(matching: mm.Matching) -> list[Pair]:
    return [(pair.mentor, pair.mentee) for pair in matching.pairs]


def shuffled(cohort: mm.Cohort, chance: random.Random) -> mm.Cohort:
    """The same people in other rows."""
    rows = [chance.sample(range(len(of)), len(of)) for of in (cohort.mentors, cohort.mentees)]
    turned = (
        of.take(np.array(at, dtype=np.intp)) for of, at in zip((cohort.mentors, cohort.mentees), rows, strict=True)
    )
    return replace(cohort, **dict(zip(("mentors", "mentees"), turned, strict=True)))


class TestSection1APersonIsAnId:
    """A person is an id, never a position."""

    @examples(40)
    @given(
        name=st.text(st.characters(codec="utf-8"), min_size=1, max_size=6),
        spaces=st.sampled_from(["", " ", "\t", "\u00a0"]),
    )
    def test_an_id_is_text_after_nfc_and_trimming(self, name: str, spaces: str) -> None:
        """Whoever is written twice, with other spaces, is one person, and is refused as a second one."""
        assume(name.strip())
        read = mm.Cohort.from_records(ASKED, mentors=[{"id": name}], mentees=[]).mentors.ids[0]
        again = mm.Cohort.from_records(ASKED, mentors=[{"id": f"{spaces}{read}{spaces}"}], mentees=[])
        assert again.mentors.ids == (read,)
        with pytest.raises(mm.AnswerError):
            mm.Cohort.from_records(ASKED, mentors=[{"id": name}, {"id": f"{spaces}{read}"}], mentees=[])

    @examples(25)
    @given(number=st.integers(-(10**20), 10**20))
    def test_a_whole_number_is_its_decimal_text(self, number: int) -> None:
        """7 and "7" are one person; 7.0 has lost digits and is nobody."""
        assert mm.Cohort.from_records(ASKED, mentors=[{"id": number}], mentees=[]).mentors.ids == (str(number),)
        with pytest.raises(mm.AnswerError):
            mm.Cohort.from_records(ASKED, mentors=[{"id": float(number)}], mentees=[])

    @examples(20)
    @given(drawn=few())
    def test_nobody_is_matched_with_themselves(self, drawn: tuple[mm.Program, mm.Cohort]) -> None:
        """One id on both sides is one person in two roles."""
        program, cohort = drawn
        scores = program.score(cohort)
        for pair in pairs_of(scores):
            assert scores.allowed(*pair) == (pair[0] != pair[1])
        assert all(mentor != mentee for mentor, mentee in made(program.match(cohort)))

    @examples(20)
    @given(ids=st.lists(st.sampled_from("abcdef"), min_size=2, max_size=4, unique=True))
    def test_own_scores_name_their_sides_apart(self, ids: list[str]) -> None:
        """The same ids on both sides are other people, unless same_people says that they are not."""
        points = np.full((len(ids), len(ids)), 5)
        apart = mm.ScoreMatrix.from_array(points, ids, ids)
        one = mm.ScoreMatrix.from_array(points, ids, ids, same_people=True)
        assert (apart.to_numpy().diagonal() == 5).all()
        assert (one.to_numpy().diagonal() == -1).all()
        with pytest.raises(mm.ProgramError):
            mm.ScoreMatrix.from_array(points, set(ids), ids)


class TestSection2SamePeopleSameMatching:
    """Same people, same answers, same matching."""

    @examples(25)
    @given(case=cases(), chance=st.randoms(use_true_random=False))
    def test_the_order_of_rows_changes_nothing(self, case: Case, chance: random.Random) -> None:
        """The people of a cohort may stand in any order."""
        once, turned = case.match(), replace(case, cohort=shuffled(case.cohort, chance)).match()
        assert turned.pairs == once.pairs
        assert turned.aims == once.aims
        assert turned.norms == once.norms
        assert set(turned.unmatched) == set(once.unmatched)

    @examples(12)
    @given(case=cases(), other=cases())
    def test_nothing_but_what_is_asked_changes_the_answer(self, case: Case, other: Case) -> None:
        """An executor, a memory limit and a matching to start from may save time and never change the result."""
        once = case.match()
        with ThreadPoolExecutor(2) as threads:
            assert case.match(executor=threads).to_json() == once.to_json()
        assert case.match(memory_limit=10**8).to_json() == once.to_json()
        assert case.match(start=other.match()) == once

    def test_hash_seeds_change_nothing(self) -> None:
        """Processes in which sets and dictionaries of texts go another way find the same."""
        names = ("pairs", "groups", "circles", "flash")
        code = f"import kinds; print([kinds.kind(name).matching.to_json() for name in {names}])"
        path = os.pathsep.join(sys.path)
        found = {
            subprocess.run(
                [sys.executable, "-c", code],
                env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            for seed in ("0", "1")
        }
        assert len(found) == 1


class TestSection3ScoresAreWholeNumbers:
    """Scores are whole numbers from 0 to 10,000."""

    @examples(25)
    @given(case=cases())
    def test_points_are_whole_and_shares_sum_to_them(self, case: Case) -> None:
        """A score is from 0 to 10,000, and what an explanation shows of it adds up exactly."""
        scores = case.program.score(case.cohort)
        assert scores.to_numpy().dtype.kind == "i"
        for pair in pairs_of(scores):
            parts = scores.parts(*pair)
            assert all(0 <= part.points <= part.most <= 10_000 for part in parts)
            if scores.allowed(*pair):
                assert 0 <= scores.points(*pair) <= 10_000
                assert sum(part.points for part in parts) == scores.points(*pair)
            else:
                assert scores.points(*pair) == -1

    @examples(20)
    @given(drawn=few(), copies=st.integers(1, 2))
    def test_equal_answers_have_equal_scores(self, drawn: tuple[mm.Program, mm.Cohort], copies: int) -> None:
        """Whoever answers like another one has the other one's scores."""
        program, cohort = drawn
        table = program.score(cohort).to_numpy()
        both = set(cohort.mentors.ids) & set(cohort.mentees.ids)
        assume(not both)
        mentors, mentees = (
            replace(side, ids=tuple(f"twin of {name}" for name in side.ids))
            for side in (cohort.mentors, cohort.mentees)
        )
        assert (program.score(replace(cohort, mentors=mentors, mentees=mentees)).to_numpy() == table).all()

    @examples(20)
    @given(
        one=PEOPLE.filter(lambda one: all(one.values())),
        weights=st.lists(st.sampled_from([0, 1, 0.1, 7]), min_size=4, max_size=4),
    )
    def test_a_perfect_pair_has_10_000(self, one: dict[str, Any], weights: list[float]) -> None:
        """Where every rule gives 1 the score is 10,000, whatever the weights."""
        assume(any(weights))
        rules = [
            replace(rule, label=f"r{k}", weight=weight)
            for k, (rule, weight) in enumerate(zip(RULES, weights, strict=False))
        ]
        assert mm.Program("Perfect", ASKED, rules).score(cohort_of([one], [one])).points("m0", "e0") == 10_000

    @examples(20)
    @given(values=st.lists(st.lists(st.integers(0, 2**45 - 1), min_size=2, max_size=2), min_size=1, max_size=3))
    def test_totals_of_own_scores_are_exact(self, values: list[list[int]]) -> None:
        """Own scores may be large, and their totals are whole numbers all the same."""
        scores = mm.ScoreMatrix.from_array(values)
        matching = mm.solve(scores, capacity=2)
        assert matching.points == sum(values[int(mentor)][int(mentee)] for mentor, mentee in made(matching))
        assert matching.points == sum(max(column) for column in zip(*values, strict=True)) or len(values) == 1


class TestSection4ARuleSaysAValue:
    """A rule says a value in [0, 1], or that it cannot judge."""

    @examples(25)
    @given(data=st.data())
    def test_every_rule_that_fits_gives_values_from_0_to_1(self, data: st.DataObject) -> None:
        """Whatever the questionnaire, and 0 where it cannot judge."""
        asked = data.draw(kit.questionnaires())
        cohort = data.draw(kit.cohorts(asked, (1, 3), (1, 3)))
        for rule in kit.rules_for(asked):
            value, known = rule.values(cohort.mentors, cohort.mentees)
            assert ((value >= 0) & (value <= 1)).all()
            assert (value[~known] == 0).all()

    @examples(25)
    @given(case=cases(), factor=st.sampled_from([2, 3, 1_000, 0.5]))
    def test_weights_have_no_unit(self, case: Case, factor: float) -> None:
        """Only their ratios count."""
        program = case.program
        times = program.with_weights(**{rule.name: float(rule.weight) * factor for rule in program.rules})
        once = program.with_weights(**{rule.name: float(rule.weight) for rule in program.rules})
        assert (times.score(case.cohort).to_numpy() == once.score(case.cohort).to_numpy()).all()

    @examples(20)
    @given(program=kit.programs())
    def test_a_program_whose_weights_are_all_zero_is_refused(self, program: mm.Program) -> None:
        """Nothing would tell one pair from another."""
        with pytest.raises(mm.ProgramError):
            program.with_weights(**{rule.name: 0 for rule in program.rules})

    @examples(20)
    @given(people=st.tuples(sides(), sides()), ranked=st.permutations(["a", "b", "c", "d"]), length=st.integers(0, 4))
    def test_a_ranking_of_the_rules_multiplies_that_mentees_weights(
        self, people: tuple[list[dict[str, Any]], list[dict[str, Any]]], ranked: list[str], length: int
    ) -> None:
        """The first by 2, the second by 1.5, the third by 1.25, and nobody else's."""
        asked = mm.Questionnaire([*ASKED, q.Ranking("matters", ["a", "b", "c", "d"], asked_of="mentee")])
        rules = [
            replace(rule, label=label, missing="zero", weight=weight)
            for rule, label, weight in zip(RULES, "abcd", (1, 2, 4, 8), strict=False)
        ]
        chosen = ranked[:length]
        mentors = [{"id": f"m{k}", **one} for k, one in enumerate(people[0])]
        mentees = [{"id": f"e{k}", **one, "matters": chosen if k == 0 else []} for k, one in enumerate(people[1])]
        cohort = mm.Cohort.from_records(asked, mentors=mentors, mentees=mentees)
        ranking = mm.Program("Ranked", asked, rules, weights_from="matters").score(cohort)
        factor = dict(zip(chosen, (2, 1.5, 1.25), strict=False))
        plain = mm.Program("Plain", asked, rules)
        own = plain.with_weights(**{rule.name: float(rule.weight) * factor.get(rule.name, 1) for rule in rules}).score(
            cohort
        )
        others = plain.score(cohort)
        for mentor, mentee in pairs_of(ranking):
            assert ranking.points(mentor, mentee) == (own if mentee == "e0" else others).points(mentor, mentee)


class TestSection5Blanks:
    """No answer is not an answer."""

    @examples(20)
    @given(data=st.data())
    def test_two_blanks_are_no_agreement(self, data: st.DataObject) -> None:
        """No rule of any questionnaire judges two people who answered nothing."""
        asked = data.draw(kit.questionnaires())
        cohort = mm.Cohort.from_records(asked, mentors=[{"id": "m"}], mentees=[{"id": "e"}])
        for rule in kit.rules_for(asked):
            assert not rule.values(cohort.mentors, cohort.mentees)[1].any()

    @examples(20)
    @given(people=st.tuples(sides(), sides()), blank=BLANKS)
    def test_blanks_are_spelled_in_many_ways(
        self, people: tuple[list[dict[str, Any]], list[dict[str, Any]]], blank: Any
    ) -> None:
        """Empty text, white space, None, NaN, an empty list and the words of the questionnaire are all no answer."""
        program = mm.Program("Blanks", ASKED, [replace(rule, label=f"r{k}") for k, rule in enumerate(RULES)])
        other = [[{key: value or blank for key, value in one.items() if value != 0} for one in of] for of in people]
        plain = [[{key: value for key, value in one.items() if value != 0} for one in of] for of in people]
        expected, found = (program.score(cohort_of(*of)) for of in (plain, other))
        assert (found.to_numpy() == expected.to_numpy()).all()
        assert found.norms == expected.norms

    @examples(25)
    @given(drawn=few(), missing=st.sampled_from(["zero", 0, 0.25, 1]))
    def test_a_number_stands_for_what_cannot_be_judged(self, drawn: tuple[mm.Program, mm.Cohort], missing: Any) -> None:
        """ "zero" is 0, and a number is what it says, for these pairs and no others."""
        program, cohort = drawn
        rule = replace(program.rules[0], missing=missing)
        scores = program.with_(rules=(rule,)).score(cohort)
        value, known = rule.values(cohort.mentors, cohort.mentees)
        stands_for = 0.0 if missing == "zero" else float(missing)
        for j, mentor in enumerate(scores.mentors):
            for i, mentee in enumerate(scores.mentees):
                if mentor != mentee:
                    (part,) = scores.parts(mentor, mentee)
                    assert part.value == pytest.approx(value[j, i] if known[j, i] else stands_for, abs=1e-6)

    @examples(25)
    @given(drawn=few())
    def test_the_average_is_the_mean_of_what_can_be_judged(self, drawn: tuple[mm.Program, mm.Cohort]) -> None:
        """Over all pairs of the cohort, so that leaving a question out neither pays nor costs."""
        program, cohort = drawn
        norms = program.score(cohort).norms
        for rule in program.rules:
            value, known = rule.values(cohort.mentors, cohort.mentees)
            judged = [Fraction(float(one)) for one in value[known]]
            if judged and len(judged) < known.size:
                assert norms[rule.name] == pytest.approx(float(sum(judged) / len(judged)), abs=1e-9)

    @examples(25)
    @given(drawn=few())
    def test_who_abstains_is_left_out(self, drawn: tuple[mm.Program, mm.Cohort]) -> None:
        """Where a rule cannot judge, the score is that of the program without it."""
        program, cohort = drawn
        assume(len(program.rules) > 1)
        first, *others = (replace(rule, missing="zero") for rule in program.rules)
        with_it = program.with_(rules=(replace(first, missing="abstain"), *others)).score(cohort)
        without = program.with_(rules=others).score(cohort)
        known = first.values(cohort.mentors, cohort.mentees)[1]
        for j, mentor in enumerate(with_it.mentors):
            for i, mentee in enumerate(with_it.mentees):
                if not known[j, i] and mentor != mentee:
                    assert with_it.points(mentor, mentee) == without.points(mentor, mentee)

    @examples(25)
    @given(drawn=few())
    def test_coverage_is_the_share_of_the_weight_that_was_judged(self, drawn: tuple[mm.Program, mm.Cohort]) -> None:
        """All of it where nothing is blank, and nothing where all is."""
        program, cohort = drawn
        scores = program.score(cohort)
        judged = [rule.values(cohort.mentors, cohort.mentees)[1] for rule in program.rules]
        weights = [float(rule.weight) for rule in program.rules]
        for j, mentor in enumerate(scores.mentors):
            for i, mentee in enumerate(scores.mentees):
                share = sum(weight * known[j, i] for weight, known in zip(weights, judged, strict=True)) / sum(weights)
                assert scores.coverage(mentor, mentee) == pytest.approx(share, abs=1e-3)


class TestSection6AConditionIsAMask:
    """A condition is a mask."""

    @examples(25)
    @given(case=cases())
    def test_no_pair_that_is_made_is_forbidden(self, case: Case) -> None:
        """Whatever is wished, and whatever it would bring."""
        matching = case.match()
        scores = matching._scores()
        for pair in matching.pairs:
            assert scores.allowed(pair.mentor, pair.mentee)
            assert scores.forbidding(pair.mentor, pair.mentee) == ()

    @examples(20)
    @given(data=st.data())
    def test_a_forbidden_pair_takes_no_place_from_anybody(self, data: st.DataObject) -> None:
        """The matching is that of scores in which the pair has no points to offer."""
        size = data.draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
        draws = st.lists(
            st.lists(st.integers(0, 9), min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
        )
        points, more = np.array(data.draw(draws)), np.array(data.draw(draws))
        allowed = np.array(data.draw(draws)) > 3
        once, other = (
            mm.ScoreMatrix.from_array(some, allowed=allowed)
            for some in (points, np.where(allowed, points, more * 1_000))
        )
        assert mm.solve(once).to_json() == mm.solve(other).to_json()

    @examples(25)
    @given(
        people=st.tuples(sides(), sides()), policy=st.sampled_from(["forbid", "allow"]), rule=st.sampled_from(RULES[:3])
    )
    def test_a_blank_forbids_unless_the_condition_says_otherwise(
        self, people: tuple[list[dict[str, Any]], list[dict[str, Any]]], policy: Any, rule: r.AnyRule
    ) -> None:
        """And the explanation says that it is the blank which forbids."""
        condition = replace(rule, if_unknown=policy)
        cohort = cohort_of(*people)
        scores = mm.Program("Conditions", ASKED, [r.Close("years")], [condition]).score(cohort)
        value, known = rule.values(cohort.mentors, cohort.mentees)
        for j, mentor in enumerate(scores.mentors):
            for i, mentee in enumerate(scores.mentees):
                expected = value[j, i] > 0 if known[j, i] else policy == "allow"
                assert scores.allowed(mentor, mentee) == expected
                assert [one.unknown for one in scores.forbidding(mentor, mentee)] == (
                    [] if expected else [not known[j, i]]
                )

    @examples(25)
    @given(case=cases())
    def test_a_wish_that_cannot_be_is_reported(self, case: Case) -> None:
        """Everybody who is wished and ruled out by the scores is named with what rules the pair out."""
        scores = case.program.score(case.cohort)
        wished = {(mentor, one.person) for one in case.choices.shortlists for mentor in one.people}
        wished |= {(one.person, mentee) for one in case.choices.wishes for mentee in one.people}
        told = {(one.mentor, one.mentee) for one in case.match().forbidden_wishes}
        assert {pair for pair in wished if not scores.allowed(*pair)} <= told <= wished

    @examples(20)
    @given(people=st.tuples(sides(), sides()), least=st.sampled_from(["senior", "head"]))
    def test_who_may_not_take_part_has_no_pair_and_is_told(
        self, people: tuple[list[dict[str, Any]], list[dict[str, Any]]], least: str
    ) -> None:
        """Eligibility closes every pair of somebody, with the reason."""
        cohort = cohort_of(*people)
        reason = "mentors are senior"
        program = mm.Program(
            "Who", ASKED, [r.Close("years")], eligibility=[r.Eligible("mentor", "level", at_least=least, reason=reason)]
        )
        levels = ["junior", "senior", "head"]
        matching = program.match(cohort)
        told = {one.person: one.reason for one in matching.unmatched if one.code == "not_eligible"}
        for k, mentor in enumerate(people[0]):
            may = mentor["level"] is not None and levels.index(mentor["level"]) >= levels.index(least)
            assert (f"m{k}" in told) == (not may)
            assert may or (reason in told[f"m{k}"] and f"m{k}" not in {one for one, _ in made(matching)})


def asked_of(case: Case, scores: mm.ScoreMatrix) -> Asked:
    """A case as the oracle takes it."""
    aim, choices, cohort = case.program.aim, case.choices, case.cohort
    people = cohort.mentees.ids
    return Asked(
        points={pair: scores.points(*pair) for pair in pairs_of(scores) if scores.allowed(*pair)},
        capacity=dict(zip(cohort.mentors.ids, cohort.mentors.capacity.tolist(), strict=True)),
        minimum_load=dict.fromkeys(cohort.mentors.ids, 0),
        wants=dict(zip(people, cohort.mentees.wants.tolist(), strict=True)),
        priority=dict(zip(people, cohort.mentees.priority.tolist(), strict=True)) | dict(choices.priority),
        closed=frozenset(pair.people for pair in (*choices.bans, *choices.declines)),
        avoid=frozenset(pair.people for pair in choices.avoid),
        favour=frozenset(pair.people for pair in choices.favour),
        gone=frozenset(choices.paused),
        shortlists={one.person: [list(rank) for rank in one.ranks] for one in choices.shortlists},
        wishes={one.person: [list(rank) for rank in one.ranks] for one in choices.wishes},
        order=aim.order,
        lists=aim.shortlists,
        changes=aim.changes,
        bonus=aim.bonus,
        lift=aim.fairness is not None,
        even=aim.balance is not None,
        minimum_score=aim.minimum_score,
        seed=case.program.seed,
    )


class TestSection7TheOrderOfAims:
    """Each aim is optimised exactly, among the matchings that are best in all before it."""

    @examples(80)
    @given(case=cases(most=3))
    def test_the_matching_is_the_one_that_plain_search_finds(self, case: Case) -> None:
        """Participation, lists, wishes, the worst score, loads, what to avoid, points, lottery: in the order asked."""
        matching = case.match()
        asked = asked_of(case, matching._scores())
        assert frozenset(made(matching)) == plain_wishes.best(asked)

    @examples(25)
    @given(case=cases())
    def test_what_must_hold_holds(self, case: Case) -> None:
        """Seats, wants, refusals, pauses and the minimum score bind, whatever the aims."""
        matching = case.match()
        load = dict.fromkeys(case.cohort.mentors.ids, 0)
        got = dict.fromkeys(case.cohort.mentees.ids, 0)
        closed = {pair.people for pair in (*case.choices.bans, *case.choices.declines)}
        for pair in matching.pairs:
            load[pair.mentor] += 1
            got[pair.mentee] += 1
            assert pair.points >= case.program.aim.minimum_score
            assert (pair.mentor, pair.mentee) not in closed
            assert not {pair.mentor, pair.mentee} & set(case.choices.paused)
        assert all(load[m] <= seats for m, seats in zip(load, case.cohort.mentors.capacity.tolist(), strict=True))
        assert all(got[e] <= wants for e, wants in zip(got, case.cohort.mentees.wants.tolist(), strict=True))

    @examples(20)
    @given(case=cases())
    def test_accepted_pairs_stay(self, case: Case) -> None:
        """What was accepted is in the next matching, until somebody leaves, pauses or ends it."""
        once = case.match()
        assume(once.pairs)
        first = once.pairs[0]
        said = case.choices.record(once, accepted=[(first.mentor, first.mentee)])
        assert (first.mentor, first.mentee) in made(case.program.match(case.cohort, said, previous=once))
        paused = said.with_(paused=[*said.paused, first.mentee])
        assert (first.mentor, first.mentee) not in made(case.program.match(case.cohort, paused))

    @examples(20)
    @given(case=cases(), seed=st.integers(0, 2**62))
    def test_the_lottery_decides_nothing_but_ties(self, case: Case, seed: int) -> None:
        """Another seed reaches the same in every aim, and the same seed the same pairs."""
        once, other = case.match(), replace(case, program=case.program.with_(seed=seed)).match()
        assert case.match().pairs == once.pairs
        reached = [[one for one in matching.aims if one.aim != "lottery"] for matching in (once, other)]
        assert reached[0] == reached[1]

    def test_the_lottery_favours_no_name(self) -> None:
        """Of two mentees who are alike in everything, each gets the seat with about half of the seeds."""
        scores = mm.ScoreMatrix.from_array([[5, 5]], ["m"], ["Aaron", "Zoe"])
        won = sum(made(mm.solve(scores, seed=seed)) == [("m", "Aaron")] for seed in range(200))
        assert 75 <= won <= 125

    @examples(20)
    @given(case=cases())
    def test_a_stable_matching_has_no_blocking_pair(self, case: Case) -> None:
        """No mentor and mentee prefer each other to whom they have, by list or wish and then by points."""
        calm = mm.Aim(stable=True, minimum_score=case.program.aim.minimum_score)
        matching = replace(case, program=case.program.with_(aim=calm)).match()
        assert matching.blocking_pairs() == ()
        assert matching.verify()


class TestSection8WordsForHowGood:
    """Optimal, claimed, bounded; there is no "ok"."""

    @examples(25)
    @given(case=cases(), data=st.data())
    def test_optimal_is_proven_and_nothing_else_passes(self, case: Case, data: st.DataObject) -> None:
        """The prices prove the pairs that come with them, and no others."""
        matching = case.match()
        assert_proven(matching)
        assume(matching.pairs)
        gone = data.draw(st.sampled_from(matching.pairs))
        fewer = replace(matching, pairs=tuple(pair for pair in matching.pairs if pair != gone))
        assert not fewer.verify()
        with pytest.raises(AssertionError):
            assert_proven(fewer)

    @examples(20)
    @given(case=cases())
    def test_a_stable_matching_is_claimed(self, case: Case) -> None:
        """An exact method's word for it, which assert_proven does not take."""
        matching = replace(case, program=case.program.with_(aim=mm.Aim(stable=True))).match()
        assert matching.proof.kind == "claimed"
        with pytest.raises(AssertionError):
            assert_proven(matching)

    @examples(15)
    @given(seed=st.integers(0, 2**32))
    def test_what_was_stopped_is_bounded(self, seed: int) -> None:
        """The best so far, with a bound that is not below what could have been."""
        scores = mm.ScoreMatrix.from_array(np.random.default_rng(seed).integers(0, 50, (12, 12)))
        best, stopped = mm.solve(scores), mm.solve(scores, round_limit=1)
        assert stopped.proof.kind in ("bounded", "optimal")
        assert stopped.verify()
        assert stopped.points <= best.points
        if stopped.proof.kind == "bounded":
            assert stopped.proof.stopped is not None
            for gap in stopped.proof.stopped.gaps:
                reached = {one.aim: one.value for one in best.aims}
                assert gap.value <= gap.bound
                assert (
                    gap.level not in reached
                    or gap.level == "lottery"
                    or gap.bound >= min(gap.value, reached[gap.level])
                )

    @examples(10)
    @given(seed=st.integers(0, 2**32), circle=st.sampled_from([None, (2, 3)]))
    def test_every_format_says_one_of_the_three(self, seed: int, circle: tuple[int, int] | None) -> None:
        """Peers and circles too, and what they say stands up to the check."""
        points = np.random.default_rng(seed).integers(0, 50, (7, 7))
        ids = [f"p{k}" for k in range(7)]
        scores = mm.ScoreMatrix.from_array(points, ids, ids, same_people=True)
        matching = mm.solve(scores, format=formats.Peers(circle=circle))
        assert matching.proof.kind in ("optimal", "claimed", "bounded")
        assert matching.verify()


class TestSection9NotEverybodyFits:
    """That not everybody fits is a result."""

    @examples(25)
    @given(case=cases())
    def test_whoever_is_without_a_pair_is_listed_with_a_reason(self, case: Case) -> None:
        """Everybody is in a pair or among the unmatched, and nobody in both."""
        matching = case.match()
        for at, (side, people) in enumerate((("mentor", case.cohort.mentors.ids), ("mentee", case.cohort.mentees.ids))):
            paired = {pair[at] for pair in made(matching)}
            alone = [one.person for one in matching.unmatched if one.side == side]
            assert sorted(alone) == sorted(set(people) - paired)
        assert all(one.code and one.reason for one in matching.unmatched)

    @examples(25)
    @given(data=st.data())
    def test_the_demands_that_clash_are_named_and_no_others(self, data: st.DataObject) -> None:
        """Pins clash at a person who has more of them than seats or wishes, and all such people are told."""
        size = data.draw(st.tuples(st.integers(1, 3), st.integers(2, 4)))
        every = [(f"m{j}", f"e{i}") for j in range(size[0]) for i in range(size[1])]
        pins = data.draw(st.lists(st.sampled_from(every), min_size=1, max_size=4, unique=True))
        scores = mm.ScoreMatrix.from_array(
            np.ones(size, dtype=int), [f"m{j}" for j in range(size[0])], [f"e{i}" for i in range(size[1])]
        )
        over = [f"mentee {e}" for e in scores.mentees if sum(pin[1] == e for pin in pins) > 1]
        over += [f"mentor {m}" for m in scores.mentors if sum(pin[0] == m for pin in pins) > 1]
        try:
            matching = mm.solve(scores, choices=mm.Choices(pins=pins))
        except mm.InfeasibleError as error:
            assert sorted(one.expected.split(" is pinned")[0] for one in error.findings) == over
        else:
            assert not over
            assert set(pins) <= set(made(matching))


class TestSection10Errors:
    """The type says whose fault it is, and one error holds all findings."""

    @examples(40)
    @given(
        records=st.lists(
            st.dictionaries(st.sampled_from(["id", *ASKED.ids, "x"]), junk(["id"]), max_size=4), max_size=4
        )
    )
    def test_records_are_people_or_an_answer_error(self, records: list[dict[str, Any]]) -> None:
        """Nothing of the standard library, of numpy or of pydantic comes out."""
        try:
            cohort = mm.Cohort.from_records(ASKED, mentors=records, mentees=[])
        except mm.AnswerError as error:
            assert error.findings
            assert all(one.code and one.expected and one.to_dict() for one in error.findings)
            str(error).encode()
        else:
            assert len(cohort.mentors) == len(records)

    @examples(40)
    @given(data=st.data())
    def test_settings_are_taken_or_a_program_error(self, data: st.DataObject) -> None:
        """So with every setting of a program, of an aim and of a rule."""
        what = data.draw(
            st.sampled_from([mm.Program, mm.Aim, r.Close, r.Ahead, r.Covers, q.Choice, q.Number, formats.Groups])
        )
        names = [one.name for one in dataclasses.fields(what) if one.init]
        given_ = data.draw(st.dictionaries(st.sampled_from(names), junk(names), max_size=3))
        base = {
            mm.Program: {"name": "P", "questionnaire": ASKED, "rules": [r.Same("level")]},
            r.Close: {"question": "years"},
            r.Ahead: {"question": "years"},
            r.Covers: {"wanted": "goals"},
            q.Choice: {"id": "q", "options": ["a"]},
            q.Number: {"id": "q"},
            formats.Groups: {"size": (2, 3)},
        }.get(what, {})
        try:
            str(what(**{**base, **given_})).encode()
        except mm.ProgramError as error:
            assert error.findings

    @examples(25)
    @given(
        wrong=st.lists(st.sampled_from(["goals", "level", "years"]), min_size=1, max_size=3, unique=True),
        people=st.integers(1, 3),
    )
    def test_all_findings_come_at_once(self, wrong: list[str], people: int) -> None:
        """Each wrong answer of each person, with the person and the question."""
        records = [{"id": f"m{k}", **dict.fromkeys(wrong, "no such answer")} for k in range(people)]
        with pytest.raises(mm.AnswerError) as caught:
            mm.Cohort.from_records(ASKED, mentors=records, mentees=[])
        told = {(one.person, one.question) for one in caught.value.findings}
        assert told == {(f"m{k}", question) for k in range(people) for question in wrong}

    @examples(20)
    @given(case=cases(), person=st.sampled_from(["m9", "e9", " ", "m0 "]))
    def test_people_who_are_not_there_are_a_choice_error(self, case: Case, person: str) -> None:
        """Whoever is asked about must exist, in every question about people."""
        matching = case.match()
        for call in (
            lambda: matching.explain(person, case.cohort.mentees.ids[0]),
            lambda: matching.why_not(case.cohort.mentors.ids[0], person),
            lambda: matching.why_unmatched(person),
            lambda: matching.alternatives(person, 1),
            lambda: case.program.match(case.cohort, mm.Choices(declines=[("m0", person)])),
        ):
            try:
                call()
            except MentormatchError as error:
                assert error.findings


class TestSection11PersonalData:
    """Answers are personal data; what others may read is in test_privacy.py."""

    @examples(20)
    @given(people=st.tuples(sides(), sides()))
    def test_nothing_that_prints_itself_holds_a_private_answer(
        self, people: tuple[list[dict[str, Any]], list[dict[str, Any]]]
    ) -> None:
        """Cohorts, programs, scores, matchings and what is told to mentors and mentees."""
        cohort = cohort_of(*people)
        program = mm.Program("Private", ASKED, [r.Same("health"), r.Shares("goals")])
        matching = program.match(cohort)
        told = [cohort, program.score(cohort), matching, program.check(cohort), matching.report(), matching.to_json()]
        told += [matching.explain("m0", "e0", audience) for audience in ("mentor", "mentee")]
        for value in told:
            assert SECRET not in str(value)
            assert SECRET not in repr(value)

    @examples(25)
    @given(wrong=st.sampled_from(["Xylen", "xylem?", "XYLEM and more"]), people=st.integers(1, 3))
    def test_a_wrong_private_answer_is_not_repeated_and_gives_no_hint(self, wrong: str, people: int) -> None:
        """Neither the answer nor an option that is near to it."""
        with pytest.raises(mm.AnswerError) as caught:
            mm.Cohort.from_records(ASKED, mentors=[{"id": k, "health": wrong} for k in range(people)], mentees=[])
        for finding in caught.value.findings:
            assert "ylem" not in f"{finding!r}{finding}{finding.to_dict()}".lower()
            assert "xylen" not in f"{finding!r}{finding}{finding.to_dict()}".lower()

    @examples(40)
    @given(text=st.text(max_size=8) | st.sampled_from(["=1+1", "+1", "-1", "@a", "\t=1", "a\n=1", '"=1', "a;=1"]))
    def test_no_cell_of_a_csv_begins_like_a_formula(self, text: str) -> None:
        """What a spreadsheet would run is text, and the text is there."""
        cell = csv_text(("who",), [(text,)]).split("\r\n", 1)[1].lstrip('"')
        assert cell[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n") or cell == "\r\n"


class TestSection12FrozenValues:
    """Values are frozen, import does nothing (test_import.py)."""

    @examples(20)
    @given(case=cases())
    def test_inputs_are_never_changed(self, case: Case) -> None:
        """Whatever is computed from them, records, frames, cohorts, choices and programs are as they were."""
        before = copy.deepcopy((case.program, case.choices))
        columns = [
            repr(case.cohort.mentors.column(one.id).values) for one in case.program.questionnaire if one.asks("mentor")
        ]
        matching = case.match()
        case.match(previous=matching, start=matching)
        matching.to_records().clear()
        case.choices.record(matching, accepted="all")
        assert (case.program, case.choices) == before
        assert columns == [
            repr(case.cohort.mentors.column(one.id).values) for one in case.program.questionnaire if one.asks("mentor")
        ]

    @examples(20)
    @given(people=st.tuples(sides(), sides()))
    def test_records_and_arrays_are_copied(self, people: tuple[list[dict[str, Any]], list[dict[str, Any]]]) -> None:
        """What is changed after it was handed over changes nothing, and nothing is changed that was handed over."""
        mentors, mentees = (
            [{"id": f"{at}{k}", **one} for k, one in enumerate(of)] for at, of in zip("me", people, strict=True)
        )
        held = copy.deepcopy((mentors, mentees))
        cohort = mm.Cohort.from_records(ASKED, mentors=mentors, mentees=mentees)
        program = mm.Program("Copied", ASKED, [r.Shares("goals"), r.Close("years")])
        table = program.score(cohort).to_numpy()
        assert (mentors, mentees) == held
        for one in (*mentors, *mentees):
            one["goals"].append("Speak")
            one["years"] = 40
        assert (program.score(replace(cohort)).to_numpy() == table).all()
        frame = pd.DataFrame({"id": ["a", "b"], "years": [1.0, 2.0]})
        taken = frame.copy()
        mm.Cohort.from_frames(ASKED, people=frame)
        assert frame.equals(taken)

    @examples(20)
    @given(case=cases())
    def test_values_are_frozen(self, case: Case) -> None:
        """No field of a value can be set, and no array of one written to."""
        matching = case.match()
        values = [case.program, case.cohort, case.choices, case.program.aim, matching, matching.proof, *matching.pairs]
        values += [
            *case.program.rules,
            case.program.questionnaire,
            matching._scores(),
            *matching.unmatched,
            matching.verify(),
        ]
        for value in values:
            name = dataclasses.fields(value)[0].name
            with pytest.raises(dataclasses.FrozenInstanceError):
                setattr(value, name, getattr(value, name))
        for array in (case.cohort.mentors.capacity, case.cohort.mentees.wants, matching.proof.mentor_prices):
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0

    @examples(15)
    @given(case=cases())
    def test_no_global_state_is_read_or_left_behind(self, case: Case) -> None:
        """Neither generators of random numbers nor what numpy does at errors, and no warning is turned off."""
        expected = case.match().to_json()
        random.seed(1)
        np.random.seed(1)  # noqa: NPY002 - the global generator is what must not be used
        with np.errstate(all="raise"):
            before = random.getstate(), np.random.get_state()[1].tolist(), np.geterr(), list(warnings.filters)  # noqa: NPY002
            assert case.match().to_json() == expected
            after = random.getstate(), np.random.get_state()[1].tolist(), np.geterr(), list(warnings.filters)  # noqa: NPY002
        assert before == after
