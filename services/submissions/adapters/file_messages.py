"""Files as letters: each release of a publisher's files as one message, with its package around it."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import orjson

from services.submissions.adapters.files import PUBLICCODE_SUFFIXES, FileItem, files_in, releases_in
from services.submissions.adapters.reference_data import reference
from services.submissions.application import tables
from services.submissions.application.outgoing_message import OutgoingMessage
from services.submissions.application.tables.reader import UNDECLARED
from services.submissions.domain.ocds.packages import PackagedRelease, PackageMetadata
from services.submissions.domain.validation import routing_key
from shared.events import CatalogueEntry, Event, ProcurementRelease
from shared.messaging.cloudevents import RawEvent

SOURCE = "urn:citiesshare:file"


def messages_in_files(paths: Iterable[Path], source: str = SOURCE) -> Iterator[OutgoingMessage]:
    """Give the releases and publiccode.yml in files and folders, one message each, said under ``source``.

    What cannot be read goes as it stands, so that the service says what is wrong with it, like to anybody.
    """
    for file in files_in(paths):
        if file.suffix in PUBLICCODE_SUFFIXES:
            yield _entry(file, source)
        elif is_table(file):
            yield from messages_in_table(read_rows(file, None), source)
        else:
            yield from (_letter(item, source) for item in releases_in(file))


@dataclass(frozen=True)
class TableRows:
    """A table that was read: of what, and which rows are good."""

    kind: tables.TableKind
    reading: tables.TableContent


def is_table(file: Path) -> bool:
    """Whether a file is a table, whose rows are reports."""
    return file.suffix.lower() in tables.SUFFIXES


def read_rows(
    file: Path, kind: tables.TableKind | None, declared: tables.TableFormat = UNDECLARED
) -> TableRows:
    """Read a table of ``kind``, or of what its columns or its name tell; raises ``tables.Unreadable``."""
    return TableRows(*tables.read_reports(file.read_bytes(), kind, reference(), declared, file.name))


def messages_in_table(rows: TableRows, source: str) -> Iterator[OutgoingMessage]:
    """Give the good rows of a table, one report each."""
    event = tables.REPORTS[rows.kind]
    for fact in rows.reading.facts:
        letter = tables.report_of(fact, rows.kind, source)
        yield OutgoingMessage(event.key, letter.envelope.id, source, letter.envelope.type, letter.data)


def _entry(file: Path, source: str) -> OutgoingMessage:
    text = file.read_text("utf-8", errors="replace")[:1_000_000]
    data = orjson.dumps({"url": file.name[:500], "publiccode": text})
    return _of(CatalogueEntry, file, data, source)


def _letter(item: FileItem, source: str) -> OutgoingMessage:
    if isinstance(item.what, RawEvent):
        envelope = item.what.envelope
        key = routing_key(envelope.type)
        return OutgoingMessage(
            key, envelope.id, envelope.source, envelope.type, item.what.data, envelope.time
        )
    if isinstance(item.what, PackagedRelease):
        return _of(ProcurementRelease, item.file, orjson.dumps(_package(item.what)), source)
    return _of(ProcurementRelease, item.file, _as_it_stands(item), source)


def _as_it_stands(item: FileItem) -> bytes:
    """The line of a JSON Lines file, or the whole of another."""
    raw = item.file.read_bytes()
    lines = raw.splitlines()
    one_of_many = item.line is not None and item.file.suffix != ".json" and item.line <= len(lines)
    return lines[item.line - 1] if one_of_many and item.line else raw


def _of(kind: type[Event], file: Path, body: bytes, source: str) -> OutgoingMessage:
    """One message; its id is drawn from its content, so that sending a file twice is one submission."""
    name = f"{file.name}#{sha256(body).hexdigest()[:24]}"
    return OutgoingMessage(kind.key, name, source, kind.message_type(), body)


def _package(wrapped: PackagedRelease) -> dict[str, object]:
    """The release in a package of its own, with what its package said."""
    around: PackageMetadata = wrapped.package
    metadata = asdict(around)
    named = {"name": metadata.pop("publisher"), "scheme": metadata.pop("scheme")}
    package = {
        "uri": metadata["uri"],
        "license": metadata["licence"],
        "publishedDate": metadata["published"],
        "version": metadata["version"],
        "publisher": {key: value for key, value in named.items() if value},
    }
    return {**{key: value for key, value in package.items() if value}, "releases": [wrapped.release]}
