"""Reading files without a broker or a store: what the offline commands share."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from services.submissions.adapters.files import PUBLICCODE_SUFFIXES, FileItem, releases_in, size_of
from services.submissions.adapters.publisher_profiles import shipped
from services.submissions.adapters.reference_data import gazetteer, publiccode_reference, topic_table
from services.submissions.adapters.release_spool import ReleaseSpool
from services.submissions.application.assessing import ReportAssessor
from services.submissions.application.catalogue import (
    Catalogue,
    complaint_of,
    complaints_of,
    entry_in,
    imported,
)
from services.submissions.domain import publiccode
from services.submissions.domain.imported_facts import ImportedFact
from services.submissions.domain.message_assessment import MessageAssessment
from services.submissions.domain.ocds.mapping import ReferenceTables, records_of
from services.submissions.domain.ocds.packages import PackagedRelease
from services.submissions.domain.ocds.reader import ProfileOf, read_wrapped
from services.submissions.domain.ocds.releases import Release
from services.submissions.domain.publisher_profiles import UNKNOWN, Profile, PublisherProfiles
from shared.events import Complaint
from shared.messaging.cloudevents import Envelope, RawEvent

if TYPE_CHECKING:
    from services.submissions.cli.worker_pool import WorkerPool

PARALLEL_FROM = 64_000_000
"""In bytes, unpacked: a smaller file is read before other processes have started."""
Progress = Callable[[str, int, int | None], None]
T = TypeVar("T")


class ReadingFailed(Exception):
    """Reading met an error of its own, not of the file; the message says where."""


@dataclass(frozen=True, slots=True)
class FileComplaint:
    """What is wrong, and where it stands; ``refused`` is false where the rest of it is used."""

    complaint: Complaint
    file: Path
    line: int | None
    refused: bool = True


@dataclass(frozen=True, slots=True)
class StandardConformity:
    """What a publiccode.yml is by the standard."""

    file: Path
    verdict: publiccode.Verdict


@dataclass(frozen=True, slots=True)
class AcceptedReport:
    """A report that would be taken: its envelope, and what it asks to keep."""

    envelope: Envelope
    judged: MessageAssessment


@dataclass(slots=True)
class Counts:
    """What a run met: releases, publiccode entries, processes, records by kind, defects, rejections."""

    releases: int = 0
    entries: int = 0
    processes: int = 0
    evidence: int = 0
    reports: int = 0
    rejected: int = 0
    invalid: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    rungs: Counter[int | None] = field(default_factory=Counter)
    defects: Counter[str] = field(default_factory=Counter)

    def add(self, more: "Counts") -> None:
        """Count what another process met."""
        for counter in fields(self):
            setattr(self, counter.name, getattr(self, counter.name) + getattr(more, counter.name))

    def meet(self, record: ImportedFact) -> None:
        """Count one record."""
        self.kinds[record.kind] += 1
        if record.kind == "outcome":
            self.rungs[record.rung] += 1


Found = ImportedFact | AcceptedReport | FileComplaint | StandardConformity


def itself(result: Found) -> Found:
    """What was found, as it is."""
    return result


def _no_progress(what: str, done: int, total: int | None) -> None:
    """Nobody wants to know."""


def place_of(item: FileItem) -> str:
    """Where something stands, as people read it: ``file.json:12: releases[3]``."""
    path = item.what.path if isinstance(item.what, PackagedRelease | Complaint) else ""
    return ": ".join(filter(None, (f"{item.file}:{item.line or ''}".rstrip(":"), path)))


class OfflineReader:
    """Reads files to records for one run; ``counts`` tells afterwards what was met.

    ``salt`` hides natural persons; ``publisher`` fixes the profile for feeds that bear no sign of their own.
    Files of more than ``parallel_from`` bytes are read by ``jobs`` processes. ``progress`` is told how many
    releases and processes were read, and of how many, where that is known.
    """

    def __init__(
        self,
        salt: bytes,
        as_of: date,
        publisher: str | None = None,
        *,
        jobs: int = 1,
        parallel_from: int = PARALLEL_FROM,
        progress: Progress = _no_progress,
    ) -> None:
        self.salt = salt
        self.as_of = as_of
        self.publisher = publisher
        self.jobs = jobs
        self.parallel_from = parallel_from
        self.progress = progress
        self.publishers: PublisherProfiles = shipped()
        self.fixed: Profile | None = self.publishers[publisher] if publisher else None
        self.reference = ReferenceTables(gazetteer(), topic_table())
        self.counts = Counts()
        self.reports = ReportAssessor(Catalogue(publiccode_reference, salt), self.reference)

    @property
    def profile_of(self) -> ProfileOf:
        """How the profile of a release is found."""
        fixed = self.fixed
        return (lambda _, __: fixed) if fixed else self.publishers.of

    def read(self, files: Iterable[Path]) -> Iterator[Found]:
        """Everything in ``files``: rejections as they are met, then the records, process by process."""
        return self.rendered(files, itself)

    def rendered(self, files: Iterable[Path], render: Callable[[Found], T]) -> Iterator[T]:
        """What ``say``, a function of a module, makes of each; where several processes read, it is they who
        ask it of records.
        """
        listed = list(files)
        yield from map(render, self._entries(file for file in listed if file.suffix in PUBLICCODE_SUFFIXES))
        ocds = [file for file in listed if file.suffix not in PUBLICCODE_SUFFIXES]
        if any(map(self.shares, ocds)):
            yield from self._in_parallel(ocds, render)
        else:
            yield from map(render, self._one_by_one(ocds))

    def _one_by_one(self, ocds: list[Path]) -> Iterator[Found]:
        with ReleaseSpool() as gathering:
            for release in self.releases(ocds):
                if not isinstance(release, Release):
                    yield release
                else:
                    gathering.add(release)
                    self.tell("releases", self.counts.releases)
            for releases in gathering.processes():
                yield from self.records(releases)
                self.tell("processes", self.counts.processes)

    def tell(self, what: str, done: int) -> None:
        """Tell the progress, now and then."""
        if done % 100 == 0:
            self.progress(what, done, None)

    def _in_parallel(self, files: Iterable[Path], render: Callable[[Found], T]) -> Iterator[T]:
        from services.submissions.cli.parallel_reader import ParallelReader

        items = (item for file in files for item in releases_in(file))
        yield from ParallelReader(self, self.workers(), render).read(items)

    def shares(self, file: Path) -> bool:
        """Whether ``file`` is so large that several processes read it."""
        return self.jobs > 1 and size_of(file) > self.parallel_from

    def workers(self) -> "WorkerPool":
        """The processes that read as this reader does; none is started before there is work."""
        from services.submissions.cli.worker_pool import Start, WorkerPool

        return WorkerPool(Start(self.salt, self.as_of, self.publisher), self.jobs)

    def releases(self, files: Iterable[Path]) -> Iterator[Release | AcceptedReport | FileComplaint]:
        """Every release in ``files``, what cities report there, and what is neither."""
        for file in files:
            for item in releases_in(file):
                if isinstance(item.what, RawEvent):
                    yield from self.reported(item.what, item)
                else:
                    yield self.one(item.what, item)

    def _entries(self, files: Iterable[Path]) -> Iterator[ImportedFact | FileComplaint | StandardConformity]:
        for file in files:
            entry = entry_in(file.read_bytes(), publiccode_reference())
            self.counts.invalid += entry.verdict == "invalid"
            if isinstance(entry, publiccode.RejectedEntry):
                self.counts.rejected += 1
                yield from (FileComplaint(complaint, file, line) for complaint, line in complaints_of(entry))
            else:
                self.counts.entries += 1
                self.counts.defects.update({"publiccode"} if entry.defects else ())
                for remark in entry.remarks:
                    yield FileComplaint(complaint_of(remark), file, remark.line, refused=False)
            yield StandardConformity(file, entry.verdict)
            if isinstance(entry, publiccode.PubliccodeEntry):
                yield from self._met(imported(entry, file.name, self.as_of, self.salt))

    def reported(self, letter: RawEvent, item: FileItem) -> Iterator[AcceptedReport | FileComplaint]:
        """What a city or platform reports in a CloudEvent, judged as the service judges it."""
        judged = self.judge(letter)
        self.counts.reports += not judged.useless
        self.counts.rejected += judged.useless
        for complaint in judged.complaints:
            yield FileComplaint(complaint, item.file, item.line, refused=judged.useless)
        if not judged.useless:
            yield AcceptedReport(letter.envelope, judged)

    def judge(self, letter: RawEvent) -> MessageAssessment:
        """Judge a message that is no procurement data, by the day of the run."""
        as_of = datetime.combine(self.as_of, time(), UTC)
        return self.reports.judge(letter, letter.envelope.time or as_of, self.as_of)

    def one(self, what: PackagedRelease | Complaint, item: FileItem) -> Release | FileComplaint:
        """One release, or why it is none; raises ReadingFailed for an error of our own."""
        try:
            read = read_wrapped(what, self.profile_of, self.salt, item.defects)
        except Exception as error:
            raise ReadingFailed(f"{place_of(item)}: {error!r}") from error
        if isinstance(read, Complaint):
            self.counts.rejected += 1
            return FileComplaint(read, item.file, item.line)
        self.counts.releases += 1
        self.counts.defects.update({defect.code for defect in read.defects})
        return read

    def records(self, releases: list[Release]) -> Iterator[ImportedFact]:
        """The records of one process; raises ReadingFailed for an error of our own."""
        try:
            records = records_of(releases, self.profile(releases[-1]), self.reference, self.as_of)
        except Exception as error:
            raise ReadingFailed(f"{releases[-1].process}: {error!r}") from error
        self.counts.processes += 1
        self.counts.evidence += not any(record.kind == "need" for record in records)
        yield from self._met(records)

    def _met(self, records: Iterable[ImportedFact]) -> Iterator[ImportedFact]:
        for record in records:
            if record.kind == "outcome" and record.use == "withdrawn":
                continue  # told by its solution
            self.counts.meet(record)
            yield record

    def profile(self, release: Release) -> Profile:
        """The profile that a release is read by."""
        return UNKNOWN if release.profile == UNKNOWN.id else self.publishers[release.profile]
