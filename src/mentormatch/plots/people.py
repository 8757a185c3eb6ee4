"""Pictures of people: the load of mentors and who asks for them, what a seat is worth, and groups side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from mentormatch.by_group import NO_ANSWER, GroupComparison, GroupFigures, Measure
from mentormatch.errors import Finding, ProgramError
from mentormatch.plots.drawing import (
    BLUE,
    GREY,
    PALE,
    RED,
    UPRIGHT,
    axes_of,
    checked,
    label,
    name_of,
    percents,
    thousands,
    titled,
    whole,
)
from mentormatch.questions import Side
from mentormatch.report import Report
from mentormatch.seats import SeatValue
from mentormatch.wording import counted, number, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NAMED = 30
_NORMAL = 1.96


def mentor_load(report: Report, ax: Axes | None = None) -> Axes:
    """How many mentees every mentor has, beside the seats and, where there are lists, how many ask for them.

    Mentors stand in the order of who is asked for most; names stand below where there are at most 30.
    """
    checked(report, Report, "report")
    axes = axes_of(ax)
    if not report.loads:
        return titled(axes, "There are no mentors")
    mentors = sorted(report.loads, key=lambda one: (-one.asked_by, -one.capacity, -one.load, one.mentor))
    at = np.arange(len(mentors))
    load, seats, asked = (
        np.array([getattr(one, name) for one in mentors]) for name in ("load", "capacity", "asked_by")
    )
    axes.bar(at, load, 1.0 if len(mentors) > 2 * _NAMED else 0.8, color=BLUE, label="mentees")
    axes.step(
        np.append(at - 0.5, len(at) - 0.5),
        [*seats, seats[-1]],
        where="post",
        color="black",
        linewidth=1.2,
        label="seats",
    )
    asks = bool(asked.any()) if mentors else False
    if asks:
        axes.plot(
            at, asked, color=RED, linewidth=1.8, marker="o" if len(mentors) <= _NAMED else "", label="on so many lists"
        )
    axes.set_ylabel("mentees, seats and lists" if asks else "mentees and seats")
    whole(axes, "y")
    highest = max(1, *asked.tolist(), *seats.tolist(), *load.tolist())
    # Few are on very many lists, and the others are to be seen.
    top = max(6, 5 * max(1, *seats.tolist(), *load.tolist()) // 2)
    if 2 * highest > 3 * top:
        said = f"up to {number(highest)} lists"
        axes.annotate(said, (0, top), (6, -12), textcoords="offset points", color=RED, fontsize="small")
        highest = top
    axes.set_ylim(0, 1.04 * highest)
    axes.margins(x=0.01)
    few = len(mentors) <= _NAMED
    axes.set_xticks(at if few else [], [label(one.mentor, UPRIGHT) for one in mentors] if few else [], rotation=90)
    order = "by how many ask for them" if asks else "by load"
    axes.set_xlabel("" if few else f"{counted(len(mentors), 'mentor')}, {order}")
    axes.legend(frameon=False)
    free = sum(one.load == 0 for one in mentors)
    crowded = sum(one.asked_by > one.capacity for one in mentors)
    left = sum(max(0, one.capacity - one.load) for one in mentors)
    if asks:
        are = "is" if crowded == 1 else "are"
        whom = f"{number(crowded)} of {counted(len(mentors), 'mentor')} {are} on more lists than they have seats"
        alone = f"{number(free)} {'has' if free == 1 else 'have'} no mentee" if free else "all have a mentee"
        return titled(axes, f"{whom}, and {alone}")
    empty = "no seat stays empty" if not left else f"{counted(left, 'seat')} {'stays' if left == 1 else 'stay'} empty"
    if not free:
        return titled(axes, f"Every mentor has a mentee, and {empty}")
    have = "has" if free == 1 else "have"
    return titled(axes, f"{number(free)} of {counted(len(mentors), 'mentor')} {have} no mentee, and {empty}")


def seat_values(values: Mapping[str, SeatValue | int], ax: Axes | None = None, most: int = 15) -> Axes:
    """What one more seat would bring at the mentors where it brings most, at most ``most`` of them.

    ``values`` is what ``matching.seat_values()`` gives, or whole numbers by mentor id. Of seat values the first aim is
    drawn that tells mentors apart: more mentees with a mentor, more with somebody from their list, points. An aim in
    which a seat at more than ``most`` mentors brings most alike is named in the title, and the next one is drawn.
    """
    checked(values, Mapping, "values")
    axes = axes_of(ax)
    before, worth, what = _telling(values, most)
    useful = sorted((item for item in worth.items() if item[1] > 0), key=lambda item: (-item[1], item[0]))
    best = useful[:most]
    at = np.arange(len(best))
    axes.barh(at, [value for _, value in best], color=BLUE, height=0.7)
    for place, (_, value) in enumerate(best):
        axes.annotate(number(value), (value, place), (4, 0), textcoords="offset points", va="center", fontsize="small")
    axes.set_yticks(at, [label(mentor) for mentor, _ in best])
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    left = len(useful) - len(best)
    rest = f" ({counted(left, 'mentor')} with no more than the last not shown)" if left else ""
    axes.set_xlabel(what[1] + rest)
    whole(axes, "x")
    axes.margins(x=0.08)
    thousands(axes, "x")
    if not best:
        return titled(axes, before or "One more seat brings nothing at any mentor")
    mentor, value = best[0]
    gain = counted(value, *what)
    alike = sum(one == value for one in worth.values())
    where = f"at {name_of(mentor)}: {gain}" if alike == 1 else f"at any of {number(alike)} mentors: {gain} each"
    return titled(axes, f"{before}; it is worth most {where}" if before else f"One more seat is worth most {where}")


_Noun = tuple[str, str]
_AIMS: tuple[tuple[str, _Noun], ...] = (
    ("people", ("more mentee with a mentor", "more mentees with a mentor")),
    ("on_list", ("more mentee with somebody from their list", "more mentees with somebody from their list")),
    ("rank", ("more point for ranks on lists", "more points for ranks on lists")),
    ("points", ("more point", "more points")),
)


def _telling(values: Mapping[str, Any], most: int) -> tuple[str, dict[str, int], _Noun]:
    """What is alike at too many mentors to be drawn, what a seat brings at those, and what that is."""
    if not all(isinstance(value, SeatValue) for value in values.values()):
        if any(isinstance(value, bool) or not isinstance(value, (int, np.integer)) for value in values.values()):
            expected = "expected seat values or whole numbers by mentor"
            raise ProgramError(Finding("type", expected, where="values"))
        return "", {mentor: int(value) for mentor, value in values.items()}, ("point", "points")
    before, left = "", dict(values)
    for name, what in _AIMS:
        worth = {mentor: int(getattr(value, name)) for mentor, value in left.items()}
        top = max(worth.values(), default=0)
        alike = [mentor for mentor, value in worth.items() if value == top]
        if top > 0 and (len(alike) <= most or name == "points"):
            return before, worth, what
        if top > 0:
            before = before or f"One more seat brings {counted(top, *what)} at any of {counted(len(alike), 'mentor')}"
            left = {mentor: left[mentor] for mentor in alike}
    return before, {}, _AIMS[-1][1]


def group_comparison(
    comparison: GroupComparison, measure: Measure = "share", side: Side = "mentee", ax: Axes | None = None
) -> Axes:
    """One measure of all groups of a side, each with how many it is of; thin lines are 95 % intervals of shares.

    ``measure`` is "share" (who has a partner), "points" (the mean of their pairs), "listed" or "first" (of those with a
    list: somebody from it, the first of it). Intervals are Wilson's; they say how far chance alone moves such a share.
    Raises ``ProgramError`` for an unknown measure.
    """
    checked(comparison, GroupComparison, "comparison")
    comparison.difference(measure, side)
    rows = [row for row in comparison.of(side) if row.measure(measure) is not None]
    axes = axes_of(ax, height=1.8 + 0.36 * len(rows))
    for at, row in enumerate(rows):
        value = row.measure(measure) or 0.0
        colour = GREY if row.group == NO_ANSWER else BLUE
        if measure != "points":
            low, high = _wilson(value, row.people if measure == "share" else row.lists)
            axes.plot([low, high], [at, at], color=colour, linewidth=1.5, alpha=0.7, solid_capstyle="butt")
        axes.plot(value, at, "o", color=colour, markersize=8)
        count = row.people if measure == "share" else row.pairs if measure == "points" else row.lists
        text = (
            f"{number(round(value))} ({counted(count, 'pair')})"
            if measure == "points"
            else f"{percent(value)} of {number(count)}"
        )
        # In a column of their own, where they stand on no line and on no dot, however many groups there are.
        column = axes.get_yaxis_transform()
        axes.annotate(text, (1, at), (8, 0), column, "offset points", va="center", fontsize="small")
    axes.set_yticks(range(len(rows)), [label(row.group) for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=PALE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_xlabel(_SAID[measure].format(side=side))
    if measure == "points":
        thousands(axes, "x")
        axes.margins(x=0.08)
    else:
        axes.set_xlim(-0.03, 1.03)
        percents(axes, "x")
    return titled(axes, _group_title(comparison, measure, side))


_SAID: dict[Measure, str] = {
    "share": "{side}s with a partner",
    "points": "points a pair",
    "listed": "{side}s with somebody from their list, of those with a list",
    "first": "{side}s with their first choice, of those with a list",
}


def _wilson(share: float, count: int) -> tuple[float, float]:
    """The 95 % interval of a share of so many."""
    square = _NORMAL**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    half = _NORMAL * math.sqrt(share * (1 - share) / count + square / (4 * count**2)) / (1 + square / count)
    return max(0.0, middle - half), min(1.0, middle + half)


def _group_title(comparison: GroupComparison, measure: Measure, side: Side) -> str:
    rows = [row for row in comparison.of(side) if row.group != NO_ANSWER and row.measure(measure) is not None]
    if len(rows) < 2:
        return f"There are no two groups of {side}s to compare by {comparison.question}"
    low, high = (find(rows, key=lambda row: row.measure(measure) or 0.0) for find in (min, max))
    if low.measure(measure) == high.measure(measure):
        return f"All groups of {side}s by {comparison.question} have the same: {_text(measure, low)}"
    small = min(low.people, high.people)
    few = f", where one group has only {counted(small, side)}" if small < 10 else ""
    return (
        f"By {comparison.question}, {_SHORT[measure]} goes from {_text(measure, low)} ({name_of(low.group)}) to "
        f"{_text(measure, high)} ({name_of(high.group)}){few}"
    )


_SHORT: dict[Measure, str] = {
    "share": "the share with a partner",
    "points": "the mean of a pair",
    "listed": "the share with somebody from their list",
    "first": "the share with their first choice",
}


def _text(measure: Measure, row: GroupFigures) -> str:
    value = row.measure(measure) or 0.0
    return f"{number(round(value))} points" if measure == "points" else percent(value)
