"""Programs of groups: several mentees with one or more mentors, chosen as groups and not as pairs put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from mentormatch.cohort import Cohort, People
from mentormatch.demand import Demand
from mentormatch.errors import Finding, InfeasibleError, ProgramError
from mentormatch.formats.format import Format
from mentormatch.formats.posing import Couple, Posed, points_anyway, pose
from mentormatch.grouping import Bools, Grouping, Team
from mentormatch.mutual import mutual
from mentormatch.problem import Ints
from mentormatch.proof import Kind
from mentormatch.proof_groups import GroupReasons
from mentormatch.questionnaire import Questionnaire
from mentormatch.questions import Choice, MultiChoice
from mentormatch.rules import AnyRule, Rule
from mentormatch.scores import ScoreMatrix, check_rules, score
from mentormatch.solvers.groups import group
from mentormatch.wording import counted, did_you_mean, listed, quoted, shown

_FINEST = 10_000
_LARGEST = 100
_HINT = "give (fewest, most), such as (4, 6)"


@dataclass(frozen=True)
class Groups(Format):
    """Groups of ``size`` (fewest, most) mentees with ``mentors`` (fewest, most) mentors.

    A group that opens reaches its smallest size; a mentor leads one group at most, and who leads none is left free. A
    member counts with the mean of the points with the mentors of the group. With ``cohesion`` c, a share of at most
    four decimals, what the rules of ``together`` say of two mentees counts as well: (1 - c) times the sum over members
    plus c times the sum over pairs of members divided by (largest size - 1). These rules may use questions that only
    mentees are asked. ``meet_in`` is a question in which everybody picks their times: a group shares at least one.

    >>> Groups((4, 6)).noun
    'groups of 4-6 mentees'
    """

    fellows: ClassVar[bool] = True
    kind: Literal["Groups"] = field(default="Groups", kw_only=True, repr=False)
    size: tuple[int, int]
    mentors: tuple[int, int] = (1, 1)
    cohesion: float = 0
    together: tuple[AnyRule, ...] = ()
    meet_in: str | None = None

    if TYPE_CHECKING:  # what may be given is wider than what is held

        def __init__(
            self,
            size: tuple[int, int],
            mentors: tuple[int, int] = (1, 1),
            cohesion: float = 0,
            together: Sequence[Rule] = (),
            meet_in: str | None = None,
            *,
            kind: Literal["Groups"] = "Groups",
        ) -> None: ...

    def __post_init__(self) -> None:
        findings = list(self._misfits())
        if findings:
            raise ProgramError(findings)
        for name in ("size", "mentors"):
            low, high = getattr(self, name)
            object.__setattr__(self, name, (int(low), int(high)))
        object.__setattr__(self, "cohesion", float(self.cohesion))
        object.__setattr__(self, "together", tuple(self.together))

    def _misfits(self) -> Iterator[Finding]:
        for name in ("size", "mentors"):
            where, given = f"format, {name}", getattr(self, name)
            whole = isinstance(given, (tuple, list)) and len(given) == 2
            if not whole or not all(isinstance(n, (int, np.integer)) and not isinstance(n, bool) for n in given):
                yield Finding("group_size", "expected two whole numbers", where=where, hint=_HINT)
            elif not 1 <= given[0] <= given[1] <= _LARGEST:
                expected = f"expected two whole numbers from 1 to {_LARGEST}, the smaller one first"
                yield Finding("group_size", expected, where=where, hint=_HINT)
        share = isinstance(self.cohesion, (int, float, np.floating)) and not isinstance(self.cohesion, bool)
        if not share or not 0 <= self.cohesion <= 1:
            yield Finding("cohesion", "expected a number from 0 to 1", where="format, cohesion")
        elif self.share != Fraction(str(float(self.cohesion))):
            yield Finding("cohesion", "expected at most four decimals", where="format, cohesion")
        rules = self.together
        if not isinstance(rules, (list, tuple)) or not all(isinstance(rule, Rule) for rule in rules):
            yield Finding("type", "expected a list of rules", where="format, together")
        elif rules and share and not self.cohesion:
            hint = "give cohesion=0.2, say"
            yield Finding(
                "cohesion", "the rules of together= count for nothing at cohesion=0", where="format", hint=hint
            )
        if self.meet_in is not None and (not isinstance(self.meet_in, str) or not self.meet_in.strip()):
            yield Finding("type", "expected the id of a question, or None", where="format, meet_in")

    @property
    def share(self) -> Fraction:
        """The cohesion as the fraction that was meant."""
        return Fraction(str(float(self.cohesion))).limit_denominator(_FINEST)

    @property
    def noun(self) -> str:
        """What is formed, as pages name it."""
        few, many = self.mentors
        return f"groups of {span(self.size)} mentees" + ("" if many == 1 else f" and {span((few, many))} mentors")

    def check(self, questionnaire: Questionnaire) -> list[Finding]:
        """Everything that keeps the format from being used with the questionnaire."""
        findings = []
        if self.cohesion and not self.together:
            expected = "nothing says how well two mentees fit"
            hint = "give rules in together=, or cohesion=0"
            findings.append(Finding("cohesion", expected, where="format, together", hint=hint))
        elif self.together:
            findings += [
                replace(one, where=f"format, together, {one.where}" if one.where else "format, together")
                for one in check_rules(_of_mentees(questionnaire), self.together)
            ]
        if self.meet_in is not None and self.meet_in not in questionnaire:
            hint = did_you_mean(self.meet_in, questionnaire.ids)
            expected = f"there is no question {quoted(self.meet_in)}"
            findings.append(Finding("unknown_question", expected, where="format, meet_in", hint=hint))
        elif self.meet_in is not None:
            question = questionnaire[self.meet_in]
            if not isinstance(question, (MultiChoice, Choice)):
                expected = "expected a question with options, the times"
                findings.append(Finding("meet_in", expected, where=f"format, meet_in {quoted(self.meet_in)}"))
            elif question.asked_of != "both":
                expected = "expected a question that is asked of both sides"
                findings.append(Finding("meet_in", expected, where=f"format, meet_in {quoted(self.meet_in)}"))
        return findings


def span(bounds: tuple[int, int]) -> str:
    """Two bounds as messages write them.

    >>> span((4, 6)), span((2, 2))
    ('4-6', '2')
    """
    low, high = bounds
    return f"{low}" if low == high else f"{low}-{high}"


def _of_mentees(questionnaire: Questionnaire) -> Questionnaire:
    """What mentees are asked, asked of both sides."""
    asked: list[Any] = [
        replace(question, asked_of="both") for question in questionnaire if question.asked_of != "mentor"
    ]
    return Questionnaire(asked, questionnaire.blanks)


def fellow_scores(cohort: Cohort, format_: Groups) -> ScoreMatrix:
    """The scores of all mentees with one another, by the rules of ``together``, both ways."""
    mentees = cohort.mentees
    questions = _of_mentees(cohort.questionnaire)
    side: People = replace(mentees, side="mentor")
    pool = Cohort(questions, side, mentees, reporting_line=cohort.reporting_line, peers=True)
    return mutual(score(pool, format_.together))


@dataclass(frozen=True, eq=False)
class PosedGroups:
    """A demand as a grouping, with the way back; ``slot_names`` are the times, in the order of the grouping's slots."""

    demand: Demand
    scores: ScoreMatrix
    format: Groups
    posed: Posed
    grouping: Grouping
    slot_names: tuple[str, ...] = ()

    def outward(self, team: Team) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The ids of a team's mentors and of its mentees, sorted."""
        mentors, mentees = self.posed.mentor_order, self.posed.mentee_order
        return (
            tuple(sorted(self.demand.mentors[int(mentors[p])] for p in team.leaders)),
            tuple(sorted(self.demand.mentees[int(mentees[p])] for p in team.members)),
        )

    def inward(self, mentors: Iterable[str], mentees: Iterable[str]) -> Team:
        """The team of these ids; KeyError for who is not there."""
        return Team(
            tuple(sorted(self._places[0][person] for person in mentors)),
            tuple(sorted(self._places[1][person] for person in mentees)),
        )

    @cached_property
    def _places(self) -> tuple[dict[str, int], dict[str, int]]:
        demand, posed = self.demand, self.posed
        return (
            {demand.mentors[int(at)]: place for place, at in enumerate(posed.mentor_order)},
            {demand.mentees[int(at)]: place for place, at in enumerate(posed.mentee_order)},
        )

    def place(self, side: str, person: str) -> int:
        """Where somebody stands in the grouping."""
        return self._places[0 if side == "mentor" else 1][person]


