"""A rule that somebody writes as a function of two people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import numpy as np
import numpy.typing as npt
from pydantic import Field, ValidationInfo, ValidatorFunctionWrapHandler, WrapValidator
from pydantic.json_schema import SkipJsonSchema

from mentormatch.errors import Finding, ProgramError
from mentormatch.questions import tidy
from mentormatch.rules.rule import Mask, Rule, Values, kind_of, options_of, plain_number, question_findings
from mentormatch.wording import did_you_mean, quoted

if TYPE_CHECKING:
    from mentormatch.cohort import People
    from mentormatch.questionnaire import Questionnaire
    from mentormatch.questions import Column

Function = Callable[..., Any]


class Answers(Mapping[str, Any]):
    """What one person answered to the questions that a function uses, by question; printing shows no answer.

    A `Choice` is its option, picks and a ranking are tuples of options, a `Scale` is an int, a `Number` a float, a text
    and a reference are text. A blank is None.
    """

    def __init__(self, names: tuple[str, ...], values: tuple[Any, ...]) -> None:
        self._values = dict(zip(names, values, strict=True))

    def __getitem__(self, question: str) -> Any:
        return self._values[question]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Answers({', '.join(map(repr, self._values))})"


@dataclass(frozen=True, repr=False)
class Custom(Rule):
    """What a function gives a mentor and a mentee: a number from 0 to 1, True, False, or None where it cannot judge.

    `custom` makes one of a function. As a condition the function gives True, False or None. The function is called with
    the `Answers` of both to the questions in ``uses``, and with nothing else, so that ``uses`` decides whether the rule
    is private; equal answers must give equal values, as it is called once for all people who gave them. With
    ``vectorised=True`` it is called with the `People` of both sides, who have these answers alone, and gives an array
    of bools or numbers, shape (n_mentors, n_mentees), NaN where it cannot judge. Unknown where the function says so.

    Formula: ``function(mentor, mentee)``.

    Whatever else it gives, and whatever it raises, becomes a `ProgramError` that names the label and the two people.
    """

    uses: Sequence[str]
    _: KW_ONLY
    function: SkipJsonSchema[Annotated[Any, Field(exclude=True)]] = field(default=None, repr=False)
    vectorised: bool = False
    kind: Literal["Custom"] = field(default="Custom", repr=False)

    def __call__(self, *people: Any) -> Any:
        """What the function itself gives."""
        return self.function(*people)

    def __repr__(self) -> str:
        plain = {"vectorised": False, "weight": 1, "missing": "average", "if_unknown": "forbid"}
        shown = [f"{name}={value!r}" for name, default in plain.items() if (value := getattr(self, name)) != default]
        return f"custom({', '.join((repr(self.label), f'uses={self.uses!r}', *shown))})"

    @property
    def title(self) -> str:
        """The rule as messages name it."""
        return f"custom({quoted(self.label)})"

    @property
    def name(self) -> str:
        """The label."""
        return str(self.label)

    @property
    def function_label(self) -> str:
        """The label."""
        return self.name

    def questions(self) -> tuple[str, ...]:
        """The ids of the questions that are read."""
        return tuple(self.uses)

    def values(self, mentors: People, mentees: People) -> tuple[Values, Mask]:
        """What the function gives, once checked."""
        return self._judged(mentors, mentees, as_condition=False)

    def allows(self, mentors: People, mentees: People) -> tuple[Mask, Mask]:
        """Where the function gives True."""
        value, known = self._judged(mentors, mentees, as_condition=True)
        return value > 0, known

    def _judged(self, mentors: People, mentees: People, as_condition: bool) -> tuple[Values, Mask]:
        if self.vectorised:
            return self._checked_block(mentors, mentees, as_condition)
        theirs, own = self._answers(mentors), self._answers(mentees)
        (one, here), (other, there) = _distinct(theirs[1]), _distinct(own[1])
        value, known = np.zeros((len(one), len(other))), np.zeros((len(one), len(other)), dtype=bool)
        records = [Answers(own[0], own[1][i]) for i in other]
        for a, j in enumerate(one):
            mentor = Answers(theirs[0], theirs[1][j])
            for b, i in enumerate(other):
                given = self._called(mentor, records[b], mentors.ids[j], mentees.ids[i])
                if given is None:
                    continue
                if (number := _share(given, as_condition)) is None:
                    self._refuse(_wanted(as_condition, "None"), mentors.ids[j], mentees.ids[i])
                value[a, b], known[a, b] = number, True
        return value[np.ix_(here, there)], known[np.ix_(here, there)]

    def _checked_block(self, mentors: People, mentees: People, as_condition: bool) -> tuple[Values, Mask]:
        shape = len(mentors), len(mentees)
        given = self._called(mentors.only(self.uses), mentees.only(self.uses))
        if not isinstance(given, np.ndarray) or given.dtype.kind not in "biuf" or given.shape != shape:
            self._refuse(f"expected an array of bools or numbers, shape {shape}")
        value = given.astype(np.float64)
        known: Mask = ~np.isnan(value)
        fine = (value == 0) | (value == 1) if as_condition else (value >= 0) & (value <= 1)
        wrong = np.argwhere(known & ~fine)
        if len(wrong):
            j, i = wrong[0].tolist()
            self._refuse(_wanted(as_condition, "NaN"), mentors.ids[j], mentees.ids[i])
        value[~known] = 0
        return value, known

    def _called(self, mentor: Any, mentee: Any, *ids: str) -> Any:
        try:
            return self.function(mentor, mentee)
        except Exception as error:
            hint = "a function sees the questions in uses= that this side is asked, and a blank is None"
            found = Finding("custom_raised", f"the function raised {type(error).__name__}", where=self._where(*ids))
            raise ProgramError(replace(found, hint=hint)) from error

    def _refuse(self, expected: str, *ids: str) -> NoReturn:
        raise ProgramError(
            Finding("custom_value", f"the function gave something else: {expected}", where=self._where(*ids))
        )

    def _where(self, *ids: str) -> str:
        people = [f"{side} {quoted(name)}" for side, name in zip(("mentor", "mentee"), ids, strict=False)]
        return ", ".join((self.title, *people))

    def _answers(self, people: People) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        """The questions used that the side is asked, and what each person answered to them."""
        names = tuple(name for name in self.uses if people.asked(name))
        if not names:
            return (), [()] * len(people)
        return names, list(zip(*(_plain(people.column(name)) for name in names), strict=True))

    def _settings(self) -> Iterator[Finding]:
        if self.label is None:
            yield Finding("rule_label", "expected a label that is text and not blank")
        uses = self.uses
        texts = [tidy(name) for name in uses] if isinstance(uses, (list, tuple)) else [None]
        object.__setattr__(self, "uses", tuple(dict.fromkeys(name or "" for name in texts)))
        if not all(texts):
            hint = "such as uses=('goals', 'experience')"
            yield Finding("custom_uses", "expected uses= to be a list of question ids", hint=hint)
        if not isinstance(self.vectorised, bool):
            yield Finding("custom_vectorised", "expected vectorised= to be True or False")
        if not callable(self.function):
            yield Finding("custom_function", "expected a function of a mentor and a mentee")

    def _fits(self, questionnaire: Questionnaire, as_condition: bool) -> Iterator[Finding]:
        kinds = ("Choice", "MultiChoice", "Scale", "Number", "Text", "Reference", "Ranking")
        for name in self.uses:
            asked: Any = questionnaire[name].asked_of if name in questionnaire else "both"
            yield from question_findings(questionnaire, name, asked, kinds)


def custom(
    label: str, uses: Sequence[str] = (), vectorised: bool = False, **settings: Any
) -> Callable[[Function], Custom]:
    """Makes a rule of a function of a mentor and a mentee; ``settings`` are those of every rule, such as ``weight``.

    >>> from mentormatch import questions as q
    >>> @custom("same floor", uses=["floor"], weight=2)
    ... def same_floor(mentor, mentee):
    ...     if mentor["floor"] is None or mentee["floor"] is None:
    ...         return None
    ...     return 1 if mentor["floor"] == mentee["floor"] else 0.5
    >>> asked = [q.Number("floor")]
    >>> same_floor.try_on(asked, mentor={"floor": 3}, mentee={"floor": 4})
    0.5
    >>> print(same_floor.try_on(asked, mentor={"floor": 3}, mentee={}))
    None
    """
    return lambda function: Custom(uses, label=label, function=function, vectorised=vectorised, **settings)


def _with_function(value: Any, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    """Reads a custom rule from JSON, with the function that the reader has under its label."""
    if not isinstance(value, dict):
        return read(value)
    functions: Mapping[str, Any] = (info.context or {}).get("functions") or {}
    label = value.get("label")
    found = functions.get(label) if isinstance(label, str) else None
    if "function" in value or (found is None and isinstance(label, str)):
        hint = did_you_mean(label, tuple(functions)) if isinstance(label, str) else ""
        expected = f"there is no function for the custom rule {quoted(label)}"
        raise ProgramError(Finding("custom_function", expected, hint=hint or "give functions={label: function}"))
    return read({**value, "function": found.function if isinstance(found, Custom) else found})


CustomFromJson = Annotated[Custom, WrapValidator(_with_function)]
"""How a custom rule is read from JSON, which holds everything of it but the function."""


def _share(given: object, as_condition: bool) -> float | None:
    if isinstance(given, (bool, np.bool_)):
        return float(given)
    number = None if as_condition else plain_number(given)
    return float(number) if number is not None and 0 <= number <= 1 else None


def _wanted(as_condition: bool, unknown: str) -> str:
    numbers = "" if as_condition else ", a number from 0 to 1"
    return f"expected True, False{numbers} or {unknown}"


def _distinct(answers: list[tuple[Any, ...]]) -> tuple[list[int], npt.NDArray[np.intp]]:
    """The first place of each different tuple, and for each place the number of its tuple."""
    numbers: dict[tuple[Any, ...], int] = {}
    which = [numbers.setdefault(answer, len(numbers)) for answer in answers]
    first = [-1] * len(numbers)
    for place, number in reversed(list(enumerate(which))):
        first[number] = place
    return first, np.array(which, dtype=np.intp)


def _plain(column: Column) -> list[Any]:
    """The answers of a column as plain values, None for a blank."""
    kind, options = kind_of(column), options_of(column)
    held = zip(column.values.tolist(), column.known.tolist(), strict=True)
    if kind == "Choice":
        return [options[value] if known else None for value, known in held]
    if kind == "MultiChoice":
        return [
            tuple(o for o, picked in zip(options, row, strict=True) if picked) if known else None for row, known in held
        ]
    if kind == "Ranking":
        return [
            tuple(options[k] for _, k in sorted((rank, k) for k, rank in enumerate(row) if rank)) if known else None
            for row, known in held
        ]
    return [(int(value) if kind == "Scale" else value) if known else None for value, known in held]
