"""The layout: how tables say what they say, as one value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from mentormatch.errors import AnswerError, Finding
from mentormatch.questionnaire import Questionnaire
from mentormatch.questions import RESERVED, SIDES, Choice, MultiChoice, Ranking, tidy
from mentormatch.readers.csv import SEPARATORS
from mentormatch.readers.encoding import encoding_findings
from mentormatch.wording import did_you_mean, listed, quoted

Header = str | int
Where = Header | Sequence[Header] | Mapping[str, Header]
Role = Literal["mentor", "mentee", "both", "neither"]

ROLES: tuple[Role, ...] = ("mentor", "mentee", "both", "neither")
_LONG = ("id", "question", "answer", "rank")


@dataclass(frozen=True)
class Layout:
    """Where the fields and questions stand in tables and how their cells are written; everything may be left out.

    ``columns`` maps "mentor", "mentee" or "both" to ``{field or question: where}``. *Where* is a header or the number
    of a column from 1; several of them in a list (first choice, second choice; first and last name); or
    ``{option: header}``, one column for each option. What is not named stands under its own id or text, or, one column
    for each option, under ``"id [option]"``; or nowhere, and is then blank for everybody.

    ``delimiters`` is what joins the picks in a cell, by question. ``aliases`` are other names of options, by question:
    ``{"skills": {"JS": "JavaScript"}}``. ``other`` is the option that picks which are no option count as, by question;
    None leaves them out. ``picked`` are the words that say in a column for one option that it is picked, by question,
    where these are not "yes", "x" or the like; the cell may hold more words beside them.

    ``role`` is the column that tells mentors from mentees in one table, ``roles`` what stands in it: ``{"Yes":
    "mentor", "No": "mentee"}``, with "both" and "neither"; left out, it holds these words. ``long`` is for tables of
    one row for each answer: ``{"id": header, "question": header, "answer": header}``, and "rank" for rankings.

    ``decimal`` is the mark before decimals ("," or "."), ``encoding`` that of files ("cp1252"), ``separator`` that of
    CSV files, ``sheet`` the name of the sheet in a workbook; each is found out where it is None. ``strict`` reads
    options as they are written or not at all, and takes nothing for cp1252.

    Raises ``AnswerError`` for what cannot be meant in any questionnaire.

    >>> Layout(columns={"mentor": {"skills": "Your strengths"}}, delimiters={"skills": ";"}).strict
    False
    """

    columns: Mapping[str, Mapping[str, Where]] = field(default_factory=dict)
    delimiters: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    other: Mapping[str, str | None] = field(default_factory=dict)
    picked: Mapping[str, Sequence[str]] = field(default_factory=dict)
    role: Header | None = None
    roles: Mapping[str, Role] = field(default_factory=dict)
    long: Mapping[str, Header] | None = None
    decimal: Literal[",", "."] | None = None
    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None
    strict: bool = False

    def __post_init__(self) -> None:
        findings = [*columns_findings(self.columns), *self._by_question(), *self._of_tables(), *self._of_files()]
        if findings:
            many = f"{len(findings)} settings of the layout cannot be meant as written:"
            raise AnswerError(findings, many if findings[1:] else None)
        columns = {side: {name: _frozen(where) for name, where in of.items()} for side, of in self.columns.items()}
        object.__setattr__(self, "columns", columns)
        for name in ("delimiters", "aliases", "other", "picked", "roles"):
            object.__setattr__(self, name, dict(getattr(self, name)))

    def _by_question(self) -> Iterator[Finding]:
        shapes: tuple[tuple[str, Any, str], ...] = (
            ("delimiters", _is_text, "texts"),
            ("aliases", _is_names, "mappings of other names to options"),
            ("other", lambda one: one is None or _is_text(one), "options, or None"),
            ("picked", lambda one: _is_texts(one) and bool(one), "lists of words"),
        )
        for name, fits, wanted in shapes:
            given = getattr(self, name)
            if not isinstance(given, Mapping):
                yield Finding(name, f"expected {name}= to be a mapping of questions to {wanted}")
                object.__setattr__(self, name, {})
                continue
            for question, value in given.items():
                if not fits(value):
                    one = "a delimiter, which is text" if name == "delimiters" else wanted
                    place = tidy(question) or None
                    yield Finding(name, f"expected {one}", question=place, where=name)

    def _of_tables(self) -> Iterator[Finding]:
        if self.role is not None and not _is_header(self.role):
            yield Finding("role", "expected role= to be a header, the number of a column from 1, or None")
        if not isinstance(self.roles, Mapping) or not all(
            _is_text(word) and isinstance(role, str) and role in ROLES for word, role in self.roles.items()
        ):
            yield Finding("roles", f"expected roles= to map texts to {listed([quoted(one) for one in ROLES])}")
        elif self.roles and self.role is None:
            yield Finding("roles", "roles= says what stands in a column, and role= does not say in which")
        long = self.long
        if long is None:
            return
        if (
            not isinstance(long, Mapping)
            or not {*_LONG[:3]} <= {*long} <= {*_LONG}
            or not all(map(_is_header, long.values()))
        ):
            names = listed([quoted(one) for one in _LONG[:3]])
            yield Finding("long", f"expected long= to map {names}, and 'rank' where there is one, to headers")
        else:
            object.__setattr__(self, "long", dict(long))

    def _of_files(self) -> Iterator[Finding]:
        yield from encoding_findings(self.encoding)
        if self.separator is not None and self.separator not in tuple(SEPARATORS):
            names = listed([repr(one) for one in SEPARATORS])
            yield Finding("separator", f"expected separator= to be one of {names}, or None")
        if self.decimal not in (None, ",", "."):
            yield Finding("decimal", "expected decimal= to be ',', '.' or None")
        if self.sheet is not None and not _is_text(self.sheet):
            yield Finding("sheet", "expected sheet= to be the name of a sheet, or None")
        if not isinstance(self.strict, bool):
            yield Finding("strict", "expected strict= to be True or False")

    def findings(self, questionnaire: Questionnaire) -> Iterator[Finding]:
        """What does not fit that questionnaire."""
        kinds: tuple[tuple[str, tuple[type, ...], str], ...] = (
            ("delimiters", (MultiChoice, Ranking), "several picks (MultiChoice or Ranking)"),
            ("aliases", (Choice, MultiChoice, Ranking), "options"),
            ("other", (Choice, MultiChoice), "options (Choice or MultiChoice)"),
            ("picked", (MultiChoice,), "several picks (MultiChoice)"),
        )
        for place, wanted, what in kinds:
            known = tuple(question.id for question in questionnaire if isinstance(question, wanted))
            for name in getattr(self, place):
                if name not in questionnaire:
                    asked = quoted(name) if isinstance(name, str) else "with that id"
                    hint = did_you_mean(name[:80], known) if isinstance(name, str) else ""
                    yield Finding("question_unknown", f"there is no question {asked}", where=place, hint=hint)
                elif name not in known:
                    yield Finding(place, f"expected a question with {what}", question=name, where=place)
        yield from self._targets(questionnaire)

    def _targets(self, questionnaire: Questionnaire) -> Iterator[Finding]:
        """Options that ``aliases`` and ``other`` speak of and that do not exist."""
        pairs = [(name, "other", option) for name, option in self.other.items() if option is not None]
        pairs += [(name, "aliases", option) for name, known in self.aliases.items() for option in known.values()]
        for name, place, option in pairs:
            options = getattr(questionnaire[name], "options", ()) if name in questionnaire else ()
            if options and tidy(option) not in options:
                hint = did_you_mean(option[:80], options)
                expected = f"{quoted(option)} is not among the options"
                yield Finding("not_an_option", expected, question=name, where=place, hint=hint)

    def where(self, side: str, name: str) -> Where | None:
        """Where a field or question of that side is said to stand."""
        return self.columns.get(side, {}).get(name, self.columns.get("both", {}).get(name))

    def named(self, side: str) -> tuple[str, ...]:
        """The fields and questions whose place is said, for that side."""
        return tuple(dict.fromkeys((*self.columns.get(side, {}), *self.columns.get("both", {}))))

    def __repr__(self) -> str:
        default = {
            one.name: one.default_factory() if callable(one.default_factory) else one.default for one in fields(self)
        }
        given = [(name, getattr(self, name)) for name in default]
        return f"Layout({', '.join(f'{name}={value!r}' for name, value in given if value != default[name])})"


def layout_of(
    questionnaire: Questionnaire,
    columns: Mapping[str, Mapping[str, Where]] | None,
    delimiters: Mapping[str, str] | None,
) -> Layout:
    """The layout of these two settings; ``AnswerError`` with all that is wrong in either."""
    findings: list[Finding] = []
    parts: list[Layout] = []
    for setting in ({"delimiters": delimiters}, {"columns": columns}):
        given: dict[str, Any] = {name: value for name, value in setting.items() if value is not None}
        try:
            parts.append(Layout(**given))
            findings += parts[-1].findings(questionnaire)
        except AnswerError as error:
            findings += error.findings
    if findings:
        many = f"{len(findings)} settings for reading the tables cannot be meant as written:"
        raise AnswerError(findings, many if findings[1:] else None)
    return Layout(columns=parts[1].columns, delimiters=parts[0].delimiters)


def columns_findings(columns: object) -> Iterator[Finding]:
    """What is wrong with the shape of ``columns=``."""
    if not isinstance(columns, Mapping):
        yield Finding("columns", "expected columns= to be a mapping with the keys 'mentor' and 'mentee'")
        return
    for side, mapped in columns.items():
        if side not in (*SIDES, "both"):
            yield Finding("columns", "expected the keys of columns= to be 'mentor', 'mentee' or 'both'")
        elif not isinstance(mapped, Mapping) or not all(
            _is_text(name) and _is_where(at) for name, at in mapped.items()
        ):
            expected = "expected columns= to map fields and questions to headers, all text"
            yield Finding("columns", expected, side=None if side == "both" else side)


def misplaced(questionnaire: Questionnaire, layout: Layout, side: str) -> Iterator[Finding]:
    """Fields and questions in ``columns=`` that do not exist, or that this side is not asked."""
    known = (*RESERVED, *questionnaire.ids)
    for name in layout.named(side):
        own = name in layout.columns.get(side, {})
        if name not in known:
            hint = did_you_mean(name[:80], known)
            yield Finding("column_unknown", f"there is no question or field {quoted(name)}", side=side, hint=hint)
        elif own and name in questionnaire and not questionnaire[name].asks(side):
            expected = "this side is not asked this question, so it has no column"
            yield Finding("column_not_of_this_side", expected, side=side, question=name)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _is_header(value: object) -> bool:
    if isinstance(value, str):
        return bool(tidy(value))
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 1_000_000_000


def _is_texts(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes)) and all(map(_is_text, value))


def _is_names(value: object) -> bool:
    return isinstance(value, Mapping) and all(_is_text(name) and _is_text(option) for name, option in value.items())


def _is_where(value: object) -> bool:
    if isinstance(value, Mapping):
        return bool(value) and all(_is_text(option) and _is_header(at) for option, at in value.items())
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return bool(value) and all(map(_is_header, value))
    return _is_header(value)


def _frozen(where: Where) -> Where:
    if isinstance(where, Mapping):
        return dict(where)
    return where if isinstance(where, (str, int)) else tuple(where)
