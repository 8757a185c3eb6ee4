"""Measures one case at one size, in a process of its own; `run.py` starts it and reads what it prints.

    python benchmarks/measure.py CASE MENTEESxMENTORS '{"runs": 5, "budget": 600, "limit": 60, "skip": []}'

Whatever is compared runs by turns, so that a ratio is of two times that are close together. Each first match is of a
copy of the cohort: it shares the answers, but nothing that was computed from them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from by_hand import pairs_by_hand
from floor import bare, factors
from peer import peak
from peers import Peer, PeerError
from phases import PHASES, Clock, watching
from registry import CASES, DENSE, TINY, Case, Size

import mentormatch as mm
from mentormatch.explain import unmatched_people
from mentormatch.formats.posing import pose
from mentormatch.questions import Column

Row = dict[str, Any]
_EXPLAINED = 10
_WEIGHTINGS = [{"goals": 10 + 5 * k, "interests": 1 + k} for k in range(10)]


class WrongError(Exception):
    """What was measured is not what it should be, so its time means nothing."""


@dataclass(frozen=True)
class Plan:
    """How long to measure: ``runs``, but none that begins after ``budget`` seconds; a peer has ``limit`` seconds.

    Peers in ``skip`` gave up on something smaller already.
    """

    runs: int = 5
    budget: float = 600.0
    limit: float = 60.0
    skip: tuple[str, ...] = ()

    def each(self) -> Iterator[int]:
        """The runs: one at least."""
        ends = time.monotonic() + self.budget
        for run in range(self.runs):
            if run and time.monotonic() > ends:
                return
            yield run


def measure(case: Case, size: Size, plan: Plan) -> Row:
    """What `table` shows of the case at this size: lists of seconds, one entry for each run, and counts."""
    kinds: dict[str, Callable[[Case, Size, Plan], Row]] = {
        "match": first_match,
        "again": match_again,
        "weightings": weightings,
        "answers": asked_afterwards,
        "records": records,
        "imports": imports,
    }
    if case.kind != "imports" and size != TINY:
        # What is imported when it is first needed is imported now.
        measure(replace(case, by_hand=False, peers=()), TINY, Plan(runs=1))
    return {"case": case.name, "size": str(size), **kinds[case.kind](case, size, plan)}


def first_match(case: Case, size: Size, plan: Plan) -> Row:
    """A match and its check, phase by phase; then the same from finished points, the floor and the peers."""
    people, program = case.cohort(size), case.program()
    said = case.choices(people) if case.choices else None
    before = peak()
    seconds: dict[str, list[float]] = {phase: [] for phase in (*PHASES, "everything", "explain")}
    found: mm.Matching | None = None
    memory, counts = 0.0, {}
    for _ in plan.each():
        clock, matching, times = watched(program, people, said)
        if found is not None and matching.pairs != found.pairs:
            raise WrongError("two runs made different pairs")
        found = matching
        # The first run's, before anything else takes memory.
        memory = memory or peak()
        counts = counted(matching, clock)
        for phase, spent in times.items():
            seconds[phase].append(spent)
    assert found is not None
    if verified_after_sabotage(found):
        raise WrongError("a matching with two pairs exchanged passed the check")
    row: Row = {"seconds": seconds, "counts": counts, "memory": {"before": before, "peak": memory}}
    if case.floor:
        row["floor"] = floor(program, people, said, plan)
    if case.by_hand:
        row["by_hand"] = by_hand(program, people, found, plan)
    peers = [name for name in case.peers if name not in plan.skip]
    if peers:
        row["peers"] = against(peers, program, people, found, plan)
    return row


def watched(
    program: mm.Program, people: mm.Cohort, said: mm.Choices | None
) -> tuple[Clock, mm.Matching, dict[str, float]]:
    """A first match, its check and a few explanations, and the seconds of each phase."""
    clock, fresh = Clock(), replace(people)
    with watching(clock):
        matched, matching = timed(lambda: program.match(fresh, said))
        checked, verdict = timed(matching.verify)
    if not verdict:
        raise WrongError(f"the check refused the matching: {verdict}")
    asked = matching.pairs[:: max(1, len(matching.pairs) // _EXPLAINED)][:_EXPLAINED]
    explained, _ = timed(lambda: [str(matching.explain(pair.mentor, pair.mentee)) for pair in asked])
    times = clock.settled()
    times["rest"] = matched - sum(times[phase] for phase in PHASES if phase not in ("rest", "verify"))
    return clock, matching, {**times, "everything": matched + checked, "explain": explained / max(1, len(asked))}


def counted(matching: mm.Matching, clock: Clock) -> dict[str, int]:
    """What the match came to."""
    solution = clock.solution
    return {
        "pairs": len(matching.pairs),
        "points": matching.points,
        "seats": sum(matching.demand.capacity),
        "rounds": solution.rounds if solution else 0,
        "candidates": solution.candidates if solution else 0,
        "words": len(matching.proof.words),
    }


def verified_after_sabotage(matching: mm.Matching) -> bool:
    """Whether the check accepts the matching with the mentees of two pairs exchanged, where that is allowed."""
    scores = matching.scores
    assert scores is not None
    first, *others = [pair for pair in matching.pairs if pair.status == "proposed"] or [None]
    if first is None:
        return False
    taken = {(pair.mentor, pair.mentee) for pair in matching.pairs}
    for other in others[:1_000]:
        new = [(first.mentor, other.mentee), (other.mentor, first.mentee)]
        points = [scores.points(*couple) for couple in new]
        if first.mentor != other.mentor and min(points) >= 0 and not taken & set(new):
            kept = [pair for pair in matching.pairs if pair not in (first, other)]
            kept += [replace(first, mentor=new[0][0], mentee=new[0][1], points=points[0])]
            kept += [replace(first, mentor=new[1][0], mentee=new[1][1], points=points[1])]
            return bool(replace(matching, pairs=tuple(sorted(kept))).verify())
    return False


def everything(program: mm.Program, people: mm.Cohort, said: mm.Choices | None = None) -> Callable[[], object]:
    """A first match of these people and its check, as one thing to do."""
    fresh = replace(people)
    return lambda: program.match(fresh, said).verify()


def floor(program: mm.Program, people: mm.Cohort, said: mm.Choices | None, plan: Plan) -> Row:
    """Everything against the bare product of the same columns and a row-wise top-k, in one thread and in all."""
    left, right = factors(program.score(replace(people)))
    threads = os.cpu_count() or 1
    times: dict[str, list[float]] = {"ours": [], "one": [], "all": []}
    for _ in plan.each():
        times["one"].append(timed(lambda: bare(left, right, 1))[0])
        times["ours"].append(timed(everything(program, people, said))[0])
        times["all"].append(timed(lambda: bare(left, right, threads))[0])
    return {**times, "threads": threads, "columns": left.shape[1]}


def by_hand(program: mm.Program, people: mm.Cohort, matching: mm.Matching, plan: Plan) -> Row:
    """Everything against the same work with numpy and scipy; its pairs are judged by our points."""
    scores = matching.scores
    assert scores is not None
    pairs_by_hand(people)  # imports what it needs
    times: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in plan.each():
        spent, (mentor, mentee) = timed(lambda: pairs_by_hand(people))
        times["theirs"].append(spent)
        times["ours"].append(timed(everything(program, people))[0])
    points = scores.to_numpy()[mentor, mentee]
    return {**times, "pairs": len(mentor), "points": int(points.sum()), "allowed": bool((points >= 0).all())}


def against(
    names: list[str], program: mm.Program, people: mm.Cohort, matching: mm.Matching, plan: Plan
) -> dict[str, Row]:
    """The peers on our finished points, one after the other; each run with one of ours, and one from finished points.

    The totals come first: what reaches another total solved another problem.
    """
    assert matching.scores is not None
    points = matching.scores.to_numpy()
    rows: dict[str, Row] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        np.save(folder / "points.npy", points)
        np.save(folder / "capacity.npy", people.mentors.capacity)
        for peer in names:
            rows[peer] = one_peer(Peer(peer, folder, plan.limit), program, people, matching, points, plan)
    if rows.get(DENSE, {}).get("same") is False:
        raise WrongError("scipy's dense solver reaches another total")
    return rows


def one_peer(peer: Peer, program: mm.Program, people: mm.Cohort, matching: mm.Matching, points: Any, plan: Plan) -> Row:
    """Runs of a peer and of ours by turns, as far as the peer's limit goes."""
    row: Row = {"solve": [], "everything": [], "finished": []}
    try:
        with peer:
            row |= peer.prepared()
            for _ in plan.each():
                answer = peer.run()
                row["solve"].append(answer.pop("solve"))
                row |= answer
                row["everything"].append(timed(everything(program, people))[0])
                row["finished"].append(from_finished(program, people, matching, points))
    except PeerError as failure:
        row["failed"] = str(failure)
    if row["solve"]:
        row.pop("failed", None)
        row["same"] = (row["pairs"], row["points"]) == (len(matching.pairs), matching.points)
    return row


