"""The check of meetings in rounds. Nothing here calls a solver or shares code with one.

Prices of mentees, of each of their rounds, of each round of the mentors and of the mentors, a whole number for each
level, prove meetings the best even where a pair may meet several times. Read an arrow as what one more meeting runs
through: mentee -> the mentee's round -> the mentor's round -> mentor -> nothing, or mentee -> nothing for a mentor that
is missing. The price at the beginning less the price at the end less what the arrow brings is its slack; compared level
by level, an arrow with a slack above 0 carries nothing and one with a slack below 0 as much as it can.

Then no other meetings bring more: changing them along any path gains nothing. Meetings in which no pair has two are
among those compared, so where the best have none with two, they are the best.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from mentormatch.problem import LARGEST_TOTAL, Ints, Problem, Word
from mentormatch.proof import Flaw
from mentormatch.timetable import TimedSolution, Timetable

_AT_ONCE = 1 << 18


def check_timed(problem: Problem, timetable: Timetable, solution: TimedSolution) -> tuple[Flaw, ...]:
    """All flaws of meetings and their prices: none means that no meetings are better in any level, the lottery too.

    One pass over all pairs and rounds. That no pair meets twice, and that one person has one meeting at a time in both
    roles, is the caller's to check.
    """
    prices, levels = solution.prices, problem.sums
    if prices.levels != levels:
        return (Flaw("words"),)
    whole = all(table.dtype == np.int64 for table in prices.tables)
    if not whole or not prices.fits(*problem.shape, timetable.rounds):
        return (Flaw("prices"),)
    if any(table.size and int(np.abs(table).max()) >= LARGEST_TOTAL // 4 for table in prices.tables):
        return (Flaw("prices"),)
    return tuple(_flaws(problem, timetable, solution, [Word(((level, 1),)) for level in levels]))


def _flaws(problem: Problem, timetable: Timetable, solution: TimedSolution, words: Sequence[Word]) -> Iterator[Flaw]:
    mentors, mentees = problem.shape
    rounds = timetable.rounds
    prices = solution.prices
    of_mentor_rounds = prices.mentor_rounds.reshape(mentors, rounds, -1)
    of_mentee_rounds = prices.mentee_rounds.reshape(mentees, rounds, -1)
    made = set(zip(solution.mentor.tolist(), solution.mentee.tolist(), solution.round.tolist(), strict=True))

    # The rounds of mentees and of mentors.
    here = _sign(prices.mentee[:, None, :] - of_mentee_rounds)
    there = _sign(of_mentor_rounds - prices.mentor[:, None, :])
    room = problem.capacity[:, None] if timetable.several else np.int64(1)
    for code, who, sign, present, most in (
        ("mentee_load", solution.mentee, here, timetable.mentee, np.int64(1)),
        ("mentor_load", solution.mentor, there, timetable.mentor, room),
    ):
        used = np.zeros(present.shape, dtype=np.int64)
        np.add.at(used, (who, solution.round), 1)
        wrong = present & _wrong(sign, used > 0, used >= most)
        for at in np.flatnonzero(wrong.any(axis=1) | (used > most * present).any(axis=1)).tolist():
            yield Flaw("mentee_load", mentee=at) if code == "mentee_load" else Flaw("mentor_load", mentor=at)

    # Mentors that are missing, and seats.
    got, load = np.bincount(solution.mentee, minlength=mentees), np.bincount(solution.mentor, minlength=mentors)
    tiers, seats = problem.tiers, problem.seats
    missing = np.arange(len(tiers.mentee)) - tiers.offsets[tiers.mentee] >= got[tiers.mentee]
    slack = np.stack([prices.mentee[tiers.mentee, k] + tiers.gain(word) for k, word in enumerate(words)], 1)
    for at in np.unique(tiers.mentee[_wrong(_sign(slack), missing, missing)]).tolist():
        yield Flaw("mentee_load", mentee=at)
    taken = np.clip(load[seats.mentor] - seats.before, 0, seats.capacity)
    slack = np.stack(
        [
            prices.mentor[seats.mentor, k] - problem.seat_gain(word, seats.mentor, seats.before)
            for k, word in enumerate(words)
        ],
        axis=1,
    )
    for at in np.unique(seats.mentor[_wrong(_sign(slack), taken > 0, taken == seats.capacity)]).tolist():
        yield Flaw("mentor_load", mentor=at)

    # Meetings.
    for top, first, tile in problem.tiles(_AT_ONCE // max(1, rounds), 0, mentors):
        row, column = np.nonzero(tile >= 0)
        mentor, mentee, points = row + top, column + first, tile[row, column].astype(np.int64)
        some = (problem.capacity[mentor] > 0) & (problem.wants[mentee] > 0)
        mentor, mentee, points = mentor[some], mentee[some], points[some]
        worth = np.stack([problem.pair_value(word, mentor, mentee, points) for word in words], axis=1)
        for at in range(rounds):
            both = np.flatnonzero(timetable.mentor[mentor, at] & timetable.mentee[mentee, at])
            j, i = mentor[both], mentee[both]
            sign = _sign(of_mentee_rounds[i, at] - of_mentor_rounds[j, at] - worth[both])
            meets = np.array([(*pair, at) in made for pair in zip(j.tolist(), i.tolist(), strict=True)], dtype=bool)
            wrong = _wrong(sign, meets, meets)
            for m, e, more in zip(j[wrong].tolist(), i[wrong].tolist(), (sign[wrong] < 0).tolist(), strict=True):
                yield Flaw("better_pair" if more else "pair_too_dear", m, e)


def _wrong(
    sign: npt.NDArray[np.int8], some: npt.NDArray[np.bool_], full: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Where something runs through what costs more than it brings, or less than all through what brings more."""
    return np.asarray(((sign > 0) & some) | ((sign < 0) & ~full))


def _sign(slack: Ints) -> npt.NDArray[np.int8]:
    """The sign of the first level, the last axis, that is not 0."""
    sign = np.zeros(slack.shape[:-1], dtype=np.int8)
    for k in range(slack.shape[-1]):
        sign = np.where(sign == 0, np.sign(slack[..., k]).astype(np.int8), sign)
    return sign
