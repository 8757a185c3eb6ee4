"""A mentoring program of the UK Civil Service: 500 mentors and 500 mentees with the rules that the program published.

    python examples/civil_service.py FOLDER

FOLDER holds large_mentors.csv and large_mentees.csv, sample people of the mentor-match project, all of them fictional.
The files are read as they are. A column says who would be both mentor and mentee, but nobody stands in both files, so
it is left alone; no column says how many mentees a mentor takes, so each takes one.

The published rules: a mentor is one or two grades above the mentee and from another organisation, preferably of the
same profession, and shares the mentee's identity where the mentee asks for that. The last one can be meant in two ways,
and both are tried: as a condition, so that such a mentee rather has no mentor than one who does not share it, and as a
rule of a heavy weight, so that it is a strong wish.
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r

GRADES = ["AA", "AO", "EO", "HEO", "SEO", "Grade 7", "Grade 6", "SCS1", "SCS2", "SCS3", "SCS4"]
ORGANISATIONS = [f"Department of {name}" for name in ("Fun", "Joy", "Love", "Peace", "Truth", "Virtue")]
PROFESSIONS = ["DDaT", "HR", "Operations", "Policy", "Security"]
IDENTITIES = ["Asexual or aromantic", "Bisexual or pansexual", "Gay", "Lesbian", "Non-binary", "Transgender"]

QUESTIONNAIRE = mm.Questionnaire(
    [
        q.Choice("grade", options=GRADES, ordered=True, required=True),
        q.Choice("organisation", options=ORGANISATIONS, required=True),
        q.Choice("profession", options=PROFESSIONS),
        q.Choice("asks_for_identity", options=["yes", "no"], asked_of="mentee", private=True),
        q.Choice("identity", options=IDENTITIES, asked_of="mentee", private=True),
        q.MultiChoice("characteristics", options=IDENTITIES, asked_of="mentor", private=True),
    ]
)
COLUMNS = {
    "mentor": {"id": "email address"},
    "mentee": {
        "id": "email address",
        "asks_for_identity": "match with similar identity",
        "identity": "identity to match",
    },
}

ONE_OR_TWO_GRADES_UP = r.Ahead("grade", ideal=(1, 2), least=1, most=2)
SAME_IDENTITY = r.Covers("identity", by="characteristics")


def programs() -> tuple[mm.Program, mm.Program]:
    """The published rules, with the identity once as a condition and once as a rule of a heavy weight."""
    strict = mm.Program(
        name="Identity as a condition",
        questionnaire=QUESTIONNAIRE,
        rules=[r.Same("profession")],
        conditions=[
            ONE_OR_TWO_GRADES_UP,
            r.Differs("organisation"),
            r.When("asks_for_identity", "yes", SAME_IDENTITY),
        ],
    )
    lenient = strict.with_(
        name="Identity as a heavy weight",
        rules=[
            r.Same("profession", weight=1),
            # A mentor who states no characteristics has not been shown to share one, so a blank counts as zero.
            r.When("asks_for_identity", "yes", SAME_IDENTITY, weight=10, missing="zero"),
        ],
        conditions=strict.conditions[:2],
    )
    return strict, lenient


def read(folder: Path) -> mm.Cohort:
    """The people of both files."""
    return mm.Cohort.from_csv(
        QUESTIONNAIRE,
        mentors=folder / "large_mentors.csv",
        mentees=folder / "large_mentees.csv",
        columns=COLUMNS,
        delimiters={"characteristics": ", "},
    )


def report(title: str, matching: mm.Matching, cohort: mm.Cohort, wishes: mm.ScoreMatrix) -> None:
    """Prints what a matching reached and why the others have nobody; ``wishes`` are scores that judge all variants."""
    judged = matching.with_scores(wishes)
    parts = [part for pair in matching.pairs for part in judged.explain(pair.mentor, pair.mentee).parts]
    same_profession = sum(part.value == 1 for part in parts if part.label == "profession")
    asked = [part for part in parts if part.label == "identity" and part.counts]
    shared = sum(part.value == 1 for part in asked)

    print(f"\n{title}\n{'=' * len(title)}")
    print(f"pairs: {len(matching.pairs)} of {len(cohort.mentees)}")
    print(f"of the same profession: {same_profession}")
    print(f"asked for a similar identity: {len(asked)}, and share it: {shared}")
    print(f"proof: {matching.proof.kind}; {matching.verify()}")

    reasons: dict[tuple[str, str], list[mm.Unmatched]] = {}
    for alone in matching.unmatched:
        reasons.setdefault((alone.side, alone.code), []).append(alone)
    for (side, code), people in sorted(reasons.items()):
        print(f"{side}s without a pair, {code}: {len(people)}")
        first = f"for example {people[0].person}: {people[0].reason}"
        print(textwrap.fill(first, width=100, initial_indent="  ", subsequent_indent="  "))

    named = dict(zip(cohort.mentees.ids, cohort.mentees.column("identity").known.tolist(), strict=True))
    unnamed = [alone.person for alone in matching.unmatched if not named.get(alone.person, True)]
    print(f"mentees without a pair who named no identity: {len(unnamed)}")


def main(folder: Path) -> dict[str, mm.Matching]:
    """Matches the people in the folder by both programs, prints what came out and returns the matchings by program."""
    cohort = read(folder)
    print(cohort)
    strict, lenient = programs()
    wishes = lenient.score(cohort)
    matchings = {}
    for program in (strict, lenient):
        matchings[program.name] = program.match(cohort)
        report(program.name, matchings[program.name], cohort, wishes)
    return matchings


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python examples/civil_service.py FOLDER")
    main(Path(sys.argv[1]))