def from_finished(program: mm.Program, people: mm.Cohort, matching: mm.Matching, points: Any) -> float:
    """Seconds to solve and check the finished points; they must give the same pairs."""
    scores = mm.ScoreMatrix.from_array(points, people.mentors.ids, people.mentees.ids, allowed=points >= 0)
    capacity = people.mentors.capacity.tolist()

    def solved() -> mm.Matching:
        found = mm.solve(scores, capacity=capacity, aim=program.aim, seed=program.seed)
        if not found.verify():
            raise WrongError("the check refused a matching of finished points")
        return found

    seconds, found = timed(solved)
    if found.pairs != matching.pairs:
        raise WrongError("the finished points gave other pairs")
    return seconds


def match_again(case: Case, size: Size, plan: Plan) -> Row:
    """A first match, then one after a change: from the first one, and from nothing; the checks are not counted."""
    people, program = case.cohort(size), case.program()
    assert case.change is not None
    times: dict[str, list[float]] = {"first": [], "again": [], "anew": []}
    moved = 0
    for _ in plan.each():
        fresh = replace(people)
        spent, first = timed(lambda fresh=fresh: program.match(fresh))
        times["first"].append(spent)
        changed, said = case.change(fresh, first)
        spent, again = timed(lambda changed=changed, said=said, first=first: program.match(changed, said, start=first))
        times["again"].append(spent)
        copy = replace(changed)
        spent, anew = timed(lambda copy=copy, said=said: program.match(copy, said))
        times["anew"].append(spent)
        if again != anew:
            raise WrongError("a start changed the result")
        for matching in (first, again, anew):
            checked(matching)
        moved = len({(p.mentor, p.mentee) for p in again.pairs} - {(p.mentor, p.mentee) for p in first.pairs})
    return {"again": {**times, "moved": moved}}


