"""Whoever asks is told how far a matching is; whoever does not pays nothing for it."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, replace
from itertools import pairwise
from types import ModuleType
from typing import Any, ClassVar

import numpy as np
import pytest

import mentormatch as mm
from mentormatch import synthetic
from mentormatch.demand import demand_of
from mentormatch.formats.pairs import solve_pairs
from mentormatch.formats.posing import pose
from mentormatch.progress import telling
from mentormatch.solvers.hands import Hands
from mentormatch.solvers.run import Run
from mentormatch.solvers.sweep import Settings

PEOPLE = synthetic.cohort(60, ratio=0.8, seed=3)
PROGRAM = synthetic.program()


def steps(settings: Settings | None = None, **asked: Any) -> list[mm.Progress]:
    """What is told of a solve."""
    told: list[mm.Progress] = []
    scores = PROGRAM.score(PEOPLE)
    posed = pose(demand_of(scores, **asked), scores)
    solve_pairs(posed, None, replace(settings or Settings(candidates=2), run=Run(told.append)))
    return told


def test_a_match_tells_its_phases_in_their_order() -> None:
    """From the rules to the reasons; rounds count up, and flows are for the aims they are for."""
    told: list[mm.Progress] = []
    matching = PROGRAM.match(PEOPLE, synthetic.choices(PEOPLE, seed=1), progress=told.append)
    assert matching == PROGRAM.match(PEOPLE, synthetic.choices(PEOPLE, seed=1))
    phases = [now.phase for now in told]
    assert phases[:2] == ["scoring", "candidates"]
    assert phases[-1] == "reasons"
    assert {"solving", "pricing", "lottery"} < set(phases)
    rounds = [now.round for now in told]
    assert rounds == sorted(rounds)
    assert rounds[-1] == len([1 for now in told if now.phase in ("solving", "lottery")])
    first = next(now for now in told if now.phase == "solving")
    assert first.aims[:2] == ("participation", "somebody from the list")
    assert first.levels[:2] == ("participation", "listed")
    assert [now.levels for now in told if now.phase == "lottery"] == [("lottery",)]


def test_pairs_are_counted_as_strips_are_done() -> None:
    """Within a phase the number never falls and never exceeds all pairs; the first look is at all of them."""
    for hands in (None, Hands(ThreadPoolExecutor(2))):
        told = steps(Settings(strip_pairs=500, hands=hands))
        looks = [now for now in told if now.phase == "candidates"]
        assert [now.looked for now in looks] == [0, 480, 960, 1_440, 1_920, 2_400, 2_880]
        assert {now.pairs for now in looks} == {2_880}
        for before, after in pairwise(told):
            assert after.looked <= after.pairs
            assert after.looked >= before.looked or after.looked == 0


def test_the_gap_is_one_of_points_and_ends_at_nothing() -> None:
    """No number while nothing is proven of the points; it holds for the best matching, and shrinks to 0."""
    for asked in ({}, {"choices": synthetic.choices(PEOPLE, seed=1)}, {"wants": 2, "capacity": 3}):
        told = steps(**asked)
        gaps = [now.gap for now in told if now.gap is not None]
        assert told[0].gap is None
        assert gaps[-1] == 0
        assert all(gap >= 0 for gap in gaps)


def test_a_step_reads_as_a_sentence() -> None:
    """The same words for a log, a page or a terminal."""
    now = mm.Progress("candidates", looked=1_200, pairs=2_880)
    assert str(now) == "looking for candidates, 1,200 of 2,880 pairs"
    now = mm.Progress("pricing", ("participation", "points"), 3, 1_200, 2_880, 640, 17)
    assert str(now) == (
        "round 3: checking all pairs for participation and points (at most 17 points missing), 1,200 of 2,880 pairs, "
        "640 candidates"
    )
    assert (
        str(replace(now, phase="lottery", looked=0, gap=0))
        == "round 3: drawing lots (no point missing), 640 candidates"
    )
    assert str(mm.Progress("scoring")) == "reading rules"
    assert str(mm.Progress("repairing")) == "repairing an earlier matching"
    with pytest.raises(FrozenInstanceError):
        now.round = 4  # type: ignore[misc]


def test_what_a_listener_raises_is_raised() -> None:
    """Wherever it is raised, and with hands at work as well."""

    class Enough(Exception):  # noqa: N818
        pass

    everything: list[mm.Progress] = []
    PROGRAM.match(PEOPLE, progress=everything.append)
    for number in range(1, len(everything) + 1):
        told: list[mm.Progress] = []

        def listen(now: mm.Progress, told: list[mm.Progress] = told, number: int = number) -> None:
            told.append(now)
            if len(told) == number:
                raise Enough(str(now))

        with ThreadPoolExecutor(2) as threads, pytest.raises(Enough):
            PROGRAM.match(PEOPLE, progress=listen, executor=threads if number % 2 else None)
        assert len(told) == number


def test_every_kind_of_matching_tells_something() -> None:
    """Also where there are no rounds, or many solves, or an earlier matching to go on from."""
    earlier = PROGRAM.match(PEOPLE)
    for aim, start, phases in (
        (mm.Aim(stable=True), None, ["scoring", "solving", "reasons"]),
        (mm.Aim(), earlier, ["scoring", "repairing", "reasons"]),
    ):
        told: list[mm.Progress] = []
        PROGRAM.with_(aim=aim).match(PEOPLE, start=start, progress=told.append)
        assert list(dict.fromkeys(now.phase for now in told)) == phases
    told = []
    PROGRAM.with_(aim=mm.Aim(fairness="lift_worst")).match(PEOPLE, progress=told.append)
    rounds = [now.round for now in told]
    assert rounds == sorted(rounds)
    assert rounds[-1] > 10


@pytest.fixture
def bars(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """All bars made by what stands for tqdm here."""
    made: list[Any] = []

    class Bar:
        """What is used of tqdm's bar."""

        closed: ClassVar[int] = 0

        def __init__(self, **settings: Any) -> None:
            made.append(self)
            self.settings, self.total, self.n, self.titles = settings, None, 0, list[str]()

        def __enter__(self) -> Bar:
            return self

        def __exit__(self, *_: object) -> None:
            self.closed += 1  # type: ignore[misc]

        def reset(self, total: int | None = None) -> None:
            self.total, self.n = total, 0

        def update(self, by: int) -> None:
            assert by >= 0
            self.n += by
            assert self.total is None or self.n <= self.total

        def set_description_str(self, title: str, refresh: bool) -> None:
            self.titles.append(title)

    module = ModuleType("tqdm.auto")
    module.tqdm = Bar  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tqdm", ModuleType("tqdm"))
    monkeypatch.setitem(sys.modules, "tqdm.auto", module)
    return made


