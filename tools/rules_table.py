"""Write docs/reference/rules.md: one row for each rule, from the docstrings of the rules and the doctests in them.

    python tools/rules_table.py

The definition of a rule is the first sentence of its docstring, the formula stands there behind "Formula:", what a
blank does is the sentence that says so, and the worked pairs are its doctests, which are run: an example that is wrong
ends the program and writes nothing.
"""

from __future__ import annotations

import ast
import doctest
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from mentormatch import rules as r

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "reference" / "rules.md"
RULES = (
    r.Covers,
    r.Shares,
    r.Close,
    r.Ahead,
    r.Same,
    r.Differs,
    r.Table,
    r.Related,
    r.Similar,
    r.When,
    r.Custom,
    r.AtLeast,
    r.NotInReportingLine,
    r.Eligible,
)
HEAD = """# Rules and conditions

A rule gives a mentor and a mentee a value from 0 to 1, or says that it cannot judge them. A condition says which pairs
are possible. Most can be either: under `rules` of a program they score, under `conditions` they forbid.

Every rule takes `weight=1`, `label=` and `missing=`, which says what a pair gets that it cannot judge: `"average"` (the
mean of what the rule gives the pairs that it can judge), `"abstain"` (the other rules count for more), `"zero"` or a
number from 0 to 1. Every condition takes `if_unknown="forbid"` or `"allow"`, which says the same of what it forbids.

`rule.try_on(questions, mentor, mentee)` says what a rule gives two people; all pairs below were worked out by it.
`tools/rules_table.py` writes this page from the docstrings of the rules, and a test compares them.

| rule | what it gives | formula | a worked pair | what a blank does |
| --- | --- | --- | --- | --- |
"""


def prose(kind: type) -> str:
    """The docstring of a rule without its examples, on one line."""
    text = inspect.getdoc(kind) or ""
    return " ".join(text.partition(">>>")[0].replace("``", "`").split())


def sentences(text: str) -> list[str]:
    """The sentences of a text; a full stop ends one where a capital, a quote or the end follows."""
    return re.split(r"(?<=\.) (?=[A-Z`])", text)


def definition(kind: type) -> str:
    """The first sentence."""
    return sentences(prose(kind))[0]


def formula(kind: type) -> str:
    """What stands behind "Formula:"."""
    found = re.search(r"Formula: (`.+?`)\.", prose(kind))
    if found is None:
        sys.exit(f"rules_table: {kind.__name__} has no formula")
    return found[1]


def blank(kind: type) -> str:
    """The sentence that says what a blank does."""
    told = sentences(prose(kind))
    (found, *_) = [one for word in ("Unknown where", "blank") for one in told if word in one]
    return found


def examples(kind: type) -> list[doctest.Example]:
    """The doctests of a rule, once they have been run and are right; ends the program where one is wrong."""
    source = inspect.getdoc(kind) or ""
    if kind is r.Custom:
        source = inspect.getdoc(r.custom) or ""
    test = doctest.DocTestParser().get_doctest(source, dict(vars(r)), kind.__name__, None, None)
    if doctest.DocTestRunner(verbose=False).run(test).failed:
        sys.exit(f"rules_table: the examples of {kind.__name__} are wrong")
    return test.examples


def worked(kind: type) -> Iterator[str]:
    """The worked pairs of a rule, each with the call that makes it."""
    made: dict[str, str] = {}
    for example in examples(kind):
        for step in ast.parse(example.source).body:
            match step:
                case ast.Assign(targets=[ast.Name(name)], value=value):
                    made[name] = ast.unparse(value)
                case ast.FunctionDef(name=name):
                    made[name] = name
                case ast.Expr(ast.Call(ast.Name("print"), [ast.Call() as call])) | ast.Expr(ast.Call() as call):
                    if isinstance(call.func, ast.Attribute) and call.func.attr == "try_on":
                        yield pair(made, call, example.want.strip())


def pair(made: dict[str, str], call: ast.Call, want: str) -> str:
    """One worked pair as a cell: the rule, the answers and what comes of them."""
    assert isinstance(call.func, ast.Attribute)
    rule = ast.unparse(call.func.value)
    given = {keyword.arg or "": ast.unparse(keyword.value) for keyword in call.keywords}
    given = {name: made.get(value, value) for name, value in given.items()}
    people = [f"{side} `{given[side]}`" for side in ("mentor", "mentee") if side in given]
    people += [f"other mentors `{given['others']}`"] if "others" in given else []
    people += [f"`{ast.unparse(argument)}`" for argument in call.args[1:]]
    result = f"{float(want):.3g}" if re.fullmatch(r"[\d.]+", want) else {"None": "does not judge"}.get(want, want)
    condition = " as a condition" if "as_condition" in given and result != "does not judge" else ""
    return f"`{made[rule]}`{condition}: {', '.join(people)}: **{result}**"


def page() -> str:
    """The whole page."""
    rows = [
        f"| `{'custom' if kind is r.Custom else kind.__name__}` | {definition(kind)} | {formula(kind)} | "
        f"{'<br>'.join(worked(kind))} | {blank(kind)} |"
        for kind in RULES
    ]
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
