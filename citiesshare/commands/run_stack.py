"""What ``citiesshare run`` does: start the stack, send the input, show what came of it."""

import asyncio
import json
import signal
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from citiesshare.local.example_commands import how_to_try
from citiesshare.local.message_senders import Outgoing, outgoing
from citiesshare.local.ports import Ports
from citiesshare.local.processes import StackError
from citiesshare.local.sample_messages import SAMPLE
from citiesshare.local.stack import Stack, default_data
from citiesshare.local.summary import Summary, summarise
from citiesshare.local.wait_idle import until_quiet
from services.submissions.adapters.amqp_sender import send
from services.submissions.application.outgoing_message import OutgoingMessage

QUIET_SECONDS = 600.0


def run_stack(
    data: Path | None,
    base_port: int,
    feed: Sequence[Path],
    *,
    sample: bool,
    closed_doors: bool,
    stay: bool,
    as_json: bool,
) -> None:
    """Start the stack, send the input, print the summary; ends with 1 where a part does not start."""
    folder = data or default_data(closed_doors=closed_doors)
    stack = Stack(folder.absolute(), Ports(base_port), closed_doors=closed_doors)
    console = Console(stderr=as_json)
    try:
        messages = [*outgoing(stack, feed, sample=sample)]
        asyncio.run(_run(stack, console, messages, stay=stay, as_json=as_json))
    except StackError as error:
        Console(stderr=True).print(f"[red]{error}[/red]")
        raise typer.Exit(1) from None
    except TimeoutError:
        Console(stderr=True).print(
            f"[red]Still on their way after {QUIET_SECONDS:.0f} s; logs are in {stack.data}/log[/red]"
        )
        raise typer.Exit(1) from None


async def _run(stack: Stack, console: Console, feed: list[Outgoing], *, stay: bool, as_json: bool) -> None:
    stopping = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stopping.set)
    try:
        work = asyncio.create_task(_work(stack, console, feed))
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


async def _work(stack: Stack, console: Console, feed: list[Outgoing]) -> Summary:
    started = time.monotonic()
    with console.status("Starting") as status:
        parts: list[str] = []

        def tell(name: str) -> None:
            parts.append(name)
            status.update(f"Starting: {', '.join(parts)} ready")

        await stack.start(tell)
    await _import_officials(stack)
    with _progress(console) as progress:
        task = progress.add_task("Feeding", total=sum(len(each.letters) for each in feed))
        for each in feed:
            await send(each.url, _each(each.letters), lambda _: progress.advance(task))
    with console.status("Recording, scoring, matching, writing letters"):
        await until_quiet(stack, stack.retry_waits, QUIET_SECONDS)
    letters = [letter for each in feed for letter in each.letters]
    return await summarise(stack, letters, time.monotonic() - started)


async def _import_officials(stack: Stack) -> None:
    """Import the sample's officials once: who was erased or taken away since then does not come back."""
    from services.notifications.adapters.officials_file import import_into, read_file

    imported = stack.data / "sample-officials-imported"
    if not imported.exists():
        await import_into(stack.ports.mongo_url, read_file(SAMPLE / "officials.json"))
        imported.touch()


async def _each(letters: Sequence[OutgoingMessage]) -> AsyncIterator[OutgoingMessage]:
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
        places.add_row(f"{service}: metrics, health, counts", f"{stack.ports.operations(service)}/metrics")
    account = "operator" if stack.closed else "guest / guest"
    places.add_row(f"broker ({account})", page("management"))
    places.add_row("data and logs", str(stack.data))
    console.print(places)
    if stack.closed is not None:
        console.print(Text(how_to_try(stack.closed)), soft_wrap=True)
