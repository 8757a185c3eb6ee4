"""What all pictures share: Axes, colours, titles and labels that no name can spoil."""

from __future__ import annotations

import textwrap
from importlib import import_module
from typing import TYPE_CHECKING, Any

from mentormatch.errors import Finding, ProgramError
from mentormatch.wording import harmless, number, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The colours of Okabe and Ito, which people with any kind of sight can tell apart, and a grey.
BLUE, ORANGE, RED, GREY = "#0072B2", "#E69F00", "#D55E00", "#9A9A9A"
PALE = "#D9D9D9"
_WIDEST_TITLE = 64
_LONGEST_LABEL = 28
UPRIGHT = 14
"""How long a name may be that stands upright."""


def axes_of(ax: Axes | None, width: float = 8.0, height: float = 4.5) -> Axes:
    """The Axes given, or those of a new figure. Raises ``ProgramError`` where matplotlib is not installed."""
    if ax is not None:
        return ax
    try:
        pyplot: Any = import_module("matplotlib.pyplot")
    except ImportError:
        hint = "pip install 'mentormatch-engine[plots]'"
        raise ProgramError(
            Finding("not_installed", "pictures need matplotlib, which is not installed", hint=hint)
        ) from None
    _, made = pyplot.subplots(figsize=(width, height), layout="constrained")
    found: Axes = made
    return found


def titled(ax: Axes, title: str) -> Axes:
    """The Axes with a sentence above them, and without the frame's right and upper lines."""
    ax.set_title(balanced(plain(title)), loc="left", fontsize="medium", fontweight="bold", wrap=True)
    ax.spines[["right", "top"]].set_visible(False)
    return ax


def balanced(text: str, widest: int = _WIDEST_TITLE) -> str:
    """Text in as few lines as ``widest`` characters allow, all about as long, so that no word stands alone.

    >>> print(balanced("The 20 pairs score 3,355 points on average, all 343 allowed ones 3,306", 64))
    The 20 pairs score 3,355 points on
    average, all 343 allowed ones 3,306
    """
    lines = textwrap.wrap(text, widest)
    for width in range(widest - 1, 0, -1):
        narrower = textwrap.wrap(text, width)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return "\n".join(lines)


def plain(text: str) -> str:
    """Text that is drawn as it is: no formula, nothing that turns the direction of writing.

    >>> plain("a$b$")
    'a\\\\$b\\\\$'
    """
    return harmless(text).replace("$", r"\$")


def name_of(person: str, longest: int = _LONGEST_LABEL) -> str:
    """A name short enough for a title."""
    return shortened(harmless(person), longest)


def label(person: str, longest: int = _LONGEST_LABEL) -> str:
    """A name short enough to stand beside a bar, or with ``UPRIGHT`` below one, drawn as it is."""
    return plain(name_of(person, longest))


def thousands(ax: Axes, axis: str) -> None:
    """Writes the numbers of the axis "x" or "y" with thousands separators."""
    chosen = ax.xaxis if axis == "x" else ax.yaxis
    chosen.set_major_formatter(lambda value, _: number(round(value)) if float(value).is_integer() else "")


def whole(ax: Axes, axis: str) -> None:
    """Puts marks at whole numbers alone on the axis "x" or "y"."""
    ticker: Any = import_module("matplotlib.ticker")
    chosen = ax.xaxis if axis == "x" else ax.yaxis
    chosen.set_major_locator(ticker.MaxNLocator(integer=True))


def percents(ax: Axes, axis: str) -> None:
    """Writes the shares of the axis "x" or "y" in per cent."""
    chosen = ax.xaxis if axis == "x" else ax.yaxis
    chosen.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")


def checked(value: object, kind: type, where: str) -> None:
    """Raises ``ProgramError`` for a value of another type."""
    if not isinstance(value, kind):
        raise ProgramError(Finding("type", f"expected a value of type {kind.__name__}", where=where))
