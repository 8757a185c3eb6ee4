"""Scores without one of the conditions behind them."""

from __future__ import annotations

from dataclasses import replace

from mentormatch.compiled import compile_rules
from mentormatch.scores import ScoreMatrix, _refused, _Ruled, condition_name


def without_condition(scores: ScoreMatrix, name: str) -> ScoreMatrix | None:
    """The scores as they are without a condition on pairs or on who may take part, by its name; points stay.

    None where no condition has that name. What the rules say of the pairs is shared.
    """
    cells = scores._cells
    if not isinstance(cells, _Ruled):
        return None
    known = cells.compiled
    conditions = [one for one in known.conditions if condition_name(one) != name]
    refusals = tuple(one for one in cells.refusals if one.eligible.name != name)
    if len(conditions) + len(refusals) == len(known.conditions) + len(cells.refusals):
        return None
    compiled = compile_rules(
        known.mentors,
        known.mentees,
        [one.rule for one in known.rules],
        conditions,
        {one.rule.name: one.given_norm for one in known.rules if one.given_norm is not None},
        _refused(refusals, *scores.shape) if refusals else None,
        known.ranking,
        known,
    )
    return replace(scores, _cells=_Ruled(compiled, cells.questionnaire, refusals))
