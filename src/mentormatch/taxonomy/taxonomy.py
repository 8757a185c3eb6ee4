"""A taxonomy of terms, checked as a whole, and how far one of its terms stands in for another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
from pydantic import ConfigDict

from mentormatch.errors import Finding, ProgramError
from mentormatch.page import Page, Paged, Table
from mentormatch.taxonomy.checking import Raw, checked, folded
from mentormatch.taxonomy.tables import raw_of_graph, raw_of_records, raw_of_tables
from mentormatch.wording import counted, number

if TYPE_CHECKING:
    import networkx as nx

WHOLE = 1_000_000
"""Credits are counted in millionths, so that they sum up exactly."""


@dataclass(frozen=True)
class Term:
    """One thing that has a place in a taxonomy: an ``id``, the ``name`` that is shown (the id without one), aliases."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    id: str
    name: str = ""
    aliases: Sequence[str] = ()


@dataclass(frozen=True, repr=False)
class Taxonomy(Paged):
    """Terms with other words for them, which is narrower than which, and how far one helps where another is wanted.

    ``terms`` are ids or `Term` values. ``broader`` lists pairs (narrower, broader), ``scores`` rows (known, wanted,
    score) with a score from 0 to 1 for that direction alone, and ``related`` pairs of neighbours; all of them ids.
    Names and aliases are compared without case, and a hyphen, an underscore and any run of space are one space.

    Names that two terms share, ids that are no term, and cycles, in which everything is broader than itself, raise
    ``ProgramError`` with all findings. The ways in named ``from_...`` take ``invalid="leave_out"``: what contradicts
    itself is left out and told in ``findings``, which also list pairs whose scores differ by direction. A name beats an
    alias; what two terms have an equal right to is left out for both.

    >>> skills = Taxonomy(
    ...     [Term("js", "JavaScript", ["ECMAScript"]), Term("ts", "TypeScript")], broader=[("ts", "js")]
    ... )
    >>> skills.name_of("ecmascript"), skills.name_of("Java")
    ('JavaScript', None)
    >>> skills.credit("TypeScript", "JavaScript"), skills.credit("JavaScript", "TypeScript")
    (1.0, 0.5)
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    terms: Sequence[Term]
    broader: Sequence[Sequence[str]] = ()
    scores: Sequence[Sequence[str | float]] = ()
    related: Sequence[Sequence[str]] = ()

    if TYPE_CHECKING:  # what may be given is wider than what is held

        def __init__(
            self,
            terms: Sequence[str | Term],
            broader: Sequence[Sequence[str]] = (),
            scores: Sequence[Sequence[str | float]] = (),
            related: Sequence[Sequence[str]] = (),
        ) -> None: ...

    def __post_init__(self) -> None:
        given: Any = self.terms
        if isinstance(given, str) or not isinstance(given, Iterable):
            given = [None]
        terms = [Term(term) if isinstance(term, str) else term for term in given]
        if not all(isinstance(term, Term) for term in terms):
            raise ProgramError(
                Finding("taxonomy_table", "expected a list of ids or Term values", where="taxonomy, terms")
            )
        rows = [(term.id, term.name) for term in terms], [(alias, term.id) for term in terms for alias in term.aliases]
        self._hold(raw_of_tables(*rows, self.broader, self.scores, self.related), "refuse")

    def _hold(self, raw: Raw, invalid: str) -> None:
        """Fills the fields with what is good of the rows."""
        if invalid not in ("refuse", "leave_out"):
            raise ProgramError(Finding("invalid", "expected invalid='refuse' or 'leave_out'", where="taxonomy"))
        parts, findings = checked(raw)
        if invalid == "refuse" and (faults := [one for one in findings if one.code != "taxonomy_directions"]):
            raise ProgramError(faults)
        terms = tuple(Term(one, name, aliases) for one, (name, aliases) in parts.terms.items())
        held = {"terms": terms, "broader": parts.broader, "scores": parts.scores, "related": parts.related}
        for setting, value in {**held, "_findings": tuple(findings)}.items():
            object.__setattr__(self, setting, value)

    @classmethod
    def _of(cls, raw: Raw, invalid: str) -> Taxonomy:
        made = object.__new__(cls)
        made._hold(raw, invalid)
        return made

    @classmethod
    def from_graph(cls, graph: nx.DiGraph[Any], invalid: Literal["refuse", "leave_out"] = "refuse") -> Taxonomy:
        """The taxonomy of a networkx ``DiGraph`` with an edge from each broader term to a narrower one.

        A node may have the attributes ``name`` and ``aliases``. An edge with the attribute ``score`` says nothing of
        broader and narrower: who knows its first term helps that much where its second is wanted.

        >>> import networkx as nx
        >>> skills = Taxonomy.from_graph(nx.DiGraph([("Programming", "Python"), ("Programming", "Java")]))
        >>> skills.credit("Java", "Programming"), skills.credit("Java", "Python")
        (1.0, 0.25)
        """
        return cls._of(raw_of_graph(graph), invalid)

    @classmethod
    def from_tables(
        cls,
        terms: Iterable[Any],
        *,
        parents: Iterable[Sequence[Any]] = (),
        aliases: Iterable[Sequence[Any]] = (),
        scores: Iterable[Sequence[Any]] = (),
        related: Iterable[Sequence[Any]] = (),
        invalid: Literal["refuse", "leave_out"] = "refuse",
    ) -> Taxonomy:
        """The taxonomy of tables, each a list of rows.

        ``terms`` holds ids or rows (id, name), ``parents`` rows (id, broader id), ``aliases`` rows (alias, id),
        ``scores`` rows (known id, wanted id, score) and ``related`` rows (id, id).
        """
        return cls._of(raw_of_tables(terms, aliases, parents, scores, related), invalid)

    @classmethod
    def from_records(
        cls,
        records: Iterable[Mapping[str, Any]],
        *,
        id: str = "id",  # noqa: A002 - the fields are named as the records name them
        name: str = "name",
        aliases: str = "aliases",
        parents: str = "parents",
        children: str = "children",
        related: str = "related",
        scores: str = "scores",
        invalid: Literal["refuse", "leave_out"] = "refuse",
    ) -> Taxonomy:
        """The taxonomy of records, one for each term; the other arguments say what the fields are called.

        Aliases, parents, children and related terms are lists of texts (or one text), scores map the id of what may be
        wanted to what knowing this term is worth there. A field that is missing holds nothing; fields that are not
        named are not read.
        """
        fields = {"id": id, "name": name, "aliases": aliases, "parents": parents, "children": children}
        return cls._of(raw_of_records(records, {**fields, "related": related, "scores": scores}), invalid)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was left out, and pairs whose scores differ by direction."""
        found: tuple[Finding, ...] = self.__dict__.get("_findings", ())
        return found

    def id_of(self, text: str) -> str | None:
        """The id of the term whose name or alias a text is, None where it is none."""
        return self._places.get(folded(text))

    def name_of(self, text: str) -> str | None:
        """The name of the term whose name or alias a text is, None where it is none."""
        found = self.id_of(text)
        return None if found is None else self._names[found]

    def aliases_for(self, options: Iterable[str]) -> dict[str, str]:
        """Other words for options, as `Layout` takes them: ``aliases={"skills": taxonomy.aliases_for(options)}``.

        Every name and alias of the term that an option is, mapped to the option; nothing for two options of one term.

        >>> Taxonomy([Term("js", "JavaScript", ["JS", "ECMAScript"])]).aliases_for(["JavaScript", "Law"])
        {'JS': 'JavaScript', 'ECMAScript': 'JavaScript'}
        """
        options = tuple(options)
        named: dict[str, list[str]] = {}
        for option in options:
            if (term := self.id_of(option)) is not None:
                named.setdefault(term, []).append(option)
        words = {term.id: (term.name, *term.aliases) for term in self.terms}
        return {
            word: several[0]
            for term, several in named.items()
            for word in words[term]
            if len(several) == 1 and word not in options
        }

    def credit(self, known: str, wanted: str, *, broader: float = 0.5, siblings: float = 0.25) -> float:
        """How far the term ``known`` helps where ``wanted`` is wanted, from 0 to 1; see `credits`."""
        return float(self._credits((known,), (wanted,), broader, siblings)[0, 0]) / WHOLE

    def credits(
        self, known: Sequence[str], wanted: Sequence[str], broader: float, siblings: float
    ) -> npt.NDArray[np.int64]:
        """How far each term known helps where each term is wanted, in millionths, shape (known, wanted).

        Terms are given by names or aliases; a text that is neither helps the same text alone. The same term and a
        narrower one, however far down, give 1. Otherwise the score for that direction decides where there is one. Else
        a broader term gives ``broader`` for each step up, multiplied; terms with a direct parent in common, and related
        ones, give ``siblings``; of several the largest counts. All else gives 0. Read-only.
        """
        key = (tuple(known), tuple(wanted), broader, siblings)
        if key not in self._made:
            self._made[key] = self._credits(*key)
            self._made[key].setflags(write=False)
        return self._made[key]

    def page(self) -> Page:
        """The taxonomy as a page: how many terms and links there are, and what was left out or is worth a look."""
        facts = [
            ("terms", number(len(self.terms))),
            ("aliases", number(sum(len(term.aliases) for term in self.terms))),
            ("narrower than another", number(len({narrower for narrower, _ in self.broader}))),
            ("pairs of neighbours", number(len(self.related))),
            ("scores", number(len(self.scores))),
        ]
        tables = []
        if self.findings:
            rows = [(one.where or "", "; ".join(filter(None, (one.expected, one.hint)))) for one in self.findings]
            tables = [Table("Worth a look", ("where", "what"), rows)]
        return Page("Taxonomy", facts, tables)

    def __repr__(self) -> str:
        return f"Taxonomy({counted(len(self.terms), 'term')})"

    def __getstate__(self) -> dict[str, Any]:
        # What was found out can be found out again.
        kept = {*self.__dataclass_fields__, "_findings"}
        return {name: value for name, value in self.__dict__.items() if name in kept}

    @cached_property
    def _made(self) -> dict[Any, npt.NDArray[np.int64]]:
        return {}

    @cached_property
    def _names(self) -> dict[str, str]:
        return {term.id: term.name for term in self.terms}

    @cached_property
    def _places(self) -> dict[str, str]:
        return {folded(label): term.id for term in self.terms for label in (*term.aliases, term.name)}

    @cached_property
    def _parents(self) -> dict[str, list[str]]:
        return _grouped((narrower, broader) for narrower, broader in self.broader)

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        return _grouped((broader, narrower) for narrower, broader in self.broader)

    @cached_property
    def _neighbours(self) -> dict[str, list[str]]:
        return _grouped(pair for one, other in self.related for pair in ((one, other), (other, one)))

    @cached_property
    def _scores(self) -> dict[str, list[tuple[str, int]]]:
        found: dict[str, list[tuple[str, int]]] = {}
        for known, wanted, score in self.scores:
            found.setdefault(str(known), []).append((str(wanted), _millionths(float(score))))
        return found

    def _credits(
        self, known: Sequence[str], wanted: Sequence[str], broader: float, siblings: float
    ) -> npt.NDArray[np.int64]:
        here, there = ([self.id_of(text) or _Plain(text) for text in texts] for texts in (known, wanted))
        table = np.zeros((len(known), len(wanted)), dtype=np.int64)
        for j, one in enumerate(here):
            given = self._gives(one, broader, siblings)
            table[j] = [given.get(other, 0) for other in there]
        return table

    def _gives(self, known: str, broader: float, siblings: float) -> dict[str, int]:
        """What knowing a term is worth for every wanted one where it is worth anything, in millionths."""
        near = dict.fromkeys(self._neighbours.get(known, ()), _millionths(siblings))
        for parent in self._parents.get(known, ()):
            near.update(dict.fromkeys(self._children[parent], _millionths(siblings)))
        for other, steps in _reached(known, self._children).items():
            near[other] = max(near.get(other, 0), _millionths(broader, steps))
        near.update(self._scores.get(known, ()))
        return near | dict.fromkeys(_reached(known, self._parents), WHOLE) | {known: WHOLE}


class _Plain(str):
    """A text that is no term; it is equal to the same text and to no id."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Plain) and str.__eq__(self, other)

    def __hash__(self) -> int:
        return hash(("no term", str.__str__(self)))


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one, other in pairs:
        found.setdefault(one, []).append(other)
    return found


def _reached(start: str, links: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """What can be reached along links, each with the fewest steps to it, the start left out."""
    found, edge, steps = {start: 0}, [start], 0
    while edge:
        steps += 1
        edge = list(dict.fromkeys(other for one in edge for other in links.get(one, ()) if other not in found))
        found.update(dict.fromkeys(edge, steps))
    del found[start]
    return found


def _millionths(share: float, steps: int = 1) -> int:
    """The decimal that a share prints as, multiplied with itself for each step; exact, so the same everywhere."""
    return round(Fraction(str(share)) ** steps * WHOLE)
