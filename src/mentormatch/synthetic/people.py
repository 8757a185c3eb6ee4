"""Synthetic people: their answers, drawn column by column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mentormatch.cohort import Cohort, People
from mentormatch.questions import AnyQuestion, Column, MultiChoice, Side
from mentormatch.synthetic import figures
from mentormatch.synthetic.asked import questionnaire
from mentormatch.synthetic.draws import Draws, Floats, Mask, Whole, falling
from mentormatch.synthetic.settings import Settings

_LETTERS = {"mentor": "m", "mentee": "t"}
_SPAN = 8
_MOST = 100_000_000
_EMPTY: Mapping[str, Any] = {
    "Choice": -1,
    "MultiChoice": False,
    "Scale": np.nan,
    "Number": np.nan,
    "Reference": None,
    "Ranking": 0,
}


def cohort(
    mentees: int = 1_000,
    mentors: int | None = None,
    *,
    ratio: float = figures.RATIO,
    seed: int = 0,
    capacities: int | Mapping[int, float] | None = None,
    blanks: float | Mapping[str, float] | None = None,
    everything: float = figures.EVERYTHING,
    unoffered: float = figures.UNOFFERED,
    managed: float = figures.MANAGED,
    silent: float = 0.0,
    identical: int = 0,
) -> Cohort:
    """A cohort that answered `questionnaire`, shaped like real ones; see `mentormatch.synthetic.figures`.

    What a person answers depends on ``seed``, their side and their number alone: a smaller cohort is the beginning of a
    larger one, and the same on every machine. Mentors are "m000000", "m000001", ..., mentees "t000000", ... O(people);
    100,000 mentees and 60,000 mentors take about a second and less than 100 MB.

    - ``mentees`` and ``mentors``: how many; where ``mentors`` is None, ``ratio`` for each mentee. `figures.RATIO`: five
      to four is advised, 0.37 to 1.0 is measured, so 0.6 is a usual shortage.
    - ``capacities``: how many mentees a mentor takes: a whole number for all, or whole numbers with how often each
      occurs. `figures.CAPACITIES`, 1 to 5 and 1.75 on average.
    - ``blanks``: the share of people who leave a question blank: a number for all questions, or numbers by question
      where they are not those of `figures.BLANKS`. Blanks come together in people (`figures.TOGETHER`).
    - ``everything``: the share of people who tick every option, or as many as they may. `figures.EVERYTHING`.
      How many the others tick follows `figures.PICKS`: a spike at one and one just below the cap. Which ones follows
      `figures.GOALS_WANTED` and `figures.SKILLS_PICKED`; of single options few are common (`figures.OPTION_EXPONENT`).
    - ``unoffered``: the share of goals that hardly any mentor offers. `figures.UNOFFERED`, the others `figures.SUPPLY`.
    - ``managed``: the share of people whose manager is one of the mentors; a number of mentors are many people's. The
      managers of the others take no part. `figures.MANAGED`.
    - ``silent``: the share of people who answered nothing at all, beyond those who happen to. In the ballot survey 0.36
      of the rows ended after the consent, measured; such people are mostly left out before a matching.
    - ``identical``: so many people on each side, from the first, all have the answers and the capacity of the first,
      who answered everything where ``blanks=0``. No figure: a hard case.

    Raises ``ProgramError`` with all settings that cannot be meant.

    >>> print(cohort(4, seed=1).mentees.ids)
    ('t000000', 't000001', 't000002', 't000003')
    >>> large, small = cohort(2_000, ratio=0.6), cohort(100, ratio=0.6)
    >>> len(large.mentors), large.mentees.ids[:100] == small.mentees.ids
    (1200, True)
    >>> bool((large.mentees.column("goals").values[:100] == small.mentees.column("goals").values).all())
    True
    """
    settings = Settings()
    count = settings.whole("mentees", mentees, most=_MOST)
    per_mentee = settings.amount("ratio", ratio, 1_000)
    wanted = int(per_mentee * count + 0.5) if mentors is None else mentors
    others = settings.whole("mentors", wanted, most=_MOST)
    habits = _Habits(
        blanks=settings.blanks("blanks", blanks, figures.BLANKS),
        everything=settings.share("everything", everything),
        unoffered=settings.share("unoffered", unoffered),
        managed=settings.share("managed", managed),
        silent=settings.share("silent", silent),
    )
    seats = settings.shares("capacities", figures.CAPACITIES if capacities is None else capacities)
    same = settings.whole("identical", identical, most=_MOST)
    drawn = settings.seed(seed)
    settings.done()
    return Cohort(
        questionnaire(),
        _people("mentor", others, same, drawn, habits, seats),
        _people("mentee", count, same, drawn, habits, seats),
    )


def ids(side: Side, count: int) -> tuple[str, ...]:
    """The ids of the first people of a side: a letter and the number from 0 in six digits or more.

    >>> ids("mentor", 2)
    ('m000000', 'm000001')
    """
    return tuple(map((_LETTERS[side] + "{:06d}").format, range(count)))


@dataclass(frozen=True)
class _Habits:
    """How people answer: the settings of `cohort` of these names."""

    blanks: Mapping[str, float]
    everything: float
    unoffered: float
    managed: float
    silent: float


def _people(side: Side, count: int, identical: int, seed: int, habits: _Habits, seats: Mapping[int, float]) -> People:
    who = np.arange(count, dtype=np.int64)
    who[:identical] = 0
    answers = _Answers(side, who, Draws(seed, side), habits)
    ones, zeros = np.ones(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    mentors = side == "mentor"
    return People(
        side=side,
        ids=ids(side, count),
        names=("",) * count,
        capacity=answers.draws.one_of("capacity", who, seats) if mentors else ones,
        minimum_load=zeros,
        wants=ones,
        priority=zeros,
        _columns={question.id: answers.column(question) for question in questionnaire().asked_of(side)},
    )


@dataclass(frozen=True)
class _Answers:
    """The answers of the people ``who`` (numbers, shape (n,)) of one side."""

    side: Side
    who: Whole
    draws: Draws
    habits: _Habits

    def column(self, question: AnyQuestion) -> Column:
        values = self._values(question)
        values[self._blank(question)] = _EMPTY[question.kind]
        return Column(question, values)

    def _blank(self, question: AnyQuestion) -> Mask:
        """Who leaves a question blank: each by their inclination, which is the same for all questions, or by chance."""
        inclined = self.draws.happens(f"{question.id} by inclination", self.who, figures.TOGETHER)
        inclination = self.draws.uniform("inclination", self.who)
        chance = self.draws.uniform(f"{question.id} blank", self.who)
        blank = np.where(inclined, inclination, chance) < self.habits.blanks[question.id]
        return np.asarray(blank | self.draws.happens("silent", self.who, self.habits.silent))

    def _values(self, question: AnyQuestion) -> npt.NDArray[Any]:
        name = question.id
        if isinstance(question, MultiChoice):
            return self._picks(question)
        if name == "experience":
            return self._years()
        if name == "level":
            return self._level()
        if name == "meeting":
            return self.draws.one_of(name, self.who, figures.MEETING).astype(np.int32)
        if name == "manager":
            return self._managers()
        if name == "criteria":
            return self._criteria(len(getattr(question, "options", ())))
        if question.kind == "Scale":
            return self.draws.one_of(name, self.who, figures.SCALE).astype(np.float64)
        shares = falling(len(getattr(question, "options", ())), figures.OPTION_EXPONENT)
        return self.draws.one_of(name, self.who, dict(enumerate(shares.tolist()))).astype(np.int32)

    def _picks(self, question: MultiChoice) -> Mask:
        """Which options people tick, shape (n, options)."""
        options = len(question.options)
        most = question.at_most or options
        count = self.draws.one_of(f"{question.id} picks", self.who, figures.PICKS[question.id])
        count[self.draws.happens("everything", self.who, self.habits.everything)] = most
        weights = figures.SKILLS_PICKED[:options]
        if question.id == "goals":
            weights = figures.GOALS_WANTED
        elif question.id == "goals_reached":
            weights = _goals_offered(self.habits.unoffered)
        return self.draws.picks(question.id, self.who, np.minimum(count, most), weights)

    def _years(self) -> Floats:
        """Whole years: mentees from 0 to 15, mostly few, mentors from 3 to 35, mostly between. Assumed."""
        both = self.draws.uniforms("experience", self.who, 2)
        if self.side == "mentor":
            return np.floor(3.0 + 16.5 * (both[:, 0] + both[:, 1]))
        return np.floor(16.0 * np.minimum(both[:, 0], both[:, 1]))

    def _level(self) -> npt.NDArray[np.int32]:
        """A level that rises with the years and differs among equals. Assumed."""
        years, luck = self._years(), self.draws.uniform("level", self.who)
        found = 2.0 + years / 5.0 + luck if self.side == "mentor" else np.minimum(years / 3.0 + 2.0 * luck, 6.0)
        return found.astype(np.int32)

    def _managers(self) -> npt.NDArray[np.object_]:
        """The ids of managers, shape (n,): for ``managed`` people a mentor, for the others one outside the cohort.

        A mentor of the cohort has a manager whose number is at most a quarter of theirs, so no line comes back to where
        it began; the mentor at the top has none.
        """
        above = (self.draws.uniform("manager", self.who) * self.who / 4.0).astype(np.int64)
        outside = self.who // _SPAN
        managed = self.draws.happens("managed", self.who, self.habits.managed)
        managers = np.array([*ids("mentor", int(above.max(initial=0)) + 1)], dtype=np.object_)[above]
        others = np.array([*map("x{:06d}".format, range(int(outside.max(initial=0)) + 1))], dtype=np.object_)
        found = np.where(managed, managers, others[outside])
        if self.side == "mentor":
            found[self.who == 0] = None
        return found

    def _criteria(self, options: int) -> npt.NDArray[np.int32]:
        """Ranks, shape (n, options): the first criterion in the shares measured, then any others."""
        first = self.draws.one_of("first criterion", self.who, figures.FIRST_CRITERION)
        keys = self.draws.uniforms("criteria", self.who, options)
        keys[np.arange(len(keys)), first] = -1.0
        ranks = keys.argsort(axis=1).argsort(axis=1) + 1
        ranked = self.draws.one_of("criteria ranked", self.who, figures.CRITERIA)
        return np.where(ranks <= ranked[:, None], ranks, 0).astype(np.int32)


def _goals_offered(unoffered: float) -> tuple[float, ...]:
    """How popular each goal is among mentors: as among mentees, times its supply; the unoffered ones are spread."""
    weights = []
    spared = 0
    for place, wanted in enumerate(figures.GOALS_WANTED, start=1):
        if int(place * unoffered + 0.5) > place - 1 - spared:
            supply = figures.SUPPLY_OF_UNOFFERED
        else:
            supply = figures.SUPPLY[spared % len(figures.SUPPLY)]
            spared += 1
        weights.append(wanted * supply)
    return tuple(weights)
