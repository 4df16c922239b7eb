"""Files as letters: each release of a publisher's files as one message, with its package around it."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import orjson

from services.submissions.adapters import tables
from services.submissions.adapters.amqp_sender import Letter
from services.submissions.adapters.files import PUBLICCODE_SUFFIXES, Found, files_in, releases_in
from services.submissions.adapters.reference_data import reference
from services.submissions.adapters.tables.reader import UNDECLARED
from services.submissions.domain.ocds.packages import Package, Wrapped
from services.submissions.domain.validation import routing_key
from shared.events import CatalogueEntry, Event, ProcurementRelease
from shared.messaging.cloudevents import Letterbox

SOURCE = "urn:citiesshare:file"


def letters_of(paths: Iterable[Path], source: str = SOURCE) -> Iterator[Letter]:
    """Give the releases and publiccode.yml in files and folders, one message each, said under ``source``.

    What cannot be read goes as it stands, so that the service says what is wrong with it, like to anybody.
    """
    for file in files_in(paths):
        if file.suffix in PUBLICCODE_SUFFIXES:
            yield _entry(file, source)
        elif is_table(file):
            yield from table_letters(read_rows(file, None), source)
        else:
            yield from (_letter(found, source) for found in releases_in(file))


@dataclass(frozen=True)
class Rows:
    """A table that was read: of what, and which rows are good."""

    kind: tables.TableKind
    reading: tables.Reading


def is_table(file: Path) -> bool:
    """Whether a file is a table, whose rows are reports."""
    return file.suffix.lower() in tables.SUFFIXES


def read_rows(file: Path, kind: tables.TableKind | None, declared: tables.Declared = UNDECLARED) -> Rows:
    """Read a table of ``kind``, or of what its columns or its name tell; raises ``tables.Unreadable``."""
    return Rows(*tables.read_reports(file.read_bytes(), kind, reference(), declared, file.name))


def table_letters(rows: Rows, source: str) -> Iterator[Letter]:
    """Give the good rows of a table, one report each."""
    event = tables.REPORTS[rows.kind]
    for fact in rows.reading.facts:
        letter = tables.report_of(fact, rows.kind, source)
        yield Letter(event.key, letter.envelope.id, source, letter.envelope.type, letter.data)


def _entry(file: Path, source: str) -> Letter:
    text = file.read_text("utf-8", errors="replace")[:1_000_000]
    data = orjson.dumps({"url": file.name[:500], "publiccode": text})
    return _of(CatalogueEntry, file, data, source)


def _letter(found: Found, source: str) -> Letter:
    if isinstance(found.what, Letterbox):
        envelope = found.what.envelope
        key = routing_key(envelope.type)
        return Letter(key, envelope.id, envelope.source, envelope.type, found.what.data, envelope.time)
    if isinstance(found.what, Wrapped):
        return _of(ProcurementRelease, found.file, orjson.dumps(_package(found.what)), source)
    return _of(ProcurementRelease, found.file, _as_it_stands(found), source)


def _as_it_stands(found: Found) -> bytes:
    """The line of a JSON Lines file, or the whole of another."""
    raw = found.file.read_bytes()
    lines = raw.splitlines()
    one_of_many = found.line is not None and found.file.suffix != ".json" and found.line <= len(lines)
    return lines[found.line - 1] if one_of_many and found.line else raw


def _of(kind: type[Event], file: Path, body: bytes, source: str) -> Letter:
    """One message; its id is drawn from its content, so that sending a file twice is one submission."""
    name = f"{file.name}#{sha256(body).hexdigest()[:24]}"
    return Letter(kind.key, name, source, kind.message_type(), body)


def _package(wrapped: Wrapped) -> dict[str, object]:
    """The release in a package of its own, with what its package said."""
    around: Package = wrapped.package
    said = asdict(around)
    named = {"name": said.pop("publisher"), "scheme": said.pop("scheme")}
    package = {
        "uri": said["uri"],
        "license": said["licence"],
        "publishedDate": said["published"],
        "version": said["version"],
        "publisher": {key: value for key, value in named.items() if value},
    }
    return {**{key: value for key, value in package.items() if value}, "releases": [wrapped.release]}
