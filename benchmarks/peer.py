"""Solves finished points with somebody else's software, in a process and an environment of its own.

    python benchmarks/peer.py NAME FOLDER

FOLDER holds ``points.npy`` (mentors are rows, -1 where not allowed) and ``capacity.npy``. Each line read is a wish for
one more run, each line written is JSON: first what it took to prepare, then one line for each run. Only numpy is needed
beside the peer. As many mentees as possible are to be matched, then points count: so every pair is worth a bonus that
all points together do not reach, or costs less than being left out by as much.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Couples = Any
"""Positions of mentors and mentees, shape (pairs, 2); those that are not allowed are dropped by the caller."""
Solver = Callable[[], Couples]

_MEMORY = 12 * 2**30
_STACK = 2**29


class Work:
    """Finished points and seats."""

    def __init__(self, points: npt.NDArray[Any], capacity: Ints) -> None:
        self.points = points
        self.mentors, self.mentees = points.shape
        self.capacity = np.minimum(capacity, self.mentees)
        self.seat_of = np.repeat(np.arange(self.mentors), self.capacity)
        self.most = int(points.max(initial=0))
        self.bonus = self.most * min(len(self.seat_of), self.mentees) + 1

    @property
    def allowed(self) -> tuple[Ints, Ints, Ints]:
        """Mentors, mentees and points of the pairs that are allowed, where the mentor has a seat."""
        mentor, mentee = np.nonzero((self.points >= 0) & (self.capacity > 0)[:, None])
        return mentor, mentee, self.points[mentor, mentee].astype(np.int64)


def scipy_dense(work: Work) -> Solver:
    """`linear_sum_assignment` with a row for each seat; pairs that are not allowed cost more than all others."""
    from scipy.optimize import linear_sum_assignment

    cost = np.where(work.points < 0, work.bonus + work.most, work.most - work.points).astype(np.float64)[work.seat_of]

    def solve() -> Couples:
        rows, columns = linear_sum_assignment(cost)
        return np.stack([work.seat_of[rows], columns], axis=1)

    return solve


def scipy_sparse(work: Work) -> Solver:
    """`min_weight_full_bipartite_matching` over the allowed pairs; each mentee has a last resort of their own."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    seats = len(work.seat_of)
    by_mentee = np.ascontiguousarray(work.points.T[:, work.seat_of])
    mentee, seat = np.nonzero(by_mentee >= 0)
    rows = np.concatenate([mentee, np.arange(work.mentees)])
    columns = np.concatenate([seat, seats + np.arange(work.mentees)])
    # A weight of 0 would be no edge.
    weights = np.concatenate([work.most - by_mentee[mentee, seat] + 1.0, np.full(work.mentees, work.bonus + 1.0)])
    # Positions in 32 bits: scipy 1.13 reads no others.
    places = rows.astype(np.int32), columns.astype(np.int32)
    graph = csr_array((weights, places), shape=(work.mentees, seats + work.mentees))

    def solve() -> Couples:
        rows, columns = min_weight_full_bipartite_matching(graph)
        made = columns < seats
        return np.stack([work.seat_of[columns[made]], rows[made]], axis=1)

    return solve


def highs(work: Work) -> Solver:
    """`linprog`: a variable for each allowed pair, a row for each person."""
    from scipy.optimize import linprog
    from scipy.sparse import csc_array, vstack

    mentor, mentee, points = work.allowed
    one, pair = np.ones(len(points)), np.arange(len(points))
    of_mentees = csc_array((one, (mentee, pair)), shape=(work.mentees, len(points)))
    of_mentors = csc_array((one, (mentor, pair)), shape=(work.mentors, len(points)))
    rows = vstack([of_mentees, of_mentors], format="csc")
    most = np.concatenate([np.ones(work.mentees), work.capacity])

    def solve() -> Couples:
        found = linprog(-(work.bonus + points).astype(float), A_ub=rows, b_ub=most, bounds=(0, 1), method="highs")
        if found.status:
            raise RuntimeError(str(found.message))
        made = found.x > 0.5
        return np.stack([mentor[made], mentee[made]], axis=1)

    return solve


def or_tools(work: Work) -> Solver:
    """`SimpleMinCostFlow`: mentee, mentor, sink, and an arc past the mentors for who is left out."""
    from ortools.graph.python import min_cost_flow

    mentor, mentee, points = work.allowed
    everybody, mentors = np.arange(work.mentees), np.arange(work.mentors)
    sink = work.mentees + work.mentors
    flow = min_cost_flow.SimpleMinCostFlow()
    add = flow.add_arcs_with_capacity_and_unit_cost
    add(mentee, work.mentees + mentor, np.ones_like(mentee), work.most - points)
    add(everybody, np.full_like(everybody, sink), np.ones_like(everybody), np.full_like(everybody, work.bonus))
    add(work.mentees + mentors, np.full_like(mentors, sink), work.capacity, np.zeros_like(mentors))
    flow.set_nodes_supplies(everybody, np.ones_like(everybody))
    flow.set_node_supply(sink, -work.mentees)

    def solve() -> Couples:
        status = flow.solve()
        if status != flow.OPTIMAL:
            raise RuntimeError(f"status {status}")
        made = flow.flows(np.arange(len(points))) > 0
        return np.stack([mentor[made], mentee[made]], axis=1)

    return solve


