"""Nobody but the administrator sees the private answer of somebody else: in no rendering, export, message or repr.

Private answers are words that occur nowhere else, so that finding one is finding a leak. What is told to others is also
the same whatever the private answers are, where their share would give them away.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.page import Paged, Recorded

SECRETS = ("Zurna", "Quokka", "Xylem", "Ottavino", "Brackish", "7919", "6841")
OTHERS = ("mentor", "mentee")
ASKED = mm.Questionnaire(
    [
        q.MultiChoice("goals", ["Lead", "Change", "Rest"], asked_of="mentee"),
        q.MultiChoice("reached", ["Lead", "Change", "Rest"], asked_of="mentor"),
        q.Choice("team", ["Sales", "Finance"]),
        q.Choice("faith", ["Zurna", "Quokka"], private=True),
        q.MultiChoice("illness", ["Xylem", "Ottavino"], private=True),
        q.Text("worry", private=True),
        q.Number("debt", minimum=0, maximum=10_000, private=True),
    ]
)
PUBLIC = [r.Covers("goals", by="reached", weight=3), r.Same("team")]
PRIVATE = [
    r.Same("faith"),
    r.Shares("illness"),
    r.Close("debt", weight=2),
    r.When("faith", "Quokka", r.Same("team"), label="of one faith"),
    r.When("illness", "Xylem", r.Covers("goals", by="reached"), label="for some", of="mentee"),
]
POLICIES = st.sampled_from(["average", "abstain", "zero", 0.3, 1])
PLAIN = st.fixed_dictionaries(
    {
        "goals": st.lists(st.sampled_from(["Lead", "Change", "Rest"]), unique=True),
        "reached": st.lists(st.sampled_from(["Lead", "Change", "Rest"]), unique=True),
        "team": st.sampled_from([None, "Sales", "Finance"]),
    }
)
SECRET = st.fixed_dictionaries(
    {
        "faith": st.sampled_from([None, "Zurna", "Quokka"]),
        "illness": st.lists(st.sampled_from(["Xylem", "Ottavino"]), unique=True),
        "worry": st.sampled_from([None, "Brackish"]),
        "debt": st.sampled_from([None, 7919, 6841, 0]),
    }
)
PEOPLE = st.lists(PLAIN, min_size=3, max_size=3)
PRIVACIES = st.lists(SECRET, min_size=6, max_size=6)


def people(plain: list[dict[str, Any]], secret: list[dict[str, Any]]) -> mm.Cohort:
    """Three mentors and three mentees; each has somebody's plain answers and private ones of their own."""

    def side(letter: str, questions: str, secrets: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {"id": f"{letter}{at}", questions: own[questions], "team": own["team"], **secrets[at]}
            for at, own in enumerate(plain)
        ]

    return mm.Cohort.from_records(
        ASKED, mentors=side("m", "reached", secret[:3]), mentees=side("e", "goals", secret[3:])
    )


def renderings(value: object) -> Iterator[str]:
    """Everything that a value can be written as."""
    yield repr(value)
    yield str(value)
    if isinstance(value, Paged):
        page = value.page()
        yield from (page.html(), page.markdown(), value._repr_html_())
    if isinstance(value, Recorded):
        # Dataframes hold the cells of the records, whichever library they are of.
        yield from (str(value.to_records()), value.to_csv())
    for name in ("to_json", "to_csv"):
        if hasattr(value, name):
            yield getattr(value, name)()


def leaks(value: object) -> list[str]:
    """The private answers that occur in a value, however it is written."""
    return [secret for secret in SECRETS if any(secret in text.replace(",", "") for text in renderings(value))]


def told(matching: mm.Matching, audience: Any) -> Iterator[object]:
    """Everything that is told to an audience."""
    assert matching.scores is not None
    for mentor, mentee in (("m0", "e0"), ("m0", "e1"), ("m1", "e0"), ("m2", "e2")):
        yield matching.explain(mentor, mentee, audience)
    for mentee in ("e0", "e1"):
        yield matching.alternatives(mentee, 3, audience)
        yield matching.scores.top(mentee, 3, audience)
    yield matching.roster(audience)


@settings(max_examples=12)
@given(PEOPLE, PRIVACIES, st.lists(st.sampled_from(PRIVATE), unique=True, max_size=3), st.booleans())
def test_no_audience_sees_a_private_answer(
    plain: list[dict[str, Any]], secret: list[dict[str, Any]], hidden: list[r.Rule], forbid: bool
) -> None:
    """Explanations, candidates and rosters for mentors and mentees hold none, in any rendering, with any rules."""
    conditions = [r.Same("faith", if_unknown="allow")] if forbid else []
    program = mm.Program("p", ASKED, [*PUBLIC, *hidden], conditions, [r.Eligible("mentor", "debt", at_most=8_000)])
    matching = program.match(people(plain, secret))
    for audience in OTHERS:
        for value in told(matching, audience):
            assert leaks(value) == []


