"""Buyers whose city is not known, the processes that wait for it, and what reviewers decided."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from services.submissions.application.stored_models import Decision, WaitingBuyer
from services.submissions.domain.ocds.buyer_city import Decided, UnplacedBuyer
from shared.store.mongo import ASCENDING, DESCENDING, Database, IndexModel, keep_once

MOST_DECIDED = 100


class MongoUnplacedBuyers:
    """One document for each buyer of a publisher that was asked about, one for each process of it."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "places": [
            IndexModel([("publisher", ASCENDING), ("state", ASCENDING)], name="publisher_state"),
            IndexModel([("state", ASCENDING)], name="state"),
            IndexModel([("decided", DESCENDING)], name="decided", sparse=True),
        ],
        "unplaced": [IndexModel([("place", ASCENDING)], name="place")],
    }

    def __init__(self, database: Database) -> None:
        self._places = database["places"]
        self._unplaced = database["unplaced"]

    async def note(self, unplaced: UnplacedBuyer, process: str, at: datetime) -> None:
        document = unplaced.model_dump(mode="json") | {"name": unplaced.name, "asked": at, "state": "waiting"}
        await keep_once(self._places, {"_id": unplaced.key, **document})
        await keep_once(self._unplaced, {"_id": process, "place": unplaced.key})

    async def decided(self, publisher: str) -> Decided:
        documents = await self._places.find({"publisher": publisher, "state": "decided"}).to_list(None)
        return {str(document["name"]): document["city"] for document in documents}

    async def waiting(self) -> list[WaitingBuyer]:
        documents = await self._places.find({"state": "waiting"}).to_list(None)
        waiting = [_buyer(document, len(await self.processes(document["_id"]))) for document in documents]
        return sorted(waiting, key=lambda buyer: (-buyer.processes, buyer.key))

    async def decided_since(self, since: datetime) -> list[WaitingBuyer]:
        cursor = (
            self._places.find({"decided": {"$gte": since}}).sort("decided", DESCENDING).limit(MOST_DECIDED)
        )
        return [_buyer(document) for document in await cursor.to_list(None)]

    async def place(self, key: str) -> WaitingBuyer | None:
        document = await self._places.find_one({"_id": key})
        return _buyer(document) if document else None

    async def processes(self, key: str) -> list[str]:
        documents = await self._unplaced.find({"place": key}, {"_id": 1}).to_list(None)
        return sorted(str(document["_id"]) for document in documents)

    async def decide(self, key: str, city: str | None, who: str, at: datetime, reason: str | None) -> None:
        decision = {"city": city, "who": who, "when": at, "reason": reason}
        change = {"$set": {"state": "decided", "city": city, "decided": at}, "$push": {"decisions": decision}}
        await self._places.update_one({"_id": key}, change)


def _buyer(document: Mapping[str, Any], processes: int = 0) -> WaitingBuyer:
    return WaitingBuyer(
        key=document["_id"],
        unplaced=UnplacedBuyer.model_validate(document),
        asked=document["asked"],
        processes=processes,
        city=document.get("city"),
        state=document["state"],
        decisions=tuple(
            Decision(decision["when"], decision["who"], reason=decision.get("reason"), city=decision["city"])
            for decision in document.get("decisions", ())
        ),
    )
