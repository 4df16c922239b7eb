"""The SMTP server for what comes back: it takes returns, complaints, unsubscribes and replies, nothing else.

The key in an address is checked when the address is named, before any content is taken. One address at a
time: SMTP has one answer for a whole mail, and what reaches one reader may reach nobody at another.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from services.notifications.application.ports import MailRefused, ReceivedMail
from services.notifications.domain.parsed_mail import MOST_BYTES, MailParseError
from shared.store.mongo import away

MOST_CONNECTIONS = 64
MOST_RECEIVED = 2 * MOST_BYTES
"""Bytes of one transaction: the content may be refused at its end, but it has to end."""
SECONDS_OF_SILENCE = 60.0
log = structlog.get_logger()


class Inbox(NamedTuple):
    """What the server asks about mail.

    ``is_read``: whether mail to an address is read, and its key ours. ``handle`` raises ``MailRefused`` and
    ``MailParseError``; ``set_aside`` stores what cannot be read, with the reason.
    """

    is_read: Callable[[str], bool]
    handle: Callable[[ReceivedMail], Awaitable[bool]]
    set_aside: Callable[[ReceivedMail, str], Awaitable[None]]


class SmtpHandler:
    """Answers SMTP; what is not for us is refused, not swallowed."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def handle_RCPT(  # noqa: N802 - named by aiosmtpd
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        """Only addresses that are read, and whose key is ours."""
        if not self._inbox.is_read(address):
            return "550 5.1.1 nobody reads mail to this address"
        if envelope.rcpt_tos:
            return "452 4.5.3 one recipient at a time"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: "BoundedSMTP", _: Session, envelope: Envelope) -> str:  # noqa: N802
        """Taken once it is kept; where the store is away the sender tries again."""
        server.begin_again()
        sender = (envelope.mail_from or "").strip("<>")
        mail = ReceivedMail(envelope.original_content or b"", envelope.rcpt_tos[0], sender)
        try:
            acted = await self._inbox.handle(mail)
        except MailRefused as refused:
            return f"550 5.7.1 {refused}"
        except Exception as error:  # noqa: BLE001 - one mail never stops the next
            return await self._failed(mail, error)
        return "250 2.0.0 taken" if acted else "250 2.0.0 taken, it asks for nothing"

    async def _failed(self, mail: ReceivedMail, error: Exception) -> str:
        if away(error):
            return "451 4.3.0 try again later"
        reason = str(error) if isinstance(error, MailParseError) else repr(error)[:300]
        log.warning("mail_set_aside", error=type(error).__name__)  # the reason may quote the mail
        try:
            await self._inbox.set_aside(mail, reason)
        except Exception as kept:  # noqa: BLE001 - the sender keeps it, and tries again
            log.warning("mail_not_set_aside", error=type(kept).__name__)
            return "451 4.3.0 try again later"
        return f"554 5.6.0 this mail cannot be read: {answer_text(reason)}"


class BoundedSMTP(SMTP):
    """A connection that ends where more are open than are served, or more is sent than one mail may have."""

    open_connections = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Turn away who comes when all places are taken."""
        type(self).open_connections += 1
        self._received = 0
        if self.open_connections > MOST_CONNECTIONS:
            _turn_away(transport, b"421 4.7.0 too many connections, try again later\r\n")
            return
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Give the place to the next."""
        type(self).open_connections -= 1
        if self.transport is not None:
            super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        """Hang up on a line, or a mail, that does not end."""
        self._received += len(data)
        if self.transport is None:
            return
        if self._received > MOST_RECEIVED:
            _turn_away(self.transport, b"552 5.3.4 too much mail data\r\n")
            return
        super().data_received(data)

    def begin_again(self) -> None:
        """A mail is complete: the next one may be as long."""
        self._received = 0


def answer_text(text: str) -> str:
    """A reason as part of an SMTP answer: ASCII, one line, not longer than a line may be."""
    return " ".join(text.encode("ascii", "replace").decode().split())[:300]


def _turn_away(transport: Any, answer: bytes) -> None:  # noqa: ANN401 - of asyncio or of uvloop
    transport.write(answer)
    transport.close()


@asynccontextmanager
async def serve_smtp(inbox: Inbox, host: str, port: int) -> AsyncIterator[int]:
    """Listen on ``port`` (0: any free one) until the end of the block; gives the port."""
    door = SmtpHandler(inbox)

    def connection() -> BoundedSMTP:
        return BoundedSMTP(
            door, data_size_limit=MOST_BYTES, hostname="citiesshare", timeout=SECONDS_OF_SILENCE
        )

    server = await asyncio.get_running_loop().create_server(connection, host, port)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
