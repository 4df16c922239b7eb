"""Hand over the bytes of a letter to the relay, and say truthfully what became of them.

There are three ends and one detour: the relay took it (``accepted``), never will (``rejected``), nobody can
know (``unknown``: the line went dead after the content began), or it could work later (``RetryableError``:
nothing was taken). SMTP itself cannot promise more (RFC 1047), so an unknown letter is never sent again by
itself.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal, NamedTuple

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from services.notifications.adapters.smtp_pool import DomainPacing, SmtpPool
from shared.errors import RetryableError

Phase = Literal["connect", "mail", "rcpt", "data"]
LOST = (SMTPException, OSError, TimeoutError)


class OutgoingMail(NamedTuple):
    """One message for one recipient: ``delivery`` comes back in bounces and delivery reports."""

    delivery: str
    sender: str
    to: str
    message: bytes


class SmtpResult(NamedTuple):
    """What became of it, in which phase, and the relay's last word."""

    state: Literal["accepted", "rejected", "unknown"]
    phase: Phase
    code: int | None = None
    text: str = ""


async def always() -> bool:
    """Nobody else is handing this letter over."""
    return True


class Mailer:
    """Hands letters over, several connections at once, each recipient domain at its own pace."""

    def __init__(self, pool: SmtpPool, pace: DomainPacing) -> None:
        self.pool = pool
        self.pace = pace

    async def hand_over(
        self, parcel: OutgoingMail, handing: Callable[[], Awaitable[bool]] = always
    ) -> SmtpResult | None:
        """Hand over ``parcel``; ``handing`` is awaited just before the content goes: the point of no return.

        Returns ``None`` where ``handing`` said no (somebody else has it). Raises ``RetryableError`` where
        nothing was taken and it could work later: no connection, a line lost before the content, or a 4xx
        answer.
        """
        domain = parcel.to.rpartition("@")[2].lower()
        await self.pace.wait(domain)
        try:
            async with self.pool.connection() as client:
                return await _hand_over(client, parcel, handing, 2 * self.pool.relay.timeout)
        except SMTPResponseException as error:
            if error.code >= 500:
                return SmtpResult("rejected", _phase(error), error.code, error.message)
            self.pace.slow_down(domain)
            raise RetryableError(f"the relay said {error.code} {error.message}") from error
        except LOST as error:
            raise RetryableError(
                f"the relay could not be reached: {error or type(error).__name__}"
            ) from error


async def _hand_over(
    client: SMTP, parcel: OutgoingMail, handing: Callable[[], Awaitable[bool]], patience: float
) -> SmtpResult | None:
    # A limit of our own around the library's: a line must never keep its place in the pool for ever.
    if not parcel.to.isascii() and not _takes_utf8(client):
        return SmtpResult("rejected", "rcpt", None, "the relay takes no address that is not ASCII (SMTPUTF8)")
    async with asyncio.timeout(patience):
        await _address(client, parcel)
    if not await handing():
        await client.rset()
        return None
    try:
        async with asyncio.timeout(patience):
            answer = await client.data(parcel.message)
    except SMTPResponseException:
        raise
    except LOST as error:
        client.close()
        return SmtpResult("unknown", "data", None, f"the line was lost: {error or type(error).__name__}")
    return SmtpResult("accepted", "data", answer.code, answer.message)


async def _address(client: SMTP, parcel: OutgoingMail) -> None:
    dsn, plain = client.supports_extension("dsn"), parcel.to.isascii()
    envelope = ["RET=HDRS", f"ENVID={parcel.delivery}"] if dsn else []
    original = [f"ORCPT=rfc822;{xtext(parcel.to)}"] if plain else []
    report = ["NOTIFY=FAILURE,DELAY", *original] if dsn else []
    utf8 = [] if plain else ["SMTPUTF8", "BODY=8BITMIME"]
    encoding = "ascii" if plain else "utf-8"
    await client.mail(parcel.sender, options=[*envelope, *utf8], encoding=encoding)
    await client.rcpt(parcel.to, options=report, encoding=encoding)


def _takes_utf8(client: SMTP) -> bool:
    """Whether the relay takes internationalised addresses (RFC 6531)."""
    return client.supports_extension("smtputf8") and client.supports_extension("8bitmime")


def xtext(address: str) -> str:
    """An address as RFC 3461 wants it in ORCPT: ``+``, ``=`` and what is not printable ASCII as ``+XX``."""
    return "".join(
        chr(byte) if 33 <= byte <= 126 and byte not in b"+=" else f"+{byte:02X}" for byte in address.encode()
    )


def _phase(error: SMTPResponseException) -> Phase:
    named: dict[str, Phase] = {"SMTPSenderRefused": "mail", "SMTPRecipientRefused": "rcpt"}
    return named.get(type(error).__name__, "data")
