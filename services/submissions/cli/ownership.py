"""`citiesshare submissions ownership`."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import orjson
import typer
from rich.console import Console

from services.submissions.adapters.mongo.messages import MongoMessages
from services.submissions.adapters.mongo.publishers import MongoPublishers
from services.submissions.adapters.mongo.records import MongoRecords
from services.submissions.adapters.mongo.releases import MongoReleases
from services.submissions.application.republish import messages_for
from services.submissions.cli.connections import send_as_ourselves, with_database
from services.submissions.cli.publishers import UNKNOWN, city_id
from services.submissions.domain.lifecycle import CityMove
from services.submissions.domain.ownership import OPERATOR
from services.submissions.domain.records import Record
from services.submissions.domain.transitions import Attribution, TransitionRefused, drafting, moving
from shared.store.mongo import Database
from shared.visibility import Viewer

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Which city and publisher a record or contracting process belongs to, and moving it.",
)
KindName = Annotated[str, typer.Argument(help="solution, need, outcome, adoption or city")]
Identifier = Annotated[str, typer.Argument(help="The record's id, e.g. sol-1")]
Reason = Annotated[str, typer.Option(help="Why; it is kept in the history")]


@app.command()
def show(kind: KindName, record: Identifier) -> None:
    """Print the city a record belongs to, and which publishers opened its drafts and its city's own word.

    citiesshare submissions ownership show solution sol-1
    """
    stored = with_database(lambda database: MongoRecords(database).record(f"{kind}|{record}"))
    if stored is None:
        raise typer.BadParameter(_nothing(kind, record))
    typer.echo(orjson.dumps({"record": stored.draft.key, **stored.owner.model_dump(mode="json")}))


@app.command()
def conflicts() -> None:
    """Print every word that was refused because the record is somebody else's, one JSON object per line.

    citiesshare submissions ownership conflicts
    """
    for received in with_database(lambda database: MongoMessages(database).conflicts(Viewer(operator=True))):
        message = {"source": received.source, "event": received.event, "received": received.received}
        sys.stdout.write(orjson.dumps({**dict(received.conflict), **message}).decode() + "\n")


@app.command()
def move(
    kind: KindName,
    record: Identifier,
    reason: Reason,
    city: Annotated[
        str | None, typer.Option(help='Its city from now on ("York, GB" or a GeoNames id); without: its own')
    ] = None,
    publisher: Annotated[
        str | None,
        typer.Option(help="Who may change it from now on; without: whoever of the city says so first"),
    ] = None,
) -> None:
    """Move a record to another city, or to another publisher, and have it said anew.

    citiesshare submissions ownership move solution sol-1 --city "York, GB" --reason "Sent by mistake"
    """
    key, new_city = f"{kind}|{record}", city_id(city) if city else None

    async def work(database: Database) -> Record | TransitionRefused | None:
        await _require_publisher(database, publisher)
        return await _moved(MongoRecords(database), key, new_city, publisher, reason)

    moved = with_database(work)
    if moved is None:
        raise typer.BadParameter(_nothing(kind, record))
    if isinstance(moved, TransitionRefused):
        raise typer.BadParameter(moved.complaint.message)
    send_as_ourselves(messages_for([key]))
    Console(stderr=True).print(f"{key} belongs to {moved.owner.city}")


@app.command()
def share(
    process: Annotated[str, typer.Argument(help="The process, e.g. urn:ocid:ocds-abcdef-1")],
    publisher: Annotated[str, typer.Option(help="The publisher that may add releases from now on")],
    reason: Reason,
    *,
    instead: Annotated[
        bool, typer.Option("--instead", help="Alone: what its publishers sent of it so far is dropped")
    ] = False,
) -> None:
    """Let a second publisher add releases to a contracting process that another one opened, or it alone.

    citiesshare submissions ownership share urn:ocid:ocds-abcdef-1 --publisher portal --reason "New system"
    """

    async def work(database: Database) -> bool:
        await _require_publisher(database, publisher)
        releases, now = MongoReleases(database), datetime.now(UTC)
        if not instead:
            return await releases.let_in(process, publisher, now, reason)
        for record in await MongoRecords(database).drawn_from(process):
            await _drafted(MongoRecords(database), record, publisher, reason)
        return await releases.hand_over(process, publisher, now, reason)

    if not with_database(work):
        raise typer.BadParameter(
            f"nobody registered opened {process!r}: whoever sends a release of it opens it"
        )
    Console(stderr=True).print(f"{publisher} may add to {process}")


async def _drafted(store: MongoRecords, record: Record, publisher: str, reason: str) -> None:
    city, now = record.owner.city, datetime.now(UTC)
    move = CityMove(when=now, who=OPERATOR, city_before=city, city=city, publisher=publisher, reason=reason)
    step = drafting(move, publisher)
    await store.change(record.draft.key, lambda current: step(current, Attribution(OPERATOR, now)))


async def _moved(
    store: MongoRecords, key: str, city: str | None, publisher: str | None, reason: str
) -> Record | TransitionRefused | None:
    refused: list[TransitionRefused] = []

    def step(record: Record) -> Record:
        before, now = record.owner.city, datetime.now(UTC)
        move = CityMove(
            when=now,
            who=OPERATOR,
            city_before=before,
            city=city or before,
            publisher=publisher,
            reason=reason,
        )
        after = moving(move, publisher)(record, Attribution(OPERATOR, now))
        if isinstance(after, TransitionRefused):
            refused.append(after)
            return record
        return after

    moved = await store.change(key, step)
    return refused[-1] if refused else moved


async def _require_publisher(database: Database, publisher: str | None) -> None:
    if publisher and await MongoPublishers(database).by_id(publisher) is None:
        raise typer.BadParameter(UNKNOWN.format(publisher))


def _nothing(kind: str, record: str) -> str:
    return f"there is no {kind} {record!r}: look at its kind and id"
