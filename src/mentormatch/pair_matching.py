"""The answer to a program of pairs: found, with the reasons for those who are left."""

from __future__ import annotations

from dataclasses import replace
from itertools import starmap

from mentormatch.demand import Demand
from mentormatch.explain import unmatched_people
from mentormatch.formats.pairs import Pairs, solve_pairs
from mentormatch.formats.posing import pose
from mentormatch.matching import Matching, Pair
from mentormatch.matching.made import statuses
from mentormatch.means import Means
from mentormatch.proof import Proof
from mentormatch.reached import aims_reached
from mentormatch.scores import ScoreMatrix
from mentormatch.several_matching import match_several


def match_pairs(demand: Demand, scores: ScoreMatrix, format_: Pairs, means: Means) -> Matching:
    """The best pairs for a demand; where the mentors of a mentee are to differ, those of which that holds."""
    if format_.differ is not None:
        return match_several(demand, scores, format_, means)
    posed = pose(demand, scores, means.kept)
    solved = solve_pairs(posed, means.start, replace(means.settings, run=means.run))
    means.run.begin("reasons", len(demand.mentors) * len(demand.mentees))
    unmatched = unmatched_people(scores, posed, solved.mentor, solved.mentee, settled=_settled(solved.proof))
    mentors = [demand.mentors[at] for at in solved.mentor.tolist()]
    mentees = [demand.mentees[at] for at in solved.mentee.tolist()]
    status = statuses(posed, zip(mentors, mentees, strict=True))
    pairs = sorted(zip(mentors, mentees, solved.points.tolist(), status, strict=True))
    found = Matching(
        demand=demand,
        pairs=tuple(starmap(Pair, pairs)),
        unmatched=unmatched,
        aims=aims_reached(posed, solved.mentor, solved.mentee, solved.points),
        proof=solved.proof,
        norms=scores.norms,
        scores=scores,
    )
    return found.posed_as(posed)


def _settled(proof: Proof) -> bool:
    """Whether it is proven that nobody more could have a mentor."""
    gaps = () if proof.stopped is None else proof.stopped.gaps
    return proof.stopped is None or any(gap.level == "participation" and gap.value == gap.bound for gap in gaps)
