"""Mail that could not be read or reached nobody: kept with the reason, where an operator finds it."""

from datetime import UTC, datetime
from hashlib import blake2b
from typing import NamedTuple

from services.notifications.adapters.smtp_server import Received
from shared.store.mongo import Binary, Database, keep_once

MOST_KEPT = 1_000
MOST_BYTES_KEPT = 100_000
"""Of each mail: enough to see what it was. The rest is where it came from."""


class SetAside(NamedTuple):
    """One mail, by the name that ``returns show`` takes."""

    name: str
    at: datetime
    to: str
    reason: str
    size: int


class UnreadableMail:
    """The collection ``unreadable_mail``."""

    def __init__(self, database: Database) -> None:
        self._mails = database["unreadable_mail"]

    async def keep(self, mail: Received, reason: str) -> None:
        """Keep the beginning of a mail, once; nothing more when there are too many already."""
        if await self._mails.count_documents({}) >= MOST_KEPT:
            return
        document = {
            "_id": blake2b(mail.to.encode("utf-8", "replace") + b"\n" + mail.raw, digest_size=9).hexdigest(),
            "at": datetime.now(UTC),
            "to": mail.to[:320],
            "reason": reason[:500],
            "size": len(mail.raw),
            "raw": Binary(mail.raw[:MOST_BYTES_KEPT]),
        }
        await keep_once(self._mails, document)

    async def list(self) -> list[SetAside]:
        """All of them, oldest first."""
        found = await self._mails.find({}, {"raw": 0}).to_list(None)
        kept = (SetAside(one["_id"], one["at"], one["to"], one["reason"], one["size"]) for one in found)
        return sorted(kept, key=lambda one: one.at)

    async def content(self, name: str) -> bytes | None:
        """The beginning of one mail."""
        found = await self._mails.find_one({"_id": name})
        return bytes(found["raw"]) if found else None

    async def remove(self, name: str) -> bool:
        """Remove one mail; whether it was there."""
        return bool((await self._mails.delete_one({"_id": name})).deleted_count)
