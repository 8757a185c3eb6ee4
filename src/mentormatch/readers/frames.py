"""Dataframes of pandas, polars and pyarrow as tables."""

from __future__ import annotations

from mentormatch.errors import AnswerError, ProgramError
from mentormatch.page.records import read_frame
from mentormatch.readers.layout import Layout
from mentormatch.readers.table import Origin, Table, table_of_rows


def frame_table(source: object, _layout: Layout, _expected: frozenset[str]) -> Table:
    """The table of a dataframe, rows counted from 1; what its library calls missing is None."""
    try:
        header, columns = read_frame(source)
    except ProgramError as error:
        raise AnswerError(error.findings) from None
    return table_of_rows(header, list(zip(*columns, strict=True)), Origin("a dataframe"))
