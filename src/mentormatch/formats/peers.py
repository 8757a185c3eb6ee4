"""Programs of peers: one pool, pairs of people of whom nobody is the mentor, and one trio where that places more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import ClassVar, Literal

import numpy as np

from mentormatch.demand import Demand
from mentormatch.errors import Finding, InfeasibleError, ProgramError
from mentormatch.formats.format import Format
from mentormatch.formats.posing import Positions, points_anyway
from mentormatch.ids import canonical_order, id_keys
from mentormatch.mutual import mutual
from mentormatch.pool import PeerPrices, PeerSolution, Pool
from mentormatch.problem import Ints, LevelName
from mentormatch.proof import Kind
from mentormatch.proof_peers import PeerFlaw, check_peers, check_prices, room_for_a_trio
from mentormatch.scores import ScoreMatrix
from mentormatch.solvers.peers import solve
from mentormatch.wording import listed, shown

EXACT_TRIO = 31
"""Up to so many people every trio that could be the best is tried, with more people so many as the next line says."""
_MOST_TRIOS = 8
_MOST_LOOKED_AT = 500_000
_NEAR = 12
"""The first trio is of people who are among one another's so many of least slack."""
_LARGEST_CIRCLE = 100
_CIRCLE = "give (fewest, most), such as (3, 6)"


@dataclass(frozen=True)
class Peers(Format):
    """Pairs of one pool. With ``trio`` one of the pairs becomes three people where somebody would stay alone.

    With an odd number somebody always would. There is one trio at most, and none where the aims are better without.

    The points of a trio are half the sum of its three pairs' points, rounded down: each of the three counts with the
    mean of their two partners, as each of a pair counts with the one.

    With ``circle`` (fewest, most) there are groups of so many people instead, and no trio: a circle has the sum of the
    points of its pairs divided by (largest size - 1), as members of groups count with one another.
    """

    one_pool: ClassVar[bool] = True
    kind: Literal["Peers"] = field(default="Peers", kw_only=True, repr=False)
    trio: bool = True
    circle: tuple[int, int] | None = None

    @property
    def noun(self) -> str:
        """What is formed, as pages name it."""
        if self.circle is None:
            return "pairs of peers"
        low, high = self.circle
        return f"circles of {low if low == high else f'{low}-{high}'} peers"

    def __post_init__(self) -> None:
        if not isinstance(self.trio, bool):
            raise ProgramError(Finding("type", "expected True or False", where="format, trio"))
        if self.circle is None:
            return
        sizes = self.circle
        whole = isinstance(sizes, (tuple, list)) and len(sizes) == 2
        if not whole or not all(isinstance(n, (int, np.integer)) and not isinstance(n, bool) for n in sizes):
            raise ProgramError(Finding("circle", "expected two whole numbers", where="format, circle", hint=_CIRCLE))
        if not 2 <= sizes[0] <= sizes[1] <= _LARGEST_CIRCLE:
            expected = f"expected two whole numbers from 2 to {_LARGEST_CIRCLE}, the smaller one first"
            raise ProgramError(Finding("circle", expected, where="format, circle", hint=_CIRCLE))
        object.__setattr__(self, "circle", (int(sizes[0]), int(sizes[1])))


@dataclass(frozen=True, eq=False)
class PosedPeers:
    """A demand as a pool: position p there is person ``order[p]`` of the demand; ``settled`` are pairs that stay."""

    demand: Demand
    scores: ScoreMatrix
    pool: Pool
    order: Positions
    settled: tuple[tuple[str, str], ...]

    def person(self, place: int) -> str:
        """The id of the person at a place of the pool."""
        return self.demand.mentors[int(self.order[place])]


@dataclass(frozen=True, eq=False)
class SolvedPeers:
    """Pairs (ids sorted inside, settled ones included) with points, at most one trio, and how sure it is the best.

    ``kind`` is "optimal" where the prices prove the pairs. With a trio they prove the pairs beside it; ``over`` are
    prices of everybody, and ``gap`` is the first level in which these leave a trio room to be better, with how much at
    most. The trio is then "claimed" where every one that could be better was tried, else "bounded"; "optimal" where
    there is no room but in the lottery.
    """

    pairs: tuple[tuple[str, str, int], ...]
    trio: tuple[str, ...]
    trio_points: int
    solution: PeerSolution
    kind: Kind
    over: PeerPrices | None = None
    gap: tuple[LevelName, int] | None = None


def _sorted(people: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(people))


