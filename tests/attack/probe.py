"""``python -m tests.attack.probe PIDS URL…``: a process of its own that asks each service how it is.

Each address is asked every 100 ms. What a busy machine takes is not blamed on the service: how late the
probe itself woke up, and how long the service's main thread was ready to run and had no processor, by the
kernel's own count (``/proc/PID/schedstat``), are subtracted and told. On SIGTERM it prints one JSON line with
the slowest answers of each address.
"""

import asyncio
import json
import os
import signal
import sys
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

EVERY, TICK, SMALL, PATIENCE = 0.1, 0.01, 0.005, 30.0
MOST = 20


@dataclass
class Address:
    """One address: how often it was asked, and when it was slowest (seconds, at which time)."""

    url: str
    asked: int = 0
    refused: int = 0
    slowest: list[tuple[float, float, float]] = field(default_factory=list)

    def note(self, took: float, late: float) -> None:
        """Note an answer that took so long, of which the probe itself was late so long."""
        self.asked += 1
        self.slowest = sorted([*self.slowest, (max(0.0, took - late), late, time.time())], reverse=True)[
            :MOST
        ]


class Lateness:
    """How late the probe's own loop wakes up."""

    def __init__(self) -> None:
        self._late: deque[tuple[float, float]] = deque(maxlen=4_000)

    async def watch(self) -> None:
        """Wake up every ten milliseconds and note how late."""
        while True:
            due = time.monotonic() + TICK
            await asyncio.sleep(TICK)
            if (late := time.monotonic() - due) > SMALL:
                self._late.append((time.monotonic(), late))

    def since(self, moment: float) -> float:
        """By how much it was late altogether since a moment, ticks of less than 5 ms aside."""
        return sum(late for _, late in takewhile(lambda each: each[0] >= moment, reversed(self._late)))


class Waited:
    """How long the main thread of a service was ready to run and had to wait for a processor."""

    def __init__(self, pids: Path) -> None:
        self._pids = pids

    def of(self, port: str) -> float:
        """Seconds since the process began; 0 where the kernel does not count them."""
        with suppress(OSError, ValueError, KeyError, IndexError):
            pid = json.loads(self._pids.read_text())[port]
            return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
        return 0.0


async def _ask(address: Address, lateness: Lateness, waited: Waited) -> None:
    host, _, path = address.url.removeprefix("http://").partition("/")
    name, port = host.split(":")
    request = f"GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    while True:
        with suppress(OSError, asyncio.IncompleteReadError, ValueError):
            reader, writer = await asyncio.open_connection(name, int(port))
            with suppress(OSError, asyncio.IncompleteReadError, ValueError):
                while True:
                    began, before = time.monotonic(), waited.of(port)
                    writer.write(request)
                    async with asyncio.timeout(PATIENCE):
                        await _answer(reader)
                    took = time.monotonic() - began
                    late = max(0.0, waited.of(port) - before) + lateness.since(began)
                    address.note(took, min(late, took))
                    await asyncio.sleep(EVERY)
            writer.close()
        address.refused += 1
        await asyncio.sleep(EVERY)


async def _answer(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, _, length = head.partition(b"content-length:")
    await reader.readexactly(int(length.split(b"\r\n")[0] or 0) if length else 0)


async def watch(pids: Path, urls: list[str]) -> dict[str, object]:
    """Ask until SIGTERM, and tell what was seen."""
    stop, lateness, waited = asyncio.Event(), Lateness(), Waited(pids)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    addresses = [Address(url) for url in urls]
    tasks = [asyncio.create_task(lateness.watch())]
    tasks += [asyncio.create_task(_ask(each, lateness, waited)) for each in addresses]
    await stop.wait()
    for task in tasks:
        task.cancel()
    return {
        each.url: {"asked": each.asked, "refused": each.refused, "slowest": each.slowest}
        for each in addresses
    }


if __name__ == "__main__":
    with suppress(OSError):
        os.nice(-5)
    sys.stdout.write(json.dumps(asyncio.run(watch(Path(sys.argv[1]), sys.argv[2:]))) + "\n")
