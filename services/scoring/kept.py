"""One kind of fact in the store: the newest revision wins, whatever the order of arrival."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from services.scoring.domain.facts import Known
from shared.events import State
from shared.facts import Fact
from shared.mongo import Collection, keep_newest

F = TypeVar("F", bound=Fact)
AT_ONCE = 50
# The server stamps a write before others can read it: what was stamped this long ago is there to be read.
SETTLED = timedelta(seconds=3)


class Kept(Generic[F]):
    """A collection of facts by id."""

    def __init__(self, collection: Collection, model: type[F]) -> None:
        self._collection, self._model = collection, model

    async def keep(self, key: str, known: Known[F]) -> bool:
        """Keep ``known`` unless as new a revision is there; returns whether it was kept."""
        document = {
            "state": known.state,
            "recorded": known.recorded.isoformat(),
            "embargoed": known.embargoed,
            "fact": known.fact.model_dump(mode="json"),
        }
        return await keep_newest(self._collection, key, known.revision, document)

    async def get(self, key: str) -> Known[F] | None:
        """Return the newest revision of ``key``."""
        found = await self._collection.find_one({"_id": key})
        return self._read(found) if found else None

    async def many(self, keys: Iterable[str]) -> dict[str, Known[F]]:
        """Return what there is of ``keys``."""
        wanted = sorted(set(keys))
        found: dict[str, Known[F]] = {}
        for start in range(0, len(wanted), AT_ONCE):
            some = self._collection.find({"_id": {"$in": wanted[start : start + AT_ONCE]}})
            found.update({document["_id"]: self._read(document) for document in await some.to_list(None)})
        return found

    async def where(self, query: Mapping[str, Any]) -> list[Known[F]]:
        """Return all that meet an indexed equality."""
        return [self._read(document) for document in await self._collection.find(query).to_list(None)]

    async def since(self, moment: datetime | None) -> tuple[list[Known[F]], datetime | None]:
        """Return what was written since ``moment`` (all, for None), and the moment to ask from next time."""
        query = {} if moment is None else {"touched": {"$gte": moment - SETTLED}}
        documents = await self._collection.find(query).to_list(None)
        newest = max((document["touched"] for document in documents), default=moment)
        return [self._read(document) for document in documents], newest

    async def count(self) -> int:
        """Return how many there are."""
        return int(await self._collection.count_documents({}))

    def _read(self, document: Mapping[str, Any]) -> Known[F]:
        state: State = document["state"]
        return Known(
            fact=self._model.model_validate(document["fact"]),
            revision=document["revision"],
            state=state,
            recorded=datetime.fromisoformat(document["recorded"]),
            embargoed=document["embargoed"],
        )
