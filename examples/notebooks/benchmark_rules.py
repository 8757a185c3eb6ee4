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
# # Benchmark pairing rules
#
# Forty pairs are planted: each mentee gets a mentor made for them. How many of them do the rules find again?

# %%
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

from matplotlib import pyplot as plt

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.page import Table

PAIRS, SEEDS = 40, (1, 2, 3)
OPTIONS = {
    "goals": [f"goal {k}" for k in range(1, 13)],
    "skills": [f"skill {k}" for k in range(1, 17)],
    "interests": [f"interest {k}" for k in range(1, 9)],
}
QUESTIONNAIRE = mm.Questionnaire(
    [
        *(q.MultiChoice(name, options) for name, options in OPTIONS.items()),
        q.Number("experience", unit="years", minimum=0),
    ]
)
ALL = (
    r.Covers("goals", by="goals", weight=30),
    r.Covers("skills", by="skills", weight=25),
    r.Ahead("experience", ideal=(3, 8), weight=15),
    r.Shares("interests", weight=5),
)
RULE_SETS = {
    "goals alone": ALL[:1],
    "goals and skills": ALL[:2],
    "all four, equal weights": [replace(rule, weight=1) for rule in ALL],
    "all four, weighted": ALL,
}


Answers = dict[str, list[str] | int | None]


def planted(noise: float, blanks: float, seed: int) -> mm.Cohort:
    """Mentees t1, t2, ... with a mentor m1, m2, ... who answers all that they ask for; then answers are spoilt."""
    chance = random.Random(seed)
    mentors, mentees = [], []
    for k in range(1, PAIRS + 1):
        picks = {name: chance.sample(options, 3) for name, options in OPTIONS.items()}
        years = chance.randint(1, 20)
        # A mentor offers two goals and two skills more than this mentee wants, and so may suit others as well.
        offers = {name: sorted({*picks[name], *chance.sample(OPTIONS[name], 2)}) for name in ("goals", "skills")}
        mentor: Answers = {**picks, **offers, "experience": years + chance.randint(3, 8)}
        mentee: Answers = {**picks, "experience": years}
        mentors.append({"id": f"m{k}", **spoilt(mentor, noise, blanks, chance)})
        mentees.append({"id": f"t{k}", **spoilt(mentee, 0, blanks, chance)})
    return mm.Cohort.from_records(QUESTIONNAIRE, mentors=mentors, mentees=mentees)


def spoilt(answers: Answers, noise: float, blanks: float, chance: random.Random) -> Answers:
    """The answers, some of them replaced by chance and some left blank."""
    found: Answers = {}
    for name, own in answers.items():
        drawn_anew = chance.sample(OPTIONS[name], chance.randint(3, 5)) if name in OPTIONS else chance.randint(1, 30)
        said = drawn_anew if chance.random() < noise else own
        found[name] = None if chance.random() < blanks else said
    return found


def found_again(rules: Sequence[r.Rule], noise: float, blanks: float = 0.0) -> float:
    """The share of the planted pairs that are in the best matching, over a few cohorts."""
    program = mm.Program("Benchmark", QUESTIONNAIRE, rules)
    hits = 0
    for seed in SEEDS:
        pairs = program.match(planted(noise, blanks, seed)).pairs
        hits += sum(pair.mentor[1:] == pair.mentee[1:] for pair in pairs)
    return hits / (PAIRS * len(SEEDS))


def drawn(lines: Mapping[str, Sequence[float]], at: Sequence[float], under: str, title: str) -> None:
    """A line for each set of rules, told apart by colour, mark and the words at its end."""
    _, axes = plt.subplots(figsize=(8, 4.4), layout="constrained")
    styles = zip(("#9A9A9A", "#E69F00", "#009E73", "#0072B2"), "sD^o", strict=True)
    for (name, shares), (colour, mark) in zip(lines.items(), styles, strict=False):
        axes.plot([100 * one for one in at], [100 * one for one in shares], marker=mark, color=colour, label=name)
    axes.set_ylim(0, 105)
    axes.set_xlabel(under)
    axes.set_ylabel("planted pairs found again, %")
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    axes.set_title(title, loc="left")


NOISE = (0.0, 0.1, 0.2, 0.3, 0.45, 0.6)
by_noise = {name: [found_again(rules, noise) for noise in NOISE] for name, rules in RULE_SETS.items()}
first, best = by_noise["goals alone"][0], by_noise["all four, weighted"][0]
drawn(
    by_noise,
    NOISE,
    "mentors' answers replaced by chance, %",
    f"Goals alone find {first:.0%} of the pairs, all four rules {best:.0%}, while answers are true",
)

# %% [markdown]
# Every planted mentor answers all that the mentee asks for, so without noise the planted pairs are perfect: 10,000
# points each. Goals alone cannot tell the planted mentor from others who offer the same goals; each further question
# tells more of them apart. Chance would find one pair in forty. Equal weights do best under noise, because all four
# answers are equally true here: a weight above the others is a bet that this answer is worth more. In figures:

# %%
rows = [(name, *(f"{share:.0%}" for share in shares)) for name, shares in by_noise.items()]
columns = ("rules", *(f"{noise:.0%} noise" for noise in NOISE))
Table("Planted pairs found again", columns, rows, ["left", *["right"] * len(NOISE)])

# %% [markdown]
# ## Is the solver to blame, or are the rules?
#
# Neither: where the pairs made have more points than the planted ones, the answers no longer say who was planted, and
# no matcher that believes these rules could find them. The solver never has fewer: its matching is proven to be the
# best.

# %%
rows = []
for noise in NOISE:
    program = mm.Program("Benchmark", QUESTIONNAIRE, ALL)
    matching = program.match(planted(noise, 0.0, SEEDS[0]))
    assert matching.scores is not None
    assert matching.verify()
    truth = sum(matching.scores.points(f"m{k}", f"t{k}") for k in range(1, PAIRS + 1))
    rows.append((f"{noise:.0%}", truth // PAIRS, matching.points // PAIRS))
Table("Points a pair", ("noise", "planted", "made"), rows, ["right"] * 3)

# %% [markdown]
# ## What should a blank count?
#
# The same pairs, a tenth of the mentors' answers replaced, and more and more answers of both sides missing. `average`
# is what the rules do unless told otherwise.

# %%
BLANKS = (0.0, 0.1, 0.2, 0.3, 0.4)
missing = {
    f"missing={way!r}": [found_again([replace(rule, missing=way) for rule in ALL], 0.1, blanks) for blanks in BLANKS]
    for way in ("zero", "abstain", "average")
}
worst = {name: shares[-1] for name, shares in missing.items()}
drawn(
    missing,
    BLANKS,
    "answers left blank, %",
    f"With {BLANKS[-1]:.0%} blank, " + ", ".join(f"{name[9:-1]} finds {share:.0%}" for name, share in worst.items()),
)

# %% [markdown]
# ## Your turn
#
# Plant pairs with your own questionnaire: write `planted` so that the mentor has what the mentee asks for, and put
# your rule sets into `RULE_SETS`. A rule that does not raise its line here tells people apart no better than chance;
# a rule that does may still be the wrong one, for nobody knows whether such pairs get on. Ratings of real pairs
# (`matching.observed(ratings)`) say more about that.
