"""Predicted and observed: which pairs to look after, which rules foresaw it, and that blanks are no evidence."""

from __future__ import annotations

import datetime as dt
import math
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr
from test_report import MATCHING, PEOPLE, PROGRAM

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r

ASKED = mm.Questionnaire(
    [
        q.Scale("mood", 1, 9),
        q.Scale("pace", 1, 9),
        q.Choice("town", ["Bonn"]),
        q.Choice("faith", ["Zurna", "Quokka"], private=True),
    ]
)
LARGE = mm.Program(
    "Rhine", ASKED, [r.Close("mood"), r.Close("pace", missing="zero"), r.Same("town"), r.Same("faith", weight=0)]
)


def large(pairs: int = 60, blanks: float = 0.3, seed: int = 1) -> mm.Matching:
    """Pairs with answers at random, some of them blank; everybody of the one town."""
    rng = random.Random(seed)

    def people(letter: str) -> list[dict[str, Any]]:
        return [
            {
                "id": f"{letter}{at}",
                "town": "Bonn",
                "mood": rng.randint(1, 9),
                **({"pace": rng.randint(1, 9)} if rng.random() > blanks else {}),
            }
            for at in range(pairs)
        ]

    cohort = mm.Cohort.from_records(ASKED, mentors=people("m"), mentees=people("e"))
    pins = [(f"m{at}", f"e{at}") for at in range(pairs)]
    return LARGE.match(cohort, mm.Choices(pins=pins))


def value(matching: mm.Matching, pair: mm.Pair, rule: str) -> float | None:
    """What a rule said of a pair, None where it could not."""
    assert matching.scores is not None
    part = next(one for one in matching.scores.parts(pair.mentor, pair.mentee) if one.label == rule)
    return part.value if part.known else None


RATINGS = [
    ("ada", "fay", 5, "2026-03-01"),
    ("ada", "fay", 4, dt.date(2026, 4, 1)),
    ("ada", "gil", 2, "2026-03-02"),
    ("ada", "gil", 1, dt.datetime(2026, 4, 2, 23, 30, tzinfo=dt.UTC)),
    {"mentor": "bo", "mentee": "hal", "rating": 2.0},
]


def test_observations_in_full() -> None:
    """Whom to look after comes first, then each rule with its evidence, and what such numbers cannot say."""
    assert str(MATCHING.observed(RATINGS)) == (
        "Predicted and observed: Rhine\n"
        "=============================\n"
        "\n"
        "rated              3 pairs, 5 ratings\n"
        "scale              1 to 5, the higher the better\n"
        "mean of the pairs  2.67\n"
        "flagged            2 pairs with a rating of 2 or less\n"
        "\n"
        "Pairs to look after\n"
        "  mentor              mentee  low ratings  last        mean  points\n"
        "  ada (Ada Lovelace)  gil          2 of 2  2026-04-02   1.5   1,250\n"
        "  bo                  hal          1 of 1               2.0   4,167\n"
        "\n"
        "Did the rules foresee it?\n"
        "         pairs  blank  correlation  95 % interval  what it says\n"
        "  score      2      1                              no signal: fewer than 10 pairs say too little\n"
        "  goals      2      1                              no signal: fewer than 10 pairs say too little\n"
        "  faith      0      3                              no signal: fewer than 10 pairs say too little\n"
        "\n"
        "No rule shows a signal. That is no proof that none matters: these pairs are too few or too alike.\n"
        "\n"
        "Of 2 rules about 0.1 show a signal by chance alone: one that shows again in the next round is worth\n"
        "more.\n"
        "\n"
        "Only pairs that were made are rated, and they were chosen for their points. A rule that all of them\n"
        "meet cannot show what it is worth.\n"
        "\n"
        "No weight was changed. program.with_weights(...) does so, where you want it."
    )