@dataclass(frozen=True, eq=False)
class SolvedGroups:
    """The groups, and why they are good."""

    teams: tuple[Team, ...]
    kind: Kind
    reasons: GroupReasons


def pose_groups(
    demand: Demand, scores: ScoreMatrix, format_: Groups, fellows: ScoreMatrix | None = None, most: int | None = None
) -> PosedGroups:
    """The grouping behind a demand. ``fellows`` are the scores of mentees with one another, where they count.

    Two people who declined or were banned from one another are in no group together, whatever their roles. Raises
    ProgramError for what has no meaning among groups, InfeasibleError where pins clash.
    """
    _meaningful(demand, format_, fellows)
    choices = demand.choices
    pins = [pin.mentee for pin in choices.pins]
    posed = pose(
        replace(
            demand,
            capacity=tuple(format_.size[1] if seats else 0 for seats in demand.capacity),
            minimum_load=(0,) * len(demand.mentors),
            wants=tuple(
                max(wants, pins.count(mentee)) if wants else 0
                for mentee, wants in zip(demand.mentees, demand.wants, strict=True)
            ),
        ),
        scores,
        most,
    )
    held, held_points, settled, findings = _held(demand, scores, posed, format_)
    apart, rivals = _refused(demand, posed)
    slots, names = _slots(scores, posed, format_)
    share = format_.share
    order = posed.mentee_order
    grouping = Grouping(
        pairs=posed.problem,
        size=format_.size,
        leaders=format_.mentors,
        cohesion=(share.numerator, share.denominator),
        fellows=None if fellows is None else fellows.source(order, order),
        apart=apart,
        rivals=rivals,
        slots=slots,
        held=held,
        held_points=held_points,
        settled=settled,
    )
    found = PosedGroups(demand, scores, format_, posed, grouping, names)
    findings += _clashing(found)
    if findings:
        raise InfeasibleError(findings)
    return found