@settings(max_examples=12)
@given(PEOPLE, PRIVACIES)
def test_what_has_no_audience_holds_no_private_answer(
    plain: list[dict[str, Any]], secret: list[dict[str, Any]]
) -> None:
    """What may be sent on holds counts, ids and points: matchings, reports, comparisons, ratings, waves, scores."""
    cohort = people(plain, secret)
    program = mm.Program("p", ASKED, [*PUBLIC, *PRIVATE[:3]], [r.Differs("team", if_unknown="allow")])
    matching = program.match(cohort, mm.Choices(shortlists={"e0": ["m0", "m1"]}, declines=[("m2", "e2")]))
    values = [
        cohort,
        cohort.mentors,
        cohort.mentees.column("worry"),
        matching,
        matching.scores,
        matching.report(),
        matching.by_group("team"),
        matching.by_group({"e0": "A", "e1": "B"}),
        matching.observed([(pair.mentor, pair.mentee, 1) for pair in matching.pairs]),
        matching.seat_values(),
        matching.verify(),
        matching.proof,
        mm.compare(program, program.with_weights(goals=1), cohort),
        mm.sensitivity(program, cohort),
        mm.simulate_waves(program, cohort, repeats=2),
        *matching.unmatched,
    ]
    for value in values:
        assert leaks(value) == [], type(value)


@settings(max_examples=25)
@given(PEOPLE, PRIVACIES, PRIVACIES, st.sampled_from(PRIVATE), POLICIES)
def test_what_is_told_does_not_depend_on_a_single_private_rule(
    plain: list[dict[str, Any]], one: list[dict[str, Any]], other: list[dict[str, Any]], hidden: r.Rule, missing: Any
) -> None:
    """Where the remainder of a total would be the answer, others are told the same whatever the answers are."""
    from dataclasses import replace

    program = mm.Program("p", ASKED, [*PUBLIC, replace(hidden, missing=missing)])
    pins = mm.Choices(pins=[(f"m{at}", f"e{at}") for at in range(3)])
    first, second = (program.match(people(plain, secret), pins) for secret in (one, other))
    for audience in OTHERS:
        for mine, theirs in zip(told(first, audience), told(second, audience), strict=True):
            assert list(renderings(mine)) == list(renderings(theirs))


def test_the_administrator_sees_what_counts() -> None:
    """The tests above would also pass if nobody were told anything: the administrator is."""
    plain = [{"goals": ["Lead"], "reached": ["Lead"], "team": "Sales"}] * 3
    secret = [{"faith": "Zurna", "illness": ["Xylem"], "worry": "Brackish", "debt": 7919}] * 6
    matching = mm.Program("p", ASKED, [*PUBLIC, PRIVATE[3]]).match(people(plain, secret))
    assert leaks(matching.explain("m0", "e0")) == ["Quokka"]
    assert leaks(matching.by_group("faith")) == ["Zurna"]
    assert matching.roster().entries[0].points != matching.roster("mentor").entries[0].points


WRONG = [
    ("faith", "Zurnaa"),
    ("illness", ["Xylem", "Otavino"]),
    ("illness", "Quokka;Brackish"),
    ("debt", "7919 Brackish"),
    ("debt", 79190),
    ("worry", 7919),
    ("worry", ["Brackish"]),
]


@pytest.mark.parametrize(("question", "answer"), WRONG)
def test_no_message_repeats_a_private_answer(question: str, answer: object) -> None:
    """An answer that does not fit is refused without a word of it, and without a hint what it may have meant."""
    with pytest.raises(mm.AnswerError) as caught:
        mm.Cohort.from_records(ASKED, mentors=[{"id": "m0", question: answer}], mentees=[])
    finding = caught.value.findings[0]
    told_ = [str(caught.value), repr(caught.value), json.dumps(finding.to_dict()), repr(finding)]
    tokens = [*SECRETS, "Zurnaa", "Otavino", "79190"]
    options = {"faith": ("Zurna", "Quokka"), "illness": ("Xylem", "Ottavino")}.get(question, ())
    for text in told_:
        shown = [token for token in tokens if token in text and token not in options]
        assert shown == []
    assert "did you mean" not in str(caught.value)
