"""Taxonomies: what stands in for what, however they were written down, and what of them is refused or left out."""

from __future__ import annotations

import copy
import json
import pickle
import random
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch import Cohort, Layout, Questionnaire, Taxonomy, Term, doors, questions
from mentormatch.errors import ProgramError
from mentormatch.taxonomy.taxonomy import WHOLE

SKILLS = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "skills_taxonomy" / "taxonomy.json"


def messages(findings: Any) -> list[str]:
    """The findings as text."""
    return [str(finding) for finding in findings]


def plain_credit(parents: dict[str, set[str]], scores: dict[tuple[str, str], float], known: str, wanted: str) -> float:
    """The credit by its definition: sets of paths, no tables."""

    def up(one: str) -> dict[str, int]:
        steps = {one: 0}
        while more := {p: n + 1 for c, n in steps.items() for p in parents.get(c, ()) if p not in steps}:
            steps |= {p: min(n + 1 for c, n in steps.items() if p in parents.get(c, ())) for p in more}
        return steps

    if wanted in up(known):
        return 1.0
    if (known, wanted) in scores:
        return scores[known, wanted]
    part = 0.25 if parents.get(known, set()) & parents.get(wanted, set()) else 0.0
    return max(part, 0.5 ** up(wanted)[known]) if known in up(wanted) else part


@given(st.data())
def test_a_credit_is_what_the_definition_says(data: st.DataObject) -> None:
    """Same or narrower 1, then the score of the direction, then the power of the steps or the sibling's part."""
    names = "abcdefg"
    pairs = [(low, high) for k, high in enumerate(names) for low in names[k + 1 :]]
    broader = data.draw(st.lists(st.sampled_from(pairs), unique=True, max_size=9))
    directed = st.tuples(st.sampled_from(names), st.sampled_from(names)).filter(lambda pair: pair[0] != pair[1])
    scores = data.draw(st.dictionaries(directed, st.sampled_from([0, 0.1, 0.7, 1]), max_size=5))
    made = Taxonomy(list(names), broader, [(*pair, score) for pair, score in scores.items()])
    parents: dict[str, set[str]] = {}
    for low, high in broader:
        parents.setdefault(low, set()).add(high)
    table = made.credits(names, names, 0.5, 0.25)
    for j, known in enumerate(names):
        for k, wanted in enumerate(names):
            expected = plain_credit(parents, scores, known, wanted)
            assert made.credit(known, wanted) == expected
            assert table[j, k] == round(expected * WHOLE)
    shuffled = random.Random(len(broader))
    rows = [list(rows) for rows in (made.terms, made.broader, made.scores)]
    for row in rows:
        shuffled.shuffle(row)
    assert (Taxonomy(*rows).credits(names, names, 0.5, 0.25) == table).all()


def test_names_and_aliases_fold() -> None:
    """Case, hyphens and space do not make a name another; signs that tell languages apart do."""
    made = Taxonomy(
        [Term("c", "C"), Term("cpp", "C++", ["C plus plus"]), Term("js", "JavaScript", ["JS", "ECMAScript"])]
    )
    folds = ["c", "C++", "c-plus_plus", "js", " ECMAscript", "JavaScript", "Java", "cpp"]
    assert [made.name_of(text) for text in folds] == ["C", "C++", "C++", *["JavaScript"] * 3, None, None]
    assert made.id_of("ecmascript") == "js"
    assert made.credit("Java", "Java") == 1
    assert made.id_of(" ") is None
    assert Taxonomy.from_tables([1, 2], parents=[(1, "2")]).credit("1", "2") == 1
    assert made.credits(["C"], ["js"], 0.5, 0.25) is made.credits(["C"], ["js"], 0.5, 0.25)
    assert made.credit("Java", "java") == made.credit("js", "Java") == 0


