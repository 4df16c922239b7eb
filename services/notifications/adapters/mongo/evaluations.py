"""Evaluations and evaluators' notes: the collections ``evaluations`` and ``evaluator_notes``.

Notes are read by one query alone, which names the person who wrote them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from services.notifications.domain.desk.evaluations import EvaluatorNotes, SolutionEvaluation
from shared.store.mongo import ASCENDING, Database, DuplicateKeyError, IndexModel, keep_once

MOST = 200


class MongoEvaluations:
    """One document for each evaluation; each change is one conditional write."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "evaluations": [
            IndexModel([(name, ASCENDING)], name=name) for name in ("solution", "official", "owner")
        ]
    }

    def __init__(self, database: Database) -> None:
        self._collection = database["evaluations"]

    async def add(self, evaluation: SolutionEvaluation) -> bool:
        return await keep_once(self._collection, _document(evaluation, evaluation.assigned))

    async def find(self, evaluation: str) -> SolutionEvaluation | None:
        document = await self._collection.find_one({"_id": evaluation})
        return _evaluation(document) if document else None

    async def of_solution(self, solution: str) -> list[SolutionEvaluation]:
        return await self._where({"solution": solution})

    async def of_official(self, official: str) -> list[SolutionEvaluation]:
        return await self._where({"official": official})

    async def of_owner(self, owner: str) -> list[SolutionEvaluation]:
        return await self._where({"owner": owner})

    async def replace(self, before: SolutionEvaluation, after: SolutionEvaluation, at: datetime) -> bool:
        same = {"_id": before.id, "version": before.version}
        replaced = await self._collection.replace_one(same, _document(after, at))
        return bool(replaced.matched_count)

    async def _where(self, query: Mapping[str, Any]) -> list[SolutionEvaluation]:
        documents = await self._collection.find(query).limit(MOST).to_list(None)
        return sorted(map(_evaluation, documents), key=lambda one: (one.assigned, one.id))


class MongoEvaluatorNotes:
    """One document for each evaluation; ``official`` and ``holder`` say whose notes they are."""

    def __init__(self, database: Database) -> None:
        self._collection = database["evaluator_notes"]

    async def find(self, evaluation: str, official: str, holder: str) -> EvaluatorNotes | None:
        query = {"_id": evaluation, "official": official, "holder": holder}
        document = await self._collection.find_one(query)
        return EvaluatorNotes.model_validate({**document, "evaluation": evaluation}) if document else None

    async def save(self, notes: EvaluatorNotes) -> bool:
        document = {"_id": notes.evaluation, **notes.model_dump(exclude={"evaluation"})}
        if notes.version == 1:
            return await keep_once(self._collection, document)
        same = {"_id": notes.evaluation, "holder": notes.holder, "version": notes.version - 1}
        try:
            return bool((await self._collection.replace_one(same, document)).matched_count)
        except DuplicateKeyError:
            return False

    async def remove(self, evaluation: str) -> None:
        await self._collection.delete_one({"_id": evaluation})


def _document(evaluation: SolutionEvaluation, updated: datetime) -> dict[str, Any]:
    fields = evaluation.model_dump(mode="json")
    return {"_id": fields.pop("id"), **fields, "updated": updated}


def _evaluation(document: Mapping[str, Any]) -> SolutionEvaluation:
    return SolutionEvaluation.model_validate({**document, "id": document["_id"]})
