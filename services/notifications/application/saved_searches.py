"""Saved searches, and the round that tells their posts what is new: one letter at the reader's hour.

A letter is keyed by its period. Records are ticked off by the letter as it is stored: a crash after it was
entrusted is repaired by the next round. While scoring is away, nothing is ticked off.
"""

from datetime import UTC, datetime

import structlog

from services.notifications.application.catalogue import CatalogueQueries, FeedLine
from services.notifications.application.ports import Calendar, SendLetter
from services.notifications.application.repositories import NotificationRepositories
from services.notifications.domain.catalogue.query import CatalogueQuery
from services.notifications.domain.catalogue.saved import (
    MOST_OF_A_POST,
    RecordTimes,
    SavedSearch,
    news,
    search_id,
    to_save,
)
from services.notifications.domain.letters import searches
from services.notifications.domain.letters.searches import FoundNews, SearchesLetter
from services.notifications.domain.officials import Official
from services.notifications.domain.preferences import wants_kind
from shared.events import Brief

log = structlog.get_logger()


class SavedSearches:
    """What posts search for again and again."""

    def __init__(
        self,
        store: NotificationRepositories,
        catalogue: CatalogueQueries,
        calendar: Calendar,
        send: SendLetter,
    ) -> None:
        self._store, self._searches = store, store.saved_searches
        self._catalogue, self._calendar, self._send = catalogue, calendar, send

    async def save(self, official: Official, query: CatalogueQuery, name: str, now: datetime) -> bool:
        """Follow a search from now on; False where the post follows as many as it may.

        What it follows already stays as it is.
        """
        kept, identity = to_save(query), search_id(official.id, query)
        own = await self.of_official(official)
        if any(one.id == identity for one in own):
            return True
        if len(own) >= MOST_OF_A_POST:
            return False
        fields = dict(kept.parameters())
        await self._searches.save(SavedSearch(identity, official.id, name, fields, now))
        return True

    async def of_official(self, official: Official) -> list[SavedSearch]:
        """Return the searches of a post, the oldest first."""
        return await self._searches.of_official(official.id)

    async def end(self, official: Official, search: str) -> None:
        """Follow a search no longer."""
        await self._searches.end(official.id, search)

    async def run(self, now: datetime) -> int:
        """Write the letters that are due; returns how many were entrusted."""
        written = 0
        for name in await self._searches.officials():
            official = await self._store.officials.find(name)
            if official is None:
                await self._searches.end(name)
                continue
            try:
                written += await self._tell(official, now)
            except ValueError as error:  # hours or a record that cannot be read stop no other post
                log.error("search_letters_failed", official=name, reason=str(error)[:300])  # noqa: TRY400
        return written

    async def _tell(self, official: Official, now: datetime) -> int:
        if not self._may_go(official, now) or (slot := self._slot(official, now)) is None:
            return 0
        period, closes = slot
        due = [
            search
            for search in await self.of_official(official)
            if search.looked != period and search.since < closes
        ]
        results = {search.id: await self._results(search, official, now) for search in due}
        looked = [search for search in due if results[search.id] is not None]
        found, briefs = list[FoundNews](), dict[str, Brief]()
        for search in looked:
            lines = results[search.id] or []
            briefs |= {line.brief.solution.id: line.brief for line in lines}
            new = news(search, official.city, [_times(line) for line in lines])
            found.append(FoundNews(search.name, search.query.address, new))
        letter = searches.write(official, period, found, briefs, closes.astimezone(UTC))
        told = await self._entrust(letter) if letter else ()
        for search in looked:
            await self._searches.looked_at(search.id, period, told)
        return int(letter is not None)

    def _may_go(self, official: Official, now: datetime) -> bool:
        return (
            official.status == "active"
            and not official.away(now.date())
            and wants_kind(official, "searches")
            and self._calendar.next_opening(official, now) <= now
        )

    def _slot(self, official: Official, now: datetime) -> tuple[str, datetime] | None:
        at_once = official.cadence == "instant"
        reader = official.model_copy(update={"cadence": "daily"}) if at_once else official
        return self._calendar.last_slot(reader, now)

    async def _results(self, search: SavedSearch, official: Official, now: datetime) -> list[FeedLine] | None:
        return await self._catalogue.feed(search.query.as_feed(), official.locale, now)

    async def _entrust(self, letter: SearchesLetter) -> tuple[str, ...]:
        """Send the letter; returns what the letter of this period tells of as it is stored."""
        await self._send(letter)
        stored = await self._store.letters.find(letter.id)
        content = stored.letter if stored else letter
        assert isinstance(content, SearchesLetter)
        return tuple(key for line in content.everything() for key in line.records)


def _times(line: FeedLine) -> RecordTimes:
    return RecordTimes(line.brief.solution.id, line.records)
