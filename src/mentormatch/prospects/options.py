"""Options that mentees want and nobody offers, and the reverse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from mentormatch.cohort import People
from mentormatch.errors import Finding
from mentormatch.rules import Covers, Related, Rule
from mentormatch.rules import Table as ScoreTable
from mentormatch.rules.overlap import picks
from mentormatch.rules.rule import Mask, options_of
from mentormatch.wording import counted, quoted


def option_findings(
    sides: tuple[People, People], rules: Sequence[Rule], conditions: Sequence[Rule]
) -> Iterator[Finding]:
    """Options that mentees want and nobody offers, and the reverse."""
    mentors, mentees = sides
    if not len(mentors) or not len(mentees):
        return
    seen = set()
    wanted_in_vain, offered_in_vain = [], []
    for rule in (one.innermost for one in (*(rule for rule in rules if rule.weight), *conditions)):
        if not isinstance(rule, (Covers, Related, ScoreTable)):
            continue
        picked = not isinstance(rule, ScoreTable)
        wanted_id = rule.asked
        wants, offers = mentees.column(wanted_id), mentors.column(rule.offers)
        asked = options_of(wants), options_of(offers)
        helps = _helps(rule, *asked)
        if (key := (wanted_id, rule.offers, helps.tobytes())) in seen:
            continue
        seen.add(key)
        wanting, offering = (np.count_nonzero(picks(column), axis=0) for column in (wants, offers))
        met, used = (helps & (offering > 0)).any(axis=1), (helps & (wanting > 0)[:, None]).any(axis=0)
        for k in np.flatnonzero((wanting > 0) & ~met).tolist():
            count = int(wanting[k])
            verb = ("wants" if count == 1 else "want") if picked else "answered"
            who = f"{counted(count, 'mentee')} {verb} {quoted(asked[0][k])}"
            if picked:
                nobody, hint = "no mentor offers it", "recruit a mentor who does, or tell them"
                if not helps[k].any():
                    hint = f"the question {quoted(rule.offers)} does not have this option"
            else:
                nobody, hint = "no mentor's answer has a score with that", "recruit for it, or give it a score"
            expected = f"{who} and {nobody}"
            wanted_in_vain.append(Finding("option_nobody_offers", expected, question=wanted_id, hint=hint))
        for k in np.flatnonzero((offering > 0) & ~used).tolist():
            count = int(offering[k])
            verb = ("offers" if count == 1 else "offer") if picked else "answered"
            who = f"{counted(count, 'mentor')} {verb} {quoted(asked[1][k])}"
            nobody = "no mentee wants it" if picked else "no mentee's answer has a score with that"
            hint = ""
            if not helps[:, k].any() and picked:
                hint = f"the question {quoted(wanted_id)} does not have this option"
            offered_in_vain.append(
                Finding("option_nobody_wants", f"{who} and {nobody}", question=rule.offers, hint=hint)
            )
    yield from dict.fromkeys(wanted_in_vain)
    yield from dict.fromkeys(offered_in_vain)


def _helps(rule: Covers | Related | ScoreTable, wanted: Sequence[str], offered: Sequence[str]) -> Mask:
    """Which option offered is of use for which option wanted, shape (options wanted, options offered)."""
    if isinstance(rule, Related):
        return rule.credits(offered, wanted).T > 0
    found = np.zeros((len(wanted), len(offered)), dtype=bool)
    places = {option: k for k, option in enumerate(wanted)}, {option: k for k, option in enumerate(offered)}
    if isinstance(rule, Covers):
        for option in places[0].keys() & places[1].keys():
            found[places[0][option], places[1][option]] = True
    else:
        rows: Any = rule.scores
        for theirs, own, score in rows:
            found[places[0][own], places[1][theirs]] = score > 0
    return found
