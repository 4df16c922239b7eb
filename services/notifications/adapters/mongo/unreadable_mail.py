"""Mail that could not be read or reached nobody: the collection ``unreadable_mail``."""

from datetime import UTC, datetime
from hashlib import blake2b

from services.notifications.application.ports import ReceivedMail
from services.notifications.application.stored_models import UnreadableMail
from shared.store.mongo import Binary, Database, keep_once

MOST_STORED = 1_000
MOST_BYTES_STORED = 100_000
"""Of each mail: enough to see what it was. The rest is where it came from."""


class MongoUnreadableMail:
    """One document for each mail, with its beginning."""

    def __init__(self, database: Database) -> None:
        self._collection = database["unreadable_mail"]

    async def save(self, mail: ReceivedMail, reason: str) -> None:
        if await self._collection.count_documents({}) >= MOST_STORED:
            return
        document = {
            "_id": blake2b(mail.to.encode("utf-8", "replace") + b"\n" + mail.raw, digest_size=9).hexdigest(),
            "at": datetime.now(UTC),
            "to": mail.to[:320],
            "reason": reason[:500],
            "size": len(mail.raw),
            "raw": Binary(mail.raw[:MOST_BYTES_STORED]),
        }
        await keep_once(self._collection, document)

    async def all(self) -> list[UnreadableMail]:
        documents = await self._collection.find({}, {"raw": 0}).to_list(None)
        mails = (
            UnreadableMail(
                document["_id"], document["at"], document["to"], document["reason"], document["size"]
            )
            for document in documents
        )
        return sorted(mails, key=lambda mail: mail.at)

    async def content(self, name: str) -> bytes | None:
        document = await self._collection.find_one({"_id": name})
        return bytes(document["raw"]) if document else None

    async def remove(self, name: str) -> bool:
        return bool((await self._collection.delete_one({"_id": name})).deleted_count)
