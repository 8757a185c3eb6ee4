"""The benchmarks measure what they say: every case runs once at a tiny size, and nothing is asserted about time."""

from __future__ import annotations

import doctest
import importlib
import threading
from itertools import pairwise
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

import mentormatch as mm
from mentormatch import synthetic

ROOT = Path(__file__).resolve().parent.parent
BENCHMARKS = ROOT / "benchmarks"
CASES = (
    "plain", "one-to-one", "capacities", "shortage", "lists", "star", "identical", "silent", "coarse", "thousand",
    "abstain", "ranking", "even", "lift", "decline", "seat", "weightings", "answers",
    "answers-lists", "records", "imports",
)  # fmt: skip


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A module of the benchmarks by its name."""
    monkeypatch.syspath_prepend(BENCHMARKS)

    def module(name: str) -> ModuleType:
        return importlib.import_module(name)

    return module


def row(seconds: float, pairs: int = 20, **others: Any) -> dict[str, Any]:
    """A measured row of a first match whose phases all take as long."""
    phases = ("encode", "score", "candidates", "solve", "price", "lottery", "rest", "verify")
    return {
        "seconds": {**{phase: [seconds / 8] for phase in phases}, "everything": [seconds], "explain": [0.001]},
        "counts": {"pairs": pairs, "points": 100, "seats": 30, "rounds": 3, "candidates": 500, "words": 2},
        "memory": {"before": 80.0, "peak": 120.0},
        **others,
    }


def results_of(benchmark: Any, folder: Path, rows: dict[tuple[str, str], dict[str, Any]]) -> Any:
    """Results with these rows."""
    results = benchmark("results").Results(folder / "results.json")
    for (case, size), one in rows.items():
        results.add({**one, "case": case, "size": size})
    return results


def test_the_list_of_cases_is_complete(benchmark: Any) -> None:
    """No case is left out of the tests below, and none with choices is given to peers, who know of points alone."""
    cases = benchmark("registry").CASES
    assert tuple(cases) == CASES
    assert [name for name, case in cases.items() if case.choices and (case.peers or case.by_hand or case.floor)] == []
    assert all(case.small() for case in cases.values())
    size, capacities = benchmark("registry").Size, cases["capacities"]
    at = [capacities.at(size(*both)) for both in ((5_000, 6_250), (20_000, 25_000), (50_000, 30_000))]
    beside = [(len(one.peers), one.floor) for one in at]
    assert beside == [(7, True), (0, True), (0, False)]


@pytest.mark.parametrize("name", CASES)
def test_every_case_runs_once(benchmark: Any, name: str) -> None:
    """A case that no longer runs, is not proven or gives another result by turns is found before it is measured."""
    registry, measure = benchmark("registry"), benchmark("measure")
    case = registry.CASES[name]
    found = measure.measure(case, registry.TINY, measure.Plan(runs=2, skip=case.peers))
    assert (found["case"], found["size"]) == (name, "24x30")
    if case.kind == "match":
        spent = found["seconds"]
        phases = [sum(spent[phase]) for phase in benchmark("phases").PHASES]
        assert sum(phases) == pytest.approx(sum(spent["everything"]), rel=0.2, abs=0.02)
        assert min(phases) >= 0
        assert found["counts"]["pairs"] > 0
        assert found["memory"]["peak"] >= found["memory"]["before"] > 0


def test_every_phase_is_seen(benchmark: Any) -> None:
    """The functions whose time is counted exist, run in a match, and are as before afterwards."""
    phases = benchmark("phases")
    before = [phases.found(place)[2] for place, _ in phases.HOOKS]
    clock, people = phases.Clock(), synthetic.cohort(24, 30)
    with phases.watching(clock):
        assert synthetic.program().match(people).verify()
    assert set(clock.seconds) == set(phases.PHASES) - {"rest"}
    assert clock.solution.rounds > 0
    assert [phases.found(place)[2] for place, _ in phases.HOOKS] == before


def test_points_that_other_threads_compute_are_scoring(benchmark: Any) -> None:
    """Two threads that spend a second each on points while candidates wait take one second from them."""
    clock = benchmark("phases").Clock()
    clock.seconds |= {"candidates": 5.0, "score": 2.0}
    clock.enter("candidates")
    clock.elsewhere["candidates"] |= {1: 1.0, 2: 1.0}
    thread = threading.Thread(target=clock.helped, args=("price", 9.0))
    thread.start()
    thread.join()
    clock.leave()
    assert clock.settled()["score"] == pytest.approx(3.0)
    assert clock.settled()["candidates"] == pytest.approx(4.0, abs=0.5)


def test_a_function_that_is_gone_is_named(benchmark: Any) -> None:
    """Whoever renames a function that the benchmarks time is told where to rename it, too."""
    with pytest.raises(
        LookupError, match=r"^'?benchmarks/phases.py looks for mentormatch.program:scored, which is gone"
    ):
        benchmark("phases").found("mentormatch.program:scored")


@pytest.mark.parametrize("name", ["scipy dense", "scipy sparse", "HiGHS LP", "networkx simplex"])
@pytest.mark.parametrize("mentors", [30, 8])
def test_peers_that_solve_the_same_problem_reach_the_same_total(benchmark: Any, name: str, mentors: int) -> None:
    """A comparison of times means something: same pairs and points, with seats to spare and with too few."""
    peer = benchmark("peer")
    people = synthetic.cohort(24, mentors, seed=3)
    matching = synthetic.program().match(people)
    work = peer.Work(synthetic.program().score(people).to_numpy(), people.mentors.capacity)
    answer = peer.answered(work, peer.SOLVERS[name][1](work)())
    assert answer == {"pairs": len(matching.pairs), "points": matching.points}
    assert (len(matching.pairs) < 24) == (mentors == 8)


def test_a_peer_runs_in_its_own_process_and_within_its_limit(
    benchmark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A peer answers run by run; one that takes too long, fails or cannot be installed is told by its reason."""
    peers, peer = benchmark("peers"), benchmark("peer")
    np.save(tmp_path / "points.npy", np.array([[5, 9], [-1, 7]]))
    np.save(tmp_path / "capacity.npy", np.array([1, 1]))
    with peers.Peer("scipy dense", tmp_path, 60) as one:
        assert set(one.prepared()) == {"prepare", "version"}
        for _ in range(2):
            answer = one.run()
            assert (answer["pairs"], answer["points"]) == (2, 12)
    with peers.Peer("scipy dense", tmp_path, 0) as one, pytest.raises(peers.PeerError, match="longer than 0 s"):
        one.prepared()
    with peers.Peer("nobody", tmp_path, 60) as one, pytest.raises(peers.PeerError, match="it raised KeyError"):
        one.prepared()
    monkeypatch.setattr(peers, "ENVIRONMENTS", tmp_path)
    monkeypatch.setattr(peers.subprocess, "run", lambda *given, **named: SimpleNamespace(returncode=1))
    with pytest.raises(peers.PeerError, match="could not be installed"):
        peers.Peer("matching", tmp_path, 60).__enter__()
    assert set(peers.NEEDS) < set(peer.SOLVERS) == set(benchmark("registry").ALL_PEERS)


