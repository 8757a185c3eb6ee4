"""Whom else a mentee could have, beside the mentors of a matching: the best of those allowed, best first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from mentormatch.candidates import Candidate, Candidates, checked_count, public_points, told
from mentormatch.formats.posing import levels, points_anyway
from mentormatch.parts import Audience, checked_audience
from mentormatch.problem import Ints, LevelName

if TYPE_CHECKING:
    from mentormatch.demand import Demand
    from mentormatch.matching import Matching
    from mentormatch.scores import ScoreMatrix

_ORDER: dict[Audience, tuple[LevelName, ...]] = {
    "administrator": ("rank", "wishes", "avoid", "favour", "changes", "points"),
    "mentee": ("rank", "points"),
    "mentor": ("points",),
}
"""What may put mentors in order before an audience: a mentee's list is the mentee's, a mentor's wish the mentor's."""


def alternatives_for(
    matching: Matching,
    scores: ScoreMatrix,
    mentee: object,
    k: object,
    audience: object = "administrator",
) -> Candidates:
    """The best ``k`` mentors whom the mentee could have and has not.

    They stand in the order of the aims that look at single pairs, as far as the audience may know what these compare;
    ties are in canonical order. O(mentors), and an explanation for each of the k.
    """
    most, who = checked_count(k), checked_audience(audience)
    person, name = scores.person("mentee", mentee)
    demand = matching.demand
    ranks = {} if who == "mentor" else demand.ranks.get(person, {})
    has = tuple(sorted(pair.mentor for pair in matching.pairs if pair.mentee == person))
    points = _possible(demand, scores, person)
    points[[at for at, mentor in enumerate(demand.mentors) if mentor in has]] = -1
    seen = _seen(demand, scores, person, who, points)
    order = scores.canonical_mentors
    keys = [-level[order] for level in _worth(demand, person, who, seen)]
    order = order[np.lexsort(keys[::-1])]
    best = order[seen[order] >= 0][:most].tolist()
    load = Counter(pair.mentor for pair in matching.pairs) if best else {}
    found = []
    for at in best:
        mentor = demand.mentors[at]
        score = told(scores, mentor, person, who)
        named = scores.person("mentor", mentor)
        found.append(Candidate(*named, score, ranks.get(mentor), load.get(mentor, 0), demand.capacity[at]))
    return Candidates(person, name, who, tuple(found), has, demand.names_of("mentor", has))


def _possible(demand: Demand, scores: ScoreMatrix, mentee: str) -> Ints:
    """The points of every mentor with the mentee, -1 where they could not be a pair, shape (n_mentors,)."""
    choices = demand.choices
    points = scores.of_mentee(mentee)
    points[points < demand.aim.minimum_score] = -1
    ranks = demand.ranks.get(mentee)
    if demand.aim.shortlists == "only" and ranks:
        points[[mentor not in ranks for mentor in demand.mentors]] = -1
    if not demand.wants[demand.mentees.index(mentee)]:
        points[:] = -1
    accepted = {pair.mentor for pair in choices.accepted if pair.mentee == mentee}
    for at, mentor in enumerate(demand.mentors):
        if mentor in accepted:
            points[at] = points_anyway(scores, mentor, mentee)
    refused = (*choices.bans, *choices.declines, *choices.expired, *choices.ended)
    closed = {pair.mentor for pair in refused if pair.mentee == mentee} | demand.absent
    points[[not seats or mentor in closed for mentor, seats in zip(demand.mentors, demand.capacity, strict=True)]] = -1
    return np.full_like(points, -1) if mentee in demand.absent else points


def _seen(demand: Demand, scores: ScoreMatrix, mentee: str, audience: Audience, points: Ints) -> Ints:
    """The points as the audience may compare them, -1 for who could not be the mentee's mentor.

    Where a private share hides the totals, only those are left whom the public ones alone lift to the minimum score.
    """
    public = public_points(scores, mentee, audience)
    if public is None:
        return points
    seen = np.where(points < 0, -1, np.maximum(public, 0))
    minimum = demand.aim.minimum_score
    if minimum and (seen >= 0).any():
        score = told(scores, demand.mentors[np.argmax(seen >= 0)], mentee, audience)
        share = 0 if score.band == (0, 10_000) else sum(part.most for part in score.parts)
        seen[seen * share // 10_000 - len(score.parts) - 1 < minimum] = -1  # whatever is rounded on the way
    return seen


def _worth(demand: Demand, mentee: str, audience: Audience, points: Ints) -> list[Ints]:
    """What a pair with each mentor brings on the levels that may put them in order, the most important first."""
    compared = _ORDER["mentee" if demand.aim.stable and audience == "administrator" else audience]
    found = []
    for level in levels(demand):
        if level in compared:
            brought = _brought(demand, level, mentee)
            value = np.array([brought.get(mentor, 0) for mentor in demand.mentors], dtype=np.int64)
            found.append(value + points if level == "points" else value)
    return found


def _brought(demand: Demand, level: LevelName, mentee: str) -> Mapping[str, int]:
    """What a pair with the mentee brings beside its points, for the mentors with whom it brings something."""
    choices, aim = demand.choices, demand.aim
    ranks = demand.ranks.get(mentee, {})
    if level == "rank":
        return {mentor: demand.longest_list + 1 - rank for mentor, rank in ranks.items()}
    if level == "points":
        return dict.fromkeys(ranks, aim.bonus) if aim.shortlists == "bonus" and not aim.stable else {}
    if level == "wishes":
        wishes = {mentor: own[mentee] for mentor, own in demand.wish_ranks.items() if mentee in own}
        return {mentor: demand.longest_wish + 1 - rank for mentor, rank in wishes.items()}
    if level == "changes":
        return {mentor: 1 for mentor, other in demand.previous_here if other == mentee}
    pairs, sign = (choices.avoid, -1) if level == "avoid" else (choices.favour, 1)
    return {pair.mentor: sign for pair in pairs if pair.mentee == mentee}
