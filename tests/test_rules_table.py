"""The page of the rules says what the rules do."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from scripts import opened

from mentormatch import rules as r

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    """The script that writes the page."""
    return opened("tools/rules_table.py")


def test_the_page_is_what_the_docstrings_say(tool: ModuleType) -> None:
    """Whoever changes a rule, or an example of it, is told to run tools/rules_table.py."""
    written = (ROOT / "docs" / "reference" / "rules.md").read_text(encoding="utf-8")
    assert written == tool.page()


def test_every_rule_has_a_row_with_everything(tool: ModuleType) -> None:
    """A rule that is new to the language must say what it gives, a worked pair and what a blank does."""
    no_rules = {r.Rule, r.Columns, r.Lookup, r.Answers}
    known = {value for name in r.__all__ if isinstance(value := getattr(r, name), type)} - no_rules
    assert set(tool.RULES) == known
    rows = [line for line in tool.page().splitlines() if line.startswith("| `")]
    assert len(rows) == len(known)
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split(" | ")]
        assert len(cells) == 5
        assert all(cells)
        assert "**" in cells[3]


def test_a_wrong_example_writes_nothing(tool: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """The examples are run before they are shown."""

    class Wrong:
        """Something.

        >>> 1 + 1
        3
        """

    with pytest.raises(SystemExit, match="examples of Wrong are wrong"):
        tool.examples(Wrong)
    capsys.readouterr()