def test_broader_terms_lose_by_the_step() -> None:
    """Each step that a mentor's term is broader costs as much again; narrower ones serve in full, however far down."""
    made = Taxonomy(
        ["skills", "code", "python", "flask"], [("code", "skills"), ("python", "code"), ("flask", "python")]
    )
    assert [made.credit("flask", broad) for broad in ("python", "code", "skills")] == [1, 1, 1]
    assert [made.credit(broad, "flask") for broad in ("python", "code", "skills")] == [0.5, 0.25, 0.125]
    assert made.credit("skills", "flask", broader=0.1) == 0.001
    assert made.credit("skills", "flask", broader=0) == 0


def test_graphs_tables_and_records_say_the_same() -> None:
    """The same taxonomy can be read however it is held."""
    graph = nx.DiGraph([("code", "python"), ("code", "java")])
    graph.nodes["python"].update(name="Python", aliases=["Py"])
    graph.add_edge("java", "python", score=0.6)
    tables = Taxonomy.from_tables(
        ["code", ("python", "Python"), "java"],
        parents=[("python", "code"), ("java", "code")],
        aliases=[("Py", "python")],
        scores=[("java", "python", 0.6)],
    )
    records = Taxonomy.from_records(
        [
            {"key": "code", "below": ["python", "java"]},
            {"key": "python", "name": "Python", "aliases": "Py", "parents": ["code"]},
            {"key": "java", "scores": {"python": 0.6}, "level": 3},
        ],
        id="key",
        children="below",
    )
    expected = Taxonomy(
        ["code", Term("python", "Python", ["Py"]), "java"],
        [("python", "code"), ("java", "code")],
        [("java", "python", 0.6)],
    )
    assert Taxonomy.from_graph(graph) == tables == records == expected
    assert (expected.credit("Java", "py"), expected.credit("py", "Java")) == (0.6, 0.25)


