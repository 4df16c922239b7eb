"""The pipeline compared with a baseline ("floor"): ``make bench``.

The system: publish ``solution.submitted`` → record → score and match → letter accepted by SMTP, on the local
stack. The baseline: three aio-pika processes that relay the same bytes with confirms and send a letter of the
same size to the same SMTP server, without logic. They make the same store operations that the three services
made in the same run: as many finds, inserts and updates, on documents of the same mean size with as many
indexes. Both use the same broker and store, one after the other; only their ratio is meaningful.

    python -m benchmarks.pipeline --messages 300 --scale scoring=1 --scale scoring=2

``msg/s`` is measured with all messages published at once; milliseconds from publishing, one letter at a time.
CPU is that of all processes except the publisher, store and broker included; other load on the machine
affects it least.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.counted import Meter, Work, cpu_of
from benchmarks.floor import FIRST, arguments, declare_floor
from benchmarks.load import (
    Flow,
    LatencyProbe,
    Publisher,
    Wait,
    cities_and_need,
    latency_probe,
    publishing,
    saturate,
    submission,
    trickle,
)
from citiesshare.local.ports import Ports, free_block
from citiesshare.local.stack import SERVICES, Stack, service_environment
from services.notifications.adapters.officials_file import import_into
from services.notifications.domain.officials import Official

WARM = 40
READER = Official(
    id="bench", name="Reader", email="reader@example.org", city="3094802", post="Lead",
    status="active", cadence="instant", quiet=None, thresholds={"min_fit": 0},
)  # fmt: skip


@dataclass(frozen=True)
class Result:
    """One row of the table."""

    what: str
    flow: Flow
    wait: Wait
    cpu_ms: float

    @property
    def lost(self) -> int:
        """Messages whose letter was not accepted in time."""
        return self.flow.lost + self.wait.lost


@dataclass(frozen=True)
class Load:
    """Number of messages that are published at once, and one by one."""

    messages: int
    slow: int

    @property
    def total(self) -> int:
        """Number of messages of one row."""
        return WARM + self.messages + self.slow

    async def run(
        self, what: str, probe: LatencyProbe, publisher: Publisher, first: int, cpu: Callable[[], float]
    ) -> Result:
        """Measure saturated and one by one, with numbers from ``first``; ``WARM`` messages warm up."""
        messages = [submission(number) for number in range(first, first + self.total)]
        await saturate(probe, publisher, messages[:WARM])
        before = cpu()
        flow = await saturate(probe, publisher, messages[WARM : WARM + self.messages])
        spent = 1000 * (cpu() - before) / self.messages
        return Result(what, flow, await trickle(probe, publisher, messages[WARM + self.messages :]), spent)


Scale = tuple[str, int]
Pair = tuple[Result, Result]
"""The system at one scale, and the baseline right after it, because other load varies."""


async def bench(load: Load, scales: Sequence[Scale]) -> tuple[list[Pair], dict[str, Work]]:
    """Run the system at each scale, each followed by the baseline; return the pairs and the operations."""
    with tempfile.TemporaryDirectory(prefix="citiesshare-bench-") as folder:
        stack = Stack(Path(folder), Ports(free_block()), {"PREFETCH": "64", "LOG_LEVEL": "warning"})
        try:
            await stack.start()
            async with Meter(stack) as meter, latency_probe(stack.ports.amqp_url) as probe:
                await set_up(stack)
                return await _pairs(stack, meter, probe, load, scales)
        finally:
            await stack.stop()


async def set_up(stack: Stack) -> None:
    """Create one official in Kraków, two cities and the need of one of them."""
    await import_into(stack.ports.mongo_url, [READER])
    async with publishing(stack.ports.amqp_url) as publisher:
        await publisher.send(cities_and_need())
    await asyncio.sleep(3)


async def _pairs(
    stack: Stack, meter: Meter, probe: LatencyProbe, load: Load, scales: Sequence[Scale]
) -> tuple[list[Pair], dict[str, Work]]:
    pairs, work, before = list[Pair](), dict[str, Work](), await meter.operations()
    for number, scale in enumerate(scales):
        system = await _system(stack, meter, probe, load, scale, number * load.total)
        if not work:
            after = await meter.operations()
            work = {
                service: await meter.work(service, before[service], after[service], load.total)
                for service in SERVICES
            }
        pairs.append((system, await _floor(stack, meter, probe, load, work, 500_000 + number * load.total)))
    return pairs, work


async def _system(
    stack: Stack, meter: Meter, probe: LatencyProbe, load: Load, scale: Scale, first: int
) -> Result:
    service, replicas = scale
    await stack.scale(service, replicas)
    await meter.at_rest()
    async with publishing(stack.ports.amqp_url) as publisher:
        result = await load.run(f"{service} ×{replicas}", probe, publisher, first, meter.cpu)
    await stack.scale(service, 1)
    return result


async def _floor(
    stack: Stack, meter: Meter, probe: LatencyProbe, load: Load, work: dict[str, Work], first: int
) -> Result:
    async with (
        floor(stack, work, await meter.letter_bytes()) as hops,
        publishing(stack.ports.amqp_url, FIRST) as publisher,
    ):
        return await load.run("floor", probe, publisher, first, lambda: meter.cpu() + cpu_of(hops))


@asynccontextmanager
async def floor(stack: Stack, work: dict[str, Work], letter_bytes: int) -> AsyncIterator[list[int]]:
    """Run the three processes of the baseline; yields their process ids."""
    await declare_floor(stack.ports.amqp_url)
    environment = {**os.environ, **service_environment(stack, "notifications")}
    commands = [arguments(hop, work[service], letter_bytes) for hop, service in enumerate(SERVICES)]
    hops = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.floor", *command, env=environment, start_new_session=True
        )
        for command in commands
    ]
    try:
        yield [hop.pid for hop in hops]
    finally:
        for hop in hops:
            hop.send_signal(signal.SIGTERM)
            await hop.wait()


def show(pairs: Sequence[Pair], work: dict[str, Work]) -> None:
    """Print a table with each scale above its baseline, the counted operations, and one JSON object."""
    table = Table("what", "msg/s", "of the floor", "CPU ms", "scored p50/p99 ms", "letter p50/p99 ms", "lost")
    for system, base in pairs:
        table.add_row(*_cells(system, f"{system.flow.per_second / base.flow.per_second:.2f}"))
        table.add_row(*_cells(base, ""), end_section=True)
    Console(width=100).print(table)
    for service, counts in work.items():
        counted = f"{counts.finds} finds, {counts.inserts} inserts, {counts.updates} updates a message"
        print(f"{service}: {counted}; documents of {counts.document} bytes, {counts.indexes} indexes")
    results = [{"system": asdict(system), "floor": asdict(base)} for system, base in pairs]
    print(json.dumps({"pairs": results, "work": {name: asdict(counts) for name, counts in work.items()}}))


def _cells(row: Result, ratio: str) -> list[str]:
    wait = row.wait
    scored = "–" if wait.scored_p50 is None else f"{wait.scored_p50:.0f} / {wait.scored_p99:.0f}"
    letters = f"{wait.letter_p50:.0f} / {wait.letter_p99:.0f}"
    rate, spent = f"{row.flow.per_second:.1f}", f"{row.cpu_ms:.0f}"
    return [row.what, rate, ratio, spent, scored, letters, str(row.lost)]


def _scale(text: str) -> Scale:
    service, _, replicas = text.partition("=")
    if service not in SERVICES or not replicas.isdigit() or int(replicas) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not like scoring=2")
    return service, int(replicas)


def main() -> None:
    """Parse the options, run, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=300, help="published at once")
    parser.add_argument("--slow", type=int, default=60, help="published one by one")
    parser.add_argument(
        "--replicas", dest="scales", action="append", type=lambda text: _scale(f"scoring={text}"),
        help="replicas of scoring; repeat for more rows",
    )  # fmt: skip
    parser.add_argument(
        "--scale", dest="scales", action="append", type=_scale, help="SERVICE=REPLICAS, the others at one"
    )
    options = parser.parse_args()
    scales = options.scales or [("scoring", replicas) for replicas in (1, 2, 4)]
    show(*asyncio.run(bench(Load(options.messages, options.slow), scales)))


if __name__ == "__main__":
    main()
