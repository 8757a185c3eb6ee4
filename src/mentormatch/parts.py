"""What each rule gives to the score of a pair, and what of it an audience may see (convention 11)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

from mentormatch.errors import Finding, ProgramError
from mentormatch.wording import number

Audience = Literal["administrator", "mentor", "mentee"]


@dataclass(frozen=True)
class Part:
    """What one rule gives to the score of a pair: ``points`` of at most ``most``, basis points that sum to the score.

    ``value`` is the rule's value or what stands for a blank, None where nothing does. ``known`` says whether the rule
    could judge the pair, ``counts`` whether it applies to it at all, ``private`` whether it reads a private question.
    ``full`` is what ``most`` is where every rule counts, and ``optional`` whether answers can keep this one from it.
    ``said`` is what in the answers the value comes from, "" where the rule does not say.
    """

    label: str
    title: str
    points: int
    most: int
    value: float | None
    known: bool
    counts: bool
    private: bool
    full: int
    optional: bool
    said: str = ""


@dataclass(frozen=True)
class ToldScore:
    """A score as an audience may know it: ``parts`` sum to ``points`` (own scores have no parts).

    ``points`` is None where it would tell about a private answer; then ``band`` is the range that the parts leave open.
    ``coverage`` is the share of the weight that was judged, None where it would tell about private answers.
    """

    points: int | None
    band: tuple[int, int] | None
    parts: tuple[Part, ...]
    coverage: float | None

    def __str__(self) -> str:
        if self.band is not None:
            return f"{number(self.band[0])} to {number(self.band[1])}"
        return "" if self.points is None else number(self.points)


def told_score(points: int, parts: tuple[Part, ...], coverage: float, audience: Audience) -> ToldScore:
    """What the audience may know of a score of so many points and its parts.

    The administrator sees all. For others, two or more private rules that always count are summed. One alone is left
    out, or the total would give it away; a rule of no weight hides nothing, so it is left out before they are counted.
    Left out, too, is any that answers can keep from counting, because the other shares would then show whether it
    counted: they are shown as they are where every rule counts.
    """
    if audience == "administrator" or not any(part.private for part in parts):
        return ToldScore(points, None, parts, coverage)
    public = tuple(part for part in parts if not part.private)
    private = [part for part in parts if part.private and part.full]
    if not private:
        return ToldScore(points, None, public, None)
    if len(private) > 1 and not any(part.optional for part in private):
        together = replace(
            private[0],
            label=f"{len(private)} rules about private answers",
            title="",
            points=sum(part.points for part in private),
            most=sum(part.most for part in private),
            value=None,
            known=True,
            said="",
        )
        return ToldScore(points, None, (*public, together), None)
    shown = tuple(replace(part, points=round((part.value or 0) * part.full), most=part.full) for part in public)
    low = sum(part.points for part in shown)
    if any(part.optional for part in (*public, *private)):
        return ToldScore(None, (0, 10_000), shown, None)
    return ToldScore(None, (low, min(10_000, low + sum(part.full for part in private))), shown, None)


def checked_audience(audience: object) -> Audience:
    """The audience, or a ProgramError where it is none."""
    for known in get_args(Audience):
        if audience == known and isinstance(audience, str):
            return known  # type: ignore[no-any-return]
    expected = "expected 'administrator', 'mentor' or 'mentee'"
    raise ProgramError(Finding("audience", expected, where="audience"))
