"""`citiesshare submissions publishers`."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import orjson
import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from services.submissions.accounts import Accounts, Key, fresh_key
from services.submissions.cli.store import with_database
from services.submissions.domain.speaking import Publisher

app = typer.Typer(no_args_is_help=True, help="Who may speak, for which cities, under which sources.")
Identifier = Annotated[str, typer.Argument(help="The publisher, e.g. city-of-york")]


@app.command()
def add(
    identifier: Identifier,
    name: Annotated[str, typer.Option(help="As people know it")],
    city: Annotated[
        list[str], typer.Option(help="GeoNames id of a city it speaks for, or *; repeat for more")
    ],
    source: Annotated[
        list[str], typer.Option(help="A source it speaks under, or its start; repeat for more")
    ],
    account: Annotated[str | None, typer.Option(help="Its user at the broker")] = None,
    per_minute: Annotated[int, typer.Option(help="Messages a minute over HTTP")] = 600,
) -> None:
    """Register a publisher and print its first key; to change one, add it again: its keys stay.

    citiesshare submissions publishers add city-of-york --name York --city 2633352 --source https://york.example
    """
    try:
        publisher = Publisher(
            id=identifier,
            name=name,
            cities=tuple(city),
            sources=tuple(source),
            account=account,
            per_minute=per_minute,
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise typer.BadParameter(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None

    async def work(accounts: Accounts) -> Key | None:
        await accounts.prepare()
        await accounts.keep(publisher)
        known = {each.id: keys for each, keys in await accounts.listed()}
        if known[identifier]:
            return None
        key = fresh_key()
        await accounts.add_key(identifier, key, datetime.now(UTC))
        return key

    _show(with_database(lambda database: work(Accounts(database))))


@app.command("list")
def listed(
    *, as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line")] = False
) -> None:
    """Show all publishers and the ids of their keys, never the keys.

    citiesshare submissions publishers list --json
    """
    found = with_database(lambda database: Accounts(database).listed())
    if as_json:
        for publisher, keys in found:
            ids = [{name: key[name] for name in ("id", "made", "ends")} for key in keys]
            typer.echo(orjson.dumps({**publisher.model_dump(mode="json"), "keys": ids}))
        return
    table = Table("publisher", "cities", "sources", "account", "keys")
    for publisher, keys in found:
        standing = ", ".join(f"{key['id']}{' (ends)' if key['ends'] else ''}" for key in keys)
        said = (" ".join(publisher.cities), " ".join(publisher.sources), publisher.account or "")
        table.add_row(publisher.id, *said, standing)
    Console().print(table)


@app.command()
def rotate(
    identifier: Identifier,
    days: Annotated[int, typer.Option(min=0, help="How long the old keys still work")] = 7,
) -> None:
    """Print a new key; the old ones end after some days.

    citiesshare submissions publishers rotate city-of-york --days 14
    """
    now, key = datetime.now(UTC), fresh_key()

    async def work(accounts: Accounts) -> bool:
        known = await accounts.add_key(identifier, key, now)
        if known:
            await accounts.end_keys(identifier, now + timedelta(days=days), besides=key.id)
        return known

    if not with_database(lambda database: work(Accounts(database))):
        raise typer.BadParameter(f"there is no publisher {identifier!r}: `publishers list` shows them")
    _show(key)


@app.command()
def revoke(identifier: Identifier) -> None:
    """End all keys of a publisher at once; its account at the broker is the broker's to close.

    citiesshare submissions publishers revoke city-of-york
    """
    ended = with_database(lambda database: Accounts(database).end_keys(identifier, datetime.now(UTC)))
    Console(stderr=True).print(f"{ended} keys ended")


def _show(key: Key | None) -> None:
    if key is None:
        Console(stderr=True).print("Changed; its keys stay.")
        return
    Console(stderr=True).print("Keep this key: it is shown once, and we keep only its hash.")
    typer.echo(str(key))
