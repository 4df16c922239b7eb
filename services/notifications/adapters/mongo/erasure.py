"""Erasing a person from everything the notifications service keeps.

Who the person is among the officials is looked at first and kept in mind; the official goes last, so that an
erasure that was interrupted finds it again. Meanwhile, and for good, the hash of the address says that no
letter goes there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from services.notifications.adapters.mongo.letter_erasure import LetterErasure
from services.notifications.adapters.mongo.retention import COLLECTIONS
from services.notifications.application.address_status import suppress
from services.notifications.application.repositories import AddressStatusRepository
from services.notifications.domain.sender import Sender
from shared.erasure.documents import Document, Eraser
from shared.erasure.handler import Step, Steps
from shared.erasure.person import Person, long_enough
from shared.erasure.receipt import ErasedPart
from shared.store.mongo import Database

# What is known of an official beside the letters: by its post, not by its name.
OF_AN_OFFICIAL = (
    "considered",
    "waiting",
    "remarks",
    "agreed",
    "desk_sessions",
    "desk_kept",
    "desk_sent",
    "saved_searches",
    "evaluations",
    "evaluator_notes",
)
APART = frozenset({*OF_AN_OFFICIAL, "standings", "letters", "officials", "used", "unreadable_mail"})
NAMESAKES = "officials of that name at other addresses: {count}; an address erases one of them"
MORE = "the directory had another name or address of the person: ask again with it for the other services"
HASHED = "the hash of an address, so that no letter goes there again"


@dataclass(frozen=True)
class KnownPerson:
    """Who the person is among the officials: by all names and addresses, and which posts it holds.

    ``namesakes`` are posts of others who only have the name.
    """

    person: Person
    posts: frozenset[str]
    namesakes: frozenset[str]
    more: bool

    def person_for(self, document: Document) -> Person | None:
        """What is taken out of a document: where it is a namesake's own, only the addresses."""
        post = str(document.get("official") or document["_id"])
        return self.person.at_addresses() if post in self.namesakes else self.person


