"""Replies: read at the door, passed on to the sharing city, and its answer back; nobody sees an address."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr

from services.notifications.domain.access import Closed, why_closed
from services.notifications.domain.addresses import same_address
from services.notifications.domain.letters import Letter
from services.notifications.domain.models import Official
from services.notifications.domain.replies import new_words
from services.notifications.domain.tokens import delivery_of
from services.notifications.front_desk import FrontDesk
from services.notifications.inbound import Refused
from services.notifications.kinds import question
from services.notifications.kinds.question import Question, Written
from services.notifications.pages.desk import Delivery
from services.notifications.records import Records
from services.notifications.sender import Sender

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
        desk: FrontDesk,
        records: Records,
        sender: Sender,
        leads: Readers,
        send: Callable[[Letter], Awaitable[object]],
    ) -> None:
        self._desk, self._records, self._sender = desk, records, sender
        self._leads, self._send = leads, send

    def ours(self, envelope_to: str) -> bool:
        """Whether an address is one that replies are sent to."""
        return self._sender.reply_domain is not None and envelope_to.lower().startswith("r+")

    async def take(self, raw: bytes, envelope_to: str) -> bool:
        """Pass one reply on; an automatic one is dropped, so that no two machines write to each other.

        Raises ``Refused`` where it reaches nobody: the writer's own mail server then says so.
        """
        message = message_from_bytes(raw, policy=policy.default)
        if str(message.get("Auto-Submitted", "no")).strip().lower() != "no":
            return False
        found = await self._letter(envelope_to)
        letter, asker = found.letter, await self._desk.find_official(found.letter.official)
        why = why_closed("reply", letter, found.since, asker, datetime.now(UTC))
        if asker is None or why is not None:
            raise Refused(REFUSED[why or Closed.LEFT])
        if not same_address(parseaddr(str(message.get("From", "")))[1], asker.email):
            raise Refused("only the reader of the letter may reply to it")
        words = new_words(_text(message), self._sender.site)
        if not words:
            raise Refused("there are no new words in this reply")
        await self._pass_on(letter, asker, words)
        return True

    async def _letter(self, envelope_to: str) -> Delivery:
        key = envelope_to.partition("@")[0].lower().removeprefix("r+")
        delivery = delivery_of(self._sender.key, "reply", key)
        found = await self._desk.find_delivery(delivery) if delivery else None
        if found is None:
            raise Refused("this address belongs to no letter")
        return found

    async def _pass_on(self, letter: Letter, asker: Official, words: str) -> None:
        now = datetime.now(UTC)
        known = await self._records.solution(letter.solution or "")
        if known is None:
            raise Refused("what the letter was about is not known any more")
        readers = await self._readers(letter, known.solution.city, now.date())
        if not readers:
            raise Refused("nobody in the sharing city reads letters now")
        if not await self._desk.may_write(asker.id, [reader.id for reader in readers]):
            raise Refused("too many replies were written today; try again tomorrow")
        name = asker.city_name or await self._records.name_of(asker.city)
        reply = Written(words, asker, name, letter, now)
        for reader in readers:
            await self._send(question.write(reply, known.solution, reader))

    async def _readers(self, letter: Letter, city: str, today: date) -> list[Official]:
        """Who asked, where this is an answer; else those who lead in the sharing city."""
        if not isinstance(letter, Question):
            return await self._leads(city, today)
        asked = await self._desk.find_official(letter.from_official)
        return [asked] if asked is not None and not asked.away(today) else []


def _text(message: EmailMessage) -> str:
    """The plain text of a mail; empty where it has none."""
    body = message.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""
