"""Who was considered for which match: the collection ``considered``."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from services.notifications.application.stored_models import ConsideredMatch
from services.notifications.domain.letters.base import title_for
from services.notifications.domain.localized_texts import LocalizedText
from services.notifications.domain.notification_reasons import Considered
from services.notifications.domain.officials import Official
from services.notifications.domain.recipients import Recipients
from shared.events import Match, SolutionMatched
from shared.store.mongo import ASCENDING, Database, IndexModel, keep_many_once


class MongoConsidered:
    """One document for each official, match and revision."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "considered": [IndexModel([("official", ASCENDING)], name="official")]
    }

    def __init__(self, database: Database) -> None:
        self._collection = database["considered"]

    async def save(self, event: SolutionMatched, match: Match, recipients: Recipients) -> None:
        notified = [_document(reader.official, event, match, reader.when) for reader in recipients.notified]
        skipped = [
            _document(reader.official, event, match, reader.why.value) for reader in recipients.skipped
        ]
        await keep_many_once(self._collection, [*notified, *skipped])

    async def of_official(self, official: str, most: int) -> list[ConsideredMatch]:
        documents = await self._collection.find({"official": official}).to_list(most)
        return [
            ConsideredMatch(
                Considered.model_validate(document), LocalizedText.model_validate(document["title"])
            )
            for document in documents
        ]

    async def about(self, official: str, solution: str) -> list[Considered]:
        documents = await self._collection.find({"official": official, "solution": solution}).to_list(None)
        return [Considered.model_validate(document) for document in documents]


def _document(official: Official, event: SolutionMatched, match: Match, decision: str) -> dict[str, Any]:
    solution = event.brief.solution
    return {
        "_id": f"{official.id}|{solution.id}|{match.need}|{event.revision}",
        "official": official.id,
        "solution": solution.id,
        "need": match.need,
        "decision": decision,
        "at": event.matched,
        "title": title_for(solution, official.speaks()).model_dump(mode="json"),
    }
