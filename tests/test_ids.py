"""Ids are read as convention 1 says, and their hashes are the same everywhere (convention 2)."""

from __future__ import annotations

import math
from hashlib import blake2b

import numpy as np
import pytest

from mentormatch import ids as ids_module
from mentormatch.errors import Finding
from mentormatch.ids import canonical_order, id_keys, person_id


def says(value: object) -> str:
    found = person_id(value)
    assert isinstance(found, Finding), found
    return f"{found.code}: {found}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("ada", "ada"),
        (" ada\t", "ada"),
        ("\u00a0ada\u2003", "ada"),
        ("ada lovelace", "ada lovelace"),
        ("Ada", "Ada"),
        ("007", "007"),
        (7, "7"),
        (-7, "-7"),
        (1234567890123456789, "1234567890123456789"),
        (np.int64(7), "7"),
        (np.uint8(7), "7"),
        ("zoe\u0308", "zo\u00eb"),
        ("=1+1", "=1+1"),
    ],
)
def test_an_id_is_text_after_nfc_and_trimming(value: object, expected: str) -> None:
    """The same person written in two ways is one id, and nothing else about an id is changed."""
    assert person_id(value) == expected


def test_an_id_is_plain_text_even_where_numpy_gave_it() -> None:
    """A numpy string must not travel on as a subclass that JSON or a dictionary of types treats otherwise."""
    assert type(person_id(np.str_("ada"))) is str


@pytest.mark.parametrize("value", ["", "  \t\n", None, math.nan, np.float64("nan"), np.float32("nan")])
def test_a_blank_id_is_a_finding(value: object) -> None:
    """A person without an id is never given one."""
    assert says(value) == "id_blank: expected an id that is not blank"


@pytest.mark.parametrize("value", [7.0, 1e18, math.inf, np.float64(7)])
def test_a_float_id_is_a_finding(value: object) -> None:
    """A float may have merged two people into one before we saw it."""
    assert says(value) == (
        "id_kind: expected an id as text or a whole number, not a float; "
        "a float may have lost digits, so read the ids as text"
    )


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (True, "bool"),
        (np.bool_(True), type(np.bool_(True)).__name__),
        (b"ada", "bytes"),
        (["ada"], "list"),
        ({}, "dict"),
    ],
)
def test_an_id_of_another_kind_is_a_finding(value: object, kind: str) -> None:
    """True is not person 1, and a list is not its text."""
    assert says(value) == f"id_kind: expected an id as text or a whole number, not a {kind}"


def test_ids_that_cannot_be_hashed_or_written_are_findings() -> None:
    """Half a surrogate pair and a number too long to print end in a finding, not in an error from below."""
    assert says("a\ud800") == "id_text: expected an id of whole characters, not of halves of surrogate pairs"
    assert says(10**5000) == ("id_kind: expected an id as text or a whole number, not a number of thousands of digits")


def test_the_canonical_order_follows_the_people_and_not_the_table() -> None:
    """Whoever comes first in the table, the same people stand in the same order."""
    ids = [f"m-{i}" for i in range(200)]
    shuffled = ids[::-1][50:] + ids[::-1][:50]
    ordered = [ids[row] for row in canonical_order(ids)]
    assert ordered == [shuffled[row] for row in canonical_order(shuffled)]
    assert ordered != sorted(ids)
    assert sorted(ordered) == sorted(ids)


def test_ids_with_one_hash_stand_in_the_order_of_their_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a collision of hashes leaves one order."""
    monkeypatch.setattr(ids_module, "_hashes", lambda start, ids: np.zeros(len(ids), dtype=np.uint64))
    assert canonical_order(["cy", "ada", "bo"]).tolist() == [1, 2, 0]


def test_keys_are_the_hash_of_salt_and_id_on_every_machine() -> None:
    """The lottery is repeatable because the key is defined by bytes and not by a platform."""
    expected = [
        int.from_bytes(blake2b(b"5\0" + text, digest_size=8).digest(), "little") for text in (b"ada", "zoë".encode())
    ]
    assert id_keys(["ada", "zoë"], "5").tolist() == expected
    assert id_keys(["ada"], "5").tolist() == [11145355067321011969]


def test_no_people_have_an_empty_order_and_no_keys() -> None:
    """An empty side is a side."""
    assert canonical_order([]).shape == id_keys([], "0").shape == (0,)
    assert canonical_order([]).dtype == np.intp
    assert id_keys([], "0").dtype == np.uint64
