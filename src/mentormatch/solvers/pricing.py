"""Which pairs outside the candidates the prices do not rule out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from mentormatch.problem import Ints, Problem, Word
from mentormatch.solvers.candidates import Block, Pairs, Positions, joined, where
from mentormatch.solvers.sweep import Settings, sweep

Excess = tuple[Ints, Ints, Ints, Ints]
"""Mentor positions, mentee positions, points, and by how much the value of a pair exceeds the sum of its prices."""

_NOTHING: Pairs = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64))
_FEW = 32
"""Pairs that just reach their prices are remembered up to this many for each person, and `_MANY`."""
_MANY = 1 << 18
_STEP = 1 << 28
_FAR = 1 << 30


class Pricing:
    """The passes that look for pairs worth adding to the candidates of a problem.

    A pair is ruled out where its value is below the sum of its two prices in the first word in which they differ. The
    last pass for the first word finds all pairs that it leaves open; where these are few they are remembered, so that
    the words that follow need no pass over all pairs.
    """

    def __init__(self, problem: Problem, settings: Settings) -> None:
        self.problem = problem
        self.settings = settings
        self._open: tuple[Ints, Ints, Pairs] | None = None

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
        return _some(problem, self.settings, _stacked(parts))

    def _first(self, word: Word, v: Ints, u: Ints, have: Pairs) -> tuple[Excess, Pairs | None]:
        """Pairs that exceed their prices in the first word, or else those that just reach them, if they are few."""
        best = np.zeros(self.problem.shape[1], dtype=np.int64)
        over: list[Excess] = []
        tied, few = [_NOTHING], _FEW * sum(self.problem.shape) + _MANY

        def state(start: int, stop: int) -> tuple[object, ...]:
            own = slice(*np.searchsorted(have[0], (start, stop)))
            return word, v[start:stop], u, (have[0][own], have[1][own]), best.copy(), few >= 0 and not over

        for found, reaching in sweep(self.problem, self.settings, over_in, state):
            if len(found[0]):
                over.append(found)
                np.maximum.at(best, found[1], found[3])
            few -= len(reaching[0])
            tied.append(reaching)
            if few < 0 or over:
                tied = [_NOTHING]
        mentor, mentee, points = (np.concatenate([part[k] for part in tied]) for k in range(3))
        return _stacked(over), None if over or few < 0 else (mentor, mentee, points)


def over_in(
    problem: Problem,
    settings: Settings,
    start: int,
    stop: int,
    word: Word,
    v: Ints,
    u: Ints,
    own: tuple[Ints, Ints],
    best: Ints,
    ties: bool,
) -> tuple[Excess, Pairs]:
    """Pairs of these mentors that exceed their prices in the first word; where there are none, those that reach them.

    ``v`` are the prices of these mentors and ``own`` their candidates, which are left out; ``best`` is the excess that
    a pair must have to matter as the one of its mentee, and ``ties`` says whether pairs that reach their prices do.
    """
    over: list[Excess] = []
    tied = [_NOTHING]
    for top, first, block in problem.tiles(settings.block_pairs, start, stop):
        columns = slice(first, first + block.shape[1])
        low, high = np.searchsorted(own[0], (top, top + block.shape[0]))
        inside = low + np.flatnonzero((own[1][low:high] >= first) & (own[1][low:high] < columns.stop))
        mine = own[0][inside] - top, own[1][inside] - first
        for here, beyond in _beyond(block, word.multiplier("points"), v[top - start :][: len(block)], u[columns], mine):
            most = beyond.max(axis=1, initial=-1)
            some = np.flatnonzero(most > 0)
            if len(some):
                row, column = _most(problem, settings, beyond[some], here[some] + top, best[columns], first)
                row = some[row]
                at = here[row], column
                over.append(
                    (at[0] + top, column + first, block[at].astype(np.int64), beyond[row, column].astype(np.int64))
                )
            elif ties and not over:
                some = np.flatnonzero(most == 0)
                row, column = where(beyond[some] == 0)
                at = here[some[row]], column
                tied.append((at[0] + top, column + first, block[at].astype(np.int64)))
    if over:
        return _stacked(over), _NOTHING
    mentor, mentee, points = (np.concatenate([part[k] for part in tied]) for k in range(3))
    return _stacked([]), (mentor, mentee, points)


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
    problem: Problem, settings: Settings, beyond: Block, mentor: Ints, best: Ints, first: int
) -> tuple[Positions, Positions]:
    """Rows and columns of the pairs of the most excess of every row, and of every column where they exceed ``best``.

    Ties in a row are broken by lottery: by position, people with equal answers would all get the same few partners.
    """
    keep, width = settings.additions, beyond.shape[1]
    least = np.ones(len(beyond), dtype=beyond.dtype)
    if width > keep:
        least = np.maximum(np.partition(beyond, width - keep, axis=1)[:, width - keep], least)
    row, column = where(beyond >= least[:, None])
    crowded = np.bincount(row, minlength=len(beyond)) > keep
    ties = np.flatnonzero(crowded[row] & (beyond[row, column] == least[row]))
    if len(ties):
        order = ties[np.lexsort((-problem.lottery(mentor[row[ties]], column[ties] + first, 0), row[ties]))]
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
    mentor, mentee, points, excess = over
    order = np.lexsort((-problem.lottery(mentor, mentee, 0), -excess, mentor))
    rank = np.arange(len(order)) - np.searchsorted(mentor[order], mentor[order])
    chosen = order[rank < settings.additions]
    served = np.zeros(problem.shape[1], dtype=np.bool_)
    served[mentee[chosen]] = True
    rest = order[~served[mentee[order]]]
    rest = rest[np.lexsort((-excess[rest], mentee[rest]))]
    rest = rest[np.diff(mentee[rest], prepend=-1) != 0]
    chosen = np.concatenate((chosen, rest))
    return joined([(mentor[chosen], mentee[chosen], points[chosen])])


def _stacked(parts: Sequence[Excess]) -> Excess:
    empty = np.zeros(0, dtype=np.int64)
    mentor, mentee, points, excess = (np.concatenate([empty, *(part[k] for part in parts)]) for k in range(4))
    return mentor, mentee, points, excess
