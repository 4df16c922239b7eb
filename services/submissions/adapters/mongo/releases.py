"""Raw releases, kept as bytes without personal data, and read back process by process."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, ClassVar

from services.submissions.domain.ocds.packages import PackageMetadata
from services.submissions.domain.ocds.releases import StoredRelease
from shared.store.mongo import ASCENDING, Binary, Database, IndexModel, keep_once


class MongoReleases:
    """Every release once, by process and digest; and for each process the publishers that may add to it."""

    INDEXES: ClassVar[Mapping[str, Sequence[IndexModel]]] = {
        "releases": [IndexModel([("process", ASCENDING)], name="process")]
    }

    def __init__(self, database: Database) -> None:
        self._releases = database["releases"]
        self._processes = database["processes"]

    async def keep(self, release: StoredRelease) -> None:
        document = {**vars(release), "content": Binary(release.content), "package": asdict(release.package)}
        await keep_once(self._releases, {"_id": f"{release.process}|{release.digest}", **document})

    async def publishers_of(self, process: str) -> tuple[str, ...]:
        document = await self._processes.find_one({"_id": process})
        return tuple(map(str, document["publishers"])) if document else ()

    async def open(self, process: str, publisher: str, at: datetime) -> tuple[str, ...]:
        fresh = {"_id": process, "publishers": [publisher], "opened": at, "let_in": []}
        await keep_once(self._processes, fresh)
        return await self.publishers_of(process)

    async def let_in(self, process: str, publisher: str, at: datetime, reason: str) -> bool:
        note = {"publisher": publisher, "when": at, "reason": reason}
        change = {"$push": {"publishers": publisher, "let_in": note}}
        missing = {"_id": process, "publishers": {"$ne": publisher}}
        await self._processes.update_one(missing, change)
        return publisher in await self.publishers_of(process)

    async def hand_over(self, process: str, publisher: str, at: datetime, reason: str) -> bool:
        before = [name for name in await self.publishers_of(process) if name != publisher]
        note = {"publisher": publisher, "instead_of": before, "when": at, "reason": reason}
        change = {"$set": {"publishers": [publisher]}, "$push": {"let_in": note}}
        done = await self._processes.update_one({"_id": process}, change)
        await self._releases.delete_many({"process": process, "publisher": {"$in": before}})
        return bool(done.matched_count)

    async def of(self, process: str) -> list[StoredRelease]:
        documents = await self._releases.find({"process": process}, {"_id": 0}).to_list(None)
        releases = [_stored_release(document) for document in documents]
        return sorted(releases, key=lambda release: release.arrival)


def _stored_release(document: Mapping[str, Any]) -> StoredRelease:
    package = PackageMetadata(**document["package"])
    return StoredRelease(**{**document, "package": package, "content": bytes(document["content"])})
