"""Officials in and out, why somebody did or did not get a letter, addresses that are left alone, packs."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from services.notifications.application.context import NotificationContext

T = TypeVar("T")
Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout.")]
officials = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Officials in and out as a JSON array, the same both ways.",
)
suppressions = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Addresses that get no letters, and why."
)
screen = Console()


@officials.command("import")
def import_(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Import the officials of FILE (a JSON array, or a table .csv), by id; others stay as they are.

    Name, address, post and what else the city owns are changed; what a person said (letters off, a pause, how
    often, in which language, a confirmation, a hand-over) stays. Who is pending is asked to confirm. Where
    one row has a fault, nothing is imported.

    citiesshare notifications officials import officials.json
    """
    from services.notifications.adapters.officials_file import MOST_FAULTS, UnreadableOfficialsFile, read_file

    try:
        rows = read_file(file)
    except UnreadableOfficialsFile as error:
        listed = "\n".join(f"{file}: {fault}" for fault in error.faults[:MOST_FAULTS])
        raise typer.BadParameter(f"nothing was imported:\n{listed}") from None
    asked = _with(lambda context: context.enrolment.enrol(rows))
    typer.echo(f"{len(rows)} officials imported; {asked} asked to confirm by the running service", err=True)


@officials.command("export")
def export(city: Annotated[str | None, typer.Option(help="only of this city")] = None) -> None:
    """Print all officials as a JSON array.

    citiesshare notifications officials export --city 3094802 > krakow.json
    """
    from services.notifications.adapters.officials_file import OFFICIALS

    exported = _with(lambda context: context.store.officials.all(city))
    typer.echo(OFFICIALS.dump_json(exported, indent=2, exclude_defaults=True).decode())


@officials.command("hand-over")
def hand_over(
    post: Annotated[str, typer.Argument(help="id of the official whose post it was")],
    name: Annotated[str, typer.Option(help="who holds it now")],
    email: Annotated[str, typer.Option(help="their address; it is asked to confirm")],
) -> None:
    """Hand a post over with its wishes; the new holder hears nothing before confirming.

    citiesshare notifications officials hand-over krakow-mobility --name "Jan Nowak" --email jan@example.org
    """
    try:
        _with(lambda context: context.enrolment.hand_over(post, name, email))
    except (LookupError, ValueError) as error:
        raise typer.BadParameter(str(error)) from None
    typer.echo(f"{post} belongs to {name}, once {email} has confirmed", err=True)


def why(address: str, solution: str, *, as_json: Json = False) -> None:
    """Show what an address was told about a solution, and what not and why.

    citiesshare notifications why maja@krakow.example.org tampere/night-freight-hub
    """
    from services.notifications.application.notification_log import NotificationLog
    from services.notifications.domain.vocabulary import NOT_TOLD

    entries = _with(lambda context: NotificationLog(context.store).about(address, solution))
    if entries is None:
        raise typer.BadParameter(f"no official has the address {address}: see `officials export`")
    if as_json:
        typer.echo(json.dumps([entry.model_dump(mode="json") for entry in entries]))
        return
    table = Table("when", "what", "why", "letter")
    for entry in entries:
        reason = NOT_TOLD.get(entry.why or "", entry.why)
        table.add_row(f"{entry.at:%Y-%m-%d %H:%M}", entry.state, reason, entry.letter)
    screen.print(table if entries else "It never came up: no match of this solution reached their city.")


@suppressions.command("list")
def list_(*, as_json: Json = False) -> None:
    """List the addresses that are left alone; only a hash is kept of one that no official has any more.

    citiesshare notifications suppressions list --json
    """
    from services.notifications.application.address_status import suppressions as suppressed

    addresses = _with(lambda context: suppressed(context.store))
    if as_json:
        typer.echo(json.dumps([address._asdict() for address in addresses]))
        return
    table = Table("address", "why", "since")
    for address in addresses:
        table.add_row(*address)
    screen.print(table)


@suppressions.command("add")
def add(address: str) -> None:
    """Leave an address alone, whoever asks for letters to it.

    citiesshare notifications suppressions add maja@krakow.example.org
    """
    from services.notifications.domain.bounces import AddressStatus

    status = AddressStatus(stopped="admin", last=datetime.now(UTC).date())
    _with(lambda context: context.store.address_statuses.save(address, status))
    typer.echo(f"{address} is left alone", err=True)


@suppressions.command("remove")
def remove(address: str) -> None:
    """Write to an address again.

    citiesshare notifications suppressions remove maja@krakow.example.org
    """
    _with(lambda context: context.store.address_statuses.remove(address))
    typer.echo(f"{address} is written to again", err=True)


def legacy_pack(
    city: str,
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="day of the change")
    ] = None,
) -> None:
    """Write what a city shared to its next administration: one pack to each official, once a day.

    citiesshare notifications legacy-pack 3094802 --on 2026-11-22
    """
    day: date = (on or datetime.now(UTC)).date()
    written = _with(lambda context: context.handover.write(city, day))
    typer.echo(f"{written} packs for {city}; the running service sends them", err=True)


def _with(work: "Callable[[NotificationContext], Awaitable[T]]") -> T:
    """Do ``work`` on the store that the environment names."""

    async def run() -> T:
        from services.notifications.cli.store_context import opened

        async with opened() as (context, _):
            return await work(context)

    return asyncio.run(run())
