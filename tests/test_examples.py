"""The examples run, and what they print is true."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from scipy.optimize import linear_sum_assignment
from scripts import opened

import mentormatch as mm

ROOT = Path(__file__).resolve().parent.parent
CIVIL_SERVICE = ROOT.parent / "shared" / "data" / "civil_service"


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, read without our own reader."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_demo_prints_a_proven_matching_and_its_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    """`make demo` shows each of the things a newcomer came for, and the matching it shows is verified."""
    matching = opened("examples/quickstart.py").main()
    printed = capsys.readouterr().out
    assert matching.verify()
    assert matching.proof.kind == "optimal"
    assert len(matching.pairs) == 34
    assert not matching.spare_seats
    for promised in (
        "mentors  30 (34 seats)\n",
        "Supply\n======",
        "Matching of Tidemark 2025",
        "optimal: nothing better exists",
        "verified",
        "The shares add up to",
        "not allowed by condition Differs('team')",
    ):
        assert promised in printed
    reasons = printed[printed.index("Without a pair") :]
    assert [alone.person for alone in matching.unmatched if f"{alone.person} (" not in reasons] == []
    assert "nan" not in printed


def test_the_demo_explains_a_pair_made_and_a_pair_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """The headings of the demo speak of a pair that was made and of one that a condition forbids."""
    matching = opened("examples/quickstart.py").main()
    capsys.readouterr()
    made, refused = matching.explain("T-1019", "T-2141"), matching.explain("T-1023", "T-2015")
    assert ("T-1019", "T-2141") in {(pair.mentor, pair.mentee) for pair in matching.pairs}
    assert made.points == sum(part.points for part in made.parts)
    assert [condition.title for condition in refused.forbidden] == ["Differs('team')"]
    assert "T-2015" in {alone.person for alone in matching.unmatched}


def test_the_sheets_of_the_demo_are_as_messy_as_those_of_a_form() -> None:
    """The sample sheets keep what makes real exports hard to read, so that the demo goes on showing it."""
    mentors, mentees = (rows(ROOT / "examples" / "data" / name) for name in ("mentors.csv", "mentees.csv"))
    assert (ROOT / "examples" / "data" / "mentees.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert {row["How many mentees could you take on this year?"] for row in mentors} == {"", "0", "1", "2", "3"}
    assert not any(mentees[-1].values())
    assert any(row["How would you like to meet?"] == "In person, Porto;Video call;" for row in mentors)
    assert any("\n" in row["Anything else we should know?"] for row in mentors)
    pastimes = [row["What do you enjoy outside work? (optional)"] for row in (*mentors, *mentees[:-1])]
    assert 0.1 <= pastimes.count("") / len(pastimes) <= 0.4


@pytest.mark.skipif(not CIVIL_SERVICE.is_dir(), reason="the civil service cohort is not beside the checkout")
def test_the_civil_service_cohort_is_matched_by_its_published_rules(capsys: pytest.CaptureFixture[str]) -> None:
    """Both variants are proven, keep every published rule and are as good as scipy says they can be."""
    matchings: dict[str, mm.Matching] = opened("examples/civil_service.py").main(CIVIL_SERVICE)
    printed = capsys.readouterr().out
    mentors, mentees = (rows(CIVIL_SERVICE / f"large_{side}.csv") for side in ("mentors", "mentees"))
    allowed, shares, profession = published_rules(mentors, mentees)
    place = {row["email address"]: at for people in (mentors, mentees) for at, row in enumerate(people)}

    for name, possible in (("Identity as a condition", allowed & shares), ("Identity as a heavy weight", allowed)):
        matching = matchings[name]
        assert matching.verify()
        pairs = [(place[pair.mentor], place[pair.mentee]) for pair in matching.pairs]
        assert all(possible[pair] for pair in pairs)
        worth = possible * 1_000 + (possible & profession)
        best = int(worth[linear_sum_assignment(worth, maximize=True)].sum())
        assert len(pairs) == best // 1_000
        assert f"pairs: {len(pairs)} of 500" in printed
        if name == "Identity as a condition":
            assert sum(bool(profession[pair]) for pair in pairs) == best % 1_000
        for side in ("mentor", "mentee"):
            assert sum(alone.side == side for alone in matching.unmatched) == 500 - len(pairs)
    assert "mentees without a pair, no_allowed_partner: 41\n" in printed


def published_rules(
    mentors: list[dict[str, str]], mentees: list[dict[str, str]]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Whether grades and organisations allow a pair, the identity asked for is shared, the profession is the same."""
    grades = ["AA", "AO", "EO", "HEO", "SEO", "Grade 7", "Grade 6", "SCS1", "SCS2", "SCS3", "SCS4"]
    shape = (len(mentors), len(mentees))
    allowed, shares, profession = (np.zeros(shape, dtype=np.bool_) for _ in range(3))
    for j, mentor in enumerate(mentors):
        for i, mentee in enumerate(mentees):
            steps = grades.index(mentor["grade"]) - grades.index(mentee["grade"])
            allowed[j, i] = steps in (1, 2) and mentor["organisation"] != mentee["organisation"]
            identity = mentee["identity to match"]
            asks = mentee["match with similar identity"] == "yes"
            shares[j, i] = not asks or (identity != "" and identity in mentor["characteristics"].split(", "))
            profession[j, i] = mentor["profession"] == mentee["profession"]
    return allowed, shares, profession


