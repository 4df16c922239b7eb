"""``citiesshare erase``."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

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
    "backups (deploy/mongo/backup.sh) made before now: each is gone when BACKUP_DAYS have passed; after a "
    "restore, ask for every erasure since that backup again",
    "mail that was delivered, and what integrators copied from what was published: theirs to erase",
)


def erase(
    words: Annotated[
        list[str], typer.Argument(help="Names, addresses and telephone numbers of the person, one by one")
    ],
    *,
    service: Annotated[
        list[str] | None, typer.Option(help="Only this service; repeat for more. All three by default.")
    ] = None,
    wait: Annotated[float, typer.Option(min=1, help="Seconds to wait for the services' answers")] = 300.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the receipt as one JSON object")] = False,
) -> None:
    """Erase a person from all three services; print what was found where, and what remains.

    citiesshare erase "Erika Mustermann" erika@example.org "+49 30 123456"

    citiesshare submissions erase erika@example.org (the same command)

    It speaks to the broker at AMQP_URL as the operator; each service looks through what it keeps. It ends
    with 1 where a service did not answer or could not do a part; asked again, it does what is left. Words are
    found whole: in upper and lower case, with and without accents, last name first, and inside escapes.
    Inflected forms of a name are words of their own: give them, too.
    """
    services = _known(service)
    try:
        person = Person(words)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="WORDS") from None
    receipts = _asked(person, services, wait)
    good = all(receipt.good for receipt in receipts)
    if as_json:
        typer.echo(orjson.dumps(_told(receipts, good=good)))
    else:
        Console(soft_wrap=True).print(_table(receipts))
        for remains in BACKUPS:
            typer.echo(f"remains: {remains}")
    _conclude(receipts, good=good)


def _known(services: Sequence[str] | None) -> Sequence[str]:
    if unknown := [name for name in services or () if name not in SERVICES]:
        raise typer.BadParameter(f"{unknown[0]!r} is no service: choose from {', '.join(SERVICES)}")
    return services or SERVICES


def _asked(person: Person, services: Sequence[str], wait: float) -> list[ErasureReceipt]:
    url = read_settings(ServiceSettings).amqp_url
    try:
        return asyncio.run(ask(url, person, services, wait))
    except (AMQPError, ChannelInvalidStateError, OSError) as error:
        Console(stderr=True, soft_wrap=True).print(f"NOT ERASED: {explained(error, url)}", markup=False)
        raise typer.Exit(1) from None


def _conclude(receipts: Sequence[ErasureReceipt], *, good: bool) -> None:
    found = sum(part.found for receipt in receipts for part in receipt.parts)
    if good:
        typer.echo(f"erased {found} times" if found else "nothing found", err=True)
        return
    for receipt in receipts:
        for part in receipt.parts:
            if part.failed:
                typer.echo(f"NOT ERASED: {receipt.service}, {part.place}: {part.failed}", err=True)
    raise typer.Exit(1)


def _told(receipts: Sequence[ErasureReceipt], *, good: bool) -> dict[str, object]:
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
