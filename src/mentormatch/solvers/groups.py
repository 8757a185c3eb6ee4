"""Which groups to open, who leads and who joins them, word by word.

For each word: the relaxation in fractions over candidate columns, whose prices say which other columns could help,
until they bound all of them; then the whole-number choice over the columns that can still matter. With the leaders
chosen, the members of groups with one leader are a flow, which the solver of pairs takes to the proven optimum, lottery
included.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mentormatch.grouping import NEVER, Bools, Grouping, GroupPrices, Team, group_gains
from mentormatch.problem import Ints
from mentormatch.solvers.cohesive import cohesive_prices
from mentormatch.solvers.milp import Model, chosen, relaxed
from mentormatch.solvers.regroup import led_by_more, regroup
from mentormatch.solvers.staged import solve as solve_pairs
from mentormatch.wording import number

NODES = 2_000
"""So many nodes are looked at for each word, so that machines agree where it stops."""
GAPS = ((6_000, 0.0), (15_000, 1e-4), (2**62, 1e-3))
"""Among up to so many columns, times the slots, a choice is searched until it is so near the best."""
KICKS = 8
"""So often a few groups are given up and formed anew after a local search; more often where people are few."""
_ROUNDS = 30
_BEGIN = 2e-3
"""So near is near enough where a local search goes on."""
_NEAR = 2e-4
_EACH = 4
_MOST_COLUMNS = 150_000


@dataclass(frozen=True, eq=False)
class Grouped:
    """Groups, the held ones included, with prices for each word and how sure it is that each word is the best.

    ``closed`` says for each word that the outside solver says so; ``stopped`` what stopped it elsewhere.
    """

    teams: tuple[Team, ...]
    prices: tuple[GroupPrices, ...]
    closed: tuple[bool, ...]
    stopped: str = ""


def group(grouping: Grouping, seed: int = 0, nodes: int = NODES, keep: int = 8) -> Grouped | None:
    """The best groups found, or None where those that are held cannot all go on.

    ``seed`` draws what a local search tries, where there is one. ``keep`` options of everybody are looked at first; it
    does not change what is reached where a word is closed.
    """
    search = _Search(grouping, nodes, keep)
    if not search.run():
        return None
    teams, prices, closed = search.teams(), search.prices, search.closed
    stopped = "" if all(closed) else f"{number(nodes)} nodes or a small gap"
    if grouping.leaders[0] == 1 and all(len(team.leaders) == 1 for team in grouping.held):
        teams = _as_pairs(grouping, search, teams)
    if grouping.bonds is not None or grouping.leaders[0] > 1:
        if grouping.leaders[0] > 1:
            teams = led_by_more(grouping, teams)
        teams = regroup(grouping, teams, seed, min(60, max(KICKS, 4_000 // max(1, grouping.shape[1]))))
        stopped = "a local search that found nothing better"
        closed = [False] * len(grouping.words)
    if grouping.bonds is not None:
        at = len(prices) - 1
        prices[at] = cohesive_prices(grouping, at, prices[at], teams)
    return Grouped(teams, tuple(prices), tuple(closed), stopped)


class _Search:
    """The columns looked at so far, and what was reached with them."""

    def __init__(self, grouping: Grouping, nodes: int, keep: int) -> None:
        self.grouping, self.nodes = grouping, nodes
        self.options = grouping.options
        at = next(k for k, own in enumerate(grouping.words) if own.points)
        self.points = self.options.words[at]
        self.mask = self._first(keep)
        self.reached: list[int] = []
        self.prices: list[GroupPrices] = []
        self.closed: list[bool] = []
        self.taken = np.zeros((2, 0), dtype=np.int64)

    def run(self) -> bool:
        """All words, one after the other; whether anything was possible at all."""
        for word in range(len(self.grouping.words)):
            prices = self._price(word)
            if prices is None or not self._choose(word, prices):
                return False
            self.prices.append(prices)
            self.reached.append(self.grouping.value(self.teams())[word])
            if self._cohesive(word):
                break
        return True

    def _cohesive(self, word: int) -> bool:
        """Whether members count with one another in the word: then columns by themselves say only about what it is."""
        return self.grouping.words[word].points and self.grouping.bonds is not None

    def teams(self) -> tuple[Team, ...]:
        """The groups of the columns taken, and the held ones."""
        options = self.options
        members: dict[int, list[int]] = {}
        for option, mentee in zip(*self.taken.tolist(), strict=True):
            members.setdefault(option, []).append(mentee)
        found = [
            Team(options.leaders[option], tuple(sorted((*options.held[option], *own))))
            for option, own in members.items()
        ]
        grown = {leader for team in found for leader in team.leaders}
        return tuple(sorted([*found, *(team for team in self.grouping.held if not grown.intersection(team.leaders))]))

    def _first(self, keep: int) -> Bools:
        """For each mentee the best options, and for each option the best mentees."""
        options = self.options
        worth = np.where(options.allowed, self.points, NEVER)
        mask = np.zeros(worth.shape, dtype=np.bool_)
        # A mentor with several slots has several options that are worth the same.
        copies = max(1, len(options) // max(1, len(options.forced)))
        rows = np.argsort(-worth, axis=0, kind="stable")[: keep * copies]
        np.put_along_axis(mask, rows, values=True, axis=0)
        columns = np.argsort(-worth, axis=1, kind="stable")[:, : int(options.high.max(initial=0))]
        np.put_along_axis(mask, columns, values=True, axis=1)
        return mask & options.allowed

    def _model(self, word: int) -> tuple[Model, Ints, Ints]:
        grouping, options = self.grouping, self.options
        option, mentee = (side.astype(np.int64) for side in np.nonzero(self.mask))
        fixed = grouping.value(grouping.held)
        floors = tuple((options.words[k][option, mentee], reach - fixed[k]) for k, reach in enumerate(self.reached))
        fewest = grouping.leaders[0]
        model = Model(
            option,
            mentee,
            options.words[word][option, mentee],
            grouping.shape[1],
            options.owner,
            options.forced,
            options.low,
            options.high,
            int(grouping.may_lead.sum()) // fewest if fewest > 1 else None,
            floors,
            self._apart(option, mentee),
            self._opening(word),
            grouping.words[word].levels == ("participation",),
        )
        return model, option, mentee

    def _opening(self, word: int) -> int:
        """About what one group more costs where members count with one another: large groups have more pairs."""
        grouping = self.grouping
        people = grouping.shape[1]
        if grouping.bonds is None or not people or not grouping.words[word].points:
            return 0
        low, high = grouping.size
        usual = int(np.partition(grouping.bonds.ravel(), people * people * 3 // 4)[people * people * 3 // 4])
        return usual * low * high // 2

    def _apart(self, option: Ints, mentee: Ints) -> tuple[Ints, Ints]:
        """The places of two columns of one option whose mentees may not be together."""
        strangers = np.triu(self.grouping.strangers)
        if not strangers.any():
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        place = np.full(self.mask.shape, -1, dtype=np.int64)
        place[option, mentee] = np.arange(len(option))
        one, other = np.nonzero(strangers)
        rows, pair = np.nonzero((place[:, one] >= 0) & (place[:, other] >= 0))
        return place[rows, one[pair]], place[rows, other[pair]]

    def _price(self, word: int) -> GroupPrices | None:
        """Whole-number prices that bound the word over all columns, with the columns added that they ask for."""
        grouping, options = self.grouping, self.options
        best: tuple[int, GroupPrices] | None = None
        before = -np.inf
        for _ in range(_ROUNDS):
            model, _, _ = self._model(word)
            fractions = relaxed(model)
            if fractions is None:
                if self.mask.sum() == options.allowed.sum():
                    return None
                self.mask = options.allowed.copy()
                continue
            prices = GroupPrices(tuple(_whole(fractions.floors)), tuple(_whole(fractions.mentees)))
            wanted = self._worth_adding(grouping.priced(word, prices))
            stalled = fractions.value < before + 1
            if self._cohesive(word):
                best = 0, prices
                if stalled or not wanted.any():
                    break
            else:
                bound = grouping.ceiling(word, self.reached, prices)
                if best is None or bound < best[0]:
                    best = bound, prices
                gap = bound - grouping.value(grouping.held)[word] - fractions.value
                if not wanted.any() or gap <= 1 or (gap < _NEAR * bound and stalled):
                    break
            before = fractions.value
            self.mask |= wanted
        return None if best is None else best[1]

    def _worth_adding(self, worth: Ints) -> Bools:
        """For each option and each mentee the best columns that are worth more than their prices; ties by points."""
        options = self.options
        known = (worth <= 0) | self.mask
        known |= ((group_gains(worth, options.low, options.high) <= 0) & ~options.forced[options.owner])[:, None]
        rank = np.where(known, -np.inf, worth + self.points / (1.0 + self.points.max(initial=0)))
        wanted = np.zeros_like(self.mask)
        for axis, most in ((1, int(options.high.max(initial=0))), (0, _EACH)):
            best = np.argsort(-rank, axis=axis, kind="stable")
            best = best[:, :most] if axis else best[:most]
            np.put_along_axis(wanted, best, values=True, axis=axis)
        return wanted & ~known

    def _choose(self, word: int, prices: GroupPrices) -> bool:
        """The best columns in a word, among those that the prices leave any chance to be better."""
        grouping = self.grouping
        cohesive = self._cohesive(word)
        bound = 0 if cohesive else grouping.ceiling(word, self.reached, prices)
        if not cohesive and self._still(word, bound):
            self.closed.append(True)
            return True
        while True:
            model, option, mentee = self._model(word)
            whole = bool(len(model.apart[0])) or any(
                grouping.words[k].levels != ("participation",) for k in range(len(self.reached))
            )
            alike = max(1, len(grouping.options) // max(1, len(grouping.options.forced)))
            gap = next(gap for columns, gap in GAPS if len(option) * alike <= columns)
            gap = max(gap, _BEGIN) if cohesive else gap
            found = chosen(model, self.nodes, gap, whole=whole)
            if found is None:
                if self.mask.sum() == grouping.options.allowed.sum():
                    return False
                self.mask = grouping.options.allowed.copy()
                continue
            self.taken = np.array([option[found.taken], mentee[found.taken]])
            if cohesive:
                self.closed.append(False)
                return True
            value = grouping.value(self.teams())[word]
            if not found.closed:
                self.closed.append(False)
                return True
            missing = self._could_matter(word, prices, bound - value) & ~self.mask
            if not missing.any() or value >= bound:
                self.closed.append(True)
                return True
            if self.mask.sum() + missing.sum() > _MOST_COLUMNS:
                self.closed.append(False)
                return True
            self.mask |= missing

    def _still(self, word: int, bound: int) -> bool:
        """Whether what was chosen for the word before is the best in this one, too."""
        return bool(self.taken.size) and self.grouping.value(self.teams())[word] >= bound

    def _could_matter(self, word: int, prices: GroupPrices, gap: int) -> Bools:
        """The columns that groups of more than the value found can have: their loss is less than the gap."""
        grouping, options = self.grouping, self.options
        worth = grouping.priced(word, prices)
        gain = group_gains(worth, options.low, options.high)
        best = np.full(len(options.forced), NEVER, dtype=np.int64)
        np.maximum.at(best, options.owner, gain)
        best[~options.forced] = np.maximum(best[~options.forced], 0)
        others = group_gains(worth, np.maximum(options.low - 1, 0), options.high - 1)
        loss = best[options.owner][:, None] - others[:, None] - worth
        return np.asarray(options.allowed & (loss < gap * max(1, grouping.leaders[0])))


def _whole(prices: object) -> list[int]:
    return np.maximum(np.rint(np.asarray(prices)), 0).astype(np.int64).tolist()  # type: ignore[no-any-return]


def _as_pairs(grouping: Grouping, search: _Search, teams: tuple[Team, ...]) -> tuple[Team, ...]:
    """The best members for the leaders chosen, by the solver of pairs; as they are where members mind one another."""
    if grouping.bonds is not None or grouping.strangers.any():
        return teams
    options = search.options
    capacity, least = np.zeros(grouping.shape[0], dtype=np.int64), np.zeros(grouping.shape[0], dtype=np.int64)
    allowed = np.zeros(grouping.shape, dtype=np.bool_)
    for option in sorted({*search.taken[0].tolist()}):
        (leader,) = options.leaders[option]
        capacity[leader], least[leader] = options.high[option], options.low[option]
        allowed[leader] = options.allowed[option]
    mentor, mentee = np.nonzero(~allowed)
    limited = replace(
        grouping.pairs,
        capacity=capacity,
        minimum_load=least,
        excluded=(mentor.astype(np.int64), mentee.astype(np.int64)),
    )
    solution = solve_pairs(limited)
    held = {team.leaders[0]: team.members for team in grouping.held}
    members = {leader: list(own) for leader, own in held.items()}
    for leader, member in zip(solution.mentor.tolist(), solution.mentee.tolist(), strict=True):
        members.setdefault(leader, []).append(member)
    found = tuple(sorted(Team((leader,), tuple(sorted(own))) for leader, own in members.items()))
    return found if grouping.value(found) >= grouping.value(teams) else teams
