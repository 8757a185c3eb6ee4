"""The kit for extenders: bad rules are refused, good ones are not, and what the strategies draw is valid."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import Any, Literal

import kinds
import numpy as np
import plainly
import pytest
import strategies as own
from hypothesis import given, settings
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.errors import Finding
from mentormatch.people import People
from mentormatch.rules import Columns, Lookup, Rule
from mentormatch.rules.rule import between, question_findings
from mentormatch.testing import assert_proven, check_rule, strategies

ASKED = mm.Questionnaire(
    [
        q.Number("years", minimum=0, maximum=40),
        q.Choice("floor", ["1", "2", "3"], required=True),
        q.Choice("health", ["good", "bad"], private=True),
    ]
)


@dataclass(frozen=True, repr=False)
class Nearest(Rule):
    """A sound rule of one's own: 1 at equal years, falling with the distance."""

    question: str
    _: KW_ONLY
    kind: Literal["Nearest"] = field(default="Nearest", repr=False)

    @property
    def title(self) -> str:
        return f"{type(self).__name__}({self.question!r})"

    def questions(self) -> tuple[str, ...]:
        return (self.question,)

    def values(self, mentors: People, mentees: People) -> Any:
        theirs, mine = mentors.column(self.question), mentees.column(self.question)
        known = between(theirs.known, mine.known)
        apart = np.abs(np.nan_to_num(theirs.values)[:, None] - np.nan_to_num(mine.values))
        return known / (1 + apart), known

    def answered(self, mentors: People, mentees: People) -> Any:
        return mentors.column(self.question).known, mentees.column(self.question).known

    def _fits(self, questionnaire: mm.Questionnaire, as_condition: bool) -> Iterator[Finding]:
        return question_findings(questionnaire, self.question, "both", ("Number",))


class Percent(Nearest):
    """Bad: per cent."""

    def values(self, mentors: People, mentees: People) -> Any:
        value, known = super().values(mentors, mentees)
        return 100 * value, known


class Ranked(Nearest):
    """Bad: the best of the block gets 1."""

    def values(self, mentors: People, mentees: People) -> Any:
        value, known = super().values(mentors, mentees)
        return value / max(value.max(initial=0), 1e-9), known


class Gossip(Nearest):
    """Bad: looks at a private question that it does not name."""

    def values(self, mentors: People, mentees: People) -> Any:
        value, known = super().values(mentors, mentees)
        return value * (mentors.column("health").values != 1)[:, None], known


class Optimist(Nearest):
    """Bad: takes two blanks for agreement."""

    def values(self, mentors: People, mentees: People) -> Any:
        theirs, mine = (np.nan_to_num(side.column(self.question).values, nan=-1) for side in (mentors, mentees))
        value = (theirs[:, None] == mine).astype(float)
        return value, np.ones(value.shape, dtype=bool)

    def answered(self, mentors: People, mentees: People) -> Any:
        return None


class Moody(Nearest):
    """Bad: something else every time."""

    def values(self, mentors: People, mentees: People) -> Any:
        value, known = super().values(mentors, mentees)
        return value * next(_MOODS), known


_MOODS = itertools.cycle([0.25, 0.5, 0.75, 0.3])


class Turned(Nearest):
    """Bad: mentees first."""

    def values(self, mentors: People, mentees: People) -> Any:
        value, known = super().values(mentors, mentees)
        return value.T, known.T


class Alphabetical(Nearest):
    """Bad: favours ids."""

    def values(self, mentors: People, mentees: People) -> Any:
        value, known = super().values(mentors, mentees)
        return value * np.array([name < "m000003" for name in mentors.ids])[:, None], known


class Guessing(Nearest):
    """Bad: a value where it cannot judge."""

    def values(self, mentors: People, mentees: People) -> Any:
        value, known = super().values(mentors, mentees)
        return np.where(known, value, 0.5), known


