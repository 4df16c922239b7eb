"""Texts of cities in the reader's language by a machine, where an installation has one; else nothing changes.

What is translated is what a reader is shown and cannot read, once for each text and pair of languages: the
cache is kept by a hash of both. Only what anybody may read leaves the service, and no text with an address or
a key in it. Where the server is away or slow, letters and pages go with the original.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

import structlog

from services.notifications.adapters.libretranslate import LibreTranslate, Untranslated, in_requests
from services.notifications.adapters.localizer import chain
from services.notifications.adapters.mongo.known_records import KnownRecordRepository
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.localized_texts import LocalizedText, by_machine, distinct, to_translate
from services.notifications.domain.text_cleanup import tidy
from services.notifications.metrics import TRANSLATIONS
from shared.facts import many_lines
from shared.observability.redaction import redacted
from shared.store.mongo import Database

REST = timedelta(seconds=60)
"""How long a server that failed is left alone; a pair of languages that it does not know, as well."""
MOST_ASKED = 100
"""Texts for one letter or page."""
Pair = tuple[str, str]
Shows = Callable[[Letter], Iterable[LocalizedText]]
log = structlog.get_logger()


class Cached(NamedTuple):
    """A text with the key that it is cached under."""

    key: str
    said: LocalizedText


class Translations:
    """What a machine translated, by hash of text and languages."""

    def __init__(self, database: Database) -> None:
        self._kept = database["translations"]

    async def find(self, keys: Iterable[str]) -> Mapping[str, str]:
        """The translations that are there, by key."""
        found = await self._kept.find({"_id": {"$in": sorted(keys)}}).to_list(None)
        return {str(one["_id"]): str(one["text"]) for one in found}

    async def keep(self, key: str, text: str, pair: Pair, now: datetime) -> None:
        """Keep one translation."""
        document: dict[str, Any] = {"text": text, "source": pair[0], "target": pair[1], "at": now}
        await self._kept.update_one({"_id": key}, {"$set": document}, upsert=True)


class MachineTranslation:
    """Puts into a reader's language what people did not; a reader waits as long for it as for one request.

    Without a server everything stays as it is. ``shows`` says what a letter shows.
    """

    def __init__(self, database: Database, server: LibreTranslate | None, shows: Shows) -> None:
        self._cache, self._records = Translations(database), KnownRecordRepository(database)
        self._server, self._shows = server, shows
        self._rests: dict[Pair | None, datetime] = {}

    async def letter(self, letter: Letter) -> Letter:
        """``letter`` with what a machine made of the texts that it shows and anybody may read."""
        public = await self._public(letter) if self._server else None
        if public is None:
            return letter
        more = await self.texts(self._shows(public), letter)
        # A machine's words take the place of English that stood there because nothing better did.
        return letter.model_copy(update={"phrases": distinct((*more, *letter.phrases))}) if more else letter

    async def page(
        self, shown: Iterable[LocalizedText], letter: Letter, about: Iterable[str]
    ) -> tuple[LocalizedText, ...]:
        """The same of a page for the reader of ``letter``; nothing where a record is not public.

        ``about`` are the keys of all records that the texts are of.
        """
        if self._server is None or await self._records.hidden(about, "", datetime.now(UTC)):
            return ()
        return await self.texts(shown, letter)

    async def texts(self, shown: Iterable[LocalizedText], letter: Letter) -> tuple[LocalizedText, ...]:
        """What a machine makes of the texts ``shown`` that the reader of ``letter`` cannot read."""
        target = chain(letter.locale)[0]
        wanted = [
            Cached(key_of(said.text, (said.language, target)), said)
            for said in to_translate(shown, (*letter.languages, target))
            if redacted(said.text) == said.text
        ][:MOST_ASKED]
        known = dict(await self._cache.find(one.key for one in wanted)) if wanted else {}
        TRANSLATIONS.labels("cached").inc(len(known))
        new = [one for one in wanted if one.key not in known]
        if new:
            known |= await self._new(new, target)
        return tuple(by_machine(one.said, known[one.key], target) for one in wanted if known.get(one.key))

    async def _public(self, letter: Letter) -> Letter | None:
        """What of a letter anybody may read; None where that is nothing."""
        keys = {*letter.tells_of, *((f"solution|{letter.solution}",) if letter.solution else ())}
        hidden = await self._records.hidden(keys, "", datetime.now(UTC))
        if f"solution|{letter.solution}" in hidden:
            return None
        return letter.without(hidden)

    async def _new(self, wanted: list[Cached], target: str) -> dict[str, str]:
        """Ask the server, for so long; what came until then is kept and shown."""
        assert self._server is not None
        found: dict[str, str] = {}
        by_source: dict[str, list[Cached]] = defaultdict(list)
        for one in wanted:
            by_source[one.said.language.partition("-")[0]].append(one)
        try:
            async with asyncio.timeout(self._server.seconds):
                for source, several in by_source.items():
                    await self._ask(self._server, several, (source, target), found)
        except TimeoutError:
            self._failed("took too long", None)
        TRANSLATIONS.labels("failed").inc(len(wanted) - len(found))
        return found

    async def _ask(
        self, server: LibreTranslate, several: list[Cached], pair: Pair, found: dict[str, str]
    ) -> None:
        texts = {one.said.text: one for one in several}
        for group in in_requests(list(texts)):
            if self._resting(None) or self._resting(pair):
                return
            try:
                said = await server.translate(group, *pair)
            except Untranslated as error:
                self._failed(str(error), pair if error.lasting else None)
                return
            for own, given in zip(group, said, strict=True):
                await self._take(texts[own], many_lines(given), pair, found)

    async def _take(self, one: Cached, given: str, pair: Pair, found: dict[str, str]) -> None:
        """Keep a translation that says something, and is not a book in place of a sentence."""
        if not tidy(given) or len(given) > 10 * len(one.said.text) + 100:
            return
        await self._cache.keep(one.key, given, pair, datetime.now(UTC))
        found[one.key] = given
        TRANSLATIONS.labels("translated").inc()

    def _resting(self, pair: Pair | None) -> bool:
        return self._rests.get(pair, datetime.min.replace(tzinfo=UTC)) > datetime.now(UTC)

    def _failed(self, why: str, pair: Pair | None) -> None:
        self._rests[pair] = datetime.now(UTC) + REST
        log.warning("translation_failed", reason=why, languages="-".join(pair or ()) or None)


def key_of(text: str, pair: Pair) -> str:
    """The hash that a translation is kept under."""
    source, target = (one.partition("-")[0] for one in pair)
    return sha256("\0".join((source, target, text)).encode()).hexdigest()
