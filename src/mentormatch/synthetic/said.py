"""Synthetic choices: shortlists on which few mentors are everybody's, wish lists, declined and unanswered requests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from mentormatch.choices import Choices
from mentormatch.cohort import Cohort
from mentormatch.errors import Finding
from mentormatch.ids import canonical_order, id_keys
from mentormatch.synthetic import figures
from mentormatch.synthetic.draws import Draws, Floats, Mask, Whole, falling, placed
from mentormatch.synthetic.settings import Settings

_WISHES = 3
_FEW = 2


def choices(
    cohort: Cohort,
    *,
    lists: float = figures.LISTS,
    short: float = figures.SHORT,
    length: int = 5,
    popularity: float = figures.POPULARITY,
    stars: int = 0,
    wishes: float = 0.1,
    declines: float = figures.DECLINES,
    expired: float = figures.EXPIRED,
    seed: int = 0,
) -> Choices:
    """What the people of any cohort might have said so far.

    What a mentee lists depends on ``seed``, their id and the ids of the mentors, not on the order of people, and not on
    answers: popular mentors are on the lists of people whom they do not suit. O(pairs on lists).

    - ``lists``: the share of mentees with a shortlist. `figures.LISTS`.
    - ``length`` and ``short``: how many mentors a list names, and the share of lists with only one or two.
      `figures.SHORT`; five is usual.
    - ``popularity``: how much the mentors' popularity differs, 0 for not at all, 2 for a hard case.
      `figures.POPULARITY` with `figures.HEAD`, which follow the measured matches of mentors.
    - ``stars``: so many mentors are first on every list, before its other mentors. No figure: a hard case.
    - ``wishes``: the share of mentors with a list of three mentees, all equally popular. No figure; assumed.
    - ``declines``, ``expired``: the share of listed pairs that the mentor declined, and that got no answer in time.
      `figures.DECLINES`, `figures.EXPIRED`.

    Raises ``ProgramError`` with all settings that cannot be meant.

    >>> from mentormatch.synthetic import cohort
    >>> said = choices(cohort(1_000, ratio=0.6), seed=1)
    >>> len(said.shortlists), len(said.shortlists[0].people), len(said.wishes)
    (958, 5, 67)
    """
    settings = Settings()
    shares = {"lists": lists, "short": short, "wishes": wishes, "declines": declines, "expired": expired}
    listing, shorter, wishing, declining, expiring = (settings.share(name, share) for name, share in shares.items())
    if declining + expiring > 1:
        settings.share("declines + expired", declining + expiring)
    longest = settings.whole("length", length, least=1)
    skew = settings.amount("popularity", popularity, 10)
    first = settings.whole("stars", stars)
    draws = Draws(settings.seed(seed), "choices")
    if not isinstance(cohort, Cohort):
        settings.findings.append(Finding("type", "expected a Cohort", where="cohort"))
    settings.done()

    mentors, mentees = cohort.mentors.ids, cohort.mentees.ids
    by_popularity = canonical_order(mentors, id_keys(mentors, f"{draws.seed} popularity"))
    who = id_keys(mentees, "mentee")
    width = min(max(longest, first), len(mentors))
    head = figures.HEAD * len(mentors)
    found = _places(draws, "shortlist", who, width, falling(len(mentors), skew, head), first)
    listed = _named(mentors, by_popularity[found], mentees)
    few = draws.happens("short", who, shorter)
    sizes = np.where(few, draws.one_of("few", who, {1: 1, _FEW: 1}), longest)
    sizes = np.where(draws.happens("list", who, listing), np.maximum(sizes, first), 0)

    wishers = id_keys(mentors, "mentor")
    wanted = _places(draws, "wish", wishers, min(_WISHES, len(mentees)), falling(len(mentees), 0.0), 0)
    wished = _named(mentees, canonical_order(mentees)[wanted], mentors)
    wish_sizes = np.where(draws.happens("wishes", wishers, wishing), _WISHES, 0)

    fate = draws.uniforms("answer", who, width)
    on_list = (np.arange(width) < sizes[:, None]) & (listed != None)  # noqa: E711 -- element by element
    return Choices(
        shortlists=_lists(mentees, listed, sizes),
        wishes=_lists(mentors, wished, wish_sizes),
        declines=_pairs(mentees, listed, on_list & (fate < declining)),
        expired=_pairs(mentees, listed, on_list & (fate >= declining) & (fate < declining + expiring)),
    )


def _places(
    draws: Draws, what: str, who: npt.NDArray[np.uint64], width: int, weights: Floats, first: int
) -> npt.NDArray[np.intp]:
    """For each person so many different places among the weights, shape (n, width), the ``first`` ones first.

    A place that is taken already gives way to the next one that is not; O(n * width**2).
    """
    if not width:
        return np.zeros((len(who), 0), dtype=np.intp)
    found = placed(draws.uniforms(what, who, width), weights)
    found[:, :first] = np.arange(min(first, width))
    for column in range(1, width):
        rows = np.arange(len(who))
        while len(rows):
            rows = rows[(found[rows, :column] == found[rows, column, None]).any(axis=1)]
            found[rows, column] = (found[rows, column] + 1) % len(weights)
    return found


def _named(people: Sequence[str], places: npt.NDArray[np.intp], owners: Sequence[str]) -> npt.NDArray[np.object_]:
    """The ids at these places, shape of ``places``; None where the owner of the list is meant, who has both roles."""
    names = np.array([*people, None], dtype=np.object_)[places]
    names[names == np.array([*owners, None], dtype=np.object_)[:-1, None]] = None
    return names


def _lists(owners: Sequence[str], names: npt.NDArray[np.object_], sizes: Whole) -> dict[str, list[str]]:
    rows = zip(owners, names.tolist(), sizes.tolist(), strict=True)
    return {owner: [name for name in row[:size] if name is not None] for owner, row, size in rows if size}


def _pairs(mentees: Sequence[str], mentors: npt.NDArray[np.object_], which: Mask) -> list[tuple[str, str]]:
    """The pairs (mentor, mentee) of the places marked in the lists of the mentees."""
    rows, columns = np.nonzero(which)
    names = np.array([*mentees, None], dtype=np.object_)[rows]
    return list(zip(mentors[rows, columns].tolist(), names.tolist(), strict=True))
