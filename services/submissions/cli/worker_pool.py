"""Work on files by several processes, whose results come back in the order in which the work was handed out.

No more than a few batches are under way, so memory stays flat.
"""

import pickle
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Self, TypeVar

from services.submissions.adapters.files import FileItem
from services.submissions.cli.offline_reader import Counts, OfflineReader, ReadingFailed, place_of
from shared.messaging.cloudevents import RawEvent

MOST_ITEMS, MOST_BYTES = 64, 1 << 20  # of one batch
What = TypeVar("What")


class Start(NamedTuple):
    """What every process is told to begin with."""

    salt: bytes
    as_of: date
    publisher: str | None


class Results(NamedTuple):
    """What a process made of one piece of work, and what its reader counted."""

    items: list[Any]
    counts: Counts


@dataclass(frozen=True, slots=True)
class Work:
    """What was handed to a process, and where it stands, to be told if that process ends."""

    future: Future[bytes]
    place: str


class WorkerPool:
    """``jobs`` processes, each with a reader of its own; they end with the block."""

    def __init__(self, start: Start, jobs: int) -> None:
        self.start = start
        self.jobs = jobs
        self._started: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._started:
            self._started.shutdown(cancel_futures=True)

    def map(
        self, function: Callable[[OfflineReader, FileItem], object], items: Iterable[FileItem]
    ) -> Iterator[Results | FileItem]:
        """What ``function``, one of a module, makes of ``items``; reports come back as they are, in place."""
        return self.in_order(
            item if isinstance(item, FileItem) else self.submit(_run, (function, item[0]), item[1])
            for item in _batches(items)
        )

    def submit(self, function: Callable[[What], bytes], what: What, place: str) -> Work:
        """Hand something to a process."""
        if self._started is None:
            self._started = ProcessPoolExecutor(self.jobs, initializer=_start, initargs=(self.start,))
        try:
            return Work(self._started.submit(function, what), place)
        except BrokenProcessPool:
            raise _ended(place) from None

    def in_order(self, work: Iterable[Work | FileItem]) -> Iterator[Results | FileItem]:
        """The results of ``work`` in its order; what is to be done here comes back as it is."""
        under_way: deque[Work | FileItem] = deque()
        for one in work:
            under_way.append(one)
            if len(under_way) > 2 * self.jobs:
                yield _result(under_way.popleft())
        while under_way:
            yield _result(under_way.popleft())


def _batches(items: Iterable[FileItem]) -> Iterator[tuple[list[bytes], str] | FileItem]:
    """The items, pickled, in batches with their places; reports between them, as they are."""
    batch: list[bytes] = []
    first: FileItem | None = None
    last: FileItem | None = None
    for item in items:
        if isinstance(item.what, RawEvent):
            if first and last:
                yield batch, _from_to(first, last)
            batch, first = [], None
            yield item
            continue
        first, last = first or item, item
        batch.append(pickle.dumps(item, protocol=pickle.HIGHEST_PROTOCOL))
        if len(batch) == MOST_ITEMS or sum(map(len, batch)) > MOST_BYTES:
            yield batch, _from_to(first, last)
            batch, first = [], None
    if first and last:
        yield batch, _from_to(first, last)


def _from_to(first: FileItem, last: FileItem) -> str:
    return f"{place_of(first)} to {place_of(last)}"


def _result(work: Work | FileItem) -> Results | FileItem:
    if isinstance(work, FileItem):
        return work
    try:
        results: Results = pickle.loads(work.future.result())  # noqa: S301 – made by our own process
    except BrokenProcessPool:
        raise _ended(work.place) from None
    return results


def _ended(place: str) -> ReadingFailed:
    return ReadingFailed(f"{place}: a process that reads ended; is there too little memory? Try --jobs 1")


_reader: list[OfflineReader] = []  # of this process


def _start(start: Start) -> None:
    _reader[:] = [OfflineReader(*start)]


def reader_of_process() -> OfflineReader:
    """The reader of the process that works, with nothing counted yet."""
    reader = _reader[0]
    reader.counts = Counts()
    return reader


def pickled(items: list[Any], reader: OfflineReader) -> bytes:
    """``items`` and what ``reader`` counted, on their way back."""
    return pickle.dumps(Results(items, reader.counts), protocol=pickle.HIGHEST_PROTOCOL)


def _run(work: tuple[Callable[[OfflineReader, FileItem], object], list[bytes]]) -> bytes:
    reader, (function, batch) = reader_of_process(), work
    return pickled([function(reader, pickle.loads(item)) for item in batch], reader)  # noqa: S301
