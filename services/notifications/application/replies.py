"""Replies: passed on to the sharing city, and its answer back; nobody sees an address."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import structlog

from services.notifications.application.ports import FindReaders, LetterRenderer, MailRefused, SendLetter
from services.notifications.application.repositories import NotificationRepositories
from services.notifications.application.stored_models import StoredLetter
from services.notifications.domain.addresses import same_address
from services.notifications.domain.html_to_text import html_to_text
from services.notifications.domain.letters import question
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.question import QuestionLetter, WrittenReply
from services.notifications.domain.link_access import Closed, why_closed
from services.notifications.domain.officials import Official
from services.notifications.domain.parsed_mail import ParsedMail
from services.notifications.domain.reply_text import MOST, Original, Ours, new_words
from services.notifications.domain.sender import Sender
from shared.store.rate_limits import RateLimit

REPLIES_SENT = (RateLimit("replies_sent", 30, 86_400),)
REPLIES_READ = (RateLimit("replies_read", 60, 86_400),)
log = structlog.get_logger()
REFUSED = {
    Closed.EXPIRED: "this letter is too old to be replied to",
    Closed.HANDED_OVER: "the post this letter was written to has a new holder",
    Closed.LEFT: "the post this letter was written to does not exist any more",
    Closed.NOT_CONFIRMED: "the address of this post is not confirmed yet",
}


class Replies:
    """Passes on what the reader of a letter wrote back, to those who lead in the sharing city."""

    def __init__(
        self,
        store: NotificationRepositories,
        renderer: LetterRenderer,
        sender: Sender,
        find_leads: FindReaders,
        send: SendLetter,
    ) -> None:
        self._store, self._renderer, self._sender = store, renderer, sender
        self._find_leads, self._send = find_leads, send

    async def pass_on(self, mail: ParsedMail, delivery: str, sender: str | None) -> bool:
        """Pass on a reply to the letter ``delivery``, mailed by ``sender``; one by a machine is only noted.

        Nobody waits for an answer to that, and a refusal would be another mail. Raises ``MailRefused`` where
        a reply reaches nobody: the writer's own mail server then says so.
        """
        if mail.automatic == "certain" or sender == "":
            log.info("automatic_reply_ignored", letter=delivery)
            return False
        letter, since = await self._letter(delivery)
        asker = await self._store.officials.find(letter.official)
        why = why_closed("reply", letter, since, asker, datetime.now(UTC))
        if asker is None or why is not None:
            raise MailRefused(REFUSED[why or Closed.LEFT])
        if not same_address(mail.author or "", asker.email):
            raise MailRefused("only the reader of the letter may reply to it")
        if mail.automatic == "likely":
            raise MailRefused(
                "its headers say that it is an automatic answer or from a list; these are not passed on"
            )
        await self._pass_on(letter, asker, self._words(mail, letter))
        return True

    def _words(self, mail: ParsedMail, letter: Letter) -> str:
        if mail.unreadable is not None:
            raise MailRefused(f"{mail.unreadable}; write it as plain text in UTF-8")
        texts = self._renderer.texts(letter)
        words = new_words(mail.text, self._ours(letter), Original.of((texts.text, html_to_text(texts.html))))
        if not words:
            raise MailRefused("there are no new words in this reply")
        if len(words) > MOST:
            raise MailRefused(f"this reply has {len(words)} characters; at most {MOST} are passed on")
        return words

    def _ours(self, letter: Letter) -> Ours:
        sender = self._sender
        domains = (sender.domain, sender.account_domain, sender.bounce_domain, sender.reply_domain)
        return Ours(sender.site, sender.name, frozenset(filter(None, domains)), (letter.to_name,))

    async def _letter(self, delivery: str) -> StoredLetter:
        stored = await self._store.letters.find(delivery)
        if stored is None:
            raise MailRefused("this address belongs to no letter")
        return stored

    async def _pass_on(self, letter: Letter, asker: Official, words: str) -> None:
        now = datetime.now(UTC)
        about = await self._store.records.solution(letter.solution or "")
        if about is None:
            raise MailRefused("what the letter was about is not known any more")
        readers = await self._readers(letter, about.solution.city, now.date())
        if not readers:
            raise MailRefused("nobody in the sharing city reads letters now")
        if not await self._count(asker.id, [reader.id for reader in readers]):
            raise MailRefused("too many replies were written today; try again tomorrow")
        name = asker.city_name or await self._store.city_name(asker.city)
        reply = WrittenReply(words, asker, name, letter, now)
        for reader in readers:
            await self._send(question.write(reply, about.solution, reader))

    async def _readers(self, letter: Letter, city: str, today: date) -> list[Official]:
        """Who asked, where this is an answer; else those who lead in the sharing city."""
        if not isinstance(letter, QuestionLetter):
            return await self._find_leads(city, today)
        asker = await self._store.officials.find(letter.from_official)
        return [asker] if asker is not None and not asker.away(today) else []

    async def _count(self, writer: str, readers: Sequence[str]) -> bool:
        """Count a reply of one official to others; ``False`` where either side had too many today."""
        now, limits = datetime.now(UTC), self._store.rate_limits
        allowed = await limits.allow(REPLIES_SENT, writer, now)
        return allowed and all([await limits.allow(REPLIES_READ, reader, now) for reader in readers])
