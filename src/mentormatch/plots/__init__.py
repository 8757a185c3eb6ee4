"""Pictures of scores, matchings and programs, each on the Axes it is given; needs matplotlib (extra ``plots``).

Every function takes a result of the library, draws it and returns the Axes. Without ``ax`` it makes a figure of its own
with pyplot. Titles are sentences that say what there is to see, colours can be told apart with any kind of sight, and
nothing but ids and names is written: no answers.

>>> import mentormatch as mm
>>> from mentormatch import plots
>>> scores = mm.ScoreMatrix.from_array([[8, 9], [5, 4]], mentors=["ada", "bo"], mentees=["tim", "kay"])
>>> from matplotlib.figure import Figure
>>> axes = plots.heat_map(mm.solve(scores), Figure().subplots())
>>> print(axes.get_title(loc="left"))
The 2 pairs score 7 points on average, all 4 allowed ones 6
"""

from mentormatch.plots.pairs import heat_map, score_distribution, waterfall
from mentormatch.plots.people import group_comparison, mentor_load, seat_values
from mentormatch.plots.progress import wave_progress

__all__ = [
    "group_comparison",
    "heat_map",
    "mentor_load",
    "score_distribution",
    "seat_values",
    "waterfall",
    "wave_progress",
]
