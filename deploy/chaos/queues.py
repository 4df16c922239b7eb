"""Full queues: for a while the broker refuses what goes over a length that is far too short."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx

from deploy.local.ports import Ports
from shared.topology import WORK

POLICY = "/api/policies/%2F/chaos-full"
SHORT = {
    "pattern": "^(" + "|".join(work.name.replace(".", "\\.") for work in WORK) + ")$",
    "definition": {"max-length": 1},
    "apply-to": "queues",
}


@asynccontextmanager
async def full(ports: Ports) -> AsyncIterator[None]:
    """Let every work queue refuse what comes while one message waits in it, until the end of the block."""
    api = httpx.AsyncClient(
        base_url=ports.page("management"), auth=("guest", "guest"), trust_env=False, timeout=10
    )
    async with api:
        await _insist(api, "PUT", SHORT)
        try:
            yield
        finally:
            await _insist(api, "DELETE")


async def _insist(api: httpx.AsyncClient, method: str, body: object = None) -> None:
    """Ask until the broker has done it: it may just have been killed."""
    while True:
        with suppress(httpx.TransportError):
            answer = await api.request(method, POLICY, json=body)
            if answer.is_success or answer.status_code == httpx.codes.NOT_FOUND:
                return
        await asyncio.sleep(0.5)
