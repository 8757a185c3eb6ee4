"""The best matching where people have spoken, by plain dynamic programming: an oracle for `solve` on ids.

It knows convention 7 and nothing of the engine: what each mentee may be given is listed, what it is worth is a tuple of
Python's whole numbers in the order of the aims, and mentees choose one after the other from the seats that are left.
What depends on loads alone is added at the end, and the lowest score is lifted by trying all floors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from operator import add

from plain_solve import Pair, lottery_number

Lists = dict[str, list[list[str]]]
"""For a person the ranks of a list, best first, each with those who tie."""


@dataclass(frozen=True)
class Asked:
    """What is asked, by id; ``points`` has the pairs that the scores allow, ``anyway`` the points of the others.

    ``closed`` are the pairs banned, declined, expired or ended, ``gone`` who left or pauses, ``barred`` who is not
    eligible (no pair of theirs is in ``points``). ``accepted`` and ``previous`` may name people who are not there.
    """

    points: dict[Pair, int]
    capacity: dict[str, int]
    minimum_load: dict[str, int]
    wants: dict[str, int]
    priority: dict[str, int]
    anyway: dict[Pair, int] = field(default_factory=dict)
    pins: frozenset[Pair] = frozenset()
    closed: frozenset[Pair] = frozenset()
    ended: frozenset[Pair] = frozenset()
    accepted: frozenset[Pair] = frozenset()
    avoid: frozenset[Pair] = frozenset()
    favour: frozenset[Pair] = frozenset()
    previous: frozenset[Pair] = frozenset()
    gone: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()
    shortlists: Lists = field(default_factory=dict)
    wishes: Lists = field(default_factory=dict)
    order: str = "participation"
    lists: str = "first"
    changes: str = "before_points"
    bonus: int = 0
    lift: bool = False
    even: bool = False
    everyone: bool = False
    minimum_score: int = 0
    seed: int = 0
    drawn: dict[Pair, int] = field(default_factory=dict)

    def seats(self, mentor: str) -> int:
        """How many mentees the mentor may have."""
        return 0 if mentor in self.gone else self.capacity[mentor]

    def asks(self, mentee: str) -> int:
        """How many mentors the mentee may newly be given."""
        return 0 if mentee in self.gone | self.barred else self.wants[mentee]

    @cached_property
    def standing(self) -> frozenset[Pair]:
        """The accepted pairs that nobody left, paused or ended."""
        return frozenset(
            pair for pair in self.accepted - self.ended - self.pins if not set(pair) & self.gone and self.known(pair)
        )

    def known(self, pair: Pair) -> bool:
        """Whether both people are there."""
        return pair[0] in self.capacity and pair[1] in self.wants

    @cached_property
    def loose(self) -> frozenset[Pair]:
        """The standing pairs of mentors who no longer have the seats for all of theirs."""
        load = {m: sum(pair[0] == m for pair in self.pins | self.standing) for m in self.capacity}
        return frozenset(pair for pair in self.standing if load[pair[0]] > self.seats(pair[0]))

    @cached_property
    def forced(self) -> frozenset[Pair]:
        """The pairs that are no question."""
        return self.pins | (self.standing - self.loose)

    def wanted(self, mentee: str) -> int:
        """How many mentors the mentee may have: an accepted one is wanted."""
        return max(self.asks(mentee), sum(pair[1] == mentee for pair in self.pins | self.standing))

    def rank(self, pair: Pair) -> int:
        """The place of the pair's mentor on the mentee's list, 0 where there is none."""
        return next((at for at, tied in enumerate(self.shortlists.get(pair[1], []), 1) if pair[0] in tied), 0)

    def wish(self, pair: Pair) -> int:
        """The place of the pair's mentee among the mentor's wishes, 0 where there is none."""
        return next((at for at, tied in enumerate(self.wishes.get(pair[0], []), 1) if pair[1] in tied), 0)

    def worth(self, pair: Pair) -> int:
        """The points of a pair, allowed or not."""
        return self.points.get(pair, self.anyway.get(pair, 0))

    def is_new(self, pair: Pair) -> bool:
        """Whether the pair is neither pinned nor accepted."""
        return pair not in self.forced | self.loose

    def open(self, pair: Pair, floor: int) -> bool:
        """Whether the pair may be made; a new one has at least the floor."""
        if not self.is_new(pair):
            return True
        if pair in self.closed | self.ended or set(pair) & self.gone or pair not in self.points:
            return False
        if self.lists == "only" and self.shortlists.get(pair[1]) and not self.rank(pair):
            return False
        return self.points[pair] >= max(self.minimum_score, floor)

    def lottery(self, pair: Pair) -> int:
        """The lottery number of a pair, 0 where it is no question."""
        if pair in self.forced:
            return 0
        if pair not in self.drawn:
            self.drawn[pair] = lottery_number(self.seed, *pair)
        return self.drawn[pair]

    @cached_property
    def levels(self) -> list[str]:
        """The sums that count, the most important first (convention 7)."""
        past = ["avoid", "favour", "changes"]
        before, between, after = (
            past if self.changes == place else [] for place in ("before_shortlists", "before_points", "after_points")
        )
        people = ["listed", "rank", "wishes"] if self.lists in ("first", "only") else []
        first = ["accepted", *(["everyone"] if self.everyone else [])]
        if self.order == "points":
            return [*first, *before, *people, *between, "points", *after, "participation", "lottery"]
        middle = [*(["lift"] if self.lift else []), *(["balance"] if self.even else [])]
        return [*first, "participation", *before, *people, *middle, *between, "points", *after, "lottery"]

    @cached_property
    def longest(self) -> tuple[int, int]:
        """The ranks of the longest list of all, and those of the longest wishes."""
        lists, wishes = (max(map(len, lists.values()), default=0) for lists in (self.shortlists, self.wishes))
        return lists, wishes


def unclear(asked: Asked) -> bool:
    """Whether a mentee has more accepted mentors than wanted of whom some may go, and a new one may come instead."""
    for mentee in asked.wants:
        forced, loose = (sum(pair[1] == mentee for pair in pairs) for pairs in (asked.forced, asked.loose))
        if forced < asked.asks(mentee) < forced + loose:
            return True
    return False


def best(asked: Asked) -> frozenset[Pair] | None:
    """The pairs of the one best matching; None where what must hold cannot."""
    for person, limit in ((0, asked.seats), (1, asked.asks)):
        people = asked.capacity if person == 0 else asked.wants
        if any(sum(pin[person] == who for pin in asked.pins) > limit(who) for who in people):
            return None
    if any(pin not in asked.points for pin in asked.pins):
        return None
    found = _best(asked, asked.levels, 0)
    if found is not None and asked.lift:
        above = asked.levels[: asked.levels.index("lift")]
        reached = _best(asked, above, 0)
        floors = sorted({*asked.points.values(), max(asked.points.values(), default=0) + 1}, reverse=True)
        for floor in floors:
            lifted = _best(asked, above, floor)
            if lifted is not None and reached is not None and lifted[0] == reached[0]:
                found = _best(asked, asked.levels, floor)
                break
    if found is None:
        return None
    pairs = frozenset(found[1])
    if asked.everyone and {mentee for mentee in asked.wants if asked.wanted(mentee)} - {mentee for _, mentee in pairs}:
        return None
    return pairs


Reached = tuple[tuple[int, ...], tuple[Pair, ...]]
"""A value and the pairs that have it."""


def _best(asked: Asked, levels: list[str], floor: int) -> Reached | None:
    """The best value on some levels and pairs that reach it; None where a minimum load cannot be met."""
    mentors = sorted(asked.capacity)
    tiers = sorted({(k, -asked.priority[mentee]) for mentee in asked.wants for k in range(asked.wanted(mentee))})
    sums = [level for level in levels if level not in ("lift", "balance")]
    nothing = _gain(asked, sums, tiers, "", ())
    reached: dict[tuple[int, ...], Reached] = {tuple(asked.seats(mentor) for mentor in mentors): (nothing, ())}
    for mentee in sorted(asked.wants):
        after: dict[tuple[int, ...], Reached] = {}
        options = [
            ([mentor in chosen for mentor in mentors], _gain(asked, sums, tiers, mentee, chosen), chosen)
            for chosen in _options(asked, mentors, mentee, floor)
        ]
        for left, (value, pairs) in reached.items():
            for taken, gain, chosen in options:
                seats = tuple(n - t for n, t in zip(left, taken, strict=True))
                if min(seats, default=0) < 0:
                    continue
                total = tuple(map(add, value, gain))
                if seats not in after or total > after[seats][0]:
                    after[seats] = total, (*pairs, *((mentor, mentee) for mentor in chosen))
        reached = after
    at = 0
    if "balance" in levels:
        at = len(_gain(asked, levels[: levels.index("balance")], tiers, "", ()))
    ends: list[Reached] = []
    for left, (value, pairs) in reached.items():
        load = {mentor: asked.seats(mentor) - free for mentor, free in zip(mentors, left, strict=True)}
        if any(load[m] < min(asked.minimum_load[m], asked.seats(m)) for m in mentors if m not in asked.barred):
            continue
        squares = (-sum(n * n for n in load.values()),) if "balance" in levels else ()
        ends.append(((*value[:at], *squares, *value[at:]), pairs))
    return max(ends) if ends else None


def _options(asked: Asked, mentors: list[str], mentee: str, floor: int) -> Iterator[tuple[str, ...]]:
    """The sets of mentors that a mentee may be given."""
    must = {mentor for mentor, other in asked.forced if other == mentee}
    open_to = [mentor for mentor in mentors if asked.open((mentor, mentee), floor)]
    for size in range(asked.wanted(mentee) + 1):
        for chosen in combinations(open_to, size):
            newcomers = any(asked.is_new((mentor, mentee)) for mentor in chosen)
            if must <= set(chosen) and (not newcomers or size <= asked.asks(mentee)):
                yield chosen


def _gain(
    asked: Asked, levels: list[str], tiers: list[tuple[int, int]], mentee: str, chosen: tuple[str, ...]
) -> tuple[int, ...]:
    """What giving these mentors to a mentee is worth on each level."""
    pairs = [(mentor, mentee) for mentor in chosen]
    lists, wishes = asked.longest
    bonus = asked.bonus if asked.lists == "bonus" else 0
    values: dict[str, Callable[[], int]] = {
        "accepted": lambda: sum(pair in asked.loose for pair in pairs),
        "everyone": lambda: int(bool(pairs)),
        "listed": lambda: int(any(map(asked.rank, pairs))),
        "rank": lambda: sum(lists + 1 - asked.rank(pair) for pair in pairs if asked.rank(pair)),
        "wishes": lambda: sum(wishes + 1 - asked.wish(pair) for pair in pairs if asked.wish(pair)),
        "avoid": lambda: -sum(pair in asked.avoid for pair in pairs),
        "favour": lambda: sum(pair in asked.favour for pair in pairs),
        "changes": lambda: sum(pair in asked.previous for pair in pairs),
        "points": lambda: sum(asked.worth(pair) + bonus * bool(asked.rank(pair)) for pair in pairs),
        "lottery": lambda: sum(map(asked.lottery, pairs)),
    }
    found: list[int] = []
    for level in levels:
        if level == "participation":
            served = {(k, -asked.priority[mentee]) for k in range(len(chosen))} if mentee else set()
            found += [int(tier in served) for tier in tiers]
        elif level not in ("lift", "balance"):
            found.append(values[level]())
    return tuple(found)


def aims(asked: Asked, pairs: frozenset[Pair]) -> list[tuple[str, int]]:
    """What pairs reach in every aim, in order, as (aim, value): what `Matching.aims` has to say."""
    load = {mentor: sum(m == mentor for m, _ in pairs) for mentor in asked.capacity}
    got = {mentee: sum(e == mentee for _, e in pairs) for mentee in asked.wants}
    least = {mentor: min(asked.minimum_load[mentor], asked.seats(mentor)) for mentor in asked.capacity}
    participation = []
    most = min(max(map(asked.wanted, asked.wants), default=0), len(asked.capacity))
    for tier in range(max(1, most)):
        participation.append(sum(count > tier for count in got.values()))
        ranks = sorted({asked.priority[mentee] for mentee in asked.wants if asked.wanted(mentee) > tier})[::-1]
        if len(ranks) > 1:
            participation += [sum(asked.priority[e] == r for e, n in got.items() if n > tier) for r in ranks]
    lists, wishes = asked.longest
    new = [asked.points[pair] for pair in pairs if asked.is_new(pair)]
    heard = asked.lists in ("first", "only") and any(asked.shortlists.values())
    shown: dict[str, list[int]] = {
        "accepted": [len(pairs & asked.accepted)] if asked.accepted - asked.ended else [],
        "everyone": [],
        "participation": participation,
        "listed": [len({pair[1] for pair in pairs if asked.rank(pair)})] if heard else [],
        "rank": [sum(lists + 1 - r for r in map(asked.rank, pairs) if r)] if heard else [],
        "wishes": [sum(wishes + 1 - w for w in map(asked.wish, pairs) if w)] if any(asked.wishes.values()) else [],
        "lift": [min(new)] if new else [],
        "balance": [-sum(n * n for n in load.values())],
        "avoid": [-len(pairs & asked.avoid)] if asked.avoid else [],
        "favour": [len(pairs & asked.favour)] if asked.favour else [],
        "changes": [len(pairs & asked.previous)] if asked.previous else [],
        "points": [sum(map(asked.worth, pairs))],
        "lottery": [sum(map(asked.lottery, pairs))],
    }
    filled = [("minimum_load", sum(min(load[m], least[m]) for m in load))] if any(least.values()) else []
    named = {"lift": "lift_worst"}
    return [*filled, *((named.get(level, level), value) for level in asked.levels for value in shown[level])]
