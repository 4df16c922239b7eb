"""Sessions of the desk and forms they interrupted: the collections ``desk_sessions`` and ``desk_kept``."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from services.notifications.application.stored_models import KeptForm
from services.notifications.domain.desk.sessions import Session
from shared.store.mongo import ASCENDING, DESCENDING, Database, IndexModel


class MongoDeskSessions:
    """One document for each session, by the hash of its token."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "desk_sessions": [IndexModel([("official", ASCENDING)], name="official")]
    }

    def __init__(self, database: Database) -> None:
        self._collection = database["desk_sessions"]

    async def save(self, session: Session) -> None:
        await self._collection.insert_one(_document(session))

    async def find(self, session: str) -> Session | None:
        document = await self._collection.find_one({"_id": session})
        return _session(document) if document else None

    async def touch(self, session: Session) -> None:
        later = {"$max": {"used": session.used, "ends": session.ends}}
        await self._collection.update_one({"_id": session.id}, later)

    async def of_official(self, official: str) -> list[Session]:
        documents = await self._collection.find({"official": official}).to_list(None)
        return [_session(document) for document in documents]

    async def remove(self, official: str, session: str | None = None) -> None:
        one = {"_id": session} if session else {}
        await self._collection.delete_many({"official": official, **one})


class MongoKeptForms:
    """One document for each form that a session's end interrupted, by official and address."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "desk_kept": [IndexModel([("official", ASCENDING), ("at", DESCENDING)], name="official_at")]
    }

    def __init__(self, database: Database) -> None:
        self._collection = database["desk_kept"]

    async def save(self, form: KeptForm) -> None:
        document = {
            "_id": form.key,
            "official": form.official,
            "holder": form.holder,
            "address": form.address,
            # Names of fields may have characters that names of members of a document may not have.
            "fields": [{"name": name, "values": values} for name, values in form.fields.items()],
            "at": form.at,
        }
        await self._collection.replace_one({"_id": form.key}, document, upsert=True)

    async def of_holder(self, official: str, holder: str) -> list[KeptForm]:
        query = {"official": official, "holder": holder}
        documents = await self._collection.find(query).sort("at", DESCENDING).to_list(None)
        return [_kept(document) for document in documents]

    async def remove(self, official: str, key: str) -> None:
        await self._collection.delete_one({"_id": key, "official": official})


def _document(session: Session) -> dict[str, Any]:
    fields = session.model_dump(mode="python")
    return {"_id": fields.pop("id"), **fields}


def _session(document: Mapping[str, Any]) -> Session:
    return Session.model_validate({**document, "id": document["_id"]})


def _kept(document: Mapping[str, Any]) -> KeptForm:
    fields = {str(field["name"]): [str(value) for value in field["values"]] for field in document["fields"]}
    return KeptForm(
        document["_id"], document["official"], document["holder"], document["address"], fields, document["at"]
    )
