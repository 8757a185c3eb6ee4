"""With whom else a peer could be, beside the partner in a matching: the best of those allowed, best first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import permutations
from typing import TYPE_CHECKING

from mentormatch.alternatives import alternatives_for
from mentormatch.candidates import Candidates
from mentormatch.choices import Choices
from mentormatch.demand import Demand
from mentormatch.matching import Pair
from mentormatch.page import Page, Table
from mentormatch.parts import Audience
from mentormatch.wording import all_named, listed, named, number

if TYPE_CHECKING:
    from mentormatch.scores import ScoreMatrix

_BOTH_WAYS = ("bans", "declines", "accepted", "expired", "ended", "avoid", "favour")


@dataclass(frozen=True, repr=False)
class PeerCandidates(Candidates):
    """The best other partners of a peer, best first; ``mentor`` of a candidate is that partner, and no role."""

    def page(self) -> Page:
        """The candidates as a page."""
        columns = {
            "with": [named(one.mentor, one.name) for one in self],
            "points": [str(one.score) for one in self],
            "rank": ["" if one.rank is None else number(one.rank) for one in self],
            "is": ["free" if one.seats_left else "with somebody" for one in self],
            "consists of": [one.reason for one in self],
        }
        filled = {name: cells for name, cells in columns.items() if any(cells)}
        align = ["right" if name in ("points", "rank") else "left" for name in filled]
        tables = [Table("", filled, zip(*filled.values(), strict=True), align)] if len(self) else []  # type: ignore[arg-type]
        notes = [] if len(self) else ["Nobody else is possible."]
        if any(one.score.band for one in self):
            notes.append("Rules on private answers count as well but are not shown; the order is by the public ones.")
        facts = [("is with", listed(all_named(self.has or (), self.has_names)) or "nobody")]
        return Page(f"Alternatives for {named(self.mentee, self.name)}", facts, tables, notes)


@dataclass(frozen=True, eq=False)
class _BothWays:
    """A matching of peers as alternatives look at one: every pair, and all that was said of one, in both directions."""

    demand: Demand
    pairs: tuple[Pair, ...]


def alternatives_for_peer(
    demand: Demand, scores: ScoreMatrix, together: Iterable[tuple[str, ...]], person: object, k: object, who: Audience
) -> PeerCandidates:
    """The best ``k`` people with whom somebody could be and is not.

    ``scores`` are mutual, ``together`` are the pairs and the trio.
    """
    turned: dict[str, object] = {}
    for name in _BOTH_WAYS:
        given = getattr(demand.choices, name)
        known = {pair.people for pair in given}
        turned[name] = (
            *given,
            *(
                replace(pair, mentor=pair.mentee, mentee=pair.mentor)
                for pair in given
                if (pair.mentee, pair.mentor) not in known
            ),
        )
    choices: Choices = replace(demand.choices, **turned)  # type: ignore[arg-type]
    pairs = tuple(Pair(one, other, 0) for group in together for one, other in permutations(group, 2))
    view = _BothWays(replace(demand, choices=choices), pairs)
    found = alternatives_for(view, scores, person, k, who)  # type: ignore[arg-type]
    return PeerCandidates(found.mentee, found.name, found.audience, found.candidates, found.has, found.has_names)
