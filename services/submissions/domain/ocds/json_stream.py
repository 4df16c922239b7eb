"""A JSON text of any length, read release by release: no more is held than the next release needs.

So are files read that are too large to be read whole, and documents that are broken: what is whole in them is
read, what is broken is refused with its line.
"""

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple, Protocol

from services.submissions.domain.json_types import Json
from services.submissions.domain.ocds.json_decoder import (
    DecodedJson,
    UndecodableJson,
    decode_at,
    next_document,
    text_of,
)
from services.submissions.domain.ocds.packages import (
    NO_PACKAGE,
    WRAPPERS,
    PackagedRelease,
    PackageMetadata,
    at,
    package_of,
    unpack,
)
from shared.events import Complaint
from shared.json_limits import DEEPEST, NESTED_TOO_DEEPLY

PIECE = 1 << 16
LISTS = ("records", "releases")


class Source(Protocol):
    """Where text comes from: a text file, or any other reader."""

    def read(self, size: int, /) -> str:
        """Return up to ``size`` characters; none at the end."""


class PlacedRelease(NamedTuple):
    """A release or a complaint, the line (from 1) it begins on, and the codes of what was mended."""

    what: PackagedRelease | Complaint
    line: int
    defects: tuple[str, ...] = ()


class JsonWindow:
    """What is seen of a text: it grows while a value does not fit, up to ``largest`` characters."""

    piece = PIECE

    def __init__(self, source: Source, largest: int) -> None:
        self._source = source
        self._largest = largest
        self._text = ""
        self._place = 0
        self._before = 0
        self._lines_before = 0

    @property
    def line(self) -> int:
        """The line (from 1) of the place where reading stands."""
        return 1 + self._lines_before + self._text.count("\n", 0, self._place)

    def next(self) -> str:
        """The next sign that is neither white space nor a comma; nothing at the end."""
        while (place := next_document(self._text, self._place)) == len(self._text):
            self._place = place
            if not self._grow():
                break
        self._place = place
        return self._text[place : place + 1]

    def take(self, sign: str) -> None:
        """Go past ``sign``; raises UndecodableJson where another stands."""
        if self.next() != sign:
            raise self._stopped(f"{sign!r} is due there")
        self._place += 1

    def value(self) -> DecodedJson | Complaint:
        """The value that begins here, or what is wrong inside it; raises UndecodableJson where none does."""
        self.next()
        while True:
            try:
                value, end = decode_at(self._text, self._place)
            except UndecodableJson as error:
                if not self._grow():
                    raise self._stopped(error.complaint.message.partition(": ")[2]) from None
            else:
                if end + len("e+5") <= len(self._text) or not self._grow():  # a number may go on
                    self._place = end
                    return value

    def past_broken(self) -> bool:
        """Go past the broken object that begins here, by its brackets; returns whether it has an end."""
        end = end_of_object(self._text, self._place)
        if end is None:
            return False
        self._place = end
        return True

    def _grow(self) -> bool:
        """Let go of what was read, and hold twice as much of what follows."""
        rest = self._text[self._place :]
        more = self._source.read(max(self.piece, len(rest))) if len(rest) <= self._largest else ""
        if more:
            self._before += self._place
            self._lines_before += self._text.count("\n", 0, self._place)
            self._text, self._place = rest + more, 0
        return bool(more)

    def _stopped(self, why: str) -> UndecodableJson:
        where = f"reading stopped at character {self._before + self._place + 1:,}"
        return UndecodableJson("", f"{where}: {why or 'no whole JSON value begins there'}")


def end_of_object(text: str, place: int) -> int | None:
    """Where the object that begins at ``place`` ends by its brackets; None where it has no end.

    Brackets inside texts do not count. A text that was not closed hides the rest: then there is no end.
    """
    depth, inside = 0, False
    while place < len(text):
        sign = text[place]
        if inside:
            place += sign == "\\"
            inside = sign != '"'
        elif sign == '"':
            inside = True
        elif sign in "{[":
            depth += 1
        elif sign in "]}":
            depth -= 1
            if depth <= 0:
                return place + 1 if depth == 0 else None
        place += 1
    return None


class _Text:
    """A text that is there already, as a source."""

    def __init__(self, text: str) -> None:
        self._text = text

    def read(self, size: int, /) -> str:
        head, self._text = self._text[:size], self._text[size:]
        return head


def whole_releases(
    raw: bytes, error: UndecodableJson, charset: str | None, largest: int
) -> Iterator[PlacedRelease]:
    """The releases that are whole in a document that is not, and complaints about the rest.

    ``error`` is what stands against the document: it is all there is to say where no list of releases begins.
    """
    if not error.broken:
        yield PlacedRelease(error.complaint, 1)
        return
    text, defects = text_of(raw, charset)
    placed = list(releases_in(JsonWindow(_Text(text), largest)))
    if not any(isinstance(release.what, PackagedRelease) for release in placed):
        yield PlacedRelease(error.complaint, 1)
        return
    for release in placed:
        yield release._replace(defects=(*defects, *release.defects))


def releases_in(window: JsonWindow) -> Iterator[PlacedRelease]:
    """Every release that a window sees, and every place where there is none."""
    try:
        while sign := window.next():
            if sign == "{":
                yield from _object(window, "")
            elif sign == "[":
                yield from _list(window, "", NO_PACKAGE)
            else:
                yield from _item(window.value(), window.line, "", NO_PACKAGE)
    except UndecodableJson as error:
        yield PlacedRelease(error.complaint, window.line)
    except _Stopped:
        return


class _Stopped(Exception):
    """Reading cannot go on, and why has been told already."""


def _object(window: JsonWindow, path: str, depth: int = 1) -> Iterator[PlacedRelease]:
    """An object: item by item where it holds a list of releases or records, else as a whole."""
    if depth > DEEPEST:
        raise UndecodableJson(path[:100], NESTED_TOO_DEEPLY)
    line = window.line
    window.take("{")
    around: dict[str, Json] = {}
    listed = False
    while window.next() != "}":
        key = str(_sound(window.value()))
        window.take(":")
        sign = window.next()
        if key in (*LISTS, *WRAPPERS) and sign == "[":
            listed = True
            yield from _list(window, at(path, key), package_of(around))
        elif key in WRAPPERS and sign == "{" and "specversion" not in around:
            listed = True
            yield from _object(window, at(path, key), depth + 1)
        else:
            around[key] = _sound(window.value())
    window.take("}")
    if not listed:
        yield from _item(DecodedJson(around, ()), line, path, NO_PACKAGE)


def _sound(read: DecodedJson | Complaint) -> Json:
    if isinstance(read, Complaint):
        raise UndecodableJson(read.path, read.message)
    return read.value


def _list(window: JsonWindow, path: str, package: PackageMetadata) -> Iterator[PlacedRelease]:
    window.take("[")
    for place in count():
        sign = window.next()
        if sign == "]":
            break
        here, line = f"{path}[{place}]", window.line
        try:
            read = window.value()
        except UndecodableJson as error:
            yield PlacedRelease(Complaint(path=here, message=error.complaint.message), line)
            if sign != "{" or not window.past_broken():
                raise _Stopped from None
        else:
            yield from _item(read, line, here, package)
    window.take("]")


def _item(
    read: DecodedJson | Complaint, line: int, path: str, package: PackageMetadata
) -> Iterator[PlacedRelease]:
    if isinstance(read, Complaint):
        yield PlacedRelease(Complaint(path=path, message=read.message), line)
        return
    for release in unpack(read.value, path, package):
        yield PlacedRelease(release, line, read.defects)
