"""A rule on free text: how alike two texts are, by their words or by vectors that somebody's function gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import numpy as np
import numpy.typing as npt
from pydantic import PlainSerializer, ValidationInfo, ValidatorFunctionWrapHandler, WithJsonSchema, WrapValidator

from mentormatch.errors import Finding, ProgramError
from mentormatch.rules.answers import left_blank
from mentormatch.rules.rule import Mask, Values, between
from mentormatch.rules.two_questions import TwoQuestions
from mentormatch.rules.vectors import RoundedVectors, Vectors, WordVectors
from mentormatch.wording import did_you_mean, number, quoted

if TYPE_CHECKING:
    from mentormatch.cohort import People
    from mentormatch.questionnaire import Questionnaire

Embed = Annotated[
    Any,
    PlainSerializer(lambda function: function is not None, return_type=bool),
    WithJsonSchema({"type": ["boolean", "null"]}),
]
_SHOWN = 5


@dataclass(frozen=True, repr=False)
class Similar(TwoQuestions):
    """How alike the free text of both is: the cosine of their words, rare words counting for more.

    ``question`` is asked of mentees and ``by`` of mentors (the same question where ``by`` is missing), both a `Text`.
    Whole words are compared, without case and accents, a plural as its singular where the cohort has that word as
    well, and without stop words of English, German, French, Spanish, Italian, Dutch and Portuguese. The weight of a
    word is 1 where more than half of the people who wrote anything say it, 2 for more than a quarter, and so on, one
    more for each halving; a word counts once in a text. Unknown where either text is blank or says nothing.

    With ``embed=``, a function of a list of texts that gives a vector for each, shape (n, dimensions), the value is the
    cosine of the vectors at length 1, rounded to multiples of 2**-11, and 0 where it is below 0; a vector of zeros
    cannot be judged. The function is called once for a cohort (and once in each process of an executor) with every
    different text, in the order of the alphabet, and must give the same for the same texts. What it gives is checked,
    and a `ProgramError` names the rule.

    Formula: ``sum(weight ** 2 of words of both) / sqrt(sum(weight ** 2 of mentor's) * sum(weight ** 2 of mentee's))``.

    >>> from mentormatch import questions as q
    >>> asked = [q.Text("career")]
    >>> rule = Similar("career")
    >>> others = [{"career": "Sales, people"}, {"career": "Law"}]
    >>> rule.try_on(
    ...     asked, mentor={"career": "I lead people"}, mentee={"career": "To lead a team of people"}, others=others
    ... )
    0.5976143046671968
    """

    question: str
    _: KW_ONLY
    by: str | None = None
    embed: Embed = None
    kind: Literal["Similar"] = field(default="Similar", repr=False)

    def __repr__(self) -> str:
        name = getattr(self.embed, "__qualname__", type(self.embed).__name__)
        return super().__repr__().replace(f"embed={self.embed!r}", f"embed={name}")

    @property
    def asked(self) -> str:
        """The id of the question that is asked of mentees."""
        return self.question

    @property
    def function_label(self) -> str | None:
        """The name of the rule, where it has a function."""
        return None if self.embed is None else self.name

    def values(self, mentors: People, mentees: People) -> tuple[Values, Mask]:
        """The cosines."""
        vectors = self._vectors(mentors, mentees)
        # The vectors stand beside what is kept, so that nothing else is ever kept under their number.
        turned, _ = mentees.fact(("turned", id(vectors)), lambda people: (vectors.turned(people.rows), vectors))
        return vectors.cosines(mentors.rows, mentees.rows, turned), between(*self.answered(mentors, mentees))

    def answered(self, mentors: People, mentees: People) -> tuple[Mask, Mask]:
        """Who has written something that can be compared, on each side."""
        here, there = self._vectors(mentors, mentees).known
        return here[mentors.rows], there[mentees.rows]

    def told(self, mentor: People, mentee: People) -> str:
        """What both say, where words are compared."""
        if blank := left_blank(mentor, self.offers, mentee, self.question):
            return blank
        vectors = self._vectors(mentor, mentee)
        if not between(*self.answered(mentor, mentee)).all():
            return "nothing to compare"
        if not isinstance(vectors, WordVectors):
            return ""
        written = [mentor.column(self.offers).values[0], mentee.column(self.question).values[0]]
        if self.offers == self.question:
            # Of two peers each is once the mentor: what is told is the same both ways.
            written.sort()
        found = vectors.in_common(*written)
        rest = f" and {number(len(found) - _SHOWN)} more" if len(found) > _SHOWN else ""
        return f"both say {', '.join(map(quoted, found[:_SHOWN]))}{rest}" if found else "no word in common"

    @property
    def _key(self) -> tuple[Any, ...]:
        # A function need not be hashable, and is kept alive by what is found with its help.
        return "similar", self.offers, self.question, id(self.embed)

    def _vectors(self, mentors: People, mentees: People) -> Vectors:
        """The vectors of all people of both sides, found once."""

        def find(everybody: People) -> tuple[Vectors, Any]:
            theirs = everybody.column(self.offers).values.tolist()
            own = mentees.everybody.column(self.question).values.tolist()
            if self.embed is None:
                return WordVectors.of(theirs, own), None
            places = {text: k for k, text in enumerate(sorted({*theirs, *own} - {None}))}
            return RoundedVectors.of(theirs, own, places, self._embedded(list(places))), self.embed

        return mentors.of_everybody((*self._key, mentees.everybody), find)[0]

    def _embedded(self, texts: list[str]) -> npt.NDArray[np.float64]:
        """What the function gives for these texts, once checked."""
        if not texts:
            return np.zeros((0, 1))
        try:
            answer = self.embed(list(texts))
        except Exception as error:
            expected = f"the function of embed= raised {type(error).__name__}"
            raise ProgramError(Finding("embed_raised", expected, where=self._where)) from error
        try:
            given = np.asarray(answer)
        except (TypeError, ValueError):
            given = np.zeros(0)
        if given.dtype.kind not in "iuf" or given.ndim != 2 or len(given) != len(texts) or not given.shape[1]:
            self._refuse(f"expected an array of numbers, shape ({len(texts)}, dimensions)")
        vectors = given.astype(np.float64)
        if wrong := int((~np.isfinite(vectors)).any(axis=1).sum()):
            fine = f"{number(len(texts) - wrong)} of {number(len(texts))}"
            self._refuse(f"expected finite numbers in every vector, not in {fine}")
        return vectors

    def _refuse(self, expected: str) -> NoReturn:
        expected = f"the function of embed= gave something else: {expected}"
        raise ProgramError(Finding("embed_vectors", expected, where=self._where))

    @property
    def _where(self) -> str:
        return f"rule {self.title if self.label is None else quoted(self.label)}"

    def _settings(self) -> Iterator[Finding]:
        if self.embed is not None and not callable(self.embed):
            hint = "such as model.encode"
            yield Finding("rule_embed", "expected embed= to be a function of a list of texts", hint=hint)

    def _fits(self, questionnaire: Questionnaire, as_condition: bool) -> Iterator[Finding]:
        if as_condition:
            hint = f"AtLeast({self.title}, 0.2) is one"
            yield Finding("rule_condition", "Similar is no condition", hint=hint)
        yield from self._misfits(questionnaire, "Text")


def _with_function(value: Any, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    """Reads the rule from JSON, which says whether it has a function; that is the one under its name."""
    if not isinstance(value, dict) or value.get("embed") in (None, False):
        return read({**value, "embed": None} if isinstance(value, dict) else value)
    functions: Mapping[str, Callable[..., Any]] = (info.context or {}).get("functions") or {}
    label = value.get("label") or value.get("question")
    if value["embed"] is not True or not isinstance(label, str) or label not in functions:
        expected = f"there is no function for the rule {quoted(label)}, which has embed="
        hint = did_you_mean(label, tuple(functions)) if isinstance(label, str) else ""
        raise ProgramError(Finding("embed_function", expected, hint=hint or "give functions={label: function}"))
    return read({**value, "embed": functions[label]})


SimilarFromJson = Annotated[Similar, WrapValidator(_with_function)]
"""How the rule is read from JSON, which holds everything of it but the function."""
