"""What checking a matching found, and how that is said of pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mentormatch.demand import Demand
from mentormatch.errors import Finding
from mentormatch.formats.posing import Posed
from mentormatch.matching.made import statuses
from mentormatch.page import Page, Paged, Table
from mentormatch.proof import Flaw
from mentormatch.wording import counted, shown

if TYPE_CHECKING:
    from mentormatch.matching.matching import Matching

OTHER_PEOPLE = Finding("other_people", "the scores are of other people, or in another order")


@dataclass(frozen=True)
class Verdict(Paged):
    """What checking a matching found: true where nothing is wrong with it and with what its proof says.

    ``bounded`` is what is proven of a matching that need not be the best one.
    """

    findings: tuple[Finding, ...] = ()
    stable: bool = False
    bounded: str = ""

    def __bool__(self) -> bool:
        return not self.findings

    def page(self) -> Page:
        """The verdict as a page: a sentence, or every reason for which the matching is refused."""
        if not self:
            reasons = [(str(finding),) for finding in self.findings]
            return Page(
                "", tables=[Table(f"refused for {counted(len(reasons), 'reason')}", ["what is wrong"], reasons)]
            )
        return Page("", notes=self._verified())

    def _verified(self) -> list[str]:
        """What is said where nothing is wrong."""
        if self.stable:
            return ["verified: every pair is allowed, and no two prefer each other to whom they have"]
        if self.bounded:
            return [f"verified: every pair is allowed; {self.bounded}"]
        return ["verified: every pair is allowed, no other matching is better, and none is as good"]


_FLAWS = {
    "words": "the words do not hold the aims in their order",
    "prices": "the prices are not whole numbers for every person and word",
    "unknown_pair": "a pair names people who are not there",
    "pair_twice": "the pair is made twice",
    "pair_not_allowed": "the pair is not allowed",
    "wrong_points": "the pair does not have these points",
    "over_capacity": "the mentor has more mentees than seats",
    "under_minimum_load": "the mentor has fewer mentees than the minimum load",
    "over_wants": "the mentee has more mentors than wanted",
    "better_pair": "a pair that was not made is worth more than its prices, so the matching may not be the best",
    "pair_too_dear": "the pair is worth less than its prices, so the matching may not be the best",
    "mentee_load": "at the mentee's price another number of mentors would be better",
    "mentor_load": "at the mentor's price another number of mentees would be better",
    "list_load": "at the prices of the mentee and the list another number of mentors from the list would be better",
    "blocking_pair": "the two prefer each other to whom they have",
    "lift": "the lowest score could be higher without loss, or the proof does not show that it cannot",
    "bound": "the prices do not prove the bound, or what the pairs reach is not what the proof says",
    "kind": "the proof is not of the kind that it is said to be",
    "left_out": "the mentee has no mentor, although everybody is to have one",
    "not_unique": "another matching is as good in every aim, the lottery included",
}


def flaw_finding(flaw: Flaw, demand: Demand) -> Finding:
    """A flaw in words, with the people it is about."""
    who = []
    if flaw.mentor is not None:
        who.append(f"mentor {shown(demand.mentors[flaw.mentor])}")
    if flaw.mentee is not None:
        who.append(f"mentee {shown(demand.mentees[flaw.mentee])}")
    return Finding(flaw.code, _FLAWS[flaw.code], where=", ".join(who) or None)


def wrong_settled(matching: Matching, posed: Posed) -> Iterator[Finding]:
    """Settled pairs that are missing, twice or of other points, and pairs of another status than theirs."""
    couples = [(pair.mentor, pair.mentee) for pair in matching.pairs]
    held = [
        (couple, pair.points) for couple, pair in zip(couples, matching.pairs, strict=True) if couple in posed.settled
    ]
    times, points = Counter(couple for couple, _ in held), dict(held)
    wrong = [
        (couple, "settled", what)
        for couple, expected in posed.settled.items()
        for what, holds in (
            ("is missing", couple not in times),
            ("stands there twice", times[couple] > 1),
            ("does not have these points", points.get(couple, expected) != expected),
        )
        if holds
    ]
    wrong += [
        (couple, "status", f"is {status} and not {pair.status}")
        for couple, pair, status in zip(couples, matching.pairs, statuses(posed, couples), strict=True)
        if pair.status != status
    ]
    for (mentor, mentee), code, what in wrong:
        where = f"mentor {shown(mentor)}, mentee {shown(mentee)}"
        yield Finding(code, f"the pair {what}", where=where)


def wrong_unmatched(matching: Matching) -> list[Finding]:
    """People named as unmatched who have a pair, and people without a pair who are not named, or twice."""
    demand = matching.demand
    named = Counter((alone.side, alone.person) for alone in matching.unmatched)
    mentors = demand.places[0].keys() - {pair.mentor for pair in matching.pairs}
    mentees = demand.places[1].keys() - {pair.mentee for pair in matching.pairs}
    alone = {*(("mentor", person) for person in mentors), *(("mentee", person) for person in mentees)}
    return [
        Finding("unmatched", f"{what} named as unmatched", where=f"{side} {shown(person)}")
        for what, wrong in (
            ("has a pair and is", named.keys() - alone),
            ("has no pair and is not", alone - named.keys()),
            ("is twice", {who for who, count in named.items() if count > 1}),
        )
        for side, person in sorted(wrong)
    ]
