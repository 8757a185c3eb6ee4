"""Presets are programs that work, each setting with its reason."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mentormatch as mm
from mentormatch import formats, synthetic
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.formats import presets


def made_up(preset: presets.Preset, seed: int = 0) -> mm.Cohort:
    """People who answered the preset's questionnaire."""
    if isinstance(preset.format, formats.Peers):
        return synthetic.cohort_for(preset.questionnaire, people=31, seed=seed)
    senior = "mentee" if preset is presets.REVERSE else "mentor"
    wants = {1: 1, 2: 1, 3: 1} if isinstance(preset.format, formats.Flash) else 1
    return synthetic.cohort_for(preset.questionnaire, 30, 24, seed=seed, senior=senior, wants=wants)


@pytest.mark.parametrize("preset", presets.ALL, ids=lambda preset: preset.name)
def test_a_preset_matches_people_from_end_to_end(preset: presets.Preset) -> None:
    """A program of the preset checks, scores, matches, explains and is saved like any other."""
    program = mm.Program.of(preset, name="Ours")
    cohort = made_up(preset)
    assert program.name == "Ours"
    assert mm.Program.from_json(program.to_json()) == program
    assert program.check(cohort).coverage > 0.65
    matching = program.match(cohort)
    assert matching == program.match(cohort)
    assert mm.Matching.from_json(matching.to_json()) == matching
    assert len(matching.unmatched) < (len(cohort.mentees) + len(cohort.mentors)) // 2
    pairs = matching.pairs or [
        mm.Pair(mentor, mentee, 0)
        for group in matching.groups  # type: ignore[attr-defined]
        for mentor, mentee in product(group.mentors, group.mentees)
    ]
    assert len(pairs) >= 12
    for pair in pairs[:3]:
        told = matching.explain(pair.mentor, pair.mentee)
        assert sum(part.points for part in told.parts) == told.points
        shown = str(matching.explain(pair.mentor, pair.mentee, "mentor"))
        assert "skills_to_grow" not in shown
        assert "group_wish" not in shown
    assert matching.verify()
    expected = {"administrators": "accepted", "approve": "proposed"}[preset.mode]
    assert {pair.status for pair in matching.pairs} <= {expected}


@pytest.mark.parametrize("preset", presets.ALL, ids=lambda preset: preset.name)
def test_a_preset_is_one_page_that_says_why(preset: presets.Preset) -> None:
    """Every rule, condition and setting has a reason on the page, and the page has no more than three screens."""
    page = preset.page()
    lines = str(page).splitlines()
    assert lines[0] == f"Preset {preset.name}"
    assert len(lines) < 100
    reasons = [row[-1] for table in page.tables if table.title != "Questions" for row in table.rows]
    assert all(len(reason) > 25 for reason in reasons)
    assert len(reasons) == len(preset.rules) + len(preset.conditions) + len(preset.eligibility) + 3
    assert repr(preset).startswith(f"Preset({preset.name}, ")


def test_the_weights_are_those_that_evidence_supports() -> None:
    """Goals 30, skills 25, values and style 15, experience 15, logistics 10, interests 5, demographics nothing."""
    weight = {rule.name: rule.weight for rule in presets.CAREER.rules}
    assert (weight["goals"], weight["skills_to_grow"]) == (30, 25)
    assert weight["values"] + weight["directness"] + weight["structure"] == 15
    assert weight["experience"] + weight["level"] == 15
    assert weight["location"] + weight["languages"] + weight["meeting"] == 10
    assert weight["interests"] == 5
    for preset in presets.ALL:
        asked = {one: rule.weight for rule in preset.rules for one in rule.questions()}
        assert "groups" not in asked or preset is presets.DEI
        usual = sum(rule.weight for rule in preset.rules if rule.label is None)
        assert usual == (75 if preset is presets.FLASH else 100)


