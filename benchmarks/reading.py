"""How long 20,000 rows of 40 columns take to become a cohort, beside what the csv module needs to parse them.

    python benchmarks/reading.py

The columns are those of a large form: 12 questions of several picks, 12 of one, 9 numbers, 2 rankings and 3 texts.
"""

from __future__ import annotations

import csv
import io
import random
import time
from collections.abc import Callable

import mentormatch as mm
from mentormatch import questions as q

ROWS = 20_000
OPTIONS = ["Leadership", "Giving feedback", "Running meetings", "Negotiation", "Python", "Law", "Sales", "Design"]


def questionnaire() -> mm.Questionnaire:
    """38 questions; with id and name 40 columns."""
    return mm.Questionnaire(
        [
            *(q.MultiChoice(f"picks {k}", OPTIONS) for k in range(12)),
            *(q.Choice(f"choice {k}", OPTIONS) for k in range(12)),
            *(q.Number(f"years {k}", minimum=0) for k in range(6)),
            *(q.Scale(f"scale {k}", 1, 5) for k in range(3)),
            *(q.Ranking(f"ranking {k}", OPTIONS[:5]) for k in range(2)),
            *(q.Text(f"text {k}") for k in range(3)),
        ]
    )


def table(asked: mm.Questionnaire, rows: int = ROWS, seed: int = 0) -> bytes:
    """A CSV file of made-up answers, one in six blank."""
    chance = random.Random(seed)
    draws: dict[str, Callable[[], str]] = {
        "MultiChoice": lambda: ";".join(chance.sample(OPTIONS, chance.choice((1, 2, 3)))) + ";",
        "Choice": lambda: chance.choice(OPTIONS),
        "Number": lambda: str(chance.randrange(40)),
        "Scale": lambda: str(chance.randint(1, 5)),
        "Ranking": lambda: ";".join(chance.sample(OPTIONS[:5], 3)),
        "Text": lambda: f'I began with "sales", {chance.randrange(10**6)} years ago, and now like law',
    }
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(["id", "name", *asked.ids])
    for row in range(rows):
        cells = [draws[one.kind]() if chance.random() > 1 / 6 else "" for one in asked]
        writer.writerow([f"p{row}", f"Person {row}", *cells])
    return file.getvalue().encode()


def parsed(data: bytes) -> list[list[str]]:
    """What the csv module makes of it."""
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def read(asked: mm.Questionnaire, data: bytes) -> mm.Cohort:
    """What we make of it."""
    joined = [one.id for one in asked if isinstance(one, (q.MultiChoice, q.Ranking))]
    return mm.Cohort.from_csv(asked, mentors=data, mentees=b"id\n", delimiters=dict.fromkeys(joined, ";"))


def seconds(call: Callable[[], object], times: int = 5) -> float:
    """The least processor time of several runs."""
    found = []
    for _ in range(times):
        start = time.process_time()
        call()
        found.append(time.process_time() - start)
    return min(found)


def main(rows: int = ROWS) -> float:
    """Prints both times and returns their ratio."""
    asked = questionnaire()
    data = table(asked, rows)
    theirs, ours = seconds(lambda: parsed(data)), seconds(lambda: read(asked, data))
    print(f"{rows:,} rows of {len(asked) + 2} columns, {len(data) / 1e6:.1f} MB")
    print(f"csv module {theirs:.2f} s, cohort {ours:.2f} s: {ours / theirs:.1f} times")
    return ours / theirs


if __name__ == "__main__":
    main()
