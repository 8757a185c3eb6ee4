"""What differs between two matchings: which pairs are kept, moved, ended and new, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from mentormatch.changes.reasons import Reason, Reasons
from mentormatch.demand import Demand
from mentormatch.explain import Unmatched
from mentormatch.page import Page, Recorded, Table
from mentormatch.wording import counted, number

if TYPE_CHECKING:
    from mentormatch.matching import Matching, Pair

Kind = Literal["kept", "moved", "ended", "new"]


@dataclass(frozen=True)
class Change:
    """What became of a mentee's pair: ``before`` as it was, ``after`` as it is, None where there is none.

    A "kept" pair is of the same two people, a "moved" mentee has another mentor in exchange. ``code`` is the stable
    name of the reason, ``reason`` a sentence for the administrator.
    """

    kind: Kind
    before: Pair | None
    after: Pair | None
    code: str
    reason: str

    @property
    def mentee(self) -> str:
        """The mentee's id."""
        return (self.before or self.after).mentee  # type: ignore[union-attr]


@dataclass(frozen=True)
class Changes(Recorded):
    """What differs between an earlier matching and a later one; true where anything does.

    Every pair of the earlier one is in ``kept``, ``moved`` or ``ended``, every pair of the later one in ``kept``,
    ``moved`` or ``new``, each sorted by mentee and mentor. ``unmatched`` are those who had a pair and have none now,
    with the reason; who is gone altogether is not among them. Reasons name conditions on private answers and repeat
    what people gave as theirs, so they are for the administrator alone. The two demands, which hold the names, do not
    make changes differ.

    A cause is named where there is one: people, answers, conditions, lists, seats. Where there is none the aims
    decided. "Were it undone" then says what the first aim to be worse off would be if the pairs that came for no other
    reason, and that stand in one another's place, were taken back, and the earlier ones that still can be made instead.

    >>> import mentormatch as mm
    >>> scores = mm.ScoreMatrix.from_array([[8, 9], [5, 4]], mentors=["ada", "bo"], mentees=["tim", "kay"])
    >>> earlier = mm.solve(scores)
    >>> print(mm.solve(scores, choices=mm.Choices(declines=[("ada", "kay")])).changes_since(earlier))
    Changes
    =======
    <BLANKLINE>
    pairs   2 now, 2 before
    points  12 now, 14 before
    kept    0
    moved   2
    ended   0
    new     0
    <BLANKLINE>
    Changes
             mentee  mentor before  mentor now  why
      moved  kay     ada            bo          declined
      moved  tim     bo             ada         has the seat of kay: declined; the aims decided (were it
                                                undone with the change of kay, mentees with a mentor: 1
                                                instead of 2)
    """

    kept: tuple[Change, ...]
    moved: tuple[Change, ...]
    ended: tuple[Change, ...]
    new: tuple[Change, ...]
    unmatched: tuple[Unmatched, ...]
    earlier: Demand = field(repr=False, compare=False)
    later: Demand = field(repr=False, compare=False)

    def __bool__(self) -> bool:
        return bool(self.moved or self.ended or self.new or self.unmatched) or any(
            one.code != "same" for one in self.kept
        )

    def __iter__(self) -> Iterator[Change]:
        yield from (*self.moved, *self.ended, *self.new, *self.kept)

    def to_records(self) -> list[dict[str, Any]]:
        """One record for each change, kept pairs last; fields of what there is not are None."""
        mentors, mentees = self._names()
        return [
            {
                "change": one.kind,
                "mentee": one.mentee,
                "mentee_name": mentees.get(one.mentee, ""),
                **_record("before", one.before, mentors),
                **_record("after", one.after, mentors),
                "code": one.code,
                "reason": one.reason,
            }
            for one in self
        ]

    def page(self) -> Page:
        """The changes as a page: how many of each kind, whom they concern and why.

        Kept pairs are counted. Of those only the ones stand there too whose points or status changed in another way
        than by being accepted.
        """
        mentors, mentees = self._names()
        agreed = [one for one in self.kept if _was_accepted(one)]
        kept = [one for one in self.kept if one.code != "same" and not _was_accepted(one)]
        before, after = ([pair for one in self if (pair := getattr(one, side))] for side in ("before", "after"))
        points = [sum(pair.points for pair in pairs) for pairs in (before, after)]
        news = [f"{number(len(agreed))} of them accepted now, proposed before"] if agreed else []
        news += [f"{number(len(kept))} with another status or points"] if kept else []
        other = f" ({'; '.join(news)})" if news else ""
        facts = [
            ("pairs", f"{number(len(after))} now, {number(len(before))} before"),
            ("points", f"{number(points[1])} now, {number(points[0])} before"),
            ("kept", f"{number(len(self.kept))}{other}"),
            *((name, number(len(getattr(self, name)))) for name in ("moved", "ended", "new")),
        ]
        rows = [
            (
                one.kind,
                _named(one.mentee, mentees),
                _named(one.before.mentor, mentors) if one.before else "",
                _named(one.after.mentor, mentors) if one.after else "",
                one.reason,
            )
            for one in (*self.moved, *self.ended, *self.new, *kept)
        ]
        alone = [
            (one.side, _named(one.person, mentees if one.side == "mentee" else mentors), one.reason)
            for one in self.unmatched
        ]
        tables = (
            Table("Changes", ("", "mentee", "mentor before", "mentor now", "why"), rows),
            Table("Without a pair now", ("", "who", "why"), alone),
        )
        notes = []
        if not self:
            same = f"all {counted(len(after), 'pair')} are as they were" if len(after) > 1 else "the pair is as it was"
            notes.append(f"Nothing changed: {same if after else 'there are no pairs'}.")
        title = f"Changes of {self.later.program}" if self.later.program else "Changes"
        return Page(title, facts if self else (), tuple(table for table in tables if table.rows), notes)

    def _names(self) -> tuple[dict[str, str], dict[str, str]]:
        """The names of mentors and of mentees, the later ones where both demands have them."""
        demands = (self.earlier, self.later)
        mentors, mentees = (
            {
                person: name
                for demand in demands
                for person, name in zip(getattr(demand, f"{side}s"), getattr(demand, f"{side}_names"), strict=False)
            }
            for side in ("mentor", "mentee")
        )
        return mentors, mentees