def test_a_rating_of_one_or_two_flags_a_pair() -> None:
    """Several low ratings come before one, the date of the last one is kept, and the mean hides none."""
    observed = MATCHING.observed(RATINGS)
    assert [(pair.mentee, pair.low, pair.last_low, pair.mean) for pair in observed.flagged] == [
        ("gil", 2, "2026-04-02", 1.5),
        ("hal", 1, None, 2.0),
    ]
    assert [pair.mean for pair in observed.pairs] == [4.5, 1.5, 2.0]
    assert [pair.lowest for pair in MATCHING.observed([("ada", "fay", 5)] * 9 + [("ada", "fay", 1)]).flagged] == [1]
    of_ten = MATCHING.observed([("ada", "fay", 4), ("ada", "gil", 3.5)], scale=(0, 10), flag=3.5)
    assert [pair.mentee for pair in of_ten.flagged] == ["gil"]


def test_a_rule_that_foresaw_it_shows_a_signal_and_the_others_do_not() -> None:
    """Ratings that follow one rule are found there, with the sign; chance and what never differs are no signal."""
    matching = large(100, blanks=0)
    ratings = [(pair.mentor, pair.mentee, 1 + 4 * (value(matching, pair, "mood") or 0)) for pair in matching.pairs]
    found = {one.label: one for one in matching.observed(ratings).signals}
    assert {label: one.verdict for label, one in found.items()} == {
        "mood": "better",
        "pace": "none",
        "town": "constant",
    }
    assert found["mood"].correlation == pytest.approx(1)
    worse = matching.observed([(mentor, mentee, 6 - rating) for mentor, mentee, rating in ratings])
    assert worse.signals[0].verdict == "worse"
    assert not any(one.label == "faith" for one in worse.signals)


@pytest.mark.parametrize("seed", range(8))
def test_correlations_are_spearmans_over_the_pairs_that_were_judged(seed: int) -> None:
    """As scipy has them; a pair with a blank counts as blank, whatever stands for the blank in its score."""
    matching = large(30, blanks=0.3, seed=seed)
    rng = random.Random(seed)
    ratings = {(pair.mentor, pair.mentee): rng.randint(1, 5) for pair in matching.pairs}
    observed = matching.observed([(*couple, rating) for couple, rating in ratings.items()])
    for signal in observed.signals[:2]:
        judged = [
            (v, ratings[p.mentor, p.mentee])
            for p in matching.pairs
            if (v := value(matching, p, signal.label)) is not None
        ]
        assert (signal.pairs, signal.blank) == (len(judged), len(matching.pairs) - len(judged))
        assert signal.correlation == pytest.approx(spearmanr(*zip(*judged, strict=True)).statistic)
        assert signal.low is not None
        assert signal.high is not None
        half = 1.959964 * math.sqrt((1 + signal.correlation**2 / 2) / (signal.pairs - 3))
        middle = math.atanh(signal.correlation)
        assert (math.atanh(signal.low), math.atanh(signal.high)) == pytest.approx(
            (middle - half, middle + half), abs=1e-5
        )
    assert observed.score.pairs == sum(
        matching.scores.coverage(pair.mentor, pair.mentee) >= 0.5 for pair in matching.pairs if matching.scores
    )


def test_blank_answers_change_no_evidence() -> None:
    """What is said to stand for a blank moves scores, and no correlation."""
    ratings = [(f"m{at}", f"e{at}", 1 + at % 5) for at in range(30)]
    found = []
    for missing in ("zero", "average", 1):
        matching = large(30, blanks=0.5)
        cohort = matching.scores.cohort if matching.scores else None
        assert cohort is not None
        program = LARGE.with_(rules=[r.Close("mood"), r.Close("pace", missing=missing)])
        observed = program.match(cohort, matching.demand.choices).observed(ratings)
        found.append(next(one for one in observed.signals if one.label == "pace"))
    assert found[0] == found[1] == found[2]
    assert found[0].blank > 5


def test_few_pairs_are_no_signal() -> None:
    """Even where all of nine pairs agree, nothing is claimed."""
    matching = large(9, blanks=0)
    ratings = [(p.mentor, p.mentee, 1 + 4 * (value(matching, p, "mood") or 0)) for p in matching.pairs]
    signal = matching.observed(ratings).signals[0]
    assert (signal.verdict, bool(signal), signal.correlation) == ("few", False, pytest.approx(1))
    assert matching.observed(ratings[:3]).signals[0].correlation is None
    assert "no signal: fewer than 10 pairs say too little" in str(matching.observed(ratings))
    assert matching.observed([]).pairs == ()
    assert "score" in str(matching.observed([]))


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_ratings_changes_nothing(rng: random.Random) -> None:
    """Ratings may come in any order, one by one or not."""
    ratings = list(RATINGS)
    rng.shuffle(ratings)
    assert MATCHING.observed(ratings) == MATCHING.observed(RATINGS)


