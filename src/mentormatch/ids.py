"""Ids of people: how one is read, and the hashes that give an order that no table decides (convention 1 and 2)."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from mentormatch.errors import Finding

_BLANK = Finding("id_blank", "expected an id that is not blank")


def person_id(value: object) -> str | Finding:
    """The id that ``value`` stands for, or the finding that says why it is none.

    Text is kept as it is after Unicode NFC and trimming; a whole number (Python's or numpy's) becomes its decimal
    text. None, NaN and text of nothing but space are a blank id; a float has already lost digits of a long id. The
    finding says nothing of where the id stood: ``dataclasses.replace`` adds the side, the row or another place.

    >>> person_id(" ada "), person_id(7)
    ('ada', '7')
    >>> print(person_id(7.0))
    expected an id as text or a whole number, not a float; a float may have lost digits, so read the ids as text
    """
    if type(value) is str and value.isascii():
        return value.strip() or _BLANK
    if isinstance(value, str):
        text = unicodedata.normalize("NFC", value).strip()
        if not text:
            return _BLANK
        try:
            text.encode()
        except UnicodeEncodeError:
            return Finding("id_text", "expected an id of whole characters, not of halves of surrogate pairs")
        return text
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        try:
            return str(int(value))
        except ValueError:  # Python refuses to write out a number of more than 4,300 digits
            return Finding("id_kind", "expected an id as text or a whole number, not a number of thousands of digits")
    if value is None or (isinstance(value, (float, np.floating)) and math.isnan(value)):
        return _BLANK
    kind = "float" if isinstance(value, (float, np.floating)) else type(value).__name__
    hint = "a float may have lost digits, so read the ids as text" if kind == "float" else ""
    return Finding("id_kind", f"expected an id as text or a whole number, not a {kind}", hint=hint)


def canonical_order(ids: Sequence[str], keys: npt.NDArray[np.uint64] | None = None) -> npt.NDArray[np.intp]:
    """The positions of ``ids``, shape (n,), in canonical order: by key, by default the hash of the id, then by the id.

    The order depends on the ids alone, so solving in it makes the order of the table immaterial, and no name comes
    first for its spelling. O(n log n).

    >>> canonical_order(["ada", "bo", "cy"]).tolist(), canonical_order(["cy", "bo", "ada"]).tolist()
    ([0, 2, 1], [2, 0, 1])
    """
    if keys is None:
        keys = _hashes("", tuple(ids))
    order = np.argsort(keys, kind="stable")
    if (np.diff(keys[order]) == 0).any():
        return np.array(sorted(range(len(ids)), key=lambda row: (keys[row], ids[row])), dtype=np.intp)
    return order


def id_keys(ids: Iterable[str], salt: str) -> npt.NDArray[np.uint64]:
    """The 8-byte BLAKE2b hash of ``salt``, NUL and the id for every id, shape (n,): the same on every machine.

    Those of the ids asked for last are kept, so the array cannot be written to.

    >>> id_keys(["ada"], "0").tolist() == id_keys(["ada"], "1").tolist()
    False
    """
    return _hashes(f"{salt}\0", tuple(ids))


@lru_cache(maxsize=16)
def _hashes(start: str, ids: tuple[str, ...]) -> npt.NDArray[np.uint64]:
    """The hash of ``start`` and the id for every id; kept, since the same people are matched time and again."""
    begun = blake2b(start.encode(), digest_size=8)
    digests = []
    for id_ in ids:
        hashed = begun.copy()  # takes half as long as to begin anew
        hashed.update(id_.encode())
        digests.append(hashed.digest())
    keys = np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)
    keys.setflags(write=False)
    return keys
