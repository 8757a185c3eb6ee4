"""Conditions that allow a pair only because nobody could judge them."""

from __future__ import annotations

from mentormatch.mutual import _Mutual
from mentormatch.scores import Cells, ScoreMatrix, _Ruled, condition_name


def unjudged_conditions(scores: ScoreMatrix, mentor: object, mentee: object, *, private: bool) -> tuple[str, ...]:
    """The conditions with ``if_unknown="allow"`` that a blank keeps from being judged for a pair, by name.

    Those on private answers are among them only with ``private``. Empty for own scores. Constant time.
    """
    at = scores._position("mentor", mentor), scores._position("mentee", mentee)
    return tuple(dict.fromkeys(_names(scores._cells, *at, private)))


def _names(cells: Cells, mentor: int, mentee: int, private: bool) -> list[str]:
    if isinstance(cells, _Mutual):
        ways = sorted([(mentor, mentee), (mentee, mentor)])
        return [name for one, other in ways for name in _names(cells.cells, one, int(cells.order[other]), private)]
    if not isinstance(cells, _Ruled):
        return []
    mentors, mentees = cells.compiled.mentors.take([mentor]), cells.compiled.mentees.take([mentee])
    return [
        condition_name(condition)
        for condition in cells.compiled.conditions
        if condition.if_unknown == "allow"
        and (private or not cells._private(condition))
        and not condition.allows(mentors, mentees)[1][0, 0]
    ]
