"""The suggestion: guesses about the columns of tables, to be edited and confirmed before anything is read by them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from mentormatch import questions
from mentormatch.errors import Finding, ProgramError
from mentormatch.page import Page, Paged, Table
from mentormatch.questionnaire import Questionnaire
from mentormatch.questions import AnyQuestion, WithOptions
from mentormatch.readers.layout import Layout, Role, Where
from mentormatch.suggestion.code import code_of
from mentormatch.suggestion.kinds import Confidence
from mentormatch.wording import counted, did_you_mean, listed, number, quoted

Use = Literal["question", "field", "role", "nothing"]

_KINDS = ("Choice", "MultiChoice", "Scale", "Number", "Text", "Reference", "Ranking")
_SHOWN = 3


@dataclass(frozen=True)
class Guess:
    """What a column, or several that belong together, seem to hold.

    ``id`` names the guess, and the question or reserved field where it is one. ``use`` is "question", "field" (a
    reserved field such as the id), "role" (which side somebody is on) or "nothing": it should not be read. ``where``
    maps "mentor", "mentee" or "both" to the columns, as `Layout.columns` does. ``delimiter`` joins picks; ``free_text``
    says that there are texts beside the options, which are left out. ``blanks`` are words there that seem to say that
    there is no answer. ``confirmed`` is True once somebody has said so.
    """

    id: str
    use: Use
    where: Mapping[str, Where]
    confidence: Confidence
    reason: str
    question: AnyQuestion | None = None
    delimiter: str | None = None
    free_text: bool = False
    blanks: tuple[str, ...] = ()
    confirmed: bool = False

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers of the columns, or their numbers."""
        found: dict[str, None] = {}
        for where in self.where.values():
            for one in (
                where.values() if isinstance(where, Mapping) else [where] if isinstance(where, str | int) else where
            ):
                found.setdefault(str(one))
        return tuple(found)


@dataclass(frozen=True)
class LikelyPair:
    """Two questions that look like what mentees want and what mentors offer, and why."""

    wants: str
    offers: str
    confidence: Confidence
    reason: str


