"""What of a long sending was confirmed, in a file: an interrupted one goes on where it stopped."""

import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Self

from services.submissions.application.outgoing_message import OutgoingMessage

TABLE = """CREATE TABLE IF NOT EXISTS confirmed
    (broker TEXT, source TEXT, id TEXT, PRIMARY KEY (broker, source, id)) WITHOUT ROWID"""


class SendJournal:
    """Confirmed letters by broker, source and id, on disk: memory stays flat however many there are."""

    def __init__(self, path: Path, broker: str) -> None:
        self._broker = broker
        path.touch(mode=0o600)  # which messages were sent is for their sender alone
        self._database = sqlite3.connect(path)
        self._database.execute(TABLE)
        self._unsaved = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.commit()
        self._database.close()

    def __contains__(self, letter: OutgoingMessage) -> bool:
        asked = "SELECT 1 FROM confirmed WHERE broker = ? AND source = ? AND id = ?"
        return self._database.execute(asked, self._key(letter)).fetchone() is not None

    def note(self, letter: OutgoingMessage) -> None:
        """Note a confirmed letter; what is lost in a crash is sent twice, which changes nothing."""
        self._database.execute("INSERT OR IGNORE INTO confirmed VALUES (?, ?, ?)", self._key(letter))
        self._unsaved += 1
        if self._unsaved >= 100:
            self._database.commit()
            self._unsaved = 0

    def _key(self, letter: OutgoingMessage) -> tuple[str, str, str]:
        return self._broker, letter.source, letter.id
