"""Rules and scores once more, as plainly as their definitions: loops over people, fractions, no arrays."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.questionnaire import Questionnaire
from mentormatch.taxonomy import Taxonomy

FULL = 10_240_000
Person = dict[str, Any]

GOALS = ["lead", "change", "grow", "settle", "écrire"]
SKILLS = ["lead", "grow", "python", "écrire"]
INTERESTS = ["chess", "music", "food", "climbing"]
GRADES = ["EO", "HEO", "SEO", "G7"]
DEPARTMENTS = ["Sales", "Finance", "Engineering"]

QUESTIONNAIRE = Questionnaire(
    [
        q.MultiChoice("goals", GOALS, asked_of="mentee"),
        q.Choice("topic", SKILLS, asked_of="mentee", private=True),
        q.MultiChoice("skills", SKILLS, asked_of="mentor"),
        q.MultiChoice("interests", INTERESTS),
        q.Number("years", minimum=0, maximum=40),
        q.Scale("mood", 1, 5),
        q.Choice("grade", GRADES, ordered=True),
        q.Choice("department", DEPARTMENTS),
        q.Text("town"),
        q.Reference("manager"),
    ]
)
TAXONOMY = Taxonomy(
    ["lead", "grow", "écrire"],
    broader=[("lead", "grow"), ("écrire", "grow")],
    scores=[("écrire", "lead", 0.35), ("grow", "écrire", 0.1), ("lead", "grow", 0.7)],
)
NEAR: dict[str, dict[str, str]] = {
    "lead": {"grow": "1", "écrire": "0.25"},
    "grow": {"lead": "0.5", "écrire": "0.1"},
    "écrire": {"grow": "1", "lead": "0.35"},
}
"""What an option offered is worth for another one wanted, by the taxonomy."""
QUESTIONS: dict[str, Any] = {question.id: question for question in QUESTIONNAIRE}


def picks(answer: Any) -> set[str]:
    """The picks of a list or of a single choice."""
    if answer is None:
        return set()
    return {answer} if isinstance(answer, str) else set(answer)


def level(question: str, answer: Any) -> Fraction:
    """An answer as a number: a step for an ordered choice, else its decimal value."""
    if isinstance(QUESTIONS[question], q.Choice):
        return Fraction(QUESTIONS[question].options.index(answer))
    return Fraction(str(answer))


def blank(answer: Any) -> bool:
    """Whether a question is unanswered."""
    return answer is None or answer == []


def best(offers: set[str], option: str) -> Fraction:
    """What the nearest of the options offered is worth for one wanted."""
    return max(Fraction(option == one) or Fraction(NEAR.get(one, {}).get(option, "0")) for one in offers)


def worth(rule: r.Covers | r.Related, option: str, mentors: list[Person]) -> int:
    """What an option counts for: 1, by rarity one more for each halving of the mentors who offer it."""
    if isinstance(rule, r.Related) or not rule.by_rarity:
        return 1
    offers = [picks(mentor.get(rule.by or rule.wanted)) for mentor in mentors]
    answered, offered = sum(bool(one) for one in offers), max(1, sum(option in one for one in offers))
    found = 1
    while offered * 2**found <= answered:
        found += 1
    return found


def nearness(mentor: Person, mentee: Person) -> float | None:
    """A function for a custom rule; it cannot tell of people who left years or mood blank."""
    years, mood = (mentor["years"], mentee["years"]), (mentor["mood"], mentee["mood"])
    if None in years or None in mood:
        return None
    return 1 / (1 + abs(years[0] - years[1])) if mood[0] == mood[1] else 0.25


def nearness_at_once(mentors: Any, mentees: Any) -> Any:
    """The same for two blocks of people."""
    theirs, own = mentors.column("years").values[:, None], mentees.column("years").values[None, :]
    moods = mentors.column("mood").values[:, None], mentees.column("mood").values[None, :]
    value = np.where(moods[0] == moods[1], 1 / (1 + abs(theirs - own)), 0.25)
    return np.where(np.isnan(theirs + own + moods[0] + moods[1]), np.nan, value)


def speaks(mentor: Person, mentee: Person) -> bool:
    """A function for a custom condition that a blank does not stop; it reads one question of each side."""
    return mentee["topic"] is None or mentee["topic"] in (mentor["skills"] or ())


TWINS = {nearness_at_once: nearness}
"""The plain function for each vectorised one."""


def value(rule: Any, mentor: Person, mentee: Person, mentors: list[Person]) -> Fraction | None:
    """What the rule gives the pair, None where it cannot judge; ``mentors`` are all of the cohort."""
    match rule:
        case r.When() | r.AtLeast():
            return value(rule.rule, mentor, mentee, mentors)
        case r.Covers():
            wanted, offers = picks(mentee.get(rule.wanted)), picks(mentor.get(rule.by or rule.wanted))
            weights = {option: worth(rule, option, mentors) for option in wanted}
            covered = sum(weights[option] for option in wanted & offers)
            return Fraction(covered, sum(weights.values())) if wanted and offers else None
        case r.Related():
            wanted, offers = picks(mentee.get(rule.wanted)), picks(mentor.get(rule.by or rule.wanted))
            return sum(best(offers, option) for option in wanted) / len(wanted) if wanted and offers else None
        case r.Table():
            pair = mentor.get(rule.by or rule.question), mentee.get(rule.question)
            rows = {(one, two): Fraction(str(score)) for one, two, score in rule.scores}
            return None if None in pair else rows.get(pair, Fraction(0))
        case r.Custom():
            blank_ = dict.fromkeys(QUESTIONS)
            given = TWINS.get(rule.function, rule.function)({**blank_, **mentor}, {**blank_, **mentee})
            return None if given is None else Fraction(given)
        case r.Shares():
            one, two = picks(mentor.get(rule.question)), picks(mentee.get(rule.question))
            return Fraction(len(one & two), len(one | two)) if one and two else None
    one, two = mentor.get(rule.question), mentee.get(rule.question)
    if blank(one) or blank(two):
        return None
    match rule:
        case r.Same() | r.Differs():
            same = bool(picks(one) & picks(two)) if isinstance(one, list) else one == two
            return Fraction(same == isinstance(rule, r.Same))
        case r.Close():
            apart = abs(level(rule.question, one) - level(rule.question, two))
            return max(Fraction(0), 1 - apart / width(rule)) if width(rule) else Fraction(apart == 0)
        case r.Ahead():
            ahead = level(rule.question, one) - level(rule.question, two)
            least, low, high, most = bounds(rule)
            if low <= ahead <= high:
                return Fraction(1)
            if not least < ahead < most:
                return Fraction(0)
            return (ahead - least) / (low - least) if ahead < low else (most - ahead) / (most - high)
    raise AssertionError(rule)


def width(rule: r.Close) -> Fraction:
    """Where Close reaches 0: within, or the declared range."""
    question = QUESTIONS[rule.question]
    if rule.within is not None:
        return Fraction(str(rule.within))
    if isinstance(question, q.Choice):
        return Fraction(len(question.options) - 1)
    return Fraction(str(question.maximum)) - Fraction(str(question.minimum))


def bounds(rule: r.Ahead) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    """Where Ahead is 0, 1, 1 and 0 again."""
    low, high = (Fraction(str(end)) for end in rule.ideal)
    least = low - (high - low) if rule.least is None else Fraction(str(rule.least))
    most = high + (high - low) if rule.most is None else Fraction(str(rule.most))
    return least, low, high, most


def counts(rule: Any, mentor: Person, mentee: Person) -> bool:
    """Whether the rule counts for the pair at all."""
    if not isinstance(rule, r.When):
        return True
    answer = (mentor if rule.of == "mentor" else mentee).get(rule.question)
    gave = rule.is_ in picks(answer) if isinstance(rule.is_, str) else answer == rule.is_
    return gave and counts(rule.rule, mentor, mentee)


def allows(condition: Any, mentor: Person, mentee: Person, mentors: list[Person]) -> bool | None:
    """Whether the condition allows the pair, None where it cannot tell."""
    if isinstance(condition, r.When):
        return allows(condition.rule, mentor, mentee, mentors) if counts(condition, mentor, mentee) else True
    if isinstance(condition, r.AtLeast) and not counts(condition.rule, mentor, mentee):
        return True
    if isinstance(condition, r.Ahead) and (
        blank(mentor.get(condition.question)) or blank(mentee.get(condition.question))
    ):
        return None
    given = Fraction(0) if isinstance(condition, r.Ahead) else value(condition, mentor, mentee, mentors)
    if given is None:
        return None
    if isinstance(condition, r.AtLeast):
        return given >= Fraction(str(condition.share))
    if isinstance(condition, r.Close):
        apart = level(condition.question, mentor[condition.question]) - level(
            condition.question, mentee[condition.question]
        )
        return abs(apart) <= width(condition)
    if isinstance(condition, r.Ahead):
        ahead = level(condition.question, mentor[condition.question]) - level(
            condition.question, mentee[condition.question]
        )
        enough = condition.least is None or ahead >= Fraction(str(condition.least))
        return enough and (condition.most is None or ahead <= Fraction(str(condition.most)))
    return given > 0


def apportioned(total: int, shares: list[Fraction]) -> list[int]:
    """Whole numbers in proportion to the shares that sum to the total, by largest remainder, ties to the first."""
    exact = [share * total / sum(shares) for share in shares]
    found = [int(part) for part in exact]
    while sum(found) < total:
        remainders = [part - whole for part, whole in zip(exact, found, strict=True)]
        found[remainders.index(max(remainders))] += 1
    return found


def covers(rule: Any) -> r.Covers | r.Related | None:
    """The rule that a sum over picks belongs to, None for rules that are no such sum."""
    while isinstance(rule, r.When):
        rule = rule.rule
    return rule if isinstance(rule, (r.Covers, r.Related)) else None


def by_pick(
    rule: r.Covers | r.Related, weight: int, mentee: Person, mentors: list[Person], offers: set[str] | None = None
) -> dict[str, int]:
    """What each pick of a mentee is worth in whole units, to those offers or, without any, at most."""
    worths = {option: worth(rule, option, mentors) for option in picks(mentee.get(rule.wanted))}
    met = {option: Fraction(1) for option in worths}
    if offers is not None and isinstance(rule, r.Related):
        met = {option: best(offers, option) for option in worths}
    elif offers is not None:
        met = {option: Fraction(option in offers) for option in worths}
    return {option: round(weight * float(met[option] * one / sum(worths.values()))) for option, one in worths.items()}


def amount(rule: Any, weight: int, mentor: Person, mentee: Person, mentors: list[Person]) -> int:
    """The value for a pair that can be judged times a weight, in whole units; a sum over picks is rounded by pick."""
    given = value(rule, mentor, mentee, mentors)
    assert given is not None
    if sum_of := covers(rule):
        return sum(by_pick(sum_of, weight, mentee, mentors, picks(mentor[sum_of.by or sum_of.wanted])).values())
    return round(weight * float(given))


def most(rule: Any, weight: int, mentee: Person, mentors: list[Person]) -> int:
    """The largest contribution to a mentee's score."""
    if (sum_of := covers(rule)) and picks(mentee.get(sum_of.wanted)):
        return sum(by_pick(sum_of, weight, mentee, mentors).values())
    return weight