def pose_peers(demand: Demand, scores: ScoreMatrix, several: bool = False) -> PosedPeers:
    """The pool behind a demand in which both sides are the same people; with ``several`` a person may be in some pairs.

    A pair named in the choices is the same whichever of the two comes first; lists and wishes both say whom somebody
    would like. Raises ProgramError for what has no meaning among peers, InfeasibleError where pins clash.
    """
    _meaningful(demand)
    scores = mutual(scores)
    choices = demand.choices
    pins = {_sorted(pin.people) for pin in choices.pins}
    ended, refused = (
        {_sorted(pair.people) for name in names for pair in getattr(choices, name)}
        for names in (("ended",), ("bans", "declines", "expired"))
    )
    out = demand.absent | set(scores.ineligible("mentor"))
    _clashing(scores, pins, out)
    accepted = {_sorted(pair.people) for pair in choices.accepted} - ended - pins
    settled = sorted(pins | {pair for pair in accepted if not demand.absent.intersection(pair)})
    taken = [person for pair in settled for person in pair]
    twice = sorted({person for person in taken if taken.count(person) > 1})
    if twice and not several:
        finding = Finding("peer_twice", f"{listed(map(shown, twice))} would be in two pairs", hint="take a pair back")
        raise InfeasibleError(finding)
    keys = id_keys(demand.mentors, f"{demand.seed} peer")
    order = canonical_order(demand.mentors, keys)
    place = {demand.mentors[at]: p for p, at in enumerate(order.tolist())}
    longest = max(demand.longest_list, demand.longest_wish)
    by_level: dict[LevelName, dict[tuple[str, ...], int]] = {level: {} for level in _SAID}
    heard = demand.aim.shortlists in ("first", "bonus")
    for ranks in (demand.ranks, demand.wish_ranks) if heard else ():
        for person, own in ranks.items():
            for other, rank in own.items():
                pair = _sorted((person, other))
                by_level["listed"][pair] = by_level["listed"].get(pair, 0) + 1
                by_level["rank"][pair] = by_level["rank"].get(pair, 0) + longest + 1 - rank
    by_level["avoid"] = {_sorted(pair.people): -1 for pair in choices.avoid}
    by_level["favour"] = {_sorted(pair.people): 1 for pair in choices.favour}
    by_level["changes"] = {_sorted(pair): 1 for pair in demand.previous_here}
    if demand.aim.shortlists == "bonus":
        by_level["points"] = {pair: demand.aim.bonus * n for pair, n in by_level["listed"].items()}
        by_level["listed"] = by_level["rank"] = {}
    named = sorted(
        (min(place[a], place[b]), max(place[a], place[b]), (a, b))
        for a, b in {pair for own in by_level.values() for pair in own}
        if a in place and b in place
    )
    closed = sorted(
        (min(place[a], place[b]), max(place[a], place[b])) for a, b in ended | refused if {a, b} <= set(place)
    )
    extra, shut = np.array([n[:2] for n in named], np.int64).reshape(-1, 2), np.array(closed, np.int64).reshape(-1, 2)
    gone = out | set(taken)
    return PosedPeers(
        demand,
        scores,
        Pool(
            source=scores.source(order, order),
            open=np.array([person not in gone for person in demand.mentors], dtype=np.bool_)[order],
            priority=np.array(demand.priority, dtype=np.int64)[order],
            keys=keys[order],
            excluded=(shut[:, 0], shut[:, 1]),
            special=(extra[:, 0], extra[:, 1]),
            values={
                level: np.array([own.get(pair, 0) for _, _, pair in named], dtype=np.int64)
                for level, own in by_level.items()
                if own
            },
            levels=_levels(demand, by_level),
            minimum_score=demand.aim.minimum_score,
        ),
        order,
        tuple((a, b) for a, b in settled),
    )


_SAID: tuple[LevelName, ...] = ("listed", "rank", "avoid", "favour", "changes")


def _levels(demand: Demand, by_level: dict[LevelName, dict[tuple[str, ...], int]]) -> tuple[LevelName, ...]:
    lists, past = ([level for level in names if by_level[level]] for names in (_SAID[:2], _SAID[2:]))
    aim = demand.aim
    early, middle, late = (
        past if aim.changes == at else [] for at in ("before_shortlists", "before_points", "after_points")
    )
    if aim.order == "points":
        return (*early, *lists, *middle, "points", *late, "participation", "lottery")
    return ("participation", *early, *lists, *middle, "points", *late, "lottery")


def _meaningful(demand: Demand) -> None:
    """Refuse what has no meaning among peers."""
    aim = demand.aim
    findings = [
        Finding("peers", expected, where=where)
        for where, wrong, expected in (
            ("aim, balance", aim.balance is not None, "there are no loads to even out: everybody has one partner"),
            ("aim, fairness", aim.fairness is not None, "the lowest score is not lifted among peers"),
            ("aim, stable", aim.stable, "there need not be a stable matching of one pool"),
            ("aim, everyone_matched", aim.everyone_matched, "is not asked of peers; see who is unmatched"),
            ("aim, shortlists", aim.shortlists == "only", "a list cannot close one side of a pair to peers"),
            ("capacity", any(c != 1 for c in demand.capacity), "everybody has one partner"),
            ("wants", any(w != 1 for w in demand.wants), "everybody has one partner"),
            ("minimum_load", any(demand.minimum_load), "there are no seats among peers"),
            ("scores", demand.mentors != demand.mentees, "expected the same people in one order on both sides"),
        )
        if wrong
    ]
    if findings:
        raise ProgramError(findings)


