"""Files as publishers offer them: JSON, JSON Lines, documents one after another; small or a gigabyte.

Up to the size of the largest message a file is read whole, with every tolerance that a message enjoys. A
larger one is streamed, release by release, in constant memory: it must be UTF-8 (or that, packed with gzip),
and what stands *behind* the list of releases in a package is not known of its releases.
"""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from gzip import BadGzipFile, GzipFile
from io import SEEK_END, TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import BinaryIO, cast

from services.submissions.application.event_reader import (
    GZIP,
    complaint_of,
    events_of,
    looks_like_event,
    unpacked,
)
from services.submissions.domain.ocds.json_decoder import (
    LARGEST,
    DecodedJson,
    UndecodableJson,
    decode,
    decode_several,
)
from services.submissions.domain.ocds.json_stream import PIECE, JsonWindow, whole_releases
from services.submissions.domain.ocds.json_stream import releases_in as stream_of_releases
from services.submissions.domain.ocds.packages import PackagedRelease, at, unpack
from services.submissions.domain.validation import is_procurement
from shared.events import Complaint
from shared.messaging.cloudevents import MalformedEvent, RawEvent

OCDS_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})
PACKED_SUFFIX = ".gz"
PUBLICCODE_SUFFIXES = frozenset({".yml", ".yaml"})
SMALLEST_GZIP = 18  # its head and its end, in bytes
ELSEWHERE = "the data are not in this file: they are judged where the service fetches them"
TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".xlsx"})
A_TABLE = "this is a table, not OCDS; check it with `citiesshare submissions table`"


@dataclass(frozen=True, slots=True)
class FileItem:
    """A release, another event, or a complaint: in which file, and on which line its document begins.

    ``base`` is where the data stand in the document: paths are said from there on, as everywhere.
    """

    what: PackagedRelease | Complaint | RawEvent
    file: Path
    line: int | None = None
    defects: tuple[str, ...] = ()
    base: str = ""


def files_in(paths: Iterable[Path]) -> Iterator[Path]:
    """The files meant by paths: themselves, and all OCDS and publiccode files in folders, by name."""
    for path in paths:
        if path.is_dir():
            yield from (file for file in sorted(path.rglob("*")) if _is_read(file) and file.is_file())
        else:
            yield path


def skipped_in(paths: Iterable[Path]) -> Iterator[Path]:
    """The files in folders that :func:`files_in` leaves out, by name; hidden ones are not named."""
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
                if file.is_file() and not hidden and not _is_read(file):
                    yield file


def _is_read(file: Path) -> bool:
    """Whether a file of a folder is read, by its name: ``releases.JSON`` and ``releases.json.gz`` too."""
    name = file.with_suffix("") if file.suffix.casefold() == PACKED_SUFFIX else file
    return name.suffix.casefold() in OCDS_SUFFIXES or file.suffix.casefold() in PUBLICCODE_SUFFIXES


def releases_in(file: Path, largest: int = LARGEST) -> Iterator[FileItem]:
    """Every release of one file, and every place where there is none; above ``largest`` it is streamed."""
    try:
        if file.suffix.casefold() in TABLE_SUFFIXES:
            yield FileItem(Complaint(path="", message=A_TABLE), file)
        elif size_of(file) <= largest:
            yield from _whole(file, largest)
        else:
            yield from _streamed(file, largest)
    except OSError as error:
        yield FileItem(Complaint(path="", message=f"cannot be opened: {error.strerror}"), file)


def size_of(file: Path) -> int:
    """The bytes of a file, unpacked where it is gzip, whose last four bytes tell them; 0 of one not there."""
    if not file.is_file():
        return 0
    with file.open("rb") as stream:
        size = stream.seek(0, SEEK_END)
        stream.seek(0)
        if not stream.read(2).startswith(GZIP) or size < SMALLEST_GZIP:
            return size
        stream.seek(-4, SEEK_END)
        return max(size, int.from_bytes(stream.read(4), "little"))


def _whole(file: Path, largest: int) -> Iterator[FileItem]:
    with file.open("rb") as stream:
        raw = stream.read(largest + 1)  # a pipe does not say how much will come
    try:
        yield from _of_bytes(unpacked(raw, most=largest), file, largest)
    except MalformedEvent as error:
        yield FileItem(complaint_of(error), file, 1)