def norm(rule: Any, mentors: list[Person], mentees: list[Person]) -> float:
    """The mean value over the pairs that the rule can judge."""
    judged = [
        amount(rule, 2**40, mentor, mentee, mentors)
        for mentor in mentors
        for mentee in mentees
        if counts(rule, mentor, mentee) and value(rule, mentor, mentee, mentors) is not None
    ]
    return sum(judged) / (len(judged) * 2**40) if judged else 0.0


def weights(rules: list[Any], ranking: list[str]) -> list[Fraction]:
    """The weights of a mentee who ranks rules: the first x2, the second x1.5, the third x1.25, the others x1."""
    times = dict(zip(ranking, ["2", "1.5", "1.25"], strict=False))
    return [Fraction(str(rule.weight)) * Fraction(times.get(rule.name, "1")) for rule in rules]


def points(
    rules: list[Any], norms: list[float], mentor: Person, mentee: Person, mentors: list[Person], ranking: list[str]
) -> int:
    """The score of one pair, conditions aside."""
    fine = apportioned(FULL, weights(rules, ranking))
    n = d = 0
    for rule, weight, mean in zip(rules, fine, norms, strict=True):
        if not counts(rule, mentor, mentee):
            continue
        largest = most(rule, weight, mentee, mentors)
        if value(rule, mentor, mentee, mentors) is not None:
            n += amount(rule, weight, mentor, mentee, mentors)
        elif rule.missing == "abstain":
            continue
        else:
            stands_for = {"average": mean, "zero": 0.0}.get(rule.missing, rule.missing)
            n += round(largest * stands_for)
        d += largest
    if d == sum(most(rule, weight, mentee, mentors) for rule, weight in zip(rules, fine, strict=True)):
        d = FULL
    return (20_000 * n + d) // (2 * d) if d else 0


