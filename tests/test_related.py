"""Related: part of a wish met by what is near it, folded, explained, as a product and pair by pair."""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import plainly
import pytest
import strategies
from hypothesis import given

from mentormatch import Cohort, Program, Taxonomy, Term
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.errors import ProgramError
from mentormatch.questionnaire import Questionnaire
from mentormatch.rules import related
from mentormatch.scores import score

SKILLS = Taxonomy(
    [Term("js", "JavaScript", ["JS", "ECMAScript"]), Term("ts", "TypeScript"), Term("py", "Python"), "Programming"],
    broader=[("ts", "js"), ("js", "Programming"), ("py", "Programming")],
    scores=[("js", "py", 0.6)],
)
OPTIONS = ["JavaScript", "JS", "ECMAScript", "TypeScript", "Python", "Programming", "Law"]
ASKED = Questionnaire([q.MultiChoice("wishes", OPTIONS, asked_of="mentee"), q.MultiChoice("has", OPTIONS)])
RULE = r.Related("wishes", by="has", taxonomy=SKILLS)


def given_to(offers: list[str], wishes: list[str], rule: r.Related = RULE) -> Any:
    """What the rule gives one pair."""
    return rule.try_on(ASKED, mentor={"has": offers}, mentee={"wishes": wishes})


def test_aliases_are_one_term() -> None:
    """A mentor of JS serves a wish for ECMAScript, and a mentee who ticks three words for one thing has one wish."""
    assert given_to(["JS"], ["ECMAScript"]) == 1
    assert given_to(["JavaScript"], ["JS", "ECMAScript", "Law"]) == 0.5
    assert given_to(["Law"], ["JS", "ECMAScript", "JavaScript", "Law"]) == 0.5


def test_narrower_serves_broader_in_full_and_not_the_other_way() -> None:
    """The best credit counts for each wish; a score counts in its direction alone."""
    assert given_to(["TypeScript"], ["JS"]) == given_to(["TypeScript"], ["Programming"]) == 1
    assert given_to(["JS"], ["TypeScript"]) == 0.5
    assert given_to(["Programming"], ["TypeScript"]) == 0.25
    assert given_to(["Programming", "JS"], ["TypeScript", "Programming"]) == 0.75
    assert given_to(["JS"], ["Python"]) == 0.6
    assert given_to(["Python"], ["JS"]) == 0.25
    assert given_to(["Law"], ["JS"]) == 0
    assert given_to([], ["JS"]) is None
    strict = r.Related("wishes", by="has", taxonomy=SKILLS, broader=0, siblings=0)
    assert [given_to([one], ["JS"], strict) for one in ("Programming", "Python", "TypeScript")] == [0, 0, 1]
    assert RULE.try_on(ASKED, mentor={"has": ["Python"]}, mentee={"wishes": ["JS"]}, as_condition=True) is True
    assert RULE.try_on(ASKED, mentor={"has": ["Law"]}, mentee={"wishes": ["JS"]}, as_condition=True) is False


@given(strategies.both_sides(), strategies.weighted())
def test_it_scores_alike_as_a_product_and_pair_by_pair(sides: Any, rules: list[Any]) -> None:
    """How wide the lists are decides how the rule is computed; values of few picks round alike."""
    rules = [r.Related("topic", by="skills", taxonomy=plainly.TAXONOMY, weight=3, label="related"), *rules]
    cohort = strategies.cohort(*sides)
    whole = score(cohort, rules)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(related, "_WIDEST", 0)
        pairwise = score(strategies.cohort(*sides), rules)
        assert rules[0].columns(cohort.mentors, cohort.mentees) is None or not all(sides)
        np.testing.assert_array_equal(pairwise.to_numpy(), whole.to_numpy())
        assert pairwise.norms["related"] == whole.norms["related"] if rules[0].missing == "average" else True


def test_a_perfect_pair_stays_perfect() -> None:
    """Hundreds of wishes met by narrower terms have 10,000 points, as have the same picks."""
    options = [f"{kind}{k}" for kind in "ab" for k in range(150)]
    tree = Taxonomy(options, [(f"b{k}", f"a{k}") for k in range(150)])
    asked = Questionnaire([q.MultiChoice("skills", options)])
    mentors = [{"id": kind, "skills": [f"{kind}{k}" for k in range(150)]} for kind in "ab"]
    half = {"id": "half", "skills": [f"b{k}" for k in range(75)]}
    wishes = [f"a{k}" for k in range(150)]
    cohort = Cohort.from_records(asked, mentors=[*mentors, half], mentees=[{"id": "e", "skills": wishes}])
    found = score(cohort, [r.Related("skills", taxonomy=tree)])
    assert [found.points(one, "e") for one in ("a", "b", "half")] == [10_000, 10_000, 5_000]


