"""The implementation of ``citiesshare run``: start the stack, send the input, print the results."""

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from citiesshare.local.example_commands import example_commands
from citiesshare.local.message_senders import MessageBatch, message_batches
from citiesshare.local.ports import Ports
from citiesshare.local.processes import StackError
from citiesshare.local.sample_messages import OPERATOR, SAMPLE
from citiesshare.local.stack import Stack, default_data
from citiesshare.local.summary import Summary, summarise
from citiesshare.local.wait_idle import wait_until_idle
from services.submissions.adapters.amqp_sender import send
from services.submissions.application.outgoing_message import OutgoingMessage

IDLE_SECONDS = 600.0


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
    """Start the stack, send the input, print the summary; exits with 1 where a part does not start."""
    folder = data or default_data(closed_doors=closed_doors)
    own = {"notifications": {"OPERATORS": os.environ.get("OPERATORS", OPERATOR)}}
    stack = Stack(folder.absolute(), Ports(base_port), own=own, closed_doors=closed_doors)
    console = Console(stderr=as_json)
    try:
        batches = [*message_batches(stack, feed, sample=sample)]
        asyncio.run(_run(stack, console, batches, stay=stay, as_json=as_json))
    except StackError as error:
        Console(stderr=True).print(f"[red]{error}[/red]")
        raise typer.Exit(1) from None
    except TimeoutError:
        Console(stderr=True).print(
            f"[red]Messages are not handled after {IDLE_SECONDS:.0f} s; logs are in {stack.data}/log[/red]"
        )
        raise typer.Exit(1) from None


async def _run(
    stack: Stack, console: Console, batches: list[MessageBatch], *, stay: bool, as_json: bool
) -> None:
    stopping = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stopping.set)
    try:
        work = asyncio.create_task(_work(stack, console, batches))
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
            console.print("Ctrl-C stops everything; the data stay for the next run.")
            await stop
    finally:
        console.print("Stopping …")
        await stack.stop()


async def _work(stack: Stack, console: Console, batches: list[MessageBatch]) -> Summary:
    started = time.monotonic()
    with console.status("Starting") as status:
        parts: list[str] = []

        def on_ready(name: str) -> None:
            parts.append(name)
            status.update(f"Starting: {', '.join(parts)} ready")

        await stack.start(on_ready)
    await _import_officials(stack)
    with _progress(console) as progress:
        task = progress.add_task("Sending", total=sum(len(batch.messages) for batch in batches))
        for batch in batches:
            await send(batch.url, _iterate(batch.messages), lambda _: progress.advance(task))
    with console.status("Recording, scoring, matching, writing letters"):
        await wait_until_idle(stack, stack.retry_waits, IDLE_SECONDS)
    messages = [message for batch in batches for message in batch.messages]
    return await summarise(stack, messages, time.monotonic() - started)


async def _import_officials(stack: Stack) -> None:
    """Import the officials of the sample once, so that later erasures and removals are not undone."""
    from services.notifications.adapters.officials_file import import_into, read_file

    imported = stack.data / "sample-officials-imported"
    if not imported.exists():
        await import_into(stack.ports.mongo_url, read_file(SAMPLE / "officials.json"))
        imported.touch()


def _first_official() -> str:
    """Return the address of an official of the sample who may do everything at the desk."""
    officials = json.loads((SAMPLE / "officials.json").read_text("utf-8"))
    return str(next(official["email"] for official in officials if official.get("administers")))


async def _iterate(messages: Sequence[OutgoingMessage]) -> AsyncIterator[OutgoingMessage]:
    for message in messages:
        yield message


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )


def _show(console: Console, stack: Stack, summary: Summary) -> None:
    counts = Table("what", "count", title="Results")
    for name, count in summary.counts().items():
        counts.add_row(name, str(count))
    console.print(counts)
    page = stack.ports.page
    pages = Table("page", "address")
    pages.add_row("mailbox with the letters", page("mailbox"))
    pages.add_row("your city's desk: sign in", f"{page('notifications')}/in")
    pages.add_row("… with this address; the link is in the mailbox", _first_official())
    pages.add_row("moderation", f"{page('notifications')}/moderation")
    pages.add_row("… sign in with this address", stack.own["notifications"]["OPERATORS"])
    for service in stack.services:
        pages.add_row(f"{service}: API docs", f"{page(service)}/docs")
        pages.add_row(f"{service}: messages", f"{page(service)}/asyncapi")
        pages.add_row(f"{service}: metrics, health, counts", f"{stack.ports.operations(service)}/metrics")
    account = "operator" if stack.accounts else "guest / guest"
    pages.add_row(f"broker ({account})", page("management"))
    pages.add_row("data and logs", str(stack.data))
    console.print(pages)
    if stack.accounts is not None:
        console.print(Text(example_commands(stack.accounts)), soft_wrap=True)
