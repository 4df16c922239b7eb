"""The document store, through Motor or PyMongo's async client by setting: the only file that knows a driver.

Stores use what MongoDB 8 and the embedded server treat alike: one document carries the atomicity.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

import structlog
from bson.binary import Binary
from bson.codec_options import CodecOptions
from bson.errors import BSONError
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import ASCENDING, DESCENDING, AsyncMongoClient, IndexModel, ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DocumentTooLarge,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    OperationFailure,
    PyMongoError,
    WTimeoutError,
)

from shared.errors import RetryableError, is_retryable
from shared.settings import ServiceSettings

__all__ = [
    "ASCENDING",
    "DESCENDING",
    "UNSTORABLE",
    "Binary",
    "Collection",
    "Database",
    "Document",
    "DuplicateKeyError",
    "IndexModel",
    "open_database",
]

Document: TypeAlias = dict[str, Any]
# Motor's collections have the same methods; one type serves both.
Collection: TypeAlias = AsyncCollection[Document]
# What no document can hold: over 16 MB, a whole number over 64 bits, a key with NUL, half a character.
UNSTORABLE = (BSONError, DocumentTooLarge, OverflowError, UnicodeEncodeError)
log = structlog.get_logger()
CODEC: CodecOptions[Document] = CodecOptions(tz_aware=True)
DUPLICATE_KEYS = 11000
OTHER_OPTIONS = frozenset({85, 86})
"""What the server says where an index has the same name or fields, and other options."""
CREATED_AT_ONCE = 5


class Database:
    """One service's own database."""

    def __init__(self, client: Any, name: str) -> None:  # noqa: ANN401 - either driver's client
        self._client = client
        self._database = client.get_database(name, codec_options=CODEC)

    def __getitem__(self, name: str) -> Collection:
        collection: Collection = self._database[name]
        return collection

    async def ping(self) -> None:
        """Really ask the server; raises what ``away`` recognises."""
        await self._client.admin.command("ping")

    async def now(self) -> datetime:
        """What time it is by the clock of the server (UTC)."""
        told: Document = await self._client.admin.command("hello")
        local: datetime = told["localTime"]
        return local.replace(tzinfo=UTC)

    async def aggregate(self, collection: str, pipeline: Sequence[Mapping[str, Any]]) -> list[Document]:
        """Run ``pipeline`` behind an indexed ``$match``."""
        cursor = self._database[collection].aggregate(list(pipeline))
        cursor = await cursor if hasattr(cursor, "__await__") else cursor
        found: list[Document] = await cursor.to_list(None)
        return found

    async def ensure_indexes(self, collection: str, indexes: Sequence[IndexModel]) -> None:
        """Create what is missing, and anew what has other options now, such as another time to live.

        Saying it again changes nothing.
        """
        for index in indexes:
            try:
                await self._database[collection].create_indexes([index])
            except OperationFailure as error:
                if error.code not in OTHER_OPTIONS:
                    raise
                await self._drop_index_like(collection, index)
                await self._database[collection].create_indexes([index])

    async def _drop_index_like(self, collection: str, index: IndexModel) -> None:
        """Drop the index that stands in the way of ``index``: one of its name, or over the same fields."""
        name, keys = str(index.document["name"]), [*index.document["key"].items()]
        known: Mapping[str, Document] = await self._database[collection].index_information()
        for each, about in known.items():
            if each == name or [*map(tuple, about["key"])] == keys:
                await self._database[collection].drop_index(each)

    async def close(self) -> None:
        """Close all connections."""
        closing = self._client.close()
        if closing is not None:
            await closing


def open_database(settings: ServiceSettings, service: str) -> Database:
    """Return the database of ``service``; it connects when first asked."""
    kind: Any = AsyncIOMotorClient if settings.mongo_driver == "motor" else AsyncMongoClient
    client = kind(settings.mongo_url, uuidRepresentation="standard", appname=f"citiesshare-{service}")
    return Database(client, f"{settings.mongo_prefix}{service}")


def away(error: BaseException) -> bool:
    """Return whether ``error`` says that the store is away, busy or too slow: it could work later."""
    if isinstance(error, ConnectionFailure | ExecutionTimeout | NetworkTimeout | WTimeoutError):
        return True
    transient = isinstance(error, PyMongoError) and error.has_error_label("TransientTransactionError")
    shutting_down = isinstance(error, OperationFailure) and error.code in {91, 189, 11600, 11602, 10107}
    return transient or shutting_down or is_retryable(error)


async def keep_newest(collection: Collection, key: str, revision: int, document: Document) -> bool:
    """Keep ``document`` under ``key`` unless as new a revision is there; returns whether it was kept.

    ``touched`` is the server's own time, so that replicas can ask what changed since they last looked.
    """
    try:
        done = await collection.update_one(
            {"_id": key, "revision": {"$lt": revision}},
            {"$set": {**document, "revision": revision}, "$currentDate": {"touched": True}},
            upsert=True,
        )
    except DuplicateKeyError:
        return False
    return bool(done.upserted_id is not None or done.modified_count)


async def keep_once(collection: Collection, document: Document) -> bool:
    """Insert ``document`` unless its ``_id`` or another unique key is there; returns whether it was new."""
    try:
        await collection.insert_one(document)
    except DuplicateKeyError:
        return False
    return True


def batches(keys: Sequence[str], most: int) -> list[Sequence[str]]:
    """``keys`` in batches of at most ``most``, for queries that name each of them."""
    return [keys[start : start + most] for start in range(0, len(keys), most)]


async def keep_many_once(collection: Collection, documents: Sequence[Document]) -> list[Document]:
    """Insert what is not there yet of ``documents``, in any order; returns those that were new."""
    try:
        if documents:
            await collection.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        failed = error.details["writeErrors"]
        if any(each["code"] != DUPLICATE_KEYS for each in failed):
            raise
        there = {each["index"] for each in failed}
        return [document for place, document in enumerate(documents) if place not in there]
    return list(documents)


async def update_by_pipeline(
    collection: Collection, key: str, pipeline: Sequence[Mapping[str, Any]]
) -> Document:
    """Update the document ``key`` by a pipeline, creating it if it is missing; returns it as it is then.

    Not by an upsert: where several create it at once, the embedded server loses what some of them wrote.
    """
    for _ in range(CREATED_AT_ONCE):
        found = await collection.find_one_and_update(
            {"_id": key}, list(pipeline), return_document=ReturnDocument.AFTER
        )
        if found is not None:
            return found
        await keep_once(collection, {"_id": key})
    raise RetryableError(f"{collection.name} {key!r} disappears again and again")
