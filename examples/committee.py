"""A committee's score sheet: 24 pairs of questions for a mentoring program of a university, weighted and cut off.

    python examples/committee.py

The university and everybody in it are made up. The committee decided what a program of this kind usually decides:

- 24 things are asked, each of both sides, mostly in two wordings: what mentors offer and what new students hope for.
- Multiple choice has a score table, from 0 to 4 marks for each pair of answers. Check boxes count the share of what the
  student ticked; where few mentors offer something, it counts for more. Short texts must be the same; long ones are
  left to people to read.
- Every pair of questions has a weight from 0 (asked, but not counted) to 3 (essential).
- Some must reach a similarity, or the two are no pair, however much else they have in common.
- Every student may say which three things matter most, and these then weigh more for that student.
- Mentors need the training, and nobody is mentored by their own supervisor or a supervisor's supervisor.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r

Item = tuple[list[q.Question], r.Rule]
"""What is asked of both sides, and how it counts."""


def marks(
    weight: int, name: str, mentors: str, students: str, offered: Sequence[str], wanted: Sequence[str], table: str
) -> Item:
    """Multiple choice with a score table: for each option of the mentors a row of 0 to 4 marks, one for each wanted."""
    scores = {
        (theirs, own): int(mark) / 4
        for theirs, row in zip(offered, table.split(), strict=True)
        for own, mark in zip(wanted, row, strict=True)
    }
    asked: list[q.Question] = [
        q.Choice(name, wanted, text=students, asked_of="mentee"),
        q.Choice(f"{name}_offered", offered, text=mentors, asked_of="mentor"),
    ]
    return asked, r.Table(name, by=f"{name}_offered", scores=scores, weight=weight)


def boxes(
    weight: int, name: str, mentors: str, students: str, options: Sequence[str], *, by_rarity: bool = False
) -> Item:
    """Check boxes: how much of what students tick is ticked by the mentor."""
    asked: list[q.Question] = [
        q.MultiChoice(name, options, text=students, asked_of="mentee"),
        q.MultiChoice(f"{name}_offered", options, text=mentors, asked_of="mentor"),
    ]
    return asked, r.Covers(name, by=f"{name}_offered", by_rarity=by_rarity, weight=weight)


def alike(weight: int, name: str, text: str, options: Sequence[str]) -> Item:
    """Check boxes that both sides answer in the same words: the more in common, the better."""
    return [q.MultiChoice(name, options, text=text)], r.Shares(name, weight=weight)


def short(weight: int, name: str, text: str) -> Item:
    """A short text that is the same or is not."""
    return [q.Text(name, text=text)], r.Same(name, weight=weight)


def scale(weight: int, name: str, text: str) -> Item:
    """One to five: the closer, the better."""
    return [q.Scale(name, 1, 5, text=text)], r.Close(name, weight=weight)


RHYTHMS = ["Every week", "Every two weeks", "Once a month"]
CHANNELS = ["On campus", "By video", "Either"]
PACES = ["Early and in steps", "Steadily", "In one go at the end"]
COMPANY = ["Alone", "In pairs", "In groups"]
STARTS = ["At once", "In a month", "Next term"]

ITEMS = [
    marks(3, "rhythm", "How often can you meet?", "How often would you meet?", RHYTHMS, RHYTHMS, "443 344 024"),
    marks(2, "channel", "How can you meet?", "How would you like to meet?", CHANNELS, CHANNELS, "404 044 444"),
    marks(1, "pace", "How do you work?", "How do you work?", PACES, PACES, "431 343 134"),
    marks(1, "company", "How do you learn best?", "How do you learn best?", COMPANY, COMPANY, "420 242 024"),
    marks(1, "start", "When can you begin?", "When would you like to begin?", STARTS, STARTS, "431 143 014"),
    marks(
        2,
        "feedback",
        "How do you say what could be better?",
        "How do you like to hear what could be better?",
        ["Straight away", "In a quiet moment", "In writing"],
        ["At once and plainly", "Gently", "On paper"],
        "411 242 124",
    ),
    marks(
        2,
        "need",
        "What are you best at?",
        "What do you need most?",
        ["Listening", "Advising", "Opening doors", "Teaching"],
        ["Somebody who listens", "Advice", "Contacts", "Explanations"],
        "4200 2412 0141 0214",
    ),
    marks(
        1,
        "planning",
        "Who plans your meetings?",
        "Who should plan the meetings?",
        ["I do", "Both of us", "The student"],
        ["My mentor", "Both of us", "I do"],
        "431 343 134",
    ),
    marks(
        2,
        "distance",
        "Where do you stand?",
        "Who would help you most?",
        ["Third year", "Master", "Doctorate", "Staff"],
        ["A student", "Somebody close to the degree", "A researcher"],
        "420 241 024 013",
    ),
    boxes(
        3,
        "goals",
        "What have you managed yourself?",
        "What do you hope for?",
        ["Settle in", "Pass the first year", "Find a topic", "Go abroad", "Find work"],
    ),
    boxes(
        3,
        "subjects",
        "What can you explain?",
        "Where do you need help?",
        ["Algebra", "Statistics", "Programming", "Writing", "Law", "Latin", "Laboratory work"],
        by_rarity=True,
    ),
    boxes(
        2,
        "advice",
        "What do you know about?",
        "What would you ask about?",
        ["Housing", "Money", "Visa", "Child care", "Studying with a disability"],
        by_rarity=True,
    ),
    boxes(
        2,
        "times",
        "When do you have time?",
        "When do you have time?",
        ["Morning", "Noon", "Afternoon", "Evening", "Weekend"],
    ),
    boxes(
        1,
        "careers",
        "Where have you worked?",
        "Where would you like to work?",
        ["Research", "School", "Industry", "Public service", "Own company"],
    ),
    alike(
        3, "languages", "Which languages do you speak well?", ["English", "German", "Arabic", "Spanish", "Ukrainian"]
    ),
    alike(1, "pastimes", "What do you enjoy?", ["Sport", "Music", "Games", "Cooking", "Books", "Hiking"]),
    alike(1, "values", "What matters in your studies?", ["Curiosity", "Marks", "Freedom", "Company", "Usefulness"]),
    short(2, "degree", "Which degree is on your card?"),
    short(1, "school", "Which school did you come from?"),
    short(0, "region", "Where did you grow up? (We ask, but it does not count.)"),
    scale(2, "openness", "I talk about myself easily. (1 to 5)"),
    scale(1, "structure", "I like a clear agenda. (1 to 5)"),
    scale(1, "confidence", "I feel at home at this university. (1 to 5)"),
    (
        [q.Number("terms", unit="terms", minimum=1, maximum=30, text="In which term are you?")],
        r.Ahead("terms", ideal=(2, 6), weight=2),
    ),
]
RULES = [rule for _, rule in ITEMS]
CUT_OFFS = [
    r.AtLeast(replace(rule, weight=1), share, label=f"{rule.name} alike enough")
    for name, share in (("rhythm", 0.5), ("languages", 0.2), ("goals", 0.3))
    for rule in RULES
    if rule.name == name
]

QUESTIONNAIRE = mm.Questionnaire(
    [
        *(question for questions, _ in ITEMS for question in questions),
        q.Choice("training", ["done", "booked", "not yet"], asked_of="mentor", text="Have you done the training?"),
        q.Reference("supervisor", text="Who supervises your thesis or work?"),
        q.Ranking(
            "matters", [rule.name for rule in RULES if rule.weight], asked_of="mentee", text="What matters most?"
        ),
    ],
    blanks=["-", "n/a"],
)
PROGRAM = mm.Program(
    name="First-year mentoring",
    questionnaire=QUESTIONNAIRE,
    rules=RULES,
    conditions=[*CUT_OFFS, r.NotInReportingLine("supervisor")],
    eligibility=[r.Eligible("mentor", "training", is_="done", reason="mentors need to have done the training")],
    weights_from="matters",
)
SUPERVISORS = {"Dr Okafor": "Prof Lindqvist", "Dr Rossi": "Prof Lindqvist"}
"""Who supervises those who take no part."""


def cohort() -> mm.Cohort:
    """Sixteen mentors and eighteen students with made-up answers, one in eight left blank."""
    chance = random.Random(24)
    sides: dict[str, list[dict[str, object]]] = {"mentor": [], "mentee": []}
    for side, count in (("mentor", 16), ("mentee", 18)):
        for number in range(1, count + 1):
            answers = {question.id: made_up(question, side, chance) for question in QUESTIONNAIRE.asked_of(side)}
            sides[side].append({"id": f"{'M' if side == 'mentor' else 'S'}{number:02}", **answers})
    for person in sides["mentor"][:2]:
        person["capacity"] = 2
    sides["mentor"][2]["id"] = "Prof Lindqvist"
    sides["mentee"][0]["supervisor"] = "Dr Okafor"
    return mm.Cohort.from_records(
        QUESTIONNAIRE, mentors=sides["mentor"], mentees=sides["mentee"], reporting_line=SUPERVISORS
    )


def made_up(question: q.Question, side: str, chance: random.Random) -> object:
    """One answer by chance; what decides who may take part is seldom blank."""
    if question.id == "supervisor":
        return chance.choice([None, None, "Dr Okafor", "Dr Rossi"]) if side == "mentee" else None
    if question.id == "training":
        return chance.choices(["done", "booked"], [7, 1])[0]
    if (
        question.id not in ("rhythm", "rhythm_offered", "languages", "goals", "goals_offered")
        and chance.random() < 1 / 8
    ):
        return chance.choice([None, "-", "n/a"])
    match question:
        case q.Choice():
            return chance.choice(question.options)
        case q.MultiChoice():
            return chance.sample(question.options, chance.randint(2, 4))
        case q.Ranking():
            return chance.sample(question.options, chance.randint(0, 3))
        case q.Scale():
            return chance.randint(question.minimum, question.maximum)
        case q.Number():
            return chance.randint(4, 12) if side == "mentor" else chance.randint(1, 4)
    towns = {"degree": ["Physics", "Law", "History"], "school": ["Hill School", "Lakeside", "Abroad"]}
    return chance.choice(towns.get(question.id, ["Coast", "City", "Mountains"]))


def score_sheet(matching: mm.Matching, mentor: str, mentee: str) -> None:
    """Prints the sheet of one pair as a committee fills it in: every question with its weight, likeness and points."""
    explanation = matching.explain(mentor, mentee)
    weights = {rule.name: rule.weight for rule in RULES}
    print(f"\nScore sheet of mentor {mentor} and student {mentee}: {explanation.points:,} of 10,000 points")
    print(f"{'question':<12} {'weight':>6} {'own':>5} {'likeness':>9} {'points':>7} {'of':>6}")
    whole = sum(weights.values())
    for part in explanation.parts:
        own = part.full * whole / 10_000
        likeness = "-" if part.value is None else f"{part.value:.0%}{'' if part.known else ' *'}"
        print(f"{part.label:<12} {weights[part.label]:>6g} {own:>5.1f} {likeness:>9} {part.points:>7,} {part.most:>6,}")
    print(f"{'together':<12} {whole:>6g} {whole:>5.1f} {'':>9} {explanation.points:>7,} {10_000:>6,}")
    print("* left blank by one of the two: counted as the mean of all pairs")


def main() -> mm.Matching:
    """Scores and matches the cohort, prints what the committee wants to see and returns the matching."""
    people = cohort()
    scores = PROGRAM.score(people)
    print(f"{len(ITEMS)} pairs of questions, weights 0 to 3, {len(CUT_OFFS)} cut-offs")
    print(scores)
    for mentor, reason in scores.ineligible("mentor").items():
        print(f"mentor {mentor} takes no part: {reason}")
    matching = PROGRAM.match(people)
    print(f"\n{matching}")
    best = max(matching.pairs, key=lambda pair: pair.points)
    score_sheet(matching, best.mentor, best.mentee)
    return matching


if __name__ == "__main__":
    main()