def test_a_taxonomy_is_a_value() -> None:
    """It survives JSON, copies and pickles, prints as counts, and keeps nothing that can be found out again."""
    made = Taxonomy([Term("a", "A", ["one"]), "b"], [("a", "b")], [("b", "a", 0.3)], [("a", "b")])
    before = made.credits(["A"], ["b"], 0.5, 0.25)
    assert not before.flags.writeable
    text = doors.write_json(Taxonomy, made)
    assert doors.read_json(Taxonomy, text, what="taxonomy") == made
    for twin in (copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
        assert twin == made
        assert "_made" not in vars(twin)
        assert twin.findings == ()
    assert repr(made) == "Taxonomy(2 terms)"
    assert json.loads(text)["scores"] == [["b", "a", 0.3]]


FAULTY: dict[str, Any] = {
    "terms": [("a", "Alpha"), ("b", "Beta"), ("c", "beta"), "d", "e", "f"],
    "aliases": [("ALPHA", "d"), ("Dee", "d"), ("dee", "e"), ("Eff", "f"), ("eff", "f"), ("x", "y")],
    "parents": [("a", "b"), ("b", "c"), ("c", "a"), ("d", "d"), ("e", "d"), ("f", "z"), ("zz", "f"), ("e",)],
    "scores": [("a", "d", 0.3), ("d", "a", 0.4), ("a", "e", 2), ("a", "f", 0.1), ("a", "f", 0.2), ("f", "f", 1)],
    "related": [("a", "d"), ("d", "a"), ("a", "q")],
}
FAULTS = [
    "taxonomy: 'b' and 'c' have the same name 'Beta'; it stands for none of them",
    "taxonomy: 'x' is an alias, but 'y' is no term",
    "taxonomy: 'ALPHA' is the name of 'a' and an alias of 'd'; it stands for 'a'",
    "taxonomy: 'Dee' is an alias of 'd' and 'e'; it stands for none of them",
    "term 'd': is its own broader term",
    "term 'f': its broader term 'z' is no term",
    "term 'f': its narrower term 'zz' is no term",
    "taxonomy: expected two ids for each broader term",
    "taxonomy: 'a', 'b' and 'c' are each broader than the others; what is broader among them is not used",
    "term 'a': its related term 'q' is no term",
    "term 'a': expected its score for 'e' to be a number from 0 to 1",
    "term 'f': is its own scored term",
    "term 'a': has the scores 0.1 and 0.2 for 'f'; none of them is used",
]
NOTES = ["term 'a': helps 0.3 where 'd' is wanted, which helps 0.4 the other way; each is used in its direction"]


def test_faults_are_refused_all_at_once() -> None:
    """Everything that contradicts itself is told with its names; differing directions are no fault."""
    with pytest.raises(ProgramError) as error:
        Taxonomy.from_tables(**FAULTY)
    assert messages(error.value.findings) == FAULTS
    codes = " ".join(finding.code.removeprefix("taxonomy_") for finding in error.value.findings)
    assert codes == "label dangling label label cycle dangling dangling row cycle dangling score itself score"
    fine = Taxonomy(["a", "d"], scores=[("a", "d", 0.3), ("d", "a", 0.4)])
    assert messages(fine.findings) == NOTES


def test_faults_can_be_left_out() -> None:
    """What is good remains, is a taxonomy without a fault, and the findings say what went."""
    made = Taxonomy.from_tables(**FAULTY, invalid="leave_out")
    assert messages(made.findings) == [*FAULTS, *NOTES]
    assert made == Taxonomy(
        [Term("a", "Alpha"), "b", "c", "d", "e", Term("f", "f", ["Eff"])],
        [("e", "d")],
        [("a", "d", 0.3), ("d", "a", 0.4)],
        [("a", "d")],
    )
    assert doors.read_json(Taxonomy, doors.write_json(Taxonomy, made), what="taxonomy") == made
    assert "'Dee' is an alias of 'd' and 'e'; it stands for none of them" in made.page().text(200)
    assert made.name_of("beta") is None


def test_the_order_of_the_rows_decides_nothing() -> None:
    """What is left out is the same whichever of two that clash comes first."""
    made = Taxonomy.from_tables(**FAULTY, invalid="leave_out")
    turned = Taxonomy.from_tables(**{name: rows[::-1] for name, rows in FAULTY.items()}, invalid="leave_out")
    labels = ["alpha", "beta", "dee", "eff", *"abcdef"]
    assert [made.id_of(label) for label in labels] == [turned.id_of(label) for label in labels]
    assert (made.credits("abcdef", "abcdef", 0.5, 0.25) == turned.credits("abcdef", "abcdef", 0.5, 0.25)).all()


def test_terms_that_cannot_be_told_apart_go() -> None:
    """Two ids that are one name, and have no other, name nothing, and neither do links with them."""
    made = Taxonomy.from_tables(["a b", "a-b", "c", "c"], parents=[("c", "a b")], invalid="leave_out")
    assert messages(made.findings) == [
        "term 'c': the id is given more than once",
        "taxonomy: 'a b' and 'a-b' have the same name 'a b'; it stands for none of them",
        "term 'c': its broader term 'a b' is no term",
    ]
    assert made == Taxonomy(["c"])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Taxonomy("abc"), "taxonomy, terms: expected a list of ids or Term values"),
        (lambda: Taxonomy([3]), "taxonomy, terms: expected a list of ids or Term values"),
        (lambda: Taxonomy(["a"], broader="ab"), "taxonomy, parents: expected a list of rows"),
        (lambda: Taxonomy.from_tables([("a", "A", "x")]), "taxonomy, terms: expected ids or rows (id, name)"),
        (lambda: Taxonomy.from_tables([" "]), "taxonomy: term 1 has no id that is text"),
        (lambda: Taxonomy.from_tables([("a", 3)]), "term 'a': expected a name that is text"),
        (
            lambda: Taxonomy.from_tables(["a"], aliases=[("", "a")]),
            "taxonomy: expected aliases that are text and not blank",
        ),
        (lambda: Taxonomy.from_records(["a"]), "taxonomy, records: expected a list of records"),
        (
            lambda: Taxonomy.from_records([{"id": "a", "scores": [1]}]),
            "taxonomy, records, scores: expected a score for each id",
        ),
        (lambda: Taxonomy.from_graph(nx.Graph()), "taxonomy, graph: expected a networkx DiGraph"),
        (lambda: Taxonomy.from_graph({"a": ["b"]}), "taxonomy, graph: expected a networkx DiGraph"),
        (lambda: Taxonomy.from_tables([], invalid="drop"), "taxonomy: expected invalid='refuse' or 'leave_out'"),
    ],
)
def test_what_is_no_taxonomy_is_refused(make: Any, message: str) -> None:
    """Whatever is handed over, the answer is an error of ours that says what was expected."""
    with pytest.raises(ProgramError) as error:
        make()
    assert str(error.value) == message


