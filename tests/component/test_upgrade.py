"""An upgrade, one version at a time: either version reads what the other kept."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from services.notifications.adapters.mongo.officials import MongoOfficials
from services.scoring.adapters.mongo import repositories as scoring
from services.submissions.adapters.mongo.records import MongoRecords as Submissions
from shared.store.mongo import Database
from tests.component.stored_documents import (
    FRAMEWORK,
    Documents,
    Read,
    last_release,
    put,
    read_notifications,
    read_scoring,
    read_submissions,
)
from tests.future import ADDED, with_more

Reader = Callable[[Database, Documents], Awaitable[list[Read]]]
SERVICES = pytest.mark.parametrize(
    ("service", "reader"),
    [
        ("submissions", read_submissions),
        ("scoring", read_scoring),
        ("notifications", read_notifications),
    ],
)


def holds(newer: Any, older: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Whether all that ``older`` says is said by ``newer`` too, in the same words."""
    if isinstance(older, dict):
        return isinstance(newer, dict) and all(holds(newer.get(name), one) for name, one in older.items())
    if isinstance(older, list):
        return isinstance(newer, list) and len(newer) == len(older) and all(map(holds, newer, older))
    return bool(newer == older)


@SERVICES
async def test_what_the_last_release_kept_is_read_as_it_was_meant(
    database: Database, service: str, reader: Reader
) -> None:
    documents = last_release(service)
    await put(database, documents)
    found = await reader(database, documents)
    assert found
    assert [one for one in found if not holds(one.read.model_dump(mode="json"), dict(one.stands))] == []


@SERVICES
async def test_what_the_next_release_keeps_is_read_but_for_what_is_new_in_it(
    database: Database, service: str, reader: Reader
) -> None:
    documents = last_release(service)
    newer = {name: [with_more(document) for document in some] for name, some in documents.items()}
    await put(database, newer)
    found = await reader(database, documents)
    assert [one for one in found if not holds(one.read.model_dump(mode="json"), dict(one.stands))] == []
    assert ADDED not in "".join(one.read.model_dump_json() for one in found)


async def test_a_record_written_anew_keeps_what_a_newer_version_put_beside_it(database: Database) -> None:
    """Inside a fact only the newest word counts; the newer version's own word stands in the revisions."""
    key = await put_one(database, "submissions", "records")
    await Submissions(database).change(key, lambda record: record.model_copy(update={"who": "somebody else"}))
    document = await standing(database, "records", key)
    assert (document["who"], ADDED in document, ADDED in document["fact"]) == ("somebody else", True, False)


async def test_a_fact_written_anew_keeps_what_a_newer_version_put_beside_it(database: Database) -> None:
    key = await put_one(database, "scoring", "needs")
    store = scoring.repositories(database, FRAMEWORK)
    known = await store.needs.get(key)
    assert known is not None
    assert await store.needs.keep(key, replace(known, revision=known.revision + 1))
    assert ADDED in await standing(database, "needs", key)


async def test_an_official_written_anew_keeps_what_a_newer_version_put_beside(database: Database) -> None:
    key = await put_one(database, "notifications", "officials")
    store = MongoOfficials(database)
    for official in await store.all():
        await store.save(official, "import")
    assert ADDED in await standing(database, "officials", key)


async def put_one(database: Database, service: str, collection: str) -> str:
    """Let one document of ``collection`` stand as a newer version would keep it; returns its key."""
    document = with_more(last_release(service)[collection][0])
    await put(database, {collection: [document]})
    return str(document["_id"])


async def standing(database: Database, collection: str, key: str) -> dict[str, Any]:
    """The document as it stands."""
    found = await database[collection].find_one({"_id": key})
    assert found is not None
    return found
