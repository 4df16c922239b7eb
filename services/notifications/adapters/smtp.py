"""Hand over the bytes of a letter to the relay, and say truthfully what became of them.

There are three ends and one detour: the relay took it (``accepted``), never will (``rejected``), nobody can
know (``unknown``: the line went dead after the content began), or it could work later (``RetryableError``:
nothing was taken). SMTP itself cannot promise more (RFC 1047), so an unknown letter is never sent again by
itself.
"""

import asyncio
from collections.abc import Awaitable, Callable

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from services.notifications.adapters.smtp_pool import DomainPacing, SmtpPool
from services.notifications.application.ports import OutgoingMail, Phase, SmtpResult
from shared.errors import RetryableError

LOST = (SMTPException, OSError, TimeoutError)


async def always() -> bool:
    """Nobody else is handing this letter over."""
    return True


class SmtpMailer:
    """Hands letters over, several connections at once, each recipient domain at its own pace."""

    def __init__(self, pool: SmtpPool, pace: DomainPacing) -> None:
        self.pool = pool
        self.pace = pace

    async def hand_over(
        self, mail: OutgoingMail, begin: Callable[[], Awaitable[bool]] = always
    ) -> SmtpResult | None:
        """Hand over ``mail`` as ``Mailer`` has it.

        It could work later where there is no connection, the line is lost before the content, or the relay
        answers 4xx.
        """
        domain = mail.to.rpartition("@")[2].lower()
        await self.pace.wait(domain)
        try:
            async with self.pool.connection() as client:
                return await _hand_over(client, mail, begin, 2 * self.pool.relay.timeout)
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
    client: SMTP, mail: OutgoingMail, begin: Callable[[], Awaitable[bool]], seconds: float
) -> SmtpResult | None:
    # A limit of our own around the library's: a line must never keep its place in the pool for ever.
    if not mail.to.isascii() and not _takes_utf8(client):
        return SmtpResult("rejected", "rcpt", None, "the relay takes no address that is not ASCII (SMTPUTF8)")
    async with asyncio.timeout(seconds):
        await _address(client, mail)
    if not await begin():
        await client.rset()
        return None
    try:
        async with asyncio.timeout(seconds):
            answer = await client.data(mail.message)
    except SMTPResponseException:
        raise
    except LOST as error:
        client.close()
        return SmtpResult("unknown", "data", None, f"the line was lost: {error or type(error).__name__}")
    return SmtpResult("accepted", "data", answer.code, answer.message)


async def _address(client: SMTP, mail: OutgoingMail) -> None:
    dsn, plain = client.supports_extension("dsn"), mail.to.isascii()
    envelope = ["RET=HDRS", f"ENVID={mail.delivery}"] if dsn else []
    original = [f"ORCPT=rfc822;{xtext(mail.to)}"] if plain else []
    report = ["NOTIFY=FAILURE,DELAY", *original] if dsn else []
    utf8 = [] if plain else ["SMTPUTF8", "BODY=8BITMIME"]
    encoding = "ascii" if plain else "utf-8"
    await client.mail(mail.sender, options=[*envelope, *utf8], encoding=encoding)
    await client.rcpt(mail.to, options=report, encoding=encoding)


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