def weightings(case: Case, size: Size, plan: Plan) -> Row:
    """Ten weightings: scored on the matrix and by programs against one scoring, and matched against one match."""
    people, program = case.cohort(size), case.program()
    scores = program.score(replace(people))
    for weights in _WEIGHTINGS[:2]:
        anew = program.with_weights(**weights).score(replace(people)).to_numpy()
        if not np.array_equal(scores.reweighted(weights).to_numpy(), anew):
            raise WrongError("reweighted scores differ from those scored anew")

    def on_matrix() -> None:
        for weights in _WEIGHTINGS:
            scores.reweighted(weights).to_numpy()

    def on_program() -> None:
        for weights in _WEIGHTINGS:
            program.with_weights(**weights).score(known).to_numpy()

    def matched() -> None:
        for weights in _WEIGHTINGS:
            checked(program.with_weights(**weights).match(known))

    times: dict[str, list[float]] = {name: [] for name in ("score", "on_matrix", "on_program", "first", "ten")}
    for _ in plan.each():
        fresh, known = replace(people), replace(people)
        times["score"].append(timed(lambda fresh=fresh: program.score(fresh).to_numpy())[0])
        scores = program.score(fresh)
        times["on_matrix"].append(timed(on_matrix)[0])
        program.score(known).to_numpy()
        times["on_program"].append(timed(on_program)[0])
        known = replace(people)
        times["first"].append(timed(lambda known=known: checked(program.match(known)))[0])
        times["ten"].append(timed(matched)[0])
    return {"weightings": times}


def asked_afterwards(case: Case, size: Size, plan: Plan) -> Row:
    """One explanation, why one pair was not made, all reasons, all seat values and the bottlenecks, beside one match.

    The first question about a pair finds nothing prepared, the others what the first has left. A seat that is said to
    bring most is tried.
    """
    people, program = case.cohort(size), case.program()
    said = case.choices(people) if case.choices else None
    names = ("first", "explain", "why_not", "another", "reasons", "seat_values", "supply")
    times: dict[str, list[float]] = {name: [] for name in names}
    for _ in plan.each():
        fresh = replace(people)
        spent, matching = timed(lambda fresh=fresh: program.match(fresh, said))
        times["first"].append(spent)
        couples = apart(matching)
        spent, _ = timed(lambda matching=matching, couples=couples: [matching.explain(*one) for one in couples])
        times["explain"].append(spent / len(couples))
        times["why_not"].append(timed(lambda matching=matching, couples=couples: matching.why_not(*couples[0]))[0])
        spent, _ = timed(lambda matching=matching, couples=couples: [matching.why_not(*one) for one in couples[1:]])
        times["another"].append(spent / len(couples[1:]))
        posed, pairs = pose(matching.demand, matching.scores), matching.to_indices()
        spent, alone = timed(lambda m=matching, posed=posed, pairs=pairs: unmatched_people(m.scores, posed, *pairs))
        times["reasons"].append(spent)
        if alone != matching.unmatched:
            raise WrongError("other reasons than the matching gave")
        spent, values = timed(replace(matching).seat_values)
        times["seat_values"].append(spent)
        times["supply"].append(timed(lambda fresh=fresh: program.check_supply(fresh, said))[0])
    if values.ranked:
        best = values.ranked[0]
        again = program.match(people.with_capacity({best.mentor: best.seats + 1}), said)
        if again.points - matching.points != best.points:
            raise WrongError("a seat brings other points than its value")
    return {"answers": times}


