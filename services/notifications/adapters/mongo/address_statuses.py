"""How addresses behaved: the collection ``standings``, under a hash of each address."""

from services.notifications.application.stored_models import SuppressedAddress
from services.notifications.domain.addresses import address_hash
from services.notifications.domain.bounces import AddressStatus
from shared.store.mongo import Database


class MongoAddressStatuses:
    """One document for each address."""

    def __init__(self, database: Database) -> None:
        self._collection = database["standings"]

    async def find(self, email: str) -> AddressStatus:
        document = await self._collection.find_one({"_id": address_hash(email)})
        return AddressStatus.model_validate(document) if document else AddressStatus()

    async def save(self, email: str, status: AddressStatus) -> None:
        change = {"$set": status.model_dump(mode="json")}
        await self._collection.update_one({"_id": address_hash(email)}, change, upsert=True)

    async def remove(self, email: str) -> None:
        await self._collection.delete_one({"_id": address_hash(email)})

    async def suppressed(self) -> list[SuppressedAddress]:
        documents = await self._collection.find({"stopped": {"$ne": None}}).to_list(None)
        return [
            SuppressedAddress(str(document["_id"]), str(document["stopped"]), str(document.get("last") or ""))
            for document in documents
        ]
