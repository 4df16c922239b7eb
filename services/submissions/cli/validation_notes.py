"""What is to be said of files that are checked offline, for `citiesshare submissions validate`."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import orjson
import typer
from rich.console import Console

from services.submissions.adapters.files import PUBLICCODE_SUFFIXES, FileItem, releases_in
from services.submissions.adapters.reference_data import publiccode_reference
from services.submissions.application.catalogue import complaint_of, entry_in
from services.submissions.cli.offline_reader import OfflineReader
from services.submissions.domain import publiccode
from services.submissions.domain.message_assessment import MessageAssessment
from services.submissions.domain.ocds.defects import CODES
from services.submissions.domain.ocds.line_numbers import LineNumbers
from services.submissions.domain.ocds.packages import PackagedRelease, at
from services.submissions.domain.ocds.publisher_advice import RULES, advice_for
from services.submissions.domain.ocds.reader import read_wrapped
from services.submissions.domain.ocds.release_identity import Release
from services.submissions.domain.ocds.release_models import MergedRelease
from shared.events import Complaint
from shared.messaging.cloudevents import RawEvent

Kind = Literal["rejected", "invalid", "remarked", "mended", "unchecked", "advice", "verdict"]


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know about a file: refused, mended, taken with a remark, or fine and worth adding to.

    A publiccode.yml that can be used may still be ``invalid``; what only the network could tell is
    ``unchecked``; its ``verdict`` comes last.
    """

    kind: Kind
    file: str | None
    line: int | None
    path: str
    message: str


def print_notes(reader: OfflineReader, files: Iterable[Path], *, as_json: bool) -> None:
    """Print the notes on ``files``; ends with 1 where something would be rejected or is invalid."""
    said: Counter[str] = Counter()
    for note in notes(reader, files):
        said[note.kind] += 1
        sys.stdout.write(orjson.dumps(asdict(note)).decode() + "\n" if as_json else _in_words(note))
    Console(stderr=True).print(
        f"{said['rejected']} rejected, {said['mended']} mended, {said['advice']} ways to make it more useful"
        f", {said['remarked']} remarks on what is taken, {said['invalid']} faults against publiccode.yml"
    )
    if said["rejected"] or said["invalid"]:
        raise typer.Exit(1)


def notes(reader: OfflineReader, files: Iterable[Path]) -> Iterator[Note]:
    """All notes on all files, file by file; then each piece of advice once, with the releases it is for."""
    lacking: Counter[str] = Counter()
    for file in files:
        if file.suffix in PUBLICCODE_SUFFIXES:
            yield from _publiccode(file)
        else:
            yield from _ocds(reader, file, lacking)
    for rule in RULES:
        if lacking[rule.path]:
            yield Note("advice", None, None, rule.path, f"{lacking[rule.path]} releases lack it: {rule.gain}")


def _publiccode(file: Path) -> Iterator[Note]:
    entry = entry_in(file.read_bytes(), publiccode_reference())
    wrong: Kind = "rejected" if isinstance(entry, publiccode.RejectedEntry) else "invalid"
    for remark in (*entry.defects, *entry.unchecked):
        said = complaint_of(remark)
        kind: Kind = "unchecked" if remark.open else wrong
        yield Note(kind, str(file), remark.line, said.path, said.message)
    yield Note("verdict", str(file), None, "", entry.verdict)


def _ocds(reader: OfflineReader, file: Path, lacking: Counter[str]) -> Iterator[Note]:
    lines = Lines(file)
    for found in releases_in(file):
        if isinstance(found.what, RawEvent):
            yield from _report(reader.judge(found.what), found, lines)
            continue
        read = read_wrapped(found.what, reader.profile_of, reader.salt, found.defects)
        if isinstance(read, Complaint):
            yield _rejected(read, found, lines)
        else:
            yield from _mended(read, found, lines)
            lacking.update(
                rule.path for rule in advice_for(MergedRelease.model_validate(_known(read.fields)))
            )


def _known(fields: object) -> object:
    """``fields`` without those that are null: a release takes a value away so, and alone it has none."""
    if isinstance(fields, dict):
        return {name: _known(value) for name, value in fields.items() if value is not None}
    return [_known(value) for value in fields] if isinstance(fields, list) else fields


def _report(judged: MessageAssessment, found: FileItem, lines: "Lines") -> Iterator[Note]:
    """What the service would say of a report: why it refuses it, or what it remarks while it takes it."""
    for complaint in judged.complaints:
        yield _rejected(complaint, found, lines, "rejected" if judged.useless else "remarked")


def _rejected(complaint: Complaint, found: FileItem, lines: "Lines", kind: Kind = "rejected") -> Note:
    line = lines.of(found, complaint.path)
    return Note(kind, str(found.file), line, complaint.path, complaint.message)


def _mended(release: Release, found: FileItem, lines: "Lines") -> Iterator[Note]:
    base = found.what.path if isinstance(found.what, PackagedRelease) else ""
    for defect in release.defects:
        path = at(base, defect.path)
        yield Note(
            "mended", str(found.file), lines.of(found, path), path, f"{defect.code}: {CODES[defect.code]}"
        )


class Lines:
    """Finds lines in one file, read once and only when asked."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._numbers: LineNumbers | None = None

    def of(self, found: FileItem, path: str) -> int | None:
        """The line of ``path`` in the document ``found`` stands in; None in a file that was streamed."""
        if found.line is None:
            return None
        if self._numbers is None:
            self._numbers = LineNumbers(self.file.read_text("utf-8-sig", errors="replace"))
        return self._numbers.line_of(at(found.base, path), found.line)


def _in_words(note: Note) -> str:
    place = ":".join(str(each) for each in (note.file, note.line) if each)
    return ": ".join(filter(None, (place, note.kind, note.path or "the whole", note.message))) + "\n"