class Erasure:
    """One erasure, step by step; the last one needs all others to be done."""

    def __init__(
        self, database: Database, statuses: AddressStatusRepository, sender: Sender, person: Person
    ) -> None:
        self._database, self._statuses, self._sender, self._asked = database, statuses, sender, person
        self._person: KnownPerson | None = None
        self._done: set[str] = set()

    def steps(self) -> Mapping[str, Step]:
        """The parts by place, in order."""
        others = [name for name in COLLECTIONS if name not in APART]
        steps: dict[str, Step] = {
            "standings": self._suppress,
            "letters": self._letters,
            **{name: partial(self._of_official, name) for name in OF_AN_OFFICIAL},
            **{name: partial(self._collection, name) for name in others},
            "unreadable_mail": self._unreadable_mail,
            "officials": self._officials,
        }
        return {name: partial(self._do, name, step) for name, step in steps.items()}

    async def _do(self, name: str, step: Step) -> ErasedPart | Sequence[ErasedPart]:
        part = await step()
        self._done.add(name)
        return part

    async def _known_person(self) -> KnownPerson:
        if self._person is None:
            officials = await self._database["officials"].find({}, {"name": 1, "email": 1}).to_list(None)
            self._person = recognised(self._asked, officials)
        return self._person

    async def _suppress(self) -> ErasedPart:
        """Let no letter go to the person from now on."""
        subject = await self._known_person()
        addresses = sorted(subject.person.addresses) if subject.posts else []
        new = [await suppress(self._statuses, address) for address in addresses]
        return ErasedPart(
            place="standings",
            looked_for="the hashes of the addresses",
            changed=sum(new),
            remains=HASHED if addresses or self._asked.addresses else None,
        )

    async def _letters(self) -> list[ErasedPart]:
        """Letters to the person, letters that name it, and the ways in that were used."""
        subject = await self._known_person()
        letters = LetterErasure(self._database, self._sender, subject.person)
        part, own = await letters.erase(subject.posts, subject.person_for)
        used = await Eraser(self._database, subject.person).remove("used", own)
        return [part, ErasedPart(place="used", looked_for="ways in of the person", found=used, removed=used)]

    async def _of_official(self, name: str) -> ErasedPart:
        """Remove what the person said or was thought of for; take its name out of everybody else's."""
        subject = await self._known_person()
        removed = 0
        for post in sorted(subject.posts):
            removed += int((await self._database[name].delete_many({"official": post})).deleted_count)
        part, _ = await Eraser(self._database, subject.person).clean(name, person_for=subject.person_for)
        total = part.found + removed
        looked_for = "the person's posts, and every word"
        return part.model_copy(update={"looked_for": looked_for, "found": total, "removed": removed})

    async def _collection(self, name: str) -> ErasedPart:
        part, _ = await Eraser(self._database, (await self._known_person()).person).clean(name)
        return part

    async def _unreadable_mail(self) -> ErasedPart:
        """Remove mail that nobody could read and that names the person; what is in it is not parsed."""
        person = (await self._known_person()).person
        named: list[str] = []
        async for mail in self._database["unreadable_mail"].find({}):
            raw = bytes(mail["raw"])
            if person.is_in([mail["to"], mail["reason"], raw, b"".join(raw.split())]):
                named.append(str(mail["_id"]))
        removed = await Eraser(self._database, person).remove("unreadable_mail", named)
        return ErasedPart(place="unreadable_mail", found=removed, removed=removed)

    async def _officials(self) -> ErasedPart:
        """Take the person from the directory; a post whose former holder it was forgets that holder."""
        subject = await self._known_person()
        if undone := self.steps().keys() - self._done - {"officials"}:
            raise RuntimeError(f"the person is needed to find the rest of {', '.join(sorted(undone))}")
        eraser = Eraser(self._database, subject.person)
        removed = await eraser.remove("officials", sorted(subject.posts))
        former = await self._forget_former(subject)
        part, _ = await eraser.clean("officials", person_for=subject.person_for)
        return ErasedPart(
            place="officials",
            looked_for="the person, and every word",
            found=removed + former + part.found,
            changed=former + part.changed,
            removed=removed,
            remains=_remains(subject),
        )

    async def _forget_former(self, subject: KnownPerson) -> int:
        forgotten = 0
        async for document in self._database["officials"].find({"before": {"$ne": None}}, {"before": 1}):
            person, before = subject.person_for(document), document["before"]
            if person is not None and person.is_in([before.get("name"), before.get("email")]):
                same = {"_id": document["_id"]}
                await self._database["officials"].update_one(same, {"$set": {"before": None}})
                forgotten += 1
        return forgotten


def recognised(asked: Person, officials: Iterable[Document]) -> KnownPerson:
    """Who the person is among ``officials``: by address where one is given, else by name.

    What the directory knows beside the words that were given is erased, too: the name to an address, and the
    address to a name.
    """
    at, posts, namesakes, words = asked.at_addresses(), set[str](), set[str](), [*asked.words]
    for official in officials:
        post, name, email = str(official["_id"]), str(official["name"]), str(official["email"])
        if at.is_in(email) if at else asked.is_in([name, email]):
            posts.add(post)
            words += [word for word in (name, email) if long_enough(word) and not asked.is_in(word)]
        elif asked.is_in(name):
            namesakes.add(post)
    person = Person(dict.fromkeys(words))
    return KnownPerson(person, frozenset(posts), frozenset(namesakes), more=person.words != asked.words)


def _remains(subject: KnownPerson) -> str | None:
    more = [MORE] if subject.more else []
    namesakes = [NAMESAKES.format(count=len(subject.namesakes))] if subject.namesakes else []
    return "; ".join((*more, *namesakes)) or None


def erasing(database: Database, statuses: AddressStatusRepository, sender: Sender) -> Steps:
    """Return the parts of an erasure."""
    return lambda person: Erasure(database, statuses, sender, person).steps()
