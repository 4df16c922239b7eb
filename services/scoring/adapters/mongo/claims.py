"""Events that are published once: claimed by one insert, published again only by the message that claimed it.

A claim is kept before it is published. A crash in between is repaired by redelivery: the same message
publishes again all that it claimed, from what was kept, whatever has changed since.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, TypeVar

from services.scoring.adapters.mongo.facts import AT_ONCE
from shared.events import Event
from shared.store.mongo import ASCENDING, Database, IndexModel, batches, keep_many_once

E = TypeVar("E", bound=Event)


class MongoClaims:
    """``ClaimRepository``: the collection ``said``: events by kind and key."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "said": [IndexModel([("cause", ASCENDING)], name="cause")]
    }

    def __init__(self, database: Database) -> None:
        self._collection = database["said"]

    async def once(self, kind: type[E], events: Mapping[str, E], cause: str, *, again: bool) -> list[E]:
        documents = [
            {"_id": f"{kind.key}|{key}", "cause": f"{kind.key}|{cause}", "event": event.model_dump_json()}
            for key, event in sorted(events.items())
        ]
        new = await keep_many_once(self._collection, documents)
        if not again and len(new) == len(documents):
            return [event for _, event in sorted(events.items())]
        mine = await self._collection.find({"cause": f"{kind.key}|{cause}"}).to_list(None)
        mine.sort(key=lambda document: str(document["_id"]))
        return [kind.model_validate_json(document["event"]) for document in mine]

    async def claimed(self, kind: type[Event], keys: Iterable[str]) -> frozenset[str]:
        start, claimed = f"{kind.key}|", set[str]()
        for some in batches(sorted(keys), AT_ONCE):
            query = {"_id": {"$in": [start + key for key in some]}}
            documents = await self._collection.find(query, {"_id": 1}).to_list(None)
            claimed |= {str(document["_id"]).removeprefix(start) for document in documents}
        return frozenset(claimed)

    async def count(self, kind: type[Event]) -> int:
        start = f"{kind.key}|"
        return int(await self._collection.count_documents({"_id": {"$gte": start, "$lt": f"{kind.key}}}"}}))