def test_aliases_are_read_as_their_option(tmp_path: Path) -> None:
    """A table may say JS or ECMAScript: the aliases of a taxonomy are those of a layout."""
    made = Taxonomy([Term("js", "JavaScript", ["JS", "ECMAScript"]), Term("c", "C", ["C language"]), "Law"])
    options = ["JavaScript", "C language", "C", "Tax"]
    aliases = made.aliases_for(options)
    assert aliases == {"JS": "JavaScript", "ECMAScript": "JavaScript"}
    table = tmp_path / "people.csv"
    table.write_text("id,skills\nada,JS; Tax\nbo,ecmascript\ncy,JavaScript\n", encoding="utf-8")
    asked = Questionnaire([questions.MultiChoice("skills", options)])
    layout = Layout(delimiters={"skills": ";"}, aliases={"skills": aliases})
    cohort = Cohort.from_csv(asked, mentors=table, mentees=table, layout=layout)
    assert cohort.mentors.column("skills").values.tolist() == [
        [True, False, False, True],
        [True, False, False, False],
        [True, False, False, False],
    ]


@pytest.mark.skipif(not SKILLS.exists(), reason="the taxonomy of skills is not here")
def test_a_real_taxonomy_is_read_as_it_is() -> None:
    """139 skills with their aliases, dangling ids, a name given twice and scores that differ by direction."""
    data = json.loads(SKILLS.read_text(encoding="utf-8"))
    groups = (group for category in data["categories"].values() for group in category["subcategories"].values())
    skills = Taxonomy.from_records(
        [skill for group in groups for skill in group["skills"]],
        name="canonical_name",
        parents="parent_skills",
        children="child_skills",
        related="related_skills",
        scores="transferability",
        invalid="leave_out",
    )
    assert len(skills.terms) == 139
    codes = [finding.code for finding in skills.findings]
    assert {code: codes.count(code) for code in codes} == {
        "taxonomy_label": 1,
        "taxonomy_dangling": 105,
        "taxonomy_directions": 4,
    }
    shown = messages(skills.findings)
    assert shown[0] == (
        "taxonomy: 'REST API' is the name of 'rest_api' and an alias of 'api_design'; it stands for 'rest_api'"
    )
    assert "term 'scrum_master': its broader term 'scrum' is no term" in shown
    assert [text.partition(":")[0] for text in shown[-4:]] == [
        f"term {one!r}" for one in ("kotlin", "css", "distributed_systems", "laravel")
    ]
    assert shown[-4] == (
        "term 'kotlin': helps 0.7 where 'swift' is wanted, which helps 0.75 the other way; "
        "each is used in its direction"
    )
    assert [skills.name_of(text) for text in ("JS", "ECMAScript", "javascript")] == ["JavaScript"] * 3
    assert (skills.credit("Flask", "Python"), skills.credit("Python", "Flask")) == (1, 0.5)
    assert (skills.credit("TypeScript", "JS"), skills.credit("JS", "TypeScript")) == (1, 0.95)
