"""What in a taxonomy contradicts itself, and the taxonomy without it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mentormatch.errors import Finding
from mentormatch.questions import decimal_number, tidy
from mentormatch.wording import did_you_mean, listed, quoted

MOST_HINTS = 100
_BROADER = ("narrower term", "broader term")
_SPACE = re.compile(r"[\s_‐-―-]+")


@dataclass
class Raw:
    """A taxonomy as it was written: rows of anything.

    ``terms`` are (id, name), ``aliases`` (alias, id), ``broader`` (narrower, broader), ``scores`` (known, wanted,
    score) and ``related`` (one, other).
    """

    terms: list[tuple[Any, Any]] = field(default_factory=list)
    aliases: list[tuple[Any, ...]] = field(default_factory=list)
    broader: list[tuple[Any, ...]] = field(default_factory=list)
    scores: list[tuple[Any, ...]] = field(default_factory=list)
    related: list[tuple[Any, ...]] = field(default_factory=list)


@dataclass(frozen=True)
class Parts:
    """A taxonomy without a fault: ``terms`` maps ids to names and aliases."""

    terms: dict[str, tuple[str, tuple[str, ...]]]
    broader: tuple[tuple[str, str], ...]
    scores: tuple[tuple[str, str, float], ...]
    related: tuple[tuple[str, str], ...]


def folded(text: object) -> str:
    """A name as it is compared: without case, and with one space for hyphens, underscores and any run of space.

    >>> folded("Public-Speaking ") == folded("public  speaking"), folded("C++") == folded("C")
    (True, False)
    """
    plain = tidy(text)
    if not plain:
        return ""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", plain).casefold())).strip()


def checked(raw: Raw) -> tuple[Parts, list[Finding]]:
    """The good part of a taxonomy, and findings about the rest of it. Linear, but for the hints of 100 findings."""
    findings: list[Finding] = []
    names = _read_names(raw.terms, findings)
    known = _Known(names, findings)
    aliases = _read_aliases(known, raw.aliases, findings)
    broader = _without_cycles(dict.fromkeys(known.pairs(raw.broader, _BROADER)), findings)
    related: dict[tuple[str, str], None] = {}
    for one, other in known.pairs(raw.related, ("related term", "related term")):
        if (other, one) not in related:
            related[one, other] = None
    scores = _read_scores(known, raw.scores, findings)
    terms = {one: (name, aliases[one]) for one, name in names.items()}
    rows = tuple((*pair, score) for pair, score in scores.items())
    return Parts(terms, tuple(broader), rows, tuple(related)), findings


def identified(value: object) -> str | None:
    """The id that a value is: text in NFC and trimmed, or the digits of a whole number; None for anything else."""
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return str(int(value)) if abs(int(value)) < 10**300 else None
    return tidy(value) or None


def _read_names(given: Iterable[tuple[Any, Any]], findings: list[Finding]) -> dict[str, str]:
    """The name of each term; where two have the same they go by their ids, and where that is one too they go."""
    names: dict[str, set[str]] = {}
    for place, (value, name) in enumerate(given, start=1):
        one = identified(value)
        if one is None:
            findings.append(Finding("taxonomy_id", f"term {place} has no id that is text", where="taxonomy"))
            continue
        if one in names:
            findings.append(_about(one, "taxonomy_id", "the id is given more than once"))
        if not (name is None or isinstance(name, str)):
            findings.append(_about(one, "taxonomy_text", "expected a name that is text"))
        names.setdefault(one, set()).add(tidy(name) or one)
    found = {one: min(texts) if len(texts) == 1 else one for one, texts in names.items()}
    while clashes := [ids for ids in _claimed(found.items()).values() if len(ids) > 1]:
        for ids in clashes:
            expected = f"{_these(ids)} have the same name {quoted(found[ids[0]])}"
            findings.append(Finding("taxonomy_label", expected, where="taxonomy", hint="it stands for none of them"))
            for one in ids:
                if found[one] == one:
                    del found[one]
                else:
                    found[one] = one
    return found


def _read_aliases(
    known: _Known, rows: Iterable[tuple[Any, ...]], findings: list[Finding]
) -> dict[str, tuple[str, ...]]:
    """The aliases of each term that are nobody else's."""
    owner = {folded(name): one for one, name in known.names.items()}
    given: dict[str, dict[str, str]] = {one: {} for one in known.names}
    for row in rows:
        alias, one = (tidy(row[0]), identified(row[1])) if len(row) == 2 else (None, None)
        if not alias or one is None:
            findings.append(Finding("taxonomy_row", "expected aliases that are text and not blank", where="taxonomy"))
        elif one not in known.names:
            findings.append(known.dangling(None, f"{quoted(alias)} is an alias, but", one))
        else:
            given[one].setdefault(folded(alias), alias)
    claimed = _claimed((one, alias) for one, aliases in given.items() for alias in aliases.values())
    for label, ids in claimed.items():
        alias = given[ids[0]][label]
        if label in owner and (others := [one for one in ids if one != owner[label]]):
            expected = f"{quoted(alias)} is the name of {quoted(owner[label])} and an alias of {_these(others)}"
            hint = f"it stands for {quoted(owner[label])}"
        elif label not in owner and len(ids) > 1:
            expected, hint = f"{quoted(alias)} is an alias of {_these(ids)}", "it stands for none of them"
        else:
            continue
        findings.append(Finding("taxonomy_label", expected, where="taxonomy", hint=hint))
    return {
        one: tuple(alias for label, alias in aliases.items() if label not in owner and len(claimed[label]) == 1)
        for one, aliases in given.items()
    }


