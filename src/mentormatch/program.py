"""Everything an administrator decides, as one value: questionnaire, rules, conditions, format and aim."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args

import numpy as np
from pydantic import ConfigDict

from mentormatch import doors
from mentormatch.aim import Aim
from mentormatch.bottlenecks import Bottleneck, bottlenecks
from mentormatch.choices import Choices
from mentormatch.cohort import Cohort
from mentormatch.demand import Mode, demand_of
from mentormatch.errors import Finding, ProgramError
from mentormatch.formats import AnyFormat, Format, Pairs
from mentormatch.formats.presets.preset import Preset
from mentormatch.matching import Matching
from mentormatch.page import Page, Paged, Table
from mentormatch.popular import PopularMentors, popular_before
from mentormatch.progress import Tell, telling
from mentormatch.prospects import ProgramCheck, check_of, option_findings
from mentormatch.questionnaire import Questionnaire
from mentormatch.questions import tidy
from mentormatch.rules import AnyEligible, AnyRule, Eligible, Rule
from mentormatch.scores import ScoreMatrix, check_rules, condition_name, score, weighted
from mentormatch.solvers.run import Progress
from mentormatch.solving import solve
from mentormatch.supply import SupplyCheck, supply_of
from mentormatch.wording import did_you_mean, harmless, number, quoted

_GIVE_FUNCTIONS = "name it in functions=, and give from_json functions={label: function}"


@dataclass(frozen=True)
class Program(Paged):
    """A mentoring program: how good pairs are, which are out of the question, what shape the answer has.

    ``rules`` score pairs, ``conditions`` forbid them, ``eligibility`` says who may take part, ``format`` what is
    formed, ``aim`` what counts in which order, ``mode`` which pairs are accepted at once ("administrators": all,
    "mentees_choose": those from shortlists, "approve": none), ``seed`` draws the lottery that settles ties.
    ``weights_from`` names a
    `Ranking` whose options are labels of rules: the weight of the rule that a mentee ranks first counts twice for that
    mentee, of the second one and a half times, of the third one and a quarter times. Raises ProgramError with all
    findings where rules do not fit the questionnaire.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    name: str
    questionnaire: Questionnaire
    rules: tuple[AnyRule, ...]
    conditions: tuple[AnyRule, ...] = ()
    eligibility: tuple[AnyEligible, ...] = ()
    format: AnyFormat = field(default_factory=Pairs)
    aim: Aim = field(default_factory=Aim)
    mode: Mode = "approve"
    seed: int = 0
    weights_from: str | None = None
    version: Literal[1] = field(default=1, kw_only=True, repr=False)

    if TYPE_CHECKING:  # what may be given is wider than what is held

        def __init__(
            self,
            name: str,
            questionnaire: Questionnaire,
            rules: Sequence[Rule],
            conditions: Sequence[Rule] = (),
            eligibility: Sequence[Eligible] = (),
            format: AnyFormat = ...,  # noqa: A002 - the field is called so
            aim: Aim = ...,
            mode: Mode = "approve",
            seed: int = 0,
            weights_from: str | None = None,
            *,
            version: Literal[1] = 1,
        ) -> None: ...

    def __post_init__(self) -> None:
        findings = list(self._misfits())
        if not findings:
            object.__setattr__(self, "rules", tuple(self.rules))
            object.__setattr__(self, "conditions", tuple(self.conditions))
            object.__setattr__(self, "eligibility", tuple(self.eligibility))
            object.__setattr__(self, "seed", int(self.seed))
            if self.weights_from is not None:
                object.__setattr__(self, "weights_from", tidy(self.weights_from))
            findings = check_rules(self.questionnaire, self.rules, self.conditions, self.eligibility, self.weights_from)
            findings += self.format.check(self.questionnaire)
        if findings:
            raise ProgramError(findings)

    @classmethod
    def of(cls, preset: Preset, name: str | None = None) -> Program:
        """The program that a preset sets up, under the preset's name or another one.

        Raises ProgramError for what is no preset.

        >>> from mentormatch.formats import presets
        >>> Program.of(presets.REVERSE, name="Fresh eyes").conditions[0].title
        "Ahead('level')"
        """
        if not isinstance(preset, Preset):
            raise ProgramError(Finding("type", "expected a value of type Preset", where="preset"))
        return cls(
            name=preset.name if name is None else name,
            questionnaire=preset.questionnaire,
            rules=preset.rules,
            conditions=preset.conditions,
            eligibility=preset.eligibility,
            format=preset.format,
            aim=preset.aim,
            mode=preset.mode,
        )

    def _misfits(self) -> list[Finding]:
        """Fields of another type than theirs."""
        findings = [
            Finding("type", f"expected a value of type {kind.__name__}", where=name)
            for name, kind in (("questionnaire", Questionnaire), ("aim", Aim))
            if not isinstance(getattr(self, name), kind)
        ]
        if not isinstance(self.format, Format):
            findings.append(Finding("type", "expected one of mentormatch.formats, such as Pairs()", where="format"))
        lists: tuple[tuple[str, type, str], ...] = (
            ("rules", Rule, "rule"),
            ("conditions", Rule, "rule"),
            ("eligibility", Eligible, "condition Eligible(...)"),
        )
        for name, kind, what in lists:
            value = getattr(self, name)
            if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
                several = "conditions Eligible(...)" if kind is Eligible else "rules"
                findings.append(Finding("type", f"expected a list of {several}", where=name))
            else:
                findings += [
                    Finding("type", f"expected a {what}, not a {type(item).__name__}", where=f"{name}[{at}]")
                    for at, item in enumerate(value)
                    if not isinstance(item, kind)
                ]
        if self.weights_from is not None and not tidy(self.weights_from):
            findings.append(Finding("type", "expected the id of a question, or None", where="weights_from"))
        if self.mode not in get_args(Mode):
            expected = "expected 'administrators', 'mentees_choose' or 'approve'"
            findings.append(Finding("mode", expected, where="mode"))
        if not isinstance(self.name, str) or not self.name.strip():
            findings.append(Finding("type", "expected a name", where="name"))
        elif any("\ud800" <= character <= "\udfff" for character in self.name):
            findings.append(Finding("type", "expected a name of whole characters", where="name"))
        whole = isinstance(self.seed, (int, np.integer)) and not isinstance(self.seed, bool)
        if not whole or abs(int(self.seed)) >= 2**63:
            findings.append(Finding("type", "expected a whole number of at most 63 bits", where="seed"))
        if isinstance(self.version, bool) or not isinstance(self.version, int) or self.version != 1:
            findings.append(Finding("version", "expected version 1", where="version"))
        return findings

    def check_supply(self, cohort: Cohort, choices: Choices | None = None, headcount: int | None = None) -> SupplyCheck:
        """Are there enough mentors and seats? Five for every four, in heads and in seats; a warning, never a refusal.

        Where groups are formed: are there enough mentors to lead them, and places for everybody?

        Also options that mentees want and nobody offers, and bottlenecks: groups of mentees who may only have mentors
        with too few seats, by name. People who may not take part are not counted; ``choices`` say who pauses or left
        and which pairs are closed, ``headcount`` how many work there, for the share who signed up and a forecast.
        About as much work as a match. Raises ProgramError for a headcount that cannot be meant.
        """
        self._of_pairs("check_supply")
        eligible = self._who_may_take_part(self._checked(cohort))
        found = supply_of(eligible, choices, headcount, self.format)
        wanted = option_findings((eligible.mentors, eligible.mentees), self.rules, self.conditions)
        groups: tuple[Bottleneck, ...] = ()
        if isinstance(self.format, Pairs):
            scores = self.score(cohort)
            demand = demand_of(scores, choices=choices, aim=self.aim, seed=self.seed, mode=self.mode)
            groups = bottlenecks(demand, scores)
        unoffered = tuple(one for one in wanted if one.code == "option_nobody_offers")
        return replace(found, nobody_offers=unoffered, bottlenecks=groups)

    def check(self, cohort: Cohort) -> ProgramCheck:
        """What will disappoint, found before matching: rules without influence, conditions that forbid too much.

        Also options that nobody offers, people without a possible partner and questions that most leave blank. Raises
        what a custom function raises; answers that contradict one another are findings here.
        """
        return check_of(harmless(self.name), self._checked(cohort), self.rules, self._conditions, self.eligibility)

    def score(self, cohort: Cohort, norms: Mapping[str, float] | None = None) -> ScoreMatrix:
        """The scores of all pairs. ``norms``, from an earlier matrix, replace the means that blanks count with."""
        if norms is not None and not isinstance(norms, Mapping):
            raise ProgramError(Finding("norms", "expected a mapping of rules' names to numbers", where="norms"))
        return score(
            self._checked(cohort),
            self.rules,
            self._conditions,
            norms,
            eligibility=self.eligibility,
            weights_from=self.weights_from,
        )

    def match(
        self,
        cohort: Cohort,
        choices: Choices | None = None,
        *,
        previous: Matching | None = None,
        start: Matching | None = None,
        executor: Executor | None = None,
        progress: bool | Tell | None = None,
        memory_limit: int | None = None,
        round_limit: int | None = None,
    ) -> Matching:
        """The best matching of the cohort, proven: ``score``, then ``solve`` with this program's settings.

        ``previous`` is the matching of an earlier wave: its pairs change as little as possible, at the place among the
        aims that ``aim.changes`` says, and blanks count with its norms, so that scores that stay the same do not move.
        ``start`` is an earlier matching of much the same people: after a decline, a seat more or somebody who left it
        saves most of the work, and it never changes the result. Neither do ``executor``, ``progress`` and
        ``memory_limit``, which are those of `solve`, as is ``round_limit``, after which the best matching so far comes
        back with what is proven about it.
        """
        if previous is not None and not isinstance(previous, Matching):
            raise ProgramError(Finding("type", "expected a value of type Matching", where="previous"))
        norms = None
        if previous is not None:
            known = {rule.name for rule in self.rules if rule.missing == "average"}
            norms = {name: norm for name, norm in previous.norms.items() if name in known} or None
        with telling(progress) as tell:
            if tell is not None:
                tell(Progress("scoring"))
            return solve(
                self.score(cohort, norms),
                format=self.format,
                choices=choices,
                aim=self.aim,
                previous=previous,
                start=start,
                seed=self.seed,
                mode=self.mode,
                program=self.name,
                executor=executor,
                progress=tell,
                memory_limit=memory_limit,
                round_limit=round_limit,
            )

    def popular_mentors(self, cohort: Cohort, choices: Choices) -> PopularMentors:
        """The mentors on more shortlists than they have seats, before anything is matched: how many, at which ranks.

        Raises ChoiceError for choices about unknown people. Linear in people and lists.
        """
        self._of_pairs("popular_mentors")
        scores = self.score(cohort)
        return popular_before(demand_of(scores, choices=choices, aim=self.aim, mode=self.mode), scores)

    def with_(self, **changes: Any) -> Program:
        """The program with other settings, by their names. Raises ProgramError for a setting it does not have."""
        known = [name for name in self.__dataclass_fields__ if name != "version"]
        unknown = [
            Finding("unknown_setting", "a program has no such setting", where=name, hint=did_you_mean(name, known))
            for name in changes
            if name not in known
        ]
        if unknown:
            raise ProgramError(unknown)
        return replace(self, **changes)

    def with_weights(self, **weights: float) -> Program:
        """The program with other weights, by the rules' labels; a cohort that was scored costs less to score with it.

        Raises ProgramError with all findings for a label that no rule has, a weight below 0 and weights that are all 0.
        """
        return replace(self, rules=weighted(self.rules, weights))

    def relax(self, condition: str | AnyRule | AnyEligible) -> Program:
        """The program without a condition on pairs or on who may take part: itself, or its name.

        The name is the label, or the title where there is none. To see what it would bring:
        ``compare(program, program.relax("Differs('team')"), cohort)``. Raises ProgramError for what is no condition of
        this program.
        """
        named = [(condition_name(one), one) for one in self.conditions]
        who = [(one.name, one) for one in self.eligibility]
        gone = {name for name, one in (*named, *who) if condition in (name, one)}
        if not gone:
            asked = quoted(condition) if isinstance(condition, str) else "like that"
            near = [name for name, _ in (*named, *who)]
            hint = did_you_mean(condition, near) if isinstance(condition, str) else ""
            raise ProgramError(Finding("unknown_condition", f"there is no condition {asked}", where="relax", hint=hint))
        return replace(
            self,
            conditions=tuple(one for name, one in named if name not in gone),
            eligibility=tuple(one for name, one in who if name not in gone),
        )

    def to_json(self, functions: Mapping[str, object] | Sequence[str] = ()) -> str:
        """The program as JSON, with a version.

        JSON holds no function, so custom rules raise ProgramError by their labels, but for those in ``functions``: the
        labels, or the mapping, that ``from_json`` will be given.
        """
        nameless = [
            Finding("custom_function", "JSON holds no function", where=f"{where} {rule.title}", hint=_GIVE_FUNCTIONS)
            for where, listed in (("rule", self.rules), ("condition", self.conditions))
            for rule in (one.innermost for one in listed)
            if rule.function_label is not None and rule.function_label not in functions
        ]
        if nameless:
            raise ProgramError(nameless)
        return doors.write_json(Program, self)

    @classmethod
    def from_json(cls, text: str | bytes, functions: Mapping[str, Callable[..., Any]] | None = None) -> Program:
        """The program that ``to_json`` wrote; ``functions`` are those of its custom rules, by label.

        Raises ProgramError with all findings; unknown keys are refused.
        """
        if functions is not None and not isinstance(functions, Mapping):
            raise ProgramError(Finding("type", "expected a mapping of labels to functions", where="functions"))
        context = {"functions": functions or {}}
        program: Program = doors.read_json(cls, text, error=ProgramError, what="program", context=context)
        return program

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """The JSON schema of programs."""
        return doors.schema(cls)

    def page(self) -> Page:
        """The program as a page: what counts how much, which pairs are out of the question, who may take part."""
        facts = [("questions", number(len(self.questionnaire))), ("format", self.format.noun), ("aim", str(self.aim))]
        notes = []
        if self.weights_from is not None:
            notes.append(f"Every mentee's ranking {quoted(self.weights_from)} multiplies the weights.")
        tables = [
            Table(
                "Rules",
                ("weight", "rule"),
                [(f"{rule.weight:g}", rule.title) for rule in self.rules],
                ("right", "left"),
            ),
            Table("Conditions", ("condition",), [(condition.title,) for condition in self.conditions]),
            Table("Who may take part", ("condition",), [(one.title,) for one in self.eligibility]),
        ]
        return Page(f"Program {self.name}", facts, [table for table in tables if table.rows], notes)

    @property
    def _conditions(self) -> tuple[AnyRule, ...]:
        """The conditions, and what the format demands of pairs beside them."""
        known = {condition.title for condition in self.conditions}
        return (*self.conditions, *(one for one in self.format.conditions if one.title not in known))

    def _of_pairs(self, what: str) -> None:
        if self.format.one_pool:
            raise ProgramError(Finding("peers", "speaks of mentors and seats, and peers have neither", where=what))

    def _who_may_take_part(self, cohort: Cohort) -> Cohort:
        may = {"mentor": np.ones(len(cohort.mentors), bool), "mentee": np.ones(len(cohort.mentees), bool)}
        for one in self.eligibility:
            may[one.side] &= ~one.refused(cohort.mentors if one.side == "mentor" else cohort.mentees)[0]
        return replace(cohort, mentors=cohort.mentors.take(may["mentor"]), mentees=cohort.mentees.take(may["mentee"]))

    def _checked(self, cohort: object) -> Cohort:
        if not isinstance(cohort, Cohort):
            raise ProgramError(Finding("type", "expected a Cohort", where="cohort"))
        if cohort.questionnaire != self.questionnaire:
            expected = "expected a cohort that answered this program's questionnaire"
            raise ProgramError(Finding("other_questionnaire", expected, where="cohort"))
        return cohort