def allowed(conditions: list[Any], mentor: Person, mentee: Person, mentors: list[Person]) -> bool:
    """Whether all conditions allow the pair; nobody is allowed with themselves."""
    for condition in conditions:
        answer = allows(condition, mentor, mentee, mentors)
        if answer is False or (answer is None and condition.if_unknown == "forbid"):
            return False
    return mentor["id"] != mentee["id"]


def refused(one: r.Eligible, person: Person) -> bool:
    """Whether somebody may not take part."""
    answer = person.get(one.question)
    if blank(answer):
        return one.if_unknown == "forbid"
    given = set(answer) if isinstance(answer, list) else {answer}
    tests = []
    if one.is_ is not None:
        tests.append(bool(given & (set(one.is_) if isinstance(one.is_, tuple) else {one.is_})))
    if one.is_not is not None:
        tests.append(not given & (set(one.is_not) if isinstance(one.is_not, tuple) else {one.is_not}))
    if one.at_least is not None:
        tests.append(level(one.question, answer) >= level(one.question, one.at_least))
    if one.at_most is not None:
        tests.append(level(one.question, answer) <= level(one.question, one.at_most))
    return not all(tests)


def takes_part(eligibility: list[r.Eligible], side: str, person: Person) -> bool:
    """Whether no condition on that side refuses somebody."""
    return not any(one.side == side and refused(one, person) for one in eligibility)


