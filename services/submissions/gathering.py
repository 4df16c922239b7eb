"""Releases of one process lie scattered over files: gathered here, on disk when they are many."""

import pickle
import sqlite3
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from types import TracebackType

from services.submissions.domain.ocds.identity import Release


class Gathering:
    """Takes releases one by one, gives them back by process; SQLite's private file keeps memory flat."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("CREATE TABLE releases (process TEXT, release BLOB)")
        self._database.execute("BEGIN")

    def __enter__(self) -> "Gathering":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def add(self, release: Release) -> None:
        """Keep one release."""
        kept = pickle.dumps(release, protocol=pickle.HIGHEST_PROTOCOL)
        self._database.execute("INSERT INTO releases VALUES (?, ?)", (release.process, kept))

    def processes(self) -> Iterator[list[Release]]:
        """All releases of each process, process by process in order of name."""
        self._database.execute("CREATE INDEX by_process ON releases (process)")
        rows = self._database.execute("SELECT process, release FROM releases ORDER BY process, rowid")
        for _, group in groupby(rows, key=itemgetter(0)):
            # Our own private file of a moment ago: nobody else can have written it.
            yield [pickle.loads(kept) for _, kept in group]  # noqa: S301
