"""Who asks for a mentor, who gets the seats and why: full texts, every aim that can decide, and independent oracles."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from plain_solve import Pair
from plain_wishes import Asked, aims, unclear
from test_alternatives import PEOPLE as TOWNS_PEOPLE
from test_alternatives import PROGRAM, possible
from test_wishes import made, own_case, settings_of

import mentormatch as mm
from mentormatch.forcing import Forcing
from mentormatch.formats.posing import pose
from mentormatch.popular import SeatMissed

CHOICES = mm.Choices(
    shortlists={"kay": ["bo", "ada"], "lin": ["ada", "bo"], "tim": ["ada", "bo"]}, wishes={"ada": ["kay"]}
)
MATCHING = PROGRAM.match(TOWNS_PEOPLE, CHOICES)


def test_a_popular_mentor_in_full() -> None:
    """Lists and seats, who has them and by which aim, what the others have, and the best alternatives with reasons."""
    assert str(MATCHING.popular_mentors("ada", k=2)) == (
        "Mentors asked for\n"
        "=================\n"
        "\n"
        "  mentor              seats  lists  ranks\n"
        "  ada (Ada Lovelace)      1      3  2 at rank 1, 1 at rank 2\n"
        "\n"
        "Who has the seats of ada (Ada Lovelace)\n"
        "  mentee  rank  points  status    decided\n"
        "  lin        1  10,000  proposed  before tim: points; before kay (Kay Fox): points for ranks on\n"
        "                                  lists\n"
        "\n"
        "Who asked for ada (Ada Lovelace) as well\n"
        "  mentee         rank  has          decided\n"
        "  tim               1  bo (rank 2)  in place of lin: points 12,500 instead of 20,000\n"
        "  kay (Kay Fox)     2  bo (rank 1)  in place of lin: points for ranks on lists 3 instead of 5\n"
        "\n"
        "Alternatives to ada (Ada Lovelace)\n"
        "  mentee         mentor  points  rank  seats        consists of\n"
        "  tim            di      10,000        1 of 1 left  towns 7,500 of 7,500, mood 2,500 of 2,500\n"
        "  tim            cy       5,625        2 of 2 left  towns 4,375 of 7,500 (blank), mood 1,250 of\n"
        "                                                    2,500\n"
        "  kay (Kay Fox)  flo     10,000        1 of 1 left  towns 7,500 of 7,500, mood 2,500 of 2,500\n"
        "  kay (Kay Fox)  gus     10,000        1 of 1 left  towns 7,500 of 7,500, mood 2,500 of 2,500"
    )


def test_all_popular_mentors_in_full() -> None:
    """All who are on more lists than they have seats; what decided is not asked for all of them."""
    assert str(MATCHING.popular_mentors(k=0)) == (
        "Mentors asked for\n"
        "=================\n"
        "\n"
        "  mentor              seats  lists  ranks\n"
        "  ada (Ada Lovelace)      1      3  2 at rank 1, 1 at rank 2\n"
        "  bo                      2      3  1 at rank 1, 2 at rank 2\n"
        "\n"
        "Who has the seats of ada (Ada Lovelace)\n"
        "  mentee  rank  points  status\n"
        "  lin        1  10,000  proposed\n"
        "\n"
        "Who asked for ada (Ada Lovelace) as well\n"
        "  mentee         rank  has\n"
        "  tim               1  bo (rank 2)\n"
        "  kay (Kay Fox)     2  bo (rank 1)\n"
        "\n"
        "Who has the seats of bo\n"
        "  mentee         rank  points  status\n"
        "  kay (Kay Fox)     1   5,625  proposed\n"
        "  tim               2   4,375  proposed\n"
        "\n"
        "Who asked for bo as well\n"
        "  mentee  rank  has\n"
        "  lin        2  ada (Ada Lovelace) (rank 1)"
    )
    assert MATCHING.popular_mentors("ada", decided=False)[0].others[0].code == ""
    asked = MATCHING.popular_mentors(decided=True)
    assert asked[0] == MATCHING.popular_mentors("ada")[0]


def test_popular_mentors_before_anything_is_matched() -> None:
    """How many lists, at which ranks, for how many seats: enough to talk to somebody in time."""
    found = PROGRAM.popular_mentors(TOWNS_PEOPLE, CHOICES)
    assert str(found) == (
        "Mentors asked for\n"
        "=================\n"
        "\n"
        "  mentor              seats  lists  ranks\n"
        "  ada (Ada Lovelace)      1      3  2 at rank 1, 1 at rank 2\n"
        "  bo                      2      3  1 at rank 1, 2 at rank 2"
    )
    assert (repr(found), found[0].ranks, found[0].holders, found[0].others) == (
        "PopularMentors(2 mentors)",
        (2, 1),
        (),
        (),
    )
    assert str(PROGRAM.popular_mentors(TOWNS_PEOPLE, mm.Choices())) == (
        "Mentors asked for\n=================\n\nNobody is on more lists than they have seats."
    )
    with pytest.raises(mm.ChoiceError, match="did you mean 'ada'"):
        PROGRAM.popular_mentors(TOWNS_PEOPLE, mm.Choices(shortlists={"kay": ["adda"]}))


def test_lists_of_those_who_take_no_part_do_not_count() -> None:
    """A mentee who left asks for nobody any more, and a mentor who pauses or may not take part has no seat."""
    choices = CHOICES.with_(left=["tim"], paused=["ada"])
    scores = mm.ScoreMatrix.from_array([[1] * 3] * 2, ["ada", "bo"], ["kay", "lin", "tim"])
    found = {one.mentor: one for one in mm.solve(scores, choices=choices).popular_mentors()}
    assert (found["ada"].seats, found["ada"].lists, found["ada"].ranks) == (0, 2, (1, 1))
    assert (found["bo"].seats, found["bo"].lists) == (1, 2)


def test_popular_mentors_as_records() -> None:
    """One plain record for each mentor with those of the holders, the others and their alternatives in it."""
    record = MATCHING.popular_mentors("ada", k=1).to_records()[0]
    holder, other = record.pop("holders")[0], record.pop("others")[1]
    assert record == {"mentor": "ada", "mentor_name": "Ada Lovelace", "seats": 1, "lists": 3, "ranks": [2, 1]}
    assert holder == {
        "mentee": "lin",
        "name": "",
        "rank": 1,
        "points": 10_000,
        "status": "proposed",
        "aims": ("points", "rank"),
        "reason": "before tim: points; before kay (Kay Fox): points for ranks on lists",
    }
    assert [one.pop("mentor") for one in other.pop("alternatives")] == ["flo"]
    assert other == {
        "mentee": "kay",
        "name": "Kay Fox",
        "rank": 2,
        "has": (("bo", 1),),
        "code": "rank",
        "label": "points for ranks on lists",
        "reason": "in place of lin: points for ranks on lists 3 instead of 5",
        "loser": ("lin",),
    }


def test_what_cannot_be_asked_about_mentors() -> None:
    """Unknown mentors get the nearest id, and a saved matching says what it lacks."""
    with pytest.raises(mm.ChoiceError) as caught:
        MATCHING.popular_mentors("adda")
    assert str(caught.value) == "mentor 'adda': there is no such mentor; did you mean 'ada'?"
    with pytest.raises(mm.ChoiceError, match="k: expected a whole number from 0"):
        MATCHING.popular_mentors("ada", k=-1)
    with pytest.raises(mm.ProgramError, match="a saved matching carries no answers"):
        mm.Matching.from_json(MATCHING.to_json()).popular_mentors()


def missed(points: list[list[int]], mentee: str = "b", mentor: str = "X", **settings: Any) -> SeatMissed:
    """What kept a mentee from a mentor; mentors are X, Y, Z and mentees a, b, c, as many as there are points."""
    mentors, mentees = ["X", "Y", "Z"][: len(points)], ["a", "b", "c"][: len(points[0])]
    table = mm.ScoreMatrix.from_array([[max(0, n) for n in row] for row in points], mentors, mentees)
    allowed = [[n >= 0 for n in row] for row in points]
    scores = mm.ScoreMatrix.from_array(table.to_numpy(), mentors, mentees, allowed=allowed)
    previous = settings.pop("previous", None)
    if previous:
        settings["previous"] = mm.solve(scores, choices=mm.Choices(pins=previous))
    choices = settings.pop("choices", mm.Choices(shortlists={"a": ["X"], "b": ["X"]}))
    matching = mm.solve(scores, choices=choices, **settings)
    assert matching.verify()
    found = matching.popular_mentors(mentor)[0]
    return next(one for one in found.others if one.mentee == mentee)


BOTH = {"a": ["X"], "b": ["X"]}
TIED = {"a": [["X", "Y"]], "b": [["X", "Y"]]}


@pytest.mark.parametrize(
    ("settings", "code", "reason"),
    [
        (
            {"points": [[5, 9]], "priority": {"a": 1}},
            "participation",
            "mentees with a mentor, priority 1 0 instead of 1",
        ),
        ({"points": [[5, 9], [-1, 9]]}, "participation", "mentees with a mentor 1 instead of 2"),
        (
            {"points": [[5, 9], [5, 5]], "choices": mm.Choices(shortlists={"a": ["X"], "b": ["X", "Y"]})},
            "listed",
            "mentees with somebody from their list 1 instead of 2",
        ),
        (
            {"points": [[5, 9]], "choices": mm.Choices(shortlists={"a": ["X"], "b": ["gone", "X"]}, left=["gone"])},
            "rank",
            "points for ranks on lists 1 instead of 2",
        ),
        (
            {"points": [[5, 9]], "choices": mm.Choices(shortlists=BOTH, wishes={"X": ["a"]})},
            "wishes",
            "points for ranks of wishes 0 instead of 1",
        ),
        (
            {"points": [[5, 9], [4, 8]], "aim": mm.Aim(fairness="lift_worst"), "choices": mm.Choices(shortlists=TIED)},
            "lift_worst",
            "lowest score of a new pair 4 instead of 5",
        ),
        (
            {"points": [[5, 9]], "choices": mm.Choices(shortlists=BOTH, avoid=[("X", "b")])},
            "avoid",
            "pairs that were to be avoided 1 instead of 0",
        ),
        (
            {"points": [[5, 9]], "choices": mm.Choices(shortlists=BOTH, favour=[("X", "a")])},
            "favour",
            "pairs that were to be favoured 0 instead of 1",
        ),
        ({"points": [[5, 9]], "previous": [("X", "a")]}, "changes", "previous pairs kept 0 instead of 1"),
        ({"points": [[9, 5]]}, "points", "points 5 instead of 9"),
        (
            {"points": [[9, 5]], "choices": mm.Choices(shortlists=BOTH, accepted=[("X", "a"), ("X", "b")])},
            "points",
            "points 5 instead of 9",
        ),
        ({"points": [[5, 5]], "seed": 2}, "lottery", "equal in every aim, so the lottery decided"),
    ],
)
def test_every_aim_that_can_decide(settings: dict[str, Any], code: str, reason: str) -> None:
    """The aim named is the first that is worse if the other one has the seat."""
    found = missed(**settings)
    assert (found.code, found.reason) == (code, f"in place of a: {reason}")


@pytest.mark.parametrize(
    ("settings", "code", "reason"),
    [
        (
            {"points": [[5, 9], [-1, 9]], "aim": mm.Aim(everyone_matched=True)},
            "participation",
            "in place of a: mentees with a mentor 1 instead of 2",
        ),
        (
            {
                "points": [[5, 9], [1, 8]],
                "capacity": [2, 1],
                "aim": mm.Aim(balance="even"),
                "choices": mm.Choices(shortlists={"a": ["X"], "b": [["X", "Y"]]}),
            },
            "balance",
            "sum of squared loads 4 instead of 2",
        ),
        (
            {"points": [[5, 9], [-1, 5]], "minimum_load": [0, 1]},
            "minimum_load",
            "a minimum load could not be met",
        ),
        (
            {"points": [[5, 9, 7]], "choices": mm.Choices(shortlists=BOTH, accepted=[("X", "a"), ("X", "c")])},
            "accepted",
            "in place of a: accepted pairs that stay 0 instead of 1",
        ),
        ({"points": [[5, 9]], "choices": mm.Choices(shortlists=BOTH, pins=[("X", "a")])}, "settled", "a is pinned"),
        (
            {
                "points": [[5, 9, 9]],
                "capacity": 2,
                "choices": mm.Choices(shortlists=BOTH, pins=[("X", "a")], accepted=[("X", "c")]),
            },
            "settled",
            "a is pinned and c was accepted before",
        ),
        (
            {"points": [[5, 9], [1, 1]], "choices": mm.Choices(shortlists=BOTH, accepted=[("Y", "b")])},
            "settled",
            "Y was accepted before",
        ),
        (
            {"points": [[5, 9]], "choices": mm.Choices(shortlists=BOTH, declines=[("X", "b", "too busy")])},
            "declined",
            "declined (too busy)",
        ),
        ({"points": [[5, -1]]}, "forbidden", "not allowed: the table of scores rules it out"),
        ({"points": [[5, 3]], "aim": mm.Aim(minimum_score=4)}, "below_minimum_score", None),
        ({"points": [[5, 9]], "capacity": 0}, "no_seats", "X offers no seat"),
        (
            {"points": [[9, 5]], "aim": mm.Aim(stable=True)},
            "points",
            "a comes first by points",
        ),
        (
            {
                "points": [[1, 5]],
                "aim": mm.Aim(stable=True),
                "choices": mm.Choices(shortlists=BOTH, wishes={"X": ["a"]}),
            },
            "wishes",
            "a comes first among the mentor's wishes",
        ),
        (
            {
                "points": [[9, 9], [5, 5]],
                "aim": mm.Aim(stable=True),
                "choices": mm.Choices(shortlists={"a": ["X"], "b": ["Y", "X"]}),
            },
            "rank",
            "Y comes first on the mentee's list",
        ),
    ],
)
def test_what_else_keeps_somebody_from_a_mentor(settings: dict[str, Any], code: str, reason: str | None) -> None:
    """Demands, pairs that are no question, barriers and, in a stable matching, what the two prefer."""
    found = missed(**settings)
    assert found.code == code
    assert reason is None or found.reason == reason


def test_holders_say_what_decided_for_them() -> None:
    """Pinned, accepted before, or the aims that would be worse with one of the others; or that nobody would come."""
    points = [[9, 9, 9, 5, 1], [1, 1, 1, 1, 1]]
    scores = mm.ScoreMatrix.from_array(points, ["X", "Y"], ["a", "b", "c", "d", "e"])
    choices = mm.Choices(
        shortlists={"b": ["X"], "c": ["X"], "d": ["X"], "e": [["X", "Y"]]}, pins=[("X", "a")], accepted=[("X", "b")]
    )
    matching = mm.solve(scores, choices=choices, capacity=[3, 2], mode="administrators")
    found = matching.popular_mentors("X")[0]
    assert [(one.mentee, one.rank, one.status, one.aims, one.reason) for one in found.holders] == [
        ("b", 1, "accepted", ("accepted",), "accepted before"),
        ("c", 1, "accepted", ("points", "listed"), "before d: points; before e: mentees with somebody from their list"),
        ("a", None, "pinned", ("pinned",), "pinned"),
    ]
    alone = matching.popular_mentors("Y")[0]
    assert {one.reason for one in alone.holders} == {"nobody on these lists would take it"}


def solved(count: int, most: int = 25) -> Iterator[tuple[int, mm.ScoreMatrix, Asked, mm.Matching]]:
    """Random demands with lists, of so many pairs at most, clear and possible to meet, with their matchings."""
    for seed in itertools.count():
        scores, asked = own_case(seed)
        if unclear(asked) or not any(asked.shortlists.values()) or len(asked.capacity) * len(asked.wants) > most:
            continue
        try:
            matching = mm.solve(scores, **settings_of(asked, seed))
        except mm.InfeasibleError:
            continue
        yield seed, scores, asked, matching
        count -= 1
        if not count:
            return


def forcing(matching: mm.Matching) -> Forcing:
    assert matching.scores is not None
    points = [pair.points for pair in matching.pairs]
    posed = pose(matching.demand, matching.scores)
    return Forcing(posed, *matching.to_indices(), np.array(points, dtype=np.int64), matching.proof)


def asks(asked: Asked, pair: Pair) -> bool:
    """Whether pairs that are no question leave both people room for the pair."""
    seats = sum(m == pair[0] for m, _ in asked.forced)
    mentors = sum(e == pair[1] for _, e in asked.forced)
    return seats < asked.seats(pair[0]) and (not asked.is_new(pair) or mentors < asked.asks(pair[1]))


def test_forcing_a_pair_is_solving_anew_with_a_pin() -> None:
    """Warm and without a pin, or cold with one: the same pairs, and the first aim that is worse is the one named."""
    compared = 0
    for seed, scores, asked, matching in solved(130):
        before = made(matching)
        for pair in itertools.product(asked.capacity, asked.wants):
            if pair in before or not possible(asked, pair) or not asks(asked, pair) or not asked.is_new(pair):
                continue
            if asked.lift or asked.everyone or any(mentee == pair[1] for _, mentee in asked.loose):
                continue  # a pin is no new pair, and comes on top of what was accepted
            settings = settings_of(asked, seed)
            settings["choices"] = settings["choices"].with_(pins=[*asked.pins, pair])
            forced = forcing(matching).with_pair(*pair)
            try:
                anew = mm.solve(scores, **settings)
            except mm.InfeasibleError:
                assert forced.pairs == before
                continue
            if any(asked.minimum_load.values()) and pair not in forced.pairs:
                continue
            assert forced.pairs == made(anew)
            now, then = dict_of(reached(asked, before)), dict_of(reached(asked, made(anew)))
            assert forced.aim == next(aim for (aim, _), value in now.items() if value != then[aim, _])
            compared += 1
    assert compared > 200


def reached(asked: Asked, pairs: frozenset[Pair]) -> list[tuple[str, int]]:
    """What pairs reach in every aim, in order; points with the bonus where there is one."""
    bonus = sum(asked.bonus for pair in pairs if asked.rank(pair)) if asked.lists == "bonus" else 0
    return [(aim, value + bonus * (aim == "points")) for aim, value in aims(asked, pairs)]


def dict_of(values: list[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """Values by aim and how many of that aim came before."""
    seen: Counter[str] = Counter()
    found = {}
    for aim, value in values:
        found[aim, seen[aim]] = value
        seen[aim] += 1
    return found


def feasible(asked: Asked) -> Iterator[frozenset[Pair]]:
    """Every set of pairs that keeps what must hold, tried one by one."""
    pairs = [
        pair for pair in itertools.product(asked.capacity, asked.wants) if asked.known(pair) and asked.open(pair, 0)
    ]
    for chosen in itertools.product([False, True], repeat=len(pairs)):
        some = frozenset(pair for pair, here in zip(pairs, chosen, strict=True) if here)
        load, got = Counter(m for m, _ in some), Counter(e for _, e in some)
        least = {m: min(asked.minimum_load[m], asked.seats(m)) for m in asked.capacity if m not in asked.barred}
        if (
            asked.forced <= some
            and all(load[m] <= asked.seats(m) for m in asked.capacity)
            and all(load[m] >= n for m, n in least.items())
            and all(got[e] <= asked.wanted(e) for e in asked.wants)
            and all(
                got[e] <= asked.asks(e) or not any(asked.is_new(p) and p[1] == e for p in some) for e in asked.wants
            )
        ):
            yield some


BARRIERS = {
    *("left", "paused", "declined", "banned", "expired", "ended", "forbidden", "below_minimum_score", "not_on_list"),
    *("no_seats", "wants_nobody"),
}


def test_what_decided_by_trying_every_matching() -> None:
    """In tiny programs: the best of all matchings with the pair, by every aim in its order, the lowest score too."""
    compared = lifted = 0
    for _, _, asked, matching in solved(150, most=9):
        if asked.everyone:
            continue
        values = {some: tuple(reached(asked, some)) for some in feasible(asked)}
        before = made(matching)
        for mentor in asked.capacity:
            for other in matching.popular_mentors(mentor, k=0)[0].others:
                pair = (mentor, other.mentee)
                having = {some: value for some, value in values.items() if pair in some}
                if not possible(asked, pair):
                    assert other.code in BARRIERS
                    continue
                if not having or not asks(asked, pair):
                    assert other.code in ("settled", "minimum_load")
                    continue
                best = max(having, key=lambda some: [value for _, value in having[some]])
                first = next(now[0] for now, then in zip(values[before], having[best], strict=True) if now != then)
                assert other.code == first
                assert set(other.loser) == {e for m, e in before - best if m == mentor}
                compared += 1
                lifted += asked.lift
    assert compared > 40
    assert lifted > 5


def test_lists_and_seats_are_counted() -> None:
    """On how many lists at which rank, by counting; popular are those on more lists than they have seats."""
    for _, _, asked, matching in solved(60):
        wanted = {}
        for mentor in asked.capacity:
            ranks = Counter(asked.rank((mentor, e)) for e in asked.wants if e not in asked.gone)
            del ranks[0]
            wanted[mentor] = (asked.seats(mentor), tuple(ranks[n] for n in range(1, max(ranks, default=0) + 1)))
            one = matching.popular_mentors(mentor, k=0, decided=False)[0]
            assert (one.seats, one.ranks) == wanted[mentor]
            listed = {e for e in asked.wants if asked.rank((mentor, e)) and e not in asked.gone}
            held = {e for m, e in made(matching) if m == mentor}
            assert {holder.mentee for holder in one.holders} == held
            assert {other.mentee for other in one.others} == listed - held
            for other in one.others:
                assert {m for m, _ in other.has} == {m for m, e in made(matching) if e == other.mentee}
        popular = {one.mentor for one in matching.popular_mentors(k=0)}
        assert popular == {mentor for mentor, (seats, ranks) in wanted.items() if sum(ranks) > seats}


def test_a_stable_matching_says_who_prefers_whom() -> None:
    """Either the mentee has as many, all at least as good, or the mentor has, by list or wish, points, lottery."""
    seen: Counter[str] = Counter()
    for seed in range(120):
        rng = random.Random(seed)
        mentors, mentees = ["m1", "m2", "m3"], ["e1", "e2", "e3", "e4"]
        points = {(m, e): rng.choice([1, 1, 2, 3]) for m in mentors for e in mentees}
        table = mm.ScoreMatrix.from_array([[points[m, e] for e in mentees] for m in mentors], mentors, mentees)
        lists = {e: rng.sample(mentors, rng.randint(1, 3)) for e in mentees}
        wishes = {m: rng.sample(mentees, rng.randint(0, 2)) for m in mentors}
        choices = mm.Choices(shortlists=lists, wishes=wishes)
        matching = mm.solve(table, choices=choices, aim=mm.Aim(stable=True), seed=seed)
        for one in (matching.popular_mentors(mentor, k=0)[0] for mentor in mentors):
            for other in one.others:
                mentor, mentee = one.mentor, other.mentee
                if other.loser:
                    (holder,) = other.loser
                    assert holder in {h.mentee for h in one.holders}
                    own = wishes[mentor]
                    worse = [own.index(e) if e in own else 99 for e in (mentee, holder)]
                else:
                    ((instead, _),) = other.has
                    worse = [lists[mentee].index(m) if m in lists[mentee] else 99 for m in (mentor, instead)]
                gain = points[mentor, other.loser[0]] if other.loser else points[other.has[0][0], mentee]
                if other.code in ("wishes", "rank"):
                    assert worse[0] > worse[1]
                else:
                    assert worse[0] == worse[1]
                    assert (gain > points[mentor, mentee]) == (other.code == "points")
                    assert gain >= points[mentor, mentee]
                seen[other.code] += 1
    assert set(seen) == {"rank", "wishes", "points", "lottery"}
