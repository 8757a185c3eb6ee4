"""Whom to tell how far a matching is: somebody's function, or a bar."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from mentormatch.errors import Finding, ProgramError
from mentormatch.solvers.run import Progress

Tell = Callable[[Progress], object]
"""What is called with every step."""


@contextmanager
def telling(progress: object) -> Iterator[Tell | None]:
    """Whom to tell: ``progress`` itself if it can be called, a bar for True, nobody for None and False.

    The bar is tqdm's where it is installed, else a line for each phase; both go to the standard error.
    """
    if progress is None or progress is False:
        yield None
    elif progress is True:
        try:
            from tqdm.auto import tqdm
        except ImportError:
            yield _lines
        else:
            with tqdm(unit="pair", unit_scale=True, file=sys.stderr) as bar:
                yield _Bar(bar)
    elif callable(progress):
        yield progress
    else:
        raise ProgramError(Finding("type", "expected True or a function of a Progress", where="progress"))


def _lines(now: Progress) -> None:
    if not now.looked:
        sys.stderr.write(f"{now}\n")


class _Bar:
    """A bar of the pairs that one phase looks at, with the rest in words before it."""

    def __init__(self, bar: Any) -> None:
        self.bar = bar

    def __call__(self, now: Progress) -> None:
        if now.looked < self.bar.n or (now.pairs or None) != self.bar.total:
            self.bar.reset(total=now.pairs or None)
        self.bar.set_description_str(now.title, refresh=False)
        self.bar.update(now.looked - self.bar.n)
