"""What the pages show is what happens.

The README and every page of ``docs/`` is a program. Its ```python blocks run in their order in one namespace, with
``__name__`` as ``"__main__"``, and what a block prints stands word for word in the ```text block behind it: the next
block of the page, whatever prose is between. A block that prints needs one, and one needs a block that prints. Blocks
with ``>>>`` are doctests in the same namespace, with or without plain blocks around them. Every block names its
language; what runs nowhere is in another one (``sh``, ``json``), and text behind such a block or alone is not compared.

A page runs from a folder of its own that looks like the root of the checkout as far as pages need it: ``examples/`` is
copied there. So ``examples/data/mentors.csv`` is found, and what a page writes is in nobody's way.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from matplotlib import pyplot as plt

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(
    r"^(?P<indent> *)(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)\n(?P<body>.*?)^(?P=indent)(?P=fence) *$",
    re.MULTILINE | re.DOTALL,
)
RUN_AS_PYTHON_ALONE = {"", "py", "py3", "python3", "pycon", "Python"}


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text and the line on which the text begins."""

    language: str
    text: str
    line: int


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page, in their order, without the indentation of the lists they stand in."""
    found = []
    for match in FENCE.finditer(page):
        text = re.sub(f"^{match['indent']}", "", match["body"], flags=re.MULTILINE)
        language = re.match(r"\s*(\S*)", match["info"])
        found.append(Block(language[1] if language else "", text, page[: match.start("body")].count("\n") + 1))
    return found


def printed_by(block: Block, names: dict[str, object], where: str) -> str:
    """What a block prints beyond what its doctests say; raises where a doctest is not true."""
    if not block.text.startswith(">>> "):
        # The line ends put an error at its line of the page.
        code = compile("\n" * (block.line - 1) + block.text, where, "exec")
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(code, names)
        return out.getvalue()
    test = doctest.DocTestParser().get_doctest(block.text, names, where, where, block.line - 1)
    said: list[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=said.append, clear_globs=False)
    names.update(test.globs)
    assert not said, "".join(said)
    return ""


def check(page: str, where: str = "page") -> None:
    """Run the page; raises where it does not do what it shows."""
    names: dict[str, object] = {"__name__": "__main__"}
    waiting, before = "", ""
    for block in blocks(page):
        place = f"{where}:{block.line}"
        assert block.language not in RUN_AS_PYTHON_ALONE, f"{place}: name the language, python or another"
        if before == "python" and block.language == "text":
            assert block.text == waiting, f"{place}: printed was\n{waiting}"
            waiting = ""
        assert waiting == "", f"{place}: no text block above shows what is printed there:\n{waiting}"
        if block.language == "python":
            waiting = printed_by(block, names, where)
        before = block.language
    assert waiting == "", f"{where}: no text block shows what is printed last:\n{waiting}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_block_runs_and_prints_what_stands_there(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page whose examples do not run helps nobody."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path)
    with plt.rc_context({"backend": "Agg"}):
        check(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix())
    # Pyplot keeps every figure until it is told.
    plt.close("all")


def test_every_page_stands_in_the_navigation() -> None:
    """A page that no menu leads to is not read; the changelog is made of CHANGELOG.md while the site is built."""
    menu = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2]
    listed = re.findall(r"(\S+\.md)$", menu, re.MULTILINE)
    pages = [path.relative_to(ROOT / "docs").as_posix() for path in PAGES[1:]]
    assert sorted(listed) == sorted([*pages, "changelog.md"])


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md"])
def test_links_of_the_first_pages_lead_somewhere(page: str) -> None:
    """The site checks its own links; these two are read outside it, and the changelog within it too."""
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (ROOT / page).read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("section", ["tutorials", "how-to", "explanation", "reference", "reference/api"])
def test_the_first_page_of_a_section_leads_to_the_others(section: str) -> None:
    """Whoever opens a section sees what there is; the pages of reference/api are listed on the page above them."""
    folder = ROOT / "docs" / section
    first = next(path for path in (folder / "index.md", folder.parent / "index.md") if path.is_file())
    there = {path.relative_to(first.parent).as_posix() for path in folder.glob("*.md") if path != first}
    assert there <= set(re.findall(r"\]\(([^)#]+\.md)\)", first.read_text(encoding="utf-8")))


def test_the_links_of_the_readme_lead_somewhere() -> None:
    """The site looks after the links of its own pages; the README is none of them."""
    targets = re.findall(r"\]\(([^)#]+)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(targets) > 10
    assert [target for target in targets if "://" not in target and not (ROOT / target).exists()] == []


HONEST = """
```python
one = 1
print(one)
```
It prints:

```text
1
```
1. In a list:

   ```python
   two = one + 1
   ```
   ```python
   >>> two
   2
   >>> three = 3

   ```
```sh
make nothing
```
```text
what make would print
```
```python
print(two + three)
```
```text
5
```
"""


def test_an_honest_page_passes() -> None:
    """Plain blocks, doctests, lists and other languages stand in one page and share what is defined above."""
    check(HONEST)
    assert [block.language for block in blocks(HONEST)] == [
        *["python", "text", "python", "python", "sh", "text", "python", "text"]
    ]


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("```text\n1\n```", "```text\n2\n```"),
        ("```text\n1\n```", "```text\n1\n\n```"),
        ("```text\n1\n```", ""),
        ("```text\n5\n```", ""),
        ("```text\n5\n```", "```sh\n5\n```"),
        ("print(one)", "one"),
        ("print(one)", "print(won)"),
        ("two = one + 1", "print(one)"),
        ("   >>> two\n   2", "   >>> two\n   3"),
        ("   >>> two\n   2", "   >>> two"),
        ("```sh", "```"),
        ("```sh", "```py"),
        ("```sh", "~~~~ python3"),
    ],
)
def test_a_page_that_is_not_true_fails(true: str, false: str) -> None:
    """Whatever a page may say wrongly is noticed, so a page that passes can be believed."""
    assert true in HONEST
    with pytest.raises((AssertionError, NameError)):
        check(HONEST.replace(true, false, 1))
