"""The best matching of people by ids, by plain dynamic programming: an oracle for `solve` that shares no code with it.

Mentees take their mentors one after the other; what matters for those who come later is only how many seats are left
at each mentor. Aims are compared as tuples of Python's own whole numbers, and the lottery is computed from its
documentation: BLAKE2b of seed, side and id, the finaliser of splitmix64, the first 40 bits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import combinations
from operator import add

Pair = tuple[str, str]
"""A mentor's and a mentee's id."""


@dataclass(frozen=True)
class Asked:
    """What is asked, by id; ``points`` has the pairs that the scores allow, ``closed`` those banned or declined."""

    points: dict[Pair, int]
    capacity: dict[str, int]
    minimum_load: dict[str, int]
    wants: dict[str, int]
    priority: dict[str, int]
    pins: frozenset[Pair] = frozenset()
    closed: frozenset[Pair] = frozenset()
    points_first: bool = False
    minimum_score: int = 0
    seed: int = 0
    drawn: dict[Pair, int] = field(default_factory=dict)

    @property
    def tiers(self) -> list[tuple[int, int]]:
        """The different (how many mentors before, minus priority), the most important first."""
        return sorted({(k, -self.priority[mentee]) for mentee, wanted in self.wants.items() for k in range(wanted)})

    def open(self, pair: Pair) -> bool:
        """Whether the pair may be made."""
        if pair in self.pins:
            return True
        return pair not in self.closed and self.points.get(pair, -1) >= self.minimum_score

    def lottery(self, pair: Pair) -> int:
        """The lottery number of a pair, 0 where it is pinned."""
        if pair in self.pins:
            return 0
        if pair not in self.drawn:
            self.drawn[pair] = lottery_number(self.seed, *pair)
        return self.drawn[pair]


def best(asked: Asked) -> frozenset[Pair] | None:
    """The pairs of the one best matching; None where pins or minimum loads cannot be met."""
    if any(pin not in asked.points for pin in asked.pins):
        return None
    mentors = sorted(asked.capacity)
    reached: dict[tuple[int, ...], tuple[tuple[int, ...], tuple[Pair, ...]]] = {}
    reached[tuple(asked.capacity[mentor] for mentor in mentors)] = ((0,) * (len(asked.tiers) + 2), ())
    for mentee in sorted(asked.wants):
        after: dict[tuple[int, ...], tuple[tuple[int, ...], tuple[Pair, ...]]] = {}
        options = [(chosen, _gain(asked, mentee, chosen)) for chosen in _options(asked, mentors, mentee)]
        for left, (value, pairs) in reached.items():
            for chosen, gain in options:
                seats = tuple(n - (mentor in chosen) for n, mentor in zip(left, mentors, strict=True))
                if min(seats, default=0) < 0:
                    continue
                total = tuple(map(add, value, gain))
                if seats not in after or total > after[seats][0]:
                    after[seats] = total, (*pairs, *((mentor, mentee) for mentor in chosen))
        reached = after
    ends = [
        end
        for left, end in reached.items()
        if all(
            asked.capacity[mentor] - free >= min(asked.minimum_load[mentor], asked.capacity[mentor])
            for mentor, free in zip(mentors, left, strict=True)
        )
    ]
    return frozenset(max(ends)[1]) if ends else None


def aims(asked: Asked, pairs: frozenset[Pair]) -> list[tuple[str, int]]:
    """What pairs reach in every aim, in order, as (aim, value): what `Matching.aims` has to say."""
    load = {mentor: sum(m == mentor for m, _ in pairs) for mentor in asked.capacity}
    got = {mentee: sum(e == mentee for _, e in pairs) for mentee in asked.wants}
    least = {mentor: min(asked.minimum_load[mentor], seats) for mentor, seats in asked.capacity.items()}
    filled = [("minimum_load", sum(min(load[mentor], least[mentor]) for mentor in load))] if any(least.values()) else []
    participation = []
    most = min(max(asked.wants.values(), default=0), len(asked.capacity))
    for tier in range(max(1, most)):
        has = [mentee for mentee, count in got.items() if count > tier]
        participation.append(("participation", len(has)))
        ranks = sorted({asked.priority[mentee] for mentee, wanted in asked.wants.items() if wanted > tier})[::-1]
        if len(ranks) > 1:
            participation += [("participation", sum(asked.priority[m] == rank for m in has)) for rank in ranks]
    points = [("points", sum(asked.points[pair] for pair in pairs))]
    middle = [*points, *participation] if asked.points_first else [*participation, *points]
    return [*filled, *middle, ("lottery", sum(map(asked.lottery, pairs)))]


def _options(asked: Asked, mentors: list[str], mentee: str) -> Iterator[tuple[str, ...]]:
    pinned = {mentor for mentor, other in asked.pins if other == mentee}
    open_to = [mentor for mentor in mentors if asked.open((mentor, mentee))]
    for size in range(asked.wants[mentee] + 1):
        yield from (chosen for chosen in combinations(open_to, size) if pinned <= set(chosen))


def _gain(asked: Asked, mentee: str, chosen: tuple[str, ...]) -> tuple[int, ...]:
    served = [(k, -asked.priority[mentee]) for k in range(len(chosen))]
    participation = [int(tier in served) for tier in asked.tiers]
    points = sum(asked.points[mentor, mentee] for mentor in chosen)
    lottery = sum(asked.lottery((mentor, mentee)) for mentor in chosen)
    if asked.points_first:
        return (points, *participation, lottery)
    return (*participation, points, lottery)


def lottery_number(seed: int, mentor: str, mentee: str) -> int:
    """The number of a pair in the first draw: 40 bits from the seed and the two ids."""
    keys = [
        int.from_bytes(blake2b(f"{seed} {side}\0{person}".encode(), digest_size=8).digest(), "little")
        for side, person in (("mentor", mentor), ("mentee", mentee))
    ]
    mixed = (keys[0] + keys[1] * 0x9E3779B97F4A7C15) % 2**64
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB % 2**64
    return (mixed ^ mixed >> 31) >> 24
