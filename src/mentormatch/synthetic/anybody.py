"""Synthetic people who answer any questionnaire: no figures behind them, only plausible answers to try a program on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from mentormatch.cohort import Cohort
from mentormatch.errors import Finding
from mentormatch.questionnaire import Questionnaire
from mentormatch.questions import Side
from mentormatch.synthetic import figures
from mentormatch.synthetic.draws import Draws, Floats, falling
from mentormatch.synthetic.people import ids
from mentormatch.synthetic.settings import Settings

_PICKS = {1: 26, 2: 22, 3: 18, 4: 14, 5: 10, 6: 6, 7: 4}
_WORDS = ("people", "work", "team", "change", "learn", "lead", "plan", "listen", "write", "travel", "music", "numbers")
_SHARED = 0.6
"""On numbers and ordered choices the one side is in the lower, the other in the upper part of this share."""


def cohort_for(
    questionnaire: Questionnaire,
    mentees: int = 100,
    mentors: int | None = None,
    *,
    people: int | None = None,
    ratio: float = figures.RATIO,
    seed: int = 0,
    capacities: int | Mapping[int, float] | None = None,
    wants: int | Mapping[int, float] = 1,
    blanks: float = 0.1,
    senior: Literal["mentor", "mentee"] | None = "mentor",
) -> Cohort:
    """A cohort that answered any questionnaire; `cohort` is the one that is shaped like real ones.

    What a person answers depends on ``seed``, their side and their number alone. ``mentees``, ``mentors``, ``ratio``
    and ``capacities`` are those of `cohort`, and ``wants`` says likewise how many mentors a mentee wants. With
    ``people`` it is one pool of so many. ``blanks`` is the share of people who leave a question blank that is not
    required. On numbers and ordered choices the side ``senior`` is mostly further on; None: neither is.

    Raises ``ProgramError`` with all settings that cannot be meant.

    >>> from mentormatch import questions as q
    >>> asked = Questionnaire([q.Choice("team", ["A", "B"]), q.Number("years", minimum=0, maximum=40)])
    >>> cohort_for(asked, 20, 8, seed=1)
    Cohort(8 mentors, 20 mentees, 2 questions)
    """
    settings = Settings()
    if not isinstance(questionnaire, Questionnaire):
        settings.findings.append(Finding("type", "expected a Questionnaire", where="questionnaire"))
    if senior not in ("mentor", "mentee", None):
        settings.findings.append(Finding("synthetic_setting", "expected 'mentor', 'mentee' or None", where="senior="))
    count = settings.whole("mentees", mentees)
    per_mentee = settings.amount("ratio", ratio, 1_000)
    others = settings.whole("mentors", int(per_mentee * count + 0.5) if mentors is None else mentors)
    pool = None if people is None else settings.whole("people", people)
    seats = settings.shares("capacities", figures.CAPACITIES if capacities is None else capacities)
    wanted = settings.shares("wants", wants)
    left_out, drawn = settings.share("blanks", blanks), settings.seed(seed)
    settings.done()
    if pool is not None:
        return Cohort.from_records(
            questionnaire, people=_records(questionnaire, _Person("mentor", None, drawn, left_out), pool, {}, {})
        )
    further = {"mentor": senior and senior == "mentor", "mentee": senior and senior == "mentee"}
    return Cohort.from_records(
        questionnaire,
        mentors=_records(questionnaire, _Person("mentor", further["mentor"], drawn, left_out), others, seats, {}),
        mentees=_records(questionnaire, _Person("mentee", further["mentee"], drawn, left_out), count, {}, wanted),
    )


@dataclass(frozen=True)
class _Person:
    """What is drawn for the people of a side, who are ``further`` on than the other one, or not, or neither."""

    side: Side
    further: bool | None
    seed: int
    blanks: float


def _records(
    questionnaire: Questionnaire, kind: _Person, count: int, seats: Mapping[int, float], wants: Mapping[int, float]
) -> list[dict[str, Any]]:
    who = np.arange(count, dtype=np.int64)
    draws = Draws(kind.seed, kind.side)
    records: list[dict[str, Any]] = [{"id": person} for person in ids(kind.side, count)]
    for name, shares in (("capacity", seats), ("wants", wants)):
        if shares:
            for record, number in zip(records, draws.one_of(name, who, shares).tolist(), strict=True):
                record[name] = number
    for question in questionnaire.asked_of(kind.side):
        blank = draws.happens(f"{question.id} blank", who, 0.0 if question.required else kind.blanks)
        for record, answer, left_out in zip(records, _answers(question, kind, draws, who), blank.tolist(), strict=True):
            if not left_out:
                record[question.id] = answer
    return records


def _answers(question: Any, kind: _Person, draws: Draws, who: Any) -> list[Any]:
    """An answer of everybody."""
    name, drawn = question.id, draws.uniform(question.id, who)
    if question.kind == "MultiChoice":
        options = question.options
        most = min(question.at_most or len(options), len(options))
        count = np.minimum(draws.one_of(f"{name} picks", who, _PICKS), most)
        picked = draws.picks(name, who, count, falling(len(options), 0.5).tolist())
        return [[options[at] for at in np.flatnonzero(row)] for row in picked]
    if question.kind == "Ranking":
        order = draws.uniforms(name, who, len(question.options)).argsort(axis=1)
        return [[question.options[at] for at in row] for row in order.tolist()]
    if question.kind == "Choice":
        size = len(question.options)
        if question.ordered:
            places = np.minimum((_part(drawn, kind.further) * size).astype(int), size - 1)
        else:
            places = draws.one_of(name, who, dict(enumerate(falling(size, 0.5).tolist())))
        return [question.options[at] for at in places.tolist()]
    if question.kind == "Scale":
        span = int(question.maximum - question.minimum) + 1
        return [int(question.minimum + int(at * span)) for at in drawn.tolist()]
    if question.kind == "Number":
        low = 0.0 if question.minimum is None else float(question.minimum)
        high = low + 30.0 if question.maximum is None else float(question.maximum)
        values = low + _part(drawn, kind.further) * (high - low)
        whole = np.floor(values)
        return np.where(whole >= low, whole, values).tolist()  # type: ignore[no-any-return]
    if question.kind == "Reference":
        # A quarter of the numbers before, so that no line comes back to where it began; others report to outsiders.
        above, inside = (drawn * who / 4.0).astype(int), draws.happens(f"{name} inside", who, figures.MANAGED)
        leaders = ids("mentor", int(above.max(initial=0)) + 1)
        return [
            leaders[at] if there and person else f"x{person // 8:06d}"
            for at, there, person in zip(above.tolist(), inside.tolist(), who.tolist(), strict=True)
        ]
    words = draws.uniforms(name, who, 3)
    return [" ".join(_WORDS[int(u * len(_WORDS))] for u in row) for row in words.tolist()]


def _part(drawn: Floats, further: bool | None) -> Floats:
    """Numbers from 0 to 1, in the upper part for those further on and in the lower part for the others."""
    if further is None:
        return drawn
    return drawn * _SHARED + (1 - _SHARED if further else 0.0)
