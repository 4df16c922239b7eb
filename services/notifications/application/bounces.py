"""What a mail that came back changes: how an address stands, or what its reader wants."""

from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from services.notifications.application.address_status import AddressStatusUpdates
from services.notifications.application.ports import MailRefused, ParseMail, ReceivedMail
from services.notifications.application.replies import Replies
from services.notifications.application.repositories import NotificationRepositories
from services.notifications.application.stored_models import StoredLetter
from services.notifications.domain.bounces import BounceReport
from services.notifications.domain.delivery_reports import read_feedback, read_return
from services.notifications.domain.inbound_addresses import InboundAddresses
from services.notifications.domain.link_access import return_is_void, why_closed
from services.notifications.domain.mail_headers import read_headers, values_of
from services.notifications.domain.parsed_mail import ParsedMail
from services.notifications.domain.preferences import stop
from services.notifications.domain.vocabulary import KINDS

log = structlog.get_logger()


def _now() -> datetime:
    return datetime.now(UTC)


class ReturnedMailHandler:
    """Reads bounces, complaints, unsubscribes and replies; only what has a key of ours changes anything.

    A report that anybody could have made up must not stop somebody else's letters: addresses, subjects and
    reported letters carry codes that only we can write. They are checked before anything is parsed.
    """

    def __init__(
        self,
        store: NotificationRepositories,
        addresses: InboundAddresses,
        parse: ParseMail,
        now: Callable[[], datetime] = _now,
        replies: Replies | None = None,
    ) -> None:
        self._store, self._addresses, self._now = store, addresses, now
        self._parse, self._replies = parse, replies
        self._statuses = AddressStatusUpdates(store.letters, store.address_statuses)

    def is_read(self, address: str) -> bool:
        """Return whether mail to an address is read."""
        return self._addresses.destination(address) is not None

    async def handle(self, mail: ReceivedMail) -> bool:
        """Act on one mail; returns whether it asked for anything. The same mail twice counts once.

        Raises ``MailRefused`` where it reaches nobody, and ``MailParseError`` where it cannot be read.
        """
        to = self._addresses.destination(mail.to)
        if to is None:
            raise MailRefused("nobody reads mail to this address")
        if to.purpose == "unsubscribe":
            return await self._unsubscribe(mail.raw)
        if to.purpose == "complaint":
            return await self._complaint(await self._parse(mail.raw))
        if to.purpose == "reply":
            return await self._reply(mail, to.delivery)
        return await self._bounce(await self._parse(mail.raw), to.delivery, mail.sender)

    async def _unsubscribe(self, raw: bytes) -> bool:
        subject = " ".join(values_of(read_headers(raw), "subject")[:1])
        delivery = self._addresses.unsubscribed(subject)
        stored = await self._store.letters.find(delivery) if delivery else None
        official = await self._store.officials.find(stored.letter.official) if stored else None
        if stored is None or official is None:
            raise MailRefused("the subject has no key of a letter; use the link in the letter to unsubscribe")
        if why_closed("unsubscribe", stored.letter, stored.since, official, self._now()) is None:
            kind = stored.letter.kind if stored.letter.kind in KINDS else "all"
            await self._store.officials.update_preferences(official, stop(official, kind), "mail")
        return True

    async def _complaint(self, mail: ParsedMail) -> bool:
        delivery = self._addresses.reported(mail.reported)
        report = read_feedback(mail, delivery) if delivery else None
        if report is None:
            raise MailRefused("this address takes feedback reports (RFC 5965) about our own letters only")
        return await self._count(report, delivery or "")

    async def _reply(self, mail: ReceivedMail, delivery: str) -> bool:
        if self._replies is None:
            raise MailRefused("replies are not passed on here")
        return await self._replies.pass_on(await self._parse(mail.raw), delivery, mail.sender)

    async def _bounce(self, mail: ParsedMail, delivery: str, sender: str | None) -> bool:
        report = read_return(mail, delivery)
        if report is not None:
            return await self._count(report, delivery)
        if mail.automatic is None and sender != "":
            raise MailRefused("nobody reads this address; reply to the address the letter gives for replies")
        log.info("bounce_ignored", letter=delivery, automatic=mail.automatic)
        return False

    async def _count(self, report: BounceReport, delivery: str) -> bool:
        stored = await self._store.letters.find(delivery)
        if stored is None or await self._is_too_late(stored):
            return False
        return await self._statuses.count(report, stored.letter, self._now())

    async def _is_too_late(self, stored: StoredLetter) -> bool:
        """Whether a return says nothing any more about who reads this address now."""
        official = await self._store.officials.find(stored.letter.official)
        return return_is_void(stored.letter, stored.since, official, self._now())
