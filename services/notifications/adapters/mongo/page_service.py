"""The desk behind the pages: they find what was kept, and what they say goes out like any other message."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from services.notifications.adapters.mongo.comments import CommentRepository
from services.notifications.adapters.mongo.conflicts import ConflictRepository, StoredConflict
from services.notifications.adapters.mongo.known_records import KnownRecordRepository
from services.notifications.adapters.mongo.notification_log import NotificationLog
from services.notifications.adapters.mongo.officials import OfficialsRepository
from services.notifications.adapters.topic_names import known_topic
from services.notifications.application.introductions import Introductions
from services.notifications.application.page_queries import (
    AdoptionLine,
    CommentLine,
    ConflictLine,
    LogLine,
    MatchCard,
    SolutionHistory,
    StoredLetter,
)
from services.notifications.application.sign_in import SignIn
from services.notifications.domain.addresses import normal_address
from services.notifications.domain.bounces import AddressStatus
from services.notifications.domain.hidden_attempts import attempts_told, brief_without, match_without
from services.notifications.domain.letter_content import attempted
from services.notifications.domain.letters.base import Letter, title_for
from services.notifications.domain.letters.registry import read_letter
from services.notifications.domain.lineage import share_kept
from services.notifications.domain.localized_texts import UNKNOWN, LocalizedText
from services.notifications.domain.notification_reasons import LogEntry
from services.notifications.domain.official_changes import OfficialChange, Way
from services.notifications.domain.officials import Official
from services.notifications.domain.recipients import Recipients
from shared.events import Brief, Event, Match, SolutionMatched, SubmissionRejected
from shared.facts import UNRESOLVED
from shared.store.mongo import ASCENDING, Database, IndexModel, keep_once
from shared.store.rate_limits import RateLimit, RateLimits

RIVALS = 3
REPLIES_SENT = (RateLimit("replies_sent", 30, 86_400),)
REPLIES_READ = (RateLimit("replies_read", 60, 86_400),)


class PageService:
    """The pages' own collections beside the officials and letters of the store."""

    def __init__(
        self,
        database: Database,
        say: Callable[[Event], Awaitable[None]],
        send: Callable[[Letter], Awaitable[object]],
    ) -> None:
        self._database, self._say, self._send = database, say, send
        self._records, self._introductions = KnownRecordRepository(database), Introductions(database, send)
        self._remarks, self._logbook = CommentRepository(database), NotificationLog(database)
        self._conflicts = ConflictRepository(database)
        self._limits = RateLimits(database)
        self._officials, self.sign_in = OfficialsRepository(database), SignIn(database, send)

    async def prepare(self) -> None:
        """Create what the queries below need."""
        await self._database.ensure_indexes("cards", [IndexModel([("need", ASCENDING)], name="need")])
        await asyncio.to_thread(known_topic, "CPV:90")  # reads the names of topics, which takes half a second
        await self._officials.prepare()
        await self.sign_in.prepare()
        await self._introductions.prepare()
        await self._remarks.prepare()
        await self._logbook.prepare()
        await self._conflicts.prepare()

    async def keep_match(self, event: SolutionMatched, match: Match, divided: Recipients) -> None:
        """Keep what a scorecard shows and who was thought of; to be called before any letter goes out."""
        card = {
            "need": match.need,
            "brief": event.brief.model_dump(mode="json"),
            "match": match.model_dump(mode="json"),
            "at": _now(),
        }
        key = f"{event.brief.solution.id}|{match.city}"
        await asyncio.gather(
            self._database["cards"].update_one({"_id": key}, {"$set": card}, upsert=True),
            self._logbook.think(event, match, divided),
        )

    async def date_cards(self) -> None:
        """Cards that were kept before they had a date are kept from today on."""
        await self._database["cards"].update_many({"at": {"$exists": False}}, {"$set": {"at": _now()}})

    async def keep_standing(self, email: str, standing: AddressStatus) -> None:
        """Keep how an address behaved, under a hash that outlives the official."""
        document = standing.model_dump(mode="json")
        await self._database["standings"].update_one({"_id": _hashed(email)}, {"$set": document}, upsert=True)

    async def leave_alone(self, email: str) -> bool:
        """Let no letter go to an address from now on; returns whether that is new."""
        standing = await self.find_standing(email)
        if standing.stopped is not None:
            return False
        await self.keep_standing(email, standing.model_copy(update={"stopped": "admin"}))
        return True

    async def find_delivery(self, letter: str) -> StoredLetter | None:
        """A letter that was written, by id, and when it was."""
        found = await self._database["letters"].find_one({"_id": letter}, {"letter": 1, "claimed": 1})
        return StoredLetter(read_letter(found["letter"]), found["claimed"]) if found else None

    async def find_official(self, official: str) -> Official | None:
        """An official, by id."""
        return await self._officials.find(official)

    async def find_changes(self, official: Official) -> list[OfficialChange]:
        """What was changed at a post, newest first."""
        return await self._officials.find_changes(official.id)

    async def find_card(self, solution: str, city: str) -> MatchCard | None:
        """The newest match of a solution with a city, as far as that city may be told of it now."""
        found = await self._database["cards"].find_one({"_id": f"{solution}|{city}"})
        return await self._shown(_card(found)) if found else None

    async def find_rivals(self, card: MatchCard) -> list[MatchCard]:
        """Up to three other solutions matched to the same need, in the order of their ids."""
        own = f"{card.brief.solution.id}|{card.match.city}"
        found = await self._database["cards"].find({"need": card.match.need}).to_list(100)
        others = sorted((one for one in found if one["_id"] != own), key=lambda one: str(one["_id"]))
        shown = [await self._shown(_card(one)) for one in others]
        return [one for one in shown if one is not None][:RIVALS]

    async def _shown(self, card: MatchCard) -> MatchCard | None:
        """The card without attempts that may not be told of; None where the solution may not be."""
        brief, match = card
        solution = f"solution|{brief.solution.id}"
        keys = (solution, *attempts_told(brief))
        hidden = await self._records.hidden(keys, match.city, _now())
        if solution in hidden:
            return None
        return MatchCard(brief_without(brief, hidden), match_without(match, brief, hidden))

    async def find_hidden(self, letter: Letter) -> frozenset[str]:
        """The keys of the records a letter tells of that its city may not be told of now."""
        return await self._records.hidden(letter.tells_of, letter.city, _now())

    async def find_story(self, solution: str, city: str) -> SolutionHistory:
        """What ``city`` may be told of a solution now: what became of it elsewhere, and who took it over."""
        attempts = [one.implementation for one in await self._records.attempts_at(solution)]
        adoptions = [one.adoption for one in await self._records.adoptions_of(solution)]
        keys = [f"outcome|{solution}|{one.city}" for one in attempts]
        keys += [f"adoption|{one.solution}|{one.city}" for one in adoptions]
        hidden = await self._records.hidden(keys, city, _now())
        attempts = [one for one in attempts if f"outcome|{solution}|{one.city}" not in hidden]
        adoptions = [one for one in adoptions if f"adoption|{one.solution}|{one.city}" not in hidden]
        cities = {one.city for one in attempts} | {one.city for one in adoptions}
        names = {city: await self._records.name_of(city) for city in cities}
        taken = (AdoptionLine(names[one.city], one.kind, share_kept(one)) for one in adoptions)
        return SolutionHistory(tuple(attempted(one, names) for one in attempts), tuple(sorted(taken)))

    async def keep_conflicts(self, event: SubmissionRejected) -> None:
        """Keep what somebody else said of a city's records, for the officials of that city."""
        await self._conflicts.keep(event)

    async def find_conflicts(self, official: Official) -> list[ConflictLine]:
        """What others sent about the records of the official's city and was not accepted, newest first."""
        return [await self._told(one, official) for one in await self._conflicts.of(official.city)]

    async def _told(self, conflict: StoredConflict, official: Official) -> ConflictLine:
        kind, _, name = conflict.record.partition("|")
        solution = await self._records.solution(name) if kind == "solution" else None
        text = LocalizedText(text=name or conflict.record, language=UNKNOWN)
        title = title_for(solution.solution, official.speaks()) if solution else text
        foreign = conflict.sent_for not in (official.city, UNRESOLVED)
        return ConflictLine(
            conflict.at, title, await self._records.name_of(conflict.sent_for) if foreign else None
        )

    async def find_remarks(self, solution: str, city: str) -> list[CommentLine]:
        """What officials of a city said to each other about a solution, oldest first."""
        return await self._remarks.about(solution, city)

    async def keep_remark(self, letter: Letter, words: str) -> None:
        """Keep what the reader of a letter says to colleagues, once."""
        await self._remarks.keep(letter, words, _now())

    async def find_standing(self, email: str) -> AddressStatus:
        """How an address has behaved."""
        found = await self._database["standings"].find_one({"_id": _hashed(email)})
        return AddressStatus.model_validate(found) if found else AddressStatus()

    async def find_log(self, official: Official) -> list[LogLine]:
        """What the official was told and what not, newest first."""
        stopped = (await self.find_standing(official.email)).stopped is not None
        return await self._logbook.of(official, _now().date(), stopped=stopped)

    async def why(self, email: str, solution: str) -> list[LogEntry] | None:
        """What the official at ``email`` was told of one solution and what not; ``None`` without one."""
        officials = await self._officials.find_by_address(email)
        if not officials:
            return None
        stopped = (await self.find_standing(email)).stopped is not None
        about = [await self._logbook.about(one, solution, stopped=stopped) for one in officials]
        return sorted((entry for entries in about for entry in entries), key=lambda entry: entry.at)

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

    async def keep_official(self, official: Official, way: Way) -> None:
        """Keep an official as given, and what was changed by which way."""
        await self._officials.keep(official, way)

    async def change_wishes(self, before: Official, after: Official, way: Way) -> None:
        """Keep what the holder of a post wishes. Raises ``HolderChanged`` where it is not held any more."""
        await self._officials.change_wishes(before, after, way)

    async def confirm(self, official: Official) -> None:
        """The holder of a post confirmed the address. Raises ``HolderChanged`` like ``change_wishes``."""
        await self._officials.confirm(official)

    async def hand_over(self, before: Official, after: Official) -> None:
        """A post goes to its next holder. Raises ``HolderChanged`` like ``change_wishes``."""
        await self._officials.hand_over(before, after)

    async def undo(self, official: Official) -> None:
        """Take back the last change of the holder's wishes; a second undo changes nothing."""
        await self._officials.undo(official)

    async def resume(self, email: str) -> None:
        """The reader wants letters again at an address that had stopped taking them."""
        await self._database["standings"].delete_one({"_id": _hashed(email)})

    async def agree(self, letter: Letter) -> None:
        """One side of an introduction said yes; when the other says it too, both read whom to ask."""
        await self._introductions.agree(letter)

    async def ask_way_in(self, email: str, client: str) -> bool:
        """Take down that somebody wants to sign in; ``False`` where ``client`` asked too often."""
        return await self.sign_in.ask(email, client, _now())

    async def may_write(self, sender: str, readers: Sequence[str]) -> bool:
        """Count a reply of one official to others; ``False`` where either side had too many today."""
        now = _now()
        allowed = await self._limits.allow(REPLIES_SENT, sender, now)
        return allowed and all([await self._limits.allow(REPLIES_READ, one, now) for one in readers])

    async def use_up(self, letter: str) -> bool:
        """Whether this is the first time a way in is used."""
        return await keep_once(self._database["used"], {"_id": letter, "at": _now()})

    async def say(self, event: Event) -> None:
        """Publish what the reader said."""
        await self._say(event)


def _card(found: Mapping[str, Any]) -> MatchCard:
    return MatchCard(Brief.model_validate(found["brief"]), Match.model_validate(found["match"]))


def _hashed(email: str) -> str:
    return sha256(normal_address(email).encode()).hexdigest()


def _now() -> datetime:
    return datetime.now(UTC)
