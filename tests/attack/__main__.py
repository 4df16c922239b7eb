"""``python -m tests.attack``: attack a local stack; tell what was accepted, what broke, what stalled."""

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from citiesshare.local.processes import StackError
from citiesshare.local.stack import default_data
from tests.attack.attack import attack
from tests.attack.findings import write_input
from tests.attack.plan import Plan
from tests.attack.report import refused_though_allowed, show

EVERY = 15.0
Tell = Callable[[str, int, int], None]


def main(
    inputs: Annotated[int, typer.Option(min=1, max=10_000_000, help="How many inputs are sent.")] = 100_000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same inputs.")] = 1,
    only: Annotated[
        list[int] | None, typer.Option(min=0, help="Send this input alone; repeat for more.")
    ] = None,
    folder: Annotated[Path | None, typer.Option(help="Where findings go [.citiesshare/attack]")] = None,
) -> None:
    """Send many bad inputs to a local stack with closed doors, over HTTP, AMQP, SMTP and as files.

    A quarter are well-formed messages in another's name. Each service is held to 512 MB. Ends with exit
    code 1 where something was accepted that its sender may not say, a service broke, or one stood still for
    a second.

    Examples: `python -m tests.attack --inputs 100000 --seed 1` ·
    `python -m tests.attack --seed 1 --only 4711`
    """
    place = (folder or default_data() / "attack").absolute()
    numbers = sorted(set(only)) if only else range(inputs)
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    progress, tell = _telling(console)
    plan = Plan(seed)
    try:
        with progress:
            outcome = asyncio.run(attack(plan, numbers, place, tell))
    except StackError as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(1) from None
    findings = outcome.findings
    for number in sorted({number for each in findings.found for number in each.numbers[:3]}):
        write_input(place, seed, plan.input(number))
    show(console, outcome)
    if refused := refused_though_allowed(outcome, plan):
        console.print(
            "own words that were not taken: " + ", ".join(f"{k}: {n}" for k, n in refused.most_common())
        )
    typer.echo(findings.last_line)
    raise typer.Exit(bool(findings.found))


def _telling(console: Console) -> tuple[Progress, Tell]:
    """A bar on a terminal, elsewhere a line now and then."""
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not sys.stdout.isatty(),
    )
    task, told = progress.add_task("", total=1), dict[str, float]()

    def tell(what: str, done: int, total: int) -> None:
        progress.update(task, description=what, completed=done, total=total)
        now = time.monotonic()
        if not sys.stdout.isatty() and now - told.get(what, -EVERY) >= EVERY:
            told[what] = now
            typer.echo(f"{what}: {done} of {total}" if total > 1 else what)
            sys.stdout.flush()

    return progress, tell


if __name__ == "__main__":
    typer.run(main)
