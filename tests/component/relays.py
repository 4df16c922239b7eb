"""A real SMTP server that misbehaves on request: refuses, stalls, hangs up before or after the content."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

STALL_SECONDS = 5.0


@dataclass
class Behaviour:
    """What the relay answers; change it while it runs. ``hang_up`` names the moment: rcpt, data or after."""

    rcpt: str = "250 ok"
    data: str = "250 2.0.0 kept"
    stall: bool = False
    hang_up: str | None = None
    taken: list[bytes] = field(default_factory=list)
    tries: int = 0

    async def handle_RCPT(  # noqa: N802
        self,
        server: SMTP,
        _: Session,
        envelope: Envelope,
        address: str,
        options: list[str],  # noqa: ARG002
    ) -> str:
        self.tries += 1
        if self.hang_up == "rcpt":
            _drop(server)
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, _: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.hang_up == "data":
            _drop(server)
            return ""
        if self.data.startswith("250"):
            self.taken.append(envelope.original_content or b"")
        if self.hang_up == "after":
            _drop(server)
            return ""
        if self.stall:
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(STALL_SECONDS)
        return self.data


def _drop(server: SMTP) -> None:
    """Close the line without a word."""
    transport: Any = server.transport
    transport.abort()


@asynccontextmanager
async def relay(behaviour: Behaviour) -> AsyncIterator[int]:
    """A relay on a free port of loopback that does as ``behaviour`` says; gives its port."""
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(behaviour, enable_SMTPUTF8=True, hostname="relay.example.org"), "127.0.0.1", 0
    )
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
