"""What may be said once only: claimed by one insert, said again only by the message that claimed it.

A claim is kept before it is said. A crash in between is repaired by redelivery: the same message says again
all that it claimed, from what was kept, whatever has changed since.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from shared.events import Event
from shared.store.mongo import Collection, keep_many_once

E = TypeVar("E", bound=Event)


class ClaimRepository:
    """The claims of one kind of event, by key."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def once(self, kind: type[E], found: Mapping[str, E], cause: str, *, again: bool) -> list[E]:
        """Claim ``found`` by key and return what is to be said now, in the order of the keys.

        ``cause`` names the message at work; ``again`` says that it may have been heard before, so that what
        it claimed then is looked for.
        """
        documents = [
            {"_id": f"{kind.key}|{key}", "cause": f"{kind.key}|{cause}", "event": event.model_dump_json()}
            for key, event in sorted(found.items())
        ]
        new = await keep_many_once(self._collection, documents)
        if not again and len(new) == len(documents):
            return [event for _, event in sorted(found.items())]
        mine = await self._collection.find({"cause": f"{kind.key}|{cause}"}).to_list(None)
        mine.sort(key=lambda document: str(document["_id"]))
        return [kind.model_validate_json(document["event"]) for document in mine]

    async def told(self, kind: type[Event], keys: Iterable[str]) -> frozenset[str]:
        """Return which of ``keys`` were claimed before."""
        start = f"{kind.key}|"
        query = {"_id": {"$in": [start + key for key in sorted(keys)]}}
        found = await self._collection.find(query, {"_id": 1}).to_list(None)
        return frozenset(str(document["_id"]).removeprefix(start) for document in found)

    async def count(self, kind: type[Event]) -> int:
        """Return how many of a kind were said."""
        start = f"{kind.key}|"
        return int(await self._collection.count_documents({"_id": {"$gte": start, "$lt": f"{kind.key}}}"}}))
