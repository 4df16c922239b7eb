"""Replies: read at the door, passed on to the sharing city, and its answer back; nobody sees an address."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime

import structlog

from services.notifications.adapters.mime import put_into_words
from services.notifications.adapters.mongo.known_records import KnownRecordRepository
from services.notifications.adapters.mongo.page_service import PageService
from services.notifications.adapters.smtp_server import MailRefused
from services.notifications.application.page_queries import StoredLetter
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

log = structlog.get_logger()
REFUSED = {
    Closed.EXPIRED: "this letter is too old to be replied to",
    Closed.HANDED_OVER: "the post this letter was written to has a new holder",
    Closed.LEFT: "the post this letter was written to does not exist any more",
    Closed.NOT_CONFIRMED: "the address of this post is not confirmed yet",
}
Readers = Callable[[str, date], Awaitable[list[Official]]]


class Replies:
    """Passes on what the reader of a letter wrote back, to those who lead in the sharing city."""

    def __init__(
        self,
        desk: PageService,
        records: KnownRecordRepository,
        sender: Sender,
        leads: Readers,
        send: Callable[[Letter], Awaitable[object]],
    ) -> None:
        self._desk, self._records, self._sender = desk, records, sender
        self._leads, self._send = leads, send

    async def take(self, mail: ParsedMail, delivery: str, sender: str | None) -> bool:
        """Pass on a reply to the letter ``delivery``, mailed by ``sender``; one by a machine is only noted.

        Nobody waits for an answer to that, and a refusal would be another mail. Raises ``MailRefused`` where
        a reply reaches nobody: the writer's own mail server then says so.
        """
        if mail.automatic == "certain" or sender == "":
            log.info("automatic_reply_ignored", letter=delivery)
            return False
        found = await self._letter(delivery)
        letter, asker = found.letter, await self._desk.find_official(found.letter.official)
        why = why_closed("reply", letter, found.since, asker, datetime.now(UTC))
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
        said = put_into_words(letter, self._sender)
        words = new_words(mail.text, self._ours(letter), Original.of((said.text, html_to_text(said.html))))
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
        found = await self._desk.find_delivery(delivery)
        if found is None:
            raise MailRefused("this address belongs to no letter")
        return found

    async def _pass_on(self, letter: Letter, asker: Official, words: str) -> None:
        now = datetime.now(UTC)
        known = await self._records.solution(letter.solution or "")
        if known is None:
            raise MailRefused("what the letter was about is not known any more")
        readers = await self._readers(letter, known.solution.city, now.date())
        if not readers:
            raise MailRefused("nobody in the sharing city reads letters now")
        if not await self._desk.may_write(asker.id, [reader.id for reader in readers]):
            raise MailRefused("too many replies were written today; try again tomorrow")
        name = asker.city_name or await self._records.name_of(asker.city)
        reply = WrittenReply(words, asker, name, letter, now)
        for reader in readers:
            await self._send(question.write(reply, known.solution, reader))

    async def _readers(self, letter: Letter, city: str, today: date) -> list[Official]:
        """Who asked, where this is an answer; else those who lead in the sharing city."""
        if not isinstance(letter, QuestionLetter):
            return await self._leads(city, today)
        asked = await self._desk.find_official(letter.from_official)
        return [asked] if asked is not None and not asked.away(today) else []
