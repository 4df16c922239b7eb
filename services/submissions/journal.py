"""What of a long sending was confirmed, in a file: an interrupted one goes on where it stopped."""

import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Self

from services.submissions.sender import Letter


class Journal:
    """Confirmed letters by source and id, on disk: memory stays flat however many there are."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path)
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS sent (source TEXT, id TEXT, PRIMARY KEY (source, id)) WITHOUT ROWID"
        )
        self._unsaved = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.commit()
        self._database.close()

    def __contains__(self, letter: Letter) -> bool:
        row = self._database.execute(
            "SELECT 1 FROM sent WHERE source = ? AND id = ?", (letter.source, letter.id)
        )
        return row.fetchone() is not None

    def note(self, letter: Letter) -> None:
        """Note a confirmed letter; what is lost in a crash is sent twice, which changes nothing."""
        self._database.execute("INSERT OR IGNORE INTO sent VALUES (?, ?)", (letter.source, letter.id))
        self._unsaved += 1
        if self._unsaved >= 100:
            self._database.commit()
            self._unsaved = 0
