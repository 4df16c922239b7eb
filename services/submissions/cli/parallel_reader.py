"""Files read by several processes: the releases first, in batches, then the records, by ranges of processes.

What comes out is what one process gives, in the same order.
"""

import pickle
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Generic, NamedTuple, TypeVar

from services.submissions.adapters.files import FileItem
from services.submissions.adapters.release_spool import ReleaseSpool
from services.submissions.cli.offline_reader import AcceptedReport, FileComplaint, Found, OfflineReader
from services.submissions.cli.worker_pool import (
    MOST_BYTES,
    MOST_ITEMS,
    WorkerPool,
    pickled,
    reader_of_process,
)
from services.submissions.domain.ocds.releases import Release
from shared.messaging.cloudevents import RawEvent

T = TypeVar("T")


class Gathered(NamedTuple):
    """A release as it is gathered."""

    process: str
    pickled: bytes


class ParallelReader(Generic[T]):
    """Reads files with the processes of ``workers``; counts into the ``counts`` of ``reader``.

    What comes back is what ``render`` makes of it. Records are rendered in the process that reads them:
    lines of text pass between processes for almost nothing, and models cost as much as
    reading a third of them.
    """

    def __init__(self, reader: OfflineReader, workers: WorkerPool, render: Callable[[Found], T]) -> None:
        self.reader = reader
        self.workers = workers
        self.render = render

    def read(self, items: Iterable[FileItem]) -> Iterator[T]:
        """Rejections as they are met, then the records, process by process."""
        with TemporaryDirectory() as folder, self.workers:
            path = Path(folder) / "releases"
            with ReleaseSpool(path) as spool:
                yield from map(self.render, self._releases(items, spool))
                spool.index()
                yield from self._records(spool, path)

    def _releases(
        self, items: Iterable[FileItem], spool: ReleaseSpool
    ) -> Iterator[AcceptedReport | FileComplaint]:
        for done in self.workers.map(gathered, items):
            if isinstance(done, FileItem):
                assert isinstance(done.what, RawEvent)
                yield from self.reader.reported(done.what, done)
                continue
            self.reader.counts.add(done.counts)
            for item in done.items:
                if isinstance(item, Gathered):
                    spool.add_pickled(*item)
                else:
                    yield item
            self.reader.progress("releases", self.reader.counts.releases, None)

    def _records(self, spool: ReleaseSpool, path: Path) -> Iterator[T]:
        work = (
            self.workers.submit(_records, (path, first, last, self.render), f"processes {first} to {last}")
            for first, last in spool.ranges(MOST_ITEMS, MOST_BYTES)
        )
        total = spool.count()
        for done in self.workers.in_order(work):
            assert not isinstance(done, FileItem)
            self.reader.counts.add(done.counts)
            yield from done.items
            self.reader.progress("processes", self.reader.counts.processes, total)


def gathered(reader: OfflineReader, item: FileItem) -> Gathered | FileComplaint:
    """A release as it is gathered, or why it is none."""
    assert not isinstance(item.what, RawEvent)
    read = reader.one(item.what, item)
    if isinstance(read, Release):
        return Gathered(read.process, pickle.dumps(read, protocol=pickle.HIGHEST_PROTOCOL))
    return read


def _records(what: tuple[Path, str, str, Callable[[Found], object]]) -> bytes:
    reader, (path, first, last, render) = reader_of_process(), what
    with ReleaseSpool(path) as spool:
        records = (record for releases in spool.processes(first, last) for record in reader.records(releases))
        return pickled([*map(render, records)], reader)
