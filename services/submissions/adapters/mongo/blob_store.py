"""Large payloads, deposited before the message that claims them; each belongs to its publisher."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any, ClassVar
from uuid import uuid4

from services.submissions.domain.publishers import BlobKey
from shared.store.mongo import ASCENDING, Binary, Collection, Database, IndexModel

CHUNK = 512_000
KEPT_SECONDS = 86_400


class MongoBlobs:
    """Bytes by owner and SHA-256, in chunks; what nobody claims is gone after a day."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "deposits": [
            IndexModel([("whole", ASCENDING), ("number", ASCENDING)], name="whole_number"),
            IndexModel([("upload", ASCENDING)], name="upload"),
            IndexModel([("received", ASCENDING)], name="received", expireAfterSeconds=KEPT_SECONDS),
        ]
    }

    def __init__(self, database: Database) -> None:
        self._chunks = database["deposits"]

    @asynccontextmanager
    async def upload(self, owner: str, received: datetime) -> AsyncIterator["MongoUpload"]:
        upload = MongoUpload(self._chunks, owner, received, uuid4().hex)
        try:
            yield upload
        finally:
            await upload.remove_unfinished()

    async def put(self, owner: str, data: bytes, received: datetime) -> str:
        async with self.upload(owner, received) as upload:
            await upload.write(data)
            return await upload.finish()

    async def take(self, key: BlobKey) -> bytes | None:
        parts: dict[str, BytesIO] = {}
        async for chunk in self._chunks.find(_claimable(key)).sort("number", ASCENDING):
            parts.setdefault(str(chunk.get("upload")), BytesIO()).write(chunk["bytes"])
        whole = (part.getvalue() for part in parts.values())
        return next((data for data in whole if sha256(data).hexdigest() == key.digest), None)

    async def waiting(self) -> list[BlobKey]:
        """Return the key of everything that waits to be claimed."""
        documents = await self._chunks.find(
            {"number": 0, "whole": {"$gt": ""}}, {"whole": 1, "owner": 1}
        ).to_list(None)
        return sorted(
            {BlobKey(str(document.get("owner") or ""), str(document["whole"])) for document in documents}
        )

    async def clear(self, key: BlobKey) -> None:
        await self._chunks.delete_many(_claimable(key))


class MongoUpload:
    """One deposit while its data come in: chunks are written as they come, and claimed when all are there."""

    def __init__(self, chunks: Collection, owner: str, received: datetime, identifier: str) -> None:
        self._chunks, self._owner, self._received, self._id = chunks, owner, received, identifier
        self._digest, self._number, self._finished = sha256(), 0, False
        self._pending = bytearray()
        self.size = 0

    async def write(self, data: bytes) -> None:
        self.size += len(data)
        self._digest.update(data)
        for start in range(0, len(data), CHUNK):
            self._pending += data[start : start + CHUNK]
            if len(self._pending) >= CHUNK:
                await self._keep()

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()

    async def finish(self) -> str:
        if self._pending or not self._number:
            await self._keep()
        first_chunk = {"whole": self.digest, "owner": self._owner, "number": 0}
        if await self._chunks.find_one(first_chunk, {"_id": 1}) is None:
            await self._chunks.update_many({"upload": self._id}, {"$set": {"whole": self.digest}})
            self._finished = True
        return self.digest

    async def remove_unfinished(self) -> None:
        """Remove the chunks, unless they can be claimed."""
        if self._number and not self._finished:
            await self._chunks.delete_many({"upload": self._id})

    async def _keep(self) -> None:
        about = {"upload": self._id, "owner": self._owner, "number": self._number, "received": self._received}
        document: dict[str, Any] = {"_id": f"{self._id}#{self._number}", **about}
        await self._chunks.insert_one({**document, "bytes": Binary(bytes(self._pending))})
        self._number += 1
        self._pending.clear()


def _claimable(key: BlobKey) -> dict[str, Any]:
    """The chunks that the owner of ``key`` may claim: its own, and those without an owner."""
    return {"whole": key.digest, "owner": {"$in": [key.owner, None]} if key.owner else None}