def test_the_two_waves_are_a_story_that_comes_true(capsys: pytest.CaptureFixture[str]) -> None:
    """What the captions of the example say is what happens, and the difference is printed after each step."""
    story = opened("examples/two_waves.py")
    first, second, third, fourth, fifth, last = steps = story.main()
    printed = capsys.readouterr().out
    assert all(matching.verify() for matching in steps)
    assert printed.count("Changes of Northquay mentoring\n") == 5
    pairs = [{(pair.mentor, pair.mentee) for pair in matching.pairs} for matching in steps]

    assert sum("Margarethe" in own for own in story.SHORTLISTS.values()) == 5
    listed = {mentee for mentor, mentee in pairs[0] if mentor in story.SHORTLISTS.get(mentee, ())}
    assert (len(pairs[0]), len(listed), len(story.SHORTLISTS)) == (10, 6, 7)

    seconds = {(story.SHORTLISTS[mentee][1], mentee) for mentee in ("Ines", "Jonas", "Leszek")}
    assert {("Margarethe", "Mireia"), *seconds} <= pairs[0]
    assert "in place of Mireia: mentees with somebody from their list 5" in printed
    assert first.scores is not None
    assert [best.mentor for best in first.scores.top("Kavya", 1)] == ["Halina"]
    assert ("Halina", "Kavya") in pairs[0]
    assert [(wish.mentor, wish.mentee) for wish in first.forbidden_wishes] == [("Fumiko", "Kavya")]

    refused = {("Corentin", "Leszek"), ("Giorgos", "Jonas"), ("Bilge", "Oleander")}
    assert refused == pairs[0] - pairs[1]
    assert all(refused.isdisjoint(own) for own in pairs[1:])
    assert [len(second.changes_since(first).moved), len(second.changes_since(first).kept)] == [3, 7]

    assert pairs[2] - pairs[1] == {("Ursel", "Tarik")}
    assert pairs[1] < pairs[2]
    assert [alone.person for alone in third.unmatched] == ["Soraya"]
    assert {pair.mentee for pair in third.pairs if pair.status == "proposed"} == {"Oleander", "Tarik"}

    assert pairs[2] - pairs[3] == {("Corentin", "Jonas")}
    assert pairs[3] < pairs[2]
    assert {alone.person for alone in fourth.unmatched if alone.side == "mentee"} == {"Jonas", "Soraya"}

    assert pairs[3] - pairs[4] == {("Dagny", "Ines")}
    assert pairs[4] - pairs[3] == {("Margarethe", "Ines"), ("Dagny", "Jonas")}
    assert pairs[5] == pairs[4]
    assert {pair.status for pair in last.pairs} == {"accepted"}
    assert not last.spare_seats
    assert printed.endswith("Soraya has priority 1; the others have priority 0.\n")
    assert fifth.proof.kind == "optimal"


