"""Forms of the desk that were begun: the collection ``desk_forms``."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from services.notifications.domain.desk.begun_forms import BegunForm
from shared.store.mongo import ASCENDING, DESCENDING, Database, IndexModel, keep_once


class MongoDeskForms:
    """One document for each form, by its city and token."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "desk_forms": [IndexModel([("city", ASCENDING), ("updated", DESCENDING)], name="city_updated")]
    }

    def __init__(self, database: Database) -> None:
        self._collection = database["desk_forms"]

    async def add(self, form: BegunForm) -> bool:
        return await keep_once(self._collection, _document(form))

    async def find(self, city: str, token: str) -> BegunForm | None:
        document = await self._collection.find_one({"_id": _id(city, token)})
        return _form(document) if document else None

    async def of_city(self, city: str) -> list[BegunForm]:
        found = self._collection.find({"city": city, "sent": False}).sort("updated", DESCENDING)
        return [_form(document) for document in await found.to_list(None)]

    async def replace(self, before: BegunForm, after: BegunForm) -> bool:
        same = {"_id": _id(before.city, before.token), "version": before.version}
        replaced = await self._collection.replace_one(same, _document(after))
        return bool(replaced.matched_count)

    async def remove(self, city: str, token: str) -> None:
        await self._collection.delete_one({"_id": _id(city, token)})


def _id(city: str, token: str) -> str:
    return f"{city}/{token}"


def _document(form: BegunForm) -> dict[str, Any]:
    return {
        "_id": _id(form.city, form.token),
        "city": form.city,
        "updated": form.updated,
        "version": form.version,
        "sent": form.sent is not None,
        "form": form.model_dump(mode="json"),
    }


def _form(document: Mapping[str, Any]) -> BegunForm:
    return BegunForm.model_validate(document["form"])
