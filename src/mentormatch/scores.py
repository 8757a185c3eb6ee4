"""Scores of all pairs: from a cohort, rules and conditions, or somebody's own; any block without the whole."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Iterable, Iterator, KeysView, Mapping, Sequence, Set
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from mentormatch.candidates import Candidates, best_candidates
from mentormatch.compiled import PERFECT, Compiled, View, apportioned, compile_rules
from mentormatch.errors import AnswerError, ChoiceError, Finding, ProgramError
from mentormatch.ids import canonical_order, person_id
from mentormatch.page import Page, Paged
from mentormatch.page.records import Backend, frame_of_columns
from mentormatch.pairwise import KEPT, allowed_by, own_order
from mentormatch.parts import Audience, Part
from mentormatch.problem import Ints, PairSource
from mentormatch.questions import SIDES, Side
from mentormatch.reaching import Reaching
from mentormatch.rules import Eligible, Rule
from mentormatch.rules.rule import Mask, plain_number, question_findings
from mentormatch.wording import counted, did_you_mean, number, quoted

if TYPE_CHECKING:
    from mentormatch.cohort import Cohort
    from mentormatch.questionnaire import Questionnaire

Points = npt.NDArray[np.int32] | npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]
OneRule = TypeVar("OneRule", bound=Rule)

_LARGEST = 2**45
KEPT_BYTES = 2**30
"""What may be kept of all pairs where nobody says another limit."""
_KEPT_ROWS = 2**27
"""Bytes of points that are kept as rows are asked for: to write more of them takes as long as to compute them."""
_LARGEST_ARRAY = 2**32
_STRIPE = 2**20
SAME_PERSON = "same person"
_TABLE = "the table of scores"


@dataclass(frozen=True)
class Removal:
    """How many partners a condition takes from a person, and from how many of them only because of a blank.

    ``refuses`` is the side that the condition refuses to let take part, None for a condition on pairs.
    """

    title: str
    people: int
    unknown: int = 0
    private: bool = False
    refuses: Side | None = None


@dataclass(frozen=True)
class Forbidden:
    """A condition that forbids a pair; ``unknown`` where only because a blank keeps it from being judged.

    ``refuses`` is the side of the person who may not take part and ``reason`` what that person is told, both None and
    "" for a condition on pairs.
    """

    title: str
    unknown: bool = False
    private: bool = False
    refuses: Side | None = None
    reason: str = ""


class Cells(Protocol):
    """Where the points of a matrix come from; people are positions here."""

    def view(self, rows: Rows, columns: Rows, most: int = KEPT_BYTES) -> PairSource: ...

    def kept(self, rows: Rows, columns: Rows, most: int | None) -> PairSource: ...

    def pairs(self, rows: Rows, columns: Rows) -> Points: ...

    @property
    def norms(self) -> Mapping[str, float]: ...

    @property
    def max_points(self) -> int: ...

    def parts(self, mentor: int, mentee: int) -> tuple[Part, ...]: ...

    def coverage(self, mentor: int, mentee: int) -> float: ...

    def forbidding(self, mentor: int, mentee: int) -> tuple[Forbidden, ...]: ...

    def removals(self, side: Side, person: int) -> tuple[Removal, ...]: ...

    def ineligible(self, side: Side) -> Mapping[int, str]: ...

    def reweighted(self, weights: Mapping[str, float]) -> Cells: ...

    def public(self) -> Cells | None: ...

    def unpicklable(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, eq=False, repr=False)
class ScoreMatrix(Paged):
    """Points of every mentor with every mentee, and which pairs are allowed; mentors are rows, in the order given.

    Points are whole numbers: from rules 0 to 10,000, own scores may be larger. A pair that is not allowed has -1
    wherever points are read. People are named by id; an unknown id raises ``ChoiceError``. ``cohort`` is None for own
    scores. Printing shows counts and the range of points, no answers.

    >>> scores = ScoreMatrix.from_array([[8, 9], [5, 4]], mentors=["ada", "bo"], mentees=["tim", "kay"])
    >>> scores.points("ada", "kay"), scores.top("kay", 1)
    (9, Candidates(kay: ada 9))
    >>> print(scores)
    Scores of 2 mentors and 2 mentees
    =================================
    <BLANKLINE>
    allowed pairs  4 of 4 (100%)
    points         4 to 9
    """

    mentors: tuple[str, ...]
    mentees: tuple[str, ...]
    cohort: Cohort | None
    _cells: Cells

    @classmethod
    def from_array(
        cls,
        values: npt.ArrayLike,
        mentors: Iterable[object] | None = None,
        mentees: Iterable[object] | None = None,
        *,
        allowed: npt.ArrayLike | None = None,
        points_per_unit: float | None = None,
        same_people: bool = False,
    ) -> ScoreMatrix:
        """Own scores, shape (n_mentors, n_mentees); whole numbers are points, 1.0 of a float is 10,000 points.

        ``allowed`` is a bool array of the same shape; values where it is False are not read. Floats outside [0, 1] need
        ``points_per_unit``, which multiplies every value; points are rounded to the nearest, halves to even. Ids are by
        default "0", "1", ... on both sides; the same id on both sides is one person only with ``same_people=True``.

        Raises ``ProgramError`` with all findings for anything else: bools, negative or infinite values, NaN where
        allowed, other shapes, wrong numbers of ids, ids without an order (a set), an id given twice.
        """
        findings: list[Finding] = []
        array = _array(values, 2, "values", findings)
        mask = None if allowed is None else _array(allowed, 2, "allowed", findings, kinds="b")
        if array is None:
            raise _wrong(findings)
        if mask is not None and mask.shape != array.shape:
            expected = f"expected the shape of the values, {array.shape}, not {mask.shape}"
            findings.append(Finding("scores_shape", expected, where="allowed"))
            mask = None
        ids = _ids("mentor", mentors, array.shape[0], findings), _ids("mentee", mentees, array.shape[1], findings)
        findings += _same_people_findings(same_people)
        points = _points(array, mask, points_per_unit, findings)
        if findings or points is None:
            raise _wrong(findings)
        if same_people:
            points[tuple(_same(*ids).T)] = -1
        return cls(*ids, None, _Own(ids, _Table(_frozen(points)), same_people))

    @classmethod
    def from_pairs(
        cls,
        mentor_index: npt.ArrayLike,
        mentee_index: npt.ArrayLike,
        values: npt.ArrayLike,
        mentors: Iterable[object] | None = None,
        mentees: Iterable[object] | None = None,
        *,
        points_per_unit: float | None = None,
        same_people: bool = False,
    ) -> ScoreMatrix:
        """Own scores of some pairs, given by positions and value, each of shape (n_pairs,); no other pair is allowed.

        Without ids there are as many people as the highest position says. Values and ids are read as `from_array` does;
        a pair given twice or a position outside the ids raises ``ProgramError`` as well. Memory is that of the pairs.

        >>> ScoreMatrix.from_pairs([0, 1], [1, 0], [7, 5]).to_numpy().tolist()
        [[-1, 7], [5, -1]]
        """
        findings: list[Finding] = []
        rows = _array(mentor_index, 1, "mentor_index", findings, kinds="iu")
        columns = _array(mentee_index, 1, "mentee_index", findings, kinds="iu")
        array = _array(values, 1, "values", findings)
        if rows is None or columns is None or array is None:
            raise _wrong(findings)
        if not len(rows) == len(columns) == len(array):
            expected = (
                f"expected as many mentor positions ({len(rows)}) as mentee positions ({len(columns)}) and values"
            )
            raise _wrong([*findings, Finding("scores_shape", f"{expected} ({len(array)})", where="values")])
        given = [
            None if ids is None else _listed_ids(side, ids, findings)
            for side, ids in zip(SIDES, (mentors, mentees), strict=True)
        ]
        findings += _same_people_findings(same_people)
        for what, index, ids in (("mentor_index", rows, given[0]), ("mentee_index", columns, given[1])):
            count = _STRIPE * _STRIPE if ids is None else len(ids)
            if len(index) and (int(index.min()) < 0 or int(index.max()) >= count):
                known = "expected positions from 0" + ("" if ids is None else f" to {count - 1}")
                findings.append(Finding("scores_index", known, where=what))
        if findings:
            raise _wrong(findings)
        counts = [
            int(index.max(initial=-1)) + 1 if ids is None else len(ids)
            for index, ids in zip((rows.astype(np.int64), columns.astype(np.int64)), given, strict=True)
        ]
        both = _ids("mentor", given[0], counts[0], findings), _ids("mentee", given[1], counts[1], findings)
        rows, columns = rows.astype(np.intp), columns.astype(np.intp)
        order = np.lexsort((columns, rows))
        rows, columns = rows[order], columns[order]
        twice = np.flatnonzero((np.diff(rows) == 0) & (np.diff(columns) == 0))
        if len(twice):
            first = f"mentor {rows[twice[0]]}, mentee {columns[twice[0]]}"
            expected = f"expected every pair once; {counted(len(twice), 'entry', 'entries')} repeat a pair, as {first}"
            findings.append(Finding("scores_pair_repeated", expected, where="mentor_index and mentee_index"))
        points = _points(array[order], None, points_per_unit, findings)
        if findings or points is None:
            raise _wrong(findings)
        if same_people:
            keep = np.isin(rows * max(1, counts[1]) + columns, _same(*both) @ [max(1, counts[1]), 1], invert=True)
            rows, columns, points = rows[keep], columns[keep], points[keep]
        starts = np.searchsorted(rows, np.arange(counts[0] + 1))
        pairs = _Pairs((counts[0], counts[1]), starts, columns, points)
        return cls(*both, None, _Own(both, pairs, same_people))

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of mentors and of mentees."""
        return len(self.mentors), len(self.mentees)

    @property
    def norms(self) -> dict[str, float]:
        """What stands for a blank, for every rule with ``missing="average"``, by its name; empty for own scores."""
        return dict(self._cells.norms)

    @property
    def max_points(self) -> int:
        """No pair has more points than this."""
        return self._cells.max_points

    def points(self, mentor: object, mentee: object) -> int:
        """The points of a pair, -1 where it is not allowed."""
        j, i = self._pair(mentor, mentee)
        return int(self._cells.view(np.array([j]), np.array([i])).rows(0, 1)[0, 0])

    def points_of(self, pairs: Sequence[tuple[object, object]]) -> Points:
        """The points of (mentor, mentee) pairs, -1 where one is not allowed, shape (len(pairs),)."""
        at = np.array([self._pair(*pair) for pair in pairs], dtype=np.intp).reshape(-1, 2)
        if not len(at):
            return np.zeros(0, dtype=np.int64)
        return self._cells.pairs(at[:, 0], at[:, 1])

    def allowed(self, mentor: object, mentee: object) -> bool:
        """Whether no condition forbids the pair."""
        return self.points(mentor, mentee) >= 0

    def block(self, mentors: Iterable[object], mentees: Iterable[object]) -> Points:
        """Points of these mentors with these mentees, -1 where not allowed, shape (len(mentors), len(mentees))."""
        rows, columns = self._positions("mentor", mentors), self._positions("mentee", mentees)
        return self._cells.view(rows, columns).rows(0, len(rows)).copy()

    def to_numpy(self, memory_limit: int = _LARGEST_ARRAY) -> Points:
        """All points, -1 where not allowed, shape (n_mentors, n_mentees), int32 (int64 where own scores are larger).

        Raises ProgramError where that is an array of more than ``memory_limit`` bytes, before anything is computed.
        """
        if isinstance(memory_limit, bool) or not isinstance(memory_limit, (int, np.integer)):
            raise ProgramError(Finding("memory_limit", "expected a whole number of bytes", where="memory_limit"))
        size = len(self.mentors) * len(self.mentees) * (8 if self.max_points > np.iinfo(np.int32).max else 4)
        if size > memory_limit:
            pairs = f"{counted(len(self.mentors), 'mentor')} and {counted(len(self.mentees), 'mentee')}"
            expected = f"the scores of {pairs} would take {counted(size, 'byte')}, more than {number(memory_limit)}"
            hint = "block() gives some of them, top() the best mentors of a mentee, and memory_limit= raises the limit"
            raise ProgramError(Finding("scores_size", expected, where="to_numpy", hint=hint))
        return self.source().rows(0, len(self.mentors)).copy()

    def to_frame(self, backend: Backend = "pandas", memory_limit: int = _LARGEST_ARRAY) -> Any:
        """A dataframe of pandas, polars or pyarrow with a row for each allowed pair: mentor, mentee, points.

        In the order of the ids given. Needs the extra ``dataframes``; raises ProgramError as `to_numpy` and
        `Recorded.to_frame` do.
        """
        points = self.to_numpy(memory_limit)
        rows, columns = np.nonzero(points >= 0)
        ids = [[people[at] for at in at_.tolist()] for people, at_ in ((self.mentors, rows), (self.mentees, columns))]
        pairs = {"mentor": ids[0], "mentee": ids[1], "points": points[rows, columns].tolist()}
        return frame_of_columns(pairs, backend)

    def of_mentee(self, mentee: object, public: bool = False) -> Ints:
        """The points of every mentor with a mentee, -1 where not allowed, shape (n_mentors,).

        With ``public`` those that the rules about public answers give alone: 0 where there is none of any weight.
        """
        one = np.array([self._position("mentee", mentee)])
        cells = self._public if public else self._cells
        points = (cells or self._cells).view(np.arange(len(self.mentors)), one).rows(0, len(self.mentors))[:, 0]
        return np.minimum(points, 0).astype(np.int64) if cells is None else points.astype(np.int64)

    def top(self, mentee: object, k: int, audience: Audience = "administrator") -> Candidates:
        """The best ``k`` allowed mentors of a mentee, best first, ties in canonical order, with the rules' shares.

        For a mentor or a mentee as ``audience``, private answers stay private: where a private share hides the total,
        the public rules alone decide the order. Raises ChoiceError for an unknown mentee and for a ``k`` that is no
        whole number from 0, ProgramError for an unknown audience.
        """
        return best_candidates(self, mentee, k, audience)

    def person(self, side: Side, person: object) -> tuple[str, str]:
        """The id as it is held, and the name, "" where there is none."""
        at = self._position(side, person)
        people = None if self.cohort is None else self.cohort.mentors if side == "mentor" else self.cohort.mentees
        return (self.mentors if side == "mentor" else self.mentees)[at], people.names[at] if people else ""

    def coverage(self, mentor: object, mentee: object) -> float:
        """The share of the weight that was judged for this pair, 0 to 1; 1 for own scores."""
        return self._cells.coverage(*self._pair(mentor, mentee))

    def parts(self, mentor: object, mentee: object) -> tuple[Part, ...]:
        """What each rule gives to the pair, in the order of the rules; empty for own scores.

        The points sum to the score, for a pair that is not allowed to what it would have.
        """
        return self._cells.parts(*self._pair(mentor, mentee))

    def forbidding(self, mentor: object, mentee: object) -> tuple[Forbidden, ...]:
        """Everything that forbids the pair; empty where it is allowed."""
        return self._cells.forbidding(*self._pair(mentor, mentee))

    def removals(self, side: Side, person: object) -> tuple[Removal, ...]:
        """What each condition takes from a person on this side, but for those that take nobody."""
        return self._cells.removals(side, self._position(side, person))

    def ineligible(self, side: Side) -> dict[str, str]:
        """Who on this side may not take part, with the reason, in the order of the ids; empty for own scores.

        Several reasons are joined by "; ".
        """
        ids = self.mentors if self._checked_side(side) == "mentor" else self.mentees
        return {ids[place]: reason for place, reason in self._cells.ineligible(side).items()}

    def reweighted(self, weights: Mapping[str, float]) -> ScoreMatrix:
        """The scores with other weights, by the names of the rules; the others keep theirs, and so do the norms.

        What the rules say of each pair is shared, in whichever order weightings are tried: it is kept for up to 2**23
        pairs, in 1 byte a pair for all conditions together and, for each rule that is no product, in 2 bytes (8 where
        it gives many different values). Larger matrices compute it again.

        Raises ``ProgramError`` with all findings for a name that no rule has, a weight below 0, weights that are all 0,
        and own scores, which have no rules.
        """
        return replace(self, _cells=self._cells.reweighted(weights))

    def source(
        self, mentor_order: Rows | None = None, mentee_order: Rows | None = None, most: int | None = None
    ) -> PairSource:
        """The points with mentors and mentees in another order (positions), in blocks of rows.

        Blocks are computed when they are asked for, and kept where that takes no more than ``most`` bytes. The sources
        of the last two orders are kept as well, so that what asks again, as a checker does, finds the same points;
        None for ``most`` is what that order was asked for with before, 2**30 where it was not.
        """
        rows, columns = (
            np.arange(size) if order is None else np.asarray(order, dtype=np.intp)
            for size, order in zip(self.shape, (mentor_order, mentee_order), strict=True)
        )
        return self._cells.kept(rows, columns, most)

    def unpicklable(self) -> tuple[str, ...]:
        """The rules and conditions that cannot be handed to other processes, since their functions cannot."""
        return self._cells.unpicklable()

    def page(self) -> Page:
        """The scores as a page: how many pairs are allowed, and the range of their points. One pass over all pairs."""
        mentors, mentees = self.shape
        allowed, lowest, highest = 0, _LARGEST, -1
        for _, block in self._blocks():
            inside = block[block >= 0]
            allowed += inside.size
            if inside.size:
                lowest, highest = min(lowest, int(inside.min())), max(highest, int(inside.max()))
        share = f" ({100 * allowed / (mentors * mentees):.0f}%)" if mentors * mentees else ""
        facts = [("allowed pairs", f"{number(allowed)} of {number(mentors * mentees)}{share}")]
        if allowed:
            facts.append(("points", f"{number(lowest)} to {number(highest)}"))
        return Page(f"Scores of {counted(mentors, 'mentor')} and {counted(mentees, 'mentee')}", facts)

    def __getstate__(self) -> dict[str, Any]:
        # What was computed from these can be computed again, and takes far more room.
        return {setting.name: getattr(self, setting.name) for setting in fields(self)}

    def __repr__(self) -> str:
        return f"ScoreMatrix({counted(len(self.mentors), 'mentor')}, {counted(len(self.mentees), 'mentee')})"

    @cached_property
    def canonical_mentors(self) -> Rows:
        """The positions of the mentors in canonical order (convention 2)."""
        return canonical_order(self.mentors)

    @cached_property
    def _public(self) -> Cells | None:
        return self._cells.public()

    @cached_property
    def _places(self) -> dict[str, dict[str, int]]:
        sides = {"mentor": self.mentors, "mentee": self.mentees}
        return {side: {person: place for place, person in enumerate(ids)} for side, ids in sides.items()}

    def _blocks(self) -> Iterator[tuple[int, Points]]:
        mentors, mentees = self.shape
        step = max(1, _STRIPE // max(1, mentees))
        for start in range(0, mentors, step):
            yield start, self.source().rows(start, min(start + step, mentors))

    def _pair(self, mentor: object, mentee: object) -> tuple[int, int]:
        return self._position("mentor", mentor), self._position("mentee", mentee)

    def _checked_side(self, side: Side) -> Side:
        if side not in ("mentor", "mentee"):
            raise ChoiceError(Finding("side", "expected the side 'mentor' or 'mentee'", where="side"))
        return side

    def _positions(self, side: Side, people: object) -> Rows:
        findings: list[Finding] = []
        given = _listed_ids(side, people, findings)
        if given is None:
            raise ChoiceError(findings)
        return np.array([self._position(side, person) for person in given], dtype=np.intp)

    def _position(self, side: Side, person: object) -> int:
        found = person_id(person)
        if isinstance(found, Finding):
            raise ChoiceError(replace(found, side=side))
        place = self._places[self._checked_side(side)].get(found)
        if place is None:
            hint = did_you_mean(found, tuple(self._places[side]))
            raise ChoiceError(Finding("unknown_person", f"there is no such {side}", side, found, hint=hint))
        return place


def score(
    cohort: Cohort,
    rules: Sequence[Rule],
    conditions: Sequence[Rule] = (),
    norms: Mapping[str, float] | None = None,
    *,
    eligibility: Sequence[Eligible] = (),
    weights_from: str | None = None,
) -> ScoreMatrix:
    """The scores of all pairs of a cohort.

    ``norms`` (name of a rule to a number from 0 to 1) stand for blanks instead of the means of this cohort, so that a
    later wave is scored like an earlier one; a rule without a norm there gets its mean, and a norm that no rule would
    use is refused. Who is not eligible has no allowed pair. ``weights_from`` is the question in which mentees rank the
    rules by name: the weight of the first counts twice, of the second one and a half times, of the third one and a
    quarter times.

    The cohort remembers what the rules scored last say of its pairs, as `ScoreMatrix.reweighted` does, so that they
    cost less with other weights, and next to nothing with the same. A function must give the same for the same answers:
    it may not be asked again.

    Raises ``ProgramError`` with all findings where rules and conditions do not fit the questionnaire, and
    ``AnswerError`` where answers contradict one another so that a condition has no meaning.
    """
    findings = check_rules(cohort.questionnaire, rules, conditions, eligibility, weights_from)
    findings += _norm_findings(rules, norms)
    if findings:
        raise ProgramError(findings)
    given = None if norms is None else {name: float(norm) for name, norm in norms.items()}
    mentors, mentees = cohort.mentors, cohort.mentees
    wrong = [found for rule in (*rules, *conditions) for found in rule.answer_findings(mentors, mentees)]
    if wrong:
        raise AnswerError(dict.fromkeys(wrong))
    refusals = tuple(_Refusal(one, *one.refused(mentors if one.side == "mentor" else mentees)) for one in eligibility)
    refused = _refused(refusals, len(mentors), len(mentees)) if refusals else None
    ranking = None if weights_from is None else mentees.column(weights_from)
    earlier: _Ruled | None = cohort._scored.get("cells")
    compiled = compile_rules(
        mentors, mentees, rules, conditions, given, refused, ranking, None if earlier is None else earlier.compiled
    )
    cells = _Ruled(compiled, cohort.questionnaire, refusals)
    if earlier is None or not earlier.says_what(cells):
        cohort._scored["cells"] = earlier = cells
    return ScoreMatrix(mentors.ids, mentees.ids, cohort, earlier)


def _norm_findings(rules: Sequence[Rule], norms: object) -> Iterator[Finding]:
    where = "norms"
    if norms is None:
        return
    if not isinstance(norms, Mapping):
        yield Finding("norms", "expected a mapping of rules' names to numbers", where=where)
        return
    missing = {rule.name: rule.missing for rule in rules if isinstance(rule, Rule)}
    for name, norm in norms.items():
        value = plain_number(norm)
        if name not in missing:
            hint = did_you_mean(str(name), list(missing)) or "leave out the norms of rules that are no longer there"
            yield Finding("norms", f"there is no rule {quoted(name)}", where=where, hint=hint)
        elif missing[name] != "average":
            expected = f"the rule {quoted(name)} has missing={missing[name]!r}, so that no norm stands for its blanks"
            yield Finding("norms", expected, where=where)
        elif value is None or not 0 <= value <= 1:
            yield Finding("norms", f"expected a number from 0 to 1 for {quoted(name)}", where=where)


def weighted(rules: Sequence[OneRule], weights: Mapping[str, float]) -> tuple[OneRule, ...]:
    """The rules with other weights, by their names; the others keep theirs.

    Raises ``ProgramError`` with all findings for names that no rule has, what is no weight, and weights that are all 0.
    """
    if not isinstance(weights, Mapping):
        raise ProgramError(Finding("type", "expected a mapping of rules' labels to weights", where="weights"))
    labels = [rule.name for rule in rules]
    findings = [
        Finding("unknown_label", "no rule has this label", where=str(label), hint=did_you_mean(str(label), labels))
        for label in weights
        if label not in labels
    ]
    changed: list[OneRule] = []
    for rule in rules:
        try:
            changed.append(replace(rule, weight=weights.get(rule.name, rule.weight)))
        except ProgramError as error:
            findings += error.findings
    if len(changed) == len(rules):
        findings += _weightless(changed)
    if findings:
        raise ProgramError(findings)
    return tuple(changed)


def check_rules(
    questionnaire: Questionnaire,
    rules: Sequence[Rule],
    conditions: Sequence[Rule] = (),
    eligibility: Sequence[Eligible] = (),
    weights_from: str | None = None,
) -> list[Finding]:
    """Everything that keeps rules and conditions from being used with the questionnaire.

    Beside what each rule finds itself: values that are no rules, names of rules or of conditions given twice (a
    condition's name is its label or its title), no weight above 0, and a ranking of anything but rules.
    """
    findings: list[Finding] = []
    for what, given in (("rules", rules), ("conditions", conditions)):
        if not isinstance(given, (list, tuple)):
            findings.append(Finding(what, f"expected a list of {what}", where=what))
            continue
        names: Counter[str] = Counter()
        for place, rule in enumerate(given):
            if not isinstance(rule, Rule):
                expected = f"expected a {what[:-1]}, not {type(rule).__name__}"
                findings.append(Finding("not_a_rule", expected, where=f"{what}[{place}]"))
                continue
            findings += rule.check(questionnaire, as_condition=what == "conditions")
            names[rule.name if what == "rules" else condition_name(rule)] += 1
        for name, times in names.items():
            if times > 1:
                expected = f"{times} {what} are called {quoted(name)}"
                findings.append(Finding("label_repeated", expected, where=what, hint="give each its own label="))
    findings += _eligibility_findings(questionnaire, eligibility)
    if weights_from is not None:
        findings += _ranking_findings(questionnaire, rules, weights_from)
    if isinstance(rules, (list, tuple)):
        findings += _weightless([rule for rule in rules if isinstance(rule, Rule)])
    return findings


def _weightless(rules: Sequence[Rule]) -> Iterator[Finding]:
    if not any(rule.weight > 0 for rule in rules):
        expected = "all weights are 0" if rules else "there are no rules"
        yield Finding("no_weight", f"{expected}, so no pair is better than another", where="rules")


def _eligibility_findings(questionnaire: Questionnaire, eligibility: Sequence[Eligible]) -> Iterator[Finding]:
    where = "eligibility"
    if not isinstance(eligibility, (list, tuple)):
        yield Finding("eligibility", "expected a list of Eligible conditions", where=where)
        return
    for place, one in enumerate(eligibility):
        if isinstance(one, Eligible):
            yield from one.check(questionnaire)
        else:
            yield Finding("not_a_rule", f"expected Eligible(...), not {type(one).__name__}", where=f"{where}[{place}]")
    for name, times in Counter(one.name for one in eligibility if isinstance(one, Eligible)).items():
        if times > 1:
            expected = f"{times} conditions on who may take part are called {quoted(name)}"
            yield Finding("label_repeated", expected, where=where, hint="give each its own label=")


def _ranking_findings(questionnaire: Questionnaire, rules: Sequence[Rule], weights_from: str) -> list[Finding]:
    where = "weights_from"
    found = list(question_findings(questionnaire, weights_from, "mentee", ("Ranking",)))
    if found:
        return [replace(finding, where=where) for finding in found]
    question: Any = questionnaire[weights_from]
    names = [rule.name for rule in rules if isinstance(rule, Rule)] if isinstance(rules, (list, tuple)) else []
    for option in question.options:
        if option not in names:
            expected = f"the option {quoted(option)} is no rule"
            hint = did_you_mean(option, names) or "its options are labels of rules"
            found.append(Finding("weights_from", expected, question=weights_from, where=where, hint=hint))
    if question.private:
        expected = "expected a ranking that is not private, since the weights show in every explanation"
        found.append(Finding("weights_from", expected, question=weights_from, where=where))
    return found


def _wrong(findings: Sequence[Finding]) -> ProgramError:
    """The error about own scores, of which no program knows."""
    several = f"{number(len(findings))} things about the scores cannot be meant as written:"
    return ProgramError(findings, several if len(findings) > 1 else None)


def condition_name(rule: Rule) -> str:
    """What a condition on pairs is called: its label, or its title where it has none."""
    return rule.title if rule.label is None else rule.label


@dataclass(frozen=True, eq=False)
class _Refusal:
    """Whom of its side a condition on who may take part refuses, and whom of them only because of a blank."""

    eligible: Eligible
    refused: Mask
    blank: Mask


def _refused(refusals: Sequence[_Refusal], mentors: int, mentees: int) -> tuple[Mask, Mask]:
    """The mentors and the mentees whom any of them refuses."""
    found = np.zeros(mentors, dtype=bool), np.zeros(mentees, dtype=bool)
    for one in refusals:
        found[one.eligible.side == "mentee"][:] |= one.refused
    return found


class _Keeping:
    """Cells that keep the points of all pairs, in the two orders asked for last."""

    @cached_property
    def _orders(self) -> list[tuple[Rows, Rows, _Kept]]:
        return []

    def view(self, rows: Rows, columns: Rows, most: int = KEPT_BYTES) -> PairSource:
        raise NotImplementedError

    def kept(self, rows: Rows, columns: Rows, most: int | None) -> PairSource:
        for mentors, mentees, source in self._orders:
            if np.array_equal(mentors, rows) and np.array_equal(mentees, columns) and most in (None, source.most):
                return source
        limit = KEPT_BYTES if most is None else most
        before = [one for one in self._orders[:1] if limit == KEPT_BYTES]
        self._orders.clear()  # before another is made, so that the two need not fit together
        found = _Kept(self.view(rows, columns, limit), limit)
        self._orders[:] = [(rows, columns, found), *before]
        return found

    def pairs(self, rows: Rows, columns: Rows) -> Points:
        for mentors, mentees, source in self._orders:
            return source.pairs(np.argsort(mentors)[rows], np.argsort(mentees)[columns])
        ones = zip(rows[:, None], columns[:, None], strict=True)
        return np.array([self.view(*pair).rows(0, 1)[0, 0] for pair in ones], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class _Ruled(_Keeping):
    """Points from rules."""

    compiled: Compiled
    questionnaire: Questionnaire
    refusals: tuple[_Refusal, ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        # What is kept can be computed again.
        return _Ruled, (self.compiled, self.questionnaire, self.refusals)

    def says_what(self, other: _Ruled) -> bool:
        """Whether these are the points of ``other``, which was compiled with this one at hand, for the same reasons."""
        mine, theirs = self.compiled, other.compiled
        return (
            mine.bans is theirs.bans
            and mine.ranking is theirs.ranking
            and [one.eligible for one in self.refusals] == [one.eligible for one in other.refusals]
            and len(mine.rules) == len(theirs.rules)
            and all(
                one.values is two.values and one.rule == two.rule
                for one, two in zip(mine.rules, theirs.rules, strict=True)
            )
            and self.norms == other.norms
        )

    def view(self, rows: Rows, columns: Rows, most: int = KEPT_BYTES) -> PairSource:
        # Points beside, conditions take a byte a pair and values of a rule up to ten while they are found.
        return self.compiled.view(rows, columns, most // (5 + 10 * len(self.compiled.elementwise)))

    @property
    def max_points(self) -> int:
        return PERFECT

    @cached_property
    def norms(self) -> Mapping[str, float]:
        return {one.rule.name: one.norm for one in self.compiled.rules if one.rule.missing == "average"}

    def reweighted(self, weights: Mapping[str, float]) -> _Ruled:
        rules = weighted([one.rule for one in self.compiled.rules], weights)
        return replace(self, compiled=self.compiled.reweighted(rules))

    def public(self) -> _Ruled | None:
        rules = [one.rule for one in self.compiled.rules]
        weights = {rule.name: 0 for rule in rules if self._private(rule)}
        return self.reweighted(weights) if any(rule.weight for rule in rules if rule.name not in weights) else None

    def unpicklable(self) -> tuple[str, ...]:
        rules = (*(one.rule for one in self.compiled.rules), *self.compiled.conditions)
        return tuple(rule.title for rule in rules if not _picklable(rule))

    def parts(self, mentor: int, mentee: int) -> tuple[Part, ...]:
        judged, d = self.compiled.judged(mentor, mentee)
        total = (2 * PERFECT * sum(one.contribution for one in judged) + d) // (2 * d) if d else 0
        points, largest = shares(total, [one.contribution for one in judged], [one.most for one in judged], d)
        full = apportioned(PERFECT, [one.fine for one in judged])
        pair = self.compiled.mentors.take([mentor]), self.compiled.mentees.take([mentee])
        return tuple(
            Part(
                label=compiled.rule.name,
                title=compiled.rule.title,
                points=points[k],
                most=largest[k],
                value=judged[k].value,
                known=judged[k].known,
                counts=judged[k].counts,
                private=self._private(compiled.rule),
                full=full[k],
                optional=compiled.rule.optional,
                said=compiled.rule.told(*pair),
            )
            for k, compiled in enumerate(self.compiled.rules)
        )

    def coverage(self, mentor: int, mentee: int) -> float:
        judged, _ = self.compiled.judged(mentor, mentee)
        return sum(one.fine for one in judged if one.known and one.counts) / sum(one.fine for one in judged)

    def forbidding(self, mentor: int, mentee: int) -> tuple[Forbidden, ...]:
        mentors, mentees = self.compiled.mentors.take([mentor]), self.compiled.mentees.take([mentee])
        found = [Forbidden(SAME_PERSON)] if mentors.ids == mentees.ids else []
        for condition in self.compiled.conditions:
            allowed, known = (bool(answer[0, 0]) for answer in condition.allows(mentors, mentees))
            if not known and condition.if_unknown == "allow":
                continue
            if not (allowed and known):
                found.append(Forbidden(condition_name(condition), not known, self._private(condition)))
        for one in self.refusals:
            person = mentor if one.eligible.side == "mentor" else mentee
            if one.refused[person]:
                blank, told = bool(one.blank[person]), self._told(one, person)
                name, private = one.eligible.name, self._private(one.eligible)
                found.append(Forbidden(name, blank, private, one.eligible.side, told))
        return tuple(found)

    def ineligible(self, side: Side) -> Mapping[int, str]:
        found: dict[int, list[str]] = {}
        for one in self.refusals:
            if one.eligible.side == side:
                for person in np.flatnonzero(one.refused).tolist():
                    found.setdefault(person, []).append(self._told(one, person))
        return {person: "; ".join(dict.fromkeys(found[person])) for person in sorted(found)}

    def _told(self, one: _Refusal, person: int) -> str:
        return one.eligible.told(self._private(one.eligible), bool(one.blank[person]))

    def removals(self, side: Side, person: int) -> tuple[Removal, ...]:
        mentors, mentees = self.compiled.mentors, self.compiled.mentees
        if side == "mentor":
            mentors = mentors.take([person])
        else:
            mentees = mentees.take([person])
        found = [Removal(SAME_PERSON, len(_same(mentors.ids, mentees.ids)))]
        for condition in self.compiled.conditions:
            known = condition.allows(mentors, mentees)[1]
            removed = ~allowed_by(condition, mentors, mentees)
            people, unknown = int(removed.sum()), int((removed & ~known).sum())
            found.append(Removal(condition_name(condition), people, unknown, self._private(condition)))
        for one in self.refusals:
            if one.eligible.side == side:
                others = len(mentees) if side == "mentor" else len(mentors)
                people, unknown = (others * bool(mask[person]) for mask in (one.refused, one.blank))
            else:
                people, unknown = int(one.refused.sum()), int(one.blank.sum())
            name, private = one.eligible.name, self._private(one.eligible)
            found.append(Removal(name, people, unknown, private, one.eligible.side))
        return tuple(removal for removal in found if removal.people)

    def _private(self, rule: Rule | Eligible) -> bool:
        return any(self.questionnaire[question].private for question in rule.questions())


def _picklable(rule: Rule) -> bool:
    try:
        pickle.dumps(rule)
    except Exception:
        return False
    return True


def shares(total: int, contributions: Sequence[int], most: Sequence[int], d: int) -> tuple[list[int], list[int]]:
    """Basis points of D that each rule gives, summing to ``total``, and that it could give, summing to `PERFECT`.

    By largest remainder, ties to the earlier rule; but none gives more than it could.
    """
    if not d:
        return [0] * len(most), [0] * len(most)
    given, rests = map(list, zip(*(divmod(PERFECT * one, d) for one in contributions), strict=True))
    could, spares = map(list, zip(*(divmod(PERFECT * one, d) for one in most), strict=True))
    left, more = total - sum(given), PERFECT - sum(could)
    # A rule that gives all whole points it could is given one more only with one more of those, of which there are
    # ``more``. The others have room for the rest. With g and c the remainders of what a rule gives and could give,
    # ``left`` is at most the sum of all g and a half, ``more`` at least that of all c less a half; where whole points
    # are equal g is at most c. So what is left over is below the sum of the other g and 1, and each of them is below 1.
    for r in sorted(range(len(given)), key=lambda r: (-rests[r], r)):
        raised = given[r] == could[r]
        if left and (more or not raised):
            given[r], left = given[r] + 1, left - 1
            if raised:
                could[r], spares[r], more = could[r] + 1, -1, more - 1
    for r in sorted(range(len(could)), key=lambda r: (-spares[r], r))[:more]:
        could[r] += 1
    return given, could


@dataclass(frozen=True, eq=False)
class _Own(_Keeping):
    """Points that somebody brought."""

    ids: tuple[tuple[str, ...], tuple[str, ...]]
    points: _Table | _Pairs
    same_people: bool

    def __getstate__(self) -> dict[str, Any]:
        # What is kept can be read again.
        return {setting.name: getattr(self, setting.name) for setting in fields(self)}

    def view(self, rows: Rows, columns: Rows, most: int = KEPT_BYTES) -> PairSource:
        return self.points.ordered(rows, columns, most)

    @property
    def max_points(self) -> int:
        return self.points.max_points

    @property
    def norms(self) -> Mapping[str, float]:
        return {}

    def parts(self, mentor: int, mentee: int) -> tuple[Part, ...]:
        return ()

    def coverage(self, mentor: int, mentee: int) -> float:
        return 1.0

    def forbidding(self, mentor: int, mentee: int) -> tuple[Forbidden, ...]:
        if self.same_people and self.ids[0][mentor] == self.ids[1][mentee]:
            return (Forbidden(SAME_PERSON),)
        points = self.view(np.array([mentor]), np.array([mentee])).rows(0, 1)[0, 0]
        return () if points >= 0 else (Forbidden(_TABLE),)

    def removals(self, side: Side, person: int) -> tuple[Removal, ...]:
        rows, columns = (np.arange(len(ids)) for ids in self.ids)
        one = np.array([person])
        view = self.view(one, columns) if side == "mentor" else self.view(rows, one)
        forbidden = int((view.rows(0, view.shape[0]) < 0).sum())
        name = self.ids[0][person] if side == "mentor" else self.ids[1][person]
        same = int(self.same_people and name in self.ids[1 if side == "mentor" else 0])
        found = (Removal(SAME_PERSON, same), Removal(_TABLE, forbidden - same))
        return tuple(removal for removal in found if removal.people)

    def ineligible(self, side: Side) -> Mapping[int, str]:
        return {}

    def reweighted(self, weights: Mapping[str, float]) -> _Own:
        hint = "weigh your own numbers and make a ScoreMatrix of them"
        raise ProgramError(Finding("no_rules", "own scores have no rules to weigh anew", hint=hint))

    def public(self) -> _Own:
        return self

    def unpicklable(self) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True, eq=False)
class _Table:
    """A whole array of points as a source."""

    points: Points

    def __setstate__(self, state: dict[str, Any]) -> None:
        # A copy of an array can be written to, whatever the array.
        self.__dict__.update(state, points=_frozen(state["points"]))

    @property
    def shape(self) -> tuple[int, int]:
        return self.points.shape[0], self.points.shape[1]

    @cached_property
    def max_points(self) -> int:
        return max(0, int(self.points.max(initial=0)))

    def rows(self, start: int, stop: int, first: int = 0, last: int | None = None) -> Points:
        return self.points[max(0, start) : stop, first:last]

    def ordered(self, rows: Rows, columns: Rows, most: int) -> PairSource:
        """The points in this order, copied where that is another one and takes no more than ``most`` bytes."""
        if own_order(rows, self.shape[0]) and own_order(columns, self.shape[1]):
            return self
        few = len(rows) * len(columns) * self.points.itemsize <= most
        return self.take(rows, columns) if few else _Sorted(self, rows, columns)

    def take(self, rows: Rows, columns: Rows | slice) -> _Table:
        if isinstance(columns, slice):
            return _Table(_frozen(self.points[rows, columns]))
        return _Table(_frozen(self.points[np.ix_(rows, columns)]))


@dataclass(frozen=True, eq=False)
class _Sorted:
    """An array of points as a source in another order, too large to be copied."""

    table: _Table
    mentors: Rows
    mentees: Rows

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.mentors), len(self.mentees)

    @property
    def max_points(self) -> int:
        return self.table.max_points

    def rows(self, start: int, stop: int, first: int = 0, last: int | None = None) -> Points:
        return self.table.take(self.mentors[max(0, start) : stop], self.mentees[first:last]).points

    def take(self, rows: Rows, columns: Rows | slice) -> _Sorted:
        return _Sorted(self.table, self.mentors[rows], self.mentees[columns])


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Points of some pairs as a source: those of mentor j stand from ``starts[j]`` to ``starts[j + 1]``."""

    shape: tuple[int, int]
    starts: Rows
    mentees: Rows
    points: Points

    @cached_property
    def max_points(self) -> int:
        return max(0, int(self.points.max(initial=0)))

    def rows(self, start: int, stop: int, first: int = 0, last: int | None = None) -> Points:
        start, stop = max(0, start), min(stop, self.shape[0])
        last = self.shape[1] if last is None else last
        found = np.full((max(0, stop - start), max(0, last - first)), -1, dtype=self.points.dtype)
        if stop > start:
            here = slice(self.starts[start], self.starts[stop])
            mentors = np.repeat(np.arange(stop - start), np.diff(self.starts[start : stop + 1]))
            mentees = self.mentees[here]
            inside = (mentees >= first) & (mentees < last)
            found[mentors[inside], mentees[inside] - first] = self.points[here][inside]
        return _frozen(found)

    def ordered(self, rows: Rows, columns: Rows, most: int) -> PairSource:
        """The points in another order."""
        return self.take(rows, columns)

    def take(self, rows: Rows, columns: Rows | slice) -> _Pairs:
        columns = np.arange(self.shape[1])[columns]
        sizes = self.starts[rows + 1] - self.starts[rows]
        starts = np.concatenate(([0], np.cumsum(sizes)))
        inside = np.arange(starts[-1]) - np.repeat(starts[:-1] - self.starts[rows], sizes)
        place = np.full(self.shape[1], -1, dtype=np.intp)
        place[columns] = np.arange(len(columns))
        mentees, points = place[self.mentees[inside]], self.points[inside]
        kept = mentees >= 0
        starts = np.concatenate(([0], np.cumsum(kept)))[starts]
        return _Pairs((len(rows), len(columns)), starts, mentees[kept], points[kept])


class _Kept:
    """A source that keeps points once somebody asks for them, where those of all pairs fit into ``most`` bytes.

    Up to `KEPT` pairs they are computed together. More are kept if rules gave them, in two bytes each, as rows are
    asked for. A copy, which other processes have of a few rows, computes nothing together.
    """

    def __init__(self, source: PairSource, most: int = KEPT_BYTES, together: bool = True) -> None:
        self._source = source
        self.most = most
        self._points: Points | None = None
        pairs = source.shape[0] * source.shape[1]
        self._whole = pairs <= min(KEPT, most // 4) and (together or not isinstance(source, View))
        self._rows = isinstance(source, View) and not self._whole and 2 * pairs <= min(most, _KEPT_ROWS)

    def __reduce__(self) -> tuple[Any, ...]:
        return _Kept, (self._source, self.most, False)

    @property
    def shape(self) -> tuple[int, int]:
        return self._source.shape

    @property
    def max_points(self) -> int:
        return self._source.max_points

    def rows(self, start: int, stop: int, first: int = 0, last: int | None = None) -> Points:
        if self._whole:
            if self._points is None:
                self._points = _frozen(self._source.rows(0, self.shape[0]))
            return self._points[max(0, start) : stop, first:last]
        if not self._rows:
            return self._source.rows(start, stop, first, last)
        rows = np.arange(self.shape[0])[max(0, start) : stop]
        return _frozen(self._by_rows(rows)[max(0, start) : stop, first:last].astype(np.int32))

    def _filled(self, rows: Rows) -> bool:
        """Whether the points of these mentors are there already."""
        return "_kept_rows" in self.__dict__ and bool(self.__dict__["_kept_rows"][1][rows].all())

    def _by_rows(self, rows: Rows) -> npt.NDArray[np.int16]:
        """All that is kept, these rows (rising) among it."""
        empty = np.empty(self.shape, dtype=np.int16), np.zeros(self.shape[0], dtype=bool)
        # Threads may come here at once: one array for all, and who scores a row again writes the same.
        kept: tuple[npt.NDArray[np.int16], Mask] = self.__dict__.setdefault("_kept_rows", empty)
        points, filled = kept
        for row, end in _runs(rows[~filled[rows]]):
            points[row:end] = self._source.rows(row, end)
            filled[row:end] = True
        return points

    @property
    def reaching(self) -> Reaching | None:
        """What tells pairs that reach prices; None where only their points do, or all points are kept at once."""
        return None if self._whole else getattr(self._source, "reaching", None)

    def take(self, rows: Rows, columns: Rows | slice) -> PairSource:
        if not (self._whole or (self._rows and self._filled(rows))):
            return self._source.take(rows, columns)
        points = self.rows(0, self.shape[0]) if self._whole else self._by_rows(rows)
        kind = points.dtype if self._whole else np.dtype(np.int32)
        some = np.empty((len(rows), len(np.arange(self.shape[1])[columns])), dtype=kind)
        step = max(1, _STRIPE // max(1, self.shape[1]))
        for at in range(0, len(rows), step):
            here = rows[at : at + step]
            # Whole rows are copied several times as fast as what a list of rows and columns picks.
            some[at : at + step] = (
                points[here, columns] if isinstance(columns, slice) else points[here].take(columns, axis=1)
            )
        return _Table(_frozen(some))

    def pairs(self, rows: Rows, columns: Rows) -> Points:
        """The points of single pairs."""
        if self._whole:
            return self.rows(0, self.shape[0])[rows, columns]
        ones = zip(rows.tolist(), columns.tolist(), strict=True)
        return np.array([self.rows(j, j + 1, i, i + 1)[0, 0] for j, i in ones], dtype=np.int64)


def _runs(rows: Rows) -> Iterator[tuple[int, int]]:
    """First and last (exclusive) of rising numbers that follow one another, a few hundred at most at a time."""
    for run in np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1):
        for at in range(0, len(run), 256):
            yield int(run[at]), int(run[min(at + 256, len(run)) - 1]) + 1


def _frozen(points: Points) -> Points:
    points.setflags(write=False)
    return points


def _same(mentors: Sequence[str], mentees: Sequence[str]) -> Rows:
    """Positions of the people who stand on both sides, shape (n, 2)."""
    place = {person: i for i, person in enumerate(mentees)}
    found = [(j, place[person]) for j, person in enumerate(mentors) if person in place]
    return np.array(found, dtype=np.intp).reshape(-1, 2)


def _listed_ids(side: Side, given: object, findings: list[Finding]) -> list[object] | None:
    """What is given as the ids of one side, as a list; None and a finding for what is no list of anything."""
    expected, hint = "expected a list of ids", ""
    if isinstance(given, (Set, Mapping)) and not isinstance(given, KeysView):
        expected = f"expected a list of ids in the order of the scores, not a {type(given).__name__}"
        hint = "a set has no order" if isinstance(given, Set) else "give a list of its keys if they stand in that order"
    elif isinstance(given, Iterable) and not isinstance(given, (str, bytes)):
        return list(given)
    findings.append(Finding("scores_ids", expected, where=f"{side}s", hint=hint))
    return None


def _same_people_findings(same_people: object) -> Iterator[Finding]:
    if not isinstance(same_people, bool):
        yield Finding("same_people", "expected True or False", where="same_people")


def _ids(side: Side, given: Iterable[object] | None, count: int, findings: list[Finding]) -> tuple[str, ...]:
    """The ids of one side; what is wrong with them goes to the findings."""
    where = f"{side}s"
    if given is None:
        return tuple(str(place) for place in range(count))
    listed = _listed_ids(side, given, findings)
    if listed is None:
        return ()
    read = [person_id(value) for value in listed]
    findings += [
        replace(found, where=f"{where}[{place}]") for place, found in enumerate(read) if isinstance(found, Finding)
    ]
    ids = tuple(found for found in read if isinstance(found, str))
    if len(read) != count:
        axis = "rows" if side == "mentor" else "columns"
        expected = f"expected {counted(count, 'id')}, one for each of the {axis} of values, not {len(read)}"
        findings.append(Finding("scores_ids", expected, where=where))
    for name, times in Counter(ids).items():
        if times > 1:
            findings.append(Finding("id_repeated", f"expected every id once, not {times} times", side, name))
    return ids


def _array(
    values: object, dimensions: int, where: str, findings: list[Finding], kinds: str = "iuf"
) -> npt.NDArray[Any] | None:
    """The values as an array of ``dimensions`` axes and of one of the kinds of numpy's types, or None and a finding."""
    wanted = {"iuf": "numbers", "iu": "whole numbers", "b": "True and False"}[kinds]
    if isinstance(values, np.ma.MaskedArray):
        hint = "give its data as values and the opposite of its mask as allowed="
        findings.append(Finding("scores_type", "expected an array without a mask", where=where, hint=hint))
        return None
    try:
        array = np.asarray(values)
    except (ValueError, TypeError, OverflowError):
        findings.append(Finding("scores_shape", "expected rows of equal length", where=where))
        return None
    if array.size == 0 and array.dtype.kind not in kinds:
        array = array.astype(np.dtype({"iuf": np.float64, "iu": np.int64, "b": np.bool_}[kinds]))
    if array.ndim != dimensions:
        expected = f"expected an array of {counted(dimensions, 'axis', 'axes')}, not of {array.ndim}"
        findings.append(Finding("scores_shape", expected, where=where))
        return None
    if array.dtype.kind not in kinds or (kinds != "b" and _has_bools(values)):
        hint = ""
        if kinds == "iuf":
            hint = (
                "NaN stands for what is not allowed" if array.dtype.kind == "O" else "write True as 1 if it is a point"
            )
            hint = hint if array.dtype.kind in "Obiuf" else ""
        findings.append(Finding("scores_type", f"expected an array of {wanted}", where=where, hint=hint))
        return None
    return array


def _has_bools(values: object) -> bool:
    """Whether lists hold bools, which numpy would quietly turn into numbers."""
    if not isinstance(values, (list, tuple)):
        return False
    return any(isinstance(value, (bool, np.bool_)) or _has_bools(value) for value in values)


def _points(
    array: npt.NDArray[Any], allowed: npt.NDArray[Any] | None, points_per_unit: float | None, findings: list[Finding]
) -> Points | None:
    """Values as whole points, -1 where not allowed, or None and findings."""
    per_unit = 1 if points_per_unit is None else plain_number(points_per_unit)
    if per_unit is None or per_unit <= 0:
        findings.append(Finding("points_per_unit", "expected a number above 0", where="points_per_unit"))
        return None
    inside = np.ones(array.shape, dtype=bool) if allowed is None else allowed
    fractions = array.dtype.kind == "f"
    some = array[inside].astype(np.float64)
    hint = "say with allowed= which pairs are possible"
    wrong = [
        ("scores_nan", np.isnan(some), "NaN", hint),
        ("scores_infinite", np.isinf(some), "infinite", hint),
        ("scores_negative", some < 0, "below 0", hint),
    ]
    found = [
        Finding(code, f"{counted(int(bad.sum()), 'value')} {'is' if bad.sum() == 1 else 'are'} {what}", hint=way_out)
        for code, bad, what, way_out in wrong
        if bad.any()
    ]
    if not found and fractions and points_per_unit is None:
        if (some > 1).any():
            hint = "give points_per_unit="
            found = [Finding("scores_unit", "floats outside [0, 1] have no unit of their own", hint=hint)]
        per_unit = PERFECT
    if not found and (some * float(per_unit)).max(initial=0) >= _LARGEST:
        found = [Finding("scores_too_large", f"expected less than {number(_LARGEST)} points for a pair")]
    if found:
        findings += [replace(finding, where="values") for finding in found]
        return None
    if fractions or isinstance(per_unit, float):
        whole = np.rint(some * float(per_unit)).astype(np.int64)
    else:
        # With a larger unit only zeros are left, and numpy multiplies by nothing that does not fit 64 bits.
        whole = array[inside].astype(np.int64) * min(per_unit, _LARGEST)
    points = np.full(array.shape, -1, dtype=np.int64 if whole.max(initial=0) > np.iinfo(np.int32).max else np.int32)
    points[inside] = whole
    return points
