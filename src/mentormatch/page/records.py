"""Values that are also tables of records: dataframes and CSV of them, for whatever is joined with other data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, Literal, get_args

from mentormatch.errors import Finding, ProgramError
from mentormatch.page.content import Paged
from mentormatch.page.csv import csv_text
from mentormatch.wording import did_you_mean

Backend = Literal["pandas", "polars", "pyarrow"]
Cell = str | int | float | bool | None

INSTALL = "pip install 'mentormatch-engine[dataframes]'"


class Recorded(Paged):
    """A value that is a page and a list of records."""

    def to_records(self) -> list[dict[str, Any]]:
        """The value as records, one mapping of names to plain values for each."""
        raise NotImplementedError

    def to_frame(self, backend: Backend = "pandas") -> Any:
        """The records as a dataframe of pandas, polars or pyarrow (a ``Table``), one column for each of their fields.

        Whole numbers stay whole where some are missing (in pandas as ``Int64``); a list in a field is one text, its
        entries joined by "; ". Needs narwhals, which the extra ``dataframes`` brings, and the backend. Raises
        ``ProgramError`` for a backend that is unknown or not installed.
        """
        return frame_of(self.to_records(), backend)

    def to_csv(self) -> str:
        """The records as CSV text with a line of headers; a list in a field is one cell, its entries joined by "; ".

        Text that a spreadsheet would run as a formula begins with an apostrophe. Spreadsheets read a file of it rightly
        when it is written with ``encoding="utf-8-sig", newline=""``.
        """
        table = columns_of(self.to_records())
        rows = zip(*table.values(), strict=True)
        return csv_text(list(table), ([_in_csv(cell) for cell in row] for row in rows))


def columns_of(records: Sequence[Mapping[str, Any]]) -> dict[str, list[Cell]]:
    """The fields of records as columns, in the order in which they first occur; a field that one has not is None.

    >>> columns_of([{"a": 1, "b": ["x", "y"]}, {"a": 2, "c": {"k": 3}}])
    {'a': [1, 2], 'b': ['x; y', None], 'c': [None, 'k: 3']}
    """
    names = dict.fromkeys(name for record in records for name in record)
    return {name: [_cell(record.get(name)) for record in records] for name in names}


def frame_of(records: Sequence[Mapping[str, Any]], backend: Backend) -> Any:
    """A dataframe of records; see `Recorded.to_frame`."""
    return frame_of_columns(columns_of(records), backend)


def frame_of_columns(columns: Mapping[str, Sequence[Cell]], backend: Backend) -> Any:
    """A dataframe of columns of equal length; each has one type: whole numbers, numbers, yes or no, else text."""
    if backend not in get_args(Backend):
        hint = did_you_mean(backend, get_args(Backend)) if isinstance(backend, str) else ""
        expected = "expected 'pandas', 'polars' or 'pyarrow'"
        raise ProgramError(Finding("backend", expected, where="backend", hint=hint))
    narwhals = dataframes()
    try:
        import_module(backend)
    except ImportError:
        raise ProgramError(Finding("not_installed", f"{backend} is not installed", where="to_frame")) from None
    kinds = {name: _kind(column) for name, column in columns.items()}
    typed = {name: [None if c is None else kinds[name](c) for c in column] for name, column in columns.items()}
    if backend != "pandas":
        names: dict[Any, str] = {bool: "Boolean", int: "Int64", float: "Float64", str: "String"}
        schema = {name: getattr(narwhals, names[kind]) for name, kind in kinds.items()}
        return narwhals.from_dict(typed, schema, backend=backend).to_native()
    # In pandas only these types keep whole numbers and yes or no as they are where some are missing.
    gaps = {name: _WITH_GAPS[kind] for name, kind in kinds.items() if kind in _WITH_GAPS and None in typed[name]}
    return narwhals.from_dict(typed, backend=backend).to_native().astype(gaps)


_WITH_GAPS: dict[Any, str] = {int: "Int64", bool: "boolean"}


def dataframes() -> Any:
    """The module narwhals, through which dataframes come in and go out. Raises ``ProgramError`` without it."""
    try:
        return import_module("narwhals")
    except ImportError:
        expected = "dataframes need narwhals, which is not installed"
        raise ProgramError(Finding("not_installed", expected, hint=INSTALL)) from None


def read_frame(frame: object) -> tuple[tuple[str, ...], list[list[object]]]:
    """The headers and the columns of a dataframe, with None for whatever its library calls missing.

    Raises ``ProgramError`` for what is no dataframe, and for a lazy one.
    """
    narwhals = dataframes()
    try:
        eager = narwhals.from_native(frame, eager_only=True)
    except TypeError:
        expected = f"expected a dataframe of pandas, polars or pyarrow, not a {type(frame).__name__}"
        hint = "collect() a lazy one first" if hasattr(frame, "collect") else ""
        raise ProgramError(Finding("dataframe", expected, hint=hint)) from None
    names = list(eager.columns)
    return tuple(map(str, names)), [list(_values(eager.get_column(name))) for name in names]


def _values(column: Any) -> Iterator[object]:
    for value, missing in zip(column.to_list(), column.is_null().to_list(), strict=True):
        yield None if missing else value.tolist() if hasattr(value, "tolist") else value


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_cell(one)}" for key, one in value.items())
    if isinstance(value, (list, tuple)):
        return "; ".join(str(_cell(one)) for one in value)
    return str(value)


def _in_csv(cell: Cell) -> str | int | None:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return repr(cell) if isinstance(cell, float) else cell


def _kind(column: Sequence[Cell]) -> Callable[[Any], Cell]:
    """The type of the cells that are there: bool, int, float (of ints and floats) or str."""
    found = {type(cell) for cell in column if cell is not None}
    if found == {bool}:
        return bool
    if found and found <= {int, float}:
        return int if found == {int} else float
    return str
