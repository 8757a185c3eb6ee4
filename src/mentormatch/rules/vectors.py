"""Free text as vectors of whole numbers, whose cosines are the same on every machine, in any block and order.

The product of two such vectors and both squared lengths are whole numbers, so they are exact however they are summed
up; a cosine is then one square root and one division of them, each rounded once by the rules of IEEE 754.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from mentormatch.rules.overlap import rarity
from mentormatch.rules.words import Word, singular, words_of

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
Texts = Sequence[str | None]

_DENSE = 512
"""So many of the most frequent words have a row of all mentees; the others, which few people write, are kept sparse."""
_EXACT = 2**24
_PLACES = 20
_UNIT = 2**11


@dataclass(frozen=True, eq=False)
class Vectors(ABC):
    """Vectors of all mentors and all mentees; ``squares`` holds the squared lengths of both, 0 for who has none."""

    squares: tuple[Floats, Floats]

    @property
    def known(self) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Who has a vector."""
        return self.squares[0] > 0, self.squares[1] > 0

    @abstractmethod
    def turned(self, mentees: Rows) -> Any:
        """The vectors of some mentees as the right factor of `products`."""

    @abstractmethod
    def products(self, mentors: Rows, turned: Any) -> npt.NDArray[Any]:
        """The products of the vectors of some mentors with these, whole numbers, shape (n_mentors, n_mentees)."""

    def cosines(self, mentors: Rows, mentees: Rows, turned: Any) -> Floats:
        """The cosine of each pair of some mentors and mentees, 0 where it is below 0 or somebody has no vector."""
        here, there = self.squares[0][mentors], self.squares[1][mentees]
        found = self.products(mentors, turned).astype(np.float64)
        np.maximum(found, 0, out=found)
        lengths = here[:, None] * there
        np.sqrt(lengths, out=lengths)
        # Where a square is 0 so is the product.
        np.divide(found, lengths, out=found, where=lengths > 0)
        return found


@dataclass(frozen=True, eq=False)
class WordVectors(Vectors):
    """What each person says: an entry for each word, its weight.

    The weight of a word is 1 where more than half of all who wrote anything say it, and 1 more for each halving.
    ``terms`` says what word each spelling is.
    """

    terms: Mapping[str, str]
    weights: Mapping[str, int]
    mentors: tuple[csr_array, csr_array]
    mentees: csr_array

    @classmethod
    def of(cls, mentors: Texts, mentees: Texts) -> WordVectors:
        """The vectors of these texts. Linear in their words."""
        said = [[_spelt(text) for text in texts] for texts in (mentors, mentees)]
        spellings = frozenset[str]().union(*said[0], *said[1])
        terms = {word: singular(word, spellings) for word in spellings}
        told = [[frozenset(terms[word] for word in words) for words in side] for side in said]
        counts = [Counter(word for words in side for word in words) for side in told]
        total = counts[0] + counts[1]
        answered = sum(bool(words) for side in told for words in side)
        words = sorted(total, key=lambda word: (-total[word], word))
        worth = rarity([total[word] for word in words], answered) if words else np.zeros(0, dtype=np.int64)
        weights = dict(zip(words, worth.tolist(), strict=True))
        squares = [np.array([float(sum(weights[word] ** 2 for word in words)) for words in side]) for side in told]
        place = {word: k for k, word in enumerate(word for word in words if counts[0][word] and counts[1][word])}
        exact = np.float32 if max(square.max(initial=0) for square in squares) < _EXACT else np.float64
        left = _matrix(told[0], place, {word: weights[word] ** 2 for word in place}, exact)
        right = _matrix(told[1], place, dict.fromkeys(place, 1), exact)
        return cls((squares[0], squares[1]), terms, weights, (left[:, :_DENSE], left[:, _DENSE:]), right)

    def turned(self, mentees: Rows) -> tuple[npt.NDArray[Any], csr_array]:
        some = self.mentees[mentees]
        return np.ascontiguousarray(some[:, :_DENSE].toarray().T), some[:, _DENSE:].T.tocsr()

    def products(self, mentors: Rows, turned: Any) -> npt.NDArray[Any]:
        frequent, rare = (part[mentors] for part in self.mentors)
        found: npt.NDArray[Any] = frequent @ turned[0]
        if rare.nnz:
            found += (rare @ turned[1]).toarray()
        return found

    def in_common(self, other: str, text: str) -> list[str]:
        """What both texts say, as ``text`` has it: words side by side in both as one; the rarest first."""
        theirs, own = words_of(other), words_of(text)
        beside = {(self._term(one), self._term(two)) for one, two in _neighbours(other, theirs)}
        said = {self._term(word) for word in theirs}
        joined = {one.start for one, two in _neighbours(text, own) if (self._term(one), self._term(two)) in beside}
        phrases: list[list[Word]] = []
        for k, word in enumerate(own):
            if self._term(word) not in said:
                continue
            if k and own[k - 1].start in joined and phrases and phrases[-1][-1] is own[k - 1]:
                phrases[-1].append(word)
            else:
                phrases.append([word])
        found: dict[tuple[str, ...], str] = {}
        for phrase in phrases:
            found.setdefault(tuple(map(self._term, phrase)), text[phrase[0].start : phrase[-1].end])
        longer = [set(one) for one in found if len(one) > 1]
        shown = [one for one in found if len(one) > 1 or not any(one[0] in several for several in longer)]
        shown.sort(key=lambda one: -sum(self.weights[word] ** 2 for word in one))
        return [" ".join(found[one].split()) for one in shown]

    def _term(self, word: Word) -> str:
        return self.terms[word.folded]


