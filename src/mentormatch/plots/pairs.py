"""Pictures of pairs: all scores with the matching on them, how scores are spread, and what one score consists of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mentormatch.errors import Finding, ProgramError
from mentormatch.explain import Explanation
from mentormatch.matching import Matching
from mentormatch.plots.drawing import (
    BLUE,
    GREY,
    ORANGE,
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
)
from mentormatch.report import Report
from mentormatch.wording import counted, number, quoted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NAMED = 30
_CELLS = 250


def heat_map(matching: Matching, ax: Axes | None = None) -> Axes:
    """The points of all pairs, mentors in rows and mentees in columns, with the pairs made on them.

    Pairs run from the upper left, the one with the most points first; whoever has nobody stands at the end. Squares, or
    dots where there are many, are the pairs made; forbidden pairs are light grey. Of more than 250 people a side, a
    cell is the mean of several of them. Names stand beside rows and columns where there are at most 30. Raises
    ``ProgramError`` for a matching without scores, and for more pairs than `ScoreMatrix.to_numpy` gives.
    """
    checked(matching, Matching, "matching")
    if matching.scores is None:
        raise ProgramError(Finding("no_scores", "a saved matching carries no answers", hint="use with_scores()"))
    points = matching.scores.to_numpy()
    mentors, mentees = _ordered(matching)
    if not points.size:
        return titled(axes_of(ax), "No pair is made of 0 allowed ones")
    ordered = np.ma.masked_less(points[np.ix_(mentors, mentees)], 0)
    shown = _coarse(ordered)
    inside = points[points >= 0]
    low, high = np.percentile(np.ma.compressed(shown).astype(np.float64), [1, 99]).tolist() if inside.size else (0, 1)
    size = 7.0
    axes = axes_of(ax, size + 1.5, size * min(1.4, max(0.4, (len(mentors) + 1) / (len(mentees) + 1))) + 1)
    extent = (-0.5, len(mentees) - 0.5, len(mentors) - 0.5, -0.5)
    colours = axes.imshow(
        shown, cmap=_colours(), aspect="auto", interpolation="nearest", vmin=low, vmax=high, extent=extent
    )
    if axes.figure is not None:
        bar = axes.figure.colorbar(colours, ax=axes, label="points", shrink=0.8, extend="both")
        thousands(bar.ax, "y")
        bar.outline.set_visible(False)
    row, column = np.argsort(mentors), np.argsort(mentees)
    at = matching.to_indices()
    side = max(len(mentors), len(mentees))
    squares = side <= 4 * _NAMED
    axes.scatter(
        column[at[1]],
        row[at[0]],
        s=max(5.0, (200.0 / side) ** 2),
        marker="s",
        facecolors="none" if squares else RED,
        edgecolors=RED,
        linewidths=1.6 if squares else 0,
        path_effects=_halo() if squares else None,
        label="pair",
    )
    for axis, order, ids, name, longest in (
        (axes.yaxis, mentors, matching.demand.mentors, "mentor", 2 * UPRIGHT),
        (axes.xaxis, mentees, matching.demand.mentees, "mentee", UPRIGHT),
    ):
        few = len(order) <= _NAMED
        axis.set_ticks(range(len(order)) if few else [], [label(ids[k], longest) for k in order] if few else [])
        axis.set_label_text(f"{name}s" if few else counted(len(order), name))
    said = [f"{'squares' if squares else 'dots'} are the pairs made"] if len(at[0]) else []
    said += ["light grey is not allowed"] if np.ma.is_masked(shown) else []
    axes.set_xlabel("\n".join([axes.get_xlabel(), ", ".join(said)]).strip())
    axes.tick_params(axis="x", rotation=90, length=0)
    axes.tick_params(axis="y", length=0)
    made = np.array([pair.points for pair in matching.pairs])
    if not len(made):
        return titled(axes, f"No pair is made of {number(len(inside))} allowed ones")
    means = number(round(float(made.mean()))), number(round(float(inside.mean()))) if len(inside) else "0"
    return titled(
        axes,
        f"The {counted(len(made), 'pair')} score {means[0]} points on average, all {number(len(inside))} allowed ones "
        f"{means[1]}",
    )


def _ordered(matching: Matching) -> tuple[list[int], list[int]]:
    """Positions of mentors and mentees: pairs by falling points, then who has nobody, by id."""
    demand = matching.demand
    mentor_at, mentee_at = demand.places
    best = sorted(matching.pairs, key=lambda pair: (-pair.points, pair.mentor, pair.mentee))
    mentors = dict.fromkeys(mentor_at[pair.mentor] for pair in best)
    own: dict[int, list[int]] = {}
    for pair in best:
        own.setdefault(mentor_at[pair.mentor], []).append(mentee_at[pair.mentee])
    mentees = dict.fromkeys(mentee for mentor in mentors for mentee in own[mentor])
    mentors |= dict.fromkeys(mentor_at[person] for person in sorted(demand.mentors))
    mentees |= dict.fromkeys(mentee_at[person] for person in sorted(demand.mentees))
    return list(mentors), list(mentees)


def _coarse(points: Any) -> Any:
    """The points with neighbours taken together, so that there are at most 250 rows and columns: means of what is."""
    steps = [-(-size // _CELLS) for size in points.shape]
    if max(steps, default=1) <= 1:
        return points
    rows, columns = (np.arange(0, size, step) for size, step in zip(points.shape, steps, strict=True))
    there = ~np.ma.getmaskarray(points)
    sums, counts = (
        np.add.reduceat(np.add.reduceat(array, rows, axis=0), columns, axis=1)
        for array in (points.filled(0).astype(np.int64), there.astype(np.int64))
    )
    return np.ma.masked_where(counts == 0, sums / np.maximum(counts, 1))


def _colours() -> Any:
    from matplotlib import colormaps

    return colormaps["cividis"].with_extremes(bad=PALE)


def _halo() -> list[Any]:
    """A white line around a marker, so that it is seen on dark and on bright cells alike."""
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=3.2, foreground="white")]


def score_distribution(report: Report, ax: Axes | None = None) -> Axes:
    """How the points of the pairs made are spread, beside those of all pairs that could be made; shares of each."""
    checked(report, Report, "report")
    axes = axes_of(ax)
    lows = np.array([band.low for band in report.bands])
    width = report.bands[1].low - report.bands[0].low
    made = np.array([band.matched for band in report.bands]) / max(1, report.pairs)
    possible = np.array([band.possible for band in report.bands]) / max(1, report.possible)
    axes.bar(lows + width / 2, possible, width * 0.96, color=PALE, label="all possible pairs")
    axes.bar(lows + width / 2, made, width * 0.5, color=BLUE, label="pairs made")
    axes.set_xlabel("points")
    axes.set_ylabel("share of the pairs")
    axes.set_xticks([*lows[::2].tolist(), int(lows[-1]) + width])
    axes.margins(x=0.01)
    thousands(axes, "x")
    percents(axes, "y")
    if not report.pairs:
        return titled(axes, f"No pair is made of {number(report.possible)} possible ones")
    mean = report.points.mean
    axes.axvline(report.possible_mean, color=GREY, linewidth=1.5, linestyle="--", label="mean of all possible pairs")
    axes.axvline(mean, color=RED, linewidth=1.5, label="mean of the pairs made")
    axes.legend(frameon=False)
    more = mean - report.possible_mean
    beside = "as many as" if not more else f"{number(abs(more))} {'more' if more > 0 else 'fewer'} than"
    return titled(
        axes, f"Pairs have {number(mean)} points on average, {beside} all {number(report.possible)} possible ones"
    )


def waterfall(explanation: Explanation, ax: Axes | None = None) -> Axes:
    """What the score of one pair consists of: rule by rule, what each gave, and in grey what it could have given.

    What a blank counted as is hatched. For an audience that is not shown the total there is none. Raises
    ``ProgramError`` where there are no rules to show.
    """
    checked(explanation, Explanation, "explanation")
    parts = [part for part in explanation.parts if part.counts]
    if not parts:
        raise ProgramError(Finding("no_rules", "there are no rules to show", where="explanation"))
    axes = axes_of(ax, height=1.6 + 0.42 * len(parts))
    start = 0
    for at, part in enumerate(parts):
        axes.barh(at, part.most, left=start, color=PALE, height=0.62)
        axes.barh(
            at,
            part.points,
            left=start,
            color=BLUE if part.known else ORANGE,
            hatch=None if part.known else "//",
            edgecolor="white",
            linewidth=0,
            height=0.62,
        )
        text = f"{number(part.points)} of {number(part.most)}" + ("" if part.known else " (blank)")
        axes.annotate(text, (start + part.most, at), (5, 0), textcoords="offset points", va="center", fontsize="small")
        if at + 1 < len(parts):
            end = start + part.points
            axes.plot([end, end], [at + 0.31, at + 0.69], color=GREY, linewidth=1)
        start += part.points
    axes.set_yticks(range(len(parts)), [label(part.label) for part in parts])
    axes.invert_yaxis()
    axes.set_xlabel("points")
    thousands(axes, "x")
    axes.tick_params(axis="y", length=0)
    ends = [sum(one.points for one in parts[:at]) + part.most for at, part in enumerate(parts)]
    end = max(ends)
    axes.set_xlim(0, end * 1.22 if end else 1)
    return titled(axes, _waterfall_title(explanation, start))


def _waterfall_title(explanation: Explanation, total: int) -> str:
    who = f"{name_of(explanation.mentor)} and {name_of(explanation.mentee)}"
    lost = [(part.most - part.points, part.label) for part in explanation.parts if part.counts]
    most, worst = max(lost, key=lambda one: one[0])
    where = f"; most is lost at {quoted(worst)}" if most > 0 else "; nothing is lost"
    if explanation.band is not None:
        low, high = explanation.band
        return f"{who} score between {number(low)} and {number(high)} points{where}"
    would = "would score" if explanation.points is None else "score"
    return f"{who} {would} {number(total)} of 10,000 points{where}"
