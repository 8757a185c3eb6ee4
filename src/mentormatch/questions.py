"""The kinds of question: what may be asked, how an answer is read, and how a column of answers is held.

A *blank* is an unanswered question: an empty or whitespace text, ``None``, NaN, an empty list, or a word that the
questionnaire lists. Anything else must be valid. Texts are compared after Unicode NFC and trimming, and exactly.
"""

from __future__ import annotations

import math
import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field

from mentormatch.distinct import Distinct, distinct
from mentormatch.doors import keep_findings
from mentormatch.errors import AnswerError, Finding, ProgramError
from mentormatch.ids import person_id
from mentormatch.wording import counted, listed, nearest, number, quoted

__all__ = ["Choice", "Column", "MultiChoice", "Number", "Question", "Ranking", "Reference", "Scale", "Text"]

N = TypeVar("N", int, float)
Side = Literal["mentor", "mentee"]
SIDES: tuple[Side, Side] = ("mentor", "mentee")
RESERVED = ("id", "name", "capacity", "minimum_load", "wants", "priority")

_LARGEST_SCALE = 1_000_000_000
_LARGEST_NUMBER = 9e9
_JOINTS = (";", ",", "|")
_PICKS = (list, tuple, set, frozenset)
_ONE_OR_MORE = (str, *_PICKS)
_MOST_OPTIONS_SHOWN = 6
_LONGEST_COMPARED = 80
_MOST_COMPARED = 5
_WHOLE = re.compile(r"[+-]?[0-9]{1,15}(?:\.0*)?", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?", re.ASCII)


@dataclass(frozen=True)
class Problem:
    """Why one answer cannot be read; ``wrong`` are texts to compare with the options, none for private questions."""

    code: str
    expected: str
    hint: str = ""
    wrong: tuple[str, ...] = field(default=(), repr=False)


def tidy(text: object) -> str | None:
    """The text in Unicode NFC and trimmed; None where it is no text or holds half a surrogate pair.

    >>> tidy("  Zoe\u0308 ")
    'Zoë'
    """
    if not isinstance(text, str):
        return None
    # Not str(text), which for a member of an enumeration is the name of the member.
    plain = str.__str__(text)
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", plain)
        try:
            plain.encode()
        except UnicodeEncodeError:
            return None
    return plain.strip()


def whole_number(value: object) -> int | None:
    """The whole number that a value means (``2``, ``2.0``, ``"2"``), or None; a bool is not a number."""
    if isinstance(value, (int, np.integer)):
        return None if isinstance(value, bool) else int(value)
    if isinstance(value, (float, np.floating)):
        # The bound keeps to numbers that a float holds exactly and shuts out infinity and NaN.
        exact = float(value)
        return int(exact) if abs(exact) <= 2**53 and exact.is_integer() else None
    if isinstance(value, str):
        text = str.__str__(value).strip()
        return int(text.partition(".")[0]) if _WHOLE.fullmatch(text) else None
    return None


def decimal_number(value: object) -> float | None:
    """The finite number within ±9e9 that a value means (``3.5``, ``"3.5"``), or None; a bool is not a number."""
    if isinstance(value, str):
        text = str.__str__(value).strip()
        value = float(text) if _DECIMAL.fullmatch(text) else None
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        return None
    # Adding 0.0 makes the negative zero the usual one.
    return float(value) + 0.0 if -_LARGEST_NUMBER <= value <= _LARGEST_NUMBER else None


@dataclass(frozen=True)
class Blanks:
    """What counts as unanswered: the empty spellings and ``words``, compared trimmed and without case."""

    words: frozenset[str] = frozenset()

    def __contains__(self, answer: object) -> bool:
        if answer is None:
            return True
        if isinstance(answer, str):
            text = str.__str__(answer).strip()
            return not text or (bool(self.words) and (tidy(text) or "").casefold() in self.words)
        if _is_nan(answer):
            return True
        if isinstance(answer, _PICKS):
            # A list in a list is no blank: it is a wrong pick, even when it is empty.
            return all(not isinstance(pick, _PICKS) and pick in self for pick in answer)
        return False


_NO_WORDS = Blanks()


@dataclass(frozen=True)
class AnyQuestion(ABC):
    """What every kind of question has.

    ``id`` names the question in records and rules. ``text`` is what people are asked. ``asked_of`` is "mentor",
    "mentee" or "both". A blank answer to a ``required`` question is an error. The answers to a ``private`` question
    count in scores and are shown to nobody but their owner and the administrator, and never in a message.

    Settings that cannot be meant raise ``ProgramError`` with all findings of the question.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    id: str
    text: str = field(default="", kw_only=True)
    asked_of: Literal["mentor", "mentee", "both"] = field(default="both", kw_only=True)
    required: bool = field(default=False, kw_only=True)
    private: bool = field(default=False, kw_only=True)

    if TYPE_CHECKING:

        @property
        def kind(self) -> str:
            """The name of the kind, which tells the kinds apart in JSON; a field of every kind."""

    def __post_init__(self) -> None:
        wrong = [*self._check_common(), *self._check()]
        if wrong:
            name = tidy(self.id) or None
            raise ProgramError([Finding(p.code, p.expected, question=name, hint=p.hint) for p in wrong])

    def _check_common(self) -> Iterable[Problem]:
        name = tidy(self.id)
        if not name:
            yield Problem("question_id", "expected an id that is text and not blank")
        else:
            object.__setattr__(self, "id", name)
            if name in RESERVED:
                names = listed([quoted(r) for r in RESERVED])
                yield Problem("question_id_reserved", f"expected an id other than the reserved fields {names}")
        text = tidy(self.text)
        if text is None:
            yield Problem("question_text", "expected text= to be text")
        else:
            object.__setattr__(self, "text", text)
        if self.asked_of not in ("mentor", "mentee", "both"):
            yield Problem("question_asked_of", "expected asked_of= to be 'mentor', 'mentee' or 'both'")
        for setting in ("required", "private"):
            if not isinstance(getattr(self, setting), bool):
                yield Problem(f"question_{setting}", f"expected {setting}= to be True or False")
        # Anything but the right kind could not be read back from JSON.
        if getattr(self, "kind", None) != type(self).__name__:
            yield Problem("question_kind", f"expected kind= to be {quoted(type(self).__name__)}")

    def _check(self) -> Iterable[Problem]:
        """The problems with the settings of this kind."""
        return ()

    @property
    def wanted(self) -> str:
        """What an answer is, as a clause: "a whole number from 1 to 5"."""
        return self._wanted()

    @abstractmethod
    def _wanted(self) -> str: ...

    @abstractmethod
    def _read_known(self, answer: object) -> Any:
        """The value of an answer that is not blank, or a ``Problem``."""

    @abstractmethod
    def _hold(self, values: Sequence[Any]) -> NDArray[Any]:
        """An array of values as ``read`` gives them, None for a blank."""

    @abstractmethod
    def _known(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        """Which rows of an array made by ``_hold`` are answered."""

    @abstractmethod
    def _fits(self, values: NDArray[Any]) -> bool:
        """Whether an array has the type and the shape that ``_hold`` gives."""

    def asks(self, side: str) -> bool:
        """Whether that side is asked this question."""
        return self.asked_of in ("both", side)

    def read(self, answer: object, blanks: Blanks = _NO_WORDS) -> Any:
        """The value of one answer, None for a blank, or a ``Problem``."""
        return None if answer in blanks else self._read_known(answer)

    def read_all(self, answers: Sequence[object], blanks: Blanks = _NO_WORDS) -> tuple[Column, dict[int, Problem]]:
        """The column of many answers, and the problems by row; a row with a problem is blank in the column.

        An answer may be a ``Problem`` already. Equal texts and tuples of texts are read once: the work is that of the
        distinct answers and one look-up a row.
        """
        held = answers if isinstance(answers, Distinct) else distinct(answers, _KINDS)
        if held is not None and not _plain_tuples(held.values):
            held = None
        given = answers if held is None else held.values
        values = [answer if type(answer) is Problem else self.read(answer, blanks) for answer in given]
        wrong = {place: value for place, value in enumerate(values) if type(value) is Problem}
        array = self._hold([None if type(value) is Problem else value for value in values] if wrong else values)
        if held is None:
            return Column(self, array), wrong
        of_rows = enumerate(held.rows.tolist() if wrong else ())
        return Column(self, array[held.rows]), {row: wrong[place] for row, place in of_rows if place in wrong}

    def suggestion(self, problem: Problem) -> str:
        """The way out of a problem: "did you mean ...?" or the options; nothing for a private question."""
        return "" if self.private else problem.hint

    def _problem(self, code: str, expected: str, hint: str = "", wrong: tuple[str, ...] = ()) -> Problem:
        return Problem(code, expected) if self.private else Problem(code, expected, hint, wrong)


@dataclass(frozen=True)
class WithOptions(AnyQuestion):
    """A question with ``options``, kept as a tuple of texts in NFC and trimmed, all different without case."""

    options: Sequence[str]

    several: ClassVar[bool] = True
    """Whether an answer may be several options."""

    def _check(self) -> Iterable[Problem]:
        given = self.options
        if isinstance(given, (str, bytes)) or not isinstance(given, (Sequence, np.ndarray)):
            object.__setattr__(self, "options", ())
            yield Problem("options", "expected options= to be a list of texts")
            return
        texts = [tidy(option) for option in given]
        object.__setattr__(self, "options", tuple(text or "" for text in texts))
        if not texts:
            yield Problem("options_missing", "expected at least one option")
        if unreadable := sum(not text for text in texts):
            those = "is" if unreadable == 1 else "are"
            yield Problem("options", f"{unreadable} of {counted(len(texts), 'option')} {those} blank or no text")
        folded: dict[str, str] = {}
        for text in texts:
            if text and (first := folded.get(text.casefold())) is not None:
                yield Problem("options_repeated", f"expected every option once; {quoted(text)} repeats {quoted(first)}")
            elif text:
                folded[text.casefold()] = text

    @property
    def option_count(self) -> str:
        """The options in a message: "the 24 options"."""
        return "the only option" if len(self.options) == 1 else f"the {number(len(self.options))} options"

    @cached_property
    def _position(self) -> dict[str, int]:
        return {option: k for k, option in enumerate(self.options)}

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {option.casefold(): option for option in self.options}

    def position(self, pick: object) -> int | None:
        """Where in the options a pick stands, or None."""
        text = tidy(pick)
        return None if text is None else self._position.get(text)

    def suggestion(self, problem: Problem) -> str:
        if self.private or problem.hint or not problem.wrong:
            return super().suggestion(problem)
        if self.several and (joint := next(filter(None, map(self._joint, problem.wrong)), None)):
            looks = f"this looks like several picks joined by {quoted(joint)}"
            return f"{looks}: give a list, or delimiters= to split a table's cells"
        meant = filter(None, map(self._meant, problem.wrong[:_MOST_COMPARED]))
        if near := listed(quoted(option) for option in dict.fromkeys(meant)):
            return f"did you mean {near}?"
        if len(self.options) <= _MOST_OPTIONS_SHOWN:
            those = "option is" if len(self.options) == 1 else "options are"
            return f"the {those} {listed([quoted(option) for option in self.options])}"
        return ""

    def _meant(self, text: str) -> str | None:
        """The option that a text probably means."""
        text = text[:_LONGEST_COMPARED]
        return self._folded.get(text.casefold()) or nearest(text, tuple(self.options))

    def _joint(self, text: str) -> str | None:
        """What seems to join picks in a text that should have been a list: it stands beside an option."""
        for joint in _JOINTS:
            parts = text.split(joint)
            if len(parts) > 1 and any(part.strip().casefold() in self._folded for part in parts):
                return joint
        return None

    def read(self, answer: object, blanks: Blanks = _NO_WORDS) -> Any:
        """The value of one answer, None for a blank, or a ``Problem``; blanks among picks are dropped."""
        # Most lists hold options only, which is quicker to see than that they hold no blank.
        value = self._read_known(answer) if isinstance(answer, (list, tuple)) and answer else None
        if value is None or isinstance(value, Problem):
            value = super().read(answer, blanks)
        if isinstance(value, Problem) and isinstance(answer, _PICKS):
            kept = [pick for pick in answer if isinstance(pick, _PICKS) or pick not in blanks]
            if len(kept) < len(answer):
                value = self._read_known(frozenset(kept) if isinstance(answer, (set, frozenset)) else kept)
        return value

    def _picks(self, answer: object) -> tuple[int, ...] | Problem:
        """The positions of the picks in the order given; one text is one pick."""
        given = list(answer) if isinstance(answer, _PICKS) else [answer]
        try:
            return tuple(map(self._position.__getitem__, given))  # type: ignore[arg-type]
        except (KeyError, TypeError):
            positions = [self.position(pick) for pick in given]
        wrong = [pick for pick, position in zip(given, positions, strict=True) if position is None]
        if not wrong:
            return tuple(position for position in positions if position is not None)
        texts = [text for text in map(tidy, wrong) if text]
        if isinstance(answer, (set, frozenset)):
            # A set gives its picks in an order that changes from run to run.
            texts.sort()
        those = "is" if len(wrong) == 1 else "are"
        which = f"{number(len(wrong))} of {counted(len(given), 'pick')}" if len(given) > 1 else "the pick"
        among = "among " if len(self.options) > 1 else ""
        return self._problem("not_an_option", f"{which} {those} not {among}{self.option_count}", wrong=tuple(texts))


@dataclass(frozen=True)
class Choice(WithOptions):
    """One of several options; ``ordered=True`` says that they stand from low to high.

    A column holds the position of the option as int32, shape (n,), -1 for a blank.

    >>> Choice("grade", ["EO", "HEO", "SEO"], ordered=True).read("HEO")
    1
    """

    several: ClassVar[bool] = False

    ordered: bool = False
    kind: Literal["Choice"] = field(default="Choice", repr=False, kw_only=True)

    def _check(self) -> Iterable[Problem]:
        yield from super()._check()
        if not isinstance(self.ordered, bool):
            yield Problem("question_ordered", "expected ordered= to be True or False")

    def _wanted(self) -> str:
        return f"one of {self.option_count}" if len(self.options) > 1 else self.option_count

    def _read_known(self, answer: object) -> int | Problem:
        position = self.position(answer)
        if position is not None:
            return position
        wrong = tidy(answer)
        return self._problem("not_an_option", f"expected {self.wanted}", wrong=(wrong,) if wrong else ())

    def _hold(self, values: Sequence[Any]) -> NDArray[np.int32]:
        return np.array([-1 if value is None else value for value in values], dtype=np.int32)

    def _known(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        return np.asarray(values >= 0)

    def _fits(self, values: NDArray[Any]) -> bool:
        return values.dtype == np.int32 and values.ndim == 1


@dataclass(frozen=True)
class MultiChoice(WithOptions):
    """Any number of several options, or ``at_most`` of them.

    An answer is a list, tuple or set of options, or one option as text (never split). A pick given twice counts once.
    A column holds which options are picked as bool, shape (n, options); a blank has no pick.

    >>> MultiChoice("skills", ["Python", "Negotiation"]).read(["Negotiation"])
    (1,)
    """

    at_most: int | None = None
    kind: Literal["MultiChoice"] = field(default="MultiChoice", repr=False, kw_only=True)

    def _check(self) -> Iterable[Problem]:
        yield from super()._check()
        if self.at_most is not None:
            limit = _set_number(self.at_most, whole_number)
            if limit is None or not 1 <= limit <= _LARGEST_SCALE:
                yield Problem("question_at_most", "expected at_most= to be a whole number from 1, or None")
            else:
                object.__setattr__(self, "at_most", limit)

    def _wanted(self) -> str:
        most = "" if self.at_most is None else f"at most {number(self.at_most)} of "
        return f"{most or 'any of '}{self.option_count}"

    def _read_known(self, answer: object) -> tuple[int, ...] | Problem:
        if not isinstance(answer, _ONE_OR_MORE):
            return self._problem("not_a_list", f"expected a list with {self.wanted}")
        picks = self._picks(answer)
        if isinstance(picks, Problem):
            return picks
        picks = tuple(dict.fromkeys(picks))
        if self.at_most is not None and len(picks) > self.at_most:
            return self._problem("too_many_picks", f"expected {self.wanted}, not {number(len(picks))}")
        return picks

    def _hold(self, values: Sequence[Any]) -> NDArray[np.bool_]:
        picked = np.zeros((len(values), len(self.options)), dtype=np.bool_)
        rows, picks, _ = _scattered(values)
        picked[rows, picks] = True
        return picked

    def _known(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        return np.asarray(values.any(axis=1))

    def _fits(self, values: NDArray[Any]) -> bool:
        return values.dtype == np.bool_ and values.ndim == 2 and values.shape[1] == len(self.options)


@dataclass(frozen=True)
class Scale(AnyQuestion):
    """A whole number from ``minimum`` to ``maximum``, both included.

    A column holds float64, shape (n,), NaN for a blank. Text such as "4" is read as the number.

    >>> Scale("bluntness", 1, 5).read("4")
    4.0
    """

    minimum: int
    maximum: int
    kind: Literal["Scale"] = field(default="Scale", repr=False, kw_only=True)

    def _check(self) -> Iterable[Problem]:
        bounds = []
        for setting in ("minimum", "maximum"):
            given = getattr(self, setting)
            bound = _set_number(given, whole_number)
            if bound is None or abs(bound) > _LARGEST_SCALE:
                limit = number(_LARGEST_SCALE)
                yield Problem(f"question_{setting}", f"expected {setting}= to be a whole number within ±{limit}")
            else:
                object.__setattr__(self, setting, bound)
                bounds.append(bound)
        if len(bounds) == 2 and bounds[0] > bounds[1]:
            yield Problem("question_range", f"expected minimum ({bounds[0]}) not to be above maximum ({bounds[1]})")

    def _wanted(self) -> str:
        return f"a whole number from {self.minimum} to {self.maximum}"

    def _read_known(self, answer: object) -> float | Problem:
        value = whole_number(answer)
        if value is None or not self.minimum <= value <= self.maximum:
            return self._problem("not_on_the_scale", f"expected {self.wanted}")
        return float(value)

    def _hold(self, values: Sequence[Any]) -> NDArray[np.float64]:
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)

    def _known(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        return np.asarray(~np.isnan(values))

    def _fits(self, values: NDArray[Any]) -> bool:
        return values.dtype == np.float64 and values.ndim == 1


@dataclass(frozen=True)
class Number(AnyQuestion):
    """A finite number within ±9e9, where given from ``minimum`` to ``maximum``; ``unit`` is only shown.

    A column holds float64, shape (n,), NaN for a blank. Text such as "3.5" is read as the number.

    >>> Number("experience", unit="years", minimum=0).read("3.5")
    3.5
    """

    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    kind: Literal["Number"] = field(default="Number", repr=False, kw_only=True)

    def _check(self) -> Iterable[Problem]:
        unit = tidy(self.unit)
        if unit is None:
            yield Problem("question_unit", "expected unit= to be text")
        else:
            object.__setattr__(self, "unit", unit)
        bounds = []
        for setting in ("minimum", "maximum"):
            given = getattr(self, setting)
            if given is None:
                continue
            bound = _set_number(given, decimal_number)
            if bound is None:
                yield Problem(f"question_{setting}", f"expected {setting}= to be a number within ±9e9, or None")
            else:
                object.__setattr__(self, setting, bound)
                bounds.append(bound)
        if len(bounds) == 2 and bounds[0] > bounds[1]:
            yield Problem("question_range", f"expected minimum ({bounds[0]:g}) not to be above maximum ({bounds[1]:g})")

    def _wanted(self) -> str:
        of = f" of {self.unit}" if self.unit else ""
        low = "" if self.minimum is None else f" from {_plain(self.minimum)}"
        high = "" if self.maximum is None else f" {'to' if low else 'up to'} {_plain(self.maximum)}"
        return f"a number{of}{low}{high}"

    def _read_known(self, answer: object) -> float | Problem:
        value = decimal_number(answer)
        if value is None:
            return self._problem("not_a_number", f"expected {self.wanted}")
        if (self.minimum is not None and value < self.minimum) or (self.maximum is not None and value > self.maximum):
            return self._problem("out_of_range", f"expected {self.wanted}")
        return value

    def _hold(self, values: Sequence[Any]) -> NDArray[np.float64]:
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)

    def _known(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        return np.asarray(~np.isnan(values))

    def _fits(self, values: NDArray[Any]) -> bool:
        return values.dtype == np.float64 and values.ndim == 1


@dataclass(frozen=True)
class Text(AnyQuestion):
    """Free text, kept in Unicode NFC and trimmed. A column holds ``str`` as objects, shape (n,), None for a blank."""

    kind: Literal["Text"] = field(default="Text", repr=False, kw_only=True)

    def _wanted(self) -> str:
        return "text"

    def _read_known(self, answer: object) -> str | Problem:
        text = tidy(answer)
        return self._problem("not_a_text", f"expected {self.wanted}") if text is None else text

    def _hold(self, values: Sequence[Any]) -> NDArray[np.object_]:
        held = np.empty(len(values), dtype=np.object_)
        held[:] = values
        return held

    def _known(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        return np.fromiter((value is not None for value in values), dtype=np.bool_, count=len(values))

    def _fits(self, values: NDArray[Any]) -> bool:
        return values.dtype == np.object_ and values.ndim == 1


@dataclass(frozen=True)
class Reference(Text):
    """The id of another person, who need not be in the cohort. A column holds ids as objects, None for a blank."""

    kind: Literal["Reference"] = field(default="Reference", repr=False, kw_only=True)  # type: ignore[assignment]

    def _wanted(self) -> str:
        return "the id of a person"

    def _read_known(self, answer: object) -> str | Problem:
        name = person_id(answer)
        return self._problem("not_an_id", f"expected {self.wanted}") if isinstance(name, Finding) else name


@dataclass(frozen=True)
class Ranking(WithOptions):
    """Options in the order of preference, best first; options left out are not ranked.

    An answer is a list or tuple of options, or one option as text. A column holds ranks as int32, shape
    (n, options): 1 for the best, 2 for the next, 0 where not ranked; a blank ranks none.

    >>> Ranking("criteria", ["goals", "skills", "interests"]).read(["skills", "goals"])
    (1, 0)
    """

    kind: Literal["Ranking"] = field(default="Ranking", repr=False, kw_only=True)

    def _wanted(self) -> str:
        return f"a ranking of {self.option_count}, best first"

    def _read_known(self, answer: object) -> tuple[int, ...] | Problem:
        if not isinstance(answer, (str, list, tuple)):
            return self._problem("not_a_list", f"expected {self.wanted}, as a list")
        picks = self._picks(answer)
        if not isinstance(picks, Problem) and len(set(picks)) < len(picks):
            return self._problem("ranked_twice", f"expected {self.wanted}, each at most once")
        return picks

    def _hold(self, values: Sequence[Any]) -> NDArray[np.int32]:
        ranks = np.zeros((len(values), len(self.options)), dtype=np.int32)
        rows, picks, places = _scattered(values)
        ranks[rows, picks] = places
        return ranks

    def _known(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        return np.asarray(values.any(axis=1))

    def _fits(self, values: NDArray[Any]) -> bool:
        return values.dtype == np.int32 and values.ndim == 2 and values.shape[1] == len(self.options)


Question = Annotated[
    Choice | MultiChoice | Scale | Number | Text | Reference | Ranking, Field(discriminator="kind"), keep_findings
]


@dataclass(frozen=True, eq=False, repr=False)
class Column:
    """The answers of n people to one question: ``values`` as the kind of question holds them, and ``known``.

    ``known`` is a bool array, shape (n,), False for a blank. Both arrays are read-only.
    """

    question: AnyQuestion
    values: NDArray[Any]
    known: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        values = np.array(self.values)
        if not self.question._fits(values):
            expected = "expected an array of the type and shape that this kind of question holds"
            raise AnswerError(Finding("column_array", expected, question=self.question.id))
        known = self.question._known(values)
        values.setflags(write=False)
        known.setflags(write=False)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "known", known)

    def __reduce__(self) -> tuple[Any, ...]:
        # Made anew, since a copy of an array can be written to.
        return Column, (self.question, self.values)

    def take(self, rows: NDArray[Any]) -> Column:
        """The column of the people at ``rows`` (positions, or a mask), in that order."""
        found = object.__new__(Column)  # what was checked once need not be again
        object.__setattr__(found, "question", self.question)
        for name, array in (("values", self.values[rows].copy()), ("known", self.known[rows].copy())):
            array.setflags(write=False)
            object.__setattr__(found, name, array)
        return found

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        blank = len(self) - int(self.known.sum())
        return f"Column({self.question.id!r}, {counted(len(self), 'person', 'people')}, {number(blank)} blank)"


def joined(columns: Sequence[Column]) -> Column:
    """Columns of one question, one below the other."""
    return Column(columns[0].question, np.concatenate([column.values for column in columns]))


def _scattered(values: Sequence[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int32]]:
    """For every pick its row, its option and its place in the list, from 1."""
    sizes = np.array([0 if value is None else len(value) for value in values], dtype=np.intp)
    rows = np.repeat(np.arange(len(values)), sizes)
    picks = np.fromiter(chain.from_iterable(value for value in values if value), dtype=np.intp, count=int(sizes.sum()))
    places = np.arange(1, len(picks) + 1) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return rows, picks, places.astype(np.int32)


def _set_number(given: object, read: Callable[[object], N | None]) -> N | None:
    """A number in a setting, which unlike an answer is never given as text."""
    return None if isinstance(given, str) else read(given)


# Equal entries of these types mean the same.
_KINDS: frozenset[type] = frozenset((str, int, tuple, type(None), Problem))


def _plain_tuples(answers: Sequence[object]) -> bool:
    """Whether tuples hold nothing but text: (1,) and (True,) are equal."""
    return all(set(map(type, answer)) <= {str} for answer in answers if type(answer) is tuple)


def _is_nan(value: object) -> bool:
    return isinstance(value, (float, np.floating)) and math.isnan(value)


def _plain(value: float) -> str:
    return f"{value:.0f}" if value.is_integer() else repr(value)