@dataclass(frozen=True, eq=False)
class RoundedVectors(Vectors):
    """Vectors of length 1, rounded to multiples of 2**-11 and held as whole numbers, shapes (n, dimensions)."""

    mentors: npt.NDArray[np.float32]
    mentees: npt.NDArray[np.float32]

    @classmethod
    def of(cls, mentors: Texts, mentees: Texts, vectors: Mapping[str, int], given: Floats) -> RoundedVectors:
        """The rows of ``given`` for these texts, where ``vectors`` says which row is whose."""
        rounded = whole_vectors(given)
        none = np.zeros((1, rounded.shape[1]), dtype=np.float32)
        held = np.concatenate((rounded, none))
        sides = [
            held[[len(rounded) if text is None else vectors[text] for text in texts]] for texts in (mentors, mentees)
        ]
        squares = [np.asarray((side.astype(np.float64) ** 2).sum(axis=1)) for side in sides]
        return cls((squares[0], squares[1]), sides[0], sides[1])

    def turned(self, mentees: Rows) -> npt.NDArray[np.float32]:
        return np.ascontiguousarray(self.mentees[mentees].T)

    def products(self, mentors: Rows, turned: Any) -> npt.NDArray[Any]:
        # No sum of products of two vectors reaches 2**24, so float32 is exact on any machine.
        found: npt.NDArray[Any] = self.mentors[mentors] @ turned
        return found


def whole_vectors(given: Floats) -> npt.NDArray[np.float32]:
    """Each row at length 1 in units of 2**-11, whole numbers; a row of nothing but 0 stays so.

    >>> whole_vectors(np.array([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0]])).tolist()
    [[1229.0, 1638.0], [1229.0, 1638.0], [0.0, 0.0]]
    """
    # Scaled by powers of two to whole numbers below 2**20, rows have lengths that no order of summing changes.
    largest = np.frexp(np.abs(given).max(axis=1, initial=0))[1]
    whole = np.rint(np.ldexp(given, (_PLACES - largest)[:, None]))
    lengths = np.sqrt((whole * whole).sum(axis=1))[:, None]
    found: npt.NDArray[np.float32] = np.rint(_UNIT * whole / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return found


def _spelt(text: str | None) -> frozenset[str]:
    return frozenset() if text is None else frozenset(word.folded for word in words_of(text))


def _matrix(
    told: Sequence[frozenset[str]], place: Mapping[str, int], entries: Mapping[str, int], kind: Any
) -> csr_array:
    """One row for each person and one column for each word that has a place."""
    from scipy.sparse import csr_array

    kept = [sorted(place[word] for word in words if word in place) for words in told]
    columns = np.array([k for row in kept for k in row], dtype=np.int32)
    values = np.array([entries[word] for word in place], dtype=kind)
    starts = np.cumsum([0, *map(len, kept)])
    return csr_array((values[columns], columns, starts), shape=(len(told), len(place)))


def _neighbours(text: str, words: Sequence[Word]) -> list[tuple[Word, Word]]:
    """Words of a text with nothing but space or a hyphen between them."""
    return [(one, two) for one, two in pairwise(words) if not text[one.end : two.start].strip(" -\t\n")]
