"""What was measured as pictures, each with a title that says what it shows; colours that all people can tell apart."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from phases import PHASES
from registry import ALL_PEERS, CASES, DENSE, SMALL
from results import Results
from tables import growth_points, ratio, seconds, slope, times

COLOURS = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#999999", "#CC79A7")
"""Okabe and Ito, Color universal design, 2008; grey stands for black."""
_DARK = ("#009E73", "#0072B2", "#D55E00")
_LINES = tuple(colour for colour in COLOURS if colour != "#F0E442")
"""Yellow does not show as a line."""
_MARKERS = "sD^vP*X"
_INK = "#333333"


def drawn(results: Results, folder: Path) -> list[tuple[str, Path]]:
    """Draw what there are figures for; titles and files. Raises ImportError without matplotlib."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)
    found = []
    drawings: tuple[tuple[str, Callable[[Results, Any], str]], ...] = (
        ("phases", _phases),
        ("peers", _peers),
        ("cases", _cases),
        ("growth", _growth),
    )
    for name, draw in drawings:
        figure, axes = plt.subplots(figsize=(8.5, 4.5), layout="constrained")
        title = draw(results, axes)
        if title:
            _finish(figure, axes, title)
            path = folder / f"{name}.png"
            figure.savefig(path, dpi=110)
            found.append((title, path))
        plt.close(figure)
    return found


def _finish(figure: Any, axes: Any, title: str) -> None:
    figure.suptitle(title, x=0.01, ha="left", fontsize=11, fontweight="bold", color=_INK)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=_INK, labelsize=9)


def _phases(results: Results, axes: Any) -> str:
    """Where the time of a match goes, for each size of the cases with capacities."""
    rows = [row for row in results.measured("match") if row[0] in ("capacities", "shortage")]
    rows.sort(key=lambda row: row[1].pairs)
    if not rows:
        return ""
    labels = [f"{size.shown}\n{seconds(median(row['seconds']['everything']))}" for _, size, row in rows]
    parts = [[median(row["seconds"][phase]) for phase in PHASES] for _, _, row in rows]
    left = [0.0] * len(rows)
    for at, phase in enumerate(PHASES):
        shares = [100 * part[at] / sum(part) for part in parts]
        axes.barh(labels, shares, left=left, label=phase, color=COLOURS[at], edgecolor="white", height=0.7)
        for place, share in enumerate(shares):
            if share >= 6:
                axes.text(left[place] + share / 2, place, f"{share:.0f}", ha="center", va="center", fontsize=8,
                          color="white" if COLOURS[at] in _DARK else "black")  # fmt: skip
        left = [before + share for before, share in zip(left, shares, strict=True)]
    axes.set_xlabel("share of everything, in percent", color=_INK)
    axes.set_xlim(0, 100)
    axes.legend(ncols=len(PHASES), loc="upper center", bbox_to_anchor=(0.45, -0.13), fontsize=8, frameon=False,
                handlelength=1, columnspacing=1.2)  # fmt: skip
    largest = parts[-1]
    most = max(range(len(PHASES)), key=lambda at: largest[at])
    share = 100 * largest[most] / sum(largest)
    return f"At {rows[-1][1].shown} most of the time goes into “{PHASES[most]}”: {share:.0f} %"


def _peers(results: Results, axes: Any) -> str:
    """Seconds of each peer and of ours, by number of pairs."""
    rows = [row for row in results.measured("match") if row[0] == "capacities" and row[2].get("peers")]
    if not rows:
        return ""
    rows.sort(key=lambda row: row[1].pairs)
    ours = [(size.pairs, median(row["seconds"]["everything"])) for _, size, row in rows]
    axes.plot(*zip(*ours, strict=True), "o-", color="black", linewidth=2.5, zorder=3)
    ends = [("ours, everything", *ours[-1])]
    for colour, marker, name in zip(_LINES, _MARKERS, ALL_PEERS, strict=True):
        points = [
            (size.pairs, median(peer["solve"]))
            for _, size, row in rows
            if (peer := row["peers"].get(name)) and peer["solve"]
        ]
        if points:
            axes.plot(*zip(*points, strict=True), f"{marker}--", color=colour, linewidth=1.3, markersize=6)
            ends.append((name, *points[-1]))
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("pairs (mentees × mentors)", color=_INK)
    axes.set_ylabel("seconds", color=_INK)
    axes.set_xlim(right=rows[-1][1].pairs * (rows[-1][1].pairs / rows[0][1].pairs) ** 0.45 * 2)
    _label_ends(axes, ends)
    dense = rows[-1][2]["peers"].get(DENSE)
    if not dense or not dense["everything"]:
        return "Everything, against what other solvers take for the finished points"
    factor = ratio(dense["everything"], dense["solve"])
    return f"At {rows[-1][1].shown} everything takes {times(factor)} what scipy’s dense solving alone takes"


def _label_ends(axes: Any, ends: list[tuple[str, float, float]]) -> None:
    """Names beside the last points, with a line to each, moved apart where they would lie on one another."""
    low, high = (math.log10(limit) for limit in axes.get_ylim())
    step = (high - low) / 20
    lowest: dict[float, float] = {}
    for name, x, y in sorted(ends, key=lambda end: end[2]):
        height = max(math.log10(y), lowest.get(x, low))
        lowest[x] = height + step
        axes.annotate(
            name, (x, y), xytext=(x * 1.25, 10**height), va="center", fontsize=8, color=_INK,
            fontweight="bold" if name.startswith("ours") else "normal",
            arrowprops={"arrowstyle": "-", "color": _INK, "linewidth": 0.5},
        )  # fmt: skip


def _cases(results: Results, axes: Any) -> str:
    """Every case against capacities at the largest size that most of them have."""
    names = [case.name for case in CASES.values() if case.kind == "match"]
    sizes = {size for case in CASES.values() for size in case.sizes}
    size = max(
        sizes, key=lambda one: (sum(results.get(name, one) is not None for name in names), one.pairs), default=SMALL
    )
    base = results.get("capacities", size) or results.get("shortage", size)
    if base is None:
        return ""
    unit = median(base["seconds"]["everything"])
    found = [
        (median(row["seconds"]["everything"]) / unit, name)
        for name in names
        if (row := results.get(name, size)) and name not in ("capacities", "shortage")
    ]
    if not found:
        return ""
    found.sort()
    values, labels = zip(*found, strict=True)
    bars = axes.barh([f"{name}: {CASES[name].says}" for name in labels], values, color=COLOURS[4], height=0.7)
    axes.bar_label(bars, [times(value) for value in values], padding=4, fontsize=8)
    axes.axvline(1, color=_INK, linewidth=1)
    axes.set_xlim(0, max(values) * 1.12)
    axes.set_xlabel(f"everything, as a multiple of plain capacities ({seconds(unit)})", color=_INK)
    return f"At {size.shown} “{labels[-1]}” takes longest: {times(values[-1])} plain capacities"


def _growth(results: Results, axes: Any) -> str:
    """Seconds over pairs from 10,000 to 100,000 people."""
    points, found = growth_points(results), slope(results)
    if found is None:
        return ""
    across, up = zip(*points, strict=True)
    axes.plot(across, up, "o-", color=COLOURS[4], linewidth=2)
    for x, y in points:
        axes.annotate(seconds(y), (x, y), xytext=(6, -12), textcoords="offset points", fontsize=8, color=_INK)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("pairs (mentees × mentors), 0.6 mentors for each mentee", color=_INK)
    axes.set_ylabel("seconds, everything", color=_INK)
    return f"Time grows with the power {found:.2f} of the pairs from 10,000 to 100,000 people"
