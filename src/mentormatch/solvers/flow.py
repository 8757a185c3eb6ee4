"""Minimum-cost flow in whole numbers: LEMON's network simplex, through pylmcf, behind one function."""

from __future__ import annotations

import numpy as np

from mentormatch.problem import LARGEST_TOTAL, Ints


def min_cost_flow(tail: Ints, head: Ints, capacity: Ints, cost: Ints, supply: Ints) -> tuple[Ints, Ints]:
    """A flow of least cost, and node potentials that prove it.

    Arcs run from ``tail`` to ``head`` with a ``capacity`` and a ``cost`` of at least 0; nodes have a ``supply``
    (negative: demand), and the supplies sum to 0. Returns the flow on each arc and one potential for each node such
    that ``cost + potential[tail] - potential[head]`` is at least 0 where flow can be added and at most 0 where it can
    be taken away. Potentials are path lengths, so they stay within the sum of the costs of a path. Raises
    OverflowError where costs are so large that network simplex would not end, and RuntimeError where no flow fits,
    which the callers' networks rule out.
    """
    import pylmcf  # it reads its own version from the installed files, which takes a tenth of importing this library

    largest = int(cost.max(initial=0))
    if int(cost.min(initial=0)) < 0:
        raise ValueError("costs must not be negative")
    # Network simplex gives artificial arcs a cost above every path and loops for ever without an error where that
    # does not fit int64; a path visits each node once at most.
    if 2 * len(supply) * (largest + 1) >= LARGEST_TOTAL:
        raise OverflowError("costs are too large for a minimum-cost flow in 64 bits")
    # Network simplex begins with the cheapest arc into each node that takes flow. Backwards these are the sources, and
    # most of those arcs stay if there is room for thrice the flow, which saves a fifth of the time; with less they are
    # in each other's way.
    backwards = capacity[supply[head] < 0].sum() >= 3 * supply.clip(min=0).sum()
    if backwards:
        tail, head, supply = head, tail, -supply
    order = _by_ends(tail, head, len(supply))  # as pylmcf wants them
    graph = pylmcf.Graph(len(supply), tail[order].astype(np.int32), head[order].astype(np.int32))
    # A warm restart has a wall-clock budget, which would let the machine's speed choose among equal optima.
    graph.set_warm_repair_budget(0)
    graph.set_edge_capacities(capacity[order])
    graph.set_edge_costs(cost[order])
    graph.set_node_supply(supply)
    if backwards:
        graph.set_supply_type("leq")  # says which potentials are given: so they are the same either way
    graph.solve()
    flow = np.empty(len(tail), dtype=np.int64)
    flow[order] = graph.result()
    potential = np.array(graph.potentials(), dtype=np.int64)
    return flow, -potential if backwards else potential


def flow_of_few(
    tail: Ints,
    head: Ints,
    capacity: Ints,
    cost: Ints,
    supply: Ints,
    potential: Ints,
    optional: int,
    few: int,
    rough: bool = False,
) -> tuple[Ints, Ints]:
    """The same as `min_cost_flow`, found from earlier potentials and among the arcs that turn out to matter.

    ``potential`` is that of a similar network. At first those of the ``optional`` first arcs are looked at that it
    leaves the least slack, a ``few``, and all that tie with the last of them; then those as well that the new
    potentials do not rule out, until they rule out all others, which proves that these change nothing. A ``rough``
    answer leaves some, no more than an eighth of the nodes, that are not ruled out. All supply must be able to pass
    through the arcs that are not optional.
    """
    if optional <= few:
        return min_cost_flow(tail, head, capacity, cost, supply)
    used = np.ones(len(tail), dtype=np.bool_)
    slack = cost + potential[tail] - potential[head]
    used[:optional] = slack[:optional] <= np.partition(slack[:optional], few)[few]
    flow = np.zeros(len(tail), dtype=np.int64)
    while True:
        some = np.flatnonzero(used)
        ends = tail[some], head[some]
        potential = potential + _raised(*ends, slack[some], supply)
        near = cost[some] + potential[ends[0]] - potential[ends[1]]
        if near.min(initial=0) < 0:
            near, potential = cost[some], np.zeros_like(potential)
        flow[some], more = min_cost_flow(*ends, capacity[some], near, supply)
        potential += more
        slack = cost + potential[tail] - potential[head]
        worth = slack < 0
        worth &= ~used
        if np.count_nonzero(worth) <= (len(supply) // 8 if rough else 0):
            return flow, potential
        used |= worth


def _raised(tail: Ints, head: Ints, slack: Ints, supply: Ints) -> Ints:
    """What to add to potentials so that hardly any slack is below 0, and that leaves it near 0 where it was.

    Network simplex begins with the cheapest arcs, so it is soon done where those of least slack are the cheapest. Every
    route begins at a node with supply and ends at a demand: all arcs out of the one cost more, and all into the other.
    In between a slack below 0 is left.
    """
    raised = np.zeros(len(supply), dtype=np.int64)
    np.minimum.at(raised, tail, np.where(supply[tail] > 0, slack, 0))
    raised = np.where(supply > 0, -np.minimum(raised, 0), 0)
    slack = slack + raised[tail]
    into = supply[head] < 0
    raised[supply < 0] = int(slack[into].min(initial=0))
    return raised


def _by_ends(tail: Ints, head: Ints, nodes: int) -> Ints:
    """The order of arcs by tail, then head, parallel ones as they are.

    Ends and position are packed into one number where that has 63 bits: sorting such numbers takes a tenth of the time
    that sorting positions takes.
    """
    ends, bits = tail * np.int64(nodes) + head, len(tail).bit_length()
    if nodes**2 << bits >= 2**63:
        return np.argsort(ends, kind="stable")
    return np.sort((ends << bits) + np.arange(len(tail))) & ((1 << bits) - 1)
