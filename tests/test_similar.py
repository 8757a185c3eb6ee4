"""Similar: whole words, folded and weighed by rarity; exact cosines in any block; vectors of a function, checked."""

from __future__ import annotations

import json
import math
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch import Cohort, Program, formats, questions, rules
from mentormatch.errors import ProgramError
from mentormatch.questionnaire import Questionnaire
from mentormatch.rules import vectors
from mentormatch.rules.vectors import RoundedVectors, WordVectors, whole_vectors
from mentormatch.rules.words import words_of
from mentormatch.scores import ScoreMatrix, check_rules, score

q, r = questions, rules
ASKED = Questionnaire(
    [q.Text("career"), q.Text("bio", asked_of="mentor"), q.Text("diary", private=True), q.Choice("team", ["A", "B"])]
)
WORDS = ["python", "welsh", "law", "chess", "the", "teams"]
texts = st.none() | st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)
both = st.tuples(st.lists(texts, max_size=5), st.lists(texts, max_size=5))


def cohort(mentors: list[Any], mentees: list[Any], question: str = "career") -> Cohort:
    """People m0, m1, ... and e0, e1, ... who wrote these texts."""
    sides = [
        [{"id": f"{letter}{k}", question: text} for k, text in enumerate(side)]
        for letter, side in (("m", mentors), ("e", mentees))
    ]
    return Cohort.from_records(ASKED, mentors=sides[0], mentees=sides[1])


def said(text: str | None) -> set[str]:
    """The words of a text, which are all in small letters."""
    return set((text or "").split()) - {"the"}


def plainly(mentors: list[Any], mentees: list[Any]) -> list[list[float | None]]:
    """The values by their definition: sets of words, one by one."""
    written = [said(text) for text in (*mentors, *mentees) if said(text)]

    def weight(word: str) -> int:
        found, spoken = 1, sum(word in words for words in written)
        while spoken * 2**found <= len(written):
            found += 1
        return found

    def square(words: set[str]) -> int:
        return sum(weight(word) ** 2 for word in words)

    def value(one: set[str], two: set[str]) -> float | None:
        return square(one & two) / math.sqrt(square(one) * square(two)) if one and two else None

    return [[value(said(one), said(two)) for two in mentees] for one in mentors]


def evaluated(rule: r.Rule, people: Cohort) -> list[list[float | None]]:
    """The rule's values as lists, None where not known."""
    value, known = rule.values(people.mentors, people.mentees)
    assert not value[~known].any()
    return [[float(v) if k else None for v, k in zip(*row, strict=True)] for row in zip(value, known, strict=True)]


@given(both)
def test_a_value_is_what_the_definition_says(sides: Any) -> None:
    """The arrays hold, bit by bit, the cosine of the plain definition."""
    assert evaluated(r.Similar("career"), cohort(*sides)) == plainly(*sides)


