"""Who agreed to which meeting: the collection ``agreed``."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from services.notifications.application.stored_models import StoredConsent
from services.notifications.domain.letters.registry import read_letter
from shared.store.mongo import ASCENDING, Database, Document, IndexModel, keep_once


class MongoConsents:
    """One document for each meeting and post."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "agreed": [IndexModel([("about", ASCENDING)], name="about")]
    }

    def __init__(self, database: Database) -> None:
        self._collection = database["agreed"]

    async def save(self, consent: StoredConsent) -> bool:
        return await keep_once(self._collection, _document(consent))

    async def find(self, about: str, official: str) -> StoredConsent | None:
        document = await self._collection.find_one({"_id": f"{about}|{official}"})
        return _consent(document) if document else None

    async def replace(self, consent: StoredConsent, before: StoredConsent) -> None:
        document = _document(consent)
        await self._collection.replace_one({"_id": document["_id"], "at": before.at}, document)

    async def about(self, about: str) -> list[StoredConsent]:
        documents = await self._collection.find({"about": about}).to_list(None)
        ordered = sorted(documents, key=lambda document: (document["at"], str(document["_id"])))
        return [_consent(document) for document in ordered]


def _document(consent: StoredConsent) -> dict[str, Any]:
    return {
        "_id": f"{consent.about}|{consent.official}",
        "official": consent.official,
        "about": consent.about,
        "letter": consent.letter.model_dump(mode="json"),
        "at": consent.at,
    }


def _consent(document: Document) -> StoredConsent:
    letter = read_letter(document["letter"])
    return StoredConsent(document["about"], document["official"], letter, document["at"])
