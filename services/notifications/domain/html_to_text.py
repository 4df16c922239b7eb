"""What a mail in HTML says, as plain text: quotations get the mark they have in plain text, ``>``.

The standard library's parser looks from every open ``<`` to the end of what it has, which takes time that
grows faster than the input. Text needs no tree: here each piece between two ``<`` is looked at once.
"""

import re
from html import unescape

LINES = frozenset(
    {
        "address", "article", "blockquote", "br", "center", "dd", "div", "dl", "dt", "fieldset", "footer",
        "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
        "section", "table", "tr", "ul",
    }
)  # fmt: skip
CELLS = frozenset({"td", "th"})
UNSEEN = frozenset({"head", "script", "style", "template", "title"})
NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9]{0,15}")
LONG_REFERENCE = re.compile(r"&#[0-9a-fA-FxX]{9,};?")
"""No letter has such a number, and reading a long number takes long."""


def html_to_text(html: str) -> str:
    """The text of ``html`` by lines; never raises, whatever is broken in it."""
    reader = _Reader()
    first, *pieces = html.split("<")
    reader.say(first)
    for piece in pieces:
        reader.read(piece)
    return reader.text()


class _Reader:
    """Collects text by lines; ``_until`` is what ends a comment or an element that nobody sees."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quoted = 0
        self._until: str | None = None

    def read(self, piece: str) -> None:
        """Take in what stands from one ``<`` to the next."""
        if self._until == "-->":
            self._end_comment(piece)
            return
        if piece.startswith("!--"):
            self._until = "-->"
            self._end_comment(piece[3:])
            return
        match = NAME.match(piece)
        tag = match[0].lower() if match else ""
        inside, closed, text = piece.partition(">")
        if not tag and inside[:1] not in {"!", "?"}:
            self.say(f"<{piece}")
            return
        self._tag(tag)
        if closed:
            self.say(text)

    def say(self, text: str) -> None:
        """Take in text that is seen."""
        if self._until is None:
            self._line.append(unescape(LONG_REFERENCE.sub("", text)))

    def text(self) -> str:
        """What was collected."""
        self._end_line()
        return "\n".join(self._lines)

    def _tag(self, tag: str) -> None:
        if self._until is not None:
            if tag in {self._until, "body"}:
                self._until = None
            return
        name = tag.lstrip("/")
        if tag in UNSEEN:
            self._until = f"/{tag}"
        elif name in LINES:
            self._end_line()
        elif tag in CELLS:
            self._line.append(" ")
        if name == "blockquote":
            self._quoted = max(0, self._quoted + (1 if tag == name else -1))

    def _end_comment(self, piece: str) -> None:
        _, ended, text = piece.partition("-->")
        if ended:
            self._until = None
            self.say(text)

    def _end_line(self) -> None:
        words = " ".join("".join(self._line).split())
        self._line.clear()
        if words or (self._lines and self._lines[-1]):
            self._lines.append(f"> {words}" if self._quoted else words)