@given(both, st.sampled_from([0, 1, 3]), st.randoms(use_true_random=False))
def test_the_value_of_a_pair_is_the_same_in_every_block(sides: Any, dense: int, random: Any) -> None:
    """Neither the people beside them, nor their order, nor how many words are kept dense, changes a bit of it."""
    people, rule = cohort(*sides), r.Similar("career")
    whole, known = rule.values(people.mentors, people.mentees)
    rows, columns = (random.sample(range(len(side)), len(side)) for side in sides)
    rows = rows[: max(1, len(rows) // 2)]
    shuffled = cohort(*([side[k] for k in random.sample(range(len(side)), len(side))] for side in sides))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vectors, "_DENSE", dense)
        patch.setattr(vectors, "_EXACT", dense)
        again = cohort(*sides)
        some = rule.values(again.mentors.take(rows), again.mentees.take(columns))
        other = rule.values(shuffled.mentors, shuffled.mentees)[0]
    np.testing.assert_array_equal(some[0], whole[np.ix_(rows, columns)])
    np.testing.assert_array_equal(some[1], known[np.ix_(rows, columns)])
    assert sorted(other.ravel().tolist()) == sorted(whole.ravel().tolist())


@given(both, st.sampled_from(["average", "abstain", "zero", 0.3]), st.sampled_from([1, 2.5, 30]))
def test_scores_are_those_of_the_definition(sides: Any, missing: Any, weight: float) -> None:
    """Weighted, blank and bounded as a condition it scores like a function that looks the plain values up."""
    people, table = cohort(*sides), plainly(*sides)

    def twin(mentors: Any, mentees: Any) -> Any:
        rows = [[table[int(one[1:])][int(two[1:])] for two in mentees.ids] for one in mentors.ids]
        return np.array(rows, dtype=float).reshape(len(mentors), len(mentees))

    def scored(rule: r.Rule, bound: r.Rule) -> ScoreMatrix:
        return score(people, [rule, r.Same("career", label="same")], [r.AtLeast(bound, 0.3, if_unknown="allow")])

    own: dict[str, Any] = {"missing": missing, "weight": weight}
    expected = scored(r.custom("one", vectorised=True, **own)(twin), r.custom("one", vectorised=True)(twin))
    found = scored(r.Similar("career", label="one", **own), r.Similar("career"))
    np.testing.assert_array_equal(found.to_numpy(), expected.to_numpy())
    assert found.norms == expected.norms


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("AI in retail", "ai retail"),
        ("IT, not it: HR and US", "it hr us"),
        ("IT IS ALL IN CAPITALS", "capitals"),
        ("R, C++, C# and F#", "r c++ c# f#"),
        ("machine-learning_2 node.js", "machine learning 2 node js"),
        ("Ｆｕｌｌ ｗｉｄｔｈ", "full width"),
        ("Zoe\u0308 CAFÉ ÉCRIRE Straße Øresund", "zoe cafe ecrire strasse oresund"),
        ("İstanbul ISTANBUL ıstanbul", "istanbul istanbul istanbul"),
        ("I don't know O'Brien's plan", "know brien plan"),
        ("They've finished, we'll see", "finished see"),
        ("l'équipe d’aujourd'hui", "equipe aujourd hui"),
        ("Ich möchte ein Team führen und öffentlich reden", "team fuhren offentlich reden"),
        ("Je voudrais être à la tête de notre équipe", "voudrais tete equipe"),
        ("Quiero aprender más sobre el liderazgo", "aprender liderazgo"),
        ("Vorrei guidare una squadra dell'azienda", "guidare squadra azienda"),
        ("Ik wil een team leiden met mijn kennis", "team leiden kennis"),
        ("Eu quero ser uma líder em vendas", "lider vendas"),
        ("हिन्दी भाषा", "हिन्दी भाषा"),
        ("ещё раз", "еще раз"),
        ("人工知能", "人工知能"),
        ("the of and", ""),
        ("?! — ...", ""),
    ],
)
def test_words_are_whole_and_folded(text: str, words: str) -> None:
    """Letters, case, accents and stop words of several languages; a part of a word is no word."""
    assert [word.folded for word in words_of(text)] == words.split()


def test_words_know_where_they_stand() -> None:
    """What is told is cut out of the text itself, beside apostrophes too."""
    text = "À l'équipe d’aujourd'hui, C++ and O'Brien"
    assert [text[word.start : word.end] for word in words_of(text)] == ["équipe", "aujourd", "hui", "C++", "Brien"]


def test_a_plural_is_its_singular_where_the_cohort_has_one() -> None:
    """Skill and skills are one word; Kubernetes, business and a plural alone stay as they are."""
    found = WordVectors.of(
        ["skill habilidad party business kubernetes analysis", "lens len reseau"],
        ["Skills habilidades parties businesses kubernete teams lenses réseaux"],
    )
    folded = {word: term for word, term in found.terms.items() if word != term}
    assert folded == {
        "skills": "skill",
        "habilidades": "habilidad",
        "parties": "party",
        "businesses": "business",
        "kubernetes": "kubernete",
        "lens": "len",
        "lenses": "len",
        "reseaux": "reseau",
    }


def test_words_that_everyone_uses_count_little() -> None:
    """One rare word in common is worth far more than one that everybody says."""
    people = cohort(["team welsh", "team chess", *["team"] * 14], ["team welsh", *["team"] * 15])
    found = evaluated(r.Similar("career"), people)
    assert found[0][0] == 1
    assert found[0][1] == 1 / math.sqrt(1 + 25)
    assert found[1][0] == 1 / math.sqrt((1 + 25) * (1 + 36))


