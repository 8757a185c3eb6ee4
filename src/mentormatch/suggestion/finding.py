"""From tables to guesses about their columns."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mentormatch import questions
from mentormatch.errors import AnswerError, Finding
from mentormatch.questions import RESERVED, AnyQuestion, WithOptions
from mentormatch.readers.cells import as_text
from mentormatch.readers.csv import parse_table
from mentormatch.readers.excel import excel_table
from mentormatch.readers.frames import frame_table
from mentormatch.readers.json import json_table
from mentormatch.readers.layout import Header, Layout, Role
from mentormatch.readers.roles import role_of
from mentormatch.readers.spelling import in_accents
from mentormatch.readers.table import Origin, Table, table_of_rows
from mentormatch.readers.tables import csv_table
from mentormatch.suggestion.families import Family, families
from mentormatch.suggestion.kinds import Confidence, kind_of
from mentormatch.suggestion.personal import is_sensitive, names_its_people, personal
from mentormatch.suggestion.suggestion import Guess, LikelyPair, Suggestion
from mentormatch.wording import counted, number, quoted

_LONGEST_ID = 40
_FIELDS = (
    (
        "capacity",
        "mentor",
        re.compile(r"capacity|.*\bhow many mentees\b.*|.*\bnumber of mentees\b.*|seats|mentees wanted"),
    ),
    ("wants", "mentee", re.compile(r"wants|.*\bhow many mentors\b.*|.*\bnumber of mentors\b.*")),
    ("priority", "mentee", re.compile(r"priority")),
)
_ID = re.compile(r"(?:.*\b)?(?:id|identifier|key|number|nr|no|code)")
_MANAGER = re.compile(r".*\b(?:line manager|manager|supervisor|reports to|vorgesetzte\w*)\b.*")
_BLANKS = frozenset(("", "n/a", "na", "-", "--", "none", "null", "nan", "n.a.", "?"))
# An export of many thousands says no more than its first part, and takes longer.
_MOST_READ = 20_000


@dataclass(frozen=True)
class _Column:
    """A column by its header: the answers of each table, None where blank, and its number where the header repeats.

    ``blanks`` are the words that were taken for a blank.
    """

    header: str
    cells: Mapping[str, Sequence[str | None]]
    where: Mapping[str, Header]
    blanks: frozenset[str] = frozenset()

    @property
    def filled(self) -> list[str]:
        """All answers that are not blank."""
        return [one for cells in self.cells.values() for one in cells if one is not None]


def suggest_questionnaire(
    table: object = None, *, mentors: object = None, mentees: object = None, layout: Layout | None = None
) -> Suggestion:
    """A first questionnaire from one table of everybody, or from one of the mentors and one of the mentees.

    A table is a path (.csv, .tsv, .txt, .json, .jsonl or .xlsx), the bytes of a CSV file, a list of records or a
    dataframe; ``layout`` may say its encoding, separator or sheet. Each column becomes a `Guess`, with a confidence and
    a reason: a question of some kind with its options and delimiter, a reserved field, the column of roles, or nothing,
    because it is empty, the same for all, or personal data that no matching needs. Options are answers that several
    people gave. The guesses are to be looked over: `Suggestion.edit`, ``leave_out``, ``confirm``.

    ``AnswerError`` where a table cannot be read. O(cells).
    """
    given = {"mentor": mentors, "mentee": mentees} if table is None else {"people": table}
    if (table is None) == (mentors is None and mentees is None) or (table is None and None in (mentors, mentees)):
        raise AnswerError(Finding("table", "expected one table, or mentors= and mentees="))
    asked = Layout() if layout is None else layout
    tables = {whose: _read(source, asked) for whose, source in given.items()}
    names = {"mentor": "mentors", "mentee": "mentees", "people": "people"}
    sources = {names[whose]: _source(source) for whose, source in given.items()}
    return _Finder(tables).suggestion(sources)


def _read(source: object, layout: Layout) -> Table:
    """The table of a source of any kind."""
    if isinstance(source, (list, tuple)) and all(isinstance(one, Mapping) for one in source):
        header = list(dict.fromkeys(str(key) for record in source for key in record))
        rows = [
            tuple({str(key): value for key, value in record.items()}.get(name) for name in header) for record in source
        ]
        return table_of_rows(header, rows, Origin("records"))
    if isinstance(source, bytes):
        return parse_table(source, encoding=layout.encoding, separator=layout.separator)
    if isinstance(source, (str, os.PathLike)):
        ending = Path(source).suffix.casefold()
        read = {".json": json_table, ".jsonl": json_table, ".xlsx": excel_table, ".xlsm": excel_table}.get(
            ending, csv_table
        )
        return read(source, layout, frozenset())
    return frame_table(source, layout, frozenset())


def _source(source: object) -> str:
    """A source in code."""
    if isinstance(source, (str, os.PathLike)):
        return repr(os.fspath(source))
    return "..." if isinstance(source, bytes) else "frame"


class _Finder:
    """Guesses column by column, and what the columns are to one another."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self.tables = {
            whose: replace(table, rows=table.rows[:_MOST_READ], lines=table.lines[:_MOST_READ])
            for whose, table in tables.items()
        }
        self.columns = list(_columns(self.tables))
        self.ids: set[str] = set()
        self.guesses: list[Guess] = []
        self.roles: dict[str, Role] = {}
        # The rows of each side, in a table of everybody with a column of roles.
        self.rows: dict[str, frozenset[int]] = {}

    def suggestion(self, sources: Mapping[str, str]) -> Suggestion:
        """The guesses in the order of the columns."""
        id_column = self._id_column()
        role_column = self._role_column()
        found: dict[str, Guess] = {}
        if id_column is not None:
            found[id_column.header] = self._id_guess(id_column)
        if role_column is not None:
            found[role_column.header] = self._role_guess(role_column)
        singles = {
            one.header: one for one in self.columns if one.header not in found and len(one.where) == len(one.cells)
        }
        members: set[str] = set()
        for family in families({header: one.filled for header, one in singles.items()}):
            members.update(family.headers)
            found[family.headers[0]] = self._family_guess(family, [singles[header] for header in family.headers])
        for column in self.columns:
            if column.header not in found and column.header not in members:
                found[column.header] = self._guess(column, id_column)
        words = {column.header: column.blanks for column in self.columns}
        guesses = tuple(
            replace(guess, blanks=tuple(sorted(words[column.header].union(*(words.get(h, ()) for h in guess.headers)))))
            for column in self.columns
            if (guess := found.get(column.header)) is not None
        )
        return Suggestion(guesses, tuple(_pairs(guesses)), self.roles, sources)

    def _id_column(self) -> _Column | None:
        """The column that tells everybody apart: best one that is called an id, then e-mail addresses, then any."""

        def unique(column: _Column) -> bool:
            everywhere = set(column.cells) == set(self.tables)
            return everywhere and all(
                cells and None not in cells and len(set(cells)) == len(cells) for cells in column.cells.values()
            )

        candidates = [column for column in self.columns if unique(column)]
        for test in (
            lambda one: _ID.fullmatch(_plain(one.header)) and not personal(one.header, one.filled),
            lambda one: personal(one.header, one.filled) == "an e-mail address",
            lambda one: not personal(one.header, one.filled) and sum(map(len, one.filled)) < 40 * len(one.filled),
        ):
            chosen = next(filter(test, candidates), None)
            if chosen is not None:
                return chosen
        return None

    def _id_guess(self, column: _Column) -> Guess:
        reason = "tells everybody apart"
        confidence: Confidence = "high"
        if personal(column.header, column.filled):
            reason, confidence = "an e-mail address, the only column that tells everybody apart", "fair"
        elif not _ID.fullmatch(_plain(column.header)):
            confidence = "low"
        self.ids.add("id")
        return Guess("id", "field", _where(column), confidence, reason)

    def _role_column(self) -> _Column | None:
        """In a table of everybody, the column that says who is a mentor."""
        if set(self.tables) != {"people"}:
            return None
        for column in self.columns:
            roles = {role_of(one) for one in set(column.filled)} if len(set(column.filled)) <= 8 else {None}
            if roles and None not in roles and len(roles) > 1:
                return column
        for column in self.columns:
            words = _plain(column.header)
            if (
                "mentor" in words
                and len(set(column.filled)) == 2
                and {_plain(one) for one in column.filled} == {"yes", "no"}
            ):
                self.roles = {one: "mentor" if _plain(one) == "yes" else "mentee" for one in sorted(set(column.filled))}
                return column
        return None

    def _role_guess(self, column: _Column) -> Guess:
        roles = [self.roles.get(one or "") or role_of(one or "") for one in column.cells["people"]]
        for side in ("mentor", "mentee"):
            self.rows[side] = frozenset(row for row, role in enumerate(roles) if role in (side, "both"))
        reason = "says who is a mentor and who is a mentee"
        confidence: Confidence = "high"
        if self.roles:
            said = " and ".join(f"{quoted(word)} as {role}" for word, role in self.roles.items())
            reason, confidence = f"seems to tell the sides apart; {said} is a guess", "low"
        return Guess(self._id(column.header), "role", {"both": next(iter(column.where.values()))}, confidence, reason)

    def _guess(self, column: _Column, id_column: _Column | None) -> Guess:
        filled = column.filled
        where = _where(column)
        nothing = self._nothing(column, filled)
        if nothing is not None:
            reason, confidence = nothing
            return Guess(self._id(column.header), "nothing", where, confidence, reason)
        reserved = self._field(column, filled)
        if reserved is not None:
            return reserved
        people = sum(len(cells) for cells in column.cells.values())
        asked_of = self._asked_of(column)
        text = column.header
        if _MANAGER.fullmatch(_plain(column.header)) and id_column is not None:
            known = set(id_column.filled)
            if sum(one in known for one in filled) * 2 > len(filled):
                manager = self._id(text)
                question: AnyQuestion = questions.Reference(manager, text=_text(text, manager), asked_of=asked_of)
                return Guess(
                    question.id, "question", where, "fair", "ids of other people, seemingly managers", question
                )
        kind = kind_of(column.header, filled, people)
        if (
            kind.kind == "Text"
            and (names := self._names(column)) is not None
            and names_its_people(self._flat(column), names)
        ):
            return Guess(self._id(text), "nothing", where, "high", "texts that hold the names of those who wrote them")
        settings: dict[str, Any] = dict(kind.settings)
        reason = kind.reason
        if is_sensitive(column.header, settings.get("options", ())):
            settings["private"] = True
            reason += "; seems to be nobody else's business, so it is private"
        name = self._id(text)
        question = getattr(questions, kind.kind)(name, text=_text(text, name), asked_of=asked_of, **settings)
        return Guess(name, "question", where, kind.confidence, reason, question, kind.delimiter, kind.free_text)

    def _nothing(self, column: _Column, filled: Sequence[str]) -> tuple[str, Confidence] | None:
        """Why a column should not be read, and how sure that is."""
        kind = personal(column.header, filled)
        if kind:
            return f"{kind}, which no matching needs", "high"
        if not filled:
            return "nobody has answered", "high"
        if len({in_accents(one) for one in filled}) == 1:
            blank = sum(len(cells) for cells in column.cells.values()) - len(filled)
            if not blank:
                return "the same for everybody", "high"
            if len(filled) < 3:
                return f"{counted(len(filled), 'person', 'people')} answered", "fair"
        words = _plain(column.header)
        if set(self.tables) != {"people"} and "mentor" in words and "mentee" in words:
            return "says on which side people are, which the tables say already", "fair"
        return None

    def _field(self, column: _Column, filled: Sequence[str]) -> Guess | None:
        words = _plain(column.header)
        for name, side, pattern in _FIELDS:
            whole = all(one.strip().isdecimal() for one in filled)
            if pattern.fullmatch(words) and whole and name not in self.ids:
                self.ids.add(name)
                where = {key: value for key, value in _where(column).items() if key in (side, "both")}
                at = next(iter(where.values()), None)
                if at is not None:
                    return Guess(
                        name, "field", {side: at}, "fair", f"whole numbers, by its header the {name} of {side}s"
                    )
        return None

    def _family_guess(self, family: Family, columns: Sequence[_Column]) -> Guess:
        sides = {tuple(column.cells) for column in columns}
        reason, confidence = family.reason, "high"
        if len(sides) > 1:
            confidence = "low"
        name = self._id(family.text)
        settings: dict[str, Any] = {"options": family.options}
        if is_sensitive(family.text, family.options):
            settings["private"] = True
        question = getattr(questions, family.kind)(
            name, text=_text(family.text, name), asked_of=self._asked_of(columns[0]), **settings
        )
        side = next(iter(_where(columns[0])))
        return Guess(name, "question", {side: family.where}, confidence, reason, question)  # type: ignore[arg-type]

    def _asked_of(self, column: _Column) -> Any:
        """The side that is asked: the only one whose table has the column, or of which anybody has answered."""
        if "people" not in column.cells:
            return "both" if len(column.cells) == 2 else next(iter(column.cells))
        if not self.rows:
            return "both"
        answered = {row for row, one in enumerate(column.cells["people"]) if one is not None}
        mentor, mentee = self.rows["mentor"], self.rows["mentee"]
        only = {"mentor": answered & (mentor - mentee), "mentee": answered & (mentee - mentor)}
        for side, other in (("mentor", "mentee"), ("mentee", "mentor")):
            if only[side] and len(only[other]) * 20 <= len(only[side]):
                return side
        return "both"

    def _names(self, column: _Column) -> list[str] | None:
        """The last word of each person's name, in the order of the flat cells."""
        named = [
            one
            for one in self.columns
            if personal(one.header, one.filled) == "a name" and set(one.cells) == set(column.cells)
        ]
        if not named:
            return None
        return [
            " ".join(one or "" for one in row).strip() for row in zip(*(self._flat(one) for one in named), strict=True)
        ]

    def _flat(self, column: _Column) -> list[str | None]:
        return [one for cells in column.cells.values() for one in cells]

    def _id(self, header: str) -> str:
        """A short id that is free: the first words of the header."""
        words = re.findall(r"[^\W_]+", in_accents(header))
        name = ""
        for word in words:
            if name and len(name) + len(word) >= _LONGEST_ID:
                break
            name = f"{name}_{word}" if name else word[:_LONGEST_ID]
        name = name or "column"
        free, count = name, 1
        while free in self.ids or free in RESERVED:
            count += 1
            free = f"{name}_{count}"
        self.ids.add(free)
        return free


