"""The words of free text: whole words, folded so that spellings of one word are one, without those that say nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache

from mentormatch.rules.stop_words import LANGUAGES

# Vowel signs are no letters to Python; without them words of several scripts would fall apart.
_LETTER = r"[^\W_]|[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0963\u0966-\u0dff\u0e31-\u0e4e]"
_WORD = re.compile(rf"(?:{_LETTER})+(?:['’](?:{_LETTER})+)*(?:[+#]+(?!{_LETTER}))?")
_ACCENTS = re.compile(r"[\u0300-\u036f]+")
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: how it is compared, and where it stands, ``start`` to ``end``."""

    folded: str
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """The words of a text in order; stop words, and pieces of one or two letters beside an apostrophe, are left out.

    A word is a run of letters and digits, with the signs of "C++" and "C#", compared without case and accents. One in
    capitals is no stop word in a text that has other letters: "IT" is not "it".

    >>> [word.folded for word in words_of("I'd love to lead a team in IT (not retail): C++, l'équipe")]
    ['love', 'lead', 'team', 'it', 'retail', 'c++', 'equipe']
    """
    found, shouted = [], text.isupper()
    for match in _WORD.finditer(text):
        start = match.start()
        for piece in re.split("['’]", match[0]):
            end = start + len(piece)
            folded = _folded(piece)
            says = folded not in _stop_words() or (len(piece) > 1 and piece.isupper() and not shouted)
            if says and (len(piece) > 2 or len(piece) == len(match[0])):
                found.append(Word(folded, start, end))
            start = end + 1
    return found


def singular(word: str, vocabulary: Collection[str]) -> str:
    """The word in the singular where that is a word of the vocabulary, else the word.

    Only what stands in the vocabulary is taken for a singular, so that "Kubernetes" loses nothing in any language.

    >>> words = {"skill", "skills", "party", "parties", "business", "lider", "lideres", "kubernetes"}
    >>> [singular(word, words) for word in ("skills", "parties", "business", "lideres", "kubernetes")]
    ['skill', 'party', 'business', 'lider', 'kubernetes']
    """
    while (shorter := next((one for one in _singulars(word) if one in vocabulary), None)) is not None:
        word = shorter
    return word


def _singulars(word: str) -> list[str]:
    found = [word[:-3] + "y"] if word.endswith("ies") else []
    if word.endswith(("s", "x")) and not word.endswith("ss"):
        found.append(word[:-1])
    if word.endswith("es"):
        found.append(word[:-2])
    return [one for one in found if len(one) >= _SHORTEST]


@lru_cache(maxsize=2**16)
def _folded(word: str) -> str:
    plain = unicodedata.normalize("NFKC", word).casefold()
    if not plain.isascii():
        plain = _ACCENTS.sub("", unicodedata.normalize("NFD", plain)).translate(_LETTERS)
        plain = unicodedata.normalize("NFC", plain)
    return plain


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(_folded(word) for language in LANGUAGES for word in language.split())