def _clashing(scores: ScoreMatrix, pins: set[tuple[str, ...]], out: set[str] | frozenset[str]) -> None:
    findings = []
    for a, b in sorted((pair[0], pair[1]) for pair in pins):
        who = f"the pin on {shown(a)} and {shown(b)}"
        findings += [
            Finding("pin_absent", f"{who} names {shown(person)}, who takes no part", hint="take the pin back")
            for person in sorted(out.intersection((a, b)))
        ]
        if forbidding := scores.forbidding(a, b):
            findings.append(
                Finding(
                    "pin_forbidden",
                    f"{who} is forbidden by {listed([f.title for f in forbidding])}",
                    hint="take the pin back or relax the condition",
                )
            )
    if findings:
        raise InfeasibleError(findings)


def solve_peers(posed: PosedPeers, format_: Peers) -> SolvedPeers:
    """The best pairs with their proof, and the best trio where they leave somebody alone who could have a partner.

    A trio is tried only while the prices of all pairs leave it room to be better than the best one found. Raises
    ProgramError where points do not add up in 64 bits.
    """
    pool = posed.pool
    try:
        alone = solve(pool)
    except OverflowError:
        raise ProgramError(Finding("points_too_large", "points do not add up in 64 bits", where="scores")) from None
    trio: tuple[int, ...] = ()
    solution, over, gap = alone, None, None
    kind: Kind = "optimal"
    if format_.trio and _somebody_left(pool, alone):
        trio, solution, tried = _with_trio(pool, alone)
        over = alone.prices
        gap = trio_gap(pool, over, solution, trio)
        kind = "optimal" if gap is None else "claimed" if tried else "bounded"
    people = [posed.person(place) for place in trio]
    pairs = [(a, b, points_anyway(posed.scores, a, b)) for a, b in posed.settled]
    for a, b, points in zip(
        *(part.tolist() for part in (solution.first, solution.second, solution.points)), strict=True
    ):
        one, other = _sorted((posed.person(a), posed.person(b)))
        pairs.append((one, other, points))
    between = posed.scores.points_of(list(combinations(people, 2))) if people else np.zeros(0, np.int64)
    return SolvedPeers(tuple(sorted(pairs)), _sorted(people), int(between.sum()) // 2, solution, kind, over, gap)


def _somebody_left(pool: Pool, alone: PeerSolution) -> bool:
    left = pool.open.copy()
    left[alone.first] = left[alone.second] = False
    return any((pool.rows(at, at + 1) >= 0).any() for at in np.flatnonzero(left).tolist())


def trio_gap(
    pool: Pool, prices: PeerPrices, pairs: PeerSolution, trio: tuple[int, ...]
) -> tuple[LevelName, int] | None:
    """The first level in which prices leave room for better pairs and a trio, and how much; None but for the lottery.

    The room of people is counted in ranks of their priorities, that of points in points.
    """
    room = room_for_a_trio(pool, prices, pairs, trio)
    for level, multiplier in prices.multipliers:
        # A level counts both directions of a pair, and the room is twice that: people count once in it.
        most = (room // multiplier + (room % multiplier > 0)) // (2 if level == "participation" else 4)
        if most and level != "lottery":
            return level, most
    return None


def _with_trio(pool: Pool, alone: PeerSolution) -> tuple[tuple[int, ...], PeerSolution, bool]:
    """The best trio with the best pairs of the others, and whether every trio was tried that could be better."""
    prices = alone.prices
    points = pool.rows(0, len(pool))
    worth, slack = _pair_worths(pool, prices, points)
    best: tuple[int, tuple[int, ...], PeerSolution] = (2 * _worth(pool, prices, alone), (), alone)
    seen: set[tuple[int, ...]] = set()
    limit = None if len(pool) <= EXACT_TRIO else _MOST_TRIOS
    # A first trio of people who are near by their prices: the better it is, the fewer others can be better still.
    for near in (_NEAR, None):
        bounds, whole = _trio_bounds(prices, worth, slack, best[0], near)
        for bound, trio in sorted(bounds, reverse=True):
            if bound <= best[0]:
                break
            if trio in seen:
                continue
            if len(seen) == limit:
                return best[1], best[2], False
            seen.add(trio)
            others = pool.open.copy()
            others[list(trio)] = False
            rest = solve(replace(pool, open=others))
            reached = 2 * _worth(pool, prices, rest) + _trio_worth(pool, prices, points, trio)
            if reached > best[0]:
                best = reached, trio, rest
            if near is not None:
                break
    return best[1], best[2], whole


def _pair_worths(
    pool: Pool, prices: PeerPrices, points: Ints
) -> tuple[dict[tuple[int, int], int], dict[tuple[int, int], int]]:
    """What every pair brings, and what its two people pay above twice that, odd sets included."""
    sets, nowhere = prices.sets_of(), set[int]()
    first, second = (side.astype(np.int64) for side in np.nonzero(np.triu(points >= 0, 1)))
    gains = pool.gains(first, second, points[first, second])
    worth = [0] * len(first)
    for level, multiplier in prices.multipliers:
        worth = [total + multiplier * gain for total, gain in zip(worth, gains[level].tolist(), strict=True)]
    pairs = list(zip(first.tolist(), second.tolist(), strict=True))
    slack = {}
    for (a, b), one in zip(pairs, worth, strict=True):
        around = sum(prices.odd_sets[at].price for at in sets.get(a, nowhere) & sets.get(b, nowhere))
        slack[a, b] = prices.people[a] + prices.people[b] + 2 * around - 2 * one
    return dict(zip(pairs, worth, strict=True)), slack


def _trio_worth(pool: Pool, prices: PeerPrices, points: Ints, trio: tuple[int, ...]) -> int:
    """Twice the value of a trio: each counts with the mean of both partners, and has a partner once."""
    pairs = np.array(list(combinations(trio, 2)), dtype=np.int64)
    first, second = pairs.min(axis=1), pairs.max(axis=1)
    gains = pool.gains(first, second, points[first, second])
    return sum(multiplier * int(gains[level].sum()) for level, multiplier in prices.multipliers)


def _worth(pool: Pool, prices: PeerPrices, solution: PeerSolution) -> int:
    reached = dict(zip(pool.levels, pool.levels_of(solution.first, solution.second, solution.points), strict=True))
    return sum(multiplier * reached[level] for level, multiplier in prices.multipliers)


def _trio_bounds(
    prices: PeerPrices,
    worth: dict[tuple[int, int], int],
    slack: dict[tuple[int, int], int],
    above: int,
    near: int | None,
) -> tuple[list[tuple[int, tuple[int, ...]]], bool]:
    """Trios with twice what they and the others can bring at most by the prices, and whether these are all above it.

    Of pairs that pay more than the prices leave room for none can be in a trio that brings more than ``above``. With
    ``near`` only trios of people who are among one another's so many of least slack.
    """
    total = sum(prices.people) + sum(odd.price * (len(odd.people) - 1) for odd in prices.odd_sets)
    sets, nowhere = prices.sets_of(), set[int]()
    most = max((sum(prices.odd_sets[at].price for at in own) for own in sets.values()), default=0)
    room = 2 * (total + most - above)
    beside: dict[int, list[int]] = {}
    held: Counter[int] = Counter()
    for a, b in sorted(slack, key=lambda pair: (slack[pair], pair)):
        if slack[a, b] >= room:
            break
        if near is None or (held[a] < near and held[b] < near):
            held.update((a, b))
            beside.setdefault(a, []).append(b)
    found: list[tuple[int, tuple[int, ...]]] = []
    for looked, (a, b, c) in enumerate(
        (a, b, c) for a, own in sorted(beside.items()) for b, c in combinations(sorted(own), 2)
    ):
        if looked == _MOST_LOOKED_AT:
            return found, False
        if (b, c) in worth:
            rest = total - prices.people[a] - prices.people[b] - prices.people[c]
            one, two, three = (sets.get(person, nowhere) for person in (a, b, c))
            # An odd set that loses two or three of its people can hold one pair less.
            rest -= 2 * sum(prices.odd_sets[at].price for at in one & two | one & three | two & three)
            found.append((rest + worth[a, b] + worth[a, c] + worth[b, c], (a, b, c)))
    return found, near is None


def check_peer_pairs(posed: PosedPeers, solved: SolvedPeers) -> tuple[PeerFlaw, ...]:
    """The flaws of the pairs beside the trio, by their prices, and of what is said of the room for another trio."""
    place = {posed.person(p): p for p in range(len(posed.pool))}
    trio = tuple(place[person] for person in solved.trio)
    pool = posed.pool
    others = pool.open.copy()
    others[list(trio)] = False
    flaws = check_peers(replace(pool, open=others), solved.solution)
    if flaws or not trio:
        return flaws
    over = solved.over
    if over is None or (solved.kind == "optimal") != (solved.gap is None):
        return (PeerFlaw("trio_bound"),)
    flaws = check_prices(pool, over)
    if flaws or trio_gap(pool, over, solved.solution, trio) != solved.gap:
        return (*flaws, PeerFlaw("trio_bound"))
    return ()
