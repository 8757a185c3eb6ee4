"""Waves of a program played through by chance: what proposals, answers and late arrivals may come to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import numpy as np

from mentormatch.choices import Choices
from mentormatch.cohort import Cohort
from mentormatch.errors import Finding, InfeasibleError, ProgramError
from mentormatch.ids import canonical_order, id_keys
from mentormatch.matching import Matching, Pair
from mentormatch.page import Page, Recorded, Table
from mentormatch.program import Program
from mentormatch.scores import ScoreMatrix
from mentormatch.solving import solve
from mentormatch.wording import counted, did_you_mean, harmless, listed, number

Figure = Literal["mentees", "proposed", "accepted", "declined", "silent", "paired", "waiting", "left_out", "points"]


@dataclass(frozen=True)
class Wave:
    """What one wave achieved: how the proposals were answered, and how the mentees stand after it.

    ``mentees`` counts those who take part, ask for a mentor and have arrived. Each is ``paired`` (has a mentor, from
    this wave or from before), ``waiting`` (was proposed to somebody who declined or did not answer) or ``left_out``
    (the matching had nobody for them). ``proposed`` counts the pairs that awaited an answer, ``points`` are those of
    the pairs that stand. ``matching`` holds the proposals, ``choices`` what had been said when the wave was over. Where
    the demands of the program could no longer be met, ``clash`` says which; then nothing was proposed, and ``matching``
    is the one before.
    """

    mentees: int
    proposed: int
    accepted: int
    declined: int
    silent: int
    paired: int
    waiting: int
    left_out: int
    points: int
    matching: Matching = field(repr=False)
    choices: Choices = field(repr=False)
    clash: tuple[Finding, ...] = ()

    @property
    def share(self) -> float:
        """The share of these mentees who are paired, from 0 to 1; 1 where there are none."""
        return self.paired / self.mentees if self.mentees else 1.0


@dataclass(frozen=True)
class Odds:
    """The probabilities that a proposed pair is accepted, declined or not answered; they add up to 1."""

    accept: float
    decline: float
    silence: float

    def answers(self, pairs: Sequence[Pair], seed: int, repeat: int) -> dict[str, list[tuple[str, str]]]:
        """The pairs by their answer: "accepted", "declined" or "expired".

        A pair's chance is hashed from the seed, the repeat and its ids; low chances decline, high ones accept.
        """
        couples = [(pair.mentor, pair.mentee) for pair in pairs]
        keys = id_keys((f"{mentor}\0{mentee}" for mentor, mentee in couples), f"answer {seed} {repeat}")
        answers: dict[str, list[tuple[str, str]]] = {"accepted": [], "declined": [], "expired": []}
        for couple, chance in zip(couples, ((keys >> np.uint64(11)) / 2**53).tolist(), strict=True):
            no, none = chance < self.decline, chance < self.decline + self.silence
            answers["declined" if no else "expired" if none else "accepted"].append(couple)
        return answers


@dataclass(frozen=True)
class Run:
    """One play of all waves with chances of its own; ``repeat`` counts from 1."""

    odds: Odds
    repeat: int
    waves: tuple[Wave, ...]


@dataclass(frozen=True)
class Spread:
    """A figure over several runs: the median (of an even number of runs the lower one), the lowest and the highest."""

    median: float
    low: float
    high: float

    def written(self, figure: Callable[[Any], str] = number) -> str:
        """The median, and behind it the range where there is one."""
        median, low, high = map(figure, (self.median, self.low, self.high))
        return median if low == high else f"{median} ({low} to {high})"

    def __str__(self) -> str:
        return self.written()


@dataclass(frozen=True)
class Simulation(Recorded):
    """What the waves of a program may come to: ``runs`` for each probability of a decline and each repeat.

    ``reachable`` of ``mentees`` would be paired if everybody were there from the start and accepted. ``late_mentees``
    and ``late_mentors`` arrive after the first wave. Prints one column for each wave; where there are several
    probabilities of a decline, one row for each.
    """

    program: Program = field(repr=False)
    runs: tuple[Run, ...] = field(repr=False)
    mentees: int
    reachable: int
    late_mentees: int
    late_mentors: int

    @property
    def declines(self) -> tuple[float, ...]:
        """The probabilities of a decline, in the order given."""
        return tuple(dict.fromkeys(run.odds.decline for run in self.runs))

    def spread(self, figure: Figure, *, wave: int | None = None, decline: float | None = None) -> Spread:
        """A figure of a wave over the runs, such as ``spread("paired", wave=2, decline=0.2)``.

        None means the last wave, and the first probability of a decline. Raises ProgramError for what is not there.
        """
        waves, chosen = len(self.runs[0].waves), self.declines[0] if decline is None else decline
        findings = []
        if figure not in get_args(Figure):
            hint = did_you_mean(figure, get_args(Figure)) if isinstance(figure, str) else ""
            findings.append(Finding("figure", "a wave has no such figure", where="figure", hint=hint))
        if wave is not None and not (_is_whole(wave) and 1 <= wave <= waves):
            findings.append(Finding("wave", f"expected a wave from 1 to {waves}", where="wave"))
        if chosen not in self.declines:
            tried = listed([f"{one:g}" for one in self.declines])
            findings.append(Finding("decline", f"expected a probability that was tried: {tried}", where="decline"))
        if findings:
            raise ProgramError(findings)
        return _spread(getattr(run.waves[(wave or waves) - 1], figure) for run in self._of(chosen))

    def to_records(self) -> list[dict[str, Any]]:
        """One record for each wave of each run: the probabilities, the repeat, the wave and its figures."""
        return [
            {
                "accept": run.odds.accept,
                "decline": run.odds.decline,
                "silence": run.odds.silence,
                "repeat": run.repeat,
                "wave": at,
                **{figure: getattr(wave, figure) for figure in get_args(Figure)},
                "share": wave.share,
            }
            for run in self.runs
            for at, wave in enumerate(run.waves, start=1)
        ]

    def page(self) -> Page:
        """The simulation as a page: what was assumed, what came out and what it leaves out of account."""
        title = f"Simulation of {harmless(self.program.name)}: {counted(len(self.runs[0].waves), 'wave')}"
        table = self._by_wave() if len(self.declines) == 1 else self._by_decline()
        return Page(title, self._facts(), [table], self._notes())

    def _of(self, decline: float) -> list[Run]:
        return [run for run in self.runs if run.odds.decline == decline]

    def _facts(self) -> Iterator[tuple[str, str]]:
        first, last = self.runs[0].odds, self.runs[-1].odds
        if first == last:
            answers = f"{_percent(first.accept)} accept, {_percent(first.decline)} decline"
            answers += f", {_percent(first.silence)} do not answer" if first.silence else ""
        elif first.accept == last.accept:
            answers = f"{_percent(first.accept)} accept, the others decline or do not answer"
        elif first.silence:
            answers = f"{_percent(first.silence)} do not answer, the others accept or decline"
        else:
            answers = "accept or decline"
        yield "answers to a proposal", answers
        late = [f"{number(self.late_mentees)} of {counted(self.mentees, 'mentee')}"] if self.late_mentees else []
        late += [counted(self.late_mentors, "mentor")] if self.late_mentors else []
        if late:
            yield "arrive after wave 1", listed(late)
        yield "if all are there and accept", f"{number(self.reachable)} of {counted(self.mentees, 'mentee')} paired"
        runs = len(self._of(first.decline))
        yield "runs", f"{number(runs)}; the median, in brackets the range" if runs > 1 else number(runs)

    def _by_wave(self) -> Table:
        """Every figure, wave by wave."""
        waves = list(zip(*(run.waves for run in self.runs), strict=True))

        def row(label: str, figure: str, written: Callable[[Any], str] = number) -> tuple[str, ...]:
            return label, *(_spread(getattr(wave, figure) for wave in own).written(written) for own in waves)

        rows = [
            row("mentees there", "mentees"),
            row("proposed", "proposed"),
            row("accepted", "accepted"),
            row("declined", "declined"),
            row("no answer", "silent"),
            row("paired so far", "paired"),
            row("share of mentees paired", "share", "{:.0%}".format),
            row("waiting", "waiting"),
            row("left out", "left_out"),
            row("points so far", "points"),
        ]
        columns = ("", *(f"wave {at}" for at in range(1, len(waves) + 1)))
        return Table("Wave by wave", columns, rows, ["right" if column else "left" for column in columns])

    def _by_decline(self) -> Table:
        """How the mentees stand, by the probability of a decline."""
        rows = []
        for decline in self.declines:
            played = [run.waves for run in self._of(decline)]
            said = _spread(sum(wave.declined for wave in waves) for waves in played)
            paired = [_spread(wave.paired for wave in own) for own in zip(*played, strict=True)]
            share = _spread(waves[-1].share for waves in played)
            alone = _spread(waves[-1].mentees - waves[-1].paired for waves in played)
            paired_after = (one.written() for one in paired)
            rows.append(
                (_percent(decline), said.written(), *paired_after, share.written("{:.0%}".format), alone.written())
            )
        after = [f"wave {at}" for at in range(1, len(paired) + 1)]
        columns = ("declines", "in all", f"paired: {after[0]}", *after[1:], "share", "no mentor")
        return Table("How many declines it stands", columns, rows, ["right"] * len(columns))

    def _notes(self) -> Iterator[str]:
        for decline in self.declines:
            runs = self._of(decline)
            clashes = [(at, wave.clash) for run in runs for at, wave in enumerate(run.waves, 1) if wave.clash]
            if clashes:
                stuck = sum(any(wave.clash for wave in run.waves) for run in runs)
                at, clash = min(clashes, key=lambda found: found[0])
                yield (
                    f"With {_percent(decline)} of declines, {number(stuck)} of {counted(len(runs), 'run')} came to a "
                    f"wave where the demands of the program could not be met any more, so nothing was proposed. "
                    f"For example in wave {number(at)}: {clash[0]}."
                )
        if len(self.declines) == 1:
            yield (
                "Waiting: whoever was proposed to declined or did not answer; the next wave looks for somebody else. "
                "Left out: there was nobody to propose."
            )
        else:
            yield (
                "Declines: how likely one is, and how many came in all waves together. "
                "Share and no mentor: the mentees who are paired and who are not, after the last wave."
            )
        if self.program.mode == "administrators":
            yield "Administrators decide here: all pairs stand at once, and nobody is asked."
        elif self.program.mode == "mentees_choose":
            yield "Mentees choose here: pairs from their lists stand at once, the others are asked."
        yield (
            "Answers are drawn for each pair by itself: whoever declined one may well accept the next. "
            "No pair is proposed twice."
        )


def simulate_waves(
    program: Program,
    cohort: Cohort,
    *,
    waves: int = 2,
    accept: float | None = None,
    decline: float | Sequence[float] = 0.0,
    silence: float | None = None,
    late: float = 0.0,
    late_mentors: float = 0.0,
    choices: Choices | None = None,
    seed: int = 0,
    repeats: int = 21,
) -> Simulation:
    """What the next waves of a program may come to: match, draw the answers, record them, match again.

    Every proposed pair is accepted, declined or not answered. Of ``accept`` and ``silence`` one may be given, and the
    other is the rest; with neither, everybody answers. ``decline`` may be several probabilities: each is played with
    the same chances. With ``silence`` given, or neither, a decline more is an acceptance less; with ``accept`` given it
    is a silence less, which changes nothing for the pairs, because neither is proposed again. ``late`` is the share of
    the mentees, ``late_mentors`` that of the mentors, who arrive after the first wave; whoever has a pinned or accepted
    pair in ``choices`` is there from the start. Scores, and the means that blanks count with, are those of the whole
    cohort in every wave.

    Answers are hashed from the seed, the repeat and the two ids, arrivals from the seed, the repeat and the id. So
    nothing depends on the order of people, a pair gives the same answer in whichever wave it is asked, and a pair that
    is declined with some probability is declined with every higher one. Raises ProgramError with all findings for
    numbers that cannot be meant, and what ``program.match`` raises where it is about the first wave. Solves once for
    each wave of each run, but first waves of the same people once for all runs.

    >>> from mentormatch import questions as q, rules as r
    >>> from mentormatch.questionnaire import Questionnaire
    >>> questionnaire = Questionnaire([q.Choice("town", ["Bonn", "Ulm"])])
    >>> people = [{"id": person} for person in range(9)]
    >>> cohort = Cohort.from_records(questionnaire, mentors=people[:5], mentees=people[5:])
    >>> simulation = simulate_waves(Program("P", questionnaire, [r.Same("town")]), cohort, decline=0.3)
    >>> print(simulation.spread("paired", wave=1), "and then", simulation.spread("paired"))
    3 (1 to 4) and then 4 (2 to 4)
    """
    odds, findings = _odds(accept, decline, silence)
    findings += _misfits(
        program, choices, late=late, late_mentors=late_mentors, waves=waves, repeats=repeats, seed=seed
    )
    if findings:
        raise ProgramError(findings)
    stage = _Stage(program, program.score(cohort), choices or Choices(), waves, int(seed))
    everybody = stage.match(stage.choices)
    openings = {frozenset[str](): everybody}
    mentors, mentees = stage.may_be_late("mentor"), stage.may_be_late("mentee")
    runs = []
    for repeat in range(1, repeats + 1):
        absent = frozenset((*stage.drawn(mentors, late_mentors, repeat), *stage.drawn(mentees, late, repeat)))
        if absent not in openings:
            openings[absent] = stage.match(stage.choices.with_(paused=(*stage.choices.paused, *absent)))
        arriving = len(absent.intersection(mentees))
        runs += [Run(one, repeat, tuple(stage.play(openings[absent], arriving, one, repeat))) for one in odds]
    paired = {pair.mentee for pair in everybody.pairs}
    return Simulation(
        program=program,
        runs=tuple(sorted(runs, key=lambda run: odds.index(run.odds))),
        mentees=len(paired) + len(stage.choices.record(everybody).left_out),
        reachable=len(paired),
        late_mentees=len(stage.drawn(mentees, late, 1)),
        late_mentors=len(stage.drawn(mentors, late_mentors, 1)),
    )


@dataclass(frozen=True, eq=False)
class _Stage:
    """What all runs share; the scores of the whole cohort serve every wave."""

    program: Program
    scores: ScoreMatrix
    choices: Choices
    waves: int
    seed: int

    def match(self, choices: Choices, previous: Matching | None = None) -> Matching:
        """What ``program.match`` gives, without scoring again."""
        program = self.program
        return solve(
            self.scores,
            format=program.format,
            choices=choices,
            aim=program.aim,
            previous=previous,
            seed=program.seed,
            mode=program.mode,
            program=program.name,
        )

    def may_be_late(self, side: Literal["mentor", "mentee"]) -> list[str]:
        """Those of a side who take part and have no pair yet."""
        cohort, choices = self.scores.cohort, self.choices
        assert cohort is not None
        people, asks = (
            (cohort.mentors, cohort.mentors.capacity) if side == "mentor" else (cohort.mentees, cohort.mentees.wants)
        )
        there = {person for pair in (*choices.pins, *choices.accepted) for person in pair.people}
        out = {*choices.left, *choices.paused, *self.scores.ineligible(side), *there}
        return [person for person, some in zip(people.ids, asks.tolist(), strict=True) if some and person not in out]

    def drawn(self, people: Sequence[str], share: float, repeat: int) -> list[str]:
        """That share of the people, to the nearest whole number, by the order of a hash; more with a higher share."""
        order = canonical_order(people, id_keys(people, f"late {self.seed} {repeat}"))
        return [people[at] for at in order[: int(share * len(people) + 0.5)].tolist()]

    def play(self, opening: Matching, arriving: int, odds: Odds, repeat: int) -> Iterator[Wave]:
        """All waves of a run, the first with the matching ``opening``; so many mentees arrive after it."""
        wave = self.answered(opening, self.choices, odds, repeat)
        yield wave
        for at in range(1, self.waves):
            try:
                matching = self.match(wave.choices, wave.matching)
            except InfeasibleError as clash:
                more = arriving if at == 1 else 0
                wave = replace(
                    wave,
                    mentees=wave.mentees + more,
                    proposed=0,
                    accepted=0,
                    declined=0,
                    silent=0,
                    left_out=wave.left_out + more,
                    clash=clash.findings,
                )
            else:
                wave = self.answered(matching, wave.choices, odds, repeat)
            yield wave

    def answered(self, matching: Matching, before: Choices, odds: Odds, repeat: int) -> Wave:
        """The wave of a matching, with the answers to what it proposes."""
        asked = [pair for pair in matching.pairs if pair.status == "proposed"]
        answers = odds.answers(asked, self.seed, repeat)
        after = before.record(
            matching, accepted=answers["accepted"], declined=answers["declined"], expired=answers["expired"]
        )
        refused = {*answers["declined"], *answers["expired"]}
        standing = [pair for pair in matching.pairs if (pair.mentor, pair.mentee) not in refused]
        paired, named = ({pair.mentee for pair in pairs} for pairs in (standing, matching.pairs))
        return Wave(
            mentees=len(named) + len(after.left_out),
            proposed=len(asked),
            accepted=len(answers["accepted"]),
            declined=len(answers["declined"]),
            silent=len(answers["expired"]),
            paired=len(paired),
            waiting=len(named - paired),
            left_out=len(after.left_out),
            points=sum(pair.points for pair in standing),
            matching=matching,
            choices=after,
        )


def _odds(accept: object, decline: object, silence: object) -> tuple[list[Odds], list[Finding]]:
    """The probabilities of every decline, each once, or what is wrong with them."""
    several = isinstance(decline, (Sequence, np.ndarray)) and not isinstance(decline, (str, bytes))
    given: list[Any] = list(decline) if several else [decline]  # type: ignore[call-overload]
    names = [f"decline[{at}]" if several else "decline" for at in range(len(given))]
    findings = [] if given else [Finding("probability", "expected a number from 0 to 1, or several", where="decline")]
    settings = [*zip(names, given, strict=True)]
    settings += [(name, value) for name, value in (("accept", accept), ("silence", silence)) if value is not None]
    for name, value in settings:
        if not _is_probability(value):
            findings.append(Finding("probability", "expected a number from 0 to 1", where=name))
    if accept is not None and silence is not None:
        hint = "leave one of them out"
        findings.append(Finding("probability", "is what accept and decline leave", where="silence", hint=hint))
    if findings:
        return [], findings
    other, word = (accept, "accept") if accept is not None else (silence or 0, "silence")
    fixed = float(other)  # type: ignore[arg-type]
    odds = []
    for name, value in zip(names, given, strict=True):
        rest = round(1 - float(value) - fixed, 15)
        if rest < 0:
            expected = f"expected at most {round(1 - fixed, 15):g}, which {word} leaves"
            findings.append(Finding("probability", expected, where=name))
        both = (fixed, rest) if word == "accept" else (rest, fixed)
        odds.append(Odds(both[0], float(value), both[1]))
    return list(dict.fromkeys(odds)), findings


def _misfits(program: object, choices: object, **numbers: object) -> Iterator[Finding]:
    """What is wrong with the other settings."""
    for name, value in numbers.items():
        if name.startswith("late"):
            fits, expected = _is_probability(value), "expected a share from 0 to 1"
        elif name == "seed":
            fits = _is_whole(value) and abs(int(value)) < 2**63  # type: ignore[call-overload]
            expected = "expected a whole number of at most 63 bits"
        else:
            fits, expected = _is_whole(value) and value >= 1, "expected a whole number from 1"  # type: ignore[operator]
        if not fits:
            yield Finding("setting", expected, where=name)
    for name, value, kind in (("program", program, Program), ("choices", choices, Choices)):
        if not isinstance(value, kind) and (value is not None or name == "program"):
            yield Finding("type", f"expected a value of type {kind.__name__}", where=name)


def _is_whole(value: object) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def _is_probability(value: object) -> bool:
    real = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    return real and 0 <= value <= 1  # type: ignore[operator]


def _spread(figures: Iterable[float]) -> Spread:
    values = sorted(figures)
    return Spread(values[(len(values) - 1) // 2], values[0], values[-1])


def _percent(share: float) -> str:
    """A probability in per cent, to one decimal."""
    return f"{100 * share:.1f}".removesuffix(".0") + "%"
