"""`citiesshare submissions send`."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import aio_pika
import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from services.submissions.cli.read import files_meant
from services.submissions.journal import Journal
from services.submissions.outbox import SOURCE, letters_of
from services.submissions.sender import Letter, send

DEFAULT_URL = "amqp://guest:guest@127.0.0.1:5672/"
DEFAULT_JOURNAL = Path(".citiesshare-sent.sqlite")


@dataclass
class Sent:
    """What a sending came to."""

    letters: int = 0
    bytes: int = 0
    skipped: int = 0


def send_files(
    paths: Annotated[list[Path], typer.Argument(exists=True, help="Files and folders: OCDS, publiccode.yml")],
    url: Annotated[str, typer.Option(envvar="AMQP_URL", help="The broker, with your account")] = DEFAULT_URL,
    source: Annotated[str, typer.Option(help="Under which source you speak")] = SOURCE,
    journal: Annotated[Path, typer.Option(help="Remembers what was confirmed")] = DEFAULT_JOURNAL,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count, and send nothing")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON object")] = False,
) -> None:
    """Send files to the broker, one message per release; an interrupted sending goes on where it stopped.

    citiesshare submissions send releases/ --source https://data.example.org

    citiesshare submissions send bulk.jsonl --dry-run --json

    What the service made of each message is answered at /v1/events.
    """
    sent, stopped, files = Sent(), None, files_meant(paths)
    try:
        with Journal(journal) as done, _progress() as progress:
            task = progress.add_task("", total=None)

            def confirmed(letter: Letter) -> None:
                done.note(letter)
                _count(sent, letter)
                progress.update(task, description=_words(sent))

            if dry_run:
                for letter in _left(letters_of(files, source), done, sent):
                    _count(sent, letter)
            else:
                asyncio.run(send(url, _each(_left(letters_of(files, source), done, sent)), confirmed))
    except* (aio_pika.exceptions.AMQPError, OSError) as group:
        stopped = group.exceptions[0]
    if stopped is not None:
        words = f"Stopped: {stopped!r}. {sent.letters:,} were confirmed; the same command goes on from there."
        Console(stderr=True).print(f"[red]{escape(words)}[/red]")
        raise typer.Exit(1)
    if as_json:
        told = {"sent": sent.letters, "bytes": sent.bytes, "skipped": sent.skipped, "dry_run": dry_run}
        sys.stdout.buffer.write(orjson.dumps(told) + b"\n")
    Console(stderr=True).print(_words(sent) + (" (nothing was sent)" if dry_run else ""))


def _left(letters: Iterator[Letter], done: Journal, sent: Sent) -> Iterator[Letter]:
    for letter in letters:
        if letter in done:
            sent.skipped += 1
        else:
            yield letter


async def _each(letters: Iterator[Letter]) -> AsyncIterator[Letter]:
    for letter in letters:
        yield letter


def _count(sent: Sent, letter: Letter) -> None:
    sent.letters += 1
    sent.bytes += len(letter.body)


def _words(sent: Sent) -> str:
    already = f", {sent.skipped:,} were sent before" if sent.skipped else ""
    return f"{sent.letters:,} messages, {sent.bytes / 1e6:,.1f} MB{already}"


def _progress() -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
