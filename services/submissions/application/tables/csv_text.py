"""The text of a table and how its cells are parted."""

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from shared.json_limits import LARGEST_MESSAGE

DELIMITERS = (",", ";", "\t")
ENCODINGS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb": "utf-8-sig"}
OLD = "read as Windows-1252, because it is not UTF-8: check letters with accents, or save the file as UTF-8"
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of .xls and .doc
UNCLOSED = "a quotation mark is opened here and not closed before the end: close it, or write it twice"
MISPLACED = "a quotation mark or a zero byte stands where none can: write a quotation mark in a text twice"
Cells = Iterator[tuple[int, list[str] | str]]


class UnreadableTable(ValueError):
    """The file as a whole cannot be read."""


class CsvText(NamedTuple):
    """The text of a file, and a remark where its encoding was not certain."""

    text: str
    remark: str | None = None


def decode(raw: bytes) -> CsvText:
    """Return the text of a file: UTF-8, UTF-16, else Windows-1252; raises UnreadableTable."""
    if raw.startswith(OLD_EXCEL):
        raise UnreadableTable("is an old Excel file (.xls): save it as .xlsx or as CSV")
    encoding = ENCODINGS.get(raw[:2]) or _without_mark(raw)
    try:
        return CsvText(raw.decode(encoding))
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            return _old(raw)
        raise UnreadableTable(
            f"byte {error.start} is not {encoding[:6].upper()}: save it as UTF-8"
        ) from error


def _without_mark(raw: bytes) -> str:
    """UTF-16 without a mark has a zero byte beside each letter of the header."""
    if raw[:1] and raw[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if raw[:1] == b"\0" else "utf-8"


def _old(raw: bytes) -> CsvText:
    try:
        return CsvText(raw.decode("cp1252"), OLD)
    except UnicodeDecodeError as error:
        raise UnreadableTable(
            f"byte {error.start} is neither UTF-8 nor Windows-1252: save the file as UTF-8"
        ) from error


def delimiter_of(text: str) -> tuple[str, int]:
    """Return what parts the cells, and how many lines stand before the header (``sep=;`` of Excel)."""
    header, _, _ = text.partition("\n")
    bare = header.strip().strip('"')
    if bare.lower().startswith("sep=") and len(header.strip("\r\n").strip('"')) == 5:
        return header.strip("\r\n").strip('"')[4], 1
    return max(DELIMITERS, key=header.count), 0


def cells_of(text: str, delimiter: str, skipped: int) -> Cells:
    """Give each row with the line it begins in; a text instead of cells says why no more come."""
    csv.field_size_limit(LARGEST_MESSAGE)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 0
    try:
        for number, cells in enumerate(rows):
            if number >= skipped:
                yield line + 1, cells
            line = rows.line_num
    except csv.Error as error:
        message = UNCLOSED if "unexpected end" in str(error) else MISPLACED
        yield line + 1, message
