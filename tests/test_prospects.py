"""The check before matching: what it counts, what it says, and what it keeps to itself."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import Any

import plainly
import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.ids import canonical_order
from mentormatch.prospects import tally

Found = list[tuple[str, str]]


def found(check: mm.ProgramCheck) -> Found:
    """Code and text of every finding."""
    return [(finding.code, str(finding)) for finding in check.findings]


def texts(check: mm.ProgramCheck, code: str) -> list[str]:
    """The texts of the findings with that code."""
    return [text for one, text in found(check) if one == code]


def checked(
    asked: list[Any],
    mentors: list[dict[str, Any]],
    mentees: list[dict[str, Any]],
    rules: list[Any],
    conditions: list[Any] | None = None,
    eligibility: list[Any] | None = None,
) -> mm.ProgramCheck:
    """The check of a small program; people have ids m0, m1, ... and e0, e1, ..., unless they say otherwise."""
    questionnaire = mm.Questionnaire(asked)
    program = mm.Program("Pilot", questionnaire, rules, conditions or [], eligibility or [])
    sides = [
        [{"id": f"{letter}{k}", **person} for k, person in enumerate(people)]
        for letter, people in (("m", mentors), ("e", mentees))
    ]
    return program.check(mm.Cohort.from_records(questionnaire, mentors=sides[0], mentees=sides[1]))


TOWN = q.Choice("town", ["Ulm", "Bonn", "Kiel"])
LEVEL = q.Scale("level", 1, 5)
SKILLS = q.MultiChoice("skills", ["Law", "Python", "Welsh", "Chess", "Music"])


FAULTLESS = """
Check of Pilot
==============

who takes part  2 mentors with a seat, 2 mentees
allowed pairs   4 of 4 (100%)
weight judged   100% on average; else an answer is blank or a rule does not count

What the rules decide
  rule   weight  influence  spread in points  pairs judged
  level     75%        63%             2,096          100%
  town      25%        37%             1,250          100%

Nothing was found that is likely to disappoint.
"""
WHOLE = """
Check of Pilot
==============

who takes part  3 mentors with a seat, 3 mentees
allowed pairs   3 of 8 (38%)
weight judged   100% on average; else an answer is blank or a rule does not count

What the rules decide
  rule       weight  influence  spread in points  pairs judged
  level         75%       100%             2,339          100%
  same town     25%         0%                 0          100%

What the conditions forbid
  condition        pairs  share  only for a blank
  Differs('town')      5    62%                 3

What was found
  where                      what
  condition Differs('town')  forbids 3 of 8 pairs (38%) only because an answer is blank; ask for the
                             missing answers, or set if_unknown='allow'
  mentee 'e1'                no mentor is possible: of 3 mentors, Differs('town') rules out 3
                             (because an answer is blank)
  mentor 'm1'                no mentee is possible: of 3 mentees, Differs('town') rules out 3 (1
                             because an answer is blank)
  mentee 'm0'                only one of 3 mentors is possible: 'm2'
  mentor 'm0'                only one of 3 mentees is possible: 'e0'
  rule 'same town'           gives the same points to all 3 allowed pairs, so 25% of the weight
                             decides nothing; its weight would do more elsewhere
