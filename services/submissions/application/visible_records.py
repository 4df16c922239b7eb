"""Records as one viewer may see them: read from the store and judged by the one rule when they are shown."""

from collections.abc import Sequence, Set
from datetime import UTC, datetime

from services.submissions.application.repositories import RecordRepository
from services.submissions.domain.drafts import MODELS, Recordable
from services.submissions.domain.publishers import EVERY, Publisher
from services.submissions.domain.records import Record
from shared.facts import Solution
from shared.visibility import PUBLIC, Viewer, may_see


class VisibleRecords:
    """What ``viewer`` may see of a store now."""

    def __init__(self, records: RecordRepository, viewer: Viewer = PUBLIC) -> None:
        self._records, self._viewer = records, viewer

    async def record(self, key: str) -> Record | None:
        """Return the record under ``key``, or None where there is none that may be seen."""
        record = await self._records.record(key)
        seen = await self._seen([record]) if record else ()
        return seen[0] if seen else None

    async def published(self, kind: str) -> Sequence[Record]:
        """Return the published records of a kind that may be seen, by id."""
        return await self._seen(await self._records.published(kind))

    async def alike(self, solution: Solution) -> list[Solution]:
        """Return the solutions like ``solution`` that may be seen and were not withdrawn."""
        seen = await self._seen(await self._records.alike(solution))
        standing = (record.fact for record in seen if record.state != "withdrawn")
        return [fact for fact in standing if isinstance(fact, Solution)]

    def owns(self, record: Record) -> bool:
        """Whether the viewer sees ``record`` in every state, with what nobody confirmed beside it."""
        return self._viewer.owns(record.status)

    async def hides(self, identifier: str) -> bool:
        """Whether there is a record of any kind under ``identifier`` that may not be seen."""
        records = await self._records.records(f"{kind}|{identifier}" for kind in MODELS)
        return len(await self._seen([*records.values()])) < len(records)

    async def facts(self, records: Sequence[Record]) -> list[Recordable]:
        """Return what the records say; a solution without the id of a parent that may not be seen."""
        facts = [record.fact for record in records]
        parents = (fact.parent for fact in facts if isinstance(fact, Solution) and fact.parent)
        parents_by_key = await self._records.records(f"solution|{parent}" for parent in parents)
        seen = {record.draft.key for record in await self._seen([*parents_by_key.values()])}
        return [_without_parent(fact, parents_by_key.keys() - seen) for fact in facts]

    async def _seen(self, records: Sequence[Record]) -> Sequence[Record]:
        day = datetime.now(UTC).date()
        solutions = await self._records.records(key for record in records for key in record.about)
        return [
            record
            for record in records
            if may_see(
                self._viewer,
                record.status,
                day,
                [solutions[key].status for key in record.about if key in solutions],
            )
        ]


def _without_parent(fact: Recordable, hidden: Set[str]) -> Recordable:
    if isinstance(fact, Solution) and f"solution|{fact.parent}" in hidden:
        return fact.model_copy(update={"parent": None})
    return fact


def viewer_for(publisher: Publisher | None) -> Viewer:
    """Return what a publisher may see: a city its own records in every state, every publisher what it opened.

    Systems of procurement and platforms are no city, nor is who may speak for every one.
    """
    if publisher is None:
        return PUBLIC
    own = frozenset(publisher.cities) - {EVERY} if publisher.kind == "city" else frozenset[str]()
    return Viewer(own, publisher.id)