def test_a_preset_is_changed_like_any_program() -> None:
    """Weights, conditions and questions of a preset are a beginning; what is no preset is refused."""
    program = mm.Program.of(presets.CAREER).with_weights(goals=40).with_(conditions=[], seed=3)
    assert program.rules[0].weight == 40
    assert presets.CAREER.rules[0].weight == 30
    with pytest.raises(mm.ProgramError, match="preset: expected a value of type Preset"):
        mm.Program.of("career")  # type: ignore[arg-type]
    with pytest.raises(AttributeError, match="has no attribute 'preset'"):
        formats.preset  # type: ignore[attr-defined]  # noqa: B018


def test_pins_come_first_in_the_high_potential_program() -> None:
    """Administrators pin what is agreed, and everything else is matched around it, nobody left out."""
    cohort = made_up(presets.HIGH_POTENTIAL)
    program = mm.Program.of(presets.HIGH_POTENTIAL)
    scores = program.score(cohort)
    mentor = next(m for m in cohort.mentors.ids if scores.allowed(m, cohort.mentees.ids[4]))
    matching = program.match(cohort, mm.Choices(pins=[(mentor, cohort.mentees.ids[4], "agreed in March")]))
    status = {(pair.mentor, pair.mentee): pair.status for pair in matching.pairs}
    assert status[mentor, cohort.mentees.ids[4]] == "pinned"
    assert len(matching.pairs) == len(cohort.mentees)


TURNED = mm.Questionnaire(
    [
        q.MultiChoice("topics", ["A", "B", "C"]),
        q.Number("years", minimum=0, maximum=40),
        q.Choice("town", ["Ulm", "Bonn"]),
    ]
)


@settings(max_examples=25)
@given(st.integers(0, 2**32))
def test_reverse_is_the_same_program_with_the_roles_exchanged(seed: int) -> None:
    """Who exchanges the sides and turns ahead around gets the same points for the same two people."""
    cohort = synthetic.cohort_for(TURNED, 6, 5, seed=seed, capacities=1)
    usual = mm.Program(
        "p",
        TURNED,
        [
            r.Shares("topics", weight=2),
            r.Ahead("years", ideal=(3, 10), missing="zero"),
            r.Close("years", weight=2, label="near"),
        ],
        [r.Ahead("years", least=1), r.Differs("town", if_unknown="allow")],
    )
    turned = usual.with_(
        rules=[r.Shares("topics", weight=2), r.Ahead("years", ideal=(-10, -3), missing="zero"), usual.rules[2]],
        conditions=[r.Ahead("years", most=-1), usual.conditions[1]],
    )

    def records(people: mm.cohort.People) -> list[dict[str, object]]:
        columns = {one.id: people.column(one.id) for one in TURNED}
        return [
            {
                "id": person,
                "topics": [TURNED["topics"].options[k] for k in np.flatnonzero(columns["topics"].values[at])],
                "years": columns["years"].values[at],
                "town": None if columns["town"].values[at] < 0 else TURNED["town"].options[columns["town"].values[at]],
            }
            for at, person in enumerate(people.ids)
        ]

    exchanged = mm.Cohort.from_records(TURNED, mentors=records(cohort.mentees), mentees=records(cohort.mentors))
    there, back = usual.score(cohort).to_numpy(), turned.score(exchanged).to_numpy()
    assert (there == back.T).all()
    assert len(usual.match(cohort).pairs) == len(turned.match(exchanged).pairs)


def members(*groups: str) -> dict[str, object]:
    return {"groups": list(groups)}


ERG = mm.Questionnaire(
    [
        q.MultiChoice("groups", ["Women", "Parents", "Veterans", "Faith"], private=True),
        q.MultiChoice("topics", ["Law", "Sales"]),
    ]
)
ERG_PEOPLE = {
    "ada": members("Women", "Parents"),
    "bo": members("Veterans"),
    "cy": members("Faith", "Women"),
    "dee": members(),
}
ERG_OTHERS = {"kay": members("Women"), "lin": members("Veterans", "Faith"), "mo": members("Parents"), "ned": members()}


