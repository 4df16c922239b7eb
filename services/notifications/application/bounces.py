"""What a mail that came back changes: how an address stands, or what its reader wants."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import structlog

from services.notifications.adapters.mongo.letters import LetterRepository
from services.notifications.adapters.mongo.page_service import PageService
from services.notifications.adapters.smtp_server import MailRefused, Received
from services.notifications.application.address_status import AddressStatusUpdates
from services.notifications.application.page_queries import StoredLetter
from services.notifications.application.replies import Replies
from services.notifications.domain.bounces import BounceReport
from services.notifications.domain.delivery_reports import read_feedback, read_return
from services.notifications.domain.inbound_addresses import InboundAddresses
from services.notifications.domain.link_access import return_is_void, why_closed
from services.notifications.domain.mail_headers import read_headers, values_of
from services.notifications.domain.parsed_mail import ParsedMail
from services.notifications.domain.preferences import stop
from services.notifications.domain.vocabulary import KINDS

log = structlog.get_logger()
Read = Callable[[bytes], Awaitable[ParsedMail]]


def _now() -> datetime:
    return datetime.now(UTC)


class ReturnedMailHandler:
    """Reads bounces, complaints, unsubscribes and replies; only what has a key of ours changes anything.

    A report that anybody could have made up must not stop somebody else's letters: addresses, subjects and
    reported letters carry codes that only we can write. They are checked before anything is parsed.
    """

    def __init__(
        self,
        store: LetterRepository,
        desk: PageService,
        addresses: InboundAddresses,
        read: Read,
        now: Callable[[], datetime] = _now,
        replies: Replies | None = None,
    ) -> None:
        self._store, self._desk, self._addresses, self._now = store, desk, addresses, now
        self._read, self._replies = read, replies
        self._standings = AddressStatusUpdates(store, desk)

    def known(self, address: str) -> bool:
        """Whether mail to an address is read."""
        return self._addresses.destination(address) is not None

    async def take(self, mail: Received) -> bool:
        """Act on one mail; whether it asked for anything. The same mail twice counts once.

        Raises ``MailRefused`` where it reaches nobody, and ``Unreadable`` where it cannot be read.
        """
        to = self._addresses.destination(mail.to)
        if to is None:
            raise MailRefused("nobody reads mail to this address")
        if to.purpose == "unsubscribe":
            return await self._unsubscribe(mail.raw)
        if to.purpose == "complaint":
            return await self._complaint(await self._read(mail.raw))
        if to.purpose == "reply":
            return await self._reply(mail, to.delivery)
        return await self._bounce(await self._read(mail.raw), to.delivery, mail.sender)

    async def _unsubscribe(self, raw: bytes) -> bool:
        subject = " ".join(values_of(read_headers(raw), "subject")[:1])
        delivery = self._addresses.unsubscribed(subject)
        found = await self._desk.find_delivery(delivery) if delivery else None
        official = await self._desk.find_official(found.letter.official) if found else None
        if found is None or official is None:
            raise MailRefused("the subject has no key of a letter; use the link in the letter to unsubscribe")
        if why_closed("unsubscribe", found.letter, found.since, official, self._now()) is None:
            kind = found.letter.kind if found.letter.kind in KINDS else "all"
            await self._desk.change_wishes(official, stop(official, kind), "mail")
        return True

    async def _complaint(self, mail: ParsedMail) -> bool:
        delivery = self._addresses.reported(mail.reported)
        returned = read_feedback(mail, delivery) if delivery else None
        if returned is None:
            raise MailRefused("this address takes feedback reports (RFC 5965) about our own letters only")
        return await self._note(returned, delivery or "")

    async def _reply(self, mail: Received, delivery: str) -> bool:
        if self._replies is None:
            raise MailRefused("replies are not passed on here")
        return await self._replies.take(await self._read(mail.raw), delivery, mail.sender)

    async def _bounce(self, mail: ParsedMail, delivery: str, sender: str | None) -> bool:
        returned = read_return(mail, delivery)
        if returned is not None:
            return await self._note(returned, delivery)
        if mail.automatic is None and sender != "":
            raise MailRefused("nobody reads this address; reply to the address the letter gives for replies")
        log.info("return_ignored", letter=delivery, automatic=mail.automatic)
        return False

    async def _note(self, returned: BounceReport, delivery: str) -> bool:
        found = await self._desk.find_delivery(delivery)
        if found is None or await self._too_late(found):
            return False
        return await self._standings.note(returned, found.letter, self._now())

    async def _too_late(self, found: StoredLetter) -> bool:
        """Whether a return says nothing any more about who reads this address now."""
        official = await self._desk.find_official(found.letter.official)
        return return_is_void(found.letter, found.since, official, self._now())
