"""Publishers and the hashes of their keys."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from secrets import token_hex, token_urlsafe
from typing import Any, ClassVar

from services.submissions.domain.publishers import ApiKey, IssuedKey, Publisher
from shared.store.mongo import ASCENDING, Database, IndexModel


def new_api_key() -> ApiKey:
    """Return a key that nobody has yet."""
    return ApiKey(token_hex(6), token_urlsafe(32))


class MongoPublishers:
    """Who may speak, by key and by account at the broker."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "publishers": [
            IndexModel([("keys.id", ASCENDING)], name="keys_id"),
            IndexModel([("account", ASCENDING)], name="account"),
        ]
    }

    def __init__(self, database: Database) -> None:
        self._publishers = database["publishers"]

    async def keep(self, publisher: Publisher) -> None:
        document = publisher.model_dump(mode="json", exclude={"id"})
        await self._publishers.update_one({"_id": publisher.id}, {"$set": document}, upsert=True)

    async def listed(self) -> list[tuple[Publisher, tuple[IssuedKey, ...]]]:
        documents = await self._publishers.find({}).to_list(None)
        ordered = sorted(documents, key=lambda document: str(document["_id"]))
        return [(_publisher(document), tuple(map(_issued, document.get("keys", ())))) for document in ordered]

    async def add_key(self, publisher: str, key: ApiKey, at: datetime) -> bool:
        stored_key = {"id": key.id, "hash": key.hash, "made": at, "ends": None}
        change = {"$push": {"keys": stored_key}, "$unset": {"revoked": ""}}
        done = await self._publishers.update_one({"_id": publisher}, change)
        return bool(done.matched_count)

    async def end_keys(self, publisher: str, at: datetime, besides: str | None = None) -> int:
        document = await self._publishers.find_one({"_id": publisher})
        keys = document.get("keys", []) if document else []
        ending = [key for key in keys if key["id"] != besides and (key["ends"] is None or key["ends"] > at)]
        for key in ending:
            key["ends"] = at
        await self._publishers.update_one({"_id": publisher}, {"$set": {"keys": keys}})
        return len(ending)

    async def revoke(self, publisher: str, at: datetime) -> int | None:
        done = await self._publishers.update_one({"_id": publisher}, {"$set": {"revoked": at}})
        return await self.end_keys(publisher, at) if done.matched_count else None

    async def by_key(self, key: ApiKey, now: datetime) -> Publisher | None:
        document = await self._publishers.find_one({"keys.id": key.id})
        for stored_key in document.get("keys", []) if document else ():
            good = stored_key["id"] == key.id and hmac.compare_digest(str(stored_key["hash"]), key.hash)
            if document and good and (stored_key["ends"] is None or now < stored_key["ends"]):
                publisher = _publisher(document)
                return None if publisher.revoked else publisher
        return None

    async def by_account(self, account: str) -> Publisher | None:
        document = await self._publishers.find_one({"account": account})
        return _publisher(document) if document else None

    async def by_id(self, identifier: str) -> Publisher | None:
        document = await self._publishers.find_one({"_id": identifier})
        return _publisher(document) if document else None


def _issued(key: dict[str, Any]) -> IssuedKey:
    return IssuedKey(key["id"], key["made"], key["ends"])


def _publisher(document: dict[str, Any]) -> Publisher:
    """The publisher as it is now: nothing of it is remembered from one message to the next."""
    ends, now = [key["ends"] for key in document.get("keys", ())], datetime.now(UTC)
    ended = bool(ends) and all(end is not None and end <= now for end in ends)
    revoked = ended or document.get("revoked") is not None
    return Publisher.model_validate({**document, "id": document["_id"], "revoked": revoked})
