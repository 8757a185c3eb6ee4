"""Wished pairs that cannot be are told with the reason, each once, and are cheap to find."""

from __future__ import annotations

from typing import Any

import pytest
from test_alternatives import possible
from test_wishes import own_case, ruled_case, settings_of

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r

PEOPLE = mm.Questionnaire(
    [
        q.Scale("mood", 1, 5),
        q.Choice("team", ["Sales", "Finance"]),
        q.Choice("faith", ["Zurna", "Quokka"], private=True),
        q.Number("years"),
    ]
)
MENTORS: list[dict[str, Any]] = [
    {"id": "ada", "name": "Ada Lovelace", "mood": 3, "team": "Sales", "faith": "Zurna"},
    {"id": "bo", "mood": 5, "team": "Finance", "faith": "Zurna"},
    {"id": "cy", "mood": 3, "team": "Finance", "faith": "Quokka"},
    {"id": "di", "mood": 3, "team": "Finance", "faith": "Zurna", "capacity": 0},
    {"id": "ed", "mood": 3, "team": "Finance", "faith": "Zurna"},
    {"id": "flo", "mood": 3, "team": "Finance", "faith": "Zurna"},
    {"id": "gus", "mood": 3, "faith": "Zurna"},
    {"id": "hal", "mood": 3, "team": "Finance", "faith": "Zurna"},
    {"id": "ivo", "mood": 3, "team": "Finance", "faith": "Zurna"},
    {"id": "joe", "mood": 3, "team": "Finance", "faith": "Zurna"},
    {"id": "new", "mood": 3, "team": "Finance", "faith": "Zurna", "years": 0},
]
MENTEES: list[dict[str, Any]] = [
    {"id": "kay", "name": "Kay Fox", "mood": 3, "team": "Sales", "faith": "Zurna"},
    {"id": "lin", "mood": 3, "team": "Sales", "faith": "Zurna"},
    {"id": "max", "mood": 3, "team": "Sales", "faith": "Zurna"},
    {"id": "tim", "mood": 3, "team": "Sales", "faith": "Zurna"},
]
PROGRAM = mm.Program(
    "Spring",
    PEOPLE,
    [r.Close("mood")],
    [r.Differs("team"), r.Same("faith", label="both Zurna")],
    eligibility=[r.Eligible("mentor", "years", at_least=1, if_unknown="allow", reason="a year with us first")],
    aim=mm.Aim(minimum_score=6_000),
)
CHOICES = mm.Choices(
    shortlists={
        "kay": ["ada", "bo", "cy", "di", ["ed", "flo"], "gus", "hal", "ivo", "gone", "new", "joe"],
        "tim": ["joe", "ada"],
    },
    wishes={"ada": ["max", "kay"], "joe": ["lin"], "ed": ["kay", "tim"]},
    declines=[("ed", "kay", "Secret quarrel")],
    bans=[("flo", "kay", "Secret kinship")],
    expired=[("hal", "kay")],
    ended=[("ivo", "kay")],
    paused=["tim"],
    left=["gone"],
)
COHORT = mm.Cohort.from_records(PEOPLE, mentors=MENTORS, mentees=MENTEES)
MATCHING = mm.solve(PROGRAM.score(COHORT), choices=CHOICES, aim=PROGRAM.aim, wants={"lin": 0})


def test_wishes_that_cannot_be_in_full() -> None:
    """Each reason in its words on the page of the matching; those of people who pause are left out there."""
    page = str(MATCHING)
    assert page[page.index("Wishes that cannot be") :] == (
        "Wishes that cannot be\n"
        "  mentor              mentee         rank  wish  why\n"
        "  ada (Ada Lovelace)  kay (Kay Fox)     1     2  not allowed by condition Differs('team')\n"
        "  ada (Ada Lovelace)  max                     1  not allowed by condition Differs('team')\n"
        "  bo                  kay (Kay Fox)     2        has 5,000 points, below the minimum score of 6,000\n"
        "  cy                  kay (Kay Fox)     3        not allowed by a condition on private answers\n"
        "  di                  kay (Kay Fox)     4        di offers no seat\n"
        "  ed                  kay (Kay Fox)     5     1  declined\n"
        "  ed                  tim                     2  tim pauses\n"
        "  flo                 kay (Kay Fox)     5        banned\n"
        "  gone                kay (Kay Fox)     9        gone has left\n"
        "  gus                 kay (Kay Fox)     6        not allowed by condition Differs('team') (an answer\n"
        "                                                 is blank)\n"
        "  hal                 kay (Kay Fox)     7        the offer expired\n"
        "  ivo                 kay (Kay Fox)     8        ended for good\n"
        "  joe                 lin                     1  lin wants no mentor\n"
        "  new                 kay (Kay Fox)    10        not allowed: the mentor may not take part: a year\n"
        "                                                 with us first"
    )


