"""What every kind of question has: its settings, how one answer is read, and how many are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict

from mentormatch.distinct import Distinct, distinct
from mentormatch.errors import Finding, ProgramError
from mentormatch.questions.column import Column
from mentormatch.questions.values import NO_WORDS, Blanks, Unreadable, tidy
from mentormatch.wording import listed, quoted

Side = Literal["mentor", "mentee"]
SIDES: tuple[Side, Side] = ("mentor", "mentee")
RESERVED = ("id", "name", "capacity", "minimum_load", "wants", "priority")


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

    def _check_common(self) -> Iterable[Unreadable]:
        name = tidy(self.id)
        if not name:
            yield Unreadable("question_id", "expected an id that is text and not blank")
        else:
            object.__setattr__(self, "id", name)
            if name in RESERVED:
                names = listed([quoted(r) for r in RESERVED])
                yield Unreadable("question_id_reserved", f"expected an id other than the reserved fields {names}")
        text = tidy(self.text)
        if text is None:
            yield Unreadable("question_text", "expected text= to be text")
        else:
            object.__setattr__(self, "text", text)
        if self.asked_of not in ("mentor", "mentee", "both"):
            yield Unreadable("question_asked_of", "expected asked_of= to be 'mentor', 'mentee' or 'both'")
        for setting in ("required", "private"):
            if not isinstance(getattr(self, setting), bool):
                yield Unreadable(f"question_{setting}", f"expected {setting}= to be True or False")
        # Anything but the right kind could not be read back from JSON.
        if getattr(self, "kind", None) != type(self).__name__:
            yield Unreadable("question_kind", f"expected kind= to be {quoted(type(self).__name__)}")

    def _check(self) -> Iterable[Unreadable]:
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
        """The value of an answer that is not blank, or an ``Unreadable``."""

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

    def read(self, answer: object, blanks: Blanks = NO_WORDS) -> Any:
        """The value of one answer, None for a blank, or an ``Unreadable``."""
        return None if answer in blanks else self._read_known(answer)

    def read_all(self, answers: Sequence[object], blanks: Blanks = NO_WORDS) -> tuple[Column, dict[int, Unreadable]]:
        """The column of many answers, and the problems by row; a row with a problem is blank in the column.

        An answer may be ``Unreadable`` already. Equal texts and tuples of texts are read once: the work is that of the
        distinct answers and one look-up a row.
        """
        held = answers if isinstance(answers, Distinct) else distinct(answers, _KINDS)
        if held is not None and not _plain_tuples(held.values):
            held = None
        given = answers if held is None else held.values
        values = [answer if type(answer) is Unreadable else self.read(answer, blanks) for answer in given]
        wrong = {place: value for place, value in enumerate(values) if type(value) is Unreadable}
        array = self._hold([None if type(value) is Unreadable else value for value in values] if wrong else values)
        if held is None:
            return Column(self, array), wrong
        of_rows = enumerate(held.rows.tolist() if wrong else ())
        return Column(self, array[held.rows]), {row: wrong[place] for row, place in of_rows if place in wrong}

    def suggestion(self, problem: Unreadable) -> str:
        """The way out of a problem: "did you mean ...?" or the options; nothing for a private question."""
        return "" if self.private else problem.hint

    def _unreadable(self, code: str, expected: str, hint: str = "", wrong: tuple[str, ...] = ()) -> Unreadable:
        return Unreadable(code, expected) if self.private else Unreadable(code, expected, hint, wrong)


# Equal entries of these types mean the same.
_KINDS: frozenset[type] = frozenset((str, int, tuple, type(None), Unreadable))


def _plain_tuples(answers: Sequence[object]) -> bool:
    """Whether tuples hold nothing but text: (1,) and (True,) are equal."""
    return all(set(map(type, answer)) <= {str} for answer in answers if type(answer) is tuple)
