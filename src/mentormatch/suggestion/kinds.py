"""What kind of question a column seems to answer, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from mentormatch.readers.numerals import plain_number
from mentormatch.readers.picks import literal_list
from mentormatch.readers.spelling import NO, YES, band_of, dates_of, in_accents, in_case, is_other
from mentormatch.wording import counted, number, quoted

Confidence = Literal["high", "fair", "low"]

_DELIMITERS = (";", ",", "\n", "|")
_MOST_OPTIONS = 80
_RARE = 0.1
_LONG = 40

# Steps that are known, from low to high, one ladder a line.
_LADDERS = tuple(
    tuple(ladder.split(" < "))
    for ladder in """\
strongly disagree < disagree < slightly disagree < neutral < neither agree nor disagree < slightly agree < agree < strongly agree
very unimportant < unimportant < not important < slightly important < neutral < important < very important < extremely important
never < rarely < seldom < sometimes < often < usually < always
none < beginner < novice < basic < elementary < intermediate < competent < proficient < advanced < fluent < expert < native
very low < low < medium < moderate < high < very high
not at all < a little < somewhat < quite a bit < a lot < very much < completely
poor < fair < good < very good < excellent
intern < trainee < graduate < junior < associate < mid < mid level < intermediate < senior < staff < lead < principal
manager < senior manager < head < director < senior director < vp < executive
""".splitlines()  # noqa: E501
)


@dataclass(frozen=True)
class Kind:
    """A kind of question with its settings, the delimiter between picks, whether there is free text beside the options,
    and why it seems so."""

    kind: str
    reason: str
    confidence: Confidence
    settings: dict[str, Any] = field(default_factory=dict)
    delimiter: str | None = None
    free_text: bool = False


def kind_of(header: str, texts: Sequence[str], people: int) -> Kind:
    """The kind of question that these answers (without blanks) of ``people`` seem to answer."""
    tests = (_lists, _yes_or_no, _bands, _numbers, _several)
    for test in tests:
        found = test(header, texts)
        if found is not None:
            return found
    return _choice(texts) or _text(texts, people)


def _lists(_header: str, texts: Sequence[str]) -> Kind | None:
    """Lists as programs write them."""
    found = [literal_list(text) for text in texts]
    lists = [one for one in found if one is not None]
    if len(lists) * 10 < len(texts) * 8:
        return None
    options = _spellings(item for one in lists for item in one)
    if not options:
        return None
    reason = f"{number(len(lists))} of {counted(len(texts), 'cell')} are lists"
    return Kind("MultiChoice", reason, "high", {"options": options})


def _yes_or_no(_header: str, texts: Sequence[str]) -> Kind | None:
    spelled = _spellings(texts)
    plain = {in_case(one) for one in spelled}
    if not plain or not plain <= (YES | NO) or len(spelled) > 2 or {"0", "1"} == plain:
        return None
    if len(spelled) == 1:
        return Kind("Choice", f"everybody who answered said {quoted(spelled[0])}", "low", {"options": ("yes", "no")})
    options = sorted(spelled, key=lambda one: in_case(one) in NO)
    return Kind("Choice", "yes or no", "high", {"options": tuple(options)})


def _bands(_header: str, texts: Sequence[str]) -> Kind | None:
    spelled = _spellings(texts)
    bands = {one: band for one in spelled if (band := band_of(one)) is not None}
    if len(spelled) < 2 or len(bands) < len(spelled):
        return None
    options = sorted(bands, key=lambda one: bands[one][0])
    if len(set(bands.values())) < len(bands):
        options = list({bands[one]: one for one in reversed(options)}.values())[::-1]
    return Kind("Choice", "bands of numbers, from low to high", "high", {"options": tuple(options), "ordered": True})


def _numbers(header: str, texts: Sequence[str]) -> Kind | None:
    read = [plain_number(text, None) for text in texts]
    found = [float(one) for one in read if isinstance(one, str)]
    if len(found) * 20 < len(texts) * 19:
        return None
    whole = all(one.is_integer() for one in found)
    low, high = min(found), max(found)
    years = "year" in in_accents(header) or "experience" in in_accents(header)
    if whole and not years and low == 1 and high in (3, 4, 5, 6, 7, 10) and len(set(found)) > 2:
        return Kind("Scale", f"whole numbers from 1 to {high:.0f}", "fair", {"minimum": 1, "maximum": int(high)})
    if whole and set(found) <= {0, 1}:
        return Kind("Choice", "nothing but 0 and 1", "low", {"options": ("1", "0")})
    settings: dict[str, Any] = {"unit": "years"} if years else {}
    if low >= 0:
        settings["minimum"] = 0
    return Kind("Number", f"numbers from {low:g} to {high:g}", "fair", settings)


def _several(_header: str, texts: Sequence[str]) -> Kind | None:
    """Picks joined by a delimiter: its parts come again and again, alone and in other company."""
    best: tuple[float, str, Counter[str], int] | None = None
    for delimiter in _DELIMITERS:
        split = [[part.strip() for part in text.split(delimiter) if part.strip()] for text in texts]
        joined = sum(len(parts) > 1 for parts in split)
        trailing = sum(text.rstrip().endswith(delimiter) for text in texts)
        if not joined and trailing * 2 < len(texts):
            continue
        parts = Counter(_without_other(part) for one in split for part in one)
        again = sum(count for count in parts.values() if count > 1)
        share = again / max(1, parts.total())
        distinct = sum(count > 1 for count in parts.values())
        if share < 1 - _RARE * 2 or not 2 <= distinct <= _MOST_OPTIONS:
            continue
        # Whole cells that come again as they are speak for options that hold the delimiter.
        whole = Counter(text.strip().rstrip(delimiter) for text in texts)
        if len(whole) <= len(parts) and not trailing:
            continue
        if best is None or share > best[0]:
            best = (share, delimiter, parts, joined)
    if best is None:
        return None
    share, delimiter, parts, joined = best
    options = _spellings(part for part, count in parts.items() if count > 1 for _ in range(count))
    free = parts.total() - sum(count for count in parts.values() if count > 1)
    mark = "line breaks" if delimiter == "\n" else quoted(delimiter)
    reason = f"{counted(joined, 'cell')} of {number(len(texts))} hold several, joined by {mark}"
    if free:
        seem = "seems" if free == 1 else "seem"
        reason += f"; {counted(free, 'text')} beside the options, given once, {seem} to be free text"
    confidence: Confidence = "high" if share == 1 else "fair"
    return Kind("MultiChoice", reason, confidence, {"options": options}, delimiter, free_text=bool(free))


def _choice(texts: Sequence[str]) -> Kind | None:
    counts = Counter(_without_other(text.strip()) for text in texts)
    options = _spellings(_without_other(text.strip()) for text in texts)
    if not 2 <= len(options) <= _MOST_OPTIONS or len(texts) < 2 * len(options):
        return None
    ladder = _ladder(options)
    if ladder is not None:
        return Kind("Choice", "steps from low to high", "high", {"options": ladder, "ordered": True})
    rare = sum(count == 1 for count in counts.values())
    reason = f"{counted(len(options), 'answer')} that come again and again"
    days = sum(len(dates_of(option)) == 1 for option in options)
    if days == len(options):
        reason = f"{counted(len(options), 'date')} that come again and again"
    confidence: Confidence = "high" if rare == 0 and len(texts) >= 5 * len(options) else "fair"
    return Kind("Choice", reason, confidence, {"options": options})


def _text(texts: Sequence[str], people: int) -> Kind:
    length = sum(map(len, texts)) / len(texts)
    if length > _LONG:
        return Kind("Text", f"free text of {length:.0f} characters on average", "fair")
    reason = f"{counted(len(set(texts)), 'different answer')} of {counted(people, 'person', 'people')}"
    return Kind("Text", reason, "low")


def _ladder(options: Sequence[str]) -> tuple[str, ...] | None:
    """The options from low to high where all of them are steps of one known ladder."""
    plain = {in_accents(option): option for option in options}
    for ladder in _LADDERS:
        if set(plain) <= set(ladder):
            return tuple(plain[step] for step in ladder if step in plain)
    return None


def _spellings(texts: Iterable[str]) -> tuple[str, ...]:
    """Each text once, in the spelling that most people chose, in the order of the alphabet, what is "other" last."""
    found: dict[str, Counter[str]] = {}
    for text in texts:
        plain = text.strip()
        if plain:
            found.setdefault(in_accents(plain), Counter())[" ".join(plain.split())] += 1
    chosen = [min(counts.items(), key=lambda one: (-one[1], one[0].isupper(), one[0]))[0] for counts in found.values()]
    return tuple(sorted(chosen, key=lambda one: (is_other(one), in_accents(one), one)))


def _without_other(text: str) -> str:
    """ "Other" for "Other: knitting"."""
    name, colon, _ = text.partition(":")
    return name.strip() if colon and is_other(name) else text
