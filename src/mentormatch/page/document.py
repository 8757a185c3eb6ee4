"""Several pages and pictures as one HTML file that can be sent: nothing in it runs, and it loads nothing."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape

from mentormatch.errors import Finding, ProgramError
from mentormatch.page.content import Page
from mentormatch.page.html import document_of, marked, page_as_html
from mentormatch.wording import harmless

_PNG = b"\x89PNG\r\n\x1a\n"
_STYLE = """
main{overflow-wrap:break-word}
main>h1{font-size:1.7em;line-height:1.2;font-weight:600;margin:0 0 .5em}
main>p,main>ul{max-width:46em;margin:0 0 1em}
main>ul{padding-left:1.2em}
main>ul li{margin:0 0 .35em}
main>.mentormatch{border-top:1px solid rgba(128,128,128,.5);padding-top:1.2em;margin-top:2em}
figure{margin:1.4em 0;max-width:46em}
figure img{display:block;width:100%;height:auto;background:#fff;border-radius:4px}
@media print{figure{break-inside:avoid}}
"""


@dataclass(frozen=True)
class Picture:
    """A picture in a document: the bytes of a PNG file, and what it shows in words, for who cannot see it."""

    png: bytes = field(repr=False)
    text: str

    def __post_init__(self) -> None:
        if not isinstance(self.png, bytes) or not self.png.startswith(_PNG):
            raise ProgramError(Finding("picture", "expected the bytes of a PNG file", where="png"))
        if not isinstance(self.text, str) or not self.text.strip():
            raise ProgramError(Finding("picture", "expected what the picture shows, in words", where="text"))


def document(title: str, parts: Iterable[Page | Picture], findings: Iterable[str] = ()) -> str:
    """One HTML file of pages and pictures below a title and a list of ``findings``, for light and dark screens.

    Every text in it is escaped. Raises ``ProgramError`` for a part that is neither a page nor a picture.

    >>> text = document("May", [Page("Supply", notes=["Ask two mentors."])], findings=["Two seats are missing."])
    >>> "<h1>May</h1>" in text, "<li>Two seats are missing.</li>" in text, "<h2>Supply</h2>" in text
    (True, True, True)
    """
    listed = "\n".join(f"<li>{marked(one)}</li>" for one in findings)
    body = [f"<h1>{marked(title)}</h1>", *([f"<ul>\n{listed}\n</ul>"] if listed else []), *_parts(parts)]
    return document_of(harmless(title), "\n".join(["<main>", *body, "</main>"]), _STYLE, pictures=True)


def _parts(parts: Iterable[Page | Picture]) -> Iterator[str]:
    for at, part in enumerate(parts):
        if isinstance(part, Page):
            yield page_as_html(part)
        elif isinstance(part, Picture):
            data = b64encode(part.png).decode("ascii")
            yield f'<figure><img src="data:image/png;base64,{data}" alt="{escape(harmless(part.text))}"></figure>'
        else:
            raise ProgramError(Finding("type", "expected a Page or a Picture", where=f"parts[{at}]"))
