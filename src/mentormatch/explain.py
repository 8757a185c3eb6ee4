"""Why a pair has its score, why somebody has no partner: functions of scores, demand and pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from mentormatch.candidates import told
from mentormatch.demand import Demand
from mentormatch.errors import ChoiceError, Finding
from mentormatch.formats.posing import Posed, Positions
from mentormatch.ids import person_id
from mentormatch.page import Page, Recorded, Table
from mentormatch.parts import Audience, Part, ToldScore, checked_audience
from mentormatch.problem import Ints, PairSource, Problem
from mentormatch.scores import Forbidden, ScoreMatrix
from mentormatch.unjudged import unjudged_conditions
from mentormatch.wording import counted, did_you_mean, listed, named, number


@dataclass(frozen=True)
class Explanation(Recorded):
    """Why two people have their score and whether they are a pair, for one audience.

    ``parts`` are the rules' shares and sum to ``points``. ``points`` is None where the pair is not allowed (the parts
    then say what it would have scored) and where it would tell about private answers; then ``band`` is the range that
    the parts shown leave open. ``coverage`` is the share of the weight that the answers of both could judge, None where
    it would tell about private answers. ``outcome`` says in a sentence what became of the pair.
    ``unjudged`` are conditions that a blank kept from being judged and that allow the pair because they are set to
    (``if_unknown="allow"``), by name; for others than the administrator those on public answers. Of ``peers`` the
    mentor is the first by id and the mentee the second.
    """

    mentor: str
    mentee: str
    audience: Audience
    points: int | None
    band: tuple[int, int] | None
    parts: tuple[Part, ...]
    coverage: float | None
    forbidden: tuple[Forbidden, ...]
    outcome: str
    peers: bool = False
    mentor_name: str = ""
    mentee_name: str = ""
    unjudged: tuple[str, ...] = ()

    def page(self) -> Page:
        """The explanation as a page."""
        facts = [("outcome", self.outcome)]
        notes = []
        shares = sum(part.points for part in self.parts)
        if self.points is not None:
            facts.append(("score", f"{number(self.points)} of 10,000" if self.parts else number(self.points)))
            if self.parts:
                notes.append(f"The shares add up to {number(shares)}.")
        if self.band is not None:
            facts.append(("score", f"from {number(self.band[0])} to {number(self.band[1])} of 10,000"))
            notes.append("Rules about private answers count as well but are not shown.")
        elif self.points is None and self.parts:
            notes.append(f"Were the pair allowed, its score would be {number(shares)}.")
        if self.unjudged:
            which = "condition" if len(self.unjudged) == 1 else "conditions"
            facts.append(("allowed", f"although a blank keeps {which} {listed(self.unjudged)} from being judged"))
        if self.coverage is not None and self.parts:
            judged = (
                "everything" if self.coverage == 1 else f"{self.coverage:.0%} of the weight; the rest was left blank"
            )
            facts.append(("judged", judged))
        rows = [(part.label, part.title, part.points, part.most, _how_counted(part)) for part in self.parts]
        columns = ("rule", "compares", "points", "of at most", "")
        tables = [Table("", columns, rows, ("left", "left", "right", "right", "left"))] if rows else []
        one, other = named(self.mentor, self.mentor_name), named(self.mentee, self.mentee_name)
        who = f"{one} and {other}" if self.peers else f"Mentor {one} and mentee {other}"
        return Page(who, facts, tables, notes)

    def to_records(self) -> list[dict[str, object]]:
        """One record for each rule: mentor, mentee, rule, points, most, known, said."""
        return [
            {
                "mentor": self.mentor,
                "mentee": self.mentee,
                "rule": part.label,
                "points": part.points,
                "most": part.most,
                "known": part.known,
                "said": part.said,
            }
            for part in self.parts
        ]


def _how_counted(part: Part) -> str:
    if not part.counts:
        return "does not count here"
    if part.known:
        return part.said
    blank = part.said or "blank"
    return f"{blank}: left out" if part.value is None else f"{blank}: counted as {part.value:.0%}"


def explain_pair(
    scores: ScoreMatrix,
    demand: Demand,
    pairs: Mapping[tuple[str, str], str],
    mentor: str,
    mentee: str,
    audience: Audience,
    *,
    best: bool = True,
) -> Explanation:
    """Why this mentor and this mentee have their score and are, or are not, a pair.

    ``pairs`` maps each pair made to its status; they are the ``best``, or the best found. Raises ProgramError for an
    unknown audience and ChoiceError for people who take no part. O(pairs) for the outcome, one pair of scores.
    """
    audience = checked_audience(audience)
    mentor, mentee = _known(mentor, "mentor", demand.places[0]), _known(mentee, "mentee", demand.places[1])
    forbidden = scores.forbidding(mentor, mentee)
    score = told(scores, mentor, mentee, audience)
    points = None if forbidden else score.points
    which = "the best matching" if best else "the best matching found"
    outcome = _outcome(demand, pairs, mentor, mentee, forbidden, audience, score, which)
    if audience != "administrator":
        forbidden = tuple(f for f in forbidden if not f.private)
    return Explanation(
        mentor,
        mentee,
        audience,
        points,
        score.band,
        score.parts,
        score.coverage,
        forbidden,
        outcome,
        mentor_name=demand.name("mentor", mentor),
        mentee_name=demand.name("mentee", mentee),
        unjudged=() if forbidden else unjudged_conditions(scores, mentor, mentee, private=audience == "administrator"),
    )


def _known(person: object, side: str, ids: Mapping[str, int]) -> str:
    found = person_id(person)
    if isinstance(found, Finding):
        raise ChoiceError(Finding(found.code, found.expected, side=side, hint=found.hint))
    if found not in ids:
        expected = f"there is no such {side}"
        raise ChoiceError(Finding("unknown_person", expected, side, found, hint=did_you_mean(found, tuple(ids))))
    return found


def _outcome(
    demand: Demand,
    pairs: Mapping[tuple[str, str], str],
    mentor: str,
    mentee: str,
    forbidden: tuple[Forbidden, ...],
    audience: Audience,
    score: ToldScore,
    which: str,
) -> str:
    """What became of the pair in ``which`` matching.

    Where the score is hidden, the sentence does not tell it from the minimum either.
    """
    if (mentor, mentee) in pairs:
        return f"a pair ({pairs[mentor, mentee]})"
    if forbidden:
        return not_allowed(forbidden, audience)
    choices = demand.choices
    for word, chosen in (
        ("declined", choices.declines),
        ("banned", choices.bans),
        ("ended", choices.ended),
        ("the offer expired", choices.expired),
    ):
        for pair in chosen:
            if (pair.mentor, pair.mentee) == (mentor, mentee):
                reason = f" ({pair.reason})" if pair.reason and audience == "administrator" else ""
                return f"not a pair: {word}{reason}"
    for side, person in (("mentor", mentor), ("mentee", mentee)):
        if person in demand.absent:
            return f"not a pair: {demand.called(side, person)} {'has left' if person in choices.left else 'pauses'}"
    if score.points is None and demand.aim.minimum_score:
        minimum = number(demand.aim.minimum_score)
        return f"not a pair: below the minimum score of {minimum}, or {which} has other pairs"
    if score.points is not None and score.points < demand.aim.minimum_score:
        return f"not a pair: below the minimum score of {number(demand.aim.minimum_score)}"
    if audience != "administrator":
        return f"allowed, but {which} has other pairs"
    theirs, other = [], []
    for couple in pairs:
        if mentor in couple or mentee in couple:
            theirs += [demand.called("mentee", couple[1])] if couple[0] == mentor else []
            other += [demand.called("mentor", couple[0])] if couple[1] == mentee else []
    has = f"{demand.called('mentor', mentor)} has {listed(sorted(theirs)) or 'nobody'}"
    got = f"{demand.called('mentee', mentee)} has {listed(sorted(other)) or 'nobody'}"
    return f"allowed, but {which} has other pairs: {has}, {got}"


_FACTS = {"same person": "they are the same person", "the table of scores": "the table of scores rules it out"}


def not_allowed(forbidden: Sequence[Forbidden], audience: Audience = "administrator") -> str:
    """That a pair is not allowed, and by what; conditions on private answers have a name for the administrator alone.

    >>> not_allowed([Forbidden("Differs('team')")])
    "not allowed by condition Differs('team')"
    """
    shown = [_forbids(f) for f in forbidden if audience == "administrator" or not f.private]
    if len(shown) < len(forbidden):
        shown.append("a condition on private answers")
    facts = any(f.refuses or f.title in _FACTS for f in forbidden)
    return f"not allowed{':' if facts else ' by'} {listed(shown)}"


def _forbids(forbidden: Forbidden) -> str:
    if forbidden.refuses:
        return f"the {forbidden.refuses} may not take part: {forbidden.reason}"
    if forbidden.title in _FACTS:
        return _FACTS[forbidden.title]
    return f"condition {forbidden.title}{' (an answer is blank)' if forbidden.unknown else ''}"


@dataclass(frozen=True)
class Unmatched:
    """Somebody without a partner, and why: a stable ``code`` for programs, a sentence for people."""

    person: str
    side: Literal["mentor", "mentee", "peer"]
    code: Literal[
        "left",
        "paused",
        "not_eligible",
        "no_seats",
        "wants_nobody",
        "no_allowed_partner",
        "only_shortlist",
        "below_minimum_score",
        "partners_full",
        "partners_served",
        "partners_taken",
        "no_group",
        "search_stopped",
    ]
    reason: str


def unmatched_people(
    scores: ScoreMatrix, posed: Posed, mentor: Positions, mentee: Positions, *, settled: bool = True
) -> tuple[Unmatched, ...]:
    """Everybody without a pair, mentees first, by id, each with the reason. One pass over the scores at most.

    ``settled`` says whether it is known that nobody more could have one.
    """
    demand = posed.demand
    without_mentor = np.flatnonzero(np.bincount(mentee, minlength=len(demand.mentees)) == 0)
    without_mentee = np.flatnonzero(np.bincount(mentor, minlength=len(demand.mentors)) == 0)
    pairs = mentor, mentee
    mentees = sorted(_reasons("mentee", scores, posed, without_mentor, pairs), key=attrgetter("person"))
    mentors = sorted(_reasons("mentor", scores, posed, without_mentee, pairs), key=attrgetter("person"))
    return (*mentees, *mentors) if settled else tuple(map(_unsettled, (*mentees, *mentors)))


def _unsettled(one: Unmatched) -> Unmatched:
    """What is known of somebody for whom there are possible partners, where more people might have one."""
    if one.code not in ("partners_full", "partners_served"):
        return one
    room = "mentor may have a seat left" if one.side == "mentee" else "mentee may have room for one more mentor"
    return replace(one, code="search_stopped", reason=f"a possible {room}; the search was stopped")


def _reasons(
    side: Literal["mentor", "mentee"],
    scores: ScoreMatrix,
    posed: Posed,
    who: Positions,
    pairs: tuple[Positions, Positions],
) -> Iterator[Unmatched]:
    if not len(who):
        return
    demand = posed.demand
    mentee_side = side == "mentee"
    ids, others = (demand.mentees, demand.mentors) if mentee_side else (demand.mentors, demand.mentees)
    allowed, some = _possible(side, posed, who)
    raw = _out_of_reach(side, posed, who[allowed == 0])
    limit = demand.wants if mentee_side else demand.capacity
    partner = "mentor" if mentee_side else "mentee"
    refused, absent = scores.ineligible(side), demand.absent
    code_taken, *verbs = _taken(side)

    held: dict[int, list[str]] = {}
    for at, other in zip(*(side.tolist() for side in pairs), strict=True) if mentee_side else ():
        held.setdefault(at, []).append(demand.mentees[other])

    def taken(few: list[int]) -> str:
        """The partners, few as they are; of mentors who are full also with whom."""
        few = sorted(few, key=others.__getitem__)
        if not mentee_side:
            return f" ({listed(demand.mentees[p] for p in few)})"
        return f": {listed(_occupied(demand, p, sorted(held.get(p, ()))) for p in few)}"

    # Hundreds of people have the same few numbers of possible partners.
    told: dict[int, str] = {}
    for at, (person, possible) in enumerate(zip(who.tolist(), allowed.tolist(), strict=True)):
        name = ids[person]
        if name in absent:
            code, reason = ("left", "has left") if name in demand.choices.left else ("paused", "pauses")
        elif name in refused:
            code, reason = "not_eligible", refused[name]
        elif limit[person] == 0:
            code, reason = ("wants_nobody", "wants no mentor") if mentee_side else ("no_seats", "offers no seat")
        elif possible and at in some:
            which, verb = ("the only", verbs[0]) if possible == 1 else (f"all {number(possible)}", verbs[1])
            them, names = f"possible {partner}{'' if possible == 1 else 's'}", taken(some[at])
            code = code_taken
            reason = f"{which} {them} {verb}{names}" if mentee_side else f"{which} {them}{names} {verb}"
        elif possible:
            if possible not in told:
                them = (
                    f"{number(possible)} possible"
                    if possible <= _ENOUGH
                    else f"of more than {number(_ENOUGH)} possible"
                )
                told[possible] = f"all {them} {partner}s {verbs[1]}"
            code, reason = code_taken, told[possible]
        elif not others:
            code, reason = "no_allowed_partner", f"there are no {partner}s"
        else:
            code, reason = _nobody_allowed(scores, demand, side, name, partner, len(others), *raw[person])
        yield Unmatched(name, side, code, reason)  # type: ignore[arg-type]


def _occupied(demand: Demand, mentor: int, theirs: Sequence[str]) -> str:
    """Whom a mentor has who is possible for somebody without one."""
    name = demand.shown("mentor", mentor)
    if len(theirs) < demand.capacity[mentor]:
        return f"{name} is to be avoided"
    return f"{name} has {listed(demand.called('mentee', one) for one in theirs)}" if theirs else f"{name} offers none"


def _taken(side: Literal["mentor", "mentee"]) -> tuple[str, str, str]:
    """The code where all possible partners are taken, and what is said of one and of several of them."""
    if side == "mentee":
        return "partners_full", "has no seat left", "have no seat left"
    return "partners_served", "has as many mentors as wanted", "have as many mentors as wanted"


_FEW = 8
"""Possible partners are named where they are no more than this."""
_ENOUGH = 1_000
"""Possible partners are counted up to this."""
_AT_ONCE = 1 << 20
"""So many pairs are looked at at once."""


def _possible(side: Literal["mentor", "mentee"], posed: Posed, who: Positions) -> tuple[Ints, dict[int, list[int]]]:
    """How many partners are allowed in the end for each of these people, and where they are few, their positions.

    More than `_ENOUGH` count as one more than that, so that those who have most are the soonest done.
    """
    order, present = _partners(side, posed)
    allowed = np.zeros(len(who), dtype=np.int64)
    some: dict[int, list[int]] = {}
    for here, start, points in _points_of(side, posed, posed.problem, who, lambda: allowed <= _ENOUGH):
        possible = (points >= 0) & present[start : start + points.shape[1]]
        allowed[here] += possible.view(np.uint8).sum(axis=1, dtype=np.uint32)
        for row in np.flatnonzero(allowed[here] <= _FEW).tolist():
            some.setdefault(int(here[row]), []).extend(order[np.flatnonzero(possible[row]) + start].tolist())
    allowed = np.minimum(allowed, _ENOUGH + 1)
    return allowed, {at: few for at, few in some.items() if allowed[at] <= _FEW}


def _out_of_reach(side: Literal["mentor", "mentee"], posed: Posed, who: Positions) -> dict[int, tuple[int, int]]:
    """For each of these people: how many partners have fewer points than the minimum score, and the best points."""
    _, present = _partners(side, posed)
    below = np.zeros(len(who), dtype=np.int64)
    best = np.full(len(who), -1, dtype=np.int64)
    for here, start, points in _points_of(side, posed, posed.problem.source, who):
        there = np.where(present[start : start + points.shape[1]], points, -1)
        below[here] += ((there >= 0) & (there < posed.problem.minimum_score)).sum(axis=1)
        best[here] = np.maximum(best[here], there.max(axis=1, initial=-1))
    return dict(zip(who.tolist(), zip(below.tolist(), best.tolist(), strict=True), strict=True))


def _partners(side: Literal["mentor", "mentee"], posed: Posed) -> tuple[Positions, npt.NDArray[np.bool_]]:
    """The other side in the order of the problem, and who of it neither left nor pauses: they are nobody's partner."""
    demand = posed.demand
    others, order = (demand.mentors, posed.mentor_order) if side == "mentee" else (demand.mentees, posed.mentee_order)
    absent = demand.absent
    if not absent:
        return order, np.ones(len(others), dtype=np.bool_)
    return order, np.array([other not in absent for other in others], dtype=np.bool_)[order]