@dataclass(frozen=True, repr=False)
class Suggestion(Paged):
    """A first questionnaire and layout for tables, as guesses, each with a confidence and a reason.

    ``edit``, ``leave_out`` and ``confirm`` give new suggestions. ``questionnaire`` and ``layout`` are there once every
    guess is confirmed: nothing is read on a guess that nobody has looked at. ``code()`` is Python to paste.
    """

    guesses: tuple[Guess, ...]
    pairs: tuple[LikelyPair, ...] = ()
    roles: Mapping[str, Role] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, guess_id: str) -> Guess:
        """The guess with this id; an unknown one raises ``ProgramError``."""
        for guess in self.guesses:
            if guess.id == guess_id:
                return guess
        known = [guess.id for guess in self.guesses]
        hint = did_you_mean(guess_id[:80], known) if isinstance(guess_id, str) else ""
        raise ProgramError(Finding("guess_unknown", f"there is no guess {quoted(guess_id)}", hint=hint))

    def edit(self, guess_id: str, **settings: Any) -> Suggestion:
        """The suggestion with other settings of one question, which is confirmed by that.

        ``settings`` are those of the question (``id``, ``options``, ``ordered``, ``asked_of``, ``private``, ...), and
        ``kind``, the name of another kind of question, and ``delimiter``. What cannot be meant raises ``ProgramError``.
        """
        guess = self[guess_id]
        changed = dict(settings)
        delimiter = changed.pop("delimiter", guess.delimiter)
        question = _edited(guess, changed)
        if question.id != guess.id and any(one.id == question.id for one in self.guesses):
            raise ProgramError(
                Finding("question_repeated", "there is another guess with this id", question=question.id)
            )
        several = isinstance(question, WithOptions) and question.several
        other = replace(
            guess,
            id=question.id,
            use="question",
            question=question,
            delimiter=delimiter if several else None,
            where=_of_sides(guess.where, question.asked_of),
            free_text=guess.free_text and isinstance(question, WithOptions),
            confirmed=True,
        )
        pairs = [
            replace(
                pair,
                wants=other.id if pair.wants == guess.id else pair.wants,
                offers=other.id if pair.offers == guess.id else pair.offers,
            )
            for pair in self.pairs
        ]
        return replace(self, guesses=self._with({guess.id: other}), pairs=tuple(pairs))

    def leave_out(self, *guess_ids: str) -> Suggestion:
        """The suggestion in which these columns are not read."""
        changed = {
            one: replace(self[one], use="nothing", reason="left out", question=None, confirmed=True)
            for one in guess_ids
        }
        pairs = tuple(pair for pair in self.pairs if pair.wants not in changed and pair.offers not in changed)
        return replace(self, guesses=self._with(changed), pairs=pairs)

    def confirm(self, *guess_ids: str) -> Suggestion:
        """The suggestion in which these guesses hold, without ids all of them."""
        chosen = [self[one] for one in guess_ids] or list(self.guesses)
        return replace(self, guesses=self._with({one.id: replace(one, confirmed=True) for one in chosen}))

    @property
    def questionnaire(self) -> Questionnaire:
        """The questions; a guess that nobody has confirmed raises ``ProgramError``."""
        self._check_confirmed()
        return self._questionnaire()

    @property
    def layout(self) -> Layout:
        """How the tables are to be read; a guess that nobody has confirmed raises ``ProgramError``."""
        self._check_confirmed()
        return self._layout()

    def code(self) -> str:
        """The questionnaire, the layout and the reading as Python code, with the reasons as comments.

        Guesses need not be confirmed for that: whoever pastes the code has it before the eyes.
        """
        return code_of(self._code_lines(), self._blanks, self._layout(), self.sources, self._rules())

    def page(self) -> Page:
        """The guesses with their reasons, the likely pairs, and what is left to confirm; no answers but options."""
        open_ = [guess for guess in self.guesses if not guess.confirmed]
        facts = [
            ("columns", number(sum(len(guess.headers) for guess in self.guesses))),
            ("questions", number(sum(guess.use == "question" for guess in self.guesses))),
            ("not read", number(sum(guess.use == "nothing" for guess in self.guesses))),
            ("to confirm", number(len(open_))),
        ]
        if self._blanks:
            facts.append(("read as blank", listed([quoted(word) for word in self._blanks])))
        rows = [
            (guess.id, _read_as(guess), _surety(guess), guess.reason)
            for guess in self.guesses
            if guess.use != "nothing"
        ]
        tables = [Table("Read", ("guess", "read as", "confidence", "reason"), rows)]
        left = [(guess.id, _surety(guess), guess.reason) for guess in self.guesses if guess.use == "nothing"]
        if left:
            tables.append(Table("Not read", ("guess", "confidence", "reason"), left))
        if self.pairs:
            pairs = [(pair.wants, pair.offers, f"{pair.confidence}: {pair.reason}") for pair in self.pairs]
            tables.append(Table("Wants and offers", ("wants", "offers", "confidence"), pairs))
        notes = []
        if any(guess.question is not None and guess.question.kind == "Choice" for guess in open_):
            notes.append(
                "Options that are steps stand from low to high in a Choice with ordered=True; say so with .edit."
            )
        if not any(guess.id == "id" for guess in self.guesses):
            notes.append("No column tells everybody apart: say which one is the id before reading.")
        if open_:
            notes.append(f"{counted(len(open_), 'guess', 'guesses')} to look over: .edit, .leave_out or .confirm them.")
        return Page("Suggested questionnaire", facts, tables, notes)

    def _with(self, changed: Mapping[str, Guess]) -> tuple[Guess, ...]:
        return tuple(changed.get(guess.id, guess) for guess in self.guesses)

    def _check_confirmed(self) -> None:
        open_ = [guess for guess in self.guesses if not guess.confirmed]
        if open_:
            names = listed([quoted(guess.id) for guess in open_])
            expected = f"nobody has confirmed {counted(len(open_), 'guess', 'guesses')}: {names}"
            hint = "look them over and .edit, .leave_out or .confirm them"
            raise ProgramError(Finding("unconfirmed", expected, hint=hint))

    def _questionnaire(self) -> Questionnaire:
        asked: list[Any] = [guess.question for guess in self.guesses if guess.question is not None]
        return Questionnaire(asked, self._blanks)

    @property
    def _blanks(self) -> tuple[str, ...]:
        """The words that stand for no answer in what is read, but for those that are options."""
        asked = [guess for guess in self.guesses if guess.question is not None]
        options = {option.casefold() for guess in asked for option in getattr(guess.question, "options", ())}
        return tuple(sorted({word for guess in asked for word in guess.blanks} - options))

    def _layout(self) -> Layout:
        columns: dict[str, dict[str, Where]] = {}
        read = [guess for guess in self.guesses if guess.use in ("question", "field")]
        for guess in read:
            for side, where in guess.where.items():
                if where != guess.id:
                    columns.setdefault(side, {})[guess.id] = where
        role = next((guess for guess in self.guesses if guess.use == "role"), None)
        header = None if role is None else next(iter(role.where.values()))
        return Layout(
            columns={side: columns[side] for side in ("both", "mentor", "mentee") if side in columns},
            delimiters={guess.id: guess.delimiter for guess in read if guess.delimiter},
            other={guess.id: None for guess in read if guess.free_text},
            role=header if isinstance(header, str | int) else None,
            roles=self.roles if role is not None else {},
        )

    def _code_lines(self) -> list[tuple[str, str]]:
        """The questions as code, each with its reason."""
        return [
            (code_of_question(guess.question), f"{guess.confidence}: {guess.reason}")
            for guess in self.guesses
            if guess.question is not None
        ]

    def _rules(self) -> list[str]:
        return [f"r.Covers({pair.wants!r}, by={pair.offers!r})" for pair in self.pairs]


