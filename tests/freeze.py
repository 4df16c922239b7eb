"""At a release: ``python -m tests.freeze MONGO_URL`` keeps a document of each kind for the next to read.

The store should hold the sample (``make run``); what is kept there replaces ``tests/samples/kept``.
"""

import asyncio
import sys
from typing import Any

from bson import json_util

from shared.settings import ServiceSettings
from shared.store.mongo import Database, open_database
from tests.component.stored_documents import FOLDER, last_release

# What tells the kinds of documents of one collection apart; of the others one document is enough.
TOLD_APART_BY = {"records": "kind", "messages": "fate"}
SERVICES = ("submissions", "scoring", "notifications")


async def freeze(url: str) -> None:
    """Write one document of each kind of every service's collections."""
    for service in SERVICES:
        database = open_database(ServiceSettings(mongo_url=url), service)
        kept = {name: await one_of_each(database, name) for name in last_release(service)}
        text = json_util.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True)
        (FOLDER / f"{service}.json").write_text(text + "\n")
        await database.close()


async def one_of_each(database: Database, collection: str) -> list[dict[str, Any]]:
    """The first document of each kind, in the order of the keys."""
    found = await database[collection].find({}).to_list(None)
    kinds: dict[object, dict[str, Any]] = {}
    for document in sorted(found, key=lambda one: str(one["_id"])):
        kinds.setdefault(document.get(TOLD_APART_BY.get(collection, "")), document)
    return list(kinds.values())


if __name__ == "__main__":
    asyncio.run(freeze(sys.argv[1]))
