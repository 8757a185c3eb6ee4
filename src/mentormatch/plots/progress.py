"""How far a program gets wave by wave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mentormatch.plots.drawing import BLUE, ORANGE, PALE, axes_of, checked, thousands, titled
from mentormatch.waves import Simulation
from mentormatch.wording import counted, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def wave_progress(simulation: Simulation, ax: Axes | None = None, decline: float | None = None) -> Axes:
    """How many mentees are paired, waiting and left out after each wave: the median of the runs.

    The thin line on a bar is the range of the paired over all runs. ``decline`` chooses among the probabilities that
    were tried, the first one by default; another one raises ``ProgramError``.
    """
    checked(simulation, Simulation, "simulation")
    axes = axes_of(ax)
    waves = range(1, len(simulation.runs[0].waves) + 1)
    bottom = np.zeros(len(waves))
    for figure, colour, name in (
        ("paired", BLUE, "paired"),
        ("waiting", ORANGE, "waiting"),
        ("left_out", PALE, "left out"),
    ):
        spreads = [simulation.spread(figure, wave=wave, decline=decline) for wave in waves]  # type: ignore[arg-type]
        heights = np.array([spread.median for spread in spreads])
        bars = axes.bar(list(waves), heights, 0.62, bottom=bottom, color=colour, label=name)
        for bar, height in zip(bars, heights.tolist(), strict=True):
            if height and height >= 0.04 * simulation.mentees:
                middle = bar.get_y() + bar.get_height() / 2
                ink = "white" if colour == BLUE else "black"
                axes.text(
                    bar.get_x() + bar.get_width() / 2,
                    middle,
                    number(round(height)),
                    ha="center",
                    va="center",
                    color=ink,
                )
        if figure == "paired":
            for wave, spread in zip(waves, spreads, strict=True):
                axes.plot(
                    [wave + 0.24] * 2,
                    [spread.low, spread.high],
                    color="black",
                    linewidth=1.4,
                    label="" if wave > 1 else "range of the paired",
                )
        bottom = bottom + heights
    axes.set_xticks(list(waves), [f"wave {wave}" for wave in waves])
    axes.set_ylabel("mentees")
    thousands(axes, "y")
    # In the order in which they lie on one another, from the top.
    drawn = dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
    names = ["left out", "waiting", "paired", "range of the paired"]
    axes.legend([drawn[name] for name in names], names, frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    last = simulation.spread("paired", decline=decline)
    mentees = simulation.mentees
    share = f"{100 * last.median / mentees:.0f}%" if mentees else "all"
    ends = "" if last.low == last.high else f" ({100 * last.low / mentees:.0f} to {100 * last.high / mentees:.0f}%)"
    return titled(
        axes, f"After {counted(len(waves), 'wave')}, {share}{ends} of the {counted(mentees, 'mentee')} are paired"
    )
