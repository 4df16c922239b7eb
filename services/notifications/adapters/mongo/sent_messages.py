"""What officials sent from the desk: the collection ``desk_sent``."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from services.notifications.domain.desk.sent import SentMessage, ids_of
from shared.events import SubmissionRejected
from shared.store.mongo import ASCENDING, DESCENDING, Database, Document, IndexModel, keep_many_once

MOST_SHOWN = 50


class MongoSentMessages:
    """One document for each message and record."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "desk_sent": [
            IndexModel([("city", ASCENDING), ("at", DESCENDING)], name="city_at"),
            IndexModel([("record", ASCENDING), ("at", DESCENDING)], name="record_at"),
        ]
    }

    def __init__(self, database: Database) -> None:
        self._collection = database["desk_sent"]

    async def save(self, messages: Sequence[SentMessage]) -> None:
        documents = [
            {"_id": message.id, **message.model_dump(exclude={"id"}, mode="python")} for message in messages
        ]
        await keep_many_once(self._collection, documents)

    async def reject(self, event: SubmissionRejected) -> None:
        refused = {
            "complaints": [complaint.model_dump(mode="json") for complaint in event.complaints],
            "partly": event.partly,
        }
        await self._collection.update_many({"_id": {"$in": [*ids_of(event.event)]}}, {"$set": refused})

    async def of_city(self, city: str) -> list[SentMessage]:
        return await self._newest({"city": city})

    async def about(self, record: str, city: str) -> list[SentMessage]:
        return await self._newest({"record": record, "city": city})

    async def _newest(self, query: Mapping[str, str]) -> list[SentMessage]:
        cursor = self._collection.find(query).sort("at", DESCENDING).limit(MOST_SHOWN)
        return [_message(document) for document in await cursor.to_list(None)]


def _message(document: Document) -> SentMessage:
    return SentMessage.model_validate({**document, "id": document["_id"]})