def test_a_sabotaged_matching_is_noticed(benchmark: Any) -> None:
    """A benchmark of a check that accepts anything would be worth nothing."""
    measure = benchmark("measure")
    matching = synthetic.program().match(synthetic.cohort(24, 30))
    assert matching.verify()
    assert not measure.verified_after_sabotage(matching)


def test_the_floor_computes_the_product_and_its_best(benchmark: Any) -> None:
    """The floor does the work that it is the floor of, with any number of threads."""
    floor = benchmark("floor")
    scores = synthetic.program().score(synthetic.cohort(600, 40))
    mentees, mentors = floor.factors(scores)
    best = np.sort(mentees.astype(np.float64) @ mentors, axis=1)[:, -floor.KEPT :]
    for threads in (1, 2, 3):
        assert floor.bare(mentees, mentors, threads) == pytest.approx(best.sum(), rel=1e-12)


def test_the_work_by_hand_finds_the_same_pairs(benchmark: Any) -> None:
    """By hand the same rules are scored: its pairs have nearly all the points that are to be had, and never more."""
    program = benchmark("registry").plain()
    for seed in range(3):
        people = synthetic.cohort(60, 75, capacities=1, seed=seed)
        matching = program.match(people)
        mentor, mentee = benchmark("by_hand").pairs_by_hand(people)
        points = program.score(people).to_numpy()[mentor, mentee]
        assert len(points) == len(matching.pairs)
        assert points.min() >= 0
        assert 0 <= matching.points - points.sum() <= len(points)


