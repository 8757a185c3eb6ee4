"""What people have said, honoured by `solve` and `match`: against a plain oracle pair by pair, and its laws."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import plain_wishes
import plainly
import pytest
import strategies
from plain_solve import Pair
from plain_wishes import Asked, Lists

import mentormatch as mm
from mentormatch import questions as q
from mentormatch import rules as r
from mentormatch.problem import LevelName, Problem, Special
from mentormatch.solvers.words import plan

NAMES = ["ada", "bo", "cy", "Zoë", "Ünal", "x y", "李", "aaron", "zz", "kim", "lou", "max"]
GHOST = "gone ghost"


def some_list(rng: random.Random, people: Iterable[str]) -> list[list[str]]:
    """A ranked list of some people, sometimes with ties."""
    chosen = list(people)
    rng.shuffle(chosen)
    ranks: list[list[str]] = []
    for person in chosen[: rng.randint(0, 4)]:
        if ranks and rng.random() < 0.25:
            ranks[-1].append(person)
        else:
            ranks.append([person])
    return ranks


def some_lists(rng: random.Random, owners: list[str], others: list[str], share: float) -> Lists:
    return {owner: some_list(rng, others) for owner in owners if rng.random() < share}


def said_of(
    rng: random.Random, points: dict[Pair, int], mentors: list[str], mentees: list[str], top: int
) -> dict[str, Any]:
    """What people may have said, and an aim: everything but the numbers of people."""
    every = [(m, e) for m in mentors for e in mentees if m != e]

    def some(share: float, most: int, pairs: Iterable[Pair] = every) -> frozenset[Pair]:
        size = rng.randint(0, most) if rng.random() < share else 0
        return frozenset(rng.sample(sorted(pairs), min(len(set(pairs)), size)))

    pins = some(0.3, 2, points)
    accepted = some(0.6, 4)
    ended = some(0.2, 2) - pins
    closed = some(0.5, 6) - pins - accepted
    gone = {rng.choice([*mentors, *mentees]) for _ in range(rng.choice([0, 0, 1, 2]))} if mentors and mentees else set()
    gone -= {person for pin in pins for person in pin}
    if rng.random() < 0.15 and mentees:
        gone.add(GHOST)
        accepted |= {(GHOST, rng.choice(mentees))}
        ended |= {(rng.choice(mentors), GHOST)} if mentors else set()
        closed |= {(GHOST, mentee) for mentee in mentees[1:]} - accepted
    mentors_named = [*mentors, GHOST] if GHOST in gone else mentors
    order = rng.choice(["participation", "participation", "points"])
    even = order == "participation" and rng.random() < 0.3
    return {
        "pins": pins,
        "accepted": accepted,
        "ended": ended,
        "closed": closed,
        "avoid": some(0.3, 5),
        "favour": some(0.3, 5),
        "previous": some(0.5, 6) | (frozenset({(GHOST, mentees[0])}) if GHOST in gone else frozenset()),
        "gone": frozenset(gone),
        "shortlists": some_lists(rng, mentees, mentors_named, rng.choice([0, 0.5, 1])),
        "wishes": some_lists(rng, mentors, mentees, rng.choice([0, 0, 0.5, 1])),
        "order": order,
        "lists": rng.choice(["first", "first", "only", "bonus", "ignore"]),
        "changes": rng.choice(["before_shortlists", "before_points", "after_points"]),
        "bonus": rng.choice([0, 1, 3, 1_000]),
        "lift": order == "participation" and rng.random() < 0.3,
        "even": even,
        "everyone": rng.random() < 0.1,
        "minimum_score": rng.choice([0, 0, 0, 1, max(1, top // 3)]),
        "seed": rng.choice([0, 1, -5, 2**63 - 1]),
    }


def numbers_of(rng: random.Random, mentors: list[str], mentees: list[str]) -> dict[str, Any]:
    """Capacities 0 to 3, wants 1 or 2, minimum loads and priorities sometimes."""
    capacity = {mentor: rng.choice([0, 1, 1, 1, 2, 2, 3]) for mentor in mentors}
    loads = rng.random() < 0.15
    ranks = [0] if rng.random() < 0.6 else [-1, 0, 3]
    return {
        "capacity": capacity,
        "minimum_load": {m: rng.randint(0, seats) if loads else 0 for m, seats in capacity.items()},
        "wants": {mentee: rng.choice([1, 1, 1, 2, 2]) for mentee in mentees},
        "priority": {mentee: rng.choice(ranks) for mentee in mentees},
    }


def own_case(seed: int) -> tuple[mm.ScoreMatrix, Asked]:
    """Up to 5 x 5 people with own scores, where ties are frequent."""
    rng = random.Random(seed)
    while True:
        people = rng.sample(NAMES, len(NAMES))
        mentors, mentees = (people[at : at + max(rng.randint(0, 5), rng.randint(1, 5))] for at in (0, 6))
        numbers = numbers_of(rng, mentors, mentees)
        if np.prod([seats + 1 for seats in numbers["capacity"].values()]) <= 150:
            break
    top = rng.choice([0, 1, 2, 3, 9, 10_000, 2**40])
    values = np.array([[rng.randint(0, top) for _ in mentees] for _ in mentors], dtype=np.int64)
    values = values.reshape(len(mentors), len(mentees))
    share = rng.choice([0, 0, 0.2, 0.5])
    allowed = np.array([rng.random() >= share for _ in range(values.size)], dtype=bool).reshape(values.shape)
    scores = mm.ScoreMatrix.from_array(values, mentors, mentees, allowed=allowed)
    points = {
        (mentor, mentee): int(values[j, i])
        for j, mentor in enumerate(mentors)
        for i, mentee in enumerate(mentees)
        if allowed[j, i]
    }
    return scores, Asked(points, **numbers, **said_of(rng, points, mentors, mentees, top))


def ruled_case(seed: int) -> tuple[mm.ScoreMatrix, Asked]:
    """Up to 4 x 4 people with answers, rules, conditions and eligibility: accepted pairs may be forbidden by now."""
    rng = random.Random(seed)
    mentors, mentees = strategies.seeded(seed, rng.randint(1, 4), rng.randint(1, 4))
    if mentees[-1]["id"] == "m0":
        mentees[-1]["id"] = "e9"
    numbers = numbers_of(rng, [m["id"] for m in mentors], [e["id"] for e in mentees])
    numbers["minimum_load"] = dict.fromkeys(numbers["minimum_load"], 0)
    cohort = strategies.cohort(mentors, mentees)
    chosen = rng.sample(strategies.RULES, rng.randint(1, 3))
    rules = [dataclasses.replace(rule, weight=rng.choice([1, 2]), label=f"r{k}") for k, rule in enumerate(chosen)]
    program = mm.Program("p", plainly.QUESTIONNAIRE, rules, rng.sample(strategies.CONDITIONS, rng.choice([0, 1])))
    program = program.with_(eligibility=rng.sample(strategies.ELIGIBLE, rng.choice([0, 1, 2])))
    scores = program.score(cohort)
    free = program.with_(conditions=(), eligibility=()).score(cohort)
    pairs = [(m, e) for m in scores.mentors for e in scores.mentees]
    points = {pair: scores.points(*pair) for pair in pairs if scores.allowed(*pair)}
    people = [("mentor", m) for m in mentors], [("mentee", e) for e in mentees]
    barred = {p["id"] for side in people for at, p in side if not plainly.takes_part(program.eligibility, at, p)}
    said = said_of(rng, points, list(scores.mentors), list(scores.mentees), 10_000)
    anyway = {pair: free.points(*pair) for pair in pairs}
    return scores, Asked(points, **numbers, **said, anyway=anyway, barred=frozenset(barred))


def earlier(asked: Asked) -> mm.Matching | None:
    """A matching of exactly the previous pairs; None where there are none."""
    if not asked.previous:
        return None
    mentors, mentees = (sorted({pair[side] for pair in asked.previous}) for side in (0, 1))
    made = np.array([[(m, e) in asked.previous for e in mentees] for m in mentors])
    scores = mm.ScoreMatrix.from_array(made.astype(int), mentors, mentees, allowed=made)
    return mm.solve(scores, capacity=9, wants=9)


def choices_of(asked: Asked, rng: random.Random) -> mm.Choices:
    """The choices of a demand, in any order; what is closed is banned, declined or expired."""

    def shuffled(pairs: Iterable[Any]) -> list[Any]:
        found = sorted(pairs)
        rng.shuffle(found)
        return found

    def written(lists: Lists) -> dict[str, Any]:
        return {who: [tied[0] if len(tied) == 1 else shuffled(tied) for tied in lists[who]] for who in shuffled(lists)}

    closed, gone = sorted(asked.closed), sorted(asked.gone)
    return mm.Choices(
        pins=shuffled(asked.pins),
        bans=shuffled(closed[::3]),
        declines=shuffled(closed[1::3]),
        expired=shuffled(closed[2::3]),
        accepted=shuffled(asked.accepted),
        ended=[(*pair, "", rng.choice(["never", "next_round"])) for pair in shuffled(asked.ended)],
        avoid=shuffled(asked.avoid),
        favour=shuffled(asked.favour),
        shortlists=written(asked.shortlists),
        wishes=written(asked.wishes),
        left=sorted({*gone[::2], GHOST} & asked.gone),
        paused=[person for person in gone[1::2] if person != GHOST],
        priority=asked.priority,
    )


def settings_of(asked: Asked, seed: int = 0) -> dict[str, Any]:
    """The arguments of `solve` for a demand."""
    return {
        **{name: getattr(asked, name) for name in ("capacity", "minimum_load", "wants")},
        "choices": choices_of(asked, random.Random(seed)),
        "aim": mm.Aim(
            asked.order,  # type: ignore[arg-type]
            minimum_score=asked.minimum_score,
            fairness="lift_worst" if asked.lift else None,
            balance="even" if asked.even else None,
            everyone_matched=asked.everyone,
            shortlists=asked.lists,  # type: ignore[arg-type]
            changes=asked.changes,  # type: ignore[arg-type]
            bonus=asked.bonus,
        ),
        "previous": earlier(asked),
        "seed": asked.seed,
        "mode": random.Random(seed).choice(["approve", "approve", "administrators", "mentees_choose"]),
    }


def made(matching: mm.Matching) -> frozenset[Pair]:
    return frozenset((pair.mentor, pair.mentee) for pair in matching.pairs)


def aims_of(matching: mm.Matching) -> list[tuple[str, int]]:
    return [(aim.aim, aim.value) for aim in matching.aims]


def compare(case: tuple[mm.ScoreMatrix, Asked], seed: int = 0) -> bool:
    """Compares `solve` with the oracle; whether the demands could be met."""
    scores, asked = case
    wanted = plain_wishes.best(asked)
    settings = settings_of(asked, seed)
    mode = settings["mode"]
    if wanted is None:
        with pytest.raises(mm.InfeasibleError) as caught:
            mm.solve(scores, **settings)
        assert caught.value.findings
        return False
    matching = mm.solve(scores, **settings)
    assert made(matching) == wanted
    assert aims_of(matching) == plain_wishes.aims(asked, wanted)
    assert matching.verify(), str(matching.verify())
    saved = mm.Matching.from_json(matching.to_json())
    assert saved == matching
    assert saved.verify(scores), str(saved.verify(scores))
    for pair in matching.pairs:
        people = (pair.mentor, pair.mentee)
        assert pair.points == asked.worth(people)
        at_once = mode == "administrators" or (mode == "mentees_choose" and asked.rank(people) > 0)
        accepted = people in asked.standing or at_once
        assert pair.status == ("pinned" if people in asked.pins else "accepted" if accepted else "proposed")
    alone = {("mentee", e) for e in asked.wants} - {("mentee", e) for _, e in wanted}
    alone |= {("mentor", m) for m in asked.capacity} - {("mentor", m) for m, _ in wanted}
    assert {(one.side, one.person) for one in matching.unmatched} == alone
    return True


def clear(case: Any, seeds: Iterable[int], count: int) -> Iterable[tuple[mm.ScoreMatrix, Asked]]:
    """The first cases whose meaning convention 7 leaves no doubt about."""
    for seed in seeds:
        scores, asked = case(seed)
        if not plain_wishes.unclear(asked):
            yield scores, asked
            count -= 1
            if not count:
                return


@pytest.mark.parametrize("block", range(10))
def test_own_scores_and_choices_give_what_the_oracle_gives(block: int) -> None:
    """110 random demands at a time equal the oracle in every aim of convention 7, pair by pair, lottery included."""
    met = [compare(case, k) for k, case in enumerate(clear(own_case, range(1_000 * block, 1_000 * (block + 1)), 110))]
    assert sum(met) > 60


@pytest.mark.parametrize("block", range(3))
def test_rules_conditions_and_choices_give_what_the_oracle_gives(block: int) -> None:
    """The same with answers: an accepted pair stays that a condition or eligibility now forbids (convention 7.2)."""
    met = [compare(case, k) for k, case in enumerate(clear(ruled_case, range(1_000 * block, 1_000 * (block + 1)), 70))]
    assert sum(met) > 40


def solved(count: int, start: int) -> Iterator[tuple[mm.ScoreMatrix, Asked, mm.Matching]]:
    """Cases that can be met, with their matchings."""
    for seed in range(start, start + 1_000):
        scores, asked = own_case(seed)
        try:
            yield scores, asked, mm.solve(scores, **settings_of(asked, seed))
        except mm.InfeasibleError:
            continue
        count -= 1
        if not count:
            return


def test_the_order_of_people_and_of_choices_changes_nothing() -> None:
    """Rows, columns, pairs, lists, ties and the pairs of before may come in any order (convention 2)."""
    rng = random.Random(1)
    for scores, asked, matching in solved(80, 20_000):
        mentors, mentees = (rng.sample(ids, len(ids)) for ids in (scores.mentors, scores.mentees))
        points = scores.block(mentors, mentees)
        turned = mm.ScoreMatrix.from_array(points, mentors, mentees, allowed=points >= 0)
        settings = settings_of(asked, rng.randint(0, 9)) | {"mode": matching.demand.mode}
        again = mm.solve(turned, **settings)
        assert (again.pairs, again.aims, again.spare_seats) == (matching.pairs, matching.aims, matching.spare_seats)
        codes, same = (sorted((one.person, one.code) for one in m.unmatched) for m in (again, matching))
        assert codes == same


def test_two_waves_without_news_give_the_same_pairs() -> None:
    """A matching is the best one after itself, wherever changes stand, and recording no answer changes nothing."""
    for scores, asked, _ in solved(80, 21_000):
        settings = settings_of(asked) | {"mode": "approve"}
        matching = mm.solve(scores, **settings)
        settings["previous"] = matching
        again = mm.solve(scores, **settings)
        assert made(again) == made(matching)
        recorded = mm.solve(scores, **settings | {"choices": settings["choices"].record(matching)})
        assert made(recorded) == made(matching)
        assert [(pair.status, pair.points) for pair in recorded.pairs] == [
            (pair.status, pair.points) for pair in matching.pairs
        ]


def test_an_accepted_pair_goes_only_for_a_reason() -> None:
    """Left, paused, ended or fewer seats than accepted mentees: nothing else takes a promise back (convention 7.2)."""
    gone = 0
    for _, asked, matching in solved(150, 22_000):
        for pair in asked.accepted - made(matching):
            full = asked.known(pair) and pair in asked.loose
            assert full or pair in asked.ended or set(pair) & asked.gone
            gone += 1
        for mentor in asked.capacity:
            kept = sum(pair[0] == mentor for pair in made(matching))
            loose = sum(pair[0] == mentor for pair in asked.loose)
            assert not loose or kept <= asked.seats(mentor)
    assert gone > 20


def test_no_answer_of_no_is_ever_overruled() -> None:
    """What was declined, banned, ended or got no answer is not made, and nobody who left or pauses has a pair."""
    for _, asked, matching in solved(150, 23_000):
        pairs = made(matching)
        assert not pairs & (asked.closed | asked.ended)
        assert not {person for pair in pairs for person in pair} & asked.gone


def test_one_more_mentor_never_lowers_participation() -> None:
    """Whoever joins as a mentor costs no mentee a place, whatever people have said (default order, no minimum load)."""
    tried = 0
    for scores, asked, matching in solved(150, 24_000):
        if asked.order == "points" or any(asked.minimum_load.values()) or asked.loose:
            continue
        mentors, more = [*scores.mentors, "new"], random.Random(tried)
        points = scores.block(list(scores.mentors), list(scores.mentees))
        row = np.array([[more.randint(-1, 9) for _ in scores.mentees]], dtype=np.int64)
        table = np.concatenate((points, row)).astype(np.int64)
        joined = mm.ScoreMatrix.from_array(table, mentors, scores.mentees, allowed=table >= 0)
        settings = settings_of(asked) | {"capacity": asked.capacity | {"new": more.randint(1, 2)}}
        after = mm.solve(joined, **settings)
        before, now = ([aim.value for aim in one.aims if aim.aim == "participation"] for one in (matching, after))
        assert now[: len(before)] >= before
        tried += 1
    assert tried > 60


BLANKS = mm.Questionnaire(
    [q.Choice("town", ["Bonn", "Ulm"]), q.Scale("mood", 1, 5), q.Choice("department", ["Sales", "Finance"])]
)


def blank_program(**settings: Any) -> mm.Program:
    return mm.Program("p", BLANKS, [r.Same("town", weight=2), r.Close("mood")], **settings)


def test_scores_of_pairs_that_did_not_change_do_not_move_between_waves() -> None:
    """A newcomer moves the means that blanks count with, but not those of a program that goes on (convention 5)."""
    mentors = [{"id": "ada", "town": "Bonn", "capacity": 3}, {"id": "bo", "mood": 2, "capacity": 3}]
    mentees = [{"id": "kay", "mood": 4}, {"id": "lin", "town": "Ulm", "mood": 1}, {"id": "tim"}]
    late = [{"id": "zoe", "town": "Bonn", "mood": 5}, {"id": "yan", "town": "Bonn", "mood": 2}]
    program = blank_program()
    first = program.match(mm.Cohort.from_records(BLANKS, mentors=mentors, mentees=mentees))
    cohort = mm.Cohort.from_records(BLANKS, mentors=mentors, mentees=mentees + late)
    second, anew = program.match(cohort, previous=first), program.match(cohort)
    assert first.scores is not None
    assert second.scores is not None
    assert second.norms == first.norms != anew.norms
    for mentor in first.scores.mentors:
        for mentee in first.scores.mentees:
            assert second.scores.points(mentor, mentee) == first.scores.points(mentor, mentee)
    assert made(first) <= made(second)
    assert set(first.pairs) <= set(second.pairs)
    third = program.match(cohort, previous=second)
    assert (third.norms, third.pairs) == (second.norms, second.pairs)


def test_all_ten_students_get_somebody_from_their_list() -> None:
    """Ten single seats that suffice for ten lists only if nobody takes the seat that another needs."""
    lists = {
        "S1": ["P1", "P2", "P3"],
        "S2": ["P1", "P2", "P3"],
        "S3": ["P4", "P5", "P6"],
        "S4": ["P4", "P5", "P6"],
        "S5": ["P7", "P8", "P9"],
        "S6": ["P7", "P8", "P9"],
        "S7": ["P10", "P1", "P2"],
        "S8": ["P9", "P10", "P1"],
        "S9": ["P8", "P9", "P10"],
        "S10": ["P5", "P6", "P7"],
    }
    mentors, mentees = ([f"{letter}{k}" for k in range(1, 11)] for letter in "PS")
    rng = np.random.default_rng(3)
    for points in (np.zeros((10, 10), np.int64), rng.integers(0, 10_000, (10, 10))):
        scores = mm.ScoreMatrix.from_array(points, mentors, mentees)
        matching = mm.solve(scores, choices=mm.Choices(shortlists=lists))
        assert {mentee for mentor, mentee in made(matching) if mentor in lists[mentee]} == set(mentees)
        assert next(str(aim) for aim in matching.aims if aim.aim == "listed") == "10 of 10"
        assert matching.verify()


def test_a_list_of_one_is_served_before_the_first_of_two() -> None:
    """X is wanted by s1 alone, and Y by both: both are served, though s1 would rather have Y and scores say so too."""
    scores = mm.ScoreMatrix.from_array([[1, 0], [9_000, 10]], ["X", "Y"], ["s1", "s2"])
    for wanted in (["X", "Y"], ["Y", "X"], [["X", "Y"]]):
        matching = mm.solve(scores, choices=mm.Choices(shortlists={"s1": wanted, "s2": ["Y"]}))
        assert made(matching) == {("X", "s1"), ("Y", "s2")}


class Magnitude:
    """Scores of that many people, which nobody looks at."""

    def __init__(self, mentors: int, mentees: int, max_points: int) -> None:
        self.shape = mentors, mentees
        self.max_points = max_points

    def rows(self, start: int, stop: int, first: int = 0, last: int | None = None) -> Any:
        raise AssertionError("the widths are known without the scores")


EVERY_LEVEL: tuple[LevelName, ...] = (
    "minimum_load",
    "accepted",
    "everyone",
    "participation",
    "listed",
    "rank",
    "wishes",
    "balance",
    "avoid",
    "favour",
    "changes",
    "points",
    "lottery",
)


def large_problem(max_points: int, mentees: int = 100_000, seats: int = 2) -> Problem:
    """125 mentors for 100 mentees, lists of five, wishes, a past, minimum loads and four priorities."""
    mentors = mentees * 5 // 4
    some = np.arange(5 * mentees, dtype=np.int64)
    places: dict[LevelName, Any] = {
        "accepted": some % 7 == 0,
        "rank": 5 - some % 5,
        "wishes": some % 11,
        "avoid": -(some % 3 == 0).astype(np.int64),
        "favour": some % 3 == 1,
        "changes": some % 13 == 0,
    }
    values: dict[LevelName, Any] = {level: value.astype(np.int64) for level, value in places.items()}
    listed = np.ones(len(some), dtype=np.bool_)
    nobody = np.zeros(0, dtype=np.int64)
    return Problem(
        source=Magnitude(mentors, mentees, max_points),
        capacity=np.full(mentors, seats, np.int64),
        minimum_load=np.ones(mentors, np.int64),
        wants=np.full(mentees, 2, np.int64),
        served=np.zeros(mentees, np.int64),
        led=np.zeros(mentors, np.int64),
        priority=np.arange(mentees, dtype=np.int64) % 4,
        excluded=(nobody, nobody),
        mentor_keys=np.zeros(mentors, np.uint64),
        mentee_keys=np.zeros(mentees, np.uint64),
        special=Special(some // 4, some % mentees, np.full(len(some), -1, np.int64), listed, values),
        levels=EVERY_LEVEL,
    )


def test_words_at_a_hundred_thousand_mentees_hold_the_aims_in_their_order() -> None:
    """No weight overflows or is outweighed by the aims after it: the widths are checked before anything is added up."""
    problem = large_problem(10_000)
    words = plan(problem)
    assert [level for word in words for level, _ in word.levels] == list(EVERY_LEVEL)
    assert 1 < len(words) < len(EVERY_LEVEL)
    most = {level: problem.most(level) for level in EVERY_LEVEL}
    assert most["points"] >= 200_000 * 10_000
    assert most["rank"] >= 200_000 * 5
    for word in words:
        below = 0
        for level, multiplier in reversed(word.levels):
            assert multiplier > below
            below += multiplier * most[level]
        assert below < 2**62
    rng = random.Random(4)
    for _ in range(300):
        one, other = ({level: rng.choice([0, 1, most[level] - 1, most[level]]) for level in EVERY_LEVEL} for _ in "ab")
        for level in EVERY_LEVEL[: rng.randint(0, len(EVERY_LEVEL))]:
            other[level] = one[level]
        values = [
            [sum(multiplier * reached[level] for level, multiplier in word.levels) for word in words]
            for reached in (one, other)
        ]
        in_order = [[reached[level] for level in EVERY_LEVEL] for reached in (one, other)]
        assert (values[0] < values[1], values[0] == values[1]) == (
            in_order[0] < in_order[1],
            in_order[0] == in_order[1],
        )


def test_words_that_cannot_hold_an_aim_are_refused() -> None:
    """Points so large that their sum leaves 64 bits are an error that names the aim, never a wrapped total."""
    assert plan(large_problem(2**40))
    with pytest.raises(OverflowError, match=r"^points$"):
        plan(large_problem(2**45))


def test_whoever_was_left_out_comes_first_in_the_next_round() -> None:
    """Two seats, four mentees, one year each: the second round serves those whom the first one left out."""
    mentors, mentees = ["ada", "bo"], ["kay", "lin", "tim", "zoe"]
    scores = mm.ScoreMatrix.from_array([[9, 8, 2, 1], [8, 9, 1, 2]], mentors, mentees)
    choices = mm.Choices()
    served = []
    for wave in range(3):
        matching = mm.solve(scores, choices=choices, seed=wave)
        served.append({mentee for _, mentee in made(matching)})
        choices = choices.record(matching, accepted="all")
        assert set(choices.left_out) == set(mentees) - served[-1]
        for mentor, mentee in made(matching):
            choices = choices.end(mentor, mentee, again="next_round")
        assert not {(pair.mentor, pair.mentee) for pair in choices.accepted}
        choices = choices.next_round()
    assert served == [{"kay", "lin"}, {"tim", "zoe"}, {"kay", "lin"}]
    assert dict(choices.priority) == {"kay": 1, "lin": 1, "tim": 2, "zoe": 2}


def answered(rng: random.Random, matching: mm.Matching) -> dict[str, list[Pair]]:
    """An answer, or none in time, to every proposal."""
    answers: dict[str, list[Pair]] = {"accepted": [], "declined": [], "expired": []}
    for pair in matching.pairs:
        if pair.status == "proposed":
            answers[rng.choice(["accepted", "accepted", "declined", "expired"])].append((pair.mentor, pair.mentee))
    return answers


@pytest.mark.parametrize("seed", range(12))
def test_answers_hold_over_three_waves(seed: int) -> None:
    """Yes stays, no is for good, silence is for one round, and each round left out is one step of priority."""
    rng = random.Random(seed)
    mentors, mentees = [f"m{k}" for k in range(6)], [f"e{k}" for k in range(9)]
    points = np.array([[rng.randint(0, 99) for _ in mentees] for _ in mentors])
    scores = mm.ScoreMatrix.from_array(points, mentors, mentees, allowed=points > 20)
    lists = {mentee: rng.sample(mentors, 3) for mentee in mentees[::2]}
    choices = mm.Choices(shortlists=lists, bans=[("m0", "e0")])
    accepted: set[Pair] = set()
    declined: set[Pair] = {("m0", "e0")}
    expired: set[Pair] = set()
    left_out = dict.fromkeys(mentees, 0)
    previous: mm.Matching | None = None
    for _ in range(3):
        matching = mm.solve(scores, capacity={"m1": 2, "m2": 0}, choices=choices, previous=previous)
        pairs = made(matching)
        assert accepted <= pairs
        assert not pairs & (declined | expired)
        assert matching.verify()
        answers = answered(rng, matching)
        choices = choices.record(matching, **answers)  # type: ignore[arg-type]
        accepted |= set(answers["accepted"])
        declined |= set(answers["declined"])
        expired = set(answers["expired"])
        for _ in range(2):  # within the round: what falls through goes to the next best, and silence is not asked twice
            again = mm.solve(scores, capacity={"m1": 2, "m2": 0}, choices=choices, previous=matching)
            assert accepted <= made(again)
            assert not made(again) & (declined | expired)
        for one in matching.unmatched:
            if one.side == "mentee":
                left_out[one.person] += 1
        choices, expired, previous = choices.next_round(), set(), matching
        assert {mentee: choices.priority_of(mentee) or 0 for mentee in mentees} == left_out
    assert mm.Choices.from_json(choices.to_json()) == choices


def test_seats_that_open_go_to_those_who_waited() -> None:
    """With one more seat a round, nobody who waited is overtaken by somebody who came later."""
    scores = mm.ScoreMatrix.from_array([[5, 4, 3, 9]] * 3, ["a", "b", "c"], ["early", "first", "late", "new"])
    choices = mm.Choices(left=["new"])
    seats = {"a": 1, "b": 0, "c": 0}
    order = []
    for wave, more in enumerate(("b", "c", None)):
        matching = mm.solve(scores, capacity=seats, choices=choices)
        order.append({mentee for _, mentee in made(matching)})
        choices = choices.record(matching, accepted="all").next_round()
        if wave == 0:
            choices = choices.with_(left=[])
        if more:
            seats[more] = 1
    assert order == [{"early"}, {"early", "first"}, {"early", "first", "late"}]


def test_a_wish_that_a_condition_forbids_is_told_and_never_made() -> None:
    """The condition's name stands in the explanation, whatever lists, wishes, bonus and lack of others say."""
    cohort = mm.Cohort.from_records(
        BLANKS,
        mentors=[{"id": "ada", "department": "Sales"}, {"id": "bo", "department": "Finance"}],
        mentees=[{"id": "tim", "department": "Sales"}, {"id": "kay"}],
    )
    for lists in ("first", "only", "bonus", "ignore"):
        program = blank_program(conditions=[r.Differs("department")], aim=mm.Aim(shortlists=lists))  # type: ignore[arg-type]
        choices = mm.Choices(
            shortlists={"tim": ["ada"], "kay": ["ada", "bo"]}, wishes={"ada": ["tim"]}, favour=[("ada", "tim")]
        )
        matching = program.match(cohort, choices)
        assert made(matching) == (frozenset() if lists == "only" else {("bo", "tim")})
        assert matching.explain("ada", "tim").outcome == "not allowed by condition Differs('department')"
        assert "Differs('department')" in matching.explain("ada", "kay").outcome
        assert matching.verify()


def test_a_pin_on_somebody_who_left_is_an_error_of_ours() -> None:
    """A pin that nobody can keep names both people, also where one of them is no longer in the table."""
    scores = mm.ScoreMatrix.from_array([[1, 2]], ["ada"], ["kay", "tim"])
    for pin, gone in ((("ada", "tim"), "tim"), (("ada", "zoe"), "zoe"), (("bo", "tim"), "bo"), (("ada", "tim"), "ada")):
        with pytest.raises(mm.InfeasibleError) as caught:
            mm.solve(scores, choices=mm.Choices(pins=[pin], left=[gone]))
        assert all(person in str(caught.value) for person in pin)
