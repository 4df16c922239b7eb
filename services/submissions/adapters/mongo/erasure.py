"""Erasing a person from everything the submissions service keeps."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from services.submissions.adapters.mongo.blob_store import MongoBlobs
from services.submissions.adapters.mongo.retention import COLLECTIONS
from shared.erasure.documents import Eraser
from shared.erasure.handler import Step, Steps
from shared.erasure.person import Person
from shared.erasure.receipt import ErasedPart
from shared.store.mongo import Database

SayAgain = Callable[[Sequence[str]], Awaitable[None]]
REMAINS = {
    "messages": "the hash that names each message",
    "releases": "pseudonyms of natural persons: hashes that nobody can turn back",
}


def erasing(database: Database, say_again: SayAgain) -> Steps:
    """Return the parts of an erasure; changed records are said anew to all who heard them."""

    def steps(person: Person) -> Mapping[str, Step]:
        eraser = Eraser(database, person)
        others = [name for name in COLLECTIONS if name not in {"records", "deposits"}]
        return {
            "records": partial(_records, eraser, say_again),
            **{name: partial(_collection, eraser, name) for name in others},
            "deposits": partial(_deposits, MongoBlobs(database), person),
        }

    return steps


async def _records(eraser: Eraser, say_again: SayAgain) -> ErasedPart:
    part, keys = await eraser.clean("records")
    await say_again(keys)
    return part


async def _collection(eraser: Eraser, name: str) -> ErasedPart:
    part, _ = await eraser.clean(name, remains=REMAINS.get(name))
    return part


async def _deposits(deposit: MongoBlobs, person: Person) -> ErasedPart:
    """Drop whole what waits to be claimed and names the person: its sender deposits it again, mended."""
    dropped = 0
    for key in await deposit.waiting():
        data = await deposit.take(key)
        if data is None or person.is_in(data):
            await deposit.clear(key)
            dropped += 1
    return ErasedPart(
        place="deposits", looked_for="every word, in whole payloads", found=dropped, removed=dropped
    )
