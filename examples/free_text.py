"""Free text compared twice: by the words that both use, and by vectors of a small model, where one is installed.

The second half needs ``pip install wordllama``, a package that ships a model of 16 MB; any other function of a list of
texts that gives a vector for each would do, such as the ``encode`` of a larger model.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r

QUESTIONNAIRE = mm.Questionnaire(
    [
        q.Text("hopes", text="What would you like to talk about?", asked_of="mentee"),
        q.Text("story", text="What have you done that others may learn from?", asked_of="mentor"),
    ]
)
MENTORS = {
    "Amara": "Ten years of people management, from a first team of three to a whole department.",
    "Bjarne": "I came back to engineering after parental leave and found part-time work that lasts.",
    "Cosima": "Public speaking terrified me; now I give talks at conferences.",
    "Dmitri": "I moved from the warehouse to data analysis and taught myself Python and SQL.",
    "Esi": "Negotiating contracts with suppliers, often in French.",
}
MENTEES = {
    "Ravi": "I lead a team for the first time and want to learn people management.",
    "Suna": "Returning to my job with a small baby.",
    "Tove": "Presenting to an audience without fear: public speaking, talks.",
    "Ugo": "A change of career towards programming.",
    "Vera": "Haggling with vendors over prices.",
}


def program(embed: Callable[[list[str]], Any] | None = None) -> mm.Program:
    """A program in which nothing but what people wrote counts."""
    rule = r.Similar("hopes", by="story", embed=embed, label="hopes and story", missing="zero")
    return mm.Program("A talk over lunch", QUESTIONNAIRE, [rule])


def small_model() -> Callable[[list[str]], Any] | None:
    """The function of a small model that a package ships, None where that package is not installed."""
    if find_spec("wordllama") is None:
        return None
    import wordllama

    # The model is loaded from the package itself: nothing is downloaded.
    model = wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)
    return model.embed  # type: ignore[no-any-return]


def main(embed: Callable[[list[str]], Any] | None = None) -> list[mm.Matching]:
    """Prints the pairs by words and, with a function of texts, by vectors; returns the matchings."""
    cohort = mm.Cohort.from_records(
        QUESTIONNAIRE,
        mentors=[{"id": name, "story": text} for name, text in MENTORS.items()],
        mentees=[{"id": name, "hopes": text} for name, text in MENTEES.items()],
    )
    by_words = program().match(cohort)
    print("--- By words ---")
    for pair in by_words.pairs:
        (part,) = by_words.explain(pair.mentor, pair.mentee).parts
        print(f"{pair.mentor} and {pair.mentee}: {pair.points:,} points; {part.said}")
    if embed is None:
        print("\nWith `pip install wordllama` you see the same by meaning.")
        return [by_words]
    by_vectors = program(embed).match(cohort)
    print("\n--- By vectors ---")
    for pair in by_vectors.pairs:
        print(f"{pair.mentor} and {pair.mentee}: {pair.points:,} points")
    return [by_words, by_vectors]


if __name__ == "__main__":
    main(small_model())
