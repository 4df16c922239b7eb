"""What officials of a city wrote about a solution: the collection ``remarks``."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from services.notifications.application.stored_models import CommentLine
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.link_tokens import name_of
from shared.store.mongo import ASCENDING, Database, IndexModel, keep_once

MOST_SHOWN = 500
LONGEST = 2_000


class MongoComments:
    """One document for each comment, by solution and city."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "remarks": [IndexModel([("solution", ASCENDING), ("city", ASCENDING)], name="solution_city")]
    }

    def __init__(self, database: Database) -> None:
        self._collection = database["remarks"]

    async def about(self, solution: str, city: str) -> list[CommentLine]:
        documents = await self._collection.find({"solution": solution, "city": city}).to_list(MOST_SHOWN)
        return sorted(
            CommentLine(document["at"], document["post"], document["words"], document["language"])
            for document in documents
        )

    async def save(self, letter: Letter, words: str, at: datetime) -> None:
        text = " ".join(words.split())[:LONGEST]
        document = {
            "_id": name_of(letter.official, letter.solution or "", text),
            "solution": letter.solution,
            "city": letter.city,
            "official": letter.official,
            "post": letter.post,
            "words": text,
            "language": letter.locale,
            "at": at,
        }
        if text:
            await keep_once(self._collection, document)
