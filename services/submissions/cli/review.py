"""`citiesshare submissions review`."""

import sys
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console

from services.submissions.adapters.mongo.messages import MongoMessages
from services.submissions.adapters.mongo.moderation_queue import MongoModerationQueue
from services.submissions.adapters.mongo.records import MongoRecords
from services.submissions.adapters.mongo.repositories import repositories
from services.submissions.adapters.mongo.unplaced_buyers import MongoUnplacedBuyers
from services.submissions.adapters.reference_data import gazetteer
from services.submissions.app import procurement
from services.submissions.application.city_review import CityReview
from services.submissions.application.outgoing_message import OutgoingMessage
from services.submissions.application.repositories import Verdict
from services.submissions.application.republish import messages_for
from services.submissions.cli.connections import send_as_ourselves, with_database
from services.submissions.cli.publishers import city_id
from services.submissions.domain.differences import differences
from services.submissions.domain.publishers import speaks_for
from services.submissions.domain.unplaced_buyers import REASONS
from services.submissions.domain.validation import routing_key
from services.submissions.settings import Settings
from shared.messaging.cloudevents import Envelope, RawEvent
from shared.settings import read_settings
from shared.store.mongo import Database

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Comments to moderate, texts that name an office-holder, buyers whose city is not clear.",
)
Item = Annotated[str, typer.Argument(help="The id that `review list` shows")]


@app.command("list")
def listed() -> None:
    """Print all that waits for a decision, one JSON object per line; with it, where releases differ.

    citiesshare submissions review list
    """
    for each in with_database(_waiting):
        sys.stdout.write(orjson.dumps({"id": each.pop("_id"), **each}).decode() + "\n")


async def _waiting(database: Database) -> list[dict[str, Any]]:
    """What a reviewer decides on, and the records beside which an unconfirmed word says otherwise."""
    differing = [
        {"_id": record.draft.key, "what": "difference", "city": record.owner.city, "differences": found}
        for record in await MongoRecords(database).differing()
        if (found := [each.model_dump(mode="json") for each in differences(record)])
    ]
    places = [_with_names(each) for each in await MongoUnplacedBuyers(database).waiting()]
    return [*await MongoModerationQueue(database).waiting(), *places, *differing]


def _with_names(place: dict[str, Any]) -> dict[str, Any]:
    """The buyer with the reason in words, and its candidates by name."""
    cities = (gazetteer().cities[each] for each in place["candidates"])
    named = [{"id": city.id, "name": city.name, "country": city.country} for city in cities]
    return {**place, "candidates": named, "reason": REASONS[place["doubt"]]}


@app.command()
def show(item: Item) -> None:
    """Show a comment, or take a held message as it is: it is sent to the intake once more.

    citiesshare submissions review show 7f3a
    """
    _decide(item, "shown")


@app.command()
def refuse(item: Item) -> None:
    """Leave a comment unseen, or let a held message be rejected with the reason it was held for.

    citiesshare submissions review refuse 7f3a
    """
    _decide(item, "refused")


@app.command()
def place(
    item: Item,
    city: Annotated[
        str | None, typer.Option(help='The city it is the government of ("Hull, GB" or a GeoNames id)')
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why; it is kept beside the decision")] = None,
    *,
    no_city: Annotated[bool, typer.Option("--no-city", help="It is the government of no one city")] = False,
) -> None:
    """Decide of which city a buyer is, for all that its publisher sends and sent under this name.

    citiesshare submissions review place 9c41f2a07be3d518 --city "Hull, GB"

    The records that wait are read anew and said with their city. Another decision later takes its place.
    """
    if bool(city) == no_city:
        raise typer.BadParameter('say --city "Hull, GB", or --no-city')
    decided = city_id(city) if city else None
    if decided is not None and decided not in gazetteer().cities:
        raise typer.BadParameter(f"{city!r} is no city of GeoNames that is known here", param_hint="--city")
    keys = with_database(lambda database: _placed(database, item, decided, reason))
    if keys:
        send_as_ourselves(messages_for(keys))
    Console(stderr=True).print(f"decided: {decided or 'no city'}; {len(keys)} records")


async def _placed(database: Database, item: str, city: str | None, reason: str | None) -> Sequence[str]:
    store = repositories(database)
    asked = await store.unplaced_buyers.place(item)
    if asked is None:
        raise typer.BadParameter(f"no buyer waits under {item!r}: `review list` shows what does")
    if city is None and asked.get("city"):
        raise typer.BadParameter(
            f"its records were said as {asked['city']}'s: `ownership move` moves them, --city decides anew"
        )
    speaker = await store.publishers.by_id(asked["publisher"])
    if city and speaker and not speaks_for(speaker, city):
        raise typer.BadParameter(f"{speaker.id!r} does not speak for {city}: register it for this city first")
    reader = procurement(store, read_settings(Settings).salt.get_secret_value().encode())
    return await CityReview(store.unplaced_buyers, store.records, reader).decide(
        item, city, datetime.now(UTC), reason
    )


def _decide(item: str, verdict: Verdict) -> None:
    found = with_database(lambda database: _decided(database, item, verdict))
    if found is None:
        raise typer.BadParameter(f"nothing waits under {item!r}: `review list` shows what does")
    if found.get("what") != "comment":
        send_as_ourselves(_again(found))
    Console(stderr=True).print(verdict)


async def _decided(database: Database, item: str, verdict: Verdict) -> dict[str, Any] | None:
    found = await MongoModerationQueue(database).decide(item, verdict)
    if found and found.get("what") != "comment":
        await MongoMessages(database).expect(RawEvent(*_held(found)))
    return found


def _held(found: dict[str, Any]) -> tuple[Envelope, bytes]:
    return Envelope.model_validate(found["envelope"]), bytes(found["data"])


async def _again(found: dict[str, Any]) -> AsyncIterator[OutgoingMessage]:
    envelope, data = _held(found)
    named = (routing_key(envelope.type), envelope.id, envelope.source, envelope.type)
    yield OutgoingMessage(*named, data, envelope.time, found.get("who"))
