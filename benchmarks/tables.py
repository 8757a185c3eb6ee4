"""What was measured as Markdown: tables, and footnotes for whatever is not as one would expect."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from statistics import median

from phases import PHASES
from registry import CASES, GROWTH, Case, Size
from results import Results, Row

BEGIN, END = "<!-- begin: written by benchmarks/run.py -->", "<!-- end: written by benchmarks/run.py -->"
_NOT_YET = "not measured yet"


class Notes:
    """Footnotes: each text once, numbered in the order in which they come up."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def mark(self, text: str) -> str:
        """The mark that stands where the note belongs."""
        if text not in self.texts:
            self.texts.append(text)
        return f"[{self.texts.index(text) + 1}]"

    def lines(self) -> list[str]:
        """The notes, one a line."""
        return [f"{number}. {text}" for number, text in enumerate(self.texts, start=1)]


def written(results: Results, pictures: Sequence[tuple[str, str]] = (), *, planned: bool = False) -> str:
    """All tables of what was measured, with pictures (title, path) after them.

    With ``planned`` whatever the registry lists has a row, measured or not.
    """
    notes = Notes()
    sections = [
        (_machine, "The machine"),
        (_phases, "A first match"),
        (_peers, "Against others on the same finished points"),
        (_by_hand, "Against the same work by hand"),
        (_floor, "Against the bare product"),
        (_growth, "Growth"),
        (_again, "A second match"),
        (_weightings, "Ten weightings"),
        (_answers, "Questions about a match"),
        (_around, "Around a match"),
        (_losses, "Where we lose"),
    ]
    parts: list[str] = []
    for lines, title in sections:
        found = lines(results, notes, planned)
        if found:
            parts += [f"### {title}", "", *found, ""]
    parts += [line for title, path in pictures for line in (f"![{title}]({path})", "")]
    if notes.texts:
        parts += ["### Footnotes", "", *notes.lines(), ""]
    return "\n".join(parts)


