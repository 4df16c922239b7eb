"""Full queues: for a while the broker refuses what goes over a length that is far too short."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx

from citiesshare.local.ports import Ports
from shared.messaging.topology import WORK

POLICY = "/api/policies/%2F/chaos-full"
NAMES = "|".join(work.name.replace(".", "\\.") for work in WORK)
SHORT, LONG = 1, 1_000_000


@asynccontextmanager
async def full(ports: Ports) -> AsyncIterator[None]:
    """Let every work queue refuse what comes while one message waits in it, until the end of the block.

    The limit is raised in the end, not removed: where one vanishes, a quorum queue goes on refusing whom it
    refused, until they open another channel (rabbitmq-server issue 12206).
    """
    api = httpx.AsyncClient(
        base_url=ports.page("management"), auth=("guest", "guest"), trust_env=False, timeout=10
    )
    async with api:
        await _limit(api, SHORT)
        try:
            yield
        finally:
            await _limit(api, LONG)


async def _limit(api: httpx.AsyncClient, length: int) -> None:
    """Ask until the broker has done it: it may just have been killed."""
    body = {"pattern": f"^({NAMES})$", "definition": {"max-length": length}, "apply-to": "queues"}
    while True:
        with suppress(httpx.TransportError):
            if (await api.put(POLICY, json=body)).is_success:
                return
        await asyncio.sleep(0.5)
