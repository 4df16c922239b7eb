"""The implementation of ``citiesshare erase``: sends the requests and prints the receipts."""

import asyncio
from collections.abc import Sequence

import orjson
import typer
from aiormq.exceptions import AMQPError, ChannelInvalidStateError
from rich.console import Console
from rich.table import Table

from shared.erasure.client import ask
from shared.erasure.person import Person
from shared.erasure.receipt import ErasureReceipt
from shared.messaging.connection_errors import explained
from shared.messaging.topology import SERVICES
from shared.settings import ServiceSettings, read_settings

BACKUPS = (
    "backups (deploy/mongo/backup.sh) made before now: each is deleted after BACKUP_DAYS; after a restore, "
    "repeat every erasure since that backup",
    "delivered mail, and copies that integrators made of published data: their owners must erase them",
)


def request_erasure(
    words: Sequence[str], services: Sequence[str] | None, wait: float, *, as_json: bool
) -> None:
    """Ask the services to erase the person and print the receipts; exits with 1 where a part failed."""
    services = _checked(services)
    try:
        person = Person(words)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="WORDS") from None
    receipts = _receipts(person, services, wait)
    good = all(receipt.good for receipt in receipts)
    if as_json:
        typer.echo(orjson.dumps(_as_json(receipts, good=good)))
    else:
        Console(soft_wrap=True).print(_table(receipts))
        for remains in BACKUPS:
            typer.echo(f"remains: {remains}")
    _conclude(receipts, good=good)


def _checked(services: Sequence[str] | None) -> Sequence[str]:
    if unknown := [name for name in services or () if name not in SERVICES]:
        raise typer.BadParameter(f"{unknown[0]!r} is not a service: choose from {', '.join(SERVICES)}")
    return services or SERVICES


def _receipts(person: Person, services: Sequence[str], wait: float) -> list[ErasureReceipt]:
    url = read_settings(ServiceSettings).amqp_url
    try:
        return asyncio.run(ask(url, person, services, wait))
    except (AMQPError, ChannelInvalidStateError, OSError) as error:
        Console(stderr=True, soft_wrap=True).print(f"NOT ERASED: {explained(error, url)}", markup=False)
        raise typer.Exit(1) from None


def _conclude(receipts: Sequence[ErasureReceipt], *, good: bool) -> None:
    total = sum(part.found for receipt in receipts for part in receipt.parts)
    if good:
        typer.echo(f"erased {total} times" if total else "nothing found", err=True)
        return
    for receipt in receipts:
        for part in receipt.parts:
            if part.failed:
                typer.echo(f"NOT ERASED: {receipt.service}, {part.place}: {part.failed}", err=True)
    raise typer.Exit(1)


def _as_json(receipts: Sequence[ErasureReceipt], *, good: bool) -> dict[str, object]:
    return {
        "good": good,
        "services": {receipt.service: receipt.model_dump(mode="json") for receipt in receipts},
        "remains": BACKUPS,
    }


def _table(receipts: Sequence[ErasureReceipt]) -> Table:
    table = Table("service", "place", "looked for", "found", "changed", "removed", "what remains, or failed")
    for receipt in receipts:
        for part in receipt.parts:
            counts = (str(part.found), str(part.changed), str(part.removed))
            after = f"NOT ERASED: {part.failed}" if part.failed else part.remains
            table.add_row(receipt.service, part.place, part.looked_for, *counts, after)
    return table
