"""Releases of one process lie scattered over files: gathered here, on disk when they are many."""

import pickle
import sqlite3
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import TracebackType

from services.submissions.domain.ocds.releases import Release

OF_ALL = "SELECT process, release FROM releases ORDER BY process, rowid"
OF_SOME = "SELECT process, release FROM releases WHERE process BETWEEN ? AND ? ORDER BY process, rowid"


class ReleaseSpool:
    """Takes releases one by one, gives them back by process; SQLite's private file keeps memory flat.

    A ``file`` of its own lets other processes of this run read what was gathered.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._database = sqlite3.connect(file or "", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("CREATE TABLE IF NOT EXISTS releases (process TEXT, release BLOB)")

    def __enter__(self) -> "ReleaseSpool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def add(self, release: Release) -> None:
        """Keep one release."""
        self.add_pickled(release.process, pickle.dumps(release, protocol=pickle.HIGHEST_PROTOCOL))

    def add_pickled(self, process: str, pickled: bytes) -> None:
        """Keep one release that is pickled already."""
        if not self._database.in_transaction:
            self._database.execute("BEGIN")
        self._database.execute("INSERT INTO releases VALUES (?, ?)", (process, pickled))

    def index(self) -> None:
        """End adding: what was gathered can be read by process, also by others."""
        self._database.execute("CREATE INDEX IF NOT EXISTS by_process ON releases (process)")
        if self._database.in_transaction:
            self._database.execute("COMMIT")

    def processes(self, first: str | None = None, last: str | None = None) -> Iterator[list[Release]]:
        """All releases of each process, process by process in order of name; from ``first`` to ``last``."""
        if first is None or last is None:
            self.index()
            rows = self._database.execute(OF_ALL)
        else:
            rows = self._database.execute(OF_SOME, (first, last))
        for _, group in groupby(rows, key=itemgetter(0)):
            # Our own private file of a moment ago: nobody else can have written it.
            yield [pickle.loads(pickled) for _, pickled in group]  # noqa: S301

    def count(self) -> int:
        """How many processes there are."""
        return int(self._database.execute("SELECT COUNT(DISTINCT process) FROM releases").fetchone()[0])

    def ranges(self, most: int, size: int) -> Iterator[tuple[str, str]]:
        """First and last names of ranges of at most ``most`` processes and about ``size`` bytes."""
        rows = self._database.execute(
            "SELECT process, SUM(LENGTH(release)) FROM releases GROUP BY process ORDER BY process"
        )
        first, last, processes, held = None, "", 0, 0
        for last, length in rows:
            first = last if first is None else first
            processes, held = processes + 1, held + length
            if processes == most or held > size:
                yield first, last
                first, processes, held = None, 0, 0
        if first is not None:
            yield first, last
