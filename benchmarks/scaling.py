"""One service alone, with 1, 2 and 4 replicas: ``python -m benchmarks.scaling``.

When all cores are busy, more replicas do not help, and a laptop has few cores. Waiting can be scaled on it:
here a proxy delays the connection of one service – of notifications to the relay, of scoring to the store –
and nothing else. Each chunk over the connection is delayed, and a replica handles one letter or message at a
time. Then twice as many replicas reach twice the rate.
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
from benchmarks.load import LatencyProbe, latency_probe, publishing, submission
from benchmarks.pipeline import set_up
from citiesshare.local.ports import Ports, free_block
from citiesshare.local.stack import Stack
from services.submissions.application.outgoing_message import OutgoingMessage
from tests.chaos.network_proxy import NetworkProxy

SCALES = (1, 2, 4)
WARM = 12
FAR_APART = 10_000  # distance of the submission numbers of two rows


@dataclass(frozen=True)
class SlowConnection:
    """A service with a slow connection: its port name, the delay of each chunk in seconds, and settings."""

    service: str
    port: str
    seconds: float
    settings: Mapping[str, str]


RELAY = SlowConnection("notifications", "smtp", 0.15, {"SMTP_CONNECTIONS": "1"})
STORE = SlowConnection("scoring", "mongo", 0.05, {"PREFETCH": "1"})


@dataclass(frozen=True)
class Row:
    """Results for a number of replicas: scores and accepted letters per second, and lost messages."""

    service: str
    replicas: int
    scored: float
    letters: float
    lost: int


async def bench(per_replica: int) -> list[Row]:
    """Measure both services at all scales, with ``per_replica`` messages for every replica."""
    return [row for slow in (RELAY, STORE) for row in await _scaled(slow, per_replica)]


async def _scaled(slow: SlowConnection, per_replica: int) -> list[Row]:
    async with AsyncExitStack() as opened:
        folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="citiesshare-scaling-"))
        ports = Ports(free_block())
        proxy = await opened.enter_async_context(NetworkProxy(ports[slow.port]))
        stack = Stack(
            Path(folder),
            ports,
            {"LOG_LEVEL": "warning"},
            own={slow.service: _proxy_settings(proxy, slow, ports)},
        )
        opened.push_async_callback(stack.stop)
        await stack.start()
        await set_up(stack)
        meter = await opened.enter_async_context(Meter(stack))
        probe = await opened.enter_async_context(latency_probe(ports.amqp_url))
        return [await _row(stack, meter, probe, proxy, slow, replicas, per_replica) for replicas in SCALES]


def _proxy_settings(proxy: NetworkProxy, slow: SlowConnection, ports: Ports) -> dict[str, str]:
    """Return the settings with which a service connects through ``proxy``."""
    if slow.port == "smtp":
        return {**slow.settings, "SMTP_PORT": str(proxy.port)}
    return {**slow.settings, "MONGO_URL": ports.mongo_url.replace(str(ports["mongo"]), str(proxy.port))}


async def _row(
    stack: Stack,
    meter: Meter,
    probe: LatencyProbe,
    proxy: NetworkProxy,
    slow: SlowConnection,
    replicas: int,
    per_replica: int,
) -> Row:
    await stack.scale(slow.service, replicas)
    await meter.at_rest()
    first = replicas * FAR_APART
    await _send(stack, probe, [submission(number) for number in range(first - WARM, first)])
    messages = [submission(number) for number in range(first, first + per_replica * replicas)]
    async with proxy.slowed(slow.seconds):
        await _send(stack, probe, messages)
    arrived = [message.id for message in messages if message.id in probe.accepted]
    rates = per_second(probe.scored, arrived), per_second(probe.accepted, arrived)
    row = Row(slow.service, replicas, *rates, lost=len(messages) - len(arrived))
    print(row, file=sys.stderr)
    return row


async def _send(stack: Stack, probe: LatencyProbe, messages: Sequence[OutgoingMessage]) -> None:
    async with publishing(stack.ports.amqp_url) as publisher:
        await publisher.send(messages)
    await probe.until([message.id for message in messages])


def per_second(moments: Mapping[str, float], names: Collection[str]) -> float:
    """Return how many of ``names`` arrived per second, from the first to the last; 0 for fewer than two."""
    times = sorted(moments[name] for name in names if name in moments)
    return (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 else 0.0


def show(rows: Sequence[Row]) -> None:
    """Print a table with the rates as multiples of that of one replica, then the rows as a JSON array."""
    table = Table("slow service", "replicas", "scored/s", "letters/s", "lost")
    single = {row.service: row for row in rows if row.replicas == 1}
    for row in rows:
        first = single[row.service]
        scored, letters = _times(row.scored, first.scored), _times(row.letters, first.letters)
        table.add_row(row.service, str(row.replicas), scored, letters, str(row.lost))
    Console(width=80).print(table)
    print(json.dumps([asdict(row) for row in rows]))


def _times(rate: float, single: float) -> str:
    return f"{rate:.2f} (×{rate / single:.2f})" if single else f"{rate:.2f}"


def main() -> None:
    """Parse the options, run, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--each", type=int, default=15, help="messages for every replica")
    show(asyncio.run(bench(parser.parse_args().each)))


if __name__ == "__main__":
    main()