"""


class Plain:
    """What the check counts, as plainly as its definitions."""

    def __init__(self, rules: list[Any], conditions: list[Any], eligible: list[Any], sides: Any) -> None:
        everybody = sides
        mentors, mentees = (
            [
                person
                for person in people
                if person.get("capacity", 1) > 0 and plainly.takes_part(eligible, side, person)
            ]
            for side, people in zip(("mentor", "mentee"), sides, strict=True)
        )
        self.people = mentors, mentees
        self.pairs = [(one, two) for one in mentors for two in mentees if one["id"] != two["id"]]
        self.removed: Counter[Any] = Counter()
        self.unknown: Counter[Any] = Counter()
        self.partners: Counter[Any] = Counter()
        allowed = []
        for mentor, mentee in self.pairs:
            possible = True
            for c, condition in enumerate(conditions):
                answer = plainly.allows(condition, mentor, mentee, everybody[0])
                if answer is False or (answer is None and condition.if_unknown == "forbid"):
                    possible = False
                    for person in (c, (c, "mentor", mentor["id"]), (c, "mentee", mentee["id"])):
                        self.removed[person] += 1
                        self.unknown[person] += answer is None
            if possible:
                allowed.append((mentor, mentee))
                self.partners["mentor", mentor["id"]] += 1
                self.partners["mentee", mentee["id"]] += 1
        self.allowed = len(allowed)
        fine = plainly.apportioned(plainly.FULL, plainly.weights(rules, []))
        norms = [plainly.norm(rule, *everybody) for rule in rules]
        self.counting = [sum(plainly.counts(rule, *pair) for pair in allowed) for rule in rules]
        self.judged = [sum(self.judges(rule, pair, everybody[0]) for pair in allowed) for rule in rules]
        given = [self.contributions(rules, fine, norms, pair, everybody[0]) for pair in allowed]
        self.least = [min(column) for column in zip(*given, strict=True)]
        self.most = [max(column) for column in zip(*given, strict=True)]
        self.spread = [spread(column) for column in zip(*given, strict=True)]
        self.coverage = sum(Fraction(w) * judged for w, judged in zip(fine, self.judged, strict=True))
        self.coverage /= plainly.FULL * max(1, self.allowed)

    def verdict(self, k: int, one: Any) -> str:
        """What is to be said of the rule, whose shares of weight and influence are given."""
        if not self.counting[k]:
            return "rule_counts_nowhere"
        if not self.judged[k]:
            return "rule_never_judges"
        if self.allowed > 1 and self.most[k] - self.least[k] < 1024:
            return "rule_decides_nothing"
        if any(self.spread) and one.weight >= 0.1 and one.share < one.weight / 3:
            return "rule_weak"
        return "rule_strong" if one.share >= 0.1 and one.share > 3 * one.weight else ""

    @staticmethod
    def judges(rule: Any, pair: Any, mentors: list[Any]) -> bool:
        return plainly.counts(rule, *pair) and plainly.value(rule, *pair, mentors) is not None

    @staticmethod
    def contributions(rules: list[Any], fine: list[int], norms: list[float], pair: Any, mentors: Any) -> list[int]:
        """What each rule gives to the score of a pair, in units of which FULL are 10,000 points."""
        parts, d = [], 0
        for rule, weight, norm in zip(rules, fine, norms, strict=True):
            largest = plainly.most(rule, weight, pair[1], mentors)
            if not plainly.counts(rule, *pair):
                parts.append(0)
                continue
            if plainly.value(rule, *pair, mentors) is not None:
                parts.append(plainly.amount(rule, weight, *pair, mentors))
            elif rule.missing == "abstain":
                parts.append(0)
                continue
            else:
                stands_for = {"average": norm, "zero": 0.0}.get(rule.missing, rule.missing)
                parts.append(round(largest * stands_for))
            d += largest
        if d == sum(plainly.most(rule, weight, pair[1], mentors) for rule, weight in zip(rules, fine, strict=True)):
            d = plainly.FULL
        return [round(part * plainly.FULL / d) if d else 0 for part in parts]


def spread(column: Any) -> float:
    """The standard deviation in points."""
    mean = Fraction(sum(column), len(column))
    return math.sqrt(sum((one - mean) ** 2 for one in column) / len(column)) / 1024


@st.composite
def programs(draw: st.DrawFn) -> tuple[list[Any], list[Any], list[Any], Any]:
    """Rules, conditions, who may take part, and people of whom some mentors have no seat."""
    sides = draw(strategies.both_sides(5))
    for mentor in sides[0]:
        mentor["capacity"] = draw(st.sampled_from([0, 1, 1, 2]))
    chosen = draw(st.lists(st.sampled_from(strategies.ELIGIBLE), max_size=2))
    eligible = [replace(one, label=f"who {k}") for k, one in enumerate(chosen)]
    return draw(strategies.weighted()), draw(strategies.conditions()), eligible, sides


@given(programs())
def test_everything_counted_is_what_plain_loops_count(drawn: Any) -> None:
    """Pairs, blanks, partners, what rules judge and how far they spread agree with the definitions, never raising."""
    rules, conditions, eligible, sides = drawn
    program = mm.Program("Pilot", plainly.QUESTIONNAIRE, rules, conditions, eligible)
    cohort = strategies.cohort(*sides)
    check = program.check(cohort)
    plain = Plain(rules, conditions, eligible, sides)
    assert (check.mentors, check.mentees) == tuple(map(len, plain.people))
    assert (check.pairs, check.allowed, check.tried) == (len(plain.pairs), plain.allowed, plain.allowed)
    assert [(one.pairs, one.unknown) for one in check.conditions] == [
        (plain.removed[c], plain.unknown[c]) for c in range(len(conditions))
    ]
    assert check.coverage == pytest.approx(float(plain.coverage), abs=1e-6)
    by_code = {code: [f for f in check.findings if f.code == code] for code, _ in found(check)}
    if all(plain.people):
        for code, partners in (("no_partner", 0), ("one_partner", 1)):
            expected = {
                (side, person["id"])
                for side, people, others in zip(("mentor", "mentee"), plain.people, plain.people[::-1], strict=True)
                for person in people
                if plain.partners[side, person["id"]] == partners and len(others) > partners
            }
            assert {(f.side, f.person) for f in by_code.get(code, [])} == expected
    if plain.allowed:
        assert [one.judged for one in check.influence] == [judged / plain.allowed for judged in plain.judged]
        assert [one.spread for one in check.influence] == pytest.approx(plain.spread, abs=1e-9)
        shares = [one.share for one in check.influence]
        assert sum(shares) == pytest.approx(1 if any(plain.spread) else 0)
        of_each = [(f.where, f.code) for f in check.findings if f.code.startswith("rule_")]
        verdicts = [
            (f"rule '{rule.label}'", plain.verdict(k, one))
            for k, (rule, one) in enumerate(zip(rules, check.influence, strict=True))
            if rule.weight
        ]
        assert of_each == [(where, code) for where, code in verdicts if code]
    assert bool(check) == (not check.findings)
    assert len(check.to_records()) == len(check.findings)
    assert all(len(line) <= 100 for line in str(check).splitlines())


@given(programs(), st.randoms(use_true_random=False))
def test_the_order_of_people_does_not_matter(drawn: Any, shuffled: random.Random) -> None:
    """The same people in another order give the same check (convention 2)."""
    rules, conditions, eligible, sides = drawn
    program = mm.Program("Pilot", plainly.QUESTIONNAIRE, rules, conditions, eligible)
    first = program.check(strategies.cohort(*sides))
    for people in sides:
        shuffled.shuffle(people)
    assert program.check(strategies.cohort(*sides)) == first


@given(programs())
def test_removed_partners_are_those_of_the_score_matrix(drawn: Any) -> None:
    """What a finding says each condition rules out for a person is what the matrix says too."""
    rules, conditions, _, sides = drawn
    for mentor in sides[0]:
        mentor.pop("capacity")
    program = mm.Program("Pilot", plainly.QUESTIONNAIRE, rules, conditions)
    cohort = strategies.cohort(*sides)
    both = {person["id"] for person in sides[0]} & {person["id"] for person in sides[1]}
    scores = program.score(cohort)
    for finding in program.check(cohort).findings:
        if finding.code == "no_partner" and not both:
            for removal in scores.removals(finding.side, finding.person):
                if not removal.private:
                    alone = "the only" in finding.expected
                    assert f"{removal.title}{'' if alone else f' rules out {removal.people}'}" in finding.expected


@pytest.mark.parametrize("seed", range(4))
def test_blocks_do_not_matter(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts and influence are the same however many pairs are looked at in one go."""
    draw = random.Random(seed)
    rules = [
        replace(rule, weight=draw.choice([1, 2.5, 30]), missing=draw.choice(["average", "abstain", 0.5]), label=str(k))
        for k, rule in enumerate(draw.sample([*strategies.RULES, *strategies.CUSTOM], 6))
    ]
    program = mm.Program("Pilot", plainly.QUESTIONNAIRE, rules, [r.Differs("department"), r.Ahead("years", least=1)])
    cohort = strategies.cohort(*strategies.seeded(seed, 40, 30))
    whole = program.check(cohort)
    monkeypatch.setattr(tally, "_BLOCK", 700)
    monkeypatch.setattr(tally, "_EXACT", 3)
    assert program.check(cohort) == whole


