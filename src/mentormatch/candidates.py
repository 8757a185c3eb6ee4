"""Mentors whom a mentee could have, best first, each with what the score consists of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from mentormatch.errors import ChoiceError, Finding
from mentormatch.page import Page, Recorded, Table
from mentormatch.parts import Audience, Part, ToldScore, checked_audience, told_score
from mentormatch.wording import all_named, listed, named, number

if TYPE_CHECKING:
    from mentormatch.problem import Ints
    from mentormatch.scores import ScoreMatrix


@dataclass(frozen=True)
class Candidate:
    """A mentor whom a mentee could have, with the score as the audience may know it (`ToldScore`).

    ``rank`` is the mentor's place on the mentee's list, None off it. ``load`` of ``capacity`` seats are taken, both
    None where nothing has been matched yet.
    """

    mentor: str
    name: str
    score: ToldScore
    rank: int | None = None
    load: int | None = None
    capacity: int | None = None

    @property
    def points(self) -> int | None:
        """The points of the pair; None where the total would tell the audience about a private answer."""
        return self.score.points

    @property
    def parts(self) -> tuple[Part, ...]:
        """What the score consists of: the shares of the rules, which sum to the points; empty for own scores."""
        return self.score.parts

    @property
    def seats_left(self) -> int | None:
        """How many seats are free, 0 where the mentor is full; None where nothing has been matched yet."""
        return None if self.capacity is None or self.load is None else max(0, self.capacity - self.load)

    @property
    def seats(self) -> str:
        """How many seats are free, or "full"; "" where nothing has been matched yet."""
        if self.seats_left is None or self.capacity is None:
            return ""
        return f"{number(self.seats_left)} of {number(self.capacity)} left" if self.seats_left else "full"

    @property
    def reason(self) -> str:
        """What the score consists of, in one line."""
        return ", ".join(
            f"{part.label} {number(part.points)} of {number(part.most)}{'' if part.known else ' (blank)'}"
            for part in self.parts
            if part.counts
        )


@dataclass(frozen=True, repr=False)
class Candidates(Recorded, Sequence[Candidate]):
    """The best candidates for a mentee, best first, as one audience may see them; a sequence that prints as a table.

    ``has`` are the mentors whom the mentee has and who are left out, None before anything is matched; ``has_names``
    their names, if there are any.
    """

    mentee: str
    name: str
    audience: Audience
    candidates: tuple[Candidate, ...]
    has: tuple[str, ...] | None = None
    has_names: tuple[str, ...] = ()

    @overload
    def __getitem__(self, at: int) -> Candidate: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Candidate, ...]: ...

    def __getitem__(self, at: int | slice) -> Candidate | tuple[Candidate, ...]:
        return self.candidates[at]

    def __len__(self) -> int:
        return len(self.candidates)

    def __iter__(self) -> Iterator[Candidate]:
        return iter(self.candidates)

    def __repr__(self) -> str:
        return f"Candidates({self.mentee}: {listed([f'{one.mentor} {one.score}' for one in self]) or 'nobody'})"

    def page(self) -> Page:
        """The candidates as a page."""
        kind = "Mentors" if self.has is None else "Alternatives"
        facts = [] if self.has is None else [("has", listed(all_named(self.has, self.has_names)) or "nobody")]
        columns = {
            "mentor": [named(one.mentor, one.name) for one in self],
            "points": [str(one.score) for one in self],
            "rank": ["" if one.rank is None else number(one.rank) for one in self],
            "seats": [one.seats for one in self],
            "consists of": [one.reason for one in self],
        }
        filled = {name: cells for name, cells in columns.items() if any(cells)}
        tables, notes = [], []
        if filled:
            align = ["right" if name in ("points", "rank") else "left" for name in filled]
            tables = [Table("", filled, zip(*filled.values(), strict=True), align)]  # type: ignore[arg-type]
        else:
            notes = ["No mentor is possible." if not self.has else "No other mentor is possible."]
        if any(one.score.band for one in self):
            notes.append(
                "Rules about private answers count as well but are not shown; the order is by the public ones."
            )
        return Page(f"{kind} for mentee {named(self.mentee, self.name)}", facts, tables, notes)

    def to_records(self) -> list[dict[str, Any]]:
        """One record for each candidate, best first: both ids, the score, the place on the list and the seats.

        ``parts`` maps the rules' labels to their points; ``band`` is a pair of numbers where ``points`` is None.
        """
        return [
            {
                "mentee": self.mentee,
                "mentor": one.mentor,
                "mentor_name": one.name,
                "points": one.points,
                "band": one.score.band,
                "rank": one.rank,
                "load": one.load,
                "capacity": one.capacity,
                "parts": {part.label: part.points for part in one.parts},
            }
            for one in self
        ]


def best_candidates(scores: ScoreMatrix, mentee: object, k: object, audience: object) -> Candidates:
    """The best ``k`` mentors of a mentee by points alone, ties in canonical order (convention 2).

    O(mentors) for the points and k explanations.
    """
    most, who = checked_count(k), checked_audience(audience)
    person, name = scores.person("mentee", mentee)
    public = public_points(scores, person, who)
    points = scores.of_mentee(person) if public is None else public
    order = scores.canonical_mentors
    order = order[np.argsort(-points[order], kind="stable")]
    best = [scores.mentors[at] for at in order[:most] if points[at] >= 0]
    found = tuple(Candidate(*scores.person("mentor", one), told(scores, one, person, who)) for one in best)
    return Candidates(person, name, who, found)


def public_points(scores: ScoreMatrix, mentee: str, audience: Audience) -> Ints | None:
    """What puts the mentors of a mentee in order where a private share hides the totals, -1 where not allowed.

    These are the points of the public rules alone: any other order would tell with whom the private answer agrees.
    None where the audience may know the totals.
    """
    if audience == "administrator":
        return None
    allowed = np.flatnonzero(scores.of_mentee(mentee) >= 0)
    if not len(allowed) or told(scores, scores.mentors[allowed[0]], mentee, audience).band is None:
        return None
    return scores.of_mentee(mentee, public=True)


def told(scores: ScoreMatrix, mentor: str, mentee: str, audience: Audience) -> ToldScore:
    """The score of a pair, or what it would be were the pair allowed, as the audience may know it."""
    parts = scores.parts(mentor, mentee)
    points = sum(part.points for part in parts) if parts else max(0, scores.points(mentor, mentee))
    return told_score(points, parts, scores.coverage(mentor, mentee), audience)


def checked_count(k: object) -> int:
    """How many are wanted, or a ChoiceError."""
    if isinstance(k, bool) or not isinstance(k, (int, np.integer)) or k < 0:
        raise ChoiceError(Finding("k", "expected a whole number from 0", where="k"))
    return int(k)
