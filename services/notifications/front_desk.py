"""The desk behind the pages: they find what was kept, and what they say goes out like any other message."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from services.notifications.domain.bounces import Standing
from services.notifications.domain.explain import Entry
from services.notifications.domain.here import attempted
from services.notifications.domain.letters import Letter
from services.notifications.domain.lineage import share_kept
from services.notifications.domain.models import Official
from services.notifications.domain.recipients import Recipients
from services.notifications.introductions import Introductions
from services.notifications.kinds import account
from services.notifications.kinds.read import read_letter
from services.notifications.logbook import Logbook
from services.notifications.pages.desk import Card, Line, Remark, Story, Taken
from services.notifications.records import Records
from services.notifications.remarks import Remarks
from shared.events import Brief, Event, Match, SolutionMatched
from shared.mongo import ASCENDING, Database, IndexModel, keep_once

RIVALS = 3


class FrontDesk:
    """The pages' own collections beside the officials and letters of the store."""

    def __init__(
        self,
        database: Database,
        say: Callable[[Event], Awaitable[None]],
        send: Callable[[Letter], Awaitable[object]],
    ) -> None:
        self._database, self._say, self._send = database, say, send
        self._records, self._introductions = Records(database), Introductions(database, send)
        self._remarks, self._logbook = Remarks(database), Logbook(database)

    async def prepare(self) -> None:
        """Create what the queries below need."""
        for collection, field in (("cards", "need"), ("officials", "email")):
            await self._database.ensure_indexes(collection, [IndexModel([(field, ASCENDING)], name=field)])
        await self._introductions.prepare()
        await self._remarks.prepare()
        await self._logbook.prepare()

    async def keep_match(self, event: SolutionMatched, match: Match, divided: Recipients) -> None:
        """Keep what a scorecard shows and who was thought of; to be called before any letter goes out."""
        card = {
            "need": match.need,
            "brief": event.brief.model_dump(mode="json"),
            "match": match.model_dump(mode="json"),
        }
        key = f"{event.brief.solution.id}|{match.city}"
        await asyncio.gather(
            self._database["cards"].update_one({"_id": key}, {"$set": card}, upsert=True),
            self._logbook.think(event, match, divided),
        )

    async def keep_standing(self, email: str, standing: Standing) -> None:
        """Keep how an address behaved, under a hash that outlives the official."""
        document = standing.model_dump(mode="json")
        await self._database["standings"].update_one({"_id": _hashed(email)}, {"$set": document}, upsert=True)

    async def find_letter(self, letter: str) -> Letter | None:
        """A letter that was written, by id."""
        found = await self._database["letters"].find_one({"_id": letter}, {"letter": 1})
        return read_letter(found["letter"]) if found else None

    async def find_official(self, official: str) -> Official | None:
        """An official, by id."""
        return _official(await self._database["officials"].find_one({"_id": official}))

    async def find_card(self, solution: str, city: str) -> Card | None:
        """The newest match of a solution with a city, unless it was withdrawn or is under an embargo."""
        if await self._records.hidden(solution, _now()):
            return None
        found = await self._database["cards"].find_one({"_id": f"{solution}|{city}"})
        return _card(found) if found else None

    async def find_rivals(self, card: Card) -> list[Card]:
        """Up to three other solutions matched to the same need, in the order of their ids."""
        own = f"{card.brief.solution.id}|{card.match.city}"
        found = await self._database["cards"].find({"need": card.match.need}).to_list(100)
        others = sorted((one for one in found if one["_id"] != own), key=lambda one: str(one["_id"]))
        cards, now = [_card(one) for one in others], _now()
        return [one for one in cards if not await self._records.hidden(one.brief.solution.id, now)][:RIVALS]

    async def find_story(self, solution: str) -> Story:
        """What became of a solution in each city, and who took it over, as recorded now."""
        attempts = [one.implementation for one in await self._records.attempts_at(solution)]
        adoptions = [one.adoption for one in await self._records.adoptions_of(solution)]
        cities = {one.city for one in attempts} | {one.city for one in adoptions}
        names = {city: await self._records.name_of(city) for city in cities}
        taken = (Taken(names[one.city], one.kind, share_kept(one)) for one in adoptions)
        return Story(tuple(attempted(one, names) for one in attempts), tuple(sorted(taken)))

    async def find_remarks(self, solution: str, city: str) -> list[Remark]:
        """What officials of a city said to each other about a solution, oldest first."""
        return await self._remarks.about(solution, city)

    async def keep_remark(self, letter: Letter, words: str) -> None:
        """Keep what the reader of a letter says to colleagues, once."""
        await self._remarks.keep(letter, words, _now())

    async def find_standing(self, email: str) -> Standing:
        """How an address has behaved."""
        found = await self._database["standings"].find_one({"_id": _hashed(email)})
        return Standing.model_validate(found) if found else Standing()

    async def find_log(self, official: Official) -> list[Line]:
        """What the official was told and what not, newest first."""
        stopped = (await self.find_standing(official.email)).stopped is not None
        return await self._logbook.of(official, stopped=stopped)

    async def why(self, email: str, solution: str) -> list[Entry] | None:
        """What the official at ``email`` was told of one solution and what not; ``None`` without one."""
        official = _official(await self._database["officials"].find_one({"email": email}))
        if official is None:
            return None
        stopped = (await self.find_standing(email)).stopped is not None
        return await self._logbook.about(official, solution, stopped=stopped)

    async def suppressed(self) -> list[dict[str, str]]:
        """The addresses that are left alone; one that no official has any more is only a hash."""
        found = await self._database["standings"].find({"stopped": {"$ne": None}}).to_list(None)
        people = await self._database["officials"].find({}, {"email": 1}).to_list(None)
        known = {_hashed(str(one["email"])): str(one["email"]) for one in people}
        return [
            {
                "address": known.get(str(one["_id"]), str(one["_id"])),
                "why": str(one["stopped"]),
                "since": str(one.get("last") or ""),
            }
            for one in found
        ]

    async def keep_official(self, official: Official, via: str) -> None:
        """Keep changed wishes, and beside them what they were before, for ``undo`` and for the log."""
        before = await self.find_official(official.id)
        document = official.model_dump(mode="json")
        kept = {"before": before.model_dump(mode="json") if before else None, "via": via}
        await self._database["officials"].update_one(
            {"_id": official.id}, {"$set": {**document, **kept}}, upsert=True
        )

    async def undo(self, official: str) -> None:
        """Put back the wishes as they were before the last change; a second undo changes nothing."""
        found = await self._database["officials"].find_one({"_id": official})
        if found and found.get("before"):
            restored = {**found["before"], "before": None, "via": "undo"}
            await self._database["officials"].update_one({"_id": official}, {"$set": restored})

    async def resume(self, email: str) -> None:
        """The reader wants letters again at an address that had stopped taking them."""
        await self._database["standings"].delete_one({"_id": _hashed(email)})

    async def agree(self, letter: Letter) -> None:
        """One side of an introduction said yes; when the other says it too, both read whom to ask."""
        await self._introductions.agree(letter)

    async def send_way_in(self, email: str) -> None:
        """Mail a sign-in link, if the address is an official's."""
        official = _official(await self._database["officials"].find_one({"email": email}))
        if official is not None:
            await self._send(account.write(official, "sign_in", _now()))

    async def use_up(self, letter: str) -> bool:
        """Whether this is the first time a way in is used."""
        return await keep_once(self._database["used"], {"_id": letter, "at": _now()})

    async def say(self, event: Event) -> None:
        """Publish what the reader said."""
        await self._say(event)


def _official(found: Mapping[str, Any] | None) -> Official | None:
    return Official.model_validate(found) if found else None


def _card(found: Mapping[str, Any]) -> Card:
    return Card(Brief.model_validate(found["brief"]), Match.model_validate(found["match"]))


def _hashed(email: str) -> str:
    return sha256(email.strip().lower().encode()).hexdigest()


def _now() -> datetime:
    return datetime.now(UTC)
