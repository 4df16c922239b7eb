"""`citiesshare submissions review`."""

import sys
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Annotated

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
from services.submissions.application.republish import messages_for
from services.submissions.application.stored_models import (
    HeldMessage,
    ReviewDecision,
    StoredComment,
    Verdict,
    WaitingBuyer,
)
from services.submissions.cli.connections import send_as_ourselves, with_database
from services.submissions.cli.publishers import city_id
from services.submissions.domain.ocds.buyer_city import REASONS
from services.submissions.domain.publishers import speaks_for
from services.submissions.domain.revisions import differences
from services.submissions.domain.validation import routing_key
from services.submissions.settings import Settings
from shared.settings import read_settings
from shared.store.mongo import Database

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Comments to moderate, texts that name an office-holder, buyers whose city is not clear.",
)
Line = dict[str, object]
Item = Annotated[str, typer.Argument(help="The id that `review list` shows")]


@app.command("list")
def listed() -> None:
    """Print all that waits for a decision, one JSON object per line; with it, where releases differ.

    citiesshare submissions review list
    """
    for line in with_database(waiting_lines):
        sys.stdout.write(orjson.dumps(line).decode() + "\n")


async def waiting_lines(database: Database) -> list[Line]:
    """What a reviewer decides on, and the records beside which an unconfirmed word says otherwise."""
    queue, buyers = MongoModerationQueue(database), MongoUnplacedBuyers(database)
    differing: list[Line] = [
        {"id": record.draft.key, "what": "difference", "city": record.owner.city, "differences": found}
        for record in await MongoRecords(database).differing()
        if (
            found := [
                difference.model_dump(mode="json")
                for difference in differences(record.draft, record.marks.unconfirmed)
            ]
        )
    ]
    buyer_lines = map(_of_buyer, await buyers.waiting())
    return [*map(_of_queue, await queue.waiting()), *buyer_lines, *differing]


def _of_queue(item: StoredComment | HeldMessage) -> Line:
    if isinstance(item, StoredComment):
        comment = item.comment.model_dump(mode="json", exclude_unset=True)
        return {"id": item.key, "what": "comment", **comment, "said": item.said, "state": "waiting"}
    return {
        "id": item.key,
        "what": "held",
        "envelope": item.envelope.model_dump(mode="json"),
        "who": item.who,
        "reasons": [dict(reason) for reason in item.reasons],
        "received": item.received,
        "state": "waiting",
    }


def _of_buyer(waiting: WaitingBuyer) -> Line:
    """The buyer with the reason in words, and its candidates by name."""
    unplaced = waiting.unplaced
    cities = (gazetteer().cities[identifier] for identifier in unplaced.candidates)
    named = [{"id": city.id, "name": city.name, "country": city.country} for city in cities]
    return {
        "id": waiting.key,
        "what": "place",
        **unplaced.model_dump(mode="json"),
        "candidates": named,
        "name": unplaced.name,
        "asked": waiting.asked,
        "state": "waiting",
        "processes": waiting.processes,
        "reason": REASONS[unplaced.doubt],
    }


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
    if city is None and asked.city:
        raise typer.BadParameter(
            f"its records were said as {asked.city}'s: `ownership move` moves them, --city decides anew"
        )
    speaker = await store.publishers.by_id(asked.unplaced.publisher)
    if city and speaker and not speaks_for(speaker, city):
        raise typer.BadParameter(f"{speaker.id!r} does not speak for {city}: register it for this city first")
    reader = procurement(store, read_settings(Settings).salt.get_secret_value().encode())
    return await CityReview(store.unplaced_buyers, store.records, reader).decide(
        item, city, datetime.now(UTC), reason
    )


def _decide(item: str, verdict: Verdict) -> None:
    decision = with_database(lambda database: _decided(database, item, verdict))
    if decision is None:
        raise typer.BadParameter(f"nothing waits under {item!r}: `review list` shows what does")
    if decision.held:
        send_as_ourselves(_again(decision.held))
    Console(stderr=True).print(verdict)


async def _decided(database: Database, item: str, verdict: Verdict) -> ReviewDecision | None:
    decision = await MongoModerationQueue(database).decide(item, verdict)
    if decision and decision.held:
        await MongoMessages(database).expect(decision.held.message)
    return decision


async def _again(held: HeldMessage) -> AsyncIterator[OutgoingMessage]:
    envelope = held.envelope
    named = (routing_key(envelope.type), envelope.id, envelope.source, envelope.type)
    yield OutgoingMessage(*named, held.data, envelope.time, held.who)
