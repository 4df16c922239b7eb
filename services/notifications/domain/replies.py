"""What of a reply is passed on: the new words alone, without addresses and without our own letter."""

import re

MOST = 8_000
ADDRESS = re.compile(r"[^\s<>()\[\],;:]+@[^\s<>()\[\],;:]+")
QUOTED = re.compile(r"^\s*(>|-----\s*\S|_{10,}|--\s*$)")
SAID_BY = re.compile(r"^.*[:：]\s*$")


def new_words(text: str, ours: str) -> str:
    """What somebody wrote above the quoted letter; a line that names ``ours`` (our site) ends it, too.

    The quoted letter holds keys that are its reader's alone. Mail programs put one line before it that ends
    with a colon and names the sender; it goes with the quotation.
    """
    kept: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if QUOTED.match(line) or ours in line:
            _drop_introduction(kept)
            break
        kept.append(line.rstrip())
    words = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    return ADDRESS.sub("…", words)[:MOST]


def _drop_introduction(lines: list[str]) -> None:
    """Take off the blank lines and the one line that introduces a quotation."""
    while lines and not lines[-1]:
        lines.pop()
    if lines and SAID_BY.match(lines[-1]):
        lines.pop()