def test_a_wish_is_told_with_whose_it_was() -> None:
    """Ranks on both lists, whose wish it was, a code and a reason; the administrator's program has the names."""
    found = {(wish.mentor, wish.mentee): wish for wish in MATCHING.forbidden_wishes}
    both = found["ada", "kay"]
    assert (both.rank, both.wish_rank, both.wished_by, both.code) == (1, 2, ("mentee", "mentor"), "forbidden")
    assert both.conditions == ("Differs('team')",)
    assert (found["joe", "lin"].wished_by, found["joe", "lin"].code) == (("mentor",), "wants_nobody")
    assert found["gone", "kay"].to_dict() == {
        "mentor": "gone",
        "mentee": "kay",
        "rank": 9,
        "wish_rank": None,
        "code": "left",
        "reason": "gone has left",
    }
    assert [(wish.mentor, wish.mentee) for wish in MATCHING.forbidden_wishes] == sorted(found)


def test_private_conditions_and_reasons_stay_away_from_the_page() -> None:
    """A condition on a private answer has a name for the administrator's program alone, a reason given for nobody."""
    wish = next(wish for wish in MATCHING.forbidden_wishes if wish.mentor == "cy")
    assert (wish.reason, wish.conditions) == ("not allowed by a condition on private answers", ("both Zurna",))
    for text in (str(MATCHING), repr(MATCHING.forbidden_wishes), str([w.to_dict() for w in MATCHING.forbidden_wishes])):
        assert not any(word in text for word in ("Zurna", "Quokka", "faith", "Secret"))
    assert "both Zurna" in MATCHING.explain("cy", "kay").outcome


def test_a_matching_without_wishes_that_cannot_be_has_no_such_table() -> None:
    """What is not there takes no room."""
    matching = mm.solve(
        mm.ScoreMatrix.from_array([[1]], ["ada"], ["tim"]), choices=mm.Choices(shortlists={"tim": ["ada"]})
    )
    assert matching.forbidden_wishes == ()
    assert "Wishes" not in str(matching)


def test_a_saved_matching_says_that_it_cannot_tell() -> None:
    """Conditions are not saved, so wishes that they rule out are not dropped in silence."""
    saved = mm.Matching.from_json(MATCHING.to_json())
    with pytest.raises(mm.ProgramError) as caught:
        assert saved.forbidden_wishes
    assert str(caught.value) == "matching: a saved matching carries no answers; use with_scores()"
    assert str(saved).endswith("\n\nWishes that cannot be are named once with_scores() has brought the scores back.")
    assert MATCHING.scores is not None
    assert str(saved.with_scores(MATCHING.scores)) == str(MATCHING)


@pytest.mark.parametrize("case", [own_case, ruled_case])
def test_every_wished_pair_is_possible_or_told_once(case: Any) -> None:
    """Shortlists and wishes hold pairs that are made, pairs that could be, and those that are reported."""
    told = 0
    for seed in range(220):
        scores, asked = case(seed)
        try:
            matching = mm.solve(scores, **settings_of(asked, seed))
        except mm.InfeasibleError:
            continue
        wished = {(m, e) for e, ranks in asked.shortlists.items() for tied in ranks for m in tied}
        wished |= {(m, e) for m, ranks in asked.wishes.items() for tied in ranks for e in tied}
        made = {(pair.mentor, pair.mentee) for pair in matching.pairs}
        found = [(wish.mentor, wish.mentee) for wish in matching.forbidden_wishes]
        assert found == sorted(pair for pair in wished if pair not in made and not possible(asked, pair))
        for wish in matching.forbidden_wishes:
            pair = (wish.mentor, wish.mentee)
            assert (wish.rank or 0, wish.wish_rank or 0) == (asked.rank(pair), asked.wish(pair))
            assert wish.reason
            if wish.code in ("forbidden", "not_eligible"):
                assert pair not in asked.points
            if wish.code == "below_minimum_score":
                assert asked.points[pair] < asked.minimum_score
        told += len(found)
    assert told > 100


def test_only_the_lists_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three lists of two in a cohort of ten thousand pairs ask for a handful of scores."""
    scores = mm.ScoreMatrix.from_array([[1] * 100] * 100)
    lists: dict[str, list[str]] = {"0": ["1", "2"], "50": ["2", "3"], "99": ["98", "1"]}
    matching = mm.solve(scores, choices=mm.Choices(shortlists=lists, bans=[("1", "0")]))
    asked: list[int] = []
    block = mm.ScoreMatrix.block

    def counting(self: mm.ScoreMatrix, mentors: list[str], mentees: list[str]) -> Any:
        asked.append(len(mentors) * len(mentees))
        return block(self, mentors, mentees)

    def never(*_: object) -> None:
        raise AssertionError("the whole matrix")

    monkeypatch.setattr(mm.ScoreMatrix, "block", counting)
    monkeypatch.setattr(mm.ScoreMatrix, "source", never)
    assert [(wish.mentor, wish.mentee) for wish in matching.forbidden_wishes] == [("1", "0")]
    assert sum(asked) <= 12
