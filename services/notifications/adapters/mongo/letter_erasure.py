"""Erasing a person from letters: its own, and those to others that name it, as models and as bytes."""

import asyncio
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from services.notifications.adapters.mime import render
from services.notifications.domain.letter_status import FINAL
from services.notifications.domain.letters.registry import read_letter
from services.notifications.domain.sender import Sender
from shared.erasure.documents import CONTENTIONS, Document
from shared.erasure.person import ERASED, ERASED_ADDRESS, Person
from shared.erasure.receipt import ErasedPart
from shared.errors import RetryableError
from shared.store.mongo import Binary, Database

REMAINS = "numbers, times and fates of letters, and addresses of bounces drawn from the numbers"
NOT_SENT = {"phase": "look", "code": None, "text": "suppressed"}
OPEN = frozenset({"claimed", "held"})


class LetterErasure:
    """The letters of the service, looked through one by one."""

    def __init__(self, database: Database, sender: Sender, person: Person) -> None:
        self._letters, self._sender, self._person = database["letters"], sender, person

    async def erase(
        self, posts: Collection[str], person_for: Callable[[Document], Person | None]
    ) -> tuple[ErasedPart, list[str]]:
        """Erase from every letter; return what was done, and the ids of the person's own letters.

        A letter to the person that has not gone never goes. A letter to somebody else keeps its other words:
        what is still to be sent is written out anew, bytes that were sent are removed.
        """
        own: list[str] = []
        changed = 0
        async for document in self._letters.find({}):
            await asyncio.sleep(0)  # the service goes on hearing meanwhile
            if is_own := self._to_person(document, posts):
                own.append(str(document["_id"]))
            person = self._person if is_own else person_for(document)
            changed += await self._erase_one(document, posts, person, is_own=is_own)
        part = ErasedPart(
            place="letters",
            looked_for="recipients, and every word in models and bytes",
            found=changed,
            changed=changed,
            remains=REMAINS,
        )
        return part, own

    async def _erase_one(
        self, document: Document, posts: Collection[str], person: Person | None, *, is_own: bool
    ) -> bool:
        """Change one letter, again where it moved on meanwhile; returns whether it named the person."""
        now: Document | None = document
        for _ in range(CONTENTIONS):
            if now is None:
                return False
            change = self._own(now) if is_own else self._of_others(now, posts, person)
            if not change:
                return False
            as_read = {"_id": now["_id"], "state": now["state"]}
            if (await self._letters.update_one(as_read, change)).matched_count:
                return True
            now = await self._letters.find_one({"_id": now["_id"]})
        raise RetryableError(f"letter {document['_id']} moves on too fast; ask again")

    def _to_person(self, document: Document, posts: Collection[str]) -> bool:
        at = self._person.at_addresses()
        if at is not None and at.is_in(document["to"]):
            return True
        to_holder = at is None or document["official"] in posts
        return to_holder and self._person.is_in([document["to"], document["letter"]["to_name"]])

    def _own(self, document: Document) -> dict[str, Any]:
        letter = {**self._person.without(document["letter"]), "to": ERASED_ADDRESS, "to_name": ERASED}
        cleaned = {
            name: self._person.without(document[name])
            for name in ("smtp", "returned", "official")
            if name in document
        }
        end = (
            {"state": "skipped", "smtp": {**NOT_SENT, "ended": datetime.now(UTC)}}
            if document["state"] in OPEN
            else {}
        )
        return {"$set": {**cleaned, "to": ERASED_ADDRESS, "letter": letter, **end}, "$unset": {"raw": ""}}

    def _of_others(self, document: Document, posts: Collection[str], person: Person | None) -> dict[str, Any]:
        bare = {name: value for name, value in document.items() if name not in {"_id", "raw"}}
        after: dict[str, Any] = (person or self._person).without(bare)
        if document["letter"].get("from_official") in posts:
            after["letter"]["words"] = ERASED
        raw = document.get("raw")
        in_bytes = person is not None and raw is not None and is_in_mail(person, bytes(raw))
        if after == bare and not in_bytes:
            return {}
        changed = {name: value for name, value in after.items() if bare[name] != value}
        if document["state"] in FINAL or raw is None:
            return {"$set": {**changed, "state": document["state"]}, "$unset": {"raw": ""}}
        return {"$set": {**changed, "raw": Binary(render(read_letter(after["letter"]), self._sender))}}


def is_in_mail(person: Person, raw: bytes) -> bool:
    """Whether the bytes of a mail name the person, in a header or in a part, whatever their encoding."""
    if person.is_in(raw):
        return True
    message = message_from_bytes(raw, policy=policy.default)
    return any(person.is_in(text) for text in _texts(message))


def _texts(message: EmailMessage) -> list[str]:
    parts = [part for part in message.walk() if part.get_content_maintype() == "text"]
    return [*map(str, message.values()), *(str(part.get_content()) for part in parts)]
