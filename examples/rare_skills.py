"""A mentor who ticks everything, and a skill that only one has: the sheets of the demo and some who came late.

Quirin ticks every skill, Saskia alone can help with grant writing. Of four mentees who come late, one needs exactly
that, beside two common skills. What each mentee wants to grow counts, once with every skill alike and once by rarity.
"""

from __future__ import annotations

import quickstart

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r

SKILLS = [*quickstart.SKILLS, "Grant writing"]
QUESTIONNAIRE = mm.Questionnaire(
    [
        q.MultiChoice("skills_to_grow", SKILLS, asked_of="mentee"),
        q.MultiChoice("skills", SKILLS, asked_of="mentor"),
    ],
    blanks=["n/a"],
)
COMMON = ["Leadership", "Negotiation"]
LATE = {
    "mentors": [
        {"id": "Quirin", "capacity": 2, "skills": SKILLS},
        {"id": "Saskia", "skills": ["Grant writing", *COMMON]},
        *({"id": name, "skills": COMMON} for name in ("Pia", "Rolf", "Tilda", "Ulf")),
    ],
    "mentees": [
        {"id": "Wiebke", "skills_to_grow": ["Grant writing", "Python", "Data analysis"]},
        *({"id": name, "skills_to_grow": COMMON} for name in ("Xaver", "Yuna", "Zeno")),
    ],
}


def read() -> mm.Cohort:
    """The people of both sheets and those who signed up late."""
    columns = {
        "mentor": {name: quickstart.COLUMNS["mentor"][name] for name in ("id", "capacity", "skills")},
        "mentee": {name: quickstart.COLUMNS["mentee"][name] for name in ("id", "skills_to_grow")},
    }
    cohort = mm.Cohort.from_csv(
        QUESTIONNAIRE,
        mentors=quickstart.DATA / "mentors.csv",
        mentees=quickstart.DATA / "mentees.csv",
        columns=columns,
        delimiters={"skills": ";", "skills_to_grow": ";"},
    )
    return cohort.add(**LATE)


def main() -> dict[str, mm.Matching]:
    """Prints what is worth knowing before, and who gets the two with and without rarity; returns both matchings."""
    cohort = read()
    found: dict[str, mm.Matching] = {}
    for title, by_rarity in (("Every skill counts alike", False), ("By rarity", True)):
        rule = r.Covers("skills_to_grow", by="skills", by_rarity=by_rarity, missing="zero")
        program = mm.Program("Skills alone", QUESTIONNAIRE, [rule])
        if not by_rarity:
            print("\n".join(str(one) for one in program.check(cohort).findings if one.code == "ticked_everything"))
        matching = found[title] = program.match(cohort)
        scores = program.score(cohort)
        best = sum(scores.points("Quirin", one) == 10_000 for one in scores.mentees)
        print(f"\n--- {title} ---\nQuirin would be perfect for {best} of {len(scores.mentees)} mentees and gets:")
        for pair in matching.pairs:
            if pair.mentor in ("Quirin", "Saskia"):
                others = max(scores.points(one, pair.mentee) for one in scores.mentors if one != pair.mentor)
                print(f"  {pair.mentor} and {pair.mentee}: {pair.points:,} points; the next best mentor has {others:,}")
    return found


if __name__ == "__main__":
    main()
