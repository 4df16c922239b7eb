"""The pipeline beside the floor: ``make bench``.

The system: publish ``solution.submitted`` → record → score and match → letter accepted by SMTP, on the
single-machine stack. The floor: three bare aio-pika processes that relay the same bytes with confirms and
hand a letter of the same size to the same SMTP server, with no logic in between. What they ask of the store
is what the three services were counted to ask in the same run: as many finds, inserts and updates, of
documents of the same mean size with as many indexes. Both on the same broker and store, one after the other,
so that their ratio is what counts.

    python -m benchmarks.pipeline --messages 300 --scale scoring=1 --scale scoring=2

``msg/s`` is with all messages published at once; milliseconds are one letter at a time, from publish. CPU is
of everything behind the publisher, store and broker included: the figure that other work on the machine
moves least.
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
    Ear,
    Flow,
    Publisher,
    Wait,
    letter,
    listening,
    publishing,
    saturate,
    setting,
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
        """Messages that did not arrive within patience."""
        return self.flow.lost + self.wait.lost


@dataclass(frozen=True)
class Load:
    """How much is published at once, and how much one by one."""

    messages: int
    slow: int

    @property
    def total(self) -> int:
        """How many letters a row takes."""
        return WARM + self.messages + self.slow

    async def run(
        self, what: str, ear: Ear, publisher: Publisher, first: int, cpu: Callable[[], float]
    ) -> Result:
        """Saturate, then trickle, with letters from number ``first`` on; the first ones only warm up."""
        letters = [letter(number) for number in range(first, first + self.total)]
        await saturate(ear, publisher, letters[:WARM])
        before = cpu()
        flow = await saturate(ear, publisher, letters[WARM : WARM + self.messages])
        spent = 1000 * (cpu() - before) / self.messages
        return Result(what, flow, await trickle(ear, publisher, letters[WARM + self.messages :]), spent)


Scale = tuple[str, int]
Pair = tuple[Result, Result]
"""The system at one scale, and the floor right after it: a machine that others use changes by the minute."""


async def bench(load: Load, scales: Sequence[Scale]) -> tuple[list[Pair], dict[str, Work]]:
    """Run the system at each scale, the floor after each; return the pairs and what was counted."""
    with tempfile.TemporaryDirectory(prefix="citiesshare-bench-") as folder:
        stack = Stack(Path(folder), Ports(free_block()), {"PREFETCH": "64", "LOG_LEVEL": "warning"})
        try:
            await stack.start()
            async with Meter(stack) as meter, listening(stack.ports.amqp_url) as ear:
                await set_up(stack)
                return await _pairs(stack, meter, ear, load, scales)
        finally:
            await stack.stop()


async def set_up(stack: Stack) -> None:
    """One reader in Kraków, two cities and the need of one of them."""
    await import_into(stack.ports.mongo_url, [READER])
    async with publishing(stack.ports.amqp_url) as publisher:
        await publisher.send(setting())
    await asyncio.sleep(3)


async def _pairs(
    stack: Stack, meter: Meter, ear: Ear, load: Load, scales: Sequence[Scale]
) -> tuple[list[Pair], dict[str, Work]]:
    pairs, work, before = list[Pair](), dict[str, Work](), await meter.operations()
    for number, scale in enumerate(scales):
        system = await _system(stack, meter, ear, load, scale, number * load.total)
        if not work:
            after = await meter.operations()
            work = {each: await meter.work(each, before[each], after[each], load.total) for each in SERVICES}
        pairs.append((system, await _floor(stack, meter, ear, load, work, 500_000 + number * load.total)))
    return pairs, work


async def _system(stack: Stack, meter: Meter, ear: Ear, load: Load, scale: Scale, first: int) -> Result:
    service, replicas = scale
    await stack.scale(service, replicas)
    await meter.at_rest()
    async with publishing(stack.ports.amqp_url) as publisher:
        result = await load.run(f"{service} ×{replicas}", ear, publisher, first, meter.cpu)
    await stack.scale(service, 1)
    return result


async def _floor(
    stack: Stack, meter: Meter, ear: Ear, load: Load, work: dict[str, Work], first: int
) -> Result:
    async with (
        floor(stack, work, await meter.letter_bytes()) as hops,
        publishing(stack.ports.amqp_url, FIRST) as publisher,
    ):
        return await load.run("floor", ear, publisher, first, lambda: meter.cpu() + cpu_of(hops))


@asynccontextmanager
async def floor(stack: Stack, work: dict[str, Work], letter_bytes: int) -> AsyncIterator[list[int]]:
    """The three bare hops, each a process of its own; gives their ids."""
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
    """Print a table, each scale above its floor, then what was counted, then one JSON object."""
    table = Table("what", "msg/s", "of the floor", "CPU ms", "scored p50/p99 ms", "letter p50/p99 ms", "lost")
    for system, base in pairs:
        table.add_row(*_cells(system, f"{system.flow.per_second / base.flow.per_second:.2f}"))
        table.add_row(*_cells(base, ""), end_section=True)
    Console(width=100).print(table)
    for service, each in work.items():
        counted = f"{each.finds} finds, {each.inserts} inserts, {each.updates} updates a message"
        print(f"{service}: {counted}; documents of {each.document} bytes, {each.indexes} indexes")
    told = [{"system": asdict(system), "floor": asdict(base)} for system, base in pairs]
    print(json.dumps({"pairs": told, "work": {service: asdict(each) for service, each in work.items()}}))


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
    """Parse the options, run, show."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--messages", type=int, default=300, help="published at once")
    options.add_argument("--slow", type=int, default=60, help="published one by one")
    options.add_argument(
        "--replicas", dest="scales", action="append", type=lambda text: _scale(f"scoring={text}"),
        help="replicas of scoring; repeat for more rows",
    )  # fmt: skip
    options.add_argument(
        "--scale", dest="scales", action="append", type=_scale, help="SERVICE=REPLICAS, the others at one"
    )
    given = options.parse_args()
    scales = given.scales or [("scoring", replicas) for replicas in (1, 2, 4)]
    show(*asyncio.run(bench(Load(given.messages, given.slow), scales)))


if __name__ == "__main__":
    main()
