"""Several JSON documents in one file, one after another."""

from collections.abc import Iterator
from typing import NamedTuple

from services.submissions.domain.ocds.json_decoder import DecodedJson, UndecodableJson, decode_at, text_of
from shared.events import Complaint


class PlacedDocument(NamedTuple):
    """One of several documents in a file: what was read or why not, and the line it begins on (from 1)."""

    document: DecodedJson | Complaint
    line: int


def decode_several(raw: bytes, charset: str | None = None) -> Iterator[PlacedDocument]:
    """Read JSON Lines or JSON documents one after another, as files have them (messages hold one document).

    A document that cannot be read is told with its line, and reading goes on at the next line.
    """
    text, defects = text_of(raw, charset)
    place, line = 0, 1
    while (start := next_document(text, place)) < len(text):
        line += text.count("\n", place, start)
        document: DecodedJson | Complaint
        try:
            document, place = decode_at(text, start, defects)
        except UndecodableJson as error:
            document, place = error.complaint, text.find("\n", start) + 1 or len(text)
        yield PlacedDocument(document, line)
        line += text.count("\n", start, place)


def next_document(text: str, place: int) -> int:
    """Past white space, and past the commas and marks (RFC 7464) that some put between documents."""
    while place < len(text) and text[place] in " \t\r\n,\x1e":
        place += 1
    return place
