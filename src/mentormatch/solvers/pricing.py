"""Which pairs outside the candidates the prices do not rule out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mentormatch.problem import Ints, Problem, Word
from mentormatch.solvers.candidates import Block, Pairs, Positions, joined, where
from mentormatch.solvers.sweep import Parts, Settings, sweep

Excess = tuple[Ints, Ints, Ints, Ints]
"""Mentor positions, mentee positions, points, and by how much the value of a pair exceeds the sum of its prices."""

_NOTHING: Pairs = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64))
_FEW = 32
"""Pairs that just reach their prices are remembered up to this many for each person, and `_MANY`."""
_MANY = 1 << 18
_SETTLED = 50
"""A part that has no more pairs to add than one for so many people says that it is time to look at all."""
_LOOKS = (1, 1, 2, 2, 2, 2)
"""So many parts are looked at together, look by look, before all pairs are."""
_NEAR = 25
"""A part tells as well which pairs lack at most the largest points over this: prices that settle will reach some."""
_STEP = 1 << 28
_FAR = 1 << 30
_ANY = np.int64(1 << 62)
_RULED_OUT = -_ANY
"""What the excess of a pair may be, and what it is where no pair is left; beyond all differences of prices."""


class Pricing:
    """The passes that look for pairs worth adding to the candidates of a problem.

    A pair is ruled out where its value is below the sum of its two prices in the first word in which they differ. The
    last pass for the first word finds all pairs that it leaves open; where these are few they are remembered, so that
    the words that follow need no pass over all pairs. ``worst`` is the most that any pair of each mentee exceeded its
    prices by in the last pass; None where that looked at some of them alone, or could not tell.
    """

    def __init__(self, problem: Problem, settings: Settings) -> None:
        self.problem = problem
        self.settings = settings
        self._open: tuple[Ints, Ints, Pairs] | None = None
        self._seen: _Seen | None = None
        self._parts = Parts.of(problem, settings)
        self._looked = 0
        self.worst: Ints | None = None

    def worth_adding(
        self, words: Sequence[Word], mentor_prices: Sequence[Ints], mentee_prices: Sequence[Ints], have: Pairs
    ) -> Pairs:
        """Pairs outside ``have`` (sorted) that the prices do not rule out: their value exceeds the sum of both prices.

        Compared word by word: where all words but the last give a pair exactly its price, the last decides. A pair
        without slack in every word, the lottery included, is returned as well, so that uniqueness can be judged from
        candidates alone. Only some come back at a time, of every mentor those of the most excess, ties by lottery, and
        one of each mentee who has none among these, so the caller repeats until there are none. One pass over all pairs
        at most.
        """
        problem, known = self.problem, self._open
        prices = mentor_prices[0], mentee_prices[0]
        if len(words) == 1:
            self.worst = None
            over, left_open = self._first(words[0], *prices, have)
            self._open = None if left_open is None else (*prices, left_open)
            return _some(problem, self.settings, over)
        if known is not None and known[0] is prices[0] and known[1] is prices[1]:
            parts = [_lower(problem, words, mentor_prices, mentee_prices, known[2], have)]
        else:
            tied = sweep(
                problem, self.settings, tied_in, lambda start, stop: (words[0], prices[0][start:stop], prices[1])
            )
            parts = [_lower(problem, words, mentor_prices, mentee_prices, pairs, have) for pairs in tied]
        over = _stacked(parts)
        self.worst = np.zeros(problem.shape[1], dtype=np.int64)
        np.maximum.at(self.worst, over[1], over[3])
        return _some(problem, self.settings, over)

    @property
    def in_parts(self) -> bool:
        """Whether the next look is at a part of the pairs only, so that finding nothing proves nothing."""
        return self._seen is None and self._parts.count > 1 and self._looked < len(_LOOKS)

    def _first(self, word: Word, v: Ints, u: Ints, have: Pairs) -> tuple[Excess, Pairs | None]:
        """Pairs that exceed their prices in the first word, or else those that just reach them, if they are few."""
        mentors, mentees = self.problem.shape
        found = _Found(mentees, _FEW * (mentors + mentees) + _MANY)
        if self.in_parts:
            over = self._look_at_part(word, v, u, have)
            if np.count_nonzero(over[3] > 0) <= (mentors + mentees) // _SETTLED:
                self._looked = len(_LOOKS)
            return over, None
        seen = self._seen or _Seen(v, u, np.full(mentors, _ANY))
        looks, most = seen.looks(v, u)
        for rows, columns in looks:
            highest = self._look(word, v, u, have, rows, columns, found)
            most[rows] = np.maximum(most[rows], highest)
        self._seen = _Seen(v, u, most)
        if found.best.max(initial=0) < _FAR // 2:
            self.worst = found.best
        return found.result()

    def _look_at_part(self, word: Word, v: Ints, u: Ints, have: Pairs) -> Excess:
        """Pairs of the next part that exceed their prices, and some that nearly do."""
        problem, self._looked = self.problem, self._looked + 1
        many = _LOOKS[self._looked - 1]
        found = _Found(problem.shape[1], -1)
        near = min(word.multiplier("points") * problem.largest("points") // _NEAR, _STEP // 4)

        def state(start: int, stop: int) -> tuple[object, ...]:
            mentees = self._parts.mentees(start, self._looked, many)
            low, high = np.searchsorted(have[0], (start, stop))
            own = low + np.flatnonzero((have[1][low:high] >= mentees.start) & (have[1][low:high] < mentees.stop))
            prices = word, v[start:stop], u[mentees]
            mine = have[0][own] - start, have[1][own] - mentees.start
            return np.arange(start, stop), mentees, prices, mine, found.best[mentees], False, near

        for over, tied, _ in sweep(problem, self.settings, over_in, state, self._parts.shape(many), self._parts.height):
            found.take(over, tied)
        return _stacked(found.over)

    def _look(
        self, word: Word, v: Ints, u: Ints, have: Pairs, rows: Ints, columns: Ints | slice, found: _Found
    ) -> Ints:
        """Take in what is found among these mentors and mentees; what no pair of each mentor exceeds its prices by."""
        some = np.arange(self.problem.shape[1])[columns]
        own = _inside(have, rows, some, self.problem.shape)

        def state(start: int, stop: int) -> tuple[object, ...]:
            low, high = np.searchsorted(own[0], (start, stop))
            mine = own[0][low:high] - start, own[1][low:high]
            return (
                rows[start:stop],
                columns,
                (word, v[rows[start:stop]], u[columns]),
                mine,
                found.best[columns],
                found.tie,
                0,
            )

        highest = [np.zeros(0, dtype=np.int64)]
        for over, tied, most in sweep(self.problem, self.settings, over_in, state, (len(rows), len(some))):
            found.take(over, tied)
            highest.append(most)
        return np.concatenate(highest)


class _Found:
    """What the strips of a pass found: pairs that exceed their prices, and while there are none, those that reach them.

    ``best`` is the most excess of any pair of each mentee. No more than ``few`` pairs that reach their prices are kept.
    """

    def __init__(self, mentees: int, few: int) -> None:
        self.best = np.zeros(mentees, dtype=np.int64)
        self.few = few
        self.over: list[Excess] = []
        self.tied: list[Pairs] = []

    @property
    def tie(self) -> bool:
        """Whether pairs that just reach their prices are wanted."""
        return self.few >= 0 and not self.over

    def take(self, over: Excess, tied: Pairs) -> None:
        if len(over[0]):
            self.over.append(over)
            self.best = self.best.copy()
            np.maximum.at(self.best, over[1], over[3])
        self.few -= len(tied[0])
        self.tied = [*self.tied, tied] if self.tie else []

    def result(self) -> tuple[Excess, Pairs | None]:
        mentor, mentee, points = (np.concatenate([_NOTHING[k], *(part[k] for part in self.tied)]) for k in range(3))
        return _stacked(self.over), (mentor, mentee, points) if self.tie else None


@dataclass(frozen=True, eq=False)
class _Seen:
    """What a pass found at the prices ``v`` and ``u``: no pair of a mentor exceeds its prices by more than ``most``."""

    v: Ints
    u: Ints
    most: Ints

    def looks(self, v: Ints, u: Ints) -> tuple[list[tuple[Ints, Ints | slice]], Ints]:
        """Mentors and mentees among whom pairs may reach new prices, and what ``most`` is among all others.

        A pair can only reach its prices anew as far as they fell. For any bound, the mentees whose price fell by more
        are few, and of the other pairs only those matter whose mentor's best one came so close. The bound is chosen
        that leaves the fewest pairs to look at.
        """
        mentors, mentees = len(v), len(u)
        fell = np.maximum(self.u - u, 0)
        close = np.where(self.most == _ANY, _ANY, self.most + (self.v - v))
        falling, rising = np.sort(fell), np.sort(close)
        costs = []
        for many in (0, *(mentees >> k for k in range(1, 11))):
            bound = int(falling[mentees - many - 1]) if many < mentees else 0
            far = int(np.searchsorted(rising, -bound))
            costs.append(((mentors - far) * mentees + far * many, many, bound))
        _, many, bound = min(costs)
        near = close >= -bound
        looks: list[tuple[Ints, Ints | slice]] = [(np.flatnonzero(near), slice(0, mentees))]
        if many:
            looks.append((np.flatnonzero(~near), np.flatnonzero(fell > bound)))
        most = np.where(near, _RULED_OUT, np.maximum(close, _RULED_OUT // 2) + bound)
        return [look for look in looks if len(look[0])], most


def _inside(have: Pairs, rows: Ints, columns: Ints, shape: tuple[int, int]) -> tuple[Ints, Ints]:
    """Those of the pairs that are among some mentors and mentees, by their places among these, sorted."""
    here, there = (np.full(people, -1, dtype=np.int64) for people in shape)
    here[rows], there[columns] = np.arange(len(rows)), np.arange(len(columns))
    mentor, mentee = here[have[0]], there[have[1]]
    inside = (mentor >= 0) & (mentee >= 0)
    return mentor[inside], mentee[inside]


def over_in(
    problem: Problem,
    settings: Settings,
    start: int,
    stop: int,
    mentors: Ints,
    mentees: Ints | slice,
    prices: tuple[Word, Ints, Ints],
    own: tuple[Ints, Ints],
    best: Ints,
    ties: bool,
    near: int,
) -> tuple[Excess, Pairs, Ints]:
    """Pairs of these people that exceed their prices in the first word; where there are none, those that reach them.

    ``own`` are candidates among them, by their places, which are left out; ``best`` is the excess that a pair must have
    to matter as the one of its mentee, ``ties`` says whether pairs that reach their prices matter, and ``near`` by how
    much a pair may lack them that matters all the same. The last array says of each mentor what none of their pairs
    exceeds its prices by more than.
    """
    word, v, u = prices
    some = np.arange(problem.shape[1])[mentees]
    if (
        len(mentors) == stop - start
        and mentors[0] == start
        and mentors[-1] == stop - 1
        and len(some) == problem.shape[1]
    ):
        here_only, offset = problem, start
    else:
        here_only, offset = problem.take(mentors, mentees), 0
    over: list[Excess] = []
    tied = [_NOTHING]
    highest = np.full(len(mentors), _RULED_OUT)
    for top, first, block in here_only.tiles(settings.block_pairs, offset, offset + len(mentors)):
        columns = slice(first, first + block.shape[1])
        at = top - offset
        low, high = np.searchsorted(own[0], (at, at + len(block)))
        inside = low + np.flatnonzero((own[1][low:high] >= first) & (own[1][low:high] < columns.stop))
        mine = own[0][inside] - at, own[1][inside] - first
        for here, beyond in _beyond(block, word.multiplier("points"), v[at : at + len(block)], u[columns], mine):
            most = beyond.max(axis=1, initial=-_FAR)
            highest[at + here] = np.maximum(highest[at + here], np.where(most >= _FAR // 2, _ANY, most))
            close = np.flatnonzero(most > -near)
            if len(close):
                whose = mentors[at + here[close]]
                row, column = _most(problem, settings, beyond[close], whose, best[columns], some[columns], near)
                excess = beyond[close][row, column].astype(np.int64)
                row = here[close[row]]
                points = block[row, column].astype(np.int64)
                over.append((mentors[at + row], some[first + column], points, excess))
            elif ties and not over:
                close = np.flatnonzero(most == 0)
                row, column = where(beyond[close] == 0)
                row = here[close[row]]
                tied.append((mentors[at + row], some[first + column], block[row, column].astype(np.int64)))
    if over:
        return _fewer(problem, settings, _stacked(over)), _NOTHING, highest
    mentor, mentee, points = (np.concatenate([part[k] for part in tied]) for k in range(3))
    return _stacked([]), (mentor, mentee, points), highest


def tied_in(problem: Problem, settings: Settings, start: int, stop: int, word: Word, v: Ints, u: Ints) -> Pairs:
    """All pairs of these mentors that just reach their prices in a word, candidates included."""
    tied = [_NOTHING]
    nobody = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    for top, first, block in problem.tiles(settings.block_pairs, start, stop):
        prices = v[top - start :][: len(block)], u[first : first + block.shape[1]]
        for here, beyond in _beyond(block, word.multiplier("points"), *prices, nobody):
            row, column = where(beyond == 0)
            at = here[row], column
            tied.append((at[0] + top, column + first, block[at].astype(np.int64)))
    mentor, mentee, points = (np.concatenate([part[k] for part in tied]) for k in range(3))
    return mentor, mentee, points


def _beyond(
    block: Block, multiplier: int, v: Ints, u: Ints, without: tuple[Ints, Ints]
) -> Iterator[tuple[Positions, Block]]:
    """Rows of a block, together all, and by how much points times ``multiplier`` exceed v[row] + u[column] in them.

    Far below 0 for pairs that are not allowed and those ``without``; exact from -``_STEP`` to ``_STEP``, and on the
    right side of that elsewhere. Prices of merged levels take 50 bits and more, but what decides are differences of
    points: rows are taken together whose v have the same leading bits, so that the rest is less than ``_STEP``, and a
    column whose u differs from those bits by more than ``_FAR`` is decided whatever the points and the rest, and stays
    so when its u is brought nearer.
    """
    low = int(v.min(initial=0)) + int(u.min(initial=0)) <= -multiplier
    if block.dtype != np.int32 or int(block.max(initial=0)) * multiplier >= _STEP:
        wide = block.astype(np.int64) * multiplier - v[:, None] - u[None, :]
        wide[block < 0] = np.iinfo(np.int64).min
        wide[without] = np.iinfo(np.int64).min
        yield np.arange(len(block)), wide
        return
    high = v // _STEP * _STEP
    bases = np.unique(high)
    for base in bases:
        here = np.flatnonzero(high == base)
        points = block if len(bases) == 1 else block[here]
        price = np.clip(u + base, -_FAR, _FAR).astype(np.int32)
        beyond = (points if multiplier == 1 else points * np.int32(multiplier)) - price
        beyond -= (v[here] - base).astype(np.int32)[:, None]
        if low:
            beyond[points < 0] = -_FAR
        if len(bases) == 1:
            beyond[without] = -_FAR
        else:
            place = np.full(len(block), -1)
            place[here] = np.arange(len(here))
            mine = place[without[0]] >= 0
            beyond[place[without[0]][mine], without[1][mine]] = -_FAR
        yield here, beyond


def _most(
    problem: Problem, settings: Settings, beyond: Block, mentor: Ints, best: Ints, mentee: Ints, near: int
) -> tuple[Positions, Positions]:
    """Rows and columns of the pairs of the most excess of every row, and of every column where they exceed ``best``.

    Pairs of a row may lack up to ``near``.

    Ties in a row are broken by lottery: by position, people with equal answers would all get the same few partners.
    """
    keep, width = settings.additions, beyond.shape[1]
    least = np.full(len(beyond), 1 - near, dtype=beyond.dtype)
    if width > keep:
        least = np.maximum(np.partition(beyond, width - keep, axis=1)[:, width - keep], least)
    row, column = where(beyond >= least[:, None])
    crowded = np.bincount(row, minlength=len(beyond)) > keep
    ties = np.flatnonzero(crowded[row] & (beyond[row, column] == least[row]))
    if len(ties):
        order = ties[np.lexsort((-problem.lottery(mentor[row[ties]], mentee[column[ties]], 0), row[ties]))]
        rank = np.arange(len(order)) - np.searchsorted(row[order], row[order])
        above = np.bincount(row, minlength=len(beyond)) - np.bincount(row[ties], minlength=len(beyond))
        kept = np.ones(len(row), dtype=np.bool_)
        kept[order[rank >= keep - above[row[order]]]] = False
        row, column = row[kept], column[kept]
    more = np.flatnonzero(beyond.max(axis=0) > best)
    top = beyond[:, more].argmax(axis=0) if len(more) < width else beyond.argmax(axis=0)
    key = np.unique(np.concatenate((row, top)) * width + np.concatenate((column, more)))
    return np.divmod(key, width)


def _lower(
    problem: Problem,
    words: Sequence[Word],
    mentor_prices: Sequence[Ints],
    mentee_prices: Sequence[Ints],
    pairs: Pairs,
    have: Pairs,
) -> Excess:
    """Of these pairs those outside ``have`` that no word rules out, with their excess in the last."""
    mentor, mentee, points = pairs
    *upper, last = zip(words, mentor_prices, mentee_prices, strict=True)
    for word, v, u in upper:
        tied = points * word.multiplier("points") == v[mentor] + u[mentee]
        mentor, mentee, points = mentor[tied], mentee[tied], points[tied]
    word, v, u = last
    value = points * word.multiplier("points")
    if word.multiplier("lottery"):
        value = problem.lottery(mentor, mentee, word.draw)
    excess = value - v[mentor] - u[mentee]
    over = np.flatnonzero(excess >= 0 if word.multiplier("lottery") else excess > 0)
    key, owned = mentor[over] * problem.shape[1] + mentee[over], have[0] * problem.shape[1] + have[1]
    if len(owned):
        over = over[owned[np.minimum(np.searchsorted(owned, key), len(owned) - 1)] != key]
    return mentor[over], mentee[over], points[over], excess[over]


def _some(problem: Problem, settings: Settings, over: Excess) -> Pairs:
    """The pairs of the most excess of every mentor, and one of each mentee who has none among these."""
    mentor, mentee, points, _ = over
    chosen, rest = _best_of(problem, settings, over)
    served = np.zeros(problem.shape[1], dtype=np.bool_)
    served[mentee[chosen]] = True
    chosen = np.concatenate((chosen, rest[~served[mentee[rest]]]))
    return joined([(mentor[chosen], mentee[chosen], points[chosen])])


def _fewer(problem: Problem, settings: Settings, over: Excess) -> Excess:
    """Of what a strip found, which has all pairs of its mentors, those `_some` could take, and each mentee's best."""
    chosen = np.union1d(*_best_of(problem, settings, over))
    mentor, mentee, points, excess = (part[chosen] for part in over)
    return mentor, mentee, points, excess


def _best_of(problem: Problem, settings: Settings, over: Excess) -> tuple[Positions, Positions]:
    """The places of the pairs of the most excess of every mentor, ties by lottery, and of the one of every mentee."""
    mentor, mentee, _, excess = over
    order = np.lexsort((-problem.lottery(mentor, mentee, 0), -excess, mentor))
    rank = np.arange(len(order)) - np.searchsorted(mentor[order], mentor[order])
    rest = order[np.lexsort((-excess[order], mentee[order]))]
    return order[rank < settings.additions], rest[np.diff(mentee[rest], prepend=-1) != 0]


def _stacked(parts: Sequence[Excess]) -> Excess:
    empty = np.zeros(0, dtype=np.int64)
    mentor, mentee, points, excess = (np.concatenate([empty, *(part[k] for part in parts)]) for k in range(4))
    return mentor, mentee, points, excess
