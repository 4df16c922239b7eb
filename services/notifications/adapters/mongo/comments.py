"""The open forum of a city about a solution: what its officials say to each other across departments."""

from datetime import datetime

from services.notifications.application.page_queries import CommentLine
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.link_tokens import name_of
from shared.store.mongo import ASCENDING, Database, IndexModel, keep_once

MOST = 2_000


class CommentRepository:
    """Remarks by solution and city; another city never reads them."""

    def __init__(self, database: Database) -> None:
        self._database, self._remarks = database, database["remarks"]

    async def prepare(self) -> None:
        """Create what the query below needs."""
        about = IndexModel([("solution", ASCENDING), ("city", ASCENDING)], name="solution_city")
        await self._database.ensure_indexes("remarks", [about])

    async def about(self, solution: str, city: str) -> list[CommentLine]:
        """What was said, oldest first."""
        found = await self._remarks.find({"solution": solution, "city": city}).to_list(500)
        read = (CommentLine(one["at"], one["post"], one["words"], one["language"]) for one in found)
        return sorted(read)

    async def keep(self, letter: Letter, words: str, at: datetime) -> None:
        """Keep one remark; a form that is sent twice says it once."""
        said = " ".join(words.split())[:MOST]
        document = {
            "_id": name_of(letter.official, letter.solution or "", said),
            "solution": letter.solution,
            "city": letter.city,
            "official": letter.official,
            "post": letter.post,
            "words": said,
            "language": letter.locale,
            "at": at,
        }
        if said:
            await keep_once(self._remarks, document)
