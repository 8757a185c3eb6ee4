"""The list of mutants names code that is there, and the tool that makes them makes none that is no change."""

from __future__ import annotations

import ast
from pathlib import Path
from types import ModuleType

import pytest
from scripts import opened

ROOT = Path(__file__).resolve().parent.parent
CODE = '''
def few(rows, most=3):
    """How many rows there are below the most."""
    if rows is None:
        raise ValueError("no rows")
    found = [row for row in rows if row < most]
    found.sort()
    return len(found) + 1
'''


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    pytest.importorskip("resource", reason="the tool needs a system that can fork")
    return opened("tools/mutation.py")


def test_each_kind_of_change_is_made_once(tool: ModuleType) -> None:
    """Comparisons, operators, numbers, conditions and statements change; texts and default values do not."""
    found = tool.mutants("few.py", CODE, ast.parse(CODE))
    assert [(one.function, one.change) for one in found] == [
        ("few", "if rows is None: -> if not rows is None:"),
        ("few", "rows is None -> rows is not None"),
        ("few", "raise ValueError('no rows') -> pass"),
        ("few", "for row in rows if row < most -> for row in rows if not row < most"),
        ("few", "row < most -> row <= most"),
        ("few", "found.sort() -> pass"),
        ("few", "return len(found) + 1 -> return None"),
        ("few", "len(found) + 1 -> len(found) - 1"),
        ("few", "1 -> 2"),
    ]
    assert len({one.key for one in found}) == len(found)


def test_every_mutant_that_may_survive_is_there_and_has_a_reason(tool: ModuleType) -> None:
    """Code that changes takes its entries with it, and nobody lists a mutant without saying why."""
    if not (ROOT / "src").is_dir():
        pytest.skip("the sources are not beside the tests")
    modules = {name: tool.Module(name) for group in tool.groups() for name in group.modules}
    made = {mutant.key for module in modules.values() for mutant in module.mutants}
    kept = tool.survivors()
    assert set(kept) <= made
    assert all(reason.strip() for reason in kept.values())
    assert all((ROOT / test).is_file() for group in tool.groups() for test in group.tests)
