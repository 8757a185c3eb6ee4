"""A rule on picks that need not be the same: how near in a taxonomy what a mentor offers is to what a mentee wants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import GetPydanticSchema

from mentormatch.doors import keep_findings
from mentormatch.errors import Finding, ProgramError
from mentormatch.rules.answers import left_blank
from mentormatch.rules.overlap import picks
from mentormatch.rules.rule import Columns, Mask, Values, between, options_of, plain_number
from mentormatch.rules.two_questions import TwoQuestions
from mentormatch.taxonomy import Taxonomy
from mentormatch.taxonomy.taxonomy import WHOLE
from mentormatch.wording import listed, quoted

if TYPE_CHECKING:
    from mentormatch.cohort import People
    from mentormatch.questionnaire import Questionnaire

AnyTaxonomy = Annotated[
    # Also a networkx DiGraph, which is read once; the JSON is that of the taxonomy.
    Any,
    GetPydanticSchema(lambda _, handler: handler.generate_schema(Annotated[Taxonomy, keep_findings])),
]
_WIDEST = 1_024
"""Where wishes have more levels than this together, pairs are compared one by one, which keeps the product narrow."""


@dataclass(frozen=True, repr=False)
class Related(TwoQuestions):
    """The share of the mentee's picks that the mentor offers, with part for what is near; as a condition: any of it.

    ``wanted`` is asked of mentees and ``by`` of mentors (the same question where ``by`` is missing); a `Choice` counts
    as one pick. Each pick has the best credit among what the mentor offers: 1 for the same term of the ``taxonomy`` (a
    `Taxonomy` or a networkx ``DiGraph`` from broader to narrower) under whichever of its names, and for a narrower one;
    else the taxonomy's score for that direction; else ``broader`` for each step that the mentor's term is broader,
    multiplied, and ``siblings`` for terms under one parent and related ones. Picks that name one term are one pick.
    Options that the taxonomy does not have count where their texts are the same. Unknown where either has picked
    nothing.

    Formula: ``sum(best credit of each pick) / picks``.

    >>> import networkx as nx
    >>> from mentormatch import questions as q
    >>> skills = nx.DiGraph([("Programming", "Python"), ("Programming", "Java")])
    >>> asked = [q.MultiChoice("skills", ["Programming", "Python", "Java", "Law"])]
    >>> rule = Related("skills", taxonomy=skills)
    >>> rule.try_on(asked, mentor={"skills": ["Python"]}, mentee={"skills": ["Programming", "Law"]})
    0.5
    >>> rule.try_on(asked, mentor={"skills": ["Programming"]}, mentee={"skills": ["Python"]})
    0.5
    >>> rule.try_on(asked, mentor={"skills": ["Java"]}, mentee={"skills": ["Python"]})
    0.25
    """

    wanted: str
    _: KW_ONLY
    taxonomy: AnyTaxonomy
    by: str | None = None
    broader: float = 0.5
    siblings: float = 0.25
    kind: Literal["Related"] = field(default="Related", repr=False)

    @property
    def asked(self) -> str:
        """The id of the question that is asked of mentees."""
        return self.wanted

    def credits(self, offered: Sequence[str], wanted: Sequence[str]) -> npt.NDArray[np.int64]:
        """What each option offered is worth for each one wanted, in millionths, shape (offered, wanted)."""
        return self._taxonomy.credits(offered, wanted, self.broader, self.siblings)

    def values(self, mentors: People, mentees: People) -> tuple[Values, Mask]:
        """The credits of a mentee's wishes over their number."""
        credit, wishes = self._best(mentors, mentees)
        # Whole numbers far below 2**53, so the product is exact in any order, and the one division rounds once.
        value = credit.astype(np.float64) @ wishes.astype(np.float64).T
        np.divide(value, WHOLE * np.maximum(wishes.sum(axis=1), 1), out=value)
        return value, between(*self.answered(mentors, mentees))

    def columns(self, mentors: People, mentees: People) -> Columns | None:
        """One column for each wish and each credit that some mentor has for it; None for more than 1,024."""
        credit, wishes = self._best(mentors, mentees)
        levels = [(k, level) for k in range(credit.shape[1]) for level in np.unique(credit[:, k]).tolist() if level]
        if len(levels) > _WIDEST:
            return None
        at = np.array([k for k, _ in levels], dtype=np.intp)
        level = np.array([level for _, level in levels], dtype=np.int64)
        number = np.maximum(wishes.sum(axis=1), 1)[:, None]
        mentee = wishes[:, at] * (level / (WHOLE * number))
        return Columns((credit[:, at] == level).astype(np.uint8), mentee, full=wishes / number)

    def told(self, mentor: People, mentee: People) -> str:
        """How many of the mentee's picks the mentor meets, which with what, and which not."""
        if blank := left_blank(mentor, self.offers, mentee, self.wanted):
            return blank
        wanted, offers = mentee.column(self.wanted), mentor.column(self.offers)
        asked, held = options_of(wanted), options_of(offers)
        credit = self.credits(held, asked) * picks(offers)[0][:, None]
        same = {self._term(held[j]) for j in np.flatnonzero(picks(offers)[0])}
        met, unmet, seen = [], [], set()
        for k in np.flatnonzero(picks(wanted)[0]).tolist():
            if (term := self._term(asked[k])) in seen:
                continue
            seen.add(term)
            worth, best = int(credit[:, k].max()), held[int(credit[:, k].argmax())]
            if not worth:
                unmet.append(asked[k])
            elif term in same:
                met.append(asked[k])
            else:
                met.append(f"{best} for {asked[k]}{'' if worth == WHOLE else f' ({worth / WHOLE:.0%})'}")
        have = f": {listed(met)}" if met else ""
        return f"{len(met)} of {len(seen)} wanted{have}{f'; not {listed(unmet)}' if unmet else ''}"

    @property
    def _taxonomy(self) -> Taxonomy:
        found: Taxonomy = self.taxonomy
        return found

    def _term(self, option: str) -> str:
        """What options that name one term have in common: its id, or the text itself, which no id begins like."""
        return self._taxonomy.id_of(option) or f"\0{option}"

    def _best(self, mentors: People, mentees: People) -> tuple[npt.NDArray[np.int64], Mask]:
        """The best credit of each mentor for each wish, and which mentee has which, shapes (n, wishes).

        Options that name one term are one wish.
        """
        offers, wanted = mentors.column(self.offers), mentees.column(self.wanted)
        options = options_of(wanted)
        places: dict[str, int] = {}
        term = [places.setdefault(self._term(option), len(places)) for option in options]
        first = [term.index(k) for k in range(len(places))]
        wishes: Mask = np.zeros((len(mentees), len(places)), dtype=np.bool_)
        for k, here in zip(term, picks(wanted).T, strict=True):
            wishes[:, k] |= here
        worth = self.credits(options_of(offers), options)[:, first]
        credit = np.zeros((len(mentors), len(places)), dtype=np.int64)
        for given, here in zip(worth, picks(offers).T, strict=True):
            rows, some = np.flatnonzero(here)[:, None], np.flatnonzero(given)
            credit[rows, some] = np.maximum(credit[rows, some], given[some])
        return credit, wishes

    def _settings(self) -> Iterator[Finding]:
        if not isinstance(self.taxonomy, Taxonomy):
            try:
                object.__setattr__(self, "taxonomy", Taxonomy.from_graph(self.taxonomy))
            except ProgramError as error:
                object.__setattr__(self, "taxonomy", Taxonomy(()))
                yield from error.findings
        for name in ("broader", "siblings"):
            share = plain_number(getattr(self, name))
            if share is None or not 0 <= share <= 1:
                yield Finding(f"rule_{name}", f"expected {name}= to be a number from 0 to 1")
            else:
                object.__setattr__(self, name, share)

    def _fits(self, questionnaire: Questionnaire, as_condition: bool) -> Iterator[Finding]:
        found = self._misfits(questionnaire, "MultiChoice", "Choice")
        yield from found
        if not found:
            wanted: Any = questionnaire[self.wanted]
            offers: Any = questionnaire[self.offers]
            if not self.credits(offers.options, wanted.options).any():
                expected = f"no option of {quoted(self.offers)} is near any of {quoted(self.wanted)} in the taxonomy"
                yield Finding("rule_options", expected, hint="write the options as the taxonomy names its terms")
