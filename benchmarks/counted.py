"""The cost of one message, measured from outside: store operations by service, CPU time by process."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psutil
from pymongo import AsyncMongoClient

from citiesshare.local.stack import SERVICES, Stack

Operations = Mapping[str, int]
SECTIONS = ("queries", "insert", "update")
REST_SECONDS = 8.0  # longer than a new replica waits before it searches for solutions without a score
BUSY = 0.1  # CPU seconds per second of the whole stack; idle it uses a quarter of that


@dataclass(frozen=True)
class Work:
    """Store operations for one message, mean size of a document in bytes, and indexes per collection."""

    finds: int
    inserts: int
    updates: int
    document: int
    indexes: int


class Meter:
    """Reads the counters of the store and the CPU seconds of the processes of a stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(stack.ports.mongo_url)

    async def __aenter__(self) -> "Meter":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()

    async def operations(self) -> dict[str, Operations]:
        """Return the operations so far by service, from MongoDB's command ``top``."""
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
        """Return the operations of ``service`` for each of ``messages``, rounded to integers."""
        counts = {section: round((after[section] - before[section]) / messages) for section in SECTIONS}
        stats = await self._client[f"citiesshare_{service}"].command("dbStats")
        indexes = round(stats["indexes"] / stats["collections"]) - 1  # without that of _id
        return Work(
            counts["queries"], counts["insert"], counts["update"], round(stats["avgObjSize"]), indexes
        )

    async def letter_bytes(self) -> int:
        """Return the size in bytes of a letter as sent to the relay; 0 where there is none."""
        letter = await self._client["citiesshare_notifications"]["letters"].find_one({}, {"raw": 1})
        return len(letter["raw"]) if letter else 0

    def cpu(self) -> float:
        """Return the CPU seconds so far of all processes of the stack, without this process."""
        return sum(_cpu(child.pid) for child in self._stack.children.values())

    async def at_rest(self) -> None:
        """Wait until the stack is idle: a new replica first reads its stored data."""
        spent = BUSY * REST_SECONDS
        while spent >= BUSY * REST_SECONDS:
            before = self.cpu()
            await asyncio.sleep(REST_SECONDS)
            spent = self.cpu() - before


def _cpu(pid: int) -> float:
    root = psutil.Process(pid)
    times = [process.cpu_times() for process in (root, *root.children(recursive=True))]
    return sum(time.user + time.system for time in times)


def cpu_of(pids: list[int]) -> float:
    """Return the CPU seconds so far of processes with their children."""
    return sum(_cpu(pid) for pid in pids)
