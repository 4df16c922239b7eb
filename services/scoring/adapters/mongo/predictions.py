"""What was predicted of adoptions: one document for each adoption and framework, written once."""

from collections.abc import Iterable

from services.scoring.adapters.mongo.facts import AT_ONCE
from services.scoring.domain.realised_transfer import TransferPrediction
from shared.store.mongo import Database, batches, keep_once


class MongoTransferPredictions:
    """``TransferPredictionRepository``: the collection ``predictions``, under one framework version."""

    def __init__(self, database: Database, framework: str) -> None:
        self._collection, self._framework = database["predictions"], framework

    async def keep(self, prediction: TransferPrediction) -> bool:
        document = {"_id": self._key(prediction.adoption), **prediction.model_dump(mode="json")}
        return await keep_once(self._collection, document)

    async def many(self, adoptions: Iterable[str]) -> dict[str, TransferPrediction]:
        found: dict[str, TransferPrediction] = {}
        for some in batches(sorted({self._key(adoption) for adoption in adoptions}), AT_ONCE):
            for document in await self._collection.find({"_id": {"$in": [*some]}}).to_list(None):
                prediction = TransferPrediction.model_validate(document)
                found[prediction.adoption] = prediction
        return found

    def _key(self, adoption: str) -> str:
        return f"{self._framework}|{adoption}"
