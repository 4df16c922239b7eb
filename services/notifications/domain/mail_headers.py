"""The header block of a mail, read in one pass and to a bound, without parsing the mail."""

import re
from typing import NamedTuple

MOST_HEADER_BYTES = 100_000
MOST_HEADERS = 500
MOST_VALUE = 2_000
END = re.compile(rb"\r?\n\r?\n")
BETWEEN = re.compile(r"[\s<>()\[\],;:\"]+")


class Header(NamedTuple):
    """One header: its name in lower case, its value unfolded and at most ``MOST_VALUE`` characters long."""

    name: str
    value: str


def read_headers(raw: bytes) -> list[Header]:
    """The headers of ``raw`` as far as they reach into its first ``MOST_HEADER_BYTES``."""
    start = raw[:MOST_HEADER_BYTES]
    end = END.search(start)
    block = start[: end.start()] if end else start
    lines = block.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    logical: list[list[str]] = []
    for line in lines:
        if line[:1] in {" ", "\t"} and logical:
            logical[-1].append(line.strip())
        else:
            logical.append([line])
    return [header for line in logical[:MOST_HEADERS] if (header := _header(" ".join(line))) is not None]


def values_of(headers: list[Header], name: str) -> list[str]:
    """All values of one header, in their order."""
    return [header.value for header in headers if header.name == name.lower()]


def addresses_in(value: str) -> list[str]:
    """Everything in a header's value that looks like an address, in its order."""
    return [word for word in BETWEEN.split(value[:MOST_VALUE]) if 0 < word.find("@") < len(word) - 1]


def address_in(value: str) -> str | None:
    """The one address of a header such as ``From``: in angle brackets where there are any.

    The standard library's parser recurses with the comments of such a header.
    """
    _, bracket, rest = value[:MOST_VALUE].rpartition("<")
    return next(iter(addresses_in(rest if bracket else value)), None)


def _header(line: str) -> Header | None:
    name, colon, value = line.partition(":")
    if not colon or not name.strip() or " " in name.strip():
        return None
    return Header(name.strip().lower(), value.strip()[:MOST_VALUE])
