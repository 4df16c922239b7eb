"""`citiesshare submissions publishers`."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import orjson
import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from services.submissions.adapters.mongo.publishers import MongoPublishers, new_api_key
from services.submissions.adapters.reference_data import gazetteer
from services.submissions.cli.connections import with_database
from services.submissions.cli.key_display import key_in_words, show
from services.submissions.domain.places import resolve_name
from services.submissions.domain.publishers import EVERY, ApiKey, Publisher
from shared.events import PublisherKind
from shared.store.indexes import ensure_indexes
from shared.store.mongo import Database

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Who may send messages, for which cities, under which sources.",
)
UNKNOWN = "there is no publisher {!r}: `publishers list` shows them"
Identifier = Annotated[str, typer.Argument(help="The publisher, e.g. city-of-york")]


@app.command()
def add(
    identifier: Identifier,
    name: Annotated[str, typer.Option(help="As people know it")],
    city: Annotated[
        list[str], typer.Option(help='A city it speaks for ("York, GB" or its GeoNames id), or *; repeat')
    ],
    source: Annotated[
        list[str], typer.Option(help="A source it speaks under, or its start; repeat for more")
    ],
    account: Annotated[str | None, typer.Option(help="Its user at the broker")] = None,
    per_minute: Annotated[int, typer.Option(help="Messages a minute, over HTTP and at the broker")] = 600,
    bytes_per_minute: Annotated[int, typer.Option(help="Bytes a minute, likewise")] = 60_000_000,
    kind: Annotated[
        PublisherKind | None,
        typer.Option(help="What it may send; without: procurement where it speaks for *, else city"),
    ] = None,
    *,
    verifies: Annotated[
        bool, typer.Option("--verifies", help="It may say verification: independent")
    ] = False,
) -> None:
    """Register a publisher and print its first key; to change one, add it again: its keys stay.

    citiesshare submissions publishers add city-of-york --name York --city "York, GB" --source https://york.example
    """
    try:
        publisher = Publisher(
            id=identifier,
            name=name,
            cities=tuple(map(city_id, city)),
            sources=tuple(source),
            account=account,
            per_minute=per_minute,
            kind=kind,
            verifies=verifies,
            bytes_per_minute=bytes_per_minute,
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise typer.BadParameter(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None

    show(with_database(lambda database: _register(database, publisher)), publisher)


async def _register(database: Database, publisher: Publisher) -> ApiKey | None:
    """Keep ``publisher``, and give it a key where it has none yet."""
    await ensure_indexes(database, [MongoPublishers])
    accounts = MongoPublishers(database)
    other = await accounts.by_account(publisher.account) if publisher.account else None
    if other and other.id != publisher.id:
        raise typer.BadParameter(f"{publisher.account!r} is the account of {other.id!r}: each has its own")
    await accounts.keep(publisher)
    keys_of = {registered.id: keys for registered, keys in await accounts.listed()}
    if keys_of[publisher.id]:
        return None
    key = new_api_key()
    await accounts.add_key(publisher.id, key, datetime.now(UTC))
    return key


def city_id(written: str) -> str:
    """The GeoNames id of a city as it is written; ``*`` stands for every city."""
    if written == EVERY or written.isdigit():
        return written
    name, comma, country = (part.strip() for part in written.rpartition(","))
    city = resolve_name(name if comma else country, gazetteer(), country if comma else None).city
    if city is None:
        raise typer.BadParameter(f'{written!r} is no one city: write "York, GB", or its GeoNames id')
    return city


@app.command("list")
def listed(
    *, as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line")] = False
) -> None:
    """Show all publishers and the ids of their keys, never the keys.

    citiesshare submissions publishers list --json
    """
    publishers = with_database(lambda database: MongoPublishers(database).listed())
    if as_json:
        for publisher, keys in publishers:
            shown = {**publisher.model_dump(mode="json"), "revoked": publisher.revoked}
            typer.echo(orjson.dumps({**shown, "keys": keys}))
        return
    table, now = Table("publisher", "kind", "cities", "sources", "account", "keys"), datetime.now(UTC)
    for publisher, keys in publishers:
        standing = "\n".join(key_in_words(key, now) for key in keys)
        columns = (" ".join(publisher.cities), " ".join(publisher.sources), publisher.account or "")
        state = publisher.kind + (", verifies" if publisher.verifies else "")
        table.add_row(publisher.id, state + (", revoked" if publisher.revoked else ""), *columns, standing)
    Console().print(table)


@app.command()
def rotate(
    identifier: Identifier,
    days: Annotated[int, typer.Option(min=0, help="How long the old keys still work")] = 7,
) -> None:
    """Print a new key; the old ones end after some days.

    citiesshare submissions publishers rotate city-of-york --days 14
    """
    now, key = datetime.now(UTC), new_api_key()

    async def work(accounts: MongoPublishers) -> bool:
        added = await accounts.add_key(identifier, key, now)
        if added:
            await accounts.end_keys(identifier, now + timedelta(days=days), besides=key.id)
        return added

    if not with_database(lambda database: work(MongoPublishers(database))):
        raise typer.BadParameter(UNKNOWN.format(identifier))
    show(key)


@app.command()
def revoke(identifier: Identifier) -> None:
    """End a publisher at once: its keys, and what its account says at the broker; `rotate` lets it in again.

    citiesshare submissions publishers revoke city-of-york
    """

    ended = with_database(lambda database: MongoPublishers(database).revoke(identifier, datetime.now(UTC)))
    if ended is None:
        raise typer.BadParameter(UNKNOWN.format(identifier))
    Console(stderr=True).print(f"{ended} {'key' if ended == 1 else 'keys'} ended")
