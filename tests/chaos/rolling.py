"""``python -m tests.chaos.rolling``: restart every service while cities speak; judged from the outside."""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from citiesshare.local.ports import Ports, free_block
from citiesshare.local.processes import StackError
from citiesshare.local.stack import SERVICES, Stack, default_data
from citiesshare.local.wait_idle import wait_until_idle
from services.notifications.adapters.officials_file import import_into
from services.submissions.adapters.amqp_sender import send
from services.submissions.application.outgoing_message import OutgoingMessage
from shared.events import SolutionSubmitted
from tests.chaos import checks, sample_world
from tests.chaos.checks import Verdict
from tests.chaos.latency_probe import LatencyProbe, Waits, latency_probe
from tests.chaos.rounds import QUIET_SECONDS, SETTINGS, WAITS
from tests.chaos.sample_world import World

FIRST_SEED = 100_000


@dataclass(frozen=True)
class Phase:
    """One row: what was going on, how long things took meanwhile, and what is wrong with it."""

    what: str
    scored: Waits
    told: Waits
    verdicts: tuple[Verdict, ...]


def rolling(
    worlds: Annotated[int, typer.Option(min=1, help="How many worlds are told without a restart.")] = 12,
    rate: Annotated[float, typer.Option(min=0.1, help="Submissions a second, all the time.")] = 5.0,
) -> None:
    """Restart every service under a steady flow: a second replica starts before the first is asked to stop.

    Tells how long scores and letters take with and without it, and checks that nothing is lost or doubled.
    Exit 1 where something is wrong.
    """
    with TemporaryDirectory(prefix="citiesshare-rolling-") as folder:
        try:
            phases = asyncio.run(compare(Path(folder), worlds, rate))
        except StackError as error:
            Console(stderr=True).print(f"[red]{error}[/red]")
            raise typer.Exit(1) from None
    show(phases)
    raise typer.Exit(any(found.wrong for phase in phases for found in phase.verdicts))


async def compare(folder: Path, worlds: int, rate: float) -> list[Phase]:
    """Tell so many ``worlds`` in a steady flow, then more while every service is restarted."""
    ports = Ports(free_block())
    stack = Stack(folder, ports, {**SETTINGS, "NUMBA_CACHE_DIR": str(default_data() / "numba")})
    seeds = itertools.count(FIRST_SEED)
    try:
        await stack.start()
        await phase(stack, "warming up", rate, itertools.islice(seeds, 2))
        still = await phase(stack, "steady", rate, itertools.islice(seeds, worlds))
        restarts = asyncio.create_task(restart_all(stack))
        moving = await phase(
            stack, "restarts", rate, itertools.takewhile(lambda _: not restarts.done(), seeds)
        )
        await restarts
    finally:
        await stack.stop()
    return [still, moving]


async def restart_all(stack: Stack) -> None:
    """Restart every service, those who hear before those who say, as the runbook has it."""
    for service in reversed(SERVICES):
        await stack.roll(service)


async def phase(stack: Stack, what: str, rate: float, seeds: Iterator[int]) -> Phase:
    """Tell the worlds of ``seeds`` at ``rate`` submissions a second; measure, and judge when all is quiet."""
    told: list[World] = []
    async with latency_probe(stack.ports.amqp_url) as ear:
        for seed in seeds:
            told.append(sample_world.make(seed))
            await import_into(stack.ports.mongo_url, list(told[-1].officials))
            await send(stack.ports.amqp_url, _paced(told[-1], rate, ear))
        await wait_until_idle(stack, WAITS, QUIET_SECONDS)
    solutions = [solution for one in told for solution in one.solutions]
    due = [due for one in told for due in one.due]
    verdicts = [await checks.judge(stack, one, []) for one in told]
    return Phase(what, ear.until_scored(solutions), ear.until_told(due), tuple(verdicts))


async def _paced(told: World, rate: float, ear: LatencyProbe) -> AsyncIterator[OutgoingMessage]:
    for letter in told.letters:
        await asyncio.sleep(1 / rate)
        if letter.key == SolutionSubmitted.key:
            ear.said[json.loads(letter.body)["id"]] = time.perf_counter()
        yield letter


def show(phases: list[Phase]) -> None:
    """Print a table, what is wrong, and the sum of all in one line."""
    table = Table("", "solutions", "scored p50 / p99 / most ms", "letters", "accepted p50 / p99 / most ms")
    for one in phases:
        table.add_row(one.what, *_cells(one.scored), *_cells(one.told))
    console = Console()
    console.print(table)
    verdicts = [found for phase in phases for found in phase.verdicts]
    for sentence in itertools.chain.from_iterable(found.wrong for found in verdicts):
        console.print(sentence, highlight=False, style="red")
    console.print(f"restarts {2 * len(SERVICES)}, {checks.total(verdicts)}", highlight=False)


def _cells(waits: Waits) -> tuple[str, str]:
    return str(waits.count), f"{waits.p50:.0f} / {waits.p99:.0f} / {waits.most:.0f}"


if __name__ == "__main__":
    sys.argv[0] = "python -m tests.chaos.rolling"
    typer.run(rolling)
