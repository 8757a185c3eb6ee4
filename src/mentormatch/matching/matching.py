"""A matching of pairs, and what all kinds of matchings have in common: being checked, saved, shown and asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, Literal, Self, TypeVar

import numpy as np
import numpy.typing as npt

from mentormatch import doors
from mentormatch.alternatives import alternatives_for
from mentormatch.by_group import GroupComparison, by_group_of
from mentormatch.candidates import Candidates
from mentormatch.changes import Changes, changes_between
from mentormatch.costs import WhyNot, why_not_pair
from mentormatch.demand import Demand
from mentormatch.errors import Finding, InfeasibleError, ProgramError
from mentormatch.explain import Explanation, Unmatched, explain_pair
from mentormatch.formats.pairs import blocking, check_pairs
from mentormatch.formats.posing import Posed, pose
from mentormatch.matching.made import Group, Pair
from mentormatch.matching.saved import SavedPairs, contradictions, restored_answer, unknown_choices
from mentormatch.matching.saved_proof import faults, restore, save
from mentormatch.matching.verdict import OTHER_PEOPLE, Verdict, flaw_finding, wrong_settled, wrong_unmatched
from mentormatch.outcomes import Outcome
from mentormatch.page import Page, Recorded, Table
from mentormatch.page.csv import csv_text
from mentormatch.parts import Audience
from mentormatch.popular import PopularMentors, popular_after
from mentormatch.proof import Proof
from mentormatch.prospects import ProgramCheck
from mentormatch.ratings import Observed, observed_in
from mentormatch.reached import AimReached, aims_reached
from mentormatch.remedies import WhyUnmatched, why_unmatched
from mentormatch.report import Report, report_of
from mentormatch.roster import Roster, roster_of
from mentormatch.scores import ScoreMatrix
from mentormatch.seats import SeatAsks, SeatValues, best_asks, seat_values
from mentormatch.wishes import ForbiddenWish, forbidden_wishes, wishes_table
from mentormatch.wording import counted, number

Kind = TypeVar("Kind", bound="Matching")

NO_PART = ("left", "paused", "not_eligible")


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

    # What a kind of matching says of itself: how its JSON names it and what that holds, how messages call it, what it
    # is made of, what checking it gives; and what makes no sense to be asked of it, each with the reason.
    saved_as: ClassVar[str | None] = None
    _form: ClassVar[type[Any]] = SavedPairs
    _called: ClassVar[str] = "matching"
    _made_of: ClassVar[str] = "pair"
    _verdict: ClassVar[type[Verdict]] = Verdict
    _not_asked: ClassVar[Mapping[str, str]] = {}
    _not_asked_of: ClassVar[str] = ""

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
        return type(self) is type(other) and self._compared() == other._compared()

    def __hash__(self) -> int:
        return hash(self.pairs)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._counted()}, {number(self.points)} points, {self.proof.kind})"

    def _compared(self) -> tuple[object, ...]:
        """What is alike in equal matchings of one kind."""
        return self.demand, self.pairs, self.unmatched, self.aims

    def _counted(self) -> str:
        """How many were made of what."""
        return counted(len(self.pairs), "pair")

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
        out = {one.person for one in self.unmatched if one.side == "mentor" and one.code in NO_PART}
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
        scores = self._scores() if scores is None else self._counting(scores)
        if not self._is_about(scores):
            return self._verdict((OTHER_PEOPLE,))
        if self._names_strangers():
            return self._verdict((Finding("unknown_pair", f"a {self._made_of} names people who are not there"),))
        try:
            return self._judged(scores)
        except InfeasibleError as clash:
            return self._verdict(clash.findings)

    def _judged(self, scores: ScoreMatrix) -> Verdict:
        """What `verify` finds with scores of these people; raises InfeasibleError where the demand clashes."""
        demand = self.demand
        mentor, mentee = self.to_indices()
        posed = pose(demand, scores)
        free = ~posed.are_settled(mentor, mentee)
        points = np.array([pair.points for pair in self.pairs], dtype=np.int64)
        findings = [*wrong_settled(self, posed), *wrong_unmatched(self)]
        flaws = check_pairs(posed, mentor[free], mentee[free], points[free], self.proof)
        findings += [flaw_finding(flaw, demand) for flaw in flaws]
        if not findings and self.aims != aims_reached(posed, mentor, mentee, points):
            findings.append(Finding("aims", "the aims reached are not what the pairs reach"))
        return Verdict(tuple(findings), demand.aim.stable, "" if self.proof.stopped is None else str(self.proof))

    def _counting(self, scores: ScoreMatrix) -> ScoreMatrix:
        """Scores as this kind of matching counts them. Raises ProgramError for what are none."""
        if not isinstance(scores, ScoreMatrix):
            raise ProgramError(Finding("type", "expected a value of type ScoreMatrix", where="scores"))
        return scores

    def _is_about(self, scores: ScoreMatrix) -> bool:
        return scores.mentors == self.demand.mentors and scores.mentees == self.demand.mentees

    def _names_strangers(self) -> bool:
        """Whether a pair or a group names people who are not in the demand."""
        mentors, mentees = (places.keys() for places in self.demand.places)
        named = ({pair.mentor for pair in self.pairs}, {pair.mentee for pair in self.pairs})
        for group in self.groups:
            named[0].update(group.mentors)
            named[1].update(group.mentees)
        return not (named[0] <= mentors and named[1] <= mentees)

    def _ask(self, what: str) -> None:
        """Raises ProgramError where ``what`` cannot be asked of this matching."""
        if refusal := self._refusal(what):
            raise ProgramError(refusal)

    def _refusal(self, what: str) -> Finding | None:
        why = self._not_asked.get(what)
        return None if why is None else Finding(self._not_asked_of, why, where=what)

    def blocking_pairs(self) -> tuple[tuple[str, str], ...]:
        """The (mentor, mentee) who both prefer each other to whom they have: by list or wish, then by points.

        Who has room for one more, or wants one more, prefers anybody allowed; equal points are no preference, and
        pinned and accepted pairs stand aside. None in a stable matching. Two passes over all pairs. Raises ProgramError
        where the matching has no scores.
        """
        self._ask("blocking_pairs")
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
        self._ask("alternatives")
        return alternatives_for(self, self._scores(), mentee, k, audience)

    def popular_mentors(self, mentor: str | None = None, k: int = 3, decided: bool | None = None) -> PopularMentors:
        """Who asked for a mentor, who got the seats and by which aim, and what the others have and could have.

        Without ``mentor`` all who are on more shortlists than they have seats. With ``decided`` each of the others is
        compared with the best matching that gives them the mentor: the first aim in which that is worse decided. That
        costs a solve for each, so by default it is done for one mentor only, and not at all where the search was
        stopped, since it cannot be. ``k`` alternatives are named for each. For the administrator. Raises ChoiceError
        for an unknown mentor and ProgramError where the matching has no scores.
        """
        self._ask("popular_mentors")
        return popular_after(self, self._scores(), mentor, k, decided)

    def report(self, check: ProgramCheck | None = None, weakest: int = 10) -> Report:
        """How good the matching is: who is in it, ranks, points, load, blocking pairs, blanks; no answers.

        ``weakest`` pairs with the fewest points are named. ``check`` is what ``program.check(cohort)`` found, to stand
        beside it. Three passes over all pairs. Raises ProgramError where the matching has no scores.
        """
        self._ask("report")
        return report_of(self, self._scores(), check, weakest)

    def roster(self, audience: Audience = "administrator", earlier: Sequence[Matching] = ()) -> Roster:
        """One row for each person: partners, points, rank, wave and reason, to be joined with other data.

        ``earlier`` are the matchings of the waves before this one, the first one first; they say since which wave a
        pair stands. For a mentor or a mentee as ``audience`` private answers stay private. An explanation for each
        pair. Raises ProgramError for an unknown audience and where the matching has no scores.
        """
        self._ask("roster")
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
        self._ask("observed")
        return observed_in(self, self._scores(), ratings, scale, flag)

    def by_group(self, question: str | Mapping[str, str]) -> GroupComparison:
        """The same figures for groups of people: how many have a partner, with how many points, from their list.

        ``question`` is one with options or numbers (numbers make four bands of about equal size on each side); who
        ticked several options is in several groups. Or a mapping of ids to groups, for what nobody was asked; who is
        not in it has no answer. For the administrator. Raises ProgramError for other questions, unknown ids, and a
        question where the matching has no answers behind it.

        >>> import mentormatch as mm
        >>> scores = mm.ScoreMatrix.from_array([[8, 9], [5, 4]], mentors=["ada", "bo"], mentees=["tim", "kay"])
        >>> groups = mm.solve(scores).by_group({"tim": "North", "kay": "South"})
        >>> groups.difference("points"), groups.ratio("share")
        (4.0, 1.0)
        """
        self._ask("by_group")
        return by_group_of(self, question)

    def why_not(self, mentor: str, mentee: str) -> WhyNot:
        """Why these two are no pair: what forbids it, or what it would cost in each aim and who would move where.

        The cost is exact: what the best matching with the pair reaches. For the administrator. Raises ChoiceError for
        unknown people and ProgramError where the matching has no scores or its search was stopped. A search among the
        pairs that are nearly good enough; where the lowest score is lifted, a solve.
        """
        self._ask("why_not")
        return why_not_pair(self, self._outcome, mentor, mentee)

    def why_unmatched(self, person: str, side: Literal["mentor", "mentee"] | None = None) -> WhyUnmatched:
        """Why somebody has no partner, and the single changes that would place them, the smallest first.

        A seat more, a longer list, a condition that no longer holds and the like, each with its effect on everybody and
        checked by solving with it. ``side`` says which role is meant where somebody without a partner has both. For the
        administrator. Raises ChoiceError for who is not there or has a partner, ProgramError where the matching has no
        scores. A solve for each change tried, a dozen at most and one for each condition.
        """
        self._ask("why_unmatched")
        return why_unmatched(self, self._outcome, person, side)

    def seat_values(self) -> SeatValues:
        """What one more seat at each mentor would bring, aim by aim and exactly, those without a seat included.

        A mapping by mentor; it says so where the aims give a seat no value of its own. A seat more is room and no
        demand: it raises no minimum load. One search. Raises ProgramError where the matching has no scores or its
        search was stopped.
        """
        self._ask("seat_values")
        return seat_values(self._outcome)

    def ask_for_seats(self, k: int) -> SeatAsks:
        """The ``k`` seats that together bring most, by mentor, with what they bring; fewer where more bring nothing.

        The best ones together, which the k of the highest values by themselves need not be. A search and a solve for
        each seat. Raises ChoiceError for a ``k`` that is no whole number from 0 and ProgramError where the matching has
        no scores or its search was stopped.
        """
        self._ask("ask_for_seats")
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
        self._ask("forbidden_wishes")
        return forbidden_wishes(self, self._scores())

    def with_scores(self, scores: ScoreMatrix) -> Self:
        """The same matching with scores behind it, so that it can explain. Raises ProgramError for other people's."""
        scores = self._counting(scores)
        if not self._is_about(scores):
            raise ProgramError(OTHER_PEOPLE)
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
        """The matching as JSON: what was asked, who is together, reasons, aims, norms and the proof; no answers."""
        named = {} if self.saved_as is None else {"kind": self.saved_as}
        return doors.write_json(self._form, self._form(**named, version=1, **self._plain()))

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The matching that ``to_json`` wrote, of this kind or of one that is a special case of it.

        Raises ProgramError with all findings where the text is not one.
        """
        kind = doors.kind_of(text)
        if kind is not None and kind != cls.saved_as:
            for other in _below(cls):
                if kind == other.saved_as:
                    return other.from_json(text)
        return cls._of(doors.read_json(cls._form, text, error=ProgramError, what=cls._called))

    def _plain(self) -> dict[str, Any]:
        """What the JSON holds beside kind and version."""
        return {
            "demand": self.demand,
            "pairs": self.pairs,
            "unmatched": self.unmatched,
            "aims": self.aims,
            "norms": dict(self.norms),
            **self._saved(),
        }

    @classmethod
    def _of(cls, saved: Any) -> Self:
        """The matching that was saved. Raises ProgramError with all that does not fit together."""
        if findings := [*contradictions(saved), *cls._faults(saved)]:
            raise ProgramError(findings)
        return cls(**restored_answer(saved), **cls._restored(saved))

    def _saved(self) -> dict[str, Any]:
        """What the JSON holds that is this kind's own."""
        return {"proof": save(self.proof)}

    @classmethod
    def _faults(cls, saved: Any) -> Iterator[Finding]:
        """What of this kind's own is wrong in what was saved."""
        yield from unknown_choices(saved.demand)
        yield from faults(saved.proof, len(saved.demand.mentors), len(saved.demand.mentees))
        if (saved.proof.kind == "bounded") != (saved.proof.stopped is not None):
            expected = "expected what stopped the search where the proof is bounded"
            yield Finding("kind", expected, where="proof.stopped")

    @classmethod
    def _restored(cls, saved: Any) -> dict[str, Any]:
        """The arguments that are this kind's own, from what was saved."""
        return {"proof": restore(saved.proof, len(saved.demand.mentors), len(saved.demand.mentees))}

    def page(self) -> Page:
        """The matching as a page: what was reached, who is together, who is alone and why, which wishes cannot be."""
        facts = [(reached.label, str(reached)) for reached in self.aims if reached.aim != "lottery"]
        title = f"Matching of {self.demand.program}" if self.demand.program else "Matching"
        return Page(
            title,
            [*facts, *self._facts(), ("proof", str(self.proof))],
            [table for table in self._tables() if table.rows],
            self._notes(),
        )

    def _facts(self) -> Iterator[tuple[str, str]]:
        """What the page says beside what the aims reached."""
        spare = self.spare_seats
        seats = number(sum(spare.values()))
        yield "seats left", f"{seats} (at {counted(len(spare), 'mentor')})" if spare else seats

    def _tables(self) -> Iterator[Table]:
        """The tables of the page; those without rows are left out."""
        rows = [
            (self._shown("mentor", pair.mentor), self._shown("mentee", pair.mentee), number(pair.points), pair.status)
            for pair in self.pairs
        ]
        yield Table("Pairs", ("mentor", "mentee", "points", "status"), rows, ("left", "left", "right", "left"))
        yield self._alone("Without a pair")
        if self.scores is not None:
            yield wishes_table(self.demand, self.forbidden_wishes)

    def _notes(self) -> Iterator[str]:
        choices = self.demand.choices
        if self.scores is None and (choices.shortlists or choices.wishes):
            yield "Wishes that cannot be are named once with_scores() has brought the scores back."

    def _alone(self, title: str) -> Table:
        """Who is left, with the side and the reason."""
        rows = [(one.side, self._shown(one.side, one.person), one.reason) for one in self.unmatched]
        return Table(title, ("", "who", "why"), rows, ("left", "left", "left"))

    def _shown(self, side: str, person: str) -> str:
        """The id, and the name behind it where there is one."""
        return self.demand.shown(side, self.demand.places[side == "mentee"][person])

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


def _below(kind: type[Kind]) -> Iterator[type[Kind]]:
    """The special cases of a kind of matching."""
    for other in kind.__subclasses__():
        yield other
        yield from _below(other)
