"""Questions with options: one of them, any number of them, or a ranking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from mentormatch.questions.question import AnyQuestion
from mentormatch.questions.values import (
    LARGEST_SCALE,
    NO_WORDS,
    PICKS,
    Blanks,
    Unreadable,
    set_number,
    tidy,
    whole_number,
)
from mentormatch.wording import counted, listed, nearest, number, quoted

_JOINTS = (";", ",", "|")
_ONE_OR_MORE = (str, *PICKS)
_MOST_OPTIONS_SHOWN = 6
_LONGEST_COMPARED = 80
_MOST_COMPARED = 5


@dataclass(frozen=True)
class WithOptions(AnyQuestion):
    """A question with ``options``, kept as a tuple of texts in NFC and trimmed, all different without case."""

    options: Sequence[str]

    several: ClassVar[bool] = True
    """Whether an answer may be several options."""

    def _check(self) -> Iterable[Unreadable]:
        given = self.options
        if isinstance(given, (str, bytes)) or not isinstance(given, (Sequence, np.ndarray)):
            object.__setattr__(self, "options", ())
            yield Unreadable("options", "expected options= to be a list of texts")
            return
        texts = [tidy(option) for option in given]
        object.__setattr__(self, "options", tuple(text or "" for text in texts))
        if not texts:
            yield Unreadable("options_missing", "expected at least one option")
        if unreadable := sum(not text for text in texts):
            those = "is" if unreadable == 1 else "are"
            yield Unreadable("options", f"{unreadable} of {counted(len(texts), 'option')} {those} blank or no text")
        folded: dict[str, str] = {}
        for text in texts:
            if text and (first := folded.get(text.casefold())) is not None:
                yield Unreadable(
                    "options_repeated", f"expected every option once; {quoted(text)} repeats {quoted(first)}"
                )
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

    def suggestion(self, problem: Unreadable) -> str:
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

    def read(self, answer: object, blanks: Blanks = NO_WORDS) -> Any:
        """The value of one answer, None for a blank, or an ``Unreadable``; blanks among picks are dropped."""
        # Most lists hold options only, which is quicker to see than that they hold no blank.
        value = self._read_known(answer) if isinstance(answer, (list, tuple)) and answer else None
        if value is None or isinstance(value, Unreadable):
            value = super().read(answer, blanks)
        if isinstance(value, Unreadable) and isinstance(answer, PICKS):
            kept = [pick for pick in answer if isinstance(pick, PICKS) or pick not in blanks]
            if len(kept) < len(answer):
                value = self._read_known(frozenset(kept) if isinstance(answer, (set, frozenset)) else kept)
        return value

    def _picks(self, answer: object) -> tuple[int, ...] | Unreadable:
        """The positions of the picks in the order given; one text is one pick."""
        given = list(answer) if isinstance(answer, PICKS) else [answer]
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
        return self._unreadable("not_an_option", f"{which} {those} not {among}{self.option_count}", wrong=tuple(texts))


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

    def _check(self) -> Iterable[Unreadable]:
        yield from super()._check()
        if not isinstance(self.ordered, bool):
            yield Unreadable("question_ordered", "expected ordered= to be True or False")

    def _wanted(self) -> str:
        return f"one of {self.option_count}" if len(self.options) > 1 else self.option_count

    def _read_known(self, answer: object) -> int | Unreadable:
        position = self.position(answer)
        if position is not None:
            return position
        wrong = tidy(answer)
        return self._unreadable("not_an_option", f"expected {self.wanted}", wrong=(wrong,) if wrong else ())

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

    def _check(self) -> Iterable[Unreadable]:
        yield from super()._check()
        if self.at_most is not None:
            limit = set_number(self.at_most, whole_number)
            if limit is None or not 1 <= limit <= LARGEST_SCALE:
                yield Unreadable("question_at_most", "expected at_most= to be a whole number from 1, or None")
            else:
                object.__setattr__(self, "at_most", limit)

    def _wanted(self) -> str:
        most = "" if self.at_most is None else f"at most {number(self.at_most)} of "
        return f"{most or 'any of '}{self.option_count}"

    def _read_known(self, answer: object) -> tuple[int, ...] | Unreadable:
        if not isinstance(answer, _ONE_OR_MORE):
            return self._unreadable("not_a_list", f"expected a list with {self.wanted}")
        picks = self._picks(answer)
        if isinstance(picks, Unreadable):
            return picks
        picks = tuple(dict.fromkeys(picks))
        if self.at_most is not None and len(picks) > self.at_most:
            return self._unreadable("too_many_picks", f"expected {self.wanted}, not {number(len(picks))}")
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

    def _read_known(self, answer: object) -> tuple[int, ...] | Unreadable:
        if not isinstance(answer, (str, list, tuple)):
            return self._unreadable("not_a_list", f"expected {self.wanted}, as a list")
        picks = self._picks(answer)
        if not isinstance(picks, Unreadable) and len(set(picks)) < len(picks):
            return self._unreadable("ranked_twice", f"expected {self.wanted}, each at most once")
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


def _scattered(values: Sequence[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int32]]:
    """For every pick its row, its option and its place in the list, from 1."""
    sizes = np.array([0 if value is None else len(value) for value in values], dtype=np.intp)
    rows = np.repeat(np.arange(len(values)), sizes)
    picks = np.fromiter(chain.from_iterable(value for value in values if value), dtype=np.intp, count=int(sizes.sum()))
    places = np.arange(1, len(picks) + 1) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return rows, picks, places.astype(np.int32)
