"""Taxonomies as people write them down, graphs, tables and records, as rows of ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from mentormatch.errors import Finding, ProgramError
from mentormatch.taxonomy.checking import Raw

_TEXTS = (str, bytes)


def raw_of_tables(terms: Any, aliases: Any, parents: Any, scores: Any, related: Any) -> Raw:
    """The rows of tables; what is no table raises ``ProgramError``. A term is a row (id, name), or an id alone."""
    rows = [row if isinstance(row, (list, tuple)) else (row, None) for row in _all(terms, "terms")]
    if any(len(row) not in (1, 2) for row in rows):
        _refuse("expected ids or rows (id, name)", "terms")
    return Raw(
        [(row[0], row[-1] if len(row) == 2 else None) for row in rows],
        *(
            [tuple(_all(row, name)) for row in _all(table, name)]
            for name, table in (("aliases", aliases), ("parents", parents), ("scores", scores), ("related", related))
        ),
    )


def raw_of_records(records: Any, fields: Mapping[str, str]) -> Raw:
    """The rows of records with one for each term; ``fields`` says what they call what."""
    raw = Raw()
    for record in _all(records, "records"):
        if not isinstance(record, Mapping):
            _refuse("expected a list of records", "records")
        term = record.get(fields["id"])
        raw.terms.append((term, record.get(fields["name"])))
        lists = {name: _texts(record, fields[name]) for name in ("aliases", "parents", "children", "related")}
        raw.aliases += [(alias, term) for alias in lists["aliases"]]
        raw.broader += [(term, other) for other in lists["parents"]]
        raw.broader += [(other, term) for other in lists["children"]]
        raw.related += [(term, other) for other in lists["related"]]
        scores = record.get(fields["scores"]) or {}
        if not isinstance(scores, Mapping):
            _refuse("expected a score for each id", f"records, {fields['scores']}")
        raw.scores += [(term, other, score) for other, score in scores.items()]
    return raw


def raw_of_graph(graph: Any) -> Raw:
    """The rows of a networkx ``DiGraph`` with edges from broader terms to narrower ones."""
    if not (hasattr(graph, "nodes") and hasattr(graph, "edges") and getattr(graph, "is_directed", bool)()):
        _refuse("expected a networkx DiGraph", "graph")
    raw = Raw()
    for node, told in graph.nodes(data=True):
        raw.terms.append((node, told.get("name")))
        raw.aliases += [(alias, node) for alias in _texts(told, "aliases")]
    for one, other, told in graph.edges(data=True):
        if told.get("score") is None:
            raw.broader.append((other, one))
        else:
            raw.scores.append((one, other, told["score"]))
    return raw


def _texts(record: Mapping[str, Any], field: str) -> list[Any]:
    """What a field lists; one text is a list of one."""
    given = record.get(field)
    if given is None:
        return []
    return [given] if isinstance(given, _TEXTS) else _all(given, field)


def _all(given: Any, name: str) -> list[Any]:
    if isinstance(given, (*_TEXTS, Mapping)) or not isinstance(given, Iterable):
        _refuse("expected a list of rows", name)
    return list(given)


def _refuse(expected: str, where: str) -> NoReturn:
    raise ProgramError(Finding("taxonomy_table", expected, where=f"taxonomy, {where}"))