def changes_between(earlier: Matching, later: Matching) -> Changes:
    """What differs between two matchings, of the same people or not. Linear in people, choices and pairs."""
    was, now = ({(pair.mentor, pair.mentee): pair for pair in one.pairs} for one in (earlier, later))
    reasons = Reasons(earlier, later, was, now)
    found: dict[Kind, list[Change]] = {"kept": [], "moved": [], "ended": [], "new": []}

    def add(kind: Kind, before: Pair | None, after: Pair | None, reason: Reason) -> None:
        found[kind].append(Change(kind, before, after, reason.code, reason.text))

    for couple in was.keys() & now.keys():
        add("kept", was[couple], now[couple], _kept(was[couple], now[couple]))
    instead, before = reasons.exchanges.instead["mentee"], reasons.exchanges.before["mentee"]
    for lost in reasons.exchanges.lost:
        if gained := instead.get(lost):
            add("moved", was[lost], now[gained], reasons.of_move(lost, gained))
        else:
            add("ended", was[lost], None, reasons.of_end(lost))
    for gained in reasons.exchanges.gained:
        if gained not in before:
            add("new", None, now[gained], reasons.of_new(gained))
    had = {(side, getattr(pair, side)) for pair in earlier.pairs for side in ("mentor", "mentee")}
    return Changes(
        **{kind: tuple(sorted(some, key=_place)) for kind, some in found.items()},
        unmatched=tuple(one for one in later.unmatched if (one.side, one.person) in had),
        earlier=earlier.demand,
        later=later.demand,
    )


def _was_accepted(change: Change) -> bool:
    """Whether a kept pair has been accepted, which was to be hoped for, and is as it was in all else."""
    before, after = change.before, change.after
    if before is None or after is None or before.points != after.points:
        return False
    return (before.status, after.status) == ("proposed", "accepted")


def _kept(before: Pair, after: Pair) -> Reason:
    news = []
    if before.status != after.status:
        news.append(f"{after.status} now, {before.status} before")
    if before.points != after.points:
        news.append(f"{number(after.points)} points now, {number(before.points)} before")
    code = "status" if before.status != after.status else "points" if news else "same"
    return Reason(code, "; ".join(news) or "as before")


def _place(change: Change) -> tuple[str, ...]:
    return (change.mentee, *(pair.mentor if pair else "" for pair in (change.before, change.after)))


def _named(person: str, names: Mapping[str, str]) -> str:
    name = names.get(person)
    return f"{person} ({name})" if name and name != person else person


def _record(when: str, pair: Pair | None, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        f"mentor_{when}": pair and pair.mentor,
        f"mentor_{when}_name": pair and names.get(pair.mentor, ""),
        f"points_{when}": pair and pair.points,
        f"status_{when}": pair and pair.status,
    }
