"""``python -m tests.chaos``: play rounds of faults on a stack of its own and judge each from the outside."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from citiesshare.local.ports import Ports, free_block
from citiesshare.local.processes import StackError
from citiesshare.local.stack import SERVICES, Stack, default_data
from tests.chaos.checks import Verdict, total
from tests.chaos.clocks import clocks
from tests.chaos.fault_injection import Scene
from tests.chaos.faults import draw, draw_steps
from tests.chaos.message_disorder import chance_of
from tests.chaos.network_proxy import lines, over
from tests.chaos.rounds import CLOCK_DICE, SETTINGS, play

console = Console(stderr=True, highlight=False)


def chaos(
    seeds: Annotated[int, typer.Option(min=1, help="How many rounds.")] = 5,
    first: Annotated[int, typer.Option(min=0, help="The first seed; a round can be played again.")] = 1,
    faults: Annotated[int, typer.Option(min=0, help="Faults in each round, one after the other.")] = 4,
    steps: Annotated[int, typer.Option(min=0, help="Clocks set wrong in each round, beside them.")] = 2,
) -> None:
    """Break things on purpose: kill or stall services, broker and store, slow, hold and cut the lines between
    them, fill queues, set the clocks of services wrong; delay, repeat, reorder and poison messages.

    Checks from the outside that every accepted submission has one record and a current score, each due
    letter came exactly once or is visibly unknown, and nothing is dead but for a reason that time cannot
    mend. Exit 1 where something is wrong.

    Examples: `python -m tests.chaos --seeds 50` · `python -m tests.chaos --first 17 --seeds 1`
    """
    with TemporaryDirectory(prefix="citiesshare-chaos-") as folder:
        try:
            inflicted, verdicts = asyncio.run(
                _play_all(Path(folder), range(first, first + seeds), faults, steps)
            )
        except StackError as error:
            console.print(f"[red]{error}[/red]")
            raise typer.Exit(1) from None
    typer.echo(f"seeds {seeds}, faults {inflicted}, {total(verdicts)}")
    raise typer.Exit(any(verdict.wrong for verdict in verdicts))


async def _play_all(folder: Path, seeds: range, faults: int, steps: int) -> tuple[int, list[Verdict]]:
    """How many faults there were, and what became of each round."""
    async with _scene(folder) as scene:
        if steps and not scene.clocks:
            console.print("no C compiler is installed: no clock is set wrong", style="yellow")
            steps = 0
        began, verdicts = time.monotonic(), []
        for seed in seeds:
            verdicts.append(await _play(scene, seed, faults, steps))
            each = (time.monotonic() - began) / len(verdicts)
            left = len(seeds) - len(verdicts)
            console.print(f"  {left} rounds left, about {each * left / 60:.0f} minutes", style="dim")
    return len(seeds) * (faults + steps), verdicts


@asynccontextmanager
async def _scene(folder: Path) -> AsyncIterator[Scene]:
    """A stack of its own whose services go over lines and by clocks that can be set wrong."""
    ports = Ports(free_block())
    async with lines(ports) as open_lines:
        settings = {
            **SETTINGS,
            **over(ports, open_lines),
            "NUMBA_CACHE_DIR": str(default_data() / "numba"),
        }
        made = clocks(folder / "clocks", SERVICES)
        stack = Stack(folder, ports, settings, own={name: clock.settings for name, clock in made.items()})
        try:
            await stack.start()
            yield Scene(stack, open_lines, made)
        finally:
            await stack.stop()


async def _play(scene: Scene, seed: int, faults: int, steps: int) -> Verdict:
    drawn = draw(chance_of(seed), faults, lines=True), draw_steps(chance_of(seed + CLOCK_DICE), steps)
    verdict = await play(scene, seed, *drawn)
    console.print(f"seed {seed}: {verdict.letters} letters, wrong {len(verdict.wrong)}")
    for sentence in verdict.wrong:
        console.print(f"  {sentence}", style="red", soft_wrap=True)
    for sentence in verdict.noted:
        console.print(f"  {sentence}", soft_wrap=True)
    return verdict


if __name__ == "__main__":
    sys.argv[0] = "python -m tests.chaos"
    typer.run(chaos)
