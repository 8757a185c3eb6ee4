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
# # Compare two programs
#
# Skills before goals: who gets somebody else, and who gains by it?

# %%
import numpy as np
from matplotlib import pyplot as plt

import mentormatch as mm
from mentormatch import plots, synthetic
from mentormatch.page import Page, Table

cohort = synthetic.cohort(mentees=70, mentors=60, capacities={1: 8, 2: 2}, seed=5)
choices = synthetic.choices(cohort, lists=0.3, seed=5)
today = synthetic.program().with_(name="Goals first")
other = today.with_(name="Skills first").with_weights(goals=15, skills_to_grow=40)

comparison = mm.compare(today, other, cohort, choices)
by_today = comparison.first.scores
assert by_today is not None
mentor_in = [{pair.mentee: pair.mentor for pair in found.pairs} for found in (comparison.first, comparison.second)]
both = sorted(set(mentor_in[0]) & set(mentor_in[1]))
x, y = (np.array([by_today.points(had[mentee], mentee) for mentee in both]) for had in mentor_in)
same = np.array([mentor_in[0][mentee] == mentor_in[1][mentee] for mentee in both])

_, axes = plt.subplots(figsize=(6.4, 5.8), layout="constrained")
low, high = min(x.min(), y.min()) - 300, max(x.max(), y.max()) + 300
axes.plot([low, high], [low, high], color="#9A9A9A", linewidth=1)
axes.scatter(x[same], y[same], color="#9A9A9A", marker="s", s=26, label=f"{same.sum()} keep their mentor")
axes.scatter(x[~same], y[~same], color="#0072B2", s=34, label=f"{(~same).sum()} have another one")
axes.set_xlabel("points with the mentor by goals first")
axes.set_ylabel("points with the mentor by skills first")
axes.legend(frameon=False, loc="upper left")
axes.set_aspect("equal")
_ = axes.set_title(f"Skills first costs {(x - y).mean():.0f} points a mentee, by today's rules", loc="left")

# %% [markdown]
# Each mark is a mentee, and both axes are points by today's rules, so they can be compared. Below the line is who
# fits less well by today's rules than today; of course nobody would change the weights who did not believe in the
# other ones. So look at the same comparison by the rules of each, and at the people behind it:

# %%
page = comparison.page()
Page("", facts=page.facts, tables=page.tables[:2], notes=page.notes)

# %% [markdown]
# ## Who has somebody else
#
# The ten who lose most by today's rules, which are the ten to talk about.

# %%
order = np.argsort(y - x)[:10]
rows = [(both[k], mentor_in[0][both[k]], int(x[k]), mentor_in[1][both[k]], int(y[k])) for k in order]
columns = ("mentee", "goals first", "points today", "skills first", "points today")
Table("Who loses most by today's rules", columns, rows)

# %% [markdown]
# ## Is one group worse off?
#
# The same measure in both programs, side by side. Points are those of each program, so compare within a picture how
# far the groups are apart.

# %%
_, pair_of_axes = plt.subplots(1, 2, figsize=(14, 4.6), layout="constrained")
for found, ax in zip((comparison.first, comparison.second), pair_of_axes, strict=True):
    plots.group_comparison(found.by_group("department"), "points", ax=ax)

# %% [markdown]
# ## In one line each
#
# What a committee needs in order to decide: what stays, what it costs by today's rules, and who has nobody.

# %%
rows = [
    (
        found.demand.program,
        f"{found.report().paired} of {found.report().mentees}",
        f"{sum(found.report().ranks)} of {found.report().lists}",
        found.report().of_best and f"{found.report().of_best:.0%}",
        len(found.blocking_pairs()),
    )
    for found in (comparison.first, comparison.second)
]
columns = ("program", "with a mentor", "from their list", "of the best possible", "blocking pairs")
Table("Both programs", columns, rows, ["left", *["right"] * 4])

# %% [markdown]
# ## Your turn
#
# `today` and `other` are any two programs on one cohort: other weights, other conditions
# (`today.relax("Differs('department')")`), other aims (`today.with_(aim=mm.Aim(shortlists="ignore"))`). Points by
# different rules have different meanings; whatever you compare, compare it by the rules of one of them.