def test_weights_stay_as_they_are() -> None:
    """Whatever is observed, program, scores and matching are what they were, and the page says so."""
    before = PROGRAM.to_json(), MATCHING.to_json(), PROGRAM.score(PEOPLE).to_numpy().tolist()
    observed = MATCHING.observed(RATINGS)
    assert (PROGRAM.to_json(), MATCHING.to_json(), PROGRAM.score(PEOPLE).to_numpy().tolist()) == before
    assert "No weight was changed." in str(observed)


def test_own_scores_have_no_rules_but_a_score() -> None:
    """A table of scores is compared as a whole, and pairs that were not made may be rated too."""
    scores = mm.ScoreMatrix.from_array([[at * 100 + 3 * k for k in range(4)] for at in range(4)])
    ratings = [(str(m), str(e), 1 + m) for m in range(4) for e in range(4)]
    observed = mm.solve(scores).observed(ratings)
    assert observed.signals == ()
    assert observed.score.verdict == "better"
    assert observed.score.pairs == 16


def test_ratings_that_cannot_be_meant_are_refused_all_at_once() -> None:
    """Unknown people, ratings off the scale, wrong dates and shapes, each with its row and no rating in the message."""
    with pytest.raises(mm.AnswerError) as caught:
        MATCHING.observed(
            [
                ("ada", "fayy", 5),
                ("fay", "ada", 5),
                ("ada", "fay", 9),
                ("ada", "fay", "5"),
                ("ada", "fay", True),
                ("ada", "fay", 5, "yesterday"),
                ("ada", "fay"),
                {"mentor": "ada", "mentee": "fay", "stars": 5},
                (1.5, "fay", 5),
            ]
        )
    assert str(caught.value) == (
        "10 things in the ratings cannot be meant as written:\n"
        "  ratings, row 1: there is no such mentee, 'fayy'; did you mean 'fay'?\n"
        "  ratings, row 2: there is no such mentor, 'fay'\n"
        "  ratings, row 2: there is no such mentee, 'ada'\n"
        "  ratings, row 3: expected a rating from 1 to 5\n"
        "  ratings, row 4: expected a rating from 1 to 5\n"
        "  ratings, row 5: expected a rating from 1 to 5\n"
        "  ratings, row 6: expected a date such as 2026-05-31\n"
        "  ratings, row 7: expected (mentor, mentee, rating), with a date or without, or a record of these\n"
        "  ratings, row 8: expected (mentor, mentee, rating), with a date or without, or a record of these\n"
        "  ratings, mentor row 9: expected an id as text or a whole number, not a float; a float may have lost digits, "
        "so read the ids as text"
    )
    for wrong in ("ada,fay,5", {"ada": 5}, 7):
        with pytest.raises(mm.AnswerError, match="ratings: expected a list of"):
            MATCHING.observed(wrong)  # type: ignore[arg-type]
    for settings_, message in (
        ({"scale": (5, 1)}, "scale: expected two numbers, the worst and the best rating"),
        ({"scale": 5}, "scale: expected two numbers"),
        ({"flag": 5}, "flag: expected a number from 1 to below 5"),
        ({"flag": "2"}, "flag: expected a number from 1 to below 5"),
        ({"scale": (1, 10), "flag": 0}, "flag: expected a number from 1 to below 10"),
    ):
        with pytest.raises(mm.ProgramError, match=message):
            MATCHING.observed([], **settings_)  # type: ignore[arg-type]


def test_the_records_hold_every_rated_pair() -> None:
    """One record for each pair, with what was predicted and observed."""
    assert MATCHING.observed(RATINGS).to_records()[1] == {
        "mentor": "ada",
        "mentee": "gil",
        "points": 1250,
        "ratings": 2,
        "mean": 1.5,
        "lowest": 1.0,
        "low": 2,
        "last_low": "2026-04-02",
        "flagged": True,
    }
