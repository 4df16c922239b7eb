"""Requests for sign-in links: the collection ``sign_in_requests``."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from services.notifications.application.stored_models import SignInRequest
from shared.store.mongo import ASCENDING, Database, IndexModel, keep_once


class MongoSignInRequests:
    """One document for each address that waits for an answer."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "sign_in_requests": [IndexModel([("at", ASCENDING)], name="at")]
    }

    def __init__(self, database: Database) -> None:
        self._collection = database["sign_in_requests"]

    async def save(self, request: SignInRequest) -> None:
        document = {"_id": request.key, "address": request.address, "at": request.at, "after": request.after}
        await keep_once(self._collection, document)

    async def oldest(self, most: int) -> list[SignInRequest]:
        documents = await self._collection.find({}).sort("at", ASCENDING).limit(most).to_list(None)
        return [
            SignInRequest(document["address"], document["at"], document["_id"], document.get("after"))
            for document in documents
        ]

    async def remove(self, request: SignInRequest) -> None:
        await self._collection.delete_one({"_id": request.key, "at": request.at})
