"""The how-tos are true."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

PAGES = Path(__file__).resolve().parent.parent / "docs" / "how-to"


@pytest.mark.parametrize("page", sorted(page.name for page in PAGES.glob("*.md") if ">>> " in page.read_text("utf-8")))
def test_every_block_runs_and_prints_what_stands_there(page: str) -> None:
    """A page whose examples do not run helps nobody."""
    result = doctest.testfile(str(PAGES / page), module_relative=False, encoding="utf-8")
    assert result.failed == 0
