"""What a matching would reach if some of its changes were undone: what keeping the earlier pairs would have cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING

from mentormatch.formats.posing import Couple, Posed, points_anyway
from mentormatch.problem import LevelName
from mentormatch.reached import AimReached, participation_label
from mentormatch.scores import ScoreMatrix
from mentormatch.wording import number

if TYPE_CHECKING:
    from mentormatch.matching import Matching

Step = tuple[str, float, float]
"""The label of an aim, what the matching reaches in it and what it would reach; more is better."""


@dataclass(frozen=True)
class Swap:
    """Pairs to do without and pairs to make instead, which the demand allows and which there is room for."""

    without: Sequence[Couple]
    instead: Sequence[Couple]

    def more(self, side: int) -> Counter[str]:
        """How many partners more or fewer the people of a side have, 0 for mentors and 1 for mentees."""
        found = Counter(couple[side] for couple in self.instead)
        found.subtract(couple[side] for couple in self.without)
        return found


@dataclass(frozen=True, eq=False)
class Undone:
    """A matching with its scores and its demand as a problem: what each aim would be after a swap.

    After one pass over the matching a swap takes as long as its pairs and the lists of its mentees.
    """

    matching: Matching
    scores: ScoreMatrix
    posed: Posed

    def loss(self, swap: Swap) -> str | None:
        """The first aim that the swap makes worse, and by how much: "points: 900 instead of 1,000".

        "" where it changes nothing but the lottery, None where it makes the matching better, as for a proven
        one it cannot.
        """
        for level in self.posed.problem.levels:
            for label, now, then in self._steps(level, swap):
                if then != now:
                    return f"{label}: {_written(then)} instead of {_written(now)}" if then < now else None
        return ""

    def _steps(self, level: LevelName, swap: Swap) -> Iterator[Step]:
        """What is and would be reached on a level, part by part from the most important on."""
        if level == "everyone":
            load = self._load[1]
            more = sum((load[who] + n > 0) - (load[who] > 0) for who, n in swap.more(1).items())
            yield participation_label(0), self._served[0, None], self._served[0, None] + more
        elif level == "participation":
            yield from self._participation(swap)
        elif level == "lift_worst":
            yield self._lowest(swap)
        elif level == "points":
            yield self._worth(swap)
        elif level in self._reached and level != "lottery":
            reached = self._reached[level]
            yield reached.label, reached.value, reached.value + self._more(level, swap)

    def _more(self, level: LevelName, swap: Swap) -> int:
        """How much more is reached on a level that is one sum."""
        load = self._load[0]
        if level == "minimum_load":
            least = self._least
            return sum(min(load[who] + n, least[who]) - min(load[who], least[who]) for who, n in swap.more(0).items())
        if level == "balance":
            return sum(load[who] ** 2 - (load[who] + n) ** 2 for who, n in swap.more(0).items())
        if level == "listed":
            more: Counter[str] = Counter()
            for sign, couples in ((-1, swap.without), (1, swap.instead)):
                for mentor, mentee in couples:
                    more[mentee] += sign * self._on_list(mentor, mentee)
            return sum((self._listed[who] + n > 0) - (self._listed[who] > 0) for who, n in more.items())
        return self._brought(level, swap)

    def _participation(self, swap: Swap) -> Iterator[Step]:
        """Mentees with a first mentor, then those of each priority, then those with a second one."""
        more: Counter[tuple[int, int | None]] = Counter()
        for mentee, n in swap.more(1).items():
            now = self._load[1][mentee]
            for tier in range(min(now, now + n), max(now, now + n)):
                for priority in (None, self._priority[mentee]):
                    more[tier, priority] += 1 if n > 0 else -1
        for (tier, priority), n in sorted(more.items(), key=_importance):
            now = self._served[tier, priority]
            yield participation_label(tier, priority), now, now + n

    def _lowest(self, swap: Swap) -> Step:
        """The lowest score of a pair that is neither pinned nor accepted, infinite where there is none."""
        without = set(swap.without)
        come = [points_anyway(self.scores, *couple) for couple in swap.instead if couple not in self.posed.movable]
        rest = next((points for points, couple in self._new if couple not in without), inf)
        return "lowest score of a new pair", self._new[0][0] if self._new else inf, min([rest, *come])

    def _worth(self, swap: Swap) -> Step:
        more = self._brought("points", swap) - sum(self._points[couple] for couple in swap.without)
        more += sum(points_anyway(self.scores, *couple) for couple in swap.instead)
        return "points and bonus" if self._bonus else "points", self._total, self._total + more

    def _brought(self, level: LevelName, swap: Swap) -> int:
        """How much more the pairs themselves bring on a level, their points apart."""
        values = self._special.get(level, {})
        come, gone = (sum(values.get(couple, 0) for couple in pairs) for pairs in (swap.instead, swap.without))
        return come - gone

    def _on_list(self, mentor: str, mentee: str) -> bool:
        return mentor in self.matching.demand.ranks.get(mentee, {})

    @cached_property
    def _special(self) -> Mapping[str, Mapping[Couple, int]]:
        """What special pairs bring on each level."""
        demand, posed, special = self.posed.demand, self.posed, self.posed.problem.special
        mentors, mentees = posed.mentor_order[special.mentor].tolist(), posed.mentee_order[special.mentee].tolist()
        couples = [(demand.mentors[m], demand.mentees[e]) for m, e in zip(mentors, mentees, strict=True)]
        return {level: dict(zip(couples, values.tolist(), strict=True)) for level, values in special.values.items()}

    @cached_property
    def _bonus(self) -> int:
        aim = self.matching.demand.aim
        return aim.bonus if aim.shortlists == "bonus" else 0

    @cached_property
    def _total(self) -> int:
        """The points of all pairs, with the bonus where lists bring one."""
        return sum(self._points.values()) + self._bonus * sum(self._listed.values())

    @cached_property
    def _reached(self) -> Mapping[str, AimReached]:
        return {reached.aim: reached for reached in self.matching.aims}

    @cached_property
    def _points(self) -> Mapping[Couple, int]:
        return {(pair.mentor, pair.mentee): pair.points for pair in self.matching.pairs}

    @cached_property
    def _load(self) -> tuple[Counter[str], Counter[str]]:
        """How many partners each mentor and each mentee has."""
        return Counter(mentor for mentor, _ in self._points), Counter(mentee for _, mentee in self._points)

    @cached_property
    def _listed(self) -> Counter[str]:
        """How many mentors from their list each mentee has."""
        return Counter(couple[1] for couple in self._points if self._on_list(*couple))

    @cached_property
    def _least(self) -> Mapping[str, int]:
        """How many mentees each mentor is to have at least, as far as there are seats."""
        demand, problem = self.posed.demand, self.posed.problem
        seats = (problem.capacity + problem.led)[self.posed.mentor_place].tolist()
        return {who: min(n, most) for who, n, most in zip(demand.mentors, demand.minimum_load, seats, strict=True)}

    @cached_property
    def _priority(self) -> Mapping[str, int]:
        return dict(zip(self.posed.demand.mentees, self.posed.demand.priority, strict=True))

    @cached_property
    def _served(self) -> Counter[tuple[int, int | None]]:
        """How many mentees have more mentors than a number: all of them, and those of each priority."""
        found: Counter[tuple[int, int | None]] = Counter()
        for mentee, load in self._load[1].items():
            for tier in range(load):
                found.update(((tier, None), (tier, self._priority[mentee])))
        return found

    @cached_property
    def _new(self) -> list[tuple[int, Couple]]:
        """The pairs that are neither pinned nor accepted, the lowest score first."""
        held = self.posed.settled.keys() | self.posed.movable
        return sorted((points, couple) for couple, points in self._points.items() if couple not in held)


def _importance(item: tuple[tuple[int, int | None], int]) -> tuple[int, bool, int]:
    """First mentors before second ones, all mentees before those of one priority, the highest priority first."""
    (tier, priority), _ = item
    return tier, priority is not None, -(priority or 0)


def _written(value: float) -> str:
    """A whole number without its sign, which only says that less is better; none for what is infinite."""
    return "none" if value == inf else number(abs(int(value)))
