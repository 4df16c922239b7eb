"""What one message costs on its way, seen from outside: store operations by service, CPU by process."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psutil
from pymongo import AsyncMongoClient

from citiesshare.local.stack import SERVICES, Stack

Operations = Mapping[str, int]
SECTIONS = ("queries", "insert", "update")
REST_SECONDS = 8.0  # longer than a new replica waits before it looks for what has no score
BUSY = 0.1  # CPU seconds a second of the whole stack; at rest it takes a fourth of that


@dataclass(frozen=True)
class Work:
    """What a hop asks of the store for one message, and the mean document and indexes it asks it of."""

    finds: int
    inserts: int
    updates: int
    document: int
    indexes: int


class Meter:
    """Reads the store's own counters and the CPU seconds of the processes of a stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(stack.ports.mongo_url)

    async def __aenter__(self) -> "Meter":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()

    async def operations(self) -> dict[str, Operations]:
        """The operations so far by service, as ``top`` counts them."""
        totals = (await self._client.admin.command("top"))["totals"]
        return {
            service: {
                section: sum(
                    int(counts[section]["count"])
                    for name, counts in totals.items()
                    if name.startswith(f"citiesshare_{service}.")
                )
                for section in SECTIONS
            }
            for service in SERVICES
        }

    async def work(self, service: str, before: Operations, after: Operations, messages: int) -> Work:
        """What ``service`` asked for each of ``messages``, rounded to whole operations."""
        each = {section: round((after[section] - before[section]) / messages) for section in SECTIONS}
        about = await self._client[f"citiesshare_{service}"].command("dbStats")
        indexes = round(about["indexes"] / about["collections"]) - 1  # without that of _id
        return Work(each["queries"], each["insert"], each["update"], round(about["avgObjSize"]), indexes)

    async def letter_bytes(self) -> int:
        """The size of a letter as it went to the relay."""
        found = await self._client["citiesshare_notifications"]["letters"].find_one({}, {"raw": 1})
        return len(found["raw"]) if found else 0

    def cpu(self) -> float:
        """CPU seconds so far of everything that the stack runs, except who looks and publishes."""
        return sum(_cpu(child.pid) for child in self._stack.children.values())

    async def at_rest(self) -> None:
        """Wait until the stack does next to nothing: a new replica first looks through what is kept."""
        spent = BUSY * REST_SECONDS
        while spent >= BUSY * REST_SECONDS:
            before = self.cpu()
            await asyncio.sleep(REST_SECONDS)
            spent = self.cpu() - before


def _cpu(pid: int) -> float:
    root = psutil.Process(pid)
    times = [each.cpu_times() for each in (root, *root.children(recursive=True))]
    return sum(each.user + each.system for each in times)


def cpu_of(pids: list[int]) -> float:
    """CPU seconds so far of some processes."""
    return sum(_cpu(pid) for pid in pids)
