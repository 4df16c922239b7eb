"""The newest match of each solution with each city: the collection ``cards``."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from services.notifications.application.stored_models import MatchCard
from shared.events import Brief, Match
from shared.store.mongo import ASCENDING, DESCENDING, Database, Document, IndexModel

MOST_OF_A_NEED = 100


class MongoMatchCards:
    """One document for each solution and city."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "cards": [
            IndexModel([("need", ASCENDING)], name="need"),
            IndexModel([("match.city", ASCENDING)], name="match_city"),
            IndexModel([("match.city", ASCENDING), ("at", DESCENDING)], name="match_city_at"),
        ]
    }

    def __init__(self, database: Database) -> None:
        self._collection = database["cards"]

    async def save(self, card: MatchCard, at: datetime) -> None:
        document = {
            "need": card.match.need,
            "brief": card.brief.model_dump(mode="json"),
            "match": card.match.model_dump(mode="json"),
            "at": at,
        }
        await self._collection.update_one({"_id": _key(card)}, {"$set": document}, upsert=True)

    async def find(self, solution: str, city: str) -> MatchCard | None:
        document = await self._collection.find_one({"_id": f"{solution}|{city}"})
        return _card(document) if document else None

    async def of_city(self, city: str, most: int) -> list[MatchCard]:
        cursor = self._collection.find({"match.city": city}).sort("at", DESCENDING).limit(most)
        return [_card(document) for document in await cursor.to_list(None)]

    async def of_solution(self, solution: str, most: int) -> list[MatchCard]:
        # Keys are "solution|city"; an id with a bar in it may begin like another.
        begin = {"_id": {"$gte": f"{solution}|", "$lt": f"{solution}}}"}}
        cards = map(_card, await self._collection.find(begin).to_list(most))
        return [card for card in cards if card.brief.solution.id == solution]

    async def same_need(self, card: MatchCard) -> list[MatchCard]:
        documents = await self._collection.find({"need": card.match.need}).to_list(MOST_OF_A_NEED)
        others = (document for document in documents if document["_id"] != _key(card))
        return [_card(document) for document in sorted(others, key=lambda document: str(document["_id"]))]

    async def city_name(self, city: str) -> str | None:
        document = await self._collection.find_one({"match.city": city}, {"match.city_name": 1})
        return str(document["match"]["city_name"]) if document else None

    async def date_undated(self, at: datetime) -> None:
        """Date the cards that an older version stored without a date: they are kept from then on."""
        await self._collection.update_many({"at": {"$exists": False}}, {"$set": {"at": at}})


def _key(card: MatchCard) -> str:
    return f"{card.brief.solution.id}|{card.match.city}"


def _card(document: Document) -> MatchCard:
    return MatchCard(Brief.model_validate(document["brief"]), Match.model_validate(document["match"]))
