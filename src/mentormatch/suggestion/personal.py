"""Columns that hold personal data: what should not be read at all, and what should be private."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mentormatch.readers.spelling import dates_of, in_accents

_MOST = 0.8
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[\d\s()/.-]{7,20}")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_ADDRESS_OF_A_MACHINE = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_STAMP = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[ T,]+\d{1,2}:\d{2}.*")

_BY_HEADER = (
    (
        "a name",
        r"(?:first|last|full|given|family|middle|preferred|your|sur) ?names?|names?|vorname|nachname|nom|prenom",
    ),
    ("an e-mail address", r"(?:.* )?e ?mails?(?: address(?:es)?)?"),
    ("a phone number", r".*\b(?:phone|mobile|telephone|tel|handy)\b.*"),
    ("an address", r".*\b(?:street|postcode|postal code|zip code|zip|home address|postal address)\b.*"),
    ("a date of birth", r".*\b(?:birth|birthday|dob|geburtsdatum)\b.*"),
    ("an official number", r".*\b(?:passport|ssn|social security|national insurance|iban|tax id)\b.*"),
    ("pay", r".*\b(?:salary|wage|income|pay band)\b.*"),
    ("a profile on the web", r".*\b(?:linkedin|twitter|facebook|instagram|github)\b.*"),
    ("consent", r".*\b(?:agree|consent|gdpr|privacy|terms)\b.*"),
    (
        "when the form was filled in",
        r"(?:timestamp|submitted(?: at)?|(?:start|end|completion|submit) (?:time|date)|ip address)",
    ),
)
_HEADERS = tuple((what, re.compile(pattern)) for what, pattern in _BY_HEADER)

_SENSITIVE = re.compile(
    r"\b(?:gender|sex|sexual|orientation|pronouns?|ethnic\w*|race|racial|religio\w*|faith|belief|disab\w*|health|illness|"
    r"identity|identities|transgender|non binary|nonbinary|lesbian|gay|bisexual|pansexual|asexual|lgbt\w*|queer|"
    r"neurodiv\w*|veteran|nationality|marital|pregnan\w*|maternity|union|political|caste|muslim|christian|jewish|hindu|"
    r"black|asian|caribbean|hispanic|latin[ox])\b"
)


def personal(header: str, texts: Sequence[str]) -> str:
    """What kind of personal data a column holds that no matching needs, "" where it seems to hold none.

    >>> personal("Your e-mail", []), personal("contact", ["ada@x.org", "bo@y.org"]), personal("grade", ["EO"])
    ('an e-mail address', 'an e-mail address', '')
    """
    plain = in_accents(header).replace("_", " ").strip("?!. ")
    for what, pattern in _HEADERS:
        if pattern.fullmatch(plain):
            return what
    if not texts:
        return ""
    for what, cells in (
        ("an e-mail address", _EMAIL),
        ("a link", _LINK),
        ("the address of a machine", _ADDRESS_OF_A_MACHINE),
        ("when the form was filled in", _STAMP),
    ):
        if _share(cells, texts) >= _MOST:
            return what
    phones = _share(_PHONE, texts) >= _MOST and any(text.strip().startswith(("+", "0", "(")) for text in texts)
    if phones and not any(dates_of(text) for text in texts[:50]):
        return "a phone number"
    return ""


def is_sensitive(header: str, options: Sequence[str]) -> bool:
    """Whether a question or its options speak of what nobody need tell: health, faith, gender and the like."""
    return any(_SENSITIVE.search(in_accents(text).replace("_", " ")) for text in (header, *options))


def names_its_people(texts: Sequence[str | None], names: Sequence[str]) -> bool:
    """Whether half of the texts hold the name of the person who wrote them; ``names`` stand in the same order."""
    told = [
        (in_accents(text), in_accents(name)) for text, name in zip(texts, names, strict=True) if text and name.strip()
    ]
    return bool(told) and sum(name in text for text, name in told) * 2 >= len(told)


def _share(pattern: re.Pattern[str], texts: Sequence[str]) -> float:
    return sum(pattern.fullmatch(text.strip()) is not None for text in texts) / len(texts)