def test_tables_show_what_was_measured_and_what_was_not(benchmark: Any, tmp_path: Path) -> None:
    """Every row has as many cells as its header, peers that differ have a footnote, and gaps say so."""
    tables = benchmark("tables")
    fast = {"version": "scipy 1", "prepare": 1.0, "solve": [0.5], "everything": [1.0], "finished": [0.5],
            "pairs": 20, "points": 100, "peak": 50.0, "same": True}  # fmt: skip
    other = {"version": "matching 1", "prepare": 1.0, "solve": [2.0], "everything": [1.0], "finished": [0.5],
             "pairs": 20, "points": 99, "peak": 50.0, "same": False}  # fmt: skip
    late = {"solve": [], "failed": "it took longer than 10 s"}
    floor = {"ours": [1.0], "one": [0.5], "all": [0.25], "threads": 2, "columns": 160}
    hand = {"ours": [1.0], "theirs": [2.0], "pairs": 20, "points": 98, "allowed": True}
    again = {"first": [2.0], "again": [0.5], "anew": [1.0], "moved": 3}
    ten = {name: [1.0] for name in ("score", "on_matrix", "on_program", "first", "ten")}
    asked = {"first": [1.0], "explain": [0.005], "why_not": [0.08], "another": [0.04], "reasons": [0.01]}
    asked |= {"seat_values": [0.3], "supply": [1.2]}
    results = results_of(
        benchmark,
        tmp_path,
        {
            ("plain", "250x310"): row(0.02, by_hand=hand),
            ("capacities", "250x310"): row(0.02, floor=floor, peers={"matching": other, "networkx simplex": late}),
            ("lists", "250x310"): {"failed": "failed with status 1"},
            ("one-to-one", "250x310"): row(0.02, peers={"scipy dense": fast, "matching": other}),
            ("shortage", "10000x6000"): row(2.0),
            ("shortage", "100000x60000"): row(200.0),
            ("decline", "250x310"): {"again": again},
            ("weightings", "250x310"): {"weightings": ten},
            ("answers", "250x310"): {"answers": asked},
            ("records", "250x310"): {"records": {"seconds": [0.1], "people": 560}},
            ("imports", "0x0"): {"imports": {"alone": [0.1], "ours": [0.15]}},
        },
    )
    text = tables.written(results, [("It works", "a.png")], planned=True)
    lines = text.splitlines()
    for before, line in pairwise(lines):
        if before.startswith("|") and line.startswith("|"):
            assert before.count("|") == line.count("|")
    assert "| lists | 250 × 310 | failed with status 1 |" in text
    assert "| capacities | 20,000 × 25,000 | not measured yet |" in text
    assert "| capacities | 250 × 310 | matching [2] [1] | 1.00 s | 2.00 s | 0.50× | 0.25× | 50 |" in text
    assert "2. matching solves another problem here: the best stable pairs, 20 pairs of 99 points." in text
    assert "3. networkx simplex: it took longer than 10 s." in text
    assert "| decline | 250 × 310 | 2.00 s | 500 ms | 0.25× | 0.50× | 3 |" in text
    assert "| answers | 250 × 310 | 1.00 s | 0.5% | 8.0% | 4.0% | 1.0% | 30% | 120% |" in text
    assert "Slope of log time over log pairs: 1.00." in text
    assert "![It works](a.png)" in text
    assert "\n- one-to-one, 250 × 310: scipy dense 2.00×\n" in text
    assert "\n- plain, 250 × 310" not in text
    assert "not measured yet" not in tables.written(results)
    assert not doctest.testmod(tables).failed


def test_results_are_kept_and_gone_on_with(benchmark: Any, tmp_path: Path) -> None:
    """A run that was stopped can go on, and peers that gave up at a size are not asked for a larger one."""
    late = {"solve": [], "failed": "it took longer than 10 s"}
    first = results_of(benchmark, tmp_path, {("capacities", "250x310"): row(0.1, peers={"HiGHS LP": late})})
    again = benchmark("results").Results(tmp_path / "results.json")
    assert (again.rows, again.machine) == (first.rows, first.machine)
    again.now["commit"] = "another"
    again.add({**row(0.2), "case": "star", "size": "250x310"})
    assert again.machine["commit"] == f"{first.machine['commit']} and another"
    size = benchmark("registry").Size
    assert (again.gave_up(size.of("250x300")), again.gave_up(size.of("1000x1250"))) == ((), ("HiGHS LP",))
    assert again.get("capacities", size(20_000, 25_000)) is None


def test_only_what_stands_between_the_marks_is_replaced(benchmark: Any) -> None:
    """What was written by hand stays, and a page without marks is refused before anything is lost."""
    tables = benchmark("tables")
    page = f"Before.\n{tables.BEGIN}\nold\n{tables.END}\nAfter.\n"
    assert tables.inserted(page, "new") == f"Before.\n{tables.BEGIN}\n\nnew\n{tables.END}\nAfter.\n"
    assert tables.inserted(tables.inserted(page, "new"), "new") == tables.inserted(page, "new")
    with pytest.raises(ValueError, match="expected a line"):
        tables.inserted("Before.", "new")
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert (page.count(tables.BEGIN), page.count(tables.END)) == (1, 1)


