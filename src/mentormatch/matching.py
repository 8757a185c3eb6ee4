"""The answer: who is matched with whom, who is not, how good it is and why nothing is better."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import ConfigDict

from mentormatch import doors
from mentormatch.alternatives import alternatives_for
from mentormatch.by_group import GroupComparison, by_group_of
from mentormatch.candidates import Candidates
from mentormatch.changes import Changes, changes_between
from mentormatch.coherence import contradictions
from mentormatch.costs import WhyNot, why_not_pair
from mentormatch.demand import Demand
from mentormatch.errors import Finding, InfeasibleError, ProgramError
from mentormatch.explain import Explanation, Unmatched, explain_pair
from mentormatch.formats.pairs import blocking, check_pairs
from mentormatch.formats.posing import Posed, pose
from mentormatch.outcomes import Outcome
from mentormatch.page import Page, Paged, Recorded, Table
from mentormatch.page.csv import csv_text
from mentormatch.parts import Audience
from mentormatch.popular import PopularMentors, popular_after
from mentormatch.proof import Flaw, Proof
from mentormatch.prospects import ProgramCheck
from mentormatch.ratings import Observed, observed_in
from mentormatch.reached import AimReached, aims_reached
from mentormatch.remedies import WhyUnmatched, why_unmatched
from mentormatch.report import Report, report_of
from mentormatch.roster import Roster, roster_of
from mentormatch.saved import SavedProof, faults, restore, save
from mentormatch.scores import ScoreMatrix
from mentormatch.seats import SeatAsks, SeatValues, best_asks, seat_values
from mentormatch.wishes import ForbiddenWish, forbidden_wishes, wishes_table
from mentormatch.wording import counted, harmless, number, shortened

Status = Literal["proposed", "accepted", "pinned"]


@dataclass(frozen=True, order=True)
class Pair:
    """A mentor and a mentee who are matched, with the points of their score; pinned pairs were demanded."""

    mentor: str
    mentee: str
    points: int
    status: Status = "proposed"


@dataclass(frozen=True, order=True)
class Group:
    """People who are matched together; a trio of peers has no mentors, and half its three pairs' sum as points."""

    mentors: tuple[str, ...]
    mentees: tuple[str, ...]
    points: int


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
        if self.stable:
            return Page("", notes=["verified: every pair is allowed, and no two prefer each other to whom they have"])
        if self.bounded:
            return Page("", notes=[f"verified: every pair is allowed; {self.bounded}"])
        return Page("", notes=["verified: every pair is allowed, no other matching is better, and none is as good"])


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
    "blocking_pair": "the two prefer each other to whom they have",
    "lift": "the lowest score could be higher without loss, or the proof does not show that it cannot",
    "bound": "the prices do not prove the bound, or what the pairs reach is not what the proof says",
    "kind": "the proof is not of the kind that it is said to be",
    "left_out": "the mentee has no mentor, although everybody is to have one",
    "not_unique": "another matching is as good in every aim, the lottery included",
}


_NO_PART = ("left", "paused", "not_eligible")