class Shortcut(Nearest):
    """Bad: a product that is another rule."""

    def columns(self, mentors: People, mentees: People) -> Any:
        here, there = self.answered(mentors, mentees)
        return Columns(here[:, None].astype(np.uint8), there[:, None] * 0.5)

    def lookup(self, mentors: People, mentees: People) -> Any:
        ones = np.ones((len(mentors), 1), dtype=np.float32), np.ones((len(mentees), 1), dtype=np.float32)
        return Lookup(*ones, np.array([0.0, 0.1]))


class Quiet(Nearest):
    """Bad: a product that does not say who can be judged."""

    def columns(self, mentors: People, mentees: People) -> Any:
        value, _ = self.values(mentors, mentees)
        return Columns(np.eye(len(mentors), dtype=np.uint8), value.T)

    def answered(self, mentors: People, mentees: People) -> Any:
        return None


class Double(Nearest):
    """Bad: a product of twos, and full values that are too small."""

    def columns(self, mentors: People, mentees: People) -> Any:
        value, _ = self.values(mentors, mentees)
        return Columns(2 * np.eye(len(mentors), dtype=np.uint8), value.T / 2, full=np.zeros((len(mentees), 1)))


class Peeking(Nearest):
    """Bad: looks at another question where it is asked."""

    def values(self, mentors: People, mentees: People) -> Any:
        value, known = super().values(mentors, mentees)
        return value * 0.5 if mentors.asked("health") else value, known