def line(mentors: list[Person], mentees: list[Person], given: dict[str, str]) -> dict[str, str]:
    """Who reports to whom."""
    answers = {person["id"]: person["manager"] for person in (*mentors, *mentees) if person.get("manager")}
    return given | answers


def above(managers: dict[str, str], person: str, levels: int) -> list[str]:
    """The manager, the manager's manager and so on, as many as there are of ``levels``."""
    found: list[str] = []
    while len(found) < levels and person in managers:
        person = managers[person]
        found.append(person)
    return found


def apart(rule: r.NotInReportingLine, managers: dict[str, str], one: str, other: str) -> bool:
    """Whether neither of two people reports to the other, nor both to the same manager where that counts."""
    if one in above(managers, other, rule.levels) or other in above(managers, one, rule.levels):
        return False
    return not (rule.same_manager and one in managers and managers[one] == managers.get(other))


def matrix(
    rules: list[Any],
    conditions: list[Any],
    mentors: list[Person],
    mentees: list[Person],
    eligibility: list[r.Eligible] | None = None,
    weights_from: str | None = None,
) -> list[list[int]]:
    """The scores of all pairs, -1 where forbidden."""
    norms = [norm(rule, mentors, mentees) for rule in rules]
    return [
        [
            points(rules, norms, mentor, mentee, mentors, mentee.get(weights_from) or [])
            if allowed(conditions, mentor, mentee, mentors)
            and takes_part(eligibility or [], "mentor", mentor)
            and takes_part(eligibility or [], "mentee", mentee)
            else -1
            for mentee in mentees
        ]
        for mentor in mentors
    ]