def _meaningful(demand: Demand, format_: Groups, fellows: ScoreMatrix | None) -> None:
    """Refuse what has no meaning among groups."""
    aim = demand.aim
    size = "the size of a group bounds how many mentees a mentor has"
    findings = [
        Finding("groups", expected, where=where)
        for where, wrong, expected in (
            ("aim, balance", aim.balance is not None, size),
            ("aim, fairness", aim.fairness is not None, "the lowest score is not lifted among groups"),
            ("aim, stable", aim.stable, "there need not be stable groups"),
            ("wants", any(wants > 1 for wants in demand.wants), "a mentee is in one group"),
            ("minimum_load", any(demand.minimum_load), size),
        )
        if wrong
    ]
    if format_.cohesion and fellows is None:
        hint = "match a program with together= rules, or give solve together="
        findings.append(Finding("cohesion", "nothing says how well two mentees fit", where="format", hint=hint))
    if fellows is not None and fellows.mentors != demand.mentees:
        findings.append(Finding("other_people", "expected the scores of the mentees, in order", where="together"))
    if findings:
        raise ProgramError(findings)


def _held(
    demand: Demand, scores: ScoreMatrix, posed: Posed, format_: Groups
) -> tuple[tuple[Team, ...], tuple[tuple[int, int, int], ...], frozenset[Team], list[Finding]]:
    """The groups that pins and accepted pairs make, with the points of their pairs, and what is wrong with them."""
    mentor_at, mentee_at = demand.places
    pinned = {(pin.mentor, pin.mentee) for pin in demand.choices.pins}
    findings: list[Finding] = []
    teams: list[Team] = []
    settled: set[Team] = set()
    points: list[tuple[int, int, int]] = []
    for mentors, mentees in _joined(posed.settled):
        who = f"{listed(map(shown, mentors))} with {listed(map(shown, mentees))}"
        team = Team(
            tuple(sorted(int(posed.mentor_place[mentor_at[person]]) for person in mentors)),
            tuple(sorted(int(posed.mentee_place[mentee_at[person]]) for person in mentees)),
        )
        teams.append(team)
        couples = [(mentor, mentee) for mentor in mentors for mentee in mentees]
        if any(couple in posed.settled and couple not in pinned for couple in couples):
            settled.add(team)
        for limit, people, noun in (
            (format_.mentors[1], mentors, "mentor"),
            (format_.size[1], mentees, "mentee"),
        ):
            if len(people) > limit:
                expected = f"pins and accepted pairs make one group of {who}, and it has at most {counted(limit, noun)}"
                findings.append(Finding("group_size", expected, hint="take a pin back or end a pair"))
        for mentor, mentee in couples:
            if (mentor, mentee) not in posed.settled and not scores.allowed(mentor, mentee):
                expected = f"pins and accepted pairs make one group of {who}, and {shown(mentor)} and {shown(mentee)}"
                findings.append(Finding("pin_forbidden", f"{expected} are not allowed", hint="take a pin back"))
            found = posed.settled.get((mentor, mentee))
            value = points_anyway(scores, mentor, mentee) if found is None else found
            at = (int(posed.mentor_place[mentor_at[mentor]]), int(posed.mentee_place[mentee_at[mentee]]))
            points.append((*at, value))
    return tuple(sorted(teams)), tuple(sorted(points)), frozenset(settled), findings


