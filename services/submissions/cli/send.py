"""`citiesshare submissions send`."""

import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import orjson
import typer
from rich.console import Console
from rich.markup import escape

from services.submissions.adapters.file_messages import (
    SOURCE,
    TableRows,
    is_table,
    messages_in_files,
    messages_in_table,
    read_rows,
)
from services.submissions.adapters.files import PUBLICCODE_SUFFIXES
from services.submissions.adapters.send_journal import SendJournal
from services.submissions.application import tables
from services.submissions.application.catalogue import not_utf_8
from services.submissions.application.outgoing_message import OutgoingMessage
from services.submissions.cli.connections import stop, try_to_send
from services.submissions.cli.progress import Meter
from services.submissions.cli.reading import files_meant
from services.submissions.cli.table import DateOrder, DecimalMark
from shared.json_limits import LARGEST_MESSAGE

DEFAULT_URL = "amqp://guest:guest@127.0.0.1:5672/"
DEFAULT_JOURNAL = Path(".citiesshare-sent.sqlite")
GOES_ON = "the same command goes on from there"


def send_files(
    paths: Annotated[
        list[Path], typer.Argument(exists=True, help="Files and folders: OCDS, publiccode.yml, tables")
    ],
    url: Annotated[str, typer.Option(envvar="AMQP_URL", help="The broker, with your account")] = DEFAULT_URL,
    source: Annotated[str, typer.Option(help="Under which source you speak")] = SOURCE,
    journal: Annotated[
        Path, typer.Option(help="Remembers what was confirmed, for each broker")
    ] = DEFAULT_JOURNAL,
    *,
    kind: Annotated[
        tables.TableKind | None, typer.Option(help="What tables are of, where columns and name do not tell")
    ] = None,
    decimal: DecimalMark = None,
    dates: DateOrder = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count, and send nothing")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON object")] = False,
) -> None:
    """Send files to the broker, one message per release; an interrupted sending goes on where it stopped.

    citiesshare submissions send releases/ --source https://data.example.org

    citiesshare submissions send bulk.jsonl --dry-run --json

    citiesshare submissions send needs.csv --source https://data.example.org --dates dmy

    A table (.csv, .xlsx) is sent as one report per good row; what is wrong with the others is told, like a
    publiccode.yml that is not UTF-8 and a message that is too large, and ends with exit code 1. What the
    service made of each message is answered at /v1/events.
    """
    meter = Meter(files_meant(paths))
    unreadable = _not_utf_8(meter.files)
    meter.files = [file for file in meter.files if file not in unreadable]
    rows = _tables(meter.files, kind, tables.TableFormat(decimal, dates))
    with SendJournal(journal, _broker(url)) as done, meter.shown():
        left = _not_too_large(_left(meter, done, source, rows), meter)
        if dry_run:
            for letter in left:
                meter.confirm(letter)
        stopped = None if dry_run else _sent(left, meter, done, url)
    if stopped:
        stop(f"Stopped: {stopped}. {meter.letters:,} were confirmed; {GOES_ON}.")
    if as_json:
        report = {"sent": meter.letters, "bytes": meter.bytes, "skipped": meter.skipped, "dry_run": dry_run}
        report |= {"too_large": meter.too_large} if meter.too_large else {}
        sys.stdout.buffer.write(orjson.dumps(report) + b"\n")
    Console(stderr=True).print(meter.words + (" (nothing was sent)" if dry_run else ""))
    if unreadable or meter.too_large or any(table.reading.complaints for table in rows.values()):
        raise typer.Exit(1)


def _not_utf_8(files: Sequence[Path]) -> list[Path]:
    """Find each publiccode.yml that is not UTF-8, and tell it as ``read`` does: it is not sent with holes."""
    console, unreadable = Console(stderr=True), []
    for file in files:
        wrong = not_utf_8(file.read_bytes()) if file.suffix in PUBLICCODE_SUFFIXES else None
        if wrong:
            unreadable.append(file)
            console.print(escape(f"{file.name}, line {wrong.line}: {wrong.message}"), soft_wrap=True)
    return unreadable


def _tables(
    files: Sequence[Path], kind: tables.TableKind | None, declared: tables.TableFormat
) -> dict[Path, TableRows]:
    """Read the tables among ``files``, and tell what is wrong with them."""
    console, read = Console(stderr=True), {}
    for file in filter(is_table, files):
        try:
            rows = read[file] = read_rows(file, kind, declared)
        except tables.UnreadableTable as error:
            raise typer.BadParameter(f"{file.name}: {error} (--kind needs, solutions or outcomes)") from None
        for complaint in (*rows.reading.complaints, *rows.reading.remarks):
            console.print(escape(f"{file.name}, {complaint}"), soft_wrap=True)
    return read


def _left(
    meter: Meter, done: SendJournal, source: str, rows: Mapping[Path, TableRows]
) -> Iterator[OutgoingMessage]:
    """The letters of all files that were not confirmed before."""
    for file in meter.files:
        letters = messages_in_table(rows[file], source) if file in rows else messages_in_files([file], source)
        for letter in meter.read(file, letters):
            if letter in done:
                meter.skip()
            else:
                yield letter


def _not_too_large(letters: Iterator[OutgoingMessage], meter: Meter) -> Iterator[OutgoingMessage]:
    """The letters that a broker takes; each of the others is told, and the next one is sent."""
    console = Console(stderr=True)
    for letter in letters:
        if len(letter.body) <= LARGEST_MESSAGE:
            yield letter
            continue
        meter.too_large += 1
        size = f"{len(letter.body):,} bytes are more than the {LARGEST_MESSAGE:,} of one message"
        console.print(escape(f"{letter.id}: {size}: not sent; send it in parts"), soft_wrap=True)


def _sent(letters: Iterator[OutgoingMessage], meter: Meter, done: SendJournal, url: str) -> str | None:
    """Send ``letters``; return what stopped it, if anything did."""

    def confirmed(letter: OutgoingMessage) -> None:
        done.note(letter)
        meter.confirm(letter)

    return try_to_send(url, _as_async(letters), confirmed)


async def _as_async(letters: Iterator[OutgoingMessage]) -> AsyncIterator[OutgoingMessage]:
    for letter in letters:
        yield letter


def _broker(url: str) -> str:
    """Which broker and virtual host ``url`` leads to, whoever connects."""
    at = urlsplit(url)
    if at.scheme not in {"amqp", "amqps"}:
        raise typer.BadParameter(f"{at.scheme or url}: a broker's address begins with amqp:// or amqps://")
    return f"{at.hostname}:{at.port or ''}{at.path}"
