"""``python -m deploy.chaos``: play rounds of faults on a stack of its own and judge each from the outside."""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from deploy.chaos.disorder import chance_of
from deploy.chaos.faults import Scene, draw
from deploy.chaos.lines import lines, over
from deploy.chaos.rounds import SETTINGS, play
from deploy.chaos.verdict import Verdict, total
from deploy.local.ports import Ports, free_block
from deploy.local.processes import StackError
from deploy.local.stack import Stack, default_data


def chaos(
    seeds: Annotated[int, typer.Option(min=1, help="How many rounds.")] = 5,
    first: Annotated[int, typer.Option(min=0, help="The first seed; a round can be played again.")] = 1,
    faults: Annotated[int, typer.Option(min=0, help="Faults in each round.")] = 4,
) -> None:
    """Break things on purpose: kill or stall services, broker and store, slow, hold and cut the lines between
    them, fill queues; delay, repeat, reorder and poison messages.

    Checks from the outside that every accepted submission has one record and a current score, each due
    letter came exactly once or is visibly unknown, and nothing is dead but for a reason that time cannot
    mend. Exit 1 where something is wrong.

    Examples: `python -m deploy.chaos --seeds 50` · `python -m deploy.chaos --first 17 --seeds 1`
    """
    with TemporaryDirectory(prefix="citiesshare-chaos-") as folder:
        try:
            verdicts = asyncio.run(_play_all(Path(folder), range(first, first + seeds), faults))
        except StackError as error:
            Console(stderr=True).print(f"[red]{error}[/red]")
            raise typer.Exit(1) from None
    typer.echo(f"seeds {seeds}, faults {faults * seeds}, {total(verdicts)}")
    raise typer.Exit(any(verdict.wrong for verdict in verdicts))


async def _play_all(folder: Path, seeds: range, faults: int) -> list[Verdict]:
    compiled = str(default_data() / "numba")
    ports = Ports(free_block())
    async with lines(ports) as open_lines:
        settings = {**SETTINGS, **over(ports, open_lines), "NUMBA_CACHE_DIR": compiled}
        stack = Stack(folder, ports, settings)
        try:
            await stack.start()
            return [await _play(Scene(stack, open_lines), seed, faults) for seed in seeds]
        finally:
            await stack.stop()


async def _play(scene: Scene, seed: int, faults: int) -> Verdict:
    verdict = await play(scene, seed, draw(chance_of(seed), faults, lines=True))
    console = Console(stderr=True)
    console.print(f"seed {seed}: {verdict.letters} letters, wrong {len(verdict.wrong)}")
    for sentence in (*verdict.wrong, *verdict.noted):
        console.print(f"  {sentence}", highlight=False, style="red" if sentence in verdict.wrong else None)
    return verdict


if __name__ == "__main__":
    sys.argv[0] = "python -m deploy.chaos"
    typer.run(chaos)