def _points_of(
    side: Literal["mentor", "mentee"],
    posed: Posed,
    source: Problem | PairSource,
    who: Positions,
    still: Callable[[], npt.NDArray[np.bool_]] | None = None,
) -> Iterator[tuple[Positions, int, npt.NDArray[np.int32] | Ints]]:
    """Points of these people block by block: of whom, from which partner on, and a row for each of them.

    After each block those are left out of whom nothing more need be known, by what ``still`` says then.
    """
    place = (posed.mentee_place if side == "mentee" else posed.mentor_place)[who]
    left, start, partners = np.argsort(place), 0, source.shape[side == "mentor"]
    while len(left) and start < partners:
        stop = min(start + max(1, _AT_ONCE // len(left)), partners)
        if side == "mentee":
            points = source.take(np.arange(start, stop), place[left]).rows(0, stop - start).T
        else:
            points = source.take(place[left], slice(start, stop)).rows(0, len(left))
        yield left, start, points
        start = stop
        if still is not None:
            left = left[still()[left]]


def _nobody_allowed(
    scores: ScoreMatrix,
    demand: Demand,
    side: Literal["mentor", "mentee"],
    name: str,
    partner: str,
    total: int,
    below: int,
    best: int,
) -> tuple[str, str]:
    closed: dict[str, list[Any]] = {
        "declines": [pair for pair in demand.choices.declines if getattr(pair, side) == name],
        "bans": [pair for pair in demand.choices.bans if getattr(pair, side) == name],
        "expired offers": [pair for pair in demand.choices.expired if getattr(pair, side) == name],
        "ended pairs": [pair for pair in demand.choices.ended if getattr(pair, side) == name],
    }
    ranks = demand.ranks.get(name, {}) if side == "mentee" and demand.aim.shortlists == "only" else {}
    removed = []
    private = 0
    for removal in scores.removals(side, name):
        if removal.private:
            private += 1
            continue
        if removal.refuses and removal.refuses != side:
            removed.append(f"{counted(removal.people, partner)} may not take part")
            continue
        some = "" if removal.unknown == removal.people else f"{number(removal.unknown)} "
        blank = f" ({some}because an answer is blank)" if removal.unknown else ""
        removed.append(f"{removal.title} rules out {number(removal.people)}{blank}")
    if private:
        removed.append("conditions on private answers rule out some")
    removed += [f"{what} rule out {number(len(pairs))}" for what, pairs in closed.items() if pairs]
    absent = sum(other in demand.absent for other in (demand.mentors if side == "mentee" else demand.mentees))
    if absent:
        removed.append(f"{counted(absent, partner)} {'has left or pauses' if absent == 1 else 'have left or pause'}")
    if ranks:
        removed.append(f"only the {counted(len(ranks), 'mentor')} on the shortlist count")
    minimum = demand.aim.minimum_score
    if below:
        removed.append(f"the minimum score of {number(minimum)} rules out {number(below)}")
    if 0 <= best < minimum:
        reason = f"the best score with a {partner} is {number(best)}, below the minimum of {number(minimum)}"
        return "below_minimum_score", reason
    code = "only_shortlist" if ranks and best >= minimum else "no_allowed_partner"
    return code, f"no {partner} is possible: of {number(total)}, {listed(removed)}"
