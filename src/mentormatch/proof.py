"""Proofs of optimality, and their check. Nothing here calls a solver or shares code with one.

A proof is a price for each mentor's seats (beta) and each mentee (alpha), a whole number for each word. With w the
value of a pair in the words, G and H what a mentee's or a mentor's load is worth, and comparisons word by word:

- (P1) an allowed pair that was not made: w <= alpha + beta;
- (P2) a pair that was made: w >= alpha + beta;
- (P3) a mentee's load k maximises G(k) + alpha k over 0..wants;
- (P4) a mentor's load k maximises H(k) + beta k over 0..capacity.

A list from which a mentee with several mentors is to have at least one has a price of its own, which its pairs pay in
place of alpha; the mentors from it maximise L(k) + (list price - alpha) k.

Then no other set of pairs is better: its value is at most the sum of the mentees' and the mentors' maxima plus the
surplus w - alpha - beta of the pairs made, and this one reaches that bound. It is the only best one if nothing without
slack forms a cycle through a pair.

Where a search was stopped, the prices are those of the words so far, and with whatever they are, no set of pairs is
worth more than those maxima plus what all pairs together exceed their prices by. In all words but the last the pairs
reach this bound; in the last one it says how much better others could be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from operator import add, mul
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from mentormatch.blocking import blocking_pairs
from mentormatch.problem import LARGEST_TOTAL, Ints, LevelName, Lift, Problem, Solution, Stopped, Word, upper_levels
from mentormatch.threads import workers
from mentormatch.wording import aim_in_words, counted, listed, number

Kind = Literal["optimal", "claimed", "bounded"]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Proof:
    """Why a matching is the best: ``kind`` and, where it is proven here, the prices that anybody can check.

    ``words`` says which aims share a whole number, and how; the price arrays have a row for each mentor or mentee, in
    the order of the matching's demand, and a column for each word; ``list_prices`` has a row for each mentee who wants
    several mentors, one of them from a list. ``lift`` holds the proofs about the lowest score, where that was an aim.
    ``stopped`` says what is proven of a matching that is "bounded", and why the search ended.
    """

    kind: Kind
    words: tuple[Word, ...]
    mentor_prices: Ints
    mentee_prices: Ints
    list_prices: Ints
    lift: Lift | None = None
    stopped: Stopped | None = None

    def __post_init__(self) -> None:
        for name in ("mentor_prices", "mentee_prices", "list_prices"):
            prices = getattr(self, name).view()  # whoever brought them may go on writing to them
            prices.flags.writeable = False
            object.__setattr__(self, name, prices)

    def __str__(self) -> str:
        if self.stopped is not None:
            return f"bounded: {_in_words(self.stopped)}"
        if self.kind == "claimed":
            return (
                "claimed: stable, by deferred acceptance; verify() finds every pair that would rather have each other"
            )
        prices = self.mentor_prices.size + self.mentee_prices.size + self.list_prices.size
        return f"{self.kind}: nothing better exists; {prices:,} whole-number prices prove it, and verify() checks them"

    def __repr__(self) -> str:
        return f"Proof({self.kind!r}, words={len(self.words)})"


@dataclass(frozen=True)
class Flaw:
    """One reason why a proof is refused: a stable code and the positions of the people concerned."""

    code: Literal[
        "words",
        "prices",
        "unknown_pair",
        "pair_twice",
        "pair_not_allowed",
        "wrong_points",
        "over_capacity",
        "under_minimum_load",
        "over_wants",
        "better_pair",
        "pair_too_dear",
        "mentee_load",
        "mentor_load",
        "list_load",
        "not_unique",
        "lift",
        "blocking_pair",
        "bound",
        "kind",
        "left_out",
    ]
    mentor: int | None = None
    mentee: int | None = None


def check(
    problem: Problem, solution: Solution, block_pairs: int = 1 << 20, *, minimum_loads: bool = True
) -> tuple[Flaw, ...]:
    """All flaws of a solution: none means that it is allowed, the best in every level, and the only best one.

    With ``minimum_loads=False`` it may leave minimum loads open, if nothing can fill them. One pass over all pairs, in
    blocks of about ``block_pairs``; at most one flaw of a kind is given for each person or pair made.
    """
    flaws = [*_words(problem, solution.words), *_prices(problem, solution), *_pairs(problem, solution)]
    if not minimum_loads:
        flaws = [flaw for flaw in flaws if flaw.code != "under_minimum_load"]
    if flaws:
        return tuple(flaws)
    return tuple(_Optimality(problem, solution).flaws(block_pairs))


def check_bounded(problem: Problem, solution: Solution, block_pairs: int = 1 << 20) -> tuple[Flaw, ...]:
    """All flaws of a solution whose search was stopped: it is allowed, and its prices prove what is said of it.

    That is the best value in all of its words but the last, and a bound in that one. Nothing is said of a lift of the
    lowest score, so the words end before it. One pass over all pairs.
    """
    if "lift_worst" in problem.levels:
        if any(word.multiplier("lottery") for word in solution.words):
            return (Flaw("words"),)
        problem = replace(problem, levels=upper_levels(problem.levels))
    flaws = [
        *_words(problem, solution.words, whole=False),
        *_prices(problem, solution),
        *_pairs(problem, solution),
        *_left_out(problem, solution),
    ]
    if flaws:
        return tuple(flaws)
    return tuple(_Bound(problem, solution).flaws(block_pairs))


def check_lifted(problem: Problem, solution: Solution, lift: Lift, block_pairs: int = 1 << 20) -> tuple[Flaw, ...]:
    """All flaws of a solution whose lowest score is as high as it goes without loss in the levels above.

    ``lift`` holds the floor and two proofs: that the solution loses nothing against the optimum without a floor, and
    that one point more on the floor would lose something. Three passes.
    """
    upper = replace(problem, levels=upper_levels(problem.levels))
    limited = replace(problem, minimum_score=max(problem.minimum_score, lift.floor))
    higher = replace(upper, minimum_score=max(problem.minimum_score, lift.floor + 1))
    if solution.stopped is None:
        flaws = check(limited, solution, block_pairs)
    else:
        # The floor stands for the lift, so the words may go on behind it.
        flaws = check_bounded(replace(limited, levels=limited.sums), solution, block_pairs)
    if flaws:
        return flaws
    free, above = lift.free, lift.above
    if check(upper, free, block_pairs):
        return (Flaw("lift"),)
    reached, possible = (upper.value(found.mentor, found.mentee, found.points)[:-1] for found in (solution, free))
    if above is None:
        highest = lift.floor > problem.source.max_points
    else:
        lost = upper.value(above.mentor, above.mentee, above.points)[:-1] < possible
        highest = lost and not check(higher, above, block_pairs, minimum_loads=False)
    return () if reached == possible and highest else (Flaw("lift"),)


def check_stable(problem: Problem, solution: Solution) -> tuple[Flaw, ...]:
    """All flaws of a solution that is to be stable: it is allowed, and no two prefer each other to whom they have."""
    flaws = list(_pairs(problem, solution))
    if flaws:
        return tuple(flaws)
    for mentor, mentee, points in zip(
        solution.mentor.tolist(), solution.mentee.tolist(), solution.points.tolist(), strict=True
    ):
        found = int(problem.rows(mentor, mentor + 1)[0, mentee])
        if found != points:
            flaws.append(Flaw("pair_not_allowed" if found < 0 else "wrong_points", mentor, mentee))
    blocks = zip(*blocking_pairs(problem, solution.mentor, solution.mentee), strict=True)
    return (*flaws, *(Flaw("blocking_pair", int(mentor), int(mentee)) for mentor, mentee in blocks))


def _words(problem: Problem, words: tuple[Word, ...], *, whole: bool = True) -> Iterator[Flaw]:
    """The words hold the levels in order, each outweighing those after it, and then draws of the lottery.

    Those that are not ``whole`` may end before.
    """
    draws = [word for word in words if word.multiplier("lottery")]
    plain = words[: len(words) - len(draws)]
    levels: list[LevelName] = []
    sound = bool(draws if whole else words)
    for word in plain:
        below = 0
        for level, multiplier in reversed(word.levels):
            # Where a level brings nothing, its total says nothing about its multiplier.
            sound &= below < multiplier <= LARGEST_TOTAL
            below += multiplier * problem.most(level)
        sound &= below < LARGEST_TOTAL and word.draw == 0
        levels += [level for level, _ in word.levels]
    sound &= tuple(levels) == problem.sums[: len(problem.sums) - 1 if draws else len(levels)]
    sound &= all(word == Word((("lottery", 1),), draw) for draw, word in enumerate(draws))
    if not sound:
        yield Flaw("words")


def _prices(problem: Problem, solution: Solution) -> Iterator[Flaw]:
    groups = (solution.mentor_prices, solution.mentee_prices, solution.list_prices)
    for prices, people in zip(groups, (*problem.shape, len(problem.list_mentees)), strict=True):
        fits = prices.shape == (people, len(solution.words)) and prices.dtype == np.int64
        # Two prices of less than 2**61 and a value of less than 2**62 are added in int64.
        if not fits or (prices.size and (prices.max() >= LARGEST_TOTAL // 2 or prices.min() <= -LARGEST_TOTAL // 2)):
            yield Flaw("prices")


def _pairs(problem: Problem, solution: Solution) -> Iterator[Flaw]:
    """Pairs are known, different, within capacity and wants, and minimum loads are met."""
    mentors, mentees = problem.shape
    mentor, mentee = solution.mentor, solution.mentee
    whole = all(np.issubdtype(array.dtype, np.signedinteger) for array in (mentor, mentee, solution.points))
    if not whole or not mentor.shape == mentee.shape == solution.points.shape or mentor.ndim != 1:
        yield Flaw("unknown_pair")
        return
    outside = (mentor < 0) | (mentor >= mentors) | (mentee < 0) | (mentee >= mentees)
    if outside.any():
        yield Flaw("unknown_pair")
        return
    pairs, count = np.unique(mentor * mentees + mentee, return_counts=True)
    for pair in pairs[count > 1]:
        yield Flaw("pair_twice", int(pair) // mentees, int(pair) % mentees)
    load = np.bincount(mentor, minlength=mentors)
    for over in np.flatnonzero(load > problem.capacity):
        yield Flaw("over_capacity", mentor=int(over))
    for under in np.flatnonzero(load < problem.minimum_load):
        yield Flaw("under_minimum_load", mentor=int(under))
    for over in np.flatnonzero(np.bincount(mentee, minlength=mentees) > problem.wants):
        yield Flaw("over_wants", mentee=int(over))


def _left_out(problem: Problem, solution: Solution) -> Iterator[Flaw]:
    """Mentees without a mentor, where everybody must have one."""
    if "everyone" in problem.levels:
        got = np.bincount(solution.mentee, minlength=problem.shape[1]) + problem.served
        for alone in np.flatnonzero((got == 0) & (problem.wants > 0)):
            yield Flaw("left_out", mentee=int(alone))


class _Bound:
    """What the prices bound, in every word, against what the pairs reach and what is said of them."""

    def __init__(self, problem: Problem, solution: Solution) -> None:
        self.problem = problem
        self.solution = solution

    def flaws(self, pairs: int) -> Iterator[Flaw]:
        problem, solution = self.problem, self.solution
        order = np.lexsort((solution.mentee, solution.mentor))
        mentor, mentee, given = (side[order] for side in (solution.mentor, solution.mentee, solution.points))
        points = np.full(len(mentor), -1, dtype=np.int64)
        most = self._of_loads()
        for top, first, tile in problem.tiles(pairs, 0, problem.shape[0]):
            here = _inside(mentor, mentee, (top, first), tile.shape)
            points[here] = tile[mentor[here] - top, mentee[here] - first]
            row, column = np.nonzero(self._left_open(top, first, tile))
            worth = tile[row, column].astype(np.int64)
            most = list(map(add, most, _surplus(self._beyond_prices(row + top, column + first, worth))))
        allowed = points >= 0
        wrongs: tuple[tuple[Literal["pair_not_allowed", "wrong_points"], Bools], ...] = (
            ("pair_not_allowed", ~allowed),
            ("wrong_points", allowed & (points != given)),
        )
        flawed = False
        for what, wrong in wrongs:
            for m, e in zip(mentor[wrong], mentee[wrong], strict=True):
                flawed = True
                yield Flaw(what, int(m), int(e))
        stopped = solution.stopped
        if flawed or stopped is None:
            return
        gaps = problem.gaps(solution.words, mentor, mentee, points, most[-1])
        reached = [self._value(word, mentor, mentee, points) for word in solution.words]
        if gaps != stopped.gaps or reached[:-1] != most[:-1]:
            yield Flaw("bound")

    def _value(self, word: Word, mentor: Ints, mentee: Ints, points: Ints) -> int:
        """What the pairs reach in a word."""
        if word.multiplier("lottery"):
            return int(self.problem.lottery(mentor, mentee, word.draw).sum())
        levels = dict(zip(self.problem.sums, self.problem.value(mentor, mentee, points), strict=True))
        return sum(multiplier * levels[level] for level, multiplier in word.levels)

    def _left_open(self, top: int, first: int, tile: npt.NDArray[np.int32] | Ints) -> Bools:
        """The allowed pairs of a block that may be worth more than their prices: by the first word, or special."""
        problem, (word, *_) = self.problem, self.solution.words
        worth = (
            tile.astype(np.int64) * word.multiplier("points") - self.solution.mentor_prices[top:, 0][: len(tile), None]
        )
        left_open: Bools = worth >= self.solution.mentee_prices[first : first + tile.shape[1], 0]
        here = _inside(problem.special.mentor, problem.special.mentee, (top, first), tile.shape)
        left_open[problem.special.mentor[here] - top, problem.special.mentee[here] - first] = True
        return left_open & (tile >= 0)

    def _beyond_prices(self, mentor: Ints, mentee: Ints, points: Ints) -> Ints:
        """By how much pairs are worth more than their prices, a column for each word."""
        problem, solution = self.problem, self.solution
        at = problem.list_at(mentor, mentee)
        beyond = np.empty((len(mentor), len(solution.words)), dtype=np.int64)
        for k, word in enumerate(solution.words):
            payer = np.where(at >= 0, np.append(solution.list_prices[:, k], 0)[at], solution.mentee_prices[mentee, k])
            value = problem.pair_value(word, mentor, mentee, points)
            beyond[:, k] = value - solution.mentor_prices[mentor, k] - payer
        return beyond

    def _of_loads(self) -> list[int]:
        """The most that loads of mentees, mentors and lists are worth at the prices, in every word."""
        problem, solution = self.problem, self.solution
        words, tiers, seats, owners = solution.words, problem.tiers, problem.seats, problem.list_mentees
        wants = np.stack([tiers.gain(word) for word in words], axis=1) + solution.mentee_prices[tiers.mentee]
        offers = np.stack([problem.seat_gain(word, seats.mentor, seats.before) for word in words], axis=1)
        offers += solution.mentor_prices[seats.mentor]
        through = solution.list_prices - solution.mentee_prices[owners]
        first = through + np.array([word.multiplier("listed") for word in words], dtype=np.int64)
        more = np.diff(tiers.offsets)[owners] - 1
        parts = _surplus(wants), _surplus(offers, seats.capacity), _surplus(first), _surplus(through, more)
        return [sum(column) for column in zip(*parts, strict=True)]


def _surplus(values: Ints, times: Ints | None = None) -> list[int]:
    """The sum, in every word, of the rows that are more than nothing, each so many ``times``."""
    sign = np.zeros(len(values), dtype=np.int64)
    for column in values.T:
        sign = np.where(sign == 0, np.sign(column), sign)
    some = values[sign > 0]
    counts = np.ones(len(values), dtype=np.int64) if times is None else times
    # Python's whole numbers do not overflow.
    return [sum(map(mul, column.tolist(), counts[sign > 0].tolist())) for column in some.T]


_STRIP, _TALL = 1 << 22, 256
"""Pairs that one thread looks at at a time, and mentors at least: lower blocks take longer to score."""


class _Optimality:
    """(P1) to (P4) and uniqueness, each comparison made once."""

    def __init__(self, problem: Problem, solution: Solution) -> None:
        self.problem = problem
        self.solution = solution
        self.beta = solution.mentor_prices
        self.alpha = solution.mentee_prices
        self.lists = solution.list_prices

    def flaws(self, pairs: int) -> Iterator[Flaw]:
        problem = self.problem
        order = np.lexsort((self.solution.mentee, self.solution.mentor))
        mentor, mentee, given = (
            side[order] for side in (self.solution.mentor, self.solution.mentee, self.solution.points)
        )
        points = np.full(len(mentor), -1, dtype=np.int64)
        better, tie = [np.zeros((2, 0), dtype=np.int64)], [np.zeros((2, 0), dtype=np.int64)]
        height = max(_TALL, _STRIP // max(1, problem.shape[1]))
        with workers(None, problem.shape[0] * problem.shape[1]) as pool:
            looked = partial(self._strip, mentor, mentee, pairs, height)
            each = map if pool is None else pool.map
            for here, known, over, reach in each(looked, range(0, problem.shape[0], height)):
                points[here] = known
                better += over
                tie += reach
        sign = self._against_prices(mentor, mentee, points)
        allowed = points >= 0
        wrongs: tuple[tuple[Literal["pair_not_allowed", "wrong_points", "pair_too_dear"], Bools], ...] = (
            ("pair_not_allowed", ~allowed),
            ("wrong_points", allowed & (points != given)),
            ("pair_too_dear", sign < 0),
        )
        for what, wrong in wrongs:
            yield from (Flaw(what, int(m), int(e)) for m, e in zip(mentor[wrong], mentee[wrong], strict=True))
        found = np.concatenate(better, axis=1)
        for m, one in zip(*np.unique(found[0], return_index=True), strict=True):
            yield Flaw("better_pair", int(m), int(found[1][one]))
        loads = list(self._loads())
        more, fewer = self._list_loads()
        for owner in problem.list_mentees[(more > 0) | (fewer < 0)]:
            yield Flaw("list_load", mentee=int(owner))
        sides: tuple[Literal["mentee_load", "mentor_load"], ...] = ("mentee_load", "mentor_load")
        for code, (gain, loss) in zip(sides, loads, strict=True):
            for person in np.flatnonzero((gain > 0) | (loss < 0)):
                at = int(person)
                yield Flaw(code, mentee=at) if code == "mentee_load" else Flaw(code, mentor=at)
        ties = np.concatenate(tie, axis=1)
        tight = np.concatenate((np.stack((mentor[sign == 0], mentee[sign == 0])), ties), axis=1)
        back = np.arange(tight.shape[1]) < tight.shape[1] - ties.shape[1]
        yield from self._loops(tight[0], tight[1], back, loads, (more, fewer))

    def _strip(
        self, mentor: Ints, mentee: Ints, pairs: int, height: int, start: int
    ) -> tuple[npt.NDArray[np.intp], Ints, list[Ints], list[Ints]]:
        """What some mentors' pairs say: which pairs made are among them, with their points; of others, (2, n) positions
        of one better than its prices for each mentor, and of those that have no slack."""
        problem, stop = self.problem, min(start + height, self.problem.shape[0])
        low, high = np.searchsorted(mentor, (start, stop))
        points = np.full(high - low, -1, dtype=np.int64)
        better, tie = [], []
        for top, first, tile in problem.tiles(pairs, start, stop):
            here = _inside(mentor, mentee, (top, first), tile.shape)
            points[here - low] = tile[mentor[here] - top, mentee[here] - first]
            unmade = self._left_open(top, first, tile)
            unmade[mentor[here] - top, mentee[here] - first] = False
            row, column = np.divmod(np.flatnonzero(unmade), tile.shape[1])
            sign = self._against_prices(row + top, column + first, tile[row, column].astype(np.int64))
            tie.append(np.stack((row[sign == 0] + top, column[sign == 0] + first)))
            whose, one = np.unique(row[sign > 0], return_index=True)
            better.append(np.stack((whose + top, column[sign > 0][one] + first)))
        return np.arange(low, high), points, better, tie

    def _loops(
        self,
        mentor: Ints,
        mentee: Ints,
        back: Bools,
        loads: Sequence[tuple[Ints, Ints]],
        list_loads: tuple[Ints, Ints],
    ) -> Iterator[Flaw]:
        """A pair on a loop of changes that cost nothing, if there is one: then another solution is as good.

        The pairs given have no slack; those that are made lead back. Nodes are mentees, mentors, the sink that loads
        are counted against, and lists.
        """
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        problem = self.problem
        mentors, mentees = problem.shape
        more, fewer = list_loads
        mentor_node, sink = mentor + mentees, mentees + mentors
        through = problem.list_at(mentor, mentee)
        payer_node = np.where(through >= 0, sink + 1 + through, mentee)
        tail, head = [np.where(back, mentor_node, payer_node)], [np.where(back, payer_node, mentor_node)]
        owners = problem.list_mentees
        tail += [owners[more == 0], sink + 1 + np.flatnonzero(fewer == 0)]
        head += [sink + 1 + np.flatnonzero(more == 0), owners[fewer == 0]]
        for offset, towards_sink, (gain, loss) in zip((0, mentees), (False, True), loads, strict=True):
            grows, shrinks = np.flatnonzero(gain == 0) + offset, np.flatnonzero(loss == 0) + offset
            # A mentee that gains a pair draws it from the sink; a mentor that gains one passes it on to the sink.
            leaves, enters = (grows, shrinks) if towards_sink else (shrinks, grows)
            tail += [leaves, np.full(len(enters), sink)]
            head += [np.full(len(leaves), sink), enters]
        start_node, end_node = np.concatenate(tail), np.concatenate(head)
        size = sink + 1 + len(owners)
        graph = coo_array((np.ones(len(start_node), np.int8), (start_node, end_node)), shape=(size, size))
        _, component = connected_components(graph.tocsr(), directed=True, connection="strong")
        looped = component[payer_node] == component[mentor_node]
        for m, e in zip(mentor[looped][:1], mentee[looped][:1], strict=True):
            yield Flaw("not_unique", int(m), int(e))

    def _against_prices(self, mentor: Ints, mentee: Ints, points: Ints) -> Ints:
        """The sign of w - alpha - beta for pairs: of the first word that is not 0."""
        sign = np.zeros(len(mentor), dtype=np.int64)
        at = self.problem.list_at(mentor, mentee)
        for k, word in enumerate(self.solution.words):
            value = self.problem.pair_value(word, mentor, mentee, points)
            payer = np.where(at >= 0, np.append(self.lists[:, k], 0)[at], self.alpha[mentee, k])
            sign = np.where(sign == 0, np.sign(value - self.beta[mentor, k] - payer), sign)
        return sign

    def _left_open(self, top: int, first: int, tile: npt.NDArray[np.int32] | Ints) -> Bools:
        """The allowed pairs of a block that the first word does not settle: few, each looked at by all words."""
        height, width = tile.shape
        multiplier, of_mentees, of_mentors = self._thresholds
        worth = tile if multiplier == 1 else tile * of_mentors.dtype.type(multiplier)
        left_open: Bools = worth - of_mentees[first : first + width] >= of_mentors[top : top + height, None]
        # Special pairs have more than points, or another price.
        special = self.problem.special
        here = _inside(special.mentor, special.mentee, (top, first), tile.shape)
        left_open[special.mentor[here] - top, special.mentee[here] - first] = True
        left_open &= tile >= 0
        return left_open

    @cached_property
    def _thresholds(self) -> tuple[int, npt.NDArray[Any], npt.NDArray[Any]]:
        """What a point brings in the first word, and a number for each mentee and each mentor.

        A pair is worth less than its prices there exactly if its points' worth less the mentee's number is below the
        mentor's. The numbers are the prices, with the lowest of the mentors moved to the mentees. Above the largest
        worth no mentee's changes an answer, nor does a mentor's above that worth less the lowest mentee's: no pair of
        theirs reaches its prices. Lowered to just above, they mostly fit 32 bits, which is several times as fast.
        """
        multiplier = self.solution.words[0].multiplier("points")
        most = multiplier * self.problem.largest("points")
        lowest = int(self.beta[:, 0].min(initial=0))
        of_mentees, of_mentors = self.alpha[:, 0] + lowest, self.beta[:, 0] - lowest
        far = max(0, most + 1 - int(of_mentees.min(initial=0)))
        kind = np.int32 if max(far, most + 1 + multiplier) < 2**31 else np.int64
        return multiplier, np.minimum(of_mentees, most + 1).astype(kind), np.minimum(of_mentors, far).astype(kind)

    def _loads(self) -> Iterator[tuple[Ints, Ints]]:
        """For mentees, then mentors: the sign of what one pair more is worth, and of what the last one is worth.

        Where there can be no more, the first is -1, and where there is none, the second is 1. The worth of a load is
        concave, so these two decide whether it is the best.
        """
        problem, words = self.problem, self.solution.words
        mentors, mentees = problem.shape
        tiers = problem.tiers
        load = np.bincount(self.solution.mentee, minlength=mentees)
        nth = tiers.offsets[:-1] + load
        wants = load < np.diff(tiers.offsets)
        # A last entry stands for those who have none or can have no more.
        gains = [np.append(tiers.gain(word), 0) for word in words]
        more = [gain[np.where(wants, nth, len(gain) - 1)] for gain in gains]
        last = [gain[np.where(load > 0, nth - 1, len(gain) - 1)] for gain in gains]
        yield _sign(more, self.alpha, wants, -1), _sign(last, self.alpha, load > 0, 1)
        load = np.bincount(self.solution.mentor, minlength=mentors)
        everyone = np.arange(mentors, dtype=np.int64)
        more, last = ([problem.seat_gain(word, everyone, before) for word in words] for before in (load, load - 1))
        open_seats = load < np.minimum(problem.capacity, mentees)
        yield _sign(more, self.beta, open_seats, -1), _sign(last, self.beta, load > 0, 1)

    def _list_loads(self) -> tuple[Ints, Ints]:
        """For each list with a node: the sign of what one more mentor from it is worth, and of what the last is worth.

        A mentor from the list costs the list's price and saves the mentee's.
        """
        problem, solution = self.problem, self.solution
        owners = problem.list_mentees
        at = problem.list_at(solution.mentor, solution.mentee)
        load = np.bincount(at[at >= 0], minlength=len(owners))
        wants = np.diff(problem.tiers.offsets)[owners]
        prices = self.lists - self.alpha[owners]
        more, last = ([(load == n) * np.int64(word.multiplier("listed")) for word in solution.words] for n in (0, 1))
        return _sign(more, prices, load < wants, -1), _sign(last, prices, load > 0, 1)


def _inside(mentor: Ints, mentee: Ints, corner: tuple[int, int], shape: tuple[int, ...]) -> npt.NDArray[np.intp]:
    """Which of the pairs, sorted by mentor, are in the block that begins at ``corner``."""
    top, first = corner
    low, high = np.searchsorted(mentor, (top, top + shape[0]))
    within = (mentee[low:high] >= first) & (mentee[low:high] < first + shape[1])
    return np.asarray(np.flatnonzero(within) + low)


def _in_words(stopped: Stopped) -> str:
    """Why a search ended and what is proven, in words."""
    rounds = counted(stopped.rounds, "round")
    why = f"the limit of {rounds} was reached" if stopped.by == "round_limit" else f"interrupted after {rounds}"
    best = list(dict.fromkeys(aim_in_words(gap.level) for gap in stopped.gaps if gap.value == gap.bound != 0))
    parts = [why]
    if best:
        parts.append(f"nothing is better in {listed(best, most=len(best))}")
    parts += [
        f"at most {number(gap.bound - gap.value)} more in {aim_in_words(gap.level)}"
        for gap in stopped.gaps
        if gap.value < gap.bound
    ]
    if not any(gap.level == "lottery" for gap in stopped.gaps):
        parts.append("the aims after that were not reached")
    return "; ".join(parts)


def _sign(gains: Sequence[Ints], prices: Ints, possible: Bools, otherwise: int) -> Ints:
    """The sign of gain + price, of the first word where it is not 0; ``otherwise`` where it is not possible."""
    sign = np.zeros(len(prices), dtype=np.int64)
    for k, gain in enumerate(gains):
        sign = np.where(sign == 0, np.sign(gain + prices[:, k]), sign)
    return np.where(possible, sign, otherwise)
