"""One service alone, with 1, 2 and 4 replicas: ``python -m benchmarks.scaling``.

Where all cores are taken no replica adds anything, and a laptop has few. What waits can scale on it: here one
service is made slow by its line – notifications' to the relay, scoring's to the store – and nothing else is.
Each piece of what goes over the line takes its time, and a replica has one letter, or one message, in hand at
once. Then twice as many replicas do twice as much, while those before it do what they did.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.counted import Meter
from benchmarks.load import Ear, letter, listening, publishing
from benchmarks.pipeline import set_up
from citiesshare.local.ports import Ports, free_block
from citiesshare.local.stack import Stack
from services.submissions.application.outgoing_message import OutgoingMessage
from tests.chaos.network_proxy import NetworkProxy

SCALES = (1, 2, 4)
WARM = 12
FAR_APART = 10_000  # the numbers of two rows' letters


@dataclass(frozen=True)
class Slow:
    """A service on a slow line: where to, how many seconds each piece takes, and its settings besides."""

    service: str
    port: str
    seconds: float
    settings: Mapping[str, str]


RELAY = Slow("notifications", "smtp", 0.15, {"SMTP_CONNECTIONS": "1"})
STORE = Slow("scoring", "mongo", 0.05, {"PREFETCH": "1"})


@dataclass(frozen=True)
class Row:
    """So many replicas of one slow service, and what was scored and accepted a second; how many were lost."""

    service: str
    replicas: int
    scored: float
    letters: float
    lost: int


async def bench(each: int) -> list[Row]:
    """Measure both services at all scales, with ``each`` letters for every replica."""
    return [row for slow in (RELAY, STORE) for row in await _scaled(slow, each)]


async def _scaled(slow: Slow, each: int) -> list[Row]:
    async with AsyncExitStack() as opened:
        folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="citiesshare-scaling-"))
        ports = Ports(free_block())
        line = await opened.enter_async_context(NetworkProxy(ports[slow.port]))
        stack = Stack(
            Path(folder), ports, {"LOG_LEVEL": "warning"}, own={slow.service: _over(line, slow, ports)}
        )
        opened.push_async_callback(stack.stop)
        await stack.start()
        await set_up(stack)
        meter = await opened.enter_async_context(Meter(stack))
        ear = await opened.enter_async_context(listening(ports.amqp_url))
        return [await _row(stack, meter, ear, line, slow, replicas, each) for replicas in SCALES]


def _over(line: NetworkProxy, slow: Slow, ports: Ports) -> dict[str, str]:
    """The settings by which a service goes over ``line``."""
    if slow.port == "smtp":
        return {**slow.settings, "SMTP_PORT": str(line.port)}
    return {**slow.settings, "MONGO_URL": ports.mongo_url.replace(str(ports["mongo"]), str(line.port))}


async def _row(
    stack: Stack, meter: Meter, ear: Ear, line: NetworkProxy, slow: Slow, replicas: int, each: int
) -> Row:
    await stack.scale(slow.service, replicas)
    await meter.at_rest()
    first = replicas * FAR_APART
    await _send(stack, ear, [letter(number) for number in range(first - WARM, first)])
    letters = [letter(number) for number in range(first, first + each * replicas)]
    async with line.slowed(slow.seconds):
        await _send(stack, ear, letters)
    arrived = [one.id for one in letters if one.id in ear.accepted]
    rates = per_second(ear.scored, arrived), per_second(ear.accepted, arrived)
    row = Row(slow.service, replicas, *rates, lost=len(letters) - len(arrived))
    print(row, file=sys.stderr)
    return row


async def _send(stack: Stack, ear: Ear, letters: Sequence[OutgoingMessage]) -> None:
    async with publishing(stack.ports.amqp_url) as publisher:
        await publisher.send(letters)
    await ear.until([one.id for one in letters])


def per_second(moments: Mapping[str, float], names: Collection[str]) -> float:
    """How many of ``names`` came a second, from the first to the last; 0 where that cannot be told."""
    times = sorted(moments[name] for name in names if name in moments)
    return (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 else 0.0


def show(rows: Sequence[Row]) -> None:
    """Print a table, with the rates as multiples of one replica's, then the rows as one JSON array."""
    table = Table("slow service", "replicas", "scored/s", "letters/s", "lost")
    one = {row.service: row for row in rows if row.replicas == 1}
    for row in rows:
        first = one[row.service]
        scored, letters = _times(row.scored, first.scored), _times(row.letters, first.letters)
        table.add_row(row.service, str(row.replicas), scored, letters, str(row.lost))
    Console(width=80).print(table)
    print(json.dumps([asdict(row) for row in rows]))


def _times(rate: float, one: float) -> str:
    return f"{rate:.2f} (×{rate / one:.2f})" if one else f"{rate:.2f}"


def main() -> None:
    """Parse the options, run, show."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--each", type=int, default=15, help="letters for every replica")
    show(asyncio.run(bench(options.parse_args().each)))


if __name__ == "__main__":
    main()
