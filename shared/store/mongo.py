"""The document store, through Motor or PyMongo's async client: the only module that imports a driver.

Only operations with the same result on MongoDB 8 and on the embedded server are used; updates are atomic
within one document, without transactions.
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
# Motor's collections have the same methods, so PyMongo's type is used for both.
Collection: TypeAlias = AsyncCollection[Document]
# Errors of documents that BSON cannot hold: over 16 MiB, integers over 64 bits, keys with NUL, lone
# surrogates.
UNSTORABLE = (BSONError, DocumentTooLarge, OverflowError, UnicodeEncodeError)
log = structlog.get_logger()
CODEC: CodecOptions[Document] = CodecOptions(tz_aware=True)
DUPLICATE_KEYS = 11000
OTHER_OPTIONS = frozenset({85, 86})
"""Error codes IndexOptionsConflict and IndexKeySpecsConflict: an index exists with other options."""
CREATED_AT_ONCE = 5


class Database:
    """The database of one service."""

    def __init__(self, client: Any, name: str) -> None:  # noqa: ANN401 - either driver's client
        self._client = client
        self._database = client.get_database(name, codec_options=CODEC)

    def __getitem__(self, name: str) -> Collection:
        collection: Collection = self._database[name]
        return collection

    async def ping(self) -> None:
        """Send a command to the server; raises an error for which ``away`` returns True where it fails."""
        await self._client.admin.command("ping")

    async def now(self) -> datetime:
        """Return the time of the server (UTC)."""
        reply: Document = await self._client.admin.command("hello")
        local: datetime = reply["localTime"]
        return local.replace(tzinfo=UTC)

    async def aggregate(self, collection: str, pipeline: Sequence[Mapping[str, Any]]) -> list[Document]:
        """Return the documents of the aggregation ``pipeline``, whose first stage must use an index."""
        cursor = self._database[collection].aggregate(list(pipeline))
        cursor = await cursor if hasattr(cursor, "__await__") else cursor
        documents: list[Document] = await cursor.to_list(None)
        return documents

    async def ensure_indexes(self, collection: str, indexes: Sequence[IndexModel]) -> None:
        """Create missing indexes, and recreate those with other options, such as another time to live.

        It is idempotent.
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
        """Drop the index that conflicts with ``index``: one with its name or with the same fields."""
        name, keys = str(index.document["name"]), [*index.document["key"].items()]
        existing: Mapping[str, Document] = await self._database[collection].index_information()
        for existing_name, options in existing.items():
            if existing_name == name or [*map(tuple, options["key"])] == keys:
                await self._database[collection].drop_index(existing_name)

    async def close(self) -> None:
        """Close all connections."""
        closing = self._client.close()
        if closing is not None:
            await closing


def open_database(settings: ServiceSettings, service: str) -> Database:
    """Return the database of ``service``; the first operation connects."""
    kind: Any = AsyncIOMotorClient if settings.mongo_driver == "motor" else AsyncMongoClient
    client = kind(settings.mongo_url, uuidRepresentation="standard", appname=f"citiesshare-{service}")
    return Database(client, f"{settings.mongo_prefix}{service}")


def away(error: BaseException) -> bool:
    """Return whether ``error`` may be temporary: the store is unreachable, overloaded or shutting down."""
    if isinstance(error, ConnectionFailure | ExecutionTimeout | NetworkTimeout | WTimeoutError):
        return True
    transient = isinstance(error, PyMongoError) and error.has_error_label("TransientTransactionError")
    shutting_down = isinstance(error, OperationFailure) and error.code in {91, 189, 11600, 11602, 10107}
    return transient or shutting_down or is_retryable(error)


async def keep_newest(
    collection: Collection,
    key: str,
    revision: int,
    document: Document,
    also: Mapping[str, Mapping[str, Any]] | None = None,
) -> bool:
    """Store ``document`` under ``key`` unless the same or a newer revision exists; returns whether it was
    stored. ``also`` are further updates of the same write, by operator.

    ``touched`` is set to the time of the server, so that replicas can query what changed since their last
    query.
    """
    try:
        result = await collection.update_one(
            {"_id": key, "revision": {"$lt": revision}},
            {
                "$set": {**document, "revision": revision},
                "$currentDate": {"touched": True},
                **(also or {}),
            },
            upsert=True,
        )
    except DuplicateKeyError:
        return False
    return bool(result.upserted_id is not None or result.modified_count)


async def keep_once(collection: Collection, document: Document) -> bool:
    """Insert ``document`` unless a unique key of it exists already; returns whether it was inserted."""
    try:
        await collection.insert_one(document)
    except DuplicateKeyError:
        return False
    return True


def batches(keys: Sequence[str], most: int) -> list[Sequence[str]]:
    """``keys`` in batches of at most ``most``, for queries that name each of them."""
    return [keys[start : start + most] for start in range(0, len(keys), most)]


async def keep_many_once(collection: Collection, documents: Sequence[Document]) -> list[Document]:
    """Insert those of ``documents`` whose unique keys do not exist, in any order; returns them."""
    try:
        if documents:
            await collection.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        failures = error.details["writeErrors"]
        if any(failure["code"] != DUPLICATE_KEYS for failure in failures):
            raise
        existing = {failure["index"] for failure in failures}
        return [document for index, document in enumerate(documents) if index not in existing]
    return list(documents)


async def update_by_pipeline(
    collection: Collection, key: str, pipeline: Sequence[Mapping[str, Any]]
) -> Document:
    """Update the document ``key`` with an aggregation pipeline, creating it if missing; returns the new
    version.

    It does not use an upsert: with concurrent upserts of one document the embedded server loses writes.
    Raises RetryableError where the document is deleted again ``CREATED_AT_ONCE`` times.
    """
    for _ in range(CREATED_AT_ONCE):
        updated = await collection.find_one_and_update(
            {"_id": key}, list(pipeline), return_document=ReturnDocument.AFTER
        )
        if updated is not None:
            return updated
        await keep_once(collection, {"_id": key})
    raise RetryableError(f"{collection.name} {key!r} was deleted {CREATED_AT_ONCE} times during the update")