def _claimed(labels: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The ids that claim each label."""
    found: dict[str, list[str]] = {}
    for one, label in labels:
        found.setdefault(folded(label), []).append(one)
    return found


@dataclass
class _Known:
    """The terms that links may name."""

    names: dict[str, str]
    findings: list[Finding]
    hints: int = 0

    def pairs(self, rows: Iterable[Sequence[Any]], whats: tuple[str, str], width: int = 2) -> Iterator[tuple[str, str]]:
        """The links between two different terms that there are; ``whats`` say what the ends are to one another."""
        for row in rows:
            one, other = map(identified, row[:2]) if len(row) == width else (None, None)
            if one is None or other is None:
                expected = f"expected two ids for each {whats[1]}" + (" and a number" if width > 2 else "")
                self.findings.append(Finding("taxonomy_row", expected, where="taxonomy"))
            elif other not in self.names:
                self.findings.append(self.dangling(one, f"its {whats[1]}", other))
            elif one not in self.names:
                self.findings.append(self.dangling(other, f"its {whats[0]}", one))
            elif one == other:
                code = "taxonomy_cycle" if whats == _BROADER else "taxonomy_itself"
                self.findings.append(_about(one, code, f"is its own {whats[1]}"))
            else:
                yield one, other

    def dangling(self, term: str | None, what: str, missing: str) -> Finding:
        """That what a term names is none."""
        self.hints += 1
        hint = did_you_mean(missing[:80], tuple(self.names)) if self.hints <= MOST_HINTS else ""
        expected = f"{what} {quoted(missing)} is no term"
        if term is None:
            return Finding("taxonomy_dangling", expected, where="taxonomy", hint=hint)
        return _about(term, "taxonomy_dangling", expected, hint)


def _without_cycles(links: Iterable[tuple[str, str]], findings: list[Finding]) -> list[tuple[str, str]]:
    """The links (narrower, broader) that are in no cycle."""
    pairs = list(links)
    if not pairs:
        return []
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    place = {one: k for k, one in enumerate(dict.fromkeys(one for pair in pairs for one in pair))}
    rows, columns = (np.array([place[pair[end]] for pair in pairs]) for end in (0, 1))
    graph = coo_array((np.ones(len(pairs)), (rows, columns)), shape=(len(place), len(place))).tocsr()
    _, part = connected_components(graph, connection="strong")
    cycles: dict[int, list[str]] = {}
    for one, k in place.items():
        cycles.setdefault(int(part[k]), []).append(one)
    for ids in cycles.values():
        if len(ids) > 1:
            expected = f"{_these(sorted(ids))} are each broader than the others"
            hint = "what is broader among them is not used"
            findings.append(Finding("taxonomy_cycle", expected, where="taxonomy", hint=hint))
    return [pair for pair in pairs if part[place[pair[0]]] != part[place[pair[1]]]]


def _read_scores(
    known: _Known, rows: Sequence[tuple[Any, ...]], findings: list[Finding]
) -> dict[tuple[str, str], float]:
    """The score of each pair (known, wanted) that has one, and a note where the other direction has another."""
    given: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        for pair in known.pairs([row], ("scored term", "scored term"), width=3):
            score = None if isinstance(row[2], str) else decimal_number(row[2])
            if score is None or not 0 <= score <= 1:
                expected = f"expected its score for {quoted(pair[1])} to be a number from 0 to 1"
                findings.append(_about(pair[0], "taxonomy_score", expected))
            elif score not in given.setdefault(pair, []):
                given[pair].append(score)
    for (one, other), scores in given.items():
        if len(scores) > 1:
            expected = f"has the scores {listed(f'{score:g}' for score in sorted(scores))} for {quoted(other)}"
            findings.append(_about(one, "taxonomy_score", expected, "none of them is used"))
    found = {pair: scores[0] for pair, scores in given.items() if len(scores) == 1}
    for (one, other), score in found.items():
        back = found.get((other, one), score)
        if back != score and one < other:
            expected = f"helps {score:g} where {quoted(other)} is wanted, which helps {back:g} the other way"
            findings.append(_about(one, "taxonomy_directions", expected, "each is used in its direction"))
    return found


def _these(ids: Iterable[str]) -> str:
    return listed(map(quoted, ids))


def _about(term: str, code: str, expected: str, hint: str = "") -> Finding:
    return Finding(code, expected, where=f"term {quoted(term)}", hint=hint)
