"""Files read by several processes: the releases first, in batches, then the records, by ranges of processes.

What comes out is what one process gives, in the same order: batches are taken back in the order in which they
were handed out, and so are ranges. No more than a few of them are under way, so memory stays flat.
"""

import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Generic, NamedTuple, TypeVar

from services.submissions.adapters.files import FileItem
from services.submissions.adapters.release_spool import ReleaseSpool
from services.submissions.cli.offline_reader import (
    AcceptedReport,
    Counts,
    FileComplaint,
    Found,
    OfflineReader,
    ReadingFailed,
    place_of,
)
from services.submissions.domain.ocds.release_identity import Release
from shared.messaging.cloudevents import RawEvent

MOST_FOUND, MOST_BYTES = 64, 1 << 20  # of one batch or range
R = TypeVar("R")
T = TypeVar("T")


class Start(NamedTuple):
    """What every process is told to begin with."""

    salt: bytes
    as_of: date
    publisher: str | None


class Gathered(NamedTuple):
    """A release as it is gathered."""

    process: str
    pickled: bytes


@dataclass(frozen=True, slots=True)
class Work:
    """What was handed to a process, and where it stands, to be told if that process ends."""

    future: Future[bytes]
    place: str


class ParallelReader(Generic[T]):
    """Reads files with ``jobs`` processes; counts into the ``counts`` of ``reader``.

    What comes back is what ``say`` makes of it: of records in the process that read them, for lines of text
    pass from process to process for almost nothing, and models cost as much as reading a third of them.
    """

    def __init__(self, reader: OfflineReader, start: Start, jobs: int, say: Callable[[Found], T]) -> None:
        self.reader = reader
        self.say = say
        self.jobs = jobs
        self._pool = ProcessPoolExecutor(jobs, initializer=_start, initargs=(start,))

    def read(self, found: Iterable[FileItem]) -> Iterator[T]:
        """Rejections as they are met, then the records, process by process."""
        with TemporaryDirectory() as folder:
            spool = Path(folder) / "releases"
            try:
                with ReleaseSpool(spool) as gathering:
                    yield from map(self.say, self._releases(found, gathering))
                    gathering.index()
                    yield from self._records(gathering, spool)
            finally:
                self._pool.shutdown(cancel_futures=True)

    def _releases(
        self, found: Iterable[FileItem], gathering: ReleaseSpool
    ) -> Iterator[AcceptedReport | FileComplaint]:
        work = (
            each if isinstance(each, FileItem) else self._submit(_read, *each) for each in _batches(found)
        )
        for done in self._in_order(work):
            if isinstance(done, FileItem):
                assert isinstance(done.what, RawEvent)
                yield from self.reader.reported(done.what, done)
                continue
            items, counts = done
            self.reader.counts.add(counts)
            for item in items:
                if isinstance(item, Gathered):
                    gathering.add_pickled(*item)
                else:
                    yield item
            self.reader.progress("releases", self.reader.counts.releases, None)

    def _records(self, gathering: ReleaseSpool, spool: Path) -> Iterator[T]:
        ranges = gathering.ranges(MOST_FOUND, MOST_BYTES)
        work = (
            self._submit(_records, (spool, first, last, self.say), f"processes {first} to {last}")
            for first, last in ranges
        )
        total = gathering.count()
        for done in self._in_order(work):
            records, counts = done  # type: ignore[misc]
            self.reader.counts.add(counts)
            yield from records
            self.reader.progress("processes", self.reader.counts.processes, total)

    def _submit(self, task: Callable[[R], bytes], what: R, place: str) -> Work:
        try:
            return Work(self._pool.submit(task, what), place)
        except BrokenProcessPool:
            raise _ended(place) from None

    def _in_order(self, work: Iterable[Work | FileItem]) -> Iterator[tuple[list[Any], Counts] | FileItem]:
        """The results of ``work`` in its order; what is to be done here comes back as it is."""
        under_way: deque[Work | FileItem] = deque()
        for each in work:
            under_way.append(each)
            if len(under_way) > 2 * self.jobs:
                yield _result(under_way.popleft())
        while under_way:
            yield _result(under_way.popleft())


def _batches(found: Iterable[FileItem]) -> Iterator[tuple[list[bytes], str] | FileItem]:
    """What was found, pickled, in batches with their places; reports between them, as they are."""
    batch: list[bytes] = []
    first: FileItem | None = None
    last: FileItem | None = None
    for each in found:
        if isinstance(each.what, RawEvent):
            if first and last:
                yield batch, _from_to(first, last)
            batch, first = [], None
            yield each
            continue
        first, last = first or each, each
        batch.append(pickle.dumps(each, protocol=pickle.HIGHEST_PROTOCOL))
        if len(batch) == MOST_FOUND or sum(map(len, batch)) > MOST_BYTES:
            yield batch, _from_to(first, last)
            batch, first = [], None
    if first and last:
        yield batch, _from_to(first, last)


def _from_to(first: FileItem, last: FileItem) -> str:
    return f"{place_of(first)} to {place_of(last)}"


def _result(work: Work | FileItem) -> tuple[list[Any], Counts] | FileItem:
    if isinstance(work, FileItem):
        return work
    try:
        read: tuple[list[Any], Counts] = pickle.loads(work.future.result())  # noqa: S301 – made by our own process
    except BrokenProcessPool:
        raise _ended(work.place) from None
    return read


def _ended(place: str) -> ReadingFailed:
    return ReadingFailed(f"{place}: a process that reads ended; is there too little memory? Try --jobs 1")


_reader: list[OfflineReader] = []  # of this process


def _start(start: Start) -> None:
    _reader[:] = [OfflineReader(*start)]


def _read(batch: list[bytes]) -> bytes:
    reader = _reader[0]
    reader.counts = Counts()
    return _pickled([_gathered(reader, pickle.loads(each)) for each in batch], reader)  # noqa: S301


def _gathered(reader: OfflineReader, found: FileItem) -> Gathered | FileComplaint:
    assert not isinstance(found.what, RawEvent)
    read = reader.one(found.what, found)
    if isinstance(read, Release):
        return Gathered(read.process, pickle.dumps(read, protocol=pickle.HIGHEST_PROTOCOL))
    return read


def _records(what: tuple[Path, str, str, Callable[[Found], object]]) -> bytes:
    reader, (spool, first, last, say) = _reader[0], what
    reader.counts = Counts()
    with ReleaseSpool(spool) as gathering:
        records = (record for each in gathering.processes(first, last) for record in reader.records(each))
        found = [*map(say, records)]
    return _pickled(found, reader)


def _pickled(found: list[Any], reader: OfflineReader) -> bytes:
    return pickle.dumps((found, reader.counts), protocol=pickle.HIGHEST_PROTOCOL)