def test_the_peers_are_paired_and_nobody_is_left_over_who_need_not_be(capsys: pytest.CaptureFixture[str]) -> None:
    """The example of peers shows a trio, who is alone and why, and a check that holds."""
    matching = opened("examples/peers.py").main()
    printed = capsys.readouterr().out
    assert matching.verify()
    assert "Trio\n" in printed
    assert printed.count("verified: every pair is allowed") == 2
    assert "Hedda   nobody is possible: of 7" in printed or "Hedda  nobody is possible: of 7" in printed
    assert {one.person for one in matching.unmatched} == {"Boris", "Hedda"}


def test_two_evenings_of_short_meetings_have_a_schedule(capsys: pytest.CaptureFixture[str]) -> None:
    """The example of short meetings prints schedules in which nobody is in two places and no pair meets again."""
    first, second = opened("examples/flash.py").main()
    printed = capsys.readouterr().out
    assert first.verify()
    assert second.verify()
    assert [m.proof.kind for m in (first, second)] == ["optimal", "optimal"]
    assert {(m.mentor, m.mentee) for m in first.meetings}.isdisjoint((m.mentor, m.mentee) for m in second.meetings)
    assert len({(m.round, person) for m in first.meetings for person in (m.mentor, m.mentee)}) == 2 * len(first.pairs)
    assert "Schedule of Speed mentoring at Brackwater" in printed
    assert "Shares('can_come_at') rules out 4 (because an answer" in printed


def test_the_juniors_mentor_in_the_reverse_example(capsys: pytest.CaptureFixture[str]) -> None:
    """The preset prints its reasons, everybody senior has a junior mentor, and nobody that of their own line."""
    matching = opened("examples/reverse.py").main()
    printed = capsys.readouterr().out
    assert matching.verify()
    assert len(matching.pairs) == 4
    assert "Preset Reverse mentoring\n" in printed
    assert "not allowed by condition NotInReportingLine('manager')" in printed


def test_resource_groups_decide_and_stay_private_in_their_example(capsys: pytest.CaptureFixture[str]) -> None:
    """Who asks for an own network has one, who asks for another one has that, and the mentor sees a range."""
    opened("examples/erg.py").main()
    printed = capsys.readouterr().out
    for pair in (("Ingrid", "Milla"), ("Jamal", "Otto"), ("Kirsten", "Noor"), ("Kirsten", "Pia")):
        assert f"\n  {pair[0]:7}  {pair[1]}" in printed
    assert "Rune  no mentor is possible" in printed
    assert "networks" not in printed[printed.index("For Jamal:") :]
    assert "score    from 0 to 10,000 of 10,000" in printed


def test_free_text_is_compared_by_words_and_by_vectors(capsys: pytest.CaptureFixture[str]) -> None:
    """The words that both use are printed; with any function of texts the pairs are also made by its vectors."""
    module = opened("examples/free_text.py")
    (by_words,) = module.main()
    printed = capsys.readouterr().out
    assert "Amara and Ravi: 3,809 points; both say 'people management', 'team', 'first'\n" in printed
    assert "Cosima and Tove: 3,600 points; both say 'public speaking', 'talks'\n" in printed
    assert by_words.verify()
    module.main(lambda texts: [[text.count(letter) for letter in "aeiou"] for text in texts])
    assert "--- By vectors ---\nAmara and " in capsys.readouterr().out


