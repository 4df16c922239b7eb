"""``citiesshare run``: the whole system on one machine, fed with the sample input."""

import asyncio
import json
import signal
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from deploy.local.feed import SAMPLE, sample_letters
from deploy.local.ports import Ports
from deploy.local.processes import StackError
from deploy.local.quiet import until_quiet
from deploy.local.stack import Stack, default_data
from deploy.local.summary import Summary, summarise
from services.submissions.sender import Letter, send
from shared.settings import ServiceSettings, read_settings

QUIET_SECONDS = 600.0


def run(
    once: Annotated[
        bool, typer.Option("--once", help="Stop when everything fed has been dealt with.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
    feed: Annotated[
        list[Path] | None, typer.Option("--input", help="OCDS files or folders to feed; repeat for more.")
    ] = None,
    sample: Annotated[bool, typer.Option(help="Feed the sample input.")] = True,
    data: Annotated[
        Path | None, typer.Option(help="Where data live [.citiesshare, CITIESSHARE_DATA]")
    ] = None,
    base_port: Annotated[int, typer.Option(help="First of ten ports on loopback.")] = 7600,
) -> None:
    """Start broker, store, mailbox and services, feed the input, show what came of it, and stay until Ctrl-C.

    Examples: `citiesshare run` · `citiesshare run --once --json` ·
    `citiesshare run --once --input releases/ --json`
    """
    missing = [str(path) for path in feed or [] if not path.exists()]
    if missing:
        raise typer.BadParameter(f"there is no {', '.join(missing)}", param_hint="--input")
    stack = Stack((data or default_data()).absolute(), Ports(base_port))
    console = Console(stderr=as_json)
    letters = [*(sample_letters() if sample else ()), *_letters(feed or [])]
    try:
        asyncio.run(_run(stack, console, letters, stay=not once, as_json=as_json))
    except StackError as error:
        Console(stderr=True).print(f"[red]{error}[/red]")
        raise typer.Exit(1) from None
    except TimeoutError:
        Console(stderr=True).print(
            f"[red]Still on their way after {QUIET_SECONDS:.0f} s; logs are in {stack.data}/log[/red]"
        )
        raise typer.Exit(1) from None


async def _run(stack: Stack, console: Console, letters: list[Letter], *, stay: bool, as_json: bool) -> None:
    stopping = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stopping.set)
    try:
        work = asyncio.create_task(_work(stack, console, letters))
        stop = asyncio.create_task(stopping.wait())
        await asyncio.wait({work, stop}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            work.cancel()
            return
        summary = work.result()
        if as_json:
            typer.echo(json.dumps(summary.model_dump(mode="json"), ensure_ascii=False))
        else:
            _show(console, stack, summary)
        if stay:
            console.print("Ctrl-C stops all of it; the data stay, and the next run finds them again.")
            await stop
    finally:
        console.print("Stopping …")
        await stack.stop()


async def _work(stack: Stack, console: Console, letters: list[Letter]) -> Summary:
    started = time.monotonic()
    with console.status("Starting") as status:
        parts: list[str] = []

        def tell(name: str) -> None:
            parts.append(name)
            status.update(f"Starting: {', '.join(parts)} ready")

        await stack.start(tell)
    await _import_officials(stack)
    with _progress(console) as progress:
        task = progress.add_task("Feeding", total=len(letters))
        await send(stack.ports.amqp_url, _each(letters), lambda _: progress.advance(task))
    with console.status("Recording, scoring, matching, writing letters"):
        waits = read_settings(ServiceSettings).retry_waits
        await until_quiet(stack, waits, QUIET_SECONDS)
    return await summarise(stack, letters, time.monotonic() - started)


async def _import_officials(stack: Stack) -> None:
    from services.notifications.officials import keep, read_file

    await keep(stack.ports.mongo_url, read_file(SAMPLE / "officials.json"))


def _letters(paths: list[Path]) -> Iterator[Letter]:
    from services.submissions.outbox import letters_of

    return letters_of(paths)


async def _each(letters: list[Letter]) -> AsyncIterator[Letter]:
    for letter in letters:
        yield letter


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )


def _show(console: Console, stack: Stack, summary: Summary) -> None:
    counts = Table("what", "how many", title="What came of it")
    for name, count in summary.counts().items():
        counts.add_row(name, str(count))
    console.print(counts)
    page = stack.ports.page
    places = Table("where to look", "address")
    places.add_row("mailbox: the letters", page("mailbox"))
    for service in stack.services:
        places.add_row(f"{service}: API docs", f"{page(service)}/docs")
        places.add_row(f"{service}: messages", f"{page(service)}/asyncapi")
    places.add_row("broker (guest / guest)", page("management"))
    places.add_row("data and logs", str(stack.data))
    console.print(places)
