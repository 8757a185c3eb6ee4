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
# # Tune with the committee
#
# Seven ways to weigh the same rules, on the same people. What would each of them change?

# %%
import numpy as np
from matplotlib import pyplot as plt

import mentormatch as mm
from mentormatch import synthetic
from mentormatch.page import Page, Table

program = synthetic.program()
cohort = synthetic.cohort(mentees=60, mentors=52, capacities={1: 8, 2: 2}, seed=3)
choices = synthetic.choices(cohort, lists=0.3, seed=3)

WEIGHTINGS: dict[str, dict[str, float]] = {
    "as it is": {},
    "goals first": {"goals": 60},
    "skills first": {"skills_to_grow": 50},
    "style counts double": {"communication": 10, "structure": 10, "ambition": 10},
    "experience counts double": {"experience": 20, "level": 10},
    "the same office": {"location": 20},
    "no interests": {"interests": 0},
}
SHOWN = {
    "goals": "goals",
    "skills": "skills_to_grow",
    "style": "communication",
    "experience": "experience",
    "office": "location",
    "interests": "interests",
}

scores = program.score(cohort)
matchings = {name: program.with_weights(**weights).match(cohort, choices) for name, weights in WEIGHTINGS.items()}
judges = {rule.name: program.with_(rules=[rule]).score(cohort).to_numpy() for rule in program.rules}
today = {(pair.mentor, pair.mentee) for pair in matchings["as it is"].pairs}
gives = {
    name: {what: judges[rule][found.to_indices()].mean() / 100 for what, rule in SHOWN.items()}
    for name, found in matchings.items()
}
weightings = [
    (
        name,
        f"{len(found.pairs)} of {len(cohort.mentees)}",
        sum((pair.mentor, pair.mentee) not in today for pair in found.pairs),
        round(scores.to_numpy()[found.to_indices()].mean()),
        *(f"{gives[name][what]:.0f}%" for what in SHOWN),
    )
    for name, found in matchings.items()
]
columns = ("weighting", "paired", "other pairs", "points", *SHOWN)
Table("What each weighting changes", columns, weightings, ["left", *["right"] * (len(columns) - 1)])

# %% [markdown]
# A row is a matching. `other pairs` are those that today's weights do not make, `points` the mean of a pair by
# today's weights, so that rows can be compared; behind it stands how much each rule gives to the pairs, of what it
# could give. The same in colours, as the difference from today:

# %%
table = np.array([[gives[name][what] - gives["as it is"][what] for what in SHOWN] for name in list(WEIGHTINGS)[1:]])
most = np.abs(table).max()
_, axes = plt.subplots(figsize=(8.4, 4), layout="constrained")
axes.imshow(table, cmap="PuOr_r", aspect="auto", vmin=-most, vmax=most)
for (row, column), value in np.ndenumerate(table):
    axes.text(
        column,
        row,
        f"{round(value):+d}",
        ha="center",
        va="center",
        color="white" if abs(value) > 0.7 * most else "black",
    )
axes.set_xticks(range(len(SHOWN)), SHOWN)
axes.set_yticks(range(len(table)), list(WEIGHTINGS)[1:])
axes.set_xlabel("percentage points that the rule gives more or less to the pairs than today")
_ = axes.set_title("What is given to one rule is taken from the others", loc="left")

# %% [markdown]
# ## What hangs on the exact weights?
#
# Each weight by itself, a fifth lower and a fifth higher. Weights that change no pair are not worth a discussion.

# %%
sensitivity = mm.sensitivity(program, cohort, choices, by=0.2)
page = sensitivity.page()
Page("", facts=page.facts, tables=page.tables[:1], notes=page.notes)

# %% [markdown]
# ## How far may they move?
#
# The share of pairs that never change, whichever weight is moved by so much.

# %%
steps = (0.05, 0.1, 0.2, 0.35, 0.5)
firm = [len(mm.sensitivity(program, cohort, choices, by=by).firm) / len(sensitivity.matching.pairs) for by in steps]
_, axes = plt.subplots(figsize=(7, 3.6), layout="constrained")
axes.plot([100 * by for by in steps], [100 * share for share in firm], marker="o", color="#0072B2")
axes.set_ylim(0, 105)
axes.set_xlabel("each weight alone, lower and higher by so many %")
axes.set_ylabel("pairs that never change, %")
_ = axes.set_title(f"Moved by a tenth, {firm[1]:.0%} of the pairs stay the same; by half, {firm[-1]:.0%}", loc="left")

# %% [markdown]
# ## Which pairs to look at
#
# The pairs that hang on most weights: two people of the committee may look at these by hand, and pin what they are
# sure of.

# %%
loose = list(sensitivity.loose.items())[:8]
rows = [(mentor, mentee, scores.points(mentor, mentee), ", ".join(causes)) for (mentor, mentee), causes in loose]
Table("Pairs that hang on a weight", ("mentor", "mentee", "points", "change with"), rows)

# %% [markdown]
# ## The decision
#
# Keep what the committee decides as a value: `decided = program.with_weights(goals=40, location=8)`, and
# `decided.to_json()` is the file that the next round starts from. To see every person who would have another mentor,
# use the notebook that compares two programs.