def test_a_small_model_pairs_texts_without_a_word_in_common(capsys: pytest.CaptureFixture[str]) -> None:
    """With the package that ships a model everybody gets the mentor who was meant, and all of them points."""
    module = opened("examples/free_text.py")
    if (embed := module.small_model()) is None:
        pytest.skip("the package wordllama is not installed")
    _, by_vectors = module.main(embed)
    capsys.readouterr()
    assert [(pair.mentor, pair.mentee) for pair in by_vectors.pairs] == [
        ("Amara", "Ravi"),
        ("Bjarne", "Suna"),
        ("Cosima", "Tove"),
        ("Dmitri", "Ugo"),
        ("Esi", "Vera"),
    ]
    assert all(pair.points > 400 for pair in by_vectors.pairs)


def test_two_mentors_of_a_mentee_come_from_two_departments(capsys: pytest.CaptureFixture[str]) -> None:
    """In the example everybody has a first mentor, four a second one, and no two are of one department."""
    story = opened("examples/two_mentors.py")
    matching, freely = story.main()
    printed = capsys.readouterr().out
    department = {mentor: own for mentor, _, _, own in story.MENTORS}
    had = [(pair.mentee, department[pair.mentor]) for pair in matching.pairs]
    assert len(set(had)) == len(had) == 9
    assert len({mentee for mentee, _ in had}) == 5
    assert matching.verify()
    assert matching.proof.kind == freely.proof.kind == "optimal"
    assert printed.endswith(
        "2 of the mentees would have two mentors of one department, and the pairs 10,000 points more.\n"
    )


def test_the_report_is_one_file_that_can_be_sent(capsys: pytest.CaptureFixture[str]) -> None:
    """Title, findings and pictures are there, nothing runs or is loaded, and no private answer is in it."""
    story = opened("examples/report.py")
    text = story.report()
    assert "<h1>Harbour mentoring: the first wave</h1>" in text
    assert "<li>124 of 145 mentees have a mentor, and 105 mentors take part.</li>" in text
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in text
    assert text.count('<img src="data:image/png;base64,') == text.count("<img") == 5
    written = re.sub('base64,[^"]*', "", text)
    assert not re.search(r"<script|https?:|\bsrc=\"(?!data:)|href|@import|url\(", written)
    for title in ("Supply", "Wanted and not offered", "Quality of Harbour mentoring", "Mentees without a mentor"):
        assert f"<h2>{title}</h2>" in text
    asked = story.PROGRAM.questionnaire
    public = {option for one in asked if not one.private for option in getattr(one, "options", ())}
    private = [option for one in asked if one.private for option in one.options if option not in public]
    assert [option for option in private if re.search(rf"\b{re.escape(option)}\b", written)] == []
    assert len(story.COHORT.mentors) + len(story.COHORT.mentees) == 250
    assert capsys.readouterr().out == ""


def test_the_overflow_of_a_shortage_goes_into_groups(capsys: pytest.CaptureFixture[str]) -> None:
    """In the example of pairs and groups everybody has somebody, where pairs alone would leave eight."""
    alone, both = opened("examples/mixed.py").main()
    printed = capsys.readouterr().out
    assert "Pairs alone leave 8 of 14" in printed
    assert not [one for one in both.unmatched if one.side == "mentee"]
    assert (len(alone.pairs), len(both.one_to_one.pairs), len(both.groups)) == (6, 4, 2)
    assert both.verify()
    assert "nobody is in a pair and in a group" in printed


def test_every_preset_has_a_line_in_its_example(capsys: pytest.CaptureFixture[str]) -> None:
    """The example of presets matches and checks a cohort for each of them, and says what was reached."""
    matchings = opened("examples/presets.py").main()
    printed = capsys.readouterr().out
    assert len(matchings) == 9
    table = printed[printed.index("All presets") :]
    for name in ("One-to-one career mentoring", "Onboarding groups", "Reverse mentoring", "Flash mentoring"):
        assert f"\n  {name}" in table
