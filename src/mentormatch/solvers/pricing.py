"""Which pairs outside the candidates the prices do not rule out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mentormatch.problem import Ints, Problem, Word
from mentormatch.solvers.candidates import Pairs
from mentormatch.solvers.excess import NOTHING, Excess, some_of, stacked, with_left
from mentormatch.solvers.strips import ANY, FAR, RULED_OUT, STEP, over_in, tied_in
from mentormatch.solvers.sweep import Parts, Settings, sweep

_FEW = 32
"""Pairs that just reach their prices are remembered up to this many for each person, and `_MANY`."""
_MANY = 1 << 18
_SETTLED = 50
"""A part that has no more pairs to add than one for so many people says that it is time to look at all."""
_LOOKS = (1, 1, 4, 4)
"""So many parts are looked at together, look by look, before all pairs are."""
_NEAR = 80
"""A part tells as well which pairs lack at most the largest points over this: prices that settle will reach some."""
_TALL = 256
"""So many mentors stand in a strip at least, where there are more mentees than fit into it."""
_FAR_OFF = 2
"""The first looks find more pairs that exceed their prices than can be taken in, so they need not tell that."""


class Pricing:
    """The passes that look for pairs worth adding to the candidates of a problem.

    A pair is ruled out where its value is below the sum of its two prices in the first word in which they differ. Where
    there are many pairs, the first passes look at parts of them, the last two at one half each: what these found spares
    the first pass over all most of its pairs. The last pass for the first word finds all pairs that it leaves open;
    where these are few they are remembered, so that the words that follow need no pass over all pairs.

    ``exceeding`` counts the pairs of the last pass that exceed their prices; others that came back only come close.
    ``worst`` is the most that any pair of each mentee exceeded its prices by in the last pass; None where that looked
    at some of them alone, or could not tell.
    """

    def __init__(self, problem: Problem, settings: Settings) -> None:
        self.problem = problem
        self.settings = settings
        self._open: tuple[Ints, Ints, Pairs] | None = None
        self._seen: _Seen | None = None
        self._parts = Parts.of(problem, settings)
        self._looked = 0
        self._halves: list[tuple[int, Ints, Ints, Ints]] = []
        self.exceeding = 0
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
            self.worst = self._open = None
            if self.in_parts:
                return self._look_at_part(words[0], *prices, have)
            return self._look_at_all(words[0], *prices, have)
        if known is not None and known[0] is prices[0] and known[1] is prices[1]:
            parts = [_lower(problem, words, mentor_prices, mentee_prices, known[2], have)]
        else:
            tied = sweep(
                problem, self.settings, tied_in, lambda start, stop: (words[0], prices[0][start:stop], prices[1])
            )
            parts = [_lower(problem, words, mentor_prices, mentee_prices, pairs, have) for pairs in tied]
        over = stacked(parts)
        self.worst = np.zeros(problem.shape[1], dtype=np.int64)
        np.maximum.at(self.worst, over[1], over[3])
        return some_of(problem, self.settings, over)

    @property
    def in_parts(self) -> bool:
        """Whether the next look is at a part of the pairs only, so that finding nothing proves nothing."""
        return self._seen is None and self._parts.count > 1 and self._looked < len(_LOOKS)

    def _look_at_all(self, word: Word, v: Ints, u: Ints, have: Pairs) -> Pairs:
        """Of the pairs that exceed their prices in the first word some, with those that nearly do; none if none does.

        Then those that just reach them are remembered, if they are few.
        """
        mentors, mentees = self.problem.shape
        found = _Found(mentees, _FEW * (mentors + mentees) + _MANY)
        seen = self._seen or self._seen_in_halves() or _Seen.nothing(v, u)
        looks, most = seen.looks(v, u)
        for rows, columns in looks:
            highest = self._look(word, v, u, have, rows, columns, found)
            most[rows] = np.maximum(most[rows], highest)
        if found.best.max(initial=0) < FAR // 2:
            self.worst = found.best
        self.exceeding = found.exceeding
        over, left_open = found.result()
        self._open = None if left_open is None else (v, u, left_open)
        chosen = some_of(self.problem, self.settings, over)
        self._seen = _Seen.everything(v, u, with_left(most, stacked(found.over), chosen, mentees))
        return chosen

    def _look_at_part(self, word: Word, v: Ints, u: Ints, have: Pairs) -> Pairs:
        """Of the pairs of the next part some that exceed their prices, or nearly do."""
        problem, self._looked = self.problem, self._looked + 1
        many = _LOOKS[self._looked - 1]
        found = _Found(problem.shape[1], -1)
        near = min(word.multiplier("points") * problem.largest("points") // _NEAR, STEP // 4)
        if self._looked <= _FAR_OFF:
            near = 1

        def state(start: int, stop: int) -> tuple[object, ...]:
            mentees = self._parts.mentees(start, self._looked, many)
            low, high = np.searchsorted(have[0], (start, stop))
            own = low + np.flatnonzero((have[1][low:high] >= mentees.start) & (have[1][low:high] < mentees.stop))
            prices = word, v[start:stop], u[mentees]
            mine = have[0][own] - start, have[1][own] - mentees.start
            return np.arange(start, stop), mentees, prices, mine, found.best[mentees], False, near

        highest = []
        for over, tied, most in sweep(
            problem, self.settings, over_in, state, self._parts.shape(many), self._parts.height
        ):
            found.take(over, tied)
            highest.append(most)
        over = stacked(found.over)
        chosen = some_of(problem, self.settings, over)
        if 2 * many == self._parts.count:
            most = with_left(np.concatenate(highest), over, chosen, problem.shape[1])
            self._halves = [*self._halves[-1:], (self._looked, v, u, most)]
        self.exceeding = int(np.count_nonzero(over[3] > 0))
        if self.exceeding <= sum(problem.shape) // _SETTLED:
            self._looked = len(_LOOKS)
        return chosen

    def _seen_in_halves(self) -> _Seen | None:
        """What the last two looks at one half each say together; None where they were not at both halves."""
        if len(self._halves) < 2 or (self._halves[0][0] - self._halves[1][0]) % 2 == 0:
            return None
        (part, v, u, most), (_, last_v, last_u, last_most) = self._halves
        parts = self._parts
        which = np.arange(len(v)) // parts.height % 2
        before = np.stack((last_u, last_u))
        for k in range(2):
            half = parts.mentees(k * parts.height, part, parts.count // 2)
            before[k, half] = u[half]
        unknown = (most == ANY) | (last_most == ANY)
        return _Seen(last_v, before, which, np.where(unknown, ANY, np.maximum(most + (v - last_v), last_most)))

    def _look(
        self, word: Word, v: Ints, u: Ints, have: Pairs, rows: Ints, columns: Ints | slice, found: _Found
    ) -> Ints:
        """Take in what is found among these mentors and mentees; what no pair of each mentor exceeds its prices by.

        Many mentees are looked at a few thousand at a time, so that strips are not so low that their products are slow.
        """
        highest = np.full(len(rows), RULED_OUT)
        some = np.arange(self.problem.shape[1])[columns]
        width = max(1, self.settings.strip_pairs // _TALL)
        for first in range(0, len(some), width):
            last = min(first + width, len(some))
            these = (
                slice(columns.start + first, columns.start + last) if isinstance(columns, slice) else some[first:last]
            )
            highest = np.maximum(highest, self._look_among(word, v, u, have, rows, these, found))
        return highest

    def _look_among(
        self, word: Word, v: Ints, u: Ints, have: Pairs, rows: Ints, columns: Ints | slice, found: _Found
    ) -> Ints:
        some = np.arange(self.problem.shape[1])[columns]
        own = _inside(have, rows, some, self.problem.shape)

        def state(start: int, stop: int) -> tuple[object, ...]:
            low, high = np.searchsorted(own[0], (start, stop))
            mine = own[0][low:high] - start, own[1][low:high]
            prices = word, v[rows[start:stop]], u[columns]
            return rows[start:stop], columns, prices, mine, found.best[columns], found.tie, 0

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
        self.exceeding = 0
        self.over: list[Excess] = []
        self.tied: list[Pairs] = []

    @property
    def tie(self) -> bool:
        """Whether pairs that just reach their prices are wanted."""
        return self.few >= 0 and not self.exceeding

    def take(self, over: Excess, tied: Pairs) -> None:
        if len(over[0]):
            self.over.append(over)
            self.exceeding += int(np.count_nonzero(over[3] > 0))
            self.best = self.best.copy()
            np.maximum.at(self.best, over[1], over[3])
        self.few -= len(tied[0])
        self.tied = [*self.tied, tied] if self.tie else []

    def result(self) -> tuple[Excess, Pairs | None]:
        """Pairs that exceed their prices, with those that nearly do; where there are none, those that reach them."""
        mentor, mentee, points = (np.concatenate([NOTHING[k], *(part[k] for part in self.tied)]) for k in range(3))
        over = self.over if self.exceeding else []
        return stacked(over), (mentor, mentee, points) if self.tie else None


@dataclass(frozen=True, eq=False)
class _Seen:
    """What looks found: at the prices ``v`` and ``u`` no pair of a mentor exceeds its prices by more than ``most``.

    ``u`` has a row for each group of mentors who were compared with the same prices of mentees, ``which`` says whose
    is whose.
    """

    v: Ints
    u: Ints
    which: Ints
    most: Ints

    @classmethod
    def everything(cls, v: Ints, u: Ints, most: Ints) -> _Seen:
        """All mentors were compared with the same prices."""
        return cls(v, u[None, :], np.zeros(len(v), dtype=np.int64), most)

    @classmethod
    def nothing(cls, v: Ints, u: Ints) -> _Seen:
        """Nobody was looked at."""
        return cls.everything(v, u, np.full(len(v), ANY))

    def looks(self, v: Ints, u: Ints) -> tuple[list[tuple[Ints, Ints | slice]], Ints]:
        """Mentors and mentees among whom pairs may reach new prices, and what ``most`` is among all others.

        A pair can only reach its prices anew as far as they fell. For any bound, the mentees whose price fell by more
        are few, and of the other pairs only those matter whose mentor's best one came so close. The bound is chosen
        that leaves the fewest pairs to look at.
        """
        mentees = len(u)
        found: list[tuple[Ints, Ints | slice]] = []
        most = np.empty_like(self.most)
        for k, before in enumerate(self.u):
            mentors = np.flatnonzero(self.which == k)
            fell = np.maximum(before - u, 0)
            close = np.where(self.most == ANY, ANY, self.most + (self.v - v))[mentors]
            falling, rising = np.sort(fell), np.sort(close)
            costs = []
            for many in (0, *(mentees >> k for k in range(1, 11))):
                bound = int(falling[mentees - many - 1]) if many < mentees else 0
                far = int(np.searchsorted(rising, -bound))
                costs.append(((len(mentors) - far) * mentees + far * many, many, bound))
            _, many, bound = min(costs)
            near = close >= -bound
            found.append((mentors[near], slice(0, mentees)))
            if many:
                found.append((mentors[~near], np.flatnonzero(fell > bound)))
            most[mentors] = np.where(near, RULED_OUT, np.maximum(close, RULED_OUT // 2) + bound)
        return [look for look in found if len(look[0])], most


def _inside(have: Pairs, rows: Ints, columns: Ints, shape: tuple[int, int]) -> tuple[Ints, Ints]:
    """Those of the pairs that are among some mentors and mentees, by their places among these, sorted."""
    here, there = (np.full(people, -1, dtype=np.int64) for people in shape)
    here[rows], there[columns] = np.arange(len(rows)), np.arange(len(columns))
    mentor, mentee = here[have[0]], there[have[1]]
    inside = (mentor >= 0) & (mentee >= 0)
    return mentor[inside], mentee[inside]


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