@dataclass(frozen=True, eq=False)
class Matching(Recorded):
    """Pairs, people without a pair and why, what each aim reached, and the proof that nothing is better.

    ``pairs`` are sorted by mentor and mentee id. ``norms`` are the means that blanks were counted with. Equal
    matchings answer the same demand with the same pairs; the scores behind a matching are not part of it, so a matching
    read from JSON can be explained only after ``with_scores``.
    """

    _columns: ClassVar[tuple[str, ...]] = (
        *("mentor", "mentor_name", "mentee", "mentee_name"),
        *("points", "status", "rank", "code", "reason"),
    )

    saved_as: ClassVar[str | None] = None
    """What its JSON says it is; that of pairs says nothing."""

    demand: Demand
    pairs: tuple[Pair, ...]
    unmatched: tuple[Unmatched, ...]
    aims: tuple[AimReached, ...]
    proof: Proof
    norms: Mapping[str, float] = field(default_factory=dict)
    scores: ScoreMatrix | None = field(default=None, repr=False)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Matching):
            return NotImplemented
        mine, theirs = ((m.demand, m.pairs, m.unmatched, m.aims) for m in (self, other))
        return mine == theirs

    def __hash__(self) -> int:
        return hash(self.pairs)

    def __repr__(self) -> str:
        return f"Matching({counted(len(self.pairs), 'pair')}, {number(self.points)} points, {self.proof.kind})"

    @property
    def points(self) -> int:
        """The points of all pairs together."""
        return sum(pair.points for pair in self.pairs)

    @property
    def groups(self) -> tuple[Group, ...]:
        """Who is together in more than a pair: nobody, where pairs are formed."""
        return ()

    @property
    def spare_seats(self) -> dict[str, int]:
        """Mentors who take part and have seats left, and how many."""
        load = Counter(pair.mentor for pair in self.pairs)
        out = {one.person for one in self.unmatched if one.side == "mentor" and one.code in _NO_PART}
        left = {m: c - load[m] for m, c in zip(self.demand.mentors, self.demand.capacity, strict=True)}
        return {mentor: seats for mentor, seats in sorted(left.items()) if seats > 0 and mentor not in out}

    def explain(self, mentor: str, mentee: str, audience: Audience = "administrator") -> Explanation:
        """Why these two people have their score, rule by rule, and what became of the pair; for any two people.

        For a mentor or a mentee as ``audience``, private answers stay private. Raises ChoiceError for unknown people
        and ProgramError where the matching has no scores.
        """
        return explain_pair(
            self._scores(), self.demand, self._statuses, mentor, mentee, audience, best=self.proof.stopped is None
        )

    @cached_property
    def _statuses(self) -> dict[tuple[str, str], str]:
        return {(pair.mentor, pair.mentee): pair.status for pair in self.pairs}

    def verify(self, scores: ScoreMatrix | None = None) -> Verdict:
        """Whether the pairs are allowed, the best in every aim and the only best, by the proof's prices.

        Of a matching that is "bounded": whether the prices prove the bound, and what the pairs reach is what it says.
        Checks against ``scores``, or against the matching's own; calls no solver. One pass over all pairs.
        """
        scores = _checked(scores) if scores is not None else self._scores()
        demand = self.demand
        if scores.mentors != demand.mentors or scores.mentees != demand.mentees:
            expected = "the scores are of other people, or in another order"
            return Verdict((Finding("other_people", expected),))
        try:
            mentor, mentee = self.to_indices()
        except KeyError:
            return Verdict((Finding("unknown_pair", _FLAWS["unknown_pair"]),))
        try:
            posed = pose(demand, scores)
        except InfeasibleError as clash:
            return Verdict(clash.findings)
        free = ~posed.are_settled(mentor, mentee)
        points = np.array([pair.points for pair in self.pairs], dtype=np.int64)
        findings = [*wrong_settled(self, posed), *wrong_unmatched(self)]
        flaws = check_pairs(posed, mentor[free], mentee[free], points[free], self.proof)
        findings += [flaw_finding(flaw, demand) for flaw in flaws]
        if not findings and self.aims != aims_reached(posed, mentor, mentee, points):
            findings.append(Finding("aims", "the aims reached are not what the pairs reach"))
        return Verdict(tuple(findings), demand.aim.stable, "" if self.proof.stopped is None else str(self.proof))

    def blocking_pairs(self) -> tuple[tuple[str, str], ...]:
        """The (mentor, mentee) who both prefer each other to whom they have: by list or wish, then by points.

        Who has room for one more, or wants one more, prefers anybody allowed; equal points are no preference, and
        pinned and accepted pairs stand aside. None in a stable matching. Two passes over all pairs. Raises ProgramError
        where the matching has no scores.
        """
        posed = pose(self.demand, self._scores())
        mentor, mentee = self.to_indices()
        free = ~posed.are_settled(mentor, mentee)
        blocks = zip(*blocking(posed, mentor[free], mentee[free]), strict=True)
        return tuple(sorted((self.demand.mentors[m], self.demand.mentees[e]) for m, e in blocks))

    def changes_since(self, other: Matching) -> Changes:
        """Which pairs of an earlier matching are kept, moved, ended, and which are new, each with the reason.

        People may have come and gone since, and either matching may be without scores; then conditions cannot be named.
        For the administrator: the reasons name conditions on private answers. Linear in the numbers of people, choices
        and pairs. Raises ProgramError for what is no matching.
        """
        if not isinstance(other, Matching):
            raise ProgramError(Finding("type", "expected a value of type Matching", where="other"))
        return changes_between(other, self)

    def alternatives(self, mentee: str, k: int, audience: Audience = "administrator") -> Candidates:
        """The best ``k`` other mentors for a mentee: allowed, not theirs, with the reasons and the seats left.

        Best first in the order of the aims that look at single pairs: the mentee's list where lists count, then points;
        for the administrator also wishes, pairs to avoid or favour and the past, where they stand. Ties are in
        canonical order. For a mentor or a mentee as ``audience``, private answers stay private, and mentors see no
        ranks of a mentee's list. Raises ChoiceError for an unknown mentee and for a ``k`` that is no whole number from
        0, ProgramError for an unknown audience and where the matching has no scores.
        """
        return alternatives_for(self, self._scores(), mentee, k, audience)

    def popular_mentors(self, mentor: str | None = None, k: int = 3, decided: bool | None = None) -> PopularMentors:
        """Who asked for a mentor, who got the seats and by which aim, and what the others have and could have.

        Without ``mentor`` all who are on more shortlists than they have seats. With ``decided`` each of the others is
        compared with the best matching that gives them the mentor: the first aim in which that is worse decided. That
        costs a solve for each, so by default it is done for one mentor only, and not at all where the search was
        stopped, since it cannot be. ``k`` alternatives are named for each. For the administrator. Raises ChoiceError
        for an unknown mentor and ProgramError where the matching has no scores.
        """
        return popular_after(self, self._scores(), mentor, k, decided)

    def report(self, check: ProgramCheck | None = None, weakest: int = 10) -> Report:
        """How good the matching is: who is in it, ranks, points, load, blocking pairs, blanks; no answers.

        ``weakest`` pairs with the fewest points are named. ``check`` is what ``program.check(cohort)`` found, to stand
        beside it. Three passes over all pairs. Raises ProgramError where the matching has no scores.
        """
        return report_of(self, self._scores(), check, weakest)

    def roster(self, audience: Audience = "administrator", earlier: Sequence[Matching] = ()) -> Roster:
        """One row for each person: partners, points, rank, wave and reason, to be joined with other data.

        ``earlier`` are the matchings of the waves before this one, the first one first; they say since which wave a
        pair stands. For a mentor or a mentee as ``audience`` private answers stay private. An explanation for each
        pair. Raises ProgramError for an unknown audience and where the matching has no scores.
        """
        if not isinstance(earlier, Sequence) or not all(isinstance(wave, Matching) for wave in earlier):
            raise ProgramError(Finding("type", "expected a list of matchings, the first wave first", where="earlier"))
        return roster_of(self, self._scores(), audience, earlier)

    def observed(self, ratings: Iterable[Any], scale: tuple[float, float] = (1, 5), flag: float = 2) -> Observed:
        """How pairs were rated, beside what was predicted: pairs to look after, and whether any rule foresaw it.

        ``ratings`` are (mentor, mentee, rating) or (mentor, mentee, rating, date), or records of these names; a pair
        may have several, and the mean counts. ``scale`` is the worst and the best rating; a pair with a rating of at
        most ``flag`` is flagged. Pairs in which a rule could not judge are no evidence about it, and no weight is
        changed. For the administrator. Raises AnswerError with everything that is wrong with the ratings, and
        ProgramError where the matching has no scores.
        """
        return observed_in(self, self._scores(), ratings, scale, flag)

    def by_group(self, question: str | Mapping[str, str]) -> GroupComparison:
        """The same figures for groups of people: how many have a partner, with how many points, from their list.

        ``question`` is one with options or numbers (numbers make four bands of about equal size); who ticked several
        options is in several groups. Or a mapping of ids to groups, for what nobody was asked; who is not in it has no
        answer. For the administrator. Raises ProgramError for other questions, unknown ids, and a question where the
        matching has no answers behind it.

        >>> import mentormatch as mm
        >>> scores = mm.ScoreMatrix.from_array([[8, 9], [5, 4]], mentors=["ada", "bo"], mentees=["tim", "kay"])
        >>> groups = mm.solve(scores).by_group({"tim": "North", "kay": "South"})
        >>> groups.difference("points"), groups.ratio("share")
        (4.0, 1.0)
        """
        return by_group_of(self, question)

    def why_not(self, mentor: str, mentee: str) -> WhyNot:
        """Why these two are no pair: what forbids it, or what it would cost in each aim and who would move where.

        The cost is exact: what the best matching with the pair reaches. For the administrator. Raises ChoiceError for
        unknown people and ProgramError where the matching has no scores or its search was stopped. A search among the
        pairs that are nearly good enough; where the lowest score is lifted, a solve.
        """
        return why_not_pair(self, self._outcome, mentor, mentee)

    def why_unmatched(self, person: str, side: Literal["mentor", "mentee"] | None = None) -> WhyUnmatched:
        """Why somebody has no partner, and the single changes that would place them, the smallest first.

        A seat more, a longer list, a condition that no longer holds and the like, each with its effect on everybody and
        checked by solving with it. ``side`` says which role is meant where somebody without a partner has both. For the
        administrator. Raises ChoiceError for who is not there or has a partner, ProgramError where the matching has no
        scores. A solve for each change tried, a dozen at most and one for each condition.
        """
        return why_unmatched(self, self._outcome, person, side)

    def seat_values(self) -> SeatValues:
        """What one more seat at each mentor would bring, aim by aim and exactly, those without a seat included.

        A mapping by mentor; it says so where the aims give a seat no value of its own. A seat more is room and no
        demand: it raises no minimum load. One search. Raises ProgramError where the matching has no scores or its
        search was stopped.
        """
        return seat_values(self._outcome)

    def ask_for_seats(self, k: int) -> SeatAsks:
        """The ``k`` seats that together bring most, by mentor, with what they bring; fewer where more bring nothing.

        The best ones together, which the k of the highest values by themselves need not be. A search and a solve for
        each seat. Raises ChoiceError for a ``k`` that is no whole number from 0 and ProgramError where the matching has
        no scores or its search was stopped.
        """
        return best_asks(self._outcome, k)

    def __getstate__(self) -> dict[str, Any]:
        # What single changes would cost can be found out again.
        return {name: value for name, value in self.__dict__.items() if name not in ("_outcome", "_as_posed")}

    def posed_as(self, posed: Posed) -> Self:
        """The matching, which need not pose its demand again to say what changes would cost."""
        self.__dict__["_as_posed"] = posed
        return self

    @cached_property
    def _as_posed(self) -> Posed:
        return pose(self.demand, self._scores())

    @cached_property
    def _outcome(self) -> Outcome:
        return Outcome.of(self, self._scores(), self._as_posed)

    @cached_property
    def forbidden_wishes(self) -> tuple[ForbiddenWish, ...]:
        """The pairs on a shortlist or among a mentor's wishes that could not be made, each with the reason.

        Sorted by mentor and mentee; only the wished pairs are looked at. Raises ProgramError where the matching has no
        scores.
        """
        return forbidden_wishes(self, self._scores())

    def with_scores(self, scores: ScoreMatrix) -> Matching:
        """The same matching with scores behind it, so that it can explain. Raises ProgramError for other people's."""
        scores = _checked(scores)
        if scores.mentors != self.demand.mentors or scores.mentees != self.demand.mentees:
            raise ProgramError(Finding("other_people", "the scores are of other people, or in another order"))
        return replace(self, scores=scores)

    def to_indices(self) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Positions of the mentors and of the mentees of all pairs, in the order of the ids asked for."""
        mentor_at, mentee_at = self.demand.places
        return (
            np.array([mentor_at[pair.mentor] for pair in self.pairs], dtype=np.intp),
            np.array([mentee_at[pair.mentee] for pair in self.pairs], dtype=np.intp),
        )

    def to_records(self) -> list[dict[str, Any]]:
        """One record for each pair: the ids and names of both, points and status."""
        names = self._names()
        return [
            {
                "mentor": pair.mentor,
                "mentor_name": names["mentor"].get(pair.mentor, ""),
                "mentee": pair.mentee,
                "mentee_name": names["mentee"].get(pair.mentee, ""),
                "points": pair.points,
                "status": pair.status,
            }
            for pair in self.pairs
        ]

    def to_csv(self) -> str:
        """The matching as CSV text: a line for each record, then one for everybody without a pair, with the reason.

        ``rank`` is the mentor's place on the mentee's list, empty off it. Who has no pair has the status "unmatched",
        a code and a reason, and stands as mentor or as mentee; the other person and the points are empty. Text that a
        spreadsheet would run as a formula begins with an apostrophe. Spreadsheets read a file of it rightly when it is
        written with ``encoding="utf-8-sig", newline=""``.

        >>> import mentormatch as mm
        >>> scores = mm.ScoreMatrix.from_array([[8, 9]], mentors=["ada"], mentees=["tim", "=kay()"])
        >>> print(mm.solve(scores, choices=mm.Choices(shortlists={"tim": ["ada"]})).to_csv().replace("\\r", ""), end="")
        mentor,mentor_name,mentee,mentee_name,points,status,rank,code,reason
        ada,,tim,,8,proposed,1,,
        ,,'=kay(),,,unmatched,,partners_full,the only possible mentor has no seat left: ada has tim
        """
        ranks = self.demand.ranks
        rows: list[dict[str, Any]] = [
            {**record, "rank": ranks.get(record.get("mentee", ""), {}).get(record.get("mentor", ""))}
            for record in self.to_records()
        ]
        rows += [
            {**self._who(one), "status": "unmatched", "code": one.code, "reason": one.reason} for one in self.unmatched
        ]
        return csv_text(self._columns, ([row.get(column) for column in self._columns] for row in rows))

    def _who(self, one: Unmatched) -> dict[str, str]:
        """Somebody without a pair in the columns of `to_csv`."""
        return {one.side: one.person, f"{one.side}_name": self._names()[one.side].get(one.person, "")}

    def to_json(self) -> str:
        """The matching as JSON: what was asked, pairs, reasons, aims, norms and the proof; no answers."""
        return doors.write_json(
            SavedMatching,
            SavedMatching(1, self.demand, self.pairs, self.unmatched, self.aims, dict(self.norms), save(self.proof)),
        )

    @classmethod
    def from_json(cls, text: str | bytes) -> Matching:
        """The matching that ``to_json`` wrote, of whatever format.

        Raises ProgramError with all findings where the text is not one.
        """
        kind = doors.kind_of(text)
        for other in _below(Matching):
            if kind is not None and kind == other.saved_as:
                return other.from_json(text)
        saved = doors.read_json(SavedMatching, text, error=ProgramError, what="matching")
        demand = saved.demand
        findings = contradictions(saved)
        findings += faults(saved.proof, len(demand.mentors), len(demand.mentees))
        if (saved.proof.kind == "bounded") != (saved.proof.stopped is not None):
            expected = "expected what stopped the search where the proof is bounded"
            findings.append(Finding("kind", expected, where="proof.stopped"))
        if findings:
            raise ProgramError(findings)
        return cls(
            demand,
            tuple(sorted(saved.pairs)),
            saved.unmatched,
            saved.aims,
            restore(saved.proof, len(demand.mentors), len(demand.mentees)),
            saved.norms,
        )

    def page(self) -> Page:
        """The matching as a page: what was reached, the pairs, who has none and why, and which wishes cannot be."""
        demand = self.demand
        mentor_at, mentee_at = demand.places
        facts = [(reached.label, str(reached)) for reached in self.aims if reached.aim != "lottery"]
        spare = self.spare_seats
        seats = number(sum(spare.values()))
        facts.append(("seats left", f"{seats} (at {counted(len(spare), 'mentor')})" if spare else seats))
        facts.append(("proof", str(self.proof)))
        pairs = Table(
            "Pairs",
            ("mentor", "mentee", "points", "status"),
            tuple(
                (
                    demand.shown("mentor", mentor_at[pair.mentor]),
                    demand.shown("mentee", mentee_at[pair.mentee]),
                    number(pair.points),
                    pair.status,
                )
                for pair in self.pairs
            ),
            ("left", "left", "right", "left"),
        )
        alone = Table(
            "Without a pair",
            ("", "who", "why"),
            tuple(
                (u.side, demand.shown(u.side, (mentor_at if u.side == "mentor" else mentee_at)[u.person]), u.reason)
                for u in self.unmatched
            ),
            ("left", "left", "left"),
        )
        notes = []
        tables = [pairs, alone]
        if self.scores is not None:
            tables.append(wishes_table(demand, self.forbidden_wishes))
        elif demand.choices.shortlists or demand.choices.wishes:
            notes = ["Wishes that cannot be are named once with_scores() has brought the scores back."]
        title = f"Matching of {demand.program}" if demand.program else "Matching"
        return Page(title, facts, [table for table in tables if table.rows], notes)

    def _names(self) -> dict[str, dict[str, str]]:
        """The names of each side by id, where there are names."""
        demand = self.demand
        return {
            "mentor": dict(zip(demand.mentors, demand.mentor_names, strict=False)),
            "mentee": dict(zip(demand.mentees, demand.mentee_names, strict=False)),
        }

    def _scores(self) -> ScoreMatrix:
        if self.scores is None:
            raise ProgramError(
                Finding("no_scores", "a saved matching carries no answers", where="matching", hint="use with_scores()")
            )
        return self.scores


def _below(kind: type[Matching]) -> Iterator[type[Matching]]:
    """The matchings of other formats."""
    for other in kind.__subclasses__():
        yield other
        yield from _below(other)


def statuses(posed: Posed, couples: Iterable[tuple[str, str]]) -> Iterator[Status]:
    """The status of each pair: pinned, accepted (before, or at once as the mode says) or proposed."""
    demand = posed.demand
    pins = {(pin.mentor, pin.mentee) for pin in demand.choices.pins}
    accepted = {*posed.settled, *posed.movable}
    if demand.mode == "mentees_choose":
        accepted |= {(mentor, mentee) for mentee, own in demand.ranks.items() for mentor in own}
    usual: Status = "accepted" if demand.mode == "administrators" else "proposed"
    for couple in couples:
        yield "pinned" if couple in pins else "accepted" if couple in accepted else usual


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
        where = f"mentor {_shown(mentor)}, mentee {_shown(mentee)}"
        yield Finding(code, f"the pair {what}", where=where)


def wrong_unmatched(matching: Matching) -> list[Finding]:
    """People named as unmatched who have a pair, and people without a pair who are not named, or twice."""
    demand = matching.demand
    named = Counter((alone.side, alone.person) for alone in matching.unmatched)
    mentors = demand.places[0].keys() - {pair.mentor for pair in matching.pairs}
    mentees = demand.places[1].keys() - {pair.mentee for pair in matching.pairs}
    alone = {*(("mentor", person) for person in mentors), *(("mentee", person) for person in mentees)}
    return [
        Finding("unmatched", f"{what} named as unmatched", where=f"{side} {_shown(person)}")
        for what, wrong in (
            ("has a pair and is", named.keys() - alone),
            ("has no pair and is not", alone - named.keys()),
            ("is twice", {who for who, count in named.items() if count > 1}),
        )
        for side, person in sorted(wrong)
    ]


def _checked(scores: object) -> ScoreMatrix:
    if not isinstance(scores, ScoreMatrix):
        raise ProgramError(Finding("type", "expected a value of type ScoreMatrix", where="scores"))
    return scores


def _shown(person: str) -> str:
    return shortened(harmless(person))


def flaw_finding(flaw: Flaw, demand: Demand) -> Finding:
    """A flaw in words, with the people it is about."""
    who = []
    if flaw.mentor is not None:
        who.append(f"mentor {_shown(demand.mentors[flaw.mentor])}")
    if flaw.mentee is not None:
        who.append(f"mentee {_shown(demand.mentees[flaw.mentee])}")
    return Finding(flaw.code, _FLAWS[flaw.code], where=", ".join(who) or None)


@dataclass(frozen=True)
class SavedMatching:
    """A matching of pairs as plain values."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    version: Literal[1]
    demand: Demand
    pairs: tuple[Pair, ...]
    unmatched: tuple[Unmatched, ...]
    aims: tuple[AimReached, ...]
    norms: dict[str, float]
    proof: SavedProof