def _of_bytes(raw: bytes, file: Path, largest: int) -> Iterator[FileItem]:
    try:
        yield from _of_document(decode(raw, largest=largest), file, 1)
    except UndecodableJson as error:
        if error.several:
            for document, line in decode_several(raw):
                yield from _of_document(document, file, line)
        elif looks_like_event(raw):
            yield FileItem(error.complaint, file, 1)
        else:
            for placed in whole_releases(raw, error, None, largest):
                yield FileItem(placed.what, file, placed.line, placed.defects)


def _of_event(letter: RawEvent | MalformedEvent, file: Path, line: int, place: str) -> Iterator[FileItem]:
    """What a CloudEvent in a file holds; the paths are those of its data, as over HTTP and at the broker."""
    if isinstance(letter, MalformedEvent):
        yield FileItem(complaint_of(letter), file, line, base=place)
    elif letter.envelope.dataref:
        yield FileItem(Complaint(path="dataref", message=ELSEWHERE), file, line, base=place)
    elif is_procurement(letter.envelope.type):
        for item in _of_bytes(letter.data or b"null", file, LARGEST):
            yield replace(item, line=line, base=at(place, "data"))
    else:
        yield FileItem(letter, file, line, base=at(place, "data"))


def _of_document(document: DecodedJson | Complaint, file: Path, line: int) -> Iterator[FileItem]:
    if isinstance(document, Complaint):
        yield FileItem(document, file, line)
        return
    if (letters := events_of(document.value)) is None:
        for wrapped in unpack(document.value):
            yield FileItem(wrapped, file, line, document.defects)
        return
    listed = isinstance(document.value, list)
    for number, letter in enumerate(letters):
        yield from _of_event(letter, file, line, f"[{number}]" if listed else "")


def _streamed(file: Path, largest: int) -> Iterator[FileItem]:
    with file.open("rb") as packed:
        is_gzip = packed.read(2).startswith(GZIP)
    try:
        with cast("BinaryIO", GzipFile(file)) if is_gzip else file.open("rb") as stream:
            by_line = _first_line_ends(stream, largest) and _is_document(stream.readline())
            stream.seek(0)
            yield from _lines(stream, file, largest) if by_line else _items(stream, file, largest)
    except (EOFError, BadGzipFile, zlib.error):
        yield FileItem(Complaint(path="", message="reading stopped: the gzip is cut off or damaged"), file)


def _first_line_ends(stream: BinaryIO, largest: int) -> bool:
    """Whether it ends within ``largest`` bytes; looked at in pieces, for the whole file may be one line."""
    pieces = iter(partial(stream.readline, PIECE), b"")
    ends = any(piece.endswith(b"\n") for piece in islice(pieces, largest // PIECE + 1))
    stream.seek(0)
    return ends


def _is_document(line: bytes) -> bool:
    try:
        return isinstance(decode(line).value, dict | list)
    except UndecodableJson:
        return False


def _lines(stream: BinaryIO, file: Path, largest: int) -> Iterator[FileItem]:
    number = 0
    while line := stream.readline(largest + 1):
        number += 1
        _skip_rest(line, stream)
        if line.strip():
            yield from _line(line, file, number, largest)


def _skip_rest(line: bytes, stream: BinaryIO) -> None:
    """Read on to the end of a line that is too long, in pieces: what is left of it is no line of its own."""
    while line and not line.endswith(b"\n"):
        line = stream.readline(PIECE)


def _line(line: bytes, file: Path, number: int, largest: int) -> Iterator[FileItem]:
    try:
        yield from _of_document(decode(line, largest=largest), file, number)
    except UndecodableJson as error:
        yield FileItem(error.complaint, file, number)


def _items(stream: BinaryIO, file: Path, largest: int) -> Iterator[FileItem]:
    text = TextIOWrapper(stream, "utf-8-sig", newline="")
    try:
        for placed in stream_of_releases(JsonWindow(text, largest)):
            yield FileItem(placed.what, file, placed.line, placed.defects)
    except UnicodeDecodeError:
        yield FileItem(Complaint(path="", message="reading stopped: a file of this size must be UTF-8"), file)
