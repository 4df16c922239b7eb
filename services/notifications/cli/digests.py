"""Digests that could not be written, and why; an operator mends the cause and retries."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from services.notifications.application.digests import DigestWriter

T = TypeVar("T")
app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Digests that could not be written: list what was set aside, retry it.",
)


@app.command("failed")
def failed(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")] = False) -> None:
    """List what was set aside, by official and reason.

    citiesshare notifications digests failed --json
    """
    set_aside = _with(lambda digests: digests.failed())
    if as_json:
        rows = [{**items._asdict(), "since": items.since.isoformat()} for items in set_aside]
        typer.echo(json.dumps(rows))
        return
    table = Table("official", "items", "since", "reason")
    for items in set_aside:
        table.add_row(items.official, str(items.items), items.since.isoformat(), items.why)
    Console().print(table if set_aside else "No digest was set aside.")


@app.command("retry")
def retry(official: Annotated[str | None, typer.Argument(help="only of this one")] = None) -> None:
    """Let what was set aside wait for the next digest again, once its cause is mended.

    citiesshare notifications digests retry krakow-mobility
    """
    count = _with(lambda digests: digests.retry(official))
    typer.echo(f"{count} items wait for the next digest", err=True)


def _with(work: "Callable[[DigestWriter], Awaitable[T]]") -> T:
    async def run() -> T:
        from services.notifications.cli.store_context import opened

        async with opened() as (context, _):
            return await work(context.digests)

    return asyncio.run(run())