@pytest.mark.parametrize(
    ("format_", "slots"),
    [(formats.Pairs(), 1), (formats.Flash(2), 2), (formats.Peers(), 1), (formats.Groups((1, 2)), 1)],
    ids=["pairs", "flash", "peers", "groups"],
)
@pytest.mark.parametrize("same", [True, False])
@pytest.mark.parametrize("as_condition", [True, False])
def test_resource_groups_count_in_every_shape(format_: object, slots: int, same: bool, as_condition: bool) -> None:
    """Members of several groups are matched with the same or with others, as a rule or as a condition."""
    rule = (r.Same if same else r.Differs)("groups")
    program = mm.Program(
        "ERG",
        ERG,
        [r.Shares("topics", missing=0.5), *([] if as_condition else [rule])],
        [rule] if as_condition else [],
        format=format_,  # type: ignore[arg-type]
        aim=mm.Aim(order="points") if not as_condition and not isinstance(format_, formats.Groups) else mm.Aim(),
    )
    everybody = [{"id": who, **own} for who, own in (ERG_PEOPLE | ERG_OTHERS).items()]
    half = len(ERG_PEOPLE)
    if isinstance(format_, formats.Peers):
        cohort = mm.Cohort.from_records(ERG, people=everybody)
    else:
        cohort = mm.Cohort.from_records(
            ERG,
            mentors=[{**one, "capacity": slots} for one in everybody[:half]],
            mentees=[{**one, "wants": max(1, slots)} for one in everybody[half:]],
        )
    matching = program.match(cohort)
    found = [(pair.mentor, pair.mentee) for pair in matching.pairs] or [
        pair
        for group in matching.groups  # type: ignore[attr-defined]
        for pair in product(group.mentors, group.mentees)
    ]
    assert found
    of = {who: set(own["groups"]) for who, own in (ERG_PEOPLE | ERG_OTHERS).items()}  # type: ignore[call-overload]
    known = [bool(of[a] & of[b]) == same for a, b in found if of[a] and of[b]]
    if as_condition:
        assert all(known)
        assert all(of[a] and of[b] for a, b in found)
    else:
        assert sum(known) >= len(known) / 2
    texts = [str(matching.explain(a, b, audience)) for a, b in found for audience in ("mentor", "mentee")]
    texts += [str(matching.explain("ada", "kay", audience)) for audience in ("mentor", "mentee")]
    texts += [repr(matching), matching.to_json().split('"unmatched"')[0]]
    for text in texts:
        assert not any(group in text for group in ("Women", "Parents", "Veterans", "Faith"))
        assert "Same('groups')" not in text
        assert "Differs('groups')" not in text
    assert all("('groups')" not in one.reason for one in matching.unmatched)


def test_a_private_wish_for_ones_own_group_is_met_and_shown_to_nobody() -> None:
    """Who asks for somebody of an own group gets one; the others' explanation shows a range and no reason."""
    questionnaire = mm.Questionnaire([*ERG, q.Choice("wish", ["My groups", "Either"], asked_of="mentee", private=True)])
    program = mm.Program(
        "ERG",
        questionnaire,
        [r.Shares("topics", missing=0.5), r.When("wish", "My groups", r.Same("groups"), missing="zero", label="own")],
    )
    cohort = mm.Cohort.from_records(
        questionnaire,
        mentors=[{"id": "ada", **members("Women")}, {"id": "bo", **members("Veterans")}],
        mentees=[
            {"id": "kay", "wish": "My groups", **members("Women", "Faith")},
            {"id": "lin", "wish": "Either", **members("Women")},
        ],
    )
    matching = program.match(cohort)
    assert [(pair.mentor, pair.mentee) for pair in matching.pairs] == [("ada", "kay"), ("bo", "lin")]
    told = {audience: matching.explain("ada", "kay", audience) for audience in ("administrator", "mentor", "mentee")}
    assert "own" in [part.label for part in told["administrator"].parts]
    assert told["mentor"].points is None
    assert told["mentor"].band is not None
    assert [part.label for part in told["mentor"].parts] == ["topics"]
    assert "Women" not in matching.to_csv() + matching.to_json() + str(matching)