def test_pictures_say_what_they_show(benchmark: Any, tmp_path: Path) -> None:
    """Each picture is drawn from what there is, with a title that states the finding."""
    pytest.importorskip("matplotlib")
    dense = {"version": "scipy 1", "prepare": 1.0, "solve": [0.2], "everything": [0.1], "finished": [0.05],
             "pairs": 20, "points": 100, "peak": 50.0, "same": True}  # fmt: skip
    sizes = ("250x310", "1000x1250")
    rows = {("capacities", size): row(0.1 * at, peers={"scipy dense": dense}) for at, size in enumerate(sizes, start=1)}
    rows |= {("star", size): row(0.4) for size in sizes}
    rows |= {("shortage", "10000x6000"): row(1.0), ("shortage", "20000x12000"): row(4.0)}
    found = benchmark("pictures").drawn(results_of(benchmark, tmp_path, rows), tmp_path / "pictures")
    assert [title for title, _ in found] == [
        "At 20,000 × 12,000 most of the time goes into “encode”: 12 %",
        "At 1,000 × 1,250 everything takes 0.50× what scipy’s dense solving alone takes",
        "At 1,000 × 1,250 “star” takes longest: 2.00× plain capacities",
        "Time grows with the power 1.00 of the pairs from 10,000 to 100,000 people",
    ]
    assert all(path.stat().st_size > 1_000 for _, path in found)
    assert benchmark("pictures").drawn(results_of(benchmark, tmp_path / "none", {}), tmp_path / "none") == []


def test_the_command_measures_and_writes(
    benchmark: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One command measures in a process of its own, writes table and page, and does nothing twice."""
    run, tables = benchmark("run"), benchmark("tables")
    monkeypatch.setattr(run, "drawn", lambda results, folder: [])
    page = tmp_path / "page.md"
    page.write_text(f"{tables.BEGIN}\n{tables.END}\n", encoding="utf-8")
    command = ["--case", "one-to-one", "--size", "24x30", "--runs", "1", "--no-peers"]
    command += ["--results", str(tmp_path / "r.json"), "--write", str(page)]
    run.main(command)
    run.main(command)
    printed = capsys.readouterr().out
    assert printed.count("done in") == 1
    assert "| one-to-one | 24 × 30 | " in (tmp_path / "r.md").read_text(encoding="utf-8")
    assert "| one-to-one | 5,000 × 6,250 | not measured yet |" in page.read_text(encoding="utf-8")
    run.main(["--list"])
    assert "decline     one mentor declines after the first match: 250x310, 1000x1250" in capsys.readouterr().out


def test_the_small_set_is_small(benchmark: Any) -> None:
    """`make bench` measures every case, and nothing above a thousand mentees."""
    run = benchmark("run")
    found = run.chosen(run.parsed([]))
    assert {case.name for case, _ in found} == set(CASES)
    assert max(size.mentees for _, size in found) == 1_000
    assert [size.pairs for _, size in found] == sorted(size.pairs for _, size in found)
    sizes = {str(size) for case, size in run.chosen(run.parsed(["--all"])) if case.name == "shortage"}
    assert {"10000x6000", "100000x60000"} < sizes


def test_what_is_measured_is_the_library_that_is_imported(benchmark: Any) -> None:
    """The page names the versions that count."""
    machine = benchmark("results").machine()
    assert machine["numpy"] == np.__version__
    assert set(machine) >= {"day", "commit", "processor", "memory", "Python", "scipy", "BLAS"}
    assert mm.__name__ == "mentormatch"


def test_reading_is_measured_beside_the_csv_module(benchmark: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Both read the same table, of forty columns."""
    reading = benchmark("reading")
    asked = reading.questionnaire()
    data = reading.table(asked, rows=30)
    assert {len(row) for row in reading.parsed(data)} == {40}
    assert len(reading.read(asked, data).mentors) == 30
    assert reading.main(rows=30) > 0
    assert capsys.readouterr().out.startswith("30 rows of 40 columns, 0.0 MB\n")


def test_peers_are_paired_beside_networkx(benchmark: Any) -> None:
    """The same total where networkx is asked, and a trio where somebody would be left over."""
    pool = benchmark("pool")
    even, odd = (pool.measured(people).split(" | ") for people in (12, 13))
    assert (even[1], even[2], even[4]) == ("6", "0", "optimal")
    assert even[-1].endswith(" s |")
    assert (odd[1], odd[2], odd[-1]) == ("5", "1", "not asked |")