def networkx_simplex(work: Work) -> Solver:
    """`network_simplex` on the same network."""
    import networkx as nx

    mentor, mentee, points = (side.tolist() for side in work.allowed)
    graph = nx.DiGraph()
    graph.add_node("sink", demand=work.mentees)
    for at in range(work.mentees):
        graph.add_node(("mentee", at), demand=-1)
        graph.add_edge(("mentee", at), "sink", weight=work.bonus, capacity=1)
    for at, seats in enumerate(work.capacity.tolist()):
        graph.add_edge(("mentor", at), "sink", weight=0, capacity=seats)
    for m, e, worth in zip(mentor, mentee, points, strict=True):
        graph.add_edge(("mentee", e), ("mentor", m), weight=work.most - worth, capacity=1)

    def solve() -> Couples:
        _, flow = nx.network_simplex(graph)
        return [
            (target[1], at)
            for at in range(work.mentees)
            for target, units in flow["mentee", at].items()
            if units and target != "sink"
        ]

    return solve


def mentor_match(work: Work) -> Solver:
    """`mentor-match`: a mentor for each seat, and a rule that looks the points up; preparing asks the rule."""
    from matching.mentee import Mentee
    from matching.mentor import Mentor
    from matching.process import generate_match_matrix, match_and_assign_participants

    points = work.points.tolist()

    class Points:
        def apply(self, match: Any) -> int:
            worth = points[match.mentor.place][match.mentee.place]
            if worth < 0:
                match.disallowed = True
                return 0
            return int(work.bonus + worth)

    def people(kind: Any, places: list[int]) -> list[Any]:
        # Equal addresses would be one person.
        made = [kind(grade=1, email=f"{kind.__name__} {at}") for at in range(len(places))]
        for person, place in zip(made, places, strict=True):
            person.place = place
        return made

    def solve() -> Couples:
        match_and_assign_participants(matrix)
        return [(mentor.place, mentee.place) for mentee in mentees for mentor in mentee.mentors]

    mentors, mentees = people(Mentor, work.seat_of.tolist()), people(Mentee, list(range(work.mentees)))
    matrix = generate_match_matrix(mentors, mentees, [Points()])
    return solve


def hospital_resident(work: Work) -> Solver:
    """`matching`: mentees as residents, mentors as hospitals, both prefer by points; preparing makes the players."""
    from matching.games import HospitalResident

    def best_first(points: npt.NDArray[Any]) -> list[int]:
        order = np.argsort(-points, kind="stable")
        return [int(at) for at in order if points[at] >= 0]

    points = np.where((work.capacity > 0)[:, None], work.points, -1)
    mentors = {at: best_first(points[at]) for at in np.flatnonzero(work.capacity).tolist()}
    mentees = {at: best_first(points[:, at]) for at in range(work.mentees)}
    hospitals = {at: own for at, own in mentors.items() if own}
    residents = {at: own for at, own in mentees.items() if own}
    game = HospitalResident.create_from_dictionaries(
        residents, hospitals, {at: int(work.capacity[at]) for at in hospitals}
    )

    def solve() -> Couples:
        return [(mentor.name, mentee.name) for mentor, own in game.solve().items() for mentee in own]

    return solve


SOLVERS: dict[str, tuple[str, Callable[[Work], Solver]]] = {
    "scipy dense": ("scipy", scipy_dense),
    "scipy sparse": ("scipy", scipy_sparse),
    "HiGHS LP": ("scipy", highs),
    "OR-Tools flow": ("ortools", or_tools),
    "networkx simplex": ("networkx", networkx_simplex),
    "mentor-match": ("mentor-match", mentor_match),
    "matching": ("matching", hospital_resident),
}
"""The distribution whose version counts, and what prepares a solver."""
ONCE = ("mentor-match", "matching")
"""Solving uses up what was prepared, so every run prepares anew."""


def answered(work: Work, couples: Couples) -> dict[str, int]:
    """How many allowed pairs were made, and their points."""
    couples = np.asarray(couples, dtype=np.int64).reshape(-1, 2)
    points = work.points[couples[:, 0], couples[:, 1]]
    points = points[points >= 0]
    return {"pairs": len(points), "points": int(points.sum(dtype=np.int64))}


def main(name: str, folder: Path) -> None:
    """Prepare, then solve once for each line read."""
    work = Work(np.load(folder / "points.npy"), np.load(folder / "capacity.npy"))
    distribution, prepare = SOLVERS[name]
    prepare(Work(np.ones((1, 1), dtype=np.int64), np.ones(1, dtype=np.int64)))  # what is imported late is imported now
    start = time.perf_counter()
    solver = prepare(work)
    say({"prepare": time.perf_counter() - start, "version": f"{distribution} {version(distribution)}"})
    for run, _ in enumerate(sys.stdin):
        if run and name in ONCE:
            solver = prepare(work)
        start = time.perf_counter()
        couples = solver()
        say({"solve": time.perf_counter() - start, **answered(work, couples), "peak": peak()})


def peak() -> float:
    """The most memory that this process has had, in MiB.

    Not ``ru_maxrss`` where there is another way: on Linux a process begins with that of the process it came from.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024
    import resource

    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / (2**20 if sys.platform == "darwin" else 1024)


def say(what: dict[str, Any]) -> None:
    """One line of JSON."""
    print(json.dumps(what), flush=True)


def guarded(name: str, folder: Path) -> None:
    """`main` with bounded memory and room for deep recursion; whatever it raises is said in one line."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    except (ImportError, ValueError, OSError):
        pass  # not on this system
    try:
        main(name, folder)
    except MemoryError:
        say({"error": "it ran out of 12 GiB of memory"})
    except Exception as error:  # whatever somebody else's software raises
        say({"error": f"it raised {type(error).__name__}"})


if __name__ == "__main__":
    sys.setrecursionlimit(10**7)  # matching copies its players into one another
    threading.stack_size(_STACK)
    thread = threading.Thread(target=guarded, args=(sys.argv[1], Path(sys.argv[2])))
    thread.start()
    thread.join()
