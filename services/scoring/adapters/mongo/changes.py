"""What was written to a collection, by the time that the server stamped it with."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from services.scoring.application.repositories import SETTLED, ChangedKey
from shared.store.mongo import Collection, Database

NEVER = datetime.min.replace(tzinfo=UTC)
"""Stands for the time of a document that was stored before times were stored."""


async def changes_since(
    database: Database,
    collection: Collection,
    moment: datetime | None,
    ago: timedelta,
    among: Mapping[str, Any] | None = None,
) -> tuple[list[ChangedKey], datetime | None]:
    """Return what was written since ``moment`` to the documents ``among``; see ``FactRepository.since``."""
    now, written = await asyncio.gather(database.now(), _written(collection, moment, among or {}))
    if moment is not None and now - ago < moment:
        written = await _written(collection, now - ago, among or {})
    newest = max((change.touched for change in written), default=moment)
    return written, newest and min(newest, now)


async def _written(
    collection: Collection, since: datetime | None, among: Mapping[str, Any]
) -> list[ChangedKey]:
    query = {**among} if since is None else {**among, "touched": {"$gte": since - SETTLED}}
    cursor = collection.find(query, {"revision": 1, "touched": 1})
    return [
        ChangedKey(document["_id"], document["revision"], document.get("touched", NEVER))
        for document in await cursor.to_list(None)
    ]
