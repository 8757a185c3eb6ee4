"""The reading report: how tables were read, what was taken for what, and the people whom to look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mentormatch.page import Page, Paged, Table
from mentormatch.people import People
from mentormatch.questionnaire import Questionnaire
from mentormatch.questions import MultiChoice
from mentormatch.readers.sheet import Place, Sheet
from mentormatch.readers.spelling import in_accents
from mentormatch.readers.table import Origin
from mentormatch.readers.tables import Sheets
from mentormatch.wording import counted, listed, number, quoted

_EVERYTHING = 3


@dataclass(frozen=True)
class Fold:
    """Answers that are written otherwise than the questionnaire writes them.

    ``given`` is what stands in the table, ``read`` what it was taken for ("" where it was left out), ``how`` says what
    differs and ``count`` how often it stands there. To a private question ``given`` and ``read`` are None.
    """

    side: str
    question: str
    given: str | None
    read: str | None
    how: str
    count: int


@dataclass(frozen=True)
class ReadFrom:
    """What the tables of a cohort were and how they were read."""

    origins: tuple[tuple[str, int, Origin], ...]
    places: tuple[tuple[str, Place], ...]
    folds: tuple[Fold, ...]
    unread: tuple[tuple[str, str], ...]
    neither: int

    @property
    def folded(self) -> int:
        """How many answers, or picks in them, were written otherwise."""
        return sum(fold.count for fold in self.folds)


@dataclass(frozen=True)
class SameAgain:
    """People of one side who may be one person: their ids, and what looks alike, the "id" or the "name"."""

    side: str
    people: tuple[str, ...]
    alike: str


@dataclass(frozen=True)
class TickedAll:
    """People of one side who picked every option of a question: how many, and who, unless the question is private."""

    side: str
    question: str
    count: int
    people: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Reading(Paged):
    """How a cohort was read, as a value and as a page.

    ``origins`` are (side, rows, `Origin`) of each table, ``places`` (side, `Place`) say under which headers each field
    and question was found, ``folds`` list what was taken for what, ``unread`` are (side, header) of columns that were
    not read. ``neither`` counts people of no role. ``answered_nothing`` are (side, id), ``ticked_everything`` tells who
    picked every option of a question with three or more, ``twice`` who may be one person, ``both`` are the ids on both
    sides.
    """

    origins: tuple[tuple[str, int, Origin], ...]
    places: tuple[tuple[str, Place], ...]
    folds: tuple[Fold, ...]
    unread: tuple[tuple[str, str], ...]
    neither: int
    answered_nothing: tuple[tuple[str, str], ...]
    ticked_everything: tuple[TickedAll, ...]
    twice: tuple[SameAgain, ...]
    both: tuple[str, ...]

    def page(self) -> Page:
        """The report as a page; the answers to private questions are only counted."""
        tables = []
        if self.origins:
            rows = [
                (side, origin.source, number(rows), origin.encoding, origin.separator, _left_out(origin))
                for side, rows, origin in self.origins
            ]
            columns = ("of", "source", "rows", "encoding", "separator", "left out")
            tables.append(Table("Tables", columns, rows, ("left", "left", "right", "left", "left", "left")))
        if self.places:
            places = [(side, place.name, " + ".join(place.headers)) for side, place in self.places]
            tables.append(Table("Where it stands", ("side", "field or question", "header"), places))
        if self.folds:
            folds = [(fold.side, fold.question, *_spelled(fold), fold.how, fold.count) for fold in self.folds]
            tables.append(Table("Read as", ("side", "question", "given", "read as", "differs in", "times"), folds))
        return Page("Reading", self._facts(), tables, tuple(self._notes()))

    def _facts(self) -> list[tuple[str, str]]:
        facts = [
            ("answered nothing", number(len(self.answered_nothing))),
            ("ticked everything", number(sum(one.count for one in self.ticked_everything))),
            ("may stand there twice", number(len(self.twice))),
            ("on both sides", number(len(self.both))),
        ]
        if self.neither:
            facts.append(("on neither side", number(self.neither)))
        return facts

    def _notes(self) -> Iterator[str]:
        for side, ids in _by_side(self.answered_nothing):
            yield f"{side.capitalize()}s who answered nothing: {_named(ids)}."
        for one in self.ticked_everything:
            who = f": {_named(one.people)}" if one.people else ""
            what = f"who ticked every option of {quoted(one.question)}"
            yield f"{one.side.capitalize()}s {what}: {number(one.count)}{who}."
        for same in self.twice:
            yield f"{same.side.capitalize()}s with the same {same.alike}, who may be one person: {_named(same.people)}."
        if self.both:
            yield f"On both sides: {_named(self.both)}."
        for side, headers in _by_side(self.unread):
            yield f"Columns of the {side}s that were not read: {listed(map(quoted, headers), most=20)}."


def read_from(questionnaire: Questionnaire, read: Sheets) -> ReadFrom:
    """What is kept of how the sheets came about; private answers are not."""
    sheets: Sequence[Sheet] = read.sheets[:1] if read.peers else read.sheets
    sides = ["peer"] if read.peers else [sheet.side for sheet in sheets]
    named = list(zip(sides, sheets, strict=True))
    folds = [
        Fold(
            side,
            name,
            None if questionnaire[name].private else one.fold.given,
            None if questionnaire[name].private else one.fold.read,
            one.fold.how,
            one.count,
        )
        for side, sheet in (("peer" if read.peers else sheet.side, sheet) for sheet in read.sheets)
        for name, counts in sheet.folds.items()
        # What peers answer as mentors they answer as mentees.
        if not (read.peers and sheet.side == "mentee" and questionnaire[name].asks("mentor"))
        for one in counts
    ]
    return ReadFrom(
        tuple((side, len(sheet.rows), sheet.origin) for side, sheet in named if sheet.origin is not None),
        tuple((side, place) for side, sheet in named for place in sheet.places),
        tuple(dict.fromkeys(_summed(folds))),
        tuple((side, header) for side, sheet in named for header in sheet.unread),
        read.neither,
    )


def reading_of(read: ReadFrom | None, mentors: People, mentees: People, *, peers: bool) -> Reading:
    """The report on the people who are there now; ``read`` is None where they came from no table."""
    sides = [("peer", (mentors, mentees))] if peers else [("mentor", (mentors,)), ("mentee", (mentees,))]
    nothing: list[tuple[str, str]] = []
    ticked: list[TickedAll] = []
    twice: list[SameAgain] = []
    for side, held in sides:
        nothing += [(side, name) for name in _silent(held)]
        ticked += _ticked(side, held)
        twice += _twice(side, held[0])
    on_both = set(mentors.ids) & set(mentees.ids) if not peers else set()
    origins, places, folds, unread, neither = (
        ((), (), (), (), 0) if read is None else (read.origins, read.places, read.folds, read.unread, read.neither)
    )
    return Reading(
        origins,
        places,
        folds,
        unread,
        neither,
        tuple(nothing),
        tuple(ticked),
        tuple(twice),
        tuple(name for name in mentors.ids if name in on_both),
    )


def _summed(folds: Iterable[Fold]) -> list[Fold]:
    """One fold for each text; those of private questions together."""
    found: dict[tuple[str, str, str | None, str | None, str], int] = {}
    for fold in folds:
        key = (fold.side, fold.question, fold.given, fold.read, fold.how)
        found[key] = found.get(key, 0) + fold.count
    return [Fold(*key, count) for key, count in found.items()]


def _silent(held: Sequence[People]) -> list[str]:
    """Who left every question blank, where there is any."""
    columns = [people.column(name) for people in held for name in people._columns]
    if not columns:
        return []
    answered = np.logical_or.reduce([column.known for column in columns])
    return [held[0].ids[row] for row in np.flatnonzero(~answered).tolist()]


def _ticked(side: str, held: Sequence[People]) -> Iterator[TickedAll]:
    seen = set()
    for people in held:
        for name in people._columns:
            column = people.column(name)
            question = column.question
            if name in seen or not isinstance(question, MultiChoice) or len(question.options) < _EVERYTHING:
                continue
            seen.add(name)
            rows = np.flatnonzero(column.values.all(axis=1)).tolist()
            if rows:
                who = () if question.private else tuple(people.ids[row] for row in rows)
                yield TickedAll(side, name, len(rows), who)


def _twice(side: str, people: People) -> Iterator[SameAgain]:
    """People whose ids or names are the same but for their spelling."""
    told: set[tuple[str, ...]] = set()
    for alike, texts in (("id", people.ids), ("name", people.names)):
        found: dict[str, list[str]] = {}
        for name, text in zip(people.ids, texts, strict=True):
            key = " ".join(sorted(in_accents(text).split())) if alike == "name" else in_accents(text)
            if key:
                found.setdefault(key, []).append(name)
        for ids in found.values():
            if len(ids) > 1 and tuple(ids) not in told:
                told.add(tuple(ids))
                yield SameAgain(side, tuple(ids), alike)


def _by_side(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for side, name in pairs:
        found.setdefault(side, []).append(name)
    return list(found.items())


def _named(ids: Sequence[str]) -> str:
    return listed([quoted(name) for name in ids])


def _left_out(origin: Origin) -> str:
    parts = [(origin.padding, "blank row"), (origin.repeated, "repeated header")]
    return listed([counted(count, what) for count, what in parts if count])


def _spelled(fold: Fold) -> tuple[str, str]:
    if fold.given is None:
        return "(private)", "(private)"
    return fold.given, fold.read or "(left out)"