def test_nothing_to_compare_is_unknown() -> None:
    """A blank and a text of stop words cannot be judged; two texts without a word in common are known to be unlike."""
    people = cohort([None, "to be or not", "Welsh"], ["the", "Python", "welsh!"])
    none = [None] * 3
    assert evaluated(r.Similar("career"), people) == [none, none, [None, 0.0, 1.0]]
    assert score(people, [r.Similar("career", missing="zero")]).to_numpy()[2].tolist() == [0, 0, 10_000]
    assert evaluated(r.Similar("career"), cohort([], ["a"])) == []


@given(st.lists(st.text(max_size=30), min_size=1, max_size=4), st.lists(st.text(max_size=30), min_size=1, max_size=4))
def test_any_text_has_a_value_and_an_explanation(mentors: list[str], mentees: list[str]) -> None:
    """Whatever people type, values are from 0 to 1, equal texts have 1, and what is told can be printed."""
    try:
        people = cohort(mentors, [*mentees, mentors[0]])
    except Exception as error:  # halves of surrogate pairs and the like are refused by the cohort
        assert type(error).__name__ == "AnswerError"
        return
    value, known = r.Similar("career").values(people.mentors, people.mentees)
    assert ((value >= 0) & (value <= 1)).all()
    assert value[0, -1] == (1 if known[0, -1] else 0)
    scores = score(people, [r.Similar("career", missing="zero")])
    (part,) = scores.parts("m0", f"e{len(mentees)}")
    assert part.said.startswith("both say ") == bool(known[0, -1])


def test_the_explanation_says_what_matched() -> None:
    """Words side by side in both texts are shown together, as the mentee wrote them, the rarest first, each once."""
    people = cohort(
        ["I do public speaking, and management of People. People management! Team, teams", "Chess"],
        ["Teams; PEOPLE-management and Public  Speaking, more public speaking and management", "chess team"],
    )
    rule = r.Similar("career", label="hopes")
    found = Program("P", ASKED, [rule]).match(people).explain("m0", "e0")
    assert found.parts[0].said == "both say 'PEOPLE-management', 'Public Speaking', 'Teams'"
    assert found.parts[0].said in " ".join(str(found).split())
    assert [record["said"] for record in found.to_records()] == [found.parts[0].said]
    assert rule.told(people.mentors.take([1]), people.mentees.take([0])) == "no word in common"
    many = [f"w{k}x" for k in range(8)]
    both_many = cohort([", ".join(many)], [", ".join(many[::-1])])
    told = rule.told(both_many.mentors, both_many.mentees)
    assert told == "both say 'w7x', 'w6x', 'w5x', 'w4x', 'w3x' and 3 more"
    blank = cohort([None], ["chess"])
    assert rule.told(blank.mentors, blank.mentees) == "m0 left 'career' blank"
    idle = cohort(["to be"], ["chess"])
    assert rule.told(idle.mentors, idle.mentees) == "nothing to compare"


def test_peers_are_told_once_what_both_say() -> None:
    """Each of two peers is once the mentor; what both say is said once, whoever is named first."""
    asked = Questionnaire([q.Text("career")])
    people = [{"id": "bo", "career": "Teams and chess"}, {"id": "ada", "career": "Chess, team"}]
    cohort = Cohort.from_records(asked, people=people)
    matching = Program("P", asked, [r.Similar("career")], format=formats.Peers()).match(cohort)
    (part,) = matching.explain("ada", "bo").parts
    assert part.said == "both say 'Teams', 'chess'"
    assert matching.explain("bo", "ada").parts == (part,)


def test_it_is_private_like_every_rule() -> None:
    """Words of a private text are shown to the administrator alone; When hides them where it does not count."""
    people = cohort(["secret chess"], ["secret welsh"], question="diary")
    matching = Program("P", ASKED, [r.Similar("diary"), r.Similar("diary", label="again")]).match(people)
    assert "secret" in str(matching.explain("m0", "e0"))
    for audience in ("mentor", "mentee"):
        assert "secret" not in str(matching.explain("m0", "e0", audience=audience))
    when = r.When("team", "A", r.Similar("diary"))
    assert when.told(people.mentors, people.mentees) == ""


