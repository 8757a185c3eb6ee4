"""What is derived from scores and cohorts shares what was computed and is what computing it anew would give."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import plainly
import pytest
import strategies
from hypothesis import given, settings
from hypothesis import strategies as st

from mentormatch import compiled, pairwise
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.cohort import Cohort
from mentormatch.errors import ChoiceError, ProgramError
from mentormatch.program import Program
from mentormatch.questionnaire import Questionnaire
from mentormatch.scores import Forbidden, Removal, ScoreMatrix, score
from mentormatch.solving import solve

some_weights = st.dictionaries(st.sampled_from([f"rule {k}" for k in range(5)]), strategies.weights)


def with_weights(rules: list[Any], weights: dict[str, float]) -> list[Any]:
    """The rules with these weights, and the first with weight 5 where none would be left."""
    changed = [replace(rule, weight=weights.get(rule.name, rule.weight)) for rule in rules]
    if not any(rule.weight for rule in changed):
        changed[0] = replace(changed[0], weight=5)
    return changed


def same_scores(one: Any, other: Any) -> None:
    """Everything that two matrices tell is the same."""
    np.testing.assert_array_equal(one.to_numpy(), other.to_numpy())
    assert (one.mentors, one.mentees, dict(one.norms)) == (other.mentors, other.mentees, dict(other.norms))
    rows, columns = np.arange(len(one.mentors))[::-1], np.arange(len(one.mentees))[::-1]
    np.testing.assert_array_equal(
        one.source(rows, columns).rows(0, len(rows)), other.source(rows, columns).rows(0, len(rows))
    )
    for mentor in one.mentors:
        assert one.removals("mentor", mentor) == other.removals("mentor", mentor)
        for mentee in one.mentees:
            for tell in ("points", "parts", "coverage", "forbidding"):
                assert getattr(one, tell)(mentor, mentee) == getattr(other, tell)(mentor, mentee)


@given(strategies.both_sides(), strategies.weighted(), strategies.conditions(), some_weights, st.booleans())
def test_reweighted_is_scoring_anew(
    sides: Any, rules: list[Any], conditions: list[Any], weights: dict[str, float], scored_before: bool
) -> None:
    """New weights give bit for bit what a fresh cohort gives with them and the same norms, whatever was read before."""
    changed = with_weights(rules, weights)
    cohort = strategies.cohort(*sides)
    first = score(cohort, rules, conditions)
    if scored_before:
        first.to_numpy()
    derived = first.reweighted({rule.name: rule.weight for rule in changed})
    fresh = score(strategies.cohort(*sides), changed, conditions, first.norms)
    same_scores(derived, fresh)
    same_scores(score(cohort, changed, conditions), fresh)
    assert fresh.to_numpy().tolist() == plainly.matrix(changed, conditions, *sides)


@given(strategies.both_sides(), strategies.weighted(), st.lists(some_weights, min_size=2, max_size=3), st.randoms())
def test_the_order_of_reweighting_does_not_matter(
    sides: Any, rules: list[Any], steps: list[dict[str, float]], shuffle: Any
) -> None:
    """Weights that were set one after another, back and forth, are those that were set last."""
    scores = score(strategies.cohort(*sides), rules)
    wanted = [{rule.name: rule.weight for rule in with_weights(rules, step)} for step in steps]
    for weights in wanted:
        walked = scores
        for step in shuffle.sample(wanted, len(wanted)):
            walked = walked.reweighted(step)
        np.testing.assert_array_equal(walked.reweighted(weights).to_numpy(), scores.reweighted(weights).to_numpy())


@given(strategies.both_sides(), strategies.weighted(), some_weights)
def test_parts_sum_to_the_points_after_reweighting(sides: Any, rules: list[Any], weights: dict[str, float]) -> None:
    """The shares of an explanation follow the new weights, exactly."""
    changed = {rule.name: rule.weight for rule in with_weights(rules, weights)}
    scores = score(strategies.cohort(*sides), rules).reweighted(changed)
    for mentor in scores.mentors:
        for mentee in scores.mentees:
            parts = scores.parts(mentor, mentee)
            assert sum(part.full for part in parts) == 10_000
            if scores.allowed(mentor, mentee):
                assert sum(part.points for part in parts) == scores.points(mentor, mentee)


def ranked(seed: int) -> tuple[Any, Any]:
    """A cohort whose mentees rank rules, and rules of which some are no product and judge pair by pair."""
    asked = Questionnaire([*plainly.QUESTIONNAIRE, q.Ranking("order", ["rule 0", "rule 2"], asked_of="mentee")])
    mentors, mentees = strategies.seeded(seed, 12, 15)
    for k, mentee in enumerate(mentees):
        mentee["order"] = [[], ["rule 2"], ["rule 0", "rule 2"]][k % 3]
    chosen = [r.Shares("interests"), strategies.CUSTOM[0], strategies.CUSTOM[3], r.Close("mood")]
    policies: list[Any] = ["average", "abstain", 0.3, "average"]
    rules = [
        replace(rule, weight=k + 1, missing=missing, label=f"rule {k}")
        for k, (rule, missing) in enumerate(zip(chosen, policies, strict=True))
    ]
    return Cohort.from_records(asked, mentors=mentors, mentees=mentees), rules


@pytest.mark.parametrize("seed", range(3))
def test_every_mentees_own_weights_follow(seed: int) -> None:
    """Where mentees rank the rules, the ranking multiplies the new weights."""
    cohort, rules = ranked(seed)
    weights = {"rule 0": 7, "rule 1": 0.35, "rule 3": 0}
    derived = score(cohort, rules, weights_from="order").reweighted(weights)
    anew = score(
        ranked(seed)[0], [replace(one, weight=weights.get(one.name, 3)) for one in rules], weights_from="order"
    )
    same_scores(derived, anew)


@pytest.mark.parametrize("weights_from", [None, "order"])
def test_what_is_kept_and_how_changes_no_score(weights_from: str | None) -> None:
    """Codes of two bytes, values of eight, nothing kept at all and blocks of one row give the same points and means."""
    cohort, rules = ranked(7)
    conditions = [r.Differs("department", if_unknown="allow")]
    eligibility = [r.Eligible("mentee", "mood", is_not=3, if_unknown="allow")]
    others: Any = {"eligibility": eligibility, "weights_from": weights_from}

    def scored() -> Any:
        return score(replace(cohort), rules, conditions, **others).reweighted({"rule 0": 0.35})

    expected = scored()
    for module, name, value in (
        (pairwise, "coded", lambda values: None),
        (pairwise, "BLOCK", 1),
        (pairwise, "KEPT", 0),
        (compiled, "KEPT", 0),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, name, value)
            same_scores(scored(), expected)


def test_what_is_kept_stays_small() -> None:
    """Nothing of all pairs is kept for large matrices or for a look at one pair, and a cohort remembers one program."""
    cohort, rules = ranked(1)
    conditions = [r.Shares("interests")]

    def kept(scores: Any) -> list[bool]:
        made = scores._cells.compiled
        return [*("kept" in one.values.__dict__ for one in made.rules), "mask" in made.bans.__dict__]

    first = score(cohort, [replace(rule, missing="zero") for rule in rules], conditions)
    first.points("m3", "e3")
    assert kept(first) == [False] * 5
    first.to_numpy()
    assert kept(first) == [True, True, True, False, True]
    with pytest.MonkeyPatch.context() as patch:
        for module in (pairwise, compiled):
            patch.setattr(module, "KEPT", 12 * 15 - 1)
        large = score(replace(cohort), rules, conditions)
        large.to_numpy()
        large.reweighted({"rule 0": 2}).to_numpy()
        assert kept(large) == [False] * 5
    score(cohort, [r.Same("town")])
    assert [one.rule for one in cohort._scored["cells"].compiled.rules] == [r.Same("town")]


@given(st.lists(st.lists(st.sampled_from([-2.0, -1.0, 0.0, 0.5, 1 / 3, 0.1, 1.0]), min_size=3, max_size=3)))
def test_codes_give_every_value_back(rows: list[list[float]]) -> None:
    """A value is what its code stands for, bit for bit, also where it comes up in a later block."""
    values = np.array(rows, dtype=np.float64).reshape(len(rows), 3)
    for block in (1, 2**17):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pairwise, "BLOCK", block)
            found = pairwise.coded(values)
        assert found is not None
        np.testing.assert_array_equal(found.values[found.codes], values)


def test_values_that_fall_on_one_code_are_not_mistaken() -> None:
    """Twenty thousand values do not fit in the codes, seen within a block and across blocks, and no code lies."""
    values = np.random.default_rng(0).random((200, 100))
    for block in (100, 2**17):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pairwise, "BLOCK", block)
            assert pairwise.coded(values) is None
            few = pairwise.coded(values[:2] // 0.05 / 20)
            assert few is not None
            np.testing.assert_array_equal(few.values[few.codes], values[:2] // 0.05 / 20)


class Counting:
    """A program with a function that counts how often it was asked, and a cohort for it."""

    def __init__(self) -> None:
        self.calls = 0
        asked = Questionnaire([q.Scale("mood", 1, 5), q.Choice("team", ["a", "b"])])

        def near(mentor: Any, mentee: Any) -> float:
            self.calls += 1
            return 1 - abs(mentor["mood"] - mentee["mood"]) / 4

        rules = [r.custom("near", uses=["mood"])(near), r.Same("team", weight=2)]
        self.program = Program("P", asked, rules, [r.Differs("team")])
        self.cohort = Cohort.from_records(
            asked,
            mentors=[{"id": f"m{k}", "mood": k % 5 + 1, "team": "ab"[k % 2], "capacity": 2} for k in range(4)],
            mentees=[{"id": f"e{k}", "mood": k % 3 + 1, "team": "ab"[k % 2]} for k in range(5)],
        )


def test_functions_are_asked_once_for_all_weightings() -> None:
    """Ten weightings, by the matrix or by the program, cost the functions of one."""
    one = Counting()
    scores = one.program.score(one.cohort)
    whole = scores.to_numpy()
    assert (one.calls, dict(scores.norms)["near"]) == (12, 0.7)
    for weight in range(1, 10):
        again = scores.reweighted({"near": weight})
        by_program = one.program.with_weights(near=weight).score(one.cohort)
        np.testing.assert_array_equal(again.to_numpy(), by_program.to_numpy())
    np.testing.assert_array_equal(one.program.with_weights(near=1).score(one.cohort).to_numpy(), whole)
    assert one.calls == 12
    one.program.score(replace(one.cohort)).to_numpy()
    assert one.calls == 24


def test_other_seats_cost_no_scoring() -> None:
    """A cohort with other capacities shares the columns and what was computed, and is scored for its own people."""
    one = Counting()
    scores = one.program.score(one.cohort)
    whole = scores.to_numpy()
    more = one.cohort.with_capacity({"m0": 5})
    assert more.mentors.column("mood") is one.cohort.mentors.column("mood")
    derived = one.program.score(more)
    np.testing.assert_array_equal(derived.to_numpy(), whole)
    assert one.calls == 12
    assert derived.cohort is more
    assert more.mentors.capacity.tolist() == [5, 2, 2, 2]
    assert one.cohort.mentors.capacity.tolist() == [2, 2, 2, 2]
    assert one.program.match(more).spare_seats != one.program.match(one.cohort).spare_seats
    assert one.calls == 12


def test_functions_that_see_seats_are_asked_again() -> None:
    """A vectorised function is handed people with their seats, so other capacities are other scores."""
    asked = Questionnaire([q.Scale("mood", 1, 5)])

    def roomy(mentors: Any, mentees: Any) -> Any:
        return np.repeat(np.minimum(mentors.capacity, 4)[:, None] / 4, len(mentees), axis=1)

    def has_room(mentors: Any, mentees: Any) -> Any:
        return np.repeat(mentors.capacity[:, None] > 1, len(mentees), axis=1)

    rule = r.custom("roomy", uses=["mood"], vectorised=True)(roomy)
    program = Program(
        "P",
        asked,
        [rule, r.When("mood", 3, replace(rule, label="inner"), label="outer")],
        [r.AtLeast(r.custom("room", uses=["mood"], vectorised=True)(has_room), 0.5)],
    )
    cohort = Cohort.from_records(asked, mentors=[{"id": "a", "capacity": 2}], mentees=[{"id": "b"}, {"id": "c"}])
    assert program.score(cohort).to_numpy().tolist() == [[5_000, 5_000]]
    assert program.score(cohort.with_capacity({"a": 4})).to_numpy().tolist() == [[10_000, 10_000]]
    assert program.score(cohort.with_capacity({"a": 1})).to_numpy().tolist() == [[-1, -1]]
    assert program.score(cohort).to_numpy().tolist() == [[5_000, 5_000]]


def test_a_function_is_known_by_itself_and_not_by_its_label() -> None:
    """Another function under the same label, as after running a cell of a notebook again, is asked."""
    one = Counting()
    one.program.score(one.cohort).to_numpy()
    other = r.custom("near", uses=["mood"])(lambda mentor, mentee: 0.25)
    changed = one.program.with_(rules=[other, one.program.rules[1]])
    assert changed.score(one.cohort).points("m0", "e1") == 833
    assert one.program.score(one.cohort).points("m0", "e1") == 2_500


def test_other_conditions_and_eligibility_are_not_taken_for_the_same() -> None:
    """What is shared are the pairs of the same conditions and of the same people who may take part, no others."""
    one = Counting()
    banned = [int((one.program.score(one.cohort).to_numpy() < 0).sum())]
    eligible = r.Eligible("mentor", "mood", at_least=2)
    for changes in (
        {"conditions": ()},
        {"eligibility": [eligible]},
        {"eligibility": [r.Eligible("mentor", "mood", at_least=4)]},
        {"conditions": [r.Same("team")], "eligibility": [eligible]},
        {},
    ):
        changed = one.program.with_(**changes)
        shared = changed.score(one.cohort).to_numpy()
        np.testing.assert_array_equal(shared, changed.score(replace(one.cohort)).to_numpy())
        banned.append(int((shared < 0).sum()))
    assert banned == [10, 0, 12, 17, 13, 10]


@settings(max_examples=40)
@given(strategies.both_sides(), strategies.both_sides(), strategies.weighted(), strategies.conditions(), st.randoms())
def test_changed_cohorts_are_those_read_anew(
    sides: Any, more: Any, rules: list[Any], conditions: list[Any], shuffle: Any
) -> None:
    """People added, and people who left, give the scores of a cohort that was read with the others from the start."""
    added = [[{**person, "id": f"new {person['id']}"} for person in side] for side in more]
    everybody = [[*side, *extra] for side, extra in zip(sides, added, strict=True)]
    cohort = strategies.cohort(*sides)
    score(cohort, rules, conditions).to_numpy()
    larger = cohort.add(mentors=added[0], mentees=added[1])
    same_scores(score(larger, rules, conditions), score(strategies.cohort(*everybody), rules, conditions))
    names = sorted({person["id"] for side in everybody for person in side})
    gone = shuffle.sample(names, len(names) // 2)
    left = [[person for person in side if person["id"] not in gone] for side in everybody]
    same_scores(score(larger.without(gone), rules, conditions), score(strategies.cohort(*left), rules, conditions))


def test_added_people_leave_the_columns_of_the_other_side_alone() -> None:
    """A side that nobody joins keeps its columns as they are."""
    one = Counting()
    assert one.cohort.add(mentees=[{"id": "e9"}]).mentors.column("mood") is one.cohort.mentors.column("mood")


def test_a_cohort_that_was_scored_can_be_pickled() -> None:
    """What a cohort remembers, functions among it, stays behind, so processes can be handed a cohort."""
    one = Counting()
    expected = one.program.score(one.cohort).to_numpy()
    copied = pickle.loads(pickle.dumps(one.cohort))
    np.testing.assert_array_equal(one.program.score(copied).to_numpy(), expected)


def text_of(call: Callable[[], object], kind: type[Exception] = ProgramError) -> str:
    """The message that a call ends in."""
    with pytest.raises(kind) as error:
        call()
    return str(error.value)


def test_weights_that_cannot_be_meant_are_all_told() -> None:
    """Names that no rule has, weights below 0 and weights that are all 0, each in words, in one error."""
    one = Counting()
    scores = one.program.score(one.cohort)
    not_a_weight = "expected a weight that is a number and not below 0"
    assert text_of(lambda: scores.reweighted({"nar": 3, "team": -1, 7: 2})) == (  # type: ignore[dict-item]
        "3 settings of the program cannot be meant as written:\n"
        "  nar: no rule has this label; did you mean 'near'?\n"
        "  7: no rule has this label\n"
        f"  rule Same('team'): {not_a_weight}"
    )
    assert text_of(lambda: scores.reweighted({"nar": 3, "near": 0, "team": 0})) == (
        "2 settings of the program cannot be meant as written:\n"
        "  nar: no rule has this label; did you mean 'near'?\n"
        "  rules: all weights are 0, so no pair is better than another"
    )
    assert text_of(lambda: scores.reweighted([("near", 1)])) == (  # type: ignore[arg-type]
        "weights: expected a mapping of rules' labels to weights"
    )
    assert text_of(lambda: scores.reweighted({"near": True, "team": float("nan")})) == (
        "2 settings of the program cannot be meant as written:\n"
        f"  rule custom('near'): {not_a_weight}\n"
        f"  rule Same('team'): {not_a_weight}"
    )
    assert text_of(lambda: one.program.with_weights(nar=3, near=0, team=0)) == (
        "2 settings of the program cannot be meant as written:\n"
        "  nar: no rule has this label; did you mean 'near'?\n"
        "  rules: all weights are 0, so no pair is better than another"
    )
    np.testing.assert_array_equal(scores.reweighted({}).to_numpy(), scores.to_numpy())


def own() -> list[ScoreMatrix]:
    """The same own scores as an array and as a list of pairs."""
    mentors, mentees = ["ada", "bo", "cy"], ["tim", "kay", "ada"]
    allowed = [[True, True, True], [True, True, False], [False, False, False]]
    values = [[8, 9, 7], [5, 4, 0], [0, 0, 0]]
    ids: Any = {"mentors": mentors, "mentees": mentees, "same_people": True}
    return [
        ScoreMatrix.from_array(values, allowed=allowed, **ids),
        ScoreMatrix.from_pairs([0, 0, 0, 1, 1], [0, 1, 2, 0, 1], [8, 9, 7, 5, 4], **ids),
    ]


@pytest.mark.parametrize("scores", own(), ids=["array", "pairs"])
def test_own_scores_do_everything_that_needs_no_rules(scores: ScoreMatrix) -> None:
    """Each method of a matrix answers for own scores of both kinds, or says in full what they lack."""
    whole = [[8, 9, -1], [5, 4, -1], [-1, -1, -1]]
    assert (scores.shape, scores.cohort, dict(scores.norms)) == ((3, 3), None, {})
    assert scores.to_numpy().tolist() == scores.source().rows(0, 3).tolist() == whole
    assert scores.source(np.array([1, 0]), np.array([1])).rows(0, 2).tolist() == [[4], [9]]
    assert scores.block(["bo"], ["kay", "tim"]).tolist() == [[4, 5]]
    assert (scores.points("ada", "kay"), scores.points("bo", "ada")) == (9, -1)
    assert (scores.allowed("ada", "kay"), scores.allowed("ada", "ada")) == (True, False)
    assert [(one.mentor, one.points) for one in scores.top("tim", 5)] == [("ada", 8), ("bo", 5)]
    assert (scores.parts("ada", "kay"), scores.coverage("ada", "kay")) == ((), 1.0)
    assert scores.forbidding("ada", "kay") == ()
    assert scores.forbidding("ada", "ada") == (Forbidden("same person"),)
    assert scores.forbidding("bo", "ada") == (Forbidden("the table of scores"),)
    assert scores.removals("mentee", "ada") == (Removal("same person", 1), Removal("the table of scores", 2))
    assert scores.removals("mentor", "cy") == (Removal("the table of scores", 3),)
    assert scores.removals("mentee", "tim") == (Removal("the table of scores", 1),)
    assert (scores.ineligible("mentor"), scores.ineligible("mentee")) == ({}, {})
    assert str(scores) == (
        "Scores of 3 mentors and 3 mentees\n"
        "=================================\n"
        "\n"
        "allowed pairs  4 of 9 (44%)\n"
        "points         4 to 9"
    )
    assert repr(scores) == "ScoreMatrix(3 mentors, 3 mentees)"
    assert text_of(lambda: scores.reweighted({"goals": 3})) == (
        "own scores have no rules to weigh anew; weigh your own numbers and make a ScoreMatrix of them"
    )
    assert text_of(lambda: scores.points("adda", "tim"), ChoiceError) == (
        "mentor 'adda': there is no such mentor; did you mean 'ada'?"
    )


@pytest.mark.parametrize("scores", own(), ids=["array", "pairs"])
def test_own_scores_are_matched_explained_and_saved(scores: ScoreMatrix) -> None:
    """What stands above the scores works without rules: matching, reasons, explanations, proof, JSON."""
    matching = solve(scores)
    assert [(pair.mentor, pair.mentee, pair.points) for pair in matching.pairs] == [("ada", "kay", 9), ("bo", "tim", 5)]
    assert {one.person: one.reason for one in matching.unmatched} == {
        "ada": "no mentor is possible: of 3, same person rules out 1 and the table of scores rules out 2",
        "cy": "no mentee is possible: of 3, the table of scores rules out 3",
    }
    for audience in ("administrator", "mentor", "mentee"):
        told = matching.explain("ada", "kay", audience=audience)  # type: ignore[arg-type]
        assert "score    9" in str(told)
    assert matching.verify()
    assert dict(matching.norms) == {}
    saved = type(matching).from_json(matching.to_json())
    assert saved.with_scores(scores).verify()
    assert str(saved.with_scores(scores).explain("ada", "kay")) == str(matching.explain("ada", "kay"))
