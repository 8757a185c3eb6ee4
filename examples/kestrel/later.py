"""Makes up the people of Kestrel three years later: python examples/kestrel/later.py writes the two files beside it.

The factory in Ghent has grown, and its people sign up as mentees; most who could mentor still sit in Bristol.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

HERE = Path(__file__).parent
MENTORS = """
abena adil anke arno blanca bram carys cato dario dewi edith emre fien femke gwen hanna idris ilse jonas joris
karim lotte marek megan nadia noor otto petra rhys tess
"""
MENTEES = """
agnes alba anouk arthur ayo basil beth bilal bo brecht caleb celine cian daan dina eira elias emma ewan fatma
finn gita goran hamid heidi ida ivo jade jelle joan kacper kim lars leila lena liam lina louis maya mei
milan nina noah olga omar pip rania roos rory ruben sara seb stijn suri theo thijs uma vic wren yara zain
"""
GOALS = ["Lead a team", "Get promoted", "Change career path", "Settle into a new role", "Become an expert"]
SKILLS = ["Leadership", "Giving feedback", "Running meetings", "Negotiation", "Public speaking", "Data analysis"]
INTERESTS = ["Board games", "Climbing", "Cooking", "Cycling", "Gardening", "Music"]
DEPARTMENTS = {
    "Bristol": ["Design", "Sales", "Service", "Office", "Workshop"],
    "Ghent": ["Workshop", "Service", "Sales"],
}
SHARES = {"Bristol": [5, 4, 3, 4, 2], "Ghent": [7, 2, 1]}


def main(folder: Path = HERE) -> None:
    """Write both files into a folder."""
    draw = random.Random(2029)
    write(folder / "later_mentors.csv", [mentor(draw, login, at) for at, login in enumerate(MENTORS.split())])
    write(folder / "later_mentees.csv", [mentee(draw, login, at) for at, login in enumerate(MENTEES.split())])


def mentor(draw: random.Random, login: str, at: int) -> dict[str, object]:
    """One in four works in Ghent, and one in three offers two seats."""
    site = "Ghent" if at % 4 == 3 else "Bristol"
    return {
        "Login": login,
        "How many mentees could you take on?": draw.choices([1, 2], [2, 1])[0],
        **where(draw, site),
        "How many years have you worked?": draw.randint(9, 28),
        "Which of these goals have you reached yourself?": picks(draw, GOALS, (1, 3), [5, 4, 2, 2, 3]),
        "Which skills could you help with?": picks(draw, SKILLS, (2, 3), [4, 4, 3, 2, 3, 2]),
        **likes(draw, site),
    }


def mentee(draw: random.Random, login: str, at: int) -> dict[str, object]:
    """Four in ten work in Ghent."""
    site = "Ghent" if at % 5 in (1, 3) else "Bristol"
    return {
        "Login": login,
        **where(draw, site),
        "How many years have you worked?": draw.randint(1, 9),
        "What do you hope to achieve this year?": picks(draw, GOALS, (1, 2), [4, 4, 2, 3, 2]),
        "Which skills would you like to grow?": picks(draw, SKILLS, (1, 2), [4, 3, 3, 3, 3, 3]),
        **likes(draw, site),
    }


def where(draw: random.Random, site: str) -> dict[str, object]:
    """The department and the site."""
    return {
        "Which department are you in?": draw.choices(DEPARTMENTS[site], SHARES[site])[0],
        "Where do you work?": site,
    }


def likes(draw: random.Random, site: str) -> dict[str, object]:
    """How somebody would like to meet, in Ghent mostly in person, and what they enjoy, blank for one in eight."""
    ways = [5, 2, 2] if site == "Ghent" else [2, 2, 5]
    return {
        "How would you like to meet?": draw.choices(["In person", "By video", "Either"], ways)[0],
        "What do you enjoy outside work?": "" if draw.random() < 0.125 else picks(draw, INTERESTS, (1, 3), [1] * 6),
    }


def picks(draw: random.Random, options: list[str], count: tuple[int, int], weights: list[int]) -> str:
    """Some different options, as a form exports them."""
    left = dict(zip(options, weights, strict=True))
    found = []
    for _ in range(draw.randint(*count)):
        found.append(draw.choices(list(left), list(left.values()))[0])
        del left[found[-1]]
    return "; ".join(found)


def write(path: Path, rows: list[dict[str, object]]) -> None:
    """One file, a line for each person."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


if __name__ == "__main__":
    main()