def test_two_questions_can_be_compared() -> None:
    """What mentors are asked and what mentees are asked need not be one question."""
    rule = r.Similar("career", by="bio")
    assert rule.questions() == ("career", "bio")
    value = rule.try_on(
        ASKED, mentor={"bio": "Welsh law", "career": "chess"}, mentee={"career": "welsh"}, others=[{"bio": "law"}]
    )
    assert value == 4 / math.sqrt(8 * 4)


def letters(given: list[str]) -> list[list[float]]:
    """A stand-in for a model: how often each of four letters occurs, less one for the last."""
    return [[text.count(letter) - (letter == "z") for letter in "aeoz"] for text in given]


def test_a_function_gives_vectors() -> None:
    """The value is the cosine of the rounded vectors, 0 below 0, unknown for a vector of zeros."""
    people = cohort(["aaz", "ez", None, "z", "aeo"], ["aaaaz", "ooeez", "x"])
    found = evaluated(r.Similar("career", embed=letters), people)
    assert [row[:2] for row in found] == [
        [1.0, 0.0],
        [0.0, pytest.approx(math.sqrt(0.5), abs=1e-3)],
        [None, None],
        [None, None],
        [pytest.approx(0.5, abs=1e-3), pytest.approx(0.75, abs=1e-1)],
    ]
    assert found[0][2] == 0  # the vector of "x" points away
    assert r.Similar("career", embed=letters).told(people.mentors.take([0]), people.mentees.take([0])) == ""


@given(st.integers(0, 10**6), st.integers(1, 40), st.floats(1e-300, 1e300))
def test_cosines_of_vectors_are_whole_numbers_until_the_end(seed: int, wide: int, unit: float) -> None:
    """Length does not matter, sums stay below 2**24, and blocks of any shape give the same bits."""
    draw = np.random.default_rng(seed)
    given = draw.normal(size=(6, wide)) * unit
    whole = whole_vectors(given)
    assert (whole == np.rint(whole)).all()
    assert np.abs(whole).sum(axis=1).max() <= 2**11 * math.sqrt(wide) + wide
    texts = [str(k) for k in range(6)]
    found = RoundedVectors.of(texts, texts, {text: int(text) for text in texts}, given)
    every = np.arange(6)
    cosines = found.cosines(every, every, found.turned(every))
    assert (np.diag(cosines) == 1).all()
    np.testing.assert_array_equal(cosines, cosines.T)
    exact = whole.astype(object) @ whole.astype(object).T
    for j, i in np.ndindex(6, 6):
        expected = max(0, int(exact[j, i])) / math.sqrt(int(exact[j, j]) * int(exact[i, i]))
        one, other = np.array([j]), np.array([i])
        assert cosines[j, i] == found.cosines(one, other, found.turned(other))[0, 0] == expected
    scaled = given / np.maximum(np.linalg.norm(given / unit, axis=1), 1e-9)[:, None] / unit
    assert np.abs(cosines - np.maximum(scaled @ scaled.T, 0)).max() < 2e-3 * math.sqrt(wide)


def test_a_function_is_called_once_with_every_text() -> None:
    """It sees each different text once, in the order of the alphabet, however often scores are asked for."""
    calls: list[list[str]] = []

    def spy(given: list[str]) -> np.ndarray[Any, Any]:
        calls.append(given)
        return np.ones((len(given), 3), dtype=np.float32)

    people = cohort(["b", "a", None, "b"], ["c", "a"])
    scores = score(people, [r.Similar("career", embed=spy)])
    assert scores.to_numpy().tolist() == [[10_000, 10_000]] * 4
    assert scores.points("m0", "e1") == scores.reweighted({"career": 3}).points("m0", "e1") == 10_000
    assert calls == [["a", "b", "c"]]
    assert score(cohort([], [None]), [r.Similar("career", embed=spy)]).shape == (0, 1)
    assert len(calls) == 1


def broken(given: list[str]) -> Any:
    """A function that fails."""
    raise RuntimeError(given[0])


