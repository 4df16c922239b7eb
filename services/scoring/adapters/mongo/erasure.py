"""Erasing a person from everything the scoring service keeps."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from services.scoring.adapters.mongo.retention import COLLECTIONS
from shared.erasure.documents import NOTHING_MORE, Eraser, Update
from shared.erasure.handler import Step, Steps
from shared.erasure.person import Person
from shared.erasure.receipt import ErasedPart
from shared.store.mongo import Database

# What was read from a text is read again from the text without the person, by every replica.
READ_AGAIN: Update = {"$unset": {"bag": ""}, "$currentDate": {"touched": True}}
INDEXED = frozenset({"solutions", "needs"})
SNAPSHOT = "on other replicas until their next one (SNAPSHOT_SECONDS): numbers of words, no text"


def erasing(database: Database, write_snapshot: Callable[[], Awaitable[None]]) -> Steps:
    """Return the parts of an erasure; the snapshot of the index is written anew in the end."""

    def steps(person: Person) -> Mapping[str, Step]:
        eraser = Eraser(database, person)
        return {
            **{name: partial(_collection, eraser, name) for name in COLLECTIONS},
            "index snapshot": partial(_snapshot, write_snapshot),
        }

    return steps


async def _collection(eraser: Eraser, name: str) -> ErasedPart:
    part, _ = await eraser.clean(name, READ_AGAIN if name in INDEXED else NOTHING_MORE)
    return part


async def _snapshot(write: Callable[[], Awaitable[None]]) -> ErasedPart:
    await write()
    return ErasedPart(place="index snapshot", looked_for="written anew: it holds no text", remains=SNAPSHOT)