def code_of_question(question: AnyQuestion) -> str:
    """A question as the Python code that makes it, without what is so anyway."""
    parts = [repr(question.id)]
    for one in fields(question):
        value = getattr(question, one.name)
        if one.name in ("id", "kind") or (value == one.default and one.name not in ("minimum", "maximum")):
            continue
        if value is not None:
            parts.append(f"{one.name}={list(value)!r}" if one.name == "options" else f"{one.name}={value!r}")
    return f"q.{question.kind}({', '.join(parts)})"


def _edited(guess: Guess, changed: dict[str, Any]) -> AnyQuestion:
    """The question of a guess with other settings, of another kind where ``kind`` is among them."""
    before = guess.question
    kind = changed.pop("kind", before.kind if before is not None else None)
    if kind not in _KINDS:
        names = listed([quoted(one) for one in _KINDS])
        raise ProgramError(Finding("question_kind", f"expected kind= to be one of {names}", question=guess.id))
    made = getattr(questions, kind)
    known = {one.name for one in fields(made)} - {"kind"}
    unknown = [name for name in changed if name not in known]
    if unknown:
        findings = [
            Finding(
                "setting_unknown",
                f"a {kind} has no setting {quoted(name)}",
                question=guess.id,
                hint=did_you_mean(name[:80], sorted(known)),
            )
            for name in unknown
        ]
        raise ProgramError(findings)
    held = {one.name: getattr(before, one.name) for one in fields(before)} if before is not None else {}
    kept = {name: value for name, value in held.items() if name in known and value is not None}
    settings = {"id": guess.id, **kept, **changed}
    missing = [
        name
        for name in ("options", "minimum", "maximum")
        if name in known and name not in settings and kind != "Number"
    ]
    if missing:
        expected = f"a {kind} needs {listed([f'{name}=' for name in missing])}"
        raise ProgramError(Finding("setting_missing", expected, question=guess.id))
    question: AnyQuestion = made(**settings)
    return question


def _of_sides(where: Mapping[str, Where], asked_of: str) -> Mapping[str, Where]:
    """The columns of the sides that are asked."""
    if asked_of == "both" or asked_of in where:
        return where if asked_of == "both" else {asked_of: where[asked_of]}
    return where


def _surety(guess: Guess) -> str:
    return "confirmed" if guess.confirmed else guess.confidence


def _read_as(guess: Guess) -> str:
    question = guess.question
    if question is None:
        return guess.use if guess.use == "role" else f"the {guess.id}"
    text = question.kind
    if isinstance(question, WithOptions):
        text += f" of {counted(len(question.options), 'option')}: {listed(list(question.options), most=_SHOWN)}"
    notes = [] if question.asked_of == "both" else [f"asked of {question.asked_of}s"]
    notes += ["private"] if question.private else []
    notes += [f"joined by {guess.delimiter!r}"] if guess.delimiter else []
    return ", ".join([text, *notes])