def inserted(page: str, text: str) -> str:
    """The page with the text between the two marks. Raises ValueError where they are missing."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"expected a line {BEGIN} and a line {END}")
    return f"{before}{BEGIN}\n\n{text}\n{END}{after}"


def seconds(value: float) -> str:
    """A duration with three digits.

    >>> seconds(0.01234), seconds(1.5), seconds(348.4)
    ('12.3 ms', '1.50 s', '348 s')
    """
    number, unit = (value, "s") if value >= 1 else (value * 1000, "ms")
    digits = 2 - min(2, max(0, math.floor(math.log10(max(number, 1e-9))))) if number else 2
    return f"{number:.{digits}f} {unit}"


def ratio(ours: Iterable[float], theirs: Iterable[float]) -> float:
    """The median of the ratios of runs that were taken by turns."""
    return median(one / other for one, other in zip(ours, theirs, strict=False))


def times(value: float) -> str:
    """A ratio with two or three digits."""
    return f"{value:.0f}×" if value >= 99.5 else f"{value:.1f}×" if value >= 9.95 else f"{value:.2f}×"


def table(header: Sequence[str], rows: Iterable[Sequence[str]], left: int = 2) -> list[str]:
    """A Markdown table whose first ``left`` columns are text and whose others are numbers."""
    rules = ["---"] * left + ["---:"] * (len(header) - left)
    return ["| " + " | ".join(cells) + " |" for cells in (header, rules, *rows)]


def slope(results: Results, case: str = "shortage") -> float | None:
    """The slope of log time over log pairs from 10,000 to 100,000 people; None below two sizes."""
    points = growth_points(results, case)
    if len(points) < 2:
        return None
    across, up = ([math.log(value) for value in axis] for axis in zip(*points, strict=True))
    mean_x, mean_y = sum(across) / len(across), sum(up) / len(up)
    spread = sum((x - mean_x) ** 2 for x in across)
    return sum((x - mean_x) * (y - mean_y) for x, y in zip(across, up, strict=True)) / spread


def growth_points(results: Results, case: str = "shortage") -> list[tuple[int, float]]:
    """Pairs and seconds of everything at the sizes of the growth."""
    rows = ((size, results.get(case, size)) for size in GROWTH)
    return [(size.pairs, median(row["seconds"]["everything"])) for size, row in rows if row]


def _machine(results: Results, _notes: Notes, _planned: bool) -> list[str]:
    return [", ".join(f"{name} {value}" for name, value in results.machine.items()) + "."]


def _listed(results: Results, kind: str, planned: bool) -> Iterator[tuple[Case, Size, Row | None, str]]:
    """Cases and sizes of a kind, with the row or with what to say where there is none."""
    for case in CASES.values():
        for size in results.sizes(case) if case.kind == kind else ():
            if planned or (case.name, str(size)) in results.rows:
                said = results.rows.get((case.name, str(size)), {}).get("failed", _NOT_YET)
                yield case, size, results.get(case.name, size), said


def _phases(results: Results, notes: Notes, planned: bool) -> list[str]:
    runs = {len(row["seconds"]["everything"]) for _, _, row in results.measured("match")}
    most = max(runs, default=0)
    rows = []
    for case, size, row, said in _listed(results, "match", planned):
        cells = [case.name, size.shown]
        if row is None:
            rows.append([*cells, said, *[""] * (len(PHASES) + 4)])
            continue
        spent = row["seconds"]
        everything = median(spent["everything"])
        done = len(spent["everything"])
        mark = "" if done == most else " " + notes.mark(f"Fewer runs: {done}.")
        # Shares of one sum, so that they add up.
        parts = {phase: median(spent[phase]) for phase in PHASES}
        shares = [f"{100 * part / sum(parts.values()):.0f}" for part in parts.values()]
        counts = row["counts"]
        rows.append(
            [
                *cells, f"{seconds(everything)}{mark}", *shares, seconds(median(spent["explain"])),
                f"{counts['rounds']}", f"{counts['candidates']:,}", f"{row['memory']['peak']:,.0f}",
            ]
        )  # fmt: skip
    header = [
        "case", "mentees × mentors", "everything", *(f"{phase} %" for phase in PHASES), "one explanation", "rounds",
        "candidates", "peak MiB",
    ]  # fmt: skip
    what = (
        f"Medians of {most} runs. Everything: scoring, all words, the lottery and the check of the proof, from a built "
        "cohort of which nothing was computed before. The phases are shares of it."
    )
    return [what, "", *table(header, rows)] if rows else []


def _peers(results: Results, notes: Notes, _planned: bool) -> list[str]:
    rows = []
    for case in CASES.values():
        for size in results.sizes(case) if case.peers else ():
            row = results.get(case.name, size)
            for name in case.peers if row else ():
                peer = (row or {}).get("peers", {}).get(name)
                if peer is not None:
                    rows.append([case.name, size.shown, *_peer(name, peer, notes)])
    if not rows:
        return []
    header = ["case", "mentees × mentors", "peer", "prepares", "solves", "everything", "finished points", "MiB"]
    peers = [peer for _, _, row in results.measured("match") for peer in row.get("peers", {}).values()]
    versions = sorted({peer["version"] for peer in peers if "version" in peer})
    what = (
        f"{', '.join(versions)}. Peers get the finished points and the seats; what they prepare is not counted. "
        "*everything*: our scoring, solving, lottery and check as a multiple of their solving alone, each run beside "
        "one of theirs. *finished points*: our solving, lottery and check of the same points. Below 1 we are faster."
    )
    return [what, "", *table(header, rows, left=3)]


def _peer(name: str, peer: Row, notes: Notes) -> list[str]:
    named = name
    if not peer["solve"]:
        return [name, "gave up " + notes.mark(f"{name}: {peer['failed']}."), "", "", "", ""]
    if not peer["same"]:
        what = "the best stable pairs" if name == "matching" else "another result"
        text = f"{name} solves another problem here: {what}, {peer['pairs']:,} pairs of {peer['points']:,} points."
        named += " " + notes.mark(text)
    if len(peer["solve"]) == 1:
        named += " " + notes.mark("One run.")
    return [
        named,
        seconds(peer["prepare"]),
        seconds(median(peer["solve"])),
        *(times(ratio(peer[ours], peer["solve"])) if peer[ours] else "" for ours in ("everything", "finished")),
        f"{peer['peak']:,.0f}",
    ]


def _by_hand(results: Results, notes: Notes, _planned: bool) -> list[str]:
    rows = []
    for case, size, row in results.measured("match"):
        hand = row.get("by_hand")
        if hand is None:
            continue
        mark = ""
        if not hand["allowed"] or hand["points"] != row["counts"]["points"]:
            less = row["counts"]["points"] - hand["points"]
            mark = " " + notes.mark(
                f"By hand floats decide instead of points: {hand['pairs']:,} pairs, {less:,} of our points fewer."
            )
        rows.append(
            [case, size.shown, seconds(median(hand["ours"])), seconds(median(hand["theirs"])) + mark,
             times(ratio(hand["ours"], hand["theirs"]))]
        )  # fmt: skip
    header = ["case", "mentees × mentors", "everything", "numpy and scipy by hand", "ratio"]
    return table(header, rows) if rows else []


def _floor(results: Results, _notes: Notes, _planned: bool) -> list[str]:
    rows = []
    for case, size, row in results.measured("match"):
        bare = row.get("floor")
        if bare is None:
            continue
        rows.append(
            [case, size.shown, f"{bare['columns']}", seconds(median(bare["one"])),
             times(ratio(bare["ours"], bare["one"])), seconds(median(bare["all"])),
             times(ratio(bare["ours"], bare["all"]))]
        )  # fmt: skip
    header = [
        "case",
        "mentees × mentors",
        "columns",
        "floor, one thread",
        "everything",
        "floor, all cores",
        "everything",
    ]
    what = (
        "The floor is the bare float32 product of the same columns and the best 16 of each row of it, in reused blocks "
        "of 256 rows; *everything* is a multiple of it."
    )
    return [what, "", *table(header, rows)] if rows else []


def _growth(results: Results, _notes: Notes, planned: bool) -> list[str]:
    rows = []
    for size in GROWTH:
        row = results.get("shortage", size)
        if row is None:
            if planned:
                rows.append(["shortage", size.shown, _NOT_YET, "", "", ""])
            continue
        everything = median(row["seconds"]["everything"])
        counts, memory = row["counts"], row["memory"]["peak"]
        rows.append(
            ["shortage", size.shown, seconds(everything), f"{size.pairs / everything / 1e6:.1f} M",
             f"{counts['candidates'] / (size.mentees + size.mentors):.1f}", f"{memory:,.0f}"]
        )  # fmt: skip
    found = slope(results)
    text = "Not measured yet." if found is None else f"Slope of log time over log pairs: {found:.2f}."
    header = ["case", "mentees × mentors", "everything", "pairs a second", "candidates a person", "peak MiB"]
    return [text, "", *table(header, rows)] if rows else []


def _again(results: Results, _notes: Notes, planned: bool) -> list[str]:
    what = "After a change, from the first matching or from nothing; ratios to the first match, checks not counted."

    def cells(row: Row) -> list[str]:
        spent = row["again"]
        return [
            seconds(median(spent["first"])), seconds(median(spent["again"])),
            times(ratio(spent["again"], spent["first"])), times(ratio(spent["anew"], spent["first"])),
            f"{spent['moved']}",
        ]  # fmt: skip

    header = [
        "case", "mentees × mentors", "first match", "second match", "ratio", "ratio from nothing", "new pairs"
    ]  # fmt: skip
    found = _section(results, "again", planned, header, cells)
    return [what, "", *found] if found else []


def _weightings(results: Results, _notes: Notes, planned: bool) -> list[str]:
    def cells(row: Row) -> list[str]:
        spent = row["weightings"]
        return [
            seconds(median(spent["score"])),
            *(times(ratio(spent[name], spent["score"])) for name in ("on_matrix", "on_program")),
            seconds(median(spent["first"])),
            times(ratio(spent["ten"], spent["first"])),
        ]

    header = [
        "case", "mentees × mentors", "one scoring", "ten reweighted", "ten programs", "one match", "ten matches",
    ]  # fmt: skip
    what = "All points of a matrix, then matches with their checks; the tens as multiples of the one before them."
    found = _section(results, "weightings", planned, header, cells)
    return [what, "", *found] if found else []


def _answers(results: Results, _notes: Notes, planned: bool) -> list[str]:
    def cells(row: Row) -> list[str]:
        spent = row["answers"]
        asked = ("explain", "why_not", "another", "reasons", "seat_values", "supply")
        return [seconds(median(spent["first"])), *(_share(ratio(spent[name], spent["first"])) for name in asked)]

    header = [
        "case", "mentees × mentors", "one match", "one explanation", "first why not", "another", "all reasons",
        "all seat values", "supply",
    ]  # fmt: skip
    what = "As shares of one match. The first question why a pair was not made prepares what the others use as well."
    found = _section(results, "answers", planned, header, cells)
    return [what, "", *found] if found else []


def _share(value: float) -> str:
    """A ratio in percent, with one digit below ten."""
    return f"{100 * value:.1f}%" if value < 0.0995 else f"{100 * value:.0f}%"


def _section(
    results: Results, kind: str, planned: bool, header: list[str], cells: Callable[[Row], list[str]]
) -> list[str]:
    """A table of the cases of a kind; nothing where it would be empty."""
    rows = []
    for case, size, row, said in _listed(results, kind, planned):
        shown = [case.name, size.shown]
        rows.append([*shown, *cells(row)] if row else [*shown, said, *[""] * (len(header) - 3)])
    return table(header, rows) if rows else []


def _around(results: Results, _notes: Notes, _planned: bool) -> list[str]:
    lines = []
    for _, size, row in results.measured("records"):
        spent, people = median(row["records"]["seconds"]), row["records"]["people"]
        lines.append(
            f"- Reading {size.shown} people from records of 16 questions: {seconds(spent)}, "
            f"{seconds(spent / people)} a person."
        )
    for _, _, row in results.measured("imports"):
        ours, alone = (median(row["imports"][name]) for name in ("ours", "alone"))
        lines.append(
            f"- Importing the library: {seconds(ours)}, {seconds(alone)} of them numpy and pydantic, "
            f"{seconds(ours - alone)} more."
        )
    return lines


def _losses(results: Results, _notes: Notes, _planned: bool) -> list[str]:
    """Everything that takes longer than what others take, with the ratios."""
    lines = []
    for case, size, row in results.measured("match"):
        lost = {
            name: ratio(peer["everything"], peer["solve"])
            for name, peer in row.get("peers", {}).items()
            if peer["solve"] and peer["everything"]
        }
        if "by_hand" in row:
            lost["by hand"] = ratio(row["by_hand"]["ours"], row["by_hand"]["theirs"])
        said = [f"{name} {times(factor)}" for name, factor in lost.items() if factor > 1]
        if said:
            lines.append(f"- {case}, {size.shown}: {', '.join(said)}")
    what = "Everything, as a multiple of the solving alone of those who are faster (by hand: of everything by hand)."
    return [what, "", *lines] if lines else []
