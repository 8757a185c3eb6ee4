"""Writes one HTML file about a program of 250 people: what an administrator could send to their director.

    python examples/report.py report.html

The people are made up. The file holds its pictures, loads nothing and runs nothing; it opens on any screen, light or
dark, wide or narrow. It speaks of ids, counts and points, and of nobody's answers. Needs matplotlib (extra ``plots``).
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

import mentormatch as mm
from mentormatch import plots, synthetic
from mentormatch.page import Page, Picture, Table, document

PROGRAM = synthetic.program().with_(name="Harbour mentoring")
COHORT = synthetic.cohort(mentees=145, mentors=105, capacities={1: 8, 2: 2}, unoffered=0.1, seed=7)
CHOICES = synthetic.choices(COHORT, lists=0.6, seed=7)


def report() -> str:
    """The file as text."""
    supply, check = PROGRAM.check_supply(COHORT), PROGRAM.check(COHORT)
    matching = PROGRAM.match(COHORT, CHOICES)
    quality, departments = matching.report(weakest=5), matching.by_group("department")
    seats, weights = matching.seat_values(), mm.sensitivity(PROGRAM, COHORT, CHOICES)
    waves = mm.simulate_waves(PROGRAM, COHORT, choices=CHOICES, accept=0.75, decline=0.15, repeats=5)
    parts = [
        only(supply.page()),
        not_offered(check),
        picture(plots.score_distribution(quality, axes())),
        only(quality.page(), "Whom mentees with a list have", "The pairs with the fewest points", "Blank answers"),
        picture(plots.mentor_load(quality, axes())),
        unmatched(matching),
        picture(plots.seat_values(seats, axes())),
        departments.page(),
        picture(plots.group_comparison(departments, "points", ax=axes(6.5))),
        waves.page(),
        picture(plots.wave_progress(waves, axes())),
        only(weights.page(), "Pairs that change with the weight of a rule"),
        only(check.page(), "What the rules decide", "What the conditions forbid"),
    ]
    findings = list(in_short(supply, matching, quality, weights))
    return document(f"{PROGRAM.name}: the first wave", parts, findings)


def in_short(
    supply: mm.SupplyCheck, matching: mm.Matching, quality: mm.Report, weights: mm.Sensitivity
) -> Iterator[str]:
    """What the director reads first."""
    yield f"{quality.paired} of {quality.mentees} mentees have a mentor, and {quality.mentors} mentors take part."
    if quality.lists:
        served = sum(quality.ranks)
        first = f"{quality.ranks[0]} of them their first choice"
        yield f"{served} of the {quality.lists} mentees who gave a list have somebody from it, {first}."
    if supply.short_mentors:
        wanted = "five for every four mentees are advised"
        yield f"{supply.short_mentors} more mentors would let everybody be matched well: {wanted}."
    yield f"{len(weights.firm)} of {quality.pairs} pairs stay the same when any weight moves by 10 %."
    yield f"The matching is {matching.proof.kind}: no other reaches more in the aims of the program."


def unmatched(matching: mm.Matching) -> Page:
    """The mentees without a mentor, each with the reason."""
    rows = [(one.person, one.reason) for one in matching.unmatched if one.side == "mentee"]
    return Page("Mentees without a mentor", tables=[Table("", ("mentee", "why"), rows)])


def not_offered(check: mm.ProgramCheck) -> Page:
    """What mentees want and nobody offers, of the questions that are not private: a director is no administrator."""
    asked = PROGRAM.questionnaire
    wanted = [
        (one.expected,)
        for one in check.findings
        if one.code == "option_nobody_offers" and one.question is not None and not asked[one.question].private
    ]
    return Page("Wanted and not offered", tables=[Table("", ("what",), wanted)])


def only(page: Page, *titles: str) -> Page:
    """The page with the tables of these titles alone."""
    return Page(page.title, page.facts, [table for table in page.tables if table.title in titles], page.notes)


def axes(height: float = 4.0) -> Axes:
    """Axes of a figure of their own."""
    return Figure(figsize=(8, height), dpi=110, layout="constrained").subplots()


def picture(drawn: Axes) -> Picture:
    """The figure of these Axes, with its title as the text for who cannot see it."""
    file = io.BytesIO()
    assert isinstance(drawn.figure, Figure)
    drawn.figure.savefig(file, format="png")
    return Picture(file.getvalue(), drawn.get_title(loc="left").replace("\n", " "))


if __name__ == "__main__":
    path = Path(sys.argv[1] if len(sys.argv) > 1 else "report.html")
    path.write_text(report(), encoding="utf-8")
    print(f"{path}: {path.stat().st_size // 1024} KiB")
