"""Which options to open and who joins them, by HiGHS through scipy: the only place that knows its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mentormatch.problem import Ints

Floats = npt.NDArray[np.float64]
_CLOSED = 1e-9


@dataclass(frozen=True, eq=False)
class Model:
    """The most that columns can bring: an option is opened, or a mentee joins an option that is open.

    Of the columns ``option`` and ``mentee`` (arrays of one length) each brings ``gain``. An open option has ``low`` to
    ``high`` mentees; of the options of one ``owner`` one is opened at most, and exactly one where ``forced``; at most
    ``most`` of those that are not forced are opened, where that is no None. ``floors`` are (what each column brings,
    at least so much in sum), ``apart`` pairs of places of columns of one option that cannot both be taken. Opening
    an option costs ``opening``. A ``loose`` model says only in sum that nobody joins an option that is not open: the
    same choices in fewer rows, and a relaxation that is as good where all columns bring the same.
    """

    option: Ints
    mentee: Ints
    gain: Ints
    mentees: int
    owner: Ints
    forced: npt.NDArray[np.bool_]
    low: Ints
    high: Ints
    most: int | None
    floors: tuple[tuple[Ints, int], ...]
    apart: tuple[Ints, Ints]
    opening: int = 0
    loose: bool = False


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The optimum in fractions: its value, and the prices of mentees and of floors."""

    value: float
    mentees: Floats
    floors: Floats


@dataclass(frozen=True, eq=False)
class Chosen:
    """The best choice found: which columns are taken; ``closed`` where the solver says that nothing is better."""

    taken: npt.NDArray[np.bool_]
    closed: bool


def relaxed(model: Model) -> Relaxed | None:
    """The optimum in fractions, or None where even that is impossible."""
    from scipy.optimize import linprog

    if not len(model.owner):
        return Relaxed(0.0, np.zeros(model.mentees), np.zeros(len(model.floors)))
    matrix, bounds, equal = _rows(model)
    names = ("upper", "equal")
    sides = {name: (matrix[mask], bounds[mask]) for name, mask in zip(names, (~equal, equal), strict=True)}
    found: Any = linprog(
        _costs(model),
        A_ub=sides["upper"][0],
        b_ub=sides["upper"][1],
        A_eq=sides["equal"][0] if equal.any() else None,
        b_eq=sides["equal"][1] if equal.any() else None,
        bounds=(0, 1),
        method="highs",
    )
    if found.status != 0:
        return None
    prices = -found.ineqlin.marginals
    floors = len(model.floors)
    return Relaxed(-float(found.fun), prices[: model.mentees], prices[model.mentees : model.mentees + floors])


def chosen(model: Model, nodes: int, gap: float, *, whole: bool) -> Chosen | None:
    """The best choice within a number of nodes and a relative gap, or None where none was found.

    Where only sizes bound the mentees of the open options, whole mentees come of themselves; else ``whole`` asks.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    if not len(model.owner):
        return Chosen(np.zeros(0, dtype=np.bool_), closed=True)
    matrix, bounds, equal = _rows(model)
    columns, options = len(model.option), len(model.owner)
    found: Any = milp(
        _costs(model),
        constraints=LinearConstraint(matrix, np.where(equal, bounds, -np.inf), bounds),
        integrality=np.concatenate([np.full(columns, int(whole)), np.ones(options)]),
        bounds=Bounds(0, 1),
        options={"node_limit": nodes, "mip_rel_gap": gap},
    )
    if found.x is None:
        return None
    return Chosen(found.x[:columns] > 0.5, found.status == 0 and found.mip_gap <= _CLOSED)


def _costs(model: Model) -> Floats:
    return np.concatenate([-model.gain.astype(np.float64), np.full(len(model.owner), float(model.opening))])


def _rows(model: Model) -> tuple[Any, Floats, npt.NDArray[np.bool_]]:
    """The rows of the model as a sparse matrix, their upper bounds, and which are equalities.

    Rows of mentees come first, then those of floors.
    """
    from scipy.sparse import csr_array, vstack

    columns, options, owners = len(model.option), len(model.owner), len(model.forced)
    at, opened = np.arange(columns), np.arange(options)
    wide = columns + options
    parts: list[Any] = []
    bounds: list[Floats] = []
    equal: list[npt.NDArray[np.bool_]] = []

    def add(
        rows: int, entries: list[tuple[Any, Any, Any]], bound: Any, same: npt.NDArray[np.bool_] | None = None
    ) -> None:
        row, column, value = (np.concatenate([np.asarray(one[k]) for one in entries]) for k in range(3))
        # scipy 1.13 hands indices to HiGHS as they are, and HiGHS takes them in 32 bits alone.
        places = row.astype(np.int32), column.astype(np.int32)
        parts.append(csr_array((value.astype(np.float64), places), shape=(rows, wide)))
        bounds.append(np.broadcast_to(np.asarray(bound, dtype=np.float64), (rows,)))
        equal.append(np.zeros(rows, dtype=np.bool_) if same is None else same)

    one = np.ones(columns)
    add(model.mentees, [(model.mentee, at, one)], 1)
    for values, least in model.floors:
        add(1, [(np.zeros(columns, dtype=np.int64), at, -values)], -least)
    add(options, [(model.option, at, one), (opened, columns + opened, -model.high)], 0)
    add(options, [(model.option, at, -one), (opened, columns + opened, model.low)], 0)
    if not model.loose:
        add(columns, [(at, at, one), (at, columns + model.option, -one)], 0)
    add(owners, [(model.owner, columns + opened, np.ones(options))], 1, model.forced)
    if model.most is not None:
        free = opened[~model.forced[model.owner]]
        add(1, [(np.zeros(len(free), dtype=np.int64), columns + free, np.ones(len(free)))], model.most)
    first, second = model.apart
    if len(first):
        rows = np.arange(len(first))
        both = np.ones(len(first))
        add(len(first), [(rows, first, both), (rows, second, both), (rows, columns + model.option[first], -both)], 0)
    return vstack(parts).tocsr(), np.concatenate(bounds), np.concatenate(equal)
