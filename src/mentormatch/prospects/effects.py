"""How much each rule decides, and rules that decide nothing, little or much for their weight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from mentormatch.errors import Finding
from mentormatch.prospects.tally import Tally
from mentormatch.rules import Rule
from mentormatch.wording import counted, percent, quoted

_LARGE = 0.1
_TIMES = 3


@dataclass(frozen=True)
class Influence:
    """How much a rule decides.

    ``weight`` is its share of the weight. ``spread`` is the standard deviation, over the allowed pairs of people who
    take part, of the points that it gives to a pair's score, blanks and ``missing=`` included: what it says of pairs,
    times its weight. ``share`` is its part of the sum of all spreads, 0 where that sum is 0. ``judged`` is the share of
    the allowed pairs that it can judge.

    Spreads are those of the program's weights, so a mentee's own ranking of rules does not change them, and of all
    allowed pairs between at most 1,000 mentors and 1,000 mentees: of more, the first 1,000 in canonical order.
    """

    label: str
    title: str
    weight: float
    spread: float
    share: float
    judged: float


def influence_of(tally: Tally, rules: Sequence[Rule]) -> Iterator[Influence]:
    """How much each rule decides."""
    # Fractions, since the sum of two finite weights may be infinite.
    weights, spreads = [Fraction(str(rule.weight)) for rule in rules], [tally.spread(r) for r in range(len(rules))]
    total, whole = sum(spreads), sum(weights)
    for r, (rule, spread) in enumerate(zip(rules, spreads, strict=True)):
        share, judged = spread / total if total else 0.0, tally.judged[r] / max(1, tally.allowed)
        yield Influence(rule.name, rule.title, float(weights[r] / whole), spread, share, judged)


def rule_findings(tally: Tally, influence: Sequence[Influence], rules: Sequence[Rule]) -> Iterator[Finding]:
    """Rules that decide nothing, and those with far less or more influence than weight."""
    if not tally.allowed:
        return
    spread = any(one.share for one in influence)
    for r, (one, rule) in enumerate(zip(influence, rules, strict=True)):
        if not rule.weight:
            continue
        where, weight = _titled(rule), percent(one.weight)
        idle = f"so {weight} of the weight decides nothing"
        pairs = counted(tally.allowed, "allowed pair")
        any_of = f"any of the {pairs}" if tally.allowed > 1 else "the only allowed pair"
        if not tally.counting[r]:
            expected = f"does not count for {any_of}, {idle}"
            yield Finding("rule_counts_nowhere", expected, where=where, hint="check the answer that it asks for")
        elif not tally.judged[r]:
            expected = f"cannot judge {any_of}, {idle}"
            yield Finding(
                "rule_never_judges", expected, where=where, hint="ask for the missing answers or leave it out"
            )
        elif tally.tried > 1 and not tally.decides(r):
            tried = "" if tally.tried == tally.allowed else " that were tried"
            expected = f"gives the same points to all {counted(tally.tried, 'allowed pair')}{tried}, {idle}"
            yield Finding("rule_decides_nothing", expected, where=where, hint="its weight would do more elsewhere")
        elif spread and one.weight >= _LARGE and _TIMES * one.share < one.weight:
            expected = f"has {weight} of the weight and only {percent(one.share)} of the influence"
            hint = "most pairs get nearly the same points from it"
            yield Finding("rule_weak", expected, where=where, hint=hint)
        elif one.share >= _LARGE and one.share > _TIMES * one.weight:
            expected = f"has only {weight} of the weight and {percent(one.share)} of the influence"
            hint = "the points it gives differ far more from pair to pair than those of the other rules"
            yield Finding("rule_strong", expected, where=where, hint=hint)


def _titled(rule: Rule) -> str:
    return f"rule {rule.title if rule.label is None else quoted(rule.label)}"