def apart(matching: mm.Matching) -> list[tuple[str, str]]:
    """Ten pairs that were not made and are not forbidden, of people from all over the lists."""
    demand, scores = matching.demand, matching.scores
    assert scores is not None
    made = {(pair.mentor, pair.mentee) for pair in matching.pairs}
    found: list[tuple[str, str]] = []
    for k in range(len(demand.mentors) * len(demand.mentees)):
        couple = demand.mentors[k * 7 % len(demand.mentors)], demand.mentees[k * 11 % len(demand.mentees)]
        if couple not in made and couple not in found and matching.why_not(*couple).possible:
            found.append(couple)
        if len(found) == 1 + _EXPLAINED:
            break
    vars(matching).pop("_outcome", None)  # so that nothing is prepared
    return found


def records(case: Case, size: Size, plan: Plan) -> Row:
    """Reading all answers from records; the cohort that is read must answer as the one that was written."""
    people = case.cohort(size)
    mentors, mentees = (recorded(side) for side in (people.mentors, people.mentees))
    times: list[float] = []
    for _ in plan.each():
        spent, read = timed(lambda: mm.Cohort.from_records(people.questionnaire, mentors=mentors, mentees=mentees))
        times.append(spent)
    for ours, theirs in ((people.mentors, read.mentors), (people.mentees, read.mentees)):
        for name, written in ours._columns.items():
            known, values = theirs.column(name).known, theirs.column(name).values
            if not (np.array_equal(known, written.known) and np.array_equal(values[known], written.values[known])):
                raise WrongError(f"what was read of {name} is not what was written")
    return {"records": {"seconds": times, "people": len(mentors) + len(mentees)}}


def recorded(people: Any) -> list[dict[str, object]]:
    """The people as records, one for each."""
    found: list[dict[str, object]] = [{"id": person} for person in people.ids]
    if people.side == "mentor":
        for record, seats in zip(found, people.capacity.tolist(), strict=True):
            record["capacity"] = seats
    for name, column in people._columns.items():
        for record, answer in zip(found, answers(column), strict=True):
            record[name] = answer
    return found


def answers(column: Column) -> list[object]:
    """The answers of a column as people give them, None for a blank."""
    kind, values, options = column.question.kind, column.values, getattr(column.question, "options", ())
    given: list[object]
    if kind == "MultiChoice":
        given = [[options[at] for at in np.flatnonzero(row)] for row in values]
    elif kind == "Ranking":
        given = [[options[at] for at in np.argsort(row, kind="stable") if row[at]] for row in values]
    elif kind == "Choice":
        given = [options[at] for at in values]
    elif kind == "Reference":
        given = values.tolist()
    else:
        given = [int(value) if known else None for value, known in zip(values, column.known, strict=True)]
    return [answer if known else None for answer, known in zip(given, column.known, strict=True)]


def imports(_case: Case, _size: Size, plan: Plan) -> Row:
    """What importing the library takes beside numpy and pydantic, each in a process of its own.

    All of it compiled already, as an installation leaves it.
    """
    times: dict[str, list[float]] = {"alone": [], "ours": []}
    codes = {"alone": "import numpy, pydantic", "ours": "import numpy, pydantic, mentormatch"}
    with tempfile.TemporaryDirectory() as compiled:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = compiled

        def run(name: str) -> None:
            subprocess.run([sys.executable, "-c", codes[name]], check=True, env=environment)

        run("ours")
        for _ in plan.each():
            for name, spent in times.items():
                spent.append(timed(lambda name=name: run(name))[0])
    return {"imports": times}


def checked(matching: mm.Matching) -> mm.Matching:
    """The matching, after its own check."""
    if not matching.verify():
        raise WrongError("the check refused a matching")
    return matching


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """How many seconds one call takes, and what it gives."""
    start = time.perf_counter()
    given = work()
    return time.perf_counter() - start, given


def main(arguments: list[str]) -> None:
    """Measure and print one line of JSON."""
    name, size, plan = arguments
    settings = json.loads(plan)
    settings["skip"] = tuple(settings.get("skip", ()))
    print(json.dumps(measure(CASES[name].at(Size.of(size)), Size.of(size), Plan(**settings))), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