def _joined(couples: Mapping[Couple, int]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Pairs that share somebody, put together."""
    groups: list[tuple[set[str], set[str]]] = []
    for mentor, mentee in sorted(couples):
        touching = [one for one in groups if mentor in one[0] or mentee in one[1]]
        groups = [one for one in groups if one not in touching]
        groups.append(
            (
                {mentor}.union(*(one[0] for one in touching)),
                {mentee}.union(*(one[1] for one in touching)),
            )
        )
    return [(tuple(sorted(mentors)), tuple(sorted(mentees))) for mentors, mentees in groups]


def _refused(demand: Demand, posed: Posed) -> tuple[tuple[Ints, Ints] | None, frozenset[tuple[int, int]]]:
    """The mentees who are in no group together, and the mentors who lead none together."""
    choices = demand.choices
    mentor_at, mentee_at = demand.places
    apart: set[tuple[int, int]] = set()
    rivals: set[tuple[int, int]] = set()
    for pair in (*choices.bans, *choices.declines, *choices.ended, *choices.expired):
        for at, place, found in ((mentor_at, posed.mentor_place, rivals), (mentee_at, posed.mentee_place, apart)):
            if pair.mentor in at and pair.mentee in at and pair.mentor != pair.mentee:
                one, other = sorted(int(place[at[person]]) for person in pair.people)
                found.add((one, other))
    first, second = np.array(sorted(apart), dtype=np.int64).reshape(-1, 2).T
    return ((first, second) if apart else None), frozenset(rivals)


def _slots(scores: ScoreMatrix, posed: Posed, format_: Groups) -> tuple[tuple[Bools, Bools] | None, tuple[str, ...]]:
    """The times of mentors and mentees in the order of the grouping, and what the times are called."""
    if format_.meet_in is None:
        return None, ()
    cohort = scores.cohort
    if cohort is None:
        raise ProgramError(Finding("meet_in", "own scores know no times", where="format, meet_in"))
    findings = format_.check(cohort.questionnaire)
    if findings:
        raise ProgramError(findings)
    question = cohort.questionnaire[format_.meet_in]
    assert isinstance(question, (MultiChoice, Choice))
    sides = []
    for people, order in ((cohort.mentors, posed.mentor_order), (cohort.mentees, posed.mentee_order)):
        column = people.column(format_.meet_in)
        values = column.values
        if isinstance(question, Choice):
            values = values[:, None] == np.arange(len(question.options))
        sides.append((np.asarray(values, dtype=np.bool_) & column.known[:, None])[order])
    return (sides[0], sides[1]), tuple(map(str, question.options))


def _clashing(posed: PosedGroups) -> Iterator[Finding]:
    """What keeps the groups that pins make from going on."""
    grouping = posed.grouping
    for team in grouping.held:
        if team in grouping.settled:
            continue
        mentors, mentees = posed.outward(team)
        who = f"{listed(map(shown, mentors))} with {listed(map(shown, mentees))}"
        slots = grouping.slots_of(team)
        if not slots:
            expected = f"pins make one group of {who}, and they share no time"
            yield Finding("meet_in", expected, hint="take a pin back")
            continue
        members = list(team.members)
        if grouping.strangers[np.ix_(members, members)].any():
            expected = f"pins make one group of {who}, and two of them are not to be in one"
            yield Finding("pin_forbidden", expected, hint="take a pin back")
        more = grouping.size[0] - len(members)
        most = max(int(grouping.allowed_with(team.leaders, slot, members).sum()) for slot in slots)
        if most < more:
            others = f"only {counted(most, 'other mentee')} may join" if most else "no other mentee may join"
            expected = f"the group of {who} needs {counted(more, 'more mentee')}, and {others}"
            yield Finding("group_size", expected, hint="take a pin back or relax a condition")


def solve_groups(posed: PosedGroups) -> SolvedGroups:
    """The best groups found, with what proves how good they are.

    Raises InfeasibleError where pinned groups cannot all reach the smallest size, or where everybody is to be placed
    and cannot be.
    """
    grouping = posed.grouping
    try:
        found = group(grouping, posed.demand.seed % 2**63)
    except OverflowError:
        expected = "points are too large for groups to be compared exactly"
        hint = "divide the scores by a common factor"
        raise ProgramError(Finding("points_too_large", expected, where="scores", hint=hint)) from None
    if found is None:
        teams = [posed.outward(team) for team in grouping.held if team not in grouping.settled]
        who = listed([" and ".join(map(shown, mentors)) for mentors, _ in teams])
        expected = f"the groups pinned to {who} cannot all reach {counted(grouping.size[0], 'mentee')}"
        raise InfeasibleError(Finding("group_size", expected, hint="take a pin back or relax a condition"))
    values = grouping.value(found.teams)
    bounds = tuple(grouping.ceiling(word, values, prices) for word, prices in enumerate(found.prices))
    sure = len(bounds) == len(values)
    kind: Kind = "bounded"
    if sure and bounds == values:
        kind = "optimal"
    elif sure and all(b == v or closed for b, v, closed in zip(bounds, values, found.closed, strict=True)):
        kind = "claimed"
    stopped = found.stopped if kind == "bounded" else ""
    reasons = GroupReasons(grouping.unit, _names(grouping), values, bounds, found.prices, stopped)
    solved = SolvedGroups(found.teams, kind, reasons)
    if posed.demand.aim.everyone_matched and (finding := _left_out(posed, solved)):
        raise InfeasibleError(finding)
    return solved


def _names(grouping: Grouping) -> tuple[str, ...]:
    return tuple(", ".join(word.levels) for word in grouping.words)


def _left_out(posed: PosedGroups, solved: SolvedGroups) -> Finding | None:
    """Why not everybody can be in a group, or None where everybody is who wants to be."""
    grouping = posed.grouping
    placed = {member for team in solved.teams for member in team.members}
    alone = sorted(
        shown(posed.demand.mentees[int(posed.posed.mentee_order[place])])
        for place in np.flatnonzero(grouping.may_join).tolist()
        if place not in placed
    )
    if not alone:
        return None
    mentees, mentors = int(grouping.may_join.sum()), int(grouping.may_lead.sum())
    hint = "change the sizes, find mentors, relax a condition or drop everyone_matched"
    if grouping.most_placed() < mentees and not grouping.held:
        by = f" with {span(grouping.leaders)} mentors each" if grouping.leaders[0] > 1 else ""
        text = f"{counted(mentees, 'mentee')} cannot form groups of {span(grouping.size)}"
        return Finding("everyone_matched", f"{text} with {counted(mentors, 'mentor')}{by}", hint=hint)
    text = f"{counted(len(alone), 'mentee')} ({listed(alone)}) cannot be placed in groups of {span(grouping.size)}"
    if solved.kind == "bounded" and solved.reasons.bounds[0] > solved.reasons.values[0]:
        text += ", as far as was looked for"
    return Finding("everyone_matched", text, hint=hint)
