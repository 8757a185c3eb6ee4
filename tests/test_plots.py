"""Pictures: drawn on the Axes given, with the numbers they stand for, a sentence above, and any names."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from test_report import CHOICES, MATCHING, PEOPLE, PROGRAM, TOWNS

import mentormatch as mm
from mentormatch import plots
from mentormatch.plots.drawing import BLUE, GREY, ORANGE, RED

mpl.use("Agg")

REPORT = MATCHING.report()
EXPLAINED = MATCHING.explain("ada", "fay")
GROUPS = MATCHING.by_group("town")
SIMULATION = mm.simulate_waves(PROGRAM, PEOPLE, decline=[0.3, 0.6], repeats=3)

PICTURES: dict[str, Callable[..., Axes]] = {
    "heat_map": lambda ax=None: plots.heat_map(MATCHING, ax),
    "score_distribution": lambda ax=None: plots.score_distribution(REPORT, ax),
    "waterfall": lambda ax=None: plots.waterfall(EXPLAINED, ax),
    "mentor_load": lambda ax=None: plots.mentor_load(REPORT, ax),
    "seat_values": lambda ax=None: plots.seat_values(MATCHING.seat_values(), ax),
    "group_comparison": lambda ax=None: plots.group_comparison(GROUPS, ax=ax),
    "wave_progress": lambda ax=None: plots.wave_progress(SIMULATION, ax),
}
TITLES = {
    "group_comparison": "By town, the share with a partner goes from 50% (Ulm) to 100% (Bonn), where one group has "
    "only 1 mentee",
    "heat_map": "The 3 pairs score 4,722 points on average, all 7 allowed ones 4,941",
    "mentor_load": "1 of 2 mentors is on more lists than they have seats, and all have a mentee",
    "score_distribution": "Pairs have 4,722 points on average, 1,111 fewer than all 5 possible ones",
    "seat_values": "One more seat is worth most at any of 3 mentors: 1 more mentee with a mentor each",
    "waterfall": "ada and fay score 8,750 of 10,000 points; most is lost at 'faith'",
    "wave_progress": "After 2 waves, 50% (50 to 75%) of the 4 mentees are paired",
}


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    plt.close("all")


def axes() -> Axes:
    return Figure(figsize=(8, 5), layout="constrained").subplots()


def title(ax: Axes) -> str:
    """The title as it was meant, without the breaks of its lines and what keeps it from being a formula."""
    return ax.get_title(loc="left").replace("\n", " ").replace(r"\$", "$")


def drawn(ax: Axes) -> np.ndarray[Any, Any]:
    """The picture, as it is seen; whatever cannot be drawn raises or warns here."""
    canvas = FigureCanvasAgg(ax.figure)  # type: ignore[arg-type]
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


def words(ax: Axes) -> str:
    """Everything that is written on the picture."""
    texts = [*ax.texts, *ax.get_xticklabels(), *ax.get_yticklabels(), ax.xaxis.label, ax.yaxis.label]
    legend = ax.get_legend()
    texts += legend.get_texts() if legend else []
    return " ".join([title(ax), *(text.get_text() for text in texts)])


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_every_picture_is_drawn_on_the_axes_it_is_given(name: str) -> None:
    """It returns those Axes, makes no figure of its own, changes no setting and really draws."""
    before, mine, figures = dict(mpl.rcParams), axes(), plt.get_fignums()
    assert PICTURES[name](mine) is mine
    assert plt.get_fignums() == figures
    assert dict(mpl.rcParams) == before
    assert len(np.unique(drawn(mine).reshape(-1, 4), axis=0)) > 10


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_every_picture_makes_a_figure_where_none_is_given(name: str) -> None:
    """In a notebook one call is enough."""
    ax = PICTURES[name]()
    assert plt.get_fignums() == [ax.figure.number]  # type: ignore[union-attr]
    drawn(ax)


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_the_title_says_the_finding(name: str) -> None:
    """A sentence with the numbers that are there to see."""
    assert title(PICTURES[name](axes())) == TITLES[name]


def test_all_functions_are_tested() -> None:
    """Whoever adds a picture adds it here."""
    assert set(PICTURES) == set(plots.__all__) == set(TITLES)
    assert mm.plots is plots


def test_colours_can_be_told_apart_with_any_kind_of_sight() -> None:
    """Seen without red, without green or without blue, all colours of the pictures stay far apart."""
    colours = np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in (BLUE, ORANGE, RED, GREY)])
    for without in (
        [[0.567, 0.433, 0], [0.558, 0.442, 0], [0, 0.242, 0.758]],
        [[0.625, 0.375, 0], [0.7, 0.3, 0], [0, 0.3, 0.7]],
        [[0.95, 0.05, 0], [0, 0.433, 0.567], [0, 0.475, 0.525]],
    ):
        seen = colours @ np.array(without).T
        apart = np.linalg.norm(seen[:, None] - seen[None, :], axis=2)
        assert apart[~np.eye(len(seen), dtype=bool)].min() > 40


# --- the numbers drawn


def test_the_heat_map_shows_every_pair_where_it_stands() -> None:
    """Cells are the points, forbidden ones are masked, and the markers stand on the pairs made."""
    ax = plots.heat_map(MATCHING, axes())
    rows, columns = ([text.get_text() for text in ticks] for ticks in (ax.get_yticklabels(), ax.get_xticklabels()))
    assert (rows, columns) == (["ada", "bo", "cy"], ["fay", "gil", "hal", "eve"])
    cells = ax.images[0].get_array()
    assert MATCHING.scores is not None
    for j, mentor in enumerate(rows):
        for i, mentee in enumerate(columns):
            points = MATCHING.scores.points(mentor, mentee)
            assert (bool(np.ma.getmaskarray(cells)[j, i]), int(np.ma.getdata(cells)[j, i])) == (points < 0, points)
    marks = {(columns[int(x)], rows[int(y)]) for x, y in ax.collections[0].get_offsets()}
    assert marks == {(pair.mentee, pair.mentor) for pair in MATCHING.pairs}


def test_a_heat_map_says_what_is_drawn_on_it() -> None:
    """Squares and grey are explained in words below, and only where there are any."""
    assert plots.heat_map(MATCHING, axes()).get_xlabel() == (
        "mentees\nsquares are the pairs made, light grey is not allowed"
    )
    free = mm.solve(mm.ScoreMatrix.from_array([[1, 2]]), capacity=0)
    assert plots.heat_map(free, axes()).get_xlabel() == "mentees"


def test_mentors_who_are_not_drawn_are_counted() -> None:
    """A reader of fifteen bars knows whether there would be more."""
    ax = plots.seat_values({f"m{k:02}": 20 - k for k in range(20)}, axes())
    assert ax.get_xlabel() == "points (5 mentors with no more than the last not shown)"
    assert len(ax.patches) == 15


def test_a_heat_map_of_a_thousand_takes_neighbours_together() -> None:
    """Cells are means of the allowed pairs in them, forbidden where all are, and the markers stay where they are."""
    rng = np.random.default_rng(1)
    values = rng.integers(0, 10_000, (600, 501))
    allowed = rng.random(values.shape) < 0.5
    allowed[:6, :] = False
    matching = mm.solve(mm.ScoreMatrix.from_array(values, allowed=allowed))
    ax = plots.heat_map(matching, axes())
    cells = ax.images[0].get_array()
    assert cells.shape == (200, 167)
    mentors, mentees = plots.pairs._ordered(matching)
    points = np.where(allowed, values, -1)[np.ix_(mentors, mentees)]
    for row, column in ((0, 0), (3, 166), (120, 80), (199, 5)):
        block = points[3 * row : 3 * row + 3, 3 * column : 3 * column + 3]
        inside = block[block >= 0]
        assert bool(np.ma.getmaskarray(cells)[row, column]) == (not inside.size)
        if inside.size:
            assert cells[row, column] == pytest.approx(inside.mean())
    assert len(ax.collections[0].get_offsets()) == len(matching.pairs)
    assert ax.images[0].get_extent() == [-0.5, 500.5, 599.5, -0.5]


def test_bars_of_the_distribution_are_the_shares_of_the_bands() -> None:
    """Grey is what was possible, blue what was made, and each adds up to all."""
    ax = plots.score_distribution(REPORT, axes())
    heights = [bar.get_height() for bar in ax.patches]
    assert heights[10:] == [band.matched / REPORT.pairs for band in REPORT.bands]
    assert heights[:10] == [band.possible / REPORT.possible for band in REPORT.bands]
    assert [line.get_xdata()[0] for line in ax.lines] == [REPORT.possible_mean, REPORT.points.mean]  # type: ignore[index]


def test_the_waterfall_adds_up() -> None:
    """Each bar begins where the one before ended, the last ends at the score, and blanks are hatched."""
    ax = plots.waterfall(EXPLAINED, axes())
    given = ax.patches[1::2]
    assert [bar.get_width() for bar in given] == [part.points for part in EXPLAINED.parts]
    assert [bar.get_x() for bar in given] == [0, *np.cumsum([part.points for part in EXPLAINED.parts])[:-1]]
    assert given[-1].get_x() + given[-1].get_width() == EXPLAINED.points
    assert [bar.get_hatch() for bar in given] == [None, "//"]
    assert [to_hex(bar.get_facecolor()).upper() for bar in given] == [BLUE, ORANGE]


def test_the_waterfall_of_others_shows_no_private_rule() -> None:
    """What an audience is not told is not drawn, and neither is the total."""
    ax = plots.waterfall(MATCHING.explain("ada", "fay", "mentor"), axes())
    assert "faith" not in words(ax)
    assert title(ax) == "ada and fay score between 7,500 and 10,000 points; nothing is lost"
    assert "faith" in words(plots.waterfall(EXPLAINED, axes()))


def test_a_pair_that_is_not_allowed_is_drawn_as_it_would_score() -> None:
    """The title says that it would."""
    assert title(plots.waterfall(MATCHING.explain("bo", "eve"), axes())).startswith("bo and eve would score ")
    scores = mm.ScoreMatrix.from_array([[1]], ["a"], ["b"])
    with pytest.raises(mm.ProgramError, match="there are no rules to show"):
        plots.waterfall(mm.solve(scores).explain("a", "b"), axes())


def test_the_load_is_drawn_beside_seats_and_lists() -> None:
    """Mentors stand by how many ask for them; bars are mentees, lines seats and lists."""
    ax = plots.mentor_load(REPORT, axes())
    assert [text.get_text() for text in ax.get_xticklabels()] == ["ada", "bo"]
    assert [bar.get_height() for bar in ax.patches] == [2, 1]
    assert [line.get_ydata().tolist() for line in ax.lines] == [[2, 1, 1], [2, 2]]  # type: ignore[union-attr]
    free = PROGRAM.match(PEOPLE, mm.Choices(bans=[("bo", "hal"), ("bo", "gil")])).report()
    assert title(plots.mentor_load(free, axes())) == "1 of 2 mentors has no mentee, and 1 seat stays empty"
    assert title(plots.mentor_load(PROGRAM.match(PEOPLE).report(), axes())).startswith(
        "Every mentor has a mentee, and no"
    )


def test_few_on_very_many_lists_do_not_flatten_the_others() -> None:
    """The axis ends before them, and how many ask is written there."""
    lists = {f"e{at}": ["m0", "m1"] if at % 8 == 0 else ["m0"] for at in range(40)}
    scores = mm.ScoreMatrix.from_array(np.ones((3, 40), dtype=int), [f"m{at}" for at in range(3)], list(lists))
    ax = plots.mentor_load(mm.solve(scores, choices=mm.Choices(shortlists=lists)).report(), axes())
    assert ax.get_ylim()[1] < 10
    assert "up to 40 lists" in words(ax)


def test_seat_values_show_the_first_aim_that_a_seat_serves() -> None:
    """More mentees come before points, numbers by mentor are taken as they are, and nothing is said to be nothing."""
    ax = plots.seat_values({"ada": 3, "bo": 7, "cy": 0, "di": -2}, axes())
    assert [bar.get_width() for bar in ax.patches] == [7, 3]
    assert title(ax) == "One more seat is worth most at bo: 7 points"
    assert title(plots.seat_values({"ada": 0}, axes())) == "One more seat brings nothing at any mentor"
    assert len(plots.seat_values({f"m{at}": at for at in range(40)}, axes(), most=5).patches) == 5
    with pytest.raises(mm.ProgramError, match="values: expected seat values or whole numbers by mentor"):
        plots.seat_values({"ada": 1.5}, axes())  # type: ignore[dict-item]
    values = MATCHING.seat_values()
    widths = [bar.get_width() for bar in plots.seat_values(values, axes()).patches]
    assert widths == sorted((value.people for value in values.values() if value.people > 0), reverse=True)


def test_waves_stack_up_to_all_mentees() -> None:
    """Paired, waiting and left out are the medians of the simulation, wave by wave."""
    ax = plots.wave_progress(SIMULATION, axes(), decline=0.6)
    heights = [bar.get_height() for bar in ax.patches]
    expected = [
        SIMULATION.spread(figure, wave=wave, decline=0.6).median  # type: ignore[arg-type]
        for figure in ("paired", "waiting", "left_out")
        for wave in (1, 2)
    ]
    assert heights == expected
    with pytest.raises(mm.ProgramError, match="decline"):
        plots.wave_progress(SIMULATION, axes(), decline=0.5)


@pytest.mark.parametrize("measure", ["share", "points", "listed", "first"])
def test_groups_stand_at_their_measure(measure: Any) -> None:
    """A dot for each group, at the value, with how many it is of; intervals hold the value."""
    ax = plots.group_comparison(GROUPS, measure, ax=axes())
    rows = [row for row in GROUPS.of("mentee") if row.measure(measure) is not None]
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [float(dot.get_xdata()[0]) for dot in dots] == [row.measure(measure) for row in rows]  # type: ignore[index]
    assert [text.get_text() for text in ax.get_yticklabels()] == [row.group for row in rows]
    counts = {"share": "people", "points": "pairs", "listed": "lists", "first": "lists"}
    assert all(str(getattr(row, counts[measure])) in text.get_text() for row, text in zip(rows, ax.texts, strict=True))
    lines = [line.get_xdata() for line in ax.lines if line.get_marker() != "o"]
    for line, dot in zip(lines, dots, strict=bool(lines)):
        assert line[0] <= dot.get_xdata()[0] <= line[1]  # type: ignore[index]
    with pytest.raises(mm.ProgramError, match="there is no such measure"):
        plots.group_comparison(GROUPS, "shares", ax=axes())  # type: ignore[arg-type]


def test_an_interval_of_a_share_is_wilsons() -> None:
    """Three of three is not certainty: the interval goes down to 44 %."""
    groups = MATCHING.by_group({"fay": "a", "gil": "a", "hal": "a", "eve": "b"})
    ax = plots.group_comparison(groups, ax=axes())
    low, high = next(line.get_xdata() for line in ax.lines if line.get_marker() != "o")  # type: ignore[misc]
    assert (low, high) == (pytest.approx(0.4385, abs=1e-4), 1)


# --- awkward names and nothing at all

NAMES = ["$\\frac{1}{0}$", "<script>alert(1)</script>", "=cmd()", "\u202eada\n\x1b[2J", "W" * 200, "100% {x} \\alpha"]


def test_awkward_names_are_drawn_as_they_are() -> None:
    """A name is no formula, turns nothing around, and does not push the picture off its page."""
    mentors = [{"id": name, "town": "Bonn"} for name in NAMES]
    mentees = [{"id": f"{name}'", "town": "Ulm"} for name in NAMES]
    matching = PROGRAM.match(mm.Cohort.from_records(TOWNS, mentors=mentors, mentees=mentees))
    groups = matching.by_group({f"{name}'": name for name in NAMES})
    for ax in (
        plots.heat_map(matching, axes()),
        plots.mentor_load(matching.report(), axes()),
        plots.waterfall(matching.explain(NAMES[0], f"{NAMES[4]}'"), axes()),
        plots.seat_values({name: at for at, name in enumerate(NAMES)}, axes()),
        plots.group_comparison(groups, "points", ax=axes()),
    ):
        drawn(ax)
        assert not {"\u202e", "\x1b", "\n\x1b"} & set(words(ax))
        for text in ax.get_yticklabels():
            assert len(text.get_text().replace(r"\$", "$")) <= 28
        for text in ax.get_xticklabels():
            assert len(text.get_text().replace(r"\$", "$")) <= 14


def test_nothing_at_all_has_pictures_too() -> None:
    """Nobody there is no reason to fail: the title says that there is nothing."""
    matching = PROGRAM.match(mm.Cohort.from_records(TOWNS))
    report = matching.report()
    for ax, said in (
        (plots.heat_map(matching, axes()), "No pair is made of 0 allowed ones"),
        (plots.score_distribution(report, axes()), "No pair is made of 0 possible ones"),
        (plots.mentor_load(report, axes()), "There are no mentors"),
        (plots.seat_values({}, axes()), "One more seat brings nothing at any mentor"),
        (
            plots.group_comparison(matching.by_group("town"), ax=axes()),
            "There are no two groups of mentees to compare by town",
        ),
    ):
        assert title(ax) == said
        drawn(ax)


def test_wrong_values_are_refused_before_anything_is_drawn() -> None:
    """A report is no matching and a matching no report, and a matching without scores says what to do."""
    for draw, value, kind in (
        (plots.heat_map, REPORT, "Matching"),
        (plots.score_distribution, MATCHING, "Report"),
        (plots.mentor_load, MATCHING, "Report"),
        (plots.waterfall, REPORT, "Explanation"),
        (plots.group_comparison, REPORT, "GroupComparison"),
        (plots.wave_progress, REPORT, "Simulation"),
        (plots.seat_values, [1], "Mapping"),
    ):
        with pytest.raises(mm.ProgramError, match=f"expected a value of type {kind}"):
            draw(value)  # type: ignore[operator]
    with pytest.raises(mm.ProgramError, match=r"use with_scores\(\)"):
        plots.heat_map(mm.Matching.from_json(MATCHING.to_json()))
    assert plt.get_fignums() == []


def test_without_matplotlib_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything else works without it."""

    def missing(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr("mentormatch.plots.drawing.import_module", missing)
    with pytest.raises(mm.ProgramError, match=r"pictures need matplotlib, which is not installed; pip install"):
        plots.mentor_load(REPORT)
    assert importlib.import_module("mentormatch.plots") is plots
    assert CHOICES.shortlists
