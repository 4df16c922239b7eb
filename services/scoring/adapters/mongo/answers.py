"""What officials answered to letters: the collection ``answers``."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import ClassVar

from shared.events import MatchAnswered
from shared.store.mongo import ASCENDING, Database, IndexModel, keep_once


class MongoAnswers:
    """``AnswerRepository``: one document for each answer, by the id of its message."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "answers": [IndexModel([("solution", ASCENDING)], name="solution")]
    }

    def __init__(self, database: Database) -> None:
        self._collection = database["answers"]

    async def keep(self, answer: MatchAnswered) -> None:
        await keep_once(self._collection, {"_id": answer.message_id, **answer.model_dump(mode="json")})

    async def objections(self, solution: str) -> dict[str, frozenset[str]]:
        units: dict[str, set[str]] = defaultdict(set)
        for document in await self._collection.find({"solution": solution}).to_list(None):
            if document["unit"] is not None and document["answer"] == "not_for_us":
                units[document["city"]].add(document["unit"])
        return {city: frozenset(lacking) for city, lacking in units.items()}