def test_of_large_cohorts_the_influence_is_that_of_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond 1,000 people of a side the first in canonical order stand for all, and the page says so."""
    program = mm.Program("Pilot", plainly.QUESTIONNAIRE, [r.Shares("interests"), r.Close("years")])
    cohort = strategies.cohort(*strategies.seeded(1, 30, 25))
    whole = program.check(cohort)
    monkeypatch.setattr(tally, "_SAMPLE", 10)
    monkeypatch.setattr(tally, "_BLOCK", 3 * 25 * 4)
    part = program.check(cohort)
    ids = [
        [people.ids[place] for place in canonical_order(people.ids)[:10]] for people in (cohort.mentors, cohort.mentees)
    ]
    norms, scores = whole.influence, program.score(cohort)
    small = [
        [scores.parts(mentor, mentee)[k].points for mentor in ids[0] for mentee in ids[1] if mentor != mentee]
        for k in range(2)
    ]
    assert [one.spread for one in part.influence] == pytest.approx([spread(c) * 1024 for c in small], abs=1)
    assert [one.judged for one in part.influence] == [one.judged for one in norms]
    assert (part.allowed, part.coverage) == (whole.allowed, whole.coverage)
    assert part.tried == len(small[0])
    assert f"measured on {part.tried} of the {whole.allowed} allowed pairs" in str(part)
    assert "measured on" not in str(whole)


def test_a_program_without_faults_passes() -> None:
    """Where nothing disappoints the check is truthy and says so."""
    check = checked(
        [LEVEL, TOWN],
        [{"level": 5, "town": "Ulm"}, {"level": 3, "town": "Bonn"}],
        [{"level": 1, "town": "Bonn"}, {"level": 2, "town": "Ulm"}],
        [r.Close("level", weight=3), r.Same("town")],
    )
    assert check
    assert check.to_records() == []
    assert str(check) == FAULTLESS.strip()


def test_rules_without_effect_are_found() -> None:
    """A rule that counts nowhere, one that cannot judge and one that gives everybody the same are told apart."""
    check = checked(
        [LEVEL, TOWN, q.Text("dialect"), q.Scale("mood", 1, 5)],
        [{"level": 5, "town": "Ulm", "mood": 1}, {"level": 3, "town": "Ulm", "mood": 1}],
        [{"level": 1, "town": "Ulm", "mood": 1}, {"level": 2, "town": "Ulm", "mood": 1}],
        [
            r.Close("level", weight=5),
            r.Same("town", weight=2),
            r.Same("dialect", weight=2),
            r.When("mood", 4, r.Close("level"), weight=1, label="low spirits"),
            r.Close("mood", weight=0),
        ],
    )
    assert [text for code, text in found(check) if code.startswith("rule_")] == [
        (
            "rule Same('town'): gives the same points to all 4 allowed pairs, so 20% of the weight decides "
            "nothing; its weight would do more elsewhere"
        ),
        (
            "rule Same('dialect'): cannot judge any of the 4 allowed pairs, so 20% of the weight decides "
            "nothing; ask for the missing answers or leave it out"
        ),
        (
            "rule 'low spirits': does not count for any of the 4 allowed pairs, so 10% of the weight decides "
            "nothing; check the answer that it asks for"
        ),
    ]
    assert [(one.label, one.weight, one.share) for one in check.influence] == [
        ("level", 0.5, 1),
        ("town", 0.2, 0),
        ("dialect", 0.2, 0),
        ("low spirits", 0.1, 0),
        ("mood", 0, 0),
    ]


def test_weight_and_influence_far_apart_are_found() -> None:
    """A rule with much weight and hardly any spread, and the reverse, are named with both figures."""
    mentors = [{"level": 3, "years": years} for years in (0, 0.5, 1, 1.5)]
    mentees = [{"level": level, "years": 0} for level in (1, 5)]
    check = checked(
        [q.Number("years", minimum=0, maximum=40), LEVEL, TOWN],
        [{**mentor, "town": town} for mentor, town in zip(mentors, ["Ulm", "Bonn", "Ulm", "Bonn"], strict=True)],
        [{**mentee, "town": town} for mentee, town in zip(mentees, ["Ulm", "Bonn"], strict=True)],
        [r.Close("years", weight=80), r.Same("town", weight=20)],
    )
    assert [text for code, text in found(check) if code.startswith("rule_")] == [
        (
            "rule Close('years'): has 80% of the weight and only 10% of the influence; most pairs get nearly "
            "the same points from it"
        ),
        (
            "rule Same('town'): has only 20% of the weight and 90% of the influence; the points it gives "
            "differ far more from pair to pair than those of the other rules"
        ),
    ]


def test_conditions_that_forbid_too_much_or_nothing_are_found() -> None:
    """95 % of the pairs is too much, nothing is no condition, and many blanks are called what they are."""
    mentors = [{"level": 1, "town": "Ulm", "floor": 1} for _ in range(20)]
    mentees = [{"level": 5, "town": "Ulm", "floor": floor} for floor in (1, 2, 3, None)]
    mentors[0]["level"] = 5
    check = checked(
        [LEVEL, TOWN, q.Scale("floor", 1, 9)],
        mentors,
        mentees,
        [r.Close("level")],
        [r.Close("level", within=2), r.Same("town"), r.Same("floor", label="same floor")],
    )
    assert [text for code, text in found(check) if code.startswith("condition")] == [
        (
            "condition Close('level'): forbids 76 of 80 pairs (95%); a rule with a weight would prefer such "
            "pairs and forbid none"
        ),
        "condition Same('town'): forbids none of the 80 pairs; without it everything is the same",
        (
            "condition same floor: forbids 20 of 80 pairs (25%) only because an answer is blank; ask for the "
            "missing answers, or set if_unknown='allow'"
        ),
    ]
    together = checked(
        [LEVEL, TOWN], mentors=[{"level": 1}] * 2, mentees=[{}], rules=[r.Close("level")], conditions=[r.Same("town")]
    )
    assert texts(together, "condition_forbids_most") == [
        (
            "condition Same('town'): forbids 2 of 2 pairs (100%), all of them only because an answer is blank; "
            "ask for the missing answers, or set if_unknown='allow'"
        )
    ]


def test_conditions_that_together_leave_nothing_are_found() -> None:
    """Two conditions of which neither forbids too much may do so together."""
    check = checked(
        [LEVEL, TOWN],
        [{"level": 1, "town": "Ulm"}, {"level": 5, "town": "Bonn"}],
        [{"level": 5, "town": "Ulm"}],
        [r.Close("level")],
        [r.Same("town"), r.Close("level", within=1)],
    )
    assert found(check) == [
        (
            "conditions_forbid_most",
            (
                "conditions: together they forbid 2 of 2 pairs (100%); turn the least important one into a rule "
                "with a weight"
            ),
        ),
        (
            "no_partner",
            (
                "mentee 'e0': no mentor is possible: of 2 mentors, Same('town') rules out 1 and Close('level') "
                "rules out 1"
            ),
        ),
        ("no_partner", "mentor 'm0': the only mentee is not possible because of Close('level')"),
        ("no_partner", "mentor 'm1': the only mentee is not possible because of Same('town')"),
    ]


def test_who_may_not_take_part_is_found() -> None:
    """Eligibility that refuses nearly everybody, nobody, or somebody for a blank is told from what was meant."""
    people = [{"level": 1, "town": "Ulm"}, {"level": 1, "town": "Bonn"}, {"level": 1}]
    eligibility = [
        r.Eligible("mentor", "level", at_least=1),
        r.Eligible("mentor", "town", is_not="Kiel"),
        r.Eligible("mentee", "level", at_least=2, label="senior"),
    ]
    check = checked([LEVEL, TOWN], people, people[:2], [r.Close("level")], [r.Same("town")], eligibility)
    assert found(check) == [
        (
            "eligible_refuses_nobody",
            (
                "eligibility Eligible('mentor', 'level', at_least=1): refuses none of the 3 mentors; without it "
                "everything is the same"
            ),
        ),
        (
            "eligible_blanks",
            (
                "eligibility Eligible('mentor', 'town', is_not='Kiel'): refuses 1 mentor only because the answer "
                "is blank: m2; ask them to answer, or set if_unknown='allow'"
            ),
        ),
        (
            "eligible_refuses_most",
            "eligibility senior: refuses 2 of 2 mentees (100%); check that this is what you mean",
        ),
        ("no_mentees", "mentees: none of the 2 mentees takes part; nobody can be matched"),
    ]
    assert "who takes part  2 mentors with a seat, 0 mentees" in str(check)


def test_an_empty_cohort_is_found() -> None:
    """Nobody on either side is said once for each side, and no more."""
    assert found(checked([LEVEL], [], [], [r.Close("level")], [r.Close("level", within=1)])) == [
        ("no_mentors", "mentors: there are no mentors; nobody can be matched"),
        ("no_mentees", "mentees: there are no mentees; nobody can be matched"),
    ]
    only = checked([LEVEL], [{"level": 1, "capacity": 0}], [{"level": 1}, {"level": 2}], [r.Close("level")])
    assert texts(only, "no_mentors") == ["mentors: the only mentor takes no part; nobody can be matched"]


def test_people_with_no_partner_or_one_are_found() -> None:
    """The conditions to blame are counted for each person, and the only possible partner is named."""
    check = checked(
        [LEVEL, TOWN],
        [{"level": 5, "town": "Ulm"}, {"level": 5, "town": "Bonn"}, {"id": "e1", "level": 5, "town": "Kiel"}],
        [{"level": 1, "town": "Ulm"}, {"level": 5, "town": "Kiel"}, {"level": 4}],
        [r.Close("level")],
        [r.Differs("town")],
    )
    assert [text for code, text in found(check) if code.endswith("partner")] == [
        "mentee 'e2': no mentor is possible: of 3 mentors, Differs('town') rules out 3 (because an answer is blank)",
        "mentor 'e1': only one of 3 mentees is possible: 'e0'",
        "mentor 'm0': only one of 3 mentees is possible: 'e1'",
    ]


def test_options_that_one_side_lacks_are_found() -> None:
    """Wanted and not offered, offered and not wanted, with counts; an option the other question lacks is said."""
    goals = q.MultiChoice("goals", ["Law", "Python", "Cobol"], asked_of="mentee")
    check = checked(
        [goals, replace(SKILLS, asked_of="mentor"), LEVEL],
        [{"skills": ["Welsh", "Python", "Law"]}, {"skills": ["Law"], "capacity": 0}, {"skills": ["Python"]}],
        [{"goals": ["Python"]}, {"goals": ["Python", "Cobol"]}, {"goals": ["Cobol"]}],
        [r.Covers("goals", by="skills")],
        [r.When("level", 3, r.AtLeast(r.Covers("goals", by="skills"), 0.5))],
    )
    assert [text for code, text in found(check) if code.startswith("option")] == [
        (
            "question 'goals': 2 mentees want 'Cobol' and no mentor offers it; the question 'skills' does not "
            "have this option"
        ),
        "question 'skills': 1 mentor offers 'Law' and no mentee wants it",
        (
            "question 'skills': 1 mentor offers 'Welsh' and no mentee wants it; the question 'goals' does not "
            "have this option"
        ),
    ]
    asked = [replace(SKILLS, asked_of="mentor"), replace(SKILLS, id="wishes", asked_of="mentee")]
    rule = r.Covers("wishes", by="skills")
    short = checked(asked, [{"skills": ["Law"]}], [{"wishes": ["Welsh"]}], [rule])
    assert texts(short, "option_nobody_offers") == [
        "question 'wishes': 1 mentee wants 'Welsh' and no mentor offers it; recruit a mentor who does, or tell them"
    ]


def test_options_without_a_score_are_found() -> None:
    """A table of scores compares options as Covers does."""
    table = r.Table("town", scores={("Ulm", "Ulm"): 1, ("Bonn", "Ulm"): 0.5, ("Kiel", "Bonn"): 0})
    check = checked([TOWN], [{"town": "Kiel"}, {"town": "Ulm"}], [{"town": "Ulm"}, {"town": "Bonn"}], [table])
    assert [text for code, text in found(check) if code.startswith("option")] == [
        (
            "question 'town': 1 mentee answered 'Bonn' and no mentor's answer has a score with that; recruit "
            "for it, or give it a score"
        ),
        "question 'town': 1 mentor answered 'Kiel' and no mentee's answer has a score with that",
    ]


def test_blank_questions_and_silent_people_are_found() -> None:
    """A question that most leave blank is named with the weight it leaves idle, and who answered nothing as well."""
    mentors = [{"level": 3, "town": "Ulm"}, {"level": 4, "town": "Bonn"}, {"level": 5, "town": "Bonn"}]
    mentees = [{"level": 1, "town": "Ulm"}, {"level": 2}, {}]
    check = checked([LEVEL, TOWN], mentors, mentees, [r.Close("level", weight=3), r.Same("town")])
    assert [text for code, text in found(check) if code in ("question_mostly_blank", "answered_nothing")] == [
        (
            "mentees, question 'town': 2 of 3 mentees left it blank, and the rules that read it leave 17% of "
            "the weight unjudged on average; ask for it again, make it required, or lower the weight"
        ),
        (
            "mentee 'e2': answered none of the 2 questions that the rules read; to the rules every mentor is "
            "much the same for this person"
        ),
    ]
    assert check.coverage == pytest.approx(0.75 * 2 / 3 + 0.25 / 3)
    one = checked([LEVEL], mentors=[{"level": 1}] * 2, mentees=[{"level": 1}, {}], rules=[r.Close("level")])
    assert texts(one, "answered_nothing") == [
        (
            "mentee 'e1': left blank the only question that the rules read; to the rules every mentor is much "
            "the same for this person"
        )
    ]


def test_a_question_counts_as_read_only_on_the_side_that_a_rule_reads() -> None:
    """Mentors who leave what mentees want blank are not blamed for it."""
    asked = [replace(SKILLS, id="wishes"), SKILLS, TOWN]
    mentors = [{"skills": ["Law"], "town": "Ulm"}, {"skills": ["Welsh"], "town": "Ulm"}]
    mentees = [{"wishes": ["Law", "Welsh"]}, {"wishes": ["Welsh"]}]
    rules = [r.When("town", "Ulm", r.Covers("wishes", by="skills"), of="mentor")]
    assert texts(checked(asked, mentors, mentees, rules), "question_mostly_blank") == []


def test_people_who_ticked_everything_are_found() -> None:
    """Every option of five or more is reported, with the way out where a mentor gains by it."""
    everything = {"skills": list(SKILLS.options), "few": ["a", "b"]}
    asked = [SKILLS, q.MultiChoice("few", ["a", "b"])]
    people = [everything, {"skills": ["Law"]}]
    check = checked(asked, people, people, [r.Covers("skills")])
    assert texts(check, "ticked_everything") == [
        (
            "mentor 'm0', question 'skills': ticked all 5 options; by_rarity=True lets an option that few "
            "offer count for more"
        ),
        "mentee 'e0', question 'skills': ticked all 5 options",
    ]
    rare = checked(asked, people, people, [r.Covers("skills", by_rarity=True)])
    assert texts(rare, "ticked_everything")[0] == "mentor 'm0', question 'skills': ticked all 5 options"


def test_a_reporting_line_that_contradicts_itself_is_a_finding() -> None:
    """What scoring would refuse is listed with everything else, and nothing is raised."""
    check = checked(
        [q.Reference("manager"), LEVEL],
        [{"manager": "e0", "level": 1}, {"level": 2}],
        [{"manager": "m0", "level": 1}],
        [r.Close("level")],
        [r.NotInReportingLine("manager")],
    )
    assert texts(check, "reporting_cycle") == [
        (
            "person 'e0', question 'manager': expected a reporting line that ends; 'e0' reports to 'm0' and "
            "'m0' reports to 'e0'; leave the manager of whoever is at the top blank"
        )
    ]


def test_no_private_answer_stands_beside_an_id() -> None:
    """Private questions are counted: no finding and no line of the page has an answer and a person."""
    options = [f"secret{k}" for k in range(5)]
    asked = [
        replace(SKILLS, id="needs", options=tuple(options), private=True),
        q.Choice("health", ["secret-well", "secret-ill"], private=True),
        LEVEL,
    ]
    everything = {"needs": options, "health": "secret-ill", "level": 1}
    mentors = [{"id": "ada", **everything}, {"id": "bo", "level": 2, "needs": options[:1], "health": "secret-well"}]
    mentees = [{"id": "tim", **everything}, {"id": "kay", "needs": ["secret4"], "level": 5}]
    check = checked(
        asked,
        mentors,
        [*mentees, {"id": "lin", "level": 1, "health": "secret-well"}],
        [r.Covers("needs"), r.When("health", "secret-ill", r.Close("level"))],
        [r.Same("health"), r.When("health", "secret-ill", r.Close("level", within=0))],
        [r.Eligible("mentee", "health", is_not="secret-well")],
    )
    ids = ("ada", "bo", "tim", "kay", "lin")
    told = [str(finding) for finding in check.findings]
    assert texts(check, "ticked_everything") == [
        (
            "mentors, question 'needs': 1 of 2 mentors ticked all 5 options; by_rarity=True lets an option "
            "that few offer count for more"
        ),
        "mentees, question 'needs': 1 of 1 mentee ticked all 5 options",
    ]
    assert texts(check, "eligible_refuses_most") == []
    assert texts(check, "eligible_blanks") == [
        (
            "eligibility Eligible('mentee', 'health', is_not='secret-well'): refuses 1 mentee only because the "
            "answer is blank; ask them to answer, or set if_unknown='allow'"
        )
    ]
    assert texts(check, "no_partner") == ["mentor 'bo': the only mentee is not possible because of private answers"]
    for text in (*told, *str(check).splitlines()):
        words = text.replace("'", " ").split()
        assert not ("secret" in text and any(name in words for name in ids)), text


@given(programs())
def test_what_is_found_names_no_private_answer_with_a_person(drawn: Any) -> None:
    """The same for any program: 'topic' is private, and no finding with a person names the question or an option."""
    rules, conditions, eligible, sides = drawn
    program = mm.Program("Pilot", plainly.QUESTIONNAIRE, rules, conditions, eligible)
    for finding in program.check(strategies.cohort(*sides)).findings:
        if finding.person is not None:
            assert finding.question != "topic"
            assert not any(skill in finding.expected for skill in plainly.SKILLS)


def test_a_long_list_is_shortened_on_the_page_only() -> None:
    """Hundreds of people without a partner do not bury the rest; the findings hold them all."""
    people = [{"level": 1}] * 30
    check = checked([LEVEL, TOWN], people, people, [r.Close("level"), r.Close("level", label="b")], [r.Same("town")])
    assert len([f for f in check.findings if f.code == "no_partner"]) == 60
    assert str(check).count("no mentor is possible") == 10
    assert "and 50 more people without a possible partner; all are in .findings" in " ".join(str(check).split())


def test_the_page_reads_as_a_whole() -> None:
    """One page with figures, tables and findings, as an administrator gets it."""
    check = checked(
        [LEVEL, TOWN],
        [{"level": 5, "town": "Ulm"}, {"level": 3, "town": "Bonn"}, {"level": 3, "town": "Kiel"}],
        [{"level": 1, "town": "Bonn"}, {"level": 2}, {"id": "m0", "town": "Bonn", "level": 4}],
        [r.Close("level", weight=3), r.Same("town", label="same town")],
        [r.Differs("town")],
    )
    assert str(check) == WHOLE.strip()


def test_records_have_what_programs_need() -> None:
    """A record carries the code, the place and the text."""
    check = checked([LEVEL], [], [{"level": 1}], [r.Close("level")])
    assert check.to_records() == [
        {
            "code": "no_mentors",
            "expected": "there are no mentors",
            "where": "mentors",
            "hint": "nobody can be matched",
        }
    ]


def test_check_refuses_what_is_no_cohort_of_the_program() -> None:
    """Another questionnaire or another type is a ProgramError, as in score."""
    program = mm.Program("Pilot", mm.Questionnaire([LEVEL]), [r.Close("level")])
    for wrong in (None, mm.Cohort.from_records(mm.Questionnaire([TOWN]))):
        with pytest.raises(mm.ProgramError):
            program.check(wrong)  # type: ignore[arg-type]


def test_what_a_function_raises_is_blamed_on_it() -> None:
    """A custom rule that fails is a ProgramError with its label, as in score."""
    broken = r.custom("broken", uses=["level"])(lambda mentor, mentee: 1 / 0)
    with pytest.raises(mm.ProgramError, match=r"custom\('broken'\), mentor 'm0', mentee 'e0'"):
        checked([LEVEL], [{"level": 1}], [{"level": 1}], [broken])


def test_weights_of_any_size_are_compared() -> None:
    """Weights whose sum no float holds have shares like others."""
    rules = [r.Close("level", weight=1.7e308), r.Same("town", weight=1.7e308)]
    check = checked([LEVEL, TOWN], [{"level": 1, "town": "Ulm"}], [{"level": 5, "town": "Ulm"}], rules)
    assert [one.weight for one in check.influence] == [0.5, 0.5]
