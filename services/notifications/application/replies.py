"""Replies: passed on to the sharing city, and its answer back; nobody sees an address."""

from collections.abc import Sequence
from datetime import UTC, datetime

import structlog

from services.notifications.application.ports import LetterRenderer, MailRefused, SendLetter
from services.notifications.application.questions import NotAsked, Questions
from services.notifications.application.repositories import NotificationRepositories
from services.notifications.application.stored_models import StoredLetter
from services.notifications.domain.addresses import same_address
from services.notifications.domain.html_to_text import html_to_text
from services.notifications.domain.letters import question as question_letters
from services.notifications.domain.letters.base import Letter
from services.notifications.domain.letters.question import QuestionLetter, WrittenReply
from services.notifications.domain.link_access import Closed, why_closed
from services.notifications.domain.officials import Official
from services.notifications.domain.parsed_mail import ParsedMail
from services.notifications.domain.questions import CityQuestion
from services.notifications.domain.reply_text import MOST, Original, Ours, new_words
from services.notifications.domain.sender import Sender
from shared.facts import Solution
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

NOT_ASKED: dict[NotAsked, str] = {
    "own_solution": "your own city shared this: ask your colleagues",
    "nobody_reads": "nobody in the sharing city reads letters now",
    "too_many_questions": "too many replies were written today; try again tomorrow",
}


class Replies:
    """Passes on what the reader of a letter wrote back, to those who lead in the sharing city."""

    def __init__(
        self,
        store: NotificationRepositories,
        renderer: LetterRenderer,
        sender: Sender,
        questions: Questions,
        send: SendLetter,
    ) -> None:
        self._store, self._renderer, self._sender = store, renderer, sender
        self._questions, self._send = questions, send

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

    async def _pass_on(self, letter: Letter, writer: Official, words: str) -> None:
        """Ask the sharing city, or answer; what is said after the answer is passed on as it is."""
        now = datetime.now(UTC)
        about = await self._store.records.solution(letter.solution or "")
        if about is None:
            raise MailRefused("what the letter was about is not known any more")
        if not isinstance(letter, QuestionLetter):
            await self._ask(writer, about.solution, words, now)
        elif not await self._answered(letter, writer, words, now):
            await self._follow_up(letter, writer, about.solution, words)

    async def _ask(self, writer: Official, solution: Solution, words: str, now: datetime) -> None:
        question = await self._questions.ask(writer, solution, words, now)
        if not isinstance(question, CityQuestion):
            raise MailRefused(NOT_ASKED[question])

    async def _answered(self, letter: QuestionLetter, writer: Official, words: str, now: datetime) -> bool:
        """Whether the reply is the answer to a question that its reader's city was asked."""
        page = await self._questions.find(letter.question, writer, now) if letter.question else None
        if page is None or page.side != "asked":
            return False
        return await self._questions.answer(page.question.id, writer, words, now) is None

    async def _follow_up(
        self, letter: QuestionLetter, writer: Official, solution: Solution, words: str
    ) -> None:
        """Pass on to whoever wrote the words of ``letter``."""
        now = datetime.now(UTC)
        reader = await self._store.officials.find(letter.from_official)
        if reader is None or reader.away(now.date()):
            raise MailRefused(NOT_ASKED["nobody_reads"])
        if not await self._count(writer.id, [reader.id]):
            raise MailRefused(NOT_ASKED["too_many_questions"])
        name = writer.city_name or await self._store.city_name(writer.city)
        reply = WrittenReply(words, writer, name, letter, now)
        await self._send(question_letters.write(reply, solution, reader))

    async def _count(self, writer: str, readers: Sequence[str]) -> bool:
        """Count a reply of one official to others; ``False`` where either side had too many today."""
        now, limits = datetime.now(UTC), self._store.rate_limits
        allowed = await limits.allow(REPLIES_SENT, writer, now)
        return allowed and all([await limits.allow(REPLIES_READ, reader, now) for reader in readers])