def test_true_shows_a_bar_where_tqdm_is_installed(bars: list[Any]) -> None:
    """One bar for the whole match, on the standard error, closed whatever happens."""
    PROGRAM.match(PEOPLE, progress=True)
    assert len(bars) == 1
    assert bars[0].settings == {"unit": "pair", "unit_scale": True, "file": sys.stderr}
    assert bars[0].closed == 1
    assert list(dict.fromkeys(bars[0].titles))[:3] == [
        "reading rules",
        "looking for candidates",
        "round 1: solving for participation and points",
    ]
    with pytest.raises(mm.InfeasibleError):
        mm.solve(mm.ScoreMatrix.from_array([[-1]], allowed=[[False]]), minimum_load=1, progress=True)
    assert bars[1].closed == 1


def test_without_tqdm_true_writes_lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each phase, on the standard error, and none for a strip."""
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    mm.solve(mm.ScoreMatrix.from_array(np.arange(12).reshape(3, 4)), progress=True)
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.splitlines() == [
        "looking for candidates",
        "round 1: solving for participation and points, 12 candidates",
        "round 1: checking all pairs for participation and points, 12 candidates",
        "round 2: drawing lots (no point missing), 12 candidates",
        "round 2: checking all pairs for the lottery (no point missing), 12 candidates",
        "round 2: looking for reasons (no point missing), 12 candidates",
    ]


def test_false_and_none_are_silence(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is written unasked (convention 11)."""
    for silent in (None, False):
        PROGRAM.match(PEOPLE, progress=silent)
        with telling(silent) as tell:
            assert tell is None
    assert capsys.readouterr() == ("", "")


def test_anything_else_is_refused() -> None:
    """A text or a number says nothing about whom to tell."""
    for wrong in ("bar", 1, 0, object()):
        with pytest.raises(mm.ProgramError) as refused:
            mm.solve(mm.ScoreMatrix.from_array([[1]]), progress=wrong)  # type: ignore[arg-type]
        assert str(refused.value) == "progress: expected True or a function of a Progress"
