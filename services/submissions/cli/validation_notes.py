"""What is to be said of files that are checked offline, for `citiesshare submissions validate`."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

import orjson
import typer
from rich.console import Console

from services.submissions.adapters.files import PUBLICCODE_SUFFIXES, FileItem, releases_in
from services.submissions.adapters.reference_data import publiccode_reference
from services.submissions.application.catalogue import complaint_of, entry_in
from services.submissions.cli.offline_reader import FileComplaint, OfflineReader, ReadingFailed
from services.submissions.cli.reading import stopped
from services.submissions.domain import publiccode
from services.submissions.domain.message_assessment import MessageAssessment
from services.submissions.domain.ocds.defects import CODES
from services.submissions.domain.ocds.json_decoder import LineNumbers
from services.submissions.domain.ocds.packages import PackagedRelease, at
from services.submissions.domain.ocds.publisher_advice import RULES, advice_for
from services.submissions.domain.ocds.release_models import MergedRelease
from services.submissions.domain.ocds.releases import Release
from shared.messaging.cloudevents import RawEvent

if TYPE_CHECKING:
    from services.submissions.cli.worker_pool import WorkerPool

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
    kinds: Counter[str] = Counter()
    console = Console(stderr=True)
    try:
        for note in notes(reader, files):
            kinds[note.kind] += 1
            sys.stdout.write(orjson.dumps(asdict(note)).decode() + "\n" if as_json else _in_words(note))
    except ReadingFailed as error:
        raise stopped(error, console) from None
    console.print(
        f"{kinds['rejected']} rejected, {kinds['mended']} mended, "
        f"{kinds['advice']} ways to make it more useful, {kinds['remarked']} remarks on what is taken, "
        f"{kinds['invalid']} faults against publiccode.yml"
    )
    if kinds["rejected"] or kinds["invalid"]:
        raise typer.Exit(1)


def notes(reader: OfflineReader, files: Iterable[Path]) -> Iterator[Note]:
    """All notes on all files, file by file; then each piece of advice once, with the releases it is for."""
    lacking: Counter[str] = Counter()
    with reader.workers() as workers:
        for file in files:
            if file.suffix in PUBLICCODE_SUFFIXES:
                yield from _publiccode(file)
            else:
                checked = _shared(reader, workers, file) if reader.shares(file) else _alone(reader, file)
                yield from _with_lines(file, checked, lacking)
    for rule in RULES:
        if lacking[rule.path]:
            yield Note("advice", None, None, rule.path, f"{lacking[rule.path]} releases lack it: {rule.gain}")


def _publiccode(file: Path) -> Iterator[Note]:
    entry = entry_in(file.read_bytes(), publiccode_reference())
    wrong: Kind = "rejected" if isinstance(entry, publiccode.RejectedEntry) else "invalid"
    for remark in (*entry.defects, *entry.unchecked):
        complaint = complaint_of(remark)
        kind: Kind = "unchecked" if remark.open else wrong
        yield Note(kind, str(file), remark.line, complaint.path, complaint.message)
    yield Note("verdict", str(file), None, "", entry.verdict)


class CheckedItem(NamedTuple):
    """What is to be said of one release or report, without its line, and which advice it lacks."""

    line: int | None
    base: str
    notes: tuple[Note, ...]
    lacking: tuple[str, ...] = ()


def _alone(reader: OfflineReader, file: Path) -> Iterator[CheckedItem]:
    return (check(reader, item) for item in releases_in(file))


def _shared(reader: OfflineReader, workers: "WorkerPool", file: Path) -> Iterator[CheckedItem]:
    """The same by several processes, in the same order."""
    for done in workers.map(check, releases_in(file)):
        if isinstance(done, FileItem):
            yield check(reader, done)
        else:
            yield from done.items


def _with_lines(file: Path, checked: Iterable[CheckedItem], lacking: Counter[str]) -> Iterator[Note]:
    lines = Lines(file)
    for item in checked:
        lacking.update(item.lacking)
        for note in item.notes:
            yield replace(note, line=lines.of(item, note.path))


def check(reader: OfflineReader, item: FileItem) -> CheckedItem:
    """What the service would say of one release or report."""
    if isinstance(item.what, RawEvent):
        notes = _report(reader.judge(item.what), item)
    elif isinstance(read := reader.one(item.what, item), FileComplaint):
        notes = iter((_note("rejected", item, read.complaint.path, read.complaint.message),))
    else:
        advice = advice_for(MergedRelease.model_validate(_without_none(read.fields)))
        lacking = tuple(rule.path for rule in advice)
        return CheckedItem(item.line, item.base, tuple(_mended(read, item)), lacking)
    return CheckedItem(item.line, item.base, tuple(notes))


def _note(kind: Kind, item: FileItem, path: str, message: str) -> Note:
    return Note(kind, str(item.file), None, path, message)


def _without_none(fields: object) -> object:
    """``fields`` without those that are null: a release takes a value away so, and alone it has none."""
    if isinstance(fields, dict):
        return {name: _without_none(value) for name, value in fields.items() if value is not None}
    return [_without_none(value) for value in fields] if isinstance(fields, list) else fields


def _report(judged: MessageAssessment, item: FileItem) -> Iterator[Note]:
    """What the service would say of a report: why it refuses it, or what it remarks while it takes it."""
    for complaint in judged.complaints:
        kind: Kind = "rejected" if judged.useless else "remarked"
        yield _note(kind, item, complaint.path, complaint.message)


def _mended(release: Release, item: FileItem) -> Iterator[Note]:
    base = item.what.path if isinstance(item.what, PackagedRelease) else ""
    for defect in release.defects:
        yield _note("mended", item, at(base, defect.path), f"{defect.code}: {CODES[defect.code]}")


class Lines:
    """Finds lines in one file, read once and only when asked."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._numbers: LineNumbers | None = None

    def of(self, item: CheckedItem, path: str) -> int | None:
        """The line of ``path`` in the document that ``item`` stands in; None where its line is not known."""
        if item.line is None:
            return None
        if self._numbers is None:
            self._numbers = LineNumbers(self.file.read_text("utf-8-sig", errors="replace"))
        return self._numbers.line_of(at(item.base, path), item.line)


def _in_words(note: Note) -> str:
    place = ":".join(str(part) for part in (note.file, note.line) if part)
    return ": ".join(filter(None, (place, note.kind, note.path or "the whole", note.message))) + "\n"