def _columns(tables: Mapping[str, Table]) -> Iterator[_Column]:
    """All columns by header, in the order of the tables; one whose header repeats stands for itself, by its number."""
    found: dict[str, dict[str, tuple[Header, list[str | None]]]] = {}
    words: dict[str, set[str]] = {}
    for whose, table in tables.items():
        for place, header in enumerate(table.header):
            texts = [_text_of(cell) for cell in table.columns[place]]
            cells = [None if text is None or text.casefold() in _BLANKS else text for text in texts]
            if not header and not any(cells):
                continue
            alone = len(table.places.get(header, ())) == 1
            name = header if alone else f"{header or 'column'} ({number(place + 1)})"
            found.setdefault(name, {})[whose] = (header if alone else place + 1, cells)
            words.setdefault(name, set()).update({text.casefold() for text in texts if text} & _BLANKS)
    for name, of in found.items():
        yield _Column(
            name,
            {whose: cells for whose, (_, cells) in of.items()},
            {whose: at for whose, (at, _) in of.items()},
            frozenset(words[name]),
        )


def _text_of(cell: object) -> str | None:
    text = as_text(cell)
    if isinstance(text, tuple):
        return repr([str(one) for one in text]) if text else None
    return None if text is None else str(text).strip()


def _where(column: _Column) -> dict[str, Header]:
    """The column by side; "both" where it stands under one header in all tables."""
    places = set(column.where.values())
    if "people" in column.where or (len(column.where) == 2 and len(places) == 1):
        return {"both": next(iter(places))}
    return dict(column.where)


def _pairs(guesses: Sequence[Guess]) -> Iterator[LikelyPair]:
    """Questions of mentees and of mentors with mostly the same options."""
    asked = [
        guess.question
        for guess in guesses
        if isinstance(guess.question, WithOptions) and guess.question.kind != "Ranking"
    ]
    for wants in asked:
        if wants.asked_of != "mentee":
            continue
        wanted = {in_accents(option) for option in wants.options}
        for offers in asked:
            if offers.asked_of != "mentor":
                continue
            offered = {in_accents(option) for option in offers.options}
            shared = sum(option in offered for option in wanted)
            share = shared / len(wanted | offered)
            if len(wanted) > 2 and share >= 0.5:
                reason = f"{number(shared)} of {number(len(wanted | offered))} options are the same"
                yield LikelyPair(wants.id, offers.id, "high" if share > 0.8 else "fair", reason)


def _plain(header: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", in_accents(header)))


def _text(header: str, name: str) -> str:
    return "" if header == name else header