def program() -> tuple[Program, Cohort]:
    """A program with one rule, and three people."""
    cohort = Cohort.from_records(
        ASKED,
        mentors=[{"id": "ada", "has": ["TypeScript", "Law"]}, {"id": "bo", "has": ["JS"]}],
        mentees=[{"id": "tim", "wishes": ["ECMAScript", "Python", "Law"]}],
    )
    return Program("P", ASKED, [RULE]), cohort


def test_the_explanation_says_what_was_offered_for_what() -> None:
    """Each wish that is met is named, with what meets it and for how much where it is not all."""
    made, cohort = program()
    matching = made.match(cohort)
    (part,) = matching.explain("ada", "tim").parts
    assert part.said == "2 of 3 wanted: TypeScript for ECMAScript and Law; not Python"
    (part,) = matching.explain("bo", "tim").parts
    assert part.said == "2 of 3 wanted: ECMAScript and JS for Python (60%); not Law"
    assert part.said in " ".join(str(matching.explain("bo", "tim")).split())
    one, other = cohort.mentors.take([0]), cohort.mentees
    twice = Cohort.from_records(ASKED, mentors=[{"id": "x"}], mentees=[{"id": "y", "wishes": ["JS", "ECMAScript"]}])
    assert RULE.told(one, twice.mentees) == "1 of 1 wanted: TypeScript for JS"
    assert RULE.told(twice.mentors, other) == "x left 'has' blank"
    several = Cohort.from_records(ASKED, mentors=[{"id": "x", "has": ["TypeScript", "ECMAScript"]}], mentees=[])
    assert RULE.told(several.mentors, twice.mentees) == "1 of 1 wanted: JS"


def test_a_private_answer_is_not_told() -> None:
    """What the value comes from is shown to whom the rule itself is shown."""
    asked = Questionnaire(
        [q.MultiChoice("wishes", OPTIONS, asked_of="mentee", private=True), q.MultiChoice("has", OPTIONS)]
    )
    cohort = Cohort.from_records(
        asked, mentors=[{"id": "ada", "has": ["JS"]}], mentees=[{"id": "tim", "wishes": ["Python"]}]
    )
    two = [RULE, r.Related("wishes", by="has", taxonomy=SKILLS, label="again")]
    for rules in ([RULE], two):
        matching = Program("P", asked, rules).match(cohort)
        assert "JS for Python (60%)" in str(matching.explain("ada", "tim"))
        for audience in ("mentor", "mentee"):
            shown = matching.explain("ada", "tim", audience=audience)
            assert "Python" not in str(shown)
            assert not any(part.said for part in shown.parts)


def test_it_is_checked_before_anybody_is_scored() -> None:
    """A taxonomy that is none, one with faults, and one that knows none of the options are refused."""
    with pytest.raises(ProgramError) as error:
        r.Related("wishes", by="has", taxonomy=nx.DiGraph([("a", "b"), ("b", "a")]), broader=2, siblings="x")  # type: ignore[arg-type]
    assert [finding.code for finding in error.value.findings] == ["taxonomy_cycle", "rule_broader", "rule_siblings"]
    with pytest.raises(ProgramError, match="expected a networkx DiGraph"):
        r.Related("wishes", taxonomy=None)
    other = Questionnaire([q.Choice("wishes", ["Fishing"], asked_of="mentee"), q.MultiChoice("has", OPTIONS)])
    (finding,) = RULE.check(other)
    assert str(finding) == (
        "rule Related('wishes'): no option of 'has' is near any of 'wishes' in the taxonomy; "
        "write the options as the taxonomy names its terms"
    )
    assert [one.code for one in RULE.check(Questionnaire([q.Text("wishes"), q.Text("has")]))] == ["question_kind"] * 2


def test_a_program_with_a_taxonomy_survives_json() -> None:
    """The taxonomy is saved with the rule; faults in the JSON are told with their place."""
    made, cohort = program()
    again = Program.from_json(made.to_json())
    assert again == made
    np.testing.assert_array_equal(again.score(cohort).to_numpy(), made.score(cohort).to_numpy())
    graph = r.Related("wishes", by="has", taxonomy=nx.DiGraph([("Programming", "Python")]))
    assert Program.from_json(made.with_(rules=[graph]).to_json()).rules == (graph,)
    broken = made.to_json().replace('"Programming"\n', '"Programing"\n')
    with pytest.raises(ProgramError, match=r"rules\[0\]\.taxonomy, term .*'Programing' is no term"):
        Program.from_json(broken)


def test_the_check_of_a_program_knows_what_is_near() -> None:
    """A wish that a narrower term meets is not in vain, one that nothing meets is."""
    cohort = Cohort.from_records(
        ASKED,
        mentors=[{"id": "ada", "has": ["TypeScript"]}],
        mentees=[{"id": "tim", "wishes": ["JS", "Law"]}],
    )
    found = Program("P", ASKED, [RULE]).check(cohort).findings
    assert [str(one) for one in found if one.code.startswith("option")] == [
        "question 'wishes': 1 mentee wants 'Law' and no mentor offers it; recruit a mentor who does, or tell them"
    ]
