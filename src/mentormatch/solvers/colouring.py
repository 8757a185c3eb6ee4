"""Pairs of two sides into rounds, so that nobody is in two pairs of a round (Koenig 1916)."""

from __future__ import annotations

from mentormatch.problem import Ints


def colour(mentor: Ints, mentee: Ints, rounds: int) -> list[int]:
    """A round from 0 for each pair; ``rounds`` are enough wherever nobody is in more pairs than that.

    Pairs are taken in their order, each into the first round in which both are free. Where there is none, the one is
    free in a round a and the other in a round b: along the path of pairs that are in a and b in turns, the two rounds
    swap, and then both are free in a. It cannot end at the first of both, for the sides take turns on it. Raises
    ValueError where somebody is in more pairs. O(pairs x people) at worst.

    >>> import numpy as np
    >>> colour(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 2]), 2)
    [0, 1, 0, 1]
    """
    has: tuple[dict[tuple[int, int], int], dict[tuple[int, int], int]] = ({}, {})  # (person, round) to a pair
    ends = list(zip(mentor.tolist(), mentee.tolist(), strict=True))
    found = [-1] * len(ends)

    def free(side: int, person: int) -> int:
        return next((at for at in range(rounds) if (person, at) not in has[side]), rounds)

    for pair, (one, other) in enumerate(ends):
        at = next((t for t in range(rounds) if (one, t) not in has[0] and (other, t) not in has[1]), rounds)
        if at == rounds:
            at, back = free(0, one), free(1, other)
            if rounds in (at, back):
                raise ValueError("somebody is in more pairs than there are rounds")
            path, side, person, want = [], 1, other, at
            while (person, want) in has[side]:
                path.append(has[side][person, want])
                side, want = 1 - side, at + back - want
                person = ends[path[-1]][side]
            for step in path:
                for s in (0, 1):
                    del has[s][ends[step][s], found[step]]
            for step in path:
                found[step] = at + back - found[step]
                for s in (0, 1):
                    has[s][ends[step][s], found[step]] = step
        found[pair] = at
        has[0][one, at] = has[1][other, at] = pair
    return found
