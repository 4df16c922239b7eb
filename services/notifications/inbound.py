"""The door for what comes back: an SMTP port that takes returns, unsubscribes and replies, nothing else."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from shared.errors import could_work_later

MOST_BYTES = 2_000_000
Take = Callable[[bytes, str], Awaitable[bool]]
log = structlog.get_logger()


class Refused(Exception):
    """A mail that reaches nobody; its writer is told by a bounce."""


class Door:
    """Hands each mail on for each address it came to; what is not for us is refused, not swallowed."""

    def __init__(self, take: Take, domains: frozenset[str]) -> None:
        self._take, self._domains = take, domains

    async def handle_RCPT(  # noqa: N802 - named by aiosmtpd
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        """Only addresses under our own domains."""
        if address.rpartition("@")[2].lower() not in self._domains:
            return "550 5.7.1 this door only takes what comes back"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        """Taken once it is kept; where the store is away the sender tries again."""
        content = envelope.original_content or b""
        try:
            understood = [await self._take(content, address) for address in envelope.rcpt_tos]
        except Refused as refused:
            return f"550 5.7.1 {refused}"
        except Exception as error:
            if could_work_later(error):
                return "451 4.3.0 try again later"
            log.exception("return_not_understood", reason=repr(error)[:300])
            return "250 2.0.0 taken, not understood"
        return "250 2.0.0 taken" if any(understood) else "250 2.0.0 taken, it says nothing we know"


@asynccontextmanager
async def open_door(take: Take, domains: frozenset[str], host: str, port: int) -> AsyncIterator[int]:
    """Listen on ``port`` (0: any free one) until the end of the block; gives the port."""
    door = Door(take, domains)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(door, data_size_limit=MOST_BYTES, hostname="citiesshare"), host, port
    )
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