@pytest.mark.parametrize(
    ("embed", "message"),
    [
        (broken, ""),
        (lambda given: [[1.0]], "expected an array of numbers, shape (2, dimensions)"),
        (lambda given: [1.0, 2.0], "expected an array of numbers, shape (2, dimensions)"),
        (lambda given: [[], []], "expected an array of numbers, shape (2, dimensions)"),
        (lambda given: given, "expected an array of numbers, shape (2, dimensions)"),
        (lambda given: [[1], [1, 2]], "expected an array of numbers, shape (2, dimensions)"),
        (lambda given: [[1.0, 2.0], [math.nan, math.inf]], "expected finite numbers in every vector, not in 1 of 2"),
    ],
)
def test_what_a_function_may_not_give_is_blamed_on_it(embed: Callable[..., Any], message: str) -> None:
    """The rule is named by its label, never a text."""
    told = f"gave something else: {message}" if message else "raised RuntimeError"
    for settings, name in (({}, "Similar('career')"), ({"label": "x"}, "'x'")):
        with pytest.raises(ProgramError) as error:
            score(cohort(["a"], ["b"]), [r.Similar("career", embed=embed, **settings)]).to_numpy()
        assert str(error.value) == f"rule {name}: the function of embed= {told}"


def test_a_program_with_a_function_survives_json() -> None:
    """The JSON says that there is a function; it is handed over by the name of the rule, or missed."""
    plain = Program("P", ASKED, [r.Similar("career", by="bio")])
    assert Program.from_json(plain.to_json()) == plain
    assert json.loads(plain.to_json())["rules"][0]["embed"] is False
    made = plain.with_(rules=[r.Similar("career", embed=letters, label="like"), r.Similar("diary", embed=letters)])
    with pytest.raises(ProgramError) as error:
        made.to_json()
    hint = "name it in functions=, and give from_json functions={label: function}"
    assert str(error.value) == (
        "2 settings of the program cannot be meant as written:\n"
        f"  rule Similar('career'): JSON holds no function; {hint}\n"
        f"  rule Similar('diary'): JSON holds no function; {hint}"
    )
    text = made.to_json(functions=["like", "diary"])
    assert Program.from_json(text, functions={"like": letters, "diary": letters}) == made
    with pytest.raises(ProgramError) as error:
        Program.from_json(text, functions={"diary": letters, "lik": letters})
    assert (
        str(error.value) == "rules[0]: there is no function for the rule 'like', which has embed=; did you mean 'lik'?"
    )
    with pytest.raises(ProgramError, match="there is no function for the rule 'like'"):
        Program.from_json(text.replace("true", '"os.system"'), functions={"like": letters, "diary": letters})
    inside = plain.with_(rules=[r.When("team", "A", r.Similar("career", embed=letters))])
    again = Program.from_json(inside.to_json(functions=["career"]), functions={"career": letters})
    assert again == inside
    assert Program.schema()["$defs"]["Similar"]["properties"]["embed"]["type"] == ["boolean", "null"]


def test_it_is_a_rule_and_no_condition() -> None:
    """It prints as a call, is refused as a condition and on questions that are no text, and can be pickled."""
    assert repr(r.Similar("career", by="bio")) == "Similar('career', by='bio')"
    assert repr(r.Similar("career", embed=letters, weight=2)) == "Similar('career', embed=letters, weight=2)"
    findings = check_rules(ASKED, [r.Similar("team")], [r.Similar("career"), r.AtLeast(r.Similar("career"), 0.2)])
    assert [str(finding) for finding in findings] == [
        "rule Similar('team'), question 'team': expected a question of kind Text, not Choice",
        "condition Similar('career'): Similar is no condition; AtLeast(Similar('career'), 0.2) is one",
    ]
    with pytest.raises(ProgramError, match=r"rule Similar\('career'\): expected embed= to be a function"):
        r.Similar("career", embed="model")
    rule = r.Similar("career", embed=letters)
    assert pickle.loads(pickle.dumps(rule)) == rule
    people = cohort(["aez"], ["aaz"])
    scores = score(people, [rule])
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(scores)).to_numpy(), scores.to_numpy())
    assert scores.unpicklable() == ()
    assert score(people, [r.Similar("career", embed=lambda given: [[1.0]] * len(given))]).unpicklable() == (
        "Similar('career')",
    )
