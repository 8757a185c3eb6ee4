# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Try pairing rules on a cohort
#
# What do the pairs get if one kind of rules decides alone, and what if all decide together?

# %%
import numpy as np
from matplotlib import pyplot as plt

import mentormatch as mm
from mentormatch import plots, synthetic
from mentormatch import rules as r
from mentormatch.page import Table

program = synthetic.program()
cohort = synthetic.cohort(mentees=60, mentors=48, capacities={1: 7, 2: 3}, seed=11)

KINDS = {
    "goals": ["goals"],
    "skills": ["skills_to_grow"],
    "style": ["communication", "structure", "ambition"],
    "seniority": ["experience", "level"],
    "logistics": ["location", "language", "meeting"],
    "interests": ["interests"],
}


def only(names: list[str]) -> mm.Program:
    """The program with these rules alone."""
    return program.with_(rules=[rule for rule in program.rules if rule.name in names])


programs = {kind: only(names) for kind, names in KINDS.items()} | {"all rules": program}
scores = {kind: one.score(cohort).to_numpy() for kind, one in programs.items()}
matchings = {kind: one.match(cohort) for kind, one in programs.items()}
given = {kind: {by: scores[by][found.to_indices()].mean() for by in KINDS} for kind, found in matchings.items()}

table = np.array([[row[by] / 100 for by in KINDS] for row in given.values()])
_, axes = plt.subplots(figsize=(8, 4.4), layout="constrained")
axes.imshow(table, cmap="cividis", aspect="auto", vmin=0, vmax=100)
for (row, column), value in np.ndenumerate(table):
    axes.text(column, row, f"{value:.0f}", ha="center", va="center", color="black" if value > 55 else "white")
axes.set_xticks(range(len(KINDS)), list(KINDS))
axes.set_yticks(range(len(given)), [f"{kind} alone" if kind in KINDS else kind for kind in given])
axes.set_xlabel("what these rules give to the pairs made, in % of what they could give")
_ = axes.set_title("Rules that decide alone get much of what they ask, and little of the rest", loc="left")

# %% [markdown]
# Read it by rows. Each row is a matching: in the first the goals decided alone, and the row says what its pairs have
# of everything. The diagonal is the most that these people can give of one kind. The last row is the compromise: it
# gives up something on the diagonal in every column, and most where the weight is low.
#
# How many pairs do the matchings share with the one by all rules, and what do they cost by its points?

# %%
together = {(pair.mentor, pair.mentee) for pair in matchings["all rules"].pairs}
rows = [
    (
        kind,
        len(found.pairs),
        sum((pair.mentor, pair.mentee) in together for pair in found.pairs),
        round(scores["all rules"][found.to_indices()].mean()),
        int(scores["all rules"][found.to_indices()].min()),
    )
    for kind, found in matchings.items()
]
columns = ("who decides", "pairs", "of them also by all rules", "points a pair by all rules", "the weakest pair")
Table("One kind of rules at a time", columns, rows, ["left", *["right"] * 4])

# %% [markdown]
# ## Which rules tell people apart?
#
# Weight is what you give a rule; influence is what it decides among these people. A rule that gives everybody about
# the same can be heavy and decide nothing.

# %%
program.check(cohort).page().table("What the rules decide")

# %% [markdown]
# ## What do the conditions cost?
#
# A condition forbids pairs, whatever their points. Each row leaves one out, or adds one.

# %%
strict = program.with_(conditions=[*program.conditions, r.AtLeast(r.Covers("goals", by="goals_reached"), 0.3)])
tried = {
    "as it is": program,
    "without Differs('department')": program.relax("Differs('department')"),
    "and at least 30 % of the goals": strict,
}
rows = []
for name, one in tried.items():
    allowed = one.score(cohort).to_numpy() >= 0
    report = one.match(cohort).report()
    rows.append((name, int(allowed.sum()), f"{report.paired} of {report.mentees}", report.points.mean))
Table("Conditions", ("conditions", "allowed pairs", "mentees with a mentor", "points a pair"), rows)

# %% [markdown]
# ## The two extremes, pair by pair
#
# Left the goals alone in points by the goals, right all rules in points by all of them: compare the shapes, not the
# numbers. The tall bars on the left are the pairs in which somebody left the goals blank, which counts as the
# average. Where several rules decide, a blank in one of them matters less.

# %%
_, (left, right) = plt.subplots(1, 2, figsize=(13, 4.2), layout="constrained")
plots.score_distribution(matchings["goals"].report(), left)
_ = plots.score_distribution(matchings["all rules"].report(), right)

# %% [markdown]
# ## Your turn
#
# Change `KINDS`, the weights (`program.with_weights(goals=60)`), or put your own cohort and program in the first
# cell: `mm.Cohort.from_csv(...)` and `mm.Program(...)`. Everything below the first cell works with any of them.
