"""The priors of service areas in the store: one document for each area and day, written once and for good."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from services.scoring.domain.area_prior import AreaPriors, area_of, in_force
from shared.events import AreaPrior
from shared.facts import Topic
from shared.store.mongo import ASCENDING, Database, IndexModel, keep_many_once


class MongoAreaPriors:
    """``AreaPriorRepository``: those of one version of the framework; ``refresh`` is called
    every few seconds."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "priors": [IndexModel([("framework", ASCENDING)], name="framework")]
    }

    def __init__(self, database: Database, framework: str) -> None:
        self._collection, self._framework = database["priors"], framework
        self.in_force: AreaPriors = {}

    def of(self, topics: Iterable[Topic]) -> AreaPrior | None:
        area = area_of(topics)
        return None if area is None else self.in_force.get(area)

    async def refresh(self) -> bool:
        before, self.in_force = self.in_force, in_force(await self.frozen())
        return before != self.in_force

    async def frozen(self, framework: str | None = None) -> list[AreaPrior]:
        documents = await self._collection.find({"framework": framework or self._framework}).to_list(None)
        return sorted(map(_read, documents), key=lambda prior: (prior.area, -prior.day.toordinal()))

    async def at(self, area: str, day: date) -> AreaPrior | None:
        document = await self._collection.find_one({"_id": self._key(area, day)})
        return _read(document) if document else None

    async def freeze(self, priors: Iterable[AreaPrior]) -> list[AreaPrior]:
        wanted = [
            {
                "_id": self._key(prior.area, prior.day),
                "framework": self._framework,
                **prior.model_dump(mode="json"),
            }
            for prior in priors
        ]
        return [_read(document) for document in await keep_many_once(self._collection, wanted)]

    def _key(self, area: str, day: date) -> str:
        return f"{self._framework}|{area}|{day.isoformat()}"


def _read(document: Mapping[str, Any]) -> AreaPrior:
    return AreaPrior.model_validate(document)
