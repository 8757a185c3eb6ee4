"""What is measured: cases, each with the sizes that make sense for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import mentormatch as mm
from mentormatch import rules as r
from mentormatch import synthetic

Kind = Literal["match", "again", "weightings", "answers", "records", "imports"]
People = Callable[..., mm.Cohort]


@dataclass(frozen=True, order=True)
class Size:
    """How many mentees and how many mentors; written ``1000x1250``, mentees first."""

    mentees: int
    mentors: int

    @classmethod
    def of(cls, text: str) -> Size:
        """The size written like that. Raises ValueError for anything else."""
        mentees, mentors = map(int, text.split("x"))
        return cls(mentees, mentors)

    @property
    def pairs(self) -> int:
        """How many pairs there are."""
        return self.mentees * self.mentors

    def __str__(self) -> str:
        return f"{self.mentees}x{self.mentors}"

    @property
    def shown(self) -> str:
        """As a table shows it: mentees, then mentors."""
        return f"{self.mentees:,} × {self.mentors:,}"


TINY = Size(24, 30)
"""For the tests, which run every case once."""
SMALL, MIDDLE, LARGE, HUGE = Size(250, 310), Size(1_000, 1_250), Size(5_000, 6_250), Size(20_000, 25_000)
SHORT_SMALL, SHORT_MIDDLE, SHORT_LARGE = Size(250, 150), Size(1_000, 600), Size(5_000, 3_000)
GROWTH = Size(10_000, 6_000), Size(20_000, 12_000), Size(50_000, 30_000), Size(100_000, 60_000)
"""From 10,000 to 100,000 people, at 0.6 mentors for each mentee."""
FEW = Size(5_000, 6)
"""So many seats at each mentor that hardly any mentors are needed."""

COMPARED, FLOORED = LARGE.pairs, HUGE.pairs
"""Up to so many pairs there is a whole matrix to hand to peers, and a floor."""

DENSE = "scipy dense"
ALL_PEERS = (
    DENSE,
    "scipy sparse",
    "HiGHS LP",
    "OR-Tools flow",
    "networkx simplex",
    "mentor-match",
    "matching",
)


@dataclass(frozen=True)
class Case:
    """One kind of work: a program, people and what they said, at some sizes.

    ``kind`` says what is measured: ``match`` a first match with its phases, ``again`` a match after a change
    (``change`` takes people and their first matching, and gives people and choices), ``weightings`` ten programs on one
    cohort, ``answers`` what is asked of a matching, ``records`` reading the answers, ``imports`` what importing costs.
    ``peers`` solve the same finished points; ``floor`` asks for the bare product of the same columns, ``by_hand`` for
    the same work with numpy and scipy.
    ``central`` cases are measured at a thousand mentees in the small set, too.
    """

    name: str
    says: str
    sizes: tuple[Size, ...]
    kind: Kind = "match"
    people: People = synthetic.cohort
    program: Callable[[], mm.Program] = synthetic.program
    choices: Callable[[mm.Cohort], mm.Choices] | None = None
    change: Callable[[mm.Cohort, mm.Matching], tuple[mm.Cohort, mm.Choices | None]] | None = None
    peers: tuple[str, ...] = ()
    floor: bool = False
    by_hand: bool = False
    central: bool = False

    def cohort(self, size: Size) -> mm.Cohort:
        """The people at this size."""
        return self.people(size.mentees, size.mentors)

    def at(self, size: Size) -> Case:
        """The case as it is measured at this size: above `COMPARED` and `FLOORED` with less beside it."""
        peers = self.peers if size.pairs <= COMPARED else ()
        return replace(self, peers=peers, floor=self.floor and size.pairs <= FLOORED)

    def small(self) -> tuple[Size, ...]:
        """The sizes of the small set."""
        most = 1_000 if self.central else 250
        return tuple(size for size in self.sizes if size.mentees <= most)


def plain() -> mm.Program:
    """Four rules and a condition: what a first program has, and what one can still score by hand."""
    return mm.Program(
        name="Plain",
        questionnaire=synthetic.questionnaire(),
        rules=[
            r.Covers("goals", by="goals_reached", weight=30),
            r.Covers("skills_to_grow", by="skills", weight=25),
            r.Ahead("experience", ideal=(3, 10), weight=15),
            r.Shares("interests", weight=5),
        ],
        conditions=[r.Differs("department", if_unknown="allow")],
    )


def abstaining() -> mm.Program:
    """The synthetic program with every rule left out where it cannot be judged."""
    program = synthetic.program()
    return program.with_(rules=[replace(rule, missing="abstain") for rule in program.rules])


def aiming(**aim: object) -> mm.Program:
    """The synthetic program with another aim."""
    return synthetic.program().with_(aim=mm.Aim(**aim))  # type: ignore[arg-type]


def identical(mentees: int, mentors: int) -> mm.Cohort:
    """Half of the mentees, up to 10,000, and as many mentors have the same answers."""
    return synthetic.cohort(mentees, mentors, identical=min(10_000, mentees // 2, mentors))


def one_decline(people: mm.Cohort, matching: mm.Matching) -> tuple[mm.Cohort, mm.Choices]:
    """The mentor of a pair in the middle of the list says no."""
    pair = matching.pairs[len(matching.pairs) // 2]
    return people, mm.Choices(declines=[(pair.mentor, pair.mentee)])


def one_seat(people: mm.Cohort, matching: mm.Matching) -> tuple[mm.Cohort, None]:
    """A mentor in the middle of the list of those who have no seat left offers one more."""
    full = sorted({pair.mentor for pair in matching.pairs} - set(matching.spare_seats))
    if not full:
        raise ValueError("nobody is full, so one more seat changes nothing")
    mentor = full[len(full) // 2]
    seats = int(people.mentors.capacity[people.mentors.ids.index(mentor)])
    return people.with_capacity({mentor: seats + 1}), None


_AGAIN = (SMALL, MIDDLE, Size(2_000, 2_500), SHORT_LARGE, GROWTH[1])

CASES = {
    case.name: case
    for case in (
        Case("plain", "four rules, one condition, one seat each", (SMALL, MIDDLE),
             people=partial(synthetic.cohort, capacities=1), program=plain, peers=(DENSE,), by_hand=True),
        Case("one-to-one", "one seat each", (SMALL, MIDDLE, SHORT_MIDDLE, LARGE, SHORT_LARGE),
             people=partial(synthetic.cohort, capacities=1), peers=ALL_PEERS, central=True),
        Case("capacities", "1 to 5 seats, 1.75 on average", (SMALL, MIDDLE, LARGE, HUGE),
             peers=ALL_PEERS, floor=True, central=True),
        Case("shortage", "the same with 0.6 mentors for each mentee",
             (SHORT_SMALL, SHORT_MIDDLE, SHORT_LARGE, *GROWTH), peers=ALL_PEERS, floor=True, central=True),
        Case("lists", "shortlists, wishes, declines, requests without an answer",
             (SMALL, MIDDLE, SHORT_LARGE, GROWTH[1]), choices=synthetic.choices),
        Case("star", "one mentor is first on every list", (SMALL, MIDDLE, SHORT_LARGE),
             choices=partial(synthetic.choices, stars=1)),
        Case("identical", "half of the mentees, and as many mentors, answered the same", (SMALL, MIDDLE, SHORT_LARGE),
             people=identical, peers=(DENSE,)),
        Case("silent", "36 of 100 people answered nothing", (SMALL, MIDDLE, SHORT_LARGE),
             people=partial(synthetic.cohort, silent=0.36), peers=(DENSE,)),
        Case("coarse", "one rule that gives three different scores", (SMALL, MIDDLE, SHORT_LARGE),
             program=partial(synthetic.program, coarse=True), peers=(DENSE,)),
        Case("thousand", "1,000 seats each", (SMALL, SHORT_LARGE, FEW),
             people=partial(synthetic.cohort, capacities=1_000)),
        Case("abstain", "rules that cannot judge are left out", (SMALL, MIDDLE, LARGE, SHORT_LARGE),
             program=abstaining, peers=(DENSE,)),
        Case("ranking", "every mentee weighs the rules", (SMALL, MIDDLE, SHORT_LARGE),
             program=lambda: synthetic.program().with_(weights_from="criteria"), peers=(DENSE,)),
        Case("even", "loads as even as possible, before points", (SMALL, MIDDLE, SHORT_LARGE),
             program=partial(aiming, balance="even")),
        Case("lift", "the lowest score as high as possible, before points", (SMALL, MIDDLE, SHORT_LARGE),
             program=partial(aiming, fairness="lift_worst")),
        Case("decline", "one mentor declines after the first match", _AGAIN, "again", change=one_decline, central=True),
        Case("seat", "one mentor offers one more seat after the first match", _AGAIN, "again",
             people=partial(synthetic.cohort, capacities=1), change=one_seat, central=True),
        Case("weightings", "ten weightings of one cohort", (SMALL, MIDDLE, SHORT_LARGE), "weightings", central=True),
        Case("answers", "what is asked of a matching afterwards", (SMALL, MIDDLE, SHORT_MIDDLE, SHORT_LARGE), "answers",
             people=partial(synthetic.cohort, capacities=1), central=True),
        Case("answers-lists", "the same, where people have spoken", (SMALL, MIDDLE, SHORT_LARGE), "answers",
             choices=synthetic.choices, central=True),
        Case("records", "reading the answers from records", (SMALL, MIDDLE, LARGE), "records", central=True),
        Case("imports", "importing the library", (Size(0, 0),), "imports"),
    )
}  # fmt: skip
