"""Texts of cities in the reader's language by a machine, where an installation has one; else nothing changes.

What is translated is what a reader is shown and cannot read, once for each text and pair of languages: the
cache is kept by a hash of both. Only what anybody may read leaves the service, and no text with an address or
a key in it. Where the server is away or slow, letters and pages go with the original.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

import structlog

from services.notifications.application.ports import LetterRenderer, TranslationError, Translator
from services.notifications.application.repositories import NotificationRepositories
from services.notifications.domain.languages import language_chain
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.localized_texts import LocalizedText, by_machine, distinct, to_translate
from services.notifications.domain.text_cleanup import tidy
from services.notifications.metrics import TRANSLATIONS
from shared.facts import many_lines
from shared.observability.redaction import redacted

PAUSE = timedelta(seconds=60)
"""How long a server that failed is not asked; a pair of languages that it does not know, as well."""
MOST_TEXTS = 100
"""Texts for one letter or page."""
Pair = tuple[str, str]
log = structlog.get_logger()


class TextToTranslate(NamedTuple):
    """A text with the key that its translation is stored under."""

    key: str
    original: LocalizedText


class MachineTranslation:
    """Puts into a reader's language what people did not; a reader waits as long for it as for one request.

    Without a server everything stays as it is.
    """

    def __init__(
        self, store: NotificationRepositories, translator: Translator | None, renderer: LetterRenderer
    ) -> None:
        self._translations, self._records = store.translations, store.records
        self._translator, self._renderer = translator, renderer
        self._paused_until: dict[Pair | None, datetime] = {}

    async def translate_letter(self, letter: Letter) -> Letter:
        """Return ``letter`` with what a machine made of the texts that it shows and anybody may read."""
        public = await self._public(letter) if self._translator else None
        if public is None:
            return letter
        translated = await self.translate(self._renderer.shown(public), letter)
        if not translated:
            return letter
        # A machine's words take the place of English that stood there because nothing better did.
        return letter.model_copy(update={"phrases": distinct((*translated, *letter.phrases))})

    async def translate_page(
        self, shown: Iterable[LocalizedText], letter: Letter, about: Iterable[str]
    ) -> tuple[LocalizedText, ...]:
        """Return translations of a page's texts for the reader of ``letter``.

        ``about`` are the keys of all records that the texts are of; none is translated where one of them is
        not public.
        """
        if self._translator is None or await self._records.hidden(about, "", datetime.now(UTC)):
            return ()
        return await self.translate(shown, letter)

    async def translate(self, shown: Iterable[LocalizedText], letter: Letter) -> tuple[LocalizedText, ...]:
        """Return what a machine makes of the texts ``shown`` that the reader of ``letter`` cannot read."""
        target = language_chain(letter.locale)[0]
        wanted = [
            TextToTranslate(key_of(text.text, (text.language, target)), text)
            for text in to_translate(shown, (*letter.languages, target))
            if redacted(text.text) == text.text
        ][:MOST_TEXTS]
        keys = [text.key for text in wanted]
        translations = dict(await self._translations.find(keys)) if wanted else {}
        TRANSLATIONS.labels("cached").inc(len(translations))
        new = [text for text in wanted if text.key not in translations]
        if new:
            translations |= await self._translate_new(new, target)
        return tuple(
            by_machine(text.original, translations[text.key], target)
            for text in wanted
            if translations.get(text.key)
        )

    async def _public(self, letter: Letter) -> Letter | None:
        """What of a letter anybody may read; None where that is nothing."""
        keys = {*letter.tells_of, *((f"solution|{letter.solution}",) if letter.solution else ())}
        hidden = await self._records.hidden(keys, "", datetime.now(UTC))
        if f"solution|{letter.solution}" in hidden:
            return None
        return letter.without(hidden)

    async def _translate_new(self, wanted: list[TextToTranslate], target: str) -> dict[str, str]:
        """Ask the server, for so long; what came until then is stored and shown."""
        assert self._translator is not None
        translations: dict[str, str] = {}
        by_source: dict[str, list[TextToTranslate]] = defaultdict(list)
        for text in wanted:
            by_source[text.original.language.partition("-")[0]].append(text)
        try:
            async with asyncio.timeout(self._translator.seconds):
                for source, texts in by_source.items():
                    await self._ask(self._translator, texts, (source, target), translations)
        except TimeoutError:
            self._pause("took too long", None)
        TRANSLATIONS.labels("failed").inc(len(wanted) - len(translations))
        return translations

    async def _ask(
        self, translator: Translator, texts: list[TextToTranslate], pair: Pair, translations: dict[str, str]
    ) -> None:
        by_text = {text.original.text: text for text in texts}
        for batch in translator.batches(list(by_text)):
            if self._is_paused(None) or self._is_paused(pair):
                return
            try:
                translated = await translator.translate(batch, *pair)
            except TranslationError as error:
                self._pause(str(error), pair if error.lasting else None)
                return
            for original, translation in zip(batch, translated, strict=True):
                await self._accept(by_text[original], many_lines(translation), pair, translations)

    async def _accept(
        self, text: TextToTranslate, translation: str, pair: Pair, translations: dict[str, str]
    ) -> None:
        """Store a translation that is not empty, and is not a book in place of a sentence."""
        if not tidy(translation) or len(translation) > 10 * len(text.original.text) + 100:
            return
        await self._translations.save(text.key, translation, pair, datetime.now(UTC))
        translations[text.key] = translation
        TRANSLATIONS.labels("translated").inc()

    def _is_paused(self, pair: Pair | None) -> bool:
        return self._paused_until.get(pair, datetime.min.replace(tzinfo=UTC)) > datetime.now(UTC)

    def _pause(self, why: str, pair: Pair | None) -> None:
        self._paused_until[pair] = datetime.now(UTC) + PAUSE
        log.warning("translation_failed", reason=why, languages="-".join(pair or ()) or None)


def key_of(text: str, pair: Pair) -> str:
    """Return the hash that a translation is stored under."""
    source, target = (language.partition("-")[0] for language in pair)
    return sha256("\0".join((source, target, text)).encode()).hexdigest()
