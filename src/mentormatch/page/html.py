"""A page as HTML: a fragment for a notebook or somebody's own page, and a whole document.

Nothing in it runs or is loaded: every text is escaped, and the style stands inside and reaches no further than the
fragment. Colours and fonts are those around it, so that it is readable wherever its surroundings are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from mentormatch.page.text import breadth
from mentormatch.wording import counted, harmless

if TYPE_CHECKING:
    from mentormatch.page.content import Page, Table

# The selectors begin with "div." because notebooks style th and td themselves, with one class and one element. A cell
# has a largest width and breaks where no space is; it is not `overflow-wrap: anywhere`, which would let a column shrink
# to a letter before the table scrolls.
_STYLE = """
div.mentormatch{line-height:1.45;text-align:left;overflow-wrap:break-word;margin:0 0 1.5em}
div.mentormatch h1,div.mentormatch h2{font-size:1.35em;line-height:1.25;font-weight:600;margin:0 0 .7em}
div.mentormatch p{margin:0 0 .8em;max-width:46em}
div.mentormatch dl{display:grid;grid-template-columns:fit-content(40%) minmax(0,1fr);gap:.25em 1.25em;margin:0 0 1.2em}
div.mentormatch dt{font-weight:400;opacity:.75;margin:0;min-width:0}
div.mentormatch dd{margin:0;min-width:0;max-width:46em;font-variant-numeric:tabular-nums}
div.mentormatch .mm-scroll{overflow-x:auto;margin:0 0 1.4em}
div.mentormatch table{border-collapse:collapse;border:0;margin:0;width:auto;font:inherit;color:inherit}
div.mentormatch caption{caption-side:top;text-align:left;font-size:1em;font-weight:600;color:inherit;padding:0 0 .4em;
max-width:90vw}
div.mentormatch th,div.mentormatch td{text-align:left;vertical-align:top;white-space:normal;font-size:1em;
line-height:1.45;max-width:min(26em,60vw);padding:.35em 1.25em .35em 0;border:0;
border-bottom:1px solid rgba(128,128,128,.35)}
div.mentormatch tbody tr:nth-child(n){background:none}
div.mentormatch thead th,div.mentormatch thead td{font-weight:400;opacity:.75;vertical-align:bottom;
border-bottom:1px solid rgba(128,128,128,.9)}
div.mentormatch .mm-right{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
div.mentormatch .mm-short{white-space:nowrap}
div.mentormatch .mm-name{min-width:9em}
div.mentormatch .mm-long{min-width:15em}
div.mentormatch .mm-long:last-child{max-width:min(40em,75vw)}
@media(max-width:40em){div.mentormatch th,div.mentormatch td{padding-right:.9em}}
@media print{div.mentormatch .mm-scroll{overflow:visible}div.mentormatch tr{break-inside:avoid}}
"""

_DOCUMENT_STYLE = """
:root{color-scheme:light dark}
body{margin:0 auto;padding:1.5rem 1rem;max-width:72rem;font:1rem/1.45 system-ui,sans-serif;
background:#fff;color:#1c1c1e}
@media(prefers-color-scheme:dark){body{background:#16181c;color:#e6e6e6}}
"""

_SHORT, _LONG = 18, 40


def page_as_html(page: Page, rows: int | None = None, heading: str = "h2") -> str:
    """The page as one ``div`` with its own style; of each table at most so many rows, the others counted."""
    parts = [f"<style>{_STYLE}</style>"]
    if page.title:
        parts.append(f"<{heading}>{marked(page.title)}</{heading}>")
    if page.facts:
        facts = "\n".join(f"<dt>{marked(label)}</dt><dd>{marked(value)}</dd>" for label, value in page.facts)
        parts.append(f"<dl>\n{facts}\n</dl>")
    for table in page.tables:
        parts += _table(table, table.title or page.title, rows)
    parts += [f"<p>{marked(note)}</p>" for note in page.notes]
    return "\n".join(['<div class="mentormatch" lang="en" dir="ltr">', *parts, "</div>"])


def page_as_document(page: Page, title: str) -> str:
    """The page as a document of its own, which is told to load and run nothing."""
    return document_of(title, page_as_html(page, heading="h1"))


def document_of(title: str, body: str, style: str = "", *, pictures: bool = False) -> str:
    """A document of this HTML, which is told to load and run nothing, pictures inside it aside."""
    images = " img-src data:;" if pictures else ""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none';{images} style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(harmless(title))}</title>
<style>{_DOCUMENT_STYLE}{style}</style>
</head>
<body>
{body}
</body>
</html>
"""


def marked(text: str) -> str:
    """The text escaped, and every run of words written from right to left kept apart from what stands around it.

    A name in Hebrew or Arabic would otherwise turn the numbers, brackets and names beside it around. A run ends at
    brackets and at what parts the names of a list.

    >>> marked("<b> & ada"), marked("\u05d0 \u05d1, \u05d2 (12)") == "<bdi>\u05d0 \u05d1</bdi>, <bdi>\u05d2</bdi> (12)"
    ('&lt;b&gt; &amp; ada', True)
    """
    text = harmless(text)
    if text.isascii():
        return escape(text)
    parts, end = [], 0
    for run in _RUN.finditer("".join(map(_direction, text))):
        parts += [escape(text[end : run.start()]), f"<bdi>{escape(text[run.start() : run.end()])}</bdi>"]
        end = run.end()
    return "".join([*parts, escape(text[end:])])


# From the first letter written from right to left to the last before one written from left to right or before what
# parts names, with its accents.
_RUN = re.compile("r(?:[^l]*r)?m*")
_PARTING = frozenset("()[]{}<>,;:|/=")
_DIRECTIONS = {"R": "r", "AL": "r", "AN": "r", "L": "l", "NSM": "m"}


def _direction(character: str) -> str:
    if character in _PARTING:
        return "l"
    return _DIRECTIONS.get(unicodedata.bidirectional(character), " ")


def _table(table: Table, label: str, most: int | None) -> Iterator[str]:
    """The table in a box of its own that scrolls where the table is wider than the page."""
    name = f' aria-label="{escape(harmless(label))}"' if label else ""
    yield f'<div class="mm-scroll" role="region" tabindex="0"{name}>'
    yield "<table>"
    if table.title:
        yield f"<caption>{marked(table.title)}</caption>"
    if table.rows:
        styles = [_class(table, column) for column in range(len(table.columns))]
        headings = zip(table.columns, styles, strict=True)
        yield f"<thead><tr>{''.join(_heading(text, style) for text, style in headings)}</tr></thead>"
        yield "<tbody>"
        for row in table.rows[:most]:
            cells = zip(row, styles, strict=True)
            yield f"<tr>{''.join(f'<td{style}>{marked(cell)}</td>' for cell, style in cells)}</tr>"
        yield "</tbody>"
    else:
        yield "<tbody><tr><td>none</td></tr></tbody>"
    yield "</table>"
    if most is not None and len(table.rows) > most:
        yield f"<p>{counted(len(table.rows) - most, 'more row')} not shown.</p>"
    yield "</div>"


def _heading(text: str, style: str) -> str:
    return f'<th scope="col"{style}>{marked(text)}</th>' if text else f"<td{style}></td>"


def _class(table: Table, column: int) -> str:
    if table.align[column] == "right":
        return ' class="mm-right"'
    longest = max(breadth(row[column]) for row in (table.columns, *table.rows))
    kind = "short" if longest <= _SHORT else "name" if longest <= _LONG else "long"
    return f' class="mm-{kind}"'