class Stateful(Nearest):
    """Bad: is something else once copied."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, question="other")


class Failing(Nearest):
    """Bad: fails where somebody is far."""

    def values(self, mentors: People, mentees: People) -> Any:
        raise ZeroDivisionError("no years")


class Whole(Nearest):
    """Bad: whole numbers."""

    def values(self, mentors: People, mentees: People) -> Any:
        value, known = super().values(mentors, mentees)
        return value.astype(int), known.astype(int)


class Boasting(Nearest):
    """Bad: says that everybody can be judged."""

    def answered(self, mentors: People, mentees: People) -> Any:
        return np.ones(len(mentors), dtype=bool), np.ones(len(mentees), dtype=bool)

    def counts(self, mentors: People, mentees: People) -> Any:
        return np.ones(1, dtype=bool), np.ones(len(mentees), dtype=bool)


class Careless(Nearest):
    """Bad as a condition: all mentors alike, and nothing forbidden."""

    def alike(self, mentors: People, mentees: People) -> Any:
        return np.zeros(len(mentors), dtype=np.intp)

    def forbidden(self, mentors: People, mentees: People) -> Any:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)


BESIDE = "the value of a pair depends on who else is in the block, or on their order"
PRIVATE = "questions() decides whether the rule is private"
ALONE = "without the answers to other questions than it names"


@pytest.mark.parametrize(
    ("kind", "messages"),
    [
        (Percent, ["expected numbers from 0 to 1; mentor 'm000000' and mentee 't000000' have 3.57143"]),
        (
            Ranked,
            [
                f"{BESIDE}; what depends on everybody comes from people.of_everybody",
            ],
        ),
        (
            Gossip,
            [
                f"{ALONE} it raised ProgramError; {PRIVATE}",
            ],
        ),
        (Optimist, ["two people who answered nothing are judged; say that the pair is unknown"]),
        (Moody, ["asked again it gave something else; use no clock, chance or memory"]),
        (
            Turned,
            [
                "expected value in the shape (7, 10), mentors first, not (10, 7)",
                "expected known in the shape (7, 10), mentors first, not (10, 7)",
            ],
        ),
        (Alphabetical, ["people with the same answers and other ids have other values"]),
        (Guessing, ["expected 0 where it cannot judge a pair"]),
        (
            Shortcut,
            [
                "the product of columns() is not values()",
                "the values behind the codes of lookup() are not values()",
            ],
        ),
        (Quiet, ["a product needs answered(), which says who can be judged"]),
        (
            Double,
            [
                "expected nothing but 0 and 1 in columns().mentor",
                "some values are larger than what columns().full sums to",
            ],
        ),
        (
            Peeking,
            [
                f"it depends on answers to questions that it does not name; {PRIVATE}",
            ],
        ),
        (Stateful, ["a copy of it is not equal to it; give it no other state than its settings"]),
        (Failing, ["it raised ZeroDivisionError: no years"]),
        (Whole, ["expected an array of float64 as value", "expected an array of bool as known"]),
        (
            Boasting,
            [
                "answered() does not say what values() can judge; leave it out where only the pair tells",
                "counts() does not have an entry for each mentor and each mentee",
            ],
        ),
    ],
)
def test_bad_rules_are_refused(kind: type[Nearest], messages: list[str]) -> None:
    """Each is told what is wrong with it and nothing else."""
    verdict = check_rule(kind("years"), ASKED)
    assert not verdict
    assert [str(finding) for finding in verdict.findings] == messages
    assert f"{kind.__name__}('years')" in str(verdict)


def test_a_bad_condition_is_refused() -> None:
    """What a condition says to be computed faster must agree with what it allows."""
    assert [str(finding) for finding in check_rule(Careless("years"), ASKED, as_condition=True).findings] == [
        "mentors who are alike() are not allowed the same mentees",
        "forbidden() does not list the pairs that are not allowed",
    ]


def test_a_good_rule_of_ones_own_is_sound_and_scores() -> None:
    """A class of some twenty lines is a rule like any other."""
    rule = Nearest("years", weight=3)
    assert check_rule(rule, ASKED)
    assert check_rule(rule, ASKED, as_condition=False).findings == ()
    assert str(check_rule(rule, ASKED)).endswith("sound: nothing was found that the scores could not rely on")
    people = [{"id": "ada", "years": 3, "floor": "1"}]
    cohort = mm.Cohort.from_records(ASKED, mentors=people, mentees=[{"id": "tim", "years": 4, "floor": "1"}])
    assert mm.Program("P", ASKED, [rule]).score(cohort).points("ada", "tim") == 5_000


@pytest.mark.parametrize("rule", [*own.RULES, *own.CUSTOM[:2], own.CUSTOM[3]], ids=str)
def test_the_rules_of_the_library_are_sound(rule: r.Rule) -> None:
    """Nothing is wrongly refused."""
    assert check_rule(rule, plainly.QUESTIONNAIRE).findings == ()


@pytest.mark.parametrize("condition", [*own.CONDITIONS[::3], r.NotInReportingLine("manager")], ids=str)
def test_the_conditions_of_the_library_are_sound(condition: r.Rule) -> None:
    """Nothing is wrongly refused as a condition either."""
    assert check_rule(condition, plainly.QUESTIONNAIRE, as_condition=True).findings == ()


def test_what_does_not_fit_is_told_first() -> None:
    """A rule for another questionnaire, and what is no rule, are refused without being tried."""
    (finding,) = check_rule(Nearest("year"), ASKED).findings
    assert str(finding) == "there is no question 'year'; did you mean 'years'?"
    (finding,) = check_rule("Same", ASKED).findings  # type: ignore[arg-type]
    assert str(finding) == "expected a rule, not str"


def test_a_function_is_told_what_is_wrong_with_it() -> None:
    """A function that takes None for an answer, or gives a number above 1, is found with its message."""
    same = r.custom("same", uses=["floor"])(lambda one, two: one["floor"] == two["floor"])
    assert [finding.code for finding in check_rule(same, ASKED).findings] == ["rule_blanks"]
    large = r.custom("large", uses=["years"])(lambda one, two: None if one["years"] is None else one["years"])
    (finding,) = check_rule(large, ASKED).findings
    assert str(finding) == "the function gave something else: expected True, False, a number from 0 to 1 or None"
    fine = r.custom("fine", uses=["floor"])(
        lambda one, two: None if None in (one["floor"], two["floor"]) else one["floor"] == two["floor"]
    )
    assert check_rule(fine, ASKED)
    assert check_rule(replace(fine, label="again"), ASKED, as_condition=True)


def test_a_matching_that_is_not_proven_fails() -> None:
    """What is claimed, and a proof that does not stand up to the check, are no proof."""
    scores = mm.ScoreMatrix.from_array([[8, 9], [5, 4]])
    matching = mm.solve(scores)
    assert_proven(matching)
    with pytest.raises(AssertionError, match="the matching is claimed, not proven to be optimal"):
        assert_proven(mm.solve(scores, aim=mm.Aim(stable=True)))
    other = matching.with_scores(mm.ScoreMatrix.from_array([[8, 1], [1, 4]]))
    with pytest.raises(AssertionError, match="the proof is refused: "):
        assert_proven(other)


SABOTAGE: dict[str, Any] = {
    "a pair fewer": lambda m: replace(m, pairs=m.pairs[1:]),
    "a pair twice": lambda m: replace(m, pairs=(m.pairs[0], *m.pairs)),
    "a point more": lambda m: replace(m, pairs=(replace(m.pairs[0], points=m.pairs[0].points + 1), *m.pairs[1:])),
    "another mentor": lambda m: replace(m, pairs=(replace(m.pairs[0], mentor=m.pairs[-1].mentor), *m.pairs[1:])),
    "nobody unmatched": lambda m: replace(m, unmatched=()),
    "an aim that was not reached": lambda m: replace(m, aims=(replace(m.aims[0], value=99), *m.aims[1:])),
    "other prices": lambda m: replace(m, proof=replace(m.proof, mentee_prices=m.proof.mentee_prices + 1)),
    "words of another order": lambda m: replace(m, proof=replace(m.proof, words=m.proof.words[::-1])),
    "somebody else's seat": lambda m: replace(m, demand=replace(m.demand, capacity=(0, *m.demand.capacity[1:]))),
    "a mentor who declined": lambda m: replace(
        m, demand=replace(m.demand, choices=mm.Choices(declines=[(m.pairs[0].mentor, m.pairs[0].mentee)]))
    ),
}


@pytest.mark.parametrize("name", ["pairs", "several"])
@pytest.mark.parametrize("change", SABOTAGE.values(), ids=SABOTAGE)
def test_a_sabotaged_matching_is_not_proven(name: str, change: Any) -> None:
    """Whatever is changed about a proven matching, be it in its favour, the proof is that of another one."""
    matching = kinds.kind(name).matching
    assert_proven(matching)
    with pytest.raises(AssertionError, match="the proof is refused: "):
        assert_proven(change(matching))


@pytest.mark.parametrize("name", ["groups", "peers", "circles", "flash", "mixed"])
def test_what_is_claimed_or_bounded_is_not_taken_for_proven(name: str) -> None:
    """Other kinds of matchings say what they are, and to call them optimal does not make them so."""
    matching = kinds.kind(name).matching
    with pytest.raises(AssertionError, match=r"the matching is (claimed|bounded), not proven to be optimal"):
        assert_proven(matching)
    with pytest.raises(AssertionError, match="the proof is refused: "):
        assert_proven(replace(matching, proof=replace(matching.proof, kind="optimal")))


@given(st.data())
@settings(max_examples=40)
def test_what_is_drawn_is_valid_and_every_matching_of_it_is_proven(data: st.DataObject) -> None:
    """Any program, people and choices of the strategies go through, and survive JSON."""
    program = data.draw(strategies.programs())
    cohort = data.draw(strategies.cohorts(program.questionnaire))
    choices = data.draw(strategies.choices(cohort))
    assert_proven(program.match(cohort, choices))
    assert mm.Program.from_json(program.to_json()) == program


@given(st.data())
@settings(max_examples=15)
def test_strategies_take_what_is_given(data: st.DataObject) -> None:
    """A questionnaire of one's own, numbers of people, required questions that are never blank."""
    cohort = data.draw(strategies.cohorts(ASKED, mentors=(2, 3), mentees=(1, 1)))
    assert len(cohort.mentors) in (2, 3)
    assert len(cohort.mentees) == 1
    assert cohort.mentors.column("floor").known.all()
    program = data.draw(strategies.programs(ASKED, most=2))
    assert 1 <= len(program.rules) <= 2
    assert program.questionnaire is ASKED
