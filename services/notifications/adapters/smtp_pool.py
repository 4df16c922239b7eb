"""The way to the relay: a few connections that are used again, and a pace for each recipient domain."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Annotated, NamedTuple

from aiosmtplib import SMTP, SMTPException, SMTPResponseException
from pydantic import Field, SecretStr

from shared.errors import RetryableError
from shared.facts import Fact


class RelaySettings(Fact):
    """Where the relay is and how it wants to be spoken to."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 25
    username: str | None = None
    password: SecretStr | None = None
    starttls: bool | None = Field(None, description="None: where the relay offers it")
    timeout: Annotated[float, Field(gt=0, description="Seconds to wait for one answer")] = 30.0
    connections: Annotated[int, Field(ge=1, le=100)] = 4
    per_connection: Annotated[int, Field(ge=1, description="Letters before a connection is renewed")] = 200
    idle: Annotated[
        float, Field(gt=0, description="Seconds after which an idle connection is not trusted")
    ] = 30.0
    per_domain_per_minute: Annotated[float, Field(gt=0)] = 600.0
    back_off: Annotated[float, Field(ge=0, description="Seconds a domain rests after a 4xx answer")] = 30.0


class IdleConnection(NamedTuple):
    """A connection at rest: how many letters it carried, and since when it rests (the loop's clock)."""

    client: SMTP
    served: int
    since: float


class SmtpPool:
    """At most ``relay.connections`` connections; one that failed is dropped, the others are used again."""

    def __init__(self, relay: RelaySettings) -> None:
        self.relay = relay
        self._free = asyncio.Semaphore(relay.connections)
        self._idle: list[IdleConnection] = []

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[SMTP]:
        """A connection with nothing begun on it; it is kept unless it broke or served long enough."""
        async with self._free:
            client, served = await self._take()
            try:
                yield client
            except SMTPResponseException:
                await self._reset(client, served + 1)
                raise
            except BaseException:
                client.close()
                raise
            self._give_back(client, served + 1)

    async def close(self) -> None:
        """Say goodbye on every idle connection."""
        while self._idle:
            with suppress(SMTPException, OSError, TimeoutError):
                await self._idle.pop().client.quit()

    async def _take(self) -> tuple[SMTP, int]:
        while self._idle:
            connection = self._idle.pop()
            if connection.client.is_connected and _now() - connection.since < self.relay.idle:
                return connection.client, connection.served
            connection.client.close()
        return await self._connect(), 0

    async def _connect(self) -> SMTP:
        relay = self.relay
        password = relay.password.get_secret_value() if relay.password else None
        client = SMTP(
            hostname=relay.host,
            port=relay.port,
            username=relay.username,
            password=password,
            start_tls=relay.starttls,
            timeout=relay.timeout,
        )
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
        except SMTPResponseException as error:
            raise RetryableError(f"the relay does not let us in: {error.code} {error.message}") from error
        return client

    async def _reset(self, client: SMTP, served: int) -> None:
        try:
            await client.rset()
        except (SMTPException, OSError, TimeoutError):
            client.close()
        self._give_back(client, served)

    def _give_back(self, client: SMTP, served: int) -> None:
        if client.is_connected and served < self.relay.per_connection:
            self._idle.append(IdleConnection(client, served, _now()))
        else:
            client.close()


class DomainPacing:
    """When the next letter to a domain may go: evenly spread, and not while the domain rests."""

    def __init__(self, per_minute: float, back_off: float) -> None:
        self.interval = 60 / per_minute
        self.back_off = back_off
        self._next: dict[str, float] = {}

    async def wait(self, domain: str) -> None:
        """Wait for this domain's turn; domains do not wait for each other."""
        now = _now()
        turn = max(now, self._next.get(domain, now))
        self._next[domain] = turn + self.interval
        self._forget(now)
        if turn > now:
            await asyncio.sleep(turn - now)

    def slow_down(self, domain: str) -> None:
        """The relay put us off: let the domain rest."""
        rested = _now() + self.back_off
        self._next[domain] = max(rested, self._next.get(domain, rested))

    def _forget(self, now: float) -> None:
        if len(self._next) > 10_000:
            self._next = {domain: turn for domain, turn in self._next.items() if turn > now}


def _now() -> float:
    return asyncio.get_running_loop().time()
