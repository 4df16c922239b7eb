"""Documents that the last release kept, and what this version reads in them, through its own stores."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from bson import json_util
from pydantic import BaseModel

from services.notifications.adapters.mongo import repositories as notifications
from services.notifications.application.match_cards import MatchCards
from services.scoring.adapters.mongo import repositories as scoring
from services.scoring.domain.facts import KnownFact
from services.submissions.adapters.mongo.records import MongoRecords as Submissions
from shared.store.mongo import Database
from tests.contract.sources import ROOT

FRAMEWORK = "1"
FOLDER = ROOT / "tests/samples/kept"
T = TypeVar("T")
Shelf = Callable[[str], Awaitable[KnownFact[Any] | None]]
Documents = Mapping[str, Sequence[dict[str, Any]]]


class Read(NamedTuple):
    """A part of a document as it stands in the store, and what was read from it."""

    stands: Mapping[str, Any]
    read: BaseModel


def last_release(service: str) -> Documents:
    """One document of each kind, as the last release of ``service`` kept it."""
    found: Documents = json_util.loads((FOLDER / f"{service}.json").read_text())
    return found


async def put(database: Database, documents: Documents) -> None:
    """Let ``documents`` stand in an empty ``database``."""
    for collection, some in documents.items():
        for document in some:
            await database[collection].insert_one(dict(document))


async def read_submissions(database: Database, documents: Documents) -> list[Read]:
    """Records with what was said of them, and what became of messages."""
    store, found = Submissions(database), list[Read]()
    for document in documents["records"]:
        record = there(await store.record(document["_id"]))
        found += [Read(document["fact"], record.fact), Read(document["marks"], record.marks)]
    return found


async def read_scoring(database: Database, documents: Documents) -> list[Read]:
    """Facts, scores, what was told and what was said."""
    store, found = scoring.repositories(database, FRAMEWORK), list[Read]()
    shelves: Sequence[tuple[str, Shelf]] = (
        ("solutions", store.solutions.get),
        ("needs", store.needs.get),
        ("cities", store.cities.get),
        ("implementations", store.implementations.get),
    )
    for name, get in shelves:
        for document in documents[name]:
            found.append(Read(document["fact"], there(await get(document["_id"])).fact))
    for document in documents["scores"]:
        score = there(await store.scores.get(document["solution"]))
        found.append(Read(document["assessment"], there(score.assessment)))
        found.append(Read(document["card"], there(score.card)))
    for document in documents["told"]:
        (told,) = await store.notifications.of_solution(document["solution"])
        found.append(Read(sans_key(document), told))
    return found


async def read_notifications(database: Database, documents: Documents) -> list[Read]:
    """Officials, letters, cards and what is known of others' records."""
    store, found = notifications.repositories(database), list[Read]()
    cards = MatchCards(store)
    for document in documents["officials"]:
        found.append(Read(sans_key(document), there(await store.officials.find(document["_id"]))))
    for document in documents["letters"]:
        assert await store.letters.status(document["_id"])
        found.append(Read(document["letter"], there(await store.letters.find(document["_id"])).letter))
    for document in documents["cards"]:
        card = there(await cards.find(*document["_id"].split("|")))
        found += [Read(document["match"], card.match), Read(document["brief"], card.brief)]
    for document in documents["cities"]:
        found.append(Read(document["fact"], there(await store.records.city(document["_id"]))))
    for document in documents["solutions"]:
        found += [Read(document["fact"], one) for one, _ in await store.records.shared_by(document["city"])]
    return found


def sans_key(document: Mapping[str, Any]) -> dict[str, Any]:
    """``document`` without the key that only the store knows."""
    return {name: value for name, value in document.items() if name != "_id"}


def there(found: T | None) -> T:
    """What must have been found."""
    assert found is not None
    return found
